"""No masked alert holds a word of the event, whatever the event is found guilty of."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from streamer.events import IdentifierKind
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.outputs import decision_alerts
from streamer.policy import shipped_policy
from streamer.watchlists import sample_lists
from streamer.watchlists.entity import Entity, EntityType, ListedIdentifier, ListedName
from tests.builders import LISTED_NAME, RECEIVED_AT, payment, record, topic_of
from tests.canaries import CANARY, EVENTS, canary, filled, identified
from tests.property.fuzzing import fuzzed

LISTED_WALLET: Final = "0xB637F84B66876EBF609C2A4208905F9DDAC9D075"
REGISTRATION: Final = "91222404660192874"
NAMES: Final = (LISTED_NAME, "Korea Sobaeksu Trading Corporation", "Volasys Silver Star", "Jong Song Hwa")
TEMPLATES: Final = (
    "{name}",
    "{canary} {name}",
    "{name} {canary}",
    "{canary} invoice on behalf of {name} {canary}",
    "{canary} Pyongyang {canary}",
    "Tehran, {canary}",
    "/BENEFRES/KP/{canary}",
    "3/CU/{canary}",
    "{canary} LISTED_WALLET {canary}",
    "+850 2 {canary}",
    "{canary}@{canary}.kp",
    "IR820540102680020817909002 {canary}",
    "KKBCKPPY {canary}",
    "Reg. no. REGISTRATION {canary}",
    "n/a {canary}",
)
MISSPELT: Final = re.compile(r"\b[a-z]{6,}q\b")
"""A listed word with a letter too many; no list has such a word."""


@cache
def lists() -> Lists:
    registered = Entity(
        list="test",
        native_id="1",
        type=EntityType.ENTITY,
        names=(ListedName("ZARQA GLOBEX TRADING"),),
        identifiers=(ListedIdentifier(IdentifierKind.REGISTRATION, REGISTRATION, "KP"),),
    )
    sample = lists_from(sample_lists(), RECEIVED_AT)
    return Lists.of(sample.versions, [*sample.screener.entities_by_id.values(), registered])


@cache
def monitor() -> Monitor:
    return Monitor.under(shipped_policy(), identity_key=b"key", engine_version="1.0")


def alerts(event: dict[str, Any], *, masked: bool) -> list[bytes]:
    by = monitor()
    screened = by.screen(by.receive(record(event, topic=topic_of(event))), lists())
    return [found.value + repr(found.headers).encode() for found in decision_alerts(screened, masked=masked)]


def misspelt(name: str, rng: random.Random) -> str:
    """The name, sometimes with a letter too many in one of its long words."""
    words = name.split()
    long = [n for n, word in enumerate(words) if len(word) > 5]
    if long and rng.random() < 0.7:
        words[rng.choice(long)] += "q"
    return " ".join(words)


def planted(rng: random.Random) -> dict[str, Any]:
    """An event with a canary in every text, some of them beside what is listed or embargoed."""
    model = rng.choice(EVENTS)
    event = identified(filled(model, "", {}), model)
    leaves = list(_leaves(event))
    for holder, key in rng.sample(leaves, rng.randrange(1, 9)):
        text = rng.choice(TEMPLATES).replace("LISTED_WALLET", LISTED_WALLET).replace("REGISTRATION", REGISTRATION)
        while "{canary}" in text:
            text = text.replace("{canary}", canary(), 1)
        holder[key] = text.replace("{name}", misspelt(rng.choice(NAMES), rng))
    return event


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every text that is a canary, but for roles, which take one word."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(child, dict | list):
            yield from _leaves(child)
        elif key != "role" and isinstance(child, str) and CANARY.search(child):
            yield value, key


def words_of_the_event(alert: bytes) -> set[str]:
    text = alert.decode().lower()
    return {*CANARY.findall(text), *MISSPELT.findall(text)}


@fuzzed(150)
@given(st.integers(0, 2**32))
def test_no_masked_alert_holds_a_word_of_the_event(seed: int) -> None:
    for alert in alerts(planted(random.Random(seed)), masked=True):
        assert not words_of_the_event(alert), alert.decode()


def test_the_same_events_do_quote_themselves_where_nothing_is_masked() -> None:
    found = [words_of_the_event(a) for seed in range(40) for a in alerts(planted(random.Random(seed)), masked=False)]
    words = set().union(*found)
    assert sum(map(bool, found)) > 20
    assert any(map(CANARY.fullmatch, words))
    assert any(map(MISSPELT.fullmatch, words))


def test_a_number_given_for_no_country_does_not_quote_what_stands_there() -> None:
    number = {"kind": "registration", "value": REGISTRATION, "country": canary()}
    found = alerts(payment(creditor={"name": "Nordlicht Design GmbH", "identifiers": [number]}), masked=True)
    assert [b'"event_code":"LISTED_IDENTIFIER"' in alert for alert in found] == [True, False]
    assert b'"event_code":"INVALID_COUNTRY"' in found[1]
    assert not any(map(words_of_the_event, found))
