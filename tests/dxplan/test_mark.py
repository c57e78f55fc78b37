from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from click.testing import CliRunner, Result

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.mark import mark
from tests.dxplan.conftest import SAMPLE


def marks(data: bytes) -> dict[int, list[pymupdf.Annot]]:
    with pymupdf.open(stream=data) as pdf:
        return {
            page.number + 1: [(a.info["content"], a.rect * page.rotation_matrix) for a in page.annots()]
            for page in pdf
            if page.first_annot
        }


def test_every_indicator_is_boxed_on_its_page_with_what_was_understood(sample: Dataset) -> None:
    plan = sample.plan("sumikawano.pdf")
    found = marks(mark(plan))
    assert sum(map(len, found.values())) == len(plan.kpis)
    kpi = plan.kpis[0]
    said, rect = next(m for m in found[kpi.page] if m[0].startswith(kpi.indicator))
    assert (kpi.baseline_raw in said, kpi.target_raw in said) == (True, True)
    assert rect.contains(pymupdf.Rect(*(kpi.bbox[side] for side in ("x0", "y0", "x1", "y1"))))


def test_a_text_has_no_page_to_mark(sample: Dataset) -> None:
    with pytest.raises(DatasetError, match=r"hotarugaya\.txt is no PDF"):
        mark(sample.plan("hotarugaya.txt"))


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["mark", *arguments])


def test_one_command_leads_from_a_pdf_to_its_marked_copy(tmp_path: Path) -> None:
    out = tmp_path / "marked.pdf"
    result = called(
        str(SAMPLE / "mitsudaki.pdf"), "--out", str(out), "--table", "kpis", "--table", "schedules"
    )
    assert result.exit_code == 0, result.output
    *rows, last = result.output.splitlines()
    assert last == f"{len(rows)} marked: {out}"
    assert sum(map(len, marks(out.read_bytes()).values())) == len(rows)


def test_a_plan_without_indicators_says_so_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("本市の計画です。", encoding="utf-8")
    result = called(str(tmp_path / "note.txt"), "--out", str(tmp_path / "x.pdf"))
    assert (result.exit_code, "no kpis found in note.txt" in result.output) == (1, True)
    assert not (tmp_path / "x.pdf").exists()
