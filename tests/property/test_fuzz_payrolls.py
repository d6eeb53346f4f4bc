"""Payroll exports of any bytes: rows that can be screened, or an error that says why."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from streamer.decoding import event_from_json
from streamer.events import InvalidEvent
from streamer.files.payroll import layouts, pay_event, read_payroll
from streamer.files.rows import InvalidInput
from tests.builders import RECEIVED_AT, as_bytes
from tests.property.fuzzing import damages, fuzzed, texts

EXPORT: Final = (
    b"Payroll Name,File #,IBAN,Net Pay,DOB,Country,Currency\n"
    b'"Brandt, Ada",7,DE89370400440532013000,"4,200.00",05.02.1970,DE,EUR\nTotals,,,1,,,\n'
)
CELL_CHARS: Final = 99
TITLES: Final = tuple(sorted({title for titles in layouts().titles.values() for title in titles}))


def read(content: bytes) -> None:
    """Every row becomes an event that the worker would read, but for cells no payment has room for: it is held."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        try:
            payroll = read_payroll(Path(file.name))
        except InvalidInput as error:
            assert file.name in str(error)
            return
    for line, row in payroll.rows:
        try:
            event_from_json("payrolls", as_bytes(pay_event(row, line, "acme", RECEIVED_AT)))
        except InvalidEvent as error:
            assert max(map(len, row.values())) > CELL_CHARS, error


@fuzzed(250)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    read(content)


@fuzzed(250)
@given(st.lists(damages(), min_size=1, max_size=3))
def test_damaged_exports(damaged: list[Callable[[bytes], bytes]]) -> None:
    content = EXPORT
    for damage in damaged:
        content = damage(content)
    read(content)


@fuzzed(300)
@given(st.lists(st.tuples(st.sampled_from(TITLES), texts()), min_size=1, max_size=8))
def test_any_cells_under_known_titles(cells: list[tuple[str, str]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    header = ",".join(["workername", *(title for title, _ in cells)])
    row = ",".join(['"Ada Brandt"', *(quoted(cell) for _, cell in cells)])
    read(f"{header}\n{row}\n".encode("utf-8", "replace"))
