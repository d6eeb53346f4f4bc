"""Whatever arrives on the topics is answered: a dead letter, a hold, an alert, a count; and the next event is screened.

Every case travels through the real topic, on both brokers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from kafka import KafkaProducer
from kafka.partitioner.default import murmur2

from streamer.events import DEAD_LETTER_REASONS, RECORD_BYTES_MAX, digest
from streamer.monitor import KEY_BYTES_MAX
from streamer.outputs import DEAD_LETTER_BYTES_MAX
from streamer.worker.delivery import EXIT_DELIVERY
from streamer.worker.event_ids import partition_of
from tests.builders import LISTED_NAME, as_bytes, fresh_id, pay, payment
from tests.conftest import Broker
from tests.integration.failing_worker import FAILS, FAILS_LATER
from tests.integration.worker import PARTITIONS, WAIT_SECONDS_MAX, Out, Site, rules, wait_for

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
PAYMENTS = Path(__file__).resolve().parents[1] / "acceptance" / "payments" / "messages"
FAILING = ("tests.integration.failing_worker",)
KAFKA_RECORD_BYTES = RECORD_BYTES_MAX - 1024
"""What fits into Kafka's `message.max.bytes` with the frame of a batch around it."""


@dataclass(frozen=True)
class Bad:
    """A value no event can be read from, why, and a word of the cure that its dead letter must name."""

    value: bytes | None
    reason: str
    cure: str
    topic: str = "payments"


def _with(**fields: Any) -> bytes:
    return as_bytes(payment("BAD") | fields)


def _without(field: str, event: Mapping[str, Any]) -> bytes:
    return as_bytes({name: value for name, value in event.items() if name != field})


def _payment_information() -> bytes:
    message = (PAYMENTS / "pain001.xml").read_bytes()
    return message[message.index(b"<PmtInf>") : message.index(b"</PmtInf>")] + b"</PmtInf>"


