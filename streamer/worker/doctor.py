"""What stands between this machine and a running worker: each thing looked at, with the cure where it is not well."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from kafka.errors import KafkaError

from streamer import __version__
from streamer.dispositions import InvalidAnalysts, analysts_from_toml
from streamer.kafka import topics
from streamer.kafka.access import refusal_in_words
from streamer.list_feed import publisher
from streamer.policy import Policy
from streamer.settings import ENVIRONMENT, Settings
from streamer.watchlists.entity import InvalidList
from streamer.worker.app import IDENTITY_KEY_CHARS_MIN
from streamer.worker.delivery import stream_checks_generations

_CLOCK_SECONDS_MAX: Final = 5.0
_FREE_BYTES_MIN: Final = 2 * 1024**3
_LIBRARIES: Final = ("faust-streaming", "aiokafka", "kafka-python", "rapidfuzz", "pydantic")
OK, DOUBT, ILL = "ok", "doubt", "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    """kafka, topics, group, clock, lists, keys, analysts, disk, state, port, software"""
    state: str
    """ok; doubt: a worker runs, but somebody should look; ill: it does not start, or releases nothing."""
    says: str
    cure: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def examine(settings: Settings, policy: Policy, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything, a finding or more for each; whatever fails is a finding, too.

    `environment` is what the settings were read from: it names the files of the secrets.
    """
    yield from _software()
    yield from _keys(settings, environment)
    yield from _disk(settings)
    yield from _port(settings)
    looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("kafka", lambda: _cluster(settings)),
        ("topics", lambda: _topics(settings)),
        ("group", lambda: _group(settings)),
        ("clock", lambda: _clock_and_state(settings)),
        ("lists", lambda: _lists(settings, policy)),
    )
    for about, look in looks:
        try:
            yield from look()
        except (KafkaError, TimeoutError, OSError, InvalidList, topics.InvalidTopics) as error:
            yield Finding(about, ILL, refusal_in_words(error) or str(error) or type(error).__name__, _REACH)
            if about == "kafka":
                return  # nothing else can be asked


_REACH: Final = (
    "check STREAMER_BOOTSTRAP_SERVERS, that the broker runs and speaks STREAMER_KAFKA_SECURITY_PROTOCOL there, and the "
    "rights: `streamer topics acls --role worker --principal User:NAME`"
)


def _software() -> Iterator[Finding]:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield Finding("software", OK, f"streamer {__version__}, Python {platform.python_version()}, {libraries}")
    if not stream_checks_generations():
        yield Finding(
            "software",
            ILL,
            "faust-streaming runs without its compiled stream",
            "unset NO_CYTHON and install faust-streaming as a wheel",
        )


def _keys(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    make = "make one with `openssl rand -hex 32`, the same for all workers, and name its file in "
    key = settings.identity_key
    if key is None:
        yield Finding("keys", ILL, "STREAMER_IDENTITY_KEY is not set", f"{make}STREAMER_IDENTITY_KEY_FILE")
    elif len(key) < IDENTITY_KEY_CHARS_MIN:
        said = f"STREAMER_IDENTITY_KEY has {len(key)} characters"
        yield Finding("keys", ILL, said, f"{make}STREAMER_IDENTITY_KEY_FILE")
    else:
        yield Finding("keys", OK, "STREAMER_IDENTITY_KEY is set; it must be that of all workers, for ever")
    if settings.lists_key is None:
        said = "STREAMER_LISTS_KEY is not set: whoever may write to the topic sanctions may change the lists"
        yield Finding("keys", DOUBT, said, f"{make}STREAMER_LISTS_KEY_FILE, for workers and for `lists sync`")
    else:
        yield Finding("keys", OK, "STREAMER_LISTS_KEY is set: lists signed by no key or another are refused")
    for name, setting in ENVIRONMENT.items():
        path = environment.get(f"{name}_FILE") if setting.secret else None
        if path and Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield Finding("keys", DOUBT, f"{name}_FILE: {path} can be read by everybody", f"chmod o-rw {path}")
    if settings.analysts_file is None:
        said = "STREAMER_ANALYSTS_FILE is not set: no disposition counts, so nothing that is blocked is ever released"
        yield Finding("analysts", DOUBT, said, "make a key with `streamer dispositions keygen` and name the file")
        return
    try:
        analysts = analysts_from_toml(settings.analysts_file.read_text("utf-8"), str(settings.analysts_file))
    except (InvalidAnalysts, OSError, UnicodeDecodeError) as error:
        yield Finding("analysts", ILL, str(error), "correct the file")
        return
    state = OK if analysts else DOUBT
    yield Finding("analysts", state, f"{len(analysts)} may sign", "" if analysts else "add one: `dispositions keygen`")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK):
        yield Finding("disk", ILL, f"{there} cannot be written", "name a folder of its own in STREAMER_DATA_DIR")
        return
    free = shutil.disk_usage(there).free
    used = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) if folder.exists() else 0
    said = f"{folder}: {used / 1024**2:,.0f} MiB of state, {free / 1024**3:,.1f} GiB free"
    if free < _FREE_BYTES_MIN:
        yield Finding("disk", DOUBT, said, "free some: histories grow with 400 days of payments")
    else:
        yield Finding("disk", OK, said)


