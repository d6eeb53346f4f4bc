"""The Faust app: topics, tables and three agents, each a thin loop around the core.

`screen` answers every record of `payments` and `payrolls`; `watch` keeps one history per subject; `dispose` turns
an analyst's signed word into the decision that supersedes a block. All hand what they send to the ack window of
`delivery`, which acknowledges a source offset only after every output.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import faust
from faust.types import TP

from streamer import __version__
from streamer.dispositions import Analyst, Desk, InvalidDisposition, Seal, analysts_from_toml, resolved
from streamer.events import (
    EVENT_YEAR_MAX,
    EVENT_YEAR_MIN,
    DeadLetter,
    Event,
    Observation,
    Severity,
    Source,
    digest,
)
from streamer.list_feed.editions import Manifest
from streamer.list_feed.view import ListsView
from streamer.lists import Lists
from streamer.monitor import Monitor, Received, Record, Screened
from streamer.outputs import (
    Output,
    alerting,
    dead_letter_output,
    disposition_outputs,
    refused_disposition_outputs,
    screening_outputs,
    traced,
    watch_output,
)
from streamer.policy import Policy
from streamer.remembered import Prints, Vault
from streamer.settings import InvalidSettings, Settings
from streamer.tracing import Trace, trace_of
from streamer.worker.delivery import EXIT_DELIVERY, AckWindow, Transport, leave, stream_checks_generations
from streamer.worker.event_ids import EventIds
from streamer.worker.failures import FailuresInARow
from streamer.worker.faust_settings import faust_settings
from streamer.worker.histories import Histories
from streamer.worker.log import blocked
from streamer.worker.metrics import Metrics
from streamer.worker.rescreening import Lookback, Row, place_of
from streamer.worker.slices import Slices
from streamer.worker.state import StateTable
from streamer.worker.web import WebPort

if TYPE_CHECKING:
    from streamer.worker.spans import Spans

log = logging.getLogger(__name__)

_EARLIEST_SECONDS = datetime(EVENT_YEAR_MIN, 1, 1, tzinfo=UTC).timestamp()
_LATEST_SECONDS = datetime(EVENT_YEAR_MAX, 12, 31, tzinfo=UTC).timestamp()
_COMMIT_SECONDS_MAX = 10.0
"""A worker that leaves because of faults of its own waits so long for its last commit."""

_SCREENED_TIMES_MAX = 3
"""How often one record is screened anew because the lists changed between its slices; then it is held."""

_STUCK_SECONDS = 180.0
"""A worker without an assignment for so long, though it is not the group's surplus, should be restarted."""


