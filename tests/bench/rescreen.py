"""How long it takes to match remembered counterparties against a change of the lists, and what live screening feels.

    python -m tests.bench.rescreen [--counterparties 100000] [--changed 50]

Everything but Kafka is real: the worker's own Lookback over RocksDB, sealed rows, the full OFAC and UN lists where they
are beside the checkout (else the sample), and events that are screened in the same loop. Latency is the time from when
an event was due to its answer, without a job and with one.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import faust

from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.outputs import Output
from streamer.policy import shipped_policy
from streamer.remembered import Prints, Vault
from streamer.watchlists import Entity, parse, sample_lists
from streamer.watchlists.entity import EntityType, ListedName
from streamer.worker.metrics import Metrics
from streamer.worker.rescreening import Lookback
from streamer.worker.state import StateTable
from tests.builders import payment, record
from tests.shared import SHARED

PARTITIONS = 4
EVENTS_PER_SECOND = 50
QUIET_SECONDS = 5.0


class _Table(StateTable):
    """Confirms at once what Kafka would."""

    sent = 0

    async def send_changelog_record(self, partition: int, key: bytes, value: bytes | None) -> Awaitable[Any]:
        self.sent += 1
        confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        confirmation.set_result(None)
        return confirmation


class _View:
    """The two fields of ListsView that are read."""

    def __init__(self, lists: Lists) -> None:
        self.put(lists)

    def put(self, lists: Lists) -> None:
        self.current = lists
        self.prepared = Prints.of(lists.screener.entities_by_id.values(), lists.ownership)


GIVEN, SURNAMES = 1_500, 20_000
"""Distinct words among the names: as many as a hundred thousand people share."""
_SYLLABLES = [f"{c}{v}" for c in "bcdfghjklmnprstvwz" for v in "aeiou"]


def _name(number: int) -> str:
    return f"{_word(number * 7_919 % GIVEN)} {_word(GIVEN + number * 104_729 % SURNAMES)}"


def _word(number: int) -> str:
    spread = number * 604_171 % 90**3
    return "".join(_SYLLABLES[spread // 90**place % 90] for place in range(3)).capitalize()


def _entities() -> list[Entity]:
    ofac, un = SHARED / "data/ofac", SHARED / "data/un"
    found = list(parse("ofac", ofac).entities) if ofac.is_dir() else []
    for path in sorted(un.glob("*.xml")) if un.is_dir() else ():
        found += parse("un", path).entities
    return found or [entity for one in sample_lists() for entity in one.entities]


async def _main(counterparties: int, changed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = faust.App("bench", broker="kafka://127.0.0.1:1", datadir=folder, store="rocksdb://")
        table = _Table(app, name="counterparties", partitions=PARTITIONS)
        monitor = Monitor.under(shipped_policy(), identity_key=b"bench", engine_version="bench")
        before = Lists.of((), _entities())
        view = _View(before)
        published: list[Output] = []

        async def send(output: Output) -> Awaitable[Any]:
            published.append(output)
            confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            confirmation.set_result(None)
            return confirmation

        lookback = Lookback(
            table,
            monitor,
            Vault(b"bench"),
            view,  # type: ignore[arg-type]
            Metrics(),
            send=send,
            assigned=lambda: range(PARTITIONS),
            is_busy=lambda: True,
            timeout_seconds=60,
        )
        now = datetime.now(UTC)
        ahead = (now + timedelta(days=3)).date().isoformat()

        async def answer(number: int) -> None:
            """As the screen agent does, but for Kafka."""
            event = payment(f"E-{number}", creditor=_name(number), requested_execution_date=ahead)
            read = monitor.receive(record(event, timestamp=now))
            assert view.current is not None
            rows = lookback.note(number % PARTITIONS, monitor.screen(read, view.current))
            await lookback.log(number % PARTITIONS, rows)

        started = time.perf_counter()
        for number in range(counterparties):
            await answer(number)
        seconds = time.perf_counter() - started
        print(f"remembered                {counterparties:>10,} in {seconds:.1f} s, screening included")

        latencies: list[float] = []

        async def live() -> None:
            begun, number = time.perf_counter(), 0
            while True:
                due = begun + number / EVENTS_PER_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await answer(10_000_000 + number)
                latencies.append(time.perf_counter() - due)
                number += 1

        def told(what: str) -> None:
            found = sorted(latencies)
            p50, p99 = (1000 * found[int(len(found) * share)] for share in (0.5, 0.99))
            times = f"median {p50:.1f} ms, 99 % {p99:.1f} ms, most {1000 * found[-1]:.1f} ms"
            print(f"{what:<26}{len(found):>10,} events, {times}")
            latencies.clear()

        worker, traffic = asyncio.create_task(lookback.run()), asyncio.create_task(live())
        await asyncio.sleep(QUIET_SECONDS)
        told("live, without a job")
        delta = [
            Entity("bench", str(n), EntityType.UNKNOWN, (ListedName(_name(n * (counterparties // changed))),))
            for n in range(changed)
        ]
        after = await asyncio.to_thread(before.updated, (), delta, ())
        prepared = await asyncio.to_thread(Prints.of, after.screener.entities_by_id.values(), after.ownership)
        latencies.clear()
        view.current, view.prepared = after, prepared
        started, computed = time.perf_counter(), time.process_time()
        while any(state.is_behind or state.lists is not after for state in lookback._partitions.values()):
            await asyncio.sleep(0.01)
        seconds, processor = time.perf_counter() - started, time.process_time() - computed
        told("live, beside the job")
        for task in (worker, traffic):
            task.cancel()
        held = sum(1 for output in published if output.topic == "decisions")
        alerts = sum(1 for output in published if b'"RESCREENED"' in (output.value or b""))
        print(f"rescreened                {counterparties:>10,} against {changed} changed entries in {seconds:.1f} s")
        print(f"                          {processor:>10.1f} s of processor time, the live events included")
        print(f"found                     {held:>10,} payments held, {alerts} alerts")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--counterparties", type=int, default=100_000)
    options.add_argument("--changed", type=int, default=50)
    given = options.parse_args()
    asyncio.run(_main(given.counterparties, given.changed))


if __name__ == "__main__":
    main()
