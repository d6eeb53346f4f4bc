"""What a bound leaves unread is known; blanks and invisible characters fill no bound."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import PARTIES_MAX, Query, Screener
from streamer.screening.names import CHARS_MAX, RAW_CHARS_MAX, TEXT_CHARS_MAX, TOKENS_MAX
from tests.unit.screening.builders import REVIEW, hits, listed

NAME = "Zurab Otarovich Kvachadze"
KVACHADZE = listed("1", "KVACHADZE, Zurab Otarovich")


@pytest.mark.parametrize("filling", [" ", "\t", "\n", "\u200b", "\u00ad", "\u2060 ", "\u3000", "\u00a0"])
@pytest.mark.parametrize("count", [395, 2_000, 9_000])
def test_blanks_and_invisible_characters_hide_no_name(filling: str, count: int) -> None:
    padded = f"Ada{filling * count} {NAME}"
    assert Screener.reads_whole(padded)
    assert hits(Query(f"{filling * count}{NAME}"), KVACHADZE, score_min=REVIEW)
    assert Screener((KVACHADZE,)).screen_text(f"for{filling * count} {NAME}", score_min=REVIEW)


@pytest.mark.parametrize(
    ("name", "is_whole"),
    [
        (NAME, True),
        ("x" * CHARS_MAX, True),
        ("x" * (CHARS_MAX + 1), False),
        (" " * (RAW_CHARS_MAX + 1), False),
        (" ".join(f"w{n}" for n in range(TOKENS_MAX)), True),
        (" ".join(f"w{n}" for n in range(TOKENS_MAX + 1)), False),
        (" ".join(["neumann"] * (TOKENS_MAX + 1)), True),
        (" / ".join(f"Ada Brandt{n}" for n in range(PARTIES_MAX)), True),
        (" / ".join(f"Ada Brandt{n}" for n in range(PARTIES_MAX + 1)), False),
        ("Ada Brandt c/o Jan Brandt c/o Ida Brandt c/o Ole Brandt c/o Pia Brandt", False),
    ],
)
def test_a_name_that_is_not_read_whole_says_so(name: str, is_whole: bool) -> None:
    assert Screener.reads_whole(name) is is_whole


def test_joint_names_are_counted_as_they_are_read() -> None:
    joint = " and ".join(f"Ada Brandt{n}" for n in range(PARTIES_MAX + 1))
    assert not Screener.reads_whole(joint, PartyType.PERSON)
    assert Screener.reads_whole(joint, PartyType.ENTITY)


def test_a_text_that_is_not_read_whole_says_so() -> None:
    assert Screener.reads_whole_text("x " * (TEXT_CHARS_MAX // 2))
    assert not Screener.reads_whole_text("x " * TEXT_CHARS_MAX)
