"""What is claimed beside a listed name or number, and what stands behind a bound, releases nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from streamer.events import Verdict
from streamer.files.replay import lists_from
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.policy import policy_from_toml
from streamer.watchlists import read_list
from tests.builders import RECEIVED_AT, payment, record
from tests.evasions.things import LIST_FILE

WALLET = "0xe6c4c43d6cbdad49de7d7e2ffed06813194abdf2"
PASSPORT = "B032348298"


@cache
def lists() -> Lists:
    return lists_from(read_list(f"csv={LIST_FILE}").by_name(), RECEIVED_AT)


@cache
def monitor() -> Monitor:
    policy = policy_from_toml("[lists]\nrequired = []\n", "test")
    return Monitor.under(policy, identity_key=b"judge", engine_version="0")


def verdict(**fields: Any) -> Verdict:
    received = monitor().receive(record(payment("E", **fields)))
    return monitor().screen(received, lists()).decision.verdict


@pytest.mark.parametrize("name", ["Artyom Tchernogubov", "Tchernogubov Artyom", "A. L. Tchernogubov"])
def test_a_bic_beside_a_persons_name_makes_no_bank_of_them(name: str) -> None:
    plain = verdict(creditor={"name": name})
    assert plain is not Verdict.RELEASE
    assert verdict(creditor={"name": name, "identifiers": [{"kind": "bic", "value": "DEUTDEFF"}]}) is plain
    assert verdict(creditor_agent={"name": name, "bic": "DEUTDEFF"}) is not Verdict.RELEASE


@pytest.mark.parametrize("name", ["MV Sholpanay Voyager", "MT Artavil Pearl"])
def test_a_bic_beside_a_ships_name_makes_no_bank_of_it(name: str) -> None:
    assert verdict(creditor_agent={"name": name, "bic": "DEUTDEFF"}) is not Verdict.RELEASE


@pytest.mark.parametrize("name", ["Morhaman Commerce Bank", "Morhaman Bank"])
def test_a_bank_is_no_person_whatever_is_declared(name: str) -> None:
    assert verdict(creditor={"name": name, "type": "person"}) is not Verdict.RELEASE


@pytest.mark.parametrize("country", ["n/a", "N.A.", "na", "unknown", "-"])
def test_a_placeholder_is_no_country_that_issued_a_number(country: str) -> None:
    number = {"kind": "passport", "value": PASSPORT, "country": country}
    assert verdict(creditor={"name": "Nordlicht Design GmbH", "identifiers": [number]}) is Verdict.HOLD


@pytest.mark.parametrize("before", ["1 " * 11_000, "a1 " * 7_000, "/" * 20_001])
def test_what_stands_behind_a_bound_is_not_released(before: str) -> None:
    assert verdict(memo=before + WALLET) is not Verdict.RELEASE
