"""Whatever a record on `payments`, `payrolls` or `observations` holds, it is answered: a decision, or a dead letter.

Never an exception, never an output that the broker would refuse, never two answers to one input.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from streamer.decisions import FINDINGS_MAX
from streamer.decoding import event_from_json
from streamer.detectors.behaviour.histories import History
from streamer.events import (
    DEAD_LETTER_REASONS,
    RECORD_BYTES_MAX,
    TEXT_CHARS_MAX,
    Decision,
    InvalidEvent,
    Observation,
    SubjectKind,
    Verdict,
)
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import RECORD_CHARS_MAX, Monitor, Record
from streamer.outputs import screening_outputs, watch_output
from streamer.policy import policy_from_toml
from streamer.reference.places import Gazetteer
from streamer.watchlists import sample_lists
from streamer.worker.faust_settings import OUTPUT_BYTES_MAX
from tests.builders import account_changed, as_bytes, pay, payment
from tests.property.fuzzing import (
    HOSTILE_NUMBERS,
    HOSTILE_TEXTS,
    HOSTILE_TIMES,
    damages,
    finds,
    fuzzed,
    repeated,
    texts,
)

RECEIVED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEADERS_BYTES_MAX = 512 * 1024
OUTPUTS_MAX = FINDINGS_MAX + 10
"""A decision, an alert per finding, a dead letter, and a handful of observations."""
POLICY = '[jurisdictions]\nnationality = true\nelevated = true\n[lists]\nrequired = ["ofac"]\n'

pytestmark = pytest.mark.timeout(600)


@cache
def monitor() -> Monitor:
    """With everything switched on that a policy can switch on."""
    return Monitor.under(policy_from_toml(POLICY, "test"), identity_key=b"k", engine_version="0")


@cache
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def record(value: bytes | None, topic: str, key: bytes | None = b"key") -> Record:
    return Record(topic, 0, 0, key, value, RECEIVED_AT)


def answered(value: bytes | None, topic: str, key: bytes | None = b"key") -> Decision:
    """Screens a record and checks what every answer must be."""
    taken = record(value, topic, key)
    received = monitor().receive(taken)
    assert (received.event is None) != (received.dead_letter is None)
    screened = monitor().screen(received, lists())
    decision = screened.decision
    if screened.dead_letter is not None:
        assert screened.dead_letter.reason in DEAD_LETTER_REASONS
        assert screened.dead_letter.detail
        assert decision.verdict is Verdict.HOLD
        assert screened.observations == ()
    assert decision.verdict.rank == max((f.verdict.rank for f in decision.findings), default=0)
    outputs = screening_outputs(screened, masked=True)
    assert len(outputs) <= OUTPUTS_MAX
    assert [output.topic for output in outputs].count("decisions") == 1
    for output in outputs:
        headers = sum(len(name) + len(text) for name, text in output.headers.items())
        assert headers <= HEADERS_BYTES_MAX
        assert len(output.value or b"") + len(output.key or b"") + headers < OUTPUT_BYTES_MAX
        if output.topic != "dead-letters":
            assert isinstance(orjson.loads(output.value or b""), dict)
        if output.topic == "observations":
            assert len(output.value or b"") < RECORD_BYTES_MAX // 4
            assert output.value is not None
            watch(Observation.model_validate_json(output.value))
    again = monitor().screen(monitor().receive(taken), lists())
    assert screening_outputs(again, masked=True) == outputs
    return decision


def watch(observation: Observation) -> None:
    watched = monitor().watch(observation, History())
    assert monitor().watch(observation, watched.history).history == watched.history
    for observed, finding in watched.judged:
        assert orjson.loads(watch_output(finding, observed, masked=True, engine_version="0").value or b"")


# ---------------------------------------------------------------- any bytes

topics = st.sampled_from(["payments", "payrolls"])
keys = st.one_of(st.none(), st.binary(max_size=40))


@fuzzed(600)
@given(st.one_of(st.none(), st.binary(max_size=200)), topics, keys)
def test_any_bytes(value: bytes | None, topic: str, key: bytes | None) -> None:
    assert answered(value, topic, key).verdict is Verdict.HOLD


anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(texts(), children, max_size=4),
    max_leaves=8,
)


@fuzzed(300)
@given(anything, topics)
def test_any_json(content: Any, topic: str) -> None:
    assert answered(json.dumps(content).encode(), topic).verdict is Verdict.HOLD


# ---------------------------------------------------------------- nearly events

EVENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "payment": lambda: payment("E"),
    "pay": lambda: pay("E"),
    "change": lambda: account_changed("E"),
    "hired": lambda: pay("E") | {"event_type": "worker_hired"},
    "contact": lambda: pay("E") | {"event_type": "contact_changed"},
}
FIELDS = (
    *("debtor", "creditor", "ultimate_creditor", "initiating_party", "employer", "worker", "creditor_agent"),
    *("intermediary_agents", "previous_instructing_agents", "payout_agent", "creditor_account", "payout_account"),
    *("previous_account", "account_holder_name", "purpose", "remittance_unstructured", "remittance_structured"),
    *(
        "instructions",
        "regulatory_reporting",
        "ship_to",
        "changed",
        "message_id",
        "end_to_end_id",
        "event_id",
        "tenant",
    ),
)
TIMES = ("event_time", "decide_by", "requested_execution_date", "start_date", "next_pay_date", "period_end")
PARTY_FIELDS = ("name", "nationality", "country_of_residence", "birth_date", "birth_place", "email", "phone", "ip")

parties = st.fixed_dictionaries(
    {"name": texts(), "worker_id": st.just("w")},
    optional={
        **{field: texts() for field in PARTY_FIELDS if field != "name"},
        "address": st.fixed_dictionaries(
            {},
            optional={f: texts() for f in ("street", "postcode", "town", "region", "country")}
            | {"lines": st.lists(texts(), max_size=4)},
        ),
        "identifiers": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["passport", "tax", "lei", "bic", "imo", "other"]), "value": texts()},
                optional={"country": texts()},
            ),
            max_size=3,
        ),
        "type": st.sampled_from(["person", "entity", "vessel", "unknown"]),
    },
)
agents = st.fixed_dictionaries({}, optional={field: texts() for field in ("bic", "lei", "name", "clearing_member_id")})
accounts = st.fixed_dictionaries(
    {},
    optional={field: texts() for field in ("iban", "other", "proxy", "currency")}
    | {"wallet": st.fixed_dictionaries({"address": texts()}, optional={"asset": texts()})},
)
values = st.one_of(
    parties, agents, accounts, texts(), st.lists(texts(), max_size=6), st.lists(agents, max_size=3), anything
)


@fuzzed(600)
@given(st.data(), st.sampled_from(sorted(EVENTS)))
def test_events_with_hostile_fields(data: st.DataObject, kind: str) -> None:
    event = EVENTS[kind]()
    event |= data.draw(st.dictionaries(st.sampled_from(FIELDS), values, max_size=4))
    event |= data.draw(st.dictionaries(st.sampled_from(TIMES), st.sampled_from(HOSTILE_TIMES), max_size=1))
    # Not orjson: it refuses what publishers can write, lone surrogates among it.
    answered(json.dumps(event).encode(), "payments" if kind == "payment" else "payrolls")


@fuzzed(400)
@given(parties, parties, agents, accounts, st.lists(texts(), max_size=5))
def test_well_formed_payments_with_hostile_texts(
    debtor: Any, creditor: Any, agent: Any, account: Any, lines: list[str]
) -> None:
    event = payment("E", debtor=debtor, creditor=creditor, creditor_agent=agent, remittance_unstructured=lines)
    answered(json.dumps(event | {"creditor_account": account}).encode(), "payments")


@fuzzed(600)
@given(st.sampled_from(sorted(EVENTS)), st.lists(damages(), min_size=1, max_size=3))
def test_damaged_events(kind: str, damaged: list[Callable[[bytes], bytes]]) -> None:
    value = as_bytes(EVENTS[kind]())
    for damage in damaged:
        value = damage(value)
    answered(value, "payments" if kind == "payment" else "payrolls")


@pytest.mark.parametrize("field", ["amount", "event_time", "decide_by", "requested_execution_date"])
@pytest.mark.parametrize("written", [*HOSTILE_NUMBERS, *HOSTILE_TIMES])
def test_numbers_and_times_at_their_edges(field: str, written: str) -> None:
    without = as_bytes({name: value for name, value in payment("E").items() if name != field})
    for text in (written, json.dumps(written)):
        answered(without[:-1] + f',"{field}":{text}}}'.encode(), "payments")


@fuzzed(300)
@given(st.text(max_size=20) | st.sampled_from(HOSTILE_TEXTS), st.sampled_from(["event_id", "message_id", "currency"]))
def test_ids_of_any_writing(text: str, field: str) -> None:
    answered(json.dumps(payment("E") | {field: text}).encode(), "payments")


# ---------------------------------------------------------------- the largest

LARGEST: Mapping[str, Callable[[], dict[str, Any]]] = {
    "one listed name in every line": lambda: payment("E", **_lines(["VOLASYS SILVER STAR"] * 1_000)),
    "every listed name in a line": lambda: payment("E", **_lines([n for e in _listed() for n in e][:1_000])),
    "every place in a line": lambda: payment("E", remittance_unstructured=_places()),
    "a megabyte of places": lambda: payment("E", remittance_unstructured=[" ".join(_places())[:9_900]] * 100),
    "fifty identifiers in five parties": lambda: payment("E") | _crowd(),
    "names of ten thousand letters": lambda: payment("E", creditor={"name": "volasys silver star " * 150}),
    "a thousand lines of one letter": lambda: payment("E", **_lines(["x"] * 1_000)),
}


def _lines(lines: list[str]) -> Any:
    fields = ("remittance_unstructured", "remittance_structured", "instructions", "regulatory_reporting")
    return dict.fromkeys(fields, lines)


def _crowd() -> dict[str, Any]:
    somebody = {"name": "A" * 9_000, "identifiers": [{"kind": "passport", "value": "9" * 490}] * 50}
    roles = ("debtor", "creditor", "ultimate_debtor", "ultimate_creditor", "initiating_party")
    return dict.fromkeys(roles, somebody)


def _listed() -> list[tuple[str, ...]]:
    return [tuple(name.text for name in entity.names) for one in sample_lists() for entity in one.entities]


def _places() -> list[str]:
    gazetteer = Gazetteer.from_toml(files("streamer.data").joinpath("places.toml").read_text("utf-8"))
    return [place.spellings[0] for place in gazetteer.places][:1_000]


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_events_fit_their_topics(name: str) -> None:
    value = as_bytes(LARGEST[name]())
    assert len(value) <= RECORD_BYTES_MAX
    answered(value, "payments")


def test_a_listed_name_anywhere_in_a_long_text_is_found() -> None:
    for words in range(0, 200, 7):
        text = " ".join(f"word{n}" for n in range(words)) + " for VOLASYS SILVER STAR and others"
        decision = answered(as_bytes(payment("E", remittance_unstructured=[text])), "payments")
        assert "LISTED_NAME_IN_TEXT" in [finding.rule for finding in decision.findings], words


def test_a_listed_name_behind_a_long_beginning_of_a_name_is_found() -> None:
    name = "x" * 401 + " " + " ".join(f"word{n}" for n in range(41)) + " VOLASYS SILVER STAR"
    decision = answered(as_bytes(payment("E", creditor=name)), "payments")
    assert decision.verdict is not Verdict.RELEASE


def test_the_last_words_of_the_longest_event_are_screened() -> None:
    clean = [("word " * 2_000)[: TEXT_CHARS_MAX - 1]] * (RECORD_CHARS_MAX // TEXT_CHARS_MAX - 1)
    clean[-1] = clean[-1][: -len("VOLASYS SILVER STAR")] + "VOLASYS SILVER STAR"
    decision = answered(as_bytes(payment("E", remittance_unstructured=clean)), "payments")
    assert [finding.rule for finding in decision.findings] == ["LISTED_NAME_IN_TEXT"]


# ---------------------------------------------------------------- observations


@fuzzed(300)
@given(st.dictionaries(st.sampled_from(list(Observation.model_fields)), st.one_of(texts(), anything), max_size=3))
def test_observations_of_any_content(fields: dict[str, Any]) -> None:
    base = {
        "observation_id": "1", "tenant": "t", "subject_kind": SubjectKind.ACCOUNT, "subject": "t/account/1",
        "event_id": "e", "event_type": "pay", "event_time": "2026-11-20T09:00:00Z", "payee": "p",
    }  # fmt: skip
    try:
        observation = Observation.model_validate_json(json.dumps(base | fields))
    except ValidationError:
        return
    watch(observation)


# ---------------------------------------------------------------- what was found


@pytest.mark.parametrize("case", finds("records"))
def test_finds(case: dict[str, Any]) -> None:
    value = repeated(case).encode("utf-8")
    decision = answered(value, case["topic"])
    assert decision.verdict == case["verdict"]
    assert [finding.rule for finding in decision.findings] == case["rules"]
    if case["rules"] == ["SCREENING_INCOMPLETE"]:
        with pytest.raises(InvalidEvent, match=case["says"]):
            event_from_json(case["topic"], value)
