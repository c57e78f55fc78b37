"""Levels of any name: a series with titles and things below it; what stands under what; what a plan stands for."""

from __future__ import annotations

import pytest

from extract.document import Document
from extract.layout.pages import layout_pages
from extract.read.mupdf import read
from extract.records import measures, policies
from extract.structure.assemble import assemble
from tests.extract.paper import SLIDE, Paper
from tests.extract.text_plan import document, measures_of

TITLES = ("暮らしの手間を減らす", "役場の形を変える", "町のなりわいを支える")


def told(doc: Document) -> list[tuple[str, str | None, str, str | None]]:
    """(word, number, title, title of the policy above) of every policy."""
    found = policies.extract(doc)
    return [
        (p.kind, p.number, p.title, found[p.parent].title if p.parent is not None else None) for p in found
    ]


@pytest.mark.parametrize("word", ["戦略", "航路", "みちしるべ", "チャレンジ", "しるべの木"])
@pytest.mark.parametrize("numbers", ["123", "ⅠⅡⅢ", "①②③", "ABC"])
def test_a_level_has_the_name_the_plan_gives_it(word: str, numbers: str) -> None:
    text = "# 第1章 考え方\n\n"
    text += "".join(
        f"## {word}{n}　{t}\n\n{t}ことに努めます。\n\n" for n, t in zip(numbers, TITLES, strict=True)
    )
    text += "# 第2章 取組\n\n"
    for i, (n, t) in enumerate(zip(numbers, TITLES, strict=True), 1):
        text += f"## {word}{n}　{t}\n\n"
        for k in (1, 2):
            text += (
                f"### {i}-{k} 窓口の改善{i}{k}\n\n概要\t予約を広げます。\n現状・課題\t待ち時間が長い。\n\n"
            )
    doc = document(text)
    assert [(kind, title) for kind, _, title, _ in told(doc)] == [(word, t) for t in TITLES]
    assert [m.policies for m in measures.extract(doc, policies.extract(doc))] == [
        (0,), (0,), (1,), (1,), (2,), (2,)
    ]  # fmt: skip


@pytest.mark.parametrize(("upper", "lower"), [("基本目標", "施策"), ("幹", "枝"), ("束", "展開方向")])
def test_a_lower_level_stands_under_the_one_its_numbers_name(upper: str, lower: str) -> None:
    text = "# 第1章 取組\n\n"
    for i, t in enumerate(TITLES[:2], 1):
        text += f"## {upper}{i}　{t}\n\n"
        for k in (1, 2):
            text += f"### {lower}{i}-{k}　道筋その{i}{k}\n\n"
            text += f"#### {i}-{k}-1 窓口{i}{k}\n\n概要\t予約を広げます。\n現状・課題\t待ち時間が長い。\n\n"
    doc = document(text)
    found = policies.extract(doc)
    assert [(p.kind, p.number, p.level, p.parent) for p in found] == [
        (upper, "1", 1, None),
        (upper, "2", 1, None),
        *[(lower, f"{i}-{k}", 2, i - 1) for i in (1, 2) for k in (1, 2)],
    ]
    assert [found[m.policies[0]].number for m in measures.extract(doc, found)] == ["1-1", "1-2", "2-1", "2-2"]


def test_the_levels_of_an_earlier_plan_are_not_those_of_this_one() -> None:
    then = ("若者の夢をかなえる", "暮らしを守る", "人を呼び込む")
    text = "# 第1章 第1期計画の検証\n\n"
    for n, t in enumerate(then, 1):
        text += f"## 基本目標{n}　{t}\n\n指標\t目標\t結果\n{t}数\t20件\t未達成\n\n"
    text += "# 第2章 基本目標と施策\n\n"
    for i, t in enumerate(TITLES, 1):
        text += f"## 基本目標{i}　“{t}”町\n\n### ({i}) 窓口の改善{i}\n\n概要\t予約を広げます。\n担当課\t総務課\n\n"
    assert [title for _, _, title, _ in told(document(text))] == [f"“{t}”町" for t in TITLES]


