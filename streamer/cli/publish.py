"""`streamer publish`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from streamer.cli.connection import bootstrap_option, kafka_settings
from streamer.cli.options import INPUT_FILE, tenant_option
from streamer.cli.terminal import LETTERS_SHOWN_MAX, failure, stderr, steps
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
    "--allow-unknown", is_flag=True, help="Publish records with fields that no model knows; they are screened as texts."
)
@bootstrap_option
def publish(topic: str, file: Path, tenant: str | None, skip: int, allow_unknown: bool, bootstrap: str | None) -> None:
    """Publish events, once all of them were checked.

    JSON lines, CSV with dotted column names, or ISO 20022 XML. Fields that no model knows are named, with the number of
    records and the first line; nothing is sent then without --allow-unknown. An ISO 20022 file becomes one record per
    transaction, named by its content: publishing it twice repeats the decisions.
    """
    settings = kafka_settings(bootstrap_servers=bootstrap)
    tenant = tenant or publisher.DEFAULT_TENANT
    with steps() as progress:
        check = publisher.check(topic, file, progress, tenant=tenant)
    for line in check.unknown_lines():
        stderr.print(line, markup=False, soft_wrap=True)
    if check.unknown and not allow_unknown:
        raise failure(
            f"{file}: nothing is published: correct the names of these fields by schemas/{topic}.schema.json, or "
            "publish them with --allow-unknown, to be screened as texts"
        )
    for fault in check.faults[:LETTERS_SHOWN_MAX]:
        stderr.print(fault, markup=False, soft_wrap=True)
    with steps() as progress:
        count = publisher.publish(settings, topic, file, progress, records=check.records, tenant=tenant, skip=skip)
    stderr.print(f"{count:,} records published to {topic}, confirmed by all in-sync replicas")
    if check.faults:
        stderr.print(f"{len(check.faults):,} of them could not be checked, see above")
        sys.exit(2)
