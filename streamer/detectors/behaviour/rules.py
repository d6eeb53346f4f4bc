"""The behaviour rules as a table: one observation and the history before it make findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from streamer.detectors.behaviour.histories import HISTORY_EVENTS_MAX, History
from streamer.events import (
    Consequence,
    Evidence,
    Finding,
    Observation,
    Severity,
    SubjectKind,
    Verdict,
)

RELATED_EVENTS_MAX = 50
"""Event ids quoted by one finding, the latest."""

Judge = Callable[["Typology", Observation, History], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Typology:
    """One rule. Its published sentence is the docstring of `judge`."""

    id: str
    subject_kind: SubjectKind
    window_days: int
    thresholds: Mapping[str, int]
    judge: Judge
    source: str

    @property
    def sentence(self) -> str:
        """What the rule says, for analysts."""
        return " ".join((self.judge.__doc__ or "").split())


def _shared_account(rule: Typology, observation: Observation, history: History) -> Iterator[Finding]:
    """Several payees are paid to one account: one person may stand behind all of them, or collect for them."""
    if observation.payee is None:
        return
    known = [*history.within(rule.window_days, observation), observation]
    payees = _distinct_payees(known)
    if payees < rule.thresholds["review"]:
        return
    employers = len({o.payer for o in known if o.payer})
    payers = f", paid by {employers} {'payer' if employers == 1 else 'payers'}" if employers else ""
    yield _finding(
        rule,
        observation,
        severity=Severity.HIGH if payees >= rule.thresholds["high"] else Severity.MEDIUM,
        reason=f"{payees} different payees share one account within {rule.window_days} days{payers}.",
        related=known,
        advice="Ask who owns the account. Couples, payroll agents and pooled e-money accounts are the usual harmless "
        "answers; put such an account on the policy's shared_accounts_allowed.",
    )


def _distinct_payees(observations: Sequence[Observation]) -> int:
    """Workers as people, creditors by their identity; the creditor who bears a worker's name is that worker.

    Payroll and payments often tell of the same money: once as net pay, once as the transfer that carries it.
    """
    names = {o.payee_name for o in observations if o.payee_name and o.event_type != _PAYMENT}
    creditors = {o.payee for o in observations if o.event_type == _PAYMENT and o.payee and o.payee_name not in names}
    return len({*_people(observations).values()} | creditors)


def _people(observations: Sequence[Observation]) -> dict[str, str]:
    """Worker -> one worker that stands for the person: the same name at another employer is a second job.

    At one employer two numbers are two people, whatever their names.
    """
    by_name: dict[str, dict[str | None, list[str]]] = {}
    person: dict[str, str] = {}
    for one in observations:
        if one.payee is None or one.event_type == _PAYMENT or one.payee in person:
            continue
        person[one.payee] = one.payee
        if one.payee_name is not None:
            numbers = by_name.setdefault(one.payee_name, {}).setdefault(one.payer, [])
            numbers.append(one.payee)
            first = next(iter(numbers for numbers in by_name[one.payee_name].values()))
            if len(numbers) <= len(first):
                person[one.payee] = person[first[len(numbers) - 1]]
    return person


def _multi_employer(rule: Typology, observation: Observation, history: History) -> Iterator[Finding]:
    """One person is paid by several employers into one account: more jobs than one person does."""
    if observation.payee is None or observation.event_type == _PAYMENT:
        return
    known = [*history.within(rule.window_days, observation), observation]
    people = _people(known)
    theirs = [o for o in known if o.payee in people and people[o.payee] == people[observation.payee]]
    employers = len({o.payer for o in theirs if o.payer})
    if employers < rule.thresholds["employers"]:
        return
    yield _finding(
        rule,
        observation,
        severity=Severity.MEDIUM if employers >= rule.thresholds["many"] else Severity.LOW,
        reason=f"{employers} employers pay one person into one account within {rule.window_days} days.",
        related=theirs,
        advice="Ask the employers whether they know of each other, and who does the work. Freelancers and gig workers "
        "are the usual harmless answer.",
    )


def _account_churn(rule: Typology, observation: Observation, history: History) -> Iterator[Finding]:
    """The payout account changes often, or soon after hire, or just before payday: money is being led elsewhere."""
    changes = _account_changes((*history.observations, observation))
    if not changes or changes[-1].observation_id != observation.observation_id:
        return
    start = observation.event_time - timedelta(days=rule.window_days)
    recent = [change for change in changes if change.event_time >= start]
    signs: list[str] = []
    if len(recent) >= rule.thresholds["changes"]:
        signs.append(f"it is the {_ordinal(len(recent))} change within {rule.window_days} days")
    hired = _start_date(observation, history)
    if len(changes) == 1 and hired is not None:
        days = (observation.event_time.date() - hired).days
        if days <= rule.thresholds["days_after_hire"]:
            signs.append(f"it is the first, {days} days after hire" if days >= 0 else "it is the first, before hire")
    if observation.event_type == _CHANGED and observation.next_pay_date is not None:
        days = (observation.next_pay_date - observation.event_time.date()).days
        if 0 <= days <= rule.thresholds["days_before_payday"]:
            signs.append(f"payday is {days} {'day' if days == 1 else 'days'} away")
    if signs:
        yield _finding(
            rule,
            observation,
            severity=Severity.MEDIUM if len(signs) > 1 or len(recent) >= rule.thresholds["changes"] else Severity.LOW,
            reason=f"The payout account was changed: {'; '.join(signs)}.",
            related=recent,
            advice="Confirm the change with the payee over a channel that was known before the change: this is also "
            "how wages are diverted from their owner.",
        )


def _account_changes(observations: Sequence[Observation]) -> list[Observation]:
    """Those that moved the payout: an announced change, or money that first goes to an account not seen before."""
    changes: list[Observation] = []
    seen: set[str] = set()
    current: str | None = None
    for observation in observations:
        if observation.account is None:
            continue
        announced = observation.event_type == _CHANGED and observation.account != current
        if announced or (seen and observation.account not in seen):
            changes.append(observation)
        if announced or current is None or observation.account not in seen:
            current = observation.account
        seen.add(observation.account)
    return changes


def _start_date(observation: Observation, history: History) -> date | None:
    """First day of the engagement: as the observation says, else the latest one told before."""
    told = (o.start_date for o in (observation, *reversed(history.observations)))
    return next((day for day in told if day is not None), None)


def _ordinal(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


_PAYMENT: Final = "payment"
_PAY: Final = "pay"
_CHANGED: Final = "payout_account_changed"

_ADVISORY: Final = "US State, Treasury and FBI advisory on DPRK IT workers, May 2022; thresholds are this product's own"

TYPOLOGIES: Final[tuple[Typology, ...]] = (
    Typology(
        id="SHARED_ACCOUNT",
        subject_kind=SubjectKind.ACCOUNT,
        window_days=90,
        thresholds={"review": 2, "high": 3},
        judge=_shared_account,
        source=_ADVISORY,
    ),
    Typology(
        id="MULTI_EMPLOYER",
        subject_kind=SubjectKind.ACCOUNT,
        window_days=60,
        thresholds={"employers": 3, "many": 5},
        judge=_multi_employer,
        source=_ADVISORY,
    ),
    Typology(
        id="ACCOUNT_CHURN",
        subject_kind=SubjectKind.WORKER,
        window_days=180,
        thresholds={"changes": 3, "days_after_hire": 30, "days_before_payday": 3},
        judge=_account_churn,
        source=_ADVISORY,
    ),
)

_ELEMENT: Final[Mapping[str, str]] = {_PAYMENT: "creditor_account", _PAY: "payout_account", _CHANGED: "payout_account"}


def _finding(
    rule: Typology,
    observation: Observation,
    *,
    severity: Severity,
    reason: str,
    related: Sequence[Observation],
    advice: str,
) -> Finding:
    ids = dict.fromkeys(o.event_id for o in related)
    return Finding(
        rule=rule.id,
        # Behaviour is a doubt that an analyst resolves; no rule here proves anything alone.
        verdict=Verdict.REVIEW,
        severity=severity,
        reason=reason,
        evidence=(
            Evidence(
                element=_ELEMENT.get(observation.event_type, "worker"),
                related_event_ids=tuple(ids)[-RELATED_EVENTS_MAX:],
                note=f"{rule.sentence} Source: {rule.source}.",
            ),
        ),
        consequence=Consequence.REVIEW,
        advice=advice,
    )


def history_limit(observation: Observation) -> Finding:
    return Finding(
        rule="HISTORY_LIMIT",
        verdict=Verdict.REVIEW,
        severity=Severity.LOW,
        reason=f"More than {HISTORY_EVENTS_MAX} observations of this {observation.subject_kind}: the earliest are no "
        "longer kept, and the behaviour rules may miss what they showed.",
        evidence=(Evidence(element=_ELEMENT.get(observation.event_type, "worker")),),
        advice="Find out what pays so often. A pooled account belongs on the policy's shared_accounts_allowed.",
    )
