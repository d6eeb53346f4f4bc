"""A site as an operator runs it: a broker with the product's topics, real worker processes, and everybody around.

`Site` publishes events and lists and reads back what every topic received; `WorkerProcess` is one
`python -m streamer worker`, asked over its web port, stopped with SIGTERM or killed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from streamer.kafka import topics
from streamer.list_feed import editions, publisher
from streamer.settings import ENVIRONMENT, Settings, read_settings
from streamer.watchlists import ParsedList, sample_lists
from tests.builders import as_bytes, topic_of
from tests.conftest import Broker

PARTITIONS = 4
IDENTITY_KEY = "the-same-for-all-workers-of-the-tests"
WAIT_SECONDS_MAX = 60.0
"""Whatever is to come has come by then, on a slow machine too."""
POLL_SECONDS = 0.05
LOG_CHARS_SHOWN = 4_000
OUTPUT_TOPICS = ("decisions", "alerts", "dead-letters", "observations")

Result = TypeVar("Result")


def wait_for(what: str, found: Callable[[], Result | None], seconds: float = WAIT_SECONDS_MAX) -> Result:
    """The first result that is neither None nor False; fails, naming what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        result = found()
        if result is not None and result is not False:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(POLL_SECONDS)


# ---------------------------------------------------------------- one record read back


