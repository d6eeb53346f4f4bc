"""What a process says: one line a fact, for people or as JSON, and nothing of Faust's own."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from streamer.worker.log import configure, say

log = logging.getLogger("streamer.worker.test")


@pytest.fixture(autouse=True)
def root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    libraries = {name: logging.getLogger(name).level for name in ("faust", "mode", "aiokafka")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)


def said_by_us(message: str, level: int = logging.INFO, **fields: object) -> logging.LogRecord:
    """A record as our own code makes it: tests stand outside the package."""
    record = log.makeRecord(log.name, level, configure.__code__.co_filename, 1, message, (), None)
    record.streamer_fields = fields
    return record


def test_text_is_one_line_whatever_the_values_hold(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    log.handle(said_by_us("blocked", event_id="P-1\n2026 INFO forged", rules=["LISTED_NAME", "EMBARGO"]))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r"INFO blocked event_id='P-1\n2026 INFO forged' rules=LISTED_NAME,EMBARGO")


def test_json_is_one_object_a_line_with_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    log.handle(said_by_us("blocked", verdict="hold", rules=["EMBARGO"]))
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said.pop("time").endswith("Z")
    assert said == {
        "level": "INFO",
        "logger": log.name,
        "message": "blocked",
        "verdict": "hold",
        "rules": ["EMBARGO"],
    }


def test_an_exception_is_told_in_both(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json"):
        configure("INFO", form)
        try:
            int("of ours")
        except ValueError:
            log.exception("failed")
        assert "ValueError: invalid literal" in capsys.readouterr().err


def test_libraries_say_warnings_only_and_services_nothing_of_their_starts(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    logging.getLogger("aiokafka.consumer").info("Joined group")
    logging.getLogger("aiokafka.consumer").warning("Heartbeat failed")
    # Faust's services log under the names of our modules.
    logging.getLogger("streamer.worker.app").info("[^-Worker]: Starting...")
    assert [line.split(" ", 1)[1] for line in capsys.readouterr().err.splitlines()] == ["WARNING Heartbeat failed"]
    configure("DEBUG", "text")
    logging.getLogger("aiokafka.consumer").info("Joined group")
    logging.getLogger("aiokafka.consumer").debug("payload")
    assert [line.split(" ", 1)[1] for line in capsys.readouterr().err.splitlines()] == ["INFO Joined group"]


def test_what_is_none_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure("DEBUG", "text")
    say(log, "blocked", tenant=None, event_id="P-1")
    assert capsys.readouterr().err.rstrip().endswith("INFO blocked event_id=P-1")
