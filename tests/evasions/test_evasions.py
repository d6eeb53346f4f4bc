"""A draw of generated attempts: what is listed is not released under any disguise, what is clean is.

The seed is printed; STREAMER_EVASIONS_SEED and STREAMER_EVASIONS_CASES repeat or enlarge the draw. `make evasions`
draws 50,000 and prints tables.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Final

import pytest

from streamer.events import Verdict
from tests.evasions.generator import CAUGHT_MIN, CLEAN_MIN, EXCEPTIONS, Tally, bases, cases, why
from tests.evasions.places import ACCEPTS, NOT_PLANTED, XML_NOT_PLANTED, field_of, places, schema_strings
from tests.evasions.things import Kind

CASES: Final = int(os.environ.get("STREAMER_EVASIONS_CASES", "1000"))
SEED: Final = int(
    os.environ.get("STREAMER_EVASIONS_SEED") or (1 if "CI" in os.environ else SystemRandom().randrange(10**6))
)
SHOWN_MAX: Final = 25
REFUSED_MAX: Final = 0.05
"""Share of the clean twins that the schemas may refuse: more would hide what is stopped."""

SECURITY: Final = Path(__file__).resolve().parents[2] / "SECURITY.md"
HEADING: Final = "## What still gets through"

pytestmark = pytest.mark.timeout(600)


@cache
def tally() -> Tally:
    return Tally.of(cases(SEED, CASES))


def _repeat() -> str:
    return f"repeat with STREAMER_EVASIONS_SEED={SEED} STREAMER_EVASIONS_CASES={CASES}"


def test_listed_things_are_not_released_under_any_disguise() -> None:
    print(f"seed {SEED}")
    missed = [case.says for case in tally().misses]
    assert tally().total.caught_share >= CAUGHT_MIN, (
        f"{len(missed)} of {CASES} attempts were released ({_repeat()}):\n"
        + "\n".join(tally().table(lambda key: key[1], SHOWN_MAX))
        + "\n"
        + "\n".join(missed[:SHOWN_MAX])
    )


def test_clean_things_are_released_under_the_same_disguises() -> None:
    stopped = [f"{case.says}: {why(decision)}" for case, decision in tally().stopped]
    assert tally().total.clean_share >= CLEAN_MIN, (
        f"{len(stopped)} clean twins were stopped ({_repeat()}):\n" + "\n".join(stopped[:SHOWN_MAX])
    )
    assert tally().total.clean_refused <= REFUSED_MAX * CASES, _repeat()


def test_no_attempt_ends_in_an_exception() -> None:
    assert not tally().failures, f"{_repeat()}\n" + "\n".join(
        f"{error}: {case.says}" for case, error in tally().failures
    )


def test_nothing_is_stopped_before_anything_is_planted() -> None:
    """Else every attempt would be caught for another reason."""
    assert {source: why(answer.decision) for source, answer in bases() if answer.verdict is not Verdict.RELEASE} == {}


def test_the_same_seed_draws_the_same_cases() -> None:
    first, again = (
        [(case.as_line(), twin.as_line()) for case, twin in cases(SEED, 50)] for _ in range(2)
    )  # fmt: skip
    assert first == again
    assert len(set(first)) > 40


def test_every_string_of_the_schemas_is_planted_or_left_out_for_a_reason() -> None:
    planted = {(place.source, place.path) for found in places().values() for place in found}
    left_out = {path for path in schema_strings() if path not in planted}
    assert {field_of(path) for _, path in left_out} == set(NOT_PLANTED)
    assert len(planted) > 500
    assert all(XML_NOT_PLANTED) and all(NOT_PLANTED.values())


def test_every_kind_of_field_and_thing_is_drawn() -> None:
    drawn = [case for case, _ in cases(SEED, 3_000)]
    assert {case.place.kind for case in drawn} == set(ACCEPTS)
    assert {case.thing.kind for case in drawn} == set(Kind)


def test_what_gets_through_is_told_in_the_security_notes() -> None:
    _, _, section = SECURITY.read_text("utf-8").partition(HEADING)
    assert section, f"SECURITY.md has no section {HEADING!r}"
    told = dict(re.findall(r"^- `([^`]+)`: (.+)$", section.partition("\n## ")[0], re.MULTILINE))
    assert told == {gap.name: gap.reason for gap in EXCEPTIONS}
