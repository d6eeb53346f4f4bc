"""Parties, agents and accounts, recognised by the element's name or by its children."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from streamer.events import IdentifierKind, PartyType
from streamer.iso20022.elements import Place, child_of, line_of, local, text_of
from streamer.iso20022.level import Level
from streamer.iso20022.vocabulary import (
    ACCOUNT_NUMBER,
    ACCOUNTS,
    ADDRESS,
    AGENT,
    AGENT_ROW_MAX,
    AGENT_ROWS,
    AGENTS,
    BIRTH,
    CONTACT,
    DAY,
    IDENTIFIERS,
    PARTIES,
    PARTY,
    PHONE_CHANNELS,
    SCHEMES,
    WRAPPERS,
    is_code,
    role_of,
)
from streamer.reference.countries import country_code, country_name
from streamer.reference.identifiers import normalised_phone
from streamer.watchlists.documents import kind_of

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

# ------------------------------------------------------------ agents


def read_agent(level: Level, element: etree._Element, tag: str, place: Place, main: bool, prefix: str) -> None:
    agent, branch = _agent_fields(level, element, place)
    role = prefix + role_of(tag)
    slot = AGENTS.get(tag)
    if branch:
        level.relate("related_agents", f"{role}_branch", branch, [place])
    if not agent:
        return
    if tag in PARTIES:
        _institution_party(level, tag, agent, place, main, role)
    elif main and slot:
        level.once(slot, agent, place)
    elif main and tag in AGENT_ROWS:
        _into_row(level, AGENT_ROWS[tag], agent, place)
    else:
        level.relate("related_agents", role, agent, [place])


def _institution_party(level: Level, tag: str, agent: Mapping[str, Any], place: Place, main: bool, role: str) -> None:
    """A bank as debtor or creditor, as in pacs.009."""
    if main:
        level.once(PARTIES[tag], institution(agent), place)
    else:
        level.relate("related_parties", role, institution(agent), [place])


def _into_row(level: Level, name: str, agent: Mapping[str, Any], place: Place) -> None:
    row = level.slots.setdefault(name, [])
    if len(row) == AGENT_ROW_MAX:
        level.fault(f"more than {AGENT_ROW_MAX} of its kind", place)
    else:
        row.append(agent)
        level.places.setdefault(name, []).append(place)


def _agent_fields(level: Level, element: etree._Element, place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """The agent and its branch."""
    agent: dict[str, Any] = {}
    branch: dict[str, Any] = {}
    chosen = _unwrapped(element)
    if len(chosen) == 0:
        level.set_text(agent, "name", chosen, place)
    for child in chosen:
        tag = local(child)
        if tag == "BrnchId":
            _institution_fields(level, child, branch, place)
        elif tag in ("FinInstnId", "CmbndId", "NmAndAdr"):
            _institution_fields(level, child, agent, place)
        elif tag in AGENT and len(child) == 0:
            level.set_text(agent, AGENT[tag], child, place)
        else:
            level.leave(child, place)
    return agent, branch


def _institution_fields(level: Level, element: etree._Element, agent: dict[str, Any], place: Place) -> None:
    if len(element) == 0:
        level.set_text(agent, "name", element, place)
    for child in element:
        tag = local(child)
        if tag in AGENT:
            level.set_text(agent, AGENT[tag], child, place)
        elif tag in ("PstlAdr", "Adr"):
            _address(level, agent, child, place)
        elif tag == "ClrSysMmbId":
            _clearing(level, agent, child, place)
        elif tag in ("CmbndId", "NmAndAdr"):
            _institution_fields(level, child, agent, place)
        else:
            level.leave(child, place)


def _clearing(level: Level, agent: dict[str, Any], element: etree._Element, place: Place) -> None:
    member = child_of(element, "MmbId")
    if member is None and len(element) == 0:
        member = element
    elif member is None:
        # Before 2009: the choice of a coded or a proprietary number.
        member = next(iter(element), None)
    for child in element:
        if child is not member:
            level.leave(child, place)
    if member is not None:
        level.set_text(agent, "clearing_member_id", member, place)


# ------------------------------------------------------------ accounts


def read_account(level: Level, element: etree._Element, tag: str, place: Place, main: bool, prefix: str) -> None:
    account: dict[str, Any] = {}
    role = prefix + role_of(tag)
    if len(element) == 0:
        level.set_text(account, "other", element, place)
    for child in element:
        name = local(child)
        if name == "Id":
            _account_number(level, account, child, place)
        elif name == "Ccy":
            level.set_text(account, "currency", child, place)
        elif name == "Prxy":
            _proxy(level, account, child, role, place)
        elif name == "Nm" and len(child) == 0:
            if holder := text_of(child):
                where = Place(line_of(child), f"{place.path}/Nm")
                level.relate("related_parties", f"{role}_holder", {"name": holder}, [where])
        else:
            level.leave(child, place)
    if account and main and tag in ACCOUNTS:
        level.once(ACCOUNTS[tag], account, place)
    elif account:
        level.relate("related_accounts", role, account, [place])


def _account_number(level: Level, account: dict[str, Any], element: etree._Element, place: Place) -> None:
    if len(element) == 0:
        level.set_text(account, "other", element, place)
    for child in element:
        tag = local(child)
        if tag in ACCOUNT_NUMBER:
            level.set_text(account, ACCOUNT_NUMBER[tag], child, place)
        elif tag in ("Othr", "PrtryAcct") and len(child):
            for part in child:
                if local(part) == "Id":
                    level.set_text(account, "other", part, place)
                else:
                    level.leave(part, place)
        else:
            level.leave(child, place)


def _proxy(level: Level, account: dict[str, Any], element: etree._Element, role: str, place: Place) -> None:
    """A phone number or e-mail address instead of an account number. A document number belongs to the holder."""
    code = None
    if len(element) == 0:
        level.set_text(account, "proxy", element, place)
    for child in element:
        if local(child) == "Tp":
            code = next((text_of(one) for one in child), None)
            level.leave(child, place)
        elif local(child) == "Id":
            level.set_text(account, "proxy", child, place)
        else:
            level.leave(child, place)
    kind = SCHEMES.get(code or "")
    if kind is not None and account.get("proxy"):
        holder = {"identifiers": [{"kind": kind, "value": account["proxy"]}]}
        level.relate("related_parties", f"{role}_proxy", holder, [place])


# ------------------------------------------------------------ parties


def read_party(level: Level, element: etree._Element, tag: str, place: Place, main: bool, prefix: str) -> None:
    role = prefix + role_of(tag)
    party = _party_fields(level, element, role, place)
    if not party:
        return
    if main and tag in PARTIES:
        level.once(PARTIES[tag], party, place)
    else:
        level.relate("related_parties", role, party, [place])


def _party_fields(level: Level, element: etree._Element, role: str, place: Place) -> dict[str, Any]:
    party: dict[str, Any] = {}
    chosen = _unwrapped(element)
    if len(chosen) == 0:
        level.set_text(party, "name", chosen, place)
    for child in chosen:
        tag = local(child)
        if tag in PARTY:
            level.set_text(party, PARTY[tag], child, place)
        elif tag in ("PstlAdr", "Adr"):
            _address(level, party, child, place)
        elif tag == "Id" and len(child):
            for one in child:
                _identification(level, party, one, place)
        elif tag in ("OrgId", "PrvtId"):
            _identification(level, party, child, place)
        elif tag == "CtctDtls" and len(child):
            _contact(level, party, child, f"{role}_contact", place)
        elif tag in IDENTIFIERS and len(child) == 0:
            _identify(party, IDENTIFIERS[tag], text_of(child))
        elif tag == "Authstn":
            read_party(level, child, tag, Place(line_of(child), f"{place.path}/Authstn"), False, f"{role}_")
        else:
            level.leave(child, place)
    return party


def _identification(level: Level, party: dict[str, Any], element: etree._Element, place: Place) -> None:
    """OrgId or PrvtId. Before 2009 every kind of number in PrvtId had an element of its own."""
    if len(element) == 0:
        level.leave(element, place)
        return
    if local(element) == "PrvtId":
        party["type"] = PartyType.PERSON
    elif local(element) == "OrgId":
        party["type"] = PartyType.ENTITY
    else:
        level.leave(element, place)
        return
    issuer = child_of(element, "Issr")
    country = country_code(text_of(issuer) or "") if issuer is not None else None
    for child in element:
        tag = local(child)
        if tag == "DtAndPlcOfBirth" and len(child):
            _birth(level, party, child, place)
        elif tag in ("Othr", "OthrId", "PrtryId"):
            _other_identifier(level, party, child, place)
        elif tag in IDENTIFIERS and len(child) == 0:
            _identify(party, IDENTIFIERS[tag], text_of(child), country)
        elif not (child is issuer and country):
            level.leave(child, place)


def _other_identifier(level: Level, party: dict[str, Any], element: etree._Element, place: Place) -> None:
    """Othr: a number, its scheme as a code or in words, and its issuer."""
    written: dict[str, Any] = {}
    kind, country = IdentifierKind.OTHER, None
    if len(element) == 0:
        level.set_text(written, "number", element, place)
    for child in element:
        tag = local(child)
        if tag == "Id":
            level.set_text(written, "number", child, place)
        elif tag in ("SchmeNm", "IdTp"):
            chosen = child[0] if len(child) else child
            scheme = text_of(chosen) or ""
            kind = SCHEMES.get(scheme) or kind_of(scheme)
            if len(child) > 1 or local(chosen) != "Cd" or not is_code(scheme):
                level.leave(child, place)
        elif tag == "Issr" and (country := country_code(text_of(child) or "")):
            continue
        else:
            level.leave(child, place)
    _identify(party, kind, written.get("number"), country)


def _birth(level: Level, party: dict[str, Any], element: etree._Element, place: Place) -> None:
    born: list[str] = []
    for child in element:
        tag = local(child)
        text = text_of(child)
        name = BIRTH.get(tag) if text and len(child) == 0 else None
        if name == "birth_date" and DAY.fullmatch(text or ""):
            level.set_text(party, name, child, place)
            party[name] = party[name][:10]
        elif name == "birth_place" and text:
            is_country = tag == "CtryOfBirth"
            born.insert(len(born) if is_country else 0, (country_name(text) or text) if is_country else text)
        else:
            level.leave(child, place)
    if born:
        party["birth_place"] = ", ".join(born)


def read_contact(level: Level, element: etree._Element, place: Place, prefix: str) -> None:
    """CtctDtls outside a party, such as those of a bank."""
    contact: dict[str, Any] = {}
    role = f"{prefix}contact"
    _contact(level, contact, element, role, place)
    if contact:
        level.relate("related_parties", role, contact, [place])


def _contact(level: Level, party: dict[str, Any], element: etree._Element, role: str, place: Place) -> None:
    """CtctDtls: the first phone and e-mail are the party's own; a person named and further ones are its contacts."""
    contacts: list[dict[str, Any]] = []
    person: dict[str, Any] = {}
    for child in element:
        tag, text = local(child), text_of(child)
        channel, value = (CONTACT.get(tag), text) if len(child) == 0 else _channel(child)
        if tag == "Nm" and len(child) == 0:
            level.set_text(person, "name", child, place)
        elif not channel or not value:
            level.leave(child, place)
        else:
            if channel not in party:
                party[channel] = value
            else:
                contacts.append({channel: value})
            for one in child:
                if local(one) != "Id":
                    level.leave(one, place)
    if person:
        contacts = [{**person, **one} for one in contacts] or [person]
    for contact in contacts:
        level.relate("related_parties", role, contact, [Place(line_of(element), place.path)])


