"""Events a second beside those of another checkout of this project, in alternating runs.

    git worktree add /tmp/before de6fce0
    python -m tests.bench.against /tmp/before

A virtual machine's speed drifts threefold within an hour, so that two figures of two runs say nothing. Here one process
of each checkout screens the same records in turn, some hundred at a time; what counts is the ratio of each pair.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
KINDS = ("payroll line", "pacs.008, five banks")


def worker(count: int) -> None:
    """Screens what it is told to on stdin; imports nothing that the other checkout may lack."""
    sys.path.insert(0, str(Path.cwd()))
    from streamer.monitor import Monitor, Record  # noqa: PLC0415
    from tests.bench.accuracy import clean_names  # noqa: PLC0415
    from tests.bench.route import RECEIVED_AT, full_lists, pacs008, pay_lines  # noqa: PLC0415

    try:
        from streamer.policy import shipped_policy  # noqa: PLC0415
    except ImportError:
        from streamer.decisions import shipped_policy  # type: ignore[attr-defined,no-redef]  # noqa: PLC0415

    names = [one.name for one in clean_names(0, 1)]
    random.Random(3).shuffle(names)
    lists = full_lists()
    monitor = Monitor.under(shipped_policy(), identity_key=b"bench", engine_version="0")
    print("ready", flush=True)
    for line in sys.stdin:
        round_, kind = json.loads(line)
        some = names[round_ * count : (round_ + 1) * count]
        values, topic = (pay_lines(some), "payrolls") if kind == KINDS[0] else (pacs008(some), "payments")
        records = [Record(topic, 0, n, None, value, RECEIVED_AT) for n, value in enumerate(values)]
        started = time.process_time()
        verdicts = Counter(monitor.screen(monitor.receive(one), lists).decision.verdict.value for one in records)
        print(json.dumps([time.process_time() - started, verdicts]), flush=True)


class Checkout:
    """One process that screens the records of a checkout."""

    def __init__(self, folder: Path, count: int) -> None:
        self.seconds = 0.0
        self.verdicts: Counter[str] = Counter()
        shared = os.environ.get("SCREENING_DATA") or os.environ.get("STREAMER_SHARED") or str(HERE.parent / "shared")
        environment = os.environ | {"PYTHONPATH": str(folder), "STREAMER_SHARED": shared, "SCREENING_DATA": shared}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--worker", str(count)],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> None:
        if self._line() != "ready":
            raise SystemExit("the other process did not start; see above")

    def screen(self, round_: int, kind: str) -> float:
        assert self._process.stdin is not None
        print(json.dumps([round_, kind]), file=self._process.stdin, flush=True)
        seconds, verdicts = json.loads(self._line())
        self.seconds += seconds
        self.verdicts.update(verdicts)
        return float(seconds)

    def forget(self) -> None:
        self.seconds, self.verdicts = 0.0, Counter()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, nargs="?", help="the other checkout")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments.worker)
        return
    count = 200
    before, now = Checkout(arguments.before.resolve(), count), Checkout(HERE, count)
    for one in (before, now):
        one.ready()
    print(f"{arguments.rounds} rounds of {count} records each, people never seen before, processor time of one core")
    for n, kind in enumerate(KINDS):
        ratios = []
        for round_ in range(n * arguments.rounds, (n + 1) * arguments.rounds):
            pair = before.screen(round_, kind), now.screen(round_, kind)
            ratios.append(pair[0] / pair[1])
        events = count * arguments.rounds
        print(
            f"{kind:22s} {events / before.seconds:6,.0f} /s before, {events / now.seconds:6,.0f} /s now; "
            f"ratio {statistics.median(ratios):.2f} (median; {min(ratios):.2f} to {max(ratios):.2f})"
        )
        print(f"{'':22s} {dict(before.verdicts)} before, {dict(now.verdicts)} now")
        before.forget()
        now.forget()


if __name__ == "__main__":
    main()
