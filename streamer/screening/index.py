"""Candidates: which listed names could a name mean? Dictionary look-ups only, never a walk over the list.

Every distinct token of the list is filed under itself, under its sound (`names.skeleton`) and under every spelling of
that sound with one letter deleted, so a typo is found by looking up its own deletions. Neighbouring tokens and whole
names are filed glued together, and whole names in order, for what a field of 35 characters cut off.

Which of the postings are read follows from the scores: a candidate that misses tokens worth more than the query can
spare cannot reach `score_min`, so only names that hold one of the tokens it cannot spare are looked at.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from streamer.events import PartyType
from streamer.screening.names import (
    FORM_WORDS,
    SAME_WORD,
    Name,
    abbreviated,
    bits,
    consonants,
    deletions,
    may_be_form,
    skeleton,
    syllables,
    tokenise,
    unleeted,
)
from streamer.screening.scoring import (
    ABJADS,
    AS_WRITTEN,
    COST,
    CUT_CHARS,
    LOSSY_SCRIPTS,
    SYLLABIC_SCRIPTS,
    WHOLE_CHARS_MIN,
    WHOLE_LETTERS_MAX,
    Similar,
    agreement,
    evidence,
    letters_off,
    listed_loss,
    query_loss,
    run_together,
    spelling,
)
from streamer.watchlists.entity import Entity, EntityType, ListedName

CANDIDATES_MAX: Final = 200
"""More listed names than this are never scored for one query; the ones that share most go first."""
TOKENS_LOOKED_UP_MAX: Final = 12
"""Of a long text only so many tokens, the first and the rarest, are looked up."""
TOKEN_CACHE_MAX: Final = 30_000
SPARE_BITS: Final = 0.5
"""What initials and other small evidence may add beyond the tokens looked up."""
EXACT_SPARE_BITS: Final = -12.0
"""How far below `bits_min` the tokens of a name met to the letter may stay."""
INITIAL_BITS: Final = 4.0
SCANNED_MAX: Final = 2_000
"""A name of nothing but the commonest tokens leads to thousands of listed ones; those that share most are read."""
PAIRED_TOKENS_MAX: Final = 8
TWO_TYPOS_CHARS_MIN: Final = 6
TWO_DELETED_CHARS_MAX: Final = 14
EXACT_ABOVE_BITS: Final = 5.0
TEXT_BITS_MIN: Final = 18.0
"""A listed name that says less is not looked for inside longer texts."""
TEXT_SEQUENCE_MAX: Final = 8
GLUED_CHARS_MIN: Final = 5
CUT_MATCHES_MAX: Final = 40

PARTY_TYPE: Final = {
    EntityType.PERSON: PartyType.PERSON,
    EntityType.ENTITY: PartyType.ENTITY,
    EntityType.VESSEL: PartyType.VESSEL,
    EntityType.AIRCRAFT: PartyType.VESSEL,
    EntityType.UNKNOWN: PartyType.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of one listed party, prepared once."""

    entity: Entity
    name: ListedName
    type: PartyType
    prepared: Name
    losses: tuple[float, ...]
    """Bits that go for each token which a query has not."""
    run_together: tuple[str, ...]
    """The name without spaces, in the orders in which it is written."""


_NO_NAMES: Final[frozenset[int]] = frozenset()


class TokenMatch:
    """What one token of a query may mean in this list. The name numbers are gathered when first asked for."""

    __slots__ = ("_as_written", "_names", "_postings", "glued", "is_known", "loss", "similar", "token", "worth")

    def __init__(
        self,
        token: str,
        similar: Similar,
        glued: Mapping[int, float],
        loss: float,
        postings: Mapping[str, Sequence[int]],
    ) -> None:
        self.token = token
        self.similar = similar
        self.glued = glued
        """Listed names in which the token stands as several words, and the bits that these bring."""
        self.worth = max([e for e, _ in similar.values()], default=0.0)
        """Bits that the token brings at best."""
        self.loss = loss
        """Bits that go when it meets nothing."""
        self.is_known = bool(similar)
        self._postings = postings
        self._names: frozenset[int] | None = None
        self._as_written: frozenset[int] | None = None

    @property
    def names(self) -> frozenset[int]:
        """Listed names that contain what the token may mean."""
        if self._names is None:
            self._names = _NO_NAMES.union(*[self._postings[other] for other in self.similar])
        return self._names

    @property
    def as_written(self) -> frozenset[int]:
        """Those that contain the token itself, or what it abbreviates."""
        if self._as_written is None:
            self._as_written = _NO_NAMES.union(
                *[self._postings[other] for other, (_, kind) in self.similar.items() if kind in AS_WRITTEN]
            )
        return self._as_written


