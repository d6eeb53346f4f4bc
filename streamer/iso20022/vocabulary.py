"""The element tables of pain.001, pacs.008, pacs.009 and pacs.004: element to field, to role, to kind of identifier.

Elements that are not listed here are recognised by their children (`parties`) or kept as text (`transaction`).
`leaves()` lists the tables as paths, for generators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
"""Found in `urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08` and its national and network variants."""
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

# ---------------------------------------------------------------- values that name nobody

_DATE: Final = r"\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]{5,18})?(?:Z|[+-]\d\d:\d\d)?"
_CLOCK: Final = r"\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?"
_NOT_WORDS: Final = re.compile(
    rf"[.,:;/+ -]*|{_DATE}|{_CLOCK}|true|false|[a-z]{{4}}\.\d{{3}}\.\d{{3}}\.\d\d", re.IGNORECASE
)
"""Punctuation, dates, times, booleans and message names name nobody, in whatever element they stand."""

NUMBERS: Final = frozenset(
    {"NbOfTxs", "CtrlSum", "XchgRate", "Rate", "TaxRate", "Yr", "SeqNb", "CntPerPrd", "PtInTm", "Pctg", "NbOfDays"}
)
"""Elements of a numeric type, besides those that end in `Amt`. A number anywhere else is screened."""
NUMBER: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{0,10})?|\.\d{1,10}")
"""A longer number is screened: it could be a document number."""

_CODE_ELEMENTS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        Cd ChrgBr PmtMtd SttlmMtd InstrPrty ClrChanl Mtd ReqdAdvcTp AdrTp NmPrfx PrefrdMtd ChanlTp ChqTp SeqTp Frqcy Tp
        DbtCdtRptgInd CdtDbtInd CpyDplct
        """,
    )
)
"""Elements that hold a code in a schema-valid message."""
_CODE_VALUES: Final = frozenset(
    re.findall(
        r"\w+",
        """
        ACCT ADDR ADHO ADVA AGNT AROI B2B BANK BBAN BCHQ BIZZ BKTR BOID BOLD BONU BOOK BOTH CACC CASH CBLK CCCH CCHQ
        CCRD CELL CGWV CHID CHK CHP CHQB CINV CIPC CISH CLRG CMCN CNFA CODU COMM CONC COPY COR CORE CORT COVE CPAC
        CPEN CRCD CRDT CRED CREN CRFA CUID CUPA CURR CUST DAIL DBIT DCRD DEBN DEBT DEPR DISP DIVI DLVY DNFA DOCT DRFT
        DUNS DUPL DVPM EBA EDIC ELCH EMAI EMAL EMPL EPAY ERP EURI EWAL FAX FAXX FCDT FCIN FCOL FDW FNAL FOCR FRAD FRST
        FRTN FXDR GOVT GP2P GS1G HEDG HIGH HIRI HOLD HOME IBAN ICCP IDCP INDA INGA INSP INST INTC INTE INVS LBOX LEGL
        LETT LLSV LOAN MADM MAIL MGLD MIAN MIKS MISS MIST MLTO MM20 MNTH MOBI MOBL MOMA MP2B MP2P MPNS MSIN NARR NFCA
        NORM NREX NURG ODFT ONDP ONLI OOFF OTHR OTLN PAYR PBOX PENS PHOB PHON POID POST PROF PRPT PUCD PUFA PUOR PVCH
        QUOT QURT RADM RCUR REFD RGCD RGFA RPIN RPRE RQDA RRCT RTGS RTNS RVPM SACC SALA SBIN SCOR SDVA SECU SEPA SHAR
        SIID SLEV SLRY SMS SMSM SOAC SPRR SRET SSBE SUPP SVGS SVNR SWEP SWUF TAXE TAXS TECH TEL TELB TELE TGT TIPD
        TIPP TISH TOPG TRA TRAD TRAN TRAS TREA TRF TSUT UPAY UPIC URGP URNS USAR VACC VATX VCHR VOST WEEK WHLD YEAR
        ZABA
        ATBLZ AUBSB CACPA CHBCC CHSIC CNAPS CNCIP DEBLZ ESNCC GBDSC GRBIC HKNCC IENCC INFSC ITNCC JPZGN KRBOK MZBMO
        NZNCC NZRSA PLKNR PTNCC RUCBC SESBA SGIBG THCBC TWNCC USABA USPID ZANCC
        """,
    )
)
"""Values of ISO 20022 external code sets and of enumerations in the schemas (public, iso20022.org), the common ones.

A code that is missing here is screened as text.
"""
_CODE_WITH_DIGITS: Final = re.compile(r"[A-Z]{1,2}\d{2,3}|\d{1,4}")
"""G001, AC04, 0401."""
_CURRENCY_CODE: Final = re.compile(r"[A-Z]{3}")


