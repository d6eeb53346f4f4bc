"""Candidates: which listed names could a name mean? Look-ups only, never a walk over the list.

What each token of a name may be in the list says `token_index`. Neighbouring tokens and whole names are filed glued
together, and whole names in order, for what a field of 35 characters cut off.

Which of the postings are read follows from the scores: a candidate that misses tokens worth more than the query can
spare cannot reach `score_min`, so only names that hold one of the tokens it cannot spare are looked at.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain, pairwise, product
from math import inf, prod
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from streamer.events import PartyType
from streamer.screening.features import COST

# isort: off
from streamer.screening.abjads import ABJADS
from streamer.screening.loans import LOANS
from streamer.screening.matches import (
    CANDIDATES_MAX, CUT_MATCHES_MAX, EXACT_ABOVE_BITS, EXACT_SPARE_BITS, GATHERED_MAX, GATHERED_TOKENS_MAX,
    GLUED_CHARS_MIN, HELD_CACHED_MAX, INITIAL_BITS, LISTED_INITIAL_BITS, LISTED_LOSS_MAX, NATIVE_NAMES_MIN, NO_NAMES,
    PARTY_TYPE, PIECE_CHARS, RARE_NAMES_CACHED_MAX, SEVERAL_WORDS_CHARS_MIN, SIZES, SPARE_BITS, TINY_BITS,
    TOKENS_LOOKED_UP_MAX, TWO_TYPOS_CHARS_MIN, WRITINGS_MAX, Listed, Numbers, Reading, TokenMatch, at_best,
    file_under, glued_words, go_on, losses_of, numbers_at, text_sequences, to_look_up, tokens_key, worth_enough,
)  # fmt: skip
from streamer.screening.names import (
    ASIAN_CHARS_MAX, Name, bits, skeletons, syllables, tokenise,
)  # fmt: skip
from streamer.screening.postings import Held, Postings
from streamer.screening.recent import Recent
from streamer.screening.runs import (
    EXACTLY_WRITTEN,
    WHOLE_CHARS_MIN,
    WHOLE_LETTERS_MAX,
    is_torn_off,
    run_together,
    whole_letters_max,
)
from streamer.screening.scoring import COMPLETE_LETTERS_MIN, CUT_CHARS, Similar, is_same_name, lossy_feature

# isort: on
from streamer.screening.token_index import TokenIndex
from streamer.screening.transliteration import LOSSY_SCRIPTS
from streamer.screening.unvowelled import UNVOWELLED, unvowelled
from streamer.watchlists.entity import Entity

_NOT_OF_TYPE: Final = dict.fromkeys(PartyType, PartyType.PERSON) | {
    PartyType.PERSON: PartyType.ENTITY,
    PartyType.UNKNOWN: None,
}
"""Type of a query -> the type of a listed party that costs most."""


class Index:
    """Immutable once built; used from one thread (the token cache is not locked)."""

    def __init__(self, entities: Iterable[Entity], rest: Callable[[], object] = go_on) -> None:
        """`rest` is called after every millisecond of work or so: what runs beside it may go first."""
        # Building makes millions of objects and no garbage; the collector would walk them all, many times over.
        collects = gc.isenabled()
        gc.disable()
        try:
            self._build(entities, rest)
        finally:
            if collects:
                gc.enable()
        # And it would walk them again and again while names are screened, a pause of half a second each time.
        gc.freeze()

    def _build(self, entities: Iterable[Entity], rest: Callable[[], object]) -> None:
        self.listed: list[Listed] = []
        self._weighed: list[tuple[tuple[str, ...], tuple[float, ...], float, PartyType, str]] = []
        """Of each name the tokens, the bits that go for each that is not met, and if none is; its type and script."""
        self._postings: dict[str, list[int]] = {}
        self._beside_initial: dict[str, list[int]] = {}
        self._doubled: dict[str, list[int]] = {}
        self._native: dict[str, dict[str, list[int]]] = {}
        """Script that loses much -> token -> names listed in it."""
        self._by_tokens: dict[int, Numbers] = {}
        self._by_written: dict[int, Numbers] = {}
        """Names of which titles or forms were taken out, under all their words."""
        self._glued: dict[str, Numbers] = {}
        self._run_together: dict[str, Numbers] = {}
        self._sequences: dict[tuple[str, ...], Numbers] = {}
        self._sequence_sizes: dict[str, int] = {}
        """First word -> words of the longest sequence that begins with it."""
        self._whole: list[tuple[str, int]] = []
        seen: set[tuple[str, tuple[str, ...], str, tuple[str, ...]]] = set()
        for entity in entities:
            type = PARTY_TYPE[entity.type]
            for name in sorted(entity.names, key=lambda n: n.weak):
                prepared = tokenise(name.text, type, whole=True)
                is_long = len(name.text) > CUT_CHARS.start
                words = prepared.words if is_long else prepared.tokens
                key = (entity.id, words, prepared.script, tuple(sorted(prepared.written)))
                if prepared.tokens and key not in seen:
                    seen.add(key)
                    losses = losses_of(prepared, type)
                    self._list(Listed(entity, name, type, prepared, losses, run_together(prepared)))
                    for other in unvowelled(prepared):
                        self._list(Listed(entity, name, type, other, losses_of(other, type), ()))
            rest()
        self._whole.sort()
        self._list_glued()
        self._tokens = TokenIndex(self._postings, self._beside_initial, self._native, self._glued, self.listed, rest)
        self._by_beginning: dict[str, dict[int, list[str]]] = {}
        self._by_end: dict[str, dict[int, list[str]]] = {}
        """Beginning or end of a name without spaces -> about how long it is -> the names."""
        for text in self._run_together:
            for shelf, piece in ((self._by_beginning, text[:PIECE_CHARS]), (self._by_end, text[-PIECE_CHARS:])):
                shelf.setdefault(piece, {}).setdefault(len(text) // SIZES, []).append(text)
        burdens = [burden for _, _, burden, _, _ in self._weighed]
        self._holders = Postings([*self._postings.values()], [one.losses for one in self.listed], burdens)
        self._set_caches()

    def _set_caches(self) -> None:
        """What was worked out lately, each within a bound."""
        self._rare_names = Recent[TokenMatch, frozenset[int]](RARE_NAMES_CACHED_MAX)
        self._held = Recent[TokenMatch, Held](HELD_CACHED_MAX)
        self._common_names: dict[str, frozenset[int]] = {}

    def _list(self, one: Listed) -> None:
        """File a listed name under its tokens, alone, together and glued."""
        number = len(self.listed)
        self.listed.append(one)
        tokens, words, surnames = one.prepared.tokens, one.prepared.words, one.prepared.surnames
        burden = sum(one.losses) + (COST["weak_alias"] if one.name.weak else 0.0)
        self._weighed.append((tokens, one.losses, burden, one.type, one.prepared.script))
        native = self._native.setdefault(script, {}) if (script := one.prepared.script) in LOSSY_SCRIPTS else None
        distinct = dict.fromkeys(tokens)
        for token in distinct:
            self._postings.setdefault(token, []).append(number)
            if native is not None:
                native.setdefault(token, []).append(number)
            if one.losses[0] < 0.0:
                self._beside_initial.setdefault(token, []).append(number)
        file_under(self._by_tokens, tokens_key(distinct), number)
        if one.prepared.written != tokens:
            file_under(self._by_written, tokens_key(one.prepared.written), number)
        if len(distinct) < len(tokens):
            for token in distinct:
                if tokens.count(token) > 1:
                    self._doubled.setdefault(token, []).append(number)
        if one.prepared.script == UNVOWELLED:
            return
        for sequence in text_sequences(one):
            file_under(self._sequences, sequence, number)
            self._sequence_sizes[sequence[0]] = max(len(sequence), self._sequence_sizes.get(sequence[0], 0))
        for text in set(one.run_together):
            if len(text) >= WHOLE_CHARS_MIN - WHOLE_LETTERS_MAX:
                file_under(self._run_together, text, number)
        if len(one.name.text) > CUT_CHARS.start:
            self._whole.append(("".join(words), number))
            if surnames:
                self._whole.append(("".join(words[-surnames:] + words[:-surnames]), number))

    def _list_glued(self) -> None:
        """File all names under their words without the spaces between."""
        glued = [
            (number, text)
            for number, one in enumerate(self.listed)
            if one.prepared.script != UNVOWELLED
            for text in glued_words(one.prepared)
        ]
        for (number, text), sound in zip(glued, skeletons([text for _, text in glued]), strict=True):
            file_under(self._glued, sound, number)
            if len(text) <= ASIAN_CHARS_MAX and (syllable := syllables(text)) is not None:
                file_under(self._glued, "~" + syllable, number)

    def __len__(self) -> int:
        return len(self.listed)

    def sequences_in(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(first word, number of words, listed name) wherever a distinctive listed name stands in `words`."""
        count = len(words)
        for start, word in enumerate(words):
            for size in range(1, min(self._sequence_sizes.get(word, 0), count - start) + 1):
                for number in numbers_at(self._sequences, tuple(words[start : start + size])):
                    yield start, size, number

    def candidates(self, name: Name, type: PartyType, bits_min: float) -> tuple[list[int], list[Similar]]:
        """Numbers of listed names that may reach `bits_min`, and for each token of the query what it may mean."""
        found, similar = self.within_reach(name, type, bits_min)
        return sorted(found), similar

    def within_reach(self, name: Name, type: PartyType, bits_min: float) -> tuple[Mapping[int, float], list[Similar]]:
        """The same with the bits above `bits_min` that each name may reach at best."""
        tokens = name.tokens
        found: dict[int, float] = {}  # number -> bits above `bits_min` at best, as far as they are known
        self._add_run_together(name, bits_min, found)
        found.update(dict.fromkeys(self.same_names(name), inf))
        matches = self._matches(name, bits_min, gives_up=not found)
        if matches is None:
            return {}, []
        similar: list[Similar] = [match.similar for match in matches]
        if name.chars in CUT_CHARS:
            found.update(dict.fromkeys(self._cut_off(name), inf))
        reading = Reading(matches, name.script, type, bits_min, self._rare_names)
        self._add_holding(reading, found)
        for i, match in enumerate(matches):
            if match.glued:
                standing = reading.with_words(i, [word for words in match.glued for word in words])
                numbers = [number for several in match.glued.values() for number in several]
                self._add_reaching(numbers, standing, EXACT_ABOVE_BITS, found)
        if len(tokens) > 1:
            self._add_glued(tokens, reading, found)
        if len(found) > CANDIDATES_MAX:
            best = nlargest(CANDIDATES_MAX, found, key=lambda n: (found[n], -n))
            return {number: found[number] for number in best}, similar
        return found, similar

    def knows(self, token: str) -> bool:
        return token in self._postings

    def same_names(self, name: Name) -> list[int]:
        """Names of the very same words, which no evidence beside them may keep from being scored."""
        tokens, written = name.tokens, name.written
        if written is tokens:
            # Nothing was taken out of it, so that it is no name of which something was.
            postings = self._postings
            for token in tokens:
                if token not in postings:
                    return []
        numbers = {
            *numbers_at(self._by_tokens, tokens_key(set(tokens))),
            *numbers_at(self._by_written, tokens_key(written)),
        }
        if written is not tokens:
            numbers.update(numbers_at(self._by_tokens, tokens_key(set(written))))
        if not numbers:
            return []
        return [number for number in numbers if is_same_name(name, self.listed[number].prepared)]

    def _matches(self, name: Name, bits_min: float, *, gives_up: bool) -> list[TokenMatch] | None:
        """What each token may mean; None as soon as what is left cannot make up for the rare tokens that met nothing.

        Most names on payments end here, after one look-up or two.
        """
        tokens, script = name.tokens, name.script
        at_best = [worth if (worth := bits(token)) > INITIAL_BITS else INITIAL_BITS for token in tokens]
        hope = sum(at_best) - COST["prior"] + SPARE_BITS - bits_min
        hope += INITIAL_BITS * [*map(len, tokens)].count(1)
        found: dict[int, TokenMatch] = {}
        missed = name.chars in CUT_CHARS or len(tokens) > TOKENS_LOOKED_UP_MAX
        gives_up = gives_up and not missed
        for i in sorted(range(len(tokens)), key=at_best.__getitem__, reverse=True):
            match = found[i] = self._tokens.match(tokens[i], script)
            if match.glued:
                gives_up = False
            if match.is_known:
                hope -= at_best[i] - match.worth
            else:
                hope -= at_best[i] + match.loss
                missed = missed or match.loss > COST["query_place"]
            # A name that misses something is not met as a whole: nothing comes on top of its tokens.
            if hope < -TINY_BITS and missed and gives_up:
                if not self._may_be_glued(tokens, name.script):
                    return None
                gives_up = False
        return [found[i] for i in range(len(tokens))]

    def _is_torn(self, a: str, b: str, script: str) -> bool:
        """The two may be one listed token with a space for a letter."""
        if not is_torn_off((a, b)) or script in LOSSY_SCRIPTS or len(a) + len(b) < TWO_TYPOS_CHARS_MIN:
            return False
        if max(a, b, key=len) in self._postings:
            return False
        return self._tokens.match(a + b, script).is_known

    def _may_be_glued(self, tokens: tuple[str, ...], script: str) -> bool:
        if any(self._tokens.is_read(a + b, script) or self._is_torn(a, b, script) for a, b in pairwise(tokens)):
            return True
        pairs = [a + b for a, b in pairwise(tokens)]
        sounds = skeletons([*pairs, "".join(tokens)] if len(tokens) > 2 else pairs)
        return any(self._tokens.has_sound(sound) or sound in self._glued for sound in sounds)

    def _add_holding(self, reading: Reading, found: dict[int, float]) -> None:
        """Names that hold tokens which a name of `bits_min` or more cannot miss."""
        matches = reading.matches
        held: list[TokenMatch] = []
        spare = SPARE_BITS - COST["prior"] - reading.bits_min
        letters, is_whole = 0, True
        for match in matches:
            size = len(match.token)
            letters += size
            if size == 1:
                spare += INITIAL_BITS
            if match.is_known:
                held.append(match)
                spare += match.worth
            else:
                spare -= match.loss
                is_whole = is_whole and match.loss <= COST["query_place"]
        complete = 0.0
        if len(held) == len(matches):
            if reading.script in ABJADS or reading.script in LOANS:
                # The article may be left over where the name is met to the letter.
                complete = EXACT_ABOVE_BITS
            elif letters > COMPLETE_LETTERS_MIN - 3:
                complete = -COST["complete"]
        spare += complete
        if not held or spare < EXACT_SPARE_BITS:
            return
        if is_whole:
            # The whole name as listed is worth more than its tokens, so it is looked for apart.
            found.update(dict.fromkeys(self._met_to_the_letter(held), inf))
        if spare >= 0.0:
            needed = reading.bits_min + COST["prior"] - SPARE_BITS - complete
            if reading.script in LOSSY_SCRIPTS:
                # Only a name in the same writing loses nothing by it.
                native = NO_NAMES.union(*[match.native for match in held])
                if len(native) <= NATIVE_NAMES_MIN:
                    names = self._sharing(reading, needed + COST[lossy_feature(reading.script)]) | native
                else:
                    names = self._sharing(reading, needed)
            else:
                names = self._sharing(reading, needed)
            self._add_reaching(names, reading, complete, found)

    def _met_to_the_letter(self, held: Sequence[TokenMatch]) -> Iterator[int]:
        """Names of these very tokens and no others."""
        if prod([len(match.as_written) for match in held]) <= WRITINGS_MAX:
            for tokens in product(*[match.as_written for match in held]):
                yield from numbers_at(self._by_tokens, tokens_key(set(tokens)))
            return
        # A writing without vowels may be read in dozens of ways: the names of the rarest token are looked through.
        postings, listed = self._postings, self.listed
        rarest = min(held, key=lambda match: match.written_names)
        written = [frozenset(match.as_written) for match in held]
        known = frozenset().union(*written)
        for number in chain.from_iterable([postings[token] for token in rarest.as_written]):
            tokens = listed[number].prepared.tokens
            if known.issuperset(tokens) and not any(one.isdisjoint(tokens) for one in written):
                yield number

    def _sharing(self, reading: Reading, needed: float) -> set[int]:
        """Names that hold tokens which may be worth `needed` bits together."""
        matches = reading.matches
        commonest = sum([match.common_names for match in matches])
        if commonest > GATHERED_MAX or sum([len(match.rare) for match in matches]) > GATHERED_TOKENS_MAX:
            return self._sharing_of_many(matches, needed)
        # A token that cannot carry a name alone needs another beside it, and the two that are worth most decide: what a
        # name holds besides is worth less than either.
        least = sum([match.at_least for match in matches])
        looked_up = to_look_up(matches)
        postings, names_with = self._postings, self._names_with
        names: set[int] = set()
        for i, match in enumerate(looked_up):
            alone = least - match.at_least - needed
            if match.worth + alone >= 0.0:
                for token, (worth, _) in match.similar.items():
                    if worth + alone >= 0.0:
                        names.update(postings[token])
            for numbers in match.beside_initial:
                names.update(numbers)
            for k in range(i + 1, len(looked_up)):
                other = looked_up[k]
                if other is match:
                    names |= self._holding_two(match.similar)
                    continue
                rest = [(m.at_least, m.worth) for m in matches if m is not match and m is not other]
                if at_best(match.worth, other.worth, rest) < needed:
                    continue
                mine, theirs = reading.rare(match), reading.rare(other)
                names |= mine & theirs
                if mine and other.common:
                    for common in worth_enough(other, match.worth, rest, needed):
                        names |= names_with(common) & mine
                for token in worth_enough(match, other.worth, rest, needed) if match.common else ():
                    held = names_with(token)
                    names |= held & theirs
                    if other.common:
                        for common in worth_enough(other, match.similar[token][0], rest, needed):
                            if token != common:
                                names |= held & names_with(common)
        return names

    def _holding_two(self, meanings: Iterable[str]) -> set[int]:
        """Names that hold two of the meanings of a token, or one of them twice: Ahmad Ahmed."""
        names: set[int] = set()
        seen: set[int] = set()
        for token in meanings:
            names.update(seen.intersection(self._postings[token]), self._doubled.get(token, ()))
            seen.update(self._postings[token])
        return names

    def _names_with(self, token: str) -> frozenset[int]:
        """Names that hold a common token."""
        names = self._common_names.get(token)
        if names is None:
            names = self._common_names[token] = frozenset(self._postings[token])
        return names

    def _sharing_of_many(self, matches: Sequence[TokenMatch], needed: float) -> set[int]:
        """The same for tokens that stand in thousands of names."""
        meant = []
        start = -needed
        extra = 0.0
        for match in matches:
            start -= match.loss
            if len(match.token) == 1:
                # It may be any token of the listed name.
                start += INITIAL_BITS + LISTED_LOSS_MAX + match.loss
            else:
                held = self._held.get(match)
                if held is None:
                    worths = [worth for worth, _ in match.similar.values()]
                    numbers = match.numbers or [self._tokens.number_of(token) for token in match.similar]
                    held = self._holders.held(numbers, worths, match.loss)
                    self._held.put(match, held)
                meant.append(held)
            if match.beside_initial:
                extra = LISTED_INITIAL_BITS
        return self._holders.reaching(meant, start, extra)

    def _add_reaching(
        self, names: Collection[int], reading: Reading, spare_bits: float, found: dict[int, float]
    ) -> None:
        """Add those of `names` whose tokens bring enough for what they miss, with the bits they may have to spare."""
        if not names:
            return
        script, type = reading.script, reading.type
        gain_of = reading.gain_of(len(names))
        rows = [(match.similar.keys(), match.loss) for match in reading.matches]
        allowance = SPARE_BITS + spare_bits - COST["prior"] - reading.bits_min
        weighed = self._weighed
        is_lossy = script in LOSSY_SCRIPTS
        mismatch = _NOT_OF_TYPE[type]
        initials = {match.token for match in reading.matches if len(match.token) == 1}
        for number in names:
            tokens, losses, burden, listed_type, listed_script = weighed[number]
            left = allowance - burden
            if initials:
                for token, loss in zip(tokens, losses):  # noqa: B905 - as long by construction
                    gain = gain_of(token)
                    if token[0] in initials and (gain is None or gain < INITIAL_BITS):
                        gain = INITIAL_BITS
                    if gain is not None and gain > -loss:
                        left += gain + loss
            else:
                for gain, loss in zip(map(gain_of, tokens), losses):  # noqa: B905 - as long by construction
                    if gain is not None and gain > -loss:
                        left += gain + loss
            if left < 0.0:
                continue
            if is_lossy and listed_script != script:
                left -= COST[lossy_feature(script)]
            if listed_type is mismatch:
                left -= COST["other_type"]
            for similar, loss in rows:
                if similar.isdisjoint(tokens):
                    left -= loss
            if left > found.get(number, -TINY_BITS):
                found[number] = left

    def _add_glued(self, tokens: Sequence[str], reading: Reading, found: dict[int, float]) -> None:
        """Names of which one word, or another division into words, is several words of the query."""
        matches = reading.matches
        numbers: set[int] = set()
        pairs = [*pairwise(tokens[:TOKENS_LOOKED_UP_MAX])]
        sounds = skeletons([*[a + b for a, b in pairs], "".join(tokens)])
        for i, ((a, b), sound) in enumerate(zip(pairs, sounds, strict=False)):
            is_known = self._tokens.is_read(a + b, reading.script)
            if len(sound) < GLUED_CHARS_MIN and not is_known:
                continue
            if (is_known or self._tokens.has_sound(sound) or self._is_torn(a, b, reading.script)) and i + 1 < len(
                matches
            ):
                match = self._tokens.match(a + b, reading.script)
            else:
                match = None
            if match is not None and match.is_known:
                # The pieces are worth what both are together, which may be more than the word they make.
                cost = (
                    COST["glued"]
                    if a + b in match.similar
                    else min(COST["glued_read"], COST["glued_hangul"], COST["glued_far"])
                )
                more = max(0.0, bits(a) + bits(b) - cost - match.worth)
                self._add_holding(reading.with_pair_glued(i, match, more), found)
            numbers.update(numbers_at(self._glued, sound))
        if len(tokens) > 2:
            numbers.update(numbers_at(self._glued, sounds[-1]))
        if numbers:
            self._add_reaching(numbers, self._unglued(reading, numbers), EXACT_ABOVE_BITS, found)

    def _unglued(self, reading: Reading, numbers: Iterable[int]) -> Reading:
        """Long tokens that are not listed read as any words of the listed names that stand in them."""
        for i, match in enumerate(reading.matches):
            if len(match.token) >= SEVERAL_WORDS_CHARS_MIN and match.token not in self._postings:
                tokens = {token for number in numbers for token in self.listed[number].prepared.tokens}
                # One letter may be wrong.
                words = [t for t in tokens if t[1:] in match.token or t[:-1] in match.token]
                if words:
                    reading = reading.with_words(i, words)
        return reading

    def _add_run_together(self, name: Name, bits_min: float, found: dict[int, float]) -> None:
        """Names that differ by a few letters when written without spaces."""
        text = "".join(name.tokens)
        size = len(text)
        if size < WHOLE_CHARS_MIN or name.script in EXACTLY_WRITTEN:
            return
        most = whole_letters_max(size)
        sizes = range((size - most) // SIZES, (size + most) // SIZES + 1)
        near: set[str] = set()
        for shelf, piece in ((self._by_beginning, text[:PIECE_CHARS]), (self._by_end, text[-PIECE_CHARS:])):
            by_size = shelf.get(piece)
            if by_size is not None:
                near.update(*filter(None, map(by_size.get, sizes)))
        if not near:
            return
        for other, distance, _ in process.extract(text, near, scorer=OSA.distance, score_cutoff=most, limit=None):
            for number in numbers_at(self._run_together, other):
                gain = sum(map(bits, self.listed[number].prepared.tokens)) - COST[f"whole_{max(1, distance)}"]
                left = gain - COST["prior"] - bits_min
                if left > found.get(number, -TINY_BITS):
                    found[number] = left

    def _cut_off(self, name: Name) -> Iterator[int]:
        start = "".join(name.words)
        at = bisect_left(self._whole, (start, 0))
        for text, number in self._whole[at : at + CUT_MATCHES_MAX]:
            if not text.startswith(start):
                return
            yield number
