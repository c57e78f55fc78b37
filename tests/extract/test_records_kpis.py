from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.labels import column_role
from extract.model import Cell, Page, PageLayout, Table, TableItem
from extract.records import kpis
from extract.records.indicator_lines import _of_line, read_sentence
from extract.records.indicator_values import split_indicator
from extract.records.indicator_years import years_told
from extract.records.model import Kpi
from extract.structure import tables
from extract.structure.assemble import assemble
from tests.extract.text_plan import document, kpis_of, measures_of


def kpis_of_cells(cells: Sequence[Cell]) -> list[Kpi]:
    rows, columns = (max(ends) for ends in zip(*((c.row + c.rowspan, c.col + c.colspan) for c in cells)))
    layout = PageLayout(Page(1, 595, 842), (TableItem(Table(tuple(cells), rows, columns)),))
    held = assemble(document("# 3 指標").source, [layout])
    return kpis.extract(held, tables.read(held), [], [None], [])


MEASURE = "## ① 窓口の改善\n概要\t窓口を見直します。\n現状・課題\t長く待ちます。\n"


def test_a_table_inside_the_measure_gives_baseline_and_target() -> None:
    (kpi,) = kpis_of(MEASURE + "KPI\t項目\t基準値\t目標値\n\tカードの保有率\t82.4%(R8.1.31)\t90.0%")
    assert (kpi.measure, kpi.indicator) == (0, "カードの保有率")
    assert (kpi.baseline.value, kpi.baseline.unit, kpi.baseline.date) == (82.4, "%", "2026-01-31")
    assert (kpi.target.value, kpi.target.kind) == (90.0, "absolute")


def test_the_years_of_the_column_heads_are_the_years_of_the_values() -> None:
    text = "# 3 指標\n\n指標\t現状値（令和6年度）\t目標値（令和11年度）\n窓口の数\t3か所\t9か所\n利用料の削減率\t－\t20%"
    first, second = kpis_of(text)
    assert (first.baseline.fy, first.target.fy) == (2024, 2029)
    assert (second.baseline.raw, second.baseline.value, second.baseline.fy) == ("－", None, None)


@pytest.mark.parametrize(
    "table",
    [
        "指標\t単位\t実績\t年度\t目標\t年度\n窓口の数\tか所\t3\tR6\t9\tR11\n申請の割合\t％\t20\tR5\t60\tR10",
        "指標\t単位\t年度\t実績\t年度\t目標\n窓口の数\tか所\tR6\t3\tR11\t9\n申請の割合\t％\tR5\t20\tR10\t60",
    ],
)
def test_a_column_of_years_dates_the_values_beside_it(table: str) -> None:
    found = kpis_of(f"# 3 指標\n\n{table}")
    assert [(k.baseline.value, k.baseline.fy, k.target.value, k.target.fy) for k in found] == [
        (3.0, 2024, 9.0, 2029),
        (20.0, 2023, 60.0, 2028),
    ]


def test_towns_below_the_heads_of_values_have_an_indicator_each() -> None:
    cells = [
        Cell(0, 0, "指標", rowspan=2),
        Cell(0, 1, "現状値（令和6年度）", colspan=2),
        Cell(0, 3, "目標値（令和11年度）", colspan=2),
        *(Cell(1, c, t) for c, t in enumerate(["甲町", "乙町"] * 2, 1)),
        *(Cell(2, c, t) for c, t in enumerate(["窓口の数", "3か所", "4か所", "9か所", "8か所"])),
        *(Cell(3, c, t) for c, t in enumerate(["研修の回数", "2回", "1回", "6回", "5回"])),
    ]
    found = kpis_of_cells(cells)
    assert [(k.indicator, k.qualifier, k.baseline.value, k.target.value) for k in found] == [
        ("窓口の数", "甲町", 3.0, 9.0),
        ("窓口の数", "乙町", 4.0, 8.0),
        ("研修の回数", "甲町", 2.0, 6.0),
        ("研修の回数", "乙町", 1.0, 5.0),
    ]


def test_a_table_of_figures_without_years_is_doubtful() -> None:
    table = "指標\t現状値（令和6年度）\t目標値（令和11年度）\n{}の割合\t20％\t60％\n{}の件数\t3件\t9件"
    figures = "項目\t甲町\t乙町\t丙町\n高齢化率\t48.2％\t36.5％\t41.0％\n職員数\t61人\t118人\t79人"
    text = f"# 1 現状\n\n{figures}\n\n# 2 指標\n\n" + "\n\nまた次の指標とする。\n\n".join(
        table.format(name, name) for name in ("申請", "公開")
    )
    readings = tables.read(document(text))
    assert [r.kind for r in readings] == ["doubtful", "indicators", "indicators"]
    assert [r.kind for r in tables.read(document(f"# 1 現状\n\n{figures}"))] == ["doubtful"]


def test_a_head_that_any_table_may_have_tells_no_indicators_alone() -> None:
    rows = "申請の割合\t12%\t60%以上\n見回りの回数\t3回\t9回"
    for head, kind in (("項目\t改訂前\t改訂後", "doubtful"), ("指標\t今\tこの先", "indicators")):
        assert [r.kind for r in tables.read(document(f"# 1 変更点\n\n{head}\n{rows}"))] == [kind]


