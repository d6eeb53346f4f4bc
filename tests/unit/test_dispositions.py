"""Only a valid signature of somebody who may turns a block into a release."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from streamer.dispositions import (
    Analyst,
    AnalystKey,
    Desk,
    InvalidAnalysts,
    InvalidDisposition,
    Published,
    Seal,
    analysts_from_toml,
    disposition_of,
    effective,
    persons,
    resolved,
    signed,
)
from streamer.events import Decision, Disposition, Outcome, Verdict
from streamer.files.replay import lists_from
from streamer.monitor import Monitor
from streamer.outputs import disposition_outputs, screening_outputs, to_json
from streamer.policy import DispositionsPolicy, shipped_policy
from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, RECEIVED_AT, payment, record

KIM, CHO = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ONE, TWO = DispositionsPolicy(), DispositionsPolicy(signatures_hold=2)
SEAL = Seal(b"key")


def public(key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def desk(policy: DispositionsPolicy = ONE, **kim: Any) -> Desk:
    analysts = {"a.kim": Analyst(public_key=public(KIM), **kim), "b.cho": Analyst(public_key=public(CHO))}
    return Desk(analysts, policy, SEAL)


MONITOR = Monitor.under(shipped_policy(), identity_key=b"key", engine_version="1")
LISTS = lists_from(sample_lists(), RECEIVED_AT)
SCREENED = MONITOR.screen(MONITOR.receive(record(payment(event_id="P-1", creditor=LISTED_NAME))), LISTS)
HELD = SCREENED.decision
DOUBTED = MONITOR.screen(
    MONITOR.receive(record(payment(event_id="P-2", remittance_unstructured=[f"for {LISTED_NAME}"]))), LISTS
).decision


def published(decision: Decision, seal: Seal = SEAL, answer_key: bytes = b"P-1") -> Published:
    value = to_json(decision)
    return Published.of(RECEIVED_AT, answer_key, value, seal.of(answer_key, value))


def of(decision: Decision = HELD, outcome: Outcome = Outcome.RELEASE, reason: str = "another person") -> Disposition:
    return disposition_of(published(decision), outcome, reason)


def by_kim(disposition: Disposition) -> Disposition:
    return signed(disposition, "a.kim", KIM, RECEIVED_AT)


def raw(disposition: Disposition, **changed: Any) -> bytes:
    return orjson.dumps({**disposition.model_dump(mode="json"), **changed})


def test_the_stories_are_what_they_say() -> None:
    assert (HELD.verdict, DOUBTED.verdict) == (Verdict.HOLD, Verdict.REVIEW)


def test_a_signed_release_supersedes_the_hold_and_says_who_and_why() -> None:
    read = desk().read(raw(by_kim(of())), RECEIVED_AT)
    decision = resolved(read, "1")
    assert decision.verdict is Verdict.RELEASE
    assert (decision.supersedes, decision.revision) == (HELD.decision_id, 1)
    assert decision.decision_id != HELD.decision_id
    assert "a.kim" in decision.findings[0].reason
    assert "another person" in decision.findings[0].reason
    assert effective([HELD, decision]) is Verdict.RELEASE


def test_a_rejection_stays_blocked_and_wins_over_a_release() -> None:
    rejected, released = (resolved(by_kim(of(outcome=outcome)), "1") for outcome in (Outcome.REJECT, Outcome.RELEASE))
    assert rejected.verdict is Verdict.HOLD
    assert effective([HELD, rejected]) is Verdict.HOLD
    assert effective([HELD, released, rejected]) is Verdict.HOLD


def test_a_later_hold_under_another_list_is_not_covered() -> None:
    released = resolved(by_kim(of()), "1")
    later = HELD.model_copy(update={"decision_id": "another"})
    assert effective([HELD, released, later]) is Verdict.HOLD


def test_nothing_decided_is_nothing_released() -> None:
    assert effective([]) is None


def test_the_same_disposition_makes_the_same_decision() -> None:
    assert resolved(by_kim(of()), "1") == resolved(desk().read(raw(by_kim(of())), RECEIVED_AT), "1")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"outcome": "release"}, "not that of its content"),
        ({"reason": "because"}, "not that of its content"),
        ({"answer_key": base64.b64encode(b"P-999").decode()}, "not that of its content"),
        ({"decision": DOUBTED.model_dump_json()}, "not that of its content"),
        ({"seal": "0" * 64}, "not that of its content"),
        ({"signatures": []}, "0 of 1"),
        ({"extra": 1}, "no disposition"),
    ],
)
def test_what_was_changed_after_signing_is_refused(change: Mapping[str, Any], why: str) -> None:
    with pytest.raises(InvalidDisposition, match=why):
        desk().read(raw(by_kim(of(outcome=Outcome.REJECT)), **change), RECEIVED_AT)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(HELD.model_copy(update={"verdict": Verdict.REVIEW}), id="a hold presented as a review"),
        pytest.param(HELD.model_copy(update={"tenant": "globex"}), id="another tenant's"),
        pytest.param(HELD.model_copy(update={"revision": 7}), id="another revision"),
        pytest.param(DOUBTED.model_copy(update={"decision_id": HELD.decision_id}), id="a review with a hold's id"),
    ],
)
def test_nobody_resolves_what_no_worker_decided(forged: Decision) -> None:
    """An analyst has a key to sign with, not one to seal with."""
    real = published(HELD)
    changed = Published.of(RECEIVED_AT, b"P-1", to_json(forged), real.seal)
    with pytest.raises(InvalidDisposition, match="seal of these workers"):
        desk(may_resolve="review", tenants=("globex", "acme")).read(
            raw(by_kim(disposition_of(changed, Outcome.RELEASE, "x"))), RECEIVED_AT
        )


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(published(HELD, Seal(b"another key")), id="sealed under another key"),
        pytest.param(Published.of(RECEIVED_AT, b"P-1", to_json(HELD)), id="not sealed"),
        pytest.param(
            Published.of(RECEIVED_AT, b"P-9", to_json(HELD), published(HELD).seal), id="led to another payment's key"
        ),
        pytest.param(Published.of(RECEIVED_AT, b"P-1", to_json(HELD), "é"), id="a seal that is no hex"),
    ],
)
def test_a_seal_is_for_one_record_under_one_key(told: Published) -> None:
    with pytest.raises(InvalidDisposition, match="seal of these workers"):
        desk().read(raw(by_kim(disposition_of(told, Outcome.RELEASE, "x"))), RECEIVED_AT)


def test_what_is_sealed_but_no_decision_is_refused() -> None:
    nonsense = Published(RECEIVED_AT, b"P-1", b"{}", SEAL.of(b"P-1", b"{}"), HELD)
    with pytest.raises(InvalidDisposition, match="no decision"):
        desk().read(raw(by_kim(disposition_of(nonsense, Outcome.RELEASE, "x"))), RECEIVED_AT)


def test_a_signature_by_another_key_or_over_another_time_is_refused() -> None:
    forged = signed(of(), "a.kim", CHO, RECEIVED_AT)
    with pytest.raises(InvalidDisposition, match=r"not that of analyst 'a\.kim'"):
        desk().read(raw(forged), RECEIVED_AT)
    moved = by_kim(of())
    later = moved.signatures[0].model_copy(update={"signed_at": RECEIVED_AT - timedelta(days=1)})
    with pytest.raises(InvalidDisposition, match="not that of analyst"):
        desk().read(raw(moved.model_copy(update={"signatures": (later,)})), RECEIVED_AT)


def test_one_bad_signature_spoils_a_good_one() -> None:
    both = signed(by_kim(of()), "b.cho", KIM, RECEIVED_AT)
    with pytest.raises(InvalidDisposition, match=r"b\.cho"):
        desk().read(raw(both), RECEIVED_AT)


def test_four_eyes_are_two_people() -> None:
    once = by_kim(of())
    with pytest.raises(InvalidDisposition, match="1 of 2"):
        desk(TWO).read(raw(once), RECEIVED_AT)
    twice = signed(once, "a.kim", KIM, RECEIVED_AT + timedelta(seconds=1))
    copied = twice.model_copy(update={"signatures": twice.signatures * 2})
    with pytest.raises(InvalidDisposition, match="1 of 2"):
        desk(TWO).read(raw(copied), RECEIVED_AT)
    both = signed(once, "b.cho", CHO, RECEIVED_AT)
    assert resolved(desk(TWO).read(raw(both), RECEIVED_AT), "1").verdict is Verdict.RELEASE
    doubt = by_kim(of(DOUBTED))
    assert desk(TWO).read(raw(doubt), RECEIVED_AT) == doubt


@pytest.mark.parametrize(
    ("rights", "why"),
    [
        ({"may_resolve": "review"}, "reviews, not holds"),
        ({"tenants": ("globex",)}, "of this tenant"),
        ({"valid_until": RECEIVED_AT}, "not valid at this time"),
        ({"valid_from": RECEIVED_AT + timedelta(seconds=1)}, "not valid at this time"),
    ],
)
def test_an_analyst_has_limits(rights: Mapping[str, Any], why: str) -> None:
    with pytest.raises(InvalidDisposition, match=why):
        desk(**rights).read(raw(by_kim(of())), RECEIVED_AT)


def test_names_that_share_a_key_are_one_person() -> None:
    both = signed(by_kim(of()), "kim.a", KIM, RECEIVED_AT)
    analysts = {"a.kim": Analyst(public_key=public(KIM)), "kim.a": Analyst(public_key=public(KIM))}
    with pytest.raises(InvalidDisposition, match="1 of 2"):
        Desk(analysts, TWO, SEAL).read(raw(both), RECEIVED_AT)
    # Through a third name that holds a key of each.
    linked = {
        "a.kim": Analyst(public_key=public(KIM)),
        "b.cho": Analyst(public_key=public(CHO)),
        "c.both": Analyst(keys=(AnalystKey(public_key=public(CHO)), AnalystKey(public_key=public(KIM)))),
    }
    assert len(set(persons(linked).values())) == 1
    with pytest.raises(InvalidDisposition, match="1 of 2"):
        Desk(linked, TWO, SEAL).read(raw(signed(by_kim(of()), "b.cho", CHO, RECEIVED_AT)), RECEIVED_AT)
    assert len(set(persons({name: linked[name] for name in ("a.kim", "b.cho")}).values())) == 2


def test_a_rotated_key_is_still_the_same_person() -> None:
    new = Ed25519PrivateKey.generate()
    rotated_at = RECEIVED_AT - timedelta(days=1)
    analysts = analysts_from_toml(
        f"""
        [[analysts."a.kim".keys]]
        public_key = "{public(KIM)}"
        valid_until = {rotated_at.isoformat()}
        [[analysts."a.kim".keys]]
        public_key = "{public(new)}"
        valid_from = {rotated_at.isoformat()}
        """,
        "analysts.toml",
    )
    by_new = signed(of(), "a.kim", new, RECEIVED_AT)
    released = resolved(Desk(analysts, ONE, SEAL).read(raw(by_new), RECEIVED_AT), "1")
    assert released.findings[0].reason.startswith("Released by a.kim: ")
    with pytest.raises(InvalidDisposition, match=r"the key of analyst 'a\.kim' is not valid"):
        Desk(analysts, ONE, SEAL).read(raw(by_kim(of())), RECEIVED_AT)
    # Both keys are valid for a while, and sign one after the other: still one person.
    overlapping = {"a.kim": Analyst(keys=(AnalystKey(public_key=public(KIM)), AnalystKey(public_key=public(new))))}
    twice = by_new.model_copy(update={"signatures": (*by_new.signatures, *by_kim(of()).signatures)})
    with pytest.raises(InvalidDisposition, match="1 of 2"):
        Desk(overlapping, TWO, SEAL).read(raw(twice), RECEIVED_AT)


@pytest.mark.parametrize(("days", "is_refused"), [(29.9, False), (30.1, True)])
def test_a_signature_grows_old(days: float, is_refused: bool) -> None:
    arrives_at = RECEIVED_AT + timedelta(days=days)
    if is_refused:
        with pytest.raises(InvalidDisposition, match=r"'a\.kim' signed more than 30 days ago"):
            desk().read(raw(by_kim(of())), arrives_at)
    else:
        assert desk().read(raw(by_kim(of())), arrives_at)


def test_an_unknown_analyst_is_refused() -> None:
    with pytest.raises(InvalidDisposition, match="STREAMER_ANALYSTS_FILE"):
        Desk({}, ONE, SEAL).read(raw(by_kim(of())), RECEIVED_AT)


def test_nobody_signs_in_the_future() -> None:
    with pytest.raises(InvalidDisposition, match="future"):
        desk().read(raw(by_kim(of())), RECEIVED_AT - timedelta(hours=1))


def test_a_release_needs_no_word() -> None:
    released = resolved(by_kim(of()), "1")
    with pytest.raises(InvalidDisposition, match="release already"):
        desk().read(raw(by_kim(of(released))), RECEIVED_AT)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(value: bytes) -> None:
    with pytest.raises(InvalidDisposition):
        desk().read(value, RECEIVED_AT)


def test_the_alerts_of_the_decision_are_closed() -> None:
    opened = {
        orjson.loads(o.value or b"")["finding_info"]["uid"]
        for o in screening_outputs(SCREENED, masked=True)
        if o.topic == "alerts"
    }
    disposition = by_kim(of())
    outputs = disposition_outputs(record(b""), disposition, resolved(disposition, "1"), masked=True, seal=SEAL)
    assert [o.topic for o in outputs] == ["decisions"] + ["alerts"] * len(opened)
    assert {o.key for o in outputs} == {b"P-1"}
    closed = [orjson.loads(o.value or b"") for o in outputs[1:]]
    assert {one["finding_info"]["uid"] for one in closed} == opened
    assert {(one["activity_name"], one["is_alert"]) for one in closed} == {("Close", False)}


@pytest.mark.parametrize("masked", [True, False])
def test_a_masked_alert_leaves_out_what_the_analyst_wrote(masked: bool) -> None:
    disposition = by_kim(of(reason="Jane Doe is another person"))
    outputs = disposition_outputs(record(b""), disposition, resolved(disposition, "1"), masked=masked, seal=SEAL)
    closed = [orjson.loads(o.value or b"") for o in outputs[1:]]
    assert all(one["message"].startswith("Released by a.kim") for one in closed)
    assert all(("Jane Doe" in one["message"]) is not masked for one in closed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "not TOML"),
        ('[analysts."a.kim"]\npublic_key = "abc"', r"a\.kim: public_key"),
        ('[analysts."a.kim"]', r"analysts\.a\.kim: .*needs public_key, or one or more"),
        ('[analysts."a.kim"]\npublic_key = "x"\n[[analysts."a.kim".keys]]\npublic_key = "y"', "needs public_key, or"),
        ('[[analysts."a.kim".keys]]\npublic_key = "abc"', r"a\.kim: public_key"),
        ('[analysts."a.kim"]\npublic_key = "x"\nmay = 1', r"analysts\.a\.kim\.may"),
    ],
)
def test_a_bad_file_of_analysts_names_the_row(text: str, why: str) -> None:
    with pytest.raises(InvalidAnalysts, match=why):
        analysts_from_toml(text, "analysts.toml")
