"""The product: one record in, everything that must be published out.

The only module that knows the order of things. It does no I/O and reads no clock: a worker on Kafka, the
offline replay, the tests and the benchmarks call the same functions and get the same answers.

    received = monitor.receive(record)
    screened = monitor.screen(received, lists, earlier_digest)
    watched  = monitor.watch(observation, history)
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final

from streamer import route
from streamer.decisions import Basis, decide, decide_again, decide_unscreened, late, missing_lists, ordered, stale_lists
from streamer.detectors import quality
from streamer.detectors.behaviour.typologies import History, Typologies, Watched
from streamer.detectors.entries import (
    OWNERSHIP,
    STAKES_SHOWN_MAX,
    evidence,
    identifier_evidence,
    identifier_finding,
    name_evidence,
    name_finding,
    near_finding,
    ownership_finding,
)
from streamer.detectors.jurisdictions import Jurisdictions
from streamer.events import (
    EVENT_ID_CHARS_MAX,
    RECORD_BYTES_MAX,
    Account,
    Agent,
    Consequence,
    DeadLetter,
    Decision,
    Event,
    Evidence,
    Finding,
    IdentifierKind,
    InvalidEvent,
    NearMiss,
    Observation,
    Party,
    PartyType,
    Severity,
    Source,
    Verdict,
    canonical_json,
    capped,
    digest,
    event_from_json,
)
from streamer.iso20022.reader import InvalidMessage, event_from_xml, is_xml
from streamer.lists import Lists
from streamer.policy import AllowedPolicy, Policy, score_verdict
from streamer.reference.countries import country_code
from streamer.reference.identifiers import bic_country, compact, normalised_bic
from streamer.reference.legal_forms import has_legal_form
from streamer.reference.pieces import is_financial, pieces
from streamer.reference.text import folded_words
from streamer.remembered import (
    COUNTERPARTIES_MAX,
    IDENTITY_CHARS,
    ITEMS_MAX,
    MET_MAX,
    NAME,
    Counterparty,
    Item,
    Sighting,
    entity_ids_in,
)
from streamer.screening import Hit, Query, TextHit
from streamer.screening.identifiers import EMAIL, IBAN, PHONE, WALLET, IdentifierHit
from streamer.watchlists.entity import Entity, EntityType
from streamer.watchlists.ownership import Standing, ownership_in_words, stake_in_words

DETAIL_CHARS_MAX = 500
"""Of a dead letter's detail: it travels in a header."""

NEAR_MISSES_MAX = 20
"""Kept per decision, best first."""

NAME_WORDS_MAX = 5
"""A name of more words is also read as a text: a listed name among many others, an address in the same line for one,
would be diluted or cut."""

PIECE_SCORE_MIN = 0.93
"""A piece of a text that may be a name must resemble a listed one as closely; one said to be a name need not."""

SAME_NAME_SCORE_MIN = 0.97
"""From here on only slips of the pen differ."""

EXACT_RULES = frozenset({"LISTED_IDENTIFIER", "LISTED_WALLET"})

FINDINGS_MAX = 100
"""Kept per decision, the most severe; how many more there were is said by FINDINGS_LIMIT."""

