"""Scanned pages: found, read with the ocr extra, named without it; readable text layers are left alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from extract.layout.pages import layout_pages
from extract.model import Box, Line, Page, Run, Source, TableItem
from extract.pipeline import extract_document
from extract.read import mupdf, notes, ocr
from extract.rows import OCR_CONFIDENCE

PROSE = "窓口で書く回数を減らし、待つ時間を短くします。"


@pytest.fixture
def engine() -> ocr.Engine:
    pytest.importorskip("rapidocr", reason="the ocr extra is not installed")
    return ocr.load_engine()


@pytest.fixture
def opencv() -> None:
    pytest.importorskip("cv2", reason="the ocr extra is not installed")


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # its import fails
    ocr.load_engine.cache_clear()
    yield
    ocr.load_engine.cache_clear()


def written(page: Any) -> None:
    page.insert_text((40, 60), PROSE, fontname="japan", fontsize=12)


def kpi_table(page: Any) -> None:
    for y in (100, 130, 160):
        page.draw_line((40, y), (340, y), width=0.5)
    for x in (40, 190, 340):
        page.draw_line((x, 100), (x, 160), width=0.5)
    for x, y, text in (
        (46, 119, "指標"),
        (196, 119, "目標値"),
        (46, 149, "電子申請の件数"),
        (196, 149, "45件"),
    ):
        page.insert_text((x, y), text, fontname="japan", fontsize=10)


def year_bar(page: Any) -> None:
    page.draw_polyline(
        [(60, 200), (280, 200), (295, 210), (280, 220), (60, 220)],
        fill=(0, 0.5, 0.4),
        color=None,
        closePath=True,
    )


def drawn(*draws: Any) -> Any:
    document = pymupdf.open()
    page = document.new_page(width=380, height=260)
    for draw in draws:
        draw(page)
    return document


def scan(document: Any, skew: float = 0.0, pages: int = 1) -> bytes:
    """A PDF that holds only the picture of the document's first page."""
    picture = document[0].get_pixmap(dpi=200)
    scanned = pymupdf.open()
    for _ in range(pages):
        page = scanned.new_page(width=380, height=260)
        page.insert_image(page.rect, pixmap=picture)
    page = scanned[0]
    xref = page.get_contents()[0]
    a = pymupdf.Matrix(skew)
    place = f"1 0 0 1 190 130 cm {a.a} {-a.b} {-a.c} {a.d} 0 0 cm 1 0 0 1 -190 -130 cm"
    scanned.update_stream(xref, b"q %s %s Q" % (place.encode(), scanned.xref_stream(xref)))
    return bytes(scanned.tobytes())


def read(data: bytes) -> Source:
    return ocr.read_scans(mupdf.read(data), data)


def line(source: Source, start: str) -> Line:
    return next(li for li in source.pages[0].lines if li.text.startswith(start))


def codes(source: Source) -> list[tuple[str, str]]:
    return [(d.severity, d.code) for d in source.diagnostics]


# --- which pages ------------------------------------------------------------------------------------


def test_a_page_that_is_a_picture_needs_ocr() -> None:
    assert notes.needs_ocr(mupdf.read(scan(drawn(written))).pages[0])


def test_a_page_with_a_small_picture_and_no_text_does_not() -> None:
    document = pymupdf.open()
    document.new_page(width=380, height=260).insert_image((0, 0, 60, 40), pixmap=drawn()[0].get_pixmap())
    assert not notes.needs_ocr(mupdf.read(document.tobytes()).pages[0])


def test_a_readable_text_layer_over_a_picture_is_never_replaced() -> None:
    document = pymupdf.open(stream=scan(drawn(kpi_table)), filetype="pdf")
    written(document[0])
    data = bytes(document.tobytes())
    source = mupdf.read(data)
    assert ocr.read_scans(source, data) is source


def test_a_junk_text_layer_needs_ocr() -> None:
    assert notes.needs_ocr(Page(1, 380, 260, lines=(Line((Run("\ufffd" * 30),)),)))


# --- without the extra ------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_engine")
def test_without_the_extra_one_warning_names_the_pages_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(drawn(written), pages=3))
    rows = extract_document(path).rows
    (told,) = (d for d in rows["diagnostics"] if d["code"] == "ocr_missing")
    assert told["severity"] == "warning"
    assert "3 pages" in told["message"]
    assert "1-3" in told["message"]
    assert "pip install 'dxplan[ocr]'" in told["message"]
    assert rows["documents"][0]["text_source"] == "none"
    assert rows["documents"][0]["status"] == "partial"


