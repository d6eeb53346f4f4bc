"""`streamer examples`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from streamer.cli.terminal import failure, stdout

EXAMPLES: Final = {
    "payment.json": "one payment, to a party on the sample list",
    "payments.jsonl": "payments, a line each",
    "payments.csv": "payments as a table, columns by dotted field names",
    "payrun.xml": "payments as an ISO 20022 pain.001",
    "payrolls.jsonl": "payroll events, a line each",
    "november.csv": "a payroll team's own export",
    "names.csv": "names to screen",
    "pairs.csv": "pairs of names to compare",
    "own.csv": "a list of your own",
    "holdings.csv": "who owns whom, for the 50 % rule",
    "watchlist.csv": "the sample list, for demonstrations only",
    "policy.toml": "the shipped policy, to be changed",
}


def content(name: str) -> bytes:
    """Of an example; the sample list and the policy are those that ship."""
    package, file = {
        "watchlist.csv": ("streamer.data.sample", "watchlist.csv"),
        "policy.toml": ("streamer.data", "policy.toml"),
    }.get(name, ("streamer.data.examples", name))
    return (files(package) / file).read_bytes()


@click.command(epilog="\b\nExamples:\n  streamer examples streamer-examples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def examples(folder: Path) -> None:
    """Write example files that every command's --help speaks of.

    Run the examples of `streamer COMMAND --help` inside the folder. What is there already is not overwritten.
    """
    there = [name for name in EXAMPLES if (folder / name).exists()]
    if there:
        raise failure(f"{folder} holds {', '.join(there)} already: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, what in EXAMPLES.items():
        (folder / name).write_bytes(content(name))
        stdout.print(f"{folder / name}  {what}", markup=False, soft_wrap=True)
