"""Small inputs after reports of what tools for PDF and text get wrong, each a kind: one page, few rows."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from corpora.builder.draw import Cell, Style, table
from extract.model import Box
from extract.pipeline import extract_document
from tests.extract.paper import Sheet, bind
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
)


def test_small_figures_drawn_after_everything_else_are_no_digits_of_the_numbers(read: Reading) -> None:
    sheet = Sheet()
    top = measure(sheet)
    head = [Cell("指標"), Cell("現状値（R6）"), Cell("目標値（R10）")]
    rows = [[Cell("相談の件数"), Cell("6"), Cell("24")], [Cell("窓口の数"), Cell("3"), Cell("8")]]
    grid = table(sheet, 50, top, [180, 110, 110], [head, *rows], BODY)
    for col, width in ((1, 1), (2, 2)):
        sheet.put(grid.xs[col] + 4 + width * 0.56 * 10.5, grid.ys[1] + 9, "1", 5.5)
    assert kpis(read(sheet)) == [("相談の件数", 6, 24, None), ("窓口の数", 3, 8, None)]


def test_pale_letters_one_by_one_over_a_table_are_a_stamp(read: Reading) -> None:
    sheet = Sheet()
    top = measure(sheet)
    kpi_table(sheet, top, KPIS)
    for i, letter in enumerate("部外秘"):
        sheet.put(90 + 90 * i, top + 60 - 6 * i, letter, 60, color=0xCCCCCC)
    assert kpis(read(sheet)) == KPI_VALUES


def test_rules_made_of_thin_pictures_are_rules(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "工程表", HEAD)
    for i, text in enumerate(["取組", "R8", "R9", "R10"]):
        sheet.text(54 + (i and 70 + 80 * i), 94, text, BODY)
    for i, task in enumerate(["受付機器の更新", "職員の研修"]):
        sheet.text(54, 124 + 30 * i, task, BODY)
        sheet.rect(Box(204 + 80 * i, 115 + 30 * i, 356 + 80 * i, 123 + 30 * i), fill=0x5080C0)
    document = pymupdf.open(stream=bind(sheet), filetype="pdf")
    grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 1, 1))
    grey.set_rect(grey.irect, (90,))
    for y in (80, 104, 134, 164):
        document[0].insert_image(pymupdf.Rect(50, y, 440, y + 0.8), pixmap=grey, keep_proportion=False)
    for x in (50, 200, 280, 360, 440):
        document[0].insert_image(pymupdf.Rect(x, 80, x + 0.8, 164), pixmap=grey, keep_proportion=False)
    found = read(data=document.tobytes())
    assert spans(found) == [("受付機器の更新", 2026, 2027, "exact"), ("職員の研修", 2027, 2028, "exact")]


def test_a_file_pinned_to_a_page_is_told(read: Reading) -> None:
    document = pymupdf.open(stream=bind(Sheet()), filetype="pdf")
    document[0].add_file_annot((60, 130), b"%PDF-1.7", "keikaku.pdf")
    told = read(data=document.tobytes()).column("diagnostics", "code", "message")
    assert any(code == "attached_files" and "keikaku.pdf" in message for code, message in told)


def test_a_sum_below_listed_measures_is_no_measure(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "取組一覧", HEAD)
    rows = [["取組項目", "取組内容", "担当課"], ["窓口の見直し", "受付の流れを組み直します。", "市民課"]]
    rows += [["電子申請の拡大", "手続の種類を増やします。", "情報政策課"], ["合計", "2件", ""]]
    table(sheet, 50, 90, [120, 200, 80], [[Cell(text) for text in row] for row in rows], SMALL)
    assert read(sheet).column("measures", "title") == ["窓口の見直し", "電子申請の拡大"]


def test_lines_behind_a_note_sign_in_brackets_begin_anew(read: Reading) -> None:
    sheet = Sheet()
    notes = [
        "(※)EBPM：データなどの証拠に基づいて政策を立てること。",
        "(※)RPA：定型の作業を自動で行う仕組み。",
    ]
    for i, note in enumerate(notes):
        sheet.text(50, 100 + 16 * i, note, BODY)
    assert read(sheet).blocks() == notes


@pytest.mark.parametrize(("printed", "unit"), [("210kWh/㎡", "kWh/㎡"), ("12件/校", "件/校")])
def test_what_a_value_is_counted_over_stays_in_its_unit(tmp_path: Path, printed: str, unit: str) -> None:
    path = tmp_path / "plan.md"
    path.write_text(
        f"施策１　省エネ\n\n| 指標 | 現状値 | 目標値 |\n|---|---|---|\n| 使用量 | － | {printed} |\n", "utf-8"
    )
    assert [row["target_unit"] for row in extract_document(path).rows["kpis"]] == [unit]


def test_columns_of_a_text_that_ran_together_give_no_values(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "                                                       目標値\n"
        "  指標                    単位     現状値\n"
        "                                             R6     R8     R10\n"
        "  オンライン申請の件数        件      120    600   1,200   2,400\n"
        "  電子納付の件数              件              300     600    900\n",
        "utf-8",
    )
    rows = extract_document(path).rows.get("kpis", [])
    assert not any(row["baseline_value"] in (600, 1200) for row in rows)


def test_a_row_of_amounts_that_are_not_told_parts_no_table(tmp_path: Path) -> None:
    text = """## 1 取組