class Index:
    """Immutable once built; used from one thread (the token cache is not locked)."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        # Building makes millions of objects and no garbage; the collector would walk them all, many times over.
        collects = gc.isenabled()
        gc.disable()
        try:
            self._build(entities)
        finally:
            if collects:
                gc.enable()
        # And it would walk them again and again while names are screened, a pause of half a second each time.
        gc.freeze()

    def _build(self, entities: Iterable[Entity]) -> None:
        self.listed: list[Listed] = []
        self._sequences: dict[tuple[str, ...], list[int]] = {}
        postings: dict[str, list[int]] = {}
        glued: dict[str, list[int]] = {}
        whole: list[tuple[str, int]] = []
        seen: set[tuple[str, tuple[str, ...], str]] = set()
        for entity in entities:
            type = PARTY_TYPE[entity.type]
            for name in sorted(entity.names, key=lambda n: n.weak):
                prepared = tokenise(name.text, type)
                is_long = len(name.text) > CUT_CHARS.start
                key = (entity.id, prepared.words if is_long else prepared.tokens, prepared.script)
                if not prepared.tokens or key in seen:
                    continue
                seen.add(key)
                number = len(self.listed)
                self.listed.append(
                    Listed(entity, name, type, prepared, _losses(prepared, type), run_together(prepared))
                )
                for token in set(prepared.tokens):
                    postings.setdefault(token, []).append(number)
                for text in _glued_keys(prepared):
                    numbers = glued.setdefault(text, [])
                    if not numbers or numbers[-1] != number:
                        numbers.append(number)
                words = prepared.words
                if len(prepared.tokens) > 1 and not name.weak and sum(map(bits, prepared.tokens)) >= TEXT_BITS_MIN:
                    for sequence in {prepared.tokens, words, _surname_first(prepared)}:
                        self._sequences.setdefault(sequence, []).append(number)
                if is_long:
                    whole.append(("".join(words), number))
                    if k := prepared.surnames:
                        whole.append(("".join(words[-k:] + words[:-k]), number))
        self._postings = postings
        self._glued = glued
        self._whole = sorted(whole)
        self._near: dict[str, list[str]] = {}
        self._by_outline: dict[str, list[str]] = {}
        self._sounds: dict[str, list[str]] = {}
        self._abbreviations: dict[str, list[str]] = {}
        self._same_word: dict[str, list[str]] = {}
        self._syllables: dict[str, list[str]] = {}
        self._consonants: dict[str, list[str]] = {}
        for token in postings:
            self._file(token)
        self._token_cache: dict[tuple[str, str], TokenMatch] = {}

    def _file(self, token: str) -> None:
        """File a token of the list under all that leads to it."""
        sound = skeleton(token)
        keys = {sound, *deletions(sound)} if len(sound) > 3 else {sound}
        if sound != token and len(token) > 4:
            keys.add(token)
            keys.update(deletions(token))
        if len(token) >= TWO_TYPOS_CHARS_MIN:
            for outline in _outlines(token, len(token)):
                self._by_outline.setdefault(outline, []).append(token)
        for text in keys:
            self._near.setdefault(text, []).append(token)
        self._sounds.setdefault(sound, []).append(token)
        if (word := SAME_WORD.get(token)) is not None:
            self._same_word.setdefault(word, []).append(token)
        for word in abbreviated(token):
            self._abbreviations.setdefault(word, []).append(token)
        if (syllable := syllables(token)) is not None:
            self._syllables.setdefault(syllable, []).append(token)
        if token.isalpha():
            self._consonants.setdefault(consonants(token), []).append(token)

    def __len__(self) -> int:
        return len(self.listed)

    def sequences_in(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(first word, number of words, listed name) wherever a distinctive listed name stands in `words`."""
        for start in range(len(words) - 1):
            for size in range(2, min(TEXT_SEQUENCE_MAX, len(words) - start) + 1):
                for number in self._sequences.get(tuple(words[start : start + size]), ()):
                    yield start, size, number

    def token_match(self, token: str, script: str) -> TokenMatch:
        key = (token, script if script in ("Arab", "Hebr", "Hani", "Hang") else "Latn")
        found = self._token_cache.get(key)
        if found is None:
            if len(self._token_cache) >= TOKEN_CACHE_MAX:
                self._token_cache.clear()
            found = self._token_cache[key] = self._token_match(token, script)
        return found

    def _token_match(self, token: str, script: str) -> TokenMatch:
        similar = {other: (evidence(token, other, kind), kind) for other, kind in self._kinds(token, script).items()}
        glued = self._standing_as_words(token) if len(token) > 3 else {}
        loss = COST[query_loss(token)]
        if len(token) > 3 and token not in self._postings and may_be_form(token):
            loss = min(loss, COST["query_form"])
        return TokenMatch(token, similar, glued, loss, self._postings)

    def _standing_as_words(self, token: str) -> dict[int, float]:
        """Listed names in which `token` stands as several words, with the bits that these bring."""
        sound = skeleton(token)
        found: dict[int, float] = {}
        for number in self._glued.get(sound, ()):
            words = self.listed[number].prepared.words
            pair = next(((a, b) for a, b in pairwise((*words, words[0])) if skeleton(a + b) == sound), words)
            found[number] = sum([bits(word) for word in pair if word not in FORM_WORDS])
        return found

    def _kinds(self, token: str, script: str) -> dict[str, str]:
        """Listed tokens that `token` may be, and how: what `agreement` says of all, found by look-ups."""
        postings = self._postings
        numeric = token.isdigit()
        if script in SYLLABIC_SCRIPTS:
            near = () if numeric else (*self._sounds.get(skeleton(token), ()), *self._same_syllables(token))
            kinds = {other: kind for other in near if (kind := agreement(token, other, script)) is not None}
        else:
            kinds = {} if numeric else self._spellings(token)
            for other in self._same_syllables(token):
                if len(other) > 1 and len(token) > 1:
                    kinds.setdefault(other, "syllables")
        if script in ABJADS and len(bare := consonants(token)) > 1:
            for other in self._consonants.get(bare, ()):
                kinds.setdefault(other, "consonants")
        if (word := SAME_WORD.get(token)) is not None:
            kinds.update(dict.fromkeys(self._same_word.get(word, ()), "translation"))
        kinds.update({word: "abbreviation" for word in abbreviated(token) if word in postings})
        kinds.update(dict.fromkeys(self._abbreviations.get(token, ()), "abbreviation"))
        if token in postings:
            kinds[token] = "same"
        return kinds

    def _same_syllables(self, token: str) -> Sequence[str]:
        key = syllables(token)
        return self._syllables.get(key, ()) if key is not None else ()

    def _spellings(self, token: str) -> dict[str, str]:
        """Listed tokens that sound the same or differ by a letter or two."""
        near: set[str] = set()
        known = self._near.get
        sounds: Sequence[str] = ()
        for reading in (token, *unleeted(token)):
            sound = skeleton(reading)
            sounds = self._sounds.get(sound, ())
            keys = [sound]
            if len(sound) > 2:
                keys += deletions(sound)
            if sound != reading and len(reading) > 3:
                keys.append(reading)
                keys += deletions(reading)
            for key in keys:
                if (tokens := known(key)) is not None:
                    near.update(tokens)
            if len(reading) >= TWO_TYPOS_CHARS_MIN - 1 and reading not in self._postings:
                near.update(self._two_letters_off(reading))
        kinds: dict[str, str] = {}
        most = 2 if len(token) > 3 else 1
        for other, distance, _ in process.extract(token, near, scorer=OSA.distance, score_cutoff=most, limit=None):
            kind = spelling(token, other, distance)
            if kind is not None and not other.isdigit():
                kinds[other] = kind
        for other in (*sounds, *unleeted(token)):
            if other not in kinds and other in self._postings:
                kind = spelling(token, other, OSA.distance(token, other, score_cutoff=2))
                if kind is not None and other != token:
                    kinds[other] = kind
        return kinds

    def _two_letters_off(self, token: str) -> Iterator[str]:
        """Listed tokens that two mistyped letters may have made of `token`: nearly all of them, and others."""
        size = len(token)
        for other_size in range(max(size - 2, TWO_TYPOS_CHARS_MIN), size + 3):
            for outline in _outlines(token, other_size):
                if (tokens := self._by_outline.get(outline)) is not None:
                    yield from tokens
        if size <= TWO_DELETED_CHARS_MAX:
            for i, j in combinations(range(size), 2):
                if (tokens := self._near.get(token[:i] + token[i + 1 : j] + token[j + 1 :])) is not None:
                    yield from tokens

    def candidates(self, name: Name, type: PartyType, bits_min: float) -> tuple[list[int], list[Similar]]:
        """Numbers of listed names that may reach `bits_min`, and for each token of the query what it may mean."""
        tokens = name.tokens
        matches = self._matches(name, bits_min)
        if matches is None:
            return [], []
        similar = [match.similar for match in matches]
        found: set[int] = set()
        if name.chars in CUT_CHARS:
            self._add_cut(name, found)
        if len(tokens) > TOKENS_LOOKED_UP_MAX:
            first = matches[: TOKENS_LOOKED_UP_MAX // 2]
            rest = sorted(matches[TOKENS_LOOKED_UP_MAX // 2 :], key=lambda m: -m.worth)
            matches = first + rest[: TOKENS_LOOKED_UP_MAX // 2]
        self._add_holding(matches, name.script, type, bits_min, found)
        if any(match.glued for match in matches):
            at_best = sum([m.worth if m.is_known else -m.loss for m in matches]) - COST["prior"] + EXACT_ABOVE_BITS
            for match in matches:
                others = at_best - (match.worth if match.is_known else -match.loss) - bits_min
                found.update([number for number, gain in match.glued.items() if gain + others >= 0.0])
        if len(tokens) > 1:
            self._add_glued(name, type, matches, bits_min, found)
        if len(found) > CANDIDATES_MAX:
            shared = {n: sum(m.worth for m in matches if n in m.names) for n in found}
            return sorted(found, key=lambda n: (-shared[n], n))[:CANDIDATES_MAX], similar
        return sorted(found), similar

    def _matches(self, name: Name, bits_min: float) -> list[TokenMatch] | None:
        """What each token may mean; None as soon as what is left cannot make up for the rare tokens that met nothing.

        Most names on payments end here, after one look-up or two.
        """
        tokens, script = name.tokens, name.script
        at_best = [max(bits(token), INITIAL_BITS) for token in tokens]
        hope = sum(at_best) - COST["prior"] + SPARE_BITS + EXACT_ABOVE_BITS - bits_min
        found: dict[int, TokenMatch] = {}
        missed = name.chars in CUT_CHARS or len(tokens) > TOKENS_LOOKED_UP_MAX
        gives_up = not missed
        for i in sorted(range(len(tokens)), key=at_best.__getitem__, reverse=True):
            match = found[i] = self.token_match(tokens[i], script)
            if match.glued:
                gives_up = False
            if match.is_known:
                hope -= at_best[i] - match.worth
            else:
                hope -= at_best[i] + match.loss
                missed = missed or match.loss > COST["query_place"]
            if hope < 0.0 and missed and gives_up:
                if not self._may_be_glued(tokens):
                    return None
                gives_up = False
        return [found[i] for i in range(len(tokens))]

    def _may_be_glued(self, tokens: tuple[str, ...]) -> bool:
        sounds = [skeleton(a + b) for a, b in pairwise(tokens)]
        if len(tokens) > 2:
            sounds.append(skeleton("".join(tokens)))
        return any(sound in self._sounds or sound in self._glued for sound in sounds)

    def _add_holding(
        self, matches: list[TokenMatch], script: str, type: PartyType, bits_min: float, found: set[int]
    ) -> None:
        """Names that hold the tokens which a name of `bits_min` or more cannot miss."""
        held = [m for m in matches if m.is_known]
        lost = sum([m.loss for m in matches if not m.is_known])
        initials = sum([len(m.token) == 1 for m in matches])
        spare = sum([m.worth for m in held]) - lost - COST["prior"] + SPARE_BITS + initials * INITIAL_BITS - bits_min
        if not held or spare < EXACT_SPARE_BITS:
            return
        if all(m.is_known or m.loss <= COST["query_place"] for m in matches):
            # The whole name as listed is worth more than its tokens, so it is looked for apart.
            names = held[0].as_written
            for match in held[1:]:
                if not names:
                    break
                names = names & match.as_written
            listed, size = self.listed, len(matches)
            found.update([n for n in names if len(listed[n].prepared.tokens) <= size])
        if spare < 0.0:
            return
        needed = [m for m in held if m.worth + m.loss > spare]
        if needed:
            needed.sort(key=lambda m: len(m.names))
            names = needed[0].names
            for match in needed[1:]:
                names = names & match.names
            found.update(self._reaching(names, matches, script, type, bits_min))
            return
        # No single token is indispensable. One that may carry a name alone brings all its names; the others only
        # names that hold two of them.
        everything = sum([m.worth + m.loss for m in held])
        union: set[int] = set()
        others: list[TokenMatch] = []
        for match in held:
            if everything - match.worth - match.loss <= spare:
                union |= match.names
            else:
                others.append(match)
        others.sort(key=lambda m: -m.worth)
        for i, match in enumerate(others[:PAIRED_TOKENS_MAX]):
            for other in others[i + 1 : PAIRED_TOKENS_MAX]:
                union |= match.names & other.names
        if len(union) > SCANNED_MAX:
            shared: Counter[int] = Counter()
            for match in held:
                shared.update(union & match.names)
            union = {number for number, _ in shared.most_common(SCANNED_MAX)}
        found.update(self._reaching(union, matches, script, type, bits_min))

    def _reaching(
        self, names: Iterable[int], matches: Sequence[TokenMatch], script: str, type: PartyType, bits_min: float
    ) -> Iterator[int]:
        """Of `names` those whose tokens bring enough for what they miss."""
        rows = [(match.similar, match.loss) for match in matches]
        similars = [match.similar for match in matches if match.similar]
        allowance = SPARE_BITS - COST["prior"] - bits_min
        listed = self.listed
        lossy = script in LOSSY_SCRIPTS
        mismatch = PartyType.ENTITY if type is PartyType.PERSON else PartyType.PERSON
        initials = {match.token for match in matches if len(match.token) == 1}
        text = "".join([match.token for match in matches])
        for number in names:
            one = listed[number]
            tokens = one.prepared.tokens
            left = allowance
            if lossy and one.prepared.script != script:
                left -= COST["script"]
            if one.name.weak:
                left -= COST["weak_alias"]
            if one.type is mismatch and type is not PartyType.UNKNOWN:
                left -= COST["other_type"]
            for token, loss in zip(tokens, one.losses, strict=True):
                best = -loss
                for similar in similars:
                    if token in similar and (bits := similar[token][0]) > best:
                        best = bits
                if initials and best < INITIAL_BITS and token[0] in initials:
                    best = INITIAL_BITS
                left += best
            for similar, loss in rows:
                if similar.keys().isdisjoint(tokens):
                    left -= loss
            if left >= 0.0 or (
                len(text) >= WHOLE_CHARS_MIN
                and abs(len(text) - len(one.run_together[0])) <= WHOLE_LETTERS_MAX
                and letters_off(text, one.run_together) <= WHOLE_LETTERS_MAX
            ):
                yield number

    def _add_glued(
        self, name: Name, type: PartyType, matches: list[TokenMatch], bits_min: float, found: set[int]
    ) -> None:
        """Names of which one word, or another division into words, is several words of the query."""
        tokens = name.tokens
        for i, (a, b) in enumerate(pairwise(tokens[:TOKENS_LOOKED_UP_MAX])):
            sound = skeleton(a + b)
            if len(sound) < GLUED_CHARS_MIN:
                continue
            if sound in self._sounds and i + 1 < len(matches):
                read = [*matches[:i], self.token_match(a + b, name.script), *matches[i + 2 :]]
                self._add_holding(read, name.script, type, bits_min, found)
            if sound in self._glued:
                found.update(self._glued[sound])
        if len(tokens) > 2:
            found.update(self._glued.get(skeleton("".join(tokens)), ()))

    def _add_cut(self, name: Name, found: set[int]) -> None:
        start = "".join(name.words)
        at = bisect_left(self._whole, (start, 0))
        for text, number in self._whole[at : at + CUT_MATCHES_MAX]:
            if not text.startswith(start):
                return
            found.add(number)


def _surname_first(name: Name) -> tuple[str, ...]:
    return name.tokens[-name.surnames :] + name.tokens[: -name.surnames] if name.surnames else name.tokens


def _outlines(token: str, size: int) -> tuple[str, str]:
    """Keys that a token of `size` letters shares with one in which two letters differ: they seldom spoil both ends."""
    return f"{token[:3]}{size}", f"{size}{token[-3:]}"


def _losses(name: Name, type: PartyType) -> tuple[float, ...]:
    person = type is PartyType.PERSON
    losses = [COST[listed_loss(name, i, person=person)] for i in range(len(name.tokens))]
    if person and any(len(token) == 1 for token in name.tokens):
        # An initial on the list may be any token of the query.
        losses[0] -= INITIAL_BITS + COST["query_rare"]
    return tuple(losses)


def _glued_keys(name: Name) -> Iterator[str]:
    words, tokens = name.words, name.tokens
    if len(words) < 2:
        return
    for a, b in pairwise(words):
        yield skeleton(a + b)
    yield skeleton("".join(words))
    if len(tokens) != len(words) and len(tokens) > 1:
        yield skeleton("".join(tokens))
    if k := name.surnames:
        yield skeleton(words[-1] + words[0])
        yield skeleton("".join(words[-k:] + words[:-k]))
