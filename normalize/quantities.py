"""The reading of a whole KPI cell: value, unit, bound, what kind of target it is, and what it says of years.

What is ambiguous stays without a value and says why. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from math import inf, isfinite
from typing import Final, Literal

from normalize.amounts import (
    AFTER,
    AMOUNT,
    BOUND,
    CHANGE_VERB,
    CHANGES,
    DATA,
    GONE,
    MILESTONES,
    ORDINAL,
    QUALIFIER,
    SCALES,
    SIGN,
    UNIT,
    Bound,
    Quantity,
    blank_dates,
    either,
    find_quantities,
    parse_quantity,
    unit_norm,
    value_of,
)
from normalize.eras import DateSpan, find_dates, fold_each, kanji_number
from normalize.frozen import frozen

__all__ = [
    "BRACKETED",
    "CHANGE_VERB",
    "LONGEST_CELL",
    "Quantity",
    "Target",
    "find_quantities",
    "is_null",
    "null_reason",
    "parse_quantity",
    "parse_target",
    "split_qualifier",
    "unit_norm",
]

TargetKind = Literal["absolute", "multiple", "change", "milestone", "qualitative", "frequency"]


_KEPT: Final = 4_096  # texts


@frozen
class Target:
    """The reading of a KPI cell. ``value`` is None for a milestone, a standard, or what is in doubt."""

    raw: str
    value: float | None = None
    max: float | None = None
    bound: Bound | None = None
    unit: str | None = None
    unit_norm: str | None = None
    factor: float = 1.0
    kind: TargetKind | None = None
    direction: Literal["up", "down"] | None = None  # of a change
    qualifier: str | None = None
    fy: int | None = None  # fiscal year the cell names for its own value
    date: str | None = None  # its day or month
    base_fy: int | None = None  # fiscal year a multiple or change is counted from
    null_reason: str | None = None
    problem: str | None = None


_NULLS: Final[dict[str, str]] = {w: reason for reason, words in DATA["nulls"].items() for w in words}
_NULL_RE: Final = {reason: re.compile(pattern) for reason, pattern in DATA["null_phrases"].items()}
_NOT_DONE_RE: Final = re.compile(rf"未(?:{either(MILESTONES)})")
_FRACTION_RE: Final = re.compile(r"[0-9]\s*/\s*[0-9]+(?![0-9]*年)|分の\s*[0-9一二三四五六七八九]")
# --- KPI cells ------------------------------------------------------------------------------------

_HEAD_RE = re.compile(r"約?(?P<number>[0-9][0-9 ,.]* [0-9 ,.]*[0-9])")
_ONE_BY_ONE_RE = re.compile(
    r"[0-9](?:,| ?,? )[0-9](?:(?:,| ?,? )[0-9])+(?: ?\. [0-9]| \.[0-9])?|[0-9] [0-9] \. ?[0-9]"
)
_SPREAD_MIN: Final = 2  # letters; «5 6» may be two numbers
_NOTE_MARK_RE = re.compile(
    r"(?<=[^\s(])\s*(?:[※*†‡]|\(注)\s*[0-9]{0,2}\)?(?=\s*(?:$|[(、,。]))|(?<=[0-9%])[⁰¹²³⁴-⁹]+(?![0-9])"
)
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MIXED_PART_RE = re.compile(r"(?:([0-9][0-9,]*)([十百千]?)|([一二三四五六七八九十百千〇]+))([万億兆]|$)")
_MIXED_RE = re.compile(
    "約?(?P<number>(?:[0-9一二三四五六七八九十百千〇,]+[万億兆])+[0-9一二三四五六七八九十百千〇,]*)"
)
_AFTER_COMMAS_RE = re.compile(r"[0-9]{1,3}(?:(?: ,| ?, )[0-9]{3})+")
LONGEST_CELL: Final = 400  # characters; a longer text is prose, not a value

_SPACES = re.compile(rf"[\s{GONE}]+")
BRACKETED = re.compile(r"\([^()]*\)")
_ASIDE_RE = re.compile(r"\([^()]*\)|(?<=\S)\s*※[^※]+$")  # «1,151トン※うち軽石601トン»
_OVER_YEARS_RE = re.compile(rf"\(\s*{GONE}+\s*の?(?P<qual>{QUALIFIER})\s*\)")  # «120件(2021~2026年度累計)»
_CHANGED = rf"\s*{AMOUNT}{UNIT}(?:{BOUND})?の?(?:{either(list(CHANGES))})"
_BASE_RE = re.compile(
    rf"^\s*\)?\s*(?:\([^()]*\))?\s*(?:の?実績値?|末)?(?:対比|比|に比べ|に対し|の(?=\s*約?{AMOUNT}倍))|^{_CHANGED}"
)
_CHANGE_RE = re.compile(rf"^\s*(?:以上|以下|程度)?の?(?P<word>{either(list(CHANGES))})")
_GOES_ON_RE = re.compile(r"\s*[後前]?[にでをの]\w{3}")  # «5年以内に手続を見直す方針»: prose, not 5年
_TAIL = either(DATA["milestone_tails"])
_BEGINS_WITH_A_NUMBER = re.compile("約?[0-9][0-9,.千百万億]*[^0-9\\s]{0,4}$")
_MILESTONE_RE = re.compile(rf"(?:{either(MILESTONES)})(?:{_TAIL})*[。.]?$")
_FALLBACK_UNIT = re.compile(
    rf"^\s?(?P<unit>[一-鿿々ぁ-ゖァ-ヺー]{{1,8}}?|[A-Za-z]{{1,8}}?)(?P<after>{BOUND})?\s*$"
)
_NUMBER_ONLY = re.compile(
    rf"^(?P<qual>{QUALIFIER})?(?P<about>約)?(?P<sign>{SIGN})?(?P<number>{AMOUNT})(?P<unit>.*)$"
)
_OF_RE = re.compile(rf"{AMOUNT}{UNIT}?(?:中|のうち|うち)、?\s*")
_AFTER_RE = re.compile(rf"\s+(?P<after>{BOUND})(?!\w)")
_ANOTHER_RE = re.compile(r"\s*[/|]\s*[0-9]")  # «60社/12社»
_BARE_BEFORE_RE = re.compile(r"[0-9][.,]?\s*$")  # «80 50%»: two numbers, one of them without its unit
_RELATIVE_RE = re.compile(r"対?(?:前年度?|現状|基準(?:年度|値)?|当初|従来|策定時)比")


def null_reason(text: str) -> str | None:
    """Why a cell has no value (dash, undecided, under_survey, not_done, ...), or None if it may have one."""
    body = BRACKETED.sub("", fold_each(text)).strip(" 。")
    if not body:
        return "blank" if not text.strip() else None
    if body in _NULLS or _NOT_DONE_RE.fullmatch(body):
        return _NULLS.get(body, "not_done")
    return next((reason for reason, phrase in _NULL_RE.items() if phrase.fullmatch(body)), None)


def is_null(text: str) -> bool:
    """Whether a cell says that there is no value: empty, «-», 未定, 調査中."""
    return null_reason(text) is not None


def split_qualifier(text: str) -> tuple[str, str | None]:
    """An indicator's name and the qualifier in brackets at its end: ``生成AIの活用件数(月平均)``."""
    m = re.search(rf"\s*[(（]\s*({QUALIFIER})\s*[)）]\s*$", text)
    return (text[: m.start()], m[1]) if m else (text, None)


