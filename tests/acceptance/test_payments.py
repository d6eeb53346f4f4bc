"""The stories of `payments/*.toml`: a message goes in, a verdict and its reasons come out; then its clean twin.

A story is a base message of `payments/messages/` with changes, and what must become of it:

    [[story]]
    id = "sis-doo"                              # unique; the twin is called sis-doo-clean
    source = "OFAC and Apple, November 2019"    # where the story comes from; optional
    message = "pacs008.xml"                     # or payment.json, pay.json …
    put = { "UltmtDbtr/Nm" = "SIS DOO" }        # path = value
    verdict = "hold"
    rules = ["LISTED_NAME"]                     # each found, with a verdict other than release
    reasons = ["SIS D.O.O."]                    # each inside the reason of a finding
    elements = ["ultimate_debtor.name"]         # each in the evidence of a finding; optional
    clean = { "UltmtDbtr/Nm" = "Sisley Doors Ltd" }   # the twin's changes: released. Left out: the base as it is

JSON: paths are dotted (`creditor.address.lines.0`), values any TOML value. XML: paths of local names that begin at the
transaction, or at `GrpHdr`, `PmtInf` or the envelope (`/BusMsg/AppHdr/…`, from the root); what is missing is made where
the schemas want it; a value that begins with `<` is content as it stands. `Ustrd[2]` is the second of its name. A value
"" removes the element. Also understood: `received` (a day, default 2026-11-20), `policy` (TOML), `twin_verdict`
(default release) and `twin = false` for a story whose opposite is another story.

Lists: the shipped sample, and `payments/lists.csv`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from streamer.events import Decision, Verdict
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import policy_from_toml, shipped_policy
from streamer.watchlists import read_list, sample_lists
from tests.acceptance.messages import changed_json, changed_xml
from tests.builders import RECEIVED_AT

FOLDER = Path(__file__).parent / "payments"
MESSAGES = FOLDER / "messages"

KEYS = {
    *("id", "source", "message", "put", "verdict", "rules", "reasons", "elements", "clean", "received", "policy"),
    *("twin", "twin_verdict"),
}


@dataclass(frozen=True)
class Story:
    id: str
    told: Mapping[str, Any]

    @property
    def topic(self) -> str:
        return "payrolls" if self.told["message"].startswith(("pay.", "hired.", "changed.", "contact.")) else "payments"

    def message(self, changes: Mapping[str, Any]) -> bytes:
        path = MESSAGES / self.told["message"]
        content = path.read_bytes()
        if path.suffix == ".xml":
            return changed_xml(content, changes)
        return json.dumps(changed_json(json.loads(content), changes)).encode()


def stories() -> Iterator[Story]:
    for path in sorted(FOLDER.glob("*.toml")):
        for told in tomllib.loads(path.read_text("utf-8"))["story"]:
            assert not told.keys() - KEYS, f"{path.name} {told['id']}: {told.keys() - KEYS}"
            yield Story(told["id"], told)


STORIES = list(stories())
TWINS = [story for story in STORIES if story.told.get("twin", True)]


@cache
def lists() -> Lists:
    return lists_from([*sample_lists(), *read_list(f"csv={FOLDER / 'lists.csv'}").by_name()], RECEIVED_AT)


@cache
def monitor(policy: str | None) -> Monitor:
    chosen = policy_from_toml(policy, "the story") if policy else shipped_policy()
    return Monitor.under(chosen, identity_key=b"stories", engine_version="0")


def decided(story: Story, changes: Mapping[str, Any]) -> Decision:
    day = story.told.get("received")
    received_at = datetime.combine(day, time(12), UTC) if day else RECEIVED_AT
    record = Record(story.topic, 0, 0, b"key", story.message(changes), received_at)
    judge = monitor(story.told.get("policy"))
    return judge.screen(judge.receive(record), lists()).decision


def said(decision: Decision) -> str:
    return "\n".join(f"{f.verdict} {f.rule}: {f.reason}" for f in decision.findings) or "nothing found"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_the_story(story: Story) -> None:
    decision = decided(story, story.told.get("put", {}))
    blocking = [finding for finding in decision.findings if finding.verdict is not Verdict.RELEASE]
    assert decision.verdict == story.told["verdict"], said(decision)
    assert set(story.told.get("rules", ())) <= {finding.rule for finding in blocking}, said(decision)
    for words in story.told.get("reasons", ()):
        assert any(words in finding.reason for finding in blocking), said(decision)
    seen = {evidence.element for finding in blocking for evidence in finding.evidence}
    assert set(story.told.get("elements", ())) <= seen, f"{said(decision)}\n{sorted(seen)}"


@pytest.mark.parametrize("story", TWINS, ids=lambda story: f"{story.id}-clean")
def test_its_clean_twin(story: Story) -> None:
    decision = decided(story, story.told.get("clean", {}))
    assert decision.verdict == story.told.get("twin_verdict", "release"), said(decision)


def test_every_story_has_a_name_of_its_own() -> None:
    names = [story.id for story in STORIES]
    assert sorted(names) == sorted(set(names))
