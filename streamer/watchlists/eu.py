"""The EU's consolidated list of financial sanctions: FSF XML 1.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from streamer.events import IdentifierKind
from streamer.reference.countries import country_code
from streamer.watchlists import programs
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.documents import kind_of
from streamer.watchlists.draft import Draft
from streamer.watchlists.entity import Entity, EntityType, InvalidList, ListedIdentifier, NameKind
from streamer.watchlists.reading import Reading, child_texts, children, local_name, plain, records

LIST: Final = "eu"
SUBJECT_TYPES: Final = {
    "person": EntityType.PERSON,
    "P": EntityType.PERSON,
    "enterprise": EntityType.ENTITY,
    "entity": EntityType.ENTITY,
    "E": EntityType.ENTITY,
}
_UNKNOWN_COUNTRY: Final = "00"
_LOW_QUALITY: Final = "low quality"
_GENDERS: Final = {"M": "male", "F": "female"}

DOCUMENT_KINDS: Final = {
    "passport": IdentifierKind.PASSPORT,
    "id": IdentifierKind.NATIONAL_ID,
    "ssn": IdentifierKind.SOCIAL_SECURITY,
    "fiscalcode": IdentifierKind.TAX,
    "taxid": IdentifierKind.TAX,
    "regnumber": IdentifierKind.REGISTRATION,
    "tradelic": IdentifierKind.REGISTRATION,
    "swiftbic": IdentifierKind.BIC,
    "imo": IdentifierKind.IMO,
}
"""identificationTypeCode -> kind; other codes are read by their description."""

_FLAGS: Final = ("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer")
CONTACTS: Final = {"EMAIL": "emails", "PHONE": "phones", "WEB": "websites"}


def parse(path: Path) -> Reading:
    """All sanctionEntity elements. Raises InvalidList for what cannot be read."""
    elements = records(path, ("sanctionEntity",), name="eu list")
    root = next(elements)
    if local_name(root) != "export":
        raise InvalidList(f"eu list: the root element is {local_name(root)!r}, not export; is this the EU's file?")
    published = _instant(root.get("generationDate"))
    entities: dict[str, Entity] = {}
    for element in elements:
        entity = _entity(element)
        if entity.native_id in entities:
            raise InvalidList(f"eu list: entity {entity.native_id} occurs twice")
        entities[entity.native_id] = entity
    if not entities:
        raise InvalidList("eu list: no sanctionEntity in it; fetch it again")
    return Reading(tuple(entities.values()), MappingProxyType({"sanctionEntity": len(entities)}), published)


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def _entity(element: etree._Element) -> Entity:
    number = _get(element, "logicalId")
    if number is None:
        raise InvalidList(f"eu list: a sanctionEntity at line {element.sourceline} has no logicalId")
    subject = next(children(element, "subjectType"), None)
    code = (_get(subject, "code") or _get(subject, "classificationCode") or "") if subject is not None else ""
    if code not in SUBJECT_TYPES:
        raise InvalidList(f"eu list: unknown subject type {code!r} at entity {number}; add it to SUBJECT_TYPES")
    draft = Draft(LIST, number, SUBJECT_TYPES[code])
    draft.listed_on = partial_date(_get(element, "designationDate") or "")
    draft.detail("eu_reference_number", _get(element, "euReferenceNumber"))
    draft.detail("united_nation_id", _get(element, "unitedNationId"))
    if details := _get(element, "designationDetails"):
        draft.remarks.append(details)
    for child in element:
        if read := READERS.get(local_name(child)):
            read(draft, child)
        elif text := plain("".join(map(str, child.itertext()))):
            draft.detail(local_name(child), text)
    return draft.entity(programs.of_list(LIST))


def _get(element: etree._Element, attribute: str) -> str | None:
    return plain(element.get(attribute))


def _name(draft: Draft, element: etree._Element) -> None:
    parts = (_get(element, part) for part in ("firstName", "middleName", "lastName"))
    text = _get(element, "wholeName") or " ".join(part for part in parts if part)
    notes = child_texts(element, "remark")
    weak = element.get("strong") == "false" or any(_LOW_QUALITY in note.casefold() for note in notes)
    if text:
        draft.name(text, NameKind.AKA if draft.names else NameKind.PRIMARY, weak=weak)
    draft.remarks += [f"{text}: {note}" if text else note for note in notes]
    draft.titles += [title for tag in ("title", "function") if (title := _get(element, tag))]
    draft.gender = draft.gender or _GENDERS.get(_get(element, "gender") or "")


def _regulation(draft: Draft, element: etree._Element) -> None:
    draft.programs += [programme for programme in (_get(element, "programme"),) if programme]
    draft.legal_basis += [title for title in (_get(element, "numberTitle"),) if title]


def _birth_date(draft: Draft, element: etree._Element) -> None:
    circa = element.get("circa") == "true"
    first, last = _get(element, "yearRangeFrom"), _get(element, "yearRangeTo")
    parts = [_get(element, part) for part in ("year", "monthOfYear", "dayOfMonth")]
    written = _get(element, "birthdate") or "-".join(part for part in parts if part)
    if first and last and not written:
        written = f"{first} to {last}"
    if written and (found := birth_date(written, circa=circa)):
        draft.birth_dates.append(found)
    elif written:
        draft.remarks.append(f"date of birth: {written}")
    if (calendar := _get(element, "calendarType")) and calendar != "GREGORIAN":
        draft.remarks.append(f"date of birth: {calendar} calendar")
    place = [_get(element, part) for part in ("place", "zipCode", "city", "region")]
    if where := ", ".join(part for part in (*place, _country(element, name=True)) if part):
        draft.birth_places.append(where)
    _keep_remarks(draft, "date of birth", element)


def _citizenship(draft: Draft, element: etree._Element) -> None:
    draft.citizenships += [country for country in (_country(element),) if country]
    if region := _get(element, "region"):
        draft.detail("citizenship_region", region)
    _keep_remarks(draft, "citizenship", element)


def _address(draft: Draft, element: etree._Element) -> None:
    post_box = _get(element, "poBox")
    street = [_get(element, "street"), f"PO Box {post_box}" if post_box else None, _get(element, "place")]
    draft.address(
        lines=", ".join(part for part in street if part) or None,
        town=_get(element, "city"),
        region=_get(element, "region"),
        postcode=_get(element, "zipCode"),
        country=_country(element),
        note="; ".join(child_texts(element, "remark")) or None,
    )
    for contact in children(element, "contactInfo"):
        key, value = (_get(contact, "key") or "").upper(), _get(contact, "value")
        if value and key in CONTACTS:
            getattr(draft, CONTACTS[key]).append(value)
        else:
            draft.detail(key.lower() or "contact", value)


def _identification(draft: Draft, element: etree._Element) -> None:
    number = _get(element, "latinNumber") or _get(element, "number")
    code, label = _get(element, "identificationTypeCode") or "", _get(element, "identificationTypeDescription")
    about = [
        *(flag for flag in _FLAGS if element.get(flag) == "true"),
        *(
            f"{part} {text}"
            for part in ("issuedBy", "issueDate", "validFrom", "validTo")
            if (text := _get(element, part))
        ),
        *(f"name {text}" for part in ("nameOnDocument",) if (text := _get(element, part))),
        *child_texts(element, "remark"),
    ]
    note = "; ".join(about) or None
    if number is None:
        draft.remarks += [f"{label or code}: {note}"] if note else []
        return
    kind = DOCUMENT_KINDS.get(code.casefold()) or kind_of(label or code)
    draft.identifiers.append(ListedIdentifier(kind, number, _country(element), label or code or None, note))


def _country(element: etree._Element, *, name: bool = False) -> str | None:
    """Code, or the description where there is no code; None for "00", the EU's sign for an unknown country."""
    code, description = _get(element, "countryIso2Code"), _get(element, "countryDescription")
    if not code or code == _UNKNOWN_COUNTRY:
        return description if description and description != "UNKNOWN" else None
    return description or code if name else country_code(code) or description or code


def _keep_remarks(draft: Draft, about: str, element: etree._Element) -> None:
    draft.remarks += [f"{about}: {note}" for note in child_texts(element, "remark")]


def _remark(draft: Draft, element: etree._Element) -> None:
    draft.remarks += [text for text in (plain(element.text),) if text]


READERS: Final[Mapping[str, Callable[[Draft, etree._Element], None]]] = {
    "nameAlias": _name,
    "regulation": _regulation,
    "birthdate": _birth_date,
    "citizenship": _citizenship,
    "address": _address,
    "identification": _identification,
    "remark": _remark,
    "subjectType": lambda draft, element: None,
}
"""Child of sanctionEntity -> reader; other children become details."""
