"""Names of one language in the letters of another, by their sounds: 블라디미르, フセイン, 弗拉基米尔.

A name that a script has borrowed is written as it sounds there: Hangul has no f and v and puts a vowel between
consonants, kana have no l, Arabic no p,
Han characters stand for whole syllables. `loan_scripts` turns such a name into
phones, one letter each; `_STANDS` says which phones of a romanised name each may stand for and at what cost. Listed
tokens are filed under the classes of their consonants (`classes`), which survive all of this,
and the nearest of those
met there are told by an alignment of the phones, vowels included (`_cost`).

Which phones a script writes for which is taken from its rules for foreign names: the loan word orthography of the
National Institute of Korean Language, the Japanese cabinet notice of 1991 on loan words,
the name tables of Xinhua, the
rules of the Academy of the Hebrew Language and of the Royal Society of Thailand, and usage of newspapers elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

LOANS: Final = {
    "loan:Hang": "Hangul", "loan:Jpan": "Kana", "loan:Hani": "Han", "loan:Grek": "Greek", "loan:Arab": "Arabic",
    "loan:Hebr": "Hebrew", "loan:Thai": "Thai", "loan:Mymr": "Burmese", "loan:Zyyy": "Another",
}  # fmt: skip
"""Script of a `Name` whose tokens are phones -> the writing they were read from."""

WITH_VOWELS: Final = LOANS.keys() - {"loan:Arab", "loan:Hebr"}

# ---------------------------------------------------------------- phones of romanised names

_LATIN: Final = {
    "shch": "S", "tsch": "C", "tch": "C", "sch": "S", "dzh": "J", "dsch": "J", "dj": "J", "zh": "Z", "sh": "S",
    "ch": "H", "kh": "x", "gh": "g", "ph": "f", "th": "T", "ts": "c", "tz": "c", "cz": "C", "sz": "S", "ck": "k",
    "x": "ks", "qu": "k", "q": "k", "ou": "u", "oo": "u", "ee": "i", "j": "j", "w": "W",
}  # fmt: skip
_LATIN_SOUND: Final = re.compile(
    "|".join(
        [
            *sorted(_LATIN, key=len, reverse=True),
            "c(?=[eiy])",
            "g(?=[eiy])",
            "ng(?![aeiouy])",
            "(?<=[aeiou])g(?=[aou])",
            "c",
            "y(?=[aeou])",
            "y",
        ]
    )
)
_DOUBLED: Final = re.compile(r"(.)\1+")


def _latin_sound(found: re.Match[str]) -> str:
    letters = found.group()
    known = _LATIN.get(letters)
    if known is not None:
        return known
    if letters == "c":
        return "Y" if found.string[found.end() : found.end() + 1] in ("e", "i", "y") else "k"
    if letters == "g":
        return "Q" if found.string[found.end()] in "aou" else "G"
    return "N" if letters == "ng" else "y" if found.string[found.end() : found.end() + 1] in tuple("aeou") else "i"


@lru_cache(maxsize=32_768)
def phones(token: str) -> str:
    """A romanised token by its sounds: lower-case letters as in English, x = kh, capitals for what may be several.

    S sh, Z zh, C tch, J dj, c ts; Q g between vowels, as a Turk may not speak it; H ch, Y soft c, G soft g, j,
    T th, W w, N final ng.
    """
    return _DOUBLED.sub(r"\1", _LATIN_SOUND.sub(_latin_sound, token))


_CLASSES: Final = {
    **dict.fromkeys("pbfv", ("P",)), **dict.fromkeys("td", ("T",)), **dict.fromkeys("kg", ("K",)),
    **dict.fromkeys("szSZCJcY", ("S",)), **dict.fromkeys("lr", ("R",)), "L": ("R",), "m": ("M",), "n": ("N",),
    "N": ("N",),
    "W": ("P", ""), "Q": ("K", ""), "T": ("T", "S"), "G": ("K", "S", ""), "x": ("K", ""), "H": ("S", "K"),
    "j": ("S", ""),
}  # fmt: skip
"""Phone of a romanised token -> classes of consonants that other scripts make of it; h and y are often not heard."""
_CLASS: Final = {ord(c): next(iter(_CLASSES.get(c, [""]))) for c in "abcdefghijklmnopqrstuvwxyzSZCJYNL"}
_SEVERAL: Final = re.compile("[WQTGxHj]")
_KEYS_MAX: Final = 24
_BEFORE_LIP: Final = re.compile("M(?=P)")
_CODA_LIQUID: Final = re.compile("(?<=[aeiou])[lr](?![aeiouy])")


def _keys(units: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """All that a row of classes may be, neighbours that are the same once."""
    found = {""}
    for options in units:
        found = {(one if one[-1:] == c else one + c) if c else one for one in found for c in options}
        if len(found) > _KEYS_MAX:
            found = set(sorted(found)[:_KEYS_MAX])
    return (_BEFORE_LIP.sub("N", one) for one in found)


@lru_cache(maxsize=32_768)
def classes(token: str) -> frozenset[str]:
    """Keys under which a romanised token is filed: with its liquids, and without those that end a syllable."""
    sounds = phones(token)
    spellings = {sounds}
    if _CODA_LIQUID.search(sounds):
        spellings |= {_CODA_LIQUID.sub("", sounds), _CODA_LIQUID.sub("", sounds.replace("l", "L"))}
    found: set[str] = set()
    for one in spellings:
        if _SEVERAL.search(one):
            found.update(_keys(_CLASSES[c] for c in one if c in _CLASSES))
        else:
            found.add(_BEFORE_LIP.sub("N", _DOUBLED.sub(r"\1", one.translate(_CLASS))))
    found.discard("")
    return frozenset(found)


# ---------------------------------------------------------------- what a phone stands for


def _table(rows: str) -> dict[str, dict[str, int]]:
    """ "b: b v p6" -> {"b": {"b": 0, "v": 0, "p": 60}}: digits are tenths; "-" is the cost of having no counterpart.

    What stands for g stands for Q at the same cost.
    """
    table: dict[str, dict[str, int]] = {}
    for row in rows.replace("\n", ";").split(";"):
        phone, _, stands = row.strip().partition(":")
        if phone:
            table[phone] = {one[0]: 10 * int(one[1:] or 0) for one in stands.split()}
            if "g" in table[phone]:
                table[phone]["Q"] = table[phone]["g"]
    return table


_BASE: Final = _table("""
p: p b6 f6 v9; b: b p6 v5 f9 W4; f: f v4 p6 W1 b9; v: v W f4 b4 u3; w: W v2 b8 u1 o4 -3
t: t T d6; d: d t6 T4; k: k g6 G6 x3 H4; g: g G k6 x7 j7; x: x h2 k4 H3 j3 g7 G7 -8
h: h x j2 H4 G5 g6 k8 -3; s: s Y T2 z3 S4 c5 Z7 H6 C7; z: z s4 Z4 j4 T5 c4 J5 G6 Y5
S: S H1 s4 Z5 C4 j6 J6; Z: Z j z3 G1 S5 J2; C: C H S4 c4 j4 Y3 J4 t8 s7 Z6; j: J j Z G z5 s6 y4 h4
J: J j Z2 G z4 C4 Y3 g6 d8
c: c s4 C4 z4 Y t8 H5; l: l r6; r: r l6; m: m n6; n: n N m6; y: y j1 i1 e3 G3 -1; T: T s2 t3
a: a e4 o4 u8 i9 -6; e: e i3 a4 o7 u8 y3 -6; i: i e3 y1 u7 a8 o9 -6; o: o u3 a4 e7 i9 -6; u: u o3 i6 e8 a7 W2 -6
E: a1 e1 i1 o1 u1 -0; V: a e i o u -0
""")
"""What a phone of the query stands for where its script has no table of its own."""
_SCRIPTS: Final = {
    "loan:Hang": _table("""