@pytest.mark.parametrize("place", ["above", "chapter"])
def test_a_sentence_that_dates_the_heads_dates_the_values(place: str) -> None:
    note = "なお、「いま」は令和6年度末の値、「めざす値」は令和11年度の値です。"
    table = "指標\tいま\tめざす値\n窓口の数\t3か所\t9か所\n申請の割合\t20％\t60％\n研修の回数\t－\t6回"
    parts = [f"# 1 見方\n\n{note}", f"# 2 指標\n\n{table}"]
    found = kpis_of("\n\n".join(parts) if place == "chapter" else f"# 2 指標\n\n{note}\n\n{table}")
    years = [(k.baseline.fy, k.target.fy) for k in found]
    assert years == [(2024, 2029), (2024, 2029), (None, 2029)]


def test_a_sentence_about_one_indicator_dates_no_other() -> None:
    text = "# 1 考え方\n\n利用率の目標値は令和9年度に50％とします。\n\n# 2 指標\n\n指標\t現状値\t目標値\n窓口の数\t3か所\t9か所"
    assert [k.target.fy for k in kpis_of(text) if k.indicator == "窓口の数"] == [None]


def test_decimals_among_numbers_are_values_and_no_numbers_of_chapters() -> None:
    text = "# 3 指標\n\n番号\t指標名\t単位\t現状値\t目標値\n1\t申請の割合\t％\t23.5\t60.0\n2\t窓口の数\tか所\t3\t9\n3\t電子決裁の割合\t％\t17.2\t50.5"
    assert [(k.baseline.value, k.target.value) for k in kpis_of(text)] == [
        (23.5, 60.0),
        (3.0, 9.0),
        (17.2, 50.5),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "区分（百万円）\tR8\tR9\tR10\n情報システムの経費\t612\t640\t655\n通信の経費\t58\t60\t61",
        "区分\tR8\tR9\tR10\n構築\t182百万円\t141百万円\t96百万円\n運用\t128百万円\t118百万円\t120百万円",
    ],
)
def test_sums_of_money_year_by_year_are_costs_and_no_indicators(table: str) -> None:
    assert kpis_of(f"# 3 財政の見通し\n\n{table}") == []


def test_a_column_per_year_is_a_series_and_its_last_year_the_target() -> None:
    (kpi,) = kpis_of("# 3 指標\n\n指標\t単位\tR8\tR9\tR10\n研修の回数\t回\t2\t4\t6")
    assert kpi.series == ((2026, 2.0, "2"), (2027, 4.0, "4"), (2028, 6.0, "6"))
    assert (kpi.target.value, kpi.target.unit, kpi.target.fy) == (6.0, "回", 2028)


def test_a_table_with_its_heads_at_the_left_is_turned() -> None:
    first, second = kpis_of("# 3 指標\n\n指標\t窓口の数\t研修の回数\n現状値\t3か所\t2回\n目標値\t9か所\t6回")
    assert (first.indicator, first.target.value) == ("窓口の数", 9.0)
    assert (second.indicator, second.baseline.value) == ("研修の回数", 2.0)
    assert first.rule == "kpi-table-transposed"


def test_a_table_for_the_whole_plan_names_the_measure_of_each_row() -> None:
    (kpi,) = kpis_of(
        MEASURE + "\n# 3 成果指標\n\n施策\t指標\t現状値\t目標値\n窓口の改善\t窓口の数\t3か所\t9か所"
    )
    assert kpi.measure == 0


def test_a_row_that_names_its_measure_is_not_of_the_measure_the_table_stands_under() -> None:
    text = MEASURE + "\n" + MEASURE.replace("① 窓口", "② 収納") + "\n＜成果指標＞\n\n"
    (kpi,) = kpis_of(text + "施策\t指標\t現状値\t目標値\n窓口の改善\t窓口の数\t3か所\t9か所")
    assert kpi.measure == 0


def test_a_schedule_under_the_kpi_rows_is_no_kpi() -> None:
    found = kpis_of(
        MEASURE
        + "KPI\t項目\t基準値\t目標値\n\t窓口の数\t3か所\t9か所\n取組の工程\tR8\tR9\tR10\n機器の設置\t▶\t\t"
    )
    assert [k.indicator for k in found] == ["窓口の数"]


@pytest.mark.parametrize(
    ("text", "indicator", "value", "unit", "kind"),
    [
        ("避難所の整備数 12か所（令和7年度11か所）", "避難所の整備数", 12, "か所", "absolute"),
        ("研修の実施 年2回", "研修の実施", 2, "回", "frequency"),
        ("交付の件数 令和7年度比1.5倍", "交付の件数", 1.5, "倍", "multiple"),
        ("利用率 約3割", "利用率", 3, "割", "absolute"),
        ("受講率 40%以上", "受講率", 40, "%", "absolute"),
        ("対策組織の設置", "対策組織の設置", None, None, "milestone"),
    ],
)
def test_a_target_told_as_a_phrase(
    text: str, indicator: str, value: float | None, unit: str | None, kind: str
) -> None:
    (reading,) = read_sentence(text)
    assert reading.indicator == indicator
    assert (reading.target.value, reading.target.unit, reading.target.kind) == (value, unit, kind)


def test_the_brackets_behind_a_target_hold_its_baseline() -> None:
    (reading,) = read_sentence("登録者の人口比率 令和7年度比2倍（令和7年度人口比率9.4%）")
    assert (reading.baseline.value, reading.baseline.unit, reading.baseline.fy) == (9.4, "%", 2025)


def test_two_pairs_in_one_phrase_are_two_indicators() -> None:
    first, second = read_sentence("書く回数の削減 転入62回→13回、おくやみ11回→3回")
    assert (first.indicator, first.qualifier, first.baseline.value, first.target.value) == (
        "書く回数の削減",
        "転入",
        62,
        13,
    )
    assert (second.qualifier, second.baseline.value, second.target.value) == ("おくやみ", 11, 3)


