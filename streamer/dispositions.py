"""Dispositions: the only way from a block to a release is an analyst's signed word on that very decision.

A disposition carries the whole decision it resolves with the seal its worker gave it, the outcome, the reason, and one
Ed25519 signature (RFC 8032) per analyst. The seal keeps analysts to what was decided: who may resolve reviews cannot
present a hold as one. What it causes is a decision of its own that supersedes the one resolved; a decision made later,
under another list, is not covered and blocks again.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Self

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from streamer.decisions import decision_id
from streamer.events import (
    Decision,
    Disposition,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Signature,
    Verdict,
    digest,
)
from streamer.policy import DispositionsPolicy

_CLOCK_SKEW: Final = timedelta(minutes=5)
"""An analyst's clock may run ahead of the broker's by so much."""
RULE: Final = "DISPOSITION"


class InvalidAnalysts(ValueError):
    """The file of analysts cannot be used. Names file, analyst and cure."""


class InvalidDisposition(ValueError):
    """A disposition that resolves nothing. Says why, without values of the event."""


# ---------------------------------------------------------------- who may sign


class AnalystKey(BaseModel):
    """One key of an analyst, and when it counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    public_key: str
    """Ed25519, 32 bytes in base64."""
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    def raw(self) -> bytes:
        """The 32 bytes. Raises ValueError where `public_key` is not a key."""
        try:
            raw = base64.b64decode(self.public_key, validate=True)
            Ed25519PublicKey.from_public_bytes(raw)
        except (ValueError, binascii.Error):
            raise ValueError(
                "public_key is no Ed25519 key: 32 bytes in base64, as `dispositions keygen` prints it"
            ) from None
        return raw

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether this key made the signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw()).verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def is_valid_at(self, moment: datetime) -> bool:
        starts, ends = self.valid_from, self.valid_until
        return not (starts and moment < starts) and not (ends and moment >= ends)


