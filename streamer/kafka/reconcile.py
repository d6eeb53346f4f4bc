"""In = out, from the topics alone: every input has a decision, and no two decisions on one input disagree.

Shares nothing with the workers but the topics: no commits, no group, no bookkeeping. A decision says in its
headers which input it answers (`source-topic`, `source-partition`, `source-offset`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from streamer.events import digest
from streamer.kafka.topics import InvalidTopics
from streamer.settings import Settings

INPUTS: Final = ("payments", "payrolls")
_SHOWN_MAX: Final = 20
_REINJECTED: Final = "reinjected-source"
"""Header of an input that was published once more: the place of the first. The copy carries its duty."""
_TAIL_RECORDS: Final = 10
"""Read at the end of a partition of which the broker says that it holds nothing so young."""
QUIET_SECONDS: Final = 30.0
"""A broker that delivers nothing for so long, before the end of a partition, does not answer."""

Coordinates = tuple[str, int, int]
"""(topic by its contract name, partition, offset)"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision record says of the input it answers."""

    source: Coordinates
    decision_id: str
    verdict: str
    basis: str
    """Lists, policy and revision: under one basis an input has one decision."""


@dataclass(slots=True)
class Account:
    """The books: inputs seen, answers seen, and what does not add up."""

    inputs: dict[Coordinates, float] = field(default_factory=dict)
    """Coordinates -> time of receipt, seconds since the epoch."""
    answers: dict[Coordinates, dict[str, Answer]] = field(default_factory=dict)
    """Coordinates -> decision id -> the first answer with it."""
    reinjected: set[Coordinates] = field(default_factory=set)
    """Inputs of which a copy was published: that one must be answered."""
    repeated: int = 0
    contradictory: list[str] = field(default_factory=list)
    unattributed: int = 0
    """Decisions without a source: none of ours."""

    def take_input(self, source: Coordinates, received_at: float, copy_of: Coordinates | None = None) -> None:
        self.inputs[source] = received_at
        if copy_of is not None and copy_of != source:
            self.reinjected.add(copy_of)

    def take_answer(self, answer: Answer | None) -> None:
        if answer is None:
            self.unattributed += 1
            return
        known = self.answers.setdefault(answer.source, {})
        first = known.get(answer.decision_id)
        if first is not None and first.verdict == answer.verdict:
            self.repeated += 1
            return
        place = _place(answer.source)
        for other in known.values():
            if other.decision_id == answer.decision_id:
                both = f"both {other.verdict} and {answer.verdict}"
                self.contradictory.append(f"{place}: decision {answer.decision_id} is {both}")
            elif other.basis == answer.basis:
                self.contradictory.append(
                    f"{place}: two decisions under the same lists and policy, {other.decision_id} "
                    f"({other.verdict}) and {answer.decision_id} ({answer.verdict})"
                )
        known.setdefault(answer.decision_id, answer)

    def gaps(self, settled_before: float) -> list[Coordinates]:
        """Inputs received before the given time that have no decision."""
        return sorted(
            source
            for source, received_at in self.inputs.items()
            if received_at <= settled_before and self._is_open(source)
        )

    def waiting(self, settled_before: float) -> int:
        """Inputs without a decision that are too young to be a gap."""
        return sum(1 for source, at in self.inputs.items() if at > settled_before and self._is_open(source))

    def _is_open(self, source: Coordinates) -> bool:
        return source not in self.answers and source not in self.reinjected


@dataclass(frozen=True, slots=True)
class Report:
    """One reconciliation."""

    inputs: int
    decided: int
    waiting: int
    gaps: tuple[Coordinates, ...]
    repeated: int
    contradictory: tuple[str, ...]
    unattributed: int

    @property
    def is_clean(self) -> bool:
        return not (self.gaps or self.contradictory)

    def lines(self) -> Iterator[str]:
        """For people: the sum, then what does not add up."""
        yield (
            f"in={self.inputs:,} decided={self.decided:,} waiting={self.waiting:,} gaps={len(self.gaps):,} "
            f"repeated={self.repeated:,} contradictory={len(self.contradictory):,}"
        )
        for source in self.gaps[:_SHOWN_MAX]:
            yield f"gap: {_place(source)} has no decision"
        for line in self.contradictory[:_SHOWN_MAX]:
            yield f"contradiction: {line}"
        more = len(self.gaps) + len(self.contradictory) - 2 * _SHOWN_MAX
        if more > 0:
            yield f"… and about {more:,} more"
        if self.unattributed:
            yield f"{self.unattributed:,} decisions name no source: published by something else than a worker"


def reconcile(settings: Settings, *, since: datetime | None, grace_seconds: float) -> Report:
    """Compare all inputs received since a time (None: all the topics hold) with all decisions.

    Inputs younger than `grace_seconds` are counted as waiting, not as gaps. Raises TimeoutError where the broker
    does not deliver, kafka.errors.KafkaError where it refuses.
    """
    account = Account()
    settled_before = time.time() - grace_seconds
    # Inputs first: a decision that comes meanwhile can only close a gap, never open one.
    for name in INPUTS:
        for record in records(settings, name, since):
            source = (name, record.partition, record.offset)
            account.take_input(source, record.timestamp / 1000, _copied_from(dict(record.headers or ())))
    for record in records(settings, "decisions", since):
        account.take_answer(answer_of(dict(record.headers or ()), record.value))
    gaps = account.gaps(settled_before)
    return Report(
        inputs=len(account.inputs),
        decided=sum(1 for source in account.inputs if source in account.answers),
        waiting=account.waiting(settled_before),
        gaps=tuple(gaps),
        repeated=account.repeated,
        contradictory=tuple(account.contradictory),
        unattributed=account.unattributed,
    )


