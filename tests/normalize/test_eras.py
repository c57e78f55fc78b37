"""Dates: what each printed form means, where it stands, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.eras import DateSpan, find_dates, fiscal_year_of, kanji_number, parse_fy

FISCAL_YEARS = [
    ("R8", 2026),
    ("Ｒ８", 2026),
    ("R 3 年度", 2021),
    ("R8年度", 2026),
    ("令和8年度", 2026),
    ("令和８年度", 2026),
    ("令和八年度", 2026),
    ("㋿8年度", 2026),
    ("令和元年度", 2019),
    ("令和8年度(2026)", 2026),
    ("令和8年度\n（2026年度）", 2026),
    ("2026（令和8）年度", 2026),
    ("2026年度", 2026),
    ("２０２６年度", 2026),
    ("2026", 2026),
    ("FY2026", 2026),
    ("二〇二六年度", 2026),
    ("H30年度", 2018),
    ("H30", 2018),
    ("R元", 2019),
    ("Ｒ元年度", 2019),
    ("令8", 2026),
    ("平30年度", 2018),
    ("令 和 8 年 度", 2026),
    ("'25年度", 2025),
    ("平成31年度", 2019),
    ("昭和63年度", 1988),
    ("平成32年度", 2020),
]


@pytest.mark.parametrize(("text", "fy"), FISCAL_YEARS)
def test_every_notation_of_a_fiscal_year_is_read(text: str, fy: int) -> None:
    found = parse_fy(text)
    assert found is not None
    assert found.fy == fy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "令和8年",
        "R8~R12",
        "令和8年度以降",
        "令和8年度の取組",
        "第8回",
        "R100",
        "S3",
        "H5",
        "R元素",
        "政令8",
        "昭60",
        "8年度",
        "令和0年度",
        "令和8年度(2025)",
    ],
)
def test_what_names_no_single_fiscal_year_gives_none(text: str) -> None:
    assert parse_fy(text) is None


def test_a_calendar_year_is_a_fiscal_year_only_when_asked_for_and_says_so() -> None:
    found = parse_fy("令和8年(2026年)", calendar=True)
    assert found is not None
    assert (found.fy, found.calendar) == (2026, True)


def test_a_year_without_its_era_needs_the_era_from_around_it() -> None:
    found = parse_fy("8年度", "令和")
    assert found is not None
    assert found.fy == 2026
    assert find_dates("8年度") == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("令和8年度上期", (4, 9)),
        ("R8下半期", (10, 3)),
        ("令和8年度　第１四半期", (4, 6)),
        ("令和8年度末", (3, 3)),
    ],
)
def test_a_part_of_a_fiscal_year_has_its_months(text: str, months: tuple[int, int]) -> None:
    found = parse_fy(text)
    assert found is not None
    assert (found.fy, found.start_month, found.end_month) == (2026, *months)


def summary(span: DateSpan) -> tuple[object, ...]:
    return span.surface, span.kind, span.fy, span.date


DATES = [
    ("保有率(R7.12月末)", ("R7.12月末", "month", 2025, "2025-12")),
    ("交付率42%（R3.12現在）", ("R3.12現在", "month", 2021, "2021-12")),
    ("78.1%(R8.1.31)", ("R8.1.31", "date", 2025, "2026-01-31")),
    ("令和8年3月策定", ("令和8年3月", "month", 2025, "2026-03")),
    ("2024（令和6）年6月21日閣議決定", ("2024（令和6）年6月21日", "date", 2024, "2024-06-21")),
    ("2021年（令和3年）9月から", ("2021年（令和3年）9月から", "month", 2021, "2021-09")),
    ("手順書(2026.1改訂)", ("2026.1", "month", 2025, "2026-01")),
    ("更新日 2026/01/31", ("2026/01/31", "date", 2025, "2026-01-31")),
    ("2026-04-01施行", ("2026-04-01", "date", 2026, "2026-04-01")),
    ("令和八年四月一日", ("令和八年四月一日", "date", 2026, "2026-04-01")),
    ("2021（令和3）年の制定", ("2021（令和3）年", "year", None, None)),
    ("西暦2040年頃", ("西暦2040年頃", "year", None, None)),
    ("R8 年 4 月", ("R8 年 4 月", "month", 2026, "2026-04")),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_days_and_months_belong_to_their_fiscal_year(text: str, expected: tuple[object, ...]) -> None:
    assert [summary(d) for d in find_dates(text)] == [expected]


# What the time expression library ja-timex (0.2.8) reads right, and we read alike; see docs/methods.md.
AGREED = [
    ("起工は明治45年7月", "1912-07"),
    ("大正12年9月1日の記録", "1923-09-01"),
    ("昭和63年7月1日付け", "1988-07-01"),
    ("令和元年5月1日から", "2019-05-01"),
    ("二〇二六年四月一日施行", "2026-04-01"),
    ("２０２６年４月１日（水）開庁", "2026-04-01"),
    ("締切は2026/4/1", "2026-04-01"),
    ("版の日付2026-04-01", "2026-04-01"),
    ("2026.4.1に改定", "2026-04-01"),
    ("調達は2026/04", "2026-04"),
    ("H30.3.31現在", "2018-03-31"),
    ("令和8年10月末に稼働", "2026-10"),
]


@pytest.mark.parametrize(("text", "value"), AGREED)
def test_a_date_is_what_the_established_library_reads(text: str, value: str) -> None:
    assert [span.date for span in find_dates(text)] == [value]


RANGES = [
    ("令和8年度から令和12年度までの5年間", 2026, 2030),
    ("R8~R12", 2026, 2030),
    ("R8〜12", 2026, 2030),
    ("令和8～12年度", 2026, 2030),
    ("令和8年度（2026）から令和12年度（2030）まで", 2026, 2030),
    ("2023～2027年度", 2023, 2027),
    ("2024-25年度", 2024, 2025),
    ("2024-25(令和6-7)年度", 2024, 2025),
    ("平成30年度～令和2年度", 2018, 2020),
    ("令和3年12月～令和8年3月", 2021, 2025),
    ("令和8年4月～9月", 2026, 2026),
    ("令和8年10月1日～10月31日", 2026, 2026),
    ("令和3年12月～8年3月", 2021, 2025),
    ("R8－R12", 2026, 2030),
]


@pytest.mark.parametrize(("text", "first", "last"), RANGES)
def test_a_range_gives_both_its_fiscal_years(text: str, first: int, last: int) -> None:
    (span,) = find_dates(text)
    assert (span.kind, span.fy, span.end_fy) == ("range", first, last)


def test_a_range_of_calendar_years_has_no_fiscal_years() -> None:
    (span,) = find_dates("令和３～５年の調査")
    assert (span.fy, span.end_fy, span.year, span.end_year) == (None, None, 2021, 2023)


@pytest.mark.parametrize("text", ["平成31年1月～ 共同利用開始", "令和8年度以降", "令和8年度より検討"])
def test_an_open_end_is_said(text: str) -> None:
    (span,) = find_dates(text)
    assert span.open_end


@pytest.mark.parametrize("text", ["令和9年10月までに移行", "2030年度（令和12年度）まで", "～令和12年度"])
def test_an_open_start_is_said(text: str) -> None:
    (span,) = find_dates(text)
    assert span.open_start


def test_a_count_after_a_tilde_is_no_year() -> None:
    (span,) = find_dates("R7～5施設")
    assert (span.fy, span.end_fy, span.kind) == (2025, None, "fy")


def test_an_ornament_is_no_open_range() -> None:
    (span,) = find_dates("～令和8年度の重点～")
    assert (span.open_start, span.open_end) == (False, False)


def test_era_years_after_the_era_are_read_and_flagged() -> None:
    (span,) = find_dates("平成32年度までに")
    assert (span.fy, span.problem) == (2020, "after_era")
    (span,) = find_dates("令和元年4月")
    assert (span.date, span.problem) == ("2019-04", "before_era")


@pytest.mark.parametrize(
    "text", ["平成31年度", "令和元年度", "平成31年4月30日", "令和元年5月1日", "昭和64年1月"]
)
def test_the_year_of_a_change_of_era_is_no_problem(text: str) -> None:
    assert find_dates(text)[0].problem is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("令和8年13月", "no_such_month"),
        ("R8.2.30", "no_such_day"),
        ("令和0年度", "no_such_year"),
        ("令和8年度(2025)", "years_disagree"),
        ("R12～R8", "range_reversed"),
        ("2024-25(令和5-6)年度", "years_disagree"),
    ],
)
def test_an_impossible_date_is_refused_with_its_reason(text: str, problem: str) -> None:
    (span,) = find_dates(text)
    assert span.problem == problem
    assert span.date is None
    assert span.end_fy is None
    assert span.fy is None or problem == "range_reversed"


@pytest.mark.parametrize(
    "text",
    [
        "自治体戦略2040構想",
        "JIS X 8341-3:2016に準拠",
        "1990年代",
        "R100の用紙",
        "H.264形式",
        "AWS S3に保存",
        "3,500件",
        "2015.3万件",
        "1800.0か所",
        "2020-57",
        "第8回",
        "3年間",
        "電話 083-2026-1234",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十二", 12),
        ("二十", 20),
        ("百二十三", 123),
        ("二〇二六", 2026),
        ("元", 1),
        ("千二百", 1200),
        ("件", None),
        ("", None),
    ],
)
def test_kanji_numerals(text: str, number: int | None) -> None:
    assert kanji_number(text) == number


def test_january_to_march_belong_to_the_year_before() -> None:
    assert [fiscal_year_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == [2025, 2025, 2026, 2026]


def western(fy: int) -> list[str]:
    return [
        f"{fy}",
        f"{fy}年度",
        f"西暦{fy}年度",
        f"{fy}（令和{fy - 2018}）年度",
        f"{fy}年度（R{fy - 2018}）",
    ]


def in_reiwa(fy: int) -> list[str]:
    n = fy - 2018
    wide = str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    names = [
        f"R{n}",
        f"R{n}年度",
        f"R {n} 年度",
        f"Ｒ{wide}年度",
        f"令和{n}年度",
        f"令和{wide}年度",
        f"㋿{n}年度",
    ]
    return [*names, f"令和{n}年度({fy})", f"令和 {n} 年度 （{fy}年度）"]


@given(st.integers(2020, 2060))
def test_every_fiscal_year_survives_every_notation(fy: int) -> None:
    for text in [*western(fy), *in_reiwa(fy)]:
        found = parse_fy(text)
        assert found is not None, text
        assert (found.fy, found.problem) == (fy, None), text


@given(st.dates(date(2019, 5, 1), date(2060, 12, 31)))
def test_every_day_survives_every_notation(day: date) -> None:
    n = day.year - 2018
    for text in (
        f"R{n}.{day.month}.{day.day}",
        f"令和{n if n > 1 else '元'}年{day.month}月{day.day}日",
        f"{day.year}（令和{n}）年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
    ):
        (span,) = find_dates(f"基準日は{text}である。")
        assert (span.date, span.fy, span.surface) == (day.isoformat(), fiscal_year_of(day), text)


DATE_LIKE = st.text(
    st.sampled_from(
        "令和平成元年度月日末頃以降まで~～-―.・/（）() \n０１２８９0123456789RHSＲ㋿十二から現在上期Q"
    ),
    max_size=40,
)


@given(st.text(max_size=60) | DATE_LIKE, st.sampled_from([None, "令和", "R", "未知"]))
def test_any_text_is_safe_and_every_place_maps_back(text: str, era: str | None) -> None:
    at = 0
    for span in find_dates(text, era):
        assert text[span.start : span.end] == span.surface
        assert at <= span.start < span.end
        at = span.end
    parse_fy(text, era, calendar=True)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("R 1 0", 2028),
        ("令 和 1 0 年 度", 2028),
        ("目標値（ R 1 2 ）", 2030),
        ("2 0 2 8 年 度", 2028),
        ("令和一〇年度", 2028),
        ("FY26", 2026),
    ],
)
def test_years_set_apart_are_read_whole(text: str, year: int) -> None:
    assert [d.fy for d in find_dates(text)] == [year]


@pytest.mark.parametrize("text", ["R 8 9", "令和1 0年度", "R99", "目標値（R 1", "120件(R", "令和 6 4件"])
def test_digits_that_may_be_two_numbers_are_no_year(text: str) -> None:
    assert not [d.fy for d in find_dates(text) if d.fy]


@pytest.mark.parametrize("before", ["計画期間：", "期間:", "第1版　計画期間："])
def test_a_western_year_may_stand_right_behind_a_colon(before: str) -> None:
    (span,) = find_dates(f"{before}2024（令和6）年度～2028（令和10）年度")
    assert (span.kind, span.fy, span.end_fy) == ("range", 2024, 2028)
    assert find_dates("受付12:2024") == []
