from __future__ import annotations

import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import dxplan
from dxplan import dataset
from dxplan.dataset import frames
from dxplan.errors import DatasetError
from dxplan.storage import store
from tests.dxplan.conftest import Run


@pytest.fixture
def opened(run: Run, plans: Path, tmp_path: Path) -> dataset.Dataset:
    run(plans)
    return dxplan.open(tmp_path / "out")


def test_a_table_reads_as_pandas_with_arrow_types(opened: dataset.Dataset) -> None:
    kpis = opened.kpis()
    assert len(kpis) == len(opened.kpis) == 3
    assert kpis["target_fy"].dtype == pd.ArrowDtype(opened.kpis.arrow().schema.field("target_fy").type)
    assert kpis["baseline_fy"].isna().all()


def test_filters_by_column_by_document_and_by_item(opened: dataset.Dataset) -> None:
    assert opened.kpis(indicator="電子申請の利用率")["target_value"].tolist() == [80.0]
    assert len(opened.kpis(indicator=["電子申請の利用率", "オープンデータの公開の利用率"])) == 2
    assert len(opened.kpis(municipality="みほん市", target_fy=2028)) == 3
    assert len(opened.kpis(source_name="b.txt")) == 1
    assert len(opened.measures(item="frontyard")) == 3
    assert opened.measures(item="cashless").empty
    assert opened.measures(municipality="べつ市").empty
    assert len(opened.kpis(baseline_fy=None)) == 3


def test_the_same_rows_in_every_frame_library(opened: dataset.Dataset) -> None:
    assert opened.kpis.polars(source_name="a.txt").height == 2
    assert opened.kpis.duckdb(source_name="a.txt").aggregate("count(*)").fetchall() == [(2,)]
    joined = opened.duckdb().sql("select count(*) from kpis join measures using (measure_id)")
    assert joined.fetchall() == [(3,)]


def test_a_plan_is_the_dataset_of_one_document(opened: dataset.Dataset) -> None:
    plan = opened.plan("a.txt")
    assert plan.document["title"] == "みほん市DX推進計画"
    assert len(plan.measures) == 2
    assert len(plan.measures(title="電子申請")) == 1
    assert opened.plan(str(plan.document["doc_id"])).document == plan.document


def test_errors_say_what_there_is(opened: dataset.Dataset, tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="there are documents, pages"):
        _ = opened.budgets
    with pytest.raises(DatasetError, match="its columns are doc_id, kpi_id"):
        opened.kpis(colour="red")
    with pytest.raises(DatasetError, match="no item 'frontgarden'; near it: frontyard; there are frontyard"):
        opened.kpis(item=["frontyard", "frontgarden"])
    with pytest.raises(DatasetError, match="target_fy of kpis is int16"):
        opened.kpis(target_fy="R8")
    with pytest.raises(DatasetError, match=r"no document answers .*\(a.txt, みほん市\)"):
        opened.plan("c.txt")
    with pytest.raises(DatasetError, match="more than one document"):
        opened.plan("みほん市")
    with pytest.raises(DatasetError, match="make one with: dxplan run"):
        dxplan.open(tmp_path / "nothing")


def test_a_replaced_dataset_is_not_mixed_with_the_old(opened: dataset.Dataset, run: Run, plans: Path) -> None:
    (plans / "a.txt").write_text("窓口を閉じる", encoding="utf-8")
    run(plans)
    with pytest.raises(DatasetError, match="open it again"):
        opened.kpis()


def test_a_table_of_a_dataset_being_replaced_is_not_returned(opened: dataset.Dataset) -> None:
    (opened.folder / store.STATE / "publish").mkdir()
    with pytest.raises(DatasetError, match="open it again"):
        opened.kpis()


def test_a_missing_table_is_named(opened: dataset.Dataset) -> None:
    (opened.folder / "kpis.parquet").unlink()
    with pytest.raises(DatasetError, match=r"kpis.parquet is missing"):
        opened.kpis()


def test_half_a_publication_is_not_read(opened: dataset.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_PATIENCE", 0.0)
    (opened.folder / store.STATE / "publish").mkdir()
    with pytest.raises(DatasetError, match="repeat that run"):
        dxplan.open(opened.folder)


def test_completion_offers_the_tables(opened: dataset.Dataset) -> None:
    assert {"kpis", "schedules", "plan"} <= set(dir(opened))


def test_a_file_is_found_by_its_name_as_typed(run: Run, tmp_path: Path) -> None:
    named = tmp_path / unicodedata.normalize("NFD", "みほんガイド計画.txt")
    named.write_text("みほん市DX推進計画\n", encoding="utf-8")
    run(named)
    found = dxplan.open(tmp_path / "out").plan("みほんガイド計画.txt")
    assert found.document["source_name"] == "みほんガイド計画.txt"
    assert Path(found.document["source_path"]).name == "みほんガイド計画.txt"
