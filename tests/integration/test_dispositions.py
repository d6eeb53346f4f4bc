"""From a hold to a release: two analysts at their machines, a worker that knows their keys, a real broker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamer.dispositions import Published, disposition_of
from streamer.kafka.desk import from_file, to_file
from tests.builders import LISTED_NAME, fresh_id, payment
from tests.conftest import Broker
from tests.integration.worker import Site, run_streamer, wait_for

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
PASSPHRASE = {"STREAMER_ANALYST_PASSPHRASE": "correct horse"}
FOUR_EYES = "[dispositions]\nsignatures_hold = 2\n"


@pytest.fixture(scope="module")
def office(module_broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two analysts whose keys the worker knows, a third whom it does not, and four eyes on every hold."""
    folder = tmp_path_factory.mktemp("office")
    known = ""
    for name in ("a.kim", "b.cho", "c.new"):
        made = run_streamer(
            "dispositions", "keygen", "--analyst", name, "--key", str(folder / f"{name}.pem"), environment=PASSPHRASE
        )
        assert made.returncode == 0, made.stderr
        known += made.stdout if name != "c.new" else ""
    (folder / "analysts.toml").write_text(known)
    (folder / "policy.toml").write_text(FOUR_EYES)
    files = {
        "STREAMER_ANALYSTS_FILE": str(folder / "analysts.toml"),
        "STREAMER_POLICY_FILE": str(folder / "policy.toml"),
    }
    with Site(module_broker, folder, **files) as site:
        site.publish_sample_lists()
        site.worker().wait_ready()
        yield site


def sign(site: Site, event_id: str, outcome: str = "release", analyst: str = "a.kim", **more: str) -> Any:
    options = [part for name, value in more.items() for part in (f"--{name}", value)]
    return site.command(
        *("dispositions", "sign", event_id, "--outcome", outcome, "--reason", "born 1991, passport seen"),
        *("--analyst", analyst, "--key", str(site.folder / f"{analyst}.pem"), *options),
        **PASSPHRASE,
    )


def countersign(site: Site, file: Path, analyst: str) -> Any:
    return site.command(
        *("dispositions", "countersign", str(file), "--analyst", analyst),
        *("--key", str(site.folder / f"{analyst}.pem")),
        **PASSPHRASE,
    )


def held(site: Site) -> str:
    event = payment(event_id=fresh_id(), creditor=LISTED_NAME)
    assert site.screen(event)["verdict"] == "hold"
    return str(event["event_id"])


def test_two_analysts_release_a_held_payment(office: Site, tmp_path: Path) -> None:
    event_id = held(office)
    shown = office.command("dispositions", "show", event_id)
    assert shown.returncode == 1
    assert "in force: hold" in shown.stdout
    waiting = tmp_path / "waiting.jsonl"
    assert sign(office, event_id, output=str(waiting)).returncode == 0
    published = countersign(office, waiting, "b.cho")
    assert published.returncode == 0, published.stderr
    first, second = (out.json for out in office.wait_keyed("decisions", event_id, 2))
    assert (first["verdict"], second["verdict"]) == ("hold", "release")
    assert second["supersedes"] == first["decision_id"]
    assert "a.kim, b.cho" in second["findings"][0]["reason"]
    jsonschema.validate(second, json.loads((SCHEMAS / "decisions.schema.json").read_text("utf-8")))
    jsonschema.validate(
        json.loads(waiting.read_bytes()), json.loads((SCHEMAS / "dispositions.schema.json").read_text("utf-8"))
    )
    shown = office.command("dispositions", "show", event_id)
    assert shown.returncode == 0
    assert "in force: release" in shown.stdout
    opened, closed = office.wait_keyed("alerts", event_id, 2)
    assert closed.json["activity_name"] == "Close"
    assert closed.json["finding_info"]["uid"] == opened.json["finding_info"]["uid"]


def test_one_signature_where_two_are_asked_for_releases_nothing_and_alarms(office: Site) -> None:
    event_id = held(office)
    assert sign(office, event_id).returncode == 0
    (alert,) = office.wait("alerts", lambda out: out.rule == "DISPOSITION_REFUSED" and b"1 of 2" in (out.value or b""))
    (letter,) = office.wait("dead-letters", lambda out: out.key == alert.key)
    assert letter.headers["reason"] == b"disposition_refused"
    assert [out.json["verdict"] for out in office.keyed("decisions", event_id)] == ["hold"]