def test_years_in_brackets_behind_both_ends_of_an_arrow() -> None:
    (reading,) = read_sentence("カードの交付率：36.2%（R3.8）→90%（令和7年度）")
    assert (reading.indicator, reading.baseline.date, reading.target.fy) == (
        "カードの交付率",
        "2021-08",
        2025,
    )


def test_a_scope_in_brackets_is_a_qualifier_and_other_brackets_stay() -> None:
    assert split_indicator("研修の受講者数（年間）") == ("研修の受講者数", "年間", False)
    assert split_indicator("紙の使用量（令和6年度比）")[0] == "紙の使用量（令和6年度比）"
    assert split_indicator("（再掲）研修の受講者数") == ("研修の受講者数", None, True)
    assert split_indicator("対策の種別数（教室型、訪問型など）")[0] == "対策の種別数（教室型、訪問型など）"


@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("現状値（令和6年度）", "current"),
        ("目標値(R12)", "target"),
        ("令和12年度 目標", "target"),
        ("指標名", "indicator"),
        ("令和8年度", None),
    ],
)
def test_column_heads_are_read_without_their_years(head: str, role: str | None) -> None:
    assert column_role(head) == role


def test_a_current_value_beside_a_baseline_has_columns_of_its_own() -> None:
    (kpi,) = kpis_of(
        "# 3 指標\n\n指標\t基準値（R2）\t現状値（R6）\t目標値（R12）\n窓口の数\t3か所\t5か所\t9か所"
    )
    assert (kpi.baseline.value, kpi.baseline.fy) == (3, 2020)
    assert (kpi.current.value, kpi.current.fy) == (5, 2024)
    assert (kpi.target.value, kpi.target.fy) == (9, 2030)


def test_a_cell_over_all_columns_and_rates_of_an_earlier_plan_are_no_indicators() -> None:
    (kpi,) = kpis_of("# 3 指標\n\n指標\t現状\t中間\t最終\n窓口の数\t3か所\t5か所\t9か所")
    assert (kpi.baseline.value, kpi.target.value) == (3.0, 9.0)
    assert kpis_of("# 1 前計画\n\n項目\t目標\t実績\t達成率\n窓口の数\t9か所\t6か所\t67%") == []


def test_an_empty_cell_goes_on_with_the_measure_above() -> None:
    text = (
        "施策1-1 窓口の改善\n\n【概要】\n窓口を見直します。\n\n【担当課】\n住民課\n\n"
        "## 2 指標\n\n施策\t指標\t現状値\t目標値\n施策1-1\t待ち時間\t30分\t10分\n\t窓口の数\t3か所\t1か所"
    )
    assert [(k.measure, k.indicator) for k in kpis_of(text)] == [(0, "待ち時間"), (0, "窓口の数")]


def test_years_under_a_merged_target_end_with_the_target() -> None:
    (kpi,) = kpis_of(
        "# 3 指標\n\n<table><tr><th rowspan=2>指標</th><th>現状</th><th colspan=2>目標</th></tr>"
        "<tr><th>R6</th><th>R8</th><th>R9</th></tr><tr><td>窓口の数</td><td>3か所</td><td>5か所</td><td>9か所</td></tr></table>"
    )
    assert (kpi.baseline.value, kpi.baseline.fy, kpi.target.value, kpi.target.fy) == (3, 2024, 9, 2027)


def test_a_schedule_in_words_holds_no_indicators() -> None:
    assert kpis_of("# 3 日程\n\n項目\tR8\tR9\n窓口の統合\t検討\t実施") == []


def test_a_schedule_over_spans_of_years_holds_no_indicators() -> None:
    head = "項目\t短期（R8）\t中期（R9～R10）\t長期（R11～R12）"
    rows = "総合窓口\t設計\t30手続\t全手続\n巡る車\t購入\t運行\t増便"
    assert kpis_of(f"# 3 日程\n\n{head}\n{rows}\n\n# 4 つづき\n\n{head}\n{rows}") == []
    goals = "前期目標（R8～R10）\t後期目標（R11～R12）"
    assert len(kpis_of(f"# 3 指標\n\n指標\t現状（R6）\t{goals}\n巡る車\t0台\t3台\t9台")) == 1


def test_a_milestone_keeps_the_year_in_its_brackets() -> None:
    (reading,) = read_sentence("総合窓口の開設（令和9年度）")
    assert (reading.indicator, reading.target.kind, reading.target.fy) == (
        "総合窓口の開設",
        "milestone",
        2027,
    )


def test_a_year_in_brackets_is_that_of_the_value_before_it() -> None:
    (only,) = read_sentence("窓口の満足度：90%以上（令和12年度）")
    assert (only.baseline.raw, only.target.value, only.target.fy) == (None, 90.0, 2030)
    (pair,) = read_sentence("省力化に取り組む経営体の数：14経営体（令和6年度）→60経営体（令和12年度）")
    assert (pair.indicator, pair.baseline.value, pair.baseline.fy) == (
        "省力化に取り組む経営体の数",
        14.0,
        2024,
    )
    assert (pair.target.value, pair.target.unit, pair.target.fy) == (60.0, "経営体", 2030)


def test_values_named_line_by_line_are_one_indicator() -> None:
    (kpi,) = kpis_of(
        "## 3.1.1 講習の開催\n\n概要：講習を開きます。\n\n担当課：福祉課\n\nKPI：講習の参加者数\n\n"
        "- 現状値（令和6年度）：240人\n- 目標値（令和12年度）：1,500人"
    )
    assert (kpi.indicator, kpi.baseline.value, kpi.baseline.fy) == ("講習の参加者数", 240, 2024)
    assert (kpi.target.value, kpi.target.fy) == (1500, 2030)


