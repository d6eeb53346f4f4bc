"""The worker's side of rescreening: keeps the rows that `rescreening` describes, and works off what lists change.

`note` is called for each event, in the same breath in which its decision is made: between the snapshot of the lists
that judged it and its rows in the store nothing else runs, so that a change of the lists finds every event that was
judged without it. `run` does the rest in slices between the events. What a slice publishes is confirmed before the
job's record moves on: killed anywhere, it repeats the same ids, and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from streamer import __version__
from streamer import remembered as core
from streamer.dispositions import Seal
from streamer.list_feed.view import ListsView
from streamer.lists import Lists
from streamer.monitor import Monitor, Screened
from streamer.outputs import Output, alerting, rescreen_output, screening_outputs
from streamer.policy import RescreeningPolicy
from streamer.remembered import Counterparty, Job, Past, Prints, Sighting, Unreadable, Vault
from streamer.worker.delivery import leave
from streamer.worker.metrics import Metrics
from streamer.worker.state import StateTable

log = logging.getLogger(__name__)

Row = tuple[bytes, bytes | None]

_IDLE_SECONDS: Final = 0.2
SLICE_SECONDS: Final = 0.003
"""Longer than this no event waits for rescreening to let it through."""
REST_SECONDS: Final = 0.0015
"""Left to the events after each slice while there are any."""
_PAGE_ROWS: Final = 256
_SAVED_EVERY_ROWS: Final = 20_000
"""After so many counterparties a job's record is written, also where nothing was found."""
_TIDY_EVERY_SECONDS: Final = 3_600.0
"""Between two walks over a partition's counterparties that count them and forget those out of the window."""
_EXPIRED_EVENTS_MAX: Final = 20
"""Deleted with each event that is noted, so that what expires can never fall behind."""
_KNOWN_MAX: Final = 100_000
"""Counterparties of which is known, without asking the store, that they were kept this week."""
_ROOM_SHARE: Final = 0.9
"""A partition that is full forgets its oldest counterparties down to this share."""
RETRY_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Partition:
    """What is known of one assigned partition. Thrown away when the partition is revoked."""

    number: int
    judged: frozenset[bytes]
    prints: Prints
    lists: Lists
    changed_at: float
    job: Job | None = None
    counterparties: int | None = None
    """None until they were counted."""
    events: int | None = None
    tidied_at: float | None = None

    is_behind: bool = False
    """Entries are in force that its counterparties were not matched against."""

    @property
    def delta(self) -> frozenset[bytes]:
        return self.prints.all - self.judged


class _Revoked(Exception):
    """The partition, or the lists a job was made for, are no longer ours: begin anew."""


