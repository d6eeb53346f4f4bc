"""`lists sync`: download or read, guard, tell what changes, archive, publish; and the watch that repeats it.

A list that is refused leaves the last good one in force, and says so on `alerts`.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from kafka.errors import KafkaError

from streamer.alerts.build import list_alert
from streamer.list_feed.archive import Archive
from streamer.list_feed.download import Downloader
from streamer.list_feed.editions import PARSER_VERSION, Diff, Edition, Manifest, RawFile, diff, edition_from
from streamer.list_feed.guards import RefusedList, refuse_count, refuse_older, refuse_shrink
from streamer.list_feed.publisher import Publisher, read_shelf, superseded
from streamer.list_feed.sources import SHRINK_SHARE_MAX, Source
from streamer.settings import Settings
from streamer.watchlists import ParsedList, parse, raw_files, split_spec
from streamer.watchlists.entity import InvalidList

log = logging.getLogger(__name__)

_FILE_POLL_SECONDS: Final = 300.0
"""With --watch: how often a file that somebody keeps is read again. As long as it is there, its list is fresh."""
RETRY_SECONDS: Final = 60.0
"""After a failure; doubled with each further one, up to the source's own pace."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What to sync: a row of the table to be downloaded, or a file or folder at hand."""

    kind: str
    source: Source | None = None
    path: Path | None = None

    @property
    def name(self) -> str:
        return self.source.name if self.source else f"{self.kind}={self.path}"

    @property
    def poll_seconds(self) -> float:
        return self.source.poll_minutes * 60 if self.source else _FILE_POLL_SECONDS


def ordered(specs: Sequence[str], table: Mapping[str, Source]) -> tuple[Order, ...]:
    """`--source` values as orders: NAME of a row, or KIND=PATH; none: the rows that are default. Raises InvalidList."""
    if not specs:
        return tuple(Order(row.kind, source=row) for row in table.values() if row.default)
    orders: list[Order] = []
    for spec in specs:
        if "=" in spec:
            kind, path = split_spec(spec)
            orders.append(Order(kind, path=path))
        elif (row := table.get(spec)) is not None:
            orders.append(Order(row.kind, source=row))
        else:
            raise InvalidList(f"no source {spec!r}: there are {', '.join(table)}, and KIND=PATH for a file at hand")
    return tuple(orders)


class Told(Protocol):
    """Who wants to know how a round goes: the command line."""

    def downloading(self, done: int) -> None: ...
    def read(self, parsed: ParsedList) -> None: ...
    def changes(self, name: str, change: Diff | None) -> None: ...
    def publishing(self, done: int) -> None: ...
    def published(self, manifest: Manifest, what: str) -> None: ...
    def refused(self, name: str, reason: str, why: str) -> None: ...


