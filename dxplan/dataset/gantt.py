"""Schedules as a drawing: one line a task, one column a fiscal year, as inline SVG that needs nothing.

What is not known is not drawn as if it were: a bar whose end is lost fades out, and a task without any mark
has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from normalize import durable

Row = Mapping[str, Any]
_LABEL, _YEAR, _LINE = 260, 84, 24  # pixels
_SIZE = 12
_TOP = 26
_BAR = "#2f6fb0"
_FAINT = "opacity:.3"


class Span(NamedTuple):
    """The time a bar covers, in years: 2026.0 is the start of fiscal year 2026 (April), 2027.0 its end.

    ``end`` is None where the plan does not show it; ``latest`` is then the latest time it can end.
    """

    start: float
    end: float | None
    latest: float


def span(row: Row) -> Span | None:
    """Return the time of a row of ``schedules``; None where the plan does not show its start."""
    if row["start_fy"] is None:
        return None
    start = row["start_fy"] + _months(row["start_month"], 0)
    end = None if row["end_fy"] is None else row["end_fy"] + _months(row["end_month"], 11, 1)
    last = row["end_fy_max"] or row["end_fy"] or row["start_fy"]
    return Span(start, end, end or last + 1.0)


def _months(month: int | None, otherwise: int, more: int = 0) -> float:
    """Fraction of the fiscal year before a calendar month; April is 0."""
    return ((otherwise if month is None else (month - 4) % 12) + more) / 12


class Gantt:
    """Rows of ``schedules``, drawn. ``svg`` is the drawing; Jupyter shows it."""

    def __init__(self, rows: Sequence[Row], titles: Mapping[str, str] | None = None) -> None:
        """``titles`` gives the heading for each measure_id; without it the rows have no headings."""
        self.rows = rows
        self.titles = titles or {}

    @property
    def svg(self) -> str:
        """The drawing; empty if no row has a year. All text is escaped."""
        return _draw(self.rows, self.titles)

    def save(self, path: str) -> None:
        """Write the drawing to a file."""
        durable.write(Path(path), self.svg.encode())

    def _repr_html_(self) -> str:
        return self.svg or "<p>No schedule with years.</p>"

    def __repr__(self) -> str:
        return f"<Gantt of {len(self.rows)} bars>"


def _draw(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    spans = [s for row in rows if (s := span(row))]
    if not spans:
        return ""
    first, last = int(min(s.start for s in spans)), max(s.latest for s in spans)
    years = range(first, int(last) + (last > int(last)))
    lines = _lines(rows, titles)
    width, height = _LABEL + _YEAR * len(years), _TOP + _LINE * len(lines) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'style="max-width:100%;height:auto" role="img" font-size="{_SIZE}" fill="currentColor" '
        "font-family=\"'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif\">"
        f"<title>{len(rows)} bars, fiscal years {years[0]} to {years[-1]}</title>"
        '<defs><linearGradient id="dxplan-open"><stop offset=".3" stop-color="#2f6fb0"/>'
        '<stop offset="1" stop-color="#2f6fb0" stop-opacity="0"/></linearGradient></defs>'
    ]
    for n, year in enumerate(years):
        x = _LABEL + n * _YEAR
        parts.append(f'<text x="{x + _YEAR / 2}" y="17" text-anchor="middle">{year}</text>')
        parts.append(f'<path d="M{x} {_TOP}V{height}" stroke="currentColor" style="{_FAINT}"/>')
    for n, (label, bars) in enumerate(lines):
        parts.append(_line(label, bars, _TOP + n * _LINE, first, width))
    return "".join(parts) + "</svg>"


def _lines(rows: Sequence[Row], titles: Mapping[str, str]) -> list[tuple[str, list[Row]]]:
    """Bars of one task on one line; a heading is a line without bars."""
    lines: list[tuple[str, list[Row]]] = []
    for measure, of_measure in groupby(rows, key=lambda r: r["measure_id"]):
        if measure in titles:
            lines.append((titles[measure], []))
        for task, bars in groupby(of_measure, key=lambda r: r["task"]):
            lines.append((task or "", list(bars)))
    return lines


def _line(label: str, bars: Sequence[Row], y: float, first: int, width: float) -> str:
    weight = "" if bars else ' font-weight="bold"'
    room = _LABEL - 16 if bars else width
    x = 10 if bars else 0
    middle = y + _LINE / 2 + _SIZE * 0.36
    shown = clip(label, room / _SIZE * 2)
    parts = [
        f'<path d="M0 {y}H{width}" stroke="currentColor" style="{_FAINT}"/>'
        f'<text x="{x}" y="{middle:.0f}"{weight}><title>{escape(label)}</title>{escape(shown)}</text>'
    ]
    for row in bars:
        if when := span(row):
            parts.append(_bar(row, when, y, middle, first))
        else:
            parts.append(f'<text x="{_LABEL + 6}" y="{middle:.0f}" style="opacity:.6">?</text>')
    return "".join(parts)


def _bar(row: Row, when: Span, y: float, middle: float, first: int) -> str:
    x = _LABEL + (when.start - first) * _YEAR
    length = (when.latest - when.start) * _YEAR
    fill = _BAR if when.end is not None else "url(#dxplan-open)"
    text = row["label"] or ""
    tip = f"{row['task'] or ''} {text} {describe(row)}".strip()
    return (
        f'<g><title>{escape(tip)}</title><rect x="{x + 1:.1f}" y="{y + 3}" width="{length - 2:.1f}" '
        f'height="{_LINE - 6}" rx="3" fill="{fill}"/>'
        f'<text x="{x + 6:.1f}" y="{middle:.0f}" fill="#fff">{escape(clip(text, (length - 10) / _SIZE * 2))}'
        "</text></g>"
    )


def describe(row: Row, latest: str = " (at most {})") -> str:
    """Write the years of a row: ``2026-2028``, ``2026`` for one year, ``2026-?`` for an end not shown.

    ``latest`` says up to which year an end that is not shown can reach.
    """
    start, end = row["start_fy"], row["end_fy"]
    if start is None:
        return "?"
    if start == end:
        return str(start)
    until = latest.format(row["end_fy_max"]) if not end and row["end_fy_max"] else ""
    return f"{start}-{end or '?'}{until}"


def clip(text: str, columns: float) -> str:
    """Cut a text to a width; a kanji takes two columns."""
    used = 0
    for n, character in enumerate(text):
        used += 2 if east_asian_width(character) in "WFA" else 1
        if used > columns:
            return text[: max(n - 1, 0)] + "…"
    return text
