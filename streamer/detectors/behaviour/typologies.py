"""Behaviour rules: what only the history of an account or a worker can show.

Every event fans out into small observations, each keyed by one subject; a subject's observations are its
history; a rule looks at one observation and the history before it. Identities are keyed hashes (HMAC), so
neither histories nor findings hold personal data. Pure: event time is the only clock.

A rule judges an observation by what came before it in event time, whenever it was delivered. One that
arrives late may therefore complete a pattern at its successors: `Watched.judged` names the observation that
each finding belongs to, and the findings of a set of observations are the same in whatever order they come.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from streamer.events import (
    Account,
    Agent,
    Consequence,
    ContactChangedEvent,
    Event,
    Evidence,
    Finding,
    IdentifierKind,
    Observation,
    Party,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    Severity,
    SubjectKind,
    Verdict,
    Worker,
    WorkerHiredEvent,
    digest,
)
from streamer.reference.identifiers import compact, normalised_bic, normalised_iban
from streamer.reference.wallets import normalised_wallet

HISTORY_EVENTS_MAX = 500
"""Observations kept per subject, the latest by event time: ten years of weekly pay. See HISTORY_LIMIT."""

SUCCESSORS_MAX = 8
"""Later observations judged again when an earlier one arrives after them, nearest first."""

RELATED_EVENTS_MAX = 50
"""Event ids quoted by one finding, the latest."""

Identity = Callable[[str, str, str], str]
"""(tenant, kind, normalised value) -> keyed hash, hex."""


# ---------------------------------------------------------------- history


def _moment(observation: Observation) -> tuple[datetime, str]:
    """Place in a history: event time, and the id where times are equal, as they are within one pay run."""
    return observation.event_time, observation.observation_id


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one subject, by event time. State in, new state out."""

    observations: tuple[Observation, ...] = ()

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> History:
        """The history these make, in whatever order and however often they come.

        Raises ValueError where they belong to different subjects.
        """
        unique = {observation.observation_id: observation for observation in observations}
        if len({observation.subject for observation in unique.values()}) > 1:
            raise ValueError("a history holds one subject; group observations by their record key")
        return cls(tuple(sorted(unique.values(), key=_moment)[-HISTORY_EVENTS_MAX:]))

    def including(self, observation: Observation) -> History:
        """With the observation; the same history if it is known. At HISTORY_EVENTS_MAX the earliest leaves."""
        if self.knows(observation):
            return self
        if self.observations and observation.subject != self.observations[0].subject:
            raise ValueError("a history holds one subject; group observations by their record key")
        place = bisect_left(self.observations, _moment(observation), key=_moment)
        known = (*self.observations[:place], observation, *self.observations[place:])
        return History(known[-HISTORY_EVENTS_MAX:])

    def before(self, observation: Observation) -> History:
        """What came earlier in event time: neither itself nor its successors, so that a redelivery sees the same."""
        return History(self.observations[: bisect_left(self.observations, _moment(observation), key=_moment)])

    def after(self, observation: Observation) -> tuple[Observation, ...]:
        """Its successors in event time, nearest first."""
        known = bisect_left(self.observations, _moment(observation), key=_moment)
        return tuple(o for o in self.observations[known:] if o.observation_id != observation.observation_id)

    def without(self, observation: Observation) -> History:
        return History(tuple(o for o in self.observations if o.observation_id != observation.observation_id))

    def knows(self, observation: Observation) -> bool:
        return any(o.observation_id == observation.observation_id for o in self.observations)

    def within(self, days: int, until: Observation) -> tuple[Observation, ...]:
        """Those of the `days` up to an observation's event time."""
        start = until.event_time - timedelta(days=days)
        first = bisect_left(self.observations, start, key=lambda o: o.event_time)
        return self.observations[first:]

    @property
    def is_full(self) -> bool:
        """The next observation drives out the earliest."""
        return len(self.observations) >= HISTORY_EVENTS_MAX

    def to_json(self) -> list[dict[str, Any]]:
        """JSON-able; `from_json` gives the same history back."""
        return [observation.model_dump(mode="json") for observation in self.observations]

    @classmethod
    def from_json(cls, records: Iterable[Mapping[str, Any]]) -> History:
        return cls.of(Observation.model_validate(record) for record in records)


# ---------------------------------------------------------------- rules

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


