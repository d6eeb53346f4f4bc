"""Holdings of your own: a CSV that says who owns whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import InvalidList, Link, ListedAddress, ListedIdentifier, ParsedList, parse
from tests.unit.watchlists.fixtures import LISTS, by_id

HOLDINGS = parse("ownership", LISTS / "ownership.csv")


def written(tmp_path: Path, text: str) -> ParsedList:
    file = tmp_path / "holdings.csv"
    file.write_text(text, "utf-8")
    return parse("ownership", file)


def test_rows_of_one_company_are_one_entity_on_no_list() -> None:
    assert HOLDINGS.names == ("ownership",)
    assert HOLDINGS.rows == {"rows": 7}
    company = by_id(HOLDINGS)["ownership-T-1"]
    assert not company.listed
    assert company.consequence is Consequence.REVIEW
    assert [name.text for name in company.names] == [
        "Harbour Lantern Trading Ltd",
        "HLT Shipping",
        "Harbour Lantern Ltd",
    ]
    assert company.identifiers == (ListedIdentifier(IdentifierKind.BIC, "HLTRGB2L"),)
    assert company.addresses == (ListedAddress(country="GB"),)
    assert company.links == (
        Link("ofac-24977", "owned_by", "ofac-24977", 35.0, "company register", "2024-05-01"),
        Link("Quiet Orchard Holding", "owned_by", "ownership-H-2", 20.5, "company register", "2024-05-01"),
        Link("Jane Minor", "owned_by", "ownership-unlisted:jane minor", 44.5, "company register", "2024-05-01"),
    )


def test_a_share_that_is_not_known_and_a_date_of_the_end_are_kept() -> None:
    found = by_id(HOLDINGS)
    assert found["ownership-D-3"].links[0].percent is None
    assert found["ownership-S-4"].links[0].until == "2021-03-31"
    assert found["ownership-H-2"].links[0].percent == 60.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("owned_id,owned,owner_id\n", "no rows"),
        ("owned_id,owned\nA,B\n", "no column 'owner_id'"),
        ("owned_id,owned,owner_id,shares\n", "unknown column 'shares'"),
        ("owned_id,owned,owner_id,owned\n", "twice the same column"),
        ("owned_id,owned,owner_id\nA,Alpha,ofac-1,x\n", "line 2: 4 cells, but the header has 3"),
        ("owned_id,owned,owner_id\n,Alpha,ofac-1\n", "line 2: owned_id must be given"),
        ("owned_id,owned,owner_id\nA,Alpha,\n", "line 2: owner_id or owner must be given"),
        ("owned_id,owned,owner_id\nA,,ofac-1\n", "A has no name"),
        ("owned_id,owned,owner_id,percent\nA,Alpha,ofac-1,101\n", "line 2: percent '101' is no share"),
        ("owned_id,owned,owner_id,percent\nA,Alpha,ofac-1,half\n", "line 2: percent 'half' is no share"),
        ("owned_id,owned,owner_id,relation\nA,Alpha,ofac-1,knows\n", "line 2: relation 'knows' is none of owns"),
        ("owned_id,owned,owner_id,date\nA,Alpha,ofac-1,yesterday\n", "line 2: date 'yesterday' is no date"),
        ("owned_id,owned,owner_id,until\nA,Alpha,ofac-1,never\n", "line 2: until 'never' is no date"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidList, match=message.replace("(", r"\(")):
        written(tmp_path, text)
