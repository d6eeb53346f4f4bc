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
from typing import Any, Final, NamedTuple

from streamer.reference.legal_forms import form_follows, has_legal_form
from streamer.reference.text import folded_words, plain

PIECES_MAX: Final = 40
"""Of one text: more pieces are a document, whose listed names are found to the letter."""

_PIECE_WORDS_MAX: Final = 12
_PIECE_CHARS_MIN: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text that may be a name."""

    text: str
    is_named: bool = False
    """A word before it says that a name follows: c/o, consignee …"""
    is_ship: bool = False
    has_form: bool = False
    """A legal form stands in it: a company, however short its name."""
    is_part: bool = False
    """In an address: all that stands between two commas, and no street or number: "SIM Hyon Sop, Lindenweg 7"."""


_TOKEN: Final = re.compile(
    r"[cC]/[oO]\b|[mMsS]/[vVtTsS]\b|[mM]\.\s?[vVtT]\.|[^\W\d_][\w.&'’`-]*|\d+[^\s,;:/|()]*|[,;:|()\[\]/+=<>\"\n]|"
    r"(?<=\s)[-–](?=\s)"
)


# Letters with a space behind each; wider gaps part the words: "S P A C E D  O U T".
_SPACED_OUT: Final = re.compile(r"(?<![^\s])(?:[^\W\d_] ){3,40}[^\W\d_](?!\S)")


class _Vocabulary(NamedTuple):
    cut_at: frozenset[str]
    small: frozenset[str]
    names_follow: frozenset[str]
    ships_follow: frozenset[str]
    financial: re.Pattern[str]
    """Of words in plain small letters."""
    financial_marks: tuple[str, ...]
    name_marks: re.Pattern[str]
    address_names_follow: frozenset[str]
    streets: frozenset[str]
    street_endings: tuple[str, ...]


@cache
def _words() -> _Vocabulary:
    table = _table("texts.toml")
    cut, named, ships = (frozenset(table[key].split()) for key in ("cut_at", "names_follow", "ships_follow"))
    context = _table("places.toml")["context"]
    streets = {*context["street_after"].split(), *context["street_before"], *context["street_before_of"]}
    marks = "|".join(map(_pattern, table["name_marks"]))
    return _Vocabulary(
        cut_at=cut | named | ships,
        small=frozenset(table["small"].split()),
        names_follow=named,
        ships_follow=ships,
        financial=re.compile(
            rf"(?<![^\W_])(?:{'|'.join(table['financial'].split())})|{'|'.join(table['financial_within'].split())}"
        ),
        financial_marks=tuple(table["financial_marks"].split()),
        name_marks=re.compile(rf"(?<![\w./])(?:{marks})(?!\w)[\s.:,]*", re.IGNORECASE),
        address_names_follow=frozenset(plain(table["address_names_follow"]).split()),
        streets=frozenset(map(plain, streets)),
        street_endings=tuple(map(plain, table["street_endings"].split())),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("streamer.data").joinpath(name).read_text("utf-8"))


def _pattern(mark: str) -> str:
    return re.escape(plain(mark)).replace(r"\ ", r"[\s.]+").replace(r"\.", r"[./]\s*")


def is_ship_label(word: str) -> bool:
    """A word of `folded_words` says that a ship's name follows: MV, MT."""
    return word in _words().ships_follow


def is_financial(name: str) -> bool:
    """The name says that its bearer is a bank or the like."""
    words = _words()
    if name.isascii():
        return words.financial.search(name.lower()) is not None
    if any(mark in name for mark in words.financial_marks):
        return True
    return words.financial.search(plain(name).casefold()) is not None


class Pieces(NamedTuple):
    """What was read of a text."""

    found: tuple[Piece, ...]
    is_whole: bool
    """False where there were more than PIECES_MAX."""


def read_pieces(text: str, *, in_address: bool = False) -> Pieces:
    """The pieces of a text that may be names, in order, PIECES_MAX at most.

    In an address a name also stands behind a title, "bei", "chez" …, and between two commas.
    """
    found = tuple(islice(dict.fromkeys(_pieces(text, in_address)), PIECES_MAX + 1))
    return Pieces(found[:PIECES_MAX], len(found) <= PIECES_MAX)


def pieces(text: str, *, in_address: bool = False) -> tuple[Piece, ...]:
    """The pieces of `read_pieces`."""
    return read_pieces(text, in_address=in_address).found


