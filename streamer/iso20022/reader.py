"""ISO 20022 credit transfers as payment events: pain.001, pacs.008, pacs.009 with its cover, pacs.004.

    for found in transactions(stream): found.event("acme")      a file, one transaction at a time
    event_from_xml(raw, tenant="acme", event_id="P-1")          a record that holds one transaction

Messages are known by their namespace, of whatever version and prefix, alone or in an envelope (AppHdr, BusMsg, a
network's own). What the schemas name by party, agent, account and reference goes to the field of that meaning; whatever
else looks like a party, an agent or an account becomes a related one; all other words are kept as further texts. So
nothing a payer can write escapes screening, and what two readers could read differently is refused: elements twice,
elements of other namespaces, document type declarations.

Errors name line and element, never a value. Reading is streamed: memory is bounded by one transaction, its group header
and TRANSACTION_BYTES_MAX, whatever the file's size. Pure: no clock, no I/O but the stream given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, Protocol

import orjson
from lxml import etree
from pydantic import ValidationError

from streamer.events import (
    RECORD_BYTES_MAX,
    TEXT_CHARS_MAX,
    IdentifierKind,
    PartyType,
    PaymentEvent,
    digest,
)
from streamer.reference.countries import country_code, country_name
from streamer.watchlists.documents import kind_of

TRANSACTION_BYTES_MAX: Final = 4 * 1024 * 1024
"""Bytes of a file without the end of a transaction; what is larger is no payment but an attack or a mistake."""

ELEMENTS_MAX: Final = 20_000
"""Elements of one transaction, or of a group header. A transaction with 100 structured invoices has about 3,000."""

REFERENCE_CHARS_MAX: Final = 500
"""Of a reference that an error carries; the schemas allow 35."""

DETAIL_CHARS_MAX: Final = 300
"""Of what the XML parser says; tags it quotes are as long as their author likes."""

MESSAGES: Final[Mapping[str, str]] = {
    "pain.001": "CstmrCdtTrfInitn",
    "pacs.008": "FIToFICstmrCdtTrf",
    "pacs.009": "FICdtTrf",
    "pacs.004": "PmtRtr",
}
"""Message and the element inside `Document`; the first versions call that element by the message's full name."""

_NAMESPACE: Final = re.compile(r"\b(pain\.001|pacs\.008|pacs\.009|pacs\.004)\.\d{3}\.\d{2}")
"""In `urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08`, and in national and network variants of it."""
_TRANSACTION: Final[Mapping[str, str]] = dict.fromkeys(MESSAGES, "CdtTrfTxInf") | {"pacs.004": "TxInf"}
_BODIES: Final = frozenset(MESSAGES.values())
_SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"


class InvalidMessage(ValueError):
    """Not a message that can be screened. `line` and `element` say where, `reason` is fit for a metric label.

    Where the references could be read they are here, for the answer.
    """

    def __init__(self, what: str, *, line: int | None, element: str, reason: str = "wrong_shape") -> None:
        self.what, self.line, self.element, self.reason = what, line, element, reason
        self.message_id: str | None = None
        self.end_to_end_id: str | None = None
        where = f"line {line}, " if line else ""
        super().__init__(f"{where}element {element or 'none'}: {what}")


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int = -1, /) -> bytes: ...


