"""What `lists sync --watch` tells Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from streamer.exposition import Exposition, ListsRefused, lists_named


class SyncMetrics(Exposition):
    """The refusals of a sync, by list and reason."""

    def __init__(self, watched: Iterable[str]) -> None:
        """`watched`: the lists that are polled; their refusals count from zero."""
        super().__init__()
        self._refused = ListsRefused(self.registry, lists_named())
        for name in watched:
            self._refused.count_from_zero(name)

    def list_refused(self, name: str, reason: str) -> None:
        """An update of the list was refused; `reason` is one of LIST_REFUSED_REASONS."""
        self._refused.refused(name, reason)
