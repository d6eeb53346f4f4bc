"""The same party gets the same verdict from the lists on every path.

The paths: the worker on a payment and on a pay event, rescreening after the entries were listed, `streamer screen` and
`streamer screen-payroll`. Only findings that name a list entry count; what else an event says is not compared.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.events import Finding, Verdict, strictest_verdict
from streamer.files.payroll import read_payroll, screened
from streamer.files.replay import lists_from
from streamer.files.screen import screened_names
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import Policy, policy_from_toml
from streamer.watchlists import read_list
from tests.builders import IBAN_BERLIN, RECEIVED_AT, pay, payment, record
from tests.property.fuzzing import fuzzed

LIST_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "lists" / "one_judge.csv"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is paid."""

    name: str
    type: str | None = None
    birth_date: str | None = None
    country: str | None = None
    identifier: tuple[str, str] | None = None
    """(kind, value); a document is issued by `country`, as `screen` understands it. Also email, phone and wallet."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Whose account it is. `screen` has no column for a BIC and is not asked."""

    name: str
    bic: str | None = None


@cache
def policy() -> Policy:
    return policy_from_toml("[lists]\nrequired = []\n", "test")


@cache
def monitor() -> Monitor:
    return Monitor.under(policy(), identity_key=b"judge", engine_version="0")


@cache
def lists() -> Lists:
    return lists_from(read_list(f"csv={LIST_FILE}").by_name(), RECEIVED_AT)


@cache
def before() -> Lists:
    """The lists before any of the entries was on them."""
    return lists_from((), RECEIVED_AT)


@cache
def changed() -> Lists:
    return lists().only(lists().screener.entities_by_id)


# ---------------------------------------------------------------- the paths


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    return strictest_verdict(f.verdict for f in findings if any(e.entity_id for e in f.evidence))


def by_worker(event: Mapping[str, Any]) -> Verdict:
    received = monitor().receive(record(event))
    assert received.dead_letter is None, received.dead_letter
    return verdict_of(monitor().screen(received, lists()).decision.findings)


def by_rescreening(event: Mapping[str, Any]) -> Verdict:
    """Decided before anybody was listed, then matched against the new entries."""
    first = monitor().screen(monitor().receive(record(event)), before())
    remembered = monitor().remembered(first)
    assert remembered is not None
    who, sighting = remembered
    return verdict_of(
        finding for path, identity in sighting.route for finding in monitor().rematch(who[identity], path, changed())
    )


def by_screen(party: Party) -> Verdict:
    row = {
        "id": "1",
        "name": party.name,
        "type": party.type or "",
        "birth_date": party.birth_date or "",
        "country": party.country or "",
        "identifier": party.identifier[1] if party.identifier else "",
    }
    with TemporaryDirectory() as folder:
        path = _csv(Path(folder), row)
        (answer,) = screened_names(path, lists(), policy())
    assert "error" not in answer, answer
    return Verdict(answer["verdict"])


def by_screen_payroll(row: Mapping[str, str]) -> Verdict:
    with TemporaryDirectory() as folder:
        payroll = read_payroll(_csv(Path(folder), row))
        lines = [
            line for line in screened(payroll, monitor(), lists(), tenant="acme", now=RECEIVED_AT) if line is not None
        ]
    (line,) = lines
    # Its verdict is of all findings; without an entry none of them is of a list.
    return line.verdict if line.entities else Verdict.RELEASE


def _csv(folder: Path, row: Mapping[str, str]) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    return path


CONTACTS: Final = ("email", "phone")
DOCUMENTS: Final = {"tax": "tax_id", "passport": "passport"}
"""Kind of a document -> its column in payroll exports."""


def of_party(party: Party) -> dict[str, Verdict]:
    fields: dict[str, Any] = {"name": party.name}
    if party.type:
        fields["type"] = party.type
    if party.birth_date:
        fields["birth_date"] = party.birth_date
    if party.country:
        fields |= {"country_of_residence": party.country, "address": {"country": party.country}}
    accounts: dict[str, Any] = {}
    kind, value = party.identifier or (None, "")
    if kind in CONTACTS:
        fields[kind] = value
    elif kind == "wallet":
        accounts = {"wallet": {"address": value}}
    elif kind:
        issued_by = {"country": party.country} if party.country else {}
        fields["identifiers"] = [{"kind": kind, "value": value, **issued_by}]
    on_payment = payment("J", creditor=fields, creditor_account=accounts or None)
    on_pay = pay("J", worker=fields, payout_account=accounts or {"iban": IBAN_BERLIN})
    answers = {
        "worker, payment": by_worker(on_payment),
        "worker, pay": by_worker(on_pay),
        "rescreening, payment": by_rescreening(on_payment),
        "rescreening, pay": by_rescreening(on_pay),
        "screen": by_screen(party),
    }
    if party.type is None and (kind not in DOCUMENTS or party.country is None):
        # A payroll export has no column for the type, nor for who issued a document.
        row = {"worker_name": party.name, "birth_date": party.birth_date or "", "country": party.country or ""}
        row |= {DOCUMENTS.get(kind, kind): value} if kind else {}
        answers["screen-payroll"] = by_screen_payroll(row if kind == "wallet" else row | {"iban": IBAN_BERLIN})
    return answers


