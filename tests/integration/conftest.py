"""One broker and one worker per module and broker kind, where the tests only add events of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from streamer.kafka.broker import EmbeddedBroker
from tests.conftest import Broker, Embedded, Kafka
from tests.integration.worker import Site


@pytest.fixture(scope="module", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def module_broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """As `broker`, for all tests of a module."""
    if request.param == "kafka":
        yield Kafka(request.getfixturevalue("kafka_client"))
        return
    with EmbeddedBroker({}) as broker:
        yield Embedded(broker)


@pytest.fixture(scope="module")
def site(module_broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A worker that runs on the sample lists, shared by the module: every test uses event ids of its own."""
    with Site(module_broker, tmp_path_factory.mktemp("site")) as site:
        site.publish_sample_lists()
        site.worker().wait_ready()
        yield site
