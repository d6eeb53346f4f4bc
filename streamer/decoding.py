"""Records as events: JSON read strictly, and refused with the field and the cure, never with a value."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from streamer.events import Event, InvalidEvent, PaymentEvent, PayrollEvent

_PAYROLL: TypeAdapter[Any] = TypeAdapter(PayrollEvent)


class _NamedTwice(Exception):
    """An object of the record has one name twice."""


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    # `Creditor` beside `creditor`: a payer that reads names without case may pay the other.
    if len({name.casefold() for name, _ in pairs}) != len(pairs):
        raise _NamedTwice


_TWINS = json.JSONDecoder(object_pairs_hook=_refuse_twins, parse_int=len, parse_float=len)
"""Reads nothing but the names of objects."""


def event_from_json(topic: str, raw: bytes) -> Event:
    """Read one record of `payments` or `payrolls`. Raises InvalidEvent naming field and cure, without values.

    An object with one name twice is refused (RFC 7493, 2.3): of two creditors we would screen one and the payer's
    system might pay the other.
    """
    try:
        event: Event = (PaymentEvent.model_validate_json if topic == "payments" else _PAYROLL.validate_json)(raw)
        _TWINS.decode(raw.decode())
    except ValidationError as error:
        raise InvalidEvent(_without_values(error)) from None
    except _NamedTwice:
        raise InvalidEvent("record: an object has one name twice, case aside; write every field once") from None
    except (ValueError, RecursionError):
        # Two parsers that disagree about a record: so may the payer's.
        raise InvalidEvent("record: Invalid JSON by the letter of RFC 8259; write it with a JSON library") from None
    return event


def _without_values(error: ValidationError) -> str:
    """Pydantic's findings as `field: message`; input values stay out because they are personal data."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    shown = "; ".join(
        f"{'.'.join(str(p) for p in e['loc']) or 'record'}: {_sayable(e['type'], e['msg'])}" for e in problems[:5]
    )
    more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
    return shown + more


def _sayable(kind: str, message: str) -> str:
    # This one message of pydantic quotes the input.
    return "unknown event_type; see the schema for the four that exist" if kind == "union_tag_invalid" else message
