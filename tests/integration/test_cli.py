"""The commands as a person types them: answers on stdout, words for people on stderr, errors as one sentence."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from streamer import __version__
from streamer.cli.main import main
from streamer.kafka.broker import EmbeddedBroker
from streamer.settings import ENVIRONMENT
from tests.builders import LISTED_ID, LISTED_NAME, as_bytes, party, pay, payment
from tests.conftest import Broker
from tests.integration.worker import Site, run_streamer
from tests.shared import shared


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def streamer(*arguments: str | Path) -> Result:
    """In this process: what needs no broker needs no process of its own."""
    level = logging.getLogger().level
    try:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    finally:
        logging.getLogger().setLevel(level)


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


SIGN = ["dispositions", "sign", "PAY-42", "--outcome", "release", "--reason", "known", "--analyst", "a.kim"]


# ---------------------------------------------------------------- for people


def test_every_command_explains_itself() -> None:
    assert streamer("--help").exit_code == 0
    assert streamer("--version").output.strip().endswith(__version__)
    with click.Context(main) as context:
        names = main.list_commands(context)
    assert "worker" in names
    for name in names:
        asked = streamer(name, "--help")
        assert asked.exit_code == 0
        assert len(asked.output.splitlines()) > 4


@pytest.mark.parametrize("columns", ["80", "200"])
def test_settings_lists_every_variable(columns: str) -> None:
    # A process of its own: the console learns its width when it starts.
    command = [sys.executable, "-m", "streamer", "settings"]
    shown = subprocess.run(command, env=os.environ | {"COLUMNS": columns}, capture_output=True, text=True, check=True)
    for name, setting in ENVIRONMENT.items():
        assert f"{name}{'[_FILE]' if setting.secret else ''} " in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= int(columns)


def test_the_entry_points_are_one_program() -> None:
    ran = run_streamer("--version")
    assert (ran.returncode, ran.stdout.strip().split()[-1]) == (0, __version__)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["screen", "--list", "un", "--input", "{csv}"], "'un' is not KIND=PATH"),
        (["screen", "--list", "xx=/tmp", "--input", "{csv}"], "unknown kind of list 'xx'"),
        (["screen", "--list", "ofac=/nowhere", "--input", "{csv}"], "/nowhere is not there"),
        (["screen", "--input", "{bad}"], "column id, name is missing"),
        (["screen", "--policy", "{bad}", "--input", "{csv}"], "not TOML"),
        (["screen", "--list", "un={csv}", "--input", "{csv}"], "good.csv: un list: not well-formed XML"),
        (["screen", "--input", "{csv}", "--output", "/nowhere/x"], "'/nowhere/x': No such file or directory"),
        (["screen-payroll", "{csv}", "--output", "/nowhere/x"], "'/nowhere/x': No such file or directory"),
        (["compare", "--input", "{csv}"], "column a, b is missing"),
        (["publish", "--topic", "payments", "{bad}"], "column event_id is missing"),
        (["topics", "acls", "--role", "soc", "--principal", "x"], "'x' is not TYPE:NAME, such as User:streamer-worker"),
        (["dispositions", "keygen", "--analyst", 'a"b', "--key", "{new}"], "'a\"b': letters, digits, dots"),
        (["dispositions", "keygen", "--analyst", "a.kim", "--key", "{csv}"], "exists already: name another file"),
        ([*SIGN, "--key", "{new}"], "Invalid value for '--key'"),
        (["reproduce", "abc"], "set STREAMER_ARCHIVE_DIR to its folder"),
        (["screen", "--policy", "{utf16}", "--input", "{csv}"], "not UTF-8; save it as UTF-8"),
        (["lists", "sync", "--watch", "--web-port", "99999"], "99999 is not in the range 0<=x<=65535"),
        (["reconcile", "--watch", "--interval-seconds", "-1"], "-1.0 is not in the range x>=0.1"),
        (["worker"], "STREAMER_IDENTITY_KEY is not set"),
        (["lists", "show", "--bootstrap", ","], "names no host:port"),
    ],
)
def test_an_error_is_a_sentence_with_the_cure_and_exit_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("id,name\n1,A\n", "utf-8")
    bad.write_text("nothing,known\n1,A\n", "utf-8")
    utf16 = tmp_path / "utf16.toml"
    utf16.write_text("[screening]\n", "utf-16")
    refused = streamer(*(a.format(csv=good, bad=bad, utf16=utf16, new=tmp_path / "new") for a in arguments))
    assert refused.exit_code == 2
    assert said in " ".join(refused.output.split())
    assert "Traceback" not in refused.output
    assert not isinstance(refused.exception, OSError | ValueError)


def test_a_worker_without_its_identity_key_is_told_how_to_make_one() -> None:
    refused = streamer("worker")
    assert refused.exit_code == 2
    assert "openssl rand -hex 32" in refused.output
    assert "STREAMER_IDENTITY_KEY_FILE" in refused.output


def test_a_worker_refuses_an_identity_key_that_can_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMER_IDENTITY_KEY", "secret")
    refused = streamer("worker", "--bootstrap", "127.0.0.1:1")
    assert refused.exit_code == 2
    assert "STREAMER_IDENTITY_KEY has 6 characters, 16 at least" in refused.output


def test_a_policy_file_that_is_missing_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "names.csv").write_text("id,name\n1,A\n", "utf-8")
    monkeypatch.setenv("STREAMER_POLICY_FILE", "/nowhere/policy.toml")
    refused = streamer("screen", "--input", tmp_path / "names.csv")
    assert refused.exit_code == 2
    assert "STREAMER_POLICY_FILE = '/nowhere/policy.toml': No such file" in refused.output


@pytest.mark.parametrize("command", [["lists", "show"], ["dispositions", "show", "X"], ["reconcile"]])
def test_a_protocol_version_above_the_brokers_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("STREAMER_KAFKA_API_VERSION", "3.9")
    with EmbeddedBroker({"sanctions": 1}) as broker:
        refused = streamer(*command, "--bootstrap", broker.bootstrap_servers)
    assert refused.exit_code == 2
    assert "STREAMER_KAFKA_API_VERSION = '3.9': the broker at 127.0.0.1:" in refused.output
    assert "leave it unset" in refused.output


def test_a_broker_that_is_not_there_is_said_before_the_retries_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.settings.COMMAND_CONNECT_SECONDS_MAX", 1)
    refused = streamer("lists", "show", "--bootstrap", "127.0.0.1:1")
    assert refused.exit_code == 2
    assert "no broker answers at 127.0.0.1:1 yet, still trying" in refused.stderr
    assert "check STREAMER_BOOTSTRAP_SERVERS or --bootstrap, that the broker runs" in refused.stderr


@pytest.mark.parametrize("passphrase", ["x", "elevenchars", "aaaaaaaaaaaaaaaa"])
def test_a_passphrase_that_is_quickly_guessed_makes_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passphrase: str
) -> None:
    monkeypatch.setenv("STREAMER_ANALYST_PASSPHRASE", passphrase)
    refused = streamer("dispositions", "keygen", "--analyst", "a.kim", "--key", tmp_path / "a.pem")
    assert refused.exit_code == 2
    assert "12 characters at least, 5 of them different" in refused.output
    assert not (tmp_path / "a.pem").exists()


# ---------------------------------------------------------------- offline


def test_screen_answers_row_by_row_in_order(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(f'id,name\na,Nordlicht Design GmbH\nb,"{LISTED_NAME}"\n', "utf-8")
    ran = streamer("screen", "--input", tmp_path / "names.csv", "--output", tmp_path / "hits.jsonl")
    assert ran.exit_code == 0, ran.output
    clean, listed = json_lines(tmp_path / "hits.jsonl")
    assert clean == {"id": "a", "verdict": "release", "hits": []}
    assert (listed["id"], listed["verdict"]) == ("b", "hold")
    best = listed["hits"][0]
    assert best.keys() == {"entity_id", "list", "name", "matched_name", "score", "reasons"}
    assert best["entity_id"] == LISTED_ID
    assert "it is for demonstrations only" in ran.stderr
    assert "2 names: 1 hold, 1 release" in ran.stderr


def test_screen_tells_a_wrong_file_before_it_reads_the_lists(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("who\nA\n", "utf-8")
    refused = streamer("screen", "--list", "un=/nowhere", "--input", tmp_path / "names.csv")
    assert refused.exit_code == 2
    assert "column id, name is missing; found: who" in refused.output


def test_screen_holds_what_it_cannot_read_screens_all_else_and_says_so_in_its_exit_code(tmp_path: Path) -> None:
    rows = f'a,Jane Doe,25604,\nb,"{LISTED_NAME}",,KP\nc,Jane Doe,1970,Freedonia\nd,Ada Brandt,,\n'
    (tmp_path / "names.csv").write_text(f"id,name,birth_date,country\n{rows}", "utf-8")
    ran = streamer("screen", "--input", tmp_path / "names.csv", "--output", tmp_path / "hits.jsonl")
    assert ran.exit_code == 2
    answers = json_lines(tmp_path / "hits.jsonl")
    assert [(one["id"], one["verdict"]) for one in answers] == [
        ("a", "hold"),
        ("b", "hold"),
        ("c", "hold"),
        ("d", "release"),
    ]
    assert "line 2: birth_date '25604' is no date; write" in ran.stderr
    assert "line 4: country 'Freedonia' is unknown; write an ISO 3166-1 code" in ran.stderr
    assert "2 rows could not be read: held" in ran.stderr


def test_screen_writes_nothing_but_answers_to_stdout(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("id,name\na,Nordlicht Design GmbH\n", "utf-8")
    ran = streamer("screen", "--input", tmp_path / "names.csv")
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == ["a"]


def test_ctrl_c_says_that_not_all_is_written_and_is_no_answer(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("id,name\n" + "1,Jane Doe\n" * 100_000, "utf-8")
    command = [sys.executable, "-m", "streamer", "screen", "--input", str(names)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert "release" in running.stdout.readline()  # it writes into the pipe, which nobody empties
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "interrupted: an output file is not complete" in said


def test_screen_takes_a_list_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("id,name,consequence\n7,Quellwasser Maschinenbau,block\n", "utf-8")
    (tmp_path / "names.csv").write_text(f'id,name\na,Quellwasser Maschinenbau\nb,"{LISTED_NAME}"\n', "utf-8")
    ran = streamer("screen", "--list", f"csv={tmp_path / 'own.csv'}", "--input", tmp_path / "names.csv")
    own, listed_elsewhere = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (own["verdict"], own["hits"][0]["entity_id"]) == ("hold", "own-7")
    assert listed_elsewhere["hits"] == []


def test_screen_answers_a_thousand_names_on_the_real_lists(tmp_path: Path) -> None:
    ofac, un = shared("data/ofac"), shared("data/un/consolidated.xml")
    rows = "".join(f"{n},Contractor {n} Services GmbH\n" for n in range(999))
    (tmp_path / "names.csv").write_text(f"id,name\n{rows}999,VOLASYS SILVER STAR\n", "utf-8")
    ran = run_streamer(
        "screen",
        f"--list=ofac={ofac}",
        f"--list=un={un}",
        f"--input={tmp_path / 'names.csv'}",
        f"--output={tmp_path / 'hits.jsonl'}",
    )
    assert ran.returncode == 0, ran.stderr
    answers = json_lines(tmp_path / "hits.jsonl")
    assert [answer["id"] for answer in answers] == [str(n) for n in range(1000)]
    assert answers[-1]["verdict"] == "hold"
    assert answers[-1]["hits"][0]["entity_id"] == "ofac-24978"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "november.csv"
    path.write_text(f'Employee Name;Net Pay\nAda Brandt;4.200,00\n"{LISTED_NAME}";1,00\n', "cp1252")
    return path


def test_screen_payroll_shows_who_would_be_blocked_and_why(export: Path) -> None:
    ran = streamer("screen-payroll", export)
    assert ran.exit_code == 1
    assert "matches YANBIAN SILVERSTAR" in " ".join(ran.stdout.split())
    assert "Ada Brandt" not in ran.stdout
    assert "2 rows: 1 release, 0 review, 1 hold" in ran.stderr
    assert "worker_name = 'Employee Name'" in ran.stderr


def test_screen_payroll_writes_a_json_line_per_row(export: Path, tmp_path: Path) -> None:
    ran = streamer("screen-payroll", export, "--output", tmp_path / "out.jsonl")
    assert [line["verdict"] for line in json_lines(tmp_path / "out.jsonl")] == ["release", "hold"]
    assert "matches" in ran.stdout
    piped = streamer("screen-payroll", export, "--output", "-")
    assert [json.loads(line)["worker"] for line in piped.stdout.splitlines()] == ["Ada Brandt", LISTED_NAME]


def test_screen_payroll_of_clean_people_exits_with_0(tmp_path: Path) -> None:
    path = tmp_path / "clean.csv"
    path.write_text("Who,What\nAda Brandt,1\n", "utf-8")
    assert streamer("screen-payroll", path).exit_code == 2
    who = ("--map", 'worker_name="Who"')
    assert streamer("screen-payroll", path, *who).exit_code == 1
    assert streamer("screen-payroll", path, *who, "--allow-unknown").exit_code == 0
    assert streamer("screen-payroll", path, *who, "--map", 'amount="What"').exit_code == 0
    assert streamer("screen-payroll", path, "--map", "worker_name").exit_code == 2


def test_screen_payroll_names_columns_that_nobody_screens_before_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    path.write_text("Worker Name,Kontoinhaber laut Bank,Hours\nAda Brandt,Volasys Silver Star,\n", "utf-8")
    ran = streamer("screen-payroll", path)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("columns not screened: Kontoinhaber laut Bank; where one matters, name it: --map")
    assert "1 columns were not screened, see above; --allow-unknown accepts it" in ran.stderr
    mapped = streamer("screen-payroll", path, "--map", 'account_holder="Kontoinhaber laut Bank"', "--allow-unknown")
    assert mapped.exit_code == 1
    assert "not screened" not in mapped.stderr
    assert "VOLASYS" in mapped.stdout


def test_screen_names_columns_that_it_does_not_read(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("id,name,birthdate,,\na,Ada Brandt,1970,x,\n", "utf-8")
    ran = streamer("screen", "--input", tmp_path / "names.csv")
    assert ran.exit_code == 0
    assert ran.stderr.startswith("columns not screened: birthdate, column_4\n")


# ---------------------------------------------------------------- ISO 20022

MESSAGES = Path(__file__).resolve().parents[1] / "acceptance" / "payments" / "messages"
BATCH = Path(__file__).resolve().parents[1] / "data" / "iso20022" / "pain001_batch.xml"


def decisions_of(path: Path) -> list[dict[str, Any]]:
    return [line["value"] for line in json_lines(path) if line["topic"] == "decisions"]


def test_replay_judges_every_transaction_of_xml_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    listed = (MESSAGES / "pacs008.xml").read_text("utf-8").replace("Maison Lefevre SARL", LISTED_NAME)
    (tmp_path / "in" / "listed.xml").write_text(listed, "utf-8")
    (tmp_path / "in" / "events.jsonl").write_bytes(as_bytes(payment("P-1")) + b"\n")
    (tmp_path / "in" / "notes.txt").write_text("not read", "utf-8")
    ran = streamer("replay", "--input", tmp_path / "in", "--input", BATCH, "--output", tmp_path / "out.jsonl")
    assert ran.exit_code == 0, ran.output
    told = [(d["message_id"], d["end_to_end_id"], d["verdict"]) for d in decisions_of(tmp_path / "out.jsonl")]
    assert told == [
        (None, None, "release"),
        ("DEUT20261120-0001", "INV-4711", "hold"),
        ("BATCH-1", "A-1", "release"),
        ("BATCH-1", "A-2", "release"),
        ("BATCH-1", "B-1", "release"),
    ]


def test_replay_says_where_a_file_fails_holds_it_and_judges_the_rest(tmp_path: Path) -> None:
    broken = BATCH.read_text("utf-8").replace('"CHF">2<', '"CHF">two<')
    (tmp_path / "1.xml").write_text(broken, "utf-8")
    (tmp_path / "2.xml").write_text(broken[: broken.index("B-1")], "utf-8")
    (tmp_path / "3.xml").write_text("<Document/>", "utf-8")
    ran = streamer("replay", "--input", tmp_path, "--output", tmp_path / "out.jsonl")
    assert ran.exit_code == 2
    said = " ".join(ran.stderr.split())
    assert "1.xml: line 26, element CdtTrfTxInf/Amt/InstdAmt: is no amount; write it as 1234.56" in said
    assert "2.xml: line 39, element Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/PmtId/EndToEndId: not well-" in said
    assert "3.xml: line 1, element Document: has no namespace" in said
    told = [(d["end_to_end_id"], d["verdict"]) for d in decisions_of(tmp_path / "out.jsonl")]
    good = [("A-1", "release"), ("A-2", "hold")]
    assert told == [*good, ("B-1", "release"), *good, (None, "hold"), (None, "hold")]
    reasons = [
        line["value"]["reason"] for line in json_lines(tmp_path / "out.jsonl") if line["topic"] == "dead-letters"
    ]
    assert reasons == ["wrong_shape", "wrong_shape", "not_xml", "wrong_shape"]


def test_replay_says_which_lines_are_no_events_and_counts_the_verdicts(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    lines = [as_bytes(payment("P-1")), b"", b"{broken", as_bytes(payment("P-2", creditor=party(LISTED_NAME))), b"[]"]
    events.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))  # with a byte order mark, as some editors begin a file
    ran = streamer("replay", "--input", events, "--output", tmp_path / "out.jsonl")
    assert ran.exit_code == 0, ran.output
    said = " ".join(ran.stderr.split())
    assert f"{events}: line 3: record: Invalid JSON" in said
    assert f"{events}: line 5: record: Input should be an object" in said
    assert "2 records could not be screened: held" in said
    assert "verdicts: 1 release, 0 review, 3 hold" in said
    told = [(d["event_id"], d["verdict"]) for d in decisions_of(tmp_path / "out.jsonl")]
    assert told == [("P-1", "release"), (None, "hold"), ("P-2", "hold"), (None, "hold")]


def test_replay_reads_the_csv_that_publish_reads(tmp_path: Path) -> None:
    head = "event_id;tenant;debtor.name;creditor.name;amount;currency;event_time"
    rest = "1.50;EUR;2026-11-20T10:00:00Z"
    events = tmp_path / "events.csv"
    events.write_text(
        f"{head}\nP-1;acme;Acme GmbH;Ada Brandt;{rest}\nP-2;acme;Acme GmbH;{LISTED_NAME};{rest}\n", "utf-8"
    )
    ran = streamer("replay", "--input", events, "--output", tmp_path / "out.jsonl")
    assert ran.exit_code == 0, ran.output
    told = [(d["event_id"], d["verdict"]) for d in decisions_of(tmp_path / "out.jsonl")]
    assert told == [("P-1", "release"), ("P-2", "hold")]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    ran = streamer("replay", "--input", tmp_path)
    assert ran.exit_code == 2
    assert "no file of events in this folder" in ran.output


def test_compare_scores_pairs(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(
        "id,a,b\n1,Volasys Silver Star,VOLASYS SILVERSTAR\n2,Volasys Silver Star,Nordlicht Design\n", "utf-8"
    )
    ran = streamer("compare", "--input", tmp_path / "pairs.csv", "--output", tmp_path / "scores.jsonl")
    assert ran.exit_code == 0, ran.output
    same, other = json_lines(tmp_path / "scores.jsonl")
    assert same.keys() == {"id", "score", "is_match", "reasons"}
    assert (same["is_match"], other["is_match"]) == (True, False)


def test_replay_prints_what_every_topic_would_receive(tmp_path: Path) -> None:
    (tmp_path / "payments.jsonl").write_bytes(as_bytes(payment(creditor=LISTED_NAME)))
    (tmp_path / "payrolls.jsonl").write_bytes(as_bytes(pay()) + b"\n\xff\n")
    ran = streamer("replay", "--input", tmp_path / "payments.jsonl", "--input", tmp_path / "payrolls.jsonl")
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all(line.keys() == {"topic", "key", "value"} for line in lines)
    topics = [line["topic"] for line in lines]
    assert topics.count("decisions") == 3
    assert topics.count("dead-letters") == 1
    assert "observations" in topics
    assert "3 decisions" in ran.stderr


def test_replay_obeys_a_policy_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('[lists.ceiling]\nofac = "review"\n', "utf-8")
    (tmp_path / "events.jsonl").write_bytes(as_bytes(payment(creditor=LISTED_NAME)))
    ran = streamer("replay", "--policy", tmp_path / "policy.toml", "--input", tmp_path / "events.jsonl")
    decided = [line["value"] for line in map(json.loads, ran.stdout.splitlines()) if line["topic"] == "decisions"]
    assert [decision["verdict"] for decision in decided] == ["review"]


def test_schemas_are_written_and_checked(tmp_path: Path) -> None:
    stale = streamer("schemas", "--check", "--folder", tmp_path)
    assert stale.exit_code == 1
    assert "run `streamer schemas`" in " ".join(stale.output.split())
    assert streamer("schemas", "--folder", tmp_path).exit_code == 0
    assert streamer("schemas", "--check", "--folder", tmp_path).exit_code == 0


# ---------------------------------------------------------------- with a broker


@pytest.fixture
def empty_site(broker: Broker, tmp_path: Path) -> Iterator[Site]:
    with Site(broker, tmp_path) as site:
        yield site


def published(site: Site, topic: str, count: int) -> list[tuple[bytes | None, bytes | None]]:
    from kafka import TopicPartition  # noqa: PLC0415

    consumer = site._consumer
    partitions = [TopicPartition(site.settings.topic(topic), n) for n in range(site.settings.partitions)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    found: list[tuple[bytes | None, bytes | None]] = []
    ends = sum(consumer.end_offsets(partitions).values())
    assert ends == count
    while len(found) < count:
        found.extend((r.key, r.value) for records in consumer.poll(timeout_ms=500).values() for r in records)
    return found


def test_publish_sends_a_whole_file_or_nothing(empty_site: Site, tmp_path: Path) -> None:
    site = empty_site
    events = [payment() for _ in range(3)]
    path = tmp_path / "november.jsonl"
    path.write_bytes(b"\n".join(map(as_bytes, events)) + b'\n{"event_id": "broken"}\n')
    refused = site.command("publish", "--topic", "payments", str(path))
    assert refused.returncode == 2
    assert re.search(r"line 4: tenant", refused.stderr)
    assert published(site, "payments", 0) == []

    path.write_bytes(b"\n".join([as_bytes(events[0] | {"beneficiary": "A"}), *map(as_bytes, events[1:])]))
    unknown = site.command("publish", "--topic", "payments", str(path))
    assert unknown.returncode == 2
    assert f"{path}: unknown field beneficiary: 1 records, the first on line 1" in unknown.stderr
    assert "nothing is published: correct the names" in unknown.stderr
    assert published(site, "payments", 0) == []

    path.write_bytes(b"\n".join(map(as_bytes, events)))
    sent = site.command("publish", "--topic", "payments", str(path))
    assert sent.returncode == 0, sent.stderr
    assert "3 records published to payments" in sent.stderr
    assert sorted(published(site, "payments", 3), key=str) == sorted(
        ((e["event_id"].encode(), as_bytes(e)) for e in events), key=str
    )


def test_publish_sends_unknown_fields_where_they_are_allowed(empty_site: Site, tmp_path: Path) -> None:
    event = payment(beneficiary="A")
    path = tmp_path / "november.jsonl"
    path.write_bytes(as_bytes(event))
    sent = empty_site.command("publish", "--topic", "payments", "--allow-unknown", str(path))
    assert sent.returncode == 0, sent.stderr
    assert "unknown field beneficiary: 1 records" in sent.stderr
    assert published(empty_site, "payments", 1) == [(event["event_id"].encode(), as_bytes(event))]
