from __future__ import annotations

from dataclasses import replace

import pytest

from extract.model import Block, Box, Page, PageLayout
from extract.records import measures, policies
from extract.records.lists import split_run_together, split_values
from extract.records.measures import departments
from extract.structure.assemble import assemble
from tests.extract.text_plan import document, kpis_of, measures_of, schedules_of

LABELLED_LINES = """
    # 2 施策の展開

    ## 基本方針1 便利な町

    ### (1) 窓口の改善

    ＜現状と課題＞

    待ち時間が長くなっています。

    ＜取組内容＞

    - 予約の導入
    - 案内の見直し

    町民の声を毎年聞きます。

    担当課：住民課、福祉課ほか

    ### (2) 収納の改善

    ＜現状と課題＞

    現金だけを扱っています。

    ＜取組内容＞

    納付の方法を増やします。
"""


def test_labelled_lines_become_the_fields_of_a_measure() -> None:
    first, second = measures_of(LABELLED_LINES)
    assert (first.number, first.title) == ("(1)", "窓口の改善")
    assert first.background == "待ち時間が長くなっています。"
    assert first.actions == ("予約の導入", "案内の見直し")
    assert first.approach == "町民の声を毎年聞きます。"
    assert first.departments == ("住民課", "福祉課")
    assert (second.approach, second.actions) == ("納付の方法を増やします。", ())
    assert first.policies == second.policies == (0,)


@pytest.mark.parametrize(
    "chapter", ["第2章 基本方針2 働きやすい役場", "第2章　取組　基本方針2　働きやすい役場"]
)
def test_a_chapter_that_names_a_policy_behind_its_own_number(chapter: str) -> None:
    text = f"""
        # 第1章 基本的な考え方

        基本方針1 便利な町
        基本方針2 働きやすい役場

        # {chapter}

        ## (1) 研修の実施

        ＜現状と課題＞

        受けた職員が多くありません。

        ＜取組内容＞

        研修を始めます。
    """
    assert [m.policies for m in measures_of(text)] == [(1,)]


def test_a_label_with_a_heading_right_below_makes_no_measure_of_what_is_above() -> None:
    sized = [("方針1 便利な町", 20), ("具体的な取組", 9), ("1-1 窓口", 14), ("現状・課題", 10)]
    heads = [Block("heading", text, size=size, level=20 - size) for text, size in sized]
    items = (*heads, Block("paragraph", "長く待ちます。"))
    doc = assemble(document("町").source, [PageLayout(Page(1, 780, 540), items)])
    assert [m.title for m in measures.extract(doc, [])] == ["窓口"]


def test_labels_left_of_their_values_in_a_table() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n概要\t窓口を見直します。\n現状・課題\t待ち時間が長くなっています。\n取組内容\t予約を導入します。"
    )
    assert (measure.overview, measure.background, measure.approach) == (
        "窓口を見直します。",
        "待ち時間が長くなっています。",
        "予約を導入します。",
    )


def test_labels_in_a_row_stand_over_their_values() -> None:
    (measure,) = measures_of(
        "(1) 窓口の改善\n\n施策概要\t担当課\n窓口を見直す\t住民課、税務課ほか\n\n主な取組内容\n\n- 予約の導入\n- 研修の実施"
    )
    assert (measure.overview, measure.departments) == ("窓口を見直す", ("住民課", "税務課"))


def test_prose_in_a_chapter_of_measures_is_a_measure_and_a_background_chapter_is_not() -> None:
    found = measures_of(
        """
        # 第1章 背景

        ## 1-1 社会の変化

        人口は減り続けており、職員の数も限られています。これからの役場には新しい工夫が求められます。

        # 第2章 その他の取組

        ## 2-1 規制の点検

        条例と規則を点検し、書面や対面を求める規定を見直します。点検の結果は毎年度公表します。
        """
    )
    assert [m.title for m in found] == ["規制の点検"]
    assert found[0].rule == "measure-prose"


MATRIX = """
    # 1 基本方針

    基本方針1：便利な町

    基本方針2：働きやすい役場

    # 2 体系

    ★ 重点取組事項

    ☆ 取組事項

    取組\t基本方針1\t基本方針2\t自治体DX推進計画
    ①窓口の改善\t●\t●\t★
    ②研修の実施\t\t●\t☆

    # 3 具体的な取組

    ## ① 窓口の改善
    概要\t窓口を見直します。
    現状・課題\t長く待ちます。

    ## ② 研修の実施
    概要\t研修を行います。
    現状・課題\t人が足りません。
"""


def test_a_matrix_tells_the_policies_and_the_national_marks() -> None:
    first, second = measures_of(MATRIX)
    assert (first.policies, first.national_tags) == ((0, 1), ("重点取組事項",))
    assert (second.policies, second.national_tags) == ((1,), ("取組事項",))


def test_a_list_of_measures_by_policy_tells_their_policies() -> None:
    first, second = measures_of(
        """
        # 1 基本方針

        基本方針1 便利な町

        基本方針2 働きやすい役場

        # 2 取組項目

        基本方針\t取組項目
        基本方針1 便利な町\t窓口の改善
        基本方針2 働きやすい役場\t研修の実施

        (1) 窓口の改善

        施策概要

        窓口を見直す

        担当課

        住民課

        (2) 研修の実施

        施策概要

        研修を行う

        担当課

        総務課
        """
    )
    assert (first.policies, second.policies) == ((0,), (1,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("総務課、市民課ほか", ["総務課", "市民課"]),
        ("企画課・市民課・税務課", ["企画課", "市民課", "税務課"]),
        ("まち・ひと創生課", ["まち・ひと創生課"]),
        ("全課", ["全課"]),
    ],
)
def test_departments_are_told_apart(text: str, expected: list[str]) -> None:
    assert departments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "窓口支援の導入電子決裁の活用・拡大議場の環境整備",
            ["窓口支援の導入", "電子決裁の活用・拡大", "議場の環境整備"],
        ),
        ("窓口の改革(予約の導入、案内の見直し)", ["窓口の改革(予約の導入、案内の見直し)"]),
        ("システムの導入準備", ["システムの導入準備"]),
        ("RPAの導入業務数", ["RPAの導入業務数"]),
    ],
)
def test_items_that_lost_their_breaks_are_split_by_their_grammar(text: str, expected: list[str]) -> None:
    assert split_run_together(text) == expected


