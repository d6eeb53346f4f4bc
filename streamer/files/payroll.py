"""A payroll team's own export, screened without Kafka: who would be blocked, and why.

    roll = read_payroll(path, mapping={"worker_name": "Employee Name"})
    for line in screened(roll, engine, received_at): ...

Exports differ by system and by customer. Which column is what is read from its title (`data/payroll_layouts.toml`), or
said by the caller. Every row becomes the pay event that a publisher would send, and goes through the very same Monitor;
the behaviour rules see the file as one pay run, so that two workers paid to one account are told.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import orjson

from streamer.detectors.behaviour.histories import History
from streamer.events import Decision, Finding, Verdict, digest
from streamer.files.rows import SAYS_NOTHING, InvalidInput, fault
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.reference.identifiers import normalised_iban
from streamer.watchlists.dates import certain_date

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
_ROWS_MAX: Final = 500_000
_PREAMBLE_LINES_MAX: Final = 20
"""Titles and dates of a report, before the line that names the columns."""
_COLUMNS_SHOWN_MAX: Final = 60

_DELIMITERS: Final = (",", ";", "\t", "|")
_LAYOUTS_FILE: Final = "payroll_layouts.toml"
ANY: Final = "generic"
"""The layout of the titles that every system uses."""

_SUMMARY: Final = re.compile(r"(?:grand |sub)?\s*totals?\b|summe\b|total général\b", re.IGNORECASE)


# ---------------------------------------------------------------- layouts


@dataclass(frozen=True, slots=True)
class Layouts:
    """Which titles mean which field, by system."""

    fields: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    titles: Mapping[str, Mapping[str, str]]
    """layout -> compared title -> field"""


@cache
def layouts() -> Layouts:
    """The shipped layouts."""
    table = tomllib.loads(files("streamer.data").joinpath(_LAYOUTS_FILE).read_text("utf-8"))
    common = _by_title(table["any"])
    own = {name: common | _by_title(fields) for name, fields in table["layout"].items()}
    return Layouts(tuple(table["any"]), tuple(map(tuple, table["needs"])), {ANY: common, **own})


def _by_title(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    # The first title of a field is its best: a later one never takes a column from an earlier one.
    return {_compared(title): name for name, titles in fields.items() for title in titles}


def _compared(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


# ---------------------------------------------------------------- reading a file


@dataclass(frozen=True, slots=True)
class Payroll:
    """A file that was understood: which column is what, and its rows."""

    path: Path
    layout: str
    columns: Mapping[str, str]
    """field -> title, as the file writes it"""
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    """(line, field -> cell)"""
    notes: tuple[str, ...] = ()
    """What was left out, and why; for people."""
    unscreened: tuple[str, ...] = ()
    """Titles of the columns that hold cells and are no field: nobody screens them."""

    @property
    def warning(self) -> str | None:
        """What nobody screens, and the cure; for people, before any verdict."""
        if not self.unscreened:
            return None
        return f'columns not screened: {_shown(self.unscreened)}; where one matters, name it: --map FIELD="TITLE"'


def read_payroll(path: Path, mapping: Mapping[str, str] | None = None, layout: str | None = None) -> Payroll:
    """Read an export. `mapping` is field -> column title and wins over any layout.

    Raises InvalidInput naming the file, the column and the columns found.
    """
    known = layouts()
    mapping = dict(mapping or {})
    for name in mapping:
        if name not in known.fields:
            near = difflib.get_close_matches(name, known.fields, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise InvalidInput(f"--map {name}=…: no such field{hint} Fields: {', '.join(known.fields)}")
    if layout is not None and layout not in known.titles:
        raise InvalidInput(f"--layout {layout}: unknown; use one of {', '.join(known.titles)}")
    text = _text(path)
    delimiter, skipped, titles = _header(path, text, mapping, known)
    chosen, columns = _columns(path, titles, mapping, layout, known)
    rows, notes, unread = _rows(path, text, delimiter, skipped, titles, columns)
    named = {name: titles[n] for name, n in columns.items()}
    unscreened = tuple(titles[n] or f"column {n + 1}" for n in unread)
    return Payroll(path, chosen, named, rows, (*notes, *_unread_dates(rows, named)), unscreened)


def _unread_dates(rows: Sequence[tuple[int, Mapping[str, str]]], columns: Mapping[str, str]) -> Iterator[str]:
    """Birth dates that are none: their rows are screened without, and so more strictly."""
    unread = [
        (line, row["birth_date"]) for line, row in rows if "birth_date" in row and not _is_date(row["birth_date"])
    ]
    if unread:
        line, text = unread[0]
        yield (
            f"{len(unread)} cells of {columns['birth_date']!r} are no dates, the first on line {line}: {text!r}; their "
            "rows are screened by all else. Write 1970-02-05 or 05.02.1970"
        )


def _is_date(text: str) -> bool:
    return text.lower() in SAYS_NOTHING or certain_date(text) is not None


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        raise InvalidInput(f"{path}: {size} bytes; {FILE_BYTES_MAX} at most, split the file")
    raw = path.read_bytes()
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise InvalidInput(f"{path}: an Excel workbook; save it as CSV (File, Save As, CSV UTF-8)")
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput(f"{path}: no text in UTF-8, UTF-16 or Windows-1252; save it as CSV UTF-8")


def _header(path: Path, text: str, mapping: Mapping[str, str], known: Layouts) -> tuple[str, int, list[str]]:
    """(delimiter, lines before the header, titles): the line, among the first, with the most titles that are known."""
    lines = text.splitlines()[:_PREAMBLE_LINES_MAX]
    understood = {title for titles in known.titles.values() for title in titles} | set(map(_compared, mapping.values()))
    best: tuple[int, int, str, int, list[str]] | None = None
    for n, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
            met = len({_compared(cell) for cell in cells} & understood)
            if best is None or (met, len(cells)) > best[:2]:
                best = (met, len(cells), delimiter, n, cells)
    if best is None or not any(line.strip() for line in lines):
        raise InvalidInput(f"{path}: empty; the first line must name the columns")
    _, _, delimiter, skipped, titles = best
    return delimiter, skipped, titles


def _columns(
    path: Path, titles: Sequence[str], mapping: Mapping[str, str], layout: str | None, known: Layouts
) -> tuple[str, dict[str, int]]:
    """(layout, field -> column number)."""
    numbers: dict[str, int] = {}
    for n, title in enumerate(titles):
        numbers.setdefault(_compared(title), n)
    said: dict[str, int] = {}
    for name, title in mapping.items():
        if _compared(title) not in numbers:
            near = difflib.get_close_matches(title, titles, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InvalidInput(f"{path}: --map {name}: no column {title!r}.{hint} Found: {_shown(titles)}")
        said[name] = numbers[_compared(title)]
    candidates = [layout] if layout else list(known.titles)
    read = {name: _matched(numbers, known.titles[name]) for name in candidates}
    # Of two that meet as many titles the earlier one: the generic before any system's.
    chosen = max(candidates, key=lambda name: len(read[name]))
    taken = set(said.values())
    columns = {name: n for name, n in read[chosen].items() if n not in taken} | said
    if not any(all(name in columns for name in needed) for needed in known.needs):
        raise InvalidInput(
            f"{path}: no column says who is paid. Found: {_shown(titles)}. "
            'Name it: --map worker_name="…", or --map first_name="…" --map last_name="…"'
        )
    return chosen, columns


def _matched(numbers: Mapping[str, int], by_title: Mapping[str, str]) -> dict[str, int]:
    matched: dict[str, int] = {}
    for title, name in by_title.items():
        if title in numbers and name not in matched and name in layouts().fields:
            matched[name] = numbers[title]
    return matched


def _shown(titles: Sequence[str]) -> str:
    named = [title for title in titles if title]
    more = f" and {len(named) - _COLUMNS_SHOWN_MAX} more" if len(named) > _COLUMNS_SHOWN_MAX else ""
    return (", ".join(named[:_COLUMNS_SHOWN_MAX]) or "nothing") + more


def _rows(
    path: Path, text: str, delimiter: str, skipped: int, titles: Sequence[str], columns: Mapping[str, int]
) -> tuple[tuple[tuple[int, Mapping[str, str]], ...], tuple[str, ...], list[int]]:
    """(rows, notes, numbers of the columns that hold cells and are no field)."""
    stream = io.StringIO("".join(text.splitlines(keepends=True)[skipped:]), newline="")
    # Strict: else an open quote takes the rows that follow for a part of its cell, and nobody screens them.
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    rows: list[tuple[int, Mapping[str, str]]] = []
    summaries = 0
    others = [n for n in range(len(titles)) if n not in columns.values()]
    unread: set[int] = set()
    try:
        next(reader)
        for cells in reader:
            line = skipped + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(titles) and any(cell.strip() for cell in cells[len(titles) :]):
                raise InvalidInput(
                    f"{path}: line {line}: {len(cells)} cells under {len(titles)} titles; quote cells that hold "
                    f"{delimiter!r}"
                )
            row = {name: cells[n].strip() for name, n in columns.items() if n < len(cells) and cells[n].strip()}
            if _is_summary(cells, row):
                summaries += 1
                continue
            rows.append((line, row))
            unread.update(n for n in others if n < len(cells) and n not in unread and cells[n].strip())
            if len(rows) > _ROWS_MAX:
                raise InvalidInput(f"{path}: more than {_ROWS_MAX} rows; split the file")
    except csv.Error as error:
        raise InvalidInput(
            f"{path}: the row that ends on line {skipped + reader.line_num}: {error}; close its quotes, "
            "and write a quote within a cell twice"
        ) from None
    return tuple(rows), (f"{summaries} lines of totals left out",) if summaries else (), sorted(unread)


def _is_summary(cells: Sequence[str], row: Mapping[str, str]) -> bool:
    """A line of totals: it says so, and pays nobody."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(_SUMMARY.match(first)) and not row.keys() & {"iban", "account_number", "wallet", "worker_id", "email"}


