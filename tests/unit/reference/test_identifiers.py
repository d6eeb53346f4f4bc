"""How identifiers are written: every notation, right and wrong."""

from __future__ import annotations

import pytest

from streamer.reference.identifiers import (
    bic_country,
    compact,
    iban_country,
    normalised_bic,
    normalised_email,
    normalised_iban,
    normalised_lei,
    normalised_phone,
)


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("GB33BUKB20201555555555", "GB33BUKB20201555555555"),
        ("gb33 bukb 2020 1555 5555 55", "GB33BUKB20201555555555"),
        ("IBAN DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
        ("IR580540105180021273113007", "IR580540105180021273113007"),  # Iran issues IBANs outside SWIFT's registry
        ("GB33BUKB20201555555556", None),  # check digits
        ("GB33BUKB2020155555555", None),  # length
        ("KP12345678901234567890", None),  # North Korea has no IBAN
        ("", None),
        ("not an iban", None),
    ],
)
def test_an_iban_is_read_only_when_length_and_check_digits_fit(written: str, iban: str | None) -> None:
    assert normalised_iban(written) == iban
    assert iban_country(written) == (iban[:2] if iban else None)


@pytest.mark.parametrize(
    ("written", "bic", "country"),
    [
        ("DEUTDEFF", "DEUTDEFF", "DE"),
        ("deutdeff xxx", "DEUTDEFF", "DE"),
        ("FTBDKPPYXXX", "FTBDKPPY", "KP"),
        ("DEUTDEFF500", "DEUTDEFF500", "DE"),
        ("DEUTZZFF", None, None),  # no such country
        ("DEUTDEF", None, None),
        ("D3UT12FF", None, None),
    ],
)
def test_a_bic_names_its_country_in_characters_five_and_six(written: str, bic: str | None, country: str | None) -> None:
    assert normalised_bic(written) == bic
    assert bic_country(written) == country


def test_an_lei_needs_its_check_digits() -> None:
    assert normalised_lei("2534 00V1H6ART1UQ0N98") == "253400V1H6ART1UQ0N98"
    assert normalised_lei("253400V1H6ART1UQ0N99") is None


@pytest.mark.parametrize(
    "text", ["", " ", "²", "٣", "\u0000", "İ", "0x", "bitcoin:", "+", "(0)", "@", "mailto:", "1" * 10_000]
)
def test_any_text_has_an_answer(text: str) -> None:
    for read in (normalised_iban, normalised_bic, normalised_lei, normalised_email):
        assert read(text) is None or isinstance(read(text), str)
    assert normalised_phone(text) is None or normalised_phone(text).isdecimal()  # type: ignore[union-attr]
    assert compact(text) == compact(compact(text))
