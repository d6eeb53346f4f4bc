"""Events as a publisher writes them: clean unless a test says otherwise.

payment(creditor="VOLASYS SILVER STAR")
pay(worker=party("Ada Park", worker_id="W-7"), payout_account={"iban": IBAN_BERLIN})
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from streamer.decoding import event_from_json
from streamer.events import Event
from streamer.monitor import Record

TENANT = "acme"

IBAN_BERLIN = "DE89370400440532013000"
IBAN_PARIS = "FR1420041010050500013M02606"
IBAN_LONDON = "GB82WEST12345698765432"
"""Examples from the IBAN registry: valid check digits, nobody's account."""

LISTED_NAME = "Yanbian Silverstar Network Technology Co., Ltd."
LISTED_ID = "ofac-24977"
"""An entry of the sample list, as it is spelled there."""

EVENT_TIME = "2026-11-20T09:00:00Z"
RECEIVED_AT = datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC)

_numbers: Iterator[int] = itertools.count(1)


def fresh_id(prefix: str = "E") -> str:
    """An event id no other test uses in this process."""
    return f"{prefix}-{next(_numbers):05d}"


def party(name: str | None = "Nordlicht Design GmbH", **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def _party(given: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return party(given) if isinstance(given, str) else given


def payment(
    event_id: str | None = None,
    *,
    amount: str = "9900",
    debtor: str | Mapping[str, Any] = "Acme Corporation",
    creditor: str | Mapping[str, Any] = "Nordlicht Design GmbH",
    **fields: Any,
) -> dict[str, Any]:
    """A PaymentEvent as JSON; a field given as None is left out."""
    event = {
        "event_id": event_id or fresh_id("P"),
        "tenant": TENANT,
        "debtor": _party(debtor),
        "creditor": _party(creditor),
        "amount": amount,
        "currency": "EUR",
        "event_time": EVENT_TIME,
        **fields,
    }
    return {name: value for name, value in event.items() if value is not None}


def _payroll(event_type: str, event_id: str | None, employer: Any, worker: Any, fields: Mapping[str, Any]) -> Any:
    event = {
        "event_type": event_type,
        "event_id": event_id or fresh_id("W"),
        "tenant": TENANT,
        "employer": _party(employer),
        "worker": {"worker_id": "W-1", **_party(worker)},
        "event_time": EVENT_TIME,
        **fields,
    }
    return {name: value for name, value in event.items() if value is not None}


def pay(
    event_id: str | None = None,
    *,
    amount: str = "4200",
    employer: str | Mapping[str, Any] = "Acme Corporation",
    worker: str | Mapping[str, Any] = "Ada Brandt",
    **fields: Any,
) -> dict[str, Any]:
    """A PayEvent as JSON; worker number W-1 unless `worker` names another."""
    listed = {"payout_account": {"iban": IBAN_BERLIN}, "amount": amount, "currency": "EUR", **fields}
    event: dict[str, Any] = _payroll("pay", event_id, employer, worker, listed)
    return event


def account_changed(
    event_id: str | None = None,
    *,
    employer: str | Mapping[str, Any] = "Acme Corporation",
    worker: str | Mapping[str, Any] = "Ada Brandt",
    **fields: Any,
) -> dict[str, Any]:
    """A PayoutAccountChangedEvent as JSON."""
    listed = {"payout_account": {"iban": IBAN_PARIS}, **fields}
    event: dict[str, Any] = _payroll("payout_account_changed", event_id, employer, worker, listed)
    return event


def as_bytes(event: Mapping[str, Any]) -> bytes:
    return orjson.dumps(event)


def topic_of(event: Mapping[str, Any]) -> str:
    return "payments" if event.get("event_type", "payment") == "payment" else "payrolls"


def read(event: Mapping[str, Any]) -> Event:
    """The event as the worker reads it."""
    return event_from_json(topic_of(event), as_bytes(event))


def record(
    value: Mapping[str, Any] | bytes | None,
    *,
    topic: str = "payments",
    partition: int = 0,
    offset: int = 0,
    key: bytes | None = None,
    timestamp: datetime = RECEIVED_AT,
) -> Record:
    """A record as Kafka gives it. An event is keyed by its id and goes to its own topic."""
    if isinstance(value, Mapping):
        key = key if key is not None else str(value.get("event_id", "")).encode() or None
        topic, value = topic_of(value), as_bytes(value)
    return Record(topic, partition, offset, key, value, timestamp)
