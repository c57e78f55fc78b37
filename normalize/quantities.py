"""Numbers with their units as plans print them, and the reading of a whole KPI cell.

A quantity keeps its place in the text and its unit as printed (after width folding); ``unit_norm`` and
``factor`` make it comparable: 442万枚 is value 442, unit 万枚, and 442 × 10000 枚. What is ambiguous stays
without a value and says why. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from math import inf, isfinite
from typing import Any, Final, Literal, NamedTuple

from normalize.data import parsed
from normalize.eras import DateSpan, find_dates, fold_each, kanji_number
from normalize.frozen import frozen

Bound = Literal["exact", "at_least", "at_most", "less_than", "more_than", "about", "range"]
TargetKind = Literal["absolute", "multiple", "change", "milestone", "qualitative", "frequency"]


@frozen
class Quantity:
    """One number at ``text[start:end]``; the comparable value is ``value * factor`` in ``unit_norm``."""

    start: int
    end: int
    surface: str
    value: float
    value_max: float | None = None  # upper end of a range
    unit: str | None = None
    unit_norm: str | None = None
    factor: float = 1.0
    bound: Bound = "exact"
    qualifier: str | None = None  # 年間, 月平均, 累計; of a frequency its period: 年, 月, 週
    frequency: bool = False


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


class Pair(NamedTuple):
    """A baseline and a target printed together; ``label`` tells several of one cell apart."""

    label: str | None
    baseline: Target
    target: Target


# --- vocabulary -----------------------------------------------------------------------------------


def _words(groups: list[list[str]]) -> list[str]:
    return [word for group in groups for word in group]


def _either(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


_DATA: Final[dict[str, Any]] = parsed("units.yaml")
_NORM: Final[dict[str, str]] = {form: group[0] for group in _DATA["same_unit"] for form in group}
_UNITS: Final = [*_NORM, *_words(_DATA["units"])]
_SCALES: Final[dict[str, float]] = _DATA["scales"]
_AFTER: Final[dict[str, Bound]] = {w: b for b, words in _DATA["bounds_after"].items() for w in words}
_BEFORE: Final[dict[str, Bound]] = {w: b for b, words in _DATA["bounds_before"].items() for w in words}
_QUALIFIERS: Final = _words(_DATA["qualifiers"])
_CHANGES: Final[dict[str, Literal["up", "down"]]] = {
    w: d for d, words in _DATA["changes"].items() for w in words
}
# A verb that changes an amount, to be followed by its ending: 増や(す), 引き上げ(る), 削減(する).
CHANGE_VERB: Final = f"(?:{_either([*_CHANGES, *_DATA['change_verbs']])})"
_MILESTONES: Final = _words(_DATA["milestones"])
_NULLS: Final[dict[str, str]] = {w: reason for reason, words in _DATA["nulls"].items() for w in words}
_NULL_RE: Final = {reason: re.compile(pattern) for reason, pattern in _DATA["null_phrases"].items()}
_NOT_DONE_RE: Final = re.compile(rf"未(?:{_either(_MILESTONES)})")

# --- numbers --------------------------------------------------------------------------------------

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+(?!,[0-9]|[0-9]))(?:\.[0-9]+)?"
_SCALE = _either(list(_SCALES))
_AMOUNT = rf"{_DIGITS}(?:\s?(?:{_SCALE})(?:{_DIGITS}(?:{_SCALE})?)*)?"
_KANJI = r"[一二三四五六七八九十百千万億兆〇]+"
_LATIN_UNITS = [u for u in _UNITS if u[-1].isascii() and u[-1].isalnum()]
_WORD_UNITS = [u for u in _UNITS if u not in _LATIN_UNITS]
_UNIT = rf"(?:(?:{_either(_WORD_UNITS)})|(?:{_either(_LATIN_UNITS)})(?![A-Za-z0-9]))"
_SIGN = r"(?:[△▲−-]|マイナス|\+|プラス)"
_AMOUNTS: Final = ("時間", "分", "秒", "%", "円")  # 月5時間 says how much, 年2回 how often
_TIMES: Final = ("年", "年度", "月", "週", "日")
_QUALIFIER = rf"(?:{_either(_QUALIFIERS)})"
_PERIOD = (
    r"(?:毎?(?:年度?|月|週|日)|1[年月日週]|四半期|半期|半年|[0-9]か?年|[0-9]{1,2}[かカヶヵケ箇]月(?:ごと)?"
    r"|隔[年月週])"
)
_ORDINAL = r"(?:号|版|期|章|節|条|項|月(?!間)|時(?!間)|番|世紀|次(?!元)|階|丁目|年代|Q|[A-Za-z])"
_NAMED = r"(?<![0-9.,/第_])(?<![0-9][･・])(?<![0-9A-Za-z]-)"  # «第2», «8341-3» name something
_BOUND = _either(list(_AFTER))
_QUANTITY_RE = re.compile(
    rf"(?:(?<![0-9年月])(?P<period>{_PERIOD})に?\s*|(?P<qual>{_QUALIFIER}(?:{_QUALIFIER})?)(?:で|の|:)?\s*)?"
    rf"(?P<before>{_either(list(_BEFORE))})?\s*"
    rf"(?:{_NAMED}(?P<sign>(?<![0-9A-Za-z]){_SIGN})?(?P<number>{_AMOUNT})|(?P<zero>{_either(_DATA['zero_words'])})"
    rf"|(?<![一-鿿])(?P<kanji>{_KANJI})(?={_UNIT}))"
    rf"(?:\s?(?P<unit>{_UNIT})(?P<bu>(?<=割)[0-9]分)?)?"
    rf"(?:\s*(?P<to>から|~|-)\s*(?P<number2>{_AMOUNT})(?![0-9.,-])(?:\s?(?P<unit2>{_UNIT})|(?=\s*(?:$|[)(、,])))(?![へに]))?"
    rf"(?P<after>{_BOUND})?(?:\s*/\s*(?:(?P<per>年度?|月|日|週)|(?P<each>人|回|件|世帯|戸|台|校))(?P<after2>{_BOUND})?)?"
    rf"(?:\s*\(\s*(?:(?P<note>{_QUALIFIER}|[年月週日])|(?P<unit3>{_UNIT}))\s*\))?"
)


def _value(text: str) -> tuple[float, str]:
    """The number of an amount and the scale word left for its unit: ``442万`` 442, 万; ``3万5千`` 35000."""
    parts = re.findall(rf"({_DIGITS})\s?({_SCALE})?", text)
    if len(parts) == 1:
        number, scale = parts[0]
        return float(number.replace(",", "")), scale
    worth = [float(n.replace(",", "")) * _SCALES.get(s, 1) for n, s in parts]
    falls = all(b < _SCALES.get(s, 1) for b, (_, s) in zip(worth[1:], parts, strict=False))
    return sum(worth) if falls else inf, ""  # «2千3百万» is not 2000 and 3 millions


@cache
def unit_norm(unit: str) -> tuple[str, float]:
    """A printed unit in its form for comparison, and the factor its scale word or share stands for."""
    if unit in _DATA["factors"]:
        factor, name = _DATA["factors"][unit]
        return name, float(factor)
    if unit in _NORM or unit in _UNITS:
        return _NORM.get(unit, unit), 1.0
    for scale in sorted(_SCALES, key=len, reverse=True):
        if unit.startswith(scale):
            rest = unit.removeprefix(scale)
            return _NORM.get(rest, rest), float(_SCALES[scale])
    return unit, 1.0


_GONE: Final = "\x00"  # what stands for a date while numbers are looked for
_CUT: Final = "\x01"


def _blank_dates(text: str, dates: list[DateSpan]) -> str:
    """The folded text with every date blanked out, so that no part of one is read as a number."""
    folded, parts, at = fold_each(text), [], 0
    for span in dates:
        parts += [folded[at : span.start], _GONE * (span.end - span.start)]
        at = span.end
    return "".join([*parts, folded[at:]])


def _around(folded: str, start: int, end: int) -> tuple[str, str]:
    """What stands just before and after a place; a mark where it is cut, so that ``^`` and ``$`` hold."""
    head, tail = max(0, start - 40), min(len(folded), end + 20)
    before = folded[head:start] if head == 0 else f"{_CUT}{folded[head:start]}"
    return before, folded[end:tail] if tail == len(folded) else f"{folded[end:tail]}{_CUT}"


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity of ``text``; dates, ordinals, list numbers and parts of names are none.

    A number without a unit counts only where it is all there is, or stands at an arrow, a colon or a word
    that announces it. ``text[q.start:q.end] == q.surface``.
    """
    if not _HINT_RE.search(text):
        return []
    folded = _blank_dates(text, find_dates(text))
    found = [_quantity(text, folded, m) for m in _QUANTITY_RE.finditer(folded)]
    return [q for q in found if q is not None]


