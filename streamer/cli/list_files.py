"""Lists read from files: `--list KIND=PATH`, or the shipped sample."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from streamer.cli.terminal import stderr
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.watchlists import PARSERS, ParsedList, read_list, sample_lists

OFFLINE_IDENTITY_KEY = b"offline"
"""Histories of a replay live in one process and leave it only as alerts; a worker's key is a secret."""

_WARNINGS_SHOWN_MAX = 3


def list_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--list",
        "lists",
        metavar="KIND=PATH",
        multiple=True,
        help=f"A list to screen against; repeatable. KIND: {', '.join(PARSERS)}. Default: the shipped sample.",
    )(command)


def parsed_lists(specs: Sequence[str]) -> list[ParsedList]:
    """The lists named, or the shipped sample, with a line each on stderr."""
    if specs:
        return _read_lists(specs)
    stderr.print("[dim]no --list given: the shipped sample list is used; it is for demonstrations only[/dim]")
    return list(sample_lists())


def _read_lists(specs: Iterable[str]) -> list[ParsedList]:
    parsed: list[ParsedList] = []
    for spec in specs:
        with stderr.status(f"reading {spec} …"):
            parsed.extend(read_list(spec).by_name())
    for one in parsed:
        show_read(one)
    return parsed


def show_read(one: ParsedList) -> None:
    stderr.print(f"[dim]list {one.names[0]}: {len(one.entities):,} entries[/dim]")
    for warning in one.warnings[:_WARNINGS_SHOWN_MAX]:
        stderr.print(f"  {warning}", markup=False, style="dim", soft_wrap=True)
    if len(one.warnings) > _WARNINGS_SHOWN_MAX:
        stderr.print(f"  … and {len(one.warnings) - _WARNINGS_SHOWN_MAX} more", style="dim")


def indexed_lists(specs: Sequence[str]) -> Lists:
    parsed = parsed_lists(specs)
    with stderr.status("building the index …"):
        started = time.perf_counter()
        lists = lists_from(parsed, datetime.now(UTC))
    stderr.print(f"[dim]index of {len(lists.screener):,} entries built in {time.perf_counter() - started:.1f} s[/dim]")
    if lists.ownership.edges:
        stderr.print(f"[dim]{lists.ownership.summary}[/dim]")
        for problem in lists.ownership.problems[:_WARNINGS_SHOWN_MAX]:
            stderr.print(f"  {problem}", markup=False, style="dim", soft_wrap=True)
    return lists