class Analyst(BaseModel):
    """One person of the analysts file: a name, and one key or several, of which an older one may still be valid."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    public_key: str | None = None
    """The only key, whose validity is that below; or None, and `keys` has them."""
    keys: tuple[AnalystKey, ...] = ()
    may_resolve: Literal["review", "hold"] = "hold"
    """The gravest verdict this analyst may resolve."""
    tenants: tuple[str, ...] | None = None
    """None: every tenant."""
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if (self.public_key is None) == (not self.keys):
            raise ValueError("needs public_key, or one or more [[analysts.NAME.keys]] with a public_key each")
        if self.keys and (self.valid_from or self.valid_until):
            raise ValueError("valid_from and valid_until belong to each of the keys")
        return self

    def all_keys(self) -> tuple[AnalystKey, ...]:
        """Whatever their validity."""
        if self.public_key is None:
            return self.keys
        return (AnalystKey(public_key=self.public_key, valid_from=self.valid_from, valid_until=self.valid_until),)


class _Analysts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    analysts: Mapping[str, Analyst] = Field(default_factory=dict)


def analysts_from_toml(text: str, source: str) -> Mapping[str, Analyst]:
    """Name -> analyst, from `[analysts."a.kim"]` tables. Raises InvalidAnalysts."""
    try:
        analysts = _Analysts.model_validate(tomllib.loads(text)).analysts
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidAnalysts(f"analysts {source}: {key}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise InvalidAnalysts(f"analysts {source}: not TOML: {error}") from None
    for name, analyst in analysts.items():
        try:
            for one in analyst.all_keys():
                one.raw()
        except ValueError as error:
            raise InvalidAnalysts(f"analysts {source}: {name}: {error}") from None
    return analysts


def persons(analysts: Mapping[str, Analyst]) -> Mapping[str, str]:
    """Name -> the name that stands for the person: names that share a key are one person, however many there are."""
    person = {name: name for name in analysts}
    holders: dict[bytes, str] = {}

    def first(name: str) -> str:
        while person[name] != name:
            name = person[name]
        return name

    for name in sorted(analysts):
        for key in analysts[name].all_keys():
            one, other = sorted((first(name), first(holders.setdefault(key.raw(), name))))
            person[other] = one
    return {name: first(name) for name in analysts}


# ---------------------------------------------------------------- what was decided


class Seal:
    """HMAC-SHA256 by which workers know their own decisions again; its key comes from the identity key they share."""

    def __init__(self, identity_key: bytes) -> None:
        self._key = hmac.digest(identity_key, b"streamer seal of decisions 1", "sha256")

    def of(self, answer_key: bytes, value: bytes) -> str:
        """Of one record on `decisions`, in hex."""
        return hmac.digest(self._key, len(answer_key).to_bytes(4) + answer_key + value, "sha256").hex()

    def holds(self, answer_key: bytes, value: bytes, seal: str) -> bool:
        """Whether one of our workers published this record under this key."""
        return hmac.compare_digest(self.of(answer_key, value).encode(), seal.encode())


@dataclass(frozen=True, slots=True)
class Published:
    """A decision as its record stands on the topic."""

    at: datetime
    answer_key: bytes
    value: bytes
    seal: str
    """Empty where the record has none."""
    decision: Decision

    @classmethod
    def of(cls, at: datetime, answer_key: bytes, value: bytes, seal: str = "") -> Published:
        """Raises ValidationError where the value is no decision."""
        return cls(at, answer_key, value, seal, Decision.model_validate_json(value))


# ---------------------------------------------------------------- signing


def disposition_of(published: Published, outcome: Outcome, reason: str) -> Disposition:
    """An unsigned disposition."""
    unnamed = Disposition(
        disposition_id="",
        outcome=outcome,
        reason=reason,
        decision=published.value.decode(),
        seal=published.seal,
        answer_key=base64.b64encode(published.answer_key).decode(),
    )
    return unnamed.model_copy(update={"disposition_id": _content_id(unnamed)})


def decision_in(disposition: Disposition) -> Decision:
    """The decision that is resolved. Raises InvalidDisposition where it is none."""
    try:
        return Decision.model_validate_json(disposition.decision)
    except (ValidationError, RecursionError):
        raise InvalidDisposition("what it resolves is no decision: sign with `streamer dispositions sign`") from None


def signed(disposition: Disposition, analyst: str, key: Ed25519PrivateKey, at: datetime) -> Disposition:
    """With one more signature; one analyst's second replaces the first."""
    value = base64.b64encode(key.sign(_signed_bytes(disposition.disposition_id, analyst, at))).decode()
    others = tuple(s for s in disposition.signatures if s.analyst != analyst)
    return disposition.model_copy(
        update={"signatures": (*others, Signature(analyst=analyst, signed_at=at.astimezone(UTC), value=value))}
    )


