"""The dataset for the pages: one consistent snapshot in memory, queried in SQL."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dxplan import answers, corrections
from dxplan.answers import Answer, Scope
from dxplan.corrections import Verdict, key_column
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError, DxplanError
from dxplan.ingest.renewal import renew
from dxplan.views import teach
from dxplan.views.compare import item as compare_item
from normalize.national_plan import national_plan

Row = dict[str, Any]

# The tables with rows that stand on a page and can be judged, and the column a row is called by.
NAMES: Mapping[str, str] = corrections.NAMED
_TABLES = (
    "documents", "pages", "sentences", *NAMES, "terms", "variants", "mentions", "national_links",
    "diagnostics", "questions", "corrections",
)  # fmt: skip
# Sentences are many: only what is shown, and folded once for every search.
_TAKEN = {
    "sentences": "select doc_id, sentence_id, text, lower(text_norm) as folded, page, char_start "
    "from incoming"
}
LOW = 0.9  # confidence below which a row asks to be looked at


@dataclass(frozen=True, slots=True)
class Record:
    """A row as a page shows it: with the verdicts given since the last run already in it.

    ``pending``: the next run will change the dataset; ``wrong``: it will take the row out.
    """

    table: str
    id: str
    name: str
    row: Row
    document: Row
    verdicts: tuple[Verdict, ...] = ()
    pending: bool = False
    wrong: bool = False

    @property
    def is_low(self) -> bool:
        confidence = self.row.get("confidence")
        return not self.verdicts and confidence is not None and round(confidence, 4) < LOW


class Snapshot:
    """All that pages show, as it was when the dataset was opened."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.stamp = stamp(Path(dataset.folder))
        self._connection = duckdb.connect()
        for name in _TABLES:
            self._connection.register("incoming", dataset.read(name))
            self._connection.execute(f'create table "{name}" as {_TAKEN.get(name, "from incoming")}')
            self._connection.unregister("incoming")
        self._connection.execute("set enable_external_access = false")  # no query leaves this memory
        self._connection.execute("set lock_configuration = true")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Query in SQL, each query with a cursor of its own: several threads ask at once."""
        cursor = self._connection.cursor().execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def arrow(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        return self._connection.cursor().sql(sql, params=list(parameters)).to_arrow_table()

    def count(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        (row,) = self._connection.cursor().execute(f"select count(*) {sql}", list(parameters)).fetchall()
        return int(row[0])

    @cached_property
    def documents(self) -> dict[str, Row]:
        return {row["doc_id"]: row for row in self.rows("from documents")}

    @cached_property
    def items(self) -> dict[str, str]:
        """Items of the national plan that measures are linked to, in its own order: id and title."""
        linked = {row["item"] for row in self.rows("select distinct item from national_links")}
        return {one.id: one.title for one in national_plan().items if one.id in linked}

    def text(self, doc_id: str, page: int | None) -> list[Row]:
        """The blocks of a page in order; of a text, which has no pages, all."""
        columns = ["text", "char_start", "char_end", "page", "bbox"]
        blocks = self.dataset.read("blocks", doc_id=doc_id).select(columns).to_pylist()
        return [block for block in blocks if page is None or block["page"] == page]

    def compare(self, item: str, doc_ids: Sequence[str]) -> dict[str, list[Row]]:
        """What these plans do on an item of the national plan, see ``dxplan.compare.item``."""
        found: dict[str, list[Row]] = {doc_id: [] for doc_id in doc_ids}
        for row in pa.Table.from_pandas(compare_item(Part(self, doc_ids), item)).to_pylist():
            found[row["doc_id"]].append(row)
        return found


class Part(Dataset):
    """Some documents of a snapshot: comparing those of one page takes a fraction of comparing all."""

    def __init__(self, snapshot: Snapshot, doc_ids: Sequence[str]) -> None:
        self.folder = snapshot.dataset.folder
        self._snapshot, self._doc_ids = snapshot, list(doc_ids)

    def read(self, name: str, **filters: Any) -> pa.Table:
        tests = ["list_contains(?, doc_id)", *(f'list_contains(?, "{column}")' for column in filters)]
        wanted = [list(v) if isinstance(v, list | tuple | set) else [v] for v in filters.values()]
        return self._snapshot.arrow(f'from "{name}" where {" and ".join(tests)}', [self._doc_ids, *wanted])


def stamp(folder: Path) -> tuple[int, int]:
    """What changes when a run publishes. Raises ``DatasetError`` where there is no dataset."""
    try:
        status = (folder / "datapackage.json").stat()
    except FileNotFoundError:
        raise DatasetError(
            f"no dataset in {folder}; make one with: dxplan run PLANS --out {folder}"
        ) from None
    return status.st_ino, status.st_mtime_ns


def _state(file: Path) -> tuple[int, ...]:
    """What changes when a file is written; nothing where there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Work:
    """How it goes with putting verdicts into the dataset."""

    going: bool = False
    done: bool = False
    error: str | None = None


