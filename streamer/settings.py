"""Settings: read once, at the start, from environment variables; then passed down.

`ENVIRONMENT` is the table of all variables: the command line, the README and the deployment files are checked
against it. A bad value names its variable, the value (never a secret's) and the cure.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

_PREFIX_CHARS_MAX: Final = 100
"""Kafka's topic names have 249 at most, and the changelogs' names are the longest."""
_SHOWN_CHARS_MAX: Final = 200
"""Of a bad value, in an error."""


class InvalidSettings(ValueError):
    """A setting cannot be used. Names the variable and the cure; never shows a secret."""


COMMAND_CONNECT_SECONDS_MAX: Final = 10
"""A person waits at the command: a broker that has not answered by then does not run."""

METADATA_AGE_MS_MAX: Final = 30_000
"""aiokafka asks the leader it knows for the first offset, again and again, until its metadata is this old: after a
change of leader a new group would read nothing for the five minutes of its default."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError(f"must be a whole number from {low} to {high}") from None
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _flag(value: str) -> bool:
    try:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[value.lower()]
    except KeyError:
        raise ValueError("must be 1 or 0") from None


def _hosts(value: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower().rstrip(".") for name in value.split(",") if name.strip())
    if any(not all(c.isascii() and (c.isalnum() or c in ".-_") for c in name) for name in names):
        raise ValueError("must be host names without ports, comma separated")
    return names


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return read


def _prefix(value: str) -> str:
    if len(value) > _PREFIX_CHARS_MAX or not all(c.isascii() and (c.isalnum() or c in "._-") for c in value):
        raise ValueError(
            f"may hold {_PREFIX_CHARS_MAX} letters, digits, '.', '_' and '-' only, as Kafka topic names do"
        )
    return value


def _version(value: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in value.split("."))
    except ValueError:
        raise ValueError("must be numbers with dots, such as 2.8") from None


def _file(value: str) -> Path:
    path = Path(value)
    try:
        is_file = path.is_file()
    except OSError as error:
        raise ValueError(error.strerror) from None
    if not is_file:
        raise ValueError("no such file")
    return path


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    field: str
    default: str | None
    """None: there is none, and the field is None unless the variable is set."""
    read: Callable[[str], Any]
    help: str
    secret: bool = False
    """May also be given as `<NAME>_FILE`, the path of a file that holds it; never shown."""


