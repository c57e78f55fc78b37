"""A text file as recognition leaves it: tables as tabs, stray HTML, arrows lost but for their start."""

from __future__ import annotations

from collections.abc import Iterator

from corpora.builder.content import Measure, Plan, Task
from corpora.builder.draw import RAISED
from corpora.builder.layouts.common import label_of, policy_name, reiwa
from corpora.builder.truth import Reading
from corpora.builder.wording import say

READING = Reading(span="start", headings=("第3章　具体的な取組", "【{policy}】", "{number} {title}"))

BREAK = "\n\n---\n\n"
ARROW = "▶"


def draw(plan: Plan) -> str:
    """The whole text."""
    parts = [
        _cover(plan),
        _contents(plan),
        *(_chapter(c.title, c.body) for c in plan.chapters),
        _policies(plan),
        say("# 第3章　具体的な取組"),
        *_measures(plan),
        _procedures(plan),
        _glossary(plan),
    ]
    text = "\n \n" + "\n\n".join(part for part in parts if part) + "\n"
    return RAISED.sub(r"<sup>\1</sup>", text)


def _cover(plan: Plan) -> str:
    d = plan.doc
    place = f"{d.prefecture}{d.municipality}"
    return f'<p align="center">{d.title}</p>\n\n{d.version}\n\n{d.date_text}  \n{place}{BREAK}'


def _contents(plan: Plan) -> str:
    lines = [f"{c.title}\t{i + 1}" for i, c in enumerate(plan.chapters)]
    lines += [say("第3章　具体的な取組\t4"), say("用語解説 ......\t9")]
    return "## 目次\n\n" + "\n".join(lines) + BREAK


def _chapter(title: str, body: tuple[str, ...]) -> str:
    return f"# {title}\n\n" + "\n\n".join(body)


def _policies(plan: Plan) -> str:
    first, *rest = plan.policies
    lines = [f"## {say('基本理念')}\n\n**{first.title}**"]
    lines += [f"### 【{policy_name(p)}】\n\n{p.text}" for p in rest]
    return "\n\n".join(lines) + "\n\n※次頁以降で用語の説明が必要な箇所には※を付し、用語解説に掲載"


def _measures(plan: Plan) -> Iterator[str]:
    policy = None
    for i, m in enumerate(plan.measures):
        if m.policy != policy:
            policy = m.policy
            yield f"## 【{policy_name(next(p for p in plan.policies if p.id == policy))}】"
        yield _measure(plan, m)
        if i % 2:
            yield f"&nbsp;\n\n{4 + i // 2}{BREAK}".strip("\n")


def _measure(plan: Plan, m: Measure) -> str:
    boxes = ((say("概要"), m.overview), (say("現状・課題"), m.background), (say("取組内容"), m.approach))
    parts = [f"### {m.number} {m.title}", *(f"{name}\t{text}\t\t\t" for name, text in boxes if text)]
    if m.actions:
        parts.append(say("取組内容\n\n") + "\n".join(f"<li>{a}</li>" for a in m.actions))
    if m.departments:
        parts.append(say("担当課：") + "、".join(m.departments))
    rows = [say("KPI\t項目\t基準値\t目標値")]
    rows += ["\t".join(["", label_of(k), k.base.raw or "-", k.target.raw or "-"]) for k in m.kpis]
    return "\n".join([*parts, *rows]) + "\n" + _schedule(plan, m.tasks)


def _schedule(plan: Plan, tasks: tuple[Task, ...]) -> str:
    rows = ["\t".join([say("取組の工程"), *(f"{reiwa(fy)}<br>({fy})" for fy in plan.years)])]
    for task in tasks:
        cells = {b.start: b.text or ARROW for b in task.bars}
        rows.append("\t".join([task.name or "", *(cells.get(fy, "") for fy in plan.years)]))
    return "\n".join(rows)


def _procedures(plan: Plan) -> str:
    """A mark after the name tells what is online; some entries do not concern the municipality."""
    lines = ["## 優先的にオンライン化を推進すべき手続"]
    group = None
    for p in plan.procedures:
        if p.group != group:
            group = p.group
            lines.append(f"\n### {group}\n")
        mark = ("\\*" if p.online else "") + ("" if p.applicable else "（本市対象外）")
        lines.append(f"- {p.number} {p.name}{mark}")
    return "\n".join(lines) + "\n\n\\* 本市において、オンライン化済のもの" if plan.procedures else ""


def _glossary(plan: Plan) -> str:
    notes = [f"{t.mark} {t.term}：{t.definition}" for t in plan.glossary if t.mark]
    rows = [*notes, "", say("# 用語解説\n"), say("用語\t解説")]
    return "\n".join(rows + [f"{t.term}\t{t.definition}" for t in plan.glossary if not t.mark])
