"""The HTTP door: the answers are those of the worker, and whatever goes wrong is no release."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from streamer.contracts import openapi
from streamer.files.replay import Replay, lists_from
from streamer.http import door
from streamer.http.door import Door
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists
from streamer.worker.metrics import Metrics
from tests.builders import LISTED_NAME, as_bytes, pay, payment
from tests.integration.worker import _foreign_environment, wait_for

TRANSFER = Path(__file__).parents[1] / "acceptance" / "payments" / "messages" / "pacs008.xml"
MONITOR = Monitor.under(shipped_policy(), identity_key=b"tests", engine_version="0")
LISTS = lists_from(sample_lists(), datetime.now(UTC))


def asked(ask: Callable[[TestClient[Any, Any]], Awaitable[None]], **options: Any) -> None:
    async def run() -> None:
        one = Door(options.pop("monitor", MONITOR), LISTS, Metrics(), address="127.0.0.1", **options)
        async with TestClient(TestServer(one.application())) as client:
            await ask(client)

    asyncio.run(run())


def test_an_event_gets_the_decision_that_a_replay_gives() -> None:
    events = [payment(), payment(creditor=LISTED_NAME), pay()]

    async def ask(client: TestClient[Any, Any]) -> None:
        for event in events:
            answer = await client.post("/screen", data=as_bytes(event))
            decision = await answer.json()
            assert answer.status == 200
            assert decision["event_id"] == event["event_id"]
            topic = "payrolls" if "employer" in event else "payments"
            record = Record(topic, 0, 0, None, as_bytes(event), datetime.now(UTC))
            (expected,) = [o for o in Replay(MONITOR, LISTS).outputs(record) if o.topic == "decisions"]
            assert decision["decision_id"] == json.loads(expected.value or b"")["decision_id"]
            assert decision["verdict"] == ("hold" if event is events[1] else "release")

    asked(ask)


def test_a_message_of_one_payment_is_an_event_too() -> None:
    async def ask(client: TestClient[Any, Any]) -> None:
        answer = await client.post("/screen", data=TRANSFER.read_bytes())
        assert answer.status == 200
        assert (await answer.json())["event_type"] == "payment"

    asked(ask)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "record"),
        (b"no event", "not_json"),
        (b'{"event_id": "P-1"}', "creditor: Field required"),
        (b"<Document/>", "Document"),
        (b"[" * 100_000, "record"),
    ],
)
def test_what_cannot_be_read_is_a_hold_with_status_422(body: bytes, said: str) -> None:
    async def ask(client: TestClient[Any, Any]) -> None:
        answer = await client.post("/screen", data=body)
        decision = await answer.json()
        assert (answer.status, decision["verdict"]) == (422, "hold")
        assert said in decision["findings"][0]["reason"]

    asked(ask)


def test_an_id_that_comes_again_with_other_content_is_held() -> None:
    async def ask(client: TestClient[Any, Any]) -> None:
        event = payment()
        first = await (await client.post("/screen", data=as_bytes(event))).json()
        again = await (await client.post("/screen", data=as_bytes(event))).json()
        assert first["decision_id"] == again["decision_id"]
        other = await client.post("/screen", data=as_bytes(event | {"amount": "9.99"}))
        assert (other.status, (await other.json())["verdict"]) == (422, "hold")

    asked(ask)


def test_a_record_too_large_or_an_asker_unknown_gets_no_decision() -> None:
    async def ask(client: TestClient[Any, Any]) -> None:
        large = await client.post(
            "/screen", data=io.BytesIO(b" " * (2 * 1024 * 1024)), headers={"Authorization": "Bearer t"}
        )
        assert large.status == 413
        nobody = await client.post("/screen", data=as_bytes(payment()))
        assert nobody.status == 401
        stranger = await client.post(
            "/screen", data=as_bytes(payment()), headers={"Host": "evil.example", "Authorization": "Bearer t"}
        )
        assert stranger.status == 421
        assert (await client.get("/health")).status == 200
        assert (await client.get("/metrics")).status == 401

    asked(ask, token="t")  # noqa: S106


def test_more_than_may_wait_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WAITING_MAX", 0)

    async def ask(client: TestClient[Any, Any]) -> None:
        answer = await client.post("/screen", data=as_bytes(payment()))
        assert answer.status == 503
        assert "verdict" not in await answer.json()

    asked(ask)


def test_who_sends_slowly_gets_no_decision_and_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WAITING_MAX", 1)
    monkeypatch.setattr(door, "BODY_SECONDS_MAX", 0.5)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(2)
        yield b"}"

    async def ask(client: TestClient[Any, Any]) -> None:
        slow = asyncio.ensure_future(client.post("/screen", data=slowly()))
        await asyncio.sleep(0.1)
        assert (await client.post("/screen", data=as_bytes(payment()))).status == 200
        assert (await slow).status == 408

    asked(ask)


def test_a_fault_of_ours_is_a_hold(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Monitor):
        def screening(self, received: Any, lists: Lists, earlier_digest: str | None = None) -> Any:
            raise RuntimeError(f"cannot handle {received.event.creditor.name}")
            yield

    async def ask(client: TestClient[Any, Any]) -> None:
        answer = await client.post("/screen", data=as_bytes(payment(creditor="Zebulon Quist")))
        assert (answer.status, (await answer.json())["verdict"]) == (422, "hold")

    asked(ask, monitor=Failing.under(shipped_policy(), identity_key=b"tests", engine_version="0"))
    assert "Zebulon" not in caplog.text


def test_the_openapi_document_is_that_of_the_models() -> None:
    async def ask(client: TestClient[Any, Any]) -> None:
        document = await (await client.get("/openapi.json")).json()
        assert document == json.loads(json.dumps(openapi()))
        references = set(_references(document))
        assert references
        assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    asked(ask)


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one)


def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "serve.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamer", "serve", "--port", str(port)],
            env=_foreign_environment(),
            stdout=file,
            stderr=file,
        )
    try:
        wait_for("the door", lambda: f"POST http://127.0.0.1:{port}/screen" in log.read_text())
        body = as_bytes(payment(creditor=LISTED_NAME))

        def answered() -> dict[str, Any] | None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/screen", body, timeout=10) as answer:
                    said: dict[str, Any] = json.load(answer)
                    return said
            except urllib.error.URLError:
                return None

        assert wait_for("an answer", answered)["verdict"] == "hold"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    assert "blocked verdict=hold" in log.read_text()
    assert LISTED_NAME not in log.read_text()
