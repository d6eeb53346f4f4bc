"""Lifelike payments with strange but harmless fields: what other systems put beside a payment, and how people write.

    python -m tests.evasions.harmless --count 1000 --seed 7          on OFAC and UN in full, beside the checkout
    python -m tests.evasions.harmless --as-texts                     the unknown fields' strings as remittance lines

Nobody here is listed and no place is embargoed. The vocabulary was written for these payments alone.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from streamer.events import Decision, Verdict
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from tests.builders import record
from tests.evasions.things import Kind, clean
from tests.shared import real_lists

SEED: Final = 11
STOPPED_MAX: Final = 5
"""Of 1,000 payments."""

Json = dict[str, Any]
TIME: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


# ---------------------------------------------------------------- people and companies


@dataclass(frozen=True, slots=True)
class Country:
    """Who lives there, and how they write."""

    code: str
    bban: str
    """Of an IBAN: `n` a digit, `a` a letter; "" where accounts have no IBAN."""
    given: tuple[str, ...]
    family: tuple[str, ...]
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    """Whole names in another script, in the order of `given`."""


def _cells(text: str) -> tuple[str, ...]:
    """`A | B` as its parts; lines count as one."""
    return tuple(cell.strip() for line in text.strip().splitlines() for cell in line.strip(" |").split(" | "))


def _country(row: str) -> Country:
    code, pattern, *lists = _cells(row)
    bban = "".join(sign * int(count) for count, sign in re.findall(r"(\d+)([na])", pattern))
    return Country(code, bban, *(tuple(cell.split(", ")) for cell in lists))


PEOPLE: Final = Path(__file__).resolve().parents[1] / "data" / "harmless_people.txt"
COUNTRIES: Final = tuple(_country(row) for row in PEOPLE.read_text("utf-8").splitlines() if not row.startswith("#"))

TITLES: Final = _cells("""
Prof. Dr. med. | Dipl.-Ing. | Dr. h.c. | Mr | Mrs. | Frau | Mme | Sr. | Ing. | The Hon. | Rev.
""")
SUFFIXES: Final = _cells("""
Jr. | III | MBA | PhD | geb. Petersen | née Beauchêne | (she/her) | – Personal | [Contractor] | *
""")
TRADES: Final = _cells("""
Ceramics | Bakery | Steuerberatung | Fahrschule | Zahntechnik | Coworking | Landscaping | Bookbinding | Software
Kältetechnik | Menuiserie | Ristorante | Logopädie | Veterinary Clinic | Photography | Optik
""")
FORMS: Final = _cells("""
GmbH | UG (haftungsbeschränkt) | S.A.R.L. | B.V. | AB | Sp. z o.o. | Lda. | Ltd. | e.K. | KG | Oy
""")


def person(draw: Random, country: Country) -> str:
    """A name as people write theirs: with titles, double surnames, original script in brackets."""
    n = draw.randrange(len(country.given))
    name = f"{country.given[n]} {draw.choice(country.family)}"
    if country.scripts and draw.random() < 0.5:
        n = draw.randrange(len(country.scripts))
        name = f"{country.given[n]} {country.family[n]}"
        return draw.choice(("{0} ({1})", "{1} ({0})", "{0} / {1}", "{1}")).format(name, country.scripts[n])
    match draw.randrange(8):
        case 0:
            return f"{draw.choice(TITLES)} {name}"
        case 1:
            return f"{name} {draw.choice(SUFFIXES)}"
        case 2:
            return f"{name} & {draw.choice(country.given)} {draw.choice(country.family)}"
        case 3:
            return f"{name.split()[-1].upper()}, {name.rpartition(' ')[0]}"
        case 4:
            return name.upper()
        case _:
            return name


def company(draw: Random, country: Country) -> str:
    return f"{draw.choice(country.family)} {draw.choice(TRADES)} {draw.choice(FORMS)}"


def iban(draw: Random, country: Country) -> str:
    bban = "".join(draw.choice("0123456789" if sign == "n" else "ABCDEFGHKLMNPRST") for sign in country.bban)
    number = int("".join(str(int(c, 36)) for c in f"{bban}{country.code}00"))
    return f"{country.code}{98 - number % 97:02d}{bban}"


# ---------------------------------------------------------------- strange strings


def _digits(draw: Random, length: int) -> str:
    return "".join(draw.choices("0123456789", k=length))


def _hex(draw: Random, length: int) -> str:
    return "".join(draw.choices("0123456789abcdef", k=length))


def _uuid(draw: Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _code(draw: Random) -> str:
    return draw.choice(
        (
            "KST {}",
            "CC-{}",
            "BATCH-{}",
            "GL {}",
            "WBS.{}",
            "KP-{}",
            "PRJ/{}/A",
            "Cost centre {}",
            "IR-{}",
            "TKT#{}",
            "SKU {}",
            "Abt. {}",
        )
    ).format(_digits(draw, draw.randint(3, 9)))


def _time(draw: Random) -> str:
    at = TIME - timedelta(minutes=draw.randrange(10**5))
    return draw.choice(
        (
            at.isoformat(),
            f"{at:%d.%m.%Y %H:%M}",
            f"{at:%Y%m%d%H%M%S}",
            str(int(at.timestamp() * 1000)),
            f"{at:%a, %d %b %Y}",
            "Europe/Berlin",
        )
    )


def _blob(draw: Random) -> str:
    return base64.b64encode(draw.randbytes(draw.randint(12, 240))).decode()


def _token(draw: Random) -> str:
    return draw.choice(
        (
            _hex(draw, 40),
            _hex(draw, 64),
            f"00-{_hex(draw, 32)}-{_hex(draw, 16)}-01",
            f"sha256:{_hex(draw, 64)}",
            f"eyJ{_blob(draw)[:80]}",
        )
    )


_COMMENTS: Final = _cells("""
please pay before the bank holiday, thanks! | approved by finance, second line checked
replaces the failed run of Tuesday | bitte vor Monatsende überweisen, Rückfragen an die Buchhaltung
Skonto 2 % abgezogen, Rest folgt | Gehalt inkl. Weihnachtsgeld | à régler avant la fin du mois, merci d'avance
acompte de 30 % déjà versé | por favor confirmar la recepción del pago | segunda cuota, sin comisión
si prega di saldare entro il trenta | proszę o przelew do końca miesiąca | zaliczka na materiały
betaling volgens afspraak, vriendelijke groet | tack för snabb hantering | ödeme onaylandı, teşekkürler
obrigado pelo excelente trabalho | оплата за услуги по договору, спасибо | зарплата за ноябрь
今月分の給与です。よろしくお願いします | 请于月底前付款,谢谢 | 이번 달 급여입니다
يرجى الدفع قبل نهاية الشهر | נא לשלם עד סוף החודש
กรุณาชำระก่อนสิ้นเดือน | παρακαλώ πληρώστε μέχρι το τέλος του μήνα | fizetés a szerződés szerint
maksetaan ennen kuun loppua | vă rugăm să plătiți la timp | сплатити до кінця місяця
see ticket; M&auml;rz &amp; April zusammen | R&D budget &lt; 5k | MÃ¼ller hat geprÃ¼ft | caf%C3%A9 + croissants
tab\tseparated\\tnote | 👍 paid | 🎉🎉 happy birthday 🎂 | ¯\\_(ツ)_/¯ | — n/a — | ??? | <b>urgent</b><br/>call me
null | TODO: clean up | lorem ipsum dolor sit amet
""")


def _comment(draw: Random) -> str:
    return draw.choice(_COMMENTS)


_DEPARTMENTS: Final = _cells("""
Accounts Payable | Kreditorenbuchhaltung | People & Culture | Treasury Operations | Ressources humaines
IT-Betrieb | Facility Management | Kostenstelle Küche | Site Reliability | Customer Care EMEA | 総務部
Отдел кадров | 人力资源部
""")


def _department(draw: Random) -> str:
    return draw.choice(_DEPARTMENTS)


def _file(draw: Random) -> str:
    name = draw.choice(
        (
            "Rechnung_2026-11_final(2)",
            "payslip-nov",
            "scan0001",
            "Lohn Übersicht",
            "export.utf8",
            "請求書_11月",
            "IMG_2207",
        )
    )
    return draw.choice(
        ("{}.pdf", "/srv/exports/{}.csv", "C:\\users\\ahaverkamp\\{}.xlsx", "s3://payroll-prod/{}.json", "{}.tar.gz")
    ).format(name)


def _url(draw: Random) -> str:
    return draw.choice(
        (
            "https://erp.larkspur.example/inv?id={}&lang=de%2DDE",
            "https://git.larkspur.example/pay/-/issues/{}#note_1",
            "ftp://files.larkspur.example/{}/",
            "urn:invoice:{}",
            "https://maps.larkspur.example/?q=52.52,13.405&z={}",
        )
    ).format(_digits(draw, 6))


def _mailbox(draw: Random) -> str:
    country = draw.choice(COUNTRIES[:12])
    name = f"{draw.choice(country.given)} {draw.choice(country.family)}"
    return draw.choice(('"{}" <{}@larkspur.example>', "{} <{}@larkspur.example>")).format(name, _hex(draw, 6))


_MACHINES: Final = (
    "",
    *_cells("""
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 | sap-fi/7.58 SP02 | v2.14.0-rc1 | 10.0.14.7
00:1B:44:11:3A:B7 | application/pdf | de-DE | pt-BR | utf-8 | #ff8800 | 52.5200,13.4050 | EUR/USD 1.0874 | true
N | 0 | - | n/a | S/4HANA | {"level":"info","msg":"ok"} | <note lang="de">ok</note> | a=1&b=2 | 2026-W47-5
P3DT4H | 0 6 * * 1-5 | GMT+02:00 | SEPA_INST | pacs.008.001.08 | ^[A-Z]{2}\\d+$ | id;name;amount | DE;AT;CH
"""),
)


def _machine(draw: Random) -> str:
    return draw.choice(_MACHINES)


STRINGS: Final[tuple[Callable[[Random], str], ...]] = (
    *(
        _uuid,
        _code,
        _code,
        _time,
        _blob,
        _token,
        _comment,
        _comment,
        _comment,
        _department,
        _file,
        _url,
        _mailbox,
        _machine,
    ),
)

KEYS: Final = _cells("""
batch | batchId | costCenter | cost_centre | trace | requestId | createdAt | updated_at | createdBy | comment
internalNote | attachments | tags | labels | source | sourceSystem | approval | approvedBy | department | x-meta
custom_field_7 | kst | Bemerkung | notes | checksum | payload | _links | channelInfo | legacy | sapDoc | メモ
""")


def anything(draw: Random, depth: int = 0) -> Any:
    """A value as a publisher's own system hangs it on: a string, a number, nothing, or more of these."""
    match draw.randrange(10 if depth < 3 else 7):
        case 0:
            return draw.choice((True, False, None, 0, 1, -1, 4.5, 1764583200, 10**12))
        case 7:
            return [anything(draw, depth + 1) for _ in range(draw.randint(0, 4))]
        case 8 | 9:
            return {key: anything(draw, depth + 1) for key in draw.sample(KEYS, draw.randint(1, 4))}
        case _:
            return draw.choice(STRINGS)(draw)


