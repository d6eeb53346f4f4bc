"""Events from files to the input topics: validated first, one record per payment, confirmed by the broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from streamer.events import LINES_MAX, RECORD_BYTES_MAX, InvalidEvent, event_from_json
from streamer.offline import InvalidInput, rows
from streamer.settings import Settings

COLUMN_DEPTH_MAX: Final = 10
"""Dots in a column's name: `creditor.address.lines.0` has three."""

_SUFFIXES: Final = (".jsonl", ".ndjson", ".json", ".csv")


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number, JSON) of a file of JSON lines or of a CSV whose columns are dotted field names."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        for n, row in enumerate(rows(path, ("event_id",)), start=2):
            yield n, orjson.dumps(nested({name: value for name, value in row.items() if name and value}))
    elif suffix in _SUFFIXES:
        with path.open("rb") as file:
            for n, line in enumerate(file, start=1):
                if line.strip():
                    yield n, line.rstrip(b"\r\n")
    else:
        raise InvalidInput(f"{path}: files ending in {suffix or 'nothing'} cannot be read; use {', '.join(_SUFFIXES)}")


def nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """`{"debtor.name": "A", "intermediary_agents.0.bic": "B"}` as the objects and lists it stands for."""
    root: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, leaf = path.split(".")
        if len(parents) > COLUMN_DEPTH_MAX:
            raise InvalidInput(f"column {path[:80]}…: no field of an event lies {len(parents)} levels deep")
        node = root
        for part in parents:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise InvalidInput(f"column {path}: {part} is also a column of its own; keep one of the two")
        if leaf in node:
            raise InvalidInput(f"column {path}: its parts are columns of their own, too; keep one of the two")
        node[leaf] = value
    listed: dict[str, Any] = _numbers_as_lists(root)
    return listed


def _numbers_as_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    children = {key: _numbers_as_lists(child) for key, child in node.items()}
    if children and all(key.isascii() and key.isdigit() and len(key) <= len(str(LINES_MAX)) for key in children):
        return [children[key] for key in sorted(children, key=int)]
    return children


def checked(topic: str, path: Path) -> Iterator[tuple[bytes, bytes]]:
    """(key, value) of every event of a file. Raises InvalidInput naming the line; nothing wrong is published."""
    for n, line in lines_of(path):
        if len(line) > RECORD_BYTES_MAX:
            raise InvalidInput(f"{path}: line {n}: {len(line)} bytes; one record holds {RECORD_BYTES_MAX} at most")
        try:
            event = event_from_json(topic, line)
        except InvalidEvent as error:
            raise InvalidInput(f"{path}: line {n}: {error}; see schemas/{topic}.schema.json") from None
        yield event.event_id.encode(), line


def publish(settings: Settings, topic: str, path: Path, progress: Callable[[int], None]) -> int:
    """Check the whole file, then publish it; returns how many records the broker confirmed.

    Raises InvalidInput before anything is sent, kafka.errors.KafkaError where the broker refuses a record.
    """
    from kafka import KafkaProducer  # noqa: PLC0415

    for _ in checked(topic, path):
        pass
    producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True, linger_ms=5)
    name = settings.topic(topic)
    confirmations = []
    confirmed = 0
    try:
        for key, value in checked(topic, path):
            confirmations.append(producer.send(name, key=key, value=value))
            if len(confirmations) >= 1000:
                confirmed += _confirmed(confirmations)
                progress(confirmed)
        confirmed += _confirmed(confirmations)
        progress(confirmed)
    finally:
        producer.close(timeout=30)
    return confirmed


def _confirmed(confirmations: list[Any]) -> int:
    for confirmation in confirmations:
        confirmation.get(timeout=60)
    count = len(confirmations)
    confirmations.clear()
    return count