# ---------------------------------------------------------------- rows as pay events


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row."""

    line: int
    worker: str
    worker_id: str | None
    verdict: Verdict
    reasons: tuple[str, ...]
    alerts: tuple[str, ...] = ()
    """What the behaviour rules tell the SOC; it blocks nothing by itself."""
    entities: tuple[str, ...] = ()
    """Ids of the list entries met."""
    error: str | None = None
    """Why the row was not screened, where our own code failed on it; it is held."""

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "worker": self.worker,
            "worker_id": self.worker_id,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "alerts": list(self.alerts),
            "entities": list(self.entities),
            **({"error": self.error} if self.error else {}),
        }


def worker_name(row: Mapping[str, str]) -> str | None:
    """The name in one column, or its parts put together; a company where no person is named."""
    parts = " ".join(row[name] for name in ("first_name", "middle_name", "last_name") if name in row)
    return row.get("worker_name") or parts or row.get("company_name")


def pay_event(row: Mapping[str, str], line: int, tenant: str, paid_at: datetime) -> dict[str, Any]:
    """The row as a PayEvent. What is not there is left out; what cannot be read (amounts, dates) never fails a row."""
    name = worker_name(row)
    worker: dict[str, Any] = {
        "worker_id": row.get("worker_id") or f"line {line}",
        "name": name,
        **{field: row[field] for field in ("email", "phone", "nationality") if field in row},
        "country_of_residence": row.get("country"),
        "birth_date": certain_date(row.get("birth_date", "")),
        "address": _address(row),
        "identifiers": [
            {"kind": kind, "value": row[name]}
            for name, kind in (("passport", "passport"), ("national_id", "national_id"), ("tax_id", "tax"))
            if name in row
        ],
    }
    company = row.get("company_name")
    holders = [holder for holder in (row.get("account_holder"), company) if holder and holder != name]
    event: dict[str, Any] = {
        "event_type": "pay",
        "event_id": f"line-{line}-{digest(orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS))[:16]}",
        "tenant": tenant,
        # The export does not name who exports it; that is the reader's own company.
        "employer": {"identifiers": [{"kind": "other", "value": "employer"}]},
        "worker": _filled(worker),
        "payout_account": _account(row),
        "payout_agent": _filled({"bic": row.get("bic"), "name": row.get("bank_name")}) or None,
        "account_holder_name": holders[0] if holders else None,
        "amount": _amount(row.get("amount", "")),
        "currency": _currency(row.get("currency", "")),
        "remittance_unstructured": [text for text in (row.get("memo"), *holders[1:]) if text],
        "event_time": paid_at.isoformat(),
    }
    return _filled(event)


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], ())}


def _account(row: Mapping[str, str]) -> dict[str, Any]:
    number = row.get("iban") or row.get("account_number")
    account: dict[str, Any] = {}
    if number:
        account["iban" if "iban" in row or normalised_iban(number) else "other"] = number
    if "iban" in row and row.get("account_number") not in (None, number):
        account["other"] = row["account_number"]
    if "wallet" in row:
        account["wallet"] = {"address": row["wallet"]}
    return account


def _address(row: Mapping[str, str]) -> dict[str, Any] | None:
    address = _filled({name: row.get(name) for name in ("street", "postcode", "town", "region", "country")})
    if "street_2" in row:
        address["lines"] = [row["street_2"]]
    return address or None


def _amount(text: str) -> str:
    """A decimal, from `$4,200.00`, `4.200,00 €`, `4 200,00`; 1 where there is none, for no rule asks how much."""
    digits = re.sub(r"[^\d.,]", "", text)
    separators = [c for c in digits if c in ".,"]
    if separators and (separators.count(separators[-1]) == 1 and len(digits.rpartition(separators[-1])[2]) != 3):
        whole, _, cents = digits.rpartition(separators[-1])
        digits = f"{re.sub(r'[.,]', '', whole) or '0'}.{cents or '0'}"
    else:
        digits = re.sub(r"[.,]", "", digits)
    return digits if digits.strip("0.") and len(digits) < 16 else "1"


def _currency(text: str) -> str:
    code = text.strip().upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else "XXX"


# ---------------------------------------------------------------- screening


@dataclass(slots=True)
class _Watch:
    """The histories of one file: the behaviour rules see it as one pay run."""

    monitor: Monitor
    histories: dict[str, History] = field(default_factory=dict)

    def findings(self, observations: Sequence[Any]) -> Iterator[tuple[str, Finding]]:
        for observation in observations:
            watched = self.monitor.watch(observation, self.histories.get(observation.subject, History.of(())))
            self.histories[observation.subject] = watched.history
            for observed, finding in watched.judged:
                yield observed.event_id, finding


def screened(payroll: Payroll, monitor: Monitor, lists: Lists, *, tenant: str, now: datetime) -> Iterator[Line | None]:
    """One Line per row, in the order of the file; None for each row while the file is read, so that progress shows.

    A row on which our own code fails is held and says so; the others are screened.
    """
    watch = _Watch(monitor)
    lines: dict[str, Line] = {}
    alerts: dict[str, list[str]] = {}
    for n, (number, row) in enumerate(payroll.rows):
        # One after the other, so that a pattern is told at the row that completes it.
        paid_at = now - timedelta(microseconds=len(payroll.rows) - n)
        event_id, worker = f"line-{number}", worker_name(row) or ""
        try:
            event = pay_event(row, number, tenant, paid_at)
            event_id = event["event_id"]
            answer = monitor.screen(
                monitor.receive(Record("payrolls", 0, number, None, orjson.dumps(event), now)), lists
            )
            for observed_id, finding in watch.findings(answer.observations):
                alerts.setdefault(observed_id, []).append(finding.reason)
            lines[event_id] = _line(number, worker, row, answer.decision)
        except Exception as error:  # noqa: BLE001 - held and said; the others are screened
            told = f"{payroll.path}: line {number}: {fault(error)}"
            lines[event_id] = Line(number, worker, row.get("worker_id"), Verdict.HOLD, (fault(error),), error=told)
        yield None
    for event_id, line in lines.items():
        yield replace(line, alerts=tuple(dict.fromkeys(alerts.get(event_id, ()))))


def _line(number: int, worker: str, row: Mapping[str, str], decision: Decision) -> Line:
    blocking = [finding for finding in decision.findings if finding.verdict is not Verdict.RELEASE]
    return Line(
        line=number,
        worker=worker,
        worker_id=row.get("worker_id"),
        verdict=decision.verdict,
        reasons=tuple(finding.reason for finding in blocking),
        entities=tuple(dict.fromkeys(e.entity_id for f in blocking for e in f.evidence if e.entity_id)),
    )
