"""Who owns whom, kept by hand or exported from a register: a CSV file with a header row, one holding per row.

What it names stands on no list: a company is screened while a blocked party owns enough of it (`ownership`), and alerts
then as OWNERSHIP_50. The columns, in any order; `owner_id` or `owner`, `owned_id` and `owned` must be there, and others
than these are refused:

    owned_id        your own number of the company owned; or the entity id of a listed party (`ofac-24978`)
    owned           its name, as payments write it
    owner_id        entity id of a listed party, or your own number of a company that is `owned_id` in another row
    owner           name of the owner; enough alone where it is neither listed nor owned by somebody listed
    relation        owns (where empty) | controls | owns_or_controls
    percent         share that is owned, 0 to 100; empty where it is not known
    source          where this was read: a register, a filing, a newspaper
    date            when it was so: 2024-05-01
    until           when it ended, if it did: such a holding is a doubt, not a no
    owned_aliases, owned_former_names, owned_countries, owned_identifiers, owned_bics, owned_phones, owned_emails,
    owned_websites  of the company owned, as in the columns of that name of a plain CSV list

Rows of one `owned_id` are one company with several owners; its name may be left out after the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from streamer.events import Consequence
from streamer.watchlists import plain
from streamer.watchlists.dates import partial_date
from streamer.watchlists.draft import Draft
from streamer.watchlists.entity import Entity, EntityType, InvalidList, Link, NameKind
from streamer.watchlists.ownership import CONTROLS, EITHER, OWNS, STANDS_FOR, UNLISTED
from streamer.watchlists.reading import Reading, rows

LIST: Final = "ownership"
_OFFICIAL: Final = ("eu", "fincen311", "ofac", "opensanctions", "own", "press", "uk", "un")
"""Lists whose entity ids are told from your own numbers by their beginning."""
_LISTED: Final = re.compile(rf"({'|'.join(_OFFICIAL)})-\S+")
_ENTITY_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}-\S+")
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,10})?)\s*%?")

_RELATIONS: Final = {OWNS: "owned_by", CONTROLS: "controlled_by", EITHER: "owned_or_controlled_by"}
_ABOUT_OWNED: Final = {
    f"owned_{column}": plain.COLUMNS[column]
    for column in ("aliases", "former_names", "identifiers", "bics", "phones", "emails", "websites")
}
_OWN: Final = ("owned_id", "owned", "owner_id", "owner", "relation", "percent", "source", "date", "until")
COLUMNS: Final = (*_OWN, "owned_countries", *_ABOUT_OWNED)
REQUIRED: Final = ("owned_id", "owned")


def parse(path: Path) -> Reading:
    """All holdings, as entities on no list with links to their owners. Raises InvalidList naming row and column."""
    held = list(rows(path, name="ownership list", columns=COLUMNS, required=REQUIRED, one_of=("owner_id", "owner")))
    if not held:
        raise InvalidList("ownership list: no rows below the header")
    numbers = {row["owned_id"] for _, row in held}
    drafts: dict[str, Draft] = {}
    for line, row in held:
        _read_row(drafts, row, numbers, f"ownership list line {line}")
    entities: list[Entity] = []
    for number, draft in drafts.items():
        if not draft.names:
            raise InvalidList(f"ownership list: {number} has no name; fill the column owned in its first row")
        entities.append(draft.entity(Consequence.REVIEW))
    return Reading(tuple(entities), MappingProxyType({"rows": len(held)}))


def _read_row(drafts: dict[str, Draft], row: Mapping[str, str], numbers: set[str], where: str) -> None:
    number, owner_id, owner = row["owned_id"], row.get("owner_id", ""), row.get("owner", "")
    if not number or len(number) > plain.ID_CHARS_MAX or len(owner_id) > plain.ID_CHARS_MAX:
        raise InvalidList(f"{where}: owned_id must be given, ids with {plain.ID_CHARS_MAX} characters at most")
    if not owner_id and not owner:
        raise InvalidList(f"{where}: owner_id or owner must be given")
    draft = drafts.setdefault(number, Draft(LIST, number, EntityType.ENTITY, listed=False))
    if _LISTED.fullmatch(number) and STANDS_FOR not in draft.details:
        draft.detail(STANDS_FOR, number)
    if name := row["owned"]:
        draft.name(name, NameKind.AKA if draft.names else NameKind.PRIMARY)
    try:
        for column, read in _ABOUT_OWNED.items():
            if cell := row.get(column):
                read(draft, cell)
        for country in plain.several(row.get("owned_countries", "")):
            draft.address(country=country)
        draft.links.append(
            Link(
                owner or owner_id,
                _relation(row.get("relation", "")),
                _reference(owner_id, numbers) if owner_id else UNLISTED + owner.casefold(),
                _percent(row.get("percent", "")),
                row.get("source") or None,
                _day(row.get("date", ""), "date"),
                _day(row.get("until", ""), "until"),
            )
        )
    except ValueError as error:
        raise InvalidList(f"{where}: {error}") from None


def _reference(number: str, numbers: set[str]) -> str:
    """Entity id of an owner: a listed party's, or that of a company of this file."""
    if _LISTED.fullmatch(number):
        return number
    if number in numbers or not _ENTITY_ID.fullmatch(number):
        return f"{LIST}-{number}"
    return number


def _relation(text: str) -> str:
    found = _RELATIONS.get(text.casefold() or OWNS)
    if found is None:
        raise InvalidList(f"relation {text!r} is none of {', '.join(_RELATIONS)}")
    return found


def _percent(text: str) -> float | None:
    if not text:
        return None
    found = _PERCENT.fullmatch(text)
    if found is None or float(found[1]) > 100:
        raise InvalidList(f"percent {text!r} is no share; write a number from 0 to 100, as 33.3, or leave it empty")
    return float(found[1])


def _day(text: str, column: str) -> str | None:
    day = partial_date(text) if text else None
    if text and day is None:
        raise InvalidList(f"{column} {text!r} is no date; write 2024-05-01")
    return day
