"""What one level of a message contains (transaction, PmtInf, group header, envelope), as fields of a payment event.

Where two levels fill one field, the value of the inner one counts and that of the outer one is kept beside it, so that
nothing a payer can write escapes screening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from streamer.iso20022.elements import InvalidMessage, Place, line_of, local, text_of
from streamer.iso20022.vocabulary import WRITTEN, is_without_words, kind_of_slot


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
    left: list[tuple[etree._Element, Place]] = field(default_factory=list)
    """(element, where its parent stands): children of parties, agents and accounts without a field, not read yet."""

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
            elif value != merged.slots[name] and is_screened(name, value):
                merged.add_line(self.words, value, *base.places.get(name, ())[:1])
        for kind, rows in base.related.items():
            for row, place in zip(rows, base.places.get(kind, ()), strict=False):
                merged.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
        for name, texts in base.lines.items():
            merged.lines.setdefault(name, []).extend(texts)
            merged.places.setdefault(name, []).extend(base.places.get(name, ()))
        return merged

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

    def set_text(self, target: dict[str, Any], name: str, element: etree._Element, place: Place) -> None:
        """Put the text of a leaf into a field that may be filled once."""
        if len(element):
            self.leave(element, place)
        elif text := text_of(element):
            if name in target:
                where = Place(line_of(element), f"{place.path}/…/{local(element)}")
                self.fault("stands twice; which of them counts? Keep one", where)
            else:
                target[name] = text

    def leave(self, element: etree._Element, place: Place) -> None:
        """Keep an element without a field of its own: whoever walks the message reads it by its shape."""
        self.left.append((element, place))


_NUMERIC: Final[Mapping[str, str]] = {"amount": "Amt", "currency": "Ccy"}


def is_screened(name: str, value: Any) -> bool:
    """Whether the value of a field that another level overrides could name somebody."""
    return name in WRITTEN or (name in _NUMERIC and not is_without_words(_NUMERIC[name], value))
