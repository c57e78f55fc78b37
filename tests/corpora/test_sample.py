"""The bundled plans: built as committed, small, and with a truth that the pages really show."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from corpora.builder import build_many, stale_files
from corpora.builder.content import load as load_plan
from corpora.builder.make import SAMPLE, build
from corpora.builder.wording import speaking
from extract.model import Box

TRUTHS = sorted((SAMPLE / "truth").glob("*.json"))
PDF_TRUTHS = [path for path in TRUTHS if (SAMPLE / f"{path.stem}.pdf").exists()]
SHARED = Path(__file__).parents[2].parent / "shared"


def stem(path: Path) -> str:
    return path.stem


def load(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def squash(text: str) -> str:
    return re.sub(r"[\s・]+", "", unicodedata.normalize("NFKC", text))


@lru_cache
def page_texts(path: Path) -> list[str]:
    """The text of each page, raised note marks (the small digits) left out."""
    texts = []
    for page in pymupdf.open(path):
        spans = (s for b in page.get_text("dict")["blocks"] for x in b.get("lines", []) for s in x["spans"])
        texts.append(squash("".join(s["text"] for s in spans if s["size"] > 7.2 or not s["text"].isdigit())))
    return texts


def test_built_files_are_those_that_the_yaml_makes() -> None:
    assert [path.name for path in stale_files()] == [], "run python -m corpora.builder"


@pytest.mark.parametrize("path", PDF_TRUTHS, ids=stem)
def test_a_pdf_is_small_has_its_fonts_inside_and_does_not_depend_on_the_clock(path: Path) -> None:
    file = SAMPLE / f"{path.stem}.pdf"
    assert file.stat().st_size < 300_000
    doc = pymupdf.open(file)
    assert 6 <= len(doc) <= 16
    assert all(ext != "n/a" for page in doc for _, ext, *_ in page.get_fonts()), "every font is embedded"
    assert doc.metadata["creationDate"].startswith(f"D:{load(path)['doc']['published'].replace('-', '')}")


@pytest.mark.parametrize("path", PDF_TRUTHS, ids=stem)
def test_every_record_of_the_truth_is_printed_on_its_page(path: Path) -> None:
    truth = load(path)
    pages = page_texts(SAMPLE / f"{path.stem}.pdf")

    def printed(text: str | None, page: int) -> bool:
        # a body may be broken by the foot of a page
        return (
            text is None
            or squash(text) in "".join(pages[page - 1 : page + 1])
            or squash(text) in pages[page - 1]
        )

    missing = []
    for m in truth["measures"]:
        texts = [m["title"], *m["actions"], *m["departments"]]
        missing += [t for t in texts if not printed(t, m["page"])]
    for k in truth["kpis"]:
        texts = [k["indicator"], *(None if r == "-" else r for r in (k["target_raw"], k["baseline_raw"]))]
        missing += [t for t in texts if not printed(t, k["page"])]
    for s in truth["schedules"]:
        missing += [t for t in (s["task"], s["label"]) if not printed(t, s["page"])]
    for name, keys in (
        ("glossary", ("definition",)),
        ("procedures", ("name",)),
        ("figures", ("caption", "source")),
    ):
        missing += [r[k] for r in truth[name] for k in keys if not printed(r[k], r["page"])]
    assert missing == []


@pytest.mark.parametrize("path", TRUTHS, ids=stem)
def test_ids_of_the_truth_point_to_records_that_are_there(path: Path) -> None:
    truth = load(path)
    measures = {m["id"] for m in truth["measures"]}
    policies = {p["id"] for p in truth["policies"]}
    assert len(measures) == len(truth["measures"])
    assert {m["policy"] for m in truth["measures"]} <= policies
    assert {r["measure"] for name in ("kpis", "schedules") for r in truth[name]} <= measures | {None}
    assert {link["measure"] for link in truth["national_links"]} == measures, "every measure has a link"


def test_each_form_of_indicator_appears_somewhere() -> None:
    kpis = [k for path in TRUTHS for k in load(path)["kpis"]]
    kinds = {"absolute", "multiple", "milestone", "qualitative", "frequency"}
    assert {k["target_kind"] for k in kpis} == kinds
    assert {k["target_bound"] for k in kpis} >= {"at_least", "at_most", "less_than", "about", "range"}
    assert {"-", "調査中"} <= {k["baseline_raw"] for k in kpis}
    assert any(k["repeated"] for k in kpis)
    assert any(k["baseline_unit"] == "千円" for k in kpis)
    assert any(k["baseline_date"] for k in kpis)
    assert any(k["series"] for k in kpis)


@pytest.mark.parametrize("name", ["chigusadai_r8", "chigusadai_r3"])
def test_bars_cover_more_than_half_of_each_year_that_the_truth_gives_them(name: str) -> None:
    """Read back from the page: the shape behind a bar's text against the words of the year header."""
    truth = load(SAMPLE / "truth" / f"{name}.json")
    doc = pymupdf.open(SAMPLE / f"{name}.pdf")
    checked = 0
    for row in truth["schedules"]:
        if row["measure"] is None:
            continue
        page = doc[row["page"] - 1]
        words = [(w[4], Box(*w[:4])) for w in page.get_text("words")]
        text = row["label"] or row["task"]
        arrows = [
            s["rect"]
            for s in page.get_drawings()
            if len(s["items"]) >= 5 and s["fill"] and s["rect"].height > 8
        ]
        spans = set()
        for word, box in words:
            for r in arrows:
                if word == text and r.x0 <= box.cx <= r.x1 and r.y0 <= box.cy <= r.y1:
                    spans.add(covered_years(words, r))
        assert (row["start_fy"], row["end_fy"]) in spans, row
        checked += 1
    assert checked > 10


