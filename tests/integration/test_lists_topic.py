"""Lists on their topic: published by `streamer lists`, complete or not in force, and guarded against shrinking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaProducer

from streamer.list_feed.editions import chunk_key, edition_from
from streamer.list_feed.publisher import TRANSACTION_SECONDS, Publisher, publish_edition, read_shelf
from streamer.watchlists import read_list
from tests.builders import payment
from tests.conftest import Broker
from tests.integration.worker import Site, wait_for


@pytest.fixture
def lists_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        yield site


def written(folder: Path, names: Sequence[str], list_name: str = "own", file: str = "own.csv") -> Path:
    path = folder / file
    rows = "".join(f'{list_name},{n},entity,"{name}",block\n' for n, name in enumerate(names, start=1))
    path.write_text(f"list,id,type,name,consequence\n{rows}", "utf-8")
    return path


NAMES = [f"Listed Party Number {n} Trading" for n in range(1, 21)]


def test_sync_shows_what_changes_publishes_it_and_show_tells_what_is_in_force(lists_site: Site, tmp_path: Path) -> None:
    site = lists_site
    nothing = site.command("lists", "show")
    assert nothing.returncode == 1
    assert "no list is in force" in nothing.stderr

    path = written(tmp_path, NAMES)
    dry = site.command("lists", "sync", "--source", f"csv={path}", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert read_shelf(site.settings).editions == {}

    first = site.command("lists", "sync", "--source", f"csv={path}")
    assert first.returncode == 0, first.stderr
    assert "list own: first version" in first.stderr
    assert "20 entries" in first.stderr
    before = read_shelf(site.settings).editions["own"].manifest

    again = site.command("lists", "sync", "--source", f"csv={path}")
    assert "verified again, unchanged" in again.stderr
    verified = read_shelf(site.settings).editions["own"].manifest
    assert (verified.version, verified.fetched_at > before.fetched_at) == (before.version, True)

    written(tmp_path, [*NAMES[:-1], "Somebody Else Shipping"])
    changed = site.command("lists", "sync", "--source", f"csv={path}")
    assert changed.returncode == 0, changed.stderr
    assert "changed  own-20" in changed.stderr
    assert "Somebody Else Shipping" in changed.stderr
    assert read_shelf(site.settings).editions["own"].manifest.version != before.version

    shown = site.command("lists", "show")
    assert shown.returncode == 0
    assert "own" in shown.stdout
    assert "20" in shown.stdout


def test_a_list_that_shrank_is_refused_until_a_person_says_why(lists_site: Site, tmp_path: Path) -> None:
    site = lists_site
    path = written(tmp_path, NAMES)
    assert site.command("lists", "sync", "--source", f"csv={path}").returncode == 0
    written(tmp_path, NAMES[:10])
    refused = site.command("lists", "sync", "--source", f"csv={path}")
    assert refused.returncode == 2
    message = " ".join(refused.stderr.split())
    assert "10 entries where 20 are in force, 50% fewer" in message
    assert "--accept-shrink" in message
    assert "Traceback" not in message
    assert len(read_shelf(site.settings).editions["own"].entities) == 20
    accepted = site.command("lists", "sync", "--source", f"csv={path}", "--accept-shrink", "annex withdrawn")
    assert accepted.returncode == 0, accepted.stderr
    assert len(read_shelf(site.settings).editions["own"].entities) == 10


def test_a_sync_that_died_half_way_strands_nobody(lists_site: Site, tmp_path: Path) -> None:
    site = lists_site
    site.publish_sample_lists()
    site.publish_list(read_list(f"csv={written(tmp_path, NAMES)}"))
    bigger = [f"Another Listed Party {n} Holding" for n in range(8_000)]
    edition, chunks = edition_from(read_list(f"csv={written(tmp_path, bigger)}"), datetime.now(UTC))
    assert len(chunks) > 1
    producer = KafkaProducer(**site.broker.kafka_python, acks="all")
    try:
        for n, chunk in enumerate(chunks[:-1]):
            key = chunk_key("own", edition.manifest.version, n)
            producer.send(site.settings.topic("sanctions"), key=key, value=chunk).get(timeout=60)
    finally:
        producer.close(timeout=5)

    # A worker that starts now has the version before; so has one that was running.
    worker = site.worker().wait_ready()
    assert worker.metric("screening_list_entries", list="own") == len(NAMES)
    held = site.screen(payment(creditor=NAMES[3]))
    assert held["verdict"] == "hold"

    # The next sync completes it, and its versions take over whole.
    assert site.command("lists", "sync", "--source", f"csv={tmp_path / 'own.csv'}").returncode == 0
    wait_for("the new version", lambda: worker.metric("screening_list_entries", list="own") == len(bigger))
    held = site.screen(payment(creditor=bigger[7_777]))
    assert held["findings"][0]["evidence"][0]["entity_id"] == "own-7778"


def test_an_unreadable_list_publishes_nothing(lists_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("list,id,name\nown,1,Listed Party\nown,1,Listed Twice\n", "utf-8")
    refused = lists_site.command("lists", "sync", "--source", f"csv={path}")
    assert refused.returncode == 2
    assert "own-1 occurs twice" in refused.stderr
    assert read_shelf(lists_site.settings).manifests == {}


@pytest.mark.kafka
def test_of_two_publishers_at_once_the_later_fences_the_earlier(kafka_broker: Broker, tmp_path: Path) -> None:
    with Site(kafka_broker, tmp_path) as site:
        topic = site.settings.topic("sanctions")
        edition, chunks = edition_from(read_list(f"csv={written(tmp_path, NAMES)}"), datetime.now(UTC))
        earlier = KafkaProducer(
            **site.broker.kafka_python, acks="all", transactional_id=f"{site.settings.topic_prefix}lists-own"
        )
        try:
            earlier.init_transactions()
            earlier.begin_transaction()
            earlier.send(topic, key=chunk_key("own", "f" * 64, 0), value=chunks[0]).get(timeout=60)
            publish_edition(site.settings, edition, chunks)
            with pytest.raises(Exception, match=r"(?i)fenced|epoch"):
                earlier.commit_transaction()
        finally:
            earlier.close(timeout=5)
        shelf = read_shelf(site.settings)
        assert shelf.editions["own"].manifest.version == edition.manifest.version
        assert ("own", "f" * 64) not in shelf.chunks


@pytest.mark.kafka
def test_a_publisher_that_dies_inside_its_transaction_hinders_nobody(kafka_broker: Broker, tmp_path: Path) -> None:
    with Site(kafka_broker, tmp_path) as site:
        site.publish_sample_lists()
        running = site.worker().wait_ready()
        dying = Publisher(site.settings, "dying")
        edition, chunks = edition_from(
            read_list(f"csv={written(tmp_path, NAMES, 'dying', 'dying.csv')}"), datetime.now(UTC)
        )
        with dying as publisher:
            producer = publisher._producer
            producer.begin_transaction()
            for partition in range(4):
                producer.send(
                    site.settings.topic("sanctions"),
                    key=chunk_key("dying", edition.manifest.version, partition),
                    value=chunks[0],
                    partition=partition,
                ).get(timeout=60)
            # It says nothing more. Whoever reads or starts now has what was complete before.
            assert set(read_shelf(site.settings).editions) == {"ofac", "press"}
            started = site.worker().wait_ready()
            for worker in (running, started):
                assert worker.metric("screening_list_entries", list="press") == 1
            # Another list is published behind it: seen as soon as the broker has ended that transaction.
            site.publish_list(read_list(f"csv={written(tmp_path, NAMES)}"))
            for worker in (running, started):
                wait_for(
                    "the other list",
                    lambda worker=worker: worker.metric("screening_list_entries", list="own") == len(NAMES),  # type: ignore[misc]
                    seconds=2 * TRANSACTION_SECONDS + 30,
                )
        assert "dying" not in read_shelf(site.settings).editions
