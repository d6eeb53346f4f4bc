"""Names that everybody meets, against the full lists."""

from __future__ import annotations

from streamer.screening import Screener
from tests.bench.accuracy import alerts, entities, well_known
from tests.shared import shared


def test_no_well_known_bank_company_or_person_is_an_alert() -> None:
    shared("data/ofac")
    screener = Screener(entities())
    names = well_known()
    assert len(names) > 900
    assert [c.name for c in names if alerts(screener, c.name, c.type, None)] == []
