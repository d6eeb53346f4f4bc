"""Who may read /metrics: the machine itself, and with STREAMER_WEB_TOKEN only who has the token."""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamer.settings import read_settings
from streamer.worker.metrics import Metrics
from streamer.worker.web import bears, serve_metrics
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


def test_a_header_that_is_no_text_is_only_wrong() -> None:
    assert not bears("Bearer \udce4", TOKEN)