class Worker(faust.App):
    """One worker process. Starts consuming only after its lists are complete."""

    def __init__(
        self,
        settings: Settings,
        monitor: Monitor,
        metrics: Metrics,
        analysts: Mapping[str, Analyst] = MappingProxyType({}),
        spans: Spans | None = None,
    ) -> None:
        super().__init__(**faust_settings(settings))
        self.settings = settings
        self.seal = Seal((settings.identity_key or "").encode())
        self.desk = Desk(analysts, monitor.policy.dispositions, self.seal)
        self.screener = monitor
        self.metrics = metrics
        self.spans = spans
        self.window = AckWindow(settings.in_flight_max, settings.delivery_timeout_seconds)
        self.lists = ListsView(
            settings,
            required=monitor.policy.lists.required,
            on_change=self._lists_changed,
            on_refusal=metrics.list_refused,
            prepare=lambda lists: Prints.of(lists.screener.entities_by_id.values(), lists.ownership),
            beacon=self.beacon,
        )
        self.web_port = WebPort(
            settings.web_host,
            settings.web_port,
            self,
            metrics,
            settings.web_token,
            settings.web_hosts,
            beacon=self.beacon,
        )
        self.event_ids = EventIds(
            self._table("event-ids", "tenant/event id -> digest of its content, by week of receipt"),
            monitor.policy.worker,
            settings.partitions,
        )
        self.histories = Histories(self._table("histories", "subject/observation id -> observation"))
        self.lookback = Lookback(
            self._table("counterparties", "who was on the route of past events, sealed; see `rescreening`"),
            monitor,
            Vault(_counterparty_secret(settings)),
            self.lists,
            metrics,
            send=self._send,
            assigned=self._partitions_at_work,
            is_busy=lambda: self.window.in_flight > 0,
            timeout_seconds=settings.delivery_timeout_seconds,
            seal=self.seal,
        )
        self.on_partitions_revoked.connect(self._forget)
        limits = monitor.policy.worker
        self._failures = {
            stage: FailuresInARow(limits.errors_in_a_row_max, limits.error_senders_min)
            for stage in ("screen", "watch", "dispose")
        }
        self._unassigned_since = time.monotonic()
        metrics.in_flight(lambda: self.window.in_flight)
        metrics.runs(__version__, monitor.policy.version)
        for name in ("payments", "payrolls", "observations", "dispositions"):
            metrics.lag(name, partial(self._lag, settings.topic(name)))
        inputs = {settings.topic(name): name for name in ("payments", "payrolls")}
        self.contract_names: Mapping[str, str] = inputs
        self.agent(self._stream(*inputs), name="screen")(self._screen_agent)
        self.agent(self._stream(settings.topic("observations")), name="watch")(self._watch_agent)
        self.agent(self._stream(settings.topic("dispositions")), name="dispose")(self._dispose_agent)

    # ------------------------------------------------------------ the agents

    async def _screen_agent(self, stream: Any) -> None:
        async for event in stream.noack().events():
            with _leaving_on_failure("screen"):
                await self._answer(event)

    async def _watch_agent(self, stream: Any) -> None:
        async for event in stream.noack().events():
            with _leaving_on_failure("watch"):
                record, trace = self._record(event), trace_of(event.message.headers)
                confirmations = await self._watch(event.value, record, event.message.partition, trace)
                await self.window.add(event, confirmations)
                await self._stop_after_too_many_errors("watch")

    async def _dispose_agent(self, stream: Any) -> None:
        async for event in stream.noack().events():
            with _leaving_on_failure("dispose"):
                outputs, outcome = self._dispose(self._record(event))
                outputs = traced(outputs, trace_of(event.message.headers))
                confirmations = [await self._send(output) for output in outputs]
                await self.window.add(event, confirmations, partial(self.metrics.disposed, outcome))
                await self._stop_after_too_many_errors("dispose")

    # ------------------------------------------------------------ one record each

    async def _answer(self, event: Any) -> None:
        record = self._record(event)
        self.metrics.received(record.topic)
        started, started_ns = time.perf_counter(), time.time_ns()
        slices = Slices(self.screener.policy.worker.budget_seconds)
        screened, outputs, remembered = await self._screen(record, slices, event.message.generation_id)
        self.metrics.computed(time.perf_counter() - started - slices.rested_seconds)
        if screened is None:
            return
        trace, end_span = self._span(event, screened, started_ns)
        confirmations = [await self._send(output) for output in traced(outputs, trace)]
        confirmations += await self.event_ids.remember(screened)
        confirmations += await self.lookback.log(record.partition, remembered)
        await self.window.add(event, confirmations, partial(self._answered, screened, end_span))
        await self._stop_after_too_many_errors("screen")

    def _span(self, event: Any, screened: Screened, started_ns: int) -> tuple[Trace | None, Callable[[], None] | None]:
        """The trace of what a record causes, and what ends its span; without an exporter that of its sender."""
        trace = trace_of(event.message.headers)
        if self.spans is None:
            return trace, None
        return self.spans.of_record(
            screened, trace, topic=event.message.topic, group=self.conf.id, started_ns=started_ns
        )

    async def _screen(
        self, record: Record, slices: Slices, generation_id: int
    ) -> tuple[Screened | None, tuple[Output, ...], list[Row]]:
        """Whatever happens inside, the result is a decision: the one broad `except` of the product.

        None where a rebalance took the partition between two slices: the record is delivered again, to its new owner.
        """
        received = Received(record, None, None, None)
        masked = self.screener.policy.alerts.mask
        try:
            received = self.screener.receive(record)
            earlier_digest = self.event_ids.earlier_digest(received)
            for times in count(1):
                lists = self._lists_in_force()
                answer = None
                if self.event_ids.is_misplaced(received):
                    answer = self.screener.misplaced(received, lists)
                elif times <= _SCREENED_TIMES_MAX:
                    answer = await slices.run(self.screener.screening(received, lists, earlier_digest))
                if answer is None:
                    lists = self._lists_in_force()
                screened = answer or self.screener.over_budget(received, lists)
                outputs = screening_outputs(screened, masked=masked, seal=self.seal)
                # From this line to the end of `note` nothing else runs: see `rescreening`.
                if self.consumer_generation_id != generation_id:
                    return None, (), []
                if self.lists.current is lists:
                    break
            remembered = self.lookback.note(record.partition, screened)
        except Exception as error:  # noqa: BLE001 - held, counted, and the worker stops after too many
            self._failed("screen", error, _sender(record, received.event))
            failed = self.screener.failed(received, type(error).__name__, self._lists_in_force())
            return failed, screening_outputs(failed, masked=masked, seal=self.seal), []
        self._succeeded("screen")
        return screened, outputs, remembered

    def _lists_in_force(self) -> Lists:
        lists = self.lists.current
        assert lists is not None, "consuming starts after the lists are complete"
        return lists

    def _dispose(self, record: Record) -> tuple[tuple[Output, ...], str]:
        """What a disposition causes, and its outcome in one word."""
        masked = self.screener.policy.alerts.mask
        try:
            disposition = self.desk.read(record.value, record.timestamp)
            decision = resolved(disposition, __version__)
            outputs = disposition_outputs(record, disposition, decision, masked=masked, seal=self.seal)
        except InvalidDisposition as error:
            self._succeeded("dispose")
            letter = _dead_letter(record, "disposition_refused", str(error), stage="dispose")
        except Exception as error:  # noqa: BLE001 - refused: what it was to release stays blocked
            self._failed("dispose", error, _sender(record, None))
            letter = _dead_letter(record, "error", f"failed with {type(error).__name__}", stage="dispose")
        else:
            self._succeeded("dispose")
            return outputs, disposition.outcome.value
        self.metrics.dead_letter(letter.reason)
        self.metrics.alerted("DISPOSITION_REFUSED", Severity.HIGH)
        return refused_disposition_outputs(letter, record, engine_version=__version__), "refused"

    async def _watch(self, value: bytes, record: Record, partition: int, trace: Trace | None) -> list[Awaitable[Any]]:
        masked = self.screener.policy.alerts.mask
        observation = None
        try:
            observation = Observation.model_validate_json(value)
            history = self.histories.of(partition, observation.subject)
            watched = self.screener.watch(observation, history)
            alerts = tuple(
                watch_output(finding, observed, masked=masked, engine_version=__version__)
                for observed, finding in watched.judged
            )
        except Exception as error:  # noqa: BLE001 - the payment has its decision; the behaviour rules missed one fact
            self._failed("watch", error, _sender(record, observation))
            detail = f"behaviour rules failed with {type(error).__name__}; the payment itself has its decision"
            letter = dead_letter_output(_dead_letter(record, "error", detail, stage="watch"))
            return [await self._send(output) for output in traced((letter,), trace)]
        self._succeeded("watch")
        confirmations = [await self._send(output) for output in traced(alerts, trace)]
        for finding in watched.findings:
            self.metrics.alerted(finding.rule, finding.severity)
        confirmations += await self.histories.keep(partition, observation, history, watched.history)
        return confirmations

    # ------------------------------------------------------------ sending and counting

    async def _send(self, output: Output) -> Awaitable[Any]:
        confirmation: Awaitable[Any] = await self.producer.send(
            self.settings.topic(output.topic), output.key, output.value, None, None, list(output.headers.items())
        )
        return confirmation

    def _answered(self, screened: Screened, end_span: Callable[[], None] | None) -> None:
        """Called once the decision is confirmed: what is counted happened."""
        if end_span is not None:
            end_span()
        decision, metrics = screened.decision, self.metrics
        metrics.decided(decision.verdict, near_misses=len(decision.near_misses), late=decision.late)
        for finding in alerting(decision):
            metrics.alerted(finding.rule, finding.severity)
        if screened.dead_letter is not None:
            metrics.dead_letter(screened.dead_letter.reason)
        record = screened.record
        blocked(log, decision, f"{record.topic}/{record.partition}/{record.offset}")
        waited = datetime.now(UTC) - record.timestamp
        metrics.acknowledged(max(0.0, waited / timedelta(seconds=1)))

    def _failed(self, stage: str, error: Exception, sender: str) -> None:
        # Class and place only: a message may quote a name or an account.
        log.error("%s failed with %s at %s; the record is held", stage, type(error).__name__, place_of(error))
        # Each stage for itself: screening that works must not hide behaviour rules that always fail.
        self._failures[stage].add(sender)
        self.metrics.failed(stage, in_a_row=max(row.failures for row in self._failures.values()))

    def _succeeded(self, stage: str) -> None:
        if self._failures[stage].end() and not any(row.failures for row in self._failures.values()):
            self.metrics.recovered()

    async def _stop_after_too_many_errors(self, stage: str) -> None:
        row = self._failures[stage]
        if row.is_full:
            # Their answers first: a payer must not wait for a restart to hear that the payment is held.
            await self.window.drained()
            # And what was answered is committed: else the same records would stop every successor, too.
            with suppress(Exception):
                async with asyncio.timeout(_COMMIT_SECONDS_MAX):
                    # The first may only wait for one that is under way.
                    await self.consumer.commit()
                    await self.consumer.commit()
            leave(
                f"{stage}: {row.failures} records in a row failed in our own code, not of one sender alone; each has "
                "its answer. See the errors above"
            )

    # ------------------------------------------------------------ state of the worker

    def _lists_changed(self, manifests: Mapping[str, Manifest]) -> None:
        self.metrics.lists_loaded([manifest.as_version() for manifest in manifests.values()], at=datetime.now(UTC))
        self.metrics.lists_required(self.screener.policy.lists.required_by_any, manifests)

    def unready(self) -> list[str]:
        """Why no payment is processed now."""
        refused = self.lists.refused()
        reasons = [
            f"required list {name} is not in force" + (f": {refused[name]}" if name in refused else "")
            for name in self.lists.lacking()
        ]
        if self.lists.current is None:
            reasons.append("lists are not loaded yet")
        if self.rebalancing or not self._assigned():
            reasons.append("no partitions assigned")
        elif self.in_recovery:
            reasons.append("histories are being restored")
        self.metrics.ready(not reasons)
        return reasons

    def unhealthy(self) -> list[str]:
        """Why a supervisor should restart this process."""
        if self.lists.current is None or (self._assigned() and not self.rebalancing):
            # Waiting for lists is no fault of this process.
            self._unassigned_since = time.monotonic()
            return []
        if self.unassigned and not self.rebalancing:
            return []  # more workers than partitions: a spare
        silent = time.monotonic() - self._unassigned_since
        return [f"no partitions for {silent:.0f} s"] if silent > _STUCK_SECONDS else []

    def _lag(self, topic: str) -> float:
        """Records on the broker that this worker's partitions of a topic still hold for it."""
        try:
            mine = [tp for tp in self.consumer.assignment() if tp.topic == topic]
            return float(sum(self.consumer.behind(tp) for tp in mine))
        except Exception:  # noqa: BLE001 - the consumer is not started yet
            return 0.0

    def _assigned(self) -> set[TP]:
        try:
            assigned = {tp for tp in self.consumer.assignment() if tp.topic in self.contract_names}
        except Exception:  # noqa: BLE001 - the consumer is not started yet: nothing is assigned
            assigned = set()
        self.metrics.partitions_assigned(len(assigned))
        return assigned

    def _partitions_at_work(self) -> set[int]:
        """Of the streams, while nothing is being restored or handed over."""
        if self.rebalancing or self.in_recovery:
            return set()
        return {tp.partition for tp in self._assigned()}

    async def _forget(self, app: Any, revoked: Any, **kwargs: Any) -> None:
        self.lookback.forget()
        self.histories.forget()

    # ------------------------------------------------------------ Faust's side

    async def on_start(self) -> None:
        """Lists before payments: nothing is consumed before this returns."""
        await super().on_start()
        await self.add_runtime_dependency(self.web_port)
        log.info("web port: http://%s:%d (/metrics /health /ready)", self.settings.web_host, self.web_port.port)
        log.info("reading the lists from topic %s", self.settings.topic("sanctions"))
        await self.lists.load()
        await self.add_runtime_dependency(self.lists)
        self.add_future(self.window.run())
        self.add_future(self.lookback.run())

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self, loop=self.loop)

    def _new_producer_transport(self) -> Any:
        return Transport(self.conf.broker_producer, self, loop=self.loop)

    def _stream(self, *names: str) -> Any:
        # Raw bytes: what cannot be decoded must reach our code, not be committed by the framework.
        return self.topic(
            *names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", allow_empty=True
        )

    def _table(self, name: str, help: str) -> StateTable:
        table = StateTable(self, name=name, help=help, partitions=self.settings.partitions, beacon=self.tables.beacon)
        self.tables.add(table)
        return table

    def _record(self, event: Any) -> Record:
        message = event.message
        return Record(
            topic=self.contract_names.get(message.topic, message.topic),
            partition=message.partition,
            offset=message.offset,
            key=message.key,
            value=message.value,
            timestamp=_received_at(message.timestamp),
        )


