"""`streamer topics`: create, check, acls."""

from __future__ import annotations

import sys
from shlex import quote

import click

from streamer.cli.connection import bootstrap_option, kafka_settings, settings_of
from streamer.cli.terminal import stdout
from streamer.kafka import access
from streamer.kafka import topics as specifications
from streamer.kafka.access import ROLES


@click.group()
def topics() -> None:
    """Create or check topics, and grant rights on them."""


@topics.command()
@bootstrap_option
def create(bootstrap: str | None) -> None:
    """Create the topics that are missing; refuse where an existing one differs."""
    settings = kafka_settings(bootstrap_servers=bootstrap)
    created = specifications.create(settings)
    for name in created:
        stdout.print(f"created {name}")
    stdout.print(f"{len(created)} created, {len(specifications.SPECS) - len(created)} existed and agree")


@topics.command()
@bootstrap_option
def check(bootstrap: str | None) -> None:
    """Compare the cluster's topics with the specification; exit 1 where they differ."""
    problems = specifications.check(kafka_settings(bootstrap_servers=bootstrap))
    for problem in problems:
        stdout.print(problem, markup=False)
    if problems:
        sys.exit(1)
    stdout.print(f"all {len(specifications.SPECS)} topics agree with the specification")


def _principal(context: click.Context, parameter: click.Parameter, value: str) -> str:
    kind, _, name = value.partition(":")
    if not kind.isalpha() or not name.strip() or not value.isprintable():
        raise click.BadParameter(f"{value!r} is not TYPE:NAME, such as User:streamer-worker or User:CN=worker,O=acme")
    return value


@topics.command(
    epilog="\b\nExamples:\n  streamer topics acls --role worker --principal User:streamer-worker\n"
    "  streamer topics acls --role worker --principal User:streamer-worker --apply"
)
@click.option("--role", type=click.Choice(tuple(ROLES)), required=True, help="Whose rights.")
@click.option(
    "--principal",
    required=True,
    metavar="User:NAME",
    callback=_principal,
    help="Who gets them, as the broker knows it.",
)
@click.option("--apply", "applies", is_flag=True, help="Create the ACLs; default: print them for kafka-acls.sh.")
@bootstrap_option
def acls(role: str, principal: str, applies: bool, bootstrap: str | None) -> None:
    """The rights a role needs on a cluster that denies what no ACL allows."""
    if applies:
        count = access.allow(role, principal, kafka_settings(bootstrap_servers=bootstrap))
        stdout.print(f"{count} ACLs of the role {role} created for {principal}", markup=False)
        return
    settings = settings_of(bootstrap_servers=bootstrap)
    for right in access.rights(role, settings):
        line = (
            f"kafka-acls.sh --bootstrap-server {settings.servers[0]} --add --allow-principal {quote(principal)} "
            f"{right.as_option()}"
        )
        click.echo(line)
