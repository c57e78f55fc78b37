"""What commands print: UTF-8 on any console, whose a value is and in which unit; and the names people use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dxplan import cli, names
from dxplan.dataset import Dataset
from dxplan.dataset.values import dated
from dxplan.errors import DatasetError, InputError
from dxplan.ingest.inputs import discover
from dxplan.views import compare
from tests.dxplan import made
from tests.dxplan.conftest import Run


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


@pytest.fixture
def two(tmp_path: Path) -> Dataset:
    """Two municipalities with a measure of one title each."""
    documents, measures, kpis, bars = [], [], [], []
    for n, town in enumerate(("ひばり市", "かもめ町")):
        documents.append(made.document(f"13101{n}-{'a' * 12}", town))
        measures.append(made.measure(documents[n]["doc_id"], 1, "デジタルデバイド対策", overview=town))
        value = {"target_raw": "80", "target_value": 80.0, "target_unit": "%", "target_fy": 2028}
        kpis.append(
            made.part(
                "kpis",
                measures[n],
                1,
                indicator="オンライン申請率",
                indicator_id="online_applications_rate",
                **value,
            )
        )
        bars.append(made.part("schedules", measures[n], 1, task="試行", start_fy=2026, end_fy=2027))
    tables = {"documents": documents, "measures": measures, "kpis": kpis, "schedules": bars}
    return made.dataset(tmp_path / "ds", tables)


def test_a_console_that_has_not_every_character_ends_no_command(two: Dataset) -> None:
    """Windows in Japan: cp932 has no –, no ㋿ and no letters with accents."""
    env = os.environ | {"PYTHONIOENCODING": "cp932", "PYTHONPATH": str(Path(__file__).parents[2])}
    for command in (
        ["compare", str(two.folder), "--item", "digital_divide"],
        ["compare", "--help"],
        ["schema"],
    ):
        code = "from dxplan.cli import main; main()"
        told = subprocess.run(
            [sys.executable, "-c", code, *command], env=env, capture_output=True, timeout=120
        )
        assert told.returncode == 0, told.stderr
        told.stdout.decode("utf-8")
    assert "2026–2027" in call("compare", two.folder, "--item", "digital_divide").stdout


def test_a_table_of_indicators_says_whose_they_are_and_in_which_unit(two: Dataset) -> None:
    told = call("show", two.folder, "kpis").stdout
    for kpi_id in two.kpis.arrow().column("kpi_id").to_pylist():
        assert kpi_id in told
    for said in ("ひばり市", "かもめ町", "80% [2028年度]"):
        assert said in told


def test_measures_of_one_title_are_told_apart(two: Dataset) -> None:
    told = call("show", two.folder, "--measure", "デジタルデバイド").stdout
    assert "ひばり市 (131010-aaaaaaaaaaaa.pdf): (1) デジタルデバイド対策" in told
    assert "かもめ町 (131011-aaaaaaaaaaaa.pdf): (1) デジタルデバイド対策" in told


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"target_raw": "80", "target_unit": "%", "target_value": 80.0, "target_fy": 2028}, "80% [2028年度]"),
        ({"target_raw": "80％", "target_unit": "%", "target_value": 80.0, "target_fy": None}, "80％"),
        (
            {"target_raw": "運用開始", "target_unit": "件", "target_value": None, "target_fy": 2027},
            "運用開始 [2027年度]",
        ),
        ({"target_raw": None, "target_unit": "件", "target_value": None, "target_fy": 2027}, None),
    ],
)
def test_a_value_is_said_with_its_unit_and_year(row: dict[str, Any], said: str | None) -> None:
    assert dated(row, "target") == said


def test_what_has_an_id_is_found_by_its_names(two: Dataset) -> None:
    for name in ("digital_divide", "情報格差", "デジタルデバイド対策", "デジタル・デバイド対策"):
        assert set(compare.item(two, name)["entry"]) == {"measure", "kpi", "schedule"}, name
        assert len(two.measures.arrow(item=name)) == 2
    by_id = compare.indicator(two, "online_applications_rate")
    assert len(by_id) == 2
    assert compare.indicator(two, "オンライン申請率").equals(by_id)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["compare", "DS", "--item", "デバイドの話"], "near it: "),
        (["compare", "DS", "--indicator", "オンライン申請の話"], "オンライン申請"),
        (["compare", "DS", "--term", "存在しない語"], "near it"),
        (["show", "DS", "kpis", "--doc", "ひばり町"], "ひばり市"),
        (["show", "DS", "kpis", "--measure", "デバイド施策"], "デジタルデバイド対策"),
    ],
)
def test_a_name_that_nothing_bears_is_answered_with_the_nearest(
    two: Dataset, arguments: list[str], near: str
) -> None:
    told = call(*(str(two.folder) if a == "DS" else a for a in arguments))
    assert told.exit_code == 2, told.output
    assert near in told.stderr


def test_nearest_names_come_first() -> None:
    assert names.nearest("千草市", ["鈴懸市", "千草台市", "蛍ヶ谷町"])[0] == "千草台市"
    assert names.nearest("ＡＩ", ["RPA", "AI・RPAの利用推進"])[0] == "AI・RPAの利用推進"


def test_a_terminal_only_shows_what_files_are_called(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "計画\x1b]0;owned\x07\u202e.txt").write_text("窓口", encoding="utf-8")
    (tmp_path / "plans" / "notes\x1b[2J.docx").write_bytes(b"PK")
    run(tmp_path / "plans")
    told = [
        call("show", tmp_path / "out"),
        call("run", tmp_path / "plans" / "x\x1b[31m", "--out", tmp_path / "o"),
    ]
    assert not any(c in one.output for one in told for c in "\x1b\x07\u202e")
    assert "計画\ufffd" in told[0].output


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "name", ["manifest.yaml", "decisions.yaml", "corrections.yaml", "plans.json", "datapackage.json"]
)
def test_what_is_nested_too_deeply_is_a_message(run: Run, plans: Path, tmp_path: Path, name: str) -> None:
    run(plans)
    (tmp_path / "out" / name).write_text(DEEP, encoding="utf-8")
    given = tmp_path / "out" / name if name == "manifest.yaml" else plans
    command = (
        ["show", tmp_path / "out"]
        if name == "datapackage.json"
        else ["run", given, "--out", tmp_path / "out"]
    )
    told = call(*command)
    assert told.exit_code == 2, told.output
    assert told.stderr.startswith("dxplan: ")
    assert "Traceback" not in told.output


def test_truth_that_is_nested_too_deeply_is_a_message(two: Dataset, tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text(DEEP, encoding="utf-8")
    told = call("score", two.folder, tmp_path / "truth.json")
    assert (told.exit_code, told.stderr.count("\n")) == (2, 1)


def test_errors_of_the_system_are_sentences(two: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    told = call("export", two.folder, tmp_path / "file" / "x.xlsx", "--to", "xlsx")
    assert told.exit_code == 2
    assert "[Errno" not in told.stderr
    assert "file" in told.stderr


def test_a_manifest_nested_too_deeply_is_no_fault_from_python_either(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(DEEP, encoding="utf-8")
    with pytest.raises(InputError, match="nested too deeply"):
        discover([tmp_path / "m.yaml"])


def test_a_plan_is_asked_for_by_a_name_that_is_near(two: Dataset) -> None:
    with pytest.raises(DatasetError, match="ひばり市"):
        two.plan("ひばり町")
