"""The route leaves nothing out: compared with the fields of the models themselves."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from streamer.decoding import event_from_json
from streamer.events import (
    Account,
    Address,
    Agent,
    ContactChangedEvent,
    Event,
    Identifier,
    Party,
    PartyType,
    PayEvent,
    PaymentEvent,
    PayoutAccountChangedEvent,
    RelatedAccount,
    RelatedAgent,
    RelatedParty,
    Wallet,
    Worker,
    WorkerHiredEvent,
)
from streamer.route import ACCOUNT_HOLDER, KEY_MARK, UNKNOWN_MAX, Kind, Route
from tests.builders import as_bytes, payment, read

PARTY = {"name": "Ada", "address": {"town": "Berlin"}}
NOT_FREE_TEXT = {
    "event_type",
    "event_id",
    "tenant",
    "message_type",
    "uetr",
    "currency",
    "channel",
    "account_holder_name",  # a party of the route
    "changed",  # names of fields
}
EVENT_TYPES = (PaymentEvent, PayEvent, PayoutAccountChangedEvent, WorkerHiredEvent, ContactChangedEvent)


def leaves(annotation: Any) -> set[Any]:
    """The plain types inside an annotation: `tuple[Agent, ...] | None` holds Agent."""
    inner = [a for a in get_args(annotation) if a is not ... and a is not type(None)]
    if get_origin(annotation) is Annotated:
        inner = inner[:1]
    if get_origin(annotation) is Literal or not inner:
        return {annotation}
    return set().union(*(leaves(a) for a in inner))


def fields_of(kind: type[BaseModel], *types: type) -> set[str]:
    return {name for name, field in kind.model_fields.items() if leaves(field.annotation) & set(types)}


def full(kind: type[BaseModel]) -> Any:
    """An event with every field filled, so that whatever the route misses can be seen."""
    examples: dict[Any, Any] = {
        Party: PARTY,
        Worker: {**PARTY, "worker_id": "w1"},
        RelatedParty: {**PARTY, "role": "invoicer"},
        Agent: {"bic": "DEUTDEFF", "address": {"town": "Frankfurt"}},
        RelatedAgent: {"bic": "DEUTDEFF", "address": {"town": "Frankfurt"}, "role": "charges_agent"},
        Account: {"iban": "DE89370400440532013000"},
        RelatedAccount: {"iban": "DE89370400440532013000", "role": "settlement_account"},
        Address: {"town": "Oslo"},
        str: "text",
    }
    record: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        for leaf in leaves(field.annotation) & set(examples):
            record[name] = [examples[leaf]] if "tuple" in str(field.annotation) else examples[leaf]
    event_type = kind.model_fields["event_type"]
    record |= {"event_type": event_type.default if kind is PaymentEvent else event_type.annotation.__args__[0]}  # type: ignore[union-attr]
    record |= {"event_time": "2026-03-01T00:00:00Z", "amount": "1", "currency": "EUR"}
    return kind.model_validate(record)


def _base(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_party_agent_account_and_address_of_the_model_is_on_the_route(kind: type[BaseModel]) -> None:
    event = full(kind)
    route = Route.of(event)
    walked: tuple[tuple[Any, set[str]], ...] = (
        (route.parties, fields_of(kind, Party, Worker, RelatedParty)),
        (route.agents, fields_of(kind, Agent, RelatedAgent)),
        (route.accounts, fields_of(kind, Account, RelatedAccount)),
    )
    for walk, expected in walked:
        assert {_base(path) for path, _ in walk} - {ACCOUNT_HOLDER} == expected
    towns = {path for path, _ in Route.of(event).addresses}
    assert towns == {f"{path}.address" for path, _ in (*Route.of(event).parties, *Route.of(event).agents)} - {
        "account_holder.address"
    } | ({"ship_to"} if kind is WorkerHiredEvent else set())


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_free_text_of_the_model_is_on_the_route(kind: type[BaseModel]) -> None:
    assert {_base(path) for path, _ in Route.of(full(kind)).of_kind(Kind.TEXT)} == fields_of(kind, str) - NOT_FREE_TEXT


def test_the_account_holder_is_a_party_of_unknown_type() -> None:
    event: Event = full(PayEvent)
    holder = dict(Route.of(event).parties)[ACCOUNT_HOLDER]
    assert holder.name == "text"
    assert holder.type is PartyType.UNKNOWN


def test_paths_number_the_members_of_a_list() -> None:
    event = full(PaymentEvent).model_copy(
        update={"intermediary_agents": (Agent(bic="A"), Agent(bic="B")), "remittance_unstructured": ("a", "", "c")}
    )
    assert [path for path, _ in Route.of(event).agents if path.startswith("inter")] == [
        "intermediary_agents[0]",
        "intermediary_agents[1]",
    ]
    assert [p for p, _ in Route.of(event).of_kind(Kind.TEXT) if p.startswith("remittance_u")] == [
        "remittance_unstructured[0]",
        "remittance_unstructured[2]",
    ]


def test_names_run_on_over_a_short_line_and_from_the_name_into_the_address() -> None:
    creditor = {"name": "VOLASYS", "address": {"lines": ["SILVER STAR", "Beijing"]}}
    lines = ("inv 3 VOLASYS", "SILVER", "STAR 33", "thanks")
    event = event_from_json("payments", as_bytes(payment(creditor=creditor, remittance_unstructured=lines)))
    seams = [(path, text) for path, text, _ in Route.of(event).seams]
    assert ("remittance_unstructured[0]", "inv 3 VOLASYS SILVER STAR 33") in seams
    assert ("creditor.address.lines[0]", "VOLASYS SILVER STAR") in seams


def test_names_run_on_over_lines() -> None:
    event = full(PaymentEvent).model_copy(
        update={"remittance_unstructured": ("payment to VOLASYS", "SILVER STAR", "", "x" * 35, "y z")}
    )
    assert [(path, text) for path, text, _ in Route.of(event).seams if path.startswith("remittance_u")] == [
        ("remittance_unstructured[0]", "payment to VOLASYS SILVER STAR"),
        ("remittance_unstructured[0]", f"payment to VOLASYS SILVER STAR {'x' * 35}"),
        ("remittance_unstructured[1]", f"SILVER STAR {'x' * 35}"),
        ("remittance_unstructured[1]", f"SILVER STAR {'x' * 35} y z"),
        ("remittance_unstructured[3]", f"{'x' * 35} y z"),
        ("remittance_unstructured[3]", f"{'x' * 35}y z"),
    ]


def test_names_run_on_over_the_breaks_of_one_text() -> None:
    event = read(payment(remittance_unstructured=["to VOLASYS\nSILVER STAR"], purpose="VOLA\r\nSYS"))
    assert [(path, text) for path, text, _ in Route.of(event).seams if not path.startswith("creditor")] == [
        ("purpose", "VOLA SYS"),
        ("purpose", "VOLASYS"),
        ("remittance_unstructured[0]", "to VOLASYS SILVER STAR"),
        ("remittance_unstructured[0]", "to VOLASYSSILVER STAR"),
    ]


def test_further_roles_are_named_in_the_path() -> None:
    event = full(PaymentEvent)
    assert "related_parties[0:invoicer]" in dict(Route.of(event).parties)
    assert "related_agents[0:charges_agent]" in dict(Route.of(event).agents)
    assert "related_accounts[0:settlement_account]" in dict(Route.of(event).accounts)


def test_absent_elements_are_left_out() -> None:
    event = PaymentEvent.model_validate(
        {
            "event_id": "1",
            "tenant": "t",
            "debtor": {},
            "creditor": {},
            "amount": "1",
            "currency": "EUR",
            "event_time": "2026-03-01T00:00:00Z",
        }
    )
    assert [path for path, _ in Route.of(event).parties] == ["debtor", "creditor"]
    assert not [
        *Route.of(event).agents,
        *Route.of(event).accounts,
        *Route.of(event).of_kind(Kind.TEXT),
        *Route.of(event).addresses,
    ]


# ---------------------------------------------------------------- every string

NO_STRINGS: dict[type[BaseModel], set[str]] = {
    PaymentEvent: {"event_type", "tenant"},
    PayEvent: {"event_type", "tenant", "account_holder_name"},  # a party of the route
    PayoutAccountChangedEvent: {"event_type", "tenant", "account_holder_name"},
    WorkerHiredEvent: {"event_type", "tenant"},
    ContactChangedEvent: {"event_type", "tenant"},
    Party: {"birth_date"},  # digits by its pattern
    Address: set(),
    Agent: set(),
    Account: set(),
    Wallet: {"address"},  # under the path of the wallet
    Identifier: {"value"},  # under the path of the identifier
}
"""String fields that are no element of their own, and why."""

ADDRESS = {"street": "s", "building": "b", "postcode": "p", "town": "t", "region": "r", "country": "c", "lines": ["l"]}
FILLED: dict[str, Any] = {
    "name": "Ada",
    "birth_date": "1970",
    "email": "a@b.example",
    "address": ADDRESS,
    "country_of_residence": "DE",
    "nationality": "DE",
    "birth_place": "bp",
    "phone": "1",
    "ip": "i",
    "identifiers": [{"kind": "tax", "value": "7", "country": "DE"}],
}
BANK = {"bic": "b", "lei": "l", "clearing_member_id": "c", "name": "n", "address": ADDRESS}
WALLET = {"asset": "a", "address": "w"}
ACCOUNT = {"iban": "i", "other": "o", "proxy": "p", "currency": "EUR", "wallet": WALLET}


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_string_of_the_model_is_an_element_of_the_route(kind: type[BaseModel]) -> None:
    event = full(kind)
    paths = {re.sub(r"\[.*?\]", "", path) for path, _, _ in Route.of(event).elements}
    assert fields_of(kind, str) - NO_STRINGS[kind] <= paths


@pytest.mark.parametrize(
    ("model", "filled", "path"),
    [
        (Party, FILLED, "creditor"),
        (Address, ADDRESS, "creditor.address"),
        (Agent, BANK, "creditor_agent"),
        (Account, ACCOUNT, "creditor_account"),
        (Wallet, WALLET, "creditor_account.wallet"),
        (Identifier, {"kind": "tax", "value": "7", "country": "DE"}, "creditor.identifiers"),
    ],
)
def test_every_string_of_a_part_is_an_element_of_the_route(
    model: type[BaseModel], filled: dict[str, Any], path: str
) -> None:
    record = payment(creditor=FILLED, creditor_agent=BANK, creditor_account=ACCOUNT)
    route = Route.of(event_from_json("payments", as_bytes(record)))
    paths = {re.sub(r"\[.*?\]", "", element.path) for element in route.elements}
    strings = fields_of(model, str)
    assert strings <= filled.keys(), "fill the new field above"
    assert {f"{path}.{field}" for field in strings - NO_STRINGS[model]} <= paths
    assert path in paths or not NO_STRINGS[model] or model is Party


def test_strings_are_read_as_a_person_would_read_them() -> None:
    record = payment(creditor={"name": f"{' ' * 500}VO&#76;ASYS"}, beneficiary={"note": "%41da"})
    route = Route.of(event_from_json("payments", as_bytes(record)))
    assert ("creditor.name", "VOLASYS") in list(route.of_kind(Kind.NAME))
    assert ("beneficiary.note", "Ada") in list(route.of_kind(Kind.UNKNOWN))
    assert dict(route.parties)["creditor"].name == "VOLASYS"


def test_unknown_fields_at_any_depth_are_elements_with_their_names() -> None:
    record = payment(
        creditor={
            "name": "Ada",
            "trading": {"asWell": ["Bob", {"x": 7}]},
            "identifiers": [{"kind": "tax", "value": "1", "by": "q"}],
        },
        creditor_account={"wallet": {"address": "w", "tag": "memo"}},
        metadata={"Jane Doe": True, "n": None},
    )
    route = Route.of(event_from_json("payments", as_bytes(record)))
    unknown = list(route.of_kind(Kind.UNKNOWN))
    assert ("creditor.trading.asWell[0]", "Bob") in unknown
    assert ("creditor.trading.asWell[1].x", "7") in unknown
    assert ("creditor.trading.asWell<name>", "as Well") in unknown
    assert ("creditor.identifiers[0].by", "q") in unknown
    assert ("creditor_account.wallet.tag", "memo") in unknown
    # A name that is no field's is quoted nowhere.
    assert ("metadata.?<name>", "Jane Doe") in unknown
    assert not any("Jane" in path for path, _ in unknown)


def test_more_unknown_strings_than_are_read_leave_the_route_in_part() -> None:
    for count, is_whole in ((UNKNOWN_MAX - 1, True), (UNKNOWN_MAX, False)):
        record = payment(metadata=[str(n) for n in range(count)])
        assert Route.of(event_from_json("payments", as_bytes(record))).is_whole is is_whole


def test_a_role_of_other_words_is_a_text() -> None:
    roles = [{"role": "invoicer", "name": "A"}, {"role": "sim_hyon_sop", "name": "B"}]
    route = Route.of(event_from_json("payments", as_bytes(payment(related_parties=roles))))
    assert [text for path, text in route.of_kind(Kind.TEXT) if path.endswith(".role")] == ["sim hyon sop"]


def test_the_names_of_unknown_fields_are_read_as_they_look() -> None:
    event = read(payment(x={"\u200bVolasys\u200bSilver": 1, "7748780776": 1, "a@b-c.cn": 1}))
    said = [text for path, text in Route.of(event).of_kind(Kind.UNKNOWN) if path.endswith(KEY_MARK)]
    assert said == ["x", "VolasysSilver", "Volasys Silver", "7748780776", "a@b-c.cn", "a@b c.cn"]
