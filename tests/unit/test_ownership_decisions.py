"""Owned companies in decisions: held though they are on no list, with the chain that says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from streamer.events import Decision, Finding, Verdict
from streamer.files.replay import lists_from
from streamer.files.screen import screened_names
from streamer.list_feed import explain
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.outputs import screening_outputs
from streamer.policy import Policy, shipped_policy
from streamer.watchlists import parse, sample_lists
from streamer.watchlists.entity import Entity
from tests.builders import payment, record
from tests.unit.watchlists.fixtures import LISTS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HOLDINGS = parse("ownership", LISTS / "ownership.csv")
OWNED = lists_from([*sample_lists(), HOLDINGS], NOW)
TRADING = "Harbour Lantern Trading Limited"


def policy(**sections: Any) -> Policy:
    return Policy.model_validate({**shipped_policy().model_dump(), **sections})


def monitor(under: Policy) -> Monitor:
    return Monitor.under(under, identity_key=b"k", engine_version="test")


def decided(event: Mapping[str, Any], lists: Lists = OWNED, under: Policy | None = None) -> Decision:
    judge = monitor(under or shipped_policy())
    return judge.screen(judge.receive(record(event)), lists).decision


def ownership_of(decision: Decision) -> Finding:
    (finding,) = (f for f in decision.findings if f.rule == "OWNERSHIP_50")
    return finding


def test_an_owned_company_on_no_list_is_held_with_the_chain_of_its_owners() -> None:
    decision = decided(payment(creditor=TRADING))
    finding = ownership_of(decision)
    assert decision.verdict is Verdict.HOLD
    assert [f.rule for f in decision.findings] == ["OWNERSHIP_50"]
    assert [(e.entity_id, e.list) for e in finding.evidence] == [
        ("ownership-T-1", "ownership"),
        ("ofac-24977", "ofac"),
        ("ownership-H-2", "ownership"),
        ("ofac-24978", "ofac"),
    ]
    assert "owned 55.5 % in the aggregate by blocked parties (OFAC's 50 % rule)" in finding.reason
    assert finding.evidence[1].note is not None
    assert finding.evidence[1].note.startswith("35 % of Harbour Lantern Trading Ltd by ")
    assert finding.evidence[3].note is not None
    assert finding.evidence[3].note.startswith("60 % of Quiet Orchard Holding by ")
    assert finding.evidence[3].note.endswith("(ofac-24978), filing, 2023")


def test_its_aliases_and_identifiers_are_screened_like_those_of_a_listed_party() -> None:
    assert ownership_of(decided(payment(creditor="H.L.T. Shipping"))).evidence[0].matched_name == "HLT Shipping"
    by_bic = decided(payment(creditor_agent={"bic": "HLTRGB2LXXX"}))
    assert by_bic.verdict is Verdict.HOLD
    assert ownership_of(by_bic).evidence[0].element == "creditor_agent.bic"
    in_text = decided(payment(remittance_unstructured=["invoice of harbour lantern trading ltd, march"]))
    assert in_text.verdict is Verdict.REVIEW
    assert ownership_of(in_text).evidence[0].element.startswith("remittance_unstructured")


def test_an_owner_in_between_that_reaches_half_is_held_itself() -> None:
    assert decided(payment(creditor="Quiet Orchard Holding")).verdict is Verdict.HOLD


@pytest.mark.parametrize("name", ["Maple Doubt GmbH", "Sold Long Ago SA"])
def test_an_unknown_or_former_share_is_a_review(name: str) -> None:
    decision = decided(payment(creditor=name))
    assert decision.verdict is Verdict.REVIEW
    assert "may be owned by blocked parties" in ownership_of(decision).reason


def test_less_than_half_is_released() -> None:
    assert decided(payment(creditor="Clean Cousin BV")).verdict is Verdict.RELEASE


def test_the_policy_switches_the_rule_off_and_a_ceiling_lowers_it() -> None:
    event = payment(creditor=TRADING)
    assert decided(event, under=policy(ownership={"rules": ()})).verdict is Verdict.RELEASE
    assert decided(event, under=policy(ownership={"rules": ("eu",)})).verdict is Verdict.RELEASE
    lists = {**shipped_policy().lists.model_dump(), "ceiling": {"ofac": "review"}}
    assert decided(event, under=policy(lists=lists)).verdict is Verdict.REVIEW


def test_control_counts_only_where_the_policy_says_so() -> None:
    boss = entity("eu", "1", "Boss of It All", consequence="block")
    company = entity("ownership", "9", "Silent Puppet Ventures", listed=False, links=[link("controlled_by", "eu-1")])
    lists = Lists.of((), [boss, company])
    event = payment(creditor="Silent Puppet Ventures")
    assert decided(event, lists).verdict is Verdict.RELEASE
    held = decided(event, lists, policy(ownership={"rules": ("us", "eu"), "control": True}))
    assert held.verdict is Verdict.HOLD
    assert "controlled by blocked parties" in ownership_of(held).reason


def test_a_listed_party_that_is_only_restricted_is_held_where_it_is_owned() -> None:
    boss = entity("ofac", "1", "Boss of It All", consequence="block")
    bank = entity("ofac", "2", "Gloomy Meadow Bank", consequence="restricted", links=[link("owned_by", "ofac-1", 50)])
    decision = decided(payment(creditor="Gloomy Meadow Bank"), Lists.of((), [boss, bank]))
    assert {f.rule: f.verdict for f in decision.findings} == {
        "LISTED_NAME": Verdict.REVIEW,
        "OWNERSHIP_50": Verdict.HOLD,
    }


def test_a_change_of_lists_changes_who_is_screened_by_ownership() -> None:
    bosses = [entity("ofac", n, f"Boss Number{n}", consequence="block") for n in "12"]
    company = entity("ownership", "9", "Silent Puppet Ventures", listed=False, links=[link("owned_by", "ofac-2", 60)])
    event = payment(creditor="Silent Puppet Ventures")
    before = Lists.of((), [bosses[0], company])
    assert len(before.screener) == 1
    listed = before.updated((), [bosses[1]], [])
    assert decided(event, listed).verdict is Verdict.HOLD
    delisted = listed.updated((), [], ["ofac-2"])
    assert decided(event, delisted).verdict is Verdict.RELEASE
    sold = listed.updated((), [entity("ownership", "9", "Silent Puppet Ventures", listed=False)], [])
    assert decided(event, sold).verdict is Verdict.RELEASE
    assert decided(event, listed.updated((), [], ["ownership-9"])).verdict is Verdict.RELEASE


def test_alerts_name_the_owners_and_their_list_and_duty() -> None:
    judge = monitor(shipped_policy())
    screened = judge.screen(judge.receive(record(payment(creditor=TRADING))), OWNED)
    (alert,) = (orjson.loads(o.value or b"") for o in screening_outputs(screened, masked=True) if o.topic == "alerts")
    assert alert["metadata"]["event_code"] == "OWNERSHIP_50"
    assert "35 % of Harbour Lantern Trading Ltd by" in alert["message"]
    assert {o["value"] for o in alert["observables"]} >= {"ownership-T-1", "ofac-24977", "ofac-24978"}
    assert "OFAC" in alert["remediation"]["desc"]
    assert alert["evidences"][1]["data"]["note"].startswith("35 % of Harbour Lantern Trading Ltd by")


def test_screen_answers_with_the_chain(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text(f"id,name,identifier\n1,{TRADING},\n2,Clean Cousin BV,\n3,Nobody Known,HLTRGB2L\n", "utf-8")
    answers = list(screened_names(names, OWNED, shipped_policy()))
    assert [a["verdict"] for a in answers] == ["hold", "release", "hold"]
    for answer in (answers[0], answers[2]):
        assert answer["hits"][0]["entity_id"] == "ownership-T-1"
        assert answer["hits"][0]["reasons"][-1].startswith("OWNERSHIP_50: owned 55.5 %")


def entity(list: str, number: str, name: str, **fields: Any) -> Entity:
    from streamer.watchlists import entity_from_json  # noqa: PLC0415

    given = {"list": list, "native_id": number, "type": "entity", "names": [{"text": name}], **fields}
    return entity_from_json(orjson.dumps(given))


def link(relation: str, owner: str, percent: float | None = None) -> dict[str, Any]:
    return {"name": owner, "relation": relation, "entity_id": owner, "percent": percent}


def test_explain_tells_the_chain_and_what_an_owner_owns() -> None:
    sample = Path(__file__).resolve().parents[2] / "streamer/data/sample/watchlist.csv"
    specs = (f"csv={sample}", f"ownership={LISTS / 'ownership.csv'}")
    told = dict(explain.lines(explain.from_files("ownership-T-1", specs)))
    assert told["listed"] == "False"
    assert told["rule us"].startswith("owned 55.5 % in the aggregate by blocked parties (OFAC's 50 % rule): 35 % of")
    owner = [text for label, text in explain.lines(explain.from_files("ofac-24978", specs)) if label in ("owns", "")]
    assert "60 % of Quiet Orchard Holding (ownership-H-2)" in owner
    assert "an unknown share of Maple Doubt GmbH (ownership-D-3)" in owner
