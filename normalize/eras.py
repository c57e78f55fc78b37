"""Dates as Japanese plans print them: era and western years, fiscal years, months, days, ranges.

A fiscal year (年度) runs from April to March (地方自治法 第208条) and is named by the calendar year it
starts in: 令和8年度 = R8 = 2026. A calendar year (年) overlaps two fiscal years, so its ``fy`` is None unless
the month is known. What cannot be (令和8年13月) is refused with a ``problem``; what can be read but is odd
(平成32年度) is read and flagged. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

from normalize.data import parsed
from normalize.frozen import frozen

Kind = Literal["fy", "year", "month", "date", "range"]
Problem = Literal[
    "no_such_year",
    "no_such_month",
    "no_such_day",
    "before_era",  # 令和元年4月: the era began later
    "after_era",  # 平成32年度: the era had ended
    "years_disagree",  # 令和8年度(2025)
    "range_reversed",  # R12~R8
]
# Problems that leave the reading in place: the printed year is clear, only its name is odd.
HARMLESS: Final = ("before_era", "after_era")


_KEPT: Final = 4_096  # texts
_CELL: Final = 400  # characters of those


@frozen
class DateSpan:
    """One date or range at ``text[start:end]``; the fields a problem makes doubtful are None."""

    start: int
    end: int
    surface: str
    kind: Kind
    fy: int | None = None  # fiscal year, of a range its first
    end_fy: int | None = None  # of a range its last
    year: int | None = None  # calendar year as printed (年, not 年度), of a range its first
    end_year: int | None = None
    date: str | None = None  # "YYYY-MM-DD" or "YYYY-MM", of a range its first
    end_date: str | None = None
    start_month: int | None = None  # months of a part of the fiscal year (上期: 4 to 9)
    end_month: int | None = None
    modifier: str | None = None  # 末, 頃, 以降, まで, 現在 as printed
    open_start: bool = False
    open_end: bool = False
    approximate: bool = False
    problem: Problem | None = None


@frozen
class FiscalYear:
    """A fiscal year named by a whole text; months are set where it names a part of the year."""

    fy: int
    start_month: int | None = None
    end_month: int | None = None
    calendar: bool = False  # printed as 年, not 年度
    problem: Problem | None = None


@frozen
class _Era:
    name: str
    first: date
    last: date | None
    offset: int


_DATA: Final[dict[str, Any]] = parsed("eras.yaml")
_ERAS: Final[dict[str, _Era]] = {
    form: _Era(row["name"], row["first"], row["last"], row["offset"])
    for row in _DATA["eras"]
    for form in (*row["forms"], row["letter"], row["name"][0])
}
_PARTS: Final[dict[str, list[int]]] = _DATA["parts"]
_CALENDAR_PARTS: Final[dict[str, list[int]]] = _DATA["calendar_parts"]
_MODIFIERS: Final = sorted(
    {*_PARTS, *(w for key in ("approximate", "open_end", "open_start", "neutral") for w in _DATA[key])},
    key=len,
    reverse=True,
)

_KANJI_DIGIT: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_MYRIADS: Final = {"兆": 10**12, "億": 10**8, "万": 10**4}
_LONGEST_NUMERAL: Final = 20
_LONGEST_REIGN: Final = 70  # a year of the present era beyond it is a number of something else
# One character for one, so that places in the folded text are places in the printed text.
_SUBSCRIPTS: Final = {0x2080 + n: str(n) for n in range(10)}  # CO₂
_ONE_TO_ONE: Final = (
    _SUBSCRIPTS
    | {
        code: folded
        for code in (*range(0xFF01, 0xFF5E), 0x3000, 0xA0, *range(0x2000, 0x200B), 0x0A, 0x0D, 0x09)
        if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
    }
    | {
        ord(a): b
        for a, b in zip("〜∼～\u3000\n\r\t‐‑‒–—―−─－⇒⇨➡▶►〔［〕］", "~~~    ---------→→→→→([)]", strict=True)
    }
)


def fold_each(text: str) -> str:
    """Full width to half width, character for character: offsets stay valid."""
    return text.translate(_ONE_TO_ONE)


def kanji_number(text: str) -> int | None:
    """``十二`` 12, ``三万五千`` 35000, ``二〇二六`` 2026, ``元`` 1; None if it is no numeral."""
    if text == "元":
        return 1
    if not 0 < len(text) <= _LONGEST_NUMERAL or not set(text) <= {*_KANJI_DIGIT, *"十百千", *_MYRIADS}:
        return None
    for name, worth in _MYRIADS.items():  # the largest first
        if name in text:
            high, _, low = text.partition(name)
            parts = kanji_number(high), kanji_number(low) if low else 0
            return None if None in parts or name in low else (parts[0] or 0) * worth + (parts[1] or 0)
    if set(text) <= set(_KANJI_DIGIT):
        return int("".join(str(_KANJI_DIGIT[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _KANJI_DIGIT:
            digit = digit * 10 + _KANJI_DIGIT[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
    return total + digit


def fiscal_year_of(day: date) -> int:
    """The fiscal year a day belongs to: 2026-03-31 is in 2025."""
    return day.year if day.month >= 4 else day.year - 1


def era_year(year: int) -> str:
    """A year by its era, as offices write it: the era in which the year ends, whose first year is 元.

    >>> era_year(2026), era_year(2019), era_year(2018)
    ('令和8', '令和元', '平成30')
    """
    found = next((era for era in _ERAS.values() if era.first.year <= year), None)
    if found is None:
        return str(year)
    return f"{found.name}{'元' if year == found.offset + 1 else year - found.offset}"


# --- one date -------------------------------------------------------------------------------------

_NAMES = "|".join(r"\s?".join(form) for row in _DATA["eras"] for form in row["forms"])  # «令 和» in titles
_LETTER = r"(?:[RHS]|(?<![一-鿿々ぁ-ヺー])[令平昭])"
# Letters set apart: «R 1 0», «令 和 1 0 年 度»; never R1 with a 0 behind it.
_APART = r"(?<=\s)[1-6]\s[0-9](?=\s*(?:年|末|[のまでにかと]|[)~→-]|$))"
_EY = (
    rf"(?:{_APART}|[0-9]{{1,2}}(?![0-9]|(?<=\s[0-9])\s[0-9]|(?<=\D[0-9])\s[0-9]\s?年)"
    "|元|[〇一二三四五六七八九十]{1,3})"
)
_LETTER_YEAR = (
    rf"{_LETTER}\.?\s?(?:{_APART}|[0-9]{{1,2}}(?![0-9A-Za-z]|[.,][0-9]{{3}}|(?<=\s[0-9])\s[0-9])"
    "|元(?=[年末]|[^一-鿿]|$))"
)
_ERA_YEAR = rf"(?:(?:{_NAMES})\s*{_EY}|(?<![A-Za-z0-9]){_LETTER_YEAR})"
_WEST = (
    r"(?:(?<![0-9.,/])(?<![0-9]:)(?:(?<![^年度)]-)|(?<=FY20[0-9]{2}-))(?:18|19|20)[0-9]{2}(?![0-9])|(?<!\w)['’][0-9]{2}(?=\s*年)"
    r"|2\s0\s[0-9]\s[0-9](?=\s*年)|[一二][〇九八][〇一二三四五六七八九]{2}(?=\s*年))"
)
_ANY_YEAR = rf"(?:(?:西暦\s*)?(?:{_ERA_YEAR}|{_WEST})|(?<![A-Za-z])FY\s?(?:20)?[0-9]{{2}}(?![0-9]))"
_NOTE = rf"\s*\(\s*{_ANY_YEAR}\s*(?:年度?)?\s*\)"
_NOT_COUNTED = (
    r"(?![0-9]|\.[0-9]|\s*(?:[%人件回台万億円倍枚名種個箇か年]|[ヶカ][所国年]|ポイント|時間|業務|施設))"
)
_MONTH_DAY = rf"\s?[0-9]{{1,2}}(?:[./-][0-9]{{1,2}})?{_NOT_COUNTED}(?:\s*月)?"
_HYPHEN_DAY = r"(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])(?![0-9-])"  # R8-1-31
_MODIFIER = "|".join(map(re.escape, _MODIFIERS))
_DATE_RE = re.compile(
    rf"(?P<year>{_ANY_YEAR})(?P<note1>{_NOTE})?"
    rf"(?:\s*(?P<unit>年\s?度|年(?!代|間|ぶり|齢|金|問題|の[崖壁]))(?P<note2>{_NOTE})?)?"
    rf"(?P<rest>(?<=[年)])\s*[0-9]{{1,2}}\s*月(?!間)(?:\s*[0-9]{{1,2}}\s*日)?"
    rf"|(?<=年)\s*[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?"
    rf"|(?<=[0-9元])-{_HYPHEN_DAY}|(?<=[0-9元])[./]{_MONTH_DAY}|(?<=(?:18|19|20)[0-9]{{2}})-{_MONTH_DAY})?"
    rf"(?P<mod>(?:\s*(?:{_MODIFIER}))+)?"
)
# The second half of a range: «令和8~12年度», «R8~12», «令和8年4月~9月», «令和8年10月1日~10月31日».
_SHORT_RE = re.compile(
    rf"(?:(?P<short>{_EY})(?!\s*月)\s*(?P<unit>年度|年(?!間|代|後|ごと|毎|目|連続))?(?P<note>{_NOTE})?)?"
    rf"(?:\s*(?P<month>[0-9]{{1,2}})\s*月(?:\s*(?P<day>[0-9]{{1,2}})\s*日)?)?"
    rf"{_NOT_COUNTED}(?P<mod>(?:\s*(?:{_MODIFIER}))+)?"
)
# «2024-25年度», «2024-2025年度», «2024-25(令和6-7)年度»
_SCHOOL_RE = re.compile(
    rf"(?P<a>(?<![0-9])20[0-9]{{2}})\s*[-~]\s*(?P<b>(?:20)?[0-9]{{2}})(?![0-9])"
    rf"(?:\s*\((?P<era>{_NAMES}|R|H)\s*(?P<ea>[0-9]{{1,2}})\s*[-~]\s*(?P<eb>[0-9]{{1,2}})(?:年度)?\))?\s*年度"
)
# «~同年9月30日», «~翌年3月», «~翌年度»: a year told by the one before it.
_RELATIVE_RE = re.compile(
    r"(?P<which>同|翌々|翌)年(?:(?P<fiscal>度)|\s*(?P<month>[0-9]{1,2})\s*月(?:\s*(?P<day>[0-9]{1,2})\s*日)?)"
    rf"(?P<mod>(?:\s*(?:{_MODIFIER}))+)?"
)
# «令和7・8年度», «令和7年度及び8年度»: years more of one era, up to the one that has the word.
_AND = r"\s*(?:・|、|,|/|及び|および|並びに|又は|または|と)\s*"
_ALSO_RE = re.compile(
    rf"{_AND}(?P<year>[0-9]{{1,2}}|元|[一二三四五六七八九十]{{1,3}})"
    rf"(?=\s*(?:年度|年(?![間代度]|[0-9以]))|(?:{_AND}(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}}))+\s*年|\s*$)"
    r"\s*(?P<unit>年度|年)?"
)
_WEST_TOO_RE = re.compile(rf"{_AND}20[0-9]{{2}}\s*年度")  # «2026・2027年度»
_MAY_BE_A_NAME = re.compile(r"[S昭].*|[H平][. ]?[0-9]")  # H5 and S3 alone are names of other things
_JOIN_RE = re.compile(r"\s*(?P<from>から|より)?\s*(?P<sign>[~→ー-])?\s*")
# «令和8年度から(の)5年間», «2026年度より3か年»: how long it lasts tells its end.
_LASTING_RE = re.compile(
    r"\s*の?\s*(?P<n>[0-9]{1,2}|[二三四五六七八九十]{1,2})\s*(?:年度?間|[かヶカヵ箇]年(?:間|度間)?)"
)
_HINT_RE = re.compile(rf"{_NAMES}|[RHSＲＨＳYＹ令平昭]|[0-9０-９]{{4}}|年")
_PARTIAL_RE = re.compile(rf"(?<![0-9.,/第])(?P<year>{_EY})\s*年度(?P<note>{_NOTE})?")


def _read_year(text: str) -> tuple[int | None, _Era | None, Problem | None]:
    """A printed year as a calendar number, with its era."""
    text = "".join(text.split()).replace("西暦", "").rstrip("年度")
    text = re.sub("^(?:FY(?:20)?|['’])(?=[0-9]{2}$)", "20", text)
    for form, era in _ERAS.items():
        if text.startswith(form):
            digits = text.removeprefix(form).lstrip(". ")
            number = int(digits) if digits.isdecimal() else kanji_number(digits)
            if not number or (era.last is None and number > _LONGEST_REIGN):
                return None, era, "no_such_year"
            return era.offset + number, era, None
    number = int(text) if text.isdecimal() else kanji_number(text)
    return number, None, None if number else "no_such_year"


def _era_problem(
    era: _Era | None, year: int, fiscal: bool, month: int | None, day: int | None
) -> Problem | None:
    if era is None:
        return None
    if fiscal:  # a fiscal year may start before its era (令和元年度) or outlive it (平成31年度)
        first, last = date(year + 1, 3, 31), date(year, 4, 1)
    else:
        first, last = date(year, month or 12, day or 28), date(year, month or 1, day or 1)
    if first < era.first:
        return "before_era"
    return "after_era" if era.last is not None and last > era.last else None


def _number(digits: str) -> int:
    return int(digits) if digits.isdecimal() else kanji_number(digits) or 0


def _in_note(note: str | None) -> int | None:
    return _read_year(note.strip().strip("()").strip())[0] if note else None


def _span(text: str, m: re.Match[str], *, bare: bool = False) -> DateSpan | None:
    """The date of one match; None where a ``bare`` western year is not allowed («2040構想»)."""
    year, era, problem = _read_year(m["year"])
    unit = "年度" if m["year"].startswith("FY") else "".join((m["unit"] or "").split())
    notes = {_in_note(note) for note in m.group("note1", "note2")} - {None}
    numbers = _numbers(m["rest"] or "")
    if not (unit or notes or bare) and not _told_by_itself(m["year"], era, numbers):
        return None
    if era is None and not unit and not notes and len(numbers) == 1 and not 1 <= numbers[0] <= 12:
        return None  # «2015.0», «2020-57»
    base = DateSpan(m.start(), m.end(), text[m.start() : m.end()], "year", problem=problem)
    base = _modified(base, m["mod"] or "")
    if year is None:
        return base
    if notes - {year}:
        return replace(base, kind="fy" if unit == "年度" else "year", problem="years_disagree")
    if numbers:
        return _with_month(base, era, year, numbers)
    return _of_year(base, era, year, fiscal=unit in ("年度", ""))


def _numbers(rest: str) -> list[int]:
    return [_number(digits) for digits in re.findall(r"[0-9]+|[一二三四五六七八九十]+", rest)]


def _told_by_itself(year: str, era: _Era | None, numbers: list[int]) -> bool:
    """Whether a year without 年 is one: it has a month, or an era whose letter is no other thing's name."""
    return bool(numbers) or (era is not None and not _MAY_BE_A_NAME.fullmatch(year))