def parse_quantity(text: str) -> Quantity | None:
    """The one quantity a text holds; None if it holds none or several."""
    found = find_quantities(text)
    return found[0] if len(found) == 1 else None


_HINT_RE: Final = re.compile(rf"[0-9０-９]|{_KANJI}|{_either(_DATA['zero_words'])}")
_LED_RE: Final = re.compile(
    rf"(?:^|→|[:：(]|{_GONE}|{_either([*_DATA['baseline_words'], *_DATA['target_words'], *_QUALIFIERS])})\s*$"
)
_CLOSED_RE: Final = re.compile(rf"\s*(?:$|[()、,。→{_GONE}]|を?(?:維持|継続|堅持)|{_either(list(_AFTER))})")
# What may follow a unit that is set apart from its number («62 件 → 13 件»); else the number is a heading's.
_UNIT_ENDS_RE: Final = re.compile(rf"\s*(?:$|[()、,。→~/{_GONE}]|{_either(list(_AFTER))}|\s)")
_VERSION_RE: Final = re.compile(r"(?i:\b(?:ver|vol|no|v|version)[. ]?)$")
_TEXT_END_RE: Final = re.compile("[一-鿿ぁ-ゖ]$")
_FRACTION_RE: Final = re.compile(r"[0-9]\s*/\s*[0-9]+(?![0-9]*年)|分の\s*[0-9一二三四五六七八九]")
_PART_OF_RE: Final = re.compile("[0-9一二三四五六七八九十百]分の$")
_LABELLED_RE: Final = re.compile(r"(?:^[\s#*|・-]*|[一-鿿々ァ-ヺー])$")


