"""Name screening: prepare the name, gather candidates, score them, say why.

>>> from streamer.screening import Query, Screener
>>> screener = Screener(entities)
>>> hits = screener.screen(Query("SILVERSTAR LLC"), score_min=0.74)
>>> hits[0].score, hits[0].reasons
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from streamer.events import PartyType, Verdict
from streamer.reference.legal_forms import FIRST_WORDS, has_legal_form
from streamer.reference.pieces import is_financial
from streamer.reference.text import folded_words
from streamer.screening import name_fields, scoring
from streamer.screening.corroboration import corroboration
from streamer.screening.features import Evidence
from streamer.screening.index import Index
from streamer.screening.matches import CANDIDATES_MAX, TINY_BITS, Listed
from streamer.screening.name_fields import PARTIES_MAX, parts
from streamer.screening.names import (
    CHARS_MAX,
    TEXT_CHARS_MAX,
    TOKENS_MAX,
    Name,
    is_within,
    text_words,
    tokenise,
    within,
)
from streamer.screening.pairs import Comparison, compare
from streamer.screening.recent import Recent
from streamer.screening.transliteration import LOSSY_SCRIPTS
from streamer.screening.unvowelled import UNVOWELLED, listed_script
from streamer.screening.writings import readings
from streamer.watchlists.entity import Entity, ListedName

__all__ = ["CANDIDATES_MAX", "PARTIES_MAX", "Comparison", "Hit", "Query", "Screener", "TextHit", "compare"]

_HITS_MAX: Final = 10
ANSWERS_CACHED_MAX: Final = 4_096
"""Answers cached for repeated counterparties; a new list is a new Screener with an empty cache."""
TEXT_CACHED_CHARS_MAX: Final = 200
"""Only texts this short are cached: streets, banks and purposes repeat, longer texts seldom do."""


@dataclass(frozen=True, slots=True)
class Query:
    """A party to screen. `countries` are ISO 3166-1 alpha-2 codes, `birth_date` partial ISO 8601."""

    name: str
    type: PartyType = PartyType.UNKNOWN
    birth_date: str | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One listed party that the query may be."""

    entity: Entity
    matched: ListedName
    score: float
    """0..1: the name and, where given, birth date, country and documents."""
    ceiling: Verdict
    """The most severe verdict this evidence may carry by itself."""
    lines: tuple[Evidence, ...]
    """Why: what agrees and differs."""
    is_same_name: bool = False
    """The words are those of a strong listed name, in any order, its legal form aside: `score` is at least `review` of
    the shipped policy, unless a full birth date tells the bearers of a common name apart."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """`lines` in words."""
        return scoring.reasons(self.lines)

    @property
    def rank(self) -> tuple[bool, float]:
        """Of several hits of one party the highest counts: a weak alias never hides a strong name."""
        return self.ceiling is not Verdict.RELEASE, self.score


@dataclass(frozen=True, slots=True)
class TextHit:
    """A listed name inside a longer text."""

    entity: Entity
    matched: ListedName
    score: float
    ceiling: Verdict
    lines: tuple[Evidence, ...]
    """Why: what agrees."""
    span: str
    """The words of the text that met the name."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """`lines` in words."""
        return scoring.reasons(self.lines)


class Screener:
    """All listed parties with their index. Immutable: a new list makes a new Screener."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        by_id = {entity.id: entity for entity in entities}
        self._set_parts((Index(by_id.values()),), by_id, frozenset())

    def _set_parts(self, parts: tuple[Index, ...], by_id: dict[str, Entity], hidden: frozenset[str]) -> None:
        self._parts = parts
        self._by_id = by_id
        self._hidden = hidden
        self._answers = Recent[tuple[Query, float, int], list[Hit]](ANSWERS_CACHED_MAX)
        self._text_answers = Recent[tuple[str, float, int], list[TextHit]](ANSWERS_CACHED_MAX)

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def entities_by_id(self) -> Mapping[str, Entity]:
        return MappingProxyType(self._by_id)

    def updated(
        self, added: Iterable[Entity], removed: Iterable[str], rest: Callable[[], object] = lambda: None
    ) -> Screener:
        """A Screener with `added` and without `removed` (entity ids); an added id replaces its entity.

        The large index is shared: only the changed entities are indexed anew. `rest` is called after about every
        millisecond of work, so that screening in the same process can go first.
        """
        base = self._parts[0]
        changed = {e.entity.id: e.entity for e in (self._parts[1].listed if len(self._parts) > 1 else ())}
        changed |= {entity.id: entity for entity in added}
        gone = set(removed) - {entity_id for entity_id in changed if entity_id not in removed}
        for entity_id in gone:
            changed.pop(entity_id, None)
        by_id = {i: e for i, e in self._by_id.items() if i not in gone} | changed
        screener = object.__new__(Screener)
        screener._set_parts((base, Index(changed.values(), rest)), by_id, self._hidden | gone | set(changed))
        return screener

    def screen(self, query: Query, *, score_min: float, hits_max: int = _HITS_MAX) -> list[Hit]:
        """The listed parties that `query` may be, best first, one hit per party, scores from `score_min` on."""
        key = (query, score_min, hits_max)
        hits = self._answers.get(key)
        if hits is None:
            hits = self._screened(query, score_min, hits_max)
            self._answers.put(key, hits)
        return list(hits)

    def _screened(self, query: Query, score_min: float, hits_max: int) -> list[Hit]:
        best: dict[str, Hit] = {}
        for party in (query, *_beside(query)):
            one, names = _as_said(party)
            for name in names:
                for hit in self._hits(name, one, score_min):
                    other = best.get(hit.entity.id)
                    if other is None:
                        best[hit.entity.id] = hit
                        continue
                    better = max(other, hit, key=lambda h: h.rank)
                    is_same = hit.is_same_name or other.is_same_name
                    best[hit.entity.id] = replace(better, is_same_name=is_same)
        return sorted(best.values(), key=lambda h: (-h.score, h.entity.id))[:hits_max]

    @staticmethod
    def reads_whole(name: str, type: PartyType = PartyType.UNKNOWN) -> bool:
        """No bound leaves a part of the name unread: characters, different words, parties in one field.

        Blanks and invisible characters do not count. A name of which this is not true is to be reviewed.
        """
        if not is_within(name, CHARS_MAX):
            return False
        text = within(name, CHARS_MAX)
        if len(text) > 2 * TOKENS_MAX and len(set(text_words(text))) > TOKENS_MAX:
            return False
        return name_fields.reads_whole(name, type)

    @staticmethod
    def reads_whole_text(text: str) -> bool:
        """`screen_text` leaves nothing of the text unread."""
        return is_within(text, TEXT_CHARS_MAX)

    def _hits(self, name: Name, query: Query, score_min: float) -> Iterator[Hit]:
        bits_min = scoring.bits_of(score_min)
        # Birth date, country and documents may lift a name over the threshold.
        lift = scoring.lift(bool(query.birth_date), bool(query.countries), bool(query.identifiers))
        for part in self._parts:
            within_reach, similar = part.within_reach(name, query.type, bits_min - lift)
            for number in sorted(within_reach):
                listed = part.listed[number]
                if part is self._parts[0] and listed.entity.id in self._hidden:
                    continue
                beside = [*corroboration(listed.entity, query.birth_date, query.countries, query.identifiers)]
                # Nearly all of the names that need what may agree beside them do not have it.
                lacking = lift - sum([line.bits for line in beside if line.bits > 0.0])
                if within_reach[number] < lacking - TINY_BITS:
                    continue
                lines = scoring.weigh(name, listed.prepared, similar, person=listed.type is PartyType.PERSON)
                types = {query.type, listed.type}
                if len(types) == 2 and PartyType.PERSON in types and PartyType.UNKNOWN not in types:
                    lines.append(scoring.other_type(query.type, listed.type))
                if name.script in LOSSY_SCRIPTS and name.script != listed.prepared.script:
                    lines.append(scoring.lossy_script(name.script, listed.prepared))
                elif listed.prepared.script == UNVOWELLED:
                    lines.append(listed_script())
                if listed.name.weak:
                    lines.append(scoring.weak_alias())
                elif listed.type in _BODIES and (line := scoring.whole_name(name, listed.prepared, lines)) is not None:
                    lines.append(line)
                if listed.type is not PartyType.PERSON and name.words == listed.prepared.words:
                    # Firms bank abroad: another country does not count against a full name that is met to the letter.
                    beside = [line for line in beside if line.feature != "other_country"]
                is_same = not listed.name.weak and scoring.is_same_name(name, listed.prepared)
                if not (is_same or scoring.is_corroborated(beside)) and (line := scoring.by_custom(lines)) is not None:
                    lines.append(line)
                lines.extend(beside)
                if is_same:
                    line = scoring.same_name(lines)
                else:
                    line = scoring.another_person(lines) if query.birth_date else None
                if line is not None:
                    lines.append(line)
                bits = scoring.total(lines)
                if bits >= bits_min:
                    score = round(scoring.score(bits), 6)
                    yield Hit(listed.entity, listed.name, score, _ceiling(listed, lines), tuple(lines), is_same)

    def screen_text(self, text: str, *, score_min: float, hits_max: int = _HITS_MAX) -> list[TextHit]:
        """Listed names inside free text such as remittance lines.

        Finds only strong, distinctive names of two words or more, and only to the letter: a text has many words, and a
        single listed word among them is weak evidence.
        """
        key = (text, score_min, hits_max)
        hits = self._text_answers.get(key)
        if hits is None:
            hits = self._met_in(text, score_min, hits_max)
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._text_answers.put(key, hits)
        return list(hits)

    def may_resemble(self, text: str) -> bool:
        """Whether a third of the words are words of listed names, at least: with fewer no name is met closely.

        A cheap look, for texts in ASCII; True of all others, which are transliterated first.
        """
        if not text.isascii():
            return True
        words = folded_words(text)
        return 3 * sum(any(part.knows(word) for part in self._parts) for word in words) >= len(words)

    def same_names(self, text: str) -> list[TextHit]:
        """The listed parties that bear the very words of a text as a strong name, in any order: look-ups alone."""
        name = tokenise(text)
        found: dict[str, TextHit] = {}
        for part in self._parts:
            for number in part.same_names(name):
                listed = part.listed[number]
                is_hidden = part is self._parts[0] and listed.entity.id in self._hidden
                if is_hidden or listed.name.weak or listed.entity.id in found:
                    continue
                lines = scoring.met_to_the_letter(listed.prepared)
                score, ceiling = round(scoring.score(scoring.total(lines)), 6), _ceiling(listed, lines)
                found[listed.entity.id] = TextHit(listed.entity, listed.name, score, ceiling, tuple(lines), text)
        return list(found.values())

    def _met_in(self, text: str, score_min: float, hits_max: int) -> list[TextHit]:
        words = text_words(text)
        bits_min = scoring.bits_of(score_min)
        best: dict[str, TextHit] = {}
        for part in self._parts:
            for start, size, number in part.sequences_in(words):
                listed = part.listed[number]
                entity = listed.entity
                if part is self._parts[0] and entity.id in self._hidden:
                    continue
                lines = scoring.met_to_the_letter(listed.prepared)
                bits = scoring.total(lines)
                known = best.get(entity.id)
                span = " ".join(words[start : start + size])
                if bits >= bits_min and (known is None or len(known.span) < len(span)):
                    score, ceiling = round(scoring.score(bits), 6), _ceiling(listed, lines)
                    best[entity.id] = TextHit(entity, listed.name, score, ceiling, tuple(lines), span)
        return sorted(best.values(), key=lambda h: (-h.score, -len(h.span), h.entity.id))[:hits_max]


