"""Charts of a dataset, one call each.

Altair draws them: a picture is data and a description of it, which a reader of the notebook can change
(``plot.chart``) and which shows page and words as printed under the pointer when saved as HTML. Its converter
needs neither a browser nor the network. Every picture carries the glyphs of its Japanese text, cut from Noto
Sans JP (SIL OFL 1.1, from the package pylopdf-fonts-jp), so that it looks the same on every machine.

Needs the extra: ``pip install 'dxplan[plot]'``.
"""

from __future__ import annotations

import base64
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dxplan import optional
from dxplan.dataset import Dataset
from dxplan.dataset.gantt import clip, describe, span
from dxplan.errors import DatasetError
from normalize import durable
from normalize.indicators import by_id
from normalize.national_plan import national_plan

Row = Mapping[str, Any]
_FAMILY = "Noto Sans JP"
_FONT = f"'{_FAMILY}','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif"
_BLUE = "#2f6fb0"
_YEAR = 96  # pixels of a fiscal year
_LABEL = 0.055  # of a panel's height: a line of text
_PLACE = ("page", "source_text")


class Plot:
    """A picture. Jupyter shows it; ``chart`` is the Altair chart behind it, to change as you like."""

    def __init__(self, chart: Any) -> None:
        self.chart = chart

    def svg(self) -> str:
        """The picture as SVG, with the glyphs of its text."""
        svg: str = _converter().vegalite_to_svg(self._spec())
        head, body = svg.split(">", 1)
        return f"{head}><style>{_font_face(svg)}</style>{body}"

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as PNG; ``scale`` 2 has four pixels where 1 has one."""
        png: bytes = _converter().vegalite_to_png(self._spec(), scale=scale)
        return png

    def html(self) -> str:
        """A page that needs nothing else: what is under the pointer shows its page and its words."""
        html: str = _converter().vegalite_to_html(self._spec(), bundle=True, renderer="svg")
        style = f"<style>{_font_face(json.dumps(self._spec(), ensure_ascii=False))}</style>"
        return html.replace("</head>", f"{style}</head>", 1)

    def save(self, path: str | Path) -> None:
        """Write an .svg, .png or .html file.

        Raises:
            DatasetError: another ending.
        """
        path = Path(path)
        match path.suffix.lower():
            case ".svg":
                durable.write(path, self.svg().encode())
            case ".png":
                durable.write(path, self.png())
            case ".html":
                durable.write(path, self.html().encode())
            case other:
                raise DatasetError(f"a plot cannot be saved as {other!r}; use .svg, .png or .html")

    def _spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self.chart.to_dict()
        return spec

    def __repr__(self) -> str:
        return f"<Plot {self._spec()['title']['text']}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}


def gantt(dataset: Dataset, item: str | None = None) -> Plot:
    """Draw the schedules of a plan, grouped by measure; or those of one national item, grouped by city.

    Bars whose end the plan does not show are pale and reach to the latest year they can end in; tasks
    without any year are left out.

    Raises:
        DatasetError: there is nothing to draw.
    """
    rows = dataset.read("schedules", **({"item": item} if item else {})).to_pylist()
    plans = plan_names(dataset)
    measures = {m["measure_id"]: m for m in dataset.measures.arrow().to_pylist()}
    bars = [bar for row in rows if (bar := _bar(row, measures, plans, by_plan=item is not None))]
    if not bars:
        raise DatasetError(_nothing(f"no schedule with years{f' for {item}' if item else ''}", item))
    first, last = int(min(b["start"] for b in bars)), int(-(-max(b["latest"] for b in bars) // 1))
    alt = _altair()
    x = alt.X("start:Q").scale(domain=[first, last], nice=False, zero=False)
    x = x.axis(
        values=list(range(first, last + 1)),
        labelExpr=f"datum.value < {last} ? datum.label : ''",
        format="d",
        labelAlign="left",
        title="fiscal year (from April)",
    )
    y = alt.Y("task:N").sort(None).title(None).axis(labelLimit=280, domain=False, ticks=False)
    ends = ["shown", "not shown: at the latest"]
    color = alt.Color("end:N").scale(domain=ends, range=[_BLUE, "#a9c6e6"]).title("end of the bar")
    if all(b["end"] == "shown" for b in bars):
        color = color.legend(None)
    base = alt.Chart().encode(x=x, y=y)
    drawn = base.mark_bar(height=15, cornerRadius=2).encode(
        x2="latest:Q",
        color=color,
        tooltip=["plan:N", "measure:N", "task:N", "label:N", "years:N", *_tooltip()],
    )
    labels = base.mark_text(align="left", dx=4, fontSize=10).encode(
        text="shown:N", color=alt.condition("datum.end == 'shown'", alt.value("white"), alt.value("#222"))
    )
    groups = list(dict.fromkeys(b["group"] for b in bars))
    header = alt.Header(labelOrient="top", labelAnchor="start", labelFontSize=12, labelPadding=4, title=None)
    layered = alt.layer(drawn, labels).properties(width=_YEAR * (last - first), height=alt.Step(20))
    chart = layered.facet(
        row=alt.Row("group:N").sort(groups).header(header), data=alt.InlineData(values=bars), spacing=8
    ).resolve_scale(y="independent")
    title = _item_title(item) if item else next(iter(plans.values())) if len(plans) == 1 else "schedules"
    return Plot(_styled(chart, title))


def _bar(row: Row, measures: Mapping[str, Row], plans: Mapping[str, str], *, by_plan: bool) -> Row | None:
    when = span(row)
    if when is None:
        return None
    measure = measures.get(row["measure_id"], {})
    name = f"{measure.get('number') or ''} {measure.get('title') or ''}".strip()
    label = row["label"] or ""
    return {
        "group": plans[row["doc_id"]] if by_plan else name or "outside the measures",
        "plan": plans[row["doc_id"]],
        "measure": name,
        "task": row["task"] or label or "—",
        "label": label,
        "shown": clip(label, ((when.latest - when.start) * _YEAR - 8) / 5),
        "start": when.start,
        "latest": when.latest,
        "end": "shown" if when.end is not None else "not shown: at the latest",
        "years": describe(row),
        **{column: row[column] for column in _PLACE},
    }


def coverage(dataset: Dataset) -> Plot:
    """Draw which city's plan has how many measures for which item of the national plan (自治体DX推進計画).

    The links are suggestions with a score; the pointer shows the best one.
    """
    plans = plan_names(dataset)
    links = [row for row in dataset.read("national_links").to_pylist() if row["doc_id"] in plans]
    counts = Counter((row["doc_id"], row["item"]) for row in links)
    best: dict[tuple[str, str], float] = {}
    for row in links:
        key = (row["doc_id"], row["item"])
        best[key] = max(best.get(key, 0.0), row["score"] or 0.0)
    cells = [
        {
            "plan": name,
            "item": item.title,
            "measures": counts[doc_id, item.id],
            "best": best.get((doc_id, item.id)),
        }
        for doc_id, name in plans.items()
        for item in national_plan().items
    ]
    alt = _altair()
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("item:N").sort(None).title(None).axis(orient="top", labelAngle=-50, labelLimit=260),
        y=alt.Y("plan:N").sort(None).title(None).axis(labelLimit=260),
    )
    blank = alt.condition(
        "datum.measures == 0", alt.value("#f4f4f4"), _shade(max(counts.values(), default=1))
    )
    squares = base.mark_rect(stroke="white").encode(
        color=blank,
        tooltip=["plan:N", "item:N", "measures:Q", alt.Tooltip("best:Q", format=".2f", title="best link")],
    )
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.condition("datum.measures == 0", alt.value(""), "measures:Q"),
        color=alt.condition("datum.measures > 1", alt.value("white"), alt.value("#222")),
    )
    chart = alt.layer(squares, numbers).properties(width=alt.Step(30), height=alt.Step(26))
    return Plot(_styled(chart, "measures for each item of the national plan"))


def _shade(most: int) -> Any:
    return (
        _altair().Color("measures:Q").scale(domain=[0, max(most, 2)], range=["#e3eef9", _BLUE]).legend(None)
    )


def slopes(dataset: Dataset, indicator: str) -> Plot:
    """Draw baseline and target of one indicator across cities.

    Args:
        dataset: the dataset, or a plan.
        indicator: a canonical id (``indicator_id``), else words that the indicator's name holds.

    A line needs two plain numbers of one unit; multiples (1.5倍), changes and milestones have none. The
    subtitle says how many rows are drawn. Each unit has a panel of its own.

    Raises:
        DatasetError: no row answers to ``indicator``, or none can be drawn.
    """
    found = _rows_of_indicator(dataset, indicator)
    drawn = [row for row in found if _comparable(row)]
    if not drawn:
        raise DatasetError(
            f"none of the {len(found)} rows of {indicator!r} has a baseline and a target in one unit"
        )
    plans = plan_names(dataset)
    points = _set_apart([point for row in drawn for point in _ends(row, plans[row["doc_id"]])])
    subtitle = f"{len(drawn)} of {len(found)} rows have a baseline and a target in one unit"
    known = by_id(indicator)
    title = known.name if known else indicator
    return Plot(_styled(_slope_chart(points, _scheme(plans)), title, subtitle))


def _rows_of_indicator(dataset: Dataset, indicator: str) -> list[Row]:
    """Rows with the canonical id, else those whose name holds the words; no repetitions."""
    rows = dataset.read("kpis").to_pylist()
    found = [r for r in rows if r["indicator_id"] == indicator and not r["is_repeat"]]
    found = found or [r for r in rows if indicator in (r["indicator_norm"] or "") and not r["is_repeat"]]
    if not found:
        known = sorted({r["indicator_id"] for r in rows if r["indicator_id"]})
        raise DatasetError(f"no indicator answers to {indicator!r}; ids here: {', '.join(known)}")
    return found


def _slope_chart(points: list[dict[str, Any]], scheme: str) -> Any:
    """A line from baseline to target for each row; each unit has a panel of its own."""
    alt = _altair()
    x = alt.X("end:N").sort(["baseline", "target"]).title(None)
    x = x.axis(labelAngle=0, orient="top", grid=True, ticks=False, domain=False).scale(padding=0.7)
    base = alt.Chart().encode(
        x=x,
        y=alt.Y("value:Q").axis(None).scale(zero=False, padding=12),
        detail="row:N",
        color=alt.Color("plan:N").title(None).sort(None).legend(labelLimit=260).scale(scheme=scheme),
        tooltip=["plan:N", "indicator:N", "raw:N", "fy:O", *_tooltip()],
    )
    text = base.mark_text(fontSize=11).encode(y=alt.Y("place:Q"))
    layers = alt.layer(
        base.mark_line(strokeWidth=2),
        base.mark_point(filled=True, size=60, opacity=1),
        text.mark_text(align="right", dx=-9)
        .transform_filter("datum.end == 'baseline'")
        .encode(text="shown:N"),
        text.mark_text(align="left", dx=9).transform_filter("datum.end == 'target'").encode(text="shown:N"),
    ).properties(width=380, height=300)
    header = alt.Header(title=None, labelFontSize=12, labelExpr="'unit: ' + datum.value")
    facets = layers.facet(column=alt.Column("unit:N").header(header), data=alt.InlineData(values=points))
    return facets.resolve_scale(y="independent")


def _scheme(plans: Mapping[str, str]) -> str:
    """A colour scheme that has enough colours for the plans."""
    return "tableau10" if len(plans) <= 10 else "tableau20"


def _set_apart(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each label its ``place``: at its value, or as far above it as the label below needs."""
    for unit in {point["unit"] for point in points}:
        panel = sorted((p for p in points if p["unit"] == unit), key=lambda p: p["value"])
        line = (panel[-1]["value"] - panel[0]["value"]) * _LABEL
        last: dict[str, float] = {}
        for point in panel:
            point["place"] = max(point["value"], last.get(point["end"], -math.inf) + line)
            last[point["end"]] = point["place"]
    return points


