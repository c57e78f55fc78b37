"""Forms in running text: labels over their text, in its line, before a colon, or none."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.builder.draw import text_width, wrap
from corpora.random.scene import CIRCLED, Scene
from corpora.random.slots import Slot
from corpora.random.story import Measure
from extract.model import Box


def above(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """A label on a line of its own over its text."""
    paper = scene.paper
    form = scene.dice.one("label line", ["■", "◆", "【】", "bar", "band", "<>", "(n)"])
    style = scene.style(10, bold=form not in ("【】", "<>"), leading=1.5)
    for i, slot in enumerate(slots):
        paper.space(3)
        paper.need(style.line + 32)
        if form in ("bar", "band"):
            box = paper.box(18)
            if form == "band":
                paper.canvas.rect(box._replace(y1=box.y1 - 1), scene.look.pale)
            else:
                paper.canvas.rect(Box(box.x0, box.y0 + 2, box.x0 + 4, box.y1 - 2), scene.look.color)
            paper.canvas.label(box._replace(x0=box.x0 + 6), slot.label, style, 2)
        else:
            marked = {"■": f"■ {slot.label}", "◆": f"◆{slot.label}", "【】": f"【{slot.label}】",
                      "<>": f"＜{slot.label}＞", "(n)": f"{CIRCLED[i]} {slot.label}"}[form]  # fmt: skip
            paper.text(marked, style)
        _body(scene, slot, 10)


def _body(scene: Scene, slot: Slot, indent: float) -> None:
    if slot.role == "actions":
        scene.paper.items(slot.lines, indent=indent)
        return
    for line in slot.lines:
        scene.paper.text(
            line,
            indent=indent,
            first=scene.style().size if slot.role in ("overview", "background", "approach") else 0,
        )


def runin(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """【label】 text in one paragraph."""
    form = scene.dice.one("run-in form", ["【{}】", "【{}】　", "［{}］ ", "〈{}〉"])
    for slot in slots:
        scene.paper.space(2)
        scene.paper.need(scene.style().line * 2)
        label = form.format(slot.label)
        if slot.role == "actions":
            scene.paper.text(label.rstrip())
            scene.paper.items(slot.lines, indent=10)
        else:
            scene.paper.text(label + "、".join(line.lstrip("・") for line in slot.lines))


def colon(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """label：text, or the label and its text set apart on one line."""
    form = scene.dice.one("colon form", ["{}：", "○{}：", "・{}：", "◆{}　", "{}　　"])
    for slot in slots:
        label = form.format(slot.label)
        hang = text_width(label, scene.style()) if form.endswith("　") else 0.0
        scene.paper.space(2)
        scene.paper.need(scene.style().line * 2)
        if slot.role == "actions":
            scene.paper.text(label.rstrip())
            scene.paper.items(slot.lines, indent=14)
            continue
        text = "、".join(line.lstrip("・") for line in slot.lines)
        if hang and hang < scene.paper.width * 0.4:
            lines = wrap(text, scene.paper.width - hang, scene.style())
            for i, line in enumerate(lines):
                box = scene.paper.box(scene.style().line)
                if i == 0:
                    scene.paper.canvas.paragraph(box, label.rstrip(), scene.style(bold=True))
                scene.paper.canvas.paragraph(
                    box._replace(x0=box.x0 + hang, x1=box.x1 + 2), line, scene.style()
                )
        else:
            scene.paper.text(label + text)


def prose(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """No labels: a paragraph, then a list."""
    for slot in slots:
        _body(scene, slot, 0)
        scene.paper.space(3)


FORMS = {"above": above, "runin": runin, "colon": colon, "prose": prose}
