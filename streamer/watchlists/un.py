"""The UN Security Council's consolidated list, as consolidated.xml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from streamer.events import IdentifierKind
from streamer.watchlists import programs
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.documents import kind_of, number_in
from streamer.watchlists.draft import Draft, code_or_text
from streamer.watchlists.entity import BirthDate, Entity, EntityType, InvalidList, ListedIdentifier, NameKind
from streamer.watchlists.reading import (
    Reading,
    child_text,
    child_texts,
    local_name,
    plain,
    records,
)
from streamer.watchlists.scripts import script_of

LIST: Final = "un"
SUBJECT_TYPES: Final = {"INDIVIDUAL": EntityType.PERSON, "ENTITY": EntityType.ENTITY}
_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")

_ALIAS_QUALITIES: Final[Mapping[str, tuple[NameKind, bool]]] = {
    "Good": (NameKind.AKA, False),
    "Low": (NameKind.AKA, True),
    "a.k.a.": (NameKind.AKA, False),
    "f.k.a.": (NameKind.FKA, False),
    "": (NameKind.AKA, False),
}
"""QUALITY -> (kind, weak)."""

DOCUMENT_KINDS: Final = {
    "Passport": IdentifierKind.PASSPORT,
    "Numéro de passeport": IdentifierKind.PASSPORT,
    "Número de pasaporte": IdentifierKind.PASSPORT,
    "National Identification Number": IdentifierKind.NATIONAL_ID,
}

NOTHING: Final = frozenset({"na", "n/a"})
"""Written where a field does not apply; as a country code, NA would be Namibia."""

_PERSONAL_KINDS: Final = frozenset(
    {
        IdentifierKind.PASSPORT,
        IdentifierKind.NATIONAL_ID,
        IdentifierKind.DRIVING_LICENCE,
        IdentifierKind.SOCIAL_SECURITY,
        IdentifierKind.TAX,
    }
)

_NOTE_CHARS_MIN: Final = 60
"""A bracket as long as that, or with figures in it, tells of a name and is not part of it."""

_ENUMERATION: Final = re.compile(r"\s+[b-h]\)\s+")
_ORIGINAL_SCRIPT: Final = re.compile(r"\(?\boriginal script\b:?\)?\s*", re.IGNORECASE)
_ABOUT_THE_NAME: Final = re.compile(r"(?P<name>.*?)(?P<note>,\s+born\s.*|\s*\([^()]*\))", re.IGNORECASE | re.DOTALL)
_NOTE_WORDS: Final = re.compile(r"listed as|birth name|combat name|nom de guerre|\(third\)", re.IGNORECASE)
_NUMBER_AFTER_WORDS: Final = re.compile(
    r"(?P<words>.*?\b(?:number|no)\b[.:]*)\s*(?P<number>(?:[A-Z]{1,3}\s)?\S*\d.*)", re.IGNORECASE | re.DOTALL
)


def parse(path: Path) -> Reading:
    """All individuals and entities of the file. Raises InvalidList for what cannot be read."""
    elements = records(path, SUBJECT_TYPES, name="un list")
    root = next(elements)
    if local_name(root) != "CONSOLIDATED_LIST":
        raise InvalidList(
            f"un list: the root element is {local_name(root)!r}, not CONSOLIDATED_LIST; is this the UN's file?"
        )
    published = _instant(root.get("dateGenerated"))
    rows = dict.fromkeys(SUBJECT_TYPES, 0)
    entities: dict[str, Entity] = {}
    for element in elements:
        entity = _entity(element)
        if entity.native_id in entities:
            raise InvalidList(f"un list: DATAID {entity.native_id} occurs twice")
        entities[entity.native_id] = entity
        rows[local_name(element)] += 1
    if not entities:
        raise InvalidList("un list: no INDIVIDUAL and no ENTITY in it; fetch it again")
    return Reading(tuple(entities.values()), MappingProxyType(rows), published)


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _entity(element: etree._Element) -> Entity:
    number = child_text(element, "DATAID")
    if number is None:
        raise InvalidList(f"un list: {local_name(element)} at line {element.sourceline} has no DATAID")
    draft = Draft(LIST, number, SUBJECT_TYPES[local_name(element)])
    name = " ".join(part for tag in _NAME_PARTS if (part := child_text(element, tag)))
    if not name:
        raise InvalidList(f"un list: DATAID {number} has no name")
    for position, part in enumerate(names_in(name)):
        draft.name(part, NameKind.AKA if position else NameKind.PRIMARY)
    for child in element:
        if read := READERS.get(local_name(child).removeprefix(f"{local_name(element)}_")):
            read(draft, child)
        elif local_name(child) not in _NAME_PARTS and (text := plain("".join(map(str, child.itertext())))):
            draft.detail(local_name(child).lower(), text)
    return draft.entity(programs.of_list(LIST))


def names_in(text: str) -> tuple[str, ...]:
    """Several names in one field: "A; B", "A b) B", "original script (A; B)", "A (original script: B)".

    A bracket is a name of its own where it holds several, or another script than what stands before it; an acronym
    in brackets stays with its name.
    """
    found: list[str] = []
    for part in (piece for listed in _ENUMERATION.split(text) for piece in _split_outside_brackets(listed)):
        head, inside = _last_bracket(part)
        inside = _ORIGINAL_SCRIPT.sub("", inside)
        if ";" in inside or (inside and script_of(head) != script_of(inside)):
            found += [head, *names_in(inside)]
        else:
            found.append(part)
    cleaned = (_ORIGINAL_SCRIPT.sub("", name).lstrip(" ;,)").rstrip(" ;,") for name in found)
    return tuple(name for name in cleaned if name)


def _split_outside_brackets(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        if letter == ";" and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _last_bracket(text: str) -> tuple[str, str]:
    """What stands before the bracket that closes the text, and the bracket's content; "" where there is none."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth <= 0:
            break
    return (text[:at].strip(), text[at + 1 : -1].strip()) if text.endswith(")") and at else (text, "")


