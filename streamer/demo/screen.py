"""What the demo prints: progress, a table of alerts, the summary and the stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streamer.demo.seen import Alert, Seen
from streamer.demo.stories import Judgement, Outcome
from streamer.events import Verdict

_BLOCKED_SHOWN_MAX: Final = 10

_STYLES: Final = {"hold": "bold red", "review": "yellow", "watch": "cyan", "release": "green"}
_TIME, _VERDICT, _SCORE, _GAPS = 8, 7, 5, 10
_WIDTH_MIN: Final = 48
_CELL_LINES_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """Writes for people: aligned to the terminal's width, or plain lines where there is none."""

    console: Console

    @property
    def marks(self) -> tuple[str, str, str]:
        """For good, bad, and does not apply."""
        return ("✓", "✗", "–") if self.console.encoding.startswith("utf") else ("ok", "NO", "-")

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style), soft_wrap=not self.console.is_terminal)

    def done(self, what: str, detail: str, seconds: float) -> None:
        line = Text.assemble((f"{self.marks[0]} ", "green"), f"{what:<17} ", (f"{detail}  {seconds:.1f} s", "dim"))
        self.console.print(line, soft_wrap=not self.console.is_terminal)

    @contextmanager
    def stage(self, what: str) -> Iterator[Callable[[str], None]]:
        """Progress of one step; yields a function that says what it waits for."""
        if not self.console.is_terminal:
            yield lambda text: None
            return
        with self.console.status(f"{what} …") as status:
            yield lambda text: status.update(f"{what}: {text} …")

    def _columns(self) -> tuple[int, ...]:
        rest = max(self.console.width, _WIDTH_MIN) - _TIME - _VERDICT - _SCORE - _GAPS - 1
        who, entry = rest * 25 // 100, rest * 35 // 100
        return _TIME, _VERDICT, who, entry, rest - who - entry, _SCORE

    def alert_header(self) -> None:
        if self.console.is_terminal:
            self.console.print()
            titles = ("time", "verdict", "who", "list entry", "why", "score")
            self._row([Text(title, "bold underline") for title in titles])

    def alert(self, alert: Alert, who: str) -> None:
        at = f"{datetime.now().astimezone():%H:%M:%S}"
        score = f"{alert.score:.2f}" if alert.score is not None else ""
        entry = " ".join(part for part in (alert.entity_id, alert.entity_name) if part)
        if not self.console.is_terminal:
            shown = (at, f"{alert.verdict:<6}", who, entry or "-", f"{alert.rule}: {alert.why}", score or "-")
            self.say("  ".join(shown))
            return
        style = _STYLES.get(alert.verdict, "")
        why = Text.assemble((alert.rule.replace("_", " ").capitalize(), "bold"), ": ", alert.why)
        self._row([Text(at, "dim"), Text(alert.verdict, style), Text(who), Text(entry), why, Text(score)])

    def _row(self, cells: Sequence[Text]) -> None:
        table = Table.grid(padding=(0, 2, 0, 0), expand=False)
        widths = self._columns()
        for number, width in enumerate(widths):
            table.add_column(width=width, justify="right" if number == len(widths) - 1 else "left", overflow="fold")
        table.add_row(*(_cropped(self.console, cell, width) for cell, width in zip(cells, widths, strict=True)))
        self.console.print(table)

    def summary(self, judgement: Judgement, seen: Seen, port: int, *, is_served: bool) -> None:
        good, bad, other = self.marks
        balance = (
            f"{judgement.published} published = {judgement.inputs} on payments and payrolls = "
            f"{judgement.answered} decided"
            if judgement.nothing_is_lost
            else f"{judgement.published} published, {judgement.inputs} on payments and payrolls, {judgement.answered} "
            f"decided, {judgement.contradictory} contradictory, {judgement.unattributed} of unknown source"
        )
        by_verdict = [f"{verdict} {seen.verdicts[verdict]}" for verdict in Verdict]
        by_rule = [f"{rule} {count}" for rule, count in seen.rules.most_common()]
        released = judgement.clean - len(judgement.clean_blocked)
        self.console.print()
        kept_up = "stops now" if is_served else "streamer demo --serve keeps it up"
        rows = (
            ("in = decisions", f"{balance} {good if judgement.nothing_is_lost else bad}"),
            ("verdicts", " · ".join(by_verdict)),
            ("alerts", " · ".join(by_rule) or "none"),
            ("dead letters", str(seen.dead_letters)),
            (
                "traces",
                f"{seen.joined} of {seen.joined + seen.unjoined} decisions and alerts in the trace of their event",
            ),
            ("ordinary events", f"{released} of {judgement.clean} released"),
            (
                "latency",
                f"p50 {seen.percentile_ms(0.50):.0f} ms, p99 {seen.percentile_ms(0.99):.0f} ms, record to record",
            ),
            ("metrics", f"http://127.0.0.1:{port}/metrics ({kept_up})"),
        )
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(name, Text(value))
        self.console.print(grid)
        for line_ in judgement.clean_blocked[:_BLOCKED_SHOWN_MAX]:
            self.say(f"  not released: {line_}", "yellow" if judgement.is_good else "red")
        if len(judgement.clean_blocked) > _BLOCKED_SHOWN_MAX:
            self.say(f"  and {len(judgement.clean_blocked) - _BLOCKED_SHOWN_MAX} more")
        self.console.print()
        self._stories(judgement.outcomes, good, bad, other)

    def _stories(self, outcomes: Iterable[Outcome], good: str, bad: str, other: str) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, expand=False)
        table.add_column("")
        table.add_column("planted", overflow="fold")
        table.add_column("what happened", overflow="fold")
        for outcome in outcomes:
            if not outcome.applies:
                table.add_row(other, Text(outcome.story.title), Text(outcome.happened, "dim"))
            elif outcome.problem is None:
                table.add_row(Text(good, "green"), Text(outcome.story.title), Text(outcome.happened))
            else:
                wrong = Text.assemble(outcome.happened, (f"\n{outcome.problem}", "red"))
                table.add_row(Text(bad, "bold red"), Text(outcome.story.title), wrong)
        self.console.print(table)

    def verdict(self, judgement: Judgement) -> None:
        failed = sum(outcome.is_failure for outcome in judgement.outcomes)
        told = sum(outcome.applies for outcome in judgement.outcomes)
        self.console.print()
        if judgement.is_good:
            skipped = len(judgement.outcomes) - told
            note = f" ({skipped} are about entries that are not on these lists)" if skipped else ""
            self.say(f"{self.marks[0]} all {told} stories went as told{note}; nothing was lost", "bold green")
            return
        problems = []
        if failed:
            problems.append(f"{failed} of {told} stories went otherwise than told")
        if not judgement.nothing_is_lost:
            problems.append("inputs and decisions do not add up")
        if len(judgement.clean_blocked) > judgement.clean_blocked_max:
            problems.append(f"{len(judgement.clean_blocked)} ordinary events were not released")
        self.say(f"{self.marks[1]} {'; '.join(problems)}", "bold red")


def _cropped(console: Console, text: Text, width: int) -> Text:
    """Wrapped to the column, at most so many lines; widths in terminal cells: East Asian characters take two."""
    lines = text.wrap(console, width, overflow="fold")
    if len(lines) > _CELL_LINES_MAX:
        last = lines[_CELL_LINES_MAX - 1]
        last.rstrip()
        last.set_length(max(0, len(last.plain) - max(0, cell_len(last.plain) + 1 - width)))
        last.append("…")
    return Text("\n").join(lines[:_CELL_LINES_MAX])
