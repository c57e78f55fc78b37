"""What a PDF reader makes of one page: lines as people see them, and what it says when it cannot."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pymupdf
import pytest

from extract.limits import Limits
from extract.model import Page, Source
from extract.read import mupdf, plumber
from extract.read.sniff import ReadError

Draw = Callable[[Any], object]


@pytest.fixture(params=[mupdf, plumber], ids=["mupdf", "plumber"])
def reader(request: pytest.FixtureRequest) -> ModuleType:
    return request.param  # type: ignore[no-any-return]


def pdf(*draws: Draw, pages: int = 1, **save: Any) -> bytes:
    document = pymupdf.open()
    for _ in range(pages):
        page = document.new_page(width=400, height=300)
        for draw in draws:
            draw(page)
    return bytes(document.tobytes(**save))


def text(x: float, y: float, words: str, size: float = 12, **more: Any) -> Draw:
    font = "japan" if not words.isascii() else "helv"
    return lambda page: page.insert_text((x, y), words, fontname=font, fontsize=size, **more)


def dark_box(page: Any) -> None:
    page.draw_rect((10, 30, 100, 60), fill=(0, 0, 0.5), color=None)


def scan(page: Any) -> None:
    page.insert_image(page.rect, pixmap=pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 8, 6)))


def hatching(page: Any) -> None:
    for y in range(30):
        page.draw_line((0, y), (9, y))


def read_page(reader: ModuleType, *draws: Draw) -> Page:
    source: Source = reader.read(pdf(*draws))
    return source.pages[0]


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def codes(source: Source) -> list[tuple[str, int | None]]:
    return [(d.code, d.page) for d in source.diagnostics]


def test_neighbour_cells_are_lines_of_their_own(reader: ModuleType) -> None:
    page = read_page(reader, text(20, 50, "目標値"), text(200, 50, "62件"), text(20, 80, "備考"))
    assert texts(page) == ["目標値", "62件", "備考"]


def test_cells_drawn_column_by_column_come_in_rows(reader: ModuleType) -> None:
    left = text(20, 50, "項目"), text(20, 80, "申請率")
    right = text(200, 50.2, "実績"), text(200, 79.8, "18.5%")
    page = read_page(reader, *left, *right)
    assert texts(page) == ["項目", "実績", "申請率", "18.5%"]


@pytest.mark.parametrize("room", [5.0, 1.0])
def test_a_rule_parts_full_cells_that_nearly_touch(reader: ModuleType, room: float) -> None:
    def rule(page: Any) -> None:
        page.draw_line((56 + room, 30), (56 + room, 70))

    page = read_page(reader, rule, text(20, 50, "基準値"), text(56 + 2 * room, 50, "目標値"))
    assert texts(page) == ["基準値", "目標値"]


def test_text_that_runs_over_a_rule_stays_whole(reader: ModuleType) -> None:
    def rule(page: Any) -> None:
        page.draw_line((50, 30), (50, 70))

    assert texts(read_page(reader, rule, text(20, 50, "試行から本運用へ"))) == ["試行から本運用へ"]


def test_letters_spread_over_a_cell_stay_one_word(reader: ModuleType) -> None:
    page = read_page(reader, *[text(20 + 36 * i, 50, c) for i, c in enumerate("担当課")])
    assert texts(page) == ["担当課"]


def test_circles_in_a_row_of_cells_stay_apart(reader: ModuleType) -> None:
    page = read_page(reader, *[text(20 + 36 * i, 50, "○") for i in range(4)])
    assert texts(page) == ["○"] * 4


def test_letters_set_one_under_the_other_run_down(reader: ModuleType) -> None:
    page = read_page(reader, *[text(20, 50 + 14 * i, c) for i, c in enumerate("基本方針")])
    (line,) = page.lines
    assert (line.text, line.vertical) == ("基本方針", True)
    assert list(line.runs[0].xs) == sorted(line.runs[0].xs)
    assert len(line.runs[0].xs) == 5


def test_vertical_writing_runs_down_from_its_origin(reader: ModuleType) -> None:
    document = pymupdf.open("pdf", pdf(text(150, 50, "基本方針")))
    for xref in range(1, document.xref_length()):
        font = document.xref_object(xref)
        if "UniJIS-UTF16-H" in font:
            document.update_object(xref, font.replace("UniJIS-UTF16-H", "UniJIS-UTF16-V"))
    (line,) = reader.read(bytes(document.tobytes())).pages[0].lines
    assert (line.text, line.vertical) == ("基本方針", True)
    assert list(line.box or ()) == pytest.approx([144, 50, 156, 98], abs=0.1)


def test_a_raised_small_figure_is_a_superscript_of_its_line(reader: ModuleType) -> None:
    page = read_page(reader, text(20, 50, "標準化"), text(56, 44, "7", 6), text(60, 50, "を進める"))
    (line,) = page.lines
    assert [r.text for r in line.runs] == ["標準化", "7", "を進める"]
    assert [r.superscript for r in line.runs] == [False, True, False]


def test_text_drawn_twice_is_one_bold_text(reader: ModuleType) -> None:
    (line,) = read_page(reader, text(20, 50, "計画の期間"), text(20.4, 50, "計画の期間")).lines
    assert line.text == "計画の期間"
    assert line.runs[0].bold


def test_filled_and_stroked_text_is_bold(reader: ModuleType) -> None:
    plain, bold = read_page(reader, text(20, 50, "本文"), text(20, 80, "見出し", render_mode=2)).lines
    assert (plain.runs[0].bold, bold.runs[0].bold) == (False, True)


def test_letters_written_and_outlined_are_bold_and_no_shapes(reader: ModuleType) -> None:
    """cairo writes bold text so. A frame around a word and a tick box beside it are shapes."""

    def outlines(page: Any) -> None:
        for x in (50, 62):
            page.draw_polyline(
                [(x + 2, 41), (x + 10, 41), (x + 9, 51), (x + 3, 51)], closePath=True, width=0.4
            )
            page.draw_rect((x + 4, 43, x + 8, 47), color=0, width=0.4)
        page.draw_rect((74, 90, 110, 104), color=0, width=0.4)
        page.draw_rect((40, 92, 48, 100), color=0, width=0.4)

    page = read_page(reader, text(50, 50, "窓口改革", 12), text(50, 100, "窓口改革", 12), outlines)
    assert [[(r.text, r.bold) for r in line.runs] for line in page.lines] == [
        [("窓口", True), ("改革", False)],
        [("窓口改革", False)],
    ]
    assert len(page.shapes) == 2


def test_every_character_has_its_edges(reader: ModuleType) -> None:
    (line,) = read_page(reader, text(20, 50, "手続62件")).lines
    for run in line.runs:
        assert len(run.xs) == len(run.text) + 1
    assert line.box is not None
    assert line.runs[0].xs[0] == pytest.approx(20, abs=0.5)
    assert line.box.y1 - line.box.y0 == pytest.approx(12, abs=0.1)


def test_no_space_is_invented_between_kanji_and_figures(reader: ModuleType) -> None:
    (line,) = read_page(reader, text(20, 50, "年間"), text(46, 50, "62"), text(61, 50, "件")).lines
    assert line.text == "年間62件"


def test_latin_words_set_apart_without_a_space_get_one(reader: ModuleType) -> None:
    (line,) = read_page(reader, text(20, 50, "Open"), text(55, 50, "Data")).lines
    assert line.text == "Open Data"


def test_text_nobody_can_see_is_left_out_and_told(reader: ModuleType) -> None:
    white, inkless = text(20, 90, "白", color=(1, 1, 1)), text(20, 70, "透", render_mode=3)
    source = reader.read(pdf(text(20, 50, "表"), text(500, 50, "外"), white, inkless))
    assert texts(source.pages[0]) == ["表"]
    assert ("invisible_text", 1) in codes(source)


def add(page: Any, operators: str) -> None:
    """Append operators to a page's content."""
    document = page.parent
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    document.update_stream(xref, operators.encode(), new=True)
    contents = " ".join(f"{x} 0 R" for x in (*page.get_contents(), xref))
    document.xref_set_key(page.xref, "Contents", f"[{contents}]")


