"""Tables that no upright rule draws: rows of two lines, heads with years."""

from __future__ import annotations

from typing import Any

from extract.layout.heads import is_value
from extract.model import TableItem
from tests.extract.drawing import items, new_page, write

_HEAD = ("指標の名称", "基準値", "目標値")
_ROWS = (
    ("講座の参加者数", "95人", "1,520人"),
    ("巡回の回数", "10回", "57回"),
    ("貸出しの点数", "40点", "90点"),
)


def _texts(document: Any) -> list[list[str]]:
    (item,) = [i for i in items(document) if isinstance(i, TableItem)]
    rows: dict[int, list[str]] = {}
    for cell in item.table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_a_value_over_its_year_stands_in_the_row_of_the_name_between_them() -> None:
    document, page = new_page()
    for x, text in zip((60, 300, 420), _HEAD, strict=True):
        write(page, x, 100, text)
    for k, (name, base, aim) in enumerate(_ROWS):
        y = 126 + 32 * k
        write(page, 60, y, name)
        for x, value, year in ((300, base, "（R3）"), (420, aim, "（R7）")):
            write(page, x, y - 6, value)
            write(page, x, y + 6, year)
    assert _texts(document)[1] == ["講座の参加者数", "95人（R3）", "1,520人（R7）"]


def test_a_year_with_the_name_of_a_column_is_no_value() -> None:
    assert not is_value("令和10年度目標値")
    assert not is_value("R4基準値")