@pytest.mark.parametrize("word", ["資料", "様式", "質問"])
def test_a_series_with_nothing_below_it_is_no_level(word: str) -> None:
    text = "# 第1章 取組\n\n## 柱1 便利な町\n\n### (1) 窓口の改善\n\n概要\t予約を広げます。\n現状・課題\t長い。\n\n"
    text += "## 柱2 楽な役場\n\n### (1) 研修の充実\n\n概要\t研修を行います。\n現状・課題\t少ない。\n\n"
    text += "".join(f"# {word}{n}　{t}\n\n本文です。\n\n" for n, t in enumerate(("経過", "名簿", "調査"), 1))
    assert {kind for kind, *_ in told(document(text))} == {"柱"}


def drawn_plan(paper: Paper) -> Document:
    source = read(paper.document.tobytes())
    return assemble(source, layout_pages(source))


def drawn(word: str, first: float, second: float) -> Document:
    """Levels set ``first`` points, measures (1) (2) under each ``second``."""
    paper = Paper()
    y = 60.0
    for i, t in enumerate(TITLES, 1):
        paper.line(60, y, f"{word}{i}　{t}", first, bold=True)
        y += 30
        for k in (1, 2):
            paper.line(60, y, f"({k})　窓口の改善その{i}{k}", second, bold=True)
            y = (
                paper.lines(
                    70, y + 26, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 2
                )
                + 14
            )
    return drawn_plan(paper)


@pytest.mark.parametrize(("first", "second"), [(16, 13), (12, 14), (13, 13)])
def test_numbers_that_begin_anew_under_a_level_stand_under_it_whatever_their_sizes(
    first: float, second: float
) -> None:
    doc = drawn("航路", first, second)
    owners = [
        doc.sections[s.parent].title for s in doc.sections if s.style == "paren" and s.parent is not None
    ]
    assert owners == [t for t in TITLES for _ in (1, 2)]
    assert [title for _, _, title, _ in told(doc)] == list(TITLES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("めざす姿", "人がつながり、手間がへる。やさしい町"),
        ("基本理念", "海とともに届く役場"),
        ("旗じるし", "変わる役場が、暮らしを変える"),
    ],
)
def test_what_a_plan_stands_for_is_called_as_printed(name: str, text: str) -> None:
    paper = Paper()
    paper.line(60, 60, "1　考え方", 16, bold=True)
    paper.line(60, 92, f"◇ {name}", 11, bold=True)
    paper.box(60, 112, 535, 150, fill=0xDDEBF7)
    paper.line(150, 122, text, 15, bold=True)
    paper.lines(60, 170, ["人口が減るなかで、限られた人の手を住民のために使えるようにします。"] * 3)
    y = 250.0
    for i, t in enumerate(TITLES, 1):
        paper.line(60, y, f"柱{i}　{t}", 13, bold=True)
        y = paper.lines(70, y + 24, [f"{t}ことに、町を挙げて取り組んでいきます。"] * 2) + 16
    first = policies.extract(drawn_plan(paper))[0]
    assert (first.kind, first.title, first.number, first.level) == (name, text, None, None)


def test_the_number_of_a_measure_tells_its_policy_where_no_heading_does() -> None:
    text = "# 1 考え方\n\n## 束1　便利な町\n\n- 1-1 窓口の改善\n\n## 束2　楽な役場\n\n- 2-1 研修の充実\n\n# 2 取組\n\n"
    text += "## 1-1 窓口の改善\n\n概要\t予約を広げます。\n現状・課題\t長い。\n\n"
    text += "## 2-1 研修の充実\n\n概要\t研修を行います。\n現状・課題\t少ない。\n"
    assert [m.policies for m in measures_of(text)] == [(0,), (1,)]


@pytest.mark.parametrize(("chapter", "level"), [("具体的な取組", "柱"), ("町の歩み方", "みちしるべ")])
@pytest.mark.parametrize("number", ["{i}-{k}　", "（{k}）", "てだて{k}　"])
def test_prose_under_the_levels_is_a_measure_whatever_its_chapter_is_called(
    chapter: str, level: str, number: str
) -> None:
    text = "# 第1章 町の姿\n\n## 1 人口\n\n人口は減り続けており、職員の数も限られています。\n\n"
    text += f"# 第2章 {chapter}\n\n"
    for i, t in enumerate(TITLES, 1):
        text += f"## {level}{i}　{t}\n\n"
        for k in (1, 2):
            text += f"### {number.format(i=i, k=k)}窓口の改善{i}{k}\n\n"
            text += "予約の仕組みを整え、待ち時間を短くします。職員の手間も減らします。\n\n"
    found = measures_of(text)
    assert [m.title for m in found] == [f"窓口の改善{i}{k}" for i in (1, 2, 3) for k in (1, 2)]
    assert [m.policies for m in found] == [(0,), (0,), (1,), (1,), (2,), (2,)]


