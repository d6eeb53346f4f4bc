"""The demo's script: what ships, and in which order it is published."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import orjson
import pytest

from streamer.decoding import event_from_json
from streamer.demo.events import Expectation, Script
from streamer.events import Verdict
from streamer.reference.identifiers import normalised_bic, normalised_iban
from tests.data import make_demo_events
from tests.unit.demo.replayed import LISTED, SCRIPT


def test_the_shipped_events_are_what_the_generator_writes() -> None:
    for name, content in make_demo_events.files().items():
        assert (make_demo_events.SHIPPED / name).read_bytes() == content, (
            f"streamer/data/demo/{name} is stale: run python tests/data/make_demo_events.py"
        )


def test_a_month_of_events_ships_most_of_them_ordinary() -> None:
    assert len(SCRIPT.shipments) >= 330
    assert len(SCRIPT.clean_refs()) >= 300
    assert {shipment.topic for shipment in SCRIPT.shipments} == {"payments", "payrolls"}


def test_every_event_is_one_save_the_records_that_are_told_to_be_none() -> None:
    broken = {ref for story in SCRIPT.stories if story.id in ("not-utf8", "wrong-shape") for ref in story.refs}
    for shipment in SCRIPT.shipments:
        if shipment.ref not in broken:
            assert event_from_json(shipment.topic, shipment.value).event_id.encode() == shipment.key
    with pytest.raises(UnicodeDecodeError):
        next(s for s in SCRIPT.shipments if s.ref == "MT-261111-09021").value.decode()


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def test_every_iban_and_bic_is_well_formed() -> None:
    ibans, bics = 0, 0
    for lines in make_demo_events.files().values():
        for node in _nodes([orjson.loads(line) for line in lines.splitlines()]):
            if iban := node.get("iban"):
                ibans += 1
                assert normalised_iban(iban), iban
            if bic := node.get("bic"):
                bics += 1
                assert normalised_bic(bic), bic
    assert ibans > 100
    assert bics > 300


def test_stories_name_events_that_exist() -> None:
    refs = [shipment.ref for shipment in SCRIPT.shipments]
    assert len(refs) == len(set(refs))
    for story in SCRIPT.stories:
        assert story.refs
        assert set(story.refs) <= set(refs), story.id
        assert story.expect.entity_id is None or story.expect.entity_id in LISTED, story.id


def test_an_event_id_used_twice_has_two_names_here() -> None:
    first, second = (s for s in SCRIPT.shipments if s.key == b"MT-261117-09019")
    assert (first.ref, second.ref) == ("MT-261117-09019", "MT-261117-09019#2")
    assert first.value != second.value


def test_records_of_a_story_must_follow_an_event_that_exists() -> None:
    record = {"after": "nowhere", "key": "k", "topic": "payments", "text": "", "encoding": "utf-8", "who": "w"}
    story = {"id": "s", "title": "", "told": "", "records": [record], "expect": {"verdict": "hold"}}
    with pytest.raises(ValueError, match="nowhere"):
        Script.of({"payments": (), "payrolls": ()}, [story])


def test_expectations_are_read_with_nothing_left_over() -> None:
    with pytest.raises(TypeError):
        Expectation(verdict=Verdict.HOLD, ruel="EMBARGO")  # type: ignore[call-arg]


def test_the_script_is_published_by_event_time() -> None:
    broken = {ref for story in SCRIPT.stories if story.id in ("not-utf8", "wrong-shape") for ref in story.refs}
    times = [orjson.loads(s.value)["event_time"] for s in SCRIPT.shipments if s.ref not in broken]
    assert all(earlier <= later for earlier, later in pairwise(times))
