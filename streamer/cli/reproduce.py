"""`streamer reproduce`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from streamer.cli.connection import bootstrap_option, kafka_settings, settings_of
from streamer.cli.options import INPUT_FILE, instant, policy_of
from streamer.cli.terminal import failure, progress_bar, stderr
from streamer.files import reproduce as past
from streamer.list_feed.archive import Archive


@click.command(
    epilog="\b\nExamples:\n  streamer reproduce 5f0c1d2e3a4b5c6d7e8f901234567890\n"
    "  streamer reproduce 5f0c1d2e3a4b5c6d7e8f901234567890 --since 2026-11-01\n"
    "  streamer reproduce --decision decision.json --event event.json --received-at 2026-11-20T10:15:00Z"
)
@click.argument("decision_id", metavar="[DECISION_ID]", required=False)
@click.option("--decision", "decision_path", type=INPUT_FILE, help="The decision as JSON, where its topic forgot it.")
@click.option(
    "--event", "event_path", type=INPUT_FILE, help="The input as it was published, where its topic forgot it."
)
@click.option("--received-at", metavar="TIME", help="With --decision: when the input was received (header ce_time).")
@click.option("--topic", type=click.Choice(["payments", "payrolls"]), default="payments", help="With --decision.")
@click.option("--since", metavar="TIME", help="Look for the decision from then on; default: from the beginning.")
@click.option("--policy", "policy_path", type=INPUT_FILE, help="The policy that decided, where the archive has it not.")
@bootstrap_option
def reproduce(
    decision_id: str | None,
    decision_path: Path | None,
    event_path: Path | None,
    received_at: str | None,
    topic: str,
    since: str | None,
    policy_path: Path | None,
    bootstrap: str | None,
) -> None:
    """Decide an old event again, and compare.

    With the lists and the policy of its day; exit code 1 where the decision differs. Lists and policies come from the
    archive (STREAMER_ARCHIVE_DIR) that `lists sync` and the workers write.
    """
    if bool(decision_id) == bool(decision_path) or (decision_path and not (event_path and received_at)):
        raise click.UsageError("give a DECISION_ID, or --decision with --event and --received-at")
    settings = (
        settings_of(bootstrap_servers=bootstrap) if decision_path else kafka_settings(bootstrap_servers=bootstrap)
    )
    if settings.archive_dir is None:
        raise failure("lists and policies of old are in the archive: set STREAMER_ARCHIVE_DIR to its folder")
    event = event_path.read_bytes().strip(b"\r\n") if event_path else None
    if decision_path:
        decision = past.decision_from(decision_path.read_bytes(), str(decision_path))
        found = past.from_files(decision, event or b"", topic, instant(received_at))
    else:
        assert decision_id is not None
        with progress_bar("reading decisions") as progress:
            found = past.find(settings, decision_id, event=event, since=instant(since), progress=progress)
    was = found.decision
    click.echo(
        f"decision  {was.decision_id}  {was.verdict.value}, received {found.record.timestamp:%Y-%m-%dT%H:%M:%SZ}"
    )
    click.echo(f"by        streamer {was.engine_version}, policy {was.policy_version[:12]}")
    click.echo(f"lists     {', '.join(f'{v.list} {v.version[:12]}' for v in was.lists)}")
    with stderr.status("deciding again …"):
        again = past.decided_again(
            found, Archive(settings.archive_dir), policy_of(policy_path) if policy_path else None
        )
    differences = past.differences(was, again)
    if not differences:
        click.echo(f"again     {again.verdict.value}: the same in every field, by streamer {again.engine_version}")
        return
    for line in differences:
        click.echo(f"differs   {line}")
    if again.engine_version != was.engine_version:
        click.echo(
            f"          streamer {was.engine_version} decided, this is {again.engine_version}: install that version"
        )
    sys.exit(1)
