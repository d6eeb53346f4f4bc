"""ISO 20022 messages become events: nothing they name is lost, nothing that could be read twofold is let in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from streamer.events import EVENT_ID_CHARS_MAX, IdentifierKind, PartyType, PaymentEvent
from streamer.iso20022 import (
    MESSAGES,
    Found,
    InvalidMessage,
    event_from_xml,
    is_xml,
    transactions,
)
from streamer.iso20022.reader import TRANSACTION_BYTES_MAX
from streamer.route import Route

TESTS = Path(__file__).resolve().parents[2]
FULL = TESTS / "data" / "iso20022"
BASE = TESTS / "acceptance" / "payments" / "messages"


def message(name: str) -> bytes:
    path = FULL / f"{name}.xml"
    return (path if path.exists() else BASE / f"{name}.xml").read_bytes()


def found_in(raw: bytes) -> list[Found]:
    return list(transactions(BytesIO(raw)))


def event(raw: bytes) -> PaymentEvent:
    return event_from_xml(raw, tenant="acme")


def refused(raw: bytes) -> InvalidMessage:
    """Why a message cannot be read, or its only transaction cannot be an event."""
    with pytest.raises(InvalidMessage) as error:
        event(raw)
    return error.value


def altered(name: str, old: str, new: str) -> bytes:
    raw = message(name)
    assert old.encode() in raw, old
    return raw.replace(old.encode(), new.encode(), 1)


# ---------------------------------------------------------------- what is read

FULL_MESSAGES = ("pacs008_full", "pain001_v02", "pacs004_chain", "pacs009cov", "pacs009", "pacs004", "pain001")


@pytest.mark.parametrize("name", FULL_MESSAGES)
def test_whoever_is_named_is_a_party_or_an_agent_on_the_route(name: str) -> None:
    read = event(message(name))
    named = {p.name for _, p in Route.of(read).parties} | {a.name for _, a in Route.of(read).agents}
    root = etree.fromstring(message(name))
    for element in root.iter("{*}Nm"):
        assert element.text in named


@pytest.mark.parametrize("name", FULL_MESSAGES)
def test_every_bic_and_account_is_on_the_route(name: str) -> None:
    read = event(message(name))
    bics = {a.bic for _, a in Route.of(read).agents}
    bics |= {i.value for _, p in Route.of(read).parties for i in p.identifiers if i.kind is IdentifierKind.BIC}
    numbers = {n for _, a in Route.of(read).accounts for n in (a.iban, a.other)}
    root = etree.fromstring(message(name))
    for tag in ("BIC", "BICFI", "AnyBIC"):
        assert {element.text for element in root.iter(f"{{*}}{tag}")} <= bics
    assert {element.text for element in root.iter("{*}IBAN")} <= numbers


def test_roles_have_their_own_fields() -> None:
    read = event(message("pacs008_full"))
    assert (read.message_id, read.instruction_id, read.end_to_end_id) == ("MSG-1", "INSTR-1", "E2E-1")
    assert (read.transaction_id, read.uetr) == ("TX-1", "7a562c67-ca16-48ba-b074-65581be6f011")
    assert (str(read.amount), read.currency, str(read.requested_execution_date)) == ("9900.00", "EUR", "2026-11-20")
    assert read.event_time.isoformat() == "2026-11-20T08:00:00.123000+00:00"
    assert read.message_type == "pacs.008.001.12"
    parties = {path: party.name for path, party in Route.of(read).parties}
    assert parties["initiating_party"] == "Initiating Party"
    assert (parties["debtor"], parties["ultimate_debtor"]) == ("Debtor Name", "Ultimate Debtor")
    assert (parties["creditor"], parties["ultimate_creditor"]) == ("Creditor Name", "Ultimate Creditor")
    assert [a.bic for a in read.previous_instructing_agents] == ["IIIIDEFF", "JJJJDEFF", "KKKKDEFF"]
    assert [a.bic for a in read.intermediary_agents] == ["LLLLDEFF", "MMMMDEFF", "NNNNDEFF"]
    assert read.debtor_agent and read.creditor_agent and read.instructing_agent and read.instructed_agent
    assert (read.debtor_agent.bic, read.creditor_agent.bic) == ("PPPPDEFF", "QQQQFRPP")
    assert (read.instructing_agent.bic, read.instructed_agent.bic) == ("EEEEDEFF", "FFFFDEFF")
    assert read.purpose == "Purpose Words"
    assert read.instructions == ("Instruction For Creditor Agent", "Instruction For Next Agent")
    assert read.remittance_unstructured == ("Unstructured One", "Unstructured Two")


RELATED = {
    "Invoicer Name": "invoicer",
    "Invoicee Name": "invoicee",
    "Garnishee Name": "garnishee",
    "Garnishment Administrator": "garnishment_administrator",
    "Remittance Location": "remittance_location",
    "Authority Name": "authority",
    "Tax Authoriser": "tax_debtor_authorisation",
    "Contact Name": "debtor_contact",
    "Debtor Account Name": "debtor_account_holder",
    "Header Receiver": "header_receiver",
}


def test_further_roles_are_named() -> None:
    read = event(message("pacs008_full"))
    roles = {party.name: party.role for party in read.related_parties if party.name}
    assert RELATED.items() <= roles.items()
    agents = {agent.bic: agent.role for agent in read.related_agents if agent.bic}
    assert agents["BBBBDEFF"] == "instructing_reimbursement_agent"
    assert agents["GGGGDEFF"] == agents["HHHHDEFF"] == "charges_agent"
    assert agents["AAAADEFF"] == "header_sender"
    accounts = {account.other: account.role for account in read.related_accounts if account.other}
    assert accounts["SETTLE-1"] == "settlement_account"
    assert accounts["CREDITOR-AGENT-ACCOUNT"] == "creditor_agent_account"


def test_a_person_has_a_birth_and_documents_with_their_countries() -> None:
    person = event(message("pacs008_full")).ultimate_debtor
    assert person is not None
    assert (person.type, person.birth_date) == (PartyType.PERSON, "1970-02-05")
    assert person.birth_place == "Birth City, Birth Province, Germany"
    assert [(i.kind, i.value, i.country) for i in person.identifiers] == [
        (IdentifierKind.PASSPORT, "C01X00T47", "DE"),
        (IdentifierKind.TAX, "65929970489", None),
        (IdentifierKind.NATIONAL_ID, "T22000129", None),
    ]


def test_an_organisation_has_its_numbers_contact_and_address() -> None:
    debtor = event(message("pacs008_full")).debtor
    assert debtor.type is PartyType.ENTITY
    kinds = [IdentifierKind.BIC, IdentifierKind.LEI, IdentifierKind.REGISTRATION]
    assert [i.kind for i in debtor.identifiers] == kinds
    assert (debtor.phone, debtor.email) == ("+49-30123456", "pay@debtor.example")
    address = debtor.address
    assert address is not None
    assert (address.street, address.postcode, address.town) == ("Street Name", "10117", "Town Name")
    assert (address.region, address.country) == ("Country Subdivision", "DE")
    assert "Care Of Somebody" in address.lines
    assert "Address Line Two" in address.lines


def test_further_numbers_of_a_contact_are_contacts_of_their_own() -> None:
    contacts = [p for p in event(message("pacs008_full")).related_parties if p.role == "debtor_contact"]
    assert [c.phone for c in contacts] == ["+49-171123456", "+49-30123457"]


def test_a_document_as_proxy_is_its_holders() -> None:
    read = event(message("pacs008_full"))
    (holder,) = (p for p in read.related_parties if p.role == "creditor_account_proxy")
    assert [(i.kind, i.value) for i in holder.identifiers] == [(IdentifierKind.PASSPORT, "927220239")]
    assert read.debtor_account is not None
    assert read.debtor_account.proxy == "+49-171999999"


def test_words_without_a_field_are_kept() -> None:
    words = "\n".join(event(message("pacs008_full")).further_texts)
    for kept in ("Service Level Words", "Mandate Words", "Supplement Words", "Message Supplement", "Court Words"):
        assert kept in words
    assert "SHAR" not in words  # codes are not words
    assert "c2lnbmF0dXJl" not in words  # nor is a signature


def test_a_country_reported_to_an_authority_is_named() -> None:
    assert any("Italy" in line for line in event(message("pacs008_full")).regulatory_reporting)


def test_the_cover_names_the_customers_beneath_it() -> None:
    read = event(message("pacs009cov"))
    assert [p.role for p in read.related_parties] == ["underlying_debtor", "underlying_creditor"]
    assert [a.role for a in read.related_accounts] == ["underlying_debtor_account", "underlying_creditor_account"]
    assert read.debtor.type is PartyType.ENTITY
    assert [i.value for i in read.debtor.identifiers] == ["DEUTDEFF"]
    assert read.remittance_unstructured == ("Invoice 4711 of 3 November 2026",)


def test_a_return_flows_back() -> None:
    read = event(message("pacs004"))
    assert (read.debtor.name, read.creditor.name) == ("Maison Lefevre SARL", "Acme Corporation")
    assert read.creditor_account is not None
    assert read.creditor_account.iban == "DE89370400440532013000"
    assert (read.end_to_end_id, read.transaction_id) == ("INV-4711", "RTR-0001")


def test_a_return_with_a_chain_has_both_the_chain_and_what_it_returns() -> None:
    read = event(message("pacs004_chain"))
    assert (read.debtor.name, read.creditor.name) == ("Chain Debtor", "Chain Creditor Bank")
    roles = {p.role for p in read.related_parties}
    assert roles >= {"original_debtor", "original_creditor", "original_ultimate_debtor", "originator"}


def test_a_return_that_quotes_nobody_moves_money_between_two_banks() -> None:
    raw = message("pacs004")
    start, end = raw.index(b"<OrgnlTxRef>"), raw.index(b"</OrgnlTxRef>") + len(b"</OrgnlTxRef>")
    read = event(raw[:start] + raw[end:])
    assert [i.value for i in read.debtor.identifiers] == ["BNPAFRPP"]
    assert [i.value for i in read.creditor.identifiers] == ["DEUTDEFF"]


def test_the_first_version_is_read() -> None:
    read = event(message("pain001_v02"))
    assert (str(read.amount), read.currency) == ("100.5", "USD")
    assert (read.debtor.name, read.creditor.name) == ("Old Debtor", "Old Creditor")
    assert [(i.kind, i.value) for i in read.creditor.identifiers] == [
        (IdentifierKind.PASSPORT, "C01X00T48"),
        (IdentifierKind.OTHER, "OLD-OTHER"),
    ]
    assert read.debtor_agent is not None
    assert (read.debtor_agent.bic, read.debtor_agent.name) == ("DEUTDEFF", "Combined Bank")
    assert read.remittance_unstructured == ("Rückzahlung",)


@pytest.mark.parametrize("name", ["pain001", "pacs008", "pacs009", "pacs004"])
@pytest.mark.parametrize("version", [1, 3, 5, 8, 9, 10, 12, 13])
def test_every_version_is_read(name: str, version: int) -> None:
    raw = message(name)
    other = re.sub(rb"xsd:(pa[a-z]+\.\d{3}\.\d{3})\.\d\d", rb"xsd:\1.%02d" % version, raw)
    left, right = event(raw).model_dump(), event(other).model_dump()
    for differing in ("message_type", "event_id"):
        del left[differing], right[differing]
    assert left == right


# ---------------------------------------------------------------- batches and envelopes


def test_a_batch_gives_each_transaction_its_own_head() -> None:
    one, two, three = found_in(message("pain001_batch"))
    events = [found.event("acme") for found in (one, two, three)]
    assert [e.debtor.name for e in events] == ["First Debtor", "First Debtor", "Second Debtor"]
    assert [str(e.requested_execution_date) for e in events] == ["2026-11-23", "2026-11-23", "2026-11-24"]
    assert [e.end_to_end_id for e in events] == ["A-1", "A-2", "B-1"]
    assert {e.initiating_party.name for e in events if e.initiating_party} == {"Batch Initiator"}


def test_who_stands_at_two_levels_is_screened_at_both() -> None:
    _, two, _ = found_in(message("pain001_batch"))
    read = two.event("acme")
    assert read.ultimate_debtor is not None
    assert read.ultimate_debtor.name == "Ultimate Second"
    assert [(p.role, p.name) for p in read.related_parties] == [("ultimate_debtor", "Ultimate First")]


def test_what_follows_the_transactions_of_a_message_belongs_to_the_last() -> None:
    raw = message("pain001_batch").replace(
        b"</CstmrCdtTrfInitn>", b"<SplmtryData><Envlp><A>after all</A></Envlp></SplmtryData></CstmrCdtTrfInitn>"
    )
    *_, last = found_in(raw)
    assert "after all" in last.event("acme").further_texts


def test_several_documents_in_one_envelope() -> None:
    document = message("pacs008").partition(b"?>")[2]
    raw = b"<Batch>" + document + message("pain001").partition(b"?>")[2] + b"</Batch>"
    assert [found.message_type[:8] for found in found_in(raw)] == ["pacs.008", "pain.001"]


@pytest.mark.parametrize("name", ["pain001", "pacs008", "pacs009", "pacs004"])
def test_the_document_may_be_left_out(name: str) -> None:
    raw = message(name)
    root = etree.fromstring(raw)
    alone = etree.tostring(root[0])
    assert event(alone) == event(raw)
    assert event(b"<Envelope><Body>" + alone + b"</Body></Envelope>") == event(raw)
    (one, two) = found_in(b"<Batch>" + alone + alone + b"</Batch>")
    assert (one.fields, one.event_id != two.event_id) == (two.fields, True)


def test_the_prefix_makes_no_difference() -> None:
    raw = message("pacs008")
    prefixed = re.sub(rb"<(/?)([A-Z])", rb"<\1p:\2", raw).replace(b"xmlns=", b"xmlns:p=")
    assert event(prefixed) == event(raw)


def test_the_time_of_the_header_serves_a_group_header_without() -> None:
    raw = message("pacs008_full")
    start, end = raw.index(b"<CreDtTm>"), raw.index(b"</CreDtTm>") + len(b"</CreDtTm>")
    assert event(raw[:start] + raw[end:]).event_time.isoformat() == "2026-11-20T08:00:00+00:00"


# ---------------------------------------------------------------- identity


def test_ids_are_those_of_the_content_and_never_twice() -> None:
    twice = found_in(message("pain001_batch")), found_in(message("pain001_batch"))
    assert [f.event_id for f in twice[0]] == [f.event_id for f in twice[1]]
    raw = message("pacs008")
    start, end = raw.index(b"<CdtTrfTxInf>"), raw.index(b"</CdtTrfTxInf>") + len(b"</CdtTrfTxInf>")
    same = found_in(raw[:end] + raw[start:end] + raw[end:])
    assert len({found.event_id for found in same}) == 2
    (changed,) = found_in(raw.replace(b"9900.00", b"9900.01"))
    assert changed.event_id not in {found.event_id for found in same}
    assert all(len(found.event_id) < EVENT_ID_CHARS_MAX for found in same)


def test_a_record_of_a_file_is_the_event_of_the_message() -> None:
    (found,) = found_in(message("pacs008_full"))
    assert PaymentEvent.model_validate_json(found.record("acme")) == event(message("pacs008_full"))


def test_a_record_may_be_named_by_its_key() -> None:
    assert event_from_xml(message("pacs008"), tenant="t", event_id="P-7").event_id == "P-7"


# ---------------------------------------------------------------- what is refused


def test_several_transactions_are_no_record_and_the_cure_is_named() -> None:
    error = refused(message("pain001_batch"))
    assert error.reason == "many_payments"
    assert "streamer publish --topic payments" in str(error)


@pytest.mark.parametrize(
    ("name", "old", "new", "element", "says"),
    [
        ("pacs008", ">9900.00<", ">12.3.4<", "IntrBkSttlmAmt", "is no amount"),
        ("pacs008", ">9900.00<", "><", "IntrBkSttlmAmt", "is no amount"),
        ("pacs008", ">9900.00<", ">0<", "IntrBkSttlmAmt", "greater than 0"),
        ("pacs008", ">9900.00<", ">-5<", "IntrBkSttlmAmt", "is no amount"),
        ("pacs008", ">9900.00<", ">1e3<", "IntrBkSttlmAmt", "is no amount"),
        ("pacs008", ' Ccy="EUR"', "", "CdtTrfTxInf", "currency"),
        ("pacs008", ' Ccy="EUR"', ' Ccy="euro"', "IntrBkSttlmAmt", "pattern"),
        ("pacs008", ">2026-11-20<", ">20.11.2026<", "IntrBkSttlmDt", "is no day"),
        ("pacs008", ">2026-11-20<", ">2026-11-31<", "IntrBkSttlmDt", "date"),
        ("pacs008", "2026-11-20T09:00:00+01:00", "yesterday", "GrpHdr/CreDtTm", "is no time"),
        ("pacs008", "2026-11-20T09:00:00+01:00", "9999-11-20T09:00:00Z", "CreDtTm", "year"),
        ("pacs008", "<Nm>Maison Lefevre SARL</Nm>", f"<Nm>{'x' * 10_001}</Nm>", "Cdtr", "name"),
        ("pacs008", "<Cdtr>", "<Cdtr><Nm>Another</Nm></Cdtr><Cdtr>", "Cdtr", "stands twice"),
        ("pacs008", "<Cdtr>", "<Cdtr><Nm>Another</Nm>", "Cdtr", "stands twice"),
        ("pacs008", "<IBAN>", "<IBAN>DE02120300000000202051</IBAN><IBAN>", "IBAN", "stands twice"),
        ("pacs008", "<Cdtr>", '<Cdtr xmlns="urn:x">', "Cdtr", "namespace of its Document"),
        ("pacs008", "<Nm>Maison", "words<Nm>Maison", "Cdtr", "text beside elements"),
        ("pacs008", "</Nm>\n        <PstlAdr><StrtNm>Rue", "</Nm>words<PstlAdr><StrtNm>Rue", "Cdtr", "text beside"),
        ("pacs008", "FIToFICstmrCdtTrf>", "FICdtTrf>", "FICdtTrf", "holds FIToFICstmrCdtTrf"),
        ("pacs008", "pacs.008.001.08", "camt.053.001.08", "Document", "the namespace is none that is read"),
        ("pacs008", "pacs.008.001.08", "pacs.008", "Document", "the namespace is none that is read"),
        ("pain001", "<PmtMtd>", "<Dbtr><Nm>B</Nm></Dbtr><PmtMtd>", "Dbtr", "stands twice"),
        ("pain001", "</PmtInf>", "<Dbtr><Nm>B</Nm></Dbtr></PmtInf>", "PmtInf/Dbtr", "behind a transaction"),
        ("pain001", "</CstmrCdtTrfInitn>", "<GrpHdr/></CstmrCdtTrfInitn>", "GrpHdr", "behind a transaction"),
        ("pain001", "</CstmrCdtTrfInitn>", "<PmtInf/></CstmrCdtTrfInitn>", "PmtInf", "holds no CdtTrfTxInf"),
    ],
)
def test_what_cannot_be_screened_is_named_by_line_and_element(
    name: str, old: str, new: str, element: str, says: str
) -> None:
    raw = altered(name, old, new)
    raw = raw.replace(b"</FIToFICstmrCdtTrf>", b"</FICdtTrf>") if b"<FICdtTrf>" in raw else raw
    error = refused(raw)
    assert says in str(error)
    assert element in error.element
    assert error.line is not None
    assert b"<" + error.element.rpartition("/")[2].encode() in raw.splitlines()[error.line - 1]
    assert "Maison" not in str(error)
    assert "9900" not in str(error)


@pytest.mark.parametrize(
    ("raw", "says", "reason"),
    [
        (b"", "empty", "not_xml"),
        (b"  \n ", "empty", "not_xml"),
        (b"<a/>", "no Document of a payment", "wrong_shape"),
        (b"<Document/>", "line 1, element Document: has no namespace", "wrong_shape"),
        (b"<a>\n<b>\n</a>", "line 3, element a/b: not well-formed", "not_xml"),
        (b"<a>\n<b>", "element a/b: not well-formed", "not_xml"),
        (b"<a>&x;</a>", "not well-formed", "not_xml"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>', "line 2, element a: has a document type", "wrong_shape"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not well-formed", "not_xml"),
        (b"<a>" * 300, "not well-formed", "not_xml"),
    ],
)
def test_what_is_no_message_says_why(raw: bytes, says: str, reason: str) -> None:
    error = refused(raw)
    assert says in str(error)
    assert error.reason == reason


def test_a_transaction_that_is_none_does_not_hide_the_others() -> None:
    one, two, three = found_in(message("pain001_batch").replace(b'"CHF">2<', b'"CHF">two<'))
    assert (one.error, three.error) == (None, None)
    assert two.error is not None
    assert two.fields["end_to_end_id"] == "A-2"
    with pytest.raises(InvalidMessage, match="is no amount"):
        two.record("acme")


def test_an_error_carries_the_references_that_can_be_read() -> None:
    error = refused(altered("pacs008", ">9900.00<", "><"))
    assert (error.message_id, error.end_to_end_id) == ("DEUT20261120-0001", "INV-4711")
    error = refused(altered("pacs008", "INV-4711", "x" * 1_000))
    assert (error.message_id, error.end_to_end_id) == ("DEUT20261120-0001", None)


@pytest.mark.parametrize("between", ["<![CDATA[]]>", "\n", "&#32;", "\u2003"])
def test_nothing_cuts_a_name_in_two(between: str) -> None:
    raw = altered("pacs008", "Maison Lefevre SARL", f"Maison {between}Lefevre SARL")
    assert event(raw).creditor.name == "Maison Lefevre SARL"


def test_text_escaped_twice_stays_escaped_once() -> None:
    raw = altered("pacs008", "Maison Lefevre SARL", "M&amp;#97;ison &amp;amp; Lefevre")
    assert event(raw).creditor.name == "M&#97;ison &amp; Lefevre"


REMARKS = ("<!-- x -->", "<!---->", "<?x y?>", "<!-- x --><?x y?>")


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("value", ["{}Maison", "Mai{}son", "Maison{}", "{}Mai{}son", "<![CDATA[Mai]]>{}son"])
@pytest.mark.parametrize("path", ["Nm", "Id/OrgId/AnyBIC", "PstlAdr/AdrLine"])
def test_a_comment_or_instruction_inside_a_value_is_refused(remark: str, value: str, path: str) -> None:
    """Of `Mai<!-- -->son` one library reads the whole, another the first half."""
    opening, closing = (
        "".join(f"<{sign}{tag}>" for tag in tags)
        for sign, tags in (("", path.split("/")), ("/", reversed(path.split("/"))))
    )
    where = f"{opening}{value.replace('{}', remark)}{closing}"
    error = refused(altered("pacs008", "</CdtTrfTxInf>", f"<UltmtCdtr>\n{where}</UltmtCdtr></CdtTrfTxInf>"))
    assert "comment or processing instruction inside its value" in str(error)
    assert error.reason == "wrong_shape"
    assert error.element.endswith(f"UltmtCdtr/{path}")
    assert error.line is not None


@pytest.mark.parametrize(
    "element", ["<SplmtryData><Envlp><A xmlns='urn:x'>{}</A></Envlp></SplmtryData>", "<New>{}</New>"]
)
def test_a_comment_inside_a_value_of_an_unknown_element_is_refused(element: str) -> None:
    raw = altered("pacs008", "</CdtTrfTxInf>", f"{element.format('Mai<!-- x -->son')}</CdtTrfTxInf>")
    assert "inside its value" in str(refused(raw))


@pytest.mark.parametrize("name", ["pain001_batch", "pacs008", "pacs008_full", "pacs009cov", "pacs004"])
@pytest.mark.parametrize("remark", REMARKS)
def test_comments_between_elements_make_no_difference(name: str, remark: str) -> None:
    raw = message(name)
    between = re.compile(rb">(?=\s*<)")
    head, root = raw.index(b"?>") + 2, b">" + remark.encode()
    commented = raw[:head] + remark.encode() + between.sub(root, raw[head:].rstrip()) + remark.encode()
    assert commented.count(remark.encode()) > 50
    assert [one.fields for one in found_in(commented)] == [one.fields for one in found_in(raw)]


def test_text_around_a_comment_between_elements_is_refused() -> None:
    for words in ("words<!-- x -->", "<!-- x -->words", "<!-- x -->words<?x y?>"):
        assert "text beside elements" in str(refused(altered("pacs008", "<Nm>Maison", f"{words}<Nm>Maison")))


def test_comments_count_as_elements() -> None:
    raw = altered("pacs008", "<RmtInf>", "<RmtInf>" + "<!---->" * 30_000)
    assert refused(raw).reason == "too_large"
    assert refused(b"<!---->" * 30_000 + message("pacs008").partition(b"?>")[2]).reason == "too_large"


def test_comments_between_transactions_take_no_memory_and_say_nothing() -> None:
    sizes = []
    for found in transactions(Endless(piece + b"<!-- Kanarienvogel --> <?x y?>\n" for piece in pay_run(5_000))):
        assert "Kanarienvogel" not in str(found.fields)
        if found.number % 500 == 0:
            sizes.append(resident_bytes())
    assert max(sizes) - sizes[0] < 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pacs008", "<Nm>Maison", "<Id><PrvtId><Othr><Id>A</Id><Id>B</Id></Othr></PrvtId></Id><Nm>Maison"),
        ("pacs008_full", "<BirthDt>1970-02-05</BirthDt>", "<BirthDt>1970-02-05</BirthDt><BirthDt>1971-02-05</BirthDt>"),
        ("pacs008", "<Nm>Maison", "<CtctDtls><Nm>A</Nm><Nm>B</Nm></CtctDtls><Nm>Maison"),
    ],
)
def test_of_two_values_none_is_chosen(name: str, old: str, new: str) -> None:
    assert "stands twice" in str(refused(altered(name, old, new)))


def test_an_attribute_behind_the_last_transaction_is_screened() -> None:
    raw = altered("pacs008", "</CdtTrfTxInf>", '</CdtTrfTxInf><SplmtryData x="Kanarienvogel"/>')
    assert "Kanarienvogel" in event(raw).further_texts


# ---------------------------------------------------------------- contacts


def contact_of(details: str) -> PaymentEvent:
    raw = message("pacs008")
    assert b"CtctDtls" not in raw
    return event(altered("pacs008", "<Nm>Maison Lefevre SARL</Nm>", f"<Nm>M</Nm><CtctDtls>{details}</CtctDtls>"))


@pytest.mark.parametrize(
    "details",
    [
        *(f"<{tag}>+850 2 381 8888</{tag}>" for tag in ("PhneNb", "MobNb", "FaxNb")),
        "<Othr><ChanlTp>TEL</ChanlTp><Id>+850 2 381 8888</Id></Othr>",
        "<Othr><ChanlTp>WAPP</ChanlTp><Id>+850 2 381 8888</Id></Othr>",
        "<Othr><Id>+850 2 381 8888</Id></Othr>",
    ],
)
def test_a_phone_of_any_channel_is_the_phone_of_the_party(details: str) -> None:
    assert contact_of(details).creditor.phone == "+850 2 381 8888"


def test_a_national_number_is_a_phone_where_the_channel_says_so() -> None:
    assert contact_of("<Othr><ChanlTp>MOBI</ChanlTp><Id>030 123456</Id></Othr>").creditor.phone == "030 123456"
    assert contact_of("<Othr><ChanlTp>CHAT</ChanlTp><Id>030123456</Id></Othr>").creditor.phone is None


def test_an_address_of_a_channel_is_an_email() -> None:
    for details in ("<EmailAdr>a@b.example</EmailAdr>", "<Othr><ChanlTp>X</ChanlTp><Id>a@b.example</Id></Othr>"):
        assert contact_of(details).creditor.email == "a@b.example"


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        ("<Othr><ChanlTp>CHAT</ChanlTp><Id>7736050003</Id></Othr>", "7736050003"),
        ("<Othr><ChanlTp>CHAT</ChanlTp><Id>live:kanarienvogel</Id></Othr>", "live:kanarienvogel"),
        ("<Othr><ChanlTp>HAMAS</ChanlTp><Id>+49301234567</Id></Othr>", "HAMAS"),
        ("<Othr><Id>+49301234567</Id><Id>7736050003</Id></Othr>", "7736050003"),
        ("<URLAdr>https://kanarienvogel.example</URLAdr>", "kanarienvogel.example"),
        ("<PrefrdMtd>7736050003</PrefrdMtd>", "7736050003"),
        ("<JobTitl>Kanarienvogel</JobTitl>", "Kanarienvogel"),
    ],
)
def test_whatever_else_a_contact_says_is_text(details: str, kept: str) -> None:
    assert any(kept in line for line in contact_of(details).further_texts)


def test_a_second_phone_and_whoever_is_named_are_contacts() -> None:
    read = contact_of("<Nm>Kanarienvogel</Nm><PhneNb>+49-30123456</PhneNb><MobNb>+850-23818888</MobNb>")
    assert read.creditor.phone == "+49-30123456"
    assert [(p.role, p.name, p.phone) for p in read.related_parties] == [
        ("creditor_contact", "Kanarienvogel", "+850-23818888")
    ]


def test_the_contact_of_a_bank_is_a_party() -> None:
    raw = altered(
        "pacs008",
        "<Dbtr>",
        "<IntrmyAgt1><FinInstnId><Nm>B</Nm><CtctDtls><PhneNb>+850-23818888</PhneNb></CtctDtls></FinInstnId></IntrmyAgt1>"
        "<Dbtr>",
    )
    assert [(p.role, p.phone) for p in event(raw).related_parties] == [("contact", "+850-23818888")]


@pytest.mark.parametrize("number", ["7736050003", "+850 2 381 8888", "2026-11-20", "1"])
def test_remittance_is_kept_as_it_is(number: str) -> None:
    raw = altered("pacs008", "Invoice 4711 of 3 November 2026", number)
    assert event(raw).remittance_unstructured == (number,)


# ---------------------------------------------------------------- size


class Endless:
    """A stream that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, None)):
            self.rest += piece
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def pay_run(count: int) -> Iterator[bytes]:
    head, _, tail = message("pain001").partition(b"<CdtTrfTxInf>")
    body, _, tail = tail.partition(b"</CdtTrfTxInf>")
    yield head
    for n in range(count):
        yield b"<CdtTrfTxInf>" + body.replace(b"NOV-0042", b"NOV-%06d" % n) + b"</CdtTrfTxInf>\n"
    yield tail


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_ten_thousand_transactions_take_no_more_memory_than_a_thousand() -> None:
    sizes = []
    last: Any = None
    for found in transactions(Endless(pay_run(10_000))):
        last = found
        if found.number % 1_000 == 0:
            sizes.append(resident_bytes())
    assert (last.number, last.fields["end_to_end_id"]) == (10_000, "NOV-009999")
    assert max(sizes) - sizes[0] < 16 * 1024 * 1024