def test_pages_are_listed_as_people_do() -> None:
    assert ocr._ranges([1, 3, 4, 5, 9]) == "1, 3-5, 9"


# --- with any engine: pictures are worked on with OpenCV, which comes with the extra ----------------


@pytest.mark.usefixtures("opencv")
def test_a_page_the_engine_fails_on_costs_that_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def failing(pixels: ocr.Pixels) -> list[ocr.Found]:
        calls.append(pixels.shape)
        if len(calls) == 1:
            raise RuntimeError("no more")
        return [ocr.Found("市民", Box(100, 100, 180, 150), (120.0, 160.0))]

    monkeypatch.setattr(ocr, "load_engine", lambda: failing)
    source = read(scan(drawn(written), pages=2))
    assert [p.text_source for p in source.pages] == ["none", "ocr"]
    assert [(d.severity, d.code, d.page) for d in source.diagnostics if d.code.startswith("ocr")] == [
        ("error", "ocr_failed", 1),
        ("info", "ocr", 2),
    ]
    assert ("no_text_layer", 1) in [(d.code, d.page) for d in source.diagnostics]


def test_memory_that_runs_out_is_the_runs_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    def starving(_: ocr.Pixels) -> list[ocr.Found]:
        raise MemoryError

    monkeypatch.setattr(ocr, "load_engine", lambda: starving)
    with pytest.raises(MemoryError):
        read(scan(drawn(written)))


@pytest.mark.usefixtures("opencv")
def test_ruled_lines_of_a_scan_stand_where_they_were_drawn() -> None:
    def cells(page: Any) -> None:
        for y in (100, 130, 160):
            page.draw_line((40, y), (340, y), width=0.5)
        page.draw_line((190, 100), (190, 160), width=0.5)

    found = ocr.recognise(*_opened(scan(drawn(cells))), lambda pixels: [])[0]
    assert sorted(s.box for s in found.shapes) == [
        pytest.approx(box, abs=2)
        for box in ((40, 100, 340, 100), (40, 130, 340, 130), (40, 160, 340, 160), (190, 100, 190, 160))
    ]


@pytest.mark.usefixtures("opencv")
def test_a_coloured_arrow_of_a_scan_is_one_area_as_long_as_drawn() -> None:
    found = ocr.recognise(*_opened(scan(drawn(year_bar))), lambda pixels: [])[0]
    (arrow,) = found.shapes
    assert arrow.kind == "polygon"
    assert [arrow.box.x0, arrow.box.x1] == pytest.approx([60, 295], abs=1.5)


@pytest.mark.usefixtures("opencv")
def test_a_page_that_stands_askew_is_set_straight() -> None:
    _, skew = ocr.recognise(*_opened(scan(drawn(written, kpi_table), skew=1.0)), lambda pixels: [])
    assert abs(skew) == pytest.approx(1.0, abs=0.1)


def _opened(data: bytes) -> tuple[Any, Any]:
    return pymupdf.open(stream=data, filetype="pdf")[0], mupdf.read(data).pages[0]


# --- with the extra ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_a_scanned_page_gives_its_text_where_it_stands_and_its_table(tmp_path: Path) -> None:
    original = drawn(written, kpi_table)
    data = scan(original)
    source = read(data)
    true = line(mupdf.read(original.tobytes()), "窓口")
    found = line(source, "窓口")
    assert found.text == PROSE
    assert found.size == pytest.approx(true.size, abs=0.5)
    assert found.box is not None
    assert true.box is not None
    assert found.box[:2] == pytest.approx(true.box[:2], abs=2)
    assert len(found.runs[0].xs) == len(found.runs[0].text) + 1
    (table,) = (i.table for p in layout_pages(source) for i in p.items if isinstance(i, TableItem))
    assert [c.text for c in table.cells] == ["指標", "目標値", "電子申請の件数", "45件"]
    assert codes(source) == [("info", "ocr")]

    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    rows = extract_document(path).rows
    assert rows["documents"][0]["text_source"] == "ocr"
    assert {b["confidence"] for b in rows["blocks"]} == {OCR_CONFIDENCE}


@pytest.mark.usefixtures("engine")
def test_the_models_are_in_the_package_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the recogniser opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ocr.load_engine.cache_clear()
    assert "回数" in line(read(scan(drawn(written))), "窓口").text