def of_bank(bank: Bank) -> dict[str, Verdict]:
    agent = {"name": bank.name, **({"bic": bank.bic} if bank.bic else {})}
    on_payment, on_pay = payment("J", creditor_agent=agent), pay("J", payout_agent=agent)
    row = {"worker_name": "Ada Brandt", "iban": IBAN_BERLIN, "bank_name": bank.name, "bic": bank.bic or ""}
    return {
        "worker, payment": by_worker(on_payment),
        "worker, pay": by_worker(on_pay),
        "rescreening, payment": by_rescreening(on_payment),
        "rescreening, pay": by_rescreening(on_pay),
        "screen-payroll": by_screen_payroll(row),
    }


def agreed(answers: Mapping[str, Verdict]) -> bool:
    return len(set(answers.values())) == 1


def told(answers: Mapping[str, Verdict]) -> str:
    return ", ".join(f"{path}: {verdict}" for path, verdict in answers.items())


# ---------------------------------------------------------------- cases

PARTIES: Final = (
    Party("Artavil GmbH"),
    Party("Artavil AG"),
    Party("Artavil"),
    Party("Artavil", "vessel"),
    Party("Artavil", "person"),
    Party("Artavil GmbH", "entity"),
    Party("Sholpanay Voyager", "entity"),
    Party("MV Sholpanay Voyager"),
    Party("Zarqa Globex Trading"),
    Party("Zarqa Globex Trading", "person"),
    Party("Zarqa Globe Trading"),
    Party("Zarqa Globex Trading LLC", country="NZ"),
    Party("Sevdagar Logistics"),
    Party("Sevdagar Logistics GmbH", "person"),
    Party("Kwang Rim Hyon"),
    Party("Kwang Rim Hyon", birth_date="1970-02-05"),
    Party("Kwang Rim Hyon", birth_date="1991-06-30"),
    Party("Kwang Rim Hyon", "person", "1970", "KP"),
    Party("Kwang Rim Hyon", "entity"),
    Party("Kwang Rim Hyun", birth_date="1991-06-30"),
    Party("Ali Hassan", birth_date="1991-06-30"),
    Party("Ali Hassan", "person", "1991"),
    Party("Grey Fox"),
    Party("Nordlicht Design GmbH", identifier=("passport", "654120987")),
    Party("Nordlicht Design GmbH", identifier=("passport", "654120987"), country="KP"),
    Party("Nordlicht Design GmbH", identifier=("tax", "7743223842")),
    Party("Nordlicht Design GmbH", identifier=("email", "hyon.office@seabridge-trade.cn")),
    Party("Nordlicht Design GmbH", identifier=("phone", "+86 415 6687 929")),
    Party("Nordlicht Design GmbH", identifier=("wallet", "0xe6c4c43d6cbdad49de7d7e2ffed06813194abdf2")),
    Party("Nordlicht Design GmbH", identifier=("wallet", "0xE6C4C43D6CBDAD49DE7D7E2FFED06813194ABDF2")),
    Party("Kwang Rim Hyon, Lindenweg 7, 10117 Berlin, Germany"),
    Party("Harbour Lantern Ceramics on behalf of Artyom Tchernogubov Leonidovich"),
    Party("State Research and Production Enterprise of Precision Instruments Vostokmorgeo"),
    Party("Kumsanro Maritime Technology Corporation"),
    Party("Tulpar Goldfields Mining"),
    Party("Tulpar Goldfields Mining LLP", "entity", country="DE"),
    Party("Anneliese Haverkamp"),
    Party("Harbour Lantern Ceramics GmbH", "entity", country="DE"),
    Party("x" + " " * 400 + "Kwang Rim Hyon"),
)
BANKS: Final = (
    Bank("Zarqa Globe Trading", "DEUTDEFF"),
    Bank("Zarqa Globex Trading", "DEUTDEFF"),
    Bank("Zarqa Globex Trading"),
    Bank("Zarqa Globe Trading"),
    Bank("Morhaman Commercial Bank"),
    Bank("Morhaman Commerce Bank", "DEUTDEFF"),
    Bank("Morhaman Commercial Bank", "MRHMSYDA"),
    Bank("Artavil", "DEUTDEFF"),
    Bank("Tulpar Goldfields Mining", "DEUTDEFF"),
    Bank("Kwang Rim Hyon", "DEUTDEFF"),
    Bank("Tatra banka", "TATRSKBX"),
    Bank("Deutsche Bank", "MRHMSYDA"),
)


@pytest.mark.parametrize("party", PARTIES, ids=lambda party: " ".join(party.name.split())[:60])
def test_a_party_gets_one_verdict(party: Party) -> None:
    answers = of_party(party)
    assert agreed(answers), told(answers)


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: f"{bank.name} {bank.bic}")
def test_a_bank_gets_one_verdict(bank: Bank) -> None:
    answers = of_bank(bank)
    assert agreed(answers), told(answers)


