"""Alerts are OCSF 1.8 Detection Findings with CloudEvents headers: valid, repeatable, and silent about persons."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import jsonschema
import orjson
import pytest
from pydantic import ValidationError

from streamer.alerts.build import (
    EVIDENCES_MAX,
    Activity,
    Alert,
    OcsfDetectionFinding,
    alert,
    cloud_event_headers,
    dead_letter_alert,
    masked_value,
    watch_alert,
    weekdays_after,
)
from streamer.events import (
    RECORD_BYTES_MAX,
    Consequence,
    DeadLetter,
    Decision,
    Evidence,
    Finding,
    ListVersion,
    Observation,
    Severity,
    Source,
    SubjectKind,
    Verdict,
)

AT = datetime(2025, 7, 25, 9, 30, 0, 123000, tzinfo=UTC)
AT_MS = 1753435800123


def evidence(**fields: Any) -> Evidence:
    listed: dict[str, Any] = {
        "element": "creditor.name",
        "value": "Kim Se Un",
        "list": "ofac",
        "entity_id": "ofac-54321",
        "entity_name": "KIM, Se Un",
        "matched_name": "KIM, Se-u'n",
        "score": 0.97,
        "programs": ("DPRK3",),
    }
    return Evidence(**(listed | fields))


def finding(**fields: Any) -> Finding:
    listed: dict[str, Any] = {
        "rule": "LISTED_NAME",
        "verdict": Verdict.HOLD,
        "severity": Severity.CRITICAL,
        "reason": "creditor.name 'Kim Se Un' matches 'KIM, Se-u'n' of ofac-54321 with 0.97",
        "evidence": (evidence(),),
        "consequence": Consequence.BLOCK,
    }
    return Finding(**(listed | fields))


def decision(**fields: Any) -> Decision:
    held: dict[str, Any] = {
        "decision_id": "d-1",
        "event_id": "P-1",
        "tenant": "acme",
        "event_type": "payment",
        "message_id": "M-1",
        "end_to_end_id": "E-1",
        "verdict": Verdict.HOLD,
        "event_digest": "e" * 64,
        "lists": (
            ListVersion(list="ofac", version="a" * 64, entries=18000),
            ListVersion(list="un", version="b" * 64, entries=1000),
        ),
        "policy_version": "p" * 64,
        "engine_version": "0.1.0",
    }
    return Decision(**(held | fields))


def observation(**fields: Any) -> Observation:
    seen: dict[str, Any] = {
        "observation_id": "o-1",
        "tenant": "acme",
        "subject_kind": SubjectKind.ACCOUNT,
        "subject": "acme/account/00ff",
        "event_id": "W-1",
        "event_type": "pay",
        "event_time": AT,
    }
    return Observation(**(seen | fields))


UNREADABLE = DeadLetter(
    reason="not_json",
    detail="the record is not JSON; send one JSON object",
    stage="decode",
    source=Source(topic="payments", partition=3, offset=42),
    raw=b'{"creditor": "Kim Se Un"',
    key=b"P-9",
)


def of(result: Alert) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(result.value)
    return value


def an_alert(**fields: Any) -> Alert:
    return alert(finding(**fields), decision(), time=AT, masked=True)


# ---------------------------------------------------------------- OCSF

WATCHED = finding(
    rule="SHARED_ACCOUNT",
    verdict=Verdict.REVIEW,
    severity=Severity.MEDIUM,
    reason="3 payees share one account",
    evidence=(Evidence(element="payout_account", related_event_ids=("W-0", "W-1")),),
    consequence=None,
)
HELD_UNREAD = decision(
    event_id=None, tenant=None, event_type="unknown", message_id=None, end_to_end_id=None, source=UNREADABLE.source
)
ALL_KINDS = {
    "screened": an_alert(),
    "updated": alert(finding(), decision(revision=1, supersedes="d-0"), time=AT, masked=True, activity=Activity.UPDATE),
    "closed": alert(finding(), decision(), time=AT, masked=False, activity=Activity.CLOSE),
    "without a list": an_alert(
        rule="EMBARGO",
        evidence=(Evidence(element="creditor_agent.bic", value="KKBCKPPY", country="KP"),),
        consequence=Consequence.REJECT,
    ),
    "watched": watch_alert(WATCHED, observation(), time=AT, masked=True),
    "unreadable": dead_letter_alert(UNREADABLE, HELD_UNREAD, time=AT),
}

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


# ---------------------------------------------------------------- content


def test_an_alert_says_who_was_met_and_what_was_decided() -> None:
    value = of(an_alert())
    assert value["finding_info"]["title"] == "Hold: listed name, KIM, Se Un (ofac-54321)"
    data = value["evidences"][0]["data"]
    assert (data["list"], data["entity_id"], data["entity_name"], data["matched_name"], data["score"]) == (
        "ofac",
        "ofac-54321",
        "KIM, Se Un",
        "KIM, Se-u'n",
        0.97,
    )
    facts = value["enrichments"][0]["data"]
    assert (facts["decision_id"], facts["verdict"], facts["rule"], facts["consequence"]) == (
        "d-1",
        "hold",
        "LISTED_NAME",
        "block",
    )
    assert [v["list"] for v in facts["lists"]] == ["ofac"]
    assert value["metadata"]["tenant_uid"] == "acme"
    assert value["metadata"]["correlation_uid"] == "d-1"
    assert value["resources"][0]["uid"] == "P-1"


def test_references_are_what_the_payer_wrote_and_masked_as_such() -> None:
    data = of(alert(finding(), decision(), time=AT, masked=False))["resources"][0]["data"]
    assert (data["message_id"], data["end_to_end_id"]) == ("M-1", "E-1")
    assert of(an_alert())["resources"][0]["data"].keys() == {"event_digest"}


REASONS = """SILVERSTAR agrees; KIMM = KIM (one letter differs); J = JANE (initial); SE UN = SEUN (glued); \
not in the listed name: MIRA; place after the name: GERA; only in the listed name: CO; a person, listed as entity; \
birth date 1970-02-05 agrees; country KP agrees"""


def test_the_words_that_reasons_quote_from_the_event_are_masked() -> None:
    (shown,) = of(an_alert(evidence=(evidence(note=REASONS),)))["evidences"]
    assert shown["data"]["note"] == (
        "SILVERSTAR agrees; K*** = KIM (one letter differs); J*** = JANE (initial); S*** U*** = SEUN (glued); "
        "not in the listed name: M***; place after the name: G***; only in the listed name: CO; "
        "a person, listed as entity; birth date 1970-02-05 agrees; country KP agrees"
    )


def test_a_blocking_decision_is_a_denial() -> None:
    for verdict in (Verdict.HOLD, Verdict.REVIEW):
        value = of(alert(finding(), decision(verdict=verdict), time=AT, masked=True))
        assert (value["action"], value["disposition"]) == ("Denied", "Blocked")


def test_behaviour_is_observed_and_names_its_subject() -> None:
    value = of(ALL_KINDS["watched"])
    assert (value["action"], value["disposition"]) == ("Observed", "Detected")
    assert value["finding_info"]["analytic"]["type"] == "Behavioral"
    assert value["finding_info"]["related_events"] == [{"uid": "W-0"}, {"uid": "W-1"}]
    assert value["enrichments"][0]["data"]["subject"] == "acme/account/00ff"
    assert ALL_KINDS["watched"].key == b"W-1"


def test_a_dead_letter_names_its_place_and_never_its_bytes() -> None:
    result = ALL_KINDS["unreadable"]
    value = of(result)
    assert result.key == b"P-9"
    assert value["metadata"]["event_code"] == "SCREENING_INCOMPLETE"
    assert value["resources"][0]["uid"] == "payments/3/42"
    assert value["enrichments"][0]["data"]["reason"] == "not_json"
    assert b"Kim" not in result.value


@pytest.mark.parametrize(
    ("event_id", "key", "expected"),
    [("P-1", b"other", b"P-1"), (None, b"P-9", b"P-9"), (None, None, b"payments/3/42")],
)
def test_the_answer_to_a_dead_letter_has_the_key_its_payer_waits_for(
    event_id: str | None, key: bytes | None, expected: bytes
) -> None:
    held = HELD_UNREAD.model_copy(update={"event_id": event_id})
    assert dead_letter_alert(UNREADABLE.model_copy(update={"key": key}), held, time=AT).key == expected


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


def test_an_alert_fits_a_record_whatever_the_event_held() -> None:
    long = "Ж" * 10_000
    many = tuple(
        evidence(
            element=f"remittance_unstructured[{n}]", value=f"{n} {long}", note=long, related_event_ids=("x",) * 999
        )
        for n in range(EVIDENCES_MAX * 4)
    )
    result = alert(finding(reason=long * 3, evidence=many), decision(), time=AT, masked=False)
    assert len(result.value) < RECORD_BYTES_MAX / 2
    value = of(result)
    assert value["metadata"]["is_truncated"] is True
    assert len(value["evidences"]) == EVIDENCES_MAX
    assert "is_truncated" not in of(an_alert())["metadata"]


# ---------------------------------------------------------------- identity


def test_a_redelivery_repeats_the_alert() -> None:
    again = alert(finding(), decision(), time=AT, masked=True)
    assert (again.id, again.key, again.value, again.headers) == (
        an_alert().id,
        an_alert().key,
        an_alert().value,
        an_alert().headers,
    )


@pytest.mark.parametrize(
    ("other_finding", "other_decision"),
    [
        (finding(rule="LISTED_IDENTIFIER"), decision()),
        (finding(evidence=(evidence(entity_id="ofac-1"),)), decision()),
        (finding(evidence=(evidence(element="ultimate_creditor.name"),)), decision()),
        (finding(), decision(event_id="P-2")),
        (finding(), decision(tenant="other")),
        (finding(), decision(event_digest="f" * 64)),
    ],
    ids=["rule", "entity", "element", "event", "tenant", "content"],
)
def test_another_cause_is_another_finding(other_finding: Finding, other_decision: Decision) -> None:
    other = alert(other_finding, other_decision, time=AT, masked=True)
    assert other.id != an_alert().id
    assert other.record.finding_info.uid != an_alert().record.finding_info.uid


@pytest.mark.parametrize(
    "other",
    [
        decision(lists=(ListVersion(list="ofac", version="c" * 64, entries=18001),)),
        decision(revision=1),
    ],
    ids=["list version", "revision"],
)
def test_a_new_judgement_of_the_same_cause_is_a_new_record_of_the_same_finding(other: Decision) -> None:
    later = alert(finding(), other, time=AT, masked=True)
    assert later.id != an_alert().id
    assert later.record.finding_info.uid == an_alert().record.finding_info.uid


def test_a_list_that_was_not_met_does_not_change_the_alert() -> None:
    lists = (decision().lists[0], ListVersion(list="un", version="c" * 64, entries=1001))
    assert alert(finding(), decision(lists=lists), time=AT, masked=True).id == an_alert().id


def test_neither_order_nor_score_of_the_evidence_changes_the_alert() -> None:
    a, b = evidence(), evidence(entity_id="un-1", list="un", score=0.9)
    first = an_alert(evidence=(a, b))
    second = an_alert(evidence=(b.model_copy(update={"score": 0.91}), a))
    assert first.id == second.id


def test_a_richer_history_does_not_change_the_alert() -> None:
    richer = WATCHED.model_copy(
        update={"evidence": (Evidence(element="payout_account", related_event_ids=("W-0", "W-1", "W-2")),)}
    )
    assert watch_alert(richer, observation(), time=AT, masked=True).id == ALL_KINDS["watched"].id


def test_masking_does_not_change_the_identity() -> None:
    assert alert(finding(), decision(), time=AT, masked=False).id == an_alert().id


def test_two_dead_letters_with_the_same_bytes_are_two_alerts() -> None:
    next_source = Source(topic="payments", partition=3, offset=43)
    twin = UNREADABLE.model_copy(update={"source": next_source})
    other = dead_letter_alert(twin, HELD_UNREAD.model_copy(update={"source": next_source}), time=AT)
    assert other.id != ALL_KINDS["unreadable"].id


# ---------------------------------------------------------------- CloudEvents


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_headers_are_cloud_events_in_binary_mode(kind: str) -> None:
    result = ALL_KINDS[kind]
    assert set(result.headers) == {
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_subject",
        "content-type",
    }
    assert result.headers["ce_specversion"] == b"1.0"
    assert result.headers["ce_id"].decode() == result.id == of(result)["metadata"]["uid"]
    assert result.headers["ce_type"] == b"streamer.alert.v1"
    assert result.headers["ce_time"] == b"2025-07-25T09:30:00.123Z"
    assert result.headers["content-type"] == b"application/json"


def test_the_source_names_the_tenant_where_it_is_known() -> None:
    assert an_alert().headers["ce_source"] == b"/streamer/acme"
    assert ALL_KINDS["unreadable"].headers["ce_source"] == b"/streamer"


def test_header_times_are_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=9)))
    headers = cloud_event_headers(id="1", type="streamer.decision.v1", tenant="acme", subject="Pé-1", time=local)
    assert headers["ce_time"] == b"2025-07-25T09:30:00.123Z"
    assert headers["ce_subject"].decode() == "Pé-1"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        alert(finding(), decision(), time=AT.replace(tzinfo=None), masked=True)


# ---------------------------------------------------------------- masking


@pytest.mark.parametrize(
    ("element", "value", "shown"),
    [
        ("creditor.name", "Kim Se Un", "K*** S*** U***"),
        ("creditor.name", "김세운", "김***"),
        ("creditor.name", "", "***"),
        ("creditor.name", "A B C D E F", "A*** B*** C*** D*** …"),
        ("worker.email", "kim@example.org", "k***"),
        ("worker.phone", "+850 2 381", "+*** 2*** 3***"),
        ("worker.identifiers[0].value", "927220230", "9***"),
        ("worker.birth_date", "1970-02-05", "1***"),
        ("account_holder_name", "Kim", "K***"),
        ("creditor_account.iban", "DE89 3704 0044 0532 0130 00", "***3000"),
        ("payout_account.other", "1234567", "***"),
        ("creditor_account.wallet.address", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "***2f96"),
        ("creditor_account.proxy", "kim@example.org", "k***"),
        ("creditor_agent.bic", "KKBCKPPY", "KKBCKPPY"),
        ("intermediary_agents[1].name", "Foreign Trade Bank", "Foreign Trade Bank"),
        ("creditor.address.country", "KP", "KP"),
        ("creditor.address.lines[0]", "12 Tongil Street", "1*** T*** S***"),
        ("remittance_unstructured[0]", "wages Kim", "w*** K***"),
        ("some.new_element", "secret", "s***"),
    ],
)
def test_personal_values_are_masked(element: str, value: str, shown: str) -> None:
    assert masked_value(element, value) == shown


def test_the_mask_does_not_tell_the_length() -> None:
    assert masked_value("creditor.name", "Ko") == masked_value("creditor.name", "Konstantin")


def test_a_masked_alert_never_holds_the_value() -> None:
    value = an_alert(evidence=(evidence(note="'Kim Se Un' as received"),), advice="Ask kim se un for a document.").value
    assert b"kim se un" not in value.lower()
    assert b"K*** S*** U***" in value
    assert b"KIM, Se-u'n" in value


def test_an_unmasked_alert_holds_the_value() -> None:
    assert of(alert(finding(), decision(), time=AT, masked=False))["evidences"][0]["data"]["value"] == "Kim Se Un"


def test_masking_spares_words_that_only_contain_the_value() -> None:
    text = "creditor.name 'Li' is not Listed"
    assert (
        of(an_alert(reason=text, evidence=(evidence(value="Li"),)))["message"] == "creditor.name 'L***' is not Listed"
    )


def test_a_longer_value_is_masked_whole() -> None:
    both = (evidence(value="Kim Se"), evidence(element="debtor.name", value="Kim Se Un"))
    assert of(an_alert(reason="Kim Se Un and Kim Se", evidence=both))["message"] == "K*** S*** U*** and K*** S***"


def test_a_name_that_no_list_vouches_for_is_masked() -> None:
    mismatch = Evidence(element="account_holder_name", value="Kim Se Un", matched_name="Park Chol", score=0.1)
    value = an_alert(rule="NAME_MISMATCH", reason="Kim Se Un is not Park Chol", evidence=(mismatch,)).value
    assert b"Park" not in value
    assert b"Kim" not in value


def test_a_listed_name_stays_readable_even_if_the_value_is_the_same() -> None:
    same = evidence(value="Green Pine", matched_name="GREEN PINE", entity_name="GREEN PINE")
    value = of(an_alert(reason="creditor.name meets GREEN PINE", evidence=(same,)))
    assert value["message"] == "creditor.name meets GREEN PINE"
    assert value["evidences"][0]["data"]["value"] == "G*** P***"


def test_personal_values_are_no_observables() -> None:
    values = [o["value"] for o in of(alert(finding(), decision(), time=AT, masked=False))["observables"]]
    assert values == ["P-1", "ofac-54321"]
