"""Measures are tied to the items of the national plan by their title, their marks, and what they do."""

from __future__ import annotations

import pytest

from normalize.national_plan import link, link_measures, national_plan, nearest, pattern

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
        ("書かない申請", ["frontyard"]),
        ("どこでも働ける役場", ["telework"]),
        ("出張による相談支援", ["digital_divide"]),
        ("祭りの継承", ["other"]),
    ],
)
def test_title_names_the_item(title: str, expected: list[str]) -> None:
    assert items(title) == expected


# Titles as plans word them, by the one item they are about.
TITLES = {
    "frontyard": (
        "来庁しなくてよい市役所の実現、手続きのワンストップ化の推進、窓口の混雑緩和と待ち時間の短縮、書類に何度も書かせない受付、住民票等の記入の手間をなくす窓口サービス、"
        "来庁者にやさしい総合案内、市民課窓口へのセミセルフ端末の導入、お悔やみ手続の一括受付、窓口番号発券機の導入、転入・転出手続の簡素化、支所・出張所における遠隔相談、"
        "ワンストップ型の窓口体制、おくやみコーナーの設置、役場に行かなくても済むサービスの提供"
    ),
    "standardization": (
        "基幹20業務の標準準拠システムへの移行、住民基本台帳等の基幹系20業務のガバメントクラウド移行、行政システムのクラウド化、システム共同利用の拡大、"
        "国・地方共通のデジタル基盤の利用、自治体情報システムの標準化への対応、標準準拠システムの安定運用と経費の縮減、基幹系情報システムの更新、庁内システムの全体最適化、"
        "県内市町との電算システムの共同運用"
    ),
    "elqr": (
        "地方税以外の公金のeL-QR納付、eLTAXを通じた公金収納、市税等の電子納付の拡大、公金納付のデジタル化"
    ),
    "mynumber": (
        "個人番号カードを使ったサービスの展開、マイナカードの更新支援、コンビニで受け取れる証明書の拡大、マイナ保険証の利用促進、"
        "図書館カード・印鑑登録証のマイナンバーカードへの一体化、マイナンバーカード普及・活用事業、マイナンバーカードの利便性の向上"
    ),
    "security": (
        "サイバー攻撃への備え、セキュリティ監査と訓練、個人情報の適正な管理、情報セキュリティ対策、セキュリティレベルの維持・向上、情報漏えい事故の防止、個人情報保護の徹底、"
        "インシデント対応力の強化"
    ),
    "ai_rpa": (
        "議事録作成支援システムの導入、定型作業の自動処理、AIチャットボットによる24時間の問合せ対応、AI-OCRを使った申請書の読取り、生成AIの利活用、"
        "RPA等による業務の自動化、AI・RPA等の先端技術の導入、AI議事録システムの利用拡大、ロボットによる定型業務の代行、チャットボットの充実"
    ),
    "telework": (
        "在宅でも働ける環境づくり、職員の多様な働き方の実現、柔軟な勤務を可能にする環境、テレワーク環境の整備、リモートワークの定着、職員のワークスタイル変革"
    ),
    "regional_digital": (
        "防災・災害対応のDX、学校教育におけるICT活用、ICTを活用した見守り、観光客向けデジタルマップの整備、中小企業のDX支援、デジタル地域通貨の導入、オンライン診療の試行、"
        "AIオンデマンド交通の運行、河川水位の遠隔監視、電子母子手帳アプリの導入、自動運転バスの実証、保育施設におけるICT化、スマート農林水産業の推進、"
        "インフラ点検へのドローン活用、建設現場におけるICT施工、鳥獣被害対策へのIoT活用、福祉・介護の現場を支えるICT、災害に強いまちづくりのためのデジタル活用、"
        "デジタル技術を活用した産業の振興、観光DXの推進、GIGAスクール構想の推進、健康づくりアプリの普及、子育て支援のデジタル化、デジタル商品券の発行、スマートシティの推進、"
        "関係人口の創出とデジタル住民票、避難所運営のデジタル化、水道スマートメーターの導入"
    ),
    "digital_divide": (
        "高齢者向けスマートフォン講習会の開催、誰も取り残さないための支援、デジタル機器の使い方相談、シニア世代のデジタル活用支援、デジタルが苦手な方へのサポート、"
        "町民のデジタル活用能力の向上、誰もがデジタルの恩恵を受けられる環境づくり、デジタルデバイド解消、スマホよろず相談所の開設、市民のICTリテラシーの向上、"
        "高齢者等へのデジタル支援、情報アクセシビリティの確保、人にやさしいデジタル化の推進"
    ),
    "analog_rules": (
        "アナログ規制の点検、書面・対面規制の見直し、デジタル原則への適合確認、アナログ的な規制の見直し、例規の点検と改正、デジタル原則に照らした規則等の見直し"
    ),
    "online_procedures": (
        "押印・書面の見直し、電子申請サービスの拡充、公共施設予約システムの導入、スマートフォンからの申請手続の拡大、ぴったりサービスによる子育て手続、電子入札の導入、"
        "図書館の電子化、行政手続のデジタル完結、電子申請の利用促進、オンライン予約の拡大、公共施設の予約と鍵の受渡しの電子化、補助金申請の電子化"
    ),
    "open_data": (
        "データ利活用の推進、統合型GISの活用、地図情報の公開、証拠に基づく政策立案の推進、BIツールによるデータの見える化、データ連携基盤の構築、統計情報の公開、"
        "オープンデータの利活用促進、行政情報の公開とデータ活用、地理空間情報の整備と活用、データに基づく行政運営"
    ),
    "hr_development": (
        "職員のデジタル技能向上、DX推進リーダーの育成、外部デジタル専門人材の登用、全庁的なDX意識の醸成、ITパスポート等の資格取得支援、デジタル人材の育成と活用、"
        "職員研修の充実、職員の意識改革とスキルアップ"
    ),
    "bpr": (
        "内部管理業務の見直し、業務量調査と業務の可視化、ノーコードツールによる業務アプリの内製、事務処理の効率化、業務プロセスの再設計、業務改革(BPR)の推進、内部事務の集約化、"
        "人事給与・庶務事務のシステム化、業務の棚卸しと見直し"
    ),
    "cashless": (
        "窓口手数料のキャッシュレス決済、スマートフォンによる使用料の支払い、キャッシュレス化の拡大、窓口・施設における電子マネー等の利用"
    ),
    "info_dissemination": (
        "公式LINEを使った情報の届け方、市公式ウェブサイトのリニューアル、SNSを活用した広報、多言語での情報提供、情報発信の多様化、ホームページの利便性向上、"
        "市政情報の効果的な発信"
    ),
    "paperless": (
        "電子決裁の徹底、会議資料の電子化、文書管理の電子化、紙文書の削減、議会のタブレット導入、契約事務の電子化、文書の電子化と電子決裁、紙に頼らない仕事の進め方、電子契約の普及"
    ),
    "network": (
        "公衆無線LANの整備、庁内ネットワークの再構築、光回線の未整備地区の解消、庁内無線LANの整備、職員用端末の更新、地域の5G環境の整備、高速通信網の整備、"
        "フリーWi-Fiの拡充、庁内LANの無線化、通信インフラの強靱化"
    ),
    "promotion_system": (
        "DX推進体制の強化、DX推進本部の設置、近隣自治体との共同運営、民間企業との連携協定、県と市町の連携による推進、進捗管理と計画の見直し、推進体制の整備、"
        "DX推進本部による進行管理、官民共創の推進"
    ),
}


