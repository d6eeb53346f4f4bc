"""The cluster itself: what the fault suite does to it, and what it says where Kafka cannot be had."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from tests.conftest import Kafka
from tests.kafka.cluster import KafkaCluster, KafkaUnavailable, java, kafka_version, libraries

WAIT_SECONDS_MAX = 60
TOPIC = "payments"

own_nodes = pytest.mark.skipif(
    "KAFKA_BOOTSTRAP_SERVERS" in os.environ, reason="KAFKA_BOOTSTRAP_SERVERS names a cluster that is not ours to kill"
)


def _write(cluster: KafkaCluster, value: bytes) -> None:
    async def run() -> None:
        while True:
            # A client may sit in front of the paused node; the next one asks another.
            with suppress(KafkaError):
                async with AIOKafkaProducer(
                    bootstrap_servers=cluster.bootstrap_servers, acks="all", request_timeout_ms=5_000
                ) as producer:
                    await producer.send_and_wait(TOPIC, value, partition=0)
                    return

    asyncio.run(asyncio.wait_for(run(), WAIT_SECONDS_MAX))


def _read(cluster: KafkaCluster, count: int) -> list[bytes]:
    """The first `count` different values, in order: a writer may repeat itself, and a node just resumed tells the
    end and the leaders it knew before. aiokafka believes it for as long as metadata may be old."""

    async def run() -> list[bytes]:
        values: dict[bytes, None] = {}
        async with AIOKafkaConsumer(
            bootstrap_servers=cluster.bootstrap_servers, auto_offset_reset="earliest", metadata_max_age_ms=1_000
        ) as consumer:
            consumer.assign([TopicPartition(TOPIC, 0)])
            while len(values) < count:
                values[(await consumer.getone()).value] = None
        return list(values)

    return asyncio.run(asyncio.wait_for(run(), WAIT_SECONDS_MAX))


@pytest.mark.kafka
@own_nodes
def test_three_nodes_survive_the_loss_of_each_in_turn() -> None:
    with KafkaCluster(brokers=3) as cluster:
        assert len(cluster.bootstrap_servers.split(",")) == 3
        Kafka(cluster.client).create_topics({TOPIC: 1})
        _write(cluster, b"before")
        for node, fail, recover in (
            (1, cluster.kill, cluster.start),
            (2, cluster.stop, cluster.start),
            (3, cluster.pause, cluster.resume),
        ):
            fail(node)
            _write(cluster, b"without %d" % node)
            recover(node)
            cluster.wait_ready()
        assert _read(cluster, 4) == [b"before", b"without 1", b"without 2", b"without 3"]
        folder = cluster.folder
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.kafka
@own_nodes
def test_one_node_keeps_its_records_when_killed() -> None:
    with KafkaCluster() as cluster:
        Kafka(cluster.client).create_topics({TOPIC: 1})
        _write(cluster, b"before")
        cluster.kill(1)
        cluster.start(1)
        assert _read(cluster, 1) == [b"before"]


@pytest.mark.kafka
@own_nodes
def test_a_node_that_cannot_start_shows_its_log() -> None:
    with (
        pytest.raises(KafkaUnavailable, match=r"node 1[\s\S]*num\.partitions"),
        KafkaCluster(configs={"num.partitions": "x"}),
    ):
        pass


def test_without_java_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaUnavailable, match=r"no `java` on the PATH.*apt-get install.*KAFKA_BOOTSTRAP_SERVERS"):
        java()


def test_an_old_java_is_refused_by_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaUnavailable, match=r"needs Java 17.*11\.0\.2"):
        java()


def test_without_maven_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KafkaUnavailable, match=r"no `mvn` on the PATH.*apt-get install"):
        libraries()


def test_a_cached_server_needs_no_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "streamer" / "kafka" / kafka_version() / "libs"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert libraries() == folder
