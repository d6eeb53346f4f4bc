"""The contracts: every record that enters or leaves, and the topic it travels on.

Names follow ISO 20022 (debtor, creditor, ultimate parties, agents). Inbound models keep unknown
fields, so that what publishers send beyond them is screened as text; outbound models forbid them, so that
what we emit is exactly what the schema says. All models are frozen. This module imports nothing of ours.

Bounds are part of the contract: a record that breaks one is refused as a whole (dead letter plus a
hold decision), never truncated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

RECORD_BYTES_MAX = 1024 * 1024
"""One record, one payment, 1 MiB at most (the default of Kafka's `message.max.bytes`)."""

EVENT_ID_CHARS_MAX = 200
NAME_CHARS_MAX = 10_000
TEXT_CHARS_MAX = 10_000
LINES_MAX = 1_000
IDENTIFIERS_MAX = 50
RELATED_MAX = 100
"""Parties, agents or accounts in further roles; a payment of many invoices has an invoicer for each."""
_AMOUNT_MAX = Decimal("1e15")
"""No payroll or payment line is larger; beyond it a unit or a decimal point went astray."""
_AMOUNT_DIGITS_MAX = 33
"""15 before the point, 18 behind it: the smallest unit of the virtual assets."""

EVENT_YEAR_MIN, EVENT_YEAR_MAX = 2000, 2099
"""Event times outside are typing errors or attempts to dodge a dated rule."""


class InvalidEvent(ValueError):
    """A record that cannot be read as an event. The message names the field and the cure, never a value."""


# ---------------------------------------------------------------- vocabulary


class Verdict(StrEnum):
    """What a payer may do. Review and hold both block the payment (see `decisions`)."""

    RELEASE = "release"
    REVIEW = "review"
    HOLD = "hold"

    @property
    def rank(self) -> int:
        """0 release, 1 review, 2 hold: the larger wins."""
        return _VERDICT_RANK[self]


_VERDICT_RANK = {Verdict.RELEASE: 0, Verdict.REVIEW: 1, Verdict.HOLD: 2}


def strictest_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The most severe verdict; release where there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.RELEASE)


def capped(verdict: Verdict, *ceilings: Verdict) -> Verdict:
    """The verdict, but none more severe than any ceiling."""
    return min((verdict, *ceilings), key=lambda v: v.rank)


class Severity(StrEnum):
    """OCSF severity names; `alerts` maps them to severity_id 1..5."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Consequence(StrEnum):
    """The legal consequence of the programme behind a finding: not every list means "freeze"."""

    BLOCK = "block"
    REJECT = "reject"
    RESTRICTED = "restricted"
    REVIEW = "review"


class PartyType(StrEnum):
    PERSON = "person"
    ENTITY = "entity"
    VESSEL = "vessel"
    UNKNOWN = "unknown"


class IdentifierKind(StrEnum):
    LEI = "lei"
    BIC = "bic"
    REGISTRATION = "registration"
    TAX = "tax"
    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    DRIVING_LICENCE = "driving_licence"
    SOCIAL_SECURITY = "social_security"
    IMO = "imo"
    MMSI = "mmsi"
    OTHER = "other"


class Engagement(StrEnum):
    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"


class RunType(StrEnum):
    REGULAR = "regular"
    OFF_CYCLE = "off_cycle"
    ADVANCE = "advance"
    BONUS = "bonus"
    CORRECTION = "correction"


# ---------------------------------------------------------------- building blocks


class Inbound(BaseModel):
    """What others publish. Fields that no model knows are kept, and screened as texts (`route`)."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True, hide_input_in_errors=True)


