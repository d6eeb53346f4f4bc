"""The command line. Settings are read here, once; errors of ours become one sentence with the cure."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from streamer import __version__
from streamer.access import ROLES
from streamer.decisions import InvalidPolicy, Policy, policy_from_toml, shipped_policy
from streamer.settings import ENVIRONMENT, InvalidSettings, Settings, read_settings
from streamer.watchlists import PARSERS, ParsedList, read_list, sample_lists
from streamer.watchlists.entity import InvalidList

stderr = Console(stderr=True, highlight=False)
stdout = Console(highlight=False)

OFFLINE_IDENTITY_KEY = b"offline"
"""Histories of a replay live in one process and leave it only as alerts; a worker's key is a secret."""

NAMES_SHOWN_MAX = 20
WARNINGS_SHOWN_MAX = 3


def _known_errors() -> tuple[type[Exception], ...]:
    from kafka.errors import KafkaError  # noqa: PLC0415

    from streamer.offline import InvalidInput  # noqa: PLC0415
    from streamer.publisher import Interrupted  # noqa: PLC0415
    from streamer.topics import InvalidTopics  # noqa: PLC0415

    ours = (InvalidSettings, InvalidPolicy, InvalidList, InvalidInput, InvalidTopics, Interrupted)
    return (*ours, KafkaError, TimeoutError, OSError)


class _Commands(click.Group):
    """Turns our own errors, and those of the broker and the file system, into a sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if isinstance(error, _known_errors()):
                raise _refusal(error) from None
            raise


def _refusal(error: Exception) -> click.ClickException:
    from streamer.access import refusal_in_words  # noqa: PLC0415

    message = refusal_in_words(error) or str(error) or type(error).__name__
    if type(error).__name__ in ("NoBrokersAvailable", "KafkaConnectionError", "KafkaTimeoutError"):
        message = (
            f"Kafka does not answer ({message}): check STREAMER_BOOTSTRAP_SERVERS or --bootstrap, "
            "that the broker runs, and that it speaks STREAMER_KAFKA_SECURITY_PROTOCOL there"
        )
    refusal = click.ClickException(message)
    refusal.exit_code = 2
    return refusal


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, for people; nothing where stderr is no terminal but a line at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int | None], None]]:
    """The same for work of several steps: what is done, how much of it, of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _bootstrap(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--bootstrap", metavar="HOST:PORT,…", help="Kafka brokers; default STREAMER_BOOTSTRAP_SERVERS."
    )(command)


def _policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--policy",
        "policy_path",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Policy TOML; default STREAMER_POLICY_FILE, else the shipped policy.",
    )(command)


def _list_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--list",
        "lists",
        metavar="KIND=PATH",
        multiple=True,
        help=f"A list to screen against; repeatable. KIND: {', '.join(PARSERS)}. Default: the shipped sample.",
    )(command)


def _settings(**overrides: Any) -> Settings:
    return read_settings(os.environ, **overrides)


def _kafka(**overrides: Any) -> Settings:
    """Settings of a command that speaks to Kafka; a refusal is said at once, not after the clients' retries."""
    from streamer import access  # noqa: PLC0415

    settings = _settings(**overrides)
    access.greet(settings)
    return settings


def _policy(path: Path | None) -> Policy:
    path = path or (Path(os.environ["STREAMER_POLICY_FILE"]) if os.environ.get("STREAMER_POLICY_FILE") else None)
    return policy_from_toml(path.read_text("utf-8"), str(path)) if path else shipped_policy()


def _parsed(specs: Sequence[str]) -> list[ParsedList]:
    """The lists named, or the shipped sample, with a line each on stderr."""
    if specs:
        return _read(specs)
    stderr.print("[dim]no --list given: the shipped sample list is used; it is for demonstrations only[/dim]")
    return list(sample_lists())


def _read(specs: Iterable[str]) -> list[ParsedList]:
    parsed: list[ParsedList] = []
    for spec in specs:
        with stderr.status(f"reading {spec} …"):
            parsed.extend(read_list(spec).by_name())
    for one in parsed:
        stderr.print(f"[dim]list {one.names[0]}: {len(one.entities):,} entries[/dim]")
        for warning in one.warnings[:WARNINGS_SHOWN_MAX]:
            stderr.print(f"  {warning}", markup=False, style="dim", soft_wrap=True)
        if len(one.warnings) > WARNINGS_SHOWN_MAX:
            stderr.print(f"  … and {len(one.warnings) - WARNINGS_SHOWN_MAX} more", style="dim")
    return parsed


