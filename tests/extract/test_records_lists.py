"""Glossary, procedures, progress, figures, metadata, policies and schedules from text."""

from __future__ import annotations

import pytest

from extract.records import (
    figures,
    glossary,
    measures,
    metadata,
    policies,
    procedure_signs,
    procedures,
    progress,
)
from tests.extract.text_plan import document, schedules_of


def test_a_glossary_table_takes_its_terms_apart() -> None:
    entries = glossary.extract(
        document(
            "# 用語集\n\n用語\t解説\nRPA(アールピーエー)\tRobotic Process Automationの略。作業を自動で行う技術のこと。\n電子決裁\t画面の上で決裁すること。"
        )
    )
    assert [(e.term, e.abbreviation, e.reading, e.expansion) for e in entries] == [
        ("RPA(アールピーエー)", "RPA", "アールピーエー", "Robotic Process Automation"),
        ("電子決裁", None, None, None),
    ]


def test_a_row_of_a_glossary_without_a_term_costs_no_other_row() -> None:
    entries = glossary.extract(
        document("# 用語集\n\n用語\t解説\n－\t前の頁から続く説明です。\n電子決裁\t画面の上で決裁すること。")
    )
    assert [e.term for e in entries] == ["電子決裁"]


def test_a_list_of_terms_in_a_glossary_chapter() -> None:
    (entry,) = glossary.extract(document("# 用語解説\n\n電子決裁：画面の上で文書を確かめて決裁すること。"))
    assert (entry.term, entry.source) == ("電子決裁", "list")


def test_the_term_of_a_footnote_is_what_its_mark_follows() -> None:
    entries = glossary.extract(
        document(
            "高齢者のICTリテラシー<sup>1</sup>を高め、生成AI<sup>2</sup>・RPA<sup>3</sup>を使います。\n\n---\n\n"
            "<sup>1</sup> 情報の道具を使いこなす力のこと。\n\n<sup>2</sup> 文章や画像を作り出す仕組みのこと。\n\n"
            "<sup>3</sup> 作業を自動で行う技術のこと。"
        )
    )
    assert [(e.term, e.source) for e in entries] == [
        ("ICTリテラシー", "footnote"),
        ("生成AI", "footnote"),
        ("RPA", "footnote"),
    ]
    assert [e.at.blocks for e in entries] == [
        (0, 1),
        (0, 2),
        (0, 3),
    ]  # where the term is marked, and the note


PROCEDURES = """
    ## 優先的にオンライン化を推進すべき手続

    ### 子育て関係

    - 1 児童手当の認定請求*
    - 2 妊娠の届出*
    - 3 保育施設の利用申込
    - 4 港湾の使用許可申請（本市対象外）
    - 5 給食費の徴収の申出†

    * オンライン化済のもの

    † 該当する申請手続はありません。
"""


def test_marks_and_words_tell_the_state_of_a_procedure() -> None:
    found = procedures.extract(document(PROCEDURES))
    assert [(p.number, p.name, p.online, p.applicable) for p in found] == [
        ("1", "児童手当の認定請求", True, True),
        ("2", "妊娠の届出", True, True),
        ("3", "保育施設の利用申込", False, True),
        ("4", "港湾の使用許可申請", False, False),
        ("5", "給食費の徴収の申出", False, False),  # not marked as online, like the fourth
    ]
    assert {p.group for p in found} == {"子育て関係"}


def test_every_procedure_has_the_title_over_its_part_of_the_list() -> None:
    names = "- 図書の貸出予約\n- 水道の使用開始届\n- 犬の登録の届出\n- 施設の利用予約\n- 職員の採用試験申込"
    text = (
        f"## オンライン化を進める手続の一覧 1/2\n\na) 件数が多くオンライン化の効果が高い手続\n\n{names}\n\n"
        f"## 電子申請の対象手続 2/2\n\n### 子育て関係\n\n{names}"
    )
    found = procedures.extract(document(text))
    assert [p.list_title for p in found] == ["オンライン化を進める手続の一覧"] * 5 + [
        "電子申請の対象手続"
    ] * 5
    assert [p.group for p in found] == ["a) 件数が多くオンライン化の効果が高い手続"] * 5 + ["子育て関係"] * 5


