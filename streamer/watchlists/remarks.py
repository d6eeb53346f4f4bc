"""The grammar of OFAC's remarks: what each `;`-separated piece says.

The remarks of SDN.CSV are built from the fields of the advanced data model, in a fixed wording: a label, a value, often
a country in brackets and dates of issue and expiry; "alt." marks a further value. What matches no known label stays in
the remarks, in OFAC's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from streamer.watchlists.dates import birth_date
from streamer.watchlists.documents import kind_of, number_in
from streamer.watchlists.draft import Draft, code_or_text
from streamer.watchlists.entity import Link, ListedIdentifier, ListedWallet, NameKind

_IMO_PREFIX: Final = re.compile(r"^IMO\s*", re.IGNORECASE)
_WALLET: Final = re.compile(r"([A-Z0-9]{2,10})\s+(\S+)")
_EMAIL: Final = re.compile(r"(\S+@\S+\.[A-Za-z]+)(?:\s+\(email\))?")
_WEBSITE: Final = re.compile(r"((?:https?://|www\.)\S+)(?:\s+\(website\))?")
_WEAK_NAME: Final = re.compile(r"(?:alt\.\s+)?(?P<kind>[afn])\.k\.a\.:?\s+'(?P<name>.+)'", re.IGNORECASE)
_ABBREVIATION: Final = re.compile(r"[\s.][A-Z]\.$")
"""The last point of "S.A. DE C.V." closes the abbreviation as well as the remarks."""

_WEAK_KINDS: Final = {"a": NameKind.AKA, "f": NameKind.FKA, "n": NameKind.NKA}

Reader = Callable[[Draft, str, str], bool]
"""(entity, label, value) -> the value was understood and kept."""


def _birth_date(draft: Draft, _: str, value: str) -> bool:
    if found := birth_date(value):
        draft.birth_dates.append(found)
    return found is not None


def _gender(draft: Draft, _: str, value: str) -> bool:
    draft.gender = value.casefold()
    return True


def _identifier(draft: Draft, label: str, value: str) -> bool:
    number = number_in(value)
    # Without a figure it is a sentence ("U.S.A. Passport issued … in Amman"), not a number.
    if not any(c.isdigit() for c in number.value):
        return False
    draft.identifiers.append(identifier(label, number.value, number.country, number.note))
    return True


def identifier(label: str, number: str, country: str | None, note: str | None) -> ListedIdentifier:
    """An identifier of the kind its label, or the number's own "IMO", speaks of."""
    written = _IMO_PREFIX.sub("", number)
    return ListedIdentifier(kind_of("IMO" if written != number else label), written, country, label, note)


def _bic(draft: Draft, label: str, value: str) -> bool:
    draft.identifiers.append(ListedIdentifier(kind_of(label), value.replace(" ", ""), None, label))
    return True


def _wallet(draft: Draft, _: str, value: str) -> bool:
    found = _WALLET.fullmatch(value)
    if found:
        draft.wallets.append(ListedWallet(found[1], found[2]))
    return found is not None


def _country_into(field: str) -> Reader:
    def read(draft: Draft, _: str, value: str) -> bool:
        getattr(draft, field).append(code_or_text(value))
        return True

    return read


def _text_into(field: str) -> Reader:
    def read(draft: Draft, _: str, value: str) -> bool:
        getattr(draft, field).append(value)
        return True

    return read


def _directive(draft: Draft, label: str, value: str) -> bool:
    draft.legal_basis.append(f"{label} {value}")
    return True


def _link(draft: Draft, _: str, value: str) -> bool:
    draft.links.append(Link(value))
    return True


def _detail(draft: Draft, label: str, value: str) -> bool:
    draft.detail(label, value)
    return True