def _of_year(base: DateSpan, era: _Era | None, year: int, *, fiscal: bool) -> DateSpan:
    base = replace(base, problem=_era_problem(era, year, fiscal, None, None))
    return replace(base, kind="fy", fy=year) if fiscal else replace(base, kind="year", year=year)


def _with_month(base: DateSpan, era: _Era | None, year: int, numbers: list[int]) -> DateSpan:
    month, day = numbers[0], numbers[1] if len(numbers) > 1 else None
    kind: Kind = "month" if day is None else "date"
    if not 1 <= month <= 12:
        return replace(base, kind=kind, problem="no_such_month")
    try:
        when = date(year, month, 1 if day is None else day)
    except ValueError:
        return replace(base, kind=kind, problem="no_such_day")
    return replace(
        base,
        kind=kind,
        fy=fiscal_year_of(when),
        year=year,
        date=f"{when:%Y-%m}" if day is None else when.isoformat(),
        problem=_era_problem(era, year, False, month, day),
    )


def _modified(span: DateSpan, words: str) -> DateSpan:
    """The span with what its following words say."""
    words = re.sub(r"\s+", "", words)
    if not words:
        return span
    parts = _CALENDAR_PARTS if re.search(r"年(?!\s?度)", span.surface) else _PARTS
    part = next((months for word, months in parts.items() if word in words), None)
    if part is None and words.startswith("末") and re.search(r"年\s?度", span.surface):
        part = _PARTS["年度末"]
    return replace(
        span,
        modifier=words,
        start_month=part[0] if part else None,
        end_month=part[1] if part else None,
        approximate=any(w in words for w in _DATA["approximate"]),
        open_end=any(w in words for w in _DATA["open_end"]),
        open_start=any(w in words for w in _DATA["open_start"]),
    )


