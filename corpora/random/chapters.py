"""The chapters around the measures: those that make records (levels, review, glossary) and the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.draw import Cell, ChartLook, Style, bar_chart, block_arrow, line_chart
from corpora.random.dice import bank
from corpora.random.indicators import draw_indicators, head_style
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Level
from extract.model import Box

Rows = list[list[Cell]]


def chapter(scene: Scene, title: str, new_page: bool = True) -> None:
    """A chapter heading; it goes into the contents."""
    if new_page or scene.paper.page == 0:
        scene.paper.new_page()
    elif scene.paper.y > scene.paper.area.y0:
        scene.paper.space(18)
        scene.paper.need(120)
    scene.chapters += 1
    n = scene.chapters
    form = scene.dice.one("chapter form", ["第{}章　{}", "{}　{}", "{}．{}", "第{}　{}"])
    text = form.format(n, title)
    scene.contents.append((text, scene.paper.page))
    style = scene.style(16, bold=True, leading=1.6)
    paper = scene.paper
    if scene.dice.chance("chapter band", 0.4):
        box = paper.box(30)
        paper.canvas.rect(box, scene.look.color)
        paper.canvas.label(box, text, replace(style, color=0xFFFFFF), 8)
    else:
        paper.text(text, style)
    paper.space(8)


def section(scene: Scene, title: str) -> None:
    paper = scene.paper
    paper.space(8)
    paper.need(70)
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


# --- what comes first --------------------------------------------------------------------------------


def introduction(scene: Scene) -> None:
    """Purpose, period with its chart, and pages of figures and events that make no records."""
    chapter(
        scene, scene.dice.one("intro title", ["計画の策定に当たって", "はじめに", "計画の概要", "策定の趣旨"])
    )
    section(scene, scene.dice.one("purpose title", ["計画策定の背景と趣旨", "策定の背景", "計画の目的"]))
    first = scene.style().size
    for text in scene.dice.some(
        "purposes", bank("places")["purposes"], scene.dice.number("purpose count", 2, 5)
    ):
        scene.paper.text(scene.say(text), first=first)
    if scene.dice.chance("chronology", 0.4):
        _chronology(scene)
    section(scene, scene.dice.one("period title", ["計画期間", "計画の期間", "計画の対象期間"]))
    scene.paper.text(scene.say(period_sentence(scene)), first=first)
    if scene.dice.chance("period chart", 0.5):
        _period_chart(scene)
    if scene.dice.chance("figures", 0.5):
        _figures(scene)
    if scene.dice.chance("survey", 0.35):
        _survey(scene)
    if scene.dice.chance("yearly table", 0.35):
        _yearly(scene)


def period_sentence(scene: Scene) -> str:
    story = scene.story
    start, end = scene.long_year(story.start), scene.long_year(story.end)
    both = f"令和{story.start - 2018}（{story.start}）年度から令和{story.end - 2018}（{story.end}）年度まで"
    n = len(story.years)
    return scene.dice.one("period sentence", [
        f"計画期間は、{start}から{end}までの{n}年間とします。", f"本計画の期間は{both}の{n}か年です。",
        f"本計画は、{start}を初年度とし、{end}を目標年度とする{n}か年の計画です。",
    ])  # fmt: skip


def _chronology(scene: Scene) -> None:
    """What the nation did in which year: no schedule of this plan."""
    section(scene, scene.dice.one("chronology title", ["国の動向", "国の主な動き", "これまでの国の取組"]))
    events = scene.dice.some("events", bank("places")["chronology"], 5)
    head = scene.dice.one("event head", ["年", "時期", "年次"])
    rows = [[scene.numerals(f"{y}年" if y < 2019 else f"令和{y - 2018}年"), e] for y, e in events]
    plain_table(scene, [head, "主な動き"], rows, [1, 4], False)


def _period_chart(scene: Scene) -> None:
    """The plan-period table: bars of this plan and the one above it."""
    story, paper = scene.story, scene.paper
    first, last = story.start - 1, max(story.end, story.start + 4) + 1
    fill, style = head_style(scene)
    style = replace(style, size=8)
    years = range(first, last + 1)
    whole = scene.dice.one("upper plan", ["総合計画", "総合戦略", "まちづくり基本計画"])
    rows: Rows = [
        [
            Cell("計画", fill=fill, style=style),
            *(Cell(scene.year(fy), fill=fill, style=style) for fy in years),
        ]
    ]
    body = scene.style(9, leading=1.2)
    own = story.title.removeprefix(story.municipality)
    rows += [[Cell(t, style=body), *(Cell() for _ in years)] for t in (whole, own)]
    spans = {whole: (first, last), own: (story.start, story.end)}
    for grid, a, b in paper.table([2.0, *[0.8] * len(years)], rows, 1, style=body, min_height=24):
        for r in range(a, b):
            name = (whole, own)[r - 1]
            start, end = spans[name]
            top, bottom = grid.ys[1 + r - a], grid.ys[2 + r - a]
            box = Box(grid.xs[1 + start - first] + 1, top + 4, grid.xs[2 + end - first] - 1, bottom - 4)
            block_arrow(paper.canvas, box, scene.look.middle)
            scene.add_bar(None, name, None, start, end)


def _figures(scene: Scene) -> None:
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


def _survey(scene: Scene) -> None:
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


def _yearly(scene: Scene) -> None:
    """Figures of the past by year: statistics, no indicators of the plan."""
    section(scene, scene.dice.one("yearly title", ["申請件数の推移", "情報関係経費の推移"]))
    source = scene.dice.stream("yearly")
    years = range(scene.story.start - 4, scene.story.start)
    names = scene.dice.one(
        "yearly rows", [["電子申請", "窓口申請", "郵送申請"], ["機器の賃借料", "保守料", "通信料"]]
    )
    rows = [[n, *(scene.number(source.randint(12, 98) * 100) for _ in years)] for n in names]
    plain_table(scene, ["区分", *(scene.short_year(fy) for fy in years)], rows, [2, *[1] * len(years)])


def review(scene: Scene) -> None:
    """What the earlier plan achieved; only a printed rate makes a row."""
    if not scene.dice.chance("review", 0.4):
        return
    chapter(
        scene,
        scene.dice.one("review title", ["前計画の振り返り", "これまでの取組の評価", "前期計画の達成状況"]),
        False,
    )
    source = scene.dice.stream("review rows")
    rate = scene.dice.chance("review rate", 0.65)
    mark = scene.dice.chance("review mark", 0.5)
    heads = [
        "項目",
        "策定時",
        "目標",
        "実績",
        *([scene.word("progress")] if rate else []),
        *(["評価"] if mark else []),
    ]
    rows = []
    for item in source.sample(bank("places")["reviews"], source.randint(3, 6)):
        target = source.randint(40, 100)
        done = source.randint(20, 110)
        share = round(done / target * 100, 1)
        sign = "◎" if share >= 100 else "○" if share >= 80 else "△"
        unit = source.choice(["件", scene.look.percent, "回"])
        row = [item, f"{source.randint(0, 20)}{unit}", f"{target}{unit}", f"{done}{unit}"]
        row += [f"{share}{scene.look.percent}"] if rate else []
        row += [sign] if mark else []
        rows.append([row[0], *(scene.numerals(t) for t in row[1:])])
        if rate:
            scene.gold.progress.append(
                {
                    "item": item,
                    "achieved_pct": share,
                    "band": sign if mark else None,
                    "page": scene.paper.page,
                }
            )
    scene.paper.text(
        scene.say("前の計画に掲げた項目の達成の状況は次のとおりです。"), first=scene.style().size
    )
    scene.paper.space(4)
    plain_table(scene, heads, rows, [3, *[1] * (len(heads) - 1)])
    for record in scene.gold.progress:
        record["page"] = scene.paper.page


# --- the levels --------------------------------------------------------------------------------------


def policy_heading(scene: Scene, level: Level) -> str:
    gap = scene.dice.one("policy gap", ["　", "：", " "])
    return f"{scene.level_word(level)}{scene.policy_number(level)}{gap}{level.title}"


def basics(scene: Scene) -> None:
    """Vision, levels with a sentence each, the tree of measures, indicators of the whole plan."""
    chapter(
        scene,
        scene.dice.one("basics title", ["計画の基本的な考え方", "目指す姿と基本的な考え方", "計画の体系"]),
    )
    story, paper = scene.story, scene.paper
    if story.vision:
        kind = scene.dice.word("vision")
        section(scene, kind)
        box = paper.box(42)
        fit = fitting(story.vision, scene.style(15, bold=True), box.width - 34)
        paper.canvas.boxed(box._replace(x0=box.x0 + 8, x1=box.x1 - 8, y1=box.y1 - 6), story.vision,
                           scene.style(fit, bold=True), scene.look.pale, scene.look.color)  # fmt: skip
        scene.gold.policies.append({"id": "p0", "kind": kind, "number": None, "title": story.vision})
    for level in story.levels:
        scene.gold.policies.append({
            "id": level.id, "kind": scene.level_word(level), "number": scene.policy_number(level),
            "title": level.title,
        })  # fmt: skip
    section(scene, scene.dice.word("levels"))
    for level in story.levels:
        if len(level.key) == 1:
            paper.need(50)
            paper.text(policy_heading(scene, level), scene.style(11, bold=True))
            paper.text(scene.say(level.text), indent=10)
            paper.space(3)
    if scene.dice.chance("tree", 0.5):
        _tree(scene)
    if scene.dice.chance("overall indicators", 0.3):
        section(scene, scene.dice.one("overall title", ["計画全体の成果指標", "計画全体で目指す指標"]))
        kind = scene.look.kpi if scene.look.kpi in ("table", "years", "turned") else "table"
        draw_indicators(scene, None, story.overall, kind)


def _tree(scene: Scene) -> None:
    """体系図: boxes for the levels, lines to the measures. It names them again and makes no records."""
    story, paper = scene.story, scene.paper
    section(scene, scene.dice.one("tree title", ["施策の体系", "体系図", "取組の体系"]))
    tops = [level for level in story.levels if len(level.key) == 1]
    for top in tops:
        own = [m for m in story.measures if m.key[0] == top.key[0]]
        box = paper.box(18 * len(own) + 10)
        left = Box(box.x0, box.y0 + 2, box.x0 + box.width * 0.36, box.y1 - 6)
        paper.canvas.boxed(
            left,
            policy_heading(scene, top),
            scene.style(9, bold=True, leading=1.2),
            scene.look.pale,
            scene.look.color,
        )
        for i, m in enumerate(own):
            y = box.y0 + 2 + 18 * i
            item = Box(left.x1 + 26, y, box.x1, y + 15)
            paper.canvas.rect(item, None, 0x7F7F7F)
            number = scene.measure_number(m)
            name = f"{number}　{m.title}" if number else m.title
            size = fitting(name, scene.style(8.5), item.width - 8)
            paper.canvas.label(item, name, scene.style(size, leading=1.1))
            paper.canvas.line(left.x1, left.cy, left.x1 + 13, left.cy, 0.6, 0x7F7F7F)
            paper.canvas.line(left.x1 + 13, left.cy, left.x1 + 13, item.cy, 0.6, 0x7F7F7F)
            paper.canvas.line(left.x1 + 13, item.cy, item.x0, item.cy, 0.6, 0x7F7F7F)


# --- what comes after --------------------------------------------------------------------------------


def promotion(scene: Scene) -> None:
    """推進体制: boxes and arrows; costs by year."""
    if not scene.dice.chance("promotion", 0.6):
        return
    chapter(
        scene,
        scene.dice.one("promotion title", ["計画の推進体制", "計画の推進に向けて", "推進体制と進行管理"]),
        False,
    )
    paper = scene.paper
    paper.text(scene.say("本部の下に部会を置き、毎年度、進み具合を点検します。"), first=scene.style().size)
    names = ["DX推進本部\n（本部長：首長）", "DX推進会議\n（各部の部長）", "作業部会", "外部有識者"]
    box = paper.box(90)
    style = scene.style(9, leading=1.3)
    for i, name in enumerate(names):
        across = box.width / 2
        x, y = box.x0 + (i % 2) * across, box.y0 + (i // 2) * 44
        paper.canvas.boxed(
            Box(x + 20, y + 4, x + across - 20, y + 36), name, style, scene.look.pale, scene.look.color
        )
    paper.canvas.line(box.cx - 20, box.y0 + 20, box.cx + 20, box.y0 + 20, 1.0, 0x7F7F7F)
    if scene.dice.chance("costs", 0.3):
        section(scene, scene.dice.one("costs title", ["事業費の見込み", "概算事業費"]))
        source = scene.dice.stream("costs")
        rows = [
            [n, *(scene.number(source.randint(5, 90) * 1000) for _ in scene.story.years)]
            for n in ("システム経費", "人材育成費", "合計")
        ]
        plain_table(
            scene,
            ["区分（千円）", *(scene.short_year(fy) for fy in scene.story.years)],
            rows,
            [2, *[1.2] * len(scene.story.years)],
        )


def procedures(scene: Scene) -> None:
    """A list of procedures and whether they can be done online."""
    if not scene.dice.chance("procedures", 0.3):
        return
    chapter(
        scene,
        scene.dice.one(
            "procedures title",
            ["オンライン化を進める手続一覧", "行政手続のオンライン化の対象", "対象手続一覧"],
        ),
    )
    marks = scene.dice.one("online marks", [("○", "×"), ("○", "－"), ("済", "未"), ("対応済", "未対応")])
    grouped = scene.dice.chance("grouped", 0.6)
    source = scene.dice.stream("procedures")
    heads = ["No.", *(["分野"] if grouped else []), scene.word("procedure"), scene.word("online")]
    rows: list[list[str]] = []
    for group, names in bank("places")["procedures"].items():
        for name in source.sample(names, 3):
            online = source.random() < 0.6
            rows.append(
                [str(len(rows) + 1), *([group] if grouped else []), name, marks[0] if online else marks[1]]
            )
            scene.gold.procedures.append({
                "name": name, "group": group if grouped else None, "number": str(len(rows)), "online": online,
                "applicable": True, "page": scene.paper.page,
            })  # fmt: skip
    if marks[0] == "○":
        scene.paper.text(f"○：オンラインで申請できる手続　{marks[1]}：今後対応する手続", scene.style(9))
        scene.paper.space(3)
    plain_table(scene, heads, rows, [0.6, *[1.2] * grouped, 4, 1.5])


def glossary(scene: Scene) -> None:
    """The terms as a table, a list, lines with a colon, or notes."""
    kind = scene.look.glossary
    if kind in ("none", "footnotes"):
        return
    chapter(scene, scene.dice.word("glossary"))
    readings = scene.dice.chance("readings", 0.3)
    rows: Rows = []
    fill, style = head_style(scene)
    body = scene.style(9.5, leading=1.4)
    for term, short, english, reading, text in sorted(scene.story.terms):
        name = f"{term}（{reading}）" if reading and readings else term
        definition = scene.say(f"{english}の略。{text}" if english else text)
        scene.gold.glossary.append({
            "term": name, "abbreviation": short, "reading": reading if readings else None,
            "expansion": english, "definition": definition, "source": "table" if kind == "table" else "list",
            "page": scene.paper.page,
        })  # fmt: skip
        if kind == "table":
            rows.append([Cell(name, style=body), Cell(definition, style=body)])
        elif kind == "list":
            scene.paper.need(40)
            scene.paper.text(
                f"・{name}" if scene.dice.chance("term bullet", 0.5) else name, replace(body, bold=True)
            )
            scene.paper.text(definition, body, indent=14)
            scene.paper.space(3)
        else:
            scene.paper.need(30)
            scene.paper.text(f"・{name}：{definition}", body)
    if rows:
        heads = [Cell(scene.word(r), fill=fill, style=style) for r in ("term", "definition")]
        scene.paper.table([1.3, 4], [heads, *rows], 1, whole=False, style=body, min_height=20)


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
