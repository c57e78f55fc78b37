"""Parts of a plan that make no records, or next to none: events, statistics, surveys, costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.draw import Cell, ChartLook, Style, bar_chart, block_arrow, line_chart, wrap
from corpora.random.dice import bank
from corpora.random.indicators import head_style
from corpora.random.scene import Scene
from extract.model import Box

Rows = list[list[Cell]]


def section(scene: Scene, title: str) -> None:
    paper = scene.paper
    paper.space(8)
    paper.need(150)
    form = scene.dice.one("section mark", ["■ {}", "● {}", "◇ {}", "【{}】"])
    paper.text(form.format(title), scene.style(11.5, bold=True, leading=1.6))
    paper.space(2)


def plain_table(scene: Scene, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float],
                center: bool = True) -> None:  # fmt: skip
    fill, style = head_style(scene)
    body = scene.style(9, leading=1.3)
    middle = replace(body, align="center")
    cells: Rows = [[Cell(h, fill=fill, style=style) for h in heads]]
    for row in rows:
        cells.append([Cell(t, style=body if k == 0 or not center else middle) for k, t in enumerate(row)])
    scene.paper.table(widths, cells, 1, whole=len(rows) < 15, style=body, min_height=19)


def chronology(scene: Scene) -> None:
    """What the nation did in which year: no schedule of this plan."""
    section(scene, scene.dice.one("chronology title", ["国の動向", "国の主な動き", "これまでの国の取組"]))
    events = scene.dice.some("events", bank("places")["chronology"], 5)
    head = scene.dice.one("event head", ["年", "時期", "年次"])
    rows = [[scene.numerals(f"{y}年" if y < 2019 else f"令和{y - 2018}年"), e] for y, e in events]
    plain_table(scene, [head, "主な動き"], rows, [1, 4], False)


def figures(scene: Scene) -> None:
    """A chart of a few yearly values with a caption."""
    paper = scene.paper
    section(
        scene,
        scene.dice.one("figures title", ["人口の推移", "本市を取り巻く状況"]).replace("本市", _self(scene)),
    )
    box = paper.box(150)
    source = scene.dice.stream("figure values")
    years = range(scene.story.start - 5, scene.story.start)
    values = [source.randint(20, 90) for _ in years]
    labels = [f"R{fy - 2018}" if fy > 2018 else f"H{fy - 1988}" for fy in years]
    frame = Box(box.cx - min(150, box.width / 2), box.y0 + 4, box.cx + min(150, box.width / 2), box.y1 - 6)
    draw = scene.dice.one("figure kind", [bar_chart, line_chart])
    draw(
        paper.canvas,
        frame,
        labels,
        values,
        ChartLook(
            color=scene.look.middle,
            style=Style(size=7, font=scene.paper.style.font, align="center", leading=1.2),
        ),
    )
    caption = (
        f"図1　{scene.dice.one('caption', ['オンライン申請の利用件数の推移', '人口の推移', '職員数の推移'])}"
    )
    origin = scene.dice.one("figure source", [None, "庁内調査", "国勢調査"])
    tail = (
        scene.dice.one("figure source form", ["（出典：{}）", "\n資料：{}"]).format(origin) if origin else ""
    )
    for line in f"{caption}{tail}".split("\n"):
        paper.text(line, scene.style(9, align="center", leading=1.4))
    scene.gold.figures.append({"caption": caption, "source": origin, "page": paper.page})


def _self(scene: Scene) -> str:
    return f"本{scene.story.municipality[-1]}"


def survey(scene: Scene) -> None:
    """Shares of answers: no indicators."""
    section(scene, scene.dice.one("survey title", ["住民アンケートの結果", "市民意識調査の結果"]))
    source = scene.dice.stream("survey")
    rows = []
    for question in (
        "オンラインで手続を済ませたい",
        "窓口の待ち時間が長いと感じる",
        "デジタル化に不安がある",
    ):
        shares = sorted((source.randint(5, 40) for _ in range(3)), reverse=True)
        rows.append(
            [
                question,
                *(scene.numerals(f"{s}{scene.look.percent}") for s in (*shares, max(1, 100 - sum(shares)))),
            ]
        )
    plain_table(
        scene, ["設問", "そう思う", "やや思う", "あまり思わない", "思わない"], rows, [3, 1, 1, 1.2, 1]
    )


def yearly(scene: Scene) -> None:
    """Figures of the past by year: statistics, no indicators of the plan."""
    section(scene, scene.dice.one("yearly title", ["申請件数の推移", "情報関係経費の推移"]))
    source = scene.dice.stream("yearly")
    years = range(scene.story.start - 4, scene.story.start)
    names = scene.dice.one(
        "yearly rows", [["電子申請", "窓口申請", "郵送申請"], ["機器の賃借料", "保守料", "通信料"]]
    )
    rows = [[n, *(scene.number(source.randint(12, 98) * 100) for _ in years)] for n in names]
    plain_table(scene, ["区分", *(scene.short_year(fy) for fy in years)], rows, [2, *[1] * len(years)])


def colophon(scene: Scene) -> None:
    """Who published it: no record."""
    if not scene.dice.chance("colophon", 0.4):
        return
    paper, story = scene.paper, scene.story
    paper.new_page()
    paper.y = max(paper.y, paper.area.y1 - 120)
    year, month = story.published
    office = f"編集　{story.municipality}　企画部デジタル推進課"
    for line in (story.title, f"発行　令和{year - 2018}年{month}月", office, "電話　0000-00-0000（代表）"):
        paper.text(line, scene.style(10))


def national_chart(scene: Scene) -> None:
    """What the nation does in which year: bars that are no schedule of this plan."""
    section(
        scene,
        scene.dice.one(
            "national title", ["国の工程表（抜粋）", "国が示す重点取組事項の工程", "国の取組スケジュール"]
        ),
    )
    paper, story = scene.paper, scene.story
    years = range(story.start - 2, story.start + 3)
    fill, style = head_style(scene)
    body = scene.style(9, leading=1.2)
    items = scene.dice.some("national items", bank("places")["national_tags"], 4)
    rows: Rows = [[Cell(h, fill=fill, style=style) for h in ("国の取組", *map(scene.short_year, years))]]
    rows += [[Cell(item, style=body), *(Cell() for _ in years)] for item in items]
    source = scene.dice.stream("national bars")
    for grid, a, b, canvas in paper.table([2.4, *[0.9] * len(years)], rows, 1, style=body, min_height=22):
        for r in range(a, b):
            start, end = sorted((source.randrange(len(years)), source.randrange(len(years))))
            top, bottom = grid.ys[1 + r - a], grid.ys[2 + r - a]
            box = Box(grid.xs[1 + start] + 2, top + 5, grid.xs[2 + end] - 2, bottom - 5)
            block_arrow(canvas, box, 0xA6A6A6)
    paper.text("資料：国の推進計画を基に作成", scene.style(8.5))


def how_to_read(scene: Scene, labels: Sequence[str]) -> None:
    """ページの見方: what each box of the forms holds."""
    section(scene, scene.dice.one("reading title", ["ページの見方", "施策シートの見方", "各取組の記載内容"]))
    rows = [[label, "この欄には、取組ごとの内容を記載しています。"] for label in labels]
    plain_table(scene, ["欄", "記載している内容"], rows, [1, 3], False)


def costs(scene: Scene, name: str) -> None:
    """What a measure costs by year: no indicators."""
    paper, years = scene.paper, scene.story.years
    paper.space(6)
    paper.need(90)
    head = scene.dice.one("measure costs", ["事業費（千円）", "概算事業費（単位：千円）"])
    paper.text(f"■ {head}", scene.style(10, bold=True, leading=1.5))
    source = scene.dice.stream("costs", name)
    rows = [
        [n, *(scene.number(source.randint(5, 90) * 100) for _ in years)] for n in ("事業費", "うち一般財源")
    ]
    plain_table(scene, ["区分", *map(scene.short_year, years)], rows, [2, *[1.2] * len(years)])


def aside(scene: Scene, name: str) -> None:
    """コラム: a box of text between measures that is part of none."""
    paper, dice = scene.paper, scene.dice
    texts = bank("places")["asides"]
    title, text = dice.stream("aside", name).choice(texts)
    body = scene.style(9.5, leading=1.45)
    lines = len(wrap(scene.say(text), paper.width - 24, body))
    paper.space(6)
    box = paper.box(30 + lines * body.line + 12)
    frame = box._replace(y1=box.y1 - 4)
    paper.canvas.rect(frame, 0xFFFFFF, scene.look.middle, 1.2)
    word = dice.one("aside word", ["コラム", "トピックス", "参考"])
    paper.canvas.text(frame.x0 + 10, frame.y0 + 18, f"{word}　{title}", scene.style(10.5, bold=True))
    inner = Box(frame.x0 + 12, frame.y0 + 26, frame.x1 - 10, frame.y1)
    paper.canvas.paragraph(inner, scene.say(text), body)
