"""Forms told by their column of filled labels: what stands beside each is its cell."""

from __future__ import annotations

import pytest

from extract.model import Table, TableItem
from tests.extract.paper import Paper

FORM = (
    ("足もと", ["窓口の待ち時間が長くなっています。"]),
    ("手だて", ["届出の様式を見直します。", "予約の枠を広げます。"]),
    ("だれに", ["子育て世帯"]),
    ("旗振り", ["住民課"]),
)
GREY, PALE, FRAME = 0xD9D9D9, 0xF3F3F3, 0x3366AA


def form(paper: Paper, y: float, look: str) -> float:
    """A form from ``y``: a grey label each, its text on nothing, on every second stripe, or in a frame."""
    for i, (label, texts) in enumerate(FORM):
        bottom = y + 8 + 16 * len(texts)
        paper.box(60, y, 140, bottom, GREY)
        if look == "stripes" and i % 2:
            paper.box(140, y, 500, bottom, PALE)
        if look == "frames":
            paper.box(143, y, 500, bottom, 0xFFFFFF, FRAME)
        if look == "rules":
            paper.rule(60, bottom, 500)
        paper.line(68, y + 6, label)
        paper.lines(150, y + 6, texts, pitch=1.5)
        y = bottom + (4 if look == "frames" else 0)
    return y


def tables(paper: Paper) -> list[Table]:
    return [i.table for page in paper.layout() for i in page.items if isinstance(i, TableItem)]


@pytest.mark.parametrize("look", ["nothing", "stripes", "frames", "rules"])
def test_a_column_of_filled_labels_makes_rows_with_the_texts_beside_it(look: str) -> None:
    paper = Paper()
    form(paper, 80, look)
    (table,) = tables(paper)
    rows = [[c.text for c in table.cells if c.row == r] for r in range(table.n_rows)]
    assert rows == [[label, "\n".join(texts)] for label, texts in FORM]


def test_filled_labels_with_nothing_beside_them_make_no_form() -> None:
    paper = Paper()
    for i, (label, _) in enumerate(FORM):
        paper.box(60, 80 + 24 * i, 140, 104 + 24 * i, GREY)
        paper.line(68, 86 + 24 * i, label)
    paper.line(60, 300, "窓口の待ち時間が長くなっています。")
    assert not tables(paper)


def test_a_label_over_rows_of_values_holds_them_all() -> None:
    paper = Paper()
    y = form(paper, 80, "rules")
    paper.box(60, y, 140, y + 72, GREY)
    paper.line(68, y + 30, "ものさし")
    for k, (x, head) in enumerate(((140, "見る数字"), (320, "R7年度"), (410, "R12年度"))):
        paper.box(x, y, (320, 410, 500)[k], y + 24, PALE)
        paper.line(x + 6, y + 6, head)
    for r, row in enumerate((("届出の数", "20件", "90件"), ("講座の数", "2回", "8回")), 1):
        paper.rule(60, y + 24 * (r + 1), 500) if r == 2 else paper.rule(140, y + 24 * (r + 1), 500)
        for x, text in zip((146, 326, 416), row):
            paper.line(x, y + 24 * r + 6, text)
    (table,) = tables(paper)
    label = next(c for c in table.cells if c.text == "ものさし")
    held = [[c.text for c in table.cells if c.row == label.row + k and c.col] for k in range(3)]
    assert label.rowspan == 3
    assert held == [
        ["見る数字", "R7年度", "R12年度"],
        ["届出の数", "20件", "90件"],
        ["講座の数", "2回", "8回"],
    ]
