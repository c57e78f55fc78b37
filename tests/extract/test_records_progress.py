from __future__ import annotations

from dataclasses import replace

from extract.layout.text_layout import layout_text
from extract.model import Cell, Table, TableItem
from extract.read.text import parse
from extract.records import progress
from extract.structure.assemble import assemble
from extract.structure.words import WORDS
from tests.extract.text_plan import document, kpis_of

TABLE = (
    "取組項目\t目標\t実績\t達成状況\n無線LANの整備\t12か所\t14か所\t達成\n電子申請\t50手続\t19手続\t未達成"
)


def test_grades_in_words_tell_what_an_earlier_plan_reached() -> None:
    found = progress.extract(document(f"# 2 第１次計画の振り返り\n\n{TABLE}"))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("無線LANの整備", None, "達成"),
        ("電子申請", None, "未達成"),
    ]


def test_grades_in_words_of_the_plans_own_stand_under_a_head_that_tells_a_result() -> None:
    names = ("渡船の予約", "海図の公開", "灯台の点検", "浦を巡る車")
    grades = ("できた", "半ば", "できた", "これから")
    for head, rates in (("評価\t達成率", ("104％", "61％", "100％", "30％")), ("結果", ("",) * 4)):
        rows = "".join(f"\n{n}\t{g}\t{r}".rstrip() for n, g, r in zip(names, grades, rates, strict=True))
        found = progress.extract(document(f"# 2 これまでの取組の振り返り\n\n取組\t{head}{rows}"))
        assert [(p.item, p.band) for p in found] == list(zip(names, grades, strict=True))
    groups = "区分\t取組\t達成率\n北浦\t渡船の予約\t104％\n北浦\t海図の公開\t61％\n南浦\t灯台の点検\t30％"
    found = progress.extract(document(f"# 2 これまでの取組の振り返り\n\n{groups}"))
    assert [p.band for p in found] == [None, None, None]
    towns = "取組\t区域\n渡船の予約\t北浦\n海図の公開\t南浦\n灯台の点検\t北浦"
    assert progress.extract(document(f"# 2 これまでの取組の振り返り\n\n{towns}")) == []


def test_what_grades_mean_is_no_review() -> None:
    legend = "評価\t基準\nＡ\t達成率が100%以上のもの\nＢ\t達成率が70%以上のもの\nＣ\tほかのもの"
    assert progress.extract(document(f"# 2 前の計画の評価\n\n{legend}")) == []


def test_the_same_table_in_a_chapter_of_what_is_to_be_done_tells_none() -> None:
    assert progress.extract(document(f"# 4 取組一覧\n\n{TABLE}")) == []


def test_bands_in_rows_of_their_own_rule_the_items_and_rates_below_them() -> None:
    table = "項目\t実績\n達成（100%以上）\t\n渡船の予約\t112.5%\n未達成（80%未満）\t\n灯台の点検\t46%\n灯台の公開\t12"
    found = progress.extract(document(f"# 1 これまでの成果\n\n{table}"))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("渡船の予約", 112.5, "達成（100%以上）"),
        ("灯台の点検", 46.0, "未達成（80%未満）"),
    ]


def test_a_rate_is_told_by_its_arithmetic_under_any_head() -> None:
    text = "# 2 前の計画の評価\n\n取組\tめざした数\t実績\tどこまで届いたか\n研修の開催\t40回\t30回\t75%\n公開データ\t80件\t96件\t120%"
    found = progress.extract(document(text))
    assert [(p.item, p.achieved_pct) for p in found] == [("研修の開催", 75.0), ("公開データ", 120.0)]


def test_items_stand_in_lines_under_the_band_they_reached() -> None:
    text = "# 2 前の計画の評価\n\n◆ 目標を達成（100％以上）\n\n・研修の開催　104.5％\n\n◆ 達成に至らず（80％未満）\n\n・公開データ　58％\n\n次の計画に引き継ぎます。"
    found = progress.extract(document(text))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("研修の開催", 104.5, "目標を達成（100％以上）"),
        ("公開データ", 58.0, "達成に至らず（80％未満）"),
    ]


