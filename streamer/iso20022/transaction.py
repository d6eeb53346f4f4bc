"""What the elements of a message mean: one level of it (transaction, PmtInf, group header, envelope) as fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from streamer.events import TEXT_CHARS_MAX
from streamer.iso20022.elements import InvalidMessage, Place, child_of, line_of, local, text_of, words_of
from streamer.iso20022.parties import institution, is_account, is_agent, is_party, read_account, read_agent, read_party
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
    kind_of_slot,
)

_AMOUNT: Final = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_UETR: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""What is none is words."""


@dataclass(slots=True)
class Level:
    """What a part of a message says: a transaction, a PmtInf, a group header, an envelope."""

    words: str
    """Field that takes the words of elements without a meaning of their own."""
    slots: dict[str, Any] = field(default_factory=dict)
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    original: Level | None = None
    """Of a return: what the transfer that comes back was."""
    places: dict[str, list[Place]] = field(default_factory=dict)
    error: InvalidMessage | None = None
    """The first thing that stands twice or cannot be what it should."""

    # ------------------------------------------------------------ levels

    def over(self, base: Level) -> Level:
        """This level with that above it: what both say is the transaction's, and the other is screened as related."""
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
            elif name in WRITTEN and value != merged.slots[name]:
                merged.add_line(self.words, value, *base.places.get(name, ())[:1])
        for kind, rows in base.related.items():
            for row, place in zip(rows, base.places.get(kind, ()), strict=False):
                merged.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
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
                for name, origin in RETURNED.items():
                    if origin in rest.slots and name not in self.slots:
                        self.put(name, rest.slots.pop(origin), *rest.places.get(origin, ()))
            for name, value in rest.slots.items():
                if kind := kind_of_slot(name):
                    for one in value if isinstance(value, list) else [value]:
                        self.relate(kind, f"original_{name}", one, rest.places.get(name, []))
                elif name in WRITTEN:
                    self.add_line(self.words, value, *rest.places.get(name, ())[:1])
            for kind, rows in rest.related.items():
                for row, place in zip(rows, rest.places.get(kind, ()), strict=False):
                    self.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
            for name, texts in rest.lines.items():
                for text, place in zip(texts, rest.places.get(name, ()), strict=False):
                    self.add_line(name, text, place)
        # A return need not quote the parties: then it moves money between two banks.
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
        """A line of a text field, in pieces where it is longer than one may be."""
        for start in range(0, len(text), TEXT_CHARS_MAX):
            self.lines.setdefault(name, []).append(text[start : start + TEXT_CHARS_MAX])
            self.places.setdefault(name, []).append(places[0] if places else Place(None, name))

    def say(self, words: str, place: Place) -> None:
        """Words without a meaning of their own."""
        self.add_line(self.words, words, place)

    def created(self, header: etree._Element) -> None:
        """The time of an AppHdr, for messages whose group header has none."""
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
            if tag == but:
                continue
            place = Place(line_of(child), f"{path}/{tag}")
            if main and self._known(child, tag, place):
                continue
            if said := self._taken(child, tag, place, main=main, prefix=prefix, words=words):
                loose.append(said)
        if loose:
            self.add_line(words, "; ".join(loose), Place(line_of(element), path))

    def _taken(
        self, child: etree._Element, tag: str, place: Place, *, main: bool, prefix: str, words: str
    ) -> str | None:
        """Read one element by what it looks like; returns the words of a leaf, which stand in its parent's line."""
        below = TEXTS.get(tag, words)
        if is_agent(child, tag):
            read_agent(self, child, tag, place, main, prefix)
        elif is_account(child, tag):
            read_account(self, child, tag, place, main, prefix)
        elif is_party(child, tag):
            read_party(self, child, tag, place, main, prefix)
        elif tag == "OrgnlTxRef" and main and len(child):
            self.original = self.original or Level(self.words)
            self.original.walk(child, place.path, main=True)
            self.error = self.error or self.original.error
        elif len(child):
            inner = PREFIXES.get(tag, prefix)
            self.walk(child, place.path, main=main and tag in MAIN, prefix=inner, words=below)
        elif said := words_of(child, tag):
            if tag not in TEXTS:
                return said
            self.add_line(below, said, place)
        return None

    def _known(self, child: etree._Element, tag: str, place: Place) -> bool:
        """Whether the child is one of those that fill a plain field of the event."""
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
        """A day, or the choice of a day and a time."""
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
        """Amt of pain.001: InstdAmt, or EqvtAmt with the currency it is to be paid in."""
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
        """A text into a field that may be filled once."""
        if len(element):
            self.rest(element, place)
        elif text := text_of(element):
            if name in target:
                where = Place(line_of(element), f"{place.path}/…/{local(element)}")
                self.fault("stands twice; which of them counts? Keep one", where)
            else:
                target[name] = text

    def rest(self, element: etree._Element, place: Place) -> None:
        """An element without a meaning of its own: its words, and whoever is named beneath it."""
        tag = local(element)
        where = Place(line_of(element), f"{place.path}/{tag}")
        if said := self._taken(element, tag, where, main=False, prefix="", words=self.words):
            self.add_line(self.words, said, where)