# --- ranges and whole texts -----------------------------------------------------------------------


def find_dates(text: str, era: str | None = None) -> list[DateSpan]:
    """Every date and range of ``text`` with its place in it.

    ``era`` (``"令和"``) lets 8年度 be read where the text around has set the era. ``text[d.start:d.end]`` is
    ``d.surface`` for every ``d``.
    """
    if not _HINT_RE.search(text):
        return []
    return list(_dates(text, era) if len(text) <= _CELL else _dates.__wrapped__(text, era))


@lru_cache(maxsize=_KEPT)  # one text is asked about by many
def _dates(text: str, era: str | None) -> tuple[DateSpan, ...]:
    folded = fold_each(text)
    found: list[DateSpan] = []
    at = 0
    while m := _next_match(folded, at, era):
        span = _span_at(text, folded, m, era)
        if span is not None:
            found += _also(text, folded, span, era)
        at = max(m.end(), found[-1].end if found else 0)
    if found and found[-1].end == len(folded.rstrip()) and folded.rfind("(") > folded.rfind(")"):
        found.pop()  # «(R 1»: cut where its brackets would go on
    return tuple(found)


def _also(text: str, folded: str, first: DateSpan, context: str | None) -> list[DateSpan]:
    """A year, and those of the same era that are named with it: «令和7・8年度», «令和7年度及び8年度»."""
    if first.problem not in (None, *HARMLESS) or first.kind not in ("fy", "year") or first.open_end:
        return [first]
    found, at, unit = [first], first.end, ""
    while m := _ALSO_RE.match(folded, at):
        found.append(DateSpan(m.start("year"), m.end(), text[m.start("year") : m.end()], "fy"))
        at, unit = m.end(), m["unit"] or unit
    era = next((e for form, e in _ERAS.items() if fold_each(first.surface).startswith(form)), None)
    era = era or _ERAS.get(context or "")
    if era is None or len(found) == 1 or not _go_together(first, unit):
        return [first]
    fiscal = unit != "年"
    numbers = [_number(re.sub(r"\s*年度?", "", fold_each(span.surface))) for span in found[1:]]
    rest = [
        _of_year(span, era, era.offset + number, fiscal=fiscal) for span, number in zip(found[1:], numbers)
    ]
    first = first if fiscal else replace(first, kind="year", year=first.year or first.fy, fy=None)
    return [first, *rest]


