"""Lists under fire: syncs killed at any point, two at once, workers and the broker restarted, all under load."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.list_feed import editions, publisher
from streamer.watchlists import read_list
from tests.faults import checker
from tests.faults.fleet import Fleet, Load
from tests.faults.test_faults import cluster, prefix, settled, sockets_of_killed_brokers
from tests.kafka.cluster import KafkaCluster

__all__ = ["cluster", "sockets_of_killed_brokers"]

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

NAMES = 6_000
ROUNDS = 8


class Publisher:
    """`streamer lists sync` as processes, on versions of one list; knows the digest each version must have."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._made = 0
        self.versions: set[str] = set()

    def version(self) -> tuple[Path, str]:
        """A file with a new version of the list, and its digest."""
        self._made += 1
        path = self._fleet.folder / f"own-{self._made}.csv"
        rows = "".join(f"own,{n},entity,Listed Company {n} of {self._made} Ltd,block\n" for n in range(NAMES))
        path.write_text(f"list,id,type,name,consequence\n{rows}", "utf-8")
        edition, chunks = editions.edition_from(read_list(f"csv={path}"), datetime.now(UTC))
        assert len(chunks) > 1
        self.versions.add(edition.manifest.version)
        return path, edition.manifest.version

    def sync(self, path: Path) -> subprocess.Popen[bytes]:
        log = (self._fleet.folder / "sync.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "streamer", "lists", "sync", "--source", f"csv={path}"],
            env={**os.environ, **self._fleet.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def in_force(self) -> str | None:
        edition = publisher.read_shelf(self._fleet.settings, timeout_seconds=120).editions.get("own")
        return edition.manifest.version if edition else None


def view(fleet: Fleet, worker: int) -> str | None:
    """The version of the list that a worker says it uses."""
    said = re.findall(r"lists in force: .*?\bown ([0-9a-f]{12})", (fleet.folder / f"worker-{worker}.log").read_text())
    return said[-1] if said else None


def test_whatever_happens_to_syncs_every_worker_has_a_complete_version_and_in_the_end_the_same(
    cluster: KafkaCluster,
) -> None:
    with Fleet(cluster.client, prefix=prefix(), workers=4) as fleet:
        syncs_under_fire(cluster, fleet)


def syncs_under_fire(cluster: KafkaCluster, fleet: Fleet) -> None:
    rng = random.Random(5)
    publisher = Publisher(fleet)
    path, _ = publisher.version()
    assert publisher.sync(path).wait(120) == 0
    for worker in range(3):
        fleet.start(worker)
    fleet.wait_ready(0)
    killed = finished = 0
    with Load(fleet, per_second=30, seed=5) as load:
        for n in range(ROUNDS):
            before = publisher.in_force()
            one, one_version = publisher.version()
            two, two_version = publisher.version()
            syncs = [publisher.sync(one)] + ([publisher.sync(two)] if n % 3 == 0 else [])
            if n % 4 == 1:
                fleet.stop(n % 3)
                fleet.start(n % 3)
            if n == ROUNDS // 2:
                cluster.kill(1)
                time.sleep(1)
                cluster.start(1)
            time.sleep(rng.uniform(0.5, 3.5))
            for sync in syncs:
                if sync.poll() is None and n % 2:
                    sync.kill()
                    killed += 1
                finished += sync.wait(180) == 0
            fleet.restart_dead()
            assert publisher.in_force() in {before, one_version, two_version}
        path, last = publisher.version()
        # A killed sync's transaction may be open still: the next one ends it.
        assert publisher.sync(path).wait(180) == 0
        started = time.monotonic()
        for worker in range(3):
            fleet.wait(lambda worker=worker: view(fleet, worker) == last[:12], 120, f"worker {worker} is behind")  # type: ignore[misc]
            print(f"worker {worker} has the version {time.monotonic() - started:.1f} s after the sync ended")
        # So has one that starts later.
        fleet.start(3)
        fleet.wait_ready(3)
        assert view(fleet, 3) == last[:12]
        load.stop()
        result = settled(fleet, load)
    print(f"syncs killed={killed} finished={finished}", result.line())
    assert result.clean, result.line()
    judged_by = {
        version["version"]
        for _, value in checker.decisions(fleet.client, fleet.topic("decisions"))
        for version in json.loads(value)["lists"]
        if version["list"] == "own"
    }
    print(f"versions that judged: {len(judged_by)}")
    assert judged_by <= publisher.versions
    assert killed
    assert finished > 1
