"""Listed organisations known by a word or two, where a text or name writes them: "Gazprombank fee inv 33".

A word among others says little, so that only those count which name nothing else: rare in lists and in ordinary names
alike, and no word of a language (`data/texts.toml`, `data/rarity.tsv`); and those of terror groups, banks and state
companies that a table names with their spellings: "donation for Al Qaeda", "Friends of Hamas"
(`data/organisations.toml`). Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple

from streamer.events import PartyType
from streamer.reference.text import LEET, folded_words, plain
from streamer.screening.names import BITS, tokenise
from streamer.watchlists.entity import Entity, EntityType, ListedName

_CHARS_MIN: Final = 6
"""Shorter words are abbreviations, which many share."""

_RARE_BITS: Final = 13.0
"""Of at most two listed parties, and of nobody in a sample of ordinary names."""

_NAME_WORDS_MAX: Final = 5
"""With its legal form in full: "Public Joint Stock Company X"."""

_WORD: Final = re.compile(rf"(?<![\w@.'-])[^\W\d_]{{{_CHARS_MIN},}}(?=\d{{0,8}}(?![\w@'-]|\.\w))")
"""A word of its own: no part of an address in the internet, nor of a longer word; a number may stand behind it."""

_LETTERS_APART_MIN: Final = 4
_CAMEL_CASE: Final = re.compile(r"[a-z][A-Z]")
_DIGIT: Final = re.compile(r"[0-9]")
_DIGIT_AT_A_LETTER: Final = re.compile(r"(?<=[^\W\d_])\d|\d(?=[^\W\d_])")
_BEHIND_A_WORD: Final = re.compile(r"(?<=[^\W\d_]{3})(?:\d{1,8}|['’]s)(?!\w)")
_DIGITS_AND_LETTERS: Final = re.compile(r"(?<!\w)(?=[^\W\d_]*\d)\w*[^\W\d_]{2}\w*(?!\w)")
_LETTERS_APART: Final = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,40}[^\W\d_](?!\w)")


class OneWordNames:
    """Which listed organisations are called by one distinctive word or a known phrase. Immutable."""

    __slots__ = ("_by_name", "_by_word")

    def __init__(self, entities: Iterable[Entity]) -> None:
        entities = tuple(entities)
        self._by_word = _by_word(entities, {})
        self._by_name = _by_name(entities, {})

    def updated(self, added: Iterable[Entity], removed: Iterable[str]) -> OneWordNames:
        """The same with some entities added or replaced and some, by id, removed."""
        new = {entity.id: entity for entity in added}
        gone = new.keys() | set(removed)
        names = OneWordNames(())
        names._by_word = _by_word(new.values(), _without(self._by_word, gone))
        names._by_name = _by_name(new.values(), _without(self._by_name, gone))
        return names

    def found_in(self, text: str) -> Iterator[tuple[str, Entity, ListedName]]:
        """(words as written, entity, name) of every such word or phrase in a text, each entity once."""
        readable = plain(text)
        words = ((found[0], self._by_word.get(found[0].casefold(), ())) for found in _WORD.finditer(readable))
        return _each_once(chain(words, self._phrases_in(readable)))

    def phrases_in(self, name: str) -> Iterator[tuple[str, Entity, ListedName]]:
        """The same for the table's organisations alone: what a party's name must not hold, "Friends of Hamas"."""
        return _each_once(self._phrases_in(plain(name)))

    def _phrases_in(self, readable: str) -> Iterator[tuple[str, _Found]]:
        if not self._by_name:
            return
        table = _phrases()
        words = folded_words(readable.translate(_APOSTROPHES))
        for one in (words, *_otherwise(readable, words)):
            if not table.first_words.isdisjoint(one):
                for written, names in _phrases_in(one, table):
                    yield written, self._of(names)
        if not readable.isascii():
            # Han, kana and Hangul have no blanks around a word.
            for written, names in table.glued:
                if written in readable:
                    yield written, self._of(names)

    def _of(self, names: Sequence[str]) -> _Found:
        return tuple(chain.from_iterable([self._by_name.get(name, ()) for name in names]))


def _otherwise(text: str, words: Sequence[str]) -> Iterator[list[str]]:
    """The words of a text, read in further ways: "HamasFund", "Hamas2024", "Hezbollah's", "HAMA5", "H A M A S"."""
    is_camel_case = _CAMEL_CASE.search(text) is not None
    has_digits = _DIGIT.search(text) is not None and _DIGIT_AT_A_LETTER.search(text) is not None
    if is_camel_case or has_digits or "'s" in text or "’s" in text:
        parted = _CAMEL_CASE.sub(lambda found: f"{found[0][0]} {found[0][1]}", text)
        yield folded_words(_BEHIND_A_WORD.sub("", parted).translate(_APOSTROPHES))
    if has_digits:
        yield folded_words(_DIGITS_AND_LETTERS.sub(lambda word: word[0].translate(LEET[0]), text))
    if len(words) >= _LETTERS_APART_MIN and list(map(len, words)).count(1) >= _LETTERS_APART_MIN:
        yield folded_words(_LETTERS_APART.sub(lambda letters: letters[0].replace(" ", ""), text))


def _each_once(met: Iterable[tuple[str, _Found]]) -> Iterator[tuple[str, Entity, ListedName]]:
    known: set[str] = set()
    for written, listed in met:
        for entity, name in listed:
            if entity.id not in known:
                known.add(entity.id)
                yield written, entity, name


def _phrases_in(words: Sequence[str], table: _Phrases) -> Iterator[tuple[str, Sequence[str]]]:
    """(phrase, listed names) wherever a phrase of the table stands in the words and nothing beside it unsays it."""
    for start, word in enumerate(words):
        for phrase, row in table.by_first.get(word, ()):
            size = len(phrase)
            if tuple(words[start : start + size]) != phrase or (row.is_alone and size < len(words)):
                continue
            if row.unless.isdisjoint(words):
                yield " ".join(phrase), row.listed


_Found = tuple[tuple[Entity, ListedName], ...]


def _by_word(entities: Iterable[Entity], known: Mapping[str, _Found]) -> Mapping[str, _Found]:
    by_word = dict(known)
    for entity in entities:
        if entity.type is EntityType.ENTITY:
            for word, name in {word: name for name in reversed(entity.names) if (word := _word_of(name))}.items():
                by_word[word] = (*by_word.get(word, ()), (entity, name))
    return MappingProxyType(by_word)


def _by_name(entities: Iterable[Entity], known: Mapping[str, _Found]) -> Mapping[str, _Found]:
    """Names of the table, run together -> the organisations listed under them."""
    wanted, by_name = _phrases().listed, dict(known)
    for entity in entities:
        if entity.type is EntityType.PERSON:
            continue
        for name in entity.names:
            key = None if name.weak or name.text[:3].lower() not in _phrases().starts else _run_together(name.text)
            if key in wanted and entity.id not in {one.id for one, _ in by_name.get(key, ())}:
                by_name[key] = (*by_name.get(key, ()), (entity, name))
    return MappingProxyType(by_name)


def _without(known: Mapping[str, _Found], gone: Collection[str]) -> dict[str, _Found]:
    return {key: left for key, found in known.items() if (left := tuple(one for one in found if one[0].id not in gone))}


def _run_together(name: str) -> str:
    return "".join(folded_words(name.translate(_APOSTROPHES)))


_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`´‘’ʻʼʽʾʿ′\u02bb\u02bc"))


_ARABIC_PREFIXES: Final = ("", "ل", "و", "ب")
"""For, and, by: written as one with the word behind them."""


class _Row(NamedTuple):
    listed: tuple[str, ...]
    """Names, run together, of which one must be listed."""
    unless: frozenset[str]
    is_alone: bool


class _Phrases(NamedTuple):
    by_first: Mapping[str, Sequence[tuple[tuple[str, ...], _Row]]]
    first_words: frozenset[str]
    glued: Sequence[tuple[str, tuple[str, ...]]]
    listed: frozenset[str]
    starts: frozenset[str]
    """First three letters of the names in `listed`: nearly all names of a list begin otherwise."""


@cache
def _phrases() -> _Phrases:
    rows = tomllib.loads(files("streamer.data").joinpath("organisations.toml").read_text("utf-8"))["organisation"]
    by_first: dict[str, list[tuple[tuple[str, ...], _Row]]] = {}
    glued: list[tuple[str, tuple[str, ...]]] = []
    for row in rows:
        listed = tuple(map(_run_together, row["listed"]))
        unless = frozenset(row.get("unless", "").split())
        for key, is_alone in (("written", False), ("alone", True)):
            for phrase in row.get(key, ()):
                first, *rest = folded_words(phrase.translate(_APOSTROPHES))
                for prefix in _ARABIC_PREFIXES if "\u0600" <= first <= "\u06ff" else ("",):
                    words = (prefix + first, *rest)
                    by_first.setdefault(words[0], []).append((words, _Row(listed, unless, is_alone)))
        glued += [(plain(text), listed) for text in row.get("glued", ())]
    names = [name for row in rows for name in row["listed"]]
    return _Phrases(
        by_first,
        frozenset(by_first),
        glued,
        frozenset(map(_run_together, names)),
        frozenset(name[:3].lower() for name in names),
    )


def _word_of(name: ListedName) -> str | None:
    """The one word of a strong name, without its legal form, where it is distinctive."""
    if name.weak or name.text.count(" ") >= _NAME_WORDS_MAX:
        return None
    written = [word for word in folded_words(name.text) if len(word) >= _CHARS_MIN]
    if not written:
        return None
    tokens = tokenise(name.text, PartyType.ENTITY).tokens
    return tokens[0] if len(tokens) == 1 and tokens[0] in written and _is_distinctive(tokens[0]) else None


def _is_distinctive(word: str) -> bool:
    ordinary, shared, endings = _words()
    is_rare = BITS.get(word, _RARE_BITS) >= _RARE_BITS or word in shared or word.endswith(endings)
    return is_rare and len(word) >= _CHARS_MIN and word.isalpha() and word not in ordinary


@cache
def _words() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    table = tomllib.loads(files("streamer.data").joinpath("texts.toml").read_text("utf-8"))["one_word"]
    return frozenset(table["ordinary"].split()), frozenset(table["shared"].split()), tuple(table["endings"].split())
