"""What the page shows is what is read: covered, struck out, clipped, stamped and small text."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pymupdf
import pytest

from extract.layout.pages import layout_pages
from extract.model import Block, Page, TableItem
from extract.read import mupdf, plumber
from tests.extract.drawing import new_page, table, write

XS, YS = (60, 220, 330, 440), (100, 122, 144)
WHITE, PALE_GREY = (1, 1, 1), (0.8, 0.8, 0.8)


@pytest.fixture(params=[mupdf, plumber], ids=["mupdf", "plumber"])
def reader(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


def drawn() -> tuple[Any, Any]:
    document, page = new_page()
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("窓口に来た人", "2,480人", "1,900人")))
    return document, page


def laid_out(document: Any, reader: ModuleType) -> tuple[list[list[str]], list[str]]:
    """Texts of the table's cells without what is marked, and the blocks of the page."""
    (page,) = layout_pages(reader.read(document.tobytes()))
    (item,) = [i for i in page.items if isinstance(i, TableItem)]
    rows: list[list[str]] = [[] for _ in range(item.table.n_rows)]
    for cell in item.table.cells:
        text = cell.text
        for start, end in sorted(cell.marks, reverse=True):
            text = text[:start] + text[end:]
        rows[cell.row].append(text.strip())
    return rows, [i.text for i in page.items if isinstance(i, Block)]


def lines(document: Any, reader: ModuleType) -> list[str]:
    page: Page = reader.read(document.tobytes()).pages[0]
    return [line.text for line in page.lines]


def test_what_a_later_shape_covers_is_not_read_and_what_is_written_over_it_is(reader: ModuleType) -> None:
    document, page = drawn()
    page.draw_rect((331, 123, 439, 143), color=None, fill=WHITE)
    write(page, 334, 137, "1,750人")
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,750人"]
    assert [d.code for d in reader.read(document.tobytes()).diagnostics] == ["invisible_text"]


@pytest.mark.parametrize("patch", ["picture", "note", "round", "thick"])
def test_a_picture_or_a_patch_pasted_over_text_covers_it(reader: ModuleType, patch: str) -> None:
    document, page = drawn()
    if patch == "picture":
        white = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 4, 4))
        white.clear_with(255)
        page.insert_image((331, 123, 439, 143), pixmap=white)
    elif patch == "round":
        page.draw_rect((331, 123, 439, 143), color=None, fill=WHITE, radius=0.2)
    elif patch == "thick":
        page.draw_line((331, 133), (439, 133), color=WHITE, width=14)
    else:
        mark = page.add_rect_annot((331, 123, 439, 143))
        mark.set_colors(stroke=WHITE, fill=WHITE)
        mark.update()
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", ""]


def test_a_scan_over_its_text_and_a_ground_under_it_cover_nothing(reader: ModuleType) -> None:
    for overlay in (True, False):
        document, page = drawn()
        grey = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 4, 4))
        grey.clear_with(230)
        page.insert_image(page.rect, pixmap=grey, overlay=overlay)
        assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_a_page_most_of_whose_text_is_unseen_is_a_warning(reader: ModuleType) -> None:
    document, page = drawn()
    write(page, 60, 300, "見えない文字", color=(1, 1, 1))
    told = [reader.read(document.tobytes()).diagnostics[0].severity]
    for y in range(320, 500, 20):
        write(page, 60, y, "見えない文字が続きます", color=(1, 1, 1))
    told.append(reader.read(document.tobytes()).diagnostics[0].severity)
    assert told == ["info", "warning"]


def test_a_ground_under_text_and_a_marker_over_it_cover_nothing(reader: ModuleType) -> None:
    document, page = new_page()
    page.draw_rect((60, 100, 440, 144), color=None, fill=(0.9, 0.95, 1))
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("窓口に来た人", "2,480人", "1,900人")))
    page.draw_rect((330, 122, 440, 144), color=None, fill=(1, 1, 0), fill_opacity=0.4)
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


@pytest.mark.parametrize("thick", [0.0, 0.9])
def test_struck_out_text_stays_on_the_page_and_leaves_the_value(reader: ModuleType, thick: float) -> None:
    document, page = drawn()
    width = pymupdf.get_text_length("1,900人", "japan", 9)
    if thick:
        page.draw_rect((334, 133, 334 + width, 133 + thick), color=None, fill=(1, 0, 0))
    else:
        page.draw_line((334, 133.6), (334 + width, 133.6), color=(1, 0, 0), width=0.8)
    write(page, 340 + width, 137, "1,750人")
    assert "1,900人" in "".join(lines(document, reader))
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,750人"]