@contextmanager
def _leaving_on_failure(stage: str) -> Iterator[None]:
    """Ends the process where an answer cannot even be sent. Faust would restart the agent in place, and the record
    would stay unanswered while later ones are: better that it is delivered again."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it was, this record has no answer
        leave(f"{stage}: an answer could not be sent: {type(error.__cause__ or error).__name__}")


def _received_at(timestamp_seconds: float | None) -> datetime:
    """The record's own time. Publishers can write any number there; one that is no time becomes the present."""
    if timestamp_seconds is not None and _EARLIEST_SECONDS <= timestamp_seconds <= _LATEST_SECONDS:
        return datetime.fromtimestamp(timestamp_seconds, UTC)
    return datetime.now(UTC)


def _sender(record: Record, read: Event | Observation | None) -> str:
    """Whose record it is: a tenant's, or that of whoever publishes under this key."""
    if read is not None:
        return f"tenant {read.tenant}"
    return f"key {digest(record.key or b'')}"


def _counterparty_secret(settings: Settings) -> bytes:
    """A key of its own where one is configured; else the identity key, from which `Vault` derives another."""
    secret = settings.counterparty_key or settings.identity_key
    assert secret is not None, "a worker has an identity key"
    return secret.encode()


def _dead_letter(record: Record, reason: str, detail: str, *, stage: str) -> DeadLetter:
    return DeadLetter(
        reason=reason,
        detail=detail,
        stage=stage,
        source=Source(topic=record.topic, partition=record.partition, offset=record.offset),
        raw=record.value,
        key=record.key,
    )


