"""The table of features: rows that are complete, and that say rightly which texts are the event's."""

from __future__ import annotations

import re

import pytest

from streamer.events import PartyType
from streamer.screening import scoring
from streamer.screening.features import EVENT, FEATURES, Compares, in_words
from streamer.screening.names import tokenise
from tests.unit.screening.test_screener import MET

PAIRS = [
    *((query, entity.names[0].text) for query, entity in MET),
    ("KAIKAI TECHNOLOGY BERLIN", "KAIKAI TECHNOLOGY PYONGYANG"),
    ("JOINT STOCK COMPANY STANKOMASHKOMPL", "JOINT STOCK COMPANY STANKOMASHKOMPLEKS"),
    ("PAU LNICHOLAS", "PAUL NICHOLAS"),
    ("ZARQAGLOBEXTRADNG", "ZARQA GLOBEX TRADING"),
    ("J SMITHERSON MIRA", "JANE SMITHERSON"),
    ("KIM JONGUN", "KIM JONG UN"),
    ("SILVERSTARR CHINA LCTDA", "SILVERSTAR CHINA LTDA"),
]
OF_BOTH = {Compares.TOKENS, Compares.RUNS, Compares.WHOLE, Compares.PARTS, Compares.FORMS}


@pytest.mark.parametrize("name", FEATURES)
def test_a_row_names_the_texts_that_its_words_have_room_for(name: str) -> None:
    feature = FEATURES[name]
    numbers = sorted(int(n) for n in re.findall(r"\{(\d)\}", feature.says))
    assert numbers == list(range(len(numbers)))
    assert set(feature.from_event) <= set(numbers)


@pytest.mark.parametrize("name", FEATURES)
def test_a_row_that_compares_with_words_of_the_query_masks_them(name: str) -> None:
    feature = FEATURES[name]
    if feature.compares in OF_BOTH | {Compares.QUERY_ONLY} and name != "same":
        assert feature.from_event == EVENT
    if feature.compares is Compares.LISTED_ONLY:
        assert feature.from_event == ()


@pytest.mark.parametrize(("query", "listed"), PAIRS)
@pytest.mark.parametrize("type", [PartyType.PERSON, PartyType.ENTITY])
def test_texts_that_are_not_the_events_are_those_of_the_listed_name(query: str, listed: str, type: PartyType) -> None:
    one, other = tokenise(query, type), tokenise(listed, type)
    similar = [scoring.similar(token, other.tokens, one.script) for token in one.tokens]
    for line in scoring.weigh(one, other, similar, person=type is PartyType.PERSON):
        public = [text for n, text in enumerate(line.texts) if n not in FEATURES[line.feature].from_event]
        assert {word for text in public for word in text.split()} <= {*other.words, *other.tokens}, line


def test_the_pairs_show_many_features() -> None:
    """Else the test above would prove little."""
    shown = set()
    for query, listed in PAIRS:
        for type in (PartyType.PERSON, PartyType.ENTITY):
            one, other = tokenise(query, type), tokenise(listed, type)
            similar = [scoring.similar(token, other.tokens, one.script) for token in one.tokens]
            shown |= {line.feature for line in scoring.weigh(one, other, similar, person=type is PartyType.PERSON)}
    assert len({name for name in shown if FEATURES[name].from_event}) >= 12, sorted(shown)


def test_a_reason_has_its_texts_in_capitals() -> None:
    assert in_words("sound", ("kimm", "kim")) == "KIMM = KIM (same sound)"
    assert in_words("prior", ()) == ""
