"""What the README tells integrators to write works as it stands there, against a real worker."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from streamer.cli.main import COMMANDS
from tests.builders import LISTED_ID, LISTED_NAME, as_bytes, payment
from tests.conftest import Broker
from tests.integration.worker import WAIT_SECONDS_MAX, Site, _foreign_environment, wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")
DOCUMENTS = {path: path.read_text("utf-8") for path in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md"))}
DOCS = "\n".join(DOCUMENTS.values())
README_LINES_MAX = 250
LINES_MAX = 25
SERVERS = 'KAFKA = {"bootstrap_servers": "127.0.0.1:9092"}'


@pytest.fixture
def empty_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        yield site


def snippet(name: str) -> str:
    """The code between `<!-- snippet: NAME -->` and `<!-- /snippet -->`."""
    found = re.search(rf"<!-- snippet: {name} -->\s*```python\n(.*?)```\s*<!-- /snippet -->", DOCS, re.DOTALL)
    assert found, f"README.md and docs/ hold no snippet {name}"
    return found[1]


def pointed_at(site: Site, name: str, folder: Path) -> Path:
    """The snippet as a file, its one constant and its topic names those of the site; nothing else is changed."""
    code = snippet(name)
    assert code.count(SERVERS) == 1, f"the test replaces this line: {SERVERS}"
    code = code.replace(SERVERS, f"KAFKA = {site.broker.kafka_python!r}")
    for topic in ("payments", "decisions", "alerts"):
        # Headers name topics as the contract does, without the site's prefix: b"payments" stays.
        code = re.sub(rf'(?<!b)"{topic}"', f'"{site.settings.topic(topic)}"', code)
    path = folder / f"{name}.py"
    path.write_text(code, "utf-8")
    return path


def paid(path: Path, event: Mapping[str, Any]) -> str:
    run = subprocess.run(
        [sys.executable, path], input=as_bytes(event), capture_output=True, timeout=WAIT_SECONDS_MAX, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode().strip()


@pytest.mark.parametrize("name", ["payer", "soc"])
def test_a_snippet_is_as_short_as_it_says(name: str) -> None:
    assert len([line for line in snippet(name).splitlines() if line.strip()]) <= LINES_MAX


def test_the_payer_hears_the_verdict(site: Site, tmp_path: Path) -> None:
    path = pointed_at(site, "payer", tmp_path)
    assert paid(path, payment()) == "release"
    assert paid(path, payment(creditor=LISTED_NAME)) == "hold"
    # A record that cannot be screened has an answer, too.
    assert paid(path, payment(amount="-1")) == "hold"


def test_the_payer_believes_no_answer_given_to_another_tenant(site: Site, tmp_path: Path) -> None:
    event = payment(creditor=LISTED_NAME)
    site.screen(event | {"tenant": "globex", "creditor": {"name": "Nordlicht Design GmbH"}})
    assert paid(pointed_at(site, "payer", tmp_path), event) == "hold"


def test_a_payer_without_an_answer_is_blocked(site: Site, tmp_path: Path) -> None:
    path = pointed_at(site, "payer", tmp_path)
    # Nobody screens what is published here, and the payer is not patient.
    nowhere = path.read_text("utf-8").replace(
        f'send("{site.settings.topic("payments")}"', f'send("{site.settings.topic("sanctions")}"'
    )
    assert nowhere != path.read_text("utf-8")
    path.write_text(nowhere.replace("wait_seconds: float = 30", "wait_seconds: float = 3"), "utf-8")
    assert paid(path, payment()) == "blocked"


def test_the_soc_sees_every_alert_once(site: Site, tmp_path: Path) -> None:
    listed, clean = payment(creditor=LISTED_NAME), payment()
    site.publish(listed, listed, clean)
    unreadable = b"no JSON"
    site.publish_raw(unreadable, key=b"soc-unreadable")
    site.wait_keyed("alerts", listed["event_id"], 2)
    site.wait_keyed("alerts", b"soc-unreadable")
    output = tmp_path / "soc.log"
    with output.open("wb") as file:
        soc = subprocess.Popen([sys.executable, pointed_at(site, "soc", tmp_path)], stdout=file, stderr=file)
    try:
        expected = {
            f"High\tLISTED_NAME\t{listed['event_id']}\t{LISTED_ID}",
            f"High\tSCREENING_INCOMPLETE\t{site.decision(b'soc-unreadable')['source']['topic']}",
        }
        wait_for(
            "both alerts",
            lambda: all(any(line.startswith(e) for line in output.read_text("utf-8").splitlines()) for e in expected),
        )
    finally:
        soc.kill()
        soc.wait()
    lines = output.read_text("utf-8").splitlines()
    assert len([line for line in lines if listed["event_id"] in line]) == 1
    assert not any(clean["event_id"] in line for line in lines)


# ---------------------------------------------------------------- what the text claims


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= README_LINES_MAX
    for path, text in {
        **DOCUMENTS,
        REPOSITORY / "SECURITY.md": (REPOSITORY / "SECURITY.md").read_text("utf-8"),
    }.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"https?://", target):
                continue
            name, _, anchor = target.partition("#")
            there = (path.parent / name).resolve() if name else path
            assert there.exists(), f"{path.name}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
                assert anchor in slugs, f"{path.name}: {target}"


def test_every_document_is_linked_from_the_readme() -> None:
    for path in DOCUMENTS:
        assert path.name == "README.md" or f"(docs/{path.name})" in README, path.name


@pytest.mark.timeout(300)
def test_the_ten_minutes_lead_to_a_verdict(empty_site: Site, tmp_path: Path) -> None:
    """What the README tells a newcomer to type, typed; the lists come from the sample, not from their publishers."""
    block = re.search(r"<!-- path: ten-minutes -->\s*```\n(.*?)```\s*<!-- /path -->", README, re.DOTALL)
    assert block
    lines = [re.sub(r"\s+#.*", "", line) for line in block[1].splitlines()]
    assert lines[0] == "pip install ."
    environment = {"STREAMER_BOOTSTRAP_SERVERS": "", "STREAMER_DATA_DIR": str(tmp_path / "state")}
    shell = {**_foreign_environment(), **empty_site.environment, "PYTHONPATH": str(REPOSITORY), **environment}
    shell |= {"STREAMER_BOOTSTRAP_SERVERS": empty_site.environment["STREAMER_BOOTSTRAP_SERVERS"]}
    sample = REPOSITORY / "streamer" / "data" / "sample" / "watchlist.csv"
    script = [
        "set -e",
        f'streamer() {{ "{sys.executable}" -m streamer "$@"; }}',
        "trap 'kill $WORKER; wait $WORKER' EXIT",
    ]
    for line in lines[1:]:
        if line.startswith("export STREAMER_BOOTSTRAP_SERVERS"):
            continue
        if line == "streamer topics create" and empty_site.broker.name == "embedded":
            continue  # it has no admin interface, and its topics are there
        typed = f"{line} --source csv={sample}" if line == "streamer lists sync" else line
        # Not through the function, whose process would outlive the shell's.
        begun = f'"{sys.executable}" -m streamer worker --web-port 0 >worker.log 2>&1 & WORKER=$!'
        script.append(typed.replace("streamer worker &", begun))
    done = subprocess.run(
        ["bash"],
        input="\n".join(script),
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1, done.stderr  # somebody would be blocked
    assert "hold     PAY-1  LISTED_NAME: creditor.name matches VOLASYS SILVER STAR" in done.stdout


def test_the_readme_names_every_command() -> None:
    table = set(re.findall(r"^\| `streamer ([a-z-]+)", README, re.MULTILINE))
    assert table == set(COMMANDS)


def test_the_alert_that_the_readme_shows_is_shortened_and_not_invented(site: Site) -> None:
    found = re.search(r"<!-- snippet: alert -->\s*```json\n(.*?)```", DOCS, re.DOTALL)
    assert found
    shown = json.loads(found[1])
    event = payment(creditor="Nordlicht Design GmbH")
    event = {
        "event_type": "pay",
        "event_id": event["event_id"],
        "tenant": event["tenant"],
        "employer": event["debtor"],
        "worker": {"worker_id": "README-1", "name": "Pavel Dorin"},
        "account_holder_name": "Volasys Silver Star",
        "payout_account": {"iban": "AT611904300234573201"},
        "amount": "100",
        "currency": "EUR",
        "event_time": event["event_time"],
    }
    site.publish(event)
    key = event["event_id"].encode()
    (alert,) = site.wait("alerts", lambda out: out.key == key and out.rule == shown["metadata"]["event_code"])
    assert _contains(alert.json, shown) == []


def _contains(whole: Any, part: Any, path: str = "$") -> list[str]:
    """Where `part` says something that `whole` does not; numbers may be rounded."""
    if isinstance(part, dict):
        return [
            wrong
            for key, value in part.items()
            for wrong in (_contains(whole[key], value, f"{path}.{key}") if key in whole else [f"{path}.{key}: missing"])
        ]
    if isinstance(part, list):
        return [wrong for n, value in enumerate(part) for wrong in _contains(whole[n], value, f"{path}[{n}]")]
    if isinstance(part, float):
        return [] if abs(whole - part) < 0.01 else [f"{path}: {whole} is shown as {part}"]
    if isinstance(part, str):
        # Scores are quoted in the text, too.
        plain = re.sub(r"\d\.\d+", "#", part)
        return (
            [] if re.sub(r"\d\.\d+", "#", str(whole)).startswith(plain) else [f"{path}: {whole!r} is shown as {part!r}"]
        )
    return [] if whole == part else [f"{path}: {whole!r} is shown as {part!r}"]