def _port(settings: Settings) -> Iterator[Finding]:
    where = f"{settings.web_host}:{settings.web_port}"
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((settings.web_host, settings.web_port))
        except OSError as error:
            said = f"web port {where}: {error.strerror}"
            yield Finding("port", DOUBT, said, "a worker that runs already holds it; else choose STREAMER_WEB_PORT")
            return
    yield Finding("port", OK, f"web port {where} is free")


def _admin(settings: Settings) -> Any:
    from kafka import KafkaAdminClient  # noqa: PLC0415

    return KafkaAdminClient(**settings.command_client())


def _cluster(settings: Settings) -> Iterator[Finding]:
    admin = _admin(settings)
    try:
        brokers = len(admin.describe_cluster()["brokers"])
    finally:
        admin.close()
    said = f"{brokers} {'broker' if brokers == 1 else 'brokers'} at {settings.bootstrap_servers}"
    if brokers < settings.replication_factor:
        cure = f"set STREAMER_REPLICATION_FACTOR={brokers}, or add brokers"
        yield Finding("kafka", ILL, f"{said}; STREAMER_REPLICATION_FACTOR = {settings.replication_factor}", cure)
    elif brokers < 3:
        yield Finding("kafka", DOUBT, said, "three brokers and three replicas lose nothing with one of them")
    else:
        yield Finding("kafka", OK, said)


def _topics(settings: Settings) -> Iterator[Finding]:
    problems = topics.check(settings)
    for problem in problems:
        cure = (
            "" if "`streamer topics create`" in problem else "see docs/operations.md: a partition count cannot change"
        )
        yield Finding("topics", ILL, problem, cure)
    if not problems:
        yield Finding("topics", OK, f"all {len(topics.SPECS)} as specified")


def _group(settings: Settings) -> Iterator[Finding]:
    name = f"{settings.topic_prefix}streamer"
    admin = _admin(settings)
    try:
        group = admin.describe_groups([name])[name]
    finally:
        admin.close()
    members = len(group.get("members") or ())
    if members:
        yield Finding("group", OK, f"group {name}: {members} workers")
    else:
        yield Finding("group", DOUBT, f"group {name}: no worker runs", "start one: `streamer worker`")


def _clock_and_state(settings: Settings) -> Iterator[Finding]:
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415

    names = [topics.topic_name(spec, settings) for spec in topics.SPECS]
    changelogs = [topics.topic_name(spec, settings) for spec in topics.SPECS if spec.changelog]
    consumer = KafkaConsumer(**settings.topic_reader())
    try:
        held: dict[str, int] = {}
        newest: list[Any] = []
        for name in names:
            partitions = [TopicPartition(name, n) for n in consumer.partitions_for_topic(name) or ()]
            begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
            held[name] = sum(ends[p] - begins[p] for p in partitions)
            newest += [(p, ends[p] - 1) for p in partitions if ends[p] > begins[p] and name not in changelogs]
        ahead = _seconds_ahead(consumer, newest)
    finally:
        consumer.close()
    state = sum(held[name] for name in changelogs)
    yield Finding("state", OK, f"{state:,} records of histories, ids and counterparties to read at a first start")
    if ahead is None:
        yield Finding("clock", OK, "no record yet to compare this machine's clock with")
    elif ahead > _CLOCK_SECONDS_MAX:
        said = f"the newest record is {ahead:,.0f} s ahead of this machine's clock"
        yield Finding("clock", DOUBT, said, "synchronise the clocks (NTP): they decide on deadlines and ages of lists")
    else:
        yield Finding("clock", OK, "no record is ahead of this machine's clock")


def _seconds_ahead(consumer: Any, newest: list[Any]) -> float | None:
    if not newest:
        return None
    consumer.assign([partition for partition, _ in newest])
    for partition, offset in newest:
        consumer.seek(partition, offset)
    times: list[float] = []
    deadline = time.monotonic() + 5.0
    while len(times) < len(newest) and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            times += [record.timestamp / 1000 for record in records]
    return max(times) - time.time() if times else None


def _lists(settings: Settings, policy: Policy) -> Iterator[Finding]:
    shelf = publisher.read_shelf(settings)
    editions = shelf.editions
    for name, why in sorted(shelf.refused.items()):
        yield Finding("lists", ILL, f"list {name}: its newest version is refused: {why}", "see `streamer lists sync`")
    for name in policy.lists.required_by_any:
        if name not in editions:
            said = f"list {name}, which the policy requires, is not on the topic: workers wait for it"
            yield Finding("lists", ILL, said, "publish it: `streamer lists sync`")
    for name, edition in sorted(editions.items()):
        manifest = edition.manifest
        hours = (datetime.now(UTC) - manifest.fetched_at).total_seconds() / 3600
        most = policy.lists.age_hours_of(name, None)
        said = f"list {name}: {manifest.entities:,} entries, verified {hours:,.1f} h ago"
        if manifest.sample and not settings.allow_sample_lists:
            yield Finding("lists", ILL, f"{said}, the sample for demonstrations", "publish the real: `lists sync`")
        elif hours > most:
            cure = f"after {most:g} h nothing is released: run `streamer lists sync --watch`"
            yield Finding("lists", ILL, said, cure)
        else:
            yield Finding("lists", OK, said)
