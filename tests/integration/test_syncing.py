"""`streamer lists sync` against a publisher on this machine, over HTTPS, and what becomes of its lists afterwards."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streamer.list_feed.archive import Archive, NotArchived
from streamer.list_feed.editions import Edition, manifest_key
from streamer.list_feed.publisher import read_shelf
from streamer.list_feed.sources import Source
from tests.builders import payment
from tests.conftest import Broker
from tests.integration.commands import invoked
from tests.integration.publisher import Answer, WebPublisher, as_toml, row
from tests.integration.worker import Site, wait_for

NAMES = [f"Listed Party Number {n} Trading" for n in range(1, 21)]


def csv(names: Sequence[str], list_name: str = "own") -> bytes:
    rows = "".join(f'{list_name},{n},entity,"{name}",block\n' for n, name in enumerate(names, start=1))
    return f"list,id,type,name,consequence\n{rows}".encode()


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPublisher]:
    with WebPublisher(tmp_path_factory.mktemp("publisher")) as publisher:
        yield publisher


@pytest.fixture
def site(broker: Broker, tmp_path: Path, publisher: WebPublisher) -> Iterator[Site]:
    publisher.pages.clear()
    publisher.asked.clear()
    environment = {
        "STREAMER_SOURCES_FILE": str(tmp_path / "sources.toml"),
        "STREAMER_SOURCES_CA_FILE": str(publisher.authority),
        "STREAMER_ARCHIVE_DIR": str(tmp_path / "archive"),
    }
    (tmp_path / "sources.toml").write_text(as_toml(row(publisher)), "utf-8")
    with Site(broker, tmp_path, **environment) as site:
        yield site


def table(site: Site, *rows: Source) -> None:
    (site.folder / "sources.toml").write_text(as_toml(*rows), "utf-8")


def in_force(site: Site, name: str = "own") -> Edition:
    return read_shelf(site.settings).editions[name]


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_source_is_downloaded_published_and_asked_for_what_is_new_only(site: Site, publisher: WebPublisher) -> None:
    publisher.serve("own.csv", csv(NAMES))
    first = invoked(site, "lists", "sync")
    assert first.returncode == 0, first.stderr
    assert "20 entries, 20 names, 1 chunks published" in first.stderr
    manifest = in_force(site).manifest
    assert (manifest.source, manifest.kind, manifest.accepted_because) == ("own", "csv", None)
    (file,) = manifest.files
    assert file.sha256 == hashlib.sha256(csv(NAMES)).hexdigest() == manifest.raw_sha256

    again = invoked(site, "lists", "sync", "--source", "own")
    assert "unchanged, says the publisher" in again.stderr
    assert "If-None-Match" in publisher.asked["own.csv"][-1]
    verified = in_force(site).manifest
    assert verified.model_copy(update={"fetched_at": manifest.fetched_at}) == manifest
    assert verified.fetched_at > manifest.fetched_at

    publisher.serve("own.csv", csv([*NAMES[:-1], "Somebody Else Shipping"]))
    dry = invoked(site, "lists", "sync", "--dry-run")
    assert "changed  own-20" in dry.stderr
    assert in_force(site).manifest == verified
    changed = invoked(site, "lists", "sync")
    assert "changed  own-20           Somebody Else Shipping" in changed.stderr
    assert in_force(site).manifest.version != manifest.version


def test_a_refused_list_is_alerted_hinders_no_other_and_leaves_the_last_good_one(
    site: Site, publisher: WebPublisher
) -> None:
    other = {"name": "other", "files": {"other.csv": "other.csv"}}
    table(site, row(publisher), row(publisher, **other))
    publisher.serve("own.csv", csv(NAMES))
    publisher.serve("other.csv", csv(NAMES, "other"))
    assert invoked(site, "lists", "sync").returncode == 0
    good = in_force(site).manifest
    publisher.serve("own.csv", b"<!DOCTYPE html><html>maintenance</html>")
    publisher.serve("other.csv", csv(NAMES[:-1], "other"))
    refused = invoked(site, "lists", "sync")
    assert refused.returncode == 2
    assert "does not begin as the list does" in words(refused.stderr)
    assert "1 of 2 sources were refused; the others are synced" in words(refused.stderr)
    assert "Traceback" not in refused.stderr
    assert in_force(site).manifest == good
    assert in_force(site, "other").manifest.entities == 19

    (alert,) = site.wait_keyed("alerts", "lists/own")
    assert alert.rule == "LIST_REFUSED"
    assert alert.json["evidences"][0]["data"]["list"] == "own"
    assert "does not begin as the list does" in alert.json["message"]
    assert alert.json["disposition"] == "Detected"
    # The same refusal on the same day is the same alert.
    invoked(site, "lists", "sync")
    assert {out.id for out in site.wait_keyed("alerts", "lists/own", 2)} == {alert.id}


def test_a_list_out_of_its_band_needs_a_reason_which_is_recorded(site: Site, publisher: WebPublisher) -> None:
    table(site, row(publisher, entries=[15, 30]))
    publisher.serve("own.csv", csv(NAMES[:10]))
    refused = invoked(site, "lists", "sync")
    assert refused.returncode == 2
    assert "10 entries, outside of 15 to 30" in words(refused.stderr)
    assert "--accept-shrink 'REASON'" in words(refused.stderr)
    assert read_shelf(site.settings).editions == {}
    assert invoked(site, "lists", "sync", "--accept-shrink", " ").returncode == 2
    accepted = invoked(site, "lists", "sync", "--accept-shrink", "annex withdrawn")
    assert accepted.returncode == 0, accepted.stderr
    assert in_force(site).manifest.accepted_because == "annex withdrawn"
    assert "accepted: annex withdrawn" in invoked(site, "lists", "show").stdout
    # It holds for as long as the version does.
    invoked(site, "lists", "sync", "--source", "own", "--accept-shrink", "asked again")
    assert in_force(site).manifest.accepted_because == "annex withdrawn"


def test_only_the_content_that_is_pinned_is_accepted(site: Site, publisher: WebPublisher) -> None:
    publisher.serve("own.csv", csv(NAMES))
    table(site, row(publisher, sha256="0" * 64))
    refused = invoked(site, "lists", "sync")
    assert refused.returncode == 2
    assert "allows 000000" in words(refused.stderr)
    table(site, row(publisher, sha256=hashlib.sha256(csv(NAMES)).hexdigest()))
    assert invoked(site, "lists", "sync").returncode == 0


def test_every_version_is_archived_shown_compared_and_explained(site: Site, publisher: WebPublisher) -> None:
    publisher.serve("own.csv", csv(NAMES))
    invoked(site, "lists", "sync")
    first = in_force(site).manifest
    publisher.serve("own.csv", csv([*NAMES[1:], "Somebody Else Shipping"]))
    invoked(site, "lists", "sync")
    second = in_force(site).manifest

    archive = Archive(site.folder / "archive")
    for manifest in (first, second):
        (file,) = manifest.files
        assert hashlib.sha256(archive.read(file.sha256)).hexdigest() == file.sha256
        assert archive.entities("own", manifest.version).keys() == in_force(site).entities.keys()
    shown = invoked(site, "lists", "show", "own", "--versions").stdout.splitlines()
    assert [line.split()[-1] for line in shown[1:2]] == [first.version[:12]]
    assert second.version[:12] in shown[2]
    assert shown[2].endswith("in force")

    between = invoked(site, "lists", "diff", "own", first.version[:12], second.version[:12])
    assert between.returncode == 0, between.stderr
    assert "changed  own-20           Somebody Else Shipping  names" in between.stdout
    assert between.stdout == invoked(site, "lists", "diff", "own", first.version[:8]).stdout
    unknown = invoked(site, "lists", "diff", "own", "ffff")
    assert unknown.returncode == 1
    assert "no version of list own begin with 'ffff'" in words(unknown.stderr)

    explained = invoked(site, "lists", "explain", "own-20")
    assert explained.returncode == 0, explained.stderr
    assert "Somebody Else Shipping  (primary)" in explained.stdout
    assert (
        "own.csv line 21\nlist,id,type,name,consequence\nown,20,entity,Somebody Else Shipping,block" in explained.stdout
    )
    # Who changes the archive is found out.
    path = next((site.folder / "archive/content").rglob(f"{second.files[0].sha256}.gz"))
    path.write_bytes(gzip.compress(b"something else"))
    explained = invoked(site, "lists", "explain", "own-20")
    assert "is not what its name says: it was changed" in words(explained.stderr)
    with pytest.raises(NotArchived, match="is not what its name says"):
        archive.read(second.files[0].sha256)


def test_the_watch_asks_at_its_own_pace_counts_what_it_refuses_and_ends_when_asked(
    site: Site, publisher: WebPublisher
) -> None:
    table(site, row(publisher, poll_minutes=0.02))
    publisher.serve("own.csv", csv(NAMES))
    log = site.folder / "watch.log"
    with log.open("wb") as file:
        watch = subprocess.Popen(
            [sys.executable, "-m", "streamer", "lists", "sync", "--watch", "--web-port", "0"],
            env=os.environ | site.environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for("the first version", lambda: "chunks published" in log.read_text())
        wait_for("a question without news", lambda: "unchanged, says the publisher" in log.read_text())
        assert len(in_force(site).entities) == 20
        publisher.pages["own.csv"] = lambda request, asked: Answer(csv(NAMES[:5]))
        wait_for("a refusal", lambda: "REFUSED (shrunk)" in log.read_text())
        assert metric(log, "screening_list_refused_total", list="own", reason="shrunk") >= 1
        assert metric(log, "screening_list_refused_total", list="own", reason="download") == 0
        publisher.serve("own.csv", csv([*NAMES, "Newly Listed Shipping"]))
        wait_for("the next version", lambda: len(in_force(site).entities) == 21)
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(30) == 0
    finally:
        if watch.poll() is None:
            watch.kill()
            watch.wait()
    assert "Traceback" not in log.read_text()


def metric(log: Path, name: str, **labels: str) -> float:
    said = re.search(r"http://127\.0\.0\.1:(\d+)/metrics", log.read_text())
    assert said
    with urllib.request.urlopen(said[0], timeout=10) as answer:  # noqa: S310 - the URL is ours
        text = answer.read().decode()
    return next(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    )


def test_a_worker_with_a_key_takes_signed_lists_only(site: Site, publisher: WebPublisher) -> None:
    site.publish_sample_lists()
    publisher.serve("own.csv", csv(NAMES))
    assert invoked(site, "lists", "sync").returncode == 0
    keyed = {"STREAMER_LISTS_KEY": "the key of the lists"}
    worker = site.worker(**keyed)
    wait_for("the web port", lambda: worker.get("/ready")[0] == 503)
    wait_for("the refusal", lambda: "not signed by STREAMER_LISTS_KEY" in worker.log)
    assert "required list ofac is not in force" in worker.get("/ready")[1]
    shown = invoked(site, "lists", "show", **keyed)
    assert shown.returncode == 1
    assert "not signed by STREAMER_LISTS_KEY" in words(shown.stderr)

    ofac = site.folder / "ofac.csv"
    ofac.write_bytes(csv(NAMES, "ofac"))
    assert invoked(site, "lists", "sync", "--source", f"csv={ofac}", **keyed).returncode == 0
    assert invoked(site, "lists", "sync", **keyed).returncode == 0
    worker.wait_ready()
    wait_for("the other list", lambda: worker.metric("screening_list_entries", list="own") == 20)
    # Whoever may only write to the topic changes nothing.
    publisher.serve("own.csv", csv([*NAMES, "Newly Listed Shipping"]))
    invoked(site, "lists", "sync", STREAMER_LISTS_KEY="another key")
    wait_for("the refusal", lambda: worker.metric("screening_list_refused_total", list="own", reason="unsigned") >= 1)
    site.publish_raw(None, key=manifest_key("own"), topic="sanctions")
    held = site.screen(payment(creditor=NAMES[3]))
    assert held["findings"][0]["evidence"][0]["entity_id"] in ("own-4", "ofac-4")
    assert worker.metric("screening_list_entries", list="own") == 20