@pytest.mark.parametrize(
    "text",
    [
        "予約の利用率　現状 12%　目標 60%",
        "予約の利用率：現状値（令和6年度）12% → 目標値（令和10年度）60%",
        "予約の利用率（現状値：12%、目標値：60%）",
    ],
)
def test_values_behind_their_labels_on_one_line(text: str) -> None:
    (reading,) = read_sentence(text)
    assert reading.indicator == "予約の利用率"
    assert (reading.baseline.value, reading.target.value, reading.target.unit) == (12.0, 60.0, "%")


def test_a_line_of_values_belongs_to_the_indicator_above_it() -> None:
    first, second = kpis_of(
        MEASURE + "数値目標\n✓ 予約の利用率\n　12%（R6） ⇒ 60%（R10）\n✓ 満足度\n　90%以上（R10）"
    )
    assert (first.indicator, first.baseline.value, first.target.fy) == ("予約の利用率", 12.0, 2028)
    assert (second.indicator, second.target.value, second.target.fy) == ("満足度", 90.0, 2028)
    assert first.at.blocks[1] == first.at.blocks[0] + 1 == second.at.blocks[0] - 1  # the values' own line


def test_values_side_by_side_belong_to_the_names_side_by_side_above_them() -> None:
    found = kpis_of(
        MEASURE + "＜KPI＞\n\n窓口の数\n\n満足な人の割合\n\n現状 3か所 → 目標 9か所\n\n現状 ― → 目標 90%"
    )
    told = [(k.indicator, k.baseline.value, k.target.value, k.target.unit) for k in found]
    assert told == [("窓口の数", 3.0, 9.0, "か所"), ("満足な人の割合", None, 90.0, "%")]


def test_sentences_that_tell_from_what_to_what_are_indicators() -> None:
    raised, reduced, reached, stated = kpis_of(
        "## 1 窓口の改善\n\n＜現状と課題＞\n\n長く待ちます。\n\n＜数値目標＞\n\n"
        "・予約の割合を12%（令和6年度）から80%（令和12年度）に引き上げます。\n"
        "・時間外勤務を月40時間（令和6年度）から月5時間（令和12年度）に減らします。\n"
        "・相談の件数を年間80件以上とします。\n・窓口の満足度　90%"
    )
    assert (raised.indicator, raised.baseline.value, raised.target.value) == ("予約の割合", 12, 80)
    assert (raised.baseline.fy, raised.target.fy) == (2024, 2030)
    assert (reduced.indicator, reduced.qualifier, reduced.target.unit) == ("時間外勤務", "月", "時間")
    assert reduced.target.kind == "absolute"
    assert (reached.indicator, reached.qualifier, reached.target.bound) == ("相談の件数", "年間", "at_least")
    assert (stated.indicator, stated.target.value) == ("窓口の満足度", 90)


def test_the_year_a_sentence_sets_for_a_change_is_that_of_the_target() -> None:
    changed, stated, raised = kpis_of(
        "## 1 窓口の改善\n\n＜現状と課題＞\n\n長く待ちます。\n\n＜数値目標＞\n\n"
        "・予約の割合を、令和５年度の12.5％から令和10年度までに60％以上に引き上げます。\n"
        "・講座の修了者を、R10年度末までに延べ45人以上とします。\n"
        "・令和９年度までに、窓口の満足度を70%から90%へ高めます。"
    )
    assert (changed.indicator, changed.baseline.value, changed.baseline.fy) == ("予約の割合", 12.5, 2023)
    assert (changed.target.value, changed.target.fy, changed.target.raw) == (60, 2028, "60％以上")
    assert (stated.indicator, stated.target.value, stated.target.fy) == ("講座の修了者", 45, 2028)
    assert (raised.indicator, raised.baseline.value, raised.target.value) == ("窓口の満足度", 70, 90)
    assert (raised.baseline.fy, raised.target.fy) == (None, 2027)


def test_from_and_to_at_the_end_of_a_line_are_read_as_an_arrow() -> None:
    (kpi,) = read_sentence("通知の登録者 2,500人から6,000人へ（令和10年度）")
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("通知の登録者", 2500, 6000)
    assert (kpi.baseline.fy, kpi.target.fy) == (None, 2028)
    (since,) = read_sentence("相談窓口　令和８年度から5か所に拡大")
    assert (since.baseline.value, since.baseline.fy) == (None, None)


@pytest.mark.parametrize("text", ["削減時間 700時間（累計 2,800時間）", "受付件数 700件（うち夜間 90件）"])
def test_a_share_or_sum_in_brackets_is_no_baseline(text: str) -> None:
    (kpi,) = read_sentence(text)
    assert (kpi.target.value, kpi.baseline.value) == (700, None)


def test_a_sentence_without_a_value_to_reach_is_no_indicator() -> None:
    text = "## 1 窓口の改善\n\n＜現状と課題＞\n\n待ちます。\n\n＜数値目標＞\n\n受付を3か所から移し、案内を見直します。"
    assert kpis_of(text) == []


def test_a_year_before_each_end_of_an_arrow_is_no_part_of_the_name() -> None:
    (reading,) = read_sentence("受付の件数：令和6年度 4,120件 ⇒ 令和9年度 9,000件")
    assert (reading.indicator, reading.baseline.value, reading.baseline.fy) == ("受付の件数", 4120, 2024)
    assert (reading.target.value, reading.target.fy) == (9000, 2027)
    (unknown,) = read_sentence("予約での来庁割合 －→60%（2030年度）")
    assert (unknown.indicator, unknown.baseline.value, unknown.target.value) == ("予約での来庁割合", None, 60)


