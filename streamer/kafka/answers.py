"""The decisions on records just published: waited for by their source, so that nobody else's answer is taken."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Any, Final, Self

from pydantic import ValidationError

from streamer.events import Decision
from streamer.kafka.reconcile import Coordinates, answer_of
from streamer.kafka.topics import InvalidTopics
from streamer.settings import Settings

_POLL_MS: Final = 200


class Answers:
    """Listens to the decisions from the moment it is made, before publishing. Raises InvalidTopics, KafkaError."""

    def __init__(self, settings: Settings) -> None:
        from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415

        topic = settings.topic("decisions")
        self._consumer: Any = KafkaConsumer(**settings.topic_reader())
        numbers = self._consumer.partitions_for_topic(topic)
        if not numbers:
            self._consumer.close()
            raise InvalidTopics(f"topic {topic} does not exist: run `streamer topics create`, or check the prefix")
        partitions = [TopicPartition(topic, n) for n in numbers]
        self._consumer.assign(partitions)
        for partition, end in self._consumer.end_offsets(partitions).items():
            self._consumer.seek(partition, end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def on(self, sources: Collection[Coordinates], seconds: float) -> Iterator[tuple[Coordinates, Decision]]:
        """The first decision on each of the records, as they come, until all have one or the time is up."""
        waiting = set(sources)
        deadline = time.monotonic() + seconds
        while waiting and time.monotonic() < deadline:
            for records in self._consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    answer = answer_of(dict(record.headers or ()), record.value)
                    if answer is None or answer.source not in waiting:
                        continue
                    try:
                        decision = Decision.model_validate_json(record.value)
                    except ValidationError:
                        continue  # of another version: what cannot be read releases nothing
                    waiting.discard(answer.source)
                    yield answer.source, decision
