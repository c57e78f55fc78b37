"""A plan given as text -> Document and records: what the tests of layout and records start from."""

from __future__ import annotations

from textwrap import dedent

from extract.document import Document
from extract.layout.text_layout import layout_text
from extract.read.text import parse
from extract.records import kpis, measures, metadata, policies, schedules
from extract.records.model import Kpi, Measure, Schedule
from extract.records.owners import owners_and_fields
from extract.structure import tables
from extract.structure.assemble import assemble
from extract.structure.words import WORDS


def document(text: str) -> Document:
    source = parse(dedent(text).strip("\n"))
    return assemble(source, layout_text(source, WORDS))


def measures_of(text: str) -> list[Measure]:
    doc = document(text)
    return measures.extract(doc, policies.extract(doc))


def kpis_of(text: str) -> list[Kpi]:
    doc = document(text)
    found = measures.extract(doc, policies.extract(doc))
    return kpis.extract(doc, tables.read(doc), found, *owners_and_fields(doc, found))


def schedules_of(text: str) -> list[Schedule]:
    doc = document(text)
    found = measures.extract(doc, policies.extract(doc))
    return schedules.extract(doc, found, owners_and_fields(doc, found)[0], metadata.extract(doc))
