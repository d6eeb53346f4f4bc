"""What must not come into force: too few or too many entries, or an older publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from streamer.list_feed.guards import RefusedList, refuse_count, refuse_older, refuse_shrink
from streamer.watchlists import InvalidList

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [(100, 90, False), (100, 89, True), (0, 1, False), (100, 200, False), (1, 0, True)],
)
def test_a_list_may_lose_a_tenth_at_most(before: int, after: int, refused: bool) -> None:
    if refused:
        with pytest.raises(InvalidList, match=f"{after} entries where {before} are in force"):
            refuse_shrink("ofac", before, after, 0.10)
    else:
        refuse_shrink("ofac", before, after, 0.10)


def test_a_list_stays_within_the_band_of_its_source() -> None:
    refuse_count("un", 10, (10, 20))
    refuse_count("un", 20, (10, 20))
    for entries, reason in ((9, "shrunk"), (21, "grown")):
        with pytest.raises(RefusedList, match=f"{entries} entries, outside of 10 to 20.*--accept-shrink") as refused:
            refuse_count("un", entries, (10, 20))
        assert refused.value.reason == reason


def test_a_publisher_that_goes_back_in_time_is_refused() -> None:
    refuse_older("un", AT, AT)
    refuse_older("un", None, AT)
    refuse_older("un", AT, None)
    with pytest.raises(RefusedList, match="published on 2026-11-19 00:00, but the one in force on 2026-11-20"):
        refuse_older("un", AT, AT - timedelta(days=1))
