"""The main job, live: an embedded broker, a real worker process, lists through the topic, a month of events.

`streamer/data/demo` ships the events: most of them ordinary, some planted, and `stories.json` tells what must
happen to those. Whether it happened is judged from the raw topics alone: nothing here asks the worker.
"""

from __future__ import annotations

import http.client
import logging
import math
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.resources import files
from itertools import count
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, Self

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from streamer.events import Verdict
from streamer.kafka import topics
from streamer.kafka.broker import KAFKA_PYTHON_API_VERSION, EmbeddedBroker
from streamer.kafka.reconcile import INPUTS, Account, Coordinates, answer_of
from streamer.list_feed.feed import TOPIC as LISTS_TOPIC
from streamer.list_feed.feed import edition_from, publish_edition
from streamer.policy import shipped_policy
from streamer.settings import Settings, read_settings
from streamer.watchlists import ParsedList, read_list, sample_lists
from streamer.watchlists.entity import InvalidList

PARTITIONS: Final = 4
GROUP: Final = "streamer"
"""The workers' consumer group, without the topics' prefix: the id of the Faust app."""
EVENTS_PER_SECOND: Final = 60
"""Fast enough for a demonstration, slow enough to read along; the worker takes many times more."""
EVENTS_PER_SECOND_SERVED: Final = 10
WAITING_MAX: Final = 40
"""Unanswered events beyond which none is published: a demonstration shows latency, not a backlog."""

READY_SECONDS_MAX: Final = 240
"""Full lists take a small machine half a minute; beyond this the worker is stuck."""
ANSWER_SECONDS_MAX: Final = 30
"""Without any answer for so long, what is missing is lost."""
STOP_SECONDS_MAX: Final = 20
POLL_MS: Final = 50

CLEAN_BLOCKED_SHARE_MAX: Final = 0.05
"""On lists that are not the sample, so many of the ordinary events may resemble somebody listed."""

REMEMBERED_MAX: Final = 100_000
"""Records whose coordinates, ids and latencies are kept while traffic is served for hours."""
LOG_LINES_SHOWN: Final = 15
BLOCKED_SHOWN_MAX: Final = 10


class DemoFailed(RuntimeError):
    """The demonstration could not be carried out. Says what to do."""


# ---------------------------------------------------------------- the script: events and what must happen


