"""The behaviour rules: what a history shows, and what it must not be taken for."""

from __future__ import annotations

from typing import Any

import pytest

from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.rules import TYPOLOGIES
from streamer.detectors.behaviour.watching import Typologies
from streamer.events import (
    PaymentEvent,
    Severity,
    Verdict,
)
from tests.unit.detectors.behaviour.observed import (
    IBAN_A,
    IBAN_B,
    IBAN_C,
    IBAN_D,
    RULES,
    WORKER,
    change,
    hire,
    identity,
    observed,
    pay,
    payment,
    severities,
    watched,
)

# ---------------------------------------------------------------- SHARED_ACCOUNT


def test_two_payees_of_one_account_are_reviewed_and_three_are_grave() -> None:
    events = [pay("w1", IBAN_A), pay("w2", "DE89 3704 0044 0532 0130 00", 30), pay("w3", IBAN_A, 60)]
    first, second, third = watched(events)
    assert first == ()
    (two,), (three,) = second, third
    assert (two.finding.rule, two.finding.verdict, two.finding.severity) == (
        "SHARED_ACCOUNT",
        Verdict.REVIEW,
        Severity.MEDIUM,
    )
    assert three.finding.severity is Severity.HIGH
    assert three.finding.reason == "3 different payees share one account within 90 days, paid by 1 payer."
    assert three.finding.evidence[0].related_event_ids == tuple(e.event_id for e in events)


def test_one_payee_however_often_paid_is_nothing() -> None:
    assert severities([pay("w1", IBAN_A, days) for days in (0, 30, 60)]) == [[], [], []]


def test_the_window_is_ninety_days() -> None:
    assert severities([pay("w1", IBAN_A), pay("w2", IBAN_A, 89)])[1] == [Severity.MEDIUM]
    assert severities([pay("w1", IBAN_A), pay("w2", IBAN_A, 91)])[1] == []


def test_a_payment_and_the_pay_it_carries_out_are_one_payee() -> None:
    events = [pay("w1", IBAN_A, name="Jané Doe"), payment({"name": "DOE, JANE"}, IBAN_A, 1)]
    assert severities(events) == [[], []]
    assert severities([*events, payment({"name": "Someone Else"}, IBAN_A, 2)])[2] == [Severity.MEDIUM]


def test_creditors_are_told_apart_by_identifier_else_by_name() -> None:
    lei = {"identifiers": [{"kind": "lei", "value": "253400V1H6ART1UQ0N98"}]}
    same = [payment({"name": "Acme One", **lei}, IBAN_A), payment({"name": "Acme 1", **lei}, IBAN_A, 1)]
    assert severities(same) == [[], []]
    forms = [payment({"name": "Blue Sky GmbH"}, IBAN_A), payment({"name": "BLUE SKY"}, IBAN_A, 1)]
    assert severities(forms) == [[], []]
    others = [payment({"name": "Blue Sky"}, IBAN_A), payment({"name": "Red Sky"}, IBAN_A, 1)]
    assert severities(others)[1] == [Severity.MEDIUM]


def test_a_worker_number_is_the_employers_own() -> None:
    events = [pay("1001", IBAN_A), pay("1001", IBAN_A, 1, name="Other Body", employer={"name": "Other Inc"})]
    (judged,) = watched(events)[1]
    assert judged.finding.reason == "2 different payees share one account within 90 days, paid by 2 payers."


def test_one_person_with_several_employers_shares_no_account_but_is_told_from_three_employers_on() -> None:
    jobs = [pay(f"{n}", IBAN_A, n, name="Dong Tran", employer={"name": f"Employer {n}"}) for n in range(5)]
    found = [[(j.finding.rule, j.finding.severity) for j in judged] for judged in watched(jobs)]
    low, medium = [("MULTI_EMPLOYER", Severity.LOW)], [("MULTI_EMPLOYER", Severity.MEDIUM)]
    assert found == [[], [], low, low, medium]
    (judged,) = watched(jobs)[2]
    assert judged.finding.reason == "3 employers pay one person into one account within 60 days."
    assert judged.finding.evidence[0].related_event_ids == tuple(e.event_id for e in jobs[:3])
    apart = [pay(f"{n}", IBAN_A, 40 * n, name="Dong Tran", employer={"name": f"Employer {n}"}) for n in range(5)]
    assert severities(apart) == [[]] * 5


def test_one_name_twice_at_one_employer_is_two_payees_whatever_other_jobs_they_have() -> None:
    events = [
        pay("7", IBAN_A, 0, name="Dong Tran", employer={"name": "Other Inc"}),
        pay("1", IBAN_A, 1, name="Dong Tran"),
        pay("2", IBAN_A, 2, name="Dong Tran"),
    ]
    assert severities(events) == [[], [], [Severity.MEDIUM]]
    married = [pay("1", IBAN_A, name="Jane Doe"), pay("1", IBAN_A, 1, name="Jane Roe")]
    assert severities(married) == [[], []]


def test_a_change_to_a_shared_account_is_seen_before_the_first_payday() -> None:
    assert severities([pay("w1", IBAN_A), change("w2", IBAN_A, 1)])[1] == [Severity.MEDIUM]


@pytest.mark.parametrize("allowed", ["DE89 3704 0044 0532 0130 00", identity("acme", "account", IBAN_A)])
def test_accounts_on_the_allow_list_may_be_shared(allowed: str) -> None:
    rules = Typologies(accounts_allowed=(allowed,))
    assert severities([pay("w1", IBAN_A), pay("w2", IBAN_A)], rules=rules) == [[], []]
    assert severities([pay("w1", IBAN_B), pay("w2", IBAN_B)], rules=rules) != [[], []]