def test_values_that_lost_their_breaks_are_split_after_each_value() -> None:
    assert split_values("研修の回数 4回(令和7年度2回)職員の利用率 50%機器の設置") == [
        "研修の回数 4回(令和7年度2回)",
        "職員の利用率 50%",
        "機器の設置",
    ]


LISTED = """
    # 2 取組一覧

    No.\t取組名\t概要\t担当課\tR8\tR9
    基本方針1 便利な町
    1\t窓口の改善\t待ち時間を短くします。\t住民課、福祉課\t検討\t実施
    2\t収納の改善\t納め方を増やします。\t税務課\t\t実施
"""


def test_rows_of_a_table_are_measures_where_no_section_is_one() -> None:
    first, second = measures_of(LISTED)
    assert (first.number, first.title, first.overview) == ("1", "窓口の改善", "待ち時間を短くします。")
    assert (first.departments, second.departments) == (("住民課", "福祉課"), ("税務課",))
    assert first.rule == "measure-row"
    assert [s.measure for s in schedules_of(LISTED)] == [0, 0, 1]


def test_rows_of_a_table_are_measures_where_a_table_above_tells_of_the_policies() -> None:
    told = """
        # 町の計画　取組一覧

        柱\tめざす状態\t主な内容\t関係する計画
        基本方針1 便利な町\t手続が早く済みます。\t窓口と収納\t国の計画

        No.\t取組名\t現状・課題\t取組内容\t担当課
        1\t窓口の改善\t待つ方がいます。\t受付を増やします。\t住民課
        2\t収納の改善\t紙が残ります。\t納め方を増やします。\t税務課
        3\t研修の実施\t差があります。\t毎年行います。\t総務課
    """
    assert [m.title for m in measures_of(told)] == ["窓口の改善", "収納の改善", "研修の実施"]


def test_a_table_with_one_row_lists_a_measure_where_its_head_comes_back() -> None:
    text = "# 1 取組\n\n"
    for i, title in enumerate(["窓口の改善", "研修の実施"], 1):
        text += f"## 柱{i}　その{i}\n\n番号\t取組名\t取組内容\t担当課\n{i}-1\t{title}\t手順を改めます。\t総務課\n\n"
    assert [(m.number, m.title) for m in measures_of(text)] == [("1-1", "窓口の改善"), ("2-1", "研修の実施")]


def test_a_form_that_explains_the_forms_is_no_measure() -> None:
    told = "この欄には、取組ごとの内容を記載しています。"
    text = f"# 1 取組\n\n## 表の見方\n\n概要\t{told}\n現状・課題\t{told}\n取組内容\t{told}\n担当課\t総務課など\n\n"
    for k in (1, 2):
        text += (
            f"## 1-{k} 窓口の改善{k}\n\n概要\t予約を広げます。\n現状・課題\t長い。\n取組内容\t整える。\n\n"
        )
    assert [m.number for m in measures_of(text)] == ["1-1", "1-2"]


def test_a_list_of_measures_that_are_described_below_makes_none() -> None:
    overview = "\n    取組名\t概要\n    窓口の改善\t短くします。\n    収納の改善\t増やします。\n"
    assert len(measures_of(overview + LABELLED_LINES)) == 2


def test_a_label_behind_a_bullet_needs_no_colon() -> None:
    (measure,) = measures_of("## (1) 窓口\n\n◆概要\n\n見直します。\n\n◆担当課　住民課、福祉課")
    assert measure.departments == ("住民課", "福祉課")


def test_heads_of_indicators_are_no_labels_of_the_measure() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n概要\t窓口を見直します。\n担当課\t住民課\n\n指標\t現状\t目標\n窓口の数\t3か所\t9か所"
    )
    assert (measure.background, measure.departments) == (None, ("住民課",))


@pytest.mark.parametrize("heading", ["", "## 1 安全な町\n\n"])
def test_the_head_of_a_table_of_indicators_is_no_form(heading: str) -> None:
    table = (
        "番号\t施策名\t成果を見る数\t単位\t現状値（R6）\t目標値（R12）\t方向性\t定義\n"
        "1\t防災\t防災組織の数\t組織\t16\t21\t増加を目指す\t結成の数\n"
        "1\t防災\t訓練に出た団体\t団体\t16\t21\t増加を目指す\t団体の数\n"
        "2\t消防\t火災の件数\t件\t27\t25\t減少を目指す\t火災の数\n"
        "2\t消防\t団員の割合\t％\t95\t96\t増加を目指す\t団員の割合"
    )
    assert [m.approach for m in measures_of(heading + table) if m.approach] == []
    assert [m.title for m in measures_of(heading + table) if m.title == "成果を見る数"] == []


def test_names_one_a_line_under_their_label_are_actions() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n\n概要\n\n見直します。\n\n取組内容\n\n総合受付の設置\n\n予約の開始"
    )
    assert (measure.actions, measure.approach) == (("総合受付の設置", "予約の開始"), None)


def test_a_row_of_the_measure_names_its_policy() -> None:
    (measure,) = measures_of(
        "### 基本方針1 便利な窓口\n\n### 基本方針2 楽な仕事\n\n# 3 取組\n\n"
        "## 施策1 研修\n基本方針\t基本方針2 楽な仕事\n概要\t研修を行います。\n担当課\t人事課"
    )
    assert len(measure.policies) == 1


def test_numbered_lines_under_the_heading_are_the_policies() -> None:
    doc = document(
        "１ 期間\n\n三年間とします。\n\n２ 基本方針\n（１）窓口を便利に\n（２）仕事を楽に\n\n３ 取組"
    )
    assert [p.title for p in policies.extract(doc)] == ["窓口を便利に", "仕事を楽に"]


