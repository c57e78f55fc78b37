from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import duckdb
import pytest

from dxplan import cli, describe
from tests.dxplan.conftest import Run

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.ja.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]


def snippets(language: str) -> list[object]:
    return [
        pytest.param(code, id=f"{page.name}-{number}")
        for page in PAGES
        for number, code in enumerate(
            re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
        )
    ]


@pytest.fixture
def outputs(run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run(plans, out=tmp_path / "outputs")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "outputs"


@pytest.mark.parametrize("code", snippets("python"))
def test_python_snippets_give_rows(outputs: Path, code: str) -> None:
    *statements, last = code.strip().splitlines()
    scope: dict[str, object] = {}
    exec("\n".join(statements), scope)
    assert len(eval(last, scope))


@pytest.mark.parametrize("code", snippets("sql"))
def test_sql_snippets_give_rows(outputs: Path, code: str) -> None:
    assert len(duckdb.sql(code).fetchall()) == 3


@pytest.mark.parametrize("code", snippets("sh"))
def test_commands_exist_with_their_options(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.pdf").touch()
    for line in code.splitlines():
        match shlex.split(line, comments=True):
            case ["dxplan", name, *arguments]:
                command = cli.main.commands[name]
                if "--help" not in arguments:
                    command.make_context(name, arguments)
            case ["make", target]:
                assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_both_readmes_hold_the_same_snippets() -> None:
    for language in ("python", "sql", "r"):
        english, japanese = (
            re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
            for page in READMES
        )
        without_comments = [[re.sub(r" *#.*", "", code) for code in page] for page in (english, japanese)]
        assert without_comments[0] == without_comments[1]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "outputs" / "README.md"])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_dataset_page_is_what_the_code_says() -> None:
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert page == describe.markdown(), "run: make docs"


def test_every_command_has_help() -> None:
    for name, command in cli.main.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "kind":
                assert parameter.help, f"{name} --{parameter.name}"
