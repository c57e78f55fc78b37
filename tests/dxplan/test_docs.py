"""What the documentation shows is run: Python, SQL, dbt and commands, on the bundled plans.

R is not: its snippets are held against the columns of the contract. Commands that wait for somebody
(explore), for a network (fetch) or for a cluster are only parsed.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import duckdb
import jinja2
import pytest
import yaml
from click.testing import CliRunner

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.storage import describe
from dxplan.tables import TABLES
from tests.dxplan.conftest import SAMPLE
from tools import reference

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.ja.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]
WAITING = {"explore", "fetch"}  # commands
ELSEWHERE = re.compile(r"^plans$|^plans/manifest|://")  # what is not here: to be downloaded, or remote


def found(language: str, page: Path) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


def snippets(language: str) -> list[object]:
    return [
        pytest.param(code, id=f"{page.name}-{number}")
        for page in PAGES
        for number, code in enumerate(found(language, page))
    ]


@pytest.fixture(scope="module")
def desk(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the pages speak of: plans, a dataset under each of its names, a plan."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("outputs", "my_dataset", "OUT"):
        shutil.copytree(sample.folder, folder / name)
    (folder / "my_plans").symlink_to(SAMPLE)
    shutil.copy(SAMPLE / "sumikawano.pdf", folder / "plan.pdf")
    return folder


@pytest.fixture(autouse=True)
def at_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)


@pytest.mark.parametrize("code", snippets("python"))
def test_python_snippets_give_rows(code: str) -> None:
    *statements, last = code.strip().splitlines()
    scope: dict[str, object] = {}
    exec("\n".join(statements), scope)
    assert len(eval(last, scope))


@pytest.mark.parametrize("code", snippets("sql"))
def test_sql_snippets_give_rows(code: str) -> None:
    assert duckdb.sql(code).fetchall()


@pytest.mark.parametrize("code", snippets("sh"))
def test_commands_do_what_they_say(code: str, sample: Dataset) -> None:
    for line in code.splitlines():
        match shlex.split(line, comments=True):
            case ["dxplan", name, *arguments] if name in WAITING or any(map(ELSEWHERE.search, arguments)):
                if "--help" not in arguments:
                    parent = click.Context(cli.main, **cli.main.context_settings)
                    cli.main.commands[name].make_context(name, arguments, parent=parent)
            case ["dxplan", *arguments]:
                kpi = next(k["kpi_id"] for k in sample.read("kpis").to_pylist() if k["page"])
                words = [kpi if word in ("KPI_ID", "ROW_ID") else word for word in arguments]
                result = CliRunner().invoke(cli.main, words)
                assert result.exit_code == 0, f"{line}: {result.output}"
            case ["make", target]:
                assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_dbt_model_runs_on_the_sources_it_names(desk: Path) -> None:
    page = ROOT / "docs" / "tools.md"
    (sources,) = (yaml.safe_load(code)["sources"] for code in found("yaml", page))
    (model,) = found("jinja", page)
    (owner,) = sources
    place = owner["meta"]["external_location"].removeprefix("../")
    known = {table["name"]: place.format(name=table["name"]) for table in owner["tables"]}
    sql = jinja2.Template(model).render(source=lambda name, table: f"'{known[table]}'")
    assert duckdb.sql(sql).fetchall()


@pytest.mark.parametrize("code", snippets("r"))
def test_r_snippets_name_columns_that_are_there(code: str) -> None:
    tables = re.findall(r"outputs/(\w+)\.parquet", code)
    columns = {name for table in tables for name in TABLES[table].column_names}
    spoken = set(re.findall(r"\b(?!open_dataset|left_join)[a-z]+(?:_[a-z]+)+\b", code))
    assert tables
    assert spoken - columns == set()


def test_both_readmes_hold_the_same_snippets_and_pictures() -> None:
    for language in ("python", "sql", "r", "sh"):
        english, japanese = ([re.sub(r" *#.*", "", c) for c in found(language, page)] for page in READMES)
        assert english == japanese
    pictures = [
        re.findall(r"\]\((docs/[\w/]+)[\w.]*\.(?:svg|png)\)", p.read_text(encoding="utf-8")) for p in READMES
    ]
    assert pictures[0] == pictures[1]
    assert [len(re.findall(r"^## ", p.read_text(encoding="utf-8"), re.M)) for p in READMES] == [
        READMES[0].read_text(encoding="utf-8").count("\n## ")
    ] * 2


@pytest.mark.parametrize("page", [*PAGES, ROOT / "outputs" / "README.md"])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_dataset_page_is_what_the_code_says() -> None:
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert page == describe.markdown(), "run: make docs"


def test_reference_page_is_what_the_code_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == reference.markdown(), "run: make docs"


def test_every_command_has_help() -> None:
    for name, command in cli.main.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "kind":
                assert parameter.help, f"{name} --{parameter.name}"