@dataclass(frozen=True, slots=True)
class Shipment:
    """One record to publish."""

    ref: str
    """Its name within the demo: the event id, with #2 where an id is used for the second time."""
    topic: str
    key: bytes
    value: bytes
    who: str
    """Who is paid, for the table of alerts: the events are ours, so no mask is needed."""

    def again(self, round_: int) -> Shipment:
        """The same event under a fresh id."""
        name = self.ref.partition("#")[0]
        fresh = f"{name}-r{round_}"
        return replace(
            self,
            ref=self.ref.replace(name, fresh),
            key=self.key.replace(name.encode(), fresh.encode()),
            value=self.value.replace(name.encode(), fresh.encode()),
        )


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must happen to every event of a story."""

    verdict: Verdict
    rule: str | None = None
    """A finding of this rule, with `entity_id` where that is named too."""
    entity_id: str | None = None
    """The list entry the story is about; not on the lists in use, the story does not apply."""
    near_miss: str | None = None
    behaviour: str | None = None
    """A behaviour rule that must raise an alert on one of the events; none may, where this is None."""
    severity: str | None = None
    """Of that alert, or of a graver one of the same rule."""


@dataclass(frozen=True, slots=True)
class Story:
    id: str
    title: str
    told: str
    """In one sentence."""
    refs: tuple[str, ...]
    expect: Expectation


@dataclass(frozen=True, slots=True)
class Script:
    """All shipments in the order of publication, and the stories among them."""

    shipments: tuple[Shipment, ...]
    stories: tuple[Story, ...]

    @classmethod
    def shipped(cls) -> Script:
        """The one in the package."""
        folder = files("streamer.data.demo")
        lines = {name: folder.joinpath(f"{name}.jsonl").read_bytes().splitlines() for name in INPUTS}
        return cls.of(lines, orjson.loads(folder.joinpath("stories.json").read_bytes()))

    @classmethod
    def of(cls, lines: Mapping[str, Sequence[bytes]], told: Sequence[Mapping[str, Any]]) -> Script:
        """From the JSON lines of each input topic, published by event time, and the content of `stories.json`.

        A story may bring records that are no events; each is published after the event it names.
        """
        events = sorted(
            ((orjson.loads(line), topic, line) for topic in INPUTS for line in lines[topic]),
            key=lambda row: str(row[0]["event_time"]),
        )
        records: dict[str, list[Mapping[str, Any]]] = {}
        for story in told:
            for record in story.get("records", ()):
                records.setdefault(record["after"], []).append(record)
        shipments: list[Shipment] = []
        seen: Counter[str] = Counter()
        for event, topic, line in events:
            name = event["event_id"]
            seen[name] += 1
            ref = name if seen[name] == 1 else f"{name}#{seen[name]}"
            payee = event.get("creditor") or event["worker"]
            shipments.append(Shipment(ref, topic, name.encode(), line, payee.get("name") or name))
            for record in records.pop(ref, ()):
                value = record["text"].encode(record["encoding"])
                key = record["key"]
                shipments.append(Shipment(key, record["topic"], key.encode(), value, record["who"]))
        if records:
            raise ValueError(f"stories.json: records come after events that do not exist: {', '.join(records)}")
        return cls(tuple(shipments), tuple(_story(story) for story in told))

    def clean_refs(self) -> list[str]:
        """The ordinary events: those of no story."""
        planted = {ref for story in self.stories for ref in story.refs}
        return [shipment.ref for shipment in self.shipments if shipment.ref not in planted]


def _story(told: Mapping[str, Any]) -> Story:
    expect = dict(told["expect"])
    return Story(
        id=told["id"],
        title=told["title"],
        told=told["told"],
        refs=(*told.get("events", ()), *(record["key"] for record in told.get("records", ()))),
        expect=Expectation(verdict=Verdict(expect.pop("verdict")), **expect),
    )


# ---------------------------------------------------------------- what the topics showed

_SEVERITIES: Final = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Alert:
    """What the demo reads of an OCSF finding."""

    key: str
    """Event id; of an unreadable record its key."""
    rule: str
    severity: str
    verdict: str
    """hold | review, or `watch`: behaviour is observed after the fact."""
    decision_id: str | None
    entity_id: str | None
    entity_name: str | None
    score: float | None
    why: str

    @classmethod
    def of(cls, key: str, finding: Mapping[str, Any]) -> Alert:
        enrichments = {e["type"]: e["data"] for e in finding.get("enrichments", ())}
        decided = enrichments.get("screening_decision")
        evidence = finding["evidences"][0]["data"] if finding.get("evidences") else {}
        listed = evidence.get("entity_id") is not None
        elements = dict.fromkeys(in_words(e["name"]) for e in finding.get("evidences", ()))
        return cls(
            key=key,
            rule=finding["metadata"]["event_code"],
            severity=finding["severity"].lower(),
            verdict=decided["verdict"] if decided else "watch",
            decision_id=finding["metadata"].get("correlation_uid") if decided else None,
            entity_id=evidence.get("entity_id"),
            entity_name=evidence.get("entity_name") or evidence.get("country"),
            score=evidence.get("score"),
            why=", ".join(elements) if listed else in_words(finding["message"].removeprefix(_INCOMPLETE)),
        )


_INCOMPLETE: Final = "The record could not be screened "
_PATH: Final = re.compile(r"\b[a-z]+(?:_[a-z]+|\.[a-z_]+|\[\d+\])+")


def in_words(text: str) -> str:
    """Paths of elements as people say them: `intermediary_agents[1].bic` is "intermediary agents 2 bic"."""

    def said(path: re.Match[str]) -> str:
        numbered = re.sub(r"\[(\d+)\]", lambda n: f" {int(n[1]) + 1}", path[0].removesuffix(".name"))
        return numbered.replace("_", " ").replace(".", " ")

    return _PATH.sub(said, text)


@dataclass(slots=True)
class Seen:
    """Everything the topics held so far. Feed it every record; it knows nothing of the worker."""

    refs: dict[Coordinates, str] = field(default_factory=dict)
    """Where each shipment came to stand, as the broker confirmed it."""
    account: Account = field(default_factory=Account)
    answered: int = 0
    """Inputs that have a decision."""
    settled: int = 0
    """Of those, forgotten to make room."""
    decisions: dict[Coordinates, Mapping[str, Any]] = field(default_factory=dict)
    """Of the shipments in `refs`."""
    answered_at: dict[Coordinates, float] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    alert_ids: dict[tuple[bytes, bytes], None] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_MAX))

    def take(
        self,
        topic: str,
        place: tuple[int, int],
        key: bytes | None,
        value: bytes | None,
        headers: Mapping[str, bytes],
        timestamp_ms: float,
    ) -> Alert | None:
        """One record of a topic (contract name), standing at (partition, offset). Returns an alert not seen before."""
        if topic in INPUTS:
            source = (topic, *place)
            self.account.take_input(source, timestamp_ms / 1000)
            self._measure(source)
        elif topic == "decisions":
            self._take_decision(headers, value, timestamp_ms)
        elif topic == "alerts":
            return self._take_alert(key, value, headers)
        elif topic == "dead-letters":
            self.dead_letters += 1
        return None

    def _take_decision(self, headers: Mapping[str, bytes], value: bytes | None, timestamp_ms: float) -> None:
        answer = answer_of(headers, value)
        is_first = answer is not None and answer.source not in self.account.answers
        self.account.take_answer(answer)
        if answer is None or not is_first:
            return
        self.verdicts[answer.verdict] += 1
        self.decisions[answer.source] = orjson.loads(value or b"{}")
        self.answered_at[answer.source] = timestamp_ms
        self._measure(answer.source)

    def _take_alert(self, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes]) -> Alert | None:
        identity = headers["ce_source"], headers["ce_id"]
        if identity in self.alert_ids:
            return None
        self.alert_ids[identity] = None
        alert = Alert.of((key or b"").decode("utf-8", "replace"), orjson.loads(value or b"{}"))
        self.rules[alert.rule] += 1
        self.alerts.append(alert)
        return alert

    def _measure(self, source: Coordinates) -> None:
        """Input and decision meet, whichever was read first. Latency: from the timestamp of one to the other's."""
        received_at, answered_at = self.account.inputs.get(source), self.answered_at.get(source)
        if received_at is not None and answered_at is not None:
            self.answered += 1
            self.latencies_ms.append(max(0.0, answered_at - received_at * 1000))
            del self.answered_at[source]

    def forget_settled(self, keep: set[str]) -> None:
        """Drop what is answered and is no shipment of `keep` (refs), once there is much of it."""
        if len(self.account.inputs) < REMEMBERED_MAX:
            return
        for source in [s for s in self.account.inputs if s in self.account.answers]:
            if self.refs.get(source) not in keep:
                del self.account.inputs[source], self.account.answers[source]
                self.refs.pop(source, None)
                self.decisions.pop(source, None)
                self.settled += 1
        self.alerts = [alert for alert in self.alerts if alert.key in keep]
        for identity in list(self.alert_ids)[:-REMEMBERED_MAX]:
            del self.alert_ids[identity]

    @property
    def inputs(self) -> int:
        return self.settled + len(self.account.inputs)

    def answers(self) -> dict[str, Mapping[str, Any]]:
        """Ref -> decision."""
        return {ref: self.decisions[source] for source, ref in self.refs.items() if source in self.decisions}

    def percentile_ms(self, share: float) -> float:
        """Nearest rank; 0 where nothing was measured."""
        ordered = sorted(self.latencies_ms)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


