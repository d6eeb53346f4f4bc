"""OpenSanctions' collections: targets.simple.csv, or entities.ftm.json with one FollowTheMoney entity per line.

Their data is licensed for non-commercial use; a business needs a licence of its own.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson

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
from streamer.watchlists.reading import Reading, lines, plain, table

LIST: Final = "opensanctions"
REQUIRED: Final = ("id", "schema", "name")

_SCHEMA_TYPES: Final = {
    "Person": EntityType.PERSON,
    "Organization": EntityType.ENTITY,
    "Company": EntityType.ENTITY,
    "LegalEntity": EntityType.ENTITY,
    "PublicBody": EntityType.ENTITY,
    "Vessel": EntityType.VESSEL,
    "Airplane": EntityType.AIRCRAFT,
}
"""Other schemata (CryptoWallet, Security, Vehicle …) are of unknown type."""

_LEI: Final = re.compile(r"[A-Z0-9]{18}\d{2}")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_IMO: Final = re.compile(r"IMO\s?(\d{7})")


def parse(path: Path) -> Reading:
    """All targets of the file, whichever of the two formats it has. Raises InvalidList for what cannot be read."""
    _, first = next(lines(path, name="opensanctions list"), (0, ""))
    return _read_entities(path) if first.lstrip().startswith("{") else _read_table(path)


# ---------------------------------------------------------------- targets.simple.csv


def _read_table(path: Path) -> Reading:
    rows = table(path, name="opensanctions list")
    columns = [cell.strip() for cell in next((cells for _, cells in rows), [])]
    if missing := [column for column in REQUIRED if column not in columns]:
        raise InvalidList(f"opensanctions list: no column {missing[0]!r} in the header; is this targets.simple.csv?")
    entities: dict[str, Entity] = {}
    for line, cells in rows:
        if len(cells) != len(columns):
            raise InvalidList(f"opensanctions list line {line}: {len(cells)} cells, but the header has {len(columns)}")
        row = {column: text for column, cell in zip(columns, cells, strict=True) if (text := plain(cell))}
        _add(entities, _table_entity(row, line))
    return _reading(entities)


def _table_entity(row: Mapping[str, str], line: int) -> Entity:
    number, name, schema = (row.get(column) for column in ("id", "name", "schema"))
    if number is None or name is None or schema is None:
        raise InvalidList(f"opensanctions list line {line}: id, schema and name must be given")
    draft = Draft(LIST, number, _SCHEMA_TYPES.get(schema, EntityType.UNKNOWN))
    draft.name(name, NameKind.PRIMARY)
    for alias in _several(row, "aliases"):
        draft.name(alias)
    _birth_dates(draft, _several(row, "birth_date"))
    for address in _several(row, "addresses"):
        draft.address(lines=address)
    for country in _several(row, "countries"):
        _country(draft, country)
    draft.identifiers += [_identifier(value) for value in _several(row, "identifiers")]
    draft.phones += _several(row, "phones")
    draft.emails += _several(row, "emails")
    draft.programs += _several(row, "program_ids")
    sanctions = _several(row, "sanctions")
    draft.legal_basis += sanctions
    draft.detail("schema", schema)
    for column in ("dataset", "first_seen", "last_seen", "last_change"):
        draft.detail(column, row.get(column))
    return draft.entity(programs.of_topics(["sanction"] if sanctions else []))


def _several(row: Mapping[str, str], column: str) -> list[str]:
    """The values of a cell: CSV with semicolons inside the CSV."""
    if not (cell := row.get(column)):
        return []
    try:
        values = next(csv.reader((cell,), delimiter=";"), [])
    except csv.Error:
        values = [cell]
    return [value.strip() for value in values if value.strip()]


# ---------------------------------------------------------------- entities.ftm.json


Properties = Mapping[str, list[str]]


def _read_entities(path: Path) -> Reading:
    """Targets, with what other entities of the file (addresses, documents, sanctions, owners) say of them; and what
    targets own, directly or indirectly, which is on no list."""
    owners = _owners(path)
    drafts: dict[str, Draft] = {}
    topics: dict[str, list[str]] = {}
    about: defaultdict[str, list[tuple[str, Properties]]] = defaultdict(list)
    addresses: dict[str, Properties] = {}
    captions: dict[str, str] = {}
    schemata: Counter[str] = Counter()
    for line, number, schema, found in _json_entities(path):
        properties = _properties(found, line)
        schemata[schema] += 1
        captions[number] = plain(found.get("caption")) or next(iter(properties.get("name", [])), number)
        for holder in (holder for field in _HOLDERS.get(schema, ()) for holder in properties.get(field, [])):
            about[holder].append((schema, properties))
        if schema == "Address":
            addresses[number] = properties
        is_target = schema not in _HOLDERS and found.get("target", bool(properties.get("topics"))) is True
        if is_target or number in owners:
            if number in drafts:
                raise InvalidList(f"opensanctions list line {line}: {number} occurs twice")
            drafts[number] = _draft(number, schema, captions[number], properties)
            drafts[number].listed = is_target
            topics[number] = properties.get("topics", [])
    entities: dict[str, Entity] = {}
    wanted = _owned_by_targets(drafts, owners)
    for number, draft in drafts.items():
        if number not in wanted:
            continue
        for address in draft.details.pop("addressEntity", []):
            _address(draft, addresses.get(address, {}))
        for schema, properties in about[number]:
            _attach(draft, schema, properties, captions)
        consequence = programs.of_topics(topics[number])
        has_sanction = any(schema == "Sanction" for schema, _ in about[number])
        _add(entities, draft.entity(Consequence.BLOCK if has_sanction and not topics[number] else consequence))
    return _reading(entities, schemata)


def _owners(path: Path) -> Mapping[str, set[str]]:
    """Asset -> its owners, of every Ownership in the file."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for line, text in lines(path, name="opensanctions list"):
        if '"Ownership"' not in text:
            continue
        _, _, schema, found = _json_entity(line, text)
        if schema == "Ownership":
            properties = _properties(found, line)
            for asset in properties.get("asset", []):
                owners[asset].update(properties.get("owner", []))
    return owners