# ---------------------------------------------------------------- payments

_LINES: Final = _cells("""
Pos. {n}: {q} x {goods} à {price} EUR | {q} Std. {goods} KW {n} | INV {n} dated 2026-11-0{d}
PO {n} line {d}: {goods} | Lieferschein {n} vom 0{d}.11.2026 | Facture n° {n} – {goods} | less credit note {n}
VAT {d} % {price} | Kundennr. {n}
""")
_GOODS: Final = _cells("""
oak boards | Wandfarbe weiß | proofreading | ball bearings | Serverwartung | tulip bulbs | bicycle tubes
Catering
""")


def _remittance(draw: Random) -> list[str]:
    count = draw.choice((1, 1, 2, 3, 30, 60))
    return [
        draw.choice(_LINES).format(
            n=_digits(draw, 6),
            q=draw.randint(1, 40),
            d=draw.randint(1, 9),
            goods=draw.choice(_GOODS),
            price=f"{draw.randint(1, 900)}.50",
        )
        for _ in range(count)
    ]


def _address(draw: Random, country: Country) -> Json:
    address: Json = {
        "street": draw.choice(country.streets),
        "building": draw.choice(("7", "12a", "2. OG links", "Hinterhaus", "Block C", "km 4,5", "3/II/14")),
        "postcode": _digits(draw, 5),
        "town": draw.choice(country.towns),
        "country": draw.choice((country.code, country.code, country.code.lower(), f" {country.code} ", "n/a", "", "-")),
    }
    if draw.random() < 0.3:
        address["lines"] = [
            draw.choice(
                ("Empfang im Hof", "bei Bäckerei klingeln", "Postfach 1044", "attn reception", "door code 4471#")
            )
        ]
    return address


