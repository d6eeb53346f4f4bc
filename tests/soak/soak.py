"""Hours of traffic in one run: many events and list updates through two workers on Apache Kafka.

    make soak EVENTS=1000000

Prints what the workers held in memory, how far they lagged and how much they did, then the verdict over the raw
topics. Exit code 0: nothing lost, nothing doubled, nothing contradicted, and memory flat after the warm-up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from streamer.list_feed import editions, publisher
from streamer.watchlists import sample_lists
from tests.faults import checker
from tests.faults.fleet import LISTED, Fleet
from tests.kafka.cluster import KafkaCluster

WORKERS: Final = 2
PARTITIONS: Final = 6
PAYEES: Final = 5_000
"""Of each kind: people and suppliers."""
LAG_RECORDS_MAX: Final = 20_000
"""The publisher waits beyond it: the soak is of the workers, not of Kafka's disk."""
LIST_UPDATES: Final = 20
SAMPLE_SECONDS: Final = 2.0
PROGRESS_SECONDS: Final = 60.0
ROWS_SHOWN: Final = 20
GROWTH_SHARE_MAX: Final = 0.05
"""Mean memory of the last third of the run over that of the second: what is more is called growth."""
BUCKETS: Final = 64
"""The judge holds one bucket of the inputs and their decisions at a time."""
SETTLE_SECONDS: Final = 300.0
INPUTS: Final = ("payments", "payrolls")


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float
    rss_mib: tuple[float, ...]
    lag: float
    answered: float
    """Decisions confirmed since the start, by the workers' own count."""


# ---------------------------------------------------------------- traffic


