"""What Prometheus reads of one process: a registry of its own, bounded label values, the build.

Labels come from closed sets: a name, an account or an event id never becomes one. What is not known is counted as
`other`, so that a bug in a caller costs a label value, not a series per payment.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Collection
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

OTHER: Final = "other"
LISTS_MAX: Final = 32
"""Lists are named by configuration; beyond so many, something else is being counted."""
LIST_REFUSED_REASONS: Final = ("download", "unreadable", "shrunk", "grown", "older", "unsigned", "publish")
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_LIST: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Exposition:
    """The metrics of one process, on a registry of their own. A process exposes what it does, and nothing else."""

    def __init__(self) -> None:
        # A creation time beside every counter doubles the series and serves nobody here.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry: Final = CollectorRegistry()
        self._build = Gauge(
            "screening_build_info",
            "Always 1; the labels say what runs.",
            ["version", "policy", "python"],
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def runs(self, version: str, policy_version: str = "") -> None:
        """What runs: the version of the code and the digest of the policy, where it follows one."""
        self._build.clear()
        self._build.labels(version, policy_version[:12], platform.python_version()).set(1)

    def render(self) -> bytes:
        """The exposition, of content type CONTENT_TYPE."""
        return generate_latest(self.registry)


class ListsRefused:
    """screening_list_refused_total, as a worker and a sync of lists both count it."""

    def __init__(self, registry: CollectorRegistry, lists: Names) -> None:
        self._lists = lists
        self._refused = Counter(
            "screening_list_refused",
            "List updates that were refused; the last good copy stays.",
            ["list", "reason"],
            registry=registry,
        )

    def count_from_zero(self, name: str) -> None:
        """Series that exist from the start: `increase()` sees the first refusal."""
        for reason in LIST_REFUSED_REASONS:
            self._refused.labels(self._lists.label(name), reason)

    def refused(self, name: str, reason: str) -> None:
        """`reason` is one of LIST_REFUSED_REASONS."""
        self._refused.labels(self._lists.label(name), one_of(LIST_REFUSED_REASONS, reason)).inc()


class Names:
    """Label values that code or configuration names: well-formed, and at most so many."""

    def __init__(self, form: re.Pattern[str], names_max: int) -> None:
        self._form = form
        self._names_max = names_max
        self._known: set[str] = set()

    def label(self, name: str) -> str:
        if name in self._known:
            return name
        if len(self._known) >= self._names_max or not self._form.fullmatch(name):
            return OTHER
        self._known.add(name)
        return name


def lists_named() -> Names:
    """Label values for lists."""
    return Names(_LIST, LISTS_MAX)


def one_of(names: Collection[str], name: str) -> str:
    return name if name in names else OTHER