def test_the_lost_head_of_the_first_column_is_that_of_the_indicators() -> None:
    (kpi,) = kpis_of(
        MEASURE + "\n＜目標＞\n\n\t現状（2022年度）\t目標（2028年度）\n登録者の数\t315人\t1,200人"
    )
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("登録者の数", 315, 1200)


def test_two_columns_told_apart_by_their_years_are_baseline_and_target() -> None:
    (kpi,) = kpis_of(
        MEASURE + "\n＜指標＞\n\n指標\t令和5年度の値\t令和10年度の値\n登録者の数\t315人\t1,200人"
    )
    assert (kpi.baseline.value, kpi.baseline.fy, kpi.target.value, kpi.target.fy) == (315, 2023, 1200, 2028)


def test_a_line_above_the_table_tells_the_years_and_a_number_the_measure() -> None:
    text = "## Ⅱ-1 窓口の改善\n概要\t窓口を見直します。\n現状・課題\t長く待ちます。\n\n# 4 指標\n\n"
    text += "（基準値：令和6年度末、目標値：令和12年度末）\n\n番号\t指標名\t単位\t基準値\t目標値\nⅡ-1\t予約の利用率\t%\t12\t60"
    (kpi,) = kpis_of(text)
    assert (kpi.baseline.fy, kpi.target.fy, kpi.target.value) == (2024, 2030, 60.0)


@pytest.mark.parametrize(
    ("heads", "steps"),
    [(["実施内容"], [["試行"], ["拡大"]]), (["R8年度", "R9年度"], [["試行", ""], ["", "拡大"]])],
)
def test_cells_merged_over_the_rows_of_a_schedule_are_one_indicator(
    heads: list[str], steps: list[list[str]]
) -> None:
    cells = [Cell(0, c, text) for c, text in enumerate(["指標", "目標値", *heads])]
    cells += [Cell(1, 0, "予約の利用率", 2), Cell(1, 1, "60%", 2)]
    cells += [Cell(r, c, text) for r, row in enumerate(steps, 1) for c, text in enumerate(row, 2)]
    assert [k.indicator for k in kpis_of_cells(cells)] == ["予約の利用率"]


def test_a_form_may_give_every_indicator_a_column() -> None:
    first, second = kpis_of(
        MEASURE
        + "目標\t指標\t予約の利用率\t予約枠の数\n\t現状値（令和5年度）\t12%\t40枠\n\t目標値（令和11年度）\t60%\t90枠"
    )
    assert (first.indicator, first.baseline.value, first.target.value) == ("予約の利用率", 12.0, 60.0)
    assert (second.indicator, second.baseline.fy, second.target.fy) == ("予約枠の数", 2023, 2029)


def test_cells_of_a_table_cut_into_lines_are_put_under_no_head() -> None:
    told = "＜成果指標＞\n\n指標名\n\n現状値\n\nR8\n\nR9\n\n予約の件数\n\n12件\n\n24件\n\n36件"
    assert kpis_of(MEASURE + "\n" + told) == []


def test_a_label_left_of_the_heads_is_no_column_of_values() -> None:
    text = "達成目標\tものさし\tスタート時（R6年度）\tゴール（R12年度）\n\t講座の修了者\t28人/年\t100人/年"
    (kpi,) = kpis_of(MEASURE + text)
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("講座の修了者", 28.0, 100.0)
    assert (kpi.baseline.fy, kpi.target.fy) == (2024, 2030)


def test_years_tell_the_columns_of_values_where_a_plan_names_them_in_words_of_its_own() -> None:
    head = "目安の名前\t計画前（R6年度）\t計画の終わり（R12年度）\n"
    (kpi,) = kpis_of(MEASURE + "\n" + head + "巡回する地区\t1地区\t6地区")
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("巡回する地区", 1.0, 6.0)
    assert (kpi.baseline.fy, kpi.target.fy) == (2024, 2030)
    assert not kpis_of(MEASURE + "\n" + head + "巡回\t試行\t全域")


def test_a_box_an_indicator_gives_its_values_under_their_heads() -> None:
    told = "＜成果指標＞\n\n巡回する地区\n\nいま（2024）　2029年度\n\n２地区　９地区\n\n"
    (kpi,) = kpis_of(MEASURE + "\n" + told)
    assert (kpi.indicator, kpi.baseline.value, kpi.baseline.fy) == ("巡回する地区", 2.0, 2024)
    assert (kpi.target.value, kpi.target.unit, kpi.target.fy) == (9.0, "地区", 2029)


@pytest.mark.parametrize(
    ("row", "value", "unit", "kind"),
    [
        ("残業の時間\t時間\t8,200\t▲30％", 30.0, "%", "change"),
        ("自主財源の増減率\t％\t▲4\t▲1", -1.0, "%", "absolute"),
        ("研修の理解度\tポイント\t－\t+12", 12.0, "ポイント", "change"),
        ("相談の件数\t件／月\t6\t20", 20.0, "件", "absolute"),
    ],
)
def test_a_sign_and_the_unit_of_the_column_tell_a_change(
    row: str, value: float, unit: str, kind: str
) -> None:
    (kpi,) = kpis_of(MEASURE + "\n指標名\t単位\t基準値\t最終目標\n" + row)
    assert (kpi.target.value, kpi.target.unit, kpi.target.kind) == (value, unit, kind)
    assert kpi.qualifier == ("月" if "／月" in row else None)


