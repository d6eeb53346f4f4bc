"""The examples of every `--help`, run as they stand in the folder that `streamer examples` writes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from streamer.cli.examples import EXAMPLES
from streamer.cli.main import main
from tests.conftest import Broker
from tests.integration.worker import Site, _foreign_environment, run_streamer

NOT_RUN = {
    r"sync( --source un.*| --watch)?$|lists diff --source un|lists sync --source un --accept-shrink": "downloads lists",
    r"lists diff ofac|reproduce": "names a version or a decision that only an archive of one's own has",
    r"--watch|serve|demo --serve|worker": "runs until it is stopped; tests of its own start it",
    r"ofac=FOLDER": "stands for the real lists",
    r"topics acls": "needs a cluster that denies, see tests/security",
    r"dispositions": "asks for a passphrase; tests/integration/test_dispositions.py does it all",
    r"curl": "another program, see test_http.py",
    r"bench|demo": "long; tests of their own run it",
    r"bootstrap kafka:9092|--reinject": "speaks to another cluster, or publishes",
}
"""Examples by a pattern -> why they are not run here."""


def examples(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from examples(child, (*path, name))
        return
    text = (command.epilog or "").replace("\\\n", " ")
    for line in text.splitlines():
        found = re.match(r"\s+((?:[A-Z_]+=\S+ )?(?:streamer|curl) .*?)(?:\s{2,}\S.*)?$", line)
        if found:
            yield re.sub(r"\s+", " ", found[1])


ALL = tuple(examples(main))
RUN = tuple(line for line in ALL if not any(re.search(pattern, line) for pattern in NOT_RUN))


@pytest.fixture(scope="module")
def at_work(module_broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("help")
    with Site(module_broker, folder) as site:
        site.publish_sample_lists()
        assert run_streamer("examples", str(folder / "examples")).returncode == 0
        site.worker().wait_ready()
        yield site


def test_every_command_that_takes_something_has_an_example() -> None:
    assert len(ALL) > 30
    assert len(RUN) > 12, RUN


@pytest.mark.parametrize("line", RUN)
def test_an_example_runs_as_it_stands(at_work: Site, line: str) -> None:
    program, *arguments = shlex.split(line)
    assert program == "streamer"
    done = subprocess.run(
        [sys.executable, "-m", "streamer", *arguments],
        env={**_foreign_environment(), **at_work.environment, "PYTHONPATH": str(Path.cwd())},
        cwd=at_work.folder / "examples",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # 1 is an answer: somebody would be blocked.
    assert done.returncode in (0, 1), f"{line}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def test_examples_are_written_once_and_never_over_others(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert run_streamer("examples", str(folder)).returncode == 0
    assert {path.name for path in folder.iterdir()} == set(EXAMPLES)
    again = run_streamer("examples", str(folder))
    assert again.returncode == 2
    assert "already: name another folder" in again.stderr