@lru_cache(maxsize=_KEPT)
def parse_target(text: str) -> Target:
    """The full reading of one KPI value cell: value, unit, bound, kind, and the year or date it names."""
    printed = text.strip()
    if len(printed) > LONGEST_CELL:
        return Target(printed, kind="qualitative")
    raw = _close_up(printed)
    reason = null_reason(raw)
    dates = find_dates(raw)
    blank = blank_dates(raw, dates)
    outside = _ASIDE_RE.sub(lambda m: " " * len(m.group()), blank)
    every = find_quantities(raw)
    found = [q for q in every if outside[q.start : q.end].strip()]
    if not found and not _NUMBER_ONLY.match(_SPACES.sub("", outside)):
        found = every  # «年間(20件)»; not «122経営体(うち5法人)», whose own number is only not read yet
    over = _OVER_YEARS_RE.search(blank)
    base = Target(printed, qualifier=over["qual"] if over else None)
    for span in dates:
        if not _of_other(span, raw, [q for q in every if q not in found]):
            base = _dated(base, span, fold_each(raw)[span.end :])
    if reason:
        return replace(base, null_reason=reason)
    if not found:
        if _FRACTION_RE.search(outside):
            return replace(base, kind="absolute", problem="fraction")
        return _whole_cell(base, outside) or _unnumbered(base, outside)
    target = _numbered(base, outside, found)
    if target.problem == "several_values" and not (len(dates) == 1 and raw.endswith((")", "）"))):
        return replace(target, fy=None, date=None)  # the date may be that of one of them
    return target


