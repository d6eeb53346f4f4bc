"""Alerts: findings as OCSF 1.8 Detection Findings with CloudEvents 1.0 headers, ready to send.

Everything here is a pure function of its arguments; the clock enters as `time` (the record's timestamp), so that a
redelivery repeats an alert byte for byte. Two identities, as OCSF means them: `finding_info.uid` names the finding
(this event, this cause) for as long as it lives; `metadata.uid`, which is also `ce_id`, names this one record, and
changes with the list version or the revision of the decision. (`ce_source`, `ce_id`) is the key to drop twins by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import orjson

from streamer import __version__
from streamer.alerts.duties import duty_in_words, reporting_duties
from streamer.alerts.masking import masked_finding
from streamer.alerts.ocsf import (
    Activity,
    Analytic,
    BehaviourSubject,
    DeadLetterEnrichment,
    DeadLetterFacts,
    DecisionEnrichment,
    DecisionFacts,
    Enrichment,
    EvidenceArtifact,
    FindingInfo,
    Metadata,
    Observable,
    OcsfDetectionFinding,
    PastEventsEnrichment,
    PastEventsFacts,
    Policy,
    Product,
    RelatedEvent,
    Remediation,
    ReportingEnrichment,
    Resource,
    ResourceData,
    SubjectEnrichment,
)
from streamer.decisions import SCREENING_BUDGET, SCREENING_INCOMPLETE
from streamer.detectors.entries import CONSEQUENCE_ADVICE
from streamer.events import (
    Consequence,
    DeadLetter,
    Decision,
    Evidence,
    Finding,
    ListVersion,
    Observation,
    Severity,
    Verdict,
    digest,
)
from streamer.remembered import Past

_ALERT_TYPE: Final = "streamer.alert.v1"
"""CloudEvents type; the number changes when a consumer would have to."""

_UNSCREENED: Final = frozenset({SCREENING_INCOMPLETE, SCREENING_BUDGET})
"""Rules of records that were not screened; one of them has a dead letter."""

EVIDENCES_MAX: Final = 25
_TEXT_CHARS_MAX: Final = 1_000
_AGREEMENTS_MAX: Final = 50
_RELATED_EVENTS_MAX: Final = 100
"""An alert must fit a Kafka record whatever the event held. What is cut sets metadata.is_truncated; the decision
named in metadata.correlation_uid has the whole."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One record for `alerts`, ready to send."""

    id: str
    key: bytes
    """event_id; of a record that could not be read the original key, else where it stood."""
    record: OcsfDetectionFinding
    headers: Mapping[str, bytes]

    @property
    def value(self) -> bytes:
        """Compact JSON; what is absent is left out, as OCSF has no null."""
        return orjson.dumps(self.record.model_dump(mode="json", exclude_none=True))


# ---------------------------------------------------------------- tables

_SEVERITY: Final[Mapping[Severity, tuple[Literal[1, 2, 3, 4, 5], str]]] = {
    Severity.INFORMATIONAL: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}

_ACTIVITY: Final[
    Mapping[
        Activity,
        tuple[
            Literal[1, 2, 3],
            Literal["Create", "Update", "Close"],
            Literal[200401, 200402, 200403],
            Literal[1, 2, 4],
            Literal["New", "In Progress", "Resolved"],
        ],
    ]
] = {
    Activity.CREATE: (1, "Create", 200401, 1, "New"),
    Activity.UPDATE: (2, "Update", 200402, 2, "In Progress"),
    Activity.CLOSE: (3, "Close", 200403, 4, "Resolved"),
}

_CONFIDENCE: Final[tuple[tuple[float, Literal[1, 2, 3], Literal["Low", "Medium", "High"]], ...]] = (
    (0.95, 3, "High"),
    (0.85, 2, "Medium"),
    (0.0, 1, "Low"),
)
"""Lowest score of each band. OCSF names the bands and leaves their limits to the product."""

_OBSERVED_ADVICE: Final = "Review the history of this subject together with its recent payments."


# ---------------------------------------------------------------- alerts


