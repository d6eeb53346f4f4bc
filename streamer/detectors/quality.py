"""Data quality: names that name nobody, countries that are none, numbers that cannot be right, and what got lost.

What cannot be screened is not released: each finding names the field and is a review. Pure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from streamer.events import (
    Account,
    Agent,
    Evidence,
    Finding,
    IdentifierKind,
    Party,
    PartyType,
    PaymentEvent,
    RelatedParty,
    Severity,
    Verdict,
)
from streamer.reference.countries import countries_in, country_codes
from streamer.reference.identifiers import IBAN_LENGTHS, checksum_holds, compact, normalised_bic
from streamer.reference.in_text import is_asset_name
from streamer.reference.pieces import read_pieces
from streamer.reference.text import folded_words, may_need_reading, mixes_scripts, plain, why_unread
from streamer.reference.wallets import has_wallet_shape
from streamer.route import KEY_MARK, Kind, Route
from streamer.screening import Screener
from streamer.screening.identifiers import reads_whole

_KEYS_IN_A_ROW_MIN: Final = 4
"""`asdf`, `qwer`; shorter runs stand in ordinary names."""

_UNDERLYING: Final = "underlying_"
"""Role prefix of the parties of the customer transfer beneath a cover payment."""


class _Words(NamedTuple):
    placeholders: frozenset[str]
    keyboard_rows: tuple[str, ...]
    no_country: frozenset[str]


@cache
def _words() -> _Words:
    table = tomllib.loads(files("streamer.data").joinpath("quality.toml").read_text("utf-8"))
    return _Words(
        _entries(table["placeholders"]), tuple(table["keyboard_rows"]), no_country=_entries(table["no_country"])
    )


def _entries(text: str) -> frozenset[str]:
    written = (entry for row in text.splitlines() for entry in row.split("|"))
    return frozenset(" ".join(folded_words(entry)) for entry in written if entry.strip())


def findings(route: Route) -> Iterator[Finding]:
    """All findings of data quality on one event."""
    for path, party in route.parties:
        yield from _nameless(path, party)
        yield from _nowhere(f"{path}.country_of_residence", party.country_of_residence)
        yield from _nowhere(f"{path}.nationality", party.nationality)
        for n, identifier in enumerate(party.identifiers):
            yield from _invalid(f"{path}.identifiers[{n}]", identifier.kind, identifier.value)
            yield from _nowhere(f"{path}.identifiers[{n}].country", identifier.country)
    for path, agent in route.agents:
        yield from _agent(path, agent)
    for path, account in route.accounts:
        yield from _account(path, account)
    for path, address in route.addresses:
        yield from _nowhere(f"{path}.country", address.country)
    yield from _stripped(route)
    yield from _unknown_fields(route)
    yield from _mixed_scripts(route)
    yield from _read_in_part(route)


def _doubt(rule: str, element: str, reason: str, advice: str, severity: Severity = Severity.MEDIUM) -> Finding:
    """A review of one element."""
    return Finding(
        rule=rule,
        verdict=Verdict.REVIEW,
        severity=severity,
        reason=reason,
        evidence=(Evidence(element=element),),
        advice=advice,
    )


# ---------------------------------------------------------------- names


def _nameless(path: str, party: Party) -> Iterator[Finding]:
    if party.name:
        yield from _dummy_name(path, party.name, is_organisation=party.type is PartyType.ENTITY)
    # Parties in further roles often have an address or a contact alone.
    elif _is_nobody(party) and not isinstance(party, RelatedParty):
        yield _dummy(path, f"{path} has neither a name nor an identifier: it cannot be screened.")


def _is_nobody(party: Party) -> bool:
    return not party.name and not party.identifiers


def _dummy_name(path: str, name: str, *, is_organisation: bool) -> Iterator[Finding]:
    if why := why_no_name(name, is_organisation=is_organisation):
        yield _dummy(f"{path}.name", f"{path}.name {why}: nobody can be screened by it.")


@lru_cache(maxsize=4_096)
def why_no_name(name: str, *, is_organisation: bool = False) -> str | None:
    """Why a text is nobody's name, as words that follow the field ("is a placeholder"); None where it may be one."""
    folded = " ".join(folded_words(name))
    letters = [c for c in plain(name).casefold() if c.isalpha()]
    if folded in _words().placeholders or folded.replace(" ", "") in _words().placeholders:
        return "is a placeholder"
    if not letters:
        return "has no letter"
    if len(letters) == 1 and unicodedata.category(letters[0]) == "Lo":
        return None  # a family name, where one sign is a syllable
    if not "".join(letters).isascii() and len(letters) > 1:
        # One repeated letter is a mistake in every script; the other rules are those of Latin keyboards.
        return "repeats one letter" if len(set(letters)) == 1 and len(letters) > 2 else _keyboard(letters)
    if len(set(letters)) == 1 and (len(letters) > 2 or (len(letters) == 1 and len(folded) == 1)):
        return "repeats one letter" if len(letters) > 1 else "is one letter"
    words = folded.split()
    is_firm = is_organisation or "&" in name or "+" in name
    if not is_firm and len(words) > 1 and all(len(word) == 1 for word in words):
        return "is initials only"
    if len(words) > 1 and all(len(set(word)) == 1 and len(word) > 2 for word in words):
        return "repeats one letter"
    return _keyboard(letters)


