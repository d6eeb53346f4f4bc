"""When something is missing, old, broken, late or too much, payments wait: none is released, none is dropped."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from streamer.kafka.broker import EmbeddedBroker
from streamer.list_feed import editions, publisher
from streamer.watchlists import read_list, sample_lists
from tests.builders import LISTED_NAME, as_bytes, payment
from tests.conftest import Broker, Embedded
from tests.integration.hesitant_worker import ANSWER_FAILS, LABORIOUS
from tests.integration.worker import PARTITIONS, Site, WorkerProcess, rules, wait_for

HESITANT = ("tests.integration.hesitant_worker",)


@pytest.fixture
def own_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    """Topics, no list and no worker yet."""
    with Site(broker, tmp_path) as site:
        yield site


def committed(site: Site) -> int:
    """Offsets of `payments` that the workers' group has acknowledged, all partitions together."""
    consumer = KafkaConsumer(
        **site.broker.kafka_python, group_id=f"{site.settings.topic_prefix}streamer", enable_auto_commit=False
    )
    try:
        partitions = [TopicPartition(site.settings.topic("payments"), n) for n in range(PARTITIONS)]
        return sum(consumer.committed(partition) or 0 for partition in partitions)
    finally:
        consumer.close()


def publish_lists_fetched(site: Site, fetched_at: datetime) -> None:
    for parsed in sample_lists():
        edition, chunks = editions.edition_from(parsed, fetched_at)
        publisher.publish_edition(site.settings, edition, chunks)


# ---------------------------------------------------------------- lists


