"""Who may read /metrics: the machine itself, and with STREAMER_WEB_TOKEN only who has the token."""

from __future__ import annotations

import secrets
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamer.settings import read_settings
from streamer.worker.metrics import Metrics
from streamer.worker.web import bears, misdirected, serve_metrics
from tests.conftest import Embedded
from tests.integration.worker import Site, WorkerProcess

TOKEN = secrets.token_urlsafe(16)


@pytest.fixture
def worker(embedded_broker: Embedded, tmp_path: Path) -> Iterator[WorkerProcess]:
    """One that waits for lists: its web port is up from the first moment."""
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    with Site(embedded_broker, tmp_path, STREAMER_WEB_TOKEN_FILE=str(token)) as site:
        yield site.worker()


def test_metrics_ask_for_the_token_and_probes_do_not(worker: WorkerProcess) -> None:
    worker.wait_answer("/health", 200)
    assert worker.get("/ready")[0] == 503
    assert worker.get("/metrics")[0] == 401
    for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer ", "Bearer \xe4"):
        status, body = worker.get("/metrics", {"Authorization": wrong})
        assert status == 401, wrong
        assert TOKEN not in body
    status, body = worker.get("/metrics", {"Authorization": f"Bearer {TOKEN}"})
    assert status == 200
    assert "screening_" in body
    assert TOKEN not in worker.log


def test_the_web_port_is_on_this_machine_unless_told_otherwise() -> None:
    assert read_settings({}).web_host == "127.0.0.1"


def _status(url: str, authorization: str | None = None) -> int:
    request = urllib.request.Request(url, headers={"Authorization": authorization} if authorization else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the URL is ours
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_metrics_of_a_command_ask_for_the_same_token(capfd: pytest.CaptureFixture[str]) -> None:
    port = serve_metrics("127.0.0.1", 0, Metrics(), TOKEN)
    url = f"http://127.0.0.1:{port}"
    assert _status(f"{url}/metrics") == 401
    assert _status(f"{url}/metrics", f"Bearer {TOKEN}x") == 401
    assert _status(f"{url}/metrics", f"Bearer {TOKEN}") == 200
    assert _status(f"{url}/") == 404
    assert capfd.readouterr() == ("", "")


def test_without_a_token_everybody_on_the_machine_reads_metrics() -> None:
    assert _status(f"http://127.0.0.1:{serve_metrics('127.0.0.1', 0, Metrics(), None)}/metrics") == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:6066", None),
        ("127.0.0.1", None),
        ("10.42.3.7:6066", None),
        ("[::1]:6066", None),
        ("[fd00::17]", None),
        ("localhost:6066", None),
        ("LOCALHOST", None),
        ("Metrics.Example.:6066", None),
        ("worker.local:6066", None),
        ("evil.example:6066", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("127.0.0.1:port", 421),
        ("127.1", 421),
        ("[::1", 421),
        (":6066", 421),
        ("", 400),
        (None, 400),
    ],
)
def test_only_known_names_and_addresses_are_answered(host: str | None, status: int | None) -> None:
    """A page in a browser reaches a local port under a name of its own (DNS rebinding), never under an address."""
    refusal = misdirected(host, "worker.local", {"metrics.example"})
    assert (refusal and refusal[0]) == status


def _raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
    return answer


def test_a_strange_host_reads_nothing_from_worker_or_command(embedded_broker: Embedded, tmp_path: Path) -> None:
    with Site(embedded_broker, tmp_path, STREAMER_WEB_HOSTS="metrics.example, other.example") as site:
        worker = site.worker()
        worker.wait_answer("/health", 200)
        for path in ("/metrics", "/health", "/ready", "/nowhere"):
            status, body = worker.get(path, {"Host": "evil.example"})
            assert status == 421, path
            assert "screening_" not in body
        assert worker.get("/metrics", {"Host": "metrics.example:80"})[0] == 200
    port = serve_metrics("127.0.0.1", 0, Metrics(), None, {"metrics.example"})
    assert _raw(port, b"GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").split()[1] == b"421"
    assert _raw(port, b"GET /metrics HTTP/1.0\r\n\r\n").split()[1] == b"400"
    assert _raw(port, b"GET /metrics HTTP/1.0\r\nHost: metrics.example\r\n\r\n").split()[1] == b"200"


MALFORMED = (
    b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Secret CANARY-42\r\n\r\n",
    b"CANARY-42 /metrics\r\n\r\n",
    b"GET /CANARY-42 HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: CANARY-42\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"CANARY-42" * 2_000 + b"\r\n\r\n",
    b"\x16\x03\x01CANARY-42\r\n\r\n",
)


def test_a_malformed_request_is_one_line_in_the_log_without_its_content(
    worker: WorkerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    worker.wait_answer("/health", 200)
    port = worker.port
    assert port is not None
    before = len(worker.log)
    for request in MALFORMED:
        assert _raw(port, request).split()[1] == b"400", request
    assert worker.get("/health")[0] == 200
    assert "CANARY" not in worker.log
    assert "Traceback" not in worker.log
    # What is no HTTP at all is told at DEBUG only.
    said = [line for line in worker.log[before:].splitlines() if "web port" in line]
    assert len(said) == len([request for request in MALFORMED if b"HTTP/" in request])
    command_port = serve_metrics("127.0.0.1", 0, Metrics(), None)
    for request in MALFORMED:
        _raw(command_port, request)
    assert "CANARY" not in caplog.text
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_a_header_that_is_no_text_is_only_wrong() -> None:
    assert not bears("Bearer \udce4", TOKEN)
