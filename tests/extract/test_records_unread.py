"""What looks like records and gave none is told: a plan in words nobody has listed must not be silent."""

from __future__ import annotations

from extract.records import kpis, measures, policies, progress, schedules, unread
from extract.records.owners import owners_and_fields
from extract.structure import tables
from tests.extract.text_plan import document

_TITLES = ("窓口を軽くする", "書類を減らす", "教わる場を開く", "地図を開く")


def told(text: str) -> list[tuple[str, str]]:
    doc = document(text)
    found = measures.extract(doc, policies.extract(doc))
    owners, fields = owners_and_fields(doc, found)
    indicators = kpis.extract(doc, tables.read(doc), found, owners, fields)
    charted = schedules.extract(doc, found, owners)
    notes = unread.notes(doc, found, indicators, progress.extract(doc), charted)
    return [(note.code, note.message) for note in notes]


def plan(label: str) -> str:
    body = "町の職員が少ないなかでも、暮らしの用事が滞らないように、仕事のやり方を順に改めていく。" * 14
    parts = [f"## {n} {title}\n\n{label}\n\n{body}\n" for n, title in enumerate(_TITLES, 1)]
    return "# 町のデジタル計画\n\n" + "\n".join(parts)


def test_a_plan_without_a_measure_and_its_unknown_labels_are_told() -> None:
    codes = dict(told(plan("【こまりごとの今】")))
    assert codes.keys() == {"no_measures", "unknown_label"}
    assert "こまりごとの今" in codes["unknown_label"]
    assert "4 times" in codes["unknown_label"]


def test_a_known_label_is_not_told() -> None:
    assert told(plan("【現状と課題】")) == []


def test_a_table_of_targets_that_gave_no_indicator_is_told() -> None:
    table = "## 1 ものさし\n\n目標値\t備考\n10分\t毎年\n9件\t毎年\n"
    assert [code for code, _ in told(table)] == ["unread_indicators"]
    assert told("## 1 ものさし\n\nはかりごと\tいまの値\t目標値\n待ち時間\t30分\t10分\n件数\t5件\t9件\n") == []


def test_between_known_heads_the_plans_own_word_heads_the_indicators() -> None:
    doc = document("## 1 ものさし\n\nはかりごと\t現状値\t目標値\n待ち時間\t30分\t10分\n件数\t5件\t9件\n")
    found = kpis.extract(doc, tables.read(doc), [], [None] * len(doc.nodes), [])
    assert [(k.indicator, k.baseline.value, k.target.value) for k in found] == [
        ("待ち時間", 30, 10),
        ("件数", 5, 9),
    ]


def test_a_bracketed_heading_that_comes_back_is_a_label_and_no_measure() -> None:
    parts = [
        f"## {n} {title}\n\n〔旗振り役〕\n\n町民課、税務課\n\n〔町の困りごと〕\n\n待つ人が多い。\n\n〔取組内容〕\n\n・{title}人を置く\n・{title}日を決める\n"
        for n, title in enumerate(_TITLES, 1)
    ]
    doc = document("# 第1章 具体的な取組\n\n" + "\n".join(parts))
    found = measures.extract(doc, [])
    assert [m.title for m in found] == list(_TITLES)
    assert [m.actions for m in found] == [(f"{t}人を置く", f"{t}日を決める") for t in _TITLES]
    assert {m.departments for m in found} == {("町民課", "税務課")}
    assert {m.approach for m in found} == {None}  # what stands under it has no role, so it goes nowhere


def test_tags_in_brackets_are_no_labels() -> None:
    parts = [
        f"## {n} {title}\n\n【新規】\n\n{'窓口の順番を直していく。' * 5}\n"
        for n, title in enumerate(_TITLES, 1)
    ]
    doc = document("# 第1章 具体的な取組\n\n" + "\n".join(parts))
    assert not any(placed.block.is_label for placed in doc.blocks)


def test_schedules_that_have_lost_their_bars_or_their_ends_are_told() -> None:
    body = "概要\n\n見直します。\n\n取組の工程\n\n"
    chart = "\tR8\tR9\n予約の導入\t▶\t\n番号札の導入\t\t\n\n"
    text = f"## ① 窓口\n\n{body}{chart}## ② 収納\n\n{body}## ③ 研修\n\n概要\n\n始めます。"
    notes = dict(told(text))
    assert notes.keys() == {"empty_schedule", "no_bars", "open_ends"}
    assert "収納" in notes["empty_schedule"]
    assert notes["no_bars"].startswith("1 of 2")
    assert notes["open_ends"].startswith("1 of 2")
