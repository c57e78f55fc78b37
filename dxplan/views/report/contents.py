"""What a report about an item, an indicator or municipalities holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views import japanese
from dxplan.views.compare.indicators import indicator as compare_indicator
from dxplan.views.compare.items import item as compare_item
from dxplan.views.compare.places import places_of, rows_of
from dxplan.views.japanese import PLAN_END
from dxplan.views.report.paper import Cell, Column, Line, Report, Table, cells, fitted, stacked
from normalize import national_plan

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
DOUBT = "※"
LOW = 0.9  # confidence below which a value is marked
_MOST_SOURCES = 12  # plans named one by one under a report
_MOST_COLUMNS = 8  # municipalities beside each other

AS_PRINTED = "値は計画の記載のとおり。単位が表の別の欄にある場合は補いました。年度は4月から翌年3月まで。"
PAGES = "頁は計画のファイルの何ページ目か（表紙を1ページ目と数える）。"
NO_YEAR = f"{PLAN_END} 目標年度の記載がないため、計画の終わりの年度を示しました。"
DOUBTFUL = f"{DOUBT} 読み取りの確信度が低い値です。計画の該当頁で確認してください。"


def about_item(dataset: Dataset, item: str, municipalities: Sequence[str] = ()) -> Report:
    """An item of the national plan: measures, indicators and schedules of each plan."""
    chosen = _chosen(dataset, municipalities)
    rows = [r for r in _records(compare_item(dataset, item)) if r["doc_id"] in chosen]
    doubts = _doubts(dataset)
    item_id = names.item_id(item) or item
    (title,) = (one.title for one in national_plan.national_plan().items if one.id == item_id)
    serving = _grouped((r for r in rows if r["entry"] != "not_found"), "doc_id")
    kpis = [r for r in rows if r["entry"] == "kpi"]
    notes = [*_notes(kpis, doubts), *_without(rows), *_sources(dataset, serving)]

    def draft(short: bool) -> Callable[[], Report]:
        return lambda: Report(
            title=f"比較表：{title}",
            subtitle=f"国の自治体DX推進計画の項目「{title}」に当たる施策（{len(serving)}計画）",
            tables=[Table("", _ITEM_COLUMNS, _item_lines(serving, doubts, short=short))],
            notes=notes,
        )

    return fitted([draft(False), draft(True)])


_ITEM_COLUMNS = (
    Column("自治体\n（計画期間）", 10),
    Column("施策", 15),
    Column("指標", 17),
    Column("基準値・現状値", 15),
    Column("目標値", 12),
    Column("目標年度", 8.5),
    Column("工程", 27),
    Column("頁", 4.5, "center"),
)


def _item_lines(plans: Mapping[str, Sequence[Row]], doubts: set[str], *, short: bool) -> list[Line]:
    lines: list[Line] = []
    for rows in plans.values():
        of_plan: list[Line] = []
        for of_measure in _grouped(rows, "measure_id").values():
            of_plan += _measure_lines(of_measure, doubts, short=short)
        head = rows[0]["place"] + (f"\n（{japanese.years(rows[0]['plan'])}）" if rows[0]["plan"] else "")
        lines += stacked([head], of_plan)
    return lines


def _measure_lines(rows: Sequence[Row], doubts: set[str], *, short: bool) -> list[Line]:
    """A measure with its indicators, one a line, and its schedule in one cell beside them all."""
    kpis = [r for r in rows if r["entry"] == "kpi"]
    own = [r for r in rows if r["entry"] == "measure"]
    shown = kpis or own or rows[:1]  # without an indicator the page is the measure's own
    schedule = Cell(_schedule(rows, short=short), len(shown))
    lines = [
        [*_values(row, doubts), schedule if n == 0 else None, Cell(japanese.page(row["page"]))]
        for n, row in enumerate(shown)
    ]
    return stacked([rows[0]["measure"] or "（施策に結び付かない指標）"], lines)


def _values(row: Row, doubts: set[str]) -> list[Cell | None]:
    """Indicator, values before, target, its year."""
    if row["entry"] != "kpi":
        return cells("－", "", "", "")
    return [
        Cell(row["what"] or ""),
        Cell(_before(row)),
        Cell(japanese.value(row, "target", dated=False) + _mark(row, doubts), strong=True),
        Cell(japanese.years(row["years"])),
    ]


def _before(row: Row) -> str:
    return "\n".join(said for which in ("baseline", "current") if (said := japanese.value(row, which)))


def _mark(row: Row, doubts: set[str]) -> str:
    return DOUBT if any(one in doubts for one in _ids(row)) else ""


def _schedule(rows: Sequence[Row], *, short: bool) -> str:
    """Tasks one a line, each with its steps: ``申請書作成支援：調達 令和8年度 → 試行 令和9年度``."""
    bars = [r for r in rows if r["entry"] == "schedule"]
    if short and len(bars) > 1:
        return _span(bars)
    tasks: dict[str, list[str]] = defaultdict(list)
    for bar in bars:
        task, _, label = (bar["name"] or "").partition(" / ")
        tasks[task].append(f"{label} {japanese.years(bar['years'])}".strip())
    lines = [f"{task}：{' → '.join(steps)}" if task else " → ".join(steps) for task, steps in tasks.items()]
    lines += [f"本文：{r['after']}" for r in rows if r["entry"] == "text"]
    return "\n".join(lines)


def _span(bars: Sequence[Row]) -> str:
    """From the first year of all tasks to the last: ``令和8〜12年度（5工程）``."""
    starts = [r["start_fy"] for r in bars if r["start_fy"]]
    ends = [r["end_fy"] or r["end_fy_max"] or r["start_fy"] for r in bars if r["start_fy"]]
    years = japanese.years(f"{min(starts)}–{max(ends)}") if starts else ""
    return f"{years}（{len(bars)}工程）"


def about_indicator(dataset: Dataset, indicator: str, municipalities: Sequence[str] = ()) -> Report:
    """An indicator: the values of each plan that may stand beside each other, the others apart with why."""
    chosen = _chosen(dataset, municipalities)
    rows = [r for r in _records(compare_indicator(dataset, indicator)) if r["doc_id"] in chosen]
    if not rows:
        raise DatasetError(f"no plan chosen has an indicator {indicator!r}")
    doubts = _doubts(dataset)
    beside = [r for r in rows if r["comparable"]]
    apart = [r for r in rows if not r["comparable"]]
    notes = [*_notes(rows, doubts), *_sources(dataset, dict.fromkeys(r["doc_id"] for r in rows))]
    title = _indicator_name(beside or rows, indicator)
    tables = [*_beside(beside, doubts), *_apart(apart, doubts)]
    issuers = len({r["place"] for r in rows})
    return fitted(
        [
            lambda: Report(
                title=f"比較表：{title}",
                subtitle=f"{issuers}自治体の計画にある指標{len(rows)}件",
                tables=tables,
                notes=notes,
            )
        ]
    )


def _beside(rows: Sequence[Row], doubts: set[str]) -> list[Table]:
    """The values that may be compared, with their change a year."""
    counted = "・".join(dict.fromkeys(r["comparable_unit"] for r in rows if r["comparable_unit"]))
    title = f"並べて比べられる値（単位：{counted}）" if counted else "並べて比べられる値"
    columns = (*_INDICATOR_COLUMNS, Column("1年あたりの増減", 9), _PAGE)
    lines = [_indicator_line(r, doubts, japanese.pace(r)) for r in rows]
    return [Table(title, columns, lines)] if rows else []


def _apart(rows: Sequence[Row], doubts: set[str]) -> list[Table]:
    """The values that may not, with the reason."""
    columns = (*_INDICATOR_COLUMNS, Column("理由", 17), _PAGE)
    lines = [_indicator_line(r, doubts, japanese.reason(r["why"])) for r in rows]
    return [Table("そのままでは比べられない値", columns, lines)] if rows else []


_PAGE = Column("頁", 4.5, "center")
_INDICATOR_COLUMNS = (
    Column("自治体", 9),
    Column("計画期間", 10),
    Column("施策", 17),
    Column("指標（計画の表記）", 18),
    Column("基準値・現状値", 15),
    Column("目標値", 11),
    Column("目標年度", 9),
)


def _indicator_line(row: Row, doubts: set[str], last: str) -> Line:
    target = japanese.value(row, "target", dated=False) + _mark(row, doubts)
    texts = (
        row["place"], japanese.years(row["plan"]), row["measure"] or "", row["what"] or "", _before(row),
        target, japanese.years(row["years"]), last, japanese.page(row["page"]),
    )  # fmt: skip
    return [Cell(text, strong=n in (0, 5)) for n, text in enumerate(texts)]


def _indicator_name(rows: Sequence[Row], asked: str) -> str:
    from normalize import indicators

    found = indicators.by_id(rows[0]["indicator_id"])
    return found.name if found else asked


def about_municipalities(dataset: Dataset, municipalities: Sequence[str] = ()) -> Report:
    """Plans beside each other: period, policies, how many measures and indicators, and what for each item."""
    places = places_of(dataset)
    chosen = [doc_id for doc_id in places if doc_id in _chosen(dataset, municipalities)]
    if len(chosen) > _MOST_COLUMNS:
        raise DatasetError(
            f"{len(chosen)} plans do not stand beside each other on a page; name up to {_MOST_COLUMNS} "
            "municipalities, or ask for an item or an indicator"
        )
    documents = {d["doc_id"]: d for d in rows_of(dataset, "documents")}
    measures = {m["measure_id"]: m for m in rows_of(dataset, "measures", doc_id=chosen)}
    served: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for link in rows_of(dataset, "national_links", doc_id=chosen):
        if link["item"] != national_plan.OTHER and link["measure_id"] in measures:
            served[link["doc_id"], link["item"]].append(measures[link["measure_id"]])
    policies = _grouped(rows_of(dataset, "policies", doc_id=chosen), "doc_id")
    counts = {
        name: _grouped(rows_of(dataset, name, doc_id=chosen), "doc_id") for name in ("kpis", "schedules")
    }
    of_plan = _grouped(measures.values(), "doc_id")

    def told(say: Callable[[str], str]) -> list[Cell | None]:
        return cells(*(say(doc_id) or "－" for doc_id in chosen))

    def named(doc_id: str) -> str:
        highest = [p for p in policies.get(doc_id, ()) if p["level"] == 1]
        return "\n".join(f"{p['number'] or '・'} {p['title']}" for p in highest)

    def lines(short: bool) -> list[Line]:
        def titles(item: str, doc_id: str) -> str:
            return _titles(served[doc_id, item], short)

        found: list[Line] = [
            [
                Cell("計画", strong=True),
                *told(lambda d: documents[d]["title"] or documents[d]["source_name"]),
            ],
            [Cell("計画期間", strong=True), *told(lambda d: japanese.years(places[d]["plan"]))],
            [Cell("基本理念", strong=True), *told(lambda d: _vision(policies.get(d, ())))],
            [Cell("方針", strong=True), *told(named)],
            [
                Cell("施策・指標・工程", strong=True),
                *told(
                    lambda d: (
                        f"施策{len(of_plan.get(d, ()))}・指標{len(counts['kpis'].get(d, ()))}"
                        f"・工程{len(counts['schedules'].get(d, ()))}"
                    )
                ),
            ],
        ]
        for one in national_plan.national_plan().items:
            if any((doc_id, one.id) in served for doc_id in chosen):
                found.append([Cell(one.title, strong=True), *told(partial(titles, one.id))])
        return found

    twice = Counter(places[d]["place"] for d in chosen)
    heads = [
        _place_and_plan(places[d]) if twice[places[d]["place"]] > 1 else places[d]["place"] for d in chosen
    ]
    columns = (Column("", 14), *(Column(head, 83 / max(len(chosen), 1)) for head in heads))
    notes = [
        "施策名の後の数字は頁（計画のファイルの何ページ目か）。" + AS_PRINTED,
        "国の計画の項目と施策の対応は、計画の記載・施策名・本文から判断した候補です。「－」は見つけられなかったもので、"
        "記載がないとは限りません。",
    ]
    drafts = [_places_draft(columns, lines(short), notes, len(chosen)) for short in (False, True)]
    return fitted(drafts)


def _places_draft(
    columns: Sequence[Column], lines: Sequence[Line], notes: Sequence[str], n: int
) -> Callable[[], Report]:
    return lambda: Report(
        title="自治体DX推進計画の比較表",
        subtitle=f"{n}計画の方針と、国の自治体DX推進計画の項目ごとの施策",
        tables=[Table("", columns, lines)],
        notes=notes,
    )


def _titles(measures: Sequence[Row], short: bool) -> str:
    if short and len(measures) > 2:
        measures, more = measures[:2], f"\nほか{len(measures) - 2}件"
    else:
        more = ""
    return "\n".join(f"{m['title']}（{japanese.page(m['page'])}）" for m in measures) + more


def _vision(policies: Sequence[Row]) -> str:
    return "\n".join(p["title"] or "" for p in policies if p["level"] is None)


# --- what reports share ---------------------------------------------------------------------------------


def _chosen(dataset: Dataset, municipalities: Sequence[str]) -> set[str]:
    """The documents of these municipalities; of all, if none is named.

    Raises:
        DatasetError: a name that no municipality has, with the nearest.
    """
    documents = [d for d in rows_of(dataset, "documents") if d["status"] != "failed"]
    if not municipalities:
        return {d["doc_id"] for d in documents}
    chosen: set[str] = set()
    for name in municipalities:
        found = names.matching(name, {d["doc_id"]: _names(d) for d in documents})
        found = found or names.by_part(name, {d["doc_id"]: _places(d) for d in documents})
        if not found:
            near = names.nearest(name, (d["municipality"] for d in documents))
            raise DatasetError(f"no plan of {name!r}; near it: {', '.join(near)}")
        chosen.update(found)
    return chosen


def _names(document: Row) -> list[str]:
    """What a document may be called by."""
    return [*_places(document), *(name for c in ("title", "source_name") if (name := document[c]))]


def _places(document: Row) -> list[str]:
    place, prefecture = document["municipality"] or "", document["prefecture"] or ""
    return [place, prefecture + place] if place else []


def _doubts(dataset: Dataset) -> set[str]:
    """The indicators of low confidence, by id."""
    rows = rows_of(dataset, "kpis")
    return {r["kpi_id"] for r in rows if r["confidence"] is not None and round(r["confidence"], 4) < LOW}


def _notes(kpis: Sequence[Row], doubts: set[str]) -> list[str]:
    """What the signs beside the values mean, as far as they occur."""
    notes = [AS_PRINTED + PAGES]
    if any(len(r["years"] or "") > 1 and r["years"].endswith("?") for r in kpis):
        notes.append(NO_YEAR)
    if any(one in doubts for r in kpis for one in _ids(r)):
        notes.append(DOUBTFUL)
    return notes


def _without(rows: Sequence[Row]) -> list[str]:
    """The plans in which nothing was found."""
    listed = "、".join(_place_and_plan(r) for r in rows if r["entry"] == "not_found")
    said = f"次の計画には、この項目に当たる施策を見つけられませんでした（記載がないとは限りません）：{listed}"
    return [said] if listed else []


def _sources(dataset: Dataset, doc_ids: Iterable[str]) -> list[str]:
    """The plans that a report is made from."""
    wanted = list(doc_ids)
    if len(wanted) > _MOST_SOURCES:
        return []
    documents = {d["doc_id"]: d for d in rows_of(dataset, "documents", doc_id=wanted)}
    said = [
        f"{documents[d]['municipality'] or ''}「{documents[d]['title'] or documents[d]['source_name']}」"
        for d in wanted
    ]
    return [f"出典：{'、'.join(said)}"] if said else []


def _place_and_plan(row: Row) -> str:
    return f"{row['place']}（{japanese.years(row['plan'])}）" if row["plan"] else str(row["place"])


def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)


def _ids(row: Row) -> list[str]:
    """The indicators that a row is about."""
    if "kpi_id" in row:
        return [row["kpi_id"]]
    return list(row["row_ids"] or ()) if row["entry"] == "kpi" else []


def _records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, with None for what is missing."""
    import pyarrow as pa

    rows: list[Row] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return rows
