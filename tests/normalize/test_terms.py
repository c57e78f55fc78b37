"""Forms of a term are joined for a stated reason, look-alikes are not, and every mention is in its place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from normalize.terms import TermTables, review_table, unify
from normalize.vocabulary import KINDS, curated, read_decisions, shipped_decisions


def document(doc_id: str, *blocks: str | tuple[str, str]) -> list[dict[str, Any]]:
    """Rows of `blocks`: texts of paragraphs, or (kind, text)."""
    rows, at = [], 0
    for i, block in enumerate(blocks):
        kind, text = block if isinstance(block, tuple) else ("paragraph", block)
        rows.append(
            {
                "doc_id": doc_id,
                "block_id": f"{doc_id}-{i}",
                "kind": kind,
                "text": text,
                "page": 1,
                "bbox": None,
                "char_start": at,
                "char_end": at + len(text),
            }
        )
        at += len(text) + 1
    return rows


def as_sentences(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**b, "sentence_id": f"{b['block_id']}-s"} for b in blocks]


def entry(term: str, definition: str = "", **fields: str) -> dict[str, Any]:
    row = {"doc_id": "a", "entry_id": term, "term": term, "definition": definition}
    return row | {"abbreviation": None, "reading": None, "expansion": None} | fields


def tables(*blocks: str | tuple[str, str], glossary: tuple[Any, ...] = ()) -> TermTables:
    rows = document("a", *blocks)
    return unify(rows, as_sentences(rows), glossary)


def joined(found: TermTables) -> dict[str, tuple[str, str]]:
    """surface → (canonical, kind) of the forms that occur."""
    return {v["surface"]: (v["canonical"], v["kind"]) for v in found.variants if v["n_mentions"]}


@pytest.mark.parametrize(
    ("text", "surface", "canonical", "kind"),
    [
        ("デジタルデバйд対策", "デジタルデバйд", "デジタルデバイド", "homoglyph"),
        ("デジタル・デバイドへの配慮", "デジタル・デバイド", "デジタルデバイド", "middle_dot"),
        ("デジタルディバイドの解消", "デジタルディバイド", "デジタルデバイド", "spelling"),
        ("情報格差が広がる", "情報格差", "デジタルデバイド", "synonym"),
        ("A I を使う", "A I", "AI", "spacing"),
        ("Ｉ ｏ Ｔ の普及", "Ｉ ｏ Ｔ", "IoT", "spacing"),
        ("ＩＣＴの進展", "ＩＣＴ", "ICT", "width"),
        ("e L - Q Rの活用", "e L - Q R", "eL-QR", "spacing"),
        ("Society5.0の実現", "Society5.0", "Society 5.0", "spacing"),
        ("ﾃﾞｼﾞﾀﾙﾃﾞﾊﾞｲﾄﾞの解消", "ﾃﾞｼﾞﾀﾙﾃﾞﾊﾞｲﾄﾞ", "デジタルデバイド", "width"),
        ("eLーQRの活用", "eLーQR", "eL-QR", "homoglyph"),
        ("ＩОTの普及", "ＩОT", "IoT", "homoglyph"),
        ("テレワ一クの推進", "テレワ一ク", "テレワーク", "homoglyph"),
        ("キヤッシュレス決済", "キヤッシュレス決済", "キャッシュレス決済", "spelling"),
        ("オープンデーターの公開", "オープンデーター", "オープンデータ", "long_vowel"),
        ("QR コードを読む", "QR コード", "QRコード", "spacing"),
        ("WEB申請を始める", "WEB", "Web", "spelling"),
        ("配布物のペーパレス化", "ペーパレス", "ペーパーレス", "long_vowel"),
        ("サーバの更新", "サーバ", "サーバー", "long_vowel"),
        ("これまでの取り組みを見る", "取り組み", "取組", "okurigana"),
        ("行政手続きの簡素化", "手続き", "手続", "okurigana"),
        ("障がいの有無", "障がい", "障害", "kanji"),
        ("市内4カ所に置く", "カ所", "か所", "kanji"),
        ("HPの充実", "HP", "ホームページ", "abbreviation"),
        ("スマホの講座", "スマホ", "スマートフォン", "abbreviation"),
        ("QRを読み取る", "QR", "QRコード", "abbreviation"),
        ("統合型 GISの整備", "統合型 GIS", "統合型地理情報システム", "abbreviation"),
        ("記入が必要な個所", "個所", "箇所", "kanji"),
        ("市内4個所に置く", "個所", "か所", "kanji"),
        ("光ファイバを引く", "光ファイバ", "光ファイバー", "long_vowel"),
        ("適合レベルAAIに準拠", "適合レベルAAI", "適合レベルAA", "ocr"),
    ],
)
def test_a_form_leads_to_its_term(text: str, surface: str, canonical: str, kind: str) -> None:
    assert joined(tables(text))[surface] == (canonical, kind)


@pytest.mark.parametrize(
    "text",
    [
        "デジタルデバイスの購入",  # a device
        "ノーコードとローコードを比べる",
        "改革に取り組みます。課題に取り組み、続けて取り組みたい。",  # verbs
        "情報を組み合わせて届ける",
        "サーバーとサーバールーム",
        "この場所は広い",  # no number before it
        "AIDXという会社",
        "it is https://example.jp/ai/dx と info@dx.example.jp",
        "ＰＨＰで書く",
        "ビルとビール",
        "申込書と切替日",  # compounds without okurigana, by rule
        "情報　格差",  # two cells of a table side by side
        "こども家庭センター",
        "くらしき市のモニタリングとユーザビリティ",
        "光ファイバー網",
    ],
)
def test_what_only_looks_like_a_form_is_left_alone(text: str) -> None:
    assert joined(tables(text)) == {}


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("デジタルデバイス対策", True),
        ("デジタルデバイス（情報格差）を縮める", True),
        ("デジタルデバイスを排除する", True),
        ("格差を生むデジタルデバイスの拡大を防ぐ", True),
        ("デジタルデバイスを配り、情報格差をなくす", False),
        ("デジタルデバイスの管理", False),
    ],
)
def test_device_becomes_divide_only_where_the_context_shows_the_slip(text: str, slip: bool) -> None:
    assert ("デジタルデバイス" in joined(tables(text))) is slip


def test_a_heading_is_checked_against_the_table_of_contents() -> None:
    found = tables(
        ("toc", "4-2 デジタルデバイドの現状 ……… 23"),
        ("heading", "4-2 デジタルデバイスの現状"),
        "デジタルデバイスを貸し出す。",
    )
    assert joined(found)["デジタルデバイス"] == ("デジタルデバイド", "spelling")
    assert [m["block_id"] for m in found.mentions if m["surface"] == "デジタルデバイス"] == ["a-1"]


def test_likeness_joins_only_words_no_dictionary_knows() -> None:
    found = tables("チャットボッドを試す。ガバメントクラフトを学ぶ。")
    assert joined(found) == {"チャットボッド": ("チャットボット", "spelling")}
    assert [(r["surface"], r["canonical"], r["n_occurrences"]) for r in review_table(found)] == [
        ("ガバメントクラフト", "ガバメントクラウド", 1)
    ]


def test_a_glossary_headword_is_no_slip_of_another_term() -> None:
    found = tables("チャットボッドを置く", glossary=(entry("チャットボッド"),))
    assert joined(found) == {}
    assert "チャットボッド" in {t["canonical"] for t in found.terms}


def test_glossaries_of_two_documents_are_one_vocabulary() -> None:
    glossary = (
        entry("オンラインレセプト", "電子請求のこと。"),
        entry("ＡＩ（人工知能）") | {"doc_id": "b"},
        entry("水道スマートメーター（ＳＷＭ）", "遠隔検針器とも呼ばれる。"),
        entry("水道 スマートメーター", entry_id="second") | {"doc_id": "b"},
    )
    found = tables("SWMと遠隔検針器と水道スマートメーターとＡＩ", glossary=glossary)
    terms = {t["canonical"]: t for t in found.terms}
    assert found.glossary["ＡＩ（人工知能）"] == "ai"
    assert found.glossary["second"] == found.glossary["水道スマートメーター（ＳＷＭ）"]
    assert terms["水道スマートメーター"]["definition_count"] == 2
    assert joined(found) == {
        "SWM": ("水道スマートメーター", "abbreviation"),
        "遠隔検針器": ("水道スマートメーター", "synonym"),
        "ＡＩ": ("AI", "width"),
    }


def test_a_number_before_a_headword_is_no_part_of_it() -> None:
    found = tables("生成AI", glossary=(entry("1-2 生成AI"),))
    assert found.glossary == {"1-2 生成AI": "generative_ai"}
    assert joined(found) == {}


def test_an_entry_for_two_headwords_makes_them_no_synonyms() -> None:
    found = tables("CIO/CIO補佐官を置く", glossary=(entry("CIO/CIO補佐官"),))
    assert joined(found) == {}


def test_a_reading_with_large_kana_is_a_slip() -> None:
    found = tables("IoT（あいおーていー）", glossary=(entry("IoT", reading="あいおーていー"),))
    assert joined(found)["あいおーていー"] == ("あいおーてぃー", "ocr")


@pytest.mark.parametrize(
    ("text", "surface", "canonical", "kind"),
    [
        ("防災 GISを直す。防災GISを見る。", "防災 GIS", "防災GIS", "spacing"),
        ("全国统一規格のコード", "全国统一規格", "全国統一規格", "homoglyph"),
        (
            "情報セキュリティハンドブックとセキュリティハンドブック",
            "セキュリティハンドブック",
            "情報セキュリティハンドブック",
            "abbreviation",
        ),
        ("子ども支援課とこども支援課、こども支援課", "子ども支援課", "こども支援課", "kanji"),
        ("マスタープランとマスタプラン、マスタープラン", "マスタプラン", "マスタープラン", "long_vowel"),
        ("エリア・マスターとエリアマスター", "エリア・マスター", "エリアマスター", "middle_dot"),
        ("【窓口 DX】町の窓口を変える", "窓口 DX", "窓口DX", "spacing"),
        ("駐輪 of 許可の申請", "駐輪 of 許可", "駐輪の許可", "ocr"),
        ("引越しワンストップサービス（HOSS）", "HOSS", "引越しワンストップサービス", "abbreviation"),
    ],
)
def test_forms_the_documents_show(text: str, surface: str, canonical: str, kind: str) -> None:
    assert joined(tables(text))[surface] == (canonical, kind)


def test_a_title_repeated_with_another_word_shows_the_slip() -> None:
    rows = document("a", "庁内標準データの公開", "統合型GISの更新", "相談の充実")
    known = {
        "庁内標準データの公開": "オープンデータの公開",
        "統合型GISの更新": "統合型GISの充実",
        "相談の充実": "窓口の充実",
    }
    found = unify(rows, as_sentences(rows), restated=[("a", *pair) for pair in known.items()])
    assert joined(found)["庁内標準データ"] == ("オープンデータ", "ocr")
    assert {"更新", "相談"}.isdisjoint(joined(found))


def test_a_word_beside_a_term_in_brackets_is_put_to_review() -> None:
    rows = review_table(tables("住民接点（フロントヤード）を見直す"))
    assert [(r["surface"], r["canonical"]) for r in rows] == [("住民接点", "フロントヤード")]
    assert rows[0]["contexts"] == ["住民接点（フロントヤード）を見直す"]


def test_what_is_joined_already_is_not_put_to_review() -> None:
    found = tables("根拠に基づく政策立案（EBPM）とサイバー空間（仮想空間）")
    assert review_table(found) == []


def test_mentions_stand_where_they_say() -> None:
    rows = document("a", "A I の活用", "生成 AIとAI-OCR") + document("b", "AIの活用")
    found = unify(rows, as_sentences(rows))
    texts = {d: "\n".join(b["text"] for b in rows if b["doc_id"] == d) for d in ("a", "b")}
    assert [(m["surface"], m["term_id"], m["kind"], m["sentence_id"]) for m in found.mentions] == [
        ("A I", "ai", "spacing", "a-0-s"),
        ("生成 AI", "generative_ai", "spacing", "a-1-s"),
        ("AI-OCR", "ai_ocr", None, "a-1-s"),
        ("AI", "ai", None, "b-0-s"),
    ]
    assert all(texts[m["doc_id"]][m["char_start"] : m["char_end"]] == m["surface"] for m in found.mentions)


def test_rows_fit_the_contract_and_each_other() -> None:
    tables_ = pytest.importorskip("dxplan.tables").TABLES
    found = tables("取り組みと取組、手続き、DX、デジタルトランスフォーメーション")
    for name, rows in (("terms", found.terms), ("variants", found.variants), ("mentions", found.mentions)):
        assert rows
        assert {tuple(r) for r in rows} == {tables_[name].column_names}
    canonical = {t["term_id"]: t["canonical"] for t in found.terms}
    assert all(v["canonical"] == canonical[v["term_id"]] != v["surface"] for v in found.variants)
    assert all(v["evidence"] and v["kind"] in KINDS for v in found.variants)
    assert len({(v["term_id"], v["surface"]) for v in found.variants}) == len(found.variants)


def test_the_same_input_gives_the_same_tables() -> None:
    text = "公開型 防災 GISと防災GIS、取り組みと取組み、AI（人工知能）と水防（デジタル人材）"
    assert tables(text) == tables(text)


def test_a_long_text_without_a_break_ends_soon() -> None:
    text = "庁内で使う仕組を整えるА" * 2_000
    assert len(curated().find(text)) < 5_000


# --- the data files -------------------------------------------------------------------------------


def test_no_form_stands_under_two_terms_and_no_canonical_form_is_a_variant() -> None:
    owner: dict[str, str] = {}
    for form in curated().forms:
        if not form.conditional:
            assert owner.setdefault(form.surface, form.term_id) == form.term_id
    assert len([t for t in curated().terms if not t.startswith("o:")]) >= 150
    assert len([t for t in curated().terms if t.startswith("o:")]) >= 80


def test_every_curated_form_is_found_alone() -> None:
    vocabulary = curated()
    for form in vocabulary.forms:
        text = {"か所": "3", "か月": "3", "か国": "3"}.get(vocabulary.terms[form.term_id].canonical, "")
        if not form.conditional or text:
            found = vocabulary.find(text + form.surface)
            assert [(m.surface, m.form.term_id) for m in found] == [(form.surface, form.term_id)]


def test_patterns_and_readings_are_well_formed() -> None:
    for form in curated().forms:
        for pattern in (form.preceded_by, form.followed_by, form.not_followed_by, form.near):
            re.compile(pattern)
    assert all(re.fullmatch("[ァ-ヺー]+", t.reading) for t in curated().terms.values() if t.reading)


def test_shipped_decisions_name_known_forms_and_give_a_reason() -> None:
    canonical = {t.canonical for t in curated().terms.values()}
    assert all(d.because for d in shipped_decisions())
    assert [d for d in shipped_decisions() if d.canonical not in canonical] == []


# --- what a person has decided


def decided(text: str, *blocks: str, glossary: tuple[Any, ...] = ()) -> TermTables:
    rows = document("a", *blocks)
    return unify(rows, as_sentences(rows), glossary, decisions=read_decisions(text))


def test_a_yes_joins_a_pair_that_was_put_before_a_person() -> None:
    text = "窓口改革（フロントヤード改革）を進める。窓口改革の対象は七業務。"
    assert [r.surface for r in tables(text).reviews] == ["窓口改革"]
    found = decided(
        "- {surface: 窓口改革, canonical: フロントヤード改革, same: yes, because: 一つの施策}", text
    )
    assert found.reviews == ()
    assert joined(found)["窓口改革"] == ("フロントヤード改革", "synonym")
    assert [v["evidence"] for v in found.variants if v["surface"] == "窓口改革"] == ["decided: 一つの施策"]


def test_a_yes_moves_a_term_of_a_glossary_with_its_entry() -> None:
    glossary = (
        entry("来庁予約", "来庁の時間を予約すること。"),
        entry("窓口予約", "窓口の時間を予約すること。"),
    )
    yes = "- {surface: 来庁予約, canonical: 窓口予約, same: yes}"
    found = decided(yes, "来庁予約を始め、窓口予約を広げる。", glossary=glossary)
    assert joined(found) == {"来庁予約": ("窓口予約", "synonym")}
    assert len(set(found.glossary.values())) == 1


@pytest.mark.parametrize(
    ("surface", "canonical", "text"),
    [
        ("リモートワーク", "テレワーク", "リモートワークの日を設ける"),  # curated
        ("チャットボッド", "チャットボット", "チャットボッドの試行"),  # a look-alike no dictionary has
        ("デジタル・デバイド", "デジタルデバイド", "デジタル・デバイドへの配慮"),  # joined by the search
        ("デジタルデバイス", "デジタルデバイド", "デジタルデバイス※を排除"),  # a slip told by its context
    ],
)
def test_a_no_keeps_apart_what_any_rule_would_join(surface: str, canonical: str, text: str) -> None:
    assert joined(tables(text))[surface][0] == canonical
    found = decided(f"- {{surface: {surface}, canonical: {canonical}, same: no}}", text)
    assert surface not in joined(found)
    assert [r for r in found.reviews if r.surface == surface] == []


def test_a_decision_of_the_dataset_overrules_a_shipped_one() -> None:
    text = "フロントオフィスの見直し"
    assert joined(tables(text)) == {}
    found = decided("- {surface: フロントオフィス, canonical: フロントヤード, same: yes}", text)
    assert joined(found)["フロントオフィス"][0] == "フロントヤード"


def test_an_undecided_entry_decides_nothing() -> None:
    assert read_decisions("- {surface: 窓口改革, canonical: フロントヤード改革, same: }") == ()
    assert read_decisions("") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {surface: 窓口改革}", "entry 1: needs surface and canonical"),
        ("- {surface: あ, canonical: い, same: maybe}", r"entry 1 \(あ\): same must be yes or no"),
        ("- {surface: あ, canonical: い, same: yes, kind: slip}", "kind must be one of spelling"),
        ("- {surface: あ, canonical: い, saem: yes}", "may have no others than surface"),
        ("decisions: []", "must be a list"),
        ("- {surface: あ", "no YAML"),
    ],
)
def test_a_faulty_decision_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_decisions(text)


# --- words that mean the term only where the text says so


@pytest.mark.parametrize(
    ("text", "surface", "canonical"),
    [
        ("サイバー空間（仮想空間）の安全", "仮想空間", "サイバー空間"),
        ("テレワーク／モバイルワーク", "モバイルワーク", "テレワーク"),
    ],
)
def test_a_wider_word_is_a_synonym_where_the_text_says_so(text: str, surface: str, canonical: str) -> None:
    assert joined(tables(text))[surface] == (canonical, "synonym")


@pytest.mark.parametrize(
    "text", ["メタバース（仮想空間）での相談", "在宅勤務やモバイルワークなどの形", "JIS X 8341-3:2016に準拠"]
)
def test_a_word_of_its_own_is_no_variant(text: str) -> None:
    assert joined(tables(text)) == {}


def test_a_block_longer_than_any_prose_is_left_out() -> None:
    """Found by a text of one line of 5 MB: looking for terms in it took longer than all the plans."""
    found = tables("電子申請とテレワーク", "計画" * 500_000, "ﾃﾚﾜｰｸ")
    assert [m["surface"] for m in found.mentions if m["kind"]] == ["ﾃﾚﾜｰｸ"]
