"""Findings and policy become one decision; precedence stands here and nowhere else.

The policy is a TOML file (`data/policy.toml` is the shipped one). A decision is identified by the digest of
the event, the list versions, the policy version and the revision: the same input under the same lists
repeats the same id.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from streamer.events import (
    Consequence,
    DeadLetter,
    Decision,
    Event,
    Evidence,
    Finding,
    ListVersion,
    NearMiss,
    Severity,
    TenantId,
    Verdict,
    digest,
)
from streamer.notation import compact, normalised_bic
from streamer.watchlists.ownership import RULES as OWNERSHIP_RULES

Score = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]

ALLOWED_CHARS_MIN = 6
"""Of an account on the allow list: a shorter number is that of many accounts."""

LIST_AGE_HOURS_LIMIT = 366 * 24
"""No policy may call a list fresh that nobody has fetched for a year."""


class InvalidPolicy(ValueError):
    """The policy file cannot be read. Names the key and the cure."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScreeningPolicy(_Section):
    hold: Score = 0.90
    review: Score = 0.80
    near_miss: Score = 0.65
    match: Score = 0.50
    hits_max: int = Field(default=10, ge=1, le=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.near_miss <= self.review <= self.hold:
            raise ValueError("must be ordered: near_miss <= review <= hold")
        return self


_Hours = Annotated[float, Field(gt=0, le=LIST_AGE_HOURS_LIMIT, allow_inf_nan=False)]


class TenantListsPolicy(_Section):
    """What one tenant asks for beside what all have."""

    required: tuple[str, ...] = ()
    age_hours_max: _Hours | None = None
    age_hours: Mapping[str, _Hours] = Field(default_factory=dict)


class ListsPolicy(_Section):
    required: tuple[str, ...] = ("ofac",)
    age_hours_max: _Hours = 72.0
    age_hours: Mapping[str, _Hours] = Field(default_factory=dict)
    ceiling: Mapping[str, Verdict] = Field(default_factory=dict)
    tenants: Mapping[str, TenantListsPolicy] = Field(default_factory=dict)

    def age_hours_of(self, name: str, tenant: str | None) -> float:
        """How old a list may be: by its name before in general, by the tenant before for all."""
        own = self.tenants.get(tenant or "", _NOTHING_OF_ITS_OWN)
        by_name = own.age_hours.get(name, self.age_hours.get(name))
        return by_name or own.age_hours_max or self.age_hours_max

    def required_of(self, tenant: str | None) -> tuple[str, ...]:
        """The lists that this tenant cannot do without, beside those of all, which a worker waits for."""
        return self.tenants.get(tenant or "", _NOTHING_OF_ITS_OWN).required

    @property
    def required_by_any(self) -> tuple[str, ...]:
        """The lists that all tenants, or one, cannot do without."""
        return tuple(dict.fromkeys((*self.required, *(n for own in self.tenants.values() for n in own.required))))


_NOTHING_OF_ITS_OWN = TenantListsPolicy()


class OwnershipPolicy(_Section):
    rules: tuple[str, ...] = ("us", "eu", "uk")
    control: bool = False

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = [name for name in OWNERSHIP_RULES if not name.endswith(_CONTROL)]
        if unknown := [name for name in self.rules if name not in known]:
            raise ValueError(f"rules: {unknown[0]!r} is none of {', '.join(known)}")
        return self

    @property
    def in_force(self) -> tuple[str, ...]:
        """Names of rows of `ownership.RULES`."""
        control = (f"{name}{_CONTROL}" for name in self.rules if self.control)
        return (*self.rules, *(name for name in control if name in OWNERSHIP_RULES))


_CONTROL = "-control"


class RescreeningPolicy(_Section):
    window_days: int = Field(default=400, ge=0, le=4_000)
    counterparties_max: int = Field(default=200_000, ge=1, le=10_000_000)
    events_max: int = Field(default=1_000_000, ge=1, le=100_000_000)


class JurisdictionsPolicy(_Section):
    nationality: bool = False
    elevated: bool = False
    ip_networks: str = ""


class MessagesPolicy(_Section):
    tenant: TenantId = "default"


class BehaviourPolicy(_Section):
    shared_accounts_allowed: tuple[str, ...] = ()


class AllowedPolicy(_Section):
    """An account or a bank of the tenant's own, which doubts need not stop until a day."""

    tenant: str = Field(min_length=1)
    account: str | None = None
    """IBAN or account number."""
    bank: str | None = None
    """BIC; eight characters stand for all branches."""
    until: date
    why: str = Field(min_length=1)
    """Who decided it, and where that is written."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.account is None) == (self.bank is None):
            raise ValueError("needs one of account and bank")
        if self.account is not None and len(compact(self.account)) < ALLOWED_CHARS_MIN:
            raise ValueError(f"account must have {ALLOWED_CHARS_MIN} letters and digits at least")
        if self.bank is not None and normalised_bic(self.bank) is None:
            raise ValueError("bank must be a BIC of 8 or 11 characters")
        return self

    def holds_on(self, day: date) -> bool:
        return day <= self.until


class AlertsPolicy(_Section):
    mask: bool = True


class DispositionsPolicy(_Section):
    """How many different analysts must sign before a decision is resolved: 2 is the four-eyes principle."""

    signatures_review: int = Field(default=1, ge=1, le=5)
    signatures_hold: int = Field(default=1, ge=1, le=5)


class WorkerPolicy(_Section):
    errors_in_a_row_max: int = Field(default=10, ge=1)
    event_id_weeks: int = Field(default=5, ge=1, le=52)


class Policy(_Section):
    """What to do with what was found. `version` is the sha256 of its content, not of its spelling."""

    screening: ScreeningPolicy = ScreeningPolicy()
    lists: ListsPolicy = ListsPolicy()
    ownership: OwnershipPolicy = OwnershipPolicy()
    rescreening: RescreeningPolicy = RescreeningPolicy()
    jurisdictions: JurisdictionsPolicy = JurisdictionsPolicy()
    messages: MessagesPolicy = MessagesPolicy()
    behaviour: BehaviourPolicy = BehaviourPolicy()
    allow: tuple[AllowedPolicy, ...] = ()
    alerts: AlertsPolicy = AlertsPolicy()
    dispositions: DispositionsPolicy = DispositionsPolicy()
    worker: WorkerPolicy = WorkerPolicy()

    @property
    def canonical(self) -> bytes:
        """Its content, whatever the spelling of the file it came from: what is archived, and what `version` digests."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @property
    def version(self) -> str:
        return digest(self.canonical)


def policy_from_toml(text: str, source: str) -> Policy:
    """Raises InvalidPolicy naming `source`, the key and the cure."""
    try:
        return Policy.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        shown = f" = {first['input']!r}" if isinstance(first.get("input"), str | int | float) else ""
        raise InvalidPolicy(f"policy {source}: {key}{shown}: {first['msg']}") from None
    except RecursionError:
        raise InvalidPolicy(f"policy {source}: nested too deeply to be a policy") from None
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        raise InvalidPolicy(f"policy {source}: not TOML: {error}") from None


def shipped_policy() -> Policy:
    """The policy that ships with the package."""
    return policy_from_toml(files("streamer.data").joinpath("policy.toml").read_text("utf-8"), "shipped with streamer")


# ---------------------------------------------------------------- findings of the frame itself


def incomplete(dead_letter: DeadLetter) -> Finding:
    """The record could not be screened, so nobody may assume that it is clean."""
    return Finding(
        rule="SCREENING_INCOMPLETE",
        verdict=Verdict.HOLD,
        severity=Severity.HIGH,
        reason=f"The record could not be screened ({dead_letter.reason}): {dead_letter.detail}",
        evidence=(Evidence(element="record", note=f"stage: {dead_letter.stage}"),),
        advice="Correct the record and publish it again under a new event id, or release it by a signed disposition.",
    )


def late(decide_by: datetime, received_at: datetime) -> Finding:
    """The answer comes after the payer stopped waiting."""
    return Finding(
        rule="DECIDED_LATE",
        verdict=Verdict.HOLD,
        severity=Severity.MEDIUM,
        reason=f"The event was received {_duration(received_at - decide_by)} after its decide_by: the payer has "
        "treated it as blocked.",
        evidence=(Evidence(element="decide_by"),),
        advice="Publish the payment again with a later decide_by, or release it by a signed disposition.",
    )


def stale_lists(
    lists: Iterable[ListVersion], received_at: datetime, policy: ListsPolicy, tenant: str | None = None
) -> tuple[Finding, ...]:
    """A list that was not fetched for longer than the policy allows cannot clear anybody."""
    return tuple(
        Finding(
            rule="LIST_STALE",
            verdict=Verdict.REVIEW,
            severity=Severity.MEDIUM,
            reason=f"List {version.list} was last fetched {_hours(received_at - version.fetched_at):.0f} h before this "
            f"event; the policy allows {policy.age_hours_of(version.list, tenant):g} h.",
            evidence=(Evidence(element="lists", list=version.list),),
            advice="Run `streamer lists sync`; events received meanwhile wait in review.",
        )
        for version in lists
        if version.fetched_at is not None
        and _hours(received_at - version.fetched_at) > policy.age_hours_of(version.list, tenant)
    )


def missing_lists(lists: Iterable[ListVersion], policy: ListsPolicy, tenant: str | None) -> tuple[Finding, ...]:
    """Whom a required list would name is not known, so nobody is clear."""
    in_force = {version.list for version in lists}
    return tuple(
        Finding(
            rule="LIST_MISSING",
            verdict=Verdict.HOLD,
            severity=Severity.HIGH,
            reason=f"List {name}, which the policy requires for this tenant, is not in force.",
            evidence=(Evidence(element="lists", list=name),),
            advice=f"Run `streamer lists sync --source {name}`, then publish the payment again under a new event id.",
        )
        for name in policy.required_of(tenant)
        if name not in in_force
    )


def _duration(span: timedelta) -> str:
    """In the largest unit that fits: `12 s`, `3 min`, `5 h`, `40 d`."""
    seconds = span.total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


# ---------------------------------------------------------------- the decision


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on, besides the event: it is recorded in every decision."""

    lists: tuple[ListVersion, ...]
    policy: Policy
    policy_version: str
    engine_version: str


def strictest_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The most severe verdict; release where there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.RELEASE)


def score_verdict(score: float, thresholds: ScreeningPolicy) -> Verdict:
    """What the policy says of a name's score alone."""
    if score >= thresholds.hold:
        return Verdict.HOLD
    return Verdict.REVIEW if score >= thresholds.review else Verdict.RELEASE


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most severe first; the same findings always in the same order."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (-f.verdict.rank, -max((e.score or 0.0 for e in f.evidence), default=0.0), f.rule, f.reason),
        )
    )


