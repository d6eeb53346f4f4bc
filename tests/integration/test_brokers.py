"""One contract for both brokers, and what the embedded one lacks, by name, proven on both.

The clients are those of this project: aiokafka (under Faust), kafka-python (topics) and confluent-kafka.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import confluent_kafka
import confluent_kafka.admin
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance
from aiokafka.errors import CorruptRecordException, KafkaError, MessageSizeTooLargeError
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata
from kafka import TopicPartition as KafkaPythonPartition
from kafka.errors import KafkaError as KafkaPythonError

from streamer.kafka.broker import LACKS, PARTITION_BYTES_MAX, PARTITIONS_OF_UNKNOWN_TOPICS, EmbeddedBroker
from tests.conftest import Broker, Embedded

ARRIVAL_SECONDS_MAX = 30
"""No record, assignment or answer that is to come takes longer."""

ABSENCE_SECONDS = 3
"""How long the tests wait for what the embedded broker never gives."""

SESSION_TIMEOUT_MS = {"embedded": 1_500, "kafka": 6_000}
"""On the embedded broker a group waits for about so long after a member left (LACKS: takeover)."""


class Sent(NamedTuple):
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 1_700_000_000_123


RECORDS = (
    Sent(b"k", b"v", (("content-type", b"json"), ("twice", b"1"), ("twice", b"2"))),
    Sent(b"deleted", None),
    Sent(None, b"no key", timestamp_ms=1_600_000_000_000),
    Sent(b"", b""),
    Sent("ключ".encode(), b"\x00\xff" * 1000, (("", b""),)),
)


# ---------------------------------------------------------------- the three clients


async def _write_aiokafka(broker: Broker, topic: str, records: Sequence[Sent]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, enable_idempotence=True) as producer:
        for record in records:
            await producer.send_and_wait(
                topic,
                record.value,
                key=record.key,
                headers=list(record.headers),
                timestamp_ms=record.timestamp_ms,
                partition=0,
            )


async def _read_aiokafka(broker: Broker, topic: str, count: int, commit: int) -> list[Sent]:
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap_servers,
        group_id=topic,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=SESSION_TIMEOUT_MS[broker.name],
        heartbeat_interval_ms=500,
        fetch_max_wait_ms=100,
    ) as consumer:
        found = [await consumer.getone() for _ in range(count)]
        await consumer.commit({TopicPartition(topic, 0): commit})
    return [Sent(r.key, r.value, tuple(r.headers), r.timestamp) for r in found]


def _write_kafka_python(broker: Broker, topic: str, records: Sequence[Sent]) -> None:
    producer = KafkaProducer(**broker.kafka_python)
    try:
        for r in records:
            sent = producer.send(topic, r.value, r.key, list(r.headers), partition=0, timestamp_ms=r.timestamp_ms)
            sent.get(ARRIVAL_SECONDS_MAX)
    finally:
        producer.close()


def _read_kafka_python(broker: Broker, topic: str, count: int, commit: int) -> list[Sent]:
    consumer = KafkaConsumer(
        topic,
        **broker.kafka_python,
        group_id=topic,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=SESSION_TIMEOUT_MS[broker.name],
        heartbeat_interval_ms=500,
        fetch_max_wait_ms=100,
    )
    try:
        found = [next(consumer) for _ in range(count)]
        consumer.commit({KafkaPythonPartition(topic, 0): OffsetAndMetadata(commit, "", -1)})
    finally:
        consumer.close()
    return [Sent(r.key, r.value, tuple(r.headers), r.timestamp) for r in found]


def _write_confluent(broker: Broker, topic: str, records: Sequence[Sent]) -> None:
    producer = confluent_kafka.Producer({"bootstrap.servers": broker.bootstrap_servers, "enable.idempotence": True})
    for r in records:
        producer.produce(topic, r.value, r.key, 0, timestamp=r.timestamp_ms, headers=list(r.headers))
    assert producer.flush(ARRIVAL_SECONDS_MAX) == 0


def _read_confluent(broker: Broker, topic: str, count: int, commit: int) -> list[Sent]:
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": broker.bootstrap_servers,
            "group.id": topic,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": SESSION_TIMEOUT_MS[broker.name],
            "heartbeat.interval.ms": 500,
            "fetch.wait.max.ms": 100,
        }
    )
    try:
        consumer.subscribe([topic])
        found = consumer.consume(count, ARRIVAL_SECONDS_MAX)
        assert not any(r.error() for r in found)
        consumer.commit(offsets=[confluent_kafka.TopicPartition(topic, 0, commit)], asynchronous=False)
    finally:
        consumer.close()
    return [Sent(r.key(), r.value(), tuple(r.headers() or ()), r.timestamp()[1]) for r in found]


def _write_with_aiokafka(broker: Broker, topic: str, records: Sequence[Sent]) -> None:
    asyncio.run(asyncio.wait_for(_write_aiokafka(broker, topic, records), ARRIVAL_SECONDS_MAX))


def _read_with_aiokafka(broker: Broker, topic: str, count: int, commit: int) -> list[Sent]:
    return asyncio.run(asyncio.wait_for(_read_aiokafka(broker, topic, count, commit), ARRIVAL_SECONDS_MAX))


WRITERS: dict[str, Callable[[Broker, str, Sequence[Sent]], None]] = {
    "aiokafka": _write_with_aiokafka,
    "kafka-python": _write_kafka_python,
    "confluent-kafka": _write_confluent,
}
READERS: dict[str, Callable[[Broker, str, int, int], list[Sent]]] = {
    "aiokafka": _read_with_aiokafka,
    "kafka-python": _read_kafka_python,
    "confluent-kafka": _read_confluent,
}
"""Joins the group named like the topic, reads `count` records, commits `commit`, leaves."""


# ---------------------------------------------------------------- what both do


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_record_arrives_as_it_was_sent(broker: Broker, writer: str, reader: str) -> None:
    topic = f"{broker.prefix}payments"
    broker.create_topics({topic: 1})
    WRITERS[writer](broker, topic, RECORDS)
    assert READERS[reader](broker, topic, len(RECORDS), len(RECORDS)) == list(RECORDS)


@pytest.mark.parametrize("client", READERS)
def test_a_group_resumes_at_what_it_committed(broker: Broker, client: str) -> None:
    topic = f"{broker.prefix}payments"
    broker.create_topics({topic: 1})
    WRITERS[client](broker, topic, RECORDS)
    assert READERS[client](broker, topic, 5, 2) == list(RECORDS)
    assert READERS[client](broker, topic, 3, 5) == list(RECORDS[2:])


def test_a_batch_arrives_in_order_and_compressed(broker: Broker) -> None:
    topic = f"{broker.prefix}sanctions"
    broker.create_topics({topic: 3})
    values = [b"%d" % n * 100 for n in range(5_000)]

    async def run() -> list[bytes]:
        servers = broker.bootstrap_servers
        async with AIOKafkaProducer(
            bootstrap_servers=servers, enable_idempotence=True, compression_type="gzip"
        ) as producer:
            sent = [await producer.send(topic, value, partition=1) for value in values]
            await asyncio.gather(*sent)
        async with AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
            consumer.assign([TopicPartition(topic, 1)])
            return [(await consumer.getone()).value for _ in values]

    assert asyncio.run(asyncio.wait_for(run(), ARRIVAL_SECONDS_MAX)) == values


def test_a_topic_has_the_partitions_it_was_created_with(broker: Broker) -> None:
    topics = {f"{broker.prefix}payments": 7, f"{broker.prefix}alerts": 1}
    broker.create_topics(topics)
    consumer = KafkaConsumer(**broker.kafka_python)
    try:
        assert {topic: len(consumer.partitions_for_topic(topic)) for topic in topics} == topics
    finally:
        consumer.close()


# ---------------------------------------------------------------- what the embedded broker lacks


def _wait_seconds(broker: Broker) -> int:
    """Kafka gets the time it needs; the embedded broker gets enough to show that nothing comes."""
    return ARRIVAL_SECONDS_MAX if broker.name == "kafka" else ABSENCE_SECONDS


async def _values(broker: Broker, topic: str, **options: Any) -> list[bytes]:
    """Everything in partition 0 now, in order."""
    partition = TopicPartition(topic, 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap_servers, auto_offset_reset="earliest", fetch_max_wait_ms=100, **options
    ) as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        found: list[bytes] = []
        deadline = time.monotonic() + ARRIVAL_SECONDS_MAX
        while await consumer.position(partition) < end:
            assert time.monotonic() < deadline, f"stuck before offset {end}"
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [record.value for record in records]
        return found


async def _send(
    broker: Broker, topic: str, *values: bytes | None, timestamp_ms: int | None = None, **options: Any
) -> Any:
    """The last record's metadata."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, **options) as producer:
        for value in values:
            sent = await producer.send_and_wait(topic, value, key=b"k", partition=0, timestamp_ms=timestamp_ms)
        return sent


