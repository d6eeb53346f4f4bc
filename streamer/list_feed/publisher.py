"""Publishes lists to the `sanctions` topic, and reads what is in force there (kafka-python).

Each list has a transactional producer of its own, which is opened before the topic is read: of two publishers at once
the later fences the earlier, and knows what it replaces.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from streamer.list_feed.editions import TOPIC, Edition, Manifest, chunk_key, manifest_key, manifest_value
from streamer.list_feed.shelf import Shelf
from streamer.settings import Settings
from streamer.watchlists.entity import InvalidList

TRANSACTION_SECONDS = 30
"""The broker ends the transaction of a publisher that died after so long; until then readers wait for what follows it
on a partition. The largest list is published in a few seconds."""


def read_shelf(settings: Settings, timeout_seconds: float = 60.0, only: Collection[str] | None = None) -> Shelf:
    """Everything on the topic up to its end, as it is now; of the lists `only`, where given.

    Raises TimeoutError where the broker does not deliver.
    """
    from kafka import KafkaConsumer  # noqa: PLC0415 - the worker reads with its own client
    from kafka import TopicPartition as Partition  # noqa: PLC0415

    shelf = Shelf(key=settings.lists_key)
    topic = settings.topic(TOPIC)
    consumer = KafkaConsumer(**settings.topic_reader())
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise InvalidList(f"topic {topic} does not exist: run `streamer topics create` first")
        partitions = [Partition(topic, n) for n in sorted(numbers)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        deadline = time.monotonic() + timeout_seconds
        while any(consumer.position(p) < ends[p] for p in partitions):
            if time.monotonic() > deadline:
                raise TimeoutError(f"topic {topic}: not read to its end within {timeout_seconds:.0f} s")
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    if record.key is not None and (only is None or _list_of(record.key) in only):
                        shelf.put(record.key, record.value)
    finally:
        consumer.close()
    return shelf


def _list_of(key: bytes) -> str:
    return key.partition(b"/")[0].decode("utf-8", "replace")


class Publisher:
    """The one who may publish a list now. Opened, it fences every earlier one; then read what is in force, and publish.

        with Publisher(settings, "ofac") as publisher:
            shelf = publisher.read()
            publisher.publish(edition.manifest, chunks, superseded(shelf, edition.manifest))

    Between the two nobody else can have published: a later publisher fences this one, whose transaction then fails.
    Raises kafka.errors.KafkaError.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._fenced = settings.lists_transactional

    def __enter__(self) -> Publisher:
        from kafka import KafkaProducer  # noqa: PLC0415

        fence: dict[str, Any] = {}
        if self._fenced:
            fence = {
                "transactional_id": f"{self._settings.topic_prefix}lists-{self._name}",
                "transaction_timeout_ms": TRANSACTION_SECONDS * 1000,
            }
        self._producer = KafkaProducer(
            **self._settings.command_client(),
            **fence,
            acks="all",
            enable_idempotence=True,
            max_request_size=4 * 1024 * 1024,
        )
        if fence:
            try:
                self._producer.init_transactions()
            except BaseException:
                self._producer.close(timeout=10)
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._producer.close(timeout=10)

    def read(self) -> Shelf:
        """What is in force of this list."""
        return read_shelf(self._settings, only=(self._name,))

    def publish(
        self,
        manifest: Manifest,
        chunks: Sequence[bytes],
        superseded: Iterable[tuple[str, int]] = (),
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Publish the chunks, then the manifest, in one transaction; then tombstone `superseded` (version, chunks)."""
        topic, name = self._settings.topic(TOPIC), manifest.list
        assert name == self._name
        with _transaction(self._producer, active=self._fenced):
            sent = []
            for n, chunk in enumerate(chunks):
                sent.append(self._producer.send(topic, key=chunk_key(name, manifest.version, n), value=chunk))
                progress(n + 1)
            # Every chunk is confirmed before the manifest is sent: whoever sees it finds them all.
            for confirmation in sent:
                confirmation.get(timeout=60)
            value = manifest_value(manifest, self._settings.lists_key)
            self._producer.send(topic, key=manifest_key(name), value=value).get(timeout=60)
        gone = [(version, n) for version, count in superseded for n in range(count)]
        if gone:
            with _transaction(self._producer, active=self._fenced):
                for version, n in gone:
                    self._producer.send(topic, key=chunk_key(name, version, n), value=None)
                self._producer.flush(timeout=60)


def superseded(shelf: Shelf, manifest: Manifest) -> list[tuple[str, int]]:
    """(version, chunks) that no worker needs any more once `manifest` is in force.

    Not the version it replaces: a worker may be reading that one now. The next sync clears it away.
    """
    return [
        (version, max(numbers) + 1)
        for (name, version), numbers in shelf.chunks.items()
        if name == manifest.list and version != manifest.version and numbers
    ]


def publish_edition(settings: Settings, edition: Edition, chunks: Sequence[bytes]) -> None:
    """Publish without looking at what is in force. Raises kafka.errors.KafkaError."""
    with Publisher(settings, edition.manifest.list) as publisher:
        publisher.publish(edition.manifest, chunks)


@contextmanager
def _transaction(producer: Any, *, active: bool) -> Iterator[None]:
    if not active:
        yield
        return
    producer.begin_transaction()
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the broker aborts it by itself, after its timeout
            producer.abort_transaction()
        raise
    producer.commit_transaction()
