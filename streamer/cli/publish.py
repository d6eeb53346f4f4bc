"""`streamer publish`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from streamer.cli.connection import bootstrap_option, kafka_settings
from streamer.cli.options import INPUT_FILE, tenant_option
from streamer.cli.terminal import LETTERS_SHOWN_MAX, failure, stderr, stdout, steps
from streamer.events import Verdict
from streamer.files import publish as publisher
from streamer.kafka.answers import Answers
from streamer.kafka.reconcile import Coordinates

WAITED_FOR_MAX = 100_000


@click.command(
    epilog="\b\nExamples:\n  streamer publish --topic payrolls payrolls.jsonl\n"
    "  streamer publish --topic payments payment.json --wait 30    prints verdict and why\n"
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
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0.1, max=3600),
    metavar="SECONDS",
    help="Wait so long for the decisions, and print verdict and why of each; exit 1 where not all may be paid.",
)
@bootstrap_option
def publish(
    topic: str,
    file: Path,
    tenant: str | None,
    skip: int,
    allow_unknown: bool,
    wait_seconds: float | None,
    bootstrap: str | None,
) -> None:
    """Publish events, once all of them were checked.

    JSON lines, CSV with dotted column names, or ISO 20022 XML. Fields that no model knows are named, with the number of
    records and the first line; nothing is sent then without --allow-unknown. An ISO 20022 file becomes one record per
    transaction, named by its content: publishing it twice repeats the decisions.
    """
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
    settings = kafka_settings(bootstrap_servers=bootstrap)
    if wait_seconds is not None and check.records - skip > WAITED_FOR_MAX:
        raise failure(f"{file}: {check.records:,} records; --wait is for {WAITED_FOR_MAX:,} at most")
    sent: dict[Coordinates, str] = {}

    def told(one: publisher.Checked, partition: int, offset: int) -> None:
        if wait_seconds is not None:
            sent[topic, partition, offset] = (one.key or b"").decode("utf-8", "replace")

    with ExitStack() as stack:
        # Before publishing, so that no answer is missed.
        answers = stack.enter_context(Answers(settings)) if wait_seconds is not None else None
        with steps() as progress:
            count = publisher.publish(
                settings, topic, file, progress, records=check.records, tenant=tenant, skip=skip, told=told
            )
        stderr.print(f"{count:,} records published to {topic}, confirmed by all in-sync replicas")
        may_be_paid = answers is None or _show_answers(answers, sent, wait_seconds or 0.0)
    if check.faults:
        stderr.print(f"{len(check.faults):,} of them could not be checked, see above")
        sys.exit(2)
    if not may_be_paid:
        sys.exit(1)


def _show_answers(answers: Answers, sent: Mapping[Coordinates, str], seconds: float) -> bool:
    """Print each decision as it comes; whether all are releases. A record without one is blocked."""
    verdicts = Counter[str]()
    open_yet = dict(sent)
    with stderr.status("waiting for the decisions …"):
        for source, decision in answers.on(sent, seconds):
            name = open_yet.pop(source)
            verdicts[decision.verdict.value] += 1
            why = "; ".join(f"{f.rule}: {f.reason}" for f in decision.findings if f.verdict is not Verdict.RELEASE)
            stdout.print(f"{decision.verdict.value:8} {name}  {why}".rstrip(), markup=False, soft_wrap=True)
    for name in open_yet.values():
        stdout.print(
            f"{'blocked':8} {name}  no decision within {seconds:g} s: is a worker running? `streamer reconcile` tells",
            markup=False,
            soft_wrap=True,
        )
    said = [f"{verdicts[v.value]:,} {v.value}" for v in Verdict if verdicts[v.value]]
    said += [f"{len(open_yet):,} without a decision"] if open_yet else []
    stderr.print(", ".join(said))
    return verdicts[Verdict.RELEASE.value] == len(sent)