class Outbound(BaseModel):
    """What we publish: unknown fields are forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _in_utc(value: datetime) -> datetime:
    # The standard library's own zone: comparing two times in it is ten times as fast as in pydantic's.
    return value.astimezone(UTC)


def _plausible_year(value: datetime) -> datetime:
    # Once as written, because a year 1 or 9999 cannot be converted; once more in UTC, which is what is kept.
    if EVENT_YEAR_MIN <= value.year <= EVENT_YEAR_MAX:
        in_utc = value.astimezone(UTC)
        if EVENT_YEAR_MIN <= in_utc.year <= EVENT_YEAR_MAX:
            return in_utc
    raise ValueError(f"the year must be within {EVENT_YEAR_MIN}..{EVENT_YEAR_MAX}, in UTC")


def _plausible_date(value: date) -> date:
    if not EVENT_YEAR_MIN <= value.year <= EVENT_YEAR_MAX:
        raise ValueError(f"the year must be within {EVENT_YEAR_MIN}..{EVENT_YEAR_MAX}")
    return value


def _of_few_digits(value: Decimal) -> Decimal:
    # max_digits does not count trailing zeros: a million of them would travel in every observation.
    if len(value.as_tuple().digits) > _AMOUNT_DIGITS_MAX:
        raise ValueError(f"must have at most {_AMOUNT_DIGITS_MAX} digits, zeros included")
    return value


Id = Annotated[str, StringConstraints(min_length=1, max_length=EVENT_ID_CHARS_MAX, strip_whitespace=True)]
TENANT_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
TenantId = Annotated[str, StringConstraints(pattern=TENANT_PATTERN)]
Name = Annotated[str, StringConstraints(max_length=NAME_CHARS_MAX)]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARS_MAX)]
ShortText = Annotated[str, StringConstraints(max_length=500)]
Country = Annotated[str, StringConstraints(max_length=100)]
"""ISO 3166-1 alpha-2 code or a country's name; `jurisdictions` reads both."""
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""YYYY, YYYY-MM or YYYY-MM-DD: birth dates are often known in part."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{2,9}$")]
"""ISO 4217 code, or an asset ticker (XBT, USDT) for payments in virtual assets."""
Amount = Annotated[
    Decimal,
    Field(gt=0, le=_AMOUNT_MAX, max_digits=_AMOUNT_DIGITS_MAX, decimal_places=18, allow_inf_nan=False),
    AfterValidator(_of_few_digits),
]
Instant = Annotated[AwareDatetime, AfterValidator(_plausible_year)]
Day = Annotated[date, AfterValidator(_plausible_date)]
Lines = Annotated[tuple[Text, ...], Field(max_length=LINES_MAX)]


class Address(Inbound):
    """PstlAdr: structured, hybrid, or only free lines."""

    street: ShortText | None = None
    building: ShortText | None = None
    postcode: ShortText | None = None
    town: ShortText | None = None
    region: ShortText | None = None
    """Country subdivision: state, province, oblast."""
    country: Country | None = None
    lines: Lines = ()
    """Unstructured address lines (AdrLine)."""


class Identifier(Inbound):
    kind: IdentifierKind
    value: ShortText
    country: Country | None = None


class Party(Inbound):
    """A person or organisation in any role of a payment."""

    name: Name | None = None
    type: PartyType = PartyType.UNKNOWN
    address: Address | None = None
    country_of_residence: Country | None = None
    nationality: Country | None = None
    birth_date: PartialDate | None = None
    birth_place: ShortText | None = None
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=IDENTIFIERS_MAX)] = ()
    email: ShortText | None = None
    phone: ShortText | None = None
    ip: ShortText | None = None


class Agent(Inbound):
    """A bank or other financial institution on the route."""

    bic: ShortText | None = None
    lei: ShortText | None = None
    clearing_member_id: ShortText | None = None
    name: Name | None = None
    address: Address | None = None