@dataclass(frozen=True)
class Out:
    """One record as it stands on an output topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]

    @property
    def json(self) -> Any:
        assert self.value is not None
        return orjson.loads(self.value)

    @property
    def rule(self) -> str:
        """Of an alert."""
        return str(self.json["finding_info"]["analytic"]["uid"])

    @property
    def id(self) -> str:
        return self.headers["ce_id"].decode()


def rules(decision: Mapping[str, Any]) -> list[str]:
    return [finding["rule"] for finding in decision["findings"]]


# ---------------------------------------------------------------- the worker


class WorkerProcess:
    """A running `streamer worker`; `entry` replaces that by another Python module."""

    def __init__(self, environment: Mapping[str, str], log: Path, entry: Sequence[str]) -> None:
        self.log_path = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *entry],
                env={**_foreign_environment(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self._port: int | None = None

    @property
    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace")

    # ------------------------------------------------------------ asking

    def get(self, path: str, headers: Mapping[str, str] = {}) -> tuple[int, str]:
        """(status, body); status 0 while nobody listens yet."""
        port = self.port
        if port is None:
            return 0, ""
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the URL is ours
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    @property
    def port(self) -> int | None:
        """Of the web port, as the worker says it; None before it does."""
        if self._port is None:
            said = re.search(r"web port: http://127\.0\.0\.1:(\d+)", self.log)
            self._port = int(said[1]) if said else None
        return self._port

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels."""
        status, body = self.get("/metrics")
        assert status == 200, (status, body)
        return sum(
            sample.value
            for family in text_string_to_metric_families(body)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    # ------------------------------------------------------------ waiting

    def wait_ready(self) -> Self:
        self.wait_answer("/ready", 200)
        return self

    def wait_answer(self, path: str, status: int) -> str:
        """The body of the first answer with this status."""

        def answered() -> str | None:
            assert self.process.poll() is None, f"the worker exited with {self.process.returncode}:\n{self._tail()}"
            found, body = self.get(path)
            return body if found == status else None

        try:
            return wait_for(f"{path} to answer {status}", answered)
        except AssertionError as error:
            raise AssertionError(f"{error}; last answer {self.get(path)}\n{self._tail()}") from None

    def wait_exit(self) -> int:
        """The exit code of a worker that ends by itself."""
        return self.process.wait(WAIT_SECONDS_MAX)

    def _tail(self) -> str:
        return self.log[-LOG_CHARS_SHOWN:]

    # ------------------------------------------------------------ ending

    def stop(self) -> int:
        """SIGTERM, as a supervisor sends it; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the worker did not stop on SIGTERM:\n{self._tail()}") from None

    def kill(self) -> None:
        """Power failure."""
        self.process.kill()
        self.process.wait()


def _foreign_environment() -> dict[str, str]:
    """What is not ours: a setting of the developer's own shell must not reach a worker under test."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("STREAMER_", "OTEL_"))}


# ---------------------------------------------------------------- the site


class Site:
    """A broker with all topics, its clients, and the workers started on it. Ends them when the `with` block does."""

    def __init__(self, broker: Broker, folder: Path, **environment: str) -> None:
        self.broker = broker
        self.folder = folder
        self.environment = environment_for(broker, folder) | environment
        self.workers: list[WorkerProcess] = []
        self._received: dict[str, list[Out]] = {name: [] for name in OUTPUT_TOPICS}

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        try:
            create_topics(self.broker, self.settings)
            self._producer = KafkaProducer(**self.broker.kafka_python, acks="all", max_request_size=8 * 1024 * 1024)
            self._stack.callback(self._producer.close, timeout=5)
            self._consumer = self._stack.enter_context(reader(self.broker, self.settings, OUTPUT_TOPICS))
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
        self._stack.close()

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    # ------------------------------------------------------------ the operator

    def worker(self, *, entry: Sequence[str] = ("streamer", "worker"), **environment: str) -> WorkerProcess:
        """Starts a worker. `environment` wins over the site's."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        data = {"STREAMER_DATA_DIR": str(self.folder / f"data-{len(self.workers)}")}
        worker = WorkerProcess(self.environment | data | environment, log, entry)
        self.workers.append(worker)
        return worker

    def publish_sample_lists(self) -> None:
        for one in sample_lists():
            self.publish_list(one)

    def publish_list(self, parsed: ParsedList) -> None:
        edition, chunks = editions.edition_from(parsed, datetime.now(UTC))
        publisher.publish_edition(self.settings, edition, chunks)

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`streamer ARGUMENTS` with the site's settings."""
        return run_streamer(*arguments, environment=self.environment | environment)

    # ------------------------------------------------------------ the payer

    def publish(self, *events: Mapping[str, Any], headers: Mapping[str, bytes] = {}) -> None:
        """Events under their ids, each confirmed."""
        for sent in [
            self._producer.send(
                self.settings.topic(topic_of(event)),
                key=str(event["event_id"]).encode(),
                value=as_bytes(event),
                headers=list(headers.items()),
            )
            for event in events
        ]:
            sent.get(timeout=WAIT_SECONDS_MAX)

    def publish_raw(
        self,
        value: bytes | None,
        *,
        key: bytes | None,
        topic: str = "payments",
        timestamp_ms: int | None = None,
        headers: Mapping[str, bytes] = {},
    ) -> tuple[int, int]:
        """Any bytes; (partition, offset) as the broker confirmed it."""
        sent = self._producer.send(
            self.settings.topic(topic), key=key, value=value, timestamp_ms=timestamp_ms, headers=list(headers.items())
        )
        placed = sent.get(timeout=WAIT_SECONDS_MAX)
        return placed.partition, placed.offset

    # ------------------------------------------------------------ the readers

    def received(self, topic: str, accepted: Callable[[Out], bool] = lambda out: True) -> list[Out]:
        """What the topic received so far, in the order of its partitions."""
        self._poll()
        return [out for out in self._received[topic] if accepted(out)]

    def keyed(self, topic: str, key: str | bytes) -> list[Out]:
        wanted = key.encode() if isinstance(key, str) else key
        return self.received(topic, lambda out: out.key == wanted)

    def wait(
        self, topic: str, accepted: Callable[[Out], bool], count: int = 1, seconds: float = WAIT_SECONDS_MAX
    ) -> list[Out]:
        """The first `count` records or more that are accepted; fails with what came instead."""

        def enough() -> list[Out] | None:
            for worker in self.workers[-1:]:
                assert worker.process.poll() in (None, 0, -9), (
                    f"the worker exited with {worker.process.returncode}:\n{worker._tail()}"
                )
            found = self.received(topic, accepted)
            return found if len(found) >= count else None

        try:
            return wait_for(f"{count} records on {topic}", enough, seconds)
        except AssertionError as error:
            keys = [out.key for out in self._received[topic]][-10:]
            tail = self.workers[-1]._tail() if self.workers else ""
            raise AssertionError(f"{error}; last keys there: {keys}\n{tail}") from None

    def wait_keyed(self, topic: str, key: str | bytes, count: int = 1) -> list[Out]:
        wanted = key.encode() if isinstance(key, str) else key
        return self.wait(topic, lambda out: out.key == wanted, count)

    def decision(self, key: str | bytes) -> dict[str, Any]:
        """The decision under a key: the event id, or the original key of what could not be read."""
        found: dict[str, Any] = self.wait_keyed("decisions", key)[0].json
        return found

    def decisions(self, keys: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """All decisions of each event id, once every one has at least one."""
        missing = set(keys)
        wanted = {key.encode() for key in missing}

        def complete() -> dict[str, list[dict[str, Any]]] | None:
            by_key: dict[str, list[dict[str, Any]]] = {}
            for out in self.received("decisions", lambda out: out.key in wanted):
                assert out.key is not None
                by_key.setdefault(out.key.decode(), []).append(out.json)
            missing.difference_update(by_key)
            return None if missing else by_key

        try:
            return wait_for("a decision for every event", complete)
        except AssertionError as error:
            raise AssertionError(f"{error}; without one: {len(missing)}, such as {sorted(missing)[:5]}") from None

    def screen(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Publish one event and wait for its decision."""
        self.publish(event)
        return self.decision(str(event["event_id"]))

    def _poll(self) -> None:
        for records in self._consumer.poll(timeout_ms=20).values():
            for record in records:
                name = record.topic.removeprefix(self.settings.topic_prefix)
                self._received[name].append(
                    Out(name, record.partition, record.offset, record.key, record.value, dict(record.headers))
                )


# ---------------------------------------------------------------- parts


def environment_for(broker: Broker, folder: Path) -> dict[str, str]:
    """Settings of a worker and of the commands on this broker."""
    ours = {
        "STREAMER_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "STREAMER_TOPIC_PREFIX": broker.prefix,
        "STREAMER_PARTITIONS": str(PARTITIONS),
        "STREAMER_REPLICATION_FACTOR": "1",
        "STREAMER_IDENTITY_KEY": IDENTITY_KEY,
        "STREAMER_ALLOW_SAMPLE_LISTS": "1",
        "STREAMER_STORE": "memory",
        "STREAMER_DATA_DIR": str(folder / "data"),
        "STREAMER_WEB_PORT": "0",
        "STREAMER_SESSION_TIMEOUT_SECONDS": "6",
    }
    if broker.name == "embedded":
        # What the embedded broker lacks: see streamer.broker.LACKS.
        ours |= {"STREAMER_KAFKA_API_VERSION": "2.3", "STREAMER_LISTS_TRANSACTIONAL": "0"}
    assert ours.keys() <= ENVIRONMENT.keys()
    return ours


def create_topics(broker: Broker, settings: Settings) -> None:
    """As `streamer topics create` does, where the broker can be asked to."""
    if broker.name == "embedded":
        broker.create_topics(topics.layout(settings))
    else:
        topics.create(settings)


@contextmanager
def reader(broker: Broker, settings: Settings, names: Iterable[str]) -> Iterator[Any]:
    """A consumer of whole topics from their beginning, without a group."""
    consumer = KafkaConsumer(
        **broker.kafka_python,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    try:
        layout = topics.layout(settings)
        partitions = [
            TopicPartition(settings.topic(name), n) for name in names for n in range(layout[settings.topic(name)])
        ]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        yield consumer
    finally:
        consumer.close()


def run_streamer(*arguments: str, environment: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    """`streamer ARGUMENTS` as a person runs it, with none of the developer's own settings."""
    return subprocess.run(
        [sys.executable, "-m", "streamer", *arguments],
        env={**_foreign_environment(), **environment, "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS_MAX * 2,
        check=False,
    )


__all__ = ["Out", "Site", "WorkerProcess", "rules", "run_streamer", "wait_for"]
