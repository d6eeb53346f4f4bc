"""Forms of one given name in several languages, short forms, and readings of one Chinese surname: Yusuf = Josef = Pepe.

These agree by knowledge, not by letters or sound, so each is a feature of its own: `given_name`, `nickname`,
`surname_form`. The table and its sources: streamer/data/name_forms.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Final

_TABLES: Final = tomllib.loads((files("streamer.data") / "name_forms.toml").read_text(encoding="utf-8"))

GIVEN_NAME, TRANSLATED, NICKNAME, SURNAME_FORM = "given_name", "given_name_translated", "nickname", "surname_form"
CYRILLIC: Final = "cyrillic"
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


@lru_cache(maxsize=32_768)
def form_keys(token: str) -> frozenset[str]:
    """What two tokens share that `form_agreement` takes for forms of one name; none for nearly all tokens."""
    keys = _FULL.get(token, _NONE) | _SHORT.get(token, _NONE) | _SURNAMES.get(token, _NONE)
    if (written := _cyrillic(token)) is not None:
        keys |= {f"cyrillic {written}"}
    return keys | _served_keys(token)


def _served_keys(token: str) -> frozenset[str]:
    attribute = served(token)
    return frozenset(f"abd {key}" for key in _OWN[attribute]) if attribute is not None else _NONE


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
    return SURNAME_FORM if shared <= _SURNAMES.get(query, _NONE) & _SURNAMES.get(listed, _NONE) else NICKNAME


def _spelt(token: str) -> frozenset[str]:
    return _OWN.get(token, _NONE) | _served_keys(token)
