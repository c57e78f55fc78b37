"""What was not understood is asked once, with the reader's guesses, and an answer decides the next reading."""

from __future__ import annotations

import pytest

from extract.document import Evidence
from extract.labels import field_role, taught
from extract.model import Metadata
from extract.records import kpis, measures, metadata, policies, schedules
from extract.records.model import Kpi, Value
from extract.records.owners import owners_and_fields
from extract.structure import tables
from extract.structure.coverage import Gap, said_blocks, unused_text, used_blocks
from extract.structure.questions import Found, Question, questions
from tests.extract.text_plan import document, kpis_of, measures_of

_TITLES = ("窓口を軽くする", "書類を減らす", "教わる場を開く", "地図を開く")


def asked(text: str) -> list[Question]:
    doc = document(text)
    made = measures.extract(doc, policies.extract(doc))
    readings = tables.read(doc)
    owners, fields = owners_and_fields(doc, made)
    indicators = kpis.extract(doc, readings, made, owners, fields)
    plan = metadata.extract(doc)
    bars = schedules.extract(doc, made, owners, plan)
    used = used_blocks(indicators, bars) | said_blocks(made)
    gaps = unused_text(doc, owners, used)
    return questions(doc, readings, Found(made, indicators, bars, gaps, used, owners, plan))


def form(label: str) -> str:
    """Four measures, each with its office, a box of ``label`` and what is done."""
    parts = [
        f"## {n} {title}\n\n〔担当課〕\n\n町民課\n\n〔{label}〕\n\n{title}ための場。\n\n〔取組内容〕\n\n・{title}人を置く\n・{title}日を決める\n"
        for n, title in enumerate(_TITLES, 1)
    ]
    return "# 第1章 具体的な取組\n\n" + "\n".join(parts)


def test_a_label_on_every_measure_is_one_question_with_all_rows_that_hang_on_it() -> None:
    found = [q for q in asked(form("こまりごと")) if q.kind == "label"]
    assert [(q.key, q.rows) for q in found] == [("こまりごと", 4)]


def test_an_answer_about_a_label_is_what_the_next_reading_takes_it_for() -> None:
    before = measures_of(form("こまりごと"))
    with taught({("label", "こまりごと"): "background"}):
        after, open_now = measures_of(form("こまりごと")), asked(form("こまりごと"))
    assert {m.background for m in before} == {None}
    assert [m.background for m in after] == [f"{t}ための場。" for t in _TITLES]
    assert not any(q.kind == "label" for q in open_now)
    assert field_role("こまりごと") is None  # only while it is taught


_TABLE = "## 1 ものさし\n\nはかるもの\tはじめ\tおわり\n待ち時間\t30分\t10分\n件数\t5件\t9件\n"


def test_answers_about_heads_of_columns_make_a_table_one_of_indicators() -> None:
    answers = {
        ("column", "はかるもの"): "indicator",
        ("column", "はじめ"): "baseline",
        ("column", "おわり"): "target",
        ("table", "はかるもの|はじめ|おわり"): "indicators",
    }
    with taught(answers):
        found = kpis_of(_TABLE)
    assert [(k.indicator, k.baseline.value, k.target.value) for k in found] == [
        ("待ち時間", 30, 10),
        ("件数", 5, 9),
    ]


def test_a_table_that_is_said_to_be_none_of_indicators_gives_none() -> None:
    text = "## 1 ものさし\n\n指標\t現状値\t目標値\n待ち時間\t30分\t10分\n件数\t5件\t9件\n"
    assert len(kpis_of(text)) == 2
    with taught({("table", "指標|現状値|目標値"): "none"}):
        assert kpis_of(text) == []


def test_a_table_of_targets_that_gave_no_row_is_asked_about() -> None:
    (found,) = (
        q for q in asked("## 1 ものさし\n\n目標値\t備考\n10分\t毎年\n9件\t毎年\n") if q.kind == "table"
    )
    assert (found.key, found.rows) == ("目標値|備考", 2)
    assert {answer for answer, _ in found.guesses} == {"none", "indicators"}


@pytest.mark.parametrize("text", [_TABLE.replace("はじめ", "現状値").replace("おわり", "目標値")])
def test_what_is_plain_is_not_asked(text: str) -> None:
    assert asked(text) == []


def test_rows_of_a_chart_without_a_year_are_one_question_where_they_say_the_same() -> None:
    chart = "\tR8\tR9\n予約の導入\t▶\t\n番号札の導入\t\t\n\n"
    parts = [
        f"## {n} {t}\n\n概要\n\n{t}ことを進めます。\n\n取組の工程\n\n{chart}"
        for n, t in enumerate(_TITLES, 1)
    ]
    bars = [(q.text, q.rows) for q in asked("\n".join(parts)) if q.kind == "bar"]
    assert bars == [("番号札の導入", 4)]


def test_what_comes_back_in_unused_text_is_asked_once_and_the_rest_by_paragraph() -> None:
    parts = [
        f"## {n} {title}\n\n区分の別\n\n{title}ための場を町の各所に開きます。\n\n{title}人が足りず、席もありません。\n"
        for n, title in enumerate(_TITLES, 1)
    ]
    doc = document("\n".join(parts))
    made = measures_of(form("取組"))
    spots = [i for i, placed in enumerate(doc.blocks) if placed.text == "区分の別"]
    gaps = {n: Gap(n, (at, at + 1, at + 2), 0.4) for n, at in enumerate(spots)}
    found = questions(doc, [], Found(made, [], [], gaps, frozenset(), [None] * len(doc.nodes), Metadata()))
    assert [(q.key, q.rows) for q in found if q.kind == "label"] == [("区分の別", 4)]
    assert sorted(q.text for q in found if q.kind == "text") == sorted(
        [f"{t}ための場を町の各所に開きます。" for t in _TITLES] + [f"{t}人が足りず、席もありません。" for t in _TITLES]
    )  # fmt: skip


def test_a_year_that_the_other_indicators_have_and_an_amount_that_no_value_has_are_asked_about() -> None:
    def kpi(n: int, target: Value) -> Kpi:
        at = Evidence(0, len(doc.text), 1, None, (0,))
        return Kpi(at=at, rule="x", confidence=0.9, measure=None, indicator=f"講座{n}", target=target)

    doc = document("訓練の回数　年1回 → 年3回\n")
    dated = [kpi(n, Value(raw="5回", value=5.0, unit="回", fy=2030)) for n in range(3)]
    bare, told = kpi(3, Value(raw="7回", value=7.0, unit="回")), kpi(4, Value(raw="訓練", kind="milestone"))
    found = questions(doc, [], Found([], [*dated, bare, told], [], {}, frozenset(), [], Metadata()))
    assert {(q.about, q.column) for q in found} == {(("kpis", 3), "target_fy"), (("kpis", 4), "target_value")}
    none_dated = questions(doc, [], Found([], [bare], [], {}, frozenset(), [], Metadata()))
    assert none_dated == []
