"""Time columns of schedules: header text -> :class:`~extract.model.Period`.

A Japanese fiscal year (年度) starts in April and is named by the calendar year in which it starts; the upper
half (上期) is April to September, the first quarter April to June.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from extract.model import Period

_CACHED = 20_000  # texts: the same cells are asked about again and again

_ERA_START = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_KANJI = str.maketrans("〇一二三四五六七八九", "0123456789")
_DASHES = str.maketrans(dict.fromkeys("〜～∼∽∿⁓〰", "~") | dict.fromkeys("−–—―‐‑ー─━", "-"))

_AD = r"(?:19|20)\d\d|(?:['’‘]|(?<=FY))\d\d"  # 2026, ’26, FY26
_YEAR = rf"(?:(?P<era>令和|平成|昭和|[RHS])\.?(?P<n>元|\d{{1,2}})|(?:FY)?(?P<ad>{_AD}))"
_NOTE = r"(?:\([^()]*(?:\d|元|年目|年度)[^()]*\))?"
_PERIOD = re.compile(rf"{_YEAR}{_NOTE}(?P<unit>年度|年|FY)?{_NOTE}(?P<rest>.*)")
_BARE = re.compile(rf"(?P<n>\d{{1,2}})(?:年度|年)?{_NOTE}")
_FISCAL = re.compile(r"(\d{1,2})年度")
_AFTER = re.compile(r"以降|から|~|-")
_HALVES = {"上": 4, "前": 4, "下": 10, "後": 10}
_HALF = re.compile(r"\(?([上下前後])(?:半?期|半|半年)\)?")
_QUARTER = re.compile(r"\(?(?:第?([1-4])(?:四半期|期|Q)|Q([1-4])|([IVⅠⅡⅢⅣ]{1,3})期?)\)?")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_MONTHS = re.compile(r"\(?(\d{1,2})(?:月?[~-](\d{1,2}))?月(?:頃|末)?\)?")
_MONTH_DIGITS = re.compile(r"\d{1,2}")

_SPAN_END = (
    r"(?P<era{i}>令和|平成|昭和|[RHS])?\.?(?P<n{i}>元|\d{{1,4}})(?:\([^()]*\))?(?:年度|年)?"
    r"(?:\.?(?P<m{i}>\d{{1,2}})(?:月|\.\d{{1,2}}))?(?:\d{{1,2}}日)?(?:\([^()]*\))?(?:年度|年)?"
)
_SPAN = re.compile(
    r"(?<![\dA-Za-z.])" + _SPAN_END.format(i=1) + r"(?:から|[~\-→⇒])" + _SPAN_END.format(i=2) + r"(?![\d.%])"
)
_OPEN_START = re.compile(_YEAR + r"(?:年度|年)?(?:~|以降|から)")
_OPEN_END = re.compile(
    "~" + _YEAR + r"(?:年度|年)?|" + re.sub(r"<(era|n|ad)>", r"<\1_>", _YEAR) + r"(?:年度|年)?まで"
)


@lru_cache(maxsize=_CACHED)
def fold(text: str) -> str:
    """Widths folded, white space dropped, one form for dashes and wave dashes: for matching only."""
    folded = unicodedata.normalize("NFKC", text.replace("˜", "~"))  # NFKC makes it a space and an accent
    folded = re.sub(r"(?<=\d)\s+(?=[1-4]Q)", "年度", folded)  # R8 1Q: keep the numbers apart
    folded = re.sub(r"\s+", "", folded).translate(_DASHES)
    if re.search(r"[令平昭][和成][一二三四五六七八九十]", folded):
        folded = re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?", _tens, folded).translate(_KANJI)
    return folded


def _tens(match: re.Match[str]) -> str:
    before, _, after = match[0].partition("十")
    return (before or "一") + (after or "〇")


def _year(era: str | None, n: str | None, ad: str | None) -> int:
    if ad:
        return int(ad) if len(ad) == 4 else 2000 + int(ad[-2:])
    return _ERA_START[era or "令和"] + (1 if n == "元" else int(n or 0))


def _part(text: str) -> tuple[int, int] | None:
    """Months of a part of a fiscal year: 上期, 第1四半期, 4月, 4~6月."""
    if half := _HALF.fullmatch(text):
        start = _HALVES[half[1]]
        return start, (start + 4) % 12 + 1
    if quarter := _QUARTER.fullmatch(text):
        number = int(quarter[1] or quarter[2] or _ROMAN.get(quarter[3] or "", 0))
        if number:
            start = (3 * number) % 12 + 1
            return start, start + 2
    if (months := _MONTHS.fullmatch(text)) and 1 <= int(months[1]) <= 12 and 1 <= int(months[2] or 1) <= 12:
        return int(months[1]), int(months[2] or months[1])
    return None


@lru_cache(maxsize=_CACHED)
def parse_period(text: str) -> Period | None:
    """Read one header cell that holds nothing but a year or a part of one; None for anything else.

    A month after a calendar year (令和9年1月) is put into the fiscal year it falls in.
    """
    folded = fold(text)
    match = _PERIOD.fullmatch(folded)
    if not match:
        return None
    fy, rest = _year(match["era"], match["n"], match["ad"]), match["rest"]
    label = " ".join(text.split())
    if not rest or _AFTER.fullmatch(rest):
        return Period(fy, label)
    months = _part(rest)
    if months is None:
        return None
    if _MONTHS.fullmatch(rest) and match["unit"] == "年" and months[0] <= 3:
        fy -= 1
    return Period(fy, label, *months)


def header_periods(
    texts: Sequence[str | None], above: Sequence[str | None] | None = None
) -> list[Period | None]:
    """Read a header row. ``above``: for each column the text of the (merged) cell over it.

    A bare number after an era in the row (令和8年度 | 9年度 | 10年度, or R8 | 9 | 10) continues the years; a
    half, quarter or month stands under its year. Where no era is told, fiscal years that follow each other
    (8年度 | 9年度 | 10年度) are of the present one.
    """
    upper = [parse_period(t) if t else None for t in above] if above else [None] * len(texts)
    era_above = any(t and re.search(r"令和|\bR\b", fold(t)) for t in (above or ()))
    found: list[Period | None] = []
    previous: Period | None = None
    for text, over in zip(texts, upper):
        period = parse_period(text) if text else None
        if period is None and text:
            period = _under(text, over) or _continued(text, previous, era_above)
        found.append(period)
        previous = period or previous
    return found if any(found) else _without_era(texts)


def _without_era(texts: Sequence[str | None]) -> list[Period | None]:
    """Fiscal years told by their numbers alone, three or more in a row; 1年度 may be any plan's first."""
    numbers = [_FISCAL.fullmatch(fold(t)) if t else None for t in texts]
    told = [int(n[1]) for n in numbers if n]
    if len(told) < 3 or told[0] == 1 or told != list(range(told[0], told[0] + len(told))):
        return [None] * len(texts)
    return [
        Period(_year(None, n[1], None), " ".join((t or "").split())) if n else None
        for t, n in zip(texts, numbers, strict=True)
    ]


