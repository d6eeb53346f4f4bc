"""`streamer worker`."""

from __future__ import annotations

from pathlib import Path

import click

from streamer.cli.connection import bootstrap_option, kafka_settings
from streamer.cli.options import policy_of, policy_option
from streamer.cli.tracing import spans
from streamer.list_feed.archive import Archive
from streamer.worker import app, process
from streamer.worker.log import configure


@click.command(
    epilog="\b\nExamples:\n  STREAMER_IDENTITY_KEY_FILE=/run/secrets/identity streamer worker --bootstrap kafka:9092"
)
@bootstrap_option
@policy_option
@click.option("--web-port", type=int, help="Port of /metrics, /health and /ready; default STREAMER_WEB_PORT.")
def worker(bootstrap: str | None, policy_path: Path | None, web_port: int | None) -> None:
    """Run the Faust worker.

    It answers every payment and watches behaviour. Run as many as there are partitions.
    """
    settings = kafka_settings(bootstrap_servers=bootstrap, web_port=web_port)
    configure(settings.log_level, settings.log_format)
    policy = policy_of(policy_path or settings.policy_file)
    if settings.archive_dir is not None:
        Archive(settings.archive_dir).keep_policy(policy)
    process.run(app.worker(settings, policy, spans()))
