"""The embedded broker: what `streamer demo` and the quick tests use where no Kafka is installed.

It is the mock cluster inside librdkafka, which the confluent-kafka wheel carries (extra `demo`): real
sockets on 127.0.0.1, the real wire protocol, a thread of its own inside this process. Headers, keys, null
values, timestamps, compression, idempotent producers and the groups' commits are as in Kafka; what is not
stands in `LACKS`. It forgets everything when it ends, and speaks neither TLS nor SASL.

aiokafka (so Faust) and confluent-kafka connect to it as they are, kafka-python with
`api_version=KAFKA_PYTHON_API_VERSION`.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

PARTITION_BYTES_MAX = 5 * 1024 * 1024
"""What the embedded broker keeps per partition, in bytes of record batches as sent (compressed, if they were).
Beyond it the oldest batches vanish without a word to anyone: `EmbeddedBroker.fill` shows it."""

PARTITIONS_OF_UNKNOWN_TOPICS = 4
"""What a topic gets that a client merely asked for: create every topic first."""

_BROKERS_MAX = 10
"""More than any test has use for; each costs a thread."""

_GROUP_REBALANCE_DELAY_MS = 0
"""A group starts with its first member. The mock's own 3 s would be most of the demo's run time."""

KAFKA_PYTHON_API_VERSION = (2, 3)
"""kafka-python opens with ApiVersions v4, which the mock answers with bytes that cannot be decoded. Told this
version it opens with v2."""

LACKS: Final[Mapping[str, str]] = {
    "retention": f"keeps {PARTITION_BYTES_MAX // 2**20} MiB a partition, then drops the oldest batches silently",
    "record size limit": "takes records of any size, where Kafka refuses those above max.message.bytes",
    "topic administration": "no create, delete, describe or alter over the wire: `create_topics` below is the only way",
    "unknown topics": f"a topic that a client asks for springs up with {PARTITIONS_OF_UNKNOWN_TOPICS} partitions",
    "compaction": "older records of a key stay until they are dropped for room",
    "log append time": "no topic configuration at all; records keep the producer's time, and the producer is told 1234",
    "offsets by time": "answers that there are none",
    "transactions": "accepts them, but an aborted record is read like any other",
    "transaction markers": (
        "their checksum is wrong: a client that checks, as aiokafka does, reads nothing behind one. Publish without "
        "transactions"
    ),
    "fencing": "a second producer of the same transactional id does not stop the first",
    "several members": (
        "a member that asks for its assignment after the leader has answered is refused, so two workers of one group "
        "may or may not start; two that differ in assignment strategy end this very process"
    ),
    "takeover": "after a member left, the next one waits for its session timeout less a second, instead of at once",
    "prompt fetch": "a fetch that found nothing waits out fetch_max_wait_ms (1.5 s in Faust) even when records arrive",
}
"""What Kafka does and the embedded broker does not; `tests/integration/test_brokers.py` proves each on both."""

_ANSWER_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Fill:
    """How full one partition is. `first_offset` above 0 means that records were dropped to make room."""

    size_bytes: int
    first_offset: int
    next_offset: int

    @property
    def records_dropped(self) -> int:
        return self.first_offset


class EmbeddedBroker:
    """A broker for as long as the `with` block lasts; what was written is gone afterwards.

    `topics` maps each topic to its number of partitions. Worker processes may be started inside the block:
    they reach it over TCP like any broker.

    Raises ModuleNotFoundError, naming the cure, where the extra `demo` is not installed.
    """

    def __init__(self, topics: Mapping[str, int], brokers: int = 1) -> None:
        if not 1 <= brokers <= _BROKERS_MAX:
            raise ValueError(f"brokers: {brokers} is not within 1..{_BROKERS_MAX}")
        self._topics_wanted = dict(topics)
        self._brokers = brokers
        self._topics: dict[str, int] = {}
        self._client: int | None = None
        self._cluster: int | None = None

    def __enter__(self) -> Self:
        library = _library()
        self._client = _client(library)
        try:
            self._cluster = _cluster(library, self._client, self._brokers)
            library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, _GROUP_REBALANCE_DELAY_MS)
            self.create_topics(self._topics_wanted)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the broker's threads and frees its memory. Closing twice does nothing."""
        if self._cluster:
            _library().rd_kafka_mock_cluster_destroy(self._cluster)
            self._cluster = None
        if self._client:
            _library().rd_kafka_destroy(self._client)
            self._client = None
        self._topics = {}

    @property
    def bootstrap_servers(self) -> str:
        """`127.0.0.1:port`, comma separated for several brokers."""
        return str(_library().rd_kafka_mock_cluster_bootstraps(self._running()).decode())

    @property
    def topics(self) -> dict[str, int]:
        """Topics created here, with their number of partitions. Those a client conjured up are not among them."""
        return dict(self._topics)

    def create_topics(self, topics: Mapping[str, int]) -> None:
        """Creates each topic with its number of partitions. Raises ValueError for one that exists."""
        library, cluster = _library(), self._running()
        for topic, partitions in topics.items():
            if partitions < 1:
                raise ValueError(f"topic {topic!r}: {partitions} partitions; a topic has at least one")
            failed = library.rd_kafka_mock_topic_create(cluster, topic.encode(), partitions, self._brokers)
            if failed:
                raise ValueError(f"topic {topic!r}: {library.rd_kafka_err2str(failed).decode()}")
            self._topics[topic] = partitions

    def fill(self) -> dict[tuple[str, int], Fill]:
        """What each partition of `topics` holds now, by reading all of it: for a check, not for a loop."""
        with ExitStack() as stack:
            connections = [
                stack.enter_context(socket.create_connection((host, int(port)), timeout=_ANSWER_TIMEOUT_SECONDS))
                for host, _, port in (address.rpartition(":") for address in self.bootstrap_servers.split(","))
            ]
            return {
                (topic, partition): _fill(connections, topic, partition)
                for topic, partitions in self._topics.items()
                for partition in range(partitions)
            }

    def _running(self) -> int:
        if not self._cluster:
            raise RuntimeError("the embedded broker is not running: use it as `with EmbeddedBroker(...) as broker:`")
        return self._cluster


