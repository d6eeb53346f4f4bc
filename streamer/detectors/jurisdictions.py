"""Jurisdictions: countries and regions of every element on the route, judged by the law of the day.

What is embargoed, high-risk or watched, by which programme and since when, is data
(`data/jurisdictions.toml`); which words name such a place is the gazetteer (`data/places.toml`). Three dates
count, the event's, the receipt's and the execution's, and the strictest regime of the three applies: a
backdated payment must not dodge an embargo, and a payment of the past is judged by the law of its day.

IBAN and BIC say where an account is held, not who holds it; nationality says neither, and counts only where
the policy asks; IP addresses where it names a database of networks. Pure: receipt time is an argument.
"""

from __future__ import annotations

import gc
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from streamer.detectors.regimes import (
    EMBARGO,
    JURISDICTIONS_FILE,
    InvalidJurisdictions,
    Level,
    Postcodes,
    Regime,
    increased_monitoring,
    postcodes_from,
    regime_from,
)
from streamer.events import (
    Account,
    Address,
    Agent,
    Agreement,
    Consequence,
    Event,
    Evidence,
    Finding,
    IdentifierKind,
    Party,
    PartyType,
    Severity,
    Verdict,
    Worker,
    digest,
    known,
)
from streamer.policy import JurisdictionsPolicy
from streamer.reference.countries import countries_named, country_code, country_name, is_region
from streamer.reference.identifiers import bic_country, iban_country, normalised_phone
from streamer.reference.in_text import IBAN_CHARS_MIN, bics_in, domains_in, ibans_in, phones_in, phones_in_field
from streamer.reference.networks import Networks, text_of
from streamer.reference.places import STREET_ELEMENTS, Gazetteer, PlaceKind, Sighting
from streamer.reference.text import folded_words, plain
from streamer.route import Kind, Route

_PLACES_FILE: Final = "places.toml"
_TOWNS_FILE: Final = "towns.tsv"
_NETWORKS_FILE: Final = "ip_networks.csv"
_PACKAGED: Final = "packaged"
"""Instead of a path: the networks that ship."""

ELEMENTS_NAMED_MAX = 5
"""Elements spelled out in one reason."""

EVIDENCE_MAX = 50
"""Elements in the evidence of one finding; the reason says how many more there are."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One element that points to a jurisdiction."""

    element: str
    code: str
    what: str
    """Completes "<element> …": `is an account in Iran`."""
    is_mention: bool = False
    """Somebody wrote the word; nothing says that the money or a party is there."""
    spelling: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a level means for the payment."""

    id: str
    verdict: Verdict
    severity: Severity
    advice: str


_LOCATED: Final[Mapping[Level, _Rule]] = {
    Level.EMBARGO: _Rule(
        EMBARGO,
        Verdict.HOLD,
        Severity.HIGH,
        "Do not execute. Establish where the party and the money really are; only a licence or an exemption of the "
        "programme permits the payment.",
    ),
    Level.HIGH: _Rule(
        "HIGH_RISK_JURISDICTION",
        Verdict.REVIEW,
        Severity.MEDIUM,
        "Apply enhanced due diligence: purpose, counterparties and origin of the funds.",
    ),
    Level.ELEVATED: _Rule(
        "ELEVATED_RISK_JURISDICTION",
        Verdict.REVIEW,
        Severity.LOW,
        "Weigh it together with the other findings; the listing alone forbids nothing.",
    ),
}
_MENTIONED: Final = _Rule(
    "PLACE_IN_TEXT",
    Verdict.REVIEW,
    Severity.MEDIUM,
    "Ask what the payment has to do with the place: goods, services, travel and freight count as dealings with it.",
)

_PHONE_PREFIX: Final = re.compile(r"\s*(?:\(?\s*\+|00|011)")
_DIGIT: Final = re.compile(r"\d")
_PREFIX_IN_BRACKETS: Final = re.compile(r"\s*\(\d{3}\)")
"""An area code, or a country's prefix: North American numbers have ten digits."""
_INTERNATIONAL_DIGITS_MIN: Final = 12
_BRACKETED_DIGITS_MIN: Final = 11
_MARKED_DIGITS_MIN: Final = 12
"""Of a number behind 00 in a text: ten digits are the shortest of the countries in question with their prefix."""
_RUSSIAN_DIGITS: Final = 11
_PREFIX_DIGITS_MAX = 6
_IBAN_BEGINNING: Final = re.compile(r"\s*([A-Za-z]{2})\s*\d")