def _keyboard(letters: list[str]) -> str | None:
    text = "".join(letters)
    is_row = len(text) >= _KEYS_IN_A_ROW_MIN and any(text in row or text in row[::-1] for row in _words().keyboard_rows)
    return "is a row of keys" if is_row else None


def _dummy(element: str, reason: str) -> Finding:
    advice = "Ask the payer who it is, and publish the payment again under a new event id."
    return _doubt("DUMMY_DATA", element, reason, advice)


def _nowhere(element: str, country: str | None) -> Iterator[Finding]:
    """A text that names no country may be a misspelt one under embargo; "n/a" is as good as nothing."""
    if not country or countries_in(country) is not None or _says_nothing(country):
        return
    yield _doubt(
        "INVALID_COUNTRY",
        element,
        f"{element} names no country.",
        "Ask the payer for the country (an ISO 3166-1 code or its English name), and publish the payment again under "
        "a new event id.",
    )


def _says_nothing(country: str) -> bool:
    """Dashes and dots, or a word for "unknown": the field was left empty."""
    if (words := folded_words(country)) or not country.isascii():
        return " ".join(words) in _words().no_country
    return True


# ---------------------------------------------------------------- numbers

_IBAN_BEGINNING: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]")
_IBAN_SHAPE: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_INVALID: Final[dict[str, str]] = {
    IdentifierKind.LEI: "is no valid LEI: its check digits are wrong",
    IdentifierKind.IMO: "is no valid IMO number: its check digit is wrong",
    "iban": "is no valid IBAN: its length or check digits are wrong",
    "wallet": "is no valid address: its checksum is wrong",
}


def _agent(path: str, agent: Agent) -> Iterator[Finding]:
    if agent.bic and normalised_bic(agent.bic) is None:
        yield _invalid_finding(f"{path}.bic", "is no BIC: eight or eleven characters with a country in the middle")
    if agent.lei:
        yield from _invalid(f"{path}.lei", IdentifierKind.LEI, agent.lei)
    if agent.name and not (agent.bic or agent.lei or agent.clearing_member_id):
        yield from _dummy_name(path, agent.name, is_organisation=True)


def _account(path: str, account: Account) -> Iterator[Finding]:
    if account.iban:
        iban = compact(account.iban).removeprefix("IBAN")
        # Domestic numbers stand in this field, too; only what begins as an IBAN claims to be one.
        is_mistyped = _IBAN_SHAPE.fullmatch(iban) is not None and iban[:2] not in country_codes()
        if is_mistyped or (_IBAN_BEGINNING.match(iban) and iban[:2] in IBAN_LENGTHS):
            yield from _invalid(f"{path}.iban", "iban", iban)
    if account.wallet:
        address, asset = account.wallet.address, account.wallet.asset
        if not has_wallet_shape(address):
            yield _invalid_finding(f"{path}.wallet", "has the form of no known address")
        yield from _invalid(f"{path}.wallet", "wallet", address)
        if asset and not is_asset_name(asset):
            yield _invalid_finding(f"{path}.wallet.asset", "names no virtual asset")


def _invalid(element: str, kind: str, value: str) -> Iterator[Finding]:
    if kind in _INVALID and checksum_holds(kind, value) is False:
        yield _invalid_finding(element, _INVALID[kind])


def _invalid_finding(element: str, why: str) -> Finding:
    return _doubt(
        "INVALID_IDENTIFIER",
        element,
        f"{element} {why}.",
        "A number that cannot be right hides whom it belongs to: ask the payer for the right one, and publish the "
        "payment again under a new event id.",
    )


# ---------------------------------------------------------------- what a message lost


