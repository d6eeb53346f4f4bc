"""The import rule, as data: events <- core <- shell, never back, and a pure core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "streamer"

EVENTS = {"events"}
LEAVES = {"countries", "networks", "notation", "places", "route", "texts"}
"""Vocabulary that all detectors share: how countries, places and identifiers are written, what lies on the route."""
DETECTORS = {"screening", "jurisdictions", "quality", "typologies"}
CORE = (
    EVENTS
    | LEAVES
    | DETECTORS
    | {"watchlists", "decisions", "dispositions", "entries", "onewords", "rescreening", "monitor", "iso20022", "data"}
)
STANDALONE = {"broker"}
"""Imports nothing of ours, so that it could be any broker."""
SHELL = {
    "__main__",
    "access",
    "alerts",
    "app",
    "archive",
    "bench",
    "cli",
    "contracts",
    "delivery",
    "demo",
    "desk",
    "download",
    "explain",
    "feed",
    "lookback",
    "metrics",
    "offline",
    "outputs",
    "payroll_files",
    "publisher",
    "reconcile",
    "reproduce",
    "settings",
    "sources",
    "syncing",
    "topics",
    "web",
}

ONLY_SHELL = {
    "aiohttp",
    "aiokafka",
    "asyncio",
    "click",
    "concurrent",
    "confluent_kafka",
    "ctypes",
    "faust",
    "ftplib",
    "http",
    "kafka",
    "logging",
    "mode",
    "multiprocessing",
    "os",
    "prometheus_client",
    "random",
    "rich",
    "secrets",
    "selectors",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "threading",
    "time",
    "urllib",
    "uuid",
}
"""No I/O, no clock, no chance, no environment in the core: the same call gives the same answer."""

CLOCKS = {"now", "utcnow", "today"}
"""Attributes of datetime and date that read the clock."""

DETECTORS_MAY_IMPORT = EVENTS | LEAVES | {"watchlists", "data"}


@dataclass(frozen=True)
class Source:
    """One file of the package."""

    path: Path

    @property
    def module(self) -> str:
        """First part of the module's name under `streamer`: `screening` for streamer/screening/names.py."""
        first = self.path.relative_to(PACKAGE).parts[0]
        return first.removesuffix(".py")

    @property
    def name(self) -> str:
        return str(self.path.relative_to(PACKAGE))

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"))

    def imports(self) -> Iterator[str]:
        """Every module named in an import, wherever it stands: an import inside a function is one, too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: relative imports hide who imports whom"
                assert node.module is not None
                yield node.module
                # `from streamer import topics`
                if node.module == "streamer":
                    yield from (f"streamer.{alias.name}" for alias in node.names)

    def ours(self) -> set[str]:
        parts = (name.split(".") for name in self.imports())
        # `from streamer import __version__` names no module.
        return {p[1] for p in parts if p[0] == "streamer" and len(p) > 1 and p[1] != "__version__"}

    def theirs(self) -> set[str]:
        return {name.split(".")[0] for name in self.imports()} - {"streamer"}


SOURCES = [Source(path) for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def those_of(modules: set[str]) -> list[pytest.ParameterSet]:
    return [pytest.param(source, id=source.name) for source in SOURCES if source.module in modules]


def test_every_module_has_its_place() -> None:
    unplaced = {source.module for source in SOURCES} - CORE - SHELL - STANDALONE
    assert not unplaced, f"say where they belong: {sorted(unplaced)}"


def test_the_events_import_nothing_of_ours() -> None:
    for source in SOURCES:
        if source.module in EVENTS | STANDALONE:
            assert source.ours() == set(), source.name


@pytest.mark.parametrize("source", those_of(CORE))
def test_the_core_imports_no_shell(source: Source) -> None:
    assert source.ours() - CORE == set()


@pytest.mark.parametrize("source", those_of(CORE))
def test_the_core_imports_no_input_output_clock_or_chance(source: Source) -> None:
    assert source.theirs() & ONLY_SHELL == set()


@pytest.mark.parametrize("source", those_of(CORE))
def test_the_core_reads_no_clock_and_opens_no_terminal(source: Source) -> None:
    calls = [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    clocks = [
        f"{source.name}:{call.lineno} {call.attr}"
        for call in calls
        if isinstance(call, ast.Attribute)
        and call.attr in CLOCKS
        and isinstance(call.value, ast.Name)
        and call.value.id in ("date", "datetime")
    ]
    spoken = [
        f"{source.name}:{call.lineno}" for call in calls if isinstance(call, ast.Name) and call.id in ("print", "input")
    ]
    assert clocks + spoken == []


@pytest.mark.parametrize("source", those_of(DETECTORS))
def test_detectors_do_not_import_each_other(source: Source) -> None:
    assert source.ours() - DETECTORS_MAY_IMPORT - {source.module} == set()


@pytest.mark.parametrize("source", those_of(LEAVES))
def test_what_detectors_share_knows_none_of_them(source: Source) -> None:
    assert source.ours() - EVENTS - LEAVES - {"data"} == set()


def test_the_environment_is_read_in_one_place() -> None:
    """`cli` reads it once and hands it down; demo hands it on to the worker it starts."""
    readers = {
        source.module
        for source in SOURCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers <= {"cli", "demo"}


def test_the_rule_sees_imports_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "probe.py"
    path.write_text(
        "def f():\n    from streamer import feed\n    import kafka.errors\n    from streamer.app import x\n", "utf-8"
    )
    source = Source(path)
    assert source.ours() == {"feed", "app"}
    assert source.theirs() == {"kafka"}
