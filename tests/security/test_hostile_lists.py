"""A hostile list is refused with the reason, and costs little memory: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from streamer.watchlists import PARSERS, InvalidList, parse

MEMORY_MIB_MAX: Final = 400
"""A process that has only imported the parsers has about 100."""
ROWS: Final = 10_000_000
NAME_CHARS: Final = 1_000_000

PROBE: Final = """
import resource, sys
from pathlib import Path

def peak():
    # On Linux ru_maxrss begins with what the process had that started this one.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024

from streamer.watchlists import InvalidList, parse
for spec in sys.argv[1:]:
    kind, _, path = spec.partition("=")
    try:
        parse(kind, Path(path))
    except InvalidList as error:
        reason = str(error)[:500]
    else:
        reason = "accepted"
    print(peak(), reason)
"""


def refusals(*specs: str) -> list[str]:
    """Why each KIND=PATH is refused; fails where one is accepted, crashes, or takes more memory than it may."""
    done = subprocess.run([sys.executable, "-c", PROBE, *specs], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    reasons = []
    for spec, line in zip(specs, done.stdout.splitlines(), strict=True):
        mib, _, reason = line.partition(" ")
        assert reason != "accepted", spec
        assert int(mib) < MEMORY_MIB_MAX, f"{spec}: {mib} MiB for: {reason}"
        reasons.append(reason)
    return reasons


def refusal(kind: str, path: Path) -> str:
    """Why it is refused, in this process."""
    with pytest.raises(InvalidList) as refused:
        parse(kind, path)
    return str(refused.value)


# ---------------------------------------------------------------- the formats, with as little in them as they need

CSV_HEADER = "list,id,type,name\n"
UK_HEADER = "Unique ID,Designation Type,Name type,Name 6,Sanctions Imposed,Regime Name\n"
OPENSANCTIONS_HEADER = '"id","schema","name"\n'
OWNERSHIP_HEADER = "owned_id,owned,owner_id,percent\n"
XML = {
    "un": ("<CONSOLIDATED_LIST><INDIVIDUALS>", "</INDIVIDUALS></CONSOLIDATED_LIST>"),
    "eu": ("<export>", "</export>"),
    "ofac-xml": ("<Sanctions><DateOfIssue/>", "</Sanctions>"),
}


def record(kind: str, number: str, name: str) -> str:
    """One record of the format."""
    return {
        "ofac": f'{number},"{name}",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n',
        "ofac-xml": f"<ReferenceValueSets>{name}</ReferenceValueSets>",
        "un": f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME></INDIVIDUAL>",
        "eu": f'<sanctionEntity logicalId="{number}"><subjectType code="person"/><nameAlias wholeName="{name}"/>'
        "</sanctionEntity>",
        "uk": f'{number},Individual,Primary Name,"{name}",Asset freeze,DPRK\n',
        "opensanctions": f'"{number}","Person","{name}"\n',
        "csv": f'own,{number},person,"{name}"\n',
        "ownership": f'{number},"{name}",ofac-1,60\n',
    }[kind]


def written(kind: str, folder: Path, records: Callable[[Path], None]) -> Path:
    """The path of a list of that kind, its records written by `records` after the header."""
    header = {
        "uk": "Report Date: 13-Feb-2026\n" + UK_HEADER,
        "opensanctions": OPENSANCTIONS_HEADER,
        "csv": CSV_HEADER,
        "ownership": OWNERSHIP_HEADER,
    }.get(kind, XML.get(kind, ("", ""))[0])
    path = folder / ("sdn.csv" if kind == "ofac" else "list")
    path.write_text(header, "utf-8")
    records(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(XML.get(kind, ("", ""))[1])
    if kind != "ofac":
        return path
    for name in ("alt.csv", "add.csv", "sdn_comments.csv"):
        (folder / name).write_text("\x1a", "utf-8")
    return folder


def appended(*texts: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(texts)

    return write


@pytest.mark.parametrize("kind", PARSERS)
def test_ten_million_records_are_too_many(kind: str, tmp_path: Path) -> None:
    one = record(kind, "1", "X").encode()

    def write(path: Path) -> None:
        block = one * 10_000
        with path.open("ab") as file:
            for _ in range(ROWS // 10_000):
                file.write(block)
                if file.tell() > 600 * 1024 * 1024:
                    return

    (reason,) = refusals(f"{kind}={written(kind, tmp_path, write)}")
    assert "not the file it should be" in reason or "twice" in reason, reason


@pytest.mark.parametrize("kind", sorted(set(PARSERS) - {"ofac-xml"}))
def test_a_name_of_a_megabyte_is_no_name(kind: str, tmp_path: Path) -> None:
    reason = refusal(kind, written(kind, tmp_path, appended(record(kind, "1", "x" * NAME_CHARS))))
    assert any(said in reason for said in ("characters", "field larger", "huge", "too long", "longer")), reason
    assert len(reason) <= 1_000


@pytest.mark.parametrize("kind", sorted(set(PARSERS) - {"ofac-xml"}))
@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b[2J"], ids=["nul", "bell", "escape"])
def test_control_characters_reach_no_screen(kind: str, sign: str, tmp_path: Path) -> None:
    reason = refusal(kind, written(kind, tmp_path, appended(record(kind, "1", f"Listed{sign} Party"))))
    assert "control character" in reason or "not well-formed" in reason or "line contains NUL" in reason, reason
    assert sign[0] not in reason


@pytest.mark.parametrize("kind", sorted(set(PARSERS) - {"ofac-xml", "uk", "ownership"}))
def test_an_id_stands_once(kind: str, tmp_path: Path) -> None:
    twins = appended(record(kind, "7", "Listed Party"), record(kind, "7", "Another Party"))
    assert "twice" in refusal(kind, written(kind, tmp_path, twins))


DOCTYPES: Final = (
    '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 50}">' for n in range(1, 12)),
    f'<!ENTITY big "{"x" * 1_000_000}">',
    '<!ENTITY a11 SYSTEM "file:///etc/passwd">',
    '<!ENTITY % all SYSTEM "http://127.0.0.1:9/x.dtd">%all;',
)


def test_bombs_of_xml_do_not_go_off(tmp_path: Path) -> None:
    specs = []
    for kind, (opening, closing) in XML.items():
        body = record(kind, "1", "&a11;&big;" * 1_000)
        for n, doctype in enumerate(DOCTYPES):
            path = tmp_path / f"{kind}-{n}.xml"
            path.write_text(f'<?xml version="1.0"?><!DOCTYPE x [{doctype}]>{opening}{body}{closing}', "utf-8")
            specs.append(f"{kind}={path}")
        nested = tmp_path / f"{kind}-nested.xml"
        nested.write_text(opening + "<a>" * 5_000_000, "utf-8")
        specs.append(f"{kind}={nested}")
    for reason in refusals(*specs):
        assert "DOCTYPE" in reason or "not well-formed" in reason, reason
