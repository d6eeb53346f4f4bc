"""A worker as a process: signals, what it logs, and what it ends with."""

from __future__ import annotations

import asyncio
import logging
import signal

import faust
from mode.utils.futures import maybe_cancel

from streamer import __version__
from streamer.worker.app import Worker
from streamer.worker.log import configure, say

log = logging.getLogger(__name__)


class _Process(faust.Worker):
    """Faust's worker without its log, its spinner and its tracebacks of errors that somebody else can cure."""

    def __init__(self, app: Worker) -> None:
        super().__init__(app, override_logging=False, quiet=True, redirect_stdouts=False, console_port=None)
        self.spinner = None

    async def on_startup_finished(self) -> None:
        await super().on_startup_finished()
        if not self._shutdown_immediately:
            app: Worker = self.app
            inputs = [tp for tp in app.consumer.assignment() if tp.topic in app.contract_names]
            say(log, "worker ready", input_partitions=len(inputs))

    async def _stop_on_signal(self, signal: signal.Signals) -> None:
        say(log, "worker stops", signal=signal.name)
        await super()._stop_on_signal(signal)

    def run(self) -> None:
        """Run until a signal. Raises what kept the worker from starting, or what ended it."""
        error: Exception | None = None
        self._starting_fut = starting = asyncio.ensure_future(self.start(), loop=self.loop)
        try:
            self.loop.run_until_complete(starting)
        except asyncio.CancelledError:
            pass  # a signal while it started
        except Exception as one:  # noqa: BLE001 - raised below, when all that was begun is ended
            error = one
        maybe_cancel(starting)
        self.on_worker_shutdown()
        try:
            self.stop_and_shutdown()
        except Exception as one:  # noqa: BLE001 - the reason for a crash comes again
            error = error or one
        if error is not None:
            raise error


def run(app: Worker) -> None:
    """Run until a signal. Raises what kept the worker from starting (InvalidList, KafkaError, OSError), or ended it."""
    settings = app.settings
    configure(settings.log_level, settings.log_format)
    say(
        log,
        "worker starts",
        version=__version__,
        policy=app.screener.policy.version[:12],
        kafka=settings.bootstrap_servers,
        group=f"{settings.topic_prefix}streamer",
    )
    try:
        _Process(app).run()
    finally:
        if app.spans is not None:
            app.spans.close()
    say(log, "worker stopped")
