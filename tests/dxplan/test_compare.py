"""Comparisons show what the tables hold, mark what is not sure, and keep apart what cannot be compared."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views import compare, formats
from tests.dxplan import made
from tests.dxplan.made import blocks, document, measure, part


def number(which: str, raw: str, value: float, unit: str | None, fy: int | None = None) -> dict[str, Any]:
    return {f"{which}_raw": raw, f"{which}_value": value, f"{which}_unit": unit, f"{which}_fy": fy}


@pytest.fixture
def towns(tmp_path: Path) -> Dataset:
    """Three plans: one with a measure for the item, one whose measure serves it beside others, one without."""
    north = measure("north", 1, "デジタルデバイド対策")
    south = measure(
        "south",
        1,
        "便利な暮らしの実現",
        actions=["デジタルデバイド対策", "キャッシュレス決済の導入", "公衆無線LANの整備"],
    )
    east = measure(
        "east",
        1,
        "公金収納におけるeL-QRの活用",
        approach="国は令和5年度に方針を示した。令和9年10月以降に運用を始める。",
    )
    return made.dataset(
        tmp_path / "out",
        {
            "documents": [
                document("north", "みほん町", prefecture="北県"),
                document("south", "みほん町", prefecture="南県"),
                document("east", "ひがし市"),
            ],
            "measures": [north, south, east],
            "kpis": [
                part(
                    "kpis", north, 1, indicator="スマホ教室の参加者数", qualifier="年間",
                    indicator_id="smartphone_class_people", target_kind="absolute",
                    **number("baseline", "20人", 20, "人", 2024), **number("target", "50人", 50, "人", 2028),
                ),
                part(
                    "kpis", south, 1, indicator="スマホ教室の参加者数", indicator_id="smartphone_class_people",
                    target_kind="multiple", **number("target", "1.5倍", 1.5, "倍"),
                ),
                part(
                    "kpis", south, 2, indicator="スマホ教室の開催回数", indicator_id="smartphone_class_times",
                    target_kind="absolute", **number("target", "12回", 12, "回"),
                ),
                part(
                    "kpis", south, 3, indicator="キャッシュレス決済の比率", target_kind="absolute",
                    **number("target", "30%", 30, "%"),
                ),
            ],
            "schedules": [
                part("schedules", north, 1, task="教室", label="試行", start_fy=2026, end_fy=2026, span_certainty="exact"),
                part("schedules", north, 2, task="教室", label="実施", start_fy=2027, end_fy=2027, span_certainty="exact"),
                part("schedules", north, 3, task="教室", label="実施", start_fy=2028, end_fy=2028, span_certainty="exact"),
                part("schedules", north, 4, task="相談", start_fy=2026, end_fy_max=2030, span_certainty="start_only"),
                part("schedules", north, 5, task="訪問", span_certainty="unknown"),
                part(
                    "schedules", north, 6, task="調査", span_certainty="exact",
                    start_fy=2026, end_fy=2026, start_month=10, end_month=3,
                ),
                part("schedules", south, 1, task="スマホ教室の開催", start_fy=2026, span_certainty="start_only"),
                part("schedules", south, 2, task="キャッシュレス決済の拡大", start_fy=2026, span_certainty="start_only"),
            ],
            "blocks": [
                *blocks("north", "デジタルデバイド対策", "デジタル・デバイドの解消", "情報格差"),
                *blocks("south", "デジタルデバイドの解消"),
            ],
        },
    )  # fmt: skip


def shown(dataset: Dataset, view: str, what: str) -> list[dict[str, Any]]:
    make, _ = compare.VIEWS[view]
    return [{k: formats.cell(v) for k, v in row.items()} for row in make(dataset, what).to_dict("records")]


def test_an_item_shows_measures_values_and_years_of_each_municipality(towns: Dataset) -> None:
    rows = [r for r in shown(towns, "item", "digital_divide") if r["doc_id"] == "north"]
    assert [(r["entry"], r["what"], r["before"], r["after"], r["years"], r["certainty"]) for r in rows] == [
        ("measure", "", "", "", "", "title"),
        ("kpi", "スマホ教室の参加者数 (年間)", "20人 [2024]", "50人", "2028", ""),
        ("schedule", "教室 / 試行", "", "", "2026", "exact"),
        ("schedule", "教室 / 実施", "", "", "2027–2028", "exact"),
        ("schedule", "相談", "", "", "2026–?", "start_only"),
        ("schedule", "訪問", "", "", "?", "unknown"),
        ("schedule", "調査", "", "", "2026-10–2027-03", "exact"),
    ]


def test_parts_of_a_measure_that_serve_its_other_items_are_left_out_and_counted(towns: Dataset) -> None:
    rows = [r for r in shown(towns, "item", "digital_divide") if r["doc_id"] == "south"]
    assert [(r["entry"], r["name"], r["left_out"]) for r in rows] == [
        ("measure", "", "2"),
        ("kpi", "スマホ教室の参加者数", ""),
        ("kpi", "スマホ教室の開催回数", ""),
        ("schedule", "スマホ教室の開催", ""),
    ]
    assert "2 rows" in rows[0]["what"]
    assert {r["years"] for r in rows if r["entry"] == "kpi"} == {"2030?"}  # no year but the plan's end


def test_a_plan_without_the_item_says_so_and_namesakes_are_told_apart(towns: Dataset) -> None:
    rows = shown(towns, "item", "デジタルデバイド対策")
    assert [(r["place"], r["entry"]) for r in rows if r["doc_id"] == "east"] == [("ひがし市", "not_found")]
    assert {r["place"] for r in rows} == {"北県みほん町", "南県みほん町", "ひがし市"}


def test_the_text_gives_the_year_where_the_schedule_has_none(towns: Dataset) -> None:
    rows = [r for r in shown(towns, "item", "elqr") if r["entry"] == "text"]
    assert [(r["after"], r["years"], r["certainty"], r["start_fy"]) for r in rows] == [
        ("令和9年10月以降", "2027-10–", "text", "2027")
    ]
    assert rows[0]["source_text"].startswith("令和9年10月以降に運用")


@pytest.mark.parametrize(
    "asked",
    ["smartphone_class_people", "スマホ教室の参加者数", "スマートフォン講座の受講者数", "教室の参加者"],
)
def test_an_indicator_is_found_by_any_name_or_part_of_it(towns: Dataset, asked: str) -> None:
    assert [r["indicator_id"] for r in shown(towns, "indicator", asked)][:1] == ["smartphone_class_people"]


def test_an_indicator_shows_one_kind_of_unit_and_lists_others_apart(towns: Dataset) -> None:
    rows = shown(towns, "indicator", "smartphone_class_people")
    assert [(r["place"], r["after"], r["comparable"], r["why"]) for r in rows] == [
        ("北県みほん町", "50人", "True", ""),
        ("南県みほん町", "1.5倍", "False", "a multiple of its own baseline"),
        ("南県みほん町", "12回", "False", "counted otherwise: スマホ教室の開催回数 (times)"),
    ]
    assert shown(towns, "indicator", "スマホ教室の参加者数") == rows


def test_a_term_shows_how_each_document_writes_it(towns: Dataset) -> None:
    rows = shown(towns, "term", "情報格差")
    assert [(r["doc_id"], r["form"], r["kind"], r["n_mentions"]) for r in rows] == [
        ("north", "デジタルデバイド", "", "1"),
        ("north", "デジタル・デバイド", "middle_dot", "1"),
        ("north", "情報格差", "synonym", "1"),
        ("south", "デジタルデバイド", "", "1"),
        ("east", "", "", "0"),
    ]
    assert (rows[1]["stands_in"], rows[1]["contexts"], rows[1]["pages"]) == (
        "paragraph 1",
        "デジタル・デバイドの解消",
        "2",
    )


@pytest.mark.parametrize(
    ("view", "what", "message"),
    [
        ("item", "weather", "no item 'weather'.*there are frontyard"),
        ("indicator", "rain", "no indicator 'rain'.*the dataset has smartphone_class_people"),
        ("term", "雨", "no term '雨'.*dxplan terms"),
        ("edition", "みほん町", "municipalities with two: none"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(
    towns: Dataset, view: str, what: str, message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        compare.VIEWS[view][0](towns, what)


@pytest.fixture
def editions(tmp_path: Path) -> Dataset:
    old = {"published": "2021-03", "period_start_fy": 2021, "period_end_fy": 2025}
    progress = [
        {"doc_id": "b", "progress_id": "p1", "item": "電子決裁の導入", "achieved_pct": 66.6},
        {"doc_id": "b", "progress_id": "p2", "item": "テレワークの推進", "band": "達成"},
        {"doc_id": "b", "progress_id": "p3", "item": "全体"},
    ]
    return made.dataset(
        tmp_path / "out",
        {
            "documents": [
                document("a", "みほん町", **old),
                document("b", "みほん町"),
                document("c", "べつ町"),
            ],
            "measures": [
                measure("a", 1, "電子決裁の導入"),
                measure("a", 2, "テレワークの推進"),
                measure("b", 1, "電子決裁の導入"),
                measure("b", 2, "オープンデータの推進"),
            ],
            "progress": progress,
        },
    )


@pytest.mark.parametrize("name", ["みほん町", "みほん県みほん町"])
def test_every_measure_and_every_report_of_progress_has_its_end(editions: Dataset, name: str) -> None:
    rows = shown(editions, "edition", name)
    assert [(r["earlier"], r["achieved"], r["relation"], r["later"]) for r in rows] == [
        ("(1) 電子決裁の導入", "66.6%", "continues", "(1) 電子決裁の導入"),
        ("(2) テレワークの推進", "達成", "dropped", ""),
        ("", "", "new", "(2) オープンデータの推進"),
        ("全体", "", "not_found", ""),
    ]
    assert [r["evidence"] for r in rows][1].startswith("no later measure")
    assert {(r["earlier_plan"], r["later_plan"]) for r in rows} == {("2021–2025", "2026–2030")}


# --- shown


def test_csv_holds_every_column_and_repeats_what_a_table_leaves_out(towns: Dataset) -> None:
    make, style = compare.VIEWS["item"]
    frame = make(towns, "digital_divide")
    rows = list(csv.DictReader(io.StringIO(formats.text("t", frame, style, "csv"))))
    assert list(rows[0]) == list(frame.columns)
    assert rows[1]["place"] == rows[0]["place"] == "北県みほん町"
    assert rows[1]["row_ids"] == "north-m1-k1"


def test_what_cannot_be_compared_stands_in_a_table_of_its_own(towns: Dataset) -> None:
    make, style = compare.VIEWS["indicator"]
    page = formats.text("t", make(towns, "smartphone_class_people"), style, "markdown")
    main, apart = page.split("**t: not comparable**")
    assert "50人" in main
    assert "because" not in main  # a column without content
    assert "倍" not in main
    assert "1.5倍" in apart


def test_markup_in_a_plan_stays_text(towns: Dataset) -> None:
    make, style = compare.VIEWS["term"]
    frame = make(towns, "デジタルデバイド").assign(form="a|b<i>")
    assert "a\\|b&lt;i&gt;" in formats.text("t", frame, style, "markdown")
    assert "a|b&lt;i&gt;" in formats.text("t", frame, style, "html")


@pytest.mark.parametrize("kind", ["table", "csv", "markdown", "html"])
def test_the_command_prints_each_format(towns: Dataset, kind: str) -> None:
    arguments = ["compare", str(towns.folder), "--item", "digital_divide", "--format", kind]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0
    assert "2027–2028" in result.output


@pytest.mark.parametrize("options", [[], ["--item", "elqr", "--term", "DX"]])
def test_the_command_takes_one_view(towns: Dataset, options: list[str]) -> None:
    result = CliRunner().invoke(cli.main, ["compare", str(towns.folder), *options])
    assert result.exit_code == 2
    assert "give one of --item" in result.output


def test_all_items_stand_in_one_frame_to_filter_and_count(towns: Dataset) -> None:
    surest = compare.matrix(towns).set_index("doc_id")
    links = towns.national_links()
    for doc_id, item, basis in links[["doc_id", "item", "basis"]].itertuples(index=False):
        strength = ["content", "title", "explicit"]
        assert item == "other" or strength.index(surest.loc[doc_id, item]) >= strength.index(basis)
    counted = compare.matrix(towns, "measures")
    assert counted["digital_divide"].sum() == (links["item"] == "digital_divide").sum() > 0
    assert list(counted["measures"]) == [1, 1, 1]
    assert counted.loc[counted["doc_id"] == "east", "telework"].isna().all()
    assert list(surest["prefecture"])[:2] == ["北県", "南県"]
