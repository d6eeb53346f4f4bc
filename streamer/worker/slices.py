"""Screening in slices: other work of the event loop goes on beside a record that takes long, up to its budget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import Final, TypeVar

SLICE_SECONDS: Final = 0.02
"""After so much work the event loop has its turn: health checks, heartbeats, confirmations."""

T = TypeVar("T")


class Slices:
    """The slices of one record. Begins with the first when it is made."""

    def __init__(self, budget_seconds: float) -> None:
        self._budget_seconds = budget_seconds
        self._began = time.perf_counter()
        self.rested_seconds = 0.0
        """Left to others so far."""

    async def run(self, work: Generator[None, None, T]) -> T | None:
        """What the work returns; None, and the work is closed, where it takes more processor time than the budget."""
        # The processor's clock is asked from the second slice on: one slice is the ordinary case, and pays nothing.
        spent = 0.0
        cpu_began: float | None = None
        while True:
            try:
                next(work)
            except StopIteration as done:
                result: T = done.value
                return result
            if self._is_used_up():
                spent += SLICE_SECONDS if cpu_began is None else time.thread_time() - cpu_began
                if spent > self._budget_seconds:
                    work.close()
                    return None
                await self.rest()
                cpu_began = time.thread_time()

    async def rest(self) -> None:
        """Let others run where the slice is used up."""
        if not self._is_used_up():
            return
        ended = time.perf_counter()
        await asyncio.sleep(0)
        self._began = time.perf_counter()
        self.rested_seconds += self._began - ended

    def _is_used_up(self) -> bool:
        return time.perf_counter() - self._began >= SLICE_SECONDS