@dataclass(slots=True)
class Sync:
    """Syncs orders, each for itself: what one source does wrong does not hinder the others."""

    settings: Settings
    told: Told
    accepted_because: str | None = None
    dry_run: bool = False
    count_refusal: Callable[[str, str], None] = lambda name, reason: None
    """(list, reason): the metric."""
    _alerted: set[str] = field(default_factory=set)

    def one(self, order: Order) -> bool:
        """Whether the order went well: published, or verified as unchanged. Raises nothing that a list or its publisher
        causes; KafkaError where the broker fails."""
        name = order.source.list if order.source else order.kind
        try:
            with tempfile.TemporaryDirectory(prefix="streamer-lists-") as folder:
                for parsed, files in self._incoming(order, Path(folder)):
                    name = parsed.names[0]
                    self._publish(order, parsed, files, Path(folder))
        except InvalidList as error:
            self._refuse(name, error.reason if isinstance(error, RefusedList) else "unreadable", str(error))
            return False
        return True

    # ------------------------------------------------------------ what comes in

    def _incoming(self, order: Order, folder: Path) -> Sequence[tuple[ParsedList, tuple[RawFile, ...]]]:
        """The lists that were read, with their raw files; nothing where the publisher says that nothing changed."""
        source = order.source
        if source is None:
            assert order.path is not None
            parsed = parse(order.kind, order.path)
            files = tuple(_raw_file(name, path) for name, path in raw_files(order.kind, order.path).items())
        else:
            in_force = self._in_force(source)
            known = {file.name: file for file in in_force.files} if in_force else {}
            downloader = Downloader(self.settings.sources_ca_file, progress=self.told.downloading)
            fetched = downloader.fetched(source, folder, known)
            if fetched is None:
                assert in_force is not None
                self._verify(in_force)
                return ()
            files = fetched
            parsed = parse(source.kind, folder if source.is_folder else folder / files[0].name)
            if parsed.names != (source.list,):
                raise InvalidList(
                    f"{source.name}: gives the list {', '.join(parsed.names)}, but its row says list = {source.list!r}"
                )
            if source.sha256 not in (None, parsed.sha256):
                raise RefusedList(
                    f"{source.name}: its sha256 is {parsed.sha256}, and the row of the source allows {source.sha256} "
                    "only; refused. If the new edition is right, change the row",
                    "download",
                )
        lists = parsed.by_name()
        for one in lists:
            self.told.read(one)
        return [(one, files) for one in lists]

    def _in_force(self, source: Source) -> Manifest | None:
        """The manifest whose files need no second download: of this source, read by these parsers, archived."""
        edition = read_shelf(self.settings, only=(source.list,)).editions.get(source.list)
        if edition is None:
            return None
        manifest = edition.manifest
        addresses = {source.url + address for address in source.files.values()}
        archive = self._archive
        same = (
            manifest.source == source.name
            and manifest.parser_version == PARSER_VERSION
            and source.sha256 in (None, manifest.raw_sha256)
            and {file.url for file in manifest.files} <= addresses
            and (not archive or all(archive.holds(s) for s in (manifest.version, *(f.sha256 for f in manifest.files))))
        )
        return manifest if same else None

    def _verify(self, manifest: Manifest) -> None:
        """The publisher says that what is in force is what it publishes: that alone is published."""
        with Publisher(self.settings, manifest.list) as publisher:
            edition = publisher.read().editions.get(manifest.list)
            if edition is None or edition.manifest.version != manifest.version:
                raise RefusedList(
                    f"list {manifest.list}: another sync replaced it meanwhile; this one yields", "publish"
                )
            verified = edition.manifest.model_copy(update={"fetched_at": self._now(edition.manifest)})
            if not self.dry_run:
                publisher.publish(verified, ())
        self.told.published(verified, "unchanged, says the publisher")

    # ------------------------------------------------------------ what goes out

    def _publish(self, order: Order, parsed: ParsedList, files: tuple[RawFile, ...], folder: Path) -> None:
        name = parsed.names[0]
        if self.dry_run:
            before = read_shelf(self.settings, only=(name,)).editions.get(name)
            self._checked(order, parsed, before, files)
            return
        with Publisher(self.settings, name) as publisher:
            shelf = publisher.read()
            before = shelf.editions.get(name)
            edition, chunks = self._checked(order, parsed, before, files)
            manifest = edition.manifest
            same = before is not None and before.manifest.version == manifest.version
            if archive := self._archive:
                found = raw_files(order.kind, order.path or (folder if _is_folder(order) else folder / files[0].name))
                for file in files:
                    archive.keep_file(found[file.name], file.sha256)
                archive.keep_edition(edition)
            publisher.publish(manifest, () if same else chunks, superseded(shelf, manifest), self.told.publishing)
        self.told.published(manifest, "verified again, unchanged" if same else f"{manifest.chunks} chunks published")

    def _checked(
        self, order: Order, parsed: ParsedList, before: Edition | None, files: tuple[RawFile, ...]
    ) -> tuple[Edition, list[bytes]]:
        """The edition, past the guards; what changes is told before they speak."""
        name = parsed.names[0]
        edition, chunks = edition_from(
            parsed,
            self._now(before.manifest if before else None),
            source=order.source.name if order.source else None,
            files=files,
        )
        self.told.changes(name, diff(before.entities, edition.entities) if before else None)
        try:
            _guard(order, edition, before)
        except RefusedList:
            if self.accepted_because is None:
                raise
            accepted = edition.manifest.model_copy(update={"accepted_because": self.accepted_because})
            return Edition(accepted, edition.entities), chunks
        if before and before.manifest.version == edition.manifest.version and before.manifest.accepted_because:
            kept = edition.manifest.model_copy(update={"accepted_because": before.manifest.accepted_because})
            return Edition(kept, edition.entities), chunks
        return edition, chunks

    def _now(self, before: Manifest | None) -> datetime:
        now = datetime.now(UTC)
        if before is not None and self.settings.lists_key is not None and now < before.fetched_at:
            raise RefusedList(
                f"list {before.list}: the one in force was fetched at {before.fetched_at:%Y-%m-%dT%H:%M:%SZ}, and the "
                f"clock here says {now:%Y-%m-%dT%H:%M:%SZ}: workers would refuse it as older. Set the clock",
                "older",
            )
        return now

    @property
    def _archive(self) -> Archive | None:
        return Archive(self.settings.archive_dir) if self.settings.archive_dir else None

    # ------------------------------------------------------------ what was refused

    def _refuse(self, name: str, reason: str, why: str) -> None:
        self.told.refused(name, reason, why)
        self.count_refusal(name, reason)
        if not self.dry_run:
            self._alert(name, reason, why)

    def _alert(self, name: str, reason: str, why: str) -> None:
        """One record a day for the same refusal: a watch asks often."""
        from kafka import KafkaProducer  # noqa: PLC0415

        alert = list_alert(name, reason, why, time=datetime.now(UTC))
        if alert.id in self._alerted:
            return
        producer = KafkaProducer(**self.settings.command_client(), acks="all")
        try:
            sent = producer.send(
                self.settings.topic("alerts"), key=alert.key, value=alert.value, headers=list(alert.headers.items())
            )
            sent.get(timeout=30)
            self._alerted.add(alert.id)
        except KafkaError as error:
            log.warning("the alert on list %s could not be published: %s", name, type(error).__name__)
        finally:
            producer.close(timeout=10)


