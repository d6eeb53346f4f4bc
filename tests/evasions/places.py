"""Where something can be planted: every string of the inbound schemas, unknown keys beside them, every text of XML.

A place has a kind of field (`party_name`, `address`, `identifier` …), and ACCEPTS says which things make sense there;
what makes none is a row of NOT_PLANTED with the reason.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from lxml import etree

from streamer.iso20022.reader import is_xml
from tests.acceptance.messages import changed_xml
from tests.builders import account_changed, pay, payment
from tests.evasions.things import CONTACTS, NAMES, NUMBERS, WALLETS, Kind

ROOT: Final = Path(__file__).resolve().parents[2]
MESSAGES: Final = (
    *sorted((ROOT / "tests" / "acceptance" / "payments" / "messages").glob("*.xml")),
    *(
        ROOT / "tests" / "data" / "iso20022" / name
        for name in ("pacs008_full.xml", "pacs004_chain.xml", "pain001_v02.xml")
    ),
)

Step = str | int

EVENT_ID: Final = "EVASION"

_WORDS_AND_NUMBERS: Final = NAMES | NUMBERS | WALLETS | CONTACTS
_EVERYTHING: Final = frozenset(Kind)

ACCEPTS: Final[Mapping[str, frozenset[Kind]]] = {
    "party_name": _EVERYTHING,
    "agent_name": _EVERYTHING,
    "address": _EVERYTHING,
    "street": _EVERYTHING,
    "postcode": _EVERYTHING,
    "country": NAMES | {Kind.COUNTRY},
    "nationality": NAMES,
    "birth_place": _WORDS_AND_NUMBERS,
    "identifier": _EVERYTHING,
    "contact": _EVERYTHING,
    "email": _EVERYTHING,
    "bank_code": NAMES | NUMBERS,
    "account": _EVERYTHING,
    "wallet": NAMES | WALLETS,
    "asset": NAMES | WALLETS,
    "text": _EVERYTHING,
    "reference": _EVERYTHING,
    "role": NAMES,
    "unknown": _EVERYTHING,
    "camel": _EVERYTHING,
    "xml_text": _EVERYTHING,
    "xml_name": _EVERYTHING,
    "xml_address": _EVERYTHING,
    "xml_street": _EVERYTHING,
    "xml_country": NAMES | {Kind.COUNTRY},
    "xml_code": NAMES | NUMBERS | WALLETS,
}

NOT_PLANTED: Final[Mapping[str, str]] = {
    "event_id": "a reference of the publisher, quoted everywhere; SECURITY.md: no personal data in event ids",
    "tenant": "a reference of the publisher's own, of a fixed pattern",
    "event_type": "a closed set: another event type is another event, or refused",
    "type": "a closed set; anything else is refused",
    "kind": "a closed set; anything else is refused",
    "engagement": "a closed set; anything else is refused",
    "run_type": "a closed set; anything else is refused",
    "amount": "a number; anything else is refused",
    "currency": "a pattern of three to ten capitals; anything else is refused",
    "birth_date": "a pattern of digits; anything else is refused",
    "event_time": "a time; anything else is refused",
    "decide_by": "a time; anything else is refused",
    "requested_execution_date": "a date; anything else is refused",
    "start_date": "a date; anything else is refused",
    "next_pay_date": "a date; anything else is refused",
    "period_start": "a date; anything else is refused",
    "period_end": "a date; anything else is refused",
}
"""Fields of the schemas by name, and why nothing is planted there. A place in a name, a birth place or a nationality is
not planted either: people bear the names of towns, and where somebody was born says nothing of the money (policy
`jurisdictions.nationality`). Nor is one in a street or a building: they are named after places everywhere."""

XML_NOT_PLANTED: Final[Mapping[str, str]] = {
    "numbers": "Amt InstdAmt IntrBkSttlmAmt TtlIntrBkSttlmAmt RtrdIntrBkSttlmAmt XchgRate CtrlSum NbOfTxs",
    "dates": "CreDt CreDtTm Dt IntrBkSttlmDt ReqdExctnDt BirthDt",
    "closed sets": "BtchBookg ChrgBr SttlmMtd PmtMtd DbtCdtRptgInd Ccy CcyOfTrf Grpg",
    "what names the message": "MsgDefIdr BizSvc",
    "the network's own envelope, outside the message": "Sender SignatureValue",
}
_XML_LEFT_OUT: Final = frozenset(tag for tags in XML_NOT_PLANTED.values() for tag in tags.split())

_KIND_OF_FIELD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("town", "region", "lines"), "address"),
    **dict.fromkeys(("street", "building"), "street"),
    "postcode": "postcode",
    "country_of_residence": "country",
    "nationality": "nationality",
    "birth_place": "birth_place",
    "value": "identifier",
    "email": "email",
    **dict.fromkeys(("phone", "ip"), "contact"),
    **dict.fromkeys(("bic", "lei", "clearing_member_id"), "bank_code"),
    **dict.fromkeys(("iban", "other", "proxy"), "account"),
    "address": "wallet",
    "asset": "asset",
    "account_holder_name": "party_name",
    "role": "role",
    **dict.fromkeys(
        (
            *("message_type", "message_id", "instruction_id", "end_to_end_id", "transaction_id", "uetr", "channel"),
            *("changed", "worker_id"),
        ),
        "reference",
    ),
    **dict.fromkeys(
        (
            *("purpose", "remittance_unstructured", "remittance_structured", "instructions", "regulatory_reporting"),
            "further_texts",
        ),
        "text",
    ),
}

_KIND_OF_ELEMENT: Final[Mapping[str, str]] = {
    "Nm": "xml_name",
    **dict.fromkeys(
        ["AdrLine", "TwnNm", "TwnLctnNm", "DstrctNm", "CtrySubDvsn", "CareOf", "Dept", "SubDept"], "xml_address"
    ),
    **dict.fromkeys(["StrtNm", "BldgNm", "BldgNb", "Flr", "PstBx", "Room", "UnitNb"], "xml_street"),
    **dict.fromkeys(("Ctry", "CtryOfRes"), "xml_country"),
    **dict.fromkeys(("Ustrd", "AddtlRmtInf", "InstrInf", "Inf", "AddtlInf", "Prtry", "Note"), "xml_text"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One string of an event or a message."""

    source: str
    """payment, pay, … or the name of a message file."""
    path: tuple[Step, ...]
    """Steps into the JSON; of XML the number of the element."""
    kind: str
    label: str
    """For people: `payment creditor.address.lines[0]`."""

    @property
    def topic(self) -> str:
        return "payments" if self.source == "payment" or self.source.endswith(".xml") else "payrolls"

    @property
    def has_siblings(self) -> bool:
        """The text is a field of a party, agent or identifier, whose other fields can be filled, too."""
        return isinstance(self.path[-1], str) and len(self.path) > 1

    def planted(self, text: str, kind: Kind, beside: Mapping[str, Any]) -> bytes:
        """The record with the text in this place, and what goes beside it in the same object."""
        if self.source.endswith(".xml"):
            return _xml_with(self.source, int(self.path[0]), text)
        event = copy.deepcopy(EVENTS[self.source]())
        _put(event, self.path, text, kind)
        for dotted, value in beside.items():
            _put(event, (*self.path[:-1], *dotted.split(".")), value, kind)
        return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")


