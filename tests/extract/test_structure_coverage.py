"""Text inside a measure that no record uses is told with its place, and the measure is less sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.document import Evidence
from extract.pipeline import extract_document
from extract.records.fields import Field, Part
from extract.records.model import Measure
from extract.structure.coverage import said_blocks

_BODY = """# 第1章 具体的な取組

## (1) 窓口を軽くする

＜概要＞

受付の順番を端末で知らせ、立って待つ人を減らします。

＜現状と課題＞

昼前に人が重なり、席が足りません。
{extra}
## (2) 書類を減らす

＜概要＞

届け出を画面で受け取ります。

＜現状と課題＞

紙の届け出が年に八千枚あります。
"""
_LOST = "\n| 開く日 | 会場の名前 |\n| --- | --- |\n| 毎月の第二土曜 | 公民館の二階 |\n"


def rows(tmp_path: Path, extra: str) -> dict[str, list[dict[str, object]]]:
    plan = tmp_path / "plan.md"
    plan.write_text(_BODY.format(extra=extra), encoding="utf-8")
    return {name: list(table) for name, table in extract_document(plan).rows.items() if name != "tokens"}


def test_what_no_record_uses_is_told_and_makes_its_measure_less_sure(tmp_path: Path) -> None:
    found = rows(tmp_path, _LOST)
    (gap,) = [d for d in found["diagnostics"] if d["code"] == "unused_text"]
    assert "毎月の第二土曜" in str(gap["source_text"])
    assert "窓口を軽くする" in str(gap["message"])
    first, second = found["measures"]
    assert first["confidence"] < second["confidence"]  # type: ignore[operator]


def test_a_measure_whose_text_is_all_used_keeps_its_confidence(tmp_path: Path) -> None:
    found = rows(tmp_path, "")
    assert not [d for d in found.get("diagnostics", []) if d["code"] == "unused_text"]
    first, second = found["measures"]
    assert first["confidence"] == pytest.approx(second["confidence"])


def test_text_under_no_label_that_no_column_has_is_not_said() -> None:
    """Text of boxes that stand apart from their labels comes after all of them, and is nobody's."""
    parts = {2: "町の各所に場を開きます。", 3: "人が足りません。", 4: "席もありません。"}
    after = Field("after", None, tuple(Part(text, False, block) for block, text in parts.items()))
    other = Field("other", "対象者", (Part("町に住む方", False, 5),))
    measure = Measure(
        at=Evidence(0, 50, None, None, (1, 2, 3, 4, 5)), rule="x", confidence=0.9, section=None, number=None,
        title="場を開く", background="人が足りません。", fields=(after, other),
    )  # fmt: skip
    assert said_blocks([measure]) == {1, 3, 5}
