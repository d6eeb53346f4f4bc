"""Forms of one given name in several languages, short forms, and readings of one Chinese surname: Yusuf = Josef = Pepe.

These agree by knowledge, not by letters or sound, so each is a feature of its own: `given_name`, `nickname`,
`surname_form`. The table and its sources: streamer/data/name_forms.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Final

_TABLES: Final = tomllib.loads((files("streamer.data") / "name_forms.toml").read_text(encoding="utf-8"))

GIVEN_NAME, TRANSLATED, NICKNAME, SURNAME_FORM = "given_name", "given_name_translated", "nickname", "surname_form"
CYRILLIC, ARABIC = "cyrillic", "arabic"
"""Keys of FEATURES."""


def _filed(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Form -> keys of the rows in which it stands."""
    found: dict[str, set[str]] = {}
    for key, forms in rows:
        for form in forms.split():
            found.setdefault(form, set()).add(key)
    return {form: frozenset(keys) for form, keys in found.items()}


def _parted(row: str) -> tuple[str, str, str]:
    forms, _, short = row.partition("|")
    own, _, translated = forms.partition("/")
    return own, translated, short


_ROWS: Final = {f"given {n}": _parted(row) for n, row in enumerate(chain(*_TABLES["given"].values()))}
_OWN: Final = _filed((key, own) for key, (own, _, _) in _ROWS.items())
_FULL: Final = _filed((key, own + translated) for key, (own, translated, _) in _ROWS.items())
_SHORT: Final = _filed((key, short) for key, (_, _, short) in _ROWS.items())
_SURNAMES: Final = _filed(_TABLES["surnames"].items())
_NONE: Final = frozenset[str]()
_ARABIC_NAMES: Final = frozenset(form for row in _TABLES["given"]["arabic"] for form in _parted(row)[0].split()) | {
    "al",
    "bin",
    "ibn",
    "abd",
    "abu",
}

_SERVANT: Final = re.compile("c?[aeo]bd(?:h?[aeiou]{1,2}(?:l(?=.)|([rsznthdc]h?)(?=\\1))?)?(?=[^aeiou]{1,2}[aeiou])")
"""Abd and the article, which takes on the letter after it: Abdul, Abdel, Abderrahmane, Abdirahman."""
SERVANT_LETTERS_MIN: Final = 7


@lru_cache(maxsize=32_768)
def served(token: str) -> str | None:
    """The attribute in a name of one word that begins with Abd: rahmane in Abderrahmane; None for other names."""
    if len(token) < SERVANT_LETTERS_MIN or "bd" not in token[:4]:
        return None
    found = _SERVANT.match(token)
    rest = token[found.end() :] if found is not None else ""
    return rest if rest in _OWN else None


_ABD: Final = frozenset(_parted(next(row for row in _TABLES["given"]["arabic"] if row.startswith("abd ")))[0].split())
_ARTICLES: Final = frozenset(["al", "el", "ul", "ur", "ar", "er", "as", "es", "ad", "ed", "an", "en", "az", "ez"])


def servants_turned(tokens: Sequence[str]) -> tuple[str, ...] | None:
    """The names with Abd in the other form, one word for two and two for one; None where there are none.

    >>> servants_turned(("abderrahmane", "saadi")), servants_turned(("saadi", "abd", "al", "karim"))
    (('abdul', 'rahmane', 'saadi'), ('saadi', 'abdulkarim'))
    """
    turned: list[str] = []
    rest = iter(range(len(tokens)))
    for i in rest:
        attribute = served(tokens[i])
        if attribute is not None:
            turned += ("abdul", attribute)
            continue
        k = i + 2 if tokens[i + 1 : i + 2] and tokens[i + 1] in _ARTICLES else i + 1
        if tokens[i] in _ABD and k < len(tokens) and tokens[k] in _OWN:
            turned.append(f"abdul{tokens[k]}")
            for _ in range(k - i):
                next(rest)
        else:
            turned.append(tokens[i])
    return tuple(turned) if len(turned) != len(tokens) else None


_SLAVIC: Final = re.compile("..+(?:[oe]va?|[iy]na?|sk(?:[iyj]{1,2}|a[iyj]a)|enk[oa]|uk|[oe]vich|[oe]vna|[iyj]an)$")
_ROMANISED: Final = (("x", "ks"), ("shch", "sch"), ("tz", "ts"), ("y", "i"), ("j", "i"))
_BELARUSIAN: Final = re.compile("enka$")
_SOFT: Final = re.compile("i*[ie][eo]|i+o|^i+e")
_DOUBLED: Final = re.compile(r"(.)\1+")


