"""A plan set as a newsletter: its name on every page, two columns, numbers in pills over titles that say a sentence."""

from __future__ import annotations

import pytest

from extract.document import Document
from extract.layout.isolate import layout
from extract.read.mupdf import read
from extract.records import measures, policies
from extract.structure.assemble import assemble
from extract.structure.words import WORDS
from tests.extract.paper import Paper, blocks

TITLES = ("窓口を早く閉めません", "紙の束をへらします", "納め方を増やします", "畑のようすを空から見ます",
          "本を家から借りられます", "道の傷みを知らせ合います", "学びの場を開きます", "声を集めて返します")  # fmt: skip


TASKS = ("道具の購入", "手順の見直し", "場所の準備", "人の手配", "便りでの案内")


def _labelled(paper: Paper, x: float, y: float, label: str, text: str) -> None:
    """A name in bold and colour, its text behind it on the line: 0.27 em apart, the first letter a space."""
    paper.line(x, y, label, 9.5, bold=True, color=0xA0522D)
    paper.line(x + 9.5 * len(label) + 2.6, y, f"　{text}", 9.5)


def _measure(paper: Paper, x: float, y: float, n: int) -> None:
    paper.box(x, y, x + 52, y + 12, fill=0xA0522D)
    paper.line(x + 8, y + 2, f"てくてく{n + 1}", 8, bold=True, color=0xFFFFFF)
    paper.line(x, y + 15, TITLES[n], 12.5, bold=True)
    _labelled(paper, x, y + 40, "けさ", f"「{TITLES[n][:2]}」という声が減っています。")
    _labelled(paper, x, y + 60, "あした", f"「{TITLES[n][:2]}」という声を町の人と聞き直します。")
    paper.line(x, y + 80, "すること", 9.5, bold=True, color=0xA0522D)
    for k, what in enumerate(TASKS):
        paper.box(x + 1, y + 97 + 14 * k, x + 5, y + 101 + 14 * k, fill=0)
        paper.line(x + 14, y + 94 + 14 * k, f"{TITLES[n][:2]}の{what}", 9.5)
    paper.box(x + 6, y + 166, x + 240, y + 166.6, fill=0x999999)
    paper.line(x + 130, y + 170, f"受け手／{TITLES[n][:2]}課、総務課", 8)


def newsletter() -> Paper:
    paper = Paper()
    paper.line(120, 300, "灯浦町デジタル計画", 24, bold=True)
    for page in range(8):
        paper.turn()
        paper.line(37, 44, "とうらだより", 19, bold=True, color=0x0B6E8A)
        paper.line(500, 60, f"{page + 2}ページ", 8)
        if page < 4:
            paper.lines(
                37, 100, ["町では紙の手続きをへらし、家から届け出られるように仕組みを改めています。"] * 8, 9.5
            )
            continue
        paper.line(
            48,
            95,
            f"めざす先{page - 3}　{('町を軽く', '里を近く', '海を青く', '山を深く')[page - 4]}",
            15,
            bold=True,
        )
        paper.box(298, 130, 298.5, 500, fill=0x999999)
        for column in range(2):
            _measure(paper, (37.0, 311.0)[column], 131, 2 * (page - 4) + column)
    return paper


@pytest.fixture(scope="module")
def plan() -> Document:
    source = read(newsletter().document.tobytes())
    return assemble(source, layout(source, WORDS))


def test_each_number_in_a_pill_has_its_title_below_though_that_says_a_sentence(plan: Document) -> None:
    found = measures.extract(plan, policies.extract(plan))
    assert [(m.number, m.title) for m in found] == [(str(n), t) for n, t in enumerate(TITLES, 1)]


def test_names_before_their_text_on_its_line_and_before_a_stroke_are_labels(plan: Document) -> None:
    found = measures.extract(plan, policies.extract(plan))
    for n, measure in zip(range(len(TITLES)), found, strict=True):
        assert (measure.background or "").endswith("という声が減っています。")
        assert (measure.approach or "").endswith("町の人と聞き直します。")
        assert measure.actions == tuple(f"{TITLES[n][:2]}の{task}" for task in TASKS)
        assert measure.departments == (f"{TITLES[n][:2]}課", "総務課")


def test_the_name_of_the_paper_on_every_page_heads_nothing() -> None:
    told = [
        pair for page in newsletter().layout() for pair in blocks(page.items) if pair[1] == "とうらだより"
    ]
    assert told == [("header", "とうらだより")] * 8


def test_drawn_bullets_beside_a_rule_between_columns_are_no_drawing() -> None:
    kinds = {kind for page in newsletter().layout() for kind, _ in blocks(page.items)}
    assert "figure_text" not in kinds
