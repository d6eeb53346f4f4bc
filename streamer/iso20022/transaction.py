"""From elements to fields of a payment event: one level of a message (transaction, PmtInf, group header, envelope).

What the schemas define as party, agent, account or reference goes to its field. Whatever else looks like
a party, an agent or an account becomes a related one; all other text is kept, so that nothing a payer can write escapes
screening.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from streamer.events import TEXT_CHARS_MAX
from streamer.iso20022.elements import InvalidMessage, Place, child_of, line_of, local, text_of, words_of
from streamer.iso20022.parties import (
    institution,
    is_account,
    is_agent,
    is_party,
    read_account,
    read_agent,
    read_contact,
    read_party,
)
from streamer.iso20022.vocabulary import (
    AMOUNTS,
    DAY,
    DAYS,
    MAIN,
    PREFIXES,
    REFERENCES,
    RETURNED,
    TEXTS,
    UETRS,
    WRITTEN,
    is_without_words,
    kind_of_slot,
)

_AMOUNT: Final = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_UETR: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Anything else in the place of a UETR is kept as text."""


@dataclass(slots=True)
class Level:
    """What one part of a message contains: a transaction, a PmtInf, a group header or an envelope."""

    words: str
    """Field for the text of elements without a field of their own."""
    slots: dict[str, Any] = field(default_factory=dict)
    """Fields of the event that hold one value, and the rows of agents."""
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    original: Level | None = None
    """The returned transfer, of a pacs.004."""
    places: dict[str, list[Place]] = field(default_factory=dict)
    """Where the values of each field stand, for error messages."""
    error: InvalidMessage | None = None
    """The first value that is given twice or has the wrong form."""

    # ------------------------------------------------------------ levels

    def over(self, base: Level) -> Level:
        """This level completed by the one above it. Where both fill a field, this one wins and the other is related."""
        merged = Level(
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
            elif (kind := kind_of_slot(name)) and value != merged.slots[name]:
                for one in value if isinstance(value, list) else [value]:
                    merged.relate(kind, name, one, base.places.get(name, [])[:1])
            elif value != merged.slots[name] and _is_screened(name, value):
                merged.add_line(self.words, value, *base.places.get(name, ())[:1])
        for kind, rows in base.related.items():
            for row, place in zip(rows, base.places.get(kind, ()), strict=False):
                merged.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
        for name, texts in base.lines.items():
            merged.lines.setdefault(name, []).extend(texts)
            merged.places.setdefault(name, []).extend(base.places.get(name, ()))
        return merged

    def with_original(self, *, is_return: bool) -> None:
        """Add the returned transfer. Its creditor is the debtor of a return that has no chain of its own."""
        rest, self.original = self.original, None
        if rest is not None:
            rest.with_original(is_return=False)
            if is_return and not {"debtor", "creditor"} & self.slots.keys():
                for name, origin in RETURNED.items():
                    if origin in rest.slots and name not in self.slots:
                        self.put(name, rest.slots.pop(origin), *rest.places.get(origin, ()))
            for name, value in rest.slots.items():
                if kind := kind_of_slot(name):
                    for one in value if isinstance(value, list) else [value]:
                        self.relate(kind, f"original_{name}", one, rest.places.get(name, []))
                elif _is_screened(name, value):
                    self.add_line(self.words, value, *rest.places.get(name, ())[:1])
            for kind, rows in rest.related.items():
                for row, place in zip(rows, rest.places.get(kind, ()), strict=False):
                    self.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
            for name, texts in rest.lines.items():
                for text, place in zip(texts, rest.places.get(name, ()), strict=False):
                    self.add_line(name, text, place)
        # A return that quotes no parties moves money between two banks.
        for party, agent in (("debtor", "instructing_agent"), ("creditor", "instructed_agent")):
            if is_return and not self.slots.get(party) and agent in self.slots:
                self.slots[party] = institution(self.slots[agent])

    def fields(self, message_type: str) -> dict[str, Any]:
        """The fields of a PaymentEvent, without id and tenant."""
        fields: dict[str, Any] = {"message_type": message_type, "debtor": {}, "creditor": {}, **self.slots}
        for mapping in (self.related, self.lines):
            fields |= {name: rows for name, rows in mapping.items() if rows}
        return fields

    # ------------------------------------------------------------ filling

    def put(self, name: str, value: Any, *places: Place) -> None:
        self.slots[name] = value
        self.places[name] = list(places)

    def once(self, name: str, value: Any, place: Place) -> None:
        if name in self.slots:
            self.fault("stands twice; which of them counts? Keep one", place)
        else:
            self.put(name, value, place)

    def fault(self, what: str, place: Place) -> None:
        if self.error is None:
            self.error = InvalidMessage(what, line=place.line, element=place.path)

    def relate(self, kind: str, role: str, what: Mapping[str, Any], places: Iterable[Place]) -> None:
        rows = self.related.setdefault(kind, [])
        rows.append({**what, "role": role[:64]})
        self.places.setdefault(kind, []).extend(list(places)[:1] or [Place(None, role)])

    def add_line(self, name: str, text: str, *places: Place) -> None:
        """Add a line to a text field. The event refuses one beyond its bound; it is never cut."""
        self.lines.setdefault(name, []).append(text)
        self.places.setdefault(name, []).append(places[0] if places else Place(None, name))

    def say(self, words: str, place: Place) -> None:
        """Add text that has no field of its own."""
        self.add_line(self.words, words, place)

    def created(self, header: etree._Element) -> None:
        """Take the creation time from AppHdr, for messages whose group header has none."""
        for child in header:
            if local(child) == "CreDt":
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
            tag = local(child)
            # A comment (no tag) may stand behind the transaction: the parser reads ahead.
            if not tag or tag == but:
                continue
            place = Place(line_of(child), f"{path}/{tag}")
            if main and self._known(child, tag, place):
                continue
            if said := self._taken(child, tag, place, main=main, prefix=prefix, words=words):
                loose.append(said)
        for line in _joined(loose):
            self.add_line(words, line, Place(line_of(element), path))

    def _taken(
        self, child: etree._Element, tag: str, place: Place, *, main: bool, prefix: str, words: str
    ) -> str | None:
        """Read one element by its shape. Returns the text of a leaf without a field, for the line of its parent."""
        below = TEXTS.get(tag, words)
        if is_agent(child, tag):
            read_agent(self, child, tag, place, main, prefix)
        elif is_account(child, tag):
            read_account(self, child, tag, place, main, prefix)
        elif is_party(child, tag):
            read_party(self, child, tag, place, main, prefix)
        elif tag == "CtctDtls" and len(child):
            read_contact(self, child, place, prefix)
        elif tag == "OrgnlTxRef" and main and len(child):
            self.original = self.original or Level(self.words)
            self.original.walk(child, place.path, main=True)
            self.error = self.error or self.original.error
        elif len(child):
            inner = PREFIXES.get(tag, prefix)
            self.walk(child, place.path, main=main and tag in MAIN, prefix=inner, words=below)
        elif tag in TEXTS:
            if text := text_of(child):
                self.add_line(below, text, place)
        else:
            return words_of(child, tag)
        return None

    def _known(self, child: etree._Element, tag: str, place: Place) -> bool:
        """Read a child that fills a plain field of the event; False where it does not."""
        if tag in REFERENCES and len(child) == 0:
            text = text_of(child)
            if text and tag in UETRS and not _UETR.fullmatch(text):
                return False
            if text:
                self.once(REFERENCES[tag], text, place)
        elif tag == "PmtId" and len(child):
            for reference in child:
                name = local(reference)
                where = Place(line_of(reference), f"{place.path}/{name}")
                if not self._known(reference, name, where):
                    self.rest(reference, place)
        elif tag in AMOUNTS:
            self._amount(child, child.get("Ccy"), place)
        elif tag == "Amt" and len(child):
            self._instructed(child, place)
        elif tag in DAYS:
            self._day(child, place)
        elif tag == "CreDtTm":
            self._time(child, place.path)
        elif tag == "Purp":
            self._purpose(child, place)
        else:
            return False
        return True

    def _purpose(self, element: etree._Element, place: Place) -> None:
        codes = [child for child in element if len(child) == 0]
        for child in element:
            if len(child):
                self.rest(child, place)
        if text := "; ".join(filter(None, map(text_of, codes))) or text_of(element):
            self.once("purpose", text, place)

    def _day(self, element: etree._Element, place: Place) -> None:
        """A date, or the choice of Dt and DtTm."""
        chosen = child_of(element, "Dt")
        chosen = child_of(element, "DtTm") if chosen is None else chosen
        for child in element:
            if child is not chosen:
                self.rest(child, place)
        text = text_of(element if chosen is None else chosen) or ""
        if DAY.fullmatch(text):
            self.once("requested_execution_date", text[:10], place)
        else:
            self.fault("is no day; write it as 2026-11-20", place)

    def _instructed(self, element: etree._Element, place: Place) -> None:
        """Amt of pain.001: InstdAmt, or EqvtAmt with the currency of the transfer."""
        for child in element:
            tag = local(child)
            where = Place(line_of(child), f"{place.path}/{tag}")
            if tag != "EqvtAmt":
                self._amount(child, child.get("Ccy"), where)
                continue
            to_pay = child_of(child, "CcyOfTrf")
            for part in child:
                if local(part) == "Amt":
                    currency = text_of(to_pay) if to_pay is not None else None
                    self._amount(part, currency or part.get("Ccy"), where)
                elif part is not to_pay:
                    self.rest(part, where)

    def _amount(self, element: etree._Element, currency: str | None, place: Place) -> None:
        text = text_of(element) or ""
        if len(element) or not _AMOUNT.fullmatch(text):
            self.fault("is no amount; write it as 1234.56", place)
            return
        self.once("amount", text.removeprefix("+"), place)
        if currency and "currency" not in self.slots:
            self.put("currency", currency.strip(), place)

    def _time(self, element: etree._Element, path: str) -> None:
        text = text_of(element) or ""
        place = Place(line_of(element), path)
        found = _TIME.fullmatch(text)
        if found is None or len(element):
            self.fault("is no time; write it as 2026-11-20T09:00:00+01:00", place)
        else:
            self.once("event_time", text if found[1] else f"{text}Z", place)

    # ------------------------------------------------------------ the rest

    def set_text(self, target: dict[str, Any], name: str, element: etree._Element, place: Place) -> None:
        """Put the text of a leaf into a field that may be filled once."""
        if len(element):
            self.rest(element, place)
        elif text := text_of(element):
            if name in target:
                where = Place(line_of(element), f"{place.path}/…/{local(element)}")
                self.fault("stands twice; which of them counts? Keep one", where)
            else:
                target[name] = text

    def rest(self, element: etree._Element, place: Place) -> None:
        """Keep an element without a field of its own: its text, and the parties, agents and accounts in it."""
        tag = local(element)
        where = Place(line_of(element), f"{place.path}/{tag}")
        if said := self._taken(element, tag, where, main=False, prefix="", words=self.words):
            self.add_line(self.words, said, where)


def _joined(values: list[str]) -> Iterator[str]:
    """Values in lines that keep within the event's bound; none of them is cut."""
    line = ""
    for value in values:
        if line and len(line) + len(value) + 2 > TEXT_CHARS_MAX:
            yield line
            line = ""
        line = f"{line}; {value}" if line else value
    if line:
        yield line


_NUMERIC: Final[Mapping[str, str]] = {"amount": "Amt", "currency": "Ccy"}


def _is_screened(name: str, value: Any) -> bool:
    """Whether the value of a field that another level overrides could name somebody."""
    return name in WRITTEN or (name in _NUMERIC and not is_without_words(_NUMERIC[name], value))
