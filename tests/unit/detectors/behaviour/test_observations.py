"""How events fan out into observations of their subjects."""

from __future__ import annotations

from datetime import date

import pytest

from streamer.detectors.behaviour.observations import normalised_name
from tests.unit.detectors.behaviour.observed import (
    IBAN_A,
    WORKER,
    change,
    event,
    hire,
    identity,
    observed,
    pay,
    payment,
)


def test_events_fan_out_by_subject() -> None:
    kinds = {
        "pay": observed(pay("w1", IBAN_A)),
        "change": observed(change("w1", IBAN_A)),
        "hire": observed(hire("w1", "2026-03-01")),
        "payment": observed(payment({"name": "Ada"}, IBAN_A)),
        "nameless": observed(payment({}, IBAN_A)),
    }
    assert {name: [o.subject_kind.value for o in found] for name, found in kinds.items()} == {
        "pay": ["account", "worker"],
        "change": ["account", "worker"],
        "hire": ["worker"],
        "payment": ["account", "worker"],
        "nameless": [],
    }
    assert kinds["hire"][0].start_date == date(2026, 3, 1)
    worker = {o.subject for name in ("pay", "change", "hire") for o in kinds[name] if o.subject_kind is WORKER}
    assert len(worker) == 1


def test_contact_changes_are_not_observed() -> None:
    fields = {"event_type": "contact_changed", "employer": {"name": "Acme"}, "worker": {"worker_id": "w1"}}
    assert observed(event("payrolls", 0, "1", fields)) == ()


def test_observations_hold_no_plain_identity() -> None:
    paid = pay("w-xyz", IBAN_A, name="Jane Doe", employer={"name": "Globex"})
    for observation in (*observed(paid), *observed(payment({"name": "Ada Lovelace"}, IBAN_A))):
        text = observation.model_dump_json().lower()
        assert not [plain for plain in ("xyz", IBAN_A.lower(), "jane", "lovelace", "globex") if plain in text]


def test_an_observation_is_known_by_its_event_and_subject() -> None:
    paid = pay("w1", IBAN_A)
    assert observed(paid) == observed(paid)
    again = paid.model_copy(update={"event_id": "other"})
    assert not {o.observation_id for o in observed(paid)} & {o.observation_id for o in observed(again)}
    account, worker = observed(paid)
    assert account.observation_id != worker.observation_id
    assert account.subject == f"acme/account/{identity('acme', 'account', IBAN_A)}"


def test_tenants_share_no_history() -> None:
    mine = pay("w1", IBAN_A)
    theirs = mine.model_copy(update={"tenant": "other"})
    assert not {o.subject for o in observed(mine)} & {o.subject for o in observed(theirs)}


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("DOE, Jané", "jane doe", True),
        ("Blue Sky Ltd.", "Blue Sky Limited", True),
        ("Limited", "Ltd", False),
        ("Jane Doe", "Jane Roe", False),
        ("김철수", "김철수", True),
    ],
)
def test_names_are_compared_without_case_accents_order_and_legal_form(one: str, other: str, are_same: bool) -> None:
    assert (normalised_name(one) == normalised_name(other)) is are_same
