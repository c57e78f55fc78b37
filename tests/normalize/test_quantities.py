"""Quantities: numbers with their units, KPI cells, and baselines printed with their targets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.eras import find_dates
from normalize.pairs import parse_pair, split_value
from normalize.quantities import (
    Target,
    find_quantities,
    is_null,
    null_reason,
    parse_quantity,
    parse_target,
    split_qualifier,
    unit_norm,
)

# text, value, unit as printed, bound
SINGLE = [
    ("3,214件", 3214, "件", "exact"),
    ("３，２１４件", 3214, "件", "exact"),
    ("62 件", 62, "件", "exact"),
    ("12か所", 12, "か所", "exact"),
    ("12箇所", 12, "箇所", "exact"),
    ("７８．３％", 78.3, "%", "exact"),
    ("90%以上", 90, "%", "at_least"),
    ("少なくとも5団体", 5, "団体", "at_least"),
    ("≧80点", 80, "点", "at_least"),
    ("30分以内", 30, "分", "at_most"),
    ("5件以下", 5, "件", "at_most"),
    ("10件未満", 10, "件", "less_than"),
    ("50%超", 50, "%", "more_than"),
    ("70％を超える", 70, "%", "more_than"),
    ("約3割", 3, "割", "about"),
    ("100人程度", 100, "人", "about"),
    ("80%台", 80, "%", "about"),
    ("3割5分", 3.5, "割", "exact"),
    ("442万枚", 442, "万枚", "exact"),
    ("1.2億円", 1.2, "億円", "exact"),
    ("5,000千円", 5000, "千円", "exact"),
    ("1億20万枚", 100_200_000, "枚", "exact"),
    ("3万5千人", 35_000, "人", "exact"),
    ("十二施設", 12, "施設", "exact"),
    ("百二十三件", 123, "件", "exact"),
    ("三万五千人", 35_000, "人", "exact"),
    ("二割五分", 2.5, "割", "exact"),
    ("2千4百件", 2400, "件", "exact"),
    ("5百人以上", 500, "人", "at_least"),
    ("一時間三十分", 1.5, "時間", "exact"),
    ("十二・五％", 12.5, "%", "exact"),
    ("二〇〇件以上", 200, "件", "at_least"),
    ("△5.2%", -5.2, "%", "exact"),
    ("▲10件", -10, "件", "exact"),
    ("−3ポイント", -3, "ポイント", "exact"),
    ("-3%", -3, "%", "exact"),
    ("0", 0, None, "exact"),
    ("2,522", 2522, None, "exact"),
    ("ゼロ件", 0, "件", "exact"),
    ("2,000（人）", 2000, "人", "exact"),
    ("1.5倍", 1.5, "倍", "exact"),
    ("2か月", 2, "か月", "exact"),
    ("①2件", 2, "件", "exact"),
    ("⑫ 3件", 3, "件", "exact"),
    ("令和7年度76人", 76, "人", "exact"),
    ("R7.12.31時点で15.7%", 15.7, "%", "exact"),
    ("第2次計画の5事業", 5, "事業", "exact"),
    ("ノートPC122台", 122, "台", "exact"),
    ("Wi-Fi 12か所", 12, "か所", "exact"),
    ("SNS:30件", 30, "件", "exact"),
]


# What the number library pynormalizenumexp (0.3.4) reads right, and we read alike; see docs/methods.md.
AGREED = [
    ("約1万2千人", 12000, "人"),
    ("3.5万人", 35000, "人"),
    ("一万二千件", 12000, "件"),
    ("百五十人", 150, "人"),
    ("1億64万枚", 100_640_000, "枚"),
    ("12百万円", 12_000_000, "円"),
    ("1,234千円", 1_234_000, "円"),
    ("5割", 50, "%"),
    ("２，５００人", 2500, "人"),
]


@pytest.mark.parametrize(("text", "value", "unit"), AGREED)
def test_a_comparable_value_is_what_the_established_library_reads(text: str, value: float, unit: str) -> None:
    found = parse_quantity(text)
    assert found is not None
    assert (found.value * found.factor, found.unit_norm) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [("4,000頁以下", 4000, "頁", "at_most"), ("30筋以上", 30, "筋", "at_least"), ("12筋", 12, "筋", "exact")],
)
def test_a_bound_is_no_part_of_a_unit(text: str, value: float, unit: str, bound: str) -> None:
    found = parse_target(text)
    assert (found.value, found.unit, found.bound) == (value, unit, bound)


@pytest.mark.parametrize(("text", "value"), [("+15ポイント", 15), ("▲3.2ポイント", 3.2), ("＋5件", 5)])
def test_a_signed_target_is_a_change(text: str, value: float) -> None:
    found = parse_target(text)
    assert (found.value, found.kind) == (value, "change")


@pytest.mark.parametrize(("text", "value", "unit", "bound"), SINGLE)
def test_one_quantity(text: str, value: float, unit: str | None, bound: str) -> None:
    found = parse_quantity(text)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert (found.unit, found.bound) == (unit, bound)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "令和8年度",
        "R8.1.31",
        "2 計画の位置付け",
        "3 人材の育成",
        "1-3 本市の状況",
        "基本方針2 人と技術",
        "図3 本庁の配置",
        "(1)",
        "- 5 -",
        "第3回",
        "3回目",
        "9月30日",
        "JIS X 8341-3:2016",
        "Ver2.0",
        "Society 5.0",
        "誰一人取り残されない",
        "一人ひとり",
        "千円",
        "3分の1",
        "三分の一",
        "数回",
        "十数回",
        "一部",
        "18/20",
        "12,34件",
        "1･5倍",
    ],
)
def test_other_numbers_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("10～20件", 10, 20, "件"),
        ("5%〜10%", 5, 10, "%"),
        ("3-5件", 3, 5, "件"),
        ("10件から20件", 10, 20, "件"),
        ("三十～四十件", 30, 40, "件"),
        ("1～2万人", 1, 2, "万人"),
    ],
)
def test_a_range_has_two_ends(text: str, low: float, high: float, unit: str) -> None:
    found = parse_quantity(text)
    assert found is not None
    assert (found.value, found.value_max, found.unit, found.bound) == (low, high, unit, "range")


@pytest.mark.parametrize(
    ("printed", "norm", "factor"),
    [
        ("箇所", "か所", 1),
        ("ヶ所", "か所", 1),
        ("個所", "か所", 1),
        ("パーセント", "%", 1),
        ("割", "%", 10),
        ("‰", "%", 0.1),
        ("万枚", "枚", 1e4),
        ("千円", "円", 1e3),
        ("百万円", "円", 1e6),
        ("名", "人", 1),
        ("業務", "業務", 1),
    ],
)
def test_units_become_comparable(printed: str, norm: str, factor: float) -> None:
    assert unit_norm(printed) == (norm, factor)


@pytest.mark.parametrize(
    ("text", "qualifier", "frequency"),
    [
        ("年1回", "年", True),
        ("年二十四回", "年", True),
        ("月2回", "月", True),
        ("毎月1回", "月", True),
        ("年に3件", "年", True),
        ("年間100人", "年間", False),
        ("月平均72件", "月平均", False),
        ("累計500件", "累計", False),
        ("延べ1,000人", "延べ", False),
        ("5年間累計500件", "5年間累計", False),
        ("1日当たり5件", "1日当たり", False),
        ("3,214件/年", "年", False),
        ("2,000件（月平均）", "月平均", False),
        ("全20業務", "全", False),
        ("2か月に1回", "2か月", True),
        ("12回／年", "年", True),
        ("月5時間", "月", False),
        ("20業務", None, False),
    ],
)
def test_what_a_number_is_counted_over(text: str, qualifier: str | None, frequency: bool) -> None:
    found = parse_quantity(text)
    assert found is not None
    assert (found.qualifier, found.frequency) == (qualifier, frequency)


def test_each_quantity_of_a_sentence_has_its_place() -> None:
    text = "令和6年度は３７件（目標38件）、利用率は全国平均を5.2%上回った。"
    assert [(q.surface, q.value) for q in find_quantities(text)] == [
        ("３７件", 37),
        ("38件", 38),
        ("5.2%", 5.2),
    ]


CELLS = [
    ("1,400件", Target("", value=1400, unit="件", kind="absolute")),
    ("年1回", Target("", value=1, unit="回", kind="frequency", qualifier="年")),
    ("令和7年度比1.5倍", Target("", value=1.5, unit="倍", kind="multiple", base_fy=2025)),
    ("1.5倍（R6年度比）", Target("", value=1.5, unit="倍", kind="multiple", base_fy=2024)),
    ("令和6年度の2倍", Target("", value=2, unit="倍", kind="multiple", base_fy=2024)),
    ("令和7年度比120%", Target("", value=120, unit="%", kind="multiple", base_fy=2025)),
    ("R6年度比20%減", Target("", value=20, unit="%", kind="change", direction="down", base_fy=2024)),
    ("令和7年度から10%削減", Target("", value=10, unit="%", kind="change", direction="down", base_fy=2025)),
    ("5ポイント増", Target("", value=5, unit="ポイント", kind="change", direction="up")),
    ("令和7年度76人", Target("", value=76, unit="人", kind="absolute", fy=2025)),
    ("76人（令和7年度）", Target("", value=76, unit="人", kind="absolute", fy=2025)),
    ("R12: 100%", Target("", value=100, unit="%", kind="absolute", fy=2030)),
    ("【R6】85.2%", Target("", value=85.2, unit="%", kind="absolute", fy=2024)),
    ("78.1%(R8.1.31)", Target("", value=78.1, unit="%", kind="absolute", date="2026-01-31")),
    ("85.2％(令和7年3月末)", Target("", value=85.2, unit="%", kind="absolute", date="2025-03")),
    ("100%(令和7年度75.5%)", Target("", value=100, unit="%", kind="absolute")),
    ("累計300人（R8～R12）", Target("", value=300, unit="人", kind="absolute", qualifier="累計", fy=2030)),
    ("20業務中18業務", Target("", value=18, unit="業務", kind="absolute")),
    ("120人（うちオンライン30人）", Target("", value=120, unit="人", kind="absolute")),
    ("1,2 3 4件", Target("", value=1234, unit="件", kind="absolute")),
    ("8 2 . 4 %", Target("", value=82.4, unit="%", kind="absolute")),
    ("1 ,050 件", Target("", value=1050, unit="件", kind="absolute")),
    ("12 , 900件", Target("", value=12900, unit="件", kind="absolute")),
    ("3, 213件", Target("", value=3213, unit="件", kind="absolute")),
    ("6 2件", Target("", kind="absolute", problem="several_values")),
    ("80 50%", Target("", kind="absolute", problem="several_values")),
    ("10. 5%", Target("", kind="absolute", problem="several_values")),
    ("5段階中4", Target("", kind="absolute", problem="several_values")),
    ("10数件", Target("", kind="qualitative", problem="unread")),
    ("前年度比110%", Target("", value=110, unit="%", kind="multiple")),
    ("対前年度比＋10％", Target("", value=10, unit="%", kind="change", direction="up")),
    ("前年度比▲5％", Target("", value=5, unit="%", kind="change", direction="down")),
    ("3ロール", Target("", value=3, unit="ロール", kind="absolute")),
    ("導入", Target("", kind="milestone")),
    ("相談窓口の設置", Target("", kind="milestone")),
    ("令和8年度導入", Target("", kind="milestone", fy=2026)),
    ("令和9年3月末までに移行完了", Target("", kind="milestone", date="2027-03")),
    ("3年以内に導入", Target("", kind="milestone")),
    ("3システムを導入", Target("", value=3, unit="システム", kind="absolute")),
    ("JIS X 8341-3:2016のレベルAAに準拠", Target("", kind="qualitative")),
    ("現状維持", Target("", kind="qualitative")),
    ("5年以内に手続の全てを見直す方針", Target("", kind="qualitative")),
    (
        "年間5,000時間の削減",
        Target("", value=5000, unit="時間", kind="change", direction="down", qualifier="年間"),
    ),
    ("R8:10件 R9:20件", Target("", kind="absolute", problem="several_values")),
    ("18/20業務", Target("", kind="absolute", problem="fraction")),
    ("50件（令和8年13月）", Target("", value=50, unit="件", kind="absolute", problem="no_such_month")),
    ("-", Target("", null_reason="dash")),
    ("未着手（R3年度）", Target("", null_reason="not_done", fy=2021)),
]
FIELDS = (
    "value",
    "unit",
    "kind",
    "direction",
    "qualifier",
    "fy",
    "date",
    "base_fy",
    "null_reason",
    "problem",
)


@pytest.mark.parametrize(("text", "expected"), CELLS)
def test_a_kpi_cell(text: str, expected: Target) -> None:
    found = parse_target(text)
    assert {f: getattr(found, f) for f in FIELDS} == {f: getattr(expected, f) for f in FIELDS}
    assert found.raw == text


def test_a_paragraph_is_no_value() -> None:
    text = "相談の場を市内に設けます。" * 40 + "100件"
    assert (parse_target(text).kind, parse_pair(text), split_value(text)) == ("qualitative", [], (text, ""))


@pytest.mark.parametrize(("text", "bound"), [("～10件", "at_most"), ("80%～", "at_least"), ("10件", "exact")])
def test_a_half_open_range_is_a_bound(text: str, bound: str) -> None:
    assert parse_target(text).bound == bound


NULLS = [
    *[(mark, "dash") for mark in "-－―ー–—−‐*"],
    ("", "blank"),
    ("　", "blank"),
    ("調査中", "under_survey"),
    ("未定", "undecided"),
    ("未実施", "not_done"),
    ("該当なし", "not_applicable"),
    ("なし", "not_available"),
    ("－（新規）", "dash"),
    ("調査実施後に設定", "undecided"),
    ("別途設定する", "undecided"),
    ("把握していない", "not_available"),
    ("統計なし", "not_available"),
    ("未公開", "not_done"),
]


@pytest.mark.parametrize(("text", "reason"), NULLS)
def test_a_cell_without_a_value_says_why(text: str, reason: str) -> None:
    assert null_reason(text) == reason
    assert parse_target(text).value is None


@pytest.mark.parametrize("text", ["0", "ゼロ", "0件", "〇", "導入", "-5%", "(1)", "10件に設定", "前年度以上"])
def test_zero_and_words_are_values(text: str) -> None:
    assert not is_null(text)


def ends(text: str) -> list[tuple[str | None, str, float | None, str, float | None]]:
    return [
        (p.label, p.baseline.raw, p.baseline.value, p.target.raw, p.target.value) for p in parse_pair(text)
    ]


PAIRS = [
    ("62回→13回", [(None, "62回", 62, "13回", 13)]),
    (
        "届出A62回→13回、届出B１，２００回⇒３回",
        [("届出A", "62回", 62, "13回", 13), ("届出B", "１，２００回", 1200, "３回", 3)],
    ),
    ("現状 12 → 目標 30", [(None, "12", 12, "30", 30)]),
    ("62回から13回へ", [(None, "62回", 62, "13回", 13)]),
    ("未導入→導入", [(None, "未導入", None, "導入", None)]),
    ("100%（令和7年度66.7%）", [(None, "令和7年度66.7%", 66.7, "100%", 100)]),
    ("12か所（現状9か所）", [(None, "現状9か所", 9, "12か所", 12)]),
    ("82.4%(R8.1.31)", []),
    ("120人（うち30人）", []),
    ("導入", []),
    ("→", []),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_baseline_and_target_printed_together(text: str, expected: list[object]) -> None:
    assert ends(text) == expected


def test_a_pair_shares_its_unit_and_its_qualifier() -> None:
    (pair,) = parse_pair("72→2,000件（月平均）")
    assert (pair.baseline.unit, pair.baseline.qualifier, pair.target.qualifier) == ("件", "月平均", "月平均")


def test_the_years_of_a_pair() -> None:
    (pair,) = parse_pair("72件（R6）→2,000件（R12）")
    assert (pair.baseline.fy, pair.target.fy) == (2024, 2030)
    (pair,) = parse_pair("令和7年度比2倍（令和7年度42件）")
    assert (pair.baseline.fy, pair.target.kind, pair.target.base_fy, pair.target.fy) == (
        2025,
        "multiple",
        2025,
        None,
    )


def test_an_interim_value_is_flagged() -> None:
    (pair,) = parse_pair("10件→20件→30件")
    assert (pair.baseline.value, pair.target.value, pair.target.problem) == (10, 30, "interim_values")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("アプリの継続利用率 80%", "アプリの継続利用率", "80%"),
        ("満足度：90％以上", "満足度", "90％以上"),
        ("証明書交付の件数 令和7年度比1.5倍", "証明書交付の件数", "令和7年度比1.5倍"),
        ("48手続(別表1)の電子化率 100%(令和7年度75.5%)", "48手続(別表1)の電子化率", "100%(令和7年度75.5%)"),
        ("講座の参加者数 年間100人（令和7年度76人）", "講座の参加者数", "年間100人（令和7年度76人）"),
        ("書く回数の削減 転入62回→13回、死亡11回→3回", "書く回数の削減", "転入62回→13回、死亡11回→3回"),
        ("対策班の設置", "対策班の設置", ""),
        ("令和8年度に開く教室", "令和8年度に開く教室", ""),
    ],
)
def test_an_indicator_is_split_from_its_value(text: str, name: str, value: str) -> None:
    assert split_value(text) == (name, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("生成AIの利用件数(月平均)", ("生成AIの利用件数", "月平均")),
        ("研修の参加者数（年間）", ("研修の参加者数", "年間")),
        ("対策の種別数(教室型、訪問型など)", ("対策の種別数(教室型、訪問型など)", None)),
        ("保有率", ("保有率", None)),
    ],
)
def test_a_qualifier_in_brackets_is_split_from_its_indicator(
    text: str, expected: tuple[str, str | None]
) -> None:
    assert split_qualifier(text) == expected


WIDE = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")


@given(st.integers(0, 10**9), st.sampled_from(["件", "人", "か所", "業務", "円", "%"]), st.booleans())
def test_every_number_survives_every_notation(number: int, unit: str, wide: bool) -> None:
    for printed in (f"{number}{unit}", f"{number:,}{unit}", f"{number:,} {unit}", f"{number}.0{unit}"):
        text = printed.translate(WIDE) if wide else printed
        found = parse_quantity(text)
        assert found is not None
        assert (found.value, found.unit, found.surface) == (number, unit, text)


NUMBER_LIKE = st.text(
    st.sampled_from(
        "0123456789０９,.，%件人か所割分万億円年月日度令和R比倍約以上～→-△▲()（）、/①十ゼロの減増 \n:"
    ),
    max_size=40,
)


@given(st.text(max_size=60) | NUMBER_LIKE)
def test_any_text_is_safe_and_every_place_maps_back(text: str) -> None:
    at = 0
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.surface
        assert at <= found.start < found.end
        assert found.value_max is None or found.value_max > found.value
        at = found.end
    target = parse_target(text)
    assert target.value is None or target.kind is not None
    assert all(end.raw in text for pair in parse_pair(text) for end in (pair.baseline, pair.target))
    name, value = split_value(text)
    assert text.startswith(name)
    assert text.endswith(value)


def test_what_is_found_is_the_askers_own() -> None:
    """A reading is kept for who asks next; what one does to its list is nobody else's."""
    for find in (find_quantities, find_dates):
        find("令和8年度に12件").clear()
        assert find("令和8年度に12件")
