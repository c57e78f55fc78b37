"""What a short text is by itself: a number, a year, an office, a name, a sentence.

Columns, rows and boxes are told apart by what they hold. No word of any label is looked at here: only digits,
units, dates, signs, how names of offices end, and how sentences end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

from extract.labels import vocabulary
from extract.layout.numbering import numbered
from extract.layout.periods import parse_period, parse_span
from normalize.amounts import is_vague
from normalize.characters import fold_width, strip_note_marks
from normalize.eras import find_dates
from normalize.frozen import frozen
from normalize.quantities import find_quantities, is_null, parse_target

Content = Literal[
    "empty",  # nothing
    "null",  # a dash or word that stands for no value
    "mark",  # a sign alone: ○, →, ✓
    "year",  # a fiscal year or a part of one: R8, 令和8年度上期
    "span",  # years from … to …
    "ordinal",  # a number that counts: 1-2, (3), ①, 施策1
    "number",  # digits alone
    "value",  # a number with its unit, perhaps with a bound or year: 80％以上, 120件（R6）
    "pair",  # from one value to another: 62回→13回
    "office",  # names of offices: 総務課、市民課
    "unit",  # what stands behind a number: 件, %
    "name",  # a noun phrase
    "list",  # several lines or items
    "prose",  # sentences
]

BRACKETED = re.compile(r"[(（\[［][^()（）\[\]［］]*[)）\]］]")
_BARE_YEAR = re.compile(r"[(（]\s*(?P<inner>[^()（）]*)[)）]")
YEAR_BEHIND = re.compile(r"(?<=[^\W\d])\s*(?:19|20)\d\d$")
_ARROW = re.compile(r"[→⇒➡⇨▶►]")
_SENTENCE = re.compile(
    r"。|(?:ます|です|ません|ました|でした|ている|である|できる|られる|図る|進める|行う|する|した)$"
)
_ITEM = re.compile(r"^\s*[・･•●○◦■□◆◇▪▸▶➢✓\-－*①-⑳]", re.M)
_OFFICE_PART = re.compile(r"[、，,／/・;；\s]+")
_YEARS = 2  # a head may tell of a year and of the one it is compared with
_DECIMAL = re.compile(r"[0-9]{2,}[.][0-9]")  # 83.4: no plan has as many chapters
_DIGITS = re.compile(r"[0-9][0-9,. ]*")
_LONG = 60  # characters: longer than a name
_VALUE_LENGTH = 28
_UNIT_LENGTH = 6
_MARKS = frozenset("○●◎◯〇△▲□■◇◆☆★×✕✓✔レ→⇒➡⇨▶►▷〃″－—―-")


@cache
def _office_ends() -> tuple[str, ...]:
    return tuple(vocabulary("tables")["office_ends"])


def is_office(text: str) -> bool:
    """Whether a text is nothing but names of offices.

    >>> is_office("総務課、市民課"), is_office("窓口の改善")
    (True, False)
    """
    names = [n for n in _OFFICE_PART.split(re.sub(r"[(（【〔\[].*?[)）】〕\]]", " ", text)) if n]
    ends = _office_ends()
    return bool(names) and len(text) <= 120 and all(2 <= len(n) <= 16 and n.endswith(ends) for n in names)


_OF_ALL = re.compile(
    r"[0-9]{1,5}/[0-9]{1,5}[^0-9/]{1,3}|[0-9]{1,3}(?:[0-9]{3})+[^0-9/]{1,3}"
)  # 7/19校, 6 480歩


@lru_cache(maxsize=50_000)
def content_of(text: str) -> Content:
    """The kind of content of a cell or line.

    >>> [content_of(t) for t in ("", "－", "R8", "80％以上", "1,200", "62回→13回", "○", "件", "1-2")]
    ['empty', 'null', 'year', 'value', 'number', 'pair', 'mark', 'unit', 'ordinal']
    >>> [content_of(t) for t in ("市民課、税務課", "窓口の待ち時間", "待ち時間を短くします。")]
    ['office', 'name', 'prose']
    """
    stripped = strip_note_marks(text.strip())
    packed = "".join(stripped.split())
    return (
        _sign(stripped, packed)
        or _time(stripped, packed)
        or _valued(stripped, packed)
        or _words(text, stripped)
    )


def year_of(text: str) -> int | None:
    """The fiscal year a head names: 現状値（令和6年度）, R6実績, 現状値（2024）, 2024（策定時）, 目標2025."""
    spans = [s for s in find_dates(text) if s.problem is None]
    if len({s.fy for s in spans}) > _YEARS:
        return None  # the heads of several columns
    if spans:
        return spans[0].fy or spans[0].year
    parts = (text, BRACKETED.sub("", text), *(m["inner"] for m in _BARE_YEAR.finditer(text)))
    fy = next((period.fy for part in parts if (period := parse_period(part)) is not None), None)
    behind = YEAR_BEHIND.search(text)
    return int(behind[0]) if fy is None and behind else fy


def _sign(text: str, packed: str) -> Content | None:
    if not packed:
        return "empty"
    if is_null(text) or is_null(packed):
        return "null"
    return "mark" if len(packed) <= 3 and _MARKS.issuperset(packed) else None


def _time(text: str, packed: str) -> Content | None:
    if len(packed) > 24:
        return None
    if parse_period(text) is not None:
        return "year"
    return "span" if _is_span(text) else None


def _words(text: str, stripped: str) -> Content:
    packed = "".join(stripped.split())
    items = len(_ITEM.findall(text))
    if is_office(stripped):
        return "office"
    if _SENTENCE.search(packed) or len(packed) > _LONG:
        return "list" if items > 1 else "prose"
    if items > 1 or stripped.count("\n") > 1:
        return "list"
    return "unit" if len(packed) <= _UNIT_LENGTH and _is_unit(packed) else "name"


def _is_span(text: str) -> bool:
    span = parse_span(text)
    return span is not None and span[0] is not None and span[1] is not None


def _valued(text: str, packed: str) -> Content | None:
    """number, value, pair or ordinal; None where the text only contains a number, or none."""
    if len(packed) > _VALUE_LENGTH and not _ARROW.search(packed):
        return None
    folded = fold_width(packed)
    if _is_ordinal(packed):
        return "ordinal"
    if _DIGITS.fullmatch(folded):
        return "number"
    if is_vague(text) or _OF_ALL.fullmatch(folded):
        return "value"
    found = find_quantities(text)
    if not found:
        return None
    if _ARROW.search(packed):
        sides = _ARROW.split(packed)
        if len(sides) == 2 and all(is_null(s) or find_quantities(s) or parse_period(s) for s in sides):
            return "pair"
    target = parse_target(text)
    if YEAR_BEHIND.search(packed) and target.qualifier is None:
        return None  # 基準値2021
    lead = text[: found[0].start].strip()
    return "value" if target.value is not None and len(lead) <= 8 and len(packed) <= _VALUE_LENGTH else None


def _is_ordinal(packed: str) -> bool:
    """A number with marks around or inside it that count (1-2, ③, (4), 施策2), and nothing else."""
    number = numbered(f"{packed}　題")
    counts = number is not None and number.title == "題" and not packed.isdigit()
    return counts and not _DECIMAL.fullmatch(fold_width(packed))


@cache
def _units() -> frozenset[str]:
    return frozenset(fold_width(u) for u in vocabulary("kpis")["bracketed_units"])


def _is_unit(packed: str) -> bool:
    folded = fold_width(packed).strip("()[]")
    return folded in _units() or bool(re.fullmatch(r"[%‰℃]|[A-Za-z]{1,3}|[^0-9]/[^0-9]", folded))


NUMERIC: frozenset[Content] = frozenset({"number", "value"})
VALUED: frozenset[Content] = frozenset({"number", "value", "pair"})
STEPS: frozenset[Content] = frozenset({"name", "mark", "list", "prose"})  # what is done, not how much


@frozen
class Profile:
    """What a column, row or slot holds: ``shares`` of each content among ``n`` texts that are not empty."""

    n: int
    filled: float  # share of texts that are not empty
    shares: dict[Content, float]
    distinct: float  # share of different texts among the filled
    length: float  # mean characters

    def share(self, *kinds: Content) -> float:
        return sum(self.shares.get(k, 0.0) for k in kinds)


def says_what(text: str) -> bool:
    """Whether a text tells a thing or what is done, perhaps with an amount in it, and not only how much.

    >>> says_what("３か所で試行"), says_what("28,000人以上"), says_what("電子申請率20％")
    (True, False, True)
    """
    held = content_of(text)
    if held != "value":
        return held in ("name", "office", "list", "unit", "prose")
    return len(text.strip()) - sum(q.end - q.start for q in find_quantities(text.strip())) > 1


def profile(texts: Iterable[str]) -> Profile:
    """The profile of the texts of a column, row or slot.

    >>> p = profile(["12件", "－", "", "40件"])
    >>> p.n, p.filled, round(p.share("value"), 2), round(p.share("null"), 2)
    (3, 0.75, 0.67, 0.33)
    """
    every = list(texts)
    filled = [t for t in every if t.strip()]
    kinds = Counter(map(content_of, filled))
    n = len(filled)
    return Profile(
        n,
        n / len(every) if every else 0.0,
        {k: c / n for k, c in kinds.items()},
        len(set(filled)) / n if n else 0.0,
        sum(map(len, filled)) / n if n else 0.0,
    )
