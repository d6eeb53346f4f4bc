"""Names that name nobody, numbers that cannot be right, and what a cover payment lost."""

from __future__ import annotations

from typing import Any

import pytest

from streamer.detectors import quality
from streamer.events import Verdict
from streamer.route import Route
from tests.builders import IBAN_BERLIN, party, pay, payment, read


def found(event: dict[str, Any]) -> list[tuple[str, str]]:
    findings = list(quality.findings(Route.of(read(event))))
    assert {finding.verdict for finding in findings} <= {Verdict.REVIEW}
    return [(finding.rule, finding.evidence[0].element) for finding in findings]


NOBODY = [
    "Not Avail",
    "N/A",
    "n.a.",
    "NA",
    "TEST",
    "Test Test",
    "see invoice",
    "SEE INVOICE",
    "As per invoice",
    "-",
    ".",
    "?",
    "XXXX",
    "xxxxx xxxxx",
    "aaaaaa",
    "0",
    "12345",
    "unknown",
    "Unknown Beneficiary",
    "None",
    "null",
    "J. S.",
    "A B",
    "A. B. C.",
    "J",
    "asdf",
    "ASDFGH",
    "qwerty",
    "poiuy",
    "zxcvbn",
    "qwertz",
    "TBD",
    "to be advised",
    "Beneficiary",
    "Customer",
    "one of our customers",
    "Not Provided",
    "NOTPROVIDED",
    "no name",
    "Mr.",
    "siehe Rechnung",
    "k.A.",
    "unbekannt",
    "inconnu",
    "desconocido",
    "неизвестно",
    "тест",
    "不明",
    "无",
    "Employee",
    "Same",
    "various",
    "фывап",
]

SOMEBODY = [
    "Ada Brandt",
    "Jane Doe",
    "Test & Drive GmbH",
    "Li Na",
    "Bo Xu",
    "O",
    "Anna Aa",
    "李娜",
    "王",
    "김",
    "BP",
    "3M",
    "EY",
    "IKEA",
    "A. Schmidt",
    "J. P. Morgan",
    "X Corp",
    "Unknown Worlds Inc",
    "Customer Care Ltd",
    "Nil Yılmaz",
    "None Nilsson",
    "Mia Noname Berg",
    "Ng",
    "U Nu",
    "Aa",
    "Natalia",
    "Asdf Trading Ltd",
    "B&B Hotels",
    "B&S",
    "AAA Auto",
    "Same Deutz-Fahr",
    "Test-Aankoop",
]


@pytest.mark.parametrize(
    "name",
    NOBODY,
)
def test_a_name_that_names_nobody_is_reviewed_with_its_field(name: str) -> None:
    assert found(payment(creditor=name)) == [("DUMMY_DATA", "creditor.name")]
    assert found(payment(ultimate_debtor=party(name))) == [("DUMMY_DATA", "ultimate_debtor.name")]
    assert found(pay(account_holder_name=name)) == [("DUMMY_DATA", "account_holder.name")]


@pytest.mark.parametrize(
    "name",
    SOMEBODY,
)
def test_a_name_that_somebody_bears_passes(name: str) -> None:
    expected = [("DUMMY_DATA", "creditor.name")] if name in ("O",) else []
    assert found(payment(creditor=name)) == expected


def test_letters_alone_are_a_firm_where_the_payer_says_so() -> None:
    assert not found(payment(creditor=party("A B C", type="entity")))
    assert found(payment(creditor=party("A B C", type="person"))) == [("DUMMY_DATA", "creditor.name")]


def test_who_has_neither_name_nor_identifier_is_reviewed() -> None:
    assert found(payment(creditor=party(None))) == [("DUMMY_DATA", "creditor")]
    identified = party(None, identifiers=[{"kind": "tax", "value": "123456789", "country": "DE"}])
    assert not found(payment(creditor=identified))
    assert not found(payment(related_parties=[{"role": "contact", "phone": "+49 30 1234567"}]))


ETH = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"


