"""Steps that words or a column of years date, where no chart is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.layout.timelines import table_timeline
from extract.model import Cell, Table
from tests.extract.test_records_schedules import PLAN, told
from tests.extract.text_plan import schedules_of

Told = list[tuple[str, str | None, int | None, int | None]]


def spans(after: str) -> list[tuple[str, int | None, int | None, int | None]]:
    rows = schedules_of(PLAN.format(before="", after=after))
    return [(s.task, s.start_fy, s.end_fy, s.end_fy_max) for s in rows]


def test_steps_in_words_last_as_long_as_their_words_say() -> None:
    after = "令和8年度から令和9年度まで：記録の洗い出し\n\n令和9年度以降：順次公開\n\n令和10年度：外部の点検"
    assert spans(after) == [
        ("記録の洗い出し", 2026, 2027, 2027),
        ("順次公開", 2027, None, 2028),
        ("外部の点検", 2028, 2028, 2028),
    ]


def test_each_year_over_what_is_done_in_it() -> None:
    assert told(after="令和8年度\n\n３か所で試行\n\n令和9年度～令和10年度\n\n全庁への提供") == [
        ("３か所で試行", None, 2026, 1),
        ("全庁への提供", None, 2027, 1),
    ]


def test_what_was_done_before_the_plan_and_what_is_to_be_reached_are_no_steps() -> None:
    assert told(after="令和5年度：方針の策定\n\n令和6年度：庁内の検討") == []
    assert told(after="令和8年度：20件\n\n令和10年度：35件") == []
    assert told(after="令和8年度\n\n～ 令和10年度\n\n令和8年度～令和10年度\n\n令和8年3月　改訂") == []
    assert told(after="令和8年度　A・B・C\n\n令和9年度　A・B・C\n\n令和10年度　A・B・C") == []


def test_a_column_of_years_dates_the_tasks_beside_it() -> None:
    after = "\t取り組み\t担当\t時期\n1\t記録の洗い出し\t総務課\tR8\n2\t公開の窓口づくり\t税務課\tR9～R10"
    assert told(after=after) == [("記録の洗い出し", "R8", 2026, 1), ("公開の窓口づくり", "R9～R10", 2027, 1)]


def test_the_first_and_the_last_year_of_each_plan_are_its_period() -> None:
    rows = "名\tはじめ\tおわり\n鳴海台町総合計画\tR4\tR13\n鳴海台町DX推進計画\tR8\tR10"
    spans = [(s.task, s.start_fy, s.end_fy) for s in schedules_of(PLAN.format(before=rows, after=""))]
    assert spans == [("鳴海台町総合計画", 2022, 2031), ("鳴海台町DX推進計画", 2026, 2028)]
    others = "名\tはじめ\tおわり\n国の計画\tR4\tR13\n県の計画\tR7\tR9"
    assert told(others) == []


def test_goals_with_their_years_are_no_tasks() -> None:
    after = "指標\t目標\t年度\n公開した記録の数\t20件\tR8\n窓口の待ち時間\t15分\tR10"
    assert told(after=after) == []


def test_a_row_is_found_by_the_numbers_over_its_measure() -> None:
    chart = "番号\tする事\tR8\tR9\tR10\n2（1）\t予約の案内\t検討\t実施\t実施\n2（2）\t記録の点検\t実施\t検証\t実施"
    assert {(task, measure) for task, _, _, measure in told(after=f"## 第3章 予定\n\n{chart}")} == {
        ("予約の案内", 0),
        ("記録の点検", 1),
    }


def test_rows_without_a_column_of_names_are_named_in_their_first_cell() -> None:
    head = [("", "時期", "", ""), ("施策", "R8", "R9", "R10")]
    first = [("窓口の改善", "【来庁予約】検討", "運用", "⇒"), ("", "【案内板】設計", "⇒", "設置")]
    second = [("記録の公開", "【目録】", "公開", "⇒"), ("", "【様式】改訂", "", "公開")]
    texts = [*head, *first, *head, *second]
    cells = tuple(Cell(r, c, t) for r, row in enumerate(texts) for c, t in enumerate(row) if t or c)
    cells = tuple(replace(c, rowspan=2) if c.text in ("窓口の改善", "記録の公開") else c for c in cells)
    chart = table_timeline(Table(cells, len(texts), 4), drawn=True)
    assert chart is not None
    assert [(row.path, row.label, [b.text for b in row.bars]) for row in chart.rows] == [
        (("窓口の改善",), "来庁予約", ["検討", "運用"]),
        (("窓口の改善",), "案内板", ["設計", "設置"]),
        (("記録の公開",), "目録", [None, "公開"]),
        (("記録の公開",), "様式", ["改訂", "公開"]),
    ]


@pytest.mark.parametrize("beside", ["", "<td>5</td>"])
def test_a_row_a_year_tells_what_a_measure_does_an_item_a_line(beside: str) -> None:
    forms = "\n\n".join(
        f"<table><tr><td>取組番号</td><td>{n}</td></tr><tr><td>取組名</td><td>{title}</td></tr>"
        f"<tr><td>取組の概要</td><td>{title}を進めます。</td></tr></table>\n\n"
        f"<table><tr><td>年度</td><td>計画内容</td>{beside and '<td>か所数</td>'}</tr>"
        f"<tr><td>令和8年度</td><td>・{title}の調査<br>・仕様の作成</td>{beside}</tr>"
        f"<tr><td>令和9年度</td><td>・導入</td>{beside}</tr><tr><td>令和10年度</td><td>・運用</td>{beside}</tr></table>"
        for n, title in enumerate(("窓口の見直し", "申請の電子化", "鍵の管理"), 1)
    )
    found = schedules_of(f"# 海辺町DX推進計画\n\n計画期間：令和8年度～令和12年度\n\n{forms}")
    assert [(s.task, s.start_fy, s.end_fy) for s in found if s.measure == found[-1].measure] == [
        ("鍵の管理の調査", 2026, 2026),
        ("仕様の作成", 2026, 2026),
        ("導入", 2027, 2027),
        ("運用", 2028, 2028),
    ]
