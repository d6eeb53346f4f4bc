"""The checker can fail: each kind of damage, seeded, is found."""

from __future__ import annotations

import json

from tests.faults.checker import judged

LISTS = [{"list": "ofac", "version": "1"}]


def decision(
    offset: int, *, id: str = "d", verdict: str = "release", version: str = "1"
) -> tuple[dict[str, bytes], bytes]:
    headers = {"source-topic": b"payments", "source-partition": b"0", "source-offset": str(offset).encode()}
    lists = [{"list": "ofac", "version": version}]
    value = {"decision_id": id, "verdict": verdict, "lists": lists, "policy_version": "p", "revision": 0}
    return headers, json.dumps(value).encode()


SENT = [("payments", 0, 0), ("payments", 0, 1)]


def test_every_input_answered_once_is_clean() -> None:
    assert judged(SENT, [decision(0), decision(1)]).clean


def test_a_lost_input_is_found() -> None:
    assert judged(SENT, [decision(0)]).lost == [("payments", 0, 1)]


def test_the_same_decision_again_is_only_a_repetition() -> None:
    result = judged(SENT, [decision(0), decision(0), decision(1)])
    assert result.clean
    assert result.repeated == 1


def test_a_second_id_under_the_same_lists_is_a_duplicate() -> None:
    assert judged(SENT, [decision(0), decision(0, id="e"), decision(1)]).duplicated_effective == [("payments", 0, 0)]


def test_a_second_verdict_under_the_same_lists_is_a_contradiction() -> None:
    assert judged(SENT, [decision(0), decision(0, verdict="hold"), decision(1)]).contradictory == [("payments", 0, 0)]


def test_a_new_list_may_decide_anew() -> None:
    assert judged(SENT, [decision(0), decision(0, id="e", verdict="hold", version="2"), decision(1)]).clean
