"""The short benchmark of `streamer bench`: how fast this machine builds, screens and decides. No accuracy here."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import orjson

from streamer import __version__
from streamer.files.replay import Replay, lists_from
from streamer.monitor import Monitor, Record
from streamer.outputs import screening_outputs
from streamer.policy import shipped_policy
from streamer.screening import Query
from streamer.watchlists import Entity, ParsedList

SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run on one core; seconds are those of the processor. Machines differ: compare runs of one, as ratios."""

    entities: int
    names: int
    build_seconds: float
    names_screened: int
    names_per_second: float
    name_p50_ms: float
    name_p99_ms: float
    events: int
    events_per_second: float
    event_p50_ms: float
    event_p99_ms: float
    payroll_lines: int
    payroll_lines_per_second: float
    """Lines of one employer's payroll: another worker in each, the employer and the banks as before."""
    memory_mb_max: float
    """Peak resident memory of this process, lists and index included."""

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


def run(parsed: Sequence[ParsedList], names: int) -> Figures:
    """Build the index, screen `names` distinct names never seen before, then decide the shipped demo events."""
    entities = [entity for one in parsed for entity in one.entities]
    started = time.thread_time()
    lists = lists_from(parsed, datetime.now(UTC))
    built = time.thread_time() - started
    policy = shipped_policy()
    queries = list(unseen_names(entities, names))
    screening = _timed(lambda query: lists.screener.screen(Query(query), score_min=policy.screening.near_miss), queries)
    monitor = Monitor.under(policy, identity_key=b"bench", engine_version=__version__)
    replay = Replay(monitor, lists)
    deciding = _timed(lambda record: _decide(replay, record), list(_demo_records()))
    paying = _timed(lambda record: _decide(replay, record), list(_payroll_lines(queries[: max(200, names // 2)])))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Figures(
        entities=len(entities),
        names=sum(len(entity.names) for entity in entities),
        build_seconds=built,
        names_screened=len(queries),
        names_per_second=len(queries) / sum(screening),
        name_p50_ms=_quantile(screening, 0.50),
        name_p99_ms=_quantile(screening, 0.99),
        events=len(deciding),
        events_per_second=len(deciding) / sum(deciding),
        event_p50_ms=_quantile(deciding, 0.50),
        event_p99_ms=_quantile(deciding, 0.99),
        payroll_lines=len(paying),
        payroll_lines_per_second=len(paying) / sum(paying),
        memory_mb_max=kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024),
    )


def unseen_names(entities: Sequence[Entity], count: int) -> Iterator[str]:
    """Distinct names: tokens of two listed names mixed, one letter changed; near enough to give the index work."""
    rng = random.Random(SEED)  # noqa: S311 - a workload, no secret
    pool = [entity.name for entity in entities]
    seen: set[str] = set()
    while len(seen) < count:
        tokens = (rng.choice(pool) + " " + rng.choice(pool)).split()
        rng.shuffle(tokens)
        name = list(" ".join(tokens[: rng.randint(2, 4)]))
        name[rng.randrange(len(name))] = rng.choice("abcdefghijklmnopqrstuvwxyz")
        text = "".join(name)
        if text not in seen:
            seen.add(text)
            yield text


def _demo_records() -> Iterator[Record]:
    folder = files("streamer.data.demo")
    now = datetime.now(UTC)
    for topic in ("payments", "payrolls"):
        lines = folder.joinpath(f"{topic}.jsonl").read_bytes().splitlines()
        for offset, line in enumerate(lines):
            yield Record(topic, 0, offset, None, line, now)


def _payroll_lines(workers: Sequence[str]) -> Iterator[Record]:
    """The first payment of the demo's payroll, to one worker after another."""
    lines = files("streamer.data.demo").joinpath("payrolls.jsonl").read_bytes().splitlines()
    line = next(event for raw in lines if (event := orjson.loads(raw))["event_type"] == "pay")
    now = datetime.now(UTC)
    for offset, worker in enumerate(workers):
        line["event_id"] = f"bench-{offset}"
        line["worker"]["name"] = worker
        yield Record("payrolls", 0, offset, None, orjson.dumps(line), now)


def _decide(replay: Replay, record: Record) -> None:
    received = replay.monitor.receive(record)
    screening_outputs(replay.monitor.screen(received, replay.lists), masked=True)


def _timed(work: Any, inputs: Sequence[Any]) -> list[float]:
    """Seconds of the processor for each call; the first hundred warm up and are called again."""
    for one in inputs[:100]:
        work(one)
    seconds = []
    for one in inputs[100:]:
        started = time.thread_time()
        work(one)
        seconds.append(time.thread_time() - started)
    return seconds


def _quantile(seconds: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1000
