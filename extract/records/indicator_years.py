"""Years that text tells for all indicators at once: ※現状値は令和６年度末、目標値は令和12年度。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from extract.document import Document
from extract.labels import column_role, vocabulary
from extract.model import without_marks
from extract.records.indicator_values import VALUE_ROLES
from extract.structure.content import BRACKETED, year_of
from extract.structure.headers import ends_of
from extract.structure.words import told
from normalize.characters import squash
from normalize.eras import find_dates

_PARTING = " \u3000、,，：:／/→⇒➡⇨▶"  # what may part the values of one line
_NOTE_MAX = 60  # characters of a line that dates the heads of the table below it
_SURE = 0.6  # how far the words of a head must speak for its role
_LEAD = re.compile(
    r"(?:^|[^ぁ-んァ-ヶ一-龠ー])(?P<lead>[ぁ-んァ-ヶ一-龠ー]{1,12})[」』】]?(?P<by>[はが]、?|[：:=＝]|[(（])「?$"
)
_LEAD_MAX = 20  # characters of what it finds, and of one before it
_COMPARED = re.compile(r"\s*(?:と比|比|に比|から|より|[～〜~])")
_LEFT, _RIGHT = "左", "右"  # of two values: 左は令和6年度、右は令和10年度の値です。
_NUMBER = re.compile(r"[0-9０-９]")


def years_above(document: Document, first: int) -> dict[str, int]:
    """Years by role that a line right above a table tells: （基準値：令和6年度、目標値：令和12年度）."""
    found: dict[str, int] = {}
    for placed in document.blocks[max(0, first - 2) : first]:
        if placed.table is None and len(placed.text) <= _NOTE_MAX:
            for label, value in labelled_parts(placed.text):
                fy = year_of(label[0] + value)
                if fy is not None:
                    found.setdefault(column_role(label["label"]) or "", fy)
    return found


def years_of_two(text: str) -> tuple[int, int] | None:
    """The years a heading tells of two values, the earlier first.

    >>> years_of_two("ものさし（R6 ▶ R11）"), years_of_two("指標（左：令和6年度　右：令和12年度）")
    ((2024, 2029), (2024, 2030))
    """
    inner = (m[0].strip("()（）[]［］") for m in BRACKETED.finditer(text))
    drawn = next((both for part in (*inner, text) if all(both := ends_of(part))), ())
    years = [year_of(end) for end in drawn] or [fy for _, fy in dated_leads(text)]
    match years:
        case [int(first), int(last)] if first < last:
            return first, last
    return None


def years_told(document: Document) -> Mapping[str, int]:
    """Years by what sentences of a document say has them: the role of a head, or the words of one.

    A sentence with more numbers is about one indicator; what is told twice with other years is not told.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for placed in document.blocks:
        if placed.table is None and placed.block.kind in ("paragraph", "list_item", "caption", "footnote"):
            for lead, fy in dated_leads(placed.text):
                roles = told(lead, "column")
                role = max(roles, key=lambda r: roles[r], default="")
                found[squash(lead)].add(fy)
                if roles.get(role, 0.0) >= _SURE:
                    found[role].add(fy)
    years = {key: own.pop() for key, own in found.items() if len(own) == 1}
    if _LEFT in years and years[_LEFT] < years.get(_RIGHT, 0):
        years = {"baseline": years[_LEFT], "target": years[_RIGHT], **years}
    return years


def dated_leads(text: str) -> Iterator[tuple[str, int]]:
    """What is said to be of a year, with the year.

    >>> list(dated_leads("※現状値は令和６年度末、目標値は令和12年度。"))
    [('現状値', 2024), ('目標値', 2030)]
    >>> list(dated_leads("利用率の目標は令和12年度に60％とします。"))
    []

    A year in brackets dates what stands before it where a sentence tells two: 現状（R6）→目標（R12）.
    """
    for sentence in re.split(r"(?<=。)|\n", text):
        dates = [d for d in find_dates(sentence) if d.problem is None]
        if _NUMBER.search(without_marks(sentence, ((d.start, d.end) for d in dates))):
            continue
        found = []
        for date in dates:
            lead = _LEAD.search(sentence[max(0, date.start - _LEAD_MAX) : date.start])
            year = date.fy or date.year
            if lead and year and not _COMPARED.match(sentence, date.end):
                found.append((lead, year))
        for lead, year in found:
            if len(found) > 1 or lead["by"] not in "(（":
                yield lead["lead"].rpartition("の")[2] or lead["lead"], year


def labelled_parts(text: str) -> list[tuple[re.Match[str], str]]:
    """Labels of values in a line, each with what follows it."""
    labels = list(_value_label().finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    return [(label, text[label.end() : end]) for label, end in zip(labels, ends, strict=False)]


@cache
def _value_label() -> re.Pattern[str]:
    words = sorted((w for role in VALUE_ROLES for w in vocabulary("kpis")[role]), key=len, reverse=True)
    end = r"(?:\s*[(（][^()（）]*[)）][】:：\s]*|[】:：\s]+)"
    return re.compile(rf"(?:^|(?<=[{_PARTING}（(【]))(?P<label>{'|'.join(map(re.escape, words))}){end}")
