"""XML elements: their names, texts and places, and the error that names a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from streamer.iso20022.vocabulary import is_currency_code, is_without_words
from streamer.reference.countries import country_name


class InvalidMessage(ValueError):
    """A message or transaction that cannot be screened.

    `line` and `element` say where, `reason` is fit for a metric label. `message_id` and `end_to_end_id` are set where
    they could be read, for the decision.
    """

    def __init__(self, what: str, *, line: int | None, element: str, reason: str = "wrong_shape") -> None:
        self.what, self.line, self.element, self.reason = what, line, element, reason
        self.message_id: str | None = None
        self.end_to_end_id: str | None = None
        where = f"line {line}, " if line else ""
        super().__init__(f"{where}element {element or 'none'}: {what}")


@dataclass(frozen=True, slots=True)
class Place:
    """Line of the file and path of local names: `CdtTrfTxInf/Cdtr/Nm`."""

    line: int | None
    path: str


# ---------------------------------------------------------------- leaves


def line_of(element: etree._Element) -> int | None:
    known: Any = element
    line: int | None = known.sourceline
    return line


def is_written(text: str | None) -> bool:
    """Whether there is anything but white space."""
    return text is not None and not text.isspace() and text != ""


def clear(element: etree._Element) -> None:
    """Remove text, attributes and children."""
    freed: Any = element
    freed.clear(keep_tail=True)


@lru_cache(maxsize=2_048)
def _parts(tag: Any) -> tuple[str, str]:
    """(namespace, local name) of a tag; empty for a comment or processing instruction, whose tag is a function."""
    if not isinstance(tag, str):
        return "", ""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def local(element: etree._Element) -> str:
    """Name without namespace; empty for a comment or processing instruction."""
    return _parts(element.tag)[1]


def namespace_of(element: etree._Element) -> str:
    """Namespace; empty where there is none."""
    return _parts(element.tag)[0]


def path_of(open_elements: Iterable[etree._Element]) -> str:
    return "/".join(local(element)[:64] for element in open_elements)


def child_of(element: etree._Element, tag: str) -> etree._Element | None:
    return next((child for child in element if local(child) == tag), None)


def text_of(element: etree._Element) -> str | None:
    """Text of a leaf, white space collapsed; None for nothing."""
    return " ".join(element.text.split()) or None if element.text else None


def words_of(element: etree._Element, tag: str) -> str | None:
    """Text of a leaf that could name somebody: no date, code or amount. A country code becomes a name."""
    text = text_of(element)
    if text is None or is_without_words(tag, text):
        return None
    if tag.startswith("Ctry") and len(text) == 2:
        return country_name(text) or text
    return text


def attribute_words(element: etree._Element) -> Iterator[str]:
    """Values of attributes that the schemas do not define."""
    for name, value in element.attrib.items():
        text = " ".join(str(value).split())
        if name == "Ccy" and is_currency_code(text):
            continue
        if not str(name).startswith("{http://www.w3.org/") and not is_without_words("", text):
            yield text


def forget(element: etree._Element) -> None:
    """Free an element and its preceding siblings."""
    clear(element)
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        parent.remove(elder)
