"""Nothing is lost: an offset is acknowledged only after every record it caused is.

Faust's own ways lose records (a failed produce is a logged warning, gaps in what was delivered count as
processed, a queue is cleared while records arrive after a restart). Three small parts and the tables of
`state` replace them:

- `AckWindow`: events are acknowledged strictly in order, each after its own outputs and changelog records
  were confirmed by the broker (`acks=all`, idempotent producer). An output that fails ends the process;
  the record is delivered again to whoever takes over.
- `Consumer`: what may be committed is the longest acknowledged prefix of the messages that were really
  delivered, in their order. No offset arithmetic, no gaps to guess. Fetching and seeking exclude each other.
- `Producer`, `Transport`: how the two are installed in Faust.

The parts reach into private methods of faust-streaming 0.15.3 and aiokafka 0.14.0; both versions are pinned.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import faust.streams
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

log = logging.getLogger(__name__)

EXIT_DELIVERY = 75
"""EX_TEMPFAIL: an output or a changelog record was not confirmed. A supervisor restarts the worker."""

_FETCH_WAIT_MS = 250
"""How long a broker may hold a fetch that found nothing."""


def leave(why: str) -> None:
    """End the process without committing anything: what is unconfirmed must be delivered again."""
    log.critical("leaving with exit code %d: %s", EXIT_DELIVERY, why)
    logging.shutdown()
    os._exit(EXIT_DELIVERY)


def stream_checks_generations() -> bool:
    """Only the compiled stream leaves a stale event unacknowledged; the pure Python one acknowledges it."""
    return faust.streams._CStreamIterator is not None


# ---------------------------------------------------------------- the window


@dataclass(slots=True)
class _InFlight:
    event: Any
    outputs: Sequence[Awaitable[Any]]
    acknowledged: Callable[[], None]


class AckWindow:
    """At most `events_max` events whose outputs are not confirmed yet; `add` waits when it is full.

    `timeout_seconds` bounds how long one output may stay unconfirmed: longer than the client's own retries,
    so that it only ever fires when these have given up or hang.
    """

    def __init__(self, events_max: int, timeout_seconds: float, on_failure: Callable[[str], None] = leave) -> None:
        self._free = asyncio.Semaphore(events_max)
        self._queue: asyncio.Queue[_InFlight] = asyncio.Queue()
        self._timeout_seconds = timeout_seconds
        self._on_failure = on_failure
        self._in_flight = 0

    async def drained(self) -> None:
        """Returns once every event handed over so far is acknowledged; a failed output ends the process before."""
        await self._queue.join()

    @property
    def in_flight(self) -> int:
        """Events that were screened and whose outputs are not confirmed yet."""
        return self._in_flight

    async def add(
        self, event: Any, outputs: Sequence[Awaitable[Any]], acknowledged: Callable[[], None] = lambda: None
    ) -> None:
        """Hand over an event with the confirmations it waits for. `acknowledged` is called after its ack."""
        await self._free.acquire()
        self._in_flight += 1
        self._queue.put_nowait(_InFlight(event, outputs, acknowledged))

    async def run(self) -> None:
        """Acknowledge in order, for ever. One window, one task."""
        while True:
            entry = await self._queue.get()
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    for output in entry.outputs:
                        await output
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, the output is not confirmed
                self._on_failure(f"an output was not confirmed by the broker: {type(error).__name__}")
                return
            entry.event.ack()
            self._in_flight -= 1
            self._free.release()
            entry.acknowledged()
            self._queue.task_done()


# ---------------------------------------------------------------- the consumer


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Asks brokers to answer an empty fetch after `_FETCH_WAIT_MS`, not after the stock 1.5 s."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS
        return consumer


class Consumer(driver.Consumer):
    """Commits the longest acknowledged prefix of what was delivered, per partition.

    Differences from the stock consumer, each against a loss that was observed:

    - `_new_offset`: the stock one fills every hole in the delivered offsets, also holes Faust made itself.
    - `perform_seek`: the stock one seeks while records fetched before the seek are still on their way.
    - `_drain_messages`: the stock one throws fetched records away when the flow stops; here they wait.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._delivered: dict[TP, deque[Any]] = defaultdict(deque)
        self._fetched: deque[tuple[TP, Any]] = deque()
        self._position = asyncio.Lock()
        """Held while records are fetched and delivered, and while positions are changed."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- what may be committed

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in list(self._delivered) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        delivered = self._delivered.get(tp)
        offset = None
        while delivered and delivered[0].acked:
            offset = delivered.popleft().offset + 1
        return offset

    def ack(self, message: Any) -> bool:
        """Called by the message once nobody holds it any more."""
        if message.acked:
            return False
        message.acked = True
        self._unacked_messages.discard(message)
        waiting = self._waiting_for_ack
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        return True

    def behind(self, tp: TP) -> int:
        """Records from the first that is not acknowledged to the end of the partition, as of the last fetch.

        Not from the last one delivered: thousands of them wait in the queue of an agent that is overloaded.
        """
        end = self.highwater(tp)
        if not end or tp not in self._read_offset:
            return 0  # Nothing fetched, or not positioned yet after a rebalance.
        unread = self._read_offset[tp] or 0
        waiting = (message.offset for message in self._delivered.get(tp, ()) if not message.acked)
        return max(0, int(end - next(waiting, unread)))

    # -- positions

    async def perform_seek(self) -> None:
        """Seek to the committed offsets; to the beginning where nothing is committed yet."""
        self.stop_flow()
        async with self._position:
            assigned = [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]
            self._fetched = deque((tp, record) for tp, record in self._fetched if self._is_changelog_tp(tp))
            for tp in assigned:
                self._delivered.pop(tp, None)
                self._read_offset.pop(tp, None)
            await super().perform_seek()
            uncommitted = [tp for tp in assigned if self._committed_offset[tp] is None]
            if uncommitted:
                await self._thread.seek_to_beginning(*(self._new_topicpartition(*tp) for tp in uncommitted))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        await super().on_partitions_revoked(revoked)
        self._forget(revoked)

    def _forget(self, revoked: set[TP]) -> None:
        for tp in revoked:
            self._delivered.pop(tp, None)
        self._fetched = deque((tp, record) for tp, record in self._fetched if tp not in revoked)

    # -- delivery

    async def _drain_messages(self, fetcher: Any) -> None:
        """The fetch loop. Every record fetched is delivered once, or dropped by a seek that fetches it again."""

        def stopping() -> bool:
            return bool(self._stopped.is_set() or fetcher._stopped.is_set())

        try:
            while not stopping():
                if not self.flow_active:
                    await self.wait_first(self.can_resume_flow.wait(), timeout=1.0)
                    continue
                async with self._position:
                    if self.flow_active:
                        await self._fetch()
                        await self._deliver()
                # Also when nothing came: the loop must turn for heartbeats and health checks.
                await asyncio.sleep(0)
        except self.consumer_stopped_errors:
            if not self.transport.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.transport.app.should_stop:
                raise

    async def _fetch(self) -> None:
        if self._fetched:
            return
        active = self._get_active_partitions()
        if not active:
            await asyncio.sleep(0.05)
            return
        records = await self._getmany(active_partitions=active, timeout=0.2)
        if records:
            self._fetched.extend(self.scheduler.iterate(records))

    async def _deliver(self) -> None:
        """Deliver what was fetched, until the flow stops; the rest waits for the next turn or a seek."""
        if not self._fetched:
            return
        delivering = asyncio.ensure_future(self._deliver_fetched())
        await self.wait_first(delivering, self.suspend_flow.wait())
        if not delivering.done():
            delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering

    async def _deliver_fetched(self) -> None:
        assigned = self.assignment()
        for turn in count(1):
            if not (self._fetched and self.flow_active):
                return
            tp, record = self._fetched[0]
            read = self._read_offset[tp]
            if tp not in assigned or (read is not None and record.offset < read):
                # Revoked meanwhile, or fetched before the position moved forward and delivered already.
                self._fetched.popleft()
                continue
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            message = self._to_message(tp, record)
            changelog = self._is_changelog_tp(tp)
            if not changelog:
                self._delivered[tp].append(message)
            try:
                # Waits while the agent's queue is full or the flow is controlled; cancelled when it stops.
                await self.callback(message)
            except asyncio.CancelledError:
                waiting = self._delivered.get(tp)
                if not changelog and waiting and waiting[-1] is message:
                    waiting.pop()
                raise
            # Meanwhile a rebalance may have taken the partition, and with it what was fetched of it.
            if self._fetched and self._fetched[0][1] is record:
                self._fetched.popleft()
                self._read_offset[tp] = record.offset + 1
            if turn % 100 == 0:
                await asyncio.sleep(0)


class Producer(driver.Producer):
    """Idempotent, confirmed by all in-sync replicas."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class Transport(driver.Transport):
    Consumer = Consumer
    Producer = Producer
