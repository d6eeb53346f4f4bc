"""Without Kafka: names of a CSV screened, pairs compared, events replayed through the very same Monitor."""

from __future__ import annotations

import base64
import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import orjson

from streamer import __version__
from streamer.detectors.behaviour.typologies import History
from streamer.events import (
    EVENT_YEAR_MAX,
    EVENT_YEAR_MIN,
    LINES_MAX,
    RECORD_BYTES_MAX,
    IdentifierKind,
    ListVersion,
    Observation,
    PartyType,
    Verdict,
    capped,
    strictest_verdict,
)
from streamer.iso20022 import InvalidMessage, is_xml, transactions
from streamer.list_feed.feed import edition_from
from streamer.lists import Lists
from streamer.monitor import NAME_WORDS_MAX, Monitor, Received, Record, identifier_verdict, name_verdict, owned
from streamer.outputs import Output, screening_outputs, watch_output
from streamer.policy import Policy
from streamer.reference.countries import countries_in
from streamer.screening import Hit, Query, TextHit, compare
from streamer.screening.identifiers import EMAIL, IBAN, PHONE, WALLET, IdentifierHit
from streamer.watchlists import Entity, ParsedList
from streamer.watchlists.dates import certain_date

T = TypeVar("T")

ROW_CHARS_MAX: Final = 1_000_000
csv.field_size_limit(ROW_CHARS_MAX)


class InvalidInput(ValueError):
    """An input file cannot be used. Names the file, the line and the cure."""


# ---------------------------------------------------------------- lists


def lists_from(parsed: Iterable[ParsedList], fetched_at: datetime) -> Lists:
    """The indexes over lists read from files; versions are those the lists would have on the topic."""
    versions: list[ListVersion] = []
    entities: list[Entity] = []
    for one in parsed:
        edition, _ = edition_from(one, fetched_at)
        versions.append(edition.manifest.as_version())
        entities.extend(edition.entities.values())
    return Lists.of(versions, entities)


# ---------------------------------------------------------------- screen and compare