def _under(text: str, over: Period | None) -> Period | None:
    if over is None or over.start_month is not None:
        return None
    folded = fold(text)
    months = _part(folded + "期" if folded in ("上", "下", "前", "後") else folded)
    if months is None and _MONTH_DIGITS.fullmatch(folded) and 1 <= int(folded) <= 12:
        months = (int(folded), int(folded))
    return Period(over.fy, f"{over.label} {' '.join(text.split())}", *months) if months else None


def _continued(text: str, previous: Period | None, era_above: bool) -> Period | None:
    if previous is None and not era_above:
        return None
    folded = fold(text)
    suffix = _AFTER.search(folded[1:])
    bare = _BARE.fullmatch(folded[: suffix.start() + 1] if suffix else folded)
    if not bare:
        return None
    fy = _ERA_START["令和"] + int(bare["n"])
    if previous is not None and previous.start_month is None and previous.fy + 1 == fy:
        return Period(fy, " ".join(text.split()))
    if previous is None and int(bare["n"]) <= 30:
        return Period(fy, " ".join(text.split()))
    return None


def parse_span(text: str) -> tuple[int | None, int | None] | None:
    """Fiscal years of a span in words: R8~R12, 令和8年度～12年度, 2026-2030, R10以降, ～R12. None if none.

    Dates (R8.4.1～R9.3.31) give the fiscal years they fall in.
    """
    folded = fold(text)
    if match := _SPAN.search(folded):
        start = _span_year(match["era1"], match["n1"], match["m1"], None)
        end = _span_year(match["era2"], match["n2"], match["m2"], match["era1"])
        if start is not None and end is not None and start <= end <= start + 30:
            return start, end
    if opened := _OPEN_START.fullmatch(folded):
        return _year(opened["era"], opened["n"], opened["ad"]), None
    if closed := _OPEN_END.fullmatch(folded):
        era, n, ad = (closed[k] or closed[k + "_"] for k in ("era", "n", "ad"))
        return None, _year(era, n, ad)
    return None


def _span_year(era: str | None, n: str, month: str | None, era_before: str | None) -> int | None:
    if n != "元" and len(n) == 4:
        year = int(n)
        if not 1950 <= year <= 2099:
            return None
    elif (era or era_before) and (n == "元" or int(n) < 100):
        year = _year(era or era_before, n, None)
    else:
        return None
    return year - 1 if month and int(month) <= 3 else year
