"""Free texts cut into the pieces that may be names: what stands between numbers, marks and the words of payments.

    pieces("payment to SIS DOO inv 33")  ->  Piece("SIS DOO")

The words are data (`data/texts.toml`). Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final, NamedTuple

from streamer.reference.legal_forms import form_follows, has_legal_form
from streamer.reference.text import folded_words, plain

PIECES_MAX: Final = 40
"""Of one text: more pieces are a document, whose listed names are found to the letter."""

PIECE_WORDS_MAX: Final = 12
PIECE_CHARS_MIN: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text that may be a name."""

    text: str
    is_named: bool = False
    """A word before it says that a name follows: c/o, consignee …"""
    is_ship: bool = False
    has_form: bool = False
    """A legal form stands in it: a company, however short its name."""


_TOKEN: Final = re.compile(
    r"[cC]/[oO]\b|[mMsS]/[vVtTsS]\b|[mM]\.\s?[vVtT]\.|[^\W\d_][\w.&'’`-]*|\d+[^\s,;:/|()]*|[,;:|()/+=<>\"\n]"
)


# Letters with a space behind each; wider gaps part the words: "S P A C E D  O U T".
_SPACED_OUT: Final = re.compile(r"(?<![^\s])(?:[^\W\d_] ){3,40}[^\W\d_](?!\S)")


class _Vocabulary(NamedTuple):
    cut_at: frozenset[str]
    small: frozenset[str]
    names_follow: frozenset[str]
    ships_follow: frozenset[str]
    financial: tuple[str, ...]
    financial_within: tuple[str, ...]
    financial_marks: tuple[str, ...]


@cache
def _words() -> _Vocabulary:
    table = tomllib.loads(files("streamer.data").joinpath("texts.toml").read_text("utf-8"))
    cut, named, ships = (frozenset(table[key].split()) for key in ("cut_at", "names_follow", "ships_follow"))
    financial = (tuple(table[key].split()) for key in ("financial", "financial_within", "financial_marks"))
    return _Vocabulary(cut | named | ships, frozenset(table["small"].split()), named, ships, *financial)


def is_financial(name: str) -> bool:
    """The name says that its bearer is a bank or the like."""
    words = _words()
    if any(mark in name for mark in words.financial_marks):
        return True
    return any(
        word.startswith(words.financial) or any(part in word for part in words.financial_within)
        for word in folded_words(name)
    )


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text that may be names, in order; PIECES_MAX at most."""
    return islice(dict.fromkeys(_pieces(text)), PIECES_MAX)


def _pieces(text: str) -> Iterator[Piece]:
    words = _words()
    current: list[str] = []
    surname: list[str] = []
    is_named = is_ship = False
    readable = _SPACED_OUT.sub(lambda letters: letters[0].replace(" ", ""), plain(text))
    for found in _TOKEN.finditer(readable):
        said = found[0]
        folded = said.casefold()
        word = folded.strip(".'’`-")
        is_label = folded in words.ships_follow or word in words.ships_follow
        # A ship's name may end in a number: YU JONG 2.
        if is_ship and current and said.isdecimal() and len(said) <= 2:
            yield from _piece([*current, said], is_named, is_ship)
            current, is_named, is_ship = [], False, False
            continue
        if said == "," and current and form_follows(readable, found.end()):
            continue  # "Co., Ltd."
        if said[0].isalpha() and word not in words.cut_at and not is_label and folded not in words.names_follow:
            current.append(said)
            continue
        if current:
            yield from _piece(current, is_named, is_ship)
            yield from _turned(surname, current)
            # "KIM, Se Un": lists and ledgers write people so.
            surname = current if said == "," and len(current) == 1 and not is_named else []
            current, is_named, is_ship = [], False, False
        else:
            surname = []
        if is_label or folded in words.names_follow or word in words.names_follow:
            is_named, is_ship = True, is_label
        elif not said[0].isalnum():
            # "consignee: X" keeps its label, "consignee X, Y" gives it to X alone.
            is_named, is_ship = is_named and said in ":/(=", is_ship and said in ":/(="
    yield from _piece(current, is_named, is_ship)
    yield from _turned(surname, current)


def _turned(surname: list[str], given: list[str]) -> Iterator[Piece]:
    if surname and given:
        yield from _piece([*surname, *given], is_named=False, is_ship=False)


def _piece(found: list[str], is_named: bool, is_ship: bool) -> Iterator[Piece]:
    """The words as one piece, and the parts between small words: "Bank of East Land" and "goods from X to Y"."""
    small = _words().small
    parts: list[list[str]] = [[]]
    for word in found:
        if word.casefold() in small:
            parts.append([])
        else:
            parts[-1].append(word)
    inner = [part for part in parts if part]
    if len(inner) > 1:
        first = next(n for n, word in enumerate(found) if word.casefold() not in small)
        last = max(n for n, word in enumerate(found) if word.casefold() not in small)
        inner.insert(0, found[first : last + 1])
    for words in inner:
        text = " ".join(words[:PIECE_WORDS_MAX])
        if len(text) >= PIECE_CHARS_MIN and (len(words) > 1 or is_named):
            yield Piece(text, is_named, is_ship, has_form=has_legal_form(text))