_LETTER_YEAR_ALONE = re.compile("[RH令平][0-9]{1,2}")


def _go_together(first: DateSpan, unit: str) -> bool:
    """Whether the word behind the last year is the first one's too (令和7・8年度, not 令和7年、8年度)."""
    if not unit:
        return _LETTER_YEAR_ALONE.fullmatch(fold_each(first.surface)) is not None  # R7・8, not 令和7・8
    return first.kind != "year" if unit == "年度" else "度" not in first.surface


def _next_match(folded: str, at: int, era: str | None) -> re.Match[str] | None:
    """The next place that may be a date."""
    m = _DATE_RE.search(folded, at)
    if era and (partial := _PARTIAL_RE.search(folded, at, m.start() if m else len(folded))):
        return partial
    return m and (_SCHOOL_RE.match(folded, m.start()) or m)


def _span_at(text: str, folded: str, m: re.Match[str], era: str | None) -> DateSpan | None:
    if m.re is _SCHOOL_RE:
        return _school_years(text, m)
    if m.re is _PARTIAL_RE:
        first = _of_era(text, m, _ERAS[era]) if era in _ERAS else None
    else:
        alone = folded[m.start() - 1 : m.start()] == "(" and folded[m.end() : m.end() + 1] == ")"
        first = _span(text, m, bare=alone or bool(_WEST_TOO_RE.match(folded, m.end())))  # «(2026)»
    join = _JOIN_RE.match(folded, m.end())
    assert join is not None
    if not (join["from"] or join["sign"]):
        return first and _until(text, folded, first)
    if first and join["from"] and (lasting := _LASTING_RE.match(folded, join.end())):
        return _lasting(text, first, lasting)
    second = _second(text, folded, join, m, first, era)
    if second is not None:
        # A western year without 年 is a date only where the other end is one: «2023~2027年度».
        first = first or _span(text, m, bare=True)
        return _range(text, first, second) if first else None
    if first is not None and (join["from"] or join["sign"] == "~"):
        end = join.start() + len(join.group().rstrip())
        return replace(first, end=end, surface=text[first.start : end], open_end=True)
    return first


