from __future__ import annotations

import ast
import io
import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pymupdf
import pytest

import dxplan
from dxplan import corrections
from dxplan.tables import TABLES
from normalize.national_plan import national_plan
from tests.dxplan.conftest import Run
from tests.dxplan.made import three_plans

pytest.importorskip("flask", reason="the extra explore is not installed")

from flask.testing import FlaskClient

from dxplan.explore import create_app
from dxplan.explore.lists import to_csv
from dxplan.explore.search import parse
from dxplan.explore.words import LANGUAGES, words

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dxplan" / "explore"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three sample plans and their dataset, read once; tests take copies."""
    return three_plans(tmp_path_factory.mktemp("made"))


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A dataset of one's own, with the work already done, so that a second run is quick."""
    shutil.copytree(made / "out", tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def client(out: Path) -> Iterator[FlaskClient]:
    app = create_app(out)
    with app.test_client() as client:
        yield client


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    return dxplan.open(out).read(table).to_pylist()


def a_kpi(out: Path) -> dict[str, Any]:
    return next(k for k in rows(out, "kpis") if k["page"] and k["target_value"])


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """What a browser would send from the page: the fields and the row's own part of the button."""
    page = client.get(address, follow_redirects=True).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    key = re.search(r'value="corrected ([^"]+)"', page)
    assert token
    assert key
    return {"token": token[1], "key": unescape(key[1]), "author": "山田"}


def judge(client: FlaskClient, row_id: str, verdict: str, **more: str) -> Any:
    form = form_of(client, f"/row/{row_id}")
    return client.post("/verdict", data={**form, "verdict": f"{verdict} {form['key']}", **more})


# --- what it shows ------------------------------------------------------------------------------------


def test_every_view_answers_in_both_languages(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    text = next(d["doc_id"] for d in rows(out, "documents") if d["media_type"] == "text/plain")
    addresses = [
        "/", "/search?q=窓口", "/compare", "/compare/frontyard", "/kpis", "/schedules", "/check", "/corrections",
        f"/plan/{kpi['doc_id']}", f"/plan/{kpi['doc_id']}?row={kpi['doc_id']}", f"/plan/{text}",
        f"/plan/{text}/text", f"/plan/{kpi['doc_id']}/page/{kpi['page']}?row={kpi['kpi_id']}",
    ]  # fmt: skip
    for address in addresses:
        for language, word in (("ja", "計画一覧"), ("en", "Plans")):
            answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
            assert answer.status_code == 200, address
            assert f'<html lang="{language}">' in answer.text
            assert word in answer.text


def test_the_browser_chooses_the_language_until_a_person_does(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-GB,en"}).text
    assert '<html lang="ja">' in client.get("/", headers={"Accept-Language": "fr"}).text
    client.get("/?lang=ja")
    assert '<html lang="ja">' in client.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("asked", ["デジタルデバイド", "情報格差"])
def test_a_search_finds_the_other_ways_to_write_a_term(client: FlaskClient, out: Path, asked: str) -> None:
    forms = {m["surface"] for m in rows(out, "mentions") if m["term_id"] == "digital_divide"}
    assert len(forms) > 1
    page = client.get(f"/search?q={asked}&kind=sentences").text
    for form in forms:
        assert f"<mark>{form}</mark>" in page


def test_a_word_is_not_found_inside_another(out: Path) -> None:
    snapshot = create_app(out).extensions["library"].snapshot
    (word,) = parse(snapshot, "ＡＩ").words
    sql, parameters = word.condition("lower(x)")
    found = snapshot.rows(
        f"from (values ('RAID'), ('AIを使う'), ('open ai')) as t(x) where {sql}", parameters
    )
    assert [row["x"] for row in found] == ["AIを使う", "open ai"]


def test_no_parameter_changes_where_links_lead(client: FlaskClient) -> None:
    page = client.get("/kpis?_scheme=javascript&_external=1&_anchor=x&place=市").text
    assert "javascript:" not in page
    assert "place=%E5%B8%82" in page


def test_a_row_leads_to_its_box_on_its_page(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    answer = client.get(f"/row/{kpi['kpi_id']}", follow_redirects=True)
    assert answer.request.path == f"/plan/{kpi['doc_id']}/page/{kpi['page']}"
    box = re.search(rf'data-row="{kpi["kpi_id"]}" class="box kpis chosen".*?<rect x="([\d.]+)"', answer.text)
    assert box
    assert float(box[1]) == pytest.approx(kpi["bbox"]["x0"], abs=0.1)
    picture = client.get(f"/picture/{kpi['doc_id']}/{kpi['page']}.png")
    assert picture.data.startswith(b"\x89PNG")


def test_a_row_to_check_shows_its_part_of_the_page(client: FlaskClient, out: Path) -> None:
    shown = re.findall(r'src="(/crop/[^"]+)"', client.get("/check").text)
    assert shown
    crop = pymupdf.Pixmap(client.get(shown[0]).data)
    assert crop.height < crop.width
    assert client.get("/crop/kpis/nothing.png").status_code == 404
    assert client.get(f"/crop/documents/{rows(out, 'documents')[0]['doc_id']}.png").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "ページはありません"), ("en", "no page at this address")]
)
def test_an_error_speaks_the_language_of_the_reader(client: FlaskClient, language: str, said: str) -> None:
    answer = client.get(f"/nothing?lang={language}")
    assert (answer.status_code, said in answer.text) == (404, True)


def test_text_input_shows_its_lines_with_the_spans_of_rows(client: FlaskClient, out: Path) -> None:
    document = next(d for d in rows(out, "documents") if d["media_type"] == "text/plain")
    page = client.get(f"/plan/{document['doc_id']}/text").text
    shown = re.search(r'<div class="text">(.*?)</div>', page, re.S)
    assert shown
    text = "\n".join(b["text"] for b in rows(out, "blocks") if b["doc_id"] == document["doc_id"])
    assert unescape(re.sub(r"<[^>]+>", "", shown[1])).strip() == text.strip()
    kpi = next(k for k in rows(out, "kpis") if k["doc_id"] == document["doc_id"])
    pieces = re.findall(r'<span class="[^"]*" data-row="([^"]+)">([^<]*)</span>', shown[1])
    marked = "".join(unescape(piece) for ids, piece in pieces if kpi["kpi_id"] in ids.split())
    assert marked == kpi["source_text"]


def test_a_page_is_drawn_only_from_the_file_that_was_read(made: Path, tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    plan = shutil.copy(made / "plans" / "suzukake.pdf", tmp_path / "plan.pdf")
    dxplan.run(plan, tmp_path / "out", jobs=1)
    (document,) = rows(tmp_path / "out", "documents")
    shutil.move(plan, tmp_path / "moved" / "renamed.pdf")
    Path(plan).write_bytes(b"x" * document["bytes"])
    address = f"/plan/{document['doc_id']}/page/1"
    client = create_app(tmp_path / "out").test_client()
    assert client.get(f"/picture/{document['doc_id']}/1.png").status_code == 404
    assert "--sources" in client.get(address).text
    assert document["municipality"] in client.get(address).text
    client = create_app(tmp_path / "out", sources=tmp_path / "moved").test_client()
    assert client.get(f"/picture/{document['doc_id']}/1.png").status_code == 200


def test_filters_and_downloads_agree(client: FlaskClient, out: Path) -> None:
    wanted = [k for k in rows(out, "kpis") if k["target_unit"] == "%" and k["target_fy"] == 2030]
    assert wanted
    where = "unit=%25&year=2030"
    assert f'<small class="muted">{len(wanted)}</small>' in client.get(f"/kpis?{where}").text
    table = pq.read_table(io.BytesIO(client.get(f"/kpis.parquet?{where}").data))
    assert table.column("kpi_id").to_pylist() == [k["kpi_id"] for k in wanted]
    lines = client.get(f"/kpis.csv?{where}").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("municipality,prefecture,source_name,measure,doc_id,kpi_id")
    assert len([line for line in lines if line.count("kpi") or "-k" in line]) >= len(wanted)


def test_a_cell_that_looks_like_a_formula_is_disarmed() -> None:
    import pyarrow as pa

    text = to_csv(pa.table({"title": ["=1+1", "窓口"], "value": [-5.5, None]})).decode("utf-8-sig")
    assert text.splitlines() == ["title,value", "'=1+1,-5.5", "窓口,"]


def test_a_dataset_replaced_by_a_run_is_shown_without_a_restart(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    run(plans)
    client = create_app(tmp_path / "out").test_client()
    assert client.get("/schedules").text.count("の試行") == 3
    (plans / "c.txt").write_text("手続の棚卸し", encoding="utf-8")
    run(plans)
    assert "手続の棚卸しの試行" in client.get("/schedules").text


# --- what it refuses ----------------------------------------------------------------------------------


def test_markup_of_a_plan_is_text(run: Run, plans: Path, tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    (plans / "c.txt").write_text(evil, encoding="utf-8")
    run(plans)
    client = create_app(tmp_path / "out").test_client()
    document = next(m["doc_id"] for m in rows(tmp_path / "out", "measures") if m["title"] == evil)
    for address in ("/", f"/search?q={evil}", "/kpis", "/schedules", "/check", "/compare/frontyard",
                    f"/plan/{document}", f"/plan/{document}/text", f"/kpis?q={evil}"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "&lt;script&gt;" in client.get("/kpis").text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("[::1]:8000", 200), ("192.168.1.7", 200),
        ("evil.example", 403), ("127.0.0.1.evil.example:8000", 403), ("", 403),
    ],
)  # fmt: skip
def test_a_name_rebound_to_this_address_is_refused(client: FlaskClient, host: str, status: int) -> None:
    assert client.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, "forged"),
        ({"Origin": "http://evil.example"}, None),
        ({"Origin": "null"}, None),
        ({"Sec-Fetch-Site": "cross-site"}, None),
    ],
)
def test_a_forged_form_is_refused(
    client: FlaskClient, out: Path, headers: dict[str, str], token: str | None
) -> None:
    form = form_of(client, f"/row/{a_kpi(out)['kpi_id']}")
    data = {"token": token or form["token"], "author": "山田", "verdict": f"wrong {form['key']}"}
    assert client.post("/verdict", data=data, headers=headers).status_code == 403
    assert not (out / corrections.FILE).exists()


