"""The command line speaks Japanese where the locale does, or where it is asked to."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from dxplan import cli, words
from dxplan.dataset import Dataset
from tests.dxplan.conftest import Run


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


@pytest.fixture
def japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ja_JP.UTF-8", "ja"), ("Japanese_Japan.932", "ja"), ("en_US.UTF-8", "en"), ("C", "en")],
)
def test_the_locale_tells_the_language(locale: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert words.reader_language() == language


def test_show_has_japanese_heads_values_by_era_and_tables_by_name(
    run: Run, plans: Path, tmp_path: Path, japanese: None
) -> None:
    run(plans)
    out = call("show", tmp_path / "out", "指標", "--limit", 1).stdout
    assert re.search(r"指標ID +自治体 +施策 +指標", out)
    assert "80%（令和10年度）" in out.replace("\n", "") or "80%（令和10" in out
    assert "ほか2行（全3行）。--limit 0 ですべて表示します" in out
    overview = call("show", tmp_path / "out").stdout
    assert "kpis 指標" in overview
    assert "目標のある指標1つ" in overview
    assert "indicator" not in overview
    assert "no table '指'" in call("show", tmp_path / "out", "指").stderr


def test_the_option_is_stronger_than_the_locale(sample: Dataset, japanese: None) -> None:
    assert "kpi_id" in call("show", sample.folder, "kpis", "--lang", "en").stdout
    assert "指標ID" in call("show", sample.folder, "kpis").stdout


def test_every_command_takes_the_option() -> None:
    for name, command in cli.main.commands.items():
        assert "lang" in [param.name for param in command.params], name


def test_a_comparison_is_japanese_but_for_csv(sample: Dataset, japanese: None) -> None:
    shown = call("compare", sample.folder, "--item", "情報格差", "--format", "markdown").stdout
    assert "| 自治体 | 計画期間 | 施策 | 種類 | 内容 | 基準・現状 | 目標 | 年度 |" in shown
    assert "令和8〜12年度" in shown
    assert not re.search(r"\| (kpi|schedule|measure|exact|title) \|", shown)
    apart = call(
        "compare", sample.folder, "--indicator", "手続のオンライン化率", "--format", "markdown"
    ).stdout
    assert "そのままでは比べられないもの" in apart
    assert "対象が異なる（24手続。ほかは全体）" in apart
    assert call("compare", sample.folder, "--item", "情報格差", "--format", "csv").stdout.startswith(
        "place,plan,"
    )


def test_a_comparison_is_written_as_the_name_says(sample: Dataset, tmp_path: Path) -> None:
    def written(name: str, *arguments: str) -> bytes:
        target = tmp_path / name
        result = call("compare", sample.folder, "--item", "情報格差", "--out", target, *arguments)
        assert result.exit_code == 0, result.stderr
        return target.read_bytes()

    assert written("x.csv").startswith(b"\xef\xbb\xbfplace,")
    assert written("x.md").startswith("**item: 情報格差**".encode())
    assert b"<table>" in written("x.html")
    written("x.xlsx", "--lang", "ja")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["国の計画の項目 情報格差", "注"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["自治体", "計画期間", "施策"]
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    refused = call("compare", sample.folder, "--item", "情報格差", "--out", tmp_path / "x.pdf")
    assert refused.exit_code == 2
    assert ".xlsx, .csv, .md, .html" in refused.stderr


def test_help_lists_the_items_by_both_names() -> None:
    for command in ("compare", "report"):
        shown = call(command, "--help").stdout
        assert "digital_divide" in shown
        assert "デジタルデバイド対策" in shown
