"""Both PDF readers see the same document."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pymupdf
import pytest

from extract.model import Line, Page, Shape
from extract.read import mupdf, plumber

PLANS = Path(__file__).parents[3] / "shared" / "plans"


def page_of(*, turn: int = 0, crop: tuple[float, ...] | None = None) -> bytes:
    """One page with level, turned, raised and doubled text, a bordered box and a rule."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=260)
    page.draw_rect((0, 0, 300, 260), fill=(1, 1, 1), color=None)
    page.draw_rect((200, 130, 290, 200), fill=(0, 0, 1), color=(1, 0, 0), width=2)
    page.draw_line((30, 40), (100, 40), width=3, dashes="[3 2] 0")
    page.draw_rect((30, 60, 90, 60.24), fill=(0, 0, 0), color=None)
    tag = [(120, 210), (160, 210), (170, 215), (160, 220), (120, 220)]
    page.draw_polyline(tag, fill=(0, 1, 0), closePath=True)
    page.insert_text((50, 55), "Smart City", fontname="helv", fontsize=12)
    page.insert_text((50.3, 55), "Smart City", fontname="helv", fontsize=12)
    page.insert_text((40, 120), "up", rotate=90)
    page.insert_text((90, 120), "down", rotate=270)
    page.insert_text((150, 110), "over", rotate=180)
    page.insert_text((120, 130), "窓口の改善", fontname="japan", fontsize=12)
    page.insert_text((180, 90), "率", fontname="japan", fontsize=12)
    page.insert_text((192, 85), "3", fontsize=6)
    page.insert_text((195.5, 90), "の目標", fontname="japan", fontsize=12)
    page.insert_text((210, 150), "online", color=(1, 1, 1))
    page.insert_image((220, 30, 260, 70), pixmap=pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 4, 4)))
    page.set_rotation(turn)
    if crop:
        page.set_cropbox(pymupdf.Rect(crop))
    return bytes(document.tobytes())


def look(line: Line) -> list[tuple[str, bool, bool, int]]:
    return [(r.text, r.bold, r.superscript, r.color) for r in line.runs]


def form(shape: Shape) -> tuple[object, ...]:
    box = tuple(round(v) for v in shape.box)
    return shape.kind, box, shape.fill, shape.stroke, round(shape.width, 1), shape.dashed


def assert_same(a: Page, b: Page) -> None:
    assert (a.number, a.rotation, a.text_source) == (b.number, b.rotation, b.text_source)
    assert (a.width, a.height) == pytest.approx((b.width, b.height), abs=0.1)
    assert [li.text for li in a.lines] == [li.text for li in b.lines]
    assert [look(li) for li in a.lines] == [look(li) for li in b.lines]
    for one, other in zip(a.lines, b.lines):
        assert list(one.box or ()) == pytest.approx(list(other.box or ()), abs=1.0)
        assert one.vertical == other.vertical
    assert Counter(map(form, a.shapes)) == Counter(map(form, b.shapes))
    assert [i.ref for i in a.images] == [i.ref for i in b.images]
    for picture, twin in zip(a.images, b.images):
        assert list(picture.box) == pytest.approx(list(twin.box), abs=0.5)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_the_same(turn: int) -> None:
    data = page_of(turn=turn)
    assert_same(mupdf.read(data).pages[0], plumber.read(data).pages[0])


def test_a_cropped_page_reads_the_same() -> None:
    data = page_of(crop=(20, 30, 280, 250))
    assert_same(mupdf.read(data).pages[0], plumber.read(data).pages[0])


@pytest.mark.skipif(not PLANS.is_dir(), reason="the shared sample plans are not here")
@pytest.mark.parametrize("name", ["d1", "d2", "d3", "d4"])
def test_a_sample_plan_reads_the_same(name: str) -> None:
    path = PLANS / f"{name}.pdf"
    ours, theirs = mupdf.read(path), plumber.read(path)
    assert ours.n_pages == theirs.n_pages == len(ours.pages)
    for a, b in zip(ours.pages, theirs.pages):
        assert_same(a, b)
