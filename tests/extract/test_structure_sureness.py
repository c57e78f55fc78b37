"""A measure made like the others is surer than one that fills other boxes, or holds one label twice."""

from __future__ import annotations

from pathlib import Path

from extract.pipeline import extract_document
from extract.structure.confidence import as_made

_MEASURE = """
## ({n}) {title}

＜概要＞

{title}ため、手順を見直します。

＜現状と課題＞

紙の届け出が多く、待つ人がいます。
{more}"""
_OFFICE = "\n＜担当課＞\n\n{office}\n"
_OFFICES = ["市民課", "税務課", "総務課", "福祉課"]


def sureness(tmp_path: Path, *more: str) -> list[float]:
    titles = ["窓口を軽くする", "書類を減らす", "画面で受け取る", "人を育てる"]
    told = (
        _MEASURE.format(n=i, title=title, more=text.format(office=office))
        for i, (title, text, office) in enumerate(zip(titles, more, _OFFICES, strict=True), 1)
    )
    plan = tmp_path / "plan.md"
    plan.write_text("# 第1章 具体的な取組\n" + "".join(told), encoding="utf-8")
    with as_made():
        return [row["confidence"] for row in extract_document(plan).rows["measures"]]


def test_a_measure_that_lacks_a_box_of_all_others_is_less_sure(tmp_path: Path) -> None:
    *others, lacking = sureness(tmp_path, _OFFICE, _OFFICE, _OFFICE, "")
    assert lacking < min(others)


def test_a_measure_that_holds_one_label_twice_is_less_sure(tmp_path: Path) -> None:
    *others, twice = sureness(tmp_path, _OFFICE, _OFFICE, _OFFICE, _OFFICE + _OFFICE)
    assert twice < min(others)


def test_a_label_that_says_nothing_makes_its_measures_less_sure(tmp_path: Path) -> None:
    known = sureness(tmp_path, *[_OFFICE] * 4)
    unknown = sureness(tmp_path, *[_OFFICE + "\n＜ほし＞\n\n三つ\n"] * 4)
    assert max(unknown) < min(known)
