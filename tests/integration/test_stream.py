"""The contract of the whole: events in, decisions and alerts out, through a real worker process on a real broker.

The same tests run on the embedded broker and on Apache Kafka; what only Kafka can show is marked.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streamer import __version__
from streamer.policy import Policy, policy_from_toml, shipped_policy
from streamer.watchlists import read_list, sample_lists
from tests.builders import (
    IBAN_BERLIN,
    IBAN_LONDON,
    IBAN_PARIS,
    LISTED_ID,
    LISTED_NAME,
    account_changed,
    as_bytes,
    fresh_id,
    party,
    pay,
    payment,
)
from tests.conftest import Broker
from tests.integration.worker import PARTITIONS, Out, Site, WorkerProcess, rules, wait_for

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
HEADER_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def check_schema(topic: str, value: Any) -> None:
    """By the schema that integrators are given."""
    jsonschema.validate(value, json.loads((SCHEMAS / f"{topic}.schema.json").read_text("utf-8")))


@pytest.fixture
def own_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    """Topics, no list and no worker yet."""
    with Site(broker, tmp_path) as site:
        yield site


# ---------------------------------------------------------------- decisions


def test_a_listed_creditor_is_held_and_a_clean_one_released(site: Site) -> None:
    listed, clean = payment(creditor=LISTED_NAME), payment()
    site.publish(listed, clean)
    held, released = site.decision(listed["event_id"]), site.decision(clean["event_id"])
    assert (held["verdict"], released["verdict"]) == ("hold", "release")
    assert held["findings"][0]["rule"] == "LISTED_NAME"
    assert held["findings"][0]["evidence"][0]["entity_id"] == LISTED_ID
    assert held["findings"][0]["evidence"][0]["element"] == "creditor.name"
    assert released["findings"] == []
    assert "creditor.name" in released["elements_screened"]


def test_every_role_of_a_payment_is_screened(site: Site) -> None:
    roles: dict[str, dict[str, Any]] = {
        "debtor.name": {"debtor": LISTED_NAME},
        "ultimate_debtor.name": {"ultimate_debtor": party(LISTED_NAME)},
        "ultimate_creditor.name": {"ultimate_creditor": party(LISTED_NAME)},
        "initiating_party.name": {"initiating_party": party(LISTED_NAME)},
        "creditor_agent.bic": {"creditor_agent": {"bic": "FTBDKPPY"}},
        "intermediary_agents[1].bic": {"intermediary_agents": [{"bic": "DEUTDEFF"}, {"bic": "FTBDKPPYXXX"}]},
        "previous_instructing_agents[0].bic": {"previous_instructing_agents": [{"bic": "FTBDKPPY"}]},
        "creditor_account.wallet": {
            "creditor_account": {"wallet": {"asset": "ETH", "address": "0xB637F84B66876EBF609C2A4208905F9DDAC9D075"}}
        },
    }
    events = {element: payment(**fields) for element, fields in roles.items()}
    site.publish(*events.values())
    for element, event in events.items():
        decision = site.decision(event["event_id"])
        met = {e["element"] for f in decision["findings"] for e in f["evidence"] if e["entity_id"]}
        assert decision["verdict"] == "hold", element
        assert element in met, decision["findings"]


def test_a_remittance_text_that_names_a_listed_party_waits_for_an_analyst(site: Site) -> None:
    decision = site.screen(payment(remittance_unstructured=[f"invoice 7 on behalf of {LISTED_NAME}"]))
    assert decision["verdict"] == "review"
    assert "LISTED_NAME_IN_TEXT" in rules(decision)


def test_money_to_the_press_entry_waits_for_an_analyst(site: Site) -> None:
    decision = site.screen(payment(creditor="Suzhou Weitong Information Technology Co., Ltd."))
    assert decision["verdict"] == "review"
    assert {e["list"] for f in decision["findings"] for e in f["evidence"]} == {"press"}


def test_a_payment_received_after_its_decide_by_blocks(site: Site) -> None:
    decision = site.screen(payment(decide_by="2026-01-01T00:00:00Z"))
    assert (decision["verdict"], decision["late"]) == ("hold", True)
    assert "DECIDED_LATE" in rules(decision)


def test_decisions_follow_their_schema_and_name_what_judged(site: Site) -> None:
    events = [
        payment(creditor=LISTED_NAME),
        payment(),
        pay(),
        account_changed(),
        payment(decide_by="2026-01-01T00:00Z"),
    ]
    events[4]["decide_by"] = "2026-01-01T00:00:00Z"
    site.publish(*events)
    for event in events:
        (out,) = site.wait_keyed("decisions", event["event_id"])
        check_schema("decisions", out.json)
        decision = out.json
        assert decision["event_id"] == event["event_id"]
        assert decision["tenant"] == event["tenant"]
        assert decision["event_type"] == event.get("event_type", "payment")
        assert {v["list"] for v in decision["lists"]} == {one.names[0] for one in sample_lists()}
        assert decision["policy_version"] == shipped_policy().version
        assert decision["engine_version"] == __version__
        assert out.headers["ce_id"].decode() == decision["decision_id"]
        assert out.headers["ce_source"] == b"/streamer/acme"
        assert out.headers["ce_type"] == b"streamer.decision.v1"
        assert HEADER_TIME.fullmatch(out.headers["ce_time"])
        assert out.headers["source-topic"] in (b"payments", b"payrolls")


def test_a_message_id_comes_back_with_the_decision(site: Site) -> None:
    decision = site.screen(payment(message_id="MSG-1", end_to_end_id="E2E-1"))
    assert (decision["message_id"], decision["end_to_end_id"]) == ("MSG-1", "E2E-1")


# ---------------------------------------------------------------- alerts


def test_an_alert_is_an_ocsf_finding_with_cloud_event_headers(site: Site) -> None:
    event = payment(creditor=LISTED_NAME)
    decision = site.screen(event)
    (alert,) = site.wait_keyed("alerts", event["event_id"])
    finding = alert.json
    check_schema("alerts", finding)
    assert (finding["class_uid"], finding["category_uid"], finding["type_uid"]) == (2004, 2, 200401)
    assert finding["finding_info"]["analytic"]["uid"] == "LISTED_NAME"
    assert finding["severity"] == "High"
    assert finding["disposition"] == "Blocked"
    assert finding["metadata"]["correlation_uid"] == decision["decision_id"]
    assert LISTED_ID in {observable["value"] for observable in finding["observables"]}
    headers = alert.headers
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"streamer.alert.v1"
    assert headers["ce_source"] == b"/streamer/acme"
    assert headers["ce_id"].decode() == finding["metadata"]["uid"]
    assert headers["ce_subject"].decode() == event["event_id"]
    assert headers["content-type"] == b"application/json"
    assert HEADER_TIME.fullmatch(headers["ce_time"])


def test_an_alert_shows_no_more_of_a_person_than_the_policy_allows(site: Site) -> None:
    event = payment(
        creditor=party(LISTED_NAME, birth_date="1987-06-05", email="zora.q@example.org"),
        creditor_account={"iban": IBAN_BERLIN},
        debtor="Zora Quimby-Featherstone",
    )
    site.publish(event)
    (alert,) = site.wait_keyed("alerts", event["event_id"])
    assert alert.value is not None
    for personal in (b"Quimby", b"zora.q@", IBAN_BERLIN.encode(), b"1987-06-05"):
        assert personal not in alert.value


def test_a_released_payment_raises_no_alert(site: Site) -> None:
    clean, listed = payment(), payment(creditor=LISTED_NAME)
    site.screen(clean)
    site.screen(listed)
    site.wait_keyed("alerts", listed["event_id"])
    assert site.keyed("alerts", clean["event_id"]) == []


# ---------------------------------------------------------------- behaviour


def _alerts_of(site: Site, rule: str, event_id: str) -> list[Out]:
    return site.received("alerts", lambda out: out.key == event_id.encode() and out.rule == rule)


def test_three_workers_paid_into_one_account_raise_a_behaviour_alert(site: Site) -> None:
    iban = "GB33BUKB20201555555555"
    names = ("Lena Voss", "Marek Novak", "Priya Raman")
    events = [
        pay(
            worker=party(name, worker_id=f"SHARED-{n}"),
            payout_account={"iban": iban},
            event_time=f"2026-11-20T09:0{n}:00Z",
        )
        for n, name in enumerate(names)
    ]
    for event in events:
        assert site.screen(event)["verdict"] == "release"
    last = events[-1]["event_id"]
    (alert,) = wait_for("the behaviour alert", lambda: _alerts_of(site, "SHARED_ACCOUNT", last) or None)
    finding = alert.json
    check_schema("alerts", finding)
    assert finding["severity"] == "High"
    assert finding["disposition"] == "Detected"
    assert {related["uid"] for related in finding["finding_info"]["related_events"]} == {e["event_id"] for e in events}
    assert alert.value is not None
    assert iban.encode() not in alert.value
    assert all(name.encode() not in alert.value for name in names)
    assert _alerts_of(site, "SHARED_ACCOUNT", events[0]["event_id"]) == []


def test_a_payout_account_changed_just_before_payday_raises_a_behaviour_alert(site: Site) -> None:
    worker = party("Jonas Keller", worker_id="CHURN-1")
    before = pay(worker=worker, payout_account={"iban": IBAN_PARIS}, event_time="2026-10-28T09:00:00Z")
    change = account_changed(
        worker=worker,
        payout_account={"iban": IBAN_LONDON},
        event_time="2026-11-24T09:00:00Z",
        next_pay_date="2026-11-26",
    )
    site.screen(before)
    site.screen(change)
    (alert,) = wait_for("the behaviour alert", lambda: _alerts_of(site, "ACCOUNT_CHURN", change["event_id"]) or None)
    assert "payday" in alert.json["message"]


def test_observations_are_keyed_by_their_subject_and_hide_it(site: Site) -> None:
    event = pay(worker=party("Ruth Osei", worker_id="OBS-1"), payout_account={"iban": IBAN_LONDON})
    site.screen(event)
    found = site.wait("observations", lambda out: out.json["event_id"] == event["event_id"], 2)
    assert {out.json["subject_kind"] for out in found} == {"account", "worker"}
    for out in found:
        check_schema("observations", out.json)
        assert out.key is not None
        assert out.key.decode() == out.json["subject"]
        assert re.fullmatch(rf"acme/{out.json['subject_kind']}/[0-9a-f]{{64}}", out.json["subject"])
        assert out.value is not None
        assert b"Ruth" not in out.value
        assert IBAN_LONDON.encode() not in out.value
    again = pay(worker=party("Ruth Osei", worker_id="OBS-1"), payout_account={"iban": IBAN_LONDON})
    site.screen(again)
    repeated = site.wait("observations", lambda out: out.json["event_id"] == again["event_id"], 2)
    # One subject, one key, one partition: that is where its history is.
    assert {(out.key, out.partition) for out in repeated} == {(out.key, out.partition) for out in found}


# ---------------------------------------------------------------- identity


def test_the_same_record_twice_gives_the_same_ids(site: Site) -> None:
    event = payment(creditor=LISTED_NAME, creditor_account={"iban": IBAN_BERLIN})
    site.publish(event, event)
    first, second = site.wait_keyed("decisions", event["event_id"], 2)
    assert first.json == second.json
    assert first.id == second.id
    key = event["event_id"].encode()
    one, other = site.wait("alerts", lambda out: out.key == key and out.rule == "LISTED_NAME", 2)
    assert one.id == other.id
    observed = site.wait("observations", lambda out: out.json["event_id"] == event["event_id"], 4)
    assert len({out.id for out in observed}) == 2
    assert site.keyed("dead-letters", event["event_id"]) == []


def test_the_spelling_of_the_json_does_not_change_the_decision_id(site: Site) -> None:
    event = payment()
    site.publish(event)
    respelled = dict(reversed(event.items()))
    site.publish_raw(json.dumps(respelled, indent=3).encode(), key=event["event_id"].encode())
    first, second = site.wait_keyed("decisions", event["event_id"], 2)
    assert first.id == second.id


def test_a_replay_gives_the_decisions_that_the_worker_published(site: Site, tmp_path: Path) -> None:
    shared_iban = "NL91ABNA0417164300"
    events = [
        payment(creditor=LISTED_NAME),
        payment(),
        payment(creditor_agent={"bic": "FTBDKPPY"}),
        payment(creditor="Suzhou Weitong Information Technology Co., Ltd."),
        payment(remittance_unstructured=["for Volasys Silver Star"]),
        *(
            pay(
                worker=party(name, worker_id=f"REPLAY-{n}"),
                payout_account={"iban": shared_iban},
                event_time=f"2026-11-20T10:0{n}:00Z",
            )
            for n, name in enumerate(("Tom Ferris", "Ingrid Dahl", "Samir Haddad"))
        ),
    ]
    for event in events:
        site.screen(event)
    ids = {event["event_id"] for event in events}
    worker_alerts = wait_for("the behaviour alerts", lambda: _behaviour(site, ids, 2))

    (tmp_path / "events.jsonl").write_bytes(b"\n".join(as_bytes(event) for event in events))
    replayed = site.command(
        "replay", "--input", str(tmp_path / "events.jsonl"), "--output", str(tmp_path / "out.jsonl")
    )
    assert replayed.returncode == 0, replayed.stderr
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]

    decided = {line["key"]: line["value"] for line in lines if line["topic"] == "decisions"}
    published = {event_id: site.decision(event_id) for event_id in ids}
    assert {key: (d["decision_id"], d["verdict"]) for key, d in decided.items()} == {
        key: (d["decision_id"], d["verdict"]) for key, d in published.items()
    }
    replayed_alerts = {
        (line["key"], line["value"]["finding_info"]["analytic"]["uid"]) for line in lines if line["topic"] == "alerts"
    }
    assert {alert for alert in replayed_alerts if alert[1] == "SHARED_ACCOUNT"} == worker_alerts


def _behaviour(site: Site, event_ids: set[str], count: int) -> set[tuple[str, str]] | None:
    alerts = site.received("alerts", lambda out: out.key is not None and out.key.decode() in event_ids)
    found = {(out.key.decode(), out.rule) for out in alerts if out.rule == "SHARED_ACCOUNT" and out.key is not None}
    return found if len(found) >= count else None


# ---------------------------------------------------------------- the web port


def test_metrics_count_what_happened(site: Site) -> None:
    (worker,) = site.workers

    def counts() -> dict[str, float]:
        metric = worker.metric
        return {
            "payments": metric("screening_events_total", topic="payments"),
            "payrolls": metric("screening_events_total", topic="payrolls"),
            "hold": metric("screening_decisions_total", verdict="hold"),
            "release": metric("screening_decisions_total", verdict="release"),
            "alerts": metric("screening_alerts_total", rule="LISTED_NAME", severity="high"),
            "latencies": metric("screening_latency_seconds_count"),
        }

    before = counts()
    events = [payment(creditor=LISTED_NAME), payment(), pay()]
    for event in events:
        site.screen(event)
    wanted = {"payments": 2, "payrolls": 1, "hold": 1, "release": 2, "alerts": 1, "latencies": 3}
    # A decision is counted once the broker confirmed it, which a reader may see a moment earlier.
    wait_for("the counters", lambda: {name: counts()[name] - before[name] for name in wanted} == wanted)
    for one in sample_lists():
        assert worker.metric("screening_list_entries", list=one.names[0]) == len(one.entities)
        assert worker.metric("screening_list_age_seconds", list=one.names[0]) >= 0
    assert worker.metric("screening_ready") == 1
    assert worker.metric("screening_partitions_assigned") == 2 * PARTITIONS


def test_metrics_hold_no_personal_value(site: Site) -> None:
    site.screen(payment("ID-SECRET-7", creditor="Peregrine Tollemache", creditor_account={"iban": IBAN_LONDON}))
    _, metrics = site.workers[0].get("/metrics")
    for personal in ("Peregrine", IBAN_LONDON, "ID-SECRET-7"):
        assert personal not in metrics
        assert personal not in site.workers[0].log


def test_a_worker_at_work_is_healthy_and_ready(site: Site) -> None:
    (worker,) = site.workers
    assert worker.get("/health") == (200, '{"status": "healthy"}')
    assert worker.get("/ready") == (200, '{"status": "ready"}')
    assert worker.get("/nothing")[0] == 404


# ---------------------------------------------------------------- starts


def test_nothing_is_consumed_before_the_required_lists_are_there(own_site: Site) -> None:
    site = own_site
    listed = payment(creditor=LISTED_NAME)
    site.publish(listed)
    worker = site.worker()
    unready = json.loads(worker.wait_answer("/ready", 503))
    assert "required list ofac is not in force" in unready["reasons"]
    assert worker.get("/health")[0] == 200, "waiting for lists is no reason to be restarted"
    press = next(one for one in sample_lists() if one.names == ("press",))
    site.publish_list(press)
    wait_for("the press list", lambda: worker.metric("screening_list_entries", list="press") == 1)
    assert worker.get("/ready")[0] == 503
    assert worker.metric("screening_events_total") == 0
    assert site.received("decisions") == []
    site.publish_sample_lists()
    worker.wait_ready()
    (decided,) = site.wait_keyed("decisions", listed["event_id"])
    assert decided.json["verdict"] == "hold"
    assert {v["list"] for v in decided.json["lists"]} >= {"ofac", "press"}


def test_a_worker_refuses_the_sample_lists_unless_told_otherwise(own_site: Site) -> None:
    own_site.publish_sample_lists()
    own_site.publish(payment())
    worker = own_site.worker(STREAMER_ALLOW_SAMPLE_LISTS="0")
    assert worker.wait_exit() == 2
    last = worker.log.splitlines()[-1]
    assert last.startswith("Error: ")
    assert "is the sample for demonstrations" in last
    assert "STREAMER_ALLOW_SAMPLE_LISTS=1" in last
    assert "Traceback" not in worker.log
    assert own_site.received("decisions") == []


def test_what_keeps_a_worker_from_starting_is_one_line_with_the_cure(own_site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        busy = own_site.worker(STREAMER_WEB_PORT=port)
        nowhere = own_site.worker(STREAMER_BOOTSTRAP_SERVERS="127.0.0.1:1")
        nobody = own_site.worker(STREAMER_BOOTSTRAP_SERVER="127.0.0.1:1")
        for worker, said in (
            (busy, f"web port {port} of 127.0.0.1 is taken by another process: choose another by --web-port"),
            (nowhere, "Kafka does not answer"),
            (nobody, "STREAMER_BOOTSTRAP_SERVER is no setting: did you mean STREAMER_BOOTSTRAP_SERVERS?"),
        ):
            assert worker.wait_exit() == 2
            assert worker.log.splitlines()[-1].startswith(f"Error: {said}")
            assert "Traceback" not in worker.log


def test_a_worker_says_what_it_does_in_few_lines_one_for_each_block(own_site: Site) -> None:
    own_site.publish_sample_lists()
    worker = own_site.worker(STREAMER_LOG_FORMAT="json").wait_ready()
    event = payment(creditor=LISTED_NAME)
    own_site.publish(event, payment())
    decision = own_site.decision(event["event_id"])
    wait_for("the block", lambda: "blocked" in worker.log)
    assert worker.stop() == 0
    said = [json.loads(line) for line in worker.log.splitlines()]
    (blocked,) = [line for line in said if line["message"] == "blocked"]
    assert blocked["event_id"] == event["event_id"]
    assert blocked["decision_id"] == decision["decision_id"]
    assert blocked["verdict"] == "hold"
    assert [line["message"] for line in said if line["logger"] == "streamer.worker.process"] == [
        "worker starts",
        "worker ready",
        "worker stops",
        "worker stopped",
    ]
    assert len(said) < 15, worker.log
    assert LISTED_NAME not in worker.log


def test_policy_and_web_token_reach_the_worker(own_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('[lists]\nrequired = ["ofac"]\n[lists.ceiling]\nofac = "review"\n', "utf-8")
    own_site.publish_sample_lists()
    token = "only-prometheus-knows"  # noqa: S105
    worker = own_site.worker(STREAMER_POLICY_FILE=str(path), STREAMER_WEB_TOKEN=token).wait_ready()
    decision = own_site.screen(payment(creditor=LISTED_NAME))
    policy: Policy = policy_from_toml(path.read_text("utf-8"), str(path))
    assert decision["verdict"] == "review"
    assert decision["policy_version"] == policy.version != shipped_policy().version
    assert worker.get("/metrics")[0] == 401
    assert worker.get("/metrics", {"Authorization": "Bearer wrong"})[0] == 401
    assert worker.get("/metrics", {"Authorization": f"Bearer {token}"})[0] == 200
    # Probes of a supervisor carry no token.
    assert worker.get("/health")[0] == 200
    assert token not in worker.log


# ---------------------------------------------------------------- restarts


def test_a_restart_in_the_middle_loses_nothing_and_forgets_nothing(own_site: Site) -> None:
    site = own_site
    # The demo's store on the demo's broker, the production's store on Kafka.
    store = "memory" if site.broker.name == "embedded" else "rocksdb"
    site.publish_sample_lists()
    folder = str(site.folder / "kept")
    first = site.worker(STREAMER_STORE=store, STREAMER_DATA_DIR=folder).wait_ready()
    before = [payment(creditor=LISTED_NAME if n % 10 == 0 else "Nordlicht Design GmbH") for n in range(100)]
    shared = [
        pay(
            worker=party(name, worker_id=f"RESTART-{n}"),
            payout_account={"iban": IBAN_LONDON},
            event_time=f"2026-11-20T09:0{n}:00Z",
        )
        for n, name in enumerate(("Lena Voss", "Marek Novak", "Priya Raman"))
    ]
    reused = payment(amount="10")
    site.screen(reused)
    site.publish(*shared[:2])
    wait_for("the first alert", lambda: _alerts_of(site, "SHARED_ACCOUNT", shared[1]["event_id"]) or None)
    site.publish(*before)
    site.wait("decisions", lambda out: out.key == before[0]["event_id"].encode())
    assert first.stop() == 0
    after = [payment() for _ in range(50)]
    site.publish(*after)
    site.worker(STREAMER_STORE=store, STREAMER_DATA_DIR=folder).wait_ready()
    decided = site.decisions(event["event_id"] for event in (*before, *after))
    for event in before:
        listed = event["creditor"]["name"] == LISTED_NAME
        assert {d["verdict"] for d in decided[event["event_id"]]} == {"hold" if listed else "release"}
        assert len({d["decision_id"] for d in decided[event["event_id"]]}) == 1
    # The histories and the event ids came back with the changelog.
    site.publish(shared[2])
    alert, *_ = wait_for("the alert", lambda: _alerts_of(site, "SHARED_ACCOUNT", shared[2]["event_id"]) or None)
    assert {related["uid"] for related in alert.json["finding_info"]["related_events"]} == {
        event["event_id"] for event in shared
    }
    site.publish(reused | {"amount": "11"})
    (_, held) = site.wait_keyed("decisions", reused["event_id"], 2)
    assert rules(held.json) == ["SCREENING_INCOMPLETE"]


@pytest.mark.kafka
def test_a_killed_worker_loses_nothing(kafka_broker: Broker, tmp_path: Path) -> None:
    with Site(kafka_broker, tmp_path) as site:
        site.publish_sample_lists()
        victim = site.worker(STREAMER_STORE="rocksdb").wait_ready()
        events = [payment(creditor=LISTED_NAME if n % 50 == 0 else f"Contractor {n} GmbH") for n in range(2_000)]
        site.publish(*events[:1_000])
        site.wait("decisions", lambda out: True, 50)
        victim.kill()
        site.publish(*events[1_000:])
        site.worker(STREAMER_STORE="rocksdb")
        decided = site.decisions(event["event_id"] for event in events)
        for event in events:
            answers = decided[event["event_id"]]
            assert len({d["decision_id"] for d in answers}) == 1
            listed = event["creditor"]["name"] == LISTED_NAME
            assert answers[0]["verdict"] == ("hold" if listed else "release")
        assert site.received("dead-letters") == []


@pytest.mark.kafka
def test_two_workers_share_the_partitions_and_one_takes_over(kafka_broker: Broker, tmp_path: Path) -> None:
    with Site(kafka_broker, tmp_path) as site:
        site.publish_sample_lists()
        one = site.worker().wait_ready()
        events = [payment() for _ in range(600)]
        site.publish(*events[:200])
        other = site.worker()

        def shared() -> bool:
            held = [_partitions(worker) for worker in (one, other)]
            return sum(held) == 2 * PARTITIONS and all(held)

        wait_for("both workers to hold partitions", shared)
        one.wait_ready()
        other.wait_ready()
        counted = [worker.metric("screening_events_total") for worker in (one, other)]
        site.publish(*events[200:400])
        site.decisions(event["event_id"] for event in events[:400])
        assert all(
            worker.metric("screening_events_total") > before
            for worker, before in zip((one, other), counted, strict=True)
        )
        one.kill()
        site.publish(*events[400:])
        decided = site.decisions(event["event_id"] for event in events)
        assert all(len({d["decision_id"] for d in answers}) == 1 for answers in decided.values())


def _partitions(worker: WorkerProcess) -> float:
    # Counted when readiness is asked for.
    status, _ = worker.get("/ready")
    return worker.metric("screening_partitions_assigned") if status == 200 else 0


# ---------------------------------------------------------------- lists while running


def test_a_list_update_reaches_a_running_worker(own_site: Site, tmp_path: Path) -> None:
    site = own_site
    site.publish_sample_lists()
    worker = site.worker().wait_ready()
    name = "Quellwasser Maschinenbau GmbH"
    event = payment(creditor=name)
    before = site.screen(event)
    assert before["verdict"] == "release"

    site.publish_list(_own_list(tmp_path, "Some Other Party Ltd", name))
    held = _first_with(site, "hold", name)
    assert [v["list"] for v in held["lists"]] == ["ofac", "own", "press"]
    # The very same event is judged anew: a new list makes a new decision.
    site.publish(event)
    _, after = site.wait_keyed("decisions", event["event_id"], 2)
    assert after.json["verdict"] == "hold"
    assert after.json["event_digest"] == before["event_digest"]
    assert after.json["decision_id"] != before["decision_id"]

    site.publish_list(_own_list(tmp_path, "Some Other Party Ltd"))
    released = _first_with(site, "release", name)
    assert {v["list"]: v["version"] for v in released["lists"]} != {v["list"]: v["version"] for v in held["lists"]}
    assert worker.metric("screening_list_entries", list="own") == 1


def _own_list(folder: Path, *names: str) -> Any:
    path = folder / f"{fresh_id('list')}.csv"
    rows = "".join(f'own,{n},entity,"{name}",block\n' for n, name in enumerate(names, start=1))
    path.write_text(f"list,id,type,name,consequence\n{rows}", "utf-8")
    return read_list(f"csv={path}")


def _first_with(site: Site, verdict: str, creditor: str) -> dict[str, Any]:
    """The first decision on a payment to `creditor` with this verdict, asking again until the list has arrived."""

    def asked() -> dict[str, Any] | None:
        decision = site.screen(payment(creditor=creditor))
        return decision if decision["verdict"] == verdict else None

    return wait_for(f"verdict {verdict}", asked)
