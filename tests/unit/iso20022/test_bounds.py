"""What exceeds a bound of the event is refused with line and element, never cut; blanks do not count."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from streamer.events import IDENTIFIERS_MAX, LINES_MAX, NAME_CHARS_MAX, RELATED_MAX, TEXT_CHARS_MAX
from streamer.iso20022.vocabulary import AGENT_ROW_MAX
from tests.acceptance.messages import changed_xml
from tests.unit.iso20022.test_reader import altered, event, message, refused

SHORT_MAX = 500
COUNTRY_MAX = 100
OTHER_NUMBER = "<Othr><Id>{}</Id></Othr>"


def changed(changes: Mapping[str, str]) -> bytes:
    return changed_xml(message("pacs008"), changes)


LENGTHS = [
    ("Cdtr/Nm", NAME_CHARS_MAX),
    ("UltmtDbtr/Nm", NAME_CHARS_MAX),
    ("RmtInf/Strd/Invcr/Nm", NAME_CHARS_MAX),
    ("CdtrAgt/FinInstnId/Nm", NAME_CHARS_MAX),
    ("CdtrAcct/Nm", NAME_CHARS_MAX),
    ("RmtInf/Ustrd", TEXT_CHARS_MAX),
    ("RmtInf/Strd/AddtlRmtInf", TEXT_CHARS_MAX),
    ("InstrForNxtAgt/InstrInf", TEXT_CHARS_MAX),
    ("SplmtryData/Envlp/Text", TEXT_CHARS_MAX),
    ("Cdtr/PstlAdr/AdrLine", TEXT_CHARS_MAX),
    ("Cdtr/PstlAdr/StrtNm", SHORT_MAX),
    ("Cdtr/PstlAdr/BldgNm", SHORT_MAX),
    ("Cdtr/PstlAdr/TwnNm", SHORT_MAX),
    ("Cdtr/PstlAdr/Ctry", COUNTRY_MAX),
    ("Cdtr/CtryOfRes", COUNTRY_MAX),
    ("Cdtr/Id/OrgId/Othr/Id", SHORT_MAX),
    ("Cdtr/Id/PrvtId/DtAndPlcOfBirth/CityOfBirth", SHORT_MAX),
    ("Cdtr/CtctDtls/PhneNb", SHORT_MAX),
    ("Cdtr/CtctDtls/EmailAdr", SHORT_MAX),
    ("CdtrAcct/Id/IBAN", SHORT_MAX),
    ("CdtrAcct/Prxy/Id", SHORT_MAX),
    ("CdtrAgt/FinInstnId/BICFI", SHORT_MAX),
    ("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", SHORT_MAX),
    ("Purp/Prtry", SHORT_MAX),
    ("PmtId/EndToEndId", SHORT_MAX),
]


@pytest.mark.parametrize(("path", "chars_max"), LENGTHS, ids=[path for path, _ in LENGTHS])
def test_a_text_beyond_its_bound_is_refused(path: str, chars_max: int) -> None:
    first = path.partition("/")[0]
    error = refused(changed({first: "", path: "x" * (chars_max + 1)}))
    assert f"at most {chars_max} characters" in str(error)
    assert error.line is not None
    assert event(changed({first: "", path: "x" * chars_max}))


@pytest.mark.parametrize(("path", "chars_max"), LENGTHS, ids=[path for path, _ in LENGTHS])
def test_blanks_do_not_count(path: str, chars_max: int) -> None:
    blanks = " \n\t\u00a0" * chars_max
    first = path.partition("/")[0]
    padded = changed({first: "", path: f"{blanks}Kanarien{blanks}Vogel{blanks}"})
    plain = changed({first: "", path: "Kanarien Vogel"})
    assert event(padded).model_dump(exclude={"event_id"}) == event(plain).model_dump(exclude={"event_id"})


COUNTS = [
    ("RmtInf", "<Ustrd>line {}</Ustrd>", LINES_MAX),
    ("RmtInf", "<Strd><AddtlRmtInf>line {}</AddtlRmtInf></Strd>", LINES_MAX),
    ("SplmtryData", "<Envlp><Text>line {}</Text></Envlp>", LINES_MAX),
    ("Cdtr/PstlAdr", "<AdrLine>line {}</AdrLine>", LINES_MAX),
    ("RmtInf", "<Strd><Invcr><Nm>invoicer {}</Nm></Invcr></Strd>", RELATED_MAX),
    ("Cdtr", "<CtctDtls><Nm>contact {}</Nm></CtctDtls>", RELATED_MAX),
    ("ChrgsInf", "<Agt><FinInstnId><Nm>bank {}</Nm></FinInstnId></Agt>", RELATED_MAX),
    ("SplmtryData", "<SomeAcct><Id><Othr><Id>{}</Id></Othr></Id></SomeAcct>", RELATED_MAX),
    ("Cdtr/Id/PrvtId", OTHER_NUMBER, IDENTIFIERS_MAX),
    ("Cdtr/Id/OrgId", OTHER_NUMBER, IDENTIFIERS_MAX),
]


@pytest.mark.parametrize(("path", "item", "count_max"), COUNTS)
def test_one_item_too_many_is_refused(path: str, item: str, count_max: int) -> None:
    items = [item.format(n) for n in range(count_max + 1)]
    error = refused(changed({path: "".join(items)}))
    assert f"at most {count_max} items" in str(error)
    assert event(changed({path: "".join(items[1:])}))


@pytest.mark.parametrize("tag", ["IntrmyAgt", "PrvsInstgAgt"])
def test_a_fourth_agent_of_a_kind_is_refused(tag: str) -> None:
    agents = [f"<{tag}><FinInstnId><Nm>bank {n}</Nm></FinInstnId></{tag}>" for n in range(AGENT_ROW_MAX + 1)]
    error = refused(altered("pacs008", "<Dbtr>", f"{''.join(agents)}<Dbtr>"))
    assert f"more than {AGENT_ROW_MAX}" in str(error)
    assert event(altered("pacs008", "<Dbtr>", f"{''.join(agents[1:])}<Dbtr>"))


def test_words_of_many_elements_are_lines_between_elements() -> None:
    """Those of one parent stand in one line, as far as a line may reach."""
    words = [f"word{n:03}" * 100 for n in range(40)]
    read = event(changed({"SplmtryData/Envlp": "".join(f"<A>{word}</A>" for word in words)}))
    lines = [line for line in read.further_texts if "word" in line]
    assert len(lines) > 1
    assert "; ".join(lines).split("; ") == words
