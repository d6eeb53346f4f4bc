"""Countries, regions and places on the route: what is held, what is reviewed, and what is only a street."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from streamer.decoding import event_from_json
from streamer.detectors.jurisdictions import (
    ELEMENTS_NAMED_MAX,
    EVIDENCE_MAX,
    Jurisdictions,
)
from streamer.detectors.regimes import InvalidJurisdictions
from streamer.events import Consequence, Event, Finding, Severity, Verdict
from streamer.policy import JurisdictionsPolicy
from streamer.route import Route

DATA = Path(__file__).resolve().parents[3] / "streamer" / "data"
MARCH_2026 = datetime(2026, 3, 1, tzinfo=UTC)
LAW = Jurisdictions.load()

# Check digits are right, the accounts are not anybody's.
GERMAN_IBAN, IRANIAN_IBAN = "DE89370400440532013000", "IR580540105180021273113007"


def payment(**fields: Any) -> Event:
    record = {
        "event_id": "p1",
        "tenant": "acme",
        "debtor": {"name": "Acme GmbH"},
        "creditor": {"name": "Jane Doe"},
        "amount": "9900",
        "currency": "EUR",
        "event_time": "2026-03-01T09:00:00Z",
        **fields,
    }
    return event_from_json("payments", orjson.dumps(record))


def payroll(event_type: str, **fields: Any) -> Event:
    record = {
        "event_id": "r1",
        "tenant": "acme",
        "event_type": event_type,
        "employer": {"name": "Acme GmbH"},
        "worker": {"worker_id": "w1", "name": "Jane Doe"},
        "event_time": "2026-03-01T09:00:00Z",
        **fields,
    }
    return event_from_json("payrolls", orjson.dumps(record))


def judged(event: Event, received_at: datetime = MARCH_2026, law: Jurisdictions = LAW) -> list[tuple[str, str]]:
    return [(finding.rule, finding.evidence[0].country or "") for finding in law.findings(Route.of(event), received_at)]


def at(path: str, value: Any) -> Event:
    """A payment with one element set: `at("creditor.address", {...})`."""
    head, _, field = path.partition(".")
    if not field:
        return payment(**{head: value})
    return payment(**{head: {**({"name": "Jane Doe"} if head in ("debtor", "creditor") else {}), field: value}})


# ---------------------------------------------------------------- every element of the route


@pytest.mark.parametrize(
    ("path", "value", "element", "code"),
    [
        ("creditor_account.iban", IRANIAN_IBAN, "creditor_account.iban", "IR"),
        ("debtor_account.iban", "IR58 0540 1051 8002 1273 1130 07", "debtor_account.iban", "IR"),
        ("creditor_account.other", IRANIAN_IBAN, "creditor_account.other", "IR"),
        ("creditor_agent.bic", "FTBDKPPY", "creditor_agent.bic", "KP"),
        ("debtor_agent.bic", "BFCUCUHHXXX", "debtor_agent.bic", "CU"),
        ("instructing_agent.bic", "MELIIRTH", "instructing_agent.bic", "IR"),
        ("intermediary_agents", [{"bic": "DEUTDEFF"}, {"bic": "FTBDKPPY"}], "intermediary_agents[1].bic", "KP"),
        ("previous_instructing_agents", [{"bic": "FTBDKPPY"}], "previous_instructing_agents[0].bic", "KP"),
        ("creditor.address", {"country": "KP"}, "creditor.address.country", "KP"),
        ("creditor.address", {"country": "PRK"}, "creditor.address.country", "KP"),
        ("creditor.address", {"country": "Korea, North"}, "creditor.address.country", "KP"),
        ("creditor.address", {"country": "Iran (Islamic Republic of)"}, "creditor.address.country", "IR"),
        ("creditor.address", {"country": "Crimea"}, "creditor.address.country", "UA-43"),
        ("creditor.address", {"country": "Krimea"}, "creditor.address.country", "UA-43"),
        ("creditor.country_of_residence", "CU", "creditor.country_of_residence", "CU"),
        ("ultimate_creditor", {"country_of_residence": "IR"}, "ultimate_creditor.country_of_residence", "IR"),
        ("ultimate_debtor", {"address": {"country": "CU"}}, "ultimate_debtor.address.country", "CU"),
        ("initiating_party", {"address": {"town": "Pyongyang"}}, "initiating_party.address.town", "KP"),
        ("creditor_agent.address", {"town": "Tehran"}, "creditor_agent.address.town", "IR"),
        ("creditor.phone", "+850 2 18111", "creditor.phone", "KP"),
        ("creditor.phone", "0098 21 8852 6300", "creditor.phone", "IR"),
        ("creditor.phone", "+53 7 8333333", "creditor.phone", "CU"),
        ("creditor.phone", "+7 978 123 45 67", "creditor.phone", "UA-43"),
        ("creditor_account.proxy", "+7 (3652) 12-34-56", "creditor_account.proxy", "UA-43"),
        ("creditor.address", {"lines": ["Lenin Ave 1", "Yalta, Krimea"]}, "creditor.address.lines[1]", "UA-43"),
        ("creditor.address", {"lines": ["3/IR/TEHERAN"]}, "creditor.address.lines[0]", "IR"),
        ("creditor.address", {"lines": ["Valiasr Ave 5", "IR"]}, "creditor.address.lines[1]", "IR"),
        ("creditor.address", {"town": "Simferopol", "country": "RU"}, "creditor.address.town", "UA-43"),
        ("creditor.address", {"town": "Sevastopol", "country": "UA"}, "creditor.address.town", "UA-43"),
        ("creditor.address", {"region": "Republic of Crimea", "country": "RU"}, "creditor.address.region", "UA-43"),
        ("creditor.address", {"street": "Lenin 1, Simferopol"}, "creditor.address.street", "UA-43"),
        ("creditor.address", {"postcode": "295000", "country": "RU"}, "creditor.address.postcode", "UA-43"),
        ("creditor.address", {"postcode": "299011", "country": "Russia"}, "creditor.address.postcode", "UA-43"),
        ("creditor.address", {"postcode": "98600", "country": "UA"}, "creditor.address.postcode", "UA-43"),
        ("creditor.address", {"lines": ["ul. Gagarina 5", "298600 Russia"]}, "creditor.address.lines[1]", "UA-43"),
        ("creditor.address", {"postcode": "283001", "country": "RU"}, "creditor.address.postcode", "UA-DNR"),
        ("creditor.address", {"town": "Donetsk", "country": "UA"}, "creditor.address.town", "UA-DNR"),
        ("creditor.address", {"town": "Луганск", "country": "RU"}, "creditor.address.town", "UA-LNR"),
        ("creditor.address", {"town": "Havana", "country": "CU"}, "creditor.address.country", "CU"),
        ("creditor.address", {"lines": ["Havana, Cuba"], "country": "US"}, "creditor.address.lines[0]", "CU"),
        ("creditor.address", {"town": "Pyongyang", "country": "CN"}, "creditor.address.town", "KP"),
        ("regulatory_reporting", ["/BENEFRES/IR//wages"], "regulatory_reporting[0]", "IR"),
    ],
)
def test_an_embargoed_jurisdiction_on_the_route_is_held(path: str, value: Any, element: str, code: str) -> None:
    findings = [f for f in LAW.findings(Route.of(at(path, value)), MARCH_2026) if f.rule == "EMBARGO"]
    assert [(f.verdict, f.evidence[0].element, f.evidence[0].country) for f in findings] == [
        (Verdict.HOLD, element, code)
    ]
    assert findings[0].reason.startswith(element)


PAYOUT = {"payout_account": {"iban": GERMAN_IBAN}}


@pytest.mark.parametrize(
    ("event_type", "fields", "element"),
    [
        ("pay", {"payout_account": {"iban": IRANIAN_IBAN}, "amount": "1", "currency": "EUR"}, "payout_account.iban"),
        ("pay", {**PAYOUT, "payout_agent": {"bic": "MELIIRTH"}, "amount": "1", "currency": "EUR"}, "payout_agent.bic"),
        (
            "pay",
            {**PAYOUT, "employer_agent": {"bic": "MELIIRTH"}, "amount": "1", "currency": "EUR"},
            "employer_agent.bic",
        ),
        ("payout_account_changed", {"payout_account": {"iban": IRANIAN_IBAN}}, "payout_account.iban"),
        ("payout_account_changed", {**PAYOUT, "previous_account": {"iban": IRANIAN_IBAN}}, "previous_account.iban"),
        ("worker_hired", {"ship_to": {"country": "IR"}}, "ship_to.country"),
        ("worker_hired", {"worker": {"worker_id": "w1", "phone": "+98 21 8852 6300"}}, "worker.phone"),
        ("contact_changed", {"worker": {"worker_id": "w1", "address": {"town": "Tehran"}}}, "worker.address.town"),
        ("contact_changed", {"employer": {"country_of_residence": "IR"}}, "employer.country_of_residence"),
    ],
)
def test_payroll_events_are_judged_as_payments_are(event_type: str, fields: dict[str, Any], element: str) -> None:
    findings = [f for f in LAW.findings(Route.of(payroll(event_type, **fields)), MARCH_2026) if f.rule == "EMBARGO"]
    assert [finding.evidence[0].element for finding in findings] == [element]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("creditor_account.iban", GERMAN_IBAN),
        ("creditor_agent.bic", "DEUTDEFF"),
        ("creditor.address", {"country": "KR", "town": "Seoul"}),
        ("creditor.address", {"country": "Republic of Korea"}),
        ("creditor.address", {"country": "Korea"}),
        ("creditor.address", {"town": "Kramatorsk", "region": "Donetsk", "country": "UA"}),
        ("creditor.address", {"town": "Kramatorsk", "region": "Donetsk Oblast", "country": "UA"}),
        ("creditor.address", {"lines": ["Kramatorsk", "Donetsk region", "Ukraine"]}),
        ("creditor.address", {"lines": ["Краматорск, Донецкая область, Украина"]}),
        ("creditor.address", {"town": "Kyiv", "country": "UA", "postcode": "01001"}),
        ("creditor.address", {"postcode": "95014", "country": "US", "town": "Cupertino"}),
        ("creditor.address", {"postcode": "295000", "country": "CN"}),
        ("creditor.address", {"lines": ["Invoice 295000 Berlin"]}),
        ("creditor.address", {"town": "Cuba", "region": "MO", "country": "US"}),
        ("creditor.address", {"town": "Havana", "region": "Florida", "country": "US"}),
        ("creditor.address", {"lines": ["12 Main St", "Havana, Florida"]}),
        ("creditor.address", {"town": "Syria", "region": "Virginia", "country": "US"}),
        ("creditor.address", {"town": "Sebastopol", "region": "California", "country": "US"}),
        ("creditor.address", {"street": "Cuba Street 12", "town": "Wellington", "country": "NZ"}),
        ("creditor.address", {"street": "Cuba 45", "town": "Ciudad de México", "country": "MX"}),
        ("creditor.address", {"street": "Rue de Téhéran 3", "town": "Paris", "country": "FR"}),
        ("creditor.address", {"street": "Inkerman Road", "town": "London"}),
        ("creditor.phone", "850 555 1234"),  # Florida
        ("creditor.phone", "(850) 555-1234 x850"),
        ("creditor.phone", "030 98123456 / 030 53123456"),
        ("creditor.phone", "+49 30 1234567"),
        ("creditor.phone", "+7 495 123 45 67"),
        ("creditor.nationality", "IR"),
        ("creditor.nationality", "KP"),
        ("creditor.birth_place", "Tehran"),
        ("creditor.ip", "175.45.176.1"),
        ("creditor.name", "Iran Johnson"),
        ("creditor", {"name": "Havana Brown", "type": "person"}),
        ("creditor_agent.name", "Industrial Bank of Korea"),
        ("regulatory_reporting", ["/BENEFRES/DE//wages"]),
    ],
)
def test_what_only_looks_like_one_is_left_alone(path: str, value: Any) -> None:
    assert judged(at(path, value)) == []


def test_nationality_counts_where_the_policy_asks() -> None:
    law = Jurisdictions.load(JurisdictionsPolicy(nationality=True))
    assert judged(at("creditor.nationality", "IR"), law=law) == [("EMBARGO", "IR")]


# ---------------------------------------------------------------- levels and dates


def test_an_embargo_blocks_or_rejects_as_its_programme_says() -> None:
    consequences = {
        country: LAW.findings(Route.of(at("creditor.country_of_residence", country)), MARCH_2026)[0].consequence
        for country in ("KP", "CU", "IR")
    }
    assert consequences == {"KP": Consequence.BLOCK, "CU": Consequence.BLOCK, "IR": Consequence.REJECT}


def test_the_black_list_is_reviewed_and_the_grey_list_left_alone() -> None:
    (finding,) = LAW.findings(Route.of(at("creditor.country_of_residence", "MM")), MARCH_2026)
    assert (finding.rule, finding.verdict) == ("HIGH_RISK_JURISDICTION", Verdict.REVIEW)
    assert judged(at("creditor.country_of_residence", "VN")) == []


def test_the_grey_list_is_reviewed_where_the_policy_asks() -> None:
    law = Jurisdictions.load(JurisdictionsPolicy(elevated=True))
    assert judged(at("creditor.country_of_residence", "VN"), law=law) == [("ELEVATED_RISK_JURISDICTION", "VN")]
    assert judged(at("creditor.country_of_residence", "SY"), law=law) == [("ELEVATED_RISK_JURISDICTION", "SY")]
    assert judged(payment(remittance_unstructured=["Syria"]), law=law) == [], "a word alone is no reason to stop"


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


@pytest.mark.parametrize(
    ("event_time", "received_at", "execution", "is_held"),
    [
        ("2024-05-01", "2024-05-01", None, True),
        ("2026-03-01", "2026-03-01", None, False),
        ("2025-06-30", "2025-06-30", None, True),  # the last day of the programme
        ("2025-07-01", "2025-07-01", None, False),
        ("2024-05-01", "2026-03-01", None, True),  # judged by the law of its day
        ("2026-03-01", "2025-06-30", None, True),  # dated ahead of its receipt
        ("2025-07-01", "2025-07-01", "2025-06-30", True),
        ("2010-01-01", "2010-01-01", None, False),
    ],
)
def test_the_strictest_law_of_event_receipt_and_execution_applies(
    event_time: str, received_at: str, execution: str | None, is_held: bool
) -> None:
    event = payment(
        creditor={"country_of_residence": "SY"},
        event_time=day(event_time).isoformat(),
        requested_execution_date=execution,
    )
    assert judged(event, day(received_at)) == ([("EMBARGO", "SY")] if is_held else [])


def test_backdating_does_not_dodge_an_embargo() -> None:
    before_it_began = payment(creditor={"address": {"town": "Simferopol"}}, event_time="2013-01-01T00:00:00Z")
    assert judged(before_it_began, day("2026-03-01")) == [("EMBARGO", "UA-43")]
    assert judged(before_it_began, day("2013-01-01")) == []


def test_the_reason_says_which_law_of_which_day() -> None:
    event = payment(creditor={"country_of_residence": "SY"}, event_time="2024-05-01T00:00:00Z")
    (finding,) = LAW.findings(Route.of(event), MARCH_2026)
    assert finding.reason == (
        "creditor.country_of_residence states residence in Syria. Syria: comprehensive US embargo (Executive Order "
        "13582; 31 CFR part 542; revoked by Executive Order 14312), in force until 2025-06-30 and applied as of "
        "2024-05-01."
    )


# ---------------------------------------------------------------- free text


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Project Pyongyang", "Pyongyang"),
        ("office phyongyang", "Phyongyang"),
        ("P’yŏngyang branch", "P'yongyang"),
        ("회의 평양 출장", "평양"),
        ("平壤办事处", "平壤"),
        ("ピョンヤン事務所", "ピョンヤン"),
        ("Пхеньян", "Пхеньян"),
        ("hotel Yalta,Krimea", "Krimea"),
        ("flat in Simferopol", "Simferopol"),
        ("командировка в Симферополе", "Симферополе"),
        ("отдых в Крыму", "Крыму"),
        ("SEVASTOPOL PORT DUES", "Sevastopol"),
        ("Kerch strait bridge", "Kerch"),
        ("Sinuiju", "Sinuiju"),
        ("Rason special zone", "Rason"),
        ("freight to Nampo", "Nampo"),
        ("تهران", "تهران"),
        ("Isfahan steel", "Isfahan"),
        ("tickets HAVANA", "Havana"),
        ("viaje a La Habana", "Habana"),
        ("Democratic People's Republic of Korea", "Democratic People's Republic of Korea"),
        ("Democratic Peoples Republic of Korea", "Democratic People's Republic of Korea"),
        ("D.P.R.K. trade", "D.P.R.K."),
        ("Korea, North", "Korea North"),
        ("北朝鮮向け", "北朝鮮"),
        ("tехран Сrimea", "Crimea"),  # a Cyrillic С
        ("Cri\u200bmea", "Crimea"),
        ("CUBA IN MARCH", "Cuba"),
        ("Iran, Johnson and Sons", "Iran"),
        ("shipment to Havana via Florida", "Havana"),
        ("Tehran, Road 5", "Tehran"),
        ("Bandar-e Abbas port fees", "Bandar-e Abbas"),
        ("Донецк", "Донецк"),
        ("ДНР", "ДНР"),
        ("Yangon office", "Yangon"),
        ("Pyongyang restaurant, Dandong", "Pyongyang"),
        ("Havana branch rent", "Havana"),
        ("Invoice 12 Havana port", "Havana"),
        ("freight via Tehran 2026", "Tehran"),
        ("Iran office rent", "Iran"),
        ("Tehran for the bar", "Tehran"),
        ("CUBA IN MARCH, OR LATER", "Cuba"),
    ],
)
def test_a_place_in_a_free_text_is_reviewed(text: str, spelling: str) -> None:
    findings = LAW.findings(Route.of(payment(remittance_unstructured=[text])), MARCH_2026)
    assert {(f.rule, f.verdict) for f in findings} == {("PLACE_IN_TEXT", Verdict.REVIEW)}
    assert spelling in {e.matched_name for f in findings for e in f.evidence}


@pytest.mark.parametrize(
    "text",
    [
        "Cuba Street",
        "Havana Road",
        "Iran Johnson",
        "Tehran restaurant, Los Angeles",
        "South Korea",
        "Syria, Virginia",
        "Syria, VA",
        "Havana, IL 62644",
        "Crimea War Memorial, Bristol",
        "Republic of Korea",
        "Korea",
        "Pohang, South Korea, North Gyeongsang",
        "Rue de Téhéran",
        "Calle Cuba",
        "Cuba Libre",
        "Donetsk oblast",
        "Shakhtar Donetsk shirts",
        "Kramatorsk (Donetsk)",
        "Teheran-ro 152, Seoul",
        "테헤란로 152",
        "평양냉면",
        "북한산로 1",
        "スキューバダイビング",  # scuba diving holds キューバ, Cuba
        "シリアル番号",  # a serial number holds シリア, Syria
        "内蒙古巴彦淖尔市",  # Inner Mongolia's Bayannur holds 古巴, Cuba
        "朝鲜族",  # the ethnic Koreans of China
        "Shiraz 2019, 6 bottles",
        "Mandalay Bay, Las Vegas",
        "NAMPO Harvest Day",
        "Syria Young",
        "Cuba NM",
        "Town of Havana, FL water bill",
        "Cuba City, Wisconsin",
        "3784 Havana Landing",
        "Tehran Kebab House, Leeds",
        "Havana Cigar Lounge gift card",
        "Little Havana tour",
        "Carrer de Teheran 5",
        "Payroll Iran Benavídez",
        "metro Crimée",
        "테헤란로27길 5",
        "서울 테헤란27길",
        "Salary Rajin Kumar",
        "Salary March 2026",
        "",
    ],
)
def test_harmless_words_are_left_alone(text: str) -> None:
    assert judged(payment(remittance_unstructured=[text])) == []


@pytest.mark.parametrize(
    "field", ["remittance_structured", "instructions", "regulatory_reporting", "purpose", "end_to_end_id"]
)
def test_every_free_text_is_read(field: str) -> None:
    value: Any = "to Pyongyang" if field in ("purpose", "end_to_end_id") else ["rent", "to Pyongyang"]
    (finding,) = LAW.findings(Route.of(payment(**{field: value})), MARCH_2026)
    assert finding.rule == "PLACE_IN_TEXT"
    assert finding.evidence[0].element.startswith(field)


def test_an_organisation_named_after_a_place_is_reviewed() -> None:
    assert judged(at("creditor", {"name": "Pyongyang Trading Corp", "type": "entity"})) == [("PLACE_IN_TEXT", "KP")]
    assert judged(at("creditor_agent.name", "Bank of Crimea")) == [("PLACE_IN_TEXT", "UA-43")]


def test_a_street_in_another_country_is_a_doubt_and_no_embargo() -> None:
    address = {"street": "Room 5, Simferopol", "town": "Berlin", "country": "DE"}
    assert judged(at("creditor.address", address)) == [("PLACE_IN_TEXT", "UA-43")]


@pytest.mark.parametrize(
    "written",
    [
        "IR58\u200b0540105180021273113007",
        "\u200fIR580540105180021273113007",
        "\u0406R580540105180021273113007",  # a Cyrillic I
        "IR58.0540.1051.8002.1273.1130.07",
        "IR58/0540105180021273113007",
    ],
)
def test_a_disguised_iban_in_a_text_is_read(written: str) -> None:
    (told,) = LAW.findings(Route.of(payment(remittance_unstructured=[f"acct {written}"])), MARCH_2026)
    assert (told.rule, told.verdict) == ("PLACE_IN_TEXT", Verdict.REVIEW)


def test_a_broken_iban_of_an_embargoed_country_is_reviewed() -> None:
    assert judged(at("creditor_account.iban", "IR00 0540 1051 8002 1273 1130 07")) == [("PLACE_IN_TEXT", "IR")]


@pytest.mark.parametrize(
    ("path", "value", "element"),
    [
        ("remittance_unstructured", ["to IR58 0540 1051 8002 1273 1130 07 urgent"], "remittance_unstructured[0]"),
        ("instructions", ["/INTA/MELIIRTH"], "instructions[0]"),
        ("creditor.email", "a@parsco.ir", "creditor.email"),
        ("remittance_unstructured", ["see www.etecsa.cu/pay"], "remittance_unstructured[0]"),
        ("remittance_unstructured", ["call +98 21 8852 6300"], "remittance_unstructured[0]"),
        ("creditor_agent.clearing_member_id", "FTBDKPPY", "creditor_agent.clearing_member_id"),
        ("creditor_account.currency", "IRR", "creditor_account.currency"),
        ("currency", "KPW", "currency"),
        ("remittance_unstructured", ["spare parts for North", "Korea office"], "remittance_unstructured[0]"),
        ("creditor", {"name": "Port of Havana"}, "creditor.name"),
        ("creditor", {"name": "Iran Shipping Co"}, "creditor.name"),
        ("creditor_agent.name", "Havana Bank", "creditor_agent.name"),
    ],
)
def test_numbers_and_names_of_an_embargoed_country_are_reviewed(path: str, value: Any, element: str) -> None:
    (finding,) = LAW.findings(Route.of(at(path, value)), MARCH_2026)
    assert (finding.rule, finding.evidence[0].element) == ("PLACE_IN_TEXT", element)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("remittance_unstructured", ["SIGNATURE REQUIRED, MANICURE, PEDICURE"]),
        ("remittance_unstructured", ["to DE89 3704 0044 0532 0130 00"]),
        ("creditor_account.other", "0098218852630012"),
        ("creditor.phone", "537-911-3902x5505"),
        ("creditor.phone", "(005) 3561990"),
        ("creditor.email", "a@iran-auto.de"),
        ("creditor", {"name": "Havana Brooks"}),
        ("currency", "EUR"),
    ],
)
def test_numbers_and_names_that_only_look_so_pass(path: str, value: Any) -> None:
    assert judged(at(path, value)) == []


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("989123456789", "IR"),  # twelve digits are international
        ("(+98) 21 2380 3303", "IR"),
        ("8 (978) 123-45-67", "UA-43"),  # as Russia dials itself
        ("+98 21 8852 6300 ext. 5", "IR"),
        ("tel:+85023818888", "KP"),
        ("Mobile: +850 2 381 8888", "KP"),
        ("Ph. 00850 2 381 8888", "KP"),
        ("(850) 2 381 8888", "KP"),  # one digit too many for Florida
        ("+850.2.381.8888", "KP"),
        ("+\u0668\u0665\u0660 2 381 8888", "KP"),
        ("\uff0b850 2 381 8888", "KP"),
        ("+49 30 1234567 / +850 2 381 8888", "KP"),
        ("+49 30 1234567;+850 2 381 8888", "KP"),
        ("+49 30 1234567 and +850 2 381 8888", "KP"),
        ("+49 30 1234567, 00850 2 381 8888 ext 4", "KP"),
    ],
)
def test_phones_are_read_as_they_are_written(phone: str, code: str) -> None:
    assert judged(at("creditor.phone", phone)) == [("EMBARGO", code)]


@pytest.mark.parametrize(
    ("address", "is_reported"),
    [("175.45.176.5", True), ("175.45.180.5", False), ("n/a", False)],
)
def test_an_ip_address_counts_where_the_policy_names_a_database(address: str, is_reported: bool) -> None:
    law = Jurisdictions.load(JurisdictionsPolicy(ip_networks="packaged"))
    assert judged(at("creditor.ip", address), law=law) == ([("PLACE_IN_TEXT", "KP")] if is_reported else [])
    assert judged(at("creditor.ip", address)) == []


# ---------------------------------------------------------------- agreement


def conflicts(**fields: Any) -> list[Finding]:
    return [f for f in LAW.findings(Route.of(payment(**fields)), MARCH_2026) if f.rule == "COUNTRY_CONFLICT"]


def test_a_bank_elsewhere_than_its_account_is_noted() -> None:
    (finding,) = conflicts(creditor_account={"iban": GERMAN_IBAN}, creditor_agent={"bic": "BUKBGB22"})
    assert (finding.verdict, finding.severity) == (Verdict.RELEASE, Severity.LOW)
    assert finding.reason == (
        "The countries of the creditor's side disagree: creditor_account.iban is an account in Germany; "
        "creditor_agent.bic is a bank in United Kingdom."
    )


def test_an_account_elsewhere_than_its_owner_is_noted() -> None:
    assert conflicts(
        creditor={"address": {"country": "PT"}},
        creditor_account={"iban": GERMAN_IBAN},
        creditor_agent={"bic": "DEUTDEFF"},
    )
    assert conflicts(creditor={"country_of_residence": "PT"}, creditor_account={"iban": GERMAN_IBAN})
    assert not conflicts(creditor={"country_of_residence": "DE"}, creditor_account={"iban": GERMAN_IBAN})


def test_a_conflict_with_an_embargoed_country_is_reviewed() -> None:
    (finding,) = conflicts(creditor_account={"iban": GERMAN_IBAN}, creditor_agent={"bic": "MELIIRTH"})
    assert finding.verdict is Verdict.REVIEW


def test_the_two_sides_of_a_payment_may_differ() -> None:
    assert not conflicts(debtor_account={"iban": GERMAN_IBAN}, creditor_agent={"bic": "BUKBGB22"})


def test_territories_of_one_banking_area_agree() -> None:
    assert not conflicts(creditor_account={"iban": "GB33BUKB20201555555555"}, creditor_agent={"bic": "BUKBJESH"})


# ---------------------------------------------------------------- findings


def test_one_finding_names_all_elements_of_a_jurisdiction_and_no_personal_value() -> None:
    event = payment(
        creditor={"name": "Jane Doe", "address": {"lines": ["Secret Lane 7", "Tehran, Iran"]}},
        creditor_account={"iban": IRANIAN_IBAN},
    )
    (finding,) = LAW.findings(Route.of(event), MARCH_2026)
    assert [e.element for e in finding.evidence] == [
        "creditor_account.iban",
        "creditor.address.lines[1]",
        "creditor.address.lines[1]",
    ]
    text = finding.model_dump_json()
    assert not [value for value in (IRANIAN_IBAN, "Secret", "Jane") if value in text]
    assert "31 CFR part 560" in finding.reason


def test_evidence_is_bounded() -> None:
    event = payment(remittance_unstructured=["Pyongyang"] * 200)
    (finding,) = LAW.findings(Route.of(event), MARCH_2026)
    assert len(finding.evidence) == EVIDENCE_MAX
    assert f"and {200 - ELEMENTS_NAMED_MAX} more elements" in finding.reason


# ---------------------------------------------------------------- data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('level = "high"', 'level = "severe"'), "MM: level 'severe'; use one of embargo, high, elevated"),
        (('consequence = "block"', 'consequence = "review"'), "KP: consequence 'review'; with level embargo use"),
        (("valid_to = 2025-06-30", "valid_to = 2001-01-01"), "SY: valid_to is before valid_from"),
        (("valid_from = 2022-10-21", 'valid_from = "2022"'), "MM: valid_from '2022' is not a day"),
        (('name = "Cuba"', 'title = "Cuba"'), "CU: unknown key 'title'"),
        (('name = "Cuba"\n', ""), "CU: name is missing"),
        (('code = "MM"', 'code = "ZZ"'), "ZZ: the code must begin with an ISO 3166-1"),
        (('code = "MM"', 'code = "MG"'), "places: code 'MM' has no row"),
    ],
)
def test_a_wrong_row_is_refused_with_its_cure(change: tuple[str, str], message: str) -> None:
    rows = (DATA / "jurisdictions.toml").read_text("utf-8")
    assert change[0] in rows
    with pytest.raises(InvalidJurisdictions, match=r"^(jurisdictions\.toml|places):? ") as refused:
        Jurisdictions(rows.replace(*change, 1), (DATA / "places.toml").read_text("utf-8"))
    assert message in str(refused.value)


def test_a_folder_of_ones_own_replaces_the_packaged_data(tmp_path: Path) -> None:
    for name in ("jurisdictions.toml", "places.toml"):
        text = (DATA / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("valid_to = 2025-06-30\n", ""), "utf-8")
    law = Jurisdictions.load(folder=tmp_path)
    assert judged(at("creditor.country_of_residence", "SY"), law=law) == [("EMBARGO", "SY")]
    assert law.version != LAW.version


@pytest.mark.parametrize("element", ["creditor.address", "creditor.country_of_residence"])
@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("KR;KP", {"KP"}),
        ("CN/KP", {"KP"}),
        ("IR, CU", {"IR", "CU"}),
        ("K.P.", {"KP"}),
        ("🇰🇵", {"KP"}),
        ("R.P.D.C.", {"KP"}),
        ("KP (via Dandong)", {"KP"}),
        ("China and North Korea", {"KP"}),
        ("DE/AT", set()),
    ],
)
def test_every_country_that_a_field_names_is_judged(element: str, written: str, codes: set[str]) -> None:
    value = {"country": written} if element.endswith("address") else written
    assert {code for _, code in judged(at(element, value))} == codes


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ({"postcode": "295 000", "country": "RU"}, "UA-43"),
        ({"postcode": "295-000", "country": "RU"}, "UA-43"),
        ({"postcode": "2 9 5 0 0 0", "country": "RU"}, "UA-43"),
        ({"postcode": "295OOO", "country": "RU"}, "UA-43"),
        ({"postcode": "２９５０００", "country": "RU"}, "UA-43"),
        ({"street": "ul Lenina 5, 295000", "country": "RU"}, "UA-43"),
        ({"street": "ul Lenina 5 299 011", "country": "RU"}, "UA-43"),
        ({"region": "283001", "country": "RU"}, "UA-DNR"),
        ({"lines": ["ul. Lenina 5", "291 011 Russia"]}, "UA-LNR"),
        ({"postcode": "95 000", "country": "UA"}, "UA-43"),
        ({"lines": ["91-011 Ukraine"]}, "UA-LNR"),
        ({"postcode": "93100", "country": "UA"}, "UA-LNR"),
    ],
)
def test_a_postcode_of_a_region_is_read_wherever_it_stands(address: dict[str, Any], code: str) -> None:
    assert judged(at("creditor.address", address)) == [("EMBARGO", code)]


@pytest.mark.parametrize(
    "address",
    [
        {"postcode": "84300", "country": "UA", "town": "Kramatorsk"},
        {"postcode": "101000", "country": "RU"},
        {"street": "ul. Lenina 29, kv. 5000", "country": "RU"},
        {"street": "Lenina 295, 000123", "country": "RU"},
        {"postcode": "295000", "country": "KZ"},
        {"street": "Tel 8 295 000 11 22", "country": "RU"},
    ],
)
def test_another_number_is_no_postcode_of_a_region(address: dict[str, Any]) -> None:
    assert judged(at("creditor.address", address)) == []


# ---------------------------------------------------------------- every field, and what is nobody's name


@pytest.mark.parametrize(
    "path",
    [
        "creditor.name", "creditor.email", "creditor.phone", "creditor.ip", "creditor_account.iban",
        "creditor_agent.name", "creditor_agent.clearing_member_id", "end_to_end_id", "purpose",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["Pyongyang", "North Korea", "🇰🇵", "P.y.o.n.g.y.a.n.g"])
def test_a_place_is_read_in_every_field(path: str, place: str) -> None:
    assert judged(at(path, place)) == [("PLACE_IN_TEXT", "KP")]


@pytest.mark.parametrize("field", ["street", "building", "postcode", "town", "region", "lines"])
@pytest.mark.parametrize("place", ["North Korea", "🇰🇵", "N o r t h  K o r e a", "I.r.a.n"])
def test_a_place_in_an_address_is_held_where_it_states_no_other_country(field: str, place: str) -> None:
    address = {field: [place] if field == "lines" else place}
    assert [rule for rule, _ in judged(payment(creditor={"name": "Jane Doe", "address": address}))] == ["EMBARGO"]


@pytest.mark.parametrize(
    "path", ["creditor.name", "creditor.email", "creditor.phone", "creditor.ip", "creditor_agent.name"]
)
def test_an_iban_of_an_embargoed_country_is_read_in_every_field(path: str) -> None:
    assert judged(at(path, f"x {IRANIAN_IBAN}")) == [("PLACE_IN_TEXT", "IR")]
    assert judged(at(path, f"x {GERMAN_IBAN}")) == []


@pytest.mark.parametrize(("name", "is_seen"), [("Cuba", True), ("North Korea", True), ("Cuba Gooding", False)])
def test_nobody_is_called_by_a_place_alone(name: str, is_seen: bool) -> None:
    seen = [("PLACE_IN_TEXT", "KP" if "Korea" in name else "CU")] if is_seen else []
    assert judged(payment(creditor={"name": name, "type": "person"})) == seen
    assert judged(payroll("worker_hired", worker={"worker_id": "w1", "name": name})) == seen


def test_a_building_is_called_by_more_than_a_country() -> None:
    for street, rules in (("North Korea", ["PLACE_IN_TEXT"]), ("Cuba Street 4", [])):
        address = {"street": street, "country": "DE"}
        assert [rule for rule, _ in judged(payment(creditor={"name": "J", "address": address}))] == rules