# ---------------------------------------------------------------- judging


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a story went. `problem` None: as told. `applies` False: its entry is not on the lists in use."""

    story: Story
    happened: str
    problem: str | None
    applies: bool = True

    @property
    def is_failure(self) -> bool:
        return self.applies and self.problem is not None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that decides about the exit code."""

    outcomes: tuple[Outcome, ...]
    published: int
    inputs: int
    answered: int
    contradictory: int
    unattributed: int
    clean: int
    clean_blocked: tuple[str, ...]
    """Ordinary events that were not simply released, one line each."""
    clean_blocked_max: int

    @property
    def nothing_is_lost(self) -> bool:
        return self.published == self.inputs == self.answered and not (self.contradictory or self.unattributed)

    @property
    def is_good(self) -> bool:
        return (
            self.nothing_is_lost
            and not any(outcome.is_failure for outcome in self.outcomes)
            and len(self.clean_blocked) <= self.clean_blocked_max
        )


def judge(script: Script, seen: Seen, *, published: int, listed: frozenset[str], is_sample: bool) -> Judgement:
    """Compare what the topics showed with what the script tells. `listed`: ids of all entries on the lists in use."""
    answers = seen.answers()
    clean = script.clean_refs()
    blocked = [line for ref in clean if (line := _not_released(ref, answers.get(ref), seen.alerts)) is not None]
    return Judgement(
        outcomes=tuple(_outcome(story, answers, seen.alerts, listed) for story in script.stories),
        published=published,
        inputs=seen.inputs,
        answered=seen.answered,
        contradictory=len(seen.account.contradictory),
        unattributed=seen.account.unattributed,
        clean=len(clean),
        clean_blocked=tuple(blocked),
        clean_blocked_max=0 if is_sample else int(CLEAN_BLOCKED_SHARE_MAX * len(clean)),
    )


def _outcome(
    story: Story, answers: Mapping[str, Mapping[str, Any]], alerts: Sequence[Alert], listed: frozenset[str]
) -> Outcome:
    entity_id = story.expect.entity_id
    if entity_id is not None and entity_id not in listed:
        return Outcome(story, f"{entity_id} is not on these lists", None, applies=False)
    problems = [p for ref in story.refs if (p := _problem(story.expect, ref, answers.get(ref), alerts)) is not None]
    problem = problems[0] if problems else _behaviour_problem(story, alerts)
    return Outcome(story, _happened(story, answers, alerts), problem)


