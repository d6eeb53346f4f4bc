"""`streamer publish`."""

from __future__ import annotations

from pathlib import Path

import click

from streamer.cli.terminal import (
    INPUT_FILE,
    bootstrap_option,
    kafka_settings,
    stderr,
    steps,
    tenant_option,
)
from streamer.files import publish as publisher


@click.command(
    epilog="\b\nExamples:\n  streamer publish --topic payrolls november.jsonl\n"
    "  streamer publish --topic payments payments.csv    columns: event_id,tenant,debtor.name,creditor.name,…\n"
    "  streamer publish --topic payments --tenant acme payrun.xml\n"
    "                                                    pain.001, pacs.008, pacs.009, pacs.004: a record a payment"
)
@click.option("--topic", type=click.Choice(["payments", "payrolls"]), required=True)
@click.argument("file", type=INPUT_FILE)
@tenant_option
@click.option("--skip", type=click.IntRange(min=0), default=0, help="Records confirmed by a run that was interrupted.")
@click.option(
    "--allow-unknown", is_flag=True, help="Publish fields that the schema does not know; they are screened as texts."
)
@bootstrap_option
def publish(topic: str, file: Path, tenant: str | None, skip: int, allow_unknown: bool, bootstrap: str | None) -> None:
    """Publish a file of events: JSON lines, CSV with dotted column names, or ISO 20022 XML.

    The file is checked whole before anything is sent. An ISO 20022 file becomes one record per transaction, named by
    its content: publishing it twice repeats the decisions.
    """
    settings = kafka_settings(bootstrap_servers=bootstrap)
    with steps() as progress:
        count = publisher.publish(
            settings,
            topic,
            file,
            progress,
            tenant=tenant or publisher.DEFAULT_TENANT,
            skip=skip,
            allow_unknown=allow_unknown,
        )
    stderr.print(f"{count:,} records published to {topic}, confirmed by all in-sync replicas")
