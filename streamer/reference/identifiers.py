"""How identifiers are written: IBAN, BIC, LEI, IMO numbers, phones and e-mails, each by the rules of its own kind.

`normalised_…` gives the one spelling under which values are compared, or None where the text is no such thing.
Check digits are always verified: a failing one is a matter of data quality. Pure functions, safe on any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from streamer.reference.countries import country_codes
from streamer.reference.text import latin_code, plain
from streamer.reference.wallets import wallet_checksum_holds

EMAIL: Final = "email"
PHONE: Final = "phone"
IBAN: Final = "iban"
WALLET: Final = "wallet"
"""Kinds of identifiers beside those of `IdentifierKind`."""

_PHONE_DIGITS_MIN = 8
"""Shorter numbers are extensions or local numbers that many parties share."""

_DOMAIN_CHARS_MIN = 4
SHIP_DIGITS: Final[Mapping[str, int]] = {"imo": 7, "mmsi": 9}
"""Digits of a ship's numbers, by kind."""

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
    if not _BIC_SHAPE.fullmatch(bic) or bic[4:6] not in country_codes():
        return None
    return bic.removesuffix("XXX") if len(bic) == 11 else bic


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
    if len(digits) != SHIP_DIGITS["imo"]:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(len(digits), 1, -1), strict=False))
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
    """Letters and digits only, upper case; digits of every script as 0-9, lookalikes as Latin letters."""
    if text.isascii():
        return (text if text.isalnum() else _NOT_ALNUM.sub("", text)).upper()
    has_digits = any(c.isdigit() for c in text)
    shown = plain(text) if has_digits or _A_LATIN_LETTER.search(text) else unicodedata.normalize("NFKC", text)
    written = "".join(digit_of(c) or c for c in shown if c.isalnum())
    if not written.isascii():
        # Beside digits a Cyrillic or Greek letter stands for the Latin one; a number may be of ideographs alone.
        written = latin_code(written) if has_digits else written
        in_digits = written.translate(_IDEOGRAPHIC_DIGITS)
        written = in_digits if in_digits.isascii() else written
    return written.upper()


_IDEOGRAPHIC_DIGITS: Final = {
    ord(char): str(n // 2) for n, char in enumerate("〇零一壹二贰三叁四肆五伍六陆七柒八捌九玖")
}


def digit_of(char: str) -> str | None:
    """0 to 9 for the digits of every script, also those in circles; None for everything else."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if unicodedata.category(char) != "No":
        return None
    value = unicodedata.numeric(char)
    return str(int(value)) if value in range(10) else None


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
    return host if "." in host and len(host) >= _DOMAIN_CHARS_MIN else None


def normalised_phone(text: str) -> str | None:
    """Digits of the international number (E.164) without +, 00 or 011; None where it is too short to name one line."""
    written = compact(text.replace("(0)", ""))
    digits = written if written.isdecimal() else "".join(filter(str.isdecimal, written))
    digits = digits.removeprefix("00")
    if digits.startswith(_FROM_NORTH_AMERICA) and len(digits) >= _DIALLED_FROM_THERE_MIN:
        digits = digits[len(_FROM_NORTH_AMERICA) :]
    return digits if _PHONE_DIGITS_MIN <= len(digits) <= 15 else None


_FROM_NORTH_AMERICA: Final = "011"
_DIALLED_FROM_THERE_MIN: Final = 13
"""Shorter ones are national numbers of Turin, Johannesburg and others."""
