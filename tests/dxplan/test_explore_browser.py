"""The main paths in a real Chromium, as a person walks them, by mouse and by keyboard, on screen and phone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dxplan
from dxplan import answers
from tests.dxplan.made import three_plans

pytest.importorskip("flask", reason="the extra explore is not installed")
pytest.importorskip("playwright", reason="playwright is not installed: pip install 'dxplan[dev]'")

import axe_playwright_python
from playwright.sync_api import (
    BrowserContext,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
SCREEN, PHONE = ViewportSize(width=1400, height=950), ViewportSize(width=390, height=800)
SMALL = ViewportSize(width=1280, height=800)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_plans(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def site(made: Path) -> Iterator[str]:
    """The address of the page, served by the command as a person starts it."""
    command = [sys.executable, "-c", "from dxplan.cli import main; main()", "explore", str(made / "out")]
    server = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        yield address[0]
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def context(playwright: Playwright, site: str) -> Iterator[BrowserContext]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM)
    # Without smooth scrolling places hold still; a machine with other work to do may take its time.
    context = browser.new_context(base_url=site, locale="ja-JP", viewport=SCREEN, reduced_motion="reduce")
    expect.set_options(timeout=20_000)
    yield context
    browser.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def a_kpi(made: Path) -> dict[str, str]:
    found: dict[str, str] = next(
        k for k in dxplan.open(made / "out").read("kpis").to_pylist() if k["page"] and k["target_value"]
    )
    return found


def test_from_a_search_to_the_box_of_an_indicator(page: Page) -> None:
    page.goto("/?lang=ja")
    page.locator(".big input").fill("窓口")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("窓口")
    page.locator("li", has_text="鈴懸市").locator("a[href*='-k']").first.click()
    record = page.locator(".record.chosen")
    expect(record).to_contain_text("窓口")
    expect(page.locator(".box.chosen rect")).to_have_css("fill-opacity", "0.2")
    paper = page.locator(".paper img")
    assert paper.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    assert is_inside(page.locator(".box.chosen rect"), paper)


def is_inside(inner: Locator, outer: Locator) -> bool:
    """Whether one is a small part of the other, on the screen."""
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a
    assert b
    across = b["x"] <= a["x"] and a["x"] + a["width"] <= b["x"] + b["width"]
    return across and b["y"] <= a["y"] and 0 < a["height"] < b["height"] / 4


def test_rows_and_boxes_light_each_other_by_mouse_and_by_keyboard(page: Page, made: Path) -> None:
    kpi = a_kpi(made)
    page.goto(f"/plan/{kpi['doc_id']}/page/{kpi['page']}")
    record = page.locator(f'.record[data-row="{kpi["kpi_id"]}"]')
    box = page.locator(f'.box[data-row="{kpi["kpi_id"]}"]')
    lit = re.compile(r"\blit\b")
    record.hover()
    expect(box).to_have_class(lit)
    page.locator(".brand").hover()
    expect(box).not_to_have_class(lit)
    box.locator("rect").hover()
    expect(record).to_have_class(lit)
    page.locator(".brand").hover()
    box.focus()
    expect(record).to_have_class(lit)
    page.keyboard.press("Enter")
    expect(record.locator("h3 a")).to_be_focused()


def test_municipalities_are_compared_on_an_item(page: Page) -> None:
    page.goto("/compare?lang=ja")
    head = page.locator(".matrix thead th a").first
    title = head.inner_text().replace("\n", "")
    head.click()
    expect(page.locator("h1")).to_have_text(title)
    page.locator(".compare td a").first.click()
    expect(page).to_have_url(re.compile("/plan/"))


def test_a_corrected_value_is_there_after_the_next_run(page: Page, made: Path) -> None:
    kpi = a_kpi(made)
    page.goto(f"/row/{kpi['kpi_id']}")
    page.locator("#f-author").fill("山田")
    page.locator("#f-target_value").fill("4321")
    page.keyboard.press("Enter")
    expect(page.locator(".record.chosen .tag.new")).to_be_visible()
    dxplan.run(made / "plans", made / "out", jobs=1)
    page.goto(f"/row/{kpi['kpi_id']}")
    expect(page.locator("#f-target_value")).to_have_value("4321")
    expect(page.locator(".record.chosen .tag.good")).to_be_visible()
    expect(page.locator(".said")).to_contain_text("山田")
    ds = dxplan.open(made / "out")
    (row,) = ds.read("kpis", kpi_id=kpi["kpi_id"]).to_pylist()
    assert (row["target_value"], row["rule"]) == (4321.0, "correction")
    said = ds.read("corrections", row_id=kpi["kpi_id"]).to_pylist()[0]
    assert (said["author"], said["verdict"], said["outcome"]) == ("山田", "corrected", "applied")
    assert said["judged_on"]


@pytest.mark.parametrize(("language", "size"), [("ja", SMALL), ("en", SMALL), ("ja", PHONE), ("en", PHONE)])
def test_a_question_is_answered_and_taken_back_by_keyboard_alone(
    page: Page, made: Path, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"/questions?lang={language}")
    asked = page.locator(".ask")
    n = asked.count()
    assert n
    card = page.locator(".ask", has=page.locator("button[aria-keyshortcuts]")).first
    first = card.locator("input[name=author]")
    if not first.is_visible():  # the name is known from before
        card.locator("summary").focus()
        page.keyboard.press("Enter")
    first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("山田")
    buttons = card.locator(".buttons > button")
    last = buttons.count() - 1
    while not buttons.nth(last).evaluate("button => button === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("1")
    done = page.locator("#done")
    expect(done).to_be_visible()
    expect(asked).to_have_count(n - 1)
    assert [a.author for a in answers.read(made / "out")] == ["山田"]
    while not done.locator("button").evaluate("button => button === document.activeElement"):
        page.keyboard.press("Shift+Tab" if n > 1 else "Tab")
    page.keyboard.press("Enter")
    expect(asked).to_have_count(n)
    assert answers.read(made / "out") == ()


def test_a_missing_row_is_drawn_on_its_page(page: Page, made: Path) -> None:
    kpi = a_kpi(made)
    box = dxplan.open(made / "out").read("kpis", kpi_id=kpi["kpi_id"]).to_pylist()[0]["bbox"]
    page.goto(f"/plan/{kpi['doc_id']}/page/{kpi['page']}?lang=ja")
    page.locator("form.add button").click()
    page.locator("#f-target_fy").fill("2031")
    paper, view = page.locator(".paper svg"), page.locator(".paper svg").get_attribute("viewBox")
    paper.evaluate("svg => svg.scrollIntoView()")
    place = paper.bounding_box()
    assert place
    assert view
    scale = place["width"] / float(view.split()[2])
    page.evaluate("y => document.querySelector('.sheet').scrollTop = y", box["y0"] * scale - 50)
    place = paper.bounding_box()
    assert place
    for n, (x, y) in enumerate(((box["x0"] - 2, box["y0"] - 2), (box["x1"] + 2, box["y1"] + 2))):
        page.mouse.move(place["x"] + x * scale, place["y"] + y * scale)
        page.mouse.up() if n else page.mouse.down()
    expect(page).to_have_url(re.compile("box="))
    expect(page.locator("#f-target_fy")).to_have_value("2031")
    expect(page.locator("#f-indicator")).to_have_value(re.compile(re.escape(kpi["indicator"][:4])))
    expect(page.locator("#drawn")).to_have_attribute("width", re.compile(r"\d"))


def views(made: Path) -> list[str]:
    kpi = a_kpi(made)
    documents = dxplan.open(made / "out").read("documents").to_pylist()
    text = next(d["doc_id"] for d in documents if d["media_type"] == "text/plain")
    return [
        "/", "/search?q=窓口", "/search?q=無い", "/compare", "/compare/frontyard", "/kpis", "/schedules", "/check",
        "/corrections", "/questions",
        f"/plan/{kpi['doc_id']}?row={kpi['doc_id']}", f"/plan/{text}/text",
        f"/plan/{kpi['doc_id']}/page/{kpi['page']}?row={kpi['kpi_id']}",
        f"/plan/{kpi['doc_id']}/page/{kpi['page']}?add=kpis", f"/plan/{text}/text?add=measures", "/nothing",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "size"), [("ja", SCREEN), ("en", SCREEN), ("ja", PHONE)])
def test_no_view_shuts_anybody_out(page: Page, made: Path, language: str, size: ViewportSize) -> None:
    """As axe-core sees it; and nobody has to scroll sideways to read."""
    page.set_viewport_size(size)
    found = []
    for view in views(made):
        page.goto(f"{view}{'&' if '?' in view else '?'}lang={language}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{view} is wider than the window")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("axe.run()")
        assert result["passes"]
        for problem in result["violations"]:
            found.append(f"{view} {problem['id']}: {problem['nodes'][0]['html'][:160]}")
    assert not found, "\n".join(found)


def test_no_request_leaves_the_machine_and_no_page_complains(page: Page, site: str, made: Path) -> None:
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for view in views(made)[:-1]:
        page.goto(view, wait_until="networkidle")
    assert complaints == []
    assert len(asked) > len(views(made))
    assert [address for address in asked if not address.startswith(f"{site}/")] == []


def test_a_digit_gives_no_answer_where_one_is_typed(page: Page, made: Path) -> None:
    page.goto("/questions?lang=en")
    typed = page.locator(".ask", has=page.locator("input[name=typed]")).first
    if not typed.count():
        pytest.skip("every question of the sample has answers to choose from")
    at = page.url
    typed.focus()
    page.keyboard.press("1")
    assert page.url == at
    assert answers.read(made / "out") == ()