### (1) 地図の公開
【概要】
道路の地図を公開します。

| 指標 | 現状値（R7） | 目標値（R11） |
| --- | --- | --- |
| 地図の枚数 | 十二枚 | 四十五枚 |
| 相談の回数 | 年十二回 | 年二十四回 |
| 手引の改訂 | 数回 | 十数回 |
| 案内板の数 | 三十か所 | 百か所 |
"""
    path = tmp_path / "plan.md"
    path.write_text(text, "utf-8")
    found = {row["indicator"]: row["target_value"] for row in extract_document(path).rows["kpis"]}
    assert (found["地図の枚数"], found["相談の回数"], found["案内板の数"]) == (45, 24, 100)


def test_units_stand_in_heads_of_values_or_in_a_part_of_their_columns(read: Reading) -> None:
    heads = Sheet()
    top = measure(heads)
    rows = [[Cell("指標"), Cell("現状（冊）\nR6"), Cell("目標（冊）\nR10")]]
    rows += [[Cell("貸出の数"), Cell("1,250"), Cell("4,300")], [Cell("返却の数"), Cell("730"), Cell("2,900")]]
    table(heads, 50, top, [180, 110, 110], rows, BODY)
    split = Sheet()
    top = measure(split)
    rows = [[Cell("指標"), Cell("現状値（R6）", colspan=2), Cell("目標値（R10）", colspan=2)]]
    for name, now, aim, unit in (("公開の数", "52", "340", "件"), ("地図の数", "9", "31", "層")):
        rows.append([Cell(name), Cell(now), Cell(unit), Cell(aim), Cell(unit)])
    table(split, 50, top, [150, 75, 25, 75, 25], rows, BODY)
    assert [(r[0], r[1], r[2], r[3]) for r in kpis(read(heads))] == [
        ("貸出の数", 1250, 4300, "冊"),
        ("返却の数", 730, 2900, "冊"),
    ]
    assert [(r[0], r[1], r[2], r[3]) for r in kpis(read(split))] == [
        ("公開の数", 52, 340, "件"),
        ("地図の数", 9, 31, "層"),
    ]


@pytest.mark.parametrize("where", ["above", "corner", "row"])
def test_a_unit_told_once_is_that_of_all_numbers_of_a_table(read: Reading, where: str) -> None:
    sheet = Sheet()
    top = measure(sheet)
    rows = [
        [
            Cell("指標（単位：冊）" if where == "corner" else "指標"),
            Cell("現状値（R6）"),
            Cell("目標値（R10）"),
        ]
    ]
    if where == "above":
        sheet.text(400, top - 12, "（単位：冊）", SMALL)
    if where == "row":
        rows.append([Cell(""), Cell("（冊）"), Cell("（冊）")])
    rows += [[Cell("貸出の数"), Cell("1,250"), Cell("4,300")], [Cell("返却の数"), Cell("730"), Cell("2,900")]]
    table(sheet, 50, top + 6, [180, 110, 110], rows, BODY)
    assert kpis(read(sheet)) == [("貸出の数", 1250, 4300, "冊"), ("返却の数", 730, 2900, "冊")]


def test_notes_that_explain_a_term_behind_their_sign_are_a_glossary(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "１　データの活用", HEAD)
    sheet.text(50, 90, "EBPM（※）やRPAを進め、オープンデータを広げます。", BODY)
    terms = {"EBPM": "データなどの証拠に基づいて政策を立てること。", "RPA": "定型の作業を自動で行う仕組み。"}
    terms["オープンデータ"] = "誰もが自由に使える形で公開されたデータ。"
    for i, (term, definition) in enumerate(terms.items()):
        sheet.text(50, 130 + 16 * i, f"(※){term}：{definition}", SMALL)
    assert dict(read(sheet).column("glossary", "term", "definition")) == terms


def test_a_group_row_right_below_the_head_of_a_glossary_leaves_it_a_head(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "用語集", HEAD)
    rows = [[Cell("用語"), Cell("説明")]]
    for group, term, said in [
        ("【あ行】", "暗号化", "内容を他人に読めない形に変えること。"),
        ("【か行】", "クラウド", "離れた計算機を使う形。"),
        ("【は行】", "ペーパーレス", "紙を使わずに仕事を進めること。"),
    ]:
        rows += [[Cell(group, colspan=2)], [Cell(term), Cell(said)]]
    table(sheet, 50, 90, [120, 300], rows, BODY)
    assert read(sheet).column("glossary", "term") == ["暗号化", "クラウド", "ペーパーレス"]


def test_cards_of_values_larger_than_the_headings_are_indicators(read: Reading) -> None:
    sheet = Sheet()
    top = measure(sheet)
    sheet.text(50, top, "＜成果指標＞", BODY)
    large = Style(size=20)
    for i, (name, values) in enumerate(
        [("転入の件数", "R6: 640件 ▶ R12: 3,500件"), ("満足の割合", "R6: 52% ▶ R12: 80%")]
    ):
        sheet.text(60, top + 30 + 60 * i, name, BODY)
        sheet.text(60, top + 56 + 60 * i, values, large)
    found = read(sheet).column(
        "kpis", "indicator", "baseline_value", "baseline_fy", "target_value", "target_fy"
    )
    assert found == [("転入の件数", 640, 2024, 3500, 2030), ("満足の割合", 52, 2024, 80, 2030)]


def test_what_was_done_so_far_is_background_and_no_action(read: Reading) -> None:
    sheet = Sheet()
    top = measure(sheet)
    for i, text in enumerate(
        ["＜これまでの取組＞", "・発券機を入れた。", "＜主な取組＞", "・予約を始める。", "・窓口を広げる。"]
    ):
        sheet.text(50, top + 18 * i, text, BODY)
    (row,) = read(sheet).rows["measures"]
    assert (row["background"], row["actions"]) == ("発券機を入れた。", ["予約を始める。", "窓口を広げる。"])


def test_a_label_behind_the_offices_of_a_form_is_no_office(read: Reading) -> None:
    sheet = Sheet()
    rows = [
        [Cell("施策名"), Cell("窓口手続きの見直し", colspan=3)],
        [Cell("担当課"), Cell("市民課"), Cell("区分"), Cell("拡充")],
        [Cell("概要"), Cell("来庁する人の待ち時間を短くします。", colspan=3)],
    ]
    table(sheet, 50, 90, [80, 160, 80, 130], rows, BODY)
    assert read(sheet).column("measures", "title", "departments") == [("窓口手続きの見直し", ["市民課"])]


@pytest.mark.parametrize("label", ["目標指標", "目指す数字", "成果のものさし"])
def test_what_stands_under_a_label_below_a_form_is_of_its_measure(read: Reading, label: str) -> None:
    sheets = [Sheet(), Sheet(), Sheet()]
    titles = ("窓口手続きの見直し", "電子申請の拡大", "職員研修の充実")
    for n, (sheet, title) in enumerate(zip(sheets, titles), 1):
        rows = [
            [Cell("施策名"), Cell(title)],
            [Cell("担当課"), Cell("市民課")],
            [Cell("概要"), Cell(f"来庁する人の待ち時間を{n}割短くします。")],
        ]
        grid = table(sheet, 50, 90, [80, 370], rows, BODY)
        sheet.text(50, grid.ys[-1] + 24, label, LABEL)
        for i, line in enumerate(
            [
                f"第{n}窓口の利用件数：{n}0件（令和6年度）→{n}20件（令和10年度）",
                f"令和10年度までに、第{n}窓口の満足度を{n}5％以上とします。",
            ]
        ):
            sheet.text(60, grid.ys[-1] + 44 + 16 * i, line, BODY)
    found = read(*sheets)
    ids = found.column("measures", "measure_id")
    assert found.column("kpis", "measure_id", "indicator", "target_value") == [
        (ids[n - 1], f"第{n}窓口の{name}", value)
        for n in (1, 2, 3)
        for name, value in (("利用件数", 100 * n + 20), ("満足度", 10 * n + 5))
    ]


def test_lines_of_a_name_and_two_values_outside_all_measures_are_indicators(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "第３章　数値目標\n\n（１）移住の促進\n移住者数：11.4人/年 → 17人/年\n相談の件数： ― 件/年 → 40件/年\n"
        "（２）交流の促進\n① 交流人口：3,324人 → 5,000人\n",
        "utf-8",
    )
    rows = extract_document(path).rows["kpis"]
    assert [(r["indicator"], r["baseline_value"], r["target_value"], r["measure_id"]) for r in rows] == [
        ("移住者数", 11.4, 17, None),
        ("相談の件数", None, 40, None),
        ("交流人口", 3324, 5000, None),
    ]


def test_a_page_upside_down_is_told(read: Reading) -> None:
    upright, page = Sheet(), Sheet()
    kpi_table(upright, measure(upright), KPIS)
    page.operators = ["-1 0 0 -1 595 842 cm", *upright.operators]
    page.clusters = upright.clusters
    found = read(page)
    assert "upside_down" in found.column("diagnostics", "code")
    assert found.rows.get("kpis", []) == []


def test_entries_of_a_list_that_fill_their_lines_stay_apart(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "用語解説", HEAD)
    terms = {
        "クラウド": "ネットワークを通じて離れた計算機を借りて使う形。",
        "電子申請": "役所に出向かず画面から手続きを済ませること。",
    }
    terms["テレワーク"] = "勤め先から離れた場所で通信を使って働くこと。"
    for i, (term, said) in enumerate(terms.items()):
        sheet.text(50, 100 + 16 * i, f"{term}：{said}", BODY)
    assert dict(read(sheet).column("glossary", "term", "definition")) == terms


def test_forms_of_lettered_labels_without_blank_lines_are_measures_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "第３章　具体的な取組\n\n(1) 窓口の見直し\nア　概要　待ち時間を短くします。\nイ　担当　　市民課、\n　　　　税務課\n"
        "(2) 電子申請の拡大\nア　概要　手続の種類を増やします。\nイ　担当　　情報政策課\n",
        "utf-8",
    )
    rows = extract_document(path).rows["measures"]
    assert [(r["title"], r["overview"], r["departments"]) for r in rows] == [
        ("窓口の見直し", "待ち時間を短くします。", ["市民課", "税務課"]),
        ("電子申請の拡大", "手続の種類を増やします。", ["情報政策課"]),
    ]


def test_a_row_struck_out_in_markdown_is_no_indicator(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text(
        "## 施策１　窓口\n\n| 指標 | 現状値 | 目標値 |\n|---|---|---|\n| ~~旧い件数~~ | ~~5件~~ | ~~10件~~ |\n"
        "| 申請の件数 | 120件 | ~~2,000件~~2,400件 |\n",
        "utf-8",
    )
    rows = extract_document(path).rows["kpis"]
    assert [(r["indicator"], r["target_value"]) for r in rows] == [("申請の件数", 2400)]


def test_a_sentence_that_does_not_say_what_is_counted_is_no_indicator(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "施策１　窓口\n\n【概要】\n待ち時間を短くします。\n\n【成果指標】\n・令和8年度の2事務から令和10年度には12事務に広げる。\n",
        "utf-8",
    )
    assert not extract_document(path).rows.get("kpis")


@pytest.mark.parametrize("form", ["【{}】", "（{}）", "　［{}］"])
def test_offices_in_brackets_behind_titles_are_no_part_of_them(read: Reading, form: str) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "第３章　具体的な取組", HEAD)
    offices = {"窓口の見直し": "市民課", "電子申請の拡大": "情報政策課", "仕事の見直し": "総務課"}
    for i, (title, office) in enumerate(offices.items()):
        sheet.text(50, 110 + 90 * i, f"({i + 1}) {title}{form.format(office)}", LABEL)
        sheet.text(50, 132 + 90 * i, "手順を組み直し、待つ時間を短くします。", BODY)
        sheet.text(50, 150 + 90 * i, "・案内の見直しを行う。", BODY)
    assert read(sheet).column("measures", "title", "departments") == [(t, [o]) for t, o in offices.items()]


def test_lines_with_leaders_are_entries_of_their_own(read: Reading) -> None:
    sheet = Sheet()
    top = measure(sheet)
    sheet.text(50, top, "【目標】", LABEL)
    for i, (name, values) in enumerate(
        [("相談の件数", "6件（R6）→24件（R10）"), ("窓口の数", "3件（R6）→8件（R10）")]
    ):
        sheet.text(54, top + 20 + 22 * i, name + "…" * (24 - len(name)) + values, BODY)
    assert kpis(read(sheet)) == [("相談の件数", 6, 24, "件"), ("窓口の数", 3, 8, "件")]


def test_leaders_part_a_term_from_its_definition(read: Reading) -> None:
    sheet = Sheet()
    sheet.text(54, 60, "用語集", HEAD)
    entries = [
        ("クラウド", "網の向こうの計算機を使う仕組みです。"),
        ("テレワーク", "職場を離れた所で働くことです。"),
    ]
    for i, (term, text) in enumerate(
        [*entries, ("オープンデータ", "誰でも使える形で公開されたデータです。")]
    ):
        sheet.text(54, 94 + 26 * i, term + "・" * (13 - len(term)) + text, BODY)
    assert read(sheet).column("glossary", "term", "definition")[:2] == entries
