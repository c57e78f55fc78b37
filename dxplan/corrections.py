"""Verdicts of people on rows: right, wrong, or another value. Kept beside the dataset, applied by each run.

``OUT/corrections.yaml`` is a list that grows at its end, one verdict an entry, and may be edited by hand:
taking a verdict back is deleting its entry. Row ids hold only for one file and one version of the extractor,
so a verdict also tells the file's SHA-256 and the place and words of its row, by which a run finds the row
again. What no longer fits is never applied: it becomes a diagnostic. Verdicts and what became of them are the
table ``corrections``.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pyarrow as pa

from dxplan import listfile
from dxplan.tables import PROVENANCE, TABLES, Column
from normalize import values
from normalize.characters import fold_width, normalize
from normalize.eras import parse_fy

Row = dict[str, Any]
Judgement = Literal["right", "wrong", "corrected"]
Outcome = Literal["applied", "agreed", "outdated", "not_found", "ambiguous"]

FILE: Final = "corrections.yaml"
RULE: Final = "correction"
JUDGED: Final = (
    "documents", "policies", "measures", "kpis", "schedules", "glossary", "procedures", "progress", "figures",
)  # fmt: skip
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
_SHOWN = 60  # characters of a text that a verdict on a whole row remembers


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's verdict on a row (``column`` is None) or on one value of it.

    ``old`` is the value then, for a whole row its columns then; ``new`` the value of a correction. ``date``
    is YYYY-MM-DD. The rest tells which row was meant, see the module.
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
) -> Verdict:
    """Make the verdict on a row as it is now. Values are of the column's type (see ``parse``)."""
    return Verdict(
        date=(today or date.today()).isoformat(),
        author=author,
        verdict=verdict,
        table=table,
        column=column,
        old=seen(table, row) if column is None else row[column],
        new=new,
        note=note or None,
        row=row[key_column(table)],
        document=document["source_name"],
        sha256=document["sha256"],
        page=row.get("page"),
        char_start=row.get("char_start"),
        char_end=row.get("char_end"),
        source_text=row.get("source_text"),
    )