FORMS = "\n\n".join(
    f"基本方針\t{n} {policy}\n取組番号\t{n}-1\n取組名\t{title}\n目的\t待ち時間を短くします。\n"
    f"数値目標\t指標\t現状値\t目標値\n\t予約の率\t5%\t50%\n担当課\t住民課"
    for n, policy, title in ((1, "便利な役場", "窓口の改善"), (2, "無駄のない役場", "収納の改善"))
)


def test_a_form_that_names_its_measure_is_one_whatever_stands_above_it() -> None:
    first, second = measures_of(FORMS)
    assert (first.number, first.title, first.overview) == ("1-1", "窓口の改善", "待ち時間を短くします。")
    assert (second.departments, first.policies, second.policies) == (("住民課",), (0,), (1,))
    assert first.rule == "measure-form"
    assert [k.measure for k in kpis_of(FORMS)] == [0, 1]


def test_items_behind_asterisks_are_no_notes() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n\n概要\n\n見直します。\n\n取組内容\n\n* 総合受付の設置\n* 予約の開始"
    )
    assert measure.actions == ("総合受付の設置", "予約の開始")


def test_a_section_whose_labels_all_open_a_line_is_a_measure() -> None:
    (measure,) = measures_of("## 3.1.1 講習の開催\n\n概要：講習を開きます。\n\n担当課：福祉課、総務課")
    assert (measure.overview, measure.departments) == ("講習を開きます。", ("福祉課", "総務課"))


def test_a_measure_goes_on_under_its_heading_on_the_next_slide() -> None:
    text = (
        "## 取組1 窓口の改善\n\n＜概要＞\n\n見直します。\n\n＜主な取組＞\n\n- 予約の導入\n\n"
        "## 取組1 窓口の改善（続き）\n\n＜成果指標＞\n\n- 予約の率　50%\n\n"
        "## 取組2 収納の改善\n\n＜概要＞\n\n増やします。\n\n＜主な取組＞\n\n- 決済の導入"
    )
    assert [(m.number, m.actions) for m in measures_of(text)] == [
        ("1", ("予約の導入",)),
        ("2", ("決済の導入",)),
    ]
    assert [(k.measure, k.indicator) for k in kpis_of(text)] == [(0, "予約の率")]


def test_other_departments_in_brackets_are_departments() -> None:
    assert departments("総務課（関係課：市民課、税務課）") == ["総務課", "市民課", "税務課"]


def test_a_policy_named_again_after_a_list_is_the_policy_of_what_follows() -> None:
    text = """
        ## 基本方針1 便利な町

        役場を便利にします。

        ## 基本方針2 強い役場

        役場を強くします。

        # 第3章 取組

        ## 3-1 便利な町

        ### (1) 窓口の改善

        #### ＜背景＞

        待ち時間が長くなっています。

        #### ＜取組方針＞

        予約を導入します。

        ## 先に始める手続の一覧

        ### 子育て関係

        - 1 妊娠の届出

        ## 3-1 便利な町

        ### (2) 収納の改善

        #### ＜背景＞

        現金だけを扱っています。

        #### ＜取組方針＞

        納付の方法を増やします。

        ## 3-2 強い役場

        ### (1) 在宅勤務

        #### ＜背景＞

        出勤できない日があります。

        #### ＜取組方針＞

        端末を貸し出します。
    """
    assert [(m.title, m.policies) for m in measures_of(text)] == [
        ("窓口の改善", (0,)),
        ("収納の改善", (0,)),
        ("在宅勤務", (1,)),
    ]


def test_headings_are_found_where_no_blank_line_sets_them_apart() -> None:
    text = (
        "基本方針 1\n【窓口】待たせない役場\n1-1. 受付の改善\n＜現状と課題＞\n待ち時間が長くなっています。\n"
        "＜取組内容＞\n① 予約の導入\n② 案内の見直し\n1-2. 収納の改善\n＜現状と課題＞\n現金だけを扱っています。\n"
        "＜取組内容＞\n① 決済の導入\n② 口座振替の受付"
    )
    assert [(m.number, m.title, m.actions, m.policies) for m in measures_of(text)] == [
        ("1-1", "受付の改善", ("予約の導入", "案内の見直し"), (0,)),
        ("1-2", "収納の改善", ("決済の導入", "口座振替の受付"), (0,)),
    ]


def test_items_run_together_in_a_cell_and_tags_one_after_another_are_parted() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n概要\t窓口を見直します。\n取組内容\t①総合受付の設置 ②予約の開始 ③案内の統一\n"
        "関連\t官民データ活用推進基本法基本的施策 自治体DX推進計画 重点取組事項"
    )
    assert measure.actions == ("総合受付の設置", "予約の開始", "案内の統一")
    assert measure.national_tags == (
        "官民データ活用推進基本法基本的施策",
        "自治体DX推進計画重点取組事項",
    )


def test_prose_stays_beside_nominal_lines() -> None:
    (measure,) = measures_of(
        "## 1-1 受付の改善\n\n【目的】\n\n改めます。\n\n【取組の方向性】\n\n受付を一つにします。\n\n【主な取組】\n\n"
        "総合受付の設置\n\n予約の開始"
    )
    assert (measure.approach, measure.actions) == ("受付を一つにします。", ("総合受付の設置", "予約の開始"))


def test_pillars_are_the_policies_of_a_plan_that_numbers_none() -> None:
    text = "# 取組\n\n## 柱1 暮らしを便利に\n\n### (1) 窓口の改善\n\n概要\t予約を広げます。\n現状・課題\t待ち時間が長い。\n\n"
    text += "## 柱2 仕事を楽に\n\n### (1) 研修の実施\n\n概要\t研修を行います。\n現状・課題\t機会が少ない。"
    doc = document(text)
    found = policies.extract(doc)
    assert [(p.number, p.title) for p in found] == [("1", "暮らしを便利に"), ("2", "仕事を楽に")]
    assert [m.policies for m in measures_of(text)] == [(0,), (1,)]


