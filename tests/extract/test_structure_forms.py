"""Forms are read because they come back: the same plans in usual and in invented words, each in one look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest

from extract.layout.isolate import layout
from extract.model import Cell, Table, TableItem
from extract.read.mupdf import read as read_pdf
from extract.records import measures, policies
from extract.records.model import Measure
from extract.structure.assemble import assemble
from extract.structure.labels_found import run_in
from extract.structure.slot_roles import CLOSE, Slot, decide
from extract.structure.unfold import unfold
from extract.structure.words import WORDS
from tests.extract.paper import SLIDE, Paper
from tests.extract.text_plan import document, measures_of


class Told(NamedTuple):
    """What a measure says in the plans of this file."""

    title: str
    state: str
    plan: str
    actions: tuple[str, ...]
    offices: tuple[str, ...]


PLAN = (
    Told("書かない窓口", "転入の届出に同じ氏名を何度も書く場面が残っています。", "聞き取った内容を職員が入力する窓口へ切り替えます。",
         ("受付端末の設置", "様式の統合"), ("住民課",)),
    Told("納付の方法", "水道料金は現金でしか納められず、収納の確認に日数を要しています。", "二次元コードで納められる料金を順に増やします。",
         ("納付書の改訂", "収納機の更新", "広報での案内"), ("会計課", "水道課")),
    Told("農地の見回り", "山あいの農地を見回る人が年々少なくなっています。", "空から写した画像で農地のようすを調べます。",
         ("機体の購入", "操縦者の育成"), ("農政課",)),
    Told("夜の相談", "働く世代が昼に役場へ来ることは難しくなっています。", "夜間も受け付ける窓口を画面越しに開きます。",
         ("機器の貸出し", "予約の受付"), ("福祉課", "総務課")),
)  # fmt: skip
USUAL = ("現状と課題", "取組方針", "主な取組", "担当課")
INVENTED = ("足もとのようす", "こう動かす", "手はじめの三つ", "旗をふる席")


def said(measure: Measure) -> Told:
    return Told(
        measure.title,
        measure.background or "",
        measure.approach or "",
        measure.actions,
        measure.departments,
    )


def drawn(paper: Paper) -> list[Measure]:
    source = read_pdf(paper.document.tobytes())
    document = assemble(source, layout(source, WORDS))
    return measures.extract(document, policies.extract(document))


def lines(words: Sequence[str]) -> list[Measure]:
    """◆labels as lines of their own in running text."""
    paper = Paper()
    y = paper.lines(60, 60, ["3 取組のすがた"], 15) + 10
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）{m.title}", 12, bold=True)
        y += 22
        for word, texts in zip(
            words, ([m.state], [m.plan], [f"・{a}" for a in m.actions], ["、".join(m.offices)])
        ):
            paper.line(60, y, f"◆{word}", 10.5, bold=True)
            y = paper.lines(76, y + 16, texts)
    return drawn(paper)


def run_in_labels(words: Sequence[str]) -> list[Measure]:
    """The last label and its offices on one line, behind a bullet."""
    paper = Paper()
    y = paper.lines(60, 60, ["3 取組のすがた"], 15) + 10
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）{m.title}", 12, bold=True)
        y += 22
        for word, texts in zip(words, ([m.state], [m.plan], [f"・{a}" for a in m.actions])):
            paper.line(60, y, f"◆{word}", 10.5, bold=True)
            y = paper.lines(76, y + 16, texts)
        y = paper.lines(60, y, [f"◆{words[3]}　　{'、'.join(m.offices)}"]) + 8
    return drawn(paper)


def _rows(m: Told, words: Sequence[str]) -> list[tuple[str, list[str]]]:
    texts = ([m.state], [m.plan], [f"・{a}" for a in m.actions], ["、".join(m.offices)])
    return list(zip(words, texts))


def boxes(words: Sequence[str]) -> list[Measure]:
    """A slide a measure: labels in filled boxes at the left, each with its text in a box right of it."""
    paper = Paper(SLIDE)
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        paper.line(40, 30, f"{n}-1　{m.title}", 20, bold=True)
        y = 80.0
        for word, texts in _rows(m, words):
            height = 22 + 18 * len(texts)
            paper.box(40, y, 160, y + height, fill=0x1F6FB2)
            paper.line(50, y + height / 2 - 6, word, 12, bold=True, color=0xFFFFFF)
            paper.box(166, y, 740, y + height, stroke=0x999999)
            paper.lines(176, y + 10, texts, 12, 1.5)
            y += height + 8
    return drawn(paper)


def cards(words: Sequence[str]) -> list[Measure]:
    """Two cards a page: a box with a word over the number, the title right of it, a tag at its end."""
    paper = Paper(SLIDE)
    for n, m in enumerate(PLAN):
        if n and n % 2 == 0:
            paper.turn()
        y = 30.0 + 250 * (n % 2)
        paper.box(40, y, 100, y + 34, fill=0x0B6E8A)
        paper.line(46, y + 3, "てだて", 9, color=0xFFFFFF)
        paper.line(52, y + 14, f"{n + 1}-1", 15, bold=True, color=0xFFFFFF)
        paper.line(112, y + 9, m.title, 17, bold=True)
        paper.box(640, y, 700, y + 20, fill=0xC00000)
        paper.line(650, y + 4, ("新規", "継続")[n % 2], 12, bold=True, color=0xFFFFFF)
        y += 44
        for word, texts in _rows(m, words):
            paper.box(40, y, 44, y + 12, fill=0x0B6E8A)
            paper.line(50, y, word, 11, bold=True)
            y = paper.lines(50, y + 16, texts, 10, 1.4)
    return drawn(paper)


def tables(words: Sequence[str]) -> list[Measure]:
    """A ruled table a measure: the label left of its text."""
    paper = Paper()
    y = 60.0
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）{m.title}", 12, bold=True)
        y += 20
        for word, texts in _rows(m, words):
            height = 10 + 18 * len(texts)
            paper.box(60, y, 160, y + height, fill=0xDDEBF7, stroke=0)
            paper.line(66, y + 6, word)
            paper.box(160, y, 540, y + height, stroke=0)
            paper.lines(166, y + 6, texts)
            y += height
        y += 14
    return drawn(paper)


def one_grid(words: Sequence[str]) -> list[Measure]:
    """A sheet a measure: a number box, a row with the title, and bands over their text, all in one grid."""
    paper = Paper()
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        sheet = "事業名" if words is USUAL else "よび名"
        for x0, x1, y, fill, text in (
            (420, 490, 110, 0xD9D9D9, "整理番号"),
            (490, 540, 110, None, f"{n}"),
            (60, 160, 140, 0xD9D9D9, sheet),
            (160, 540, 140, None, m.title),
        ):
            paper.box(x0, y, x1, y + 22, fill=fill, stroke=0)
            paper.line(x0 + 6, y + 6, text)
        y = 162.0
        for k, (word, texts) in enumerate(_rows(m, words), 1):
            height = 10 + 18 * len(texts)
            paper.box(60, y, 540, y + 20, fill=0xD9D9D9, stroke=0)
            paper.line(66, y + 5, f"{k}　{word}", bold=True)
            paper.box(60, y + 20, 540, y + 20 + height, stroke=0)
            paper.lines(66, y + 26, texts)
            y += 20 + height
    found = drawn(paper)
    assert [m.number for m in found] == ["1", "2", "3", "4"]
    return found


def wide_leads(words: Sequence[str]) -> list[Measure]:
    """A slide a measure: a band that opens with its label and a wide space, no sign before it."""
    paper = Paper(SLIDE)
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        paper.line(40, 30, f"{n}-1　{m.title}", 20, bold=True)
        paper.box(40, 66, 740, 88, fill=0xFFF4DC)
        paper.line(48, 71, f"{words[0]}　{m.state}", 12)
        y = 110.0
        for word, texts in _rows(m, words)[1:]:
            paper.box(40, y, 740, y + 20, fill=0x1F6FB2)
            paper.line(50, y + 4, word, 11, bold=True, color=0xFFFFFF)
            y = paper.lines(50, y + 28, texts, 11) + 6
    return drawn(paper)


def counted_labels(words: Sequence[str]) -> list[Measure]:
    """A plan set as an official text: ア, イ, ウ before the labels, their text indented below."""
    paper = Paper()
    y = paper.lines(60, 60, ["３　施策"], 15) + 10
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）　{m.title}")
        y += 14
        for mark, word, texts in zip("アイウ", words, ([m.state], [m.plan], m.actions), strict=False):
            paper.line(71, y, f"{mark}　{word}")
            y += 14
            for k, text in enumerate(texts):
                paper.line(
                    92 if mark != "ウ" else 82, y, f"（{'アイウ'[k]}）{text}" if mark == "ウ" else text
                )
                y += 14
        paper.line(71, y, f"エ　{words[3]}　{'、'.join(m.offices)}")
        y += 22
    return drawn(paper)


def codes_and_margins(words: Sequence[str]) -> list[Measure]:
    """A slide a measure: a code in a box, the level and the offices at the top right, a line under the title."""
    paper = Paper(SLIDE)
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        paper.line(380, 520, f"{n + 4}", 9)
        paper.box(30, 14, 90, 52, fill=0x2A7F9E)
        paper.line(40, 22, f"P{n}", 20, bold=True, color=0xFFFFFF)
        paper.line(104, 22, m.title, 20, bold=True)
        paper.line(600, 16, f"向き{1 + n // 3}　{('町を軽く', '里を強く')[n // 3]}", 9)
        paper.line(600, 32, f"{words[3]}　{'、'.join(m.offices)}", 9)
        paper.line(40, 64, f"{m.title}から、町の毎日が少しずつ変わります。", 12)
        y = 96.0
        for word, texts in _rows(m, words)[:3]:
            paper.box(40, y, 740, y + 20, fill=0x1F6FB2)
            paper.line(50, y + 4, f"{word}（令和６年度）", 11, bold=True, color=0xFFFFFF)
            y = paper.lines(50, y + 28, texts, 11) + 6
    found = drawn(paper)
    assert [m.overview for m in found] == [f"{m.title}から、町の毎日が少しずつ変わります。" for m in PLAN]
    assert [m.number for m in found] == ["P1", "P2", "P3", "P4"]
    return found


def offices_beside_titles(words: Sequence[str]) -> list[Measure]:
    """A slide a measure: its offices in small boxes level with the title; before all, a page that explains it."""
    paper = Paper(SLIDE)
    paper.line(40, 24, "シートの見方", 20, bold=True)
    for k, (word, told) in enumerate(zip(words, ("いまのようす", "進め方", "行うこと"), strict=False)):
        paper.box(40, 80 + 60 * k, 160, 130 + 60 * k, fill=0x1F6FB2)
        paper.line(50, 95 + 60 * k, word, 12, bold=True, color=0xFFFFFF)
        paper.box(160, 80 + 60 * k, 740, 130 + 60 * k, fill=0xEEEEEE)
        paper.line(170, 95 + 60 * k, f"この欄には、{told}を{'三行で' * k}示しています。", 12)
    for n, m in enumerate(PLAN, 1):
        paper.turn()
        paper.line(40, 6, "町の計画　／　取組のシート", 8)
        paper.line(40, 24, f"{n}-1　{m.title}", 20, bold=True)
        for k, office in enumerate(m.offices):
            paper.box(560 + 90 * k, 26, 640 + 90 * k, 44, stroke=0x999999)
            paper.line(600 + 90 * k - 4.5 * len(office), 30, office, 9)
        y = 80.0
        for word, texts in _rows(m, words)[:3]:
            paper.box(40, y, 740, y + 20, fill=0x1F6FB2)
            paper.line(50, y + 4, word, 11, bold=True, color=0xFFFFFF)
            y = paper.lines(50, y + 28, texts, 11) + 6
    return drawn(paper)


@pytest.mark.parametrize("words", [USUAL, INVENTED], ids=["usual", "invented"])
@pytest.mark.parametrize(
    "print_so",
    [
        lines,
        run_in_labels,
        boxes,
        cards,
        tables,
        one_grid,
        wide_leads,
        counted_labels,
        codes_and_margins,
        offices_beside_titles,
    ],
)
def test_a_form_that_comes_back_is_read_whatever_its_labels_say(
    print_so: Callable[[Sequence[str]], list[Measure]], words: Sequence[str]
) -> None:
    assert [said(m) for m in print_so(words)] == list(PLAN)


def _grid(paper: Paper, xs: Sequence[float], top: float, rows: Sequence[Sequence[str]]) -> None:
    for r, row in enumerate(rows):
        y = top + 20 * r
        for (x0, x1), text in zip(pairwise(xs), row, strict=True):
            paper.box(x0, y, x1, y + 20, stroke=0)
            paper.line(x0 + 5, y + 5, text, 9)


@pytest.mark.parametrize("words", [USUAL, INVENTED], ids=["usual", "invented"])
def test_a_grid_of_several_forms_whose_first_cell_names_and_counts_them(words: Sequence[str]) -> None:
    paper = Paper()
    for first in (0, 2):
        if first:
            paper.turn()
        y = 60.0
        for n, m in enumerate(PLAN[first : first + 2], first + 1):
            _grid(paper, [40, 140, 540], y, [(f"みちしるべ A{n}", m.title)])
            y += 20
            for word, texts in _rows(m, words):
                height = 10 + 18 * len(texts)
                paper.box(40, y, 140, y + height, fill=0xDDEBF7, stroke=0)
                paper.line(46, y + 6, word)
                paper.box(140, y, 540, y + height, stroke=0)
                paper.lines(146, y + 6, texts)
                y += height
    found = drawn(paper)
    assert [said(m) for m in found] == list(PLAN)
    assert [m.number for m in found] == ["A1", "A2", "A3", "A4"]


def test_sheets_of_a_general_plan_with_offices_in_the_band_and_tasks_in_a_table() -> None:
    """The box of the number is as high as the band, titles may wrap, pages break before a label."""
    paper = Paper()
    plan = [m._replace(title=f"{m.title}の{word}") for word in ("改善", "発展") for m in PLAN]
    for n, m in enumerate(plan, 1):
        if n > 1:
            paper.turn()
        parts = [m.title] if n != 2 else [m.title[:4], m.title[4:]]
        foot = 71.0 + 23 * len(parts)
        paper.box(48, 51, 540, foot, fill=0x0B7285)
        paper.box(48, 51, 106, foot, fill=0x333333)
        paper.line(68, 60, "施策", 9, color=0xFFFFFF)
        paper.line(58, 72, f"１－{n}", 13, bold=True, color=0xFFFFFF)
        for k, part in enumerate(parts):
            paper.line(115, 65 + 24 * k, part, 14, bold=True, color=0xFFFFFF)
        told = [f"主担当：{m.offices[0]}", f"関連：{'、'.join(m.offices[1:])}"][: len(m.offices)]
        for k, text in enumerate(told):
            paper.line(
                530 - 7.6 * len(text), (45 + foot) / 2 - 4 * len(told) + 11 * k, text, 7.6, color=0xFFFFFF
            )
        paper.line(59, 120, "現状と課題", 10.5, bold=True)
        _grid(
            paper, [48, 110, 540], 138, [("現状", m.state), ("課題", "手順を改めることが求められています。")]
        )
        if n in (1, 3, 5):
            paper.turn()
        y = 64.0 if n in (1, 3, 5) else 200.0
        paper.line(59, y, "施策の方針", 10.5, bold=True)
        paper.line(48, y + 20, f"　{m.plan}")
        paper.line(59, y + 50, "主な取組", 10.5, bold=True)
        rows = [("", "取組名", "担当課", "実施時期")]
        rows += [(str(k), task, m.offices[0], "R8～R10") for k, task in enumerate(m.actions, 1)]
        _grid(paper, [48, 70, 330, 440, 540], y + 70, rows)
    found = drawn(paper)
    wants = "手順を改めることが求められています。"
    assert [said(m) for m in found] == [m._replace(state=f"{m.state}\n{wants}") for m in plan]
    assert [m.number for m in found] == [f"１－{n}" for n in range(1, 9)]


def test_a_number_in_a_box_of_two_lines_is_the_title_s_number() -> None:
    assert [m.number for m in cards(INVENTED)] == ["1-1", "2-1", "3-1", "4-1"]


def test_a_label_that_its_narrow_box_breaks_is_one() -> None:
    paper = Paper(SLIDE)
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        paper.line(40, 30, f"{n}-1　{m.title}", 20, bold=True)
        for y, parts, text in ((80.0, ("足もとのよ", "うす"), m.state), (150.0, ("こう動かす",), m.plan)):
            paper.box(40, y, 112, y + 46, fill=0x1F6FB2)
            for i, part in enumerate(parts):
                paper.line(46, y + 8 + 15 * i, part, 12, bold=True, color=0xFFFFFF)
            paper.box(118, y, 740, y + 46, stroke=0x999999)
            paper.line(126, y + 16, text, 12)
    assert [(m.background, m.approach) for m in drawn(paper)] == [(m.state, m.plan) for m in PLAN]


def test_a_text_without_geometry_is_read_the_same_way() -> None:
    text = "# 3 取組のすがた\n"
    for n, m in enumerate(PLAN, 1):
        items = "".join(f"- {a}\n" for a in m.actions)
        text += f"\n## ({n}) {m.title}\n\n"
        for word, body in zip(INVENTED, (m.state, m.plan, items, "、".join(m.offices))):
            text += f"### {word}\n\n{body}\n\n"
    assert [said(m) for m in measures_of(text)] == list(PLAN)


def test_titles_listed_in_tables_take_turns_and_are_no_labels() -> None:
    listed = "".join(f"|{m.title}|{m.offices[0]}|\n" for m in PLAN)
    text = f"# 1 体系\n\n{listed}\n# 2 日程\n\n{listed}\n# 3 取組\n\n"
    for n, m in enumerate(PLAN, 1):
        text += f"## ({n}) {m.title}\n\n＜{INVENTED[0]}＞\n\n{m.state}\n\n＜{INVENTED[1]}＞\n\n{m.plan}\n\n"
    assert [(m.title, m.background, m.approach) for m in measures_of(text)] == [
        (m.title, m.state, m.plan) for m in PLAN
    ]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("【手だて】窓口を開きます。", "手だて"),
        ("受け持ち：住民課", "受け持ち"),
        ("ウ　受け持ち　住民課", "受け持ち"),
    ],
)
def test_labels_at_the_head_of_their_line(line: str, label: str) -> None:
    opened = run_in(line)
    assert opened is not None
    assert opened.name == label


@pytest.mark.parametrize("line", ["住民課　福祉課", "本市では、窓口：三つ", "（1）窓口の改善"])
def test_lines_that_open_with_no_label(line: str) -> None:
    assert run_in(line) is None


def slot(key: str, order: float, *values: str) -> Slot:
    return Slot(key, key, order, tuple((v,) for v in values))


def test_what_has_been_done_is_background_though_its_label_says_what_to_do() -> None:
    done = slot(
        "これまでの取組",
        0.2,
        "端末を全課に配りました。",
        "講座を毎年開いてきました。",
        "利用は伸びていません。",
    )
    coming = slot(
        "今後の取組", 0.6, "端末を学校にも配ります。", "講座を夜にも開きます。", "案内を増やします。"
    )
    told = decide([done, coming])
    assert told["これまでの取組"].name == "background"
    assert told["今後の取組"].name in ("approach", "actions")


def test_what_only_its_place_could_tell_has_a_small_margin() -> None:
    first = slot("はじめに", 0.4, "窓口のようすを伝えます。", "納付のようすを伝えます。", "農地を伝えます。")
    assert decide([first])["はじめに"].margin < CLOSE


def test_names_of_the_national_plan_are_tags_and_a_few_short_words_are_none() -> None:
    national = slot("紐付け", 0.3, "デジタルデバイド対策", "・セキュリティ対策の徹底", "デジタルデバイド対策")
    state = slot("新しさ", 0.6, "新規", "継続", "新規")
    told = decide([national, state])
    assert (told["紐付け"].name, told["新しさ"].name) == ("tags", "other")
    assert told["紐付け"].margin > CLOSE


def test_what_one_label_says_in_some_records_is_no_label() -> None:
    text = "# 3 取組のすがた\n\n"
    for n, who in enumerate(("職員", "事業者", "職員", "来庁者", "職員", "職員")):
        m = PLAN[n % len(PLAN)]
        text += f"## ({n + 1}) {m.title}{'ABCDEF'[n]}\n\n"
        bodies = (f"{m.state}{n}", f"{m.plan}{n}", who, f"{'東西南北中外'[n]}課")
        rows = [f"| {word} | {body} |" for word, body in zip((*INVENTED[:2], "だれに", INVENTED[3]), bodies)]
        text += "\n".join([rows[0], "| --- | --- |", *rows[1:]]) + "\n\n"
    labels = document(text).labels
    assert labels.found("だれに") is not None
    assert labels.found("職員") is None


def test_a_form_that_explains_its_boxes_is_no_measure() -> None:
    text = "# 3 取組のすがた\n\n## 様式の見方\n\n"
    text += "".join(f"【{word}】\n\nこの欄には、取組ごとの内容を書いています。\n\n" for word in INVENTED)
    for n, m in enumerate(PLAN, 1):
        text += f"## ({n}) {m.title}\n\n"
        for word, body in zip(
            INVENTED, (m.state, m.plan, "- " + "\n- ".join(m.actions), "、".join(m.offices))
        ):
            text += f"【{word}】\n\n{body}\n\n"
    assert [said(m) for m in measures_of(text)] == list(PLAN)


def test_a_name_over_years_heads_a_table_of_values_and_is_no_label() -> None:
    text = "# 3 取組のすがた\n\n"
    for n, m in enumerate(PLAN, 1):
        text += f"## ({n}) {m.title}\n\n【{INVENTED[0]}】\n\n{m.state}\n\n【{INVENTED[1]}】\n\n{m.plan}\n\n"
        rows = (
            ("ものさし札", f"窓口{n}の予約", f"書類{n}の種類"),
            ("今（R6）", "3件", "8種類"),
            ("先（R9）", "9件", "2種類"),
        )
        text += (
            "<table>"
            + "".join(f"<tr>{''.join(f'<td>{t}</td>' for t in row)}</tr>" for row in rows)
            + "</table>\n\n"
        )
    labels = document(text).labels
    assert labels.found(INVENTED[0]) is not None
    assert labels.found("ものさし札") is None


def test_a_label_over_one_of_a_few_words_is_a_label_too() -> None:
    text = "# 3 取組のすがた\n\n"
    for n, m in enumerate(PLAN, 1):
        text += f"## ({n}) {m.title}\n\n【{INVENTED[0]}】\n\n{m.state}\n\n【くくり】\n\n{('新規', '継続')[n > 2]}\n\n"
        text += f"【{INVENTED[1]}】\n\n{m.plan}\n\n"
    assert [(m.background, m.approach) for m in measures_of(text)] == [(m.state, m.plan) for m in PLAN]


def test_names_left_of_unruled_text_are_read_row_by_row_though_more_stands_below() -> None:
    paper = Paper()
    y = 60.0
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）{m.title}", 13, bold=True)
        y += 26
        for word, body in zip(INVENTED, (m.state, m.plan, m.actions[0], "、".join(m.offices))):
            paper.line(70, y, word, 10.5, bold=True)
            paper.line(190, y, body)
            y += 18
        paper.line(60, y + 6, "【あゆみ】", 10.5, bold=True)
        paper.line(60, y + 24, "毎年の秋に確かめます。")
        y += 56
    assert [(m.background, m.approach, m.departments) for m in drawn(paper)] == [
        (m.state, m.plan, m.offices) for m in PLAN
    ]


def test_a_label_beside_its_text_above_labels_over_theirs() -> None:
    paper = Paper()
    y = 60.0
    for n, m in enumerate(PLAN, 1):
        paper.line(60, y, f"（{n}）{m.title}", 13, bold=True)
        paper.line(60, y + 26, INVENTED[0], bold=True)
        paper.line(160, y + 26, m.state)
        paper.line(60, y + 46, INVENTED[2], bold=True)
        y = paper.lines(74, y + 62, [f"・{a}" for a in m.actions])
        paper.line(60, y, INVENTED[3], bold=True)
        paper.line(160, y, "、".join(m.offices))
        y += 34
    assert [(m.background, m.actions, m.departments) for m in drawn(paper)] == [
        (m.state, m.actions, m.offices) for m in PLAN
    ]


def test_what_a_form_of_one_grid_tells_for_each_year_is_a_chart_of_its_own() -> None:
    def form(title: str) -> TableItem:
        rows = [
            "ねらい",
            title,
            "歩み",
            "R8年度|機器の選定",
            "R9年度|窓口への設置",
            "おわり",
            f"{title}が終わる。",
        ]
        cells = [
            Cell(r, c, text, colspan=1 if "|" in line else 2)
            for r, line in enumerate(rows)
            for c, text in enumerate(line.split("|"))
        ]
        return TableItem(Table(tuple(cells), len(rows), 2))

    items = unfold([form("早く済ませる。"), form("広く知らせる。"), form("長く続ける。")])
    charts = [t for item in items if isinstance(item, TableItem) for t in item.timelines]
    assert [[b.text for row in t.rows for b in row.bars] for t in charts] == [
        ["機器の選定", "窓口への設置"]
    ] * 3


@pytest.mark.parametrize("label", ["こんな場面があります", "現状（改定時）"])
def test_labels_may_be_clauses_or_say_in_brackets_when_they_were_true(label: str) -> None:
    text = "# 3 取組のすがた\n\n"
    for n, m in enumerate(PLAN, 1):
        text += f"## {n}－{'①②③④'[n - 1]} {m.title}\n\n【{label}】\n\n{m.state}\n\n【こう変えます】\n\n{m.plan}\n\n"
    assert [(m.number, m.background, m.approach) for m in measures_of(text)] == [
        (f"{n}－{'①②③④'[n - 1]}", m.state, m.plan) for n, m in enumerate(PLAN, 1)
    ]


def test_sentences_counted_below_prose_are_what_is_done() -> None:
    text = "# 3 取組のすがた\n\n"
    for n, m in enumerate(PLAN, 1):
        done = [f"{a}を進めます。" for a in m.actions]
        text += f"## ({n}) {m.title}\n\n{m.state}{m.plan}\n\n"
        text += "\n".join(f"{'①②③'[i]} {t}" for i, t in enumerate(done)) + "\n\n"
    assert [(m.approach, m.actions) for m in measures_of(text)] == [
        (m.state + m.plan, tuple(f"{a}を進めます。" for a in m.actions)) for m in PLAN
    ]


def test_a_list_of_all_titles_before_the_first_record_makes_none_of_them_a_tag() -> None:
    paper = Paper()
    paper.line(60, 60, "三つの願いと四つのあゆみ", 16, bold=True)
    for n, m in enumerate(PLAN, 1):
        paper.line(70, 86 + 30 * n, f"あゆみ{n}　{m.title}", 12)
    for n, m in enumerate(PLAN, 1):
        paper.turn()
        paper.line(60, 50, f"願い{n}　くらしを{'軽明楽深'[n - 1]}くする", 18, bold=True)
        paper.line(60, 90, f"あゆみ{n}　{m.title}", 14, bold=True)
        y = 120.0
        for word, texts in _rows(m, INVENTED):
            paper.line(60, y, word, 11, bold=True)
            y = paper.lines(70, y + 18, texts) + 6
    assert [m.title for m in drawn(paper)] == [m.title for m in PLAN]


def test_what_is_said_first_tells_the_state_where_its_sentences_do() -> None:
    why = (
        "窓口は夕方に閉まります。",
        "席が足りません。",
        "記録が残っていません。",
        "人が減っています。",
        "機器が古く、よく止まります。",
    )
    how = ("夜も開きます。", "席を増やします。", "記録を残します。", "人を育てます。", "機器を改めます。")
    slots = [
        Slot(k, k, o, tuple((t,) for t in v)) for k, o, v in (("わけ", 0.2, why), ("やりよう", 0.4, how))
    ]
    assert [role.name for role in decide(slots).values()] == ["background", "approach"]


@pytest.mark.parametrize("words", [("向き", "あゆみ"), ("基本方向", "施策")])
def test_the_heads_of_a_table_of_all_levels_name_them_where_their_numbers_nest(
    words: tuple[str, str],
) -> None:
    paper = Paper()
    paper.line(60, 50, "計画のすがた", 16, bold=True)
    tops = {0: ("1 町を軽く", 4), 4: ("2 里を強く", 4)}
    middles = {
        0: ("1-(1) 手続を速く", 2),
        2: ("1-(2) 窓口を近く", 2),
        4: ("2-(1) 農を助ける", 2),
        6: ("2-(2) 学びを広げる", 2),
    }
    names = ("申請", "証明", "納付", "相談", "農地", "水路", "図書", "講座")
    codes = [f"{1 + r // 4}-({1 + r // 2 % 2})-{'①②'[r % 2]}" for r in range(8)]
    for x0, x1, head in ((60, 180, words[0]), (180, 330, words[1]), (330, 540, "取組")):
        paper.box(x0, 80, x1, 100, fill=0xDDEBF7, stroke=0)
        paper.line(x0 + 6, 84, head)
    for r, name in enumerate(names):
        for x0, x1, held in (
            (60, 180, tops.get(r)),
            (180, 330, middles.get(r)),
            (330, 540, (f"{codes[r]}　{name}の改善", 1)),
        ):
            if held:
                paper.box(x0, 100 + 20 * r, x1, 100 + 20 * (r + held[1]), stroke=0)
                paper.line(x0 + 6, 104 + 20 * r, held[0])
    paper.turn()
    y = paper.lines(60, 60, ["Ⅱ　取組の内容"], 16) + 10
    for r, name in enumerate(names):
        for held, size in ((tops.get(r), 14), (middles.get(r), 12)):
            y = paper.lines(60, y, [held[0]], size) if held else y
        paper.line(60, y, f"{codes[r]}　{name}の改善", 11, bold=True)
        y = (
            paper.lines(
                70, y + 18, [f"{name}のしくみを町と県が共に整え、使う人の手間も町の手間も減らします。"]
            )
            + 4
        )
    source = read_pdf(paper.document.tobytes())
    document = assemble(source, layout(source, WORDS))
    found = policies.extract(document)
    assert [(p.kind, p.number) for p in found] == [
        (words[0], "1"), (words[0], "2"),
        *((words[1], n) for n in ("1-(1)", "1-(2)", "2-(1)", "2-(2)")),
    ]  # fmt: skip
    assert [found[m.policies[0]].number for m in measures.extract(document, found)] == [c[:5] for c in codes]


def test_the_few_offices_right_of_a_label_are_no_tags_of_it() -> None:
    paper = Paper()
    for n, m in enumerate(PLAN, 1):
        if n > 1:
            paper.turn()
        paper.line(60, 60, f"（{n}）{m.title}", 14, bold=True)
        y = 90.0
        for word, texts in (
            ("足もと", [m.state]),
            ("手だて", [m.plan]),
            ("旗ふり", [("総務課", "税務課")[n % 2]]),
        ):
            paper.line(60, y, word, 11, bold=True)
            y = paper.lines(140, y, texts) + 8
    assert [m.departments for m in drawn(paper)] == [("税務課",), ("総務課",)] * 2


def test_a_label_with_one_of_a_few_names_behind_it_is_one_though_a_list_of_all_records_heads_a_column() -> (
    None
):
    listed = "<tr><td>重点項目</td><td>番号</td><td>取組名</td></tr>"
    forms = []
    titles = ("総合窓口の設置", "申請の電子化", "鍵の管理", "会議の見直し", "台帳の整理", "研修の充実")
    for n, title in enumerate(titles):
        goal = ("1　便利な市", "2　身軽な市")[n // 3]
        listed += f"<tr><td>{goal}</td><td>{n // 3 + 1}-{n % 3 + 1}</td><td>{title}</td></tr>"
        forms.append(
            f"<table><tr><td>取組番号</td><td>{n // 3 + 1}-{n % 3 + 1}</td><td>重点項目</td><td>{goal}</td></tr>"
            f"<tr><td>取組名</td><td colspan=3>{title}</td></tr><tr><td>主管課</td><td colspan=3>{title[:2]}課</td></tr>"
            f"<tr><td>取組の概要</td><td colspan=3>{title}を進め、待ち時間を短くします。</td></tr></table>"
        )
    found = measures_of(f"<table>{listed}</table>\n\n" + "\n\n".join(forms))
    assert [(m.number, m.title) for m in found] == [
        (f"{n // 3 + 1}-{n % 3 + 1}", title) for n, title in enumerate(titles)
    ]
