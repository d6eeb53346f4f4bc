"""Events from files to the input topics: validated first, one record per payment, confirmed by the broker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from streamer.decoding import event_from_json
from streamer.events import RECORD_BYTES_MAX, InvalidEvent, unknown_fields
from streamer.files.replay import csv_events, envelope, lines_in
from streamer.files.rows import InvalidInput
from streamer.iso20022 import InvalidMessage, is_xml, transactions
from streamer.settings import Settings

_PROGRESS_EVERY: Final = 1000
UNKNOWN_FIELDS_MAX: Final = 1000
ERRORS_KEPT_MAX: Final = 20
_UNKNOWN_FIELDS_SHOWN_MAX: Final = 20
_FIELD_CHARS_MAX: Final = 100
_INDEX: Final = re.compile(r"\[\d+\]")

_SUFFIXES: Final = (".jsonl", ".ndjson", ".json", ".csv", ".xml")

DEFAULT_TENANT: Final = "default"
"""Of ISO 20022 messages, which name none."""


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number, JSON) of a file of JSON lines, of one JSON object, or of a CSV with dotted column names."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from csv_events(path)
    elif suffix in _SUFFIXES:
        with path.open("rb") as file:
            yield from lines_in(path, file)
    else:
        raise InvalidInput(f"{path}: files ending in {suffix or 'nothing'} cannot be read; use {', '.join(_SUFFIXES)}")


@dataclass(frozen=True, slots=True)
class Checked:
    """An event of a file that may be published."""

    key: bytes | None
    value: bytes
    line: int = 0
    """0 in an ISO 20022 file."""
    unknown: tuple[str, ...] = ()
    """Paths of its fields that no model knows."""
    fault: str | None = None
    """Our own code failed to check it: the line and the class of the error."""
    error: str | None = None
    """It cannot be published: file, line, what is wrong and the cure."""


def checked(topic: str, path: Path, tenant: str = DEFAULT_TENANT) -> Iterator[Checked]:
    """Every event of a file, those that cannot be published with their error.

    Raises InvalidInput where the file cannot be read any further.

    An event on which the check itself fails is handed on: the worker answers it, with a hold where it fails, too.

    Of an ISO 20022 file every transaction is an event, its id made from its content: the same file gives the same
    records, so that publishing it again repeats decisions and makes no new ones.
    """
    with path.open("rb") as file:
        is_message = is_xml(file.read(64))
    if is_message:
        yield from _checked_messages(topic, path, tenant)
        return
    for n, line in lines_of(path):
        if len(line) > RECORD_BYTES_MAX:
            told = f"{path}: line {n}: {len(line)} bytes; one record holds {RECORD_BYTES_MAX} at most"
            yield Checked(None, b"", n, error=told)
            continue
        try:
            event = event_from_json(topic, line)
            one = Checked(event.event_id.encode(), line, n, tuple(name for name, _ in unknown_fields(event)))
        except InvalidEvent as error:
            one = Checked(None, b"", n, error=f"{path}: line {n}: {error}")
        except Exception as error:  # noqa: BLE001 - said, and held by the worker; the others are published
            told = f"its check failed with {type(error).__name__}, a fault of this program"
            one = Checked(
                envelope(line)[1], line, n, fault=f"{path}: line {n}: {told}; the worker answers it, please report it"
            )
        yield one


def _checked_messages(topic: str, path: Path, tenant: str) -> Iterator[Checked]:
    if topic != "payments":
        raise InvalidInput(f"{path}: ISO 20022 payments go to the topic payments, not to {topic}")
    try:
        with path.open("rb") as file:
            for found in transactions(file):
                yield Checked(found.event_id.encode(), found.record(tenant))
    except InvalidMessage as error:
        raise InvalidInput(f"{path}: {error}") from None


@dataclass(slots=True)
class Check:
    """What a whole file holds, before any of it is published."""

    path: Path
    records: int = 0
    unknown: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Path of a field that no model knows -> (records that have it, first line)."""
    unknown_left_out: int = 0
    """Fields beyond UNKNOWN_FIELDS_MAX different ones."""
    errors: list[str] = field(default_factory=list)
    """Of the records that cannot be published, the first ERRORS_KEPT_MAX."""
    wrong: int = 0
    """Records that cannot be published."""
    faults: list[str] = field(default_factory=list)
    """Records on which our own code failed; they are published, for the worker to answer."""

    def add(self, one: Checked) -> None:
        self.records += 1
        if one.error:
            self.wrong += 1
            if len(self.errors) < ERRORS_KEPT_MAX:
                self.errors.append(one.error)
        if one.fault:
            self.faults.append(one.fault)
        for name in dict.fromkeys(_INDEX.sub("[]", name) for name in one.unknown):
            if name in self.unknown:
                records, first = self.unknown[name]
                self.unknown[name] = records + 1, first
            elif len(self.unknown) < UNKNOWN_FIELDS_MAX:
                self.unknown[name] = 1, one.line
            else:
                self.unknown_left_out += 1

    def unknown_lines(self) -> Iterator[str]:
        """A line for people on each field that no model knows."""
        for name, (records, line) in list(self.unknown.items())[:_UNKNOWN_FIELDS_SHOWN_MAX]:
            shown = "".join(char if char.isprintable() else "?" for char in name)
            shown = shown if len(shown) <= _FIELD_CHARS_MAX else f"{shown[:_FIELD_CHARS_MAX]}…"
            yield f"{self.path}: unknown field {shown}: {records:,} records, the first on line {line}"
        more = len(self.unknown) - _UNKNOWN_FIELDS_SHOWN_MAX
        if more > 0:
            yield f"{self.path}: and {more:,} more{' at least' if self.unknown_left_out else ''}"


