"""Apache Kafka for the tests: brokers of its own, on 127.0.0.1, that can be killed, stopped, paused and started.

The server comes as its Maven artifacts (`pom.xml`), once, into a cache folder; each cluster formats fresh storage in
a temporary folder and runs in KRaft combined mode, every node a broker and a controller.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

POM = Path(__file__).with_name("pom.xml")
REPOSITORY = Path(__file__).resolve().parents[2]

JAVA_VERSION_MIN = 17
START_TIMEOUT_SECONDS = 90
STOP_TIMEOUT_SECONDS = 30
LOG_LINES_SHOWN = 30
CURE = (
    "Debian: apt-get install default-jre-headless maven; or name a running cluster in the environment variable "
    "KAFKA_BOOTSTRAP_SERVERS"
)

JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    # A small heap, a short life, few cores: start quickly rather than run fast.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.net.preferIPv4Stack=true",
)

LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss,SSS} %p %c{1}: %m%n
"""


class KafkaUnavailable(RuntimeError):
    """Kafka cannot be had on this machine. Names what is missing and how to get it."""


# ---------------------------------------------------------------- the server's files


def kafka_version() -> str:
    found = re.search(r"<kafka\.version>(.+?)</kafka\.version>", POM.read_text(encoding="utf-8"))
    assert found, f"{POM} names no kafka.version"
    return found[1]


