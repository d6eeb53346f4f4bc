"""What an alert says, when it is the same alert, and its CloudEvents headers."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from streamer.alerts.build import EVIDENCES_MAX, alert, cloud_event_headers, dead_letter_alert, watch_alert
from streamer.events import RECORD_BYTES_MAX, Decision, Evidence, Finding, ListVersion, Source, Verdict
from tests.unit.alerts.builders import (
    ALL_KINDS,
    AT,
    HELD_UNREAD,
    UNREADABLE,
    WATCHED,
    an_alert,
    decision,
    evidence,
    finding,
    observation,
    of,
)

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
