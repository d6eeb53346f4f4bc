"""Events from files to the input topics: validated first, one record per payment, confirmed by the broker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from streamer.events import RECORD_BYTES_MAX, Event, InvalidEvent, event_from_json
from streamer.files.replay import BOM, csv_events
from streamer.files.rows import InvalidInput
from streamer.iso20022 import InvalidMessage, is_xml, transactions
from streamer.route import KEY_MARK, Kind, Route
from streamer.settings import Settings

PROGRESS_EVERY: Final = 1000

_SUFFIXES: Final = (".jsonl", ".ndjson", ".json", ".csv", ".xml")

DEFAULT_TENANT: Final = "default"
"""Of ISO 20022 messages, which name none."""


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number, JSON) of a file of JSON lines or of a CSV whose columns are dotted field names."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from csv_events(path)
    elif suffix in _SUFFIXES:
        with path.open("rb") as file:
            for n, raw in enumerate(file, start=1):
                line = raw.removeprefix(BOM) if n == 1 else raw
                if line.strip():
                    yield n, line.rstrip(b"\r\n")
    else:
        raise InvalidInput(f"{path}: files ending in {suffix or 'nothing'} cannot be read; use {', '.join(_SUFFIXES)}")


def checked(
    topic: str, path: Path, tenant: str = DEFAULT_TENANT, unknown: UnknownFields | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """(key, value) of every event of a file. Raises InvalidInput naming the line; nothing wrong is published.

    `unknown` is told of the fields that the schema does not know.

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
            raise InvalidInput(f"{path}: line {n}: {len(line)} bytes; one record holds {RECORD_BYTES_MAX} at most")
        try:
            event = event_from_json(topic, line)
        except InvalidEvent as error:
            raise InvalidInput(f"{path}: line {n}: {error}; see schemas/{topic}.schema.json") from None
        if unknown is not None:
            unknown.note(n, event)
        yield event.event_id.encode(), line


def _checked_messages(topic: str, path: Path, tenant: str) -> Iterator[tuple[bytes, bytes]]:
    if topic != "payments":
        raise InvalidInput(f"{path}: ISO 20022 payments go to the topic payments, not to {topic}")
    try:
        with path.open("rb") as file:
            for found in transactions(file):
                yield found.event_id.encode(), found.record(tenant)
    except InvalidMessage as error:
        raise InvalidInput(f"{path}: {error}") from None


class UnknownFields:
    """Fields of the events of a file that the schema does not know: nobody screens them as what they are."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}
        """path without its places in lists -> (events, line of the first)"""

    def note(self, line: int, event: Event) -> None:
        for path in {_IN_A_LIST.sub("", path) for path, _ in Route.of(event).of_kind(Kind.UNKNOWN)}:
            if not path.endswith(KEY_MARK):
                count, first = self._found.get(path, (0, line))
                self._found[path] = count + 1, first

    def in_words(self) -> list[str]:
        """One line for each field: its path, how often, and where first."""
        return [
            f"  {path}: {count:,} events, the first on line {first}" for path, (count, first) in self._found.items()
        ]


_IN_A_LIST: Final = re.compile(r"\[\d+\]")


class Interrupted(Exception):
    """Publishing stopped midway. Says how many records are confirmed and how to go on."""


def publish(
    settings: Settings,
    topic: str,
    path: Path,
    progress: Callable[[str, int, int | None], None],
    *,
    tenant: str = DEFAULT_TENANT,
    skip: int = 0,
    allow_unknown: bool = False,
) -> int:
    """Check the whole file, then publish all but its first `skip` records; returns how many the broker confirmed.

    `progress` is told what is done, how much of it, and of how many. Fields that the schema does not know are refused
    unless `allow_unknown`. Raises InvalidInput before anything is sent, Interrupted where the broker refuses a record
    or does not answer.
    """
    from kafka import KafkaProducer  # noqa: PLC0415
    from kafka.errors import KafkaError  # noqa: PLC0415

    total = 0
    unknown = UnknownFields()
    for total, _ in enumerate(checked(topic, path, tenant, unknown), start=1):
        if total % PROGRESS_EVERY == 0:
            progress("checking", total, None)
    if not allow_unknown and (fields := unknown.in_words()):
        raise InvalidInput(
            "\n".join(
                [
                    f"{path}: fields that schemas/{topic}.schema.json does not know; they would be read as mere texts:",
                    *fields,
                    "Nothing was published. Correct their names, or publish them all the same with --allow-unknown",
                ]
            )
        )
    if skip > total:
        raise InvalidInput(f"{path}: --skip {skip} of {total} records leaves none; is it the same file?")
    producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True, linger_ms=5)
    name = settings.topic(topic)
    confirmations: list[Any] = []
    confirmed = skip
    try:
        for key, value in islice(checked(topic, path, tenant), skip, None):
            confirmations.append(producer.send(name, key=key, value=value))
            if len(confirmations) >= PROGRESS_EVERY:
                confirmed += _confirmed(confirmations)
                progress("publishing", confirmed, total)
        confirmed += _confirmed(confirmations)
        progress("publishing", confirmed, total)
    except KafkaError as error:
        raise Interrupted(
            f"{path}: stopped after {confirmed} of {total} records were confirmed: {type(error).__name__}: {error}. "
            f"Go on with --skip {confirmed}; a record that comes twice has the same id, and the same decision"
        ) from error
    finally:
        producer.close(timeout=30)
    return confirmed - skip


def _confirmed(confirmations: list[Any]) -> int:
    for confirmation in confirmations:
        confirmation.get(timeout=60)
    count = len(confirmations)
    confirmations.clear()
    return count