def test_pillars_beside_policies_are_none() -> None:
    text = "## 基本方針1 便利な町\n\n本文です。\n\n## 柱1 暮らし\n\n本文です。\n\n## 柱2 仕事\n\n本文です。"
    assert [p.title for p in policies.extract(document(text))] == ["便利な町"]


def test_a_row_with_nothing_but_a_number_names_the_measure_of_the_rows_below() -> None:
    text = "# 取組\n\n## 推進項目1 予約の電子化\n\n概要\t予約を広げます。\n現状・課題\t電話だけです。\n\n"
    text += "## 推進項目2 研修の充実\n\n概要\t研修を行います。\n現状・課題\t機会が少ない。\n\n"
    text += "# 年次計画\n\n項目\tR7\tR8\n推進項目1\t\t\n窓口の予約\t検討\t実施\n推進項目2\t\t\n動画の公開\t準備\t公開"
    assert [(s.task, s.measure) for s in schedules_of(text)] == [("窓口の予約", 0)] * 2 + [
        ("動画の公開", 1)
    ] * 2


LINES = """
■シート　No.1
取組名：遠隔相談の開始
基本方針：１　時間を大切に
現状と課題：役場まで一時間かかる集落があります。
取組内容：
 ・相談端末の設置
スケジュール：
 R8：機器の選定　R9～R10：本格実施

■シート　No.2
取組名：証明書の交付
基本方針：２　手間を減らす
現状と課題：請求は平日の日中に限られています。
取組内容：
 ・店での交付
"""


def test_lines_of_label_and_value_are_the_forms_of_measures() -> None:
    text = "【基本方針１】時間を大切に\n\n【基本方針２】手間を減らす\n" + LINES
    assert [(m.title, m.actions, m.policies) for m in measures_of(text)] == [
        ("遠隔相談の開始", ("相談端末の設置",), (0,)),
        ("証明書の交付", ("店での交付",), (1,)),
    ]


def test_a_schedule_in_words_gives_its_steps() -> None:
    told = [(s.task, s.start_fy, s.end_fy, s.span_certainty) for s in schedules_of(LINES)]
    assert told == [("機器の選定", 2026, 2026, "exact"), ("本格実施", 2027, 2028, "exact")]


def test_what_names_the_rows_of_the_years_is_no_list_of_actions() -> None:
    text = "# 取組一覧\n\n取組名\t取組概要\t担当課\t実施内容\tR8\tR9\n"
    text += "窓口の改善\t予約を広げます。\t住民課\t予約の拡大\t●\t●\n研修の充実\t研修を行います。\t総務課\t動画の公開\t\t●"
    assert [(m.title, m.actions, m.overview) for m in measures_of(text)] == [
        ("窓口の改善", (), "予約を広げます。"),
        ("研修の充実", (), "研修を行います。"),
    ]


def test_a_form_may_be_headed_by_the_number_of_its_measure() -> None:
    rows = "{n}\t{t}\t所管\t住民課\nねらい\t{t}を広げます。\n現状と課題\t電話だけで受けています。"
    text = "# 基本方針1 便利な町\n\n" + "\n\n".join(
        rows.format(n=f"取組1-{i}", t=title) for i, title in enumerate(("窓口の予約", "電子納付"), 1)
    )
    assert [(m.number, m.title, m.departments, m.policies) for m in measures_of(text)] == [
        ("1-1", "窓口の予約", ("住民課",), (0,)),
        ("1-2", "電子納付", ("住民課",), (0,)),
    ]


def test_the_head_of_the_tasks_of_a_schedule_is_no_field() -> None:
    (measure,) = measures_of(
        "## ① 窓口の改善\n概要\t現状・課題\n窓口を見直します。\t長く待ちます。\n\n具体的な取組\tR8\tR9\n予約の導入\t検討\t実施"
    )
    assert (measure.overview, measure.actions, measure.approach) == ("窓口を見直します。", (), None)


def test_the_policy_on_the_page_of_the_measure_comes_before_that_of_the_page_above() -> None:
    def heading(page: int, text: str) -> Block:
        return Block("heading", text, page, Box(50, 50, 400, 70), level=2, size=16)

    def text(page: int, words: str) -> Block:
        return Block("paragraph", words, page, Box(50, 90, 400, 100), size=10)

    foot = Block("footer", "3", 1, Box(290, 800, 300, 810))
    first = (heading(1, "2 基本方針"), text(1, "基本方針① 便利な町"), text(1, "基本方針② 働く役場"), foot)
    second = (
        heading(2, "取組1 窓口の改善"), heading(2, "概要"), text(2, "基本方針① 便利な町"), text(2, "見直します。"),
        heading(2, "現状・課題"), text(2, "長く待ちます。"),
    )  # fmt: skip
    pages = [PageLayout(Page(n, 595, 842), items) for n, items in ((1, first), (2, second))]
    doc = assemble(replace(document("x").source, media_type="application/pdf"), pages)
    (measure,) = measures.extract(doc, policies.extract(doc))
    assert measure.policies == (0,)


def test_how_to_proceed_told_in_sentences_is_the_approach() -> None:
    text = "# 2 取組\n\n## ① 窓口の改善\n\n＜目指す状態＞\n\n待たずに済む。\n\n＜進め方＞\n\n利用の多いものから始める。"
    (measure,) = measures_of(text)
    assert measure.approach == "利用の多いものから始める。"


def test_a_form_may_have_its_title_over_its_whole_width() -> None:
    form = "<table><tr><td colspan=2>２－１　漁港の見回り</td></tr><tr><td>担当</td><td>港湾課</td></tr><tr><td>これまでの経過</td><td>目視に頼っています。</td></tr><tr><td>実施内容</td><td>・水位計の設置<br>・画像の公開</td></tr></table>"
    (measure,) = measures_of(
        f"# プラン2　守る\n\n{form}\n\n実施内容\t現在（R7）\t目標（R10）\n見回り\t2回\t9回"
    )
    assert (measure.number, measure.title, measure.departments) == ("２－１", "漁港の見回り", ("港湾課",))
    assert measure.background == "目視に頼っています。"


