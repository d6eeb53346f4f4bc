"""What decided: raw files, list versions, policies, kept by their sha256 for the years in which somebody may ask.

    content/ab/abcdef….gz              anything, named by the sha256 of what is in it (`zcat … | sha256sum`)
    lists/<list>/<time>-<version>.json the manifest of a version, when it was published

A list version's digest is that of its entities as JSON lines, a policy's that of its canonical JSON: both are found
here under the very digests that decisions carry, and whoever reads them checks the digest. Nothing is ever changed
or deleted; two publishers at once write the same bytes to the same name.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path
from typing import IO, Final

import orjson
from pydantic import ValidationError

from streamer.events import digest
from streamer.list_feed.editions import Edition, Manifest, entities_by_id, raw_lines
from streamer.policy import Policy
from streamer.watchlists.entity import Entity, InvalidList

BLOCK_BYTES: Final = 1024 * 1024
_CONTENT_BYTES_MAX: Final = 8 * 1024**3
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class NotArchived(InvalidList):
    """The archive does not hold it, or holds something else under its name. Names what, and where it could be."""


class Archive:
    """A folder; made when first written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # ------------------------------------------------------------ content by digest

    def holds(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def keep(self, content: bytes) -> str:
        """Returns the sha256 under which it is kept."""
        sha256 = digest(content)
        if not self.holds(sha256):
            self._write(self._path(sha256), lambda out: _packed(out, (content,)))
        return sha256

    def keep_file(self, path: Path, sha256: str) -> None:
        """Raises NotArchived where the file does not have that digest: it changed since it was read."""
        if self.holds(sha256):
            return
        hashed = hashlib.sha256()

        def blocks() -> Iterable[bytes]:
            with path.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    hashed.update(block)
                    yield block
            if hashed.hexdigest() != sha256:
                raise NotArchived(f"{path} changed while it was archived; sync it again")

        self._write(self._path(sha256), lambda out: _packed(out, blocks()))

    def read(self, sha256: str, what: str = "it") -> bytes:
        """Raises NotArchived where it is missing or damaged."""
        hashed, blocks = hashlib.sha256(), []
        try:
            with gzip.open(self._path(sha256), "rb") as file:
                while block := file.read(BLOCK_BYTES):
                    hashed.update(block)
                    blocks.append(block)
                    if len(blocks) * BLOCK_BYTES > _CONTENT_BYTES_MAX:
                        raise NotArchived(
                            f"archive {self.folder}: {what} ({sha256[:12]}) is larger than anything we keep"
                        )
        except FileNotFoundError:
            raise NotArchived(
                f"archive {self.folder}: {what} ({sha256}) is not there; is it in another, STREAMER_ARCHIVE_DIR?"
            ) from None
        except (OSError, EOFError, zlib.error) as error:
            raise NotArchived(f"archive {self.folder}: {what} ({sha256}) cannot be read: {error}") from None
        if hashed.hexdigest() != sha256:
            raise NotArchived(f"archive {self.folder}: {what} ({sha256}) is not what its name says: it was changed")
        return b"".join(blocks)

    def unpacked(self, sha256: str, to: Path) -> Path:
        """Write the content to a file."""
        to.write_bytes(self.read(sha256, to.name))
        return to

    # ------------------------------------------------------------ lists and policies

    def keep_edition(self, edition: Edition) -> None:
        """The entities under the version, and the manifest under its time."""
        manifest = edition.manifest
        if not self.holds(manifest.version):
            kept = self.keep(raw_lines(edition.entities))
            assert kept == manifest.version, "a version is the digest of its lines"
        time = manifest.fetched_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.folder / "lists" / manifest.list / f"{time}-{manifest.version[:12]}.json"
        content = orjson.dumps(manifest.model_dump(mode="json"))
        self._write(path, lambda out: out.write(content))

    def manifests(self, name: str) -> tuple[Manifest, ...]:
        """Of one list, oldest first."""
        paths = sorted((self.folder / "lists" / name).glob("*.json"))
        try:
            return tuple(Manifest.model_validate_json(path.read_bytes()) for path in paths)
        except ValidationError as error:
            raise NotArchived(
                f"archive {self.folder}: a manifest of {name} cannot be read: {error.errors()[0]['msg']}"
            ) from None

    def entities(self, name: str, version: str) -> dict[str, Entity]:
        """Of one version of a list, by id."""
        return entities_by_id(name, [self.read(version, f"list {name}")])

    def keep_policy(self, policy: Policy) -> None:
        self.keep(policy.canonical)

    def policy(self, version: str) -> Policy:
        """Raises NotArchived."""
        content = self.read(version, "policy")
        try:
            return Policy.model_validate_json(content)
        except ValidationError as error:
            raise NotArchived(
                f"archive {self.folder}: the policy {version[:12]} is none this version of streamer knows: "
                f"{error.errors()[0]['msg']}; use the version that decided"
            ) from None

    # ------------------------------------------------------------ files

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise NotArchived(f"{sha256[:80]!r} is no sha256")
        return self.folder / "content" / sha256[:2] / f"{sha256}.gz"

    def _write(self, path: Path, write: Callable[[IO[bytes]], object]) -> None:
        """Whole or not at all: written beside it, then renamed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        incoming = path.parent / f".{path.name}.{secrets.token_hex(4)}"
        try:
            with incoming.open("xb") as out:
                write(out)
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)


def _packed(out: IO[bytes], blocks: Iterable[bytes]) -> None:
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as packed:
        for block in blocks:
            packed.write(block)
