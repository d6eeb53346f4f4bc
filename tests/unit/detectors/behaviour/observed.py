"""Payrolls and payments, and what the behaviour rules make of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from streamer.decoding import event_from_json
from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.watching import Judged, Typologies
from streamer.events import Event, Observation, Severity, SubjectKind, canonical_json, digest

IBAN_A, IBAN_B, IBAN_C, IBAN_D = (
    "DE89370400440532013000",
    "GB33BUKB20201555555555",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
RULES = Typologies()
WORKER = SubjectKind.WORKER


def identity(tenant: str, kind: str, value: str) -> str:
    return hmac.digest(b"test", f"{tenant}/{kind}/{value}".encode(), "sha256").hex()


def event(topic: str, days: float, n: str, fields: dict[str, Any]) -> Event:
    record = {"event_id": n, "tenant": "acme", "event_time": (START + timedelta(days=days)).isoformat(), **fields}
    return event_from_json(topic, orjson.dumps(record))


_counter = iter(range(10**6))


def pay(worker: str, account: dict[str, Any] | str, days: float = 0, *, name: str | None = None, **more: Any) -> Event:
    number = f"pay-{next(_counter)}"
    return event(
        "payrolls",
        days,
        number,
        {
            "event_type": "pay",
            "employer": {"name": "Acme Ltd"},
            "worker": {"worker_id": worker, "name": name or f"Worker {worker}"},
            "payout_account": {"iban": account} if isinstance(account, str) else account,
            "amount": "4200",
            "currency": "EUR",
            **more,
        },
    )


def change(worker: str, account: str, days: float = 0, **more: Any) -> Event:
    return event(
        "payrolls",
        days,
        f"change-{next(_counter)}",
        {
            "event_type": "payout_account_changed",
            "employer": {"name": "Acme Ltd"},
            "worker": {"worker_id": worker, "name": f"Worker {worker}"},
            "payout_account": {"iban": account},
            **more,
        },
    )


def hire(worker: str, start: str, days: float = 0) -> Event:
    worker_ = {"worker_id": worker, "name": f"Worker {worker}"}
    fields = {"event_type": "worker_hired", "employer": {"name": "Acme Ltd"}, "worker": worker_, "start_date": start}
    return event("payrolls", days, f"hire-{next(_counter)}", fields)


def payment(creditor: dict[str, Any], account: dict[str, Any] | str, days: float = 0, **more: Any) -> Event:
    fields = {
        "debtor": {"name": "Acme Ltd"},
        "creditor": creditor,
        "creditor_account": {"iban": account} if isinstance(account, str) else account,
        "amount": "4200",
        "currency": "EUR",
        **more,
    }
    return event("payments", days, f"payment-{next(_counter)}", fields)


def observed(event_: Event, rules: Typologies = RULES) -> tuple[Observation, ...]:
    return rules.observations(event_, digest(canonical_json(event_)), identity)


def watched(
    events: Iterable[Event], kind: SubjectKind = SubjectKind.ACCOUNT, rules: Typologies = RULES
) -> list[tuple[Judged, ...]]:
    """What each event caused, for its subject of that kind, in order of delivery."""
    histories: dict[str, History] = {}
    judged = []
    for event_ in events:
        found: tuple[Judged, ...] = ()
        for observation in observed(event_, rules):
            if observation.subject_kind is kind:
                result = rules.watch(observation, histories.get(observation.subject, History()))
                histories[observation.subject] = result.history
                found += result.judged
        judged.append(found)
    return judged


def severities(
    events: Iterable[Event], kind: SubjectKind = SubjectKind.ACCOUNT, rules: Typologies = RULES
) -> list[list[Severity]]:
    return [[j.finding.severity for j in judged] for judged in watched(events, kind, rules)]


def accounts_of(events: Iterable[Event]) -> list[Observation]:
    return [observed(e)[0] for e in events]
