"""Lists kept by hand: a CSV file with a header row, one party per row.

For FinCEN's special measures, press reports, an institution's own entries, and lists no other parser reads. The
columns, in any order; only `id` and `name` must be there, and others than these are refused:

    list            short name of the list, `own` where empty; one file may carry several lists
    id              the list's own number of the party, unique in the list; entity id is `<list>-<id>`
    type            person | entity | vessel | aircraft | unknown
    name            primary name; persons may be "SURNAME, Given"
    aliases         other names, strong *
    weak_aliases    nicknames and fragments, which only corroborate *
    former_names    *
    programs        *
    consequence     block | reject | restricted | review; where empty, that of the list, else review
    birth_dates     1970-02-05, 1970-02, 1970, "circa 1970", "1970 to 1972" *
    birth_places    *
    nationalities   country names or codes *
    citizenships    *
    gender          male | female
    titles          *
    address, town, region, postcode
                    of one address, in the first of `countries`
    countries       country names or codes; each further one is an address of its own *
    identifiers     kind:value or kind:value:country, kinds as in IdentifierKind: passport:927220230:KP *
    bics            *
    wallets         asset:address, as XBT:1HmqvgSXUVES1jn4TQPzk9dxo1NE8wim2T *
    emails, phones, websites  *
    links           NAME, or NAME (relation), or NAME (relation 60%), or NAME (relation 60% entity-id), where
                    relation is owns, controls, owned_by, controlled_by, linked_to … *
    listed_on       1970-02-05
    legal_basis     *
    remarks         free text; say where the entry comes from

Columns marked * hold several values, separated by `;`, or by `|` where the cell has one (so that values may hold `;`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import programs
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.draft import Draft, code_or_text
from streamer.watchlists.entity import (
    Entity,
    EntityType,
    InvalidList,
    Link,
    ListedIdentifier,
    ListedWallet,
    NameKind,
)
from streamer.watchlists.links import resolved, with_owned
from streamer.watchlists.reading import Reading, rows

_LIST_DEFAULT: Final = "own"
REQUIRED: Final = ("id", "name")
ID_CHARS_MAX: Final = 200

Choice = TypeVar("Choice", bound=StrEnum)

_LIST: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LINK: Final = re.compile(
    r"(?P<name>.+?)\s*\((?P<relation>owns|controls|[a-z]+(?:_[a-z]+)+)(?:\s+(?P<percent>\d{1,3}(?:\.\d+)?)\s*%)?(?:\s+(?P<id>\S+))?\)"
)


def parse(path: Path) -> Reading:
    """All rows of the file. Raises InvalidList naming row, column and what the column may hold."""
    entities: dict[str, Entity] = {}
    for line, row in rows(path, name="csv list", columns=COLUMNS, required=REQUIRED):
        entity = _entity(row, line)
        if entity.id in entities:
            raise InvalidList(f"csv list line {line}: {entity.id} occurs twice; give it another id")
        entities[entity.id] = entity
    if not entities:
        raise InvalidList("csv list: no rows below the header")
    counts = Counter(entity.list for entity in entities.values())
    return Reading(with_owned(resolved(entities.values())), MappingProxyType(dict(counts)))


def _entity(row: Mapping[str, str], line: int) -> Entity:
    name, number, list_name = row["name"], row["id"], row.get("list", "") or _LIST_DEFAULT
    where = f"csv list line {line}"
    if not name or not number or len(number) > ID_CHARS_MAX:
        raise InvalidList(f"{where}: id and name must be given, the id with {ID_CHARS_MAX} characters at most")
    if not _LIST.fullmatch(list_name):
        raise InvalidList(f"{where}: a list's name has lower-case letters, figures, dot, dash and underscore only")
    draft = Draft(list_name, number, _one_of(EntityType, row.get("type") or "unknown", where, "type"))
    draft.name(name, NameKind.PRIMARY)
    try:
        for column, read in COLUMNS.items():
            if cell := row.get(column):
                read(draft, cell)
    except ValueError as error:
        raise InvalidList(f"{where}: {error}") from None
    draft.address(
        lines=row.get("address") or None,
        town=row.get("town") or None,
        region=row.get("region") or None,
        postcode=row.get("postcode") or None,
        country=next(iter(several(row.get("countries", ""))), None),
    )
    for country in several(row.get("countries", ""))[1:]:
        draft.address(country=country)
    written = row.get("consequence", "")
    consequence = _one_of(Consequence, written, where, "consequence") if written else programs.of_list(list_name)
    return draft.entity(consequence)


def _one_of(choices: type[Choice], written: str, where: str, column: str) -> Choice:
    try:
        return choices(written.casefold())
    except ValueError:
        raise InvalidList(f"{where}: {column} {written!r} is none of {', '.join(choices)}") from None


def several(cell: str) -> list[str]:
    """The values of a cell that may hold several."""
    return [value.strip() for value in cell.split("|" if "|" in cell else ";") if value.strip()]


# ---------------------------------------------------------------- columns

Read = Callable[[Draft, str], None]


def _nothing(_: Draft, __: str) -> None:
    """Columns that `_entity` reads itself, because they go together."""


def _names(kind: NameKind, *, weak: bool = False) -> Read:
    def read(draft: Draft, cell: str) -> None:
        for name in several(cell):
            draft.name(name, kind, weak=weak)

    return read


def _texts(field: str) -> Read:
    def read(draft: Draft, cell: str) -> None:
        getattr(draft, field).extend(several(cell))

    return read


def _countries(field: str) -> Read:
    def read(draft: Draft, cell: str) -> None:
        getattr(draft, field).extend(code_or_text(country) for country in several(cell))

    return read


def _birth_dates(draft: Draft, cell: str) -> None:
    for text in several(cell):
        if (found := birth_date(text)) is None:
            raise InvalidList('birth_dates holds what is no date; write 1970-02-05, 1970-02, 1970 or "circa 1970"')
        draft.birth_dates.append(found)


def _identifiers(draft: Draft, cell: str) -> None:
    for text in several(cell):
        kind, colon, rest = text.partition(":")
        value, _, last = rest.rpartition(":")
        country = code_or_text(last.strip()) if value else None
        value = (value or rest).strip()
        if not colon or not value:
            raise InvalidList("identifiers must be kind:value or kind:value:country")
        found = _one_of(IdentifierKind, kind.strip(), "identifiers", "kind")
        draft.identifiers.append(ListedIdentifier(found, value, country))


def _bics(draft: Draft, cell: str) -> None:
    draft.identifiers += [ListedIdentifier(IdentifierKind.BIC, bic.replace(" ", "")) for bic in several(cell)]


def _wallets(draft: Draft, cell: str) -> None:
    for text in several(cell):
        asset, _, address = (part.strip() for part in text.partition(":"))
        if not asset or not address:
            raise InvalidList("wallets must be asset:address, as XBT:1Hmqvg…")
        draft.wallets.append(ListedWallet(asset, address))


def _links(draft: Draft, cell: str) -> None:
    for text in several(cell):
        found = _LINK.fullmatch(text)
        if found is None:
            draft.links.append(Link(text))
            continue
        percent = float(found["percent"]) if found["percent"] else None
        if percent is not None and percent > 100:
            raise InvalidList("links holds a share of more than 100 %")
        draft.links.append(Link(found["name"], found["relation"], found["id"], percent))


def _listed_on(draft: Draft, cell: str) -> None:
    draft.listed_on = partial_date(cell)
    if draft.listed_on is None:
        raise InvalidList("listed_on is no date; write 1970-02-05")


def _gender(draft: Draft, cell: str) -> None:
    draft.gender = cell.casefold()


def _remarks(draft: Draft, cell: str) -> None:
    draft.remarks.append(cell)


COLUMNS: Final[Mapping[str, Read]] = {
    "list": _nothing,
    "id": _nothing,
    "type": _nothing,
    "name": _nothing,
    "aliases": _names(NameKind.AKA),
    "weak_aliases": _names(NameKind.AKA, weak=True),
    "former_names": _names(NameKind.FKA),
    "programs": _texts("programs"),
    "consequence": _nothing,
    "birth_dates": _birth_dates,
    "birth_places": _texts("birth_places"),
    "nationalities": _countries("nationalities"),
    "citizenships": _countries("citizenships"),
    "gender": _gender,
    "titles": _texts("titles"),
    "address": _nothing,
    "town": _nothing,
    "region": _nothing,
    "postcode": _nothing,
    "countries": _nothing,
    "identifiers": _identifiers,
    "bics": _bics,
    "wallets": _wallets,
    "emails": _texts("emails"),
    "phones": _texts("phones"),
    "websites": _texts("websites"),
    "links": _links,
    "listed_on": _listed_on,
    "legal_basis": _texts("legal_basis"),
    "remarks": _remarks,
}
