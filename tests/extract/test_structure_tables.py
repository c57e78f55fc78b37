"""What a table is and what its columns are: by content, years, repetition and words together."""

from __future__ import annotations

import pytest

from extract.records import kpis, measures, policies
from extract.records.model import Kpi
from extract.records.owners import owners_and_fields
from extract.structure import tables
from extract.structure.content import content_of, year_of
from extract.structure.headers import kind_of
from tests.extract.text_plan import document

PLAN = (2026, 2030)
KNOWN = ("指標", "現状値", "目標値")
OWN = ("ものさし札", "いまの姿", "たどり着く姿")  # words nobody lists


def read(text: str, period: tuple[int | None, int | None] = PLAN) -> list[Kpi]:
    doc = document(text)
    found = measures.extract(doc, policies.extract(doc))
    return kpis.extract(doc, tables.read(doc, period), found, *owners_and_fields(doc, found))


def told(text: str, period: tuple[int | None, int | None] = PLAN) -> list[tuple[object, ...]]:
    return [
        (k.indicator, k.baseline.value, k.baseline.fy, k.target.value, k.target.fy)
        for k in read(text, period)
    ]


def html(*rows: str) -> str:
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def cells(*texts: str, tag: str = "td") -> str:
    """Cells; «text*2» is merged over two rows, «text>2» over two columns."""
    out = []
    for text in texts:
        over = ""
        for sign, name in (("*", "rowspan"), (">", "colspan")):
            text, _, n = text.partition(sign)
            over += f" {name}={n}" if n else ""
        out.append(f"<{tag}{over}>{text}</{tag}>")
    return "".join(out)


@pytest.mark.parametrize("heads", [KNOWN, OWN])
def test_values_of_two_times_beside_names_are_baseline_and_target_in_any_words(
    heads: tuple[str, ...],
) -> None:
    name, start, goal = heads
    text = f"# 3 数字\n\n{name}\t{start}（R6年度）\t{goal}（R12年度）\n窓口の待ち時間\t30分\t10分\n予約の件数\t－\t900件"
    assert told(text) == [
        ("窓口の待ち時間", 30.0, 2024, 10.0, 2030),
        ("予約の件数", None, None, 900.0, 2030),
    ]


@pytest.mark.parametrize("heads", [KNOWN, OWN])
def test_tables_with_one_head_are_read_together(heads: tuple[str, ...]) -> None:
    one = "\t".join(heads)
    rows = ("待ち時間\t30分\t10分", "予約の件数\t12件\t90件", "講習の修了者\t4人\t40人")
    found = told("\n\n".join(f"# {n} 章\n\n{one}\n{row}" for n, row in enumerate(rows, 1)))
    assert [(k[0], k[1], k[3]) for k in found] == [
        ("待ち時間", 30.0, 10.0),
        ("予約の件数", 12.0, 90.0),
        ("講習の修了者", 4.0, 40.0),
    ]


@pytest.mark.parametrize("aside", ["全国の現状", "よその町のいま"])
def test_a_column_for_comparison_is_never_the_target(aside: str) -> None:
    text = (
        f"# 3 数字\n\n指標\t基準値\tR９年度の目標値\t{aside}\n食べ残しの量\t61トン（R３年度）\t55トン\t－\n"
        "公園の数\t3箇所（R３年度）\t9箇所\t11.3箇所（R４年度）\n巡回の回数\t4回（R３年度）\t12回\t8回（R４年度）"
    )
    assert [(k[0], k[1], k[3], k[4]) for k in told(text, (None, None))] == [
        ("食べ残しの量", 61.0, 55.0, 2027),
        ("公園の数", 3.0, 9.0, 2027),
        ("巡回の回数", 4.0, 12.0, 2027),
    ]


