"""Imports point one way: between the packages, between the rooms of dxplan, and between modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "normalize": {"normalize"},
    "extract": {"normalize", "extract"},
    "dxplan": {"normalize", "extract", "dxplan"},
}
OURS = {*MAY_IMPORT, "corpora", "tests", "benchmarks", "tools"}
# The rooms and modules of dxplan. One imports itself and what stands in the lines before it.
ROOMS = (
    {"errors"},
    {"tables", "words"},
    {"names", "optional", "listfile", "drawing"},
    {"answers", "corrections", "storage"},
    {"ingest", "dataset", "score"},
    {"views"},
    {"explore"},
    {"__init__"},  # run, open, remove
    {"cli"},
)


def module(file: Path) -> str:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, by its full name, also inside of functions and for types only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = ROOT.joinpath(*node.module.split("."), alias.name)
                is_module = inner.with_suffix(".py").exists() or (inner / "__init__.py").exists()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def files_of(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_only_those_below(package: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files_of(package)
        for name in imported(file)
        if name.split(".")[0] in OURS - MAY_IMPORT[package]
    ]
    assert not wrong


def room(name: str) -> str:
    return [*name.split("."), "__init__"][1]


def test_rooms_of_dxplan_import_only_those_before() -> None:
    levels = {name: level for level, names in enumerate(ROOMS) for name in names}
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files_of("dxplan")
        for name in imported(file)
        if name.split(".")[0] == "dxplan"
        and (mine := room(module(file))) != (other := room(name))
        and levels[other] >= levels[mine]
    ]
    assert not wrong


@pytest.mark.parametrize("package", ["normalize", "extract", "dxplan", "corpora"])
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    modules = {module(file): set(imported(file)) for file in files_of(package)}
    try:
        TopologicalSorter(
            {name: names & modules.keys() - {name} for name, names in modules.items()}
        ).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")
