"""The demo's script: the records to publish and the stories among them, as `streamer/data/demo` ships them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import orjson

from streamer.events import Verdict
from streamer.kafka.reconcile import INPUTS


@dataclass(frozen=True, slots=True)
class Shipment:
    """One record to publish."""

    ref: str
    """Its name within the demo: the event id, with #2 where an id is used for the second time."""
    topic: str
    key: bytes
    value: bytes
    who: str
    """Who is paid, for the table of alerts: the events are ours, so no mask is needed."""

    def again(self, round_: int) -> Shipment:
        """The same event under a fresh id."""
        name = self.ref.partition("#")[0]
        fresh = f"{name}-r{round_}"
        return replace(
            self,
            ref=self.ref.replace(name, fresh),
            key=self.key.replace(name.encode(), fresh.encode()),
            value=self.value.replace(name.encode(), fresh.encode()),
        )


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must happen to every event of a story."""

    verdict: Verdict
    rule: str | None = None
    """A finding of this rule, with `entity_id` where that is named too."""
    entity_id: str | None = None
    """The list entry the story is about; not on the lists in use, the story does not apply."""
    near_miss: str | None = None
    behaviour: str | None = None
    """A behaviour rule that must raise an alert on one of the events; none may, where this is None."""
    severity: str | None = None
    """Of that alert, or of a graver one of the same rule."""


@dataclass(frozen=True, slots=True)
class Story:
    id: str
    title: str
    told: str
    """In one sentence."""
    refs: tuple[str, ...]
    expect: Expectation


@dataclass(frozen=True, slots=True)
class Script:
    """All shipments in the order of publication, and the stories among them."""

    shipments: tuple[Shipment, ...]
    stories: tuple[Story, ...]

    @classmethod
    def shipped(cls) -> Script:
        """The one in the package."""
        folder = files("streamer.data.demo")
        lines = {name: folder.joinpath(f"{name}.jsonl").read_bytes().splitlines() for name in INPUTS}
        return cls.of(lines, orjson.loads(folder.joinpath("stories.json").read_bytes()))

    @classmethod
    def of(cls, lines: Mapping[str, Sequence[bytes]], told: Sequence[Mapping[str, Any]]) -> Script:
        """From the JSON lines of each input topic, published by event time, and the content of `stories.json`.

        A story may bring records that are no events; each is published after the event it names.
        """
        events = sorted(
            ((orjson.loads(line), topic, line) for topic in INPUTS for line in lines[topic]),
            key=lambda row: str(row[0]["event_time"]),
        )
        records: dict[str, list[Mapping[str, Any]]] = {}
        for story in told:
            for record in story.get("records", ()):
                records.setdefault(record["after"], []).append(record)
        shipments: list[Shipment] = []
        seen: Counter[str] = Counter()
        for event, topic, line in events:
            name = event["event_id"]
            seen[name] += 1
            ref = name if seen[name] == 1 else f"{name}#{seen[name]}"
            payee = event.get("creditor") or event["worker"]
            shipments.append(Shipment(ref, topic, name.encode(), line, payee.get("name") or name))
            for record in records.pop(ref, ()):
                value = record["text"].encode(record["encoding"])
                key = record["key"]
                shipments.append(Shipment(key, record["topic"], key.encode(), value, record["who"]))
        if records:
            raise ValueError(f"stories.json: records come after events that do not exist: {', '.join(records)}")
        return cls(tuple(shipments), tuple(_story(story) for story in told))

    def clean_refs(self) -> list[str]:
        """The ordinary events: those of no story."""
        planted = {ref for story in self.stories for ref in story.refs}
        return [shipment.ref for shipment in self.shipments if shipment.ref not in planted]


def _story(told: Mapping[str, Any]) -> Story:
    expect = dict(told["expect"])
    return Story(
        id=told["id"],
        title=told["title"],
        told=told["told"],
        refs=(*told.get("events", ()), *(record["key"] for record in told.get("records", ()))),
        expect=Expectation(verdict=Verdict(expect.pop("verdict")), **expect),
    )