def decision_id(event_digest: str, lists: Sequence[ListVersion], policy_version: str, revision: int) -> str:
    """32 hex digits from what was judged and by what."""
    parts = [event_digest, *(f"{v.list}={v.version}" for v in lists), policy_version, str(revision)]
    return digest("\n".join(parts).encode())[:32]


def decide(
    event: Event,
    event_digest: str,
    basis: Basis,
    *,
    findings: Iterable[Finding],
    near_misses: Sequence[NearMiss],
    elements_screened: Sequence[str],
    is_late: bool,
) -> Decision:
    """One decision from all findings: the strictest wins."""
    found = ordered(findings)
    thresholds = basis.policy.screening
    return Decision(
        decision_id=decision_id(event_digest, basis.lists, basis.policy_version, 0),
        event_id=event.event_id,
        tenant=event.tenant,
        event_type=event.event_type,
        message_id=event.message_id,
        end_to_end_id=event.end_to_end_id,
        verdict=strictest_verdict(finding.verdict for finding in found),
        findings=found,
        near_misses=tuple(near_misses),
        elements_screened=tuple(elements_screened),
        event_digest=event_digest,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        thresholds={"hold": thresholds.hold, "review": thresholds.review, "near_miss": thresholds.near_miss},
        late=is_late,
    )