def _party(draw: Random, country: Country) -> Json:
    is_person = draw.random() < 0.6
    party: Json = {
        "name": person(draw, country) if is_person else company(draw, country),
        "address": _address(draw, country),
    }
    if draw.random() < 0.4:
        party["type"] = "person" if is_person else "entity"
    if is_person and draw.random() < 0.4:
        party["birth_date"] = f"{draw.randint(1950, 2004)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        party["birth_place"] = draw.choice(country.towns)
    if draw.random() < 0.3:
        party["email"] = draw.choice(
            (_mailbox(draw), f"{_hex(draw, 7)}@larkspur.example", f"mailto:{_hex(draw, 7)}@larkspur.example")
        )
    if draw.random() < 0.3:
        party["phone"] = draw.choice(
            ("Tel. 030 901820 (ab 9 Uhr)", "+49 30 901820-14", "tel:+33-1-4471-2207", "0551/4471", "n/a", "")
        )
    if draw.random() < 0.3:
        party["identifiers"] = [
            {"kind": draw.choice(("tax", "registration", "other", "passport")), "value": _value(draw)}
        ]
    return party


def _value(draw: Random) -> str:
    return draw.choice(
        (
            f"HRB {_digits(draw, 6)} B",
            f"No. {_digits(draw, 8)}",
            clean(Kind.PASSPORT, draw).text,
            f"DE{_digits(draw, 9)}",
        )
    )