def _problem(expect: Expectation, ref: str, decision: Mapping[str, Any] | None, alerts: Sequence[Alert]) -> str | None:
    """Why the decision on one event is not what was told; None where it is."""
    if decision is None:
        return f"{ref} has no decision"
    if decision["verdict"] != expect.verdict:
        return f"{ref}: {decision['verdict']}, told was {expect.verdict}"
    if expect.near_miss and expect.near_miss not in {miss["entity_id"] for miss in decision["near_misses"]}:
        return f"{ref}: no near miss of {expect.near_miss} recorded"
    raised = {alert.rule for alert in alerts if alert.decision_id == decision["decision_id"]}
    if expect.verdict is Verdict.RELEASE:
        return f"{ref}: released, yet alerted by {', '.join(sorted(raised))}" if raised else None
    if expect.rule and not any(_is_by(finding, expect) for finding in decision["findings"]):
        entry = f" on {expect.entity_id}" if expect.entity_id else ""
        return f"{ref}: no finding {expect.rule}{entry}"
    if expect.rule and expect.rule not in raised:
        return f"{ref}: no alert {expect.rule}"
    return None


def _is_by(finding: Mapping[str, Any], expect: Expectation) -> bool:
    entries = {evidence["entity_id"] for evidence in finding["evidence"]}
    return finding["rule"] == expect.rule and (expect.entity_id is None or expect.entity_id in entries)


def _behaviour_problem(story: Story, alerts: Sequence[Alert]) -> str | None:
    watched = [alert for alert in alerts if alert.decision_id is None and alert.key in story.refs]
    if story.expect.behaviour is None:
        return f"{watched[0].key}: alert {watched[0].rule}, told was none" if watched else None
    least = _SEVERITIES.index(story.expect.severity or _SEVERITIES[0])
    if any(a.rule == story.expect.behaviour and _SEVERITIES.index(a.severity) >= least for a in watched):
        return None
    return f"no alert {story.expect.behaviour}" + (f" of severity {_SEVERITIES[least]}" if least else "")


def _happened(story: Story, answers: Mapping[str, Mapping[str, Any]], alerts: Sequence[Alert]) -> str:
    """Verdicts, then rules with their entries, in few words."""
    decided = [answers[ref] for ref in story.refs if ref in answers]
    parts = list(dict.fromkeys(decision["verdict"] for decision in decided))
    for decision in decided:
        for finding in decision["findings"]:
            if finding["verdict"] != Verdict.RELEASE:
                entry = next((e["entity_id"] for e in finding["evidence"] if e["entity_id"]), None)
                parts.append(f"{finding['rule']} {entry}" if entry else finding["rule"])
    if story.expect.near_miss:
        parts += [f"near miss {m['entity_id']}" for d in decided for m in d["near_misses"]]
    parts += [f"{a.rule} ({a.severity})" for a in alerts if a.decision_id is None and a.key in story.refs]
    return " · ".join(dict.fromkeys(parts)) or "nothing"


def _not_released(ref: str, decision: Mapping[str, Any] | None, alerts: Sequence[Alert]) -> str | None:
    if decision is None:
        return f"{ref}: no decision"
    watched = [alert.rule for alert in alerts if alert.decision_id is None and alert.key == ref]
    if decision["verdict"] == Verdict.RELEASE and not watched:
        return None
    finding = decision["findings"][0] if decision["findings"] else None
    why = finding["reason"] if finding else ", ".join(watched)
    return f"{ref}: {decision['verdict']}: {why}"


# ---------------------------------------------------------------- the worker process


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
        lines = self.log.read_text("utf-8", "replace").splitlines()[-LOG_LINES_SHOWN:]
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


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


# ---------------------------------------------------------------- traffic


