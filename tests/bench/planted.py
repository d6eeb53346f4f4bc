"""Routes to listed parties and embargoed places, planted into otherwise clean payments: one field each.

Spellings of places, noise around names and formats of identifiers stand here and were written apart from the
matcher's tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from streamer.events import Consequence, IdentifierKind, Verdict
from streamer.watchlists.entity import Entity, EntityType
from tests.bench.distortions import natural
from tests.bench.lifelike import Json, Writer
from tests.data.make_demo_events import digits, iban

Route = tuple[str, Verdict, Json, str]

PARTIES: Final = ("initiating_party", "debtor", "ultimate_debtor", "creditor", "ultimate_creditor")
AGENTS: Final = (
    "debtor_agent", "creditor_agent", "instructing_agent", "instructed_agent", "intermediary_agents", "previous_instructing_agents",
)  # fmt: skip
TEXTS: Final = (
    "remittance_unstructured", "remittance_structured", "instructions", "regulatory_reporting", "purpose", "end_to_end_id", "instruction_id",
)  # fmt: skip

TOWNS: Final = {
    "KP": "Pyongyang|PYONG YANG|Phyongyang|Pyeongyang|Pyongyang-si|Sinuiju|Sinuiju City|Nampo|Rason|Rajin|Wonsan|Hamhung|Chongjin|Kaesong|Sariwon|Haeju|평양시|平壤市|Пхеньян|Hyesan|Najin|Songnim|Manpo|Kanggye|Sunchon DPRK|Pyongsong",
    "IR": "Tehran|Teheran|TEHRAN 15|Isfahan|Esfahan|Mashhad|Tabriz|Shiraz|Bandar Abbas|Bandarabbas|Ahwaz|Karaj|Qom|Kish Island|Bushehr|Chabahar|تهران|اصفهان|Тегеран|Kerman|Yazd|Rasht|Qeshm|Assaluyeh|Abadan|Zahedan|Qazvin|Arak|Hamedan|Urmia|Khorramabad|Sirjan|Bandar Imam",
    "CU": "La Habana|Havana|HAVANA CITY|Santiago de Cuba|Varadero|Camaguey|Holguin|Cienfuegos|Matanzas|Гавана|哈瓦那|Ciudad Habana|Guantanamo|Santa Clara, Villa Clara|Trinidad, Sancti Spiritus|Mariel|Artemisa|Miramar, Playa, La Habana",
    "UA-43": "Simferopol|SIMFEROPOL|Simferopol'|Sevastopol|Kerch|Yalta|Yalta, Krimea|Feodosiya|Feodosia|Evpatoria|Yevpatoriya|Alushta|Sudak, Crimea|Dzhankoi|Bakhchisaray|Симферополь|Севастополь|г. Ялта|Ялта|Сімферополь|Saki, Republic of Crimea|Krasnoperekopsk|Armyansk|Gurzuf|Koreiz|Foros|Massandra",
    "UA-DNR": "Donetsk|Donezk|Makeevka|Makiivka|Gorlovka|Horlivka|Mariupol|Донецк|Макеевка|Мариуполь|Yenakievo|Debaltsevo|Torez|Shakhtersk|Khartsyzsk|Amvrosievka|Volnovakha",
    "UA-LNR": "Luhansk|Lugansk|Alchevsk|Stakhanov|Krasnodon|Луганск|Алчевск|Rovenki|Antratsit|Sverdlovsk, Lugansk|Rovenky|Bryanka|Krasny Luch",
}  # fmt: skip
COUNTRY_NAMES: Final = {
    "KP": "KP|PRK|North Korea|DPRK|D.P.R.K.|DPR Korea|Democratic People's Republic of Korea|Korea, Democratic People's Republic of|Korea (North)|Korea (DPR)|Nordkorea|Corée du Nord|Corea del Norte|КНДР|朝鲜|북한|408",
    "IR": "IR|IRN|Iran|Iran, Islamic Republic of|Islamic Republic of Iran|I.R. Iran|I.R.IRAN|ایران|Иран|IRAN (ISLAMIC REP.)|364|Irán|Persia",
    "CU": "CU|CUB|Cuba|Republic of Cuba|República de Cuba|Куба|古巴|KUBA|192",
    "UA-43": "Crimea|Republic of Crimea|Krim|Krimea|Крым|Autonomous Republic of Crimea|Crimea, Russia|Crimea (Ukraine)|Sevastopol",
}
PHONES: Final = {
    "KP": "+850 2 18111 381|00850 2 381 5926|+850-191-2345678|(850) 2 381 8221",
    "IR": "+98 21 8852 6300|0098 912 345 6789|+98(0)21-66153220|+989121234567|989123456789|(+98) 21 23803303",
    "CU": "+53 7 8333333|0053 5 2345678|+53-7-204-1234|+5378300000",
    "UA-43": "+7 978 123 45 67|+7(3652)123456|+7-8692-12-34-56|+380 65 212 3456|+79781234567|8 (978) 123-45-67",
}
PLACE_LINES: Final = [
    "Project office {p}",
    "Payment for goods shipped to {p}",
    "hotel booking {p} {n}",
    "consignee in {p}",
    "salary team {p} {n}",
    "delivery {p} port",
    "{p} branch rent {n}",
    "freight Dalian - {p}",
    "Invoice {n} {p}",
    "for our partner in {p}",
    "air tickets {p} {n}",
    "CIF {p}",
    "training staff {p} March",
    "{p}",
    "office {p}, {n}",
    "Contract {n} - {p}",
    "support to family in {p}",
    "spare parts to {p} refinery",
    "transit via {p}",
    "end user {p} factory",
    "sea freight {p}/Vladivostok",
    "{p} representative office",
    "consulting {p} project phase 2",
    "visa fees {p}",
    "donation {p} hospital",
    "export to {p}",
    "цена поставки {p}",
    "аренда квартиры {p}",
    "mining equipment {p}",
]
TEXT_PLACES: Final = {
    "KP": "Pyongyang|Phyongyang|PYONGYANG|DPRK|North Korea|Sinuiju|平壤|평양|Rason|Nampo|NORTH-KOREA|N. Korea|Pyong-yang|Wonsan|Chongjin|Kaesong",
    "IR": "Tehran|TEHERAN|Iran|IRAN|Isfahan|Bandar Abbas|تهران|Тегеран|Mashhad|Ahwaz|Bushehr|Kish Island|Islamic Republic of Iran|Tabriz",
    "CU": "Havana|La Habana|Cuba|CUBA|Varadero|Santiago de Cuba|Гавана|古巴",
    "UA-43": "Crimea|Krimea|Simferopol|SIMFEROPOL|Sevastopol|Yalta|Kerch|Крым|Симферополь|Ялта|Feodosia|Sewastopol|Krym|Evpatoria",
    "UA-DNR": "Donetsk|Makeevka|Донецк|Mariupol|Horlivka",
    "UA-LNR": "Lugansk|Luhansk|Луганск|Alchevsk",
}
NAME_LINES: Final = [
    "payment to {p} inv {n}",
    "{p}",
    "on behalf of {p}",
    "goods for {p}, contract {n}",
    "/BNF/{p}",
    "benef {p} acc {n}",
    "invoice {n} {p}",
    "Ref {n} {p} salary",
    "c/o {p}",
    "for final credit to {p}",
    "consignee: {p}",
    "ord by {p} {n}",
    "{p} consulting fee",
    "loan {p} {n}",
    "transfer acc to agreement with {p} dd 03.04.2026",
    "ATTN {p}",
    "/REC/{p}/{n}",
    "agent {p}; invoice {n}",
    "оплата {p} {n}",
]
ID_LINES: Final = [
    "send to {p}",
    "{p}",
    "wallet {p} thanks",
    "inv {n} {p}",
    "to:{p};ref {n}",
    "acc {p} / {n}",
    "/ACC/{p}",
    "pay {p}, urgent",
    "({p})",
]
DUMMIES: Final = [
    "Not Avail",
    "N/A",
    "TEST",
    "see invoice",
    "-",
    ".",
    "XXXX",
    "unknown",
    "UNKNOWN BENEFICIARY",
    "n.a.",
    "NONE",
    "null",
    "as per invoice",
    "J. S.",
    "A B",
    "aaaaaa",
    "asdfgh",
    "qwerty",
    "12345",
    "?",
    "To be advised",
    "TBD",
    "NAME",
    "beneficiary",
    "Customer",
    "One of our customers",
    "our client",
    "same",
    "Test Test",
    "dummy",
    "nobody",
    "not provided",
    "NOTPROVIDED",
    "xxxxx xxxxx",
    "Mr.",
    "0",
    "various",
    "undefined",
    "see attached",
    "no name",
]


class Planter:
    def __init__(self, seed: int, listed: Sequence[Entity]) -> None:
        self.rng = random.Random(seed)
        self.writer = Writer(seed)
        self.listed = [e for e in listed if e.consequence is Consequence.BLOCK]
        self.firms = [
            e for e in self.listed if e.type is EntityType.ENTITY and len(e.name.split()) >= 2 and len(e.name) > 14
        ]
        self.people = [e for e in self.listed if e.type is EntityType.PERSON and len(e.name.split()) >= 3]

    def routes(self, per_kind: int) -> Iterator[Route]:
        for kind in KINDS:
            for number in range(per_kind):
                event = self.writer.payment(number, 0)
                planted = KINDS[kind](self, event)
                if planted is not None:
                    least, what = planted
                    yield kind, least, event, what

    # ------------------------------------------------------------ helpers

    def filled(self, lines: Sequence[str], what: str) -> str:
        return self.rng.choice(lines).replace("{p}", what).replace("{n}", digits(self.rng, self.rng.randint(3, 8)))

    def name(self) -> str:
        entity = self.rng.choice(self.firms if self.rng.random() < 0.6 else self.people)
        strong = [
            n.text
            for n in entity.names
            if not n.weak and n.text.isascii() and len(n.text.split()) > 1 and len(n.text) > 9
        ]
        return natural(self.rng.choice(strong or [entity.name]), entity.type)

    def with_identifier(self, *kinds: IdentifierKind) -> tuple[Entity, Any]:
        while True:
            entity = self.rng.choice(self.listed)
            found = [i for i in entity.identifiers if i.kind in kinds]
            if found:
                return entity, self.rng.choice(found)

    def wallet(self) -> str:
        while True:
            entity = self.rng.choice(self.listed)
            if entity.wallets:
                return self.rng.choice(entity.wallets).address

    def put_text(self, event: Json, text: str) -> None:
        field = self.rng.choice(TEXTS)
        event[field] = (
            text[:200] if field in ("purpose", "end_to_end_id", "instruction_id") else [*(event.get(field) or []), text]
        )

    def set_agent(self, event: Json, agent: Json) -> str:
        field = self.rng.choice(AGENTS)
        event[field] = [agent] if field.endswith("s") else agent
        return field

    def party(self, event: Json) -> Json:
        field = self.rng.choice(PARTIES)
        event.setdefault(field, {"name": self.writer.company("DE")})
        made: Json = event[field]
        return made

    def place(self, table: dict[str, str]) -> str:
        return self.rng.choice(table[self.rng.choice(list(table))].split("|"))


Kind = Callable[[Planter, Json], tuple[Verdict, str] | None]


def _party_name(p: Planter, event: Json) -> tuple[Verdict, str]:
    name = p.name()
    p.party(event)["name"] = name
    return Verdict.REVIEW, name


def _holder(p: Planter, event: Json) -> tuple[Verdict, str]:
    name = p.name()
    event.clear()
    event.update(p.writer.payroll(1, 0))
    event["account_holder_name"] = name
    return Verdict.REVIEW, name


def _agent_name(p: Planter, event: Json) -> tuple[Verdict, str]:
    banks = [e for e in p.firms if "BANK" in e.name.upper()]
    name = p.rng.choice(banks).name
    p.set_agent(event, {"name": name})
    return Verdict.REVIEW, name


def _name_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    text = p.filled(NAME_LINES, p.name())
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _name_in_address(p: Planter, event: Json) -> tuple[Verdict, str]:
    name = p.rng.choice(("c/o ", "", "attn ")) + p.name()
    party = p.party(event)
    if p.rng.random() < 0.5:
        party["address"] = {"lines": [name, p.writer.street("DE"), p.writer.town("DE")], "country": "DE"}
    else:
        party["address"] = {"street": name, "town": p.writer.town("DE"), "country": "DE"}
    return Verdict.REVIEW, name


def _bic(p: Planter) -> str:
    return str(p.with_identifier(IdentifierKind.BIC)[1].value)


def _agent_bic(p: Planter, event: Json) -> tuple[Verdict, str]:
    bic = _bic(p)
    written = p.rng.choice((bic, bic.lower(), bic[:8] + "XXX", bic[:8] + "HAB" if len(bic) == 8 else bic))
    return Verdict.HOLD, f"{p.set_agent(event, {'bic': written})} {written}"


def _bic_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    text = p.filled(ID_LINES, _bic(p))
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _bic_elsewhere(p: Planter, event: Json) -> tuple[Verdict, str]:
    bic = _bic(p)
    match p.rng.randrange(3):
        case 0:
            p.set_agent(event, {"clearing_member_id": bic})
        case 1:
            p.set_agent(event, {"name": f"Bank {bic}"})
        case 2:
            p.party(event)["identifiers"] = [{"kind": "bic", "value": bic}]
    return Verdict.REVIEW, bic


def _lei(p: Planter, event: Json) -> tuple[Verdict, str]:
    lei = ""
    while len(lei) != 20:  # the lists file other numbers as LEI, too
        lei = p.with_identifier(IdentifierKind.LEI)[1].value
    match p.rng.randrange(3):
        case 0:
            p.set_agent(event, {"lei": lei})
        case 1:
            p.party(event)["identifiers"] = [{"kind": p.rng.choice(("lei", "other")), "value": lei}]
        case 2:
            p.put_text(event, p.filled(ID_LINES, lei))
    return Verdict.REVIEW, lei


def _wallet_account(p: Planter, event: Json) -> tuple[Verdict, str]:
    wallet = p.wallet()
    match p.rng.randrange(3):
        case 0:
            event["creditor_account"] = {"wallet": {"address": wallet}}
        case 1:
            event["creditor_account"] = {"other": wallet}
        case 2:
            event["creditor_account"] = {"proxy": wallet}
    return Verdict.HOLD, f"{event['creditor_account']}"


def _wallet_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    text = p.filled(ID_LINES, p.wallet())
    if p.rng.random() < 0.2:
        p.party(event)["name"] = text
    else:
        p.put_text(event, text)
    return Verdict.REVIEW, text


def _document(p: Planter, event: Json) -> tuple[Verdict, str]:
    _, found = p.with_identifier(
        IdentifierKind.PASSPORT, IdentifierKind.NATIONAL_ID, IdentifierKind.TAX, IdentifierKind.REGISTRATION
    )
    value = found.value if p.rng.random() < 0.5 else found.value.replace("-", "").replace(" ", "").lower()
    p.party(event)["identifiers"] = [
        {"kind": found.kind, "value": value, **({"country": found.country} if found.country else {})}
    ]
    return Verdict.REVIEW, f"{found}"


LABELS: Final = {
    IdentifierKind.PASSPORT: ("passport", "Passport No.", "PP", "pass"),
    IdentifierKind.TAX: ("INN", "Tax ID", "TIN", "NIT"),
    IdentifierKind.REGISTRATION: ("Reg. No.", "OGRN", "company no", "HRB", "USCC"),
    IdentifierKind.NATIONAL_ID: ("ID no.", "national id", "cedula"),
}


def _document_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    while True:
        _, found = p.with_identifier(*LABELS)
        if sum(c.isdigit() for c in found.value) >= 7:
            break
    text = p.filled(NAME_LINES, f"{p.rng.choice(LABELS[found.kind])} {found.value}")
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _imo_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    _, found = p.with_identifier(IdentifierKind.IMO)
    number = "".join(c for c in found.value if c.isdigit())
    text = p.filled(("freight MV {p} {n}", "demurrage {p}", "bunker supply {p}", "charter hire {p} / {n}", "{p} port dues"),
        p.rng.choice((f"IMO {number}", f"IMO{number}", f"IMO No. {number}", f"(IMO: {number})", f"imo no {number}", f"I.M.O. {number}")))  # fmt: skip
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _vessel_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    vessels = [e for e in p.listed if e.type is EntityType.VESSEL and len(e.name.split()) > 1]
    name = p.rng.choice(vessels).name
    text = p.filled(
        (
            "freight MV {p} {n}",
            "demurrage m/v {p}",
            "bunker supply M.V. {p}",
            "charter hire MT {p} / {n}",
            "vessel {p} port dues",
            "VSL: {p}",
        ),
        name,
    )
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _email(p: Planter, event: Json) -> tuple[Verdict, str]:
    emails = [m for e in p.listed for m in e.emails if "@" in m]
    mail = p.rng.choice(emails).strip(" ;,")
    match p.rng.randrange(3):
        case 0:
            p.party(event)["email"] = mail.upper()
        case 1:
            event["creditor_account"] = {"proxy": mail}
        case 2:
            p.put_text(event, p.filled(ID_LINES, mail))
    return Verdict.REVIEW, mail


def _website(p: Planter, event: Json) -> tuple[Verdict, str]:
    sites = [
        w
        for e in p.listed
        for w in e.websites
        if w.count(".") in (1, 2) and "/" not in w and " " not in w and ".gov" not in w
    ]
    site = p.rng.choice(sites).lower().removeprefix("www.")
    if p.rng.random() < 0.5:
        p.party(event)["email"] = f"accounts@{site}"
    else:
        p.put_text(event, f"order {digits(p.rng, 5)} www.{site}")
    return Verdict.REVIEW, site


def _phone(p: Planter, event: Json) -> tuple[Verdict, str]:
    phones = [t for e in p.listed for t in e.phones if t.isdigit() and len(t) > 9]
    phone = "+" + p.rng.choice(phones)
    match p.rng.randrange(3):
        case 0:
            p.party(event)["phone"] = phone
        case 1:
            event["creditor_account"] = {"proxy": phone}
        case 2:
            p.put_text(event, p.filled(("call {p} {n}", "tel {p}", "contact: {p}"), phone))
    return Verdict.REVIEW, phone


def _iban(p: Planter, event: Json) -> tuple[Verdict, str]:
    number = iban("IR", digits(p.rng, 22))
    spaced = " ".join(number[i : i + 4] for i in range(0, 26, 4))
    field = p.rng.choice(("creditor_account", "debtor_account"))
    match p.rng.randrange(3):
        case 0:
            event[field] = {"iban": p.rng.choice((number, spaced, number.lower()))}
            return Verdict.HOLD, number
        case 1:
            event[field] = {"other": p.rng.choice((number, spaced))}
            return Verdict.HOLD, number
    p.put_text(event, p.filled(ID_LINES, p.rng.choice((number, spaced))))
    return Verdict.REVIEW, f"text {number}"


def _embargoed_bic(p: Planter, event: Json) -> tuple[Verdict, str]:
    bic = p.rng.choice(
        ("FTBDKPPY", "MELIIRTH", "BKMTIRTH", "BFCUCUHH", "BNACCUHH", "KKBCKPPY", "SINAIRTH", "DCBKKPPYXXX", "BPICCUHH")
    )
    if p.rng.random() < 0.7:
        p.set_agent(event, {"bic": bic})
        return Verdict.HOLD, bic
    p.put_text(event, p.filled(ID_LINES, bic))
    return Verdict.REVIEW, f"text {bic}"


def _country(p: Planter, event: Json) -> tuple[Verdict, str]:
    country = p.place(COUNTRY_NAMES)
    party = p.party(event)
    match p.rng.randrange(4):
        case 0:
            party["country_of_residence"] = country
        case 1:
            party["address"] = {"country": country, "town": ""}
        case 2:
            party["address"] = {"street": p.writer.street("DE"), "country": country}
        case 3:
            p.set_agent(event, {"name": "Commercial Bank", "address": {"country": country}})
    return Verdict.REVIEW, country


def _town(p: Planter, event: Json) -> tuple[Verdict, str]:
    town = p.place(TOWNS)
    address: Json
    match p.rng.randrange(4):
        case 0:
            address = {"town": town}
        case 1:
            address = {"lines": [p.writer.street("DE"), town]}
        case 2:
            address = {"town": town, "street": "ul. Lenina 4"}
        case 3:
            address = {"lines": [f"Block 4, {town}"]}
    if p.rng.random() < 0.8:
        p.party(event)["address"] = address
    else:
        p.set_agent(event, {"name": "Commercial Bank", "address": address})
    return Verdict.REVIEW, f"{address}"


def _postcode(p: Planter, event: Json) -> tuple[Verdict, str]:
    code, country = p.rng.choice(
        (
            ("295", "RU"),
            ("298", "RU"),
            ("299", "RU"),
            ("95", "UA"),
            ("99", "UA"),
            ("283", "RU"),
            ("287", "RU"),
            ("291", "RU"),
            ("294", "RU"),
        )
    )
    postcode = code + digits(p.rng, (6 if country == "RU" else 5) - len(code))
    address = p.rng.choice((
        {"postcode": postcode, "country": country},
        {"lines": [f"ul. Pushkina 5, {postcode}", {"RU": "Russia", "UA": "Ukraine"}[country]]},
        {"lines": [f"{postcode} Russian Federation" if country == "RU" else f"{postcode} Ukraine"]},
    ))  # fmt: skip
    p.party(event)["address"] = address
    return Verdict.REVIEW, f"{address}"


def _embargoed_phone(p: Planter, event: Json) -> tuple[Verdict, str]:
    phone = p.place(PHONES)
    if p.rng.random() < 0.7:
        p.party(event)["phone"] = phone
    else:
        event["creditor_account"] = {"proxy": phone}
    return Verdict.REVIEW, phone


def _place_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    text = p.filled(PLACE_LINES, p.place(TEXT_PLACES))
    p.put_text(event, text)
    return Verdict.REVIEW, text


def _place_in_name(p: Planter, event: Json) -> tuple[Verdict, str]:
    place = p.rng.choice(
        (
            "Pyongyang",
            "Tehran",
            "Crimea",
            "Sevastopol",
            "Simferopol",
            "Isfahan",
            "DPRK",
            "Donetsk",
            "Iran",
            "Havana",
            "Cuba",
        )
    )
    name = p.rng.choice(
        (
            "{} Trading Company",
            "{} Shipping Lines Co",
            "Bank of {}",
            "{} Machine Building Plant",
            "General Corporation {}",
            "{} Airport",
            "Port of {}",
        )
    ).format(place)
    if p.rng.random() < 0.5:
        p.party(event).update(name=name, type="entity")
    else:
        p.set_agent(event, {"name": name})
    return Verdict.REVIEW, name


def _embargoed_email(p: Planter, event: Json) -> tuple[Verdict, str]:
    mail = p.rng.choice(
        ("info@silibank.net.kp", "sales@parsco.ir", "contacto@etecsa.cu", "export@star-co.net.kp", "ali@yahoo.co.ir")
    )
    p.party(event)["email"] = mail
    return Verdict.REVIEW, mail


def _dummy(p: Planter, event: Json) -> tuple[Verdict, str]:
    dummy = p.rng.choice(DUMMIES)
    party = p.party(event)
    party.clear()
    party["name"] = dummy
    return Verdict.REVIEW, dummy


def _no_name(p: Planter, event: Json) -> tuple[Verdict, str]:
    party = p.party(event)
    party.pop("name")
    party.pop("identifiers", None)
    return Verdict.REVIEW, "no name"


def _mistyped(text: str, rng: random.Random) -> str:
    while True:
        at = rng.randrange(len(text))
        if text[at].isdigit():
            other = rng.choice("0123456789")
        elif text[at].isalpha():
            other = rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
            other = other if text[at].isupper() else other.lower()
        else:
            continue
        if other != text[at]:
            return text[:at] + other + text[at + 1 :]


def _near_wallet(p: Planter, event: Json) -> tuple[Verdict, str]:
    wallet = _mistyped(p.wallet(), p.rng)
    if p.rng.random() < 0.5:
        event["creditor_account"] = {"wallet": {"address": wallet}}
    else:
        event["creditor_account"] = {"other": wallet}
    return Verdict.REVIEW, wallet


def _near_in_text(p: Planter, event: Json) -> tuple[Verdict, str]:
    value = p.wallet() if p.rng.random() < 0.7 else p.with_identifier(IdentifierKind.LEI)[1].value
    text = p.filled(ID_LINES, _mistyped(value, p.rng))
    event["remittance_unstructured"] = [text]
    return Verdict.REVIEW, text


def _near_lei_or_bic(p: Planter, event: Json) -> tuple[Verdict, str]:
    if p.rng.random() < 0.5:
        value = _mistyped(p.with_identifier(IdentifierKind.LEI)[1].value, p.rng)
        p.set_agent(event, {"lei": value})
    else:
        value = _mistyped(_bic(p)[:8], p.rng)
        p.set_agent(event, {"bic": value})
    return Verdict.REVIEW, value


def _near_document(p: Planter, event: Json) -> tuple[Verdict, str]:
    while True:
        _, found = p.with_identifier(
            IdentifierKind.PASSPORT, IdentifierKind.TAX, IdentifierKind.REGISTRATION, IdentifierKind.IMO
        )
        if len(found.value) >= 8 and (found.country or found.kind is IdentifierKind.IMO):
            break
    value = _mistyped(found.value, p.rng)
    p.party(event)["identifiers"] = [
        {"kind": found.kind, "value": value, **({"country": found.country} if found.country else {})}
    ]
    return Verdict.REVIEW, f"{value} for {found}"


def _broken_iban(p: Planter, event: Json) -> tuple[Verdict, str]:
    number = iban("DE", "37040044" + digits(p.rng, 10))
    event["creditor_account"] = {"iban": _mistyped(number, p.rng)}
    return Verdict.REVIEW, f"{event['creditor_account']}"


KINDS: Final[dict[str, Kind]] = {
    "listed name, any party": _party_name,
    "listed name, account holder": _holder,
    "listed name, bank": _agent_name,
    "listed name in text": _name_in_text,
    "listed name in address": _name_in_address,
    "listed BIC, any agent": _agent_bic,
    "listed BIC in text": _bic_in_text,
    "listed BIC elsewhere": _bic_elsewhere,
    "listed LEI": _lei,
    "listed wallet, account": _wallet_account,
    "listed wallet in text": _wallet_in_text,
    "listed document": _document,
    "listed document in text": _document_in_text,
    "listed IMO in text": _imo_in_text,
    "listed vessel in text": _vessel_in_text,
    "listed e-mail": _email,
    "listed website": _website,
    "listed phone": _phone,
    "Iranian IBAN": _iban,
    "embargoed BIC": _embargoed_bic,
    "embargoed country": _country,
    "embargoed town": _town,
    "embargoed postcode": _postcode,
    "embargoed phone": _embargoed_phone,
    "embargoed place in text": _place_in_text,
    "embargoed place in name": _place_in_name,
    "embargoed e-mail": _embargoed_email,
    "dummy name": _dummy,
    "no name": _no_name,
    "near wallet": _near_wallet,
    "near LEI or BIC": _near_lei_or_bic,
    "near document": _near_document,
    "broken IBAN": _broken_iban,
    "near wallet or LEI in text": _near_in_text,
}
