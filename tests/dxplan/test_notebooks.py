"""The notebooks run from top to bottom on the bundled plans, and stand in git without their outputs."""

from __future__ import annotations

import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from dxplan.dataset import Dataset

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
names = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_the_notebooks_are_there() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06", "07"]
    listed = re.findall(r"\]\((\w+\.ipynb)\)", (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in NOTEBOOKS]


@names
@pytest.mark.slow
def test_it_runs_from_top_to_bottom(path: Path, sample: Dataset, tmp_path: Path) -> None:
    (tmp_path / "outputs").symlink_to(sample.folder)
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    place = {"metadata": {"path": str(tmp_path / "notebooks")}}
    done = nbclient.NotebookClient(notebook, timeout=120, resources=place).execute()
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert len(outputs) >= 5
    assert not [o for o in outputs if o.get("name") == "stderr"]


@names
def test_its_outputs_are_stripped(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:  # type: ignore[no-untyped-call]
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
