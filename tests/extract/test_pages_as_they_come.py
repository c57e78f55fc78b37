"""Traits of real pages, one small page each, by both readers: what a careful person reads, the records hold."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from corpora.builder.draw import (
    Cell,
    Ruling,
    Style,
    bar,
    block_arrow,
    chevron,
    connector,
    pentagon,
    side_navigation,
    table,
)
from extract.model import Box
from tests.extract.paper import Sheet
from tests.extract.traits import (
    BODY,
    HEAD,
    KPI_VALUES,
    KPIS,
    LABEL,
    SMALL,
    Reading,
    kpi_table,
    kpis,
    measure,
    spans,
    year_table,
)


def test_the_plan_without_any_trait(read: Reading) -> None:
    sheet = Sheet()
    kpi_table(sheet, measure(sheet), KPIS)
    found = read(sheet)
    assert found.column("measures", "title_norm", "departments") == [("窓口手続きの見直し", ["市民課"])]
    assert kpis(found) == KPI_VALUES


# --- turned pages, columns, boxes -----------------------------------------------------------------------


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_kpi_table_on_a_turned_page(read: Reading, turn: int) -> None:
    sheet = Sheet(842, 595, turn=turn)
    kpi_table(sheet, measure(sheet), KPIS)
    found = read(sheet)
    assert found.column("pages", "rotation", "width", "height") == [(turn, 842, 595)]
    assert kpis(found) == KPI_VALUES
    box = found.rows["kpis"][0]["bbox"]
    assert 50 <= box["x0"] < box["x1"] <= 450


def test_a_glossary_over_two_columns(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "用語解説", HEAD)
    terms = [
        ("オープンデータ", "誰もが自由に使える形で公開", "された行政のデータ。"),
        ("クラウド", "ネットワークを通じて離れた計算機", "を借りて使う形。"),
        ("テレワーク", "勤め先から離れた場所で情報通信", "を使って働くこと。"),
        ("電子申請", "役所に出向かずに画面から手続きを", "済ませること。"),
    ]
    for i, (term, first, second) in enumerate(terms):
        x, y = 50 + 270 * (i // 2), 110 + 36 * (i % 2)
        sheet.text(x, y, f"{term}：{first}", BODY)
        sheet.text(x + 12, y + 16, second, BODY)
    found = read(sheet)
    assert found.column("glossary", "term", "definition") == [(t, a + b) for t, a, b in terms]


def test_two_columns_of_prose_are_read_one_after_the_other(read: Reading) -> None:
    prose = (
        "本市の人口は緩やかに減っており、窓口を訪れる人の年齢も上がっています。職員の数にも限りがあるため、"
        "手続きの流れを見直し、画面から済ませられるものを増やしていく必要があります。あわせて、機器の操作に"
        "慣れていない人には、身近な場所で相談できる機会を設け、誰も取り残さない形で進めていきます。"
    )
    lines = [prose[i : i + 20] for i in range(0, len(prose), 20)]
    sheet = Sheet()
    for i, line in enumerate(lines):
        sheet.text(50 + 260 * (i // 4), 100 + 17 * (i % 4), line, BODY)
    assert read(sheet).blocks() == [prose]


def test_a_shaded_column_beside_the_text_stays_apart(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    sheet.rect(Box(400, 50, 560, 300), fill=0xE8F0E0)
    sheet.text(410, 70, "コラム　窓口の一日", LABEL)
    for i, line in enumerate(["朝は転入の届けが多く、", "昼すぎは証明書を求める", "人が続きます。"]):
        sheet.text(410, 92 + 17 * i, line, BODY)
    kpi_table(sheet, max(y, 320), KPIS)
    found = read(sheet)
    assert (
        found.rows["measures"][0]["overview"]
        == "来庁する人の待ち時間を短くするため、受付の流れを組み直します。"
    )
    assert "朝は転入の届けが多く、昼すぎは証明書を求める人が続きます。" in found.blocks()


def test_navigation_repeated_on_every_page_makes_no_records(read: Reading) -> None:
    titles = ["窓口手続きの見直し", "電子申請の拡大", "庁内業務の効率化", "情報格差への対応"]
    sheets = []
    for i, title in enumerate(titles):
        sheet = Sheet(780, 540)
        measure(sheet, title)
        side_navigation(
            sheet, Box(680, 40, 760, 400), ["はじめに", "方針", "施策", "資料"], 2, 0x2F5597, 0xFFFFFF, SMALL
        )
        sheet.text(380, 520, str(i + 1), SMALL)
        sheets.append(sheet)
    found = read(*sheets)
    assert found.column("measures", "title") == titles
    assert found.column("pages", "label") == ["1", "2", "3", "4"]
    assert found.column("schedules", "task") == []
    assert Counter(found.blocks("side_nav")) == dict.fromkeys(["はじめに", "方針", "施策", "資料"], 4)


def test_boxes_on_a_slide_are_the_fields_of_a_measure(read: Reading) -> None:
    sheet = Sheet(780, 540)
    sheet.rect(Box(0, 20, 780, 60), fill=0x1F4E79)
    sheet.text(30, 48, "施策1　地域の見守りの仕組みづくり", Style(size=18, color=0xFFFFFF))
    boxes = [
        ("現状・課題", ["一人暮らしの高齢者が増え、", "見回りの手が足りません。"]),
        ("取組内容", ["・感知器の貸し出し", "・見守りの結果の共有"]),
        ("担当課", ["福祉課、情報政策課"]),
    ]
    for i, (label, lines) in enumerate(boxes):
        x, y = 30 + 250 * i, 90
        sheet.rect(Box(x, y, x + 230, y + 200), stroke=0x1F4E79)
        sheet.boxed(Box(x, y, x + 230, y + 24), label, Style(size=12, color=0xFFFFFF), fill=0x2E75B6)
        for n, line in enumerate(lines):
            sheet.text(x + 8, y + 48 + 20 * n, line, Style(size=12))
    found = read(sheet)
    assert found.column("measures", "title", "background", "actions", "departments") == [
        (
            "地域の見守りの仕組みづくり",
            "一人暮らしの高齢者が増え、見回りの手が足りません。",
            ["感知器の貸し出し", "見守りの結果の共有"],
            ["福祉課", "情報政策課"],
        )
    ]


# --- text that runs another way -------------------------------------------------------------------------


def test_lines_turned_by_a_right_angle_read_as_lines(read: Reading) -> None:
    sheet = Sheet()
    measure(sheet)
    sheet.put(580, 300, "第2章 施策の展開", 11, angle=90)
    sheet.put(15, 300, "資料編の見かた", 11, angle=270)
    sheet.put(300, 700, "下書きの控え", 11, angle=180)
    assert {"第2章 施策の展開", "資料編の見かた", "下書きの控え"} <= set(read(sheet).blocks())


def test_headers_of_a_table_turned_by_a_right_angle(read: Reading) -> None:
    sheet = Sheet()
    xs, ys = (50, 200, 240, 280), (100, 170, 195, 220)
    for y in ys:
        sheet.line(xs[0], y, xs[-1], y)
    for x in xs:
        sheet.line(x, ys[0], x, ys[-1])
    sheet.text(60, 140, "項目", BODY)
    sheet.put(225, 165, "現在の件数", 10.5, angle=90)
    sheet.put(265, 165, "目標の件数", 10.5, angle=90)
    for i, row in enumerate([("証明書", "12", "40"), ("届け出", "3", "18")]):
        for x, value in zip(xs, row):
            sheet.text(x + 8, ys[i + 1] + 17, value, BODY)
    cells = read(sheet).column("tables", "row", "col", "text")
    assert cells[:4] == [(0, 0, "項目"), (0, 1, "現在の件数"), (0, 2, "目標の件数"), (1, 0, "証明書")]


def test_vertical_writing_is_read_from_the_right(read: Reading) -> None:
    sheet = Sheet()
    columns = [
        "市民のみなさまへ",
        "この計画は、デジタルの力で",
        "くらしやすいまちをつくる",
        "ための道すじを示すものです。",
    ]
    for i, column in enumerate(columns):
        sheet.put(400 - 22 * i - (20 if i else 0), 100, column, 12, down=True)
    text = "".join(read(sheet).blocks())
    assert (
        text
        == "市民のみなさまへこの計画は、デジタルの力でくらしやすいまちをつくるための道すじを示すものです。"
    )


YEARS = ["令和8年度", "令和9年度", "令和10年度"]


def test_a_schedule_whose_header_letters_stand_one_below_the_other(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    xs, top, bottom = [50, 200, 260, 320, 380], y, y + 80
    for x in xs:
        sheet.line(x, top, x, bottom + 60)
    for level in (top, bottom, bottom + 30, bottom + 60):
        sheet.line(xs[0], level, xs[-1], level)
    sheet.text(60, top + 40, "取組", BODY)
    for x, year in zip(xs[1:], ["令和８年度", "令和９年度", "令和10年度"]):
        letters = year.replace("10", "\0")
        for i, letter in enumerate(letters):
            sheet.text(x + 24, top + 14 + 13 * i, letter.replace("\0", "10"), BODY)
    sheet.text(60, bottom + 20, "受付機器の更新", BODY)
    sheet.polygon(
        [(202, bottom + 10), (300, bottom + 10), (318, bottom + 15), (300, bottom + 20), (202, bottom + 20)],
        0x4472C4,
    )
    sheet.text(60, bottom + 50, "職員の研修", BODY)
    sheet.rect(Box(262, bottom + 40, 379, bottom + 50), fill=0x70AD47)
    assert read(sheet).column("schedules", "task", "start_fy", "end_fy", "span_certainty") == [
        ("受付機器の更新", 2026, 2027, "exact"),
        ("職員の研修", 2027, 2028, "exact"),
    ]


def test_labels_of_stacked_letters_in_a_narrow_column(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "1 公園の予約を画面から", HEAD)
    sheet.text(50, 700, "取組の進み具合は、毎年度の終わりに広報紙でお知らせします。", BODY)
    y = 90.0
    for label, value in [
        ("概要", "公園の空きを画面で確かめ、予約できるようにします。"),
        ("取組内容", "予約の仕組みを設けます。"),
        ("担当課", "公園緑地課"),
    ]:
        height = 16.0 * len(label) + 8
        for box in (Box(50, y, 80, y + height), Box(80, y, 520, y + height)):
            sheet.rect(box, stroke=0)
        sheet.stacked(Box(50, y, 80, y + height), label, BODY)
        sheet.text(90, y + 20, value, BODY)
        y += height
    found = read(sheet)
    assert found.column("measures", "title", "overview", "departments") == [
        ("公園の予約を画面から", "公園の空きを画面で確かめ、予約できるようにします。", ["公園緑地課"])
    ]


def test_readings_over_words_stay_out_of_titles_and_sentences(read: Reading) -> None:
    sheet = Sheet()
    measure(sheet, "見守りの充実")
    sheet.put(66, 47, "みまも", 5.5)
    sheet.text(50, 250, "帳票の様式を改めます。", BODY)
    sheet.put(50, 239.5, "ちょうひょう", 4.5)
    found = read(sheet)
    assert found.column("measures", "title") == ["見守りの充実"]
    assert "帳票の様式を改めます。" in found.blocks()
    assert found.characters()["ひ"] == 1  # kept, once


# --- characters -----------------------------------------------------------------------------------------


def test_code_points_that_fonts_name_in_place_of_a_letter_are_read_as_shown(read: Reading) -> None:
    """Radicals and glyph twins stand in the words by which fields are told, and in names and values."""
    sheet = Sheet()
    y = measure(sheet, "⼾籍⼿続きと⻑期計画の⾒直し‧試⾏（市⺠⽤）")
    sheet.text(50, y, "＜⽬的＞", LABEL)
    sheet.text(50, y + 18, "⽣活に要る⼿続きを、いつでも⾏えるようにします。", BODY)
    sheet.text(50, y + 42, "＜現状‧課題＞", LABEL)
    sheet.text(50, y + 60, "⽤紙に⼿で書く欄が多く、⼈⼿と⽇数がかかっています。", BODY)
    kpi_table(sheet, y + 90, [("⼿続きに来る⼈の⼈数", "120⼈", "80⼈")])
    found = read(sheet)
    assert kpis(found) == [("手続きに来る人の人数", 120, 80, "人")]
    (row,) = found.rows["measures"]
    assert row["title"] == "戸籍手続きと長期計画の見直し・試行（市民用）"
    assert row["background"] == "用紙に手で書く欄が多く、人手と日数がかかっています。"


def test_latin_letters_set_apart_are_a_word(read: Reading) -> None:
    sheet = Sheet()
    measure(sheet, "A I と R P A の活用")
    assert read(sheet).column("measures", "title_norm") == ["AIとRPAの活用"]


def test_words_broken_over_lines_are_whole(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "用語集", HEAD)
    rows = [
        [Cell("用語"), Cell("説明")],
        [
            Cell("デジタルデバイ\nド"),
            Cell("情報通信の道具を使える人と使えな\nい人の間に生じる差。Information\nの格差。"),
        ],
        [Cell("アクセシビリ\nティ"), Cell("年齢や障害にかかわらず使えるこ\nと。")],
    ]
    table(sheet, 50, 90, [90, 200], rows, BODY)
    assert read(sheet).column("glossary", "term", "definition") == [
        ("デジタルデバイド", "情報通信の道具を使える人と使えない人の間に生じる差。Informationの格差。"),
        ("アクセシビリティ", "年齢や障害にかかわらず使えること。"),
    ]


def test_soft_hyphens_do_not_part_words(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 100, "インター\u00adネットの利用とWi\u00adFiの公開", BODY)
    assert read(sheet).blocks() == ["インターネットの利用とWi-Fiの公開"]


def test_a_glyph_that_stands_for_several_letters_is_those_letters(read: Reading) -> None:
    sheet = Sheet()
    sheet.put(50, 100, ["公", "衆", "W", "i", "-", "Fi", "の", "o", "ffi", "c", "e"])
    assert read(sheet).blocks() == ["公衆Wi-Fiのoffice"]


def test_bullets_of_symbol_fonts_are_list_marks(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    sheet.text(50, y, "＜取組内容＞", LABEL)
    for i, (bullet, item) in enumerate(
        [("\uf06c", "受付番号の通知"), ("\uf0d8", "記入台の見直し"), ("\uf0fc", "案内板の更新")]
    ):
        sheet.put(50, y + 20 + 18 * i, bullet)
        sheet.text(65, y + 20 + 18 * i, item, BODY)
    assert read(sheet).rows["measures"][0]["actions"] == ["受付番号の通知", "記入台の見直し", "案内板の更新"]


def test_look_alikes_of_minus_and_wave_dash_and_the_triangle_are_read_as_meant(read: Reading) -> None:
    sheet = Sheet()
    rows = [
        ("紙の使用量の増減率", "0%", "\u22125%"),
        ("講座の回数", "4回", "10\u223c20回"),
        ("相談の回数", "4回", "10\u301c20回"),
        ("歳入の増減率", "△3.5%", "1.2%"),
        ("支所の来庁者の増減率", "\u25b28.0%", "2.0%"),
    ]
    kpi_table(sheet, measure(sheet), rows)
    found = read(sheet)
    assert found.column("kpis", "baseline_value", "target_value", "target_max", "target_bound") == [
        (0, -5, None, "exact"),
        (4, 10, 20, "range"),
        (4, 10, 20, "range"),
        (-3.5, 1.2, None, "exact"),
        (-8, 2, None, "exact"),
    ]


@pytest.mark.parametrize("dash", ["\u301c", "\uff5e", "\u223c", "~", "\u2013", "\u2212", "\uff0d"])
def test_the_period_of_a_plan_whatever_dash_it_is_printed_with(read: Reading, dash: str) -> None:
    cover, page = Sheet(), Sheet()
    cover.text(150, 300, "露草市デジタル推進計画", Style(size=26))
    cover.text(230, 500, "令和8年3月", Style(size=14))
    page.text(50, 60, "1 計画期間", HEAD)
    page.text(50, 90, f"本計画の期間は、令和8年度{dash}令和12年度の5年間とします。", BODY)
    found = read(cover, page)
    assert found.column("documents", "title", "period_start_fy", "period_end_fy") == [
        ("露草市デジタル推進計画", 2026, 2030)
    ]


# --- how text is put on the page ------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [(0, 0), (0.4, 0), (0.3, 0.3)], ids=str)
@pytest.mark.parametrize("by", ["line", "letter"])
def test_text_drawn_twice_is_read_once_and_bold(read: Reading, shift: tuple[float, float], by: str) -> None:
    sheet = Sheet()
    kpi_table(sheet, measure(sheet), KPIS)
    dx, dy = shift
    note = "届出の窓口を一つにします。"
    for part, x in [(note, 50.0)] if by == "line" else [(c, 50 + 10.5 * i) for i, c in enumerate(note)]:
        sheet.put(x, 500, part)
        sheet.put(x + dx, 500 + dy, part)
    found = read(sheet)
    assert note in found.blocks()
    assert found.characters()["届"] == 1


def test_the_shadow_of_a_heading_is_no_text_of_its_own(read: Reading) -> None:
    sheet = Sheet()
    sheet.put(51.5, 61.5, "1 公園の予約", 24, color=0xA0A0A0)
    sheet.put(50, 60, "1 公園の予約", 24, color=0x1F4E79)
    sheet.text(50, 90, "＜概要＞", LABEL)
    sheet.text(50, 108, "公園の空きを画面で確かめられるようにします。", BODY)
    found = read(sheet)
    assert found.column("measures", "title") == ["公園の予約"]
    assert found.characters()["公"] == 2


def test_the_same_word_again_close_by_is_kept(read: Reading) -> None:
    sheet = Sheet()
    sheet.put(50, 100, "・・・・・・")
    sheet.put(50, 130, "11111")
    for i in range(6):
        sheet.put(50 + 3 * i, 160, ".")
    found = read(sheet)
    assert (found.characters()["・"], found.characters()["1"], found.characters()["."]) == (6, 5, 6)


def test_hidden_text_makes_no_record(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    kpi_table(sheet, y, KPIS)
    sheet.put(50, y + 150, "旧指標の件数：10件→20件", color=0xFFFFFF)
    sheet.put(50, y + 170, "作業用の控え", mode=3)
    sheet.rect(Box(300, y + 130, 500, y + 190), fill=0x305080)
    sheet.rect(Box(310, y + 140, 490, y + 180), fill=0xFFFFFF)
    sheet.put(320, y + 160, "白い札の上の白い字", color=0xFFFFFF)
    found = read(sheet)
    assert kpis(found) == KPI_VALUES
    text = "".join(found.blocks())
    assert not any(hidden in text for hidden in ("旧指標", "控え", "白い字"))
    assert "invisible_text" in found.column("diagnostics", "code")


def test_white_text_drawn_in_one_go_over_several_bars_is_seen(read: Reading) -> None:
    sheet = Sheet()
    sheet.rect(Box(50, 90, 150, 110), fill=0x305080)
    sheet.rect(Box(200, 90, 300, 110), fill=0x305080)
    code = "1 1 1 rg BT /along 10 Tf 1 0 0 1 60 738 Tm [<{}> -13000 <{}>] TJ ET"
    for letter in "実証導入":
        sheet._code(letter)
    sheet.operators.append(code.format(*("".join(f"{ord(c):04x}" for c in w) for w in ("実証", "導入"))))
    assert set(read(sheet).blocks()) == {"実証", "導入"}


def test_text_cut_off_by_its_cell_is_read_once(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    kpi_table(sheet, y, [("", "120件", "2,400件")])
    sheet.operators.append("q 50 0 180 842 re W n")
    sheet.text(54, y + 36, "とても長い名前なので欄からはみ出して切られる指標の件数", BODY)
    sheet.operators.append("Q")
    text = "".join(read(sheet).blocks())
    assert text.count("とても長い名前なので欄からはみ") == 1


def test_letters_of_justified_text_set_one_by_one_are_a_sentence(read: Reading) -> None:
    sheet = Sheet()
    lines = ["申請の受付から結果の通知までを", "画面の上で終えられるようにし、", "紙の書類を減らします。"]
    for i, line in enumerate(lines):
        step = 14.0 if i < 2 else 10.5
        for n, letter in enumerate(line):
            sheet.put(50 + step * n, 100 + 18 * i, letter)
    sheet.put(50, 200, "行政手続の見直し", spacing=5)
    assert read(sheet).blocks() == ["".join(lines), "行政手続の見直し"]


# --- tables however their lines are drawn ---------------------------------------------------------------


@pytest.mark.parametrize("ruling", ["lines", "hairlines", "cells", "none"])
def test_a_kpi_table_however_its_lines_are_drawn(read: Reading, ruling: Ruling) -> None:
    sheet = Sheet()
    kpi_table(sheet, measure(sheet), KPIS, ruling)
    assert kpis(read(sheet)) == KPI_VALUES


def test_a_kpi_table_without_lines_or_colour(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    for n, row in enumerate([("指標", "現状値（R6）", "目標値（R10）"), *KPIS]):
        for x, value in zip((50, 230, 360), row):
            sheet.text(x, y + 20 * n, value, BODY)
    assert kpis(read(sheet)) == KPI_VALUES


@pytest.mark.parametrize("pitch", [16, 24], ids=["rows close", "rows apart"])
def test_a_glossary_without_lines_keeps_wrapped_definitions_with_their_terms(
    read: Reading, pitch: float
) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "用語解説", HEAD)
    sheet.text(60, 95, "用語", LABEL)
    sheet.text(200, 95, "説明", LABEL)
    entries = [
        ("オープンデータ", ["誰もが自由に使える形で公開された行政の", "データ。"]),
        ("クラウド", ["離れた計算機を借りて使う形。"]),
        ("テレワーク", ["勤め先から離れた場所で、情報通信を使っ", "て働くこと。"]),
    ]
    y = 120.0
    for term, lines in entries:
        sheet.text(60, y, term, BODY)
        for n, line in enumerate(lines):
            sheet.text(200, y + 16 * n, line, BODY)
        y += 16 * (len(lines) - 1) + pitch
    sheet.text(
        50,
        y + 20,
        "※ 用語は、この計画で使うときの意味で説明しており、ほかの計画とは違うことがあります。",
        BODY,
    )
    found = read(sheet)
    assert found.column("glossary", "term", "definition") == [(t, "".join(d)) for t, d in entries]


def test_prose_in_columns_under_words_of_a_header_is_no_table(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "取組内容", LABEL)
    sheet.text(320, 60, "担当課", LABEL)
    for n, (left, right) in enumerate(
        [("窓口の流れを改め、待つ時", "受付の職員が来庁者と話す"), ("間を短くします。", "時間が増えました。")]
    ):
        sheet.text(50, 90 + 17 * n, left, BODY)
        sheet.text(320, 90 + 17 * n, right, BODY)
    assert read(sheet).column("tables", "text") == []


# --- contents -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leader",
    ["……………………", "・・・・・・・・・・・・", ". . . . . . . . . . . .", "............................"],
)
def test_contents_with_their_numbers_on_the_next_line(read: Reading, leader: str) -> None:
    contents, body = Sheet(), Sheet()
    contents.text(270, 60, "目次", HEAD)
    titles = ["第1章 計画の策定にあたって", "第2章 基本方針", "第3章 施策の展開"]
    for i, title in enumerate(titles):
        contents.text(50, 110 + 44 * i, f"{title}{leader}", BODY)
        contents.text(520, 128 + 44 * i, str(i + 2), BODY)
    body.text(50, 60, titles[2], Style(size=20, bold=True))
    measure(body, top=110)
    found = read(contents, body)
    assert found.column("measures", "title", "page") == [("窓口手続きの見直し", 2)]
    assert set(found.column("sections", "page")) == {2}
    entries = [b["text"] for b in found.rows["blocks"] if b["page"] == 1]
    assert all(b["kind"] in ("toc", "heading") for b in found.rows["blocks"] if b["page"] == 1), entries


# --- schedules from geometry ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heads",
    [
        ["R8", "R9", "R10"],
        ["R 8", "R 9", "R 10"],
        ["令和8年度", "令和9年度", "令和10年度"],
        ["令和８年度(2026)", "令和９年度(2027)", "令和10年度(2028)"],
        ["2026年度", "2027年度", "2028年度"],
        ["令和8年度", "9年度", "10年度"],
    ],
    ids=lambda heads: heads[0],
)
def test_the_years_of_a_schedule_however_they_are_written(read: Reading, heads: list[str]) -> None:
    sheet = Sheet()
    y = measure(sheet)
    year_table(sheet, y, heads, ["受付機器の更新"])
    block_arrow(sheet, Box(203, y + 36, 357, y + 54), 0x4472C4)
    assert spans(read(sheet)) == [("受付機器の更新", 2026, 2027, "exact")]


def test_the_colours_of_a_legend_part_the_phases_of_a_row(read: Reading) -> None:
    colours = {"検討": 0xFFE699, "導入": 0x9DC3E6, "運用": 0xA9D18E}
    sheet = Sheet()
    y = measure(sheet)
    for i, (phase, colour) in enumerate(colours.items()):
        sheet.rect(Box(300 + 80 * i, y, 320 + 80 * i, y + 10), fill=colour)
        sheet.text(325 + 80 * i, y + 9, phase, SMALL)
    rows = [
        ("受付機器の更新", ["検討", "導入", "運用", "運用"]),
        ("職員の研修", ["検討", "検討", "運用", "運用"]),
    ]
    cells = [[Cell(t), *(Cell(fill=colours[p]) for p in phases)] for t, phases in rows]
    head = [Cell(text) for text in ("取組", "R8", "R9", "R10", "R11")]
    table(sheet, 50, y + 20, [150, *[80.0] * 4], [head, *cells], BODY, min_height=30)
    assert spans(read(sheet)) == [
        ("受付機器の更新", 2026, 2026, "exact"),
        ("受付機器の更新", 2027, 2027, "exact"),
        ("受付機器の更新", 2028, 2029, "exact"),
        ("職員の研修", 2026, 2027, "exact"),
        ("職員の研修", 2028, 2029, "exact"),
    ]


@pytest.mark.parametrize("draw", [block_arrow, pentagon, chevron, bar, connector], ids=lambda f: f.__name__)
@pytest.mark.parametrize("turn", [0, 90], ids=["upright", "turned"])
def test_a_bar_of_any_make_that_starts_late_and_runs_over_its_line(
    read: Reading, draw: Any, turn: int
) -> None:
    sheet = Sheet(842, 595, turn=turn) if turn else Sheet()
    y = measure(sheet)
    year_table(sheet, y, ["R8", "R9", "R10"], ["受付機器の更新", "職員の研修"])
    draw(sheet, Box(210, y + 37, 375, y + 53), 0x4472C4, None)
    draw(sheet, Box(285, y + 67, 445, y + 83), 0x70AD47, 0x385723)
    assert spans(read(sheet)) == [
        ("受付機器の更新", 2026, 2027, "exact"),
        ("職員の研修", 2027, 2028, "exact"),
    ]


def test_arrows_of_a_flow_chart_are_no_schedule(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    for i, word in enumerate(["受付", "審査", "交付"]):
        sheet.boxed(Box(60 + 160 * i, y, 160 + 160 * i, y + 40), word, BODY, fill=0xDDEBF7, stroke=0x2F5597)
        if i:
            block_arrow(sheet, Box(5 + 160 * i, y + 10, 55 + 160 * i, y + 30), 0x4472C4)
    assert read(sheet).column("schedules", "task") == []


# --- evidence -------------------------------------------------------------------------------------------


def test_the_place_of_a_measure_holds_its_bars_and_that_of_a_bar_its_label_alone(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    year_table(sheet, y, ["R8", "R9", "R10"], ["受付機器の更新", "職員の研修"])
    block_arrow(sheet, Box(203, y + 36, 357, y + 54), 0x4472C4)
    block_arrow(sheet, Box(283, y + 66, 437, y + 84), 0x4472C4)
    rows = read(sheet).rows
    whole, (first, second) = rows["measures"][0]["bbox"], (s["bbox"] for s in rows["schedules"])
    assert whole["y0"] <= 60
    assert (whole["x1"], whole["y1"]) >= (437, y + 84)
    assert first["y1"] < second["y0"] + 6
    assert (first["x0"], second["x1"]) == (pytest.approx(50, abs=8), pytest.approx(437, abs=1))


def test_a_bar_of_a_cell_that_holds_several_is_its_own_place(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet)
    heads = [Cell(h) for h in ("令和8年度", "令和9年度", "令和10年度")]
    table(sheet, 50, y, [120] * 3, [heads, [Cell(), Cell(), Cell()]], BODY, min_height=90)
    for n, name in enumerate(["受付機器の更新", "職員の研修"]):
        box = Box(55 + 120 * n, y + 100 + 40 * n, 285 + 120 * n, y + 120 + 40 * n)
        pentagon(sheet, box, 0xFFD966)
        sheet.text(box.x0 + 20, box.y0 + 14, name, SMALL)
    found = read(sheet)
    assert spans(found) == [("受付機器の更新", 2026, 2027, "exact"), ("職員の研修", 2027, 2028, "exact")]
    for n, row in enumerate(found.rows["schedules"]):
        assert (row["bbox"]["y0"], row["bbox"]["y1"]) == pytest.approx(
            (y + 100 + 40 * n, y + 120 + 40 * n), abs=1
        )


def test_cards_with_a_drawn_arrow_hold_two_values_or_two_states(read: Reading) -> None:
    sheet = Sheet()
    y = measure(sheet) + 20
    sheet.text(50, y, "成果指標（基準値 R6 → 目標値 R12）", SMALL)
    cards = [
        ("届け出の件数", "400件", "3,000件"),
        ("週2回以上つかう人の割合", "12%", "60%以上"),
        ("見回りの回数", "2回", "9回"),
        ("灯台の映像の公開", "未実施", "実施"),
    ]
    for n, (name, start, aim) in enumerate(cards):
        box = Box(50 + 250 * (n % 2), y + 20 + 70 * (n // 2), 290 + 250 * (n % 2), y + 80 + 70 * (n // 2))
        sheet.rect(box, stroke=0x888888)
        sheet.text(box.x0 + 8, box.y0 + 16, name, LABEL)
        sheet.text(box.x0 + 20, box.y0 + 46, start, Style(size=16, bold=True))
        block_arrow(sheet, Box(box.x0 + 95, box.y0 + 34, box.x0 + 120, box.y0 + 48), 0xDD8833)
        sheet.text(box.x0 + 135, box.y0 + 46, aim, Style(size=16, bold=True))
    found = read(sheet)
    columns = ("indicator", "baseline_raw", "baseline_fy", "target_raw", "target_fy")
    assert found.column("kpis", *columns) == [(name, a, 2024, b, 2030) for name, a, b in cards]
