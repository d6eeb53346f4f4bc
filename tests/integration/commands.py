"""`streamer` commands run in this process: the same code as at a shell, without a second's start each."""

from __future__ import annotations

import os
from dataclasses import dataclass

from click.testing import CliRunner

from streamer.cli.main import main
from tests.integration.worker import Site


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def invoked(site: Site, *arguments: str, **environment: str) -> Done:
    """As `Site.command`; an exception that a person would see as a traceback is raised."""
    ours = {**site.environment, **environment}
    foreign = {name: None for name in os.environ if name.startswith("STREAMER_")}
    result = CliRunner().invoke(main, list(arguments), env={**foreign, **ours})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)
