"""A list changes: who was paid before is found, and a payment that has not been executed yet is stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streamer.watchlists import ParsedList, parse
from tests.builders import payment
from tests.conftest import Broker
from tests.faults.checker import compacted, judged
from tests.integration.worker import Out, Site, wait_for

TODAY = datetime.now(UTC).date()
AHEAD = (TODAY + timedelta(days=5)).isoformat()
PAST = (TODAY - timedelta(days=5)).isoformat()
NAMES = ("Crimson Pelican Logistics", "Velvet Anchor Shipping", "Lonely Juniper Mining", "Paper Falcon Exports")


def own_list(folder: Path, *rows: tuple[str, str]) -> ParsedList:
    """A list that blocks: id, name."""
    file = folder / "own.csv"
    entries = [("0", "Somebody Else Entirely"), *rows]
    file.write_text(
        "id,name,type,consequence\n" + "".join(f"{number},{name},entity,block\n" for number, name in entries), "utf-8"
    )
    return parse("csv", file)


@pytest.fixture
def site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        site.publish_sample_lists()
        site.publish_list(own_list(tmp_path))
        yield site


def in_force(site: Site, entries: int) -> bool:
    return any(
        w.process.poll() is None and w.metric("screening_list_entries", list="own") == entries for w in site.workers
    )


def rescreened(site: Site) -> list[Out]:
    return site.received("alerts", lambda out: out.rule == "RESCREENED")


def named(alerts: Iterable[Out]) -> set[str]:
    return {event["uid"] for alert in alerts for event in alert.json["finding_info"]["related_events"]}


def superseding(site: Site, event_id: str) -> list[dict[str, Any]]:
    return [out.json for out in site.keyed("decisions", event_id) if out.json["revision"]]


def test_past_events_are_named_and_a_payment_ahead_is_held(site: Site, tmp_path: Path) -> None:
    site.worker().wait_ready()
    ahead = payment(creditor=NAMES[0], requested_execution_date=AHEAD)
    executed = [payment(creditor=NAMES[0], requested_execution_date=PAST), payment(creditor=NAMES[0])]
    unrelated = payment(requested_execution_date=AHEAD)
    events = [ahead, *executed, unrelated]
    for event in events:
        assert site.screen(event)["verdict"] == "release"

    site.publish_list(own_list(tmp_path, ("1", "Crimson Pelican Logistic Ltd")))

    (first,) = wait_for("a superseding decision", lambda: superseding(site, ahead["event_id"]) or None)
    original = site.decision(ahead["event_id"])
    assert first["verdict"] == "hold"
    assert (first["revision"], first["supersedes"]) == (1, original["decision_id"])
    assert first["event_digest"] == original["event_digest"]
    assert [f["rule"] for f in first["findings"]] == ["LISTED_NAME"]
    assert first["findings"][0]["evidence"][0]["element"] == "creditor.name"
    wait_for(
        "alerts that name the past events",
        lambda: named(rescreened(site)) == {e["event_id"] for e in [ahead, *executed]},
    )
    for alert in rescreened(site):
        assert alert.json["observables"][1]["value"] == "own-1"
        assert alert.json["disposition"] == "Detected"
        (past,) = (e["data"] for e in alert.json["enrichments"] if e["type"] == "past_events")
        assert past["events"] == len(alert.json["finding_info"]["related_events"])
    assert [out.rule for out in site.keyed("alerts", ahead["event_id"]) if out.json["disposition"] == "Blocked"] == [
        "LISTED_NAME"
    ]
    for event in [*executed, unrelated]:
        assert not superseding(site, event["event_id"])


def test_owned_companies_are_found_when_their_owner_is_listed(site: Site, tmp_path: Path) -> None:
    site.worker().wait_ready()
    holdings = tmp_path / "holdings.csv"
    holdings.write_text(f"owned_id,owned,owner_id,percent\nH,{NAMES[1]},own-7,60\n", "utf-8")
    site.publish_list(parse("ownership", holdings))
    event = payment(creditor=NAMES[1], requested_execution_date=AHEAD)
    assert site.screen(event)["verdict"] == "release"
    site.publish_list(own_list(tmp_path, ("7", "Distant Owner Person")))
    (held,) = wait_for("a superseding decision", lambda: superseding(site, event["event_id"]) or None)
    assert [f["rule"] for f in held["findings"]] == ["OWNERSHIP_50"]


def test_a_change_while_no_worker_runs_is_found_by_the_next(site: Site, tmp_path: Path) -> None:
    folder = str(tmp_path / "data")
    first = site.worker(STREAMER_STORE="rocksdb", STREAMER_DATA_DIR=folder).wait_ready()
    event = payment(creditor=NAMES[2], requested_execution_date=AHEAD)
    assert site.screen(event)["verdict"] == "release"
    first.stop()  # killed, it would be delivered again, and judged by the new list
    site.publish_list(own_list(tmp_path, ("1", NAMES[2])))
    # On another disk: what is remembered comes from the changelog.
    site.worker(STREAMER_STORE="rocksdb").wait_ready()
    (held,) = wait_for("a superseding decision", lambda: superseding(site, event["event_id"]) or None)
    assert held["verdict"] == "hold"


@pytest.mark.kafka
@pytest.mark.parametrize("broker", ["kafka"], indirect=True)
def test_a_worker_that_takes_over_finds_what_the_other_had_remembered(site: Site, tmp_path: Path) -> None:
    """On Kafka alone: the embedded broker refuses the second worker of a group every now and then."""
    gone = site.worker().wait_ready()
    events = [payment(creditor=NAMES[3], requested_execution_date=AHEAD) for _ in range(12)]
    site.publish(*events)
    site.decisions(event["event_id"] for event in events)
    staying = site.worker().wait_ready()
    gone.stop()
    staying.wait_ready()
    site.publish_list(own_list(tmp_path, ("1", NAMES[3])))
    wait_for("every payment held", lambda: all(superseding(site, event["event_id"]) for event in events))
    wait_for("every payment named", lambda: named(rescreened(site)) == {event["event_id"] for event in events})


def test_what_is_remembered_is_sealed(site: Site, kafka_python: dict[str, Any]) -> None:
    site.worker().wait_ready()
    canaries = ("Zqbdfgh Klmnprt", "DE02100500000054540402", "zqremitter@example.org")
    event = payment(
        creditor={"name": canaries[0], "email": canaries[2]},
        creditor_account={"iban": canaries[1]},
        message_id="MSG-zqvxk",
    )
    site.screen(event)
    rows = wait_for("rows", lambda: compacted(kafka_python, site.settings.topic("streamer-counterparties-changelog")))
    assert any(key.startswith(b"who\x1f") for key in rows)
    assert any(key.startswith(b"seen\x1f") for key in rows)
    whole = b"".join(key + value for key, value in rows.items())
    for word in ("zqbdfgh", "klmnprt", "54540402", "zqremitter", "zqvxk"):
        assert word.encode() not in whole.lower()


def _word(number: int) -> str:
    """A word of its own for each number, unlike its neighbours."""
    spread = number * 7_919 % 160_000
    syllables = [f"{c}{v}" for c in "bdfgklmnprstvz" for v in "aeiou"][: 20 * 3]
    return "".join(syllables[spread // 20**place % 20 + 20 * (place % 3)] for place in range(4)).capitalize()


@pytest.fixture
def kafka_python(broker: Broker) -> dict[str, Any]:
    return broker.kafka_python


@pytest.mark.kafka
def test_kill_9_in_the_middle_of_a_job_loses_nothing_and_repeats_nothing(kafka_broker: Broker, tmp_path: Path) -> None:
    """Killed again and again while it works through some thousand counterparties; one of three partitions' workers
    takes over. Every pending payment of the listed parties has one superseding decision, every counterparty one alert
    in each partition that remembers it."""
    with Site(kafka_broker, tmp_path, STREAMER_STORE="rocksdb") as site:
        site.publish_sample_lists()
        site.publish_list(own_list(tmp_path))
        site.worker().wait_ready()
        listed = [f"{_word(n)} {_word(n + 5_000)}" for n in range(60)]
        others = [f"{_word(n + 10_000)} {_word(n + 20_000)}" for n in range(1_500)]
        events = [payment(creditor=name, requested_execution_date=AHEAD) for name in [*listed, *others]]
        site.publish(*events)
        site.decisions(event["event_id"] for event in events)
        site.workers[-1].stop()
        site.publish_list(own_list(tmp_path, *((str(n), name) for n, name in enumerate(listed, start=1))))
        hit = {event["event_id"] for event in events[: len(listed)]}

        def held() -> set[str]:
            return {out.key.decode() for out in site.received("decisions") if out.key and out.json["revision"]}

        for enough in (1, 20, 40):
            worker = site.worker()
            wait_for(f"{enough} payments held", lambda enough=enough: len(held()) >= enough)  # type: ignore[misc]
            worker.kill()
        site.worker().wait_ready()
        wait_for("every payment held", lambda: held() == hit)
        wait_for("every payment named", lambda: named(rescreened(site)) == hit)
        wait_for("all jobs done", lambda: site.workers[-1].metric("screening_rescreen_jobs") == 0)
        for event_id in hit:
            assert len({d["decision_id"] for d in superseding(site, event_id)}) == 1
        assert len({out.id for out in rescreened(site)}) == len(hit)
        decisions = [(out.headers, out.value or b"") for out in site.received("decisions")]
        places = {
            (h["source-topic"].decode(), int(h["source-partition"]), int(h["source-offset"])) for h, _ in decisions
        }
        assert judged(places, decisions).clean