async def _keeps_everything(broker: Broker) -> bool:
    topic = f"{broker.prefix}much"
    broker.create_topics({topic: 1})
    value = bytes(1_000_000)
    await _send(broker, topic, *[value] * (PARTITION_BYTES_MAX // len(value) + 2))
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap_servers) as consumer:
        partition = TopicPartition(topic, 0)
        first = (await consumer.beginning_offsets([partition]))[partition]
    return bool(first == 0)


async def _limits_record_size(broker: Broker) -> bool:
    topic = f"{broker.prefix}large"
    broker.create_topics({topic: 1})
    try:
        await _send(broker, topic, bytes(2 * 1024 * 1024), max_request_size=4 * 1024 * 1024)
    except MessageSizeTooLargeError:
        return True
    return False


async def _administers_topics(broker: Broker) -> bool:
    admin = KafkaAdminClient(**broker.kafka_python, request_timeout_ms=5_000)
    try:
        admin.create_topics({f"{broker.prefix}new": {"num_partitions": 1, "replication_factor": 1}})
    except KafkaPythonError:
        return False
    finally:
        admin.close()
    return True


async def _refuses_unknown_topics(broker: Broker) -> bool:
    topic = f"{broker.prefix}misspelt"
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    found = admin.list_topics(topic, timeout=ARRIVAL_SECONDS_MAX).topics[topic]
    if found.error is None:
        assert len(found.partitions) == PARTITIONS_OF_UNKNOWN_TOPICS
    return found.error is not None


async def _compacts(broker: Broker) -> bool:
    topic = f"{broker.prefix}compacted"
    broker.create_topics(
        {topic: 1}, {"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01"}
    )
    deadline = time.monotonic() + _wait_seconds(broker)
    while time.monotonic() < deadline:
        # Only closed segments are compacted, and only a later record closes one.
        last = await _send(broker, topic, b"earlier", b"later")
        await asyncio.sleep(0.5)
        if len(await _values(broker, topic)) < last.offset + 1:
            return True
    return False


async def _stamps_the_time_of_receipt(broker: Broker) -> bool:
    topic = f"{broker.prefix}stamped"
    broker.create_topics({topic: 1}, {"message.timestamp.type": "LogAppendTime"})
    sent = await _send(broker, topic, b"v", timestamp_ms=1_700_000_000_000)
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap_servers, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        record = await consumer.getone()
    return bool(record.timestamp == sent.timestamp != 1_700_000_000_000)


async def _finds_offsets_by_time(broker: Broker) -> bool:
    topic = f"{broker.prefix}timed"
    broker.create_topics({topic: 1})
    await _send(broker, topic, b"v")
    partition = TopicPartition(topic, 0)
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap_servers) as consumer:
        found = await consumer.offsets_for_times({partition: 1_600_000_000_000})
    return found[partition] is not None