def _account(draw: Random, country: Country) -> Json:
    if country.bban:
        number = iban(draw, country)
        grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
        return {"iban": draw.choice((number, grouped, number.lower()))}
    return {
        "other": draw.choice((_digits(draw, 12), f"{_digits(draw, 3)}-{_digits(draw, 7)}", f"Kto. {_digits(draw, 9)}"))
    }


def _wallet(draw: Random) -> Json:
    kind, asset = draw.choice(
        ((Kind.EVM, "ETH"), (Kind.EVM, "USDC"), (Kind.BASE58, "XBT"), (Kind.BECH32, "XBT"), (Kind.TRON, "USDT"))
    )
    address = clean(kind, draw).text
    prefix = {"ETH": "ethereum:", "USDC": "eip155:1:", "XBT": "bitcoin:", "USDT": "tron:"}[asset]
    return {"wallet": {"asset": asset, "address": draw.choice((address, address, prefix + address, f'"{address}"'))}}


def payments(seed: int, count: int) -> Iterator[Json]:
    """Payments and pay events, each with unknown fields at several depths."""
    draw = Random(seed)
    for n in range(count):
        event = _pay(draw, n) if n % 4 == 3 else _payment(draw, n)
        for _ in range(draw.randint(2, 5)):
            _hang_on(event, draw)
        yield event


