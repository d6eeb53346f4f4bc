"""What no list in use comes near, and a hostile one would: refused before it costs memory or reaches a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from streamer.watchlists.entity import Entity, InvalidList

ENTITIES_MAX: Final = 1_000_000
"""Of one list. OpenSanctions' default collection has some 300,000 targets."""
NAME_CHARS_MAX: Final = 4_000
"""The longest name of OFAC has 196."""
_NAMES_MAX: Final = 5_000
"""Of one entity; OFAC's richest has some hundred."""
ID_CHARS_MAX: Final = 200
_ENTITY_NAMES_CHARS_MAX: Final = 1_000_000
"""Of all names of one entity: it must fit a record."""
BLOCK_BYTES: Final = 4 * 1024 * 1024

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Of ASCII, but for tab and line ends. Terminals obey some of them."""


def refuse_hostile(entity: Entity) -> None:
    """Raises InvalidList for an id or a name that no publisher writes."""
    if not 0 < len(entity.native_id) <= ID_CHARS_MAX or _CONTROL.search(entity.native_id):
        raise InvalidList(
            f"{entity.list} list: the id {shown(entity.native_id)} must have 1 to {ID_CHARS_MAX} characters and no "
            "control character; this is not the file it should be"
        )
    if len(entity.names) > _NAMES_MAX:
        raise InvalidList(
            f"{entity.list} list: entity {entity.native_id} has {len(entity.names):,} names, more than {_NAMES_MAX:,}"
        )
    chars = 0
    for name in entity.names:
        chars += len(name.text)
        if len(name.text) > NAME_CHARS_MAX or chars > _ENTITY_NAMES_CHARS_MAX:
            raise InvalidList(
                f"{entity.list} list: entity {entity.native_id} has a name of {len(name.text):,} characters; a "
                f"name may have {NAME_CHARS_MAX:,}, all names together {_ENTITY_NAMES_CHARS_MAX:,}"
            )
        if _CONTROL.search(name.text):
            raise InvalidList(
                f"{entity.list} list: entity {entity.native_id} has a control character in {shown(name.text)}; "
                "fetch the list again, or tell its publisher"
            )


def refuse_too_many(paths: Iterable[Path], name: str, bytes_max: int, lines_max: int) -> None:
    """Raises InvalidList for files that are larger or have more lines than the format ever had.

    Counts line ends, which takes a second per gigabyte and no memory: a parser would have kept millions of rows before
    it met its own limit.
    """
    size = lines = 0
    for path in paths:
        size += path.stat().st_size
        if size > bytes_max:
            raise InvalidList(
                f"{name} list: {path.name}: more than {bytes_max:,} bytes; this is not the file it should be"
            )
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                lines += block.count(b"\n")
                if lines > lines_max:
                    raise InvalidList(
                        f"{name} list: {path.name}: more than {lines_max:,} lines; this is not the file it should be"
                    )


def shown(text: str) -> str:
    """A text of unknown origin in an error: quoted, escaped and cut."""
    return ascii(text[:60]) + ("…" if len(text) > 60 else "")
