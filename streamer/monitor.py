"""The product: one record in, everything that must be published out.

The only module that knows the order of things. It does no I/O and reads no clock: a worker on Kafka, the
offline replay, the tests and the benchmarks call the same functions and get the same answers.

    received = monitor.receive(record)
    screened = monitor.screen(received, lists, earlier_digest)
    watched  = monitor.watch(observation, history)
"""

from __future__ import annotations

import hmac
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from streamer.decisions import (
    SCREENING_BUDGET,
    Basis,
    allowed,
    bounded,
    decide,
    decide_unscreened,
    decision_on,
    late,
    merged,
    missing_lists,
    stale_lists,
    too_long,
)
from streamer.decoding import event_from_json
from streamer.detectors import quality
from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.watching import Typologies, Watched
from streamer.detectors.jurisdictions import Jurisdictions
from streamer.detectors.listed import Judge, Judged
from streamer.events import (
    EVENT_ID_CHARS_MAX,
    RECORD_BYTES_MAX,
    DeadLetter,
    Decision,
    Event,
    Finding,
    InvalidEvent,
    Observation,
    Source,
    Verdict,
    canonical_json,
    digest,
    known,
)
from streamer.iso20022 import InvalidMessage, event_from_xml, is_xml
from streamer.lists import Lists
from streamer.policy import Policy
from streamer.remembered import IDENTITY_CHARS, MET_MAX, Counterparty, Sighting, entity_ids_in
from streamer.route import Route

DETAIL_CHARS_MAX = 500
"""Of a dead letter's detail: it travels in a header."""

NEAR_MISSES_MAX = 20
"""Kept per decision, best first."""

RECORD_CHARS_MAX = 100_000
"""Characters of one record that are read; a payment with more is held."""

KEY_BYTES_MAX = 128 * 1024
"""Of a record's key, which answers repeat. A longer one came compressed, may be of any size, and is cut."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as Kafka gave it. `timestamp` is the record's own and serves as the time of receipt."""

    topic: str
    """Contract name (`payments`, `payrolls`), without the cluster's prefix."""
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """A record that was read: an event, or a dead letter, never neither."""

    record: Record
    event: Event | None
    event_digest: str | None
    dead_letter: DeadLetter | None


@dataclass(frozen=True, slots=True)
class Screened:
    """All that one record causes."""

    record: Record
    decision: Decision
    dead_letter: DeadLetter | None
    observations: tuple[Observation, ...]
    event: Event | None = None
    """Where the record could be read and screened."""
    route: Route | None = None

    @property
    def key(self) -> bytes:
        """Record key of the decision and its alerts: the event id, else the original key, else where it stood."""
        return answer_key(self.record, self.decision.event_id)


def answer_key(record: Record, event_id: str | None) -> bytes:
    """A payer waits by event id, or by the key it published under; nobody must wait in vain."""
    if event_id is not None:
        return event_id.encode()
    return _key(record) or f"{record.topic}/{record.partition}/{record.offset}".encode()


def _key(record: Record) -> bytes | None:
    return record.key[:KEY_BYTES_MAX] if record.key is not None else None