def _payment(draw: Random, n: int) -> Json:
    payer, payee = draw.choice(COUNTRIES[:12]), draw.choice(COUNTRIES)
    event: Json = {
        "event_id": f"HARMLESS-{n:04d}",
        "tenant": "acme",
        "debtor": {"name": company(draw, payer), "type": "entity"},
        "debtor_account": _account(draw, payer),
        "creditor": _party(draw, payee),
        "creditor_account": _account(draw, payee),
        "creditor_agent": {
            "name": draw.choice(
                ("Sparkasse Mittelfranken", "Raiffeisenbank Gürbetal", "Crédit du Midi", "Bank Spółdzielczy")
            )
        },
        "amount": f"{draw.randint(1, 90_000)}.{draw.randint(10, 99)}",
        "currency": "EUR",
        "event_time": TIME.isoformat(),
        "end_to_end_id": draw.choice(("NOTPROVIDED", _uuid(draw)[:35], _code(draw), _digits(draw, 16))),
        "remittance_unstructured": _remittance(draw),
        "channel": draw.choice(("api", "EBICS", "h2h/sftp", "Web-Portal")),
        "purpose": draw.choice(("SALA", "SUPP", "Miete", "other: see attachment")),
    }
    if draw.random() < 0.2:
        event["further_texts"] = [_comment(draw), _file(draw)]
    if draw.random() < 0.2:
        event["related_parties"] = [{"role": "creditor_contact", "name": person(draw, payee)}]
    return event


def _pay(draw: Random, n: int) -> Json:
    country = draw.choice(COUNTRIES)
    worker = _party(draw, country) | {"worker_id": f"W-{n}", "name": person(draw, country), "type": "person"}
    return {
        "event_type": "pay",
        "event_id": f"HARMLESS-{n:04d}",
        "tenant": "acme",
        "employer": {"name": company(draw, draw.choice(COUNTRIES[:12]))},
        "worker": worker,
        "payout_account": _wallet(draw) if draw.random() < 0.4 else _account(draw, country),
        "amount": str(draw.randint(500, 9_000)),
        "currency": "EUR",
        "engagement": draw.choice(("employee", "contractor")),
        "remittance_unstructured": [
            draw.choice(("Gehalt 11/2026", "net pay November", "salaire novembre", "contractor fee, 120 h"))
        ],
        "event_time": TIME.isoformat(),
    }


def _hang_on(event: Json, draw: Random) -> None:
    inside = [event, *(child for child in event.values() if isinstance(child, dict))]
    node = draw.choice(inside)
    node.setdefault(draw.choice(KEYS), anything(draw))


def strings_of(value: Any) -> Iterator[str]:
    """Every string of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from strings_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from strings_of(child)


def as_texts(event: Json) -> Json:
    """The payment with the strings of its unknown fields as lines of free text: screened even where fields are not."""
    hung = [
        text
        for node in (event, *event.values())
        if isinstance(node, dict)
        for key in KEYS
        for text in strings_of(node.get(key))
    ]
    return event | {"remittance_unstructured": [*event["remittance_unstructured"], *(text for text in hung if text)]}


# ---------------------------------------------------------------- judging


def stopped(events: Iterator[Json], lists: Lists) -> Iterator[tuple[Json, Decision]]:
    """The payments that are not released."""
    monitor = Monitor.under(shipped_policy(), identity_key=b"harmless", engine_version="0")
    for event in events:
        taken = record(event, timestamp=TIME + timedelta(seconds=1))
        decision = monitor.screen(monitor.receive(taken), lists).decision
        if decision.verdict is not Verdict.RELEASE:
            yield event, decision


def told(event: Json, decision: Decision) -> str:
    found = "; ".join(f"{f.rule}: {f.reason}" for f in decision.findings if f.verdict is not Verdict.RELEASE)
    return f"{event['event_id']} {decision.verdict}: {found[:400]}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Lifelike payments with strange but harmless fields.")
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--as-texts", action="store_true", help="the unknown fields' strings as remittance lines")
    parser.add_argument("--print", action="store_true", help="print the events and judge nothing")
    asked = parser.parse_args()
    events = payments(asked.seed, asked.count)
    if asked.as_texts:
        events = map(as_texts, events)
    if asked.print:
        sys.stdout.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
        return
    found = list(stopped(events, real_lists()))
    print("\n".join(told(event, decision) for event, decision in found))
    print(f"{len(found)} of {asked.count} were not released")
    sys.exit(len(found) > STOPPED_MAX * asked.count // 1_000)


if __name__ == "__main__":
    main()
