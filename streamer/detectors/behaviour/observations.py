"""From an event to the observations of its subjects: who is paid by whom, and where to, under keyed hashes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from streamer.events import (
    Account,
    Agent,
    ContactChangedEvent,
    Event,
    IdentifierKind,
    Observation,
    Party,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    SubjectKind,
    Worker,
    WorkerHiredEvent,
    digest,
    known,
)
from streamer.reference.identifiers import compact, normalised_bic, normalised_iban
from streamer.reference.wallets import normalised_wallet

Identity = Callable[[str, str, str], str]
"""(tenant, kind, normalised value) -> keyed hash, hex."""


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """One account in one spelling."""

    number: str
    """Normalised, in plain: never leaves this package."""
    identity: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Who is paid by whom, and where to; keyed hashes."""

    payee: str | None
    payee_name: str | None
    payer: str | None
    account: AccountIdentity | None


def facts_of(event: Event, identity: Identity) -> Facts | None:
    """Who is paid by whom, and where to; None for events that no rule wants."""
    match event:
        case PaymentEvent():
            payer, payee = _party_identity(event.debtor), _party_identity(event.creditor)
            name = event.creditor.name
            account = _account_identity(event.creditor_account, event.creditor_agent)
        case PayEvent() | PayoutAccountChangedEvent():
            payer, payee = _party_identity(event.employer), _worker_identity(event.employer, event.worker)
            name = event.worker.name
            account = _account_identity(event.payout_account, event.payout_agent)
        case WorkerHiredEvent():
            payer, payee = _party_identity(event.employer), _worker_identity(event.employer, event.worker)
            name, account = event.worker.name, None
        case ContactChangedEvent():
            return None

    def hashed(kind: str, value: str | None) -> str | None:
        return identity(event.tenant, kind, value) if value else None

    account_hash = hashed("account", account)
    return Facts(
        payee=hashed("payee", payee),
        payee_name=hashed("name", normalised_name(name) if name else None),
        payer=hashed("payer", payer),
        account=AccountIdentity(account, account_hash) if account and account_hash else None,
    )


def observation_of(event: Event, event_digest: str, kind: SubjectKind, subject: str, facts: Facts) -> Observation:
    return Observation(
        observation_id=digest(f"{event_digest}\x1f{subject}".encode()),
        tenant=event.tenant,
        subject_kind=kind,
        subject=subject,
        event_id=event.event_id,
        event_type=event.event_type,
        event_time=event.event_time,
        payee=facts.payee,
        payee_name=facts.payee_name,
        payer=facts.payer,
        account=facts.account.identity if facts.account else None,
        amount=known(event, "amount"),
        currency=known(event, "currency"),
        start_date=known(event, "start_date"),
        next_pay_date=known(event, "next_pay_date"),
        requested_execution_date=known(event, "requested_execution_date"),
    )


_LEGAL_FORMS: Final = frozenset(
    {
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "kk",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sl",
        "spa",
        "srl",
    }
)
"""Dropped from names: "Acme Ltd" and "Acme Limited" are one payee."""


def normalised_name(name: str) -> str:
    """Words in alphabetical order, without case, accents, punctuation and legal form: "DOE, Jané" is "Jane Doe"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = sorted("".join(c if c.isalnum() else " " for c in plain).split())
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


_PARTY_IDENTIFIERS: Final = (
    IdentifierKind.LEI,
    IdentifierKind.REGISTRATION,
    IdentifierKind.TAX,
    IdentifierKind.PASSPORT,
    IdentifierKind.NATIONAL_ID,
    IdentifierKind.SOCIAL_SECURITY,
    IdentifierKind.DRIVING_LICENCE,
)
"""What names a party for good, best first."""


def _party_identity(party: Party) -> str | None:
    """The best identifier, else the normalised name; None for a party that has neither."""
    for kind in _PARTY_IDENTIFIERS:
        for identifier in party.identifiers:
            if identifier.kind is kind and (value := compact(identifier.value)):
                return f"{kind}:{value}"
    name = normalised_name(party.name) if party.name else ""
    return f"name:{name}" if name else None


def _worker_identity(employer: Party, worker: Worker) -> str:
    """A worker's number is his employer's: two employers of one tenant may both have a number 1001."""
    return f"worker:{_party_identity(employer) or ''}:{worker.worker_id.strip()}"


def _account_identity(account: Account | None, agent: Agent | None) -> str | None:
    """One spelling per account: the IBAN, the wallet, the bank's BIC and account number, or the proxy."""
    if account is None:
        return None
    if account.iban:
        return _account_number(account.iban)
    if account.wallet:
        return normalised_wallet(account.wallet.address)
    if account.other:
        bic = normalised_bic(agent.bic) if agent and agent.bic else None
        # An IBAN names its bank; any other number is one among the bank's.
        number = normalised_iban(account.other)
        return number or (f"{bic[:8]}:" if bic else "") + compact(account.other)
    return f"proxy:{account.proxy.strip().casefold()}" if account.proxy else None


def _account_number(text: str) -> str:
    """The IBAN where it is one; else letters and digits."""
    return normalised_iban(text) or compact(text)


def account_spellings(account: str) -> set[str]:
    """An account of the allow list in every form that an account of an event may take."""
    return {account, account.casefold(), _account_number(account), normalised_wallet(account)}