def _quantity(text: str, folded: str, m: re.Match[str]) -> Quantity | None:
    """The quantity of one match, or None where it is something else."""
    group = next(g for g in ("number", "zero", "kanji") if m[g])
    unit = m["unit2"] or m["unit"] or m["unit3"]
    if not (m["unit2"] or m["unit"]) and not _stands_alone(folded, m, group):
        return None
    if (m["unit"] and not _belongs(folded, m, group)) or (m["kanji"] and not _kanji_counts(text, m)):
        return None
    read = _read_values(text, m)
    if read is None:
        return None
    value, value_max, scale = read
    each = f"/{m['each']}" if m["each"] and unit else ""  # t-CO2/人
    printed = (scale + unit + each if unit else scale) or None
    norm, factor = unit_norm(printed) if printed else (None, 1.0)
    words = m["after"] or m["after2"] or ""
    bound: Bound = _AFTER.get(words) or _BEFORE.get(m["before"] or "") or "exact"
    start = m.start() + len(m.group()) - len(m.group().lstrip())
    return Quantity(
        start=start,
        end=m.end(),
        surface=text[start : m.end()],
        value=value,
        value_max=value_max,
        unit=printed,
        unit_norm=norm or None,
        factor=factor,
        bound="range" if value_max is not None else bound,
        qualifier=m["period"].removeprefix("毎") if m["period"] else m["qual"] or m["note"] or m["per"],
        frequency=(m["period"] is not None and norm not in _AMOUNTS)
        or (unit == "回" and (m["per"] or m["note"]) in _TIMES),
    )


