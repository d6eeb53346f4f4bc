"""A payer's trace goes through: decision, alerts and spans are in it, and nothing personal is."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from streamer.cli import tracing as configured
from streamer.files.replay import lists_from
from streamer.http.door import Door
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.tracing import Trace, span_id, trace_id, trace_of
from streamer.watchlists import sample_lists
from streamer.worker.metrics import Metrics
from tests.builders import IBAN_BERLIN, LISTED_NAME, as_bytes, pay, payment
from tests.conftest import Broker
from tests.integration.collector import Collector, attributes, collecting
from tests.integration.worker import Out, Site

PAYER = Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 1, "payer=42")


def trace(out: Out) -> Trace | None:
    return trace_of(out.headers.items())


def held(**fields: Any) -> dict[str, Any]:
    return payment(creditor=LISTED_NAME, creditor_account={"iban": IBAN_BERLIN}, amount="4711.42", **fields)


# ---------------------------------------------------------------- headers alone


def test_without_an_exporter_the_trace_is_handed_on_and_none_is_begun(site: Site) -> None:
    listed, untraced, odd, unreadable = held(), held(), held(), b"no event"
    site.publish(listed, headers=PAYER.headers())
    site.publish(untraced)
    site.publish(odd, headers={"traceparent": b"00-what", "tracestate": b"\xff"})
    site.publish_raw(unreadable, key=b"unreadable-traced", headers=PAYER.headers())
    decision = site.wait_keyed("decisions", listed["event_id"])[0]
    alerts = site.wait_keyed("alerts", listed["event_id"])
    observations = site.wait("observations", lambda out: out.json["event_id"] == listed["event_id"])
    letter = site.wait_keyed("dead-letters", "unreadable-traced")[0]
    for out in (decision, *alerts, *observations, letter, site.wait_keyed("decisions", "unreadable-traced")[0]):
        assert trace(out) == PAYER, out.topic
    for event in (untraced, odd):
        for out in (*site.wait_keyed("decisions", event["event_id"]), *site.wait_keyed("alerts", event["event_id"])):
            assert "traceparent" not in out.headers
            assert "tracestate" not in out.headers


# ---------------------------------------------------------------- spans


def test_one_span_per_event_arrives_under_the_payers_and_names_nobody(broker: Broker, tmp_path: Path) -> None:
    with collecting() as collector, Site(broker, tmp_path) as site:
        site.publish_sample_lists()
        worker = site.worker(**collector.environment).wait_ready()
        listed, untraced, paid = held(), held(), pay()
        site.publish(listed, headers=PAYER.headers())
        site.publish(untraced, paid)
        site.publish_raw(b"no event", key=b"unreadable")
        # The same record once more: the same headers, the same ids.
        site.publish(listed, headers=PAYER.headers())
        decisions = site.wait_keyed("decisions", listed["event_id"], count=2)
        mine = json.loads(decisions[0].value or b"")["decision_id"]
        expected = Trace(PAYER.trace_id, span_id(PAYER.span_id, mine), 1, PAYER.state)
        for out in (*decisions, *site.wait_keyed("alerts", listed["event_id"], count=2)):
            assert trace(out) == expected
        own = site.wait_keyed("decisions", untraced["event_id"])[0]
        alert = site.wait_keyed("alerts", untraced["event_id"])[0]
        begun_here = trace(own)
        assert begun_here is not None
        assert begun_here.trace_id == trace_id(own.json["decision_id"])
        assert trace(alert) == begun_here
        site.wait_keyed("decisions", paid["event_id"])
        site.wait_keyed("decisions", "unreadable")
        # What is not sent yet is sent at the stop.
        assert worker.stop() == 0
        spans = collector.spans
        assert set(collector.paths) == {"/v1/traces"}
        assert collector.services == {"streamer"}
        assert len(spans) == 5
        first = [span for span in spans if attributes(span).get("streamer.event.id") == listed["event_id"]]
        assert [span.parent_span_id.hex() for span in first] == [PAYER.span_id] * 2
        assert {(span.trace_id.hex(), span.span_id.hex()) for span in first} == {(PAYER.trace_id, expected.span_id)}
        assert first[0].name == "screen payments"
        assert first[0].trace_state == PAYER.state
        assert first[0].end_time_unix_nano > first[0].start_time_unix_nano
        said = attributes(first[0])
        assert said["messaging.system"] == "kafka"
        assert said["messaging.operation.type"] == "process"
        assert said["messaging.destination.name"] == site.settings.topic("payments")
        assert said["streamer.verdict"] == "hold"
        assert said["streamer.rules"] == sorted({finding["rule"] for finding in decisions[0].json["findings"]})
        assert said["streamer.decision.id"] == mine
        (root,) = [span for span in spans if attributes(span).get("streamer.event.id") == untraced["event_id"]]
        assert (root.parent_span_id, root.trace_id.hex()) == (b"", begun_here.trace_id)
        assert [span.status.message for span in spans if span.status.code == span.status.STATUS_CODE_ERROR] == [
            "not_json"
        ]
        assert_names_nobody(collector, listed, paid)


def assert_names_nobody(collector: Collector, *events: dict[str, Any]) -> None:
    sent = b"".join(collector.bodies)
    for event in events:
        for name, value in texts(event):
            if name not in ("event_id", "event_type") and len(value) > 3:
                assert value.encode() not in sent, name


def texts(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, member in value.items() for pair in texts(member, key)]
    if isinstance(value, list):
        return [pair for member in value for pair in texts(member, name)]
    return [(name, str(value))]


def test_a_collector_that_is_away_costs_no_record_and_no_stop(broker: Broker, tmp_path: Path) -> None:
    with Site(broker, tmp_path) as site:
        site.publish_sample_lists()
        worker = site.worker(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", OTEL_BSP_SCHEDULE_DELAY="50")
        worker.wait_ready()
        assert site.screen(held())["verdict"] == "hold"
        assert worker.stop() == 0


# ---------------------------------------------------------------- the HTTP door


@pytest.mark.parametrize("exports", [False, True])
def test_the_door_answers_in_the_trace_of_the_request(exports: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = Monitor.under(shipped_policy(), identity_key=b"tests", engine_version="0")
    lists = lists_from(sample_lists(), datetime.now(UTC))
    event = held()
    asked = {name: value.decode() for name, value in PAYER.headers().items()}

    async def ask(spans: Any) -> tuple[Any, Any, Any]:
        door = Door(monitor, lists, Metrics(), address="127.0.0.1", spans=spans)
        async with TestClient(TestServer(door.application())) as client:
            one = await client.post("/screen", data=as_bytes(event), headers=asked)
            other = await client.post("/screen", data=as_bytes(event), headers={"traceparent": "00-what"})
            return one.headers, other.headers, await one.json()

    with collecting() as collector:
        environment = collector.environment if exports else {}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        spans = configured.spans(environment)
        one, other, decision = asyncio.run(ask(spans))
        found = trace_of([(name.lower(), value.encode()) for name, value in one.items()])
        assert found is not None
        assert (found.trace_id, found.state) == (PAYER.trace_id, PAYER.state)
        assert ("traceparent" in other) == exports
        if spans is None:
            assert found == PAYER
            return
        spans.close()
        span = next(span for span in collector.spans if span.parent_span_id)
        assert span.parent_span_id.hex() == PAYER.span_id
        assert span.span_id.hex() == found.span_id == span_id(PAYER.span_id, decision["decision_id"])
        assert attributes(span)["http.route"] == "/screen"
        assert_names_nobody(collector, event)


# ---------------------------------------------------------------- what is configured


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "otlp,console"}, True),
    ],
)
def test_nothing_is_sent_unless_an_endpoint_is_named(environment: dict[str, str], wanted: bool) -> None:
    assert configured.is_wanted(environment) is wanted


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "set http/protobuf"),
        ({"OTEL_BSP_SCHEDULE_DELAY": "-1"}, "cannot be used: ValueError"),
    ],
)
def test_what_cannot_be_used_is_said_and_stops_nothing(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert configured.spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", **environment}) is None
    assert said in caplog.text


def test_a_span_that_fails_leaves_the_trace_as_it_came(caplog: pytest.LogCaptureFixture) -> None:
    spans = configured.spans({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert spans is not None
    broken: Any = None  # a decision that our own code cannot read
    trace, end = spans.of_request(broken, PAYER, status=200, started_ns=0)
    end()
    spans.close()
    assert trace == PAYER
    assert "a span was lost" in caplog.text
