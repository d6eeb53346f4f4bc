"""Files become records: checked whole before anything is sent, one record per payment."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from streamer.events import RECORD_BYTES_MAX, PaymentEvent, event_from_json
from streamer.files.publish import checked, lines_of
from streamer.files.replay import nested
from streamer.files.rows import InvalidInput
from tests.builders import as_bytes, pay, payment


def test_json_lines_travel_as_they_are_keyed_by_event_id(tmp_path: Path) -> None:
    path = tmp_path / "november.jsonl"
    events = [payment(), payment(note="kept")]
    path.write_bytes(as_bytes(events[0]) + b"\r\n\n" + as_bytes(events[1]))
    assert list(checked("payments", path)) == [(e["event_id"].encode(), as_bytes(e)) for e in events]


def test_columns_of_a_csv_are_dotted_field_names(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text(
        "event_id,tenant,debtor.name,creditor.name,creditor_account.iban,intermediary_agents.0.bic,"
        "intermediary_agents.1.bic,amount,currency,event_time,purpose\n"
        "P-1,acme,Acme,Nordlicht,DE89370400440532013000,DEUTDEFF,COBADEFF,10.50,EUR,2026-11-20T09:00:00Z,\n",
        "utf-8",
    )
    ((key, value),) = checked("payments", path)
    event = event_from_json("payments", value)
    assert isinstance(event, PaymentEvent)
    assert key == b"P-1"
    assert [agent.bic for agent in event.intermediary_agents] == ["DEUTDEFF", "COBADEFF"]
    assert (str(event.amount), event.purpose) == ("10.50", None)


def test_more_than_ten_numbered_columns_stay_in_order() -> None:
    flat = {f"remittance_unstructured.{n}": str(n) for n in range(12)}
    assert nested(flat) == {"remittance_unstructured": [str(n) for n in range(12)]}


def test_a_column_that_is_also_a_parent_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"column debtor\.name: debtor is also a column"):
        nested({"debtor": "Acme", "debtor.name": "Acme"})
    with pytest.raises(InvalidInput, match="column debtor: its parts are columns"):
        nested({"debtor.name": "Acme", "debtor": "Acme"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (as_bytes(payment(amount="-1")), "line 2: amount:"),
        (b"{", "line 2: record:"),
        (as_bytes(pay()), "line 2: "),
        (b"x" * (RECORD_BYTES_MAX + 1), f"line 2: {RECORD_BYTES_MAX + 1} bytes"),
    ],
)
def test_a_line_that_is_no_event_is_named_with_the_cure(tmp_path: Path, line: bytes, said: str) -> None:
    path = tmp_path / "november.jsonl"
    path.write_bytes(as_bytes(payment()) + b"\n" + line + b"\n")
    with pytest.raises(InvalidInput) as refused:
        list(checked("payments", path))
    assert f"{path}: {said}" in str(refused.value)


def test_a_file_of_unknown_kind_names_those_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "november.xlsx"
    path.touch()
    with pytest.raises(InvalidInput, match=r"\.xlsx cannot be read; use \.jsonl"):
        list(lines_of(path))


def test_a_csv_without_event_ids_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text("tenant\nacme\n", "utf-8")
    with pytest.raises(InvalidInput, match="column event_id is missing"):
        list(lines_of(path))


def test_numbers_in_a_csv_are_text_so_that_money_stays_exact(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text("event_id,amount\nP-1,0.1\n", "utf-8")
    ((_, line),) = lines_of(path)
    assert orjson.loads(line) == {"event_id": "P-1", "amount": "0.1"}


def test_a_byte_order_mark_is_no_part_of_the_first_event(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + as_bytes(payment("P-1")) + b"\n")
    assert [key for key, _ in checked("payments", path)] == [b"P-1"]