def rows(path: Path, required: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line it begins on, row) of a CSV with a header; its cells stand between commas, semicolons or tabs.

    Raises InvalidInput for a missing column, listing the columns found, and for a row that may not be what it was
    meant to be: one with more cells than the header, a quote that is never closed.
    """
    required = tuple(required)
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = 1
        try:
            delimiter = _delimiter(file.readline(ROW_CHARS_MAX), required)
            file.seek(0)
            # Strict: else an open quote takes the rows that follow for a part of its cell, and nobody screens them.
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            found = [name.strip() for name in next(reader, ())]
            _check_header(path, found, required)
            for cells in reader:
                begins, line = line + 1, reader.line_num
                if not cells:
                    continue
                if any(cell.strip() for cell in cells[len(found) :]):
                    raise InvalidInput(
                        f"{path}: line {begins}: {len(cells)} cells under {len(found)} columns; "
                        f"quote cells that hold {delimiter!r}"
                    )
                filled = (*cells, *[""] * (len(found) - len(cells)))
                yield begins, {name: cell.strip() for name, cell in zip(found, filled, strict=False)}
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{path}: line {line + 1} or below: {error}; save the file as UTF-8 CSV") from None
        except csv.Error as error:
            raise InvalidInput(
                f"{path}: from line {line + 1}: {error}; save the file as UTF-8 CSV, cells with quotes in quotes"
            ) from None


def _delimiter(header: str, required: Sequence[str]) -> str:
    """What Excel puts between cells, by the header; a comma where no other makes the columns that are required."""
    for delimiter in (",", ";", "\t"):
        cells = {cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])}
        if cells.issuperset(required):
            return delimiter
    return ","


def _check_header(path: Path, found: Sequence[str], required: Iterable[str]) -> None:
    twice = sorted({name for name in found if name and found.count(name) > 1})
    if twice:
        raise InvalidInput(f"{path}: column {', '.join(twice)} stands twice; which of them counts? Remove one")
    missing = [name for name in required if name not in found]
    if missing:
        raise InvalidInput(
            f"{path}: column {', '.join(missing)} is missing; found: {', '.join(found) or 'no header'}. "
            f"The first line must name the columns"
        )


_TYPES: Final[Mapping[str, PartyType]] = {
    "": PartyType.UNKNOWN,
    "any": PartyType.UNKNOWN,
    **{kind.value: kind for kind in PartyType},
}
_TYPES_ELSEWHERE: Final[Mapping[str, PartyType]] = {
    "-0-": PartyType.UNKNOWN,
    "aircraft": PartyType.UNKNOWN,
    "individual": PartyType.PERSON,
    "natural person": PartyType.PERSON,
    "company": PartyType.ENTITY,
    "business": PartyType.ENTITY,
    "legal entity": PartyType.ENTITY,
    "organization": PartyType.ENTITY,
    "organisation": PartyType.ENTITY,
    "ship": PartyType.VESSEL,
}
"""As the publishers of lists and other systems call them."""


def _party_type(text: str) -> PartyType:
    """Raises ValueError for a type nobody writes."""
    text = text.lower()
    if text in _TYPES_ELSEWHERE:
        return _TYPES_ELSEWHERE[text]
    if text not in _TYPES:
        known = ", ".join(kind for kind in _TYPES if kind)
        raise ValueError(f"type {text!r} is unknown; use one of {known}")
    return _TYPES[text]


SAYS_NOTHING: Final = frozenset(
    {"", "-", "--", "?", "n/a", "na", "nan", "nil", "none", "null", "unknown", "not available"}
)
"""Cells of systems that have no empty ones."""


def _birth_date(text: str) -> str | None:
    """A partial ISO date, as certain as it is written. Raises ValueError for what is none."""
    if text.lower() in SAYS_NOTHING:
        return None
    date = certain_date(text)
    if date is None:
        raise ValueError(f"birth_date {text!r} is no date; write 1970, 1970-02 or 1970-02-05")
    return date


def _countries(text: str) -> tuple[str, ...]:
    """Codes of the countries a cell names. Raises ValueError where one is unknown."""
    codes = countries_in(text)
    if codes is None and text.lower() not in SAYS_NOTHING:
        raise ValueError(
            f"country {text!r} is unknown; write an ISO 3166-1 code of two or three letters (KP, PRK) or a name in "
            "English (North Korea), several with ; between them, or leave the cell empty"
        )
    return codes or ()


def _query(row: Mapping[str, str]) -> tuple[Query, tuple[str, ...]]:
    """What the row asks for, and why some of its cells cannot be read."""
    problems: list[str] = []

    def read(cell: Callable[[str], T], column: str, otherwise: T) -> T:
        try:
            return cell(row.get(column, ""))
        except ValueError as problem:
            problems.append(str(problem))
            return otherwise

    query = Query(
        name=row["name"],
        type=read(_party_type, "type", PartyType.UNKNOWN),
        birth_date=read(_birth_date, "birth_date", None),
        countries=read(_countries, "country", ()),
    )
    return query, tuple(problems)


def screened_names(path: Path, lists: Lists, policy: Policy) -> Iterator[dict[str, Any]]:
    """One answer per row of `id,name[,type][,birth_date][,country][,identifier]`, in order.

    A row with a cell that cannot be read is held, with an `error` that names line, column, value and cure; what could
    be read of it is screened.
    """
    for line, row in rows(path, ("id", "name")):
        query, problems = _query(row)
        found = {
            hit.entity.id: _answer(hit, lists, policy)
            for hit in lists.screener.screen(
                query, score_min=policy.screening.near_miss, hits_max=policy.screening.hits_max
            )
        }
        if len(row["name"].split()) > NAME_WORDS_MAX:
            for inside in lists.screener.screen_text(
                row["name"], score_min=policy.screening.review, hits_max=policy.screening.hits_max
            ):
                if found.get(inside.entity.id, (Verdict.RELEASE, {}))[0] is Verdict.RELEASE:
                    found[inside.entity.id] = _answer(inside, lists, policy)
        if row.get("identifier"):
            issued_by = query.countries[0] if len(query.countries) == 1 else None
            for exact in identifier_hits(lists, row["identifier"], issued_by):
                found[exact.entity.id] = _identifier_answer(exact, found.get(exact.entity.id), lists, policy)
        best = sorted(found.values(), key=lambda one: -one[1]["score"])
        # Who has neither name nor number cannot be cleared.
        unnamed = Verdict.RELEASE if row["name"] or row.get("identifier") else Verdict.REVIEW
        unread = Verdict.HOLD if problems else Verdict.RELEASE
        yield {
            "id": row["id"],
            "verdict": strictest_verdict((unnamed, unread, *(verdict for verdict, _ in best))),
            "hits": [hit for _, hit in best],
            **({"error": f"{path}: line {line}: " + "; ".join(problems)} if problems else {}),
        }


def identifier_hits(lists: Lists, value: str, country: str | None) -> tuple[IdentifierHit, ...]:
    """Exact hits of an identifier of unknown kind."""
    kinds = (*IdentifierKind, WALLET, EMAIL, PHONE, IBAN)
    by_entity: dict[str, IdentifierHit] = {}
    for kind in kinds:
        for hit in lists.identifiers.find(kind, value, country):
            known = by_entity.get(hit.entity.id)
            if known is None or (hit.conclusive and not known.conclusive):
                by_entity[hit.entity.id] = hit
    return tuple(by_entity.values())


def _answer(hit: Hit | TextHit, lists: Lists, policy: Policy) -> tuple[Verdict, dict[str, Any]]:
    property_of = owned(hit.entity, lists, policy)
    listed = name_verdict(hit, policy) if hit.entity.listed else Verdict.RELEASE
    verdict = strictest_verdict((listed, capped(name_verdict(hit, policy, listed=False), property_of.ceiling)))
    return verdict, {
        "entity_id": hit.entity.id,
        "list": hit.entity.list,
        "name": hit.entity.name,
        "matched_name": hit.matched.text,
        "score": round(hit.score, 4),
        "reasons": [*hit.reasons, *([f"OWNERSHIP_50: {property_of.says}"] if property_of.says else [])],
    }


def _identifier_answer(
    hit: IdentifierHit, by_name: tuple[Verdict, dict[str, Any]] | None, lists: Lists, policy: Policy
) -> tuple[Verdict, dict[str, Any]]:
    property_of = owned(hit.entity, lists, policy)
    listed = identifier_verdict(hit, policy) if hit.entity.listed else Verdict.RELEASE
    verdict = strictest_verdict((listed, capped(identifier_verdict(hit, policy, listed=False), property_of.ceiling)))
    score = 1.0 if hit.conclusive else policy.screening.review
    if by_name is None:
        return verdict, {
            "entity_id": hit.entity.id,
            "list": hit.entity.list,
            "name": hit.entity.name,
            "matched_name": hit.listed_value,
            "score": score,
            "reasons": [hit.reason, *([f"OWNERSHIP_50: {property_of.says}"] if property_of.says else [])],
        }
    name_verdict, answer = by_name
    answer["score"] = max(score, answer["score"])
    answer["reasons"] = [hit.reason, *answer["reasons"]]
    return strictest_verdict((verdict, name_verdict)), answer


def compared_pairs(path: Path, policy: Policy) -> Iterator[dict[str, Any]]:
    """One answer per row of `id,a,b[,type]`, in order."""
    for line, row in rows(path, ("id", "a", "b")):
        try:
            comparison = compare(row["a"], row["b"], _party_type(row.get("type", "")))
        except ValueError as problem:
            raise InvalidInput(f"{path}: line {line}: {problem}") from None
        yield {
            "id": row["id"],
            "score": round(comparison.score, 4),
            "is_match": comparison.score >= policy.screening.match,
            "reasons": list(comparison.reasons),
        }


# ---------------------------------------------------------------- events of a CSV


COLUMN_DEPTH_MAX: Final = 10
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


# ---------------------------------------------------------------- replay


@dataclass(slots=True)
class Replay:
    """What a worker would publish for the same records in the same order, with the histories it would keep."""

    monitor: Monitor
    lists: Lists
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    """Decisions so far."""

    def outputs(self, record: Record | Unread) -> Iterator[Output]:
        """All records every topic receives for one input record, behaviour alerts included."""
        received = self._received(record)
        event = received.event
        name = (event.tenant, event.event_id) if event else None
        screened = self.monitor.screen(received, self.lists, self.digests.get(name) if name else None)
        masked = self.monitor.policy.alerts.mask
        self.verdicts[screened.decision.verdict] += 1
        yield from screening_outputs(screened, masked=masked)
        if name is not None and screened.dead_letter is None:
            self.digests.setdefault(name, screened.decision.event_digest)
        for observation in screened.observations:
            yield from self._watched(observation, masked)

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

    def _watched(self, observation: Observation, masked: bool) -> Iterator[Output]:
        history = self.histories.get(observation.subject, History.of(()))
        watched = self.monitor.watch(observation, history)
        self.histories[observation.subject] = watched.history
        for observed, finding in watched.judged:
            yield watch_output(finding, observed, masked=masked, engine_version=__version__)


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
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in INPUT_SUFFIXES and one.is_file())
        if not inside:
            raise InvalidInput(f"{path}: no file of events in this folder; read are {', '.join(INPUT_SUFFIXES)}")
        files.extend(inside)
    return files


@dataclass(frozen=True, slots=True)
class FromFile(Record):
    """A record that stands in a file."""

    where: str = ""
    """File and line, for people."""


INPUT_SUFFIXES: Final = (".xml", ".jsonl", ".ndjson", ".json")


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
    for n, line in csv_events(path) if path.suffix.lower() == ".csv" else _lines(path, file):
        yield FromFile(*_addressed(line), where=f"{path}: line {n}")


BOM: Final = codecs.BOM_UTF8


def _lines(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
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


UNREAD_BYTES_KEPT: Final = 64 * 1024
"""Of a file that cannot be read: its beginning tells what it is."""


def _messages(path: Path, file: IO[bytes], tenant: str) -> Iterator[Record | Unread]:
    """Every transaction of an ISO 20022 file as the record that `streamer publish` makes of it."""
    try:
        for found in transactions(file):
            record = Record("payments", 0, 0, found.event_id.encode(), None, _time(found.fields.get("event_time")))
            try:
                yield replace(record, value=found.record(tenant))
            except InvalidMessage as error:
                told = replace(record, key=(error.end_to_end_id or found.event_id).encode())
                yield Unread(told, error.reason, str(error), path, error.message_id, error.end_to_end_id)
    except InvalidMessage as error:
        file.seek(0)
        record = Record("payments", 0, 0, None, file.read(UNREAD_BYTES_KEPT), _EPOCH)
        yield Unread(record, error.reason, str(error), path)


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