def test_what_a_measure_is_for_is_no_part_of_a_box_that_is_called_its_overview() -> None:
    text = "## ① 見回り\n\n＜取組概要＞\n\n計器で見回ります。\n\n＜目指す姿＞\n\n安心して漁に出られる。\n\n＜課題＞\n\n人が足りません。"
    (measure,) = measures_of(text)
    assert measure.overview == "計器で見回ります。"


def test_offices_end_the_field_that_names_them() -> None:
    text = "## ① 見回り\n\n＜課題＞\n\n人が足りません。\n\n＜取組内容＞\n\n- 計器の設置\n\n＜担当課＞\n\n港湾課\n\n準備　試行　実施"
    (measure,) = measures_of(text)
    assert measure.departments == ("港湾課",)


def test_lines_behind_bullets_that_come_back_are_labels_also_in_unlisted_words() -> None:
    block = "## ({n}) {t}\n\n### ◇浜の困りごと\n\n人が足りません。\n\n### ◇取組の方向性\n\n{t}を始めます。\n\n### ◇具体の取組\n\n- {t}の準備\n- {t}の開始\n"
    titles = ("見回り", "予報", "通報")
    text = "# 2 施策\n\n" + "\n".join(block.format(n=n, t=t) for n, t in enumerate(titles, 1))
    assert [(m.title, m.approach, m.actions) for m in measures_of(text)] == [
        (t, f"{t}を始めます。", (f"{t}の準備", f"{t}の開始")) for t in titles
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "# 2 めざすもの\n\n## 基本理念　海とともに届く役場\n\n視点1　届ける\n",
            "基本理念 海とともに届く役場",
        ),
        ("# 2 めざすもの\n\n将来像：海とともに届く役場\n", "将来像 海とともに届く役場"),
        ("# 2 めざすもの\n\n## (1) 将来像\n\n海とともに届く役場\n", "将来像 海とともに届く役場"),
        ("# 2 考え方\n\n## (1) めざす姿\n\n海とともに届く役場\n", "めざす姿 海とともに届く役場"),
        ("# 2 めざすもの\n\n## 将来像\n\n海とともに届く役場\n\n## 将来像\n\n港の姿を描きます\n", None),
    ],
)
def test_the_philosophy_may_stand_behind_its_name_or_be_called_a_vision(text: str, told: str | None) -> None:
    found = [f"{p.kind} {p.title}" for p in policies.extract(document(text)) if p.level is None]
    assert found == ([told] if told else [])


def test_offices_in_the_brackets_of_a_heading_are_no_part_of_the_title() -> None:
    text = "# 3 取組\n\n## 取組１　灯台の点検（担当課：港湾課・水産課）\n\n【現状】巡回に頼っています。\n\n【取組方針】映像で点検します。"
    (measure,) = measures_of(text)
    assert (measure.title, measure.departments) == ("灯台の点検", ("港湾課", "水産課"))


def test_a_dash_for_no_related_plan_is_no_tag() -> None:
    (measure,) = measures_of("## ① 見回り\n\n＜課題＞\n\n人が足りません。\n\n＜関連＞\n\n－")
    assert measure.national_tags == ()


def test_the_name_of_a_plan_ahead_of_a_tag_stays_in_it() -> None:
    text = "## ① 見回り\n\n＜課題＞\n\n人が足りません。\n\n＜関連計画＞\n\n自治体DX推進計画：データの利活用\n\n港湾計画：項目３"
    (measure,) = measures_of(text.replace("関連計画", "関連"))
    assert measure.national_tags == ("自治体DX推進計画：データの利活用", "港湾計画：項目３")


def test_the_steps_of_a_schedule_inside_a_form_are_no_actions() -> None:
    form = "<tr><td>事業名</td><td colspan=3>灯台の点検</td></tr><tr><td>事業の概要</td><td colspan=3>映像で点検する。</td></tr><tr><td rowspan=2>年度別計画</td><td>項目</td><td>R8</td><td>R9</td></tr><tr><td>実施内容</td><td>支所２か所</td><td>支所４か所</td></tr>"
    text = f"<table>{form}</table>"
    (measure,) = measures_of(text)
    assert (measure.overview, measure.actions) == ("映像で点検する。", ())
    assert [(s.label, s.start_fy) for s in schedules_of(text)] == [
        ("支所２か所", 2026),
        ("支所４か所", 2027),
    ]


def test_a_ticked_choice_is_the_policy_of_a_form() -> None:
    form = "取組名\t灯台の点検\n基本方針\t☐1 便利な町　☑2 働きやすい役場\n現状と課題\t巡回に頼っています。\n目的\t映像で点検する。"
    text = f"# 1 方針\n\n基本方針1 便利な町\n基本方針2 働きやすい役場\n\n# 2 取組\n\n{form}"
    assert [m.policies for m in measures_of(text)] == [(1,)]


def test_the_row_below_the_years_tells_steps_and_no_actions() -> None:
    form = "取組名\t灯台の点検\n現状と課題\t巡回に頼っています。\n年度\tR8\tR9\n実施内容\t試行\t導入"
    (measure,) = measures_of(form)
    assert measure.actions == ()


def test_common_words_are_labels_behind_a_colon_or_in_brackets() -> None:
    text = "# 3 取組\n\n## 3-1　灯台の点検\n\n目的：映像で点検する。\n\n内容：\n\n・機器の設置\n・映像の確認\n\n担当：港湾課"
    (measure,) = measures_of(text)
    assert (measure.overview, measure.actions) == ("映像で点検する。", ("機器の設置", "映像の確認"))
    assert measure.departments == ("港湾課",)