# ---------------------------------------------------------------- the children of a record


def _alias(draft: Draft, element: etree._Element) -> None:
    quality = child_text(element, "QUALITY") or ""
    if quality not in _ALIAS_QUALITIES:
        raise InvalidList(
            f"un list: unknown QUALITY {quality!r} at DATAID {draft.native_id}; add it to _ALIAS_QUALITIES"
        )
    kind, weak = _ALIAS_QUALITIES[quality]
    text, note = child_text(element, "ALIAS_NAME"), child_text(element, "NOTE")
    for written in names_in(text) if text else ():
        name, about = _name_and_note(written)
        draft.name(name, kind, weak=weak)
        if about:
            draft.remarks.append(written)
    if born := child_text(element, "DATE_OF_BIRTH"):
        _keep_birth_date(draft, birth_date(born), born)
    _keep_place(draft, child_text(element, "CITY_OF_BIRTH"), child_text(element, "COUNTRY_OF_BIRTH"))
    if note:
        draft.remarks.append(f"alias {text or ''}: {note}")
    # "In Arabic: …" beside a romanised alias is a name as well.
    if note and (original := _foreign_run(note)) and text and script_of(text) is None:
        draft.name(original, kind, weak=weak)


def _name_and_note(written: str) -> tuple[str, str | None]:
    """The name, and what the source tells of it in the same field: "A, born 1 Jan. 1953 (passport no. 1)"."""
    found = _ABOUT_THE_NAME.fullmatch(written)
    note = found["note"] if found else ""
    tells = len(note) >= _NOTE_CHARS_MIN or any(c.isdigit() for c in note) or _NOTE_WORDS.search(note)
    if found and found["name"] and tells:
        return found["name"].strip(), found["note"].strip()
    return written, None


def _foreign_run(text: str) -> str | None:
    """The longest stretch of a text in one script that is not Latin."""
    words = [word.strip("().,;:") for word in text.split()]
    runs = [" ".join(run) for foreign, run in groupby(words, key=lambda word: script_of(word) is not None) if foreign]
    return max(runs, key=len) if runs else None


def _birth_date(draft: Draft, element: etree._Element) -> None:
    """TYPE_OF_DATE is EXACT, APPROXIMATELY or BETWEEN; the date is DATE, YEAR, or FROM_YEAR and TO_YEAR."""
    kind, note = child_text(element, "TYPE_OF_DATE"), child_text(element, "NOTE")
    circa = kind == "APPROXIMATELY" or (note or "").casefold().startswith("approx")
    date, year = child_text(element, "DATE"), child_text(element, "YEAR")
    first, last = child_text(element, "FROM_YEAR"), child_text(element, "TO_YEAR")
    if first and last:
        _keep_birth_date(draft, birth_date(f"{first} to {last}", circa=circa), f"{first} to {last}")
    elif text := date or year or first or last:
        _keep_birth_date(draft, birth_date(text, circa=circa), text)
    if note:
        draft.remarks.append(f"date of birth: {note}")


def _keep_birth_date(draft: Draft, found: BirthDate | None, text: str) -> None:
    if found:
        draft.birth_dates.append(found)
    else:
        draft.remarks.append(f"date of birth: {text}")