_READERS: Final[Mapping[Reader, tuple[str, ...]]] = {
    _birth_date: ("DOB",),
    _text_into("birth_places"): ("POB",),
    _country_into("nationalities"): ("nationality",),
    _country_into("citizenships"): ("citizen",),
    _gender: ("Gender",),
    _bic: ("SWIFT/BIC",),
    _wallet: ("Digital Currency Address -",),
    _text_into("emails"): ("Email Address", "Email"),
    _text_into("phones"): ("Phone Number", "Telephone No.", "Telephone", "Phone"),
    _text_into("websites"): ("Website",),
    _link: ("Linked To",),
    _directive: (
        "Executive Order 13662 Directive Determination -",
        "Executive Order 14024 Directive Information -",
        "Executive Order 14024 Directive Information",
        "Executive Order 14014 Directive Information",
        "Executive Order 13846 information",
        "Executive Order 14059 information",
        "CAATSA Section 235 Information",
        "IFCA Determination -",
    ),
    _detail: (
        "Additional Sanctions Information -",
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        "Aircraft Manufacture Date",
        "Aircraft Manufacturer's Serial Number (MSN)",
        "Aircraft Mode S Transponder Code",
        "Aircraft Model",
        "Aircraft Operator",
        "Aircraft Serial Identification",
        "Aircraft Tail Number",
        "Equity Ticker",
        "Fax No.",
        "Fax",
        "Former Vessel Flag",
        "Issuer Name",
        "Nationality of Registration",
        "Organization Established Date",
        "Organization Type",
        "Other Vessel Call Sign",
        "Other Vessel Flag",
        "Other Vessel Type",
        "Previous Aircraft Tail Number",
        "Registration Country",
        "Secondary sanctions risk",
        "Target Type",
        "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions",
        "Vessel Flag",
        "Vessel Owner",
        "Vessel Type",
        "Vessel Year of Build",
    ),
    _identifier: (
        "Afghan Money Service Provider License Number",
        "BIK (RU)",
        "Birth Certificate Number",
        "Bosnian Personal ID No.",
        "Branch Unit Number",
        "British National Overseas Passport",
        "Business Number",
        "Business Registration Document",
        "Business Registration Number",
        "C.I.F.",
        "C.I.N.",
        "C.R. No.",
        "C.U.I.",
        "C.U.I.P.",
        "C.U.I.T.",
        "C.U.R.P.",
        "Cartilla de Servicio Militar Nacional",
        "Cedula No.",
        "Central Registration System Number",
        "Certificate of Incorporation Number",
        "Chamber of Commerce Number",
        "Chinese Commercial Code",
        "Citizen's Card Number",
        "Commercial Registry Number",
        "Company ID",
        "Company Number",
        "Credencial electoral",
        "D-U-N-S Number",
        "D.N.I.",
        "Diplomatic Passport",
        "Driver's License No.",
        "Dubai Chamber of Commerce Membership No.",
        "Economic Register Number (CBLS)",
        "Electoral Registry No.",
        "Enterprise Number",
        "File Number",
        "Folio Mercantil No.",
        "Government Gazette Number",
        "I.F.E.",
        "ISIN",
        "Identification Number",
        "Immigration No.",
        "Istanbul Chamber of Comm. No.",
        "Italian Fiscal Code",
        "Kenyan ID No.",
        "LE Number",
        "Legal Entity Number",
        "License",
        "MMSI",
        "MSN",
        "Matricula Mercantil No",
        "Military Registration Number",
        "Moroccan Personal ID No.",
        "N.I.E.",
        "N.I.F.",
        "NIT #",
        "National Foreign ID Number",
        "National ID No.",
        "Numero Unico de Identificacao Tributaria (NUIT)",
        "Numero de Identidad",
        "Organization Code",
        "Paraguayan tax identification number",
        "Passport",
        "Permit Number",
        "Personal ID Card",
        "Public Registration Number",
        "Public Security and Immigration No.",
        "R.F.C.",
        "RFC",
        "RIF #",
        "RTN",
        "RUC #",
        "Refugee ID Card",
        "Registered Charity No.",
        "Registration Certificate Number (Dubai)",
        "Registration ID",
        "Registration Number",
        "Residency Number",
        "Romanian C.R.",
        "Russian State Individual Business Registration Number Pattern (OGRNIP)",
        "SRE Permit No.",
        "SSN",
        "Serial No.",
        "Stateless Person ID Card",
        "Stateless Person Passport",
        "Tax ID No.",
        "Tazkira National ID Card",
        "Trade License No.",
        "Trademark number",
        "Travel Document Number",
        "Turkish Identification Number",
        "U.S.A. Passport",
        "UAE Identification",
        "UK Company Number",
        "US FEIN",
        "Unified Social Credit Code (USCC)",
        "United Social Credit Code Certificate (USCCC)",
        "V.A.T. Number",
        "Vessel Registration Identification",
        "VisaNumberID",
    ),
}
_READER_OF: Final = {
    label.casefold(): (label.rstrip(" -#"), reader) for reader, labels in _READERS.items() for label in labels
}
"""Folded label -> (label to show, reader)."""