p: p f W2 b5 v6; b: b v W1 p5; r: r l; l: l r1; J: z J Z j G Y3 d8 s5; C: C H c2 t7 S5 z5; s: s S1 T Y z4 H4 c4
h: h x j f4 H4 G5 k7 g6 -3; d: d T2 t4; k: k x3 H3 g4 G6; t: t T d4; A: o1 u1 e1 a1 i5 -4; E: u e1 i1 o2 a3 -0
g: g G k4 x7; n: n N m4
"""),
    "loan:Jpan": _table("""
b: b v p6; r: r l; S: S s H1 C4; 2: C H t1 T1 c3; 3: J j Z G d1 z Y3; c: c t1 T2 s5 z4; F: f h x1 v5 -3
h: h x j H4 k7 -3; z: z T1 s3 J2 j3 c3 Z2; s: s T Y z3 S3; w: W v1 u1 -2; U: u o2 i6 y3 -0; O: o u3 a4 -0
I: i e2 y -1; J: J j Z G z2 d3; n: n N m3
"""),
    "loan:Hani": _table("""
b: b v1 p3; f: f v W1; w: v W u1 b4 -1; I: e a2 i3 -5; A: o a1 u3 -4; l: l r; R: l r -4; d: d t2 T3; t: t T d3
1: J j g G k d1 t1 Z z2 Y3 c3
2: C H c k2 z2 S3 Y2 g4 j2 J2 G3; 4: S s h1 H1 Y x1 j3; 5: J j Z G z3 d4 T2; S: S s1 H1 C3; 6: Z j z3 J2 G2 r5 y3 l5
z: z c s2 T3 J3 Z3 j3; c: c z2 s3 T4; s: s z2 T S3 Y; h: h x j1 H2 g3 G3 f4 k4 -4; g: g G1 k3 h5; k: k x2 g3 H2
C: C H c3 S3; m: m n5; n: n N m3; y: y j1 i1 e2 G3 -1
"""),
    "loan:Grek": _table("""