def _lists(specs: Sequence[str]) -> Any:
    from streamer.offline import lists_from  # noqa: PLC0415

    parsed = _parsed(specs)
    with stderr.status("building the index …"):
        started = time.perf_counter()
        lists = lists_from(parsed, datetime.now(UTC))
    stderr.print(f"[dim]index of {len(lists.screener):,} entries built in {time.perf_counter() - started:.1f} s[/dim]")
    if lists.ownership.edges:
        stderr.print(f"[dim]{lists.ownership.summary}[/dim]")
        for problem in lists.ownership.problems[:WARNINGS_SHOWN_MAX]:
            stderr.print(f"  {problem}", markup=False, style="dim", soft_wrap=True)
    return lists


# ---------------------------------------------------------------- the group


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nStart here:\n  streamer demo                                   see it work, no Kafka needed\n"
    "  streamer screen --list un=consolidated.xml --input names.csv --output hits.jsonl\n"
    "  streamer settings                               every environment variable",
)
@click.version_option(__version__, prog_name="streamer")
def main() -> None:
    """Stops sanctioned money in payroll and payment streams."""


@main.command(
    epilog="\b\nExamples:\n  streamer demo\n  streamer demo --serve\n"
    "  streamer demo --list ofac=lists/ofac --list un=consolidated.xml"
)
@_list_option
@click.option("--serve", is_flag=True, help="Keep traffic flowing until Ctrl-C; /metrics stays up.")
def demo(lists: tuple[str, ...], serve: bool) -> None:
    """The main job, live: embedded broker, real worker, planted stories. Exits 0 only if all went as told."""
    from streamer import demo as demonstration  # noqa: PLC0415

    sys.exit(demonstration.run(lists=lists, serve=serve, console=stdout))


@main.command(
    epilog="\b\nExamples:\n  STREAMER_IDENTITY_KEY_FILE=/run/secrets/identity streamer worker --bootstrap kafka:9092"
)
@_bootstrap
@_policy_option
@click.option("--web-port", type=int, help="Port of /metrics, /health and /ready; default STREAMER_WEB_PORT.")
def worker(bootstrap: str | None, policy_path: Path | None, web_port: int | None) -> None:
    """The Faust worker: answers every payment, watches behaviour. Run as many as there are partitions."""
    from streamer import app  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap, web_port=web_port)
    app.run(app.worker(settings, _policy(policy_path or settings.policy_file)))


# ---------------------------------------------------------------- lists


@main.group()
def lists() -> None:
    """Publish lists to the sanctions topic, and see what is in force."""


@lists.command(
    epilog="\b\nExamples:\n  streamer lists sync --source ofac=/data/ofac --source un=/data/consolidated.xml\n"
    "  streamer lists sync --source un=consolidated.xml --accept-shrink 'UN removed the 1988 annex'"
)
@click.option(
    "--source", "sources", metavar="KIND=PATH", multiple=True, required=True, help="A list to read; repeatable."
)
@click.option("--accept-shrink", metavar="REASON", help="Publish a list that lost more entries than allowed, and why.")
@click.option("--dry-run", is_flag=True, help="Show what would change; publish nothing.")
@_bootstrap
def sync(sources: tuple[str, ...], accept_shrink: str | None, dry_run: bool, bootstrap: str | None) -> None:
    """Read lists, refuse what shrank, show what changed, publish."""
    settings = _kafka(bootstrap_servers=bootstrap)
    _publish_lists(settings, _read(sources), accept_shrink, dry_run)


