"""Who may speak to Kafka, and how: the rights of each role as data, and a refusal in words that name the setting.

`ROLES` is the whole list of rights. A cluster that denies what no ACL allows (`allow.everyone.if.no.acl.found=false`)
runs streamer with these and no more; the security tests do so.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from streamer.kafka.topics import SPECS, topic_name
from streamer.settings import InvalidSettings, Settings

_GREETING_SECONDS: Final = 5.0
"""A broker that takes longer to answer is left to the client's own retries."""

# ---------------------------------------------------------------- rights


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with some resources. Kafka lets whoever may READ or WRITE also DESCRIBE."""

    operations: tuple[str, ...]
    resource: str
    """topic | group | transactional_id, as Kafka names its kinds"""
    names: tuple[str, ...]
    """Without the cluster's prefix. Topics by the name of their specification."""
    is_prefix: bool = False
    """Every name that begins so."""


_ALL_TOPICS: Final = tuple(spec.name for spec in SPECS)
_INPUTS: Final = ("payments", "payrolls")

ROLES: Final[Mapping[str, tuple[Grant, ...]]] = {
    "worker": (
        Grant(("READ",), "topic", (*_INPUTS, "dispositions", "sanctions")),
        Grant(("READ", "WRITE"), "topic", ("observations", "event-ids", "histories", "counterparties")),
        Grant(("WRITE",), "topic", ("decisions", "alerts", "dead-letters")),
        Grant(("READ",), "group", ("streamer",)),
    ),
    "list-publisher": (
        Grant(("READ", "WRITE"), "topic", ("sanctions",)),
        # A refused list is an alert.
        Grant(("WRITE",), "topic", ("alerts",)),
        # One transactional producer per list: two syncs of one list fence each other.
        Grant(("DESCRIBE", "WRITE"), "transactional_id", ("lists-",), is_prefix=True),
    ),
    "payer": (
        Grant(("WRITE",), "topic", _INPUTS),
        Grant(("READ",), "topic", ("decisions",)),
        Grant(("READ",), "group", ("payer",), is_prefix=True),
    ),
    "soc": (
        Grant(("READ",), "topic", ("alerts",)),
        Grant(("READ",), "group", ("soc",), is_prefix=True),
    ),
    "analyst": (
        Grant(("READ",), "topic", ("decisions",)),
        Grant(("WRITE",), "topic", ("dispositions",)),
    ),
    "reconcile": (Grant(("READ",), "topic", (*_INPUTS, "decisions")),),
    # `reconcile --reinject` publishes payments: a right of its own, given when it is needed.
    "reinject": (
        Grant(("READ",), "topic", (*_INPUTS, "decisions")),
        Grant(("WRITE",), "topic", _INPUTS),
    ),
    "operator": (Grant(("CREATE", "DESCRIBE", "DESCRIBE_CONFIGS"), "topic", _ALL_TOPICS),),
    "autoscaler": (
        Grant(("DESCRIBE",), "topic", _INPUTS),
        Grant(("DESCRIBE",), "group", ("streamer",)),
    ),
}
"""Role -> its rights. `operator` and `autoscaler` can read no record."""

