"""The same page as other programs write it: scaled, cropped, wrapped in forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pymupdf
import pytest

from corpora.builder.draw import block_arrow
from extract.model import Box
from tests.extract.paper import Sheet, bind
from tests.extract.traits import KPI_VALUES, KPIS, Reading, kpi_table, kpis, measure, spans, year_table


def plan() -> bytes:
    """A measure with indicators and a schedule, at the end of which a bar runs a little over its line."""
    sheet = Sheet()
    y = measure(sheet)
    kpi_table(sheet, y, KPIS)
    year_table(sheet, y + 90, ["R8", "R9", "R10"], ["受付機器の更新", "職員の研修"])
    block_arrow(sheet, Box(205, y + 125, 375, y + 143), 0x4472C4)
    block_arrow(sheet, Box(290, y + 155, 435, y + 173), 0x4472C4)
    return bind(sheet)


def placed(turn: Callable[[Any, Any], None]) -> bytes:
    """The plan's page put on a page of another document."""
    source, document = pymupdf.open(stream=plan(), filetype="pdf"), pymupdf.open()
    turn(document, source)
    return bytes(document.tobytes())


def scaled(by: float, unit: int = 1) -> bytes:
    def turn(document: Any, source: Any) -> None:
        page = document.new_page(width=595 * by / unit, height=842 * by / unit)
        page.show_pdf_page(page.rect, source, 0)
        document.xref_set_key(page.xref, "UserUnit", str(unit))

    return placed(turn)


def cropped() -> bytes:
    def turn(document: Any, source: Any) -> None:
        page = document.new_page(width=700, height=1000)
        page.show_pdf_page(pymupdf.Rect(60, 90, 655, 932), source, 0)
        page.insert_text((10, 20), "plan_0301.indd  2026/03/01 10:15", fontsize=7)
        page.set_cropbox(pymupdf.Rect(60, 90, 655, 932))

    return placed(turn)


@pytest.mark.parametrize(
    "data",
    [plan(), scaled(0.6), scaled(1.7), scaled(1.0, unit=2), cropped()],
    ids=["as it is", "two pages to a sheet", "A3", "in user units", "with crop marks around"],
)
def test_a_page_gives_the_same_records_at_any_size(read: Reading, data: bytes) -> None:
    found = read(data=data)
    assert found.column("measures", "title_norm", "departments") == [("窓口手続きの見直し", ["市民課"])]
    assert kpis(found) == KPI_VALUES
    assert spans(found) == [
        ("受付機器の更新", 2026, 2027, "exact"),
        ("職員の研修", 2027, 2028, "exact"),
    ]
    assert "indd" not in "".join(found.blocks())


def test_places_are_those_of_the_page_whatever_its_scale(read: Reading) -> None:
    def place(data: bytes) -> list[float]:
        box = read(data=data).rows["schedules"][0]["bbox"]
        return [box[side] for side in ("x0", "y0", "x1", "y1")]

    assert place(scaled(1.7)) == pytest.approx([1.7 * v for v in place(plan())], abs=1)
    assert place(scaled(1.0, unit=2)) == pytest.approx(place(plan()), abs=1)
    page = read(data=scaled(1.7)).rows["pages"][0]
    assert (page["width"], page["height"]) == pytest.approx((595 * 1.7, 842 * 1.7), abs=0.01)
