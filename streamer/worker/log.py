"""What a process says of itself: a line per fact, for people or, as JSON, for a log store.

A line never holds a name, an account or any other value of a payment; ids it does.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from streamer.events import Decision, Verdict

FORMATS: Final = ("text", "json")

_LIBRARIES: Final = (
    "aiohttp",
    "aiokafka",
    "asyncio",
    "faust",
    "kafka",
    "mode",
    "opentelemetry",
    "rocksdict",
    "urllib3",
)
"""Their information is for those who look after them; their debug lines quote requests and records."""
_FIELDS: Final = "streamer_fields"


def configure(level: str, form: str) -> None:
    """Log to stderr from now on: our lines from `level` on, warnings of the libraries (all but debug for DEBUG)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    if level != "DEBUG":
        handler.addFilter(_is_of_interest)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in _LIBRARIES:
        least = logging.INFO if level == "DEBUG" else logging.WARNING
        logging.getLogger(library).setLevel(max(least, logging.getLevelName(level)))


_OURS: Final = str(Path(__file__).resolve().parents[1])


def _is_of_interest(record: logging.LogRecord) -> bool:
    """Warnings of anybody, and what our own code says: Faust's services tell their starts and ends in our names."""
    return record.levelno >= logging.WARNING or record.pathname.startswith(_OURS)


def say(log: logging.Logger, message: str, *, level: int = logging.INFO, **fields: object) -> None:
    """One line: the message and its fields (ids, counts; lists are joined by commas; None is left out)."""
    if log.isEnabledFor(level):
        known = {name: value for name, value in fields.items() if value is not None}
        log.log(level, "%s", message, extra={_FIELDS: known})


def blocked(log: logging.Logger, decision: Decision, source: str | None = None) -> None:
    """The one line of a payment that is not released, ids only; nothing for a release."""
    if decision.verdict is Verdict.RELEASE:
        return
    say(
        log,
        "blocked",
        verdict=decision.verdict.value,
        event_id=decision.event_id,
        tenant=decision.tenant,
        rules=sorted({finding.rule for finding in decision.findings if finding.verdict is not Verdict.RELEASE}),
        decision_id=decision.decision_id,
        source=source,
    )


class _Text(logging.Formatter):
    """`2026-11-28T10:42:38Z INFO blocked verdict=hold event_id=PAY-42`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, _FIELDS, {})
        said = [record.getMessage(), *(f"{name}={_plain(value)}" for name, value in fields.items())]
        # A value of somebody else's must not begin a line that looks like ours.
        line = " ".join(said).replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_time(record)} {record.levelname} {line}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    """One object a line: time, level, logger, message, the fields, and the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _plain(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
    return text if text.isprintable() and " " not in text and text else repr(text)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
