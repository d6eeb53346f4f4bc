"""What must not come into force: a list that shrank, grew beyond its source's band, or went back in time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from streamer.watchlists.entity import InvalidList


class RefusedList(InvalidList):
    """A list that must not come into force. `reason` is one of metrics.LIST_REFUSED_REASONS."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


_CURE: Final = (
    "refused, and the list in force, if any, stays. Check the source; if it is right, say why: --accept-shrink 'REASON'"
)


def refuse_shrink(name: str, before: int, after: int, share_max: float) -> None:
    """Raises RefusedList when a list would silently become smaller."""
    if before and after < before * (1 - share_max):
        raise RefusedList(
            f"list {name}: {after:,} entries where {before:,} are in force, {1 - after / before:.0%} fewer, more "
            f"than the {share_max:.0%} allowed; {_CURE}",
            "shrunk",
        )


def refuse_count(name: str, entries: int, band: tuple[int, int]) -> None:
    """Raises RefusedList for a list with fewer or more entries than its source has had for years."""
    fewest, most = band
    if not fewest <= entries <= most:
        raise RefusedList(
            f"list {name}: {entries:,} entries, outside of {fewest:,} to {most:,} (entries of its source); {_CURE}",
            "shrunk" if entries < fewest else "grown",
        )


def refuse_older(name: str, before: datetime | None, after: datetime | None) -> None:
    """Raises RefusedList where the publisher's own date goes back: a cache that was asleep, or an old file."""
    if before and after and after < before:
        raise RefusedList(
            f"list {name}: published on {after:%Y-%m-%d %H:%M}, but the one in force on {before:%Y-%m-%d %H:%M}; "
            f"{_CURE}",
            "older",
        )