def is_code(value: str) -> bool:
    """Whether a value is a known code rather than a name or number of somebody."""
    return value in _CODE_VALUES or value in SCHEMES or _CODE_WITH_DIGITS.fullmatch(value) is not None


def is_currency_code(value: str) -> bool:
    """Whether a value is shaped like an ISO 4217 code."""
    return _CURRENCY_CODE.fullmatch(value) is not None


def is_without_words(tag: str, value: str) -> bool:
    """Whether the value of an element cannot name anybody: a date, a code, an amount or count."""
    if _NOT_WORDS.fullmatch(value):
        return True
    if tag in _CODE_ELEMENTS:
        return is_code(value)
    if tag in NUMBERS or tag.endswith("Amt"):
        return NUMBER.fullmatch(value) is not None
    return tag.endswith("Ccy") and is_currency_code(value)


# ---------------------------------------------------------------- what stands in parties, agents and accounts

DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")

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
"""Identification schemes by their ISO external codes; any other is read from its words."""
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
"""Identifiers that have an element of their own, also those of PrvtId and OrgId before 2009."""

ADDRESS: Final[Mapping[str, str]] = {
    "StrtNm": "street",
    **dict.fromkeys(("BldgNb", "BldgNm", "Flr", "UnitNb", "Room"), "building"),
    "PstCd": "postcode",
    "TwnNm": "town",
    "CtrySubDvsn": "region",
    "Ctry": "country",
    **dict.fromkeys(("AdrLine", "CareOf", "Dept", "SubDept", "PstBx", "TwnLctnNm", "DstrctNm"), "lines"),
}
"""Any other element of an address becomes a line, too."""
PARTY: Final[Mapping[str, str]] = {"Nm": "name", "CtryOfRes": "country_of_residence", "Ctry": "country_of_residence"}
BIRTH: Final[Mapping[str, str]] = {
    "BirthDt": "birth_date",
    **dict.fromkeys(("PrvcOfBirth", "CityOfBirth", "CtryOfBirth"), "birth_place"),
}
CONTACT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("PhneNb", "MobNb", "FaxNb"), "phone"),
    "EmailAdr": "email",
}
PHONE_CHANNELS: Final = frozenset({"TEL", "TELE", "PHON", "MOBI", "MOBL", "CELL", "FAX", "FAXX", "SMS", "SMSM"})
"""Values of CtctDtls/Othr/ChanlTp that mark the Id beside them as a phone number."""
AGENT: Final[Mapping[str, str]] = {"BIC": "bic", "BICFI": "bic", "LEI": "lei", "Nm": "name"}
ACCOUNT_NUMBER: Final[Mapping[str, str]] = {"IBAN": "iban", "BBAN": "other", "UPIC": "other"}

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
    """Field of the event that takes a second party, agent or account of this kind."""
    return _KINDS.get(name)


# ---------------------------------------------------------------- the tables as paths

