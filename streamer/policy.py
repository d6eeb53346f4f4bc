"""The policy: what to do with what was found. The model of `policy.toml` and its checks.

`data/policy.toml` is the shipped one; every decision carries the version of the policy that judged it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Annotated, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from streamer.events import TenantId, Verdict, digest
from streamer.reference.identifiers import compact, normalised_bic
from streamer.watchlists.ownership import RULES as OWNERSHIP_RULES

Score = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]

_ALLOWED_CHARS_MIN = 6
"""Of an account on the allow list: a shorter number is that of many accounts."""

_LIST_AGE_HOURS_LIMIT = 366 * 24
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


_Hours = Annotated[float, Field(gt=0, le=_LIST_AGE_HOURS_LIMIT, allow_inf_nan=False)]


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
        if self.account is not None and len(compact(self.account)) < _ALLOWED_CHARS_MIN:
            raise ValueError(f"account must have {_ALLOWED_CHARS_MIN} letters and digits at least")
        if self.bank is not None and normalised_bic(self.bank) is None:
            raise ValueError("bank must be a BIC of 8 or 11 characters")
        return self

    def holds_on(self, day: date) -> bool:
        return day <= self.until


class AlertsPolicy(_Section):
    mask: bool = True


class DispositionsPolicy(_Section):
    """How many different analysts must sign before a decision is resolved (2 is the four-eyes principle), and how old
    their signatures may be."""

    signatures_review: int = Field(default=1, ge=1, le=5)
    signatures_hold: int = Field(default=1, ge=1, le=5)
    age_days_max: int = Field(default=30, ge=1, le=3_660)


class WorkerPolicy(_Section):
    errors_in_a_row_max: int = Field(default=10, ge=1)
    error_senders_min: int = Field(default=3, ge=1)
    budget_seconds: float = Field(default=2.0, gt=0, le=60, allow_inf_nan=False)
    partitioner: Literal["any", "murmur2", "crc32"] = "any"
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


def score_verdict(score: float, thresholds: ScreeningPolicy) -> Verdict:
    """What the policy says of a name's score alone."""
    if score >= thresholds.hold:
        return Verdict.HOLD
    return Verdict.REVIEW if score >= thresholds.review else Verdict.RELEASE