def test_items_below_prose_without_a_label_are_actions() -> None:
    text = "# 3 施策の内容\n\n## (1) 灯台の点検\n\n海に出なくても傷みに気づけるよう、映像で点検します。異常があれば直ちに知らせます。\n\n・機器の設置\n・映像の確認"
    (measure,) = measures_of(text)
    assert measure.actions == ("機器の設置", "映像の確認")


def test_sentences_name_no_offices() -> None:
    assert departments("港湾課\n夜間は、消防署が代わります。") == ["港湾課"]


def test_a_heading_about_a_policy_is_none_and_ends_the_measure_above() -> None:
    part = "## 基本方針{n}　{t}\n\n### （１）{t}の仕組み\n\n窓口に来なくても用が足りるよう、受付の仕組みを改めます。進み具合は毎年確かめて公表します。\n\n### 【基本方針{n}の成果指標】\n\n指標\t現状値\t目標値\n{t}の割合\t4%\t40%\n\n"
    text = "# 第２章　施策の内容\n\n" + part.format(n=1, t="届ける") + part.format(n=2, t="守る")
    assert [(m.title, m.policies) for m in measures_of(text)] == [
        ("届けるの仕組み", (0,)),
        ("守るの仕組み", (1,)),
    ]
    assert [k.measure for k in kpis_of(text)] == [None, None]


def test_steps_in_words_need_no_colon() -> None:
    text = "## 3-1　灯台の点検\n\n目的：映像で点検する。\n\n担当：港湾課\n\n工程：R8 要件整理　R9～R10 運用"
    assert [(s.task, s.start_fy, s.end_fy) for s in schedules_of(text)] == [
        ("要件整理", 2026, 2026),
        ("運用", 2027, 2028),
    ]


def test_a_measure_on_two_slides_is_one_and_their_count_is_no_part_of_its_title() -> None:
    slide = "## ① 灯台の点検（{n}／２）\n\n"
    text = "# 3 施策\n\n" + slide.format(n="１") + "概要\t映像で点検します。\n現状\t人が足りません。\n\n"
    (measure,) = measures_of(text + slide.format(n="２") + "取組内容\t機器を置きます。")
    assert (measure.number, measure.title, measure.approach) == ("①", "灯台の点検", "機器を置きます。")


def test_a_form_may_begin_with_its_kind_number_and_title() -> None:
    form = "実施事項\tＡ－１\t灯台の点検\n目的\t映像で点検する。\n現状\t人が足りません。\n内容\t・機器の設置\n担当\t港湾課"
    (measure,) = measures_of(f"# ３ 実施事項\n\n基本目標Ａ　守る\n\n{form}")
    assert (measure.number, measure.title, measure.actions) == ("Ａ－１", "灯台の点検", ("機器の設置",))
    assert (measure.overview, measure.departments) == ("映像で点検する。", ("港湾課",))


def test_the_name_of_a_plan_right_of_its_label_is_a_tag_and_no_label() -> None:
    form = "概要\t映像で点検します。\n関連計画\t自治体DX推進計画\n担当課\t港湾課"
    (measure,) = measures_of(f"## ① 灯台の点検\n\n{form}")
    assert (measure.national_tags, measure.departments) == (("自治体DX推進計画",), ("港湾課",))


def test_the_name_of_a_policy_in_brackets_below_the_title_is_that_of_the_measure() -> None:
    text = "# 2 基本方針\n\n基本方針1：守る\n\n基本方針2：届ける\n\n# 3 施策\n\n## 施策01　灯台の点検\n\n（基本方針2：届ける）\n\n＜背景＞\n\n人が足りない。\n\n＜ねらい＞\n\n映像で見る。"
    (measure,) = measures_of(text)
    assert (measure.policies, measure.background) == ((1,), "人が足りない。")


def test_parenthesised_numbers_of_one_character_and_a_label_in_brackets() -> None:
    block = "## {n}　{t}\n\n### ⑴　現状と課題\n\n{t}に人が足りません。\n\n### ⑵　主な取組\n\nア　機器の設置\n\nイ　映像の確認\n\n（担当：港湾課、水産課）\n"
    text = "# Ⅱ　施策\n\n" + block.format(n="１", t="灯台の点検") + block.format(n="２", t="港の見回り")
    assert [(m.title, m.background, m.departments) for m in measures_of(text)] == [
        (t, f"{t}に人が足りません。", ("港湾課", "水産課")) for t in ("灯台の点検", "港の見回り")
    ]


@pytest.mark.parametrize("parts", [("主担当", "協力"), ("漕ぎ手", "伴走"), ("主", "従として")])
def test_the_part_an_office_has_in_a_measure_is_no_office(parts: tuple[str, str]) -> None:
    offices = f"{parts[0]}　港湾課\n{parts[1]}　　水産課、各支所"
    form = f"<table><tr><td>現状と課題</td><td>巡回に頼っています。</td></tr><tr><td>取組内容</td><td>（ア）映像の導入（イ）巡回の記録様式</td></tr><tr><td>担当</td><td>{offices}</td></tr></table>"
    (measure,) = measures_of(f"# 2 取組\n\n## 取組1　灯台の点検\n\n{form}")
    assert "".join(parts) not in "".join(measure.departments)
    assert measure.actions == ("映像の導入", "巡回の記録様式")


def test_an_office_of_unusual_name_before_another_stays() -> None:
    text = "## ① 見回り\n\n＜課題＞\n\n人が足りません。\n\n＜担当課＞\n\n漁業協同組合　港湾課"
    (measure,) = measures_of(text)
    assert measure.departments == ("漁業協同組合", "港湾課")


def test_a_label_before_every_tag_is_no_part_of_them() -> None:
    titles = {"見回り": "データの利活用", "予報": "なし", "通報": "窓口の改革"}
    text = "# 2 施策\n\n"
    for n, (title, tag) in enumerate(titles.items(), 1):
        rows = f"<tr><td>課題</td><td>{title}の人が足りません。</td></tr><tr><td>関連</td><td>重点の項目：{tag}</td></tr>"
        text += f"## 施策{n}　{title}\n\n<table>{rows}</table>\n\n"
    assert [m.national_tags for m in measures_of(text)] == [("データの利活用",), (), ("窓口の改革",)]


