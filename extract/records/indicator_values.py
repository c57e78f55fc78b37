"""What the texts of one indicator say: its name, its values with their units and years, its qualifier."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extract.document import Evidence
from extract.labels import keys, vocabulary
from extract.layout.periods import parse_period
from extract.records.fields import tidy
from extract.records.model import Kpi, Value
from normalize.characters import fold_width, squash
from normalize.eras import find_dates
from normalize.quantities import Target, parse_target, split_qualifier

VALUE_ROLES = ("baseline", "current", "target", "interim")
NUMERIC = ("absolute", "multiple", "change", "frequency")
PARENS = re.compile(r"\s*[(（](?P<inner>[^()（）]*)[)）]")
_REPEAT = re.compile(r"\s*[【［\[〔＜<]\s*再掲\s*[】］\]〕＞>]\s*")
_UNIT_BEHIND = re.compile(r"[(（［\[](?P<inner>[^()（）［］\[\]]{1,12})[)）］\]]\s*$")
_SCOPE = re.compile(r"[^、。・\s]{1,6}(?:時|平均|当たり|あたり)|[^、。・\s]{1,5}の?累計|[年月週日]")
_SIGN = re.compile(r"[+＋△▲-]")
UNIT_A_PERIOD = re.compile(r"(?P<unit>.+?)\s*[／/]\s*(?P<period>年度?|月|週|日|人|回|件|世帯)")


@dataclass(frozen=True)
class Reading:
    indicator: str
    qualifier: str | None
    baseline: Value
    target: Value
    is_repeat: bool = False

    def at(self, at: Evidence, rule: str, confidence: float, measure: int | None) -> Kpi:
        return Kpi(
            at=at,
            rule=rule,
            confidence=confidence,
            measure=measure,
            indicator=self.indicator,
            qualifier=self.qualifier,
            baseline=self.baseline,
            target=self.target,
            is_repeat=self.is_repeat,
        )


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
    told = _unit_behind(indicator)
    unit, qualifier = unit or told[0], qualifier or told[1]
    goal = parse_target(target) if target else None
    start = read_value(parse_target(baseline), baseline, unit) if baseline else Value()
    aim = _changed(read_value(goal, target, unit), start, indicator) if goal else Value()
    if start.fy is None and start.kind:
        start = replace(start, fy=baseline_fy)
    if start.fy is None and goal:
        start = replace(start, fy=goal.base_fy)
    if aim.fy is None and aim.kind:
        aim = replace(aim, fy=target_fy)
    return Reading(indicator, qualifier or (goal.qualifier if goal else None), start, aim, is_repeat)


def _unit_behind(indicator: str) -> tuple[str | None, str | None]:
    """Unit and period in the brackets behind an indicator: 申請率（％）, 利用件数［件/年］."""
    match = _UNIT_BEHIND.search(indicator)
    if match is None:
        return None, None
    inner = re.sub(r"^単位\s*[：:]\s*", "", match["inner"].strip())
    a_period = UNIT_A_PERIOD.fullmatch(inner)
    unit, period = (a_period["unit"], a_period["period"]) if a_period else (inner, None)
    return (unit, period) if squash(unit) in keys("kpis", "bracketed_units") else (None, None)


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
    return Value(
        raw=raw,
        value=target.value,
        max=target.max,
        bound=target.bound if target.value is not None else None,
        unit=target.unit or (fold_width(unit) if unit and target.value is not None else None),
        fy=None if target.null_reason else target.fy,
        date=target.date,
        kind=target.kind,
        qualifier=target.qualifier,
    )


def split_indicator(name: str) -> tuple[str, str | None, bool]:
    """(indicator, qualifier, is it a repetition): brackets with nothing but a scope word are no name.

    >>> split_indicator("(再掲)研修の受講者数（年間）")
    ('研修の受講者数', '年間', True)
    """
    name = tidy(name)
    is_repeat = _REPEAT.search(name) is not None
    name = _REPEAT.sub("", name)
    qualifier = None
    for match in reversed(list(PARENS.finditer(name))):
        inner = match["inner"].strip()
        if inner in vocabulary("kpis")["repeat_marks"]:
            is_repeat = True
        elif split_qualifier(f"x({inner})")[1] is not None or _SCOPE.fullmatch(inner):
            qualifier = inner
        else:
            continue
        name = (name[: match.start()] + name[match.end() :]).strip()
    return name, qualifier, is_repeat


def head_fy(text: str) -> int | None:
    spans = [s for s in find_dates(text) if s.problem is None]
    if spans:
        return spans[0].fy or spans[0].year
    bare = (parse_period(m["inner"]) for m in PARENS.finditer(text))  # 現状値（2024）
    return next((period.fy for period in bare if period is not None), None)


def with_years(kpi: Kpi, told: dict[str, int]) -> Kpi:
    def dated(value: Value, *roles: str) -> Value:
        fy = next((told[role] for role in roles if role in told), None)
        return replace(value, fy=fy) if value.fy is None and value.date is None and value.kind else value

    return replace(
        kpi,
        baseline=dated(kpi.baseline, "baseline", "current"),
        current=dated(kpi.current, "current"),
        target=dated(kpi.target, "target"),
    )


def zip_lines(*cells: str) -> list[tuple[str, ...]]:
    """Several indicators in one cell: line n of each cell belongs together; else the cells as they are."""
    lines = [c.split("\n") for c in cells]
    counts = {len(x) for x, c in zip(lines, cells, strict=True) if c}
    if len(counts) == 1 and counts != {1}:
        n = counts.pop()
        return list(zip(*(x if c else [""] * n for x, c in zip(lines, cells, strict=True)), strict=True))
    return [tuple(re.sub(r"\s*\n\s*", "", c) for c in cells)]
