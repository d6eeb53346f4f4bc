"""Addresses of virtual assets: their shapes, check digits and notations, whatever stands around them.

An address is read as its letters and digits: URIs (`ethereum:0x…@1`), CAIP-10 (`eip155:1:0x…`), explorers' addresses,
quotes, memos, blanks and invisible characters change nothing. Pure functions, safe on any text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from streamer.reference.text import plain

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES: Final = {char: n for n, char in enumerate(_BASE58)}
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_VALUES: Final = {char: n for n, char in enumerate(_BECH32)}
_BECH32_CONSTANTS: Final = {1: "bech32", 0x2BC830A3: "bech32m"}
"""What the checksum's polynomial leaves: BIP 173 and BIP 350."""

_WALLET_CHARS_MAX: Final = 128
"""No chain's address is longer."""
_FIELD_CHARS_MAX: Final = 2_000
"""Longer texts are compared as they stand; `in_text` looks into them."""

# 0x may be missing, written with the letter O, or followed by the zeros that fill 32 bytes (EVM logs and call data).
_EVM: Final = re.compile(r"(?:[0oO][xX]|xdc)?(?:0{24})?([0-9a-f]{40})(?:0{24})?", re.IGNORECASE)
_TRON_HEX: Final = re.compile(r"(?:[0oO][xX])?41([0-9a-f]{40})", re.IGNORECASE)
_SEGWIT: Final = re.compile(
    r"(?:bc|tb|bcrt|ltc|tltc|addr|stake|cosmos|osmo|bnb|thor)1[02-9ac-hj-np-z]{6,110}", re.IGNORECASE
)
_CASHADDR: Final = re.compile(r"[qp][02-9ac-hj-np-z]{41}", re.IGNORECASE)
_BASE58CHECK: Final = re.compile(rf"[{_BASE58}]{{25,36}}")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_BETWEEN_PARTS: Final = re.compile(r"[\s-]+")

# Shapes of further chains: they tell an address from a name, no more.
_FURTHER_SHAPES: Final = re.compile(
    rf"""
      [{_BASE58}]{{25,48}}                # Solana, Polkadot, Tezos, Dogecoin, Zcash …
    | [{_BASE58}]{{90,110}}               # Cardano's Byron addresses, Monero
    | [a-z]{{1,12}}1[02-9ac-hj-np-z]{{38,110}}  # bech32 with any prefix: Cosmos and its sisters, Lightning
    | (?:0x)?[0-9a-f]{{62,64}}            # Aptos, Sui, NEAR
    | [G-M][A-Z2-7]{{55}} | M[A-Z2-7]{{68}}   # Stellar
    | [A-Z2-7]{{58}}                      # Algorand
    | f[0-4][a-z2-7]{{6,86}}              # Filecoin
    | r[{_BASE58}]{{24,34}} | X[{_BASE58}]{{46}}  # XRP Ledger
    """,
    re.VERBOSE,
)
# Shapes whose own marks stand between letters and digits.
_MARKED_SHAPES: Final = re.compile(
    r"""
      (?:[EUk0]Q)[A-Za-z0-9_-]{46} | -?[01]:[0-9a-fA-F]{64}   # TON
    | 0\.0\.[0-9]{2,12}                                         # Hedera
    | (?:nano|xrb)_[13][a-z0-9]{59}
    """,
    re.VERBOSE,
)


def normalised_wallet(address: str) -> str:
    """The address as compared, by its shape and whatever the asset: one key serves every chain of its family.

    Ethereum-like addresses and bech32 are lower case; Bitcoin Cash's own notation becomes the base58 address of
    the same key, because lists write either, and so does Tron's hexadecimal one; base58 (BTC, TRX, XRP …) keeps its
    case. What has no shape known here is only stripped.
    """
    written = _address_in(address)
    if tron := _TRON_HEX.fullmatch(written):
        return _base58check(b"\x41" + bytes.fromhex(tron[1]))
    if evm := _EVM.fullmatch(written):
        return f"0x{evm[1].lower()}"
    if _SEGWIT.fullmatch(written):
        return written.lower()
    if _CASHADDR.fullmatch(written):
        return _cashaddr_as_base58(written.lower()) or written.lower()
    return written


