"""Years, values and reasons as offices write them: 令和8〜10年度, 80％以上（令和12年度）, 単位が異なる."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dxplan.dataset.values import amount
from normalize.eras import era_year, find_dates

Row = Mapping[str, Any]
PLAN_END = "＊"  # behind a year: the target names none, and this is the end of the plan
_YEAR = re.compile(r"(?<!\d)(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?!\d)")
_TOLD_APART = re.compile(r"(.*?) ?\(([^()]+)\)")  # two plans of one period: 2026–2030 (plan.pdf)
_SAID = {
    "over a time that is not said": "期間の記載なし",
    "a year": "年間",
    "a month": "月間",
    "a week": "週間",
    "a day": "1日",
    "cumulative": "累計",
    "at the end of the year": "年度末時点",
    "per person": "1人あたり",
    "a month per person": "1人あたり月間",
    "a year per person": "1人あたり年間",
    "all": "全体",
    "no unit": "単位なし",
}
_REASONS = (  # what a comparison says in ``why``, and how a report puts it
    (re.compile(r"counted otherwise: (.+) \(\w+\)"), "数え方が異なる（{0}）"),
    (re.compile(r"a multiple of its own baseline"), "基準値に対する倍率"),
    (re.compile(r"a change, not a level"), "増減の値"),
    (re.compile(r"no number"), "数値の記載なし"),
    (re.compile(r"counted in (.+) too"), "単位が混在（{0}）"),
    (re.compile(r"counted in (.+), not in (.+)"), "単位が異なる（{0}。ほかは{1}）"),
    (re.compile(r"of (.+), not of (.+)"), "対象が異なる（{0}。ほかは{1}）"),
    (re.compile(r"(.+), not (.+)"), "期間が異なる（{0}。ほかは{1}）"),
)


def fiscal_year(year: int | None) -> str:
    """A fiscal year by its era.

    >>> fiscal_year(2026), fiscal_year(2019)
    ('令和8年度', '令和元年度')
    """
    return f"{era_year(year)}年度" if year else ""


def day(text: str | None) -> str:
    """A day or month by its era.

    >>> day("2026-01-31"), day("2026-03")
    ('令和8年1月31日', '令和8年3月')
    """
    if not text or not (match := _YEAR.fullmatch(text)):
        return text or ""
    year, *rest = match.groups()
    return f"{era_year(int(year))}年" + "".join(f"{int(n)}{unit}" for n, unit in zip(rest, "月日") if n)


def years(text: str | None) -> str:
    """Years as comparisons write them, by their eras.

    >>> years("2026–2028"), years("2026-10–2027-03"), years("2026–?"), years("2030?")
    ('令和8〜10年度', '令和8年10月〜令和9年3月', '令和8年度〜（終期不明）', '令和12年度＊')
    """
    if not text or text == "?":
        return "不明" if text else ""
    if (told := _TOLD_APART.fullmatch(text)) and told[2] != "年":
        return f"{years(told[1])}（{told[2]}）"
    if "–" not in text:
        return _one(text)
    first, last = text.split("–", 1)
    if first.isdecimal() and last.isdecimal():
        start, end = era_year(int(first)), era_year(int(last))
        same = start[:2] == end[:2]
        return f"{start}{'' if same else '年度'}〜{end[2:] if same else end}年度"
    end = "（終期不明）" if last == "?" else _one(last)
    return f"{'（始期不明）' if first == '?' else _one(first)}〜{end}"


def _one(text: str) -> str:
    if text.endswith(" (年)"):
        return day(text.removesuffix(" (年)"))
    if text.endswith("?"):
        return f"{_one(text[:-1])}{PLAN_END}" if text != "?" else "不明"
    return fiscal_year(int(text)) if text.isdecimal() else day(text)


def value(row: Row, which: str, *, dated: bool = True) -> str:
    """A value of an indicator as printed, with its unit, and its year where its own text has none.

    >>> value({"target_raw": "80", "target_unit": "%", "target_value": 80.0, "target_fy": 2028}, "target")
    '80%（令和10年度）'
    """
    said = amount(row, which) or ""
    when = day(row.get(f"{which}_date")) or fiscal_year(row[f"{which}_fy"])
    if not dated or not said or not when or find_dates(said):
        return said
    return f"{said}（{when}）"


def reason(why: str | None) -> str:
    """Why a value stands apart, as ``compare.indicator`` says it, in Japanese.

    >>> reason("of 24手続, not of all"), reason("a month, not a year")
    ('対象が異なる（24手続。ほかは全体）', '期間が異なる（月間。ほかは年間）')
    """
    for pattern, text in _REASONS:
        if match := pattern.fullmatch(why or ""):
            parts = [_SAID.get(part, part) for part in match.groups()]
            return text.format(*parts)
    return why or ""


def printed(text: str | None) -> str:
    """A value as comparisons print it, with the year behind it by its era.

    >>> printed("55分 [2020] / 48分 [2024]"), printed("82.4%(R8.1.31) [2026-01-31]")
    ('55分（令和2年度） / 48分（令和6年度）', '82.4%(R8.1.31)')
    """

    def told(match: re.Match[str]) -> str:
        return match[1] if find_dates(match[1]) else f"{match[1]}（{_one(match[2])}）"

    return re.sub(r"([^/]*?) \[([^\[\]]+)\]", told, text or "")


def page(number: int | None) -> str:
    return f"p.{number}" if number else "－"


def pace(row: Row) -> str:
    """The change a fiscal year to the target, and whether it is for the worse.

    >>> pace({"pace_per_year": 8.4, "comparable_unit": "%", "better": "up"})
    '+8.4%'
    """
    if row["pace_per_year"] is None:
        return ""
    worse = {"up": 1, "down": -1}.get(row["better"] or "", 0) * row["pace_per_year"] < 0
    return f"{row['pace_per_year']:+.4g}{row['comparable_unit'] or ''}" + ("（後退）" if worse else "")
