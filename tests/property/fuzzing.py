"""How many examples the fuzzing draws, and the finds that are kept.

`make test` draws the same examples every time, in well under a minute. STREAMER_FUZZ_EXAMPLES=20000 draws so many per
test, others at every run. What breaks something is added to `tests/data/fuzz/`, where it is tried for ever.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FINDS: Final = Path(__file__).resolve().parents[1] / "data" / "fuzz"
EXAMPLES: Final = int(os.environ.get("STREAMER_FUZZ_EXAMPLES", "0"))

Test = TypeVar("Test", bound=Callable[..., None])


def fuzzed(examples: int) -> Callable[[Test], Test]:
    """So many examples by default."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def finds(name: str) -> list[Any]:
    """Pytest parameters of `tests/data/fuzz/<name>.jsonl`: lines of `why` and whatever the test takes."""
    lines = (FINDS / f"{name}.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line]
    return [pytest.param(case, id=case["why"]) for case in cases]


def repeated(case: dict[str, Any]) -> str:
    """The text of a find: as it stands, with `{}` replaced by `times` copies of `repeat`."""
    text: str = case["text"]
    return text.replace("{}", case["repeat"] * case["times"]) if "repeat" in case else text


# ---------------------------------------------------------------- hostile pieces

HOSTILE_TEXTS: Final = (
    *(
        "",
        " ",
        "\u0000",
        "\ud7ff",
        "\u202e",
        "\ufeff",
        "\x1f",
        "\x85",
        "e\u0301" * 50,
        "ß",
        "ı",
        "İ",
        "ﬀ",
        "\U0010ffff",
    ),
    *("VOLASYS SILVER STAR", "Yanbian Silverstar Network Technology Co., Ltd.", "volasys " * 60, "a b " * 300),
    *("Pyongyang", "Yalta, Krimea", "RES/KP", "/RES/IR//", "(" * 200, "&amp;", "%s{}", "朝鲜" * 200, "평양", "ЯЛТА"),
    *("KP", "DE89370400440532013000", "KP" * 30, "FTBDKPPYXXX", "+850", "0" * 300, "-" * 300, "²", "٣", "1_0"),
    *("0xB637F84B66876EBF609C2A4208905F9DDAC9D075", "1" * 128, "bc1" + "q" * 90, "@" * 99, "a@b.c", "IMO 9999999"),
)
HOSTILE_NUMBERS: Final = (
    *("0", "-0", "1e400", "1e-400", "1e308", "NaN", "Infinity", "-1", "0." + "0" * 40 + "1", "1." + "0" * 60),
    *("9" * 33, "9" * 5000, "1e15", "1000000000000001", "0.1", "true", "null", "[]", "{}", '""'),
)
HOSTILE_TIMES: Final = (
    *("2099-12-31T23:59:59-23:59", "2000-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    *("2024-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20", "2026-11-20T09:00:00"),
    *("2099-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "1e18", "-1", "20261120T090000Z", "2026-W47-5"),
)


def texts() -> st.SearchStrategy[str]:
    """Any text, hostile texts, and long ones."""
    any_letters = st.characters(exclude_categories=())  # lone surrogates too: JSON can write them
    return st.one_of(
        st.text(any_letters, max_size=40),
        st.sampled_from(HOSTILE_TEXTS),
        st.lists(st.sampled_from(HOSTILE_TEXTS) | st.text(max_size=8), max_size=12).map(" ".join),
        st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=6), st.integers(1, 2_000)),
    )


def damages() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """What happens to bytes on their way: cut, doubled, overwritten, glued."""

    def damage(at: float, cut: int, inserted: bytes) -> Callable[[bytes], bytes]:
        return lambda content: content[: int(at * len(content))] + inserted + content[int(at * len(content)) + cut :]

    signs = st.sampled_from(
        [
            b'"',
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\\",
            b"\\u0000",
            b"\\ud800",
            b"\x00",
            b"\xff",
            b"\xef\xbb\xbf",
            b"\n",
        ]
    )
    return st.builds(damage, st.floats(0, 1), st.integers(0, 40), st.one_of(signs, st.binary(max_size=12)))