def _cyrillic(token: str) -> str | None:
    """What the romanisations of one Russian, Ukrainian or Belarusian name share: Solovyov, Soloviev; None for others.

    They differ in й, ы, the soft sign and the vowels that begin with a y (BGN/PCGN, ICAO Doc 9303, GOST 7.79).
    """
    if len(token) < _SLAVIC_LETTERS_MIN or _SLAVIC.match(token) is None:
        return None
    for old, new in _ROMANISED:
        token = token.replace(old, new)
    return _DOUBLED.sub(r"\1", _SOFT.sub("e", _BELARUSIAN.sub("enko", token)))


_SLAVIC_LETTERS_MIN: Final = 5


_ARABIC_SOUNDS: Final = (
    ("kh", "h"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("q", "k"), ("w", "v"), ("oo", "u"), ("ou", "u"),
    ("ee", "i"), ("ai", "y"), ("ay", "y"), ("ei", "y"), ("ey", "y"), ("iy", "i"), ("yi", "i"), ("au", "u"), ("av", "u"),
    ("ao", "u"), ("o", "u"),
)  # fmt: skip
_TH_AND_DH: Final = (("th", "s"), ("dh", "z"))
"""What Turks, Persians, Hausa and many others make of them."""
_ARABIC_ENDINGS: Final = {"t": "d", "p": "b"}
_ARABIC_LETTERS: Final = range(4, 15)


def _arabic(token: str) -> Collection[str]:
    """What the romanisations of one Arabic name share, an e read as a and as i: Mohamed, Muhammad; Jaber, Jabir.

    Short vowels, doubled letters and the emphatic consonants are written in many ways (ALA-LC, the civil registers of
    the Maghreb, Turkish, Malay and Hausa spelling); a u at the end is Hausa or Swahili.
    """
    if len(token) not in _ARABIC_LETTERS or not token.isalpha():
        return ()
    read = {token, *[token.replace(pair, letter) for pair, letter in _TH_AND_DH if pair in token]}
    sounds = {_arabic_sound(one) for one in read}
    return {one.replace("e", vowel) for one in sounds for vowel in ("ai" if "e" in one else "e")}


def _arabic_sound(token: str) -> str:
    for old, new in _ARABIC_SOUNDS:
        if old in token:
            token = token.replace(old, new)
    last, before = token[-1], token[-2:-1]
    if last in _ARABIC_ENDINGS:
        token = token[:-1] + _ARABIC_ENDINGS[last]
    elif (last == "h" and before and before in "aeiu") or (last == "u" and before and before not in "aeiuy"):
        token = token[:-1]
    return _DOUBLED.sub(r"\1", token)


@lru_cache(maxsize=32_768)
def form_keys(token: str) -> frozenset[str]:
    """What two tokens share that `form_agreement` takes for forms of one name; none for nearly all tokens."""
    keys = [f"{ARABIC} {key}" for key in _arabic(token)]
    if (written := _cyrillic(token)) is not None:
        keys.append(f"{CYRILLIC} {written}")
    for table in (_FULL, _SHORT, _SURNAMES):
        if token in table:
            keys += table[token]
    keys += _served_keys(token)
    return frozenset(keys)


def _served_keys(token: str) -> frozenset[str]:
    attribute = served(token)
    return frozenset(f"abd {key}" for key in _OWN[attribute]) if attribute is not None else _NONE


_ARABIC_KEYS: Final = frozenset(
    key for name in _ARABIC_NAMES if len(name) >= 5 for key in form_keys(name) if key.startswith(ARABIC)
)


def is_arabic(tokens: Iterable[str]) -> bool:
    """One of the tokens is an Arabic given name in some spelling, or a particle of Arabic names."""
    return any(map(_is_arabic_name, tokens))


@lru_cache(maxsize=32_768)
def _is_arabic_name(token: str) -> bool:
    return token in _ARABIC_NAMES or not _ARABIC_KEYS.isdisjoint(form_keys(token))


def form_agreement(query: str, listed: str) -> str | None:
    """The kind of agreement of two different tokens that are forms of one name; None where they are not."""
    shared = form_keys(query) & form_keys(listed)
    if not shared:
        return None
    if not shared.isdisjoint(_spelt(query) & _spelt(listed)):
        return GIVEN_NAME
    if not _FULL.get(query, _NONE).isdisjoint(_FULL.get(listed, _NONE)):
        return TRANSLATED
    if any(key.startswith(CYRILLIC) for key in shared):
        return CYRILLIC
    if not _SURNAMES.get(query, _NONE).isdisjoint(_SURNAMES.get(listed, _NONE)):
        return SURNAME_FORM
    return ARABIC if any(key.startswith(ARABIC) for key in shared) else NICKNAME


def _spelt(token: str) -> frozenset[str]:
    return _OWN.get(token, _NONE) | _served_keys(token)
