"""What `reconcile --watch` tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from streamer.exposition import Exposition
from streamer.kafka.reconcile import Report


class ReconciliationMetrics(Exposition):
    """The guarantee in figures: inputs without a decision, decisions that contradict each other, and since when.

    Nothing is exposed of a reconciliation before the first: what is absent is not 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self._failures = Counter(
            "screening_reconciliation_failures",
            "Reconciliations that came to no end: the broker did not answer, or refused.",
            registry=self.registry,
        )
        self._gauges: dict[str, Gauge] = {}

    def reconciled(self, report: Report, at: float) -> None:
        """A reconciliation came to its end `at` (seconds since the epoch)."""
        for name, says, value in (
            ("gap", "Inputs without a decision, by the last reconciliation.", len(report.gaps)),
            ("waiting", "Inputs without a decision that are too young to be missed.", report.waiting),
            ("contradictory", "Inputs whose decisions contradict each other.", len(report.contradictory)),
            ("inputs", "Inputs compared so far.", report.inputs),
            ("timestamp_seconds", "When inputs and decisions were last compared.", at),
        ):
            if name not in self._gauges:
                self._gauges[name] = Gauge(f"screening_reconciliation_{name}", says, registry=self.registry)
            self._gauges[name].set(value)

    def failed(self) -> None:
        """A reconciliation came to no end."""
        self._failures.inc()
