"""Small lists in the official shapes, with the rows that have broken parsers; all parties in them are invented."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from streamer.watchlists import Entity, ParsedList

LISTS: Final = Path(__file__).resolve().parents[2] / "data" / "lists"

SPECS: Final = (
    f"ofac={LISTS / 'ofac'}",
    f"ofac-xml={LISTS / 'ofac_advanced.xml'}",
    f"un={LISTS / 'un.xml'}",
    f"eu={LISTS / 'eu.xml'}",
    f"uk={LISTS / 'uk.csv'}",
    f"opensanctions={LISTS / 'targets.simple.csv'}",
    f"opensanctions={LISTS / 'entities.ftm.json'}",
    f"csv={LISTS / 'own.csv'}",
)
"""Every fixture, as the command line takes it."""


def by_id(parsed: ParsedList) -> dict[str, Entity]:
    return {entity.id: entity for entity in parsed.entities}


def ofac_copy(target: Path) -> Path:
    """The OFAC fixture in a directory of its own, to be damaged."""
    return Path(shutil.copytree(LISTS / "ofac", target / "ofac"))


def texts(entity: Entity, *, weak: bool | None = None) -> list[str]:
    """Names of an entity, all or only the strong or weak ones."""
    return [name.text for name in entity.names if weak is None or name.weak is weak]
