"""`streamer demo`."""

from __future__ import annotations

import sys

import click

from streamer.cli.list_files import list_option
from streamer.cli.terminal import stdout
from streamer.demo import run as demonstration


@click.command(
    epilog="\b\nExamples:\n  streamer demo\n  streamer demo --serve\n"
    "  streamer demo --list csv=watchlist.csv --list csv=own.csv"
)
@list_option
@click.option("--serve", is_flag=True, help="Keep traffic flowing until Ctrl-C; /metrics stays up.")
def demo(lists: tuple[str, ...], serve: bool) -> None:
    """Show the main job live; needs no Kafka.

    An embedded broker, a real worker, planted stories. Exits 0 only if every story went as told.
    """
    sys.exit(demonstration.run(lists=lists, serve=serve, console=stdout))
