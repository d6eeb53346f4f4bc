"""The house as data: which package stands on which floor, imports that point down, and a pure core."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "streamer"

CORE_FLOORS: tuple[set[str], ...] = (
    {"events", "data"},
    {"reference", "decoding"},
    {"route", "watchlists"},
    {"screening"},
    {"lists", "policy"},
    {"detectors", "iso20022"},
    {"decisions"},
    {"remembered", "dispositions"},
    {"monitor"},
)
SHELL_FLOORS: tuple[set[str], ...] = (
    {"settings", "exposition", "tracing"},
    {"alerts"},
    {"outputs"},
    {"list_feed"},
    {"files"},
    {"kafka"},
    {"contracts", "worker"},
    {"demo", "http"},
    {"cli"},
    {"__main__"},
)
"""From the ground up: what stands on a floor imports from itself and from the floors below, nothing else."""
FLOORS = (*CORE_FLOORS, *SHELL_FLOORS)
CORE: set[str] = set().union(*CORE_FLOORS)
SAME_FLOOR: set[tuple[str, str]] = set()
"""(importer, imported) where one of a floor may import another of it."""

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

    @property
    def dotted(self) -> str:
        """`streamer.screening.names`; of a package's `__init__` the package."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def imported(self, files: Collection[str]) -> set[str]:
        """Which of `files`, by their dotted names; `from package import module` means the module."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                named = (f"{node.module}.{alias.name}" for alias in node.names)
                found |= {name if name in files else node.module for name in named}
        return found & set(files)

    def ours(self) -> set[str]:
        parts = (name.split(".") for name in self.imports())
        # `from streamer import __version__` names no module.
        return {p[1] for p in parts if p[0] == "streamer" and len(p) > 1 and p[1] != "__version__"}

    def theirs(self) -> set[str]:
        return {name.split(".")[0] for name in self.imports()} - {"streamer"}


SOURCES = [Source(path) for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def those_of(modules: set[str]) -> list[pytest.ParameterSet]:
    return [pytest.param(source, id=source.name) for source in SOURCES if source.module in modules]


def test_every_module_has_its_floor() -> None:
    floors = [module for floor in FLOORS for module in floor]
    assert len(floors) == len(set(floors))
    assert {source.module for source in SOURCES} == set(floors)


@pytest.mark.parametrize("source", [pytest.param(source, id=source.name) for source in SOURCES])
def test_imports_point_down(source: Source) -> None:
    floor = next(n for n, modules in enumerate(FLOORS) if source.module in modules)
    below: set[str] = set().union(*FLOORS[:floor])
    beside = {imported for importer, imported in SAME_FLOOR if importer == source.module}
    assert source.ours() - below - beside - {source.module} == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Nor inside of a package, nor for annotations alone."""
    files = {source.dotted: source for source in SOURCES}
    graph = {name: source.imported(files) - {name} for name, source in files.items()}
    assert sum(map(len, graph.values())) > len(graph)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_the_embedded_broker_imports_nothing_of_ours() -> None:
    """So that it could be any broker."""
    assert Source(PACKAGE / "kafka" / "broker.py").ours() == set()


@pytest.mark.parametrize("package", sorted(path for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE))
def test_every_folder_says_what_it_is_for(package: Path) -> None:
    assert ast.get_docstring(ast.parse(package.read_text("utf-8")))


LINES_MAX = 700


def test_no_module_is_longer_than_one_can_read() -> None:
    long = {s.name: lines for s in SOURCES if (lines := len(s.path.read_text("utf-8").splitlines())) > LINES_MAX}
    assert not long


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
        "def f():\n    from streamer import list_feed\n    import kafka.errors\n    from streamer.worker.app import x",
        "utf-8",
    )
    source = Source(path)
    assert source.ours() == {"list_feed", "worker"}
    assert source.theirs() == {"kafka"}
