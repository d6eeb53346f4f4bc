"""What an index is made of: prepared names, what tokens of a query may mean, and shelves of look-ups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final, TypeVar

from streamer.events import PartyType
from streamer.screening.features import COST
from streamer.screening.names import (
    ARTICLES_LEADING,
    BITS_MAX,
    Name,
    bits,
    text_words,
)
from streamer.screening.postings import FEW_NAMES
from streamer.screening.recent import Recent
from streamer.screening.scoring import (
    listed_loss,
)
from streamer.watchlists.entity import Entity, EntityType, ListedName

K = TypeVar("K")

CANDIDATES_MAX: Final = 200
"""More listed names than this are never scored for one query; the ones that may score most go first."""
TOKENS_LOOKED_UP_MAX: Final = 12
"""Of a long text only so many tokens, the first and the rarest, are looked up."""
TOKEN_CACHE_MAX: Final = 30_000
"""Tokens repeat from name to name."""
RARE_NAMES_CACHED_MAX: Final = 12_000
"""Sets of some thirty numbers, which the garbage collector walks: few enough for a walk of a few milliseconds."""
TINY_BITS: Final = 1e-9
"""Sums of the same bits in another order may differ by less than this."""
SPARE_BITS: Final = 0.5
"""What initials and other small evidence may add beyond the tokens looked up."""
EXACT_SPARE_BITS: Final = -12.0
"""How far below `bits_min` the tokens of a name met to the letter may stay."""
INITIAL_BITS: Final = 4.0
LISTED_INITIAL_BITS: Final = INITIAL_BITS + COST["query_rare"]
LISTED_LOSS_MAX: Final = max(COST["second_surname"], COST["surname"], COST["given"], COST["part"])
COMMON_NAMES_MIN: Final = 100
"""A token that stands in more listed names than this is common: its names are never gathered with those of others."""
GATHERED_MAX: Final = 2_000
GATHERED_TOKENS_MAX: Final = 60
"""Where common tokens lead to more listed names, or so many others do, these are summed up in arrays."""
HELD_CACHED_MAX: Final = 512
"""Tokens that stand in thousands of names, of which so many are kept as arrays."""
NATIVE_NAMES_MIN: Final = 100
"""So few names in the writing of the query are looked at in any case."""
FILED_AT_ONCE: Final = 16
WRITINGS_MAX: Final = 64
"""So many writings of a whole name are looked up one by one."""
TWO_TYPOS_CHARS_MIN: Final = 6
OUTLINE_CHARS: Final = 3
"""Two tokens in which two letters differ nearly always have so many the same at the beginning or the end."""
EXACT_ABOVE_BITS: Final = 5.0
SIZES: Final = 4
"""So many lengths of names without spaces are filed together."""
_FEW_TOKENS: Final = 48
"""What tokens may mean, when so little, is laid together even for few names."""
PIECE_CHARS: Final = 4
"""Two names that differ by a few letters in all nearly always have so many the same at the beginning or the end."""
_TEXT_BITS_MIN: Final = 18.0
"""A listed name that says less is not looked for inside longer texts."""
_TEXT_FORM_BITS_MIN: Final = 13.5
"""… unless it stands there with its legal form, which says that a firm is meant."""
_GONE: Final = frozenset(".'’")
_TEXT_WORD_CHARS_MIN: Final = 10
"""A firm's name of one word that no other name has and that is so long is looked for by itself."""
GLUED_CHARS_MIN: Final = 5
SEVERAL_WORDS_CHARS_MIN: Final = 8
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


NO_NAMES: Final[frozenset[int]] = frozenset()
NOT_GLUED: Final[Mapping[tuple[str, ...], Sequence[int]]] = {}


def go_on() -> None:
    pass


