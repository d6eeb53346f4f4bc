"""Strange but harmless payments are released, on OFAC and UN in full."""

from __future__ import annotations

import pytest

from tests.evasions.harmless import KEYS, SEED, STOPPED_MAX, payments, stopped, strings_of, told
from tests.shared import real_lists

COUNT = 1_000

pytestmark = pytest.mark.timeout(600)


def test_harmless_payments_are_released() -> None:
    found = list(stopped(payments(SEED, COUNT), real_lists()))
    assert len(found) <= STOPPED_MAX, "\n".join(told(event, decision) for event, decision in found)


def test_the_payments_are_strange() -> None:
    events = list(payments(SEED, COUNT))
    hung = [
        key
        for event in events
        for node in (event, *event.values())
        if isinstance(node, dict)
        for key in KEYS
        if key in node
    ]
    assert len(hung) > 2 * COUNT
    assert set(hung) == set(KEYS)
    assert len({text for event in events for text in strings_of(event)}) > 10 * COUNT