@pytest.mark.parametrize(
    ("fields", "element"),
    [
        ({"creditor_account": {"iban": "DE88370400440532013000"}}, "creditor_account.iban"),
        ({"creditor_account": {"iban": "DE8937040044053201300"}}, "creditor_account.iban"),
        ({"debtor_agent": {"bic": "DEUTDE"}}, "debtor_agent.bic"),
        ({"debtor_agent": {"bic": "DEUTZZFF"}}, "debtor_agent.bic"),
        ({"creditor_agent": {"lei": "253400V1H6ART1UQ0N99"}}, "creditor_agent.lei"),
        (
            {"creditor": party("Ada", identifiers=[{"kind": "lei", "value": "253400V1H6ART1UQ0N99"}])},
            "creditor.identifiers[0]",
        ),
        ({"creditor": party("Ada", identifiers=[{"kind": "imo", "value": "9187628"}])}, "creditor.identifiers[0]"),
        (
            {"creditor_account": {"wallet": {"address": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"}}},
            "creditor_account.wallet",
        ),
        (
            {"creditor_account": {"wallet": {"address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"}}},
            "creditor_account.wallet",
        ),
        ({"creditor_account": {"wallet": {"address": "tornadocash.eth"}}}, "creditor_account.wallet"),
        ({"creditor_account": {"wallet": {"address": "Silver Star Trading"}}}, "creditor_account.wallet"),
        (
            {"creditor_account": {"wallet": {"address": ETH, "asset": "SILVER STAR TRADING"}}},
            "creditor_account.wallet.asset",
        ),
    ],
)
def test_a_number_that_cannot_be_right_is_reviewed_with_its_field(fields: dict[str, Any], element: str) -> None:
    assert found(payment(**fields)) == [("INVALID_IDENTIFIER", element)]


@pytest.mark.parametrize(
    "country", ["Nort Korea", "Freedonia", "QQ", "Germany or so", "ZQX", "xx", "ZZ", "qwer", "test", "A", "1234"]
)
@pytest.mark.parametrize(
    ("element", "fields"),
    [
        ("creditor.address.country", lambda c: {"creditor": party("Ada Brandt", address={"country": c})}),
        ("creditor.country_of_residence", lambda c: {"creditor": party("Ada Brandt", country_of_residence=c)}),
        ("creditor.nationality", lambda c: {"creditor": party("Ada Brandt", nationality=c)}),
        ("creditor_agent.address.country", lambda c: {"creditor_agent": {"name": "Bank", "address": {"country": c}}}),
    ],
)
def test_a_country_that_is_none_is_reviewed_with_its_field(element: str, fields: Any, country: str) -> None:
    assert found(payment(**fields(country))) == [("INVALID_COUNTRY", element)]


@pytest.mark.parametrize(
    "country",
    [
        "DE",
        "deu",
        "Germany",
        "North Korea",
        "UK",
        "England",
        "U.A.E.",
        "Ivory Coast",
        "XK",
        "Crimea",
        "Hong Kong SAR",
        "Turkey",
        "Czech Republic",
        "Viet Nam",
        "French",
        "n/a",
        "-",
        "unknown",
        "Stateless",
        "Россия",
        "中国",
    ],
)
def test_a_country_by_any_name_and_none_at_all_are_no_finding(country: str) -> None:
    assert found(payment(creditor=party("Ada Brandt", address={"country": country}))) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"creditor_account": {"iban": IBAN_BERLIN}},
        {"creditor_account": {"iban": "de89 3704 0044 0532 0130 00"}},
        {"creditor_account": {"iban": "021000021-1234567"}},  # a domestic number in the wrong field
        {"creditor_account": {"other": "DE88370400440532013000"}},
        {"debtor_agent": {"bic": "DEUTDEFF500"}},
        {"creditor": party("Ada", identifiers=[{"kind": "imo", "value": "IMO 9187629"}])},
        {"creditor_account": {"wallet": {"address": ETH}}},
        {"creditor_account": {"wallet": {"address": f"ethereum:{ETH}@1", "asset": "USDC (ERC-20)"}}},
        {"creditor_account": {"wallet": {"address": "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", "asset": "SOL"}}},
        {"creditor_agent": {"name": "test", "bic": "DEUTDEFF"}},
    ],
)
def test_a_number_that_can_be_right_passes(fields: dict[str, Any]) -> None:
    assert not found(payment(**fields))


def test_a_bank_that_is_only_a_placeholder_is_reviewed() -> None:
    assert found(payment(creditor_agent={"name": "Not Available"})) == [("DUMMY_DATA", "creditor_agent.name")]


def test_what_a_cover_payment_lost_is_reviewed() -> None:
    both = [{"role": "underlying_debtor", "name": "Ada Brandt"}, {"role": "underlying_creditor", "name": "Bo Xu"}]
    assert not found(payment(related_parties=both))
    assert found(payment(related_parties=both[:1])) == [
        ("FIELD_STRIPPED", "related_parties[underlying_creditor]"),
    ]
    nameless = [both[0], {"role": "underlying_creditor", "address": {"country": "DE"}}]
    assert found(payment(related_parties=nameless)) == [
        ("FIELD_STRIPPED", "related_parties[1:underlying_creditor].name"),
    ]


# ---------------------------------------------------------------- what nobody expects


def rules(**fields: Any) -> dict[str, Verdict]:
    return {f.rule: f.verdict for f in quality.findings(Route.of(read(payment(**fields))))}


def test_unknown_fields_are_named_and_hold_where_the_payee_is_empty() -> None:
    assert rules(batch="7") == {"UNKNOWN_FIELD": Verdict.RELEASE}
    assert rules(creditor={}, beneficiary={"name": "Bob"})["UNKNOWN_FIELD"] is Verdict.HOLD
    assert rules(creditor={}, batch=7)["UNKNOWN_FIELD"] is Verdict.RELEASE


def test_words_of_mixed_scripts_are_reviewed() -> None:
    assert rules(creditor={"name": "Иванoв Petr"}) == {"MIXED_SCRIPTS": Verdict.REVIEW}
    assert rules(creditor={"name": "Иванов Petr"}) == {}


def test_what_nobody_can_read_is_reviewed() -> None:
    assert found(payment(creditor="M\ufffdller GmbH")) == [("READ_IN_PART", "creditor.name")]
    assert found(payment(creditor="\u202eHbmG tdruas\u202c")) == [("READ_IN_PART", "creditor.name")]
    assert found(payment(remittance_unstructured=["%" + "25" * 40 + "41da"])) == [
        ("READ_IN_PART", "remittance_unstructured[0]")
    ]
    assert found(payment(remittance_unstructured=["100%25 of 5 & 7"])) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"creditor": {"name": "Anna Maria Schmidt " * 30}},
        {"creditor": {"name": "; ".join(f"Anna{n} Schmidt" for n in range(6))}},
        {"remittance_unstructured": [", ".join(f"Anna{'abcdefgh'[n % 8]} Meier{'xyz'[n % 3] * n}" for n in range(60))]},
        {"metadata": list(map(str, range(600)))},
    ],
)
def test_what_a_bound_leaves_unread_is_reviewed(fields: dict[str, Any]) -> None:
    assert Verdict.REVIEW in rules(**fields).values()


def test_ordinary_long_texts_are_read_whole() -> None:
    assert rules(remittance_unstructured=["Invoices 4711, 4712 and 4713 of November 2026, thank you " * 8]) == {}