def test_text_nobody_sees_for_its_opacity_its_clip_or_its_layer_is_left_out(reader: ModuleType) -> None:
    def layers(page: Any) -> None:
        on, off = (page.parent.add_ocg(name, on=name == "shown") for name in ("shown", "draft"))
        page.insert_text((20, 120), "見える層", fontname="japan", oc=on)
        page.insert_text((20, 140), "隠れた層", fontname="japan", oc=off)
        page.draw_rect((200, 120, 300, 140), fill=(1, 0, 0), oc=off)

    def clipped(page: Any) -> None:
        add(page, "q 0 0 10 10 re W n BT /japan 12 Tf 1 0 0 1 50 80 Tm <304630483044> Tj ET Q")

    page = read_page(
        reader, text(20, 50, "見える文"), text(20, 80, "透明な文", fill_opacity=0), layers, clipped
    )
    assert texts(page) == ["見える文", "見える層"]
    assert page.shapes == ()


def test_the_text_a_file_gives_for_its_glyphs_is_read_in_their_place(reader: ModuleType) -> None:
    def tagged(page: Any) -> None:
        operators = "BT /japan 12 Tf 1 0 0 1 20 80 Tm <00610062> Tj ET"
        add(page, f"/Span <</ActualText <FEFF9032635773876570>>> BDC {operators} EMC")

    page = read_page(reader, text(20, 50, "見える文"), tagged)
    assert texts(page) == ["見える文", "進捗率数"]