def _read_values(text: str, m: re.Match[str]) -> tuple[float, float | None, str] | None:
    """Value, upper end of a range, and the scale word left for the unit; None where they do not agree."""
    value, scale = _first_value(m)
    if m["bu"]:
        value += int(m["bu"][0]) / 10
    if not isfinite(value):
        return None
    if not m["number2"]:
        return value, None, scale
    upper, scale2 = _value(m["number2"])
    if m["unit"] and m["unit2"] and _NORM.get(m["unit"], m["unit"]) != _NORM.get(m["unit2"], m["unit2"]):
        return None  # «3年~5件»
    if (scale and scale2 != scale) or not value < upper < inf:
        return None
    if m["to"] == "-" and len(m.group().strip()) != len(text.strip()):
        return None  # «1-3 本市の状況» is a heading; a hyphen is a range only in a cell of its own
    return value, upper, scale2


def _first_value(m: re.Match[str]) -> tuple[float, str]:
    if m["zero"]:
        return 0.0, ""
    if m["kanji"]:
        return float(kanji_number(m["kanji"]) or 0), ""
    value, scale = _value(m["number"])
    return (-value if m["sign"] in ("△", "▲", "-", "マイナス") else value), scale


def _stands_alone(folded: str, m: re.Match[str], group: str) -> bool:
    """Whether a number without a unit is a value, not a list number, a page or a part of a name."""
    first = m.start("sign") if m["sign"] else m.start("before") if m["before"] else m.start(group)
    before, after = _around(folded, first, m.end())
    if re.search(r"[A-Za-z]\s?$|[0-9A-Za-z]:$", before):  # «Society 5.0», «8341-3:2016»
        return False
    if before.endswith("(") and after.startswith(")"):  # (1) is the number of a list item
        return False
    led = m["qual"] or m["period"] or _LED_RE.search(before) or (m["after"] and _TEXT_END_RE.search(before))
    return bool(led) and bool(m["after"] or m["note"] or m["unit3"] or _CLOSED_RE.match(after))


def _belongs(folded: str, m: re.Match[str], group: str) -> bool:
    """Whether the unit counts the number: not in «3回目», «9月30日», «3分の1», «2 人材の育成»."""
    before, after = _around(folded, m.start(group), m.end("unit"))
    if _VERSION_RE.search(before) or (m["unit"].isascii() and re.search("[A-Za-z][ :]?$", before)):
        return False
    if (
        after.startswith(("目", "評価"))
        or _PART_OF_RE.search(before)
        or (m["unit"] == "分" and after[:1] == "の")
    ):
        return False
    if (before[-1:], m["unit"]) in (("月", "日"), ("時", "分")) and not m["period"]:
        return False
    apart = m.end(group) < m.start("unit")
    return not (apart and _LABELLED_RE.search(before) and not _UNIT_ENDS_RE.match(after) and not m["number2"])


def _kanji_counts(text: str, m: re.Match[str]) -> bool:
    """A kanji numeral counts in a cell of its own, and where it is no part of a word (一人ひとり, 千円)."""
    if kanji_number(m["kanji"]) is None or (len(m["kanji"]) == 1 and m["kanji"] in _SCALES):
        return False
    return len(m.group().strip()) == len(text.strip()) or len(m["kanji"]) > 1


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
_AFTER_COMMAS_RE = re.compile(r"[0-9]{1,3}(?:, [0-9]{3})+")
_LONGEST_CELL: Final = 400  # characters; a longer text is prose, not a value