_BODIES: Final = frozenset({PartyType.ENTITY, PartyType.UNKNOWN})


def _as_said(query: Query) -> tuple[Query, Iterator[Name]]:
    """The query and the readings of its name; a legal form, or "bank", says more than the declared type, person."""
    names = readings(query.name, query.type)
    if query.type is not PartyType.PERSON:
        return query, names
    first = next(names)
    says_form = (first.forms or not FIRST_WORDS.isdisjoint(first.written)) and has_legal_form(query.name)
    if says_form or is_financial(query.name):
        query = replace(query, type=PartyType.UNKNOWN)
        return query, readings(query.name, query.type)
    return query, chain((first,), names)


def _beside(query: Query) -> list[Query]:
    """The names in the field beside the whole of it."""
    return [
        replace(query, name=part.name, type=part.type) if part.is_first else Query(part.name, part.type)
        for part in parts(query.name, query.type)
    ]


def _ceiling(listed: Listed, lines: list[Evidence]) -> Verdict:
    """A weak alias alone is released (OFAC FAQ 122), a person's common name alone is reviewed."""
    corroborated = scoring.is_corroborated(lines)
    if listed.name.weak:
        return Verdict.REVIEW if corroborated else Verdict.RELEASE
    if listed.type is PartyType.PERSON and not corroborated and scoring.is_common(lines):
        return Verdict.REVIEW
    return Verdict.HOLD
