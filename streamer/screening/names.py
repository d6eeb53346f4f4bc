"""Names as they are compared: folded to plain Latin letters, cut into tokens, freed of what is not the name.

The same function prepares the listed names and the names on payments, so that both sides lose the same things.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from anyascii import anyascii

from streamer.events import PartyType

CHARS_MAX: Final = 400
"""Of a longer name only the first characters are compared: no listed name comes near (the longest has 230)."""
TOKENS_MAX: Final = 40
SPACED_LETTERS_MIN: Final = 4
"""So many single letters in a row are a word spaced out, not initials."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name, ready to compare."""

    tokens: tuple[str, ...]
    """Lower-case Latin tokens in the order given; legal forms, titles and payment noise are out."""
    forms: tuple[str, ...] = ()
    """Canonical legal forms that were taken out: llc, jsc, ltd."""
    surname_tokens: int = 0
    """How many leading tokens stood before a comma ("SURNAME, Given"); 0 where no comma says."""
    compact: str = ""
    """All letters and digits of the folded name in order, legal forms included: for cut and glued names."""
    script: str = "Latn"


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("streamer.data") / name).read_text(encoding="utf-8"))


def _phrases(table: dict[str, list[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First token -> (phrase, canonical form), longest phrase first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form, phrases in table.items():
        for phrase in phrases:
            tokens = tuple(phrase.split())
            by_first.setdefault(tokens[0], []).append((tokens, form))
    for rows in by_first.values():
        rows.sort(key=lambda row: -len(row[0]))
    return by_first


_FORMS: Final = _data("legal_forms.toml")
_STRONG_FORMS: Final = _phrases(_FORMS["strong"])
_SHORT_FORMS: Final = {token: form for form, tokens in _FORMS["short"].items() for token in tokens}
_NATIVE_FORMS: Final = sorted(
    ((text, form) for form, texts in _FORMS["native"].items() for text in texts), key=lambda row: -len(row[0])
)

_WORDS: Final = _data("name_words.toml")
_NOISE_LEADING: Final = frozenset(_WORDS["leading"].split())
_NOISE: Final = frozenset(_WORDS["noise"].split())
PARTICLES: Final = frozenset(_WORDS["particles"].split())

_APOSTROPHES: Final = "'`´‘’ʻʼʽʾʿ′＇ʹ\u02bb\u02bc"
_ASCII_TABLE: Final = {
    c: (None if chr(c) in "'`" else " ") for c in range(128) if not chr(c).isalnum() and chr(c) not in "."
} | {ord("&"): " and "}
_INNER_DOT: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_DIGITS: Final = str.maketrans("0134578", "oieastb")
_GAP: Final = re.compile(r"\s{2,}")

_LOOKALIKES: Final = str.maketrans(
    "аеорсухАВЕКМНОРСТУХіІјЈѕЅԁһԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχεВв",
    "aeopcyxABEKMHOPCTYXiIjJsSdhqwvABEZHIKMNOPTYXaiknoptuxeBb",
)
_LATIN: Final = re.compile("[A-Za-z]")
_CYRILLIC_OR_GREEK: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")


def fold(text: str) -> str:
    """Lower-case ASCII of any string: format characters out, lookalikes and scripts made Latin."""
    text = text[:CHARS_MAX]
    if not text.isascii():
        text = _latin(text)
    lowered = text.lower()
    if "." in lowered:
        lowered = _INNER_DOT.sub("", lowered).replace(".", " ")
    return lowered.translate(_ASCII_TABLE)


def _latin(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Cf" or char in _APOSTROPHES:
            continue
        kept.append(" " if category in ("Cc", "Zs", "Zl", "Zp", "Pd") else char)
    text = "".join(kept)
    if _LATIN.search(text) and _CYRILLIC_OR_GREEK.search(text):
        text = " ".join(
            w.translate(_LOOKALIKES) if _LATIN.search(w) and _CYRILLIC_OR_GREEK.search(w) else w
            for w in text.split(" ")
        )
    return anyascii(text)


def tokenise(text: str, type: PartyType = PartyType.UNKNOWN) -> Name:
    """The name in `text` as tokens. Never empty for a text that has a letter or digit."""
    head, comma, _ = text.partition(",")
    folded = fold(text)
    words = folded.split()[:TOKENS_MAX]
    words = _rejoined(folded, words)
    compact = "".join(words)
    words = [w.translate(_DIGITS) if not w.isalpha() and not w.isdigit() and _reads_as_word(w) else w for w in words]
    start = 0
    while start < len(words) - 1 and words[start] in _NOISE_LEADING:
        start += 1
    words = words[start:]
    kept = [w for w in words if w not in _NOISE] or words
    tokens, forms = without_forms(kept, type)
    surname = len(fold(head).split()) if comma and type is PartyType.PERSON else 0
    return Name(tuple(tokens), tuple(forms), surname, compact)


def _reads_as_word(word: str) -> bool:
    letters = sum(c.isalpha() for c in word)
    return letters >= 2 and letters > len(word) - letters and word[0].isalpha()


def _rejoined(folded: str, words: list[str]) -> list[str]:
    """Letters spaced out become words again: "k a i" -> "kai"."""
    if sum(len(w) == 1 for w in words) < SPACED_LETTERS_MIN:
        return words
    pieces = _GAP.split(folded.strip())
    if len(pieces) > 1 and all(len(w) == 1 for w in words):
        return ["".join(piece.split()) for piece in pieces]
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            run.append(word)
            continue
        joined.extend(["".join(run)] if len(run) >= SPACED_LETTERS_MIN else run)
        run = []
        if word:
            joined.append(word)
    return joined


def without_forms(words: list[str], type: PartyType) -> tuple[list[str], list[str]]:
    """Split tokens into (name, legal forms); the name keeps a token where nothing else would remain."""
    kept: list[str] = []
    forms: list[str] = []
    i, n = 0, len(words)
    while i < n:
        word = words[i]
        for phrase, form in _STRONG_FORMS.get(word, ()):
            size = len(phrase)
            if size == 1 or tuple(words[i : i + size]) == phrase:
                forms.append(form)
                i += size
                break
        else:
            kept.append(word)
            i += 1
    if type is not PartyType.PERSON and len(kept) > 1:
        if kept[-1] in _SHORT_FORMS:
            forms.append(_SHORT_FORMS[kept.pop()])
        if len(kept) > 1 and kept[0] in _SHORT_FORMS:
            forms.append(_SHORT_FORMS[kept.pop(0)])
    return (kept, forms) if kept else (words, [])


@lru_cache(maxsize=65_536)
def skeleton(token: str) -> str:
    """How a token sounds across romanisations: Mohammed and Muhamad, Yermakov and Ermakov share one."""
    s = token
    for old, new in _SOUNDS:
        if old in s:
            s = s.replace(old, new)
    s = s.translate(_LETTERS)
    out = [s[0]] if s else []
    for c in s[1:]:
        if c != out[-1]:
            out.append(c)
    s = "".join(out)
    return s or token


_SOUNDS: Final = (
    ("shch", "s"), ("sch", "s"), ("tch", "c"), ("tsch", "c"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"),
    ("dh", "d"), ("sh", "s"), ("zh", "j"), ("dzh", "j"), ("ch", "c"), ("ck", "k"), ("cz", "c"), ("ts", "s"),
    ("tz", "s"), ("ks", "x"), ("qu", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("ei", "i"), ("ey", "i"), ("ay", "i"),
    ("ai", "i"), ("iy", "i"), ("yy", "i"), ("ij", "i"), ("yi", "i"), ("ya", "a"), ("ia", "a"), ("ja", "a"), ("ye", "i"),
    ("yo", "o"), ("io", "o"), ("yu", "u"), ("iu", "u"), ("ju", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("au", "u"),
)  # fmt: skip
_LETTERS: Final = str.maketrans({"y": "i", "e": "i", "o": "u", "w": "v", "q": "k", "z": "s", "c": "k", "x": "ks"})
