"""`streamer reconcile`."""

from __future__ import annotations

import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import click

from streamer import __version__
from streamer.cli.connection import PORT, bootstrap_option, kafka_settings
from streamer.cli.options import instant
from streamer.cli.terminal import stderr, stdout
from streamer.kafka import reconcile as books
from streamer.kafka.metrics import ReconciliationMetrics
from streamer.settings import Settings
from streamer.worker.web import serve_metrics


@click.command(
    epilog="\b\nExamples:\n  streamer reconcile\n  streamer reconcile --since 2026-11-01T00:00:00+00:00\n"
    "  streamer reconcile --reinject\n  streamer reconcile --watch --window-hours 24 --web-port 6067"
)
@click.option("--since", type=str, metavar="TIME", help="Only inputs received since then, ISO 8601; default: all.")
@click.option(
    "--grace-seconds",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Younger inputs are not gaps yet.",
)
@click.option("--reinject", is_flag=True, help="Publish inputs without a decision once more.")
@click.option("--watch", is_flag=True, help="Go on for ever, and tell Prometheus.")
@click.option(
    "--window-hours",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    help="With --watch: how far back it begins.",
)
@click.option(
    "--interval-seconds",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="With --watch: how often.",
)
@click.option("--web-port", type=PORT, default=6067, show_default=True, help="With --watch: port of /metrics.")
@bootstrap_option
def reconcile(
    since: str | None,
    grace_seconds: float,
    reinject: bool,
    watch: bool,
    window_hours: float,
    interval_seconds: float,
    web_port: int,
    bootstrap: str | None,
) -> None:
    """Compare inputs with decisions, from the topics alone.

    Exit code 1 where they do not add up. With --watch each round reads on from the last one and exports
    screening_reconciliation_gap (inputs without a decision) and its like on /metrics.
    """
    settings = kafka_settings(bootstrap_servers=bootstrap)
    if watch:
        _watch_reconciliation(settings, window_hours, grace_seconds, interval_seconds, web_port)
        return
    with stderr.status("reading inputs and decisions …"):
        report = books.reconcile(settings, since=instant(since), grace_seconds=grace_seconds)
    for line in report.lines():
        stdout.print(line, markup=False)
    if reinject and report.gaps:
        stdout.print(f"{books.reinject(settings, report.gaps):,} inputs published once more")
    if not report.is_clean:
        sys.exit(1)


def _watch_reconciliation(
    settings: Settings, window_hours: float, grace_seconds: float, interval_seconds: float, web_port: int
) -> None:
    metrics, stop = ReconciliationMetrics(), threading.Event()
    metrics.runs(__version__)
    port = serve_metrics(settings.web_host, web_port, metrics, settings.web_token, settings.web_hosts)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _say(
        f"every {interval_seconds:g} s, from {window_hours:g} h ago; web port: http://{settings.web_host}:{port}/metrics"
    )
    last = ""

    def tell(report: books.Report) -> None:
        nonlocal last
        metrics.reconciled(report, time.time())
        said = "\n".join(report.lines())
        if said != last:
            last = said
            for line in said.splitlines():
                _say(line)

    def failed(error: Exception) -> None:
        metrics.failed()
        _say(f"not compared: {type(error).__name__}: {error}")

    books.watch(
        settings,
        window=timedelta(hours=window_hours),
        grace_seconds=grace_seconds,
        interval_seconds=interval_seconds,
        tell=tell,
        failed=failed,
        stop=stop,
    )


def _say(line: str) -> None:
    stdout.print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", markup=False, soft_wrap=True)