# ---------------------------------------------------------------- librdkafka

_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "rd_kafka_conf_new": (ctypes.c_void_p, ()),
    "rd_kafka_conf_set": (
        ctypes.c_int,
        (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t),
    ),
    "rd_kafka_new": (ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)),
    "rd_kafka_destroy": (None, (ctypes.c_void_p,)),
    "rd_kafka_err2str": (ctypes.c_char_p, (ctypes.c_int,)),
    "rd_kafka_mock_cluster_new": (ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_int)),
    "rd_kafka_mock_cluster_destroy": (None, (ctypes.c_void_p,)),
    "rd_kafka_mock_cluster_bootstraps": (ctypes.c_char_p, (ctypes.c_void_p,)),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, (ctypes.c_void_p, ctypes.c_int32)),
    "rd_kafka_mock_topic_create": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)),
}
"""librdkafka's `rdkafka_mock.h`: function -> result, arguments."""

_PRODUCER = 0
_LOG_LEVEL_ERROR = b"3"


@cache
def _library() -> ctypes.CDLL:
    try:
        # Through the extension module, not the file beside it: its name and folder differ by platform,
        # and a lookup in the module finds the symbols of the library it was linked with.
        from confluent_kafka import cimpl  # noqa: PLC0415 - an optional extra

        library = ctypes.CDLL(cimpl.__file__)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (ImportError, AttributeError, OSError) as error:
        raise ModuleNotFoundError(
            f"the embedded broker needs the confluent-kafka wheel ({error}): pip install 'streamer[demo]', "
            "or name a Kafka with --bootstrap host:port"
        ) from error
    return library


def _client(library: ctypes.CDLL) -> int:
    """A librdkafka client without brokers of its own: the handle that a mock cluster hangs on."""
    reason = ctypes.create_string_buffer(512)
    conf = library.rd_kafka_conf_new()
    # Else its warning that no bootstrap.servers are set, and one line per client that leaves, go to stderr.
    library.rd_kafka_conf_set(conf, b"log_level", _LOG_LEVEL_ERROR, reason, len(reason))
    client = library.rd_kafka_new(_PRODUCER, conf, reason, len(reason))
    if not client:
        raise OSError(f"the embedded broker did not start: {reason.value.decode()}")
    return int(client)


