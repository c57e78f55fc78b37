"""What a plan stands for is told by how it is set, whatever it is called: in a box, larger, in quotes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.layout.isolate import layout
from extract.read.mupdf import read as read_pdf
from extract.records import policies
from extract.records.policies import _printed
from extract.structure.assemble import assemble
from extract.structure.words import WORDS
from tests.extract.paper import Paper

PILLARS = ("柱１　手続を軽くする", "柱２　職場を変える", "柱３　島をつなぐ")
PROSE = "町は人口が減るなかでも暮らしを支えるため、次の柱に沿って取組を進めます。"


def boxed(paper: Paper, name: str, motto: str, bold: bool = True) -> None:
    paper.box(60, 110, 180, 140, fill=0x1D5C8C, stroke=0)
    paper.box(180, 110, 530, 140, stroke=0)
    paper.line(70, 118, name, bold=True, color=0xFFFFFF)
    paper.line(200, 118, motto, 12 if bold else 10.5, bold=bold)


def table(paper: Paper, name: str, motto: str) -> None:
    for y in (110, 140):
        paper.rule(60, y, 530)
    for x in (60, 180, 530):
        paper.page.draw_line((x, 110), (x, 140), width=0.5)
    paper.line(70, 118, name, bold=True)
    paper.line(200, 118, motto, 12, bold=True)


def plain(paper: Paper, name: str, motto: str) -> None:
    boxed(paper, name, motto, bold=False)


def larger(paper: Paper, name: str, motto: str) -> None:
    paper.line(90, 118, f"{name}　{motto}", 15, bold=True)


def quoted(paper: Paper, name: str, motto: str) -> None:
    paper.line(57, 118, f"{name}　「{motto}」", 11.5, bold=True)


def stated(draw: Callable[[Paper, str, str], None], name: str, motto: str) -> list[tuple[str | None, str]]:
    paper = Paper()
    paper.line(150, 300, "灯浦町デジタル計画", 24, bold=True)
    paper.turn()
    paper.line(57, 60, "２　計画の考え方", 15, bold=True)
    paper.lines(57, 86, [PROSE])
    draw(paper, name, motto)
    y = 170.0
    for pillar in PILLARS:
        paper.line(57, y, pillar, 12, bold=True)
        y = paper.lines(57, y + 22, [PROSE, PROSE]) + 10
    paper.turn()
    y = 60.0
    for n, pillar in enumerate(PILLARS, 1):
        paper.line(57, y, pillar, 15, bold=True)
        for m in (1, 2):
            paper.line(57, y + 30, f"{n}－{m}　{pillar[-4:]}取組その{m}", 12, bold=True)
            y = paper.lines(57, y + 52, [PROSE, PROSE]) + 8
    source = read_pdf(paper.document.tobytes())
    found = policies.extract(assemble(source, layout(source, WORDS)))
    return [(p.kind, p.title) for p in found if p.level is None]


@pytest.mark.parametrize("draw", [boxed, table, larger, quoted])
@pytest.mark.parametrize("name", ["共同の理念", "とも綱", "合言葉"])
def test_what_a_plan_stands_for_may_have_any_name(draw: Callable[[Paper, str, str], None], name: str) -> None:
    assert stated(draw, name, "波の音の届く役場") == [(name, "波の音の届く役場")]


@pytest.mark.parametrize(
    ("name", "text"), [("計画の対象", "町のすべての施設と職員"), ("見直しの時期", "総合計画の改定のとき")]
)
def test_a_box_of_plain_text_states_nothing_the_plan_stands_for(name: str, text: str) -> None:
    assert stated(plain, name, text) == []


def test_a_name_that_comes_back_over_the_same_words_names_them_and_a_small_one_over_them_is_no_reading() -> (
    None
):
    paper = Paper()
    paper.line(150, 300, "灯浦町デジタル計画", 24, bold=True)
    for y in (500, 200):
        paper.line(115, y, "あいことば", 8)
        paper.line(60, y + 15, "ひらく港、かよう海辺のくらし", 14, bold=True)
        paper.turn()
        paper.lines(57, 60, [PROSE, PROSE])
    paper.turn()
    y = 60.0
    for pillar in PILLARS:
        paper.line(57, y, pillar, 15, bold=True)
        y = paper.lines(57, y + 22, [PROSE, PROSE]) + 10
    source = read_pdf(paper.document.tobytes())
    found = policies.extract(assemble(source, layout(source, WORDS)))
    assert [(p.kind, p.title) for p in found if p.level is None] == [
        ("あいことば", "ひらく港、かよう海辺のくらし")
    ]


def test_the_number_of_a_level_is_told_without_its_word() -> None:
    assert [_printed(n, "節") for n in ("第１節", "第二節", "Ⅰ", "１")] == ["1", "二", "Ⅰ", "1"]
