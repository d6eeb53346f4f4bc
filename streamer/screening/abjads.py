"""What writings without vowels keep of a name: its consonants, and the long vowels between them.

Arabic, Persian, Hebrew and Thai names meet romanised ones by these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from streamer.screening.names import BITS_MAX, PARTICLES, bits

ABJADS: Final = frozenset({"Arab", "Hebr", "Thai"})

_SOUNDS: Final = {
    "ce": "se", "ci": "si", "cy": "sy", "kh": "h", "gh": "g", "tch": "s", "sh": "s", "ch": "s", "th": "t", "dh": "d",
    "zh": "z", "ph": "f", "ts": "z", "tz": "z", "dj": "g", "v": "w", "p": "b", "q": "k", "ck": "k", "c": "k", "j": "g",
    "x": "ks",
}  # fmt: skip
_LETTERS: Final = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_ABD: Final = frozenset({"abd", "abdu", "abdo", "abdi"})
_READINGS: Final = tuple(
    (re.compile(old), new)
    for old, new in (
        ("th", "d"),
        ("z", "d"),
        ("gh", "k"),
        ("g(?!h)", "k"),
        ("v", "b"),
        ("^([^v]*)v", r"\1b"),
        ("v(?=[^v]*$)", "b"),
        ("ch", "j"),
        # The French write Fayçal.
        ("c(?=[aou])", "s"),
        ("kh", "k"),
        ("z", "s"),
        # An s or z and an h of their own: Ishaq, Azhar, Mazhari.
        ("sh(?=a[qk])", "sah"),
        ("zh", "zah"),
        ("zh", "dah"),
        # The article within: Salahaldin = Salahuddin, Abderrahmane = Abdul Rahman, Essabar = al-Sabbar.
        ("(?<=.)[ae]l(?=d[ie]+n)", "a"),
        ("^abd[aeou](?=[rsznt])", "abdul"),
        ("^e([rsznt])(?=\\1)", ""),
        ("^el(?=[^aeiou].{4})", ""),
        # The feminine ending before another word: Jabhat, Harakat.
        ("(?<=..)[ae]t$", "a"),
    )
)
"""How lists also write one letter (Ghadhafi, Ghazafi, Gathafi), and what a letter of Hebrew also sounds."""
_READ_OTHERWISE: Final = re.compile("|".join(old.pattern.replace("\\1", "[rsznt]") for old, _ in _READINGS))
"""Most tokens hold nothing of these: one look tells."""


@lru_cache(maxsize=32_768)
def consonants(token: str) -> str:
    """What Arabic, Persian and Hebrew writing keeps of a token: its consonants, doubled ones once."""
    return "bdl" if token in _ABD else _frame(token)[0]


def _sounds(token: str) -> str:
    return _LETTERS.sub(lambda found: _SOUNDS[found.group()], token)


_CONSONANT_BITS: Final = 3.6
_LONG_VOWEL_BITS: Final = 1.5


@lru_cache(maxsize=32_768)
def consonant_bits(token: str) -> float:
    """What a token in Arabic or Hebrew writing says at most, by the consonants and long vowels that it is made of."""
    if token in PARTICLES:
        return bits(token)
    sounds = _sounds(token)
    vowels = sum([c in "aeiouyw" for c in sounds])
    return min(BITS_MAX, _CONSONANT_BITS * (len(sounds) - vowels) + _LONG_VOWEL_BITS * vowels)


@lru_cache(maxsize=32_768)
def _frame(token: str) -> tuple[str, tuple[str, ...]]:
    """The consonants of a token, and the vowels before, between and behind them; w and y count as vowels."""
    kept, gaps = "", [""]
    for c in _sounds(token):
        if c in "aeiouyw":
            gaps[-1] += c
        elif not kept or gaps[-1] or c != kept[-1]:
            # The same consonant with an unwritten vowel between: Mahdavi and Mahddavi are one, Sasan and Ssan too.
            if kept and c == kept[-1]:
                gaps[-1] = ""
            else:
                kept += c
                gaps.append("")
    if len(kept) > 1 and kept[-1] == "h" and not gaps[-1]:
        kept = kept[:-1]
        gaps[-2:] = [gaps[-2] or "a"]
    return kept, tuple(gaps)


_LONG: Final = {"y": frozenset("iye"), "w": frozenset("ouw"), "a": frozenset("aeo")}
_LONG_U: Final = frozenset({"u", "oo", "ou"})
_AT_START: Final = {"y": frozenset("yie"), "w": frozenset("wou")}


def vowels(token: str) -> tuple[str, ...]:
    """The vowels before, between and behind the consonants of a token; none for Abd, which is glued in many ways."""
    return () if token in _ABD else _frame(token)[1]


def vowels_that_differ(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """Places where the long vowels that Arabic and Hebrew write are not those of the romanised token; see `vowels`.

    Two stand for two and more.
    """
    return vowels_compared(mine)(theirs)


def vowels_compared(mine: tuple[str, ...]) -> Callable[[tuple[str, ...]], int]:
    """`vowels_that_differ` of one token and many: what stands between two consonants is compared once."""
    last = len(mine) - 1
    # What is not written before the last consonant is short: Muhammad is not Mahmud.
    short = last - 1 if last > 2 else -1
    compared: list[dict[str, bool]] = [{} for _ in mine]

    def differ(theirs: tuple[str, ...]) -> int:
        if len(mine) != len(theirs):
            return 0
        found = 0
        for i, vowels in enumerate(theirs):
            agree = compared[i].get(vowels)
            if agree is None:
                agree = compared[i][vowels] = _vowels_agree(mine[i], vowels, i == 0, i == short, i == last)
            if not agree:
                if found:
                    return 2
                found = 1
        return found

    return differ


@lru_cache(maxsize=8_192)
def _vowels_agree(gap: str, vowels: str, first: bool, short: bool, last: bool) -> bool:
    if first:
        # Alif before ya or waw carries their vowel.
        heard = _AT_START.get(gap[1:2] if gap[:1] == "a" and len(gap) > 1 else gap[:1])
        if heard is None:
            return bool(gap) == bool(vowels) and vowels[:1] not in ("w", "y")
        return vowels[:1] in heard or (gap[0] == "a" and not heard.isdisjoint(vowels))
    if gap == "u":
        return True
    if not gap:
        return vowels not in _LONG_U if short else not last or vowels in ("", "e")
    long = next(c for c in "ywa" if c in gap or (c == "y" and "i" in gap) or c == "a")
    # At the end ya may be an alif, and the feminine ending is written or not.
    return not _LONG[long].isdisjoint(vowels) or (last and (long == "a" or "a" in vowels))


@lru_cache(maxsize=32_768)
def consonant_readings(token: str) -> frozenset[str]:
    """The consonants that a romanised token may have had: the th and z of a list stand for several letters."""
    readings = {consonants(token)}
    if not _READ_OTHERWISE.search(token):
        return frozenset(readings)
    for old, new in _READINGS:
        if old.search(token):
            readings.add(consonants(old.sub(new, token)))
    return frozenset(readings)


_THA: Final = re.compile("th(?!h)")


@lru_cache(maxsize=8_192)
def consonants_written(token: str, script: str) -> frozenset[str]:
    """The consonants that a token written without vowels may stand for: Hebrew has one letter for p and f."""
    if script == "Hebr":
        return frozenset(
            consonants(t) for t in (token, token.replace("p", "f"), token.replace("k", "h"), token.replace("hh", "h"))
        )
    if script == "Arab":
        # Ta and sin are two letters; lists write tha with an s as well.
        token = token.replace("ts", "tas")
        return frozenset({consonants(token), consonants(_THA.sub("s", token))})
    return frozenset({consonants(token)})


def consonants_agree(query: str, listed: Iterable[tuple[str, ...]], script: str) -> Iterator[str | None]:
    """Kinds of agreement, by their vowels, of an abjad token and listed tokens of the same consonants."""
    few = len(consonants(query))
    if few < 2 and len(query) < 3:
        return (None for _ in listed)
    # Thai writes vowels, but their romanisations follow no common system.
    differ = vowels_compared(vowels(query)) if script != "Thai" else lambda _: int(few < 3)
    return map(_CONSONANTS_AGREE.__getitem__, map(differ, listed))


_CONSONANTS_AGREE: Final = ("consonants", "consonants_far", None)


class ByConsonants:
    """Listed tokens under what a writing without vowels leaves of them."""

    def __init__(self) -> None:
        self._tokens: dict[str, dict[tuple[str, ...], list[str]]] = {}
        """Consonants -> the vowels between -> the tokens."""

    def __contains__(self, kept: str) -> bool:
        return kept in self._tokens

    def file(self, token: str) -> None:
        if len(token) < 2 or not token.isalpha():
            return
        between = vowels(token)
        for reading in consonant_readings(token):
            self._tokens.setdefault(reading, {}).setdefault(between, []).append(token)

    def kinds(self, token: str, script: str) -> dict[str, str]:
        """Tokens filed that are written with the consonants of `token`, and how well their vowels agree."""
        kinds: dict[str, str] = {}
        for written in consonants_written(token, script):
            so_written = self._tokens.get(written, _NO_VOWELS)
            for kind, others in zip(consonants_agree(token, so_written, script), so_written.values(), strict=True):
                if kind is not None:
                    kinds.update(dict.fromkeys(others, kind))
        return kinds


_NO_VOWELS: Final[Mapping[tuple[str, ...], Sequence[str]]] = {}
