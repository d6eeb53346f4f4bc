"""Evasion attempts collected beside the checkout, one small file each with the verdict that is expected at least."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from streamer.events import Verdict, strictest_verdict
from streamer.files.replay import Replay, records_of
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from tests.shared import SHARED, real_lists, shared

FOLDER: Final = "eval/evasions"
EXACT: Final = {"a decision (release), no exception": Verdict.RELEASE}
"""Expectations in words: exactly this verdict. All others are the least strict verdict allowed."""

pytestmark = pytest.mark.timeout(600)


def _cases() -> list[dict[str, Any]]:
    index = SHARED / FOLDER / "index.jsonl"
    if not index.exists():
        return [{"file": "index.jsonl"}]  # Skips, with the reason.
    return [json.loads(line) for line in index.read_text("utf-8").splitlines() if line]


@cache
def _monitor() -> Monitor:
    return Monitor.under(shipped_policy(), identity_key=b"evasions", engine_version="0")


def verdict(path: Path) -> Verdict:
    """The strictest verdict of the file's events, in one replay."""
    engine = Replay(_monitor(), real_lists())
    for record in records_of([path], "acme"):
        list(engine.outputs(record))
    return strictest_verdict(verdict for verdict, count in engine.verdicts.items() if count)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["file"])
def test_the_attempt_is_answered_as_strictly_as_expected(case: dict[str, Any]) -> None:
    answered = verdict(shared(f"{FOLDER}/{case['file']}"))
    expected = case["expected"]
    if expected in EXACT:
        assert answered is EXACT[expected]
    else:
        # "review (as the same JSON)": the word that decides comes first.
        least = Verdict(expected.split()[0])
        assert answered.rank >= least.rank, f"{answered}, at least {least} expected"
