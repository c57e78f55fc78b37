"""The layout primitives: line rules, merged cells, arrows, notes, and text that reads back as written."""

from __future__ import annotations

import pymupdf
import pytest

from corpora.builder import draw, pdf
from corpora.builder.content import from_mapping
from corpora.builder.draw import Axis, Book, Cell, Flow, Style, table, text, wrap
from extract.model import Box

STYLE = Style(size=10)


def render(book: Book) -> pymupdf.Document:
    fonts = {name: pdf.cut(name, chars) for name, chars in book.chars().items()}
    return pymupdf.open(stream=pdf.write(book.pages, "test", fonts, "20260301"), filetype="pdf")


def test_no_line_begins_with_a_full_stop_or_ends_with_an_opening_bracket() -> None:
    lines = wrap("電子申請を広げます。「書かない窓口」も設けます。", 92, STYLE)
    assert "".join(lines) == "電子申請を広げます。「書かない窓口」も設けます。"
    assert len(lines) > 2
    assert not any(line[0] in text.NO_LINE_START or line[-1] in text.NO_LINE_END for line in lines)


def test_words_and_numbers_in_latin_letters_are_not_broken() -> None:
    assert wrap("目標は12,480件", 55, STYLE) == ["目標は", "12,480件"]


def test_a_note_mark_stays_with_its_word_and_takes_less_room() -> None:
    assert wrap("業務のBPR^{12}を", 52, STYLE) == ["業務の", "BPR^{12}を"]
    assert draw.text_width("BPR^{12}", STYLE) < draw.text_width("BPR12", STYLE)


def test_text_reads_back_as_it_was_written_also_where_glyphs_are_shared_with_compatibility_forms() -> None:
    text = "令和８年度①行政手続の見直し—ＤＸ推進・髙齢者、金立車"
    book = Book(400, 100)
    book.page().text(10, 50, text, STYLE)
    assert render(book)[0].get_text().strip() == text


def test_two_characters_on_one_glyph_are_refused_as_one_could_not_be_read_back() -> None:
    with pytest.raises(ValueError, match="share a glyph"):
        pdf.cut("sans", {" ", "\u00a0"})


def test_merged_cells_take_the_room_of_their_text_and_keep_the_grid() -> None:
    book = Book(400, 300)
    rows = [
        [Cell("KPI", rowspan=3), Cell("項目"), Cell("目標値")],
        [Cell("件数"), Cell("40件")],
        [Cell("とても長い名前の指標がここに入りますので折り返します", colspan=2)],
    ]
    grid = table(book.page(), 20, 20, [50, 80, 60], rows, STYLE)
    assert grid.xs == (20, 70, 150, 210)
    assert grid.box(0, 0, rowspan=3).height == pytest.approx(sum(grid.box(r, 1).height for r in range(3)))
    assert grid.box(2, 1).height > grid.box(1, 1).height
    words = {w[4]: Box(*w[:4]) for w in render(book)[0].get_text("words")}
    assert grid.box(1, 2).holds(words["40件"].cx, words["40件"].cy)


@pytest.mark.parametrize(
    ("mark", "points"),
    [(draw.block_arrow, 7), (draw.pentagon, 5), (draw.chevron, 6)],
    ids=["block", "pentagon", "chevron"],
)
def test_arrows_are_one_filled_polygon_that_spans_its_box(mark: draw.Mark, points: int) -> None:
    book = Book(300, 60)
    mark(book.page(), Box(20, 10, 220, 40), 0x2E75B6, None)
    (shape,) = render(book)[0].get_drawings()
    corners = {(round(p.x, 1), round(p.y, 1)) for item in shape["items"] for p in item[1:]}
    assert len(corners) == points
    assert (shape["rect"].x0, shape["rect"].x1) == pytest.approx((20, 220), abs=0.1)
    assert [round(c * 255) for c in shape["fill"]] == [0x2E, 0x75, 0xB6]


