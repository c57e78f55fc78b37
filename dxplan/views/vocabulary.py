"""The vocabulary of a dataset, and the pairs of terms that a person has to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import yaml

from dxplan.dataset import Dataset
from dxplan.storage.decided import DECISIONS
from dxplan.storage.decided import decisions as decisions  # what a run asks, too
from dxplan.views.formats import Style, frame
from normalize.terms import review_table, unify
from normalize.vocabulary import ORTHOGRAPHY, Decision

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]

_STRING, _COUNT = pa.string(), pa.int32()
_VOCABULARY = pa.schema(
    [
        *((name, _STRING) for name in ("term_id", "canonical", "category")),
        *((name, _COUNT) for name in ("definitions", "n_documents", "n_mentions", "n_variants")),
        ("variants", pa.list_(_STRING)),
    ]
)
_REVIEW = pa.schema(
    [
        *((name, _STRING) for name in ("surface", "canonical", "reason")),
        ("n_occurrences", _COUNT),
        ("contexts", pa.list_(_STRING)),
        ("n_canonical", _COUNT),
        ("canonical_contexts", pa.list_(_STRING)),
        ("term_id", _STRING),
    ]
)
TERMS_STYLE = Style(
    {
        "term": "canonical",
        "category": "category",
        "defined": "definitions",
        "documents": "n_documents",
        "mentions": "n_mentions",
        "variants": "variants",
    },
    legend="Defined: definitions found. Mentions: of all forms. Variants: those that occur, and how often.",
)
REVIEW_STYLE = Style(
    {
        "written": "surface", "times": "n_occurrences", "where": "contexts", "perhaps the term": "canonical",
        "mentions": "n_canonical", "where it stands": "canonical_contexts", "because": "reason",
    },
    legend=(
        f"Decide in OUT/{DECISIONS}, the next run obeys it: "
        "- {surface: …, canonical: …, same: yes, because: …} (or same: no). "
        "With --format yaml this list comes in that form, to be filled in."
    ),
)  # fmt: skip
_CONTEXT = 20  # characters on either side of a mention
_MOST_CONTEXTS = 3


def terms(dataset: Dataset) -> pd.DataFrame:
    """One row per term of the dataset, the most widespread first, with the variants that occur.

    ``n_mentions`` counts all forms; each of ``variants`` is «form ×mentions (kind)».
    """
    counts: dict[str, int] = defaultdict(int)
    documents: dict[str, set[str]] = defaultdict(set)
    for mention in dataset.read("mentions").select(["doc_id", "term_id"]).to_pylist():
        counts[mention["term_id"]] += 1
        documents[mention["term_id"]].add(mention["doc_id"])
    forms: dict[str, list[str]] = defaultdict(list)
    for v in sorted(dataset.read("variants").to_pylist(), key=lambda v: -v["n_mentions"]):
        if v["n_mentions"]:
            forms[v["term_id"]].append(f"{v['surface']} ×{v['n_mentions']} ({v['kind']})")
    rows = [
        {
            "term_id": t["term_id"],
            "canonical": t["canonical"],
            "category": t["category"],
            "definitions": t["definition_count"],
            "n_documents": len(documents[t["term_id"]]),
            "n_mentions": counts[t["term_id"]],
            "n_variants": len(forms[t["term_id"]]),
            "variants": forms[t["term_id"]],
        }
        for t in dataset.read("terms").to_pylist()
    ]
    rows.sort(key=lambda r: (r["category"] == ORTHOGRAPHY, -r["n_documents"], -r["n_mentions"], r["term_id"]))
    return frame(rows, _VOCABULARY)


def review(dataset: Dataset, decided: Sequence[Decision] = ()) -> pd.DataFrame:
    """The pairs nobody has decided yet, the most frequent first, either side with its contexts."""
    tables = {name: dataset.read(name).to_pylist() for name in ("blocks", "sentences", "glossary")}
    found = unify(tables["blocks"], tables["sentences"], tables["glossary"], decisions=decided)
    blocks = {(b["doc_id"], b["block_id"]): b for b in tables["blocks"]}
    mentions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mention in found.mentions:
        mentions[mention["term_id"]].append(mention)
    rows = [
        {
            **row,
            "n_canonical": len(mentions[row["term_id"]]),
            "canonical_contexts": contexts(mentions[row["term_id"]], blocks),
        }
        for row in review_table(found)
    ]
    return frame(rows, _REVIEW)


def stub(pairs: pd.DataFrame) -> str:
    """Pairs of ``review`` in the format of decisions.yaml: a person has only to fill in ``same``."""
    parts = []
    for row in pairs.to_dict("records"):
        contexts = (*row["contexts"], *(f"({row['canonical']}) {c}" for c in row["canonical_contexts"]))
        entry = {"surface": row["surface"], "canonical": row["canonical"], "same": None, "because": None}
        lines = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False).replace(" null", "")
        parts.append("".join(f"# {context}\n" for context in contexts) + lines)
    return "\n".join(parts)


def contexts(mentions: Sequence[Row], blocks: Mapping[tuple[str, str], Row]) -> list[str]:
    """The first mentions with the text around them."""
    return [_around(m, blocks[m["doc_id"], m["block_id"]]) for m in mentions[:_MOST_CONTEXTS]]


def _around(mention: Row, block: Row) -> str:
    start, end = (mention[key] - block["char_start"] for key in ("char_start", "char_end"))
    return " ".join(block["text"][max(0, start - _CONTEXT) : end + _CONTEXT].split())