def test_a_target_may_be_due_before_the_last_year() -> None:
    head = "指標\t直近値（R6年度）\tR8目標\tR9目標\n"
    (kpi,) = kpis_of(MEASURE + "\n" + head + "規程の改定\t未改定\t改定\t－")
    assert (kpi.target.raw, kpi.target.fy, kpi.target.kind) == ("改定", 2026, "milestone")


def test_values_of_units_that_no_list_has_stand_under_their_name() -> None:
    (kpi,) = kpis_of(MEASURE + "\n＜成果指標＞\n\n巡る浦\n\n現状（R6）０浦　▶　目標（R10）12浦\n")
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("巡る浦", 0.0, 12.0)
    assert (kpi.target.unit, kpi.target.fy) == ("浦", 2028)


@pytest.mark.parametrize(
    ("head", "years"),
    [
        ("ものさし（令和６年度 ▶ 令和12年度）", (2024, 2030)),
        ("ものさし（令和６年度～令和12年度）", (None, None)),  # a period is no «from … to» of values
        ("ものさし", (None, None)),
    ],
)
def test_two_years_in_the_heading_of_cards_are_those_of_their_values(
    head: str, years: tuple[int | None, int | None]
) -> None:
    text = f"\n### {head}\n\n申請の割合\n\n15.8％ ▶ 60％\n"
    (kpi,) = kpis_of(MEASURE + text)
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("申請の割合", 15.8, 60.0)
    assert (kpi.baseline.fy, kpi.target.fy) == years


@pytest.mark.parametrize(
    "head", ["成果指標（基準値 R6 → 目標値 R12）", "はかるもの　いま（R6）➡ ゴール（R12）"]
)
def test_the_heading_of_cards_side_by_side_tells_what_their_two_values_are(head: str) -> None:
    cards = "\n\n".join(
        f"### {name}\n\n{n}件\n\n{9 * n}件" for n, name in enumerate(["届け出の数", "見回りの数"], 2)
    )
    found = kpis_of(MEASURE + f"\n### {head}\n\n{cards}\n")
    assert [(k.indicator, k.baseline.value, k.baseline.fy, k.target.value, k.target.fy) for k in found] == [
        ("届け出の数", 2.0, 2024, 18.0, 2030),
        ("見回りの数", 3.0, 2024, 27.0, 2030),
    ]


TOLD = "- 「どこまで」の左は令和6年度の値、右は令和11年度に達したい値です。\n\n"
CARDS = [
    ("届け出の件数（年間）", "40件", "900件"),
    ("見回りの回数", "－", "12回"),
    ("待つ時間", "41分", "15分以下"),
]


def test_names_over_two_values_each_in_a_table_are_cards_that_a_sentence_dates() -> None:
    cells = "".join(f'<th colspan="2">{name}</th>' for name, *_ in CARDS)
    values = "".join(f"<td>{start}</td><td>{aim}</td>" for _, start, aim in CARDS)
    found = kpis_of(f"{TOLD}{MEASURE}\n<table><tr>{cells}</tr><tr>{values}</tr></table>\n")
    assert [(k.baseline.raw, k.baseline.fy, k.target.raw, k.target.fy) for k in found] == [
        (start, 2024 if start != "－" else None, aim, 2029) for _, start, aim in CARDS
    ]
    men_and_women = values.replace("40件", "40人").replace("12回", "12人").replace("41分", "41％")
    assert kpis_of(f"{MEASURE}\n<table><tr>{cells}</tr><tr>{men_and_women}</tr></table>\n") == []


def test_two_values_of_one_unit_in_card_after_card_are_from_one_to_the_other() -> None:
    text = "\n\n".join(f"### {name}\n\n{start}\n\n{aim}" for name, start, aim in CARDS)
    found = kpis_of(f"{MEASURE}\n{text}\n")
    assert [(k.baseline.raw, k.target.raw) for k in found] == [(start, aim) for _, start, aim in CARDS]


@pytest.mark.parametrize(
    ("start", "aim"), [("令和6年度：", "令和12年度："), ("現状（R6）　", "目標（R12）　")]
)
def test_values_over_each_other_beside_a_merged_name_are_one_indicator(start: str, aim: str) -> None:
    names = [("講座を受けた人", "35人", "300人"), ("映像を見た人の割合", "12％", "55％")]
    cells = [Cell(0, 0, "指標"), Cell(0, 1, "値")]
    for n, (name, first, last) in enumerate(names):
        cells += [Cell(2 * n + 1, 0, name, rowspan=2)]
        cells += [Cell(2 * n + 1, 1, start + first), Cell(2 * n + 2, 1, aim + last)]
    found = kpis_of_cells(cells)
    assert [(k.indicator, k.baseline.value, k.baseline.fy, k.target.value, k.target.fy) for k in found] == [
        ("講座を受けた人", 35.0, 2024, 300.0, 2030),
        ("映像を見た人の割合", 12.0, 2024, 55.0, 2030),
    ]


def test_the_head_of_a_column_of_indicators_tells_their_years() -> None:
    head = "番号\t取組名\t現状・課題\t取組内容\t指標（R6現状→R12目標）\n"
    rows = "1\t灯台の点検\t人が足りない\t・点検\t点検の回数　2回→9回\n2\t港の見回り\t夜に届かない\t・見回り\t見回りの回数　1回→6回"
    assert [(k.indicator, k.baseline.fy, k.target.fy) for k in kpis_of(head + rows)] == [
        ("点検の回数", 2024, 2030),
        ("見回りの回数", 2024, 2030),
    ]


