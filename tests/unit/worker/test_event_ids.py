"""On which partition an event id stands, by what publishers do."""

from __future__ import annotations

from typing import Any, cast

import pytest
from kafka.partitioner import murmur2 as kafka_python_murmur2

from streamer.monitor import Monitor
from streamer.policy import WorkerPolicy, shipped_policy
from streamer.worker.event_ids import EventIds, partition_of
from streamer.worker.state import StateTable
from tests.builders import as_bytes, payment, record

MONITOR = Monitor.under(shipped_policy(), identity_key=b"key", engine_version="1")
NO_TABLE = cast(StateTable, None)


@pytest.mark.parametrize("event_id", ["PAY-42", "", "ü", "x" * 200])
def test_partitions_are_those_of_the_publishers(event_id: str) -> None:
    expected = (kafka_python_murmur2(event_id.encode()) & 0x7FFFFFFF) % 12
    assert partition_of(event_id, "murmur2", 12) == expected


def test_murmur2_and_crc32_have_known_values() -> None:
    # Apache Kafka, UtilsTest.testMurmur2: "foobar" -> -790332482; CRC-32 check value of "123456789".
    assert partition_of("foobar", "murmur2", 2**31) == -790332482 & 0x7FFFFFFF
    assert partition_of("123456789", "crc32", 2**32) == 0xCBF43926


@pytest.mark.parametrize("partitioner", ["murmur2", "crc32"])
def test_a_record_elsewhere_is_misplaced_only_where_publishers_agreed(partitioner: Any) -> None:
    event = payment()
    home = partition_of(event["event_id"], partitioner, 12)
    strict = EventIds(NO_TABLE, WorkerPolicy(partitioner=partitioner), 12)
    lenient = EventIds(NO_TABLE, WorkerPolicy(), 12)
    for partition in range(12):
        received = MONITOR.receive(record(as_bytes(event), partition=partition))
        assert strict.is_misplaced(received) is (partition != home)
        assert not lenient.is_misplaced(received)
    unreadable = MONITOR.receive(record(b"no JSON"))
    assert not strict.is_misplaced(unreadable)