async def _transact(broker: Broker, topic: str) -> None:
    broker.create_topics({topic: 1})
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, transactional_id=topic) as producer:
        async with producer.transaction():
            await producer.send_and_wait(topic, b"committed", partition=0)
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"aborted", partition=0)
        await producer.abort_transaction()


async def _hides_aborted_records(broker: Broker) -> bool:
    topic = f"{broker.prefix}aborted"
    await _transact(broker, topic)
    return await _values(broker, topic, isolation_level="read_committed", check_crcs=False) == [b"committed"]


async def _checksums_transaction_markers(broker: Broker) -> bool:
    topic = f"{broker.prefix}marked"
    await _transact(broker, topic)
    try:
        await _values(broker, topic, isolation_level="read_uncommitted")
    except CorruptRecordException:
        return False
    return True


async def _fences_producers(broker: Broker) -> bool:
    topic = f"{broker.prefix}fenced"
    broker.create_topics({topic: 1})
    options = {"bootstrap.servers": broker.bootstrap_servers, "transactional.id": topic}
    earlier, later = confluent_kafka.Producer(options), confluent_kafka.Producer(options)
    earlier.init_transactions(ARRIVAL_SECONDS_MAX)
    later.init_transactions(ARRIVAL_SECONDS_MAX)
    earlier.begin_transaction()
    try:
        earlier.produce(topic, b"v")
        earlier.commit_transaction(ARRIVAL_SECONDS_MAX)
    except confluent_kafka.KafkaException as error:
        assert error.args[0].code() == confluent_kafka.KafkaError._FENCED
        return True
    return False


