"""Pairs of organisations' names by the kind in which they differ: names that nobody bears, made from a seed.

`kinds(seed, count)` gives (kind, one name, other name, whether they are one party's). The labelled pairs hold
few of each kind: these show whether `compare` knows the kind, not the row.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

_ONSETS: Final = (
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
)
_VOWELS: Final = ("a", "e", "i", "o", "u")
_ENDS: Final = ("l", "lt", "m", "n", "nd", "r", "rn", "s", "sk", "t", "x")
_TRADES: Final = (
    "Bank",
    "Shipping",
    "Cement Works",
    "Insurance",
    "Steel Trading",
    "Textile Mills",
    "Airlines",
    "Petrochemicals",
)
_DIRECTIONS: Final = ("North", "South", "East", "West")
_ORDINALS: Final = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
_PLACES: Final = (
    "Norway",
    "Poland",
    "Ghana",
    "Kenya",
    "Peru",
    "Oman",
    "Iran",
    "Iraq",
    "Niger",
    "Nigeria",
    "Austria",
    "Australia",
)
_FORMS: Final = {
    "Ltd": "Limited",
    "AG": "Aktiengesellschaft",
    "LLC": "Limited Liability Company",
    "Inc.": "Incorporated",
}
_OTHER_FORMS: Final = (("GmbH", "AG"), ("AG", "e.V."), ("Ltd", "S.A."), ("LLC", "JSC"))
_SHORTENED: Final = {"International": "Intl", "Manufacturing": "Mfg", "Engineering": "Engg", "Development": "Devt"}

Pair = tuple[str, str]


def _word(draw: random.Random, syllables: int) -> str:
    word = "".join(draw.choice(_ONSETS) + draw.choice(_VOWELS) for _ in range(syllables)) + draw.choice(_ENDS)
    return word.capitalize()


def _long(draw: random.Random) -> str:
    return _word(draw, draw.choice((3, 4)))


def _two(draw: random.Random, of: Sequence[str]) -> tuple[str, str]:
    one, other = draw.sample(of, 2)
    return one, other


def _letters(draw: random.Random, count: int) -> str:
    return "".join(draw.sample("BCDFGHKLMNPRSTVWXZ", count))


def _of_the_direction(draw: random.Random) -> Pair:
    one, other = _two(draw, _DIRECTIONS)
    return f"Bank of the {one}", f"Bank of the {other}"


def _direction(draw: random.Random) -> Pair:
    (one, other), name, trade = _two(draw, _DIRECTIONS), _long(draw), draw.choice(_TRADES)
    ending = draw.choice(("", "ern"))
    return f"{one}{ending} {name} {trade}", f"{other}{ending} {name} {trade}"


def _ordinal(draw: random.Random) -> Pair:
    (one, other), name, trade = _two(draw, _ORDINALS), _long(draw), draw.choice(_TRADES)
    return f"{one} {name} {trade}", f"{other} {name} {trade}"


def _acronym(draw: random.Random) -> Pair:
    letters = _letters(draw, 3)
    trade = draw.choice(("Company", *_TRADES))
    return f"{letters} {trade}", f"{letters[::-1]} {trade}"


def _place(draw: random.Random) -> Pair:
    one, other = _two(draw, _PLACES)
    trade = draw.choice(("National Bank", "Central Bank", "Government", "State Railways"))
    return f"{trade} of {one}", f"{trade} of {other}"


def _other_name(draw: random.Random) -> Pair:
    trade = draw.choice(_TRADES)
    return f"{_word(draw, 2)} {trade} Ltd", f"{_word(draw, 2)} {trade} Ltd"


def _other_trade(draw: random.Random) -> Pair:
    name, (one, other) = _long(draw), _two(draw, _TRADES)
    return f"{name} {one}", f"{name} {other}"


def _other_form(draw: random.Random) -> Pair:
    name, (one, other) = _long(draw), draw.choice(_OTHER_FORMS)
    return f"{name} {one}", f"{name} {other}"


def _another_of_a_series(draw: random.Random) -> Pair:
    name, trade = _long(draw), draw.choice(_TRADES)
    return f"{name} {trade}", f"{name} {trade} {draw.choice(('II', 'III', '2', '4'))}"


def _form_written_out(draw: random.Random) -> Pair:
    name, short = f"{_long(draw)} {draw.choice(_TRADES)}", draw.choice(list(_FORMS))
    return f"{name} {short}", f"{name} {_FORMS[short]}"


def _form_left_out(draw: random.Random) -> Pair:
    name = f"{_long(draw)} {draw.choice(_TRADES)}"
    return name, f"{name} {draw.choice(list(_FORMS))}"


def _one_letter(draw: random.Random) -> Pair:
    name, trade = _long(draw), draw.choice(_TRADES)
    at = draw.randrange(1, len(name) - 1)
    return f"{name} {trade}", f"{name[:at]}{name[at + 1 :]} {trade}"


def _glued(draw: random.Random) -> Pair:
    one, other, trade = _word(draw, 2), _word(draw, 2), draw.choice(_TRADES)
    return f"{one} {other} {trade}", f"{one}{other.lower()} {trade}"


def _dotted(draw: random.Random) -> Pair:
    letters, trade = _letters(draw, 3), draw.choice(_TRADES)
    return f"{letters} {trade}", f"{'.'.join(letters)}. {trade}"


def _spelt_out(draw: random.Random) -> Pair:
    words = [_long(draw), _long(draw), _long(draw)]
    trade = draw.choice(("Foundation", "Front", "Army"))
    return f"{' '.join(words)} {trade}", "".join(word[0] for word in (*words, trade))


def _abbreviated(draw: random.Random) -> Pair:
    name, word = _long(draw), draw.choice(list(_SHORTENED))
    return f"{name} {word} Ltd", f"{name} {_SHORTENED[word]} Ltd"


OTHER: Final[dict[str, Callable[[random.Random], Pair]]] = {
    "Bank of the West / East": _of_the_direction,
    "another direction": _direction,
    "another ordinal": _ordinal,
    "letters turned round": _acronym,
    "another place": _place,
    "another name": _other_name,
    "another trade": _other_trade,
    "another legal form": _other_form,
    "another of a series": _another_of_a_series,
}
SAME: Final[dict[str, Callable[[random.Random], Pair]]] = {
    "form written out": _form_written_out,
    "form left out": _form_left_out,
    "one letter lost": _one_letter,
    "words glued": _glued,
    "letters dotted": _dotted,
    "acronym spelt out": _spelt_out,
    "trade abbreviated": _abbreviated,
}


def kinds(seed: int, count: int) -> Iterator[tuple[str, str, str, bool]]:
    """`count` pairs of each kind."""
    for makers, is_one in ((OTHER, False), (SAME, True)):
        for kind, make in makers.items():
            draw = random.Random(f"{seed} {kind}")
            for _ in range(count):
                yield kind, *make(draw), is_one
