"""What each topic receives for one record: the same bytes however often the record comes."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from streamer.events import DeadLetter, Source
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Screened
from streamer.outputs import DEAD_LETTER_BYTES_MAX, Output, alerting, dead_letter_output, screening_outputs
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists
from tests.builders import IBAN_BERLIN, LISTED_NAME, RECEIVED_AT, as_bytes, pay, payment, record


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


@pytest.fixture(scope="module")
def monitor() -> Monitor:
    return Monitor.under(shipped_policy(), identity_key=b"key", engine_version="1.0")


def of(outputs: tuple[Output, ...], topic: str) -> list[Output]:
    return [output for output in outputs if output.topic == topic]


def screened(monitor: Monitor, lists: Lists, value: object, **where: object) -> Screened:
    return monitor.screen(monitor.receive(record(value, **where)), lists)  # type: ignore[arg-type]


def test_a_clean_event_gives_a_decision_and_observations(monitor: Monitor, lists: Lists) -> None:
    event = pay()
    outputs = screening_outputs(screened(monitor, lists, event), masked=True)
    assert [output.topic for output in outputs] == ["decisions", "observations", "observations"]
    (decision,) = of(outputs, "decisions")
    assert decision.key == event["event_id"].encode()
    for observation in of(outputs, "observations"):
        assert observation.value is not None
        assert observation.key == orjson.loads(observation.value)["subject"].encode()


def test_a_listed_party_gives_an_alert_per_finding_that_blocks(monitor: Monitor, lists: Lists) -> None:
    answer = screened(monitor, lists, payment(creditor=LISTED_NAME, remittance_unstructured=["Volasys Silver Star"]))
    outputs = screening_outputs(answer, masked=True)
    assert len(of(outputs, "alerts")) == len(alerting(answer.decision)) >= 2
    assert {output.key for output in of(outputs, "alerts")} == {answer.key}


def test_a_record_delivered_again_gives_the_same_records(monitor: Monitor, lists: Lists) -> None:
    event = payment(creditor=LISTED_NAME, creditor_account={"iban": IBAN_BERLIN})
    first = screening_outputs(screened(monitor, lists, event, offset=4), masked=True)
    assert first == screening_outputs(screened(monitor, lists, event, offset=4), masked=True)


def test_a_record_published_again_keeps_the_ids_and_says_where_it_stood(monitor: Monitor, lists: Lists) -> None:
    event = payment(creditor=LISTED_NAME)
    later = RECEIVED_AT + timedelta(hours=1)
    first = screening_outputs(screened(monitor, lists, event, offset=4), masked=True)
    again = screening_outputs(screened(monitor, lists, event, offset=5, timestamp=later), masked=True)
    assert [o.headers["ce_id"] for o in first] == [o.headers["ce_id"] for o in again]
    assert of(first, "decisions")[0].value == of(again, "decisions")[0].value
    assert (first[0].headers["source-offset"], again[0].headers["source-offset"]) == (b"4", b"5")


def test_what_cannot_be_read_gives_a_hold_one_alert_and_its_bytes(monitor: Monitor, lists: Lists) -> None:
    outputs = screening_outputs(screened(monitor, lists, b"\xff", key=b"k", partition=2, offset=9), masked=True)
    assert [output.topic for output in outputs] == ["decisions", "alerts", "dead-letters"]
    assert {output.key for output in outputs} == {b"k"}
    letter = outputs[-1]
    assert letter.value == b"\xff"
    assert letter.headers["reason"] == b"not_utf8"
    assert [letter.headers[f"source-{at}"] for at in ("topic", "partition", "offset")] == [b"payments", b"2", b"9"]


@pytest.mark.parametrize("size", [0, DEAD_LETTER_BYTES_MAX, DEAD_LETTER_BYTES_MAX + 1])
def test_a_dead_letter_keeps_what_a_record_can_carry(size: int) -> None:
    source = Source(topic="payments", partition=0, offset=0)
    letter = DeadLetter(reason="too_large", detail="d", stage="receive", source=source, raw=b"x" * size, key=None)
    value = dead_letter_output(letter).value
    assert value is not None
    assert len(value) == min(size, DEAD_LETTER_BYTES_MAX)


def test_masking_is_the_policys_choice(monitor: Monitor, lists: Lists) -> None:
    event = payment(
        creditor="Zebulon Quince", creditor_account={"other": "KP 1234567890"}, ultimate_creditor={"name": LISTED_NAME}
    )
    answer = screened(monitor, lists, event)
    for output in of(screening_outputs(answer, masked=True), "alerts"):
        assert output.value is not None
        assert b"Quince" not in output.value


def test_a_value_is_compact_json(monitor: Monitor, lists: Lists) -> None:
    (decision, *_) = screening_outputs(screened(monitor, lists, payment()), masked=True)
    assert decision.value is not None
    assert decision.value == orjson.dumps(orjson.loads(decision.value))


def test_the_bytes_of_an_event_stay_out_of_every_other_topic(monitor: Monitor, lists: Lists) -> None:
    event = payment(creditor="Zebulon Quince", creditor_account={"iban": IBAN_BERLIN})
    outputs = screening_outputs(screened(monitor, lists, event), masked=True)
    for output in outputs:
        assert output.value is not None
        assert as_bytes(event) not in output.value
        if output.topic == "observations":
            assert b"Quince" not in output.value
            assert IBAN_BERLIN.encode() not in output.value
