"""What a worker has seen of signed lists outlives it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.list_feed.seen import SeenManifests
from streamer.watchlists.entity import InvalidList

AT = datetime(2026, 11, 20, 12, 30, 15, 250_000, tzinfo=UTC)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "not there yet"
    assert SeenManifests(folder).read() == {}
    SeenManifests(folder).write({"ofac": AT})
    SeenManifests(folder).write({"ofac": AT, "un": AT.replace(year=2027)})
    assert SeenManifests(folder).read() == {"ofac": AT, "un": AT.replace(year=2027)}
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b'{"ofac": 7}', b'{"ofac": "x"}', b'{"ofac": "2026-11-20T00:00:00"}', b"\xff"]
)
def test_a_file_that_is_not_ours_is_not_taken_for_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lists-seen.json").write_bytes(content)
    with pytest.raises(InvalidList, match=r"lists-seen\.json cannot be read.*delete it"):
        SeenManifests(tmp_path).read()