def _comparable(row: Row) -> bool:
    return (
        row["target_kind"] in ("absolute", "frequency")
        and row["baseline_value"] is not None
        and row["target_value"] is not None
        and row["baseline_unit"] == row["target_unit"]
    )


def _ends(row: Row, plan: str) -> Iterable[dict[str, Any]]:
    for end in ("baseline", "target"):
        year = row[f"{end}_fy"]
        yield {
            "row": row["kpi_id"],
            "plan": plan,
            "indicator": row["indicator"],
            "end": end,
            "value": row[f"{end}_value"],
            "unit": row["target_unit"] or "—",
            "raw": row[f"{end}_raw"],
            "shown": f"{row[f'{end}_value']:,.10g}" + (f" ({year})" if year else ""),
            "fy": year,
            **{column: row[column] for column in _PLACE},
        }


def variants(dataset: Dataset, *terms: str, most: int = 12) -> Plot:
    """Draw how often each plan writes each form of a term.

    Args:
        dataset: the dataset, or a plan.
        terms: ids or any forms of terms; without any, the terms with most forms.
        most: how many terms to draw where none is given.

    Raises:
        DatasetError: a term that the dataset does not have.
    """
    mentions = dataset.read("mentions").to_pylist()
    canonical = {t["term_id"]: t["canonical"] for t in dataset.terms.arrow().to_pylist()}
    forms: dict[str, set[str]] = {}
    for row in mentions:
        forms.setdefault(row["term_id"], set()).add(row["surface"])
    if terms:
        chosen = [_term(term, forms, canonical) for term in terms]
    else:
        chosen = sorted((t for t in forms if len(forms[t]) > 1), key=lambda t: (-len(forms[t]), t))[:most]
    if not chosen:
        raise DatasetError("no term has more than one form here; name a term to see its only form")
    plans = plan_names(dataset)
    drawn = [(row["term_id"], _form(row), row["doc_id"]) for row in mentions if row["term_id"] in chosen]
    totals = Counter(one[:2] for one in drawn)
    cells = [
        {"term": canonical[term], "form": form, "plan": plans[doc_id], "mentions": n}
        for (term, form, doc_id), n in sorted(Counter(drawn).items(), key=lambda c: (-totals[c[0][:2]], c[0]))
    ]
    alt = _altair()
    header = alt.Header(labelOrient="left", labelAngle=0, labelAlign="left", labelFontSize=12, title=None)
    chart = (
        alt.Chart(alt.InlineData(values=cells))
        .mark_bar(height=14)
        .encode(
            x=alt.X("mentions:Q").title("mentions").axis(tickMinStep=1, format="d"),
            y=alt.Y("form:N").sort(None).title(None).axis(labelLimit=260),
            color=alt.Color("plan:N").title(None).legend(labelLimit=260).scale(scheme=_scheme(plans)),
            tooltip=["term:N", "form:N", "plan:N", "mentions:Q"],
        )
        .properties(width=320, height=alt.Step(18))
        .facet(row=alt.Row("term:N").sort([canonical[t] for t in chosen]).header(header), spacing=6)
        .resolve_scale(y="independent")
    )
    return Plot(_styled(chart, "forms of terms, by plan"))