def test_where_only_colour_tells_text_leaves_the_state_open() -> None:
    rows = "図書の貸出予約\t妊娠の届出\n体育館の利用予約\t転出の届出\n粗大ごみの申込\t介護の認定申請"
    found = procedures.extract(
        document(f"別表1 オンライン化の対象手続\n\n※赤字はオンライン化していないもの\n\n{rows}")
    )
    assert len(found) == 6
    assert {p.online for p in found} == {None}


@pytest.mark.parametrize(
    ("rgb", "name"),
    [(0xFF0000, "red"), (0xC00000, "red"), (0x0070C0, "blue"), (0x404040, None), (0xFFFFFF, None)],
)
def test_colours_are_named_only_where_plain(rgb: int, name: str | None) -> None:
    assert procedure_signs.color_name(rgb) == name


def test_a_state_in_words_beside_the_rate_is_the_band() -> None:
    text = (
        "# 1 前計画のふりかえり\n\n達成状況\t取組\t達成率\n達成\t予約の導入\t100%\n未達成\t庁内の無線化\t64%"
    )
    found = progress.extract(document(text))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("予約の導入", 100, "達成"),
        ("庁内の無線化", 64, "未達成"),
    ]


def test_progress_in_bands_takes_the_rate_of_each_item() -> None:
    found = progress.extract(
        document(
            "全体の達成度としては94.7%となりました。\n\n達成度100%\t達成度90%以上\t達成度90%未満\nカードの普及\t手続の電子化(97.2%)\t事務の効率化(66.6%)"
        )
    )
    assert [(p.item, p.achieved_pct) for p in found] == [
        ("全体の達成度", 94.7),
        ("カードの普及", 100.0),
        ("手続の電子化", 97.2),
        ("事務の効率化", 66.6),
    ]
    assert [f.at.blocks for f in found[1:]] == [(1, 4), (2, 5), (3, 6)]  # the band's cell, and its own


def test_a_caption_is_parted_from_its_source() -> None:
    (figure,) = figures.extract(document("図1：世帯の保有率の推移（出典：総務省「通信利用動向調査」）"))
    assert (figure.caption, figure.source) == ("図1：世帯の保有率の推移", "総務省「通信利用動向調査」")


def test_lost_pictures_leave_their_source_or_their_heading() -> None:
    text = (
        "## 1 県の動き\n\n県は方針を改めました。\n\n出典：雪見県\n\n## 2 計画の位置づけ(概念図)\n\n## 3 町の姿\n\n次のとおりです。\n\n"
        "本町『まちの構想』より抜粋\n\n年\t人口\nR6\t812\n\n資料：町民課\n\n## 4 推進体制図\n\n本部が進めます。"
    )
    found = figures.extract(document(text))
    assert [(f.caption, f.source) for f in found] == [
        (None, "雪見県"),
        ("計画の位置づけ(概念図)", None),
        (None, "本町『まちの構想』より抜粋"),
    ]


def test_a_cover_tells_what_the_document_is() -> None:
    found = metadata.extract(
        document(
            "# 鳴海台町DX推進計画\n\n（案）\n\n第2次\n\n令和8年度～令和11年度\n\n令和8年3月\n\n雪見県鳴海台町\n\n## 1 背景\n\n人口が減っています。"
        )
    )
    assert (found.municipality, found.prefecture, found.title) == ("鳴海台町", "雪見県", "鳴海台町DX推進計画")
    assert (found.version, found.is_draft, found.published) == ("第2次", True, "2026-03")
    assert (found.period_start_fy, found.period_end_fy) == (2026, 2029)


