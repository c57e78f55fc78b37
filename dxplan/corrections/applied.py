"""Verdicts put into the rows of a dataset: which row each is about, what it changes, what became of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from dxplan.corrections import added, links
from dxplan.corrections.verdicts import (
    COUNTED,
    FILE,
    NAMED,
    RULE,
    Outcome,
    Row,
    Verdict,
    key_column,
    seen,
    set_value,
    short,
)
from extract.model import SURE
from normalize import values


def correct(table: str, row: Row, verdict: Verdict, measures: Sequence[Row] = ()) -> Outcome:
    """Change a row as a verdict on it says; a row that is wrong as a whole is only reported as such.

    ``measures`` are those of the document, for a verdict on the measure of a row.
    """
    if verdict.verdict == "missing":
        return "agreed"
    if verdict.column is None:
        if seen(table, row) != verdict.old:
            return "outdated"
        if verdict.verdict == "right" and "confidence" in row:
            row["confidence"] = 1.0
        return "applied"
    now, old, new = row[verdict.column], verdict.old, verdict.new
    if verdict.column == links.MEASURE:
        old, new = (links.measure_of(measures, name) for name in (old, new))
        if new is None and verdict.new is not None:
            return "not_found"
    if now == new:
        return "agreed"
    if verdict.verdict == "wrong" and now != old:
        return "outdated"
    set_value(row, verdict.column, new)
    if "rule" in row:
        row.update(rule=RULE, confidence=1.0)
    return "applied"


def apply(tables: Mapping[str, list[Row]], verdicts: Sequence[Verdict]) -> set[str]:
    """Apply verdicts to the rows of a dataset, in place, and report in ``corrections`` and ``diagnostics``.

    Verdicts on documents that are not in the dataset are left alone. Returns the names of changed tables.
    """
    if not verdicts:
        return set()
    work = _Work(tables)
    for verdict in verdicts:
        if verdict.column == links.MEASURE or verdict.verdict == "missing":
            work.remember(verdict.sha256)
    for verdict in verdicts:
        work.take(verdict)
    return work.finish()


_NAMES = (links.MEASURE, "number", "title")


class _Work:
    """One application: where rows are, and what became of each verdict."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = tables
        self.documents = {d["sha256"]: d for d in tables["documents"]}
        self.places: dict[str, dict[str, list[Row]]] = {}  # table -> doc_id -> rows
        self.named: dict[str, list[Row]] = {}  # doc_id -> measures as they were read
        self.wrong: dict[str, str] = {}  # row id -> table
        self.rules: dict[str, str | None] = {}  # row id -> the rule that had made the row
        self.elsewhere: Counter[str] = Counter()  # file name -> verdicts on other bytes of that name
        self.changed: set[str] = set()

    def take(self, verdict: Verdict) -> None:
        document = self.documents.get(verdict.sha256)
        if document is None:
            self.elsewhere[verdict.document] += 1
            return
        if verdict.verdict == "missing":
            self._add(verdict, document)
            return
        row = find(self._rows(verdict.table, document["doc_id"]), verdict)
        if isinstance(row, str):
            self._report(verdict, document, None, row)
            return
        row_id = row[key_column(verdict.table)]
        self.rules.setdefault(row_id, row.get("rule"))
        measures = self._measures(document["doc_id"]) if verdict.column == links.MEASURE else ()
        outcome = correct(verdict.table, row, verdict, measures)
        if outcome == "applied":
            self.changed.add(verdict.table)
            if verdict.table == "kpis" and verdict.column is not None:
                row.update(values.columns(row, self._title(document["doc_id"], row["measure_id"])))
            if verdict.column is None:
                self.wrong.pop(row_id, None)
                if verdict.verdict == "wrong":
                    self.wrong[row_id] = verdict.table
        self._report(verdict, document, row, outcome)

    def _add(self, verdict: Verdict, document: Row) -> None:
        """Add the row that a person says is missing, unless the reader reads it by now."""
        table, doc_id = verdict.table, document["doc_id"]
        rows = self._rows(table, doc_id)
        measures = self._measures(doc_id)
        row = added.made(verdict, doc_id, measures)
        if outcome := added.settled(table, row, rows, verdict.new):
            self._report(verdict, document, None, outcome)
            return
        self._place(verdict, document, row)
        if links.MEASURE in verdict.new and row[links.MEASURE] is None:
            why = f"no measure is called {verdict.new[links.MEASURE]['title']}"
            self._warn(document, "correction_no_measure", _about(verdict, why), verdict.page)
        rows.append(row)
        _insert(self.tables[table], row)
        self.rules[verdict.row] = None
        self.changed.add(table)
        self._report(verdict, document, row, "applied")

    def _place(self, verdict: Verdict, document: Row, row: Row) -> None:
        """Where the words of an added row stand now; told where there are others in its box."""
        if verdict.bbox is None or verdict.source_text is None:
            return
        x0, y0, x1, y1 = verdict.bbox
        blocks = self._rows("blocks", document["doc_id"])
        place = added.words_in(blocks, verdict.page, (x0, y0, x1, y1))
        row["char_start"], row["char_end"] = place[:2] if place else (None, None)
        if not added.fits(verdict, place):
            why = "its box holds other words now"
            self._warn(document, "correction_moved", _about(verdict, why), verdict.page)
        for block in added.blocks_in(blocks, verdict.page, (x0, y0, x1, y1)):
            block["claimed_by"] = [*(block["claimed_by"] or ()), verdict.row]
            self.changed.add("blocks")

    def _rows(self, table: str, doc_id: str) -> list[Row]:
        if table not in self.places:
            by_document: dict[str, list[Row]] = defaultdict(list)
            for row in self.tables.get(table, ()):
                by_document[row["doc_id"]].append(row)
            self.places[table] = by_document
        return self.places[table][doc_id]

    def remember(self, sha256: str) -> None:
        """Keep the names of measures as they were read: verdicts name them so, whatever is corrected."""
        document = self.documents.get(sha256)
        if document is not None and document["doc_id"] not in self.named:
            rows = self._rows("measures", document["doc_id"])
            self.named[document["doc_id"]] = [{name: row[name] for name in _NAMES} for row in rows]

    def _measures(self, doc_id: str) -> list[Row]:
        """The measures of a document, by their names as they were read and as they are now."""
        return [*self.named[doc_id], *self._rows("measures", doc_id)]

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
        self._count()
        return self.changed

    def _count(self) -> None:
        """What documents say of their rows, after the verdicts."""
        made: dict[str, list[float]] = defaultdict(list)
        for table in COUNTED:
            for row in self.tables.get(table, ()):
                made[row["doc_id"]].append(row.get("confidence") or 0.0)
        given = Counter(row["doc_id"] for row in self.tables["corrections"])
        for document in self.documents.values():
            sure = made[document["doc_id"]]
            document.update(
                rows_made=len(sure),
                rows_expected_right=sum(sure),
                rows_sure=sum(round(one, 4) >= SURE for one in sure),
                verdicts_given=given[document["doc_id"]],
            )
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


def _insert(rows: list[Row], row: Row) -> None:
    """Put a row where it stands in its document."""

    def place(one: Row) -> tuple[int, int]:
        return one["page"] or 0, one["char_start"] or 0

    before = [n for n, one in enumerate(rows) if one["doc_id"] == row["doc_id"] and place(one) <= place(row)]
    first = next((n for n, one in enumerate(rows) if one["doc_id"] == row["doc_id"]), len(rows))
    rows.insert(before[-1] + 1 if before else first, row)


def _about(verdict: Verdict, what: str) -> str:
    name = short(str(verdict.new[NAMED[verdict.table]]))
    return f"{verdict.author} ({verdict.date}) added «{name}» to {verdict.table}: {what}; look at it again"


def _complaint(verdict: Verdict, outcome: str) -> str:
    what = verdict.column or "row"
    said = verdict.new[NAMED[verdict.table]] if verdict.verdict == "missing" else verdict.source_text
    words = short((said or verdict.row).replace("\n", " "))
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