def java() -> str:
    """The path of a Java that runs Kafka. Raises KafkaUnavailable."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise KafkaUnavailable(f"Apache Kafka needs Java {JAVA_VERSION_MIN}: no `java` on the PATH. {CURE}")
    banner = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', banner)
    if not version or int(version[1]) < JAVA_VERSION_MIN:
        raise KafkaUnavailable(
            f"Apache Kafka needs Java {JAVA_VERSION_MIN}, {found} is {banner.splitlines()[:1]}. {CURE}"
        )
    return found


def libraries() -> Path:
    """The folder of Kafka's jars: from the cache, else fetched with Maven. Raises KafkaUnavailable."""
    cache = (
        Path(os.environ["XDG_CACHE_HOME"], "streamer") if os.environ.get("XDG_CACHE_HOME") else REPOSITORY / ".cache"
    )
    folder = cache / "kafka" / kafka_version() / "libs"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaUnavailable(f"Apache Kafka is fetched with Maven: no `mvn` on the PATH. {CURE}")
    print(f"fetching Apache Kafka {kafka_version()} into {folder} (once) ...", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when complete: a fetch that was cut off must not pass for the whole.
    incomplete = Path(tempfile.mkdtemp(prefix="libs-", dir=folder.parent))
    try:
        fetched = subprocess.run(
            [
                maven,
                "--quiet",
                "--batch-mode",
                "--no-transfer-progress",
                f"--file={POM}",
                "dependency:copy-dependencies",
                f"-DoutputDirectory={incomplete}",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode != 0:
            raise KafkaUnavailable(f"Maven did not fetch Apache Kafka {kafka_version()}:\n{fetched.stdout[-2000:]}")
        with contextlib.suppress(OSError):  # another run was first
            incomplete.rename(folder)
    finally:
        shutil.rmtree(incomplete, ignore_errors=True)
    return folder


# ---------------------------------------------------------------- the cluster


class KafkaCluster:
    """Kafka for as long as the `with` block lasts. Nodes are numbered from 1.

    `configs` are broker settings that win over those of `_properties`. For another protocol than PLAINTEXT, name
    it in `security_protocol` and give its settings for the listener CLIENT in `configs`, what kafka-python needs
    to connect in `client`, and what StorageTool needs (SCRAM users) in `format_options`.
    """

    def __init__(
        self,
        brokers: int = 1,
        *,
        configs: Mapping[str, str] | None = None,
        security_protocol: str = "PLAINTEXT",
        client: Mapping[str, Any] | None = None,
        format_options: Sequence[str] = (),
    ) -> None:
        self.brokers = brokers
        self._configs = dict(configs or {})
        self._security_protocol = security_protocol
        self._client = dict(client or {})
        self._format_options = tuple(format_options)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self.folder = Path()
        """Settings, logs (`<n>.log`) and data (`data-<n>`) of the nodes; removed at the end."""

    def __enter__(self) -> Self:
        self._java, self._class_path = java(), f"{libraries()}/*"
        self.folder = Path(tempfile.mkdtemp(prefix="streamer-kafka-"))
        atexit.register(self.close)
        try:
            ports = _free_ports(3 * self.brokers)
            self._ports = {node: (ports.pop(), ports.pop(), ports.pop()) for node in self.nodes}
            self._format()
            for node in self.nodes:
                self._launch(node)
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kills what runs and removes the folder. Closing twice does nothing."""
        atexit.unregister(self.close)
        for node in list(self._processes):
            self.kill(node)
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def nodes(self) -> range:
        return range(1, self.brokers + 1)

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(f"127.0.0.1:{self._ports[node][0]}" for node in self.nodes)

    @property
    def client(self) -> dict[str, Any]:
        """Arguments with which a kafka-python client connects."""
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self._security_protocol,
            **self._client,
        }

    # ------------------------------------------------------------ faults

    def kill(self, node: int) -> None:
        """Power failure: no goodbye to clients or controller."""
        process = self._processes.pop(node)
        process.kill()
        process.wait()

    def stop(self, node: int) -> None:
        """Maintenance: the broker hands its leaderships over and leaves."""
        process = self._processes.pop(node)
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:  # the last controller of a quorum waits for the others
            process.kill()
            process.wait()

    def start(self, node: int) -> None:
        """Starts a node that was killed or stopped, on its old ports and data, and waits until it serves.

        The others that run must answer: resume a paused one first.
        """
        self._launch(node)
        self.wait_ready()

    def pause(self, node: int) -> None:
        """A machine that hangs: connections stay open, nothing answers."""
        self._processes[node].send_signal(signal.SIGSTOP)

    def resume(self, node: int) -> None:
        self._processes[node].send_signal(signal.SIGCONT)

    def wait_ready(self) -> None:
        """Until every node that runs is seen in the cluster. Raises KafkaUnavailable with the logs' last lines."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            for node, process in self._processes.items():
                if process.poll() is not None:
                    raise KafkaUnavailable(f"node {node} exited with {process.returncode}:\n{self.log(node)}")
            if self._brokers_seen() >= len(self._processes):
                return
            if time.monotonic() > deadline:
                logs = "\n".join(f"-- node {node}\n{self.log(node)}" for node in self._processes)
                raise KafkaUnavailable(f"Kafka did not start within {START_TIMEOUT_SECONDS} s:\n{logs}")
            time.sleep(0.2)

    def log(self, node: int) -> str:
        """The last lines a node wrote."""
        lines = (self.folder / f"{node}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    # ------------------------------------------------------------ inside

    def _brokers_seen(self) -> int:
        """The fewest brokers that a running node knows of: each has its own copy of the metadata."""
        return min((_brokers_known_to(self._ports[node][0], self.client) for node in self._processes), default=0)

    def _properties(self, node: int) -> dict[str, str]:
        client, internal, controller = self._ports[node]
        in_sync_min = max(1, self.brokers - 1)
        voters = ",".join(f"{n}@127.0.0.1:{self._ports[n][2]}" for n in self.nodes)
        return {
            "node.id": str(node),
            "process.roles": "broker,controller",
            "controller.quorum.voters": voters,
            # Nodes talk to each other in the clear whatever the clients speak.
            "listeners": f"CLIENT://127.0.0.1:{client},INTERNAL://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"CLIENT://127.0.0.1:{client},INTERNAL://127.0.0.1:{internal}",
            "listener.security.protocol.map": (
                f"CLIENT:{self._security_protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"
            ),
            "inter.broker.listener.name": "INTERNAL",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.folder / f"data-{node}"),
            "auto.create.topics.enable": "false",
            "default.replication.factor": str(self.brokers),
            "min.insync.replicas": str(in_sync_min),
            "offsets.topic.replication.factor": str(self.brokers),
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": str(self.brokers),
            "transaction.state.log.min.isr": str(in_sync_min),
            "transaction.state.log.num.partitions": "4",
            # Small and quick: groups form at once, dead brokers are noticed early, logs roll and compact in seconds.
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "broker.heartbeat.interval.ms": "500",
            "broker.session.timeout.ms": "3000",
            # No batch may be larger than a segment, and a dead letter may have 4 MiB.
            "log.segment.bytes": str(8 * 1024 * 1024),
            "log.cleaner.backoff.ms": "500",
            "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
            "log.cleaner.threads": "1",
            "num.network.threads": "2",
            "num.io.threads": "2",
            **self._configs,
        }

    def _format(self) -> None:
        cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        (self.folder / "log4j2.properties").write_text(LOGGING)
        for node in self.nodes:
            settings = self.folder / f"{node}.properties"
            settings.write_text("".join(f"{name}={value}\n" for name, value in self._properties(node).items()))
            formatted = subprocess.run(
                self._command("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", f"--config={settings}")
                + list(self._format_options),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if formatted.returncode != 0:
                raise KafkaUnavailable(f"StorageTool refused node {node}:\n{formatted.stdout}{formatted.stderr}")

    def _launch(self, node: int) -> None:
        if node in self._processes:
            raise ValueError(f"node {node} runs already")
        with (self.folder / f"{node}.log").open("ab") as log:
            self._processes[node] = subprocess.Popen(
                self._command("kafka.Kafka", str(self.folder / f"{node}.properties")),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # An interrupt at the terminal is for the tests; they end the brokers after their clients.
                start_new_session=True,
            )

    def _command(self, main: str, *arguments: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return [self._java, *JVM_OPTIONS, logging, "-cp", self._class_path, main, *arguments]


def _brokers_known_to(port: int, client: Mapping[str, Any]) -> int:
    address = ("127.0.0.1", port)
    try:
        # kafka-python leaves sockets open behind a connection that is refused.
        socket.create_connection(address, timeout=1).close()
        admin = KafkaAdminClient(**{**client, "bootstrap_servers": f"{address[0]}:{port}"})
    except (OSError, KafkaError):
        return 0
    try:
        return len(admin.describe_cluster()["brokers"])
    except KafkaError:
        return 0
    finally:
        admin.close()


def _free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all held at once so that none is named twice."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]


if __name__ == "__main__":
    # Before the tests, whose time is limited and whose output is captured: says what is missing, or fetches it.
    try:
        java()
        libraries()
    except KafkaUnavailable as unavailable:
        sys.exit(str(unavailable))
