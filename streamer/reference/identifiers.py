"""How identifiers are written: IBAN, BIC, LEI, wallets, phones and e-mails, each by the rules of its own kind.

`normalised_…` gives the one spelling under which values are compared, or None where the text is no such thing.
Check digits are always verified: a failing one is a matter of data quality. Pure functions, safe on any text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from streamer.reference.countries import country_codes
from streamer.reference.text import plain

PHONE_DIGITS_MIN = 8
"""Shorter numbers are extensions or local numbers that many parties share."""

DOMAIN_CHARS_MIN = 4
IMO_DIGITS = 7

# ---------------------------------------------------------------- IBAN and BIC

# Length by country. SWIFT's IBAN registry first; then countries that issue IBANs outside of it. Iran (26) is the
# one that matters here. North Korea, Cuba and Syria have none.
IBAN_LENGTHS: Final[Mapping[str, int]] = {
    code: int(length)
    for code, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        """
        AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20
        EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
        KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23
        PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26
        UA29 VA22 VG24 XK20 YE30

        AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27
        TG28
        """,
    )
}

_IBAN_SHAPE: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_BIC_SHAPE: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_LEI_SHAPE: Final = re.compile(r"[A-Z0-9]{18}\d{2}")


def normalised_iban(text: str) -> str | None:
    """Upper case without spaces, or None where length (ISO 13616 registry) or check digits (mod 97) are wrong."""
    iban = compact(text).removeprefix("IBAN")
    if not _IBAN_SHAPE.fullmatch(iban) or IBAN_LENGTHS.get(iban[:2]) != len(iban):
        return None
    return iban if _mod97(iban[4:] + iban[:4]) == 1 else None


def iban_country(iban: str) -> str | None:
    """Alpha-2 code of the country where the account is held; None where it is no valid IBAN."""
    valid = normalised_iban(iban)
    return valid[:2] if valid else None


def normalised_bic(text: str) -> str | None:
    """8 or 11 characters, upper case; None where it is no BIC (ISO 9362). Branch XXX, the head office, is dropped."""
    bic = compact(text)
    if not _BIC_SHAPE.fullmatch(bic) or bic[4:6] not in _countries():
        return None
    return bic.removesuffix("XXX") if len(bic) == 11 else bic


@cache
def _countries() -> frozenset[str]:
    return country_codes()


def bic_country(bic: str) -> str | None:
    """Alpha-2 code in characters 5-6 of a BIC; None where it is no BIC."""
    valid = normalised_bic(bic)
    return valid[4:6] if valid else None


def normalised_lei(text: str) -> str | None:
    """20 characters, upper case; None where the check digits (ISO 17442, mod 97) are wrong."""
    lei = compact(text)
    return lei if _LEI_SHAPE.fullmatch(lei) and _mod97(lei) == 1 else None


def normalised_imo(text: str) -> str | None:
    """Seven digits; None where the last is not the check digit (sum of the first six by weights 7 to 2, modulo 10)."""
    digits = "".join(c for c in compact(text) if c.isdecimal())
    if len(digits) != IMO_DIGITS:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(IMO_DIGITS, 1, -1), strict=False))
    return digits if total % 10 == int(digits[-1]) else None


def checksum_holds(kind: str, value: str) -> bool | None:
    """Whether the check digits of an `iban`, `lei`, `imo` or `wallet` are right.

    None for other kinds, and for wallets whose
    notation has none.
    """
    match kind:
        case "iban":
            return normalised_iban(value) is not None
        case "lei":
            return normalised_lei(value) is not None
        case "imo":
            return normalised_imo(value) is not None
        case "wallet":
            return wallet_checksum_holds(value)
    return None


_A_LATIN_LETTER: Final = re.compile(r"[A-Za-z\uff21-\uff5a]")
_NOT_ALNUM: Final = re.compile(r"[^A-Za-z0-9]+")
_LETTER_VALUES: Final = str.maketrans({chr(ord("A") + n): str(10 + n) for n in range(26)})


def _mod97(text: str) -> int:
    return int(text.translate(_LETTER_VALUES)) % 97


def compact(text: str) -> str:
    """Letters and digits only, upper case; full-width and Arabic digits as 0-9, lookalikes as Latin letters."""
    if text.isascii():
        return (text if text.isalnum() else _NOT_ALNUM.sub("", text)).upper()
    shown = plain(text) if _A_LATIN_LETTER.search(text) else unicodedata.normalize("NFKC", text)
    return "".join(_digit(c) for c in shown if c.isalnum()).upper()


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


# ---------------------------------------------------------------- wallets

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES: Final = {char: n for n, char in enumerate(_BASE58)}
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_VALUES: Final = {char: n for n, char in enumerate(_BECH32)}
_BECH32_CONSTANTS: Final = {1: "bech32", 0x2BC830A3: "bech32m"}
"""What the checksum's polynomial leaves: BIP 173 and BIP 350."""

