"""Publishes the demo's shipments and reads every topic behind them."""

from __future__ import annotations

from typing import Any, Final

from streamer.demo.events import Shipment
from streamer.demo.seen import Alert, Seen
from streamer.kafka.reconcile import INPUTS
from streamer.settings import Settings
from streamer.tracing import begun

PARTITIONS: Final = 4
_GROUP: Final = "streamer"
"""The workers' consumer group, without the topics' prefix: the id of the Faust app."""

_POLL_MS: Final = 50


class Traffic:
    """Publishes shipments and reads every topic behind them, in one thread, so that the table is in order."""

    def __init__(self, settings: Settings, seen: Seen) -> None:
        from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: PLC0415

        self.seen = seen
        self.published = 0
        self._settings = settings
        self._open: list[tuple[Shipment, Any]] = []
        self._topics = {settings.topic(name): name for name in (*INPUTS, "decisions", "alerts", "dead-letters")}
        self._producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True)
        self._consumer = KafkaConsumer(
            **settings.command_client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=_POLL_MS,
        )
        self._partitions = [TopicPartition(topic, n) for topic in self._topics for n in range(PARTITIONS)]
        # A member of nothing: it only asks what the workers' group has acknowledged.
        self._group = KafkaConsumer(
            **settings.command_client(), group_id=settings.topic(_GROUP), enable_auto_commit=False
        )
        self._worked_off = [
            TopicPartition(settings.topic(name), n) for name in (*INPUTS, "observations") for n in range(PARTITIONS)
        ]
        self._group.assign(self._worked_off)
        self._consumer.assign(self._partitions)
        self._consumer.seek_to_beginning(*self._partitions)

    def publish(self, shipment: Shipment) -> None:
        topic = self._settings.topic(shipment.topic)
        headers = list(begun(shipment.key.decode()).headers().items())
        sent = self._producer.send(topic, key=shipment.key, value=shipment.value, headers=headers)
        self._open.append((shipment, sent))
        self.published += 1

    def read(self) -> list[Alert]:
        """What arrived since; returns the new alerts."""
        found = []
        for partition, records in self._consumer.poll(timeout_ms=_POLL_MS).items():
            name = self._topics[partition.topic]
            for r in records:
                alert = self.seen.take(
                    name, (r.partition, r.offset), r.key, r.value, dict(r.headers or ()), float(r.timestamp)
                )
                if alert is not None:
                    found.append(alert)
        self._note_places()
        return found

    def _note_places(self) -> None:
        still = []
        for shipment, confirmation in self._open:
            if not confirmation.is_done:
                still.append((shipment, confirmation))
                continue
            place = confirmation.get(timeout=0)
            self.seen.refs[shipment.topic, place.partition, place.offset] = shipment.ref
        self._open = still

    @property
    def waiting(self) -> int:
        """Published and not decided yet."""
        return self.published - self.seen.answered

    @property
    def is_answered(self) -> bool:
        """Every shipment is confirmed, read back and decided."""
        return not self._open and self.seen.inputs == self.published == self.seen.answered

    @property
    def is_read(self) -> bool:
        """Nothing is left on the topics read."""
        ends = self._consumer.end_offsets(self._partitions)
        return all(self._consumer.position(p) >= ends[p] for p in self._partitions)

    @property
    def is_worked_off(self) -> bool:
        """The worker acknowledged every input and every observation: all that they cause is on the topics."""
        ends = self._group.end_offsets(self._worked_off)
        return all((self._group.committed(p) or 0) >= ends[p] for p in self._worked_off)

    def close(self) -> None:
        self._producer.close(timeout=5)
        self._consumer.close()
        self._group.close()
