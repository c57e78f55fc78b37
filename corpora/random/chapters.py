"""The chapters around the measures: those that make records (levels, review, glossary) and the others."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.draw import Cell, block_arrow, footnotes, footnotes_height
from corpora.random.dice import bank
from corpora.random.indicators import draw_indicators, head_style
from corpora.random.noise import chronology, figures, national_chart, plain_table, section, survey, yearly
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Term
from corpora.random.titles import policy_heading
from extract.model import Box

Rows = list[list[Cell]]
KANA = "英字 あ行 か行 さ行 た行 な行 は行 ま行 や行 ら行 わ行"


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
    if scene.look.glossary == "footnotes":
        footnoted(scene)
    if scene.dice.chance("chronology", 0.4):
        chronology(scene)
    section(scene, scene.dice.one("period title", ["計画期間", "計画の期間", "計画の対象期間"]))
    scene.paper.text(scene.say(period_sentence(scene)), first=first)
    if scene.dice.chance("period chart", 0.5):
        _period_chart(scene)
    if scene.dice.chance("figures", 0.5):
        figures(scene)
    if scene.dice.chance("national chart", 0.2):
        national_chart(scene)
    if scene.dice.chance("survey", 0.35):
        survey(scene)
    if scene.dice.chance("yearly table", 0.35):
        yearly(scene)


def period_sentence(scene: Scene) -> str:
    story = scene.story
    start, end = scene.long_year(story.start), scene.long_year(story.end)
    both = f"令和{story.start - 2018}（{story.start}）年度から令和{story.end - 2018}（{story.end}）年度まで"
    n = len(story.years)
    return scene.dice.one("period sentence", [
        f"計画期間は、{start}から{end}までの{n}年間とします。", f"本計画の期間は{both}の{n}か年です。",
        f"本計画は、{start}を初年度とし、{end}を目標年度とする{n}か年の計画です。",
    ])  # fmt: skip


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
    for grid, a, b, canvas in paper.table([2.0, *[0.8] * len(years)], rows, 1, style=body, min_height=24):
        for r in range(a, b):
            name = (whole, own)[r - 1]
            start, end = spans[name]
            top, bottom = grid.ys[1 + r - a], grid.ys[2 + r - a]
            box = Box(grid.xs[1 + start - first] + 1, top + 4, grid.xs[2 + end - first] - 1, bottom - 4)
            block_arrow(canvas, box, scene.look.middle)
            scene.add_bar(None, name, None, start, end)


def review(scene: Scene) -> None:
    """What the earlier plan achieved; a printed rate or mark makes a row."""
    if not scene.dice.chance("review", 0.45):
        return
    title = scene.dice.one("review title", ["前計画の振り返り", "これまでの取組の評価", "前期計画の達成状況"])
    chapter(scene, title, False)
    text = "前の計画に掲げた項目の達成の状況は次のとおりです。"
    scene.paper.text(scene.say(text), first=scene.style().size)
    scene.paper.space(4)
    before = len(scene.gold.progress)
    if scene.dice.chance("review bands", 0.3):
        _banded(scene)
    else:
        _reviewed(scene)
    for record in scene.gold.progress[before:]:
        record["page"] = scene.paper.page


def _results(scene: Scene) -> list[tuple[str, int, int, float]]:
    """(item, target, result, rate in percent) of some items."""
    source = scene.dice.stream("review rows")
    items = source.sample(bank("places")["reviews"], source.randint(3, 6))
    pairs = [(item, source.randint(40, 100), source.randint(20, 110)) for item in items]
    return [(item, target, done, round(done / target * 100, 1)) for item, target, done in pairs]


def _reviewed(scene: Scene) -> None:
    """A table of the value then, the target, the result; often the rate and a mark."""
    rate, mark = scene.dice.chance("review rate", 0.65), scene.dice.chance("review mark", 0.5)
    source = scene.dice.stream("review units")
    heads = ["項目", "策定時", "目標", "実績"]
    heads += [scene.word("progress")] * rate + ["評価"] * mark
    rows = []
    for item, target, done, share in _results(scene):
        sign = "◎" if share >= 100 else "○" if share >= 80 else "△"
        unit = source.choice(["件", scene.look.percent, "回"])
        row = [f"{source.randint(0, 20)}{unit}", f"{target}{unit}", f"{done}{unit}"]
        row += [f"{share}{scene.look.percent}"] * rate + [sign] * mark
        rows.append([item, *map(scene.numerals, row)])
        if rate or mark:
            told = {"achieved_pct": share if rate else None, "band": sign if mark else None}
            scene.gold.progress.append({"item": item, **told})
    plain_table(scene, heads, rows, [3, *[1] * (len(heads) - 1)])


def _banded(scene: Scene) -> None:
    """Items with their rate under the class they reached."""
    results = _results(scene)
    classes = zip(bank("places")["bands"], ((100, 999), (80, 100), (0, 80)))
    for band, (low, high) in classes:
        inside = [(item, share) for item, _, _, share in results if low <= share < high]
        if not inside:
            continue
        printed = scene.say(band)
        scene.paper.need(60)
        scene.paper.text(f"◆ {printed}", scene.style(10.5, bold=True))
        for item, share in inside:
            scene.paper.text(f"・{item}　{scene.numerals(f'{share}{scene.look.percent}')}", indent=10)
            scene.gold.progress.append({"item": item, "achieved_pct": share, "band": printed})


# --- the levels --------------------------------------------------------------------------------------


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
            lower = [x for x in story.levels if len(x.key) > 1 and x.key[0] == level.key[0]]
            for below in lower if scene.dice.chance("lower levels listed", 0.5) else ():
                paper.text(f"・{policy_heading(scene, below)}", indent=20)
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


def footnoted(scene: Scene) -> None:
    """A paragraph whose terms are explained at the foot of its page."""
    paper = scene.paper
    terms = [t for t in scene.story.terms if t.short or ord(t.name[0]) > 0x3000][:5]
    names = "、".join(f"{t.name}^{{{i}}}" for i, t in enumerate(terms, 1))
    text = scene.say(f"近年は、{names}などの言葉を行政の場でも耳にするようになりました。")
    small = scene.style(8, leading=1.35)
    notes = [(str(i), f"{t.name}：{scene.say(t.definition)}") for i, t in enumerate(terms, 1)]
    height = footnotes_height(notes, paper.width, small)
    paper.need(height + 60)
    paper.text(text, first=scene.style().size)
    paper.foot = height
    footnotes(paper.canvas, paper.left, paper.area.y1, paper.width, notes, small)
    for t in terms:
        _add_term(scene, t, t.name, None, "footnote")


def _add_term(scene: Scene, t: Term, printed: str, reading: str | None, source: str) -> None:
    scene.gold.glossary.append({
        "term": printed, "abbreviation": t.short, "reading": reading, "expansion": t.english,
        "definition": scene.say(t.definition), "source": source, "page": scene.paper.page,
    })  # fmt: skip


def glossary(scene: Scene) -> None:
    """The terms as a table, a list, or lines with a colon; some under the rows of the kana table."""
    kind = scene.look.glossary
    if kind in ("none", "footnotes"):
        return
    chapter(scene, scene.dice.word("glossary"))
    readings = scene.dice.chance("readings", 0.3)
    columned = kind == "table" and readings and scene.dice.chance("reading column", 0.5)
    indexed = scene.dice.chance("indexed", 0.35)
    fill, style = head_style(scene)
    body = scene.style(9.5, leading=1.4)
    heads = [scene.word("term"), *["読み方"] * columned, scene.word("definition")]
    rows: Rows = [[Cell(h, fill=fill, style=style) for h in heads]]
    group = ""
    for t in sorted(scene.story.terms, key=lambda t: (KANA.find(t.index), t.name)):
        if indexed and t.index != group:
            group = t.index
            if kind == "table":
                rows.append([Cell(group, colspan=len(heads), fill=0xEFEFEF, style=replace(body, bold=True))])
            else:
                scene.paper.need(60)
                scene.paper.text(f"【{group}】", replace(body, bold=True))
        reading = t.reading if readings else None
        name = f"{t.name}（{reading}）" if reading and not columned else t.name
        if kind == "table":
            texts = [name, *[reading or "－"] * columned, scene.say(t.definition)]
            rows.append([Cell(text, style=body) for text in texts])
        elif kind == "list":
            scene.paper.need(40)
            bullet = "・" if scene.dice.chance("term bullet", 0.5) else ""
            scene.paper.text(f"{bullet}{name}", replace(body, bold=True))
            scene.paper.text(scene.say(t.definition), body, indent=14)
            scene.paper.space(3)
        else:
            scene.paper.need(30)
            scene.paper.text(f"・{name}：{scene.say(t.definition)}", body)
        _add_term(scene, t, name, reading, "table" if kind == "table" else "list")
    if kind == "table":
        scene.paper.table([1.3, *[1.2] * columned, 4], rows, 1, whole=False, style=body, min_height=20)
