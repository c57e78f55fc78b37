"""Indicators of different plans meet under one id, and never a rate with a count."""

from __future__ import annotations

import pytest

from normalize.indicators import by_id, indicators, match, names
from normalize.national_plan import national_plan
from tests.normalize import field


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
        ("母子健康アプリの登録率", "%", "maternity_app_rate"),
        ("オンライン申請に対応した手続の割合", "%", "online_procedures_rate"),
        ("オンライン申請の割合", "%", "online_applications_rate"),
        ("来庁予約の利用率", "割", "counter_reservations_rate"),
        ("重大な情報事故の件数", "件", "security_incidents_count"),
        ("町税のキャッシュレス納付率", "%", "cashless_tax_payment_rate"),
        ("職員一人当たりの時間外勤務", "時間", "overtime_hours"),
        ("時間外勤務の削減率", "%", "overtime_reduction_rate"),
        ("DX推進員の人数", "人", "dx_leaders"),
        ("DX推進員を置いた課数", "課", "dx_leader_departments_count"),
        ("乗合タクシーのオンライン予約率", "%", None),
        ("コピー用紙の削減枚数", "枚", None),
        ("利用件数", "件", None),
        ("DX研修の満足度", "%", None),
        ("祭りの来場者数", "人", None),
    ],
)
def test_printed_name_leads_to_the_canonical_indicator(name: str, unit: str, expected: str | None) -> None:
    assert match(name, unit) == expected


# Those that the plans of most municipalities have: what each counts, and which way is better.
@pytest.mark.parametrize(
    ("indicator", "kind", "better"),
    [
        ("online_procedures_count", "count", "up"),
        ("online_procedures_rate", "rate", "up"),
        ("mynumber_card_holding_rate", "rate", "up"),
        ("convenience_store_certificates_count", "count", "up"),
        ("generative_ai_user_rate", "rate", "up"),
        ("rpa_operations_count", "count", "up"),
        ("open_data_count", "count", "up"),
        ("smartphone_class_people", "people", "up"),
        ("electronic_approval_rate", "rate", "up"),
        ("telework_rate", "rate", "up"),
        ("telework_users", "people", "up"),
        ("waiting_time", "time", "down"),
    ],
)
def test_common_indicators_have_kind_unit_and_direction(indicator: str, kind: str, better: str) -> None:
    found = {one.id: one for one in indicators()}[indicator]
    assert (found.kind, found.better) == (kind, better)
    assert found.units


def test_no_printed_name_makes_a_rate_of_a_count() -> None:
    units = {
        "rate": "%",
        "count": "件",
        "people": "人",
        "times": "回",
        "money": "千円",
        "time": "分",
        "size": "枚",
    }
    kind = {one.id: one for one in indicators()}
    for one in indicators():
        for unit in units.values():
            found = match(one.name, unit)
            assert found is None or unit in kind[found].units, (one.name, unit, found)


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


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("わなの見回りに要する時間", "時間"),
        ("古文書の解読に要する時間", "分"),
        ("公開型GISの利用講習の受講者数", "人"),
        ("内部監査の指摘の改善率", "%"),
        ("推進リーダーの交代率", "%"),
        ("港湾用ドローンの台数", "台"),
    ],
)
def test_every_word_of_a_name_must_be_accounted_for(name: str, unit: str) -> None:
    assert match(name, unit) is None


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("デジタルサイネージの設置台数", "台", "digital_signage_units_count"),
        ("電子看板を設置した施設数", "施設", "digital_signage_places_count"),
        ("スマートロック導入施設数", "施設", "smart_lock_places_count"),
        ("リモート窓口の満足度", "%", "remote_madoguchi_satisfaction_rate"),
        ("ノーコードツールの導入率", "%", "no_code_tool_introduced_rate"),
    ],
)
def test_terms_of_the_vocabulary_are_counted_in_the_same_few_ways(
    name: str, unit: str, expected: str
) -> None:
    found = by_id(match(name, unit))
    assert found
    assert found.id == expected
    assert names()[expected] == (found.name, found.national_item)


def test_what_a_thing_has_of_its_own_is_not_counted_twice() -> None:
    assert by_id("generative_ai_users") is by_id(match("生成AIの利用者数", "人"))
    assert by_id("cashless_payment_places_count") is None


def test_every_counted_term_is_in_the_vocabulary_and_of_an_item() -> None:
    items = {item.id for item in national_plan().items}
    assert {item for _, item in names().values()} <= items


def test_where_two_kinds_of_number_are_named_the_last_is_meant() -> None:
    assert match("窓口でのキャッシュレス決済の件数", "件") == "cashless_payment_uses_count"
    assert match("キャッシュレス決済を導入した窓口の数", "件") == "cashless_places_count"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("キャッシュレス決済に対応した公共施設の割合", "cashless_places_rate"),
        ("キャッシュレス決済の割合", "cashless_payment_rate"),
        ("生成AIを使う職員の割合", "generative_ai_user_rate"),
        ("生成AIを使う課の割合", None),
        ("テレワークを行う部署の割合", None),
    ],
)
def test_a_share_of_places_is_no_share_of_people_or_payments(name: str, expected: str | None) -> None:
    assert match(name, "%") == expected


def test_uses_of_a_booking_system_are_no_places_to_book() -> None:
    assert match("施設予約システムの利用件数", "件") == "facility_reservations_uses_count"
    assert match("オンラインで予約できる施設の数", "施設") == "facility_reservations_count"


@pytest.mark.parametrize(
    "part", ["議会の", "国保の", "町内会の", "外国人住民の", "休日の", "学校における", "転出届の", "税務課の"]
)
def test_no_part_stands_beside_the_whole(part: str) -> None:
    listed = [row for row in field.rows("indicators.tsv") if row[3] != "-"]
    joined = [name for name, unit, _, wanted in listed if match(part + name, unit) == wanted]
    assert joined == []