_ADDRESS_LEAVES: Final = {f"PstlAdr/{tag}": f"address.{name}" for tag, name in ADDRESS.items()}
_PARTY_LEAVES: Final[Mapping[str, str]] = {
    "Nm": "name",
    "CtryOfRes": "country_of_residence",
    **_ADDRESS_LEAVES,
    **{f"Id/{of}/{tag}": "identifiers.value" for of in ("OrgId", "PrvtId") for tag in (*IDENTIFIERS, "Othr/Id")},
    **{f"Id/PrvtId/DtAndPlcOfBirth/{tag}": name for tag, name in BIRTH.items()},
    **{f"CtctDtls/{tag}": name for tag, name in CONTACT.items()},
}
_PARTY_ELSEWHERE: Final[Mapping[str, str]] = {
    "CtctDtls/Nm": "related_parties.name",
    **dict.fromkeys(("CtctDtls/Othr/Id", "CtctDtls/URLAdr", "CtctDtls/JobTitl"), "further_texts"),
    **dict.fromkeys(("Id/OrgId/Othr/SchmeNm/Prtry", "Id/OrgId/Othr/Issr"), "further_texts"),
}
_INSTITUTION_LEAVES: Final[Mapping[str, str]] = {
    "BICFI": "bic",
    "LEI": "lei",
    "Nm": "name",
    "ClrSysMmbId/MmbId": "clearing_member_id",
    **_ADDRESS_LEAVES,
}
_ACCOUNT_LEAVES: Final[Mapping[str, str]] = {
    **{f"Id/{tag}": name for tag, name in ACCOUNT_NUMBER.items()},
    "Id/Othr/Id": "other",
    "Prxy/Id": "proxy",
    "Ccy": "currency",
}
_TEXT_LEAVES: Final[Mapping[str, str]] = {
    "RmtInf/Ustrd": "remittance_unstructured",
    **{
        f"RmtInf/Strd/{path}": "remittance_structured"
        for path in ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "RfrdDocInf/LineDtls/Desc", "AddtlRmtInf", "TaxRmt/RefNb")
    },
    "RltdRmtInf/RmtId": "remittance_structured",
    "RltdRmtInf/RmtLctnDtls/ElctrncAdr": "remittance_structured",
    "InstrForCdtrAgt/InstrInf": "instructions",
    "InstrForNxtAgt/InstrInf": "instructions",
    "RgltryRptg/Dtls/Inf": "regulatory_reporting",
    "Purp/Prtry": "purpose",
    **dict.fromkeys(
        ("PmtTpInf/SvcLvl/Prtry", "PmtTpInf/LclInstrm/Prtry", "PmtTpInf/CtgyPurp/Prtry", "Tax/RefNb"), "further_texts"
    ),
    "SplmtryData/PlcAndNm": "further_texts",
    "SplmtryData/Envlp/Text": "further_texts",
}
_REFERENCE_LEAVES: Final = ("InstrId", "EndToEndId", "TxId")
_RELATED_PARTIES: Final = ("RmtInf/Strd/Invcr", "RmtInf/Strd/Invcee", "RmtInf/Strd/GrnshmtRmt/Grnshee")
_RELATED_AGENTS: Final = ("ChrgsInf/Agt",)
_RELATED_ACCOUNTS: Final = tuple(f"{tag}Acct" for tag in ("DbtrAgt", "CdtrAgt", "IntrmyAgt1", "PrvsInstgAgt1"))


def leaves() -> Iterator[tuple[str, str]]:
    """(path below the transaction element, field of the event) of every leaf that has a field of its own or is text.

    For a generator that fills each in turn. `creditor.address.street`, `related_agents.bic`; of `related_*`,
    `identifiers` and `lines` any item counts.
    """
    for tag, name in (*PARTIES.items(), *((path, "related_parties") for path in _RELATED_PARTIES)):
        yield from ((f"{tag}/{path}", f"{name}.{leaf}") for path, leaf in _PARTY_LEAVES.items())
        yield from ((f"{tag}/{path}", field) for path, field in _PARTY_ELSEWHERE.items())
    agents = {**AGENTS, **AGENT_ROWS, **dict.fromkeys(_RELATED_AGENTS, "related_agents")}
    for tag, name in agents.items():
        for path, leaf in _INSTITUTION_LEAVES.items():
            yield f"{tag}/FinInstnId/{path}", f"{name}.{leaf}"
        yield f"{tag}/BrnchId/Nm", "related_agents.name"
    for tag, name in (*ACCOUNTS.items(), *((path, "related_accounts") for path in _RELATED_ACCOUNTS)):
        yield from ((f"{tag}/{path}", f"{name}.{leaf}") for path, leaf in _ACCOUNT_LEAVES.items())
        yield f"{tag}/Nm", "related_parties.name"
    yield from _TEXT_LEAVES.items()
    yield from ((f"PmtId/{tag}", REFERENCES[tag]) for tag in _REFERENCE_LEAVES)