def _lasting(text: str, first: DateSpan, lasting: re.Match[str]) -> DateSpan:
    """A year and how many years go on from it. From a month on, the last month is not told."""
    more, surface = _number(lasting["n"]) - 1, text[first.start : lasting.end()]
    if first.problem or first.kind not in ("fy", "year") or more < 0:
        return first
    last_fy = first.fy + more if first.fy is not None else None
    last_year = first.year + more if first.year is not None else None
    return replace(
        first, end=lasting.end(), surface=surface, kind="range", end_fy=last_fy, end_year=last_year
    )


_LEADING_RE = re.compile(r"(?:^|[\s(「、])(?P<sign>~\s*)$")


def _until(text: str, folded: str, span: DateSpan) -> DateSpan:
    """«~令和12年度» has an open start; «~令和8年度の重点~» is only ornament."""
    lead = _LEADING_RE.search(folded, max(0, span.start - 4), span.start)
    if lead is None or "~" in folded[span.end :]:
        return span
    return replace(
        span, start=lead.start("sign"), surface=text[lead.start("sign") : span.end], open_start=True
    )


def _of_era(text: str, m: re.Match[str], era: _Era) -> DateSpan:
    """A fiscal year printed without its era."""
    year = era.offset + _number(m["year"])
    note = _in_note(m["note"])
    base = DateSpan(m.start(), m.end(), text[m.start() : m.end()], "fy")
    if note is not None and note != year:
        return replace(base, problem="years_disagree")
    return replace(base, fy=year, problem=_era_problem(era, year, True, None, None))