# ---------------------------------------------------------------- watching


class Judged(NamedTuple):
    """A finding and the observation it belongs to: the latest of the pattern, whichever came last."""

    observation: Observation
    finding: Finding


class Watched(NamedTuple):
    history: History
    judged: tuple[Judged, ...]
    """Findings of the observation itself, then those that it completes at its successors."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for _, finding in self.judged)


class Typologies:
    """The behaviour rules under one policy."""

    def __init__(self, accounts_allowed: Iterable[str] = (), rules: Sequence[Typology] = TYPOLOGIES) -> None:
        """`accounts_allowed`: accounts that many are rightly paid into (payroll agents, pooled e-money accounts),
        each as IBAN, account number, wallet, or as the keyed hash that findings and histories show."""
        self._allowed = frozenset(form for account in accounts_allowed for form in _spellings(account.strip()))
        self._rules = tuple(rules)

    # ------------------------------------------------------------ fanning out

    def observations(self, event: Event, event_digest: str, identity: Identity) -> tuple[Observation, ...]:
        """What the event tells of each subject; empty where no rule wants it.

        `event_digest` is the sha256 of the event's canonical form; `identity` hashes a normalised value.
        """
        facts = _facts(event, identity)
        if facts is None:
            return ()
        subjects: list[tuple[SubjectKind, str]] = []
        if facts.account is not None and facts.payee is not None and not self._is_allowed(facts.account):
            subjects.append((SubjectKind.ACCOUNT, facts.account.identity))
        if facts.payee is not None:
            subjects.append((SubjectKind.WORKER, facts.payee))
        return tuple(
            _observation(event, event_digest, kind, f"{event.tenant}/{kind}/{identity_}", facts)
            for kind, identity_ in subjects
        )

    def _is_allowed(self, account: _AccountIdentity) -> bool:
        number = account.number
        # Allowed accounts may be named without the bank, as statements name them.
        return not self._allowed.isdisjoint((account.identity, number, number.partition(":")[2]))

    # ------------------------------------------------------------ judging

    def judge(self, observation: Observation, history: History) -> tuple[Finding, ...]:
        """What the rules find in an observation, given what came before it. Later observations do not matter."""
        before = history.before(observation)
        return tuple(
            finding
            for rule in self._rules
            if rule.subject_kind is observation.subject_kind and not self._concerns_allowed(rule, observation)
            for finding in rule.judge(rule, observation, before)
        )

    def watch(self, observation: Observation, history: History) -> Watched:
        """The history with the observation, and the findings it causes."""
        including = history.including(observation)
        judged = [Judged(observation, finding) for finding in self.judge(observation, history)]
        without = history.without(observation)
        for successor in history.after(observation)[:SUCCESSORS_MAX]:
            known = {(f.rule, f.severity) for f in self.judge(successor, without)}
            judged += [
                Judged(successor, finding)
                for finding in self.judge(successor, including)
                if (finding.rule, finding.severity) not in known
            ]
        if history.is_full and including is not history:
            judged.append(Judged(observation, _history_limit(observation)))
        return Watched(including, tuple(judged))

    def _concerns_allowed(self, rule: Typology, observation: Observation) -> bool:
        return rule.subject_kind is SubjectKind.ACCOUNT and observation.account in self._allowed


def _history_limit(observation: Observation) -> Finding:
    return Finding(
        rule="HISTORY_LIMIT",
        verdict=Verdict.REVIEW,
        severity=Severity.LOW,
        reason=f"More than {HISTORY_EVENTS_MAX} observations of this {observation.subject_kind}: the earliest are no "
        "longer kept, and the behaviour rules may miss what they showed.",
        evidence=(Evidence(element=_ELEMENT.get(observation.event_type, "worker")),),
        advice="Find out what pays so often. A pooled account belongs on the policy's shared_accounts_allowed.",
    )


# ---------------------------------------------------------------- events to facts


@dataclass(frozen=True, slots=True)
class _AccountIdentity:
    number: str
    """Normalised, in plain: never leaves this module."""
    identity: str


@dataclass(frozen=True, slots=True)
class _Facts:
    payee: str | None
    payee_name: str | None
    payer: str | None
    account: _AccountIdentity | None


def _facts(event: Event, identity: Identity) -> _Facts | None:
    """Who is paid by whom, and where to; None for events that no rule wants."""
    match event:
        case PaymentEvent():
            payer, payee = _party_identity(event.debtor), _party_identity(event.creditor)
            name = event.creditor.name
            account = _account_identity(event.creditor_account, event.creditor_agent)
        case PayEvent() | PayoutAccountChangedEvent():
            payer, payee = _party_identity(event.employer), _worker_identity(event.employer, event.worker)
            name = event.worker.name
            account = _account_identity(event.payout_account, event.payout_agent)
        case WorkerHiredEvent():
            payer, payee = _party_identity(event.employer), _worker_identity(event.employer, event.worker)
            name, account = event.worker.name, None
        case ContactChangedEvent():
            return None

    def hashed(kind: str, value: str | None) -> str | None:
        return identity(event.tenant, kind, value) if value else None

    account_hash = hashed("account", account)
    return _Facts(
        payee=hashed("payee", payee),
        payee_name=hashed("name", normalised_name(name) if name else None),
        payer=hashed("payer", payer),
        account=_AccountIdentity(account, account_hash) if account and account_hash else None,
    )


def _observation(event: Event, event_digest: str, kind: SubjectKind, subject: str, facts: _Facts) -> Observation:
    return Observation(
        observation_id=digest(f"{event_digest}\x1f{subject}".encode()),
        tenant=event.tenant,
        subject_kind=kind,
        subject=subject,
        event_id=event.event_id,
        event_type=event.event_type,
        event_time=event.event_time,
        payee=facts.payee,
        payee_name=facts.payee_name,
        payer=facts.payer,
        account=facts.account.identity if facts.account else None,
        amount=getattr(event, "amount", None),
        currency=getattr(event, "currency", None),
        start_date=getattr(event, "start_date", None),
        next_pay_date=getattr(event, "next_pay_date", None),
        requested_execution_date=getattr(event, "requested_execution_date", None),
    )


_LEGAL_FORMS: Final = frozenset(
    {
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "kk",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sl",
        "spa",
        "srl",
    }
)
"""Dropped from names: "Acme Ltd" and "Acme Limited" are one payee."""


def normalised_name(name: str) -> str:
    """Words in alphabetical order, without case, accents, punctuation and legal form: "DOE, Jané" is "Jane Doe"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = sorted("".join(c if c.isalnum() else " " for c in plain).split())
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