def is_xml(beginning: bytes) -> bool:
    """Whether bytes begin like XML, in UTF-8 or UTF-16; JSON never does."""
    head = beginning[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return head[:1] == b"<" or head[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<") or head[:3] in (b"<\0?", b"\0<\0")


# ---------------------------------------------------------------- what is found


@dataclass(frozen=True, slots=True)
class Found:
    """One transaction of a file: its fields, or why it cannot be read."""

    number: int
    """From 1, in the order of the file."""
    line: int | None
    message_type: str
    """`pacs.008.001.08`."""
    fields: Mapping[str, Any]
    """Of a PaymentEvent, without `event_id` and `tenant`; with an error, what was read of the references."""
    error: InvalidMessage | None = None
    read: PaymentEvent | None = None
    """The fields as an event of nobody yet."""

    @property
    def event_id(self) -> str:
        """From the content and the number in the file: the same file gives the same ids, however often it is read."""
        content = orjson.dumps({**self.fields, "number": self.number}, option=orjson.OPT_SORT_KEYS)
        return f"{self.message_type[:8]}-{digest(content)[:24]}"

    def record(self, tenant: str) -> bytes:
        """The event as JSON, one record of `payments`. Raises InvalidMessage."""
        if self.error is not None:
            raise self._told(self.error)
        record = orjson.dumps({"event_id": self.event_id, "tenant": tenant, **self.fields})
        if len(record) > RECORD_BYTES_MAX:
            raise self._told(
                InvalidMessage(
                    f"the transaction makes a record of {len(record)} bytes, {RECORD_BYTES_MAX} at most",
                    line=self.line,
                    element=_TRANSACTION[self.message_type[:8]],
                    reason="too_large",
                )
            )
        return record

    def _told(self, error: InvalidMessage) -> InvalidMessage:
        """The error with the references of its transaction, unless they are what is wrong."""
        message_id, end_to_end_id = (self.fields.get(name) for name in ("message_id", "end_to_end_id"))
        error.message_id = message_id if len(message_id or "") <= REFERENCE_CHARS_MAX else None
        error.end_to_end_id = end_to_end_id if len(end_to_end_id or "") <= REFERENCE_CHARS_MAX else None
        return error

    def event(self, tenant: str, event_id: str | None = None) -> PaymentEvent:
        """The event. Raises InvalidMessage."""
        if self.error is not None:
            raise self._told(self.error)
        assert self.read is not None
        return self.read.model_copy(update={"event_id": event_id or self.event_id, "tenant": tenant})


def event_from_xml(raw: bytes, *, tenant: str, event_id: str | None = None) -> PaymentEvent:
    """The event of a message that holds one transaction. Raises InvalidMessage, also where there are several."""
    first: Found | None = None
    for found in transactions(BytesIO(raw)):
        if first is not None:
            raise InvalidMessage(
                "the message holds more than one transaction and a record one payment; split it with "
                "`streamer publish --topic payments FILE.xml`",
                line=found.line,
                element=_TRANSACTION[found.message_type[:8]],
                reason="many_payments",
            )
        first = found
    assert first is not None  # `transactions` raises where there is none
    return first.event(tenant, event_id)


# ---------------------------------------------------------------- reading a file


def transactions(stream: Readable) -> Iterator[Found]:
    """Every transaction of a file, as it is read. Raises InvalidMessage where the file cannot be read any further.

    A transaction that is well-formed but cannot be an event (no amount, a date that is none) is found with its error,
    and reading goes on.
    """
    yield from _Reader(stream).found()


class _Metered:
    """A stream that gives no more than TRANSACTION_BYTES_MAX between two transactions."""

    def __init__(self, stream: Readable, where: Callable[[], tuple[int | None, str]]) -> None:
        self._stream = stream
        self._where = where
        self._since = 0
        self.is_empty = True

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._since += len(chunk)
        self.is_empty &= not chunk.strip()
        if self._since > TRANSACTION_BYTES_MAX:
            line, element = self._where()
            raise InvalidMessage(
                f"more than {TRANSACTION_BYTES_MAX} bytes without the end of a transaction",
                line=line,
                element=element,
                reason="too_large",
            )
        return chunk

    def restart(self) -> None:
        self._since = 0


@dataclass(slots=True)
class _Document:
    """One `Document` of the file, while it is read."""

    element: etree._Element
    namespace: str
    message_type: str
    kind: str
    header: _Level
    """The envelope's, later with the group header's."""
    depth: int
    """Of elements open around it."""
    transaction_tag: str
    body: etree._Element | None = None
    information: etree._Element | None = None
    """The PmtInf that is open."""
    information_level: _Level | None = None
    foreign_depth: int = 0
    """Above zero inside SplmtryData, where any namespace may stand."""
    count: int = 0


_MIXED: Final = "has text beside elements, where no schema has any; remove it"


class _Reader:
    def __init__(self, stream: Readable) -> None:
        self._stream = _Metered(stream, self._where)
        self._open: list[etree._Element] = []
        """The elements that are open, outermost first."""
        self._elements = 0
        self._number = 0
        self._document: _Document | None = None
        self._envelope = _Level("further_texts")
        self._pending: tuple[_Document, _Level, int | None] | None = None
        """The transaction read last: what follows the transactions of its message belongs to it, too."""
        self._attributes: list[tuple[str, _Place]] = []
        self._is_signature = 0
        self._root = ""

    def _where(self) -> tuple[int | None, str]:
        if not self._open:
            return None, ""
        return _line(self._open[-1]), _path(self._open)

    def found(self) -> Iterator[Found]:
        events = etree.iterparse(
            self._stream,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for event, element in events:
                if event == "start":
                    self._started(element)
                else:
                    yield from self._ended(element)
                    self._open.pop()
        except InvalidMessage:
            # What was complete before it is judged.
            yield from self._flush()
            raise
        except etree.XMLSyntaxError as error:
            yield from self._flush()
            if self._stream.is_empty:
                raise InvalidMessage("the file is empty", line=None, element="", reason="not_xml") from None
            said = " ".join((error.msg or "").split())[:DETAIL_CHARS_MAX]
            raise InvalidMessage(
                f"not well-formed XML ({said})",
                line=error.lineno or None,
                element=_path(self._open) or self._root,
                reason="not_xml",
            ) from None
        yield from self._flush()
        if not self._number:
            raise InvalidMessage(
                f"no Document of a payment in it; read are {', '.join(MESSAGES)}, in their own namespaces",
                line=None,
                element="Document",
            )

    # ------------------------------------------------------------ start

    def _started(self, element: etree._Element) -> None:
        if not self._open:
            _refuse_doctype(element)
            self._root = _local(element)[:64]
        self._open.append(element)
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise self._invalid(f"more than {ELEMENTS_MAX} elements without the end of a transaction", "too_large")
        if element.attrib:
            place = _Place(_line(element), _path(self._open))
            self._attributes.extend((words, place) for words in _attribute_words(element))
        document = self._document
        if document is None:
            if _local(element) == "Document":
                self._document = self._opened(element)
            elif _local(element) in _BODIES and _NAMESPACE.search(_namespace(element)):
                # Some leave the Document out.
                self._document = self._opened(element)
                self._document.depth -= 1
                self._entered(self._document, element)
            elif _namespace(element) == _SIGNATURE:
                self._is_signature += 1
            return
        if document.foreign_depth:
            document.foreign_depth += 1
            return
        if _namespace(element) != document.namespace:
            raise self._invalid(f"is not of the namespace of its Document, {document.message_type}")
        tag, depth = _local(element), len(self._open) - document.depth
        if tag == "SplmtryData":
            document.foreign_depth = 1
        if depth == 2:
            self._entered(document, element)
        elif tag == "PmtInf" and self._parent() is document.body and document.kind == "pain.001":
            document.information, document.information_level = element, None

    def _opened(self, element: etree._Element) -> _Document:
        namespace = _namespace(element)
        known = _NAMESPACE.search(namespace)
        if known is None:
            raise self._invalid(
                f"{'the namespace is none that is read' if namespace else 'has no namespace'}; it must name one of "
                f"{', '.join(MESSAGES)}, as urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08 does"
            )
        kind = known[1]
        return _Document(element, namespace, known[0], kind, self._envelope, len(self._open) - 1, _TRANSACTION[kind])

    def _entered(self, document: _Document, element: etree._Element) -> None:
        tag = _local(element)
        if document.body is not None:
            raise self._invalid("a Document holds one message; send each in a Document of its own")
        if tag != MESSAGES[document.kind] and not tag.startswith(document.kind):
            raise self._invalid(f"a Document of {document.message_type} holds {MESSAGES[document.kind]}")
        document.body = element

    def _parent(self) -> etree._Element | None:
        return self._open[-2] if len(self._open) > 1 else None

    def _invalid(self, what: str, reason: str = "wrong_shape") -> InvalidMessage:
        line, element = self._where()
        return InvalidMessage(what, line=line, element=element, reason=reason)

    # ------------------------------------------------------------ end

    def _ended(self, element: etree._Element) -> Iterator[Found]:
        document = self._document
        if document is None:
            self._ended_outside(element)
            return
        self._refuse_mixed(element)
        if document.foreign_depth:
            document.foreign_depth -= 1
            if document.foreign_depth:
                return
        parent, tag = self._parent(), _local(element)
        in_information = parent is not None and parent is document.information
        if tag == document.transaction_tag and (in_information or (parent is document.body and not self._is_pain())):
            yield from self._flush()
            self._pending = (document, self._transaction(document, element), _line(element))
            document.count += 1
            self._release(element, tag)
        elif in_information:
            if document.information_level is not None:
                raise self._invalid("stands behind a transaction of its PmtInf; the schemas want it before")
        elif parent is document.body and parent is not None:
            self._ended_in_body(document, element, tag)
        elif element is document.body:
            yield from self._flush()
            if not document.count:
                raise self._invalid(f"holds no {document.transaction_tag}: nothing in it can be screened")
        if element is document.element:
            self._document = None
            self._envelope = _Level("further_texts")
            _forget(element)

    def _refuse_mixed(self, element: etree._Element) -> None:
        """Text between elements: some readers see it and some do not."""
        elder = element.getprevious()
        if elder is not None and _is_written(elder.tail):
            raise self._invalid(_MIXED)
        if len(element) and (_is_written(element.text) or _is_written(element[-1].tail)):
            raise self._invalid(_MIXED)

    def _is_pain(self) -> bool:
        return self._document is not None and self._document.kind == "pain.001"

    def _ended_in_body(self, document: _Document, element: etree._Element, tag: str) -> None:
        if tag == "PmtInf":
            if document.information_level is None:
                raise self._invalid("holds no CdtTrfTxInf: nothing in it can be screened")
            document.information = document.information_level = None
            _forget(element)
        elif document.count == 0:
            level = _Level("further_texts")
            if tag == "GrpHdr":
                level.walk(element, tag, main=True)
            else:
                level.rest(element, _Place(None, _path(self._open[:-1])))
            document.header = level.over(document.header)
            self._restart()
        elif tag == "GrpHdr":
            raise self._invalid("stands behind a transaction; the schemas want it first")
        elif self._pending is not None:
            # SplmtryData of the message, behind its transactions.
            _, level, _ = self._pending
            level.rest(element, _Place(None, _path(self._open[:-1])))
            self._release(element, tag)

    def _ended_outside(self, element: etree._Element) -> None:
        """The envelope: AppHdr is read as such, the rest for its words."""
        parents = [_local(parent) for parent in self._open[:-1]]
        if self._is_signature:
            self._is_signature -= _namespace(element) == _SIGNATURE
        elif "AppHdr" in parents:
            return
        elif _local(element) == "AppHdr":
            level = _Level("further_texts")
            level.walk(element, "AppHdr", main=False, prefix="header_")
            level.created(element)
            self._envelope = level.over(self._envelope)
        elif len(element) == 0 and (words := _words(element, _local(element))):
            self._envelope.say(words, _Place(_line(element), _path(self._open)))
        _forget(element)

    def _restart(self) -> None:
        self._stream.restart()
        self._elements = 0

    def _release(self, element: etree._Element, tag: str) -> None:
        """Free a transaction and its elders; the group header and the head of a PmtInf stay."""
        _clear(element)
        elder, parent = element.getprevious(), element.getparent()
        while elder is not None and parent is not None and _local(elder) == tag:
            parent.remove(elder)
            elder = element.getprevious()
        self._restart()

    # ------------------------------------------------------------ a transaction

    def _transaction(self, document: _Document, element: etree._Element) -> _Level:
        level = _Level("further_texts")
        level.walk(element, _local(element), main=True)
        for words, place in self._attributes:
            level.say(words, place)
        self._attributes.clear()
        information = document.information
        if information is None:
            return level.over(document.header)
        if document.information_level is None:
            head = _Level("further_texts")
            head.walk(information, "PmtInf", main=True, but=document.transaction_tag)
            document.information_level = head.over(document.header)
        return level.over(document.information_level)

    def _flush(self) -> Iterator[Found]:
        """The pending transaction: nothing more belongs to it."""
        if self._pending is None:
            return
        document, level, line = self._pending
        self._pending = None
        self._number += 1
        yield _found(self._number, line, document, level)


def _found(number: int, line: int | None, document: _Document, level: _Level) -> Found:
    level.with_original(is_return=document.kind == "pacs.004")
    fields = level.fields(document.message_type)
    if level.error is not None:
        return Found(number, line, document.message_type, fields, level.error)
    try:
        read = PaymentEvent.model_validate({**fields, "event_id": "-", "tenant": "t"})
    except ValidationError as error:
        told = _in_terms_of_the_message(error, level, line, document.transaction_tag)
        return Found(number, line, document.message_type, fields, told)
    return Found(number, line, document.message_type, fields, read=read)


def _in_terms_of_the_message(
    error: ValidationError, level: _Level, line: int | None, transaction_tag: str
) -> InvalidMessage:
    """What keeps the fields from being an event, by line and element, without a value."""
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = str(problem["loc"][0])
    if problem["type"] == "missing":
        what = f"{_NEEDED.get(name, name)} is missing; a payment cannot be screened without it"
        return InvalidMessage(what, line=line, element=transaction_tag)
    place = level.places.get(name, [])
    number = problem["loc"][1] if len(problem["loc"]) > 1 else 0
    at = place[number] if isinstance(number, int) and number < len(place) else next(iter(place), None)
    below = ".".join(str(part) for part in problem["loc"][1:] if not isinstance(part, int))
    what = f"{below}: {problem['msg']}" if below else problem["msg"]
    return InvalidMessage(what, line=at.line if at else line, element=at.path if at else transaction_tag)


_NEEDED: Final[Mapping[str, str]] = {
    "amount": "the amount (InstdAmt, IntrBkSttlmAmt or RtrdIntrBkSttlmAmt)",
    "currency": "the amount's currency (Ccy)",
    "event_time": "the time of creation (GrpHdr/CreDtTm)",
}


# ---------------------------------------------------------------- what the elements mean

_PARTIES: Final[Mapping[str, str]] = {
    "InitgPty": "initiating_party",
    "Dbtr": "debtor",
    "UltmtDbtr": "ultimate_debtor",
    "Cdtr": "creditor",
    "UltmtCdtr": "ultimate_creditor",
}
_AGENTS: Final[Mapping[str, str]] = {
    "DbtrAgt": "debtor_agent",
    "CdtrAgt": "creditor_agent",
    "InstgAgt": "instructing_agent",
    "InstdAgt": "instructed_agent",
}
_AGENT_ROWS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("IntrmyAgt", "IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3"), "intermediary_agents"),
    **dict.fromkeys(("PrvsInstgAgt", "PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3"), "previous_instructing_agents"),
}
_AGENT_ROW_MAX = 3
_ACCOUNTS: Final[Mapping[str, str]] = {"DbtrAcct": "debtor_account", "CdtrAcct": "creditor_account"}

_ROLES: Final[Mapping[str, str]] = {
    # Parties, agents and accounts without a field of their own.
    **_PARTIES,
    **_AGENTS,
    **_ACCOUNTS,
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

_PREFIXES: Final[Mapping[str, str]] = {
    # Elements whose parties play a part in something else than this transfer.
    "UndrlygCstmrCdtTrf": "underlying_",
    "OrgnlTxRef": "original_",
    "Tax": "tax_",
    "TaxRmt": "tax_",
    "MndtRltdInf": "mandate_",
}
_MAIN: Final = frozenset({"SttlmInf", "RtrChain"})
"""Elements whose agents and parties are those of the transfer itself."""
_WRAPPERS: Final = frozenset({"Pty", "Agt", "FIId"})
"""Choices between a party and an institution."""

_TEXTS: Final[Mapping[str, str]] = {
    "RmtInf": "remittance_structured",
    "RltdRmtInf": "remittance_structured",
    "Ustrd": "remittance_unstructured",
    "InstrForCdtrAgt": "instructions",
    "InstrForNxtAgt": "instructions",
    "InstrForDbtrAgt": "instructions",
    "RgltryRptg": "regulatory_reporting",
}

_REFERENCES: Final[Mapping[str, str]] = {
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
_UETRS: Final = frozenset({"UETR", "OrgnlUETR"})
_UETR: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""What is none is words."""
_WRITTEN: Final = frozenset({*_REFERENCES.values(), "purpose"})
_AMOUNTS: Final = frozenset({"IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt"})
_DAYS: Final = frozenset({"ReqdExctnDt", "IntrBkSttlmDt"})

_NOT_WORDS: Final = re.compile(r"[\d.,:;/+TZ -]*|true|false|[a-z]{4}\.\d{3}\.\d{3}\.\d\d", re.IGNORECASE)
"""Numbers, dates, times, names of messages: nothing to screen."""
_CODES: Final = frozenset(
    {"Cd", "ChrgBr", "PmtMtd", "SttlmMtd", "InstrPrty", "ClrChanl", "Mtd", "ReqdAdvcTp", "Ccy", "AdrTp"}
)
_CODE: Final = re.compile(r"[A-Z0-9]{1,5}")

_AMOUNT: Final = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")

# Identification schemes by their ISO external codes; what is not here is read from its words.
_SCHEMES: Final[Mapping[str, IdentifierKind]] = {
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
_IDENTIFIERS: Final[Mapping[str, IdentifierKind]] = {
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
_ADDRESS: Final[Mapping[str, str]] = {
    "StrtNm": "street",
    "PstCd": "postcode",
    "TwnNm": "town",
    "CtrySubDvsn": "region",
    "Ctry": "country",
}
_BUILDING: Final = ("BldgNb", "BldgNm", "Flr", "UnitNb", "Room")
_PHONES: Final = frozenset({"PhneNb", "MobNb", "FaxNb"})


# ---------------------------------------------------------------- one level of a message


@dataclass(frozen=True, slots=True)
class _Place:
    line: int | None
    path: str


@dataclass(slots=True)
class _Level:
    """What a part of a message says: a transaction, a PmtInf, a group header, an envelope."""

    words: str
    """Field that takes the words of elements without a meaning of their own."""
    slots: dict[str, Any] = field(default_factory=dict)
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    original: _Level | None = None
    """Of a return: what the transfer that comes back was."""
    places: dict[str, list[_Place]] = field(default_factory=dict)
    error: InvalidMessage | None = None
    """The first thing that stands twice or cannot be what it should."""

    # ------------------------------------------------------------ levels

    def over(self, base: _Level) -> _Level:
        """This level with that above it: what both say is the transaction's, and the other is screened as related."""
        merged = _Level(
            self.words,
            dict(self.slots),
            {kind: list(rows) for kind, rows in self.related.items()},
            {name: list(rows) for name, rows in self.lines.items()},
            self.original.over(base.original) if self.original and base.original else self.original or base.original,
            {name: list(rows) for name, rows in self.places.items()},
            self.error or base.error,
        )
        for name, value in base.slots.items():
            if name not in merged.slots:
                merged.slots[name] = value
                merged.places[name] = base.places.get(name, [])
            elif (kind := _kind_of_slot(name)) and value != merged.slots[name]:
                for one in value if isinstance(value, list) else [value]:
                    merged._relate(kind, name, one, base.places.get(name, [])[:1])
            elif name in _WRITTEN and value != merged.slots[name]:
                merged._say(self.words, value, *base.places.get(name, ())[:1])
        for kind, rows in base.related.items():
            for row, place in zip(rows, base.places.get(kind, ()), strict=False):
                merged._relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
        for name, texts in base.lines.items():
            merged.lines.setdefault(name, []).extend(texts)
            merged.places.setdefault(name, []).extend(base.places.get(name, ()))
        return merged

    def with_original(self, *, is_return: bool) -> None:
        """Take in the transfer that comes back. Who pays back is who was paid: its own chain says so, else this."""
        rest, self.original = self.original, None
        if rest is not None:
            rest.with_original(is_return=False)
            if is_return and not {"debtor", "creditor"} & self.slots.keys():
                for name, origin in _RETURNED.items():
                    if origin in rest.slots and name not in self.slots:
                        self._put(name, rest.slots.pop(origin), *rest.places.get(origin, ()))
            for name, value in rest.slots.items():
                if kind := _kind_of_slot(name):
                    for one in value if isinstance(value, list) else [value]:
                        self._relate(kind, f"original_{name}", one, rest.places.get(name, []))
                elif name in _WRITTEN:
                    self._say(self.words, value, *rest.places.get(name, ())[:1])
            for kind, rows in rest.related.items():
                for row, place in zip(rows, rest.places.get(kind, ()), strict=False):
                    self._relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
            for name, texts in rest.lines.items():
                for text, place in zip(texts, rest.places.get(name, ()), strict=False):
                    self._say(name, text, place)
        # A return need not quote the parties: then it moves money between two banks.
        for party, agent in (("debtor", "instructing_agent"), ("creditor", "instructed_agent")):
            if is_return and not self.slots.get(party) and agent in self.slots:
                self.slots[party] = _institution(self.slots[agent])

    def fields(self, message_type: str) -> dict[str, Any]:
        """The fields of a PaymentEvent, without id and tenant."""
        fields: dict[str, Any] = {"message_type": message_type, "debtor": {}, "creditor": {}, **self.slots}
        for mapping in (self.related, self.lines):
            fields |= {name: rows for name, rows in mapping.items() if rows}
        return fields

    # ------------------------------------------------------------ filling

    def _put(self, name: str, value: Any, *places: _Place) -> None:
        self.slots[name] = value
        self.places[name] = list(places)

    def _once(self, name: str, value: Any, place: _Place) -> None:
        if name in self.slots:
            self._fault("stands twice; which of them counts? Keep one", place)
        else:
            self._put(name, value, place)

    def _fault(self, what: str, place: _Place) -> None:
        if self.error is None:
            self.error = InvalidMessage(what, line=place.line, element=place.path)

    def _relate(self, kind: str, role: str, what: Mapping[str, Any], places: Iterable[_Place]) -> None:
        rows = self.related.setdefault(kind, [])
        rows.append({**what, "role": role[:64]})
        self.places.setdefault(kind, []).extend(list(places)[:1] or [_Place(None, role)])

    def _say(self, name: str, text: str, *places: _Place) -> None:
        """A line of a text field, in pieces where it is longer than one may be."""
        for start in range(0, len(text), TEXT_CHARS_MAX):
            self.lines.setdefault(name, []).append(text[start : start + TEXT_CHARS_MAX])
            self.places.setdefault(name, []).append(places[0] if places else _Place(None, name))

    def say(self, words: str, place: _Place) -> None:
        """Words without a meaning of their own."""
        self._say(self.words, words, place)

    def created(self, header: etree._Element) -> None:
        """The time of an AppHdr, for messages whose group header has none."""
        for child in header:
            if _local(child) == "CreDt":
                self._time(child, "AppHdr/CreDt")

    # ------------------------------------------------------------ walking

    def walk(
        self,
        element: etree._Element,
        path: str,
        *,
        main: bool,
        prefix: str = "",
        words: str | None = None,
        but: str | None = None,
    ) -> None:
        """Read an element's children. `main`: parties and agents are those of the transfer itself."""
        words = words or self.words
        loose: list[str] = []
        for child in element:
            tag = _local(child)
            if tag == but:
                continue
            place = _Place(_line(child), f"{path}/{tag}")
            if main and self._known(child, tag, place):
                continue
            if said := self._taken(child, tag, place, main=main, prefix=prefix, words=words):
                loose.append(said)
        if loose:
            self._say(words, "; ".join(loose), _Place(_line(element), path))

    def _taken(
        self, child: etree._Element, tag: str, place: _Place, *, main: bool, prefix: str, words: str
    ) -> str | None:
        """Read one element by what it looks like; returns the words of a leaf, which stand in its parent's line."""
        below = _TEXTS.get(tag, words)
        if _is_agent(child, tag):
            self._agent(child, tag, place, main, prefix)
        elif _is_account(child, tag):
            self._account(child, tag, place, main, prefix)
        elif _is_party(child, tag):
            self._party(child, tag, place, main, prefix)
        elif tag == "OrgnlTxRef" and main and len(child):
            self.original = self.original or _Level(self.words)
            self.original.walk(child, place.path, main=True)
            self.error = self.error or self.original.error
        elif len(child):
            inner = _PREFIXES.get(tag, prefix)
            self.walk(child, place.path, main=main and tag in _MAIN, prefix=inner, words=below)
        elif said := _words(child, tag):
            if tag not in _TEXTS:
                return said
            self._say(below, said, place)
        return None

    def _known(self, child: etree._Element, tag: str, place: _Place) -> bool:
        """Whether the child is one of those that fill a plain field of the event."""
        if tag in _REFERENCES and len(child) == 0:
            text = _text(child)
            if text and tag in _UETRS and not _UETR.fullmatch(text):
                return False
            if text:
                self._once(_REFERENCES[tag], text, place)
        elif tag == "PmtId" and len(child):
            for reference in child:
                name = _local(reference)
                where = _Place(_line(reference), f"{place.path}/{name}")
                if not self._known(reference, name, where):
                    self.rest(reference, place)
        elif tag in _AMOUNTS:
            self._amount(child, child.get("Ccy"), place)
        elif tag == "Amt" and len(child):
            self._instructed(child, place)
        elif tag in _DAYS:
            self._day(child, place)
        elif tag == "CreDtTm":
            self._time(child, place.path)
        elif tag == "Purp":
            self._purpose(child, place)
        else:
            return False
        return True

    def _purpose(self, element: etree._Element, place: _Place) -> None:
        codes = [child for child in element if len(child) == 0]
        for child in element:
            if len(child):
                self.rest(child, place)
        if text := "; ".join(filter(None, map(_text, codes))) or _text(element):
            self._once("purpose", text, place)

    def _day(self, element: etree._Element, place: _Place) -> None:
        """A day, or the choice of a day and a time."""
        chosen = _child(element, "Dt")
        chosen = _child(element, "DtTm") if chosen is None else chosen
        for child in element:
            if child is not chosen:
                self.rest(child, place)
        text = _text(element if chosen is None else chosen) or ""
        if _DAY.fullmatch(text):
            self._once("requested_execution_date", text[:10], place)
        else:
            self._fault("is no day; write it as 2026-11-20", place)

    def _instructed(self, element: etree._Element, place: _Place) -> None:
        """Amt of pain.001: InstdAmt, or EqvtAmt with the currency it is to be paid in."""
        for child in element:
            tag = _local(child)
            where = _Place(_line(child), f"{place.path}/{tag}")
            if tag != "EqvtAmt":
                self._amount(child, child.get("Ccy"), where)
                continue
            to_pay = _child(child, "CcyOfTrf")
            for part in child:
                if _local(part) == "Amt":
                    currency = _text(to_pay) if to_pay is not None else None
                    self._amount(part, currency or part.get("Ccy"), where)
                elif part is not to_pay:
                    self.rest(part, where)

    def _amount(self, element: etree._Element, currency: str | None, place: _Place) -> None:
        text = _text(element) or ""
        if len(element) or not _AMOUNT.fullmatch(text):
            self._fault("is no amount; write it as 1234.56", place)
            return
        self._once("amount", text.removeprefix("+"), place)
        if currency and "currency" not in self.slots:
            self._put("currency", currency.strip(), place)

    def _time(self, element: etree._Element, path: str) -> None:
        text = _text(element) or ""
        place = _Place(_line(element), path)
        found = _TIME.fullmatch(text)
        if found is None or len(element):
            self._fault("is no time; write it as 2026-11-20T09:00:00+01:00", place)
        else:
            self._once("event_time", text if found[1] else f"{text}Z", place)

    # ------------------------------------------------------------ agents

    def _agent(self, element: etree._Element, tag: str, place: _Place, main: bool, prefix: str) -> None:
        agent, branch = self._agent_fields(element, place)
        role = prefix + _role(tag)
        slot = _AGENTS.get(tag)
        if branch:
            self._relate("related_agents", f"{role}_branch", branch, [place])
        if not agent:
            return
        if tag in _PARTIES:
            self._institution_party(tag, agent, place, main, role)
        elif main and slot:
            self._once(slot, agent, place)
        elif main and tag in _AGENT_ROWS:
            self._into_row(_AGENT_ROWS[tag], agent, place)
        else:
            self._relate("related_agents", role, agent, [place])

    def _institution_party(self, tag: str, agent: Mapping[str, Any], place: _Place, main: bool, role: str) -> None:
        """A bank that pays or is paid for itself, as in pacs.009."""
        if main:
            self._once(_PARTIES[tag], _institution(agent), place)
        else:
            self._relate("related_parties", role, _institution(agent), [place])

    def _into_row(self, name: str, agent: Mapping[str, Any], place: _Place) -> None:
        row = self.slots.setdefault(name, [])
        if len(row) == _AGENT_ROW_MAX:
            self._fault(f"more than {_AGENT_ROW_MAX} of its kind", place)
        else:
            row.append(agent)
            self.places.setdefault(name, []).append(place)

    def _agent_fields(self, element: etree._Element, place: _Place) -> tuple[dict[str, Any], dict[str, Any]]:
        """(agent, its branch)."""
        agent: dict[str, Any] = {}
        branch: dict[str, Any] = {}
        chosen = _unwrapped(element)
        if len(chosen) == 0:
            self._set(agent, "name", chosen, place)
        for child in chosen:
            tag = _local(child)
            if tag == "BrnchId":
                self._institution_fields(child, branch, place)
            elif tag in ("FinInstnId", "CmbndId", "NmAndAdr"):
                self._institution_fields(child, agent, place)
            elif tag in ("BIC", "BICFI"):
                self._set(agent, "bic", child, place)
            elif len(child) == 0 and tag == "Nm":
                self._set(agent, "name", child, place)
            else:
                self.rest(child, place)
        return agent, branch

    def _institution_fields(self, element: etree._Element, agent: dict[str, Any], place: _Place) -> None:
        if len(element) == 0:
            self._set(agent, "name", element, place)
        for child in element:
            tag = _local(child)
            if tag in ("BIC", "BICFI"):
                self._set(agent, "bic", child, place)
            elif tag == "LEI":
                self._set(agent, "lei", child, place)
            elif tag == "Nm":
                self._set(agent, "name", child, place)
            elif tag in ("PstlAdr", "Adr"):
                self._address(agent, child, place)
            elif tag == "ClrSysMmbId":
                self._clearing(agent, child, place)
            elif tag in ("CmbndId", "NmAndAdr"):
                self._institution_fields(child, agent, place)
            else:
                self.rest(child, place)

    def _clearing(self, agent: dict[str, Any], element: etree._Element, place: _Place) -> None:
        member = _child(element, "MmbId")
        if member is None and len(element) == 0:
            member = element
        elif member is None:
            # Before 2009: the choice of a coded or a proprietary number.
            member = next(iter(element), None)
        for child in element:
            if child is not member:
                self.rest(child, place)
        if member is not None:
            self._set(agent, "clearing_member_id", member, place)

    # ------------------------------------------------------------ accounts

    def _account(self, element: etree._Element, tag: str, place: _Place, main: bool, prefix: str) -> None:
        account: dict[str, Any] = {}
        role = prefix + _role(tag)
        if len(element) == 0:
            self._set(account, "other", element, place)
        for child in element:
            name = _local(child)
            if name == "Id":
                self._account_number(account, child, place)
            elif name == "Ccy":
                self._set(account, "currency", child, place)
            elif name == "Prxy":
                self._proxy(account, child, role, place)
            elif name == "Nm" and len(child) == 0:
                if holder := _text(child):
                    where = _Place(_line(child), f"{place.path}/Nm")
                    self._relate("related_parties", f"{role}_holder", {"name": holder}, [where])
            else:
                self.rest(child, place)
        if account and main and tag in _ACCOUNTS:
            self._once(_ACCOUNTS[tag], account, place)
        elif account:
            self._relate("related_accounts", role, account, [place])

    def _account_number(self, account: dict[str, Any], element: etree._Element, place: _Place) -> None:
        if len(element) == 0:
            self._set(account, "other", element, place)
        for child in element:
            tag = _local(child)
            if tag == "IBAN":
                self._set(account, "iban", child, place)
            elif tag in ("BBAN", "UPIC"):
                self._set(account, "other", child, place)
            elif tag in ("Othr", "PrtryAcct") and len(child):
                for part in child:
                    if _local(part) == "Id":
                        self._set(account, "other", part, place)
                    else:
                        self.rest(part, place)
            else:
                self.rest(child, place)

    def _proxy(self, account: dict[str, Any], element: etree._Element, role: str, place: _Place) -> None:
        """A phone number or an e-mail address in place of an account; a document number is its holder's."""
        code = None
        if len(element) == 0:
            self._set(account, "proxy", element, place)
        for child in element:
            if _local(child) == "Tp":
                code = next((_text(one) for one in child), None)
                self.rest(child, place)
            elif _local(child) == "Id":
                self._set(account, "proxy", child, place)
            else:
                self.rest(child, place)
        kind = _SCHEMES.get(code or "")
        if kind is not None and account.get("proxy"):
            holder = {"identifiers": [{"kind": kind, "value": account["proxy"]}]}
            self._relate("related_parties", f"{role}_proxy", holder, [place])

    # ------------------------------------------------------------ parties

    def _party(self, element: etree._Element, tag: str, place: _Place, main: bool, prefix: str) -> None:
        role = prefix + _role(tag)
        party = self._party_fields(element, role, place)
        if not party:
            return
        if main and tag in _PARTIES:
            self._once(_PARTIES[tag], party, place)
        else:
            self._relate("related_parties", role, party, [place])

    def _party_fields(self, element: etree._Element, role: str, place: _Place) -> dict[str, Any]:
        party: dict[str, Any] = {}
        chosen = _unwrapped(element)
        if len(chosen) == 0:
            self._set(party, "name", chosen, place)
        for child in chosen:
            tag = _local(child)
            if tag == "Nm":
                self._set(party, "name", child, place)
            elif tag in ("PstlAdr", "Adr"):
                self._address(party, child, place)
            elif tag == "Id" and len(child):
                for one in child:
                    self._identification(party, one, place)
            elif tag in ("OrgId", "PrvtId"):
                self._identification(party, child, place)
            elif tag in ("CtryOfRes", "Ctry"):
                self._set(party, "country_of_residence", child, place)
            elif tag == "CtctDtls" and len(child):
                self._contact(party, child, role, place)
            elif tag in _IDENTIFIERS and len(child) == 0:
                _identify(party, _IDENTIFIERS[tag], _text(child))
            elif tag == "Authstn":
                self._party(child, tag, _Place(_line(child), f"{place.path}/Authstn"), False, f"{role}_")
            else:
                self.rest(child, place)
        return party

    def _identification(self, party: dict[str, Any], element: etree._Element, place: _Place) -> None:
        """OrgId or PrvtId; in PrvtId of before 2009 every number has an element of its own."""
        if len(element) == 0:
            self.rest(element, place)
            return
        if _local(element) == "PrvtId":
            party["type"] = PartyType.PERSON
        elif _local(element) == "OrgId":
            party["type"] = PartyType.ENTITY
        else:
            self.rest(element, place)
            return
        issuer = _child(element, "Issr")
        country = country_code(_text(issuer) or "") if issuer is not None else None
        for child in element:
            tag = _local(child)
            if tag == "DtAndPlcOfBirth" and len(child):
                self._birth(party, child, place)
            elif tag in ("Othr", "OthrId", "PrtryId"):
                self._other_identifier(party, child, place)
            elif tag in _IDENTIFIERS and len(child) == 0:
                _identify(party, _IDENTIFIERS[tag], _text(child), country)
            elif not (child is issuer and country):
                self.rest(child, place)

    def _other_identifier(self, party: dict[str, Any], element: etree._Element, place: _Place) -> None:
        """Othr: a number, its scheme by code or in words, and who issued it."""
        number, kind, country = _text(element), IdentifierKind.OTHER, None
        for child in element:
            tag = _local(child)
            if tag == "Id" and len(child) == 0:
                number = _text(child)
            elif tag in ("SchmeNm", "IdTp"):
                scheme = next((_text(one) for one in child), None) or _text(child) or ""
                kind = _SCHEMES.get(scheme) or kind_of(scheme)
                if len(child) > 1 or not _CODE.fullmatch(scheme):
                    self.rest(child, place)
            elif tag == "Issr" and (country := country_code(_text(child) or "")):
                continue
            else:
                self.rest(child, place)
        _identify(party, kind, number, country)

    def _birth(self, party: dict[str, Any], element: etree._Element, place: _Place) -> None:
        born: list[str] = []
        for child in element:
            tag = _local(child)
            text = _text(child)
            if tag == "BirthDt" and text and _DAY.fullmatch(text):
                party["birth_date"] = text[:10]
            elif tag == "CtryOfBirth" and text:
                born.append(country_name(text) or text)
            elif tag in ("CityOfBirth", "PrvcOfBirth") and text:
                born.insert(0, text)
            else:
                self.rest(child, place)
        if born:
            party["birth_place"] = ", ".join(born)

    def _contact(self, party: dict[str, Any], element: etree._Element, role: str, place: _Place) -> None:
        """Phone and e-mail are the party's; a person named, and every further number, is a contact of its own."""
        contacts: list[dict[str, Any]] = []
        name = None
        for child in element:
            tag, text = _local(child), _text(child)
            if not text or len(child):
                self.rest(child, place)
            elif tag == "Nm":
                name = text
            elif tag in _PHONES or tag == "EmailAdr":
                into = "email" if tag == "EmailAdr" else "phone"
                if into not in party:
                    party[into] = text
                else:
                    contacts.append({into: text})
            else:
                self.rest(child, place)
        if name:
            contacts = [{"name": name, **one} for one in contacts] or [{"name": name}]
        for contact in contacts:
            self._relate("related_parties", f"{role}_contact", contact, [_Place(_line(element), place.path)])

    def _address(self, owner: dict[str, Any], element: etree._Element, place: _Place) -> None:
        address: dict[str, Any] = {}
        building: list[str] = []
        lines: list[str] = []
        if len(element) == 0 and (text := _text(element)):
            lines.append(text)
        for child in element:
            tag, text = _local(child), _text(child)
            if len(child) or tag == "AdrTp":
                self.rest(child, place)
            elif not text:
                continue
            elif tag in _ADDRESS:
                self._set(address, _ADDRESS[tag], child, place)
            elif tag in _BUILDING:
                building.append(text)
            else:
                # AdrLine, and what has no field: care of, department, district, post box.
                lines.append(text)
        if building:
            address["building"] = ", ".join(building)
        if lines:
            address["lines"] = lines
        if address and "address" in owner:
            self._fault("has two addresses; which of them counts? Keep one", place)
        elif address:
            owner["address"] = address

    # ------------------------------------------------------------ the rest

    def _set(self, target: dict[str, Any], name: str, element: etree._Element, place: _Place) -> None:
        """A text into a field that may be filled once."""
        if len(element):
            self.rest(element, place)
        elif text := _text(element):
            if name in target:
                where = _Place(_line(element), f"{place.path}/…/{_local(element)}")
                self._fault("stands twice; which of them counts? Keep one", where)
            else:
                target[name] = text

    def rest(self, element: etree._Element, place: _Place) -> None:
        """An element without a meaning of its own: its words, and whoever is named beneath it."""
        tag = _local(element)
        where = _Place(_line(element), f"{place.path}/{tag}")
        if said := self._taken(element, tag, where, main=False, prefix="", words=self.words):
            self._say(self.words, said, where)


_RETURNED: Final[Mapping[str, str]] = {
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


# ---------------------------------------------------------------- leaves


def _line(element: etree._Element) -> int | None:
    known: Any = element
    line: int | None = known.sourceline
    return line


def _is_written(text: str | None) -> bool:
    return text is not None and not text.isspace() and text != ""


def _clear(element: etree._Element) -> None:
    freed: Any = element
    freed.clear(keep_tail=True)


def _local(element: etree._Element) -> str:
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _namespace(element: etree._Element) -> str:
    tag: Any = element.tag
    return tag[1:].rpartition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def _path(open_elements: Iterable[etree._Element]) -> str:
    return "/".join(_local(element)[:64] for element in open_elements)


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    return next((child for child in element if _local(child) == tag), None)


def _text(element: etree._Element) -> str | None:
    """Text of a leaf, white space collapsed; None for nothing."""
    return " ".join(element.text.split()) or None if element.text else None


def _words(element: etree._Element, tag: str) -> str | None:
    """Text of a leaf, unless it is a number, a date or a code; a country's code becomes its name."""
    text = _text(element)
    if text is None or _NOT_WORDS.fullmatch(text) or (tag in _CODES and _CODE.fullmatch(text)):
        return None
    if tag.startswith("Ctry") and len(text) == 2:
        return country_name(text) or text
    return text


def _attribute_words(element: etree._Element) -> Iterator[str]:
    """Values of attributes that the schemas do not have."""
    for name, value in element.attrib.items():
        text = " ".join(str(value).split())
        if not str(name).startswith("{http://www.w3.org/") and name != "Ccy" and not _NOT_WORDS.fullmatch(text):
            yield text


def _unwrapped(element: etree._Element) -> etree._Element:
    """The party or institution inside an element that offers the choice; else the element."""
    if len(element) == 1:
        outer, inner = _local(element), _local(element[0])
        is_header = outer in ("Fr", "To")
        if (inner in _WRAPPERS and (outer in _PARTIES or is_header)) or (inner == "OrgId" and is_header):
            return element[0]
    return element


def _is_agent(element: etree._Element, tag: str) -> bool:
    if tag in _AGENTS or tag in _AGENT_ROWS:
        return True
    return any(_local(child) == "FinInstnId" for child in _unwrapped(element))


def _is_account(element: etree._Element, tag: str) -> bool:
    if tag in _ACCOUNTS or (tag.endswith("Acct") and len(element)):
        return True
    number = _child(element, "Id")
    return number is not None and _child(number, "IBAN") is not None


def _is_party(element: etree._Element, tag: str) -> bool:
    if tag in _PARTIES:
        return True
    for child in _unwrapped(element):
        below = _local(child)
        if below in ("Nm", "CtryOfRes", "CtctDtls"):
            return True
        if below == "PstlAdr" and _child(child, "Nm") is None:
            return True
        if below == "Id" and any(_local(one) in ("OrgId", "PrvtId") for one in child):
            return True
    return False


_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_ROLE: Final = re.compile(r"[^a-z0-9]+")


def _role(tag: str) -> str:
    """`invoicer` for Invcr; `some_tag` for SomeTag."""
    return _ROLES.get(tag) or _NOT_ROLE.sub("_", _CAPITAL.sub("_", tag).lower()).strip("_0123456789") or "other"


_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_PARTIES.values(), "related_parties"),
    **dict.fromkeys(_AGENTS.values(), "related_agents"),
    **dict.fromkeys(_AGENT_ROWS.values(), "related_agents"),
    **dict.fromkeys(_ACCOUNTS.values(), "related_accounts"),
}


def _kind_of_slot(name: str) -> str | None:
    """Where a second party, agent or account of a kind goes."""
    return _KINDS.get(name)


def _institution(agent: Mapping[str, Any]) -> dict[str, Any]:
    """A bank as a party."""
    party: dict[str, Any] = {name: agent[name] for name in ("name", "address") if name in agent}
    party["type"] = PartyType.ENTITY
    _identify(party, IdentifierKind.BIC, agent.get("bic"))
    _identify(party, IdentifierKind.LEI, agent.get("lei"))
    _identify(party, IdentifierKind.OTHER, agent.get("clearing_member_id"))
    return party


def _identify(party: dict[str, Any], kind: IdentifierKind, value: str | None, country: str | None = None) -> None:
    if value:
        identifier = {"kind": kind, "value": value} | ({"country": country} if country else {})
        party.setdefault("identifiers", []).append(identifier)


def _refuse_doctype(root: etree._Element) -> None:
    """A document type declares entities, which expand without bound or read files; no payment message has one."""
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise InvalidMessage(
            "has a document type declaration (DOCTYPE), which no payment message has; remove it",
            line=_line(root),
            element=_local(root)[:64],
        )


def _forget(element: etree._Element) -> None:
    """Free an element and its elder siblings."""
    _clear(element)
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        parent.remove(elder)
