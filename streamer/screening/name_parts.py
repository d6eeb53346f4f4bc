"""Which part of a listed person's name each word is, and so how often it is left out, by the customs of naming.

Lists write people "SURNAMES, Given names". Where two words stand before the comma, the second is ordinarily left out:
the mother's name of Spanish names (MADURO MOROS, Nicolas), the married name behind "de", the nisba of Iranian ones.
Portuguese names leave out the first. Arabic chains of fathers (BARAKAT AL FAHILIH) end in the name of the family, and
Abd, Abu, Bin are no name without the word behind them. Sources: "A guide to names and naming practices" (FBIIC, 2006),
and how OFAC and the UN write the names that their press releases give in full.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from rapidfuzz.distance import OSA

from streamer.screening import titles
from streamer.screening.names import PARTICLES, Name

_PATRONYMIC: Final = ("ovich", "evich", "ovna", "evna", "ovych", "evych", "ivna", "ivich", "oglu", "ogly")
_ARABIC_ARTICLES: Final = frozenset({"al", "el", "ul", "as", "es", "ad", "ed", "ar", "er", "at", "an", "az", "ez"})
_BEGIN_A_NAME: Final = frozenset({
    "abd", "abdal", "abdel", "abdol", "abdul", "abu", "abou", "abi", "bu", "bou", "umm", "um", "oum", "ibn", "bin",
    "ben", "bint", "al", "ad", "dhu", "zul", "nur", "san", "santa", "st",
})  # fmt: skip
"""These and the next word are one name."""
GENERATIONS: Final = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv", "filho", "hijo", "fils"})
_BETWEEN_WORDS_MIN: Final = 3

_OTHERWISE: Final[Mapping[str, str]] = {
    "maternal": "second_surname",
    "paternal": "surname",
    "second_given": "middle",
    "between": "part",
}
"""Words that are ordinarily left out -> what they are where they are not: another word stands in their place, or no
surname at all is met."""


def part_of(name: Name, position: int) -> str:
    """The feature (a key of FEATURES) of the word at `position` of a listed person's name, where a query lacks it."""
    tokens = name.tokens
    token = tokens[position]
    if token.endswith(_PATRONYMIC):
        return "patronymic"
    if position == 0:
        return "listed_title" if len(tokens) > 2 and token in titles.NAMES_TOO else "given"
    if token in GENERATIONS:
        return "listed_small"
    begins = len(tokens) - name.surnames
    if not name.surnames:
        is_between = position < len(tokens) - 1 and _words_of(tokens) >= _BETWEEN_WORDS_MIN
        return "between" if is_between and tokens[position - 1] not in _BEGIN_A_NAME else "part"
    if position < begins:
        return "second_given" if _full(tokens[begins:])[1:] else "middle"
    return _surname(tokens[begins:], position - begins)


def _surname(words: tuple[str, ...], at: int) -> str:
    """The feature of one of the words before the comma."""
    full = _full(words)
    if len(full) < 2 or at not in full:
        return "surname"
    last_article = max((i for i, word in enumerate(words) if i and word in _ARABIC_ARTICLES), default=0)
    if last_article and full[-1] > last_article:
        # AHMAD AL-ABDULLAH: the fathers before the name of the family.
        return "surname" if at > last_article else "middle"
    if words[at] in _BEGIN_A_NAME or (at and words[at - 1] in _BEGIN_A_NAME):
        return "surname"
    return "paternal" if at == full[0] else "maternal"


def _full(words: tuple[str, ...]) -> list[int]:
    """Where surnames stand that are no particle and no "Junior"."""
    return [i for i, word in enumerate(words) if not _is_small(word) and word not in GENERATIONS]


def _words_of(tokens: tuple[str, ...]) -> int:
    return sum([not _is_small(token) for token in tokens])


def _is_small(word: str) -> bool:
    return word in PARTICLES or len(word) < 2


def in_place(feature: str, name: Name, missing: Container[int], *, is_other: bool) -> str:
    """`feature` of `part_of`, or what the word is where it is not ordinarily left out, given all words `missing`.

    `is_other`: the query has other words than the listed name, which stand for those that are missing.
    """
    if feature not in _OTHERWISE:
        return feature
    begins, size = len(name.tokens) - name.surnames, len(name.tokens)
    if is_other:
        return _OTHERWISE[feature]
    surnames = [i for i in range(begins, size) if not _is_small(name.tokens[i])]
    met = sum([i not in missing for i in surnames])
    if feature == "between":
        is_usual = 0 not in missing and size - 1 not in missing
    elif feature == "second_given":
        is_usual = 0 < met < len(surnames)
    else:
        is_usual = met > 0
    return feature if is_usual else _OTHERWISE[feature]


def mistyped_form(token: str, query: Name, listed: Name) -> str | None:
    """The word of the listed legal form that `token` is meant to be: LCTDA = LTDA, CMPAYN = COMPANY, LD = LTD."""
    if token in listed.words and token not in listed.tokens:
        return token
    size = len(token)
    if size < 4 and (
        size < 2 or token not in (query.words[0], query.words[-1]) or set(query.forms) >= set(listed.forms)
    ):
        return None
    for word in listed.words:
        if word not in listed.tokens and OSA.distance(token, word, score_cutoff=2) <= (1 if size < 6 else 2):
            return word
    return None