def _birth_place(draft: Draft, element: etree._Element) -> None:
    _keep_place(draft, *(child_text(element, tag) for tag in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY")))
    if note := child_text(element, "NOTE"):
        draft.remarks.append(f"place of birth: {note}")


def _keep_place(draft: Draft, *parts: str | None) -> None:
    if place := ", ".join(part for part in parts if part and part.casefold() not in NOTHING):
        draft.birth_places.append(place)


def _address(draft: Draft, element: etree._Element) -> None:
    country = child_text(element, "COUNTRY")
    draft.address(
        lines=child_text(element, "STREET"),
        town=child_text(element, "CITY"),
        region=child_text(element, "STATE_PROVINCE"),
        postcode=child_text(element, "ZIP_CODE"),
        country=None if country and country.casefold() in NOTHING else country,
        note=child_text(element, "NOTE"),
    )


def _document(draft: Draft, element: etree._Element) -> None:
    kind, kind2 = child_text(element, "TYPE_OF_DOCUMENT"), child_text(element, "TYPE_OF_DOCUMENT2")
    number, note = child_text(element, "NUMBER"), child_text(element, "NOTE")
    issuer, issued_in = child_text(element, "ISSUING_COUNTRY"), child_text(element, "COUNTRY_OF_ISSUE")
    country = issuer or issued_in
    place = (child_text(element, "CITY_OF_ISSUE"), issued_in if issuer and issued_in != issuer else None)
    where = ", ".join(part for part in place if part)
    issued = child_text(element, "DATE_OF_ISSUE")
    about = [f"issued {issued}" if issued else None, f"in {where}" if where else None, note]
    notes = "; ".join(part for part in about if part) or None
    label = kind2 or kind
    if number is None:
        if found := [part for part in (kind, kind2, country, notes) if part]:
            draft.remarks.append(" ".join(found))
        return
    # "Congo service passport number SA0020249": the words name the document better than its type does.
    if words := _NUMBER_AFTER_WORDS.fullmatch(number):
        label, number = words["words"], words["number"]
    told = (kind_of(text) for text in (words["words"] if words else "", kind2 or ""))
    identifier_kind = next((found for found in told if found in _PERSONAL_KINDS), None)
    if identifier_kind is None:
        identifier_kind = DOCUMENT_KINDS.get(kind or "") or kind_of(kind or "")
    value, bracket_country, about_number = number_in(number)
    notes = "; ".join(part for part in (about_number, notes) if part) or None
    code = code_or_text(country) if country else bracket_country
    draft.identifiers.append(ListedIdentifier(identifier_kind, value, code, label, notes))


def _listed_on(draft: Draft, text: str) -> None:
    draft.listed_on = partial_date(text)
    if draft.listed_on is None:
        draft.detail("listed_on", text)


def _values(keep: Callable[[Draft, str], None]) -> Callable[[Draft, etree._Element], None]:
    """Reader of an element with VALUE children, or with a text of its own."""

    def read(draft: Draft, element: etree._Element) -> None:
        for text in (plain(element.text), *child_texts(element, "VALUE")):
            if text:
                keep(draft, text)

    return read


def _nationality(draft: Draft, text: str) -> None:
    if text.casefold() not in NOTHING:
        draft.nationalities.append(code_or_text(text))


def _original_script(draft: Draft, text: str) -> None:
    for name in names_in(text):
        draft.name(name, NameKind.PRIMARY)


def _gender(draft: Draft, text: str) -> None:
    draft.gender = text.casefold()


READERS: Final[Mapping[str, Callable[[Draft, etree._Element], None]]] = {
    "ALIAS": _alias,
    "ADDRESS": _address,
    "DATE_OF_BIRTH": _birth_date,
    "PLACE_OF_BIRTH": _birth_place,
    "DOCUMENT": _document,
    "LISTED_ON": _values(_listed_on),
    "NAME_ORIGINAL_SCRIPT": _values(_original_script),
    "NATIONALITY": _values(_nationality),
    "GENDER": _values(_gender),
    "UN_LIST_TYPE": _values(lambda draft, text: draft.programs.append(text)),
    "TITLE": _values(lambda draft, text: draft.titles.append(text)),
    "DESIGNATION": _values(lambda draft, text: draft.titles.append(text)),
    "COMMENTS1": _values(lambda draft, text: draft.remarks.append(text)),
    "REFERENCE_NUMBER": _values(lambda draft, text: draft.detail("reference_number", text)),
    "LAST_DAY_UPDATED": _values(lambda draft, text: draft.detail("last_day_updated", text)),
    "LIST_TYPE": _values(lambda draft, text: draft.detail("list_type", text)),
    "DATAID": lambda draft, element: None,
}
"""Child of a record, without the prefix INDIVIDUAL_ or ENTITY_ -> reader; other children become details."""
