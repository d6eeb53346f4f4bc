"""In = out, from the topics alone: every input has a decision, and no two decisions on one input disagree.

Shares nothing with the workers but the topics: no commits, no group, no bookkeeping. A decision says in its
headers which input it answers (`source-topic`, `source-partition`, `source-offset`).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

import orjson
from kafka.errors import KafkaError

from streamer.events import digest
from streamer.kafka.topics import InvalidTopics
from streamer.settings import Settings

INPUTS: Final = ("payments", "payrolls")
_SHOWN_MAX: Final = 20
_REINJECTED: Final = "reinjected-source"
"""Header of an input that was published once more: the place of the first. The copy carries its duty."""
_TAIL_RECORDS: Final = 10
"""Read at the end of a partition of which the broker says that it holds nothing so young."""
WATCHED_ANSWERS_MAX: Final = 500_000
"""Answered inputs that `watch` remembers: some 400 MB."""
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
    forgotten: int = 0
    """Answered inputs that are no longer remembered."""

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

    def forget(self, answers_max: int) -> None:
        """Remember only so many answered inputs, the newest. One that is forgotten is no longer compared."""
        for source in list(islice(self.answers, max(0, len(self.answers) - answers_max))):
            if self.inputs.pop(source, None) is not None:
                self.forgotten += 1
            del self.answers[source]

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


class Reconciliation:
    """Inputs against decisions, round after round: each goes on reading where the one before stopped.

    Reads what was received since a time (None: all the topics hold). What has no decision stays a gap until it has
    one, however long that takes; of answered inputs the newest `answers_max` are kept, so that a late contradiction is
    found and memory stays bounded.
    """

    def __init__(self, settings: Settings, since: datetime | None, answers_max: int | None = None) -> None:
        self._account = Account()
        self._answers_max = answers_max
        # Inputs first: a decision that comes meanwhile can only close a gap, never open one.
        self._inputs = [_Reader(settings, name, since) for name in INPUTS]
        self._decisions = _Reader(settings, "decisions", since)

    def round(self, grace_seconds: float) -> Report:
        """Read on to the present ends and compare.

        Inputs younger than `grace_seconds` are counted as waiting, not as gaps. Raises TimeoutError where the broker
        does not deliver, kafka.errors.KafkaError where it refuses; the next round goes on.
        """
        account = self._account
        settled_before = time.time() - grace_seconds
        for reader in self._inputs:
            for record in reader.read():
                source = (reader.name, record.partition, record.offset)
                account.take_input(source, record.timestamp / 1000, _copied_from(dict(record.headers or ())))
        for record in self._decisions.read():
            account.take_answer(answer_of(dict(record.headers or ()), record.value))
        if self._answers_max is not None:
            account.forget(self._answers_max)
        return Report(
            inputs=len(account.inputs) + account.forgotten,
            decided=sum(1 for source in account.inputs if source in account.answers) + account.forgotten,
            waiting=account.waiting(settled_before),
            gaps=tuple(account.gaps(settled_before)),
            repeated=account.repeated,
            contradictory=tuple(account.contradictory),
            unattributed=account.unattributed,
        )

    def close(self) -> None:
        for reader in (*self._inputs, self._decisions):
            reader.close()


def reconcile(settings: Settings, *, since: datetime | None, grace_seconds: float) -> Report:
    """One round of `Reconciliation`."""
    books = Reconciliation(settings, since)
    try:
        return books.round(grace_seconds)
    finally:
        books.close()


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
    failed: Callable[[Exception], None],
    stop: threading.Event,
) -> None:
    """Reconcile until `stop` is set, beginning with what was received within the window before.

    `tell` gets each report, `failed` what kept a round from its end: the next one goes on.
    """
    books = Reconciliation(settings, datetime.now(UTC) - window, WATCHED_ANSWERS_MAX)
    try:
        while not stop.is_set():
            try:
                tell(books.round(grace_seconds))
            except (KafkaError, TimeoutError, InvalidTopics) as error:
                failed(error)
            stop.wait(interval_seconds)
    finally:
        books.close()


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
    reader = _Reader(settings, name, since, key)
    try:
        yield from reader.read()
    finally:
        reader.close()


class _Reader:
    """A topic from a time on: each `read` goes on where the one before stopped, to the end that the topic has then."""

    def __init__(self, settings: Settings, name: str, since: datetime | None, key: bytes | None = None) -> None:
        self.name = name
        self._settings = settings
        self._topic = settings.topic(name)
        self._since_ms = None if since is None else int(since.timestamp() * 1000)
        self._key = key
        self._consumer: Any = None
        self._positions: dict[Any, int] = {}
        """Where to go on, by partition; a record is given once, whatever happens between."""

    def read(self) -> Iterator[Any]:
        """Raises TimeoutError, kafka.errors.KafkaError, InvalidTopics; another `read` connects anew and goes on."""
        try:
            if self._consumer is None:
                self._connect()
            yield from self._read_on(self._consumer)
        except (KafkaError, TimeoutError, InvalidTopics):
            self.close()
            raise

    def close(self) -> None:
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            consumer.close()

    def _read_on(self, consumer: Any) -> Iterator[Any]:
        positions = self._positions
        ends = consumer.end_offsets(list(positions))
        last_at = time.monotonic()
        while any(positions[p] < end for p, end in ends.items()):
            batch = consumer.poll(timeout_ms=500)
            if batch:
                last_at = time.monotonic()
            elif time.monotonic() - last_at > QUIET_SECONDS:
                raise TimeoutError(f"topic {self._topic}: nothing arrives, though its end is not reached")
            for partition, records in batch.items():
                for record in records:
                    if record.offset < positions[partition]:
                        continue
                    positions[partition] = record.offset + 1
                    is_young = self._since_ms is None or record.timestamp >= self._since_ms
                    if is_young and self._key in (None, record.key):
                        yield record
            # Past what is no record of ours: control records, and holes that compaction left.
            for partition in positions:
                positions[partition] = max(positions[partition], consumer.position(partition))

    def _connect(self) -> None:
        """A consumer that stands where reading goes on."""
        from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415
        from kafka.partitioner import murmur2  # noqa: PLC0415

        self._consumer = consumer = KafkaConsumer(
            **self._settings.command_client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
        )
        numbers = consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise InvalidTopics(
                f"topic {self._topic} does not exist: run `streamer topics create`, or check the prefix"
            )
        if self._key is not None:
            # Kafka's own rule, which all our producers follow.
            numbers = {sorted(numbers)[(murmur2(self._key) & 0x7FFFFFFF) % len(numbers)]}
        partitions = [TopicPartition(self._topic, n) for n in sorted(numbers)]
        consumer.assign(partitions)
        if self._positions:
            for partition, position in self._positions.items():
                consumer.seek(partition, position)
            return
        consumer.seek_to_beginning(*partitions)
        if self._since_ms is not None:
            _seek(consumer, partitions, consumer.end_offsets(partitions), self._since_ms)
        self._positions = {partition: consumer.position(partition) for partition in partitions}


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
