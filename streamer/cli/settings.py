"""`streamer settings`."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table
from rich.text import Text

from streamer.cli.terminal import stdout
from streamer.settings import ENVIRONMENT


@click.command()
def settings() -> None:
    """List the environment variables.

    Each with its default and meaning.
    """
    table = Table(box=None, pad_edge=False)
    table.add_column("variable", no_wrap=True, min_width=max(len(_variable(*one)) for one in ENVIRONMENT.items()))
    table.add_column("default")
    table.add_column("meaning")
    for name, setting in ENVIRONMENT.items():
        default = setting.default if setting.default not in (None, "") else "-"
        table.add_row(Text(_variable(name, setting)), default, setting.help)
    stdout.print(table)


def _variable(name: str, setting: Any) -> str:
    return name + ("[_FILE]" if setting.secret else "")
