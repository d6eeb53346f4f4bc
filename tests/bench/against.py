"""Names and events a second beside those of another checkout of this project, in alternating runs.

    git worktree add /tmp/before de6fce0
    python -m tests.bench.against /tmp/before [--only names]

A virtual machine's speed drifts threefold within an hour, so that two figures of two runs say nothing. Here one process
of each checkout screens the same records in turn, some hundred at a time, and what counts is the ratio of the two, with
the interval in which it lies in 95 of 100 draws of the rounds.

Names are those of payments: people, firms, and of a hundred five that are listed and distorted. Cold: never seen before
by the process, whose caches start empty. Warm: their words were met before, but they themselves were not.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[2]
KINDS = ("payroll line", "pacs.008, five banks")
NAMES_A_ROUND, RECORDS_A_ROUND = 500, 200
NEAR_MISS = 0.65
DRAWS = 2_000


def worker() -> None:
    """Screens what it is told to on stdin; imports nothing that the other checkout may lack."""
    sys.path.insert(0, str(Path.cwd()))
    from streamer.events import PartyType  # noqa: PLC0415
    from streamer.monitor import Monitor, Record  # noqa: PLC0415
    from streamer.screening import Query  # noqa: PLC0415
    from tests.bench.route import RECEIVED_AT, full_lists, pacs008, pay_lines  # noqa: PLC0415

    try:
        from streamer.policy import shipped_policy  # noqa: PLC0415
    except ImportError:
        from streamer.decisions import shipped_policy  # type: ignore[attr-defined,no-redef]  # noqa: PLC0415

    lists = full_lists()
    screener = lists.screener
    monitor = Monitor.under(shipped_policy(), identity_key=b"bench", engine_version="0")
    print("ready", flush=True)
    for line in sys.stdin:
        kind, given = json.loads(line)
        if kind == "names":
            queries = [Query(name, PartyType(type)) for name, type in given]
            seconds, found, of_all = [], 0, time.process_time()
            for query in queries:
                started = time.process_time()
                found += bool(screener.screen(query, score_min=NEAR_MISS))
                seconds.append(time.process_time() - started)
            answer = {"met": found}
        else:
            values, topic = (pay_lines(given), "payrolls") if kind == KINDS[0] else (pacs008(given), "payments")
            records = [Record(topic, 0, n, None, value, RECEIVED_AT) for n, value in enumerate(values)]
            of_all = time.process_time()
            screened = [monitor.screen(monitor.receive(one), lists).decision.verdict.value for one in records]
            seconds, answer = [], Counter(screened)
        print(json.dumps([time.process_time() - of_all, seconds, answer]), flush=True)


class Checkout:
    """One process that screens the records of a checkout."""

    def __init__(self, folder: Path) -> None:
        self.forget()
        shared = os.environ.get("SCREENING_DATA") or os.environ.get("STREAMER_SHARED") or str(HERE.parent / "shared")
        environment = os.environ | {"PYTHONPATH": str(folder), "STREAMER_SHARED": shared, "SCREENING_DATA": shared}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--worker"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> None:
        if self._line() != "ready":
            raise SystemExit("the other process did not start; see above")

    def screen(self, kind: str, given: Sequence[Any]) -> None:
        assert self._process.stdin is not None
        print(json.dumps([kind, given]), file=self._process.stdin, flush=True)
        seconds, of_each, answer = json.loads(self._line())
        self.seconds.append(seconds)
        self.of_each += of_each
        self.answers.update(answer)

    def forget(self) -> None:
        self.seconds: list[float] = []
        self.of_each: list[float] = []
        self.answers: Counter[str] = Counter()

    def p99_us(self) -> float:
        return sorted(self.of_each)[int(len(self.of_each) * 0.99)] * 1e6

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def payment_names() -> list[tuple[str, str]]:
    """Names with their types, in any order: 15,500, of which most are nobody's that is listed."""
    from streamer.screening.matches import PARTY_TYPE  # noqa: PLC0415
    from tests.bench.accuracy import clean_names, entities  # noqa: PLC0415
    from tests.bench.distortions import cases  # noqa: PLC0415
    from tests.shared import SHARED  # noqa: PLC0415

    rng = random.Random(11)
    names = [(one.name, one.type.value) for one in clean_names(0, 1)]
    with (SHARED / "eval" / "clean_companies_dev.csv").open(encoding="utf-8") as file:
        names += rng.sample([(row["name"], row["type"]) for row in csv.DictReader(file)], 4_000)
    names += [(case.query, PARTY_TYPE[case.type].value) for case in cases(entities(), per_family=48, seed=11)]
    names = list(dict.fromkeys(names))
    rng.shuffle(names)
    return names


def ratio(before: Sequence[float], now: Sequence[float]) -> str:
    """How much faster `now` is in all, and between which bounds by the rounds."""
    rng, pairs = random.Random(1), list(zip(before, now, strict=True))
    drawn = sorted(
        sum(a for a, _ in some) / sum(b for _, b in some)
        for some in (rng.choices(pairs, k=len(pairs)) for _ in range(DRAWS))
    )
    return f"{sum(before) / sum(now):.2f} ({drawn[DRAWS // 40]:.2f} to {drawn[-DRAWS // 40]:.2f})"


def shown(kind: str, before: Checkout, now: Checkout, count: int) -> None:
    a, b = before.seconds, now.seconds
    print(
        f"{kind:22s} {count * len(a) / sum(a):6,.0f} /s before, {count * len(b) / sum(b):6,.0f} /s now; "
        f"ratio {ratio(a, b)}" + (f"; p99 {before.p99_us():,.0f} and {now.p99_us():,.0f} us" if now.of_each else "")
    )
    print(f"{'':22s} {dict(before.answers)} before, {dict(now.answers)} now", flush=True)
    before.forget()
    now.forget()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, nargs="?", help="the other checkout")
    parser.add_argument("--rounds", type=int, default=10, help="of each kind of event")
    parser.add_argument("--only", choices=("names", "events"))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker()
        return
    before, now = Checkout(arguments.before.resolve()), Checkout(HERE)
    names = payment_names()
    for one in (before, now):
        one.ready()
    print("processor time of one core, rounds in turn", flush=True)
    if arguments.only != "events":
        rounds = [names[at : at + NAMES_A_ROUND] for at in range(0, len(names) - NAMES_A_ROUND + 1, NAMES_A_ROUND)]
        for kind, blank in (("names, cold", ""), ("names, warm", " ")):
            for n, some in enumerate(rounds):
                for one in (before, now) if n % 2 else (now, before):
                    one.screen("names", [(name + blank, type) for name, type in some])
            shown(kind, before, now, NAMES_A_ROUND)
    if arguments.only != "names":
        people = [name for name, type in names if type == "person"]
        for kind in KINDS:
            for n in range(arguments.rounds):
                payees = [people.pop() for _ in range(min(RECORDS_A_ROUND, len(people)))]
                for one in (before, now) if n % 2 else (now, before):
                    one.screen(kind, payees)
            shown(kind, before, now, RECORDS_A_ROUND)


if __name__ == "__main__":
    main()