def _publish_lists(
    settings: Settings, parsed: Iterable[ParsedList], accepted_because: str | None, dry_run: bool = False
) -> None:
    from streamer import feed  # noqa: PLC0415

    shelf = feed.read_shelf(settings)
    for one in parsed:
        edition, chunks = feed.edition_from(one, datetime.now(UTC))
        name = edition.manifest.list
        in_force = shelf.editions.get(name)
        change = feed.diff(in_force.entities if in_force else {}, edition.entities)
        _show_change(name, change, first=in_force is None)
        feed.refuse_shrink(
            name,
            len(in_force.entities) if in_force else 0,
            len(edition.entities),
            accepted_because,
            feed.SHRINK_SHARE_MAX,
        )
        if dry_run:
            continue
        superseded = [
            (version, max(numbers) + 1)
            for (held, version), numbers in shelf.chunks.items()
            if held == name and version != edition.manifest.version and numbers
        ]
        same = in_force is not None and in_force.manifest.version == edition.manifest.version
        with _progress(f"publishing {name}", 0 if same else len(chunks)) as progress:
            feed.publish_edition(settings, edition, [] if same else chunks, superseded, progress)
        manifest = edition.manifest
        what = "verified again, unchanged" if same else f"{manifest.chunks} chunks published"
        stderr.print(
            f"list {name}: {manifest.entities:,} entries, {manifest.names:,} names, {what} ({manifest.version[:12]})"
        )


def _show_change(name: str, change: Any, *, first: bool) -> None:
    if first:
        stderr.print(f"list {name}: first version")
        return
    if change.is_empty:
        return
    for word, entities in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
        for entity in entities[:NAMES_SHOWN_MAX]:
            stderr.print(f"  {word:8} {entity.id:16} {entity.name}", markup=False)
        if len(entities) > NAMES_SHOWN_MAX:
            stderr.print(f"  {word:8} … and {len(entities) - NAMES_SHOWN_MAX} more")


@lists.command()
@click.option("--source", "name", metavar="LIST", help="Only this list.")
@_bootstrap
def show(name: str | None, bootstrap: str | None) -> None:
    """What is in force, how old it is, which version."""
    from streamer import feed  # noqa: PLC0415

    with stderr.status("reading the sanctions topic …"):
        shelf = feed.read_shelf(_kafka(bootstrap_servers=bootstrap))
    table = Table("list", "entries", "names", "published", "fetched", "age", "version", box=None)
    now = datetime.now(UTC)
    for one, edition in sorted(shelf.editions.items()):
        if name in (None, one):
            manifest = edition.manifest
            table.add_row(
                one + (" (sample)" if manifest.sample else ""),
                f"{manifest.entities:,}",
                f"{manifest.names:,}",
                manifest.published_at.strftime("%Y-%m-%d") if manifest.published_at else "unknown",
                manifest.fetched_at.strftime("%Y-%m-%d %H:%M"),
                f"{(now - manifest.fetched_at).total_seconds() / 3600:.1f} h",
                manifest.version[:12],
            )
    stdout.print(table)
    for why in shelf.refused.values():
        stderr.print(f"refused: {why}; the version before, if any, stays in force", markup=False)
    for waiting in shelf.missing():
        stderr.print(f"incomplete: {waiting}; the version before stays in force")
    if not table.row_count:
        raise click.ClickException("no list is in force: publish one with `streamer lists sync --source KIND=PATH`")


@lists.command(name="diff")
@click.option("--source", "sources", metavar="KIND=PATH", multiple=True, required=True, help="A list to compare.")
@_bootstrap
def lists_diff(sources: tuple[str, ...], bootstrap: str | None) -> None:
    """What `sync` would change, without publishing."""
    _publish_lists(_kafka(bootstrap_servers=bootstrap), _read(sources), "diff only", dry_run=True)


# ---------------------------------------------------------------- topics


@main.group()
def topics() -> None:
    """Topic specifications, applied or verified."""


@topics.command()
@_bootstrap
def create(bootstrap: str | None) -> None:
    """Create the topics that are missing; refuse where an existing one differs."""
    from streamer import topics as specifications  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    created = specifications.create(settings)
    for name in created:
        stdout.print(f"created {name}")
    stdout.print(f"{len(created)} created, {len(specifications.SPECS) - len(created)} existed and agree")


