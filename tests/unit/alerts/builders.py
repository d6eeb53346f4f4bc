"""A listed name that was met, the decision on it, and alerts of every kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from streamer.alerts.build import Alert, alert, dead_letter_alert, watch_alert
from streamer.alerts.ocsf import Activity
from streamer.events import (
    Consequence,
    DeadLetter,
    Decision,
    Evidence,
    Finding,
    ListVersion,
    Observation,
    Severity,
    Source,
    SubjectKind,
    Verdict,
)

AT = datetime(2025, 7, 25, 9, 30, 0, 123000, tzinfo=UTC)
AT_MS = 1753435800123


def evidence(**fields: Any) -> Evidence:
    listed: dict[str, Any] = {
        "element": "creditor.name",
        "value": "Kim Se Un",
        "list": "ofac",
        "entity_id": "ofac-54321",
        "entity_name": "KIM, Se Un",
        "matched_name": "KIM, Se-u'n",
        "score": 0.97,
        "programs": ("DPRK3",),
    }
    return Evidence(**(listed | fields))


def finding(**fields: Any) -> Finding:
    listed: dict[str, Any] = {
        "rule": "LISTED_NAME",
        "verdict": Verdict.HOLD,
        "severity": Severity.CRITICAL,
        "reason": "creditor.name 'Kim Se Un' matches 'KIM, Se-u'n' of ofac-54321 with 0.97",
        "evidence": (evidence(),),
        "consequence": Consequence.BLOCK,
    }
    return Finding(**(listed | fields))


def decision(**fields: Any) -> Decision:
    held: dict[str, Any] = {
        "decision_id": "d-1",
        "event_id": "P-1",
        "tenant": "acme",
        "event_type": "payment",
        "message_id": "M-1",
        "end_to_end_id": "E-1",
        "verdict": Verdict.HOLD,
        "event_digest": "e" * 64,
        "lists": (
            ListVersion(list="ofac", version="a" * 64, entries=18000),
            ListVersion(list="un", version="b" * 64, entries=1000),
        ),
        "policy_version": "p" * 64,
        "engine_version": "0.1.0",
    }
    return Decision(**(held | fields))


def observation(**fields: Any) -> Observation:
    seen: dict[str, Any] = {
        "observation_id": "o-1",
        "tenant": "acme",
        "subject_kind": SubjectKind.ACCOUNT,
        "subject": "acme/account/00ff",
        "event_id": "W-1",
        "event_type": "pay",
        "event_time": AT,
    }
    return Observation(**(seen | fields))


UNREADABLE = DeadLetter(
    reason="not_json",
    detail="the record is not JSON; send one JSON object",
    stage="decode",
    source=Source(topic="payments", partition=3, offset=42),
    raw=b'{"creditor": "Kim Se Un"',
    key=b"P-9",
)


def of(result: Alert) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(result.value)
    return value


def an_alert(**fields: Any) -> Alert:
    return alert(finding(**fields), decision(), time=AT, masked=True)


WATCHED = finding(
    rule="SHARED_ACCOUNT",
    verdict=Verdict.REVIEW,
    severity=Severity.MEDIUM,
    reason="3 payees share one account",
    evidence=(Evidence(element="payout_account", related_event_ids=("W-0", "W-1")),),
    consequence=None,
)
HELD_UNREAD = decision(
    event_id=None, tenant=None, event_type="unknown", message_id=None, end_to_end_id=None, source=UNREADABLE.source
)
ALL_KINDS = {
    "screened": an_alert(),
    "updated": alert(finding(), decision(revision=1, supersedes="d-0"), time=AT, masked=True, activity=Activity.UPDATE),
    "closed": alert(finding(), decision(), time=AT, masked=False, activity=Activity.CLOSE),
    "without a list": an_alert(
        rule="EMBARGO",
        evidence=(Evidence(element="creditor_agent.bic", value="KKBCKPPY", country="KP"),),
        consequence=Consequence.REJECT,
    ),
    "watched": watch_alert(WATCHED, observation(), time=AT, masked=True),
    "unreadable": dead_letter_alert(UNREADABLE, HELD_UNREAD, time=AT),
}
