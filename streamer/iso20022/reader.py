"""The XML stream: credit transfers of pain.001, pacs.008, pacs.009 (also as cover) and pacs.004, one at a time.

Messages are recognised by their namespace, in any version and with any prefix, alone or in an envelope (AppHdr, BusMsg,
a network's own). What two XML readers could read differently is refused: values given twice, elements of other
namespaces, text beside elements, comments inside values, document type declarations.

Errors name line and element, never a value. Memory is bounded by one transaction, its group header and
TRANSACTION_BYTES_MAX, whatever the size of the file. The only I/O is reading the stream given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Protocol

import orjson
from lxml import etree
from pydantic import ValidationError

from streamer.events import (
    RECORD_BYTES_MAX,
    PaymentEvent,
    digest,
)
from streamer.iso20022.elements import (
    InvalidMessage,
    Place,
    attribute_words,
    clear,
    forget,
    is_written,
    line_of,
    local,
    namespace_of,
    path_of,
    words_of,
)
from streamer.iso20022.level import Level
from streamer.iso20022.transaction import created, rest, walk, with_original
from streamer.iso20022.vocabulary import MESSAGES, NAMESPACE, NEEDED, TRANSACTIONS

TRANSACTION_BYTES_MAX: Final = 4 * 1024 * 1024
"""Bytes read between the ends of two transactions; anything larger is an attack or a mistake."""

_ELEMENTS_MAX: Final = 20_000
"""Elements, comments and instructions between the ends of two transactions. 100 invoices need about 3,000."""

_REFERENCE_CHARS_MAX: Final = 500
"""Longest reference that an error carries; the schemas allow 35."""

_DETAIL_CHARS_MAX: Final = 300
"""Longest message of the XML parser that is passed on: it quotes tags, whose length the sender chooses."""


_BODIES: Final = frozenset(MESSAGES.values())
_SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"


class _Readable(Protocol):
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
    """Fields of a PaymentEvent, without `event_id` and `tenant`; beside an error, as far as they could be read."""
    error: InvalidMessage | None = None
    read: PaymentEvent | None = None
    """The fields as an event, with placeholders for `event_id` and `tenant`."""

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
                    element=TRANSACTIONS[self.message_type[:8]],
                    reason="too_large",
                )
            )
        return record

    def _told(self, error: InvalidMessage) -> InvalidMessage:
        """The error with the references of its transaction, as far as they are within their bound."""
        message_id, end_to_end_id = (self.fields.get(name) for name in ("message_id", "end_to_end_id"))
        error.message_id = message_id if len(message_id or "") <= _REFERENCE_CHARS_MAX else None
        error.end_to_end_id = end_to_end_id if len(end_to_end_id or "") <= _REFERENCE_CHARS_MAX else None
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
                element=TRANSACTIONS[found.message_type[:8]],
                reason="many_payments",
            )
        first = found
    assert first is not None  # `transactions` raises where there is none
    return first.event(tenant, event_id)


# ---------------------------------------------------------------- reading a file


def transactions(stream: _Readable) -> Iterator[Found]:
    """Every transaction of a file, while it is read. Raises InvalidMessage where the file cannot be read any further.

    A well-formed transaction that cannot become an event (no amount, an invalid date) is yielded with its error, and
    reading continues.
    """
    yield from _Reader(stream).found()


class _Metered:
    """A stream that raises InvalidMessage after TRANSACTION_BYTES_MAX without the end of a transaction."""

    def __init__(self, stream: _Readable, where: Callable[[], tuple[int | None, str]]) -> None:
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
    header: Level
    """The envelope's, later with the group header's."""
    depth: int
    """Of elements open around it."""
    transaction_tag: str
    body: etree._Element | None = None
    information: etree._Element | None = None
    """The PmtInf that is open."""
    information_level: Level | None = None
    foreign_depth: int = 0
    """Above zero inside SplmtryData, where elements of any namespace are allowed."""
    count: int = 0


_MIXED: Final = "has text beside elements, where no schema has any; remove it"


class _Reader:
    def __init__(self, stream: _Readable) -> None:
        self._stream = _Metered(stream, self._where)
        self._open: list[etree._Element] = []
        """The elements that are open, outermost first."""
        self._remarks: list[etree._Element] = []
        """Comments and processing instructions since the last tag; they count as elements."""
        self._elements = 0
        self._number = 0
        self._document: _Document | None = None
        self._envelope = Level("further_texts")
        self._pending: tuple[_Document, Level, int | None] | None = None
        """The transaction read last: what follows the transactions of a message is screened with the last of them."""
        self._attributes: list[tuple[str, Place]] = []
        self._is_signature = 0
        self._root = ""

    def _where(self) -> tuple[int | None, str]:
        if not self._open:
            return None, ""
        return line_of(self._open[-1]), path_of(self._open)

    def found(self) -> Iterator[Found]:
        events = etree.iterparse(
            self._stream,
            events=("start", "end", "comment", "pi"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        try:
            for event, element in events:
                if event != "end":
                    self._elements += 1
                    if self._elements > _ELEMENTS_MAX:
                        raise self._too_many(element)
                if event == "start":
                    if self._remarks:
                        self._remove_remarks(is_value=False)
                    self._started(element)
                elif event == "end":
                    if self._remarks:
                        self._remove_remarks(is_value=len(element) == len(self._remarks))
                    yield from self._ended(element)
                    self._open.pop()
                elif self._open:
                    self._remarks.append(element)
        except InvalidMessage:
            # Transactions completed before the fault are still yielded.
            yield from self._flush()
            raise
        except etree.XMLSyntaxError as error:
            yield from self._flush()
            if self._stream.is_empty:
                raise InvalidMessage("the file is empty", line=None, element="", reason="not_xml") from None
            said = " ".join((error.msg or "").split())[:_DETAIL_CHARS_MAX]
            raise InvalidMessage(
                f"not well-formed XML ({said})",
                line=error.lineno or None,
                element=path_of(self._open) or self._root,
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
            self._root = local(element)[:64]
        self._open.append(element)
        if element.attrib:
            place = Place(line_of(element), path_of(self._open))
            self._attributes.extend((words, place) for words in attribute_words(element))
        document = self._document
        if document is None:
            if local(element) == "Document":
                self._document = self._opened(element)
            elif local(element) in _BODIES and NAMESPACE.search(namespace_of(element)):
                # Some senders omit the Document element.
                self._document = self._opened(element)
                self._document.depth -= 1
                self._entered(self._document, element)
            elif namespace_of(element) == _SIGNATURE:
                self._is_signature += 1
            return
        if document.foreign_depth:
            document.foreign_depth += 1
            return
        if namespace_of(element) != document.namespace:
            raise self._invalid(f"is not of the namespace of its Document, {document.message_type}")
        tag, depth = local(element), len(self._open) - document.depth
        if tag == "SplmtryData":
            document.foreign_depth = 1
        if depth == 2:
            self._entered(document, element)
        elif tag == "PmtInf" and self._parent() is document.body and document.kind == "pain.001":
            document.information, document.information_level = element, None

    def _too_many(self, element: etree._Element) -> InvalidMessage:
        if local(element):
            self._open.append(element)
        return self._invalid(f"more than {_ELEMENTS_MAX} elements without the end of a transaction", "too_large")

    def _remove_remarks(self, *, is_value: bool) -> None:
        """Remove the comments and processing instructions since the last tag, or refuse them inside a value.

        Of `<Nm>A<!-- -->B</Nm>` one XML library reads AB, another only A. `is_value`: the element has only text.
        Called at the next tag: before it, libxml2 may still append to the text behind a comment.
        """
        parent = self._open[-1]
        has_text_behind = any(is_written(remark.tail) for remark in self._remarks)
        if is_value and (has_text_behind or is_written(parent.text)):
            raise self._invalid("has a comment or processing instruction inside its value; remove it")
        if has_text_behind:
            raise self._invalid(_MIXED)
        for remark in self._remarks:
            parent.remove(remark)
        self._remarks.clear()

    def _opened(self, element: etree._Element) -> _Document:
        namespace = namespace_of(element)
        known = NAMESPACE.search(namespace)
        if known is None:
            raise self._invalid(
                f"{'the namespace is none that is read' if namespace else 'has no namespace'}; it must name one of "
                f"{', '.join(MESSAGES)}, as urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08 does"
            )
        kind = known[1]
        return _Document(element, namespace, known[0], kind, self._envelope, len(self._open) - 1, TRANSACTIONS[kind])

    def _entered(self, document: _Document, element: etree._Element) -> None:
        tag = local(element)
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
        parent, tag = self._parent(), local(element)
        in_information = parent is not None and parent is document.information
        if tag == document.transaction_tag and (in_information or (parent is document.body and not self._is_pain())):
            yield from self._flush()
            self._pending = (document, self._transaction(document, element), line_of(element))
            document.count += 1
            self._release(element, tag)
        elif in_information:
            if document.information_level is not None:
                raise self._invalid("stands behind a transaction of its PmtInf; the schemas want it before")
        elif parent is document.body and parent is not None:
            self._ended_in_body(document, element, tag)
        elif element is document.body:
            if self._pending is not None:
                self._take_attributes(self._pending[1])
            yield from self._flush()
            if not document.count:
                raise self._invalid(f"holds no {document.transaction_tag}: nothing in it can be screened")
        if element is document.element:
            self._document = None
            self._envelope = Level("further_texts")
            forget(element)

    def _refuse_mixed(self, element: etree._Element) -> None:
        """Refuse text between elements: some XML readers see it and some do not."""
        elder = element.getprevious()
        if elder is not None and is_written(elder.tail):
            raise self._invalid(_MIXED)
        if len(element) and (is_written(element.text) or is_written(element[-1].tail)):
            raise self._invalid(_MIXED)

    def _is_pain(self) -> bool:
        return self._document is not None and self._document.kind == "pain.001"

    def _ended_in_body(self, document: _Document, element: etree._Element, tag: str) -> None:
        if tag == "PmtInf":
            if document.information_level is None:
                raise self._invalid("holds no CdtTrfTxInf: nothing in it can be screened")
            document.information = document.information_level = None
            forget(element)
        elif document.count == 0:
            level = Level("further_texts")
            if tag == "GrpHdr":
                walk(level, element, tag, main=True)
            else:
                rest(level, element, Place(None, path_of(self._open[:-1])))
            document.header = level.over(document.header)
            self._restart()
        elif tag == "GrpHdr":
            raise self._invalid("stands behind a transaction; the schemas want it first")
        elif self._pending is not None:
            # SplmtryData of the message, behind its transactions.
            _, level, _ = self._pending
            rest(level, element, Place(None, path_of(self._open[:-1])))
            self._release(element, tag)

    def _ended_outside(self, element: etree._Element) -> None:
        """The envelope: AppHdr has parties and a time, all other elements are kept as text."""
        parents = [local(parent) for parent in self._open[:-1]]
        if self._is_signature:
            self._is_signature -= namespace_of(element) == _SIGNATURE
        elif "AppHdr" in parents:
            return
        elif local(element) == "AppHdr":
            level = Level("further_texts")
            walk(level, element, "AppHdr", main=False, prefix="header_")
            created(level, element)
            self._envelope = level.over(self._envelope)
        elif len(element) == 0 and (words := words_of(element, local(element))):
            self._envelope.say(words, Place(line_of(element), path_of(self._open)))
        forget(element)

    def _restart(self) -> None:
        self._stream.restart()
        self._elements = 0

    def _release(self, element: etree._Element, tag: str) -> None:
        """Free a transaction and those before it; the group header and the head of a PmtInf stay in memory."""
        clear(element)
        elder, parent = element.getprevious(), element.getparent()
        while elder is not None and parent is not None and local(elder) == tag:
            parent.remove(elder)
            elder = element.getprevious()
        self._restart()

    # ------------------------------------------------------------ a transaction

    def _transaction(self, document: _Document, element: etree._Element) -> Level:
        level = Level("further_texts")
        walk(level, element, local(element), main=True)
        self._take_attributes(level)
        information = document.information
        if information is None:
            return level.over(document.header)
        if document.information_level is None:
            head = Level("further_texts")
            walk(head, information, "PmtInf", main=True, but=document.transaction_tag)
            document.information_level = head.over(document.header)
        return level.over(document.information_level)

    def _take_attributes(self, level: Level) -> None:
        for words, place in self._attributes:
            level.say(words, place)
        self._attributes.clear()

    def _flush(self) -> Iterator[Found]:
        """Yield the pending transaction, to which nothing more can be added."""
        if self._pending is None:
            return
        document, level, line = self._pending
        self._pending = None
        self._number += 1
        yield _found(self._number, line, document, level)


def _found(number: int, line: int | None, document: _Document, level: Level) -> Found:
    with_original(level, is_return=document.kind == "pacs.004")
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
    error: ValidationError, level: Level, line: int | None, transaction_tag: str
) -> InvalidMessage:
    """The first validation error, with line and element of the message and without a value."""
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = str(problem["loc"][0])
    if problem["type"] == "missing":
        what = f"{NEEDED.get(name, name)} is missing; a payment cannot be screened without it"
        return InvalidMessage(what, line=line, element=transaction_tag)
    place = level.places.get(name, [])
    number = problem["loc"][1] if len(problem["loc"]) > 1 else 0
    at = place[number] if isinstance(number, int) and number < len(place) else next(iter(place), None)
    below = ".".join(str(part) for part in problem["loc"][1:] if not isinstance(part, int))
    what = f"{below}: {problem['msg']}" if below else problem["msg"]
    return InvalidMessage(what, line=at.line if at else line, element=at.path if at else transaction_tag)


def _refuse_doctype(root: etree._Element) -> None:
    """A document type declares entities, which expand without bound or read files; no payment message has one."""
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise InvalidMessage(
            "has a document type declaration (DOCTYPE), which no payment message has; remove it",
            line=line_of(root),
            element=local(root)[:64],
        )
