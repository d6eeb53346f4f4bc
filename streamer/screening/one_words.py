"""Listed organisations of one distinctive word, where a free text writes that word: "Gazprombank fee inv 33".

A word among others says little, so that only those count which name nothing else: rare in lists and in ordinary names
alike, and no word of a language. Which those are is data (`data/texts.toml`, `data/rarity.tsv`). Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from streamer.events import PartyType
from streamer.reference.text import folded_words, plain
from streamer.screening.names import BITS, tokenise
from streamer.watchlists.entity import Entity, EntityType, ListedName

CHARS_MIN: Final = 6
"""Shorter words are abbreviations, which many share."""

RARE_BITS: Final = 13.0
"""Of at most two listed parties, and of nobody in a sample of ordinary names."""

NAME_WORDS_MAX: Final = 5
"""With its legal form in full: "Public Joint Stock Company X"."""

_WORD: Final = re.compile(rf"(?<![\w@.'-])[^\W\d_]{{{CHARS_MIN},}}(?![\w@'-]|\.\w)")
"""A word of its own: no part of an address in the internet, nor of a longer word."""


class OneWordNames:
    """Which listed organisations are called by one distinctive word. Immutable."""

    __slots__ = ("_by_word",)

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._by_word = _by_word(entities, {})

    def updated(self, added: Iterable[Entity], removed: Iterable[str]) -> OneWordNames:
        """The same with some entities added or replaced and some, by id, removed."""
        new = {entity.id: entity for entity in added}
        gone = new.keys() | set(removed)
        kept = {
            word: left
            for word, found in self._by_word.items()
            if (left := tuple(one for one in found if one[0].id not in gone))
        }
        names = OneWordNames(())
        names._by_word = _by_word(new.values(), kept)
        return names

    def found_in(self, text: str) -> Iterator[tuple[str, Entity, ListedName]]:
        """(word as written, entity, name) of every such word in a text, in order, each entity once."""
        met: set[str] = set()
        for found in _WORD.finditer(plain(text)):
            for entity, name in self._by_word.get(found[0].casefold(), ()):
                if entity.id not in met:
                    met.add(entity.id)
                    yield found[0], entity, name


_Found = tuple[tuple[Entity, ListedName], ...]


def _by_word(entities: Iterable[Entity], known: Mapping[str, _Found]) -> Mapping[str, _Found]:
    by_word = dict(known)
    for entity in entities:
        if entity.type is EntityType.ENTITY:
            for word, name in {word: name for name in reversed(entity.names) if (word := _word_of(name))}.items():
                by_word[word] = (*by_word.get(word, ()), (entity, name))
    return MappingProxyType(by_word)


def _word_of(name: ListedName) -> str | None:
    """The one word of a strong name, without its legal form, where it is distinctive."""
    if name.weak or name.text.count(" ") >= NAME_WORDS_MAX:
        return None
    written = [word for word in folded_words(name.text) if len(word) >= CHARS_MIN]
    if not written:
        return None
    tokens = tokenise(name.text, PartyType.ENTITY).tokens
    return tokens[0] if len(tokens) == 1 and tokens[0] in written and _is_distinctive(tokens[0]) else None


def _is_distinctive(word: str) -> bool:
    ordinary, shared, endings = _words()
    is_rare = BITS.get(word, RARE_BITS) >= RARE_BITS or word in shared or word.endswith(endings)
    return is_rare and len(word) >= CHARS_MIN and word.isalpha() and word not in ordinary


@cache
def _words() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    table = tomllib.loads(files("streamer.data").joinpath("texts.toml").read_text("utf-8"))["one_word"]
    return frozenset(table["ordinary"].split()), frozenset(table["shared"].split()), tuple(table["endings"].split())