_PARTY_IDENTIFIERS: Final = (
    IdentifierKind.LEI,
    IdentifierKind.REGISTRATION,
    IdentifierKind.TAX,
    IdentifierKind.PASSPORT,
    IdentifierKind.NATIONAL_ID,
    IdentifierKind.SOCIAL_SECURITY,
    IdentifierKind.DRIVING_LICENCE,
)
"""What names a party for good, best first."""


def _party_identity(party: Party) -> str | None:
    """The best identifier, else the normalised name; None for a party that has neither."""
    for kind in _PARTY_IDENTIFIERS:
        for identifier in party.identifiers:
            if identifier.kind is kind and (value := compact(identifier.value)):
                return f"{kind}:{value}"
    name = normalised_name(party.name) if party.name else ""
    return f"name:{name}" if name else None


def _worker_identity(employer: Party, worker: Worker) -> str:
    """A worker's number is his employer's: two employers of one tenant may both have a number 1001."""
    return f"worker:{_party_identity(employer) or ''}:{worker.worker_id.strip()}"


def _account_identity(account: Account | None, agent: Agent | None) -> str | None:
    """One spelling per account: the IBAN, the wallet, the bank's BIC and account number, or the proxy."""
    if account is None:
        return None
    if account.iban:
        return _account_number(account.iban)
    if account.wallet:
        return normalised_wallet(account.wallet.address)
    if account.other:
        bic = normalised_bic(agent.bic) if agent and agent.bic else None
        # An IBAN names its bank; any other number is one among the bank's.
        number = normalised_iban(account.other)
        return number or (f"{bic[:8]}:" if bic else "") + compact(account.other)
    return f"proxy:{account.proxy.strip().casefold()}" if account.proxy else None


def _account_number(text: str) -> str:
    """The IBAN where it is one; else letters and digits."""
    return normalised_iban(text) or compact(text)


def _spellings(account: str) -> set[str]:
    """An account of the allow list in every form that an account of an event may take."""
    return {account, account.casefold(), _account_number(account), normalised_wallet(account)}