class Monitor:
    """Screens events and watches behaviour by one policy. Holds no state between two calls."""

    def __init__(
        self,
        policy: Policy,
        *,
        jurisdictions: Jurisdictions,
        typologies: Typologies,
        identity_key: bytes,
        engine_version: str,
    ) -> None:
        self.policy = policy
        self._policy_version = policy.version
        self._jurisdictions = jurisdictions
        self._typologies = typologies
        self._identity_key = identity_key
        self._engine_version = engine_version
        self._judges: tuple[Judge, ...] = ()

    @classmethod
    def under(cls, policy: Policy, *, identity_key: bytes, engine_version: str) -> Monitor:
        """With the shipped jurisdictions and behaviour rules, as the policy sets them."""
        return cls(
            policy,
            jurisdictions=Jurisdictions.load(policy.jurisdictions),
            typologies=Typologies(policy.behaviour.shared_accounts_allowed),
            identity_key=identity_key,
            engine_version=engine_version,
        )

    # ------------------------------------------------------------ reading

    def receive(self, record: Record) -> Received:
        """Read a record. Whatever it holds, the result is an event or a dead letter."""
        problem = _unreadable(record.value)
        if problem is not None:
            return _refused(record, *problem, stage="receive")
        assert record.value is not None
        try:
            event: Event
            if is_xml(record.value):
                event = self._message(record, record.value)
            else:
                event = event_from_json(record.topic, record.value)
        except InvalidMessage as error:
            references = {"message_id": error.message_id, "end_to_end_id": error.end_to_end_id}
            return self.refuse(record, error.reason, str(error), **references)
        except InvalidEvent as error:
            reason = "not_json" if "Invalid JSON" in str(error) else "wrong_shape"
            return _refused(record, reason, str(error), stage="decode")
        return Received(record, event, digest(canonical_json(event)), None)

    def refuse(
        self,
        record: Record,
        reason: str,
        detail: str,
        *,
        message_id: str | None = None,
        end_to_end_id: str | None = None,
    ) -> Received:
        """A record that the caller could not read, as a dead letter: a transaction of a file, for instance."""
        letter = _dead_letter(record, reason, detail, "decode")
        references = {"message_id": message_id, "end_to_end_id": end_to_end_id}
        return Received(record, None, None, letter.model_copy(update=references))

    def _message(self, record: Record, raw: bytes) -> Event:
        """An ISO 20022 message that is a record: named by the record's key, for that is what its payer waits by."""
        if record.topic != "payments":
            raise InvalidMessage("an ISO 20022 message; publish it to payments", line=None, element="Document")
        return event_from_xml(raw, tenant=self.policy.messages.tenant, event_id=_name_in(record.key))

    def failed(self, received: Received, error_class: str, lists: Lists) -> Screened:
        """The answer where our own code failed: a hold. `error_class` is a class name, never a message."""
        detail = f"screening failed with {error_class}; the payment is held and the failure is counted"
        dead_letter = _not_screened(received, "error", detail)
        return self._unscreened(received, dead_letter, lists)

    def misplaced(self, received: Received, lists: Lists) -> Screened:
        """The answer where a record stands on another partition than the policy's partitioner gives its event id."""
        detail = (
            f"event_id: this record stands on another partition than {self.policy.worker.partitioner} of its event id; "
            "publish it with the event id as record key and that partitioner (librdkafka: partitioner=murmur2_random)"
        )
        return self._unscreened(received, _not_screened(received, "wrong_partition", detail), lists)

    # ------------------------------------------------------------ screening

    def screen(self, received: Received, lists: Lists, earlier_digest: str | None = None) -> Screened:
        """Judge one event by one snapshot of the lists.

        `earlier_digest` is the digest under which the same tenant's event id was seen before, if it was.
        """
        steps = self.screening(received, lists, earlier_digest)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                screened: Screened = done.value
                return screened

    def screening(
        self, received: Received, lists: Lists, earlier_digest: str | None = None
    ) -> Generator[None, None, Screened]:
        """`screen` in pieces of some milliseconds: whoever has other work does it between them."""
        event = received.event
        if event is None:
            assert received.dead_letter is not None
            return self._unscreened(received, received.dead_letter, lists)
        assert received.event_digest is not None
        if earlier_digest is not None and earlier_digest != received.event_digest:
            detail = "event_id: was published before with other content; publish a corrected event under a new id"
            return self._unscreened(received, _not_screened(received, "event_id_reused", detail), lists)
        route = Route.of(event)
        read: list[Judged] = []
        chars = 0
        for judged in self._judge_of(lists).route(route):
            read.append(judged)
            chars += judged.chars
            if chars > RECORD_CHARS_MAX:
                return self._decided(received, route, lists, read, is_whole=False)
            yield
        return self._decided(received, route, lists, read, is_whole=True)

    def over_budget(self, received: Received, lists: Lists) -> Screened:
        """The answer where a record takes more processor time than it may: a hold, and a dead letter that keeps it."""
        seconds = self.policy.worker.budget_seconds
        detail = f"screening takes more than the {seconds:g} s of processor time that one record may take"
        screened = self._unscreened(received, _not_screened(received, "over_budget", detail), lists)
        findings = tuple(f.model_copy(update={"rule": SCREENING_BUDGET}) for f in screened.decision.findings)
        return replace(screened, decision=screened.decision.model_copy(update={"findings": findings}))

    def _decided(
        self, received: Received, route: Route, lists: Lists, read: Sequence[Judged], *, is_whole: bool
    ) -> Screened:
        event, received_at = received.event, received.record.timestamp
        assert event is not None
        assert received.event_digest is not None
        met = [one for judged in read for one in judged.met]
        near_misses = [missed for one in met if (missed := one.near_miss())]
        findings = [finding for one in met for finding in one.findings()]
        if is_whole:
            findings.extend(quality.findings(route))
            findings.extend(self._jurisdictions.findings(route, received_at))
        else:
            findings.append(too_long())
        findings.extend(stale_lists(lists.versions, received_at, self.policy.lists, event.tenant))
        findings.extend(missing_lists(lists.versions, self.policy.lists, event.tenant))
        is_late = event.decide_by is not None and received_at > event.decide_by
        if is_late:
            assert event.decide_by is not None
            findings.append(late(event.decide_by, received_at))
        decision = decide(
            event,
            received.event_digest,
            self._basis(lists),
            findings=bounded(allowed(merged(findings), route, self.policy.allow, received_at)),
            near_misses=sorted(near_misses, key=lambda n: (-n.score, n.entity_id, n.element))[:NEAR_MISSES_MAX],
            elements_screened=tuple(dict.fromkeys(element for judged in read for element in judged.elements)),
            is_late=is_late,
        )
        observations = self._typologies.observations(event, received.event_digest, self.identity)
        return Screened(received.record, decision, None, observations, event, route)

    def _judge_of(self, lists: Lists) -> Judge:
        """One judge for each snapshot: it keeps what it was asked lately. Two, for a rescreening beside the stream."""
        known = next((judge for judge in self._judges if judge.lists is lists), None)
        if known is None:
            known = Judge(lists, self.policy)
            self._judges = (known, *self._judges[:1])
        return known

    def _unscreened(self, received: Received, dead_letter: DeadLetter, lists: Lists) -> Screened:
        decision = decide_unscreened(dead_letter, received.event, self._basis(lists))
        return Screened(received.record, decision, dead_letter, ())

    def _basis(self, lists: Lists) -> Basis:
        return Basis(lists.versions, self.policy, self._policy_version, self._engine_version)

    # ------------------------------------------------------------ looking back

    def remembered(self, screened: Screened) -> tuple[dict[str, Counterparty], Sighting] | None:
        """Who was on the route, by identity, and what was decided; None where nothing was screened."""
        event, decision, record = screened.event, screened.decision, screened.record
        if event is None:
            return None
        who: dict[str, Counterparty] = {}
        on_route: list[tuple[str, str]] = []
        assert screened.route is not None
        # Who is paid first: where a table is full, the others are left out.
        for path, items in sorted(screened.route.counterparties, key=lambda one: _distance(one[0])):
            if items:
                counterparty = Counterparty(event.tenant, items)
                content = counterparty.to_json().decode()
                identity = self.identity(event.tenant, "counterparty", content)[:IDENTITY_CHARS]
                who[identity] = counterparty
                on_route.append((path, identity))
        return who, Sighting(
            tenant=event.tenant,
            event_id=event.event_id,
            event_type=event.event_type,
            event_digest=decision.event_digest,
            decision_id=decision.decision_id,
            revision=decision.revision,
            verdict=decision.verdict,
            received_at=record.timestamp,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            execution_date=known(event, "requested_execution_date"),
            message_id=event.message_id,
            end_to_end_id=event.end_to_end_id,
            route=tuple(on_route),
            met=entity_ids_in(f for f in decision.findings if f.verdict is not Verdict.RELEASE)[:MET_MAX],
        )

    def rematch(self, counterparty: Counterparty, path: str, delta: Lists) -> tuple[Finding, ...]:
        """What a counterparty meets in `delta`: lists whose indexes hold the changed entries only."""
        met = self._judge_of(delta).counterparty(path, counterparty.items)
        findings = [finding for one in met for finding in one.findings()]
        return bounded(merged(findings)) if findings else ()

    def supersede(self, sighting: Sighting, findings: Sequence[Finding], lists: Lists, at: datetime) -> Screened:
        """The decision that follows the one remembered, and takes the place of a release.

        A decision that blocked already stays in force beside it: what it found must be resolved, too.
        """
        decision = decision_on(
            self._basis(lists),
            findings=bounded(merged(findings)),
            elements=[path for path, _ in sighting.route],
            event_id=sighting.event_id,
            tenant=sighting.tenant,
            event_type=sighting.event_type,
            event_digest=sighting.event_digest,
            message_id=sighting.message_id,
            end_to_end_id=sighting.end_to_end_id,
            revision=sighting.revision + 1,
            supersedes=sighting.decision_id if sighting.verdict is Verdict.RELEASE else None,
        )
        record = Record(sighting.topic, sighting.partition, sighting.offset, None, None, at)
        return Screened(record, decision, None, ())

    # ------------------------------------------------------------ behaviour

    def identity(self, tenant: str, kind: str, value: str) -> str:
        """HMAC-SHA-256, hex: the same account or person gives the same identity, and nobody can read it back."""
        return hmac.digest(self._identity_key, f"{tenant}\x1f{kind}\x1f{value}".encode(), "sha256").hex()

    def watch(self, observation: Observation, history: History) -> Watched:
        """The new history and what the behaviour rules find; the same however often it is delivered."""
        return self._typologies.watch(observation, history)


