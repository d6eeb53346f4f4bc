"""When the signed lists in force were fetched, kept in the worker's data folder: a restart accepts no older ones."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

from streamer.watchlists.entity import InvalidList

_FILE: Final = "lists-seen.json"


class SeenManifests:
    """List -> `fetched_at` of its newest manifest that was in force here."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def read(self) -> dict[str, datetime]:
        """Empty where nothing was kept yet. Raises InvalidList for a file that is not ours."""
        try:
            kept = orjson.loads(self._path.read_bytes())
            times = {str(name): datetime.fromisoformat(at) for name, at in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError):
            times = None
        if times is None or any(at.tzinfo is None for at in times.values()):
            raise InvalidList(
                f"{self._path} cannot be read: it tells which signed lists are too old to be used. Check that the "
                "lists on the topic are the newest (`streamer lists show`), then delete it"
            )
        return times

    def write(self, times: Mapping[str, datetime]) -> None:
        """Replace what is kept. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(orjson.dumps({name: at.isoformat() for name, at in sorted(times.items())}))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
