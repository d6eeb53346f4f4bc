"""The command line. Settings are read here, once; errors of ours become one sentence with the cure."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import IO, Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from streamer import __version__
from streamer.dispositions import InvalidAnalysts, InvalidDisposition
from streamer.events import TENANT_PATTERN, Decision, Disposition, Outcome, Verdict
from streamer.kafka.access import ROLES
from streamer.policy import InvalidPolicy, Policy, policy_from_toml, shipped_policy
from streamer.reference.networks import InvalidNetworks
from streamer.settings import ENVIRONMENT, InvalidSettings, Settings, read_settings
from streamer.watchlists import PARSERS, ParsedList, read_list, sample_lists
from streamer.watchlists.entity import InvalidList

stderr = Console(stderr=True, highlight=False)
stdout = Console(highlight=False)

OFFLINE_IDENTITY_KEY = b"offline"
"""Histories of a replay live in one process and leave it only as alerts; a worker's key is a secret."""

INTERRUPTED = 128 + signal.SIGINT
"""Exit code after Ctrl-C, as shells have it."""

ANALYST_PATTERN = r"[\w.@-]{1,100}"
"""The name becomes a key of the analysts file, as `keygen` prints it."""

NAMES_SHOWN_MAX = 20
WARNINGS_SHOWN_MAX = 3
LETTERS_SHOWN_MAX = 20


def _known_errors() -> tuple[type[Exception], ...]:
    from kafka.errors import KafkaError  # noqa: PLC0415

    from streamer.files.offline import InvalidInput  # noqa: PLC0415
    from streamer.files.publish import Interrupted  # noqa: PLC0415
    from streamer.kafka.topics import InvalidTopics  # noqa: PLC0415

    ours = (
        *(InvalidSettings, InvalidPolicy, InvalidNetworks, InvalidAnalysts, InvalidDisposition),
        *(InvalidList, InvalidInput, InvalidTopics),
        Interrupted,
    )
    return (*ours, KafkaError, TimeoutError, OSError)


