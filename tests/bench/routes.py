"""Clean payments that wait, and planted routes that are missed: on full lists, by the shipped policy.

    python -m tests.bench.routes [--payments 10000] [--planted 20] [--lines 5000] [--seed 1] [--show]

Needs the real lists beside the checkout (see tests/shared.py) and Faker (pip install '.[bench]').
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import orjson

from streamer.events import Decision, Verdict
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import shipped_policy
from tests.bench.accuracy import entities, interval
from tests.bench.lifelike import Writer
from tests.bench.planted import Planter


def lists_and_monitor() -> tuple[Lists, Monitor, list[Any]]:
    listed = entities()
    return Lists.of((), listed), Monitor.under(shipped_policy(), identity_key=b"bench", engine_version="bench"), listed


def decided(monitor: Monitor, lists: Lists, event: dict[str, Any]) -> Decision:
    topic = "payments" if event.get("event_type", "payment") == "payment" else "payrolls"
    record = Record(topic, 0, 0, None, orjson.dumps(event), datetime.fromisoformat(event["event_time"]))
    screened = monitor.screen(monitor.receive(record), lists)
    assert screened.dead_letter is None, screened.dead_letter.detail
    return screened.decision


def share(title: str, hits: int, of: int) -> str:
    low, high = interval(hits, of)
    return f"{title:44s} {hits:6,} of {of:7,}  {hits / of if of else 0:8.3%}  [{low:.3%} {high:.3%}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--planted", type=int, default=20, help="routes per kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="what was not released, and what was missed")
    args = parser.parse_args()
    lists, monitor, listed = lists_and_monitor()

    if args.payments:
        started, stopped, rules = time.perf_counter(), 0, Counter[str]()
        for event in Writer(args.seed).events(args.payments):
            decision = decided(monitor, lists, event)
            if decision.verdict is not Verdict.RELEASE:
                stopped += 1
                guilty = [f for f in decision.findings if f.verdict is not Verdict.RELEASE]
                rules.update({f.rule for f in guilty})
                if args.show:
                    print(
                        "  stopped",
                        decision.event_id,
                        *(f"{f.rule}: {f.reason[:150]} | {valued(event, f.evidence[0].element)}" for f in guilty),
                        sep="\n      ",
                    )
        seconds = time.perf_counter() - started
        print(
            share("clean payments not released", stopped, args.payments),
            dict(rules),
            f"{args.payments / seconds:.0f}/s",
        )

    if args.lines:
        writer = Writer(args.seed + 1)
        for title, write in (
            ("ordinary remittance lines stopped", writer.line),
            ("harmless names of places stopped", writer.harmless_line),
        ):
            stopped = 0
            for number in range(args.lines):
                event = {**writer.payment(number, 0)} if not number % 50 else event
                text = write()
                decision = decided(monitor, lists, {**BARE, "remittance_unstructured": [text]})
                if decision.verdict is not Verdict.RELEASE:
                    stopped += 1
                    if args.show:
                        print(
                            "  stopped", repr(text), [(f.rule, f.evidence[0].matched_name) for f in decision.findings]
                        )
            print(share(title, stopped, args.lines))

    if args.planted:
        by_kind: dict[str, list[bool]] = defaultdict(list)
        for kind, least, event, what in Planter(args.seed + 2, listed).routes(args.planted):
            decision = decided(monitor, lists, event)
            caught = decision.verdict.rank >= least.rank
            by_kind[kind].append(caught)
            if not caught and args.show:
                print("  missed", kind, decision.verdict, least, what[:200])
        for kind, caught_ones in by_kind.items():
            if not all(caught_ones):
                print(share(f"  {kind}", sum(caught_ones), len(caught_ones)))
        every = [c for ones in by_kind.values() for c in ones]
        print(share(f"planted routes caught, {len(by_kind)} kinds", sum(every), len(every)))


BARE = {
    "event_id": "L-1",
    "tenant": "acme",
    "debtor": {"name": "Acme Corporation"},
    "creditor": {"name": "Nordlicht Design GmbH"},
    "amount": "10",
    "currency": "EUR",
    "event_time": "2026-11-20T09:00:00Z",
}


def valued(event: dict[str, Any], element: str) -> Any:
    """The value at an evidence's path, for a person to look at."""
    value: Any = event
    try:
        for part in element.replace("[", ".").replace("]", "").split("."):
            value = value[int(part)] if part.isdigit() else value[part]
    except (KeyError, IndexError, TypeError):
        return element
    return value


if __name__ == "__main__":
    main()