@topics.command()
@_bootstrap
def check(bootstrap: str | None) -> None:
    """Compare the cluster's topics with the specification; exit 1 where they differ."""
    from streamer import topics as specifications  # noqa: PLC0415

    problems = specifications.check(_kafka(bootstrap_servers=bootstrap))
    for problem in problems:
        stdout.print(problem, markup=False)
    if problems:
        sys.exit(1)
    stdout.print(f"all {len(specifications.SPECS)} topics agree with the specification")


@topics.command(
    epilog="\b\nExamples:\n  streamer topics acls --role worker --principal User:streamer-worker\n"
    "  streamer topics acls --role worker --principal User:streamer-worker --apply"
)
@click.option("--role", type=click.Choice(tuple(ROLES)), required=True, help="Whose rights.")
@click.option("--principal", required=True, metavar="User:NAME", help="Who gets them, as the broker knows it.")
@click.option("--apply", "applies", is_flag=True, help="Create the ACLs; default: print them for kafka-acls.sh.")
@_bootstrap
def acls(role: str, principal: str, applies: bool, bootstrap: str | None) -> None:
    """The rights a role needs on a cluster that denies what no ACL allows."""
    from streamer import access  # noqa: PLC0415

    if applies:
        count = access.allow(role, principal, _kafka(bootstrap_servers=bootstrap))
        stdout.print(f"{count} ACLs of the role {role} created for {principal}", markup=False)
        return
    settings = _settings(bootstrap_servers=bootstrap)
    for right in access.rights(role, settings):
        line = (
            f"kafka-acls.sh --bootstrap-server {settings.servers[0]} --add --allow-principal {principal} "
            f"{right.as_option()}"
        )
        click.echo(line)


# ---------------------------------------------------------------- without Kafka


_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command(
    epilog="\b\nExamples:\n  streamer screen --list ofac=lists/ofac --list un=consolidated.xml \\\n"
    "      --input names.csv --output hits.jsonl\n"
    "  streamer screen --input names.csv | jq 'select(.verdict != \"release\")'"
)
@_list_option
@_policy_option
@click.option(
    "--input", "input_path", type=_INPUT, required=True, help="CSV: id,name[,type][,birth_date][,country][,identifier]"
)
@click.option("--output", type=click.File("wb"), default="-", help="JSON lines, one per row, in order; default stdout.")
def screen(lists: tuple[str, ...], policy_path: Path | None, input_path: Path, output: IO[bytes]) -> None:
    """Screen the names of a CSV against lists."""
    from streamer.offline import screened_names  # noqa: PLC0415

    policy = _policy(policy_path)
    answers = screened_names(input_path, _lists(lists), policy)
    counts = _write(answers, output, "screening", lambda answer: str(answer["verdict"]))
    stderr.print(f"{sum(counts.values()):,} names: " + ", ".join(f"{n:,} {verdict}" for verdict, n in counts.items()))


@main.command(epilog="\b\nExamples:\n  streamer compare --input pairs.csv --output scores.jsonl")
@_policy_option
@click.option("--input", "input_path", type=_INPUT, required=True, help="CSV: id,a,b[,type]")
@click.option("--output", type=click.File("wb"), default="-", help="JSON lines, one per row, in order; default stdout.")
def compare(policy_path: Path | None, input_path: Path, output: IO[bytes]) -> None:
    """Score pairs of names."""
    from streamer.offline import compared_pairs  # noqa: PLC0415

    answers = compared_pairs(input_path, _policy(policy_path))
    counts = _write(answers, output, "comparing", lambda answer: "match" if answer["is_match"] else "no match")
    stderr.print(f"{sum(counts.values()):,} pairs: " + ", ".join(f"{n:,} {word}" for word, n in counts.items()))