@pytest.mark.parametrize("lines", [("計画", "実績"), ("もくろみ", "できたこと")])
def test_lines_of_plan_and_result_are_one_indicator(lines: tuple[str, str]) -> None:
    rows = []
    for name, unit, plan, result in (
        ("窓口の数", "か所", ("－", "2", "8"), "1"),
        ("待ち時間", "分", ("－", "20", "12"), "24"),
    ):
        rows += [cells(f"{name}*2", f"{unit}*2", lines[0], *plan), cells(lines[1], result, "", "")]
    text = "# 3 数字\n\n" + html(cells("指標名", "単位", "区分", "R7", "R8", "R9", tag="th"), *rows)
    assert told(text, (2026, 2027)) == [
        ("窓口の数", 1.0, 2025, 8.0, 2027),
        ("待ち時間", 24.0, 2025, 12.0, 2027),
    ]


@pytest.mark.parametrize("heads", [KNOWN, OWN])
def test_two_indicators_may_stand_in_one_row(heads: tuple[str, ...]) -> None:
    name, start, goal = heads
    head = f"{name}\t{start}(R6)\t{goal}(R12)"
    text = f"# 3 数字\n\n{head}\t{head}\n待ち時間\t30分\t10分\t予約の件数\t12件\t90件\n窓口の数\t3か所\t9か所\t修了者\t4人\t40人"
    assert [(k[0], k[1], k[3]) for k in told(text)] == [
        ("待ち時間", 30.0, 10.0),
        ("予約の件数", 12.0, 90.0),
        ("窓口の数", 3.0, 9.0),
        ("修了者", 4.0, 40.0),
    ]


@pytest.mark.parametrize("heads", [KNOWN, OWN])
def test_a_unit_may_have_a_column_under_the_head_of_its_value(heads: tuple[str, ...]) -> None:
    name, start, goal = heads
    head = cells(name, f"{start}（R6）>2", f"{goal}（R12）>2", tag="th")
    rows = (cells("予約の件数", "120", "件", "2,400", "件"), cells("待ち時間", "18", "分", "6", "分"))
    found = read("# 3 数字\n\n" + html(head, *rows))
    assert [(k.baseline.value, k.target.value, k.target.unit) for k in found] == [
        (120.0, 2400.0, "件"),
        (18.0, 6.0, "分"),
    ]


def test_a_row_with_years_in_its_cells_is_no_second_head() -> None:
    text = "# 3 数字\n\n指標\t基準値\t実績\t目標値\n申請率\t10%\t20%\t50%\n有業率\t52.5%(H24)\t56.8%(R4)\t60.9%\n講習\t3回\t4回\t6回"
    assert [(k[0], k[1], k[3]) for k in told(text)] == [
        ("申請率", 10.0, 50.0),
        ("有業率", 52.5, 60.9),
        ("講習", 3.0, 6.0),
    ]


def test_a_head_comes_back_inside_a_table() -> None:
    head = "\t".join(KNOWN)
    text = f"# 3 数字\n\n{head}\n待ち時間\t30分\t10分\n{head}\n予約の件数\t12件\t90件"
    assert [k[0] for k in told(text)] == ["待ち時間", "予約の件数"]


def test_one_column_may_hold_both_ends() -> None:
    text = "# 3 数字\n\n指標\t令和6年度実績 → 令和12年度目標\n来庁する人\t4,600人 → 11,800人\n待ち時間\t30分 → 10分"
    assert told(text) == [
        ("来庁する人", 4600.0, 2024, 11800.0, 2030),
        ("待ち時間", 30.0, 2024, 10.0, 2030),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "区分\tR8当初予算\tR9見込\tR10見込\n事業費\t48,200\t31,500\t12,400\nうち一般財源\t24,100\t15,750\t12,400",
        "\t平成15年\t平成20年\t平成25年\t平成30年\n人口（人）\t9,105\t8,466\t7,790\t7,088\n高齢化率（％）\t28\t32\t36\t40",
        "設問\tそう思う\tやや思う\tあまり思わない\tわからない\n待つ時間が減った\t38%\t32%\t18%\t12%\n便利になった\t15%\t34%\t36%\t15%",
        "項目\t策定時（R3）\t目標（R7）\t実績（R7）\t達成率\n窓口の数\t3か所\t9か所\t6か所\t67%\n待ち時間\t30分\t10分\t20分\t50%",
        "地区\t世帯数\t人口\n北\t410世帯\t1,020人\n南\t388世帯\t905人\n西\t122世帯\t300人",
    ],
)
def test_costs_statistics_surveys_and_earlier_plans_are_no_indicators(text: str) -> None:
    table = f"{text}\n\n"
    assert told("# 2 まちの今\n\n" + table) == []
    assert told("# 2 まちの今\n\n" + table + "# 3 つづき\n\n" + table) == []


