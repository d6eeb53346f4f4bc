"""Metrics: closed label sets, ages as of the scrape, one registry per worker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streamer.events import DEAD_LETTER_REASONS, ListVersion, Severity, Verdict
from streamer.exposition import CONTENT_TYPE, LISTS_MAX
from streamer.worker.metrics import (
    COMPUTE_BUCKETS_SECONDS,
    LATENCY_BUCKETS_SECONDS,
    RULES_MAX,
    STAGES,
    Metrics,
)

FETCHED = datetime(2025, 7, 24, 12, 0, tzinfo=UTC)
LOADED = datetime(2025, 7, 24, 12, 5, tzinfo=UTC)
OFAC = ListVersion(list="ofac", version="a" * 64, entries=18_000, published_at=FETCHED, fetched_at=FETCHED)


def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """(name, labels) -> value of all that is exposed."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return samples(metrics).get((name, frozenset(labels.items())))


def test_what_is_counted_is_exposed() -> None:
    metrics = Metrics()
    metrics.received("payments")
    metrics.decided(Verdict.HOLD, near_misses=3, late=True)
    metrics.decided(Verdict.RELEASE)
    metrics.alerted("LISTED_NAME", Severity.CRITICAL)
    metrics.dead_letter("not_json")
    metrics.failed("screen", in_a_row=2)
    metrics.computed(0.002)
    metrics.acknowledged(0.02)
    metrics.in_flight(7)
    metrics.lag("payments", 12)
    metrics.ready(True)
    metrics.partitions_assigned(4)
    metrics.list_refused("ofac", "shrunk")
    metrics.runs("0.1.0", "p" * 64)
    assert value(metrics, "screening_events_total", topic="payments") == 1
    assert value(metrics, "screening_decisions_total", verdict="hold") == 1
    assert value(metrics, "screening_decisions_total", verdict="release") == 1
    assert value(metrics, "screening_near_misses_total") == 3
    assert value(metrics, "screening_late_total") == 1
    assert value(metrics, "screening_alerts_total", rule="LISTED_NAME", severity="critical") == 1
    assert value(metrics, "screening_dead_letters_total", reason="not_json") == 1
    assert value(metrics, "screening_errors_total", stage="screen") == 1
    assert value(metrics, "screening_errors_in_a_row") == 2
    assert value(metrics, "screening_compute_seconds_count") == 1
    assert value(metrics, "screening_latency_seconds_sum") == 0.02
    assert value(metrics, "screening_in_flight") == 7
    assert value(metrics, "screening_lag_records", topic="payments") == 12
    assert value(metrics, "screening_ready") == 1
    assert value(metrics, "screening_partitions_assigned") == 4
    assert not any(name.startswith("screening_reconciliation") for name, _ in samples(metrics))
    assert value(metrics, "screening_list_refused_total", list="ofac", reason="shrunk") == 1
    assert any(name == "screening_build_info" and ("version", "0.1.0") in labels for name, labels in samples(metrics))


def test_closed_sets_start_at_zero() -> None:
    metrics = Metrics()
    assert all(value(metrics, "screening_decisions_total", verdict=v.value) == 0 for v in Verdict)
    assert all(value(metrics, "screening_dead_letters_total", reason=r) == 0 for r in DEAD_LETTER_REASONS)
    assert all(value(metrics, "screening_errors_total", stage=s) == 0 for s in STAGES)
    assert value(metrics, "screening_events_total", topic="payments") == 0
    assert value(metrics, "screening_ready") == 0


def test_the_row_of_errors_ends_with_a_success() -> None:
    metrics = Metrics()
    metrics.failed("screen", in_a_row=9)
    metrics.recovered()
    assert value(metrics, "screening_errors_in_a_row") == 0
    assert value(metrics, "screening_errors_total", stage="screen") == 1


def test_list_ages_are_those_of_the_scrape() -> None:
    now = [FETCHED.timestamp() + 60]
    metrics = Metrics(now=lambda: now[0])
    metrics.lists_loaded([OFAC], at=LOADED)
    assert value(metrics, "screening_list_age_seconds", list="ofac") == 60
    now[0] += 3600
    assert value(metrics, "screening_list_age_seconds", list="ofac") == 3660
    assert value(metrics, "screening_list_entries", list="ofac") == 18_000
    assert value(metrics, "screening_list_published_timestamp_seconds", list="ofac") == FETCHED.timestamp()
    assert value(metrics, "screening_list_loaded_timestamp_seconds", list="ofac") == LOADED.timestamp()


