"""Verdicts put into the rows of a dataset: which row each is about, what it changes, what became of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from dxplan.corrections.verdicts import COUNTED, FILE, RULE, Outcome, Row, Verdict, key_column, seen, short
from normalize import values
from normalize.characters import normalize


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
    words = short((verdict.source_text or verdict.row).replace("\n", " "))
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
