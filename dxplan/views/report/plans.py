"""A plan on one page: period, policies, measures with their years, indicators, and what to check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dxplan.dataset.plan import Plan
from dxplan.views import japanese, trust
from dxplan.views.report.contents import AS_PRINTED, DOUBT, DOUBTFUL, LOW, PAGES
from dxplan.views.report.paper import Cell, Column, Line, Report, Table, cells, fitted, shortened
from normalize.eras import era_year

Row = Mapping[str, Any]
_MOST_YEARS = 8  # columns of a schedule


def about_plan(plan: Plan) -> Report:
    """One page (A4, upright) about a plan."""
    document = plan.document
    measures, kpis = plan.measures.rows, plan.kpis.rows
    bars = plan.schedules.rows
    report = Report(
        title=f"{document['title'] or document['source_name']}の概要",
        subtitle=_vision(plan.policies.rows),
        facts=_facts(document, len(measures), len(kpis)),
        tables=[
            *_policies(plan.policies.rows),
            _measures(measures, bars, kpis, document),
            *([_indicators(kpis, {m["measure_id"]: m for m in measures})] if kpis else []),
            _to_check(plan, [*measures, *kpis, *bars]),
        ],
        notes=_notes(kpis),
        landscape=False,
    )
    whole = fitted([lambda: report])
    return whole if whole.pages == 1 else shortened(report)


def _notes(kpis: Sequence[Row]) -> list[str]:
    return [AS_PRINTED + PAGES, *([DOUBTFUL] if any(map(_is_low, kpis)) else [])]


def _is_low(row: Row) -> bool:
    return row["confidence"] is not None and round(row["confidence"], 4) < LOW


def _facts(document: Row, n_measures: int, n_kpis: int) -> list[tuple[str, str]]:
    start, end = document["period_start_fy"], document["period_end_fy"]
    period = japanese.years(str(start) if start == end else f"{start or '?'}–{end or '?'}") if start else ""
    if start and not end and document["period_open_ended"]:
        period = f"{japanese.fiscal_year(start)}から（終期を定めない）"
    place = f"{document['prefecture'] or ''}{document['municipality'] or ''}"
    return [
        (name, text)
        for name, text in (
            ("自治体", place),
            ("計画期間", period),
            ("版", f"{document['version'] or ''}{'（案）' if document['is_draft'] else ''}"),
            ("公表", japanese.day(document["published"])),
            ("施策", f"{n_measures}件"),
            ("指標", f"{n_kpis}件"),
            ("ファイル", document["source_name"]),
        )
        if text
    ]


def _vision(policies: Sequence[Row]) -> str:
    said = "／".join(p["title"] or "" for p in policies if p["level"] is None)
    return f"基本理念：{said}" if said else ""


def _policies(policies: Sequence[Row]) -> list[Table]:
    lines: list[Line] = [
        cells(
            "　" * ((p["level"] or 1) - 1) + f"{p['kind'] or ''} {p['number'] or ''}".strip(),
            p["title"] or "",
            japanese.page(p["page"]),
        )
        for p in policies
        if p["level"] is not None
    ]
    columns = (Column("区分", 16), Column("名称", 74), Column("頁", 7, "center"))
    return [Table("方針", columns, lines, what="方針")] if lines else []


def _measures(measures: Sequence[Row], bars: Sequence[Row], kpis: Sequence[Row], document: Row) -> Table:
    """Measures with the years that some bar of their schedule covers."""
    years = _calendar(bars, document)
    of_measure: dict[str | None, list[Row]] = {}
    for bar in bars:
        of_measure.setdefault(bar["measure_id"], []).append(bar)
    counts = Counter(k["measure_id"] for k in kpis)
    lines: list[Line] = []
    for m in measures:
        own = of_measure.get(m["measure_id"], [])
        lines.append(
            [
                Cell(f"{m['number'] or ''} {m['title'] or ''}".strip()),
                Cell("、".join(m["departments"] or [])),
                Cell(str(counts[m["measure_id"]] or "－")),
                *(_covered(own, year) for year in years),
                Cell(japanese.page(m["page"])),
            ]
        )
    columns = (
        Column("施策", 38),
        Column("担当課", 18),
        Column("指標", 6, "center"),
        *(Column(_short(year, n == 0), 6, "center") for n, year in enumerate(years)),
        Column("頁", 7, "center"),
    )
    return Table("施策と工程", columns, lines, what="施策")


def _calendar(bars: Sequence[Row], document: Row) -> list[int]:
    """The fiscal years of the plan; where it names none, those of its schedules."""
    starts = [b["start_fy"] for b in bars if b["start_fy"]]
    ends = [e for b in bars if (e := b["end_fy"] or b["end_fy_max"] or b["start_fy"])]
    if not starts:
        return []
    first = document["period_start_fy"] or min(starts)
    last = document["period_end_fy"] or max(ends)
    return list(range(first, last + 1))[:_MOST_YEARS]


def _short(year: int, named: bool) -> str:
    text = era_year(year)
    return text if named else text[2:]


def _covered(bars: Sequence[Row], year: int) -> Cell:
    """■ where a bar covers the year, △ where one may, since its end is not known."""
    sure = any(b["start_fy"] and b["start_fy"] <= year <= (b["end_fy"] or b["start_fy"]) for b in bars)
    may = any(
        b["start_fy"] and not b["end_fy"] and b["start_fy"] < year <= (b["end_fy_max"] or 0) for b in bars
    )
    return Cell("■" if sure else "△" if may else "", filled=sure)


def _indicators(kpis: Sequence[Row], measures: Mapping[str, Row]) -> Table:
    lines: list[Line] = []
    for kpi in kpis:
        scope = f"（{kpi['qualifier']}）" if kpi["qualifier"] else ""
        owner = measures.get(kpi["measure_id"])
        before = "\n".join(v for which in ("baseline", "current") if (v := japanese.value(kpi, which)))
        target = japanese.value(kpi, "target") + (DOUBT if _is_low(kpi) else "")
        lines.append(
            [
                Cell(f"{kpi['indicator'] or ''}{scope}"),
                Cell((owner["title"] or "") if owner else ""),
                Cell(before),
                Cell(target, strong=True),
                Cell(japanese.page(kpi["page"])),
            ]
        )
    columns = (
        Column("指標", 28),
        Column("施策", 24),
        Column("基準値・現状値", 20),
        Column("目標値", 20),
        Column("頁", 7, "center"),
    )
    return Table("指標", columns, lines, what="指標")


def _to_check(plan: Plan, rows: Sequence[Row]) -> Table:
    """What a person should look at before trusting the page."""
    figures = trust.figures(plan.document)
    low = sum(map(_is_low, rows))
    notes = [n for n in plan.read("diagnostics").to_pylist() if n["severity"] in ("warning", "error")]
    pages = sorted({n["page"] for n in notes if n["page"]})
    at = f"（{'、'.join(map(japanese.page, pages[:8]))}{'ほか' if len(pages) > 8 else ''}）" if pages else ""
    said = [
        ("正しいと見込まれる行", figures.get("expected_right", "")),
        ("確信度0.9以上の行", figures.get("rows_sure", "")),
        ("記録に使われた本文の割合", figures.get("text_claimed", "")),
        ("読み取った行のないページ", figures.get("pages_without_records", "")),
        ("確信度の低い行", f"{low}行（施策・指標・工程{len(rows)}行のうち）"),
        ("読み取り時の注意", f"{len(notes)}件{at}"),
        ("読み取れなかったところ（未回答の質問）", f"{figures.get('questions_open', '0')}件"),
        ("人が確認・訂正した件数", f"{figures.get('verdicts_given', '0')}件"),
    ]
    columns = (Column("要確認", 30), Column("内容", 67))
    return Table("", columns, [cells(name, text) for name, text in said if text])
