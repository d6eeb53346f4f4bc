"""What the topics showed so far: inputs, decisions, latencies and alerts. Asks nothing of the worker."""

from __future__ import annotations

import math
import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from streamer.kafka.reconcile import INPUTS, Account, Coordinates, answer_of
from streamer.tracing import trace_id, trace_of

REMEMBERED_MAX: Final = 100_000
"""Records whose coordinates, ids and latencies are kept while traffic is served for hours."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What the demo reads of an OCSF finding."""

    key: str
    """Event id; of an unreadable record its key."""
    rule: str
    severity: str
    verdict: str
    """hold | review, or `watch`: behaviour is observed after the fact."""
    decision_id: str | None
    entity_id: str | None
    entity_name: str | None
    score: float | None
    why: str

    @classmethod
    def of(cls, key: str, finding: Mapping[str, Any]) -> Alert:
        enrichments = {e["type"]: e["data"] for e in finding.get("enrichments", ())}
        decided = enrichments.get("screening_decision")
        evidence = finding["evidences"][0]["data"] if finding.get("evidences") else {}
        listed = evidence.get("entity_id") is not None
        elements = dict.fromkeys(in_words(e["name"]) for e in finding.get("evidences", ()))
        return cls(
            key=key,
            rule=finding["metadata"]["event_code"],
            severity=finding["severity"].lower(),
            verdict=decided["verdict"] if decided else "watch",
            decision_id=finding["metadata"].get("correlation_uid") if decided else None,
            entity_id=evidence.get("entity_id"),
            entity_name=evidence.get("entity_name") or evidence.get("country"),
            score=evidence.get("score"),
            why=", ".join(elements) if listed else in_words(finding["message"].removeprefix(_INCOMPLETE)),
        )


_INCOMPLETE: Final = "The record could not be screened "
_PATH: Final = re.compile(r"\b[a-z]+(?:_[a-z]+|\.[a-z_]+|\[\d+\])+")


def in_words(text: str) -> str:
    """Paths of elements as people say them: `intermediary_agents[1].bic` is "intermediary agents 2 bic"."""

    def said(path: re.Match[str]) -> str:
        numbered = re.sub(r"\[(\d+)\]", lambda n: f" {int(n[1]) + 1}", path[0].removesuffix(".name"))
        return numbered.replace("_", " ").replace(".", " ")

    return _PATH.sub(said, text)


@dataclass(slots=True)
class Seen:
    """Everything the topics held so far. Feed it every record; it knows nothing of the worker."""

    refs: dict[Coordinates, str] = field(default_factory=dict)
    """Where each shipment came to stand, as the broker confirmed it."""
    account: Account = field(default_factory=Account)
    answered: int = 0
    """Inputs that have a decision."""
    settled: int = 0
    """Of those, forgotten to make room."""
    decisions: dict[Coordinates, Mapping[str, Any]] = field(default_factory=dict)
    """Of the shipments in `refs`."""
    answered_at: dict[Coordinates, float] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    alert_ids: dict[tuple[bytes, bytes], None] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0
    joined: int = 0
    """Decisions and alerts in the trace of their event, which `Traffic` begins by its key."""
    unjoined: int = 0
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_MAX))

    def take(
        self,
        topic: str,
        place: tuple[int, int],
        key: bytes | None,
        value: bytes | None,
        headers: Mapping[str, bytes],
        timestamp_ms: float,
    ) -> Alert | None:
        """One record of a topic (contract name), standing at (partition, offset). Returns an alert not seen before."""
        if topic in INPUTS:
            source = (topic, *place)
            self.account.take_input(source, timestamp_ms / 1000)
            self._measure(source)
        elif topic == "decisions":
            self._take_decision(key, headers, value, timestamp_ms)
        elif topic == "alerts":
            return self._take_alert(key, value, headers)
        elif topic == "dead-letters":
            self.dead_letters += 1
        return None

    def _join(self, key: bytes | None, headers: Mapping[str, bytes], *, by_key: bool = True) -> None:
        trace = trace_of(headers.items())
        if trace is not None and (not by_key or trace.trace_id == trace_id((key or b"").decode("utf-8", "replace"))):
            self.joined += 1
        else:
            self.unjoined += 1

    def _take_decision(
        self, key: bytes | None, headers: Mapping[str, bytes], value: bytes | None, timestamp_ms: float
    ) -> None:
        answer = answer_of(headers, value)
        is_first = answer is not None and answer.source not in self.account.answers
        self.account.take_answer(answer)
        if answer is None or not is_first:
            return
        self._join(key, headers)
        self.verdicts[answer.verdict] += 1
        self.decisions[answer.source] = orjson.loads(value or b"{}")
        self.answered_at[answer.source] = timestamp_ms
        self._measure(answer.source)

    def _take_alert(self, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes]) -> Alert | None:
        identity = headers["ce_source"], headers["ce_id"]
        if identity in self.alert_ids:
            return None
        self.alert_ids[identity] = None
        alert = Alert.of((key or b"").decode("utf-8", "replace"), orjson.loads(value or b"{}"))
        # Behaviour is told in the trace of the event that completed it, which may be another of the same subject.
        self._join(key, headers, by_key=alert.decision_id is not None)
        self.rules[alert.rule] += 1
        self.alerts.append(alert)
        return alert

    def _measure(self, source: Coordinates) -> None:
        """Input and decision meet, whichever was read first. Latency: from the timestamp of one to the other's."""
        received_at, answered_at = self.account.inputs.get(source), self.answered_at.get(source)
        if received_at is not None and answered_at is not None:
            self.answered += 1
            self.latencies_ms.append(max(0.0, answered_at - received_at * 1000))
            del self.answered_at[source]

    def forget_settled(self, keep: set[str]) -> None:
        """Drop what is answered and is no shipment of `keep` (refs), once there is much of it."""
        if len(self.account.inputs) < REMEMBERED_MAX:
            return
        for source in [s for s in self.account.inputs if s in self.account.answers]:
            if self.refs.get(source) not in keep:
                del self.account.inputs[source], self.account.answers[source]
                self.refs.pop(source, None)
                self.decisions.pop(source, None)
                self.settled += 1
        self.alerts = [alert for alert in self.alerts if alert.key in keep]
        for identity in list(self.alert_ids)[:-REMEMBERED_MAX]:
            del self.alert_ids[identity]

    @property
    def inputs(self) -> int:
        return self.settled + len(self.account.inputs)

    def answers(self) -> dict[str, Mapping[str, Any]]:
        """Ref -> decision."""
        return {ref: self.decisions[source] for source, ref in self.refs.items() if source in self.decisions}

    def percentile_ms(self, share: float) -> float:
        """Nearest rank; 0 where nothing was measured."""
        ordered = sorted(self.latencies_ms)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
