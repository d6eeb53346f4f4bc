"""The analyst's desk: what was decided on an event, and a signed word on it. Keys stay on the analyst's machine."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from streamer.dispositions import Published, disposition_of, signed
from streamer.events import Disposition, Outcome, Verdict
from streamer.files.rows import InvalidInput
from streamer.kafka.reconcile import records
from streamer.settings import Settings

_SEAL_CHARS = 64
"""SHA-256 in hex."""

_DISPOSITIONS_BYTES_MAX = 64 * 1024 * 1024
"""Of a file handed from one analyst to another."""


def decisions_on(settings: Settings, key: str, since: datetime | None) -> list[Published]:
    """The decisions on an event id, or on the key an unreadable record had; oldest first, each id once."""
    found: dict[str, Published] = {}
    for record in records(settings, "decisions", since, key.encode()):
        seal = dict(record.headers).get("seal", b"").decode("ascii", "replace")[:_SEAL_CHARS]
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        one = Published.of(at, key.encode(), record.value, seal)
        known = found.setdefault(one.decision.decision_id, one)
        if one.seal and not known.seal:
            found[one.decision.decision_id] = one
    return list(found.values())


def standing(known: Sequence[Published]) -> list[Published]:
    """Those that block and that no other supersedes."""
    superseded = {one.decision.supersedes for one in known}
    return [
        one
        for one in known
        if one.decision.decision_id not in superseded and one.decision.verdict is not Verdict.RELEASE
    ]


def without_seal(known: Iterable[Published]) -> list[Published]:
    """Those that no worker would let anybody resolve."""
    return [one for one in known if not one.seal]


def sign(
    decisions: Iterable[Published], outcome: Outcome, reason: str, analyst: str, secret: Ed25519PrivateKey
) -> list[Disposition]:
    """One disposition for each decision, signed now."""
    at = datetime.now(UTC)
    return [signed(disposition_of(one, outcome, reason), analyst, secret, at) for one in decisions]


def publish(settings: Settings, dispositions: Iterable[Disposition]) -> int:
    """To the dispositions topic, confirmed by all in-sync replicas; returns how many."""
    from kafka import KafkaProducer  # noqa: PLC0415

    producer = KafkaProducer(**settings.command_client(), acks="all", enable_idempotence=True)
    try:
        sent = [
            producer.send(
                settings.topic("dispositions"), key=d.disposition_id.encode(), value=d.model_dump_json().encode()
            )
            for d in dispositions
        ]
        for confirmation in sent:
            confirmation.get(timeout=60)
    finally:
        producer.close(timeout=10)
    return len(sent)


def to_file(path: Path, dispositions: Iterable[Disposition]) -> None:
    """JSON lines, for the next analyst to sign."""
    path.write_bytes(b"".join(d.model_dump_json().encode() + b"\n" for d in dispositions))


def from_file(path: Path) -> list[Disposition]:
    """Raises InvalidInput naming file and line."""
    if path.stat().st_size > _DISPOSITIONS_BYTES_MAX:
        raise InvalidInput(
            f"{path}: larger than {_DISPOSITIONS_BYTES_MAX // 2**20} MiB; this is no file of dispositions"
        )
    dispositions = []
    for n, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            dispositions.append(Disposition.model_validate_json(line))
        except ValidationError:
            raise InvalidInput(
                f"{path}, line {n}: no disposition; write it with `dispositions sign --output`"
            ) from None
    if not dispositions:
        raise InvalidInput(f"{path}: empty; write it with `streamer dispositions sign --output`")
    return dispositions


# ---------------------------------------------------------------- keys


_PASSPHRASE_CHARS_MIN: Final = 12
_PASSPHRASE_LETTERS_MIN: Final = 5
"""Different ones: neither one key held down nor two in turn."""


def new_key(path: Path, passphrase: str) -> str:
    """A new Ed25519 key into a file that only its owner reads, encrypted; returns the public key in base64.

    Raises InvalidInput for a passphrase that is quickly guessed: whoever copies the file could release payments.
    """
    if len(passphrase.strip()) < _PASSPHRASE_CHARS_MIN or len(set(passphrase)) < _PASSPHRASE_LETTERS_MIN:
        raise InvalidInput(
            f"the passphrase is too short or too simple: {_PASSPHRASE_CHARS_MIN} characters at least, "
            f"{_PASSPHRASE_LETTERS_MIN} of them different; four or five words do"
        )
    secret = Ed25519PrivateKey.generate()
    pem = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(pem)
    public = secret.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(public).decode()


def read_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Raises InvalidInput where the file is no key, or the passphrase another's."""
    try:
        secret = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
    except (ValueError, TypeError):
        raise InvalidInput(f"{path}: no encrypted private key, or the passphrase is wrong") from None
    if not isinstance(secret, Ed25519PrivateKey):
        raise InvalidInput(f"{path}: no Ed25519 key; make one with `streamer dispositions keygen`")
    return secret