B: b p4 v4; M: m n -0; D: d t3 T4; Q: n N -0; g: g G1 k5; y: y g2 G j2 i1 e2 -1; J: J j G Z1 z3 Y3
T: T s2 z3 t3 c4; C: C c H S3 Y1
s: s S H3 T1 z4 Y C6; z: z Z j2 J3 s5; x: x h H1 k3 j2 -6; i: i e2 y u5 -6; k: k H2 g6 G6 x3
"""),
    "loan:Arab": _table("""
f: f v W1 p3; b: b p v3; X: l -1; g: g G k4 j5; J: J j g1 G Z C4 H5 Y3; q: k1 g3 G4; k: k g2 G3 x4 H2
t: t T d4; T: T s1 t2
D: d z T1 s3; s: s Y z3 c3 T3; S: S C2 H1 s5; C: C H S5 J4 c4; w: W v1 u o -7; y: y i e1 j1 a5 -5
a: a e1 o2 i3 u3 -4; V: a e i o u y -0; A: a e1 h -3; x: x k4 H1 h4 j1; h: h x3 j2 -4; z: z s3 Z5 c5 T4
c: c s3 z3 Y t3 C3; d: d t4 T3
"""),
    "loan:Hebr": _table("""
b: b v W1; p: p f; k: k x H1; q: k g6 H3; w: v W u o f4 -5; y: y i e1 j1 a5 -3; h: h a1 e1 x3 j2 o3 -2; x: x h H j1 k4
c: c z3 s4 Y2 T5; S: S s2 H2 C4; g: g G k6; s: s Y z4 T2 c5; V: a e i o u -1; J: J j G C3 Y3; Z: Z j z3
c: c z3 s4 Y2 T5 t8
"""),
    "loan:Thai": _table("""
k: k g G1 H3 x4; K: k x H1 g5; J: J j C3 Z1 G c3 H3 Y3; C: C H S Z3 j3 J3 c4; s: s z3 S4 T2 Y1 c3 H4
z: z s S3 Z3 T3 c3 j4
t: t T3 d4; d: d t3 T3; b: b p4 v2; p: p b5 f3; f: f v W1 p5; w: W v u2 o4 -4; r: r l5 -5; l: l r5; Y: e o a1 u1 i2 -1
a: a e4 o3 u4 i9 -4; T: T t
"""),
    "loan:Mymr": _table("""
b: b v p5; z: z J2 Z2 j2 s4 G2 c4; s: s z3 S3 c3 Y1 T2 C5 H4; T: T s t3; p: p f b6; K: k1 t1 p1 s2 d2 b2 v3 g1 G2 -1
n: n N; M: n m N l4 -5; F: s t2 z3 k3 -2; Q: n N -0; L: l1 r3 y1 e1 i2 -2; a: a e2 o3 u4 i6 -3; i: i e2 y -4
r: r l5 y2 -5; y: y r3 l3 i1 j1 -2
J: J j G Z g4; C: C H c5 S5; g: g G k5; d: d t4 T4
"""),
    "loan:Zyyy": _table("""
