"""Tables too large for one file: a folder of the same name, a part per prefecture, the same reading."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow.dataset as pads
import pytest

import dxplan
from dxplan.ingest import batch
from dxplan.storage import store
from dxplan.storage.write import to_batch, write_parts
from dxplan.tables import TABLES
from dxplan.views import export
from tests.dxplan import fakes
from tests.dxplan.conftest import Run
from tests.dxplan.test_batch import digests


def all_digests(out: Path) -> dict[str, str]:
    files = (p for p in out.rglob("*") if p.is_file() and store.STATE not in p.relative_to(out).parts)
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def run(plans: Path, out: Path, rows: int, jobs: int = 1) -> batch.Summary:
    return batch.run([plans], out, fakes.extract, fakes.link, jobs=jobs, partition_rows=rows)


def test_a_part_for_each_prefecture_in_the_order_of_documents(tmp_path: Path) -> None:
    ids = ["000000-a", "012025-b", "012025-b", "131016-c", "131024-d"]
    rows = [{"doc_id": doc_id, "sentence_id": f"{doc_id}-{i}", "i": i} for i, doc_id in enumerate(ids)]
    tokens = TABLES["tokens"]
    batches = [to_batch(tokens, rows[:3]), to_batch(tokens, []), to_batch(tokens, rows[3:])]
    assert write_parts(tmp_path / "tokens.parquet", tokens, iter(batches)) == 5
    parts = sorted(p.parent.name for p in tmp_path.rglob("*.parquet") if p.is_file())
    assert parts == ["prefecture_code=00", "prefecture_code=01", "prefecture_code=13"]
    whole = pads.dataset(tmp_path / "tokens.parquet", schema=tokens.schema).to_table()
    assert whole.column("doc_id").to_pylist() == ids
    assert len(pd.read_parquet(tmp_path / "tokens.parquet", filters=[("prefecture_code", "==", 13)])) == 2


def test_parts_are_read_as_one_table(plans: Path, tmp_path: Path) -> None:
    run(plans, tmp_path / "whole", 3)
    run(plans, tmp_path / "parts", 2)
    assert (tmp_path / "whole" / "tokens.parquet").is_file()
    assert (tmp_path / "parts" / "tokens.parquet").is_dir()
    assert (tmp_path / "parts" / "measures.parquet").is_file()
    whole, parts = dxplan.open(tmp_path / "whole"), dxplan.open(tmp_path / "parts")
    for name in TABLES:
        assert parts.read(name).equals(whole.read(name)), name
        assert parts.duckdb().sql(f"from {name}").arrow().read_all().num_rows == whole.rows[name], name
    plan = parts.plan("a.txt")
    assert plan.tokens()["surface"].tolist() == ["書かない窓口", "電子申請"]
    export.export(parts, "csv", tmp_path / "csv", ["tokens"])
    assert (tmp_path / "csv" / "tokens.csv").read_text("utf-8-sig").count("\n") == 4
    described = json.loads((tmp_path / "parts" / "datapackage.json").read_text("utf-8"))["resources"]
    (tokens,) = (r for r in described if r["name"] == "tokens")
    assert tokens["path"] == ["tokens.parquet/prefecture_code=13/part-0.parquet"]
    data = (tmp_path / "parts" / tokens["path"][0]).read_bytes()
    assert (tokens["size"], tokens["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_parts_have_equal_bytes_from_every_run(plans: Path, tmp_path: Path) -> None:
    run(plans, tmp_path / "one", 2)
    run(plans, tmp_path / "two", 2, jobs=2)
    assert all_digests(tmp_path / "one") == all_digests(tmp_path / "two")


@pytest.mark.parametrize(("before", "after"), [(9, 0), (0, 9), (0, 0)])
@pytest.mark.parametrize("killed", [None, "blocks.parquet", "tokens.parquet"])
@pytest.mark.slow
def test_a_file_becomes_parts_and_back_also_when_killed_meanwhile(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, after: int, killed: str | None
) -> None:
    out, replace = tmp_path / "out", os.replace
    run(plans, out, before)
    (plans / "c.txt").write_text("新しい窓口", encoding="utf-8")

    def die(source: Path, target: Path) -> None:
        if (Path(source).parent.name, Path(source).name) == ("publish", killed):
            raise SystemExit("killed")
        replace(source, target)

    with monkeypatch.context() as patched, suppress(SystemExit):
        patched.setattr(store.os, "replace", die)
        run(plans, out, after)
    assert (out / store.PUBLISHING).exists() == (killed is not None)
    run(plans, out, after)
    run(plans, tmp_path / "fresh", after)
    assert all_digests(out) == all_digests(tmp_path / "fresh")
    assert not (out / store.STATE / "replaced").exists()


def test_small_tables_stay_one_file_by_default(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    assert {f"{name}.parquet" for name in TABLES} <= digests(tmp_path / "out").keys()