def test_a_table_that_may_be_one_of_indicators_is_told_and_not_read() -> None:
    doc = document("# 2 まちの数字\n\n名前\t今\t先\n待ち時間\t30分\t10分\n予約の件数\t12件\t90件")
    assert [r.kind for r in tables.read(doc, PLAN)] == ["doubtful"]


def test_rows_without_a_name_or_that_add_up_are_no_indicators() -> None:
    text = "# 3 数字\n\n指標\t現状値\t目標値\n待ち時間\t30分\t10分\n\t5件\t9件\n合計\t35\t19\n指標\t3分\t5分"
    assert [k[0] for k in told(text)] == ["待ち時間"]


def test_indicators_glued_in_one_cell_are_no_row() -> None:
    text = "# 3 数字\n\n指標\t現状値\t目標値\n待ち時間\t30分\t10分\n修了者数通信の地区数\t4人（R6）3地区（R6）\t40人（R12）1地区（R12）"
    assert [k[0] for k in told(text)] == ["待ち時間"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1件あたりの手続時間", "name"),
        ("小学校69.7％中学校57.5％", "value"),
        ("13病院", "value"),
        ("新規", "null"),
        ("83.4", "number"),
    ],
)
def test_a_name_may_hold_a_number_and_a_value_several(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("現状値（2024）", 2024),
        ("R９年度のねらい", 2027),
        ("2024（策定時）", 2024),
        ("基準値2021", 2021),
        ("R6 R7 R8", None),
        ("目標", None),
    ],
)
def test_the_year_of_a_head(head: str, year: int | None) -> None:
    assert year_of(head) == year


STEPS = (
    cells("項目", "R8", "R9", "R10", tag="th"),
    cells("窓口の予約", "検討", "試行", "→"),
    cells("相談の会場", "5会場", "10会場", "拡大"),
    cells("台帳の整理", "準備", "実施>2"),
    cells("研修", "20人", "40人", "60人"),
)


@pytest.mark.parametrize("period", [PLAN, (None, None)])
def test_words_and_arrows_under_years_are_work_and_no_indicators(
    period: tuple[int | None, int | None],
) -> None:
    text = f"# 3 数字\n\n{html(*STEPS)}\n\n# 4 次\n\n{html(*STEPS[:1], *STEPS[2:])}"
    assert read(text, period) == []


def test_work_beside_indicators_in_one_list_is_no_second_set_of_indicators() -> None:
    rows = (
        cells("番号", "取組名", "概要", "R8", "R9", "R10", "成果指標", "現状（R6）", "目標（R10）", tag="th"),
        cells("方向1 窓口をひらく>9"),
        cells("1", "電子申請", "申請を網で受けます。", "設計", "試行", "公開", "申請の割合", "17％", "50％"),
        cells(
            "2", "窓口の整備", "書かせません。", "検討", "本庁で開始", "支所へ", "待ち時間", "41分", "18分"
        ),
    )
    assert [k.indicator for k in read(f"# 3 一覧\n\n{html(*rows)}")] == ["申請の割合", "待ち時間"]


