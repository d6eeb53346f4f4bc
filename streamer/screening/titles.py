"""Titles beside the names of people: professor, Haji, Ph.D., Lieutenant Colonel.

What is never a name goes from listed names and queries alike. What may be one (Haji, General, Bey) stays, and a query
is read with it and without; the table is `data/titles.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

_TABLE: Final[dict[str, str]] = tomllib.loads((files("streamer.data") / "titles.toml").read_text(encoding="utf-8"))


def _phrases(key: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word -> the titles that begin with it, the longest first."""
    phrases = sorted((tuple(title.split("_")) for title in set(_TABLE[key].split())), key=lambda p: (-len(p), p))
    return {first: tuple(p for p in phrases if p[0] == first) for first in {p[0] for p in phrases}}


_NEVER_NAMES: Final = _phrases("never_names")
_BEHIND: Final = _phrases("behind")
_BEFORE: Final = frozenset(_TABLE["before"].split())
_BEHIND_OR_NAME: Final = frozenset(_TABLE["behind_or_name"].split())
NAMES_TOO: Final = _BEFORE | _BEHIND_OR_NAME | frozenset(_TABLE["names_too"].split())
"""Titles that may be names: one that only one of two names has says little."""
_DOTTED_BEFORE: Final = frozenset(_TABLE["dotted_before"].split())
_DOTTED_BEHIND: Final = frozenset(_TABLE["dotted_behind"].split())
TAKEN_OUT: Final = frozenset(_NEVER_NAMES.keys() | _BEHIND.keys())
"""A word of these is in every name that `without_titles` shortens."""
SIGNS: Final = TAKEN_OUT | _BEFORE | _BEHIND_OR_NAME
"""A word of these is in every name that has a title, or what may be one."""
_REST_MIN: Final = 2
"""So many words are left of a name where what may be a name is taken for a title."""


def without_titles(words: list[str]) -> list[str]:
    """A person's name without what is never a name; `words` as they are where nothing would remain."""
    if TAKEN_OUT.isdisjoint(words):
        return words
    kept: list[str] = []
    i = 0
    while i < len(words):
        size = _size_at(words, i, _NEVER_NAMES)
        if not size and len(kept) >= _REST_MIN and not _is_followed(words, i):
            size = _size_at(words, i, _BEHIND)
        if not size:
            kept.append(words[i])
        i += size or 1
    return kept or words


def _size_at(words: Sequence[str], at: int, phrases: dict[str, tuple[tuple[str, ...], ...]]) -> int:
    """Words of the title that begins at this place, or 0."""
    for phrase in phrases.get(words[at], ()):
        if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _is_followed(words: Sequence[str], at: int) -> bool:
    """Something that is no degree stands behind."""
    while at < len(words):
        size = _size_at(words, at, _BEHIND) or _size_at(words, at, _NEVER_NAMES)
        if not size:
            return True
        at += size
    return False


def without_last(text: str) -> str:
    """A person's name without degrees behind its last comma: "Smith, John, Ph.D."."""
    head, _, tail = text.rpartition(",")
    while head and (words := tail.lower().replace(".", "").split()) and all(word in _BEHIND for word in words):
        text = head
        head, _, tail = text.rpartition(",")
    return text


def untitled(tokens: tuple[str, ...]) -> tuple[str, ...] | None:
    """The name without the words before and behind it that may be titles; None where it has none or too little else."""
    start, end = 0, len(tokens)
    while end - start > _REST_MIN and tokens[start] in _BEFORE:
        start += 1
    while end - start > _REST_MIN and tokens[end - 1] in _BEHIND_OR_NAME:
        end -= 1
    return tokens[start:end] if end - start < len(tokens) else None


# ---------------------------------------------------------------- initials

_INITIAL: Final = "(?:shch|[ycszkt]h|y[uaeo]|ts|dzh|dj|ph|chr|[a-z])"
"""A letter, or what one letter of another alphabet becomes: Yu. A., Zh., Ch."""
_DOTTED_LETTERS: Final = re.compile(rf"\b{_INITIAL}\.(?:\s?{_INITIAL}\.)*(?:[a-z]\b)?")
DOTTED_RUN: Final = re.compile(r"\b\w{1,4}\.\w")
"""Stands in every text whose dots part letters, as initials without a blank do."""


def initials_apart(lowered: str) -> str:
    """A person's name in lower-case Latin letters with its initials as words: "smirnov v.v." -> "smirnov v v "."""
    return _DOTTED_LETTERS.sub(_apart, lowered)


_WORD: Final = re.compile(r"\w+")


def _apart(found: re.Match[str]) -> str:
    letters = found.group().replace(" ", "").split(".")
    glued = "".join(letters)
    if glued in _DOTTED_BEFORE or glued in _DOTTED_BEHIND:
        before, behind = _WORD.findall(found.string, 0, found.start()), _WORD.findall(found.string, found.end())
        if not behind and len(before) >= _REST_MIN and glued in _DOTTED_BEHIND:
            return " "
        if not before and len(behind) >= _REST_MIN and glued in _DOTTED_BEFORE:
            # Md., which is Muhammad, is a name.
            return " md " if glued == "md" else " "
    return " ".join(["", *[one[0] for one in letters if one], ""])