def alert(
    finding: Finding,
    decision: Decision,
    *,
    time: datetime,
    masked: bool,
    activity: Activity = Activity.CREATE,
) -> Alert:
    """The alert for one finding of a decision.

    `time` is the record's timestamp (aware); `masked`: whether the policy masks personal values in evidence and prose.
    """
    uid = decision.event_id or (decision.source.place if decision.source else decision.decision_id)
    shown = masked_finding(finding) if masked else finding
    lists = _lists_named(finding, decision)
    finding_uid = _identity(
        "finding", decision.tenant, uid, decision.event_digest, finding.rule, sorted(_causes(finding.evidence))
    )
    if finding.rule in _UNSCREENED and decision.source is not None:
        finding_uid = _dead_letter_uid(decision, decision.source.place)
    alert_id = _identity("alert", finding_uid, activity, decision.revision, sorted(v.version for v in lists))
    return _alert(
        shown,
        alert_id=alert_id,
        finding_uid=finding_uid,
        key=uid.encode(),
        time=time,
        activity=activity,
        tenant=decision.tenant,
        correlation=decision.decision_id,
        original_event=decision.event_id,
        resource=_resource(decision, uid, masked=masked),
        engine_version=decision.engine_version,
        policy=Policy(version=decision.policy_version),
        enrichments=(_decided(uid, decision, finding, lists), *reporting_duties(finding, time)),
        blocks=decision.verdict is not Verdict.RELEASE,
    )


def watch_alert(
    finding: Finding,
    observation: Observation,
    *,
    time: datetime,
    masked: bool,
    engine_version: str = __version__,
    activity: Activity = Activity.CREATE,
) -> Alert:
    """The alert for a behaviour finding, which has no decision of its own: it observes, it does not block.

    The identity leaves the evidence out, because a history can know more when the same event is delivered again.
    """
    finding_uid = _identity(
        "watch", observation.tenant, observation.subject, observation.event_id, finding.rule, observation.event_type
    )
    facts = BehaviourSubject(
        observation_id=observation.observation_id,
        subject_kind=observation.subject_kind,
        subject=observation.subject,
        rule=finding.rule,
        consequence=finding.consequence,
    )
    return _alert(
        masked_finding(finding) if masked else finding,
        # A pattern completed late can make one event's finding graver: that is another alert, not its twin.
        alert_id=_identity("alert", finding_uid, activity, finding.severity),
        finding_uid=finding_uid,
        key=observation.event_id.encode(),
        time=time,
        activity=activity,
        tenant=observation.tenant,
        correlation=None,
        original_event=observation.event_id,
        resource=Resource(
            uid=observation.event_id, type=observation.event_type, namespace=observation.tenant, data=ResourceData()
        ),
        engine_version=engine_version,
        policy=None,
        enrichments=(SubjectEnrichment(value=observation.event_id, data=facts),),
        blocks=False,
        behavioural=True,
    )


def rescreen_alert(
    finding: Finding,
    past: Past,
    identity: str,
    *,
    entries: Iterable[str],
    partition: int,
    time: datetime,
    masked: bool,
    policy_version: str,
    engine_version: str = __version__,
) -> Alert:
    """The alert for a counterparty of past events that a change of the lists met; `finding` names the events.

    One for each partition that remembers events of it, all of one finding. `entries` are the fingerprints of the list
    entries as they are now: a job that begins again repeats the id, another change of the entry makes another alert.
    """
    newest, first = past.newest, past.first
    assert newest is not None
    assert first is not None
    causes = sorted({(list_name, entry) for _, list_name, entry in _causes(finding.evidence[:1])})
    finding_uid = _identity("rescreen", newest.tenant, identity, finding.rule, causes)
    facts = PastEventsFacts(
        counterparty=identity, events=past.events, first_received=first, last_received=newest.received_at
    )
    return _alert(
        masked_finding(finding) if masked else finding,
        alert_id=_identity("alert", finding_uid, partition, sorted(entries)),
        finding_uid=finding_uid,
        key=newest.event_id.encode(),
        time=time,
        activity=Activity.CREATE,
        tenant=newest.tenant,
        correlation=None,
        original_event=newest.event_id,
        resource=Resource(uid=newest.event_id, type=newest.event_type, namespace=newest.tenant, data=ResourceData()),
        engine_version=engine_version,
        policy=Policy(version=policy_version),
        enrichments=(PastEventsEnrichment(value=newest.event_id, data=facts), *reporting_duties(finding, time)),
        blocks=False,
    )


