"""The elements of pain.001, pacs.008, pacs.009 and pacs.004 that have a meaning of their own, and what that is.

Tables only: element name to field of the event, to role, to kind of identifier. What no table names is read by what it
looks like (`parties`) or kept for its words (`transaction`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from streamer.events import IdentifierKind

MESSAGES: Final[Mapping[str, str]] = {
    "pain.001": "CstmrCdtTrfInitn",
    "pacs.008": "FIToFICstmrCdtTrf",
    "pacs.009": "FICdtTrf",
    "pacs.004": "PmtRtr",
}
"""Message and the element inside `Document`; the first versions call that element by the message's full name."""

NAMESPACE: Final = re.compile(r"\b(pain\.001|pacs\.008|pacs\.009|pacs\.004)\.\d{3}\.\d{2}")
"""In `urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08`, and in national and network variants of it."""
TRANSACTIONS: Final[Mapping[str, str]] = dict.fromkeys(MESSAGES, "CdtTrfTxInf") | {"pacs.004": "TxInf"}

NEEDED: Final[Mapping[str, str]] = {
    "amount": "the amount (InstdAmt, IntrBkSttlmAmt or RtrdIntrBkSttlmAmt)",
    "currency": "the amount's currency (Ccy)",
    "event_time": "the time of creation (GrpHdr/CreDtTm)",
}

# ---------------------------------------------------------------- what the elements mean

PARTIES: Final[Mapping[str, str]] = {
    "InitgPty": "initiating_party",
    "Dbtr": "debtor",
    "UltmtDbtr": "ultimate_debtor",
    "Cdtr": "creditor",
    "UltmtCdtr": "ultimate_creditor",
}
AGENTS: Final[Mapping[str, str]] = {
    "DbtrAgt": "debtor_agent",
    "CdtrAgt": "creditor_agent",
    "InstgAgt": "instructing_agent",
    "InstdAgt": "instructed_agent",
}
AGENT_ROWS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("IntrmyAgt", "IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3"), "intermediary_agents"),
    **dict.fromkeys(("PrvsInstgAgt", "PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3"), "previous_instructing_agents"),
}
AGENT_ROW_MAX = 3
ACCOUNTS: Final[Mapping[str, str]] = {"DbtrAcct": "debtor_account", "CdtrAcct": "creditor_account"}

_ROLES: Final[Mapping[str, str]] = {
    # Parties, agents and accounts without a field of their own.
    **PARTIES,
    **AGENTS,
    **ACCOUNTS,
    "Invcr": "invoicer",
    "Invcee": "invoicee",
    "Grnshee": "garnishee",
    "GrnshmtAdmstr": "garnishment_administrator",
    "Authstn": "authorisation",
    "Authrty": "authority",
    "Orgtr": "originator",
    "ChqFr": "cheque_from",
    "DlvrTo": "cheque_delivered_to",
    **dict.fromkeys(("RmtLctnPstlAdr", "PstlAdr"), "remittance_location"),
    "InitnSrc": "initiation_source",
    "Fr": "sender",
    "To": "receiver",
    "InstgRmbrsmntAgt": "instructing_reimbursement_agent",
    "InstdRmbrsmntAgt": "instructed_reimbursement_agent",
    "ThrdRmbrsmntAgt": "third_reimbursement_agent",
    "FwdgAgt": "forwarding_agent",
    "Agt": "charges_agent",
    "ChrgsAcctAgt": "charges_account_agent",
    "ChrgsAcct": "charges_account",
    "SttlmAcct": "settlement_account",
    "DbtrAgtAcct": "debtor_agent_account",
    "CdtrAgtAcct": "creditor_agent_account",
    "InstgRmbrsmntAgtAcct": "instructing_reimbursement_agent_account",
    "InstdRmbrsmntAgtAcct": "instructed_reimbursement_agent_account",
    "ThrdRmbrsmntAgtAcct": "third_reimbursement_agent_account",
    **{f"IntrmyAgt{n}": f"intermediary_agent_{n}" for n in ("", 1, 2, 3)},
    **{f"PrvsInstgAgt{n}": f"previous_instructing_agent_{n}" for n in ("", 1, 2, 3)},
    **{f"IntrmyAgt{n}Acct": f"intermediary_agent_{n}_account" for n in ("", 1, 2, 3)},
    **{f"PrvsInstgAgt{n}Acct": f"previous_instructing_agent_{n}_account" for n in ("", 1, 2, 3)},
}

PREFIXES: Final[Mapping[str, str]] = {
    # Elements whose parties play a part in something else than this transfer.
    "UndrlygCstmrCdtTrf": "underlying_",
    "OrgnlTxRef": "original_",
    "Tax": "tax_",
    "TaxRmt": "tax_",
    "MndtRltdInf": "mandate_",
}
MAIN: Final = frozenset({"SttlmInf", "RtrChain"})
"""Elements whose agents and parties are those of the transfer itself."""
WRAPPERS: Final = frozenset({"Pty", "Agt", "FIId"})
"""Choices between a party and an institution."""

