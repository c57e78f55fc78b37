from __future__ import annotations

import dataclasses
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pymupdf
import pytest
from click.testing import CliRunner

import dxplan
from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.tables import TABLES
from tests.dxplan.conftest import SAMPLE

IDS = [
    ("blocks", "block_id"), ("sections", "section_id"), ("sentences", "sentence_id"), ("policies", "policy_id"),
    ("measures", "measure_id"), ("kpis", "kpi_id"), ("schedules", "schedule_id"), ("glossary", "entry_id"),
    ("procedures", "procedure_id"), ("progress", "progress_id"), ("figures", "figure_id"), ("tables", "table_id"),
]  # fmt: skip


def first(dataset: Dataset, table: str, **filters: object) -> dict[str, object]:
    row: dict[str, object] = dataset.read(table, **filters).slice(0, 1).to_pylist()[0]
    return row


@pytest.mark.parametrize(("table", "column"), IDS)
def test_the_id_of_any_row_leads_to_its_page(sample: Dataset, table: str, column: str) -> None:
    row = first(sample, table)
    found = sample.source(str(row[column]))
    assert found.page == row["page"]
    assert found.document["doc_id"] == row["doc_id"]
    assert str(row["source_text"]) in found.text


@pytest.mark.parametrize("table", ["tokens", "mentions", "tables", "national_links", "alignments"])
def test_a_row_without_an_id_of_its_own_is_given_whole(sample: Dataset, table: str) -> None:
    row = getattr(sample, table)().iloc[0]
    assert sample.source(row).document["doc_id"] == row["doc_id"]
    assert sample.source(row.to_dict()).text == sample.source(row).text


@pytest.mark.parametrize(("name", "table"), [("mitsudaki.pdf", "kpis"), ("suzukake.pdf", "procedures")])
def test_the_box_is_drawn_where_the_row_is(sample: Dataset, name: str, table: str) -> None:
    """On an upright page and on a turned one: just inside the box is tinted, just outside is white."""
    row = first(sample, table, source_name=name)
    page = first(sample, "pages", source_name=name, page=row["page"])
    picture = pymupdf.Pixmap(sample.source(row).png(whole_page=True, dpi=72))
    assert (picture.width, picture.height) == pytest.approx((page["width"], page["height"]), abs=1)
    box: Any = row["bbox"]
    red, _, blue = picture.pixel(int(box["x0"]) + 1, int((box["y0"] + box["y1"]) / 2))
    assert blue < red  # yellow
    assert picture.pixel(int(box["x0"]) - 12, int((box["y0"] + box["y1"]) / 2)) == (255, 255, 255)


def test_a_row_of_a_plain_pandas_frame_is_drawn(sample: Dataset) -> None:
    frame = pd.DataFrame(sample.read("kpis", source_name="mitsudaki.pdf").to_pylist())
    assert sample.source(frame.iloc[0]).png(dpi=36).startswith(b"\x89PNG")


def test_the_crop_is_as_wide_as_the_page_but_not_as_high(sample: Dataset) -> None:
    row = first(sample, "kpis", source_name="mitsudaki.pdf")
    picture = pymupdf.Pixmap(sample.source(row).png(dpi=72))
    page: Any = first(sample, "pages", source_name="mitsudaki.pdf", page=row["page"])
    assert picture.width == pytest.approx(page["width"], abs=1)
    assert picture.height < page["height"] / 2


def test_text_input_shows_its_lines_with_the_span_marked(sample: Dataset) -> None:
    found = sample.source(first(sample, "kpis", source_name="hotarugaya.txt"))
    assert not found.is_drawn
    assert f"【{found.text}】" in found.lines()
    assert len(found.lines()) > len(found.text) + 2
    assert found._repr_png_() is None
    assert "<mark>" in found._repr_html_()
    with pytest.raises(DatasetError, match=r"no place on a page; use \.lines"):
        found.png()


