"""A term: how each document writes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.compare.places import PLACE, Made, Row, places_of, rows_of, schema
from dxplan.views.formats import frame
from dxplan.views.vocabulary import contexts
from normalize.vocabulary import curated, folded

if TYPE_CHECKING:
    import pandas as pd

_TERM = schema(PLACE + "term_id canonical form kind n_mentions:n stands_in contexts:l pages")


def term(dataset: Dataset, term: str) -> pd.DataFrame:
    """How each document writes a term: every form with its number of mentions and where it stands.

    ``kind`` says how a form differs from the canonical one (null: it is that one); ``stands_in`` counts the
    kinds of blocks. A document that does not use the term has one row with ``n_mentions`` 0.

    Args:
        dataset: the dataset.
        term: id, canonical form or any variant.

    Raises:
        DatasetError: the dataset does not have the term.
    """
    chosen = _term(dataset, term)
    places = places_of(dataset)
    blocks = {(b["doc_id"], b["block_id"]): b for b in rows_of(dataset, "blocks")}
    found: dict[str, dict[tuple[str, str | None], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for mention in rows_of(dataset, "mentions", term_id=chosen["term_id"]):
        found[mention["doc_id"]][mention["surface"], mention["kind"]].append(mention)
    rows = []
    for doc_id, place in places.items():
        head = {**place, "term_id": chosen["term_id"], "canonical": chosen["canonical"]}
        forms = sorted(found[doc_id].items(), key=lambda pair: (pair[0][1] is not None, -len(pair[1])))
        rows += [{**head, **_form(form, mentions, blocks)} for form, mentions in forms]
        if not forms:
            rows.append({**head, "n_mentions": 0})
    return frame(rows, _TERM)


def _term(dataset: Dataset, text: str) -> Row:
    terms = {t["term_id"]: t for t in rows_of(dataset, "terms")}
    if text in terms:
        return terms[text]
    key = folded(text)
    for row in (*terms.values(), *rows_of(dataset, "variants")):
        if folded(row.get("surface", row["canonical"])) == key:
            return terms[row["term_id"]]
    if (form := curated().lookup(text)) and form.term_id in terms:
        return terms[form.term_id]
    if len(held := names.by_part(text, {one: [t["canonical"]] for one, t in terms.items()})) == 1:
        return terms[held[0]]
    near = names.nearest(text, (t["canonical"] for t in terms.values()))
    raise DatasetError(
        f"the dataset has no term {text!r}; near it: {', '.join(near)}; all: dxplan terms {dataset.folder}"
    )


def _form(form: tuple[str, str | None], mentions: list[Row], blocks: Mapping[tuple[str, str], Row]) -> Made:
    homes = [blocks[m["doc_id"], m["block_id"]] for m in mentions]
    kinds = Counter(home["kind"] for home in homes)
    pages = sorted({m["page"] for m in mentions if m["page"]})
    return {
        "form": form[0],
        "kind": form[1],
        "n_mentions": len(mentions),
        "stands_in": ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()),
        "contexts": contexts(mentions, blocks),
        "pages": ", ".join(map(str, pages)) or None,
    }