def test_an_allow_list_also_quiets_what_was_observed_before_it() -> None:
    one, two = (observed(pay(w, IBAN_A, d))[0] for w, d in (("w1", 0), ("w2", 1)))
    assert RULES.judge(two, History.of([one]))
    assert not Typologies(accounts_allowed=(identity("acme", "account", IBAN_A),)).judge(two, History.of([one]))


@pytest.mark.parametrize(
    ("allowed", "account", "bic"),
    [
        ("12-3456 78", {"other": "12345678"}, "DEUTDEFF"),
        ("DEUTDEFF:12345678", {"other": "12345678"}, "DEUTDEFFXXX"),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            {"wallet": {"address": "0x" + "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".lower()}},
            None,
        ),
        ("Pool@Example.com", {"proxy": "pool@example.com"}, None),
    ],
)
def test_allowed_accounts_may_be_of_any_kind(allowed: str, account: dict[str, Any], bic: str | None) -> None:
    more: dict[str, Any] = {"payout_agent": {"bic": bic}} if bic else {}
    events = [pay("w1", account, **more), pay("w2", account, **more)]
    assert severities(events)[0] + severities(events)[1] == [Severity.MEDIUM]
    assert severities(events, rules=Typologies(accounts_allowed=(allowed,))) == [[], []]


def test_the_same_number_at_two_banks_is_two_accounts() -> None:
    events = [
        pay("w1", {"other": "12345678"}, payout_agent={"bic": "DEUTDEFF"}),
        pay("w2", {"other": "12345678"}, payout_agent={"bic": "BARCGB22"}),
    ]
    assert severities(events) == [[], []]


# ---------------------------------------------------------------- ACCOUNT_CHURN


def test_the_third_change_in_180_days_is_reviewed() -> None:
    events = [pay("w1", IBAN_A), change("w1", IBAN_B, 40), change("w1", IBAN_C, 80), change("w1", IBAN_D, 120)]
    judged = watched(events, WORKER)
    assert [len(j) for j in judged] == [0, 0, 0, 1]
    finding = judged[-1][0].finding
    assert (finding.rule, finding.severity) == ("ACCOUNT_CHURN", Severity.MEDIUM)
    assert finding.reason == "The payout account was changed: it is the 3rd change within 180 days."
    assert finding.evidence[0].related_event_ids == tuple(e.event_id for e in events[1:])


def test_changes_over_a_longer_time_are_ordinary() -> None:
    events = [pay("w1", IBAN_A), change("w1", IBAN_B, 40), change("w1", IBAN_C, 130), change("w1", IBAN_D, 221)]
    assert severities(events, WORKER) == [[], [], [], []]


def test_money_that_goes_elsewhere_unannounced_is_a_change_too() -> None:
    events = [pay("w1", IBAN_A), pay("w1", IBAN_B, 30), pay("w1", IBAN_C, 60), pay("w1", IBAN_D, 90)]
    assert severities(events, WORKER) == [[], [], [], [Severity.MEDIUM]]


def test_pay_that_is_always_split_over_two_accounts_is_no_churn() -> None:
    events = [pay("w1", iban, days) for days in (0, 30, 60, 90, 120) for iban in (IBAN_A, IBAN_B)]
    assert severities(events, WORKER) == [[]] * 10


def test_an_announced_change_and_its_first_pay_are_one_change() -> None:
    events = [pay("w1", IBAN_A)]
    for n, iban in enumerate((IBAN_B, IBAN_C)):
        events += [change("w1", iban, 40 * n + 20), pay("w1", iban, 40 * n + 30)]
    assert severities(events, WORKER) == [[]] * 5


@pytest.mark.parametrize(("days", "is_found"), [(0, True), (30, True), (31, False)])
def test_the_first_change_soon_after_hire_is_reviewed(days: int, is_found: bool) -> None:
    told_by_hire = [hire("w1", "2026-03-01", -10), change("w1", IBAN_A, days)]
    told_by_change = [change("w1", IBAN_A, days, start_date="2026-03-01")]
    for events in (told_by_hire, told_by_change):
        assert severities(events, WORKER)[-1] == ([Severity.LOW] if is_found else [])


def test_the_second_change_is_no_first_change() -> None:
    events = [hire("w1", "2026-03-01"), change("w1", IBAN_A, 1), change("w1", IBAN_B, 20)]
    assert severities(events, WORKER)[-1] == []


@pytest.mark.parametrize(("payday", "is_found"), [("2026-03-01", True), ("2026-03-04", True), ("2026-03-05", False)])
def test_a_change_just_before_payday_is_reviewed(payday: str, is_found: bool) -> None:
    judged = watched([pay("w1", IBAN_A, -40), change("w1", IBAN_B, next_pay_date=payday)], WORKER)[-1]
    assert len(judged) == is_found


def test_two_signs_are_one_graver_finding() -> None:
    (judged,) = watched([change("w1", IBAN_A, start_date="2026-02-20", next_pay_date="2026-03-03")], WORKER)[0]
    assert judged.finding.severity is Severity.MEDIUM
    assert judged.finding.reason == (
        "The payout account was changed: it is the first, 9 days after hire; payday is 2 days away."
    )


def test_a_change_to_the_account_in_use_is_none() -> None:
    assert severities([pay("w1", IBAN_A, -400), change("w1", IBAN_A, next_pay_date="2026-03-02")], WORKER)[-1] == []


def test_every_rule_publishes_its_sentence_and_source() -> None:
    for rule in TYPOLOGIES:
        assert rule.sentence.endswith(".")
        assert len(rule.sentence.split()) > 5
        assert rule.source
    assert isinstance(payment({"name": "Ada"}, IBAN_A), PaymentEvent)