# SWIFT's code words for residence in regulatory reporting, and country codes in structured address lines:
# `/BENEFRES/IR//`, `3/CU/HAVANA`.
_RESIDENCE_IN_TEXT: Final = re.compile(r"/(?:ORDERRES|BENEFRES)/([A-Z]{2})(?![A-Z])")
_COUNTRY_LINE: Final = re.compile(r"\s*3/([A-Z]{2})(?:/|\s*$)")
_LAST_WORD: Final = re.compile(r"(?:^|[\s,])([A-Z]{2,3})[\s.]*$")

_TEXTS: Final = (Kind.TEXT, Kind.UNKNOWN)
_CODES: Final = (Kind.CLEARING, Kind.ACCOUNT, Kind.PROXY, Kind.IDENTIFIER, Kind.WALLET, Kind.ASSET, Kind.REFERENCE)
_WORDLESS: Final = frozenset({Kind.IBAN, Kind.PHONE, Kind.IP, Kind.CURRENCY})
"""No word belongs there, and no country but by its number."""
_NO_IBANS: Final = _WORDLESS - {Kind.IBAN} | {Kind.NAME, Kind.BANK, Kind.ADDRESS, Kind.PLACE, Kind.EMAIL}
"""No account belongs there. What may hold one is read for it as the number or text it is."""
_WORD: Final = re.compile(r"[^\W\d_]{3}|(?:[^\W\d_][\W_]){3}[^\W\d_]|[\U0001f1e6-\U0001f1ff]{2}")
"""What may name a place, in plain letters: a word, letters apart, a flag."""
_NOT_WORDS: Final = re.compile(r"[\W_]+")

# Elements whose countries should agree, by party, first those that say where the money is.
_SIDES: Final[Mapping[str, tuple[str, str]]] = {
    # party: (account, agent)
    "debtor": ("debtor_account", "debtor_agent"),
    "creditor": ("creditor_account", "creditor_agent"),
    "employer": ("employer_account", "employer_agent"),
    "worker": ("payout_account", "payout_agent"),
}


def _international(phone: str) -> str | None:
    """Digits of one number from the country's prefix on; None for a national number, which says nothing.

    Without a plus, twelve digits and more can be nothing else; eleven behind an 8 are how Russia dials itself.
    """
    digits = normalised_phone(phone)
    if digits is None:
        return None
    if found := _PHONE_PREFIX.match(phone):
        return normalised_phone(phone[found.end() :])
    if len(digits) >= _INTERNATIONAL_DIGITS_MIN and not phone.lstrip(" (").startswith("0"):
        return digits
    if len(digits) >= _BRACKETED_DIGITS_MIN and _PREFIX_IN_BRACKETS.match(phone):
        return digits
    return f"7{digits[1:]}" if len(digits) == _RUSSIAN_DIGITS and digits[0] == "8" else None


