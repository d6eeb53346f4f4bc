"""What `streamer replay` says of fixed inputs, one line an input, compared byte for byte with what is committed.

    python -m tests.acceptance.golden --diff     which verdicts and findings differ from the committed ones, in words
    python -m tests.acceptance.golden --write    commit what is said now; review the difference first

A line of `tests/data/golden/<corpus>.tsv` holds the input's name, its verdict, its findings as `RULE verdict entity
element` and a sha256 of everything that is published for the input: decision, alerts, dead letter, observations.
Versions of ours (engine, policy, lists, and ids made from them) are left out of the sum: see VERSIONS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import orjson

from streamer.files.replay import Replay, Unread, as_line, records_of
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.outputs import Output
from streamer.policy import policy_from_toml, shipped_policy
from tests.acceptance.test_payments import STORIES, Story, lists
from tests.builders import RECEIVED_AT, account_changed, pay, payment
from tests.property.fuzzing import HOSTILE_NUMBERS, HOSTILE_TEXTS, HOSTILE_TIMES, repeated
from tests.property.test_fuzz_records import FIELDS, PARTY_FIELDS, POLICY
from tests.property.test_fuzz_topic import shelved

TESTS: Final = Path(__file__).resolve().parents[1]
GOLDEN: Final = TESTS / "data" / "golden"
FUZZ: Final = TESTS / "data" / "fuzz"

HOSTILE_EVENTS: Final = 300
"""Events of the corpus `hostile`: hostile texts in the fields of a seeded choice."""

VERSIONS: Final = frozenset({"policy_version", "engine_version", "version", "decision_id", "supersedes"})
UIDS: Final = frozenset({"uid", "correlation_uid"})
"""Fields of alerts that may be made from a decision id."""
_HASH: Final = re.compile(r"[0-9a-f]{32,64}")


# ---------------------------------------------------------------- one line an input


def line(name: str, outputs: list[Output]) -> str:
    """`name`, verdict, findings and the sum of what is published, between tabs."""
    told = [json.loads(as_line(output)) for output in outputs]
    decision = next(one["value"] for one in told if one["topic"] == "decisions")
    total = hashlib.sha256(b"\n".join(_without_versions(one) for one in told)).hexdigest()
    return "\t".join((name, decision["verdict"], "; ".join(sorted(_findings(decision))), total))


def _findings(decision: Mapping[str, Any]) -> Iterator[str]:
    for finding in decision["findings"]:
        evidences: list[dict[str, Any]] = finding["evidence"] or [{}]
        for evidence in evidences:
            entity, element = evidence.get("entity_id") or "-", evidence.get("element") or "-"
            yield f"{finding['rule']} {finding['verdict']} {entity} {element}"


def _without_versions(told: Any) -> bytes:
    return orjson.dumps(_blank(told), option=orjson.OPT_SORT_KEYS)


def _blank(node: Any) -> Any:
    if isinstance(node, list):
        return [_blank(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: None if _is_version(key, value) else _blank(value) for key, value in node.items()}


def _is_version(key: str, value: object) -> bool:
    return key in VERSIONS or (key in UIDS and isinstance(value, str) and _HASH.fullmatch(value) is not None)


# ---------------------------------------------------------------- the corpora


@cache
def monitor(policy: str | None = None) -> Monitor:
    chosen = policy_from_toml(policy, "the corpus") if policy else shipped_policy()
    return Monitor.under(chosen, identity_key=b"golden", engine_version="0")


def replay(known: Lists | None = None, policy: str | None = None) -> Replay:
    return Replay(monitor(policy), known or lists())


def demo() -> Iterator[str]:
    """The demo's events, in order, one history."""
    engine = replay()
    with as_file(files("streamer.data") / "demo") as folder:
        for path in sorted(folder.glob("*.jsonl")):
            yield from _replayed(engine, path)


def stories() -> Iterator[str]:
    """Every acceptance story and its clean twin, each by itself."""
    for story in STORIES:
        for name, changes in ((story.id, "put"), (f"{story.id}-clean", "clean")):
            yield _story(story, name, story.told.get(changes, {}))


def _story(story: Story, name: str, changes: Mapping[str, Any]) -> str:
    day = story.told.get("received")
    received_at = datetime.combine(day, time(12), RECEIVED_AT.tzinfo) if day else RECEIVED_AT
    record = Record(story.topic, 0, 0, b"key", story.message(changes), received_at)
    return line(name, list(replay(policy=story.told.get("policy")).outputs(record)))


def messages() -> Iterator[str]:
    """The sample messages of ISO 20022, one history each."""
    for folder in (TESTS / "acceptance" / "payments" / "messages", TESTS / "data" / "iso20022"):
        for path in sorted(folder.glob("*.xml")):
            yield from _replayed(replay(), path)


def fuzz() -> Iterator[str]:
    """What the fuzzing found once: records, messages, and records of the lists' topic."""
    for name in ("records", "messages"):
        for case in _finds(name):
            record = Record(case.get("topic", "payments"), 0, 0, b"key", repeated(case).encode(), RECEIVED_AT)
            yield line(f"{name}: {case['why']}", list(replay(policy=POLICY).outputs(record)))
    for case in _finds("topic"):
        records = [
            (key.replace("{9}", "9" * 5_000).encode(), value if isinstance(value, str) else json.dumps(value))
            for key, value in case["records"]
        ]
        shelf = shelved([(key, value.encode()) for key, value in records])
        said = f"refused {sorted(shelf.refused)}, missing {list(shelf.missing())}, editions {sorted(shelf.editions)}"
        yield f"topic: {case['why']}\t{said}"


