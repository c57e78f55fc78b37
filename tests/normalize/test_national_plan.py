"""Measures are tied to the items of the national plan by their title, their marks, and what they do."""

from __future__ import annotations

import pytest

from normalize.national_plan import link, link_measures, national_plan, pattern

CORE = [
    "frontyard", "standardization", "elqr", "mynumber", "security",
    "ai_rpa", "telework", "regional_digital", "digital_divide", "analog_rules",
]  # fmt: skip
OWN = [
    "online_procedures", "open_data", "hr_development", "bpr", "cashless",
    "info_dissemination", "paperless", "network", "promotion_system", "other",
]  # fmt: skip


def items(title: str, **texts: str) -> list[str]:
    return [one.item for one in link(title, texts)]


def test_items_are_those_of_the_contract() -> None:
    assert [item.id for item in national_plan().items] == CORE + OWN
    assert [item.id for item in national_plan().items if item.core] == CORE


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("書かない窓口の拡大", ["frontyard"]),
        ("ガバメントクラウドへの移行", ["standardization"]),
        ("公金の収納における e L - Q R の導入", ["elqr"]),
        ("ＡＩ－ＯＣＲの活用", ["ai_rpa"]),
        ("AIオンデマンド交通の運行", ["regional_digital"]),
        ("デジタル・デバイドの解消", ["digital_divide"]),
        ("条例・規則の見直し", ["analog_rules"]),
        ("安全・安心なデジタル基盤とセキュリティの確保", ["security", "network"]),
        ("セキュリティ対策と職員研修", ["security", "hr_development"]),
        ("住民のデジタルリテラシーの向上", ["digital_divide"]),
        ("祭りの継承", ["other"]),
    ],
)
def test_title_names_the_item(title: str, expected: list[str]) -> None:
    assert items(title) == expected


def test_latin_words_match_whole_words_only() -> None:
    assert not pattern("AI").search("maintenance")
    assert pattern("AI").search("生成aiの利用")


def test_what_a_body_merely_mentions_makes_no_link_beside_a_clear_title() -> None:
    overview = "マイナンバーカードとマイナポータルを使い、セキュリティに配慮しながら電子申請を進めます。"
    assert items("行政手続のオンライン化", overview=overview) == ["online_procedures"]


def test_actions_tell_what_a_vague_title_does_not() -> None:
    found = items("仕事のしかたの刷新", actions="AI-OCRの導入\nRPAによる入力の自動化\n電子決裁の導入")
    assert found[0] == "ai_rpa"


def test_action_that_is_an_item_of_the_plan_is_linked_beside_the_title() -> None:
    assert items("防災のデジタル化", actions="水位計の設置\nデジタルデバイド対策")[:2] == [
        "regional_digital",
        "digital_divide",
    ]


def test_mark_of_the_document_makes_the_link_explicit() -> None:
    marked = link("テレワークの推進", tags=["自治体DX推進計画 重点取組事項"])
    other = link("テレワークの推進", tags=["官民データ活用推進基本法基本的施策"])
    assert (marked[0].basis, other[0].basis) == ("explicit", "title")


def test_item_bears_the_title_of_the_edition_of_its_time() -> None:
    old, new = (link("公金納付とマイナンバーカード", published=month) for month in ("2021-03", "2026-03"))
    assert {(one.item, one.edition) for one in old} == {("elqr", None), ("mynumber", "1.0")}
    assert [one.item_title for one in new] == [
        "公金収納におけるeL-QRの活用",
        "マイナンバーカードの取得支援・利用の推進",
    ]


def test_every_measure_gets_rows() -> None:
    measures = [
        {"doc_id": "d", "measure_id": "d-m1", "title": "オープンデータの公開", "actions": None},
        {"doc_id": "d", "measure_id": "d-m2", "title": "文化財の保存", "overview": "社寺の修理を助成する。"},
    ]
    rows = link_measures(measures, [{"doc_id": "d", "published": "2024-10"}])
    assert [(row["measure_id"], row["item"]) for row in rows] == [("d-m1", "open_data"), ("d-m2", "other")]