def reinject(settings: Settings, gaps: Iterable[Coordinates]) -> int:
    """Publish the inputs that have no decision once more, same key and bytes; returns how many."""
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: PLC0415

    consumer = KafkaConsumer(**settings.command_client(), enable_auto_commit=False)
    producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True)
    count = 0
    try:
        for name, number, offset in gaps:
            partition = TopicPartition(settings.topic(name), number)
            consumer.assign([partition])
            consumer.seek(partition, offset)
            for record in _first(consumer, partition, offset):
                headers = [
                    *((header, value) for header, value in record.headers or () if header != _REINJECTED),
                    (_REINJECTED, _place((name, number, offset)).encode()),
                ]
                sent = producer.send(
                    partition.topic, key=record.key, value=record.value, partition=number, headers=headers
                )
                sent.get(timeout=60)
                count += 1
    finally:
        consumer.close()
        producer.close(timeout=10)
    return count


def watch(
    settings: Settings,
    *,
    window: timedelta,
    grace_seconds: float,
    interval_seconds: float,
    tell: Callable[[Report], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Reconcile the window for ever; `tell` gets each report. A broker that does not answer ends it: restart it."""
    while True:
        tell(reconcile(settings, since=datetime.now(UTC) - window, grace_seconds=grace_seconds))
        sleep(interval_seconds)


def answer_of(headers: Mapping[str, bytes], value: bytes | None) -> Answer | None:
    """Read a decision record by its headers; None where it names no source."""
    try:
        source = (
            headers["source-topic"].decode(),
            int(headers["source-partition"]),
            int(headers["source-offset"]),
        )
        decision = orjson.loads(value or b"")
        lists = sorted(f"{one['list']}={one['version']}" for one in decision["lists"])
        basis = digest("\n".join([*lists, str(decision["policy_version"]), str(decision["revision"])]).encode())
        return Answer(source, str(decision["decision_id"]), str(decision["verdict"]), basis)
    except (KeyError, ValueError, TypeError):
        return None


def _copied_from(headers: Mapping[str, bytes]) -> Coordinates | None:
    topic, _, rest = headers.get(_REINJECTED, b"").decode("utf-8", "replace").partition("/")
    partition, _, offset = rest.partition("/")
    if topic in INPUTS and _NUMBER.fullmatch(partition) and _NUMBER.fullmatch(offset):
        return topic, int(partition), int(offset)
    return None


_NUMBER: Final = re.compile("[0-9]{1,19}")


def _place(source: Coordinates) -> str:
    topic, partition, offset = source
    return f"{topic}/{partition}/{offset}"


def records(settings: Settings, name: str, since: datetime | None, key: bytes | None = None) -> Iterator[Any]:
    """All records of a topic from `since` to the end it has now; with a key, those of that key alone."""
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415
    from kafka.partitioner import murmur2  # noqa: PLC0415

    topic = settings.topic(name)
    consumer = KafkaConsumer(
        **settings.command_client(),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
    )
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise InvalidTopics(f"topic {topic} does not exist: run `streamer topics create`, or check the prefix")
        if key is not None:
            # Kafka's own rule, which all our producers follow.
            numbers = {sorted(numbers)[(murmur2(key) & 0x7FFFFFFF) % len(numbers)]}
        partitions = [TopicPartition(topic, n) for n in sorted(numbers)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        if since is not None:
            _seek(consumer, partitions, ends, int(since.timestamp() * 1000))
        last_at = time.monotonic()
        while any(consumer.position(p) < ends[p] for p in partitions):
            batch = consumer.poll(timeout_ms=500)
            if batch:
                last_at = time.monotonic()
            elif time.monotonic() - last_at > QUIET_SECONDS:
                raise TimeoutError(f"topic {topic}: nothing arrives, though its end is not reached")
            for records in batch.values():
                for record in records:
                    young = since is None or record.timestamp >= since.timestamp() * 1000
                    if young and key in (None, record.key):
                        yield record
    finally:
        consumer.close()


def _seek(consumer: Any, partitions: Iterable[Any], ends: Mapping[Any, int], since_ms: int) -> None:
    """To the first record of each partition that is so young.

    A broker may not know offsets by time, as the embedded one: it says that there are none. Believed, it would make
    every reconciliation clean; so the last records are looked at, and if they are young the whole partition is read.
    """
    partitions = list(partitions)
    found = consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
    begins = consumer.beginning_offsets(partitions)
    unknown = [p for p in partitions if not found.get(p) and ends[p] > begins[p]]
    for partition in partitions:
        consumer.seek(partition, found[partition].offset if found.get(partition) else ends[partition])
    for partition in unknown:
        consumer.seek(partition, max(begins[partition], ends[partition] - _TAIL_RECORDS))
    consumer.pause(*(p for p in partitions if p not in unknown))
    young = set()
    started = time.monotonic()
    while any(consumer.position(p) < ends[p] for p in unknown):
        if time.monotonic() - started > QUIET_SECONDS:
            raise TimeoutError(f"topic {unknown[0].topic}: its last records are not delivered")
        for partition, records in consumer.poll(timeout_ms=500).items():
            if any(record.timestamp >= since_ms for record in records):
                young.add(partition)
    consumer.resume(*partitions)
    for partition in young:
        consumer.seek(partition, begins[partition])


def _first(consumer: Any, partition: Any, offset: int) -> Iterator[Any]:
    started = time.monotonic()
    while time.monotonic() - started < QUIET_SECONDS:
        for record in consumer.poll(timeout_ms=500, max_records=1).get(partition, ()):
            if record.offset == offset:
                yield record
            return
    raise TimeoutError(f"topic {partition.topic}/{partition.partition}: offset {offset} is not delivered")