class Wallet(Inbound):
    asset: ShortText | None = None
    """Ticker as the lists write it: XBT, ETH, TRX, USDT …"""
    address: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Account(Inbound):
    """Where money leaves or arrives: an IBAN, another number, a proxy (phone, e-mail) or a wallet."""

    iban: ShortText | None = None
    other: ShortText | None = None
    proxy: ShortText | None = None
    wallet: Wallet | None = None
    currency: ShortText | None = None


Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""What somebody is to the payment, in lower case with underscores: `invoicer`, `underlying_debtor`."""


class RelatedParty(Party):
    """A party in a role that has no field of its own: invoicer, garnishee, tax debtor, contact …"""

    role: Role


class RelatedAgent(Agent):
    """A bank in a role that has no field of its own: reimbursement agent, forwarding agent, charges agent …"""

    role: Role


class RelatedAccount(Account):
    """An account in a role that has no field of its own: that of an agent, the settlement account …"""

    role: Role


# ---------------------------------------------------------------- inbound events


class PaymentEvent(Inbound):
    """One credit transfer, before execution. Record key on the topic: `event_id`."""

    event_type: Literal["payment"] = "payment"
    event_id: Id
    tenant: TenantId
    message_type: ShortText | None = None
    """Of the message it came in: `pacs.008.001.08`."""
    message_id: ShortText | None = None
    instruction_id: ShortText | None = None
    end_to_end_id: ShortText | None = None
    transaction_id: ShortText | None = None
    uetr: ShortText | None = None

    initiating_party: Party | None = None
    debtor: Party
    ultimate_debtor: Party | None = None
    creditor: Party
    ultimate_creditor: Party | None = None

    debtor_account: Account | None = None
    creditor_account: Account | None = None
    debtor_agent: Agent | None = None
    creditor_agent: Agent | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    intermediary_agents: Annotated[tuple[Agent, ...], Field(max_length=3)] = ()
    previous_instructing_agents: Annotated[tuple[Agent, ...], Field(max_length=3)] = ()
    related_parties: Annotated[tuple[RelatedParty, ...], Field(max_length=RELATED_MAX)] = ()
    """Everybody else the message names; of a cover payment, those of the customer transfer beneath it."""
    related_agents: Annotated[tuple[RelatedAgent, ...], Field(max_length=RELATED_MAX)] = ()
    related_accounts: Annotated[tuple[RelatedAccount, ...], Field(max_length=RELATED_MAX)] = ()

    amount: Amount
    currency: Currency
    purpose: ShortText | None = None
    remittance_unstructured: Lines = ()
    remittance_structured: Lines = ()
    instructions: Lines = ()
    """Instructions for the creditor agent and the next agent."""
    regulatory_reporting: Lines = ()
    further_texts: Lines = ()
    """Whatever else the message carries in words: service levels, mandates, supplementary data, unknown elements."""
    channel: ShortText | None = None

    event_time: Instant
    requested_execution_date: Day | None = None
    decide_by: Instant | None = None
    """Without a decision by then, the payer treats the payment as blocked."""


class Worker(Party):
    """The person paid. `worker_id` is the employer's own number: the identity of the histories."""

    worker_id: Id


class _PayrollBase(Inbound):
    event_id: Id
    tenant: TenantId
    message_id: ShortText | None = None
    end_to_end_id: ShortText | None = None
    employer: Party
    worker: Worker
    event_time: Instant
    decide_by: Instant | None = None


class PayEvent(_PayrollBase):
    """One net pay or contractor payment to one account."""

    event_type: Literal["pay"]
    payout_account: Account
    payout_agent: Agent | None = None
    employer_account: Account | None = None
    employer_agent: Agent | None = None
    account_holder_name: Name | None = None
    amount: Amount
    currency: Currency
    period_start: Day | None = None
    period_end: Day | None = None
    run_type: RunType = RunType.REGULAR
    engagement: Engagement = Engagement.EMPLOYEE
    start_date: Day | None = None
    remittance_unstructured: Lines = ()
    requested_execution_date: Day | None = None


class PayoutAccountChangedEvent(_PayrollBase):
    """A worker asked to be paid elsewhere."""

    event_type: Literal["payout_account_changed"]
    payout_account: Account
    payout_agent: Agent | None = None
    previous_account: Account | None = None
    account_holder_name: Name | None = None
    start_date: Day | None = None
    """First day of the engagement: a first change soon after hire is a red flag."""
    next_pay_date: Day | None = None


class WorkerHiredEvent(_PayrollBase):
    event_type: Literal["worker_hired"]
    engagement: Engagement = Engagement.EMPLOYEE
    start_date: Day | None = None
    ship_to: Address | None = None
    """Where the company's laptop is sent."""


class ContactChangedEvent(_PayrollBase):
    """The worker's new e-mail, phone, address or IP are those of `worker`."""

    event_type: Literal["contact_changed"]
    changed: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()


PayrollEvent = Annotated[
    PayEvent | PayoutAccountChangedEvent | WorkerHiredEvent | ContactChangedEvent,
    Field(discriminator="event_type"),
]
Event = PaymentEvent | PayEvent | PayoutAccountChangedEvent | WorkerHiredEvent | ContactChangedEvent


# ---------------------------------------------------------------- outbound


