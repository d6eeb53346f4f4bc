"""Every expression of the dashboard and of the alerts, asked of a real Prometheus that scrapes our real metrics.

`scraped` is what it scrapes: here exporters that serve what a worker, a sync of lists and a reconciliation expose, with
every metric driven. Another test points `prometheus_scraping` at running ones and asks the same questions.
"""

from __future__ import annotations

import http.server
import json
import math
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from streamer.events import ListVersion, Severity, Verdict
from streamer.exposition import CONTENT_TYPE, Exposition
from streamer.kafka.metrics import ReconciliationMetrics
from streamer.kafka.reconcile import Report
from streamer.list_feed.metrics import SyncMetrics
from streamer.worker.metrics import Metrics

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana/dashboards/streamer.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ALERTS: dict[str, str] = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
QUESTIONS: list[tuple[str, str]] = [
    (f"{panel['title']} {target['refId']}", target["expr"]) for panel in PANELS for target in panel["targets"]
]

SCRAPE_SECONDS = 0.2
WAIT_SECONDS_MAX = 60.0
COLUMNS = 24
"""Width of Grafana's grid."""


# ---------------------------------------------------------------- a real Prometheus


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The result of an instant query. Fails where Prometheus refuses the expression."""
        url = f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            document = json.load(answer)
        assert document["status"] == "success", document
        assert document["data"]["resultType"] == "vector"
        result: list[dict[str, Any]] = document["data"]["result"]
        return result


@contextmanager
def prometheus_scraping(jobs: Mapping[str, str], folder: Path) -> Iterator[Prometheus]:
    """A Prometheus of its own that scrapes each job (name -> host:port), with our alert rules loaded."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed: apt-get install prometheus (Debian), or the Prometheus tarball")
    shutil.copy(DEPLOY / "prometheus/alerts.yml", folder / "alerts.yml")
    every = f"{int(SCRAPE_SECONDS * 1000)}ms"
    config = {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in jobs.items()
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    address = f"127.0.0.1:{free_port()}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
                "--log.level=warn",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            prometheus = Prometheus(f"http://{address}")
            wait_until(lambda: is_up(prometheus, jobs), f"Prometheus scrapes; see {folder / 'prometheus.log'}")
            yield prometheus
        finally:
            process.terminate()
            process.wait(timeout=30)


def is_up(prometheus: Prometheus, jobs: Iterable[str]) -> bool:
    try:
        return {row["metric"]["job"] for row in prometheus.query("up == 1")} == set(jobs)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, f"not within {WAIT_SECONDS_MAX:.0f} s: {what}"
        time.sleep(SCRAPE_SECONDS)


def as_grafana_asks(expression: str) -> str:
    """The expression with Grafana's variables filled in."""
    return expression.replace("$__rate_interval", "5s").replace("$instance", ".*")


def has_a_number(rows: list[dict[str, Any]]) -> bool:
    return any(math.isfinite(float(row["value"][1])) for row in rows)


# ---------------------------------------------------------------- what it scrapes


def drive(metrics: Metrics) -> None:
    """One round of everything a worker reports."""
    for topic in ("payments", "payrolls", "observations"):
        metrics.received(topic)
        metrics.lag(topic, 3)
    for verdict in Verdict:
        metrics.decided(verdict, near_misses=1, late=verdict is Verdict.HOLD)
    metrics.alerted("LISTED_NAME", Severity.HIGH)
    metrics.alerted("SHARED_ACCOUNT", Severity.MEDIUM)
    metrics.dead_letter("not_json")
    metrics.failed("screen", in_a_row=1)
    metrics.computed(0.001)
    metrics.acknowledged(0.02)
    metrics.in_flight(2)
    metrics.ready(True)
    metrics.partitions_assigned(6)

    metrics.list_refused("ofac", "shrunk")
    metrics.remembered("kept")
    metrics.rescreen_jobs(0)
    metrics.rescreened(256)
    metrics.rescreen_matched()
    metrics.superseded()
    metrics.rescreen_finished(1.5)


def worker_driven() -> Metrics:
    """A worker's metrics, with lists in use."""
    metrics = Metrics()
    now = datetime.now(UTC)
    metrics.runs("0.1.0", "p" * 64)
    metrics.lists_required(("ofac",), ("ofac",))
    metrics.lists_loaded(
        [
            ListVersion(
                list=name, version="a" * 64, entries=entries, published_at=now - timedelta(days=1), fetched_at=now
            )
            for name, entries in (("ofac", 18_000), ("un", 1_000), ("eu", 5_000), ("uk", 5_000))
        ],
        at=now,
    )
    return metrics


CLEAN = Report(inputs=9, decided=9, waiting=0, gaps=(), repeated=0, contradictory=(), unattributed=0)


def expositions() -> dict[str, tuple[Exposition, Callable[[], None]]]:
    """Job of Prometheus -> what it scrapes, and what is done before each scrape."""
    worker, sync, books = worker_driven(), SyncMetrics(("ofac",)), ReconciliationMetrics()
    for one in (sync, books):
        one.runs("0.1.0")
    return {
        "streamer": (worker, lambda: drive(worker)),
        "streamer-lists": (sync, lambda: None),
        "streamer-reconcile": (books, lambda: books.reconciled(CLEAN, time.time())),
    }


@contextmanager
def exporter(metrics: Exposition, before: Callable[[], None]) -> Iterator[str]:
    """host:port of a server of /metrics."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            before()
            body = metrics.render()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with ExitStack() as stack:
        jobs = {job: stack.enter_context(exporter(*exposition)) for job, exposition in expositions().items()}
        yield stack.enter_context(prometheus_scraping(jobs, tmp_path_factory.mktemp("prometheus")))


# ---------------------------------------------------------------- the questions


@pytest.mark.parametrize(("title", "expression"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_a_panel_shows_something(prometheus: Prometheus, title: str, expression: str) -> None:
    asked = as_grafana_asks(expression)
    wait_until(lambda: has_a_number(prometheus.query(asked)), f"{title}: {asked}")


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_looks_at_series_that_exist(prometheus: Prometheus, name: str) -> None:
    """An alert on what nobody exposes never fires."""
    prometheus.query(ALERTS[name])
    selectors = re.findall(r"\b(?:screening_\w+|up)(?:\{[^}]*\})?", ALERTS[name])
    assert selectors
    for selector in selectors:
        wait_until(lambda one=selector: bool(prometheus.query(one)), f"{name}: {selector}")  # type: ignore[misc]


def test_only_the_alerts_for_what_was_driven_are_raised(prometheus: Prometheus) -> None:
    """Dead letters, failures, late events and a refused list were driven, all else is in order."""
    driven = {"ScreeningDeadLetters", "ScreeningErrors", "ScreeningLate", "ScreeningListRefused"}

    def raised() -> set[str]:
        return {row["metric"]["alertname"] for row in prometheus.query('ALERTS{alertname!=""}')}

    wait_until(lambda: driven <= raised(), f"{driven} are raised")
    # A burst has a day's average to compare with, and there is none yet.
    assert raised() - driven <= {"ScreeningAlertBurst"}


# ---------------------------------------------------------------- names and shape, without Prometheus


def metrics_named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:screening|process)_\w+", expression))


def exposed() -> set[str]:
    names: set[str] = set()
    for metrics, before in expositions().values():
        before()
        families = text_string_to_metric_families(metrics.render().decode())
        names |= {sample.name for family in families for sample in family.samples}
    return names


def test_expressions_name_metrics_that_exist() -> None:
    named = {
        name for expression in (*ALERTS.values(), *(e for _, e in QUESTIONS)) for name in metrics_named(expression)
    }
    assert named <= exposed(), named - exposed()


def test_every_metric_of_ours_is_looked_at() -> None:
    """A metric on no panel and in no alert is one nobody would miss."""
    named = {
        name for expression in (*ALERTS.values(), *(e for _, e in QUESTIONS)) for name in metrics_named(expression)
    }
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in exposed() if name.startswith("screening_")}
    assert ours == {re.sub(r"_(bucket|count|sum)$", "", name) for name in named if name.startswith("screening_")}


def test_panels_are_titled_described_and_use_our_source() -> None:
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == source["uid"]
        assert all(target["datasource"]["uid"] == source["uid"] for target in panel["targets"])


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < COLUMNS
        taken |= cells
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_the_dashboard_filters_by_worker() -> None:
    (variable,) = DASHBOARD["templating"]["list"]
    assert variable["name"] == "instance"
    of_others = ("screening_reconciliation_", "screening_list_refused_total")
    for _, expression in QUESTIONS:
        assert ('instance=~"$instance"' in expression) != any(name in expression for name in of_others), expression
