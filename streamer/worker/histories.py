"""Histories of subjects: one immutable record per observation in the table, and those seen last in memory."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from streamer.detectors.behaviour.histories import History
from streamer.events import Observation
from streamer.worker.state import KEY_SEPARATOR, StateTable

_OBSERVATIONS_IN_MEMORY_MAX: Final = 50_000
"""Of the subjects seen last, beside the table: an account that many are paid into is not read anew for each. Some
100 MiB; counted in observations, because histories hold from one to hundreds."""


class Histories:
    """The table `subject/observation id -> observation`."""

    def __init__(self, table: StateTable) -> None:
        self._table = table
        self._recent: dict[tuple[int, str], History] = {}
        self._observations_in_memory = 0

    def of(self, partition: int, subject: str) -> History:
        """From memory, where the subject was seen lately; else from the table."""
        history = self._recent.get((partition, subject))
        if history is None:
            rows = self._table.scan(partition, subject.encode())
            history = History.of(Observation.model_validate_json(row) for _, row in rows)
        return history

    async def keep(
        self, partition: int, observation: Observation, before: History, after: History
    ) -> list[Awaitable[Any]]:
        """Write the observation and delete what left the bounds."""
        subject = observation.subject
        stem = subject.encode() + KEY_SEPARATOR
        wanted = {known.observation_id for known in after.observations}
        confirmations = []
        if observation.observation_id in wanted:
            # Also when it is known: a worker killed in between has it in its store, but not in the changelog.
            key = stem + observation.observation_id.encode()
            confirmations.append(await self._table.put(partition, key, observation.model_dump_json().encode()))
        expired = {known.observation_id for known in before.observations} - wanted
        confirmations += [await self._table.put(partition, stem + gone.encode(), None) for gone in expired]
        self._remember((partition, subject), after)
        return confirmations

    def _remember(self, place: tuple[int, str], history: History) -> None:
        known = self._recent.pop(place, None)
        self._recent[place] = history
        self._observations_in_memory += len(history.observations) - (len(known.observations) if known else 0)
        while self._observations_in_memory > _OBSERVATIONS_IN_MEMORY_MAX:
            oldest = self._recent.pop(next(iter(self._recent)))
            self._observations_in_memory -= len(oldest.observations)

    def forget(self) -> None:
        """Partitions were revoked: another worker may write these histories next; here they would grow stale."""
        self._recent.clear()
        self._observations_in_memory = 0
