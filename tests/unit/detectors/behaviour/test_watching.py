"""Late arrivals, redeliveries and bounds of what one observation may cause."""

from __future__ import annotations

from streamer.detectors.behaviour.histories import HISTORY_EVENTS_MAX, History
from streamer.detectors.behaviour.rules import RELATED_EVENTS_MAX
from streamer.detectors.behaviour.watching import SUCCESSORS_MAX
from tests.unit.detectors.behaviour.observed import (
    IBAN_A,
    RULES,
    accounts_of,
    pay,
    watched,
)


def test_a_late_arrival_completes_the_pattern_at_its_successor() -> None:
    early, late_day = pay("w1", IBAN_A), pay("w2", IBAN_A, 5)
    first, second = watched([late_day, early])
    assert first == ()
    assert [j.observation.event_id for j in second] == [late_day.event_id]


def test_two_workers_of_one_pay_run_are_seen_in_either_order() -> None:
    # Same event time: the pattern belongs to one of the two, whichever is delivered last.
    one, two = pay("w1", IBAN_A), pay("w2", IBAN_A)
    forth = [j for judged in watched([one, two]) for j in judged]
    back = [j for judged in watched([two, one]) for j in judged]
    assert forth == back
    assert len(forth) == 1


def test_reaching_the_bound_is_visible_and_drops_the_earliest() -> None:
    history = History.of(accounts_of(pay("w1", IBAN_A, days) for days in range(HISTORY_EVENTS_MAX)))
    assert history.is_full
    (later,) = accounts_of([pay("w1", IBAN_A, HISTORY_EVENTS_MAX)])
    result = RULES.watch(later, history)
    assert [f.rule for f in result.findings] == ["HISTORY_LIMIT"]
    assert len(result.history.observations) == HISTORY_EVENTS_MAX
    assert result.history.observations[0] == history.observations[1]
    assert RULES.watch(later, result.history).findings == (), "a redelivery drives nothing out"


def test_what_one_call_may_yield_is_bounded() -> None:
    many = accounts_of(pay("w2", IBAN_A, n / 100) for n in range(1, 200))
    (first,) = accounts_of([pay("w1", IBAN_A)])
    result = RULES.watch(first, History.of(many))
    assert len(result.judged) == SUCCESSORS_MAX
    (found,) = RULES.judge(many[-1], result.history)
    assert len(found.evidence[0].related_event_ids) == RELATED_EVENTS_MAX
