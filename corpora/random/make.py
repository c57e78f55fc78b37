"""From a seed to a plan: the PDF and its truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpora.builder import pdf
from corpora.builder.draw import Book, Canvas, Style
from corpora.builder.wording import Words
from corpora.random import chapters, forms, noise
from corpora.random.dice import Dice
from corpora.random.indicators import list_of_all
from corpora.random.look import Look, choose
from corpora.random.paper import SIZES, Paper, fitting
from corpora.random.scene import Record, Scene
from corpora.random.slots import roles_of
from corpora.random.story import Level, Story, tell
from corpora.random.titles import draw_policy
from extract.model import Box


@dataclass(frozen=True, slots=True)
class Sample:
    """A plan as bytes, its truth, and the options of its look."""

    name: str
    data: bytes
    truth: Record
    look: Look

    def truth_bytes(self) -> bytes:
        return (json.dumps(self.truth, ensure_ascii=False, indent=1) + "\n").encode()


def build(seed: int, words: Words = "usual", **forced: str) -> Sample:
    """The plan of a seed, the same bytes every time; ``forced`` options of the look are not drawn."""
    scene = compose(seed, words, **forced)
    story, book = scene.story, scene.paper.book
    name = f"random-{seed}-{words}"
    fonts = {font: pdf.cut(font, chars) for font, chars in book.chars().items()}
    data = pdf.write(book.pages, story.title, fonts, f"{story.published[0]}{story.published[1]:02}01")
    return Sample(f"{name}.pdf", data, _truth(scene, f"{name}.pdf"), scene.look)


def compose(seed: int, words: Words = "usual", **forced: str) -> Scene:
    """The plan laid out, its truth filled in; what is still missing is the fonts."""
    dice = Dice(seed, words)
    look = choose(dice, **forced)
    story = tell(dice, look.depth == "two")
    scene = Scene(dice, look, story, _paper(dice, look, story))
    _compose(scene)
    return scene


def _paper(dice: Dice, look: Look, story: Story) -> Paper:
    width, height = SIZES[look.page]
    book = Book(width, height)
    size = {"columns": 9.5, "slide": 11.0, "wide": 10.5}.get(look.page, 10.0)
    left = 60.0 if look.page in ("portrait", "columns") else 44.0
    area = Box(left, 64.0, width - left, height - 56.0)
    if look.page == "tabs":
        area = Box(52.0, 64.0, width - 70.0, height - 56.0)
    style = Style(size=size, font="sans" if look.font == "sans" else "serif", leading=1.5)
    return Paper(book, style, area, look.rules, look.color, _furniture(dice, look, story, book))


def is_stamped(dice: Dice) -> bool:
    """Whether a draft has 案 in a box on every page."""
    return dice.chance("stamp", 0.5)


def _furniture(dice: Dice, look: Look, story: Story, book: Book) -> Callable[[Canvas], None]:
    """Running head, page number, side tabs."""
    font: pdf.FontName = "serif" if look.font == "serif" else "sans"
    head = dice.chance("running head", 0.4)
    foot = Style(size=9, font=font, align=dice.one("number place", ["center", "right"]))
    top_line = Style(size=8, font=font, color=0x595959, align=dice.one("head place", ["left", "right"]))
    form = dice.one("page number", ["{}", "- {} -", "－{}－", "P{}"])
    tops = [level for level in story.levels if len(level.key) == 1]

    stamp = story.draft and is_stamped(dice)

    def draw(page: Canvas) -> None:
        if stamp:
            corner = Box(page.width - 74, 14, page.width - 34, 32)
            page.boxed(corner, "案", replace(foot, align="center", color=0xC00000), None, 0xC00000)
        number = form.format(len(book.pages))
        place = Box(40, page.height - 36, page.width - 40, page.height - 20)
        page.line_in(place, number, foot, place.y1 - 6)
        if head:
            page.line_in(Box(40, 0, page.width - 40, 0), story.title, top_line, 34)
        if look.page == "tabs":
            step = (page.height - 240) / len(tops)
            for i, top in enumerate(tops):
                box = Box(page.width - 34, 120 + i * step, page.width, 120 + (i + 1) * step - 6)
                page.rect(box, look.middle)
                text = top.title[: int((box.height - 6) / 9.5)]
                page.stacked(box, text, Style(size=8, font=font, color=0xFFFFFF, bold=True))

    return draw


def _compose(scene: Scene) -> None:
    paper, look, story = scene.paper, scene.look, scene.story
    _cover(scene)
    has_contents = scene.dice.chance("contents", 0.7)
    if has_contents:
        paper.new_page()
    contents = paper.canvas
    chapters.introduction(scene)
    chapters.review(scene)
    chapters.basics(scene)
    chapters.chapter(
        scene, scene.dice.one("measures title", ["具体的な取組", "施策の展開", "個別施策", "取組の内容"])
    )
    if scene.dice.chance("how to read", 0.2) and look.form not in ("prose", "matrix"):
        noise.how_to_read(scene, [scene.word(role) for role in roles_of(scene)])
        paper.new_page()
    if look.page == "columns":
        paper.split(2)
    for level in story.levels:
        _policy(scene, level)
    if look.page == "columns":
        paper.split(1)
    if look.kpi == "list_end":
        turned = look.page == "portrait" and scene.dice.chance("turned list", 0.4)
        if turned:
            paper.turn()
        title = scene.dice.one("list title", ["指標一覧", "成果指標一覧", "数値目標の一覧"])
        chapters.chapter(scene, title)
        list_of_all(scene, [(m, i) for m in story.measures for i in m.indicators])
        if turned:
            paper.turn()
            paper.new_page()
    chapters.promotion(scene)
    chapters.procedures(scene)
    chapters.glossary(scene)
    noise.colophon(scene)
    if has_contents:
        _contents(scene, contents)


def _policy(scene: Scene, level: Level) -> None:
    """The heading of a level and the measures that stand under it."""
    paper, look = scene.paper, scene.look
    own = [m for m in scene.story.measures if m.policy is level]
    first = len(level.key) == 1
    if look.pages_each == "one" and first and paper.y > paper.area.y0 + 60 and level.key != (1,):
        paper.new_page()
    draw_policy(scene, level)
    if look.form == "matrix" and own:
        forms.draw_matrix(scene, own)
        return
    asides = 0.25 if scene.dice.chance("asides", 0.3) else 0.0
    for i, m in enumerate(own):
        if i and (look.pages_each == "one" or (look.pages_each == "two" and i % 2 == 0)):
            paper.new_page()
        forms.draw_measure(scene, m)
        if look.page != "columns" and scene.dice.chance(f"aside {m.id}", asides):
            noise.aside(scene, m.id)


def _cover(scene: Scene) -> None:
    story, paper = scene.story, scene.paper
    page = paper.book.page()
    width, height = page.width, page.height
    behind = _draft_word(scene, "behind")
    title = story.title + behind
    size = fitting(title, scene.style(28, bold=True), width - 100)
    band = scene.dice.chance("cover band", 0.5)
    box = Box(0, height * 0.28, width, height * 0.28 + 90)
    if band:
        page.rect(box, scene.look.color)
    page.label(box, title, scene.style(size, bold=True, align="center", color=0xFFFFFF if band else 0))
    _edition(scene, page, box)
    center = scene.style(14, align="center")
    lines = []
    if scene.dice.chance("cover period", 0.6):
        lines.append(
            (0.28 * height + 130, f"（{scene.long_year(story.start)}～{scene.long_year(story.end)}）")
        )
    year, month = story.published
    date = scene.dice.one(
        "cover date",
        [f"令和{year - 2018}年{month}月", f"令和{year - 2018}年（{year}年）{month}月", f"{year}年{month}月"],
    )
    lines.append((height * 0.78, scene.numerals(date)))
    lines.append((height * 0.78 + 30, f"{story.prefecture or ''}{story.municipality}"))
    for y, text in lines:
        page.line_in(Box(0, 0, width, 0), text, center, y)


def _edition(scene: Scene, page: Canvas, title: Box) -> None:
    """Which edition it is, and that it is a draft, on lines of their own around the title."""
    edition, style = scene.story.version, scene.style(16, align="center")
    if edition:
        place = scene.dice.one("edition place", ["above", "below", "in brackets"])
        text = f"（{edition}）" if place == "in brackets" else edition
        page.line_in(title, scene.numerals(text), style, title.y0 - 16 if place == "above" else title.y1 + 22)
    if below := _draft_word(scene, "below"):
        page.line_in(title, below, style, title.y0 - 44)


def _draft_word(scene: Scene, place: str) -> str:
    """What tells a draft where no stamp on every page does: behind the title or on a line of its own."""
    if (
        not scene.story.draft
        or is_stamped(scene.dice)
        or place != scene.dice.one("draft place", ["behind", "below"])
    ):
        return ""
    return scene.dice.one("draft word", ["（案）", "（素案）", "【案】", "〔素案〕"])


def _contents(scene: Scene, page: Canvas) -> None:
    area, style = scene.paper.area, scene.style(11)
    page.line_in(area, "目　次", scene.style(16, bold=True, align="center"), area.y0 + 20)
    dots = scene.dice.one("leader", ["…", "・", "．"])
    for i, (title, number) in enumerate(scene.contents):
        y = area.y0 + 60 + i * 24
        x = page.text(area.x0 + 20, y, title, style)
        end = area.x1 - 40
        page.text(x + 6, y, dots * max(0, int((end - x - 12) / style.size)), style)
        page.text(end, y, str(number), style)


def _truth(scene: Scene, file: str) -> Record:
    story, gold = scene.story, scene.gold
    year, month = story.published
    return {
        "doc": {
            "file": file, "municipality": story.municipality, "prefecture": story.prefecture,
            "municipality_code": None, "title": story.title, "version": story.version,
            "draft": story.draft,
            "published": f"{year}-{month:02}", "period_start_fy": story.start, "period_end_fy": story.end,
            "period_open_ended": False,
        },
        "policies": gold.policies, "measures": gold.measures, "kpis": gold.kpis,
        "schedules": gold.schedules, "glossary": gold.glossary, "procedures": gold.procedures,
        "progress": gold.progress, "figures": gold.figures, "national_links": gold.links,
        "term_variants": [], "notes": [],
    }  # fmt: skip