class Publisher(threading.Thread):
    """Publishes `events` events, holding back while the workers lag; keeps no record of them."""

    def __init__(self, fleet: Fleet, events: int) -> None:
        super().__init__(daemon=True)
        self._fleet = fleet
        self._events = events
        self._random = random.Random(1)
        self.lag = 0.0
        self.published = 0
        self.list_updates = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._publish()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.error = error

    def _publish(self) -> None:
        producer = KafkaProducer(**self._fleet.client, acks="all", enable_idempotence=True, linger_ms=20)
        every = max(1, self._events // (LIST_UPDATES + 1))
        confirmations: list[Any] = []
        for n in range(self._events):
            if n and n % every == 0 and self.list_updates < LIST_UPDATES:
                update_list(self._fleet, self.list_updates)
                self.list_updates += 1
            topic, key, value = self._event(n)
            confirmations.append(producer.send(self._fleet.topic(topic), key=key, value=value))
            if len(confirmations) == 2_000:
                for confirmation in confirmations:
                    confirmation.get(timeout=60)
                self.published += len(confirmations)
                confirmations.clear()
                while self.lag > LAG_RECORDS_MAX:
                    time.sleep(0.2)
        for confirmation in confirmations:
            confirmation.get(timeout=60)
        self.published += len(confirmations)
        producer.close(timeout=30)

    def _event(self, n: int) -> tuple[str, bytes, bytes]:
        """Payments and payroll in turn, to people and suppliers with an account each.

        One in fifty pays a listed party, one in a hundred into somebody else's account, one in a thousand is poison.
        """
        number = f"S-{n}"
        if n % 1_000 == 999:
            return "payments", number.encode(), b"\xff\xfe poison"
        draw = self._random.randrange
        payee = draw(PAYEES)
        account = draw(PAYEES) if n % 100 == 50 else payee
        event: dict[str, Any] = {"event_id": number, "tenant": "acme", "amount": "1200.50", "currency": "EUR"}
        event["event_time"] = f"2026-11-{1 + n % 20:02d}T{n % 24:02d}:{n % 60:02d}:00Z"
        listed = self._random.choice(LISTED) if n % 50 == 0 else None
        if n % 2:
            name = listed or f"Supplier {payee:05d} Holding"
            event |= {"debtor": {"name": "Acme"}, "creditor": {"name": name}}
            event |= {"creditor_account": {"other": f"SUPPLIER-{account:05d}"}}
            return "payments", number.encode(), json.dumps(event).encode()
        worker = {"worker_id": f"w{payee}", "name": listed or f"Person {payee:05d}"}
        event |= {"event_type": "pay", "employer": {"name": "Acme"}, "worker": worker}
        event |= {"payout_account": {"other": f"PERSON-{account:05d}"}}
        return "payrolls", number.encode(), json.dumps(event).encode()


def update_list(fleet: Fleet, n: int) -> None:
    """A new edition of the sample in force: with its last entry, or without."""
    parsed = next(p for p in sample_lists() if p.names == ("ofac",))
    entities = parsed.entities[: len(parsed.entities) - (n + 1) % 2]
    edition, chunks = editions.edition_of(
        "ofac", entities, raw_sha256=parsed.sha256, published_at=None, fetched_at=datetime.now(UTC), sample=True
    )
    publisher.publish_edition(fleet.settings, edition, chunks)


# ---------------------------------------------------------------- measuring


def sample(fleet: Fleet, started: float) -> Sample:
    pids = [process.pid for _, process in sorted(fleet.processes.items())]
    metrics = [_metrics(port) for port in fleet.ports]
    return Sample(
        seconds=time.monotonic() - started,
        rss_mib=tuple(_rss_mib(pid) for pid in pids),
        lag=sum(one.get("screening_lag_records", 0.0) for one in metrics),
        answered=sum(one.get("screening_decisions_total", 0.0) for one in metrics),
    )


def _rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def _metrics(port: int) -> dict[str, float]:
    """Name -> sum over all labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            sums[one.name] = sums.get(one.name, 0.0) + one.value
    return sums


def growth(samples: list[Sample]) -> float:
    """Mean memory of all workers in the last third of the run over that of the second third, less one."""
    third = len(samples) // 3
    second = fmean(sum(one.rss_mib) for one in samples[third : 2 * third])
    last = fmean(sum(one.rss_mib) for one in samples[2 * third :])
    return last / second - 1


def progress(one: Sample, publisher: Publisher, events: int) -> str:
    """One line for who waits: how far it is, and what it takes."""
    memory = ", ".join(f"{rss:.0f}" for rss in one.rss_mib)
    return (
        f"{one.seconds:6.0f} s: {one.answered:9,.0f} of {events:,} answered ({one.answered / one.seconds:.0f}/s), "
        f"lag {one.lag:,.0f}, list updates {publisher.list_updates}, memory {memory} MiB"
    )


def table(samples: list[Sample]) -> Iterator[str]:
    """About ROWS_SHOWN rows; throughput is that since the row before."""
    workers = "".join(f"{f'worker {n} MiB':>14}" for n in range(WORKERS))
    yield f"{'seconds':>8}{workers}{'lag':>8}{'answered':>10}{'per second':>12}"
    step = max(1, len(samples) // ROWS_SHOWN)
    rows = [samples[0], *samples[step::step]]
    for before, one in pairwise(rows):
        rate = (one.answered - before.answered) / (one.seconds - before.seconds)
        memory = "".join(f"{rss:14.1f}" for rss in one.rss_mib)
        yield f"{one.seconds:8.0f}{memory}{one.lag:8.0f}{one.answered:10.0f}{rate:12.0f}"


# ---------------------------------------------------------------- judging


def judged(fleet: Fleet, folder: Path) -> checker.Verdicts:
    """By the checker of the fault suite, bucket by bucket: what it holds does not grow with the run."""
    for name in INPUTS:
        for number, end in _ends(fleet, name):
            for offset in range(end):
                _spill(folder, "sent", (name, number, offset), b"")
    for record in _records(fleet, "decisions"):
        headers = dict(record.headers)
        place = (headers["source-topic"].decode(), int(headers["source-partition"]), int(headers["source-offset"]))
        decision = json.loads(record.value)
        kept = {name: decision[name] for name in ("decision_id", "verdict", "lists", "policy_version", "revision")}
        _spill(folder, "decisions", place, json.dumps(kept).encode())
    for file in _FILES.values():
        file.close()
    total = checker.Verdicts(sent=0)
    for bucket in range(BUCKETS):
        sent = [place for place, _ in _spilled(folder, "sent", bucket)]
        answers = ((_headers(place), value) for place, value in _spilled(folder, "decisions", bucket))
        part = checker.judged(sent, answers)
        total.sent += part.sent
        total.repeated += part.repeated
        total.lost += part.lost[:100]
        total.duplicated_effective += part.duplicated_effective[:100]
        total.contradictory += part.contradictory[:100]
    return total


_FILES: dict[Path, Any] = {}


def _spill(folder: Path, kind: str, place: checker.Place, value: bytes) -> None:
    topic, partition, offset = place
    path = folder / f"{kind}-{offset % BUCKETS}"
    if path not in _FILES:
        _FILES[path] = path.open("wb")
    _FILES[path].write(f"{topic} {partition} {offset} ".encode() + value + b"\n")


def _spilled(folder: Path, kind: str, bucket: int) -> Iterator[tuple[checker.Place, bytes]]:
    path = folder / f"{kind}-{bucket}"
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                topic, partition, offset, value = line.rstrip(b"\n").split(b" ", 3)
                yield (topic.decode(), int(partition), int(offset)), value


def _headers(place: checker.Place) -> Mapping[str, bytes]:
    topic, partition, offset = place
    return {
        "source-topic": topic.encode(),
        "source-partition": str(partition).encode(),
        "source-offset": str(offset).encode(),
    }


def _ends(fleet: Fleet, name: str) -> list[tuple[int, int]]:
    consumer = KafkaConsumer(**fleet.client)
    try:
        partitions = [TopicPartition(fleet.topic(name), n) for n in range(PARTITIONS)]
        return [(partition.partition, end) for partition, end in consumer.end_offsets(partitions).items()]
    finally:
        consumer.close()


def _records(fleet: Fleet, name: str) -> Iterator[Any]:
    # Checksums in pure Python would take longer than all the rest.
    consumer = KafkaConsumer(**fleet.client, enable_auto_commit=False, auto_offset_reset="earliest", check_crcs=False)
    try:
        partitions = [TopicPartition(fleet.topic(name), n) for n in range(PARTITIONS)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(p) < ends[p] for p in partitions):
            for records in consumer.poll(timeout_ms=1_000).values():
                yield from records
    finally:
        consumer.close()


# ---------------------------------------------------------------- the run


def soak(client: Mapping[str, Any], events: int) -> int:
    samples: list[Sample] = []
    with (
        Fleet(client, prefix=f"soak-{uuid.uuid4().hex[:8]}-", workers=WORKERS, partitions=PARTITIONS) as fleet,
        tempfile.TemporaryDirectory(prefix="streamer-soak-") as folder,
    ):
        for worker in range(WORKERS):
            # The default, not the faults' six: nobody is killed here.
            fleet.start(worker, STREAMER_SESSION_TIMEOUT_SECONDS="10")
        for worker in range(WORKERS):
            fleet.wait_ready(worker)
        publisher = Publisher(fleet, events)
        started = time.monotonic()
        publisher.start()
        told, ended_at = 0.0, None
        while True:
            time.sleep(SAMPLE_SECONDS)
            dead = [worker for worker, process in fleet.processes.items() if process.poll() is not None]
            assert not dead, f"worker {dead[0]} ended: {fleet.log(dead[0])}"
            one = sample(fleet, started)
            samples.append(one)
            publisher.lag = one.lag
            if one.seconds - told >= PROGRESS_SECONDS:
                told = one.seconds
                print(progress(one, publisher, events), flush=True)
            if not publisher.is_alive():
                ended_at = ended_at or time.monotonic()
                if one.answered >= events or time.monotonic() - ended_at > SETTLE_SECONDS:
                    break
        if publisher.error is not None:
            raise publisher.error
        took = samples[-1].seconds
        print("all answered; judging the topics", flush=True)
        result = judged(fleet, Path(folder))
        codes = [fleet.stop(worker) and fleet.exit_codes[-1] for worker in range(WORKERS)]
    for line in table(samples):
        print(line)
    grown = growth(samples) if len(samples) >= 6 else 0.0
    flat = grown <= GROWTH_SHARE_MAX
    print(
        f"{events:,} events and {publisher.list_updates} list updates in {took:.0f} s: {events / took:.0f} per second "
        f"by {WORKERS} workers; highest memory {max(max(one.rss_mib) for one in samples):.0f} MiB a worker"
    )
    print(f"memory, last third over second third: {grown:+.1%} ({'flat' if flat else 'GROWING'})")
    print(result.line())
    return 0 if result.clean and flat and result.sent == events and codes == [0] * WORKERS else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    with ExitStack() as stack:
        existing = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
        client = {"bootstrap_servers": existing} if existing else stack.enter_context(KafkaCluster()).client
        code = soak(client, events)
    sys.exit(code)


if __name__ == "__main__":
    main()
