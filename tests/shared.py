"""Real lists and labelled names that stand beside a checkout; tests that need them skip where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("STREAMER_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(path: str) -> Path:
    """A file or folder under the shared data; skips the test, with the reason, where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"real data not here: {found} (set STREAMER_SHARED to the folder that holds it)")
    return found
