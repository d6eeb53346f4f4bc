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
from streamer.reference.wallets import normalised_wallet, wallet_checksum_holds

BTC = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
BECH32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
ETH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # EIP-55


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


# The example of Monero's documentation.
XMR = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"


@pytest.mark.parametrize(
    ("address", "holds"),
    [
        (BTC, True),
        (BTC[:-1] + "3", False),
        (BECH32, True),
        (BECH32.upper(), True),
        (BECH32[:-1] + "5", False),
        ("bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", False),  # mixed case
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", True),  # BIP 350
        (ETH, True),
        (ETH[:-1] + "D", False),
        (ETH.lower(), None),  # no checksum in one case
        ("TFdTr9C3BqQrzKBXqSxJfAZFTh8UwBAfSg", True),
        ("TFdTr9C3BqQrzKBXqSxJfAZFTh8UwBAfSh", False),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", True),
        ("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q", False),
        ("rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66", True),
        ("rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh67", False),
        (XMR, True),
        (XMR[:-1] + "B", False),
        ("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", None),  # Solana's have none
        ("somewhere else", None),
        ("1" * 10_000, None),
    ],
)
def test_a_mistyped_wallet_fails_its_checksum(address: str, holds: bool | None) -> None:
    assert wallet_checksum_holds(address) is holds


def test_the_address_normalises_the_same_however_often() -> None:
    for address in (BTC, ETH, BECH32, "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"):
        assert normalised_wallet(normalised_wallet(address)) == normalised_wallet(address)


@pytest.mark.parametrize(
    "text", ["", " ", "²", "٣", "\u0000", "İ", "0x", "bitcoin:", "+", "(0)", "@", "mailto:", "1" * 10_000]
)
def test_any_text_has_an_answer(text: str) -> None:
    for read in (normalised_iban, normalised_bic, normalised_lei, normalised_wallet, normalised_email):
        assert read(text) is None or isinstance(read(text), str)
    assert normalised_phone(text) is None or normalised_phone(text).isdecimal()  # type: ignore[union-attr]
    assert compact(text) == compact(compact(text))
    assert wallet_checksum_holds(text) in (True, False, None)
