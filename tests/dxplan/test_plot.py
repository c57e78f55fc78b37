from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pymupdf
import pytest

from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views import plot

PLOTS: dict[str, Callable[[Dataset], plot.Plot]] = {
    "gantt of a plan": lambda ds: plot.gantt(ds.plan("suzukake.pdf")),
    "gantt of an item": lambda ds: plot.gantt(ds, "frontyard"),
    "coverage": plot.coverage,
    "slopes": lambda ds: plot.slopes(ds, "waiting_time"),
    "variants": plot.variants,
}


def drawn(made: plot.Plot) -> list[dict[str, Any]]:
    """The rows a chart draws."""
    rows: list[dict[str, Any]] = next(iter(made.chart.to_dict()["datasets"].values()))
    return rows


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_renders_with_the_glyphs_of_its_text(sample: Dataset, name: str) -> None:
    svg = PLOTS[name](sample).svg()
    root = ElementTree.fromstring(svg)
    assert "@font-face" in "".join(root.itertext())
    assert any("\u4e00" <= character <= "\u9fff" for character in "".join(root.itertext()))


def test_japanese_is_drawn_as_glyphs_and_not_as_boxes(sample: Dataset) -> None:
    """Two texts that differ in one kanji give different pictures; boxes would be equal."""
    chart = plot.variants(sample, "デジタルデバイド")
    first, second = (
        plot.Plot(chart.chart.properties(title=text)).png(scale=1) for text in ("導入の計画", "導入の評価")
    )
    assert pymupdf.Pixmap(first).samples != pymupdf.Pixmap(second).samples


def test_a_gantt_across_cities_has_a_group_a_city(sample: Dataset) -> None:
    bars = drawn(plot.gantt(sample, "frontyard"))
    assert {"澄川野市", "藍坂町", "千草台市 2026"} <= {bar["group"] for bar in bars}
    found = next(b for b in bars if b["plan"] == "澄川野市" and b["task"] == "来庁予約の運用")
    assert (found["start"], found["latest"], found["end"]) == (2027.0, 2031.0, "shown")
    assert found["page"] == 7
    open_ended = [b for b in bars if b["plan"] == "蛍ヶ谷市"]
    assert {b["end"] for b in open_ended} == {"not shown: at the latest"}


def test_coverage_counts_the_links_and_shows_gaps(sample: Dataset) -> None:
    cells = {(c["plan"], c["item"]): c["measures"] for c in drawn(plot.coverage(sample))}
    assert cells["澄川野市", "公金収納におけるeL-QRの活用"] == 1
    assert cells["鈴懸市", "テレワークの推進"] == 0
    assert sum(cells.values()) == sample.rows["national_links"]


def test_slopes_draw_only_numbers_of_one_unit_and_say_so(sample: Dataset) -> None:
    made = plot.slopes(sample, "running_cost")
    points = drawn(made)
    assert {p["unit"] for p in points} == {"千円"}
    of = sample.kpis(indicator_id="running_cost", is_repeat=False)
    shown = len({p["row"] for p in points})
    assert 0 < shown < len(of)
    subtitle = made.chart.to_dict()["title"]["subtitle"]
    assert subtitle == f"{shown} of {len(of)} rows have a baseline and a target in one unit"
    by_end = {p["end"]: p["value"] for p in points if p["plan"] == "澄川野市"}
    assert by_end == {"baseline": 48200, "target": 40000}


def test_labels_of_close_values_do_not_cover_each_other(sample: Dataset) -> None:
    points = drawn(plot.slopes(sample, "waiting_time"))
    panel = max(p["value"] for p in points) - min(p["value"] for p in points)
    for end in ("baseline", "target"):
        places = sorted(p["place"] for p in points if p["end"] == end)
        assert len(places) >= 2
        assert min(b - a for a, b in pairwise(places)) > 0.05 * panel


def test_an_indicator_is_also_found_by_its_words(sample: Dataset) -> None:
    assert {p["plan"] for p in drawn(plot.slopes(sample, "待ち時間"))} >= {"澄川野市", "蛍ヶ谷市"}


def test_variants_take_any_form_of_the_term(sample: Dataset) -> None:
    rows = drawn(plot.variants(sample, "デジタルデバインド"))
    assert {row["term"] for row in rows} == {"デジタルデバイド"}
    assert {"デジタルディバイド", "情報格差"} <= {row["form"] for row in rows}


def test_a_space_inside_a_form_can_be_seen(sample: Dataset) -> None:
    forms = {row["form"] for row in drawn(plot.variants(sample, "ai"))}
    assert "A␣I" in forms
    assert "Artificial Intelligence" in forms


def test_plots_save_as_svg_png_and_a_page_that_needs_no_network(sample: Dataset, tmp_path: Path) -> None:
    made = plot.variants(sample, "デジタルデバイド")
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".html", b"<!DOCTYPE html>")):
        made.save(tmp_path / f"p{ending}")
        assert (tmp_path / f"p{ending}").read_bytes().startswith(start)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert 'src="http' not in page
    assert "@font-face" in page
    with pytest.raises(DatasetError, match=r"use \.svg, \.png or \.html"):
        made.save(tmp_path / "p.bmp")


def test_what_cannot_be_drawn_says_what_there_is(sample: Dataset) -> None:
    with pytest.raises(DatasetError, match="there are frontyard"):
        plot.gantt(sample, "frontgarden")
    with pytest.raises(DatasetError, match=r"ids here: .*waiting_time"):
        plot.slopes(sample, "ない指標")
    with pytest.raises(DatasetError, match="no term answers"):
        plot.variants(sample, "ない用語")
    with pytest.raises(DatasetError, match="none of the 1 rows"):
        plot.slopes(sample, "web_accessibility")