def _member(broker: Broker, topic: str, **options: Any) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker.bootstrap_servers,
        group_id=topic,
        auto_offset_reset="earliest",
        heartbeat_interval_ms=200,
        fetch_max_wait_ms=100,
        **options,
    )


async def _takes_late_followers(broker: Broker) -> bool:
    """The leader's assignment arrives before the other member has asked for it."""
    topic = f"{broker.prefix}group"
    broker.create_topics({topic: 4})
    ask = CoordinatorGroupRebalance._on_join_follower

    async def ask_late(self: CoordinatorGroupRebalance) -> Any:
        await asyncio.sleep(0.5)
        return await ask(self)

    members = [_member(broker, topic, session_timeout_ms=SESSION_TIMEOUT_MS[broker.name]) for _ in range(2)]
    CoordinatorGroupRebalance._on_join_follower = ask_late
    try:
        await asyncio.gather(*(member.start() for member in members))
        while [len(member.assignment()) for member in members] != [2, 2]:
            await asyncio.gather(*(member.getmany(timeout_ms=100) for member in members))
    except KafkaError:
        return False
    finally:
        CoordinatorGroupRebalance._on_join_follower = ask
        for member in members:
            await member.stop()
    return True


async def _hands_over_at_once(broker: Broker) -> bool:
    topic = f"{broker.prefix}handover"
    broker.create_topics({topic: 1})
    await _send(broker, topic, b"v")
    options = {
        "session_timeout_ms": 2 * 1000 * ARRIVAL_SECONDS_MAX,  # what the embedded broker waits for
        "request_timeout_ms": 1000 * _wait_seconds(broker),  # what stop() waits for, when a join is unanswered
    }
    async with _member(broker, topic, **options) as first:
        await first.getone()
    second = _member(broker, topic, **options)
    try:
        await asyncio.wait_for(second.start(), _wait_seconds(broker))
    except TimeoutError:
        return False
    finally:
        await second.stop()
    return True


async def _answers_a_waiting_fetch(broker: Broker) -> bool:
    topic = f"{broker.prefix}fetched"
    broker.create_topics({topic: 1})
    async with AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap_servers,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=2 * 1000 * ARRIVAL_SECONDS_MAX,
        request_timeout_ms=3 * 1000 * ARRIVAL_SECONDS_MAX,
    ) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.getmany(timeout_ms=500)  # now a fetch waits at the broker
        await _send(broker, topic, b"v")
        try:
            await asyncio.wait_for(consumer.getone(), _wait_seconds(broker))
        except TimeoutError:
            return False
    return True


PROBES: dict[str, Callable[[Broker], Awaitable[bool]]] = {
    "retention": _keeps_everything,
    "record size limit": _limits_record_size,
    "topic administration": _administers_topics,
    "unknown topics": _refuses_unknown_topics,
    "compaction": _compacts,
    "log append time": _stamps_the_time_of_receipt,
    "offsets by time": _finds_offsets_by_time,
    "transactions": _hides_aborted_records,
    "transaction markers": _checksums_transaction_markers,
    "fencing": _fences_producers,
    "several members": _takes_late_followers,
    "takeover": _hands_over_at_once,
    "prompt fetch": _answers_a_waiting_fetch,
}
"""What Kafka does: True where it is done."""


