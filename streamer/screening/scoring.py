"""How well two prepared names agree: one alignment, from which both the score and its reasons come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import log2
from typing import Final

from rapidfuzz.distance import OSA

from streamer.screening.names import PARTICLES, Name, skeleton

WEIGHT_MAX: Final = 14.0
PARTICLE_WEIGHT: Final = 0.8


def _rarity() -> dict[str, float]:
    text = (files("streamer.data") / "rarity.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {token: float(bits) for token, bits in rows}


_BITS: Final = _rarity()


def token_weight(token: str) -> float:
    """How much sharing this token says, in bits: the rarer, the more. Frozen with the package."""
    if token in PARTICLES:
        return PARTICLE_WEIGHT
    if len(token) == 1:
        return 1.0
    bits = _BITS.get(token, WEIGHT_MAX)
    return min(bits, 3.0 * len(token))


def similarity(a: str, b: str) -> float:
    """0..1 for two tokens; 0.0 where they are not spellings of one word."""
    if a == b:
        return 1.0
    size = max(len(a), len(b))
    if min(len(a), len(b)) < 2:
        return 0.0
    distance = OSA.distance(a, b, score_cutoff=3)
    if skeleton(a) == skeleton(b):
        return max(0.82, 0.97 - 0.03 * distance)
    if size < 4 or a.isdigit() or b.isdigit():
        return 0.0
    if distance == 1:
        return 1.0 - 1.0 / size if size > 4 else 0.7
    if distance == 2 and size >= 6:
        return 1.0 - 2.0 / size
    return 0.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which tokens of the query met which of the listed name."""

    score: float
    pairs: tuple[tuple[str, str, float, str], ...]
    """(query tokens, listed tokens, similarity, how they met)"""
    query_left: tuple[str, ...]
    listed_left: tuple[str, ...]


def align(query: Name, listed: Name, similar: Mapping[str, Mapping[str, float]]) -> Alignment:
    """Pair the tokens of two names. `similar` says for each query token which listed tokens it may be."""
    ways = [
        (s, i, j)
        for i, q in enumerate(query.tokens)
        for j, t in enumerate(listed.tokens)
        if (s := similar.get(q, {}).get(t, 0.0))
    ]
    ways.sort(key=lambda way: (-way[0], way[1], way[2]))
    q_open, l_open = dict(enumerate(query.tokens)), dict(enumerate(listed.tokens))
    pairs: list[tuple[str, str, float, str]] = []
    for s, i, j in ways:
        if i in q_open and j in l_open:
            q, t = q_open.pop(i), l_open.pop(j)
            pairs.append((q, t, s, "same" if s == 1.0 else "spelling"))
    _pair_glued(q_open, l_open, pairs, swap=False)
    _pair_glued(l_open, q_open, pairs, swap=True)
    for i, q in list(q_open.items()):
        for j, t in list(l_open.items()):
            if (len(q) == 1 or len(t) == 1) and q[0] == t[0]:
                pairs.append((q, t, 0.5, "initial"))
                del q_open[i], l_open[j]
                break
    return Alignment(_score(query, listed, pairs), tuple(pairs), tuple(q_open.values()), tuple(l_open.values()))


def _pair_glued(
    ones: dict[int, str], runs: dict[int, str], pairs: list[tuple[str, str, float, str]], *, swap: bool
) -> None:
    """One token here is several neighbouring tokens there: SILVERSTAR = SILVER STAR."""
    for i, one in list(ones.items()):
        if len(one) < 4 or len(runs) < 2:
            continue
        sound = skeleton(one)
        keys = sorted(runs)
        for start in range(len(keys)):
            for end in range(start + 2, min(start + 5, len(keys) + 1)):
                run = keys[start:end]
                if run[-1] - run[0] != len(run) - 1:
                    break
                text = "".join(runs[k] for k in run)
                if text == one or skeleton(text) == sound:
                    spaced = " ".join(runs[k] for k in run)
                    pairs.append((spaced, one, 0.97, "glued") if swap else (one, spaced, 0.97, "glued"))
                    for k in run:
                        del runs[k]
                    del ones[i]
                    break
            if i not in ones:
                break


def _score(query: Name, listed: Name, pairs: list[tuple[str, str, float, str]]) -> float:
    total_query = sum(map(_bits, query.tokens))
    total_listed = sum(map(_bits, listed.tokens))
    met_query = sum(s * _bits_of(q, how, t) for q, t, s, how in pairs)
    met_listed = sum(s * _bits_of(t, how, q) for q, t, s, how in pairs)
    cover_query = min(1.0, met_query / total_query) if total_query else 0.0
    cover_listed = min(1.0, met_listed / total_listed) if total_listed else 0.0
    return float(cover_query**0.5 * cover_listed**0.5)


def _bits(token: str) -> float:
    return token_weight(token)


def _bits_of(tokens: str, how: str, other: str) -> float:
    if how == "initial":
        return min(token_weight(tokens), token_weight(other) + 1.0)
    return sum(map(token_weight, tokens.split()))


def reasons(alignment: Alignment) -> tuple[str, ...]:
    """The alignment in words."""
    said = []
    for q, t, s, how in alignment.pairs:
        if how == "same":
            said.append(f"{q.upper()} agrees")
        elif how == "spelling":
            said.append(f"{q.upper()} = {t.upper()} (spelling, {s:.2f})")
        elif how == "glued":
            said.append(f"{q.upper()} = {t.upper()} (glued)")
        else:
            said.append(f"{q.upper()} = {t.upper()} (initial)")
    if alignment.query_left:
        said.append(f"not in the listed name: {' '.join(alignment.query_left).upper()}")
    if alignment.listed_left:
        said.append(f"only in the listed name: {' '.join(alignment.listed_left).upper()}")
    return tuple(said)


def bits_from_share(share: float) -> float:
    """Rarity in bits of a token that this share of names carries."""
    return min(WEIGHT_MAX, max(1.0, -log2(share)))
