"""Real lists and labelled names that stand beside a checkout; tests that need them skip where they are absent."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.watchlists import read_list

_GIVEN = os.environ.get("SCREENING_DATA") or os.environ.get("STREAMER_SHARED")
SHARED = Path(_GIVEN) if _GIVEN else Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """A file or folder under the shared data; skips the test, with the reason, where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"real data not here: {found} (set SCREENING_DATA to the folder that holds it)")
    return found


@cache
def real_lists() -> Lists:
    """OFAC and UN in full, read once a process (some seconds); skips the test where they are absent."""
    specs = (f"ofac={shared('data/ofac')}", f"un={shared('data/un/consolidated.xml')}")
    return lists_from([one for spec in specs for one in read_list(spec).by_name()], datetime.now(UTC))
