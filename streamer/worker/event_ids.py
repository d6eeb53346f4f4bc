"""Event ids that were seen, by partition and week of receipt: one that returns with other content is held."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable
from datetime import datetime
from typing import Any, Final

from aiokafka.partitioner import murmur2

from streamer.monitor import Received, Screened
from streamer.policy import WorkerPolicy
from streamer.worker.state import KEY_SEPARATOR, StateTable

_WEEK_SECONDS: Final = 7 * 24 * 3600
_EXPIRED_DELETED_PER_EVENT_MAX: Final = 50


class EventIds:
    """The table `tenant/event id -> digest of its content`."""

    def __init__(self, table: StateTable, policy: WorkerPolicy, partitions: int) -> None:
        self._table = table
        self._policy = policy
        self._partitions = partitions

    def is_misplaced(self, received: Received) -> bool:
        """Whether the record stands on another partition than the policy's partitioner gives its event id.

        There the id would be looked up in another partition's table, where nobody has seen it.
        """
        event = received.event
        if event is None or self._policy.partitioner == "any":
            return False
        return received.record.partition != partition_of(event.event_id, self._policy.partitioner, self._partitions)

    def earlier_digest(self, received: Received) -> str | None:
        """The digest under which the event id was seen before on this partition."""
        event = received.event
        if event is None:
            return None
        name = f"{event.tenant}/{event.event_id}".encode()
        for week in self._weeks(received.record.timestamp):
            found = self._table.read(received.record.partition, _week_prefix(week) + KEY_SEPARATOR + name)
            if found is not None:
                return found.decode()
        return None

    async def remember(self, screened: Screened) -> list[Awaitable[Any]]:
        """Under the week in which the event id was first received; weeks that expired are deleted bit by bit."""
        decision, partition = screened.decision, screened.record.partition
        if decision.event_id is None or screened.dead_letter is not None:
            return []
        weeks = self._weeks(screened.record.timestamp)
        name = f"{decision.tenant}/{decision.event_id}".encode()
        keys = [_week_prefix(week) + KEY_SEPARATOR + name for week in weeks]
        known = next((key for key in keys if self._table.read(partition, key) is not None), keys[0])
        # Also when it is known: a worker killed in between has it in its store, but not in the changelog.
        confirmations = [await self._table.put(partition, known, decision.event_digest.encode())]
        expired = self._table.scan(partition, _week_prefix(weeks[-1] - 1), _EXPIRED_DELETED_PER_EVENT_MAX)
        return confirmations + [await self._table.put(partition, key, None) for key, _ in expired]

    def _weeks(self, received_at: datetime) -> list[int]:
        """The week of receipt and the weeks before it that are remembered, newest first."""
        this_week = int(received_at.timestamp()) // _WEEK_SECONDS
        return [this_week - n for n in range(self._policy.event_id_weeks)]


def partition_of(event_id: str, partitioner: str, partitions: int) -> int:
    """Where a publisher that keys by event id puts it: Kafka's own `murmur2`, or librdkafka's default `crc32`."""
    key = event_id.encode()
    number = zlib.crc32(key) if partitioner == "crc32" else murmur2(key) & 0x7FFFFFFF
    return number % partitions


def _week_prefix(week: int) -> bytes:
    return str(week).encode()
