"""What a document defines holds in that document; canonical forms and ids are the same in any part of a dataset."""

from __future__ import annotations

import random
from typing import Any

from normalize.terms import TermTables, review_table, unify
from tests.normalize import field

Rows = list[dict[str, Any]]


def block(doc_id: str, text: str) -> dict[str, Any]:
    row = {"doc_id": doc_id, "block_id": f"{doc_id}-0", "kind": "paragraph", "text": text}
    return row | {"page": 1, "bbox": None, "char_start": 0, "char_end": len(text)}


def entry(doc_id: str, term: str, definition: str = "") -> dict[str, Any]:
    row = {"doc_id": doc_id, "entry_id": f"{doc_id}-{term}", "term": term, "definition": definition}
    return row | {"abbreviation": None, "reading": None, "expansion": None}


DOCUMENTS = {
    "a": ("窓口改革を進める。窓口改革とスマートロッカー、マネジャーとマネージャー", [("フロントヤード改革（窓口改革）", "接点を見直すこと。")]),
    "b": ("窓口改革と職員研修。スマート・ロッカー、マネジャー、マネージャ", [("窓口改革", "窓口のしごとを変えること。")]),
    "c": ("防災 GISと防災GIS、窓口改革（HYK）", []),
    "d": ("防災 GISを直す。HYKの予算", [("フロントヤード改革（窓口改革）", "接点を変えること。")]),
    "e": ("こども未来課と子ども未来課、フロントヤード改革", [("スマートロッカー", "鍵。")]),
    "f": ("子ども未来課。スマートソックスと「スマートソック」とスマートロック", []),
}  # fmt: skip


def made(*names: str) -> TermTables:
    blocks = [block(name, DOCUMENTS[name][0]) for name in names]
    return unify(blocks, [], [entry(n, *pair) for n in names for pair in DOCUMENTS[n][1]])


def test_no_subset_of_documents_changes_a_canonical_form_or_an_id() -> None:
    chance = random.Random(13)
    alone = {name: made(name) for name in DOCUMENTS}
    for _ in range(200):
        chosen = chance.sample(list(DOCUMENTS), chance.randint(1, len(DOCUMENTS)))
        found = made(*chosen)
        canonical = {t["term_id"]: t["canonical"] for t in found.terms}
        for name in chosen:
            assert {t["term_id"]: t["canonical"] for t in alone[name].terms}.items() <= canonical.items()
            mine = [m for m in found.mentions if m["doc_id"] == name]
            assert mine == list(alone[name].mentions)


def test_a_glossary_says_nothing_about_another_document() -> None:
    found = made("a", "b", "c", "d")
    owners = {m["doc_id"]: m["term_id"] for m in found.mentions if m["surface"] == "窓口改革"}
    assert owners["a"] == "frontyard_reform"
    assert owners["b"] != owners["a"]
    assert "c" not in owners  # it has no such entry
    assert not [m for m in found.mentions if m["surface"] == "HYK"]
    assert {m["doc_id"] for m in found.mentions if m["surface"] == "防災 GIS"} == {"c"}


def test_two_letters_in_brackets_make_an_entry_no_known_term() -> None:
    found = unify([], [], [entry("a", "ユニバーサルデータ（UD）"), entry("a", "証拠による政策（EBPM）")])
    assert found.glossary["a-ユニバーサルデータ（UD）"].startswith("x_")
    assert found.glossary["a-証拠による政策（EBPM）"] == "ebpm"


def test_a_name_somebody_coined_is_put_to_review_and_never_joined() -> None:
    assert list(field.coined_joined()) == []
    rows = review_table(made("f"))
    assert [(r["surface"], r["canonical"]) for r in rows][:1] == [("スマートソック", "スマートロック")]
    assert rows[0]["contexts"]


def test_a_slip_stands_in_the_place_of_its_term() -> None:
    text = "ランサムウァイアの被害を防ぐ。ランサムウェアの被害は増えた。"
    joined = {v["surface"]: v["canonical"] for v in unify([block("a", text)], []).variants if v["n_mentions"]}
    assert joined == {"ランサムウァイア": "ランサムウェア"}
    assert not [v for v in unify([block("a", text[:15])], []).variants if v["n_mentions"]]


def test_no_two_terms_that_look_alike_are_one() -> None:
    assert list(field.terms_joined()) == []
