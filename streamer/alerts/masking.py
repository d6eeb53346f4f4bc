"""Personal values of an event as the SOC may see them: masked, in the evidence of a finding and in its prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from streamer.events import Evidence, Finding
from streamer.screening.features import FEATURES

MASK: Final = "***"
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
"""Elements that name a bank, a country or a kind. All else is masked: an element unknown here must not leak."""


def masked_value(element: str, value: str) -> str:
    """A personal value as the SOC may see it: initials of names, the last four of accounts, stars of fixed length.

    `element` is the path in the event and decides: banks and countries stay readable, whatever is unknown is masked.
    """
    path = [re.sub(r"\[\d+(?::\w+)?\]", "", part) for part in element.split(".")]
    leaf = path[-1]
    if leaf in _PUBLIC_LEAVES or any(part.endswith(("agent", "agents")) for part in path):
        return value
    # A proxy is a phone number or an e-mail address: the end of one tells more than its beginning.
    if leaf != "proxy" and any(part.endswith(("account", "accounts")) or part == "wallet" for part in path):
        compact = "".join(value.split())
        return MASK + (compact[-_ACCOUNT_CHARS_SHOWN:] if len(compact) >= _ACCOUNT_CHARS_MIN else "")
    words = value.split()
    shown = " ".join(word[0] + MASK for word in words[:_MASKED_WORDS_MAX])
    return (f"{shown} …" if len(words) > _MASKED_WORDS_MAX else shown) or MASK


def masked_finding(finding: Finding) -> Finding:
    """The finding without personal values, in evidence and in prose. Listed names are public and stay."""
    listed = {
        name.casefold() for e in finding.evidence if _is_public(e) for name in (e.entity_name, e.matched_name) if name
    }
    hidden: dict[str, str] = {}
    for e in finding.evidence:
        for value in _personal_values(e):
            shown = masked_value(e.element, value)
            # A value spelled just as the list spells it hides nothing beside the listed name.
            if shown != value and value.casefold() not in listed:
                hidden[value] = shown
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
    """What was met stands on a list or in the gazetteer of a country; else it is the other party's data."""
    return bool(e.list or e.country)


def _masked_evidence(e: Evidence, hidden: Mapping[str, str]) -> Evidence:
    update: dict[str, str | None] = {
        "value": masked_value(e.element, e.value) if e.value is not None else None,
        "note": _masked_text(masked_reasons(e.note), hidden) if e.note else e.note,
    }
    if not _is_public(e):
        update |= {
            field: masked_value(e.element, name)
            for field, name in (("entity_name", e.entity_name), ("matched_name", e.matched_name))
            if name
        }
    return e.model_copy(update=update)


_ABOUT_THE_LISTED_NAME: Final = frozenset(
    {
        "same",
        "patronymic",
        "middle",
        "given",
        "surname",
        "second_surname",
        "part",
        "entity_rare",
        "entity_common",
        "entity_trade",
        "listed_small",
        "other_type",
        "birth_date",
        "birth_swapped",
        "birth_year",
        "birth_near",
        "birth_close",
        "birth_differs",
        "country",
        "other_country",
        "script",
    }
)
"""Features whose words stand on the list, or are a kind or a country. What others begin with is the event's."""


def _quoting(says: str) -> re.Pattern[str]:
    return re.compile(re.escape(says).replace(r"\{0\}", "(.+?)").replace(r"\{1\}", ".+?"))


_REASONS_THAT_QUOTE: Final = tuple(
    _quoting(feature.says)
    for name, feature in FEATURES.items()
    if "{0}" in feature.says and name not in _ABOUT_THE_LISTED_NAME
)


def masked_reasons(note: str) -> str:
    """The scorer's reasons, `; `-joined, with the words they quote from the event masked: `K*** = KIM (same sound)`."""
    return "; ".join(_masked_reason(reason) for reason in note.split("; "))


def _masked_reason(reason: str) -> str:
    found = next((match for pattern in _REASONS_THAT_QUOTE if (match := pattern.fullmatch(reason))), None)
    if found is None:
        return reason
    return reason[: found.start(1)] + masked_value("name", found[1]) + reason[found.end(1) :]


def _masked_text(text: str, hidden: Mapping[str, str]) -> str:
    """Replaces whole occurrences, longest value first, so that no part of a longer value survives."""
    if not hidden:
        return text
    by_folded = {value.casefold(): shown for value, shown in hidden.items()}
    values = "|".join(re.escape(value) for value in sorted(hidden, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{values})(?!\w)",
        lambda found: by_folded.get(found[0].casefold(), MASK),
        text,
        flags=re.IGNORECASE,
    )
