"""What commands share: options, settings read once, progress on stderr, lists and policy by their paths."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streamer.events import TENANT_PATTERN
from streamer.files.replay import lists_from
from streamer.kafka import access
from streamer.policy import InvalidPolicy, Policy, policy_from_toml, shipped_policy
from streamer.settings import Settings, read_settings
from streamer.watchlists import PARSERS, ParsedList, read_list, sample_lists

stderr = Console(stderr=True, highlight=False)


stdout = Console(highlight=False)


OFFLINE_IDENTITY_KEY = b"offline"
"""Histories of a replay live in one process and leave it only as alerts; a worker's key is a secret."""


NAMES_SHOWN_MAX = 20


WARNINGS_SHOWN_MAX = 3


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


PORT = click.IntRange(0, 65535)


def bootstrap_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--bootstrap", metavar="HOST:PORT,…", help="Kafka brokers; default STREAMER_BOOTSTRAP_SERVERS."
    )(command)


def policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--policy",
        "policy_path",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Policy TOML; default STREAMER_POLICY_FILE, else the shipped policy.",
    )(command)


def list_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--list",
        "lists",
        metavar="KIND=PATH",
        multiple=True,
        help=f"A list to screen against; repeatable. KIND: {', '.join(PARSERS)}. Default: the shipped sample.",
    )(command)


def settings_of(**overrides: Any) -> Settings:
    return read_settings(os.environ, **overrides)


def kafka_settings(**overrides: Any) -> Settings:
    """Settings of a command that speaks to Kafka; a refusal is said at once, not after the clients' retries."""
    settings = settings_of(**overrides)
    with stderr.status(f"connecting to {settings.bootstrap_servers} …"):
        is_there = access.greet(settings)
    if not is_there:
        stderr.print(f"no broker answers at {settings.bootstrap_servers} yet, still trying …", markup=False)
    return settings


def policy_of(path: Path | None) -> Policy:
    where = str(path)
    if path is None and (named := os.environ.get("STREAMER_POLICY_FILE")):
        path, where = Path(named), f"STREAMER_POLICY_FILE = {named!r}"
    if path is None:
        return shipped_policy()
    try:
        return policy_from_toml(path.read_text("utf-8"), where)
    except UnicodeDecodeError:
        raise InvalidPolicy(f"policy {where}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InvalidPolicy(f"policy {where}: {error.strerror}; name a file that can be read") from None


def parsed_lists(specs: Sequence[str]) -> list[ParsedList]:
    """The lists named, or the shipped sample, with a line each on stderr."""
    if specs:
        return read_lists(specs)
    stderr.print("[dim]no --list given: the shipped sample list is used; it is for demonstrations only[/dim]")
    return list(sample_lists())


def read_lists(specs: Iterable[str]) -> list[ParsedList]:
    parsed: list[ParsedList] = []
    for spec in specs:
        with stderr.status(f"reading {spec} …"):
            parsed.extend(read_list(spec).by_name())
    for one in parsed:
        show_read(one)
    return parsed


def show_read(one: ParsedList) -> None:
    stderr.print(f"[dim]list {one.names[0]}: {len(one.entities):,} entries[/dim]")
    for warning in one.warnings[:WARNINGS_SHOWN_MAX]:
        stderr.print(f"  {warning}", markup=False, style="dim", soft_wrap=True)
    if len(one.warnings) > WARNINGS_SHOWN_MAX:
        stderr.print(f"  … and {len(one.warnings) - WARNINGS_SHOWN_MAX} more", style="dim")


def indexed_lists(specs: Sequence[str]) -> Any:
    parsed = parsed_lists(specs)
    with stderr.status("building the index …"):
        started = time.perf_counter()
        lists = lists_from(parsed, datetime.now(UTC))
    stderr.print(f"[dim]index of {len(lists.screener):,} entries built in {time.perf_counter() - started:.1f} s[/dim]")
    if lists.ownership.edges:
        stderr.print(f"[dim]{lists.ownership.summary}[/dim]")
        for problem in lists.ownership.problems[:WARNINGS_SHOWN_MAX]:
            stderr.print(f"  {problem}", markup=False, style="dim", soft_wrap=True)
    return lists


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as its cells: whole also in a pipe."""
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _tenant(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(TENANT_PATTERN, value):
        raise click.BadParameter(f"{value!r}: letters, digits, dots, dashes and underscores, 64 at most")
    return value


tenant_option = click.option(
    "--tenant",
    metavar="NAME",
    callback=_tenant,
    help="Whose the payments are; ISO 20022 messages and payroll exports do not say.",
)


INPUT_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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


def instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time, such as 2026-11-01T00:00:00+00:00") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