def dead_letter_alert(dead_letter: DeadLetter, decision: Decision, *, time: datetime) -> Alert:
    """The alert for a record that could not be screened; `decision` is the hold that answers it.

    Carries where the record stood and why it failed, never its bytes. Its identity is the source offset.
    """
    finding = next((f for f in decision.findings if f.rule in _UNSCREENED), None) or Finding(
        rule=SCREENING_INCOMPLETE,
        verdict=Verdict.HOLD,
        severity=Severity.HIGH,
        reason="The record could not be screened and is held.",
    )
    where = dead_letter.source.place
    uid = decision.event_id or where
    finding_uid = _dead_letter_uid(decision, where)
    return _alert(
        finding.model_copy(
            update={"advice": finding.advice or "Correct the record and send it again; until then the payment is held."}
        ),
        alert_id=_identity("alert", finding_uid, Activity.CREATE, decision.revision),
        finding_uid=finding_uid,
        key=decision.event_id.encode() if decision.event_id else dead_letter.key or where.encode(),
        time=time,
        activity=Activity.CREATE,
        tenant=decision.tenant,
        correlation=decision.decision_id,
        original_event=decision.event_id,
        resource=_resource(decision, uid, masked=True).model_copy(
            update={"data": ResourceData(event_digest=decision.event_digest, source=dead_letter.source)}
        ),
        engine_version=decision.engine_version,
        policy=Policy(version=decision.policy_version),
        enrichments=(_unread(uid, dead_letter), _decided(uid, decision, finding)),
        blocks=True,
    )


def list_alert(name: str, reason: str, detail: str, *, time: datetime, engine_version: str = __version__) -> Alert:
    """The alert for an update of a list that was refused: the last good version stays in force and ages.

    It concerns every tenant and no payment. The same refusal on the same day is the same alert, however often the
    source is asked.
    """
    finding = Finding(
        rule="LIST_REFUSED",
        verdict=Verdict.REVIEW,
        severity=Severity.MEDIUM,
        reason=detail,
        evidence=(Evidence(element="lists", list=name, note=reason),),
        advice="The list in force, if any, stays and ages. Look at what the publisher sends; if it is right, sync it "
        "with --accept-shrink and the reason.",
    )
    uid = f"lists/{name}"
    finding_uid = _identity("list", name, reason)
    return _alert(
        finding,
        alert_id=_identity("alert", finding_uid, time.astimezone(UTC).date().isoformat()),
        finding_uid=finding_uid,
        key=uid.encode(),
        time=time,
        activity=Activity.CREATE,
        tenant=None,
        correlation=None,
        original_event=None,
        resource=Resource(uid=uid, type="sanctions_list", data=ResourceData()),
        engine_version=engine_version,
        policy=None,
        enrichments=(),
        blocks=False,
    )


def _dead_letter_uid(decision: Decision, where: str) -> str:
    return _identity("dead-letter", decision.tenant, where, decision.event_digest)


def refused_disposition_alert(dead_letter: DeadLetter, *, time: datetime, engine_version: str) -> Alert:
    """The alert for a disposition that is not valid: where it stood and why it was refused, never its content."""
    where = dead_letter.source.place
    finding_uid = _identity("disposition", where)
    return _alert(
        Finding(
            rule="DISPOSITION_REFUSED",
            verdict=Verdict.HOLD,
            severity=Severity.HIGH,
            reason=f"A disposition was refused, and what it was to resolve stays blocked: {dead_letter.detail}",
            evidence=(Evidence(element="disposition", note=f"stage: {dead_letter.stage}"),),
            advice="Ask who published it. A mistake is signed again; anything else is an attempt to release a payment.",
        ),
        alert_id=_identity("alert", finding_uid, Activity.CREATE),
        finding_uid=finding_uid,
        key=dead_letter.key or where.encode(),
        time=time,
        activity=Activity.CREATE,
        tenant=None,
        correlation=None,
        original_event=None,
        resource=Resource(uid=where, type="disposition", namespace=None, data=ResourceData(source=dead_letter.source)),
        engine_version=engine_version,
        policy=None,
        enrichments=(_unread(where, dead_letter),),
        blocks=True,
    )


def cloud_event_headers(*, id: str, type: str, tenant: str | None, subject: str, time: datetime) -> dict[str, bytes]:
    """CloudEvents 1.0 attributes as Kafka headers, binary mode: the value is the data itself, as JSON.

    Source: CloudEvents Kafka Protocol Binding, section 3.2.
    """
    return {
        "ce_specversion": b"1.0",
        "ce_id": id.encode(),
        "ce_source": f"/streamer/{tenant}".encode() if tenant else b"/streamer",
        "ce_type": type.encode(),
        "ce_time": time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode(),
        "ce_subject": subject.encode(),
        "content-type": b"application/json",
    }


