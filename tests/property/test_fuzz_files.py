"""Whatever stands in a file or a setting, it is read, or refused by one of our own errors that names the cure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streamer.decoding import event_from_json
from streamer.detectors.behaviour.watching import Typologies
from streamer.detectors.jurisdictions import Jurisdictions
from streamer.files.publish import checked
from streamer.files.replay import Replay, as_line, lists_from, records_of
from streamer.files.rows import InvalidInput
from streamer.files.screen import compared_pairs, screened_names
from streamer.iso20022 import is_xml
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import InvalidPolicy, Policy, policy_from_toml, shipped_policy
from streamer.settings import ENVIRONMENT, InvalidSettings, Settings, read_settings
from streamer.watchlists import sample_lists
from tests.builders import as_bytes, pay, payment
from tests.property.fuzzing import HOSTILE_TEXTS, damages, finds, fuzzed, texts

pytestmark = pytest.mark.timeout(600)

AT = datetime(2026, 11, 20, tzinfo=UTC)


@cache
def lists() -> Lists:
    return lists_from(sample_lists(), AT)


@cache
def jurisdictions() -> Jurisdictions:
    return Jurisdictions.load()


def monitor_under(policy: Policy) -> Monitor:
    return Monitor(
        policy, jurisdictions=jurisdictions(), typologies=Typologies(), identity_key=b"k", engine_version="0"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def consumed(read: Callable[[], Iterator[Any]]) -> list[Any] | None:
    """All that is read, or None where the file is refused in words."""
    try:
        return list(read())
    except InvalidInput as error:
        assert str(error)
        return None


cells = texts().map(lambda text: text.replace("\ud7ff", ""))
signs = st.sampled_from(['"', ",", "\n", "\r", "\r\n", ";", "\t", "\x00", "\ufeff", '""', "id", "name", "a", "b"])
csv_text = st.lists(st.one_of(signs, st.text(max_size=6), st.sampled_from(HOSTILE_TEXTS)), max_size=40).map("".join)


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@fuzzed(300)
@given(csv_text.map(raw) | st.binary(max_size=120), st.sampled_from([b"", b"id,name\n", b"id,name,type,birth_date\n"]))
def test_names_to_screen(folder: Path, content: bytes, header: bytes) -> None:
    path = folder / "names.csv"
    path.write_bytes(header + content)
    answers = consumed(lambda: screened_names(path, lists(), shipped_policy()))
    for answer in answers or ():
        assert answer["verdict"] in ("release", "review", "hold")
        assert "a fault of this program" not in answer.get("error", "")
        orjson.dumps(answer)


@fuzzed(200)
@given(csv_text.map(raw) | st.binary(max_size=120), st.sampled_from([b"", b"id,a,b\n", b"\xef\xbb\xbfid,a,b,type\n"]))
def test_pairs_to_compare(folder: Path, content: bytes, header: bytes) -> None:
    path = folder / "pairs.csv"
    path.write_bytes(header + content)
    for answer in consumed(lambda: compared_pairs(path, shipped_policy())) or ():
        assert 0 <= answer["score"] <= 1
        orjson.dumps(answer)


columns = st.lists(
    st.sampled_from(
        (
            *("event_id", "tenant", "debtor.name", "creditor.name", "creditor", "intermediary_agents.0.bic", "a.²"),
            *("amount", "currency", "event_time", ".", "..", "", "a..b", "0", "٣", "debtor." + "x." * 3_000 + "y"),
        )
    ),
    max_size=6,
)


@fuzzed(300)
@given(columns, st.lists(st.lists(cells, max_size=6), max_size=3), st.sampled_from(["payments", "payrolls"]))
def test_csv_files_to_publish(folder: Path, header: list[str], rows: list[list[str]], topic: str) -> None:
    path = folder / "events.csv"
    lines = [",".join(["event_id", *header]), *(",".join(["E", *row]) for row in rows)]
    path.write_bytes(raw("\n".join(lines)))
    for one in consumed(lambda: checked(topic, path)) or ():
        assert one.fault is None
        if one.error:
            continue
        assert event_from_json(topic, one.value).event_id.encode() == one.key


json_lines = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.builds(lambda damage: damage(as_bytes(payment("E"))), damages()),
        st.sampled_from([as_bytes(payment("E")), as_bytes(pay("W")), b"", b" ", b"null", b"[]", b'"\\ud800"']),
        st.dictionaries(st.sampled_from(["event_type", "event_id", "event_time"]), texts() | st.integers()).map(
            lambda fields: json.dumps(payment("E") | fields).encode()
        ),
    ),
    max_size=4,
).map(b"\n".join)


@fuzzed(300)
@given(json_lines, st.sampled_from([".jsonl", ".csv", ".xml", ""]))
def test_json_lines_to_publish(folder: Path, content: bytes, suffix: str) -> None:
    path = folder / f"events{suffix}"
    path.write_bytes(content)
    for one in consumed(lambda: checked("payments", path)) or ():
        assert one.fault is None
        if one.error:
            continue
        assert event_from_json("payments", one.value).event_id.encode() == one.key


@fuzzed(300)
@given(json_lines)
def test_json_lines_to_replay(folder: Path, content: bytes) -> None:
    assume(not is_xml(content[:64]))
    path = folder / "replayed.jsonl"
    path.write_bytes(content)
    engine = Replay(monitor_under(shipped_policy()), lists())
    decided = 0
    for record in records_of([path]):
        outputs = [json.loads(as_line(output)) for output in engine.outputs(record)]
        assert [output["topic"] for output in outputs].count("decisions") == 1
        assert "error" not in [output["value"].get("reason") for output in outputs if output["topic"] == "dead-letters"]
        decided += 1
    assert decided == sum(1 for line in content.split(b"\n") if line.strip())


# ---------------------------------------------------------------- policy and settings

keys = st.sampled_from([key for section in Policy.model_fields for key in (section, f"{section}.hold", f"{section}.x")])
toml_values = st.sampled_from(
    ["1", "-1", "1e400", "nan", "inf", "true", '"x"', "[]", "[1]", "{}", "{a=1}", "2026-11-20", "9" * 400, "'''\n'''"]
)
toml_text = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.one_of(
            st.builds("{} = {}".format, keys, toml_values),
            st.builds("[{}]".format, keys),
            st.sampled_from(["[screening]", "hold = 0.9", "hold = nan", "review = 1", "[lists]", "required = [1]"]),
            st.sampled_from(["age_hours_max = inf", "age_hours_max = nan", "age_hours_max = 1e300", "[lists.ceiling]"]),
            st.sampled_from(["x = " + "[" * 1_500, "a" + ".a" * 1_500 + " = 1", "event_id_weeks = 53"]),
        ),
        max_size=5,
    ).map("\n".join),
)


@fuzzed(600)
@given(toml_text)
def test_any_policy(text: str) -> None:
    try:
        policy = policy_from_toml(text, "test")
    except InvalidPolicy as error:
        assert "test" in str(error)
        return
    assert len(policy.version) == 64
    engine = Replay(monitor_under(policy), lists())
    listed = as_bytes(payment("E", creditor="VOLASYS SILVER STAR"))
    outputs = list(engine.outputs(Record("payments", 0, 0, b"k", listed, AT)))
    assert outputs
    assert "dead-letters" not in [output.topic for output in outputs]


settings_values = st.one_of(
    st.text(max_size=20),
    st.sampled_from(HOSTILE_TEXTS),
    st.sampled_from(["0", "1", "-1", "²", "٣", "1_0", "1e3", "9" * 5_000, "/", "/etc", "\x00", "a,b", ",", "2.8"]),
    st.sampled_from(["SASL_SSL", "SSL", "PLAINTEXT", "rocksdb", "DEBUG", "yes", "127.0.0.1:9092", "x" * 300]),
)


PLAIN = [name for name, setting in ENVIRONMENT.items() if not setting.secret]
SECRET = [name for name, setting in ENVIRONMENT.items() if setting.secret]
CANARY = "ca-na-ry"


@fuzzed(600)
@given(
    st.dictionaries(st.sampled_from([*PLAIN, *(f"{name}_FILE" for name in SECRET)]), settings_values, max_size=5),
    st.dictionaries(st.sampled_from(SECRET), st.sampled_from([CANARY, f" {CANARY}\x00", ""]), max_size=2),
)
def test_any_environment(environment: dict[str, str], secrets: dict[str, str]) -> None:
    try:
        settings = read_settings(environment | secrets)
    except InvalidSettings as error:
        assert "STREAMER_" in str(error)
        assert CANARY not in str(error)
        assert len(str(error)) < 1_000
        return
    assert isinstance(settings, Settings)
    assert settings.servers
    assert settings.topic("payments").isascii()


@pytest.mark.parametrize("case", finds("policies"))
def test_finds_of_policies(case: dict[str, Any]) -> None:
    text = case["text"].replace("{}", case.get("repeat", "") * case.get("times", 0))
    with pytest.raises(InvalidPolicy):
        policy_from_toml(text, "test")


@pytest.mark.parametrize("case", finds("settings"))
def test_finds_of_settings(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings, match=case["says"]):
        read_settings({name: value.replace("{9}", "9" * 5_000) for name, value in case["environment"].items()})


@pytest.mark.parametrize("case", finds("files"))
def test_finds_of_files(case: dict[str, Any], folder: Path) -> None:
    path = folder / f"find{case['suffix']}"
    path.write_bytes(bytes(case["text"], "latin-1").replace(b"{}", b"x." * 3_000))
    with pytest.raises(InvalidInput, match=case["says"]):
        list(checked("payments", path))