def test_heads_below_their_values_are_read_and_alone_are_no_indicator() -> None:
    box = "＜成果指標＞\n\n点検に出る船\n\n４隻　12隻\n\n2024年度　2028年度\n"
    (kpi,) = kpis_of(MEASURE + "\n" + box)
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("点検に出る船", 4.0, 12.0)
    assert (kpi.baseline.fy, kpi.target.fy) == (2024, 2028)
    assert not kpis_of(MEASURE + "\n＜成果指標＞\n\n2024年度　2028年度\n")


@pytest.mark.parametrize("name", ["【再掲】点検の回数", "点検の回数〔再掲〕", "点検の回数（再掲）"])
def test_a_repetition_is_told_in_brackets_of_any_make(name: str) -> None:
    assert split_indicator(name) == ("点検の回数", None, True)


def test_a_value_that_is_not_known_yet_stands_before_its_arrow() -> None:
    (kpi,) = kpis_of(MEASURE + "\n＜成果指標＞\n\n点検を見た人\n\n－（R6）　⇒　4,000人（R9）\n")
    assert (kpi.indicator, kpi.baseline.value, kpi.target.value) == ("点検を見た人", None, 4000.0)
    assert kpi.target.fy == 2027


def test_a_column_of_measures_may_hold_their_numbers_alone() -> None:
    measures = "## (1) 灯台の点検\n概要\t映像で見ます。\n現状・課題\t人が足りません。\n\n## (2) 港の見回り\n概要\t計器で見ます。\n現状・課題\t夜に届きません。\n"
    rows = "\n# 4 成果指標\n\n{head}\t指標\t現状値\t目標値\n(2)\t見回りの回数\t3回\t9回"
    assert [k.measure for k in kpis_of(measures + rows.format(head="施策"))] == [1]


def test_two_years_far_apart_are_baseline_and_target_and_two_in_a_row_a_series() -> None:
    (kpi,) = kpis_of(MEASURE + "\n指標\t単位\t令和６年度\t令和12年度\n点検の回数\t回\t12\t45")
    assert (kpi.baseline.value, kpi.baseline.fy, kpi.target.value, kpi.target.fy) == (12.0, 2024, 45.0, 2030)
    (kpi,) = kpis_of(MEASURE + "\n指標\t単位\t令和８年度\t令和９年度\n点検の回数\t回\t12\t45")
    assert (kpi.baseline.value, kpi.target.value, kpi.target.fy) == (None, 45.0, 2027)


@pytest.mark.parametrize(
    ("name", "unit", "qualifier"),
    [
        ("申請率（％）", "%", None),
        ("来庁者数（単位：千人）", "千人", None),
        ("利用件数［件/年］", "件", "年"),
        ("利用者数（職員）", None, None),
        ("満足度（5段階評価）", None, None),
    ],
)
def test_a_unit_behind_the_indicator_is_that_of_bare_numbers(
    name: str, unit: str | None, qualifier: str | None
) -> None:
    (kpi,) = kpis_of(MEASURE + f"\n指標\t現状値\t目標値\n{name}\t12\t50")
    assert (kpi.target.value, kpi.target.unit, kpi.baseline.unit) == (50.0, unit, unit)
    assert kpi.qualifier == qualifier


def test_lines_that_say_nothing_of_an_indicator_are_none() -> None:
    lines = "・市民への聞き取り\n・見守りの登録　120世帯\n・相談窓口の開設\n"
    found = kpis_of(MEASURE + "\n＜成果指標＞\n\n" + lines)
    assert [(k.indicator, k.target.value) for k in found] == [
        ("見守りの登録", 120.0),
        ("相談窓口の開設", None),
    ]


def test_cards_whose_heads_no_word_tells_are_known_by_the_heads_that_come_back() -> None:
    names = ("巡回の回数", "貸出しの点数", "講座の参加者数")
    cards = "".join(f"{n}\n\n起点\n\n{i}2件\n\n到達\n\n{i}9件\n\n" for i, n in enumerate(names, 1))
    found = kpis_of(MEASURE + "\n＜成果指標＞\n\n" + cards)
    assert [k.indicator for k in found] == list(names)
    assert [(k.baseline.value, k.target.value) for k in found] == [(12, 19), (22, 29), (32, 39)]


def test_states_between_labels_with_years_are_no_part_of_the_name() -> None:
    line = "・巡回バスの運行　現状値（R6）　未実施　目標値（R10）　運行開始"
    (kpi,) = kpis_of(MEASURE + "\n＜成果指標＞\n\n" + line + "\n")
    assert (kpi.indicator, kpi.baseline.raw, kpi.target.raw) == ("巡回バスの運行", "未実施", "運行開始")
    assert (kpi.baseline.fy, kpi.target.fy) == (2024, 2028)


def test_a_labelled_value_before_the_target_is_never_the_target() -> None:
    line = "・利用の件数　現状値（R6）　3,300件　目標値（R10）　20,000件以上"
    (kpi,) = kpis_of(MEASURE + "\n＜成果指標＞\n\n" + line + "\n")
    assert (kpi.baseline.value, kpi.target.value) == (3300, 20000)


def test_a_lead_in_brackets_before_every_line_is_no_part_of_a_name() -> None:
    names = ("申請の件数", "講座の回数", "公開の件数")
    lines = "\n\n".join(f"〔ものさし〕{name}　現状 {n}件 → 目標 {9 * n}件" for n, name in enumerate(names, 2))
    found = kpis_of(f"# 3 取組\n\n## (1) 窓口の改善\n\n窓口の待ち時間を短くします。\n\n{lines}")
    assert [(k.indicator, k.baseline.value, k.target.value) for k in found] == [
        (name, n, 9.0 * n) for n, name in enumerate(names, 2)
    ]