def _write(
    answers: Iterable[Mapping[str, Any]], output: IO[bytes], what: str, group: Callable[[Mapping[str, Any]], str]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with _progress(what) as progress:
        for n, answer in enumerate(answers, start=1):
            output.write(orjson.dumps(answer) + b"\n")
            counts[group(answer)] = counts.get(group(answer), 0) + 1
            if n % 100 == 0:
                progress(n)
    output.flush()
    return dict(sorted(counts.items()))


_tenant_option = click.option(
    "--tenant", metavar="NAME", help="Whose the payments of ISO 20022 files are; the messages do not say."
)


@main.command(
    epilog="\b\nExamples:\n  streamer replay --input events.jsonl --output out.jsonl\n"
    "  streamer replay --list ofac=lists/ofac --input payments.jsonl --input payrolls.jsonl --output out.jsonl\n"
    "  streamer replay --list un=un.xml --input pacs008.xml --input outgoing/ --output out.jsonl\n"
    "\b\nExit code 2 where an ISO 20022 file cannot be read: what could not be read is a dead letter and a hold in\n"
    "the output, and said on stderr with file, line and element; all else is judged."
)
@_list_option
@_policy_option
@click.option(
    "--input",
    "inputs",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    required=True,
    help="JSON lines of events, ISO 20022 XML, or a folder of both; repeatable.",
)
@click.option(
    "--output", type=click.File("wb"), default="-", help='`{"topic", "key", "value"}` per line; default stdout.'
)
@_tenant_option
def replay(
    lists: tuple[str, ...], policy_path: Path | None, inputs: tuple[Path, ...], output: IO[bytes], tenant: str | None
) -> None:
    """Judge events from files by the very same Monitor, without Kafka."""
    from streamer.monitor import Monitor  # noqa: PLC0415
    from streamer.offline import Replay, Unread, as_line, input_files, records_of  # noqa: PLC0415

    policy = _policy(policy_path)
    files = input_files(inputs)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    engine = Replay(monitor, _lists(lists))
    counts: dict[str, int] = {}
    unread = 0
    with _progress("replaying") as progress:
        for n, record in enumerate(records_of(files, tenant or policy.messages.tenant), start=1):
            if isinstance(record, Unread):
                unread += 1
                stderr.print(f"{record.path}: {record.detail}", markup=False, soft_wrap=True)
            for out in engine.outputs(record):
                output.write(as_line(out) + b"\n")
                counts[out.topic] = counts.get(out.topic, 0) + 1
            if n % 100 == 0:
                progress(n)
    output.flush()
    stderr.print(", ".join(f"{n:,} {topic}" for topic, n in sorted(counts.items())) or "no events")
    if unread:
        stderr.print(f"{unread:,} could not be read: held, see above")
        sys.exit(2)


# ---------------------------------------------------------------- with Kafka


@main.command(
    epilog="\b\nExamples:\n  streamer publish --topic payrolls november.jsonl\n"
    "  streamer publish --topic payments payments.csv    columns: event_id,tenant,debtor.name,creditor.name,…\n"
    "  streamer publish --topic payments --tenant acme payrun.xml\n"
    "                                                    pain.001, pacs.008, pacs.009, pacs.004: a record a payment"
)
@click.option("--topic", type=click.Choice(["payments", "payrolls"]), required=True)
@click.argument("file", type=_INPUT)
@_tenant_option
@click.option("--skip", type=click.IntRange(min=0), default=0, help="Records confirmed by a run that was interrupted.")
@_bootstrap
def publish(topic: str, file: Path, tenant: str | None, skip: int, bootstrap: str | None) -> None:
    """Publish a file of events: JSON lines, CSV with dotted column names, or ISO 20022 XML.

    The file is checked whole before anything is sent. An ISO 20022 file becomes one record per transaction, named by
    its content: publishing it twice repeats the decisions.
    """
    from streamer import publisher  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    with _steps() as progress:
        count = publisher.publish(settings, topic, file, progress, tenant=tenant or publisher.DEFAULT_TENANT, skip=skip)
    stderr.print(f"{count:,} records published to {topic}, confirmed by all in-sync replicas")


@main.command(
    epilog="\b\nExamples:\n  streamer reconcile\n  streamer reconcile --since 2026-11-01T00:00:00+00:00\n"
    "  streamer reconcile --reinject\n  streamer reconcile --watch --window-hours 24 --web-port 6067"
)
@click.option("--since", type=str, metavar="TIME", help="Only inputs received since then, ISO 8601; default: all.")
@click.option("--grace-seconds", type=float, default=30.0, show_default=True, help="Younger inputs are not gaps yet.")
@click.option("--reinject", is_flag=True, help="Publish inputs without a decision once more.")
@click.option("--watch", is_flag=True, help="Go on for ever, exporting screening_reconciliation_gap.")
@click.option("--window-hours", type=float, default=24.0, show_default=True, help="With --watch: how far back.")
@click.option("--interval-seconds", type=float, default=60.0, show_default=True, help="With --watch: how often.")
@click.option("--web-port", type=int, default=6067, show_default=True, help="With --watch: port of /metrics.")
@_bootstrap
def reconcile(
    since: str | None,
    grace_seconds: float,
    reinject: bool,
    watch: bool,
    window_hours: float,
    interval_seconds: float,
    web_port: int,
    bootstrap: str | None,
) -> None:
    """Compare inputs with decisions, from the topics alone; exit 1 where they do not add up."""
    from streamer import reconcile as books  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    if watch:
        _watch_reconciliation(settings, window_hours, grace_seconds, interval_seconds, web_port)
        return
    with stderr.status("reading inputs and decisions …"):
        report = books.reconcile(settings, since=_instant(since), grace_seconds=grace_seconds)
    for line in report.lines():
        stdout.print(line, markup=False)
    if reinject and report.gaps:
        stdout.print(f"{books.reinject(settings, report.gaps):,} inputs published once more")
    if not report.is_clean:
        sys.exit(1)


def _watch_reconciliation(
    settings: Settings, window_hours: float, grace_seconds: float, interval_seconds: float, web_port: int
) -> None:
    from streamer import reconcile as books  # noqa: PLC0415
    from streamer.metrics import Metrics  # noqa: PLC0415
    from streamer.web import serve_metrics  # noqa: PLC0415

    metrics = Metrics()
    serve_metrics(settings.web_host, web_port, metrics, settings.web_token)

    def tell(report: books.Report) -> None:
        metrics.reconciled(len(report.gaps))
        for line in report.lines():
            stdout.print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", markup=False)

    books.watch(
        settings,
        window=timedelta(hours=window_hours),
        grace_seconds=grace_seconds,
        interval_seconds=interval_seconds,
        tell=tell,
    )


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time, such as 2026-11-01T00:00:00+00:00") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


# ---------------------------------------------------------------- the rest


@main.command(epilog="\b\nExamples:\n  streamer bench\n  streamer bench --list ofac=lists/ofac --list un=un.xml --json")
@_list_option
@click.option("--names", type=click.IntRange(200, 1_000_000), default=5_000, show_default=True, help="How many names.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(lists: tuple[str, ...], names: int, as_json: bool) -> None:
    """How fast this machine screens: build, names per second, events per second, memory; one core."""
    from streamer import bench as benchmark  # noqa: PLC0415

    parsed = _parsed(lists)
    with stderr.status("measuring …"):
        figures = benchmark.run(parsed, names).as_json()
    if as_json:
        stdout.out(orjson.dumps(figures).decode(), highlight=False)
        return
    table = Table("measure", "value", box=None, pad_edge=False, show_header=False)
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    stdout.print(table)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 where a file is stale.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("schemas"), show_default=True)
def schemas(only_check: bool, folder: Path) -> None:
    """Generate JSON Schemas and the AsyncAPI document from the models."""
    from streamer import contracts  # noqa: PLC0415

    if not only_check:
        written = contracts.write(folder)
        stdout.print(f"{len(written)} written: {', '.join(written)}" if written else "all up to date")
        return
    stale = contracts.stale(folder)
    if stale:
        raise click.ClickException(f"stale in {folder}: {', '.join(stale)}; run `streamer schemas`")
    stdout.print(f"schemas in {folder} are up to date")


@main.command()
def settings() -> None:
    """Every environment variable, its default and meaning."""
    table = Table("variable", "default", "meaning", box=None, pad_edge=False)
    for name, setting in ENVIRONMENT.items():
        default = setting.default if setting.default not in (None, "") else "-"
        table.add_row(name + (r"\[_FILE]" if setting.secret else ""), default, setting.help)
    stdout.print(table)


def _quiet_libraries() -> None:
    # Library warnings about reconnects belong into a worker's log, not between a command's lines.
    for name in ("kafka", "aiokafka"):
        logging.getLogger(name).setLevel(logging.ERROR)


_quiet_libraries()