def _term(term: str, forms: Mapping[str, set[str]], canonical: Mapping[str, str]) -> str:
    for term_id, surfaces in forms.items():
        if term in (term_id, canonical[term_id]) or term in surfaces:
            return term_id
    raise DatasetError(f"no term answers to {term!r}; look in ds.terms() for those of this dataset")


def _form(mention: Row) -> str:
    """The form as printed; a space is shown where it makes the form another one (Ａ Ｉ)."""
    surface: str = mention["surface"]
    return surface.replace("\u3000", " ").replace(" ", "␣") if mention["kind"] == "spacing" else surface


def plan_names(dataset: Dataset) -> dict[str, str]:
    """Name every document that was read by its municipality, told apart by period or file where need be."""
    rows = [d for d in dataset.documents.arrow().to_pylist() if d["status"] != "failed"]
    by_city = Counter(d["municipality"] for d in rows)
    names = {}
    for d in sorted(
        rows, key=lambda d: (d["municipality_code"] or "", d["municipality"] or "", d["period_start_fy"] or 0)
    ):
        name = d["municipality"] or d["source_name"]
        if d["municipality"] and by_city[name] > 1:
            name += f" {d['period_start_fy'] or d['source_name']}"
        names[d["doc_id"]] = name
    return names


def _item_title(item: str) -> str:
    return next((one.title for one in national_plan().items if one.id == item), item)


