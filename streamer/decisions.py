"""Findings and policy become one decision; precedence stands here and nowhere else.

A decision is identified by the digest of
the event, the list versions, the policy version and the revision: the same input under the same lists
repeats the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streamer.events import (
    Agreement,
    DeadLetter,
    Decision,
    Event,
    Evidence,
    Finding,
    ListVersion,
    NearMiss,
    Severity,
    Verdict,
    digest,
    strictest_verdict,
)
from streamer.policy import ListsPolicy, Policy

# ---------------------------------------------------------------- findings of the frame itself


def incomplete(dead_letter: DeadLetter) -> Finding:
    """The record could not be screened, so nobody may assume that it is clean."""
    return Finding(
        rule="SCREENING_INCOMPLETE",
        verdict=Verdict.HOLD,
        severity=Severity.HIGH,
        reason=f"The record could not be screened ({dead_letter.reason}): {dead_letter.detail}",
        evidence=(
            Evidence(element="record", note=f"stage: {dead_letter.stage}", agreements=(Agreement(kind="stage"),)),
        ),
        advice="Correct the record and publish it again under a new event id, or release it by a signed disposition.",
    )


def late(decide_by: datetime, received_at: datetime) -> Finding:
    """The answer comes after the payer stopped waiting."""
    return Finding(
        rule="DECIDED_LATE",
        verdict=Verdict.HOLD,
        severity=Severity.MEDIUM,
        reason=f"The event was received {_duration(received_at - decide_by)} after its decide_by: the payer has "
        "treated it as blocked.",
        evidence=(Evidence(element="decide_by"),),
        advice="Publish the payment again with a later decide_by, or release it by a signed disposition.",
    )


def stale_lists(
    lists: Iterable[ListVersion], received_at: datetime, policy: ListsPolicy, tenant: str | None = None
) -> tuple[Finding, ...]:
    """A list that was not fetched for longer than the policy allows cannot clear anybody."""
    return tuple(
        Finding(
            rule="LIST_STALE",
            verdict=Verdict.REVIEW,
            severity=Severity.MEDIUM,
            reason=f"List {version.list} was last fetched {_hours(received_at - version.fetched_at):.0f} h before this "
            f"event; the policy allows {policy.age_hours_of(version.list, tenant):g} h.",
            evidence=(Evidence(element="lists", list=version.list),),
            advice="Run `streamer lists sync`; events received meanwhile wait in review.",
        )
        for version in lists
        if version.fetched_at is not None
        and _hours(received_at - version.fetched_at) > policy.age_hours_of(version.list, tenant)
    )


def missing_lists(lists: Iterable[ListVersion], policy: ListsPolicy, tenant: str | None) -> tuple[Finding, ...]:
    """Whom a required list would name is not known, so nobody is clear."""
    in_force = {version.list for version in lists}
    return tuple(
        Finding(
            rule="LIST_MISSING",
            verdict=Verdict.HOLD,
            severity=Severity.HIGH,
            reason=f"List {name}, which the policy requires for this tenant, is not in force.",
            evidence=(Evidence(element="lists", list=name),),
            advice=f"Run `streamer lists sync --source {name}`, then publish the payment again under a new event id.",
        )
        for name in policy.required_of(tenant)
        if name not in in_force
    )


def _duration(span: timedelta) -> str:
    """In the largest unit that fits: `12 s`, `3 min`, `5 h`, `40 d`."""
    seconds = span.total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


# ---------------------------------------------------------------- the decision


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on, besides the event: it is recorded in every decision."""

    lists: tuple[ListVersion, ...]
    policy: Policy
    policy_version: str
    engine_version: str


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most severe first; the same findings always in the same order."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (-f.verdict.rank, -max((e.score or 0.0 for e in f.evidence), default=0.0), f.rule, f.reason),
        )
    )


def decision_id(event_digest: str, lists: Sequence[ListVersion], policy_version: str, revision: int) -> str:
    """32 hex digits from what was judged and by what."""
    parts = [event_digest, *(f"{v.list}={v.version}" for v in lists), policy_version, str(revision)]
    return digest("\n".join(parts).encode())[:32]


def decide(
    event: Event,
    event_digest: str,
    basis: Basis,
    *,
    findings: Iterable[Finding],
    near_misses: Sequence[NearMiss],
    elements_screened: Sequence[str],
    is_late: bool,
) -> Decision:
    """One decision from all findings: the strictest wins."""
    found = ordered(findings)
    thresholds = basis.policy.screening
    return Decision(
        decision_id=decision_id(event_digest, basis.lists, basis.policy_version, 0),
        event_id=event.event_id,
        tenant=event.tenant,
        event_type=event.event_type,
        message_id=event.message_id,
        end_to_end_id=event.end_to_end_id,
        verdict=strictest_verdict(finding.verdict for finding in found),
        findings=found,
        near_misses=tuple(near_misses),
        elements_screened=tuple(elements_screened),
        event_digest=event_digest,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        thresholds={"hold": thresholds.hold, "review": thresholds.review, "near_miss": thresholds.near_miss},
        late=is_late,
    )


def decide_again(
    basis: Basis,
    *,
    findings: Iterable[Finding],
    elements: Sequence[str],
    event_id: str,
    tenant: str,
    event_type: str,
    event_digest: str,
    message_id: str | None,
    end_to_end_id: str | None,
    revision: int,
    supersedes: str | None,
) -> Decision:
    """A decision after an earlier one on the same event, from what a change of the lists adds to it."""
    found = ordered(findings)
    thresholds = basis.policy.screening
    return Decision(
        decision_id=decision_id(event_digest, basis.lists, basis.policy_version, revision),
        event_id=event_id,
        tenant=tenant,
        event_type=event_type,
        message_id=message_id,
        end_to_end_id=end_to_end_id,
        verdict=strictest_verdict(finding.verdict for finding in found),
        findings=found,
        elements_screened=tuple(elements),
        event_digest=event_digest,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        thresholds={"hold": thresholds.hold, "review": thresholds.review, "near_miss": thresholds.near_miss},
        revision=revision,
        supersedes=supersedes,
    )


def decide_unscreened(dead_letter: DeadLetter, event: Event | None, basis: Basis) -> Decision:
    """A hold for a record that could not be screened, identified by where it stood and what it held."""
    source = dead_letter.source
    content = digest(dead_letter.raw or b"")
    place = f"{source.topic}/{source.partition}/{source.offset}"
    return Decision(
        decision_id=decision_id(f"{place}\n{content}", basis.lists, basis.policy_version, 0),
        event_id=event.event_id if event else None,
        tenant=event.tenant if event else None,
        event_type=event.event_type if event else "unreadable",
        message_id=event.message_id if event else dead_letter.message_id,
        end_to_end_id=event.end_to_end_id if event else dead_letter.end_to_end_id,
        verdict=Verdict.HOLD,
        findings=(incomplete(dead_letter),),
        event_digest=content,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        source=source,
    )
