"""Folders as people name them: spaces, Japanese in either form, and signs that mean something to some library."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import dxplan
from dxplan import cli
from tests.dxplan.conftest import Run

NAMES = ["計画 50% #1", "%20", "a'b", "デ゙ータ&[x]", unicodedata.normalize("NFD", "ガイド")]


@pytest.mark.parametrize("name", NAMES)
def test_everything_works_in_a_folder_of_that_name(run: Run, plans: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    plans.rename(home / "計画")
    run(home / "計画", out=home / "out")
    summary = run(home / "計画", out=home / "out")
    assert (summary.n_read, summary.n_kept) == (0, 2)
    assert len(dxplan.open(home / "out").kpis()) == 3
    assert dxplan.open(home / "out").duckdb().sql("select count(*) from kpis").fetchall() == [(3,)]
    out = str(home / "out")
    for words in (
        ["show", out, "kpis"],
        ["export", out, str(home / "計画.xlsx"), "--to", "xlsx"],
        ["export", out, str(home / "計画.duckdb"), "--to", "duckdb"],
        ["export", out, str(home / "計画.sqlite"), "--to", "sqlite"],
        ["export", out, str(home / "csv"), "--to", "csv"],
        ["report", out, "--plan", "a.txt", "--out", str(home / "概要.docx")],
        ["compare", out, "--item", "情報格差", "--out", str(home / "比較.csv")],
    ):
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == 0, (words, result.output)
    assert openpyxl.load_workbook(home / "計画.xlsx")["measures"].max_row == 4


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_browser_shows_it(run: Run, plans: Path, tmp_path: Path, name: str) -> None:
    explore = pytest.importorskip("dxplan.explore")
    run(plans, out=tmp_path / name)
    with explore.create_app(tmp_path / name).test_client() as client:
        assert client.get("/").status_code == 200
        assert client.get("/kpis.csv").status_code == 200
