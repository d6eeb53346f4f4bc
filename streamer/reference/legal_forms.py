"""Legal forms of companies: the one table of them, and where in a name they count.

A form is metadata of a name, never its identity. Whether a word is a form depends on where it stands and how it is
written: "Artavil AG" and "OOO Artavil" are companies, "Pedro Sa" and "Co Van Minh" are people. The forms are data
(`data/legal_forms.toml`), written folded: lower case, Latin, no dots. Pure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from streamer.events import PartyType
from streamer.reference.text import folded_words, plain


def by_first_word(table: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First word -> (phrase, key of the table), longest phrase first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for key, phrases in table.items():
        for phrase in phrases:
            words = tuple(phrase.split())
            by_first.setdefault(words[0], []).append((words, key))
    for rows in by_first.values():
        rows.sort(key=lambda row: -len(row[0]))
    return by_first


_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("streamer.data").joinpath("legal_forms.toml").read_text(encoding="utf-8")
)


def _set(key: str) -> frozenset[str]:
    return frozenset(_TABLE[key].split())


STRONG: Final = by_first_word(_TABLE["strong"])
"""First word -> (phrase, family) of the forms that are taken out of a name wherever they stand."""
SHORT: Final = {word: family for family, words in _TABLE["short"].items() for word in words}
"""Form -> family of those that are taken out only at an end of a name that is not a person's."""
NATIVE: Final = sorted(
    ((text, family) for family, texts in _TABLE["native"].items() for text in texts), key=lambda row: -len(row[0])
)
"""(form, family), longest first, of writings without spaces, in which it is glued to the name."""
ORPHANS: Final = _set("orphans")
_NAMES_TOO: Final = _set("names_too")
_ORPHANS_BESIDE: Final = _set("orphans_beside")
_SURNAMES: Final = _set("surnames")
_NAMES_IF_TITLED: Final = _set("names_if_titled")
_WORDS_TOO: Final = _set("words_too")
_LEADING: Final = _set("leading")
_SINGLE: Final = frozenset(phrase[0] for rows in STRONG.values() for phrase, _ in rows if len(phrase) == 1)
_SURE: Final = _SINGLE - _NAMES_TOO - _WORDS_TOO
"""One word that is nothing but a form."""
_BY_PLACE: Final = (_SINGLE & _NAMES_TOO) | SHORT.keys()
_CYRILLIC: Final = by_first_word(_TABLE["cyrillic"])
_AND: Final = frozenset({"and", "und", "et"})


def without_forms(words: list[str], type: PartyType) -> tuple[list[str], list[str]]:
    """Split folded words into (name, families of the forms); the name keeps a word where nothing else would remain."""
    kept: list[str] = []
    forms: list[str] = []
    i, n = 0, len(words)
    while i < n:
        for phrase, form in STRONG.get(words[i], ()):
            size = len(phrase)
            if size == 1 and type is PartyType.PERSON and words[i] in _NAMES_TOO:
                continue
            if size == 1 or tuple(words[i : i + size]) == phrase:
                forms.append(form)
                i += size
                break
        else:
            kept.append(words[i])
            i += 1
    if len(kept) > 1 and not ORPHANS.isdisjoint(kept):
        bare = [w for w in kept if w not in ORPHANS and w not in _ORPHANS_BESIDE]
        kept = bare or kept
    if type is not PartyType.PERSON:
        while len(kept) > 1 and kept[-1] in SHORT:
            forms.append(SHORT[kept.pop()])
        while len(kept) > 1 and kept[0] in SHORT:
            forms.append(SHORT[kept.pop(0)])
    if forms and len(kept) > 1 and kept[-1] in _AND:
        # "… & Co."
        kept.pop()
    return (kept, forms) if kept else (words, [])


class _Word(NamedTuple):
    folded: str
    is_dotted: bool
    """Letters with a dot or stroke between: S.p.A., A/S."""
    is_titled: bool
    """Written as names are: Sa, Ou."""
    is_lower: bool


_RUN: Final = re.compile(r"[^\W_]+(?:[./][^\W_]+)*")
_PARTS: Final = re.compile(r"[./]")