def _owned_by_targets(drafts: Mapping[str, Draft], owners: Mapping[str, set[str]]) -> set[str]:
    """The targets, and what they own over however many companies."""
    owns: defaultdict[str, list[str]] = defaultdict(list)
    for asset, theirs in owners.items():
        for owner in theirs:
            owns[owner].append(asset)
    found = {number for number, draft in drafts.items() if draft.listed}
    level = list(found)
    while level:
        level = [asset for owner in level for asset in owns.get(owner, ()) if asset not in found]
        found.update(level)
    return found


def _json_entities(path: Path) -> Iterator[tuple[int, str, str, Mapping[str, Any]]]:
    for line, text in lines(path, name="opensanctions list"):
        if text.strip():
            yield _json_entity(line, text)


def _json_entity(line: int, text: str) -> tuple[int, str, str, Mapping[str, Any]]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidList(f"opensanctions list line {line}: not JSON ({error.msg})") from None
    number, schema = (found.get("id"), found.get("schema")) if isinstance(found, dict) else (None, None)
    if not (isinstance(number, str) and isinstance(schema, str) and number and schema):
        raise InvalidList(f"opensanctions list line {line}: not an entity with id and schema")
    return line, number, schema, found


def _properties(found: Mapping[str, Any], line: int) -> Properties:
    properties = found.get("properties", {})
    if not isinstance(properties, dict) or not all(isinstance(values, list) for values in properties.values()):
        raise InvalidList(f"opensanctions list line {line}: properties must be lists of texts")
    caption = found.get("caption")
    if caption is not None and not isinstance(caption, str):
        raise InvalidList(f"opensanctions list line {line}: caption must be a text")
    # Nested entities stand in the place of ids in some exports.
    return {
        name: [text for value in values if (text := plain(value if isinstance(value, str) else _id_of(value)))]
        for name, values in properties.items()
    }


