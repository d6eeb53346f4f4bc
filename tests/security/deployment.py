"""A cluster that trusts nobody: TLS, users or client certificates, and no right without an ACL."""

from __future__ import annotations

import secrets
import ssl
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import (
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)
from kafka.structs import OffsetAndMetadata

from streamer.kafka import access
from streamer.settings import Settings, read_settings
from tests.integration.worker import WorkerProcess, run_streamer
from tests.kafka.cluster import KafkaCluster
from tests.security.certificates import Authority

ADMIN: Final = "admin"
USERS: Final = (ADMIN, *access.ROLES)
PARTITIONS: Final = 2
IDENTITY_KEY: Final = "identity-" + secrets.token_hex(16)
PASSWORDS: Final = {user: f"password-of-{user}-{secrets.token_hex(8)}" for user in USERS}

AUTHORISED: Final = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "false",
}
_LOGIN = "org.apache.kafka.common.security"


def _tls(authority: Authority) -> dict[str, str]:
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(authority.broker()),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.certificate),
    }


class Deployment:
    """One broker, and an environment for each role: how it proves who it is, and nothing else's secrets."""

    def __init__(self, cluster: KafkaCluster, authority: Authority, folder: Path) -> None:
        self.cluster = cluster
        self.authority = authority
        self.folder = folder

    def principal(self, user: str) -> str:
        raise NotImplementedError

    def credentials(self, user: str) -> dict[str, str]:
        raise NotImplementedError

    def environment(self, user: str, prefix: str = "") -> dict[str, str]:
        """All settings of one user's process."""
        return {
            "STREAMER_BOOTSTRAP_SERVERS": self.cluster.bootstrap_servers,
            "STREAMER_TOPIC_PREFIX": prefix,
            "STREAMER_PARTITIONS": str(PARTITIONS),
            "STREAMER_REPLICATION_FACTOR": "1",
            "STREAMER_KAFKA_CA_FILE": str(self.authority.certificate),
            **self.credentials(user),
        }

    def settings(self, user: str, prefix: str = "") -> Settings:
        return read_settings(self.environment(user, prefix))

    def run(self, user: str, *arguments: str, prefix: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """`streamer ARGUMENTS` as this user."""
        return run_streamer(*arguments, environment=self.environment(user, prefix) | more)

    def allow(self, roles: Iterable[str], prefix: str = "") -> None:
        """The rights of each role, and no more, for the user of that name."""
        for role in roles:
            assert access.allow(role, self.principal(role), self.settings(ADMIN, prefix))

    def client(self, user: str) -> dict[str, Any]:
        """Arguments with which a kafka-python client connects as this user."""
        return self.settings(user).command_client()

    @contextmanager
    def worker(self, prefix: str = "", **more: str) -> Iterator[WorkerProcess]:
        key = self.folder / "identity"
        key.write_text(IDENTITY_KEY + "\n")
        ours = {
            "STREAMER_IDENTITY_KEY_FILE": str(key),
            "STREAMER_ALLOW_SAMPLE_LISTS": "1",
            "STREAMER_STORE": "memory",
            "STREAMER_WEB_PORT": "0",
            "STREAMER_SESSION_TIMEOUT_SECONDS": "6",
            "STREAMER_DATA_DIR": str(self.folder / f"{prefix}data"),
        }
        log = self.folder / f"{prefix}worker.log"
        worker = WorkerProcess(self.environment("worker", prefix) | ours | more, log, ("streamer", "worker"))
        try:
            yield worker
        finally:
            if worker.process.poll() is None:
                worker.kill()


class Certificates(Deployment):
    """SSL: whoever has a certificate of the authority is known by its name."""

    def principal(self, user: str) -> str:
        return f"User:CN={user}"

    def credentials(self, user: str) -> dict[str, str]:
        certificate, key = self.authority.folder / f"{user}.crt", self.authority.folder / f"{user}.key"
        return {
            "STREAMER_KAFKA_SECURITY_PROTOCOL": "SSL",
            "STREAMER_KAFKA_CERT_FILE": str(certificate),
            "STREAMER_KAFKA_KEY_FILE": str(key),
        }

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Certificates]:
        authority = Authority(folder / "tls")
        for user in USERS:
            authority.client(user)
        trusted = ssl.create_default_context(cafile=str(authority.certificate))
        trusted.load_cert_chain(authority.folder / "admin.crt", authority.folder / "admin.key")
        configs = AUTHORISED | _tls(authority)
        # The node speaks to itself in the clear, as nobody (see KafkaCluster).
        configs |= {"super.users": "User:CN=admin;User:ANONYMOUS", "listener.name.client.ssl.client.auth": "required"}
        with KafkaCluster(configs=configs, security_protocol="SSL", client={"ssl_context": trusted}) as cluster:
            yield cls(cluster, authority, folder)


