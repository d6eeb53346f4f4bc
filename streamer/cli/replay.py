"""`streamer replay`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from streamer import __version__
from streamer.cli.list_files import OFFLINE_IDENTITY_KEY, indexed_lists, list_option
from streamer.cli.options import policy_of, policy_option, tenant_option
from streamer.cli.terminal import LETTERS_SHOWN_MAX, progress_bar, stderr
from streamer.files.replay import FromFile, Replay, Unread, as_line, input_files, records_of
from streamer.monitor import Monitor


@click.command(
    epilog="\b\nExamples:\n  streamer replay --input payments.jsonl --output out.jsonl\n"
    "  streamer replay --list csv=watchlist.csv --input payments.csv --input payrolls.jsonl --output out.jsonl\n"
    "  streamer replay --list csv=watchlist.csv --input payrun.xml --output out.jsonl\n"
    "\b\nExit code 2 where an ISO 20022 file cannot be read, or our own code fails on a record: it is a dead letter\n"
    "and a hold in the output, and said on stderr with file, line and element; all else is judged."
)
@list_option
@policy_option
@click.option(
    "--input",
    "inputs",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    required=True,
    help="JSON lines of events, ISO 20022 XML, a folder of both, or a CSV with dotted column names; repeatable.",
)
@click.option(
    "--output", type=click.File("wb"), default="-", help='`{"topic", "key", "value"}` per line; default stdout.'
)
@tenant_option
def replay(
    lists: tuple[str, ...], policy_path: Path | None, inputs: tuple[Path, ...], output: IO[bytes], tenant: str | None
) -> None:
    """Judge events from files as the worker does.

    The same code as in the worker, without Kafka.
    """
    policy = policy_of(policy_path)
    files = input_files(inputs)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    engine = Replay(monitor, indexed_lists(lists))
    counts: dict[str, int] = {}
    unread = held = 0
    with progress_bar("replaying") as progress:
        for n, record in enumerate(records_of(files, tenant or policy.messages.tenant), start=1):
            if isinstance(record, Unread):
                unread += 1
                stderr.print(f"{record.path}: {record.detail}", markup=False, soft_wrap=True)
            for out in engine.outputs(record):
                output.write(as_line(out) + b"\n")
                counts[out.topic] = counts.get(out.topic, 0) + 1
                if out.topic == "dead-letters" and isinstance(record, FromFile):
                    held += 1
                    if held <= LETTERS_SHOWN_MAX:
                        detail = out.headers["detail"].decode()
                        stderr.print(f"{record.where}: {detail}", markup=False, soft_wrap=True)
            if n % 100 == 0:
                progress(n)
    output.flush()
    if held:
        stderr.print(f"{held:,} records could not be screened: held, as they would be on the topic")
    stderr.print(", ".join(f"{n:,} {topic}" for topic, n in sorted(counts.items())) or "no events")
    if counts:
        stderr.print("verdicts: " + ", ".join(f"{n:,} {verdict}" for verdict, n in engine.verdicts.items()))
    if unread:
        stderr.print(f"{unread:,} could not be read: held, see above")
    if engine.failures:
        stderr.print(f"{engine.failures:,} failed in our own code: held, see above; please report them")
    if unread or engine.failures:
        sys.exit(2)
