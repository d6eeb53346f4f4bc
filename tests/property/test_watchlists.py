"""Whatever a list file holds, it is entities or InvalidList, never another exception and never half a list."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streamer.watchlists import PARSERS, InvalidList, ParsedList, entity_from_json, entity_to_json, parse
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.documents import number_in
from streamer.watchlists.draft import Draft
from streamer.watchlists.entity import EntityType
from streamer.watchlists.remarks import read_remarks
from streamer.watchlists.un import names_in
from tests.unit.watchlists.fixtures import LISTS

SINGLE_FILE: Final = {
    "ofac-xml": LISTS / "ofac_advanced.xml",
    "un": LISTS / "un.xml",
    "eu": LISTS / "eu.xml",
    "uk": LISTS / "uk.csv",
    "opensanctions": LISTS / "targets.simple.csv",
    "csv": LISTS / "own.csv",
    "ownership": LISTS / "ownership.csv",
}
OFAC_FILES: Final = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")

SIGNS: Final = (
    *(b'"', b",", b"\n", b"\r\n", b"-0- ", b"\x1a", b"\xff", b";", b"<", b">", b"&", b"</", b"]", b"(", b")", b"\x00"),
    *(b"9001", b"DOB ", b"alt. ", b"Passport ", b"{", b"}", b"[", b":", b'"id"', b"\xef\xbb\xbf"),
    *(b"<!DOCTYPE x>", b"&#xD800;"),
)
pieces = st.sampled_from(SIGNS)
any_bytes = st.binary(max_size=400) | st.lists(pieces | st.binary(max_size=8), max_size=60).map(b"".join)


def damage(content: bytes, at: float, cut: int, inserted: bytes) -> bytes:
    start = int(at * len(content))
    return content[:start] + inserted + content[start + cut :]


def entities_or_invalid(read: Callable[[], ParsedList]) -> None:
    try:
        parsed = read()
    except InvalidList as error:
        assert str(error)
    else:
        assert parsed.entities
        assert len({entity.id for entity in parsed.entities}) == len(parsed.entities)
        for entity in parsed.entities:
            assert entity.names
            assert entity_from_json(entity_to_json(entity)) == entity


def parsed_from(kind: str, content: bytes) -> Callable[[], ParsedList]:
    def read() -> ParsedList:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "list"
            file.write_bytes(content)
            return parse(kind, file)

    return read


def test_every_kind_is_fuzzed() -> None:
    assert {*SINGLE_FILE, "ofac"} == set(PARSERS)


@pytest.mark.parametrize("kind", SINGLE_FILE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=any_bytes)
@example(content=b"")
@example(content=b"{")
@example(content=b'{"id":"a","schema":"Person","caption":"\\ud800","target":true}')
def test_any_bytes(kind: str, content: bytes) -> None:
    entities_or_invalid(parsed_from(kind, content))


@pytest.mark.parametrize("kind", SINGLE_FILE)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.floats(0, 1), cut=st.integers(0, 200), inserted=any_bytes)
def test_any_damage_to_a_good_file(kind: str, at: float, cut: int, inserted: bytes) -> None:
    entities_or_invalid(parsed_from(kind, damage(SINGLE_FILE[kind].read_bytes(), at, cut, inserted)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(OFAC_FILES), at=st.floats(0, 1), cut=st.integers(0, 300), inserted=any_bytes)
def test_any_damage_to_an_ofac_file(name: str, at: float, cut: int, inserted: bytes) -> None:
    def read() -> ParsedList:
        with tempfile.TemporaryDirectory() as directory:
            for file in (LISTS / "ofac").iterdir():
                content = file.read_bytes()
                (Path(directory) / file.name).write_bytes(
                    damage(content, at, cut, inserted) if file.name == name else content
                )
            return parse("ofac", Path(directory))

    entities_or_invalid(read)


WORDS: Final = (
    *("DOB ", "alt. ", "circa ", "1970", " to ", "POB ", "; ", ".", "a.k.a. '", "'", "Passport ", "(Iran)", "issued "),
    *("Digital Currency Address - ", "XBT ", "Linked To: ", "Tax ID No. ", "Gender ", "nationality ", "-", "("),
)
ofac_text = st.lists(st.sampled_from(WORDS) | st.text(max_size=10), max_size=40).map("".join)


@given(ofac_text, st.booleans(), st.booleans())
def test_no_word_of_any_remark_is_lost(text: str, starts: bool, complete: bool) -> None:
    draft = Draft("ofac", "1", EntityType.PERSON)
    read_remarks(draft, text, starts=starts, complete=complete)
    if not any(part.strip(" .") for part in text.split(";")):
        return
    kept = [
        getattr(draft, field) for field in Draft.__dataclass_fields__ if field not in ("list_name", "native_id", "type")
    ]
    assert any(kept)


@given(st.text(max_size=300) | ofac_text)
def test_any_text_is_read_as_names_dates_and_numbers(text: str) -> None:
    assert all(name.strip() == name for name in names_in(text) if name.isascii())
    assert partial_date(text) is None or len(partial_date(text) or "") in (4, 7, 10)
    birth_date(text)
    number_in(text)


@pytest.mark.parametrize(
    "filler", ["(", ")", "((", "a (b) ", ";", "b) ", "issued ", " - ", "a to ", "A.", "Passport 1 (", "'"]
)
def test_long_repetitive_texts_take_no_longer_than_they_should(filler: str) -> None:
    text = filler * 4000
    draft = Draft("ofac", "1", EntityType.PERSON)
    read_remarks(draft, text)
    names_in(text)
    number_in(text)
    birth_date(text)