def _alert(
    finding: Finding,
    *,
    alert_id: str,
    finding_uid: str,
    key: bytes,
    time: datetime,
    activity: Activity,
    tenant: str | None,
    correlation: str | None,
    original_event: str | None,
    resource: Resource,
    engine_version: str,
    policy: Policy | None,
    enrichments: tuple[Enrichment, ...],
    blocks: bool,
    behavioural: bool = False,
) -> Alert:
    activity_id, activity_name, type_uid, status_id, status = _ACTIVITY[activity]
    severity_id, severity = _SEVERITY[finding.severity]
    confidence_id, confidence, confidence_score = _confidence(finding.evidence)
    bounded = _bounded(finding)
    truncated, finding = bounded != finding, bounded
    time_ms = _epoch_ms(time)
    record = OcsfDetectionFinding(
        activity_id=activity_id,
        activity_name=activity_name,
        type_uid=type_uid,
        type_name=f"Detection Finding: {activity_name}",
        time=time_ms,
        severity_id=severity_id,
        severity=severity,
        status_id=status_id,
        status=status,
        confidence_id=confidence_id,
        confidence=confidence,
        confidence_score=confidence_score,
        is_alert=activity is not Activity.CLOSE,
        action_id=2 if blocks else 3,
        action="Denied" if blocks else "Observed",
        disposition_id=2 if blocks else 15,
        disposition="Blocked" if blocks else "Detected",
        message=finding.reason,
        metadata=Metadata(
            product=Product(version=engine_version),
            uid=alert_id,
            correlation_uid=correlation,
            original_event_uid=original_event,
            event_code=finding.rule,
            tenant_uid=tenant,
            is_truncated=True if truncated else None,
        ),
        finding_info=FindingInfo(
            uid=finding_uid,
            title=_title(finding),
            desc=finding.reason,
            analytic=Analytic(
                uid=finding.rule,
                name=_words(finding.rule),
                type_id=2 if behavioural else 1,
                type="Behavioral" if behavioural else "Rule",
                version=engine_version,
            ),
            created_time=time_ms,
            related_events=tuple(RelatedEvent(uid=u) for u in _related_events(finding.evidence)),
        ),
        evidences=tuple(EvidenceArtifact(name=e.element, uid=e.entity_id, data=e) for e in finding.evidence),
        resources=(resource,),
        observables=tuple(_observables(finding.evidence, resource)),
        enrichments=enrichments,
        policy=policy,
        remediation=_remediation(finding, enrichments, blocks=blocks),
    )
    headers = cloud_event_headers(id=alert_id, type=_ALERT_TYPE, tenant=tenant, subject=resource.uid, time=time)
    return Alert(id=alert_id, key=key, record=record, headers=headers)


# ---------------------------------------------------------------- parts of a record


def _decided(uid: str, decision: Decision, finding: Finding, lists: tuple[ListVersion, ...] = ()) -> DecisionEnrichment:
    facts = DecisionFacts(
        decision_id=decision.decision_id,
        verdict=decision.verdict,
        rule=finding.rule,
        consequence=finding.consequence,
        policy_version=decision.policy_version,
        engine_version=decision.engine_version,
        revision=decision.revision,
        supersedes=decision.supersedes,
        late=decision.late,
        lists=lists,
    )
    return DecisionEnrichment(value=uid, data=facts)


def _unread(uid: str, dead_letter: DeadLetter) -> DeadLetterEnrichment:
    facts = DeadLetterFacts(
        reason=dead_letter.reason, detail=dead_letter.detail, stage=dead_letter.stage, source=dead_letter.source
    )
    return DeadLetterEnrichment(value=uid, data=facts)


def _resource(decision: Decision, uid: str, *, masked: bool) -> Resource:
    # Whoever orders a payment writes its references as he likes, "Wages Jane Doe" too: the decision has them.
    references = {} if masked else {"message_id": decision.message_id, "end_to_end_id": decision.end_to_end_id}
    return Resource(
        uid=uid,
        type=decision.event_type,
        namespace=decision.tenant,
        data=ResourceData(event_digest=decision.event_digest, source=decision.source, **references),
    )