def test_a_row_that_parts_no_cell_of_the_head_is_no_second_row_of_it() -> None:
    rows = (
        cells("年次計画*3", "項目", "R8", "R9", "R10"),
        cells("研修", "設計", "必修化", "必修化"),
        cells("推進員", "20人", "40人", "60人"),
    )
    assert read(f"# 3 数字\n\n{html(*rows)}") == []


def test_names_over_the_same_heads_are_what_each_set_of_values_is_of() -> None:
    rows = (
        cells("指標*2", "甲町>2", "乙町>2", tag="th"),
        cells("現状R6", "目標R12", "現状R6", "目標R12", tag="th"),
        cells("申請の割合（％）", "18", "50", "11", "45"),
        cells("削減した時間【年間】", "320", "1,500", "－", "700"),
    )
    assert [
        (k.indicator, k.qualifier, k.baseline.value, k.target.value)
        for k in read(f"# 3 数字\n\n{html(*rows)}")
    ] == [
        ("申請の割合", "甲町", 18.0, 50.0),
        ("申請の割合", "乙町", 11.0, 45.0),
        ("削減した時間", "甲町", 320.0, 1500.0),
        ("削減した時間", "乙町", None, 700.0),
    ]


def test_rows_that_are_years_are_the_values_of_indicators_side_by_side() -> None:
    rows = (
        cells("項目", "復旧の時間", "訓練の回数", "保管の割合"),
        cells("基準値2024", "48時間", "1回", "44％"),
        cells("数値目標2030", "24時間以下", "2回", "90％以上"),
    )
    assert told(f"# 3 数字\n\n{html(*rows)}") == [
        ("復旧の時間", 48.0, 2024, 24.0, 2030),
        ("訓練の回数", 1.0, 2024, 2.0, 2030),
        ("保管の割合", 44.0, 2024, 90.0, 2030),
    ]


def test_a_scope_word_alone_behind_the_values_is_the_qualifier() -> None:
    rows = (
        cells("指標", "現状（R6）", "目標（R12）", "備考", tag="th"),
        cells("申請の件数", "30件", "90件", "累計"),
        cells("申請の割合", "18％", "50％", "紙を除く"),
    )
    assert [k.qualifier for k in read(f"# 3 数字\n\n{html(*rows)}")] == ["累計", None]


def test_ends_of_years_are_years_and_what_stands_before_them_is_the_start() -> None:
    rows = (
        cells("", "目標設定時", *(f"R{n}年度末" for n in range(6, 11)), tag="th"),
        cells("電子化した事務の数", "-", "72", "392", "392", "392", "392"),
        cells("納付に応じた町の数", "3", "8", "18", "18", "18", "18"),
    )
    first, second = read(f"# 3 数字\n\n{html(*rows)}", (2024, 2028))
    assert [(k.baseline.value, k.target.value, k.target.fy) for k in (first, second)] == [
        (None, 392, 2028),
        (3, 18, 2028),
    ]
    assert [fy for fy, *_ in second.series] == [2024, 2025, 2026, 2027, 2028]


def test_reasons_for_a_target_are_no_second_set_of_columns() -> None:
    heads = ("指標名", "単位", "現状値（R6）", "目標値（R12）", "指標の定義", "目標値の根拠・理由")
    rows = (
        cells(*heads, tag="th"),
        cells(
            "火災の件数", "件", "27", "25", "町で一年に起きた火災", "予防の成果として、10%の削減を目指す。"
        ),
        cells("団員の割合", "％", "95", "96", "団員÷定数×100", "団員を増やすことを目指す。"),
    )
    found = read(f"# 3 数字\n\n{html(*rows)}")
    assert [(k.indicator, k.target.value) for k in found] == [("火災の件数", 25), ("団員の割合", 96)]
    assert min(k.confidence for k in found) > 0.9


@pytest.mark.parametrize("text", ["7/19校", "19／19校", "6 480歩"])
def test_a_share_of_all_in_numbers_is_a_value_and_heads_no_table(text: str) -> None:
    assert content_of(text) == "value"
