"""Judges what the topics showed by what the script tells of each story and of the ordinary events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streamer.demo.events import Expectation, Script, Story
from streamer.demo.seen import Alert, Seen
from streamer.events import Verdict

CLEAN_BLOCKED_SHARE_MAX: Final = 0.05
"""On lists that are not the sample, so many of the ordinary events may resemble somebody listed."""

_SEVERITIES: Final = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a story went. `problem` None: as told. `applies` False: its entry is not on the lists in use."""

    story: Story
    happened: str
    problem: str | None
    applies: bool = True

    @property
    def is_failure(self) -> bool:
        return self.applies and self.problem is not None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that decides about the exit code."""

    outcomes: tuple[Outcome, ...]
    published: int
    inputs: int
    answered: int
    contradictory: int
    unattributed: int
    clean: int
    clean_blocked: tuple[str, ...]
    """Ordinary events that were not simply released, one line each."""
    clean_blocked_max: int

    @property
    def nothing_is_lost(self) -> bool:
        return self.published == self.inputs == self.answered and not (self.contradictory or self.unattributed)

    @property
    def is_good(self) -> bool:
        return (
            self.nothing_is_lost
            and not any(outcome.is_failure for outcome in self.outcomes)
            and len(self.clean_blocked) <= self.clean_blocked_max
        )


def judge(script: Script, seen: Seen, *, published: int, listed: frozenset[str], is_sample: bool) -> Judgement:
    """Compare what the topics showed with what the script tells. `listed`: ids of all entries on the lists in use."""
    answers = seen.answers()
    clean = script.clean_refs()
    blocked = [line for ref in clean if (line := _not_released(ref, answers.get(ref), seen.alerts)) is not None]
    return Judgement(
        outcomes=tuple(_outcome(story, answers, seen.alerts, listed) for story in script.stories),
        published=published,
        inputs=seen.inputs,
        answered=seen.answered,
        contradictory=len(seen.account.contradictory),
        unattributed=seen.account.unattributed,
        clean=len(clean),
        clean_blocked=tuple(blocked),
        clean_blocked_max=0 if is_sample else int(CLEAN_BLOCKED_SHARE_MAX * len(clean)),
    )


def _outcome(
    story: Story, answers: Mapping[str, Mapping[str, Any]], alerts: Sequence[Alert], listed: frozenset[str]
) -> Outcome:
    entity_id = story.expect.entity_id
    if entity_id is not None and entity_id not in listed:
        return Outcome(story, f"{entity_id} is not on these lists", None, applies=False)
    problems = [p for ref in story.refs if (p := _problem(story.expect, ref, answers.get(ref), alerts)) is not None]
    problem = problems[0] if problems else _behaviour_problem(story, alerts)
    return Outcome(story, _happened(story, answers, alerts), problem)


def _problem(expect: Expectation, ref: str, decision: Mapping[str, Any] | None, alerts: Sequence[Alert]) -> str | None:
    """Why the decision on one event is not what was told; None where it is."""
    if decision is None:
        return f"{ref} has no decision"
    if decision["verdict"] != expect.verdict:
        return f"{ref}: {decision['verdict']}, told was {expect.verdict}"
    if expect.near_miss and expect.near_miss not in {miss["entity_id"] for miss in decision["near_misses"]}:
        return f"{ref}: no near miss of {expect.near_miss} recorded"
    raised = {alert.rule for alert in alerts if alert.decision_id == decision["decision_id"]}
    if expect.verdict is Verdict.RELEASE:
        return f"{ref}: released, yet alerted by {', '.join(sorted(raised))}" if raised else None
    if expect.rule and not any(_is_by(finding, expect) for finding in decision["findings"]):
        entry = f" on {expect.entity_id}" if expect.entity_id else ""
        return f"{ref}: no finding {expect.rule}{entry}"
    if expect.rule and expect.rule not in raised:
        return f"{ref}: no alert {expect.rule}"
    return None


def _is_by(finding: Mapping[str, Any], expect: Expectation) -> bool:
    entries = {evidence["entity_id"] for evidence in finding["evidence"]}
    return finding["rule"] == expect.rule and (expect.entity_id is None or expect.entity_id in entries)


def _behaviour_problem(story: Story, alerts: Sequence[Alert]) -> str | None:
    watched = [alert for alert in alerts if alert.decision_id is None and alert.key in story.refs]
    if story.expect.behaviour is None:
        return f"{watched[0].key}: alert {watched[0].rule}, told was none" if watched else None
    least = _SEVERITIES.index(story.expect.severity or _SEVERITIES[0])
    if any(a.rule == story.expect.behaviour and _SEVERITIES.index(a.severity) >= least for a in watched):
        return None
    return f"no alert {story.expect.behaviour}" + (f" of severity {_SEVERITIES[least]}" if least else "")


def _happened(story: Story, answers: Mapping[str, Mapping[str, Any]], alerts: Sequence[Alert]) -> str:
    """Verdicts, then rules with their entries, in few words."""
    decided = [answers[ref] for ref in story.refs if ref in answers]
    parts = list(dict.fromkeys(decision["verdict"] for decision in decided))
    for decision in decided:
        for finding in decision["findings"]:
            if finding["verdict"] != Verdict.RELEASE:
                entry = next((e["entity_id"] for e in finding["evidence"] if e["entity_id"]), None)
                parts.append(f"{finding['rule']} {entry}" if entry else finding["rule"])
    if story.expect.near_miss:
        parts += [f"near miss {m['entity_id']}" for d in decided for m in d["near_misses"]]
    parts += [f"{a.rule} ({a.severity})" for a in alerts if a.decision_id is None and a.key in story.refs]
    return " · ".join(dict.fromkeys(parts)) or "nothing"


def _not_released(ref: str, decision: Mapping[str, Any] | None, alerts: Sequence[Alert]) -> str | None:
    if decision is None:
        return f"{ref}: no decision"
    watched = [alert.rule for alert in alerts if alert.decision_id is None and alert.key == ref]
    if decision["verdict"] == Verdict.RELEASE and not watched:
        return None
    finding = decision["findings"][0] if decision["findings"] else None
    why = finding["reason"] if finding else ", ".join(watched)
    return f"{ref}: {decision['verdict']}: {why}"
