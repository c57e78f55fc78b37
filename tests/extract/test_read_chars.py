"""Cases a test PDF is hard to build for: odd characters, junk text layers, thin and doubled paths."""

from __future__ import annotations

import pytest

from extract.read import chars, shapes, strips
from extract.read.strips import Strip, font_style

STYLE = font_style("ABCDEF+MS-Mincho", 10, 0)


def strip(text: str, step: float = 10, width: float = 10) -> Strip:
    starts = [20 + step * i for i in range(len(text))]
    return Strip(text, starts, [x + width for x in starts], 50, STYLE)


def line_texts(*strips: Strip) -> list[str]:
    return [line.text for line in chars.lines(strips, 600, 800)]


def test_combining_marks_join_their_letter_and_keep_its_edges() -> None:
    (line,) = chars.lines([strip("か\u3099き")], 600, 800)
    assert line.text == "がき"
    assert len(line.runs[0].xs) == 3


def test_control_characters_and_soft_hyphens_go_but_bullets_stay() -> None:
    assert line_texts(strip("\uf0b7デジ\xadタル\x00化")) == ["\uf0b7デジタル化"]


def test_justified_text_with_wide_regular_gaps_is_one_line() -> None:
    assert line_texts(strip("均等に割り付けた文", step=16)) == ["均等に割り付けた文"]


@pytest.mark.parametrize(
    ("name", "bold"),
    [
        ("XYZABC+NotoSansCJKjp-Bold", True),
        ("HiraKakuProN-W6", True),
        ("HiraKakuProN-W3", False),
        ("MS-Gothic", False),
    ],
)
def test_weight_is_read_off_the_font_name(name: str, bold: bool) -> None:
    assert font_style(name, 10, 0).bold is bold


def test_a_page_of_ordinary_text_is_not_garbled() -> None:
    assert not strips.garbled("行政手続のオンライン化を進めます。" * 30)
    assert not strips.garbled("62件 13.5% R8 ○ \uf0b7 \uf0fc")
    assert not strips.garbled("窓口·庁内|外部 3×2 約20°C 基本方針1~4 é")
    assert not strips.garbled("")


@pytest.mark.parametrize(
    "text",
    [
        "\ufffd\ufffd手続\ufffd",
        "(cid:12)(cid:40)化",
        "\ue001\ue002市",
        "亜唖娃阿哀愛挨姶逢葵" * 40,
        "窓口~手続{、計画²定め»よう¸~~窓口¹見直wます" * 3,
    ],
)
def test_junk_text_layers_are_noticed(text: str) -> None:
    assert strips.garbled(text)


def test_fill_and_stroke_of_one_path_are_one_shape() -> None:
    corners = ((10.0, 10.0), (60.0, 10.0), (60.0, 30.0), (10.0, 30.0), (10.0, 10.0))
    (shape,) = shapes.shapes(
        [shapes.Path(corners, True, 0xFF, None), shapes.Path(corners, True, None, 0xFF0000, 1.5)], 600, 800
    )
    assert (shape.kind, shape.fill, shape.stroke, shape.width) == ("rect", 0xFF, 0xFF0000, 1.5)


@pytest.mark.parametrize("back", [True, False], ids=["ends where it began", "is closed"])
def test_a_rectangle_drawn_from_the_middle_of_a_side_is_a_rectangle(back: bool) -> None:
    points = ((30.0, 10.0), (60.0, 10.0), (60.0, 30.0), (10.0, 30.0), (10.0, 10.0))
    (shape,) = shapes.shapes(
        [shapes.Path((*points, points[0]) if back else points, not back, 0, None)], 600, 800
    )
    assert shape.kind == "rect"


def test_a_hairline_drawn_as_a_filled_rectangle_is_kept() -> None:
    points = ((10.0, 10.0), (90.0, 10.0), (90.0, 10.2), (10.0, 10.2))
    (shape,) = shapes.shapes([shapes.Path(points, True, 0, None)], 600, 800)
    assert shape.kind == "rect"


def test_a_block_arrow_keeps_its_corners() -> None:
    points = ((10.0, 12.0), (80.0, 12.0), (80.0, 8.0), (95.0, 16.0), (80.0, 24.0), (80.0, 20.0), (10.0, 20.0))
    (shape,) = shapes.shapes([shapes.Path(points, True, 0xFF, None)], 600, 800)
    assert (shape.kind, len(shape.points)) == ("polygon", 7)


def test_the_white_ground_of_a_page_is_no_shape() -> None:
    ground = ((0.0, 0.0), (600.0, 0.0), (600.0, 800.0), (0.0, 800.0))
    assert shapes.shapes([shapes.Path(ground, True, 0xFFFFFF, None)], 600, 800) == ()


def test_bullets_above_each_other_are_no_line_that_runs_down() -> None:
    """A bullet set in a run of its own keeps the text behind it, and three of them are no vertical word."""
    strips = []
    for n, text in enumerate(["窓口の改善", "研修の実施", "機器の更新"]):
        base = 100.0 + 17.5 * n
        strips.append(Strip("・", [36], [46], base, STYLE))
        starts = [49.0 + 10 * i for i in range(len(text))]
        strips.append(Strip(text, starts, [x + 10 for x in starts], base + 0.2, STYLE))
    assert line_texts(*strips) == ["・窓口の改善", "・研修の実施", "・機器の更新"]


def test_half_a_character_becomes_a_replacement_mark() -> None:
    assert line_texts(strip("窓\ud83d口")) == ["窓\ufffd口"]


def column(text: str, step: float) -> list[Strip]:
    return [Strip(c, [20.0], [30.0], 50 + step * i, STYLE) for i, c in enumerate(text)]


def test_letters_one_under_the_other_run_down_unless_they_are_states_or_rules_part_them() -> None:
    down = [line.text for line in chars.lines(column("取組内容", 12), 600, 800)]
    states = [line.text for line in chars.lines(column("済済未済済未済", 14), 600, 800)]
    rules = [chars.Level(54 + 12 * i, 0, 100) for i in range(4)]
    parted = [line.text for line in chars.lines(column("済未否", 12), 600, 800, (), rules)]
    assert (down, states, parted) == (["取組内容"], list("済済未済済未済"), ["済", "未", "否"])