def test_a_unit_in_brackets_behind_a_name_is_the_unit_and_no_part_of_it() -> None:
    table = "指標\t現状値\t目標値\n申請率（単位：％）\t12.4\t45.0\n窓口（か所）\t3\t9\n待ち時間（窓口）\t20分\t5分"
    assert [(k.indicator, k.target.value, k.target.unit) for k in kpis_of(f"# 3 指標\n\n{table}")] == [
        ("申請率", 45.0, "%"),
        ("窓口", 9.0, "か所"),
        ("待ち時間（窓口）", 5.0, "分"),
    ]


def test_a_line_of_work_above_the_indicators_of_each_form_is_no_indicator() -> None:
    table = "年度\t令和6年度\t令和8年度\t令和9年度\t令和10年度\n進め方\t－\t{0}の設計\t{0}の試行\t{0}の拡大\n{0}の件数\t48件\t40件\t25件\t15件"
    text = "\n\n次のとおり進める。\n\n".join(table.format(name) for name in ("窓口", "申請", "公開", "決裁"))
    assert [k.indicator for k in kpis_of(f"# 3 工程と目標\n\n{text}")] == [
        f"{name}の件数" for name in ("窓口", "申請", "公開", "決裁")
    ]


def test_what_follows_a_table_of_indicators_is_no_part_of_its_label() -> None:
    text = "## ① 窓口の改善\n\n概要\n\n待ち時間を短くします。\n\n担当課\n\n住民課\n\n成果を測る指標\n\n"
    text += "区分\t指標\t現状（R6）\t目標（R12）\n新規\t窓口の数\t3か所\t9か所\n\n"
    text += "高校生が窓口の地図を作りました。授業は全8回で、生徒32人が参加しまし\n"
    assert [k.indicator for k in kpis_of(text)] == ["窓口の数"]


def test_what_was_reached_behind_what_was_aimed_at_is_a_review_and_no_indicators() -> None:
    table = "項目\t目標\t実績\t達成率\n申請の割合\t30％\t33.1％\t110％\n講座の回数\t20回\t18回\t90％\n無線の整備\t12施設\t10施設\t83％"
    assert kpis_of(f"# 1 現状と課題\n\n主な成果は次のとおりです。\n\n{table}") == []


def test_numbers_of_measures_that_stand_beside_several_indicators_stay_numbers_of_measures() -> None:
    text = "# 4 指標\n\n取組\t指標\t単位\t現状値\t目標値\n1.1\t予約の割合\t％\t12\t60\n1.1\t待ち時間\t分\t20\t5\n1.2\t納付の割合\t％\t30\t70\n2.1\t登録者数\t人\t100\t900"
    (reading,) = tables.read(document(text))
    assert reading.roles == ("number", "indicator", "unit", "baseline", "target")


def test_numbers_that_begin_anew_in_every_chapter_name_the_measures_of_their_own() -> None:
    body = "(1)　現状と課題\n\n　待ち時間が長くなっています。\n\n(2)　取組の方向性\n\n　受付の流れを組み直します。"
    sections = []
    for part, titles in (
        ("便利な町", ("窓口の見直し", "申請の電子化")),
        ("身軽な役場", ("文書の電子化", "会議の見直し")),
    ):
        told = "\n\n".join(f"{n}　{title}\n\n{body}" for n, title in enumerate(titles, 1))
        rows = "\n".join(f"{n}\t{title}の率\t1{n}％\t5{n}％" for n, title in enumerate(titles, 1))
        sections.append(f"第{len(sections) + 1}節　{part}\n\n{told}\n\n施策\t指標\t現状値\t目標値\n{rows}")
    text = "第３章　施策の展開\n\n" + "\n\n".join(sections)
    titles = [m.title for m in measures_of(text)]
    assert [(titles[k.measure or 0], k.indicator) for k in kpis_of(text)] == [(t, f"{t}の率") for t in titles]


def test_lines_that_ran_together_in_one_cell_are_indicators_of_their_own() -> None:
    found = [
        (k.indicator, k.baseline.value, k.target.value)
        for k in _of_line("受付件数：4件→9件利用率：5％→60％以上")
    ]
    assert found == [("受付件数", 4, 9), ("利用率", 5, 60)]


def test_a_sentence_that_shows_the_form_of_all_indicators_dates_them() -> None:
    told = years_told(document("KPIは「名：現状（令和6年度）→目標（令和12年度）」の形で示します。"))
    assert (told["現状"], told["目標"]) == (2024, 2030)
    assert not years_told(document("窓口の現状（令和6年度）を示します。"))


def test_rows_of_a_name_and_both_its_values_need_no_head() -> None:
    def plan(rows: str) -> str:
        return MEASURE + f"<table>{rows}</table>"

    rows = "<tr><td rowspan=2>KPI</td><td>水位計の数</td><td>22基（R6）　⇒　150基（R12）</td></tr><tr><td>届いた人の割合</td><td>64％（R5）　⇒　90％以上（R12）</td></tr>"
    found = [
        (k.indicator, k.baseline.value, k.baseline.fy, k.target.value, k.target.fy, k.measure)
        for k in kpis_of(plan(rows))
    ]
    assert found == [("水位計の数", 22, 2024, 150, 2030, 0), ("届いた人の割合", 64, 2023, 90, 2030, 0)]
    undated = "<tr><td>水位計の数</td><td>22基 ⇒ 150基</td></tr><tr><td>職員</td><td>配置 ⇒ 兼務</td></tr>"
    assert not kpis_of(plan(undated))
