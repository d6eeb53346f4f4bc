"""Screening in slices: the loop turns beside it, and work beyond its budget ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator

import pytest

from streamer.worker.slices import SLICE_SECONDS, Slices

PIECE_SECONDS = 0.005


def busy(seconds: float) -> None:
    """Processor time, not sleep."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def work(pieces: int, closed: list[bool] | None = None) -> Generator[None, None, str]:
    try:
        for _ in range(pieces):
            busy(PIECE_SECONDS)
            yield
    except GeneratorExit:
        if closed is not None:
            closed.append(True)
        raise
    return "done"


async def turns(stop: asyncio.Event) -> int:
    """How often the loop turned until then."""
    turned = 0
    while not stop.is_set():
        await asyncio.sleep(0)
        turned += 1
    return turned


def test_the_loop_turns_between_the_slices_of_long_work() -> None:
    async def story() -> None:
        stop = asyncio.Event()
        watching = asyncio.create_task(turns(stop))
        await asyncio.sleep(0)
        assert await Slices(10).run(work(100)) == "done"
        stop.set()
        # Half a second of work; a slice may run over by one piece.
        assert await watching >= 100 * PIECE_SECONDS / (SLICE_SECONDS + PIECE_SECONDS) / 2

    asyncio.run(story())


def test_work_of_one_slice_never_lets_others_in_between() -> None:
    async def story() -> None:
        entered: list[str] = []
        asyncio.get_running_loop().call_soon(entered.append, "other")
        slices = Slices(10)

        def short() -> Generator[None, None, str]:
            yield
            yield
            return "short"

        assert await slices.run(short()) == "short"
        assert entered == []
        assert slices.rested_seconds == 0.0

    asyncio.run(story())


def test_work_beyond_the_budget_is_closed() -> None:
    async def story() -> None:
        closed: list[bool] = []
        began = time.thread_time()
        assert await Slices(0.05).run(work(1_000, closed)) is None
        assert closed == [True]
        assert time.thread_time() - began < 0.2

    asyncio.run(story())


def test_time_that_others_take_is_not_charged() -> None:
    async def story() -> None:
        async def other() -> None:
            busy(0.3)

        task = asyncio.create_task(other())
        assert await Slices(0.2).run(work(10)) == "done"
        await task

    asyncio.run(story())


def test_what_the_work_raises_is_raised() -> None:
    def failing() -> Generator[None, None, str]:
        yield
        raise ValueError("a fault")

    async def story() -> None:
        with pytest.raises(ValueError, match="a fault"):
            await Slices(1).run(failing())

    asyncio.run(story())