class Lookback:
    """Remembers counterparties by partition, and matches them against what changes."""

    def __init__(
        self,
        table: StateTable,
        monitor: Monitor,
        vault: Vault,
        view: ListsView,
        metrics: Metrics,
        *,
        send: Callable[[Output], Awaitable[Awaitable[Any]]],
        assigned: Callable[[], Iterable[int]],
        is_busy: Callable[[], bool],
        timeout_seconds: float,
        seal: Seal | None = None,
    ) -> None:
        self._table = table
        self._seal = seal
        self._monitor = monitor
        self._policy: RescreeningPolicy = monitor.policy.rescreening
        self._policy_version = monitor.policy.version
        self._vault = vault
        self._view = view
        self._metrics = metrics
        self._send = send
        self._assigned = assigned
        self._is_busy = is_busy
        self._timeout_seconds = timeout_seconds
        self._partitions: dict[int, _Partition] = {}
        self._known: dict[tuple[int, str], int] = {}
        self._last_changed: tuple[str, Lists] | None = None
        self._pending: list[tuple[int, bytes, bytes | None]] = []
        """Rows of `judged` that are stored, and not logged yet."""

    @property
    def is_on(self) -> bool:
        return self._policy.window_days > 0

    def forget(self) -> None:
        """Partitions were revoked: another worker may write them next."""
        self._partitions.clear()
        self._known.clear()
        self._pending.clear()

    # ------------------------------------------------------------ remembering

    def note(self, partition: int, screened: Screened) -> list[Row]:
        """Store what is to be remembered of an event, at once; `log` must follow.

        Empty where nothing was screened: what could not be read is held, and its payer sends it again.
        """
        remembered = self._monitor.remembered(screened) if self.is_on and screened.dead_letter is None else None
        if remembered is None:
            return []
        state = self._state(partition)
        who, sighting = remembered
        week = core.week_of(sighting.received_at)
        rows = self._sighting_rows(state, sighting, week)
        rows += [row for identity, one in who.items() if (row := self._who_row(state, identity, one, week))]
        for key, value in rows:
            self._table.write(partition, key, value)
        return rows

    async def log(self, partition: int, rows: Sequence[Row]) -> list[Awaitable[Any]]:
        """Send the changelog records of what `note` stored; their confirmations."""
        confirmations = []
        if self._pending:
            first, self._pending = self._pending, []
            confirmations += [await self._table.send_changelog_record(*row) for row in first]
        return confirmations + [await self._table.send_changelog_record(partition, key, value) for key, value in rows]

    def _sighting_rows(self, state: _Partition, sighting: Sighting, week: int) -> list[Row]:
        key = core.seen_key(week, sighting.tenant, sighting.event_id)
        known = self._table.read(state.number, key)
        if known is not None:
            with suppress(Unreadable):
                # Delivered again after it was superseded: what superseded it stays.
                if Sighting.from_json(self._vault.opened(key, known)).revision > sighting.revision:
                    return [(key, known)]
        elif state.events is not None:
            state.events += 1
        expired = self._expired(state, week)
        if state.events is not None:
            state.events -= len(expired)
        return [(key, self._vault.seal(key, sighting.to_json())), *expired]

    def _expired(self, state: _Partition, week: int) -> list[Row]:
        oldest_kept = week - self._policy.window_days // 7 - 1
        too_many = (state.events or 0) - self._policy.events_max
        expired: list[Row] = []
        for key, _ in self._table.page(state.number, core.SEEN, b"", 1 if too_many <= 0 else _EXPIRED_EVENTS_MAX):
            if core.week_in_seen(key) < oldest_kept or len(expired) < too_many:
                expired.append((key, None))
        return expired

    def _who_row(self, state: _Partition, identity: str, one: Counterparty, week: int) -> Row | None:
        known_week = self._known.get((state.number, identity), -1)
        if known_week >= week:
            return None
        key = core.who_key(identity)
        stored = self._table.read(state.number, key)
        if stored is None:
            if state.counterparties is not None:
                if state.counterparties >= self._policy.counterparties_max:
                    state.tidied_at = None
                    self._metrics.remembered("full")
                    return None
                state.counterparties += 1
            self._metrics.remembered("kept")
        elif (stored_week := core.week_and_sealed(stored)[0]) > week:
            week = stored_week
        if len(self._known) >= _KNOWN_MAX:
            self._known.clear()
        self._known[state.number, identity] = week
        # Also when it is known: a worker killed in between has it in its store, but not in the changelog.
        return key, core.with_week(week, self._vault.seal(key, one.to_json()))

    # ------------------------------------------------------------ what a partition was judged by

    def _state(self, number: int) -> _Partition:
        """Of an assigned partition, up to date with the lists in force. Nothing is remembered before this."""
        lists, prints = self._view.current, self._view.prepared
        assert lists is not None
        state = self._partitions.get(number)
        if state is None:
            state = self._partitions[number] = self._loaded(number, lists, prints)
        if state.lists is not lists:
            self._enter(state, lists, prints)
        return state

    def _loaded(self, number: int, lists: Lists, prints: Prints) -> _Partition:
        rows = dict(self._table.scan(number, core.JUDGED))
        marked = rows.pop(core.JUDGED_MARK, None) is not None
        judged = core.judged_in(rows.values()) if marked else prints.all
        if judged == prints.all:
            judged = prints.all  # The same object for all partitions.
        state = _Partition(number, judged, prints, lists, time.monotonic())
        if not marked:
            # The first to remember here: nobody was seen before, so nobody is to be matched.
            self._write_judged(number, frozenset(), judged)
            self._write(number, core.JUDGED_MARK, b"1")
        else:
            self._narrow(state)
        stored = self._table.read(number, core.JOB_KEY)
        if stored is not None:
            with suppress(Unreadable):
                state.job = Job.from_json(stored)
        return state

    def _enter(self, state: _Partition, lists: Lists, prints: Prints) -> None:
        """Other lists are in force. Who is remembered from now on was not judged by what they no longer hold."""
        if state.prints is prints:
            state.lists = lists
            return
        was_behind = state.is_behind
        state.lists, state.prints = lists, prints
        self._narrow(state)
        if state.is_behind and not was_behind:
            state.changed_at = time.monotonic()

    def _narrow(self, state: _Partition) -> None:
        if state.judged <= state.prints.all:
            if len(state.judged) == len(state.prints.all):
                state.judged = state.prints.all
        else:
            still = state.judged & state.prints.all
            self._write_judged(state.number, state.judged, still)
            state.judged = still
        state.is_behind = state.judged is not state.prints.all

    def _write_judged(self, number: int, before: frozenset[bytes], after: frozenset[bytes]) -> None:
        for key, value in core.judged_rows(before, after).items():
            self._write(number, key, value)

    def _write(self, number: int, key: bytes, value: bytes | None) -> None:
        self._table.write(number, key, value)
        self._pending.append((number, key, value))

    # ------------------------------------------------------------ working it off

    async def run(self) -> None:
        """Bring every assigned partition up to date with the lists, for ever."""
        while True:
            await asyncio.sleep(_IDLE_SECONDS)
            if not self.is_on or self._view.current is None:
                continue
            try:
                await self._round()
            except _Revoked:
                continue
            except Exception as error:  # noqa: BLE001 - counted; the job stays where it is, and its backlog alerts
                self._metrics.failed("rescreen", in_a_row=1)
                # Class and place only: a message may quote a name.
                log.error("rescreening failed with %s at %s; tried again", type(error).__name__, place_of(error))  # noqa: TRY400
                await asyncio.sleep(RETRY_SECONDS)

    async def _round(self) -> None:
        numbers = sorted(self._assigned())
        states = []
        for number in numbers:
            states.append(self._state(number))
            await asyncio.sleep(0)
        await self._confirmed(await self.log(0, ()))
        for state in states:
            self._metrics.rescreen_jobs(sum(1 for one in states if one.is_behind))
            if state.is_behind:
                await self._catch_up(state)
            elif state.tidied_at is None or time.monotonic() - state.tidied_at > _TIDY_EVERY_SECONDS:
                await self._tidy(state)
        if not any(one.is_behind for one in states):
            # It holds a whole set of lists, which is to go when the next is in force.
            self._last_changed = None
        self._metrics.rescreen_jobs(sum(1 for one in states if one.is_behind))

    async def _catch_up(self, state: _Partition) -> None:
        """Match all counterparties of a partition against the entries that it was not judged by yet."""
        prints, lists, delta = state.prints, state.lists, state.delta
        job = await self._begun(state, delta)
        changed = await self._changed(job.id, lists, [prints.entity_ids[mark] for mark in delta])
        marks = {prints.entity_ids[mark]: mark.hex() for mark in delta}
        after, matched = core.who_key(job.cursor) if job.cursor else b"", 0
        found = await self._found_before(state, job, changed)
        pace = _Pace(self._is_busy)
        since_saved = 0
        while True:
            page = self._table.page(state.number, core.WHO, after, _PAGE_ROWS)
            for key, value in page:
                if self._matches(state, key, value, changed):
                    found.append(core.identity_in(key))
                after = key
                since_saved += 1
                if await pace.rest():
                    self._still(state, lists)
                if len(found) >= core.ROUND_MAX:
                    break
            is_end = len(page) < _PAGE_ROWS and (not page or after == page[-1][0])
            if found and (is_end or len(found) >= core.ROUND_MAX):
                matched += len(found)
                job = await self._save(state, replace(job, cursor=core.identity_in(after), found=tuple(found)))
                await self._answer(state, job, found, changed, marks, pace)
                job = await self._save(state, replace(job, found=()))
                found, since_saved = [], 0
            elif since_saved >= _SAVED_EVERY_ROWS:
                job = await self._save(state, replace(job, cursor=core.identity_in(after), found=tuple(found)))
                since_saved = 0
            if is_end:
                break
        self._still(state, lists)
        await self._finish(state, delta)
        log.info(
            "partition %d rescreened: %d changed entries, %d counterparties matched, %.1f s after the change",
            state.number,
            len(delta),
            matched,
            time.monotonic() - state.changed_at,
        )

    async def _changed(self, job_id: str, lists: Lists, entity_ids: Sequence[str]) -> Lists:
        """The indexes of the entries to match against; partitions that are equally far behind share them."""
        if self._last_changed is None or self._last_changed[0] != job_id or self._last_changed[1].whole is not lists:
            self._last_changed = job_id, await asyncio.to_thread(lists.only, entity_ids)
        return self._last_changed[1]

    async def _begun(self, state: _Partition, delta: frozenset[bytes]) -> Job:
        """The job for these entries: the one that was interrupted, or another from the beginning."""
        name = core.job_id(delta)
        if state.job is not None and state.job.id == name:
            return state.job
        return await self._save(state, Job(name, datetime.now(UTC)))

    async def _save(self, state: _Partition, job: Job) -> Job:
        self._check(state)
        state.job = job
        await self._confirmed([await self._table.put(state.number, core.JOB_KEY, job.to_json())])
        return job

    async def _finish(self, state: _Partition, delta: frozenset[bytes]) -> None:
        after = state.judged | delta
        rows = core.judged_rows(state.judged, after)
        state.judged = state.prints.all if after == state.prints.all else after
        state.is_behind = state.judged is not state.prints.all
        state.job = None
        rows[core.JOB_KEY] = None
        await self._confirmed([await self._table.put(state.number, key, value) for key, value in rows.items()])
        self._metrics.rescreen_finished(time.monotonic() - state.changed_at)

    async def _found_before(self, state: _Partition, job: Job, changed: Lists) -> list[str]:
        """What a job that was interrupted had found and not answered."""
        return [
            identity
            for identity in job.found
            if (value := self._table.read(state.number, core.who_key(identity))) is not None
            and self._matches(state, core.who_key(identity), value, changed)
        ]

    def _matches(self, state: _Partition, key: bytes, value: bytes, changed: Lists) -> bool:
        self._metrics.rescreened(1)
        try:
            return bool(self._monitor.rematch(self._opened(key, value), "counterparty", changed))
        except Exception as error:  # noqa: BLE001 - one row must not stop the others; it is counted, and alerts
            self._unreadable(state, error)
            return False

    def _opened(self, key: bytes, value: bytes) -> Counterparty:
        return Counterparty.from_json(self._vault.opened(key, core.week_and_sealed(value)[1]))

    def _unreadable(self, state: _Partition, error: Exception) -> None:
        self._metrics.rescreen_unreadable()
        log.error("a row of partition %d is passed over: %s at %s", state.number, type(error).__name__, place_of(error))

    # ------------------------------------------------------------ what is published

    async def _answer(
        self,
        state: _Partition,
        job: Job,
        found: Sequence[str],
        changed: Lists,
        marks: dict[str, str],
        pace: _Pace,
    ) -> None:
        """Superseding decisions for payments that can be stopped, then an alert for each counterparty."""
        past = {}
        for identity in found:
            value = self._table.read(state.number, core.who_key(identity))
            if value is not None:
                known = self._opened(core.who_key(identity), value)
                past[identity] = Past(known, self._monitor.rematch(known, "counterparty", changed))
        after = b""
        while page := self._table.page(state.number, core.SEEN, after, _PAGE_ROWS):
            for key, value in page:
                after = key
                try:
                    sighting = Sighting.from_json(self._vault.opened(key, value))
                except Unreadable as error:
                    self._unreadable(state, error)
                    continue
                met = [
                    (path, past[identity])
                    for path, identity in sighting.route
                    if identity in past and sighting.is_news(past[identity].findings, marks)
                ]
                for path, one in met:
                    one.met(sighting, path)
                if met and sighting.is_pending(job.started_at):
                    await self._supersede(state, job, key, sighting, met, changed, marks)
                if await pace.rest():
                    self._still(state, changed.whole)
        outputs = [
            output
            for identity, one in past.items()
            if one.newest is not None
            for output in self._alerts(state, job, identity, one, changed, marks)
        ]
        await self._publish(state, outputs)

    async def _supersede(
        self,
        state: _Partition,
        job: Job,
        key: bytes,
        sighting: Sighting,
        met: Sequence[tuple[str, Past]],
        changed: Lists,
        marks: dict[str, str],
    ) -> None:
        findings = [f for path, one in met for f in self._monitor.rematch(one.counterparty, path, changed)]
        entries = [marks[entity_id] for entity_id in core.entity_ids_in(findings) if entity_id in marks]
        if not findings or set(entries) <= set(sighting.superseded_by):
            return
        lists = changed.whole or changed
        screened = self._monitor.supersede(sighting, findings, lists, job.started_at)
        await self._publish(
            state, screening_outputs(screened, masked=self._monitor.policy.alerts.mask, seal=self._seal)
        )
        decision = screened.decision
        row = sighting.superseded(decision.decision_id, decision.verdict, entries)
        self._check(state)
        await self._confirmed([await self._table.put(state.number, key, self._vault.seal(key, row.to_json()))])
        self._metrics.superseded()
        self._metrics.decided(decision.verdict)
        for finding in alerting(decision):
            self._metrics.alerted(finding.rule, finding.severity)

    def _alerts(
        self, state: _Partition, job: Job, identity: str, one: Past, changed: Lists, marks: dict[str, str]
    ) -> Iterable[Output]:
        self._metrics.rescreen_matched()
        for finding in self._monitor.rematch(one.counterparty, one.path, changed):
            named = core.past_finding(finding, one)
            self._metrics.alerted(named.rule, named.severity)
            yield rescreen_output(
                named,
                one,
                identity,
                entries=[marks.get(entity_id, entity_id) for entity_id in core.entity_ids_in([finding])],
                partition=state.number,
                time=job.started_at,
                masked=self._monitor.policy.alerts.mask,
                policy_version=self._policy_version,
                engine_version=__version__,
            )

    async def _publish(self, state: _Partition, outputs: Iterable[Output]) -> None:
        self._check(state)
        await self._confirmed([await self._send(output) for output in outputs])

    async def _confirmed(self, confirmations: Sequence[Awaitable[Any]]) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                for confirmation in confirmations:
                    await confirmation
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - as in the ack window: what is not confirmed ends the process
            leave(f"rescreen: an output was not confirmed by the broker: {type(error).__name__}")

    # ------------------------------------------------------------ keeping within bounds

    async def _tidy(self, state: _Partition) -> None:
        """Count what is remembered; forget who is out of the window, and the oldest where there is no room."""
        pace = _Pace(self._is_busy)
        state.events = await self._counted(state, core.SEEN, pace, {})
        weeks: dict[int, int] = {}
        state.counterparties = await self._counted(state, core.WHO, pace, weeks)
        state.tidied_at = time.monotonic()
        oldest = core.week_of(datetime.now(UTC)) - self._policy.window_days // 7 - 1
        room = int(self._policy.counterparties_max * _ROOM_SHARE)
        if state.counterparties >= self._policy.counterparties_max:
            for week in sorted(weeks):
                if sum(count for later, count in weeks.items() if later >= max(oldest, week)) <= room:
                    break
                oldest = max(oldest, week + 1)
            oldest = min(oldest, max(weeks))
        if any(week < oldest for week in weeks):
            await self._forget_before(state, oldest, pace)

    async def _counted(self, state: _Partition, prefix: bytes, pace: _Pace, weeks: dict[int, int]) -> int:
        after, count = b"", 0
        while page := self._table.page(state.number, prefix, after, _PAGE_ROWS):
            after, count = page[-1][0], count + len(page)
            if prefix == core.WHO:
                for _, value in page:
                    week, _ = core.week_and_sealed(value)
                    weeks[week] = weeks.get(week, 0) + 1
            await pace.rest()
            self._check(state)
        return count

    async def _forget_before(self, state: _Partition, week: int, pace: _Pace) -> None:
        after = b""
        while page := self._table.page(state.number, core.WHO, after, _PAGE_ROWS):
            after = page[-1][0]
            gone = [key for key, value in page if core.week_and_sealed(value)[0] < week]
            self._check(state)
            await self._confirmed([await self._table.put(state.number, key, None) for key in gone])
            for key in gone:
                self._known.pop((state.number, core.identity_in(key)), None)
                self._metrics.remembered("forgotten")
            state.counterparties = (state.counterparties or 0) - len(gone)
            await pace.rest()

    # ------------------------------------------------------------ still ours?

    def _check(self, state: _Partition) -> None:
        if self._partitions.get(state.number) is not state:
            raise _Revoked

    def _still(self, state: _Partition, lists: Lists | None) -> None:
        self._check(state)
        if self._view.current is not lists:
            # More has changed: match against all of it at once, from the beginning.
            raise _Revoked


def place_of(error: Exception) -> str:
    """File and line where an error was raised."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "unknown"


class _Pace:
    """Work in slices: events go first."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._began = time.perf_counter()

    async def rest(self) -> bool:
        """Let others run where the slice is used up; whether it was."""
        if time.perf_counter() - self._began < SLICE_SECONDS:
            return False
        await asyncio.sleep(REST_SECONDS if self._is_busy() else 0)
        self._began = time.perf_counter()
        return True