@pytest.mark.parametrize(
    ("title", "item"), [(title, item) for item, titles in TITLES.items() for title in titles.split("、")]
)
def test_title_of_a_plan_s_measure_leads_to_its_item_alone(title: str, item: str) -> None:
    assert items(title) == [item]


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


def test_one_action_is_enough_for_the_item_a_heading_above_names() -> None:
    texts = {"actions": "書かない窓口の導入検討\n申請フォームの追加"}
    plain = link("電子申請の拡充", texts)
    under = link("電子申請の拡充", texts, headings=["基本方針2", "【フロントヤード改革】便利な窓口"])
    assert [one.item for one in plain] == ["online_procedures"]
    assert [one.item for one in under] == ["online_procedures", "frontyard"]


def test_one_word_of_the_body_settles_a_title_that_says_nothing() -> None:
    assert items("職員の底力", overview="階層別のDX研修を全職員に行う。") == ["hr_development"]
    assert items("職員の底力", overview="DX研修と電子決裁を進める。") == ["other"]


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


def test_the_nearest_measure_is_told_by_the_words_that_speak_for_the_item() -> None:
    road = {"title": "道路の補修", "approach": "傷んだ舗装を直す。"}
    advice = {"title": "暮らしの相談", "approach": "機器に不慣れな方の相談を受ける。"}
    assert nearest("digital_divide", [road, advice]) == (advice, ["不慣れ"])
    assert nearest("elqr", [road, advice]) is None


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("納付の方法を増やす", {"approach": "公金にeL-QRを使う。", "actions": "eL-QRの導入"}, {"elqr"}),
        ("キャッシュレスの拡大", {"approach": "公金にeL-QRを使う。", "actions": "eL-QRの導入"}, {"cashless", "elqr"}),
        ("財布のいらない窓口", {"approach": "電子マネーとコード決済のキャッシュレスを広げる。"}, {"cashless"}),
        ("観光・農業のデータ活用", {"approach": "人の流れを調べる。"}, {"open_data", "regional_digital"}),
    ],
)  # fmt: skip
def test_a_title_and_what_is_done_together_tell_the_items(
    title: str, body: dict[str, str], expected: set[str]
) -> None:
    assert {one.item for one in link(title, body)} == expected


@pytest.mark.parametrize(
    ("title", "text", "items"),
    [
        (
            "玄関は手の中に",
            "請求も申込みもスマートフォンから届出ができるようにします。",
            {"online_procedures"},
        ),
        ("風の便り", "お知らせを、登録した方の端末に届けます。", {"info_dissemination"}),
        ("山の見張り", "カメラとセンサーで鳥獣の動きをつかみます。", {"regional_digital"}),
        ("山の手入れ", "鳥獣の柵を直し、わなを増やします。", {"other"}),  # nothing digital is said
        ("石段の修理", "石段を積み直します。", {"other"}),
    ],
)
def test_a_body_in_everyday_words_tells_the_item(title: str, text: str, items: set[str]) -> None:
    assert {one.item for one in link(title, {"approach": text})} == items


def test_a_hint_of_a_title_gives_way_to_a_body_that_never_speaks_of_it() -> None:
    texts = {"approach": "研修で、職員が小さく試す力を身に付けます。"}
    assert [one.item for one in link("学びの役場", texts)] == ["hr_development"]


def test_an_item_named_beside_a_measure_is_explicit() -> None:
    found = link(
        "しおかぜの受付", {"overview": "来た人が楽になる。"}, ["自治体フロントヤード改革の推進", "まちづくり"]
    )
    assert [(one.item, one.basis) for one in found] == [("frontyard", "explicit")]
