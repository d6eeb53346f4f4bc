"""Alerts are valid OCSF 1.8 Detection Findings."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from streamer.alerts.ocsf import OcsfDetectionFinding
from streamer.events import Severity
from tests.unit.alerts.builders import ALL_KINDS, AT_MS, an_alert, evidence, of

REQUIRED = (
    ("activity_id", int, range(1, 4)),
    ("category_uid", int, (2,)),
    ("class_uid", int, (2004,)),
    ("type_uid", int, (200401, 200402, 200403)),
    ("time", int, (AT_MS,)),
    ("severity_id", int, range(1, 6)),
    ("metadata.version", str, ("1.8.0",)),
    ("metadata.product.name", str, None),
    ("metadata.product.vendor_name", str, None),
    ("metadata.product.version", str, None),
    ("finding_info.uid", str, None),
    ("finding_info.title", str, None),
    ("finding_info.analytic.type_id", int, range(12)),
    ("finding_info.analytic.uid", str, None),
    ("finding_info.analytic.name", str, None),
    ("status_id", int, (0, 1, 2, 3, 4, 5, 6, 99)),
    ("confidence_id", int, (0, 1, 2, 3, 99)),
    ("is_alert", bool, None),
    ("action_id", int, (0, 1, 2, 3, 4, 99)),
    ("disposition_id", int, (*range(28), 99)),
    ("message", str, None),
    ("remediation.desc", str, None),
    ("resources.0.uid", str, None),
    ("resources.0.role_id", int, (0, 1, 2, 3, 4, 99)),
    ("observables.0.type_id", int, (*range(49), 99)),
)
"""Required and recommended attributes and the range of their enums, from the OCSF schema 1.8.0: class
detection_finding with the profile security_control, and the objects it uses."""


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize(("path", "type_", "allowed"), REQUIRED, ids=[row[0] for row in REQUIRED])
def test_every_alert_has_what_ocsf_asks_for(kind: str, path: str, type_: type, allowed: Any) -> None:
    found: Any = of(ALL_KINDS[kind])
    for part in path.split("."):
        found = found[int(part)] if part.isdigit() else found[part]
    assert type(found) is type_
    if allowed is not None:
        assert found in allowed
    if type_ is str:
        assert found


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_an_alert_validates_against_the_schema_it_publishes(kind: str) -> None:
    schema = OcsfDetectionFinding.model_json_schema(mode="serialization")
    jsonschema.validate(of(ALL_KINDS[kind]), schema)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_type_is_class_and_activity(kind: str) -> None:
    value = of(ALL_KINDS[kind])
    assert value["type_uid"] == value["class_uid"] * 100 + value["activity_id"]
    assert value["type_name"] == f"{value['class_name']}: {value['activity_name']}"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_what_is_absent_is_left_out(kind: str) -> None:
    assert b":null" not in ALL_KINDS[kind].value


def test_the_schema_forbids_what_it_does_not_name() -> None:
    with pytest.raises(ValidationError):
        OcsfDetectionFinding.model_validate(of(an_alert()) | {"surprise": 1})


@pytest.mark.parametrize(
    ("severity", "severity_id"),
    [
        (Severity.INFORMATIONAL, 1),
        (Severity.LOW, 2),
        (Severity.MEDIUM, 3),
        (Severity.HIGH, 4),
        (Severity.CRITICAL, 5),
    ],
)
def test_severities_are_those_of_ocsf(severity: Severity, severity_id: int) -> None:
    value = of(an_alert(severity=severity))
    assert (value["severity_id"], value["severity"]) == (severity_id, severity.value.capitalize())


@pytest.mark.parametrize(
    ("score", "name"), [(1.0, "High"), (0.95, "High"), (0.9, "Medium"), (0.5, "Low"), (None, "Unknown")]
)
def test_confidence_follows_the_best_score(score: float | None, name: str) -> None:
    value = of(an_alert(evidence=(evidence(score=score), evidence(score=score and score / 2))))
    assert value["confidence"] == name
    assert value.get("confidence_score") == (None if score is None else int(score * 100))