class Jurisdictions:
    """The table of jurisdictions and the gazetteer, under one policy. Immutable; `findings` per event."""

    def __init__(
        self,
        jurisdictions_toml: str,
        places_toml: str,
        reported: JurisdictionsPolicy | None = None,
        ip_networks_csv: str = "",
        towns_tsv: str = "",
    ) -> None:
        """Raises InvalidJurisdictions, InvalidPlaces or InvalidNetworks naming the row and the cure."""
        table = tomllib.loads(jurisdictions_toml)
        self.version = digest("\x1f".join((jurisdictions_toml, places_toml, ip_networks_csv, towns_tsv)).encode())
        """sha256 of all files: which law judged."""
        self._networks = Networks.from_csv(ip_networks_csv)
        self._reported = reported or JurisdictionsPolicy()
        rows = [*map(regime_from, table["jurisdiction"]), *increased_monitoring(table["fatf_increased_monitoring"])]
        if not self._reported.elevated:
            rows = [row for row in rows if row.level is not Level.ELEVATED]
        self._regimes: dict[str, tuple[Regime, ...]] = {}
        for row in rows:
            self._regimes[row.code] = (*self._regimes.get(row.code, ()), row)
        self._names = {row.code: row.name for row in rows}
        self._phone_prefixes: Mapping[str, str] = table["phone_prefixes"]
        self._bic_locations = {code: frozenset(places) for code, places in table["bic_locations"].items()}
        self._currencies: Mapping[str, str] = table["currencies"]
        self._domains = frozenset(table["internet_domains"]["codes"])
        self._postcodes = tuple(map(postcodes_from, table["postcodes"]))
        self._banking_area = {code: area[0] for area in table["agreement"]["same_banking_area"] for code in area}
        self._gazetteer = _gazetteer(places_toml, towns_tsv)
        self._own_countries = {
            code: frozenset({code[:2], *(c for row in group for c in row.administered_by)})
            for code, group in self._regimes.items()
        }
        if unknown := {place.code for place in self._gazetteer.places} - self._regimes.keys():
            raise InvalidJurisdictions(f"places: code {min(unknown)!r} has no row in {JURISDICTIONS_FILE}; add one")

    @classmethod
    def load(cls, reported: JurisdictionsPolicy | None = None, folder: Path | None = None) -> Jurisdictions:
        """From the packaged data, or from a folder that holds both tables; its `towns.tsv` may be missing.

        `reported` is the policy's section: whether nationality counts, and whether the FATF grey list is reported.
        """
        packaged = files("streamer.data")
        source = packaged if folder is None else folder
        networks = reported.ip_networks if reported else ""
        if networks == _PACKAGED:
            networks_csv = packaged.joinpath(_NETWORKS_FILE).read_text("utf-8")
        else:
            networks_csv = text_of(Path(networks)) if networks else ""
        return cls(
            source.joinpath(JURISDICTIONS_FILE).read_text("utf-8"),
            source.joinpath(_PLACES_FILE).read_text("utf-8"),
            reported,
            networks_csv,
            _towns_of(source).read_text("utf-8"),
        )

    # ------------------------------------------------------------ judging

    def findings(self, route: Route, received_at: datetime) -> tuple[Finding, ...]:
        """One finding per jurisdiction and cause, over every element on the route."""
        stated = tuple(self._stated(route))
        days = _days(route.event, received_at)
        grouped: dict[tuple[str, str], list[_Seen]] = {}
        regimes: dict[str, tuple[Regime, date] | None] = {}
        for seen in (*self._countries_seen(stated), *self._seen(route)):
            if seen.code not in regimes:
                regimes[seen.code] = self._strictest(seen.code, days)
            applied = regimes[seen.code]
            if applied is not None and not (seen.is_mention and applied[0].level is Level.ELEVATED):
                rule = _MENTIONED if seen.is_mention else _LOCATED[applied[0].level]
                grouped.setdefault((rule.id, seen.code), []).append(seen)
        found = [_finding(group, *applied) for (_, code), group in grouped.items() if (applied := regimes[code])]
        return (*found, *self._conflicts(dict(reversed(stated)), days))

    def _strictest(self, code: str, days: Sequence[date]) -> tuple[Regime, date] | None:
        """The strictest regime of the days, and the first day on which it holds."""
        holding = [(row, day) for row in self._regimes.get(code, ()) for day in days if row.holds_on(day)]
        return max(holding, key=lambda held: held[0].level.rank, default=None)

    # ------------------------------------------------------------ what each element says

    def _stated(self, route: Route) -> Iterator[tuple[str, str]]:
        """(element, alpha-2 code) of every IBAN, BIC, address country and residence."""
        for path, account in route.accounts:
            for field, number in (("iban", account.iban), ("other", account.other)):
                if number and (country := iban_country(number)):
                    yield f"{path}.{field}", country
        for path, agent in route.agents:
            if agent.bic and (country := bic_country(agent.bic)):
                yield f"{path}.bic", country
        for path, address in route.addresses:
            for country in _stated_countries(address.country) if address.country else ():
                yield f"{path}.country", country
        for path, party in route.parties:
            for n, identifier in enumerate(party.identifiers):
                if identifier.kind is IdentifierKind.BIC and (country := bic_country(identifier.value)):
                    yield f"{path}.identifiers[{n}]", country
            for country in _stated_countries(party.country_of_residence) if party.country_of_residence else ():
                yield f"{path}.country_of_residence", country

    def _countries_seen(self, stated: Iterable[tuple[str, str]]) -> Iterator[_Seen]:
        for element, code in stated:
            if code in self._regimes:
                yield _Seen(element, code, _says(element).format(self._names[code]))

    def _seen(self, route: Route) -> Iterator[_Seen]:
        """What is not a country code: places in addresses, names and texts, phone prefixes, postcodes."""
        for path, address in route.addresses:
            yield from self._in_address(path, address)
        for path, party in route.parties:
            yield from self._in_party(path, party)
        for path, agent in route.agents:
            yield from self._in_agent(path, agent)
        for path, account in route.accounts:
            yield from self._in_account(path, account)
        named: set[str] = set()
        for path, text in route.of_kind(*_TEXTS):
            for seen in self._in_text(path, text):
                named.add(seen.code)
                yield seen
        for path, text, _ in route.seams:
            # An address is read as a whole.
            if ".lines[" not in path:
                yield from (s for s in self._mentions(path, self._gazetteer.in_text(text)) if s.code not in named)
        for path, currency in route.of_kind(Kind.CURRENCY):
            if (code := self._currencies.get(currency.strip().upper())) in self._regimes:
                assert code is not None
                yield _Seen(path, code, f"is the currency of {self._names[code]}", is_mention=True)
        for path, text in route.of_kind(Kind.EMAIL):
            name, at, _ = text.partition("@")
            # iran.johnson@… is somebody's name.
            found = self._gazetteer.in_name(_NOT_WORDS.sub(" ", name)) if at else self._gazetteer.in_text(text)
            yield from self._mentions(path, found)
        for path, text in route.of_kind(*_CODES):
            yield from self._in_code(path, text)
        for path, kind, text in route.elements:
            if kind in _WORDLESS and _WORD.search(plain(text)):
                yield from self._mentions(path, self._gazetteer.in_text(text))
            if kind in _NO_IBANS and len(text) >= IBAN_CHARS_MIN and _DIGIT.search(text):
                yield from self._ibans(path, plain(text))

    def _in_code(self, path: str, text: str) -> Iterator[_Seen]:
        """What should be a number or a code may be any text."""
        yield from self._numbers_in_text(path, text, is_code=True)
        if _WORD.search(plain(text)):
            yield from self._mentions(path, self._gazetteer.in_text(text))

    def _in_party(self, path: str, party: Party) -> Iterator[_Seen]:
        if party.phone:
            yield from self._of_phone(f"{path}.phone", party.phone)
        if party.email:
            yield from self._of_domain(f"{path}.email", party.email)
        if party.ip and (code := self._networks.country(party.ip)) in self._regimes:
            # Behind a proxy sits anybody: a doubt.
            yield _Seen(f"{path}.ip", code, f"is an IP address in {self._names[code]}", is_mention=True)
        # People are called Iran Johnson, nobody North Korea, or by nothing but the name of a place; organisations carry
        # one in their name because they are there.
        if party.name and (found := self._gazetteer.in_text(party.name)):
            counts = {s for s in found if _is_all(party.name, s) or (s.place.is_country and " " in s.spelling)}
            if party.type is not PartyType.PERSON and not isinstance(party, Worker):
                is_organisation = party.type in (PartyType.ENTITY, PartyType.VESSEL)
                counts.update(self._gazetteer.in_name(party.name, is_organisation=is_organisation))
            yield from self._mentions(f"{path}.name", (s for s in found if s in counts))
        if party.country_of_residence:
            yield from self._in_country(f"{path}.country_of_residence", party.country_of_residence)
        if self._reported.nationality and party.nationality:
            for code in self._regimes.keys() & _stated_countries(party.nationality):
                yield _Seen(f"{path}.nationality", code, f"states the nationality of {self._names[code]}")
        if self._reported.nationality and party.birth_place:
            yield from self._mentions(f"{path}.birth_place", self._gazetteer.in_text(party.birth_place))

    def _in_agent(self, path: str, agent: Agent) -> Iterator[_Seen]:
        if agent.name:
            yield from self._mentions(f"{path}.name", self._gazetteer.in_name(agent.name, is_organisation=True))

    def _in_account(self, path: str, account: Account) -> Iterator[_Seen]:
        if account.proxy:
            yield from self._of_phone(f"{path}.proxy", account.proxy)
        found = _IBAN_BEGINNING.match(account.iban) if account.iban else None
        code = found[1].upper() if found else None
        # Check digits decide what is an account there; what fails them is worth a look, no more.
        if account.iban and code in self._regimes and iban_country(account.iban) is None:
            what = f"is no valid IBAN and begins with the code of {self._names[code]}"
            yield _Seen(f"{path}.iban", code, what, is_mention=True)

    def _in_text(self, path: str, text: str) -> Iterator[_Seen]:
        yield from self._mentions(path, self._gazetteer.in_text(text))
        yield from self._numbers_in_text(path, text)
        for code in _RESIDENCE_IN_TEXT.findall(text) if "RES/" in text else ():
            if code in self._regimes:
                yield _Seen(path, code, f"reports residence in {self._names[code]}")

    def _numbers_in_text(self, element: str, text: str, is_code: bool = False) -> Iterator[_Seen]:
        """IBANs, BICs, phone numbers and internet domains of embargoed countries, wherever they are written.

        A code is no phone number: account numbers begin with 00, too.
        """
        text = plain(text)
        if _DIGIT.search(text):
            yield from self._ibans(element, text)
            for phone in phones_in(text, only_international=True) if not is_code else ():
                if phone.startswith("00") and sum(map(str.isdigit, phone)) < _MARKED_DIGITS_MIN:
                    continue  # an invoice is numbered so, too
                for seen in self._of_one_phone(element, phone):
                    yield _Seen(
                        element, seen.code, f"holds a phone number of {self._names[seen.code]}", is_mention=True
                    )
        for bic in bics_in(text):
            code = bic[4:6]
            # Words have such letters, too ("REQUIRED"): the location code behind them tells.
            if code in self._bic_locations and bic[6:8] in self._bic_locations[code]:
                yield _Seen(element, code, f"holds a BIC of {self._names[code]}", is_mention=True)
        if "." in text:
            yield from self._of_domain(element, text)

    def _ibans(self, element: str, text: str) -> Iterator[_Seen]:
        """`text` is plain."""
        for iban in ibans_in(text):
            if iban[:2] in self._regimes:
                yield _Seen(element, iban[:2], f"holds an IBAN of {self._names[iban[:2]]}", is_mention=True)

    def _of_domain(self, element: str, text: str) -> Iterator[_Seen]:
        for domain in domains_in(text, only_addressed=True):
            code = domain.rpartition(".")[2].upper()
            if code in self._domains and code in self._regimes:
                yield _Seen(element, code, f"holds an internet domain of {self._names[code]}", is_mention=True)

    def _mentions(self, element: str, sightings: Iterable[Sighting]) -> Iterator[_Seen]:
        for sighting in sightings:
            yield self._place_seen(element, sighting, is_mention=True)

    def _place_seen(self, element: str, sighting: Sighting, is_mention: bool) -> _Seen:
        code = sighting.place.code
        where = "" if sighting.spelling == self._names[code] else f" ({self._names[code]})"
        return _Seen(element, code, f"names {sighting.spelling}{where}", is_mention, sighting.spelling)

    def _of_phone(self, element: str, phones: str) -> Iterator[_Seen]:
        """What the numbers of a phone field say."""
        for phone in phones_in_field(plain(phones)):
            yield from self._of_one_phone(element, phone)

    def _of_one_phone(self, element: str, phone: str) -> Iterator[_Seen]:
        """The longest known prefix of an international number; a national one says nothing."""
        digits = _international(phone)
        for length in range(_PREFIX_DIGITS_MAX, 1, -1) if digits else ():
            assert digits is not None
            code = self._phone_prefixes.get(digits[:length])
            if code in self._regimes:
                yield _Seen(element, code, f"has the phone prefix +{digits[:length]} of {self._names[code]}")
                return

    def _in_country(self, element: str, text: str) -> Iterator[_Seen]:
        """A country field may name a region or a town, or be no plain country: "Krimea", "Iran, Tehran"."""
        if len(text) > 3:
            for _, sighting in self._gazetteer.in_address([("country", text)], None, self._own_countries):
                is_part = sighting.place.kind is not PlaceKind.COUNTRY and not sighting.place.alone
                if is_part or not _stated_countries(text):
                    yield self._place_seen(element, sighting, is_mention=False)

    def _in_address(self, path: str, address: Address) -> Iterator[_Seen]:
        if address.country:
            yield from self._in_country(f"{path}.country", address.country)
        country = _stated_country(address.country) if address.country else None
        elements = [
            (field, text)
            for field, text in (
                ("region", address.region),
                ("town", address.town),
                ("street", address.street),
                ("building", address.building),
            )
            if text
        ]
        elements += [(f"lines[{n}]", line) for n, line in enumerate(address.lines)]
        if address.postcode and _WORD.search(plain(address.postcode)):
            elements.append(("postcode", address.postcode))
        if not elements and not address.postcode:
            return
        own = self._own_countries
        for field, sighting in self._gazetteer.in_address(elements, country, own):
            place = sighting.place
            if field == "region" and place.not_a_region:
                continue
            # Streets are named after countries and towns everywhere.
            is_street_elsewhere = field in STREET_ELEMENTS and country is not None and country not in own[place.code]
            # … but a building is called so by more than the country's name.
            if not (is_street_elsewhere and place.is_country) or _is_all(getattr(address, field), sighting):
                yield self._place_seen(f"{path}.{field}", sighting, is_mention=is_street_elsewhere)
        yield from self._country_lines(path, address)
        yield from self._of_postcode(path, address, country, elements)

    def _country_lines(self, path: str, address: Address) -> Iterator[_Seen]:
        """Country codes where lines carry them: `3/CU/HAVANA`, or as the last word of the last line."""
        for n, line in enumerate(address.lines):
            found = _COUNTRY_LINE.match(line)
            if found is None and n == len(address.lines) - 1 and not address.country:
                found = _LAST_WORD.search(line)
            code = country_code(found[1]) if found else None
            if code in self._regimes:
                yield _Seen(f"{path}.lines[{n}]", code, f"states {self._names[code]}")

    def _of_postcode(
        self, path: str, address: Address, country: str | None, elements: Sequence[tuple[str, str]]
    ) -> Iterator[_Seen]:
        texts = [*([("postcode", address.postcode)] if address.postcode else []), *elements]
        if country is None and not any(char.isdecimal() for _, text in texts for char in text):
            return
        for table in self._postcodes:
            if country != table.country and (country is not None or not _names_country(table, elements)):
                continue
            for field, text in texts:
                for written in table.pattern.findall(plain(text)):
                    postcode = "".join(filter(str.isalnum, written)).translate(_ZEROS)
                    code = next((table.prefixes[postcode[:n]] for n in (2, 3) if postcode[:n] in table.prefixes), None)
                    if code in self._regimes:
                        yield _Seen(f"{path}.{field}", code, f"has a postcode of {self._names[code]}")

    # ------------------------------------------------------------ agreement

    def _conflicts(self, stated: Mapping[str, str], days: Sequence[date]) -> Iterator[Finding]:
        """Account, bank and party of one side that say different countries."""
        for party, (account, agent) in _SIDES.items():
            elements = (
                f"{account}.iban",
                f"{account}.other",
                f"{agent}.bic",
                f"{agent}.address.country",
                f"{party}.address.country",
                f"{party}.country_of_residence",
            )
            said = {element: stated[element] for element in elements if element in stated}
            if len({self._banking_area.get(code, code) for code in said.values()}) > 1:
                yield self._conflict(party, said, days)

    def _conflict(self, party: str, said: Mapping[str, str], days: Sequence[date]) -> Finding:
        regimes = [held[0] for code in said.values() if (held := self._strictest(code, days))]
        is_grave = any(regime.level is not Level.ELEVATED for regime in regimes)
        says = "; ".join(
            f"{element} {_SAYS[element.rpartition('.')[2]].format(country_name(code) or code)}"
            for element, code in said.items()
        )
        return Finding(
            rule="COUNTRY_CONFLICT",
            verdict=Verdict.REVIEW if is_grave else Verdict.RELEASE,
            severity=Severity.MEDIUM if is_grave else Severity.LOW,
            reason=f"The countries of the {party}'s side disagree: {says}.",
            evidence=tuple(Evidence(element=element, country=code) for element, code in said.items()),
            consequence=Consequence.REVIEW,
            advice="Usual where people live abroad or bank with an e-money institution; ask where the payee works.",
        )


