"""What became of a measure: in the next edition of its plan, and beside other municipalities."""

from __future__ import annotations

from typing import Any

import pytest

from normalize import align
from normalize.align import align_measures, edition_changes, prior_measures, title_likeness
from normalize.national_plan import link_measures

Rows = list[dict[str, Any]]


def document(
    doc_id: str, name: str, start: int, code: str | None = None, prefecture: str | None = None
) -> dict[str, Any]:
    return {
        "doc_id": doc_id,
        "municipality": name,
        "prefecture": prefecture,
        "municipality_code": code,
        "period_start_fy": start,
        "published": f"{start}-03",
    }


def measures(doc_id: str, *titles: str, **actions: list[str]) -> Rows:
    """Rows m0, m1, … of a document; the actions of the second by m1=[…]."""
    return [
        {
            "doc_id": doc_id,
            "measure_id": f"{doc_id}-m{i}",
            "title": title,
            "actions": actions.get(f"m{i}", []),
        }
        for i, title in enumerate(titles)
    ]


PLANS = [document("old", "霞ノ浜市", 2021), document("new", "霞ノ浜市", 2026)]


def changes(old: Rows, new: Rows) -> set[tuple[str | None, str | None, str]]:
    rows = old + new
    found = edition_changes(rows, PLANS, link_measures(rows, PLANS))
    ids = {row["measure_id"]: row["title"] for row in rows} | {None: None}
    return {(ids[r["measure_id_a"]], ids[r["measure_id_b"]], r["relation"]) for r in found}


def test_measures_that_keep_their_title_continue_one_to_one() -> None:
    old = measures(
        "old", "電子申請の拡大", "情報セキュリティ対策の強化", "ＲＰＡの導入", "マイナンバーカードの普及"
    )
    new = measures("new", "電子申請の推進", "情報セキュリティの徹底", "RPAの活用", "マイナンバーカードの普及")
    assert {relation for *_, relation in changes(old, new)} == {"continues"}
    assert len(changes(old, new)) == 4


def test_changed_title_with_the_same_item_is_a_renaming() -> None:
    old, new = measures("old", "テレワークの推進"), measures("new", "柔軟な働き方の実現")
    assert changes(old, new) == {("テレワークの推進", "柔軟な働き方の実現", "renamed")}


def test_measures_that_became_actions_of_one_are_merged() -> None:
    old = measures("old", "情報発信の充実", "デジタルデバイド対策（情報格差の解消）")
    new = measures("new", "暮らしを支えるデジタル", m0=["情報発信の充実", "デジタルデバイド対策"])
    assert {relation for *_, relation in changes(old, new)} == {"merged"}


def test_measure_of_two_subjects_splits() -> None:
    old = measures("old", "情報セキュリティ対策・人材育成の強化")
    new = measures("new", "セキュリティの徹底", "DX人材の育成", "施設予約システムの更新")
    assert changes(old, new) == {
        ("情報セキュリティ対策・人材育成の強化", "セキュリティの徹底", "split"),
        ("情報セキュリティ対策・人材育成の強化", "DX人材の育成", "split"),
        (None, "施設予約システムの更新", "new"),
    }


def test_measure_without_a_successor_is_dropped() -> None:
    old, new = measures("old", "オープンデータの推進"), measures("new", "書かない窓口の導入")
    assert changes(old, new) == {
        ("オープンデータの推進", None, "dropped"),
        (None, "書かない窓口の導入", "new"),
    }


@pytest.mark.parametrize(
    "other",
    [
        document("new", "霧谷市", 2026),
        document("new", "霞ノ浜市", 2026, code="011002"),
        document("new", "霞ノ浜市", 2021),  # of the same time: another version, not the next edition
    ],
)
def test_only_editions_of_one_municipality_are_compared(other: dict[str, Any]) -> None:
    rows = measures("old", "テレワークの推進") + measures("new", "テレワークの推進")
    assert edition_changes(rows, [PLANS[0], other]) == []


def test_edition_that_does_not_name_its_prefecture_goes_with_its_namesake() -> None:
    rows = measures("old", "テレワークの推進") + measures("new", "テレワークの推進")
    editions = [PLANS[0], document("new", "霞ノ浜市", 2026, prefecture="海鳴県")]
    assert [row["relation"] for row in edition_changes(rows, editions)] == ["continues"]
    namesake = document("far", "霞ノ浜市", 2026, prefecture="雪見ヶ岳県")
    assert edition_changes(rows, [*editions, namesake]) == []


def test_progress_is_tied_to_the_earlier_edition() -> None:
    rows = measures("old", "行政データの公開・共有", "デジタルデバイド対策（情報格差）", "AI・RPAの導入")
    items = ["行政データの公開、共有", "デジタルデバイド対策", "職員の意識改革", "全体の達成度"]
    progress = [{"doc_id": "new", "progress_id": f"p{i}", "item": item} for i, item in enumerate(items)]
    assert prior_measures(progress, rows, PLANS) == {"p0": "old-m0", "p1": "old-m1"}
    assert prior_measures(progress, rows, PLANS[1:]) == {}


def test_same_item_joins_different_municipalities_once_for_each_pair() -> None:
    documents = [
        document("a", "霞ノ浜市", 2026),
        document("b", "霧谷市", 2026),
        document("c", "霞ノ浜市", 2021),
    ]
    rows = measures("a", "セキュリティと人材育成") + measures(
        "b", "情報セキュリティ研修による人材育成", "祭りの継承"
    )
    found = align_measures(rows, documents, link_measures(rows, documents))
    assert [(r["doc_id"], r["measure_id_a"], r["measure_id_b"], r["relation"]) for r in found] == [
        ("a", "a-m0", "b-m0", "same_item")
    ]
    assert found[0]["evidence"].startswith("both serve hr_development, security")


def test_titles_are_compared_by_their_subject() -> None:
    assert title_likeness("ペーパーレス化の推進", "ペーパーレス化のさらなる推進") == 1.0
    assert title_likeness("情報システムの標準化", "情報発信の強化") < 0.6


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_a_measure_is_tied_to_the_likest_measure_of_each_other_plan(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(align, "_AT_ONCE", at_once)
    documents = [
        document("a", "霞ノ浜市", 2026),
        document("b", "霧谷市", 2026),
        document("c", "霧谷市", 2021),
    ]
    rows = [
        *measures("a", "情報セキュリティ研修"),
        *measures("b", "セキュリティ研修の充実", "セキュリティ監査"),
        *measures("c", "セキュリティ研修"),
    ]
    found = align_measures(rows, documents, link_measures(rows, documents))
    tied = {(r["measure_id_a"], r["measure_id_b"]) for r in found if r["relation"] == "same_item"}
    # the audit of b has no likelier measure than the one of a; of a's two partners in b the likest is kept
    assert tied == {("a-m0", "b-m0"), ("a-m0", "c-m0"), ("a-m0", "b-m1")}


def test_ties_to_other_municipalities_grow_with_the_measures_and_not_with_their_square() -> None:
    def ties(n: int) -> int:
        documents = [document(f"d{i}", f"第{i}霞市", 2026) for i in range(n)]
        rows = [row for i in range(n) for row in measures(f"d{i}", "テレワークの推進")]
        return len(align_measures(rows, documents, link_measures(rows, documents)))

    assert ties(60) < 3 * ties(30)
