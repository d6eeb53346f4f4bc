"""The product without its shell: one record in, everything that must be published out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.decisions import EVIDENCE_MAX, FINDINGS_MAX, bounded, merged
from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.watching import Judged
from streamer.events import (
    DEAD_LETTER_REASONS,
    RECORD_BYTES_MAX,
    Consequence,
    Evidence,
    Finding,
    ListVersion,
    Severity,
    SubjectKind,
    Verdict,
)
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import (
    DETAIL_CHARS_MAX,
    KEY_BYTES_MAX,
    NEAR_MISSES_MAX,
    Monitor,
    Screened,
)
from streamer.policy import Policy, policy_from_toml, shipped_policy
from streamer.watchlists import Entity, sample_lists
from streamer.watchlists.entity import EntityType, ListedName, ListedWallet
from tests.builders import IBAN_BERLIN, LISTED_ID, LISTED_NAME, RECEIVED_AT, as_bytes, party, pay, payment, record

FETCHED_AT = RECEIVED_AT - timedelta(hours=1)


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), FETCHED_AT)


def monitor(policy: Policy | None = None, identity_key: bytes = b"key") -> Monitor:
    return _monitor((policy or shipped_policy()).model_dump_json(), identity_key)


@cache
def _monitor(policy: str, identity_key: bytes) -> Monitor:
    return Monitor.under(Policy.model_validate_json(policy), identity_key=identity_key, engine_version="1.0")


def screened(lists: Lists, event: Any, by: Monitor | None = None, earlier: str | None = None, **where: Any) -> Screened:
    by = by or monitor()
    return by.screen(by.receive(record(event, **where)), lists, earlier)


def rules(answer: Screened) -> list[str]:
    return [finding.rule for finding in answer.decision.findings]


# ---------------------------------------------------------------- receiving


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "null_value"),
        (b"x" * (RECORD_BYTES_MAX + 1), "too_large"),
        (b"\xff", "not_utf8"),
        (b"{", "not_json"),
        (b"{}", "wrong_shape"),
    ],
)
def test_what_cannot_be_read_is_a_dead_letter_and_a_hold(lists: Lists, value: bytes | None, reason: str) -> None:
    answer = screened(lists, value, key=b"k", partition=3, offset=7)
    assert answer.dead_letter is not None
    assert (answer.dead_letter.reason, answer.dead_letter.raw, answer.dead_letter.key) == (reason, value, b"k")
    assert answer.decision.verdict is Verdict.HOLD
    assert rules(answer) == ["SCREENING_INCOMPLETE"]
    assert answer.observations == ()
    assert answer.key == b"k"


@given(value=st.one_of(st.none(), st.binary(max_size=300)), key=st.one_of(st.none(), st.binary(max_size=20)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_answered(value: bytes | None, key: bytes | None) -> None:
    empty = Lists.of((), ())
    for topic in ("payments", "payrolls"):
        answer = screened(empty, value, key=key, topic=topic)
        assert answer.decision.verdict is Verdict.HOLD
        assert answer.dead_letter is not None
        assert answer.dead_letter.reason in DEAD_LETTER_REASONS
        assert len(answer.dead_letter.detail) <= DETAIL_CHARS_MAX
        assert answer.key


def test_a_hold_for_unreadable_bytes_is_known_by_where_they_stood(lists: Lists) -> None:
    first = screened(lists, b"{", partition=0, offset=1)
    again = screened(lists, b"{", partition=0, offset=1)
    elsewhere = screened(lists, b"{", partition=0, offset=2)
    assert first.decision.decision_id == again.decision.decision_id != elsewhere.decision.decision_id
    assert first.key == b"payments/0/1"


def test_a_key_of_any_size_is_answered_under_its_beginning(lists: Lists) -> None:
    answer = screened(lists, b"{", key=b"k" * (KEY_BYTES_MAX + 1))
    assert answer.key == b"k" * KEY_BYTES_MAX
    assert answer.dead_letter is not None
    assert answer.dead_letter.key == answer.key


# ---------------------------------------------------------------- screening


def test_the_decision_does_not_depend_on_when_or_where_the_record_stood(lists: Lists) -> None:
    event = payment(creditor=LISTED_NAME)
    first = screened(lists, event, offset=1)
    later = screened(lists, event, offset=9, partition=2, timestamp=RECEIVED_AT + timedelta(hours=3))
    assert first.decision == later.decision


def test_case_and_order_of_a_name_do_not_matter(lists: Lists) -> None:
    spelled = [LISTED_NAME, LISTED_NAME.upper(), LISTED_NAME.lower()]
    verdicts = {screened(lists, payment(creditor=name)).decision.verdict for name in spelled}
    assert verdicts == {Verdict.HOLD}


def test_another_list_or_policy_makes_another_decision(lists: Lists) -> None:
    event = payment()
    version = ListVersion(list="extra", version="0" * 64, entries=0, fetched_at=FETCHED_AT)
    more = lists.updated([*lists.versions, version], (), ())
    strict = shipped_policy().model_copy(update={"alerts": shipped_policy().alerts.model_copy(update={"mask": False})})
    ids = {
        screened(lists, event).decision.decision_id,
        screened(more, event).decision.decision_id,
        screened(lists, event, monitor(strict)).decision.decision_id,
    }
    assert len(ids) == 3


def test_one_entry_met_in_several_elements_is_one_finding(lists: Lists) -> None:
    answer = screened(lists, payment(creditor=LISTED_NAME, ultimate_creditor=party(LISTED_NAME)))
    named = [finding for finding in answer.decision.findings if finding.rule == "LISTED_NAME"]
    (finding,) = [f for f in named if f.evidence[0].entity_id == LISTED_ID]
    assert {e.element for e in finding.evidence} == {"creditor.name", "ultimate_creditor.name"}


def test_an_event_id_with_other_content_is_held_and_a_repetition_is_not(lists: Lists) -> None:
    event = payment(amount="1")
    first = screened(lists, event)
    digest = first.decision.event_digest
    assert screened(lists, event, earlier=digest).decision == first.decision
    reused = screened(lists, event | {"amount": "2"}, earlier=digest)
    assert rules(reused) == ["SCREENING_INCOMPLETE"]
    assert reused.dead_letter is not None
    assert reused.dead_letter.reason == "event_id_reused"
    assert reused.decision.event_id == event["event_id"]
    assert reused.observations == ()


def test_lists_too_old_for_the_policy_clear_nobody(lists: Lists) -> None:
    hours = shipped_policy().lists.age_hours_max
    fresh = screened(lists, payment(), timestamp=FETCHED_AT + timedelta(hours=hours))
    stale = screened(lists, payment(), timestamp=FETCHED_AT + timedelta(hours=hours, seconds=1))
    assert fresh.decision.verdict is Verdict.RELEASE
    assert stale.decision.verdict is Verdict.REVIEW
    assert set(rules(stale)) == {"LIST_STALE"}


def test_a_list_that_one_tenant_requires_holds_its_payments_alone(lists: Lists) -> None:
    policy = policy_from_toml("[lists.tenants.acme]\nrequired = ['eu']\n", "a test")
    held = screened(lists, payment(tenant="acme"), monitor(policy))
    other = screened(lists, payment(tenant="globex"), monitor(policy))
    assert (held.decision.verdict, rules(held)) == (Verdict.HOLD, ["LIST_MISSING"])
    assert other.decision.verdict is Verdict.RELEASE


def test_decide_by_is_measured_by_the_time_of_receipt(lists: Lists) -> None:
    by = RECEIVED_AT.isoformat()
    in_time = screened(lists, payment(decide_by=by), timestamp=RECEIVED_AT)
    late = screened(lists, payment(decide_by=by), timestamp=RECEIVED_AT + timedelta(seconds=1))
    assert (in_time.decision.late, in_time.decision.verdict) == (False, Verdict.RELEASE)
    assert (late.decision.late, late.decision.verdict) == (True, Verdict.HOLD)


def test_a_failure_of_ours_is_a_hold_that_names_the_class_alone(lists: Lists) -> None:
    by = monitor()
    event = payment()
    failed = by.failed(by.receive(record(event)), "ZeroDivisionError", lists)
    assert failed.decision.verdict is Verdict.HOLD
    assert failed.decision.event_id == event["event_id"]
    assert failed.dead_letter is not None
    assert (failed.dead_letter.reason, failed.dead_letter.raw) == ("error", as_bytes(event))
    assert "ZeroDivisionError" in failed.dead_letter.detail


def test_a_programme_that_does_not_freeze_does_not_hold(lists: Lists) -> None:
    listed = next(e for one in sample_lists() for e in one.entities if e.id == LISTED_ID)
    milder = listed.__class__(**{f: getattr(listed, f) for f in listed.__slots__} | {"consequence": Consequence.REVIEW})
    mild = lists.updated(lists.versions, [milder], ())
    assert screened(lists, payment(creditor=LISTED_NAME)).decision.verdict is Verdict.HOLD
    assert screened(mild, payment(creditor=LISTED_NAME)).decision.verdict is Verdict.REVIEW


def test_an_entity_added_is_met_and_one_removed_is_not(lists: Lists) -> None:
    listed: Entity = next(e for one in sample_lists() for e in one.entities if e.id == LISTED_ID)
    without = lists.updated(lists.versions, (), [listed.id])
    again = without.updated(lists.versions, [listed], ())

    def met(known: Lists) -> bool:
        found = screened(known, payment(creditor=LISTED_NAME)).decision.findings
        return any(e.entity_id == LISTED_ID for f in found for e in f.evidence)

    assert (met(lists), met(without), met(again)) == (True, False, True)


# ---------------------------------------------------------------- bounds


def _finding(n: int, *, entity: str = "ofac-1", verdict: Verdict = Verdict.REVIEW) -> Finding:
    evidence = Evidence(element=f"remittance_unstructured[{n}]", list="ofac", entity_id=entity)
    return Finding(
        rule="LISTED_NAME_IN_TEXT",
        verdict=verdict,
        severity=Severity.MEDIUM,
        reason=f"reason {n}",
        evidence=(evidence,),
    )


def test_ten_thousand_mentions_of_one_entry_are_a_finding_that_says_there_were_more() -> None:
    (finding,) = bounded(merged(_finding(n) for n in range(10_000)))
    assert len(finding.evidence) == EVIDENCE_MAX + 1
    assert finding.evidence[-1].note == "further elements met the same entry"
    (exact,) = bounded(merged(_finding(n) for n in range(EVIDENCE_MAX)))
    assert len(exact.evidence) == EVIDENCE_MAX


def test_more_findings_than_a_record_carries_keep_the_most_severe_and_say_so() -> None:
    weak = [_finding(n, entity=f"ofac-{n}") for n in range(FINDINGS_MAX + 5)]
    strong = _finding(0, entity="un-1", verdict=Verdict.HOLD)
    kept = bounded(merged([*weak, strong]))
    assert len(kept) == FINDINGS_MAX + 1
    assert kept[0] == strong
    assert kept[-1].rule == "FINDINGS_LIMIT"
    assert kept[-1].reason.startswith("6 further findings")


def test_near_misses_are_bounded_best_first(lists: Lists) -> None:
    lines = ["Silver Star Trading", "Korea Bank", "Volasys", "Koryo Development", "Foreign Trade Bank of Peru"]
    parties: dict[str, Any] = {
        role: party(name)
        for role, name in zip(("initiating_party", "ultimate_debtor", "ultimate_creditor"), lines, strict=False)
    }
    near = screened(lists, payment(**parties, creditor=lines[3], debtor=lines[4])).decision.near_misses
    assert len(near) <= NEAR_MISSES_MAX
    assert [miss.score for miss in near] == sorted((miss.score for miss in near), reverse=True)


# ---------------------------------------------------------------- behaviour


def test_identities_are_keyed_hashes_of_their_tenant() -> None:
    one = monitor(identity_key=b"one")
    same = one.identity("acme", "account", IBAN_BERLIN)
    assert same == monitor(identity_key=b"one").identity("acme", "account", IBAN_BERLIN)
    assert (
        len(
            {
                same,
                one.identity("globex", "account", IBAN_BERLIN),
                monitor(identity_key=b"two").identity("acme", "account", IBAN_BERLIN),
            }
        )
        == 3
    )
    assert IBAN_BERLIN not in same


def test_a_pay_is_observed_by_account_and_by_worker_in_whatever_spelling(lists: Lists) -> None:
    event = pay(payout_account={"iban": IBAN_BERLIN})
    respelled = event | {"event_id": "other", "payout_account": {"iban": "de89 3704 0044 0532 0130 00"}}
    first, second = screened(lists, event).observations, screened(lists, respelled).observations
    assert {o.subject_kind for o in first} == {SubjectKind.ACCOUNT, SubjectKind.WORKER}
    assert {o.subject for o in first} == {o.subject for o in second}
    assert {o.observation_id for o in first}.isdisjoint({o.observation_id for o in second})


def test_a_redelivered_observation_finds_the_same_and_changes_nothing(lists: Lists) -> None:
    by = monitor()
    events = [
        pay(worker=party(name, worker_id=name), event_time=f"2026-11-20T09:0{n}:00Z")
        for n, name in enumerate(("Lena Voss", "Marek Novak", "Priya Raman"))
    ]
    observed = [o for e in events for o in screened(lists, e, by).observations if o.subject_kind is SubjectKind.ACCOUNT]
    history = History.of(())
    found: list[Judged] = []
    for observation in observed:
        watched = by.watch(observation, history)
        history = watched.history
        found.extend(watched.judged)
    assert [judged.observation for judged in found] == observed[1:]
    assert [judged.finding.severity for judged in found] == [Severity.MEDIUM, Severity.HIGH]
    for observation in observed:
        again = by.watch(observation, history)
        assert again.history == history
        # What it completed at its successors is found again: the same findings, so the same alert ids.
        assert all(judged in found for judged in again.judged)


def test_the_monitor_reads_no_clock(lists: Lists) -> None:
    """A record of another year is judged as of that year: what a replay needs."""
    then = datetime(2026, 1, 1, tzinfo=UTC)
    answer = screened(lists, payment(event_time="2026-01-01T00:00:00Z"), timestamp=then)
    assert orjson.loads(answer.decision.model_dump_json())["verdict"] == "release"


@pytest.mark.parametrize("creditor", [{}, {"name": ""}, {"name": "   "}])
def test_who_has_no_name_is_not_released(lists: Lists, creditor: dict[str, str]) -> None:
    answer = screened(lists, payment() | {"creditor": creditor})
    assert answer.decision.verdict is Verdict.REVIEW
    assert rules(answer) == ["DUMMY_DATA"]


# ---------------------------------------------------------------- near misses and the allow list


def listing(*names: str, wallet: str | None = None) -> Lists:
    wallets = (ListedWallet("XBT", wallet),) if wallet else ()
    return Lists.of((), [Entity("test", "1", EntityType.ENTITY, tuple(map(ListedName, names)), wallets=wallets)])


def test_an_identifier_one_character_off_a_listed_one_is_reviewed() -> None:
    wallet = "149w62rY42aZBox8fGcmqNsXUzSStKeq8C"
    lists = listing("Lee Chong Dom", wallet=wallet)
    mistyped = wallet[:-1] + "D"
    answer = screened(lists, payment(creditor_account={"other": mistyped}))
    assert answer.decision.verdict is Verdict.REVIEW
    (finding,) = answer.decision.findings
    assert (finding.rule, finding.evidence[0].element) == ("NEAR_IDENTIFIER", "creditor_account.other")
    assert mistyped not in answer.decision.model_dump_json()
    assert screened(lists, payment(creditor_account={"other": wallet})).decision.verdict is Verdict.HOLD
    in_text = screened(lists, payment(remittance_unstructured=(f"pls send to {mistyped} thx",))).decision
    assert [(f.rule, f.verdict, f.evidence[0].element) for f in in_text.findings] == [
        ("NEAR_IDENTIFIER", Verdict.REVIEW, "remittance_unstructured[0]")
    ]
    other = wallet[:-3] + "DEF"
    assert screened(lists, payment(creditor_account={"other": other})).decision.verdict is Verdict.RELEASE


OWN_BANK = """
[[allow]]
tenant = "acme"
bank = "SOGEFRPP"
until = 2026-12-31
why = "house bank"
"""
LISTED_BANK = "Banque Generale Kabylienne Zirtal"
NAMESAKE = "Generale Kabylienne"


@pytest.mark.parametrize(
    ("agent", "tenant", "day", "verdict"),
    [
        ({"bic": "SOGEFRPPXXX", "name": NAMESAKE}, "acme", "2026-11-20", Verdict.RELEASE),
        ({"bic": "SOGEFRPPHAB", "name": NAMESAKE}, "acme", "2026-11-20", Verdict.RELEASE),
        ({"bic": "SOGEFRPP", "name": NAMESAKE}, "acme", "2027-01-01", Verdict.REVIEW),  # expired
        ({"bic": "SOGEFRPP", "name": NAMESAKE}, "other", "2026-11-20", Verdict.REVIEW),
        ({"bic": "BNPAFRPP", "name": NAMESAKE}, "acme", "2026-11-20", Verdict.REVIEW),
        ({"bic": "SOGEFRPP", "name": f"Banque {NAMESAKE}"}, "acme", "2026-11-20", Verdict.HOLD),  # no doubt any more
        ({"bic": "SOGEFRPP", "name": LISTED_BANK}, "acme", "2026-11-20", Verdict.HOLD),  # the very name
        ({"bic": "SOGEFRPP", "address": {"country": "KP"}}, "acme", "2026-11-20", Verdict.HOLD),  # an embargo
    ],
)
def test_an_allow_list_releases_doubts_on_the_tenants_own_banks(
    agent: dict[str, Any], tenant: str, day: str, verdict: Verdict
) -> None:
    by = monitor(policy_from_toml(OWN_BANK, "the test"))
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    event = {**payment(debtor_agent=agent), "tenant": tenant}
    answer = screened(listing(LISTED_BANK), event, by, timestamp=at)
    assert answer.decision.verdict is verdict, answer.decision.findings
    if verdict is Verdict.RELEASE:
        (finding,) = answer.decision.findings
        assert finding.reason.endswith("Released from review by the allow list until 2026-12-31: house bank")


def test_a_bank_that_only_resembles_a_listed_shop_is_a_near_miss() -> None:
    lists = listing("Nordlicht Zirtal Bergbau")
    known = {"bic": "SOGEFRPP", "name": "Nordlicht Zirtal"}
    answer = screened(lists, payment(debtor_agent=known))
    assert answer.decision.verdict is Verdict.RELEASE
    assert [miss.element for miss in answer.decision.near_misses] == ["debtor_agent.name"]
    for bank in ({"name": "Nordlicht Zirtal"}, {"bic": "SOGEFRPP", "name": "Nordlicht Zirtal Bergbaum"}):
        assert screened(lists, payment(debtor_agent=bank)).decision.verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("party_", "verdict"),
    [
        (party("Baxter"), Verdict.REVIEW),
        (party("Baxter", type="vessel"), Verdict.REVIEW),
        (party("Baxter", type="person"), Verdict.REVIEW),  # its very name: a declared type clears nobody
        (party("Baxter Anna", type="person"), Verdict.RELEASE),
        (party("Baxter Inc"), Verdict.RELEASE),
    ],
)
def test_people_and_companies_are_called_as_ships_are(party_: dict[str, Any], verdict: Verdict) -> None:
    ship = Entity("test", "1", EntityType.VESSEL, (ListedName("BAXTER"),))
    assert screened(Lists.of((), [ship]), payment(creditor=party_)).decision.verdict is verdict


def test_a_street_named_after_a_listed_person_is_no_hit() -> None:
    lists = Lists.of((), [Entity("test", "1", EntityType.PERSON, (ListedName("NARANJO ZIRTAL, Carlos"),))])
    street = {"street": "Avenida Carlos Naranjo Zirtal 85", "country": "ES"}
    assert screened(lists, payment(creditor=party("Ada Brandt", address=street))).decision.verdict is Verdict.RELEASE
    for lines in (["c/o Carlos Naranjo Zirtal", "Madrid"], ["Carlos Naranjo Zirtal", "Calle Mayor 5"]):
        answer = screened(lists, payment(creditor=party("Ada Brandt", address={"lines": lines})))
        assert rules(answer) == ["LISTED_NAME_IN_TEXT"]


@pytest.mark.parametrize("text", ["Kim Se Un", "for KIM Se Un salary", "wages KIM, Se Un"])
def test_a_text_that_names_somebody_to_the_letter_waits_however_common_the_name(text: str) -> None:
    lists = lists_from(sample_lists(), RECEIVED_AT)
    assert rules(screened(lists, payment(remittance_unstructured=[text]))) == ["LISTED_NAME_IN_TEXT"]
    other = text.replace("Un", "Uk")
    assert screened(lists, payment(remittance_unstructured=[other])).decision.verdict is Verdict.RELEASE


def test_a_long_listed_name_is_one_finding(lists: Lists) -> None:
    assert rules(screened(lists, payment(creditor=party(LISTED_NAME)))) == ["LISTED_NAME"]


def test_a_listed_name_and_an_address_in_one_line_wait(lists: Lists) -> None:
    line = "VOLASYS SILVER STAR 41 ULITSA KLARY TSETSKIN VLADIVOSTOK"
    assert rules(screened(lists, payment(creditor=party(line)))) == ["LISTED_NAME_IN_TEXT"]
    other = line.replace("VOLASYS", "MORNING")
    assert screened(lists, payment(creditor=party(other))).decision.verdict is Verdict.RELEASE


def test_a_name_that_runs_on_into_its_address_is_met_once() -> None:
    lists = listing("VOLASYS SILVER STAR")
    where = {"lines": ["SILVER STAR", "Beijing"], "country": "CN"}
    run_on = screened(lists, payment(creditor={"name": "VOLASYS", "address": where})).decision
    assert [(f.rule, f.evidence[0].element) for f in run_on.findings] == [
        ("LISTED_NAME_IN_TEXT", "creditor.address.lines[0]")
    ]
    whole = {"name": "VOLASYS SILVER STAR", "address": {"lines": ["4 Haidian Road"], "country": "CN"}}
    assert rules(screened(lists, payment(creditor=whole))) == ["LISTED_NAME"]


def test_a_name_of_spaced_letters_in_a_text_is_met() -> None:
    said = ("inv V O L A S Y S  S I L V E R  S T A R",)
    assert rules(screened(listing("VOLASYS SILVER STAR"), payment(remittance_unstructured=said))) == [
        "LISTED_NAME_IN_TEXT"
    ]