def decide_again(
    basis: Basis,
    *,
    findings: Iterable[Finding],
    elements: Sequence[str],
    event_id: str,
    tenant: str,
    event_type: str,
    event_digest: str,
    message_id: str | None,
    end_to_end_id: str | None,
    revision: int,
    supersedes: str | None,
) -> Decision:
    """A decision after an earlier one on the same event, from what a change of the lists adds to it."""
    found = ordered(findings)
    thresholds = basis.policy.screening
    return Decision(
        decision_id=decision_id(event_digest, basis.lists, basis.policy_version, revision),
        event_id=event_id,
        tenant=tenant,
        event_type=event_type,
        message_id=message_id,
        end_to_end_id=end_to_end_id,
        verdict=strictest_verdict(finding.verdict for finding in found),
        findings=found,
        elements_screened=tuple(elements),
        event_digest=event_digest,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        thresholds={"hold": thresholds.hold, "review": thresholds.review, "near_miss": thresholds.near_miss},
        revision=revision,
        supersedes=supersedes,
    )


def decide_unscreened(dead_letter: DeadLetter, event: Event | None, basis: Basis) -> Decision:
    """A hold for a record that could not be screened, identified by where it stood and what it held."""
    source = dead_letter.source
    content = digest(dead_letter.raw or b"")
    place = f"{source.topic}/{source.partition}/{source.offset}"
    return Decision(
        decision_id=decision_id(f"{place}\n{content}", basis.lists, basis.policy_version, 0),
        event_id=event.event_id if event else None,
        tenant=event.tenant if event else None,
        event_type=event.event_type if event else "unreadable",
        message_id=event.message_id if event else dead_letter.message_id,
        end_to_end_id=event.end_to_end_id if event else dead_letter.end_to_end_id,
        verdict=Verdict.HOLD,
        findings=(incomplete(dead_letter),),
        event_digest=content,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        source=source,
    )