def _content_id(disposition: Disposition) -> str:
    content = disposition.model_dump(mode="json", exclude={"disposition_id", "signatures"})
    return digest(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def _signed_bytes(disposition_id: str, analyst: str, at: datetime) -> bytes:
    return f"streamer disposition 1\n{disposition_id}\n{analyst}\n{at.astimezone(UTC).isoformat()}".encode()


# ---------------------------------------------------------------- judging


def effective(decisions: Iterable[Decision]) -> Verdict | None:
    """What holds for one event: the strictest of the decisions that no other supersedes; None without any."""
    known = {decision.decision_id: decision for decision in decisions}
    superseded = {decision.supersedes for decision in known.values()}
    standing = [d.verdict for d in known.values() if d.decision_id not in superseded]
    return max(standing, key=lambda verdict: verdict.rank, default=None)


@dataclass(frozen=True, slots=True)
class Desk:
    """Judges dispositions by the analysts, the policy and the seal of one worker."""

    analysts: Mapping[str, Analyst]
    policy: DispositionsPolicy
    seal: Seal

    def read(self, raw: bytes | None, received_at: datetime) -> Disposition:
        """A disposition that is valid. Raises InvalidDisposition, whatever the bytes are."""
        try:
            disposition = Disposition.model_validate_json(raw or b"")
        except (ValidationError, RecursionError):
            raise InvalidDisposition(
                "the record is no disposition: publish it with `streamer dispositions sign`"
            ) from None
        self._refuse(disposition, received_at)
        return disposition

    def _refuse(self, disposition: Disposition, received_at: datetime) -> None:
        if _content_id(disposition) != disposition.disposition_id:
            raise InvalidDisposition("disposition_id is not that of its content: something was changed after signing")
        if not self._is_ours(disposition):
            raise InvalidDisposition(
                "the decision has not the seal of these workers: it was changed, or made by other ones, or under "
                "another identity key; sign with `streamer dispositions sign`, which reads it from its topic"
            )
        decision = decision_in(disposition)
        if decision.verdict is Verdict.RELEASE:
            raise InvalidDisposition("the decision is a release already: there is nothing to resolve")
        signers = {self._valid_signature(disposition, decision, s, received_at) for s in disposition.signatures}
        person = persons(self.analysts)
        valid = {person[name] for name in signers}
        wanted = self.policy.signatures_hold if decision.verdict is Verdict.HOLD else self.policy.signatures_review
        if len(valid) < wanted:
            raise InvalidDisposition(
                f"{len(valid)} of {wanted} analysts signed: the policy asks for {wanted} on a {decision.verdict}; "
                "add one with `streamer dispositions countersign`"
            )

    def _is_ours(self, disposition: Disposition) -> bool:
        try:
            key = base64.b64decode(disposition.answer_key, validate=True)
            return self.seal.holds(key, disposition.decision.encode(), disposition.seal)
        except ValueError:
            return False

    def _valid_signature(
        self, disposition: Disposition, decision: Decision, signature: Signature, received_at: datetime
    ) -> str:
        """The analyst's name. One bad signature spoils the disposition: somebody tried."""
        name = signature.analyst
        analyst = self.analysts.get(name)
        if analyst is None:
            raise InvalidDisposition(
                "somebody signed who is no analyst: add the public key to the file in STREAMER_ANALYSTS_FILE"
            )
        content = _signed_bytes(disposition.disposition_id, name, signature.signed_at)
        try:
            given = base64.b64decode(signature.value, validate=True)
            keys = [key for key in analyst.all_keys() if key.verifies(given, content)]
        except (ValueError, binascii.Error):
            keys = []
        if not keys:
            raise InvalidDisposition(f"the signature is not that of analyst {name!r}")
        if signature.signed_at > received_at + _CLOCK_SKEW:
            raise InvalidDisposition(f"analyst {name!r} signed in the future: check the clock")
        if not any(key.is_valid_at(received_at) for key in keys):
            raise InvalidDisposition(f"the key of analyst {name!r} is not valid at this time")
        if signature.signed_at < received_at - timedelta(days=self.policy.age_days_max):
            raise InvalidDisposition(
                f"analyst {name!r} signed more than {self.policy.age_days_max} days ago: look at the event again and "
                "sign anew"
            )
        if analyst.tenants is not None and decision.tenant not in analyst.tenants:
            raise InvalidDisposition(f"analyst {name!r} may not resolve decisions of this tenant")
        if decision.verdict is Verdict.HOLD and analyst.may_resolve != "hold":
            raise InvalidDisposition(f"analyst {name!r} may resolve reviews, not holds")
        return name


def resolved(disposition: Disposition, engine_version: str) -> Decision:
    """The decision that supersedes the one resolved: a release, or a hold that is final."""
    before = decision_in(disposition)
    released = disposition.outcome is Outcome.RELEASE
    verdict = Verdict.RELEASE if released else Verdict.HOLD
    who = ", ".join(sorted(signature.analyst for signature in disposition.signatures))
    finding = Finding(
        rule=RULE,
        verdict=verdict,
        severity=Severity.LOW,
        reason=f"{'Released' if released else 'Rejected'} by {who}: {disposition.reason}",
        evidence=(
            Evidence(
                element="disposition",
                note=f"disposition {disposition.disposition_id} of decision {before.decision_id}; "
                f"rules resolved: {', '.join(sorted({f.rule for f in before.findings})) or 'none'}",
            ),
        ),
    )
    revision = before.revision + 1
    basis = f"{before.event_digest}\n{disposition.disposition_id}"
    return before.model_copy(
        update={
            "decision_id": decision_id(basis, before.lists, before.policy_version, revision),
            "verdict": verdict,
            "findings": (finding,),
            "near_misses": (),
            "elements_screened": (),
            "engine_version": engine_version,
            "revision": revision,
            "supersedes": before.decision_id,
            "late": False,
        }
    )