# ---------------------------------------------------------------- pure leaves


_PAYEES: Final = ("creditor", "ultimate_creditor", "worker", "payout", "account_holder")
_RELATED: Final = "related_"


def _distance(path: str) -> int:
    """0 for who is paid, with accounts and banks, 1 for the rest of the main route, 2 for further roles."""
    return 0 if path.startswith(_PAYEES) else 2 if path.startswith(_RELATED) else 1


def _unreadable(value: bytes | None) -> tuple[str, str] | None:
    """(reason, detail) where the bytes cannot even be parsed."""
    if value is None:
        return "null_value", "the record has no value; publish the event as its value"
    if len(value) > RECORD_BYTES_MAX:
        return "too_large", f"{len(value)} bytes; one record holds one payment, {RECORD_BYTES_MAX} bytes at most"
    try:
        # XML says itself how it is encoded.
        if not is_xml(value):
            value.decode("utf-8")
    except UnicodeDecodeError as error:
        return "not_utf8", f"byte {error.start} is not UTF-8; publish JSON in UTF-8"
    return None


def _name_in(key: bytes | None) -> str | None:
    """A record key that can be an event id."""
    try:
        name = key.decode("utf-8").strip() if key else ""
    except UnicodeDecodeError:
        return None
    return name if 0 < len(name) <= EVENT_ID_CHARS_MAX else None


def _refused(record: Record, reason: str, detail: str, stage: str) -> Received:
    return Received(record, None, None, _dead_letter(record, reason, detail, stage))


def _not_screened(received: Received, reason: str, detail: str) -> DeadLetter:
    """A dead letter for a record that was read but not screened."""
    return _dead_letter(received.record, reason, detail, "screen")


def _dead_letter(record: Record, reason: str, detail: str, stage: str) -> DeadLetter:
    source = Source(topic=record.topic, partition=record.partition, offset=record.offset)
    return DeadLetter(
        reason=reason, detail=detail[:DETAIL_CHARS_MAX], stage=stage, source=source, raw=record.value, key=_key(record)
    )