def _finds(name: str) -> Iterator[dict[str, Any]]:
    for text in (FUZZ / f"{name}.jsonl").read_text("utf-8").splitlines():
        if text:
            yield json.loads(text)


def hostile() -> Iterator[str]:
    """Hostile texts and numbers in fields of a seeded choice: what is refused, and what is screened, stays so."""
    draw = random.Random(20022)
    kinds: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: payment("E"),
        lambda: payment("E"),
        lambda: pay("E"),
        lambda: account_changed("E"),
        lambda: pay("E") | {"event_type": "worker_hired"},
        lambda: pay("E") | {"event_type": "contact_changed"},
    )
    for n in range(HOSTILE_EVENTS):
        event = draw.choice(kinds)()
        for field in draw.sample(FIELDS, draw.randint(1, 3)):
            event[field] = draw.choice((_party, _agent, _account, _text, _lines))(draw)
        if draw.random() < 0.3:
            event[draw.choice(("amount", "event_time"))] = draw.choice((*HOSTILE_NUMBERS, *HOSTILE_TIMES))
        topic = "payments" if event.get("event_type", "payment") == "payment" else "payrolls"
        record = Record(topic, 0, n, b"key", json.dumps(event).encode(), RECEIVED_AT)
        yield line(f"hostile-{n:03d}", list(replay(policy=POLICY).outputs(record)))


def _text(draw: random.Random) -> str:
    return " ".join(draw.choices(HOSTILE_TEXTS, k=draw.choice((1, 1, 2))))


def _lines(draw: random.Random) -> list[str]:
    return [_text(draw) for _ in range(draw.randint(1, 3))]


def _party(draw: random.Random) -> dict[str, Any]:
    fields = {field: _text(draw) for field in draw.sample(PARTY_FIELDS, 3) if field != "birth_date"}
    return {"name": _text(draw), "worker_id": "w", "address": {"lines": _lines(draw)}, **fields}


def _agent(draw: random.Random) -> dict[str, Any]:
    return {field: _text(draw) for field in draw.sample(("bic", "lei", "name", "clearing_member_id"), 2)}


def _account(draw: random.Random) -> dict[str, Any]:
    return {field: _text(draw) for field in draw.sample(("iban", "other", "proxy", "currency"), 2)}


def _replayed(engine: Replay, path: Path) -> Iterator[str]:
    for n, record in enumerate(records_of([path], "acme")):
        key = record.record.key if isinstance(record, Unread) else record.key
        name = key.decode("utf-8", "replace") if key else str(n)
        yield line(f"{path.name} {n} {name}", list(engine.outputs(record)))


CORPORA: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "demo": demo,
    "stories": stories,
    "messages": messages,
    "fuzz": fuzz,
    "hostile": hostile,
}


# ---------------------------------------------------------------- committed, and the difference in words


def committed(corpus: str) -> list[str]:
    path = GOLDEN / f"{corpus}.tsv"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def write(corpus: str) -> None:
    (GOLDEN / f"{corpus}.tsv").write_text("".join(f"{one}\n" for one in CORPORA[corpus]()), "utf-8")


def differences(before: list[str], after: list[str]) -> Iterator[str]:
    """What changed, a sentence each: verdicts first, then findings, then words and numbers behind the same findings."""
    old, new = ({one.split("\t")[0]: one.split("\t")[1:] for one in lines} for lines in (before, after))
    changed = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    yield from sorted(f"{name}: no longer in the corpus" for name in old.keys() - new.keys())
    yield from sorted(f"{name}: new in the corpus, {new[name][0]}" for name in new.keys() - old.keys())
    yield from (f"{name}: {_in_words(old[name], new[name])}" for name in sorted(changed, key=_order(old, new)))


def _order(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Callable[[str], tuple[int, str]]:
    def order(name: str) -> tuple[int, str]:
        return next((n for n, (a, b) in enumerate(zip(old[name], new[name], strict=False)) if a != b), 9), name

    return order


def _in_words(before: list[str], after: list[str]) -> str:
    if len(before) < 3 or len(after) < 3:
        return f"{before} is now {after}"
    verdict = f"{before[0]} -> {after[0]}" if before[0] != after[0] else f"{after[0]} as before"
    had, has = (set(filter(None, one[1].split("; "))) for one in (before, after))
    lost, found = ("; ".join(sorted(some)) for some in (had - has, has - had))
    if not lost and not found:
        return verdict if before[0] != after[0] else f"{verdict}, same findings, other words or numbers"
    said = [*([f"new: {found}"] if found else []), *([f"gone: {lost}"] if lost else [])]
    return f"{verdict}; " + "; ".join(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--write", action="store_true", help="rewrite tests/data/golden")
    todo.add_argument("--diff", action="store_true", help="print what changed; exit 1 where something did")
    parser.add_argument("corpora", nargs="*", choices=[*CORPORA, []], help="default: all")
    asked = parser.parse_args()
    changed = 0
    for corpus in asked.corpora or CORPORA:
        if asked.write:
            write(corpus)
            continue
        for said in differences(committed(corpus), list(CORPORA[corpus]())):
            print(f"{corpus}: {said}")
            changed += 1
    if asked.diff:
        print(f"{changed} inputs are answered differently")
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