def _school_years(text: str, m: re.Match[str]) -> DateSpan:
    first = int(m["a"])
    last = first // 100 * 100 + int(m["b"][-2:])
    span = DateSpan(m.start(), m.end(), text[m.start() : m.end()], "range")
    if m["era"] and (_ERAS[m["era"]].offset + int(m["ea"]), _ERAS[m["era"]].offset + int(m["eb"])) != (
        first,
        last,
    ):
        return replace(span, problem="years_disagree")
    return (
        replace(span, fy=first, end_fy=last)
        if first < last
        else replace(span, fy=first, problem="range_reversed")
    )


def _second(
    text: str, folded: str, join: re.Match[str], m: re.Match[str], first: DateSpan | None, context: str | None
) -> DateSpan | None:
    """The later end of a range that begins with ``m``."""
    full = _DATE_RE.match(folded, join.end())
    if full is not None:
        return _span(
            text, full, bare=first is not None and (join["sign"] == "~" or m["year"].startswith("FY"))
        )
    if first is not None and (relative := _RELATIVE_RE.match(folded, join.end())):
        return _relative(text, relative, first)
    short = _SHORT_RE.match(folded, join.end())
    if short is None or m.re is _SCHOOL_RE or not (short["short"] or short["month"]):
        return None
    if not (short["unit"] or short["month"]) and not _bare_end(folded, short, join, m):
        return None
    return _short_end(text, short, m, context)


def _relative(text: str, m: re.Match[str], first: DateSpan) -> DateSpan | None:
    """«翌年3月» after «令和8年10月»."""
    year = first.fy if m["fiscal"] else first.year
    if year is None:
        return None
    year += {"同": 0, "翌": 1, "翌々": 2}[m["which"]]
    base = DateSpan(m.start(), m.end(), text[m.start() : m.end()], "fy")
    base = _modified(base, m["mod"] or "")
    if m["fiscal"]:
        return replace(base, fy=year)
    return _with_month(base, None, year, [int(m[part]) for part in ("month", "day") if m[part]])