@pytest.mark.parametrize("head", ["主担当", "旗をふる席", "所管"])
def test_offices_may_stand_in_a_table_with_a_row_for_each_measure(head: str) -> None:
    titles = ("灯台の見回り", "船着場の予約", "網の修理の相談")
    text = "# 柱1　海を守る\n\n"
    rows = f"<tr><td>取組</td><td>令和8年度</td><td>令和9年度</td><td>{head}</td></tr>"
    for n, title in enumerate(titles, 1):
        prose = (
            f"{title}は人の手に頼っており、夜間の負担が大きくなっています。映像で確かめる仕組みを整えます。"
        )
        text += f"## 1.{n}　{title}\n\n{prose}\n\n"
        rows += f"<tr><td>1.{n}　{title}</td><td>準備</td><td>開始</td><td>{('港湾課', '水産課', '漁政室')[n - 1]}</td></tr>"
    text += f"# 柱2　島をつなぐ\n\n## 2.1　渡し船の予約\n\n{prose}\n\n## 2.2　島の電話\n\n{prose}\n\n"
    text += f"# 3 工程表\n\n<table>{rows}</table>"
    found = {m.title: m.departments for m in measures_of(text)}
    assert [found[t] for t in titles] == [("港湾課",), ("水産課",), ("漁政室",)]
    assert found["渡し船の予約"] == ()


@pytest.mark.parametrize(("label", "offices"), [("関係課等", "関係各課"), ("関係部署", "関係各課")])
def test_what_stands_last_behind_a_label_of_offices_names_them(label: str, offices: str) -> None:
    form = f"<table><tr><td>現状と課題</td><td colspan=3>巡回に頼っています。</td></tr><tr><td>取組内容</td><td colspan=3>映像で点検します。</td></tr><tr><td>担当課</td><td>港湾課</td><td>{label}</td><td>{offices}</td></tr></table>"
    (measure,) = measures_of(f"# 2 取組\n\n## 取組1　灯台の点検\n\n{form}")
    assert measure.departments == ("港湾課", offices)


def test_points_of_a_list_that_say_who_does_what_are_no_boxes_of_their_own() -> None:
    form = "### ({n}) {name}の改善\n\n＜足もとの様子＞\n\n{name}は手間がかかっています。\n\n{work}＜受け持ち＞\n\n総務課\n\n"
    work = (
        "＜それぞれの仕事＞\n\n・甲町：{0}の様式の更新\n・乙町：{0}の機器の選定\n・丙町：{0}の研修の開催\n\n"
    )
    names = ("窓口", "収納", "広報", "防災", "教育", "福祉", "税務")
    text = "# 3 取組\n\n" + "".join(
        form.format(n=n, name=name, work=work.format(name) if n % 2 else "")
        for n, name in enumerate(names, 1)
    )
    assert "甲町" not in {key for cycle in document(text).labels.cycles for key in cycle}
    assert [m.title for m in measures_of(text)] == [f"{name}の改善" for name in names]


def test_one_sentence_that_comes_back_tells_the_offices_and_one_label_the_values() -> None:
    told = (
        ("窓口", "住民課", 30),
        ("収納", "税務課と会計課", 50),
        ("広報", "総務課", 70),
        ("防災", "総務課", 90),
    )
    text = "# 2 めざす姿\n\n基本目標1 手間を減らす\n\n基本目標2 備える\n\n# 3 取組の内容\n\n"
    for n, (name, offices, value) in enumerate(told):
        if n % 2 == 0:
            text += f"## 3-{1 + n // 2}　{('手間を減らす', '備える')[n // 2]}（基本目標{1 + n // 2}）\n\n"
        text += (
            f"### （{1 + n % 2}）{name}の改善\n\n{name}の事務には手間がかかっています。手順を改めます。\n\n"
            f"この取組は、{offices}が担います。\n\n"
            f"【めやす】{name}の利用率を、令和6年度の10％から令和10年度には{value}％に増やします。\n\n"
        )
    found = measures_of(text)
    assert [m.departments for m in found] == [("住民課",), ("税務課", "会計課"), ("総務課",), ("総務課",)]
    assert [m.policies for m in found] == [(0,), (0,), (1,), (1,)]
    assert not any("めやす" in (m.approach or "") or "利用率" in (m.approach or "") for m in found)


def test_measures_told_in_prose_that_a_table_lists_with_their_offices_are_those_of_the_prose() -> None:
    names = ("窓口の改善", "収納の改善", "広報の改善")
    text = "# 第4章 施策\n\n## 基本目標Ⅰ 便利な町\n\n"
    for n, name in enumerate(names, 1):
        text += (
            f"### 施策Ⅰ-{n}　{name}\n\n{name}に向けて、事務の手順を改め、案内の方法も毎年見直していく。\n\n"
        )
    text += "# 指標・工程一覧\n\n番号\t施策名\t取組内容\t担当課\n"
    text += "".join(f"Ⅰ-{n}\t{name}\t手順の見直し\t総務課\n" for n, name in enumerate(names, 1))
    found = measures_of(text)
    assert [(m.number, m.title, m.departments) for m in found] == [
        (f"Ⅰ-{n}", name, ("総務課",)) for n, name in enumerate(names, 1)
    ]
    assert all((m.approach or "").startswith(m.title) and not m.actions for m in found)


@pytest.mark.parametrize("head", ["内容", "施策の内容"])
def test_the_only_text_a_list_has_for_a_measure_is_its_overview(head: str) -> None:
    rows = "1-1\t窓口の改善\t待つ時間を短くします。\t住民課\n1-2\t収納の改善\t納め方を増やします。\t税務課"
    found = measures_of(f"# 2 施策の一覧\n\n番号\t施策名\t{head}\t担当課\n{rows}\n")
    assert [(m.overview, m.departments) for m in found] == [
        ("待つ時間を短くします。", ("住民課",)), ("納め方を増やします。", ("税務課",)),
    ]  # fmt: skip


