from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import dxplan
from dxplan.dataset import Dataset
from dxplan.ingest import batch
from dxplan.ingest.tasks import Settings
from tests.dxplan import fakes

SAMPLE = Path(__file__).parents[2] / "corpora" / "sample"
Run = Callable[..., batch.Summary]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed does not depend on who runs the tests."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder with two fake plans."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.txt").write_text("書かない窓口\n電子申請", encoding="utf-8")
    (folder / "b.txt").write_text("オープンデータの公開", encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the fake extractor, always of one version, into ``tmp_path/out`` unless told otherwise."""
    monkeypatch.setattr(batch, "code_version", lambda: fakes.VERSION)

    def run(*paths: Path, out: Path = tmp_path / "out", jobs: int = 1, **settings: object) -> batch.Summary:
        return batch.run(paths, out, fakes.extract, fakes.link, jobs=jobs, settings=Settings(**settings))

    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The bundled plans, read by the real extractor."""
    out = tmp_path_factory.mktemp("sample")
    assert dxplan.run(SAMPLE, out, jobs=2).ok
    return dxplan.open(out)
