"""An old event decided again: with the list versions and the policy that its decision names, from the archive.

found = find(settings, decision_id)            on the topics, while they keep it
again = decided_again(found, archive)
differences(found.decision, again)             empty: the same in every field
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from pydantic import TypeAdapter, ValidationError

from streamer import __version__
from streamer.events import Decision, Finding, NearMiss
from streamer.files.rows import InvalidInput
from streamer.list_feed.archive import Archive
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import Policy
from streamer.settings import Settings
from streamer.watchlists.entity import Entity

IDENTITY_KEY: Final = b"reproduce"
"""A decision holds no keyed hash: the histories' key is not needed, and not asked for."""
_OF_THE_RUN: Final = frozenset({"engine_version", "revision", "supersedes"})
"""Fields that say who decided and when, not what."""
_DECISION: Final = TypeAdapter(Decision)


class NotFound(InvalidInput):
    """What is to be reproduced is not there any more. Names what, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """A decision and the record it answered."""

    decision: Decision
    record: Record


def decision_from(value: bytes, where: str) -> Decision:
    """Raises NotFound where it is no decision."""
    try:
        return _DECISION.validate_json(value)
    except ValidationError as error:
        raise NotFound(f"{where}: is no decision this version of streamer knows: {error.errors()[0]['msg']}") from None


def from_files(decision: Decision, event: bytes, topic: str, received_at: datetime | None) -> Found:
    """What the topics have forgotten, and somebody kept."""
    assert received_at is not None
    source = decision.source
    place = (source.topic, source.partition, source.offset) if source else (topic, 0, 0)
    key = decision.event_id.encode() if decision.event_id else None
    return Found(decision, Record(*place, key=key, value=event, timestamp=received_at))


# ---------------------------------------------------------------- on the topics


def find(
    settings: Settings,
    decision_id: str,
    *,
    event: bytes | None = None,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Found:
    """Reads `decisions` until it meets the id, and the input where the decision's headers say it stood.

    `event` stands in for the input. Raises NotFound where one of the two is gone.
    """
    consumer = KafkaConsumer(**settings.topic_reader())
    try:
        answer = _answer(consumer, settings, decision_id, since, progress)
        headers = {name: value.decode() for name, value in answer.headers}
        decision = decision_from(answer.value, f"decision {decision_id}")
        topic, partition = headers["source-topic"], int(headers["source-partition"])
        offset = int(headers["source-offset"])
        key = decision.event_id.encode() if decision.event_id else answer.key
        if event is None:
            place = TopicPartition(settings.topic(topic), partition)
            consumer.assign([place])
            if not consumer.beginning_offsets([place])[place] <= offset < consumer.end_offsets([place])[place]:
                raise NotFound(
                    f"the input {topic}/{partition}/{offset} of decision {decision_id} is no longer on its topic: "
                    "give it from your own archive with --event FILE"
                )
            consumer.seek(place, offset)
            read = next(iter(_records(consumer, [place], {place: offset + 1})))
            key, event = read.key, read.value
        received_at = datetime.fromisoformat(headers["ce_time"])
        return Found(decision, Record(topic, partition, offset, key, event, received_at))
    finally:
        consumer.close()


def _answer(
    consumer: Any, settings: Settings, decision_id: str, since: datetime | None, progress: Callable[[int], None]
) -> Any:
    topic = settings.topic("decisions")
    places = [TopicPartition(topic, n) for n in sorted(consumer.partitions_for_topic(topic) or ())]
    if not places:
        raise NotFound(f"topic {topic} does not exist; name the decision with --decision FILE")
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    consumer.seek_to_beginning(*places)
    if since is not None:
        starts = consumer.offsets_for_times(dict.fromkeys(places, int(since.timestamp() * 1000)))
        for place, start in starts.items():
            consumer.seek(place, start.offset if start is not None else ends[place])
    wanted = decision_id.encode()
    for n, record in enumerate(_records(consumer, places, ends)):
        if n % 1000 == 0:
            progress(n)
        if dict(record.headers).get("ce_id") == wanted:
            return record
    raise NotFound(
        f"no decision {decision_id} on {topic}: is the id right, and is it younger than the topic's retention? Else "
        "give it from your own archive with --decision FILE and --event FILE"
    )


def _records(consumer: Any, places: Iterable[Any], ends: Mapping[Any, int]) -> Iterable[Any]:
    """Records up to the offsets `ends`."""
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=500).values():
            yield from records


# ---------------------------------------------------------------- decided again


def decided_again(found: Found, archive: Archive, policy: Policy | None = None) -> Decision:
    """The decision that this version of streamer makes of the same input under the same lists and policy.

    `policy` stands in where the archive has none. Raises NotArchived naming what is missing, and NotFound where the
    policy given is another.
    """
    decision = found.decision
    if decision.revision:
        raise NotFound(
            f"decision {decision.decision_id} is revision {decision.revision}: no list decided it. Reproduce "
            f"what it supersedes, {decision.supersedes}"
        )
    if policy is None:
        policy = archive.policy(decision.policy_version)
    elif policy.version != decision.policy_version:
        raise NotFound(
            f"the policy given has the version {policy.version[:12]}, and {decision.policy_version[:12]} "
            "decided; find that one"
        )
    entities: list[Entity] = []
    for version in decision.lists:
        entities += archive.entities(version.list, version.version).values()
    lists = Lists.of(decision.lists, entities)
    monitor = Monitor.under(policy, identity_key=IDENTITY_KEY, engine_version=__version__)
    received = monitor.receive(found.record)
    # What it was before is not kept with the decision; that it was another is.
    earlier = "another content" if _was_reused(decision) else None
    return monitor.screen(received, lists, earlier).decision


def _was_reused(decision: Decision) -> bool:
    return any("event_id_reused" in finding.reason for finding in decision.findings)


def differences(was: Decision, now: Decision) -> list[str]:
    """One sentence for each field that is not the same; names entries and rules, no party of the payment."""
    return [
        f"{name}: was {_shown(before)}, is {_shown(after)}"
        for name in Decision.model_fields
        if name not in _OF_THE_RUN and (before := getattr(was, name)) != (after := getattr(now, name))
    ]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_shown(one) for one in value)}]"
    if isinstance(value, Finding):
        ids = sorted({e.entity_id for e in value.evidence if e.entity_id})
        scores = [f"{e.score:.4f}" for e in value.evidence[:1] if e.score is not None]
        return " ".join([value.rule, value.verdict.value, *ids, *scores])
    if isinstance(value, NearMiss):
        return f"{value.element} {value.entity_id} {value.score:.4f}"
    return str(value)[:200]
