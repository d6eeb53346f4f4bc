"""OCSF 1.8 Detection Findings (class 2004 with the Security Control profile) as models: the value on `alerts`.

OCSF has no bank account and no sanctions list: the event is a resource, an element and the list entry it met are an
evidence, the decision and the duty to report are enrichments.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from streamer.events import Consequence, Evidence, ListVersion, Outbound, Source, SubjectKind, Verdict

_OCSF_VERSION: Final = "1.8.0"


class Activity(IntEnum):
    """activity_id of a Finding."""

    CREATE = 1
    UPDATE = 2
    CLOSE = 3


class Product(Outbound):
    name: Literal["streamer"] = "streamer"
    vendor_name: Literal["streamer"] = "streamer"
    version: str


class Metadata(Outbound):
    version: Literal["1.8.0"] = _OCSF_VERSION
    """Of OCSF."""
    product: Product
    profiles: tuple[Literal["security_control"], ...] = ("security_control",)
    uid: str
    """This record; equals the header ce_id."""
    correlation_uid: str | None = None
    """The decision: all alerts of one decision share it."""
    original_event_uid: str | None = None
    event_code: str
    """The rule."""
    tenant_uid: str | None = None
    is_truncated: Literal[True] | None = None


class Analytic(Outbound):
    uid: str
    name: str
    type_id: Literal[1, 2]
    """1 rule, 2 behavioural."""
    type: Literal["Rule", "Behavioral"]
    version: str


class RelatedEvent(Outbound):
    uid: str


class FindingInfo(Outbound):
    uid: str
    """The finding: one event, one cause, whichever list version says so."""
    title: str
    desc: str
    analytic: Analytic
    created_time: int
    """Epoch milliseconds."""
    related_events: tuple[RelatedEvent, ...] = ()


class EvidenceArtifact(Outbound):
    name: str
    """Path of the element in the event."""
    uid: str | None = None
    """Id of the list entry."""
    data: Evidence


class ResourceData(Outbound):
    event_digest: str | None = None
    message_id: str | None = None
    end_to_end_id: str | None = None
    source: Source | None = None


class Resource(Outbound):
    uid: str
    """event_id; `<topic>/<partition>/<offset>` where the record could not be read."""
    type: str
    """event_type."""
    namespace: str | None = None
    """Tenant."""
    role_id: Literal[3] = 3
    role: Literal["Affected"] = "Affected"
    data: ResourceData


class Observable(Outbound):
    name: str
    """Where in this record the value stands."""
    type_id: Literal[10, 14, 99]
    """10 resource uid, 14 country, 99 what OCSF has no number for: see `type`."""
    type: Literal["Resource UID", "Country", "Sanctions List Entry"]
    value: str


class Remediation(Outbound):
    desc: str
    references: tuple[str, ...] = ()


class Policy(Outbound):
    name: Literal["screening"] = "screening"
    version: str
    is_applied: Literal[True] = True


class DecisionFacts(Outbound):
    """What the decision said, so that an analyst need not join topics to act."""

    decision_id: str
    verdict: Verdict
    rule: str
    consequence: Consequence | None = None
    policy_version: str
    engine_version: str
    revision: int
    supersedes: str | None = None
    late: bool
    lists: tuple[ListVersion, ...] = ()
    """The versions of the lists the evidence names; the decision carries all."""


class ReportingDuty(Outbound):
    """A report some authority expects if the match is confirmed."""

    authority: str
    report: str
    due: str
    report_by: date | None = None
    """Last day counted in weekdays from the alert's time. Public holidays move the legal limit later, never earlier."""
    law: str


class BehaviourSubject(Outbound):
    observation_id: str
    subject_kind: SubjectKind
    subject: str
    """`<tenant>/<kind>/<keyed hash>`: whose history was judged."""
    rule: str
    consequence: Consequence | None = None


class DeadLetterFacts(Outbound):
    reason: str
    detail: str
    stage: str
    source: Source


class PastEventsFacts(Outbound):
    """What is remembered of a counterparty that a change of the lists met."""

    counterparty: str
    """Keyed hash of its name and identifiers."""
    events: int
    """How many are remembered; `finding_info.related_events` names the newest."""
    first_received: datetime
    last_received: datetime


class DecisionEnrichment(Outbound):
    type: Literal["screening_decision"] = "screening_decision"
    name: Literal["resources[0].uid"] = "resources[0].uid"
    value: str
    provider: Literal["streamer"] = "streamer"
    data: DecisionFacts


class ReportingEnrichment(Outbound):
    type: Literal["reporting_duty"] = "reporting_duty"
    name: Literal["evidences[].data.list", "evidences[].data.country"]
    value: str
    provider: Literal["streamer"] = "streamer"
    data: ReportingDuty


class SubjectEnrichment(Outbound):
    type: Literal["behaviour_subject"] = "behaviour_subject"
    name: Literal["resources[0].uid"] = "resources[0].uid"
    value: str
    provider: Literal["streamer"] = "streamer"
    data: BehaviourSubject


class PastEventsEnrichment(Outbound):
    type: Literal["past_events"] = "past_events"
    name: Literal["resources[0].uid"] = "resources[0].uid"
    value: str
    provider: Literal["streamer"] = "streamer"
    data: PastEventsFacts


class DeadLetterEnrichment(Outbound):
    type: Literal["dead_letter"] = "dead_letter"
    name: Literal["resources[0].uid"] = "resources[0].uid"
    value: str
    provider: Literal["streamer"] = "streamer"
    data: DeadLetterFacts


Enrichment = Annotated[
    DecisionEnrichment | ReportingEnrichment | SubjectEnrichment | PastEventsEnrichment | DeadLetterEnrichment,
    Field(discriminator="type"),
]


class OcsfDetectionFinding(Outbound):
    """The value on `alerts`: OCSF 1.8.0 class 2004 with the Security Control profile."""

    class_uid: Literal[2004] = 2004
    class_name: Literal["Detection Finding"] = "Detection Finding"
    category_uid: Literal[2] = 2
    category_name: Literal["Findings"] = "Findings"
    activity_id: Literal[1, 2, 3]
    activity_name: Literal["Create", "Update", "Close"]
    type_uid: Literal[200401, 200402, 200403]
    type_name: str
    time: int
    """Epoch milliseconds."""
    severity_id: Literal[1, 2, 3, 4, 5]
    severity: str
    status_id: Literal[1, 2, 4]
    """1 new, 2 in progress, 4 resolved: of the finding, not of the payment."""
    status: Literal["New", "In Progress", "Resolved"]
    confidence_id: Literal[0, 1, 2, 3]
    confidence: Literal["Unknown", "Low", "Medium", "High"]
    confidence_score: Annotated[int, Field(ge=0, le=100)] | None = None
    is_alert: bool
    action_id: Literal[2, 3]
    """2 denied: the decision blocks the payment. 3 observed: behaviour, after the fact."""
    action: Literal["Denied", "Observed"]
    disposition_id: Literal[2, 15]
    disposition: Literal["Blocked", "Detected"]
    message: str
    metadata: Metadata
    finding_info: FindingInfo
    evidences: tuple[EvidenceArtifact, ...] = ()
    resources: tuple[Resource, ...]
    observables: tuple[Observable, ...] = ()
    enrichments: tuple[Enrichment, ...] = ()
    policy: Policy | None = None
    remediation: Remediation
