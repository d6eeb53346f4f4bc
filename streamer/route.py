"""The route of an event: every party, agent, account, address and text on it, each with its path.

Detectors that look at "every element" walk these functions, so that a field added to an event is added
to the route once; a test compares the table with the models. Paths are those of `Evidence.element`:
`ultimate_creditor`, `intermediary_agents[0]`, `related_parties[1:invoicer]`, `remittance_unstructured[2]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from streamer.events import (
    Account,
    Address,
    Agent,
    ContactChangedEvent,
    Event,
    Party,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    RelatedAccount,
    RelatedAgent,
    RelatedParty,
    WorkerHiredEvent,
)

ACCOUNT_HOLDER = "account_holder"
"""Path of the party made from `account_holder_name`: whoever the payout account is said to belong to."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """Names of an event's fields by what they hold; in the order in which money travels."""

    parties: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Addresses that belong to no party or agent of the event."""


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
    ContactChangedEvent: _Fields(parties=("employer", "worker"), texts=_PAYROLL_TEXTS),
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


def parties(event: Event) -> Iterator[tuple[str, Party]]:
    """(path, party) for every party named; the account holder is a party of unknown type."""
    for field in _FIELDS[type(event)].parties:
        found: Party | tuple[RelatedParty, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, related in enumerate(found):
                yield f"{field}[{n}{_shown(related.role)}]", related
        elif found is not None:
            yield field, found
    if isinstance(event, PayEvent | PayoutAccountChangedEvent) and event.account_holder_name:
        yield ACCOUNT_HOLDER, Party(name=event.account_holder_name)


def agents(event: Event) -> Iterator[tuple[str, Agent]]:
    """(path, agent) for every bank on the route."""
    for field in _FIELDS[type(event)].agents:
        found: Agent | tuple[Agent, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, agent in enumerate(found):
                role = _shown(agent.role) if isinstance(agent, RelatedAgent) else ""
                yield f"{field}[{n}{role}]", agent
        elif found is not None:
            yield field, found


def accounts(event: Event) -> Iterator[tuple[str, Account]]:
    """(path, account) for every account money leaves or reaches; also the one a worker was paid to before."""
    for field in _FIELDS[type(event)].accounts:
        found: Account | tuple[RelatedAccount, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, related in enumerate(found):
                yield f"{field}[{n}{_shown(related.role)}]", related
        elif found is not None:
            yield field, found


def addresses(event: Event) -> Iterator[tuple[str, Address]]:
    """(path, address) of every party and agent, and of what is sent (`ship_to`)."""
    for path, party in parties(event):
        if party.address is not None:
            yield f"{path}.address", party.address
    for path, agent in agents(event):
        if agent.address is not None:
            yield f"{path}.address", agent.address
    for field in _FIELDS[type(event)].addresses:
        address: Address | None = getattr(event, field)
        if address is not None:
            yield field, address


def address_texts(event: Event) -> Iterator[tuple[str, str]]:
    """(path, text) of every line of an address in which a name may hide (`c/o …`)."""
    for path, address in addresses(event):
        for field in ("street", "building", "town", "region", "postcode"):
            text: str | None = getattr(address, field)
            if text:
                yield f"{path}.{field}", text
        for n, line in enumerate(address.lines):
            if line:
                yield f"{path}.lines[{n}]", line


SEAM_WORDS: Final = 6
"""Words on either side of the end of a line that a name may run across."""

SHORT_LINE_WORDS: Final = 2
"""A name may run over such a line and beyond."""

CUT_CHARS: Final = frozenset({33, 34, 35, 70, 105, 140})
"""Lengths at which older formats cut a line, in the middle of a word if need be (SWIFT MT 4*35, 6*35; 140 of ISO)."""


def seams(event: Event) -> Iterator[tuple[str, str]]:
    """(path of the first line, text) where one line ends and the next begins: names run on over lines."""
    for field in _FIELDS[type(event)].texts:
        lines: str | tuple[str, ...] | None = getattr(event, field)
        if isinstance(lines, tuple):
            yield from _seams(field, lines)
    for path, address in addresses(event):
        yield from _seams(f"{path}.lines", address.lines)
    # Older formats run a name on into the lines of its address.
    named: Iterator[tuple[str, Party | Agent]] = chain(parties(event), agents(event))
    for path, somebody in named:
        if somebody.name and somebody.address and somebody.address.lines:
            yield from _seams(f"{path}.address.lines", (somebody.name, somebody.address.lines[0]))


def _seams(path: str, lines: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for n, (line, following) in enumerate(pairwise(lines)):
        end, beginning = " ".join(line.split()[-SEAM_WORDS:]), " ".join(following.split()[:SEAM_WORDS])
        if end and beginning:
            yield f"{path}[{n}]", f"{end} {beginning}"
            if len(line) in CUT_CHARS:
                yield f"{path}[{n}]", f"{end}{beginning}"
            if len(following.split()) <= SHORT_LINE_WORDS and any(line.strip() for line in lines[n + 2 : n + 3]):
                yield f"{path}[{n}]", f"{end} {beginning} {' '.join(lines[n + 2].split()[:SEAM_WORDS])}"


def currencies(event: Event) -> Iterator[tuple[str, str]]:
    """(path, code) of the currency of the amount and of every account."""
    amount: str | None = getattr(event, "currency", None)
    if amount:
        yield "currency", amount
    for path, account in accounts(event):
        if account.currency:
            yield f"{path}.currency", account.currency


def codes(event: Event) -> Iterator[tuple[str, str]]:
    """(path, code) of what should be a number or a code, and may hold any identifier."""
    for path, agent in agents(event):
        if agent.clearing_member_id:
            yield f"{path}.clearing_member_id", agent.clearing_member_id
    for path, account in accounts(event):
        for field in ("other", "proxy"):
            value: str | None = getattr(account, field)
            if value:
                yield f"{path}.{field}", value


def texts(event: Event) -> Iterator[tuple[str, str]]:
    """(path, text) of every text the payer or an agent may write freely; empty ones are left out."""
    for field in _FIELDS[type(event)].texts:
        found: str | tuple[str, ...] | None = getattr(event, field)
        if isinstance(found, tuple):
            for n, text in enumerate(found):
                if text:
                    yield f"{field}[{n}]", text
        elif found:
            yield field, found
