"""Text inside a measure that no record uses is told with its place, and the measure is less sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.pipeline import extract_document

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