def capped(verdict: Verdict, *ceilings: Verdict) -> Verdict:
    """The verdict, but none more severe than any ceiling."""
    return min((verdict, *ceilings), key=lambda v: v.rank)


_FREEZE_ADVICE = "Freeze the funds and make none available to the party, directly or indirectly"
_BLOCK_ADVICE: Mapping[str, str] = {
    "eu": f"{_FREEZE_ADVICE} (Article 2 of the programme's regulation).",
    "uk": f"{_FREEZE_ADVICE} (Sanctions and Anti-Money Laundering Act 2018 and the regime's regulations).",
    "un": f"{_FREEZE_ADVICE}, by the law that implements the Security Council's list where you are.",
}
"""By list, where it is not OFAC's rule that applies."""


def consequence_advice(list_name: str, consequence: Consequence) -> str:
    """What the law behind an entry of a list asks for. Whom to tell, and until when, stands with the alert."""
    if consequence is Consequence.BLOCK and list_name in _BLOCK_ADVICE:
        return _BLOCK_ADVICE[list_name]
    return CONSEQUENCE_ADVICE[consequence]


CONSEQUENCE_ADVICE: Mapping[Consequence, str] = {
    Consequence.BLOCK: "Block the funds; US persons report blocked property to OFAC within 10 business days "
    "(31 CFR 501.603).",
    Consequence.REJECT: "Reject the transfer; US persons report rejected transactions to OFAC within 10 business days "
    "(31 CFR 501.604).",
    Consequence.RESTRICTED: "Certain dealings are prohibited under this programme: check the directive before paying.",
    Consequence.REVIEW: "No legal block by itself: an analyst decides.",
}
