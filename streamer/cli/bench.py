"""`streamer bench`."""

from __future__ import annotations

import click
import orjson
from rich.table import Table

from streamer.cli.list_files import list_option, parsed_lists
from streamer.cli.terminal import stderr, stdout
from streamer.files import bench as benchmark


@click.command(epilog="\b\nExamples:\n  streamer bench\n  streamer bench --list csv=watchlist.csv --json")
@list_option
@click.option("--names", type=click.IntRange(200, 1_000_000), default=5_000, show_default=True, help="How many names.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(lists: tuple[str, ...], names: int, as_json: bool) -> None:
    """Measure how fast this machine screens.

    Index build, names and events a second, memory; on one core.
    """
    parsed = parsed_lists(lists)
    with stderr.status("measuring …"):
        figures = benchmark.run(parsed, names).as_json()
    if as_json:
        stdout.out(orjson.dumps(figures).decode(), highlight=False)
        return
    table = Table("measure", "value", box=None, pad_edge=False, show_header=False)
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    stdout.print(table)
