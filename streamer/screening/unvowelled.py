"""Names listed in Arabic letters, as a name in Latin letters may mean them: by their consonants.

Arabic and Persian writing leaves the short vowels out, so that what is listed as "hsn" is paid as Hassan. Such a name
is listed a second time with its tokens in capitals, HSN, which no token of a query is: names in Latin letters meet
these by the consonants that they may have had, names in all other writings meet the first listing as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from streamer.screening.abjads import (
    consonant_bits,
    consonant_readings,
    consonants_agree,
    consonants_written,
    vowels,
)
from streamer.screening.features import Evidence, worth
from streamer.screening.names import BITS, BITS_MAX, PARTICLES, Name, bits
from streamer.screening.transliteration import LOSSY_SCRIPTS

UNVOWELLED: Final = "Qaar"
"""Code of ISO 15924 for private use: the writing of a name whose tokens are in capitals."""
WRITTEN_IN: Final = "Arab"
_GLUED_BEFORE: Final = frozenset({"abdul"})
_GLUED_BEHIND: Final = frozenset({"dyn"})


def unvowelled(name: Name) -> Iterator[Name]:
    """A name listed in Arabic letters by its consonants; also with Abd al- and al-Din glued to the next word."""
    if name.script != WRITTEN_IN:
        return
    for words in dict.fromkeys((name.tokens, _glued(name.tokens))):
        tokens = tuple(map(_marked, words))
        if tokens != words:
            yield replace(name, tokens=tokens, words=tokens, written=tokens, script=UNVOWELLED, surnames=0)


def _glued(words: tuple[str, ...]) -> tuple[str, ...]:
    glued: list[str] = []
    before = ""
    for word in words:
        if before in _GLUED_BEFORE or (before and word in _GLUED_BEHIND):
            glued[-1] += word
        else:
            glued.append(word)
        before = word
    return tuple(glued)


def _marked(token: str) -> str:
    return token.upper() if len(token) > 1 and token.isalpha() and token not in PARTICLES else token


def is_unvowelled(token: str) -> bool:
    """A listed token that is met by its consonants alone."""
    return token.isupper()


def listed_bits(token: str) -> float:
    """Most bits that a listed token may bring; a known name however rarely it is spelt so: Abdullah as Abdulilah."""
    if not token.isupper():
        return bits(token)
    written = token.lower()
    return min(consonant_bits(written), BITS.get(written, BITS_MAX))


def listed_script() -> Evidence:
    """What goes for a name that was met by its consonants alone."""
    return Evidence("listed_script", (LOSSY_SCRIPTS[WRITTEN_IN],), worth("listed_script"))


def unvowelled_agreement(query: str, listed: str) -> str | None:
    """The kind of agreement of a Latin token and a listed one in capitals."""
    if len(query) < 2 or not query.isalpha():
        return None
    written = listed.lower()
    if consonants_written(written, WRITTEN_IN).isdisjoint(consonant_readings(query)):
        return None
    return next(consonants_agree(written, [vowels(query)], WRITTEN_IN))


class Unvowelled:
    """Listed tokens in capitals under the consonants that they are written with."""

    def __init__(self) -> None:
        self._tokens: dict[str, list[str]] = {}

    def file(self, token: str) -> None:
        for written in consonants_written(token.lower(), WRITTEN_IN):
            self._tokens.setdefault(written, []).append(token)

    def kinds(self, token: str) -> dict[str, str]:
        """Tokens filed that a Latin `token` may be, and how: what `unvowelled_agreement` says of all."""
        if not self._tokens or len(token) < 2 or not token.isalpha():
            return {}
        near: set[str] = set()
        for reading in consonant_readings(token):
            near.update(self._tokens.get(reading, ()))
        return {other: kind for other in near if (kind := unvowelled_agreement(token, other)) is not None}
