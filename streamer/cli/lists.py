"""`streamer lists`: sync, show, diff, explain, sources."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from streamer import __version__
from streamer.cli.connection import PORT, bootstrap_option, kafka_settings, settings_of
from streamer.cli.list_files import show_read
from streamer.cli.terminal import aligned, failure, progress_bar, stderr, stdout
from streamer.list_feed import editions, publisher
from streamer.list_feed import explain as explanation
from streamer.list_feed import sync as syncing
from streamer.list_feed.archive import Archive
from streamer.list_feed.metrics import SyncMetrics
from streamer.list_feed.sources import sources
from streamer.settings import Settings
from streamer.watchlists import ParsedList
from streamer.worker.web import serve_metrics

_NAMES_SHOWN_MAX = 20


@click.group()
def lists() -> None:
    """Publish sanctions lists, and see what is in force."""


@lists.command(
    epilog="\b\nExamples:\n  streamer lists sync                       every default source: `lists sources`\n"
    "  streamer lists sync --source un --source eu\n"
    "  streamer lists sync --source csv=own.csv --source ownership=holdings.csv\n"
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
@click.option("--web-port", type=PORT, default=6068, show_default=True, help="With --watch: port of /metrics.")
@bootstrap_option
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
    if accept_shrink is not None and not accept_shrink.strip():
        raise click.BadParameter("say why: the reason is recorded in the list's manifest", param_hint="--accept-shrink")
    if watch and (accept_shrink or dry_run):
        raise click.UsageError("--watch goes on for ever: give --accept-shrink and --dry-run to a sync of its own")
    settings = kafka_settings(bootstrap_servers=bootstrap)
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
    raise failure(message)


def _watch_lists(settings: Settings, orders: Sequence[Any], web_port: int) -> None:
    watched = sorted({order.source.list if order.source else order.kind for order in orders})
    metrics, stop = SyncMetrics(watched), threading.Event()
    metrics.runs(__version__)
    port = serve_metrics(settings.web_host, web_port, metrics, settings.web_token, settings.web_hosts)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stderr.print(
        f"watching {', '.join(order.name for order in orders)}; web port: http://{settings.web_host}:{port}/metrics",
        soft_wrap=True,
    )
    syncing.watch(syncing.Sync(settings, _SyncTold(at=True), count_refusal=metrics.list_refused), orders, stop)


class _SyncTold:
    """What a round of `lists sync` says on stderr; `at`: with the time, and refusals at once."""

    def __init__(self, *, at: bool = False) -> None:
        self.refusals: list[str] = []
        self._at = at
        self._update: Callable[[int], None] = lambda done: None

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        with progress_bar(what) as update:
            self._update = update
            yield

    def downloading(self, done: int) -> None:
        self._update(done)

    def publishing(self, done: int) -> None:
        self._update(done)

    def read(self, parsed: ParsedList) -> None:
        show_read(parsed)

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
        for entity in entities[:_NAMES_SHOWN_MAX]:
            stderr.print(f"  {word:8} {entity.id:16} {entity.name}", markup=False, soft_wrap=True)
        if len(entities) > _NAMES_SHOWN_MAX:
            stderr.print(f"  {word:8} … and {len(entities) - _NAMES_SHOWN_MAX} more")


@lists.command(name="sources")
def lists_sources() -> None:
    """The table of sources: what `sync` downloads, how often, and what it would refuse."""
    head = ("source", "list", "default", "every", "entries", "max age", "of", "what")
    aligned(
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
            for row in sources(settings_of().sources_file).values()
        ),
    )


@lists.command(epilog="\b\nExamples:\n  streamer lists show\n  streamer lists show ofac --versions")
@click.argument("name", metavar="[LIST]", required=False)
@click.option("--versions", is_flag=True, help="Every version of the archive (STREAMER_ARCHIVE_DIR), oldest first.")
@bootstrap_option
def show(name: str | None, versions: bool, bootstrap: str | None) -> None:
    """What is in force, how old it is, which version; with --versions, what was."""
    settings = kafka_settings(bootstrap_servers=bootstrap)
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
        aligned(("list", "entries", "names", "published", "fetched", "age", "version", ""), rows)
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
    if settings.archive_dir is None:
        raise click.ClickException("--versions reads the archive: set STREAMER_ARCHIVE_DIR to its folder")
    first: dict[str, Any] = {}
    for manifest in Archive(settings.archive_dir).manifests(name):
        first.setdefault(manifest.version, manifest)
    first.pop(in_force, None)
    return list(first.values())


@lists.command(
    name="diff",
    epilog="\b\nExamples:\n  streamer lists diff --source csv=own.csv           a file against what is in force\n"
    "  streamer lists diff --source un                   what the publisher has against what is in force\n"
    "  streamer lists diff ofac 3f2a19c0aa41             an archived version against what is in force\n"
    "  streamer lists diff ofac 3f2a19c0aa41 9bc2e1d07f55",
)
@click.argument("name", metavar="[LIST", required=False)
@click.argument("before", metavar="VERSION", required=False)
@click.argument("after", metavar="[VERSION]]", required=False)
@click.option("--source", "specs", metavar="NAME|KIND=PATH", multiple=True, help="What `sync` would change.")
@bootstrap_option
def lists_diff(
    name: str | None, before: str | None, after: str | None, specs: tuple[str, ...], bootstrap: str | None
) -> None:
    """What changed between two versions of a list, or what `sync` would change; publishes nothing."""
    if bool(name and before) == bool(specs) or (name and not before):
        raise click.UsageError(
            "give --source, or a list and one or two of its versions: `streamer lists show --versions`"
        )
    settings = kafka_settings(bootstrap_servers=bootstrap)
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
    "  streamer lists explain ofac-24978 --list csv=watchlist.csv        without Kafka"
)
@click.argument("entity_id", metavar="ID")
@click.option(
    "--list", "specs", metavar="KIND=PATH", multiple=True, help="Look in files, not on the topic; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, without the raw record.")
@bootstrap_option
def explain(entity_id: str, specs: tuple[str, ...], as_json: bool, bootstrap: str | None) -> None:
    """All that is known of one entry, and its record as the publisher wrote it.

    The raw record comes from the file, or from the archive (STREAMER_ARCHIVE_DIR).
    """
    if specs:
        found = explanation.from_files(entity_id, specs)
    else:
        settings = kafka_settings(bootstrap_servers=bootstrap)
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
