"""`streamer serve`."""

from __future__ import annotations

import signal
from pathlib import Path

import click
from aiohttp import web

from streamer import __version__
from streamer.cli.connection import PORT, settings_of
from streamer.cli.list_files import OFFLINE_IDENTITY_KEY, indexed_lists, list_option
from streamer.cli.options import policy_of, policy_option
from streamer.cli.terminal import stderr
from streamer.cli.tracing import spans
from streamer.http.door import Door
from streamer.monitor import Monitor
from streamer.worker.log import configure
from streamer.worker.metrics import Metrics
from streamer.worker.web import port_refused


@click.command(
    epilog="\b\nExamples:\n  streamer serve --port 8080\n"
    "  streamer serve --list csv=watchlist.csv --list csv=own.csv --port 8080\n"
    "  curl --data @payment.json http://127.0.0.1:8080/screen\n"
    "\b\nThe payment may be an ISO 20022 message. Where STREAMER_WEB_TOKEN is set, a request carries\n"
    '--header "Authorization: Bearer TOKEN".'
)
@list_option
@policy_option
@click.option("--host", metavar="ADDRESS", help="Default STREAMER_WEB_HOST.")
@click.option("--port", type=PORT, default=8080, show_default=True)
def serve(lists: tuple[str, ...], policy_path: Path | None, host: str | None, port: int) -> None:
    """Screen over HTTP, without Kafka.

    POST /screen takes one event and answers with its decision, by the worker's own core; /openapi.json describes it.
    Behaviour rules and rescreening need the stream: they are the worker's alone. The lists are those of the start:
    start it anew when they change; older than the policy allows, they release nothing.
    """
    settings = settings_of(web_host=host)
    configure(settings.log_level, settings.log_format)
    policy = policy_of(policy_path)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    metrics = Metrics()
    metrics.runs(__version__, policy.version)
    sent = spans()
    door = Door(
        monitor,
        indexed_lists(lists),
        metrics,
        address=settings.web_host,
        hosts=settings.web_hosts,
        token=settings.web_token,
        spans=sent,
    )
    # A supervisor's stop ends it as Ctrl-C does: what was asked is answered first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        web.run_app(
            door.application(),
            host=settings.web_host,
            port=port,
            access_log=None,
            print=lambda text: stderr.print(f"POST http://{settings.web_host}:{port}/screen", soft_wrap=True),
            shutdown_timeout=10.0,
        )
    except OSError as error:
        raise port_refused(settings.web_host, port, error) from None
    finally:
        if sent is not None:
            sent.close()