def _bare_end(folded: str, short: re.Match[str], join: re.Match[str], m: re.Match[str]) -> bool:
    """Whether a number alone may be the later year: «R8~12», not «令和8年度~5件»."""
    if m.re is _PARTIAL_RE or m["unit"] or m["rest"] or not join["sign"]:
        return False
    return not re.match(r"\s?\w", folded[short.end() :])


def _short_end(text: str, short: re.Match[str], m: re.Match[str], context: str | None) -> DateSpan | None:
    partial = m.re is _PARTIAL_RE
    year, era, _ = _read_year(f"{context}{m['year']}" if partial else m["year"])
    if year is None:
        return None
    if short["short"]:
        number = _number(short["short"])
        if era is None and (number < 10 or not short["short"].isdecimal()):
            return None
        year = era.offset + number if era else year // 100 * 100 + number
    elif partial or not m["rest"]:
        return None
    note = _in_note(short["note"])
    fiscal = short["unit"] == "年度" or not (short["unit"] or short["month"])
    base = DateSpan(short.start(), short.end(), text[short.start() : short.end()], "fy" if fiscal else "year")
    base = _modified(base, short["mod"] or "")
    if note is not None and note != year:
        return replace(base, problem="years_disagree")
    if short["month"]:
        return _with_month(base, era, year, [int(short[part]) for part in ("month", "day") if short[part]])
    return replace(base, fy=year) if fiscal else replace(base, year=year)


def _range(text: str, first: DateSpan, last: DateSpan) -> DateSpan:
    """Two dates as one range. An end that cannot be before its start is not given."""
    if first.kind == "fy" and last.kind == "year" and "年" not in first.surface:
        first = replace(first, fy=None, year=first.fy)  # «R8~R12年»: both are calendar years
    span = DateSpan(
        first.start,
        last.end,
        text[first.start : last.end],
        "range",
        fy=first.fy,
        end_fy=last.fy,
        year=first.year,
        end_year=last.year,
        date=first.date,
        end_date=last.date,
        modifier=last.modifier,
        approximate=first.approximate or last.approximate,
        problem=first.problem or last.problem,
    )
    starts, ends = first.date or first.fy or first.year, last.date or last.fy or last.year
    if isinstance(starts, str) and isinstance(ends, str):
        reversed_ = ends < starts[: len(ends)]
    else:
        begin, finish = first.fy or first.year, last.fy or last.year
        reversed_ = begin is not None and finish is not None and finish < begin
    return replace(span, end_fy=None, end_date=None, problem="range_reversed") if reversed_ else span


_WHOLE_RE = re.compile(r"^[\s\u3000(（\[【<＜「]*|[\s\u3000)）\]】>＞」]*$")
_BARE_YEAR_RE = re.compile(r"20[0-9]{2}")


def parse_fy(text: str, era: str | None = None, *, calendar: bool = False) -> FiscalYear | None:
    """The fiscal year a whole text names: R8, 令和8年度(2026), ２０２６年度, 2026, 令和8年度上期.

    ``calendar`` also accepts a calendar year (令和8年), marked as such; else that, a range and anything with
    other words give None, and so does a year that cannot be.
    """
    body = fold_each(text).strip()
    if _BARE_YEAR_RE.fullmatch(body):
        return FiscalYear(int(body))
    spans = find_dates(body, era)
    if len(spans) != 1 or _WHOLE_RE.sub("", body[: spans[0].start] + body[spans[0].end :]):
        return None
    span = spans[0]
    if span.open_end or span.open_start or (span.problem and span.problem not in HARMLESS):
        return None
    if span.kind == "fy" and span.fy is not None:
        return FiscalYear(span.fy, span.start_month, span.end_month, problem=span.problem)
    if calendar and span.kind == "year" and span.year is not None:
        return FiscalYear(span.year, span.start_month, span.end_month, calendar=True, problem=span.problem)
    return None