def test_a_text_put_on_a_page_is_read_and_what_reviewers_mark_is_not(reader: ModuleType) -> None:
    def review(page: Any) -> None:
        page.add_freetext_annot((20, 80, 150, 100), "修正後の文", fontname="japan", fontsize=11)
        page.add_highlight_annot((20, 40, 70, 52))
        page.add_text_annot((200, 200), "要確認")

    page = read_page(reader, text(20, 50, "見える文"), review)
    assert texts(page) == ["見える文", "修正後の文"]
    assert page.shapes == ()


def test_a_field_filled_in_is_read(reader: ModuleType) -> None:
    def field(page: Any) -> None:
        widget = pymupdf.Widget()
        widget.field_type, widget.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, "n"
        widget.field_value, widget.rect = "1,250", pymupdf.Rect(20, 80, 120, 100)
        page.add_widget(widget)

    assert texts(read_page(reader, text(20, 50, "件数"), field)) == ["件数", "1,250"]


def test_white_text_on_a_coloured_box_is_kept(reader: ModuleType) -> None:
    assert texts(read_page(reader, dark_box, text(20, 50, "継続", color=(1, 1, 1)))) == ["継続"]


def test_recognised_text_under_a_scan_is_kept(reader: ModuleType) -> None:
    page = read_page(reader, scan, text(20, 50, "読取り", render_mode=3))
    assert texts(page) == ["読取り"]


def test_a_scan_without_text_says_so(reader: ModuleType) -> None:
    source = reader.read(pdf(scan))
    assert source.pages[0].text_source == "none"
    assert codes(source) == [("no_text_layer", 1)]


def test_of_too_many_drawings_the_longest_rules_are_read(reader: ModuleType) -> None:
    def rules(page: Any) -> None:
        page.draw_line((0, 60), (200, 60))
        page.draw_line((0, 80), (200, 80))
        page.draw_polyline([(0, 0), (200, 9), (40, 90)])

    source = reader.read(pdf(hatching, rules, text(20, 50, "地図")), limits=Limits(drawings=20))
    shapes = source.pages[0].shapes
    assert (texts(source.pages[0]), len(shapes)) == (["地図"], 20)
    assert [s.box.y0 for s in shapes if s.box.width > 100] == [60, 80]
    assert codes(source) == [("too_many_drawings", 1)]


def test_pages_beyond_the_limit_are_left_out_and_told(reader: ModuleType) -> None:
    source = reader.read(pdf(text(20, 50, "頁"), pages=5), limits=Limits(pages=2))
    assert [p.number for p in source.pages] == [1, 2]
    assert codes(source) == [("too_many_pages", 3)]
    assert "--max-pages" in source.diagnostics[0].message


def test_reading_ends_where_there_are_too_many_characters(reader: ModuleType) -> None:
    source = reader.read(pdf(text(20, 50, "十文字の行が一つある"), pages=4), limits=Limits(characters=15))
    assert [p.number for p in source.pages] == [1, 2]
    assert codes(source) == [("too_many_characters", 3)]


def test_only_the_asked_pages_are_read(reader: ModuleType) -> None:
    source = reader.read(pdf(text(20, 50, "頁"), pages=3), pages=range(2, 4))
    assert [p.number for p in source.pages] == [2, 3]
    assert source.n_pages == 3


def test_pages_count_from_one(reader: ModuleType) -> None:
    with pytest.raises(ValueError, match="from 1"):
        reader.read(pdf(text(20, 50, "頁")), pages=range(0, 1))


def test_white_text_on_a_gradient_is_kept(reader: ModuleType) -> None:
    document = pymupdf.open("pdf", pdf(text(20, 50, "継続", color=(1, 1, 1))))
    page = document[0]
    function = "<</FunctionType 2/Domain[0 1]/C0[0 0 1]/C1[0 0 0]/N 1>>"
    shading = document.get_new_xref()
    document.update_object(
        shading, f"<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 400 0]/Function {function}>>"
    )
    resources = int(document.xref_get_key(page.xref, "Resources")[1].split()[0])
    document.xref_set_key(resources, "Shading", f"<</Fade {shading} 0 R>>")
    content = page.get_contents()[0]
    document.update_stream(content, b"q /Fade sh Q " + document.xref_stream(content))
    read = reader.read(bytes(document.tobytes())).pages[0]
    assert texts(read) == ["継続"]
    assert read.images == ()


def test_a_missing_page_is_told_and_the_others_go_on(reader: ModuleType) -> None:
    source = reader.read(pdf(text(20, 50, "頁")), pages=range(1, 3))
    assert texts(source.pages[0]) == ["頁"]
    assert codes(source) == [("page_unreadable", 2)]