def _nothing(reason: str, item: str | None) -> str:
    known = ", ".join(one.id for one in national_plan().items)
    return f"{reason}; items are {known}" if item else reason


def _tooltip() -> Sequence[Any]:
    alt = _altair()
    return [alt.Tooltip("page:Q", title="page"), alt.Tooltip("source_text:N", title="as printed")]


def _styled(chart: Any, title: str, subtitle: str = "") -> Any:
    """Give all charts one look: the registered font, few lines."""
    text = {"text": title, "anchor": "start", "fontSize": 15, "fontWeight": "normal", "offset": 12}
    chart = chart.properties(title=text | ({"subtitle": subtitle} if subtitle else {}))
    return (
        chart.configure(font=_FONT, background="white", padding=12)
        .configure_view(stroke=None)
        .configure_axis(titleFontWeight="normal", labelFontSize=11, gridColor="#ddd")
        .configure_legend(titleFontWeight="normal", labelFontSize=11)
    )


@cache
def _altair() -> Any:
    return optional.load("altair", "plot")


@cache
def _converter() -> Any:
    converter = optional.load("vl_convert", "plot")
    converter.register_font_directory(str(_font().parent))
    return converter


def _font() -> Path:
    path: Path = optional.load("pylopdf_fonts_jp", "plot").sans_path()
    return path


def _font_face(text: str) -> str:
    """A CSS rule with the glyphs of a text, about 200 bytes a character."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], hinting=False)
    font = TTFont(_font(), lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = None
    data = io.BytesIO()
    font.save(data)
    encoded = base64.b64encode(data.getvalue()).decode()
    return f"@font-face{{font-family:'{_FAMILY}';src:url(data:font/otf;base64,{encoded})}}"
