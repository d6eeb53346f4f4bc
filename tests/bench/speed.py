"""Names per second, latency, build time, memory and growth of the screener, on one core.

    python -m tests.bench.speed [--growth]

Cold: distinct names, none of them seen before by this process (token caches start empty). Warm: the same again, from
the bounded cache of answers. Growth: the list 1x, 3x and 10x, the copies with other names.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import replace

from streamer.screening import Query, Screener
from streamer.watchlists.entity import Entity, ListedName
from tests.bench.accuracy import Clean, clean_names, entities

NEAR_MISS = 0.65


def _megabytes() -> float:
    """Resident now, from /proc (ru_maxrss is a high-water mark)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def timed(screener: Screener, names: Sequence[Clean]) -> list[float]:
    """Seconds for each name, the complete path with reasons."""
    seconds = []
    for name in names:
        query = Query(name.name, name.type)
        started = time.perf_counter()
        screener.screen(query, score_min=NEAR_MISS)
        seconds.append(time.perf_counter() - started)
    return seconds


def line(title: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    rate = len(ordered) / sum(ordered)
    return f"{title:24s} {rate:8,.0f} names/s   p50 {p50 * 1e6:6.0f} us   p99 {p99 * 1e6:6.0f} us"


def copies(listed: Sequence[Entity], times: int, seed: int) -> list[Entity]:
    """The list several times over; the letters of each copy's names are changed, their lengths and forms kept."""
    rng = random.Random(seed)
    out = list(listed)
    vowels = "aeiou"
    for k in range(1, times):
        for entity in listed:
            names = []
            for name in entity.names:
                letters = list(name.text)
                for i, c in enumerate(letters):
                    if c.lower() in vowels and rng.random() < 0.5:
                        other = rng.choice(vowels)
                        letters[i] = other.upper() if c.isupper() else other
                names.append(ListedName("".join(letters), name.kind, name.weak, name.script))
            out.append(replace(entity, native_id=f"{entity.native_id}x{k}", names=tuple(names)))
    return out


def build(listed: Sequence[Entity]) -> Screener:
    gc.collect()
    before, started = _megabytes(), time.perf_counter()
    screener = Screener(listed)
    seconds = time.perf_counter() - started
    gc.collect()
    count = sum(len(e.names) for e in listed)
    print(f"build: {len(listed):,} entities, {count:,} names in {seconds:.2f} s, {_megabytes() - before:.0f} MB")
    return screener


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--growth", action="store_true")
    args = parser.parse_args()
    listed = entities()
    names = clean_names(0, 1)
    random.Random(7).shuffle(names)
    screener = build(listed)
    print(line("cold, distinct names", timed(screener, names)))
    warm = names[:4000]
    timed(screener, warm)
    print(line("warm, repeated", timed(screener, warm)))

    started = time.perf_counter()
    extra = [replace(e, native_id=f"{e.native_id}-new") for e in listed[:100]]
    screener = screener.updated(extra, [e.id for e in listed[100:110]])
    print(f"delta of 100 entities: {(time.perf_counter() - started) * 1e3:.0f} ms")
    for title, text in (("10,000 characters", "ABDUL " * 1667), ("500 tokens", " ".join(f"w{i}x" for i in range(500)))):
        print(line(title, timed(screener, [Clean(text + str(i), names[0].type) for i in range(50)])))

    if args.growth:
        for times in (1, 3, 10):
            print(line(f"list {times}x", timed(build(copies(listed, times, 3)), names[:4000])))


if __name__ == "__main__":
    main()
