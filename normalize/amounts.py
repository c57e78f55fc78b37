"""Numbers with their units as plans print them.

A quantity keeps its place in the text and its unit as printed (after width folding); ``unit_norm`` and
``factor`` make it comparable: 442万枚 is value 442, unit 万枚, and 442 × 10000 枚. What is ambiguous stays
without a value and says why. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from math import inf, isfinite
from typing import Any, Final, Literal

from normalize.data import parsed
from normalize.eras import DateSpan, find_dates, fold_each, kanji_number
from normalize.frozen import frozen

Bound = Literal["exact", "at_least", "at_most", "less_than", "more_than", "about", "range"]


_KEPT: Final = 4_096  # texts
_CELL: Final = 400  # characters of those


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


# --- vocabulary -----------------------------------------------------------------------------------


def words_of(groups: list[list[str]]) -> list[str]:
    return [word for group in groups for word in group]


def either(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


DATA: Final[dict[str, Any]] = parsed("units.yaml")
_NORM: Final[dict[str, str]] = {form: group[0] for group in DATA["same_unit"] for form in group}
_UNITS: Final = [*_NORM, *words_of(DATA["units"])]
SCALES: Final[dict[str, float]] = DATA["scales"]
AFTER: Final[dict[str, Bound]] = {w: b for b, words in DATA["bounds_after"].items() for w in words}
_BEFORE: Final[dict[str, Bound]] = {w: b for b, words in DATA["bounds_before"].items() for w in words}
_QUALIFIERS: Final = words_of(DATA["qualifiers"])
CHANGES: Final[dict[str, Literal["up", "down"]]] = {
    w: d for d, words in DATA["changes"].items() for w in words
}
# A verb that changes an amount, to be followed by its ending: 増や(す), 引き上げ(る), 削減(する).
CHANGE_VERB: Final = f"(?:{either([*CHANGES, *DATA['change_verbs']])})"
MILESTONES: Final = words_of(DATA["milestones"])

# --- numbers --------------------------------------------------------------------------------------

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+(?!,[0-9]|[0-9]))(?:\.[0-9]+)?"
_WORTH: Final[dict[str, float]] = {**SCALES, "百": 100.0}  # 2千4百件, but no unit is counted in 百
_SCALE = either(list(_WORTH))
AMOUNT = rf"{_DIGITS}(?:\s?(?:{_SCALE})(?:{_DIGITS}(?:{_SCALE})?)*)?"
_KANJI = r"(?!一部)[一二三四五六七八九十百千万億兆〇]+"
_LATIN_UNITS = [u for u in _UNITS if u[-1].isascii() and u[-1].isalnum()]
_WORD_UNITS = [u for u in _UNITS if u not in _LATIN_UNITS]
UNIT = rf"(?:(?:{either(_WORD_UNITS)})|(?:{either(_LATIN_UNITS)})(?![A-Za-z0-9]))"
SIGN = r"(?:[△▲−-]|マイナス|\+|プラス)"
_AMOUNTS: Final = ("時間", "分", "秒", "%", "円")  # 月5時間 says how much, 年2回 how often
_HALVED: Final = (
    "年",
    "年間",
    "か年",
    "日",
    "日間",
    "週間",
    "時間",
    "分",
    "割",
    *(u for u in _NORM if _NORM[u] == "か月"),
)
_PARTS_OF: Final = {("時間", "分"): 60, ("分", "秒"): 60}
_TIMES: Final = ("年", "年度", "月", "週", "日")
QUALIFIER = rf"(?:{either(_QUALIFIERS)})"
_PERIOD = (
    r"(?:毎?(?:年度?|月|週|日)|1[年月日週]|四半期|半期|半年|[0-9]か?年|[0-9]{1,2}[かカヶヵケ箇]月(?:ごと)?"
    r"|隔[年月週])"
)
ORDINAL = r"(?:年度|号|版|期|章|節|条|項|月(?!間)|時(?!間)|番|世紀|次(?!元)|階|丁目|年代|Q|[A-Za-z])"
_NAMED = r"(?<![0-9.,/第_])(?<![0-9][･・])(?<![0-9A-Za-z]-)"  # «第2», «8341-3» name something
BOUND = either(list(AFTER))
_QUANTITY_RE = re.compile(
    rf"(?:(?<![0-9年月])(?P<period>{_PERIOD})に?\s*|(?P<qual>{QUALIFIER}(?:{QUALIFIER})?)(?:で|の|:)?\s*)?"
    rf"(?P<before>{either(list(_BEFORE))})?\s*"
    rf"(?:{_NAMED}(?P<sign>(?<![0-9A-Za-z]){SIGN})?(?P<number>{AMOUNT})|(?P<zero>{either(DATA['zero_words'])})"
    rf"|(?:(?<![一-鿿])|(?<=[約計]))(?P<kanji>{_KANJI})(?={UNIT}))"
    rf"(?:\s?(?P<unit>{UNIT})(?P<bu>(?<=割)[0-9]分)?(?P<half>半(?![期年分数日額径々]))?)?"
    rf"(?:\s*(?P<to>から|~|-)\s*(?P<number2>{AMOUNT})(?![0-9.,-])(?:\s?(?P<unit2>{UNIT})|(?=\s*(?:$|[)(、,])))(?![へに]))?"
    rf"(?P<after>{BOUND})?(?:\s*/\s*(?:(?P<per>年度?|月|日|週)|(?P<each>{UNIT}))(?P<after2>{BOUND})?)?"
    rf"(?:\s*\(\s*(?:(?P<note>{QUALIFIER}|[年月週日])|(?P<unit3>{UNIT}))\s*\))?"
)


def value_of(text: str) -> tuple[float, str]:
    """The number of an amount and the scale word left for its unit: ``442万`` 442, 万; ``3万5千`` 35000."""
    parts = re.findall(rf"({_DIGITS})\s?({_SCALE})?", text)
    if len(parts) == 1:
        number, scale = parts[0]
        value = float(number.replace(",", ""))
        return (value, scale) if scale in SCALES or not scale else (value * _WORTH[scale], "")
    worth = [float(n.replace(",", "")) * _WORTH.get(s, 1) for n, s in parts]
    falls = all(b < _WORTH.get(s, 1) for b, (_, s) in zip(worth[1:], parts, strict=False))
    return sum(worth) if falls else inf, ""  # «2千3百万» is not 2000 and 3 millions


@cache
def unit_norm(unit: str) -> tuple[str, float]:
    """A printed unit in its form for comparison, and the factor its scale word or share stands for."""
    if unit in DATA["factors"]:
        factor, name = DATA["factors"][unit]
        return name, float(factor)
    if unit in _NORM or unit in _UNITS:
        return _NORM.get(unit, unit), 1.0
    for scale in sorted(SCALES, key=len, reverse=True):
        if unit.startswith(scale):
            rest = unit.removeprefix(scale)
            return _NORM.get(rest, rest), float(SCALES[scale])
    return unit, 1.0


GONE: Final = "\x00"  # what stands for a date while numbers are looked for
_CUT: Final = "\x01"


def blank_dates(text: str, dates: list[DateSpan]) -> str:
    """The folded text with every date blanked out, so that no part of one is read as a number."""
    folded, parts, at = fold_each(text), [], 0
    for span in dates:
        parts += [folded[at : span.start], GONE * (span.end - span.start)]
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
    return list(_quantities(text) if len(text) <= _CELL else _quantities.__wrapped__(text))


@lru_cache(maxsize=_KEPT)  # one cell is asked about by its column, its table and its row
def _quantities(text: str) -> tuple[Quantity, ...]:
    if whole := _all_in_kanji(text):
        return (whole,)
    folded = blank_dates(text, find_dates(text))
    found: list[Quantity] = []
    for m in _matches(folded):
        if (q := _quantity(text, folded, m)) is None:
            continue
        whole = _together(text, found[-1], q) if found else None
        if whole:
            found.pop()
        found.append(whole or q)
    return tuple(found)


_LONGEST_CELL: Final = 24
# 十二, 二・五 and 千五百, no part of 十数件 or 千円
_NUMERAL_RE: Final = re.compile(
    rf"(?<![数何])(?P<whole>{_KANJI})(?:[・.](?P<rest>[〇一二三四五六七八九]+))?(?![数何余々])"
)


_VAGUE_RE: Final = re.compile(rf"(?:{_PERIOD}|{QUALIFIER}|約)*[十百千万0-9]*数[十百千万]*{UNIT}(?:{BOUND})?")


def is_vague(text: str) -> bool:
    """Whether a text is an amount that is not told: 数回, 十数件, 年数十人程度."""
    return len(text) <= _LONGEST_CELL and _VAGUE_RE.fullmatch(fold_each("".join(text.split()))) is not None


def _all_in_kanji(text: str) -> Quantity | None:
    """The one quantity that a short text is, where its numbers are kanji: 年十二回, 二割五分."""
    if len(text) > _LONGEST_CELL or re.search("[0-9０-９]", text):
        return None
    in_digits = _NUMERAL_RE.sub(_digits, text.strip())
    found = find_quantities(in_digits) if in_digits != text.strip() else []
    if len(found) != 1 or len(found[0].surface) != len(in_digits):
        return None
    start = len(text) - len(text.lstrip())
    surface = text.strip()
    return replace(found[0], start=start, end=start + len(surface), surface=surface)


def _digits(m: re.Match[str]) -> str:
    number = None if m["whole"] in SCALES else kanji_number(m["whole"])
    if number is None:
        return m.group()
    return f"{number}.{''.join(str(kanji_number(c)) for c in m['rest'])}" if m["rest"] else str(number)


def _matches(folded: str) -> Iterator[re.Match[str]]:
    """The places that may hold a quantity; «50カ国から3000人» are two, and no range."""
    at = 0
    while m := _QUANTITY_RE.search(folded, at):
        if m["number2"] and m["unit"] and m["unit2"] and not _one_unit(m["unit"], m["unit2"]):
            first = _QUANTITY_RE.match(folded, m.start(), m.start("to"))
            if first:
                m = first
        yield m
        at = max(m.end(), at + 1)


def _one_unit(one: str, other: str) -> bool:
    return _NORM.get(one, one) == _NORM.get(other, other)


def _together(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """«1時間30分» is one quantity, as many hours."""
    worth = _PARTS_OF.get((first.unit_norm or "", second.unit_norm or ""))
    if worth is None or first.end != second.start or first.value_max or second.value_max:
        return None
    value = first.value + second.value / worth
    surface = text[first.start : second.end]
    return replace(first, end=second.end, surface=surface, value=value, bound=second.bound)


def parse_quantity(text: str) -> Quantity | None:
    """The one quantity a text holds; None if it holds none or several."""
    found = find_quantities(text)
    return found[0] if len(found) == 1 else None


_HINT_RE: Final = re.compile(rf"[0-9０-９]|{_KANJI}|{either(DATA['zero_words'])}")
_LED_RE: Final = re.compile(
    rf"(?:^|→|[:：(]|{GONE}|{either([*DATA['baseline_words'], *DATA['target_words'], *_QUALIFIERS])})\s*$"
)
_CLOSED_RE: Final = re.compile(
    rf"\s*(?:$|[()、。→{GONE}]|,(?!\s*[0-9])|を?(?:維持|継続|堅持)|{either(list(AFTER))})"
)
# What may follow a unit that is set apart from its number («62 件 → 13 件»); else the number is a heading's.
_UNIT_ENDS_RE: Final = re.compile(rf"\s*(?:$|[()、,。→~/{GONE}]|{either(list(AFTER))}|\s)")
_VERSION_RE: Final = re.compile(r"(?i:\b(?:ver|vol|no|v|version)[. ]?)$")
_TEXT_END_RE: Final = re.compile("[一-鿿ぁ-ゖ]$")
_PART_OF_RE: Final = re.compile("[0-9一二三四五六七八九十百]分の$")
_THOUSANDS_RE: Final = re.compile(r"(?:.*[^0-9.,])?[0-9]{1,3} [0-9]{3}", re.DOTALL)
_LABELLED_RE: Final = re.compile(r"(?:^[\s#*|・-]*|[一-鿿々ァ-ヺー])$")


def _quantity(text: str, folded: str, m: re.Match[str]) -> Quantity | None:
    """The quantity of one match, or None where it is something else."""
    unit = m["unit2"] or m["unit"] or m["unit3"]
    if not _counts(text, folded, m):
        return None
    read = _read_values(text, m)
    if read is None:
        return None
    value, value_max, scale = read
    each = f"/{m['each']}" if m["each"] and unit else ""  # t-CO2/人
    printed = (scale + unit + each if unit else scale) or None
    norm, factor = unit_norm(printed) if printed else (None, 1.0)
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
        bound="range" if value_max is not None else _bound(m),
        qualifier=m["period"].removeprefix("毎") if m["period"] else m["qual"] or m["note"] or m["per"],
        frequency=(m["period"] is not None and norm not in _AMOUNTS)
        or (unit == "回" and (m["per"] or m["note"]) in _TIMES),
    )


def _counts(text: str, folded: str, m: re.Match[str]) -> bool:
    """Whether a match is a number that counts something, and no part of a name or a word."""
    group = next(g for g in ("number", "zero", "kanji") if m[g])
    if not (m["unit2"] or m["unit"]):
        return _stands_alone(folded, m, group)
    if m["unit"] and not _belongs(folded, m, group):
        return False
    if m["half"] and m["unit"] not in _HALVED:
        return False  # «5人半»
    if m["number"] and _THOUSANDS_RE.fullmatch(folded[max(0, m.start("number") - 5) : m.end("number")]):
        return False  # «12 345件»: one number or two
    return not m["kanji"] or _kanji_counts(text, m)


def _bound(m: re.Match[str]) -> Bound:
    words = m["after"] or m["after2"] or ""
    return AFTER.get(words) or _BEFORE.get(m["before"] or "") or "exact"


def _read_values(text: str, m: re.Match[str]) -> tuple[float, float | None, str] | None:
    """Value, upper end of a range, and the scale word left for the unit; None where they do not agree."""
    value, scale = _first_value(m)
    value += int(m["bu"][0]) / 10 if m["bu"] else 0.5 if m["half"] else 0
    if not isfinite(value):
        return None
    if not m["number2"]:
        return value, None, scale
    upper, scale2 = value_of(m["number2"])
    if m["unit"] and m["unit2"] and not _one_unit(m["unit"], m["unit2"]):
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
    value, scale = value_of(m["number"])
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
    """Whether the unit counts the number: not in «3回目», «9月30日», «26年度», «3分の1», «2 人材の育成»."""
    before, after = _around(folded, m.start(group), m.end("unit"))
    if _VERSION_RE.search(before) or (m["unit"].isascii() and re.search("[A-Za-z][ :]?$", before)):
        return False
    if after.startswith(("目", "評価")) or _PART_OF_RE.search(before):
        return False
    if (m["unit"], after[:1]) in (("分", "の"), ("年", "度")):
        return False
    if (before[-1:], m["unit"]) in (("月", "日"), ("時", "分")) and not m["period"]:
        return False
    apart = m.end(group) < m.start("unit")
    return not (apart and _LABELLED_RE.search(before) and not _UNIT_ENDS_RE.match(after) and not m["number2"])


def _kanji_counts(text: str, m: re.Match[str]) -> bool:
    """A kanji numeral counts in a cell of its own, and where it is no part of a word (一人ひとり, 千円)."""
    if kanji_number(m["kanji"]) is None or (len(m["kanji"]) == 1 and m["kanji"] in SCALES):
        return False
    return len(m.group().strip()) == len(text.strip()) or len(m["kanji"]) > 1
