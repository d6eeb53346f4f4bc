"""The gazetteer: every spelling is found, and names of people are not places. Texts stand in test_jurisdictions."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.reference.places import Gazetteer, InvalidPlaces
from streamer.reference.text import plain
from tests.shared import shared

DATA = Path(__file__).resolve().parents[3] / "streamer" / "data"
GAZETTEER = Gazetteer.from_toml((DATA / "places.toml").read_text("utf-8"))


def test_no_name_on_a_clean_list_is_taken_for_a_place() -> None:
    people = ["Iran Lopez", "Havana Smith", "Tabriz Ahmed", "Cuba Gooding", "Shiraz Khan", "Syria Jones"]
    firms = ["Korea Electric Power", "Cuba Libre Bar", "Havana Road Ltd", "Damascus Steel Works"]
    assert not [name for name in (*people, *firms) if GAZETTEER.in_name(name)]


def test_every_spelling_finds_its_place() -> None:
    for place in GAZETTEER.places:
        for spelling in place.spellings:
            own = {place.code: frozenset({place.code[:2]})}
            own |= {p.code: frozenset({p.code[:2]}) for p in GAZETTEER.places}
            found = {s.place.code for _, s in GAZETTEER.in_address([("town", spelling)], None, own)}
            assert place.code in found, spelling
            upper = GAZETTEER.in_address([("town", f"12345 {spelling.upper()},")], None, own)
            assert place.code in {s.place.code for _, s in upper}, spelling


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('code = "KP"\nkind = "city"\nspellings = ["X"]', "kind 'city'; use one of country, region, town"),
        ('code = "KP"\nkind = "town"\nspelling = ["X"]', "unknown key 'spelling'"),
        ('code = "KP"\nkind = "town"\nspellings = []', "needs a code and at least one spelling"),
    ],
)
def test_a_wrong_place_is_refused_with_its_cure(entry: str, message: str) -> None:
    with pytest.raises(InvalidPlaces, match=message):
        Gazetteer.from_toml(f"[[place]]\n{entry}\n[context]\n")


def test_no_clean_name_is_taken_for_a_place() -> None:
    with shared("eval/clean_names_dev.csv").open(encoding="utf-8") as names:
        clean = [row["name"] for row in csv.DictReader(names)]
    assert len(clean) > 1_000
    assert not [name for name in clean if GAZETTEER.in_name(name)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("P\u02bcy\u014fngyang", "P\u02bcyongyang"),
        ("\u0421rim\u0435a", "Crimea"),  # Cyrillic С and е
        ("Cri\u200bmea", "Crimea"),
        ("K\u0131r\u0131m", "Kirim"),
        ("\u041a\u0440\u044b\u043c", "\u041a\u0440\u044b\u043c"),  # honest Cyrillic stays
    ],
)
def test_accents_invisible_and_disguised_letters_do_not_hide_a_word(text: str, read: str) -> None:
    assert plain(text) == read


@given(st.text(alphabet=st.sampled_from("acuhvnir KPo,.-'2朝鲜平壤古巴キューКрыму\u0301\u200b\u0130"), max_size=60))
def test_any_text_has_an_answer_and_case_does_not_matter(text: str) -> None:
    assert {s.spelling for s in GAZETTEER.in_text(text)} >= {s.spelling for s in GAZETTEER.in_name(text)}
    if text.isascii():
        assert GAZETTEER.in_text(text.lower()) == GAZETTEER.in_text(text.title())