def _id_of(value: object) -> str | None:
    number = value.get("id") if isinstance(value, dict) else None
    return number if isinstance(number, str) else None


_HOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Sanction": ("entity",),
    "Passport": ("holder",),
    "Identification": ("holder",),
    "Ownership": ("asset", "owner"),
    "UnknownLink": ("subject", "object"),
    "Family": ("person", "relative"),
    "Associate": ("person", "associate"),
    "Directorship": ("director", "organization"),
    "Representation": ("agent", "client"),
    "Address": (),
    "Occupancy": ("holder",),
    "Membership": ("member", "organization"),
    "Employment": ("employee", "employer"),
    "Succession": ("predecessor", "successor"),
}
"""Schemata that speak of other entities -> the properties that name them."""

NAMES: Final = (
    ("name", NameKind.AKA, False),
    ("alias", NameKind.AKA, False),
    ("previousName", NameKind.FKA, False),
    ("weakAlias", NameKind.AKA, True),
    ("abbreviation", NameKind.AKA, True),
)

IDENTIFIERS: Final = {
    "passportNumber": IdentifierKind.PASSPORT,
    "idNumber": IdentifierKind.NATIONAL_ID,
    "socialSecurityNumber": IdentifierKind.SOCIAL_SECURITY,
    "taxNumber": IdentifierKind.TAX,
    "vatCode": IdentifierKind.TAX,
    "innCode": IdentifierKind.TAX,
    "registrationNumber": IdentifierKind.REGISTRATION,
    "ogrnCode": IdentifierKind.REGISTRATION,
    "uscCode": IdentifierKind.REGISTRATION,
    "kppCode": IdentifierKind.REGISTRATION,
    "leiCode": IdentifierKind.LEI,
    "swiftBic": IdentifierKind.BIC,
    "imoNumber": IdentifierKind.IMO,
    "mmsi": IdentifierKind.MMSI,
    "dunsCode": IdentifierKind.OTHER,
    "isin": IdentifierKind.OTHER,
}
TEXTS: Final = {
    "birthPlace": "birth_places",
    "title": "titles",
    "position": "titles",
    "email": "emails",
    "phone": "phones",
    "website": "websites",
    "programId": "programs",
    "program": "programs",
    "notes": "remarks",
}
COUNTRIES: Final = {"nationality": "nationalities", "citizenship": "citizenships"}


def _draft(number: str, schema: str, caption: str, properties: Properties) -> Draft:
    draft = Draft(LIST, number, _SCHEMA_TYPES.get(schema, EntityType.UNKNOWN))
    draft.name(caption, NameKind.PRIMARY)
    for name, values in properties.items():
        for value in values:
            _property(draft, name, value)
    for name, kind, weak in NAMES:
        for value in properties.get(name, []):
            if value != caption:
                draft.name(value, kind, weak=weak)
    if schema == "CryptoWallet":
        currency = next(iter(properties.get("currency", [])), "")
        draft.wallets += [ListedWallet(currency.upper(), key) for key in properties.get("publicKey", [])]
    draft.detail("schema", schema)
    return draft


def _property(draft: Draft, name: str, value: str) -> None:
    if name in IDENTIFIERS:
        imo = _IMO.fullmatch(value)
        draft.identifiers.append(ListedIdentifier(IDENTIFIERS[name], imo[1] if imo else value, None, name))
    elif name in TEXTS:
        getattr(draft, TEXTS[name]).append(value)
    elif name in COUNTRIES:
        getattr(draft, COUNTRIES[name]).append(code_or_text(value))
    elif name == "country":
        _country(draft, value)
    elif name == "birthDate":
        _birth_dates(draft, [value])
    elif name == "gender":
        draft.gender = value.casefold()
    elif name == "address":
        draft.address(lines=value)
    elif name not in {field for field, _, _ in NAMES}:
        draft.detail(name, value)


def _address(draft: Draft, properties: Properties) -> None:
    def text(name: str) -> str | None:
        return ", ".join(properties.get(name, [])) or None

    draft.address(
        lines=text("street") or text("full"),
        town=text("city"),
        region=text("state") or text("region"),
        postcode=text("postalCode"),
        country=next(iter(properties.get("country", [])), None),
        note=text("full") if text("street") else None,
    )


