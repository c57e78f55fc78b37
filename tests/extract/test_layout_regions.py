"""Reading order: columns, boxes and what crosses them."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

from extract.layout.blocks import body_style, build
from extract.layout.pages import layout_pages
from extract.layout.parts import Region
from extract.layout.regions import find_regions
from extract.model import Block, Box, Item, Line, Page, Run, Shape, Source, TableItem
from tests.extract.paper import SLIDE, Paper, blocks, texts, wrapped

LEFT = (
    "　本市は山あいの集落が多く、窓口まで一時間かかります。通信網を整え、どの地区でも同じ手続を可能にします。"
)
RIGHT = (
    "　職員の数は減り続けています。単純な入力は機械に任せ、相談に応じる時間を増やします。研修も毎年続けます。"
)


def test_a_full_width_title_comes_before_two_columns_of_prose() -> None:
    paper = Paper()
    paper.line(60, 60, "地域の姿と職員の働き方をともに変えるための三つの考え方", 16)
    paper.lines(60, 110, wrapped(LEFT, 20))
    paper.lines(310, 110, wrapped(RIGHT, 20))
    found = texts(paper.layout()[0].items)
    assert found == ["地域の姿と職員の働き方をともに変えるための三つの考え方", LEFT[1:], RIGHT[1:]]


def test_columns_whose_lines_are_not_level_are_read_one_after_the_other() -> None:
    paper = Paper()
    paper.lines(60, 100, wrapped(LEFT, 20), pitch=1.7)
    paper.lines(310, 106, wrapped(RIGHT, 20), pitch=1.5)
    assert texts(paper.layout()[0].items) == [LEFT[1:], RIGHT[1:]]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    paper = Paper()
    pieces = wrapped(LEFT, 20)
    paper.lines(60, 100, ["　はじめに現状を述べます。", *pieces[:2]])
    paper.lines(310, 100, [*pieces[2:], "　次に課題を述べます。"])
    assert texts(paper.layout()[0].items) == ["はじめに現状を述べます。", LEFT[1:], "次に課題を述べます。"]


def test_a_heading_at_the_foot_of_a_column_heads_what_stands_on_top_of_the_next() -> None:
    paper = Paper()
    paper.lines(60, 100, wrapped(LEFT, 20))
    paper.line(60, 260, "2　働き方を変える", 12, bold=True)
    paper.lines(310, 100, wrapped(RIGHT, 20)[:3])
    found = texts(paper.layout()[0].items)
    assert found[:2] == [LEFT[1:], "2　働き方を変える"]


def test_a_label_below_boxes_of_one_height_is_read_after_them() -> None:
    paper = Paper(SLIDE)
    paper.line(30, 40, "成果指標", 12, bold=True)
    for x, name, value in ((30, "巡回する地区", "９地区"), (220, "通報の件数", "40件")):
        paper.box(x, 60, x + 180, 140, stroke=0x00695C)
        paper.line(x + 10, 70, name, 11)
        paper.line(x + 10, 100, value, 14)
    paper.line(30, 150, "担当課", 12, bold=True)
    paper.line(34, 170, "港湾課", 11)
    paper.lines(34, 200, ["準備", "試行"])
    paper.line(300, 200, "実施")
    found = texts(paper.layout()[0].items)
    assert found[:7] == ["成果指標", "巡回する地区", "９地区", "通報の件数", "40件", "担当課", "港湾課"]


def test_names_in_boxes_at_the_left_come_with_their_texts_and_another_column_after_them() -> None:
    paper = Paper(SLIDE)
    told = (("目的", "海に出ずに点検する。"), ("取組", "機器の設置"), ("担当", "港湾課"))
    for i, (name, text) in enumerate(told):
        y = 60 + 60 * i
        paper.box(30, y, 80, y + 50, fill=0x264653)
        paper.line(42, y + 18, name, 11, bold=True, color=0xFFFFFF)
        paper.line(100, y + 18, text, 11)
    paper.line(420, 60, "数値目標", 12, bold=True)
    paper.box(420, 80, 700, 226, stroke=0x264653)
    paper.line(430, 90, "点検の回数", 11)
    assert texts(paper.layout()[0].items) == [
        "目的", "海に出ずに点検する。", "取組", "機器の設置", "担当", "港湾課", "数値目標", "点検の回数",
    ]  # fmt: skip


def test_a_paragraph_goes_on_where_a_second_column_begins_beside_it() -> None:
    paper = Paper()
    pieces = wrapped(LEFT, 20)
    paper.lines(60, 100, pieces)
    paper.lines(310, 100 + 1.7 * 10.5, wrapped(RIGHT, 20))
    assert texts(paper.layout()[0].items) == [LEFT[1:], RIGHT[1:]]


def test_label_boxes_side_by_side_each_come_with_the_text_below_them() -> None:
    paper = Paper(SLIDE)
    paper.line(30, 20, "（2）施設予約の電子化", 22, bold=True)
    paper.box(30, 60, 420, 82, fill=0x00695C)
    paper.line(200, 65, "施策概要", 12, bold=True, color=0xFFFFFF)
    paper.box(440, 60, 750, 82, fill=0x00695C)
    paper.line(570, 65, "担当課", 12, bold=True, color=0xFFFFFF)
    paper.lines(
        34,
        92,
        ["体育館と公民館の予約を一つの画面で受け付け、空き状況を", "いつでも確かめられるようにします"],
        13,
        1.3,
    )
    paper.line(444, 92, "生涯学習課、管財課", 12)
    paper.box(30, 170, 750, 192, fill=0x00695C)
    paper.line(350, 175, "主な取組内容", 12, bold=True, color=0xFFFFFF)
    paper.lines(34, 202, ["・予約システムの更新", "・電子錠の設置"], 12, 1.3)
    layout = paper.layout()[0]
    assert texts(layout.items) == [
        "（2）施設予約の電子化",
        "施策概要",
        "体育館と公民館の予約を一つの画面で受け付け、空き状況をいつでも確かめられるようにします",
        "担当課",
        "生涯学習課、管財課",
        "主な取組内容",
        "・予約システムの更新",
        "・電子錠の設置",
    ]
    assert {k for k, t in blocks(layout.items) if t in ("施策概要", "担当課", "主な取組内容")} == {"heading"}


def test_a_note_right_of_a_heading_comes_before_the_columns_below() -> None:
    paper = Paper()
    paper.line(60, 60, "3-2　見守りの仕組み", 13, bold=True)
    paper.line(470, 63, "担当：福祉課", 8.5)
    paper.line(60, 100, "【背景】")
    paper.lines(60, 118, wrapped(LEFT, 20))
    paper.line(310, 100, "【取組内容】")
    paper.lines(310, 118, ["・感知器の貸出し", "・見守る人の研修"])
    found = texts(paper.layout()[0].items)
    assert found[:3] == ["3-2　見守りの仕組み", "担当：福祉課", "【背景】"]
    assert found[4:] == ["【取組内容】", "・感知器の貸出し", "・見守る人の研修"]


def test_boxes_that_label_the_text_right_of_them_are_read_row_by_row() -> None:
    paper = Paper(SLIDE)
    for i, (label, text) in enumerate(
        [("概要", "道路の傷みを早く見つけます。"), ("課題", "点検に人手が足りません。")]
    ):
        paper.box(40, 80 + 70 * i, 160, 140 + 70 * i, fill=0xBDD7EE)
        paper.line(80, 104 + 70 * i, label, 12)
        paper.line(180, 104 + 70 * i, text, 12)
    assert texts(paper.layout()[0].items) == [
        "概要",
        "道路の傷みを早く見つけます。",
        "課題",
        "点検に人手が足りません。",
    ]


def test_a_number_in_a_box_of_its_own_belongs_to_the_heading_right_of_it() -> None:
    paper = Paper(SLIDE)
    for i, name in enumerate(["計画の目的", "計画の期間"]):
        paper.box(40, 60 + 200 * i, 70, 90 + 200 * i, fill=0x1F3864)
        paper.line(50, 66 + 200 * i, str(i + 1), 18, bold=True, color=0xFFFFFF)
        paper.line(80, 66 + 200 * i, name, 18, bold=True)
        paper.lines(40, 110 + 200 * i, wrapped(LEFT, 45), 12)
    found = blocks(paper.layout()[0].items)
    assert [text for kind, text in found if kind == "heading"] == ["1　計画の目的", "2　計画の期間"]


def test_a_white_card_on_a_coloured_panel_is_a_box_of_its_own() -> None:
    paper = Paper(SLIDE)
    paper.box(30, 80, 230, 500, fill=0x26408C)
    paper.line(45, 100, "4 農業の見回り", 16, bold=True, color=0xFFFFFF)
    paper.box(40, 420, 220, 490, fill=0xFFFFFF)
    paper.line(50, 440, "農林課、危機管理課", 10)
    fills = {b.text: b.fill for b in paper.layout()[0].items if isinstance(b, Block)}
    assert (fills["4 農業の見回り"], fills["農林課、危機管理課"]) == (0x26408C, 0xFFFFFF)


def test_cards_in_two_rows_are_read_row_by_row() -> None:
    paper = Paper(SLIDE)
    for row in range(2):
        for column in range(2):
            x, y = 40 + 360 * column, 60 + 200 * row
            paper.box(x, y, x + 330, y + 160, stroke=0x333333)
            paper.lines(
                x + 10, y + 12, [f"第{row * 2 + column + 1}の柱として", "取り組む内容を示します。"], 12
            )
    found = "".join(texts(paper.layout()[0].items))
    places = [found.index(f"第{n}の柱") for n in (1, 2, 3, 4)]
    assert places == sorted(places)


def test_a_sidebar_keeps_together_beside_the_text() -> None:
    paper = Paper()
    paper.box(400, 90, 545, 200, fill=0xFFF3E0)
    paper.lines(410, 100, wrapped("コラムでは、地区の集会所で開いた相談会の様子を紹介します。", 11))
    paper.lines(60, 95, wrapped(LEFT, 30))
    paper.lines(60, 320, wrapped(RIGHT * 2, 45))
    layout = paper.layout()[0]
    found = texts(layout.items)
    assert LEFT[1:] in found
    assert "コラムでは、地区の集会所で開いた相談会の様子を紹介します。" in found
    assert [b.fill for b in layout.items if isinstance(b, Block) and "コラム" in b.text] == [0xFFF3E0]


def test_labels_and_their_values_are_read_row_by_row() -> None:
    paper = Paper()
    for i, (label, value) in enumerate([("担当課", "税務課"), ("期間", "令和8年度から"), ("予算", "未定")]):
        paper.line(60, 100 + 20 * i, label)
        paper.line(160, 100 + 20 * i, value)
    found = "".join(texts(paper.layout()[0].items)).replace("　", "")
    assert found == "担当課税務課期間令和8年度から予算未定"


def test_vertical_text_is_read_from_right_to_left() -> None:
    columns = ["誰もが安心して暮ら", "せるまちをつくりま", "す。"]
    lines = [_column(280 - 18 * i, text) for i, text in enumerate(columns)]
    page = Page(1, 595, 842, lines=tuple(reversed(lines)))
    (part,) = find_regions(page, page.lines, ())
    assert isinstance(part, Region)
    (draft,) = build(part, 1, body_style(lines))
    assert draft.text == "".join(columns)


def _column(x: float, text: str) -> Line:
    box = Box(x, 100, x + 10.5, 100 + 10.5 * len(text))
    edges = tuple(100 + 10.5 * i for i in range(len(text) + 1))
    return Line((Run(text, box, edges, size=10.5),), box, vertical=True)


WORDS = [
    "図1：件数",
    "※1注",
    "1",
    "・項目",
    "第1章",
    "次の取組を進めます。",
    "目次",
    "……3",
    "ア",
    "（案）",
    "概要",
    "－",
]


def test_no_page_however_muddled_loses_or_repeats_a_character() -> None:
    for seed in range(25):
        random = Random(seed)
        pages = tuple(_muddled(random, n) for n in range(1, random.randint(2, 6)))
        read = Counter(line.text for page in pages for line in page.lines)
        layouts = layout_pages(Source("application/pdf", pages))
        found = _letters("".join(_all_texts(item) for layout in layouts for item in layout.items))
        assert found == _letters("".join(read.elements())), seed


def _muddled(random: Random, number: int) -> Page:
    lines = []
    for _ in range(random.randint(0, 40)):
        text, size = random.choice(WORDS) + random.choice(WORDS), random.choice([5.0, 8.0, 10.5, 20.0])
        x, y = random.uniform(-20, 560), random.uniform(-10, 840)
        down = random.random() < 0.1
        width, height = (size, size * len(text)) if down else (size * len(text), size)
        edges = tuple((y if down else x) + size * i for i in range(len(text) + 1))
        box = Box(x, y, x + width, y + height)
        run = Run(text, box, edges, size=size, bold=random.random() < 0.2)
        lines.append(Line((run,), box, vertical=down))
    shapes = []
    for _ in range(random.randint(0, 20)):
        x, y = random.uniform(0, 560), random.uniform(0, 800)
        box = Box(x, y, x + random.choice([0, 50, 300]), y + random.choice([0, 20, 200]))
        shapes.append(Shape("rect", box, fill=random.choice([None, 0xFFFFFF, 0xFF0000]), stroke=0))
    return Page(number, 595, 842, lines=tuple(lines), shapes=tuple(shapes))


def _letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _all_texts(item: Item) -> str:
    if isinstance(item, TableItem):
        return "".join(cell.text for cell in item.table.cells)
    return item.text if isinstance(item, Block) else "".join(block.text for block in item.blocks)


def test_texts_right_under_the_boxes_that_name_them_are_read_with_these() -> None:
    paper = Paper(SLIDE)
    for x, name, words in ((40, "目的", "待ち時間を短くします。"), (400, "課題", "窓口が混み合っています。")):
        paper.box(x, 100, x + 340, 118, fill=0x2E75B6)
        paper.box(x, 118, x + 340, 170, stroke=0x2E75B6)
        paper.line(x + 6, 103, name, 11, bold=True, color=0xFFFFFF)
        paper.line(x + 6, 124, words, 10)
    assert texts(paper.layout()[0].items) == [
        "目的",
        "待ち時間を短くします。",
        "課題",
        "窓口が混み合っています。",
    ]


def test_small_boxes_that_happen_to_stand_level_do_not_cut_two_columns() -> None:
    paper = Paper()
    paper.lines(60, 100, wrapped(LEFT, 20))
    paper.lines(310, 100, wrapped(RIGHT, 20))
    for x, name, words in ((60, "方針", LEFT), (310, "所管", RIGHT)):
        paper.box(x, 204, x + 34, 220, fill=0x334455)
        paper.line(x + 4, 206, name, 10, bold=True, color=0xFFFFFF)
        paper.lines(x, 226, wrapped(words, 20))
    found = texts(paper.layout()[0].items)
    assert found == [LEFT[1:], "方針", LEFT[1:], RIGHT[1:], "所管", RIGHT[1:]]


def test_names_of_fields_down_the_left_each_come_with_what_stands_right_of_them() -> None:
    paper = Paper()
    paper.lines(130, 100, wrapped(LEFT[1:], 30))
    paper.line(130, 190, "・予約の開始")
    paper.line(130, 208, "・端末の設置")
    for y, name in ((100, "概要"), (190, "主な取組"), (240, "担当課")):
        paper.line(60, y, name)
    paper.line(130, 240, "市民課")
    found = texts(paper.layout()[0].items)
    assert found == ["概要", LEFT[1:], "主な取組", "・予約の開始", "・端末の設置", "担当課", "市民課"]


def test_a_name_of_a_field_a_little_before_its_text_on_one_line_stands_alone() -> None:
    paper = Paper()
    end = paper.line(60, 100, "今後の方向性", color=0x880E4F)
    paper.line(end + 6, 100, "窓口の入口を一つにまとめ、案内を見直します。")
    assert texts(paper.layout()[0].items) == ["今後の方向性", "窓口の入口を一つにまとめ、案内を見直します。"]


def test_a_numbered_list_in_two_columns_is_read_down_each() -> None:
    paper = Paper()
    paper.lines(60, 100, ["1 転入の届出", "2 転出の届出", "3 犬の登録"])
    paper.lines(310, 100, ["4 水道の開始", "5 粗大ごみ", "6 施設の予約"])
    found = "".join(texts(paper.layout()[0].items))
    assert [found.index(str(n)) for n in range(1, 7)] == sorted(found.index(str(n)) for n in range(1, 7))


def test_the_tabs_of_boxes_in_two_columns_stay_with_their_boxes() -> None:
    paper = Paper(SLIDE)
    paper.line(30, 20, "1-2　窓口の予約", 20, bold=True)
    for y, row in ((70, ("目的", "現状と課題")), (160, ("取組の方向性", "取組内容"))):
        for x, name in zip((30, 400), row, strict=True):
            paper.box(x, y, x + 90, y + 20, fill=0x1B4F72)
            paper.line(x + 10, y + 4, name, 11, bold=True, color=0xFFFFFF)
            paper.box(x, y + 20, x + 350, y + 75, stroke=0x1B4F72)
            paper.line(x + 5, y + 28, f"{name}を述べる文です。", 11)
    assert texts(paper.layout()[0].items)[1:] == [
        text
        for name in ("目的", "現状と課題", "取組の方向性", "取組内容")
        for text in (name, f"{name}を述べる文です。")
    ]


def test_the_number_of_a_measure_in_a_box_heads_the_title_beside_it() -> None:
    paper = Paper()
    paper.box(60, 60, 120, 84, fill=0x7B241C)
    paper.line(66, 66, "施策03", 12, bold=True, color=0xFFFFFF)
    paper.line(130, 65, "山あいの通信の確保", 14, bold=True)
    paper.lines(60, 110, wrapped(LEFT, 40))
    assert blocks(paper.layout()[0].items)[0] == ("heading", "施策03　山あいの通信の確保")


def test_values_right_of_their_indicators_are_read_across() -> None:
    paper = Paper()
    paper.box(60, 100, 120, 160, fill=0xFADBD8)
    paper.line(70, 125, "KPI", bold=True)
    for y, row in (
        (108, ("予約で来庁した方の割合", "現状 12%", "目標 60%")),
        (138, ("予約枠の数", "現状 40枠", "目標 90枠")),
    ):
        for x, text in zip((130, 300, 420), row, strict=True):
            paper.line(x, y, text)
    assert texts(paper.layout()[0].items) == [
        "KPI",
        "予約で来庁した方の割合　現状 12%　目標 60%",
        "予約枠の数　現状 40枠　目標 90枠",
    ]


def test_boxes_of_one_name_side_by_side_are_two_records_read_one_after_the_other() -> None:
    paper = Paper(SLIDE)
    records = (
        (30, "ア　渡船の予約", "空席を見て予約できます。", "電話が混み合います。"),
        (300, "イ　灯台の点検", "遠くから見守ります。", "船で通っています。"),
    )
    for x, title, aim, today in records:
        paper.box(x, 30, x + 250, 54, fill=0xE8A33D)
        paper.line(x + 6, 36, title, 14, bold=True)
        for y, name, text in ((66, "目的", aim), (130, "現状", today)):
            paper.box(x, y, x + 60, y + 18, fill=0x14505C)
            paper.line(x + 10, y + 4, name, 10, bold=True)
            paper.box(x, y + 18, x + 250, y + 54, stroke=0x14505C)
            paper.line(x + 6, y + 30, text, 10.5)
    found = texts(paper.layout()[0].items)
    assert found == [t for _, title, aim, today in records for t in (title, "目的", aim, "現状", today)]


def test_one_word_told_twice_heads_no_table() -> None:
    paper = Paper(SLIDE)
    for x, text in ((30, "渡船の利用　70％（令和6年度18％）"), (300, "点検の回数　40回（令和6年度12回）")):
        paper.line(x, 40, "目標値", 10.5, bold=True)
        paper.line(x, 56, text, 10.5)
    assert not any(isinstance(item, TableItem) for item in paper.layout()[0].items)


def test_pages_in_two_columns_are_read_column_by_column_whatever_stands_level() -> None:
    paper = Paper()
    for page, mark in enumerate("甲乙"):
        if page:
            paper.turn()
        left = [f"左の{mark}の{n}の文は二十字まで続くものですよ" for n in "一二三四五六"]
        right = [f"右の{mark}の{n}の文は二十字まで続くものですよ" for n in "子丑寅卯辰巳"]
        paper.line(310, 80, f"＜{mark}の右の見出し＞")
        paper.line(60, 92, f"＜{mark}の左の見出し＞", 14)
        paper.lines(310, 112, right)
        paper.lines(60, 120, left)
    found = "".join(texts(paper.layout()[0].items))
    assert re.findall("左の見出し|左の甲|右の見出し|右の甲", found) == [
        "左の見出し", *["左の甲"] * 6, "右の見出し", *["右の甲"] * 6
    ]  # fmt: skip


def test_a_rule_between_two_columns_makes_no_drawing_of_the_boxes_beside_it() -> None:
    paper = Paper()
    for page in range(2):
        if page:
            paper.turn()
        paper.page.draw_line((298, 70), (298, 660), width=0.5, dashes="[2 2] 0")
        for column, x in enumerate((60, 310)):
            for k in range(3):
                y = 80 + 190 * k
                paper.box(x, y, x + 60, y + 14, fill=0xDDEEFF)
                paper.line(x + 4, y + 2, f"札{'甲乙'[page]}{column}{k}")
                paper.lines(x, y + 24, [f"{column}段{page}の{k}の文は二十字まで続きます。"] * 3)
                paper.box(x, y + 87, x + 6, y + 93, fill=0x336699)
                paper.line(x + 10, y + 84, "測る　描く　刷る　配る")
                paper.rule(x, y + 110, x + 225)
    (_, items) = (page.items for page in paper.layout())
    found = "".join(texts(items))
    assert re.findall("札...", found) == [f"札乙{c}{k}" for c in range(2) for k in range(3)]
    assert not any(kind == "figure_text" for kind, _ in blocks(items))
