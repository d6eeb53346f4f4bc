"""Kills, restarts, hangs and outages on real Kafka: nothing lost, nothing doubled, nothing contradicted.

make test-faults                     all of it
make test-faults ARGS="-k slice"     the slice that every build runs
"""

from __future__ import annotations

import gc
import json
import random
import signal
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.decoding import event_from_json
from streamer.events import InvalidEvent, canonical_json, digest
from streamer.list_feed import editions, publisher
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists
from tests.canaries import CANARY
from tests.faults import checker
from tests.faults.fleet import IDENTITY_KEY, Fleet, Load
from tests.kafka.cluster import KafkaCluster

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    # kafka-python leaves the sockets of a broker that was killed to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SETTLE_SECONDS = 120.0
"""Without progress for so long, what is not answered is lost."""
SETTLE_SECONDS_MAX = 600.0


@pytest.fixture(autouse=True)
def sockets_of_killed_brokers() -> Iterator[None]:
    """Collected here, where their warnings are expected, not in the middle of some other test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def cluster() -> Iterator[KafkaCluster]:
    with KafkaCluster() as running:
        yield running


def prefix() -> str:
    return f"f{uuid.uuid4().hex[:8]}-"


def settled(fleet: Fleet, load: Load, seconds: float = SETTLE_SECONDS) -> checker.Verdicts:
    """Wait until every input is answered, or none more is for so many seconds; workers that end are started again, as a
    supervisor does."""
    started = last_progress = time.monotonic()
    fewest = len(load.sent) + 1
    while True:
        fleet.restart_dead()
        result = checker.judged(load.sent, checker.decisions(fleet.client, fleet.topic("decisions")))
        now = time.monotonic()
        if len(result.lost) < fewest:
            fewest, last_progress = len(result.lost), now
        if not result.lost or now - last_progress > seconds or now - started > SETTLE_SECONDS_MAX:
            return result
        time.sleep(2)


def expected_histories(load: Load) -> set[bytes]:
    """The keys a quiet run ends with: computed by the Monitor from what was sent, without Kafka."""
    monitor = Monitor.under(shipped_policy(), identity_key=IDENTITY_KEY.encode(), engine_version="0")
    keys = set()
    for (topic, _, _), value in load.values.items():
        try:
            event = event_from_json(topic, value)
        except InvalidEvent:
            continue
        for observation in monitor._typologies.observations(event, digest(canonical_json(event)), monitor.identity):
            keys.add(f"{observation.subject}\x1f{observation.observation_id}".encode())
    return keys


def assert_histories(fleet: Fleet, load: Load) -> None:
    """The changelog, compacted, holds exactly what a quiet run would have left."""
    changelog = f"{fleet.settings.topic_prefix}streamer-histories-changelog"
    wanted = expected_histories(load)
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        found = set(checker.compacted(fleet.client, changelog))
        if found == wanted or time.monotonic() > deadline:
            break
        time.sleep(2)
    print(f"histories: wanted={len(wanted)} missing={len(wanted - found)} unexpected={len(found - wanted)}")
    assert found == wanted


def assert_no_personal_data(fleet: Fleet) -> None:
    """No log line, metric, alert or dead-letter header of the run holds a canary of the load; decisions do."""
    for log in fleet.folder.glob("worker-*.log"):
        _assert_no_canary(log.read_text(errors="replace"), str(log))
    for worker in sorted(fleet.processes):
        _assert_no_canary(fleet.metrics(worker), f"/metrics of worker {worker}")
    for name in ("dead-letters", "alerts", "observations"):
        for record in checker.records(fleet.client, fleet.topic(name)):
            _assert_no_canary(f"{record.key} {record.headers}", f"headers on {name}")
            if name != "dead-letters":
                _assert_no_canary(record.value.decode(), name)
    letters = checker.records(fleet.client, fleet.topic("dead-letters"))
    assert any(CANARY.search((record.value or b"").decode("utf-8", "replace")) for record in letters), "none was sent"


def _assert_no_canary(text: str, where: str) -> None:
    found = CANARY.search(text.lower())
    assert found is None, f"{where}: {text[max(0, found.start() - 80) : found.end() + 40]}"


def swap_list(fleet: Fleet) -> str:
    """A new edition of the sample, with one entry less; returns its version."""
    parsed = next(p for p in sample_lists() if p.names == ("ofac",))
    edition, chunks = editions.edition_of(
        "ofac",
        parsed.entities[:-1],
        raw_sha256=parsed.sha256,
        published_at=None,
        fetched_at=datetime.now(UTC),
        sample=True,
    )
    publisher.publish_edition(fleet.settings, edition, chunks)
    return edition.manifest.version


def test_slice_three_kills_a_broker_restart_and_a_list_swap_under_load(cluster: KafkaCluster) -> None:
    rng = random.Random(1)
    with Fleet(cluster.client, prefix=prefix(), workers=3) as fleet, Load(fleet, per_second=150, seed=1) as load:
        for worker in range(3):
            fleet.start(worker)
        fleet.wait_ready(0)
        for kill in range(3):
            time.sleep(rng.uniform(2, 5))
            victim = rng.choice(sorted(fleet.processes))
            fleet.kill(victim)
            if kill == 1:
                version = swap_list(fleet)
            time.sleep(rng.uniform(0, 3))
            fleet.start(victim)
        time.sleep(5)
        cluster.kill(1)
        time.sleep(3)
        cluster.start(1)
        time.sleep(5)
        load.stop()
        result = settled(fleet, load)
        print(result.line())
        assert result.clean
        assert result.sent > 1000
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)
        judged_by = {
            v["version"]
            for _, value in checker.decisions(fleet.client, fleet.topic("decisions"))
            for v in json.loads(value)["lists"]
            if v["list"] == "ofac"
        }
        assert version in judged_by
        assert len(judged_by) == 2


def test_twenty_kills_of_one_worker_of_three(cluster: KafkaCluster) -> None:
    rng = random.Random(20)
    with Fleet(cluster.client, prefix=prefix(), workers=3) as fleet, Load(fleet, per_second=150, seed=20) as load:
        for worker in range(3):
            fleet.start(worker)
        fleet.wait_ready(0)
        for _ in range(20):
            time.sleep(rng.uniform(0.5, 6))
            victim = rng.choice(sorted(fleet.processes))
            fleet.kill(victim)
            time.sleep(rng.uniform(0, 2))
            fleet.start(victim)
        load.stop()
        result = settled(fleet, load)
        print(result.line())
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_a_drain_finishes_what_is_in_flight_and_leaves(cluster: KafkaCluster) -> None:
    """Rolling restart by SIGTERM: each worker leaves within ten seconds, with exit code 0."""
    with Fleet(cluster.client, prefix=prefix(), workers=3) as fleet, Load(fleet, per_second=150, seed=2) as load:
        for worker in range(3):
            fleet.start(worker)
        for worker in range(3):
            fleet.wait_ready(worker)
        took = []
        for worker in range(3):
            took.append(fleet.stop(worker))
            fleet.start(worker)
            fleet.wait_ready(worker)
        load.stop()
        result = settled(fleet, load)
        print(result.line(), f"drains: {', '.join(f'{seconds:.1f} s' for seconds in took)}")
        assert result.clean
        assert fleet.exit_codes == [0, 0, 0]
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_a_broker_unreachable_for_a_minute(cluster: KafkaCluster) -> None:
    with Fleet(cluster.client, prefix=prefix(), workers=2) as fleet, Load(fleet, per_second=100, seed=3) as load:
        for worker in range(2):
            fleet.start(worker)
        fleet.wait_ready(0)
        time.sleep(5)
        cluster.pause(1)
        time.sleep(60)
        cluster.resume(1)
        time.sleep(10)
        load.stop()
        result = settled(fleet, load)
        print(result.line(), f"restarts: {len(fleet.exit_codes)}")
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_a_worker_stopped_for_a_minute_comes_back_as_a_zombie(cluster: KafkaCluster) -> None:
    """Its late writes repeat facts; they erase nothing."""
    with Fleet(cluster.client, prefix=prefix(), workers=2) as fleet, Load(fleet, per_second=100, seed=4) as load:
        for worker in range(2):
            fleet.start(worker)
        for worker in range(2):
            fleet.wait_ready(worker)
        time.sleep(3)
        fleet.signal(0, signal.SIGSTOP)
        time.sleep(60)
        fleet.signal(0, signal.SIGCONT)
        time.sleep(10)
        load.stop()
        result = settled(fleet, load)
        print(result.line(), f"restarts: {len(fleet.exit_codes)}")
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_a_storm_of_rebalances(cluster: KafkaCluster) -> None:
    rng = random.Random(5)
    with Fleet(cluster.client, prefix=prefix(), workers=5) as fleet, Load(fleet, per_second=100, seed=5) as load:
        fleet.start(0)
        fleet.wait_ready(0)
        for _ in range(15):
            idle = [worker for worker in range(1, 5) if worker not in fleet.processes]
            if idle and (rng.random() < 0.6 or len(fleet.processes) == 1):
                fleet.start(rng.choice(idle))
            else:
                fleet.stop(rng.choice([worker for worker in fleet.processes if worker]))
            time.sleep(rng.uniform(0.5, 4))
        load.stop()
        result = settled(fleet, load)
        print(result.line())
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_clocks_that_jump(cluster: KafkaCluster) -> None:
    """One worker's clock leaps two days ahead, the other's two days back: decisions and histories do not care."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
    with Fleet(cluster.client, prefix=prefix(), workers=2) as fleet, Load(fleet, per_second=100, seed=7) as load:
        offsets = [fleet.folder / f"clock-{worker}" for worker in range(2)]
        for worker, offset in enumerate(offsets):
            offset.write_text("+0")
            fleet.start(
                worker,
                LD_PRELOAD=str(found[0]),
                FAKETIME_TIMESTAMP_FILE=str(offset),
                FAKETIME_CACHE_DURATION="1",
                # A wall clock that is set does not move the monotonic one.
                FAKETIME_DONT_FAKE_MONOTONIC="1",
            )
        fleet.wait_ready(0)
        for jumps in (("+2d", "-2d"), ("-2d", "+2d"), ("+0", "+0")):
            for offset, jump in zip(offsets, jumps, strict=True):
                offset.write_text(jump)
            time.sleep(6)
        load.stop()
        result = settled(fleet, load)
        print(result.line(), f"restarts: {len(fleet.exit_codes)}")
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)


def test_one_of_three_brokers_lost() -> None:
    """Replication 3, min.insync 2: the loss of one broker loses nothing and stops nothing for long."""
    with (
        KafkaCluster(brokers=3, configs={"offsets.topic.replication.factor": "3"}) as cluster,
        Fleet(cluster.client, prefix=prefix(), workers=2, replication_factor=3) as fleet,
        Load(fleet, per_second=80, seed=6) as load,
    ):
        for worker in range(2):
            fleet.start(worker)
        fleet.wait_ready(0)
        time.sleep(5)
        cluster.kill(2)
        time.sleep(15)
        cluster.start(2)
        time.sleep(5)
        load.stop()
        result = settled(fleet, load)
        print(result.line())
        assert result.clean
        assert_histories(fleet, load)
        assert_no_personal_data(fleet)
