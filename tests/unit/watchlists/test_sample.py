"""The shipped sample is a sample under whatever name it travels."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from streamer.watchlists import parse, sample_lists

SAMPLE = resources.files("streamer.data.sample").joinpath("watchlist.csv").read_bytes()


def test_every_shipped_list_is_marked() -> None:
    lists = sample_lists()
    assert {parsed.names for parsed in lists} == {("ofac",), ("press",)}
    assert all(parsed.sample for parsed in lists)


def test_a_copy_of_the_shipped_file_is_a_sample(tmp_path: Path) -> None:
    copy = tmp_path / "ofac.csv"
    copy.write_bytes(SAMPLE)
    assert parse("csv", copy).sample


def test_a_list_of_your_own_is_none(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes(SAMPLE.replace(b"VOLASYS", b"WOLASYS", 1))
    assert not parse("csv", own).sample
