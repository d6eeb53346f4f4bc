"""What was asked for lately, within a bound."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A bounded memory: of the older half, what was not asked for again is dropped together.

    Cheaper than keeping an order, and never empty at once. Used from one thread.
    """

    __slots__ = ("_before", "_half", "_now")

    def __init__(self, entries_max: int) -> None:
        self._half = max(1, entries_max // 2)
        self._now: dict[K, V] = {}
        self._before: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._now) + len(self._before)

    def get(self, key: K) -> V | None:
        found = self._now.get(key)
        if found is None:
            found = self._before.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        if len(self._now) >= self._half:
            self.age()
        self._now[key] = value

    def age(self) -> None:
        """Forget the older half."""
        self._before, self._now = self._now, {}
