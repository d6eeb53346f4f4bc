"""The one judge: what a name, a bank, an identifier or a text means against the lists.

    judge = Judge(lists, policy)
    judge.counterparty(path, items)     names and identifiers of one party, agent or account
    judge.text(element, text, reading)  names and numbers inside a text

The worker, a rescreening, `screen`, `screen-payroll` and `replay` all call it, so that one party gets one verdict on
every path. Every rule that lowers what a name's score says stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from streamer.detectors.entries import (
    LISTED_IDENTIFIER,
    LISTED_NAME,
    LISTED_NAME_IN_TEXT,
    LISTED_WALLET,
    NEAR_IDENTIFIER,
    STAKE,
    STAKES_SHOWN_MAX,
    evidence,
    identifier_evidence,
    identifier_finding,
    name_evidence,
    name_finding,
    near_finding,
    ownership_finding,
)
from streamer.events import (
    Consequence,
    Evidence,
    Finding,
    IdentifierKind,
    NearMiss,
    PartyType,
    Verdict,
    capped,
    strictest_verdict,
)
from streamer.lists import Lists
from streamer.policy import Policy, score_verdict
from streamer.reference.identifiers import EMAIL, IBAN, PHONE, WALLET, bic_country, checksum_holds, compact
from streamer.reference.legal_forms import has_legal_form
from streamer.reference.pieces import is_financial, is_ship_label, pieces
from streamer.reference.text import disguised, folded_words, plain
from streamer.route import ANY_KIND, CLEARING, NAME, Element, Item, Kind, Route, names_somebody
from streamer.screening import Hit, Query, TextHit, scoring
from streamer.screening.identifier_kinds import NUMBERED
from streamer.screening.identifiers import IdentifierHit
from streamer.screening.recent import Recent
from streamer.watchlists.entity import Entity, EntityType
from streamer.watchlists.ownership import Standing, ownership_in_words, stake_in_words

_PIECE_SCORE_MIN: Final = 0.93
"""A piece of a text that may be a name must resemble a listed one as closely; one said to be a name need not."""

_SEPARATED_CHARS_MAX: Final = 40
"""A code with signs between its parts is no longer."""

_SAME_NAME_SCORE_MIN: Final = 0.97
"""From here on only slips of the pen differ."""

_COUNTERPARTIES_CACHED_MAX: Final = 2_048
"""Payers, banks and their accounts repeat from event to event."""
_TEXTS_CACHED_MAX: Final = 2_048
TEXT_CACHED_CHARS_MAX: Final = 200
"""Streets, banks and purposes of payments repeat; longer texts seldom do."""

_WORD: Final = re.compile(r"[^\W\d_]{2}|[^\W\d_](?: [^\W\d_]){2}")
"""A text without is no name: numbers and dates."""
_WORD_IN_CODE: Final = re.compile(r"[^\W\d_]{4}|[^\W\d_].*\s.*[^\W\d_]")
"""A code without is none either, though letters stand in it."""

_SEVERAL_WORDS: Final = re.compile(r"\S\s+\S|[,;:|()/+=<>]")

_MAY_BE_A_CODE: Final = re.compile(r"[\d⓿❶-❾➀-➈➊-➒@.]|(?<!\w)\w{8}(?:\w{3})?(?!\w)|\w{20}")
"""A name without digits, points or words as long as a BIC holds no identifier."""
_DIGIT: Final = re.compile(r"\d")
_BETWEEN_WORDS: Final = re.compile(r"[\W\d_]+")

_PARTS_OF_A_NAME: Final = re.compile(r"[\d;:/()\[\]=|+\n]|,.*,|\s-\s|(?:\S+\s+){3}\S")
"""A name of few words without such marks was screened as the name it is, and is no text."""


class Reading(Enum):
    """As what a text is read."""

    TEXT = "text"
    NAME = "name"
    """The name of somebody, which may hold more than a name."""
    ADDRESS = "address"
    """A line of an address: streets are named after people."""
    CODE = "code"
    """What should be a number or a code."""
    SEAM = "seam"
    """Two fields that a name may run across: only names to the letter."""


# ---------------------------------------------------------------- who owns a party


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
                agreements=(STAKE,),
            )
        programs = owner.programs if owner.listed else ()
        return evidence(element, owner, note=words, agreements=(STAKE,)).model_copy(update={"programs": programs})


_NOBODYS: Final = PropertyOf(Verdict.RELEASE)


def _owned(entity: Entity, lists: Lists, policy: Policy) -> PropertyOf:
    """Whether ownership blocks a party that no list blocks, by the rules of the policy."""
    if not lists.ownership.by_entity or (entity.listed and entity.consequence is Consequence.BLOCK):
        return _NOBODYS
    standings = lists.ownership.standings(entity.id, policy.ownership.in_force)
    if not standings:
        return _NOBODYS
    # As severe as the severest of the owners may be judged.
    owners = [owner for name in standings[0].listed if (owner := lists.entity(name))]
    theirs = max((_entry_ceiling(owner, policy) for owner in owners), key=lambda v: v.rank, default=Verdict.HOLD)
    certain = Verdict.HOLD if standings[0].is_certain else Verdict.REVIEW
    own = policy.lists.ceiling.get(entity.list, Verdict.HOLD)
    return PropertyOf(capped(certain, theirs, own), standings, lists)


# ---------------------------------------------------------------- what was met


@dataclass(frozen=True, slots=True)
class Met:
    """One list entry that one element met, and what that means for the payment."""

    element: str
    rule: str
    hit: Hit | TextHit | IdentifierHit
    verdict: Verdict
    """By the entry itself; release makes a near miss, and of an entry that is on no list nothing."""
    owned_verdict: Verdict = Verdict.RELEASE
    """By who owns the entry."""
    property_of: PropertyOf = _NOBODYS

    @property
    def entity(self) -> Entity:
        return self.hit.entity

    @property
    def strictest(self) -> Verdict:
        return strictest_verdict((self.verdict, self.owned_verdict))

    @property
    def evidence(self) -> Evidence:
        if isinstance(self.hit, IdentifierHit):
            return identifier_evidence(self.element, self.hit)
        return name_evidence(self.element, self.hit)

    def findings(self) -> Iterator[Finding]:
        """By the entry, and by its owners."""
        if self.verdict is not Verdict.RELEASE and self.entity.listed:
            yield self._finding()
        if self.owned_verdict is not Verdict.RELEASE:
            yield self.property_of.finding(self.evidence, self.entity, self.owned_verdict)

    def _finding(self) -> Finding:
        if not isinstance(self.hit, IdentifierHit):
            return name_finding(self.rule, self.element, self.hit, self.verdict)
        if self.rule == NEAR_IDENTIFIER:
            return near_finding(self.element, self.hit, self.verdict)
        return identifier_finding(self.rule, self.element, self.hit, self.verdict)

    def near_miss(self) -> NearMiss | None:
        """A name that stayed below the policy's thresholds."""
        if self.rule != LISTED_NAME or isinstance(self.hit, IdentifierHit) or self.strictest is not Verdict.RELEASE:
            return None
        return NearMiss(
            element=self.element,
            list=self.entity.list,
            entity_id=self.entity.id,
            matched_name=self.hit.matched.text,
            score=round(self.hit.score, 4),
            reason="; ".join(self.hit.reasons),
        )

    def at(self, element: str) -> Met:
        """The same at another element."""
        return replace(self, element=element)