def test_a_title_over_two_lines_is_one() -> None:
    found = metadata.extract(
        document("鳴海台町デジタル・トランスフォーメーション  \n(DX)推進計画\n\n2021年12月")
    )
    assert found.title == "鳴海台町デジタル・トランスフォーメーション(DX)推進計画"


def test_a_plan_without_an_end_is_open() -> None:
    found = metadata.extract(
        document(
            "鳴海台町DX推進計画\n\n## 2 計画の期間\n\n期間は令和8年度を初年度とし、終わりの年度は定めません。"
        )
    )
    assert (found.period_start_fy, found.period_end_fy, found.period_open_ended) == (2026, None, True)


def test_philosophy_and_policies_are_found_once_each() -> None:
    found = policies.extract(
        document(
            "## 2 基本理念\n\n### 小さな声に応える町\n\n誰もが使える町にします。\n\n## 3 基本方針\n\n### 基本方針1 便利な町\n\n手続を変えます。\n\n"
            "### 【基本方針1】取組事項\n\n### 基本方針2\n\n### 働きやすい役場"
        )
    )
    assert [(p.kind, p.number, p.title) for p in found] == [
        ("基本理念", None, "小さな声に応える町"),
        ("基本方針", "1", "便利な町"),
        ("基本方針", "2", "働きやすい役場"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "### 小さな声に応える町\n\n誰もが使える町にします。",
        "- 誰もが使える町にします。\n\n小さな声に応える町",
    ],
    ids=["below", "above"],
)
def test_the_prose_around_a_philosophy_explains_it(body: str) -> None:
    doc = document(f"# 2 基本理念\n\n{body}\n\n# 3 基本方針\n\n## 基本方針1 便利な町\n\n手続を変えます。")
    first, second = policies.extract(doc)
    assert (first.title, first.description) == ("小さな声に応える町", "誰もが使える町にします。")
    assert second.description == "手続を変えます。"
    assert "手続を変えます。" in [doc.blocks[b].text for b in second.at.blocks]


def test_arrows_lost_in_text_leave_the_end_open() -> None:
    first, second = schedules_of(
        "## ① 窓口の改善\n概要\t窓口を見直します。\n現状・課題\t長く待ちます。\n\n取組の工程\tR8\tR9\tR10\n予約の導入\t▶\t\t\n案内の見直し\t\t\t"
    )
    assert (first.start_fy, first.end_fy, first.end_fy_max, first.span_certainty) == (
        2026,
        None,
        2028,
        "start_only",
    )
    assert (second.start_fy, second.span_certainty) == (None, "unknown")


def test_the_same_words_in_many_cells_are_each_told_from_their_own_cell() -> None:
    text = (
        "## ① 窓口の改善\n概要\t窓口を見直します。\n現状・課題\t長く待ちます。\n\n取組の工程\tR8\tR9\tR10\n"
        "予約の導入\t検討\t運用\t運用\n番号札の導入\t検討\t検討\t運用"
    )
    at = [s.at.blocks[-1] for s in schedules_of(text)]
    cells = [p.text for p in document(text).blocks]
    assert [cells[i] for i in at] == ["検討", "運用", "運用", "検討", "検討", "運用"]
    assert at == sorted(set(at))


def test_the_chart_of_the_plan_period_belongs_to_no_measure() -> None:
    (row,) = schedules_of("## 3 計画の期間\n\n計画\tR8\tR9\tR10\n鳴海台町総合計画\tR3~R12\t\t")
    assert (row.measure, row.start_fy, row.end_fy, row.span_certainty) == (None, 2021, 2030, "exact")


def test_columns_of_a_glossary_for_reading_and_full_name() -> None:
    (entry,) = glossary.extract(
        document(
            "用語\t読み\t正式名称\t説明\nBCP\tビーシーピー\tBusiness Continuity Plan\t仕事を止めないための計画。"
        )
    )
    assert (entry.reading, entry.expansion) == ("ビーシーピー", "Business Continuity Plan")


