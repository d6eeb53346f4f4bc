"""Addresses of virtual assets: shapes, notations and checksums."""

from __future__ import annotations

import pytest

from streamer.reference.wallets import (
    has_wallet_shape,
    normalised_wallet,
    wallet_checksum_holds,
    wallet_spellings,
)

BTC = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
BECH32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
ETH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # EIP-55

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
    "written",
    [
        ETH,
        f"ethereum:{ETH}@1",
        f"eip155:1:{ETH}",
        f"https://etherscan.io/address/{ETH}#code",
        f'"{ETH}".',
        f"{ETH}:123",
        f"{ETH}-memo",
        f"0X{ETH[2:].upper()}",
        f"Ox{ETH[2:]}",
        ETH[2:],
        f"0x{'0' * 24}{ETH[2:]}",
        f"xdc{ETH[2:]}",
        f"{ETH[:9]} {ETH[9:]}",
        f"{ETH[:9]}\u200b{ETH[9:]}",
    ],
)
def test_what_stands_around_an_address_does_not_change_it(written: str) -> None:
    assert normalised_wallet(written) == ETH.lower()


def test_a_key_is_one_in_every_notation_that_is_known() -> None:
    evm = ETH[2:].lower()
    tron = normalised_wallet(f"41{evm}")
    assert tron.startswith("T")
    assert wallet_checksum_holds(tron) is True
    assert set(wallet_spellings(ETH)) == {evm, tron}
    assert set(wallet_spellings(tron)) == {evm, tron}
    # The two notations of one Bitcoin Cash key (from the CashAddr specification).
    assert set(wallet_spellings("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu")) == {
        "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
        "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "76a04053bda0a88bda5177b86a15c3b29f559873",  # hash160
    }


@pytest.mark.parametrize(
    ("address", "has_shape"),
    [
        (ETH, True),
        (BTC, True),
        (BECH32, True),
        (XMR, True),
        ("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", True),  # Solana
        ("EQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG", True),  # TON
        ("0.0.1234567", True),  # Hedera
        ("GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7", True),  # Stellar
        ("cosmos1hsk6jryyqjfhp5dhc55tc9jtckygx0eph6dd02", True),
        (f"bitcoin:{BTC}?amount=0.1", True),
        ("tornadocash.eth", False),
        ("Silver Star Trading", False),
        ("volasyssilverstarvolasyssilverstar", False),
        ("0x1234", False),
        ("", False),
    ],
)
def test_a_name_has_not_the_shape_of_an_address(address: str, has_shape: bool) -> None:
    assert has_wallet_shape(address) is has_shape


@pytest.mark.parametrize("text", ["", " ", "²", "\u0000", "0x", "bitcoin:", "@", "1" * 10_000, "0x" * 5_000])
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(normalised_wallet(text), str)
    assert wallet_checksum_holds(text) in (True, False, None)
    assert list(wallet_spellings(text))
    assert has_wallet_shape(text) in (True, False)