def test_a_review_may_have_its_title_in_its_first_row() -> None:
    source = parse("x")
    rows = [
        line.split("|")
        for line in ("取組|取組状況|達成率|評価", "無線LAN|10か所|100％|○", "電子申請|中止|0％|×")
    ]
    cells = [Cell(r, c, text) for r, row in enumerate(rows, 1) for c, text in enumerate(row)]
    table = Table((Cell(0, 0, "前の計画の振り返り", 1, 4), *cells), 4, 4)
    (page,) = layout_text(source, WORDS)
    found = progress.extract(assemble(source, [replace(page, items=(TableItem(table),))]))
    assert [(p.item, p.achieved_pct, p.band) for p in found] == [
        ("無線LAN", 100.0, "○"),
        ("電子申請", 0.0, "×"),
    ]


def test_a_share_beside_results_is_a_rate_and_four_signs_are_grades() -> None:
    shares = (
        "項目\tどれほど\t結果の内容\n光回線の引込み\t100%\t全ての集落で完了\n職員の研修\t80%\t毎年度1回の実施"
    )
    found = progress.extract(document(f"# 1 これまでの歩み\n\n{shares}"))
    assert [(p.item, p.achieved_pct) for p in found] == [("光回線の引込み", 100.0), ("職員の研修", 80.0)]
    graded = "目標\t結果\t評価\n案内板の統一\t全館で完了\t◎\n予約率20％\t19％\t○\n学びの場\t半数\t△\n鍵の更新\t未着手\t×"
    found = progress.extract(document(f"# 2 第１版（令和4年度～令和6年度）の結果\n\n{graded}"))
    assert [(p.item, p.band) for p in found] == [
        ("案内板の統一", "◎"),
        ("予約率20％", "○"),
        ("学びの場", "△"),
        ("鍵の更新", "×"),
    ]


def test_shares_before_what_was_reached_are_no_rates_of_achievement() -> None:
    table = "項目\t策定時\t目標\t実績\t評価\n電子決裁の導入\t16%\t66%\t109%\t◎\n無線の整備\t13%\t96%\t92%\t○\n防災アプリの普及\t3%\t57%\t58%\t◎"
    text = f"# 1 これまでの取組の評価\n\n前の計画の達成の状況は次のとおりです。\n\n{table}"
    assert {(row.achieved_pct, row.band) for row in progress.extract(document(text))} <= {
        (None, "◎"),
        (None, "○"),
    }


def test_a_target_behind_what_is_so_far_is_no_rate_of_achievement() -> None:
    table = "成果指標\t実績値\t数値目標\n予約の割合\t28％\t93％\n施設の稼働率\t29.0％\t55.5％"
    assert progress.extract(document(f"# 3 取組\n\n■ KPI\n\n{table}")) == []


def test_a_goal_its_result_and_a_grade_are_a_review_wherever_they_stand() -> None:
    table = "取組\t目標\t結果\t評価\n光回線の整備\t全9集落\t全9集落\t◎\n教室の参加者数\t延べ300人\t延べ214人\t△\n証明書の交付\t開始\t5年10月に開始\t○\n会議の電子化\t実施\t未実施\t×"
    held = document(f"２　村の様子\n\n{table}")
    assert [(p.item, p.band) for p in progress.extract(held)] == [
        ("光回線の整備", "◎"),
        ("教室の参加者数", "△"),
        ("証明書の交付", "○"),
        ("会議の電子化", "×"),
    ]
    assert not kpis_of(f"２　村の様子\n\n{table}")


def test_three_signs_of_a_scale_grade_what_stands_under_a_chapter_that_looks_back() -> None:
    table = "項目\t検証\t内容\n地図の導入\t○\t17種類を接続\n移動診療車\t△\t月2回で休止\n顔での決済\t×\t加盟店が集まらず終了"
    found = progress.extract(document(f"# 3 第1版の検証\n\n{table}"))
    assert [(p.item, p.band) for p in found] == [
        ("地図の導入", "○"),
        ("移動診療車", "△"),
        ("顔での決済", "×"),
    ]
    assert progress.extract(document(f"# 4 取組一覧\n\n{table}")) == []