class Passwords(Deployment):
    """SASL_SSL: PLAIN and SCRAM-SHA-512 on one listener, the same users in both."""

    mechanism = "SCRAM-SHA-512"

    def principal(self, user: str) -> str:
        return f"User:{user}"

    def credentials(self, user: str) -> dict[str, str]:
        password = self.folder / f"{user}.password"
        password.write_text(PASSWORDS[user] + "\n")
        return {
            "STREAMER_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "STREAMER_KAFKA_SASL_MECHANISM": self.mechanism,
            "STREAMER_KAFKA_SASL_USERNAME": user,
            "STREAMER_KAFKA_SASL_PASSWORD_FILE": str(password),
        }

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Passwords]:
        authority = Authority(folder / "tls")
        users = " ".join(f'user_{user}="{password}"' for user, password in PASSWORDS.items())
        configs = AUTHORISED | _tls(authority)
        configs |= {
            "super.users": f"User:{ADMIN};User:ANONYMOUS",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            "listener.name.client.plain.sasl.jaas.config": f"{_LOGIN}.plain.PlainLoginModule required {users};",
            "listener.name.client.scram-sha-512.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required;",
        }
        client = {
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": ADMIN,
            "sasl_plain_password": PASSWORDS[ADMIN],
            "ssl_context": ssl.create_default_context(cafile=str(authority.certificate)),
        }
        scram = [f'--add-scram=SCRAM-SHA-512=[name="{user}",password="{word}"]' for user, word in PASSWORDS.items()]
        with KafkaCluster(
            configs=configs, security_protocol="SASL_SSL", client=client, format_options=scram
        ) as cluster:
            yield cls(cluster, authority, folder)

    def by(self, mechanism: str) -> Passwords:
        """The same cluster, reached by another mechanism."""
        other = Passwords(self.cluster, self.authority, self.folder)
        other.mechanism = mechanism
        return other


# ---------------------------------------------------------------- what a user can do, tried out


def allowed(client: Mapping[str, Any], topics: Iterable[str]) -> dict[str, set[str]]:
    """Topic -> what this client may do with it, in the broker's own words; refused topics are left out."""
    admin = KafkaAdminClient(**client)
    try:
        described = admin.describe_topics(list(topics))
    finally:
        admin.close()
    return {topic["name"]: set(topic["authorized_operations"]) for topic in described if not topic["error_code"]}


def writes(client: Mapping[str, Any], topic: str) -> bool:
    """Whether the topic takes a record from this client."""
    producer = KafkaProducer(**client, enable_idempotence=False, acks=1, max_block_ms=10_000)
    try:
        producer.send(topic, b"{}", key=b"attempt", partition=0).get(timeout=20)
    except TopicAuthorizationFailedError:
        return False
    finally:
        producer.close(timeout=5)
    return True


def reads(client: Mapping[str, Any], topic: str, seconds: float) -> bool:
    """Whether the topic gives this client a record of partition 0 within so many seconds."""
    consumer = KafkaConsumer(**client, auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek_to_beginning()
        return bool(consumer.poll(timeout_ms=int(seconds * 1000)))
    except TopicAuthorizationFailedError:
        return False
    finally:
        consumer.close()


def commits_as(client: Mapping[str, Any], group: str, topic: str) -> bool:
    """Whether this client can move a group's position in partition 0 of a topic, and so make it pass records over."""
    consumer = KafkaConsumer(**client, group_id=group, enable_auto_commit=False)
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.commit({partition: OffsetAndMetadata(1, "", -1)})
    except (GroupAuthorizationFailedError, TopicAuthorizationFailedError):
        return False
    finally:
        consumer.close(autocommit=False)
    return True


def fences(client: Mapping[str, Any], transactional_id: str) -> bool:
    """Whether this client can end the transactions of another."""
    producer = KafkaProducer(**client, transactional_id=transactional_id, acks="all", max_block_ms=10_000)
    try:
        producer.init_transactions()
    except TransactionalIdAuthorizationFailedError:
        return False
    finally:
        producer.close(timeout=5)
    return True
