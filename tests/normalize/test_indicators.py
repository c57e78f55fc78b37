"""Indicators of different plans meet under one id, and never a rate with a count."""

from __future__ import annotations

import pytest

from normalize.indicators import indicators, match
from normalize.national_plan import national_plan


def test_data_is_sound() -> None:
    ids = [one.id for one in indicators()]
    assert len(ids) == len(set(ids)) >= 60
    assert {one.better for one in indicators()} == {"up", "down"}
    assert {one.national_item for one in indicators()} <= {item.id for item in national_plan().items}
    for one in indicators():
        assert ("%" in one.units) == (one.kind == "rate"), one.id


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("マイナンバーカードの保有率", "％", "mynumber_card_holding_rate"),
        ("マイナンバーカード交付枚数", "枚", "mynumber_card_issued_count"),
        ("行政手続きのオンライン化率", "%", "online_procedures_rate"),
        ("オンライン申請が可能な手続き数", "手続", "online_procedures_count"),
        ("電子申請の年間利用件数", "件", "online_applications_count"),
        ("R P A を活用した業務の数", "業務", "rpa_operations_count"),
        ("ＲＰＡの導入業務数", "業務", "rpa_operations_count"),
        ("AI-OCR・RPAの導入業務数", "業務", "ai_ocr_rpa_operations_count"),
        ("スマホ教室の延べ参加者数", "人", "smartphone_class_people"),
        ("スマホ教室の開催回数", "回", "smartphone_class_times"),
        ("窓口の平均待ち時間", "分", "waiting_time"),
        ("公式LINEの友だち数", "人", "line_friends"),
        ("書かない窓口の利用件数", "件", "writeless_counter_uses_count"),
        ("DX研修の満足度", "%", None),
        ("祭りの来場者数", "人", None),
    ],
)
def test_printed_name_leads_to_the_canonical_indicator(name: str, unit: str, expected: str | None) -> None:
    assert match(name, unit) == expected


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("電子決裁率", "件"),
        ("オープンデータの公開件数", "%"),
        ("テレワークの利用者数", "%"),
        ("コンビニ交付の割合", "件"),
    ],
)
def test_unit_of_another_kind_is_refused(name: str, unit: str) -> None:
    assert match(name, unit) is None


def test_multiple_takes_its_kind_from_the_name() -> None:
    assert match("コンビニ交付の件数", "倍") == "convenience_store_certificates_count"
    assert match("公式LINEの登録者人口比率", "倍") == "line_friends_rate"
