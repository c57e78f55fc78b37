"""The debug picture of a page."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from extract.draw import draw_page
from extract.model import Block
from tests.extract.paper import Paper


def test_a_turned_page_is_drawn_as_displayed_with_marks_on_it(tmp_path: Path) -> None:
    paper = Paper()
    paper.line(60, 100, "1　計画の目的", 16, bold=True)
    paper.page.set_rotation(90)
    path = tmp_path / "plan.pdf"
    path.write_bytes(paper.document.tobytes())
    layout = paper.layout()[0]
    picture = pymupdf.Pixmap(draw_page(path, 1, layout))
    assert picture.width > picture.height
    (block,) = [item for item in layout.items if isinstance(item, Block)]
    assert block.box is not None
    scale = picture.width / layout.page.width
    frame = picture.pixel(round(block.box.x1 * scale), round(block.box.cy * scale))
    assert len(set(frame)) > 1  # page and text are black and white, frames are coloured


def test_a_page_that_is_not_there_is_an_error_with_the_range(tmp_path: Path) -> None:
    paper = Paper()
    path = tmp_path / "plan.pdf"
    path.write_bytes(paper.document.tobytes())
    with pytest.raises(ValueError, match="pages 1 to 1"):
        draw_page(path, 2, paper.layout()[0])
