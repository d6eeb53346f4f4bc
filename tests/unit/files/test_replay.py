"""Screening and replaying without Kafka: one answer per row, in order, by the very same Monitor."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import orjson
import pytest

from streamer.files.replay import Replay, as_line, lists_from, records_of
from streamer.files.rows import InvalidInput
from streamer.files.screen import compared_pairs, screened_names
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import shipped_policy
from streamer.reference.countries import countries_in
from streamer.watchlists import sample_lists
from tests.builders import LISTED_ID, LISTED_NAME, RECEIVED_AT, as_bytes, party, pay, payment


@pytest.fixture(scope="module")
def lists() -> Lists:
    return lists_from(sample_lists(), RECEIVED_AT)


def csv_file(folder: Path, text: str) -> Path:
    path = folder / "input.csv"
    path.write_text(text, "utf-8")
    return path


def replayed(lists: Lists, *paths: Path) -> list[dict[str, Any]]:
    engine = Replay(Monitor.under(shipped_policy(), identity_key=b"offline", engine_version="1.0"), lists)
    return [orjson.loads(as_line(out)) for record in records_of(paths) for out in engine.outputs(record)]


# ---------------------------------------------------------------- screen


def test_one_answer_per_row_in_order(lists: Lists, tmp_path: Path) -> None:
    path = csv_file(tmp_path, f'id,name\n1,Nordlicht Design GmbH\n2,"{LISTED_NAME}"\n1,Bäckerei Müller\n')
    answers = list(screened_names(path, lists, shipped_policy()))
    assert [answer["id"] for answer in answers] == ["1", "2", "1"]
    assert [answer["verdict"] for answer in answers] == ["release", "hold", "release"]
    best = answers[1]["hits"][0]
    assert (best["entity_id"], best["list"]) == (LISTED_ID, "ofac")
    assert best["reasons"]
    scores = [hit["score"] for hit in answers[1]["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_an_identifier_alone_is_met(lists: Lists, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,name,identifier\n1,Jon Doe,381410151\n2,Jon Doe,12345\n3,,FTBDKPPY\n")
    answers = list(screened_names(path, lists, shipped_policy()))
    assert [hit["entity_id"] for hit in answers[0]["hits"]] == ["ofac-56043"]
    assert answers[1]["hits"] == []
    assert (answers[2]["verdict"], answers[2]["hits"][0]["entity_id"]) == ("hold", "ofac-15603")


def test_who_has_neither_name_nor_number_is_not_cleared(lists: Lists, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "id,name,identifier\n1,,\n2,,XX-1\n3,Jane Doe,")
    answers = screened_names(path, lists, shipped_policy())
    assert [answer["verdict"] for answer in answers] == ["review", "release", "release"]


def test_a_birth_date_is_as_certain_as_it_is_written_and_a_day_that_does_not_exist_leaves_the_year(
    lists: Lists, tmp_path: Path
) -> None:
    written = ("1970", "1970-13-45", "12/05/1970", "1970-1-1", "Feb 5, 1970", "5-Feb-1970", "19700205", "1970.0")
    rows = "".join(f'1,Jong Song Hwa,"{date}"\n' for date in written)
    answers = list(screened_names(csv_file(tmp_path, f"id,name,birth_date\n{rows}"), lists, shipped_policy()))
    year, *others = (answer["hits"] for answer in answers)
    assert year == others[0] == others[1]
    assert all(others)
    assert all("error" not in answer for answer in answers)


@pytest.mark.parametrize(
    ("column", "cell", "cure"),
    [
        ("birth_date", "25604", "write 1970, 1970-02 or 1970-02-05"),
        ("birth_date", "05/02/70", "write 1970, 1970-02 or 1970-02-05"),
        ("country", "Kurdistan", "ISO 3166-1 code of two or three letters (KP, PRK) or a name in English"),
        ("country", "KP; Freedonia", "ISO 3166-1"),
        ("type", "robot", "use one of any, person"),
    ],
)
def test_a_row_with_a_cell_that_cannot_be_read_is_held_and_all_others_are_screened(
    lists: Lists, tmp_path: Path, column: str, cell: str, cure: str
) -> None:
    path = csv_file(
        tmp_path, f'id,name,{column}\n1,Jane Doe,\n\n2,"Jane\nDoe",{cell}\n3,"{LISTED_NAME}",\n4,Jane Doe,\n'
    )
    clean, bad, listed, last = screened_names(path, lists, shipped_policy())
    assert [one["verdict"] for one in (clean, bad, listed, last)] == ["release", "hold", "hold", "release"]
    assert bad["error"].startswith(f"{path}: line 4: {column} {cell!r} is ")
    assert cure in bad["error"]
    assert not [one for one in (clean, listed, last) if "error" in one]


def test_cells_that_say_nothing_are_no_errors_and_namibia_is_a_country(lists: Lists, tmp_path: Path) -> None:
    rows = "".join(f"1,Jane Doe,{cell},{cell}\n" for cell in ("", "N/A", "-", "unknown", "nan"))
    path = csv_file(tmp_path, f"id,name,birth_date,country\n{rows}2,Jane Doe,,NA\n3,Jane Doe,,Stateless\n")
    answers = list(screened_names(path, lists, shipped_policy()))
    assert {answer["verdict"] for answer in answers} == {"release"}
    assert countries_in("NA") == ("NA",)


def test_of_several_countries_any_may_be_the_listed_ones(lists: Lists, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, 'id,name,country\n1,Jong Song Hwa,KP\n2,Jong Song Hwa,"France; PRK"\n3,Jong Song Hwa,FRA\n'
    )
    same, several, other = screened_names(path, lists, shipped_policy())
    assert same["hits"][0]["score"] == several["hits"][0]["score"] > other["hits"][0]["score"]


def test_a_birth_date_tells_namesakes_apart(lists: Lists, tmp_path: Path) -> None:
    rows = (
        "id,name,type,birth_date,country",
        "same,Han Hong Gil,person,1974-01-20,KP",
        "other,Han Hong Gil,person,1991-06-30,",
    )
    same, other = screened_names(csv_file(tmp_path, "\n".join(rows)), lists, shipped_policy())
    assert same["verdict"] == "hold"
    assert same["hits"][0]["score"] > max((hit["score"] for hit in other["hits"]), default=0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nA\n", "column id is missing; found: name"),
        ("", "found: no header"),
        (f'id,name\n1,A\n2,"B\n3,{LISTED_NAME}\n', "from line 3: unexpected end of data"),
        (f'id,name\n1,A\n2,"B\n3,"{LISTED_NAME}"\n', "from line 3: ',' expected after '\"'"),
        ("id,name\n1,A\n2,Kim, Se Un\n", "line 3: 3 cells under 2 columns; quote cells that hold ','"),
        ("id;nom\n1;A\n", "column id, name is missing; found: id;nom"),
    ],
)
def test_an_input_that_cannot_be_read_names_file_and_place(lists: Lists, tmp_path: Path, text: str, said: str) -> None:
    path = csv_file(tmp_path, text)
    with pytest.raises(InvalidInput) as refused:
        list(screened_names(path, lists, shipped_policy()))
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_a_file_that_is_no_utf8_names_the_line_and_the_cure(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "input.csv"
    path.write_bytes("id,name\n1,Müller\n".encode("latin-1"))
    with pytest.raises(InvalidInput, match="save the file as UTF-8"):
        list(screened_names(path, lists, shipped_policy()))


def test_a_byte_order_mark_is_no_part_of_a_column(lists: Lists, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "\ufeffid,name\n1,A\n")
    assert [answer["id"] for answer in screened_names(path, lists, shipped_policy())] == ["1"]


def test_types_may_be_called_as_the_lists_call_them(lists: Lists, tmp_path: Path) -> None:
    listed = "Jong Song Hwa"
    ours, theirs = ("person", "entity", "vessel", "any"), ("Individual", "organization", "ship", "-0-")
    answers = [
        list(screened_names(csv_file(tmp_path, "id,name,type\n" + "".join(rows)), lists, shipped_policy()))
        for rows in ([f"1,{listed},{word}\n" for word in words] for words in (ours, theirs))
    ]
    assert answers[0] == answers[1]
    assert answers[0][0]["verdict"] == "hold"
    assert answers[0][2]["verdict"] == "review", "a type that differs lowers the score"


def test_a_listed_name_and_an_address_in_one_cell_wait(lists: Lists, tmp_path: Path) -> None:
    line = "Volasys Silver Star 41 Ulitsa Klary Tsetskin Vladivostok"
    path = csv_file(tmp_path, f"id,name\n1,{line}\n2,{line.replace('Volasys', 'Morning')}\n")
    met, clean = screened_names(path, lists, shipped_policy())
    assert (met["verdict"], met["hits"][0]["entity_id"]) == ("review", "ofac-24978")
    assert clean["verdict"] == "release"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_excel_may_separate_cells_as_it_likes_and_leave_empty_ones(
    lists: Lists, tmp_path: Path, delimiter: str
) -> None:
    rows = ("\ufeffid,name,type", '1,"Miller, John",person,,', "", "2,Volasys Silver Star")
    text = "\r\n".join(row.replace(",", delimiter) for row in rows).replace(f"Miller{delimiter}", "Miller,")
    answers = screened_names(csv_file(tmp_path, text), lists, shipped_policy())
    assert [(answer["id"], answer["verdict"]) for answer in answers] == [("1", "release"), ("2", "hold")]


# ---------------------------------------------------------------- compare


def test_pairs_are_compared_in_order_and_symmetrically(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "id,a,b,type\n1,Yanbian Silverstar Network Technology,YANBIAN SILVER STAR NETWORK TECHNOLOGY CO LTD,entity\n"
        "2,YANBIAN SILVER STAR NETWORK TECHNOLOGY CO LTD,Yanbian Silverstar Network Technology,entity\n"
        "3,Nordlicht Design GmbH,Volasys Silver Star,\n4,Nordlicht Design GmbH,Nordlicht Design GmbH,\n",
    )
    first, mirrored, other, same = compared_pairs(path, shipped_policy())
    assert [answer["id"] for answer in (first, mirrored, other, same)] == ["1", "2", "3", "4"]
    assert first["score"] == pytest.approx(mirrored["score"])
    assert (first["is_match"], other["is_match"], same["is_match"]) == (True, False, True)
    assert other["score"] < min(first["score"], same["score"])


# ---------------------------------------------------------------- replay


def test_a_replay_names_what_every_topic_would_receive(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    listed, clean = payment(creditor=LISTED_NAME), pay()
    path.write_bytes(as_bytes(listed) + b"\n\n" + as_bytes(clean) + b"\nno JSON\n")
    lines = replayed(lists, path)
    decided = [line for line in lines if line["topic"] == "decisions"]
    assert [line["key"] for line in decided] == [listed["event_id"], clean["event_id"], "payments/0/1"]
    assert [line["value"]["verdict"] for line in decided] == ["hold", "release", "hold"]
    (letter,) = [line for line in lines if line["topic"] == "dead-letters"]
    assert base64.b64decode(letter["value"]["raw_base64"]) == b"no JSON"
    assert letter["value"]["reason"] == "not_json"


def test_a_replay_equals_the_one_before(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = [
        payment(creditor=LISTED_NAME),
        payment(),
        pay(worker=party("A B", worker_id="1")),
        pay(worker=party("C D", worker_id="2")),
    ]
    path.write_bytes(b"\n".join(map(as_bytes, events)))
    assert replayed(lists, path) == replayed(lists, path)


def test_a_replay_keeps_the_histories_and_the_event_ids(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    one, two = pay(worker=party("Lena Voss", worker_id="1")), pay(worker=party("Marek Novak", worker_id="2"))
    reused = payment(amount="1")
    path.write_bytes(b"\n".join(map(as_bytes, [one, two, reused, reused, reused | {"amount": "2"}])))
    lines = replayed(lists, path)
    alerts = [
        (line["key"], line["value"]["finding_info"]["analytic"]["uid"]) for line in lines if line["topic"] == "alerts"
    ]
    assert (two["event_id"], "SHARED_ACCOUNT") in alerts or (one["event_id"], "SHARED_ACCOUNT") in alerts
    assert (reused["event_id"], "SCREENING_INCOMPLETE") in alerts
    verdicts = [
        line["value"]["verdict"] for line in lines if line["key"] == reused["event_id"] and line["topic"] == "decisions"
    ]
    assert verdicts == ["release", "release", "hold"]


def test_events_are_received_when_they_happened_whatever_their_time_says(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(
        b"\n".join(as_bytes(payment() | {"event_time": t}) for t in ("9999-01-01T00:00:00Z", "yesterday", 7, None))
    )
    decided = [line["value"] for line in replayed(lists, path) if line["topic"] == "decisions"]
    assert [decision["verdict"] for decision in decided] == ["hold"] * 4