def wallet_checksum_holds(address: str) -> bool | None:
    """True or False where the notation carries a checksum (base58check in the alphabets of Bitcoin and Ripple, Monero's
    base58, bech32, bech32m, EIP-55, cashaddr); None where it carries none or is unknown here: an Ethereum address in
    one case, Solana."""
    written = _address_in(address)
    if _TRON_HEX.fullmatch(written):
        return None
    if evm := _EVM.fullmatch(written):
        return _eip55_holds(evm[1])
    if _SEGWIT.fullmatch(written):
        return written in (written.lower(), written.upper()) and _bech32_constant(written.lower()) in _BECH32_CONSTANTS
    if _CASHADDR.fullmatch(written):
        return _cashaddr_as_base58(written.lower()) is not None
    if _RIPPLE.fullmatch(written):
        return _base58check_payload(written.translate(_FROM_RIPPLE)) is not None
    if _MONERO.fullmatch(written):
        return _monero_holds(written)
    return _base58check_payload(written) is not None if _BASE58CHECK.fullmatch(written) else None


def has_wallet_shape(address: str) -> bool:
    """Whether a field holds an address of a notation known here; a name (`somebody.eth`) or a nickname is none."""
    written = _address_in(address)
    shapes = (_EVM, _TRON_HEX, _SEGWIT, _CASHADDR, _MONERO, _FURTHER_SHAPES)
    if any(shape.fullmatch(written) for shape in shapes) or _FURTHER_SHAPES.fullmatch(written.lower()):
        # Long words can look like base58; hardly an address has no digit.
        return any(c.isdecimal() for c in written) or wallet_checksum_holds(written) is True
    return _MARKED_SHAPES.search(plain(address)) is not None


def wallet_spellings(address: str) -> Iterator[str]:
    """The address in every notation of its key that this module can write, each as letters and digits.

    An EVM address is its forty hexadecimal digits: they stand in Tron's and XDC's notation and in padded words, too.
    A Bitcoin address is also the hash of its key or script (hash160) in as many digits.
    """
    written = normalised_wallet(address)
    if evm := _EVM.fullmatch(written):
        yield evm[1].lower()
        yield _base58check(b"\x41" + bytes.fromhex(evm[1]))
        return
    yield written
    payload = _base58check_payload(written) if _BASE58CHECK.fullmatch(written) else None
    if payload and len(payload) == _HASH_BYTES + 1:
        if payload[0] == _TRON_VERSION:
            yield payload[1:].hex()
        elif payload[0] in _CASHADDR_VERSIONS:
            yield _base58_as_cashaddr(payload)
            yield payload[1:].hex()


_HASH_BYTES: Final = 20
_TRON_VERSION: Final = 0x41
_CASHADDR_VERSIONS: Final = {0: 0, 5: 8}
"""Bitcoin's version byte -> that of Bitcoin Cash's own notation, for the hash of a key and of a script."""


def _address_in(text: str) -> str:
    """The letters and digits of the address that a field holds, or the stripped field where none has a known shape."""
    if len(text) > _FIELD_CHARS_MAX:
        return text.strip()
    shown = plain(text).strip()
    # No address has spaces or hyphens: they hide it, or were put in for the eye.
    joined = shown if shown.isalnum() else _BETWEEN_PARTS.sub("", shown)
    if _is_address(joined):
        return joined
    for word in (*_WORD.findall(shown), *_WORD.findall(joined)):
        if _is_address(word):
            return str(word)
    return joined if len(joined) <= _WALLET_CHARS_MAX else text.strip()


def _is_address(word: str) -> bool:
    return any(shape.fullmatch(word) for shape in (_EVM, _TRON_HEX, _SEGWIT, _CASHADDR, _MONERO, _BASE58CHECK))


# Ripple's base58 is Bitcoin's with the letters in another order.
_RIPPLE_BASE58: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_RIPPLE: Final = re.compile(rf"r[{_BASE58}]{{24,34}}")
_FROM_RIPPLE: Final = str.maketrans(_RIPPLE_BASE58, _BASE58)

# Monero turns eight bytes at a time into eleven letters; 95 letters are an address, 106 one with a payment id.
_MONERO: Final = re.compile(rf"[48][{_BASE58}]{{94}}(?:[{_BASE58}]{{11}})?")
_MONERO_BLOCK: Final = {11: 8, 7: 5}


