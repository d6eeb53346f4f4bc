"""Listed wallets, LEIs and IBANs inside any text, whatever separates their characters or stands around them.

A text's letters and digits are sampled every few characters; a sample that occurs in a listed key tells where the whole
key would have to stand. Equality of fifteen characters and more is no chance, so this needs no word boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Generic, NamedTuple, TypeVar

from streamer.reference.in_text import letters_and_digits, lookalikes_as_digits

T = TypeVar("T")

KEY_CHARS_MIN: Final = 15
"""The shortest IBAN (Norway's). Shorter keys are looked up as words."""

_SAMPLE_CHARS: Final = 8
_STRIDE: Final = KEY_CHARS_MIN - _SAMPLE_CHARS + 1
"""Wherever a key begins in a text, one of its first _STRIDE samples is one of the text's."""

_SHORTENED_CHARS_MIN: Final = 7
"""Characters left of a shortened wallet, without 0x: fewer meet one by chance."""
_END_CHARS: Final = 3
_HEX_BEGINNING_CHARS: Final = 2
_HEX_END_CHARS: Final = 4
"""What is left of `0xe6...bdf2`: behind 0x fewer characters are enough."""


_HEX: Final = re.compile(r"[0-9a-f]{40}")


class LongKey(NamedTuple, Generic[T]):
    spelling: str
    listed: T
    """What is found where a text holds the spelling."""
    is_wallet: bool
    """Compared without case, and with o, i and l as digits: in 25 characters and more nothing else is meant."""


class LongKeys(Generic[T]):
    """Immutable."""

    __slots__ = ("_by_ends", "_by_hex_ends", "_samples")

    def __init__(self, keys: Iterable[LongKey[T]]) -> None:
        samples: dict[str, list[tuple[int, str, LongKey[T]]]] = {}
        by_ends: dict[tuple[str, str], list[tuple[str, LongKey[T]]]] = {}
        by_hex_ends: dict[tuple[str, str], list[LongKey[T]]] = {}
        for key in keys:
            folded = lookalikes_as_digits(key.spelling)
            if len(folded) < KEY_CHARS_MIN:
                continue
            for offset in range(_STRIDE):
                samples.setdefault(folded[offset : offset + _SAMPLE_CHARS], []).append((offset, folded, key))
            if key.is_wallet:
                by_ends.setdefault((folded[:_END_CHARS], folded[-_END_CHARS:]), []).append((folded, key))
                if _HEX.fullmatch(folded):
                    ends = folded[:_HEX_BEGINNING_CHARS], folded[-_HEX_END_CHARS:]
                    by_hex_ends.setdefault(ends, []).append(key)
        self._samples = {sample: tuple(places) for sample, places in samples.items()}
        self._by_ends = {ends: tuple(places) for ends, places in by_ends.items()}
        self._by_hex_ends = {ends: tuple(keys) for ends, keys in by_hex_ends.items()}

    def found_in(self, folded: str, text: str) -> Iterator[LongKey[T]]:
        """Keys in a text; `folded` is the text as `lookalikes_as_digits` gives it."""
        samples = self._samples
        for at in range(0, len(folded) - _SAMPLE_CHARS + 1, _STRIDE):
            sample = folded[at : at + _SAMPLE_CHARS]
            if sample in samples:
                for offset, spelling, key in samples[sample]:
                    is_there = at >= offset and folded.startswith(spelling, at - offset)
                    if is_there and (key.is_wallet or letters_and_digits(key.spelling) in letters_and_digits(text)):
                        yield key

    def with_ends(self, beginning: str, end: str) -> Iterator[LongKey[T]]:
        """Wallets that begin and end with these letters and digits: `0x098B…2f96`."""
        written, last = lookalikes_as_digits(beginning), lookalikes_as_digits(end)
        first = written.removeprefix("0x")
        if first != written and (len(first), len(last)) == (_HEX_BEGINNING_CHARS, _HEX_END_CHARS):
            yield from self._by_hex_ends.get((first, last), ())
        if len(first) + len(last) >= _SHORTENED_CHARS_MIN:
            for spelling, key in self._by_ends.get((first[:_END_CHARS], last[-_END_CHARS:]), ()):
                if spelling.startswith(first) and spelling.endswith(last):
                    yield key