class Traffic:
    """Publishes shipments and reads every topic behind them, in one thread, so that the table is in order."""

    def __init__(self, settings: Settings, seen: Seen) -> None:
        from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: PLC0415

        self.seen = seen
        self.published = 0
        self._settings = settings
        self._open: list[tuple[Shipment, Any]] = []
        self._topics = {settings.topic(name): name for name in (*INPUTS, "decisions", "alerts", "dead-letters")}
        self._producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True)
        self._consumer = KafkaConsumer(
            **settings.command_client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=POLL_MS,
        )
        self._partitions = [TopicPartition(topic, n) for topic in self._topics for n in range(PARTITIONS)]
        # A member of nothing: it only asks what the workers' group has acknowledged.
        self._group = KafkaConsumer(
            **settings.command_client(), group_id=settings.topic(GROUP), enable_auto_commit=False
        )
        self._worked_off = [
            TopicPartition(settings.topic(name), n) for name in (*INPUTS, "observations") for n in range(PARTITIONS)
        ]
        self._group.assign(self._worked_off)
        self._consumer.assign(self._partitions)
        self._consumer.seek_to_beginning(*self._partitions)

    def publish(self, shipment: Shipment) -> None:
        topic = self._settings.topic(shipment.topic)
        self._open.append((shipment, self._producer.send(topic, key=shipment.key, value=shipment.value)))
        self.published += 1

    def read(self) -> list[Alert]:
        """What arrived since; returns the new alerts."""
        found = []
        for partition, records in self._consumer.poll(timeout_ms=POLL_MS).items():
            name = self._topics[partition.topic]
            for r in records:
                alert = self.seen.take(
                    name, (r.partition, r.offset), r.key, r.value, dict(r.headers or ()), float(r.timestamp)
                )
                if alert is not None:
                    found.append(alert)
        self._note_places()
        return found

    def _note_places(self) -> None:
        still = []
        for shipment, confirmation in self._open:
            if not confirmation.is_done:
                still.append((shipment, confirmation))
                continue
            place = confirmation.get(timeout=0)
            self.seen.refs[shipment.topic, place.partition, place.offset] = shipment.ref
        self._open = still

    @property
    def waiting(self) -> int:
        """Published and not decided yet."""
        return self.published - self.seen.answered

    @property
    def is_answered(self) -> bool:
        """Every shipment is confirmed, read back and decided."""
        return not self._open and self.seen.inputs == self.published == self.seen.answered

    @property
    def is_read(self) -> bool:
        """Nothing is left on the topics read."""
        ends = self._consumer.end_offsets(self._partitions)
        return all(self._consumer.position(p) >= ends[p] for p in self._partitions)

    @property
    def is_worked_off(self) -> bool:
        """The worker acknowledged every input and every observation: all that they cause is on the topics."""
        ends = self._group.end_offsets(self._worked_off)
        return all((self._group.committed(p) or 0) >= ends[p] for p in self._worked_off)

    def close(self) -> None:
        self._producer.close(timeout=5)
        self._consumer.close()
        self._group.close()


# ---------------------------------------------------------------- showing

