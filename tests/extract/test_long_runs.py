"""Runs of one letter that no plan has, but a damaged or foreign file may: no pattern may try all ways to part them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from extract.layout.text_contents import toc_entry
from extract.limits import LONGEST, Limits
from extract.pipeline import extract_document
from extract.read import text
from extract.records.glossary import _LISTED, term_before

RUNS = ("1", "a", "ア", "一", "　", " ", "\t", "(", "・", "-", "…", "a-", "ア ", "1.")
SECONDS = 1.0  # thousands of times what it takes; what tries all ways takes minutes


@pytest.mark.parametrize("reads", [term_before, toc_entry, _LISTED.match, text.parse])
def test_a_long_run_takes_no_time(reads: Callable[[str], object]) -> None:
    begun = time.process_time()
    for run in RUNS:
        for end in ("\x01", "。", "x"):
            reads(f"あ{run * 400}{end}")
    assert time.process_time() - begun < SECONDS


def document(tmp_path: Path, typed: str, **settings: Any) -> tuple[Mapping[str, Sequence[Any]], float]:
    """The rows of a text, and the seconds they took."""
    (tmp_path / "small.txt").write_text("目的\n窓口を軽くします。", encoding="utf-8")
    extract_document(tmp_path / "small.txt")  # loads what it needs
    (tmp_path / "plan.txt").write_text(typed, encoding="utf-8")
    begun = time.process_time()
    rows = extract_document(tmp_path / "plan.txt", **settings).rows
    return rows, time.process_time() - begun


@pytest.mark.parametrize(
    "typed",
    [
        "**a " * 100_000, "![" * 100_000, "<br>" * 300_000, "~~a " * 100_000, "1" + "…" * 100_000, "あ" * 4_000_000,
        "窓口を軽くします。" * 440_000, "令和8年度" * 30_000, "1" * 4_000_000,
    ],
    ids=["bold", "pictures", "breaks", "struck", "leaders", "line", "sentences", "years", "digits"],
)  # fmt: skip
def test_a_whole_text_of_one_thing_is_read_in_linear_time(tmp_path: Path, typed: str) -> None:
    _, seconds = document(tmp_path, typed)
    assert seconds < 6  # two on a machine at rest; what is not linear takes half a minute


def test_many_sections_and_lines_are_read_in_linear_time(tmp_path: Path) -> None:
    seconds = [document(tmp_path, "# 窓口\n" * n)[1] for n in (3_000, 12_000)]
    assert seconds[1] < 8 * max(seconds[0], 0.1)


def test_what_is_longer_than_anybody_writes_is_cut_and_told(tmp_path: Path) -> None:
    rows, _ = document(tmp_path, f"# 目的\n\n{'窓' * (LONGEST + 7)}\n\n手続を減らします。")
    assert rows["documents"][0]["status"] == "partial"
    assert "too_long_line" in [d["code"] for d in rows["diagnostics"]]
    assert [len(b["text"]) for b in rows["blocks"]] == [2, LONGEST, 9]


def test_a_text_of_more_than_the_limit_is_read_up_to_it_and_again_when_it_is_raised(tmp_path: Path) -> None:
    few, more = Limits(characters=40), Limits(characters=400)
    typed = "窓口を軽くします。\n" * 20
    (tmp_path / "plan.txt").write_text(typed, encoding="utf-8")
    found = extract_document(tmp_path / "plan.txt", limits=few)
    assert found.rows["documents"][0]["status"] == "partial"
    assert [d["code"] for d in found.rows["diagnostics"] if d["severity"] == "error"] == [
        "too_many_characters"
    ]
    assert found.rows["blocks"][0]["text"] == "窓口を軽くします。"
    assert not few.same_effect(more, found.extent)
