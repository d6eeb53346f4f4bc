"""The demo's judge: every ordinary event is released, every story goes as told, and it can say no."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from streamer.demo.stories import CLEAN_BLOCKED_SHARE_MAX
from streamer.events import Verdict
from tests.unit.demo.replayed import LISTED, RECEIVED_AT, SCRIPT, expecting, judged, replayed, told


@pytest.mark.parametrize("story", SCRIPT.stories, ids=lambda story: story.id)
def test_each_story_goes_as_told(story: Any) -> None:
    outcome = next(o for o in judged(told()).outcomes if o.story.id == story.id)
    assert outcome.applies
    assert outcome.problem is None, f"{story.told} But: {outcome.problem}; {outcome.happened}"


def test_every_ordinary_event_is_released_and_none_is_alerted() -> None:
    assert judged(told()).clean_blocked == ()


def test_nothing_is_lost_and_all_is_good() -> None:
    judgement = judged(told())
    assert judgement.nothing_is_lost
    assert judgement.is_good


@pytest.mark.parametrize("seed", range(3))
def test_verdicts_do_not_depend_on_the_order_of_arrival(seed: int) -> None:
    shuffled = list(SCRIPT.shipments)
    random.Random(seed).shuffle(shuffled)
    # Of two events under one id the first to come is the valid one: their order is the broker's, by key.
    shuffled.sort(key=lambda shipment: shipment.ref == "MT-261117-09019#2")
    verdicts = {ref: decision["verdict"] for ref, decision in replayed(shuffled).answers().items()}
    assert verdicts == {ref: decision["verdict"] for ref, decision in told().answers().items()}


def test_a_second_round_goes_as_the_first_under_fresh_ids() -> None:
    again = tuple(shipment.again(2) for shipment in SCRIPT.shipments)
    assert not {s.key for s in again} & {s.key for s in SCRIPT.shipments}
    seen = replayed((*SCRIPT.shipments, *again))
    assert judged(seen, published=2 * len(again)).is_good
    assert seen.verdicts == {verdict: 2 * count for verdict, count in told().verdicts.items()}


@pytest.mark.parametrize(
    ("story", "changes", "problem"),
    [
        ("lookalike-firm", {"verdict": Verdict.HOLD}, "release, told was hold"),
        ("volasys-salary", {"verdict": Verdict.RELEASE}, "hold, told was release"),
        ("volasys-salary", {"entity_id": "ofac-24977"}, "no finding LISTED_NAME on ofac-24977"),
        ("yalta-krimea", {"rule": "LISTED_NAME"}, "no finding LISTED_NAME"),
        ("lookalike-person", {"near_miss": "ofac-24979"}, "no near miss of ofac-24979"),
        ("account-churn", {"behaviour": "SHARED_ACCOUNT"}, "no alert SHARED_ACCOUNT"),
        ("account-churn", {"severity": "critical"}, "no alert ACCOUNT_CHURN of severity critical"),
        ("account-churn", {"behaviour": None}, "told was none"),
    ],
)
def test_a_story_that_goes_otherwise_fails(story: str, changes: dict[str, Any], problem: str) -> None:
    judgement = judged(told(), expecting(story, **changes))
    failed = [outcome for outcome in judgement.outcomes if outcome.is_failure]
    assert [outcome.story.id for outcome in failed] == [story]
    assert problem in (failed[0].problem or "")
    assert not judgement.is_good


def test_a_lost_event_is_found() -> None:
    assert not judged(told(), published=len(SCRIPT.shipments) + 1).nothing_is_lost
    seen = replayed(SCRIPT.shipments[:-1])
    last = SCRIPT.shipments[-1]
    seen.take(last.topic, (0, len(SCRIPT.shipments)), last.key, last.value, {}, RECEIVED_AT.timestamp() * 1000)
    assert seen.inputs == len(SCRIPT.shipments)
    assert not judged(seen).nothing_is_lost
    assert not judged(seen).is_good


def test_a_blocked_payment_without_an_alert_is_a_failure() -> None:
    seen = replayed(SCRIPT.shipments)
    seen.alerts = [alert for alert in seen.alerts if alert.rule != "EMBARGO"]
    (failed,) = (outcome for outcome in judged(seen).outcomes if outcome.is_failure)
    assert failed.story.id == "yalta-krimea"
    assert failed.problem == "MT-261110-09007: no alert EMBARGO"


def test_an_ordinary_event_that_is_held_fails_the_demo_on_the_sample_only() -> None:
    stories = tuple(story for story in SCRIPT.stories if story.id != "volasys-salary")
    script = replace(SCRIPT, stories=stories)
    on_sample = judged(told(), script)
    assert len(on_sample.clean_blocked) == 1
    assert on_sample.clean_blocked[0].startswith("HP-261105-09001: hold: ")
    assert not on_sample.is_good
    on_own_lists = judged(told(), script, is_sample=False)
    assert on_own_lists.clean_blocked_max == int(CLEAN_BLOCKED_SHARE_MAX * on_own_lists.clean)
    assert on_own_lists.is_good


def test_a_story_about_an_entry_that_is_not_listed_is_not_required() -> None:
    judgement = judged(told(), listed=LISTED - {"ofac-24978"}, script=expecting("volasys-salary", rule="NOTHING"))
    outcome = next(o for o in judgement.outcomes if o.story.id == "volasys-salary")
    assert not outcome.applies
    assert outcome.happened == "ofac-24978 is not on these lists"
    assert judgement.is_good