def _channel(element: etree._Element) -> tuple[str | None, str | None]:
    """(field of a party, value) of CtctDtls/Othr where it holds a phone number or an e-mail address."""
    numbers = [child for child in element if local(child) == "Id" and len(child) == 0]
    value = text_of(numbers[0]) if len(numbers) == 1 else None
    if local(element) != "Othr" or value is None:
        return None, None
    kind = child_of(element, "ChanlTp")
    is_phone = value.startswith(("+", "00")) or (kind is not None and text_of(kind) in PHONE_CHANNELS)
    if is_phone and normalised_phone(value):
        return "phone", value
    return ("email", value) if _EMAIL.fullmatch(value) else (None, None)


def _address(level: Level, owner: dict[str, Any], element: etree._Element, place: Place) -> None:
    address: dict[str, Any] = {}
    building: list[str] = []
    lines: list[str] = []
    if len(element) == 0 and (text := text_of(element)):
        lines.append(text)
    for child in element:
        tag, text = local(child), text_of(child)
        name = ADDRESS.get(tag, "lines")
        if len(child) or tag == "AdrTp":
            level.leave(child, place)
        elif not text:
            continue
        elif name == "lines":
            lines.append(text)
        elif name == "building":
            building.append(text)
        else:
            level.set_text(address, name, child, place)
    if building:
        address["building"] = ", ".join(building)
    if lines:
        address["lines"] = lines
    if address and "address" in owner:
        level.fault("has two addresses; which of them counts? Keep one", place)
    elif address:
        owner["address"] = address