@pytest.mark.parametrize(
    "address",
    [
        "/plan/..%2f..%2fetc", "/plan/x/page/1", "/picture/..%2f..%2fetc%2fpasswd/1.png",
        "/crop/..%2fdocuments/x.png", "/row/x'%20or%201=1--",
        "/static/..%2fapp.py", "/compare/read_csv('x')", "/documents.csv", "/kpis.exe",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_dataset(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_no_parameter_reaches_the_query_as_sql(client: FlaskClient) -> None:
    for name in (
        "q",
        "place",
        "item",
        "unit",
        "year",
        "target_kind",
        "kind",
        "name",
        "_scheme",
        "doc",
        "sort",
        "covers",
        "indicator",
    ):
        assert client.get("/kpis", query_string={name: "'; drop table kpis; --"}).status_code == 200
    assert client.get("/kpis").text.count("<tr") > 2


def test_the_query_engine_reads_no_files(out: Path) -> None:
    import duckdb

    snapshot = create_app(out).extensions["library"].snapshot
    with pytest.raises(duckdb.Error):
        snapshot.rows(f"from read_parquet('{out / 'kpis.parquet'}')")
    with pytest.raises(duckdb.Error):
        snapshot.rows("set enable_external_access = true")


# --- what a person says -------------------------------------------------------------------------------


def test_a_corrected_value_is_shown_saved_and_in_the_next_dataset(
    client: FlaskClient, made: Path, out: Path
) -> None:
    kpi = a_kpi(out)
    answer = judge(client, kpi["kpi_id"], "corrected", **{"value.target_value": "１，２３４", "note": "原本"})
    assert answer.status_code == 302
    (said,) = corrections.read(out)
    assert (said.column, said.old, said.new) == ("target_value", kpi["target_value"], 1234.0)
    assert (said.author, said.note) == ("山田", "原本")
    shown = client.get(f"/row/{kpi['kpi_id']}", follow_redirects=True).text
    assert 'name="value.target_value" value="1234"' in shown
    assert "次回に反映" in shown
    dxplan.run(made / "plans", out, jobs=1)
    row = next(k for k in rows(out, "kpis") if k["kpi_id"] == kpi["kpi_id"])
    assert (row["target_value"], row["rule"]) == (1234.0, "correction")
    shown = client.get(f"/row/{kpi['kpi_id']}", follow_redirects=True).text
    assert "次回に反映" not in shown
    assert "確認済み" in shown


def test_a_row_said_to_be_right_leaves_the_queue_and_a_wrong_one_the_dataset(
    client: FlaskClient, made: Path, out: Path
) -> None:
    right, wrong = [k for k in rows(out, "kpis") if k["confidence"] < 0.9][:2]
    assert right["indicator"] in client.get("/check?table=kpis").text
    for row, verdict in ((right, "right"), (wrong, "wrong")):
        assert judge(client, row["kpi_id"], verdict).status_code == 302
    queue = client.get("/check?table=kpis").text
    assert right["kpi_id"] not in queue
    assert wrong["kpi_id"] not in queue
    dxplan.run(made / "plans", out, jobs=1)
    kept = {k["kpi_id"]: k["confidence"] for k in rows(out, "kpis")}
    assert kept[right["kpi_id"]] == 1.0
    assert wrong["kpi_id"] not in kept


def test_facts_of_a_document_can_be_corrected(client: FlaskClient, made: Path, out: Path) -> None:
    doc_id = a_kpi(out)["doc_id"]
    form = form_of(client, f"/plan/{doc_id}?row={doc_id}")
    client.post("/verdict", data={**form, "verdict": f"corrected {form['key']}", "value.version": "第3版"})
    dxplan.run(made / "plans", out, jobs=1)
    assert [d["version"] for d in rows(out, "documents") if d["doc_id"] == doc_id] == ["第3版"]


def test_an_unchanged_form_says_nothing(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    page = client.get(f"/row/{kpi['kpi_id']}", follow_redirects=True).text
    fields = re.findall(r'<input id="f-\w+" name="(value\.\w+)" value="([^"]*)"', page)
    assert len(fields) > 10
    assert judge(client, kpi["kpi_id"], "corrected", **{n: unescape(v) for n, v in fields}).status_code == 302
    assert corrections.read(out) == ()


@pytest.mark.parametrize(
    ("change", "status"),
    [({"author": " "}, 400), ({"value.target_value": "たくさん"}, 400), ({"verdict": "wrong"}, 400)],
)
def test_a_verdict_without_what_it_needs_is_refused(
    client: FlaskClient, out: Path, change: dict[str, str], status: int
) -> None:
    form = form_of(client, f"/row/{a_kpi(out)['kpi_id']}")
    data = {**form, "verdict": f"corrected {form['key']}", **change}
    assert client.post("/verdict", data=data).status_code == status
    assert corrections.read(out) == ()


def test_a_verdict_on_what_is_no_longer_shown_is_refused(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    form = form_of(client, f"/row/{kpi['kpi_id']}")
    judge(client, kpi["kpi_id"], "corrected", **{"value.target_value": "7"})
    assert client.post("/verdict", data={**form, "verdict": f"right {form['key']}"}).status_code == 409


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\nb"])
def test_a_form_leads_back_to_this_page_only(client: FlaskClient, out: Path, back: str) -> None:
    answer = judge(client, a_kpi(out)["kpi_id"], "right", back=back)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/plan/")


# --- words --------------------------------------------------------------------------------------------


def test_every_text_of_the_pages_has_its_words() -> None:
    known = words()
    for template in (PACKAGE / "templates").glob("*.html"):
        for name in re.findall(r"\bt\('([\w.]+)'[,)]", template.read_text(encoding="utf-8")):
            assert name in known, f"{template.name}: {name}"


def test_every_diagnostic_of_the_code_has_its_words() -> None:
    """A municipality's staff should not have to read English to know that a file was cut short."""
    codes = set()
    for path in [*(PACKAGE.parent).glob("*.py"), *(PACKAGE.parents[1] / "extract").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if called in _TELLING:
                at = _TELLING[called]
                codes |= {a.value for a in node.args[at : at + 1] if isinstance(a, ast.Constant)}
    assert len(codes) >= 15
    assert {f"notes.{code}" for code in codes} <= words().keys()


_TELLING = {  # calls that make a diagnostic: where they take its code
    "Diagnostic": 2, "ReadError": 0, "give_up": 2, "_failure": 2, "_unread": 1, "cls": 0,
}  # fmt: skip


def test_every_column_that_can_be_corrected_has_its_words() -> None:
    known = words()
    for table in corrections.JUDGED:
        for column in corrections.columns(table):
            assert set(known[f"columns.{column.name}"]) == set(LANGUAGES)
    for values in corrections.CHOICES.values():
        assert all(f"choice.{value}" in known for value in values)
    assert set(corrections.JUDGED) <= set(TABLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_says_how_far_it_can_be_trusted_and_what_was_not_understood(
    client: FlaskClient, out: Path, language: str
) -> None:
    document = next(d for d in rows(out, "documents") if d["questions_open"])
    asked = [q for q in rows(out, "questions") if q["doc_id"] == document["doc_id"]]
    page = unescape(client.get(f"/plan/{document['doc_id']}?lang={language}").text)
    assert len(asked) == document["questions_open"]
    assert words()["columns.expected_right"][language] in page
    assert f"{document['rows_expected_right']:.0f} / {document['rows_made']}" in page
    assert asked[0]["text"][:20] in page


def test_a_comparison_and_a_plan_are_had_as_word_excel_and_a_page_to_print(
    client: FlaskClient, out: Path
) -> None:
    doc_id = rows(out, "documents")[0]["doc_id"]
    page = client.get("/compare/frontyard?place=鈴懸市").text
    addresses = [unescape(a) for a in re.findall(r'href="(/report/[^"]+)"', page)]
    addresses += re.findall(r'href="(/report/[^"]+)"', client.get(f"/plan/{doc_id}").text)
    addresses += re.findall(
        r'href="(/report/[^"]+)"', client.get("/kpis?indicator=online_procedures_rate").text
    )
    assert len(addresses) == 9
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if ".html" in address:
            assert answer.text.startswith("<!doctype html>")
            assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
        else:
            assert answer.data.startswith(b"PK")
            assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert "鈴懸市" in client.get(addresses[2]).text
    assert "千草台市" not in client.get(addresses[2]).text
    assert client.get("/report/item/nothing.html").status_code == 404
    assert client.get("/report/plan/nothing.docx").status_code == 404


def token(client: FlaskClient) -> str:
    return re.search(r'name="token" value="([^"]+)"', client.get("/corrections").text)[1]  # type: ignore[index]


def test_a_verdict_is_taken_back_by_a_button_and_the_others_stay(client: FlaskClient, out: Path) -> None:
    first, second = [k for k in rows(out, "kpis") if k["page"]][:2]
    judge(client, first["kpi_id"], "right", author="山田")
    (out / corrections.FILE).write_text(
        "# ours\n" + (out / corrections.FILE).read_text(encoding="utf-8"), encoding="utf-8"
    )
    judge(client, second["kpi_id"], "wrong", author="山田")
    page = client.get("/corrections").text
    digests = re.findall(r'name="verdict" value="(\w+)"', page)
    assert len(digests) == 2
    answer = client.post("/undo", data={"token": token(client), "verdict": digests[0]})  # the latest is first
    assert answer.status_code == 302
    assert [v.row for v in corrections.read(out)] == [first["kpi_id"]]
    assert (out / corrections.FILE).read_text(encoding="utf-8").startswith("# ours\n")
    again = client.post("/undo", data={"token": token(client), "verdict": digests[0]})
    assert again.status_code == 409
    assert client.post("/undo", data={"token": "x", "verdict": digests[1]}).status_code == 403


def test_what_was_said_is_put_into_the_data_by_a_button(client: FlaskClient, out: Path) -> None:
    kpi = a_kpi(out)
    judge(client, kpi["kpi_id"], "corrected", **{"author": "山田", "value.target_value": "99"})
    assert client.post("/apply", data={"token": token(client)}).status_code == 302
    for _ in range(600):
        if "反映しました" in (page := client.get("/corrections?lang=ja").text):
            break
        assert "反映できません" not in page
        time.sleep(0.1)
    assert [k["target_value"] for k in rows(out, "kpis") if k["kpi_id"] == kpi["kpi_id"]] == [99.0]
    assert len(rows(out, "documents")) == 3


def test_a_fiscal_year_may_be_typed_by_its_era_and_a_slip_is_said_in_japanese(
    client: FlaskClient, out: Path
) -> None:
    kpi = a_kpi(out)
    slip = judge(client, kpi["kpi_id"], "corrected", **{"author": "山田", "value.target_fy": "来年"})
    assert slip.status_code == 400
    assert "年度は 2030 または 令和12年度 のように書きます" in slip.text
    assert (
        judge(
            client, kpi["kpi_id"], "corrected", **{"author": "山田", "value.target_fy": "令和15年度"}
        ).status_code
        == 302
    )
    assert [(v.column, v.new) for v in corrections.read(out)] == [("target_fy", 2033)]


def test_items_stand_in_the_order_of_the_national_plan(client: FlaskClient) -> None:
    found = re.findall(r'<th scope="col"><a href="/compare/(\w+)"', client.get("/compare").text)
    order = [one.id for one in national_plan().items]
    assert found == sorted(found, key=order.index)
    assert len(found) > 5


@pytest.mark.parametrize(
    "view",
    [
        "/",
        "/compare",
        "/compare/frontyard",
        "/kpis",
        "/schedules?place=鈴懸市",
        "/check",
        "/search?q=オンライン",
    ],
)
def test_every_view_is_had_as_excel_csv_and_parquet(client: FlaskClient, view: str) -> None:
    page = client.get(f"{view}{'&' if '?' in view else '?'}lang=ja").text
    addresses = [unescape(a) for a in re.findall(r'download href="([^"]+\.(?:xlsx|csv|parquet)[^"]*)"', page)]
    assert {re.search(r"\.(\w+)(\?|$)", a)[1] for a in addresses} == {"xlsx", "csv", "parquet"}  # type: ignore[index]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if ".parquet" in address:
            n = pq.read_table(io.BytesIO(answer.data)).num_rows
            assert n > 0
        elif ".xlsx" in address:
            sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
            assert sheet.max_row > 1
            assert not str(sheet["A1"].value).isascii()  # heads are Japanese


def test_a_file_of_a_view_has_what_the_view_is_narrowed_to(client: FlaskClient) -> None:
    for address in ("/plans.parquet", "/compare.parquet", "/items/frontyard.parquet"):
        rows = pq.read_table(io.BytesIO(client.get(f"{address}?place=鈴懸市").data)).to_pylist()
        assert {row["municipality"] for row in rows} == {"鈴懸市"}, address
    assert client.get("/items/nothing.csv").status_code == 404
    assert client.get("/search.csv?q=a&of=documents").status_code == 404
