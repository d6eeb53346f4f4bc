"""Files become records: checked whole before anything is sent, one record per payment."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from streamer.decoding import event_from_json
from streamer.events import RECORD_BYTES_MAX, PaymentEvent
from streamer.files.publish import ERRORS_KEPT_MAX, UNKNOWN_FIELDS_MAX, Check, check, checked, lines_of
from streamer.files.replay import nested
from streamer.files.rows import InvalidInput
from tests.builders import as_bytes, pay, payment


def test_json_lines_travel_as_they_are_keyed_by_event_id(tmp_path: Path) -> None:
    path = tmp_path / "november.jsonl"
    events = [payment(), payment(note="kept")]
    path.write_bytes(as_bytes(events[0]) + b"\r\n\n" + as_bytes(events[1]))
    assert [(one.key, one.value) for one in checked("payments", path)] == [
        (e["event_id"].encode(), as_bytes(e)) for e in events
    ]


def test_columns_of_a_csv_are_dotted_field_names(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text(
        "event_id,tenant,debtor.name,creditor.name,creditor_account.iban,intermediary_agents.0.bic,"
        "intermediary_agents.1.bic,amount,currency,event_time,purpose\n"
        "P-1,acme,Acme,Nordlicht,DE89370400440532013000,DEUTDEFF,COBADEFF,10.50,EUR,2026-11-20T09:00:00Z,\n",
        "utf-8",
    )
    (one,) = checked("payments", path)
    event = event_from_json("payments", one.value)
    assert isinstance(event, PaymentEvent)
    assert one.key == b"P-1"
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
        check("payments", path, lambda *told: None)
    assert f"{path}: {said}" in str(refused.value)


def test_all_lines_that_are_no_events_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "november.jsonl"
    path.write_bytes(b"\n".join([b"{", as_bytes(payment()), *[as_bytes(payment(amount="-1"))] * ERRORS_KEPT_MAX]))
    with pytest.raises(InvalidInput) as refused:
        check("payments", path, lambda *told: None)
    said = str(refused.value).splitlines()
    assert [line.split(": ")[1] for line in said[:3]] == ["line 1", "line 3", "line 4"]
    assert said[-2] == "… and 1 more"
    assert "21 of 22 records are wrong, so nothing is published" in said[-1]


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
    assert [one.key for one in checked("payments", path)] == [b"P-1"]


# ---------------------------------------------------------------- fields that no model knows


def found_in(path: Path, topic: str = "payments") -> Check:
    return check(topic, path, lambda *_: None)


def test_unknown_fields_are_counted_by_path_with_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "november.jsonl"
    known, nick = payment(), payment() | {"beneficiary": {"name": "Somebody"}}
    nick["creditor"] = nick["creditor"] | {"nick_name": "Ada"}
    related = [{"name": "A", "role": "invoicer", "alias": n} for n in range(2)]
    path.write_bytes(b"\n".join(map(as_bytes, [known, nick, payment(related_parties=related), nick])))
    found = found_in(path)
    assert (found.records, found.faults) == (4, [])
    assert found.unknown == {"beneficiary": (2, 2), "creditor.nick_name": (2, 2), "related_parties[].alias": (1, 3)}
    assert f"{path}: unknown field creditor.nick_name: 2 records, the first on line 2" in list(found.unknown_lines())


def test_an_unknown_column_counts_where_it_holds_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    head = "event_id,tenant,debtor.name,creditor.name,creditor.nam,amount,currency,event_time,"
    row = "acme,Acme,Nordlicht,{},10.50,EUR,2026-11-20T09:00:00Z,"
    path.write_text(f"{head}\nP-1,{row.format('')}\nP-2,{row.format('Ada')}\nP-3,{row.format('')}Lena\n", "utf-8")
    assert found_in(path).unknown == {"creditor.nam": (1, 3), "column_9": (1, 4)}


def test_many_unknown_fields_are_bounded_and_printed_without_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "november.jsonl"
    names = ["a\x1b[2J", "x" * 500, *(f"field_{n}" for n in range(UNKNOWN_FIELDS_MAX + 5))]
    path.write_bytes(as_bytes(payment() | dict.fromkeys(names, "1")))
    found = found_in(path)
    assert (len(found.unknown), found.unknown_left_out) == (UNKNOWN_FIELDS_MAX, 7)
    first, second, *_, last = found.unknown_lines()
    assert "field a?[2J: 1 records" in first
    assert len(second) < len(str(path)) + 200
    assert last.endswith("and 980 more at least")


def test_an_iso_20022_file_has_no_unknown_fields() -> None:
    batch = Path(__file__).resolve().parents[2] / "data" / "iso20022" / "pain001_batch.xml"
    found = found_in(batch)
    assert found.records == 3
    assert not found.unknown
