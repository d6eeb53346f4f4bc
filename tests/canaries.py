"""Canaries: a word of its own in every personal field of every event, to be searched for where it has no business."""

from __future__ import annotations

import itertools
import re
import types
from collections.abc import Mapping
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from streamer.events import (
    ContactChangedEvent,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    WorkerHiredEvent,
)
from tests.builders import EVENT_TIME, TENANT, fresh_id

EVENTS: Final = (PaymentEvent, PayEvent, PayoutAccountChangedEvent, WorkerHiredEvent, ContactChangedEvent)

NOT_PERSONAL: Final = {"event_type", "event_id", "tenant", "message_id", "end_to_end_id", "uetr"}
"""What identifies the record; message_id and end_to_end_id come back with the decision, and alerts leave them out."""
OF_A_SHAPE: Final[Mapping[str, Any]] = {
    # Fields that take no free text carry a value of their shape.
    "amount": "4200",
    "currency": "EUR",
    "event_time": EVENT_TIME,
    "decide_by": "2099-01-01T00:00:00Z",
    "requested_execution_date": "2026-12-01",
    "period_start": "2026-11-01",
    "period_end": "2026-11-30",
    "start_date": "2026-10-01",
    "next_pay_date": "2026-12-24",
    "run_type": "regular",
    "engagement": "contractor",
    "type": "person",
    "kind": "passport",
    "birth_date": "1871-03-05",
}
BIRTH_DATE: Final = OF_A_SHAPE["birth_date"]

_numbers = itertools.count(100_000)
_LETTERS = "bdfgklmnprtvz"


def canary() -> str:
    """A word that stands nowhere else, and agrees with no name: zq, then consonants."""
    number = next(_numbers)
    return "zq" + "".join(_LETTERS[int(digit)] for digit in str(number))


def filled(model: type[BaseModel], path: str, canaries: dict[str, str]) -> dict[str, Any]:
    """The model as JSON, each text field a canary, noted by its path; each list with one entry."""
    return {
        name: _value(field.annotation, name, f"{path}{name}", canaries)
        for name, field in model.model_fields.items()
        if path or name not in NOT_PERSONAL
    }


def _value(annotation: Any, name: str, path: str, canaries: dict[str, str]) -> Any:
    if name in OF_A_SHAPE:
        return OF_A_SHAPE[name]
    inner = _inner(annotation)
    if get_origin(inner) is tuple:
        return [_value(get_args(inner)[0], name, f"{path}[0]", canaries)]
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return filled(inner, f"{path}.", canaries)
    assert inner is str, f"{path}: {inner} is no text; give it a value in OF_A_SHAPE"
    canaries[path] = word = canary()
    return word


def _inner(annotation: Any) -> Any:
    """Without Annotated and without None."""
    if hasattr(annotation, "__metadata__"):
        return _inner(annotation.__origin__)
    if get_origin(annotation) in (Union, types.UnionType):
        return _inner(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def identified(event: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    kinds = get_args(model.model_fields["event_type"].annotation)
    ids = {name: fresh_id("canary") for name in ("event_id", "message_id")}
    return {**event, **ids, "tenant": TENANT, "event_type": kinds[0], "end_to_end_id": f"Wages {canary()}"}


CANARY: Final = re.compile(f"zq[{_LETTERS}]{{6}}")
"""In lower case; no word but a canary looks so."""