def test_text_struck_out_by_an_annotation_is_no_value(reader: ModuleType) -> None:
    document, page = drawn()
    width = pymupdf.get_text_length("1,900人", "japan", 9)
    page.add_strikeout_annot(pymupdf.Rect(334, 129, 334 + width, 138))
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", ""]


def test_a_line_drawn_low_or_as_a_note_strikes_out_and_an_underline_does_not(reader: ModuleType) -> None:
    width = pymupdf.get_text_length("1,900人", "japan", 9)
    found = []
    for y, note in ((135.2, False), (133.6, True), (137.9, False)):
        document, page = drawn()
        if note:
            page.add_line_annot((334, y), (334 + width, y))
        else:
            page.draw_line((334, y), (334 + width, y), color=(1, 0, 0), width=0.6)
        found.append(laid_out(document, reader)[0][1][2])
    assert found == ["", "", "1,900人"]


def test_a_line_through_all_cells_of_a_row_strikes_it_and_an_arrow_behind_its_name_does_not(
    reader: ModuleType,
) -> None:
    struck, arrow = drawn(), drawn()
    struck[1].draw_line((62, 133.6), (438, 133.6), color=(1, 0, 0), width=0.8)
    arrow[1].draw_line((222, 133.6), (438, 133.6), color=(1, 0, 0), width=0.8)
    assert laid_out(struck[0], reader)[0][1] == ["", "", ""]
    assert laid_out(arrow[0], reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_a_slanted_line_over_a_text_strikes_it_out_and_one_over_a_corner_does_not(reader: ModuleType) -> None:
    document, page = drawn()
    width = pymupdf.get_text_length("1,900人", "japan", 9)
    page.draw_line((333, 138), (335 + width, 129), color=(1, 0, 0), width=0.7)
    page.draw_line((60, 100), (220, 122), width=0.5)
    assert laid_out(document, reader)[0] == [
        ["見る数字", "R7年度", "R12年度"],
        ["窓口に来た人", "2,480人", ""],
    ]


@pytest.mark.parametrize(
    "options", [{"color": (0.99, 0.99, 0.99)}, {"fill_opacity": 0.01}, {"color": (0.8, 0.9, 1)}, {}]
)
def test_text_in_the_colour_of_its_ground_or_too_small_to_be_read_is_not_seen(
    reader: ModuleType, options: dict[str, Any]
) -> None:
    document, page = new_page()
    if options.get("color") == (0.8, 0.9, 1):
        page.draw_rect((330, 122, 440, 144), color=None, fill=(0.8, 0.9, 1))
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("窓口に来た人", "2,480人", "")))
    write(page, 334, 137, "1,900人", 9 if options else 1, **options)
    write(page, 384, 137, "1,750人")
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,750人"]


def test_a_rule_through_a_text_that_runs_on_strikes_nothing(reader: ModuleType) -> None:
    document, page = drawn()
    page.draw_line((300, 133.6), (440, 133.6), width=0.5)
    assert laid_out(document, reader)[0][1][0] == "窓口に来た人"
    assert "1,900人" in lines(document, reader)


def test_a_text_drawn_three_times_is_one(reader: ModuleType) -> None:
    document, page = drawn()
    for k in (1, 2):
        write(page, 334 + 0.9 * k, 137 + 0.3 * k, "1,900人")
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_text_cut_off_by_a_clip_ends_there(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("", "", "")))
    write(page, 60, 80, "計画")  # names the font among the resources
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    text = "書かない窓口を使った人の割".encode("utf-16-be").hex()
    number = "45%".encode("utf-16-be").hex()
    parts = (
        f"q 60 698 160 22 re W n BT /japan 12 Tf 70 705 Td <{text}> Tj ET Q "
        f"q 220 698 110 22 re W n BT /japan 12 Tf 223 705 Td <{number}> Tj ET Q"
    )
    document.update_stream(xref, parts.encode())
    contents = [*page.get_contents(), xref]
    document.xref_set_key(page.xref, "Contents", "[" + " ".join(f"{x} 0 R" for x in contents) + "]")
    name, value, _ = laid_out(document, reader)[0][1]
    assert name.startswith("書かない窓口を使った")
    assert "45" not in name
    assert value == "45%"


def test_a_pale_stamp_across_rows_is_no_cells_text(reader: ModuleType) -> None:
    document, page = drawn()
    for y in (126, 148):
        write(page, 350, y, "案", color=PALE_GREY)
    rows, blocks = laid_out(document, reader)
    assert rows[1] == ["窓口に来た人", "2,480人", "1,900人"]
    assert blocks.count("案") == 2