def test_a_list_without_dates_ages_from_its_loading() -> None:
    metrics = Metrics(now=lambda: LOADED.timestamp() + 5)
    metrics.lists_loaded([OFAC.model_copy(update={"published_at": None, "fetched_at": None})], at=LOADED)
    assert value(metrics, "screening_list_age_seconds", list="ofac") == 5
    assert value(metrics, "screening_list_published_timestamp_seconds", list="ofac") is None


def test_a_list_no_longer_in_use_disappears() -> None:
    metrics = Metrics()
    metrics.lists_loaded([OFAC, OFAC.model_copy(update={"list": "un"})], at=LOADED)
    metrics.lists_loaded([OFAC], at=LOADED)
    for name in ("entries", "age_seconds", "loaded_timestamp_seconds", "published_timestamp_seconds"):
        assert value(metrics, f"screening_list_{name}", list="ofac") is not None
        assert value(metrics, f"screening_list_{name}", list="un") is None


def test_functions_are_asked_at_each_scrape() -> None:
    metrics = Metrics()
    in_flight = [1]
    metrics.in_flight(lambda: in_flight[0])
    assert value(metrics, "screening_in_flight") == 1
    in_flight[0] = 5
    assert value(metrics, "screening_in_flight") == 5


@pytest.mark.parametrize("rule", ["Kim Se Un", "listed_name", "", "A" * 60, "LISTED NAME", "LISTED\nNAME"])
def test_what_is_no_rule_becomes_other(rule: str) -> None:
    metrics = Metrics()
    metrics.alerted(rule, Severity.LOW)
    assert value(metrics, "screening_alerts_total", rule="other", severity="low") == 1
    assert "Kim" not in metrics.render().decode()


@pytest.mark.parametrize("name", ["Kim Se Un", "OFAC", "DE89370400440532013000", ""])
def test_what_is_no_list_becomes_other(name: str) -> None:
    metrics = Metrics()
    metrics.list_refused(name, "unreadable")
    assert value(metrics, "screening_list_refused_total", list="other", reason="unreadable") == 1


def test_unknown_members_of_closed_sets_become_other() -> None:
    metrics = Metrics()
    metrics.received("somewhere")
    metrics.dead_letter("Kim Se Un")
    metrics.failed("Kim Se Un", in_a_row=1)
    metrics.list_refused("ofac", "Kim Se Un")
    assert value(metrics, "screening_events_total", topic="other") == 1
    assert value(metrics, "screening_dead_letters_total", reason="other") == 1
    assert value(metrics, "screening_errors_total", stage="other") == 1
    assert value(metrics, "screening_list_refused_total", list="ofac", reason="other") == 1
    assert "Kim" not in metrics.render().decode()


def test_labels_that_grow_without_end_are_cut_off() -> None:
    metrics = Metrics()
    for n in range(RULES_MAX * 2):
        metrics.alerted(f"RULE_{n}", Severity.LOW)
    for n in range(LISTS_MAX * 2):
        metrics.list_refused(f"list-{n}", "unreadable")
    exposed = samples(metrics)
    assert sum(name == "screening_alerts_total" for name, _ in exposed) == RULES_MAX + 1
    assert sum(name == "screening_list_refused_total" for name, _ in exposed) == LISTS_MAX + 1
    assert value(metrics, "screening_alerts_total", rule="other", severity="low") == RULES_MAX


def test_latency_buckets_reach_from_a_millisecond_to_a_minute() -> None:
    assert (LATENCY_BUCKETS_SECONDS[0], LATENCY_BUCKETS_SECONDS[-1]) == (0.001, 60)
    for buckets in (LATENCY_BUCKETS_SECONDS, COMPUTE_BUCKETS_SECONDS):
        assert list(buckets) == sorted(set(buckets))


def test_a_clock_that_is_behind_gives_no_negative_latency() -> None:
    metrics = Metrics()
    metrics.acknowledged(-3)
    assert value(metrics, "screening_latency_seconds_sum") == 0


def test_two_workers_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.received("payments")
    assert value(other, "screening_events_total", topic="payments") == 0


def test_names_follow_the_conventions_of_prometheus() -> None:
    metrics = Metrics()
    metrics.lists_loaded([OFAC], at=LOADED)
    for family in text_string_to_metric_families(metrics.render().decode()):
        if family.name.startswith("process_"):
            continue
        assert family.name.startswith("screening_")
        assert family.documentation.endswith(".")
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith("_total")
            assert not sample.name.endswith("_created")


def test_the_exposition_says_its_type() -> None:
    assert CONTENT_TYPE.startswith("text/plain")