class _Commands(click.Group):
    """Turns our own errors, and those of the broker and the file system, into a sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.FileError as error:
            error.exit_code = 2  # 1 is an answer: somebody would be blocked
            raise
        except KeyboardInterrupt:
            stderr.print("interrupted: an output file is not complete")
            sys.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if isinstance(error, _known_errors()):
                raise _refusal(error) from None
            raise


def _error(message: str) -> click.ClickException:
    """Exits with 2: where 1 is an answer, an error is none."""
    error = click.ClickException(message)
    error.exit_code = 2
    return error


def _refusal(error: Exception) -> click.ClickException:
    from streamer.kafka.access import refusal_in_words  # noqa: PLC0415

    message = refusal_in_words(error) or str(error) or type(error).__name__
    if type(error).__name__ in ("NoBrokersAvailable", "KafkaConnectionError", "KafkaTimeoutError"):
        message = (
            f"Kafka does not answer ({message}): check STREAMER_BOOTSTRAP_SERVERS or --bootstrap, "
            "that the broker runs, that it speaks STREAMER_KAFKA_SECURITY_PROTOCOL there, and that "
            "STREAMER_KAFKA_API_VERSION is unset (2.3 for the demo's broker)"
        )
    return _error(message)


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


_PORT = click.IntRange(0, 65535)


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
    from streamer.kafka import access  # noqa: PLC0415

    settings = _settings(**overrides)
    with stderr.status(f"connecting to {settings.bootstrap_servers} …"):
        is_there = access.greet(settings)
    if not is_there:
        stderr.print(f"no broker answers at {settings.bootstrap_servers} yet, still trying …", markup=False)
    return settings


def _policy(path: Path | None) -> Policy:
    where = str(path)
    if path is None and (named := os.environ.get("STREAMER_POLICY_FILE")):
        path, where = Path(named), f"STREAMER_POLICY_FILE = {named!r}"
    if path is None:
        return shipped_policy()
    try:
        return policy_from_toml(path.read_text("utf-8"), where)
    except UnicodeDecodeError:
        raise InvalidPolicy(f"policy {where}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InvalidPolicy(f"policy {where}: {error.strerror}; name a file that can be read") from None


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
        _show_read(one)
    return parsed


def _show_read(one: ParsedList) -> None:
    stderr.print(f"[dim]list {one.names[0]}: {len(one.entities):,} entries[/dim]")
    for warning in one.warnings[:WARNINGS_SHOWN_MAX]:
        stderr.print(f"  {warning}", markup=False, style="dim", soft_wrap=True)
    if len(one.warnings) > WARNINGS_SHOWN_MAX:
        stderr.print(f"  … and {len(one.warnings) - WARNINGS_SHOWN_MAX} more", style="dim")


def _lists(specs: Sequence[str]) -> Any:
    from streamer.files.offline import lists_from  # noqa: PLC0415

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
    from streamer.demo import run as demonstration  # noqa: PLC0415

    sys.exit(demonstration.run(lists=lists, serve=serve, console=stdout))


@main.command(
    epilog="\b\nExamples:\n  STREAMER_IDENTITY_KEY_FILE=/run/secrets/identity streamer worker --bootstrap kafka:9092"
)
@_bootstrap
@_policy_option
@click.option("--web-port", type=int, help="Port of /metrics, /health and /ready; default STREAMER_WEB_PORT.")
def worker(bootstrap: str | None, policy_path: Path | None, web_port: int | None) -> None:
    """The Faust worker: answers every payment, watches behaviour. Run as many as there are partitions."""
    from streamer.worker import app  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap, web_port=web_port)
    policy = _policy(policy_path or settings.policy_file)
    if settings.archive_dir is not None:
        from streamer.list_feed.archive import Archive  # noqa: PLC0415

        Archive(settings.archive_dir).keep_policy(policy)
    app.run(app.worker(settings, policy))


# ---------------------------------------------------------------- lists


@main.group()
def lists() -> None:
    """Publish lists to the sanctions topic, and see what is in force."""


@lists.command(
    epilog="\b\nExamples:\n  streamer lists sync                       every default source: `lists sources`\n"
    "  streamer lists sync --source un --source eu\n"
    "  streamer lists sync --source ofac=/data/ofac --source csv=own.csv\n"
    "  streamer lists sync --watch               for ever, each source at its own pace\n"
    "  streamer lists sync --source un --accept-shrink 'an annex was withdrawn, see ticket 4711'"
)
@click.option(
    "--source",
    "specs",
    metavar="NAME|KIND=PATH",
    multiple=True,
    help="A source to download, or a file or folder to read; repeatable. Default: every default source.",
)
@click.option(
    "--accept-shrink", metavar="REASON", help="Publish what a guard refuses, and why; the reason is recorded."
)
@click.option("--dry-run", is_flag=True, help="Show what would change; publish nothing.")
@click.option("--watch", is_flag=True, help="Go on for ever, each source at its own pace; exports /metrics.")
@click.option("--web-port", type=_PORT, default=6068, show_default=True, help="With --watch: port of /metrics.")
@_bootstrap
def sync(
    specs: tuple[str, ...],
    accept_shrink: str | None,
    dry_run: bool,
    watch: bool,
    web_port: int,
    bootstrap: str | None,
) -> None:
    """Download or read lists, refuse what is cut or shrank, show what changed, publish.

    A list that is refused leaves the last good one in force; the others go on. Exits 2 where one was refused.
    """
    from streamer.list_feed import sync as syncing  # noqa: PLC0415
    from streamer.list_feed.sources import sources  # noqa: PLC0415

    if accept_shrink is not None and not accept_shrink.strip():
        raise click.BadParameter("say why: the reason is recorded in the list's manifest", param_hint="--accept-shrink")
    if watch and (accept_shrink or dry_run):
        raise click.UsageError("--watch goes on for ever: give --accept-shrink and --dry-run to a sync of its own")
    settings = _kafka(bootstrap_servers=bootstrap)
    orders = syncing.ordered(specs, sources(settings.sources_file))
    if watch:
        _watch_lists(settings, orders, web_port)
        return
    told = _SyncTold()
    job = syncing.Sync(settings, told, accept_shrink, dry_run)
    for order in orders:
        with told.progress(order.name):
            job.one(order)
    _tell_refusals(told, len(orders))


def _tell_refusals(told: _SyncTold, orders: int) -> None:
    if not told.refusals:
        return
    message = "\n".join(told.refusals)
    if orders > 1:
        message += f"\n{len(told.refusals)} of {orders} sources were refused; the others are synced"
    raise _error(message)


def _watch_lists(settings: Settings, orders: Sequence[Any], web_port: int) -> None:
    from streamer.list_feed import sync as syncing  # noqa: PLC0415
    from streamer.worker.metrics import Metrics  # noqa: PLC0415
    from streamer.worker.web import serve_metrics  # noqa: PLC0415

    metrics, stop = Metrics(), threading.Event()
    metrics.lists_watched(sorted({order.source.list if order.source else order.kind for order in orders}))
    port = serve_metrics(settings.web_host, web_port, metrics, settings.web_token, settings.web_hosts)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stderr.print(f"watching {', '.join(order.name for order in orders)}; http://{settings.web_host}:{port}/metrics")
    syncing.watch(syncing.Sync(settings, _SyncTold(at=True), count_refusal=metrics.list_refused), orders, stop)


class _SyncTold:
    """What a round of `lists sync` says on stderr; `at`: with the time, and refusals at once."""

    def __init__(self, *, at: bool = False) -> None:
        self.refusals: list[str] = []
        self._at = at
        self._update: Callable[[int], None] = lambda done: None

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        with _progress(what) as update:
            self._update = update
            yield

    def downloading(self, done: int) -> None:
        self._update(done)

    def publishing(self, done: int) -> None:
        self._update(done)

    def read(self, parsed: ParsedList) -> None:
        _show_read(parsed)

    def changes(self, name: str, change: Any) -> None:
        _show_change(name, change)

    def published(self, manifest: Any, what: str) -> None:
        self._say(
            f"list {manifest.list}: {manifest.entities:,} entries, {manifest.names:,} names, {what} "
            f"({manifest.version[:12]})"
        )

    def refused(self, name: str, reason: str, why: str) -> None:
        if self._at:
            self._say(f"REFUSED ({reason}): {why}")
        else:
            self.refusals.append(why)

    def _say(self, line: str) -> None:
        prefix = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} " if self._at else ""
        stderr.print(prefix + line, markup=False, soft_wrap=True)


def _show_change(name: str, change: Any) -> None:
    if change is None:
        stderr.print(f"list {name}: first version")
        return
    for word, entities in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
        for entity in entities[:NAMES_SHOWN_MAX]:
            stderr.print(f"  {word:8} {entity.id:16} {entity.name}", markup=False, soft_wrap=True)
        if len(entities) > NAMES_SHOWN_MAX:
            stderr.print(f"  {word:8} … and {len(entities) - NAMES_SHOWN_MAX} more")


@lists.command(name="sources")
def lists_sources() -> None:
    """The table of sources: what `sync` downloads, how often, and what it would refuse."""
    from streamer.list_feed.sources import sources  # noqa: PLC0415

    head = ("source", "list", "default", "every", "entries", "max age", "of", "what")
    _aligned(
        head,
        (
            (
                row.name,
                row.list,
                "yes" if row.default else "no",
                f"{row.poll_minutes:g} min",
                f"{row.entries[0]:,}–{row.entries[1]:,}",
                f"{row.age_hours_max:g} h",
                row.jurisdiction,
                row.title,
            )
            for row in sources(_settings().sources_file).values()
        ),
    )


def _aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as its cells: whole also in a pipe."""
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@lists.command(epilog="\b\nExamples:\n  streamer lists show\n  streamer lists show ofac --versions")
@click.argument("name", metavar="[LIST]", required=False)
@click.option("--versions", is_flag=True, help="Every version of the archive (STREAMER_ARCHIVE_DIR), oldest first.")
@_bootstrap
def show(name: str | None, versions: bool, bootstrap: str | None) -> None:
    """What is in force, how old it is, which version; with --versions, what was."""
    from streamer.list_feed import publisher  # noqa: PLC0415
    from streamer.list_feed.sources import sources  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    with stderr.status("reading the sanctions topic …"):
        shelf = publisher.read_shelf(settings, only=(name,) if name else None)
    age_hours_max = {row.list: row.age_hours_max for row in sources(settings.sources_file).values()}
    rows: list[tuple[str, ...]] = []
    now = datetime.now(UTC)
    for one, edition in sorted(shelf.editions.items()):
        if versions:
            for old in _archived_versions(settings, one, edition.manifest.version):
                rows.append(_version_row(old, "", ""))
        manifest = edition.manifest
        hours = (now - manifest.fetched_at).total_seconds() / 3600
        stale = "stale" if hours > age_hours_max.get(one, float("inf")) else ""
        rows.append(_version_row(manifest, f"{hours:.1f} h", "in force" if versions and not stale else stale))
    if rows:
        _aligned(("list", "entries", "names", "published", "fetched", "age", "version", ""), rows)
    for why in shelf.refused.values():
        stderr.print(f"refused: {why}; the version before, if any, stays in force", markup=False)
    for waiting in shelf.missing():
        stderr.print(f"incomplete: {waiting}; the version before stays in force")
    if not rows:
        wanted = f"list {name} is not in force" if name else "no list is in force"
        raise click.ClickException(f"{wanted}: publish with `streamer lists sync`, or `--source KIND=PATH` from a file")


