"""What commands say to people: answers on stdout, progress and errors with the cure on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

stderr = Console(stderr=True, highlight=False)
stdout = Console(highlight=False)

LETTERS_SHOWN_MAX = 20


def failure(message: str) -> click.ClickException:
    """Exits with 2: where 1 is an answer, an error is none."""
    error = click.ClickException(message)
    error.exit_code = 2
    return error


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, for people; nothing where stderr is no terminal but a line at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def steps() -> Iterator[Callable[[str, int, int | None], None]]:
    """The same for work of several steps: what is done, how much of it, of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as its cells: whole also in a pipe."""
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def tell(counts: Mapping[str, int], what: str) -> None:
    by_group = ", ".join(f"{n:,} {group}" for group, n in counts.items())
    stderr.print(f"{sum(counts.values()):,} {what}: {by_group or 'the file holds none'}")


def write_lines(
    answers: Iterable[Mapping[str, Any]], output: IO[bytes], what: str, group: Callable[[Mapping[str, Any]], str]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with progress_bar(what) as progress:
        for n, answer in enumerate(answers, start=1):
            output.write(orjson.dumps(answer) + b"\n")
            name = group(answer)
            counts[name] = counts.get(name, 0) + 1
            if n % 100 == 0:
                progress(n)
    output.flush()
    return dict(sorted(counts.items()))