@lru_cache(maxsize=2)
def _gazetteer(places_toml: str, towns_tsv: str) -> Gazetteer:
    """Immutable, and the same under every policy."""
    gazetteer = Gazetteer.from_toml(places_toml, towns_tsv)
    # It lives as long as the process: the garbage collector need not walk its hundred thousand objects again.
    gc.freeze()
    return gazetteer


def _towns_of(folder: Traversable) -> Traversable:
    own = folder.joinpath(_TOWNS_FILE)
    return own if own.is_file() else files("streamer.data").joinpath(_TOWNS_FILE)


def _is_all(text: str, sighting: Sighting) -> bool:
    """Some part of the text, between commas, is the name of the place and nothing else."""
    return any(folded_words(part) == folded_words(sighting.spelling) for part in text.split(","))


def _says(element: str) -> str:
    return _SAYS[element.rpartition(".")[2].partition("[")[0]]


_SAYS: Final[Mapping[str, str]] = {
    "identifiers": "is a bank in {}",
    "iban": "is an account in {}",
    "other": "is an account in {}",
    "bic": "is a bank in {}",
    "country": "states {}",
    "country_of_residence": "states residence in {}",
}


def _days(event: Event, received_at: datetime) -> tuple[date, ...]:
    """The days whose law applies: receipt, event, requested execution."""
    execution: date | None = known(event, "requested_execution_date")
    days = {received_at.date(): None, event.event_time.date(): None}
    if execution is not None:
        days[execution] = None
    return tuple(days)


