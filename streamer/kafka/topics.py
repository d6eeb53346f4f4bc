"""Topic specifications as data, and their application to a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from streamer.settings import Settings

_DAY_MS: Final = 24 * 3600 * 1000
_BYTES_MAX: Final = 4 * 1024 * 1024


class InvalidTopics(RuntimeError):
    """The cluster's topics differ from the specification. Names topic, setting and cure."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic: `partitions` None means the stream's number, which the tables share."""

    name: str
    configs: Mapping[str, str]
    partitions: int | None = None
    changelog: bool = False


def _kept(days: int, **more: str) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS), **_underscored(more)}


def _compacted(**more: str) -> dict[str, str]:
    return {"cleanup.policy": "compact", **_underscored(more)}


def _underscored(configs: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "."): value for name, value in configs.items()}


# The time of receipt decides about embargoes and deadlines, so the broker writes it, not the publisher.
_INPUT = _kept(30, message_timestamp_type="LogAppendTime")

SPECS: Final[tuple[TopicSpec, ...]] = (
    TopicSpec("payments", _INPUT),
    TopicSpec("payrolls", _INPUT),
    # Compacted by disposition id: kept for good, and the broker writes the time of receipt.
    TopicSpec("dispositions", _compacted(message_timestamp_type="LogAppendTime")),
    # OFAC asks for records of ten years (31 CFR 501.601): archive these two beyond what Kafka keeps.
    TopicSpec("decisions", _kept(400, max_message_bytes=str(_BYTES_MAX))),
    TopicSpec("alerts", _kept(400, max_message_bytes=str(_BYTES_MAX))),
    TopicSpec("dead-letters", _kept(400, max_message_bytes=str(_BYTES_MAX))),
    TopicSpec("observations", _kept(400)),
    TopicSpec("sanctions", _compacted(max_message_bytes=str(_BYTES_MAX)), partitions=4),
    TopicSpec("event-ids", _compacted(), changelog=True),
    TopicSpec("histories", _compacted(), changelog=True),
    TopicSpec("counterparties", _compacted(), changelog=True),
)


def topic_name(spec: TopicSpec, settings: Settings) -> str:
    """The topic's name on the cluster; a changelog carries the app's id, as Faust names it."""
    if spec.changelog:
        return f"{settings.topic_prefix}streamer-{spec.name}-changelog"
    return settings.topic(spec.name)


def partitions(spec: TopicSpec, settings: Settings) -> int:
    return spec.partitions or settings.partitions


def layout(settings: Settings) -> dict[str, int]:
    """Topic name -> number of partitions."""
    return {topic_name(spec, settings): partitions(spec, settings) for spec in SPECS}


def create(settings: Settings) -> list[str]:
    """Create what is missing; returns the names created. Raises InvalidTopics where what exists differs."""
    from kafka import KafkaAdminClient  # noqa: PLC0415

    admin = KafkaAdminClient(**settings.command_client())
    try:
        existing = set(admin.list_topics())
        missing = [spec for spec in SPECS if topic_name(spec, settings) not in existing]
        if missing:
            _refuse_too_few_brokers(admin, settings)
            wanted = {
                topic_name(spec, settings): {
                    "num_partitions": partitions(spec, settings),
                    "replication_factor": settings.replication_factor,
                    "configs": _configs(spec, settings),
                }
                for spec in missing
            }
            admin.create_topics(wanted, wait_for_metadata=True)
        problems = _differences(admin, settings, [spec for spec in SPECS if spec not in missing])
    finally:
        admin.close()
    if problems:
        raise InvalidTopics("\n".join(problems))
    return [topic_name(spec, settings) for spec in missing]


def _refuse_too_few_brokers(admin: Any, settings: Settings) -> None:
    brokers = len(admin.describe_cluster()["brokers"])
    if brokers < settings.replication_factor:
        one = "a broker" if brokers == 1 else f"{brokers} brokers"
        raise InvalidTopics(
            f"the cluster has {one}, and STREAMER_REPLICATION_FACTOR = {settings.replication_factor} asks for as many "
            f"replicas: set STREAMER_REPLICATION_FACTOR={brokers} (with 1, what a broker loses is lost), or add brokers"
        )


def check(settings: Settings) -> list[str]:
    """What differs from the specification, one sentence each; empty when nothing does."""
    from kafka import KafkaAdminClient  # noqa: PLC0415

    admin = KafkaAdminClient(**settings.command_client())
    try:
        existing = set(admin.list_topics())
        missing = [spec for spec in SPECS if topic_name(spec, settings) not in existing]
        problems = [
            f"topic {topic_name(spec, settings)} does not exist: run `streamer topics create`" for spec in missing
        ]
        return problems + _differences(admin, settings, [spec for spec in SPECS if spec not in missing])
    finally:
        admin.close()


def _configs(spec: TopicSpec, settings: Settings) -> dict[str, str]:
    return {**spec.configs, "min.insync.replicas": str(settings.min_insync_replicas)}


def _differences(admin: Any, settings: Settings, specs: Iterable[TopicSpec]) -> list[str]:
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415

    specs = list(specs)
    if not specs:
        return []
    by_name = {topic_name(spec, settings): spec for spec in specs}
    problems = []
    for topic in admin.describe_topics(list(by_name)):
        name = topic["name"]
        wanted, found = partitions(by_name[name], settings), len(topic["partitions"])
        if found != wanted:
            problems.append(
                f"topic {name} has {found} partitions, STREAMER_PARTITIONS asks for {wanted}: the number cannot "
                "change, histories are kept by partition; set STREAMER_PARTITIONS to what the topics have"
            )
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in by_name]
    for name, configs in _described(admin.describe_configs(resources, config_filter="all")):
        for key, wanted_value in _configs(by_name[name], settings).items():
            if configs.get(key) != wanted_value:
                problems.append(f"topic {name}: {key} is {configs.get(key)}, the specification says {wanted_value}")
    return problems


def _described(answer: Any) -> Iterable[tuple[str, dict[str, str]]]:
    """(topic, configs) from the admin client's answer."""
    for by_name in answer.values():
        for name, configs in by_name.items():
            yield name, {key: entry["value"] for key, entry in configs.items()}
