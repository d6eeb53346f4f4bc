"""The route of an event: every party, agent, account, address and string on it, each with its path.

`Route.of(event)` reads an event once: all its strings, those of unknown fields included, as a person would read them
(`reference.text.readable`). Detectors take the route and walk no event; a field added to an event is added here once,
and a test compares these tables with the models. Paths are those of `Evidence.element`: `ultimate_creditor`,
`intermediary_agents[0]`, `related_parties[1:invoicer]`, `remittance_unstructured[2]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel

from streamer.events import (
    Account,
    Address,
    Agent,
    ContactChangedEvent,
    Event,
    IdentifierKind,
    Party,
    PartyType,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    RelatedAccount,
    RelatedAgent,
    RelatedParty,
    Worker,
    WorkerHiredEvent,
    known,
)
from streamer.reference.countries import countries_named
from streamer.reference.identifiers import EMAIL, IBAN, PHONE, WALLET, bic_country
from streamer.reference.text import may_need_reading, readable

M = TypeVar("M", bound=BaseModel)

ACCOUNT_HOLDER = "account_holder"
"""Path of the party made from `account_holder_name`: whoever the payout account is said to belong to."""

UNKNOWN_MAX: Final = 500
"""Strings in unknown fields that are read; `Route.is_whole` says whether there were more."""


class Kind(StrEnum):
    """What a string of an event is, or is said to be."""

    NAME = "name"
    BANK = "bank"
    TEXT = "text"
    ADDRESS = "address"
    COUNTRY = "country"
    PLACE = "place"
    IDENTIFIER = "identifier"
    EMAIL = "email"
    PHONE = "phone"
    IP = "ip"
    BIC = "bic"
    LEI = "lei"
    CLEARING = "clearing"
    IBAN = "iban"
    ACCOUNT = "account"
    PROXY = "proxy"
    WALLET = "wallet"
    ASSET = "asset"
    CURRENCY = "currency"
    REFERENCE = "reference"
    UNKNOWN = "unknown"


class Seam(NamedTuple):
    """The end of one line and the beginning of the next."""

    path: str
    """Of the first line."""
    text: str
    at: int
    """Characters of the first line."""


class Element(NamedTuple):
    """One string of an event."""

    path: str
    kind: Kind
    text: str
    """As a person would read it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One name or identifier of a counterparty, as it is judged, and remembered for a change of the lists."""

    element: str
    """Within the party: name, identifiers[0], bic, iban …"""
    kind: str
    """NAME, or a kind that `IdentifierIndex.find` takes."""
    value: str
    type: PartyType = PartyType.UNKNOWN
    birth_date: str | None = None
    countries: tuple[str, ...] = ()


ANY_KIND: Final = "any"
"""Kind of an item of which nothing is said but its value."""
NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class _Fields:
    """Names of an event's fields by what they hold; in the order in which money travels."""

    parties: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Addresses that belong to no party or agent of the event."""
    references: tuple[str, ...] = ("event_id",)
    """Ids and codes: whoever writes them may write anything."""


# References are texts too: whoever orders the payment writes EndToEndId and InstrId as he likes.
_PAYROLL_TEXTS = ("message_id", "end_to_end_id")

_FIELDS: Final[Mapping[type[Event], _Fields]] = {
    PaymentEvent: _Fields(
        parties=("initiating_party", "debtor", "ultimate_debtor", "creditor", "ultimate_creditor", "related_parties"),
        accounts=("debtor_account", "creditor_account", "related_accounts"),
        agents=(
            "debtor_agent",
            "previous_instructing_agents",
            "instructing_agent",
            "intermediary_agents",
            "instructed_agent",
            "creditor_agent",
            "related_agents",
        ),
        texts=(
            "message_id",
            "transaction_id",
            "instruction_id",
            "end_to_end_id",
            "purpose",
            "remittance_unstructured",
            "remittance_structured",
            "instructions",
            "regulatory_reporting",
            "further_texts",
        ),
        references=("event_id", "message_type", "uetr", "channel"),
    ),
    PayEvent: _Fields(
        parties=("employer", "worker"),
        accounts=("employer_account", "payout_account"),
        agents=("employer_agent", "payout_agent"),
        texts=(*_PAYROLL_TEXTS, "remittance_unstructured"),
    ),
    PayoutAccountChangedEvent: _Fields(
        parties=("employer", "worker"),
        accounts=("previous_account", "payout_account"),
        agents=("payout_agent",),
        texts=_PAYROLL_TEXTS,
    ),
    WorkerHiredEvent: _Fields(parties=("employer", "worker"), texts=_PAYROLL_TEXTS, addresses=("ship_to",)),
    ContactChangedEvent: _Fields(
        parties=("employer", "worker"), texts=_PAYROLL_TEXTS, references=("event_id", "changed")
    ),
}


_ROLE_WORDS: Final = frozenset(
    word
    for line in (
        "1 2 3 account administrator agent agents authorisation authority beneficiary branch charges cheque collector",
        "contact creditor custodian debtor delivered fiduciary forwarding from garnishee garnishment garnishor",
        "guarantor header holder initiating initiation institution instructed instructing intermediary invoicee",
        "invoicer issuer location mandate office original originator party payee payer previous proxy receiver",
        "regulator reimbursement remittance representative sender service settlement source tax third to trustee",
        "ultimate underlying",
    )
    for word in line.split()
)
"""Words of roles. A role is the publisher's text: one of other words could be anything, a name too."""


