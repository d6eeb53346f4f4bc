"""Histories by event time."""

from __future__ import annotations

import orjson
import pytest

from streamer.detectors.behaviour.histories import History
from tests.unit.detectors.behaviour.observed import (
    IBAN_A,
    IBAN_B,
    accounts_of,
    pay,
)


def test_before_excludes_itself_and_its_successors() -> None:
    one, two, three = accounts_of(pay("w1", IBAN_A, days) for days in (0, 1, 2))
    history = History.of([three, one, two])
    assert history.before(two).observations == (one,)
    assert history.after(two) == (three,)
    assert history.without(two).observations == (one, three)


def test_a_history_survives_json() -> None:
    history = History.of(accounts_of(pay("w1", IBAN_A, days) for days in (0, 1, 2)))
    assert History.from_json(orjson.loads(orjson.dumps(history.to_json()))) == history


def test_a_history_holds_one_subject() -> None:
    with pytest.raises(ValueError, match="one subject"):
        History.of(accounts_of([pay("w1", IBAN_A), pay("w1", IBAN_B)]))