M: n m; b: b v4 p6; p: p b6 f2 v7; j: J j Z G z1 s4 C4 Y3; v: v W f4 b3; a: a e3 o3 u7 i9 -3
J: J j Z G z1 C4 Y3; i: i e3 y1 u7 a8 o9 -3; w: W v1 u1 o2 -2
k: k g5 G5 x2 H2; s: s Y T2 z2 S3 c4 C5; t: t T d5; n: n N m3
"""),
}  # fmt: skip
_STANDS: Final = {script: _BASE | rows for script, rows in _SCRIPTS.items()}
_OF_QUERY: Final = {
    "w": ("P", ""), "F": ("P", ""), "x": ("K", ""), "2": ("S", "T"), "3": ("S", "T"), "D": ("T",), "B": ("P",),
    "q": ("K",), "Q": ("N", ""), "M": ("M", ""), "K": ("K",), "R": ("R", ""), "4": ("S", ""), "5": ("S", "T"),
    "6": ("S",),
    "T": ("T", "S"), "h": ("",), "Y": ("",), "X": ("R", ""), "L": ("R", ""), "g": ("K",), "J": ("S",), "C": ("S",),
}  # fmt: skip
_CLASSES_OF_QUERY: Final = {
    script: {c: _OF_QUERY.get(c) or _CLASSES.get(c, ("",)) for c in rows} for script, rows in _STANDS.items()
}
_CLASSES_OF_QUERY["loan:Hani"] |= {"1": ("S", "K", "T"), "2": ("S", "K"), "h": ("", "K")}
_CLASSES_OF_QUERY["loan:Arab"] |= {"D": ("T", "S"), "c": ("S", "T")}
_CLASSES_OF_QUERY["loan:Hebr"] |= {"k": ("K", ""), "x": ("", "K")}
_CLASSES_OF_QUERY["loan:Mymr"] |= {"K": ("", "K", "T", "P"), "M": ("N", "M"), "F": ("S", "")}
_CLASSES_OF_QUERY["loan:Zyyy"] |= {"M": ("N", "M")}
_CLASSES_OF_QUERY["loan:Thai"] |= {"K": ("K", "")}


@lru_cache(maxsize=8_192)
def classes_written(token: str, script: str) -> frozenset[str]:
    """Keys under which the romanised tokens are filed that a token of phones may stand for."""
    table = _CLASSES_OF_QUERY[script]
    found = set(_keys(table.get(c, ("",)) for c in token))
    found.discard("")
    return frozenset(found)


# ---------------------------------------------------------------- how well phones agree

# Costs are hundredths: a consonant that has no counterpart costs 200.
_CONSONANT_COST: Final = 200
_TURNED: Final = 20
_NEVER: Final = 900
_VOWELS: Final = frozenset("aeiouyEVAUOIY")
_UNHEARD: Final = {"Q": 80, "h": 30, "y": 20, "x": 100, "j": 120, "W": 50}
"""What it costs that the query lacks a phone of the listed token; other consonants cost 200."""
_VOWEL_COST: Final = 60
_SLIGHT_VOWEL_COST: Final = 20
"""Of a vowel beside another, and of an e at the end."""
_VOWEL_UNWRITTEN: Final = {
    "loan:Arab": {"e": 15, "a": 35, "o": 30, "i": 50, "u": 60},
    "loan:Hebr": {"e": 10, "a": 10, "o": 30, "i": 40, "u": 50},
    "loan:Thai": {"a": 30, "o": 30},
    "loan:Zyyy": {"a": 25},
    "loan:Mymr": {"a": 15, "e": 20, "i": 25, "o": 35},
}
_LIQUID_UNWRITTEN: Final = {
    "loan:Hang": (30, 100), "loan:Jpan": (30, 100), "loan:Hani": (30, 60), "loan:Thai": (40, 100),
    "loan:Mymr": (20, 30), "loan:Zyyy": (80, 100), "loan:Grek": (200, 200), "loan:Arab": (200, 200),
    "loan:Hebr": (200, 200),
}  # fmt: skip
"""What it costs that an r, an l that ends a syllable is not written."""
_PHONES: Final = "abcdefghijklmnopqrstuvwxyzSZCJHYGQTWNL"
_CODE_OF: Final = {phone: code for code, phone in enumerate(_PHONES, 1)}
"""Phone of a romanised token -> its place in arrays; 0 stands behind the last phone."""
PHONES_MAX: Final = 20
"""Longer listed tokens are not met by their sounds."""

Codes = NDArray[np.uint8]
Costs = NDArray[np.int16]


_AS_BYTES: Final = str.maketrans({phone: chr(code) for phone, code in _CODE_OF.items()})


def _row(sounds: str) -> bytes:
    return sounds.translate(_AS_BYTES).encode("ascii").ljust(PHONES_MAX, b"\0")


def _codes(rows: Sequence[bytes]) -> Codes:
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), PHONES_MAX)


def _is_among(phones: str) -> NDArray[np.bool_]:
    return np.array([False, *(phone in phones for phone in _PHONES)])


_IS_VOWEL, _IS_VOWEL_OR_Y, _IS_LIQUID = map(_is_among, ("aeiou", "aeiouy", "lr"))


def _missing(codes: Codes, script: str) -> Codes:
    """What each phone of listed tokens costs where the query has nothing for it."""
    unwritten, (r_cost, l_cost) = _VOWEL_UNWRITTEN.get(script, {}), _LIQUID_UNWRITTEN[script]
    plain = {p: unwritten.get(p, _VOWEL_COST) if p in "aeiou" else _UNHEARD.get(p, _CONSONANT_COST) for p in _PHONES}
    costs = np.array([0, *plain.values()], np.uint8)[codes]
    is_vowel, is_like_vowel = _IS_VOWEL[codes], _IS_VOWEL_OR_Y[codes]
    before, behind, ends = np.zeros_like(is_vowel), np.zeros_like(is_vowel), np.zeros_like(is_vowel)
    behind[:, :-1], ends[:, :-1], ends[:, -1] = is_like_vowel[:, 1:], codes[:, 1:] == 0, True
    before[:, 1:] = is_like_vowel[:, :-1]
    slight = is_vowel & (before | behind | (ends & (codes == _CODE_OF["e"])))
    costs[slight] = np.minimum(costs[slight], _SLIGHT_VOWEL_COST)
    before[:, 1:] = is_vowel[:, :-1]
    coda = _IS_LIQUID[codes] & before & ~behind
    costs[coda] = np.where(codes[coda] == _CODE_OF["l"], l_cost, r_cost)
    return costs


def _array(stands: Mapping[str, int], kept: str = _PHONES) -> Costs:
    """Costs of a phone of the query by the code of the listed one."""
    return np.array([_NEVER, *(stands.get(c, _NEVER) if c in kept else _NEVER for c in _PHONES)], dtype=np.int16)


_ARRAYS: Final = {script: {q: _array(stands) for q, stands in table.items()} for script, table in _STANDS.items()}
_VOWEL_ARRAYS: Final = {q: _array(stands, "aeiou") for q, stands in _STANDS["loan:Thai"].items()}


def _extra(query: str, i: int, stands: Mapping[str, int]) -> int:
    """What it costs that the listed token has nothing for this phone of the query."""
    q = query[i]
    if q in "aeiou" and any(b in _VOWELS for b in query[max(0, i - 1) : i] + query[i + 1 : i + 2]):
        return min(30, stands.get("-", 30))
    return 20 if q == "g" and query[i - 1 : i] == "n" else stands.get("-", _CONSONANT_COST)


def _costs(query: str, script: str, codes: Codes, missing: Codes, sizes: Codes) -> Costs:
    """Costs of the best alignments of the query's phones with those of many listed tokens, one a row."""
    table, arrays = _STANDS[script], _ARRAYS[script]
    # What is left out of the listed token so far; a row of the alignment is a running minimum above it.
    left_out = np.zeros((len(codes), codes.shape[1] + 1), dtype=np.int16)
    np.cumsum(missing, axis=1, out=left_out[:, 1:], dtype=np.int16)
    row = before = left_out
    for i, q in enumerate(query):
        if q not in arrays:
            continue
        met = arrays[q].take(codes)
        earlier, before = before, row
        best = before + np.int16(_extra(query, i, table[q]))
        np.minimum(best[:, 1:], before[:, :-1] + met, out=best[:, 1:])
        if script == "loan:Thai" and q in "rl" and i and query[i - 1] in "aeiou":
            # The vowel of "dro" stands before all of it: โดร.
            turned = _VOWEL_ARRAYS[query[i - 1]][codes[:, 1:]] + met[:, :-1] + earlier[:, :-2] + np.int16(_TURNED)
            np.minimum(best[:, 2:], turned, out=best[:, 2:])
        best -= left_out
        row = np.minimum.accumulate(best, axis=1, out=best)
        row += left_out
    return row[np.arange(len(codes)), sizes]


