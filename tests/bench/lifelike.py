"""Payments, payrolls and remittance lines as people write them, all clean: nobody on them is listed, nothing is embargoed.

Names, companies, streets and towns come from Faker's locales; remittance lines from the vocabulary below, which was
written apart from the matcher's tables. `harmless_lines` are the hard ones: each carries the name of an embargoed
place, and means something else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from faker import Faker  # type: ignore[import-not-found,unused-ignore]

from tests.data.make_demo_events import BANKS, account_at, digits

Json = dict[str, Any]

_GLUED: Final = re.compile(r"[\u0370-\u06ff][A-Za-z]|[A-Za-z][\u0370-\u06ff]")
LOCALES: Final = {
    "DE": "de_DE", "AT": "de_AT", "CH": "de_CH", "FR": "fr_FR", "BE": "nl_BE", "NL": "nl_NL", "GB": "en_GB", "IE": "en_IE",
    "US": "en_US", "CA": "en_CA", "AU": "en_AU", "NZ": "en_NZ", "ES": "es_ES", "PT": "pt_PT", "IT": "it_IT", "PL": "pl_PL",
    "CZ": "cs_CZ", "HU": "hu_HU", "RO": "ro_RO", "BG": "bg_BG", "GR": "el_GR", "SE": "sv_SE", "NO": "no_NO", "DK": "da_DK",
    "FI": "fi_FI", "EE": "et_EE", "LT": "lt_LT", "LV": "lv_LV", "UA": "uk_UA", "TR": "tr_TR", "IN": "en_IN", "PH": "en_PH",
    "MX": "es_MX", "BR": "pt_BR", "CO": "es_CO", "JP": "ja_JP", "KR": "ko_KR", "CN": "zh_CN", "TW": "zh_TW", "ID": "id_ID",
    "VN": "vi_VN", "IL": "he_IL", "SA": "ar_SA", "EG": "ar_EG", "NG": "en_NG", "ZA": "zu_ZA", "TH": "th_TH",
}  # fmt: skip
COUNTRIES: Final = [*(c for c in LOCALES if c in BANKS), *("DE", "FR", "GB", "US", "NL", "ES", "IT", "IN") * 3]
CURRENCY: Final = {
    "GB": "GBP",
    "US": "USD",
    "CH": "CHF",
    "PL": "PLN",
    "SE": "SEK",
    "JP": "JPY",
    "IN": "INR",
    "BR": "BRL",
}

# ---------------------------------------------------------------- remittance lines

_LINES: Final = """
Invoice {ref}|INV {ref} dated {day}|Rechnung Nr. {ref} vom {day}|RE {n} / KD {n}|Facture {ref}|Facture n° {n} du {day}|Fattura {ref}
Pago factura {ref}|Pagamento fatura {ref}|Faktura {ref}|Faktura VAT {n}/{year}|Factuur {ref}|Számla {n}|Lasku {n} viite {n}
/INV/{ref} {day}|/RFB/{n}//|/ROC/{n}///URI/{ref}|/RFB/INV{n}|PO {n} partial delivery|PO{n} final instalment|Order {ref} balance
Salary {month} {year}|Lohn/Gehalt {month}|Nómina {month}|Salaire {month} {year}|Salário {month}|Wynagrodzenie {month}|Stipendio {month}
Payroll {month} {year} employee {n}|Net pay period {n}|Contractor fee {month} {person}|Freelance design work {month}|Bonus Q3
Rent {month} flat {n}|Miete {month} Whg {n}|Loyer {month}|Alquiler {month} piso 3|Huur {month}|Affitto {month}|Hausgeld {month}
Consulting services {month}|Software licence renewal {ref}|Hosting and domain {month}|Annual audit fee {year}|Legal retainer {ref}
Spare parts shipment {ref}|Freight {town} - {town}|Container {code} demurrage|AWB {n} customs duty|Bill of lading {code}|Storage {town}
Hotel {town} {day} 2 nights|Flight {town} {town} {day}|Travel expenses {person}|Reisekosten {person} {town}|Note de frais {person}
Conference fee {town} {year}|Booth rental trade fair {town}|Catering {day}|Team dinner {town}|Taxi {town}|Parking permit {n}
Kindergarten {month} {given}|School fees {given} term 2|Tuition {person} {year}|Piano lessons {given}|Football club dues {given}
Gift for {given}|Happy birthday {given}|Wedding present {person}|Thanks for lunch {given}|Loan repayment {person}|Shared groceries
Electricity contract {n}|Strom Vertragskonto {n}|Gas bill {n}|Water rates {n}|Mobile {phone}|Internet DSL {n}|Insurance policy {n}
Mitgliedsbeitrag {year}|Spende|Donation animal shelter {town}|Cotisation {year}|Charity run {given}|Church tax {year}|Kurtaxe {town}
Car lease {n}|Kfz-Versicherung {code}|Tyres {n}|Repair {code}|Leasingrate {month}|Toll invoice {n}|Fuel card {n} {month}
Dividend {year} {company}|Capital call {n}|Management fee Q2|Share purchase {company}|Interest {month}|Zinsen {year}|Loan {n} principal
Payment to {company} for {goods}|{goods} order {n}|{goods}, {n} pcs, {company}|Supply of {goods} per contract {n}|Proforma {n} {goods}
Agreement {n} dd {day}, {goods}|Contract No {n} from {day} payment for {goods}|Advance 30% {goods}|Balance 70% {goods} {ref}
Tax number {n} VAT {month}|USt {month} StNr {n}|IVA {month}|Umsatzsteuer {n}|Quarterly tax {year}|Customs bond {n}|Court fee {ref}
Refund order {n}|Gutschrift {ref}|Reimbursement {person}|Deposit return {street}|Security deposit {street}|Ground rent {street}
NOTPROVIDED|{n}|{ref}|E2E-{n}|{code}|+++{n}+++|RF18{n}|Monthly transfer|Standing order|Top up|savings|Thank you
See attached list|as agreed|Ref: {ref} - {person}|{person} {month}|{company}|{company} {ref}|c/o {person} {ref}|attn {person}
Site works {street}, {town}|Renovation {street} {town}|Garden maintenance {street}|Cleaning {month} {street}|Delivery {street} {town}
Machine hire {town} site|Steel beams {n}t {town}|Olive oil 200 l {town}|Coffee beans {n} kg|Printing {n} flyers|Wine delivery {n} bottles
Translation {n} words|Editing chapter 4|Photo shoot {town}|Music licence {ref}|Stage rental {town} {day}|Web shop payout {n}|Payout {month}
зарплата за {month}|оплата по счету {n}|Договор {n} от {day}|Аренда {month}|Оплата рахунку {n}|工资 {month}|货款 {ref}|請求書 {n}|급여 {month}
فاتورة {n}|راتب {month}|חשבונית {n}|שכר {month}|τιμολόγιο {n}|ใบแจ้งหนี้ {n}|Hóa đơn {n}|Gaji {month}|Maaş {month}|Fatura {n}
"""
LINES: Final = [line for row in _LINES.strip().splitlines() for line in row.split("|")]

GOODS: Final = [
    "ball bearings",
    "laptop stands",
    "LED panels",
    "ceramic tiles",
    "packaging film",
    "cotton yarn",
    "bicycle parts",
    "dental supplies",
    "garden furniture",
    "printer toner",
    "pump seals",
    "welding wire",
    "lab glassware",
    "sunflower oil",
    "frozen shrimp",
    "office chairs",
    "toys",
    "tea",
    "rubber gaskets",
    "server racks",
    "wood pellets",
    "paper rolls",
    "solar inverters",
    "hydraulic hoses",
    "leather bags",
    "cosmetics",
    "honey",
    "almonds",
    "carpets",
    "spices",
]
MONTHS: Final = [
    "Jan",
    "Feb",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "Oct",
    "November",
    "Dec",
    "Januar",
    "März",
    "Mai",
    "Juni",
    "Juli",
    "Dezember",
    "janvier",
    "février",
    "août",
    "enero",
    "febrero",
    "marzo",
    "agosto",
    "gennaio",
    "luglio",
    "styczeń",
    "maj",
    "lipiec",
    "03/2026",
    "11-2026",
    "2026-11",
    "KW 14",
]

# ---------------------------------------------------------------- harmless names of places

_HARMLESS: Final = """
{place} {suffix} {n}, {town}|{n} {place} {suffix}|office at {n} {place} {suffix}|Rent {n} {place} {suffix} {month}|parking {place} {suffix}
{streetof} {place} {n}|{streetof} {place}, {town}|loyer {streetof} {place}|Alquiler {streetof} {place} {n}
{namesake} {family} salary {month}|Payroll {namesake} {family}|{namesake} {family}|Thanks {namesake} {family}|Tuition {namesake} {family} {year}
Dinner {place} {venue} {town}|{place} {venue}, {town}|{place} {venue} invoice {n}|gift card {place} {venue}|team event {place} {venue} {day}
{ustown}, {state}|Town of {ustown}, {state} water bill|Deposit house {ustown} {state}|Hotel {ustown}, {state} 2 nights|{ustown} {state} {zip} delivery
{fixed}|{fixed} {n}|{fixed} {day}|invoice {n} {fixed}|Ref {ref} {fixed}
"""
HARMLESS: Final = [line for row in _HARMLESS.strip().splitlines() for line in row.split("|")]

STREET_NAMESAKES: Final = (
    "Cuba",
    "Havana",
    "Iran",
    "Tehran",
    "Teheran",
    "Syria",
    "Crimea",
    "Yalta",
    "Sebastopol",
    "Balaklava",
    "Inkerman",
    "Damascus",
    "Aleppo",
    "Burma",
    "Rangoon",
    "Mandalay",
    "Isfahan",
    "Shiraz",
)
GIVEN_NAMESAKES: Final = ("Iran", "Cuba", "Havana", "Syria", "Tabriz", "Shiraz")
VENUE_NAMESAKES: Final = (
    "Tehran",
    "Havana",
    "Cuba",
    "Isfahan",
    "Shiraz",
    "Damascus",
    "Aleppo",
    "Yalta",
    "Mandalay",
    "Burma",
    "Rangoon",
    "Tabriz",
)
STREETS_OF: Final = (
    "Rue de",
    "Calle",
    "Avenida",
    "Rua de",
    "Plaza",
    "Avenue de",
    "Passage de",
    "Piazza",
    "Largo de",
    "Carrer de",
    "Impasse de",
    "Strada",
    "Quai de",
)
VENUES: Final = [
    "Restaurant",
    "Grill",
    "Cafe",
    "Bistro",
    "Lounge",
    "Bakery",
    "Kitchen",
    "Takeaway",
    "Eatery",
    "Steakhouse",
    "Tavern",
    "Brasserie",
    "Social Club",
    "Nightclub",
    "Salsa Bar",
    "Kebab House",
    "Carpet Gallery",
    "Rug Gallery",
    "Sweets",
    "Supermarket",
    "Grocery",
    "Barber Shop",
    "Hair Salon",
    "Tailors",
    "Dry Cleaners",
    "Cigar Lounge",
    "Dance Studio",
    "Food Truck",
    "Deli",
    "Ice Cream Parlour",
    "Cinema",
    "Books",
    "Vinyl",
    "Music Hall",
    "Memorial",
    "Museum",
    "Monument",
]
US_TOWNS: Final = (
    ("Syria", "Virginia", "VA", "22743"), ("Havana", "Florida", "FL", "32333"), ("Havana", "Illinois", "IL", "62644"), ("Cuba", "Missouri", "MO", "65453"),
    ("Cuba", "New York", "NY", "14727"), ("Cuba", "New Mexico", "NM", "87013"), ("Damascus", "Maryland", "MD", "20872"), ("Damascus", "Oregon", "OR", "97089"),
    ("Sebastopol", "California", "CA", "95472"), ("Sevastopol", "Wisconsin", "WI", "54235"), ("Aleppo", "Pennsylvania", "PA", "15310"), ("Cuba City", "Wisconsin", "WI", "53807"),
    ("Havana", "North Dakota", "ND", "58043"), ("Cuba", "Alabama", "AL", "36907"),
)  # fmt: skip
FIXED: Final = [
    "Crimea War Memorial, Bristol",
    "Crimean War medals auction",
    "book The Crimea by T. Royle",
    "The Charge at Balaklava print",
    "Balaklava helmet",
    "Cuba Libre x 40 bar tab",
    "Cuba Gooding Jr film licence",
    "Buena Vista Havana tribute night",
    "Havana Brown cat show fee",
    "Havana brown leather shoes",
    "Damascus steel knife",
    "Damask roses",
    "Aleppo soap 12 bars",
    "Aleppo pepper 5 kg",
    "Shiraz 2019 12 bottles",
    "Shiraz Cabernet case",
    "Barossa Shiraz",
    "Isfahan rug cleaning",
    "Tabriz rug repair",
    "Persian carpet Kerman 2x3",
    "Kashan runner",
    "Burmese cat vet bill",
    "Burma teak oil",
    "Mandalay Bay Las Vegas",
    "South Korea shipment",
    "Seoul, Korea",
    "Republic of Korea customs",
    "Korea Electric Power bill",
    "Korean BBQ team lunch",
    "North Korean history textbook",
    "Gyeongsangbuk-do, South Korea",
    "North Gyeongsang Province",
    "Donetsk oblast, Kramatorsk",
    "Shakhtar Donetsk fan shirt",
    "Pokrovsk, Donetsk region",
    "Rue de Crimée Paris 19",
    "métro Crimée",
    "Sébastopol boulevard Paris",
    "Yalta conference lecture",
    "Yalta European Strategy",
    "Yalta Memorial Garden London",
    "Iran-Contra documentary",
    "Iranian film festival ticket",
    "Cuban cigars box holder",
    "Cuban sandwich x12",
    "Cubana bar tab",
    "Miami Little Havana tour",
    "Persian Gulf history book",
    "Syrian refugees donation",
    "Syrian hamster cage",
    "Assyrian church donation",
    "Sevastopol Wisconsin school fees",
    "Kherson street art",
    "Odessa Texas hotel",
    "Moscow Idaho hotel",
    "Saint Petersburg FL",
    "Georgia peaches",
    "Kim Jong-hoon lessons",
    "Kimchi 20 boxes",
]


TOWNS: Final = {
    "UA": (
        "Київ",
        "Львів",
        "Харків",
        "Одеса",
        "Дніпро",
        "Полтава",
        "Чернівці",
        "Ужгород",
        "Вінниця",
        "Kyiv",
        "Lviv",
        "Kharkiv",
        "Odesa",
    ),
    "MX": (
        "Ciudad de México",
        "Guadalajara",
        "Monterrey",
        "Puebla",
        "Querétaro",
        "Mérida",
        "León",
        "Tijuana",
        "San Luis Potosí",
    ),
    "ES": (
        "Madrid",
        "Barcelona",
        "Valencia",
        "Sevilla",
        "Zaragoza",
        "Málaga",
        "Bilbao",
        "Vigo",
        "Gijón",
        "Murcia",
        "Alicante",
    ),
    "CO": ("Bogotá", "Medellín", "Cali", "Barranquilla", "Bucaramanga", "Pereira", "Manizales"),
}
"""Where Faker makes towns of the names of countries, or names occupied ones."""


def _unglued(draw: Callable[[], object]) -> str:
    """Where Faker has no towns of a country, it glues an English ending to a surname of any script: الشايعmouth."""
    drawn = (str(draw()) for _ in range(100))
    return next((text for text in drawn if not _GLUED.search(text)), "Springfield")


class Writer:
    """Everything one seed writes."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._fakers: dict[str, Faker] = {}
        self._seed = seed
        self._us = US_TOWNS[0]
        from faker.providers.address.en_US import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            Provider as American,
        )

        self._suffixes = American.street_suffixes

    def faker(self, country: str) -> Faker:
        if country not in self._fakers:
            made = Faker(LOCALES[country])
            made.seed_instance(f"{self._seed} {country}")
            self._fakers[country] = made
        return self._fakers[country]

    def country(self) -> str:
        return self.rng.choice(COUNTRIES)

    def person(self, country: str) -> str:
        fake = self.faker(country)
        return f"{fake.first_name()} {fake.last_name()}"

    def company(self, country: str) -> str:
        return str(self.faker(country).company())

    # ------------------------------------------------------------ words

    def line(self) -> str:
        return self._filled(self.rng.choice(LINES))

    def harmless_line(self) -> str:
        return self._filled(self.rng.choice(HARMLESS))

    def _filled(self, template: str) -> str:
        line = re.sub(r"\{(\w+)\}", lambda found: self._word(found[1]), template)
        return line.upper() if self.rng.random() < 0.2 else line

    def _word(self, kind: str) -> str:
        rng, country = self.rng, self.country()
        match kind:
            case "n":
                return digits(rng, rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 12)))
            case "ref":
                return (
                    f"{rng.choice(('', 'A', 'RG-', 'IN', 'F', 'SO-', '2026-', 'HK/'))}{digits(rng, rng.randint(4, 8))}"
                )
            case "code":
                return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(4)) + digits(
                    rng, rng.choice((4, 6, 7))
                )
            case "day":
                return rng.choice(
                    (
                        f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.2026",
                        f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                    )
                )
            case "year":
                return str(rng.randint(2024, 2027))
            case "month":
                return rng.choice(MONTHS)
            case "goods":
                return rng.choice(GOODS)
            case "person":
                return self.person(country)
            case "given":
                return str(self.faker(country).first_name())
            case "family":
                return str(self.faker(rng.choice(("US", "GB", "ES", "MX", "BR", "IT", "FR", "IN", "PH"))).last_name())
            case "company":
                return self.company(country)
            case "town":
                return self.town(country)
            case "street":
                return self.street(country)
            case "phone":
                return digits(rng, 10)
            case "place":
                return rng.choice(STREET_NAMESAKES if rng.random() < 0.5 else VENUE_NAMESAKES)
            case "suffix":
                return (
                    rng.choice(self._suffixes)
                    if rng.random() < 0.3
                    else rng.choice(("Street", "Road", "St", "Ave", "Rd", "Lane"))
                )
            case "streetof":
                return rng.choice(STREETS_OF)
            case "namesake":
                return rng.choice(GIVEN_NAMESAKES)
            case "venue":
                return rng.choice(VENUES)
            case "fixed":
                return rng.choice(FIXED)
        self._us = rng.choice(US_TOWNS) if kind == "ustown" else self._us
        town, state, code, zip_code = self._us
        return {"ustown": town, "state": rng.choice((state, code)), "zip": zip_code}[kind]

    def town(self, country: str) -> str:
        if country in TOWNS:
            return self.rng.choice(TOWNS[country])
        return _unglued(self.faker(country).city)

    def street(self, country: str) -> str:
        fake = self.faker(country)
        if country in ("ES", "MX", "CO", "UA"):  # their street_address may name any country or town of the world
            prefix = "вул." if country == "UA" else "Calle"
            return f"{prefix} {fake.last_name()} {self.rng.randint(1, 300)}"
        return _unglued(fake.street_address).replace("\n", " ")

    # ------------------------------------------------------------ building blocks

    def address(self, country: str) -> Json:
        fake, rng = self.faker(country), self.rng
        town, postcode, street = (
            self.town(country),
            str(fake.postcode()) if hasattr(fake, "postcode") else "",
            self.street(country),
        )
        if country == "UA":  # Faker knows no Crimea, and makes its postcodes
            postcode = f"{rng.randint(1, 89):02d}{digits(rng, 3)}"
        match rng.choice(("structured", "structured", "hybrid", "lines", "country")):
            case "structured":
                return {"street": street, "postcode": postcode, "town": town, "country": country}
            case "hybrid":
                return {"town": town, "country": country, "lines": [street]}
            case "lines":
                return {"lines": [street, f"{postcode} {town}", *([country] if rng.random() < 0.5 else [])]}
        return {"country": country}

    def party(self, country: str, name: str, kind: str) -> Json:
        rng = self.rng
        party: Json = {"name": name.upper() if rng.random() < 0.25 else name}
        if rng.random() < 0.5:
            party["type"] = kind
        if rng.random() < 0.8:
            party["address"] = self.address(country)
        if rng.random() < 0.1:
            party["country_of_residence"] = country
        if kind == "person":
            if rng.random() < 0.15:
                party["birth_date"] = f"{rng.randint(1950, 2005)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            if rng.random() < 0.1:
                value = rng.choice("ABCDEFGHKLMNPX") + digits(rng, 8)
                party["identifiers"] = [{"kind": "passport", "value": value, "country": country}]
        elif rng.random() < 0.2:
            party["identifiers"] = [
                {
                    "kind": rng.choice(("tax", "registration")),
                    "value": digits(rng, rng.randint(7, 13)),
                    "country": country,
                }
            ]
        if rng.random() < 0.15:
            party["email"] = str(self.faker(country).ascii_safe_email())
        if rng.random() < 0.15:
            party["phone"] = str(getattr(self.faker(country), "phone_number", self.faker("DE").phone_number)())
        if rng.random() < 0.05:
            party["ip"] = str(self.faker(country).ipv4_public())
        return party

    def remittance(self, harmless_share: float) -> list[str]:
        lines = [self.line() for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]
        if self.rng.random() < harmless_share:
            lines[self.rng.randrange(len(lines))] = self.harmless_line()
        return [line[:140] for line in lines]

    def _times(self) -> Json:
        at = datetime(2026, 10, 1, 7, tzinfo=UTC) + timedelta(minutes=self.rng.randrange(60 * 24 * 50))
        return {"event_time": at.isoformat(), "requested_execution_date": (at + timedelta(days=1)).date().isoformat()}

    # ------------------------------------------------------------ events

    def payment(self, number: int, harmless_share: float = 0.02) -> Json:
        rng = self.rng
        home = self.country()
        there = home if rng.random() < 0.6 else self.country()
        debtor_account, debtor_agent = account_at(rng, home)
        creditor_account, creditor_agent = account_at(rng, there)
        is_person = rng.random() < 0.4
        event: Json = {
            "event_id": f"C-{number:06d}",
            "tenant": "acme",
            "message_id": f"MSG{digits(rng, 10)}",
            "end_to_end_id": rng.choice(
                ("NOTPROVIDED", digits(rng, 10), f"INV{digits(rng, 6)}", f"{there}-AP-{digits(rng, 6)}")
            ),
            "debtor": self.party(home, self.company(home), "entity"),
            "creditor": self.party(
                there, self.person(there) if is_person else self.company(there), "person" if is_person else "entity"
            ),
            "debtor_account": debtor_account,
            "debtor_agent": debtor_agent,
            "creditor_account": creditor_account,
            "creditor_agent": creditor_agent if rng.random() < 0.8 else {"bic": creditor_agent["bic"]},
            "amount": f"{rng.lognormvariate(7, 1.5):.2f}",
            "currency": CURRENCY.get(there, "EUR"),
            "remittance_unstructured": self.remittance(harmless_share),
            **self._times(),
        }
        if rng.random() < 0.15:
            event["ultimate_creditor"] = self.party(there, self.company(there), "entity")
        if rng.random() < 0.15:
            event["ultimate_debtor"] = self.party(home, self.person(home), "person")
        if rng.random() < 0.1:
            event["initiating_party"] = self.party(home, self.company(home), "entity")
        if there != home and rng.random() < 0.5:
            event["intermediary_agents"] = [{"bic": rng.choice(rng.choice(list(BANKS.values()))).bic}]
        if rng.random() < 0.2:
            event["purpose"] = rng.choice(
                ("SALA", "SUPP", "GDDS", "SCVE", "RENT", "Goods", "consulting", "family support")
            )
        if rng.random() < 0.1:
            event["instructions"] = [
                rng.choice(
                    (
                        "/ACC/please advise beneficiary",
                        "PHOB",
                        "/REC/urgent",
                        "CHQB",
                        "pay same day value",
                        f"call {digits(rng, 9)}",
                    )
                )
            ]
        if rng.random() < 0.05:
            event["regulatory_reporting"] = [f"/BENEFRES/{there}//{rng.choice(GOODS)}"]
        return event

    def payroll(self, number: int, harmless_share: float = 0.02) -> Json:
        rng, home = self.rng, self.country()
        there = home if rng.random() < 0.8 else self.country()
        account, agent = account_at(rng, there)
        worker = self.party(there, self.person(there), "person")
        return {
            "event_type": "pay",
            "event_id": f"W-{number:06d}",
            "tenant": "acme",
            "employer": self.party(home, self.company(home), "entity"),
            "worker": {**worker, "worker_id": f"E{digits(rng, 6)}"},
            "payout_account": account,
            "payout_agent": agent,
            **({"account_holder_name": worker["name"]} if rng.random() < 0.7 else {}),
            "amount": f"{rng.uniform(900, 9000):.2f}",
            "currency": CURRENCY.get(there, "EUR"),
            "remittance_unstructured": self.remittance(harmless_share),
            **self._times(),
        }

    def events(self, count: int, harmless_share: float = 0.02) -> Iterator[Json]:
        for number in range(count):
            yield (
                self.payroll(number, harmless_share)
                if self.rng.random() < 0.3
                else self.payment(number, harmless_share)
            )
