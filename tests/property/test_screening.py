"""What holds for every name and every list."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streamer.events import PartyType
from streamer.screening import Query, Screener, compare, scoring
from streamer.screening.index import Index
from streamer.screening.names import tokenise
from streamer.watchlists.entity import Entity, EntityType, ListedName

SCORE_MIN = 0.65

WORDS = """
ahmad ahmed mohammed muhammad hassan hussein ali omar khalid halid ivan sergei sergey petrov petrova ermakov yermakov
silver star silverstar golden trading trdg international group shipping lukoil oil gazprom neft kim jong un chol chong
jung pak park
alejandro aleksandr sasha abdurrahman abderrahmane yusuf pepe tan chen
maria lopez perez rodkin andrei andrey nikolaevich kvachadze zurab bank of north wind
"""
ARABIC_WORDS = "أحمد محمد حسن حسين علي عمر خالد عبد الرحمن عبدالرحمن صلاح الدين بن يوسف"
word = st.sampled_from(WORDS.split())
names = st.lists(word, min_size=1, max_size=4).map(" ".join)
arabic = st.lists(st.sampled_from(ARABIC_WORDS.split()), min_size=1, max_size=4).map(" ".join)
people = names.map(lambda n: ", ".join(n.split(" ", 1)).title())


def entity(number: int, name: str, *, person: bool) -> Entity:
    return Entity("test", str(number), EntityType.PERSON if person else EntityType.ENTITY, (ListedName(name),))


lists = st.lists(st.tuples(st.one_of(names, people, arabic), st.booleans()), min_size=1, max_size=12).map(
    lambda rows: [entity(i, name, person=person) for i, (name, person) in enumerate(rows)]
)


def typo(text: str, at: int, letter: str) -> str:
    i = at % (len(text) + 1)
    return text[:i] + letter + text[i + 1 :]


queries = st.one_of(
    names,
    people,
    st.builds(typo, names, st.integers(0, 60), st.sampled_from(["", "x", "a", "0", " ", "-", "é"])),
)


def scores(screener: Screener, query: str, hits_max: int = 50) -> dict[str, float]:
    return {h.entity.id: h.score for h in screener.screen(Query(query), score_min=SCORE_MIN, hits_max=hits_max)}


@settings(max_examples=300, deadline=None)
@example([entity(0, "ahmad", person=False), entity(1, "ahmed hassan", person=False)], "ahmed ha san")
@example([entity(0, "ahmad petrova rodkin", person=False)], "petrovaxrodkin")
@example([entity(0, "ahmad ahmed", person=True)], "ahmad ahmad")
@given(lists, queries)
def test_the_index_finds_whatever_brute_force_finds(entities: list[Entity], query: str) -> None:
    index = Index(entities)
    name = tokenise(query)
    bits_min = scoring.bits_of(SCORE_MIN)
    numbers, similar = index.candidates(name, PartyType.UNKNOWN, bits_min)
    for number, one in enumerate(index.listed):
        lines = scoring.weigh(name, one.prepared, similar, person=one.type is PartyType.PERSON)
        if scoring.total(lines) >= bits_min:
            assert number in numbers, (query, one.name.text, lines)


repeated = st.lists(word, min_size=1, max_size=3, unique=True).flatmap(
    lambda few: st.lists(st.sampled_from(few), min_size=1, max_size=30)
)
"""Names that say a few words over and over."""


@settings(max_examples=150, deadline=None)
@example(["klein", "naumann star", "naumann silver"], "klein" + 20 * " neumann", True)
@given(st.lists(repeated.map(" ".join), min_size=1, max_size=8), repeated.map(" ".join), st.booleans())
def test_names_of_repeated_tokens_are_screened_in_lists_of_common_ones(
    listed: list[str], query: str, is_summed: bool
) -> None:
    entities = [entity(i, name, person=False) for i, name in enumerate(listed)]
    index = Index(entities)
    name = tokenise(query)
    bits_min = scoring.bits_of(SCORE_MIN)
    with pytest.MonkeyPatch.context() as patch:
        # The list of a few names behaves as the full one, whose common tokens are summed up in arrays.
        patch.setattr("streamer.screening.index.GATHERED_MAX", -1 if is_summed else 2_000)
        patch.setattr("streamer.screening.postings.FEW_NAMES", 0)
        numbers, similar = index.candidates(name, PartyType.UNKNOWN, bits_min)
    for number, one in enumerate(index.listed):
        lines = scoring.weigh(name, one.prepared, similar, person=False)
        if scoring.total(lines) >= bits_min:
            assert number in numbers, (query, one.name.text, lines)


@settings(max_examples=150, deadline=None)
@example([entity(0, "ahmad abdurrahman", person=False)], "ahmad abderrahmane")
@given(lists, queries)
def test_case_and_unicode_form_do_not_matter(entities: list[Entity], query: str) -> None:
    screener = Screener(entities)
    plain = scores(screener, query)
    assert scores(screener, query.upper()) == scores(screener, query.lower()) == plain
    assert scores(screener, unicodedata.normalize("NFD", query)) == plain
    assert scores(screener, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in query)) == plain


@settings(max_examples=150, deadline=None)
@given(lists, st.permutations(["rodkin", "andrei", "nikolaevich", "zurab"]))
def test_the_order_of_the_tokens_does_not_matter(entities: list[Entity], tokens: list[str]) -> None:
    screener = Screener([*entities, entity(99, "RODKIN, Andrei Nikolaevich", person=True)])
    assert (
        scores(screener, " ".join(tokens))["test-99"] == scores(screener, "rodkin andrei nikolaevich zurab")["test-99"]
    )


@settings(max_examples=150, deadline=None)
@given(lists, st.one_of(names, people), queries)
def test_an_added_entry_changes_no_other_score(entities: list[Entity], added: str, query: str) -> None:
    before = scores(Screener(entities), query)
    new = entity(1000, added, person=False)
    after = scores(Screener([*entities, new]), query)
    overlay = scores(Screener(entities).updated([new], []), query)
    assert {k: v for k, v in after.items() if k != new.id} == before
    assert overlay == after


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_result(text: str) -> None:
    screener = Screener([entity(0, "RODKIN, Andrei", person=True), entity(1, "SILVER STAR LLC", person=False)])
    for hit in screener.screen(Query(text), score_min=0.0):
        assert 0.0 <= hit.score <= 1.0
        assert hit.reasons
    screener.screen_text(text, score_min=SCORE_MIN)
    assert 0.0 <= compare(text, "Andrei Rodkin").score <= 1.0


@settings(max_examples=100, deadline=None)
@given(queries, queries)
def test_a_comparison_is_symmetric(a: str, b: str) -> None:
    assert compare(a, b) == compare(b, a)
