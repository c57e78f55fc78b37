"""Records -> rows of the contract: identifiers, provenance, normalised forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import add
from typing import Any

from extract.document import Document, Evidence, Placed
from extract.model import SURE, Box, Metadata, without_marks
from extract.records.model import (
    Figure,
    GlossaryEntry,
    Kpi,
    Measure,
    Policy,
    Procedure,
    Progress,
    Record,
    Schedule,
    Value,
)
from extract.segment.sentences import sentences
from extract.segment.tokens import Token, Tokenizer
from extract.structure.confidence import calibrated
from extract.structure.questions import Question
from normalize import procedures, values
from normalize.characters import normalize
from normalize.columns import Columns

Row = dict[str, Any]

RECORDS = (
    "policies", "measures", "kpis", "schedules", "glossary", "procedures", "progress", "figures",
)  # fmt: skip
BODY = ("paragraph", "list_item", "table_cell")  # blocks that a record may be made from
_PREFIXES = {"measures": "m", "kpis": "k", "schedules": "s"}
OCR_CONFIDENCE = 0.8  # share of records equal to those of the text layer: .86 clean, .70 worn (docs/ocr.md)


class Rows:
    """Collects the rows of one document. Identifiers count within the document, in its order."""

    def __init__(self, doc_id: str, document: Document) -> None:
        self.doc_id = doc_id
        self.document = document
        self.tables: dict[str, list[Row]] = {}
        self._segmented: list[tuple[Row, list[Token]]] = []  # a sentence with tokens, what they share
        self._claims: dict[int, list[str]] = {}
        self._recognised = {page.number for page in document.pages if page.text_source == "ocr"}

    def id(self, prefix: str, n: int) -> str:
        return f"{self.doc_id}-{prefix}{n + 1:03d}"

    def add(self, table: str, row: Row) -> None:
        self.tables.setdefault(table, []).append({"doc_id": self.doc_id, **row})

    def claim(self, blocks: Iterable[int], row_id: str) -> None:
        for block in blocks:
            self._claims.setdefault(block, []).append(row_id)

    def provenance(self, at: Evidence, rule: str, confidence: float) -> Row:
        source = "text" if self.document.source.media_type.startswith("text/") else "pdf"
        return {
            "page": at.page if source == "pdf" else None,
            "bbox": box_row(at.box),
            "char_start": at.start,
            "char_end": at.end,
            "source_text": self.document.text[at.start : at.end],
            "rule": rule,
            "confidence": confidence * OCR_CONFIDENCE if at.page in self._recognised else confidence,
        }

    def record(self, table: str, key: str, row_id: str, record: Record, row: Row) -> None:
        self.claim(record.at.blocks, row_id)
        confidence = calibrated(table, record.rule, record.confidence)
        self.add(table, {key: row_id, **row, **self.provenance(record.at, record.rule, confidence)})

    # --- records --------------------------------------------------------------------------------------

    def policies(self, found: Sequence[Policy]) -> None:
        for n, p in enumerate(found):
            row = {
                "parent_id": self.id("p", p.parent) if p.parent is not None else None,
                "level": p.level,
                "kind": p.kind,
                "number": p.number,
                "title": p.title,
                "description": p.description,
            }
            self.record("policies", "policy_id", self.id("p", n), p, row)

    def measures(self, found: Sequence[Measure]) -> None:
        self.titles = [m.title for m in found]
        for n, m in enumerate(found):
            row = {
                "policy_ids": [self.id("p", p) for p in m.policies],
                "number": m.number,
                "title": m.title,
                "title_norm": normalize(m.title),
                "overview": m.overview,
                "background": m.background,
                "approach": m.approach,
                "actions": list(m.actions),
                "departments": list(m.departments),
                "national_tags": list(m.national_tags),
                "headings_path": list(m.headings_path),
                "order": n,
            }
            self.record("measures", "measure_id", self.id("m", n), m, row)

    def _measure_id(self, measure: int | None) -> str | None:
        return self.id("m", measure) if measure is not None else None

    def kpis(self, found: Sequence[Kpi]) -> None:
        for n, k in enumerate(found):
            row = {
                "measure_id": self._measure_id(k.measure),
                "indicator": k.indicator,
                "indicator_norm": normalize(k.indicator),
                "qualifier": k.qualifier,
                **_value("baseline", k.baseline),
                "baseline_date": k.baseline.date,
                **_value("current", k.current),
                **_value("target", k.target),
                "target_max": k.target.max,
                "target_bound": k.target.bound,
                "target_kind": k.target.kind,
                "is_repeat": k.is_repeat,
                "series": [{"fy": fy, "value": value, "raw": raw} for fy, value, raw in k.series] or None,
            }
            row |= values.columns(row, self.titles[k.measure] if k.measure is not None else None)
            self.record("kpis", "kpi_id", self.id("k", n), k, row)

    def schedules(self, found: Sequence[Schedule]) -> None:
        for n, s in enumerate(found):
            row = {
                "measure_id": self._measure_id(s.measure),
                "task": s.task,
                "label": s.label,
                "start_fy": s.start_fy,
                "end_fy": s.end_fy,
                "start_month": s.start_month,
                "end_month": s.end_month,
                "phase": s.phase,
                "span_source": s.span_source,
                "span_certainty": s.span_certainty,
                "end_fy_max": s.end_fy_max,
            }
            self.record("schedules", "schedule_id", self.id("s", n), s, row)

    def glossary(self, found: Sequence[GlossaryEntry]) -> None:
        for n, g in enumerate(found):
            row = {
                "term": g.term,
                "abbreviation": g.abbreviation,
                "reading": g.reading,
                "expansion": g.expansion,
                "definition": g.definition,
                "source": g.source,
            }
            self.record("glossary", "entry_id", self.id("g", n), g, row)

    def procedures(self, found: Sequence[Procedure]) -> None:
        for n, p in enumerate(found):
            row = {
                "name": p.name,
                "name_norm": normalize(p.name),
                "national_no": procedures.national_no(p.name),
                "list_title": p.list_title,
                "group": p.group,
                "number": p.number,
                "online": p.online,
                "applicable": p.applicable,
            }
            self.record("procedures", "procedure_id", self.id("r", n), p, row)

    def progress(self, found: Sequence[Progress]) -> None:
        for n, p in enumerate(found):
            row = {"item": p.item, "achieved_pct": p.achieved_pct, "band": p.band}
            self.record("progress", "progress_id", self.id("a", n), p, row)

    def figures(self, found: Sequence[Figure]) -> None:
        for n, f in enumerate(found):
            row = {"caption": f.caption, "source": f.source, "image_ref": f.image_ref}
            self.record("figures", "figure_id", self.id("f", n), f, row)

    # --- what was not understood ----------------------------------------------------------------------

    def questions(self, asked: Sequence[Question]) -> None:
        for n, q in enumerate(asked):
            table, index = q.about or (None, 0)
            self.add(
                "questions",
                {
                    "question_id": self.id("q", n),
                    "kind": q.kind,
                    "text": q.text,
                    "key": q.key,
                    "guesses": [role for role, _ in q.guesses],
                    "scores": [score for _, score in q.guesses],
                    "n_rows": q.rows,
                    "worth": q.worth,
                    "table_name": table,
                    "row_id": self.id(_PREFIXES[table], index) if table else None,
                    "column_name": q.column,
                    "page": q.page,
                    "bbox": box_row(q.box),
                },
            )

    def trust(self) -> Row:
        """How far the rows can be trusted."""
        made = [row for name in RECORDS for row in self.tables.get(name, ())]
        body = [b for b in self.tables.get("blocks", ()) if b["kind"] in BODY]
        size = sum(len(b["text"]) for b in body)
        claimed = sum(len(b["text"]) for b in body if b["claimed_by"])
        pages, used = {b["page"] for b in body}, {b["page"] for b in body if b["claimed_by"]}
        return {
            "rows_made": len(made),
            "rows_expected_right": sum(row["confidence"] for row in made),
            "rows_sure": sum(round(row["confidence"], 4) >= SURE for row in made),
            "text_claimed": round(claimed / size, 2) if size else None,
            "pages_without_records": len(pages - used) if self.document.pages else None,
            "questions_open": len(self.tables.get("questions", ())),
            "verdicts_given": 0,
        }

    # --- the document itself --------------------------------------------------------------------------

    def pages(self) -> None:
        per_page: dict[int | None, int] = {}
        for placed in self.document.blocks:
            per_page[placed.block.page] = per_page.get(placed.block.page, 0) + len(placed.text)
        for page in self.document.pages:
            text = page.text_source == "text"
            self.add(
                "pages",
                {
                    "page": page.number,
                    "label": page.label,
                    "width": page.width if not text else None,
                    "height": page.height if not text else None,
                    "n_chars": sum(len(line.text) for line in page.lines)
                    if text
                    else per_page.get(page.number, 0),
                    "text_source": page.text_source,
                    "rotation": page.rotation,
                },
            )

    def blocks(self, tokenizer: Tokenizer) -> None:
        """Blocks with what was made of them, their sentences and tokens."""
        n_sentences = 0
        for placed in self.document.blocks:
            block_id = self.id("b", placed.index)
            section = self.document.section_of_block(placed.index)
            section_id = self.id("h", section) if section is not None else None
            at = self.document.evidence([placed.index])
            self.add(
                "blocks",
                {
                    "block_id": block_id,
                    "kind": placed.block.kind,
                    "level": self.document.sections[section].level
                    if section is not None and self.document.sections[section].heading == placed.index
                    else None,
                    "text": placed.text,
                    "section_id": section_id,
                    "claimed_by": self._claims.get(placed.index, []),
                    **self.provenance(at, f"block-{placed.block.kind}", 1.0),
                },
            )
            for start, end in sentences(placed.text, placed.block.kind):
                sentence_id = self.id("t", n_sentences)
                n_sentences += 1
                self._sentence(tokenizer, sentence_id, block_id, section_id, at, placed, start, end)

    def _sentence(
        self, tokenizer: Tokenizer, sentence_id: str, block_id: str, section_id: str | None,
        at: Evidence, placed: Placed, start: int, end: int,
    ) -> None:  # fmt: skip
        where = Evidence(placed.start + start, placed.start + end, at.page, at.box, at.blocks)
        text = self.document.text[where.start : where.end]
        marks = [(a - start, b - start) for a, b in placed.block.marks if start <= a and b <= end]
        tokens = tokenizer.tokenize(text)
        self.add(
            "sentences",
            {
                "sentence_id": sentence_id,
                "block_id": block_id,
                "section_id": section_id,
                "text": text,
                "text_norm": normalize(without_marks(text, marks)),
                "n_tokens": len(tokens),
                **self.provenance(where, "sentence", 1.0),
            },
        )
        if tokens:
            shared = {"doc_id": self.doc_id, "sentence_id": sentence_id}
            self._segmented.append((shared | self.provenance(where, "token", 1.0), tokens))

    def tokens(self) -> Columns:
        """The words of all sentences."""
        if not self._segmented:
            return Columns({})
        groups, words = zip(*self._segmented)
        columns: dict[str, Sequence[Any]] = dict(zip(Token._fields, zip(*chain.from_iterable(words))))
        columns["i"] = [i for group in words for i in range(len(group))]
        offsets = [group["char_start"] for group, tokens in self._segmented for _ in tokens]
        columns["char_start"] = list(map(add, offsets, columns.pop("start")))
        columns["char_end"] = list(map(add, offsets, columns.pop("end")))
        columns["source_text"] = columns["surface"]
        shared = {name: [group[name] for group in groups] for name in groups[0] if name not in columns}
        return Columns(columns, shared, list(map(len, words)))

    def sections(self) -> None:
        for s in self.document.sections:
            at = self.document.evidence(i for i in (s.heading, s.title_block) if i is not None)
            self.add(
                "sections",
                {
                    "section_id": self.id("h", s.index),
                    "parent_id": self.id("h", s.parent) if s.parent is not None else None,
                    "level": s.level,
                    "number": s.number,
                    "title": s.title,
                    "order": s.index,
                    **self.provenance(at, f"section-{s.style.partition(':')[0]}", 0.9),
                },
            )

    def found_tables(self) -> None:
        for index, table in enumerate(self.document.tables):
            for cell in table.cells:
                block = self.document.cell_blocks.get((index, cell.row, cell.col))
                if block is None:
                    continue
                self.add(
                    "tables",
                    {
                        "table_id": self.id("x", index),
                        "row": cell.row,
                        "col": cell.col,
                        "rowspan": cell.rowspan,
                        "colspan": cell.colspan,
                        "text": cell.text,
                        "is_header": cell.is_header,
                        **self.provenance(self.document.evidence([block]), "table-cell", 0.9),
                    },
                )

    def metadata(self, found: Metadata) -> Iterator[tuple[str, Any]]:
        for name in found.__slots__:
            yield name, getattr(found, name)


def box_row(box: Box | None) -> dict[str, float] | None:
    return {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} if box else None


def _value(prefix: str, value: Value) -> Row:
    return {
        f"{prefix}_raw": value.raw,
        f"{prefix}_value": value.value,
        f"{prefix}_unit": value.unit,
        f"{prefix}_fy": value.fy,
    }