def check(
    topic: str, path: Path, progress: Callable[[str, int, int | None], None], *, tenant: str = DEFAULT_TENANT
) -> Check:
    """Read a whole file. Raises InvalidInput where one of its events cannot be published, with each that cannot."""
    found = Check(path)
    for one in checked(topic, path, tenant):
        found.add(one)
        if found.records % _PROGRESS_EVERY == 0:
            progress("checking", found.records, None)
    if found.errors:
        more = found.wrong - len(found.errors)
        last = f"… and {more:,} more\n" if more else ""
        raise InvalidInput(
            "\n".join(found.errors)
            + f"\n{last}{path}: {found.wrong:,} of {found.records:,} records are wrong, so nothing is published; "
            f"the fields are in schemas/{topic}.schema.json"
        )
    return found


class Interrupted(Exception):
    """Publishing stopped midway. Says how many records are confirmed and how to go on."""


def publish(
    settings: Settings,
    topic: str,
    path: Path,
    progress: Callable[[str, int, int | None], None],
    *,
    records: int,
    tenant: str = DEFAULT_TENANT,
    skip: int = 0,
    told: Callable[[Checked, int, int], None] = lambda one, partition, offset: None,
) -> int:
    """Publish all but the first `skip` of the `records` of a file that was checked; returns how many were confirmed.

    `progress` is told what is done, how much of it, and of how many; `told` where each confirmed record stands
    (partition, offset). Raises InvalidInput before anything is sent,
    Interrupted where the broker refuses a record or does not answer.
    """
    if skip > records:
        raise InvalidInput(f"{path}: --skip {skip} of {records} records leaves none; is it the same file?")
    producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True, linger_ms=5)
    name = settings.topic(topic)
    confirmations: list[tuple[Checked, Any]] = []
    confirmed = skip
    try:
        for one in islice(checked(topic, path, tenant), skip, None):
            if one.error:
                raise InvalidInput(f"{one.error}; the file changed since it was checked")
            confirmations.append((one, producer.send(name, key=one.key, value=one.value)))
            if len(confirmations) >= _PROGRESS_EVERY:
                confirmed += _confirmed(confirmations, told)
                progress("publishing", confirmed, records)
        confirmed += _confirmed(confirmations, told)
        progress("publishing", confirmed, records)
    except KafkaError as error:
        raise Interrupted(
            f"{path}: stopped after {confirmed} of {records} records were confirmed: {type(error).__name__}: {error}. "
            f"Go on with --skip {confirmed}; a record that comes twice has the same id, and the same decision"
        ) from error
    finally:
        producer.close(timeout=30)
    return confirmed - skip


def _confirmed(confirmations: list[tuple[Checked, Any]], told: Callable[[Checked, int, int], None]) -> int:
    for one, confirmation in confirmations:
        place = confirmation.get(timeout=60)
        told(one, place.partition, place.offset)
    count = len(confirmations)
    confirmations.clear()
    return count
