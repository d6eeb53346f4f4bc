"""Where an IP address is, by the databases people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.reference.networks import InvalidNetworks, Networks, text_of

BOTH = """# a comment
175.45.176.0/22,KP
"5.200.64.0","5.200.127.255","IR"
10.0.0.0,10.0.0.255,ZZ
2a05:4f40::/32,ir
"""


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("175.45.176.0", "KP"),
        (" 175.45.179.255 ", "KP"),
        ("175.45.180.0", None),
        ("5.200.100.7", "IR"),
        ("10.0.0.7", None),
        ("2a05:4f40:1::1", "IR"),
        ("::ffff:175.45.176.9", "KP"),
        ("0.0.0.1", None),
        ("no address", None),
        ("", None),
    ],
)
def test_an_address_is_in_the_network_that_holds_it(address: str, country: str | None) -> None:
    assert Networks.from_csv(BOTH).country(address) == country


def test_no_database_knows_no_address() -> None:
    assert Networks.from_csv("").country("175.45.176.1") is None


@pytest.mark.parametrize("line", ["175.45.176.0/99,KP", "KP", "a,b,KP", "175.45.176.1/22,KP"])
def test_a_wrong_line_is_refused_with_its_cure(line: str) -> None:
    with pytest.raises(InvalidNetworks, match=r"line 2: .*; write network,country or first,last,country"):
        Networks.from_csv(f"175.45.176.0/22,KP\n{line}\n")


def test_a_missing_file_is_refused_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(InvalidNetworks, match="No such file or directory; name a CSV"):
        text_of(tmp_path / "none.csv")