class Agreement(Outbound):
    """One agreement or difference that a note tells in words: its kind, and the values it speaks of.

    Alerts are masked by it: they show a note only as far as the kinds of its agreements say which values are public.
    """

    kind: str
    """A row of the scoring table (`screening.features.FEATURES`), whose columns say which values are the event's; or
    where the note says nothing of the event: identifier, stake, jurisdiction, rule, stage, limit."""
    values: tuple[str, ...] = ()


class Evidence(Outbound):
    """What supports a finding: an element of the event, and the list entry or rule it met."""

    element: str
    """Path of the element in the event: `creditor.name`, `intermediary_agents[0].bic`."""
    value: str | None = None
    """The element's value as received. Personal data: masked in alerts by policy, never logged."""
    list: str | None = None
    entity_id: str | None = None
    entity_name: str | None = None
    matched_name: str | None = None
    """The listed name, alias or identifier that was met."""
    score: float | None = None
    """0..1; 1.0 for an exact identifier."""
    programs: tuple[str, ...] = ()
    country: str | None = None
    related_event_ids: tuple[str, ...] = ()
    note: str | None = None
    """Why, in words. Masked whole in alerts unless `agreements` says what it is made of."""
    agreements: tuple[Agreement, ...] = ()
    """What `note` says, by kind and values, in its order."""


class Finding(Outbound):
    """The one currency of all detectors."""

    rule: str
    """UPPER_SNAKE identifier: LISTED_NAME, EMBARGO, SHARED_ACCOUNT …"""
    verdict: Verdict
    severity: Severity
    reason: str
    """A sentence a compliance officer can read. Names elements, lists, listed names and countries; never quotes a value
    of the event. Every element it names is that of one of the evidences."""
    evidence: tuple[Evidence, ...] = ()
    consequence: Consequence | None = None
    advice: str | None = None


class NearMiss(Outbound):
    """A candidate that stayed below the policy's thresholds; kept so that a decision can be questioned later."""

    element: str
    list: str
    entity_id: str
    matched_name: str
    score: float
    reason: str


class ListVersion(Outbound):
    """Which list judged. `version` is the sha256 of its content."""

    list: str
    version: str
    entries: int
    published_at: datetime | None = None
    fetched_at: datetime | None = None


class Source(Outbound):
    """Where a record stood in Kafka."""

    topic: str
    partition: int
    offset: int

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


class Decision(Outbound):
    """The answer to one event. Identity: (event digest, list versions, policy version, revision)."""

    decision_id: str
    event_id: str | None
    """None where the record could not be read; then `source` and the record key identify it."""
    tenant: str | None
    event_type: str
    message_id: str | None = None
    end_to_end_id: str | None = None
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    elements_screened: tuple[str, ...] = ()
    event_digest: str
    """sha256 of the event's canonical form; of the raw bytes where it could not be read."""
    lists: tuple[ListVersion, ...] = ()
    policy_version: str
    engine_version: str
    thresholds: Mapping[str, float] = Field(default_factory=dict)
    revision: int = 0
    supersedes: str | None = None
    late: bool = False
    """`decide_by` had passed when the record was received: blocks whatever the findings say."""
    source: Source | None = None
    """Only for records that could not be read."""


class Outcome(StrEnum):
    """What an analyst says of a blocked payment."""

    RELEASE = "release"
    REJECT = "reject"


class Signature(Outbound):
    """One analyst's Ed25519 signature of a disposition."""

    analyst: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    signed_at: AwareDatetime
    value: Annotated[str, StringConstraints(max_length=200)]
    """Base64."""


class Disposition(Outbound):
    """An analyst's signed word on one decision that blocks. Identity: sha256 of all but the signatures."""

    disposition_id: str
    outcome: Outcome
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    """Why; it stands in the decision that follows, which the payer reads."""
    decision: str
    """The record of the decision that is resolved, as published: what the analyst saw is what was signed."""
    seal: Annotated[str, StringConstraints(max_length=64)]
    """Of that record, from its header `seal`: what a worker did not decide, nobody can resolve."""
    answer_key: str
    """Base64 of the key under which the decision was published; the answer goes out under the same."""
    signatures: Annotated[tuple[Signature, ...], Field(max_length=10)] = ()


