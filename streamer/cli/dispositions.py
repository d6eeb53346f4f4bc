"""`streamer dispositions`: keygen, show, sign, countersign."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from streamer.cli.connection import bootstrap_option, kafka_settings, settings_of
from streamer.cli.terminal import failure, stderr, stdout
from streamer.dispositions import decision_in, effective, signed
from streamer.events import Decision, Disposition, Outcome, Verdict
from streamer.kafka import desk
from streamer.settings import Settings

_ANALYST_PATTERN = r"[\w.@-]{1,100}"
"""The name becomes a key of the analysts file, as `keygen` prints it."""


@click.group()
def dispositions() -> None:
    """Sign what becomes of a blocked payment.

    An analyst's signed disposition is the only way from a block to a release.
    """


_key_option = click.option(
    "--key",
    "key_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The analyst's private key; its passphrase is asked for, or taken from STREAMER_ANALYST_PASSPHRASE.",
)


def _analyst_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(_ANALYST_PATTERN, value):
        raise click.BadParameter(f"{value!r}: letters, digits, dots, dashes, underscores and @, 100 at most")
    return value


_analyst_option = click.option(
    "--analyst", required=True, callback=_analyst_name, help="Name of the analyst, as in the analysts file."
)


_since_option = click.option(
    "--since-days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How far back to look."
)


_to_file_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file for the next analyst to countersign, instead of publishing.",
)


def _passphrase(*, confirm: bool = False) -> str:
    known = settings_of().analyst_passphrase
    return known or str(click.prompt("Passphrase of the key", hide_input=True, confirmation_prompt=confirm, err=True))


@dispositions.command(
    epilog="\b\nExamples:\n  streamer dispositions keygen --analyst a.kim --key a.kim.pem >> analysts.toml"
)
@_analyst_option
@click.option(
    "--key",
    "key_path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the private key goes; its passphrase is asked for, or taken from STREAMER_ANALYST_PASSPHRASE.",
)
def keygen(analyst: str, key_path: Path) -> None:
    """A new key; prints the lines for the file that STREAMER_ANALYSTS_FILE names."""
    if key_path.exists():
        raise failure(f"{key_path} exists already: name another file, a key is never overwritten")
    public = desk.new_key(key_path, _passphrase(confirm=True))
    click.echo(f'[analysts."{analyst}"]\npublic_key = "{public}"\nmay_resolve = "hold"  # or "review"')
    stderr.print(f"private key written to {key_path}; it never leaves this machine", markup=False)


@dispositions.command(name="show", epilog="\b\nExamples:\n  streamer dispositions show PAY-1")
@click.argument("event_id")
@_since_option
@bootstrap_option
def show_decisions(event_id: str, since_days: int, bootstrap: str | None) -> None:
    """Every decision on an event, and which verdict holds; exit 1 where it blocks."""
    known = desk.decisions_on(kafka_settings(bootstrap_servers=bootstrap), event_id, _days_ago(since_days))
    if not known:
        raise failure(
            f"no decision on {event_id} within {since_days} days: look further back with --since-days, or wait"
        )
    _show_decisions((one.at, one.decision) for one in known)
    verdict = effective(one.decision for one in known)
    stdout.print(f"in force: {verdict}")
    if verdict is not Verdict.RELEASE:
        sys.exit(1)


@dispositions.command(
    epilog="\b\nExamples:\n  streamer dispositions sign PAY-1 --outcome release --analyst a.kim --key a.kim.pem \\\n"
    "      --reason 'another person: born 1991, passport seen'\n"
    "  streamer dispositions sign PAY-1 --outcome release --analyst a.kim --key a.kim.pem \\\n"
    "      --reason 'another person' --output to-countersign.jsonl"
)
@click.argument("event_id")
@click.option("--outcome", type=click.Choice([o.value for o in Outcome]), required=True, help="What becomes of it.")
@click.option("--reason", required=True, help="Why; the payer and the auditor read it. No personal data.")
@_analyst_option
@_key_option
@_to_file_option
@_since_option
@bootstrap_option
def sign(
    event_id: str,
    outcome: str,
    reason: str,
    analyst: str,
    key_path: Path,
    output: Path | None,
    since_days: int,
    bootstrap: str | None,
) -> None:
    """Sign a disposition for every decision that blocks an event, and publish it."""
    settings = kafka_settings(bootstrap_servers=bootstrap)
    known = desk.decisions_on(settings, event_id, _days_ago(since_days))
    blocking = desk.standing(known)
    if not blocking:
        raise failure(f"nothing blocks {event_id}: no decision within {since_days} days stands against it")
    _show_decisions((one.at, one.decision) for one in blocking)
    if desk.without_seal(blocking):
        raise failure(
            f"a decision on {event_id} has no seal, so workers would refuse the word on it: it was made by a version "
            "before seals; publish the payment again under a new event id and resolve that decision"
        )
    secret = desk.read_key(key_path, _passphrase())
    _hand_on(settings, desk.sign(blocking, Outcome(outcome), reason, analyst, secret), output)


@dispositions.command(
    epilog="\b\nExamples:\n  streamer dispositions countersign to-countersign.jsonl --analyst b.cho --key b.cho.pem"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_analyst_option
@_key_option
@_to_file_option
@bootstrap_option
def countersign(file: Path, analyst: str, key_path: Path, output: Path | None, bootstrap: str | None) -> None:
    """Add a second analyst's signature to a file of dispositions, and publish them."""
    settings = settings_of(bootstrap_servers=bootstrap) if output else kafka_settings(bootstrap_servers=bootstrap)
    waiting = desk.from_file(file)
    _show_decisions((s.signed_at, decision_in(d)) for d in waiting for s in d.signatures[:1])
    for one in waiting:
        stdout.print(f"{one.outcome}: {one.reason}", markup=False)
    secret, now = desk.read_key(key_path, _passphrase()), datetime.now(UTC)
    _hand_on(settings, [signed(one, analyst, secret, now) for one in waiting], output)


def _hand_on(settings: Settings, signed: Sequence[Disposition], output: Path | None) -> None:
    if output is not None:
        desk.to_file(output, signed)
        stderr.print(
            f"{len(signed)} signed, written to {output}; publish with `dispositions countersign`", markup=False
        )
        return
    stderr.print(f"{desk.publish(settings, signed)} published; `streamer dispositions show` tells what became of it")


def _show_decisions(known: Iterable[tuple[datetime, Decision]]) -> None:
    table = Table("time", "decision", "revision", "verdict", "why", box=None, pad_edge=False)
    for at, decision in known:
        why = "\n".join(f"{f.rule}: {f.reason}" for f in decision.findings) or "nothing found"
        table.add_row(
            f"{at:%Y-%m-%d %H:%M:%S}",
            decision.decision_id[:12],
            str(decision.revision),
            decision.verdict.value,
            Text(why),
        )
    stdout.print(table)


def _days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)
