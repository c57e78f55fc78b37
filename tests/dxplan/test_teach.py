"""A question is answered once: the next run obeys, reads only the plans it holds for, and loses no answer."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

import dxplan
from dxplan import answers, cli
from dxplan.answers import Answer
from dxplan.dataset import Dataset
from dxplan.errors import InputError
from dxplan.ingest import members
from dxplan.tables import TABLES
from dxplan.views import teach

_TITLES = ("窓口を軽くする", "書類を減らす", "教わる場を開く", "地図を開く")
_CHART = "取組の工程\n\n\tR8\tR9\n番号札の導入\t\t\n\n"


def plan(label: str) -> str:
    parts = [
        f"## {n} {title}\n\n〔担当課〕\n\n町民課\n\n〔{label}〕\n\n{title}ための場。\n\n〔取組内容〕\n\n・{title}人を置く\n・{title}日を決める\n"
        for n, title in enumerate(_TITLES, 1)
    ]
    return "# 第1章 具体的な取組\n\n" + "\n".join(parts)


def chart_plan() -> str:
    """Four measures, each with a chart of one row without a bar."""
    parts = [f"## {n} {t}\n\n概要\n\n{t}ことを進めます。\n\n{_CHART}" for n, t in enumerate(_TITLES, 1)]
    return "\n".join(parts)


def said(n: int = 1, **more: str) -> Answer:
    facts = {"kind": "label", "key": f"こまりごと{n}", "says": "background", "scope": "document", **more}
    return Answer(
        date="2026-04-01", author="山田", document="a.txt", sha256="a" * 64, municipality_code=None,
        text=None, page=None, note=None, **facts,
    )  # fmt: skip


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two plans and the dataset made of them: one with a label that nobody has listed."""
    folder = tmp_path_factory.mktemp("taught")
    plans = folder / "plans"
    plans.mkdir()
    (plans / "a.txt").write_text(plan("こまりごと"), encoding="utf-8")
    (plans / "b.txt").write_text(plan("現状と課題"), encoding="utf-8")
    dxplan.run(plans, folder / "out", jobs=1)
    return plans, folder / "out"


def backgrounds(ds: Dataset) -> list[str | None]:
    rows = ds.read("measures", source_name="a.txt").to_pylist()
    return [row["background"] for row in rows]


def test_an_answer_decides_the_next_run_and_only_its_plan_is_read_again(taught: tuple[Path, Path]) -> None:
    plans, out = taught
    ds = dxplan.open(out)
    (question,) = (q for q in teach.questions(ds, "a.txt") if q["kind"] == "label")
    assert (question["n_rows"], backgrounds(ds)) == (4, [None] * 4)
    result = CliRunner().invoke(
        cli.main, ["teach", str(out), "--answer", question["question_id"], "background", "--author", "山田"]
    )
    assert result.exit_code == 0, result.output
    assert not any(q["kind"] == "label" for q in teach.questions(ds, "a.txt"))  # at once
    summary = dxplan.run(plans, out, jobs=1)
    assert (summary.n_read, summary.n_kept) == (1, 1)
    assert backgrounds(dxplan.open(out)) == [f"{t}ための場。" for t in _TITLES]
    assert dxplan.run(plans, out, jobs=1).n_read == 0


def test_the_list_is_for_programs_too_and_one_file_carries_all_answers(
    taught: tuple[Path, Path], tmp_path: Path
) -> None:
    _, out = taught
    shown = CliRunner().invoke(cli.main, ["teach", str(out), "--format", "json", "--limit", "0"])
    assert isinstance(json.loads(shown.output), list)
    answers.append(out, [said(1, scope="all"), said(2, scope="all")])
    given = tmp_path / "answers-of-the-town.yaml"
    assert CliRunner().invoke(cli.main, ["teach", str(out), "--export", str(given)]).exit_code == 0
    other = tmp_path / "other"
    other.mkdir()
    n = len(answers.read(out))
    assert (answers.take_in(other, given), answers.take_in(other, given)) == (n, 0)
    assert answers.read(other) == answers.read(out)


def test_answers_that_a_question_cannot_have_are_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    text = "## 1 ものさし\n\n目標値\t備考\n10分\t毎年\n9件\t毎年\n"
    (tmp_path / "d.txt").write_text(text, encoding="utf-8")
    dxplan.run(tmp_path / "d.txt", tmp_path / "out", jobs=1)
    ds = dxplan.open(tmp_path / "out")
    (question,) = teach.questions(ds)
    with pytest.raises(InputError, match="no answer about a table"):
        teach.answer(ds, question["question_id"], "hedgehog", author="山田")
    with pytest.raises(InputError, match="no question"):
        teach.answer(ds, "000000-0-q001", "none", author="山田")
    assert not (tmp_path / "out" / answers.FILE).exists()


