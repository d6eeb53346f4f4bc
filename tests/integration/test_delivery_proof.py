"""Why `streamer.delivery` exists: the same faults lose a record with Faust as it comes, and none with ours.

The stock half asserts that the loss happens. Should it fail after an upgrade of Faust, the loss was mended there, and
the part of `delivery` that works around it may go.
"""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from streamer.worker.delivery import EXIT_DELIVERY
from tests.faults import checker
from tests.integration.stock_app import RAISES, TIMES
from tests.integration.worker import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

LARGE = b"L" * 5_000
OUT_BYTES_MAX = 10_000
"""Of the output topic while it is at fault: the answer to LARGE is five times as long."""


class Bench:
    """One input partition, one output partition, and one app at a time."""

    def __init__(self, client: dict[str, Any], folder: Path, kind: str) -> None:
        self.client = client
        self.prefix = f"proof-{uuid.uuid4().hex[:8]}-"
        self._folder = folder
        self._kind = kind
        self._processes: list[subprocess.Popen[bytes]] = []
        admin = KafkaAdminClient(**client)
        try:
            wanted = {"num_partitions": 1, "replication_factor": -1}
            admin.create_topics(
                {
                    f"{self.prefix}in": wanted,
                    f"{self.prefix}out": {**wanted, "configs": {"max.message.bytes": str(OUT_BYTES_MAX)}},
                    f"{self.prefix}app-seen-changelog": {**wanted, "configs": {"cleanup.policy": "compact"}},
                },
                wait_for_metadata=True,
            )
        finally:
            admin.close()

    def start(self, fault: str = "") -> subprocess.Popen[bytes]:
        arguments = [self._kind, str(self.client["bootstrap_servers"]), self.prefix, str(self._folder), fault]
        with (self._folder / "app.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.stock_app", *arguments], stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()

    def publish(self, *values: bytes) -> None:
        producer = KafkaProducer(**self.client, acks="all")
        try:
            for n, value in enumerate(values):
                producer.send(f"{self.prefix}in", key=str(n).encode(), value=value).get(timeout=30)
        finally:
            producer.close(timeout=10)

    def mend_output_topic(self) -> None:
        admin = KafkaAdminClient(**self.client)
        try:
            resource = ConfigResource(
                ConfigResourceType.TOPIC, f"{self.prefix}out", configs={"max.message.bytes": str(10 * OUT_BYTES_MAX)}
            )
            admin.alter_configs([resource])
        finally:
            admin.close()

    def answered(self) -> set[bytes]:
        return {record.value for record in checker.records(self.client, f"{self.prefix}out")}

    def committed(self) -> int:
        """The next offset that the group would read; 0 where it committed nothing."""
        consumer = KafkaConsumer(**self.client, group_id=f"{self.prefix}app", enable_auto_commit=False)
        try:
            return consumer.committed(TopicPartition(f"{self.prefix}in", 0)) or 0
        finally:
            consumer.close()

    def wait_answered(self, *values: bytes) -> None:
        wanted = {value * TIMES for value in values}
        wait_for("the answers", lambda: wanted <= self.answered())

    def wait_committed(self, offset: int) -> None:
        wait_for(f"offset {offset} to be committed", lambda: self.committed() >= offset)


@pytest.fixture
def bench(request: pytest.FixtureRequest, kafka_client: dict[str, Any], tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(kafka_client, tmp_path, request.param)
    yield bench
    bench.close()


stock = pytest.mark.parametrize("bench", ["stock"], indirect=True)
ours = pytest.mark.parametrize("bench", ["ours"], indirect=True)


# ---------------------------------------------------------------- an output that the broker rejects


@stock
def test_stock_faust_commits_past_a_record_whose_answer_was_rejected(bench: Bench) -> None:
    bench.publish(b"one", LARGE, b"three")
    first = bench.start()
    bench.wait_answered(b"one", b"three")
    bench.wait_committed(3)
    assert first.poll() is None, "it goes on as if nothing had happened"
    first.kill()
    first.wait()
    # Neither a restart nor a mended topic brings the answer back.
    bench.mend_output_topic()
    bench.start()
    bench.publish(b"four")
    bench.wait_answered(b"four")
    assert LARGE * TIMES not in bench.answered()
    assert bench.committed() >= 3


@ours
def test_ours_leaves_and_answers_once_the_topic_is_mended(bench: Bench) -> None:
    bench.publish(b"one", LARGE, b"three")
    assert bench.start().wait(90) == EXIT_DELIVERY
    assert bench.committed() <= 1
    assert LARGE * TIMES not in bench.answered()
    # As long as the fault lasts, so does the refusal.
    assert bench.start().wait(90) == EXIT_DELIVERY
    assert bench.committed() <= 1
    bench.mend_output_topic()
    last = bench.start()
    bench.wait_answered(b"one", LARGE, b"three")
    bench.wait_committed(3)
    assert last.poll() is None


# ---------------------------------------------------------------- an exception in the agent


@stock
def test_stock_faust_commits_past_a_record_that_its_agent_failed_on(bench: Bench) -> None:
    bench.publish(b"one", RAISES, b"three")
    first = bench.start("raise")
    bench.wait_answered(b"one", b"three")
    bench.wait_committed(3)
    first.kill()
    first.wait()
    bench.start()
    bench.publish(b"four")
    bench.wait_answered(b"four")
    assert RAISES * TIMES not in bench.answered()


@ours
def test_ours_leaves_and_answers_once_the_agent_is_mended(bench: Bench) -> None:
    bench.publish(b"one", RAISES, b"three")
    assert bench.start("raise").wait(90) == EXIT_DELIVERY
    assert bench.committed() <= 1
    assert RAISES * TIMES not in bench.answered()
    bench.start()
    bench.wait_answered(b"one", RAISES, b"three")
    bench.wait_committed(3)