def test_markup_in_a_plan_is_text(sample: Dataset) -> None:
    found = dataclasses.replace(
        sample.source(first(sample, "kpis", source_name="hotarugaya.txt")),
        document={"doc_id": "x", "source_name": "<img src=x>"},
        text="<script>alert(1)</script>",
    )
    assert "<script" not in found._repr_html_()
    assert "<img" not in found._repr_html_()


def test_a_moved_or_renamed_file_is_found_by_its_content(sample: Dataset, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    shutil.copy(SAMPLE / "mitsudaki.pdf", tmp_path / "deep" / "計画.pdf")
    moved = dxplan.open(sample.folder, sources=tmp_path)
    found = moved.plan("mitsudaki.pdf").kpis[0].source
    assert found.path == tmp_path / "deep" / "計画.pdf"
    assert found.png().startswith(b"\x89PNG")


def test_another_edition_under_the_same_name_is_not_drawn_on(sample: Dataset, tmp_path: Path) -> None:
    (tmp_path / "mitsudaki.pdf").write_bytes((SAMPLE / "mitsudaki.pdf").read_bytes() + b"\n% new")
    moved = dxplan.open(sample.folder, sources=tmp_path)
    row = first(sample, "kpis", source_name="mitsudaki.pdf")
    with pytest.raises(DatasetError, match="content has changed; run dxplan again"):
        moved.source(row).png()


def test_a_file_that_is_nowhere_asks_for_its_folder(sample: Dataset, tmp_path: Path) -> None:
    row = first(sample, "kpis", source_name="mitsudaki.pdf")
    with pytest.raises(DatasetError, match="--sources"):
        dxplan.open(sample.folder, sources=tmp_path).source(row).png()
    with pytest.raises(DatasetError, match="is no folder"):
        dxplan.open(sample.folder, sources=tmp_path / "none").source(row).png()


def test_a_moved_file_shows_the_words_and_what_to_do_instead_of_failing(
    sample: Dataset, tmp_path: Path
) -> None:
    found = dxplan.open(sample.folder, sources=tmp_path).source(
        first(sample, "kpis", source_name="mitsudaki.pdf")
    )
    assert found._repr_png_() is None
    assert "--sources FOLDER" in found._repr_html_()
    assert "<mark>" in found._repr_html_()


def test_an_unknown_id_and_a_row_of_no_place_say_so(sample: Dataset) -> None:
    with pytest.raises(DatasetError, match="no row has the id"):
        sample.source("000000-0-k001")
    with pytest.raises(DatasetError, match="stands nowhere"):
        sample.source(first(sample, "terms"))


def test_every_table_with_provenance_is_covered() -> None:
    named = {table for table, _ in IDS} | {"tokens", "mentions"}
    assert named == {name for name, t in TABLES.items() if "char_start" in t.column_names}


def test_the_command_writes_a_picture_or_prints_lines(sample: Dataset, tmp_path: Path) -> None:
    drawn, written = (
        str(first(sample, "kpis", source_name=name)["kpi_id"]) for name in ("mitsudaki.pdf", "hotarugaya.txt")
    )
    run = CliRunner().invoke
    out = tmp_path / "k.png"
    result = run(cli.main, ["source", drawn, "--dataset", str(sample.folder), "--out", str(out)])
    assert result.output == f"mitsudaki.pdf, page 4: {out}\n"
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "【" in run(cli.main, ["source", written, "--dataset", str(sample.folder)]).output
    assert run(cli.main, ["source", "x", "--dataset", str(sample.folder)]).exit_code == 2


def test_the_box_of_an_indicator_is_its_row_and_not_the_table_with_its_label(sample: Dataset) -> None:
    boxes = [k["bbox"] for k in sample.read("kpis", source_name="sumikawano.pdf", page=7).to_pylist()]
    assert len(boxes) == 3
    for above, below in pairwise(sorted(boxes, key=lambda box: box["y0"])):
        assert above["y1"] <= below["y0"] + 1
