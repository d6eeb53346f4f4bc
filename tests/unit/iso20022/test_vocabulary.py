"""The element tables: every leaf reaches the field they name, and only what names nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from streamer.iso20022 import transactions
from streamer.iso20022.vocabulary import ACCOUNTS, AGENT_ROWS, AGENTS, PARTIES, is_without_words, leaves
from tests.acceptance.messages import changed_xml
from tests.unit.iso20022.test_reader import message

CANARY = "Kanarienvogel"
LEAVES = sorted(set(leaves()))
ELEMENTS = sorted({path.partition("/")[0] for path, _ in LEAVES})
OTHERS = {*PARTIES, *AGENTS, *AGENT_ROWS, *ACCOUNTS} - {"Cdtr", "CdtrAgt", "CdtrAcct"}
"""Elements that are read as those of the creditor are."""


def fields_with(path: str, value: str) -> dict[str, Any]:
    """The fields of a transfer whose first element of the path holds this value and nothing else."""
    raw = changed_xml(message("pacs008"), {path.partition("/")[0]: "", path: value})
    (found,) = transactions(BytesIO(raw))
    assert found.error is None, found.error
    return dict(found.fields)


def at(fields: Any, path: str) -> Iterator[Any]:
    """What stands at a dotted path; of a list, at that path of every item."""
    if isinstance(fields, list):
        for item in fields:
            yield from at(item, path)
    elif not path:
        yield fields
    else:
        name, _, below = path.partition(".")
        if name in fields:
            yield from at(fields[name], below)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_leaf_reaches_its_field(element: str) -> None:
    mine = [(path, field) for path, field in LEAVES if path.partition("/")[0] == element]
    for path, field in mine:
        value = "1971-02-03" if field.endswith("birth_date") else CANARY
        assert any(value in text for text in at(fields_with(path, value), field)), path


def test_the_tables_cover_every_element_with_a_field_of_its_own() -> None:
    assert set(ELEMENTS) > {*PARTIES, *AGENTS, *AGENT_ROWS, *ACCOUNTS}


@pytest.mark.parametrize("element", sorted(set(ELEMENTS) - OTHERS))
@pytest.mark.parametrize("number", ["7736050003", "+850 2 381 8888", "77", "4711-08.15"])
def test_a_number_is_kept_wherever_words_may_stand(element: str, number: str) -> None:
    """In JSON every string is screened, a number too."""
    mine = [path for path, _ in LEAVES if path.partition("/")[0] == element]
    for path in mine:
        assert any(number in text for text in strings(fields_with(path, number))), path


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("Cd", "SEPA"),
        ("Cd", "AC04"),
        ("Cd", "DEBLZ"),
        ("Cd", "CCPT"),
        ("ChrgBr", "SHAR"),
        ("NbOfTxs", "1000"),
        ("CtrlSum", "98000.00"),
        ("TtlIntrBkSttlmAmt", "9900.00"),
        ("XchgRate", "1.0847"),
        ("UnitCcy", "EUR"),
        ("BtchBookg", "true"),
        ("RltdDt", "2026-11-20"),
        ("CreDt", "2026-11-20T09:00:00.000+01:00"),
        ("Tm", "09:00:00Z"),
        ("MsgDefIdr", "pacs.008.001.08"),
        ("AddtlInf", "-"),
    ],
)
def test_dates_codes_and_numbers_of_the_schemas_are_left_out(tag: str, value: str) -> None:
    assert is_without_words(tag, value)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("Cd", "HAMAS"),
        ("Cd", "IRGC"),
        ("Cd", "77360"),
        ("UnitCcy", "HAMAS"),
        ("NbOfTxs", "7736050003"),
        ("CtrlSum", "7736050003.00"),
        ("Nb", "1000"),
        ("Ref", "9900.00"),
        ("Ref", "20261120"),
        ("AddtlInf", "SEPA"),
        ("AddtlInf", "+850 2 381 8888"),
        ("AddtlInf", "true friends"),
    ],
)
def test_what_could_name_somebody_is_kept(tag: str, value: str) -> None:
    assert not is_without_words(tag, value)
