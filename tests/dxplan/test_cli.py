from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest
from click.testing import CliRunner, Result

import dxplan
from dxplan import cli
from dxplan.ingest import batch
from dxplan.tables import TABLES
from tests.dxplan import fakes
from tests.dxplan.conftest import Run


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Put the fake extractor behind ``dxplan.run`` and note how it was called."""
    seen: dict[str, object] = {}

    def run(paths: list[str], out: Path, **options: object) -> batch.Summary:
        seen.update(options)
        progress = options["on_progress"]
        return batch.run(paths, out, fakes.extract, fakes.link, jobs=1, on_progress=progress)  # type: ignore[arg-type]

    monkeypatch.setattr(dxplan, "run", run)
    return seen


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


def test_run_reports_each_document_and_sums_up(
    called: dict[str, object], plans: Path, tmp_path: Path
) -> None:
    result = call("run", plans, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "[2/2]" in result.stderr
    assert "a.txt: ok, 2 pages" in result.stderr
    assert "2 documents (2 ok), 2 read now, 0 kept" in result.stdout
    assert "measures 3" in result.stdout


def test_run_ends_with_1_when_a_document_failed_and_says_why(
    called: dict[str, object], plans: Path, tmp_path: Path
) -> None:
    (plans / "bad.txt").write_text("!fail", encoding="utf-8")
    (plans / "memo.docx").write_bytes(b"PK")
    result = call("run", plans, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "空" in result.stdout
    assert "1 failed, 2 ok" in result.stdout
    assert "memo.docx" in result.stdout


def test_run_passes_its_options_on(called: dict[str, object], plans: Path, tmp_path: Path) -> None:
    options = ["--reader", "pdfplumber", "--pages", "3-9", "--jobs", 2, "--timeout", 60, "--memory", 0.5]
    assert call("run", plans, "--out", tmp_path / "out", *options).exit_code == 0
    assert called["reader"] == "plumber"
    assert called["pages"] == range(3, 10)
    assert (called["jobs"], called["timeout"], called["memory"]) == (2, 60.0, 1 << 29)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "missing.pdf", "--out", "out"], "missing.pdf: not a file or folder"),
        (["run", "x", "--out", "out", "--pages", "9-3"], "write 3, 3-9 or 3-"),
        (["run", "x", "--out", "out", "--reader", "word"], "mupdf"),
        (["run", "--out", "out"], "PATH"),
        (["show", "nothing"], "make one with: dxplan run"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    called: dict[str, object],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("given", "pages"), [("3", range(3, 4)), ("3-9", range(3, 10)), ("3-", range(3, sys.maxsize))]
)
def test_page_ranges(given: str, pages: range) -> None:
    assert cli.PageRange().convert(given, None, None) == pages


def test_show_prints_a_dataset_a_table_and_a_measure(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    out = tmp_path / "out"
    assert "みほん市DX推進計画" in call("show", out).stdout
    kpis = call("show", out, "kpis", "--limit", 1).stdout
    assert "80% [2028年度]" in kpis
    assert "2 more of 3" in kpis
    assert "電子申請の利用率" not in call("show", out, "kpis", "--doc", "b.txt").stdout
    card = call("show", out, "--measure", "電子申請").stdout
    assert "職員研修" in card
    assert "80% [2028年度]" in card
    assert "2026-2027" in card
    assert "no measure has 'x'" in call("show", out, "kpis", "--measure", "x").stderr
    assert call("show", out, "tokens", "--measure", "電子申請").exit_code == 2


@pytest.mark.parametrize("table", TABLES)
def test_show_prints_every_table(run: Run, plans: Path, tmp_path: Path, table: str) -> None:
    run(plans / "b.txt")
    result = call("show", tmp_path / "out", table)
    assert result.exit_code == 0, result.output
    assert TABLES[table].title in result.stdout


def test_schema_prints_the_contract_in_three_forms() -> None:
    assert "target_fy" in call("schema").stdout
    assert "## kpis" in call("schema", "--format", "markdown").stdout
    package = json.loads(call("schema", "--format", "json").stdout)
    assert [r["name"] for r in package["resources"]] == list(TABLES)


def test_debug_writes_a_picture_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "DX plan", fontsize=20)
    document.save(tmp_path / "plan.pdf")
    monkeypatch.chdir(tmp_path)
    result = call("debug", "plan.pdf", "--page", 1)
    assert result.output.strip() == "plan-p1.png"
    assert (tmp_path / "plan-p1.png").read_bytes().startswith(b"\x89PNG")
    assert "it has 1 pages" in call("debug", "plan.pdf", "--page", 2).stderr
    (tmp_path / "plan.txt").write_text("計画", encoding="utf-8")
    assert "only pages of a PDF" in call("debug", "plan.txt", "--page", 1).stderr


def test_score_takes_truth_files_and_folders(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans / "b.txt")
    tables = "policies measures kpis schedules glossary procedures progress figures national_links"
    truth = {name: [] for name in [*tables.split(), "term_variants"]}
    document = {"file": "b.txt", "municipality": "みほん市", "title": "みほん市DX推進計画"}
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "b.json").write_text(json.dumps(truth | {"doc": document}), encoding="utf-8")
    result = call("score", tmp_path / "out", tmp_path / "truth", "--misses", 1, "--calibration")
    assert result.exit_code == 0, result.output
    assert "measures extra: オープンデータの公開" in result.stdout
    assert "confidence" in result.stdout
    assert call("score", tmp_path, tmp_path / "truth").exit_code == 2


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, dxplan.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {"pyarrow", "pandas", "numpy", "pymupdf", "pdfplumber", "sudachipy", "spacy", "rich", "pebble"}
    assert not heavy & set(loaded.split())
