"""The chaos of benchmarks/chaos.py, in small: three kills over a few plans. And fuzz targets' own logic."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="psutil comes with the extra dask")

from benchmarks import chaos, fuzz

PLAN = "# みほん市DX推進計画{0}\n\n計画の期間は、令和8年度から令和10年度までとします。\n\n## 1 書かない窓口{0}\n\n窓口で書かずに済むようにします。\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
@pytest.mark.slow
def test_runs_killed_among_files_that_misbehave_end_in_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    for i in range(6):
        (tmp_path / "plans" / f"good{i}.txt").write_text(PLAN.format(i), encoding="utf-8")
    told: list[str] = []
    chaos.chaos(tmp_path, 3, random.Random(1), told.append)
    assert told[-1] == "all bytes equal"


def test_every_mutation_changes_the_file_and_can_be_repeated() -> None:
    original = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n<</Length 12/Parent %d 0 R>>\nendobj\n" % (i, i + 1) for i in range(9)
    )
    for mutation in fuzz.MUTATIONS:
        mutants = [mutation(original, random.Random(seed)) for seed in range(5)]
        assert mutants == [mutation(original, random.Random(seed)) for seed in range(5)]
        assert any(mutant != original for mutant in mutants), mutation.__name__
