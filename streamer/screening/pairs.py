"""Two names without a list: the same party, or not?

Screening asks how unlikely it is that this payee bears a listed name by chance; comparing asks whether two names are
written for one party. Here conflicts decide: a name left out on one side is ordinary, different names on both sides
are different parties. The weights are those of a logistic regression; tests/bench/pairs.py cross-validates it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from math import exp
from typing import Final

from rapidfuzz.distance import OSA

from streamer.events import PartyType
from streamer.screening import scoring
from streamer.screening.contrasts import Contrast, is_another_of_a_series, is_turned_round
from streamer.screening.features import FEATURES, FORMS, LISTED_ONLY, PARTS, QUERY_ONLY, RUNS, TOKENS
from streamer.screening.name_forms import TRANSLATED
from streamer.screening.names import PARTICLES, PLACES, TRADE, Name, tokenise
from streamer.screening.writings import other_readings

_COUNT_MAX: Final = 3
"""Conflicts and additions beyond this many no longer count."""
_EDITS_MAX: Final = 6
_SLIP_LETTERS_MAX: Final = 2
_ACRONYM_LETTERS_MIN: Final = 3
_READINGS_MAX: Final = 4
"""At most this many readings of a name are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How well two names agree, 0..1, and why."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _PairFeature:
    weight: float
    """Log-odds per unit."""
    says: str


PAIR_FEATURES: Final[dict[str, _PairFeature]] = {
    "base": _PairFeature(3.85, "before anything is compared"),
    "conflicts": _PairFeature(-2.7, "tokens that differ on both sides, 0..3"),
    "edits": _PairFeature(-0.95, "letters changed in all paired tokens, 0..6; 6 for words that exclude each other"),
    "slip": _PairFeature(1.45, "no more than two letters changed, as the pen slips, one token differs, 0 or 1"),
    "additions": _PairFeature(-1.25, "tokens in one name only, 0..3"),
    "trade_additions": _PairFeature(-4.9, "trade words in one name only, 0..3"),
    "place_additions": _PairFeature(-3.2, "places in one name only, 0..3"),
    "bare_additions": _PairFeature(-1.0, "something added to a name of one token"),
    "forms": _PairFeature(-5.0, "other legal form, or one word with a form and more without, 0 or 1"),
}

_MOST: Final = {
    "conflicts": _COUNT_MAX,
    "edits": _EDITS_MAX,
    "additions": _COUNT_MAX,
    "trade_additions": _COUNT_MAX,
    "place_additions": _COUNT_MAX,
}


