"""Findings and policy become one decision; precedence stands here and nowhere else.

A decision is identified by the digest of
the event, the list versions, the policy version and the revision: the same input under the same lists
repeats the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streamer.detectors.entries import LISTED_IDENTIFIER, LISTED_WALLET, OWNERSHIP
from streamer.detectors.regimes import EMBARGO
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
from streamer.policy import AllowedPolicy, ListsPolicy, Policy
from streamer.reference.identifiers import compact, normalised_bic
from streamer.reference.text import folded_words
from streamer.route import Kind, Route

FINDINGS_MAX = 100
"""Kept per decision, the most severe; how many more there were is said by FINDINGS_LIMIT."""

SCREENING_INCOMPLETE = "SCREENING_INCOMPLETE"
"""Rule of a record that was not screened."""

SCREENING_BUDGET = "SCREENING_BUDGET"
"""Rule of a record that was not read to its end: too long, or too slow."""

EVIDENCE_MAX = 25
"""Kept per finding: one megabyte of text can name one listed party ten thousand times."""


# ---------------------------------------------------------------- findings of the frame itself


def incomplete(dead_letter: DeadLetter) -> Finding:
    """The record could not be screened, so nobody may assume that it is clean."""
    return Finding(
        rule=SCREENING_INCOMPLETE,
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


def too_long() -> Finding:
    """A part of the record was not read: nobody may assume that it is clean."""
    return Finding(
        rule=SCREENING_BUDGET,
        verdict=Verdict.HOLD,
        severity=Severity.HIGH,
        reason="The record was not read to its end: it holds more text than any payment.",
        evidence=(Evidence(element="record"),),
        advice="Look at the event itself; it is no ordinary payment. Release it by a signed disposition.",
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
    return decision_on(
        basis,
        findings=findings,
        near_misses=near_misses,
        elements=elements_screened,
        event_id=event.event_id,
        tenant=event.tenant,
        event_type=event.event_type,
        event_digest=event_digest,
        message_id=event.message_id,
        end_to_end_id=event.end_to_end_id,
        is_late=is_late,
    )


def decision_on(
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
    near_misses: Sequence[NearMiss] = (),
    is_late: bool = False,
    revision: int = 0,
    supersedes: str | None = None,
) -> Decision:
    """A decision on an event of which only this is known; with a `revision`, one that follows an earlier decision."""
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
        near_misses=tuple(near_misses),
        elements_screened=tuple(elements),
        event_digest=event_digest,
        lists=basis.lists,
        policy_version=basis.policy_version,
        engine_version=basis.engine_version,
        thresholds={"hold": thresholds.hold, "review": thresholds.review, "near_miss": thresholds.near_miss},
        revision=revision,
        supersedes=supersedes,
        late=is_late,
    )


def decide_unscreened(dead_letter: DeadLetter, event: Event | None, basis: Basis) -> Decision:
    """A hold for a record that could not be screened, identified by where it stood and what it held."""
    source = dead_letter.source
    content = digest(dead_letter.raw or b"")
    return Decision(
        decision_id=decision_id(f"{source.place}\n{content}", basis.lists, basis.policy_version, 0),
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


# ---------------------------------------------------------------- findings of one event


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding per cause (rule and list entry): several elements that met one entry are its evidence."""
    by_cause: dict[tuple[str, str | None, str], Finding] = {}
    for finding in findings:
        first = finding.evidence[0] if finding.evidence else None
        entity_id = first.entity_id if first else None
        cause = (finding.rule, entity_id, "" if entity_id else finding.reason)
        known = by_cause.get(cause)
        if known is None:
            by_cause[cause] = finding
            continue
        lead, other = (known, finding) if known.verdict.rank >= finding.verdict.rank else (finding, known)
        # One more than is kept tells `bounded` that there was more.
        evidence = (lead.evidence + other.evidence)[: EVIDENCE_MAX + 1]
        by_cause[cause] = lead.model_copy(update={"evidence": evidence})
    return tuple(by_cause.values())