def seen(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A short form of a row, kept with a verdict to tell later whether the row has changed."""
    found = {c.name: row[c.name] for c in columns(table) if row.get(c.name) not in (None, "", [])}
    return {name: _short(value) for name, value in found.items()}


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
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
    """Take a verdict out of the file of a dataset; False where it is no longer there.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written; what was there is there still.
    """
    return listfile.take_out(out / FILE, _verdict, lambda one: one == verdict)


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
    if verdict.column is None:
        if not isinstance(verdict.old, dict):
            raise ValueError("old is not what the row said")
        return verdict
    column = next((c for c in columns(verdict.table) if c.name == verdict.column), None)
    if column is None:
        raise ValueError(f"{verdict.column} of {verdict.table} cannot be corrected")
    _checked(verdict.table, column, verdict.new)
    return verdict


def _require_terms(verdict: Verdict) -> None:
    """Raise ``ValueError`` unless a verdict says of which row what, and both go together."""
    for name in ("date", "author", "row", "sha256"):
        if not isinstance(getattr(verdict, name), str):
            raise ValueError(f"{name} is no text")
    if verdict.verdict not in get_args(Judgement):
        raise ValueError(f"verdict is {verdict.verdict!r}, not {', '.join(get_args(Judgement))}")
    if verdict.table not in JUDGED:
        raise ValueError(f"table is {verdict.table!r}, not one of {', '.join(JUDGED)}")
    if (verdict.verdict, verdict.column is None) in (("corrected", True), ("right", False)):
        raise ValueError("a correction is of a column, and right is said of a row")


# --- applying -----------------------------------------------------------------------------------------


def correct(table: str, row: Row, verdict: Verdict) -> Outcome:
    """Change a row as a verdict on it says; a row that is wrong as a whole is only reported as such."""
    if verdict.column is None:
        if seen(table, row) != verdict.old:
            return "outdated"
        if verdict.verdict == "right" and "confidence" in row:
            row["confidence"] = 1.0
        return "applied"
    now = row[verdict.column]
    if now == verdict.new:
        return "agreed"
    if verdict.verdict == "wrong" and now != verdict.old:
        return "outdated"
    _set(row, verdict.column, verdict.new)
    if "rule" in row:
        row.update(rule=RULE, confidence=1.0)
    return "applied"


def _set(row: Row, column: str, value: Any) -> None:
    """Set a value, and what is made of it alone."""
    row[column] = value
    if f"{column}_norm" in row:
        row[f"{column}_norm"] = normalize(value) if value is not None else None


def apply(tables: Mapping[str, list[Row]], verdicts: Sequence[Verdict]) -> set[str]:
    """Apply verdicts to the rows of a dataset, in place, and report in ``corrections`` and ``diagnostics``.

    Verdicts on documents that are not in the dataset are left alone. Returns the names of changed tables.
    """
    if not verdicts:
        return set()
    work = _Work(tables)
    for verdict in verdicts:
        work.take(verdict)
    return work.finish()


class _Work:
    """One application: where rows are, and what became of each verdict."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = tables
        self.documents = {d["sha256"]: d for d in tables["documents"]}
        self.places: dict[str, dict[str, list[Row]]] = {}  # table -> doc_id -> rows
        self.wrong: dict[str, str] = {}  # row id -> table
        self.rules: dict[str, str | None] = {}  # row id -> the rule that had made the row
        self.elsewhere: Counter[str] = Counter()  # file name -> verdicts on other bytes of that name
        self.changed: set[str] = set()

    def take(self, verdict: Verdict) -> None:
        document = self.documents.get(verdict.sha256)
        if document is None:
            self.elsewhere[verdict.document] += 1
            return
        row = find(self._rows(verdict.table, document["doc_id"]), verdict)
        if isinstance(row, str):
            self._report(verdict, document, None, row)
            return
        row_id = row[key_column(verdict.table)]
        self.rules.setdefault(row_id, row.get("rule"))
        outcome = correct(verdict.table, row, verdict)
        if outcome == "applied":
            self.changed.add(verdict.table)
            if verdict.table == "kpis" and verdict.column is not None:
                row.update(values.columns(row, self._title(document["doc_id"], row["measure_id"])))
            if verdict.column is None:
                self.wrong.pop(row_id, None)
                if verdict.verdict == "wrong":
                    self.wrong[row_id] = verdict.table
        self._report(verdict, document, row, outcome)

    def _rows(self, table: str, doc_id: str) -> list[Row]:
        if table not in self.places:
            by_document: dict[str, list[Row]] = defaultdict(list)
            for row in self.tables.get(table, ()):
                by_document[row["doc_id"]].append(row)
            self.places[table] = by_document
        return self.places[table][doc_id]

    def _title(self, doc_id: str, measure_id: str | None) -> str | None:
        found = (m["title"] for m in self._rows("measures", doc_id) if m["measure_id"] == measure_id)
        return next(found, None)

    def _report(
        self, verdict: Verdict, document: Row, row: Mapping[str, Any] | None, outcome: Outcome
    ) -> None:
        row_id = row[key_column(verdict.table)] if row is not None else verdict.row
        page = row.get("page") if row is not None else verdict.page
        self.tables["corrections"].append(
            {
                "doc_id": document["doc_id"],
                "table_name": verdict.table,
                "row_id": row_id,
                "column_name": verdict.column,
                "verdict": verdict.verdict,
                "old_value": _text(verdict.old),
                "new_value": _text(verdict.new),
                "author": verdict.author,
                "judged_on": verdict.date,
                "note": verdict.note,
                "outcome": outcome,
                "rule": self.rules.get(row_id),
                "page": page,
            }
        )
        self.changed.add("corrections")
        if outcome in _WHY:
            self._warn(document, f"correction_{outcome}", _complaint(verdict, outcome), page)

    def _warn(self, document: Mapping[str, Any], code: str, message: str, page: int | None = None) -> None:
        self.tables["diagnostics"].append(
            {
                "doc_id": document["doc_id"],
                "stage": RULE,
                "severity": "warning",
                "code": code,
                "message": message,
                "page": page,
            }
        )
        self.changed.add("diagnostics")

    def finish(self) -> set[str]:
        for document in self.documents.values():
            if n := self.elsewhere[document["source_name"] or ""]:
                self._warn(
                    document,
                    "correction_other_file",
                    f"{n} verdicts in {FILE} are about another content of {document['source_name']}; "
                    "look at these rows again",
                )
        if self.wrong:
            self._drop()
        if self.changed & COUNTED:
            self._count()
        return self.changed

    def _count(self) -> None:
        """What documents say of their rows, after the verdicts."""
        made: dict[str, list[float]] = defaultdict(list)
        for table in COUNTED:
            for row in self.tables.get(table, ()):
                made[row["doc_id"]].append(row.get("confidence") or 0.0)
        for document in self.documents.values():
            sure = made[document["doc_id"]]
            document.update(rows_made=len(sure), rows_expected_right=sum(sure))
        self.changed.add("documents")

    def _drop(self) -> None:
        """Take out the rows that are wrong, and every mention of them."""
        for table in set(self.wrong.values()):
            key = key_column(table)
            self.tables[table][:] = [r for r in self.tables[table] if r[key] not in self.wrong]
        for table, column, is_list in _REFERENCES:
            for row in self.tables.get(table, ()):
                value = row.get(column)
                if is_list and value and not self.wrong.keys().isdisjoint(value):
                    row[column] = [one for one in value if one not in self.wrong]
                    self.changed.add(table)
                elif not is_list and value in self.wrong:
                    row[column] = None
                    self.changed.add(table)


_REFERENCES: Final = (
    ("kpis", "measure_id", False),
    ("schedules", "measure_id", False),
    ("policies", "parent_id", False),
    ("measures", "policy_ids", True),
    ("blocks", "claimed_by", True),
)
_WHY: Final[Mapping[str, str]] = {
    "outdated": "the row now says something else",
    "not_found": "no row has these words any more",
    "ambiguous": "several rows have these words",
}


def _complaint(verdict: Verdict, outcome: str) -> str:
    what = verdict.column or "row"
    words = _short((verdict.source_text or verdict.row).replace("\n", " "))
    return (
        f"{verdict.author} ({verdict.date}) said {verdict.verdict} of {verdict.table} {what}, «{words}»: "
        f"{_WHY[outcome]}, so this was not applied; look at it again"
    )


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def find(
    rows: Sequence[dict[str, Any]], verdict: Verdict
) -> dict[str, Any] | Literal["not_found", "ambiguous"]:
    """Find the row of a document that a verdict is about, by its words, place, id and what it said."""
    if verdict.table == "documents":
        return rows[0]
    same = [r for r in rows if r["source_text"] == verdict.source_text]
    if not same:
        return "not_found"
    place = verdict.char_start, verdict.char_end
    if here := [r for r in same if (r["char_start"], r["char_end"]) == place]:
        same = here
        if named := [r for r in same if r[key_column(verdict.table)] == verdict.row]:
            return named[0]
    if len(same) > 1:
        same = [r for r in same if _says(r, verdict)]
    return same[0] if len(same) == 1 else "ambiguous"


def _says(row: Mapping[str, Any], verdict: Verdict) -> bool:
    if verdict.column is None:
        return bool(seen(verdict.table, row) == verdict.old)
    return bool(row[verdict.column] == verdict.old)
