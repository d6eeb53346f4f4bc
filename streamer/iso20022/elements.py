"""XML elements: their names, texts and places, and the error that names a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from streamer.iso20022.vocabulary import CODE, CODES, NOT_WORDS
from streamer.reference.countries import country_name


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


@dataclass(frozen=True, slots=True)
class Place:
    line: int | None
    path: str


# ---------------------------------------------------------------- leaves


def line_of(element: etree._Element) -> int | None:
    known: Any = element
    line: int | None = known.sourceline
    return line


def is_written(text: str | None) -> bool:
    return text is not None and not text.isspace() and text != ""


def clear(element: etree._Element) -> None:
    freed: Any = element
    freed.clear(keep_tail=True)


def local(element: etree._Element) -> str:
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace_of(element: etree._Element) -> str:
    tag: Any = element.tag
    return tag[1:].rpartition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def path_of(open_elements: Iterable[etree._Element]) -> str:
    return "/".join(local(element)[:64] for element in open_elements)


def child_of(element: etree._Element, tag: str) -> etree._Element | None:
    return next((child for child in element if local(child) == tag), None)


def text_of(element: etree._Element) -> str | None:
    """Text of a leaf, white space collapsed; None for nothing."""
    return " ".join(element.text.split()) or None if element.text else None


def words_of(element: etree._Element, tag: str) -> str | None:
    """Text of a leaf, unless it is a number, a date or a code; a country's code becomes its name."""
    text = text_of(element)
    if text is None or NOT_WORDS.fullmatch(text) or (tag in CODES and CODE.fullmatch(text)):
        return None
    if tag.startswith("Ctry") and len(text) == 2:
        return country_name(text) or text
    return text


def attribute_words(element: etree._Element) -> Iterator[str]:
    """Values of attributes that the schemas do not have."""
    for name, value in element.attrib.items():
        text = " ".join(str(value).split())
        if not str(name).startswith("{http://www.w3.org/") and name != "Ccy" and not NOT_WORDS.fullmatch(text):
            yield text


def forget(element: etree._Element) -> None:
    """Free an element and its elder siblings."""
    clear(element)
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        parent.remove(elder)
