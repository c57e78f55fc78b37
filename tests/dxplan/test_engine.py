"""The same bytes from every engine; a real Dask cluster of two workers reads what one machine reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dxplan.errors import InputError
from dxplan.ingest import batch, reading
from tests.dxplan import fakes
from tests.dxplan.conftest import Run
from tests.dxplan.test_batch import digests

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

pytestmark = pytest.mark.slow  # starts a cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0
    ) as cluster:
        yield cluster


@pytest.fixture
def dask_run(cluster: Any, tmp_path: Path) -> Run:
    def run(*paths: Path, out: Path = tmp_path / "dask", **settings: Any) -> batch.Summary:
        return batch.run(
            paths,
            out,
            fakes.extract,
            fakes.link,
            engine="dask",
            scheduler=cluster.scheduler_address,
            settings=reading.Settings(**settings),
        )

    return run


def test_dask_and_local_give_the_same_bytes(run: Run, dask_run: Run, plans: Path, tmp_path: Path) -> None:
    for i in range(6):
        (plans / f"{i}.txt").write_text(f"窓口{i}", encoding="utf-8")
    assert dask_run(plans).n_read == 8
    run(plans)
    assert digests(tmp_path / "dask") == digests(tmp_path / "out")
    assert dask_run(plans).n_read == 0


def test_on_a_cluster_too_a_document_costs_itself_only(
    run: Run, dask_run: Run, plans: Path, tmp_path: Path
) -> None:
    for name, wish in {
        "crash": "!crash",
        "hang": "!hang",
        "raise": "!raise",
        "fail": "!fail",
        "scan": "!scanned 1",
    }.items():
        (plans / f"{name}.txt").write_text(wish, encoding="utf-8")
    assert dask_run(plans, timeout=5.0).statuses == {"ok": 3, "failed": 4}
    run(plans, timeout=5.0)
    assert digests(tmp_path / "dask") == digests(tmp_path / "out")


def test_a_scheduler_that_does_not_answer_is_told(plans: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(distributed, "Client", no_answer)
    with pytest.raises(InputError, match="no Dask scheduler answers at tcp://nowhere"):
        batch.run(
            [plans], tmp_path / "x", fakes.extract, fakes.link, engine="dask", scheduler="tcp://nowhere:1"
        )


def no_answer(*args: Any, **kwargs: Any) -> None:
    raise OSError("timed out")
