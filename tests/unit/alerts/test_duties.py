"""Which authority must be told of a confirmed match, by when, and by which law."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import pytest

from streamer.alerts.duties import weekdays_after
from streamer.events import Consequence, Evidence
from tests.unit.alerts.builders import an_alert, evidence, of


@pytest.mark.parametrize(
    ("list_", "consequence", "authority", "law"),
    [
        ("ofac", Consequence.BLOCK, "OFAC", "31 CFR 501.603"),
        ("ofac", Consequence.REJECT, "OFAC", "31 CFR 501.604"),
        ("uk", Consequence.BLOCK, "OFSI", "regulations"),
        ("eu", Consequence.BLOCK, "national competent authority", "2017/1509"),
        ("un", Consequence.BLOCK, "national authority", "national law"),
    ],
)
def test_a_match_says_whom_to_report_to(list_: str, consequence: Consequence, authority: str, law: str) -> None:
    value = of(an_alert(evidence=(evidence(list=list_),), consequence=consequence))
    duty = value["enrichments"][1]["data"]
    assert duty["authority"] == authority
    assert law in duty["law"]
    assert authority in value["remediation"]["desc"]


@pytest.mark.parametrize("advice", [None, "Look twice.", "Block the funds and report them (31 CFR 501.603)."])
def test_a_report_to_ofac_is_due_ten_business_days_later(advice: str | None) -> None:
    value = of(an_alert(advice=advice))
    assert value["enrichments"][1]["data"]["report_by"] == "2025-08-08"
    assert "by 2025-08-08, counted in weekdays" in value["remediation"]["desc"]
    assert value["remediation"]["desc"].count("31 CFR 501.603") == 1


@pytest.mark.parametrize(
    ("consequence", "law"), [(Consequence.BLOCK, "31 CFR 501.603"), (Consequence.REJECT, "31 CFR 501.604")]
)
def test_an_embargo_is_reported_to_ofac_once(consequence: Consequence, law: str) -> None:
    met = tuple(Evidence(element=f"remittance_unstructured[{n}]", country=c) for n, c in enumerate(("KP", "IR", "KP")))
    value = of(an_alert(rule="EMBARGO", evidence=met, consequence=consequence))
    duties = [e for e in value["enrichments"] if e["type"] == "reporting_duty"]
    assert [(e["name"], e["value"], e["data"]["law"]) for e in duties] == [
        ("evidences[].data.country", "IR", law),
        ("evidences[].data.country", "KP", law),
    ]
    assert value["remediation"]["references"] == [law]


def test_every_embargo_is_one_that_ofac_administers() -> None:
    rows = tomllib.loads(files("streamer.data").joinpath("jurisdictions.toml").read_text("utf-8"))
    embargoes = [r for group in rows.values() if isinstance(group, list) for r in group if r.get("level") == "embargo"]
    assert embargoes
    assert all("US embargo" in row["regime"] for row in embargoes)


def test_a_place_that_is_only_mentioned_is_not_reported() -> None:
    met = (Evidence(element="remittance_unstructured[0]", country="KP", matched_name="Pyongyang"),)
    value = of(an_alert(rule="PLACE_IN_TEXT", evidence=met, consequence=Consequence.REVIEW))
    assert len(value["enrichments"]) == 1
    assert value["evidences"][0]["data"]["matched_name"] == "Pyongyang"


@pytest.mark.parametrize("list_", ["press", "opensanctions"])
def test_a_list_without_a_known_duty_names_none(list_: str) -> None:
    assert len(of(an_alert(evidence=(evidence(list=list_),)))["enrichments"]) == 1


def test_a_restricted_party_is_no_blocked_property() -> None:
    assert len(of(an_alert(consequence=Consequence.RESTRICTED))["enrichments"]) == 1


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2025, 7, 25), 1, date(2025, 7, 28)),
        (date(2025, 7, 26), 1, date(2025, 7, 28)),
        (date(2025, 7, 21), 5, date(2025, 7, 28)),
        (date(2025, 7, 21), 10, date(2025, 8, 4)),
    ],
)
def test_weekdays_skip_weekends(day: date, days: int, due: date) -> None:
    assert weekdays_after(day, days) == due
