"""Listed tokens that a token of a query may be, found by look-ups: what `scoring.agreement` says of two, of all.

Every distinct token of the list is filed under itself, under its sound (`names.skeleton`) and under every spelling of
that sound with one letter deleted, so a typo is found by looking up its own deletions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from streamer.screening.features import COST, EVIDENCE_BITS_MIN

# isort: off
from streamer.screening.abjads import ABJADS, ByConsonants, consonants
from streamer.screening.loans import LOANS, ByClasses
from streamer.screening.matches import (
    COMMON_NAMES_MIN, FILED_AT_ONCE, INITIAL_BITS, NO_NAMES, NOT_GLUED, TOKEN_CACHE_MAX, TWO_TYPOS_CHARS_MIN, Listed,
    Numbers, Shelf, TokenMatch, file_all, go_on, numbers_at, OUTLINE_CHARS,
)  # fmt: skip
from streamer.screening.name_forms import form_agreement, form_keys
from streamer.screening import numerals
from streamer.screening.names import (
    BITS, FORM_WORDS, SAME_WORD, abbreviated, bits, deletions, may_be_form, skeleton, skeletons, syllables, unleeted,
)  # fmt: skip
from streamer.screening.recent import Recent
from streamer.screening.runs import EXACTLY_WRITTEN
from streamer.screening.scoring import (
    AS_WRITTEN, TYPOS_LONG_CHARS_MIN, agreement, costs, is_dearer, own_bits, query_loss, spelling,
)  # fmt: skip

# isort: on
from streamer.screening.transliteration import LOSSY_SCRIPTS, SYLLABIC_SCRIPTS
from streamer.screening.unvowelled import Unvowelled, is_unvowelled, listed_bits
from streamer.screening.writings import syllables_written


class TokenIndex:
    """Immutable once built; used from one thread (the cache is not locked)."""

    def __init__(
        self,
        postings: Mapping[str, Sequence[int]],
        beside_initial: Mapping[str, Sequence[int]],
        native: Mapping[str, Mapping[str, Sequence[int]]],
        glued: Mapping[str, Numbers],
        listed: Sequence[Listed],
        rest: Callable[[], object] = go_on,
    ) -> None:
        """`postings`: listed token -> numbers of the names in `listed` that hold it.

        `beside_initial`: the same of names that hold an initial; `native`: the same by scripts that lose much; `glued`:
        sound of several words of a name -> the names. `rest` is called after every millisecond of work or so.
        """
        self._postings, self._beside_initial, self._native = postings, beside_initial, native
        self._glued, self._listed = glued, listed
        self._near: Shelf = {}
        self._by_head: dict[str, dict[int, list[str]]] = {}
        self._by_tail: dict[str, dict[int, list[str]]] = {}
        """First or last letters -> length -> longer tokens: two mistyped letters seldom spoil both ends."""
        self._sounds: dict[str, list[str]] = {}
        self._abbreviations: dict[str, list[str]] = {}
        self._same_word: dict[str, list[str]] = {}
        self._syllables: dict[str, list[str]] = {}
        self._forms: dict[str, list[str]] = {}
        self._numbers: dict[int, list[str]] = {}
        self._consonants, self._loans = ByConsonants(), ByClasses()
        self._unvowelled = Unvowelled()
        self._facts: dict[str, tuple[str, float, Sequence[int], bool, bool, int]] = {}
        """Listed token -> (sound, bits, names, whether these are many, whether one holds an initial, its number)."""
        for number, (token, sound) in enumerate(zip(self._postings, skeletons(self._postings), strict=True)):
            self._file(token, sound, number)
            if not number % FILED_AT_ONCE:
                rest()
        self._cache = Recent[tuple[str, str], TokenMatch](TOKEN_CACHE_MAX)
        self._shared: dict[tuple[float, str], tuple[float, str]] = {}
        """What matches say, each once: the tables leave a few thousand of them, and the collector walks fewer."""

    def has_sound(self, sound: str) -> bool:
        """Some listed token sounds so (`names.skeleton`)."""
        return sound in self._sounds

    def number_of(self, token: str) -> int:
        """The place of a listed token among all."""
        return self._facts[token][5]

    def is_read(self, text: str, script: str) -> bool:
        """Some listed token is read like `text`, in a writing or a romanisation that parts it otherwise."""
        if script in ABJADS:
            return len(kept := consonants(text)) > 2 and kept in self._consonants
        return any(key in self._syllables for key in syllables_written(text, script))

    def _file(self, token: str, sound: str, number: int) -> None:
        """File a token of the list under all that leads to it."""
        names = self._postings[token]
        is_common = len(names) > COMMON_NAMES_MIN
        self._facts[token] = sound, listed_bits(token), names, is_common, token in self._beside_initial, number
        if is_unvowelled(token):
            self._unvowelled.file(token)
            return
        self._sounds.setdefault(sound, []).append(token)
        if (word := SAME_WORD.get(token)) is not None:
            self._same_word.setdefault(word, []).append(token)
        for word in abbreviated(token):
            self._abbreviations.setdefault(word, []).append(token)
        for key in form_keys(token):
            self._forms.setdefault(key, []).append(token)
        if (syllable := syllables(token)) is not None:
            self._syllables.setdefault(syllable, []).append(token)
        if (number_meant := numerals.value(token)) is not None:
            self._numbers.setdefault(number_meant, []).append(token)
        if token.isdigit():
            # Another number is another thing, however few digits differ.
            return
        self._consonants.file(token)
        self._loans.file(token)
        keys = {sound, *deletions(sound)} if len(sound) > 3 else {sound}
        if sound != token and len(token) > 2:
            keys.add(token)
            keys.update(deletions(token) if len(token) > 3 else ())
        file_all(self._near, keys, token)
        if len(token) >= TWO_TYPOS_CHARS_MIN:
            for shelf, end in ((self._by_head, token[:OUTLINE_CHARS]), (self._by_tail, token[-OUTLINE_CHARS:])):
                shelf.setdefault(end, {}).setdefault(len(token), []).append(token)

    def match(self, token: str, script: str) -> TokenMatch:
        key = (token, script if script in EXACTLY_WRITTEN else "Latn")
        found = self._cache.get(key)
        if found is None:
            found = self._match(token, script)
            self._cache.put(key, found)
        return found

    def _match(self, token: str, script: str) -> TokenMatch:
        own, cost, facts = own_bits(token, script), costs(token), self._facts
        similar: dict[str, tuple[float, str]] = {}
        as_written, common, rare, numbers, beside_initial = [], [], [], [], []
        native: set[int] = set()
        written_names, common_names, most = 0, 0, 0.0
        is_word = token in BITS
        listed_so, is_lossy, shared = self._native.get(script), script in LOSSY_SCRIPTS, self._shared
        for other, kind in self._kinds(token, script).items():
            _, worth, names, is_common, is_beside_initial, number = facts[other]
            worth = (own if own < worth else worth) - cost[kind]
            if worth < EVIDENCE_BITS_MIN:
                if kind == "blend" or (is_word and kind == "typos"):
                    # A word of its own is hardly another one two letters away, where that would say nothing.
                    continue
                worth = EVIDENCE_BITS_MIN
            most = max(most, worth)
            says = (worth, kind)
            similar[other] = shared.setdefault(says, says)
            if kind in AS_WRITTEN:
                as_written.append(other)
                written_names += len(names)
            if is_lossy:
                numbers.append(number)
                if listed_so is not None and other in listed_so:
                    native.update(listed_so[other])
            if is_common:
                common.append(other)
                common_names += len(names)
            else:
                rare.append(names)
            if is_beside_initial:
                beside_initial.append(self._beside_initial[other])
        if len(common) > 1:
            common.sort(key=lambda other: -similar[other][0])
        glued = self._standing_as_words(token, script) if len(token) > 3 or script in SYLLABIC_SCRIPTS else NOT_GLUED
        loss = COST[query_loss(token)]
        if len(token) > 1 and (len(token) < 4 or token not in facts) and may_be_form(token):
            loss = min(loss, COST["query_form" if len(token) > 3 else "query_form_short"])
        if token in FORM_WORDS:
            loss = COST["query_form_same"]
        return TokenMatch(
            token,
            similar,
            tuple(as_written),
            written_names,
            glued,
            most,
            loss,
            INITIAL_BITS if len(token) == 1 else -loss,
            bool(similar),
            tuple(common),
            common_names,
            tuple(rare),
            tuple(numbers),
            frozenset(native) if native else NO_NAMES,
            tuple(beside_initial),
        )

    def _standing_as_words(self, token: str, script: str) -> Mapping[tuple[str, ...], Sequence[int]]:
        """Several words that `token` may be, glued, and the listed names in which they stand."""
        sound = skeleton(token)
        keys = syllables_written(token, script)
        if keys:
            keys = [key for key in keys if "~" + key in self._glued]
        if sound not in self._glued and not keys:
            return NOT_GLUED
        found: dict[tuple[str, ...], list[int]] = {}
        for number in (
            *numbers_at(self._glued, sound),
            *[n for key in keys for n in numbers_at(self._glued, "~" + key)],
        ):
            words = self._listed[number].prepared.words
            pair = next(
                (
                    (a, b)
                    for a, b in pairwise((*words, words[0]))
                    if sound == skeleton(a + b) or syllables(a + b) in keys
                ),
                words,
            )
            found.setdefault(pair, []).append(number)
        return found

    def _kinds(self, token: str, script: str) -> dict[str, str]:
        """Listed tokens that `token` may be, and how: what `agreement` says of all, found by look-ups."""
        postings = self._postings
        if script in LOANS:
            kinds = self._loans.kinds(token, script) if len(token) > 1 else {}
            return kinds | {token: "same"} if token in postings else kinds
        numeric = token.isdigit()
        if script in ABJADS:
            kinds = {} if numeric else self._same_consonants(token, script)
        elif script in SYLLABIC_SCRIPTS:
            near = [] if numeric else [*self._sounds.get(skeleton(token), ()), *self._same_syllables(token, script)]
            kinds = {other: kind for other in near if (kind := agreement(token, other, script)) is not None}
        else:
            kinds = {} if numeric else self._spellings(token)
            for other in self._same_syllables(token, script):
                if len(other) > 1 and len(token) > 1 and kinds.get(other) != "sound":
                    kinds[other] = "syllables"
        if (word := SAME_WORD.get(token)) is not None:
            kinds.update(dict.fromkeys(self._same_word.get(word, ()), "translation"))
        if meant := abbreviated(token):
            kinds.update({word: "abbreviation" for word in meant if word in postings})
        if shortened := self._abbreviations.get(token):
            kinds.update(dict.fromkeys(shortened, "abbreviation"))
        if script not in ABJADS and script not in SYLLABIC_SCRIPTS:
            for other, form in self._other_forms(token):
                if other not in kinds or is_dearer(token, kinds[other], form):
                    kinds[other] = form
            kinds.update(self._unvowelled.kinds(token))
        if (number := numerals.value(token)) is not None:
            kinds.update({o: "number" for o in self._numbers.get(number, ()) if numerals.same_number(token, o)})
        if token in postings:
            kinds[token] = "same"
        return kinds

    def _other_forms(self, token: str) -> Iterator[tuple[str, str]]:
        """Listed tokens that are forms of the same name in other languages, and how they agree."""
        if len(token) < 2:
            return
        filed = [*filter(None, map(self._forms.get, form_keys(token)))]
        for other in dict.fromkeys(chain.from_iterable(filed)) if filed else ():
            if other != token and (form := form_agreement(token, other)) is not None:
                yield other, form

    def _same_consonants(self, token: str, script: str) -> dict[str, str]:
        """Listed tokens that are written with the same consonants, or sound the same."""
        if len(token) < 2:
            return {}
        kinds = self._consonants.kinds(token, script)
        for other in self._sounds.get(skeleton(token), ()):
            if other not in kinds and (kind := agreement(token, other, script)) is not None:
                kinds[other] = kind
        return kinds

    def _same_syllables(self, token: str, script: str) -> Sequence[str]:
        keys = syllables_written(token, script)
        return [other for key in keys for other in self._syllables.get(key, ())] if keys else ()

    def _spellings(self, token: str) -> dict[str, str]:
        """Listed tokens that sound the same or differ by a letter or two."""
        facts, own_sound, size = self._facts, skeleton(token), len(token)
        readings = unleeted(token)
        may_blend = bits(token) - costs(token)["blend"] >= EVIDENCE_BITS_MIN
        near: set[str] = set()
        for reading in (token, *readings) if readings else (token,):
            sound = skeleton(reading) if readings else own_sound
            keys = [sound, reading]
            if len(reading) > 2:
                keys += deletions(reading)
            if may_blend and sound != reading and len(sound) > 2:
                keys += deletions(sound)
            near.update(*filter(None, map(self._near.get, keys)))
            if len(reading) >= TWO_TYPOS_CHARS_MIN - 1 and reading not in facts:
                self._take_two_letters_off(reading, near)
        sounds = self._sounds.get(sound, ())
        kinds: dict[str, str] = {}
        if near:
            most = 2 if size > 3 else 1
            for other, distance, _ in process.extract(token, near, scorer=OSA.distance, score_cutoff=most, limit=None):
                kind = spelling(token, other, distance, own_sound, facts[other][0])
                if kind is not None:
                    kinds[other] = kind
        for other in (*sounds, *readings):
            if other not in kinds and other in facts:
                distance = OSA.distance(token, other, score_cutoff=2)
                kind = spelling(token, other, distance, own_sound, facts[other][0])
                if kind is not None and other != token:
                    kinds[other] = kind
        return kinds

    def _take_two_letters_off(self, token: str, near: set[str]) -> None:
        """Listed tokens that two mistyped letters may have made of `token`: nearly all of them, and others."""
        size = len(token)
        says_nothing = token in BITS and bits(token) - costs(token)["typos"] < EVIDENCE_BITS_MIN
        least = max(size - 2, TYPOS_LONG_CHARS_MIN if says_nothing else TWO_TYPOS_CHARS_MIN)
        for shelf, end in ((self._by_head, token[:OUTLINE_CHARS]), (self._by_tail, token[-OUTLINE_CHARS:])):
            by_size = shelf.get(end)
            if by_size is not None:
                near.update(*filter(None, map(by_size.get, range(least, size + 3))))
