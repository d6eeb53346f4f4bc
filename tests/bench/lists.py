"""What lists cost: parse, publish, take over, and see a change; time and memory. On the real lists beside the checkout,
and on made ones of 37,000 and 370,000 names; through a real Kafka.

    python -m tests.bench.lists
"""

from __future__ import annotations

import asyncio
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from streamer.kafka import topics
from streamer.list_feed.editions import Edition, edition_from, edition_of
from streamer.list_feed.publisher import publish_edition
from streamer.list_feed.view import ListsView
from streamer.lists import Lists
from streamer.settings import Settings, read_settings
from streamer.watchlists import Entity, EntityType, ListedName, NameKind, read_list
from tests.kafka.cluster import KafkaCluster
from tests.shared import SHARED

REAL: Final = (("ofac", SHARED / "data/ofac"), ("un", SHARED / "data/un/consolidated.xml"))
SIZES: Final = (37_000, 370_000)
NAMES_PER_ENTITY: Final = 2.3
DELTAS: Final = (1, 50, 1_000)


def memory_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def real(kind: str, path: Path) -> tuple[Entity, ...]:
    return read_list(f"{kind}={path}").entities


def made(names: int) -> list[Entity]:
    """Entities with the words of OFAC's names in new orders: the rarity of words is that of the real list."""
    rng = random.Random(1)
    listed = [name for entity in real(*REAL[0]) for name in entity.names]
    words = [word for name in listed for word in name.text.split()]
    entities = []
    for n in range(round(names / NAMES_PER_ENTITY)):
        count = 3 if n % 10 < 3 else 2
        texts = (" ".join(rng.choices(words, k=rng.randint(2, 4))) for _ in range(count))
        kinds = (NameKind.PRIMARY, NameKind.AKA, NameKind.AKA)
        entities.append(
            Entity(
                list="ofac",
                native_id=str(n),
                type=EntityType.PERSON if n % 2 else EntityType.ENTITY,
                names=tuple(ListedName(text, kind) for text, kind in zip(texts, kinds, strict=False)),
            )
        )
    return entities


# ---------------------------------------------------------------- one measurement each, in a process of its own


def parse(kind: str, path: str) -> dict[str, float]:
    before, started = memory_mib(), time.process_time()
    parsed = read_list(f"{kind}={path}")
    read = time.process_time()
    edition, chunks = edition_from(parsed.by_name()[0], datetime.now(UTC))
    return {
        "entries": len(parsed.entities),
        "names": edition.manifest.names,
        "parse_cpu_s": read - started,
        "chunks_cpu_s": time.process_time() - read,
        "chunks": len(chunks),
        "published_mib": sum(map(len, chunks)) / 2**20,
        "memory_mib": memory_mib(),
        "of_which_imports_mib": before,
    }


def view(bootstrap: str, what: str) -> dict[str, float]:
    """A worker's view: from an empty process to ready, then each delta until it is in force, the loop watched."""
    settings = read_settings(
        {
            "STREAMER_BOOTSTRAP_SERVERS": bootstrap,
            "STREAMER_TOPIC_PREFIX": f"bench-{what}-",
            "STREAMER_REPLICATION_FACTOR": "1",
        }
    )
    topics.create(settings)
    entities = list(real(*REAL[0])) if what == "real" else made(int(what))
    result: dict[str, float] = {"names": sum(len(entity.names) for entity in entities)}
    edition, chunks = _edition(entities)
    started = time.perf_counter()
    publish_edition(settings, edition, chunks)
    result["publish_s"] = time.perf_counter() - started
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.lists", "reader", bootstrap, what],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    read: dict[str, float] = orjson.loads(done.stdout.splitlines()[-1])
    return result | read


def reader(bootstrap: str, what: str) -> dict[str, float]:
    settings = read_settings({"STREAMER_BOOTSTRAP_SERVERS": bootstrap, "STREAMER_TOPIC_PREFIX": f"bench-{what}-"})
    return asyncio.run(_followed(settings))


async def _followed(settings: Settings) -> dict[str, float]:
    changed = asyncio.Event()
    lists = ListsView(settings, required=("ofac",), on_change=lambda manifests: changed.set())
    started, computed = time.perf_counter(), time.process_time()
    await lists.load()
    result = {
        "ready_s": time.perf_counter() - started,
        # Of this process: what a machine that does nothing else would take.
        "ready_cpu_s": time.process_time() - computed,
        "memory_mib": float(memory_mib()),
    }
    gaps: list[float] = []
    ticker = asyncio.create_task(_ticks(gaps))
    await asyncio.sleep(1)
    result["idle_gap_ms"] = 1000 * max(gaps)
    following = asyncio.create_task(_following(lists))
    entities = dict(lists._in_force["ofac"].entities)
    for delta in DELTAS:
        for key in list(entities)[:delta]:
            entities[key] = replace(entities[key], remarks=f"changed {delta}")
        edition, chunks = await asyncio.to_thread(_edition, list(entities.values()))
        changed.clear()
        gaps.clear()
        await asyncio.to_thread(_publish_apart, settings, edition, chunks)
        published = time.perf_counter()
        await changed.wait()
        result[f"delta_{delta}_visible_s"] = time.perf_counter() - published
        result[f"delta_{delta}_gap_ms"] = 1000 * max(gaps)
    following.cancel()
    ticker.cancel()
    result["memory_after_deltas_mib"] = float(memory_mib())
    await lists._consumer.stop()  # type: ignore[union-attr]
    return result


async def _following(lists: ListsView) -> None:
    while True:
        if await lists._take(timeout_ms=500):
            await lists._swap()


async def _ticks(gaps: list[float]) -> None:
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now


def _publish_apart(settings: Settings, edition: Edition, chunks: list[bytes]) -> None:
    publish_edition(settings, edition, chunks)


def _edition(entities: list[Entity]) -> tuple[Edition, list[bytes]]:
    return edition_of("ofac", entities, raw_sha256="0" * 64, published_at=None, fetched_at=datetime.now(UTC))


def index(what: str) -> dict[str, float]:
    """The indexes alone."""
    entities = list(real(*REAL[0])) if what == "real" else made(int(what))
    started, computed = time.perf_counter(), time.process_time()
    Lists.of((), entities)
    return {
        "index_s": time.perf_counter() - started,
        "index_cpu_s": time.process_time() - computed,
        "memory_mib": memory_mib(),
    }


# ---------------------------------------------------------------- all of them


def _measured(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.lists", *arguments], stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, float] = orjson.loads(done.stdout.splitlines()[-1])
    return found


def _line(what: str, figures: dict[str, float]) -> None:
    print(
        f"{what:14}",
        "  ".join(f"{name}={value:,.2f}".replace(".00", "") for name, value in figures.items()),
        flush=True,
    )


def main() -> None:
    for kind, path in REAL:
        _line(f"parse {kind}", _measured("parse", kind, str(path)))
    with KafkaCluster() as kafka:
        for what in ("real", *map(str, SIZES)):
            _line(f"view {what}", _measured("view", kafka.bootstrap_servers, what))


MEASUREMENTS: Final[Mapping[str, Callable[..., dict[str, float]]]] = {
    "parse": parse,
    "view": view,
    "reader": reader,
    "index": index,
}

if __name__ == "__main__":
    if sys.argv[1:]:
        print(orjson.dumps(MEASUREMENTS[sys.argv[1]](*sys.argv[2:])).decode())
    else:
        main()
