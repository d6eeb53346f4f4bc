"""Settings of the environment, and Kafka as the commands reach it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from streamer.cli.terminal import stderr
from streamer.kafka import access
from streamer.settings import Settings, read_settings

PORT = click.IntRange(0, 65535)


def bootstrap_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--bootstrap", metavar="HOST:PORT,…", help="Kafka brokers; default STREAMER_BOOTSTRAP_SERVERS."
    )(command)


def settings_of(**overrides: Any) -> Settings:
    """Settings of the environment; an override that is not None wins."""
    return read_settings(os.environ, **overrides)


def kafka_settings(**overrides: Any) -> Settings:
    """Settings of a command that speaks to Kafka; a refusal is said at once, not after the clients' retries."""
    settings = settings_of(**overrides)
    with stderr.status(f"connecting to {settings.bootstrap_servers} …"):
        is_there = access.greet(settings)
    if not is_there:
        stderr.print(f"no broker answers at {settings.bootstrap_servers} yet, still trying …", markup=False)
    return settings
