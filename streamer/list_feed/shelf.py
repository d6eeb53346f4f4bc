"""What the records of the `sanctions` topic add up to: complete, verified editions, or why not."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from pydantic import ValidationError

from streamer.list_feed.editions import Edition, Manifest, entities_by_id, signature
from streamer.list_feed.guards import RefusedList
from streamer.watchlists.entity import InvalidList

log = logging.getLogger(__name__)

CHUNK_RAW_BYTES_MAX = 8 * 1024 * 1024
"""More than this is not decompressed: no publisher of ours writes it."""

REFUSALS_MAX = 100
"""Lists whose refusal is remembered: names come from whoever may write to the topic."""
_CHUNK_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")
"""Below LIST_CHUNKS_MAX."""


def _refuse_unsigned(name: str, value: bytes, key: str) -> None:
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        fields = None
    signed = fields.get("signature") if isinstance(fields, dict) else None
    if not isinstance(signed, str) or not hmac.compare_digest(signed.encode(), signature(fields, key).encode()):
        raise RefusedList(
            f"sanctions topic: the manifest of {name} is not signed by STREAMER_LISTS_KEY; refused. Sync it where that "
            "key is configured",
            "unsigned",
        )


def _decompressed(chunk: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        raw = unpack.decompress(chunk, CHUNK_RAW_BYTES_MAX)
    except zlib.error as error:
        raise InvalidList(f"sanctions topic: a chunk is not zlib data: {error}") from None
    if not unpack.eof:
        raise InvalidList(f"sanctions topic: a chunk is cut, or exceeds {CHUNK_RAW_BYTES_MAX} bytes")
    return raw


@dataclass(slots=True)
class Shelf:
    """What the records of the topic add up to. Feed it every record in order; ask it for complete editions."""

    key: str | None = field(default=None, repr=False)
    """With it, manifests it did not sign are refused, and so are older ones put back and unsigned deletions."""
    seen: Mapping[str, datetime] = field(default_factory=dict)
    """List -> when its newest signed manifest known before was fetched; with a key, older ones are refused."""
    manifests: dict[str, Manifest] = field(default_factory=dict)
    chunks: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    """In force: the last complete edition of each list."""
    refused: dict[str, str] = field(default_factory=dict)
    """List -> why its newest version is not in force though all its records are there; the one before stays."""
    refused_for: dict[str, str] = field(default_factory=dict)
    """List -> the same as one of metrics.LIST_REFUSED_REASONS."""

    def put(self, key: bytes, value: bytes | None) -> str | None:
        """Take one record, whatever it holds. Returns the list whose edition in force changed, or None."""
        name, *rest = key.decode("utf-8", "replace").split("/")
        try:
            if rest == ["manifest"]:
                changed = self._put_manifest(name, value)
            elif len(rest) == 2 and _CHUNK_NUMBER.fullmatch(rest[1]):
                changed = self._put_chunk(name, rest[0], int(rest[1]), value)
            else:
                log.warning("sanctions topic: a key of unknown shape was passed over")
                return None
        except InvalidList as error:
            # One bad record must not stop every worker: they go on with the last good copy, which grows stale.
            if name in self.refused or len(self.refused) < REFUSALS_MAX:
                self.refused[name] = str(error)
                self.refused_for[name] = error.reason if isinstance(error, RefusedList) else "unreadable"
            return None
        if changed is not None:
            self.refused.pop(changed, None)
            self.refused_for.pop(changed, None)
        return changed

    def _put_chunk(self, name: str, version: str, n: int, value: bytes | None) -> str | None:
        if value is None:
            self._forget_chunk(name, version, n)
            return None
        in_force = self.editions.get(name)
        if in_force is None or in_force.manifest.version != version:
            self.chunks.setdefault((name, version), {})[n] = value
        return self._completed(name)

    def _put_manifest(self, name: str, value: bytes | None) -> str | None:
        if value is None:
            if self.key is not None:
                raise RefusedList(f"sanctions topic: an unsigned record deletes list {name}; refused", "unsigned")
            self.manifests.pop(name, None)
            return name if self.editions.pop(name, None) else None
        if self.key is not None:
            _refuse_unsigned(name, value, self.key)
        try:
            manifest = Manifest.model_validate_json(value)
        except ValidationError as error:
            raise InvalidList(
                f"sanctions topic: the manifest of {name} cannot be read: {error.errors()[0]['msg']}"
            ) from None
        if manifest.list != name:
            raise InvalidList(f"sanctions topic: the manifest under the key of {name} is that of another list")
        known = self.manifests.get(name)
        newest = max((at for at in (known and known.fetched_at, self.seen.get(name)) if at), default=None)
        if self.key is not None and newest is not None and manifest.fetched_at < newest:
            # Its signature is good for ever: whoever may write to the topic could put an old version back.
            raise RefusedList(
                f"sanctions topic: a manifest of {name} fetched at {manifest.fetched_at:%Y-%m-%dT%H:%M:%SZ} follows "
                f"one of {newest:%Y-%m-%dT%H:%M:%SZ}; refused. `streamer lists sync` publishes a newer one",
                "older",
            )
        self.manifests[name] = manifest
        in_force = self.editions.get(name)
        if in_force and in_force.manifest.version == manifest.version:
            # Verified again: same content, newer date.
            self.editions[name] = Edition(manifest, in_force.entities)
            return name
        return self._completed(name)

    def _completed(self, name: str) -> str | None:
        manifest = self.manifests.get(name)
        if manifest is None:
            return None
        in_force = self.editions.get(name)
        if in_force and in_force.manifest.version == manifest.version:
            return None
        held = self.chunks.get((name, manifest.version), {})
        if any(n not in held for n in range(manifest.chunks)):
            return None
        raw_chunks = [_decompressed(held[n]) for n in range(manifest.chunks)]
        version = hashlib.sha256()
        for chunk in raw_chunks:
            version.update(chunk)
        if version.hexdigest() != manifest.version:
            raise InvalidList(f"list {name}: the chunks of version {manifest.version[:12]} do not give its sha256")
        entities = entities_by_id(name, raw_chunks)
        if in_force:
            # What did not change stays the object it was: whoever compares sees it at once, and the twins of a whole
            # list are not freed at one go, which would hold up the stream.
            for key, known in in_force.entities.items():
                if entities.get(key) == known:
                    entities[key] = known
        self.editions[name] = Edition(manifest, entities)
        # The bytes have served: keep no second copy of the list.
        del self.chunks[name, manifest.version]
        return name

    def _forget_chunk(self, name: str, version: str, n: int) -> None:
        held = self.chunks.get((name, version))
        if held is not None:
            held.pop(n, None)
            if not held:
                del self.chunks[name, version]

    def missing(self) -> tuple[str, ...]:
        """Lists whose newest manifest is not complete yet, with how many chunks are there."""
        return tuple(
            f"{name} ({len(self.chunks.get((name, manifest.version), {}))} of {manifest.chunks} chunks)"
            for name, manifest in sorted(self.manifests.items())
            if name not in self.editions or self.editions[name].manifest.version != manifest.version
        )