def _attach(draft: Draft, schema: str, properties: Properties, captions: Mapping[str, str]) -> None:
    """What an entity of _HOLDERS says of a target."""
    if schema == "Sanction":
        draft.programs += [*properties.get("programId", []), *properties.get("program", [])]
        draft.legal_basis += properties.get("authority", [])
        draft.remarks += properties.get("reason", [])
        days = [
            day
            for text in properties.get("listingDate", []) + properties.get("startDate", [])
            if (day := partial_date(text))
        ]
        draft.listed_on = min(filter(None, (draft.listed_on, *days)), default=None)
    elif schema in ("Passport", "Identification"):
        country = next(iter(properties.get("country", [])), None)
        kind = IdentifierKind.PASSPORT if schema == "Passport" else IdentifierKind.NATIONAL_ID
        for value in [*properties.get("number", []), *properties.get("passportNumber", [])]:
            label = ", ".join(properties.get("type", [])) or schema
            draft.identifiers.append(ListedIdentifier(kind, value, country and code_or_text(country), label))
    else:
        _link(draft, schema, properties, captions)


def _link(draft: Draft, schema: str, properties: Properties, captions: Mapping[str, str]) -> None:
    first, *rest = _HOLDERS[schema]
    for field, other in ((first, next(iter(rest), first)), (next(iter(rest), first), first)):
        if draft.native_id not in properties.get(field, []):
            continue
        roles = properties.get("role", []) or properties.get("relationship", [])
        relation = {"asset": "owned_by", "owner": "owns"}.get(field) if schema == "Ownership" else None
        for number in properties.get(other, []):
            if number != draft.native_id:
                draft.links.append(
                    Link(
                        captions.get(number, number),
                        relation or (roles[0] if roles else schema.casefold()),
                        f"{LIST}-{number}",
                        _percent(properties),
                        date=_day(properties, "startDate", "date"),
                        until=_day(properties, "endDate"),
                    )
                )


def _day(properties: Properties, *names: str) -> str | None:
    """The latest date of the first property that holds one."""
    for name in names:
        if found := [day for text in properties.get(name, []) if (day := partial_date(text))]:
            return max(found)
    return None


def _percent(properties: Properties) -> float | None:
    for text in properties.get("percentage", []):
        if found := re.fullmatch(r"(\d{1,3}(?:\.\d{1,10})?)\s*%?", text):
            return share if (share := float(found[1])) <= 100 else None
    return None


# ---------------------------------------------------------------- both


def _identifier(value: str) -> ListedIdentifier:
    """The simple format does not tell kinds; those that can be told by their form are."""
    if imo := _IMO.fullmatch(value):
        return ListedIdentifier(IdentifierKind.IMO, imo[1])
    for pattern, kind in ((_LEI, IdentifierKind.LEI), (_BIC, IdentifierKind.BIC)):
        if pattern.fullmatch(value):
            return ListedIdentifier(kind, value)
    return ListedIdentifier(IdentifierKind.OTHER, value)


def _birth_dates(draft: Draft, texts: Iterable[str]) -> None:
    for text in texts:
        if found := birth_date(text):
            draft.birth_dates.append(found)
        else:
            draft.remarks.append(f"birth date {text}")


def _country(draft: Draft, country: str) -> None:
    """A country without a word on how the party belongs to it: kept as an address."""
    draft.address(country=country)


def _add(entities: dict[str, Entity], entity: Entity) -> None:
    if entity.native_id in entities:
        raise InvalidList(f"opensanctions list: {entity.native_id} occurs twice")
    entities[entity.native_id] = entity


def _reading(entities: Mapping[str, Entity], schemata: Mapping[str, int] | None = None) -> Reading:
    if not entities:
        raise InvalidList("opensanctions list: no targets in it; fetch it again")
    rows = dict(schemata) if schemata else {"rows": len(entities)}
    return Reading(tuple(entities.values()), MappingProxyType(rows))