_NEVER_ALLOWED = frozenset({EMBARGO, LISTED_IDENTIFIER, LISTED_WALLET, OWNERSHIP})
"""No allow list is a licence."""


def allowed(
    findings: Iterable[Finding], route: Route, allow: Iterable[AllowedPolicy], received_at: datetime
) -> Iterator[Finding]:
    """The findings, those of doubt on the tenant's own accounts and banks released, each with the reason.

    A finding is released where all its evidence stands on what is allowed. An embargo, a listed identifier and the very
    name of a listed party never are.
    """
    entries = [e for e in allow if e.tenant == route.event.tenant and e.holds_on(received_at.date())]
    own = dict(_own_elements(route, entries)) if entries else {}
    names = dict(route.of_kind(Kind.NAME, Kind.BANK)) if own else {}
    for finding in findings:
        entry = _entry_of_all(finding, own)
        # A hold is no doubt, whatever found it.
        if entry is None or finding.verdict is not Verdict.REVIEW or not _is_doubt(finding, names):
            yield finding
        else:
            said = (
                f"{finding.reason} Released from {finding.verdict} by the allow list until {entry.until}: {entry.why}"
            )
            yield finding.model_copy(update={"verdict": Verdict.RELEASE, "reason": said})


def _own_elements(route: Route, entries: Sequence[AllowedPolicy]) -> Iterator[tuple[str, AllowedPolicy]]:
    """(path, entry) of the accounts and banks of the event that are allowed."""
    for entry in entries:
        if entry.account is not None:
            own = compact(entry.account)
            for path, account in route.accounts:
                if own in {compact(number) for number in (account.iban, account.other) if number}:
                    yield path, entry
        if entry.bank is not None and (bank := normalised_bic(entry.bank)):
            for path, agent in route.agents:
                bic = normalised_bic(agent.bic) if agent.bic else None
                if bic and (bic == bank or (len(bank) == 8 and bic[:8] == bank)):
                    yield path, entry


def _entry_of_all(finding: Finding, own: Mapping[str, AllowedPolicy]) -> AllowedPolicy | None:
    entries = [
        next((entry for path, entry in own.items() if e.element.startswith(f"{path}.")), None) for e in finding.evidence
    ]
    return entries[0] if entries and all(entries) else None


def _is_doubt(finding: Finding, names: Mapping[str, str]) -> bool:
    """Not what no allow list may release: a listed party's own name, to the letter, among it."""
    if finding.rule in _NEVER_ALLOWED:
        return False
    return not any(
        e.entity_id
        and e.matched_name
        and sorted(folded_words(e.matched_name)) == sorted(folded_words(names[e.element]))
        for e in finding.evidence
        if e.element in names
    )


def bounded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What a record can carry: FINDINGS_MAX findings, EVIDENCE_MAX pieces of evidence each; a cut says so."""
    kept = [_bounded_evidence(finding) for finding in ordered(findings)]
    if len(kept) <= FINDINGS_MAX:
        return tuple(kept)
    more = len(kept) - FINDINGS_MAX
    limit = Finding(
        rule="FINDINGS_LIMIT",
        verdict=kept[0].verdict,
        severity=Severity.MEDIUM,
        reason=f"{more} further findings are not listed: the event names more listed parties than any payment does.",
        evidence=(Evidence(element="record"),),
        advice="Look at the event itself; it is no ordinary payment.",
    )
    return (*kept[:FINDINGS_MAX], limit)


def _bounded_evidence(finding: Finding) -> Finding:
    if len(finding.evidence) <= EVIDENCE_MAX:
        return finding
    more = Evidence(element="record", note="further elements met the same entry", agreements=(Agreement(kind="limit"),))
    return finding.model_copy(update={"evidence": (*finding.evidence[:EVIDENCE_MAX], more)})