def _names_country(table: Postcodes, elements: Sequence[tuple[str, str]]) -> bool:
    return any(not table.words.isdisjoint(folded_words(text)) for _, text in elements)


def _stated_countries(text: str) -> tuple[str, ...]:
    """Alpha-2 codes of a country field; none where it names a region, whose status may differ from the country's."""
    codes = countries_named(text)
    return codes if len(text) <= 3 or not is_region(text) else ()


def _stated_country(text: str) -> str | None:
    """The one country that a field names; None where it names several or none."""
    codes = _stated_countries(text)
    return codes[0] if len(codes) == 1 else None


_AGREEMENTS: Final = (Agreement(kind="jurisdiction"),)


def _finding(group: Sequence[_Seen], regime: Regime, day: date) -> Finding:
    rule = _MENTIONED if group[0].is_mention else _LOCATED[regime.level]
    seen = list(dict.fromkeys(group))
    says = "; ".join(f"{s.element} {s.what}" for s in seen[:ELEMENTS_NAMED_MAX])
    more = f"; and {len(seen) - ELEMENTS_NAMED_MAX} more elements" if len(seen) > ELEMENTS_NAMED_MAX else ""
    ended = f", in force until {regime.valid_to} and applied as of {day}" if regime.valid_to else ""
    return Finding(
        rule=rule.id,
        verdict=rule.verdict,
        severity=rule.severity,
        reason=f"{says}{more}. {regime.name[0].upper()}{regime.name[1:]}: {regime.regime} ({regime.source}){ended}.",
        evidence=tuple(
            Evidence(element=s.element, country=s.code, matched_name=s.spelling, note=s.what, agreements=_AGREEMENTS)
            for s in seen[:EVIDENCE_MAX]
        ),
        consequence=Consequence.REVIEW if group[0].is_mention else regime.consequence,
        advice=rule.advice,
    )


# Written for the zeros of a number, in both alphabets.
_ZEROS: Final = dict.fromkeys(map(ord, "OoОо"), "0")