TEXTS: Final[Mapping[str, str]] = {
    "RmtInf": "remittance_structured",
    "RltdRmtInf": "remittance_structured",
    "Ustrd": "remittance_unstructured",
    "InstrForCdtrAgt": "instructions",
    "InstrForNxtAgt": "instructions",
    "InstrForDbtrAgt": "instructions",
    "RgltryRptg": "regulatory_reporting",
}

REFERENCES: Final[Mapping[str, str]] = {
    "MsgId": "message_id",
    "InstrId": "instruction_id",
    "EndToEndId": "end_to_end_id",
    "TxId": "transaction_id",
    "UETR": "uetr",
    "RtrId": "transaction_id",
    "OrgnlInstrId": "instruction_id",
    "OrgnlEndToEndId": "end_to_end_id",
    "OrgnlUETR": "uetr",
}
UETRS: Final = frozenset({"UETR", "OrgnlUETR"})

WRITTEN: Final = frozenset({*REFERENCES.values(), "purpose"})
AMOUNTS: Final = frozenset({"IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt"})
DAYS: Final = frozenset({"ReqdExctnDt", "IntrBkSttlmDt"})

NOT_WORDS: Final = re.compile(r"[\d.,:;/+TZ -]*|true|false|[a-z]{4}\.\d{3}\.\d{3}\.\d\d", re.IGNORECASE)
"""Numbers, dates, times, names of messages: nothing to screen."""
CODES: Final = frozenset(
    {"Cd", "ChrgBr", "PmtMtd", "SttlmMtd", "InstrPrty", "ClrChanl", "Mtd", "ReqdAdvcTp", "Ccy", "AdrTp"}
)
CODE: Final = re.compile(r"[A-Z0-9]{1,5}")

DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")

# Identification schemes by their ISO external codes; what is not here is read from its words.
SCHEMES: Final[Mapping[str, IdentifierKind]] = {
    "ARNU": IdentifierKind.NATIONAL_ID,
    "CCPT": IdentifierKind.PASSPORT,
    "CINC": IdentifierKind.REGISTRATION,
    "COID": IdentifierKind.REGISTRATION,
    "DRLC": IdentifierKind.DRIVING_LICENCE,
    "NIDN": IdentifierKind.NATIONAL_ID,
    "SOSE": IdentifierKind.SOCIAL_SECURITY,
    "SREN": IdentifierKind.REGISTRATION,
    "SRET": IdentifierKind.REGISTRATION,
    "TXID": IdentifierKind.TAX,
    "VATN": IdentifierKind.TAX,
    "EINX": IdentifierKind.TAX,
}
# Identifiers that elements name by themselves; those of PrvtId and OrgId before 2009 among them.
IDENTIFIERS: Final[Mapping[str, IdentifierKind]] = {
    **dict.fromkeys(("AnyBIC", "BICOrBEI", "BIC", "BICFI", "BEI", "IBEI"), IdentifierKind.BIC),
    "LEI": IdentifierKind.LEI,
    "TaxId": IdentifierKind.TAX,
    "TaxIdNb": IdentifierKind.TAX,
    "RegnId": IdentifierKind.REGISTRATION,
    "DrvrsLicNb": IdentifierKind.DRIVING_LICENCE,
    "SclSctyNb": IdentifierKind.SOCIAL_SECURITY,
    "AlnRegnNb": IdentifierKind.NATIONAL_ID,
    "PsptNb": IdentifierKind.PASSPORT,
    "IdntyCardNb": IdentifierKind.NATIONAL_ID,
    **dict.fromkeys(("CstmrNb", "MplyrIdNb", "EANGLN", "CHIPSUI", "DUNS", "BkPtyId"), IdentifierKind.OTHER),
}
ADDRESS: Final[Mapping[str, str]] = {
    "StrtNm": "street",
    "PstCd": "postcode",
    "TwnNm": "town",
    "CtrySubDvsn": "region",
    "Ctry": "country",
}
BUILDING: Final = ("BldgNb", "BldgNm", "Flr", "UnitNb", "Room")
PHONES: Final = frozenset({"PhneNb", "MobNb", "FaxNb"})

RETURNED: Final[Mapping[str, str]] = {
    # field of the return: field of the transfer that comes back
    "debtor": "creditor",
    "creditor": "debtor",
    "ultimate_debtor": "ultimate_creditor",
    "ultimate_creditor": "ultimate_debtor",
    "debtor_account": "creditor_account",
    "creditor_account": "debtor_account",
    "debtor_agent": "creditor_agent",
    "creditor_agent": "debtor_agent",
}

_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_ROLE: Final = re.compile(r"[^a-z0-9]+")


def role_of(tag: str) -> str:
    """`invoicer` for Invcr; `some_tag` for SomeTag."""
    return _ROLES.get(tag) or _NOT_ROLE.sub("_", _CAPITAL.sub("_", tag).lower()).strip("_0123456789") or "other"


_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(PARTIES.values(), "related_parties"),
    **dict.fromkeys(AGENTS.values(), "related_agents"),
    **dict.fromkeys(AGENT_ROWS.values(), "related_agents"),
    **dict.fromkeys(ACCOUNTS.values(), "related_accounts"),
}


def kind_of_slot(name: str) -> str | None:
    """Where a second party, agent or account of a kind goes."""
    return _KINDS.get(name)