def _pieces(text: str, in_address: bool) -> Iterator[Piece]:
    words = _words()
    current: list[str] = []
    surname: list[str] = []
    is_named = is_ship = is_titled = False
    readable = _SPACED_OUT.sub(lambda letters: letters[0].replace(" ", ""), plain(text))
    readable = words.name_marks.sub(" c/o ", readable)
    parts = _Parts(readable) if in_address else None
    begins = 0
    for found in _TOKEN.finditer(readable):
        said = found[0]
        if parts is None and said in "-–":
            continue  # names are written over dashes
        folded = said.casefold()
        word = folded.strip(".'’`-")
        is_label = folded in words.ships_follow or word in words.ships_follow
        is_title = parts is not None and (folded in words.address_names_follow or word in words.address_names_follow)
        # A ship's name may end in a number: YU JONG 2.
        if is_ship and current and said.isdecimal() and len(said) <= 2:
            yield from _piece([*current, said], is_named, is_ship)
            current, is_named, is_ship = [], False, False
            continue
        if said == "," and current and form_follows(readable, found.end()):
            continue  # "Co., Ltd."
        is_mark = is_label or is_title or folded in words.names_follow
        if said[0].isalpha() and word not in words.cut_at and not is_mark:
            if not current:
                begins = found.start()
            current.append(said)
            continue
        if current:
            is_part = parts is not None and parts.is_one(begins, current)
            yield from _piece(current, is_named, is_ship, is_titled, is_part)
            yield from _turned(surname, current, is_part)
            # "KIM, Se Un": lists and ledgers write people so.
            surname = current if said == "," and len(current) == 1 and not is_named else []
            current, is_named, is_ship, is_titled = [], False, False, False
        else:
            surname = []
        if is_title:
            is_titled = parts is not None and not parts.has_street(found.start())
            is_ship = False
        elif is_label or folded in words.names_follow or word in words.names_follow:
            is_named, is_ship = True, is_label
        elif not said[0].isalnum():
            # "consignee: X" keeps its label, "consignee X, Y" gives it to X alone.
            is_named, is_ship, is_titled = (mark and said in ":/(=" for mark in (is_named, is_ship, is_titled))
    is_part = parts is not None and parts.is_one(begins, current)
    yield from _piece(current, is_named, is_ship, is_titled, is_part)
    yield from _turned(surname, current, is_part)


_BETWEEN_PARTS: Final = re.compile(r"[,;|\n()\[\]]|\s[-–/]\s|(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})|(?<!\w)[cC]/[oO](?!\w)")


class _Parts:
    """The parts of an address line, between commas, strokes with blanks and c/o."""

    def __init__(self, text: str) -> None:
        self._text = text
        marks = [found.span() for found in _BETWEEN_PARTS.finditer(text)]
        begins, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(text)]
        self._spans = list(zip(begins, ends, strict=True))

    def _part(self, at: int) -> str:
        return next((self._text[start:end] for start, end in self._spans if start <= at < end), "")

    def has_street(self, at: int) -> bool:
        """A street's name, which may be that of a person, stands in the part at this place."""
        words = folded_words(self._part(at))
        while words and words[0] in _words().address_names_follow:
            del words[0]  # "Dr." is a doctor there, and a drive behind a name
        return not _words().streets.isdisjoint(words)

    def is_one(self, at: int, words: list[str]) -> bool:
        """The words are all that the part holds, a mark before them aside."""
        part = self._part(at)
        return bool(words) and part.split() == words and not self.has_street(at)


def _is_street(word: str) -> bool:
    folded = word.casefold().strip(".'’`-")
    endings = _words().street_endings
    return folded in _words().streets or (folded.endswith(endings) and not folded.startswith(endings))


def _turned(surname: list[str], given: list[str], is_part: bool) -> Iterator[Piece]:
    if surname and given:
        yield from _piece([*surname, *given], is_named=False, is_ship=False, is_part=is_part)


def _piece(
    found: list[str], is_named: bool, is_ship: bool, is_titled: bool = False, is_part: bool = False
) -> Iterator[Piece]:
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
    elif (is_named or is_titled) and inner and (end := _before_street(inner[0])) is not None:
        inner.append(inner[0][:end])
    for words in inner:
        for some in _windows(words):
            text = " ".join(some)
            if len(text) >= _PIECE_CHARS_MIN and (len(some) > 1 or is_named):
                is_meant = is_named or is_titled
                yield Piece(text, is_meant, is_ship, has_form=has_legal_form(text), is_part=is_part)


def _before_street(words: list[str]) -> int | None:
    """Where the street begins: "Hyon Sop Sim Lindenweg"."""
    return next((n for n, word in enumerate(words) if n > 1 and _is_street(word)), None)


def _windows(words: list[str]) -> Iterator[list[str]]:
    """Long pieces in several that overlap, so that a name is in one of them whole."""
    yield words[:_PIECE_WORDS_MAX]
    for start in range(_PIECE_WORDS_MAX // 2, len(words) - _PIECE_WORDS_MAX // 2, _PIECE_WORDS_MAX // 2):
        yield words[start : start + _PIECE_WORDS_MAX]