CASES: dict[str, Bad] = {
    "no value": Bad(None, "null_value", "publish the event as its value"),
    "empty": Bad(b"", "not_json", "record"),
    "no UTF-8": Bad(b"\xff\xfe\x00{}", "not_utf8", "byte 0"),
    "UTF-16": Bad('{"event_id": "ä"}'.encode("utf-16"), "not_utf8", "UTF-8"),
    "UTF-8 cut inside a letter": Bad(_with()[:40] + "ü".encode()[:1], "not_utf8", "UTF-8"),
    "no JSON": Bad(b"Document: CstmrCdtTrfInitn", "not_json", "record"),
    "XML without a namespace": Bad(
        b"<Document><CstmrCdtTrfInitn/></Document>", "wrong_shape", "line 1, element Document"
    ),
    "XML cut short": Bad(b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'>", "not_xml", "line 1"),
    "an entity bomb": Bad(
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>', "wrong_shape", "DOCTYPE"
    ),
    "a pay run in one record": Bad(
        (PAYMENTS / "pain001.xml").read_bytes().replace(b"</PmtInf>", b"</PmtInf>" + _payment_information()),
        "many_payments",
        "streamer publish --topic payments FILE.xml",
    ),
    "ISO 20022 among the payrolls": Bad(
        (PAYMENTS / "pain001.xml").read_bytes(), "wrong_shape", "publish it to payments", topic="payrolls"
    ),
    "JSON cut short": Bad(_with()[:-1], "not_json", "record"),
    "two events in one record": Bad(_with() + b"\n" + _with(), "not_json", "record"),
    "half a surrogate pair": Bad(b'{"event_id": "\\ud800", "tenant": "acme"}', "not_json", "record"),
    "a list": Bad(b"[" + _with() + b"]", "wrong_shape", "record"),
    "a number": Bad(b"42", "wrong_shape", "record"),
    "null in words": Bad(b"null", "wrong_shape", "record"),
    "no event id": Bad(_without("event_id", payment()), "wrong_shape", "event_id"),
    "an empty event id": Bad(_with(event_id="  "), "wrong_shape", "event_id"),
    "an event id of 10,000 letters": Bad(_with(event_id="x" * 10_000), "wrong_shape", "event_id"),
    "no tenant": Bad(_without("tenant", payment()), "wrong_shape", "tenant"),
    "a tenant with a slash": Bad(_with(tenant="acme/other"), "wrong_shape", "tenant"),
    "no creditor": Bad(_without("creditor", payment()), "wrong_shape", "creditor"),
    "a creditor that is text": Bad(_with(creditor="Ada"), "wrong_shape", "creditor"),
    "a negative amount": Bad(_with(amount="-1"), "wrong_shape", "amount"),
    "nothing paid": Bad(_with(amount="0"), "wrong_shape", "amount"),
    "an absurd amount": Bad(_with(amount="1e400"), "wrong_shape", "amount"),
    "more than all the money": Bad(_with(amount="1000000000000001"), "wrong_shape", "amount"),
    "an amount that is no number": Bad(_with(amount="NaN"), "wrong_shape", "amount"),
    "infinite": Bad(_with(amount="Infinity"), "wrong_shape", "amount"),
    "a currency in words": Bad(_with(currency="Euro"), "wrong_shape", "currency"),
    "the year 9999": Bad(_with(event_time="9999-12-31T23:59:59Z"), "wrong_shape", "event_time"),
    "the year 1": Bad(_with(event_time="0001-01-01T00:00:00Z"), "wrong_shape", "event_time"),
    "a time without a zone": Bad(_with(event_time="2026-11-20T09:00:00"), "wrong_shape", "event_time"),
    "execution in the year 9999": Bad(
        _with(requested_execution_date="9999-12-31"), "wrong_shape", "requested_execution_date"
    ),
    "deep nesting": Bad(b"[" * 10_000 + b"]" * 10_000, "not_json", "record"),
    "1 MiB of nesting": Bad(b"[" * (KAFKA_RECORD_BYTES // 2) + b"]" * (KAFKA_RECORD_BYTES // 2), "not_json", "record"),
    "nesting inside a field": Bad(
        as_bytes(payment("DEEP") | {"purpose": "@"}).replace(b'"@"', b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        "not_json",
        "record",
    ),
    "1 MiB of one name": Bad(
        _with(creditor={"name": "x" * (KAFKA_RECORD_BYTES - 300)}), "wrong_shape", "creditor.name"
    ),
    "a payroll event of no type": Bad(_without("event_type", pay()), "wrong_shape", "record", "payrolls"),
    "a payroll event of an unknown type": Bad(
        as_bytes(pay() | {"event_type": "fire"}), "wrong_shape", "event_type", "payrolls"
    ),
    "a worker without a number": Bad(
        as_bytes(pay() | {"worker": {"name": "Ada Brandt"}}), "wrong_shape", "worker_id", "payrolls"
    ),
    "a payment among the payrolls": Bad(as_bytes(payment()), "wrong_shape", "event_type", "payrolls"),
    "a payroll event among the payments": Bad(as_bytes(pay()), "wrong_shape", "event_type"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_read_is_held_alerted_and_kept(site: Site, name: str) -> None:
    bad = CASES[name]
    (worker,) = site.workers
    before = worker.metric("screening_dead_letters_total", reason=bad.reason)
    key = key_of(2, "bad") if len(bad.value or b"") > 500_000 else fresh_id("bad").encode()
    partition, offset = site.publish_raw(bad.value, key=key, topic=bad.topic)
    # The next record of the same partition: it has the same key.
    next_event = payment(creditor=LISTED_NAME)
    site.publish_raw(as_bytes(next_event), key=key)

    decision = site.decision(key)
    check_incomplete(decision, bad.reason)
    assert decision["source"] == {"topic": bad.topic, "partition": partition, "offset": offset}
    assert (decision["event_id"], decision["event_type"]) == (None, "unreadable")
    assert decision["event_digest"] == digest(bad.value or b"")

    (letter,) = site.wait_keyed("dead-letters", key)
    assert letter.value == bad.value
    check_dead_letter(letter, bad.reason, bad.topic, partition, offset)
    assert bad.cure in letter.headers["detail"].decode()

    (alert,) = site.wait("alerts", lambda out: out.key == key and out.rule == "SCREENING_INCOMPLETE")
    check_alert(alert)
    wait_for("the counter", lambda: worker.metric("screening_dead_letters_total", reason=bad.reason) == before + 1)
    assert site.decision(next_event["event_id"])["verdict"] == "hold"
    assert rules(site.decision(next_event["event_id"])) == ["LISTED_NAME"]


def key_of(partition: int, prefix: str) -> bytes:
    """A fresh key of this partition: the embedded broker keeps 5 MiB of dead letters in each, then drops the oldest."""
    keys = (fresh_id(prefix).encode() for _ in range(1_000))
    return next(key for key in keys if (murmur2(key) & 0x7FFFFFFF) % PARTITIONS == partition)


def check_incomplete(decision: Mapping[str, Any], reason: str) -> None:
    jsonschema.validate(decision, json.loads((SCHEMAS / "decisions.schema.json").read_text("utf-8")))
    assert decision["verdict"] == "hold"
    assert rules(decision) == ["SCREENING_INCOMPLETE"]
    assert reason in decision["findings"][0]["reason"]


def check_dead_letter(letter: Out, reason: str, topic: str, partition: int, offset: int) -> None:
    assert reason in DEAD_LETTER_REASONS
    assert letter.headers["reason"].decode() == reason
    assert letter.headers["source-topic"].decode() == topic
    assert letter.headers["source-partition"].decode() == str(partition)
    assert letter.headers["source-offset"].decode() == str(offset)
    assert letter.headers["stage"]
    assert letter.headers["detail"]


def check_alert(alert: Out) -> None:
    finding = alert.json
    jsonschema.validate(finding, json.loads((SCHEMAS / "alerts.schema.json").read_text("utf-8")))
    assert finding["severity"] == "High"
    assert finding["disposition"] == "Blocked"


def test_the_detail_of_a_dead_letter_quotes_no_value_of_the_event(site: Site) -> None:
    event = payment(creditor={"name": ["Zebulon Quince"]}, amount="Zebulon", currency="zebulon", event_time="Zebulon")
    key = fresh_id("bad").encode()
    site.publish_raw(as_bytes(event), key=key)
    (letter,) = site.wait_keyed("dead-letters", key)
    (alert,) = site.wait_keyed("alerts", key)
    assert b"ebulon" not in letter.headers["detail"]
    assert alert.value is not None
    assert b"ebulon" not in alert.value
    assert "ebulon" not in site.workers[0].log


@pytest.mark.parametrize(
    "key",
    [None, b"", b"\xff\x00\xfe", b"k" * 100_000, b"\xff" * 100_000],
    ids=["none", "empty", "binary", "100 kB", "100 kB of no UTF-8"],
)
def test_a_payer_is_answered_under_whatever_key_it_used(site: Site, key: bytes | None) -> None:
    marker = fresh_id("no-json").encode()
    partition, offset = site.publish_raw(marker, key=key)
    source = {"topic": "payments", "partition": partition, "offset": offset}
    (decision,) = site.wait("decisions", lambda out: out.json["source"] == source)
    assert decision.key == (key or f"payments/{partition}/{offset}".encode())
    (letter,) = site.wait("dead-letters", lambda out: out.value == marker)
    assert letter.key == key
    site.wait("alerts", lambda out: out.key == decision.key and out.json["resources"][0]["data"]["source"] == source)


@pytest.mark.parametrize(("partition", "size"), [(0, RECORD_BYTES_MAX + 1), (1, 16 * 1024 * 1024)])
def test_a_record_that_was_small_only_when_compressed_is_held(site: Site, partition: int, size: int) -> None:
    key = key_of(partition, "large")
    value = b'{"event_id": "' + b"x" * (size - 16) + b'"}'
    compressing = KafkaProducer(
        **site.broker.kafka_python, acks="all", compression_type="gzip", max_request_size=64 * 1024 * 1024
    )
    try:
        compressing.send(site.settings.topic("payments"), key=key, value=value).get(timeout=WAIT_SECONDS_MAX)
    finally:
        compressing.close(timeout=5)
    after = payment()
    site.publish_raw(as_bytes(after), key=key)
    decision = site.decision(key)
    check_incomplete(decision, "too_large")
    assert decision["event_digest"] == digest(value)
    (letter,) = site.wait_keyed("dead-letters", key)
    assert letter.value is not None
    assert value.startswith(letter.value)
    assert len(letter.value) == min(size, DEAD_LETTER_BYTES_MAX)
    assert site.decision(after["event_id"])["verdict"] == "release"


def test_a_key_that_was_small_only_when_compressed_is_cut_and_answered(site: Site) -> None:
    key = fresh_id("key").encode() + b"k" * 5_000_000
    compressing = KafkaProducer(
        **site.broker.kafka_python, acks="all", compression_type="gzip", max_request_size=64 * 1024 * 1024
    )
    try:
        compressing.send(site.settings.topic("payments"), key=key, value=b"no JSON").get(timeout=WAIT_SECONDS_MAX)
    finally:
        compressing.close(timeout=5)
    cut = key[:KEY_BYTES_MAX]
    check_incomplete(site.decision(cut), "not_json")
    assert [letter.value for letter in site.wait_keyed("dead-letters", cut)] == [b"no JSON"]
    site.wait_keyed("alerts", cut)


def test_an_event_id_that_returns_with_other_content_is_held(site: Site) -> None:
    event = payment(amount="100")
    first = site.screen(event)
    changed = event | {"amount": "100000"}
    site.publish(changed)
    _, second = site.wait_keyed("decisions", event["event_id"], 2)
    assert first["verdict"] == "release"
    check_incomplete(second.json, "event_id_reused")
    assert second.json["event_id"] == event["event_id"]
    (letter,) = site.wait_keyed("dead-letters", event["event_id"])
    assert letter.value == as_bytes(changed)
    site.wait("alerts", lambda out: out.key == event["event_id"].encode() and out.rule == "SCREENING_INCOMPLETE")
    # The first content is still the first.
    site.publish(event)
    third = site.wait_keyed("decisions", event["event_id"], 3)[2]
    assert third.json == first


def test_an_event_id_reused_on_another_partition_answers_for_its_own_record_only(site: Site) -> None:
    """Ids are kept where they are seen; a payer tells the answers apart by the source in their headers."""
    held = payment(creditor=LISTED_NAME)
    clean = held | {"creditor": {"name": "Nordlicht Design GmbH"}}
    places = [
        site.publish_raw(as_bytes(event), key=key_of(partition, "elsewhere"))
        for partition, event in ((0, held), (1, clean))
    ]
    verdicts = {
        (int(out.headers["source-partition"]), int(out.headers["source-offset"])): out.json["verdict"]
        for out in site.wait_keyed("decisions", held["event_id"], 2)
    }
    assert verdicts == dict(zip(places, ("hold", "release"), strict=True))


@pytest.mark.parametrize("partitioner", ["murmur2", "crc32"])
def test_where_publishers_agree_on_a_partitioner_a_record_elsewhere_is_held(
    broker: Broker, tmp_path: Path, partitioner: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[worker]\npartitioner = "{partitioner}"\n', "utf-8")
    with Site(broker, tmp_path, STREAMER_POLICY_FILE=str(policy)) as site:
        site.publish_sample_lists()
        site.worker().wait_ready()
        event = payment()
        home = partition_of(event["event_id"], partitioner, PARTITIONS)
        elsewhere = (home + 1) % PARTITIONS
        site.publish_raw(as_bytes(event), key=key_of(home, "home"))
        reused = event | {"creditor": {"name": "Blumenhof Handels GmbH"}}
        key = key_of(elsewhere, "elsewhere")
        site.publish_raw(as_bytes(reused), key=key)
        by_partition = {
            int(out.headers["source-partition"]): out.json for out in site.wait_keyed("decisions", event["event_id"], 2)
        }
        assert by_partition[home]["verdict"] == "release"
        check_incomplete(by_partition[elsewhere], "wrong_partition")
        (letter,) = site.wait_keyed("dead-letters", key)
        assert b"event id as record key" in letter.headers["detail"]


def test_the_same_event_id_of_another_tenant_is_another_event(site: Site) -> None:
    event = payment(amount="100")
    site.screen(event)
    site.publish(event | {"tenant": "globex", "amount": "200"})
    _, other = site.wait_keyed("decisions", event["event_id"], 2)
    assert (other.json["tenant"], other.json["verdict"]) == ("globex", "release")


@pytest.mark.parametrize("timestamp_ms", [0, 253_402_300_799_000, 2**62], ids=["1970", "9999", "overflow"])
def test_a_record_timestamp_out_of_this_world_does_not_stop_the_worker(site: Site, timestamp_ms: int) -> None:
    event = payment(creditor=LISTED_NAME)
    site.publish_raw(as_bytes(event), key=event["event_id"].encode(), timestamp_ms=timestamp_ms)
    assert rules(site.decision(event["event_id"])) == ["LISTED_NAME"]


def test_garbage_on_the_observations_topic_does_not_stop_the_watch(site: Site) -> None:
    key = b"acme/account/garbage"
    site.publish_raw(b"\x00\xff garbage", key=key, topic="observations")
    (letter,) = site.wait_keyed("dead-letters", key)
    assert (letter.value, letter.headers["stage"]) == (b"\x00\xff garbage", b"watch")
    shared = [
        pay(worker={"name": name, "worker_id": name}, payout_account={"iban": "ES9121000418450200051332"})
        for name in ("Olga Petrenko", "Hugo Lindqvist")
    ]
    site.publish(*shared)
    site.wait(
        "alerts", lambda out: out.rule == "SHARED_ACCOUNT" and out.key in [e["event_id"].encode() for e in shared]
    )


# ---------------------------------------------------------------- faults of our own


@pytest.fixture
def failing(broker: Broker, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A site whose worker fails where it is asked to, and stops after three failures in a row."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[lists]\nrequired = ["ofac"]\n[worker]\nerrors_in_a_row_max = 3\n', "utf-8")
    with Site(broker, tmp_path, STREAMER_POLICY_FILE=str(policy)) as site:
        site.publish_sample_lists()
        site.worker(entry=FAILING).wait_ready()
        yield lambda: site


def test_a_fault_of_ours_holds_the_payment_and_too_many_stop_the_worker(failing: Callable[..., Site]) -> None:
    site = failing()
    (worker,) = site.workers
    event = payment(creditor="Zebulon Quince", purpose=FAILS)
    decision = site.screen(event)
    check_incomplete(decision, "error")
    assert decision["event_id"] == event["event_id"]
    assert "Fault" in decision["findings"][0]["reason"]
    (letter,) = site.wait_keyed("dead-letters", event["event_id"])
    assert letter.value == as_bytes(event)
    assert letter.headers["reason"] == b"error"
    (alert,) = site.wait_keyed("alerts", event["event_id"])
    assert alert.rule == "SCREENING_INCOMPLETE"
    wait_for("the counter", lambda: worker.metric("screening_dead_letters_total", reason="error") == 1)
    assert worker.metric("screening_errors_total", stage="screen") == 1
    assert worker.metric("screening_errors_in_a_row") == 1
    # The log says where it failed, and quotes nobody.
    assert "screen failed with Fault at" in worker.log
    assert "failing_worker.py" in worker.log
    assert "Zebulon" not in worker.log

    # One that goes well ends the row.
    assert site.screen(payment())["verdict"] == "release"
    wait_for("the end of the row", lambda: worker.metric("screening_errors_in_a_row") == 0)

    # However many one tenant's are, they stop nobody else's payments.
    key = b"one partition, one order"
    of_one = [payment(purpose=FAILS) for _ in range(12)]
    for one in of_one:
        site.publish_raw(as_bytes(one), key=key)
    site.decisions(one["event_id"] for one in of_one)
    wait_for("the row", lambda: worker.metric("screening_errors_in_a_row") == len(of_one))
    assert site.screen(payment())["verdict"] == "release"
    assert worker.metric("screening_errors_total", stage="screen") == 1 + len(of_one)

    failures = [payment(purpose=FAILS) | {"tenant": f"tenant-{n}"} for n in range(3)]
    for one in failures:
        site.publish_raw(as_bytes(one), key=key)
    assert worker.wait_exit() == EXIT_DELIVERY
    assert "3 records in a row failed in our own code" in worker.log

    # They have their answers, and are behind us: the next worker is not stopped by them again.
    successor = site.worker(entry=FAILING).wait_ready()
    for one in failures:
        check_incomplete(site.decision(one["event_id"]), "error")
    assert site.screen(payment())["verdict"] == "release"
    assert successor.metric("screening_errors_total", stage="screen") == 0
    assert [len(site.keyed("decisions", one["event_id"])) for one in failures] == [1, 1, 1]


def test_behaviour_rules_that_always_fail_stop_the_worker_though_screening_works(
    failing: Callable[..., Site],
) -> None:
    site = failing()
    (worker,) = site.workers
    # Each of these is screened well, in between the failures: what works there must not hide what fails here.
    for n in range(3):
        event = payment(f"{FAILS_LATER}{n}", creditor=f"Contractor {n} GmbH") | {"tenant": f"tenant-{n}"}
        site.publish(event)
        wait_for(
            "an answer to every observation so far",
            lambda n=n: len(site.received("dead-letters")) >= n + 1 or worker.process.poll() is not None,  # type: ignore[misc]
        )
    assert worker.wait_exit() == EXIT_DELIVERY
    assert "watch failed with Fault at" in worker.log
    assert "watch: 3 records in a row failed" in worker.log
    for n in range(3):
        (decision,) = site.keyed("decisions", f"{FAILS_LATER}{n}")
        assert decision.json["verdict"] == "release"
    letters = site.received("dead-letters")
    assert {(letter.headers["stage"], letter.headers["reason"]) for letter in letters} == {(b"watch", b"error")}
    assert {orjson.loads(letter.value or b"")["event_id"] for letter in letters} == {
        f"{FAILS_LATER}{n}" for n in range(3)
    }
