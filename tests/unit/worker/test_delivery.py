"""The ack window acknowledges in order and only what is confirmed; what is delivered is committed in order."""

from __future__ import annotations

import asyncio
import inspect
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streamer.worker.delivery import AckWindow, Consumer, stream_checks_generations


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 30))


class Event:
    """What the window needs of a Faust event: that it can be acknowledged."""

    def __init__(self, n: int, order: list[int]) -> None:
        self.n, self.order = n, order

    def ack(self) -> None:
        self.order.append(self.n)


async def settled() -> None:
    """Lets every task that can run, run."""
    for _ in range(20):
        await asyncio.sleep(0)


class Window:
    """A running window and everything it said."""

    def __init__(self, events_max: int = 10, timeout_seconds: float = 20) -> None:
        self.acked: list[int] = []
        self.failures: list[str] = []
        self.window = AckWindow(events_max, timeout_seconds, self.failures.append)

    async def __aenter__(self) -> Window:
        self.task = asyncio.create_task(self.window.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def add(self, n: int, *outputs: Awaitable[Any], acknowledged: Callable[[], None] = lambda: None) -> None:
        await self.window.add(Event(n, self.acked), outputs, acknowledged)


def future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


def test_events_are_acknowledged_in_order_though_confirmed_out_of_order() -> None:
    async def story() -> None:
        async with Window() as w:
            first, second, third = future(), future(), future()
            for n, output in enumerate((first, second, third)):
                await w.add(n, output)
            third.set_result(None)
            second.set_result(None)
            await settled()
            assert w.acked == []
            assert w.window.in_flight == 3
            first.set_result(None)
            await settled()
            assert w.acked == [0, 1, 2]
            assert w.window.in_flight == 0

    run(story())


def test_an_event_waits_for_every_output_of_its_own() -> None:
    async def story() -> None:
        async with Window() as w:
            decision, alert, changelog = future(), future(), future()
            counted: list[str] = []
            await w.add(1, decision, alert, changelog, acknowledged=lambda: counted.append("counted"))
            decision.set_result(None)
            changelog.set_result(None)
            await settled()
            assert (w.acked, counted) == ([], [])
            alert.set_result(None)
            await settled()
            assert (w.acked, counted) == ([1], ["counted"])

    run(story())


def test_an_event_without_outputs_waits_for_those_before_it() -> None:
    async def story() -> None:
        async with Window() as w:
            before = future()
            await w.add(1, before)
            await w.add(2)
            await settled()
            assert w.acked == []
            before.set_result(None)
            await settled()
            assert w.acked == [1, 2]

    run(story())


def test_a_failed_output_acknowledges_neither_its_event_nor_any_later_one() -> None:
    async def story() -> None:
        async with Window() as w:
            good, bad, later = future(), future(), future()
            for n, output in enumerate((good, bad, later)):
                await w.add(n, output)
            good.set_result(None)
            later.set_result(None)
            bad.set_exception(ConnectionError("names nobody"))
            await settled()
            assert w.acked == [0]
            assert w.failures == ["an output was not confirmed by the broker: ConnectionError"]
            assert w.task.done()

    run(story())


def test_an_output_that_is_never_confirmed_ends_the_worker() -> None:
    async def story() -> None:
        async with Window(timeout_seconds=0.05) as w:
            await w.add(1, future())
            await w.task
            assert w.acked == []
            assert w.failures == ["an output was not confirmed by the broker: TimeoutError"]

    run(story())


def test_a_full_window_lets_the_next_event_wait() -> None:
    async def story() -> None:
        async with Window(events_max=2) as w:
            outputs = [future() for _ in range(3)]
            await w.add(0, outputs[0])
            await w.add(1, outputs[1])
            third = asyncio.create_task(w.add(2, outputs[2]))
            await settled()
            assert not third.done()
            outputs[0].set_result(None)
            await settled()
            assert third.done()
            assert w.window.in_flight == 2

    run(story())


def test_drained_returns_once_everything_is_acknowledged() -> None:
    async def story() -> None:
        async with Window() as w:
            output = future()
            await w.add(1, output)
            drained = asyncio.create_task(w.window.drained())
            await settled()
            assert not drained.done()
            output.set_result(None)
            await drained
            assert w.acked == [1]

    run(story())


# ---------------------------------------------------------------- what an upgrade of Faust may break


def test_the_compiled_stream_is_in_use() -> None:
    assert stream_checks_generations()


def test_the_private_methods_that_are_replaced_are_still_there() -> None:
    stock = Consumer.__mro__[1]
    for name in ("_new_offset", "perform_seek", "_drain_messages", "_filter_tps_with_pending_acks", "ack"):
        assert name in vars(Consumer)
        assert inspect.isfunction(getattr(stock, name)), f"{name} is gone: nothing calls ours any more"


def test_what_may_be_committed_is_the_acknowledged_prefix_of_what_was_delivered() -> None:
    class Delivered:
        def __init__(self, offset: int) -> None:
            self.offset, self.acked = offset, False

    consumer = Consumer.__new__(Consumer)
    tp = TP("payments", 0)
    # Offsets 3 and 4 never existed: a transaction marker, a compacted record.
    messages = [Delivered(n) for n in (1, 2, 5, 6)]
    consumer._delivered = {tp: deque(messages)}
    assert consumer._new_offset(tp) is None
    messages[1].acked = True
    assert consumer._new_offset(tp) is None
    messages[0].acked = True
    assert consumer._new_offset(tp) == 3
    messages[3].acked = True
    assert consumer._new_offset(tp) is None
    messages[2].acked = True
    assert consumer._new_offset(tp) == 7
    assert consumer._new_offset(TP("payments", 1)) is None


@dataclass
class Fetched:
    """A record, and the message made of it."""

    tp: TP
    offset: int
    acked: bool = False


class Alone(Consumer):
    """The real delivery of what was fetched, without a broker: `meanwhile` runs while a record waits for its agent."""

    flow_active = True
    app = SimpleNamespace(monitor=SimpleNamespace(track_tp_end_offset=lambda *args: None))

    def __init__(self, *records: Fetched) -> None:
        self._fetched = deque((record.tp, record) for record in records)
        self._delivered = defaultdict(deque)
        self._read_offset: defaultdict[TP, int | None] = defaultdict(lambda: None)
        self.assigned = {record.tp for record in records}
        self.told: list[Fetched] = []
        self.meanwhile: Callable[[Fetched], None] = lambda record: None

    def assignment(self) -> set[TP]:
        return self.assigned

    def highwater(self, tp: TP) -> int:
        return 0

    def _to_message(self, tp: TP, record: Fetched) -> Fetched:
        return record

    def _is_changelog_tp(self, tp: TP) -> bool:
        return False

    async def callback(self, message: Fetched) -> None:
        self.told.append(message)
        await asyncio.sleep(0)
        self.meanwhile(message)


MINE, TAKEN = TP("payments", 0), TP("payments", 1)


@pytest.mark.parametrize("others", [[], [Fetched(MINE, 7), Fetched(MINE, 8)]], ids=["all taken", "some kept"])
def test_a_partition_taken_while_a_record_waits_for_its_agent_takes_no_other_record_with_it(
    others: list[Fetched],
) -> None:
    consumer = Alone(Fetched(TAKEN, 3), Fetched(TAKEN, 4), *others)

    def rebalance(record: Fetched) -> None:
        if record.tp == TAKEN:
            consumer.assigned = {MINE}
            consumer._forget({TAKEN})

    consumer.meanwhile = rebalance
    run(consumer._deliver_fetched())
    assert [(record.tp, record.offset) for record in consumer.told] == [(TAKEN, 3), *((o.tp, o.offset) for o in others)]
    assert list(consumer._delivered[MINE]) == others
    assert not consumer._delivered[TAKEN]
    assert consumer._read_offset[TAKEN] is None


def test_a_delivery_cut_off_by_a_rebalance_leaves_no_trace() -> None:
    consumer = Alone(Fetched(TAKEN, 3))

    def rebalance(record: Fetched) -> None:
        consumer._forget({TAKEN})
        raise asyncio.CancelledError

    consumer.meanwhile = rebalance
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(consumer._deliver_fetched())
    assert not consumer._delivered[TAKEN]