def test_without_a_required_list_nothing_is_consumed_and_ready_says_why(own_site: Site, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[lists]\nrequired = ["ofac", "un"]\n', "utf-8")
    own_site.publish_sample_lists()
    own_site.publish(payment(), payment(creditor=LISTED_NAME))
    worker = own_site.worker(STREAMER_POLICY_FILE=str(policy))
    wait_for("the ofac list", lambda: _loaded(worker, "ofac"))
    status, body = worker.get("/ready")
    assert status == 503
    assert "required list un is not in force" in json.loads(body)["reasons"]
    assert worker.metric("screening_events_total") == 0
    assert worker.metric("screening_ready") == 0
    assert own_site.received("decisions") == []
    assert worker.stop() == 0
    assert committed(own_site) == 0


def _loaded(worker: WorkerProcess, name: str) -> bool:
    return worker.get("/metrics")[0] == 200 and worker.metric("screening_list_entries", list=name) > 0


def test_a_list_nobody_can_read_keeps_the_good_one_in_force(own_site: Site) -> None:
    site = own_site
    site.publish_sample_lists()
    worker = site.worker().wait_ready()
    site.publish_raw(b"{", key=editions.manifest_key("ofac"), topic="sanctions")
    site.publish_raw(b"\x00", key=b"\xff\x00 no key of ours", topic="sanctions")
    wait_for("the refusal", lambda: worker.metric("screening_list_refused_total", list="ofac", reason="unreadable"))
    assert site.screen(payment(creditor=LISTED_NAME))["verdict"] == "hold"
    # One that starts now has never seen the good manifest fail: it stands before the bad one on the topic.
    assert worker.stop() == 0
    site.worker().wait_ready()
    assert site.screen(payment(creditor=LISTED_NAME))["verdict"] == "hold"


def test_a_required_list_nobody_can_read_is_named_with_the_reason(own_site: Site) -> None:
    own_site.publish_raw(b"{", key=editions.manifest_key("ofac"), topic="sanctions")
    own_site.publish(payment())
    worker = own_site.worker()
    wait_for("the reason", lambda: "cannot be read" in worker.get("/ready")[1])
    assert worker.get("/ready")[0] == 503
    assert own_site.received("decisions") == []


def test_a_stale_list_clears_nobody_and_floods_nobody(own_site: Site) -> None:
    site = own_site
    publish_lists_fetched(site, datetime.now(UTC) - timedelta(days=9))
    worker = site.worker().wait_ready()
    clean, listed = [payment() for _ in range(20)], payment(creditor=LISTED_NAME)
    site.publish(*clean, listed)
    for event in clean:
        decision = site.decision(event["event_id"])
        assert decision["verdict"] == "review"
        assert set(rules(decision)) == {"LIST_STALE"}
    held = site.decision(listed["event_id"])
    assert held["verdict"] == "hold"
    assert {"LISTED_NAME", "LIST_STALE"} == set(rules(held))
    site.wait_keyed("alerts", listed["event_id"])
    assert [out.rule for out in site.received("alerts")] == ["LISTED_NAME"]
    assert worker.metric("screening_list_age_seconds", list="ofac") > 8 * 24 * 3600
    # Fetched again, unchanged: the same list is fresh.
    publish_lists_fetched(site, datetime.now(UTC))
    wait_for("a release", lambda: site.screen(payment())["verdict"] == "release")


def test_an_index_that_cannot_be_built_ends_the_worker_with_the_reason(own_site: Site) -> None:
    own_site.publish_sample_lists()
    own_site.publish(payment())
    worker = own_site.worker(entry=HESITANT, BREAKS="index")
    assert worker.wait_exit() != 0
    assert "no room for the index" in worker.log
    assert own_site.received("decisions") == []
    assert committed(own_site) == 0


# ---------------------------------------------------------------- our own faults


def test_an_answer_that_cannot_be_written_is_a_hold(own_site: Site) -> None:
    site = own_site
    site.publish_sample_lists()
    worker = site.worker(entry=HESITANT).wait_ready()
    event = payment(purpose=ANSWER_FAILS)
    decision = site.screen(event)
    assert (decision["verdict"], rules(decision)) == ("hold", ["SCREENING_INCOMPLETE"])
    assert worker.metric("screening_errors_total", stage="screen") == 1
    assert site.screen(payment())["verdict"] == "release"
    assert worker.process.poll() is None


# ---------------------------------------------------------------- too late, too much


def test_a_decision_that_comes_too_late_is_marked_and_blocks(own_site: Site) -> None:
    site = own_site
    site.publish_sample_lists()
    worker = site.worker().wait_ready()
    now = datetime.now(UTC)
    late = payment(decide_by=(now - timedelta(seconds=5)).isoformat())
    in_time = payment(decide_by=(now + timedelta(hours=1)).isoformat())
    site.publish(late, in_time)
    decision = site.decision(late["event_id"])
    assert (decision["verdict"], decision["late"], rules(decision)) == ("hold", True, ["DECIDED_LATE"])
    other = site.decision(in_time["event_id"])
    assert (other["verdict"], other["late"]) == ("release", False)
    wait_for("the count", lambda: worker.metric("screening_late_total") == 1)


def test_overload_shows_as_lag_and_drops_nothing(own_site: Site) -> None:
    site = own_site
    site.publish_sample_lists()
    events = [payment() for _ in range(300)]
    key = b"one partition"
    for event in events:
        site.publish_raw(as_bytes(event), key=key)
    worker = site.worker(entry=HESITANT, SLOW_SECONDS="0.05", STREAMER_IN_FLIGHT_MAX="10").wait_ready()
    wait_for("lag", lambda: worker.metric("screening_lag_records", topic="payments") > 20)
    decided = site.decisions(event["event_id"] for event in events)
    assert all(len(answers) == 1 and answers[0]["verdict"] == "release" for answers in decided.values())
    wait_for("the end of the lag", lambda: worker.metric("screening_lag_records", topic="payments") == 0)
    assert site.received("dead-letters") == []
    assert worker.process.poll() is None


# ---------------------------------------------------------------- one record that takes long


def test_a_record_beyond_its_budget_is_held_and_stops_nobody(own_site: Site) -> None:
    site = own_site
    site.publish_sample_lists()
    worker = site.worker(entry=HESITANT, LABORIOUS_SECONDS="3600").wait_ready()
    key = b"one partition"
    laborious, after = payment(purpose=LABORIOUS, creditor="Zebulon Quince"), payment()
    site.publish_raw(as_bytes(laborious), key=key)
    site.publish_raw(as_bytes(after), key=key)
    waited = []
    while not site.keyed("decisions", after["event_id"]):
        asked_at = time.monotonic()
        assert worker.get("/health")[0] == 200
        waited.append(time.monotonic() - asked_at)
        assert len(waited) < 10_000
    # The worker answers while it works: what is asked takes a few slices, and this machine has other work, too.
    assert sorted(waited)[len(waited) // 2] < 0.5
    assert max(waited) < 2
    held = site.decision(laborious["event_id"])
    assert (held["verdict"], rules(held)) == ("hold", ["SCREENING_BUDGET"])
    assert "2 s of processor time" in held["findings"][0]["reason"]
    assert site.decision(after["event_id"])["verdict"] == "release"
    (letter,) = site.wait_keyed("dead-letters", key)
    assert (letter.headers["reason"], letter.value) == (b"over_budget", as_bytes(laborious))
    site.wait_keyed("alerts", laborious["event_id"])
    assert worker.metric("screening_dead_letters_total", reason="over_budget") == 1
    assert worker.metric("screening_errors_total") == 0
    assert "Zebulon" not in worker.log


def test_lists_that_change_between_two_slices_judge_the_record(own_site: Site, tmp_path: Path) -> None:
    site = own_site
    site.publish_sample_lists()
    policy = tmp_path / "policy.toml"
    policy.write_text("[worker]\nbudget_seconds = 20\n", "utf-8")
    worker = site.worker(entry=HESITANT, LABORIOUS_SECONDS="4", STREAMER_POLICY_FILE=str(policy)).wait_ready()
    event = payment(purpose=LABORIOUS, creditor="Quenby Marthascroft Ltd")
    site.publish(event)
    wait_for("the record", lambda: worker.metric("screening_events_total") == 1)
    path = tmp_path / "own.csv"
    path.write_text("list,id,name,type,programs\nown,1,Quenby Marthascroft Ltd,entity,TEST\n", "utf-8")
    site.publish_list(read_list(f"csv={path}"))
    decision = site.decision(event["event_id"])
    assert {"ofac", "own"} <= {version["list"] for version in decision["lists"]}
    assert rules(decision) == ["LISTED_NAME"]
    # Judged once: there is nothing to look back at, and nobody was told otherwise before.
    assert [out.json["revision"] for out in site.keyed("decisions", event["event_id"])] == [0]


# ---------------------------------------------------------------- lists put back


def test_a_restarted_worker_refuses_an_older_signed_list_than_it_has_used(tmp_path: Path) -> None:
    """Whoever may write to the topic, or restores it, can make it what it was: signed, and out of date."""
    kept = {"STREAMER_LISTS_KEY": "the key of this test", "STREAMER_DATA_DIR": str(tmp_path / "kept")}
    now = datetime.now(UTC)
    with EmbeddedBroker({}) as broker, Site(Embedded(broker), tmp_path, **kept) as site:
        publish_lists_fetched(site, now - timedelta(hours=1))
        assert site.worker(**kept).wait_ready().stop() == 0
    (tmp_path / "put-back").mkdir()
    with EmbeddedBroker({}) as broker, Site(Embedded(broker), tmp_path / "put-back", **kept) as site:
        publish_lists_fetched(site, now - timedelta(hours=3))
        site.publish(payment())
        worker = site.worker(**kept)
        wait_for("the refusal", lambda: _refused(worker))
        status, body = worker.get("/ready")
        assert status == 503
        assert "required list ofac is not in force: sanctions topic: a manifest of ofac fetched at" in body
        assert "sanctions topic: a manifest of ofac" in worker.log
        assert site.received("decisions") == []
        publish_lists_fetched(site, now)
        worker.wait_ready()
        publish_lists_fetched(site, now - timedelta(minutes=1))
        wait_for("the second refusal", lambda: worker.metric("screening_list_refused_total", list="ofac") == 2)
        assert worker.get("/ready")[0] == 200


def _refused(worker: WorkerProcess) -> bool:
    return worker.get("/metrics")[0] == 200 and worker.metric("screening_list_refused_total", reason="older") > 0
