"""From elements to fields of a payment event.

What the schemas define as party, agent, account or reference goes to its field. Whatever else looks like
a party, an agent or an account becomes a related one; all other text is kept, so that nothing a payer can write escapes
screening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from streamer.events import TEXT_CHARS_MAX
from streamer.iso20022.elements import Place, child_of, line_of, local, text_of, words_of
from streamer.iso20022.level import Level, is_screened
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
    kind_of_slot,
)

_AMOUNT: Final = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_UETR: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Anything else in the place of a UETR is kept as text."""


# ------------------------------------------------------------ walking


def walk(
    level: Level,
    element: etree._Element,
    path: str,
    *,
    main: bool,
    prefix: str = "",
    words: str | None = None,
    but: str | None = None,
) -> None:
    """Read an element's children. `main`: parties and agents are those of the transfer itself."""
    words = words or level.words
    loose: list[str] = []
    for child in element:
        tag = local(child)
        # A comment (no tag) may stand behind the transaction: the parser reads ahead.
        if not tag or tag == but:
            continue
        place = Place(line_of(child), f"{path}/{tag}")
        if main and _known(level, child, tag, place):
            continue
        if said := _taken(level, child, tag, place, main=main, prefix=prefix, words=words):
            loose.append(said)
    for line in _joined(loose):
        level.add_line(words, line, Place(line_of(element), path))


def _taken(
    level: Level, child: etree._Element, tag: str, place: Place, *, main: bool, prefix: str, words: str
) -> str | None:
    """Read one element by its shape. Returns the text of a leaf without a field, for the line of its parent."""
    below = TEXTS.get(tag, words)
    if is_agent(child, tag):
        read_agent(level, child, tag, place, main, prefix)
    elif is_account(child, tag):
        read_account(level, child, tag, place, main, prefix)
    elif is_party(child, tag):
        read_party(level, child, tag, place, main, prefix)
    elif tag == "CtctDtls" and len(child):
        read_contact(level, child, place, prefix)
    elif tag == "OrgnlTxRef" and main and len(child):
        level.original = level.original or Level(level.words)
        walk(level.original, child, place.path, main=True)
        level.error = level.error or level.original.error
    elif len(child):
        inner = PREFIXES.get(tag, prefix)
        walk(level, child, place.path, main=main and tag in MAIN, prefix=inner, words=below)
    elif tag in TEXTS:
        if text := text_of(child):
            level.add_line(below, text, place)
    else:
        return words_of(child, tag)
    if level.left:
        left, level.left = level.left, []
        for one, where in left:
            rest(level, one, where)
    return None


def _known(level: Level, child: etree._Element, tag: str, place: Place) -> bool:
    """Read a child that fills a plain field of the event; False where it does not."""
    if tag in REFERENCES and len(child) == 0:
        text = text_of(child)
        if text and tag in UETRS and not _UETR.fullmatch(text):
            return False
        if text:
            level.once(REFERENCES[tag], text, place)
    elif tag == "PmtId" and len(child):
        for reference in child:
            name = local(reference)
            where = Place(line_of(reference), f"{place.path}/{name}")
            if not _known(level, reference, name, where):
                rest(level, reference, place)
    elif tag in AMOUNTS:
        _amount(level, child, child.get("Ccy"), place)
    elif tag == "Amt" and len(child):
        _instructed(level, child, place)
    elif tag in DAYS:
        _day(level, child, place)
    elif tag == "CreDtTm":
        _time(level, child, place.path)
    elif tag == "Purp":
        _purpose(level, child, place)
    else:
        return False
    return True


def _purpose(level: Level, element: etree._Element, place: Place) -> None:
    codes = [child for child in element if len(child) == 0]
    for child in element:
        if len(child):
            rest(level, child, place)
    if text := "; ".join(filter(None, map(text_of, codes))) or text_of(element):
        level.once("purpose", text, place)


