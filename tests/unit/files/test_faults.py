"""A fault of our own on one row or record holds that one and no other."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from streamer.files.payroll import read_payroll, screened
from streamer.files.publish import checked
from streamer.files.replay import Replay, as_line, lists_from, records_of
from streamer.files.screen import screened_names
from streamer.iso20022.reader import transactions
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.screening import Query, Screener
from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, RECEIVED_AT, as_bytes, pay, payment

POISON = "Klein Neumann Poison"
BATCH = Path(__file__).resolve().parents[2] / "data" / "iso20022" / "pain001_batch.xml"


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


@pytest.fixture(autouse=True)
def an_engine_that_fails_on_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screener.screen

    def failing(self: Screener, query: Query, **bounds: Any) -> Any:
        if "Poison" in query.name:
            raise IndexError(query.name)
        return screen(self, query, **bounds)

    monkeypatch.setattr(Screener, "screen", failing)


def monitor() -> Monitor:
    return Monitor.under(shipped_policy(), identity_key=b"offline", engine_version="1.0")


def replayed(engine: Replay, *paths: Path) -> Iterator[dict[str, Any]]:
    for record in records_of(paths):
        yield from (orjson.loads(as_line(out)) for out in engine.outputs(record))


def test_screen_holds_the_row_and_screens_the_others(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text(f'id,name\n1,Ada Brandt\n2,{POISON}\n3,"{LISTED_NAME}"\n4,Ada Brandt\n', "utf-8")
    answers = list(screened_names(path, lists, shipped_policy()))
    assert [(one["id"], one["verdict"]) for one in answers] == [
        ("1", "release"),
        ("2", "hold"),
        ("3", "hold"),
        ("4", "release"),
    ]
    assert [one["error"] for one in answers if "error" in one] == [
        f"{path}: line 3: screening failed with IndexError, a fault of this program; held, please report it"
    ]


def test_replay_answers_as_a_worker_that_fails(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = [payment(), payment(creditor=POISON), payment(creditor=LISTED_NAME), pay()]
    path.write_bytes(b"\n".join(map(as_bytes, events)))
    engine = Replay(monitor(), lists)
    lines = list(replayed(engine, path))
    decided = [line for line in lines if line["topic"] == "decisions"]
    assert [line["key"] for line in decided] == [event["event_id"] for event in events]
    assert [line["value"]["verdict"] for line in decided] == ["release", "hold", "hold", "release"]
    assert [finding["rule"] for finding in decided[1]["value"]["findings"]] == ["SCREENING_INCOMPLETE"]
    (letter,) = [line["value"] for line in lines if line["topic"] == "dead-letters"]
    assert (letter["reason"], base64.b64decode(letter["raw_base64"])) == ("error", as_bytes(events[1]))
    assert "IndexError" in letter["detail"]
    assert POISON not in letter["detail"]
    assert sum(engine.verdicts.values()) == len(events)


def test_behaviour_rules_that_fail_leave_the_decision_and_a_dead_letter(
    lists: Lists, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: Monitor, *_: Any) -> Any:
        raise KeyError

    monkeypatch.setattr(Monitor, "watch", failing)
    path = tmp_path / "events.jsonl"
    path.write_bytes(as_bytes(pay()))
    lines = list(replayed(Replay(monitor(), lists), path))
    assert [line["value"]["verdict"] for line in lines if line["topic"] == "decisions"] == ["release"]
    letters = [line["value"] for line in lines if line["topic"] == "dead-letters"]
    assert letters
    assert {(letter["stage"], letter["reason"]) for letter in letters} == {("watch", "error")}


def test_a_message_whose_reading_fails_leaves_the_other_files(
    lists: Lists, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BATCH.open("rb") as file:
        kind = type(next(iter(transactions(file))))
    record = kind.record

    def failing(self: Any, tenant: str) -> bytes:
        read = record(self, tenant)
        if b"A-2" in read:
            raise RuntimeError
        return read

    monkeypatch.setattr(kind, "record", failing)
    path = tmp_path / "events.jsonl"
    path.write_bytes(as_bytes(payment("P-1")))
    lines = list(replayed(Replay(monitor(), lists), BATCH, path))
    decided = [line["value"] for line in lines if line["topic"] == "decisions"]
    assert [one["verdict"] for one in decided] == ["release", "hold", "release", "release"]
    assert [line["value"]["reason"] for line in lines if line["topic"] == "dead-letters"] == ["error"]


def test_screen_payroll_blocks_the_row_and_says_why(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    path.write_text(f'Name,Net Pay\nAda Brandt,1\n{POISON},1\n"{LISTED_NAME}",1\n', "utf-8")
    answers = screened(read_payroll(path), monitor(), lists, tenant="acme", now=RECEIVED_AT)
    clean, failed, listed = (line for line in answers if line is not None)
    assert [line.verdict for line in (clean, failed, listed)] == ["release", "hold", "hold"]
    assert (failed.line, failed.worker) == (3, POISON)
    assert "IndexError" in failed.reasons[0]
    assert (failed.error or "").startswith(f"{path}: line 3: screening failed with IndexError")
    assert failed.as_json()["error"] == failed.error
    assert "error" not in clean.as_json()


def test_publish_hands_on_the_line_whose_check_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(event: Any) -> Any:
        if event.creditor.name == POISON:
            raise IndexError
        return iter(())

    monkeypatch.setattr("streamer.files.publish.unknown_fields", failing)
    path = tmp_path / "events.jsonl"
    events = [payment(), payment(creditor=POISON), payment()]
    path.write_bytes(b"\n".join(map(as_bytes, events)))
    found = list(checked("payments", path))
    assert [(one.key, one.value) for one in found] == [(e["event_id"].encode(), as_bytes(e)) for e in events]
    assert [one.fault for one in found if one.fault] == [
        f"{path}: line 2: its check failed with IndexError, a fault of this program; "
        "the worker answers it, please report it"
    ]
