"""What the demo prints."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from streamer.demo.screen import Screen
from streamer.demo.seen import Alert
from streamer.events import Verdict
from tests.unit.demo.replayed import LISTED, SCRIPT, expecting, judged, told

ALERTS = (
    Alert("E1", "LISTED_NAME", "high", "hold", "d", "ofac-24977", "YANBIAN SILVERSTAR NETWORK", 0.99, "creditor"),
    Alert("E2", "SCREENING_INCOMPLETE", "high", "hold", "d", None, None, None, "(not utf8): " + "byte " * 200),
    Alert("E3", "SHARED_ACCOUNT", "high", "watch", None, None, None, None, "3 payees share one account"),
)
WHO = ("珲春海东水产贸易有限公司与很多其他的合作伙伴股份公司", "شركة النخيل للتوريدات الغذائية", "Ada")


@pytest.mark.parametrize("width", [48, 80, 100, 200])
def test_alerts_are_aligned_and_no_wider_than_the_terminal(width: int) -> None:
    file = StringIO()
    console = Console(file=file, force_terminal=True, width=width, color_system=None, legacy_windows=False)
    screen = Screen(console)
    screen.alert_header()
    for alert, who in zip(ALERTS, WHO, strict=True):
        screen.alert(alert, who)
    lines = file.getvalue().splitlines()
    assert max(console.measure(line).maximum for line in lines if line) <= width
    assert any("0.99" in line for line in lines)
    assert len(lines) <= 3 + 3 * 3


def test_alerts_are_plain_lines_where_there_is_no_terminal() -> None:
    file = StringIO()
    screen = Screen(Console(file=file, width=80))
    screen.alert_header()
    for alert, who in zip(ALERTS, WHO, strict=True):
        screen.alert(alert, who)
    first, _, third = file.getvalue().splitlines()
    assert "hold" in first
    assert "LISTED_NAME: creditor" in first
    assert "SHARED_ACCOUNT: 3 payees share one account" in third


def test_the_summary_tells_what_failed_and_what_does_not_apply() -> None:
    file = StringIO()
    screen = Screen(Console(file=file, width=100))
    script = expecting("volasys-salary", verdict=Verdict.RELEASE)
    judgement = judged(told(), script, listed=LISTED - {"ofac-57056"})
    screen.summary(judgement, told(), 6066, is_served=False)
    screen.verdict(judgement)
    shown = file.getvalue()
    published = len(SCRIPT.shipments)
    assert f"{published} published = {published} on payments and payrolls = {published} decided" in shown
    assert "http://127.0.0.1:6066/metrics" in shown
    assert "HP-261105-09001: hold, told was release" in shown
    assert "ofac-57056 is not on these lists" in shown
    assert "1 of 19 stories went otherwise than told" in shown
