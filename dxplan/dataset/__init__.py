"""A dataset as objects: tables that are frames, plans, their measures and KPIs, and where each row stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dxplan.dataset.frames import Frame, Tables
from dxplan.dataset.gantt import Gantt
from dxplan.dataset.plan import Kpi, Measure, Plan, Record, Records, overview
from dxplan.dataset.source import Source
from dxplan.errors import DatasetError
from dxplan.names import nearest

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Dataset", "Frame", "Gantt", "Kpi", "Measure", "Plan", "Record", "Records", "Source", "Tables"]


class Dataset(Tables):
    """The dataset in a folder or at a URL; ``ds.measures``, ``ds.kpis`` … are its tables (see ``Frame``).

    ``sources`` is the folder that has the original files, where they are no longer where the run read them.
    """

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{self.rows[name]:,} {name}" for name in ("documents", "measures", "kpis", "schedules")
        )
        return f"<Dataset {str(self.folder)!r}: {counts}>"

    def _repr_html_(self) -> str:
        return overview(self.documents.arrow().to_pylist(), self.rows)

    def docs(self) -> Iterator[Doc]:
        """Every plan's text as a spaCy ``Doc`` (`Plan.doc`); ``doc.user_data`` says whose it is."""
        for document in self.documents.arrow().to_pylist():
            if document["status"] != "failed":
                doc = Plan(self.folder, document, self.sources).doc
                named = ("doc_id", "municipality", "title", "source_name")
                doc.user_data |= {name: document[name] for name in named}
                yield doc

    def plan(self, document: str) -> Plan:
        """Return one document: its id, the name of its file, or its municipality if it has only one plan.

        Raises:
            DatasetError: no document or more than one answers to it.
        """
        document = unicodedata.normalize("NFC", document)
        found = [
            d
            for d in self.documents.arrow().to_pylist()
            if document in (d["doc_id"], d["source_name"], d["municipality"])
        ]
        if len(found) == 1:
            return Plan(self.folder, found[0], self.sources)
        every = self.documents.arrow().to_pylist()
        near = set(nearest(document, (d[c] for c in ("municipality", "source_name", "title") for d in every)))
        choice = (found or [d for d in every if near & {d["municipality"], d["source_name"], d["title"]}])[
            :20
        ]
        known = "; ".join(f"{d['doc_id']} ({d['source_name']}, {d['municipality']})" for d in choice)
        reason = "more than one document" if found else "no document"
        raise DatasetError(f"{reason} answers to {document!r}; there are {known}")
