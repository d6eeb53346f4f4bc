"""Texts as they are compared: without accents, invisible characters and disguises. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_LETTERS: Final = str.maketrans({"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ـ": None})
# A Latin word with some Cyrillic or Greek letters in it is a disguise: "Сrimea" with a Cyrillic С.
_LOOKALIKES: Final = str.maketrans(
    "асеорхуіјѕһкмтвнАСЕОРХУІЈЅКМТВНαορνικτΑΒΕΗΙΚΜΝΟΡΤΧΥ", "aceopxyijshkmtbhACEOPXYIJSKMTBHaopviktABEHIKMNOPTXY"
)
_LATIN: Final = re.compile(r"[A-Za-z]")
_LOOKALIKE: Final = re.compile(r"[\u0370-\u052f]")


def plain(text: str) -> str:
    """Letters without accents and invisible characters, disguised Latin words in Latin letters; case is kept."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text).translate(_LETTERS)
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    if _LOOKALIKE.search(kept) and _LATIN.search(kept):
        kept = _WORD.sub(lambda word: _undisguised(word[0]), kept)
    return kept


def latin_code(text: str) -> str:
    """A code of letters and digits as it looks: whole words of Cyrillic or Greek lookalikes are disguises here."""
    return plain(text).translate(_LOOKALIKES)


def _undisguised(word: str) -> str:
    return word.translate(_LOOKALIKES) if _LATIN.search(word) and _LOOKALIKE.search(word) else word


def folded_words(text: str) -> list[str]:
    """The words that are compared."""
    return _ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(plain(text).casefold())