def _day(level: Level, element: etree._Element, place: Place) -> None:
    """A date, or the choice of Dt and DtTm."""
    chosen = child_of(element, "Dt")
    chosen = child_of(element, "DtTm") if chosen is None else chosen
    for child in element:
        if child is not chosen:
            rest(level, child, place)
    text = text_of(element if chosen is None else chosen) or ""
    if DAY.fullmatch(text):
        level.once("requested_execution_date", text[:10], place)
    else:
        level.fault("is no day; write it as 2026-11-20", place)


def _instructed(level: Level, element: etree._Element, place: Place) -> None:
    """Amt of pain.001: InstdAmt, or EqvtAmt with the currency of the transfer."""
    for child in element:
        tag = local(child)
        where = Place(line_of(child), f"{place.path}/{tag}")
        if tag != "EqvtAmt":
            _amount(level, child, child.get("Ccy"), where)
            continue
        to_pay = child_of(child, "CcyOfTrf")
        for part in child:
            if local(part) == "Amt":
                currency = text_of(to_pay) if to_pay is not None else None
                _amount(level, part, currency or part.get("Ccy"), where)
            elif part is not to_pay:
                rest(level, part, where)


def _amount(level: Level, element: etree._Element, currency: str | None, place: Place) -> None:
    text = text_of(element) or ""
    if len(element) or not _AMOUNT.fullmatch(text):
        level.fault("is no amount; write it as 1234.56", place)
        return
    level.once("amount", text.removeprefix("+"), place)
    if currency and "currency" not in level.slots:
        level.put("currency", currency.strip(), place)


def _time(level: Level, element: etree._Element, path: str) -> None:
    text = text_of(element) or ""
    place = Place(line_of(element), path)
    found = _TIME.fullmatch(text)
    if found is None or len(element):
        level.fault("is no time; write it as 2026-11-20T09:00:00+01:00", place)
    else:
        level.once("event_time", text if found[1] else f"{text}Z", place)


# ------------------------------------------------------------ the rest


def rest(level: Level, element: etree._Element, place: Place) -> None:
    """Keep an element without a field of its own: its text, and the parties, agents and accounts in it."""
    tag = local(element)
    where = Place(line_of(element), f"{place.path}/{tag}")
    if said := _taken(level, element, tag, where, main=False, prefix="", words=level.words):
        level.add_line(level.words, said, where)


# ------------------------------------------------------------ returns


def with_original(level: Level, *, is_return: bool) -> None:
    """Add the returned transfer. Its creditor is the debtor of a return that has no chain of its own."""
    original, level.original = level.original, None
    if original is not None:
        with_original(original, is_return=False)
        if is_return and not {"debtor", "creditor"} & level.slots.keys():
            for name, origin in RETURNED.items():
                if origin in original.slots and name not in level.slots:
                    level.put(name, original.slots.pop(origin), *original.places.get(origin, ()))
        for name, value in original.slots.items():
            if kind := kind_of_slot(name):
                for one in value if isinstance(value, list) else [value]:
                    level.relate(kind, f"original_{name}", one, original.places.get(name, []))
            elif is_screened(name, value):
                level.add_line(level.words, value, *original.places.get(name, ())[:1])
        for kind, rows in original.related.items():
            for row, place in zip(rows, original.places.get(kind, ()), strict=False):
                level.relate(kind, row["role"], {k: v for k, v in row.items() if k != "role"}, [place])
        for name, texts in original.lines.items():
            for text, place in zip(texts, original.places.get(name, ()), strict=False):
                level.add_line(name, text, place)
    # A return that quotes no parties moves money between two banks.
    for party, agent in (("debtor", "instructing_agent"), ("creditor", "instructed_agent")):
        if is_return and not level.slots.get(party) and agent in level.slots:
            level.slots[party] = institution(level.slots[agent])


def created(level: Level, header: etree._Element) -> None:
    """Take the creation time from AppHdr, for messages whose group header has none."""
    for child in header:
        if local(child) == "CreDt":
            _time(level, child, "AppHdr/CreDt")


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
