"""Histories do not care how they were delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.detectors.behaviour.histories import HISTORY_EVENTS_MAX, History
from streamer.detectors.behaviour.watching import Judged, Typologies
from streamer.events import Observation, SubjectKind, digest

RULES = Typologies()
START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {
    SubjectKind.ACCOUNT: ("pay", "payment", "payout_account_changed"),
    SubjectKind.WORKER: ("pay", "worker_hired", "payout_account_changed"),
}


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """One subject's observations: few days, payees and accounts, so that ties and repeats are common."""
    kind = draw(st.sampled_from(list(SubjectKind)))
    facts = st.tuples(
        st.integers(0, 200),
        st.sampled_from(KINDS[kind]),
        st.sampled_from(["p1", "p2", "p3", "p4"]),
        st.sampled_from(["a1", "a2", "a3"]),
        st.sampled_from(["n1", "n2", None]),
        st.one_of(st.none(), st.integers(0, 200)),
    )
    return [
        Observation(
            observation_id=digest(str(n).encode()),
            tenant="t",
            subject_kind=kind,
            subject=f"t/{kind}/s",
            event_id=f"e{n}",
            event_type=event_type,
            event_time=START + timedelta(days=day),
            payee=payee if kind is SubjectKind.ACCOUNT else "s",
            payee_name=name,
            payer="employer",
            account="s" if kind is SubjectKind.ACCOUNT else account,
            start_date=None if start is None else (START + timedelta(days=start)).date(),
        )
        for n, (day, event_type, payee, account, name, start) in enumerate(draw(st.lists(facts, max_size=14)))
    ]


def watched(delivered: list[Observation]) -> tuple[History, list[Judged]]:
    history = History()
    judged: list[Judged] = []
    for observation in delivered:
        result = RULES.watch(observation, history)
        history = result.history
        judged += result.judged
    return history, judged


def strongest(judged: list[Judged]) -> dict[tuple[str, str], str]:
    """What is known in the end: by observation and rule, the gravest finding."""
    order = ["low", "medium", "high"]
    known: dict[tuple[str, str], str] = {}
    for observation, finding in judged:
        key = (observation.observation_id, finding.rule)
        if key not in known or order.index(finding.severity) > order.index(known[key]):
            known[key] = finding.severity.value
    return known


@given(st.data(), observations())
def test_any_order_of_delivery_ends_in_the_same_history(data: st.DataObject, one_order: list[Observation]) -> None:
    other_order = data.draw(st.permutations(one_order))
    assert watched(one_order)[0] == watched(other_order)[0] == History.of(other_order)


@given(st.data(), observations())
def test_a_redelivery_changes_nothing(data: st.DataObject, delivered: list[Observation]) -> None:
    history, judged = watched(delivered)
    for observation in data.draw(st.permutations(delivered)):
        again = RULES.watch(observation, history)
        assert again.history == history
        # It may repeat what was found, under the same observation: consumers drop the twin.
        assert set(strongest(list(again.judged))) <= set(strongest(judged))


@given(st.data(), observations())
def test_what_is_found_in_an_observation_does_not_depend_on_later_ones(
    data: st.DataObject, delivered: list[Observation]
) -> None:
    history = History.of(delivered)
    for observation in delivered:
        before = history.before(observation)
        some_later = data.draw(st.lists(st.sampled_from(history.observations), unique_by=lambda o: o.observation_id))
        later = [o for o in some_later if o not in before.observations]
        found = RULES.judge(observation, before)
        assert found == RULES.judge(observation, history)
        assert found == RULES.judge(observation, History.of([*before.observations, *later]))


@given(st.data(), observations())
def test_a_shared_account_is_found_in_any_order_of_delivery(data: st.DataObject, in_time: list[Observation]) -> None:
    in_time = list(History.of(in_time).observations)
    shared = [o for o in in_time if o.subject_kind is SubjectKind.ACCOUNT and o.event_type != "payment"]
    _, judged = watched(shared)
    _, late = watched(data.draw(st.permutations(shared)))
    assert strongest(late) == strongest(judged)


@settings(max_examples=20)
@given(st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_bound_keeps_the_latest_whatever_the_order(beyond: int, random: object) -> None:
    many = [
        Observation(
            observation_id=digest(str(n).encode()),
            tenant="t",
            subject_kind=SubjectKind.ACCOUNT,
            subject="t/account/s",
            event_id=f"e{n}",
            event_type="pay",
            event_time=START + timedelta(hours=n // 3),
        )
        for n in range(HISTORY_EVENTS_MAX + beyond)
    ]
    expected = History.of(many)
    random.shuffle(many)  # type: ignore[attr-defined]
    history = History.of(many[: HISTORY_EVENTS_MAX - 20])
    for observation in many[HISTORY_EVENTS_MAX - 20 :]:
        history = history.including(observation)
    assert history == expected
