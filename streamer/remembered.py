"""Looking back: who was paid before is matched again when a list changes.

What is remembered of a partition, in one table of its own, each value sealed under a configured key:

    who<SEP>IDENTITY        a counterparty: the name and identifiers of one party, agent or account, as screened
    seen<SEP>WEEK/EVENT     an event that was decided: its decision, and the counterparties on its route
    judged<SEP>…            fingerprints of the entries that every remembered counterparty has been matched against
    job<SEP>1               how far the matching against the entries that are not among them has come

An entry's fingerprint is of all that is known of it, ownership included: whatever changes it makes it another entry.
So the work to do is always `entries in force - judged`, after an outage, a hand-over or a restart as well, and what is
done twice says the same under the same ids.

Pure: the worker (`lookback`) keeps the rows, sends what this module makes of them, and has the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from streamer.events import Evidence, Finding, PartyType, Verdict, strictest_verdict
from streamer.route import Item
from streamer.watchlists.entity import Entity, entity_to_json
from streamer.watchlists.ownership import Ownership

_SEPARATOR: Final = b"\x1f"
WHO, SEEN, JUDGED, JOB = b"who", b"seen", b"judged", b"job"
JOB_KEY: Final = JOB + _SEPARATOR + b"1"
JUDGED_MARK: Final = JUDGED + _SEPARATOR + b"all"
"""Says that fingerprints were kept at all: none of them may mean that no entry was in force."""
BUCKETS: Final = 16
"""Rows of fingerprints of one partition: a change of some entries writes some of them anew."""
_PRINT_BYTES: Final = 8

IDENTITY_CHARS: Final = 32
_EVENTS_NAMED_MAX: Final = 100
"""Past events that one alert names, the newest; it says how many there are."""
ROUND_MAX: Final = 200
"""Counterparties that match in one round of a job: their events are looked up together, and the job goes on."""
_PRINTS_KEPT_MAX: Final = 50
MET_MAX: Final = 50
_EXECUTES_LATEST: Final = timedelta(hours=12)
"""A day is not over before it is over at UTC-12: until then its payments may be stopped."""
WEEK: Final = timedelta(days=7)
RULE: Final = "RESCREENED"


class Unreadable(ValueError):
    """A row that this key does not open, or that is none of ours."""


# ---------------------------------------------------------------- what is remembered


@dataclass(frozen=True, slots=True)
class Counterparty:
    """A party, agent or account on the route of an event, as it was screened."""

    tenant: str
    items: tuple[Item, ...]

    def to_json(self) -> bytes:
        rows = [[i.element, i.kind, i.value, i.type.value, i.birth_date, i.countries] for i in self.items]
        return orjson.dumps([self.tenant, rows])

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        try:
            tenant, rows = orjson.loads(raw)
            items = tuple(
                Item(element, kind, value, PartyType(type), birth_date, tuple(countries))
                for element, kind, value, type, birth_date, countries in rows
            )
        except (ValueError, TypeError):
            raise Unreadable("a counterparty of another shape") from None
        return cls(tenant, items)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An event that was decided, and who was on its route."""

    tenant: str
    event_id: str
    event_type: str
    event_digest: str
    decision_id: str
    revision: int
    verdict: Verdict
    received_at: datetime
    topic: str
    partition: int
    offset: int
    execution_date: date | None = None
    message_id: str | None = None
    end_to_end_id: str | None = None
    route: tuple[tuple[str, str], ...] = ()
    """(path, identity of the counterparty)"""
    superseded_by: tuple[str, ...] = ()
    """Fingerprints, hex, of the entries for which a superseding decision was published."""
    met: tuple[str, ...] = ()
    """Entity ids that the first decision found already, and for which it blocked the payment."""

    def is_pending(self, now: datetime) -> bool:
        """Released or not, the payment has not been executed yet: it can still be stopped."""
        return self.execution_date is not None and self.execution_date >= (now - _EXECUTES_LATEST).date()

    def is_news(self, findings: Iterable[Finding], prints: Mapping[str, str]) -> bool:
        """Whether these findings say more than the first decision did. `prints`: entity id -> fingerprint, hex."""
        for finding in findings:
            for entity_id in entity_ids_in((finding,)):
                told_by_us = prints.get(entity_id) in self.superseded_by
                if told_by_us or entity_id not in self.met or finding.verdict.rank > self.verdict.rank:
                    return True
        return False

    def superseded(self, decision_id: str, verdict: Verdict, prints: Iterable[str]) -> Sighting:
        """As it is after a superseding decision for these entries."""
        known = tuple(dict.fromkeys((*self.superseded_by, *prints)))[-_PRINTS_KEPT_MAX:]
        strictest = strictest_verdict((self.verdict, verdict))
        return replace(
            self, decision_id=decision_id, revision=self.revision + 1, verdict=strictest, superseded_by=known
        )

    def to_json(self) -> bytes:
        return orjson.dumps(
            [
                self.tenant,
                self.event_id,
                self.event_type,
                self.event_digest,
                self.decision_id,
                self.revision,
                self.verdict.value,
                self.received_at,
                self.topic,
                self.partition,
                self.offset,
                self.execution_date,
                self.message_id,
                self.end_to_end_id,
                self.route,
                self.superseded_by,
                self.met,
            ]
        )

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        try:
            values: list[Any] = orjson.loads(raw)
            values[6] = Verdict(values[6])
            values[7] = datetime.fromisoformat(values[7])
            values[11] = date.fromisoformat(values[11]) if values[11] else None
            values[14] = tuple((path, identity) for path, identity in values[14])
            values[15], values[16] = tuple(values[15]), tuple(values[16])
            return cls(*values)
        except (ValueError, TypeError, LookupError):
            raise Unreadable("an event of another shape") from None