def _words(text: str) -> list[_Word]:
    """Words of a text in Latin letters; single letters between dots are one: "Sp.z.o.o." is sp and zoo."""
    words: list[_Word] = []
    for found in _RUN.finditer(text):
        letters = ""
        for part in (*_PARTS.split(found[0]), ""):
            if len(part) == 1:
                letters += part
                continue
            if letters:
                words.append(_Word(letters.lower(), len(letters) > 1, False, letters.islower()))
                letters = ""
            if part:
                words.append(_Word(part.lower(), False, part.istitle(), part.islower()))
    return words


_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\uff21-\uff5a]")
_CYRILLIC_LETTER: Final = re.compile("[\u0400-\u052f]")
_GLUED: Final = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_NATIVE_FORM: Final = re.compile("|".join(re.escape(unicodedata.normalize("NFKC", native)) for native, _ in NATIVE))
FIRST_WORDS: Final = frozenset(STRONG.keys() | SHORT.keys())
"""Folded words of which one stands in every name with a legal form in Latin letters."""


@lru_cache(maxsize=65_536)
def _may_begin(word: str) -> bool:
    """A form may begin with the word, or stand in it."""
    return any(part in FIRST_WORDS for part in folded_words(word)) or "." in word or "/" in word


def has_legal_form(name: str) -> bool:
    """The name is that of a company by its legal form: "Artavil S.p.A.", "ООО Ромашка", "平壤貿易有限公司"."""
    if not name.isascii():
        if _GLUED.search(name) and _NATIVE_FORM.search(unicodedata.normalize("NFKC", name)):
            return True
        if _CYRILLIC_LETTER.search(name) and _has_cyrillic_form(unicodedata.normalize("NFKC", name)):
            return True
        if _LATIN.search(name) is None:
            return False
    # Most names hold no word that a form may begin with.
    if not any(map(_may_begin, name.split())):
        return False
    words = _words(plain(name))
    last = len(words) - 1
    if last < 1:
        return False
    for i, word in enumerate(words):
        folded = word.folded
        if folded in STRONG:
            if folded in _SURE or (folded in _WORDS_TOO and i):
                return True
            for phrase, _ in STRONG[folded]:
                size = len(phrase)
                if size > 1 and tuple([w.folded for w in words[i : i + size]]) == phrase:
                    return True
        if folded in _BY_PLACE and (i == last or (i == 0 and folded in _LEADING)) and _is_as_forms(word, i):
            return True
    return False


def _is_as_forms(word: _Word, at: int) -> bool:
    """A short form is written as one, not as the name that it may be, too."""
    if at == 0 and (word.is_lower or word.is_dotted):
        # Prose, and the initials of A. S. Ivanov.
        return False
    if word.is_dotted:
        return True
    if word.folded in _SURNAMES or word.folded in _NAMES_IF_TITLED:
        return not word.is_titled and (at == 0 or word.folded not in _SURNAMES)
    return True


def _has_cyrillic_form(text: str) -> bool:
    words = [word.folded for word in _words(text)]
    last = len(words) - 1
    for i, word in enumerate(words):
        for phrase, _ in _CYRILLIC.get(word, ()):
            size = len(phrase)
            if size == 1 and last > 0 and i in (0, last):
                return True
            if size > 1 and tuple(words[i : i + size]) == phrase:
                return True
    return False


_NEXT: Final = re.compile(r"\s*([^\W\d_][\w./&]*)\s*(\w?)")


def form_follows(text: str, at: int) -> bool:
    """A legal form stands at this place of a text: behind the comma of "Co., Ltd."."""
    found = _NEXT.match(text, at)
    if found is None or len(words := _words(found[1])) != 1:
        return False
    word = words[0]
    if word.folded in _SINGLE and word.folded not in _NAMES_TOO:
        return True
    # "…, AS AGREED" is prose; "…, S.A." is not.
    return word.folded in _BY_PLACE and (word.is_dotted or not (found[2] or word.is_titled or word.is_lower))