def _close_up(cell: str) -> str:
    """A cell as its number would be typed: no gaps in it («1,2 3 4件», «8 2 . 4 %», «3, 213件»), no mark of
    a note behind it («120件※1»), no kanji («九億6千万円»).

    Two digits apart stay apart, they may be two numbers, unless all of the cell is set so («1 2 件»).
    """
    folded = fold_each(cell)
    if len(letters := cell.split()) > _SPREAD_MIN and all(len(letter) == 1 for letter in letters):
        return "".join(letters)
    marks = list(_NOTE_MARK_RE.finditer(folded))
    if marks:
        kept = [a.end() for a in marks], [*(b.start() for b in marks[1:]), len(cell)]
        return _close_up(cell[: marks[0].start()] + "".join(cell[i:j] for i, j in zip(*kept, strict=True)))
    m = _HEAD_RE.match(folded)
    if m and (_ONE_BY_ONE_RE.fullmatch(m["number"]) or _AFTER_COMMAS_RE.fullmatch(m["number"])):
        closed = m["number"].replace(" ", "")
        return cell[: m.start("number")] + closed + cell[m.end("number") :]
    m = _MIXED_RE.match(folded)
    worth = _mixed_number(m["number"]) if m else None
    return (
        cell if m is None or worth is None else f"{cell[: m.start('number')]}{worth}{cell[m.end('number') :]}"
    )


def _mixed_number(text: str) -> int | None:
    """``九億6千万`` 960000000; None where there is no kanji, or the parts do not add up to a number."""
    total, last = 0.0, inf
    for part in _MIXED_PART_RE.finditer(text):
        figures, ten, kanji, scale = part.groups(default="")
        value = float(figures.replace(",", "")) * _TENS.get(ten, 1) if figures else kanji_number(kanji)
        worth = SCALES.get(scale, 1)
        if value is None or not worth < last:
            return None
        total, last = total + value * worth, worth
    return int(total) if re.search("[一二三四五六七八九]", text) else None


def _of_other(span: DateSpan, raw: str, others: list[Quantity]) -> bool:
    """Whether a date stands in an aside with a number of its own: «100%(令和7年度75.5%)»."""
    brackets = [m.span() for m in _ASIDE_RE.finditer(fold_each(raw))]
    return any(a < span.start < b and a < q.start < b for a, b in brackets for q in others)


def _dated(target: Target, span: DateSpan, after: str) -> Target:
    """The target with the year or date of one span: what it is counted from, or what it holds for."""
    if span.problem and span.fy is None:
        return replace(target, problem=span.problem)
    base = _BASE_RE.match(after)
    if base and (base.group().strip()[:1] not in "0123456789" or span.open_end):
        return replace(target, base_fy=span.fy)
    if target.fy is not None or target.date is not None:
        return target
    if span.date is not None and span.kind != "range":
        return replace(target, date=span.date)
    return replace(
        target, fy=(span.end_fy or span.end_year) if span.kind == "range" else span.fy or span.year
    )


