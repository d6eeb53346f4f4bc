"""What the worker asks of the Monitor beside screening in one piece."""

from __future__ import annotations

from streamer.events import DEAD_LETTER_REASONS, Verdict
from streamer.files.replay import lists_from
from streamer.monitor import Monitor, Screened
from streamer.policy import policy_from_toml, shipped_policy
from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, RECEIVED_AT, payment, record

MONITOR = Monitor.under(shipped_policy(), identity_key=b"key", engine_version="1")
LISTS = lists_from(sample_lists(), RECEIVED_AT)


def test_screening_in_pieces_gives_what_screening_at_one_stroke_gives() -> None:
    for value in (payment(creditor=LISTED_NAME), payment(), b"no JSON"):
        received = MONITOR.receive(record(value))
        work = MONITOR.screening(received, LISTS)
        answer: Screened | None = None
        try:
            while True:
                next(work)
        except StopIteration as done:
            answer = done.value
        assert answer is not None
        assert answer.decision == MONITOR.screen(received, LISTS).decision


def test_a_record_over_budget_is_held_for_that_and_kept() -> None:
    received = MONITOR.receive(record(payment()))
    answer = MONITOR.over_budget(received, LISTS)
    (finding,) = answer.decision.findings
    assert (answer.decision.verdict, finding.rule, finding.verdict) == (Verdict.HOLD, "SCREENING_BUDGET", Verdict.HOLD)
    assert received.event is not None
    assert answer.decision.event_id == received.event.event_id
    assert answer.dead_letter is not None
    assert answer.dead_letter.reason == "over_budget"
    assert answer.dead_letter.reason in DEAD_LETTER_REASONS
    assert MONITOR.over_budget(received, LISTS) == answer


def test_a_misplaced_record_is_held_and_its_publisher_told_how_to_place_it() -> None:
    policy = policy_from_toml('[worker]\npartitioner = "crc32"\n', "test")
    monitor = Monitor.under(policy, identity_key=b"key", engine_version="1")
    answer = monitor.misplaced(monitor.receive(record(payment())), LISTS)
    assert answer.decision.verdict is Verdict.HOLD
    assert answer.dead_letter is not None
    assert answer.dead_letter.reason == "wrong_partition"
    assert answer.dead_letter.reason in DEAD_LETTER_REASONS
    assert "crc32 of its event id" in answer.dead_letter.detail


def test_everybody_on_a_long_route_is_remembered_the_payee_first() -> None:
    others = [{"role": f"other_{n}", "name": f"Passerby Number {n}"} for n in range(60)]
    screened = MONITOR.screen(MONITOR.receive(record(payment(related_parties=others))), LISTS)
    remembered = MONITOR.remembered(screened)
    assert remembered is not None
    who, sighting = remembered
    assert len(who) == len(sighting.route) == 62
    assert [path for path, _ in sighting.route][:2] == ["creditor", "debtor"]
