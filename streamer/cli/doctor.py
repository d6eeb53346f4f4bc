"""`streamer doctor`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import orjson

from streamer.cli.connection import bootstrap_option, settings_of
from streamer.cli.options import policy_of, policy_option
from streamer.cli.terminal import stderr
from streamer.worker.doctor import ILL, Finding, examine

_SHOWN = {"ok": ("ok   ", "green"), "doubt": ("doubt", "yellow"), "ill": ("ILL  ", "red")}


@click.command(
    epilog="\b\nExamples:\n  streamer doctor\n  streamer doctor --bootstrap kafka:9092 --json\n"
    "\b\nExit code 1 where a worker would not start, or would release nothing."
)
@bootstrap_option
@policy_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line: about, state, says, cure.")
def doctor(bootstrap: str | None, policy_path: Path | None, as_json: bool) -> None:
    """Look at everything that a worker needs.

    Settings, keys, disk and port of this machine; Kafka, topics, clocks, state and lists. Changes nothing.
    """
    settings = settings_of(bootstrap_servers=bootstrap)
    findings: list[Finding] = []
    with stderr.status("looking …"):
        for finding in examine(settings, policy_of(policy_path or settings.policy_file), os.environ):
            findings.append(finding)
            if as_json:
                click.echo(orjson.dumps(finding.as_json()))
            else:
                _show(finding)
    if any(finding.state == ILL for finding in findings):
        sys.exit(1)


def _show(finding: Finding) -> None:
    word, color = _SHOWN[finding.state]
    click.echo(f"{click.style(word, fg=color)}  {finding.about:<9} {finding.says}")
    if finding.cure:
        click.echo(f"{'':16} → {finding.cure}")
