"""OFAC's lists in the Advanced Sanctions Data Model: SDN_ADVANCED.XML, CONS_ADVANCED.XML.

The same parties and numbers as the CSV files (`ofac`), with names by part and script, weak aliases marked, documents
and features typed, owners by number, and dates of listing. Elements refer to each other by ID: reference values,
locations and documents come first, then the parties, then relationships and entries.

Source: OFAC, "Advanced Sanctions Data Model (ASDM)"; the namespace changed in May 2024 and is not looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from streamer.reference.countries import is_region
from streamer.watchlists import programs
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.draft import Draft, code_or_text
from streamer.watchlists.entity import EntityType, InvalidList, Link, NameKind
from streamer.watchlists.links import resolved
from streamer.watchlists.reading import XML_RECORDS_MAX, Reading, child_text, children, local_name, plain, records
from streamer.watchlists.remarks import identifier, read_field

LIST: Final = "ofac"
_SDN_LIST: Final = "SDN List"
RECORDS: Final = (
    "DateOfIssue",
    "ReferenceValueSets",
    "Location",
    "IDRegDocument",
    "DistinctParty",
    "ProfileRelationship",
    "SanctionsEntry",
)

_PARTY_TYPES: Final = {
    "Individual": EntityType.PERSON,
    "Entity": EntityType.ENTITY,
    "Vessel": EntityType.VESSEL,
    "Aircraft": EntityType.AIRCRAFT,
}
ALIAS_TYPES: Final = {
    "Name": NameKind.PRIMARY,
    "A.K.A.": NameKind.AKA,
    "F.K.A.": NameKind.FKA,
    "N.K.A.": NameKind.NKA,
}
_LAST_NAME: Final = "Last Name"
WALLET: Final = "Digital Currency Address -"

_DETAIL_NAMES: Final = {
    "vessel call sign": "call_sign",
    "vessel type": "vessel_type",
    "vessel tonnage": "tonnage",
    "vessel gross tonnage": "grt",
    "vessel gross registered tonnage": "grt",
    "vessel flag": "flag",
    "vessel owner": "owner",
}
"""Features that the CSV files have columns for, by the names used there."""

_COUNTRY_FEATURES: Final = {"Nationality Country": "nationalities", "Citizenship Country": "citizenships"}

_STREET_PARTS: Final = ("ADDRESS1", "ADDRESS2", "ADDRESS3", "Unknown")


@dataclass(slots=True)
class _Values:
    """Reference values: (element name, ID) -> text, and the party type of each subtype."""

    text: dict[tuple[str, str], str] = field(default_factory=dict)
    party_type: dict[str, str] = field(default_factory=dict)

    def of(self, tag: str, number: str | None, where: str) -> str:
        if (found := self.text.get((tag, number or ""))) is None:
            raise InvalidList(f"ofac-xml list: {where} refers to {tag} {number}, which the file does not define")
        return found


@dataclass(frozen=True, slots=True)
class _Place:
    lines: str | None
    town: str | None
    region: str | None
    postcode: str | None
    country: str | None

    def __str__(self) -> str:
        parts = (self.lines, self.town, self.region, self.postcode, self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Document:
    label: str
    number: str
    country: str | None
    note: str | None


@dataclass(slots=True)
class _File:
    """What has been read so far; later sections refer to earlier ones."""

    values: _Values = field(default_factory=_Values)
    places: dict[str, _Place] = field(default_factory=dict)
    documents: defaultdict[str, list[_Document]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, Draft] = field(default_factory=dict)
    """By profile ID."""
    on_sdn: set[str] = field(default_factory=set)
    published: datetime | None = None


def parse(path: Path) -> Reading:
    """All distinct parties of the file. Raises InvalidList for what cannot be read."""
    # Places and documents are records of their own there.
    elements = records(path, RECORDS, name="ofac-xml list", records_max=2 * XML_RECORDS_MAX)
    root = next(elements)
    if local_name(root) != "Sanctions":
        raise InvalidList(
            f"ofac-xml list: the root element is {local_name(root)!r}, not Sanctions; is this OFAC's file?"
        )
    file = _File()
    rows: dict[str, int] = dict.fromkeys(RECORDS, 0)
    for element in elements:
        tag = local_name(element)
        rows[tag] += 1
        READERS[tag](file, element)
    if not file.drafts:
        raise InvalidList("ofac-xml list: no DistinctParty in it; fetch it again")
    entities = (
        draft.entity(
            programs.of_list(LIST)
            if profile in file.on_sdn
            else programs.of_consolidated(draft.programs, [*draft.legal_basis, *draft.remarks, *draft.details])
        )
        for profile, draft in file.drafts.items()
    )
    return Reading(resolved(entities), MappingProxyType(rows), file.published)


# ---------------------------------------------------------------- sections


def _issued(file: _File, element: etree._Element) -> None:
    text = _date(element)
    file.published = (
        datetime.fromisoformat(text).replace(tzinfo=UTC) if text and len(text) == len("2026-01-31") else None
    )


def _reference_values(file: _File, element: etree._Element) -> None:
    for value in element.iter():
        if (number := value.get("ID")) is not None:
            tag = local_name(value)
            file.values.text[tag, number] = plain(value.text) or value.get("Description") or ""
            if tag == "PartySubType":
                file.values.party_type[number] = value.get("PartyTypeID", "")


def _location(file: _File, element: etree._Element) -> None:
    where = f"Location {element.get('ID')}"
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for part in children(element, "LocationPart"):
        kind = file.values.of("LocPartType", part.get("LocPartTypeID"), where)
        values = sorted(children(part, "LocationPartValue"), key=lambda value: value.get("Primary") != "true")
        parts[kind] += [text for value in values if (text := child_text(value, "Value"))]
    countries = [
        file.values.of("Country", found.get("CountryID"), where) for found in children(element, "LocationCountry")
    ] or [file.values.of("AreaCode", found.get("AreaCodeID"), where) for found in children(element, "LocationAreaCode")]
    country = countries[0] if countries else None
    regions = [*parts.pop("STATE/PROVINCE", []), *parts.pop("REGION", [])]
    if country and is_region(country):
        regions.append(country.partition(":")[2].strip() or country)
    towns, postcodes = parts.pop("CITY", []), parts.pop("POSTAL CODE", [])
    streets = [text for kind in _STREET_PARTS for text in parts.pop(kind, [])]
    streets += [text for texts in parts.values() for text in texts]
    file.places[element.get("ID", "")] = _Place(
        lines=", ".join(streets) or None,
        town=", ".join(towns) or None,
        region=", ".join(regions) or None,
        postcode=", ".join(postcodes) or None,
        country=country,
    )


def _document(file: _File, element: etree._Element) -> None:
    where = f"IDRegDocument {element.get('ID')}"
    number = child_text(element, "IDRegistrationNo")
    if number is None:
        raise InvalidList(f"ofac-xml list: {where} has no IDRegistrationNo")
    country = element.get("IssuedBy-CountryID")
    notes = [child_text(element, "IssuingAuthority"), child_text(element, "Comment")]
    for dated in children(element, "DocumentDate"):
        kind = file.values.of("IDRegDocDateType", dated.get("IDRegDocDateTypeID"), where)
        notes.append(f"{kind}: {_period_text(dated)}")
    file.documents[element.get("IdentityID", "")].append(
        _Document(
            file.values.of("IDRegDocType", element.get("IDRegDocTypeID"), where),
            number,
            code_or_text(file.values.of("Country", country, where)) if country else None,
            "; ".join(note for note in notes if note) or None,
        )
    )


def _party(file: _File, element: etree._Element) -> None:
    number = element.get("FixedRef")
    profile = next(children(element, "Profile"), None)
    if number is None or profile is None:
        raise InvalidList("ofac-xml list: a DistinctParty has no FixedRef or no Profile")
    where = f"party {number}"
    subtype = profile.get("PartySubTypeID")
    kind = file.values.of("PartySubType", subtype, where)
    if kind not in _PARTY_TYPES:
        # "Unknown" stands for individuals and entities without a subtype: the type above tells.
        kind = file.values.of("PartyType", file.values.party_type.get(subtype or ""), where)
    if kind not in _PARTY_TYPES:
        raise InvalidList(f"ofac-xml list: unknown party type {kind!r} at {where}; add it to _PARTY_TYPES")
    draft = Draft(LIST, number, _PARTY_TYPES[kind])
    profile_id = profile.get("ID", number)
    if profile_id in file.drafts:
        raise InvalidList(f"ofac-xml list: profile {profile_id} occurs twice")
    file.drafts[profile_id] = draft
    for identity in children(profile, "Identity"):
        _identity(file, draft, identity)
        for document in file.documents.pop(identity.get("ID", ""), []):
            draft.identifiers.append(identifier(document.label, document.number, document.country, document.note))
    draft.names.sort(key=lambda name: name.kind is not NameKind.PRIMARY or name.weak)
    for feature in children(profile, "Feature"):
        _feature(file, draft, feature)
    if comment := child_text(element, "Comment"):
        draft.remarks.append(comment)


def _identity(file: _File, draft: Draft, identity: etree._Element) -> None:
    where = f"party {draft.native_id}"
    part_types: dict[str, str] = {}
    for group in identity.iter():
        if local_name(group) == "NamePartGroup":
            part_types[group.get("ID", "")] = file.values.of("NamePartType", group.get("NamePartTypeID"), where)
    for alias in children(identity, "Alias"):
        kind = file.values.of("AliasType", alias.get("AliasTypeID"), where)
        if kind not in ALIAS_TYPES:
            raise InvalidList(f"ofac-xml list: unknown alias type {kind!r} at {where}; add it to ALIAS_TYPES")
        for documented in children(alias, "DocumentedName"):
            if text := _full_name(documented, part_types):
                draft.name(text, ALIAS_TYPES[kind], weak=alias.get("LowQuality") == "true")


def _full_name(documented: etree._Element, part_types: Mapping[str, str]) -> str:
    """ "SURNAME, Given": as the CSV files write names of persons; the parts in their order for all else."""
    last: list[str] = []
    others: list[str] = []
    for part in documented.iter():
        if local_name(part) == "NamePartValue" and (text := plain(part.text)):
            is_last = part_types.get(part.get("NamePartGroupID", "")) == _LAST_NAME
            (last if is_last else others).append(text)
    return ", ".join(" ".join(parts) for parts in (last, others) if parts)


def _feature(file: _File, draft: Draft, feature: etree._Element) -> None:
    where = f"party {draft.native_id}"
    label = file.values.of("FeatureType", feature.get("FeatureTypeID"), where)
    for version in children(feature, "FeatureVersion"):
        comment = child_text(version, "Comment")
        for place in children(version, "VersionLocation"):
            found = file.places.get(place.get("LocationID", ""))
            if found is None:
                raise InvalidList(
                    f"ofac-xml list: {where} refers to Location {place.get('LocationID')}, not in the file"
                )
            _keep_place(draft, label, found, comment)
            comment = None
        for period in children(version, "DatePeriod"):
            _keep(draft, label, _period_text(version), _is_approximate(period))
        for detail in children(version, "VersionDetail"):
            reference = detail.get("DetailReferenceID")
            text = file.values.of("DetailReference", reference, where) if reference else plain(detail.text)
            if text:
                _keep(draft, label, text)
        if comment:
            draft.remarks.append(f"{label} {comment}")


def _keep_place(draft: Draft, label: str, place: _Place, comment: str | None) -> None:
    if label == "Location":
        draft.address(
            lines=place.lines,
            town=place.town,
            region=place.region,
            postcode=place.postcode,
            country=place.country,
            note=comment,
        )
    elif label in _COUNTRY_FEATURES:
        getattr(draft, _COUNTRY_FEATURES[label]).append(code_or_text(str(place)))
    else:
        _keep(draft, label, str(place))


def _keep(draft: Draft, label: str, text: str, circa: bool = False) -> None:
    if label == "Birthdate" and (born := birth_date(text, circa=circa)):
        draft.birth_dates.append(born)
    elif label == "Place of Birth":
        draft.birth_places.append(text)
    elif label == "Title":
        draft.titles.append(text)
    elif label.startswith(WALLET):
        read_field(draft, WALLET, f"{label.removeprefix(WALLET).strip()} {text}")
    elif detail := _DETAIL_NAMES.get(label.casefold()):
        draft.detail(detail, text)
    elif not read_field(draft, label, text):
        draft.detail(label, text)


def _relationship(file: _File, element: etree._Element) -> None:
    where = f"ProfileRelationship {element.get('ID')}"
    draft, other = (file.drafts.get(element.get(end, "")) for end in ("From-ProfileID", "To-ProfileID"))
    if draft is None or other is None or not other.names:
        raise InvalidList(f"ofac-xml list: {where} refers to a profile that is not in the file")
    relation = (
        re.sub(r"\W+", "_", file.values.of("RelationType", element.get("RelationTypeID"), where)).strip("_").lower()
    )
    if element.get("Former") == "true":
        relation = f"formerly_{relation}"
    draft.links.append(Link(other.names[0].text, relation, f"{other.list_name}-{other.native_id}"))


def _entry(file: _File, element: etree._Element) -> None:
    where = f"SanctionsEntry {element.get('ID')}"
    profile = element.get("ProfileID", "")
    if (draft := file.drafts.get(profile)) is None:
        raise InvalidList(f"ofac-xml list: {where} refers to profile {profile}, which is not in the file")
    list_name = file.values.of("List", element.get("ListID"), where)
    draft.detail("list", list_name)
    if list_name == _SDN_LIST:
        file.on_sdn.add(profile)
    for event in children(element, "EntryEvent"):
        if basis := event.get("LegalBasisID"):
            draft.legal_basis.append(file.values.of("LegalBasis", basis, where))
        for day in children(event, "Date"):
            listed_on = _date(day)
            draft.listed_on = min(filter(None, (draft.listed_on, listed_on)), default=None)
    for measure in children(element, "SanctionsMeasure"):
        if file.values.of("SanctionsType", measure.get("SanctionsTypeID"), where) == "Program" and (
            program := child_text(measure, "Comment")
        ):
            draft.programs.append(program)


READERS: Final[Mapping[str, Callable[[_File, etree._Element], None]]] = {
    "DateOfIssue": _issued,
    "ReferenceValueSets": _reference_values,
    "Location": _location,
    "IDRegDocument": _document,
    "DistinctParty": _party,
    "ProfileRelationship": _relationship,
    "SanctionsEntry": _entry,
}


# ---------------------------------------------------------------- dates


def _date(element: etree._Element) -> str | None:
    """Partial ISO date of Year, Month and Day children."""
    parts = [child_text(element, tag) for tag in ("Year", "Month", "Day")]
    return partial_date("-".join(part for part in parts if part))


def _period_text(element: etree._Element) -> str:
    """The DatePeriod below an element: a date, or "… to …" from the first day to the last."""
    days = sorted(day for found in element.iter() if local_name(found) in ("From", "To") and (day := _date(found)))
    if not days:
        return ""
    whole_year = _whole(days[0], days[-1], year=True)
    whole_month = _whole(days[0], days[-1], year=False)
    return whole_year or whole_month or (days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}")


def _whole(first: str, last: str, *, year: bool) -> str | None:
    """The year or month whose first and last day a period begins and ends with."""
    if year:
        return first[:4] if first[4:] == "-01-01" and last == f"{first[:4]}-12-31" else None
    is_month = first[7:] == "-01" and last[:7] == first[:7] and last[8:] in ("28", "29", "30", "31")
    return first[:7] if is_month else None


def _is_approximate(period: etree._Element) -> bool:
    ends: Iterable[etree._Element] = period.iter()
    return any(end.get("Approximate") == "true" for end in ends)
