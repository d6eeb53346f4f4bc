"""Histories: what is known of one subject, by event time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from streamer.events import (
    Observation,
)

HISTORY_EVENTS_MAX = 500
"""Observations kept per subject, the latest by event time: ten years of weekly pay. See HISTORY_LIMIT."""


def _moment(observation: Observation) -> tuple[datetime, str]:
    """Place in a history: event time, and the id where times are equal, as they are within one pay run."""
    return observation.event_time, observation.observation_id


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one subject, by event time. State in, new state out."""

    observations: tuple[Observation, ...] = ()

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> History:
        """The history these make, in whatever order and however often they come.

        Raises ValueError where they belong to different subjects.
        """
        unique = {observation.observation_id: observation for observation in observations}
        if len({observation.subject for observation in unique.values()}) > 1:
            raise ValueError("a history holds one subject; group observations by their record key")
        return cls(tuple(sorted(unique.values(), key=_moment)[-HISTORY_EVENTS_MAX:]))

    def including(self, observation: Observation) -> History:
        """With the observation; the same history if it is known. At HISTORY_EVENTS_MAX the earliest leaves."""
        if self.knows(observation):
            return self
        if self.observations and observation.subject != self.observations[0].subject:
            raise ValueError("a history holds one subject; group observations by their record key")
        place = bisect_left(self.observations, _moment(observation), key=_moment)
        known = (*self.observations[:place], observation, *self.observations[place:])
        return History(known[-HISTORY_EVENTS_MAX:])

    def before(self, observation: Observation) -> History:
        """What came earlier in event time: neither itself nor its successors, so that a redelivery sees the same."""
        return History(self.observations[: bisect_left(self.observations, _moment(observation), key=_moment)])

    def after(self, observation: Observation) -> tuple[Observation, ...]:
        """Its successors in event time, nearest first."""
        known = bisect_left(self.observations, _moment(observation), key=_moment)
        return tuple(o for o in self.observations[known:] if o.observation_id != observation.observation_id)

    def without(self, observation: Observation) -> History:
        return History(tuple(o for o in self.observations if o.observation_id != observation.observation_id))

    def knows(self, observation: Observation) -> bool:
        return any(o.observation_id == observation.observation_id for o in self.observations)

    def within(self, days: int, until: Observation) -> tuple[Observation, ...]:
        """Those of the `days` up to an observation's event time."""
        start = until.event_time - timedelta(days=days)
        first = bisect_left(self.observations, start, key=lambda o: o.event_time)
        return self.observations[first:]

    @property
    def is_full(self) -> bool:
        """The next observation drives out the earliest."""
        return len(self.observations) >= HISTORY_EVENTS_MAX

    def to_json(self) -> list[dict[str, Any]]:
        """JSON-able; `from_json` gives the same history back."""
        return [observation.model_dump(mode="json") for observation in self.observations]

    @classmethod
    def from_json(cls, records: Iterable[Mapping[str, Any]]) -> History:
        return cls.of(Observation.model_validate(record) for record in records)
