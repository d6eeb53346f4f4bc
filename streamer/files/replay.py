"""Events of files through the very same Monitor: what every topic would receive, without Kafka."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson

from streamer import __version__
from streamer.detectors.behaviour.histories import History
from streamer.events import (
    EVENT_YEAR_MAX,
    EVENT_YEAR_MIN,
    LINES_MAX,
    RECORD_BYTES_MAX,
    DeadLetter,
    ListVersion,
    Observation,
    Source,
    Verdict,
)
from streamer.files.rows import InvalidInput, fault, rows
from streamer.iso20022 import InvalidMessage, is_xml, transactions
from streamer.list_feed.editions import edition_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Received, Record, Screened
from streamer.outputs import Output, dead_letter_output, observation_output, screening_outputs, watch_output
from streamer.watchlists import Entity, ParsedList


def lists_from(parsed: Iterable[ParsedList], fetched_at: datetime) -> Lists:
    """The indexes over lists read from files; versions are those the lists would have on the topic."""
    versions: list[ListVersion] = []
    entities: list[Entity] = []
    for one in parsed:
        edition, _ = edition_from(one, fetched_at)
        versions.append(edition.manifest.as_version())
        entities.extend(edition.entities.values())
    return Lists.of(versions, entities)


_COLUMN_DEPTH_MAX: Final = 10
"""Dots in a column's name: `creditor.address.lines.0` has three."""


def csv_events(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line, JSON) of a CSV whose columns are dotted field names. Raises InvalidInput."""
    for n, row in rows(path, ("event_id",)):
        yield n, orjson.dumps(nested({name: value for name, value in row.items() if name and value}))


def nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """`{"debtor.name": "A", "intermediary_agents.0.bic": "B"}` as the objects and lists it stands for."""
    root: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, leaf = path.split(".")
        if len(parents) > _COLUMN_DEPTH_MAX:
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


@dataclass(slots=True)
class Replay:
    """What a worker would publish for the same records in the same order, with the histories it would keep."""

    monitor: Monitor
    lists: Lists
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    """Decisions so far."""
    failures: int = 0
    """Records on which our own code failed: held, as a worker holds them."""

    def outputs(self, record: Record | Unread) -> Iterator[Output]:
        """All records every topic receives for one input record, behaviour alerts included.

        Where our own code fails on it, they are those of a worker on which it fails: a hold and a dead letter.
        """
        masked = self.monitor.policy.alerts.mask
        screened, outputs = self._screened(record, masked)
        self.verdicts[screened.decision.verdict] += 1
        yield from outputs
        event = screened.event
        if event is not None and screened.dead_letter is None:
            self.digests.setdefault((event.tenant, event.event_id), screened.decision.event_digest)
        for observation in screened.observations:
            try:
                alerts = self._watched(observation, masked)
            except Exception as error:  # noqa: BLE001 - the event has its decision; the rules missed one fact
                self.failures += 1
                alerts = (_unwatched(observation, error),)
            yield from alerts

    def _screened(self, record: Record | Unread, masked: bool) -> tuple[Screened, tuple[Output, ...]]:
        received = Received(record if isinstance(record, Record) else record.record, None, None, None)
        try:
            received = self._received(record)
            event = received.event
            earlier = self.digests.get((event.tenant, event.event_id)) if event else None
            screened = self.monitor.screen(received, self.lists, earlier)
            return screened, screening_outputs(screened, masked=masked)
        except Exception as error:  # noqa: BLE001 - one record's failure is no other's: held, and counted
            self.failures += 1
            failed = self.monitor.failed(received, type(error).__name__, self.lists)
            return failed, screening_outputs(failed, masked=masked)

    def _received(self, record: Record | Unread) -> Received:
        if isinstance(record, Record):
            return self.monitor.receive(record)
        return self.monitor.refuse(
            record.record,
            record.reason,
            record.detail,
            message_id=record.message_id,
            end_to_end_id=record.end_to_end_id,
        )

    def _watched(self, observation: Observation, masked: bool) -> tuple[Output, ...]:
        history = self.histories.get(observation.subject, History.of(()))
        watched = self.monitor.watch(observation, history)
        alerts = tuple(
            watch_output(finding, observed, masked=masked, engine_version=__version__)
            for observed, finding in watched.judged
        )
        self.histories[observation.subject] = watched.history
        return alerts


def _unwatched(observation: Observation, error: Exception) -> Output:
    """The dead letter of an observation on which the behaviour rules failed, as a worker writes it."""
    record = observation_output(observation)
    detail = f"behaviour rules failed with {type(error).__name__}; the payment itself has its decision"
    source = Source(topic="observations", partition=0, offset=0)
    return dead_letter_output(
        DeadLetter(reason="error", detail=detail, stage="watch", source=source, raw=record.value, key=record.key)
    )


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file that is no event: a dead letter, as it would be on the topic."""

    record: Record
    reason: str
    detail: str
    """Where and why, with the cure; no value of the event."""
    path: Path
    message_id: str | None = None
    end_to_end_id: str | None = None


def input_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those of the folders named, in order. Raises InvalidInput where a folder holds none."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in _INPUT_SUFFIXES and one.is_file())
        if not inside:
            raise InvalidInput(f"{path}: no file of events in this folder; read are {', '.join(_INPUT_SUFFIXES)}")
        files.extend(inside)
    return files


