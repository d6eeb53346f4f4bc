"""Commands are loaded when called, and the table that names them agrees with them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from streamer.cli.main import COMMANDS, main

HEAVY = ("faust", "aiokafka", "kafka", "lxml", "numpy", "pydantic", "streamer.screening", "streamer.monitor")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_names_every_command_and_what_it_does(name: str) -> None:
    with click.Context(main) as context:
        command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name][1].endswith(".")
    assert command.help


def test_help_loads_no_command() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom streamer.cli.main import main\n"
        "answer = CliRunner().invoke(main, ['--help'])\nassert answer.exit_code == 0, answer.output\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\nprint(answer.output)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, _, shown = answer.stdout.partition("\n")
    assert loaded == "[]"
    assert all(name in shown for name in COMMANDS)


def test_an_unknown_command_is_told() -> None:
    with click.Context(main) as context:
        assert main.get_command(context, "scren") is None
