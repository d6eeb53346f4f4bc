"""What the demo reads of the topics."""

from __future__ import annotations

import pytest

from streamer import __version__
from streamer.demo.seen import Seen, in_words
from streamer.files.replay import Replay
from streamer.monitor import Monitor, Record
from streamer.policy import shipped_policy
from tests.unit.demo.replayed import RECEIVED_AT, SCRIPT, judged, replayed, sample, take


def test_a_redelivered_record_counts_once() -> None:
    seen = replayed(SCRIPT.shipments[:40])
    before = (seen.answered, sum(seen.verdicts.values()), len(seen.alerts))
    again = Replay(Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__), sample())
    for offset, shipment in enumerate(SCRIPT.shipments[:40]):
        record = Record(shipment.topic, 0, offset, shipment.key, shipment.value, RECEIVED_AT)
        for output in again.outputs(record):
            assert take(seen, output, 0.0) is None
    assert (seen.answered, sum(seen.verdicts.values()), len(seen.alerts)) == before


def test_a_decision_read_before_its_input_is_matched() -> None:
    shipment = SCRIPT.shipments[0]
    monitor = Monitor.under(shipped_policy(), identity_key=b"k" * 32, engine_version=__version__)
    record = Record(shipment.topic, 3, 7, shipment.key, shipment.value, RECEIVED_AT)
    seen = Seen()
    for output in Replay(monitor, sample()).outputs(record):
        take(seen, output, 1_250.0)
    assert seen.answered == 0
    seen.take(shipment.topic, (3, 7), shipment.key, shipment.value, {}, 1_000.0)
    assert seen.answered == seen.inputs == 1
    assert seen.percentile_ms(0.99) == pytest.approx(250.0)


def test_what_is_settled_is_forgotten_but_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer.demo.seen.REMEMBERED_MAX", 20)
    again = tuple(shipment.again(2) for shipment in SCRIPT.shipments)
    seen = replayed((*SCRIPT.shipments, *again))
    seen.forget_settled({shipment.ref for shipment in SCRIPT.shipments})
    assert len(seen.account.inputs) == len(SCRIPT.shipments)
    assert seen.settled == len(again)
    assert len(seen.alert_ids) == 20
    assert judged(seen, published=2 * len(again)).is_good


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("creditor.name", "creditor"),
        ("account_holder.name", "account holder"),
        ("intermediary_agents[1].bic", "intermediary agents 2 bic"),
        ("creditor.address.lines[1] names Yalta", "creditor address lines 2 names Yalta"),
        ("byte 103 is not UTF-8; publish JSON", "byte 103 is not UTF-8; publish JSON"),
        ("paid by 2 payers.", "paid by 2 payers."),
    ],
)
def test_paths_are_told_in_words(text: str, said: str) -> None:
    assert in_words(text) == said
