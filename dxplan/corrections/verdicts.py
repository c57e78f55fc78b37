"""A verdict: what it says, of which row, how its values are typed and checked, and the file of all."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pyarrow as pa

from dxplan import listfile
from dxplan.corrections import links
from dxplan.tables import PROVENANCE, TABLES, Column
from normalize import values
from normalize.characters import fold_width, normalize
from normalize.eras import parse_fy

Row = dict[str, Any]
Judgement = Literal["right", "wrong", "corrected", "missing"]
Outcome = Literal["applied", "agreed", "outdated", "not_found", "ambiguous"]

FILE: Final = "corrections.yaml"
RULE: Final = "correction"
JUDGED: Final = (
    "documents", "policies", "measures", "kpis", "schedules", "glossary", "procedures", "progress", "figures",
)  # fmt: skip
NAMED: Final[Mapping[str, str]] = {  # the column that a row is called by
    "policies": "title", "measures": "title", "kpis": "indicator", "schedules": "task", "glossary": "term",
    "procedures": "name", "progress": "item", "figures": "caption",
}  # fmt: skip
COUNTED: Final = frozenset(JUDGED) - {"documents"}
# A document's columns that say what was read in it; the others are facts about the file.
_DOCUMENT_COLUMNS = {
    "municipality", "prefecture", "municipality_code", "title", "version", "is_draft", "published",
    "period_start_fy", "period_end_fy", "period_open_ended",
}  # fmt: skip
_DERIVED = {"indicator_id", "term_id", "prior_measure_id", *values.COLUMNS}  # made anew by every run
CHOICES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("kpis", "target_bound"): ("exact", "at_least", "at_most", "less_than", "more_than", "about", "range"),
    ("kpis", "target_kind"): ("absolute", "multiple", "change", "milestone", "qualitative", "frequency"),
    ("schedules", "span_source"): (
        "arrow", "bar", "shading", "cell_text", "merged_cell", "marker", "text", "none",
    ),
    ("schedules", "span_certainty"): ("exact", "start_only", "bounded", "unknown"),
    ("glossary", "source"): ("table", "list", "footnote", "inline"),
}  # fmt: skip
_PATTERNS = {
    "published": (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), "YYYY-MM"),
    "baseline_date": (re.compile(r"\d{4}-\d{2}(?:-\d{2})?"), "YYYY-MM or YYYY-MM-DD"),
    "municipality_code": (re.compile(r"\d{6}"), "six digits"),
}
_SIDES = 4  # of a box
_SHOWN = 60  # characters of a text that a verdict on a whole row remembers


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's verdict on a row (``column`` is None) or on one value of it.

    ``old`` is the value then, for a whole row its columns then; ``new`` the value of a correction, or what a
    row that is missing says. A measure is named by number and title. ``bbox`` is the place of a row that is
    missing: x0, y0, x1, y1. ``date`` is YYYY-MM-DD. Verdicts with one ``act`` were given together and are
    taken back together. The rest tells which row was meant, see the module.
    """

    date: str
    author: str
    verdict: Judgement
    table: str
    column: str | None
    old: Any
    new: Any
    note: str | None
    row: str
    document: str
    sha256: str
    page: int | None
    char_start: int | None
    char_end: int | None
    source_text: str | None
    act: str | None = None
    bbox: list[float] | None = None


def key_column(table: str) -> str:
    """The column that identifies a row of a table that is judged."""
    return TABLES[table].key[0]