@dataclass(slots=True, eq=False)
class TokenMatch:
    """What one token of a query may mean in this list."""

    token: str
    similar: dict[str, tuple[float, str]]
    as_written: tuple[str, ...]
    """Listed tokens that are the token itself, or what it abbreviates."""
    written_names: int
    """So many listed names hold one of these."""
    glued: Mapping[tuple[str, ...], Sequence[int]]
    """Several words that the token may be, and the listed names in which they stand."""
    worth: float
    """Bits that the token brings at best."""
    loss: float
    """Bits that go when it meets nothing."""
    at_least: float
    """Bits of the token in a name that holds nothing similar; an initial may stand for any word there."""
    is_known: bool
    common: tuple[str, ...]
    """Of `similar` those that stand in many listed names, the ones worth most first."""
    common_names: int
    """So many listed names hold one of these."""
    rare: tuple[Sequence[int], ...]
    """Listed names that hold each of the others."""
    numbers: tuple[int, ...]
    """Of the listed tokens in `similar`, which are many in a writing that loses much; else to be looked up."""
    native: frozenset[int]
    """Listed names in the writing of the query that hold one of `similar`."""
    beside_initial: tuple[Sequence[int], ...]
    """Listed names that hold one of `similar` and an initial, which may be any token of the query."""


@dataclass(slots=True, eq=False)
class Reading:
    """One way to read the tokens of a query, and what it takes."""

    matches: list[TokenMatch]
    script: str
    type: PartyType
    bits_min: float
    rare_names: Recent[TokenMatch, frozenset[int]]
    """What a token may mean -> listed names that hold one of the rare meanings; shared by all queries."""
    _gains: dict[str, float] | None = None

    def gain_of(self, names: int) -> Callable[[str], float | None]:
        """Listed token -> bits that it brings at best; to be asked for the tokens of so many names."""
        if self._gains is None:
            matches = self.matches
            if names <= FEW_NAMES and sum([len(match.similar) for match in matches]) > _FEW_TOKENS:
                return self._gain
            gains: dict[str, float] = {}
            for match in matches:
                for token, (worth, _) in match.similar.items():
                    if worth > gains.get(token, 0.0):
                        gains[token] = worth
            self._gains = gains
        return self._gains.get

    def _gain(self, token: str) -> float | None:
        best = None
        for match in self.matches:
            known = match.similar.get(token)
            if known is not None and (best is None or known[0] > best):
                best = known[0]
        return best

    def with_words(self, at: int, words: Iterable[str]) -> Reading:
        """The token at this place may also be several words."""
        match = self.matches[at]
        standing = copy(match)
        standing.similar = match.similar | {word: (bits(word), "glued") for word in words}
        matches = [*self.matches[:at], standing, *self.matches[at + 1 :]]
        return Reading(matches, self.script, self.type, self.bits_min, self.rare_names)

    def with_pair_glued(self, at: int, glued: TokenMatch, more_bits: float) -> Reading:
        """The token at this place and the next are one word, and bring `more_bits` than it."""
        matches = [*self.matches[:at], glued, *self.matches[at + 2 :]]
        return Reading(matches, self.script, self.type, self.bits_min - more_bits, self.rare_names)

    def rare(self, match: TokenMatch) -> frozenset[int]:
        names = self.rare_names.get(match)
        if names is None:
            names = NO_NAMES.union(*match.rare)
            self.rare_names.put(match, names)
        return names


def text_sequences(one: Listed) -> Iterable[tuple[str, ...]]:
    """The words that name the party where they stand together in a longer text."""
    name = one.prepared
    if one.name.weak:
        return ()
    distinctive = sum(map(bits, name.tokens))
    if len(name.tokens) > 1 and distinctive >= _TEXT_BITS_MIN:
        return {name.tokens, name.words, surname_first(name), *_as_texts_have_it(one)}
    if one.type not in (PartyType.ENTITY, PartyType.UNKNOWN):
        return ()
    (word, *others), has_form = name.tokens, len(name.words) > len(name.tokens)
    if not others and len(word) >= _TEXT_WORD_CHARS_MIN and word.isalpha() and distinctive >= BITS_MAX:
        return {name.tokens, name.words}
    return {name.words, *_as_texts_have_it(one)} if has_form and distinctive >= _TEXT_FORM_BITS_MIN else ()


