"""ISO 20022 under damage: every answer is one of the known ones, and no word of a message is lost on its way.

How many examples: `fuzzing`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from streamer.events import Verdict
from streamer.iso20022 import Found, InvalidMessage, is_xml, transactions
from tests.property.fuzzing import HOSTILE_TEXTS, damages, finds, fuzzed, repeated
from tests.property.test_fuzz_records import answered

pytestmark = pytest.mark.timeout(600)

FOLDERS: Final = (
    Path(__file__).resolve().parents[1] / "acceptance" / "payments" / "messages",
    Path(__file__).resolve().parents[1] / "data" / "iso20022",
)
MESSAGES: Final = {path.stem: path.read_bytes() for folder in FOLDERS for path in sorted(folder.glob("*.xml"))}
names = st.sampled_from(sorted(MESSAGES))

CANARIES: Final = ("Kanarienvogel", "7736050003", "+850 2 381 8888")
"""A word, a document's number and a phone number, in no message: found again in the event, or the message refused."""


def found_in(message: bytes) -> list[Found]:
    return list(transactions(BytesIO(message)))


def words_of(message: bytes) -> str:
    return json.dumps([dict(found.fields) for found in found_in(message) if found.error is None], ensure_ascii=False)


def is_refused(message: bytes) -> bool:
    try:
        return any(found.error is not None for found in found_in(message))
    except InvalidMessage as error:
        assert str(error).isprintable()
        assert len(str(error)) < 3_000
        return True


# ---------------------------------------------------------------- nothing is lost

TAGS: Final = (
    *("Nm", "Id", "IBAN", "Othr", "OrgId", "PrvtId", "FinInstnId", "BICFI", "LEI", "PstlAdr", "AdrLine", "Ctry"),
    *("Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr", "InitgPty", "DbtrAgt", "IntrmyAgt2", "DbtrAcct", "CdtrAgtAcct"),
    *("RmtInf", "Ustrd", "Strd", "Invcr", "Purp", "Prtry", "Cd", "Tax", "TaxRmt", "RgltryRptg", "InstrForNxtAgt"),
    *("SplmtryData", "Envlp", "PmtId", "InstrId", "Prxy", "Tp", "CtctDtls", "PhneNb", "DtAndPlcOfBirth", "BirthDt"),
    *("SchmeNm", "Issr", "ClrSysMmbId", "MmbId", "BrnchId", "Amt", "ReqdExctnDt", "Dt", "MsgId", "Agt", "Pty"),
    *("UndrlygCstmrCdtTrf", "OrgnlTxRef", "RtrChain", "RtrRsnInf", "AddtlInf", "Whatever", "SomethingNew", "CareOf"),
)
tags = st.sampled_from(TAGS) | st.from_regex(r"\A[A-Z][A-Za-z]{0,8}\Z")


@fuzzed(500)
@given(names, st.sampled_from(CANARIES), st.data())
def test_a_text_put_anywhere_into_a_payment_is_screened_or_refused(name: str, canary: str, data: st.DataObject) -> None:
    root = etree.fromstring(MESSAGES[name])
    inside = [node for node in root.iter("{*}*") if any(_local(one) == "Document" for one in node.iterancestors())]
    node = data.draw(st.sampled_from(inside))
    for tag in data.draw(st.lists(tags, min_size=1, max_size=4)):
        made = etree.Element(f"{{{etree.QName(node).namespace}}}{tag}")
        if len(node) == 0 and (node.text or "").strip():
            parent = node.getparent()
            assert parent is not None
            parent.append(made)
        else:
            node.insert(data.draw(st.integers(0, len(node))), made)
        node = made
    node.text = canary
    message = etree.tostring(root)
    assert is_refused(message) or canary in words_of(message), message.decode()


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


@pytest.mark.parametrize("name", sorted(MESSAGES))
@pytest.mark.parametrize("canary", CANARIES)
def test_every_text_of_a_message_is_screened_or_refused(name: str, canary: str) -> None:
    """Each leaf of each message in turn holds the canary."""
    root = etree.fromstring(MESSAGES[name])
    # A signature in the envelope is no part of the message.
    leaves = [node for node in root.iter("{*}*") if len(node) == 0 and _local(node) != "SignatureValue"]
    for leaf in leaves:
        text, leaf.text = leaf.text, canary
        message = etree.tostring(root)
        where = root.getroottree().getpath(leaf)
        assert is_refused(message) or canary in words_of(message), where
        leaf.text = text


@fuzzed(300)
@given(names, st.integers(min_value=0), st.sampled_from(["<!-- x -->", "<?x y?>"]))
def test_a_comment_anywhere_changes_nothing_or_is_refused(name: str, place: int, remark: str) -> None:
    message = MESSAGES[name]
    place %= len(message)
    commented = message[:place] + remark.encode() + message[place:]
    assert is_refused(commented) or words_of(commented) == words_of(message)


# ---------------------------------------------------------------- damage


@fuzzed(500)
@given(names, st.lists(damages(), min_size=1, max_size=3), st.booleans())
def test_damaged_messages(name: str, damaged: list[Callable[[bytes], bytes]], keyed: bool) -> None:
    message = MESSAGES[name]
    for damage in damaged:
        message = damage(message)
    answered(message, "payments", b"key" if keyed else None)


@fuzzed(250)
@given(names, st.sampled_from(HOSTILE_TEXTS) | st.text(max_size=60), st.data())
def test_messages_with_hostile_texts(name: str, text: str, data: st.DataObject) -> None:
    root = etree.fromstring(MESSAGES[name])
    leaves = [node for node in root.iter("{*}*") if len(node) == 0]
    try:
        data.draw(st.sampled_from(leaves)).text = text
    except ValueError:
        return  # no XML can hold it
    answered(etree.tostring(root), "payments")


@fuzzed(300)
@given(st.binary(max_size=300))
def test_any_bytes_that_begin_like_xml(content: bytes) -> None:
    assert answered(b"<" + content, "payments").verdict is Verdict.HOLD


@fuzzed(60)
@given(names, st.sampled_from(["utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "ascii"]))
def test_the_encoding_makes_no_difference(name: str, encoding: str) -> None:
    root = etree.fromstring(MESSAGES[name])
    recoded: Any = etree.tostring(root, encoding=encoding, xml_declaration=True)
    assert is_xml(recoded)
    assert [found.event_id for found in found_in(recoded)] == [found.event_id for found in found_in(MESSAGES[name])]


@pytest.mark.parametrize("case", finds("messages"))
def test_finds(case: dict[str, str]) -> None:
    message = repeated(case).encode("utf-8")
    assert answered(message, "payments").verdict == case["verdict"]
    with pytest.raises(InvalidMessage, match=case["says"]):
        found_in(message)
