"""A row on which our own code fails is held and said, and the rows behind it are screened all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from streamer.cli.main import main
from streamer.events import Verdict
from streamer.files.payroll import read_payroll, screened
from streamer.files.publish import checked
from streamer.files.replay import Replay, as_line, lists_from, records_of
from streamer.iso20022 import transactions
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.screening import Hit, Query, Screener
from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, RECEIVED_AT, as_bytes, pay, payment

BATCH = Path(__file__).resolve().parents[2] / "data" / "iso20022" / "pain001_batch.xml"
CURSED = "Nobody Breaks This"


@pytest.fixture(autouse=True)
def engine_that_fails_on_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Screener.screen

    def screen(self: Screener, query: Query, **bounds: Any) -> list[Hit]:
        if query.name == CURSED:
            raise IndexError("a fault of ours")
        return original(self, query, **bounds)

    monkeypatch.setattr(Screener, "screen", screen)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_screen_holds_the_row_and_goes_on(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text(f'id,name\n1,Ada Brandt\n2,{CURSED}\n3,"{LISTED_NAME}"\n', "utf-8")
    ran = invoked("screen", "--input", str(names))
    answers = [orjson.loads(line) for line in ran.stdout.splitlines()]
    assert [one["verdict"] for one in answers] == ["release", "hold", "hold"]
    assert "line 3: screening failed with IndexError" in answers[1]["error"]
    assert answers[2]["hits"]
    assert "screening failed with IndexError" in ran.stderr
    assert CURSED not in ran.stderr
    assert ran.exit_code == 2


def test_replay_holds_the_record_and_goes_on(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(as_bytes(payment(creditor=name)) for name in ("Ada", CURSED, LISTED_NAME)))
    ran = invoked("replay", "--input", str(events))
    out = [orjson.loads(line) for line in ran.stdout.splitlines()]
    decisions = [one["value"] for one in out if one["topic"] == "decisions"]
    assert [one["verdict"] for one in decisions] == ["release", "hold", "hold"]
    assert decisions[1]["findings"][0]["rule"] == "SCREENING_INCOMPLETE"
    assert "1 failed in our own code" in ran.stderr
    assert ran.exit_code == 2


def test_screen_payroll_holds_the_row_and_goes_on(tmp_path: Path) -> None:
    export = tmp_path / "pay.csv"
    export.write_text(f'Employee Name,IBAN\nAda,DE89370400440532013000\n{CURSED},\n"{LISTED_NAME}",\n', "utf-8")
    monitor = Monitor.under(shipped_policy(), identity_key=b"test", engine_version="0")
    lists = lists_from(sample_lists(), datetime.now(UTC))
    lines = [one for one in screened(read_payroll(export), monitor, lists, tenant="t", now=datetime.now(UTC)) if one]
    assert [one.verdict for one in lines] == [Verdict.RELEASE, Verdict.HOLD, Verdict.HOLD]
    assert lines[1].error is not None
    assert lines[1].error.startswith(f"{export}: line 3: screening failed with IndexError")
    assert [one.as_json().get("error") for one in lines] == [None, lines[1].error, None]
    ran = invoked("screen-payroll", str(export))
    assert "1 rows failed in our own code" in ran.stderr
    assert lines[1].error in ran.stderr
    assert CURSED not in ran.stderr
    assert ran.exit_code == 2


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def monitor() -> Monitor:
    return Monitor.under(shipped_policy(), identity_key=b"offline", engine_version="1.0")


def replayed(engine: Replay, *paths: Path) -> Iterator[dict[str, Any]]:
    for record in records_of(paths):
        yield from (orjson.loads(as_line(out)) for out in engine.outputs(record))


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


def test_publish_hands_on_the_line_whose_check_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(event: Any) -> Any:
        if event.creditor.name == CURSED:
            raise IndexError
        return iter(())

    monkeypatch.setattr("streamer.files.publish.unknown_fields", failing)
    path = tmp_path / "events.jsonl"
    events = [payment(), payment(creditor=CURSED), payment()]
    path.write_bytes(b"\n".join(map(as_bytes, events)))
    found = list(checked("payments", path))
    assert [(one.key, one.value) for one in found] == [(e["event_id"].encode(), as_bytes(e)) for e in events]
    assert [one.fault for one in found if one.fault] == [
        f"{path}: line 2: its check failed with IndexError, a fault of this program; "
        "the worker answers it, please report it"
    ]