def test_a_glossary_in_two_bands_side_by_side() -> None:
    entries = glossary.extract(
        document("用語\t解説\t用語\t解説\nAI\t人工知能のこと。\tRPA\t作業を自動で行う技術。")
    )
    assert [e.term for e in entries] == ["AI", "RPA"]


def test_a_state_column_tells_which_procedures_are_online() -> None:
    found = procedures.extract(
        document(
            "別表 手続の一覧\n\n番号\t手続の名称\tオンライン化\n1\t図書の貸出予約\t○\n2\t港湾の使用許可\t×\n3\t自動車税の申告\t－"
        )
    )
    assert [(p.number, p.online, p.applicable) for p in found] == [
        ("1", True, True),
        ("2", False, True),
        ("3", None, False),
    ]


def test_progress_with_a_rate_for_each_row() -> None:
    (row,) = progress.extract(
        document("前計画の取組\t目標\t実績\t達成率\n電子申請の拡大\t120件\t125件\t104.0%")
    )
    assert (row.item, row.achieved_pct, row.band) == ("電子申請の拡大", 104.0, None)


def test_progress_takes_the_grade_beside_the_rate() -> None:
    text = "# 前計画の評価\n\n区分\t取組\t達成率\n達成\t光回線の整備\t100%\n一部達成\t予約の電子化\t62.5%"
    found = progress.extract(document(text))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("光回線の整備", 100.0, "達成"),
        ("予約の電子化", 62.5, "一部達成"),
    ]


def test_an_open_ended_plan_tells_its_first_year() -> None:
    text = "# 町デジタル方針\n\n## 1 方針の期間\n\nこの方針は令和8年度から進め、終期は定めず、必要に応じて見直します。"
    found = metadata.extract(document(text))
    assert (found.period_start_fy, found.period_end_fy, found.period_open_ended) == (2026, None, True)


@pytest.mark.parametrize("word", ["視点", "柱", "みちすじ", "帆"])
def test_rows_across_a_table_of_measures_are_their_level(word: str) -> None:
    names = ("窓口を軽く", "職場を軽く", "島をつなぐ")
    rows = "<tr><td>番号</td><td>取組名</td><td>取組の概要</td><td>担当課</td></tr>"
    for n, name in enumerate(names):
        rows += f"<tr><td colspan=4>{word}{'ⅠⅡⅢ'[n]}　{name}</td></tr>"
        for m in (1, 2):
            rows += f"<tr><td>{2 * n + m}</td><td>{name[:2]}の仕事その{m}</td><td>{name[:2]}の様式を見直す。</td><td>総務課</td></tr>"
    doc = document(f"# 2 計画の一覧\n\n<table>{rows}</table>")
    found = policies.extract(doc)
    assert [(p.kind, p.title) for p in found] == [(word, name) for name in names]
    assert [m.policies for m in measures.extract(doc, found)] == [(0,), (0,), (1,), (1,), (2,), (2,)]


@pytest.mark.parametrize("line", ["（出典）町民意識調査", "出典：町民意識調査　注）左の棒は今年の値です"])
def test_the_source_of_a_figure_stands_behind_brackets_or_before_a_note(line: str) -> None:
    (figure,) = figures.extract(document(f"図1　使う人の割合の推移\n\n{line}"))
    assert (figure.caption, figure.source) == ("図1　使う人の割合の推移", "町民意識調査")


def test_the_source_of_a_table_stands_below_it_and_its_caption_above() -> None:
    table = "分野\tR5\tR7\n窓口\t41%\t52%\n案内\t38%\t49%"
    (figure,) = figures.extract(document(f"図1　満足する人の割合\n\n{table}\n\n資料：町民意識調査"))
    assert (figure.caption, figure.source) == ("図1　満足する人の割合", "町民意識調査")