class DeadLetter(Outbound):
    """A record that could not be screened. On the topic the value is the raw bytes and the rest are headers."""

    reason: str
    """Closed set, fit for a metric label: see `DEAD_LETTER_REASONS`."""
    detail: str
    """What is wrong and how to cure it; never a value of the event."""
    stage: str
    source: Source
    raw: bytes | None
    key: bytes | None
    message_id: str | None = None
    """References of what was not screened, where they could be read: for the decision, so that its payer finds it."""
    end_to_end_id: str | None = None


DEAD_LETTER_REASONS = (
    *("null_value", "too_large", "not_utf8", "not_json", "not_xml", "wrong_shape", "many_payments"),
    *("event_id_reused", "wrong_partition", "over_budget", "error"),
)


class SubjectKind(StrEnum):
    """What a history is kept of."""

    ACCOUNT = "account"
    WORKER = "worker"


class Observation(Outbound):
    """One fact for the behaviour rules, keyed by its subject. Identities are keyed hashes, never plain values."""

    observation_id: str
    """Same event, same subject: same id, however often it is delivered."""
    tenant: str
    subject_kind: SubjectKind
    subject: str
    """`<tenant>/<kind>/<HMAC-SHA-256>`; the record key."""
    event_id: str
    event_type: str
    event_time: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    payee: str | None = None
    """HMAC identity of who is paid."""
    payee_name: str | None = None
    """HMAC of the payee's normalised name: tells a worker and the creditor of the same pay for one person."""
    payer: str | None = None
    account: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    start_date: date | None = None
    next_pay_date: date | None = None
    requested_execution_date: date | None = None

    @model_validator(mode="after")
    def _key_names_its_tenant(self) -> Self:
        if not self.subject.startswith(f"{self.tenant}/"):
            raise ValueError("subject must start with its tenant")
        return self


# ---------------------------------------------------------------- topics


@dataclass(frozen=True, slots=True)
class TopicContract:
    """What travels on a topic, who writes it, and what the record key is."""

    name: str
    direction: Literal["in", "out", "internal"]
    key: str
    value: Any
    """A type for JSON Schema; None where values are not JSON of ours."""
    description: str


TOPICS: Mapping[str, TopicContract] = {
    t.name: t
    for t in (
        TopicContract(
            "payments",
            "in",
            "event_id",
            PaymentEvent,
            "payments before execution; also an ISO 20022 message of one payment, as it is",
        ),
        TopicContract("payrolls", "in", "event_id", PayrollEvent, "payroll events before execution"),
        TopicContract("dispositions", "in", "disposition_id", Disposition, "analysts' signed words on decisions"),
        TopicContract("decisions", "out", "event_id, or the original key", Decision, "one decision per event"),
        TopicContract("alerts", "out", "event_id, or the original key", None, "OCSF Detection Findings"),
        TopicContract("dead-letters", "out", "the original key", None, "raw bytes of records that were not screened"),
        TopicContract("observations", "internal", "subject", Observation, "facts for the behaviour rules"),
        TopicContract("sanctions", "internal", "list/version/n", None, "lists as chunks with a manifest"),
    )
}


def unknown_fields(event: BaseModel) -> Iterator[tuple[str, Any]]:
    """(path, value) of every field of an inbound event that no model knows: `beneficiary`, `creditor.nick_name`.

    A value may be a whole object or list; what it holds is not named on its own.
    """
    yield from (event.model_extra or {}).items()
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, BaseModel):
            yield from ((f"{name}.{path}", unknown) for path, unknown in unknown_fields(value))
        elif isinstance(value, tuple):
            for n, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield from ((f"{name}[{n}].{path}", unknown) for path, unknown in unknown_fields(part))


def known(event: Event, field: str) -> Any:
    """The field of the event's own model; None where the model has none, whatever an unknown field of that name is."""
    return event.__dict__.get(field)


def canonical_json(model: BaseModel) -> bytes:
    """Sorted, compact JSON of what was set: the same content gives the same bytes."""
    content = model.model_dump(mode="json", exclude_unset=True)
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        # An unknown field holds an integer beyond 64 bits.
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=hex).encode()


def digest(content: bytes) -> str:
    """sha256, hex."""
    return hashlib.sha256(content).hexdigest()
