"""All Prometheus metrics of a worker, in one place."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from prometheus_client import (
    Counter,
    Gauge,
    Histogram,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streamer.events import DEAD_LETTER_REASONS, TOPICS, ListVersion, Outcome, Severity, Verdict
from streamer.exposition import OTHER, Exposition, ListsRefused, Names, lists_named, one_of

RULES_MAX: Final = 64
"""Rules are named by code and policy; beyond so many, something else is being counted."""

STAGES: Final = ("receive", "decode", "screen", "publish", "watch", "dispose", "lists", "reconcile", "rescreen")
"""Where our own code can fail."""
_DISPOSITION_OUTCOMES: Final = (*(outcome.value for outcome in Outcome), "refused")

LATENCY_BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
COMPUTE_BUCKETS_SECONDS: Final = (0.0001, 0.00025, 0.0005, *LATENCY_BUCKETS_SECONDS)

_RESCREEN_BUCKETS_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800)
_REMEMBERED_OUTCOMES: Final = ("kept", "full", "forgotten")

_RULE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


class Metrics(Exposition):
    """The metrics of one worker, on a registry of their own. `now` (epoch seconds) ages the lists at each scrape."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        registry = self.registry
        self._rules: Final = Names(_RULE, RULES_MAX)
        self._lists: Final = lists_named()
        self._events = Counter("screening_events", "Records read.", ["topic"], registry=registry)
        self._decisions = Counter("screening_decisions", "Decisions published.", ["verdict"], registry=registry)
        self._alerts = Counter("screening_alerts", "Alerts published.", ["rule", "severity"], registry=registry)
        self._dead_letters = Counter(
            "screening_dead_letters", "Records that could not be screened and are held.", ["reason"], registry=registry
        )
        self._dispositions = Counter(
            "screening_dispositions", "Analysts' words on blocked payments.", ["outcome"], registry=registry
        )
        self._near_misses = Counter(
            "screening_near_misses", "Candidates below the thresholds, recorded in decisions.", registry=registry
        )
        self._late = Counter("screening_late", "Events received after their decide_by.", registry=registry)
        self._errors = Counter("screening_errors", "Failures of our own code.", ["stage"], registry=registry)
        self._errors_in_a_row = Gauge(
            "screening_errors_in_a_row", "Events in a row that our own code failed on.", registry=registry
        )
        self._list_entries = Gauge("screening_list_entries", "Entries of the list in use.", ["list"], registry=registry)
        self._list_missing = Gauge(
            "screening_list_missing",
            "1 where the policy requires the list, for all tenants or for one, and it is not in force.",
            ["list"],
            registry=registry,
        )
        self._list_published = Gauge(
            "screening_list_published_timestamp_seconds",
            "When the source published the list in use.",
            ["list"],
            registry=registry,
        )
        self._list_loaded = Gauge(
            "screening_list_loaded_timestamp_seconds",
            "When this worker began to use the list version.",
            ["list"],
            registry=registry,
        )
        self._list_refused = ListsRefused(registry, self._lists)
        self._latency = Histogram(
            "screening_latency_seconds",
            "From the record's timestamp to the acknowledgement of its decision by the broker.",
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=registry,
        )
        self._compute = Histogram(
            "screening_compute_seconds",
            "Screening alone: the time inside the monitor, per event.",
            buckets=COMPUTE_BUCKETS_SECONDS,
            registry=registry,
        )
        self._in_flight = Gauge(
            "screening_in_flight", "Events whose outputs the broker has not confirmed yet.", registry=registry
        )
        self._lag = Gauge(
            "screening_lag_records",
            "Records of the assigned partitions not answered yet.",
            ["topic"],
            registry=registry,
        )
        self._ready = Gauge(
            "screening_ready", "1 while the worker has every list its policy requires and consumes.", registry=registry
        )
        self._partitions = Gauge("screening_partitions_assigned", "Partitions this worker consumes.", registry=registry)
        self._remembered = Counter(
            "screening_counterparties_remembered",
            "Counterparties remembered for rescreening, by what became of them.",
            ["outcome"],
            registry=registry,
        )
        self._rescreen_jobs = Gauge(
            "screening_rescreen_jobs",
            "Assigned partitions whose remembered counterparties are not matched against all entries in force yet.",
            registry=registry,
        )
        self._rescreened = Counter(
            "screening_rescreened",
            "Remembered counterparties matched against a change of the lists.",
            registry=registry,
        )
        self._rescreen_matches = Counter(
            "screening_rescreen_matches", "Remembered counterparties that a change of the lists met.", registry=registry
        )
        self._superseded = Counter(
            "screening_superseded", "Decisions superseded before the payment's execution.", registry=registry
        )
        self._rescreen_unreadable = Counter(
            "screening_rescreen_unreadable", "Remembered rows that could not be opened or matched.", registry=registry
        )
        self._rescreen_seconds = Histogram(
            "screening_rescreen_seconds",
            "From the change of the lists to the end of a partition's rescreening.",
            buckets=_RESCREEN_BUCKETS_SECONDS,
            registry=registry,
        )
        self._ages = _ListAges(now)
        registry.register(self._ages)
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Series that exist from the start: `increase()` sees the first event, and an alert on absence can tell."""
        for topic in _TOPICS_IN:
            self._events.labels(topic)
            self._lag.labels(topic)
        for verdict in Verdict:
            self._decisions.labels(verdict.value)
        for reason in (*DEAD_LETTER_REASONS, OTHER):
            self._dead_letters.labels(reason)
        for stage in (*STAGES, OTHER):
            self._errors.labels(stage)
        for outcome in _DISPOSITION_OUTCOMES:
            self._dispositions.labels(outcome)
        for outcome in _REMEMBERED_OUTCOMES:
            self._remembered.labels(outcome)

    # ------------------------------------------------------------ what a worker reports

    def received(self, topic: str) -> None:
        """A record was read from the topic (contract name, without prefix)."""
        self._events.labels(one_of(_TOPICS_IN, topic)).inc()

    def decided(self, verdict: Verdict, *, near_misses: int = 0, late: bool = False) -> None:
        """A decision was published."""
        self._decisions.labels(verdict.value).inc()
        self._near_misses.inc(near_misses)
        self._late.inc(late)

    def alerted(self, rule: str, severity: Severity) -> None:
        """An alert was published."""
        self._alerts.labels(self._rules.label(rule), severity.value).inc()

    def dead_letter(self, reason: str) -> None:
        """A record could not be screened; `reason` is one of DEAD_LETTER_REASONS."""
        self._dead_letters.labels(one_of(DEAD_LETTER_REASONS, reason)).inc()

    def disposed(self, outcome: str) -> None:
        """A disposition has its answer; `outcome` is one of _DISPOSITION_OUTCOMES."""
        self._dispositions.labels(one_of(_DISPOSITION_OUTCOMES, outcome)).inc()

    def failed(self, stage: str, *, in_a_row: int) -> None:
        """Our own code failed; `in_a_row` events so far."""
        self._errors.labels(one_of(STAGES, stage)).inc()
        self._errors_in_a_row.set(in_a_row)

    def recovered(self) -> None:
        """An event went well: the row of failures is over."""
        self._errors_in_a_row.set(0)

    def computed(self, seconds: float) -> None:
        """The monitor took so long for one event."""
        self._compute.observe(seconds)

    def acknowledged(self, latency_seconds: float) -> None:
        """The broker confirmed a decision, so long after the timestamp of its record. Clocks differ: never below 0."""
        self._latency.observe(max(latency_seconds, 0.0))

    def in_flight(self, events: int | Callable[[], float]) -> None:
        """Events in the window; a function is asked at each scrape."""
        _set(self._in_flight, events)

    def lag(self, topic: str, records: int | Callable[[], float]) -> None:
        """Records not answered yet; a function is asked at each scrape."""
        _set(self._lag.labels(one_of(_TOPICS_IN, topic)), records)

    def ready(self, is_ready: bool) -> None:
        self._ready.set(is_ready)

    def partitions_assigned(self, partitions: int) -> None:
        self._partitions.set(partitions)

    def lists_loaded(self, versions: Iterable[ListVersion], *, at: datetime) -> None:
        """The lists in use from now on; a list that is not among them disappears."""
        known = {self._lists.label(version.list): version for version in versions}
        for metric in (self._list_entries, self._list_published, self._list_loaded):
            metric.clear()
        self._ages.fetched_at = {}
        for label, version in known.items():
            self._list_refused.count_from_zero(label)
            self._list_entries.labels(label).set(version.entries)
            self._list_loaded.labels(label).set(at.timestamp())
            if version.published_at is not None:
                self._list_published.labels(label).set(version.published_at.timestamp())
            self._ages.fetched_at[label] = (version.fetched_at or version.published_at or at).timestamp()

    def lists_required(self, required: Iterable[str], in_force: Collection[str]) -> None:
        """Which of the lists that the policy requires are in force."""
        for name in required:
            self._list_missing.labels(self._lists.label(name)).set(name not in in_force)

    def list_refused(self, name: str, reason: str) -> None:
        """An update of the list was refused; `reason` is one of LIST_REFUSED_REASONS."""
        self._list_refused.refused(name, reason)

    def remembered(self, outcome: str, counterparties: int = 1) -> None:
        """Counterparties were kept, or not for want of room (full), or forgotten; `outcome`: _REMEMBERED_OUTCOMES."""
        self._remembered.labels(one_of(_REMEMBERED_OUTCOMES, outcome)).inc(counterparties)

    def rescreen_jobs(self, partitions: int) -> None:
        """Assigned partitions that are not up to date with the lists."""
        self._rescreen_jobs.set(partitions)

    def rescreened(self, counterparties: int) -> None:
        """So many more were matched."""
        self._rescreened.inc(counterparties)

    def rescreen_matched(self) -> None:
        self._rescreen_matches.inc()

    def superseded(self) -> None:
        self._superseded.inc()

    def rescreen_unreadable(self) -> None:
        self._rescreen_unreadable.inc()

    def rescreen_finished(self, seconds: float) -> None:
        """A partition is up to date again, so long after the change."""
        self._rescreen_seconds.observe(max(seconds, 0.0))


_TOPICS_IN: Final = tuple(t.name for t in TOPICS.values() if t.direction == "in" or t.name == "observations")
"""What a worker consumes event by event."""


class _ListAges(Collector):
    """How long ago each list in use was fetched, as of the scrape."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.fetched_at: dict[str, float] = {}

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            "screening_list_age_seconds", "Since the list in use was last fetched and verified.", labels=["list"]
        )
        now = self._now()
        for label, fetched_at in self.fetched_at.items():
            family.add_metric([label], now - fetched_at)
        yield family


def _set(gauge: Gauge, value: int | Callable[[], float]) -> None:
    if callable(value):
        gauge.set_function(value)
    else:
        gauge.set(value)