_NEAR, _FAR, _FARTHEST = 8, 16, 25
_NEAR_UNVOWELLED, _FAR_UNVOWELLED = 7, 12
"""Hundredths a phone up to which two tokens agree well, fairly, and far; without vowels there is no third."""
_FAR_PHONES_MIN: Final = 4


def _kind(cost: int, size: int, script: str) -> str | None:
    if script not in WITH_VOWELS:
        return "loan" if cost <= _NEAR_UNVOWELLED * size else "loan_near" if cost <= _FAR_UNVOWELLED * size else None
    if cost <= _NEAR * size:
        return "loan"
    if cost <= _FAR * size:
        return "loan_near"
    return "loan_far" if cost <= _FARTHEST * size and size >= _FAR_PHONES_MIN else None


def loan_agreement(query: str, listed: str, script: str) -> str | None:
    """How a token of phones agrees with a listed token: a key of FEATURES; None where it is another."""
    if not _is_comparable(listed) or classes_written(query, script).isdisjoint(classes(listed)):
        return None
    sounds = phones(listed)
    codes = _codes([_row(sounds)])
    cost = _costs(query, script, codes, _missing(codes, script), np.array([len(sounds)], np.uint8))[0]
    return _kind(int(cost), len(sounds), script)


def _is_comparable(listed: str) -> bool:
    return (
        len(listed) > 1
        and listed.isalpha()
        and listed.isascii()
        and listed.islower()
        and len(phones(listed)) <= PHONES_MAX
    )


