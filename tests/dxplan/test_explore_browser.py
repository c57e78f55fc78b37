"""The main paths in a real Chromium, as a person walks them, by mouse and by keyboard."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dxplan

pytest.importorskip("flask", reason="the extra explore is not installed")
pytest.importorskip("selenium", reason="selenium is not installed")

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of, visibility_of_element_located
from selenium.webdriver.support.wait import WebDriverWait

SAMPLE = Path(__file__).parents[2] / "corpora" / "sample"
ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
# axe-core is for tests only and not ours to ship: npm install axe-core, or AXE_CORE=/path/to/axe.min.js
AXE = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
SHOTS = os.environ.get("EXPLORE_SHOTS")  # a folder for pictures of each view

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium"),
    pytest.mark.skipif(not DRIVER, reason="no driver of Chromium: apt-get install chromium-driver"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    (folder / "plans").mkdir()
    for name in ("suzukake.pdf", "chigusadai_r3.pdf", "hotarugaya.txt"):
        shutil.copy(SAMPLE / name, folder / "plans")
    dxplan.run(folder / "plans", folder / "out", jobs=1)
    return folder


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
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=ja",
        "--window-size=1400,950", f"--user-data-dir={profile}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


def one(browser: webdriver.Chrome, css: str) -> Any:
    return WebDriverWait(browser, 10).until(visibility_of_element_located((By.CSS_SELECTOR, css)))


def press(browser: webdriver.Chrome, element: Any) -> None:
    """Click what leads to another page, and wait for it."""
    element.click()
    WebDriverWait(browser, 10).until(staleness_of(element))


def shot(browser: webdriver.Chrome, name: str) -> None:
    if SHOTS:
        time.sleep(0.7)  # scrolling is smooth
        browser.save_screenshot(str(Path(SHOTS, f"{name}.png")))


def stroke(browser: webdriver.Chrome, row_id: str) -> float:
    """How strongly the box of a row is drawn."""
    script = "return getComputedStyle(document.querySelector(arguments[0])).fillOpacity"
    return float(browser.execute_script(script, f'.box[data-row="{row_id}"] rect'))


def test_from_a_search_to_the_box_of_an_indicator(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/?lang=ja")
    shot(browser, "home")
    field = one(browser, ".big input")
    field.send_keys("窓口" + Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(field))
    shot(browser, "search")
    assert browser.find_element(By.CSS_SELECTOR, "mark").text == "窓口"
    plan = browser.find_element(By.XPATH, "//li[contains(., '鈴懸市')]/a[contains(@href, '-k')]")
    press(browser, plan)
    record = one(browser, ".record.chosen")
    row_id = record.get_attribute("data-row")
    assert "窓口" in record.text
    shot(browser, "page")
    WebDriverWait(browser, 10).until(lambda b: stroke(b, row_id) > 0.1)
    picture = browser.find_element(By.CSS_SELECTOR, ".paper img")
    assert browser.execute_script("return arguments[0].naturalWidth", picture) > 1000
    box = browser.find_element(By.CSS_SELECTOR, ".box.chosen rect").rect
    paper = picture.rect
    assert paper["x"] < box["x"] < paper["x"] + paper["width"]
    assert 0 < box["height"] < paper["height"] / 4


def test_rows_and_boxes_light_each_other_by_mouse_and_by_keyboard(
    browser: webdriver.Chrome, site: str, made: Path
) -> None:
    kpi = next(k for k in dxplan.open(made / "out").read("kpis").to_pylist() if k["page"])
    browser.get(f"{site}/plan/{kpi['doc_id']}/page/{kpi['page']}")
    record = one(browser, f'.record[data-row="{kpi["kpi_id"]}"]')
    assert stroke(browser, kpi["kpi_id"]) == 1.0  # transparent: nothing is lit yet
    webdriver.ActionChains(browser).move_to_element(record).perform()
    box = browser.find_element(By.CSS_SELECTOR, f'.box[data-row="{kpi["kpi_id"]}"]')
    assert "lit" in box.get_attribute("class")
    webdriver.ActionChains(browser).move_to_element(browser.find_element(By.CSS_SELECTOR, ".brand")).perform()
    assert "lit" not in box.get_attribute("class")
    browser.execute_script("arguments[0].focus()", box)
    assert "lit" in record.get_attribute("class")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    focused = browser.switch_to.active_element
    assert focused.find_element(By.XPATH, "./ancestor::article").get_attribute("data-row") == kpi["kpi_id"]


def test_municipalities_are_compared_on_an_item(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/compare?lang=ja")
    shot(browser, "compare")
    head = one(browser, ".matrix thead th a")
    title = head.text.replace("\n", "")
    press(browser, head)
    assert one(browser, "h1").text == title
    shot(browser, "compare_item")
    press(browser, one(browser, ".compare td a"))
    assert "/plan/" in browser.current_url


def test_a_corrected_value_is_there_after_the_next_run(
    browser: webdriver.Chrome, site: str, made: Path
) -> None:
    kpi = next(
        k for k in dxplan.open(made / "out").read("kpis").to_pylist() if k["page"] and k["target_value"]
    )
    browser.get(f"{site}/row/{kpi['kpi_id']}")
    field = one(browser, "#f-target_value")
    field.clear()
    field.send_keys("4321")
    one(browser, "#f-author").send_keys("山田")
    field.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(field))
    assert one(browser, ".record.chosen .tag.new").is_displayed()
    shot(browser, "corrected")
    dxplan.run(made / "plans", made / "out", jobs=1)
    browser.get(f"{site}/row/{kpi['kpi_id']}")
    assert one(browser, "#f-target_value").get_attribute("value") == "4321"
    assert one(browser, ".record.chosen .tag.good").is_displayed()
    assert "山田" in one(browser, ".said").text
    row = next(k for k in dxplan.open(made / "out").read("kpis").to_pylist() if k["kpi_id"] == kpi["kpi_id"])
    assert (row["target_value"], row["rule"]) == (4321.0, "correction")


def views(made: Path) -> list[str]:
    ds = dxplan.open(made / "out")
    kpi = next(k for k in ds.read("kpis").to_pylist() if k["page"])
    text = next(d["doc_id"] for d in ds.read("documents").to_pylist() if d["media_type"] == "text/plain")
    return [
        "/", "/search?q=窓口", "/compare", "/compare/frontyard", "/kpis", "/schedules", "/check", "/corrections",
        f"/plan/{kpi['doc_id']}?row={kpi['doc_id']}", f"/plan/{text}/text", f"/row/{kpi['kpi_id']}", "/nothing",
    ]  # fmt: skip


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm install axe-core, or set AXE_CORE")
def test_no_view_shuts_anybody_out(browser: webdriver.Chrome, site: str, made: Path) -> None:
    found = []
    for language in ("ja", "en"):
        for view in views(made):
            browser.get(f"{site}{view}{'&' if '?' in view else '?'}lang={language}")
            browser.execute_script(AXE.read_text(encoding="utf-8"))
            result = browser.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
            for problem in result["violations"]:
                found.append(f"{view} {problem['id']}: {problem['nodes'][0]['html'][:160]}")
    assert not found, "\n".join(found)


def test_no_request_leaves_the_machine_and_no_page_complains(
    browser: webdriver.Chrome, site: str, made: Path
) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    for view in views(made)[:-1]:
        browser.get(f"{site}{view}")
    assert [line["message"] for line in browser.get_log("browser")] == []
    asked = re.findall(
        r'"url":"(https?:[^"]+)"', "".join(e["message"] for e in browser.get_log("performance"))
    )
    assert asked
    assert [address for address in asked if not address.startswith(site)] == []