@dataclass(frozen=True, slots=True)
class FromFile(Record):
    """A record that stands in a file."""

    where: str = ""
    """File and line, for people."""


_INPUT_SUFFIXES: Final = (".xml", ".jsonl", ".ndjson", ".json")


def records_of(paths: Iterable[Path], tenant: str = "default") -> Iterator[Record | Unread]:
    """The events of files as records: lines of JSON, rows of a CSV with dotted column names, and the transactions of
    ISO 20022 messages, whatever the suffix.

    They go to `payments` or `payrolls` by their event type, offsets as they come. A line that is no JSON object goes
    to `payments`, and becomes the dead letter it would be there; so does what is no event in a message, or the rest of
    a file that cannot be read any further. `tenant` is that of the messages, which name none.
    """
    offsets = {"payments": 0, "payrolls": 0}
    for path in paths:
        with path.open("rb") as file:
            beginning = file.read(64)
            file.seek(0)
            found = _messages(path, file, tenant) if is_xml(beginning) else _line_records(path, file)
            for record in found:
                if isinstance(record, Unread):
                    topic = record.record.topic
                    yield replace(record, record=replace(record.record, offset=offsets[topic]))
                else:
                    topic = record.topic
                    yield replace(record, offset=offsets[topic])
                offsets[topic] += 1


def _line_records(path: Path, file: IO[bytes]) -> Iterator[Record]:
    for n, line in csv_events(path) if path.suffix.lower() == ".csv" else lines_in(path, file):
        yield FromFile(*_addressed(line), where=f"{path}: line {n}")


BOM: Final = codecs.BOM_UTF8


def lines_in(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something; a file that is one object written over several lines is one."""
    if path.suffix.lower() == ".json" and path.stat().st_size <= RECORD_BYTES_MAX:
        whole = file.read().removeprefix(BOM).strip()
        if b"\n" in whole and _is_object(whole):
            yield 1, whole
            return
        file.seek(0)
    for n, raw in enumerate(file, start=1):
        line = raw.removeprefix(BOM) if n == 1 else raw
        if line.strip():
            yield n, line.rstrip(b"\r\n")


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def _addressed(line: bytes) -> tuple[str, int, int, bytes | None, bytes, datetime]:
    topic, key, received_at = envelope(line)
    return topic, 0, 0, key, line, received_at


_UNREAD_BYTES_KEPT: Final = 64 * 1024
"""Of a file that cannot be read: its beginning tells what it is."""


def _messages(path: Path, file: IO[bytes], tenant: str) -> Iterator[Record | Unread]:
    """Every transaction of an ISO 20022 file as the record that `streamer publish` makes of it."""
    try:
        for found in transactions(file):
            record = FromFile(
                "payments",
                *(0, 0, found.event_id.encode(), None),
                _time(found.fields.get("event_time")),
                where=f"{path}: {found.event_id}",
            )
            try:
                yield replace(record, value=found.record(tenant))
            except InvalidMessage as error:
                told = replace(record, key=(error.end_to_end_id or found.event_id).encode())
                yield Unread(told, error.reason, str(error), path, error.message_id, error.end_to_end_id)
            except Exception as error:  # noqa: BLE001 - held and said; the others are screened
                yield Unread(record, "error", f"{found.event_id}: {fault(error)}", path)
    except InvalidMessage as error:
        yield Unread(_beginning(file), error.reason, str(error), path)
    except Exception as error:  # noqa: BLE001 - what is left of the file is held and said; the other files are read
        yield Unread(_beginning(file), "error", fault(error), path)


def _beginning(file: IO[bytes]) -> Record:
    file.seek(0)
    return Record("payments", 0, 0, None, file.read(_UNREAD_BYTES_KEPT), _EPOCH)


_EPOCH: Final = datetime(EVENT_YEAR_MIN, 1, 1, tzinfo=UTC)


def envelope(line: bytes) -> tuple[str, bytes | None, datetime]:
    """(topic, key, time of receipt) of an event in a file: without Kafka it is received when it happened."""
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "payments", None, _EPOCH
    if not isinstance(content, dict):
        return "payments", None, _EPOCH
    topic = "payments" if content.get("event_type", "payment") == "payment" else "payrolls"
    event_id = content.get("event_id")
    key = event_id.encode("utf-8", "replace") if isinstance(event_id, str) else None
    return topic, key, _time(content.get("event_time"))


def _time(text: object) -> datetime:
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else _EPOCH
    except ValueError:
        return _EPOCH
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware if EVENT_YEAR_MIN <= aware.year <= EVENT_YEAR_MAX else _EPOCH


def as_line(output: Output) -> bytes:
    """`{"topic", "key", "value"}`; the raw bytes of a dead letter in base64, with its headers."""
    value: Any
    if output.topic == "dead-letters":
        value = {name: text.decode() for name, text in output.headers.items()}
        value["raw_base64"] = base64.b64encode(output.value).decode() if output.value is not None else None
    else:
        value = orjson.Fragment(output.value or b"null")
    key = output.key.decode("utf-8", "replace") if output.key is not None else None
    return orjson.dumps({"topic": output.topic, "key": key, "value": value})
