"""Changes to a base message: JSON by dotted paths, ISO 20022 by paths of local names."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from lxml import etree

TRANSACTIONS: Final = ("CdtTrfTxInf", "TxInf")
STARTS: Final = ("GrpHdr", "PmtInf")

# The order in which the schemas want siblings; one line serves all messages, since they agree.
ORDER: Final = re.findall(
    r"\S+",
    """
    AppHdr Document GrpHdr OrgnlGrpInf PmtInf CdtTrfTxInf TxInf
    MsgId RtrId OrgnlInstrId OrgnlEndToEndId OrgnlTxId OrgnlUETR CreDtTm InitnSrc FwdgAgt PmtInfId PmtMtd NbOfTxs
    PmtId PmtTpInf ReqdExctnDt RtrdIntrBkSttlmAmt
    IntrBkSttlmAmt IntrBkSttlmDt SttlmInf InstdAmt Amt XchgRate ChrgBr ChrgsInf MndtRltdInf ChqInstr
    PrvsInstgAgt PrvsInstgAgt1 PrvsInstgAgt1Acct PrvsInstgAgt2 PrvsInstgAgt2Acct PrvsInstgAgt3 PrvsInstgAgt3Acct
    InstgAgt InstdAgt IntrmyAgt1 IntrmyAgt1Acct IntrmyAgt2 IntrmyAgt2Acct IntrmyAgt3 IntrmyAgt3Acct
    RtrChain RtrRsnInf OrgnlTxRef
    UltmtDbtr InitgPty Dbtr DbtrAcct DbtrAgt DbtrAgtAcct CdtrAgt CdtrAgtAcct Cdtr CdtrAcct UltmtCdtr
    InstrForCdtrAgt InstrForNxtAgt InstrForDbtrAgt Purp RgltryRptg Tax RltdRmtInf RmtInf UndrlygCstmrCdtTrf SplmtryData
    Nm PstlAdr Id CtryOfRes CtctDtls
    CareOf Dept SubDept StrtNm BldgNb BldgNm Flr UnitNb PstBx Room PstCd TwnNm TwnLctnNm DstrctNm CtrySubDvsn Ctry
    AdrLine
    FinInstnId BrnchId BICFI BIC ClrSysMmbId LEI IBAN Tp Ccy Prxy AnyBIC OrgId PrvtId DtAndPlcOfBirth Othr
    Ustrd Strd
    """,
)
PLACE: Final = {tag: n for n, tag in enumerate(ORDER)}


def changed_json(message: Any, changes: Mapping[str, Any]) -> Any:
    """`{"creditor.address.lines.0": "X"}`; "" removes the field, numbers index lists (one beyond the end appends)."""
    message = copy.deepcopy(message)
    for path, value in changes.items():
        *parents, leaf = path.split(".")
        node = message
        for part, below in pairwise([*parents, leaf]):
            node = _child(node, part, [] if below.isdigit() else {})
        if value == "":
            node.pop(leaf, None)
        elif isinstance(node, list):
            node[int(leaf) :] = [value, *node[int(leaf) + 1 :]]
        else:
            node[leaf] = value
    return message


def _child(node: Any, part: str, empty: Any) -> Any:
    if isinstance(node, list):
        if int(part) == len(node):
            node.append(empty)
        return node[int(part)]
    return node.setdefault(part, empty)


def changed_xml(message: bytes, changes: Mapping[str, str]) -> bytes:
    """See the head of `test_payments`."""
    root = etree.fromstring(message)
    for path, value in changes.items():
        steps = path.strip("/").split("/")
        if path.startswith("/"):
            node, steps = root, steps[1:]
        elif steps[0] in STARTS:
            node, steps = _first(root, steps[0]), steps[1:]
        else:
            node = _first(root, *TRANSACTIONS)
        for step in steps:
            node = _step(node, step)
        if value == "":
            parent = node.getparent()
            assert parent is not None
            parent.remove(node)
        else:
            _fill(node, value)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _first(root: etree._Element, *tags: str) -> etree._Element:
    return next(node for node in root.iter("{*}*") if _local(node) in tags)


def _step(node: etree._Element, step: str) -> etree._Element:
    tag, _, number = step.partition("[")
    wanted = int(number.rstrip("]")) if number else 1
    same = [child for child in node if _local(child) == tag]
    if len(same) >= wanted:
        return same[wanted - 1]
    made = etree.Element(etree.QName(etree.QName(node).namespace, tag))
    if same:
        same[-1].addnext(made)
        return made
    # Of a PmtInf the transactions come last.
    before = TRANSACTIONS if _local(node) == "PmtInf" else ()
    place = PLACE.get(tag, len(PLACE))
    after = [child for child in node if _local(child) not in before and PLACE.get(_local(child), -1) <= place]
    if after:
        after[-1].addnext(made)
    else:
        node.insert(0, made)
    return made


def _fill(node: etree._Element, value: str) -> None:
    for child in list(node):
        node.remove(child)
    node.text = None
    if not value.startswith("<"):
        node.text = value
        return
    namespace = etree.QName(node).namespace
    content = etree.fromstring(f'<_ xmlns="{namespace}">{value}</_>' if namespace else f"<_>{value}</_>")
    node.extend(list(content))