ENVIRONMENT: Final[Mapping[str, Setting]] = {
    "STREAMER_BOOTSTRAP_SERVERS": Setting(
        "bootstrap_servers", "127.0.0.1:9092", _text, "Kafka brokers, host:port, comma separated"
    ),
    "STREAMER_TOPIC_PREFIX": Setting("topic_prefix", "", _prefix, "put before every topic name and the group id"),
    "STREAMER_PARTITIONS": Setting(
        "partitions", "12", _whole(1, 1024), "partitions of each stream topic; cannot change later (tables)"
    ),
    "STREAMER_REPLICATION_FACTOR": Setting(
        "replication_factor", "3", _whole(1, 9), "replicas of each topic; min.insync.replicas is one less, at least 1"
    ),
    "STREAMER_POLICY_FILE": Setting("policy_file", None, _file, "policy TOML; default: the shipped policy"),
    "STREAMER_ANALYSTS_FILE": Setting(
        "analysts_file", None, _file, "TOML of the analysts whose signed dispositions count; default: nobody's do"
    ),
    "STREAMER_ANALYST_PASSPHRASE": Setting(
        "analyst_passphrase", None, _text, "of the key that signs dispositions; default: asked for", secret=True
    ),
    "STREAMER_IDENTITY_KEY": Setting(
        "identity_key",
        None,
        _text,
        "key of the HMAC that hides accounts and persons in histories; the same for all workers, for ever",
        secret=True,
    ),
    "STREAMER_COUNTERPARTY_KEY": Setting(
        "counterparty_key",
        None,
        _text,
        "key that seals remembered counterparties; the same for all workers; default: derived from the identity key",
        secret=True,
    ),
    "STREAMER_STORE": Setting(
        "store", "rocksdb", _one_of("rocksdb", "memory"), "where histories live between two changelog reads"
    ),
    "STREAMER_DATA_DIR": Setting("data_dir", "streamer-data", Path, "folder of the RocksDB files, one per worker"),
    "STREAMER_WEB_HOST": Setting("web_host", "127.0.0.1", _text, "address of /metrics, /health and /ready"),
    "STREAMER_WEB_PORT": Setting("web_port", "6066", _whole(0, 65535), "port of /metrics, /health and /ready"),
    "STREAMER_WEB_HOSTS": Setting(
        "web_hosts",
        "",
        _hosts,
        "names under which the web port is asked, comma separated, beside its address, IP addresses and localhost",
    ),
    "STREAMER_WEB_TOKEN": Setting(
        "web_token", None, _text, "bearer token that /metrics asks for; default: none is asked for", secret=True
    ),
    "STREAMER_LOG_LEVEL": Setting(
        "log_level", "INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "how much the worker says"
    ),
    "STREAMER_LOG_FORMAT": Setting(
        "log_format", "text", _one_of("text", "json"), "a line a fact, for people; or a JSON object a line"
    ),
    "STREAMER_ALLOW_SAMPLE_LISTS": Setting(
        "allow_sample_lists", "0", _flag, "1 lets a worker run on the sample lists: demonstrations only"
    ),
    "STREAMER_SESSION_TIMEOUT_SECONDS": Setting(
        "session_timeout_seconds", "10", _whole(6, 300), "a worker silent for so long loses its partitions"
    ),
    "STREAMER_IN_FLIGHT_MAX": Setting(
        "in_flight_max", "1000", _whole(1, 100_000), "events whose outputs are not confirmed yet, per worker"
    ),
    "STREAMER_DELIVERY_TIMEOUT_SECONDS": Setting(
        "delivery_timeout_seconds", "120", _whole(5, 3600), "an output unconfirmed for so long ends the worker"
    ),
    "STREAMER_LISTS_TRANSACTIONAL": Setting(
        "lists_transactional", "1", _flag, "0 publishes lists without a transaction: the embedded broker has none"
    ),
    "STREAMER_LISTS_KEY": Setting(
        "lists_key",
        None,
        _text,
        "signs the lists' manifests; a process that has it refuses lists signed by no key or another",
        secret=True,
    ),
    "STREAMER_SOURCES_FILE": Setting(
        "sources_file", None, _file, "table of sources for `lists sync`, TOML; default: the shipped table"
    ),
    "STREAMER_SOURCES_CA_FILE": Setting(
        "sources_ca_file", None, _file, "a further authority to trust when downloading lists: of a mirror or a proxy"
    ),
    "STREAMER_ARCHIVE_DIR": Setting(
        "archive_dir", None, Path, "folder that keeps raw lists, versions and policies by sha256; default: none is kept"
    ),
    "STREAMER_KAFKA_API_VERSION": Setting(
        "api_version",
        None,
        _version,
        "protocol version of commands: only for brokers that cannot negotiate it, 2.3 for the demo's",
    ),
    "STREAMER_KAFKA_SECURITY_PROTOCOL": Setting(
        "security_protocol",
        "PLAINTEXT",
        _one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
        "how to speak to Kafka",
    ),
    "STREAMER_KAFKA_SASL_MECHANISM": Setting(
        "sasl_mechanism", "SCRAM-SHA-512", _one_of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"), "with SASL_*"
    ),
    "STREAMER_KAFKA_SASL_USERNAME": Setting("sasl_username", None, _text, "with SASL_*"),
    "STREAMER_KAFKA_SASL_PASSWORD": Setting("sasl_password", None, _text, "with SASL_*", secret=True),
    "STREAMER_KAFKA_CA_FILE": Setting("ca_file", None, _file, "with *SSL: authority that signed the brokers' keys"),
    "STREAMER_KAFKA_CERT_FILE": Setting("cert_file", None, _file, "with *SSL: client certificate (mutual TLS)"),
    "STREAMER_KAFKA_KEY_FILE": Setting("key_file", None, _file, "with *SSL: the certificate's key"),
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """All settings of one process. No repr: it holds secrets."""

    bootstrap_servers: str
    topic_prefix: str
    partitions: int
    replication_factor: int
    policy_file: Path | None
    analysts_file: Path | None
    analyst_passphrase: str | None
    identity_key: str | None
    counterparty_key: str | None
    store: str
    data_dir: Path
    web_host: str
    web_port: int
    web_hosts: tuple[str, ...]
    web_token: str | None
    log_level: str
    log_format: str
    allow_sample_lists: bool
    session_timeout_seconds: int
    in_flight_max: int
    delivery_timeout_seconds: int
    lists_transactional: bool
    lists_key: str | None
    sources_file: Path | None
    sources_ca_file: Path | None
    archive_dir: Path | None
    api_version: tuple[int, ...] | None
    security_protocol: str
    sasl_mechanism: str
    sasl_username: str | None
    sasl_password: str | None
    ca_file: Path | None
    cert_file: Path | None
    key_file: Path | None

    @property
    def servers(self) -> list[str]:
        """`host:port` of each broker named."""
        return [server.strip() for server in self.bootstrap_servers.split(",") if server.strip()]

    @property
    def min_insync_replicas(self) -> int:
        return max(1, self.replication_factor - 1)

    def topic(self, name: str) -> str:
        """The topic's name on this cluster."""
        return self.topic_prefix + name

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS with certificate and host name checks, or None where the protocol has no TLS."""
        if not self.security_protocol.endswith("SSL"):
            return None
        try:
            context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except OSError:
            raise InvalidSettings(
                f"STREAMER_KAFKA_CA_FILE = {str(self.ca_file)!r}: holds no certificate; it must be PEM"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.cert_file:
            try:
                # The callback answers for the terminal: nobody is there to be asked for a passphrase.
                context.load_cert_chain(self.cert_file, self.key_file, password=lambda: "")
            except OSError:
                raise InvalidSettings(
                    f"STREAMER_KAFKA_CERT_FILE = {str(self.cert_file)!r}, STREAMER_KAFKA_KEY_FILE = "
                    f"{str(self.key_file or self.cert_file)!r}: are no certificate and its key; both must be PEM, "
                    "belong together, and the key must not be encrypted (protect the file by its permissions)"
                ) from None
        return context

    def command_client(self) -> dict[str, Any]:
        """Connection arguments of a kafka-python client."""
        client = {**self.kafka_client(), "bootstrap_timeout_ms": COMMAND_CONNECT_SECONDS_MAX * 1000}
        return {**client, "api_version": self.api_version} if self.api_version else client

    def topic_reader(self) -> dict[str, Any]:
        """Arguments of a kafka-python consumer that reads a topic from its beginning and commits nothing."""
        return {
            **self.command_client(),
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "isolation_level": "read_committed",
            "allow_auto_create_topics": False,
            "max_partition_fetch_bytes": 8 * 1024 * 1024,
        }

    def kafka_client(self) -> dict[str, Any]:
        """Connection arguments of an aiokafka client."""
        client: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context(),
        }
        if self.security_protocol.startswith("SASL"):
            client |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password,
            }
        return client


def read_settings(environment: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from environment variables; `overrides` (not None) by field name win. Raises InvalidSettings."""
    _refuse_unknown(environment)
    values: dict[str, Any] = {}
    for name, setting in ENVIRONMENT.items():
        override = overrides.pop(setting.field, None)
        raw = _as_text(override) if override is not None else _raw(environment, name, setting)
        if raw is None:
            values[setting.field] = None
            continue
        try:
            values[setting.field] = setting.read(raw)
        except ValueError as error:
            shown = (
                "(secret)"
                if setting.secret
                else repr(raw if len(raw) <= _SHOWN_CHARS_MAX else raw[:_SHOWN_CHARS_MAX] + "…")
            )
            raise InvalidSettings(f"{name} = {shown}: {error} ({setting.help})") from None
    if overrides:
        raise TypeError(
            f"no such settings: {', '.join(overrides)}; there are {', '.join(f.name for f in fields(Settings))}"
        )
    settings = Settings(**values)
    _check_together(settings)
    return settings


_BY_KUBERNETES: Final = re.compile(r"STREAMER\w*_(?:SERVICE_(?:HOST|PORT\w*)|PORT_\d+_\w+)")
"""What Kubernetes sets for services of its own whose names begin with `streamer`."""


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A variable that nobody reads is one that its author believes in."""
    known = {*ENVIRONMENT, *(f"{name}_FILE" for name, setting in ENVIRONMENT.items() if setting.secret)}
    for name, value in environment.items():
        if not name.startswith("STREAMER_") or name in known or _BY_KUBERNETES.fullmatch(name):
            continue
        if name.endswith("_PORT") and "://" in value:
            continue
        near = get_close_matches(name.removeprefix("STREAMER_"), [one.removeprefix("STREAMER_") for one in known], 1)
        meant = f"did you mean STREAMER_{near[0]}?" if near else "there is none like it."
        raise InvalidSettings(f"{name} is no setting: {meant} `streamer settings` lists all")


def _as_text(override: object) -> str:
    return str(int(override)) if isinstance(override, bool) else str(override)


def _raw(environment: Mapping[str, str], name: str, setting: Setting) -> str | None:
    if name in environment:
        return environment[name]
    path = environment.get(f"{name}_FILE") if setting.secret else None
    if path is None:
        return setting.default
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InvalidSettings(f"{name}_FILE = {path[:_SHOWN_CHARS_MAX]!r}: {why}; it must be a readable file") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{name}_FILE = {path!r}: is not text; it must hold the secret in UTF-8") from None


def _check_together(settings: Settings) -> None:
    if settings.security_protocol.startswith("SASL") and not (settings.sasl_username and settings.sasl_password):
        raise InvalidSettings(
            f"STREAMER_KAFKA_SECURITY_PROTOCOL = {settings.security_protocol!r}: needs STREAMER_KAFKA_SASL_USERNAME "
            "and STREAMER_KAFKA_SASL_PASSWORD (or STREAMER_KAFKA_SASL_PASSWORD_FILE)"
        )
    if settings.key_file and not settings.cert_file:
        raise InvalidSettings("STREAMER_KAFKA_KEY_FILE is set without STREAMER_KAFKA_CERT_FILE: name both, or neither")
    if settings.bootstrap_servers and not settings.servers:
        raise InvalidSettings(f"STREAMER_BOOTSTRAP_SERVERS = {settings.bootstrap_servers!r}: names no host:port")