def test_a_locked_file_asks_for_a_copy_without_password(reader: ModuleType) -> None:
    data = pdf(text(20, 50, "秘"), encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o")
    with pytest.raises(ReadError, match="password") as caught:
        reader.read(data)
    assert caught.value.code == "encrypted"


def test_a_file_locked_only_against_changes_is_read(reader: ModuleType) -> None:
    data = pdf(text(20, 50, "公開"), encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o")
    assert texts(reader.read(data).pages[0]) == ["公開"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<html><body>404</body></html>", "wrong_type"),
        (b"%PDF-1.7\nno more came", "unreadable"),
    ],
)
def test_what_is_no_document_says_what_to_do(reader: ModuleType, data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        reader.read(data)
    assert caught.value.code == code


def test_discs_drawn_before_lines_are_their_bullets(reader: ModuleType) -> None:
    def dots(page: Any) -> None:
        for y in (46, 66):
            page.draw_circle((44, y), 2, fill=(0, 0, 0), color=None)
        page.draw_circle((300, 200), 2, fill=(0, 0, 0), color=None)

    draws = (text(52, 50, "窓口の予約"), text(52, 70, "端末の設置"), text(52, 104, "以上"), dots)
    page = reader.read(pdf(*draws)).pages[0]
    assert [line.text for line in page.lines] == ["•窓口の予約", "•端末の設置", "以上"]


def test_a_disc_beside_the_label_of_its_row_is_a_bullet_like_those_below_it(reader: ModuleType) -> None:
    def dots(page: Any) -> None:
        for y in (46, 66, 86):
            page.draw_circle((91, y), 2, fill=(0, 0, 0), color=None)

    lines = [text(99, 50 + 20 * k, t) for k, t in enumerate(("窓口の予約", "端末の設置", "案内の改善"))]
    page = reader.read(pdf(text(20, 50, "取組内容"), *lines, dots)).pages[0]
    assert [line.text for line in page.lines] == [
        "取組内容", "•窓口の予約", "•端末の設置", "•案内の改善",
    ]  # fmt: skip


def test_a_font_drawn_glyph_by_glyph_has_the_name_its_descriptor_gives() -> None:
    class File:
        def xref_get_key(self, xref: int, key: str) -> tuple[str, str]:
            return ("name", "/ABCDEF+Gothic-Bold") if xref == 7 else ("null", "null")

    names = [mupdf._font_name(File(), n) for n in ("Mincho", "Type3 (7 0 R)", "Type3 (8 0 R)")]
    assert names == ["Mincho", "ABCDEF+Gothic-Bold", ""]


def test_pages_that_a_later_table_of_objects_hides_are_found() -> None:
    """Seen in a parser's test suite: the file opens without error and without a page."""
    whole = pdf(text(72, 72, "Plan 2026"))
    numbers = {name: int(found[1]) for name in ("Pages", "Root") if (found := _reference(whole, name))}
    start = int(whole.rsplit(b"startxref", 1)[1].split()[0])
    hidden = whole + (
        b"\nxref\n%d 1\n0000000000 65535 f \ntrailer\n<</Size 20/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF"
        % (numbers["Pages"], numbers["Root"], start, len(whole) + 1)
    )
    with pymupdf.open(stream=hidden) as document:
        assert document.page_count == 0
    source = mupdf.read(hidden)
    assert [line.text for page in source.pages for line in page.lines] == ["Plan 2026"]


def _reference(data: bytes, name: str) -> re.Match[bytes] | None:
    return re.search(rb"/%s (\d+) 0 R" % name.encode(), data)


def test_shapes_beyond_the_limit_take_no_time_of_the_text() -> None:
    """Found among odd files: looking for what strikes text out takes time by the square of the shapes."""

    def scatter(page: Any) -> None:
        shape = page.new_shape()
        for i in range(30_000):
            shape.draw_rect((i % 200, i // 200, i % 200 + 1, i // 200 + 1))
        shape.finish(fill=(0, 0, 0))
        shape.commit()
        page.insert_text((72, 200), "Plan 2026")

    begun = time.process_time()
    source = mupdf.read(pdf(scatter), limits=Limits(drawings=100))
    assert "Plan 2026" in [line.text for line in source.pages[0].lines]
    assert time.process_time() - begun < 10


def test_attached_files_and_xfa_forms_are_told(reader: ModuleType) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "Open the attached plan.")
    document.embfile_add("keikaku.pdf", b"%PDF-1.7", filename="keikaku.pdf")
    document.xref_set_key(document.pdf_catalog(), "Collection", "<</Type/Collection>>")
    document.xref_set_key(document.pdf_catalog(), "AcroForm", "<</XFA[]>>")
    told = reader.read(document.tobytes()).diagnostics
    assert [(d.code, d.severity) for d in told] == [("attached_files", "warning"), ("xfa_form", "warning")]
    assert "keikaku.pdf" in told[0].message