IDENTITY_KEY_CHARS_MIN = 16


def worker(settings: Settings, policy: Policy, spans: Spans | None = None) -> Worker:
    """A worker from settings and policy. Raises InvalidSettings where something it must have is missing."""
    if settings.identity_key is None:
        raise InvalidSettings(
            "STREAMER_IDENTITY_KEY is not set: histories are kept under keyed hashes. Make one with "
            "`openssl rand -hex 32`, keep it secret and the same for all workers, and name its file in "
            "STREAMER_IDENTITY_KEY_FILE"
        )
    if len(settings.identity_key) < IDENTITY_KEY_CHARS_MIN:
        raise InvalidSettings(
            f"STREAMER_IDENTITY_KEY has {len(settings.identity_key)} characters, {IDENTITY_KEY_CHARS_MIN} at least: "
            "whoever guesses it reads the histories and seals decisions. Make one with `openssl rand -hex 32`"
        )
    if not stream_checks_generations():
        raise InvalidSettings(
            "faust-streaming runs without its compiled stream (NO_CYTHON is set, or a source build): unset NO_CYTHON "
            "and install the wheel, the pure Python stream acknowledges records it skipped"
        )
    monitor = Monitor.under(policy, identity_key=settings.identity_key.encode(), engine_version=__version__)
    path = settings.analysts_file
    analysts = analysts_from_toml(path.read_text("utf-8"), str(path)) if path else {}
    return Worker(settings, monitor, Metrics(), analysts, spans)


__all__ = ["EXIT_DELIVERY", "Worker", "worker"]