def _whole_cell(base: Target, outside: str) -> Target | None:
    """A cell that is a number and a counter we have no list entry for («3セッション»)."""
    body = _SPACES.sub("", outside)
    m = None if re.search(r"[0-9]\s+[0-9]", outside) else _NUMBER_ONLY.match(body)
    unit = _FALLBACK_UNIT.match(m["unit"]) if m else None
    if (
        m is None
        or unit is None
        or unit["unit"].startswith("数")
        or re.match(ORDINAL, m["unit"])
        or _MILESTONE_RE.search(m["unit"])
    ):
        return None
    value, scale = value_of(m["number"])
    if not isfinite(value):
        return None
    norm, factor = unit_norm(scale + unit["unit"])
    sign = -1 if m["sign"] and m["sign"] not in ("+", "プラス") else 1
    return replace(
        base,
        value=sign * value,
        unit=scale + unit["unit"],
        unit_norm=norm,
        factor=factor,
        bound=AFTER.get(unit["after"] or "", "about" if m["about"] else "exact"),
        kind="absolute",
        qualifier=m["qual"] or base.qualifier,
    )


def _unnumbered(base: Target, outside: str) -> Target:
    body = _SPACES.sub("", outside)
    if _BEGINS_WITH_A_NUMBER.match(body) and not _MILESTONE_RE.search(body):
        return replace(base, kind="qualitative", problem="unread")  # «2千3百万円»
    return replace(base, kind="milestone" if _MILESTONE_RE.search(body) else "qualitative")


def _numbered(base: Target, outside: str, found: list[Quantity]) -> Target:
    body = _SPACES.sub("", outside)
    if len(found) > 1 and _OF_RE.fullmatch(outside[found[-2].start : found[-1].start]):
        found = found[-1:]  # «20業務中18業務»
    elif _OF_RE.match(outside[found[-1].start :]):
        return replace(base, kind="absolute", problem="several_values")  # «5段階中4»
    if _MILESTONE_RE.search(body) and all(_only_time(q) for q in found):
        return replace(base, kind="milestone")
    if _FRACTION_RE.search(outside):
        return replace(base, kind="absolute", problem="fraction")
    q = found[0]
    if len(found) > 1 or _BARE_BEFORE_RE.search(outside[: q.start]) or _ANOTHER_RE.match(outside, q.end):
        return replace(base, kind="absolute", problem="several_values")
    change = _CHANGE_RE.match(outside[q.end :])
    if not change and _only_time(q) and _GOES_ON_RE.match(outside[q.end :]):
        return replace(base, kind="qualitative")
    relative = base.base_fy is not None or bool(_RELATIVE_RE.search(outside[: q.start]))
    direction = CHANGES[change["word"]] if change else _signed(q, relative)
    return replace(
        base,
        value=abs(q.value) if direction else q.value,
        max=q.value_max,
        bound=_bound(q, outside, body),
        unit=q.unit,
        unit_norm=q.unit_norm,
        factor=q.factor,
        kind=_kind(q, direction, relative),
        direction=direction,
        qualifier=q.qualifier or base.qualifier,
    )


def _bound(q: Quantity, outside: str, body: str) -> Bound:
    if q.bound != "exact":
        return q.bound
    if after := _AFTER_RE.match(outside, q.end):  # 80%（令和10年度）以上
        return AFTER[after["after"]]
    return "at_most" if body.startswith("~") else "at_least" if body.endswith("~") else "exact"


def _signed(q: Quantity, relative: bool) -> Literal["up", "down"] | None:
    """Which way a sign says that the number changes: «＋5件», «△3ポイント», «前年度比-10%»."""
    signed = re.match("[+△▲-]|プラス|マイナス", fold_each(q.surface))
    if signed and (relative or q.unit_norm == "ポイント" or signed[0] in ("+", "プラス")):
        return "down" if q.value < 0 else "up"
    return None


def _kind(q: Quantity, direction: str | None, relative: bool) -> TargetKind:
    if q.frequency:
        return "frequency"
    if direction or (relative and q.unit_norm == "ポイント"):
        return "change"
    return "multiple" if q.unit == "倍" or (relative and q.unit_norm == "%") else "absolute"


def _only_time(q: Quantity) -> bool:
    """A time before the thing done («3年以内に導入»), not the amount of it."""
    return q.unit_norm in DATA["milestone_times"]
