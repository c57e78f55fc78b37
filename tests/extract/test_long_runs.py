"""Runs of one letter that no plan has, but a damaged or foreign file may: no pattern may try all ways to part them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from extract.layout.text_contents import toc_entry
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