@pytest.mark.parametrize(
    "swelling",
    [
        (b"<Ustrd>" + b"x" * 1_000_000 + b"</Ustrd>" for _ in range(50)),
        (b"x" * 1_000_000 for _ in range(50)),
        (b"<!-- " + b"x" * 1_000_000 + b" -->" for _ in range(50)),
    ],
    ids=["elements", "one text", "comments"],
)
def test_fifty_megabytes_of_one_transaction_are_refused_long_before_their_end(swelling: Iterator[bytes]) -> None:
    head, _, _ = message("pain001").partition(b"<Ustrd>")

    def pieces() -> Iterator[bytes]:
        yield head
        yield from swelling

    stream = Endless(pieces())
    with pytest.raises(InvalidMessage) as error:
        list(transactions(stream))
    assert error.value.reason in ("too_large", "not_xml")
    assert error.value.element.endswith(("RmtInf", "Ustrd"))
    assert sum(1 for _ in swelling) > 50 - 3 - TRANSACTION_BYTES_MAX // 1_000_000


def test_a_hundred_thousand_elements_are_no_transaction() -> None:
    raw = altered("pacs008", "<RmtInf>", "<RmtInf>" + "<a/>" * 100_000)
    error = refused(raw)
    assert error.reason == "too_large"
    assert "20000 elements" in str(error)


def test_json_is_no_xml_and_xml_is() -> None:
    assert not is_xml(b'{"a": "<"}')
    assert not is_xml(b"")
    assert not is_xml("{}".encode("utf-16"))
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert is_xml('<?xml version="1.0"?><a/>'.encode(encoding))
    assert is_xml(b" \n<a/>")


def test_every_message_that_is_read_is_named() -> None:
    assert set(MESSAGES) == {"pain.001", "pacs.008", "pacs.009", "pacs.004"}