def _cluster(library: ctypes.CDLL, client: int, brokers: int) -> int:
    cluster = library.rd_kafka_mock_cluster_new(client, brokers)
    if not cluster:
        raise OSError(f"the embedded broker could not listen on {brokers} port(s) of 127.0.0.1")
    return int(cluster)


# ---------------------------------------------------------------- reading a partition's fill off the wire

# Fetch v5 (https://kafka.apache.org/protocol#The_Messages_Fetch): the first version whose answer carries the
# log's start, and old enough to have no compact encodings.
_FETCH_KEY, _FETCH_VERSION = 1, 5
_REQUEST_HEADER = struct.Struct(">hhih")
_ANSWER_PARTITION = struct.Struct(">ihqqqii")
_LAST_OFFSET_DELTA_AT = 23
"""Byte of the last offset delta in a record batch, format 2."""

_OFFSET_OUT_OF_RANGE, _NOT_LEADER = 1, 6


@dataclass(frozen=True, slots=True)
class _Fetched:
    """One partition of a Fetch answer; `batch` is one record batch, or nothing at the log's end."""

    error: int
    next_offset: int
    first_offset: int
    batch: bytes


def _fill(connections: list[socket.socket], topic: str, partition: int) -> Fill:
    """The mock cluster tells no one its sizes, so every batch is fetched and added up."""
    for connection in connections:
        seen = _fetch(connection, topic, partition, 0)
        if seen.error != _NOT_LEADER:
            break
    offset, size_bytes = seen.first_offset, 0
    while offset < seen.next_offset:
        fetched = _fetch(connection, topic, partition, offset)
        if fetched.error == _OFFSET_OUT_OF_RANGE and fetched.first_offset > offset:
            offset = fetched.first_offset  # dropped under our hands
        elif fetched.error or not fetched.batch:
            raise OSError(f"{topic}[{partition}] at offset {offset}: the embedded broker answered {fetched.error}")
        else:
            size_bytes += len(fetched.batch)
            (last_offset_delta,) = struct.unpack_from(">i", fetched.batch, _LAST_OFFSET_DELTA_AT)
            offset = struct.unpack_from(">q", fetched.batch)[0] + last_offset_delta + 1
    return Fill(size_bytes=size_bytes, first_offset=seen.first_offset, next_offset=seen.next_offset)


def _fetch(connection: socket.socket, topic: str, partition: int, offset: int) -> _Fetched:
    name = topic.encode()
    body = (
        _REQUEST_HEADER.pack(_FETCH_KEY, _FETCH_VERSION, 0, -1)  # correlation 0, no client id
        # replica -1, wait 0 ms, 0 bytes at least, bytes at most, read uncommitted; one topic
        + struct.pack(">iiiibi", -1, 0, 0, PARTITION_BYTES_MAX, 0, 1)
        + struct.pack(f">h{len(name)}s", len(name), name)
        # one partition: its number, the offset, our log start (none), bytes at most
        + struct.pack(">iiqqi", 1, partition, offset, -1, PARTITION_BYTES_MAX)
    )
    connection.sendall(struct.pack(">i", len(body)) + body)
    answer = _receive(connection, *struct.unpack(">i", _receive(connection, 4)))
    # correlation, throttle time, one topic, its name, one partition
    at = 4 + 4 + 4 + 2 + len(name) + 4
    _, error, next_offset, _, first_offset, _, batch_bytes = _ANSWER_PARTITION.unpack_from(answer, at)
    at += _ANSWER_PARTITION.size
    return _Fetched(error, next_offset, first_offset, answer[at : at + batch_bytes])


def _receive(connection: socket.socket, size_bytes: int) -> bytes:
    chunks, missing = [], size_bytes
    while missing:
        chunk = connection.recv(missing)
        if not chunk:
            raise OSError("the embedded broker closed the connection")
        chunks.append(chunk)
        missing -= len(chunk)
    return b"".join(chunks)