WALLET_CHARS_MAX = 128
"""No chain's address is longer; a longer text is compared as it stands."""

_BETWEEN_PARTS: Final = re.compile(r"[\s-]+")
_URI: Final = re.compile(r"(?:bitcoin|bitcoincash|ethereum|litecoin|tron|dash|monero|ripple):(?://)?", re.IGNORECASE)
_EVM: Final = re.compile(r"(?:0x|xdc)?([0-9a-f]{40})", re.IGNORECASE)
_SEGWIT: Final = re.compile(
    r"(?:bc|tb|bcrt|ltc|tltc|addr|stake|cosmos|osmo|bnb|thor)1[02-9ac-hj-np-z]{6,110}", re.IGNORECASE
)
_CASHADDR: Final = re.compile(r"[qp][02-9ac-hj-np-z]{41}", re.IGNORECASE)
_BASE58CHECK: Final = re.compile(rf"[{_BASE58}]{{25,36}}")


def normalised_wallet(address: str) -> str:
    """The address as compared, by its shape and whatever the asset: one key serves every chain of its family.

    Ethereum-like addresses and bech32 are lower case; Bitcoin Cash's own notation becomes the base58 address of
    the same key, because lists write either; base58 (BTC, TRX, XRP …) keeps its case, which carries information.
    """
    written = _without_uri(address)
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
    written = _without_uri(address)
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


def _without_uri(address: str) -> str:
    # No address has spaces, hyphens or letters of another writing: they hide it, or were put in for the eye.
    written = _BETWEEN_PARTS.sub("", plain(address))
    if uri := _URI.match(written):
        written = written[uri.end() :]
        written = re.split(r"[?@]", written, maxsplit=1)[0]
    return written if len(written) <= WALLET_CHARS_MAX else address.strip()


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
    remainder = 1
    for value in [ord(c) & 31 for c in "bitcoincash"] + [0] + values:
        top = remainder >> 35
        remainder = (remainder & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            remainder ^= generator if top >> bit & 1 else 0
    if remainder != 1:
        return None
    number = 0
    for value in values[:-8]:
        number = number << 5 | value
    # 34 groups of 5 bits hold 168 bits, version byte and 20 bytes of hash, and two bits of padding.
    payload = (number >> 2).to_bytes(21, "big")
    return _base58check(bytes([5 if payload[0] & 0x08 else 0]) + payload[1:])


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


# ---------------------------------------------------------------- contacts


def normalised_email(text: str) -> str | None:
    """Lower case, without `mailto:`; None where it is no address."""
    email = text.strip().removeprefix("mailto:").strip(" <>.;,").casefold()
    name, at, domain = email.partition("@")
    return email if at and name and "." in domain and " " not in email else None


_SCHEME: Final = re.compile(r"\s*(?:[a-z]+://)?(?:www\d?\.)?", re.IGNORECASE)


def normalised_domain(text: str) -> str | None:
    """Lower-case host of a website or an e-mail address, without `www.`; None where it is none."""
    host = text.rpartition("@")[2]
    host = host[match.end() :] if (match := _SCHEME.match(host)) else host
    host = re.split(r"[/?#:\s]", host.strip(), maxsplit=1)[0].strip("<>.,;()").casefold()
    return host if "." in host and len(host) >= DOMAIN_CHARS_MIN else None


def normalised_phone(text: str) -> str | None:
    """Digits of the international number (E.164) without + or 00; None where it is too short to name one line."""
    digits = "".join(c for c in compact(text.replace("(0)", "")) if c.isdecimal())
    digits = digits.removeprefix("00")
    return digits if PHONE_DIGITS_MIN <= len(digits) <= 15 else None
