"""What the texts of one indicator say: its name, its values with their units and years, its qualifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extract.document import Evidence
from extract.labels import keys, vocabulary
from extract.layout.periods import parse_period
from extract.records.fields import tidy
from extract.records.model import Kpi, Value
from extract.structure.content import BRACKETED, content_of
from normalize.characters import fold_width, squash
from normalize.eras import find_dates
from normalize.pairs import split_value
from normalize.quantities import (
    Target,
    find_quantities,
    is_null,
    null_reason,
    parse_target,
    split_qualifier,
)

VALUE_ROLES = ("baseline", "current", "target", "interim")
NUMERIC = ("absolute", "multiple", "change", "frequency")
_ASIDE = re.compile(r"\s*[(（【](?P<inner>[^()（）【】]*)[)）】]")
_REPEAT = re.compile(r"\s*[【［\[〔＜<]\s*再掲\s*[】］\]〕＞>]\s*")
_UNIT_BEHIND = re.compile(r"[(（［\[](?P<inner>[^()（）［］\[\]]{1,12})[)）］\]]\s*$")
_UNIT_ALONE = re.compile(r"[(（［\[【]?\s*単位\s*[：:]\s*(?P<unit>[^()（）、,，・／\s]{1,6})\s*[)）］\]】]?")
_SCOPE = re.compile(r"[^、。・\s0-9０-９]{1,6}(?:時|平均|当たり|あたり)|[^、。・\s]{1,5}の?累計|[年月週日]")
_DATED_NAME = re.compile(r"\s*末?(?:時点|現在)?(?:における|での|の)(?=\S{2})")
_SIGN = re.compile(r"[+＋△▲-]")
_UNIT_A_PERIOD = re.compile(r"(?P<unit>.+?)\s*[／/]\s*(?P<period>年度?|月|週|日)")
# What parts the groups of one cell: a line, a space, a stroke, a comma, a circled number ahead of each.
_GROUP_END = re.compile(r"\n|[\s／/、，;；]+|,(?![0-9０-９]{3})|(?<=.)(?=[①-⑳])")
_YEAR_BEHIND = re.compile(r"\s*[(（][^()（）]*[0-9０-９元]年?度?[)）]$")
_ORDINAL = re.compile("[①-⑳]")
_REMARK = re.compile(r"(?<=\S)\s*(?:\n\s*|(?<=※))※[^※]{4,}$")
_MARKED = re.compile(r"(?<=\S)\s*(?=[○●◯◆■①-⑳])")


_NO_VALUE = Value()


@dataclass(frozen=True)
class Reading:
    """One indicator as its texts give it."""

    indicator: str
    qualifier: str | None
    baseline: Value
    target: Value
    is_repeat: bool = False
    current: Value = _NO_VALUE

    def at(self, at: Evidence, rule: str, confidence: float, measure: int | None) -> Kpi:
        return Kpi(
            at=at,
            rule=rule,
            confidence=confidence,
            measure=measure,
            indicator=self.indicator,
            qualifier=self.qualifier,
            baseline=self.baseline,
            current=self.current,
            target=self.target,
            is_repeat=self.is_repeat,
        )


def readings(name: str, texts: Mapping[str, str], fy: Mapping[str, int | None]) -> list[Reading]:
    """The indicators of one row: ``texts`` by role (baseline, current, target, unit), ``fy`` as heads say.

    Mostly one. Several where the cells hold as many lines, or groups with labels of their own (小学校 69.7％
    over 中学校 57.5％) that all cells share. Numbers that nothing tells apart give no value, only their text.

    >>> [(r.qualifier, r.target.value) for r in readings("利用率", {"target": "市内 75％／市外 60％"}, {})]
    [('市内', 75.0), ('市外', 60.0)]
    """
    name = _counted(name)
    values = [texts.get(role, "") for role in ("baseline", "current", "target")]
    unit, period = _unit_and_period(texts.get("unit", ""))
    lines = _lines_together(name, *values)
    rows = (_grouped(name, *values) if len(lines) == 1 else []) or [(line, None) for line in lines]
    found = []
    for (part, baseline, current, target), group in rows:
        reading = make_kpi(part, target, baseline, unit, fy.get("baseline") or None, fy.get("target") or None)
        now = _amount(current, unit or reading.target.unit)
        found.append(
            replace(
                reading,
                qualifier=group or reading.qualifier or period,
                current=replace(now, fy=now.fy or fy.get("current") or None) if now.kind else now,
            )
        )
    return found


def _counted(name: str) -> str:
    """What a cell of names counts: not the goal that stands over it, nor a remark under it.

    >>> _counted("農家を増やします○認定者の数"), _counted("転出超過数\\n※外国人を含まない")
    ('○認定者の数', '転出超過数')
    """
    name = _REMARK.sub("", name)
    parts = _MARKED.split(name)
    goal = len(parts) == 2 and content_of(parts[0]) == "prose" and content_of(parts[1]) != "prose"
    return parts[1] if goal else name


def make_kpi(
    name: str,
    target: str,
    baseline: str,
    unit: str | None = None,
    baseline_fy: int | None = None,
    target_fy: int | None = None,
) -> Reading:
    """Read an indicator's name, target and baseline as three texts.

    The years are those that heads name; a multiple (令和7年度比2倍) names the year of its base.
    """
    indicator, qualifier, is_repeat = split_indicator(name)
    indicator, by = _without_date(indicator)
    target_fy = target_fy or (None if baseline else by)
    indicator, behind, period = _unit_behind(indicator)
    unit, qualifier = unit or behind, qualifier or period
    goal = parse_target(target) if target else None
    start = _amount(baseline, unit)
    aim = _changed(read_value(goal, target, unit), start, indicator) if goal else Value()
    if start.fy is None and (start.kind or _is_state(baseline)):
        start = replace(start, fy=baseline_fy)
    if start.fy is None and goal:
        start = replace(start, fy=goal.base_fy)
    if aim.fy is None and aim.kind:
        aim = replace(aim, fy=target_fy)
    return Reading(indicator, qualifier or (goal.qualifier if goal else None), start, aim, is_repeat)


def _amount(text: str, unit: str | None) -> Value:
    """A value that is or was: what tells only how far one rose (前年度比+5%) is none."""
    if not text:
        return Value()
    read = parse_target(text)
    value = read_value(read, text, unit)
    if read.kind == "change" or (read.kind == "multiple" and (read.base_fy or read.unit != "倍")):
        return replace(value, value=None, max=None, bound=None, unit=None)
    return value


def _unit_and_period(text: str) -> tuple[str | None, str | None]:
    """件／年 is 件 a year; t-CO2/人 is a unit."""
    a_period = _UNIT_A_PERIOD.fullmatch(text.strip())
    return (a_period["unit"], a_period["period"]) if a_period else (text.strip() or None, None)


def _unit_behind(indicator: str) -> tuple[str, str | None, str | None]:
    """An indicator without the unit in brackets behind it (利用件数［件/年］), the unit and its period.

    >>> _unit_behind("待ち時間（単位：分）"), _unit_behind("利用率（窓口）")
    (('待ち時間', '分', None), ('利用率（窓口）', None, None))
    """
    match = _UNIT_BEHIND.search(indicator)
    unit, period = _unit_in(match["inner"]) if match else (None, None)
    if match is None or unit is None:
        return indicator, None, None
    return (indicator[: match.start()] + indicator[match.end() :]).strip(), unit, period


def _without_date(indicator: str) -> tuple[str, int | None]:
    """A name without the date it begins with, and the fiscal year of that.

    >>> _without_date("令和11年度末における登録者数"), _without_date("令和の里の来場者数")
    (('登録者数', 2029), ('令和の里の来場者数', None))
    """
    first = next(iter(find_dates(indicator)), None)
    behind = _DATED_NAME.match(indicator, first.end) if first and first.start == 0 else None
    return (indicator[behind.end() :], first.fy) if first and behind else (indicator, None)


def _unit_in(inner: str) -> tuple[str | None, str | None]:
    """The unit that brackets hold, and its period; nothing where they hold something else."""
    inner, said = re.subn(r"^単位\s*[：:]?\s*", "", inner.strip())
    unit, period = _unit_and_period(inner)
    return (
        (unit, period) if unit and (said or squash(unit) in keys("kpis", "bracketed_units")) else (None, None)
    )


def unit_over(head: str) -> str:
    """The unit in brackets in a head of values, "" where there is none.

    >>> unit_over("現状（人）R6"), unit_over("目標値（R10）[単位：台]"), unit_over("目標値（累計）")
    ('人', '台', '')
    """
    inner = (match[0][1:-1] for match in BRACKETED.finditer(head))
    return next((unit for text in inner if (unit := _unit_in(text)[0])), "")


def unit_alone(text: str) -> str:
    """The unit of a line that says nothing else, "" of any other.

    >>> unit_alone("（単位：人）"), unit_alone("単位：人、件"), unit_alone("単位の数")
    ('人', '', '')
    """
    match = _UNIT_ALONE.fullmatch(text.strip())
    return match["unit"].strip() if match else ""


def with_unit(kpi: Kpi, unit: str) -> Kpi:
    """The indicator with this unit for its numbers that have none."""

    def counted(value: Value) -> Value:
        bare = value.value is not None and value.unit is None and value.kind == "absolute"
        return replace(value, unit=fold_width(unit)) if bare else value

    return replace(
        kpi, baseline=counted(kpi.baseline), current=counted(kpi.current), target=counted(kpi.target)
    )


def _changed(aim: Value, start: Value, indicator: str) -> Value:
    """The target, a change where its sign and unit say so: ▲25% of 21,400時間, +15 points."""
    sign = _SIGN.match(aim.raw or "")
    if sign is None or aim.value is None or aim.kind != "absolute":
        return aim
    of_another = start.unit not in (None, "%") or (start.unit is None and "率" not in indicator)
    if sign[0] in "+＋" or aim.unit == "ポイント" or (aim.unit == "%" and of_another):
        return replace(aim, value=abs(aim.value), kind="change")
    return aim


def read_value(target: Target, raw: str, unit: str | None) -> Value:
    """A value as printed and read. Several numbers that nothing tells apart are no number."""
    lost = target.value is None and target.kind in NUMERIC
    return Value(
        raw=raw,
        value=target.value,
        max=target.max,
        bound=target.bound if target.value is not None else None,
        unit=target.unit or (fold_width(unit) if unit and target.value is not None else None),
        fy=None if target.null_reason and not _is_state(raw) else target.fy,
        date=target.date,
        kind="qualitative" if lost else target.kind,
        qualifier=target.qualifier,
    )


def _is_state(text: str) -> bool:
    """«未実施» is how things were in its year; «-» and «調査中» are nothing."""
    return text.startswith("未") and null_reason(text) == "not_done"


def split_indicator(name: str) -> tuple[str, str | None, bool]:
    """(indicator, qualifier, is it a repetition): brackets with nothing but a scope word are no name.

    >>> split_indicator("(再掲)研修の受講者数（年間）")
    ('研修の受講者数', '年間', True)
    """
    name = tidy(name).rstrip("…‥・･ \u3000")
    is_repeat = _REPEAT.search(name) is not None
    name = _REPEAT.sub("", name)
    qualifier = None
    for match in reversed(list(_ASIDE.finditer(name))):
        inner = match["inner"].strip()
        if inner in vocabulary("kpis")["repeat_marks"]:
            is_repeat = True
        elif is_scope(inner):
            qualifier = inner
        else:
            continue
        name = (name[: match.start()] + name[match.end() :]).strip()
    return name, qualifier, is_repeat


def is_scope(text: str) -> bool:
    """Whether a text says only what a value is of: 累計, 年間.

    >>> is_scope("年間"), is_scope("令和8年度比"), is_scope("窓口")
    (True, False, False)
    """
    return split_qualifier(f"x({text})")[1] is not None or _SCOPE.fullmatch(text) is not None


def with_years(kpi: Kpi, told: Mapping[str, int]) -> Kpi:
    def dated(value: Value, *roles: str) -> Value:
        fy = next((told[role] for role in roles if role in told), None)
        return replace(value, fy=fy) if value.fy is None and value.date is None and value.kind else value

    return replace(
        kpi,
        baseline=dated(kpi.baseline, "baseline", "current"),
        current=dated(kpi.current, "current"),
        target=dated(kpi.target, "target"),
    )


def _lines_together(*cells: str) -> list[tuple[str, ...]]:
    """Several indicators in one cell: line n of each cell belongs together; else the cells as they are.

    A line that is only a year, a unit or the rest of a number goes on with the line above.
    """
    lines = [c.split("\n") for c in cells]
    counts = {len(x) for x, c in zip(lines, cells, strict=True) if c}
    if len(counts) == 1 and counts != {1} and all(_says_a_value(line) for x in lines[1:] for line in x):
        n = counts.pop()
        return list(zip(*(x if c else [""] * n for x, c in zip(lines, cells, strict=True)), strict=True))
    return [tuple(re.sub(r"\s*\n\s*", "", c) for c in cells)]


def _says_a_value(line: str) -> bool:
    return not line or is_null(line) or parse_target(line).kind != "qualitative" or not find_dates(line)


def _grouped(name: str, *values: str) -> list[tuple[tuple[str, ...], str | None]]:
    """A row for each group that every value cell tells of; [] where there are none or they differ."""
    told = [_groups(value) if value and not is_null(value) else None for value in values]
    found = {tuple(label for label, _ in groups) for groups in told if groups is not None}
    labels = found.pop() if len(found) == 1 else ()
    names = _names_of_groups(name, labels) if len(labels) > 1 else []
    cells = [[text for _, text in parts] if parts else [""] * len(names) for parts in told]
    groups = [None if _ORDINAL.match(label) else label or None for label in labels]
    return list(zip(zip(names, *cells, strict=True), groups, strict=True)) if names else []


def _names_of_groups(name: str, labels: Sequence[str]) -> list[str]:
    """The indicator of each group. Groups that are numbered, or that nothing tells apart, need a name each,
    numbered alike; [] where they have none."""
    if all(labels) and not _ORDINAL.match(labels[0]):
        return [name] * len(labels) if len(set(labels)) == len(labels) else []
    parts = _parts_by_number(name) if _ORDINAL.match(labels[0]) else _GROUP_END.split(name)
    names = [part for part in parts if part]
    marks = [mark[0] if (mark := _ORDINAL.match(part)) else "" for part in names]
    return names if marks == list(labels) else []


def _parts_by_number(name: str) -> list[str]:
    """A name at its ①, ②, ③ as they count on; not where it speaks of one again (①来場者②①のうち受講者)."""
    parts: list[str] = []
    for part in _GROUP_END.split(name):
        if not part.startswith(chr(ord("①") + len(parts))) and parts:
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _groups(text: str) -> list[tuple[str, str]]:
    """(label, value) of every group of a cell; a year at the end holds for all."""
    groups: list[tuple[str, str]] = []
    ahead = ""
    for piece in (p for p in _GROUP_END.split(text) if p):
        label, value = split_value(ahead + piece)
        if value and find_quantities(value) and not piece.startswith(("(", "（")):
            groups.append((label.strip(" :："), value))
            ahead = ""
        elif groups and (piece[0] in "(（" or parse_period(piece.strip("()（）"))):
            groups = [(label, value + piece) for label, value in groups]
        else:
            ahead += piece
    year = _YEAR_BEHIND.search(groups[-1][1]) if groups else None
    if year and not any(_YEAR_BEHIND.search(value) for _, value in groups[:-1]):
        groups[:-1] = [(label, value + year[0]) for label, value in groups[:-1]]
    return [] if ahead else groups