# Longest first: "Nationality of Registration" must not be read as "nationality".
_PIECE: Final = re.compile(
    r"(?:alt\.\s+)?(?P<label>"
    + "|".join(re.escape(label) for label in sorted(_READER_OF, key=len, reverse=True))
    # Directives' dates name their directive: "Listing Date (EO 14024 Directive 3): 24 Feb 2022".
    + r"|(?:Listing|Effective|Purchase/Sales For Divestment) Date \([^)]*\))(?:\s*:|(?=\s|$))\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED: Final = re.compile(
    r"(?:alt\.\s+)?(?P<label>[A-Z][\w.'/&() -]{2,60}?(?:\bNo\.|\bNumber|\bID|\bCard|\bCode|\bCertificate))\s*[:#]?\s+"
    r"(?P<value>#?\s*[A-Z-]{0,8}[ -]?\d.*)",
    re.DOTALL,
)
"""A label of a kind OFAC may add: it ends like the known ones and a number follows."""


def read_remarks(draft: Draft, remarks: str, *, starts: bool = True, complete: bool = True) -> None:
    """Put every piece of the remarks into the field it belongs to.

    starts, complete: False where the text is cut at its beginning or its end; the piece there may be half a wallet or
    number, and stays text.
    """
    pieces = [piece.strip() for piece in remarks.split(";")]
    if complete and pieces[-1].endswith(".") and not _ABBREVIATION.search(pieces[-1]):
        pieces[-1] = pieces[-1][:-1]
    for position, piece in enumerate(pieces, start=1):
        whole = (starts or position > 1) and (complete or position < len(pieces))
        if piece and not (whole and _read_piece(draft, piece)):
            draft.remarks.append(piece)


def read_field(draft: Draft, label: str, value: str) -> bool:
    """Keep a value by OFAC's label for it; False where the label is unknown or the value does not fit it."""
    label, reader = _READER_OF.get(label.casefold().rstrip(":").strip(), (label, None))
    return reader is not None and reader(draft, label, value)


def _read_piece(draft: Draft, piece: str) -> bool:
    if found := _WEAK_NAME.fullmatch(piece):
        draft.name(found["name"].strip(), _WEAK_KINDS[found["kind"].casefold()], weak=True)
        return True
    if found := _PIECE.fullmatch(piece):
        label, reader = _READER_OF.get(found["label"].casefold(), (found["label"], _detail))
        value = found["value"].strip()
        return bool(value) and reader(draft, label, value)
    if found := _NUMBERED.fullmatch(piece):
        return _identifier(draft, found["label"], found["value"])
    if found := _EMAIL.fullmatch(piece):
        draft.emails.append(found[1])
        return True
    if found := _WEBSITE.fullmatch(piece):
        draft.websites.append(found[1])
        return True
    return False