_SPACES = re.compile(rf"[\s{_GONE}]+")
_BRACKETED = re.compile(r"\([^()]*\)")
_CHANGED = rf"\s*{_AMOUNT}{_UNIT}(?:{_BOUND})?の?(?:{_either(list(_CHANGES))})"
_BASE_RE = re.compile(
    rf"^\s*\)?\s*(?:\([^()]*\))?\s*(?:の?実績値?|末)?(?:対比|比|に比べ|に対し|の(?=\s*約?{_AMOUNT}倍))|^{_CHANGED}"
)
_CHANGE_RE = re.compile(rf"^\s*(?:以上|以下|程度)?の?(?P<word>{_either(list(_CHANGES))})")
_GOES_ON_RE = re.compile(r"\s*[後前]?[にでをの]\w{3}")  # «5年以内に手続を見直す方針»: prose, not 5年
_TAIL = _either(_DATA["milestone_tails"])
_MILESTONE_RE = re.compile(rf"(?:{_either(_MILESTONES)})(?:{_TAIL})*[。.]?$")
_FALLBACK_UNIT = re.compile(
    rf"^\s?(?P<unit>[一-鿿々ぁ-ゖァ-ヺー]{{1,8}}?|[A-Za-z]{{1,8}}?)(?P<after>{_BOUND})?\s*$"
)
_NUMBER_ONLY = re.compile(
    rf"^(?P<qual>{_QUALIFIER})?(?P<about>約)?(?P<sign>{_SIGN})?(?P<number>{_AMOUNT})(?P<unit>.*)$"
)
_OF_RE = re.compile(rf"{_AMOUNT}{_UNIT}?(?:中|のうち|うち)、?\s*")
_AFTER_RE = re.compile(rf"\s+(?P<after>{_BOUND})(?!\w)")
_ANOTHER_RE = re.compile(r"\s*[/|]\s*[0-9]")  # «60社/12社»
_BARE_BEFORE_RE = re.compile(r"[0-9][.,]?\s*$")  # «80 50%»: two numbers, one of them without its unit
_RELATIVE_RE = re.compile(r"対?(?:前年度?|現状|基準(?:年度|値)?|当初|従来|策定時)比")


def null_reason(text: str) -> str | None:
    """Why a cell has no value (dash, undecided, under_survey, not_done, ...), or None if it may have one."""
    body = _BRACKETED.sub("", fold_each(text)).strip(" 。")
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
    m = re.search(rf"\s*[(（]\s*({_QUALIFIER})\s*[)）]\s*$", text)
    return (text[: m.start()], m[1]) if m else (text, None)


def parse_target(text: str) -> Target:
    """The full reading of one KPI value cell: value, unit, bound, kind, and the year or date it names."""
    printed = text.strip()
    if len(printed) > _LONGEST_CELL:
        return Target(printed, kind="qualitative")
    raw = _close_up(printed)
    reason = null_reason(raw)
    dates = find_dates(raw)
    outside = _BRACKETED.sub(lambda m: " " * len(m.group()), _blank_dates(raw, dates))
    every = find_quantities(raw)
    found = [q for q in every if outside[q.start : q.end].strip()] or every
    base = Target(printed)
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
        worth = _SCALES.get(scale, 1)
        if value is None or not worth < last:
            return None
        total, last = total + value * worth, worth
    return int(total) if re.search("[一二三四五六七八九]", text) else None


def _of_other(span: DateSpan, raw: str, others: list[Quantity]) -> bool:
    """Whether a date stands in brackets with a number of its own: «100%(令和7年度75.5%)»."""
    brackets = [m.span() for m in _BRACKETED.finditer(fold_each(raw))]
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
    m = _NUMBER_ONLY.match(body)
    unit = _FALLBACK_UNIT.match(m["unit"]) if m else None
    if (
        m is None
        or unit is None
        or unit["unit"].startswith("数")
        or re.match(_ORDINAL, m["unit"])
        or _MILESTONE_RE.search(m["unit"])
    ):
        return None
    value, scale = _value(m["number"])
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
        bound=_AFTER.get(unit["after"] or "", "about" if m["about"] else "exact"),
        kind="absolute",
        qualifier=m["qual"],
    )


def _unnumbered(base: Target, outside: str) -> Target:
    body = _SPACES.sub("", outside)
    return replace(base, kind="milestone" if _MILESTONE_RE.search(body) else "qualitative")