def test_a_column_that_counts_numbers_the_measures_whatever_its_head_and_their_content_is_the_overview() -> (
    None
):
    head = "事業\t事業名\t現状と課題\t事業の内容\t担当課"
    rows = (
        "Ｂ-1\t窓口の改善\t長く待ちます。\t待つ時間を短くします。\t住民課\n"
        "Ｂ-2\t収納の改善\t現金のみです。\t納め方を増やします。\t税務課農業委員会事務局"
    )
    found = measures_of(f"# 2 事業の一覧\n\n{head}\n{rows}\n")
    assert [(m.number, m.overview, m.approach, m.departments[-1]) for m in found] == [
        ("Ｂ-1", "待つ時間を短くします。", None, "住民課"),
        ("Ｂ-2", "納め方を増やします。", None, "農業委員会事務局"),
    ]


def test_prose_below_the_title_is_the_approach_where_the_boxes_hold_lists_and_the_overview_beside_prose() -> (
    None
):
    text = "# 2 施策\n\n" + "".join(
        f"## 1-{n}　{name}の改善\n\n{name}のしくみを県と共に整えます。\n\n{{}}〔主な取組〕\n\n"
        f"- {name}の更新\n- {name}の公開\n\n〔所管〕住民課\n\n"
        for n, name in enumerate(("窓口", "収納", "書庫"), 1)
    )
    plain = measures_of(text.replace("{}", ""))
    beside = measures_of(text.replace("{}", "〔現状と課題〕\n\n人が減っています。\n\n"))
    assert [(m.overview, bool(m.approach)) for m in plain] == [(None, True)] * 3
    assert [(bool(m.overview), m.approach) for m in beside] == [(True, None)] * 3


def test_what_stands_below_a_table_behind_the_actions_is_none_of_them() -> None:
    text = "## 3-1　灯台の点検\n\n＜現状と課題＞\n\n巡回に頼っています。\n\n＜取組内容＞\n\n- 機器の選定\n- 映像の試行\n\n"
    (measure,) = measures_of(f"{text}担当課\t港湾課\n成果\t点検の回数\n\n■準備　■実施\n")
    assert measure.actions == ("機器の選定", "映像の試行")


def test_headings_that_list_what_is_described_below_take_nothing_from_it() -> None:
    names = ("窓口の改善", "収納の改善", "農地の見回り", "夜の相談")
    listed = [f"## {'' if n % 2 else f'みちしるべ{1 + n // 2}　{w}く'}" for n, w in enumerate("軽軽近近")]
    plan = "".join(f"{h}\n\n### 一歩{n + 1}　{names[n]}\n\n" for n, h in enumerate(listed)).replace(
        "## \n\n", ""
    )
    told = "".join(
        f"{h}\n\n### 一歩{n + 1}　{names[n]}\n\n＜なぜ＞\n\n{names[n]}が遅れています。\n\n＜どうする＞\n\n{names[n]}を早めます。\n\n"
        for n, h in enumerate(listed)
    ).replace("## \n\n", "")
    found = measures_of(f"# 計画のすがた\n\n{plan}{told}")
    assert [(m.title, m.approach) for m in found] == [(name, f"{name}を早めます。") for name in names]


@pytest.mark.parametrize(
    "line", ["〔担当課：総務課、住民課〕", "（総務課、住民課）", "【旗振り役／総務課、住民課】"]
)
def test_offices_in_brackets_on_a_line_of_their_own_close_what_stands_above_them(line: str) -> None:
    found = measures_of(
        "第３章　施策の展開\n\n"
        + "\n\n".join(
            f"{n}　{title}\n\n(1)　現状と課題\n\n　紙の文書が{n}割を占めています。\n\n(2)　取組の方向性\n\n　起案から保存までを電子化します。\n\n{line}"
            for n, title in enumerate(("文書の電子化", "会議の見直し", "台帳の整理"), 1)
        )
    )
    assert [(m.approach, m.departments) for m in found] == [
        ("起案から保存までを電子化します。", ("総務課", "住民課"))
    ] * 3


def test_cells_that_part_the_row_of_a_measure_list_what_is_done() -> None:
    head = "<tr><th>No.</th><th>施策</th><th>内容</th><th>担当</th></tr>"
    rows = "".join(
        f"<tr><td rowspan=2>{n}</td><td rowspan=2>{title}</td><td>{first}</td><td rowspan=2>総務課</td></tr><tr><td>{second}</td></tr>"
        for n, title, first, second in (
            (1, "移動役場の運行", "車での巡回", "車内での証明書発行"),
            (2, "電子申請の拡大", "介護の手続を追加", "県のシステムへの移行"),
        )
    )
    one = "<tr><td>3</td><td>相談窓口の接続</td><td>公民館に端末を設置</td><td>住民課</td></tr>"
    found = measures_of(f"取り組むこと\n\n<table>{head}{rows}{one}</table>")
    assert [(m.title, m.overview, m.actions) for m in found] == [
        ("移動役場の運行", None, ("車での巡回", "車内での証明書発行")),
        ("電子申請の拡大", None, ("介護の手続を追加", "県のシステムへの移行")),
        ("相談窓口の接続", None, ("公民館に端末を設置",)),
    ]


def test_a_label_in_brackets_that_ends_like_an_office_is_none() -> None:
    parts = [
        f"{n}　{title}\n\n【現状】\n\n　紙の文書が{n}割を占めています。\n\n【取組の方向性】\n\n　起案から保存までを電子化します。\n\n【関係課】\n\n　{offices}"
        for n, (title, offices) in enumerate(
            (("文書の電子化", "総務課"), ("会議の見直し", "議会事務局"), ("台帳の整理", "税務課、建設課")), 1
        )
    ]
    found = measures_of("第３章　施策の展開\n\n" + "\n\n".join(parts))
    assert [m.departments for m in found] == [("総務課",), ("議会事務局",), ("税務課", "建設課")]