def test_the_nearer_answer_decides_and_of_two_alike_the_later() -> None:
    one = said(scope="all", says="overview")
    mine = said(says="background")
    town = Answer(**{**{f: getattr(one, f) for f in Answer.__slots__}, "scope": "municipality",
                     "municipality_code": "131016", "says": "approach"})  # fmt: skip
    given = [mine, one, town, said(scope="all", says="effect")]

    def answer(sha256: str, code: str | None) -> str:
        ((_, _, says),) = answers.for_document(given, sha256, code)
        return says

    assert answer("a" * 64, "131016") == "background"
    assert answer("b" * 64, "131016") == "approach"
    assert answer("b" * 64, None) == "effect"


def test_twenty_writers_at_once_lose_no_answer(tmp_path: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: answers.append(tmp_path, [said(n)]), range(20)))
    assert sorted(a.key for a in answers.read(tmp_path)) == sorted(f"こまりごと{n}" for n in range(20))


def test_what_a_killed_writer_left_is_told_and_the_others_hold(tmp_path: Path) -> None:
    answers.append(tmp_path, [said(1)])
    with open(tmp_path / answers.FILE, "a", encoding="utf-8") as file:
        file.write("- date: '2026-04-02'\n  auth")
    assert [a.key for a in answers.read(tmp_path)] == ["こまりごと1"]
    assert "cut off" in answers.notes(tmp_path)[0]
    answers.append(tmp_path, [said(2)])
    assert [a.key for a in answers.read(tmp_path)] == ["こまりごと1", "こまりごと2"]


def test_the_years_of_a_bar_are_corrections_of_all_rows_that_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(chart_plan(), encoding="utf-8")
    out = tmp_path / "out"
    dxplan.run(tmp_path / "c.txt", out, jobs=1)
    ds = dxplan.open(out)
    (question,) = (q for q in teach.questions(ds) if q["kind"] == "bar")
    with pytest.raises(InputError, match="no years"):
        teach.answer(ds, question["question_id"], "soon", author="山田")
    teach.answer(ds, question["question_id"], "2026-2027", author="山田")
    dxplan.run(tmp_path / "c.txt", out, jobs=1)
    rows = dxplan.open(out).read("schedules").to_pylist()
    assert {(r["start_fy"], r["end_fy"], r["rule"]) for r in rows} == {(2026, 2027, "correction")}
    assert not any(q["kind"] == "bar" for q in teach.questions(dxplan.open(out)))


def test_what_holds_for_all_or_a_town_is_given_to_its_plans(tmp_path: Path) -> None:
    from dxplan.ingest.tasks import Task
    from dxplan.storage.store import Store

    task = Task(path=tmp_path, name="x", sha256="b" * 64, size=1, source="x")
    (with_it,) = members.with_answers(Store(tmp_path, "1"), [task], [said(scope="all")])
    (without,) = members.with_answers(Store(tmp_path, "1"), [task], [said()])
    assert with_it.answers == (("label", "こまりごと1", "background"),)
    assert with_it.key != task.key == without.key


@pytest.mark.parametrize(
    ("column", "says", "new"),
    [
        ("target_value", "27", {"target_value": 27.0}),
        ("target_value", "27件以上", {"target_value": 27.0, "target_unit": "件", "target_kind": "absolute",
                                  "target_bound": "at_least"}),
        ("baseline_value", "9件", {"baseline_value": 9.0, "baseline_unit": "件"}),
        ("target_fy", "令和12年度", {"target_fy": 2030}),
    ],
)  # fmt: skip
def test_a_value_may_be_typed_as_printed_and_a_year_by_its_era(
    column: str, says: str, new: dict[str, object]
) -> None:
    names = [c.name for c in TABLES["kpis"].columns]
    row = dict.fromkeys(names) | {"kpi_id": "d-k001", "source_text": "件数"}
    question = {
        "kind": "value",
        "table_name": "kpis",
        "row_id": "d-k001",
        "column_name": column,
        "text": "件数",
    }
    said = teach.verdicts_of(question, {"source_name": "a", "sha256": "b"}, [row], says, "山田")
    assert {v.column: v.new for v in said} == new
