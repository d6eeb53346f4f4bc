"""Personal values of an event as the SOC may see them: masked, in the evidence of a finding and in its prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, get_args

from pydantic import BaseModel

from streamer.events import Agreement, Event, Evidence, Finding
from streamer.screening.features import FEATURES, in_words

_MASK: Final = "***"
_MASKED_WORDS_MAX: Final = 4
_ACCOUNT_CHARS_SHOWN: Final = 4
_ACCOUNT_CHARS_MIN: Final = 2 * _ACCOUNT_CHARS_SHOWN
"""A shorter account number is masked whole: its last four would be half of it."""

_PUBLIC_LEAVES: Final = frozenset(
    {
        "bic",
        "lei",
        "clearing_member_id",
        "country",
        "country_of_residence",
        "currency",
        "event_type",
        "run_type",
        "engagement",
    }
)
"""Elements that name a bank, a country or a kind. The values of all others are masked."""

_WITHOUT_EVENT_VALUES: Final = frozenset({"identifier", "stake", "jurisdiction", "rule", "stage", "limit"})
"""Kinds of agreements whose notes say only what lists, tables and rules say. Any other kind that is not a row of
FEATURES is masked."""


def masked_value(element: str, value: str) -> str:
    """A value as the SOC may see it: initials of names, last four characters of accounts, stars of a fixed length.

    `element`, the path in the event, decides: banks and countries stay readable, all other values are masked.
    """
    path = [re.sub(r"\[\d+(?::\w+)?\]", "", part) for part in element.split(".")]
    leaf = path[-1]
    if leaf in _PUBLIC_LEAVES or any(part.endswith(("agent", "agents")) for part in path):
        return value
    # A proxy is a phone number or an e-mail address: the end of one tells more than its beginning.
    if leaf != "proxy" and any(part.endswith(("account", "accounts")) or part == "wallet" for part in path):
        compact = "".join(value.split())
        return _MASK + (compact[-_ACCOUNT_CHARS_SHOWN:] if len(compact) >= _ACCOUNT_CHARS_MIN else "")
    return _masked_words(value)


def _masked_words(value: str) -> str:
    words = value.split()
    shown = " ".join(word[0] + _MASK for word in words[:_MASKED_WORDS_MAX])
    return (f"{shown} …" if len(words) > _MASKED_WORDS_MAX else shown) or _MASK


def masked_finding(finding: Finding) -> Finding:
    """The finding without personal values, in evidence and in prose. Listed names are public and stay.

    Notes are told anew from their agreements, with the event's words masked. The reason cannot be: it must not quote
    the event (see `Finding.reason`); values and unknown elements of the evidence are masked in it all the same.
    """
    listed = {
        name.casefold() for e in finding.evidence if _is_public(e) for name in (e.entity_name, e.matched_name) if name
    }
    hidden: dict[str, str] = {}
    for e in finding.evidence:
        for value in _personal_values(e):
            shown = masked_value(e.element, value)
            # Masking a value spelled as the list spells it would hide the listed name and nothing else.
            if shown != value and value.casefold() not in listed:
                hidden[value] = shown
        if (path := masked_element(e.element)) != e.element:
            hidden[e.element] = path
    return finding.model_copy(
        update={
            "reason": _masked_text(finding.reason, hidden),
            "advice": _masked_text(finding.advice, hidden) if finding.advice else None,
            "evidence": tuple(_masked_evidence(e, hidden) for e in finding.evidence),
        }
    )


def _personal_values(e: Evidence) -> Iterable[str]:
    if e.value:
        yield e.value
    if not _is_public(e):
        yield from (name for name in (e.entity_name, e.matched_name) if name)


def _is_public(e: Evidence) -> bool:
    """Whether entity_name and matched_name are those of a list or a gazetteer, not of another party of the event."""
    return bool(e.list or e.country)


def _masked_evidence(e: Evidence, hidden: Mapping[str, str]) -> Evidence:
    note = _masked_note(e)
    update: dict[str, Any] = {
        "element": masked_element(e.element),
        "value": masked_value(e.element, e.value) if e.value is not None else None,
        "note": _masked_text(note, hidden) if note else note,
        "agreements": tuple(map(_masked_agreement, e.agreements)),
    }
    if not _is_public(e):
        update |= {
            field: masked_value(e.element, name)
            for field, name in (("entity_name", e.entity_name), ("matched_name", e.matched_name))
            if name
        }
    return e.model_copy(update=update)


def _masked_note(e: Evidence) -> str | None:
    """The note as its agreements allow: as it is, told anew with the event's words masked, or masked whole."""
    if not e.note:
        return e.note
    kinds = {agreement.kind for agreement in e.agreements}
    if kinds and kinds <= _WITHOUT_EVENT_VALUES:
        return e.note
    return "; ".join(map(_told, map(_masked_agreement, e.agreements))) or _MASK


def _masked_agreement(agreement: Agreement) -> Agreement:
    """The agreement with the event's words masked; all values where the kind is unknown."""
    feature = FEATURES.get(agreement.kind)
    if feature is None and agreement.kind in _WITHOUT_EVENT_VALUES:
        return agreement
    return agreement.model_copy(
        update={
            "values": tuple(
                masked_value("name", value) if feature is None or n in feature.from_event else value
                for n, value in enumerate(agreement.values)
            )
        }
    )


def _told(agreement: Agreement) -> str:
    return in_words(agreement.kind, agreement.values) if agreement.kind in FEATURES else _MASK


def masked_element(element: str) -> str:
    """The path of an element with every part masked that no event model names: unknown keys are the sender's text."""
    return ".".join(part if _is_field(part) else _masked_words(part) for part in element.split("."))


def _is_field(part: str) -> bool:
    found = _PART.fullmatch(part)
    return found is not None and found[1] in _fields()


_PART: Final = re.compile(r"(\w+)(?:\[(?:\d+(?::[a-z][a-z0-9_]*)?|underlying_(?:debtor|creditor))\])?")
"""A field, `[0]`, `[1:invoicer]` (`route` shows a role only where its words are known) or `[underlying_debtor]`."""


@cache
def _fields() -> frozenset[str]:
    """Names of the fields of all event models and of the models in them, and elements that are not fields."""
    found = {"record", "lists", "disposition", "account_holder"}
    models: list[Any] = [Event]
    seen: set[Any] = set()
    while models:
        model = models.pop()
        if model in seen:
            continue
        seen.add(model)
        models.extend(get_args(model))
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= model.model_fields.keys()
            models.extend(field.annotation for field in model.model_fields.values())
    return frozenset(found)


def _masked_text(text: str, hidden: Mapping[str, str]) -> str:
    """Replaces whole occurrences, the longest value first, so that nothing of a longer value is left."""
    if not hidden:
        return text
    by_folded = {value.casefold(): shown for value, shown in hidden.items()}
    values = "|".join(re.escape(value) for value in sorted(hidden, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{values})(?!\w)",
        lambda found: by_folded.get(found[0].casefold(), _MASK),
        text,
        flags=re.IGNORECASE,
    )
