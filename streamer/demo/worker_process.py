"""`streamer worker` as a child process of the demo."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import orjson

from streamer.demo.traffic import PARTITIONS
from streamer.kafka.broker import KAFKA_PYTHON_API_VERSION

STOP_SECONDS_MAX: Final = 20

_LOG_LINES_SHOWN: Final = 15


class DemoFailed(RuntimeError):
    """The demonstration could not be carried out. Says what to do."""


class WorkerProcess:
    """`streamer worker` as a process of its own, its log in a file that is kept only when something went wrong."""

    def __init__(self, environment: Mapping[str, str], port: int, folder: Path) -> None:
        self.port = port
        descriptor, name = tempfile.mkstemp(prefix="streamer-demo-worker-", suffix=".log")
        self.log = Path(name)
        try:
            # A session of its own: Ctrl-C reaches this process, which then stops the worker in order.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamer", "worker"],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if not isinstance(error, DemoFailed):
            self.log.unlink(missing_ok=True)

    def stop(self) -> bool:
        """SIGTERM, then wait; False where it had to be killed."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                return False
        return True

    def must_run(self) -> None:
        """Raises DemoFailed where it ended by itself."""
        if self._process.poll() is not None:
            raise self.failure(f"the worker ended with exit code {self._process.returncode}")

    def failure(self, what: str) -> DemoFailed:
        """With the end of its log and where the whole log is."""
        lines = self.log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES_SHOWN:]
        shown = "\n".join(f"  | {line}" for line in lines) or "  | (empty)"
        return DemoFailed(f"{what}. The end of its log:\n{shown}\nThe whole log: {self.log}")

    def unready(self) -> list[str]:
        """Why it does not process payments yet; empty when it does."""
        try:
            status, body = self._get("/ready")
        except OSError:
            return ["starting"]
        if status == http.HTTPStatus.OK:
            return []
        return [str(reason) for reason in orjson.loads(body).get("reasons", ())] or [f"HTTP {status}"]

    def _get(self, path: str) -> tuple[int, bytes]:
        # Not urllib: it would ask a proxy named in the environment for 127.0.0.1.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def worker_environment(base: Mapping[str, str], *, folder: Path, port: int, is_sample: bool) -> dict[str, str]:
    """For the worker: nothing of the caller's own STREAMER_ settings, and what the embedded broker asks for."""
    return {name: value for name, value in base.items() if not name.startswith("STREAMER_")} | {
        "STREAMER_PARTITIONS": str(PARTITIONS),
        "STREAMER_REPLICATION_FACTOR": "1",
        "STREAMER_STORE": "memory",
        "STREAMER_DATA_DIR": str(folder / "data"),
        "STREAMER_IDENTITY_KEY": secrets.token_hex(32),
        "STREAMER_ALLOW_SAMPLE_LISTS": str(int(is_sample)),
        "STREAMER_WEB_PORT": str(port),
        "STREAMER_SESSION_TIMEOUT_SECONDS": "6",
        "STREAMER_LISTS_TRANSACTIONAL": "0",
        "STREAMER_KAFKA_API_VERSION": ".".join(map(str, KAFKA_PYTHON_API_VERSION)),
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