_STYLES: Final = {"hold": "bold red", "review": "yellow", "watch": "cyan", "release": "green"}
_TIME, _VERDICT, _SCORE, _GAPS = 8, 7, 5, 10
_WIDTH_MIN: Final = 48
_CELL_LINES_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """Writes for people: aligned to the terminal's width, or plain lines where there is none."""

    console: Console

    @property
    def marks(self) -> tuple[str, str, str]:
        """For good, bad, and does not apply."""
        return ("✓", "✗", "–") if self.console.encoding.startswith("utf") else ("ok", "NO", "-")

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style), soft_wrap=not self.console.is_terminal)

    def done(self, what: str, detail: str, seconds: float) -> None:
        line = Text.assemble((f"{self.marks[0]} ", "green"), f"{what:<17} ", (f"{detail}  {seconds:.1f} s", "dim"))
        self.console.print(line, soft_wrap=not self.console.is_terminal)

    @contextmanager
    def stage(self, what: str) -> Iterator[Callable[[str], None]]:
        """Progress of one step; yields a function that says what it waits for."""
        if not self.console.is_terminal:
            yield lambda text: None
            return
        with self.console.status(f"{what} …") as status:
            yield lambda text: status.update(f"{what}: {text} …")

    def _columns(self) -> tuple[int, ...]:
        rest = max(self.console.width, _WIDTH_MIN) - _TIME - _VERDICT - _SCORE - _GAPS - 1
        who, entry = rest * 25 // 100, rest * 35 // 100
        return _TIME, _VERDICT, who, entry, rest - who - entry, _SCORE

    def alert_header(self) -> None:
        if self.console.is_terminal:
            self.console.print()
            titles = ("time", "verdict", "who", "list entry", "why", "score")
            self._row([Text(title, "bold underline") for title in titles])

    def alert(self, alert: Alert, who: str) -> None:
        at = f"{datetime.now().astimezone():%H:%M:%S}"
        score = f"{alert.score:.2f}" if alert.score is not None else ""
        entry = " ".join(part for part in (alert.entity_id, alert.entity_name) if part)
        if not self.console.is_terminal:
            shown = (at, f"{alert.verdict:<6}", who, entry or "-", f"{alert.rule}: {alert.why}", score or "-")
            self.say("  ".join(shown))
            return
        style = _STYLES.get(alert.verdict, "")
        why = Text.assemble((alert.rule.replace("_", " ").capitalize(), "bold"), ": ", alert.why)
        self._row([Text(at, "dim"), Text(alert.verdict, style), Text(who), Text(entry), why, Text(score)])

    def _row(self, cells: Sequence[Text]) -> None:
        table = Table.grid(padding=(0, 2, 0, 0), expand=False)
        widths = self._columns()
        for number, width in enumerate(widths):
            table.add_column(width=width, justify="right" if number == len(widths) - 1 else "left", overflow="fold")
        table.add_row(*(_cropped(self.console, cell, width) for cell, width in zip(cells, widths, strict=True)))
        self.console.print(table)

    def summary(self, judgement: Judgement, seen: Seen, port: int, *, is_served: bool) -> None:
        good, bad, other = self.marks
        balance = (
            f"{judgement.published} published = {judgement.inputs} on payments and payrolls = "
            f"{judgement.answered} decided"
            if judgement.nothing_is_lost
            else f"{judgement.published} published, {judgement.inputs} on payments and payrolls, {judgement.answered} "
            f"decided, {judgement.contradictory} contradictory, {judgement.unattributed} of unknown source"
        )
        by_verdict = [f"{verdict} {seen.verdicts[verdict]}" for verdict in Verdict]
        by_rule = [f"{rule} {count}" for rule, count in seen.rules.most_common()]
        released = judgement.clean - len(judgement.clean_blocked)
        self.console.print()
        kept_up = "stops now" if is_served else "streamer demo --serve keeps it up"
        rows = (
            ("in = decisions", f"{balance} {good if judgement.nothing_is_lost else bad}"),
            ("verdicts", " · ".join(by_verdict)),
            ("alerts", " · ".join(by_rule) or "none"),
            ("dead letters", str(seen.dead_letters)),
            ("ordinary events", f"{released} of {judgement.clean} released"),
            (
                "latency",
                f"p50 {seen.percentile_ms(0.50):.0f} ms, p99 {seen.percentile_ms(0.99):.0f} ms, record to record",
            ),
            ("metrics", f"http://127.0.0.1:{port}/metrics ({kept_up})"),
        )
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(name, Text(value))
        self.console.print(grid)
        for line_ in judgement.clean_blocked[:BLOCKED_SHOWN_MAX]:
            self.say(f"  not released: {line_}", "yellow" if judgement.is_good else "red")
        if len(judgement.clean_blocked) > BLOCKED_SHOWN_MAX:
            self.say(f"  and {len(judgement.clean_blocked) - BLOCKED_SHOWN_MAX} more")
        self.console.print()
        self._stories(judgement.outcomes, good, bad, other)

    def _stories(self, outcomes: Iterable[Outcome], good: str, bad: str, other: str) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, expand=False)
        table.add_column("")
        table.add_column("planted", overflow="fold")
        table.add_column("what happened", overflow="fold")
        for outcome in outcomes:
            if not outcome.applies:
                table.add_row(other, Text(outcome.story.title), Text(outcome.happened, "dim"))
            elif outcome.problem is None:
                table.add_row(Text(good, "green"), Text(outcome.story.title), Text(outcome.happened))
            else:
                wrong = Text.assemble(outcome.happened, (f"\n{outcome.problem}", "red"))
                table.add_row(Text(bad, "bold red"), Text(outcome.story.title), wrong)
        self.console.print(table)

    def verdict(self, judgement: Judgement) -> None:
        failed = sum(outcome.is_failure for outcome in judgement.outcomes)
        told = sum(outcome.applies for outcome in judgement.outcomes)
        self.console.print()
        if judgement.is_good:
            skipped = len(judgement.outcomes) - told
            note = f" ({skipped} are about entries that are not on these lists)" if skipped else ""
            self.say(f"{self.marks[0]} all {told} stories went as told{note}; nothing was lost", "bold green")
            return
        problems = []
        if failed:
            problems.append(f"{failed} of {told} stories went otherwise than told")
        if not judgement.nothing_is_lost:
            problems.append("inputs and decisions do not add up")
        if len(judgement.clean_blocked) > judgement.clean_blocked_max:
            problems.append(f"{len(judgement.clean_blocked)} ordinary events were not released")
        self.say(f"{self.marks[1]} {'; '.join(problems)}", "bold red")


def _cropped(console: Console, text: Text, width: int) -> Text:
    """Wrapped to the column, at most so many lines; widths in terminal cells: East Asian characters take two."""
    lines = text.wrap(console, width, overflow="fold")
    if len(lines) > _CELL_LINES_MAX:
        last = lines[_CELL_LINES_MAX - 1]
        last.rstrip()
        last.set_length(max(0, len(last.plain) - max(0, cell_len(last.plain) + 1 - width)))
        last.append("…")
    return Text("\n").join(lines[:_CELL_LINES_MAX])


# ---------------------------------------------------------------- the run


def run(*, lists: Sequence[str], serve: bool, console: Console, script: Script | None = None) -> int:
    """Carry it out; returns the exit code: 0 only where the stories went as told, all else was released and nothing
    is lost.

    `lists` are `KIND=PATH`; none means the shipped sample. `serve` goes on with fresh events until Ctrl-C. `script`
    is for tests. Raises InvalidList for lists that cannot be read or lack one that the policy requires.
    """
    screen = Screen(console)
    _survive_any_encoding(console)
    parsed = _parsed(lists, screen)
    try:
        with _terminated_as_interrupted():
            return _run(parsed, screen, serve=serve, is_sample=not lists, script=script or Script.shipped())
    except KeyboardInterrupt:
        screen.say("interrupted; the worker and the broker are stopped", "yellow")
        return 130
    except (DemoFailed, ModuleNotFoundError) as error:
        screen.say(f"demo: {error}", "red")
        return 2


