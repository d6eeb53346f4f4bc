"""Names per second, latency, build time, memory and growth of the screener, on one core.

    python -m tests.bench.speed [--growth]

Cold: distinct names, none of them seen before by this process (token caches start empty). Warm: the same again, from
the bounded cache of answers. Beside a delta: the longest time for one name while another thread lays a hundred entities
over the index, and without it; and how much of it was that thread's. Growth: the list 1x, 3x and 10x; the copies bear
other names, made of the same common words and of new rare ones, as lists grow.

Seconds are those of the processor, so that what else runs on the machine counts less. A name's pause is the time that
other threads of the process computed while it was screened.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from streamer.list_feed.view import _beside_the_stream as beside_the_stream
from streamer.list_feed.view import rests
from streamer.screening import ANSWERS_CACHED_MAX, Query, Screener
from streamer.screening.names import skeleton
from streamer.watchlists.entity import Entity, EntityType
from tests.bench.accuracy import Clean, clean_names, entities

NEAR_MISS = 0.65
WORD = re.compile(r"[^\W\d_]+")
COMMON_MIN = 4
"""A word that stands so often in the list is a common one there."""
KEPT_MIN = 40
"""A word of companies that stands so often is a legal form or a trade."""


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
        started = time.thread_time()
        screener.screen(query, score_min=NEAR_MISS)
        seconds.append(time.thread_time() - started)
    return seconds


def line(title: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    rate = len(ordered) / sum(ordered)
    return f"{title:24s} {rate:8,.0f} names/s   p50 {p50 * 1e6:6.0f} us   p99 {p99 * 1e6:6.0f} us"


def grown(listed: Sequence[Entity], times: int, seed: int) -> list[Entity]:
    """The list several times over, as lists grow: a copy's names keep their shape and the words of companies, draw
    other common words as often as they stand in the list, and bear rare words half of which nobody has borne before.
    """
    rng = random.Random(seed)
    words = Counter(
        (entity.type is EntityType.PERSON, word.isascii(), word)
        for entity in listed
        for name in entity.names
        for word in WORD.findall(name.text.upper())
    )
    common: dict[tuple[bool, bool], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
    rare: dict[tuple[bool, bool], list[str]] = defaultdict(lambda: [""])
    for (person, latin, word), count in words.items():
        if count < COMMON_MIN:
            rare[person, latin].append(word)
        else:
            common[person, latin][0].append(word)
            common[person, latin][1].append(count)

    def drawn(key: tuple[bool, bool]) -> Iterator[str]:
        while True:
            yield from rng.choices(*common[key], k=10_000)

    draws = {key: drawn(key) for key in common}
    grown = list(listed)
    for k in range(1, times):
        for entity in listed:
            person, known = entity.type is EntityType.PERSON, dict[str, tuple[str, str]]()

            def other(match: re.Match[str], person: bool = person, known: dict[str, tuple[str, str]] = known) -> str:
                word = match.group().upper()
                key = (person, word.isascii())
                count = words[*key, word]
                if not person and count >= KEPT_MIN:
                    return word
                sound = skeleton(word.lower())
                if sound not in known:
                    a, b = rng.choice(rare[key]), rng.choice(rare[key])
                    coined = a[: (len(a) + 1) // 2] + b[len(b) // 2 :]
                    known[sound] = word, next(draws[key]) if count >= COMMON_MIN else rng.choice((a, coined)) or word
                spelt, new = known[sound]
                if spelt == word or len(new) < 4:
                    return new
                # Another spelling of the same name: another vowel.
                i = rng.randrange(1, len(new) - 1)
                return new[:i] + rng.choice("AEIOU") + new[i + 1 :]

            names = tuple(replace(name, text=WORD.sub(other, name.text)) for name in entity.names)
            grown.append(replace(entity, native_id=f"{entity.native_id}x{k}", names=names))
    return grown


def beside(screener: Screener, names: Sequence[Clean], work: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Seconds for each name and the pauses among them, ascending, while `work` runs in another thread."""
    seconds, pauses = [], []
    with ThreadPoolExecutor(1) as pool, beside_the_stream():
        other = pool.submit(work)
        for name in names:
            of_all, own = time.process_time(), time.thread_time()
            screener.screen(Query(name.name, name.type), score_min=NEAR_MISS)
            own, of_all = time.thread_time() - own, time.process_time() - of_all
            seconds.append(of_all)
            pauses.append(of_all - own)
        other.result()
    return sorted(seconds), sorted(pauses)


def delta(screener: Screener, listed: Sequence[Entity], names: Sequence[Clean]) -> None:
    """Print how soon a delta is in force, and what the stream feels of it."""
    extra = [replace(e, native_id=f"{e.native_id}-new") for e in listed[:100]]

    def take_over() -> Screener:
        return screener.updated(extra, [e.id for e in listed[100:110]], rests())

    started = time.perf_counter()
    updated = take_over()
    print(f"delta of 100 entities: in force after {(time.perf_counter() - started) * 1e3:.0f} ms")
    print(line("  names after it", timed(updated, names[4000:8000])))

    def take_over_again() -> None:
        for _ in range(20):
            take_over()

    for title, work in (("without it", lambda: None), ("beside 20 such deltas", take_over_again)):
        seconds, pauses = beside(screener, names[8000:], work)
        at = int(len(seconds) * 0.999)
        print(
            f"  a name {title:22s} longest {seconds[-1] * 1e3:5.1f} ms   p99.9 {seconds[at] * 1e3:5.1f} ms   "
            f"pause longest {pauses[-1] * 1e3:4.1f} ms   p99.9 {pauses[at] * 1e3:4.1f} ms"
        )
        screener = Screener(listed)


def build(listed: Sequence[Entity]) -> Screener:
    gc.collect()
    before, started = _megabytes(), time.thread_time()
    screener = Screener(listed)
    seconds = time.thread_time() - started
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
    warm = names[: ANSWERS_CACHED_MAX // 2]
    timed(screener, warm)
    print(line("warm, repeated", timed(screener, warm)))

    delta(screener, listed, names)
    for title, text in (("10,000 characters", "ABDUL " * 1667), ("500 tokens", " ".join(f"w{i}x" for i in range(500)))):
        print(line(title, timed(screener, [Clean(text + str(i), names[0].type) for i in range(50)])))

    if args.growth:
        del screener
        once = 0.0
        for times in (1, 3, 10):
            screener = build(grown(listed, times, 3))
            seconds = timed(screener, names[:4000])
            once = once or sum(seconds)
            again = timed(screener, [Clean(f"{c.name} ", c.type) for c in names[:4000]])
            print(line(f"list {times}x", seconds) + f"   {sum(seconds) / once:.2f} times as long")
            print(line("  tokens met before", again) + f"   {_megabytes():,.0f} MB in all")
            del screener


if __name__ == "__main__":
    main()
