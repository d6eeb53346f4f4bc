"""`streamer demo` end to end: broker, worker process, lists through the topic, events, verdict, and nothing left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from streamer.demo import run as demo
from streamer.demo.events import Script
from streamer.events import Verdict
from tests.integration.worker import run_streamer

SECONDS_MAX = 240
"""Minutes where the machine is busy; seconds where it is not. Nothing here is about speed."""

SCRIPT = Script.shipped()
ALL_DECIDED = "{0} published = {0} on payments and payrolls = {0} decided"


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """Where the demo puts its temporary files; empty again when it ends well."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    yield folder


@contextmanager
def started(temporary: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "streamer", "demo", *arguments],
        # Settings of the caller are not the demo's: a worker that took these would not start.
        env={**os.environ, "TMPDIR": str(temporary), "STREAMER_PARTITIONS": "none", "STREAMER_STORE": "nowhere"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        with process:
            yield process
    finally:
        if process.poll() is None:
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> str:
    """Its output up to the line that holds these words, or to its end."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


def child_of(process: subprocess.Popen[str]) -> int:
    (pid,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(pid)


def shown(script: Script, tmp_path: Path, *lists: str) -> tuple[int, str]:
    """Exit code and output of a run in this process."""
    file = StringIO()
    code = demo.run(lists=lists, serve=False, console=Console(file=file, width=200), script=script)
    return code, file.getvalue()


def excerpt(*stories: str) -> Script:
    """A few of the stories, with their events and a handful of ordinary ones."""
    told = tuple(story for story in SCRIPT.stories if story.id in stories)
    refs = {ref for story in told for ref in story.refs} | set(SCRIPT.clean_refs()[:10])
    return Script(tuple(shipment for shipment in SCRIPT.shipments if shipment.ref in refs), told)


# ---------------------------------------------------------------- the whole


def test_the_demo_ends_well_and_leaves_nothing_behind(temporary: Path) -> None:
    with started(temporary) as process:
        output, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 0, output
    assert ALL_DECIDED.format(len(SCRIPT.shipments)) in output
    assert f"{len(SCRIPT.clean_refs())} of {len(SCRIPT.clean_refs())} released" in output
    assert "/metrics" in output
    traced = re.search(r"(\d+) of (\d+) decisions and alerts in the trace of their event", output)
    assert traced is not None, output
    assert traced[1] == traced[2] and int(traced[1]) > len(SCRIPT.shipments)
    assert "ofac-24978 VOLASYS SILVER STAR" in output
    assert f"all {len(SCRIPT.stories)} stories went as told; nothing was lost" in output
    assert list(temporary.iterdir()) == []


def test_serving_goes_on_until_ctrl_c_and_then_sums_up(temporary: Path) -> None:
    with started(temporary, "--serve") as process:
        before = until(process, "traffic goes on; metrics: http://127.0.0.1:")
        assert process.poll() is None, before
        settings = until(process, "ask it: export ").partition("export ")[2].partition(";")[0].split()
        environment = dict(setting.split("=", 1) for setting in settings)
        asked = run_streamer("dispositions", "show", "HP-261105-09001", environment=environment)
        assert "in force: hold" in asked.stdout, asked.stderr
        process.send_signal(signal.SIGINT)
        after, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 0, before + after
    assert "stories went as told; nothing was lost" in after
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_takes_its_worker_with_it(temporary: Path, number: signal.Signals) -> None:
    with started(temporary) as process:
        until(process, "worker            ready")
        worker = child_of(process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 130, output
    assert "interrupted" in output
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert list(temporary.iterdir()) == []


def test_a_worker_that_dies_is_told_with_the_end_of_its_log(temporary: Path) -> None:
    with started(temporary) as process:
        until(process, "worker            ready")
        os.kill(child_of(process), signal.SIGKILL)
        output, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 2, output
    assert "the worker ended with exit code -9. The end of its log:" in output
    (log,) = temporary.iterdir()
    assert f"The whole log: {log}" in output
    assert log.stat().st_size > 0


# ---------------------------------------------------------------- the check can fail


def test_a_story_that_goes_otherwise_fails_the_demo(tmp_path: Path) -> None:
    script = excerpt("lookalike-firm", "volasys-salary")
    stories = tuple(
        replace(story, expect=replace(story.expect, verdict=Verdict.HOLD, rule="LISTED_NAME"))
        for story in script.stories
    )
    code, output = shown(replace(script, stories=stories), tmp_path)
    assert code == 1, output
    assert "MT-261112-09010: release, told was hold" in output
    assert "1 of 2 stories went otherwise than told" in output
    assert ALL_DECIDED.format(len(script.shipments)) in output


def test_an_ordinary_event_that_is_held_fails_the_demo(tmp_path: Path) -> None:
    script = excerpt("lookalike-firm", "volasys-salary")
    stories = tuple(story for story in script.stories if story.id != "volasys-salary")
    code, output = shown(replace(script, stories=stories), tmp_path)
    assert code == 1, output
    assert "not released: HP-261105-09001: hold" in output
    assert "1 ordinary events were not released" in output


# ---------------------------------------------------------------- lists of one's own


def few_entries(folder: Path, *starts: str) -> Path:
    """Rows of the sample list as a list of one's own."""
    header, *rows = files("streamer.data.sample").joinpath("watchlist.csv").read_text("utf-8").splitlines()
    path = folder / "few.csv"
    path.write_text("\n".join([header, *(row for row in rows if row.startswith(starts))]) + "\n", "utf-8")
    return path


def test_stories_about_entries_that_are_not_listed_are_not_required(tmp_path: Path) -> None:
    script = excerpt("volasys-salary", "suzhou", "yalta-krimea")
    code, output = shown(script, tmp_path, f"csv={few_entries(tmp_path, 'ofac,24978,')}")
    assert code == 0, output
    assert "press-suzhou-weitong is not on these lists" in output
    assert "all 2 stories went as told (1 are about entries that are not on these lists)" in output
    assert "sample" not in output


def test_a_list_that_the_policy_requires_must_be_given(tmp_path: Path, temporary: Path) -> None:
    with started(temporary, "--list", f"csv={few_entries(tmp_path, 'press,')}") as process:
        output, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 2, output
    assert "--list ofac=PATH" in output.replace("\n", " ")