def _stripped(route: Route) -> Iterator[Finding]:
    """A cover payment that names another debtor or creditor than the transfer beneath it, or only half of them."""
    if not isinstance(route.event, PaymentEvent):
        return
    underlying = {party.role.removeprefix(_UNDERLYING): (path, party) for path, party in route.parties
                  if isinstance(party, RelatedParty) and party.role.startswith(_UNDERLYING)}  # fmt: skip
    if not underlying:
        return
    for role in ("debtor", "creditor"):
        if role not in underlying:
            element = f"related_parties[{_UNDERLYING}{role}]"
            yield _stripped_finding(element, f"The cover payment names no {role} of the transfer beneath it")
        elif _is_nobody(underlying[role][1]):
            path = underlying[role][0]
            yield _stripped_finding(f"{path}.name", f"{path} has lost the name of the transfer beneath the cover")


def _stripped_finding(element: str, what: str) -> Finding:
    return _doubt(
        "FIELD_STRIPPED",
        element,
        f"{what}: fields were left out between message and cover.",
        "Ask the instructing bank for the full customer transfer; who strips a message may hide a party.",
        Severity.HIGH,
    )


# ---------------------------------------------------------------- what nobody expects

_PATHS_NAMED_MAX: Final = 10
_PAYEES: Final = ("creditor", "worker")


def _unknown_fields(route: Route) -> Iterator[Finding]:
    """Fields that no model knows: read as texts, and named, so that nobody takes them for a field that is known."""
    paths = list(dict.fromkeys(path.removesuffix(KEY_MARK) for path, _ in route.of_kind(Kind.UNKNOWN)))
    if not paths:
        return
    named = ", ".join(paths[:_PATHS_NAMED_MAX])
    more = f" and {len(paths) - _PATHS_NAMED_MAX} more" if len(paths) > _PATHS_NAMED_MAX else ""
    nobody = next((path for path, party in route.parties if path in _PAYEES and _is_nobody(party)), None)
    is_somebody = nobody is not None and any(
        any(char.isalpha() for char in text)
        for path, text in route.of_kind(Kind.UNKNOWN)
        if not path.endswith(KEY_MARK)
    )
    verdict = Verdict.HOLD if is_somebody else Verdict.RELEASE if route.is_whole else Verdict.REVIEW
    why = f" {nobody} is empty: who is paid may stand there." if is_somebody else ""
    unread = "" if route.is_whole else " Not all of it was read."
    yield Finding(
        rule="UNKNOWN_FIELD",
        verdict=verdict,
        severity=Severity.HIGH if is_somebody else Severity.LOW,
        reason=f"Fields that the schema does not know were read as texts: {named}{more}.{why}{unread}",
        evidence=tuple(Evidence(element=path) for path in paths[:_PATHS_NAMED_MAX]),
        advice="Publish parties, accounts and texts in the fields of the schema.",
    )


def _mixed_scripts(route: Route) -> Iterator[Finding]:
    """A word that mixes scripts as no orthography does is a disguise, or a slip that hides a name."""
    for path, _, text in route.elements:
        if not text.isascii() and mixes_scripts(text):
            yield _doubt(
                "MIXED_SCRIPTS",
                path,
                f"{path} has a word in letters of several scripts.",
                "Look at the letters: some may stand for others that look alike.",
            )


_READ_AT_ONCE_CHARS: Final = 160
"""No bound of a reader cuts a text this short, unless it parts the names of several people."""


def _read_in_part(route: Route) -> Iterator[Finding]:
    """A name or text that a bound of its reader cut, or that nobody can read: what was not read is not cleared."""
    is_unread = may_need_reading([text for _, _, text in route.elements])
    for path, kind, text in route.elements:
        if is_unread and (why := why_unread(text)) is not None:
            yield _doubt(
                "READ_IN_PART",
                path,
                f"{path} {why}; not all of it was read.",
                "Look at the text itself; ask the payer to write it in plain letters.",
            )
        if kind in (Kind.NAME, Kind.BANK):
            may_be_cut = len(text) > _READ_AT_ONCE_CHARS or ";" in text or "/" in text
            is_whole = not may_be_cut or (Screener.reads_whole(text) and read_pieces(text).is_whole)
        else:
            is_whole = len(text) <= _READ_AT_ONCE_CHARS or (
                Screener.reads_whole_text(text) and reads_whole(text) and read_pieces(text).is_whole
            )
        if not is_whole:
            yield _doubt(
                "READ_IN_PART",
                path,
                f"{path} holds more words or names than are compared one by one; not all of it was read.",
                "Look at the text itself; ask the payer to write one party in one field.",
            )
