"""A decision of the past, made again from the archive: the same in every field, or told in which not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.builders import as_bytes, pay, payment
from tests.conftest import Broker
from tests.integration.commands import invoked
from tests.integration.worker import Site

LISTED = "Harbour Lantern Trading"


@pytest.fixture
def site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path, STREAMER_ARCHIVE_DIR=str(tmp_path / "archive")) as site:
        yield site


def synced(site: Site, *names: str) -> None:
    path = site.folder / "ofac.csv"
    rows = "".join(f'ofac,{n},entity,"{name}",block\n' for n, name in enumerate(names, start=1))
    path.write_text(f"list,id,type,name,consequence\n{rows}", "utf-8")
    done = invoked(site, "lists", "sync", "--source", f"csv={path}", "--accept-shrink", "a test")
    assert done.returncode == 0, done.stderr


def test_an_old_event_is_decided_again_with_the_lists_and_the_policy_of_its_day(site: Site) -> None:
    synced(site, LISTED, "Somebody Else Shipping")
    site.worker().wait_ready()
    held, near = payment(creditor=LISTED), payment(creditor="Harbor Lantern Trade")
    released, paid = payment(), pay("W-1")
    reused = held | {"amount": "17"}
    for event in (held, near, released, paid):
        site.screen(event)
    site.publish(reused)
    site.publish_raw(b"{", key=b"no-json")
    decisions = [out.json for out in site.wait("decisions", lambda out: True, 6)]
    assert sorted(d["verdict"] for d in decisions)[:3] == ["hold", "hold", "hold"]
    # The list moves on, and so does the policy.
    synced(site, "Nobody Special Ltd")

    for decision in decisions:
        again = invoked(site, "reproduce", decision["decision_id"])
        assert again.returncode == 0, again.stdout + again.stderr
        assert f"again     {decision['verdict']}: the same in every field" in again.stdout


def test_what_differs_is_said_and_what_is_missing_is_named(site: Site, tmp_path: Path) -> None:
    synced(site, LISTED)
    site.worker().wait_ready()
    event = payment(creditor=LISTED)
    decision = site.screen(event)
    (answer,) = site.wait_keyed("decisions", event["event_id"])

    unknown = invoked(site, "reproduce", "0" * 32)
    assert unknown.returncode == 2
    assert "no decision 000000" in unknown.stderr

    # What the topics forget, files hold; a forged one is found out.
    forged = decision | {"verdict": "release", "findings": []}
    for name, content in (("true", decision), ("forged", forged)):
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps(content))
    (tmp_path / "event.json").write_bytes(as_bytes(event))
    files = ("--event", str(tmp_path / "event.json"), "--received-at", answer.headers["ce_time"].decode())
    same = invoked(site, "reproduce", "--decision", str(tmp_path / "true.json"), *files)
    assert same.returncode == 0, same.stdout + same.stderr
    differs = invoked(site, "reproduce", "--decision", str(tmp_path / "forged.json"), *files)
    assert differs.returncode == 1
    assert "differs   verdict: was release, is hold" in differs.stdout
    assert "LISTED_NAME hold ofac-1" in differs.stdout

    policy = tmp_path / "policy.toml"
    policy.write_text("[screening]\nhold = 0.95\n", "utf-8")
    other = invoked(site, "reproduce", decision["decision_id"], "--policy", str(policy))
    assert other.returncode == 2
    assert "the policy given has the version" in other.stderr
    nowhere = invoked(site, "reproduce", decision["decision_id"], STREAMER_ARCHIVE_DIR=str(tmp_path / "empty"))
    assert nowhere.returncode == 2
    assert "is not there; is it in another, STREAMER_ARCHIVE_DIR?" in " ".join(nowhere.stderr.split())
    without = {k: v for k, v in site.environment.items() if k != "STREAMER_ARCHIVE_DIR"}
    site.environment = without
    assert "set STREAMER_ARCHIVE_DIR" in invoked(site, "reproduce", decision["decision_id"]).stderr
