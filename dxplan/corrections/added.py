"""Rows that the reader missed and a person added: what they hold, and where they stand.

The bytes of the file are the same as then, so such a row stays true whatever the reader comes to be. It is
left out where the reader reads the same itself by then (agreed), or something else of that name (outdated).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from dxplan.corrections.links import LINKED, MEASURE, measure_of, name_of
from dxplan.corrections.verdicts import NAMED, RULE, Row, Verdict, key_column, set_value
from dxplan.tables import TABLES
from normalize import values
from normalize.characters import normalize, squash
from normalize.quantities import parse_target, split_qualifier

_MARK = re.compile(r"^[^\w(（「『]+")  # before an item of a list
Box = tuple[float, float, float, float]

# What tells two rows of one page apart.
_APART: Final[Mapping[str, tuple[str, ...]]] = {
    "kpis": ("indicator", "qualifier"),
    "schedules": ("task", "label", "start_fy"),
    "procedures": ("name", "group"),
}


def words_in(blocks: Sequence[Row], page: int | None, box: Box | None) -> tuple[int, int, str] | None:
    """The text that stands in a box of a page, and where its first and last character are."""
    inside = blocks_in(blocks, page, box) if box else []
    if not inside:
        return None
    text = "\n".join(b["text"] for b in inside)
    return min(b["char_start"] for b in inside), max(b["char_end"] for b in inside), text


def blocks_in(blocks: Sequence[Row], page: int | None, box: Box) -> list[Row]:
    """The blocks of a page that stand in a box."""
    return [b for b in blocks if page and b["page"] == page and b["bbox"] and _is_inside(b["bbox"], box)]


def _is_inside(inner: Mapping[str, float], outer: Box) -> bool:
    """Whether the middle of a block is in a box."""
    x, y = (inner["x0"] + inner["x1"]) / 2, (inner["y0"] + inner["y1"]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def guessed(table: str, text: str) -> dict[str, str]:
    """What a row may say by the words that stand there, for a person to look at.

    >>> guessed("kpis", "◆窓口の待ち時間\\n25分\\n10分以下")
    {'indicator': '窓口の待ち時間', 'target_raw': '10分以下', 'baseline_raw': '25分'}
    """
    lines = [line for one in text.splitlines() if (line := _MARK.sub("", one.strip()))]
    found = {NAMED[table]: lines[0]} if lines else {}
    if table == "kpis":
        amounts = [line for line in lines[1:] if parse_target(line).value is not None]
        found |= dict(zip(("target_raw", "baseline_raw"), [*amounts[-1:], *amounts[:1][: len(amounts) - 1]]))
    return found


def completed(table: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a person typed of a row, with what follows from it: 80%以上 is 80, %, at least.

    >>> row = completed("kpis", {"indicator": "講座(年間)", "target_raw": "3回以上"})
    >>> row["indicator"], row["qualifier"], row["target_value"], row["target_unit"], row["target_bound"]
    ('講座', '年間', 3.0, '回', 'at_least')
    """
    said = {name: value for name, value in typed.items() if value not in (None, "", [])}
    if table == "kpis":
        said = _read_values(said)
        name, qualifier = split_qualifier(said.get("indicator", ""))
        if qualifier and "qualifier" not in said:
            said |= {"indicator": name, "qualifier": qualifier}
    if table == "schedules" and "span_certainty" not in said and "start_fy" in said:
        said["span_certainty"] = "exact" if "end_fy" in said else "start_only"
    return said


def _read_values(said: dict[str, Any]) -> dict[str, Any]:
    for which in ("baseline", "current", "target"):
        raw = said.get(f"{which}_raw")
        if raw is None or f"{which}_value" in said:
            continue
        read = parse_target(raw)
        more = {"value": read.value, "unit": read.unit, "fy": read.fy}
        if which == "target":
            more |= {"max": read.max, "bound": read.bound, "kind": read.kind}
        found = {f"{which}_{name}": value for name, value in more.items() if value is not None}
        said = {**found, **said}
    return said


def missing(
    document: Mapping[str, Any],
    table: str,
    typed: Mapping[str, Any],
    author: str,
    *,
    measure: Mapping[str, Any] | None = None,
    page: int | None = None,
    box: Box | None = None,
    blocks: Sequence[Row] = (),
    note: str | None = None,
    today: date | None = None,
) -> Verdict:
    """The verdict that a row is missing: its values, of the columns' types, and the row of its measure.

    Raises:
        ValueError: it has no name.
    """
    said = completed(table, typed)
    if NAMED[table] not in said:
        raise ValueError(f"a row of {table} needs its {NAMED[table]}")
    if measure is not None and table in LINKED:
        said[MEASURE] = name_of([measure], measure[MEASURE])
    place = words_in(blocks, page, box)
    start, end, text = place or (None, None, None)
    return Verdict(
        date=(today or date.today()).isoformat(),
        author=author,
        verdict="missing",
        table=table,
        column=None,
        old=None,
        new=said,
        note=note or None,
        row=f"{document['doc_id']}-a{secrets.token_hex(4)}",
        document=document["source_name"],
        sha256=document["sha256"],
        page=page,
        char_start=start,
        char_end=end,
        source_text=text,
        bbox=list(box) if box else None,
    )


def made(verdict: Verdict, doc_id: str, measures: Sequence[Row]) -> Row:
    """The row that a person says is missing."""
    table = verdict.table
    row: Row = {c.name: [] if c.type == "list" else None for c in TABLES[table].columns}
    row |= {"doc_id": doc_id, key_column(table): verdict.row, "rule": RULE, "confidence": 1.0}
    row |= {name: getattr(verdict, name) for name in ("page", "char_start", "char_end", "source_text")}
    if verdict.bbox:
        row["bbox"] = dict(zip(("x0", "y0", "x1", "y1"), verdict.bbox, strict=True))
    for column, value in verdict.new.items():
        if column == MEASURE:
            row[MEASURE] = measure_of(measures, value)
        else:
            set_value(row, column, value)
    if table == "kpis":
        title = next((m["title"] for m in measures if m[MEASURE] == row[MEASURE]), None)
        row |= {"is_repeat": False, **values.columns(row, title)}
    return row


def settled(
    table: str, row: Row, others: Sequence[Row], said: Mapping[str, Any]
) -> Literal["agreed", "outdated"] | None:
    """What the reader reads itself where a row was added: the same, or something else of that name."""
    same = [other for other in others if is_same(table, row, other)]
    if not same:
        return None
    told = [column for column in said if column != MEASURE]
    return "agreed" if any(all(one[c] == row[c] for c in told) for one in same) else "outdated"


def is_same(table: str, row: Row, other: Row) -> bool:
    """Whether two rows are about one thing: of one name, on one page, under one measure."""
    if row["page"] != other["page"]:
        return False
    under = table in LINKED and row[MEASURE] and other[MEASURE]
    if under and row[MEASURE] != other[MEASURE]:
        return False
    return all(_folded(row[c]) == _folded(other[c]) for c in _APART.get(table, (NAMED[table],)))


def _folded(value: Any) -> Any:
    return squash(normalize(value)) if isinstance(value, str) else value


def fits(verdict: Verdict, place: tuple[int, int, str] | None) -> bool:
    """Whether the words in the box of an added row are those that the person saw."""
    text = verdict.source_text
    return text is None or (place is not None and squash(place[2]) == squash(text))