@dataclass(frozen=True, slots=True)
class Judged:
    """A part of a route that was read."""

    elements: tuple[str, ...]
    chars: int
    """How much was read."""
    met: tuple[Met, ...]

    @classmethod
    def of(cls, path: str, items: Sequence[Item], met: tuple[Met, ...]) -> Judged:
        return cls(
            tuple(dict.fromkeys(f"{path}.{item.element}" for item in items)), sum(len(i.value) for i in items), met
        )


_CURRENCY: Final = re.compile("[A-Z]{3,4}")
"""Currencies and assets by their codes, which are no text."""

_READINGS: Final[Mapping[Kind, Reading]] = {
    Kind.TEXT: Reading.TEXT,
    Kind.UNKNOWN: Reading.TEXT,
    Kind.PLACE: Reading.TEXT,
    Kind.ADDRESS: Reading.ADDRESS,
    Kind.ASSET: Reading.CODE,
    Kind.CURRENCY: Reading.CODE,
    Kind.IP: Reading.CODE,
    Kind.REFERENCE: Reading.CODE,
}
"""Of the elements that are no counterparty's name or identifier. What is no country is reviewed as such."""


# ---------------------------------------------------------------- the judge


class Judge:
    """Judges by one snapshot of the lists and one policy. Keeps what it was asked lately."""

    def __init__(self, lists: Lists, policy: Policy) -> None:
        self.lists = lists
        self._policy = policy
        self._counterparties = Recent[tuple[Item, ...], tuple[Met, ...]](_COUNTERPARTIES_CACHED_MAX)
        self._texts = Recent[tuple[str, Reading, int], tuple[Met, ...]](_TEXTS_CACHED_MAX)

    # ------------------------------------------------------------ events

    def route(self, route: Route) -> Iterator[Judged]:
        """Everything on a route, piece by piece: no piece takes long, and whoever drives this may stop it."""
        named: dict[str, set[str]] = {}
        for path, items in route.counterparties:
            if items:
                judged = Judged.of(path, items, self.counterparty(path, items))
                named[path] = {m.entity.id for m in judged.met if m.strictest is not Verdict.RELEASE}
                yield judged
        for element in route.elements:
            if (reading := _READINGS.get(element.kind)) is not None and not _CURRENCY.fullmatch(element.text):
                yield self._judged(element, reading)
        for path, text, at in route.seams:
            yield self._across(path, text, Reading.TEXT, named, at)
        for path, name, text in route.split_names:
            alone = {met.entity.id for met in self.text(path, text, Reading.SEAM)}
            judged = self._across(path, f"{name} {text}", Reading.SEAM, named)
            yield replace(judged, met=tuple(met for met in judged.met if met.entity.id not in alone))

    def _judged(self, element: Element, reading: Reading) -> Judged:
        path, kind, text = element
        if path.endswith(".postcode"):
            reading = Reading.TEXT  # no street
        if kind is Kind.UNKNOWN and names_somebody(path):
            found = tuple(_once(self.name(path, Query(name=text))))
        else:
            found = self.text(path, text, reading)
        return Judged((path,), len(text), found)

    def _across(self, path: str, text: str, reading: Reading, named: Mapping[str, set[str]], seam: int = 0) -> Judged:
        """Without the parties that the name before the seam has met by itself."""
        known = named.get(path.partition(".address.")[0], set())
        found = self.text(path, text, reading, seam)
        return Judged((), len(text), tuple(met for met in found if met.entity.id not in known))

    # ------------------------------------------------------------ counterparties

    def counterparty(self, path: str, items: tuple[Item, ...]) -> tuple[Met, ...]:
        """What the names and identifiers of one party, agent or account meet; near misses among it."""
        found = self._counterparties.get(items)
        if found is None:
            found = tuple(_once(self._met_by(items)))
            if sum(len(item.value) for item in items) <= TEXT_CACHED_CHARS_MAX:
                self._counterparties.put(items, found)
        return tuple(met.at(f"{path}.{met.element}") for met in found) if found else found

    def _met_by(self, items: Sequence[Item]) -> Iterator[Met]:
        bics = [i for i in items if i.kind in (IdentifierKind.BIC, ANY_KIND) and bic_country(i.value) is not None]
        is_agent = any(item.element == "bic" for item in bics)
        for item in items:
            if item.kind == NAME:
                query = Query(name=item.value, type=item.type, birth_date=item.birth_date, countries=item.countries)
                # Anybody can write a BIC beside a name: a party with one is a bank where it is called one, too.
                is_bank = is_agent or (bool(bics) and is_financial(item.value))
                yield from self.name(item.element, query, is_bank=is_bank)
            else:
                yield from self.identifier(item.element, item)

    def name(self, element: str, query: Query, *, is_bank: bool = False) -> Iterator[Met]:
        """What somebody's name meets: as the name it is, as what it may be disguised as, and as a text."""
        best: dict[str, Hit] = {}
        for name in (query.name, *disguised(query.name)):
            read = replace(query, name=name) if name is not query.name else query
            for hit in self._screened(read):
                known = best.get(hit.entity.id)
                if known is None or hit.rank > known.rank:
                    best[hit.entity.id] = self._without_claims(hit, read, is_bank=is_bank)
        blocking: set[str] = set()
        called = self._called(query.name) if any(hit.is_same_name for hit in best.values()) else frozenset()
        for hit in best.values():
            is_nobody_else = hit.is_same_name and hit.entity.id in called
            verdict = Verdict.HOLD if is_nobody_else else _name_verdict(hit, self._policy)
            met = self._named(element, LISTED_NAME, hit, verdict)
            if met.strictest is not Verdict.RELEASE:
                blocking.add(hit.entity.id)
            yield met
        yield from (met for met in self.text(element, query.name, Reading.NAME) if met.entity.id not in blocking)

    def _called(self, name: str) -> frozenset[str]:
        """Ids of the groups and banks whose known name is the whole of this one: HAMAS."""
        words = folded_words(name)
        found = self.lists.one_words.phrases_in(name)
        return frozenset(entity.id for phrase, entity, _ in found if folded_words(phrase) == words)

    def _screened(self, query: Query) -> Sequence[Hit]:
        thresholds = self._policy.screening
        return self.lists.screener.screen(query, score_min=thresholds.near_miss, hits_max=thresholds.hits_max)

    def _without_claims(self, hit: Hit, query: Query, *, is_bank: bool) -> Hit:
        """What is said beside a name may tell a resembling one apart, never the listed party's own."""
        is_called_as_a_ship = _is_one_word_of_a_ship(hit) and query.type is not PartyType.VESSEL
        if is_called_as_a_ship and has_legal_form(query.name):
            # Companies are called as ships are: one word with a legal form does not make them one.
            return replace(hit, ceiling=Verdict.RELEASE)
        if hit.is_same_name or hit.score >= _SAME_NAME_SCORE_MIN:
            return hit
        if is_bank and not _is_bank(hit.entity):
            # Who has a BIC is a bank: a listed firm that is none, and is called otherwise, is another.
            is_another = hit.entity.type is EntityType.ENTITY or _is_no_ship(query.name, hit)
            return replace(hit, ceiling=capped(hit.ceiling, Verdict.RELEASE if is_another else Verdict.REVIEW))
        if is_called_as_a_ship and query.type is not PartyType.UNKNOWN:
            return replace(hit, ceiling=Verdict.RELEASE)
        return hit

    def _named(self, element: str, rule: str, hit: Hit | TextHit, verdict: Verdict) -> Met:
        """`verdict` is that of the name, whoever bears it."""
        entity = hit.entity
        own = capped(verdict, _entry_ceiling(entity, self._policy)) if entity.listed else Verdict.RELEASE
        property_of = _owned(entity, self.lists, self._policy)
        return Met(element, rule, hit, own, capped(verdict, property_of.ceiling), property_of)

    # ------------------------------------------------------------ identifiers

    def identifier(self, element: str, item: Item) -> Iterator[Met]:
        """What a value meets as the identifier it is said to be, as any other, and as a text."""
        country = item.countries[0] if item.countries else None
        kinds = _KINDS_OF.get(item.kind, (item.kind,))
        found = _best(hit for kind in kinds for hit in self.lists.identifiers.find(kind, item.value, country))
        if item.kind == CLEARING:
            found = tuple(hit for hit in found if hit.kind == IdentifierKind.OTHER or hit.kind not in NUMBERED)
        exact = [self._identified(element, hit) for hit in found]
        yield from exact
        for kind in kinds if not exact else ():
            if near := self.lists.identifiers.near(kind, item.value, country):
                yield self._near(element, near)
                break
        if item.kind in _WITHOUT_TEXT and checksum_holds(item.kind, item.value):
            return  # and nothing else stands in it
        met = {one.entity.id for one in exact}
        looked_up = item.kind in NUMBERED or item.kind == ANY_KIND
        for text in _as_texts(item):
            for one in self.text(element, text, Reading.CODE):
                # A register number in a field of its own was looked up above, with the country that issued it.
                is_known = looked_up and isinstance(one.hit, IdentifierHit) and one.hit.kind in NUMBERED
                if one.entity.id not in met and not is_known:
                    yield one

    def _identified(self, element: str, hit: IdentifierHit) -> Met:
        """An exact identifier holds; a number that may be another's is an analyst's question."""
        verdict = Verdict.HOLD if hit.conclusive else Verdict.REVIEW
        rule = LISTED_WALLET if hit.kind == WALLET else LISTED_IDENTIFIER
        own = capped(verdict, _entry_ceiling(hit.entity, self._policy)) if hit.entity.listed else Verdict.RELEASE
        property_of = _owned(hit.entity, self.lists, self._policy)
        return Met(element, rule, hit, own, capped(verdict, property_of.ceiling), property_of)

    def _near(self, element: str, hit: IdentifierHit) -> Met:
        """One character off a listed one: mistyped, or made to look like a slip."""
        return Met(element, NEAR_IDENTIFIER, hit, capped(Verdict.REVIEW, _entry_ceiling(hit.entity, self._policy)))

    # ------------------------------------------------------------ texts

    def text(self, element: str, text: str, reading: Reading, seam: int = 0) -> tuple[Met, ...]:
        """Listed names and identifiers inside a text. A name in a text is a doubt: an analyst decides.

        `seam`: where a second line begins, if both were read by themselves before.
        """
        key = (text, reading, seam)
        found = self._texts.get(key)
        if found is None:
            found = tuple(_once(self._met_in(text, reading, seam)))
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._texts.put(key, found)
        return tuple(met.at(element) for met in found) if found else found

    def _met_in(self, text: str, reading: Reading, seam: int) -> Iterator[Met]:
        known: set[str] = set()
        for shown in (text, *disguised(text)):
            for hit in self._names_in(shown, reading, known, seam):
                if hit.entity.id not in known:
                    known.add(hit.entity.id)
                    met = self._named("", LISTED_NAME_IN_TEXT, hit, capped(Verdict.REVIEW, hit.ceiling))
                    if met.strictest is not Verdict.RELEASE:
                        yield met
        if reading is not Reading.SEAM and (reading is not Reading.NAME or _MAY_BE_A_CODE.search(text) is not None):
            exact = [self._identified("", hit) for hit in self.lists.identifiers.find_in_text(text)]
            yield from exact
            if not exact:
                yield from (self._near("", hit) for hit in self.lists.identifiers.near_in_text(text))

    def _names_in(self, text: str, reading: Reading, known: set[str], seam: int) -> Iterator[Hit | TextHit]:
        word = _WORD_IN_CODE if reading is Reading.CODE else _WORD
        if word.search(text) is None and (text.isascii() or word.search(plain(text)) is None):
            return
        if reading is not Reading.NAME or _PARTS_OF_A_NAME.search(text) is not None:
            yield from self._names_within(text, reading, known, seam)
        if reading not in (Reading.SEAM, Reading.ADDRESS):
            yield from self._one_words_met(text, reading)

    def _names_within(self, text: str, reading: Reading, known: set[str], seam: int) -> Iterator[Hit | TextHit]:
        thresholds = self._policy.screening
        is_address = reading is Reading.ADDRESS
        for hit in self.lists.screener.screen_text(text, score_min=thresholds.review, hits_max=thresholds.hits_max):
            if not (is_address and _is_of_a_street(hit, text)):
                yield hit
        if reading is not Reading.SEAM:
            # A piece of one word counts behind a mark alone.
            if _SEVERAL_WORDS.search(text) is not None:
                yield from self._pieces_met(text, reading, known, seam)
        elif _DIGIT.search(text) is None:
            yield from self.lists.screener.same_names(text)

    def _pieces_met(self, text: str, reading: Reading, known: set[str], seam: int) -> Iterator[Hit]:
        """Listed parties that a piece of the text names in other spelling, or behind a word that says who follows."""
        thresholds = self._policy.screening
        score_min = max(thresholds.hold, _PIECE_SCORE_MIN)
        in_address = reading is Reading.ADDRESS
        before, behind = plain(text[:seam]), plain(text[seam:]) if seam else ""
        for piece in pieces(text, in_address=in_address):
            if in_address and not (piece.is_named or piece.is_part):
                continue
            if reading is Reading.NAME and piece.text == text:
                continue  # screened as the name it is
            if piece.text in before or piece.text in behind:
                continue  # was read with its own line
            is_marked = piece.is_named or piece.is_part or piece.has_form
            if not is_marked and not self.lists.screener.may_resemble(piece.text):
                continue
            query = Query(name=piece.text, type=PartyType.VESSEL if piece.is_ship else PartyType.UNKNOWN)
            # Somebody's name was judged as a whole already, with its legal form and the parties beside it.
            is_sure = (piece.is_named or (piece.has_form and not in_address)) and reading is not Reading.NAME
            for hit in self.lists.screener.screen(query, score_min=thresholds.review, hits_max=thresholds.hits_max):
                is_called_as_a_ship = _is_one_word_of_a_ship(hit) and not piece.is_ship
                is_near = hit.score >= score_min and not in_address
                is_named = is_sure or is_near or _is_to_the_letter(hit, piece.text)
                # Buildings and towns are called as ships and firms are, by one word or nearly so.
                is_other = in_address and not piece.is_named and hit.entity.type is not EntityType.PERSON
                is_of_a_place = is_other and not (hit.is_same_name and " " in piece.text)
                is_named = is_named or (in_address and piece.is_part and hit.is_same_name)
                if hit.entity.id not in known and is_named and not is_called_as_a_ship and not is_of_a_place:
                    yield hit

    def _one_words_met(self, text: str, reading: Reading) -> Iterator[TextHit]:
        """Listed organisations that are called by one distinctive word, where the text writes it.

        In a name only the curated ones count: a firm may be called as another is.
        """
        words = self.lists.one_words
        for word, entity, name in words.phrases_in(text) if reading is Reading.NAME else words.found_in(text):
            why = (scoring.called_by(name.text),)
            yield TextHit(entity, name, self._policy.screening.review, Verdict.REVIEW, why, word)