def _parsed(specs: Sequence[str], screen: Screen) -> list[ParsedList]:
    parsed: list[ParsedList] = []
    for spec in specs:
        with screen.stage(f"reading {spec}"):
            parsed.extend(read_list(spec).by_name())
    if not specs:
        parsed.extend(sample_lists())
    names = Counter(name for one in parsed for name in one.names)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InvalidList(f"list {twice[0]} is given twice; name each list once")
    missing = [name for name in shipped_policy().lists.required if name not in names]
    if missing:
        raise InvalidList(
            f"the shipped policy requires list {', '.join(missing)}, and a worker consumes nothing without it: add "
            f"--list {missing[0]}=PATH, or give no --list at all for the sample"
        )
    return parsed


def _run(parsed: Sequence[ParsedList], screen: Screen, *, serve: bool, is_sample: bool, script: Script) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamer-demo-")))
        stack.enter_context(_quiet_clients())
        port = _free_port()
        environment = worker_environment(os.environ, folder=folder, port=port, is_sample=is_sample)
        started = time.monotonic()
        broker = stack.enter_context(EmbeddedBroker(topics.layout(read_settings(environment))))
        environment["STREAMER_BOOTSTRAP_SERVERS"] = broker.bootstrap_servers
        settings = read_settings(environment)
        screen.done("embedded broker", broker.bootstrap_servers, time.monotonic() - started)
        _publish_lists(settings, broker, parsed, screen)
        worker = stack.enter_context(WorkerProcess(environment, port, folder))
        _await_ready(worker, screen)
        seen = Seen()
        traffic = Traffic(settings, seen)
        stack.callback(traffic.close)
        tell = _teller(script, screen)
        screen.alert_header()
        _stream(traffic, worker, screen, script, tell)
        if serve:
            _serve(traffic, worker, screen, script, tell, environment)
        listed = frozenset(entity.id for one in parsed for entity in one.entities)
        judgement = judge(script, seen, published=traffic.published, listed=listed, is_sample=is_sample)
        screen.summary(judgement, seen, port, is_served=serve)
        if not worker.stop():
            raise worker.failure(f"the worker did not stop within {STOP_SECONDS_MAX} s of SIGTERM and was killed")
        screen.verdict(judgement)
        return 0 if judgement.is_good else 1


def _publish_lists(settings: Settings, broker: EmbeddedBroker, parsed: Iterable[ParsedList], screen: Screen) -> None:
    for one in parsed:
        started = time.monotonic()
        with screen.stage(f"list {one.names[0]}"):
            edition, chunks = edition_from(one, datetime.now(UTC))
            publish_edition(settings, edition, chunks)
        manifest = edition.manifest
        sample = ", sample" if manifest.sample else ""
        detail = f"{manifest.entities:,} entries, {manifest.names:,} names{sample}"
        screen.done(f"list {manifest.list}", detail, time.monotonic() - started)
    topic = settings.topic(LISTS_TOPIC)
    if any(fill.records_dropped for (name, _), fill in broker.fill().items() if name == topic):
        raise DemoFailed(
            "these lists are more than the embedded broker keeps: give fewer, or run them on a Kafka of your own with "
            "`streamer lists sync` and `streamer worker`"
        )


def _await_ready(worker: WorkerProcess, screen: Screen) -> None:
    started = time.monotonic()
    with screen.stage("worker") as waiting_for:
        while reasons := worker.unready():
            worker.must_run()
            if time.monotonic() - started > READY_SECONDS_MAX:
                raise worker.failure(f"the worker is not ready after {READY_SECONDS_MAX} s ({'; '.join(reasons)})")
            waiting_for("; ".join(reasons))
            time.sleep(0.1)
    screen.done("worker", f"ready; http://127.0.0.1:{worker.port}/metrics", time.monotonic() - started)


def _teller(script: Script, screen: Screen) -> Callable[[Alert], None]:
    who = {shipment.key.decode(): shipment.who for shipment in script.shipments}

    def tell(alert: Alert) -> None:
        screen.alert(alert, who.get(alert.key.partition("-r")[0], alert.key))

    return tell


