"""ISO 20022 on the topic: files split by `publish`, and messages published as they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from streamer.iso20022 import transactions
from streamer.settings import read_settings
from tests.builders import LISTED_NAME, as_bytes, fresh_id, payment
from tests.integration.worker import Site, create_topics, rules

TESTS = Path(__file__).resolve().parents[1]
BATCH = TESTS / "data" / "iso20022" / "pain001_batch.xml"
TRANSFER = TESTS / "acceptance" / "payments" / "messages" / "pacs008.xml"


def ids_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [found.event_id for found in transactions(file)]


def test_a_file_is_published_payment_by_payment_and_twice_is_once(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "payrun.xml"
    path.write_text(BATCH.read_text("utf-8").replace("Creditor Two", LISTED_NAME), "utf-8")
    for _ in range(2):
        sent = site.command("publish", "--topic", "payments", "--tenant", "acme", str(path))
        assert sent.returncode == 0, sent.stderr
        assert "3 records published to payments" in sent.stderr
    decisions = site.decisions(ids_of(path))
    told = {
        one["end_to_end_id"]: (one["verdict"], one["message_id"], one["tenant"]) for (one, *_) in decisions.values()
    }
    assert told == {
        "A-1": ("release", "BATCH-1", "acme"),
        "A-2": ("hold", "BATCH-1", "acme"),
        "B-1": ("release", "BATCH-1", "acme"),
    }
    assert {len({one["decision_id"] for one in repeated}) for repeated in decisions.values()} == {1}


def test_publish_waits_for_the_decisions_and_says_why(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "payrun.xml"
    text = BATCH.read_text("utf-8").replace("BATCH-1", fresh_id("RUN")).replace("Creditor Two", LISTED_NAME)
    path.write_text(text, "utf-8")
    sent = site.command("publish", "--topic", "payments", str(path), "--wait", "60")
    first, second, third = ids_of(path)
    assert sent.returncode == 1, sent.stderr
    lines = sorted(sent.stdout.splitlines())
    assert [line for line in lines if line.startswith("release")] == sorted(f"release  {id}" for id in (first, third))
    assert lines[0].startswith(f"hold     {second}  LISTED_NAME: ")
    assert "2 release, 1 hold" in sent.stderr


def test_publishing_without_a_worker_says_that_all_is_blocked(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "payment.json"
    event = payment()
    path.write_bytes(as_bytes(event))
    # Nobody answers under this prefix.
    nobody = {"STREAMER_TOPIC_PREFIX": fresh_id("nobody") + "-", "STREAMER_REPLICATION_FACTOR": "1"}
    create_topics(site.broker, read_settings(site.environment | nobody))
    sent = site.command("publish", "--topic", "payments", str(path), "--wait", "1", **nobody)
    assert sent.returncode == 1, sent.stderr
    assert f"blocked  {event['event_id']}  no decision within 1 s" in sent.stdout


def test_publishing_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "payrun.xml"
    path.write_text(BATCH.read_text("utf-8").replace("BATCH-1", fresh_id("RUN")), "utf-8")
    sent = site.command("publish", "--topic", "payments", str(path), "--skip", "2")
    assert "1 records published to payments" in sent.stderr
    refused = site.command("publish", "--topic", "payments", str(path), "--skip", "4")
    assert refused.returncode == 2
    assert "is it the same file?" in " ".join(refused.stderr.split())
    first, _, last = ids_of(path)
    assert site.decision(last)["verdict"] == "release"
    assert not site.keyed("decisions", first)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"CHF">3<', '"CHF">three<', "line 40, element CdtTrfTxInf/Amt/InstdAmt: is no amount"),
        ("</CstmrCdtTrfInitn>", "", "not well-formed XML"),
        ("pain.001.001.03", "pain.008.001.03", "the namespace is none that is read"),
    ],
)
def test_nothing_of_a_file_with_a_fault_is_published(site: Site, tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "payrun.xml"
    text = BATCH.read_text("utf-8").replace("BATCH-1", fresh_id("RUN"))
    path.write_text(text.replace(old, new), "utf-8")
    refused = site.command("publish", "--topic", "payments", str(path))
    assert refused.returncode == 2
    assert said in " ".join(refused.stderr.split())
    path.write_text(text, "utf-8")
    assert not [id for id in ids_of(path) if site.keyed("decisions", id)]


def test_a_message_is_a_record_answered_under_its_key(site: Site) -> None:
    key = fresh_id("XML").encode()
    site.publish_raw(TRANSFER.read_bytes().replace(b"Maison Lefevre SARL", LISTED_NAME.encode()), key=key)
    decision = site.decision(key)
    assert (decision["event_id"], decision["verdict"]) == (key.decode(), "hold")
    assert (decision["message_id"], decision["end_to_end_id"]) == ("DEUT20261120-0001", "INV-4711")
    assert rules(decision) == ["LISTED_NAME"]
    assert decision["tenant"] == "default"


def test_a_key_that_comes_again_with_another_message_is_held(site: Site) -> None:
    key = fresh_id("XML").encode()
    site.publish_raw(TRANSFER.read_bytes(), key=key)
    assert site.decision(key)["verdict"] == "release"
    site.publish_raw(TRANSFER.read_bytes().replace(b"9900.00", b"99000.00"), key=key)
    _, second = site.wait_keyed("decisions", key, count=2)
    assert rules(second.json) == ["SCREENING_INCOMPLETE"]


def test_a_message_without_a_key_is_answered_under_its_content(site: Site) -> None:
    raw = TRANSFER.read_bytes().replace(b"INV-4711", fresh_id("INV").encode())
    site.publish_raw(raw, key=None)
    (found,) = transactions(BytesIO(raw))
    assert site.decision(found.event_id)["verdict"] == "release"
