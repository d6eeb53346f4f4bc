"""`streamer screen` and `streamer compare`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import click

from streamer.cli.list_files import indexed_lists, list_option
from streamer.cli.options import INPUT_FILE, policy_of, policy_option
from streamer.cli.terminal import LETTERS_SHOWN_MAX, stderr, tell, write_lines
from streamer.files.screen import compared_pairs, screened_names, unscreened_columns


@click.command(
    epilog="\b\nExamples:\n  streamer screen --list csv=watchlist.csv --input names.csv --output hits.jsonl\n"
    "  streamer screen --list csv=watchlist.csv --list ownership=holdings.csv --input names.csv --output -\n"
    "  streamer screen --list ofac=FOLDER --list un=consolidated.xml --input names.csv --output hits.jsonl"
)
@list_option
@policy_option
@click.option(
    "--input",
    "input_path",
    type=INPUT_FILE,
    required=True,
    help="CSV: id,name[,type][,birth_date][,country][,identifier]",
)
@click.option("--output", type=click.File("wb"), default="-", help="JSON lines, one per row, in order; default stdout.")
def screen(lists: tuple[str, ...], policy_path: Path | None, input_path: Path, output: IO[bytes]) -> None:
    """Screen the names of a CSV against lists.

    A row with a cell that cannot be read is held, says why in `error`, and makes the exit code 2.
    """
    policy = policy_of(policy_path)
    # A wrong file is told before the lists are read.
    if unscreened := unscreened_columns(input_path):
        stderr.print(f"columns not screened: {', '.join(unscreened)}", markup=False, soft_wrap=True, style="bold")
    answers = screened_names(input_path, indexed_lists(lists), policy)
    unread = 0

    def group(answer: Mapping[str, Any]) -> str:
        nonlocal unread
        if "error" in answer:
            unread += 1
            if unread <= LETTERS_SHOWN_MAX:
                stderr.print(answer["error"], markup=False, soft_wrap=True)
        return str(answer["verdict"])

    counts = write_lines(answers, output, "screening", group)
    tell(counts, "names")
    if unread:
        stderr.print(f"{unread:,} rows could not be read: held, see above and `error` in the output")
        sys.exit(2)


@click.command(epilog="\b\nExamples:\n  streamer compare --input pairs.csv --output scores.jsonl")
@policy_option
@click.option("--input", "input_path", type=INPUT_FILE, required=True, help="CSV: id,a,b[,type]")
@click.option("--output", type=click.File("wb"), default="-", help="JSON lines, one per row, in order; default stdout.")
def compare(policy_path: Path | None, input_path: Path, output: IO[bytes]) -> None:
    """Score pairs of names."""
    answers = compared_pairs(input_path, policy_of(policy_path))
    counts = write_lines(answers, output, "comparing", lambda answer: "match" if answer["is_match"] else "no match")
    tell(counts, "pairs")
