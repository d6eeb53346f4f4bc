"""Several real workers on a real Kafka, a publisher that remembers what was confirmed, and the faults."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer

from streamer.kafka import topics
from streamer.list_feed import editions, publisher
from streamer.settings import Settings, read_settings
from streamer.watchlists import sample_lists
from tests.builders import as_bytes, topic_of
from tests.canaries import EVENTS, canary, filled, identified
from tests.faults.checker import Place

IDENTITY_KEY = "the-same-for-the-whole-fleet"
LISTED = ("VOLASYS SILVER STAR", "KOREA SOBAEKSU TRADING CORPORATION", "Yanbian Silverstar Network Technology")
START_SECONDS = 90


class Fleet:
    """Workers 0..n-1, each with its own web port and data folder, which survive its restarts."""

    def __init__(
        self,
        client: Mapping[str, Any],
        *,
        prefix: str,
        workers: int,
        partitions: int = 6,
        store: str = "rocksdb",
        replication_factor: int = 1,
    ) -> None:
        self.client = dict(client)
        self.folder = Path(tempfile.mkdtemp(prefix="streamer-faults-"))
        self.environment = {
            "STREAMER_BOOTSTRAP_SERVERS": str(client["bootstrap_servers"]),
            "STREAMER_TOPIC_PREFIX": prefix,
            "STREAMER_PARTITIONS": str(partitions),
            "STREAMER_REPLICATION_FACTOR": str(replication_factor),
            "STREAMER_IDENTITY_KEY": IDENTITY_KEY,
            "STREAMER_ALLOW_SAMPLE_LISTS": "1",
            "STREAMER_SESSION_TIMEOUT_SECONDS": "6",
            "STREAMER_STORE": store,
        }
        self.settings: Settings = read_settings(self.environment)
        self.ports = [_free_port() for _ in range(workers)]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.exit_codes: list[int] = []

    def __enter__(self) -> Self:
        topics.create(self.settings)
        for parsed in sample_lists():
            edition, chunks = editions.edition_from(parsed, datetime.now(UTC))
            publisher.publish_edition(self.settings, edition, chunks)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in list(self.processes):
            self.signal(worker, signal.SIGCONT)
            self.kill(worker)
        if error is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"worker logs are kept in {self.folder}")

    def topic(self, name: str) -> str:
        return self.settings.topic(name)

    # ------------------------------------------------------------ workers

    def start(self, worker: int, **more: str) -> None:
        """`more` are environment variables of this worker alone."""
        log = (self.folder / f"worker-{worker}.log").open("ab")
        environment = {
            **os.environ,
            **self.environment,
            "STREAMER_WEB_PORT": str(self.ports[worker]),
            "STREAMER_DATA_DIR": str(self.folder / f"data-{worker}"),
            **more,
        }
        self.processes[worker] = subprocess.Popen(
            [sys.executable, "-m", "streamer", "worker"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )

    def wait_ready(self, worker: int, seconds: float = START_SECONDS) -> None:
        self.wait(lambda: self.is_ready(worker), seconds, f"worker {worker} is not ready")

    def is_ready(self, worker: int) -> bool:
        process = self.processes[worker]
        assert process.poll() is None, f"worker {worker} exited with {process.returncode}: {self.log(worker)}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[worker]}/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def metrics(self, worker: int) -> str:
        """What Prometheus would read; the worker is ready first."""
        self.wait_ready(worker)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[worker]}/metrics", timeout=5) as answer:
            text: str = answer.read().decode()
        return text

    def signal(self, worker: int, number: int) -> None:
        if self.processes[worker].poll() is None:
            self.processes[worker].send_signal(number)

    def kill(self, worker: int) -> None:
        """Power failure."""
        process = self.processes.pop(worker)
        process.kill()
        process.wait()

    def stop(self, worker: int, seconds: float = 30.0) -> float:
        """SIGTERM; returns how long the drain took."""
        process = self.processes.pop(worker)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.exit_codes.append(process.wait(seconds))
        return time.monotonic() - started

    def restart_dead(self) -> list[int]:
        """What a supervisor does: start again whoever ended; returns who."""
        dead = [worker for worker, process in self.processes.items() if process.poll() is not None]
        for worker in dead:
            self.exit_codes.append(self.processes[worker].returncode)
            self.start(worker)
        return dead

    def log(self, worker: int) -> str:
        return "\n".join((self.folder / f"worker-{worker}.log").read_text(errors="replace").splitlines()[-30:])

    @staticmethod
    def wait(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, otherwise
            time.sleep(0.1)


class Load:
    """Publishes in a thread at a steady pace; `sent` holds what the broker confirmed."""

    def __init__(self, fleet: Fleet, per_second: float, seed: int) -> None:
        self._fleet = fleet
        self._pause = 1 / per_second
        self._random = random.Random(seed)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent: list[Place] = []
        self.values: dict[Place, bytes] = {}
        self.errors = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(120)

    def _run(self) -> None:
        producer = KafkaProducer(
            **self._fleet.client,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            delivery_timeout_ms=110_000,
            max_block_ms=110_000,
        )
        pending: list[tuple[str, bytes, Any]] = []
        n = 0
        started = time.monotonic()
        while not self._stopped.is_set():
            topic, key, value = self._event(n)
            pending.append((topic, value, producer.send(self._fleet.topic(topic), key=key, value=value)))
            n += 1
            pending = self._confirmed(pending, wait=False)
            ahead = started + n * self._pause - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
        self._confirmed(pending, wait=True)
        producer.close(timeout=30)

    def _confirmed(self, pending: list[tuple[str, bytes, Any]], *, wait: bool) -> list[tuple[str, bytes, Any]]:
        left = []
        for topic, value, confirmation in pending:
            if not wait and not confirmation.is_done:
                left.append((topic, value, confirmation))
                continue
            try:
                metadata = confirmation.get(timeout=120)
            except Exception:  # noqa: BLE001 - not confirmed is not sent
                self.errors += 1
                continue
            place = (topic, metadata.partition, metadata.offset)
            self.sent.append(place)
            self.values[place] = value
        return left

    def _event(self, n: int) -> tuple[str, bytes, bytes]:
        """Payments and payroll in turn, some listed, some poisonous; a hundred accounts share the workers."""
        number = f"{self._fleet.settings.topic_prefix}{n}"
        if n % 97 == 0:
            return "payments", number.encode(), b"\xff\xfe poison"
        if n % 53 == 7:
            return self._canary_event(n, number)
        time_ = f"2026-11-{1 + n % 20:02d}T{n % 24:02d}:{n % 60:02d}:00Z"
        account = {"other": f"ACCOUNT-{self._random.randrange(100):03d}"}
        name = self._random.choice(LISTED) if n % 20 == 0 else f"Supplier {n:06d} Holding"
        if n % 2:
            event = {
                "event_id": number, "tenant": "acme", "debtor": {"name": "Acme Industries"}, "amount": "1200.50",
                "creditor": {"name": name}, "creditor_account": account, "currency": "EUR", "event_time": time_,
            }  # fmt: skip
            return "payments", number.encode(), json.dumps(event).encode()
        event = {
            "event_type": "pay", "event_id": number, "tenant": "acme", "employer": {"name": "Acme Industries"},
            "worker": {"worker_id": f"w{n % 211}", "name": name}, "payout_account": account, "amount": "3100",
            "currency": "USD", "event_time": time_,
        }  # fmt: skip
        return "payrolls", number.encode(), json.dumps(event).encode()

    def _canary_event(self, n: int, number: str) -> tuple[str, bytes, bytes]:
        """An event with a canary in every personal field; one in three has a field of a shape that is refused."""
        model = EVENTS[n // 53 % len(EVENTS)]
        event = identified(filled(model, "", {}), model) | {"event_id": number}
        topic = topic_of(event)
        if n // 53 % 3 == 0:
            event["amount"] = event["worker" if topic == "payrolls" else "debtor"] = canary()
        return topic, number.encode(), as_bytes(event)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
