"""Brokers for the tests: one contract, run on the embedded broker by default and on Kafka by `make test-kafka`."""

from __future__ import annotations

import gc
import os
import uuid
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytest
from hypothesis import settings

# Read once, where the command line is first imported: tables are as wide in every test.
os.environ["COLUMNS"] = "200"

from streamer.kafka.broker import KAFKA_PYTHON_API_VERSION, EmbeddedBroker

with warnings.catch_warnings():
    # kafka-python reads its schemas, once, in a way that Python 3.11 and 3.12 deprecate and 3.13 does not.
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaAdminClient

from tests.kafka.cluster import KafkaCluster

# How long an example takes is no property of ours: machines are shared.
# A build says the same twice; new examples are for those who develop.
settings.register_profile("streamer", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("streamer")


class Broker(Protocol):
    """What a test needs of a broker."""

    name: str
    """embedded | kafka"""
    bootstrap_servers: str
    prefix: str
    """Goes before every topic name and group id, so that tests that share a cluster do not meet."""
    kafka_python: dict[str, Any]
    """Arguments with which kafka-python clients connect."""

    def create_topics(self, topics: Mapping[str, int], configs: Mapping[str, str] | None = None) -> None:
        """Creates each topic, full name to number of partitions; `configs` holds for all of them."""


class Embedded:
    name = "embedded"
    prefix = ""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self.broker = broker
        self.bootstrap_servers = broker.bootstrap_servers
        self.kafka_python = {
            "bootstrap_servers": broker.bootstrap_servers,
            "api_version": KAFKA_PYTHON_API_VERSION,
        }

    def create_topics(self, topics: Mapping[str, int], configs: Mapping[str, str] | None = None) -> None:
        # It has no topic configurations to set; LACKS says so, and tests of their effect run on Kafka.
        self.broker.create_topics(topics)


class Kafka:
    name = "kafka"

    def __init__(self, client: Mapping[str, Any]) -> None:
        self.kafka_python = dict(client)
        self.bootstrap_servers: str = client["bootstrap_servers"]
        self.prefix = f"test-{uuid.uuid4().hex[:12]}-"

    def create_topics(self, topics: Mapping[str, int], configs: Mapping[str, str] | None = None) -> None:
        admin = KafkaAdminClient(**self.kafka_python)
        try:
            admin.create_topics(
                {
                    name: {"num_partitions": partitions, "replication_factor": -1, "configs": dict(configs or {})}
                    for name, partitions in topics.items()
                },
                wait_for_metadata=True,
            )
        finally:
            admin.close()


class OneKafka:
    """In the process that hands tests out to others: one Kafka for all of them."""

    def __init__(self) -> None:
        self._cluster: KafkaCluster | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        if self._cluster is None:
            self._cluster = KafkaCluster().__enter__()
        node.workerinput["kafka_client"] = self._cluster.client

    def pytest_unconfigure(self) -> None:
        if self._cluster is not None:
            self._cluster.__exit__(None, None, None)


def pytest_configure(config: pytest.Config) -> None:
    hands_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if hands_out and config.option.markexpr == "kafka" and "KAFKA_BOOTSTRAP_SERVERS" not in os.environ:
        config.pluginmanager.register(OneKafka())


@pytest.fixture(scope="session")
def kafka_client(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """One Kafka for the whole run: KAFKA_BOOTSTRAP_SERVERS, or one node of our own."""
    existing = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    shared: dict[str, Any] | None = getattr(request.config, "workerinput", {}).get("kafka_client")
    if existing:
        yield {"bootstrap_servers": existing}
    elif shared:
        yield shared
    else:
        with KafkaCluster() as cluster:
            yield cluster.client


@pytest.fixture
def embedded_broker() -> Iterator[Embedded]:
    with EmbeddedBroker({}) as broker:
        yield Embedded(broker)


@pytest.fixture
def kafka_broker(kafka_client: dict[str, Any]) -> Kafka:
    return Kafka(kafka_client)


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """The same test on both: empty, with a prefix of its own."""
    yield request.getfixturevalue(f"{request.param}_broker")
    # What a client left unclosed or unawaited is reported now, under the name of its test.
    gc.collect()