ROLE_TASKS: Final[Mapping[str, str]] = {
    "worker": "`streamer worker`",
    "list-publisher": "`streamer lists sync`",
    "payer": "`streamer publish`, and the payer's own system, which waits for the decision",
    "soc": "whatever takes alerts to the SIEM",
    "analyst": "`streamer dispositions`; the right to publish is not the right to release, a signature is",
    "reconcile": "`streamer reconcile`, also with `--watch`",
    "reinject": "`streamer reconcile --reinject`",
    "operator": "`streamer topics create`, `streamer topics check`",
    "autoscaler": "what asks how far the workers are behind, such as KEDA",
}


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One ACL: one operation on one resource, with the names it has on the cluster."""

    resource: str
    name: str
    is_prefix: bool
    operation: str

    def as_option(self) -> str:
        """As `kafka-acls.sh` takes it."""
        kind = {"topic": "--topic", "group": "--group", "transactional_id": "--transactional-id"}[self.resource]
        pattern = " --resource-pattern-type prefixed" if self.is_prefix else ""
        operation = "".join(word.capitalize() for word in self.operation.split("_"))
        return f"--operation {operation} {kind} {self.name}{pattern}"


def rights(role: str, settings: Settings) -> tuple[Right, ...]:
    """The ACLs of a role on this cluster, in a fixed order. Raises InvalidSettings for a role that does not exist."""
    if role not in ROLES:
        raise InvalidSettings(f"role {role!r}: there is none of that name; use one of {', '.join(ROLES)}")
    return tuple(sorted(set(_rights(ROLES[role], settings))))


def _rights(grants: tuple[Grant, ...], settings: Settings) -> Iterator[Right]:
    on_cluster = {spec.name: topic_name(spec, settings) for spec in SPECS}
    for grant in grants:
        for name in grant.names:
            full_name = on_cluster[name] if grant.resource == "topic" else settings.topic_prefix + name
            for operation in grant.operations:
                yield Right(grant.resource, full_name, grant.is_prefix, operation)


def allow(role: str, principal: str, settings: Settings) -> int:
    """Give a principal (`User:worker`) the rights of a role; returns how many ACLs that are.

    Raises kafka.errors.KafkaError where the cluster has no authorizer or we may not alter its ACLs.
    """
    from kafka import KafkaAdminClient  # noqa: PLC0415
    from kafka.admin import (  # noqa: PLC0415
        ACL,
        ACLOperation,
        ACLPermissionType,
        ACLResourcePatternType,
        ResourcePattern,
        ResourceType,
    )

    wanted = rights(role, settings)
    acls = [
        ACL(
            principal=principal,
            host="*",
            operation=ACLOperation[right.operation],
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(
                ResourceType[right.resource.upper()],
                right.name,
                ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL,
            ),
        )
        for right in wanted
    ]
    admin = KafkaAdminClient(**settings.command_client())
    try:
        for refused in admin.create_acls(acls)["failed"]:
            raise refused(f"ACLs of the role {role} for {principal}")
    finally:
        admin.close()
    return len(wanted)


def table() -> str:
    """`ROLES` as a Markdown table."""
    lines = ["| role | runs | resource | name | operations |", "|---|---|---|---|---|"]
    for role, grants in ROLES.items():
        for n, grant in enumerate(grants):
            names = ", ".join(f"`{_documented(grant, name)}`" for name in grant.names)
            first = (role, ROLE_TASKS[role]) if n == 0 else ("", "")
            cells = (*first, grant.resource.replace("_", " "), names, ", ".join(grant.operations))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _documented(grant: Grant, name: str) -> str:
    if grant.resource == "topic" and any(spec.changelog for spec in SPECS if spec.name == name):
        return f"streamer-{name}-changelog"
    return f"{name}*" if grant.is_prefix else name


# ---------------------------------------------------------------- the greeting

_API_VERSIONS_REQUEST: Final = struct.pack(">ihhih8s", 18, 18, 0, 1, 8, b"streamer")
"""Length, api key 18, version 0, correlation id 1, client id: brokers answer it before anybody has logged in."""
_TLS_ALERT: Final = 0x15
_ANSWER_BYTES_MAX: Final = 16_384
"""A broker's answer has less than a thousand."""


def greet(settings: Settings) -> bool:
    """Ask the brokers, one after the other, to let us in; return with the first that does.

    Clients repeat what was refused until they give up, and then only say that nobody answers. Raises
    InvalidSettings naming the setting that would cure it. A broker that cannot be reached is no setting's fault:
    that is left to the clients, which wait for it, and the answer is False.
    """
    from aiokafka.errors import (  # noqa: PLC0415
        KafkaError,
        SaslAuthenticationFailed,
        UnsupportedSaslMechanismError,
    )

    refusal: InvalidSettings | None = None
    context = settings.ssl_context()
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        host = host.strip("[]")
        try:
            spoken = _ask(host, int(port), context)
            if settings.security_protocol.startswith("SASL"):
                asyncio.run(_log_in(host, int(port), settings))
        except ssl.SSLError as error:
            refusal = InvalidSettings(f"{server}: {_cure(error, host, settings)}")
        except _SpeaksTls:
            refusal = InvalidSettings(
                f"{server}: the broker speaks TLS; set STREAMER_KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL"
            )
        except (SaslAuthenticationFailed, UnsupportedSaslMechanismError) as error:
            refusal = InvalidSettings(f"{server}: {refusal_in_words(error)}")
        except (OSError, ValueError, KafkaError):
            continue
        else:
            _check_version(server, settings.api_version, spoken)
            return True
    if refusal is not None:
        raise refusal
    return False


class _SpeaksTls(Exception):
    """The answer in the clear was a TLS alert."""


_NEEDED_AT_ONCE: Final = (3, 18)
"""Metadata and ApiVersions: a client that asks for them in a version unknown to the broker waits for ever."""