def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table that a person may correct."""
    fixed = {
        "doc_id",
        "measure_id",
        "parent_id",
        "order",
        *TABLES[table].key,
        *_DERIVED,
        *(c.name for c in PROVENANCE),
    }
    return tuple(
        c
        for c in TABLES[table].columns
        if c.name not in fixed
        and not c.name.endswith(("_norm", "_ids"))
        and c.type not in ("box", "series")
        and (table != "documents" or c.name in _DOCUMENT_COLUMNS)
    )


def parse(table: str, column: str, text: str) -> Any:
    """Read what a person typed as a value of a column; nothing is None, a list has an item a line.

    Raises:
        ValueError: the column cannot be corrected, or the text is no value of its type; says what is wanted.
    """
    found = next((c for c in columns(table) if c.name == column), None)
    if found is None:
        raise ValueError(f"{column} of {table} cannot be corrected")
    text = text.replace("\r\n", "\n").strip()
    if found.type == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        return None
    return _checked(table, found, _read(found, text))


def _read(column: Column, text: str) -> Any:
    if column.type == "string":
        return text
    plain = fold_width(text).replace(",", "").strip()
    if _kind(column) == "year" and not plain.isdecimal() and (year := parse_fy(plain)) and not year.problem:
        return year.fy
    try:
        if column.type == "bool":
            return {"true": True, "false": False}[plain.lower()]
        return int(plain) if column.type.startswith("int") else float(plain)
    except (KeyError, ValueError):
        raise WrongValueError(_kind(column), f"{text!r} is no {_SAID[_kind(column)]}") from None


def _kind(column: Column) -> str:
    if column.name.endswith(("_fy", "_fy_max")):
        return "year"
    if column.type.startswith("int"):
        return "whole"
    return {"bool": "yes_no", "string": "text", "list": "list"}.get(column.type, "number")


_SAID = {
    "year": "fiscal year (2030, 令和12年度)",
    "whole": "whole number",
    "number": "number",
    "yes_no": "true or false",
    "text": "text",
    "list": "list of texts",
}


class WrongValueError(ValueError):
    """A text that is no value of a column; ``wanted`` names what is: year, whole, number, choice, written."""

    def __init__(self, wanted: str, message: str) -> None:
        super().__init__(message)
        self.wanted = wanted


def _checked(table: str, column: Column, value: Any) -> Any:
    """Check a value against the contract. Raises ``ValueError``."""
    if isinstance(value, float) and not math.isfinite(value):
        raise WrongValueError("number", f"{value} is no number")
    choices = CHOICES.get((table, column.name))
    if value is not None and choices and value not in choices:
        raise WrongValueError("choice", f"{value!r} is none of {', '.join(choices)}")
    if value is not None and column.name in _PATTERNS:
        pattern, wanted = _PATTERNS[column.name]
        if not pattern.fullmatch(str(value)):
            raise WrongValueError("written", f"{value!r} is not written as {wanted}")
    try:
        pa.scalar(value, column.arrow)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise WrongValueError(_kind(column), f"{value!r} is no {_SAID[_kind(column)]}") from error
    return value


def judge(
    document: Mapping[str, Any],
    table: str,
    row: Mapping[str, Any],
    verdict: Judgement,
    author: str,
    *,
    column: str | None = None,
    new: Any = None,
    note: str | None = None,
    today: date | None = None,
    act: str | None = None,
    measures: Sequence[Mapping[str, Any]] = (),
) -> Verdict:
    """Make the verdict on a row as it is now. Values are of the column's type (see ``parse``).

    Of the column ``measure_id`` the new value is the id of one of the ``measures`` of the document.
    """
    old = seen(table, row) if column is None else row[column]
    if column == links.MEASURE:
        old, new = links.name_of(measures, row[column]), links.name_of(measures, new)
    return Verdict(
        date=(today or date.today()).isoformat(),
        author=author,
        verdict=verdict,
        table=table,
        column=column,
        old=old,
        new=new,
        note=note or None,
        row=row[key_column(table)],
        document=document["source_name"],
        sha256=document["sha256"],
        page=row.get("page"),
        char_start=row.get("char_start"),
        char_end=row.get("char_end"),
        source_text=row.get("source_text"),
        act=act,
    )


def new_act() -> str:
    """A name for what is said at once."""
    return secrets.token_hex(6)


def seen(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A short form of a row, kept with a verdict to tell later whether the row has changed."""
    found = {c.name: row[c.name] for c in columns(table) if row.get(c.name) not in (None, "", [])}
    return {name: short(value) for name, value in found.items()}