def _title(finding: Finding) -> str:
    entry = next((e for e in finding.evidence if e.entity_id and e.list), None)
    words = f"{finding.verdict.value.capitalize()}: {_words(finding.rule).lower()}"
    return f"{words}, {entry.entity_name or entry.matched_name} ({entry.entity_id})" if entry else words


def _words(rule: str) -> str:
    return rule.replace("_", " ").capitalize()


def _confidence(
    evidence: Iterable[Evidence],
) -> tuple[Literal[0, 1, 2, 3], Literal["Unknown", "Low", "Medium", "High"], int | None]:
    """Band of the best score; unknown for rules that do not score."""
    best = max((e.score for e in evidence if e.score is not None), default=None)
    if best is None:
        return 0, "Unknown", None
    bounded = min(max(best, 0.0), 1.0)
    confidence_id, name = next((i, n) for lowest, i, n in _CONFIDENCE if bounded >= lowest)
    return confidence_id, name, int(bounded * 100)


def _observables(evidence: Iterable[Evidence], resource: Resource) -> Iterable[Observable]:
    """Values to pivot on: event id, list entries, countries. Personal values stay in the evidence, masked or not."""
    yield Observable(name="resources[0].uid", type_id=10, type="Resource UID", value=resource.uid)
    seen: set[tuple[str, str]] = set()
    for n, e in enumerate(evidence):
        if e.entity_id and ("entry", e.entity_id) not in seen:
            seen.add(("entry", e.entity_id))
            yield Observable(name=f"evidences[{n}].uid", type_id=99, type="Sanctions List Entry", value=e.entity_id)
        if e.country and ("country", e.country) not in seen:
            seen.add(("country", e.country))
            yield Observable(name=f"evidences[{n}].data.country", type_id=14, type="Country", value=e.country)


def _related_events(evidence: Iterable[Evidence]) -> list[str]:
    return list(dict.fromkeys(uid for e in evidence for uid in e.related_event_ids))[:_RELATED_EVENTS_MAX]


def _bounded(finding: Finding) -> Finding:
    """The finding within the bounds of a record; equal to the finding where nothing was cut."""
    return finding.model_copy(
        update={
            "reason": _cut(finding.reason),
            "advice": _cut(finding.advice),
            "evidence": tuple(
                e.model_copy(
                    update={
                        "value": _cut(e.value),
                        "entity_name": _cut(e.entity_name),
                        "matched_name": _cut(e.matched_name),
                        "note": _cut(e.note),
                        "agreements": tuple(
                            a.model_copy(update={"values": tuple(map(_cut, a.values))})
                            for a in e.agreements[:_AGREEMENTS_MAX]
                        ),
                        "related_event_ids": e.related_event_ids[:_RELATED_EVENTS_MAX],
                    }
                )
                for e in finding.evidence[:EVIDENCES_MAX]
            ),
        }
    )


def _cut(text: str | None) -> str | None:
    return text[:_TEXT_CHARS_MAX] + "…" if text and len(text) > _TEXT_CHARS_MAX else text


def _remediation(finding: Finding, enrichments: Iterable[Enrichment], *, blocks: bool) -> Remediation:
    # Two entries of one list, or two embargoed countries, need one report.
    duties = list({e.data: None for e in enrichments if isinstance(e, ReportingEnrichment)})
    if finding.advice:
        advice = finding.advice
    else:
        advice = CONSEQUENCE_ADVICE[finding.consequence or Consequence.REVIEW] if blocks else _OBSERVED_ADVICE
    return Remediation(
        desc=" ".join([advice, *(s for d in duties if (s := duty_in_words(d, advice)))]),
        references=tuple(d.law for d in duties),
    )


# ---------------------------------------------------------------- identity


def _identity(*parts: object) -> str:
    return digest(orjson.dumps(parts))


def _causes(evidence: Iterable[Evidence]) -> Iterable[tuple[str, str, str]]:
    """(element, list, entry or country): what identifies the cause of a finding, whatever its scores and notes say."""
    return ((e.element, e.list or "", e.entity_id or e.country or "") for e in evidence)


def _lists_named(finding: Finding, decision: Decision) -> tuple[ListVersion, ...]:
    named = {e.list for e in finding.evidence}
    return tuple(v for v in decision.lists if v.list in named)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _epoch_ms(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(milliseconds=1)
