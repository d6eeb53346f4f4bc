"""What every topic receives for one record: the same bytes from a worker on Kafka and from the offline replay."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from streamer.alerts.build import (
    Alert,
    alert,
    cloud_event_headers,
    dead_letter_alert,
    refused_disposition_alert,
    rescreen_alert,
    watch_alert,
)
from streamer.alerts.ocsf import Activity
from streamer.dispositions import Seal, decision_in
from streamer.events import DeadLetter, Decision, Disposition, Finding, Observation, Outbound, Verdict
from streamer.monitor import Record, Screened
from streamer.remembered import Past
from streamer.tracing import Trace

_TOLD_BY_METRICS = frozenset({"LIST_MISSING", "LIST_STALE"})
"""Rules that concern the worker, not one payment: an alert for each event would flood the SOC."""

_DECISION_TYPE = "streamer.decision.v1"
_OBSERVATION_TYPE = "streamer.observation.v1"


DEAD_LETTER_BYTES_MAX = 3 * 1024 * 1024
"""Kept of a record's bytes. Records of 1 MiB are kept whole; a larger one came compressed, may be of any size, and
its beginning tells what it is. Its full size stands in the detail, its sha256 in the decision."""


@dataclass(frozen=True, slots=True)
class Output:
    """One record to publish. `topic` is the contract's name, without the cluster's prefix."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes] = field(default_factory=dict)


def to_json(model: Outbound) -> bytes:
    """Compact JSON as it stands on the topic."""
    return orjson.dumps(model.model_dump(mode="json"))


def traced(outputs: tuple[Output, ...], trace: Trace | None) -> tuple[Output, ...]:
    """The same outputs in the trace of the record that caused them; keys and values are untouched."""
    if trace is None:
        return outputs
    headers = trace.headers()
    return tuple(replace(output, headers={**output.headers, **headers}) for output in outputs)


def screening_outputs(screened: Screened, *, masked: bool, seal: Seal | None = None) -> tuple[Output, ...]:
    """The decision, an alert per finding that blocks, the dead letter, and the observations.

    `seal` is a worker's: without one the decision is nobody's, and no analyst can resolve it.
    """
    outputs = [_decision_output(screened.record, screened.key, screened.decision, seal)]
    outputs.extend(_alert_output(found) for found in decision_alerts(screened, masked=masked))
    if screened.dead_letter is not None:
        outputs.append(dead_letter_output(screened.dead_letter))
    outputs.extend(observation_output(observation) for observation in screened.observations)
    return tuple(outputs)


def disposition_outputs(
    record: Record, disposition: Disposition, decision: Decision, *, masked: bool, seal: Seal
) -> tuple[Output, ...]:
    """The decision that a disposition makes, and the close of each alert of the decision it resolves.

    A masked alert leaves the analyst's own words out: they may name anybody. The decision has them.
    """
    said = decision.findings[0].reason
    if masked:
        said = said.removesuffix(f": {disposition.reason}")
    closed = [
        alert(
            finding.model_copy(update={"reason": f"{said} ({finding.reason})"}),
            decision,
            time=record.timestamp,
            masked=masked,
            activity=Activity.CLOSE,
        )
        for finding in alerting(decision_in(disposition))
    ]
    key = base64.b64decode(disposition.answer_key)
    return (_decision_output(record, key, decision, seal), *(_alert_output(found) for found in closed))


def refused_disposition_outputs(letter: DeadLetter, record: Record, *, engine_version: str) -> tuple[Output, ...]:
    """Somebody tried to resolve a decision and may not, or not so: the record as a dead letter, and an alert."""
    told = refused_disposition_alert(letter, time=record.timestamp, engine_version=engine_version)
    return _alert_output(told), dead_letter_output(letter)


def _decision_output(record: Record, key: bytes, decision: Decision, seal: Seal | None) -> Output:
    value = to_json(decision)
    headers = cloud_event_headers(
        id=decision.decision_id,
        type=_DECISION_TYPE,
        tenant=decision.tenant,
        subject=key.decode("utf-8", "replace"),
        time=record.timestamp,
    )
    sealed = {"seal": seal.of(key, value).encode()} if seal else {}
    return Output("decisions", key, value, {**headers, **_source(record), **sealed})


def decision_alerts(screened: Screened, *, masked: bool) -> tuple[Alert, ...]:
    """One alert per (event, cause) that blocks."""
    time = screened.record.timestamp
    if screened.dead_letter is not None:
        return (dead_letter_alert(screened.dead_letter, screened.decision, time=time),)
    return tuple(alert(finding, screened.decision, time=time, masked=masked) for finding in alerting(screened.decision))


def alerting(decision: Decision) -> tuple[Finding, ...]:
    """The findings the SOC hears of: those that block, but for a stale list, which says nothing of the payment."""
    return tuple(
        finding
        for finding in decision.findings
        if finding.verdict is not Verdict.RELEASE and finding.rule not in _TOLD_BY_METRICS
    )


def watch_output(finding: Finding, observation: Observation, *, masked: bool, engine_version: str) -> Output:
    """The alert for a behaviour finding; its time is the event's, so that a redelivery repeats it."""
    return _alert_output(
        watch_alert(finding, observation, time=observation.event_time, masked=masked, engine_version=engine_version)
    )


def rescreen_output(
    finding: Finding,
    past: Past,
    identity: str,
    *,
    entries: Iterable[str],
    partition: int,
    time: datetime,
    masked: bool,
    policy_version: str,
    engine_version: str,
) -> Output:
    """The alert that names the past events of a counterparty which a change of the lists met."""
    return _alert_output(
        rescreen_alert(
            finding,
            past,
            identity,
            entries=entries,
            partition=partition,
            time=time,
            masked=masked,
            policy_version=policy_version,
            engine_version=engine_version,
        )
    )


def observation_output(observation: Observation) -> Output:
    """Keyed by its subject: that is what brings one subject's facts together in one partition."""
    headers = cloud_event_headers(
        id=observation.observation_id,
        type=_OBSERVATION_TYPE,
        tenant=observation.tenant,
        subject=observation.subject_kind,
        time=observation.event_time,
    )
    return Output("observations", observation.subject.encode(), to_json(observation), headers)


def dead_letter_output(letter: DeadLetter) -> Output:
    """The original key and bytes, up to DEAD_LETTER_BYTES_MAX; why, and where they stood, in headers."""
    headers = {
        "reason": letter.reason,
        "detail": letter.detail,
        "stage": letter.stage,
        "source-topic": letter.source.topic,
        "source-partition": str(letter.source.partition),
        "source-offset": str(letter.source.offset),
    }
    raw = letter.raw[:DEAD_LETTER_BYTES_MAX] if letter.raw is not None else None
    return Output("dead-letters", letter.key, raw, {name: text.encode() for name, text in headers.items()})


def _alert_output(found: Alert) -> Output:
    return Output("alerts", found.key, found.value, found.headers)


def _source(record: Record) -> dict[str, bytes]:
    return {
        "source-topic": record.topic.encode(),
        "source-partition": str(record.partition).encode(),
        "source-offset": str(record.offset).encode(),
    }