class Library:
    """The dataset as it is now, and what people have said of it."""

    def __init__(self, folder: Path, sources: Path | None = None) -> None:
        self.folder, self.sources = folder, sources
        self._lock = threading.Lock()
        self.work = Work()
        self._snapshot = Snapshot(Dataset(folder, sources=sources))
        self._verdicts: tuple[tuple[int, ...] | None, dict[tuple[str, str], list[Verdict]]] = (None, {})
        self._questions: tuple[tuple[int, ...] | None, list[Row]] = (None, [])

    @property
    def snapshot(self) -> Snapshot:
        """The dataset; read anew when a run has replaced it."""
        with self._lock:
            if stamp(self.folder) != self._snapshot.stamp:
                self._snapshot = Snapshot(Dataset(self.folder, sources=self.sources))
            return self._snapshot

    @property
    def verdicts(self) -> dict[tuple[str, str], list[Verdict]]:
        """All verdicts by (SHA-256 of the file, row id). Raises ``InputError`` where the file is broken."""
        now = _state(self.folder / corrections.FILE)
        with self._lock:
            if self._verdicts[0] != now:
                found: dict[tuple[str, str], list[Verdict]] = {}
                for verdict in corrections.read(self.folder):
                    found.setdefault((verdict.sha256, verdict.row), []).append(verdict)
                self._verdicts = now, found
            return self._verdicts[1]

    @property
    def questions(self) -> list[Row]:
        """What nobody has answered yet, the best first. Raises ``InputError``: the answers are broken."""
        snapshot = self.snapshot
        now = *snapshot.stamp, *_state(self.folder / answers.FILE)
        if self._questions[0] != now:
            self._questions = now, teach.questions(snapshot.dataset)
        return self._questions[1]

    @property
    def notes(self) -> Sequence[str]:
        """Verdicts and answers that could not be read because their writing was cut off."""
        return *corrections.notes(self.folder), *answers.notes(self.folder)

    def save(self, verdicts: Sequence[Verdict]) -> None:
        with self._lock:
            corrections.append(self.folder, verdicts)

    def answer(self, question_id: str, says: str, author: str, scope: Scope, note: str | None) -> Answer:
        """Keep an answer. Raises ``InputError``: the question cannot have it."""
        dataset = self.snapshot.dataset
        with self._lock:
            return teach.answer(dataset, question_id, says, author=author, scope=scope, note=note)

    def take_back(self, said: Verdict | Answer) -> bool:
        with self._lock:
            if isinstance(said, Answer):
                return teach.take_back(self.folder, said)
            return corrections.take_back(self.folder, said)

    def renew(self) -> None:
        """Have the verdicts and answers in the dataset, beside the pages that are asked for meanwhile."""
        with self._lock:
            if self.work.going:
                return
            self.work = Work(going=True)
        threading.Thread(target=self._renew, daemon=True).start()

    def _renew(self) -> None:
        try:
            renew(self.folder)
            self.work = Work(done=True)
        except (DxplanError, OSError) as error:
            self.work = Work(error=str(error))
        except Exception as error:
            self.work = Work(error=f"{type(error).__name__}: {error}")
            raise

    def measures(self, doc_id: str) -> list[Row]:
        """The measures of a plan, in order."""
        return self.snapshot.rows("from measures where doc_id = ? order by char_start", [doc_id])

    def added(self, doc_id: str) -> list[tuple[str, Row]]:
        """The rows, by table, that people have added to a plan since the last run."""
        snapshot, sha256 = self.snapshot, self.snapshot.documents[doc_id]["sha256"]
        done = "select row_id from corrections where doc_id = ? and verdict = 'missing'"
        known = {row["row_id"] for row in snapshot.rows(done, [doc_id])}
        said = [
            verdict
            for (of, row_id), verdicts in self.verdicts.items()
            for verdict in verdicts
            if of == sha256 and row_id not in known and verdict.verdict == "missing"
        ]
        measures = self.measures(doc_id) if said else []
        return [(verdict.table, corrections.made(verdict, doc_id, measures)) for verdict in said]

    def record(self, table: str, row: Row, *, is_new: bool = False) -> Record:
        """A row with the verdicts on it since the last run; ``is_new``: one of them has added it."""
        document = self.snapshot.documents[row["doc_id"]]
        row_id = row[key_column(table)]
        name = row[NAMES.get(table, "title")] or row.get("source_text") or row_id
        record = Record(table, row_id, name, row, document)
        said = [
            v
            for v in self.verdicts.get((document["sha256"], row_id), ())
            if v.table == table and v.source_text == row.get("source_text")
        ]
        if not said:
            return record
        corrected, wrong = dict(row), False
        for verdict in said:
            measures = self.measures(row["doc_id"]) if verdict.column == corrections.MEASURE else ()
            outcome = corrections.correct(table, corrected, verdict, measures)
            if verdict.column is None and outcome == "applied":
                wrong = verdict.verdict == "wrong"
        return replace(
            record,
            row=corrected,
            name=corrected[NAMES.get(table, "title")] or record.name,
            verdicts=tuple(said),
            pending=wrong or corrected != row or is_new,
            wrong=wrong,
        )

    def find(self, table: str, row_id: str) -> Record | None:
        """The row of that id, or None."""
        if table == "documents":
            rows = [d for d in [self.snapshot.documents.get(row_id)] if d]
        elif table in NAMES:
            rows = self.snapshot.rows(f"from {table} where {key_column(table)} = ?", [row_id])
            if not rows:
                return self._find_added(table, row_id)
        else:
            rows = []
        return self.record(table, rows[0]) if rows else None

    def _find_added(self, table: str, row_id: str) -> Record | None:
        owners = {sha256 for sha256, of in self.verdicts if of == row_id}
        rows = [
            row
            for document in self.snapshot.documents.values()
            if document["sha256"] in owners
            for name, row in self.added(document["doc_id"])
            if name == table and row[key_column(table)] == row_id
        ]
        return self.record(table, rows[0], is_new=True) if rows else None

    def records(self, doc_id: str, page: int | None) -> list[Record]:
        """The rows that stand on a page; of a text, which has no pages, all."""
        where, parameters = "doc_id = ?", [doc_id, *([page] if page is not None else [])]
        where += " and page = ?" if page is not None else ""
        snapshot = self.snapshot
        found = [
            self.record(table, row)
            for table in NAMES
            for row in snapshot.rows(f"from {table} where {where}", parameters)
        ]
        found += [
            self.record(table, row, is_new=True)
            for table, row in self.added(doc_id)
            if page is None or row["page"] == page
        ]
        return sorted(found, key=lambda r: (r.row["char_start"] or 0, list(NAMES).index(r.table)))
