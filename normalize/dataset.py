"""The whole dataset at once: links to the national plan, terms, alignments between documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from normalize import align, align_kpis, national_plan, terms
from normalize.vocabulary import Decision

Row = dict[str, Any]

# What is read of the largest tables: nobody need keep the rest of them in memory.
READ = {
    "blocks": ("doc_id", "block_id", "kind", "text", "page", "bbox", "char_start"),
    "sentences": ("doc_id", "block_id", "sentence_id", "char_start", "char_end"),
}


def link(tables: Mapping[str, Sequence[Row]], decisions: Sequence[Decision] = ()) -> dict[str, Sequence[Row]]:
    """Make the tables that need all documents: terms, variants, mentions, national_links, both alignments.

    Args:
        tables: rows of the contract by table, of all documents.
        decisions: what a person has decided about pairs of terms of this dataset.

    Returns:
        Rows of the tables made or changed (glossary entries get their term, progress its earlier measure).
    """
    documents = tables.get("documents", [])
    measures = tables.get("measures", [])
    progress = tables.get("progress", [])
    glossary = tables.get("glossary", [])
    links = national_plan.link_measures(measures, documents)
    blocks, sentences = tables.get("blocks", []), tables.get("sentences", [])
    prior = align.prior_measures(progress, measures, documents)
    title = {row["measure_id"]: row["title"] for row in measures}
    restated = [
        (row["doc_id"], row["item"], title[prior[row["progress_id"]]])
        for row in progress
        if row["progress_id"] in prior
    ]
    vocabulary = terms.unify(blocks, sentences, glossary, decisions=decisions, restated=restated)
    return {
        "national_links": links,
        "alignments": align.align_measures(measures, documents, links),
        "kpi_alignments": align_kpis.align_kpis(tables.get("kpis", []), documents),
        "terms": list(vocabulary.terms),
        "variants": list(vocabulary.variants),
        "mentions": vocabulary.mentions,
        "glossary": [{**row, "term_id": vocabulary.glossary.get(row["entry_id"])} for row in glossary],
        "progress": [{**row, "prior_measure_id": prior.get(row["progress_id"])} for row in progress],
    }