def test_every_lack_is_proven() -> None:
    assert PROBES.keys() == LACKS.keys()


@pytest.mark.parametrize("lack", PROBES)
def test_kafka_does_what_the_embedded_broker_lacks(broker: Broker, lack: str) -> None:
    async def run() -> bool:
        return await PROBES[lack](broker)

    assert asyncio.run(run()) is (broker.name == "kafka"), LACKS[lack]


# ---------------------------------------------------------------- the embedded broker alone


def test_the_fill_tells_what_was_written_and_what_was_dropped(embedded_broker: Embedded) -> None:
    embedded_broker.create_topics({"few": 2, "many": 1})
    asyncio.run(_send(embedded_broker, "few", b"v"))
    asyncio.run(_send(embedded_broker, "many", *[bytes(1_000_000)] * 7))
    fill = embedded_broker.broker.fill()
    assert set(fill) == {("few", 0), ("few", 1), ("many", 0)}
    assert (fill["few", 0].next_offset, fill["few", 1].next_offset) == (1, 0)
    assert 0 < fill["few", 0].size_bytes < 1_000
    assert fill["few", 1].size_bytes == 0
    assert fill["few", 0].records_dropped == 0
    assert fill["many", 0].records_dropped == 2
    assert 5_000_000 < fill["many", 0].size_bytes <= PARTITION_BYTES_MAX


def test_the_fill_finds_each_partition_on_its_broker() -> None:
    with EmbeddedBroker({"payments": 8}, brokers=3) as broker:
        assert len(broker.bootstrap_servers.split(",")) == 3
        assert [fill.next_offset for fill in broker.fill().values()] == [0] * 8


def test_two_brokers_know_nothing_of_each_other() -> None:
    with EmbeddedBroker({"payments": 1}) as one, EmbeddedBroker({"alerts": 2}) as other:
        assert one.bootstrap_servers != other.bootstrap_servers
        assert (set(one.fill()), set(other.fill())) == ({("payments", 0)}, {("alerts", 0), ("alerts", 1)})


@pytest.mark.parametrize(
    ("topics", "brokers", "message"),
    [
        ({"payments": 0}, 1, "topic 'payments': 0 partitions; a topic has at least one"),
        ({}, 0, r"brokers: 0 is not within 1\.\."),
    ],
)
def test_what_cannot_be_is_refused_by_name(topics: dict[str, int], brokers: int, message: str) -> None:
    with pytest.raises(ValueError, match=message), EmbeddedBroker(topics, brokers):
        pass


def test_a_topic_is_created_once(embedded_broker: Embedded) -> None:
    embedded_broker.create_topics({"payments": 1})
    with pytest.raises(ValueError, match=r"topic 'payments': .*already exists"):
        embedded_broker.create_topics({"payments": 1})


def test_outside_its_block_the_broker_says_how_to_start_it() -> None:
    broker = EmbeddedBroker({"payments": 1})
    with pytest.raises(RuntimeError, match="with EmbeddedBroker"):
        broker.fill()
    with broker:
        pass
    with pytest.raises(RuntimeError, match="with EmbeddedBroker"):
        broker.create_topics({"alerts": 1})


def _python(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=ARRIVAL_SECONDS_MAX
    )


def test_without_the_extra_the_cure_is_named() -> None:
    script = (
        "import sys; sys.modules['confluent_kafka'] = None\n"
        "from streamer.kafka.broker import EmbeddedBroker\n"
        "with EmbeddedBroker({}): pass"
    )
    failed = _python(script)
    assert failed.returncode != 0
    assert "pip install 'streamer[demo]'" in failed.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("ending", "returncode"),
    [("", 0), ("raise SystemExit(3)", 3), ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM)],
)
def test_a_program_ends_though_its_broker_runs(ending: str, returncode: int) -> None:
    script = (
        "import os, signal\n"
        "from streamer.kafka.broker import EmbeddedBroker\n"
        f"broker = EmbeddedBroker({{'payments': 1}}).__enter__()\n{ending}"
    )
    ended = _python(script)
    assert (ended.returncode, ended.stdout, ended.stderr) == (returncode, "", "")