def test_a_mark_covers_more_than_half_of_its_first_and_last_year() -> None:
    axis = Axis((100, 150, 200, 250), (2026, 2027, 2028))
    box = axis.box(2026, 2028, 0, 10, inset=(0.4, 0.3))
    assert (box.x0, box.x1) == pytest.approx((120, 185))
    half = Axis((100, 120, 140, 160), (2026, 2026.5, 2027), step=0.5).box(2026.5, 2027, 0, 10, (0, 0))
    assert (half.x0, half.x1) == pytest.approx((120, 140))


def test_a_note_stands_on_the_page_of_its_mark_and_is_never_run_over() -> None:
    book = Book(300, 220)
    notes = {str(i): f"{i}番目の言葉の説明です。" for i in range(1, 6)}
    flow = Flow(book, STYLE, 20, 280, 20, 200, notes=notes)
    flow.new_page()
    for i in range(1, 6):
        flow.text(f"言葉{i}^{{{i}}}は、この段落のなかで一度だけ使われ、下に説明があります。")
    flow.close()
    doc = render(book)
    assert len(doc) > 1
    for i in range(1, 6):
        (page,) = (p for p in doc if f"言葉{i}" in p.get_text())
        assert f"{i}番目の言葉の説明" in page.get_text()
    for page in doc:
        baselines = sorted(
            (s["origin"][1], s["size"])
            for b in page.get_text("dict")["blocks"]
            for x in b["lines"]
            for s in x["spans"]
        )
        body = [y for y, size in baselines if size == 10]
        foot = [y for y, size in baselines if size == 7.5]
        assert max(body) < min(foot)


def test_a_long_table_breaks_between_rows_and_repeats_its_head_but_not_inside_a_merged_cell() -> None:
    book = Book(300, 200)
    flow = Flow(book, STYLE, 20, 280, 20, 180)
    flow.new_page()
    rows = [[Cell("取組"), Cell("指標")]]
    for i in range(6):
        rows += [[Cell(f"取組{i}", rowspan=2), Cell(f"上{i}")], [Cell(f"下{i}")]]
    flow.table([80, 100], rows, STYLE)
    pages = [p.get_text() for p in render(book)]
    assert len(pages) > 1
    assert all(text.startswith("取組\n指標") for text in pages)
    for i in range(6):
        assert any(f"上{i}" in text and f"下{i}" in text for text in pages)


def test_a_misspelt_key_in_the_content_is_named_with_its_place() -> None:
    doc = {"municipality": "雪野市", "title": "計画", "published": "2026-03", "date_text": "令和8年3月"}
    measure = {"id": "m01", "title": "窓口", "kpi": []}
    with pytest.raises(ValueError, match=r"plan\.measures\[0\]: unknown \['kpi'\]"):
        from_mapping({"layout": "prose", "doc": doc, "measures": [measure]})
    with pytest.raises(ValueError, match=r"plan\.doc\.start_fy: int is wanted, not '2026'"):
        from_mapping({"layout": "prose", "doc": {**doc, "start_fy": "2026"}, "measures": []})


def test_a_turned_page_reads_as_it_is_shown() -> None:
    book = Book(300, 500)
    book.page(turned=True).text(40, 60, "横長の表", STYLE)
    page = render(book)[0]
    assert (page.rect.width, page.rect.height, page.rotation) == (500, 300, 90)
    place = pymupdf.Rect(page.get_text("words")[0][:4]) * page.rotation_matrix
    assert place.x0 == pytest.approx(40, abs=1)
    assert place.y0 < 60 < place.y1


def test_a_chart_of_each_make_shows_every_value_inside_its_frame() -> None:
    book = Book(300, 200)
    box = Box(20, 20, 280, 180)
    draw.bar_chart(book.page(), box, ["R1", "R2", "R3"], [10, 12.5, 1400], draw.ChartLook())
    draw.line_chart(book.page(), box, ["R1", "R2", "R3"], [10, 12.5, 1400], draw.ChartLook())
    for page in render(book):
        assert {"10", "12.5", "1,400"} <= {w[4] for w in page.get_text("words")}
        for shape in page.get_drawings():
            assert box.holds(shape["rect"].x0, shape["rect"].y0, 1)
            assert box.holds(shape["rect"].x1, shape["rect"].y1, 1)