EVIDENCE_MAX = 25
"""Kept per finding: one megabyte of text can name one listed party ten thousand times."""

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
        dead_letter = replace_detail(received, "error", detail)
        return self._unscreened(received, dead_letter, lists)

    # ------------------------------------------------------------ screening

    def screen(self, received: Received, lists: Lists, earlier_digest: str | None = None) -> Screened:
        """Judge one event by one snapshot of the lists.

        `earlier_digest` is the digest under which the same tenant's event id was seen before, if it was.
        """
        event = received.event
        if event is None:
            assert received.dead_letter is not None
            return self._unscreened(received, received.dead_letter, lists)
        assert received.event_digest is not None
        if earlier_digest is not None and earlier_digest != received.event_digest:
            detail = "event_id: was published before with other content; publish a corrected event under a new id"
            return self._unscreened(received, replace_detail(received, "event_id_reused", detail), lists)
        received_at = received.record.timestamp
        findings: list[Finding] = []
        near_misses: list[NearMiss] = []
        elements: list[str] = []
        for element, hits in self._names(event, lists):
            elements.append(element)
            self._judge_names(element, hits, lists, findings, near_misses)
        named = frozenset(elements)
        for element, found in self._identifiers(event, lists):
            elements.append(element)
            for hit in found:
                findings.extend(self._identifier_findings(element, hit, lists))
        for element, text in _texts(event):
            if element not in named:
                elements.append(element)
            findings.extend(_not_met(findings, self._text_findings(element, text, lists)))
        for element, text in chain(_all_names(event), route.codes(event)):
            for hit in lists.identifiers.find_in_text(text):
                findings.extend(self._identifier_findings(element, hit, lists))
        findings.extend(self._near_identifiers(event, lists, findings))
        findings.extend(quality.findings(event))
        findings.extend(self._jurisdictions.findings(event, received_at))
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
            findings=bounded(allowed(merged(findings), event, self.policy.allow, received_at)),
            near_misses=sorted(near_misses, key=lambda n: (-n.score, n.entity_id, n.element))[:NEAR_MISSES_MAX],
            elements_screened=tuple(dict.fromkeys(elements)),
            is_late=is_late,
        )
        observations = self._typologies.observations(event, received.event_digest, self.identity)
        return Screened(received.record, decision, None, observations, event)

    def _names(self, event: Event, lists: Lists) -> Iterator[tuple[str, list[Hit]]]:
        """(element, hits) of every name on the route."""
        score_min, hits_max = self.policy.screening.near_miss, self.policy.screening.hits_max
        for path, party in route.parties(event):
            if party.name:
                hits = lists.screener.screen(_query(party), score_min=score_min, hits_max=hits_max)
                yield f"{path}.name", [_as_of_no_ship(hit, party) for hit in hits]
        for path, agent in route.agents(event):
            if agent.name:
                query = Query(name=agent.name, type=PartyType.ENTITY, countries=_agent_countries(agent))
                hits = lists.screener.screen(query, score_min=score_min, hits_max=hits_max)
                yield f"{path}.name", [_as_of_a_bank(hit, agent) for hit in hits]

    def _judge_names(
        self,
        element: str,
        hits: Iterable[Hit],
        lists: Lists,
        findings: list[Finding],
        near_misses: list[NearMiss],
    ) -> None:
        for hit in hits:
            verdict = name_verdict(hit, self.policy) if hit.entity.listed else Verdict.RELEASE
            property_of = owned(hit.entity, lists, self.policy)
            owned_verdict = capped(name_verdict(hit, self.policy, listed=False), property_of.ceiling)
            if owned_verdict is not Verdict.RELEASE:
                findings.append(property_of.finding(name_evidence(element, hit), hit.entity, owned_verdict))
            if verdict is Verdict.RELEASE and owned_verdict is Verdict.RELEASE:
                near_misses.append(
                    NearMiss(
                        element=element,
                        list=hit.entity.list,
                        entity_id=hit.entity.id,
                        matched_name=hit.matched.text,
                        score=round(hit.score, 4),
                        reason="; ".join(hit.reasons),
                    )
                )
            elif verdict is not Verdict.RELEASE:
                findings.append(name_finding("LISTED_NAME", element, hit, verdict))

    def _identifiers(self, event: Event, lists: Lists) -> Iterator[tuple[str, tuple[IdentifierHit, ...]]]:
        """(element, exact hits) of every identifier and account on the route."""
        find = lists.identifiers.find
        for path, party in route.parties(event):
            for n, identifier in enumerate(party.identifiers):
                yield f"{path}.identifiers[{n}]", find(identifier.kind, identifier.value, identifier.country)
            if party.email:
                yield f"{path}.email", find(EMAIL, party.email)
            if party.phone:
                yield f"{path}.phone", find(PHONE, party.phone)
        for path, agent in route.agents(event):
            if agent.bic:
                yield f"{path}.bic", find(IdentifierKind.BIC, agent.bic)
            if agent.lei:
                yield f"{path}.lei", find(IdentifierKind.LEI, agent.lei)
            if agent.clearing_member_id:
                # Lists carry the numbers of national clearing systems (BIK …) among the other ones.
                found = find(IdentifierKind.OTHER, agent.clearing_member_id)
                yield f"{path}.clearing_member_id", tuple(hit for hit in found if hit.kind == IdentifierKind.OTHER)
        for path, account in route.accounts(event):
            for part, kind, value in _account_identifiers(account):
                yield f"{path}.{part}", find(kind, value)

    def _identifier_findings(self, element: str, hit: IdentifierHit, lists: Lists) -> Iterator[Finding]:
        if hit.entity.listed:
            yield identifier_finding(element, hit, identifier_verdict(hit, self.policy))
        property_of = owned(hit.entity, lists, self.policy)
        verdict = capped(identifier_verdict(hit, self.policy, listed=False), property_of.ceiling)
        if verdict is not Verdict.RELEASE:
            yield property_of.finding(identifier_evidence(element, hit), hit.entity, verdict)

    def _near_identifiers(self, event: Event, lists: Lists, found: Iterable[Finding]) -> Iterator[Finding]:
        """Identifiers one character off a listed one: mistyped, or made to look like a slip."""
        met = {e.element for finding in found if finding.rule in EXACT_RULES for e in finding.evidence}
        for element, kind, value, country in _written_identifiers(event):
            if element not in met and (hit := lists.identifiers.near(kind, value, country)):
                met.add(element)
                yield near_finding(element, hit, capped(Verdict.REVIEW, entry_ceiling(hit.entity, self.policy)))
        for element, text in chain(_texts(event), _all_names(event), route.codes(event)):
            if element not in met:
                for hit in lists.identifiers.near_in_text(text):
                    yield near_finding(element, hit, capped(Verdict.REVIEW, entry_ceiling(hit.entity, self.policy)))

    def _text_findings(self, element: str, text: str, lists: Lists) -> Iterator[Finding]:
        thresholds = self.policy.screening
        is_address = ".address." in element or element.startswith("ship_to.")
        hits: list[Hit | TextHit] = [
            hit
            for hit in lists.screener.screen_text(text, score_min=thresholds.review, hits_max=thresholds.hits_max)
            if not (is_address and _is_of_a_street(hit, text))
        ]
        hits += self._pieces_met(text, lists, {hit.entity.id for hit in hits}, in_address=is_address)
        if not is_address and not element.endswith(".name"):
            hits += self._one_words_met(text, lists, {hit.entity.id for hit in hits})
        for hit in hits:
            # A name in a text says that somebody wrote it, not that the money goes there: an analyst decides.
            verdict = capped(Verdict.REVIEW, hit.ceiling, entry_ceiling(hit.entity, self.policy))
            if verdict is not Verdict.RELEASE and hit.entity.listed:
                yield name_finding("LISTED_NAME_IN_TEXT", element, hit, verdict)
            property_of = owned(hit.entity, lists, self.policy)
            verdict = capped(Verdict.REVIEW, hit.ceiling, property_of.ceiling)
            if verdict is not Verdict.RELEASE:
                yield property_of.finding(name_evidence(element, hit), hit.entity, verdict)
        for found in lists.identifiers.find_in_text(text):
            yield from self._identifier_findings(element, found, lists)

    def _pieces_met(self, text: str, lists: Lists, known: set[str], *, in_address: bool) -> Iterator[Hit]:
        """Listed parties that a piece of the text names in other spelling, or behind a word that says who follows."""
        for piece in pieces(text, in_address=in_address):
            if in_address and not (piece.is_named or piece.is_part):
                continue
            query = Query(name=piece.text, type=PartyType.VESSEL if piece.is_ship else PartyType.UNKNOWN)
            is_sure = piece.is_named or (piece.has_form and not in_address)
            # Buildings and towns are called as ships and firms are.
            may_live_there = piece.is_named or not in_address
            score_min = max(self.policy.screening.hold, PIECE_SCORE_MIN)
            hits = lists.screener.screen(
                query, score_min=self.policy.screening.review, hits_max=self.policy.screening.hits_max
            )
            for hit in hits:
                is_called_as_a_ship = _is_one_word_of_a_ship(hit) and not piece.is_ship
                is_near = hit.score >= score_min and not in_address
                is_named = is_sure or is_near or _is_to_the_letter(hit, piece.text)
                if not (may_live_there or hit.entity.type is EntityType.PERSON):
                    continue
                if hit.entity.id not in known and is_named and not is_called_as_a_ship:
                    known.add(hit.entity.id)
                    yield hit

    def _one_words_met(self, text: str, lists: Lists, known: set[str]) -> Iterator[TextHit]:
        """Listed organisations that are called by one distinctive word, where the text writes it."""
        for word, entity, name in lists.one_words.found_in(text):
            if entity.id not in known:
                why = (f"the text writes {name.text}, by which nobody else is known",)
                yield TextHit(entity, name, self.policy.screening.review, Verdict.REVIEW, why, word)

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
        for path, items in _counterparties(event):
            if items and len(on_route) < COUNTERPARTIES_MAX:
                counterparty = Counterparty(event.tenant, items[:ITEMS_MAX])
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
            execution_date=getattr(event, "requested_execution_date", None),
            message_id=event.message_id,
            end_to_end_id=event.end_to_end_id,
            route=tuple(on_route),
            met=entity_ids_in(f for f in decision.findings if f.verdict is not Verdict.RELEASE)[:MET_MAX],
        )

    def rematch(self, counterparty: Counterparty, path: str, delta: Lists) -> tuple[Finding, ...]:
        """What a counterparty meets in `delta`: lists whose indexes hold the changed entries only."""
        findings: list[Finding] = []
        thresholds = self.policy.screening
        for item in counterparty.items:
            element = f"{path}.{item.element}"
            if item.kind != NAME:
                country = item.countries[0] if item.countries else None
                for found in delta.identifiers.find(item.kind, item.value, country):
                    findings.extend(self._identifier_findings(element, found, delta))
                continue
            query = Query(name=item.value, type=item.type, birth_date=item.birth_date, countries=item.countries)
            hits = delta.screener.screen(query, score_min=thresholds.review, hits_max=thresholds.hits_max)
            if hits:
                self._judge_names(element, hits, delta, findings, [])
            if len(item.value.split()) > NAME_WORDS_MAX:
                findings.extend(_not_met(findings, self._text_findings(element, item.value, delta)))
        return bounded(merged(findings)) if findings else ()

    def supersede(self, sighting: Sighting, findings: Sequence[Finding], lists: Lists, at: datetime) -> Screened:
        """The decision that follows the one remembered, and takes the place of a release.

        A decision that blocked already stays in force beside it: what it found must be resolved, too.
        """
        decision = decide_again(
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


_CONSEQUENCE_CEILING = {
    Consequence.BLOCK: Verdict.HOLD,
    Consequence.REJECT: Verdict.HOLD,
    Consequence.RESTRICTED: Verdict.REVIEW,
    Consequence.REVIEW: Verdict.REVIEW,
}


# ---------------------------------------------------------------- pure leaves


def entry_ceiling(entity: Entity, policy: Policy) -> Verdict:
    """The most severe verdict an entry may carry: its list's by policy, and its programme's, which may not freeze."""
    return capped(policy.lists.ceiling.get(entity.list, Verdict.HOLD), _CONSEQUENCE_CEILING[entity.consequence])


def name_verdict(hit: Hit | TextHit, policy: Policy, *, listed: bool = True) -> Verdict:
    """The verdict of one name hit: its score's, under the ceilings of the evidence and of the entry.

    A name within a longer one is a doubt. `listed` False leaves the entry's ceiling out, for who is blocked by
    ownership and not by its own entry.
    """
    entry = entry_ceiling(hit.entity, policy) if listed else Verdict.HOLD
    inside = Verdict.REVIEW if isinstance(hit, TextHit) else Verdict.HOLD
    return capped(score_verdict(hit.score, policy.screening), hit.ceiling, entry, inside)


def identifier_verdict(hit: IdentifierHit, policy: Policy, *, listed: bool = True) -> Verdict:
    """An exact identifier holds; a number that may be another's is an analyst's question."""
    entry = entry_ceiling(hit.entity, policy) if listed else Verdict.HOLD
    return capped(Verdict.HOLD if hit.conclusive else Verdict.REVIEW, entry)


@dataclass(frozen=True, slots=True)
class PropertyOf:
    """Who owns a party, as far as the policy asks."""

    ceiling: Verdict
    """The most severe verdict that ownership carries; release where no blocked party owns enough."""
    standings: tuple[Standing, ...] = ()
    """By the policy's rules; the first decides."""
    lists: Lists | None = None

    @property
    def chain(self) -> tuple[str, ...]:
        """One line for each stake, in words."""
        names = self.lists.name if self.lists else str
        return tuple(stake_in_words(stake, names) for s in self.standings[:1] for stake in s.chain[:STAKES_SHOWN_MAX])

    @property
    def says(self) -> str:
        """The rule, the share and the chain in one sentence."""
        if not self.standings or self.lists is None:
            return ""
        return ownership_in_words(self.standings[0], self.lists.name)

    def finding(self, met: Evidence, entity: Entity, verdict: Verdict) -> Finding:
        """`met` is what met the owned entity; the chain of its owners is the further evidence."""
        stakes = self.standings[0].chain[:STAKES_SHOWN_MAX]
        owners = [self._owner(met.element, stake.owner, words) for stake, words in zip(stakes, self.chain, strict=True)]
        return ownership_finding(met, entity, self.standings, owners, self.says, verdict)

    def _owner(self, element: str, entity_id: str, words: str) -> Evidence:
        owner = self.lists.entity(entity_id) if self.lists else None
        if owner is None:
            return Evidence(
                element=element,
                list=entity_id.partition("-")[0],
                entity_id=entity_id,
                entity_name=entity_id,
                note=words,
            )
        programs = owner.programs if owner.listed else ()
        return evidence(element, owner, note=words).model_copy(update={"programs": programs})


NOBODYS: Final = PropertyOf(Verdict.RELEASE)


def owned(entity: Entity, lists: Lists, policy: Policy) -> PropertyOf:
    """Whether ownership blocks a party that no list blocks, by the rules of the policy."""
    if not lists.ownership.by_entity or (entity.listed and entity.consequence is Consequence.BLOCK):
        return NOBODYS
    standings = lists.ownership.standings(entity.id, policy.ownership.in_force)
    if not standings:
        return NOBODYS
    # As severe as the severest of the owners may be judged.
    owners = [owner for name in standings[0].listed if (owner := lists.entity(name))]
    theirs = max((entry_ceiling(owner, policy) for owner in owners), key=lambda v: v.rank, default=Verdict.HOLD)
    certain = Verdict.HOLD if standings[0].is_certain else Verdict.REVIEW
    own = policy.lists.ceiling.get(entity.list, Verdict.HOLD)
    return PropertyOf(capped(certain, theirs, own), standings, lists)


def _agent_countries(agent: Agent) -> tuple[str, ...]:
    stated = country_code(agent.address.country) if agent.address and agent.address.country else None
    return tuple(code for code in (bic_country(agent.bic) if agent.bic else None, stated) if code)


def _as_of_a_bank(hit: Hit, agent: Agent) -> Hit:
    """Who has a BIC is a bank: a listed party that is none, and whose name only resembles the bank's, is another."""
    if agent.bic is None or bic_country(agent.bic) is None or _is_bank(hit.entity):
        return hit
    return hit if hit.score >= SAME_NAME_SCORE_MIN else replace(hit, ceiling=Verdict.RELEASE)


def _is_of_a_street(hit: TextHit, text: str) -> bool:
    """Streets are named after people: in an address a person counts where nothing else stands in the line."""
    return hit.entity.type is EntityType.PERSON and len(folded_words(text)) > len(folded_words(hit.matched.text))


def _as_of_no_ship(hit: Hit, party: Party) -> Hit:
    """People and companies are called as ships are: one word alone does not make them one."""
    if not _is_one_word_of_a_ship(hit) or party.type is PartyType.VESSEL:
        return hit
    is_somebody = party.type is not PartyType.UNKNOWN or has_legal_form(party.name or "")
    return replace(hit, ceiling=Verdict.RELEASE) if is_somebody else hit


def _is_one_word_of_a_ship(hit: Hit) -> bool:
    return hit.entity.type is EntityType.VESSEL and len(hit.matched.text.split()) == 1


def _is_to_the_letter(hit: Hit, piece: str) -> bool:
    """The piece is the whole listed name, surname first or last: as sure as the same name in a party's field."""
    surname, _, given = map(folded_words, hit.matched.text.partition(","))
    return len(surname + given) > 1 and folded_words(piece) in (surname + given, given + surname)


def _is_bank(entity: Entity) -> bool:
    has_bic = any(identifier.kind == IdentifierKind.BIC for identifier in entity.identifiers)
    return has_bic or any(is_financial(name.text) for name in entity.names)


def _written_identifiers(event: Event) -> Iterator[tuple[str, str, str, str | None]]:
    """(element, kind, value, country) of every identifier that may be mistyped."""
    for path, party in route.parties(event):
        for n, identifier in enumerate(party.identifiers):
            yield f"{path}.identifiers[{n}]", identifier.kind, identifier.value, identifier.country
    for path, agent in route.agents(event):
        if agent.bic:
            yield f"{path}.bic", IdentifierKind.BIC, agent.bic, None
        if agent.lei:
            yield f"{path}.lei", IdentifierKind.LEI, agent.lei, None
    for path, account in route.accounts(event):
        for part, kind, value in _account_identifiers(account):
            if kind in (IBAN, WALLET):
                yield f"{path}.{part}", kind, value, None


def _all_names(event: Event) -> Iterator[tuple[str, str]]:
    named: Iterable[tuple[str, Party | Agent]] = chain(route.parties(event), route.agents(event))
    for path, somebody in named:
        if somebody.name:
            yield f"{path}.name", somebody.name


def _texts(event: Event) -> Iterator[tuple[str, str]]:
    """(element, text) of every free text, and of names that are as long as one."""
    for path, name in _all_names(event):
        if len(name.split()) > NAME_WORDS_MAX:
            yield path, name
    yield from route.texts(event)
    yield from route.address_texts(event)
    yield from route.seams(event)


def _not_met(known: Sequence[Finding], in_text: Iterable[Finding]) -> list[Finding]:
    """Without the entries that the same element, a long name or one that runs on into its address, has met already."""
    met = {(e.element, e.entity_id) for f in known if f.rule == "LISTED_NAME" for e in f.evidence}
    met |= {(f"{element.removesuffix('.name')}.address.lines[0]", entity_id) for element, entity_id in met}
    return [
        finding
        for finding in in_text
        if finding.rule != "LISTED_NAME_IN_TEXT"
        or not met.issuperset((e.element, e.entity_id) for e in finding.evidence)
    ]


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


def replace_detail(received: Received, reason: str, detail: str) -> DeadLetter:
    """A dead letter for a record that was read but not screened."""
    return _dead_letter(received.record, reason, detail, "screen")


def _dead_letter(record: Record, reason: str, detail: str, stage: str) -> DeadLetter:
    source = Source(topic=record.topic, partition=record.partition, offset=record.offset)
    return DeadLetter(
        reason=reason, detail=detail[:DETAIL_CHARS_MAX], stage=stage, source=source, raw=record.value, key=_key(record)
    )


def _counterparties(event: Event) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """(path, names and identifiers) of every party, agent and account, as `Monitor.screen` looks them up."""
    for path, party in route.parties(event):
        yield path, tuple(_party_items(party))
    for path, agent in route.agents(event):
        name = (Item("name", NAME, agent.name, PartyType.ENTITY),) if agent.name else ()
        bic = (Item("bic", IdentifierKind.BIC, agent.bic),) if agent.bic else ()
        lei = (Item("lei", IdentifierKind.LEI, agent.lei),) if agent.lei else ()
        yield path, (*name, *bic, *lei)
    for path, account in route.accounts(event):
        yield path, tuple(Item(part, kind, value) for part, kind, value in _account_identifiers(account))


def _party_items(party: Party) -> Iterator[Item]:
    if party.name:
        query = _query(party)
        yield Item("name", NAME, query.name, query.type, query.birth_date, query.countries)
    for n, identifier in enumerate(party.identifiers):
        countries = (identifier.country,) if identifier.country else ()
        yield Item(f"identifiers[{n}]", identifier.kind, identifier.value, countries=countries)
    if party.email:
        yield Item("email", EMAIL, party.email)
    if party.phone:
        yield Item("phone", PHONE, party.phone)


def _query(party: Party) -> Query:
    assert party.name is not None
    address_country = party.address.country if party.address else None
    stated = (address_country, party.country_of_residence, party.nationality)
    countries = tuple(code for country in stated if country and (code := country_code(country)))
    return Query(name=party.name, type=party.type, birth_date=party.birth_date, countries=countries)


def _account_identifiers(account: Account) -> Iterator[tuple[str, str, str]]:
    """(field, kind, value) to look up; a plain account number can be an IBAN or a wallet, never a document."""
    if account.iban:
        yield "iban", IBAN, account.iban
    if account.other:
        yield "other", IBAN, account.other
        yield "other", WALLET, account.other
    if account.proxy:
        for kind in (EMAIL,) if "@" in account.proxy else (PHONE, WALLET, IBAN):
            yield "proxy", kind, account.proxy
    if account.wallet:
        yield "wallet", WALLET, account.wallet.address


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding per cause (rule and list entry): several elements that met one entry are its evidence."""
    by_cause: dict[tuple[str, str | None, str], Finding] = {}
    for finding in findings:
        first = finding.evidence[0] if finding.evidence else None
        entity_id = first.entity_id if first else None
        cause = (finding.rule, entity_id, "" if entity_id else finding.reason)
        known = by_cause.get(cause)
        if known is None:
            by_cause[cause] = finding
            continue
        lead, other = (known, finding) if known.verdict.rank >= finding.verdict.rank else (finding, known)
        # One more than is kept tells `bounded` that there was more.
        evidence = (lead.evidence + other.evidence)[: EVIDENCE_MAX + 1]
        by_cause[cause] = lead.model_copy(update={"evidence": evidence})
    return tuple(by_cause.values())


NEVER_ALLOWED = frozenset({"EMBARGO", "LISTED_IDENTIFIER", "LISTED_WALLET", OWNERSHIP})
"""No allow list is a licence."""


def allowed(
    findings: Iterable[Finding], event: Event, allow: Iterable[AllowedPolicy], received_at: datetime
) -> Iterator[Finding]:
    """The findings, those of doubt on the tenant's own accounts and banks released, each with the reason.

    A finding is released where all its evidence stands on what is allowed. An embargo, a listed identifier and the very
    name of a listed party never are.
    """
    entries = [e for e in allow if e.tenant == event.tenant and e.holds_on(received_at.date())]
    own = dict(_own_elements(event, entries)) if entries else {}
    names = dict(_all_names(event)) if own else {}
    for finding in findings:
        entry = _entry_of_all(finding, own)
        if entry is None or finding.verdict is Verdict.RELEASE or not _is_doubt(finding, names):
            yield finding
        else:
            said = (
                f"{finding.reason} Released from {finding.verdict} by the allow list until {entry.until}: {entry.why}"
            )
            yield finding.model_copy(update={"verdict": Verdict.RELEASE, "reason": said})


def _own_elements(event: Event, entries: Sequence[AllowedPolicy]) -> Iterator[tuple[str, AllowedPolicy]]:
    """(path, entry) of the accounts and banks of the event that are allowed."""
    for entry in entries:
        if entry.account is not None:
            own = compact(entry.account)
            for path, account in route.accounts(event):
                if own in {compact(number) for number in (account.iban, account.other) if number}:
                    yield path, entry
        if entry.bank is not None and (bank := normalised_bic(entry.bank)):
            for path, agent in route.agents(event):
                bic = normalised_bic(agent.bic) if agent.bic else None
                if bic and (bic == bank or (len(bank) == 8 and bic[:8] == bank)):
                    yield path, entry


def _entry_of_all(finding: Finding, own: Mapping[str, AllowedPolicy]) -> AllowedPolicy | None:
    entries = [
        next((entry for path, entry in own.items() if e.element.startswith(f"{path}.")), None) for e in finding.evidence
    ]
    return entries[0] if entries and all(entries) else None


def _is_doubt(finding: Finding, names: Mapping[str, str]) -> bool:
    """Not what no allow list may release: a listed party's own name, to the letter, among it."""
    if finding.rule in NEVER_ALLOWED:
        return False
    return not any(
        e.entity_id
        and e.matched_name
        and sorted(folded_words(e.matched_name)) == sorted(folded_words(names[e.element]))
        for e in finding.evidence
        if e.element in names
    )


def bounded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What a record can carry: FINDINGS_MAX findings, EVIDENCE_MAX pieces of evidence each; a cut says so."""
    kept = [_bounded_evidence(finding) for finding in ordered(findings)]
    if len(kept) <= FINDINGS_MAX:
        return tuple(kept)
    more = len(kept) - FINDINGS_MAX
    limit = Finding(
        rule="FINDINGS_LIMIT",
        verdict=kept[0].verdict,
        severity=Severity.MEDIUM,
        reason=f"{more} further findings are not listed: the event names more listed parties than any payment does.",
        evidence=(Evidence(element="record"),),
        advice="Look at the event itself; it is no ordinary payment.",
    )
    return (*kept[:FINDINGS_MAX], limit)


def _bounded_evidence(finding: Finding) -> Finding:
    if len(finding.evidence) <= EVIDENCE_MAX:
        return finding
    more = Evidence(element="record", note="further elements met the same entry")
    return finding.model_copy(update={"evidence": (*finding.evidence[:EVIDENCE_MAX], more)})
