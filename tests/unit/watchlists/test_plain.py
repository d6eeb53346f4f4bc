from __future__ import annotations

from pathlib import Path

import pytest

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import (
    BirthDate,
    InvalidList,
    Link,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    ListedWallet,
    NameKind,
    ParsedList,
    parse,
)
from tests.unit.watchlists.fixtures import LISTS, by_id

OWN = parse("csv", LISTS / "own.csv")


def written(tmp_path: Path, text: str) -> ParsedList:
    file = tmp_path / "list.csv"
    file.write_text(text, "utf-8")
    return parse("csv", file)


def test_one_file_may_carry_several_lists() -> None:
    assert OWN.names == ("fincen311", "own", "press")
    assert [(part.names, len(part.entities)) for part in OWN.by_name()] == [
        (("fincen311",), 1),
        (("own",), 1),
        (("press",), 1),
    ]


def test_all_columns_are_read() -> None:
    person = by_id(OWN)["own-17"]
    assert person.names == (
        ListedName("EXAMPLE, Ada"),
        ListedName("Ada X.", NameKind.AKA),
        ListedName("A. Example", NameKind.AKA),
        ListedName("Addie", NameKind.AKA, weak=True),
    )
    assert person.birth_dates == (BirthDate("1970-02-05"), BirthDate("1971", circa=True))
    assert person.nationalities == ("KP",)
    assert person.gender == "female"
    assert person.addresses == (
        ListedAddress(lines="1 Main St", town="Dandong", country="CN"),
        ListedAddress(country="RU"),
    )
    assert person.identifiers == (
        ListedIdentifier(IdentifierKind.PASSPORT, "563410081", "KP"),
        ListedIdentifier(IdentifierKind.NATIONAL_ID, "111"),
    )
    assert person.wallets == (ListedWallet("XBT", "1HmqvgSXUVES1jn4TQPzk9dxo1NE8wim2T"),)
    assert person.remarks == "seen in a report"


def test_a_bar_separates_values_that_hold_semicolons() -> None:
    assert [name.text for name in by_id(OWN)["fincen311-bank-1"].names] == [
        "EXAMPLE BANK",
        "Example; Sons & Co.",
        "EB",
        "OLD BANK",
    ]


def test_links_may_tell_relation_share_and_entity() -> None:
    assert by_id(OWN)["fincen311-bank-1"].links == (Link("EXAMPLE, Ada", "owned_by", "own-17", 51.5),)
    assert by_id(OWN)["own-17"].links == (Link("EXAMPLE BANK"),)


def test_the_consequence_is_the_rows_or_the_lists_or_review(tmp_path: Path) -> None:
    assert by_id(OWN)["fincen311-bank-1"].consequence is Consequence.RESTRICTED
    assert by_id(OWN)["press-weitong"].consequence is Consequence.REVIEW
    assert by_id(OWN)["own-17"].consequence is Consequence.REVIEW
    row = written(tmp_path, "id,name,consequence\n1,A,reject\n").entities[0]
    assert row.consequence is Consequence.REJECT


def test_two_columns_are_enough(tmp_path: Path) -> None:
    assert written(tmp_path, "\ufeffID, Name\r\n1,A\r\n\r\n2,B\r\n").rows == {"own": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,nmae\n1,A\n", "unknown column 'nmae'.*the columns are list, id"),
        ("id\n1\n", "no column 'name'"),
        ("id,name,name\n1,A,B\n", "twice the same column"),
        ("id,name\n", "no rows"),
        ("id,name\n1,A,B\n", "line 2: 3 cells, but the header has 2"),
        ("id,name\n1,\n", "line 2: id and name must be given"),
        ("id,name\n1,A\n1,B\n", "line 3: own-1 occurs twice"),
        ("id,name,type\n1,A,robot\n", "type 'robot' is none of person, entity"),
        ("id,name,consequence\n1,A,kill\n", "consequence 'kill' is none of block"),
        ("id,name,birth_dates\n1,A,yesterday\n", "birth_dates holds what is no date"),
        ("id,name,identifiers\n1,A,927220230\n", "identifiers must be kind:value"),
        ("id,name,identifiers\n1,A,badge:1\n", "kind 'badge' is none of lei, bic"),
        ("id,name,wallets\n1,A,1Hmqvg\n", "wallets must be asset:address"),
        ("id,name,links\n1,A,B (owned_by 101%)\n", "more than 100 %"),
        ("id,name,listed_on\n1,A,soon\n", "listed_on is no date"),
        ("list,id,name\nMy List,1,A\n", "lower-case letters"),
        ('id,name\n1,"A\n', "line 2"),
    ],
)
def test_what_cannot_be_read_stops_the_list_and_names_line_and_cure(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidList, match=message):
        written(tmp_path, text)
