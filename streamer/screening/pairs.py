"""Two names without a list: the same party, or not?

Screening asks how unlikely it is that this payee bears a listed name by chance; comparing asks whether two names are
written for one party. Here conflicts decide: a name left out on one side is ordinary, different names on both sides
are different parties. The weights are those of a logistic regression; tests/bench/pairs.py cross-validates it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from math import exp
from typing import Final

from rapidfuzz.distance import OSA

from streamer.events import PartyType
from streamer.screening import scoring
from streamer.screening.features import FEATURES, FORMS, LISTED_ONLY, QUERY_ONLY, RUNS, TOKENS
from streamer.screening.names import PARTICLES, PLACES, TRADE, Name, tokenise
from streamer.screening.writings import other_readings

_COUNT_MAX: Final = 3
"""Conflicts, additions and initials beyond this many no longer count."""
_EDITS_MAX: Final = 6
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
    "base": _PairFeature(1.1, "before anything is compared"),
    "conflicts": _PairFeature(-0.8, "tokens that differ on both sides, 0..3"),
    "worst": _PairFeature(1.45, "similarity of the pair of tokens that agree least, 0..1"),
    "edits": _PairFeature(-0.8, "letters changed in all paired tokens, 0..6"),
    "few_edits": _PairFeature(1.25, "no more than two letters changed, one token differs, 0 or 1"),
    "additions": _PairFeature(-0.4, "tokens in one name only, 0..3"),
    "trade_additions": _PairFeature(-2.5, "trade words in one name only, 0..3"),
    "place_additions": _PairFeature(-1.5, "places in one name only, 0..3"),
    "bare_additions": _PairFeature(-1.05, "something added to a name of one token"),
    "lone_company": _PairFeature(-1.5, "one word with a legal form, and a longer name without one"),
    "forms": _PairFeature(-2.7, "other legal form, 0 or 1"),
    "initials": _PairFeature(0.5, "initials that agree, 0..3"),
    "glued": _PairFeature(0.8, "words glued on one side, 0 or 1"),
    "strangers": _PairFeature(1.5, "no token agrees, 0 or 1"),
}


def features(left: Name, right: Name, *, person: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """The values of PAIR_FEATURES for two names, and the alignment in words."""
    similar = [scoring.similar(token, right.tokens, left.script) for token in left.tokens]
    lines = scoring.align(left, right, similar, person=person)
    said: list[str] = []
    only_left: list[str] = []
    only_right: list[str] = []
    values = dict.fromkeys(PAIR_FEATURES, 0.0) | {"base": 1.0, "worst": 1.0}
    edits = 0
    agreeing = 0
    begins_otherwise = False

    for line in lines:
        kind, feature = line.feature, FEATURES[line.feature]
        if feature.compares in (QUERY_ONLY, FORMS):
            only_left.append(line.texts[0])
        elif feature.compares is LISTED_ONLY:
            only_right.append(line.texts[0])
        elif kind == "initial":
            values["initials"] = min(_COUNT_MAX, values["initials"] + 1)
            said.extend(scoring.reasons([line]))
        elif feature.compares is RUNS:
            values["glued"] = 1.0
            values["worst"] = min(values["worst"], feature.likeness or 0.0)
            agreeing += 1
            said.extend(scoring.reasons([line]))
        elif feature.compares is TOKENS:
            a, b = line.texts
            if kind == "typos" and a[0] != b[0]:
                # First letters are seldom mistyped: SANANI is not MADANI.
                begins_otherwise = True
                values["conflicts"] = min(_COUNT_MAX, values["conflicts"] + 1)
            similarity = feature.likeness or OSA.normalized_similarity(a, b)
            if feature.same_sound:
                similarity = (similarity + 1) / 2
            values["worst"] = min(values["worst"], similarity)
            agreeing += 1
            if feature.likeness is None and not feature.same_sound:
                edits += OSA.distance(a, b)
            said.extend(scoring.reasons([line]))
    edits += _conflicts(only_left, only_right, values, said)
    added = values["additions"] + values["trade_additions"] + values["place_additions"]
    values["bare_additions"] = float(min(len(left.tokens), len(right.tokens)) == 1 and added > 0)
    short, long = (left, right) if len(left.tokens) < len(right.tokens) else (right, left)
    values["lone_company"] = float(len(short.tokens) == 1 < len(long.tokens) and bool(short.forms) and not long.forms)
    if left.forms and right.forms and not set(left.forms) & set(right.forms):
        values["forms"] = 1.0
        said.append("other legal form")
    values["edits"] = float(min(_EDITS_MAX, edits))
    few = 0 < edits <= 2 and agreeing > 0 and values["conflicts"] <= 1
    values["few_edits"] = float(few and not begins_otherwise)
    values["strangers"] = float(not agreeing)
    return values, tuple(said)


def _conflicts(only_left: list[str], only_right: list[str], values: dict[str, float], said: list[str]) -> int:
    """Tokens without a partner: paired as conflicts by likeness, the rest are additions; returns letters changed."""
    edits = 0
    left_over = [t for t in only_left if t not in PARTICLES]
    right_over = [t for t in only_right if t not in PARTICLES]
    ways = sorted(
        ((-OSA.normalized_similarity(a, b), i, j) for i, a in enumerate(left_over) for j, b in enumerate(right_over))
    )
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for negative, i, j in ways:
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            a, b = left_over[i], right_over[j]
            edits += OSA.distance(a, b)
            values["worst"] = min(values["worst"], -negative)
            values["conflicts"] = min(_COUNT_MAX, values["conflicts"] + 1)
            said.append(f"{a.upper()} is not {b.upper()}")
    alone = [t for i, t in enumerate(left_over) if i not in taken_left]
    alone += [t for j, t in enumerate(right_over) if j not in taken_right]
    for token in alone:
        if len(token) > 1:
            kind = "place_additions" if token in PLACES else "trade_additions" if token in TRADE else "additions"
            values[kind] = min(_COUNT_MAX, values[kind] + 1)
            said.append(f"only in one name: {token.upper()}")
    return edits


def compare(a: str, b: str, type: PartyType = PartyType.UNKNOWN) -> Comparison:
    """How likely two names are written for one party: 0..1 with reasons. The order of the two does not matter."""
    ways = product(_readings(a, type), _readings(b, type))
    return max((_compared(left, right, type) for left, right in ways), key=lambda found: (found.score, found.reasons))


def _readings(text: str, type: PartyType) -> list[Name]:
    name = tokenise(text, type)
    return [name, *islice(other_readings(text, type, name), _READINGS_MAX - 1)]


def _compared(left: Name, right: Name, type: PartyType) -> Comparison:
    if not left.tokens or not right.tokens:
        return Comparison(0.0, ("a name is empty",))
    if (right.tokens, right.forms, right.script) < (left.tokens, left.forms, left.script):
        left, right = right, left
    values, said = features(left, right, person=type is PartyType.PERSON)
    odds = sum(PAIR_FEATURES[name].weight * value for name, value in values.items())
    return Comparison(round(1.0 / (1.0 + exp(-odds)), 6), said)
