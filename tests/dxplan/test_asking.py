"""Questions are answered in the browser: kept, undone by one click, and never for another question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import dxplan
from dxplan import answers, corrections
from dxplan.views import teach
from tests.dxplan.test_teach import chart_plan, plan

pytest.importorskip("flask", reason="the extra explore is not installed")

from flask.testing import FlaskClient

from dxplan.explore import create_app
from dxplan.explore.words import LANGUAGES, words


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "plans").mkdir()
    (folder / "plans" / "a.txt").write_text(plan("こまりごと"), encoding="utf-8")
    (folder / "plans" / "c.txt").write_text(chart_plan(), encoding="utf-8")
    dxplan.run(folder / "plans", folder / "out", jobs=1)
    return folder / "out"


@pytest.fixture
def client(out: Path) -> Iterator[FlaskClient]:
    for name in (answers.FILE, corrections.FILE):
        (out / name).unlink(missing_ok=True)
    with create_app(out).test_client() as client:
        yield client


def form_of(page: str, kind: str) -> dict[str, str]:
    """The hidden fields of the first question of a kind, and the answers its buttons give."""
    one = next(
        f for f in page.split("<article")[1:] if f'class="kind">{words()[f"questions.{kind}"]["ja"]}<' in f
    )
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', one))
    return fields | {"buttons": " ".join(re.findall(r'name="answer" value="([^"]*)"', one))}


def give(client: FlaskClient, kind: str, **more: str) -> tuple[int, str]:
    fields = form_of(client.get("/questions?lang=ja").text, kind)
    answer = client.post("/answer", data={**fields, "author": "山田", **more})
    return answer.status_code, answer.headers.get("Location", unescape(answer.text))


def test_an_answer_leaves_the_list_and_one_click_brings_it_back(client: FlaskClient, out: Path) -> None:
    before = len(teach.questions(dxplan.open(out)))
    status, place = give(client, "label", answer="background", scope="all", note="12ページとも")
    assert (status, len(answers.read(out))) == (302, 1)
    (said,) = answers.read(out)
    assert (said.says, said.scope, said.author, said.note) == ("background", "all", "山田", "12ページとも")
    page = client.get(place).text
    assert page.count('class="card ask"') == before - 1
    undo = re.search(r'name="verdict" value="(\w+)"', page)
    assert undo
    token = form_of(page, "bar")["token"]
    back = client.post("/undo", data={"token": token, "verdict": undo[1], "back": "/questions"})
    assert (back.headers["Location"], answers.read(out)) == ("/questions", ())
    assert client.get("/questions").text.count('class="card ask"') == before


def test_an_answer_about_rows_goes_with_all_its_corrections(client: FlaskClient, out: Path) -> None:
    status, place = give(client, "bar", answer=":typed", typed="2026-2027")
    assert status == 302
    assert len(corrections.read(out)) == 8  # start and end of four bars that say the same
    listed = client.get("/corrections?lang=ja").text
    assert "2026-2027" in listed
    undo = re.findall(r'name="verdict" value="(\w+)"', listed.split("<h2>")[1])
    token = form_of(client.get(place).text, "label")["token"]
    assert client.post("/undo", data={"token": token, "verdict": undo[0]}).status_code == 302
    assert (answers.read(out), corrections.read(out)) == ((), ())


@pytest.mark.parametrize(
    ("kind", "more", "status", "told"),
    [
        ("label", {"answer": "hedgehog"}, 400, "使えません"),
        ("label", {"answer": ":chosen", "chosen": ""}, 400, "選んで"),
        ("label", {"answer": "background", "author": " "}, 400, "お名前"),
        ("label", {"answer": "background", "scope": "world"}, 400, "答え"),
        ("label", {"answer": "background", "seen": "another"}, 409, "すでに"),
        ("label", {"answer": "background", "token": "x"}, 403, "フォーム"),
        ("bar", {"answer": ":typed", "typed": "そのうち"}, 400, "年度ではありません"),
    ],
)
def test_what_is_no_answer_is_refused_in_the_language_of_the_page(
    client: FlaskClient, out: Path, kind: str, more: dict[str, str], status: int, told: str
) -> None:
    answered = give(client, kind, **more)
    assert (answered[0], told in answered[1]) == (status, True)
    assert (answers.read(out), corrections.read(out)) == ((), ())


def test_every_question_and_every_answer_has_its_words() -> None:
    known = words()
    for kind, says in answers.SAYS.items():
        names = [f"questions.{kind}", f"ask.{kind}", "answer.nothing"]
        names += [
            f"answer.{kind}.none" if one == "none" else f"answer.{one}" for one in (*says, *teach.TEXTS)
        ]
        assert all(set(known[name]) == set(LANGUAGES) for name in names)


def test_the_questions_of_one_plan_are_shown_alone_and_had_as_a_file(client: FlaskClient, out: Path) -> None:
    asked = teach.questions(dxplan.open(out), "c.txt")
    doc = asked[0]["doc_id"]
    assert client.get(f"/questions?doc={doc}").text.count('class="card ask"') == len(asked)
    lines = client.get(f"/questions.csv?doc={doc}").text.splitlines()
    assert len([line for line in lines if doc in line]) == len(asked)
