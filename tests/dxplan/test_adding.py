"""In the browser a missing row is drawn or typed, a row split, two joined, a measure changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import dxplan
from dxplan import corrections
from tests.dxplan.made import three_plans

pytest.importorskip("flask", reason="the extra explore is not installed")

from flask.testing import FlaskClient

from dxplan.explore import create_app


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_plans(tmp_path_factory.mktemp("adding"))


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "out", tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def client(out: Path) -> Iterator[FlaskClient]:
    with create_app(out).test_client() as client:
        yield client


def rows(out: Path, table: str, **filters: Any) -> list[dict[str, Any]]:
    return dxplan.open(out).read(table, **filters).to_pylist()


def a_kpi(out: Path) -> dict[str, Any]:
    return next(
        k for k in rows(out, "kpis") if k["page"] and k["bbox"] and k["target_value"] and k["measure_id"]
    )


def fields(page: str) -> dict[str, str]:
    """What the form for a missing row holds as it comes."""
    form = page.split('class="judge adding"')[1].split("</form>")[0]
    found = re.findall(r'<input [^>]*name="([\w.]+)" value="([^"]*)"', form)
    chosen = re.search(r'name="value.measure_id">.*?<option value="([^"]+)" selected', form, re.DOTALL)
    return {name: unescape(value) for name, value in found} | (
        {"value.measure_id": chosen[1]} if chosen else {}
    )


def place(kpi: dict[str, Any]) -> str:
    return f"/plan/{kpi['doc_id']}/page/{kpi['page']}"


def test_a_row_drawn_on_its_page_is_filled_in_added_and_undone_by_one_click(
    client: FlaskClient, made: Path, out: Path
) -> None:
    kpi = a_kpi(out)
    box = kpi["bbox"]
    address = f"{place(kpi)}?add=kpis&box={box['x0'] - 2},{box['y0'] - 2},{box['x1'] + 2},{box['y1'] + 2}"
    form = fields(client.get(f"{address}&value.target_fy=2031").text)
    assert kpi["indicator"][:4] in form["value.indicator"]
    assert form["value.target_fy"] == "2031"
    data = {**form, "author": "山田", "value.indicator": "出前講座の回数", "value.target_raw": "年12回"}
    data |= {"value.measure_id": kpi["measure_id"], "value.baseline_raw": ""}
    answer = client.post(f"/plan/{kpi['doc_id']}/add", data=data)
    assert answer.status_code == 302, answer.text
    (said,) = corrections.read(out)
    shown = client.get(answer.headers["Location"], follow_redirects=True).text
    assert "出前講座の回数" in shown
    assert "次回に反映" in shown
    again = client.post(f"/plan/{kpi['doc_id']}/add", data=data)
    assert (again.status_code, "すでにあります" in again.text) == (409, True)
    dxplan.run(made / "plans", out, jobs=1)
    (row,) = rows(out, "kpis", kpi_id=said.row)
    assert (row["target_value"], row["target_unit"], row["target_fy"], row["measure_id"]) == (
        12.0, "回", 2031, kpi["measure_id"],
    )  # fmt: skip
    assert row["source_text"]
    shown = client.get(f"/row/{said.row}", follow_redirects=True).text
    assert "次回に反映" not in shown.split(said.row)[1]
    undo = re.findall(r'name="verdict" value="(\w+)"', client.get("/corrections").text)
    assert client.post("/undo", data={"token": form["token"], "verdict": undo[0]}).status_code == 302
    dxplan.run(made / "plans", out, jobs=1)
    assert rows(out, "kpis", kpi_id=said.row) == []


def test_a_row_of_a_text_and_one_typed_with_its_page_are_added(client: FlaskClient, out: Path) -> None:
    text = next(d for d in rows(out, "documents") if d["media_type"] == "text/plain")
    kpi = a_kpi(out)
    for address, doc_id, page in (
        (f"/plan/{text['doc_id']}/text?add=glossary", text["doc_id"], None),
        (f"{place(kpi)}?add=glossary", kpi["doc_id"], 2),
    ):
        form = fields(client.get(address).text) | {
            "author": "山田",
            "value.term": "回覧板",
            "page": str(page),
        }
        answer = client.post(f"/plan/{doc_id}/add", data=form)
        assert answer.status_code == 302, answer.text
        said = corrections.read(out)[-1]
        assert (said.page, said.bbox, said.new) == (page, None, {"term": "回覧板"})
        assert "回覧板" in client.get(answer.headers["Location"], follow_redirects=True).text


def test_a_row_is_split_by_adding_another_like_it(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    page = client.get(f"{place(kpi)}?row={kpi['kpi_id']}").text
    link = re.search(r'href="([^"]*like=[^"]*)#add"', page)
    assert link
    form = fields(client.get(unescape(link[1])).text)
    assert form["value.indicator"] == kpi["indicator"]
    assert form["value.measure_id"] == kpi["measure_id"]
    assert form["box"]
    data = {**form, "author": "山田", "value.qualifier": "窓口"}
    assert client.post(f"/plan/{kpi['doc_id']}/add", data=data).status_code == 302
    assert corrections.read(out)[0].new["qualifier"] == "窓口"


def test_two_rows_are_joined_and_a_measure_is_changed(client: FlaskClient, made: Path, out: Path) -> None:
    kpi = a_kpi(out)
    one, two = [k for k in rows(out, "kpis", doc_id=kpi["doc_id"]) if k["page"] == kpi["page"]][:2]
    page = client.get(f"{place(kpi)}?row={one['kpi_id']}").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    key = re.search(r'value="corrected ([^"]+)"', page)
    assert token
    assert key
    assert two["kpi_id"] in page
    other = next(
        m for m in rows(out, "measures", doc_id=kpi["doc_id"]) if m["measure_id"] != one["measure_id"]
    )
    who = {"token": token[1], "author": "山田"}
    moved = {**who, "verdict": f"corrected {unescape(key[1])}", "value.measure_id": other["measure_id"]}
    assert client.post("/verdict", data=moved).status_code == 302
    (said,) = corrections.read(out)
    assert said.new == {"number": other["number"], "title": other["title"]}
    assert other["title"][:10] in client.get("/corrections").text
    both = {**who, "row": f"kpis {one['kpi_id']}", "other": two["kpi_id"]}
    assert client.post("/join", data=both).status_code == 302
    dxplan.run(made / "plans", out, jobs=1)
    assert rows(out, "kpis", kpi_id=two["kpi_id"]) == []
    (row,) = rows(out, "kpis", kpi_id=one["kpi_id"])
    assert (row["measure_id"], row["rule"]) == (other["measure_id"], "correction")
    assert all(c["outcome"] == "applied" for c in rows(out, "corrections"))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"value.indicator": ""}, 400),
        ({"author": ""}, 400),
        ({"table": "documents"}, 400),
        ({"page": "999"}, 404),
        ({"page": "-1"}, 404),
        ({"box": "1,2,3"}, 400),
        ({"box": "1,2,nan,4"}, 400),
        ({"value.target_value": "たくさん"}, 400),
        ({"token": "x"}, 403),
    ],
)
def test_a_row_that_cannot_be_is_refused(
    client: FlaskClient, out: Path, change: dict[str, str], status: int
) -> None:
    kpi = a_kpi(out)
    form = fields(client.get(f"{place(kpi)}?add=kpis").text)
    data = {**form, "author": "山田", "value.indicator": "出前講座の回数", **change}
    assert client.post(f"/plan/{kpi['doc_id']}/add", data=data).status_code == status
    assert corrections.read(out) == ()


def test_a_row_is_not_joined_with_itself_or_with_one_of_another_plan(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    token = fields(client.get(f"{place(kpi)}?add=kpis").text)["token"]
    foreign = next(k for k in rows(out, "kpis") if k["doc_id"] != kpi["doc_id"])
    for other in (kpi["kpi_id"], foreign["kpi_id"], "nothing"):
        data = {"token": token, "author": "山田", "row": f"kpis {kpi['kpi_id']}", "other": other}
        assert client.post("/join", data=data).status_code == 400
    assert corrections.read(out) == ()