@contextmanager
def _bar(screen: Screen, total: int | None) -> Iterator[Callable[[Traffic], None]]:
    columns = (
        TextColumn("events"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[decided]} decided, {task.fields[alerts]} alerts"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.console, transient=True, disable=not screen.console.is_terminal) as bar:
        task = bar.add_task("events", total=total, decided=0, alerts=0)

        def update(traffic: Traffic) -> None:
            alerts = sum(traffic.seen.rules.values())
            bar.update(task, completed=traffic.published, decided=traffic.seen.answered, alerts=alerts)

        yield update


def _stream(
    traffic: Traffic, worker: WorkerProcess, screen: Screen, script: Script, tell: Callable[[Alert], None]
) -> None:
    """All shipments once, at a readable pace, until every one is answered and the behaviour rules have seen all."""
    started = time.monotonic()
    with _bar(screen, len(script.shipments)) as update:
        _publish(traffic, worker, script.shipments, EVENTS_PER_SECOND, tell, update)
        _settle(traffic, worker, tell, update)
    if not screen.console.is_terminal:
        screen.say(f"{traffic.published} events published and answered in {time.monotonic() - started:.1f} s")


def _publish(
    traffic: Traffic,
    worker: WorkerProcess,
    shipments: Iterable[Shipment],
    per_second: int,
    tell: Callable[[Alert], None],
    update: Callable[[Traffic], None],
) -> None:
    started = time.monotonic()
    for n, shipment in enumerate(shipments):
        give_up_at = time.monotonic() + ANSWER_SECONDS_MAX
        while (now := time.monotonic()) < started + n / per_second or traffic.waiting >= WAITING_MAX:
            _read(traffic, worker, tell, update)
            if now > give_up_at:
                raise worker.failure(f"{traffic.waiting} events have waited {ANSWER_SECONDS_MAX} s for an answer")
        traffic.publish(shipment)


def _read(
    traffic: Traffic, worker: WorkerProcess, tell: Callable[[Alert], None], update: Callable[[Traffic], None]
) -> None:
    for alert in traffic.read():
        tell(alert)
    update(traffic)
    worker.must_run()


def _settle(
    traffic: Traffic, worker: WorkerProcess, tell: Callable[[Alert], None], update: Callable[[Traffic], None]
) -> None:
    """Until everything is answered, or nothing moves any more; the judgement then tells what is missing."""
    state, moved_at = None, time.monotonic()
    while not (traffic.is_answered and traffic.is_worked_off and traffic.is_read):
        _read(traffic, worker, tell, update)
        now = (traffic.seen.inputs, traffic.seen.answered, sum(traffic.seen.rules.values()))
        if now != state:
            state, moved_at = now, time.monotonic()
        elif time.monotonic() - moved_at > ANSWER_SECONDS_MAX:
            return


ASKING: Final = ("STREAMER_BOOTSTRAP_SERVERS", "STREAMER_KAFKA_API_VERSION")
"""What another terminal needs to ask the embedded broker."""


def _serve(
    traffic: Traffic,
    worker: WorkerProcess,
    screen: Screen,
    script: Script,
    tell: Callable[[Alert], None],
    environment: Mapping[str, str],
) -> None:
    """The same events under fresh ids, over and over, until Ctrl-C."""
    first_round = {shipment.ref for shipment in script.shipments}

    def rounds(is_over: Callable[[], bool]) -> Iterator[Shipment]:
        for n in count(2):
            for shipment in script.shipments:
                if is_over():
                    return
                yield shipment.again(n)
            traffic.seen.forget_settled(keep=first_round)

    with _interruption() as is_wanted, _bar(screen, None) as update:
        screen.say(f"traffic goes on; metrics: http://127.0.0.1:{worker.port}/metrics; Ctrl-C ends it", "bold")
        asking = " ".join(f"{name}={environment[name]}" for name in ASKING)
        screen.say(f"ask it: export {asking}; streamer reconcile", "dim")
        _publish(traffic, worker, rounds(is_wanted), EVENTS_PER_SECOND_SERVED, tell, update)
    with screen.stage("waiting for the last answers"):
        _settle(traffic, worker, tell, lambda _: None)


# ---------------------------------------------------------------- surroundings


Handler = Callable[[int, FrameType | None], None]


@contextmanager
def _handling(numbers: Iterable[signal.Signals], handler: Handler) -> Iterator[None]:
    """The handler for as long as the block lasts. Only the main thread may set one; another leaves them as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM unwinds like Ctrl-C, so that the worker never outlives the demo."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling((signal.SIGTERM,), interrupt):
        yield


@contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is noted, not raised, lest it part a record from its count; the second one is raised."""
    wanted = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if wanted.is_set():
            raise KeyboardInterrupt
        wanted.set()

    with _handling((signal.SIGINT, signal.SIGTERM), note):
        yield wanted.is_set


@contextmanager
def _quiet_clients() -> Iterator[None]:
    """kafka-python tells of every connection that closes; here they all do, at the end."""
    logger = logging.getLogger("kafka")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _survive_any_encoding(console: Console) -> None:
    """Names come in many scripts; a terminal that cannot show them shows question marks instead of an error."""
    reconfigure = getattr(console.file, "reconfigure", None)
    if reconfigure is not None and not console.encoding.startswith("utf"):
        reconfigure(errors="replace")