def set_value(row: Row, column: str, value: Any) -> None:
    """Set a value, and what is made of it alone."""
    row[column] = value
    if f"{column}_norm" in row:
        row[f"{column}_norm"] = normalize(value) if value is not None else None


def short(value: Any) -> Any:
    if isinstance(value, list):
        return [short(item) for item in value]
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]}…"
    return value


# --- the file -----------------------------------------------------------------------------------------


def append(out: Path, verdicts: Iterable[Verdict]) -> None:
    """Add verdicts to the file of a dataset, all or none.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written; what was there is there still.
    """
    listfile.append(out / FILE, [asdict(v) for v in verdicts], _verdict)


def take_back(out: Path, verdict: Verdict) -> bool:
    """Take a verdict, and what was said with it, out of the file; False where it is no longer there.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written; what was there is there still.
    """
    return (
        take_back_act(out, verdict.act)
        if verdict.act
        else listfile.take_out(out / FILE, _verdict, lambda one: one == verdict)
    )


def take_back_act(out: Path, act: str) -> bool:
    """Take all that was said at once out of the file; False where nothing of it is there.

    Raises: as ``take_back``.
    """
    return listfile.take_out(out / FILE, _verdict, lambda one: one.act == act)


def read(out: Path) -> tuple[Verdict, ...]:
    """Read the verdicts on a dataset, oldest first; none where there is no file.

    Raises:
        InputError: the file is no list of verdicts; says which entry and why.
    """
    return listfile.read(out / FILE, _verdict).entries


def notes(out: Path) -> Sequence[str]:
    """What a person should know of how the verdicts were read: what is left of one never written whole."""
    return listfile.told(out / FILE, listfile.read(out / FILE, _verdict))


def _verdict(entry: Any) -> Verdict:
    """Make a verdict of an entry. Raises ``ValueError``, and of the beginning of an entry ``CutOff``."""
    return listfile.whole(entry, [f.name for f in fields(Verdict)], _whole_verdict)


def _whole_verdict(values: dict[str, Any]) -> Verdict:
    verdict = Verdict(**values)
    _require_terms(verdict)
    if verdict.verdict == "missing":
        _require_row(verdict)
    elif verdict.column is None:
        if not isinstance(verdict.old, dict):
            raise ValueError("old is not what the row said")
    else:
        _require_value(verdict.table, verdict.column, verdict.new)
    return verdict


def _require_value(table: str, name: str, value: Any) -> None:
    """Raise ``ValueError`` unless a person may give a column this value."""
    if name == links.MEASURE and table in links.LINKED:
        links.require(value)
        return
    column = next((c for c in columns(table) if c.name == name), None)
    if column is None:
        raise ValueError(f"{name} of {table} cannot be corrected")
    _checked(table, column, value)


def _require_row(verdict: Verdict) -> None:
    """Raise ``ValueError`` unless a row that is missing has a name, values and a place."""
    name = NAMED.get(verdict.table)
    if not (isinstance(verdict.new, dict) and name and verdict.new.get(name)):
        raise ValueError(f"new is no row of {verdict.table} with its {name or 'name'}")
    for column, value in verdict.new.items():
        _require_value(verdict.table, column, value)
    box = verdict.bbox
    if box is not None and not (len(box) == _SIDES and all(isinstance(side, int | float) for side in box)):
        raise ValueError("bbox is not x0, y0, x1, y1")


def _require_terms(verdict: Verdict) -> None:
    """Raise ``ValueError`` unless a verdict says of which row what, and both go together."""
    for name in ("date", "author", "row", "sha256"):
        if not isinstance(getattr(verdict, name), str):
            raise ValueError(f"{name} is no text")
    if verdict.verdict not in get_args(Judgement):
        raise ValueError(f"verdict is {verdict.verdict!r}, not {', '.join(get_args(Judgement))}")
    if verdict.table not in JUDGED:
        raise ValueError(f"table is {verdict.table!r}, not one of {', '.join(JUDGED)}")
    if (verdict.verdict, verdict.column is None) in (
        ("corrected", True),
        ("right", False),
        ("missing", False),
    ):
        raise ValueError("a correction is of a column; right and missing are said of a row")
