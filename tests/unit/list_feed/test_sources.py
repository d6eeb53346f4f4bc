"""The table of sources: what ships is sound, and a bad row is named with its key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streamer.list_feed.sources import sources
from streamer.list_feed.sync import ordered
from streamer.watchlists import PARSERS, InvalidList, read_list
from tests.shared import shared

ROW = """
[[source]]
name = "mirror"
title = "a mirror"
jurisdiction = "US"
kind = "un"
url = "https://mirror.example/un.xml"
files = {"un.xml" = ""}
poll_minutes = 60
entries = [1, 10]
age_hours_max = 24
bytes_max = 1000
begins = '<'
"""


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    return path


def test_official_lists_are_the_default_and_come_encrypted() -> None:
    rows = sources()
    assert [name for name, row in rows.items() if row.default] == ["ofac", "un", "eu", "uk"]
    assert all(row.url.startswith("https://") and row.kind in PARSERS for row in rows.values())
    # Two defaults that fill one list would replace each other for ever.
    defaults = [row.list for row in rows.values() if row.default]
    assert len(set(defaults)) == len(defaults)


@pytest.mark.parametrize(("name", "path"), [("ofac", "data/ofac"), ("un", "data/un/consolidated.xml")])
def test_the_real_lists_are_within_their_bands(name: str, path: str) -> None:
    row, real = sources()[name], shared(path)
    fewest, most = row.entries
    entries = len(read_list(f"{row.kind}={real}").entities)
    assert fewest < entries < most
    assert fewest > entries / 3, "a list that lost two thirds would pass"
    first = real / next(iter(row.files)) if row.is_folder else real
    assert re.match(row.begins.encode(), first.read_bytes()[:100])
    size = sum(file.stat().st_size for file in (real.iterdir() if row.is_folder else [real]))
    assert size < row.bytes_max


def test_a_row_of_your_own_replaces_the_table(tmp_path: Path) -> None:
    (row,) = sources(table(tmp_path, ROW)).values()
    assert (row.name, row.list, row.default, row.shrink_share_max) == ("mirror", "mirror", False, 0.10)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://mirror", "http://mirror", r"row 1 \(mirror\): url"),
        ("https://mirror", "https://user:secret@mirror", r"row 1 \(mirror\): url"),
        ('"un"', '"sdn"', "kind 'sdn' is unknown; the kinds are ofac"),
        ("[1, 10]", "[10, 1]", r"entries must be \[fewest, most\]"),
        ('"un.xml" =', '"../un.xml" =', "plain names of files"),
        ('{"un.xml" = ""}', '{"a" = "", "b" = ""}', "kind un reads one file"),
        ("begins = '<'", "begins = '('", "begins is no pattern"),
        ("poll_minutes = 60", "poll_minutes = 0", "poll_minutes"),
        ("bytes_max = 1000", "bytes_max = 1000\ncolour = 1", "colour"),
        (ROW, ROW + ROW, "the name mirror stands twice"),
        (ROW, "= no toml", "not TOML"),
        (ROW, "[list]", r"must hold \[\[source\]\] rows"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ROW
    with pytest.raises(InvalidList, match=said) as refused:
        sources(table(tmp_path, ROW.replace(old, new, 1)))
    assert "secret" not in str(refused.value)


def test_orders_are_rows_files_or_every_default() -> None:
    rows = sources()
    assert [order.name for order in ordered((), rows)] == ["ofac", "un", "eu", "uk"]
    one, two = ordered(("opensanctions", "csv=own.csv"), rows)
    assert (one.source, two.source, two.kind, two.path) == (rows["opensanctions"], None, "csv", Path("own.csv"))
    with pytest.raises(InvalidList, match="no source 'ofax': there are ofac, "):
        ordered(("ofax",), rows)
