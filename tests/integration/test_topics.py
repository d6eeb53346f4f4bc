"""`streamer topics`: specifications applied to a real cluster, verified, and never widened in silence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from streamer.events import TOPICS
from streamer.kafka.topics import SPECS, layout, topic_name
from streamer.settings import read_settings
from tests.conftest import Broker
from tests.integration.worker import environment_for, run_streamer

# The embedded broker has no topic administration (streamer.broker.LACKS).
ON_KAFKA = pytest.mark.kafka


def test_every_topic_of_the_contract_has_a_specification() -> None:
    assert TOPICS.keys() <= {spec.name for spec in SPECS}


def test_what_is_co_partitioned_has_the_same_number_of_partitions() -> None:
    settings = read_settings({"STREAMER_PARTITIONS": "7"})
    partitions = layout(settings)
    together = [spec for spec in SPECS if spec.name in ("payments", "payrolls", "observations") or spec.changelog]
    assert {partitions[topic_name(spec, settings)] for spec in together} == {7}


def test_a_prefix_stands_before_every_topic() -> None:
    settings = read_settings({"STREAMER_TOPIC_PREFIX": "eu-"})
    assert all(name.startswith("eu-") for name in layout(settings))


def test_changelogs_and_lists_are_compacted_and_nothing_else_is() -> None:
    compacted = {spec.name for spec in SPECS if spec.configs["cleanup.policy"] == "compact"}
    assert compacted == {spec.name for spec in SPECS if spec.changelog} | {"sanctions", "dispositions"}


def test_the_broker_writes_the_time_of_receipt() -> None:
    by_name = {spec.name: spec for spec in SPECS}
    for name in ("payments", "payrolls", "dispositions"):
        assert by_name[name].configs["message.timestamp.type"] == "LogAppendTime"


# ---------------------------------------------------------------- on a cluster


@pytest.fixture
def environment(kafka_broker: Broker, tmp_path: Path) -> dict[str, str]:
    return environment_for(kafka_broker, tmp_path)


def _configs(broker: Broker, topic: str) -> dict[str, str]:
    admin = KafkaAdminClient(**broker.kafka_python)
    try:
        answer: Any = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
        (by_name,) = answer.values()
        return {name: entry["value"] for name, entry in by_name[topic].items()}
    finally:
        admin.close()


@ON_KAFKA
def test_create_makes_what_check_then_agrees_with(kafka_broker: Broker, environment: dict[str, str]) -> None:
    missing = run_streamer("topics", "check", environment=environment)
    assert missing.returncode == 1
    assert "does not exist: run `streamer topics create`" in missing.stdout

    created = run_streamer("topics", "create", environment=environment)
    assert created.returncode == 0, created.stderr
    assert f"{len(SPECS)} created" in created.stdout
    for spec in SPECS:
        found = _configs(kafka_broker, topic_name(spec, read_settings(environment)))
        assert spec.configs.items() <= found.items(), spec.name

    assert run_streamer("topics", "check", environment=environment).returncode == 0
    again = run_streamer("topics", "create", environment=environment)
    assert again.returncode == 0
    assert f"0 created, {len(SPECS)} existed" in again.stdout


@ON_KAFKA
def test_a_changed_number_of_partitions_is_refused_with_the_cure(environment: dict[str, str]) -> None:
    assert run_streamer("topics", "create", environment=environment).returncode == 0
    changed = environment | {"STREAMER_PARTITIONS": "8"}
    refused = run_streamer("topics", "create", environment=changed)
    assert refused.returncode == 2
    assert re.search(r"payments has 4 partitions, STREAMER_PARTITIONS asks for 8", refused.stderr.replace("\n", " "))
    assert "set STREAMER_PARTITIONS to what the topics have" in refused.stderr.replace("\n", " ")
    assert "Traceback" not in refused.stderr
    assert run_streamer("topics", "check", environment=changed).returncode == 1


@ON_KAFKA
def test_a_setting_that_drifted_is_named(kafka_broker: Broker, environment: dict[str, str]) -> None:
    assert run_streamer("topics", "create", environment=environment).returncode == 0
    topic = read_settings(environment).topic("payments")
    admin = KafkaAdminClient(**kafka_broker.kafka_python)
    try:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "1000"})])
    finally:
        admin.close()
    # A broker learns of the change a moment after it is confirmed.
    for _ in range(10):
        checked = run_streamer("topics", "check", environment=environment)
        if checked.returncode:
            break
    assert checked.returncode == 1
    assert f"topic {topic}: retention.ms is 1000" in checked.stdout.replace("\n", " ")


def test_a_broker_that_does_not_answer_is_a_sentence_with_the_cure() -> None:
    refused = run_streamer("topics", "check", "--bootstrap", "127.0.0.1:1")
    assert refused.returncode == 2
    assert "Kafka does not answer" in refused.stderr
    assert "STREAMER_BOOTSTRAP_SERVERS" in refused.stderr
    assert "Traceback" not in refused.stderr
