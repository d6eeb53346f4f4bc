"""The demo's script: every ordinary event is released, every story goes as told, and the judge can say no."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from itertools import pairwise
from typing import Any

import orjson
import pytest
from rich.console import Console

from streamer import __version__
from streamer.demo.run import (
    CLEAN_BLOCKED_SHARE_MAX,
    Alert,
    Expectation,
    Judgement,
    Screen,
    Script,
    Seen,
    Shipment,
    in_words,
    judge,
)
from streamer.events import Verdict, event_from_json
from streamer.files.replay import Replay, lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.outputs import Output
from streamer.policy import shipped_policy
from streamer.reference.identifiers import normalised_bic, normalised_iban
from streamer.watchlists import sample_lists
from tests.data import make_demo_events

RECEIVED_AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

SCRIPT = Script.shipped()
LISTED = frozenset(entity.id for parsed in sample_lists() for entity in parsed.entities)


@cache
def sample() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def replayed(shipments: Sequence[Shipment]) -> Seen:
    """What the topics would show after these shipments, through the Monitor alone."""
    monitor = Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__)
    replay, seen = Replay(monitor, sample()), Seen()
    for offset, shipment in enumerate(shipments):
        received_ms = RECEIVED_AT.timestamp() * 1000 + offset
        record = Record(shipment.topic, 0, offset, shipment.key, shipment.value, RECEIVED_AT)
        seen.refs[shipment.topic, 0, offset] = shipment.ref
        seen.take(shipment.topic, (0, offset), shipment.key, shipment.value, {}, received_ms)
        for output in replay.outputs(record):
            take(seen, output, received_ms + 5)
    return seen


def take(seen: Seen, output: Output, timestamp_ms: float) -> Alert | None:
    return seen.take(output.topic, (0, 0), output.key, output.value, output.headers, timestamp_ms)


@cache
def told() -> Seen:
    """The shipped script, once, in its own order. Not to be changed by a test."""
    return replayed(SCRIPT.shipments)


def judged(
    seen: Seen,
    script: Script = SCRIPT,
    *,
    published: int = len(SCRIPT.shipments),
    listed: frozenset[str] = LISTED,
    is_sample: bool = True,
) -> Judgement:
    return judge(script, seen, published=published, listed=listed, is_sample=is_sample)


def expecting(story_id: str, **changes: Any) -> Script:
    """The shipped script with another expectation of one story."""
    stories = tuple(
        replace(story, expect=replace(story.expect, **changes)) if story.id == story_id else story
        for story in SCRIPT.stories
    )
    return replace(SCRIPT, stories=stories)


# ---------------------------------------------------------------- what ships


def test_the_shipped_events_are_what_the_generator_writes() -> None:
    for name, content in make_demo_events.files().items():
        assert (make_demo_events.SHIPPED / name).read_bytes() == content, (
            f"streamer/data/demo/{name} is stale: run python tests/data/make_demo_events.py"
        )


def test_a_month_of_events_ships_most_of_them_ordinary() -> None:
    assert len(SCRIPT.shipments) >= 330
    assert len(SCRIPT.clean_refs()) >= 300
    assert {shipment.topic for shipment in SCRIPT.shipments} == {"payments", "payrolls"}


def test_every_event_is_one_save_the_records_that_are_told_to_be_none() -> None:
    broken = {ref for story in SCRIPT.stories if story.id in ("not-utf8", "wrong-shape") for ref in story.refs}
    for shipment in SCRIPT.shipments:
        if shipment.ref not in broken:
            assert event_from_json(shipment.topic, shipment.value).event_id.encode() == shipment.key
    with pytest.raises(UnicodeDecodeError):
        next(s for s in SCRIPT.shipments if s.ref == "MT-261111-09021").value.decode()


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def test_every_iban_and_bic_is_well_formed() -> None:
    ibans, bics = 0, 0
    for lines in make_demo_events.files().values():
        for node in _nodes([orjson.loads(line) for line in lines.splitlines()]):
            if iban := node.get("iban"):
                ibans += 1
                assert normalised_iban(iban), iban
            if bic := node.get("bic"):
                bics += 1
                assert normalised_bic(bic), bic
    assert ibans > 100
    assert bics > 300


def test_stories_name_events_that_exist() -> None:
    refs = [shipment.ref for shipment in SCRIPT.shipments]
    assert len(refs) == len(set(refs))
    for story in SCRIPT.stories:
        assert story.refs
        assert set(story.refs) <= set(refs), story.id
        assert story.expect.entity_id is None or story.expect.entity_id in LISTED, story.id


def test_an_event_id_used_twice_has_two_names_here() -> None:
    first, second = (s for s in SCRIPT.shipments if s.key == b"MT-261117-09019")
    assert (first.ref, second.ref) == ("MT-261117-09019", "MT-261117-09019#2")
    assert first.value != second.value


# ---------------------------------------------------------------- what must happen


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


# ---------------------------------------------------------------- the judge says no


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


# ---------------------------------------------------------------- reading the topics


def test_a_redelivered_record_counts_once() -> None:
    seen = replayed(SCRIPT.shipments[:40])
    before = (seen.answered, sum(seen.verdicts.values()), len(seen.alerts))
    again = Replay(Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__), sample())
    for offset, shipment in enumerate(SCRIPT.shipments[:40]):
        record = Record(shipment.topic, 0, offset, shipment.key, shipment.value, RECEIVED_AT)
        for output in again.outputs(record):
            assert take(seen, output, 0.0) is None
    assert (seen.answered, sum(seen.verdicts.values()), len(seen.alerts)) == before


def test_a_decision_read_before_its_input_is_matched() -> None:
    shipment = SCRIPT.shipments[0]
    monitor = Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__)
    record = Record(shipment.topic, 3, 7, shipment.key, shipment.value, RECEIVED_AT)
    seen = Seen()
    for output in Replay(monitor, sample()).outputs(record):
        take(seen, output, 1_250.0)
    assert seen.answered == 0
    seen.take(shipment.topic, (3, 7), shipment.key, shipment.value, {}, 1_000.0)
    assert seen.answered == seen.inputs == 1
    assert seen.percentile_ms(0.99) == pytest.approx(250.0)


def test_what_is_settled_is_forgotten_but_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.demo.run.REMEMBERED_MAX", 20)
    again = tuple(shipment.again(2) for shipment in SCRIPT.shipments)
    seen = replayed((*SCRIPT.shipments, *again))
    seen.forget_settled({shipment.ref for shipment in SCRIPT.shipments})
    assert len(seen.account.inputs) == len(SCRIPT.shipments)
    assert seen.settled == len(again)
    assert len(seen.alert_ids) == 20
    assert judged(seen, published=2 * len(again)).is_good


def test_records_of_a_story_must_follow_an_event_that_exists() -> None:
    record = {"after": "nowhere", "key": "k", "topic": "payments", "text": "", "encoding": "utf-8", "who": "w"}
    story = {"id": "s", "title": "", "told": "", "records": [record], "expect": {"verdict": "hold"}}
    with pytest.raises(ValueError, match="nowhere"):
        Script.of({"payments": (), "payrolls": ()}, [story])


# ---------------------------------------------------------------- showing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("creditor.name", "creditor"),
        ("account_holder.name", "account holder"),
        ("intermediary_agents[1].bic", "intermediary agents 2 bic"),
        ("creditor.address.lines[1] names Yalta", "creditor address lines 2 names Yalta"),
        ("byte 103 is not UTF-8; publish JSON", "byte 103 is not UTF-8; publish JSON"),
        ("paid by 2 payers.", "paid by 2 payers."),
    ],
)
def test_paths_are_told_in_words(text: str, said: str) -> None:
    assert in_words(text) == said


ALERTS = (
    Alert("E1", "LISTED_NAME", "high", "hold", "d", "ofac-24977", "YANBIAN SILVERSTAR NETWORK", 0.99, "creditor"),
    Alert("E2", "SCREENING_INCOMPLETE", "high", "hold", "d", None, None, None, "(not utf8): " + "byte " * 200),
    Alert("E3", "SHARED_ACCOUNT", "high", "watch", None, None, None, None, "3 payees share one account"),
)
WHO = ("珲春海东水产贸易有限公司与很多其他的合作伙伴股份公司", "شركة النخيل للتوريدات الغذائية", "Ada")


@pytest.mark.parametrize("width", [48, 80, 100, 200])
def test_alerts_are_aligned_and_no_wider_than_the_terminal(width: int) -> None:
    file = StringIO()
    console = Console(file=file, force_terminal=True, width=width, color_system=None, legacy_windows=False)
    screen = Screen(console)
    screen.alert_header()
    for alert, who in zip(ALERTS, WHO, strict=True):
        screen.alert(alert, who)
    lines = file.getvalue().splitlines()
    assert max(console.measure(line).maximum for line in lines if line) <= width
    assert any("0.99" in line for line in lines)
    assert len(lines) <= 3 + 3 * 3


def test_alerts_are_plain_lines_where_there_is_no_terminal() -> None:
    file = StringIO()
    screen = Screen(Console(file=file, width=80))
    screen.alert_header()
    for alert, who in zip(ALERTS, WHO, strict=True):
        screen.alert(alert, who)
    first, _, third = file.getvalue().splitlines()
    assert "hold" in first
    assert "LISTED_NAME: creditor" in first
    assert "SHARED_ACCOUNT: 3 payees share one account" in third


def test_the_summary_tells_what_failed_and_what_does_not_apply() -> None:
    file = StringIO()
    screen = Screen(Console(file=file, width=100))
    script = expecting("volasys-salary", verdict=Verdict.RELEASE)
    judgement = judged(told(), script, listed=LISTED - {"ofac-57056"})
    screen.summary(judgement, told(), 6066, is_served=False)
    screen.verdict(judgement)
    shown = file.getvalue()
    published = len(SCRIPT.shipments)
    assert f"{published} published = {published} on payments and payrolls = {published} decided" in shown
    assert "http://127.0.0.1:6066/metrics" in shown
    assert "HP-261105-09001: hold, told was release" in shown
    assert "ofac-57056 is not on these lists" in shown
    assert "1 of 19 stories went otherwise than told" in shown


def test_expectations_are_read_with_nothing_left_over() -> None:
    with pytest.raises(TypeError):
        Expectation(verdict=Verdict.HOLD, ruel="EMBARGO")  # type: ignore[call-arg]


def test_the_script_is_published_by_event_time() -> None:
    broken = {ref for story in SCRIPT.stories if story.id in ("not-utf8", "wrong-shape") for ref in story.refs}
    times = [orjson.loads(s.value)["event_time"] for s in SCRIPT.shipments if s.ref not in broken]
    assert all(earlier <= later for earlier, later in pairwise(times))
