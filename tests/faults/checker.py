"""Judges a run from the raw topics. Shares no code with `streamer.reconcile`: if one is wrong, the other tells."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaConsumer, TopicPartition

Place = tuple[str, int, int]
"""(topic as the contract names it, partition, offset)"""


@dataclass
class Verdicts:
    """What a run came to. `lost` are inputs the broker had confirmed and nobody answered."""

    sent: int
    lost: list[Place] = field(default_factory=list)
    duplicated_effective: list[Place] = field(default_factory=list)
    contradictory: list[Place] = field(default_factory=list)
    repeated: int = 0

    def line(self) -> str:
        return (
            f"sent={self.sent} lost={len(self.lost)} duplicated_effective={len(self.duplicated_effective)} "
            f"contradictory={len(self.contradictory)} (repeated on the wire: {self.repeated})"
        )

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicated_effective or self.contradictory)


def judged(sent: Iterable[Place], decisions: Iterable[tuple[Mapping[str, bytes], bytes]]) -> Verdicts:
    """Hold what was sent against (headers, value) of every decision record.

    Effective decisions of one input under one set of lists and one policy are one, however often repeated: a
    second id there is a duplicate that a consumer cannot drop, a second verdict is a contradiction.
    """
    answers: dict[Place, list[dict[str, Any]]] = defaultdict(list)
    for headers, value in decisions:
        place = (
            headers["source-topic"].decode(),
            int(headers["source-partition"]),
            int(headers["source-offset"]),
        )
        answers[place].append(json.loads(value))
    wanted = list(sent)
    result = Verdicts(sent=len(wanted))
    for place in wanted:
        found = answers.get(place, [])
        if not found:
            result.lost.append(place)
            continue
        result.repeated += len(found) - 1
        by_basis: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        for decision in found:
            lists = tuple(sorted((v["list"], v["version"]) for v in decision["lists"]))
            by_basis[lists, decision["policy_version"], decision["revision"]].append(decision)
        for same in by_basis.values():
            if len({decision["decision_id"] for decision in same}) > 1:
                result.duplicated_effective.append(place)
            if len({decision["verdict"] for decision in same}) > 1:
                result.contradictory.append(place)
    return result


def records(client: Mapping[str, Any], topic: str, quiet_seconds: float = 20.0) -> list[Any]:
    """Every record of a topic up to the end it has now."""
    consumer = KafkaConsumer(**client, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        partitions = [TopicPartition(topic, n) for n in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[Any] = []
        last_at = time.monotonic()
        while any(consumer.position(p) < ends[p] for p in partitions):
            batch = consumer.poll(timeout_ms=500)
            if batch:
                last_at = time.monotonic()
            assert time.monotonic() - last_at < quiet_seconds, f"{topic}: the broker delivers nothing"
            for some in batch.values():
                found.extend(some)
        return found
    finally:
        consumer.close()


def decisions(client: Mapping[str, Any], topic: str) -> list[tuple[dict[str, bytes], bytes]]:
    """(headers, value) of every decision record."""
    return [(dict(record.headers), record.value) for record in records(client, topic)]


def compacted(client: Mapping[str, Any], topic: str) -> dict[bytes, bytes]:
    """What a changelog says after compaction: the last value of every key, without the deleted ones."""
    state: dict[bytes, bytes] = {}
    for record in records(client, topic):
        if record.value is None:
            state.pop(record.key, None)
        else:
            state[record.key] = record.value
    return state