def _numbered(base: Target, outside: str, found: list[Quantity]) -> Target:
    body = _SPACES.sub("", outside)
    last = found[-1]
    if len(found) > 1 and _OF_RE.fullmatch(outside[found[-2].start : last.start]):
        found = [last]  # «20業務中18業務»
    elif _OF_RE.match(outside[last.start :]):
        return replace(base, kind="absolute", problem="several_values")  # «5段階中4»
    if _MILESTONE_RE.search(body) and all(_only_time(q) for q in found):
        return replace(base, kind="milestone")
    if _FRACTION_RE.search(outside):
        return replace(base, kind="absolute", problem="fraction")
    q = found[0]
    if len(found) > 1 or _BARE_BEFORE_RE.search(outside[: q.start]) or _ANOTHER_RE.match(outside, q.end):
        return replace(base, kind="absolute", problem="several_values")
    bound = q.bound
    if bound == "exact" and (after := _AFTER_RE.match(outside, q.end)):  # 80%（令和10年度）以上
        bound = _AFTER[after["after"]]
    if bound == "exact" and body.startswith("~"):
        bound = "at_most"
    elif bound == "exact" and body.endswith("~"):
        bound = "at_least"
    change = _CHANGE_RE.match(outside[q.end :])
    if not change and _only_time(q) and _GOES_ON_RE.match(outside[q.end :]):
        return replace(base, kind="qualitative")
    relative = base.base_fy is not None or _RELATIVE_RE.search(outside[: q.start])
    signed = re.match("[+△▲-]|プラス|マイナス", fold_each(q.surface))
    direction = _CHANGES[change["word"]] if change else None
    if signed and not change and (relative or q.unit_norm == "ポイント" or signed[0] in ("+", "プラス")):
        direction = "down" if q.value < 0 else "up"
    kind: TargetKind = "absolute"
    if q.frequency:
        kind = "frequency"
    elif direction or (relative and q.unit_norm == "ポイント"):
        kind = "change"
    elif q.unit == "倍" or (relative and q.unit_norm == "%"):
        kind = "multiple"
    return replace(
        base,
        value=abs(q.value) if direction else q.value,
        max=q.value_max,
        bound=bound,
        unit=q.unit,
        unit_norm=q.unit_norm,
        factor=q.factor,
        kind=kind,
        direction=direction,
        qualifier=q.qualifier,
    )


def _only_time(q: Quantity) -> bool:
    """A time before the thing done («3年以内に導入»), not the amount of it."""
    return q.unit_norm in _DATA["milestone_times"]


# --- baseline and target in one text --------------------------------------------------------------

_ARROW_RE = re.compile(r"(?<!\s)\s*(?:→|⇒|➡|➔|➜|⟶|->|=>|＝＞|▶|►|▷)\s*")
_CLAUSE_RE = re.compile(r"[、,，;；\n／](?![0-9０-９]{3}(?![0-9０-９]))(?![^()（）]*[)）])")
_BASELINE_RE = re.compile(rf"(?:{_either(_DATA['baseline_words'])})")
_TARGET_RE = re.compile(rf"(?:{_either(_DATA['target_words'])})")
_LABEL_TRIM = re.compile(r"^[\s・:：、]+|[\s・:：、は（(]+$")
_FILLER_RE = re.compile(
    rf"[\s{_GONE}→~/:、,。()-]|対?比|に対し|を?維持"
    rf"|{_either([*_CHANGES, *_DATA['baseline_words'], *_DATA['target_words']])}"
)
_FROM_TO_RE = re.compile(rf"^(?P<first>.+)から(?P<last>.+?)[へに](?:{_either(list(_CHANGES))})?(?:する|。)*$")


def parse_pair(text: str) -> list[Pair]:
    """Baselines and targets printed together: «転入62回→13回、おくやみ11回→3回», «100%(令和7年度75.5%)».

    Empty when the text holds no such pair. A label (転入) is what stands before the baseline's own words.
    """
    if len(text) > _LONGEST_CELL:
        return []
    if _ARROW_RE.search(text):
        return [pair for clause in _clauses(text) if (pair := _arrow_pair(clause)) is not None]
    pair = _from_to_pair(text) or _bracket_pair(text)
    return [pair] if pair else []