def _monero_holds(text: str) -> bool:
    raw = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        number = 0
        for char in block:
            number = number * 58 + _BASE58_VALUES[char]
        size = _MONERO_BLOCK[len(block)]
        if number >= 1 << 8 * size:
            return False
        raw += number.to_bytes(size, "big")
    return _keccak256(raw[:-4])[:4] == raw[-4:]


def _base58check_payload(text: str) -> bytes | None:
    """Version and payload; None where the four bytes of double sha256 do not fit."""
    number = 0
    for char in text:
        number = number * 58 + _BASE58_VALUES[char]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    return raw[:-4] if len(raw) > 4 and _sha256d(raw[:-4])[:4] == raw[-4:] else None


def _base58check(payload: bytes) -> str:
    raw = payload + _sha256d(payload)[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _sha256d(raw: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def _bech32_constant(address: str) -> int:
    """The remainder of BIP 173's polynomial over the human-readable part and the data."""
    prefix, _, data = address.rpartition("1")
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32_VALUES[c] for c in data]
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder


def _cashaddr_as_base58(address: str) -> str | None:
    """Base58 address of the same key, from Bitcoin Cash's notation without prefix; None if the checksum fails."""
    values = [_BECH32_VALUES[c] for c in address]
    if _cashaddr_remainder(values) != 0:
        return None
    number = 0
    for value in values[:-8]:
        number = number << 5 | value
    # 34 groups of 5 bits hold 168 bits, version byte and 20 bytes of hash, and two bits of padding.
    payload = (number >> 2).to_bytes(21, "big")
    return _base58check(bytes([5 if payload[0] & 0x08 else 0]) + payload[1:])


def _cashaddr_remainder(values: list[int]) -> int:
    """What the checksum's polynomial of the CashAddr specification leaves of prefix and values: 0 where it holds."""
    remainder = 1
    for value in [ord(c) & 31 for c in "bitcoincash"] + [0] + values:
        top = remainder >> 35
        remainder = (remainder & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder ^ 1


def _base58_as_cashaddr(payload: bytes) -> str:
    """Bitcoin Cash's notation, without prefix, of version and hash of a base58 address."""
    number = int.from_bytes(bytes([_CASHADDR_VERSIONS[payload[0]]]) + payload[1:], "big") << 2
    values = [number >> shift & 31 for shift in range(165, -1, -5)]
    remainder = _cashaddr_remainder([*values, *[0] * 8])
    values += [remainder >> shift & 31 for shift in range(35, -1, -5)]
    return "".join(_BECH32[value] for value in values)


def _eip55_holds(digits: str) -> bool | None:
    """EIP-55: a letter is upper case where the Keccak-256 of the lower-case address has a high bit."""
    lower = digits.lower()
    if digits in (lower, digits.upper()):
        return None
    hashed = _keccak256(lower.encode()).hex()
    return all(c == (c.upper() if int(h, 16) >= 8 else c.lower()) for c, h in zip(digits, hashed, strict=False))


def _keccak_constants() -> tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]:
    """Round constants, and (x, y, shift) of the lanes in the order in which rho and pi visit them."""
    register, rounds = 1, []
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        rounds.append(constant)
    x, y, lanes = 1, 0, []
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        lanes.append((x, y, (step + 1) * (step + 2) // 2 % 64))
    return tuple(rounds), tuple(lanes)


_ROUNDS, _LANES = _keccak_constants()
_LANE_MASK: Final = (1 << 64) - 1


def _keccak256(message: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: SHA-3's permutation with the padding it had before NIST changed it.

    `hashlib` has only the NIST variant. For one block, that is messages under 136 bytes.
    """
    block = bytearray(message.ljust(136, b"\0"))
    block[len(message)] ^= 0x01
    block[135] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for n in range(17):
        lanes[n % 5][n // 5] = int.from_bytes(block[8 * n : 8 * n + 8], "little")
    for constant in _ROUNDS:
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        for x in range(5):
            mixed = columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1)
            lanes[x] = [lane ^ mixed for lane in lanes[x]]
        current = lanes[1][0]
        for x, y, shift in _LANES:
            current, lanes[x][y] = lanes[x][y], _rotated(current, shift)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & _LANE_MASK & row[(x + 2) % 5])
        lanes[0][0] ^= constant
    return b"".join(lanes[x][0].to_bytes(8, "little") for x in range(4))


def _rotated(lane: int, bits: int) -> int:
    return (lane << bits | lane >> (64 - bits)) & _LANE_MASK