def base(source: str) -> bytes:
    """The event or message before anything is planted."""
    return _message(source) if source.endswith(".xml") else json.dumps(EVENTS[source]()).encode()


# ---------------------------------------------------------------- JSON

EVENTS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "payment": lambda: payment(EVENT_ID, creditor_agent={"name": "Tatra banka"}),
    "pay": lambda: pay(EVENT_ID),
    "payout_account_changed": lambda: account_changed(EVENT_ID),
    "worker_hired": lambda: _payroll("worker_hired"),
    "contact_changed": lambda: _payroll("contact_changed"),
}


def _payroll(event_type: str) -> dict[str, Any]:
    event = pay(EVENT_ID)
    for field in ("payout_account", "amount", "currency"):
        del event[field]
    return event | {"event_type": event_type}


FILL: Final[Mapping[str, Any]] = {
    "role": "invoicer",
    "kind": "other",
    "value": "REF-2207",
    "name": "Nordlicht Design GmbH",
}
"""What an object that is made on the way needs beside what is planted."""
_PARTIES: Final = frozenset(
    {
        "initiating_party",
        "debtor",
        "ultimate_debtor",
        "creditor",
        "ultimate_creditor",
        "employer",
        "worker",
        "related_parties",
    }
)


def _put(event: dict[str, Any], path: tuple[Step, ...], value: Any, kind: Kind) -> None:
    node: Any = event
    for step, below in pairwise(path):
        if isinstance(step, int):
            if step == len(node):
                node.append([] if isinstance(below, int) else {})
            node = node[step]
        else:
            node = node.setdefault(step, [] if isinstance(below, int) else {})
        if isinstance(node, dict):
            _fill(node, path, below, kind)
    leaf = path[-1]
    if isinstance(leaf, int):
        node[leaf:] = [value]
    else:
        node[leaf] = value


