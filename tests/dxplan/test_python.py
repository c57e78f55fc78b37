"""The Python API as somebody meets it who has only its names."""

from __future__ import annotations

import gc
import socket
import warnings
from pathlib import Path

import pytest

import dxplan
from dxplan.dataset import Dataset
from dxplan.errors import BusyError, InputError
from tests.dxplan import made
from tests.dxplan.conftest import SAMPLE


def test_dxplan_shows_what_is_meant_to_be_used_and_no_more() -> None:
    assert dir(dxplan) == [
        "compare", "export", "mark", "open", "plot", "read", "remove", "report", "run", "vocabulary",
    ]  # fmt: skip
    with pytest.raises(AttributeError, match="it has compare, export"):
        dxplan.charts  # noqa: B018


def test_a_plan_is_read_without_a_dataset_and_leaves_nothing_behind() -> None:
    plan = dxplan.read(SAMPLE / "hotarugaya.txt")
    assert plan.document["municipality"] == "蛍ヶ谷市"
    assert plan.measures[0].kpis[0].indicator
    folder = Path(plan.folder)
    assert folder.exists()
    del plan
    gc.collect()
    assert not folder.exists()


def test_a_wrong_path_and_a_file_that_is_no_plan_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file; dxplan\.read takes one plan"):
        dxplan.read(tmp_path / "plan.pdf")
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError, match=r"empty\.txt cannot be read: "):
        dxplan.read(tmp_path / "empty.txt")


def test_a_filter_that_matches_nothing_says_what_is_near(sample: Dataset) -> None:
    with pytest.warns(
        UserWarning, match="no row of documents has municipality '千草代市'; near it: 千草台市"
    ):
        assert sample.kpis(municipality="千草代市").empty
    with pytest.warns(UserWarning, match=r"no row of kpis has target_fy 1999; there are 2025, 2028"):
        assert sample.kpis(target_fy=1999).empty


def test_rows_that_are_not_there_without_a_slip_give_no_warning(sample: Dataset) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for plan in map(sample.plan, [d["doc_id"] for d in sample.documents.arrow().to_pylist()]):
            for measure in plan.measures:
                len(measure.kpis)
                len(measure.schedule)
        sample.kpis(municipality="千草台市", target_unit="%")


def test_wide_rows_say_whose_they_are(sample: Dataset) -> None:
    frame = sample.kpis.wide(municipality="鈴懸市")
    assert list(frame.columns[:7]) == [
        "municipality", "prefecture", "plan", "period_start_fy", "period_end_fy", "measure_number", "measure",
    ]  # fmt: skip
    first = frame.iloc[0]
    assert (first["municipality"], first["measure"]) == ("鈴懸市", "行政手続のオンライン完結")
    assert (first["indicator"], first["target_value"], first["target_unit"]) == (
        "オンラインで完結する手続の割合",
        80.0,
        "%",
    )
    assert len(sample.plan("suzukake.pdf").schedules.wide()) == len(sample.plan("suzukake.pdf").schedules)
    assert len(sample.terms.wide()) == len(sample.terms)  # of no plan: nothing is added


def test_values_by_year_are_a_long_frame(tmp_path: Path) -> None:
    owner = made.measure("a", 1, "窓口")
    series = [{"fy": 2026, "value": 10.0, "raw": "10"}, {"fy": 2027, "value": 20.0, "raw": "20"}]
    kpis = [
        made.part("kpis", owner, 1, indicator="件数", target_unit="件", series=series),
        made.part("kpis", owner, 2, indicator="満足度", target_unit="%"),
    ]
    tables = {"documents": [made.document("a", "みなと市")], "measures": [owner], "kpis": kpis}
    frame = made.dataset(tmp_path / "one", tables).series(municipality="みなと市")
    assert frame[["municipality", "measure", "indicator", "fy", "value", "unit"]].values.tolist() == [
        ["みなと市", "窓口", "件数", 2026, 10.0, "件"],
        ["みなと市", "窓口", "件数", 2027, 20.0, "件"],
    ]


def test_a_dataset_shows_itself(sample: Dataset) -> None:
    assert "8 documents" in repr(sample)
    card = sample._repr_html_()
    assert "鈴懸市" in card
    assert f"{sample.rows['kpis']:,} kpis" in card


def test_a_busy_port_is_a_sentence(sample: Dataset) -> None:
    explore = pytest.importorskip("dxplan.explore")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BusyError, match="is in use; give another, or 0 for a free one"):
            explore.serve(sample.folder, port=taken.getsockname()[1])
