"""`streamer screen-payroll`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from streamer import __version__
from streamer.cli.list_files import OFFLINE_IDENTITY_KEY, indexed_lists, list_option
from streamer.cli.options import INPUT_FILE, policy_of, policy_option, tenant_option
from streamer.cli.terminal import LETTERS_SHOWN_MAX, progress_bar, stderr, stdout
from streamer.events import Verdict
from streamer.files import payroll as payroll_files
from streamer.monitor import Monitor


@click.command(
    name="screen-payroll",
    epilog="\b\nExamples:\n  streamer screen-payroll november.csv --list csv=watchlist.csv\n"
    '  streamer screen-payroll november.csv --map worker_name="Employee Name" --map iban="Bank Acct"\n'
    "  streamer screen-payroll november.csv --output november.jsonl\n"
    "\b\nLayouts: generic, gusto, adp, deel, workday, paychex, rippling; found by the titles of the columns.\n"
    "Exit codes: 0 everybody may be paid, 1 somebody would be blocked or a column with cells is not screened,\n"
    "2 the file could not be read or a row not be screened.",
)
@click.argument("file", type=INPUT_FILE)
@list_option
@policy_option
@click.option(
    "--map", "maps", metavar='FIELD="TITLE"', multiple=True, help="Which column is what, where its title does not tell."
)
@click.option("--layout", metavar="NAME", help="Read the titles by this layout; default: the one they fit best.")
@click.option(
    "--allow-unknown", is_flag=True, help="Columns that nobody screens may hold cells; else they make the exit code 1."
)
@click.option("--output", type=click.File("wb"), help="Also a JSON line per row; - for stdout, without the table.")
@tenant_option
def screen_payroll(
    file: Path,
    lists: tuple[str, ...],
    policy_path: Path | None,
    maps: tuple[str, ...],
    layout: str | None,
    allow_unknown: bool,
    output: IO[bytes] | None,
    tenant: str | None,
) -> None:
    """Screen a payroll team's own export.

    Who would be blocked, and why. CSV from any system; nothing is published. Columns that nobody screens are named
    first.
    """
    policy = policy_of(policy_path)
    payroll = payroll_files.read_payroll(file, _mapping(maps), layout)
    if payroll.warning:
        stderr.print(payroll.warning, markup=False, soft_wrap=True, style="bold")
    read = ", ".join(f"{name} = {title!r}" for name, title in payroll.columns.items())
    stderr.print(f"[dim]{len(payroll.rows):,} rows, layout {payroll.layout}:[/dim] ", end="")
    stderr.print(read, markup=False, style="dim", soft_wrap=True)
    for note in payroll.notes:
        stderr.print(note, markup=False, soft_wrap=True)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    lines: list[payroll_files.Line] = []
    known = indexed_lists(lists)
    with progress_bar("screening", len(payroll.rows)) as progress:
        answers = payroll_files.screened(
            payroll, monitor, known, tenant=tenant or policy.messages.tenant, now=datetime.now(UTC)
        )
        for n, line in enumerate(answers, start=1):
            if line is not None:
                lines.append(line)
            elif n % 100 == 0:
                progress(n)
    if output is not None:
        output.writelines(orjson.dumps(line.as_json()) + b"\n" for line in lines)
        output.flush()
    if output is None or output.name != "<stdout>":
        _show_payroll(lines)
    counts = {verdict: sum(line.verdict is verdict for line in lines) for verdict in Verdict}
    stderr.print(f"{len(lines):,} rows: " + ", ".join(f"{n:,} {verdict}" for verdict, n in counts.items()))
    faults = [line.error for line in lines if line.error]
    for fault in faults[:LETTERS_SHOWN_MAX]:
        stderr.print(fault, markup=False, soft_wrap=True)
    if faults:
        stderr.print(f"{len(faults):,} rows failed in our own code: held, see above; please report them")
        sys.exit(2)
    if counts[Verdict.RELEASE] != len(lines):
        sys.exit(1)
    if payroll.warning and not allow_unknown:
        stderr.print(f"{len(payroll.unscreened):,} columns were not screened, see above; --allow-unknown accepts it")
        sys.exit(1)


def _mapping(maps: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for one in maps:
        name, equals, title = one.partition("=")
        if not equals or not name.strip() or not title.strip():
            raise click.BadParameter(f'{one!r} is not FIELD="TITLE", such as worker_name="Employee Name"')
        mapping[name.strip()] = title.strip().strip('"')
    return mapping


def _show_payroll(lines: Sequence[Any]) -> None:
    table = Table("line", "worker", "verdict", "why", box=None, pad_edge=False)
    for line in lines:
        if line.reasons or line.alerts:
            why = "\n".join([*line.reasons, *(f"alert: {told}" for told in line.alerts)])
            table.add_row(str(line.line), Text(line.worker), str(line.verdict), Text(why))
    if table.row_count:
        stdout.print(table)