@pytest.mark.parametrize("options", [{"color": (1, 0.3, 0.3), "fill_opacity": 0.3}, {"color": (0.9, 0, 0)}])
def test_small_stamps_strewn_over_a_table_are_no_cells_text(
    reader: ModuleType, options: dict[str, Any]
) -> None:
    document, page = drawn()
    for x, y in ((80, 116), (120, 140), (230, 116), (232, 140), (340, 118), (345, 139), (520, 300)):
        write(page, x, y, "案", 12, **options)
    assert laid_out(document, reader)[0] == [
        ["見る数字", "R7年度", "R12年度"],
        ["窓口に来た人", "2,480人", "1,900人"],
    ]


def test_a_coloured_word_in_a_ring_of_its_colour_is_a_stamp(reader: ModuleType) -> None:
    document, page = drawn()
    page.draw_circle((180, 130), 20, color=(0.8, 0, 0), width=1.2)
    write(page, 166, 135, "原案", 14, color=(0.8, 0, 0))
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_a_slanted_stamp_is_no_cells_text(reader: ModuleType) -> None:
    document, page = drawn()
    turned = pymupdf.Matrix(1, 1).prerotate(35)
    page.insert_text(
        (200, 150),
        "部外秘",
        fontname="japan",
        fontsize=40,
        color=(1, 0.7, 0.7),
        morph=(pymupdf.Point(200, 150), turned),
    )
    rows, blocks = laid_out(document, reader)
    assert rows[1] == ["窓口に来た人", "2,480人", "1,900人"]
    assert blocks == ["部外秘"]


def test_pale_words_in_a_cell_of_their_own_stay(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, YS, (("年度", "評価", "理由"), ("R8", "", "")))
    write(page, 224, 137, "Ａ・Ｂ・Ｃ", color=PALE_GREY)
    assert laid_out(document, reader)[0][1] == ["R8", "Ａ・Ｂ・Ｃ", ""]


@pytest.mark.parametrize("rise", [-1.0, 0.0, 1.2, 3.0])
def test_a_small_figure_behind_a_number_is_no_digit_of_it(reader: ModuleType, rise: float) -> None:
    document, page = new_page()
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("待った時間", "18", "")))
    write(page, 224 + pymupdf.get_text_length("18", "japan", 9), 137 - rise, "2", size=6)
    assert laid_out(document, reader)[0][1] == ["待った時間", "18", ""]


def test_a_small_figure_before_a_number_is_no_digit_of_it(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("窓口に来た人", "", "1,900人")))
    write(page, 240, 137, "2,480人")
    write(page, 230.5, 132.5, "*1", 4.5)
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_the_figure_of_a_unit_stays(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, YS, (("見る数字", "R7年度", "R12年度"), ("出す量", "", "")))
    write(page, 224, 137, "36t-CO")
    write(page, 224 + pymupdf.get_text_length("36t-CO", "japan", 9), 139, "2", size=6)
    assert laid_out(document, reader)[0][1] == ["出す量", "36t-CO2", ""]


def test_readings_over_a_cells_words_are_no_part_of_them(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, (100, 122, 150), (("見る数字", "R7年度", "R12年度"), ("", "2,480人", "1,900人")))
    write(page, 64, 141, "窓口に来た人")
    write(page, 65, 132, "まどぐち", size=4)
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人", "1,900人"]


def test_a_reading_may_reach_past_its_short_word(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, XS, (100, 122, 150), (("見る数字", "R7年度", "R12年度"), ("", "2,480人", "1,900人")))
    write(page, 66, 141, "認証")
    write(page, 64, 132, "にんしょう", size=4.4)
    assert laid_out(document, reader)[0][1] == ["認証", "2,480人", "1,900人"]


def test_letters_spread_by_blanks_are_joined_also_past_the_side_of_the_table(reader: ModuleType) -> None:
    document, page = new_page()
    table(page, (60, 220, 300), YS, (("見る数字", "数"), ("窓口に来た人", "2 , 4 8 0 人 （ R 1 2 ）")))
    assert laid_out(document, reader)[0][1] == ["窓口に来た人", "2,480人（R12）"]


def test_a_rule_parts_the_cells_of_text_that_runs_up_or_down(reader: ModuleType) -> None:
    for turn, second in ((90, 338.0), (270, 462.0)):
        document, page = new_page()
        write(page, 100, 400, "窓口に来た人", rotate=turn)
        edge = 400 - 54 if turn == 90 else 400 + 54
        page.draw_line((80, (edge + second) / 2), (120, (edge + second) / 2), width=0.5)
        write(page, 100, second, "48人", rotate=turn)
        assert sorted(lines(document, reader)) == ["48人", "窓口に来た人"]
