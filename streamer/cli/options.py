"""Options that several commands have, and what they name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from streamer.events import TENANT_PATTERN
from streamer.policy import InvalidPolicy, Policy, policy_from_toml, shipped_policy

INPUT_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--policy",
        "policy_path",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Policy TOML; default STREAMER_POLICY_FILE, else the shipped policy.",
    )(command)


def policy_of(path: Path | None) -> Policy:
    """The policy of the file named, of STREAMER_POLICY_FILE, or the shipped one."""
    where = str(path)
    if path is None and (named := os.environ.get("STREAMER_POLICY_FILE")):
        path, where = Path(named), f"STREAMER_POLICY_FILE = {named!r}"
    if path is None:
        return shipped_policy()
    try:
        return policy_from_toml(path.read_text("utf-8"), where)
    except UnicodeDecodeError:
        raise InvalidPolicy(f"policy {where}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InvalidPolicy(f"policy {where}: {error.strerror}; name a file that can be read") from None


def _tenant(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(TENANT_PATTERN, value):
        raise click.BadParameter(f"{value!r}: letters, digits, dots, dashes and underscores, 64 at most")
    return value


tenant_option = click.option(
    "--tenant",
    metavar="NAME",
    callback=_tenant,
    help="Whose the payments are; ISO 20022 messages and payroll exports do not say.",
)


def instant(text: str | None) -> datetime | None:
    """An ISO 8601 time of an option; UTC where it names no zone."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an ISO 8601 time, such as 2026-11-01T00:00:00+00:00") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
