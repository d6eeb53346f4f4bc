"""Every way into Kafka, with the rights of `access.ROLES` and no more: the whole path, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import orjson
import pytest
from kafka import KafkaConsumer

from streamer.kafka import access, topics
from tests.builders import LISTED_NAME, fresh_id, payment
from tests.integration.worker import run_streamer, wait_for
from tests.security.certificates import Authority
from tests.security.deployment import (
    ADMIN,
    IDENTITY_KEY,
    PASSWORDS,
    Deployment,
    Passwords,
    allowed,
    commits_as,
    fences,
    reads,
    writes,
)

pytestmark = pytest.mark.kafka

SAMPLE: Final = Path(__file__).resolve().parents[2] / "streamer/data/sample/watchlist.csv"
SECRETS: Final = (*PASSWORDS.values(), IDENTITY_KEY)


def _says_no_secret(*texts: str) -> None:
    for secret in SECRETS:
        assert not any(secret in text for text in texts)


# ---------------------------------------------------------------- the whole path


def test_every_command_and_the_worker_pass_with_the_rights_of_their_roles(
    deployment: Deployment, tmp_path: Path
) -> None:
    prefix = f"{fresh_id('way').lower()}-"
    deployment.allow(access.ROLES, prefix)
    file = tmp_path / "payments.jsonl"
    file.write_text("\n".join(json.dumps(p) for p in (payment("CLEAN"), payment("LISTED", creditor=LISTED_NAME))))

    def done(user: str, *arguments: str) -> str:
        command = deployment.run(user, *arguments, prefix=prefix)
        _says_no_secret(command.stdout, command.stderr)
        assert command.returncode == 0, command.stderr
        return command.stdout

    done("operator", "topics", "create")
    done("list-publisher", "lists", "sync", "--source", f"csv={SAMPLE}")
    with deployment.worker(prefix, STREAMER_LOG_LEVEL="DEBUG") as worker:
        worker.wait_ready()
        done("payer", "publish", "--topic", "payments", str(file))
        wait_for("both events to be answered", lambda: worker.metric("screening_decisions_total") == 2)
        assert "in=2 decided=2 waiting=0 gaps=0" in done("reconcile", "reconcile", "--grace-seconds", "0")
        process = Path("/proc") / str(worker.process.pid)
        shown_to_everybody = (process / "cmdline").read_text() + (process / "comm").read_text()
        environment = (process / "environ").read_text()
        assert worker.stop() == 0
    _says_no_secret(worker.log, shown_to_everybody, environment)

    consumer = KafkaConsumer(
        f"{prefix}decisions",
        **deployment.client("payer"),
        group_id=f"{prefix}payer-1",
        auto_offset_reset="earliest",
        consumer_timeout_ms=20_000,
    )
    try:
        verdicts = {record.key.decode(): orjson.loads(record.value)["verdict"] for record in islice(consumer, 2)}
    finally:
        consumer.close()
    assert verdicts == {"CLEAN": "release", "LISTED": "hold"}


# ---------------------------------------------------------------- rights

# Written down a second time, by hand: what the rights are meant to be.
WRITES: Final = {
    "worker": {"decisions", "alerts", "dead-letters", "observations", "event-ids", "histories", "counterparties"},
    "list-publisher": {"sanctions", "alerts"},
    "payer": {"payments", "payrolls"},
    "soc": set[str](),
    "analyst": {"dispositions"},
    "reconcile": set[str](),
    "reinject": {"payments", "payrolls"},
    "operator": set[str](),
    "autoscaler": set[str](),
}
READS: Final = {
    "worker": {
        "payments",
        "payrolls",
        "dispositions",
        "sanctions",
        "observations",
        "event-ids",
        "histories",
        "counterparties",
    },
    "list-publisher": {"sanctions"},
    "payer": {"decisions"},
    "soc": {"alerts"},
    "analyst": {"decisions"},
    "reconcile": {"payments", "payrolls", "decisions"},
    "reinject": {"payments", "payrolls", "decisions"},
    "operator": set[str](),
    "autoscaler": set[str](),
}
PREFIX: Final = "rights-"


@pytest.fixture(scope="module")
def rights(passwords: Passwords) -> Iterator[Passwords]:
    """All topics with a record each, all roles with their rights."""
    passwords.allow(access.ROLES, PREFIX)
    settings = passwords.settings(ADMIN, PREFIX)
    topics.create(settings)
    for name in topics.layout(settings):
        assert writes(passwords.client(ADMIN), name)
    yield passwords


@pytest.mark.parametrize("role", access.ROLES)
def test_a_role_reads_and_writes_its_topics_and_no_other(rights: Passwords, role: str) -> None:
    settings = rights.settings(role, PREFIX)
    found = allowed(rights.client(role), topics.layout(settings))
    by_operation = {
        operation: {spec.name for spec in topics.SPECS if operation in found.get(topics.topic_name(spec, settings), ())}
        for operation in ("READ", "WRITE", "CREATE", "DELETE", "ALTER", "ALTER_CONFIGS")
    }
    created = set(READS["worker"] | WRITES["worker"]) if role == "operator" else set()
    assert by_operation == {
        "READ": READS[role],
        "WRITE": WRITES[role],
        "CREATE": created,
        "DELETE": set(),
        "ALTER": set(),
        "ALTER_CONFIGS": set(),
    }


@pytest.mark.parametrize(
    ("role", "topic"),
    [
        ("payer", "decisions"),
        ("worker", "payments"),
        ("worker", "sanctions"),
        ("list-publisher", "decisions"),
        ("soc", "alerts"),
        ("reconcile", "payments"),
        ("operator", "sanctions"),
    ],
)
def test_a_record_of_somebody_else_is_not_taken(rights: Passwords, role: str, topic: str) -> None:
    assert not writes(rights.client(role), PREFIX + topic)


def test_a_topic_of_somebody_else_is_not_read(rights: Passwords) -> None:
    assert reads(rights.client("payer"), f"{PREFIX}decisions", seconds=20)
    assert not reads(rights.client("soc"), f"{PREFIX}decisions", seconds=2)


def test_nobody_moves_the_worker_past_a_payment_but_the_worker(rights: Passwords) -> None:
    group, topic = f"{PREFIX}streamer", f"{PREFIX}payments"
    able = {role for role in access.ROLES if commits_as(rights.client(role), group, topic)}
    assert able == {"worker"}


def test_nobody_fences_a_list_publisher_but_another(rights: Passwords) -> None:
    able = {role for role in access.ROLES if fences(rights.client(role), f"{PREFIX}lists-ofac")}
    assert able == {"list-publisher"}


def test_what_a_role_may_not_do_is_refused_in_words(rights: Passwords, tmp_path: Path) -> None:
    file = tmp_path / "payments.jsonl"
    file.write_text(json.dumps(payment()))
    for arguments in (("publish", "--topic", "payments", str(file)), ("topics", "create")):
        refused = rights.run("soc", *arguments, prefix=PREFIX)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
        assert "rights" in refused.stderr or "topics acls" in refused.stderr


def test_the_command_gives_the_rights_or_prints_them(passwords: Passwords) -> None:
    arguments = ("topics", "acls", "--role", "soc", "--principal", "User:somebody")
    printed = passwords.run(ADMIN, *arguments, prefix="p-").stdout.splitlines()
    assert [line.partition("--add ")[2] for line in printed] == [
        "--allow-principal User:somebody --operation Read --group p-soc --resource-pattern-type prefixed",
        "--allow-principal User:somebody --operation Read --topic p-alerts",
    ]
    assert "2 ACLs of the role soc" in passwords.run(ADMIN, *arguments, "--apply", prefix="p-").stdout
    refused = passwords.run("payer", *arguments, "--apply", prefix="p-")
    assert refused.returncode == 2
    assert "does not allow" in refused.stderr


# ---------------------------------------------------------------- refusals

WORKER: Final = ("worker",)
RECONCILE: Final = ("reconcile",)


def _refused(deployment: Deployment, command: tuple[str, ...], **changed: str | None) -> str:
    """What the command says, in one sentence without a secret, when settings are changed or (None) left out."""
    environment = {**deployment.environment("worker"), "STREAMER_IDENTITY_KEY": IDENTITY_KEY}
    for name, value in changed.items():
        environment.pop(f"{name}_FILE", None)
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    done = run_streamer(*command, environment=environment)
    _says_no_secret(done.stdout, done.stderr)
    assert done.returncode == 2, (done.stdout, done.stderr)
    said = " ".join(done.stderr.split())
    assert said.startswith("Error: ")
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(("mechanism", "command"), [("PLAIN", WORKER), ("SCRAM-SHA-512", RECONCILE)])
def test_a_wrong_password_is_refused_by_name(passwords: Passwords, mechanism: str, command: tuple[str, ...]) -> None:
    wrong = "not-the-password-3f9a"
    said = _refused(passwords.by(mechanism), command, STREAMER_KAFKA_SASL_PASSWORD=wrong)
    assert "STREAMER_KAFKA_SASL_PASSWORD" in said
    assert wrong not in said


def test_a_mechanism_that_the_broker_lacks_is_refused_by_name(passwords: Passwords) -> None:
    assert "STREAMER_KAFKA_SASL_MECHANISM" in _refused(passwords, WORKER, STREAMER_KAFKA_SASL_MECHANISM="SCRAM-SHA-256")


def test_an_unknown_authority_is_refused_by_name(passwords: Passwords, tmp_path: Path) -> None:
    other = Authority(tmp_path, "somebody else")
    said = _refused(passwords, WORKER, STREAMER_KAFKA_CA_FILE=str(other.certificate))
    assert "not trusted" in said
    assert "STREAMER_KAFKA_CA_FILE" in said


def test_a_certificate_for_another_host_is_refused_by_name(passwords: Passwords) -> None:
    elsewhere = passwords.cluster.bootstrap_servers.replace("127.0.0.1", "localhost")
    said = _refused(passwords, RECONCILE, STREAMER_BOOTSTRAP_SERVERS=elsewhere)
    assert "not for 'localhost'" in said
    assert "STREAMER_BOOTSTRAP_SERVERS" in said


def test_speaking_in_the_clear_to_tls_is_refused_by_name(passwords: Passwords) -> None:
    said = _refused(passwords, RECONCILE, STREAMER_KAFKA_SECURITY_PROTOCOL="PLAINTEXT")
    assert "STREAMER_KAFKA_SECURITY_PROTOCOL" in said


def test_a_client_without_certificate_is_refused_by_name(certificates: Deployment) -> None:
    said = _refused(certificates, WORKER, STREAMER_KAFKA_CERT_FILE=None, STREAMER_KAFKA_KEY_FILE=None)
    assert "STREAMER_KAFKA_CERT_FILE (not set)" in said


def test_a_client_certificate_of_another_authority_is_refused_by_name(certificates: Deployment, tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path, "somebody else").client("worker")
    said = _refused(
        certificates, RECONCILE, STREAMER_KAFKA_CERT_FILE=str(certificate), STREAMER_KAFKA_KEY_FILE=str(key)
    )
    assert "refuses our certificate" in said
    assert "STREAMER_KAFKA_CERT_FILE" in said
