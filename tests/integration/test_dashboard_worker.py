"""What the dashboard and the alerts ask is answered by a running worker, sync and reconciliation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.watchlists import sample_lists
from tests.builders import LISTED_NAME, payment
from tests.integration.test_dashboard import (
    ALERTS,
    QUESTIONS,
    as_grafana_asks,
    has_a_number,
    prometheus_scraping,
    wait_until,
)
from tests.integration.worker import Site


@pytest.mark.timeout(240)
def test_every_panel_has_a_number_from_a_running_worker(site: Site, tmp_path: Path) -> None:
    running = site.workers[-1]
    # The sample does not say when it was published; an official list does.
    press = next(one for one in sample_lists() if one.names == ("press",))
    site.publish_list(replace(press, published=datetime.now(UTC)))
    held = tmp_path / "own.csv"
    held.write_text("id,name,type\nX1,Lantern Harbour Freight,entity\n")
    books = site.worker(entry=("streamer", "reconcile", "--watch", "--interval-seconds", "1", "--web-port", "0"))
    sync = site.worker(entry=("streamer", "lists", "sync", "--watch", "--source", f"csv={held}", "--web-port", "0"))
    for one in (books, sync):
        one.wait_answer("/metrics", 200)
    jobs = {"streamer": running, "streamer-lists": sync, "streamer-reconcile": books}
    with prometheus_scraping({job: f"127.0.0.1:{one.port}" for job, one in jobs.items()}, tmp_path) as prometheus:
        unanswered: list[str] = []

        def answered() -> bool:
            # Rates and quantiles need something to happen between two scrapes, of every kind.
            site.publish(payment(), payment(creditor=LISTED_NAME))
            site.publish_raw(b"no event", key=None)
            unanswered[:] = [
                title
                for title, expression in QUESTIONS
                if not has_a_number(prometheus.query(as_grafana_asks(expression)))
            ]
            return not unanswered

        try:
            wait_until(answered, "every panel has a number")
        except AssertionError:
            pytest.fail(f"panels without a number: {', '.join(unanswered)}")
        for expression in ALERTS.values():
            prometheus.query(expression)
    assert books.stop() == 0
    assert sync.stop() == 0