def watch(sync: Sync, orders: Sequence[Order], stop: threading.Event) -> None:
    """Sync every order at its own pace until `stop` is set. Whatever fails is asked again, more and more slowly."""
    due = dict.fromkeys(orders, 0.0)
    failures = dict.fromkeys(orders, 0)
    while not stop.is_set():
        for order in [order for order, at in due.items() if at <= time.monotonic()]:
            if stop.is_set():
                return
            failures[order] = 0 if _went_well(sync, order) else failures[order] + 1
            pause = order.poll_seconds
            if failures[order]:
                pause = min(pause, RETRY_SECONDS * 2 ** min(failures[order] - 1, 10))
            due[order] = time.monotonic() + pause
        stop.wait(max(0.0, min(due.values()) - time.monotonic()))


def _went_well(sync: Sync, order: Order) -> bool:
    try:
        return sync.one(order)
    except (KafkaError, OSError) as error:
        # The broker or the disk: nobody listens to an alert now. The list's age tells.
        name = order.source.list if order.source else order.kind
        sync.told.refused(name, "publish", f"{order.name}: {type(error).__name__}: {error}")
        sync.count_refusal(name, "publish")
        return False


def _guard(order: Order, edition: Edition, before: Edition | None) -> None:
    name, source = edition.manifest.list, order.source
    share_max = source.shrink_share_max if source else SHRINK_SHARE_MAX
    refuse_shrink(name, len(before.entities) if before else 0, len(edition.entities), share_max)
    if source is not None:
        refuse_count(name, len(edition.entities), source.entries)
    refuse_older(name, before.manifest.published_at if before else None, edition.manifest.published_at)


def _is_folder(order: Order) -> bool:
    return order.source is not None and order.source.is_folder


def _raw_file(name: str, path: Path) -> RawFile:
    with path.open("rb") as file:
        return RawFile(name=name, sha256=hashlib.file_digest(file, "sha256").hexdigest(), bytes=path.stat().st_size)
