"""Two rows that are one: what the reader cut in two, said to be one row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from dxplan.corrections.links import LINKED, MEASURE
from dxplan.corrections.verdicts import NAMED, Row, Verdict, columns, judge, new_act

_PROSE: Final = {"overview", "background", "approach", "definition", "description"}
_OUTER: Final = {"start_fy": min, "end_fy": max, "end_fy_max": max}  # of two bars


def joined(table: str, first: Row, second: Row) -> dict[str, Any]:
    """What the first row has to say otherwise to say what both do.

    The name goes on, lists and prose grow, a bar spans both; else the first row's word holds, if it has one.

    >>> one = dict.fromkeys(c.name for c in columns("kpis")) | {"indicator": "窓口の"}
    >>> joined("kpis", one, one | {"indicator": "待ち時間", "target_value": 10.0})
    {'indicator': '窓口の待ち時間', 'target_value': 10.0}
    """
    found = {c.name: _both(table, c.name, first[c.name], second[c.name]) for c in columns(table)}
    return {name: value for name, value in found.items() if value != first[name]}


def _both(table: str, column: str, mine: Any, other: Any) -> Any:
    if mine in (None, "", []) or other in (None, "", []):
        return other if mine in (None, "", []) else mine
    if table == "schedules" and column in _OUTER:
        return _OUTER[column](mine, other)
    if isinstance(mine, list):
        return [*mine, *(one for one in other if one not in mine)]
    if column == NAMED[table]:
        return mine if other in mine else other if mine in other else f"{mine}{other}"
    return f"{mine}\n{other}" if column in _PROSE and other not in mine else mine


def join(
    document: Mapping[str, Any],
    table: str,
    first: Row,
    second: Row,
    author: str,
    *,
    measures: Sequence[Row] = (),
    parts: Mapping[str, Sequence[Row]] | None = None,
    note: str | None = None,
    today: date | None = None,
) -> list[Verdict]:
    """The verdicts that two rows are one: the first says what both do, the second goes.

    Args:
        document: the row of their document.
        table: their table.
        first: the row that stays.
        second: the row that goes.
        author: who says so.
        measures: those of the document.
        parts: of measures, the indicators and bars of the document by table: the second's go to the first.
        note: why.
        today: the day it is said.
    """
    act = new_act()

    def said(table: str, row: Row, verdict: Any, column: str | None = None, new: Any = None) -> Verdict:
        return judge(
            document, table, row, verdict, author, column=column, new=new, note=note, today=today, act=act,
            measures=measures,
        )  # fmt: skip

    def every() -> Iterator[Verdict]:
        for column, new in joined(table, first, second).items():
            yield said(table, first, "corrected", column, new)
        if table == "measures":
            for linked in LINKED:
                for row in (parts or {}).get(linked, ()):
                    if row[MEASURE] == second[MEASURE]:
                        yield said(linked, row, "corrected", MEASURE, first[MEASURE])
        yield said(table, second, "wrong")

    return list(every())