class Vault:
    """Seals rows: AES-SIV (RFC 5297) under a key derived from the configured one, each row bound to its place.

    The same content at the same place is sealed to the same bytes, so that a redelivery repeats the row.
    """

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(HKDF(SHA256(), 64, salt=None, info=b"streamer counterparties 1").derive(secret))

    def seal(self, key: bytes, content: bytes) -> bytes:
        return self._cipher.encrypt(content, [key])

    def opened(self, key: bytes, sealed: bytes) -> bytes:
        """Raises Unreadable where another key sealed it, or it stood at another place."""
        try:
            return self._cipher.decrypt(sealed, [key])
        except (InvalidTag, ValueError):
            raise Unreadable("a row that the key does not open") from None


# ---------------------------------------------------------------- keys and values of rows

_WEEK_BYTES: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def week_of(time: datetime) -> int:
    """Whole weeks since 1970."""
    return (time - _EPOCH) // WEEK


def who_key(identity: str) -> bytes:
    return WHO + _SEPARATOR + identity.encode()


def identity_in(who: bytes) -> str:
    return who[len(WHO) + len(_SEPARATOR) :].decode()


def seen_key(week: int, tenant: str, event_id: str) -> bytes:
    """In the order of time."""
    return SEEN + _SEPARATOR + f"{week:05d}/{tenant}/{event_id}".encode()


def week_in_seen(key: bytes) -> int:
    """Raises ValueError for a key of another shape."""
    return int(key[len(SEEN) + len(_SEPARATOR) :][:5])


def with_week(week: int, sealed: bytes) -> bytes:
    """A counterparty's value: when it was last seen, readable without opening it."""
    return week.to_bytes(_WEEK_BYTES, "big") + sealed


def week_and_sealed(value: bytes) -> tuple[int, bytes]:
    return int.from_bytes(value[:_WEEK_BYTES], "big"), value[_WEEK_BYTES:]


def bucket_key(bucket: int) -> bytes:
    return JUDGED + _SEPARATOR + f"{bucket:02d}".encode()


# ---------------------------------------------------------------- fingerprints of what is in force


@dataclass(frozen=True, slots=True)
class Prints:
    """Fingerprints of all entries that are screened against."""

    entity_ids: Mapping[bytes, str]
    all: frozenset[bytes]

    @classmethod
    def of(cls, entities: Iterable[Entity], ownership: Ownership) -> Self:
        """Some microseconds an entry; off the event loop's thread for a whole list."""
        found = {_print(entity, ownership): entity.id for entity in entities}
        return cls(found, frozenset(found))