def _shown(role: str) -> str:
    """`:invoicer` for a path, which alerts quote; nothing where the role is made of other words."""
    return f":{role}" if _ROLE_WORDS.issuperset(role.split("_")) else ""


class Route:
    """Everything on one event, read once. Immutable; what not every detector asks for is worked out when asked."""

    def __init__(self, event: Event) -> None:
        self.event = event
        """With its strings as a person would read them."""
        fields = _FIELDS[type(event)]
        self.parties = tuple(_parties(event, fields))
        """(path, party) for every party named; the account holder is a party of unknown type."""
        self.agents = tuple(_agents(event, fields))
        """(path, agent) for every bank on the route."""
        self.accounts = tuple(_accounts(event, fields))
        """(path, account) for every account money leaves or reaches; also the one a worker was paid to before."""
        self.addresses = tuple(_addresses(event, fields, self.parties, self.agents))
        """(path, address) of every party and agent, and of what is sent (`ship_to`)."""
        unknown = list(islice(self._unknown(), UNKNOWN_MAX + 1))
        self.is_whole = len(unknown) <= UNKNOWN_MAX
        """False where fields that no model knows hold more strings than are read."""
        self.elements: tuple[Element, ...] = (*self._elements(fields), *unknown[:UNKNOWN_MAX])
        """Every string of the event in the order of the route; then those of fields that no model knows, and the names
        of these fields."""

    @classmethod
    def of(cls, event: Event) -> Route:
        route = cls(event)
        texts = [element.text for element in route.elements]
        if may_need_reading(texts) and any(readable(text) != text for text in texts):
            return cls(_as_read(event))
        return route

    def _elements(self, fields: _Fields) -> Iterator[Element]:
        for path, party in self.parties:
            yield from _party_strings(path, party)
        for path, agent in self.agents:
            yield from _agent_strings(path, agent)
        for path, account in self.accounts:
            yield from _account_strings(path, account)
        for path, address in self.addresses:
            yield from _address_strings(path, address)
        for names, kind in ((fields.texts, Kind.TEXT), (fields.references, Kind.REFERENCE)):
            for name in names:
                found: str | tuple[str, ...] | None = getattr(self.event, name)
                if isinstance(found, tuple):
                    yield from (Element(f"{name}[{n}]", kind, text) for n, text in enumerate(found) if text)
                elif found:
                    yield Element(name, kind, found)
        currency: str | None = known(self.event, "currency")
        if currency:
            yield Element("currency", Kind.CURRENCY, currency)

    def _unknown(self) -> Iterator[Element]:
        """Strings and numbers in fields that no model knows, at any depth, with the names of these fields."""
        for path, model in self._models():
            if model.__pydantic_extra__:
                for key, value in model.__pydantic_extra__.items():
                    yield from _unknown_strings(path, key, value)

    def _models(self) -> Iterator[tuple[str, BaseModel]]:
        """Every part of the event that may have such fields."""
        yield "", self.event
        for path, party in self.parties:
            yield path, party
            for n, identifier in enumerate(party.identifiers):
                yield f"{path}.identifiers[{n}]", identifier
        yield from self.agents
        for path, account in self.accounts:
            yield path, account
            if account.wallet is not None:
                yield f"{path}.wallet", account.wallet
        yield from self.addresses

    def of_kind(self, *kinds: Kind) -> Iterator[tuple[str, str]]:
        """(path, text) of the elements of these kinds."""
        return ((path, text) for path, kind, text in self.elements if kind in kinds)

    @cached_property
    def counterparties(self) -> tuple[tuple[str, tuple[Item, ...]], ...]:
        """(path, names and identifiers) of every party, agent and account."""
        return tuple(
            chain(
                ((path, tuple(_party_items(party))) for path, party in self.parties),
                ((path, tuple(_agent_items(agent))) for path, agent in self.agents),
                ((path, tuple(_account_items(account))) for path, account in self.accounts),
            )
        )

    @cached_property
    def seams(self) -> tuple[Seam, ...]:
        """Where one line ends and the next begins: names run on over lines."""
        return tuple(self._seams())

    def _seams(self) -> Iterator[Seam]:
        for field in _FIELDS[type(self.event)].texts:
            lines: str | tuple[str, ...] | None = getattr(self.event, field)
            if isinstance(lines, tuple):
                yield from _seams((f"{field}[{n}]", line) for n, line in enumerate(lines))
            elif lines is not None and "\n" in lines:
                yield from _seams([(field, lines)])
        for path, address in self.addresses:
            yield from _seams((f"{path}.lines[{n}]", line) for n, line in enumerate(address.lines))
        # Older formats run a name on into the lines of its address.
        for path, somebody in self._named():
            if somebody.name and somebody.address and somebody.address.lines:
                yield from _seams([(f"{path}.address.lines[0]", somebody.name), ("", somebody.address.lines[0])])

    def _named(self) -> Iterator[tuple[str, Party | Agent]]:
        yield from self.parties
        yield from self.agents

    @cached_property
    def split_names(self) -> tuple[tuple[str, str, str], ...]:
        """(path, name, text) where a name may go on in the street or building of its address."""
        return tuple(
            (f"{path}.address.{field}", somebody.name, text)
            for path, somebody in self._named()
            if somebody.name and somebody.address and len(somebody.name) <= _SPLIT_CHARS_MAX
            for field in ("street", "building")
            if (text := getattr(somebody.address, field)) and len(text) <= _SPLIT_CHARS_MAX
        )