def _check_version(server: str, stated: tuple[int, ...] | None, spoken: Mapping[int, int]) -> None:
    """Raises InvalidSettings where STREAMER_KAFKA_API_VERSION says more than the broker speaks."""
    from kafka.protocol.broker_version_data import BrokerVersionData  # noqa: PLC0415

    if stated is None or not spoken:
        return
    table = BrokerVersionData(stated).api_versions
    if any(key in table and table[key][1] > spoken.get(key, 0) for key in _NEEDED_AT_ONCE):
        raise InvalidSettings(
            f"STREAMER_KAFKA_API_VERSION = {'.'.join(map(str, stated))!r}: the broker at {server} is older; leave it "
            "unset, so that it is negotiated (the demo's broker needs 2.3)"
        )


def _ask(host: str, port: int, context: ssl.SSLContext | None) -> Mapping[int, int]:
    """The highest version of each request the broker speaks; nothing where its answer is none of Kafka's."""
    with socket.create_connection((host, port), timeout=_GREETING_SECONDS) as plain:
        connection = context.wrap_socket(plain, server_hostname=host) if context else plain
        try:
            connection.sendall(_API_VERSIONS_REQUEST)
            # In TLS 1.3 a broker refuses a client's certificate only after the handshake: with this answer.
            answer = _answer(connection)
        finally:
            with suppress(OSError):
                connection.close()
    if context is None and answer and answer[0] == _TLS_ALERT:
        raise _SpeaksTls
    return _versions(answer)


def _answer(connection: socket.socket) -> bytes:
    """What comes until the broker has said as much as it announced."""
    answer = b""
    while len(answer) < _ANSWER_BYTES_MAX and (part := connection.recv(_ANSWER_BYTES_MAX)):
        answer += part
        if answer[0] == _TLS_ALERT or (len(answer) >= 4 and len(answer) >= 4 + int.from_bytes(answer[:4], "big")):
            break
    return answer


def _versions(answer: bytes) -> Mapping[int, int]:
    """ApiVersions response, version 0: length, correlation id, error, and (key, lowest, highest) of each request."""
    if len(answer) < 14 or answer[4:10] != struct.pack(">ih", 1, 0):
        return {}
    rows = struct.iter_unpack(">hhh", answer[14 : 14 + (len(answer) - 14) // 6 * 6])
    return {key: highest for key, _, highest in rows}


async def _log_in(host: str, port: int, settings: Settings) -> None:
    from aiokafka.conn import create_conn  # noqa: PLC0415

    client = settings.kafka_client()
    del client["bootstrap_servers"]
    connection = await create_conn(host, port, request_timeout_ms=int(_GREETING_SECONDS * 1000), **client)
    connection.close()


def _cure(error: ssl.SSLError, host: str, settings: Settings) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _NAME_MISMATCH:
            return (
                f"the broker's certificate is not for {host!r}: name the broker in STREAMER_BOOTSTRAP_SERVERS as its "
                "certificate does"
            )
        trusted = f"{str(settings.ca_file)!r}" if settings.ca_file else "not set, so the system's authorities count"
        return (
            f"the broker's certificate is not trusted ({error.verify_message}): STREAMER_KAFKA_CA_FILE ({trusted}) "
            "must hold the authority that signed it"
        )
    reason = (error.reason or "").upper()
    if "ALERT" in reason or "CERTIFICATE" in reason:
        given = f"{str(settings.cert_file)!r}" if settings.cert_file else "not set"
        return (
            f"the broker refuses our certificate ({_words(reason)}): STREAMER_KAFKA_CERT_FILE ({given}) and "
            "STREAMER_KAFKA_KEY_FILE must be signed by an authority the broker trusts"
        )
    return (
        f"no TLS handshake ({_words(reason) or type(error).__name__}): STREAMER_KAFKA_SECURITY_PROTOCOL is "
        f"{settings.security_protocol}; is that what this port speaks?"
    )


_NAME_MISMATCH: Final = (62, 63, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH, _EMAIL_MISMATCH, _IP_ADDRESS_MISMATCH."""


def _words(reason: str) -> str:
    return reason.lower().replace("_", " ")


def refusal_in_words(error: Exception) -> str | None:
    """What the error of a client, kafka-python's or aiokafka's, means for who configured it; None for any other."""
    name = type(error).__name__
    if name in ("SaslAuthenticationFailed", "SaslAuthenticationFailedError"):
        return (
            "Kafka does not accept the user or the password: check STREAMER_KAFKA_SASL_USERNAME, "
            "STREAMER_KAFKA_SASL_PASSWORD (or its _FILE) and STREAMER_KAFKA_SASL_MECHANISM"
        )
    if name == "UnsupportedSaslMechanismError":
        return f"Kafka does not offer STREAMER_KAFKA_SASL_MECHANISM: {error}"
    if "AuthorizationFailed" in name:
        return (
            f"Kafka does not allow this ({error}): give the user the rights of its role; "
            "`streamer topics acls --help` lists them"
        )
    return None