def _as_texts_have_it(one: Listed) -> Iterable[tuple[str, ...]]:
    """The words of a name from which titles, signs of numbers or dots went, as `text_words` finds them in a text."""
    text, name = one.name.text, one.prepared
    if name.written == name.words and _GONE.isdisjoint(text):
        return ()
    head, comma, tail = text.partition(",")
    return {tuple(text_words(text)), tuple(text_words(f"{tail} {head}"))} if comma else {tuple(text_words(text))}


def surname_first(name: Name) -> tuple[str, ...]:
    return name.tokens[-name.surnames :] + name.tokens[: -name.surnames] if name.surnames else name.tokens


def at_best(worth: float, beside: float, rest: Sequence[tuple[float, float]]) -> float:
    """Bits of two tokens, and of the rest where each brings less than either of the two, or what it brings at least."""
    most = worth if worth < beside else beside
    total = worth + beside + TINY_BITS
    for low, high in rest:
        total += low if high < low or most < low else high if high < most else most
    return total


def worth_enough(match: TokenMatch, beside: float, rest: Sequence[tuple[float, float]], needed: float) -> Iterator[str]:
    """Of the common tokens that `match` may be those that bring `needed` bits with one worth `beside` (`at_best`)."""
    for token in match.common:
        if at_best(match.similar[token][0], beside, rest) < needed:
            # Those that follow are worth less.
            return
        yield token


def to_look_up(matches: Sequence[TokenMatch]) -> Sequence[TokenMatch]:
    """Of a long text the first tokens and the rarest of the rest."""
    if len(matches) <= TOKENS_LOOKED_UP_MAX:
        return matches
    half = TOKENS_LOOKED_UP_MAX // 2
    return [*matches[:half], *nlargest(half, matches[half:], key=lambda m: m.worth)]


Shelf = dict[str, tuple[str] | list[str]]
"""Key -> the tokens filed under it. The keys that deletions make nearly all lead to one token, and share its tuple."""


Numbers = int | list[int]
"""One listed name, or several."""


def file_under(shelf: dict[K, Numbers], key: K, number: int) -> None:
    known = shelf.get(key)
    if known is None:
        shelf[key] = number
    elif not isinstance(known, list):
        if known != number:
            shelf[key] = [known, number]
    elif known[-1] != number:
        known.append(number)


def numbers_at(shelf: Mapping[K, Numbers], key: K) -> Sequence[int]:
    known = shelf.get(key)
    return () if known is None else known if isinstance(known, list) else (known,)


def file_all(shelf: Shelf, keys: Iterable[str], token: str) -> None:
    alone = (token,)
    for key in keys:
        known = shelf.setdefault(key, alone)
        if known is not alone:
            if isinstance(known, list):
                known.append(token)
            else:
                shelf[key] = [*known, token]


def tokens_key(tokens: Iterable[str]) -> int:
    """The same for the same tokens in any order, in this process; articles do not count."""
    return sum([hash(token) for token in tokens if token not in ARTICLES_LEADING])


def losses_of(name: Name, type: PartyType) -> tuple[float, ...]:
    person = type is PartyType.PERSON
    losses = [COST[listed_loss(name, i, person=person)] for i in range(len(name.tokens))]
    if person and any(len(token) == 1 for token in name.tokens):
        # An initial on the list may be any token of the query.
        losses[0] -= LISTED_INITIAL_BITS
    return tuple(losses)


def glued_words(name: Name) -> Collection[str]:
    """What a name may be where spaces are gone: neighbouring words and the whole."""
    words, tokens, k = name.words, name.tokens, name.surnames
    if len(words) < 2:
        return ()
    texts = {a + b for a, b in pairwise(words)}
    texts.add("".join(words))
    if len(tokens) != len(words) and len(tokens) > 1:
        texts.add("".join(tokens))
    if k:
        texts.add(words[-1] + words[0])
        texts.add("".join(words[-k:] + words[:-k]))
    return texts
