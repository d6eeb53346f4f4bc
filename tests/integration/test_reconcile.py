"""`streamer reconcile`: in = out from the topics alone, on both brokers; every kind of damage, seeded, is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from streamer.kafka.reconcile import Account, Answer, answer_of
from tests.builders import LISTED_NAME, as_bytes, pay, payment
from tests.conftest import Broker
from tests.integration.worker import Out, Site, wait_for

LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def own_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        site.publish_sample_lists()
        yield site


def reconciled(site: Site, *options: str) -> tuple[int, dict[str, int], str]:
    """(exit code, the numbers of the first line, all that was printed)."""
    done: CompletedProcess[str] = site.command("reconcile", "--grace-seconds", "0", *options)
    assert done.returncode in (0, 1), done.stderr
    first = done.stdout.splitlines()[0]
    numbers = {name: int(n.replace(",", "")) for name, n in re.findall(r"(\w+)=([\d,]+)", first)}
    return done.returncode, numbers, done.stdout


def publish_decision(site: Site, like: Out, **changed: Any) -> None:
    """What a worker gone wrong would publish."""
    producer = KafkaProducer(**site.broker.kafka_python, acks="all")
    try:
        value = orjson.dumps(like.json | changed)
        headers = list(like.headers.items())
        producer.send(site.settings.topic("decisions"), key=like.key, value=value, headers=headers).get(timeout=30)
    finally:
        producer.close(timeout=5)


def test_a_clean_run_adds_up(own_site: Site) -> None:
    site = own_site
    worker = site.worker().wait_ready()
    events = [payment(creditor=LISTED_NAME), payment(), pay()]
    site.publish(*events)
    site.publish_raw(b"no event", key=b"bad")
    site.decisions(event["event_id"] for event in events)
    site.decision("bad")
    code, numbers, _ = reconciled(site)
    assert (code, numbers) == (
        0,
        {"in": 4, "decided": 4, "waiting": 0, "gaps": 0, "repeated": 0, "contradictory": 0},
    )
    # The same over a window of time; the embedded broker knows no offsets by time, and is not believed.
    code, numbers, _ = reconciled(site, "--since", LONG_AGO)
    assert (code, numbers["in"], numbers["decided"]) == (0, 4, 4)
    code, numbers, _ = reconciled(site, "--since", "2099-01-01T00:00:00+00:00")
    assert (code, numbers["in"]) == (0, 0)
    assert worker.stop() == 0


def test_an_input_without_a_decision_is_named_published_again_and_then_settled(own_site: Site) -> None:
    site = own_site
    first = site.worker().wait_ready()
    site.screen(payment())
    assert first.stop() == 0
    event = payment(creditor=LISTED_NAME)
    partition, offset = site.publish_raw(as_bytes(event), key=event["event_id"].encode())
    # Young inputs may still be answered.
    waiting = site.command("reconcile", "--grace-seconds", "3600")
    assert waiting.returncode == 0
    assert "waiting=1 gaps=0" in waiting.stdout
    for options in ((), ("--since", LONG_AGO)):
        code, numbers, said = reconciled(site, *options)
        assert (code, numbers["in"], numbers["decided"], numbers["gaps"]) == (1, 2, 1, 1)
        assert f"gap: payments/{partition}/{offset} has no decision" in said

    code, _, said = reconciled(site, "--reinject")
    assert code == 1
    assert "1 inputs published once more" in said
    # The copy carries the duty now, and is not published a third time.
    code, numbers, said = reconciled(site)
    assert (code, numbers["in"], numbers["gaps"]) == (1, 3, 1)
    assert f"gap: payments/{partition}/{offset + 1} has no decision" in said

    site.worker().wait_ready()
    (answer, again) = site.wait_keyed("decisions", event["event_id"], 2)
    assert answer.json["verdict"] == again.json["verdict"] == "hold"
    assert answer.id == again.id
    code, numbers, _ = reconciled(site)
    assert (code, numbers["gaps"], numbers["contradictory"]) == (0, 0, 0)


def test_decisions_that_contradict_each_other_are_found(own_site: Site) -> None:
    site = own_site
    site.worker().wait_ready()
    event = payment(creditor=LISTED_NAME)
    site.publish(event)
    (decision,) = site.wait_keyed("decisions", event["event_id"])
    publish_decision(site, decision)
    code, numbers, _ = reconciled(site)
    assert (code, numbers["repeated"]) == (0, 1), "the same again is only a repetition"

    publish_decision(site, decision, verdict="release")
    code, numbers, said = reconciled(site)
    assert (code, numbers["contradictory"]) == (1, 1)
    assert "is both hold and release" in said

    publish_decision(site, decision, decision_id="0" * 32)
    code, numbers, said = reconciled(site)
    assert (code, numbers["contradictory"]) == (1, 2)
    assert "two decisions under the same lists and policy" in said

    publish_decision(site, decision, decision_id="1" * 32, policy_version="another")
    assert reconciled(site)[1]["contradictory"] == 2, "a new policy may decide anew"


def test_a_decision_of_nobody_is_told(own_site: Site) -> None:
    producer = KafkaProducer(**own_site.broker.kafka_python, acks="all")
    producer.send(own_site.settings.topic("decisions"), key=b"k", value=b"no decision").get(timeout=30)
    producer.close(timeout=5)
    code, _, said = reconciled(own_site)
    assert code == 0
    assert "1 decisions name no source" in said


def test_topics_that_do_not_exist_are_no_clean_run(own_site: Site) -> None:
    if own_site.broker.name == "embedded":
        pytest.skip("on the embedded broker a topic that is asked for springs up")
    done = own_site.command("reconcile", STREAMER_TOPIC_PREFIX="nobodys-")
    assert done.returncode == 2
    assert "topic nobodys-payments does not exist" in done.stderr


def test_a_watch_reads_on_and_shows_a_gap_until_it_is_closed(own_site: Site) -> None:
    site = own_site
    site.worker().wait_ready()
    site.screen(payment())
    options = ("--interval-seconds", "0.2", "--grace-seconds", "0", "--web-port", "0")
    books = site.worker(entry=("streamer", "reconcile", "--watch", *options))
    wait_for("the first comparison", lambda: "in=1 decided=1" in books.log)
    assert site.workers[0].stop() == 0
    event = payment(creditor=LISTED_NAME)
    site.publish(event)
    wait_for("the gap", lambda: "gap: payments/" in books.log)
    assert books.metric("screening_reconciliation_gap") == 1
    site.worker().wait_ready()
    site.decision(event["event_id"])
    wait_for("its end", lambda: "in=2 decided=2 waiting=0 gaps=0" in books.log)
    assert books.metric("screening_reconciliation_gap") == 0
    assert books.metric("screening_reconciliation_inputs") == 2
    assert books.stop() == 0


def test_what_is_answered_is_forgotten_and_what_is_not_stays() -> None:
    account = Account()
    for offset in range(5):
        account.take_input(("payments", 0, offset), received_at=float(offset))
    for offset in (0, 1, 3, 4):
        account.take_answer(Answer(("payments", 0, offset), f"id-{offset}", "release", "basis"))
    account.forget(1)
    assert account.gaps(settled_before=10.0) == [("payments", 0, 2)]
    assert account.forgotten == 3
    assert list(account.answers) == [("payments", 0, 4)]


@pytest.mark.parametrize("value", [None, b"", b"[]", b"{}", b'{"decision_id": 1, "verdict": 2, "lists": [1]}', b"\xff"])
def test_any_decision_record_is_read_or_counted(value: bytes | None) -> None:
    headers = {"source-topic": b"payments", "source-partition": b"0", "source-offset": b"0"}
    account = Account()
    account.take_answer(answer_of(headers, value))
    account.take_answer(answer_of({**headers, "source-topic": b"\xff"}, b"{}"))
    assert account.unattributed == 2