def _print(entity: Entity, ownership: Ownership) -> bytes:
    mark = hashlib.blake2b(entity_to_json(entity), digest_size=_PRINT_BYTES)
    for standing in ownership.by_entity.get(entity.id, ()):
        mark.update(repr((standing.rule.name, standing.is_certain, standing.percent, standing.listed)).encode())
    return mark.digest()


def bucket_of(mark: bytes) -> int:
    return mark[0] % BUCKETS


def judged_rows(before: frozenset[bytes], after: frozenset[bytes]) -> dict[bytes, bytes | None]:
    """The rows that change when fingerprints do; an empty one is deleted."""
    touched = {bucket_of(mark) for mark in before ^ after}
    if not touched:
        return {}
    buckets: dict[int, list[bytes]] = {bucket: [] for bucket in touched}
    for mark in after:
        if (bucket := bucket_of(mark)) in touched:
            buckets[bucket].append(mark)
    return {bucket_key(bucket): b"".join(sorted(marks)) or None for bucket, marks in sorted(buckets.items())}


def judged_in(rows: Iterable[bytes]) -> frozenset[bytes]:
    """Fingerprints from the values of their rows."""
    return frozenset(row[at : at + _PRINT_BYTES] for row in rows for at in range(0, len(row), _PRINT_BYTES))


# ---------------------------------------------------------------- a job


@dataclass(frozen=True, slots=True)
class Job:
    """How far the matching of one partition against the entries not judged yet has come."""

    id: str
    """Of the fingerprints to match against: other entries, another job."""
    started_at: datetime
    cursor: str = ""
    """Identity of the last counterparty that was matched; those before it are done, but for `found`."""
    found: tuple[str, ...] = ()
    """Identities that match and whose events are not answered yet; at most ROUND_MAX."""

    def to_json(self) -> bytes:
        return orjson.dumps([self.id, self.started_at, self.cursor, self.found])

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        try:
            id, started_at, cursor, found = orjson.loads(raw)
            return cls(id, datetime.fromisoformat(started_at), cursor, tuple(found))
        except (ValueError, TypeError):
            raise Unreadable("a job of another shape") from None


def job_id(delta: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(delta))).hexdigest()[:32]


# ---------------------------------------------------------------- what is found


@dataclass(slots=True)
class Past:
    """The past events of one counterparty, as they are met in the order of time."""

    counterparty: Counterparty
    findings: tuple[Finding, ...]
    """What it meets now."""
    events: int = 0
    first: datetime | None = None
    newest: Sighting | None = None
    path: str = ""
    """Where the newest event has the counterparty."""
    ids: list[str] = field(default_factory=list)

    def met(self, sighting: Sighting, path: str) -> None:
        self.events += 1
        self.first = min(self.first or sighting.received_at, sighting.received_at)
        if self.newest is None or (sighting.received_at, sighting.event_id) >= (
            self.newest.received_at,
            self.newest.event_id,
        ):
            self.newest, self.path = sighting, path
        self.ids.append(sighting.event_id)
        del self.ids[:-_EVENTS_NAMED_MAX]


def past_finding(finding: Finding, past: Past) -> Finding:
    """The finding of a match with a counterparty, as one of its past events."""
    assert past.newest is not None
    assert past.first is not None
    last = past.newest.received_at
    when = (
        f"on {last:%Y-%m-%d}" if past.first.date() == last.date() else f"from {past.first:%Y-%m-%d} to {last:%Y-%m-%d}"
    )
    named = f", the newest {len(past.ids)} are named" if past.events > len(past.ids) else ""
    events = "1 event was" if past.events == 1 else f"{past.events:,} events were"
    lead, *others = finding.evidence or (Evidence(element=past.path),)
    return finding.model_copy(
        update={
            "rule": RULE,
            "reason": f"{events} decided {when} before the list had this entry{named}: {finding.reason}",
            "evidence": (lead.model_copy(update={"related_event_ids": tuple(past.ids)}), *others),
            "advice": "Look at the events named. Payments whose execution date is ahead have a superseding decision; "
            f"for the others: {finding.advice or 'report what was paid, as the list asks.'}",
        }
    )


def entity_ids_in(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The entries that findings name first: whom the counterparty was met as."""
    return tuple(dict.fromkeys(e.entity_id for f in findings for e in f.evidence[:1] if e.entity_id))