# ---------------------------------------------------------------- pure leaves

_KINDS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    ANY_KIND: (*IdentifierKind, WALLET, EMAIL, PHONE, IBAN),
    CLEARING: (IdentifierKind.OTHER,),
}


_WITHOUT_TEXT: Final = frozenset({IBAN, IdentifierKind.LEI})


def _as_texts(item: Item) -> Iterator[str]:
    """The ways to read a code as a text: as it is, without signs between its parts, an e-mail's name as words."""
    yield item.value
    if not item.value.isalnum() and len(item.value) <= _SEPARATED_CHARS_MAX:
        yield compact(item.value)  # 7748 780776, VO-STAEAD
    if item.kind == EMAIL:
        yield _BETWEEN_WORDS.sub(" ", item.value.partition("@")[0])  # seamus.o.driscoll@…


def _best(hits: Iterable[IdentifierHit]) -> tuple[IdentifierHit, ...]:
    """One hit for each entry, a conclusive one where there is one."""
    by_entity: dict[str, IdentifierHit] = {}
    for hit in hits:
        known = by_entity.get(hit.entity.id)
        if known is None or (hit.conclusive and not known.conclusive):
            by_entity[hit.entity.id] = hit
    return tuple(by_entity.values())


_CONSEQUENCE_CEILING: Final = {
    Consequence.BLOCK: Verdict.HOLD,
    Consequence.REJECT: Verdict.HOLD,
    Consequence.RESTRICTED: Verdict.REVIEW,
    Consequence.REVIEW: Verdict.REVIEW,
}