def _unwrapped(element: etree._Element) -> etree._Element:
    """The party or institution chosen inside an element that offers both; otherwise the element itself."""
    if len(element) == 1:
        outer, inner = local(element), local(element[0])
        is_header = outer in ("Fr", "To")
        if (inner in WRAPPERS and (outer in PARTIES or is_header)) or (inner == "OrgId" and is_header):
            return element[0]
    return element


def is_agent(element: etree._Element, tag: str) -> bool:
    if tag in AGENTS or tag in AGENT_ROWS:
        return True
    return any(local(child) in ("FinInstnId", "BrnchId") for child in _unwrapped(element))


def is_account(element: etree._Element, tag: str) -> bool:
    if tag in ACCOUNTS or (tag.endswith("Acct") and len(element)):
        return True
    number = child_of(element, "Id")
    return number is not None and child_of(number, "IBAN") is not None


def is_party(element: etree._Element, tag: str) -> bool:
    if tag in PARTIES:
        return True
    for child in _unwrapped(element):
        below = local(child)
        if below in ("Nm", "CtryOfRes", "CtctDtls"):
            return True
        if below == "PstlAdr" and child_of(child, "Nm") is None:
            return True
        if below == "Id" and any(local(one) in ("OrgId", "PrvtId") for one in child):
            return True
    return False


def institution(agent: Mapping[str, Any]) -> dict[str, Any]:
    """The party that an agent is."""
    party: dict[str, Any] = {name: agent[name] for name in ("name", "address") if name in agent}
    party["type"] = PartyType.ENTITY
    _identify(party, IdentifierKind.BIC, agent.get("bic"))
    _identify(party, IdentifierKind.LEI, agent.get("lei"))
    _identify(party, IdentifierKind.OTHER, agent.get("clearing_member_id"))
    return party


def _identify(party: dict[str, Any], kind: IdentifierKind, value: str | None, country: str | None = None) -> None:
    if value:
        identifier = {"kind": kind, "value": value} | ({"country": country} if country else {})
        party.setdefault("identifiers", []).append(identifier)
