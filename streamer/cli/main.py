"""The command line: one module for each command or group of commands, loaded when it is called."""

from __future__ import annotations

import logging
import signal
import sys
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import click

from streamer import __version__

_INTERRUPTED: Final = 128 + signal.SIGINT
"""Exit code after Ctrl-C, as shells have it."""

COMMANDS: Final = {
    "bench": ("bench:bench", "Measure how fast this machine screens."),
    "compare": ("screen:compare", "Score pairs of names."),
    "demo": ("demo:demo", "Show the main job live; needs no Kafka."),
    "dispositions": ("dispositions:dispositions", "Sign what becomes of a blocked payment."),
    "doctor": ("doctor:doctor", "Look at everything that a worker needs."),
    "examples": ("examples:examples", "Write example files that every command's --help speaks of."),
    "lists": ("lists:lists", "Publish sanctions lists, and see what is in force."),
    "publish": ("publish:publish", "Publish events, once all of them were checked."),
    "reconcile": ("reconcile:reconcile", "Compare inputs with decisions, from the topics alone."),
    "replay": ("replay:replay", "Judge events from files as the worker does."),
    "reproduce": ("reproduce:reproduce", "Decide an old event again, and compare."),
    "schemas": ("schemas:schemas", "Generate the JSON Schemas and the AsyncAPI document."),
    "screen": ("screen:screen", "Screen the names of a CSV against lists."),
    "screen-payroll": ("payroll:screen_payroll", "Screen a payroll team's own export."),
    "serve": ("serve:serve", "Screen over HTTP, without Kafka."),
    "settings": ("settings:settings", "List the environment variables."),
    "topics": ("topics:topics", "Create or check topics, and grant rights on them."),
    "worker": ("worker:worker", "Run the Faust worker."),
}
"""Command -> (module and attribute in this package, the first sentence of its help)."""


class _LazyGroup(click.Group):
    """Commands of a table, loaded when called: `--help` loads none of them, and no command loads another's libraries.

    Turns our own errors, and those of the broker and the file system, into a sentence and exit code 2.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"streamer.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, 1) if args else []
            if near:
                error.message += f" Did you mean {near[0]}?"
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.FileError as error:
            error.exit_code = 2  # 1 is an answer: somebody would be blocked
            raise
        except KeyboardInterrupt:
            click.echo("interrupted: an output file is not complete", err=True)
            sys.exit(_INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            refusal = import_module("streamer.cli.errors").refusal(error)
            if refusal is not None:
                raise refusal from None
            raise


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nStart here:\n  streamer demo                                   see it work, no Kafka needed\n"
    "  streamer screen --list un=consolidated.xml --input names.csv --output hits.jsonl\n"
    "  streamer settings                               every environment variable",
)
@click.version_option(__version__, prog_name="streamer")
def main() -> None:
    """Stops sanctioned money in payroll and payment streams."""
    # Library warnings about reconnects belong into a worker's log, not between a command's lines.
    for name in ("kafka", "aiokafka"):
        logging.getLogger(name).setLevel(logging.ERROR)