def _entry_ceiling(entity: Entity, policy: Policy) -> Verdict:
    """The most severe verdict an entry may carry: its list's by policy, and its programme's, which may not freeze."""
    return capped(policy.lists.ceiling.get(entity.list, Verdict.HOLD), _CONSEQUENCE_CEILING[entity.consequence])


def _name_verdict(hit: Hit, policy: Policy) -> Verdict:
    """The verdict of a name hit by its score, under the ceiling of the evidence."""
    return capped(score_verdict(hit.score, policy.screening), hit.ceiling)


def _once(found: Iterable[Met]) -> Iterator[Met]:
    """Without what the same element has met already: the entry by its name, a number by itself."""
    seen: set[tuple[str, str, str]] = set()
    for met in found:
        what = met.hit.listed_value if isinstance(met.hit, IdentifierHit) else ""
        key = (met.element, met.entity.id, what or met.rule)
        if key not in seen:
            seen.add(key)
            yield met


def _is_of_a_street(hit: TextHit, text: str) -> bool:
    """Streets are named after people: in an address a person counts where nothing else stands in the line."""
    return hit.entity.type is EntityType.PERSON and len(folded_words(text)) > len(folded_words(hit.matched.text))


def _is_one_word_of_a_ship(hit: Hit) -> bool:
    return hit.entity.type is EntityType.VESSEL and len(hit.matched.text.split()) == 1


def _is_to_the_letter(hit: Hit, piece: str) -> bool:
    """The piece is the whole listed name, surname first or last: as sure as the same name in a party's field."""
    surname, _, given = map(folded_words, hit.matched.text.partition(","))
    return len(surname + given) > 1 and folded_words(piece) in (surname + given, given + surname)


def _is_no_ship(name: str, hit: Hit) -> bool:
    """The hit is a ship or an aircraft, and the name has words that its name and "MV" have not. False of people."""
    listed = frozenset(folded_words(hit.matched.text))
    is_other = any(word not in listed and not is_ship_label(word) for word in folded_words(name))
    return is_other and hit.entity.type is not EntityType.PERSON


def _is_bank(entity: Entity) -> bool:
    has_bic = any(identifier.kind == IdentifierKind.BIC for identifier in entity.identifiers)
    return has_bic or any(is_financial(name.text) for name in entity.names)