def split_value(text: str) -> tuple[str, str]:
    """An indicator printed with its value, taken apart: «満足度 90%» gives («満足度», «90%»).

    The value part is the longest ending made of nothing but numbers, dates, their brackets and arrows; it is
    empty where there is none. The labels of several pairs stay with the values.
    """
    if len(text) > _LONGEST_CELL:
        return text, ""
    dates, quantities = find_dates(text), find_quantities(text)
    for at in sorted({d.start for d in dates} | {q.start for q in quantities}):
        rest = text[at:]
        if _only_values(rest):
            name = text[:at].rstrip()
            head, _, label = name.rpartition(" ")
            if head and label and len(_clauses(rest)) > 1 and _ARROW_RE.search(rest):
                return head.rstrip(), text[len(name) - len(label) :]
            return name.rstrip("（(：: \u3000"), rest
    return text.rstrip(), ""


def _only_values(text: str) -> bool:
    clauses = _clauses(text) if _ARROW_RE.search(text) else [text]
    return all(
        _is_value(clause if i == 0 else _split_label(clause, _BASELINE_RE)[1])
        for i, clause in enumerate(clauses)
    )


def _is_value(clause: str) -> bool:
    left = _blank_dates(clause, find_dates(clause))
    for q in find_quantities(clause):
        left = left[: q.start] + _GONE * (q.end - q.start) + left[q.end :]
    left = _BRACKETED.sub("", left)
    return _GONE in left and not _FILLER_RE.sub("", left)


def _clauses(text: str) -> list[str]:
    """The text cut where a new pair begins: each piece holds an arrow."""
    pieces: list[str] = []
    start, end = 0, -1  # of the piece being built
    for stop in [*(m.start() for m in _CLAUSE_RE.finditer(text)), len(text)]:
        if end >= 0 and _ARROW_RE.search(text[start:end]) and _ARROW_RE.search(text[end + 1 : stop]):
            pieces.append(text[start:end])
            start = end + 1
        end = stop
    return [*pieces, text[start:]]


def _arrow_pair(clause: str) -> Pair | None:
    ends = [end.strip() for end in _ARROW_RE.split(clause)]
    if len(ends) < 2 or not all(re.search(r"\w|-", fold_each(end)) for end in (ends[0], ends[-1])):
        return None
    note = re.search(rf"[(（]\s*({_QUALIFIER})\s*[)）]", ends[-1])
    label, first = _split_label(ends[0], _BASELINE_RE)
    _, last = _split_label(ends[-1], _TARGET_RE)
    baseline, target = parse_target(first), parse_target(last)
    if note and baseline.qualifier is None:
        baseline = replace(baseline, qualifier=note[1])
    baseline, target = _share_unit(baseline, target), _share_unit(target, baseline)
    if len(ends) > 2:
        target = replace(target, problem=target.problem or "interim_values")
    return Pair(label, baseline, target)


def _from_to_pair(text: str) -> Pair | None:
    """«62回から13回へ»."""
    m = _FROM_TO_RE.match(text.strip())
    if m is None or any(len(find_quantities(m[side])) != 1 for side in ("first", "last")):
        return None
    return _arrow_pair(f"{m['first']}→{m['last']}")


def _share_unit(one: Target, other: Target) -> Target:
    """«62→13回»: a number without a unit takes the other end's."""
    if one.value is not None and one.unit is None and other.unit is not None and other.kind == "absolute":
        return replace(one, unit=other.unit, unit_norm=other.unit_norm, factor=other.factor)
    return one


def _split_label(text: str, words: re.Pattern[str]) -> tuple[str | None, str]:
    """What stands before the first number or date is the label; 現状, 目標 and their like are no label."""
    starts = [q.start for q in find_quantities(text)[:1]] + [d.start for d in find_dates(text)[:1]]
    if not starts:
        return None, text
    at = min(starts)
    label = _LABEL_TRIM.sub("", words.sub("", text[:at]))
    return label or None, text[at:].strip()


def _bracket_pair(text: str) -> Pair | None:
    """A target with its baseline in brackets behind it."""
    m = re.search(r"[(（](?P<inner>[^()（）]*)[)）]$", text.rstrip())
    if m is None or not m.start():
        return None
    inner = m["inner"]
    if not find_quantities(inner) or not (find_dates(inner) or _BASELINE_RE.search(inner)):
        return None
    target = parse_target(text[: m.start()])
    return Pair(None, parse_target(inner.strip()), target) if target.value is not None else None