_SPLIT_CHARS_MAX: Final = 70
"""A name that is divided over two fields is short in each."""


# ---------------------------------------------------------------- parties, agents, accounts


def _parties(event: Event, fields: _Fields) -> Iterator[tuple[str, Party]]:
    for field in fields.parties:
        found: Party | tuple[RelatedParty, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, related in enumerate(found):
                yield f"{field}[{n}{_shown(related.role)}]", related
        elif found is not None:
            yield field, found
    if isinstance(event, PayEvent | PayoutAccountChangedEvent) and event.account_holder_name:
        yield ACCOUNT_HOLDER, Party(name=event.account_holder_name)


def _agents(event: Event, fields: _Fields) -> Iterator[tuple[str, Agent]]:
    for field in fields.agents:
        found: Agent | tuple[Agent, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, agent in enumerate(found):
                role = _shown(agent.role) if isinstance(agent, RelatedAgent) else ""
                yield f"{field}[{n}{role}]", agent
        elif found is not None:
            yield field, found


def _accounts(event: Event, fields: _Fields) -> Iterator[tuple[str, Account]]:
    for field in fields.accounts:
        found: Account | tuple[RelatedAccount, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, related in enumerate(found):
                yield f"{field}[{n}{_shown(related.role)}]", related
        elif found is not None:
            yield field, found


def _addresses(
    event: Event, fields: _Fields, parties: Iterable[tuple[str, Party]], agents: Iterable[tuple[str, Agent]]
) -> Iterator[tuple[str, Address]]:
    somebodies: Iterable[tuple[str, Party | Agent]] = chain(parties, agents)
    for path, somebody in somebodies:
        if somebody.address is not None:
            yield f"{path}.address", somebody.address
    for field in fields.addresses:
        address: Address | None = getattr(event, field)
        if address is not None:
            yield field, address


# ---------------------------------------------------------------- strings

_PARTY_STRINGS: Final = (
    ("name", Kind.NAME),
    ("country_of_residence", Kind.COUNTRY),
    ("nationality", Kind.COUNTRY),
    ("birth_place", Kind.PLACE),
    ("email", Kind.EMAIL),
    ("phone", Kind.PHONE),
    ("ip", Kind.IP),
)
_AGENT_STRINGS: Final = (
    ("bic", Kind.BIC),
    ("lei", Kind.LEI),
    ("clearing_member_id", Kind.CLEARING),
    ("name", Kind.BANK),
)
_ACCOUNT_STRINGS: Final = (
    ("iban", Kind.IBAN),
    ("other", Kind.ACCOUNT),
    ("proxy", Kind.PROXY),
    ("currency", Kind.CURRENCY),
)
_ADDRESS_STRINGS: Final = (
    ("street", Kind.ADDRESS),
    ("building", Kind.ADDRESS),
    ("town", Kind.ADDRESS),
    ("region", Kind.ADDRESS),
    ("postcode", Kind.ADDRESS),
    ("country", Kind.COUNTRY),
)


def _strings(path: str, model: BaseModel, table: Iterable[tuple[str, Kind]]) -> Iterator[Element]:
    values = model.__dict__
    for field, kind in table:
        if text := values[field]:
            yield Element(f"{path}.{field}", kind, text)


def _party_strings(path: str, party: Party) -> Iterator[Element]:
    yield from _strings(path, party, _PARTY_STRINGS)
    for n, identifier in enumerate(party.identifiers):
        yield Element(f"{path}.identifiers[{n}]", Kind.IDENTIFIER, identifier.value)
        if identifier.country:
            yield Element(f"{path}.identifiers[{n}].country", Kind.COUNTRY, identifier.country)
    if isinstance(party, Worker):
        yield Element(f"{path}.worker_id", Kind.REFERENCE, party.worker_id)
    elif isinstance(party, RelatedParty):
        yield from _role(path, party.role)


def _agent_strings(path: str, agent: Agent) -> Iterator[Element]:
    yield from _strings(path, agent, _AGENT_STRINGS)
    if isinstance(agent, RelatedAgent):
        yield from _role(path, agent.role)


def _account_strings(path: str, account: Account) -> Iterator[Element]:
    yield from _strings(path, account, _ACCOUNT_STRINGS)
    if account.wallet:
        yield Element(f"{path}.wallet", Kind.WALLET, account.wallet.address)
        if account.wallet.asset:
            yield Element(f"{path}.wallet.asset", Kind.ASSET, account.wallet.asset)
    if isinstance(account, RelatedAccount):
        yield from _role(path, account.role)


def _address_strings(path: str, address: Address) -> Iterator[Element]:
    yield from _strings(path, address, _ADDRESS_STRINGS)
    for n, line in enumerate(address.lines):
        if line:
            yield Element(f"{path}.lines[{n}]", Kind.ADDRESS, line)


def _role(path: str, role: str) -> Iterator[Element]:
    """A role of other words than those of roles could be anything, a name too."""
    if not _shown(role):
        yield Element(f"{path}.role", Kind.TEXT, role.replace("_", " "))


# ---------------------------------------------------------------- unknown fields

_KEY_SHOWN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]+")
_NAME_KEY: Final = re.compile(
    r"name|\bnm\b|party|holder|beneficiar|creditor|debtor|payee|payer|worker|employee|owner|customer|recipient|sender",
    re.IGNORECASE,
)


KEY_MARK: Final = "<name>"
"""At the end of a path: the name of an unknown field itself."""


def names_somebody(path: str) -> bool:
    """The name of an unknown field says that its text is somebody's name."""
    return not path.endswith(KEY_MARK) and _NAME_KEY.search(path) is not None


def _unknown_strings(path: str, key: str, value: object) -> Iterator[Element]:
    shown = key if _KEY_SHOWN.fullmatch(key) else "?"
    path = f"{path}.{shown}" if path else shown
    said = readable(key)
    if any(map(str.isalnum, said)):
        yield Element(f"{path}{KEY_MARK}", Kind.UNKNOWN, said)
    if any(map(str.isalpha, said)) and (words := _CAMEL.sub(" ", said)) != said:
        yield Element(f"{path}{KEY_MARK}", Kind.UNKNOWN, words)
    yield from _unknown_values(path, value)


def _unknown_values(path: str, value: object) -> Iterator[Element]:
    if isinstance(value, str):
        if value and not value.isspace():
            yield Element(path, Kind.UNKNOWN, value)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _unknown_strings(path, key, one)
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            yield from _unknown_values(f"{path}[{n}]", one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Element(path, Kind.UNKNOWN, _number(value))


def _number(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        return hex(int(value))


# ---------------------------------------------------------------- as a person would read it


def as_read(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items that come from no event, as a person would read them."""
    return tuple(replace(item, value=readable(item.value)) for item in items)


def _as_read(model: M) -> M:
    """The model with all its strings as a person would read them; the same model where that changes none."""
    changes = {name: read for name, value in model.__dict__.items() if (read := _value_as_read(value)) is not value}
    extra = model.__pydantic_extra__
    if extra:
        changes |= {name: read for name, value in extra.items() if (read := _value_as_read(value)) is not value}
    return model.model_copy(update=changes) if changes else model


def _value_as_read(value: Any) -> Any:
    if value is None:
        return value
    if type(value) is str:
        read = readable(value)
        return value if read == value else read
    if isinstance(value, BaseModel):
        return _as_read(value)
    if isinstance(value, tuple | list):
        many = [_value_as_read(one) for one in value]
        return value if all(map(_is_same, many, value)) else type(value)(many)
    if isinstance(value, dict):
        by_key = {key: _value_as_read(one) for key, one in value.items()}
        return value if all(map(_is_same, by_key.values(), value.values())) else by_key
    return value


def _is_same(one: object, other: object) -> bool:
    return one is other


# ---------------------------------------------------------------- what is looked up of a counterparty


def _party_items(party: Party) -> Iterator[Item]:
    if party.name:
        address_country = party.address.country if party.address else None
        stated = (address_country, party.country_of_residence, party.nationality)
        countries = tuple(code for country in stated if country for code in countries_named(country))
        yield Item("name", NAME, party.name, party.type, party.birth_date, countries)
    for n, identifier in enumerate(party.identifiers):
        issued_by = (identifier.country,) if identifier.country else ()
        yield Item(f"identifiers[{n}]", identifier.kind, identifier.value, countries=issued_by)
    if party.email:
        yield Item("email", EMAIL, party.email)
    if party.phone:
        yield Item("phone", PHONE, party.phone)


def _agent_items(agent: Agent) -> Iterator[Item]:
    if agent.name:
        stated = countries_named(agent.address.country) if agent.address and agent.address.country else ()
        of_bic = bic_country(agent.bic) if agent.bic else None
        countries = (*((of_bic,) if of_bic else ()), *stated)
        yield Item("name", NAME, agent.name, PartyType.ENTITY, countries=countries)
    if agent.bic:
        yield Item("bic", IdentifierKind.BIC, agent.bic)
    if agent.lei:
        yield Item("lei", IdentifierKind.LEI, agent.lei)
    if agent.clearing_member_id:
        yield Item("clearing_member_id", CLEARING, agent.clearing_member_id)


CLEARING: Final = "clearing_member_id"
"""Kind of an item: lists carry the numbers of national clearing systems (BIK …) among the other ones."""


def _account_items(account: Account) -> Iterator[Item]:
    """A plain account number can be an IBAN or a wallet, never a document."""
    if account.iban:
        yield Item("iban", IBAN, account.iban)
    if account.other:
        yield Item("other", IBAN, account.other)
        yield Item("other", WALLET, account.other)
    if account.proxy:
        for kind in (EMAIL,) if "@" in account.proxy else (PHONE, WALLET, IBAN):
            yield Item("proxy", kind, account.proxy)
    if account.wallet:
        yield Item("wallet", WALLET, account.wallet.address)


# ---------------------------------------------------------------- names that run on

_SEAM_WORDS: Final = 6
"""Words on either side of the end of a line that a name may run across."""

_SHORT_LINE_WORDS: Final = 2
"""A name may run over such a line and beyond."""

CUT_CHARS: Final = frozenset({33, 34, 35, 70, 105, 140})
"""Lengths at which older formats cut a line, in the middle of a word if need be (SWIFT MT 4*35, 6*35; 140 of ISO)."""


def _seams(lines: Iterable[tuple[str, str]]) -> Iterator[Seam]:
    """Of every two (path, line) that follow each other, line breaks within one and blank ones aside."""
    parts = [
        (path, part)
        for path, line in lines
        for part in (line.split("\n") if "\n" in line else (line,))
        if part and not part.isspace()
    ]
    for n, ((path, line), (next_path, following)) in enumerate(pairwise(parts)):
        end, beginning = " ".join(line.split()[-_SEAM_WORDS:]), " ".join(following.split()[:_SEAM_WORDS])
        yield Seam(path, f"{end} {beginning}", len(end))
        # Where a format cuts lines, and within one text, a break may stand in the middle of a word.
        if len(line) in CUT_CHARS or path == next_path:
            yield Seam(path, f"{end}{beginning}", len(end))
        if len(following.split()) <= _SHORT_LINE_WORDS and n + 2 < len(parts):
            yield Seam(path, f"{end} {beginning} {' '.join(parts[n + 2][1].split()[:_SEAM_WORDS])}", len(end))