def _version_row(manifest: Any, age: str, note: str) -> tuple[str, ...]:
    because = f"accepted: {manifest.accepted_because}" if manifest.accepted_because else ""
    return (
        manifest.list + (" (sample)" if manifest.sample else ""),
        f"{manifest.entities:,}",
        f"{manifest.names:,}",
        manifest.published_at.strftime("%Y-%m-%d") if manifest.published_at else "unknown",
        manifest.fetched_at.strftime("%Y-%m-%d %H:%M"),
        age,
        manifest.version[:12],
        "; ".join(part for part in (note, because) if part),
    )


def _archived_versions(settings: Settings, name: str, in_force: str) -> list[Any]:
    """Manifests of the versions before, each when it was first published."""
    from streamer.list_feed.archive import Archive  # noqa: PLC0415

    if settings.archive_dir is None:
        raise click.ClickException("--versions reads the archive: set STREAMER_ARCHIVE_DIR to its folder")
    first: dict[str, Any] = {}
    for manifest in Archive(settings.archive_dir).manifests(name):
        first.setdefault(manifest.version, manifest)
    first.pop(in_force, None)
    return list(first.values())


@lists.command(
    name="diff",
    epilog="\b\nExamples:\n  streamer lists diff --source ofac=/data/ofac       a file against what is in force\n"
    "  streamer lists diff --source un                   what the publisher has against what is in force\n"
    "  streamer lists diff ofac 3f2a19c0aa41             an archived version against what is in force\n"
    "  streamer lists diff ofac 3f2a19c0aa41 9bc2e1d07f55",
)
@click.argument("name", metavar="[LIST", required=False)
@click.argument("before", metavar="VERSION", required=False)
@click.argument("after", metavar="[VERSION]]", required=False)
@click.option("--source", "specs", metavar="NAME|KIND=PATH", multiple=True, help="What `sync` would change.")
@_bootstrap
def lists_diff(
    name: str | None, before: str | None, after: str | None, specs: tuple[str, ...], bootstrap: str | None
) -> None:
    """What changed between two versions of a list, or what `sync` would change; publishes nothing."""
    from streamer.list_feed import editions, publisher  # noqa: PLC0415
    from streamer.list_feed import sync as syncing  # noqa: PLC0415
    from streamer.list_feed.sources import sources  # noqa: PLC0415

    if bool(name and before) == bool(specs) or (name and not before):
        raise click.UsageError(
            "give --source, or a list and one or two of its versions: `streamer lists show --versions`"
        )
    settings = _kafka(bootstrap_servers=bootstrap)
    if specs:
        told = _SyncTold()
        job = syncing.Sync(settings, told, dry_run=True)
        orders = syncing.ordered(specs, sources(settings.sources_file))
        for order in orders:
            with told.progress(order.name):
                job.one(order)
        _tell_refusals(told, len(orders))
        return
    assert name is not None
    assert before is not None
    old = _archived_entities(settings, name, before)
    if after is not None:
        new = _archived_entities(settings, name, after)
    else:
        edition = publisher.read_shelf(settings, only=(name,)).editions.get(name)
        if edition is None:
            raise click.ClickException(f"list {name} is not in force: name two versions of the archive")
        new = edition.entities
    change = editions.diff(old, new)
    for word, entities in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
        for entity in entities:
            fields = ", ".join(editions.fields_changed(old[entity.id], entity)) if word == "changed" else ""
            stdout.print(f"{word:8} {entity.id:16} {entity.name}  {fields}".rstrip(), markup=False, soft_wrap=True)
    stderr.print(f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed")


def _archived_entities(settings: Settings, name: str, version: str) -> Any:
    """Of the one archived version whose digest begins so."""
    from streamer.list_feed.archive import Archive  # noqa: PLC0415

    if settings.archive_dir is None:
        raise click.ClickException("versions are in the archive: set STREAMER_ARCHIVE_DIR to its folder")
    archive = Archive(settings.archive_dir)
    found = {m.version for m in archive.manifests(name) if m.version.startswith(version.lower())}
    if len(found) != 1:
        what = "no version" if not found else f"{len(found)} versions"
        raise click.ClickException(
            f"{what} of list {name} begin with {version!r} in {settings.archive_dir}: see "
            f"`streamer lists show {name} --versions`"
        )
    return archive.entities(name, found.pop())


@lists.command(
    epilog="\b\nExamples:\n  streamer lists explain ofac-24978\n"
    "  streamer lists explain un-6908555 --list un=consolidated.xml      without Kafka"
)
@click.argument("entity_id", metavar="ID")
@click.option(
    "--list", "specs", metavar="KIND=PATH", multiple=True, help="Look in files, not on the topic; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, without the raw record.")
@_bootstrap
def explain(entity_id: str, specs: tuple[str, ...], as_json: bool, bootstrap: str | None) -> None:
    """All that is known of one entry, and its record as the publisher wrote it.

    The raw record comes from the file, or from the archive (STREAMER_ARCHIVE_DIR).
    """
    from streamer.list_feed import explain as explanation  # noqa: PLC0415

    if specs:
        found = explanation.from_files(entity_id, specs)
    else:
        settings = _kafka(bootstrap_servers=bootstrap)
        with stderr.status("reading the sanctions topic …"):
            found = explanation.from_topic(entity_id, settings)
    if as_json:
        stdout.out(orjson.dumps(found.entity).decode(), highlight=False)
        return
    for label, text in explanation.lines(found):
        click.echo(f"{label:18} {text}" if len(label) <= 18 else f"{label}: {text}")
    for record in found.raw:
        click.secho(f"\n{record.where}", bold=True)
        click.echo(record.text)
    if not found.raw:
        stderr.print(f"\nno raw record: {found.raw_missing}", markup=False, style="dim")


# ---------------------------------------------------------------- topics


@main.group()
def topics() -> None:
    """Topic specifications, applied or verified."""


@topics.command()
@_bootstrap
def create(bootstrap: str | None) -> None:
    """Create the topics that are missing; refuse where an existing one differs."""
    from streamer.kafka import topics as specifications  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    created = specifications.create(settings)
    for name in created:
        stdout.print(f"created {name}")
    stdout.print(f"{len(created)} created, {len(specifications.SPECS) - len(created)} existed and agree")


@topics.command()
@_bootstrap
def check(bootstrap: str | None) -> None:
    """Compare the cluster's topics with the specification; exit 1 where they differ."""
    from streamer.kafka import topics as specifications  # noqa: PLC0415

    problems = specifications.check(_kafka(bootstrap_servers=bootstrap))
    for problem in problems:
        stdout.print(problem, markup=False)
    if problems:
        sys.exit(1)
    stdout.print(f"all {len(specifications.SPECS)} topics agree with the specification")


def _principal(context: click.Context, parameter: click.Parameter, value: str) -> str:
    kind, _, name = value.partition(":")
    if not kind.isalpha() or not name.strip() or not value.isprintable():
        raise click.BadParameter(f"{value!r} is not TYPE:NAME, such as User:streamer-worker or User:CN=worker,O=acme")
    return value


@topics.command(
    epilog="\b\nExamples:\n  streamer topics acls --role worker --principal User:streamer-worker\n"
    "  streamer topics acls --role worker --principal User:streamer-worker --apply"
)
@click.option("--role", type=click.Choice(tuple(ROLES)), required=True, help="Whose rights.")
@click.option(
    "--principal",
    required=True,
    metavar="User:NAME",
    callback=_principal,
    help="Who gets them, as the broker knows it.",
)
@click.option("--apply", "applies", is_flag=True, help="Create the ACLs; default: print them for kafka-acls.sh.")
@_bootstrap
def acls(role: str, principal: str, applies: bool, bootstrap: str | None) -> None:
    """The rights a role needs on a cluster that denies what no ACL allows."""
    from streamer.kafka import access  # noqa: PLC0415

    if applies:
        count = access.allow(role, principal, _kafka(bootstrap_servers=bootstrap))
        stdout.print(f"{count} ACLs of the role {role} created for {principal}", markup=False)
        return
    settings = _settings(bootstrap_servers=bootstrap)
    for right in access.rights(role, settings):
        line = (
            f"kafka-acls.sh --bootstrap-server {settings.servers[0]} --add --allow-principal {quote(principal)} "
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
    """Screen the names of a CSV against lists.

    A row with a cell that cannot be read is held, says why in `error`, and makes the exit code 2.
    """
    from streamer.files.offline import rows, screened_names  # noqa: PLC0415

    policy = _policy(policy_path)
    next(rows(input_path, ("id", "name")), None)  # a wrong file is told before the lists are read
    answers = screened_names(input_path, _lists(lists), policy)
    unread = 0

    def group(answer: Mapping[str, Any]) -> str:
        nonlocal unread
        if "error" in answer:
            unread += 1
            if unread <= LETTERS_SHOWN_MAX:
                stderr.print(answer["error"], markup=False, soft_wrap=True)
        return str(answer["verdict"])

    counts = _write(answers, output, "screening", group)
    _tell(counts, "names")
    if unread:
        stderr.print(f"{unread:,} rows could not be read: held, see above and `error` in the output")
        sys.exit(2)


@main.command(epilog="\b\nExamples:\n  streamer compare --input pairs.csv --output scores.jsonl")
@_policy_option
@click.option("--input", "input_path", type=_INPUT, required=True, help="CSV: id,a,b[,type]")
@click.option("--output", type=click.File("wb"), default="-", help="JSON lines, one per row, in order; default stdout.")
def compare(policy_path: Path | None, input_path: Path, output: IO[bytes]) -> None:
    """Score pairs of names."""
    from streamer.files.offline import compared_pairs  # noqa: PLC0415

    answers = compared_pairs(input_path, _policy(policy_path))
    counts = _write(answers, output, "comparing", lambda answer: "match" if answer["is_match"] else "no match")
    _tell(counts, "pairs")


def _write(
    answers: Iterable[Mapping[str, Any]], output: IO[bytes], what: str, group: Callable[[Mapping[str, Any]], str]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with _progress(what) as progress:
        for n, answer in enumerate(answers, start=1):
            output.write(orjson.dumps(answer) + b"\n")
            name = group(answer)
            counts[name] = counts.get(name, 0) + 1
            if n % 100 == 0:
                progress(n)
    output.flush()
    return dict(sorted(counts.items()))


def _tell(counts: Mapping[str, int], what: str) -> None:
    by_group = ", ".join(f"{n:,} {group}" for group, n in counts.items())
    stderr.print(f"{sum(counts.values()):,} {what}: {by_group or 'the file holds none'}")


def _tenant(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(TENANT_PATTERN, value):
        raise click.BadParameter(f"{value!r}: letters, digits, dots, dashes and underscores, 64 at most")
    return value


_tenant_option = click.option(
    "--tenant",
    metavar="NAME",
    callback=_tenant,
    help="Whose the payments are; ISO 20022 messages and payroll exports do not say.",
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
    help="JSON lines of events, ISO 20022 XML, a folder of both, or a CSV with dotted column names; repeatable.",
)
@click.option(
    "--output", type=click.File("wb"), default="-", help='`{"topic", "key", "value"}` per line; default stdout.'
)
@_tenant_option
def replay(
    lists: tuple[str, ...], policy_path: Path | None, inputs: tuple[Path, ...], output: IO[bytes], tenant: str | None
) -> None:
    """Judge events from files by the very same Monitor, without Kafka."""
    from streamer.files.offline import FromFile, Replay, Unread, as_line, input_files, records_of  # noqa: PLC0415
    from streamer.monitor import Monitor  # noqa: PLC0415

    policy = _policy(policy_path)
    files = input_files(inputs)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    engine = Replay(monitor, _lists(lists))
    counts: dict[str, int] = {}
    unread = held = 0
    with _progress("replaying") as progress:
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
        sys.exit(2)


@main.command(
    name="screen-payroll",
    epilog="\b\nExamples:\n  streamer screen-payroll november.csv --list ofac=lists/ofac --list un=un.xml\n"
    '  streamer screen-payroll november.csv --map worker_name="Employee Name" --map iban="Bank Acct"\n'
    "  streamer screen-payroll november.csv --output november.jsonl\n"
    "\b\nLayouts: generic, gusto, adp, deel, workday, paychex, rippling; found by the titles of the columns.\n"
    "Exit codes: 0 everybody may be paid, 1 somebody would be blocked, 2 the file could not be read.",
)
@click.argument("file", type=_INPUT)
@_list_option
@_policy_option
@click.option(
    "--map", "maps", metavar='FIELD="TITLE"', multiple=True, help="Which column is what, where its title does not tell."
)
@click.option("--layout", metavar="NAME", help="Read the titles by this layout; default: the one they fit best.")
@click.option("--output", type=click.File("wb"), help="Also a JSON line per row; - for stdout, without the table.")
@_tenant_option
def screen_payroll(
    file: Path,
    lists: tuple[str, ...],
    policy_path: Path | None,
    maps: tuple[str, ...],
    layout: str | None,
    output: IO[bytes] | None,
    tenant: str | None,
) -> None:
    """Who of a payroll team's own export would be blocked, and why. CSV from any system; nothing is published."""
    from streamer.events import Verdict  # noqa: PLC0415
    from streamer.files import payroll as payroll_files  # noqa: PLC0415
    from streamer.monitor import Monitor  # noqa: PLC0415

    policy = _policy(policy_path)
    payroll = payroll_files.read_payroll(file, _mapping(maps), layout)
    read = ", ".join(f"{name} = {title!r}" for name, title in payroll.columns.items())
    stderr.print(f"[dim]{len(payroll.rows):,} rows, layout {payroll.layout}:[/dim] ", end="")
    stderr.print(read, markup=False, style="dim", soft_wrap=True)
    for note in payroll.notes:
        stderr.print(note, markup=False, soft_wrap=True)
    monitor = Monitor.under(policy, identity_key=OFFLINE_IDENTITY_KEY, engine_version=__version__)
    lines: list[payroll_files.Line] = []
    known = _lists(lists)
    with _progress("screening", len(payroll.rows)) as progress:
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
    if counts[Verdict.RELEASE] != len(lines):
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
    from streamer.files import publish as publisher  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    with _steps() as progress:
        count = publisher.publish(settings, topic, file, progress, tenant=tenant or publisher.DEFAULT_TENANT, skip=skip)
    stderr.print(f"{count:,} records published to {topic}, confirmed by all in-sync replicas")


@main.command(
    epilog="\b\nExamples:\n  streamer reconcile\n  streamer reconcile --since 2026-11-01T00:00:00+00:00\n"
    "  streamer reconcile --reinject\n  streamer reconcile --watch --window-hours 24 --web-port 6067"
)
@click.option("--since", type=str, metavar="TIME", help="Only inputs received since then, ISO 8601; default: all.")
@click.option(
    "--grace-seconds",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Younger inputs are not gaps yet.",
)
@click.option("--reinject", is_flag=True, help="Publish inputs without a decision once more.")
@click.option("--watch", is_flag=True, help="Go on for ever, exporting screening_reconciliation_gap.")
@click.option(
    "--window-hours",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    help="With --watch: how far back.",
)
@click.option(
    "--interval-seconds",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="With --watch: how often.",
)
@click.option("--web-port", type=_PORT, default=6067, show_default=True, help="With --watch: port of /metrics.")
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
    from streamer.kafka import reconcile as books  # noqa: PLC0415

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
    from streamer.kafka import reconcile as books  # noqa: PLC0415
    from streamer.worker.metrics import Metrics  # noqa: PLC0415
    from streamer.worker.web import serve_metrics  # noqa: PLC0415

    metrics = Metrics()
    serve_metrics(settings.web_host, web_port, metrics, settings.web_token, settings.web_hosts)

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


# ---------------------------------------------------------------- dispositions


@main.group()
def dispositions() -> None:
    """An analyst's signed word: the only way from a block to a release."""


_key_option = click.option(
    "--key",
    "key_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The analyst's private key; its passphrase is asked for, or taken from STREAMER_ANALYST_PASSPHRASE.",
)


def _analyst_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(ANALYST_PATTERN, value):
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
    known = _settings().analyst_passphrase
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
    from streamer.kafka import desk  # noqa: PLC0415

    if key_path.exists():
        raise _error(f"{key_path} exists already: name another file, a key is never overwritten")
    public = desk.new_key(key_path, _passphrase(confirm=True))
    click.echo(f'[analysts."{analyst}"]\npublic_key = "{public}"\nmay_resolve = "hold"  # or "review"')
    stderr.print(f"private key written to {key_path}; it never leaves this machine", markup=False)


@dispositions.command(name="show", epilog="\b\nExamples:\n  streamer dispositions show PAY-42")
@click.argument("event_id")
@_since_option
@_bootstrap
def show_decisions(event_id: str, since_days: int, bootstrap: str | None) -> None:
    """Every decision on an event, and which verdict holds; exit 1 where it blocks."""
    from streamer.dispositions import effective  # noqa: PLC0415
    from streamer.kafka import desk  # noqa: PLC0415

    known = desk.decisions_on(_kafka(bootstrap_servers=bootstrap), event_id, _days_ago(since_days))
    if not known:
        raise _error(
            f"no decision on {event_id} within {since_days} days: look further back with --since-days, or wait"
        )
    _show_decisions((one.at, one.decision) for one in known)
    verdict = effective(one.decision for one in known)
    stdout.print(f"in force: {verdict}")
    if verdict is not Verdict.RELEASE:
        sys.exit(1)


@dispositions.command(
    epilog="\b\nExamples:\n  streamer dispositions sign PAY-42 --outcome release --analyst a.kim --key a.kim.pem \\\n"
    "      --reason 'another person: born 1991, passport seen'\n"
    "  streamer dispositions sign PAY-42 … --output to-countersign.jsonl"
)
@click.argument("event_id")
@click.option("--outcome", type=click.Choice([o.value for o in Outcome]), required=True, help="What becomes of it.")
@click.option("--reason", required=True, help="Why; the payer and the auditor read it. No personal data.")
@_analyst_option
@_key_option
@_to_file_option
@_since_option
@_bootstrap
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
    """Sign a word on every decision that blocks an event, and publish it."""
    from streamer.kafka import desk  # noqa: PLC0415

    settings = _kafka(bootstrap_servers=bootstrap)
    known = desk.decisions_on(settings, event_id, _days_ago(since_days))
    blocking = desk.standing(known)
    if not blocking:
        raise _error(f"nothing blocks {event_id}: no decision within {since_days} days stands against it")
    _show_decisions((one.at, one.decision) for one in blocking)
    if desk.without_seal(blocking):
        raise _error(
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
@_bootstrap
def countersign(file: Path, analyst: str, key_path: Path, output: Path | None, bootstrap: str | None) -> None:
    """Add a second analyst's signature to a file of dispositions, and publish them."""
    from streamer.dispositions import decision_in, signed  # noqa: PLC0415
    from streamer.kafka import desk  # noqa: PLC0415

    settings = _settings(bootstrap_servers=bootstrap) if output else _kafka(bootstrap_servers=bootstrap)
    waiting = desk.from_file(file)
    _show_decisions((s.signed_at, decision_in(d)) for d in waiting for s in d.signatures[:1])
    for one in waiting:
        stdout.print(f"{one.outcome}: {one.reason}", markup=False)
    secret, now = desk.read_key(key_path, _passphrase()), datetime.now(UTC)
    _hand_on(settings, [signed(one, analyst, secret, now) for one in waiting], output)


def _hand_on(settings: Settings, signed: Sequence[Disposition], output: Path | None) -> None:
    from streamer.kafka import desk  # noqa: PLC0415

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


@main.command(
    epilog="\b\nExamples:\n  streamer reproduce 5f0c1d2e3a4b5c6d7e8f901234567890\n"
    "  streamer reproduce 5f0c1d2e3a4b5c6d7e8f901234567890 --since 2026-11-01\n"
    "  streamer reproduce --decision decision.json --event event.json --received-at 2026-11-20T10:15:00Z"
)
@click.argument("decision_id", metavar="[DECISION_ID]", required=False)
@click.option("--decision", "decision_path", type=_INPUT, help="The decision as JSON, where its topic forgot it.")
@click.option("--event", "event_path", type=_INPUT, help="The input as it was published, where its topic forgot it.")
@click.option("--received-at", metavar="TIME", help="With --decision: when the input was received (header ce_time).")
@click.option("--topic", type=click.Choice(["payments", "payrolls"]), default="payments", help="With --decision.")
@click.option("--since", metavar="TIME", help="Look for the decision from then on; default: from the beginning.")
@click.option("--policy", "policy_path", type=_INPUT, help="The policy that decided, where the archive has it not.")
@_bootstrap
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
    """Decide an old event again, with the lists and policy of its day, and compare; exit 1 where it differs.

    Lists and policies come from the archive (STREAMER_ARCHIVE_DIR) that `lists sync` and the workers write.
    """
    from streamer.files import reproduce as past  # noqa: PLC0415
    from streamer.list_feed.archive import Archive  # noqa: PLC0415

    if bool(decision_id) == bool(decision_path) or (decision_path and not (event_path and received_at)):
        raise click.UsageError("give a DECISION_ID, or --decision with --event and --received-at")
    settings = _settings(bootstrap_servers=bootstrap) if decision_path else _kafka(bootstrap_servers=bootstrap)
    if settings.archive_dir is None:
        raise _error("lists and policies of old are in the archive: set STREAMER_ARCHIVE_DIR to its folder")
    event = event_path.read_bytes().strip(b"\r\n") if event_path else None
    if decision_path:
        decision = past.decision_from(decision_path.read_bytes(), str(decision_path))
        found = past.from_files(decision, event or b"", topic, _instant(received_at))
    else:
        assert decision_id is not None
        with _progress("reading decisions") as progress:
            found = past.find(settings, decision_id, event=event, since=_instant(since), progress=progress)
    was = found.decision
    click.echo(
        f"decision  {was.decision_id}  {was.verdict.value}, received {found.record.timestamp:%Y-%m-%dT%H:%M:%SZ}"
    )
    click.echo(f"by        streamer {was.engine_version}, policy {was.policy_version[:12]}")
    click.echo(f"lists     {', '.join(f'{v.list} {v.version[:12]}' for v in was.lists)}")
    with stderr.status("deciding again …"):
        again = past.decided_again(found, Archive(settings.archive_dir), _policy(policy_path) if policy_path else None)
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


# ---------------------------------------------------------------- the rest


@main.command(epilog="\b\nExamples:\n  streamer bench\n  streamer bench --list ofac=lists/ofac --list un=un.xml --json")
@_list_option
@click.option("--names", type=click.IntRange(200, 1_000_000), default=5_000, show_default=True, help="How many names.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def bench(lists: tuple[str, ...], names: int, as_json: bool) -> None:
    """How fast this machine screens: build, names per second, events per second, memory; one core."""
    from streamer.files import bench as benchmark  # noqa: PLC0415

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
    table = Table(box=None, pad_edge=False)
    table.add_column("variable", no_wrap=True, min_width=max(len(_variable(*one)) for one in ENVIRONMENT.items()))
    table.add_column("default")
    table.add_column("meaning")
    for name, setting in ENVIRONMENT.items():
        default = setting.default if setting.default not in (None, "") else "-"
        table.add_row(Text(_variable(name, setting)), default, setting.help)
    stdout.print(table)


def _variable(name: str, setting: Any) -> str:
    return name + ("[_FILE]" if setting.secret else "")


def _quiet_libraries() -> None:
    # Library warnings about reconnects belong into a worker's log, not between a command's lines.
    for name in ("kafka", "aiokafka"):
        logging.getLogger(name).setLevel(logging.ERROR)


_quiet_libraries()
