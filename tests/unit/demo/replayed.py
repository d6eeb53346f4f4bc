"""The shipped script, replayed through the Monitor: what the demo's tests judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from streamer import __version__
from streamer.demo.events import Script, Shipment
from streamer.demo.seen import Alert, Seen
from streamer.demo.stories import Judgement, judge
from streamer.files.replay import Replay, lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.outputs import Output
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists

RECEIVED_AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

SCRIPT = Script.shipped()
LISTED = frozenset(entity.id for parsed in sample_lists() for entity in parsed.entities)


@cache
def sample() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def replayed(shipments: Sequence[Shipment]) -> Seen:
    """What the topics would show after these shipments, through the Monitor alone."""
    monitor = Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__)
    replay, seen = Replay(monitor, sample()), Seen()
    for offset, shipment in enumerate(shipments):
        received_ms = RECEIVED_AT.timestamp() * 1000 + offset
        record = Record(shipment.topic, 0, offset, shipment.key, shipment.value, RECEIVED_AT)
        seen.refs[shipment.topic, 0, offset] = shipment.ref
        seen.take(shipment.topic, (0, offset), shipment.key, shipment.value, {}, received_ms)
        for output in replay.outputs(record):
            take(seen, output, received_ms + 5)
    return seen


def take(seen: Seen, output: Output, timestamp_ms: float) -> Alert | None:
    return seen.take(output.topic, (0, 0), output.key, output.value, output.headers, timestamp_ms)


@cache
def told() -> Seen:
    """The shipped script, once, in its own order. Not to be changed by a test."""
    return replayed(SCRIPT.shipments)


def judged(
    seen: Seen,
    script: Script = SCRIPT,
    *,
    published: int = len(SCRIPT.shipments),
    listed: frozenset[str] = LISTED,
    is_sample: bool = True,
) -> Judgement:
    return judge(script, seen, published=published, listed=listed, is_sample=is_sample)


def expecting(story_id: str, **changes: Any) -> Script:
    """The shipped script with another expectation of one story."""
    stories = tuple(
        replace(story, expect=replace(story.expect, **changes)) if story.id == story_id else story
        for story in SCRIPT.stories
    )
    return replace(SCRIPT, stories=stories)
