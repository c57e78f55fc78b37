"""A run with nothing new waits for nothing: what reads plans and what shows tables is not loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dxplan import corrections
from dxplan.ingest import batch

SCRIPT = """
import sys
from dxplan.cli import main
try:
    main(["run", sys.argv[1], "--out", sys.argv[2], "--jobs", "1"])
except SystemExit:
    pass
heavy = ("pandas", "pymupdf", "spacy", "sudachipy", "extract.pipeline", "pebble")
print(*(name for name in (*heavy, "normalize.vocabulary", "normalize.eras", "normalize.municipalities") if name in sys.modules))
"""


def test_a_run_with_nothing_new_loads_no_reader_and_no_pandas(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    typed = "# みなと川町DX推進計画\n\n## 1 目的\n\n窓口を軽くします。\n".encode()
    plan.write_bytes(
        typed + b"\xff\n"
    )  # a byte that is no letter: a warning, and warnings are told in a table
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(plan), str(tmp_path / "out")],
            capture_output=True, text=True, check=True, env=env, cwd=Path(__file__).parents[2],
        )  # fmt: skip
    assert "1 kept" in run.stdout
    assert "1 notes as before" in run.stdout
    assert run.stdout.splitlines()[-1] == ""


def test_verdicts_are_looked_for_where_they_are_kept() -> None:
    assert batch.VERDICTS == corrections.FILE
