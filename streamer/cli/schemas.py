"""`streamer schemas`."""

from __future__ import annotations

from pathlib import Path

import click

from streamer import contracts
from streamer.cli.terminal import stdout


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 where a file is stale.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("schemas"), show_default=True)
def schemas(only_check: bool, folder: Path) -> None:
    """Generate the JSON Schemas and the AsyncAPI document.

    They are made from the models.
    """
    if not only_check:
        written = contracts.write(folder)
        stdout.print(f"{len(written)} written: {', '.join(written)}" if written else "all up to date")
        return
    stale = contracts.stale(folder)
    if stale:
        raise click.ClickException(f"stale in {folder}: {', '.join(stale)}; run `streamer schemas`")
    stdout.print(f"schemas in {folder} are up to date")
