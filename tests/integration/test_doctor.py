"""`streamer doctor`: what is well is said to be, what is not is named with its cure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streamer.list_feed import editions, publisher
from streamer.watchlists import sample_lists
from tests.conftest import Broker
from tests.integration.worker import Site, run_streamer

EMBEDDED_LACKS = {"topics", "group"}
"""Needs an admin interface, which the embedded broker has none of."""


@pytest.fixture
def empty_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        yield site


def found(site: Site, **environment: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    done = site.command("doctor", "--json", **environment)
    assert done.returncode in (0, 1), done.stderr
    findings: dict[str, list[dict[str, str]]] = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        findings.setdefault(one["about"], []).append(one)
    return done.returncode, findings


def test_a_site_at_work_is_well(site: Site) -> None:
    code, findings = found(site)
    ill = {one["about"] for many in findings.values() for one in many if one["state"] == "ill"}
    if site.broker.name == "embedded":
        assert ill <= EMBEDDED_LACKS
    else:
        assert (code, ill) == (0, set())
        assert findings["group"][0]["says"].endswith(": 1 workers")
    assert {"software", "keys", "analysts", "disk", "port", "kafka", "state", "clock", "lists"} <= set(findings)
    assert all(one["cure"] for many in findings.values() for one in many if one["state"] != "ok")


def test_a_list_that_is_missing_or_too_old_is_ill(empty_site: Site) -> None:
    code, findings = found(empty_site)
    assert code == 1
    assert "list ofac, which the policy requires, is not on the topic" in findings["lists"][0]["says"]
    (parsed,) = [one for one in sample_lists() if one.names == ("ofac",)]
    edition, chunks = editions.edition_from(parsed, datetime.now(UTC) - timedelta(hours=100))
    publisher.publish_edition(empty_site.settings, edition, chunks)
    code, findings = found(empty_site)
    assert code == 1
    (old,) = [one for one in findings["lists"] if one["says"].startswith("list ofac: ")]
    assert (old["state"], "100" in old["says"]) == ("ill", True)
    assert "lists sync --watch" in old["cure"]


def test_without_a_broker_the_rest_is_told(tmp_path: Path) -> None:
    done = run_streamer(
        "doctor", environment={"STREAMER_BOOTSTRAP_SERVERS": "127.0.0.1:1", "STREAMER_DATA_DIR": str(tmp_path / "d")}
    )
    assert done.returncode == 1
    assert "ILL    kafka" in done.stdout
    assert "ILL    keys      STREAMER_IDENTITY_KEY is not set" in done.stdout
    assert "→ make one with `openssl rand -hex 32`" in done.stdout
    assert "ok     disk" in done.stdout


def test_a_key_that_everybody_reads_is_a_doubt(tmp_path: Path, site: Site) -> None:
    path = tmp_path / "key"
    path.write_text("0123456789abcdef0123", "utf-8")
    for mode, doubted in ((0o644, True), (0o600, False)):
        path.chmod(mode)
        _, findings = found(site, STREAMER_LISTS_KEY_FILE=str(path))
        assert any("can be read by everybody" in one["says"] for one in findings["keys"]) is doubted
