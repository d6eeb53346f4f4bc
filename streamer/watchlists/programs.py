"""The legal consequence of a listing: rows of programs.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from streamer.events import Consequence

_STRICTEST_FIRST: Final = (Consequence.BLOCK, Consequence.REJECT, Consequence.RESTRICTED, Consequence.REVIEW)
_OTHER: Final = "*"


def strictest(consequences: Iterable[Consequence]) -> Consequence:
    """The strictest of one or more."""
    return min(consequences, key=_STRICTEST_FIRST.index)


def of_list(name: str) -> Consequence:
    """Consequence of an entry of a list as a whole; review for lists without a rule, the user's own among them."""
    row = _rules()["list"].get(name)
    return Consequence(row["consequence"]) if row else Consequence.REVIEW


def of_consolidated(programs: Iterable[str], texts: Iterable[str]) -> Consequence:
    """Consequence of an entry of OFAC's Consolidated (non-SDN) list: by programme and by directive, the strictest."""
    found = [_row("ofac_consolidated", program) for program in programs] or [_row("ofac_consolidated", _OTHER)]
    for text in texts:
        found += [Consequence(row["consequence"]) for row in _rules()["ofac_directive"] if row["words"] in text]
    return strictest(found)


def of_uk_measures(measures: Iterable[str]) -> Consequence:
    """Consequence of the UK's "Sanctions Imposed": a freeze only where an asset freeze is among them."""
    return strictest([_row("uk_measure", measure) for measure in measures] or [_row("uk_measure", _OTHER)])


def of_topics(topics: Iterable[str]) -> Consequence:
    """Consequence of OpenSanctions' topics."""
    return strictest([_row("opensanctions_topic", topic) for topic in topics] or [_row("opensanctions_topic", _OTHER)])


def _row(table: str, key: str) -> Consequence:
    rows = _rules()[table]
    return Consequence(rows.get(key, rows[_OTHER])["consequence"])


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("streamer.watchlists").joinpath("programs.toml").read_text("utf-8"))
