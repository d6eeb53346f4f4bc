"""Reporting duties: which authority must be told of a confirmed match, by when, and by which law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from streamer.alerts.ocsf import ReportingDuty, ReportingEnrichment
from streamer.detectors.regimes import EMBARGO
from streamer.events import Consequence, Finding


@dataclass(frozen=True, slots=True)
class _Duty:
    authority: str
    report: str
    due: str
    law: str
    business_days: int | None = None


_DUTIES: Final[Mapping[tuple[str, Consequence], _Duty]] = {
    ("ofac", Consequence.BLOCK): _Duty(
        "OFAC", "blocked property", "within 10 business days of blocking", "31 CFR 501.603", 10
    ),
    ("ofac", Consequence.REJECT): _Duty(
        "OFAC", "rejected transaction", "within 10 business days of rejecting", "31 CFR 501.604", 10
    ),
    ("uk", Consequence.BLOCK): _Duty(
        "OFSI",
        "designated person and frozen assets",
        "as soon as practicable",
        "information and records part of the regime's regulations",
    ),
    ("eu", Consequence.BLOCK): _Duty(
        "national competent authority",
        "frozen funds",
        "without delay, or within the limit the regulation names",
        "reporting article of the regulation, for the DPRK Regulation (EU) 2017/1509 Article 50",
    ),
    ("un", Consequence.BLOCK): _Duty(
        "national authority", "frozen funds", "as national law says", "national law that implements the UN measures"
    ),
}
"""Who must be told of a confirmed match, by list and consequence; without a row, no duty is known."""


def reporting_duties(finding: Finding, time: datetime) -> Iterable[ReportingEnrichment]:
    """One enrichment for each list or embargoed country of the evidence whose authority expects a report.

    `time` is that of the alert (aware); `report_by` counts weekdays from its day in UTC.
    """
    if finding.consequence is None:
        return
    causes: list[tuple[Literal["evidences[].data.list", "evidences[].data.country"], str, str]] = [
        ("evidences[].data.list", name, name) for name in sorted({e.list for e in finding.evidence if e.list})
    ]
    if finding.rule == EMBARGO:
        # Every embargo in data/jurisdictions.toml is one of the United States.
        countries = sorted({e.country for e in finding.evidence if e.country and not e.list})
        causes.extend(("evidences[].data.country", country, "ofac") for country in countries)
    for attribute, value, list_ in causes:
        duty = _DUTIES.get((list_, finding.consequence))
        if duty is None:
            continue
        by = weekdays_after(time.astimezone(UTC).date(), duty.business_days) if duty.business_days else None
        data = ReportingDuty(authority=duty.authority, report=duty.report, due=duty.due, report_by=by, law=duty.law)
        yield ReportingEnrichment(name=attribute, value=value, data=data)


def weekdays_after(day: date, days: int) -> date:
    """The `days`-th weekday after `day`. Public holidays are not counted out, so the day is never too late."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def duty_in_words(duty: ReportingDuty, advice: str) -> str:
    """The duty as a sentence that follows the advice; only the last day where the advice names the law already."""
    by = f"by {duty.report_by.isoformat()}, counted in weekdays" if duty.report_by else ""
    if duty.law in advice:
        return f"Report {by}." if by else ""
    when = f"{duty.due} ({by})" if by else duty.due
    return f"If the match is confirmed, report {duty.report} to the {duty.authority} {when}: {duty.law}."