def test_a_stranger_releases_nothing(office: Site, tmp_path: Path) -> None:
    event_id = held(office)
    waiting = tmp_path / "waiting.jsonl"
    assert sign(office, event_id, analyst="c.new", output=str(waiting)).returncode == 0
    assert countersign(office, waiting, "a.kim").returncode == 0
    office.wait("alerts", lambda out: out.rule == "DISPOSITION_REFUSED" and b"no analyst" in (out.value or b""))
    assert [out.json["verdict"] for out in office.keyed("decisions", event_id)] == ["hold"]


def test_a_hold_presented_as_a_review_releases_nothing(office: Site, tmp_path: Path) -> None:
    """One signature is enough for a review; whoever writes the decision anew has no seal for it."""
    event_id = held(office)
    waiting, forged = tmp_path / "waiting.jsonl", tmp_path / "forged.jsonl"
    assert sign(office, event_id, output=str(waiting)).returncode == 0
    (one,) = from_file(waiting)
    milder = Published.of(
        datetime.now(UTC), event_id.encode(), one.decision.replace('"hold"', '"review"', 1).encode(), one.seal
    )
    assert milder.decision.verdict == "review"
    to_file(forged, [disposition_of(milder, one.outcome, one.reason)])
    assert countersign(office, forged, "a.kim").returncode == 0
    office.wait("alerts", lambda out: out.rule == "DISPOSITION_REFUSED" and b"seal of these" in (out.value or b""))
    assert [out.json["verdict"] for out in office.keyed("decisions", event_id)] == ["hold"]


def test_a_decision_without_a_seal_is_not_even_signed(office: Site, tmp_path: Path) -> None:
    """As versions before seals made them: the analyst hears it at once, not from a refusal later."""
    (decision,) = office.wait_keyed("decisions", held(office))
    key = fresh_id()
    office.publish_raw(decision.value, key=key.encode(), topic="decisions")
    waiting = tmp_path / "waiting.jsonl"
    refused = sign(office, key, output=str(waiting))
    assert refused.returncode != 0
    assert "has no seal" in refused.stderr
    assert not waiting.exists()


def test_a_record_that_could_not_be_read_can_be_released_too(office: Site, tmp_path: Path) -> None:
    key = fresh_id()
    office.publish_raw(b"\xff no json", key=key.encode())
    office.wait_keyed("decisions", key)
    waiting = tmp_path / "waiting.jsonl"
    assert sign(office, key, output=str(waiting)).returncode == 0
    assert countersign(office, waiting, "b.cho").returncode == 0
    assert [out.json["verdict"] for out in office.wait_keyed("decisions", key, 2)] == ["hold", "release"]


def test_bytes_that_are_no_disposition_are_refused_and_the_next_is_answered(office: Site, tmp_path: Path) -> None:
    before = office.workers[0].metric("screening_dispositions_total", outcome="refused")
    office.publish_raw(b"release everything", key=b"x", topic="dispositions")
    wait_for(
        "the refusal to be counted",
        lambda: office.workers[0].metric("screening_dispositions_total", outcome="refused") > before,
    )
    event_id = held(office)
    waiting = tmp_path / "waiting.jsonl"
    assert sign(office, event_id, "reject", output=str(waiting)).returncode == 0
    assert countersign(office, waiting, "b.cho").returncode == 0
    first, second = (out.json for out in office.wait_keyed("decisions", event_id, 2))
    assert (first["verdict"], second["verdict"]) == ("hold", "hold")
    assert second["findings"][0]["reason"].startswith("Rejected by")


def test_what_cannot_be_signed_says_why(office: Site, tmp_path: Path) -> None:
    clean = payment(event_id=fresh_id())
    office.screen(clean)
    refused = sign(office, clean["event_id"])
    assert refused.returncode != 0
    assert "nothing blocks" in refused.stderr
    event_id = held(office)
    wrong = office.command(
        *("dispositions", "sign", event_id, "--outcome", "release", "--reason", "x", "--analyst", "a.kim"),
        *("--key", str(office.folder / "a.kim.pem")),
        STREAMER_ANALYST_PASSPHRASE="wrong",  # noqa: S106 - the point of the test
    )
    assert wrong.returncode == 2
    assert "passphrase" in wrong.stderr
    again = office.command(
        "dispositions", "keygen", "--analyst", "a.kim", "--key", str(office.folder / "a.kim.pem"), **PASSPHRASE
    )
    assert "exists already" in again.stderr