def features(left: Name, right: Name, *, person: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """The values of PAIR_FEATURES for two names, and the alignment in words."""
    similar = [scoring.similar(token, right.tokens, left.script) for token in left.tokens]
    contrast = Contrast(left, right, person=person)
    said: list[str] = []
    only_left: list[str] = []
    only_right: list[str] = []
    values = dict.fromkeys(PAIR_FEATURES, 0.0) | {"base": 1.0}
    edits = 0
    agreeing = 0
    begins_otherwise = False

    for line in scoring.align(left, right, similar, person=person):
        feature = FEATURES[line.feature]
        if feature.compares in (QUERY_ONLY, FORMS):
            only_left.append(line.texts[0])
        elif feature.compares is LISTED_ONLY:
            only_right.append(line.texts[0])
        elif feature.compares in (TOKENS, RUNS, PARTS):
            if feature.compares is TOKENS:
                a, b = line.texts
                is_read = feature.same_sound or feature.likeness is not None
                # Who has a name in one language seldom goes by it in another: compared by its letters.
                if line.feature == TRANSLATED or contrast.are_two(a, b, is_read=is_read):
                    only_left.append(a)
                    only_right.append(b)
                    continue
                if line.feature == "typos" and a[0] != b[0]:
                    # First letters are seldom mistyped: SANANI is not MADANI.
                    begins_otherwise = True
                    values["conflicts"] += 1
                if not is_read:
                    edits += contrast.letters_changed(a, b)
            agreeing += feature.compares is not PARTS
            said.extend(scoring.reasons([line]))
    if not person:
        agreeing += _acronyms(only_left, only_right, right, said) + _acronyms(only_right, only_left, left, said)
    changed, alone = _conflicts(only_left, only_right, values, said, contrast)
    edits += changed
    if not person and is_another_of_a_series(alone, left, right):
        values["conflicts"] += 1
        edits = _EDITS_MAX
    if is_turned_round(left, right):
        values["conflicts"] += 2
        edits = _EDITS_MAX
        said.append("father and child have changed places")
    added = values["additions"] + values["trade_additions"] + values["place_additions"]
    values["bare_additions"] = float(min(len(left.tokens), len(right.tokens)) == 1 and added > 0)
    if _forms_differ(left, right):
        values["forms"] = 1.0
        said.append("other legal form")
    is_slip = 0 < edits <= _SLIP_LETTERS_MAX and agreeing > 0 and values["conflicts"] <= 1
    values["slip"] = float(is_slip and not begins_otherwise)
    values["edits"] = edits
    for name, most in _MOST.items():
        values[name] = float(min(most, values[name]))
    return values, tuple(said)


def _forms_differ(left: Name, right: Name) -> bool:
    """Two other forms, or one word with a form and a longer name without one: EMMA LLC is not Emma Daniels."""
    if left.forms and right.forms:
        return set(left.forms).isdisjoint(right.forms)
    short, long = (left, right) if len(left.tokens) < len(right.tokens) else (right, left)
    return len(short.tokens) == 1 < len(long.tokens) and bool(short.forms) and not long.forms


def _acronyms(shorts: list[str], longs: list[str], long: Name, said: list[str]) -> int:
    """Tokens that are the first letters of several words of the other name, its legal form among them: NIOC.

    Takes both out and counts them.
    """
    found = 0
    words = [word for word in long.words if word not in PARTICLES and len(word) > 1]
    for short in list(shorts):
        for start in range(len(words) - len(short) + 1 if len(short) >= _ACRONYM_LETTERS_MIN else 0):
            run = words[start : start + len(short)]
            meant = [word for word in run if word in long.tokens]
            spells = all(word[0] == letter for word, letter in zip(run, short, strict=True))
            if spells and len(meant) > 1 and not Counter(meant) - Counter(longs):
                shorts.remove(short)
                for word in meant:
                    longs.remove(word)
                said.append(f"{short.upper()} = {' '.join(run).upper()} (acronym)")
                found += 1
                break
    return found


def _conflicts(
    only_left: list[str], only_right: list[str], values: dict[str, float], said: list[str], contrast: Contrast
) -> tuple[int, list[str]]:
    """Tokens without a partner: paired as conflicts by likeness, the rest are additions.

    Returns the letters changed, and the additions.
    """
    edits = 0
    left_over = [t for t in only_left if contrast.counts(t)]
    right_over = [t for t in only_right if contrast.counts(t)]
    ways = sorted(
        ((-OSA.normalized_similarity(a, b), i, j) for i, a in enumerate(left_over) for j, b in enumerate(right_over))
    )
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for _, i, j in ways:
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            a, b = left_over[i], right_over[j]
            edits += _EDITS_MAX if contrast.are_two(a, b) else contrast.letters_changed(a, b)
            values["conflicts"] += 1
            said.append(f"{a.upper()} is not {b.upper()}")
    alone = [t for i, t in enumerate(left_over) if i not in taken_left]
    alone += [t for j, t in enumerate(right_over) if j not in taken_right]
    for token in alone:
        if len(token) > 1:
            values["place_additions" if token in PLACES else "trade_additions" if token in TRADE else "additions"] += 1
            said.append(f"only in one name: {token.upper()}")
    return edits, alone


def compare(a: str, b: str, type: PartyType = PartyType.UNKNOWN) -> Comparison:
    """How likely two names are written for one party: 0..1 with reasons. The order of the two does not matter."""
    ways = (_compared(one, other, type) for one, other in readings(a, b, type))
    return max(ways, key=lambda found: (found.score, found.reasons))


def readings(a: str, b: str, type: PartyType) -> Iterator[tuple[Name, Name]]:
    """What the two names may be read as, pair by pair; as they are written first."""
    yield from product(_readings(a, type), _readings(b, type))


def _readings(text: str, type: PartyType) -> list[Name]:
    name = tokenise(text, type)
    # A surname without what may be a title, or a given name, is not a name to compare.
    words_min = min(2, _words(name))
    others = (other for other in other_readings(text, type, name) if _words(other) >= words_min)
    return [name, *islice(others, _READINGS_MAX - 1)]


def _words(name: Name) -> int:
    return sum(token not in PARTICLES for token in name.tokens)


def ordered(one: Name, other: Name) -> tuple[Name, Name]:
    """The same order whichever name is given first; one in another writing first, as that is read as it is written."""
    return (other, one) if _key(other) < _key(one) else (one, other)


def _key(name: Name) -> tuple[object, ...]:
    return name.script == "Latn", name.tokens, name.forms, name.script


def _compared(one: Name, other: Name, type: PartyType) -> Comparison:
    if not one.tokens or not other.tokens:
        return Comparison(0.0, ("a name is empty",))
    values, said = features(*ordered(one, other), person=type is PartyType.PERSON)
    odds = sum(PAIR_FEATURES[name].weight * value for name, value in values.items())
    return Comparison(round(1.0 / (1.0 + exp(-odds)), 6), said)
