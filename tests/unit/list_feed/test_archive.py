"""The archive: what is kept comes back, whoever changes it is found out, and nothing is kept half."""

from __future__ import annotations

import gzip
import hashlib
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.list_feed.archive import Archive, NotArchived
from streamer.list_feed.editions import edition_from
from streamer.policy import policy_from_toml, shipped_policy
from streamer.watchlists import sample_lists

AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_content_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.keep(b"content")
    assert sha256 == hashlib.sha256(b"content").hexdigest()
    assert archive.keep(b"content") == sha256
    assert archive.read(sha256) == b"content"
    (kept,) = files(tmp_path)
    # Anybody can check it with gzip and sha256sum.
    assert gzip.decompress(kept.read_bytes()) == b"content"


def test_a_list_version_and_a_policy_are_found_under_the_digests_of_decisions(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    edition, _ = edition_from(sample_lists()[0], AT)
    archive.keep_edition(edition)
    assert archive.entities("ofac", edition.manifest.version) == edition.entities
    assert archive.manifests("ofac") == (edition.manifest,)
    for policy in (shipped_policy(), policy_from_toml("[screening]\nhold = 0.95\n", "a test")):
        archive.keep_policy(policy)
        assert archive.policy(policy.version) == policy


def test_a_file_that_changes_while_it_is_kept_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "un.xml"
    path.write_bytes(b"as it was read")
    read = hashlib.sha256(b"as it was read").hexdigest()
    archive = Archive(tmp_path / "archive")
    archive.keep_file(path, read)
    assert archive.read(read) == b"as it was read"
    path.write_bytes(b"as it is now")
    with pytest.raises(NotArchived, match="changed while it was archived"):
        archive.keep_file(path, hashlib.sha256(b"something else").hexdigest())
    assert len(files(tmp_path / "archive")) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (gzip.compress(b"forged"), "is not what its name says"),
        (gzip.compress(b"content")[:-5], "cannot be read"),
        (b"no gzip", "cannot be read"),
    ],
    ids=["forged", "cut", "other"],
)
def test_what_was_changed_is_found_out(tmp_path: Path, damage: bytes, said: str) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.keep(b"content")
    files(tmp_path)[0].write_bytes(damage)
    with pytest.raises(NotArchived, match=said):
        archive.read(sha256)


def test_what_is_not_there_or_no_digest_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotArchived, match="is not there"):
        Archive(tmp_path).read("0" * 64)
    with pytest.raises(NotArchived, match="is no sha256"):
        Archive(tmp_path).read("../../etc/passwd")
    assert Archive(tmp_path / "never made").manifests("ofac") == ()


def test_two_at_once_keep_the_same(tmp_path: Path) -> None:
    content = b"content" * 100_000
    threads = [threading.Thread(target=Archive(tmp_path).keep, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = files(tmp_path)
    assert gzip.decompress(kept.read_bytes()) == content
