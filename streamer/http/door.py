"""`POST /screen`: one payment or payroll event in, its decision out.

Stateless but for the ids seen lately: what needs a history (behaviour rules) or the past (rescreening), only the worker
has. Whatever goes wrong, the answer is no release: what cannot be read is a hold with status 422, what is too much at
once gets 503 and no decision.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from aiohttp import web

from streamer.contracts import openapi
from streamer.events import DEAD_LETTER_REASONS, RECORD_BYTES_MAX
from streamer.exposition import CONTENT_TYPE
from streamer.files.replay import envelope
from streamer.iso20022 import is_xml
from streamer.lists import Lists
from streamer.monitor import Monitor, Received, Record, Screened
from streamer.outputs import alerting
from streamer.screening.recent import Recent
from streamer.tracing import TRACEPARENT, TRACESTATE, Trace, trace_of
from streamer.worker.log import blocked, say
from streamer.worker.metrics import Metrics
from streamer.worker.slices import Slices
from streamer.worker.web import UNAUTHORISED, bears, misdirected

if TYPE_CHECKING:
    from streamer.worker.spans import Spans

log = logging.getLogger(__name__)

WAITING_MAX: Final = 64
"""Events that wait for their turn; one more is told to come again."""
IDS_MAX: Final = 100_000
"""Event ids whose content is remembered: an id that comes again with other content is held."""
BODY_SECONDS_MAX: Final = 10.0
"""An event that takes longer to arrive is not decided."""
_RETRY_SECONDS: Final = "1"


class Door:
    """The web application, over one snapshot of the lists."""

    def __init__(
        self,
        monitor: Monitor,
        lists: Lists,
        metrics: Metrics,
        *,
        address: str,
        hosts: Collection[str] = (),
        token: str | None = None,
        spans: Spans | None = None,
    ) -> None:
        self._monitor = monitor
        self._lists = lists
        self._metrics = metrics
        self._address = address
        self._hosts = frozenset(hosts)
        self._token = token
        self._spans = spans
        self._digests = Recent[tuple[str, str], str](IDS_MAX)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._offsets = count()
        metrics.in_flight(lambda: self._waiting)
        metrics.lists_loaded(lists.versions, at=datetime.now(UTC))
        metrics.ready(True)

    def application(self) -> web.Application:
        """The routes: /screen, /openapi.json, /health, /ready, /metrics."""
        # One byte more than a record may have: the core says what is wrong with it.
        application = web.Application(middlewares=[self._guarded], client_max_size=RECORD_BYTES_MAX + 1)
        application.router.add_post("/screen", self._screen)
        application.router.add_get("/openapi.json", self._openapi)
        application.router.add_get("/metrics", self._serve_metrics)
        for path in ("/health", "/ready"):
            application.router.add_get(path, self._well)
        return application

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        refusal = misdirected(request.headers.get("Host"), self._address, self._hosts)
        if refusal is not None:
            return web.Response(status=refusal[0], text=refusal[1])
        is_open = request.path in ("/health", "/ready", "/openapi.json")
        if is_open or bears(request.headers.get("Authorization", ""), self._token):
            return await handler(request)
        return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"}, text=UNAUTHORISED)

    async def _screen(self, request: web.Request) -> web.Response:
        started_ns = time.time_ns()
        try:
            # Before it counts as waiting: who sends slowly keeps nobody else out.
            async with asyncio.timeout(BODY_SECONDS_MAX):
                body = await request.read()
        except TimeoutError:
            return web.json_response(
                {"error": f"the event did not arrive within {BODY_SECONDS_MAX:g} s: nothing is decided"}, status=408
            )
        if self._waiting >= WAITING_MAX:
            return web.json_response(
                {"error": f"{WAITING_MAX} events wait already: nothing is decided; send it again"},
                status=503,
                headers={"Retry-After": _RETRY_SECONDS},
            )
        self._waiting += 1
        try:
            async with self._turn:
                screened = await self._screened(self._record(body))
        finally:
            self._waiting -= 1
        self._tell(screened)
        status = 200 if screened.dead_letter is None else 422
        trace = _trace_of(request)
        if self._spans is not None:
            trace, end_span = self._spans.of_request(screened, trace, status=status, started_ns=started_ns)
            end_span()
        headers = {name: value.decode() for name, value in trace.headers().items()} if trace else {}
        return web.Response(
            status=status,
            headers=headers,
            body=screened.decision.model_dump_json().encode(),
            content_type="application/json",
        )

    def _record(self, body: bytes) -> Record:
        topic, key, _ = ("payments", None, None) if is_xml(body[:64]) else envelope(body)
        return Record(topic, 0, next(self._offsets), key, body, datetime.now(UTC))

    async def _screened(self, record: Record) -> Screened:
        monitor, lists = self._monitor, self._lists
        received = Received(record, None, None, None)
        self._metrics.received(record.topic)
        try:
            received = monitor.receive(record)
            event = received.event
            earlier = self._digests.get((event.tenant, event.event_id)) if event else None
            slices = Slices(monitor.policy.worker.budget_seconds)
            answer = await slices.run(monitor.screening(received, lists, earlier))
            if answer is None:
                return monitor.over_budget(received, lists)
            if event is not None and answer.dead_letter is None:
                self._digests.put((event.tenant, event.event_id), answer.decision.event_digest)
        except Exception as error:  # noqa: BLE001 - whatever happened, the answer is a hold
            # Its class only: a message may quote a name or an account.
            say(log, "screening failed; the payment is held", level=logging.ERROR, error=type(error).__name__)
            self._metrics.failed("screen", in_a_row=1)
            return monitor.failed(received, type(error).__name__, lists)
        return answer

    def _tell(self, screened: Screened) -> None:
        decision, metrics = screened.decision, self._metrics
        metrics.decided(decision.verdict, near_misses=len(decision.near_misses), late=decision.late)
        for finding in alerting(decision):
            metrics.alerted(finding.rule, finding.severity)
        if screened.dead_letter is not None:
            assert screened.dead_letter.reason in DEAD_LETTER_REASONS
            metrics.dead_letter(screened.dead_letter.reason)
        blocked(log, decision)

    async def _openapi(self, request: web.Request) -> web.Response:
        return web.json_response(openapi())

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _well(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ready"})


def _trace_of(request: web.Request) -> Trace | None:
    """Several lines of tracestate are one list; several of traceparent are none."""
    parents = [(TRACEPARENT, value.encode(errors="replace")) for value in request.headers.getall(TRACEPARENT, ())]
    states = request.headers.getall(TRACESTATE, ())
    return trace_of([*parents, (TRACESTATE, ",".join(states).encode(errors="replace"))])
