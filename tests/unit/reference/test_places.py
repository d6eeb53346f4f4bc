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
TOWNS = (DATA / "towns.tsv").read_text("utf-8")
GAZETTEER = Gazetteer.from_toml((DATA / "places.toml").read_text("utf-8"), TOWNS)
OWN = {p.code: frozenset({p.code[:2], "RU"} if "-" in p.code else {p.code}) for p in GAZETTEER.places}


def codes(elements: dict[str, str], country: str | None = None) -> set[str]:
    return {s.place.code for _, s in GAZETTEER.in_address(list(elements.items()), country, OWN)}


def test_no_name_on_a_clean_list_is_taken_for_a_place() -> None:
    people = ["Iran Lopez", "Havana Smith", "Tabriz Ahmed", "Cuba Gooding", "Shiraz Khan", "Syria Jones"]
    firms = ["Korea Electric Power", "Cuba Libre Bar", "Havana Road Ltd", "Damascus Steel Works"]
    assert not [name for name in (*people, *firms) if GAZETTEER.in_name(name)]


def test_every_spelling_finds_its_place() -> None:
    for place in GAZETTEER.places:
        for spelling in place.spellings:
            country = place.code[:2] if place.own_only else None
            assert place.code in codes({"town": spelling}, country), spelling
            # Greek chi among Latin letters has no capital that folds alike.
            if "Χ" not in spelling.upper() and "Һ" not in spelling.upper():
                assert place.code in codes({"town": f"12345 {spelling.upper()},"}, country), spelling


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


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ({"town": "Musan"}, "KP"),
        ({"town": "Hoeryong-si"}, "KP"),
        ({"lines[0]": "Street 5", "lines[1]": "12345 Hyesan city"}, "KP"),
        ({"lines[0]": "Pohjois-Korea"}, "KP"),
        ({"lines[0]": "เกาหลีเหนือ"}, "KP"),
        ({"lines[0]": "ที่อยู่ 5 เกาหลีเหนือ 10000"}, "KP"),
        ({"lines[0]": "Bac Trieu Tien"}, "KP"),
        ({"lines[0]": "Észak-Korea"}, "KP"),
        ({"lines[0]": "Street 5", "lines[1]": "N0rth Korea"}, "KP"),
        ({"lines[0]": "N0rth K0re@"}, "KP"),
        ({"lines[0]": "Nort Korea"}, "KP"),
        ({"lines[0]": "North Koria"}, "KP"),
        ({"town": "P7ongyang"}, "KP"),
        ({"town": "Pyongynag"}, "KP"),
        ({"town": "T3hran"}, "IR"),
        ({"lines[0]": "1ran"}, "IR"),
        ({"town": "Qa'em Shahr"}, "IR"),
        ({"town": "Qaem Shahr"}, "IR"),
        ({"town": "Guanabacoa"}, "CU"),
        ({"town": "Cub4"}, "CU"),
        ({"town": "Lysychansk"}, "UA-LNR"),
        ({"lines[0]": "вул. Миру 5", "lines[1]": "м. Лисичанськ"}, "UA-LNR"),
        ({"town": "Debaltseve"}, "UA-DNR"),
        ({"town": "Avdiivka"}, "UA-DNR"),
        ({"town": "Bakhchysarai"}, "UA-43"),
        ({"region": "Volksrepublik Donezk"}, "UA-DNR"),
    ],
)
def test_towns_and_countries_are_found_in_many_writings(elements: dict[str, str], code: str) -> None:
    assert codes(elements) == {code}


@pytest.mark.parametrize(
    ("elements", "country"),
    [
        ({"town": "Kramatorsk"}, "UA"),
        ({"town": "Sloviansk"}, "UA"),
        ({"town": "Pokrovsk"}, "UA"),
        ({"town": "Kyiv"}, "UA"),
        ({"town": "Santa Clara"}, "US"),
        ({"town": "Morón"}, "AR"),
        ({"town": "Colón"}, "PA"),
        ({"town": "San Luis"}, None),
        ({"town": "Trinidad"}, None),
        ({"lines[0]": "Guide 5"}, None),
        ({"lines[0]": "12 Main St", "lines[1]": "Matanzas, Mexico"}, None),
        ({"lines[0]": "Musan Trading House"}, "DE"),
        ({"street": "Gibara 5"}, "DE"),
        ({"lines[0]": "South Korea"}, None),
        ({"lines[0]": "Order INV2024 C0DE 4711"}, None),
        ({"town": "Seoul"}, "KR"),
        ({"town": "Colombia"}, None),
    ],
)
def test_other_places_are_left_alone(elements: dict[str, str], country: str | None) -> None:
    assert codes(elements, country) == set()


def test_a_village_of_the_region_needs_ukraine_or_russia_beside_it() -> None:
    villages = [place for place in GAZETTEER.places if place.own_only]
    assert villages
    assert codes({"town": villages[0].spellings[0]}, "UA") == {villages[0].code}
    assert codes({"town": villages[0].spellings[0]}) == set()


@pytest.mark.parametrize("text", ["North Korean history textbook", "Musan invoice", "Gibara", "info@example.com"])
def test_small_towns_and_adjectives_do_not_count_in_texts(text: str) -> None:
    assert GAZETTEER.in_text(text) == ()


@pytest.mark.parametrize("line", ["KP\tx\t\t*\tMusan", "KP\tt\t\t?\tMusan", "KP\tt\t\t*"])
def test_a_wrong_line_of_towns_is_refused_with_its_number(line: str) -> None:
    toml = (DATA / "places.toml").read_text("utf-8")
    with pytest.raises(InvalidPlaces, match=r"towns\.tsv, line 2"):
        Gazetteer.from_toml(toml, f"# head\n{line}\n")


def test_the_generated_file_names_its_sources_and_only_what_is_not_written_by_hand() -> None:
    assert "CC BY 4.0" in TOWNS and "Unicode License" in TOWNS
    by_hand = {
        s for place in Gazetteer.from_toml((DATA / "places.toml").read_text("utf-8")).places for s in place.spellings
    }
    generated = {s for line in TOWNS.splitlines() if line[0] != "#" for s in line.split("\t")[4:]}
    assert len(generated) > 10_000
    assert not by_hand & generated