def test_a_letter_ahead_of_a_number_of_two_parts_is_part_of_it() -> None:
    text = "# 1 取組\n\n"
    for letter, t in zip("AB", TITLES):
        text += f"## 柱{letter}　{t}\n\n"
        for k in (1, 2):
            text += f"### 施策{letter}-{k}　道筋その{letter}{k}\n\n"
            text += f"#### {letter}-{k}-1　窓口{letter}{k}\n\n概要\t予約を広げます。\n現状・課題\t長い。\n\n"
    doc = document(text)
    found = measures.extract(doc, policies.extract(doc))
    assert [(m.number, m.title) for m in found] == [
        (f"{letter}-{k}-1", f"窓口{letter}{k}") for letter in "AB" for k in (1, 2)
    ]
    assert [p.number for p in policies.extract(doc)] == ["A", "B", "A-1", "A-2", "B-1", "B-2"]


def test_the_word_over_the_number_in_a_box_at_the_top_of_pages_is_no_running_head() -> None:
    paper = Paper(SLIDE)
    for k in range(1, 7):
        if k > 1:
            paper.turn()
        paper.box(40, 40, 100, 70, fill=0x0B6E8A)
        paper.line(56, 42, "てだて", 7.5, color=0xFFFFFF)
        paper.line(60, 53, f"1-{k}", 12, bold=True, color=0xFFFFFF)
        paper.line(112, 48, f"窓口の改善{k}", 15, bold=True)
        paper.lines(50, 90, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 4)
    found = drawn_plan(paper).sections
    assert {(s.style, s.level) for s in found} == {("word:てだて", 1)}
    assert [s.number for s in found] == [f"1-{k}" for k in range(1, 7)]


def test_a_heading_whose_word_stands_apart_is_of_the_level_its_number_counts_on_in() -> None:
    text = "# 第1章 取組\n\n"
    for k, word in enumerate(["アクション", "アクション", "", "アクション"], 1):
        text += f"## {word}1-{k}　窓口の改善{k}\n\n概要\t予約を広げます。\n現状・課題\t長い。\n\n"
    assert [s.level for s in document(text).sections] == [1, 2, 2, 2, 2]
    assert [m.number for m in measures_of(text)] == ["1-1", "1-2", "1-3", "1-4"]


@pytest.mark.parametrize(
    ("printed", "numbers"), [("一二", "一二"), ("①②", "①②"), ("１２", "12"), ("ⅠⅡ", "ⅠⅡ")]
)
def test_the_number_of_a_policy_is_as_printed(printed: str, numbers: str) -> None:
    text = "# 第1章 取組\n\n"
    for i, (n, t) in enumerate(zip(printed, TITLES), 1):
        text += f"## 柱{n}　{t}\n\n### {i}-1 窓口の改善{i}\n\n概要\t予約を広げます。\n現状・課題\t長い。\n\n"
    assert [p.number for p in policies.extract(document(text))] == list(numbers)


@pytest.mark.parametrize(
    "value", ["R7: 62% ▶ R12: 95%", "令和5年度: ― → 令和9年度: 340 手続", "はじめ 9 件 ⇒ 151 件"]
)
def test_a_large_value_that_changes_heads_nothing(value: str) -> None:
    paper = Paper()
    y = 60.0
    for i, title in enumerate(TITLES, 1):
        paper.line(60, y, f"{i}-1　{title}", 14, bold=True)
        paper.line(60, y + 26, value, 14)
        y = (
            paper.lines(
                70, y + 52, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 3
            )
            + 20
        )
    assert [s.title for s in drawn_plan(paper).sections] == list(TITLES)