def _fill(node: dict[str, Any], path: tuple[Step, ...], below: Step, kind: Kind) -> None:
    """What the schema requires, and a name for parties: one without could not be screened."""
    at = path.index(below) if below in path else len(path)
    owner = next((step for step in reversed(path[:at]) if isinstance(step, str)), "")
    if owner in _PARTIES and below != "name":
        node.setdefault("name", FILL["name"])
    if owner.startswith("related_"):
        node.setdefault("role", FILL["role"])
    if owner == "identifiers":
        node.setdefault("kind", kind.value if kind in NUMBERS and below == "value" else FILL["kind"])
        if below != "value":
            node.setdefault("value", FILL["value"])
    if owner == "wallet" and below != "address":
        node.setdefault("address", "0x8e34f7f6d7b6a5ecb1a12d5b74d99a2303e865d5")


def _schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))


def _strings(schema: Any, node: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """(path, schema) of every string below a node, $refs resolved; of an array its first element."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    if "anyOf" in node:
        for option in node["anyOf"]:
            yield from _strings(schema, option, path)
    elif node.get("type") == "object":
        for name, child in node["properties"].items():
            yield from _strings(schema, child, (*path, name))
    elif node.get("type") == "array":
        yield from _strings(schema, node["items"], (*path, 0))
    elif node.get("type") == "string":
        yield path, node


@cache
def schema_strings() -> tuple[tuple[str, tuple[Step, ...]], ...]:
    """(event, path) of every string the schemas know, planted or not."""
    payments, payrolls = _schema("payments"), _schema("payrolls")
    roots = {"payment": payments} | {
        name: payrolls["$defs"][ref.rpartition("/")[2]] for name, ref in payrolls["discriminator"]["mapping"].items()
    }
    found = {
        (name, path): None
        for name, root in roots.items()
        for path, _ in _strings(payments if name == "payment" else payrolls, root | {"type": "object"}, ())
    }
    return tuple(found)


def field_of(path: tuple[Step, ...]) -> str:
    """The name of the field that a path ends in."""
    return next(step for step in reversed(path) if isinstance(step, str))


def _kind_of(path: tuple[Step, ...]) -> str:
    field, owner = field_of(path), field_of(path[:-1]) if len(path) > 1 else ""
    if field == "name":
        return "agent_name" if "agent" in owner else "party_name"
    if field == "country":
        return "country" if owner != "identifiers" else "nationality"
    if field == "currency":
        return "asset"
    return _KIND_OF_FIELD[field]


def _is_planted(path: tuple[Step, ...]) -> bool:
    field = field_of(path)
    if field == "currency":
        # Of an account it is a free text.
        return len(path) > 1
    return field not in NOT_PLANTED


def _label(source: str, path: tuple[Step, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{source} {text.lstrip('.')}"


def _known() -> Iterator[Place]:
    for source, path in schema_strings():
        if _is_planted(path):
            yield Place(source, path, _kind_of(path), _label(source, path))


UNKNOWN: Final[tuple[tuple[Step, ...], ...]] = (
    ("beneficiary", "name"),
    ("beneficiary",),
    ("note",),
    ("memo", "lines", 0),
    ("metadata", "details", "text"),
    ("extra", 0, "value"),
    ("x_payee_info",),
    ("Remarks",),
    ("originator", "address", "city"),
)
_OBJECTS: Final[Mapping[str, tuple[tuple[Step, ...], ...]]] = {
    "payment": (
        *((), ("creditor",), ("debtor",), ("creditor", "address"), ("creditor_agent",), ("creditor_account",)),
        *(("related_parties", 0), ("creditor", "identifiers", 0), ("intermediary_agents", 0)),
    ),
    "pay": ((), ("worker",), ("employer",), ("payout_account",), ("worker", "address"), ("payout_agent",)),
    "payout_account_changed": ((), ("worker",), ("payout_account",)),
    "worker_hired": ((), ("worker",), ("ship_to",)),
    "contact_changed": ((), ("worker",)),
}


def _unknown() -> Iterator[Place]:
    for source, objects in _OBJECTS.items():
        for inside in objects:
            for keys in UNKNOWN:
                yield Place(source, (*inside, *keys), "unknown", _label(source, (*inside, *keys)))


def _camel() -> Iterator[Place]:
    """Twins of known fields as other systems write them: `ultimateCreditor.name`, `Creditor.name` beside `creditor`."""
    for source, path in schema_strings():
        for case in (_in_camel, str.capitalize):
            twins = tuple(case(step) if isinstance(step, str) else step for step in path)
            if twins != path and _is_planted(path):
                yield Place(source, twins, "camel", _label(source, twins))


def _in_camel(step: str) -> str:
    first, *others = step.split("_")
    return first + "".join(word.capitalize() for word in others)


# ---------------------------------------------------------------- XML

CLEANED: Final = {
    "Dbtr/Nm": "Acme Corporation",
    "Cdtr/Nm": "Nordlicht Design GmbH",
    # "Third Floor" is a nickname on the UN's list.
    "Dbtr/PstlAdr/Flr": "Floor 4",
}
"""Changes that make the full message one of nobody's."""


@cache
def _message(name: str) -> bytes:
    path = next(path for path in MESSAGES if path.name == name)
    content = path.read_bytes()
    if name == "pacs008_full.xml":
        # Its names say what they are, which is nobody's name.
        content = changed_xml(content, CLEANED)
    assert is_xml(content)
    return content


def _leaves(root: etree._Element) -> list[etree._Element]:
    return [node for node in root.iter("{*}*") if len(node) == 0]


def _in_xml() -> Iterator[Place]:
    for path in MESSAGES:
        for n, node in enumerate(_leaves(etree.fromstring(_message(path.name)))):
            tag = etree.QName(node).localname
            if tag not in _XML_LEFT_OUT:
                names = [etree.QName(one).localname for one in (node, *node.iterancestors())][:4]
                label = f"{path.name} {'/'.join(reversed(names))}"
                yield Place(path.name, (n,), _KIND_OF_ELEMENT.get(tag, "xml_code"), label)


def _xml_with(name: str, number: int, text: str) -> bytes:
    root = etree.fromstring(_message(name))
    _leaves(root)[number].text = text
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@cache
def places() -> Mapping[str, tuple[Place, ...]]:
    """All places by kind of field."""
    found = [*_known(), *_unknown(), *_camel(), *_in_xml()]
    return {kind: tuple(place for place in found if place.kind == kind) for kind in ACCEPTS}
