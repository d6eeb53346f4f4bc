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
from streamer.files.publish import UnknownFields, checked
from streamer.files.replay import lists_from
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.screening import Hit, Query, Screener
from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, as_bytes, payment

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
    assert [one.is_failure for one in lines] == [False, True, False]
    ran = invoked("screen-payroll", str(export))
    assert "1 rows failed in our own code" in ran.stderr
    assert ran.exit_code == 2


def _events() -> Iterator[bytes]:
    yield as_bytes(payment())
    yield as_bytes(payment(beneficiary={"name": "Ada"}, notes=["a", "b"]))
    yield as_bytes(payment(notes=["c"]))


def test_fields_that_the_schema_does_not_know_are_named_before_anything_is_published(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(_events()))
    unknown = UnknownFields()
    assert len(list(checked("payments", path, unknown=unknown))) == 3
    assert sorted(unknown.in_words()) == [
        "  beneficiary.name: 1 events, the first on line 2",
        "  notes: 2 events, the first on line 2",
    ]
