from __future__ import annotations

from pathlib import Path

import pytest

from dxplan.errors import InputError
from dxplan.ingest.inputs import discover


def test_folders_give_their_plans_and_name_what_they_leave(tmp_path: Path) -> None:
    for name in ("計画.PDF", "sub/plan.txt", "notes.md", "README.md", "gold.json", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "download.aspx").write_bytes(b"%PDF-1.7")
    found = discover([tmp_path])
    assert {p.name for p in found.files} == {"計画.PDF", "plan.txt", "notes.md", "download.aspx"}
    assert {p.name for p in found.skipped} == {"README.md", "gold.json"}
    assert discover([tmp_path / "gold.json"]).files == (tmp_path / "gold.json",)
    assert len(discover([str(tmp_path / "*.md"), tmp_path / "notes.md"]).files) == 2


@pytest.mark.parametrize("path", ["missing.pdf", "*.pdf", "."])
def test_paths_that_hold_no_plan_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        discover([path])
