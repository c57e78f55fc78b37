"""Headers of time columns and spans in words."""

from __future__ import annotations

import pytest

from extract.layout.periods import header_periods, parse_period, parse_span


@pytest.mark.parametrize(
    ("text", "fy"),
    [
        ("R8", 2026), ("Ｒ８", 2026), ("R 8 年度", 2026), ("令和8年度", 2026), ("令和８年", 2026),
        ("令和8年度\n(2026)", 2026), ("令和8年度（2026年度）", 2026), ("2026年度", 2026),
        ("2026(令和8)年度", 2026),
        ("令和8(2026)年度", 2026), ("令和元年度", 2019), ("平成30年度", 2018), ("令和十年度", 2028),
        ("R12以降", 2030), ("R12～", 2030), ("R12年度以降", 2030), ("’26", 2026), ("FY27", 2027), ("'28年度", 2028),
    ],
)  # fmt: skip
def test_years(text: str, fy: int) -> None:
    period = parse_period(text)
    assert period is not None
    assert (period.fy, period.start_month) == (fy, None)


@pytest.mark.parametrize(
    ("text", "fy", "months"),
    [
        ("R8年度上期", 2026, (4, 9)), ("令和8年度 下半期", 2026, (10, 3)), ("R8 1Q", 2026, (4, 6)),
        ("令和8年度第4四半期", 2026, (1, 3)), ("令和8年4月", 2026, (4, 4)), ("令和9年1月", 2026, (1, 1)),
        ("令和8年度（前期）", 2026, (4, 9)), ("2026年度4~6月", 2026, (4, 6)),
    ],
)  # fmt: skip
def test_parts_of_years(text: str, fy: int, months: tuple[int, int]) -> None:
    period = parse_period(text)
    assert period is not None
    assert (period.fy, period.start_month, period.end_month) == (fy, *months)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "項目",
        "現状値（令和6年度）",
        "令和8年度目標値",
        "R8~R12",
        "8年度",
        "R8.4.1",
        "3,500件",
        "RPA",
        "H",
        "2026件",
    ],
)
def test_what_is_no_period(text: str) -> None:
    assert parse_period(text) is None


def test_an_era_goes_on_through_the_row() -> None:
    found = header_periods(["区分", "令和8年度", "9年度", "10", "11年度以降"])
    assert [p and p.fy for p in found] == [None, 2026, 2027, 2028, 2029]


def test_fiscal_years_in_order_need_no_era() -> None:
    found = header_periods(["施策", "取組", "6年度", "7年度", "８年度"])
    assert [p and p.fy for p in found] == [None, None, 2024, 2025, 2026]
    assert header_periods(["1年度", "2年度", "3年度"]) == [None, None, None]
    assert header_periods(["6年度", "9年度", "10年度"]) == [None, None, None]


def test_bare_numbers_out_of_order_are_no_years() -> None:
    assert header_periods(["R8", "3", "12"])[1:] == [None, None]
    assert header_periods(["1", "2", "3"]) == [None, None, None]


def test_parts_stand_under_their_years() -> None:
    found = header_periods(["上期", "下期", "4月", "1Q"], ["令和8年度", "令和8年度", "R9", "R10"])
    assert [(p.fy, p.start_month, p.end_month) for p in found if p] == [
        (2026, 4, 9), (2026, 10, 3), (2027, 4, 4), (2028, 4, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("R3~R12", (2021, 2030)),
        ("令和8年度～令和12年度", (2026, 2030)), ("令和8～12年度", (2026, 2030)),
        ("2026-2030", (2026, 2030)), ("前期計画（H30→R4）", (2018, 2022)), ("R8.4.1～R9.3.31", (2026, 2026)),
        ("令和8年度(2026)~令和12年度(2030)", (2026, 2030)), ("R10以降", (2028, None)),
        ("～R12", (None, 2030)), ("R8∽R12", (2026, 2030)), ("令和8年度˜令和12年度", (2026, 2030)), ("R8─R12", (2026, 2030)),
        ("1~3回", None), ("62回→13回", None), ("090-1234-5678", None), ("R8", None), ("", None),
    ],
)  # fmt: skip
def test_spans(text: str, span: tuple[int | None, int | None] | None) -> None:
    assert parse_span(text) == span


def test_a_bare_half_counts_only_under_its_year() -> None:
    halves = header_periods(["工程", "上", "下"], above=[None, "R8年度", "R8年度"])
    assert [(p.fy, p.start_month, p.end_month) for p in halves if p] == [(2026, 4, 9), (2026, 10, 3)]
    assert header_periods(["上", "下"]) == [None, None]