def test_a_tag_in_brackets_right_of_a_title_heads_nothing() -> None:
    paper = Paper()
    y = 60.0
    for i, (title, tag) in enumerate(zip(TITLES, ("【継続】", "【新規】", "【継続】"), strict=True), 1):
        paper.line(60, y, f"{i}-1　{title}", 14, bold=True)
        paper.line(480, y + 3, tag, 9, bold=True)
        y = (
            paper.lines(
                70, y + 26, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 3
            )
            + 20
        )
    assert [s.title for s in drawn_plan(paper).sections] == list(TITLES)


def test_offices_beside_a_label_that_comes_back_are_no_pills() -> None:
    paper = Paper()
    for i, (title, office) in enumerate(zip(TITLES, ("総務課", "総務課", "港湾課"), strict=True), 1):
        y = 60 + 150 * i
        paper.line(50, y, f"{i} {title}", 14, bold=True)
        for n, (label, text) in enumerate((("ねらい", "待つ時間を短くします。"), ("受け持ち", office))):
            paper.line(50, y + 30 + 24 * n, label, bold=True)
            paper.line(130, y + 30 + 24 * n, text)
    assert not [b for b in drawn_plan(paper).blocks if b.block.kind == "figure_text"]


@pytest.mark.parametrize(
    "pills", [("新規", "継続", "新規"), ("拡充", "拡充", "拡充"), ("はじめる", "つづける", "はじめる")]
)
def test_a_pill_beside_a_title_heads_nothing(pills: tuple[str, ...]) -> None:
    paper = Paper()
    y = 60.0
    for i, (title, pill) in enumerate(zip(TITLES, pills, strict=True), 1):
        right = paper.line(60, y, f"{i}-1　{title}", 14, bold=True)
        paper.box(right + 40, y - 2, right + 100, y + 16, fill=0xC00000)
        paper.line(right + 50, y + 2, pill, 9, bold=True, color=0xFFFFFF)
        y = (
            paper.lines(
                70, y + 26, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 3
            )
            + 20
        )
    assert [s.title for s in drawn_plan(paper).sections] == list(TITLES)


@pytest.mark.parametrize("x", [8, 575])
def test_words_down_the_edge_of_a_page_head_nothing(x: float) -> None:
    paper = Paper()
    for i, title in enumerate(TITLES, 1):
        if i > 1:
            paper.turn()
        paper.box(x - 8, 0, x + 20, 842, fill=0x243B53)
        paper.down(x, 120 + 20 * i, f"第{i}章{title}", 11)
        paper.line(60, 60, f"第{i}章　{title}", 16, bold=True)
        paper.lines(70, 100, ["待ち時間が長く、住民の負担となっているため、予約の仕組みを整えます。"] * 5)
    assert [s.title for s in drawn_plan(paper).sections] == list(TITLES)


def test_the_number_of_a_level_over_its_title_names_no_motto() -> None:
    paper = Paper()
    y = 60.0
    for n, t in zip("①②③", TITLES, strict=True):
        paper.line(60, y, f"幹{n}", 11, bold=True)
        paper.box(60, y + 16, 535, y + 50, fill=0xDDEBF7)
        paper.line(80, y + 24, t, 16, bold=True)
        y = paper.lines(70, y + 60, [f"{t}ことに、町を挙げて取り組んでいきます。"] * 3) + 16
    assert [p for p in policies.extract(drawn_plan(paper)) if p.level is None] == []


def test_a_marked_heading_is_no_item_of_a_label_that_is_but_a_line() -> None:
    text = "# 第3章 基本目標と施策\n\n"
    for n, town in enumerate(("便利な町", "元気な町"), 1):
        text += f"## 基本目標{n} {town}\n\n<数値目標>\n\n指標\t基準値（R6）\t目標値（R12）\n{town}と思う人\t40％\t60％\n\n"
        for k, what in enumerate(("窓口", "研修"), 1):
            text += f"#### ({k}){town}の{what}を改める\n\n● {what}の手順を見直し、待ち時間と手間を減らせるように支えます。\n\n"
    assert [m.title for m in measures_of(text)] == [
        f"{town}の{what}を改める" for town in ("便利な町", "元気な町") for what in ("窓口", "研修")
    ]
