"""Commands are loaded when called, and the table that names them agrees with them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from streamer.cli.main import COMMANDS, main

HEAVY = ("faust", "aiokafka", "kafka", "lxml", "numpy", "pydantic", "streamer.screening", "streamer.monitor")


HELP_CHARS_MAX = 78 - len("  screen-payroll  ")
"""One line in a terminal of 80 columns."""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_names_every_command_and_the_first_sentence_of_its_help(name: str) -> None:
    with click.Context(main) as context:
        command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=1_000) == COMMANDS[name][1]
    assert len(COMMANDS[name][1]) <= HELP_CHARS_MAX


def test_the_table_misses_no_command() -> None:
    modules = [vars(import_module(f"streamer.cli.{where.partition(':')[0]}")) for where, _ in COMMANDS.values()]
    commands = [one for module in modules for one in module.values() if isinstance(one, click.Command)]
    within = {id(part) for one in commands if isinstance(one, click.Group) for part in one.commands.values()}
    assert {one.name for one in commands if id(one) not in within} == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"schemas", "settings"}))
def test_every_command_shows_examples(name: str) -> None:
    with click.Context(main) as context:
        command = main.get_command(context, name)
    asked = command.commands.values() if isinstance(command, click.Group) else (command,)
    assert any(one and "Examples:" in (one.epilog or "") for one in asked)


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


def test_a_command_mistyped_is_answered_with_the_nearest() -> None:
    said = CliRunner().invoke(main, ["scren"])
    assert said.exit_code == 2
    assert "No such command 'scren'. Did you mean screen?" in said.output
