"""Patterns of identifiers in prose: the one set that screening and jurisdictions share."""

from __future__ import annotations

import pytest

from streamer.reference import in_text


@pytest.mark.parametrize(
    ("text", "bics"),
    [
        ("via DEUTDEFF500 today", ["DEUTDEFF500"]),
        ("via deutdeff", ["DEUTDEFF"]),  # jurisdictions read upper case only before
        ("pay DEUT DE FF", ["DEUTDEFF"]),
        ("BANK-OF-US", []),
        ("DEUTDEFFXYZW", []),
    ],
)
def test_bics_are_words_or_groups(text: str, bics: list[str]) -> None:
    assert [bic for bic in in_text.bics_in(text) if bic[4:6] == "DE"] == bics


@pytest.mark.parametrize(
    ("text", "ibans"),
    [
        ("to IR58 0540 1051 8002 1273 1130 07 thanks", ["IR580540105180021273113007"]),
        ("IBANIR580540105180021273113007", ["IR580540105180021273113007"]),
        ("IR580540105180021273113007/4711", ["IR580540105180021273113007"]),
        ("XIR580540105180021273113007", []),
        ("IR590540105180021273113007", []),
        ("DE89 3704", []),
    ],
)
def test_ibans_need_their_check_digits(text: str, ibans: list[str]) -> None:
    assert list(in_text.ibans_in(text)) == ibans


@pytest.mark.parametrize(
    ("text", "phones", "international"),
    [
        ("call +850 2 381 8888 now", ["+850 2 381 8888"], ["+850 2 381 8888"]),
        ("Tel+850 2 381 8888", ["+850 2 381 8888"], ["+850 2 381 8888"]),
        ("(+850) 2 381 8888", ["+850) 2 381 8888"], ["+850) 2 381 8888"]),
        ("ref 4711 00850 2 381 8888", ["4711 00850 2 381 8888", "00850 2 381 8888"], ["00850 2 381 8888"]),
        ("order 9812345678901", ["9812345678901"], []),
        ("A9812345678901", [], []),
        ("2026-03-01", ["2026-03-01"], []),
    ],
)
def test_phones_in_prose(text: str, phones: list[str], international: list[str]) -> None:
    assert list(in_text.phones_in(text)) == phones
    assert list(in_text.phones_in(text, only_international=True)) == international


@pytest.mark.parametrize(
    ("field", "phone"),
    [
        ("tel:+85023818888", "+85023818888"),
        ("Mobile: +850 2 381 8888", "+850 2 381 8888"),
        ("Fax (850) 2 381 8888", "(850) 2 381 8888"),
        ("+49 30 1234567 / +850 2 381 8888", "+850 2 381 8888"),
        ("+49 30 1234567 and 00850 2 381 8888", "00850 2 381 8888"),
        ("+850 2 381 8888 ext. 12", "+850 2 381 8888 "),
        ("+850 2 381 8888x12", "+850 2 381 8888"),
    ],
)
def test_every_number_of_a_phone_field_is_read(field: str, phone: str) -> None:
    assert phone in list(in_text.phones_in_field(field))


@pytest.mark.parametrize(
    ("text", "domains", "addressed"),
    [
        ("order at example.kp/cart", ["example.kp"], []),
        ("www.example.ir", ["www.example.ir"], ["www.example.ir"]),
        ("https://shop.example.ir/x", ["shop.example.ir"], ["shop.example.ir"]),
        ("a.b@mail.example.ir.", ["mail.example.ir"], ["mail.example.ir"]),
        ("Sept.Ir", ["Sept.Ir"], []),
        ("no domain", [], []),
    ],
)
def test_domains_are_addressed_or_may_be_words(text: str, domains: list[str], addressed: list[str]) -> None:
    assert list(in_text.domains_in(text)) == domains
    assert list(in_text.domains_in(text, only_addressed=True)) == addressed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("KP654234735", "654234735"),
        ("PRK-654234735", "654234735"),
        ("No. 654234735", "654234735"),
        ("Passport No. D 366 871", "D366871"),
        ("654234735; 123456", "654234735"),
        ("654234735 (North Korea)", "654234735"),
        ("V-5892464", "5892464"),
        ("Паспорт № 654234735", "654234735"),
    ],
)
def test_a_field_of_numbers_is_read_in_parts(text: str, number: str) -> None:
    assert number in {reading.number for reading in in_text.numbers_in_field(text)}


@pytest.mark.parametrize(
    ("text", "is_asset"),
    [
        ("BTC", True),
        ("USDT-TRC20", True),
        ("USDC (ERC-20)", True),
        ("Bitcoin Cash", True),
        ("USDT on Tron", True),
        ("VOLASYS SILVER STAR", False),
        ("Kim Jong Un", False),
        ("Internationale Handelsgesellschaft", False),
        ("-", False),
    ],
)
def test_an_asset_is_a_ticker_or_a_known_name(text: str, is_asset: bool) -> None:
    assert in_text.is_asset_name(text) is is_asset