def covered_years(words: list[tuple[str, Box]], bar: Any) -> tuple[int, int]:
    """First and last year of which ``bar`` covers more than half, by the year header next above it."""
    found = [(re.fullmatch(r"R(\d+)(年度)?", word), box) for word, box in words]
    heads = [(int(m[1]) + 2018, box) for m, box in found if m and box.cy < bar.y0]
    level = max(box.cy for _, box in heads)
    centers = sorted((fy, box.cx) for fy, box in heads if abs(box.cy - level) < 3)
    width = centers[1][1] - centers[0][1]
    years = [fy for fy, x in centers if min(bar.x1, x + width / 2) - max(bar.x0, x - width / 2) > width / 2]
    return years[0], years[-1]


def test_many_plans_are_as_many_as_wanted_differ_and_have_a_truth_each(tmp_path: Path) -> None:
    files = build_many(9, tmp_path)
    assert len(files) == 9
    assert len({path.read_bytes() for path in files}) == 9
    truths = [load(tmp_path / "truth" / f"{path.stem}.json") for path in files]
    assert [t["doc"]["file"] for t in truths] == [path.name for path in files]
    assert len({t["doc"]["municipality"] for t in truths}) == 9
    assert {path.suffix for path in files} == {".pdf", ".txt"}
    assert all(t["measures"] and t["kpis"] for t in truths)


@pytest.mark.skipif(not (SHARED / "gold").exists(), reason="the folder ../shared is not here")
def test_no_place_of_the_sample_is_named_like_one_of_the_shared_plans() -> None:
    shared = [load(path)["doc"] for folder in ("gold", "plans") for path in (SHARED / folder).glob("*.json")]
    ours = [load(path)["doc"] for path in TRUTHS]
    for key in ("municipality", "prefecture"):
        assert not {d[key] for d in ours} & {d[key] for d in shared if d[key]}


def test_other_words_change_the_print_and_only_the_names_of_levels_in_the_truth() -> None:
    plan = load_plan(SAMPLE / "aisaka.yaml")
    usual = json.loads(build(plan, "aisaka").truth)
    with speaking("invented"):
        built = build(plan, "aisaka")
    invented = json.loads(built.truth)
    for truth in (usual, invented):
        for policy in truth["policies"]:
            del policy["kind"]
        for measure in truth["measures"]:
            del measure["headings_path"]
    assert invented == usual
    text = "".join(page.get_text() for page in pymupdf.open(stream=built.data))
    assert "受け持つ席" in text
    assert "担当課" not in text
