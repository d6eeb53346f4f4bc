"""When failures of our own code stop the worker: many in a row, of many senders."""

from __future__ import annotations

from math import ceil


class FailuresInARow:
    """Failures of one stage since its last success. The worker stops when `is_full`.

    A row is full with `failures_max` failures of at least `senders_min` senders, of which each counts for its share at
    most (with 10 and 3 for 4): the records of one sender stop nobody else's.
    """

    def __init__(self, failures_max: int, senders_min: int) -> None:
        self._failures_max = failures_max
        self._senders_min = min(senders_min, failures_max)
        self._share_max = ceil(failures_max / self._senders_min)
        self._by_sender: dict[str, int] = {}
        self.failures = 0
        """All of the row, whosever they are."""

    def add(self, sender: str) -> None:
        """One more."""
        self.failures += 1
        counted = self._by_sender.get(sender, 0)
        if not self.is_full and counted < self._share_max:
            self._by_sender[sender] = counted + 1

    def end(self) -> bool:
        """A record went well; whether there was a row."""
        was_row = self.failures > 0
        if was_row:
            self.failures = 0
            self._by_sender.clear()
        return was_row

    @property
    def is_full(self) -> bool:
        return len(self._by_sender) >= self._senders_min and sum(self._by_sender.values()) >= self._failures_max
