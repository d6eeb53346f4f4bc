"""Policy and precedence: the strictest finding wins, and the id says what was judged by what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.decisions import decision_id, missing_lists, ordered, stale_lists
from streamer.detectors.entries import CONSEQUENCE_ADVICE
from streamer.events import Consequence, Evidence, Finding, ListVersion, Severity, Verdict, capped, strictest_verdict
from streamer.policy import (
    AllowedPolicy,
    InvalidPolicy,
    ListsPolicy,
    Policy,
    ScreeningPolicy,
    policy_from_toml,
    score_verdict,
    shipped_policy,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
OFAC = ListVersion(list="ofac", version="a" * 64, entries=1, fetched_at=NOW)
UN = ListVersion(list="un", version="b" * 64, entries=1, fetched_at=NOW)
VERDICTS = st.lists(st.sampled_from(Verdict), max_size=6)


@given(VERDICTS)
def test_the_strictest_verdict_wins(verdicts: list[Verdict]) -> None:
    strictest = strictest_verdict(verdicts)
    assert all(verdict.rank <= strictest.rank for verdict in verdicts)
    assert strictest in verdicts or (not verdicts and strictest is Verdict.RELEASE)


@given(st.sampled_from(Verdict), VERDICTS)
def test_a_ceiling_only_ever_softens(verdict: Verdict, ceilings: list[Verdict]) -> None:
    assert capped(verdict, *ceilings).rank == min([verdict.rank, *(ceiling.rank for ceiling in ceilings)])


def test_a_score_on_the_threshold_is_over_it() -> None:
    thresholds = ScreeningPolicy(near_miss=0.5, review=0.8, hold=0.9)
    scores = {
        0.7999: Verdict.RELEASE,
        0.8: Verdict.REVIEW,
        0.8999: Verdict.REVIEW,
        0.9: Verdict.HOLD,
        1.0: Verdict.HOLD,
    }
    assert {score: score_verdict(score, thresholds) for score in scores} == scores


def _finding(rule: str, verdict: Verdict, score: float) -> Finding:
    evidence = (Evidence(element="creditor.name", score=score),)
    return Finding(rule=rule, verdict=verdict, severity=Severity.LOW, reason=rule, evidence=evidence)


def test_findings_stand_most_severe_first_in_whatever_order_they_were_found() -> None:
    findings = [
        _finding("A", Verdict.REVIEW, 0.9),
        _finding("B", Verdict.HOLD, 0.91),
        _finding("C", Verdict.HOLD, 0.99),
        _finding("D", Verdict.REVIEW, 0.9),
    ]
    assert [finding.rule for finding in ordered(findings)] == ["C", "B", "A", "D"]
    assert ordered(findings) == ordered(reversed(findings))


def test_the_id_depends_on_event_lists_policy_and_revision() -> None:
    one = decision_id("e", (OFAC, UN), "p", 0)
    assert one == decision_id("e", (OFAC, UN), "p", 0)
    others = {
        decision_id("f", (OFAC, UN), "p", 0),
        decision_id("e", (OFAC,), "p", 0),
        decision_id("e", (OFAC, UN.model_copy(update={"version": "c" * 64})), "p", 0),
        decision_id("e", (OFAC, UN), "q", 0),
        decision_id("e", (OFAC, UN), "p", 1),
    }
    assert len(others) == 5
    assert one not in others


def test_a_list_verified_again_does_not_change_the_id() -> None:
    verified = OFAC.model_copy(update={"fetched_at": NOW + timedelta(hours=2)})
    assert decision_id("e", (OFAC,), "p", 0) == decision_id("e", (verified,), "p", 0)


def test_a_list_is_stale_only_beyond_its_hours() -> None:
    policy = ListsPolicy(age_hours_max=2)
    assert stale_lists([OFAC], NOW + timedelta(hours=2), policy) == ()
    (finding,) = stale_lists([OFAC, UN.model_copy(update={"fetched_at": None})], NOW + timedelta(hours=2.1), policy)
    assert (finding.rule, finding.verdict, finding.evidence[0].list) == ("LIST_STALE", Verdict.REVIEW, "ofac")


def test_ages_and_required_lists_are_those_of_the_tenant() -> None:
    policy = policy_from_toml(
        "[lists]\nrequired = ['ofac']\nage_hours_max = 72\n[lists.age_hours]\npress = 720\n"
        "[lists.tenants.acme]\nrequired = ['eu']\nage_hours_max = 24\nage_hours = {un = 1}\n",
        "a test",
    ).lists
    hours = {
        (name, tenant): policy.age_hours_of(name, tenant)
        for name in ("ofac", "un", "press")
        for tenant in ("acme", "globex", None)
    }
    assert hours == {
        ("ofac", "acme"): 24,
        ("ofac", "globex"): 72,
        ("ofac", None): 72,
        ("un", "acme"): 1,
        ("un", "globex"): 72,
        ("un", None): 72,
        ("press", "acme"): 720,
        ("press", "globex"): 720,
        ("press", None): 720,
    }
    assert policy.required_by_any == ("ofac", "eu")
    assert (policy.required_of("acme"), policy.required_of("globex")) == (("eu",), ())
    at = NOW + timedelta(hours=25)
    assert [f.evidence[0].list for f in stale_lists([OFAC], at, policy, "acme")] == ["ofac"]
    assert stale_lists([OFAC], at, policy, "globex") == ()
    (finding,) = missing_lists([OFAC], policy, "acme")
    assert (finding.rule, finding.verdict, finding.evidence[0].list) == ("LIST_MISSING", Verdict.HOLD, "eu")
    assert missing_lists([OFAC], policy, "globex") == ()


def test_every_consequence_has_advice() -> None:
    assert CONSEQUENCE_ADVICE.keys() == set(Consequence)


# ---------------------------------------------------------------- policy


def test_the_version_is_of_the_content_not_the_spelling() -> None:
    one = policy_from_toml("[screening]\nhold = 0.9\nreview = 0.8\nnear_miss = 0.6\n", "one")
    same = policy_from_toml("# a comment\n[screening]\nnear_miss = 0.60\nreview = 0.8\nhold = 0.9\n", "same")
    other = policy_from_toml("[screening]\nhold = 0.91\nreview = 0.8\nnear_miss = 0.6\n", "other")
    assert one.version == same.version != other.version


def test_the_shipped_policy_states_every_key_that_there_is() -> None:
    text = (Path(__file__).resolve().parents[2] / "streamer/data/policy.toml").read_text("utf-8")
    for section, model in shipped_policy():
        assert f"[{section}]" in text or f"[{section}." in text
        fields = AllowedPolicy.model_fields if section == "allow" else type(model).model_fields
        for key in fields:
            # Allow lists are your own: the shipped policy shows one as a comment.
            assert f"\n{'# ' if section == 'allow' else ''}{key} = " in text or f"[{section}.{key}]" in text, (
                f"{section}.{key} is not in policy.toml"
            )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[screening]\nhold = 1.5\n", "screening.hold = 1.5"),
        ("[screening]\nhold = 0.5\nreview = 0.9\n", "near_miss <= review <= hold"),
        ("[screening]\nhodl = 0.9\n", "screening.hodl"),
        ("[lists.ceiling]\npress = 'freeze'\n", "lists.ceiling.press"),
        ("[worker]\nerrors_in_a_row_max = 0\n", "worker.errors_in_a_row_max = 0"),
        ("[screening\n", "not TOML"),
    ],
)
def test_a_policy_that_cannot_be_used_names_file_and_key(text: str, said: str) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        policy_from_toml(text, "/etc/policy.toml")
    assert "/etc/policy.toml" in str(refused.value)
    assert said in str(refused.value)


def test_a_section_left_out_is_judged_as_shipped() -> None:
    """The thresholds are fitted together with the scores: other defaults would be another matcher."""
    assert policy_from_toml("", "empty") == shipped_policy()


def test_an_empty_policy_is_the_defaults() -> None:
    assert policy_from_toml("", "empty") == Policy()