_CONSONANT_BITS: Final = 3.7
_VAGUE_CONSONANT_BITS: Final = 3.2
_VAGUE: Final = frozenset({"loan:Hebr", "loan:Zyyy"})
"""Hebrew letters stand for two consonants each, and ordinary names in Indic scripts sound like many listed ones."""
_VOWEL_BITS: Final = 1.7
_BITS: Final = (
    dict.fromkeys("EVYA-", 0.6) | dict.fromkeys("UOI", 1.0) | dict.fromkeys("aeiouwy", _VOWEL_BITS)
    | dict.fromkeys("hMQ", 1.0)
)  # fmt: skip


@lru_cache(maxsize=8_192)
def loan_bits(token: str, script: str) -> float:
    """What a token of phones says at most, by the sounds that it is made of."""
    consonant_bits = _VAGUE_CONSONANT_BITS if script in _VAGUE else _CONSONANT_BITS
    return sum([_BITS.get(c, consonant_bits) for c in token])


class ByClasses:
    """Listed tokens under the classes of their consonants, their phones in arrays."""

    def __init__(self) -> None:
        self._tokens: list[str] = []
        self._rows: list[bytes] = []
        self._by_key: dict[str, list[int]] = {}
        self._codes: Codes | None = None
        self._sizes: Codes = np.zeros(0, np.uint8)
        self._missing: dict[str, Codes] = {}
        """Script -> what the phones of each token cost where they are not met."""

    def file(self, token: str) -> None:
        if _is_comparable(token):
            for key in classes(token):
                self._by_key.setdefault(key, []).append(len(self._tokens))
            self._tokens.append(token)
            self._rows.append(_row(phones(token)))

    def kinds(self, token: str, script: str) -> dict[str, str]:
        """Tokens filed that a token of phones may stand for, and how well they agree."""
        lists = [self._by_key[key] for key in classes_written(token, script) if key in self._by_key]
        if not lists:
            return {}
        near = np.unique(np.concatenate(lists)) if len(lists) > 1 else np.array(lists[0])
        codes, missing = self._arrays(script)
        sizes = self._sizes[near]
        # Nearly all tokens are half as long as the longest filed, and what stands behind the end costs nothing.
        width = int(sizes.max())
        costs = _costs(token, script, codes[:, :width][near], missing[:, :width][near], sizes)
        farthest = _FARTHEST if script in WITH_VOWELS else _FAR_UNVOWELLED
        kinds = {}
        for i in np.flatnonzero(costs <= farthest * sizes.astype(np.int16)):
            kind = _kind(int(costs[i]), int(sizes[i]), script)
            if kind is not None:
                kinds[self._tokens[near[i]]] = kind
        return kinds

    def _arrays(self, script: str) -> tuple[Codes, Codes]:
        """Phones and costs of all tokens; made when the first name of the script comes."""
        if self._codes is None:
            self._codes = _codes(self._rows)
            self._sizes = np.count_nonzero(self._codes, axis=1).astype(np.uint8)
        missing = self._missing.get(script)
        if missing is None:
            missing = self._missing[script] = _missing(self._codes, script)
        return self._codes, missing
