"""Whether a table whose columns read so is one of indicators: by years, units, names, sums and its place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from extract.document import Document, Node
from extract.labels import field_role, keys, vocabulary
from extract.structure.column_roles import VALUES, Role, Set, runs_on
from extract.structure.content import BRACKETED, STEPS, year_of
from extract.structure.headers import (
    Block,
    Column,
    Row,
    ends_of,
    kind_of,
    text_of,
    valued,
    words_of,
)
from extract.structure.reviews import tells_results
from extract.structure.words import told
from normalize.characters import squash
from normalize.quantities import Target, parse_target

_ROUNDED = 0.6  # percent
_OFTEN = 4  # other tables with the same head


def evidence_of(
    columns: Sequence[Column], roles: Sequence[Role], sets: Sequence[Set], body: Sequence[Row], n_tables: int
) -> dict[str, float]:
    """What the columns and rows of all tables with one head say for a table of indicators."""

    def of(*kinds: Role) -> list[Column]:
        return [col for col, role in zip(columns, roles, strict=True) if role in kinds]

    def most(role: Role, *evidence: str) -> float:
        return max((col.has(e) for col in of(role) for e in evidence), default=0.0)

    values, aside = of(*VALUES, "both"), of("other", "past", "note")
    silent = not any(map(_names_values, values))
    timeless = silent and n_tables == 1
    general = timeless and any(
        squash(t) in keys("kpis", "general") for col in of("indicator") for t in col.stack
    )
    found = {
        "word_indicator": 0.0 if general else most("indicator", "word_indicator"),
        "word_target": most("target", "word_target"),
        "word_baseline": most("baseline", "word_baseline", "word_current"),
        **{f"target_{place}": most("target", f"fy_{place}") for place in ("early", "mid", "late")},
        **{f"baseline_{place}": most("baseline", f"fy_{place}") for place in ("early", "late")},
        "apart": float(_years_apart(columns, sets[0])),
        "repeated": min(1.0, (n_tables - 1) / _OFTEN),
        "unexplained": float(sum(valued(col) > 0.5 for col in aside)),
        "target_beyond": most("target", "fy_beyond"),
        "rate": float(any(_is_rate(t) for col in columns for t in col.stack) or _told_rates(columns, body)),
        "result_behind": float(_told_results(columns, roles)),
        "series": float(sum(runs_on(columns, c) for c in range(len(columns))) > 1),
        "bound": max(col.has("bound") for col in values),
        "silent": float(silent),
        "timeless": float(timeless),
        "headless": float(not any(col.stack for col in columns)),
        "no_values": max(0.0, 1 - 2 * sum(map(valued, values)) / len(values)),
    }
    told = [_of_rows(one, body) for one in sets]
    found |= {
        name: max([found.get(name, 0.0), *(t.get(name, 0.0) for t in told)]) for t in told for name in t
    }
    goals = {one.columns.get(role) for one in sets for role in ("target", "both")} - {None}
    many = sum(map(_is_time, columns)) > 2
    dated = any(col.is_year or (many and _is_time(col)) for c, col in enumerate(columns) if c in goals)
    return found | (_of_work(columns, body) if dated else {})


def _names_values(col: Column) -> bool:
    """Whether a head says what its values are: a year, 目標."""
    return col.has("year") > 0 or col.has("of_year") > 0 or _names_a_role(col)


def _names_a_role(col: Column) -> bool:
    return any(col.has(f"word_{role}") for role in VALUES)


def _years_apart(columns: Sequence[Column], one: Set) -> bool:
    """Whether target and baseline are years apart, in a plan whose own years are not known."""
    start, end = (
        columns[c].fy if (c := one.columns.get(r)) is not None else None for r in ("baseline", "target")
    )
    known = any(col.has(f"fy_{place}") for col in columns for place in ("early", "mid", "late"))
    return not known and start is not None and end is not None and end - start > 1


def _of_work(columns: Sequence[Column], body: Sequence[Row]) -> dict[str, float]:
    """What speaks for work over years (検討 | 試行 | →): words under them, cells over several."""
    years = [c for c, col in enumerate(columns) if _is_time(col)]
    steps: list[float] = []
    spans: list[float] = []
    for row in body:
        held = [(id(row[c]), text) for c in years if (text := text_of(row[c]))]
        kinds = {cell: kind_of(text) for cell, text in held}
        told = [kind in STEPS for kind in kinds.values() if kind != "null"]
        if told:
            steps.append(float(2 * sum(told) >= len(told)))
            wide = [kind for cell, kind in kinds.items() if sum(cell == other for other, _ in held) > 1]
            spans.append(max((1.0 if kind in STEPS else 0.5 for kind in wide), default=0.0))
    return {"steps": sum(steps) / len(steps), "spans": sum(spans) / len(spans)} if steps else {}


def _is_time(col: Column) -> bool:
    """Whether a head names a time and not which values stand under it: R8, 中期（R9～R10）."""
    return col.is_year or (col.head_fy is not None and not _names_a_role(col))


def _is_rate(head: str) -> bool:
    return told(head, "progress").get("pct", 0.0) >= 1.0


def _told_rates(columns: Sequence[Column], body: Sequence[Row]) -> bool:
    """Whether one column says how much of another two others are: 9 | 6 | 67%."""
    numbers = [[parse_target(text_of(cell)) for cell in row] for row in body]
    for rate in (c for c in range(len(columns)) if valued(columns[c]) > 0.5):
        told_rows = [row for row in numbers if row[rate].unit == "%" and row[rate].value is not None]
        for whole, part in permutations((c for c in range(rate) if valued(columns[c]) > 0.5), 2):
            hits = [_is_share(row[rate].value, row[whole].value, row[part].value) for row in told_rows]
            if len(hits) > 1 and sum(hits) > 0.6 * len(hits):
                return True
    return False


def _is_share(rate: float | None, whole: float | None, part: float | None) -> bool:
    return bool(rate and whole and part is not None) and abs(rate - 100 * part / whole) < _ROUNDED  # type: ignore[operator]


def _told_results(columns: Sequence[Column], roles: Sequence[Role]) -> bool:
    """Whether what was reached stands behind what was aimed at: 目標 | 実績 | 達成率."""
    target = roles.index("target") if "target" in roles else len(roles)
    begun = any(role in ("past", "baseline") for role in roles[:target])
    starts = ("current",) if begun else ("baseline", "current")
    behind = list(zip(columns[target:], roles[target:], strict=True))
    in_words = [col for col, role in behind if not begun and (role == "other" or _tells_outcome(col, role))]
    if any(tells_results(text) for col in in_words for text in col.stack):
        return True  # 目標 | 結果 | 評価
    return any(role in starts and not col.has("fy_early") and col.has("word_current") for col, role in behind)


def _tells_outcome(col: Column, role: Role) -> bool:
    return role in ("baseline", "current") and any("結果" in text for text in col.stack)


def _of_rows(one: Set, body: Sequence[Row]) -> dict[str, float]:
    """What units, names and numbers of the rows of one set say."""
    at = one.columns
    goal, start, name = at.get("target", at.get("both", 0)), at.get("baseline"), at["indicator"]
    rows = [row for row in body if text_of(row[name]) and text_of(row[goal])]
    if not rows:
        return {}
    ends = [ends_of(text_of(row[goal])) for row in rows]
    first = [e[0] for e in ends] if start is None else [text_of(row[start]) for row in rows]
    starts, goals = list(map(parse_target, first)), [parse_target(last) for _, last in ends]
    begun = [s.value is not None or not s.raw for s in starts]
    words = sum(kind_of(text_of(row[goal])) == "name" for row in rows)
    cells = {id(row[name]): text_of(row[name]) for row in rows}
    named = [t for t in cells.values() if t.endswith((")", "）", "]", "］"))]  # perhaps their units
    dated = {year_of(text) for text in cells.values()}
    apart = any(role.startswith("unit") for role in at)
    sums = [g.unit or _bracketed(one) for g in goals]
    return _of_units(starts, goals, apart=apart, named=bool(named)) | {
        "money": float(start is None and all(unit.endswith("円") for unit in sums)),
        "unknown_start": float(any(begun) and not all(begun)),
        "milestone": float(0 < words < len(rows)),
        "names_repeat": 1 - len(set(cells.values())) / len(cells),
        "names_dated": float(len(rows) > 1 and None not in dated and len(dated) == len(cells)),
        "sums": float(any(squash(t) in keys("kpis", "sums") for t in cells.values())),
        "hundred": sum(map(_adds_up, rows)) / len(rows),
        "rate": float(any(map(_is_rate, cells.values()))),
    }


def _of_units(
    starts: Sequence[Target], goals: Sequence[Target], *, apart: bool, named: bool
) -> dict[str, float]:
    """``apart``: units have a column of their own; ``named``: something stands in brackets behind names."""
    n, units = len(goals), {g.unit for g in goals if g.unit}
    same = [g.unit == s.unit for g, s in zip(goals, starts, strict=True) if g.unit and s.unit]
    return {
        "units_agree": sum(same) / max(2, len(same)),
        "units_differ": same.count(False) / n,
        "units_vary": float(len(units) > 1),
        "unit_column": float(apart),
        "one_unit": float(n > 2 and len(units) < 2 and not apart),
        "no_unit": float(n > 1 and not (units or apart or named)),
    }


def _bracketed(one: Set) -> str:
    """The unit in brackets over the names of a set: 区分（百万円）."""
    inner = BRACKETED.search("".join(one.heads.get("indicator", ())))
    return inner[0].strip("()（）[]［］ ") if inner else ""


def _adds_up(row: Row) -> bool:
    """Whether the numbers of a row are the shares of a whole, or the last is the sum of the others."""
    numbers = [v for cell in row if (v := parse_target(text_of(cell)).value) is not None]
    return len(numbers) > 2 and (abs(sum(numbers) - 100) < 1 or abs(sum(numbers[:-1]) - numbers[-1]) < 1e-6)


def around(document: Document, node: Node, block: Block) -> dict[str, float]:
    """What stands around a table: its label, the lines and headings above it, charts read off it."""
    section = document.section_of_block(node.first) if node.first < len(document.blocks) else None
    path = document.path(document.sections[section]) if section is not None else []
    above = [p.text for p in document.blocks[max(0, node.first - 2) : node.first] if p.table is None]
    names = [block.label, *(s.title for s in path), *above]
    short = [t for t in names if t and len(t) <= 24]
    label = any(field_role(t) == "kpi" or words_of(t).get("indicator", 0.0) >= 0.6 for t in short)
    back = any(w in s.title for s in path for w in vocabulary("progress")["chapters"])
    return {
        "label": float(label),
        "looks_back": float(back),
        "chart": float(bool(node.timelines)),
        "turned": float(block.turned),
        "stretched": float(block.stretched),
    }
