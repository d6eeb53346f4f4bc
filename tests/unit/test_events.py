"""What is read, what is refused and why, and that a refusal quotes nobody."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from streamer.decoding import event_from_json
from streamer.events import (
    LINES_MAX,
    NAME_CHARS_MAX,
    TOPICS,
    Decision,
    InvalidEvent,
    Observation,
    PayEvent,
    PaymentEvent,
    Verdict,
    canonical_json,
    unknown_fields,
)
from tests.builders import account_changed, as_bytes, party, pay, payment, read


def test_an_event_is_what_its_topic_says() -> None:
    assert isinstance(read(payment()), PaymentEvent)
    assert isinstance(read(pay()), PayEvent)
    assert read(account_changed()).event_type == "payout_account_changed"


def test_unknown_fields_are_kept_inbound_and_forbidden_outbound() -> None:
    assert read(payment(field_of_tomorrow={"a": 1})).model_extra == {"field_of_tomorrow": {"a": 1}}
    with pytest.raises(ValidationError, match="extra"):
        Decision.model_validate({"decision_id": "1", "field_of_tomorrow": 1})


def test_money_stays_exact() -> None:
    event = read(payment(amount="0.1"))
    assert isinstance(event, PaymentEvent)
    assert event.amount + event.amount + event.amount == Decimal("0.3")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e16"}, "amount"),
        ({"amount": "0.0000000000000000001"}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"event_time": "2026-11-20T09:00:00"}, "event_time"),
        ({"event_time": "1999-12-31T23:59:59Z"}, "event_time"),
        ({"decide_by": "2100-01-01T00:00:00Z"}, "decide_by"),
        ({"creditor": party("x" * (NAME_CHARS_MAX + 1))}, "creditor.name"),
        ({"creditor": party(birth_date="5 June 1987")}, "creditor.birth_date"),
        ({"creditor": party(identifiers=[{"kind": "library card", "value": "1"}])}, "creditor.identifiers.0.kind"),
        ({"intermediary_agents": [{}] * 4}, "intermediary_agents"),
        ({"remittance_unstructured": ["x"] * (LINES_MAX + 1)}, "remittance_unstructured"),
        ({"creditor_account": {"wallet": {"asset": "ETH", "address": ""}}}, "creditor_account.wallet.address"),
    ],
)
def test_a_refusal_names_the_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        read(payment(**fields))
    assert str(refused.value).startswith(f"{named}: ")


def test_many_wrong_fields_are_counted_not_listed_without_end() -> None:
    with pytest.raises(InvalidEvent, match="and 2 more"):
        event_from_json("payments", b'{"debtor": 1, "creditor": 1, "amount": "x"}')


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["amount", "currency", "event_time", "tenant", "event_id", "creditor", "creditor_account"]),
        st.sampled_from(["ZEBULON", ["ZEBULON"], {"name": ["ZEBULON"]}, {"iban": {"ZEBULON": 1}}, 17.5, None]),
        min_size=1,
    )
)
def test_a_refusal_quotes_no_value(fields: dict[str, Any]) -> None:
    try:
        event_from_json("payments", as_bytes(payment("E") | fields))
    except InvalidEvent as refused:
        assert "ZEBULON" not in str(refused)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_refusal(raw: bytes) -> None:
    for topic in ("payments", "payrolls"):
        with pytest.raises(InvalidEvent):
            event_from_json(topic, raw)


def test_the_type_of_a_payroll_event_is_not_quoted_either() -> None:
    with pytest.raises(InvalidEvent) as refused:
        read(pay() | {"event_type": "ZEBULON"})
    assert "ZEBULON" not in str(refused.value)
    assert "unknown event_type" in str(refused.value)


def test_the_canonical_form_knows_content_not_spelling() -> None:
    event = payment("E", amount="10.50")
    respelled = dict(reversed(event.items())) | {"creditor": party(" Nordlicht Design GmbH ")}
    assert canonical_json(read(event)) == canonical_json(read(respelled))
    # A field that no model knows is screened, and so it is content.
    assert canonical_json(read(event)) != canonical_json(read(event | {"unknown": 1}))
    large = event_from_json("payments", json.dumps(event | {"unknown": 10**400}).encode())
    assert canonical_json(large) != canonical_json(read(event | {"unknown": 1}))
    assert canonical_json(read(event)) != canonical_json(read(event | {"amount": "10.51"}))


def test_the_larger_verdict_has_the_larger_rank() -> None:
    assert sorted(Verdict, key=lambda verdict: verdict.rank) == [Verdict.RELEASE, Verdict.REVIEW, Verdict.HOLD]


def test_an_observation_cannot_be_keyed_by_another_tenants_subject() -> None:
    with pytest.raises(ValidationError, match="must start with its tenant"):
        Observation.model_validate(
            {
                "observation_id": "1",
                "tenant": "acme",
                "subject_kind": "account",
                "subject": "acme-holding/account/1",
                "event_id": "E",
                "event_type": "pay",
                "event_time": "2026-11-20T09:00:00Z",
            }
        )


def test_events_cannot_be_changed() -> None:
    event = read(payment())
    with pytest.raises(ValidationError, match="frozen"):
        event.tenant = "globex"  # type: ignore[misc]


def test_every_topic_says_who_writes_it_and_what_its_key_is() -> None:
    assert {name for name, topic in TOPICS.items() if topic.direction == "in"} == {
        "payments",
        "payrolls",
        "dispositions",
    }
    assert all(topic.key and topic.description for topic in TOPICS.values())


def test_unknown_fields_are_named_at_any_depth_whatever_their_names() -> None:
    event = payment(
        related_parties=[{"name": "A", "role": "invoicer"}, {"name": "B", "role": "invoicer", "alias": [1]}],
        creditor_account={"wallet": {"address": "x", "memo": "7"}},
    )
    event |= {"model_extra": "M", "name": "N", "beneficiary": {"name": "Z"}}
    event["creditor"] = event["creditor"] | {"Name": "C"}
    del event["creditor"]["name"]
    assert dict(unknown_fields(read(event))) == {
        "model_extra": "M",
        "name": "N",
        "beneficiary": {"name": "Z"},
        "creditor.Name": "C",
        "related_parties[1].alias": [1],
        "creditor_account.wallet.memo": "7",
    }
    assert not list(unknown_fields(read(payment())))
