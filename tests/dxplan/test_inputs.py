from __future__ import annotations

import os
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


def test_links_in_a_circle_pipes_and_what_cannot_be_listed_hold_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("x", encoding="utf-8")
    (tmp_path / "folder.pdf").mkdir()
    try:
        os.symlink("..", tmp_path / "folder.pdf" / "up")
        os.symlink("self.pdf", tmp_path / "self.pdf")
        os.symlink("/nowhere/plan.pdf", tmp_path / "gone.pdf")
        os.mkfifo(tmp_path / "pipe.pdf")
    except (AttributeError, OSError):
        pytest.skip("this system has none of them")
    assert [p.name for p in discover([tmp_path]).files] == ["plan.txt"]
    for name in ("self.pdf", "gone.pdf", "pipe.pdf"):
        with pytest.raises(InputError):
            discover([tmp_path / name])