BIRTHS: Final = (
    # What a payer can fake clears nobody who bears a rare name to the letter, …
    (Party("Artyom Leonidovich Tchernogubov", "person", "1991-06-30"), False),
    (Party("Artyom Leonidovich Tchernogubov", "person", "1991"), False),
    # … but it tells those apart who bear a resembling or a common one.
    (Party("Artyom Leonidovich Tchernogubow", "person", "1991-06-30"), True),
    (Party("Artyom Leonidovich Tchernogubow", "person", "1991"), True),
    (Party("Artyom Leonidovich Tchernogubow", "person", "1968-06-30"), False),
    (Party("Ali Hassan", "person", "1991-06-30"), True),
    (Party("Ali Hassan", "person", "1991"), False),
    (Party("Ali Hassan", "person", "1991-01-01"), False),
    (Party("Ali Hassan", "person", "2020-05-17"), False),
)


@pytest.mark.parametrize(("party", "is_released"), BIRTHS, ids=lambda value: str(value)[:70])
def test_a_birth_date_tells_apart_on_every_path(party: Party, is_released: bool) -> None:
    answers = of_party(party)
    assert {verdict is Verdict.RELEASE for verdict in answers.values()} == {is_released}, told(answers)


# ---------------------------------------------------------------- drawn

LISTED_NAMES: Final = (
    *(
        "Artavil",
        "Sholpanay Voyager",
        "Zarqa Globex Trading",
        "Zarqa Globex General Trading",
        "Morhaman Commercial Bank",
    ),
    *("Sevdagar Logistics", "Kwang Rim Hyon", "Artyom Leonidovich Tchernogubov", "Artyom Tchernogubov"),
    "Ali Hassan",
    *("Kumsanro Maritime Technology Corporation", "Tulpar Goldfields Mining"),
)
CLEAN_NAMES: Final = (
    *("Anneliese Haverkamp", "Torben Lindqvist", "Harbour Lantern Ceramics", "Zara Trading", "Kwang Soo Hong"),
    *("Commercial Bank", "Voyager Travel", "Globex", "Artavia", "Logistics Partner"),
)
FORMS: Final = ("", "", "", " GmbH", " AG", " Ltd", " LLC", " Sarl", " & Co. KG", " Holding")
AROUND: Final = ("{}", "{}", "{}", "Mr {}", "{}, Lindenweg 7, 10117 Berlin", "{} and Partners of Rotterdam Harbour Ltd")


def _slip(name: str, at: int) -> str:
    """Without one letter."""
    return name[: at % len(name)] + name[at % len(name) + 1 :]


names = st.builds(
    lambda name, form, around, slip, at: around.format((_slip(name, at) if slip else name) + form),
    st.sampled_from(LISTED_NAMES) | st.sampled_from(CLEAN_NAMES),
    st.sampled_from(FORMS),
    st.sampled_from(AROUND),
    st.integers(0, 3).map(lambda n: n == 0),
    st.integers(0, 40),
)
identifiers = st.none() | st.sampled_from(
    [
        ("passport", "654120987"),
        ("passport", "751204417"),
        ("tax", "7743223842"),
        ("passport", "C01X00T47"),
        ("wallet", "0xe6c4c43d6cbdad49de7d7e2ffed06813194abdf2"),
        ("wallet", "0x8e34f7f6d7b6a5ecb1a12d5b74d99a2303e865d5"),
        ("email", "hyon.office@seabridge-trade.cn"),
        ("phone", "+86 415 6687 929"),
        ("phone", "+49 30 7855408"),
    ]
)
parties = st.builds(
    Party,
    name=names,
    type=st.none() | st.sampled_from(["person", "entity", "vessel"]),
    birth_date=st.none() | st.sampled_from(["1970-02-05", "1970", "1968", "1991-06-30"]),
    country=st.none() | st.sampled_from(["DE", "AE", "RU", "NZ"]),
    identifier=identifiers,
)
banks = st.builds(Bank, name=names, bic=st.none() | st.sampled_from(["DEUTDEFF", "TATRSKBX", "MRHMSYDA", "AAAADEFF"]))


@fuzzed(150)
@given(parties)
def test_every_party_gets_one_verdict(party: Party) -> None:
    answers = of_party(party)
    assert agreed(answers), told(answers)


@fuzzed(100)
@given(banks)
def test_every_bank_gets_one_verdict(bank: Bank) -> None:
    answers = of_bank(bank)
    assert agreed(answers), told(answers)


def test_property_of_a_blocked_owner_is_held_on_every_path() -> None:
    assert set(of_party(Party("Tulpar Goldfields Mining")).values()) == {Verdict.HOLD}


def test_the_paths_do_find_who_is_listed() -> None:
    """Else all of them would agree on nothing."""
    found = of_party(Party("Zarqa Globex Trading", "entity")) | of_bank(Bank("Morhaman Commercial Bank"))
    assert set(found.values()) == {Verdict.HOLD}
    assert set(of_party(Party("Anneliese Haverkamp")).values()) == {Verdict.RELEASE}
