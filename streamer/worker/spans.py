"""One OpenTelemetry span per event, sent as OTLP by a thread of its own. Needs the extra `otel`.

The SDK reads the OTEL_ variables itself. Ids derive from the decision id, so that an event delivered again repeats its
span. A span holds ids, rules and the verdict; never a name, an account or an amount. Whatever fails here costs a
span, never a record.
Source of the names: OpenTelemetry semantic conventions for messaging (Kafka) and HTTP.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)
from opentelemetry.util.types import AttributeValue

from streamer import __version__
from streamer.monitor import Screened
from streamer.tracing import Trace, span_id, trace_id
from streamer.worker.log import say

log = logging.getLogger(__name__)

FLUSH_SECONDS_MAX: Final = 5.0
"""A stop does not wait longer for a collector."""

_RULES_MAX: Final = 20
_SERVICE: Final = "streamer"

Begun = tuple[Trace | None, Callable[[], None]]
"""The trace for what the event causes, and what ends the span."""


class Spans:
    """Begins and ends spans. Safe to call from one thread; sending is another's work."""

    def __init__(self, *, service_is_named: bool = False, exporter: SpanExporter | None = None) -> None:
        """`service_is_named`: the environment names the service, so that we must not. `exporter` is for tests.

        Raises ValueError where an OTEL_ variable cannot be used.
        """
        ours = {"service.version": __version__} | ({} if service_is_named else {"service.name": _SERVICE})
        self._ids = _DerivedIds()
        self._provider = TracerProvider(resource=Resource.create(ours), id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("streamer", __version__)
        self._has_failed = False

    def of_record(self, screened: Screened, parent: Trace | None, *, topic: str, group: str, started_ns: int) -> Begun:
        """The span of a record; `topic` and `group` as Kafka knows them."""
        record = screened.record
        about: dict[str, AttributeValue] = {
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.operation.name": "screen",
            "messaging.destination.name": topic,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.kafka.offset": record.offset,
            "messaging.consumer.group.name": group,
        }
        return self._begin(f"screen {record.topic}", SpanKind.CONSUMER, screened, parent, about, started_ns)

    def of_request(self, screened: Screened, parent: Trace | None, *, status: int, started_ns: int) -> Begun:
        """The span of one POST /screen."""
        about: dict[str, AttributeValue] = {
            "http.request.method": "POST",
            "http.route": "/screen",
            "http.response.status_code": status,
        }
        return self._begin("POST /screen", SpanKind.SERVER, screened, parent, about, started_ns)

    def close(self) -> None:
        """Send what is left, for FLUSH_SECONDS_MAX at most."""
        flushing = Thread(target=self._provider.shutdown, daemon=True)
        flushing.start()
        flushing.join(FLUSH_SECONDS_MAX)
        if flushing.is_alive():
            say(log, "spans were left behind: the collector does not answer", level=logging.WARNING)

    def _begin(
        self,
        name: str,
        kind: SpanKind,
        screened: Screened,
        parent: Trace | None,
        about: Mapping[str, AttributeValue],
        started_ns: int,
    ) -> Begun:
        try:
            decision_id = screened.decision.decision_id
            self._ids.derive(parent, decision_id)
            span = self._tracer.start_span(
                name,
                context=set_span_in_context(NonRecordingSpan(_context(parent))) if parent else None,
                kind=kind,
                attributes={**about, **_answer(screened)},
                start_time=started_ns,
            )
            letter = screened.dead_letter
            if letter is not None:
                span.set_attribute("error.type", letter.reason)
                # What a caller of the door sent wrong is the caller's error, by the conventions for HTTP.
                if kind is SpanKind.CONSUMER or letter.reason == "error":
                    span.set_status(Status(StatusCode.ERROR, letter.reason))
            own = span.get_span_context()
            if not own.is_valid:
                return parent, _nothing  # the SDK is disabled
            trace = Trace(
                f"{own.trace_id:032x}", f"{own.span_id:016x}", own.trace_flags, parent.state if parent else None
            )
        except Exception as error:  # noqa: BLE001 - the record has its answer; it lacks a span
            self._failed(error)
            return parent, _nothing
        return trace, lambda: self._end(span.end)

    def _end(self, end: Callable[[], None]) -> None:
        try:
            end()
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not self._has_failed:
            say(log, "a span was lost, more may be", level=logging.WARNING, error=type(error).__name__)
        self._has_failed = True


class _DerivedIds(IdGenerator):
    """Ids of the next span, from its parent and the decision."""

    def __init__(self) -> None:
        self._trace_id = self._span_id = 0

    def derive(self, parent: Trace | None, decision_id: str) -> None:
        trace = parent.trace_id if parent else trace_id(decision_id)
        self._trace_id = int(trace, 16)
        self._span_id = int(span_id(parent.span_id if parent else trace, decision_id), 16)

    def generate_span_id(self) -> int:
        return self._span_id

    def generate_trace_id(self) -> int:
        return self._trace_id


def _context(parent: Trace) -> SpanContext:
    return SpanContext(
        int(parent.trace_id, 16),
        int(parent.span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(parent.flags),
        trace_state=TraceState.from_header([parent.state]) if parent.state else None,
    )


def _answer(screened: Screened) -> dict[str, AttributeValue]:
    """Ids, rules and the verdict: nothing else of an event leaves in a span."""
    decision = screened.decision
    rules = sorted({finding.rule for finding in decision.findings})[:_RULES_MAX]
    said: dict[str, AttributeValue] = {
        "streamer.verdict": decision.verdict.value,
        "streamer.rules": rules,
        "streamer.decision.id": decision.decision_id,
    }
    return said if decision.event_id is None else said | {"streamer.event.id": decision.event_id}


def _nothing() -> None:
    pass
