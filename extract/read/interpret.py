# ruff: noqa: N802 (pdfminer names its methods after the operators)
"""A page's content as pdfminer interprets it, with what a viewer heeds and pdfminer drops.

Text render modes, opacity, clips, layers that are switched off, replacement text (ActualText), the scale of
line widths, gradients. Numbers in comments are sections of ISO 32000-1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

from pdfminer.cmapdb import CMap
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTContainer
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import MATRIX_IDENTITY, apply_matrix_pt, apply_matrix_rect, decode_text, mult_matrix

from extract.model import Box
from normalize.frozen import frozen

PRINTED = frozenset({"FreeText", "Stamp", "Widget"})  # annotations that say something of their own
_DASHES = frozenset("-\xad‐‑‒–—―－−─")
HIDDEN = 0x22  # flags of an annotation: hidden, or not to be viewed


@frozen
class Paint:
    """What of the graphics state decides whether something is seen. ``clip`` is in pdfminer's coordinates."""

    clip: Box | None = None
    fill: float = 1.0  # opacity
    stroke: float = 1.0
    blended: bool = False  # masked, or mixed with what lies below

    def clipped(self, box: Box) -> Paint:
        old = self.clip
        if old is None:
            return replace(self, clip=box)
        x0, y0 = max(old.x0, box.x0), max(old.y0, box.y0)
        return replace(self, clip=Box(x0, y0, max(x0, min(old.x1, box.x1)), max(y0, min(old.y1, box.y1))))

    def shows(self, box: Box) -> bool:
        clip = self.clip
        if clip is None:
            return True
        return box.x1 > clip.x0 and box.x0 < clip.x1 and box.y1 > clip.y0 and box.y0 < clip.y1


def _ink(letter: Any) -> Box:
    """Where a letter has ink: all over its box, a dash only around its middle."""
    box = Box(*letter.bbox)
    if letter.get_text() not in _DASHES:
        return box
    return Box(box.x0, box.y0 + 0.35 * box.height, box.x1, box.y0 + 0.6 * box.height)


@dataclass(slots=True)
class Mark:
    """A marked-content sequence (14.6) that is open: is it hidden, what is its text, which letters it has."""

    hidden: bool = False
    text: str | None = None
    letters: list[Any] = field(default_factory=list)


class Device(PDFPageAggregator):  # type: ignore[misc]
    """Collects what is seen. Items get ``render_mode`` (letters), ``scale`` (paths) and ``opacity``."""

    def __init__(self, page: Any) -> None:
        super().__init__(page.pdf.rsrcmgr, pageno=page.page_number)
        self.shaded = False  # a gradient was painted
        self.strikes: list[Box] = []  # what annotations strike out
        self.paint = Paint()
        self.marks: list[Mark] = []
        self.off = layers_off(page.page_obj.doc.catalog)
        self.before_end: Callable[[], None] = lambda: None

    def end_page(self, page: Any) -> None:
        self.before_end()
        super().end_page(page)

    def items(self) -> Iterator[Any]:
        """Letters, paths and images in painting order, also those in forms."""
        waiting = [iter(self.get_result())]
        while waiting:
            item = next(waiting[-1], None)
            if item is None:
                waiting.pop()
            elif isinstance(item, LTContainer):
                waiting.append(iter(item))
            else:
                yield item

    @property
    def hidden(self) -> bool:
        return any(mark.hidden for mark in self.marks)

    def end_tag(self) -> None:
        mark = self.marks.pop() if self.marks else Mark()
        if mark.text is not None and mark.letters:
            _say(mark.letters, mark.text)

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        super().begin_figure(name, bbox, matrix)
        self.paint = self.paint.clipped(Box(*self.cur_item.bbox))

    def render_string(self, textstate: Any, *args: Any) -> None:
        cmap = getattr(textstate.font, "cmap", None)
        if isinstance(cmap, CMap) and type(cmap) is CMap and not cmap.code2cid:
            raise PDFException(f"the font {textstate.font.basefont} has a map of characters of its own")
        self.render_mode = textstate.render
        super().render_string(textstate, *args)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        advance: float = super().render_char(*args, **kwargs)
        letter = self.cur_item._objs[-1]
        if self.hidden or not self.paint.shows(_ink(letter)):
            self.cur_item._objs.pop()
            return advance
        letter.render_mode, letter.paint = self.render_mode, self.paint
        letter.opacity = self.paint.stroke if self.render_mode % 4 == 1 else self.paint.fill
        for mark in self.marks:
            mark.letters.append(letter)
        return advance

    def render_image(self, *args: Any) -> None:
        if self.hidden:
            return
        before = len(self.cur_item._objs)
        super().render_image(*args)
        for item in self.cur_item._objs[before:]:
            item.opacity, item.paint = self.paint.fill, self.paint

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, *args: Any) -> None:
        if self.hidden:
            return
        before = len(self.cur_item._objs)
        super().paint_path(gstate, stroke, fill, *args)
        a, b, c, d, _, _ = self.ctm
        for item in self.cur_item._objs[before:]:
            item.scale = sqrt(abs(a * d - b * c))
            item.opacity = self.paint.fill if fill else self.paint.stroke
            item.paint = self.paint


class Interpreter(PDFPageInterpreter):  # type: ignore[misc]
    """Tells the device what pdfminer's own interpreter leaves out."""

    device: Device

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self.graphicstate.linewidth = 1.0  # 8.4.1; pdfminer begins with 0
        self.paints: list[Paint] = []
        self.clip_next = False

    def do_q(self) -> None:
        super().do_q()
        self.paints.append(self.device.paint)

    def do_Q(self) -> None:
        super().do_Q()
        if self.paints:
            self.device.paint = self.paints.pop()

    def do_W(self) -> None:
        points = [apply_matrix_pt(self.ctm, part[-2:]) for part in self.curpath if len(part) > 2]
        if points:
            xs, ys = zip(*points, strict=True)
            self.device.paint = self.device.paint.clipped(Box(min(xs), min(ys), max(xs), max(ys)))

    def do_W_a(self) -> None:
        self.do_W()

    def do_gs(self, name: Any) -> None:
        values = resolve1(self._resource("ExtGState", name))
        if not isinstance(values, dict):
            return
        paint, fill, stroke = self.device.paint, resolve1(values.get("ca")), resolve1(values.get("CA"))
        self.device.paint = replace(
            paint,
            fill=fill if isinstance(fill, (int, float)) else paint.fill,
            stroke=stroke if isinstance(stroke, (int, float)) else paint.stroke,
            blended=paint.blended or _blends(values),
        )

    def do_sh(self, name: Any) -> None:
        self.device.shaded = True  # a gradient, which pdfminer does not paint

    def do_BMC(self, tag: Any) -> None:
        self.device.marks.append(Mark())

    def do_BDC(self, tag: Any, properties: Any) -> None:
        if isinstance(properties, PSLiteral):
            properties = self._resource("Properties", properties)
        values = resolve1(properties)
        values = values if isinstance(values, dict) else {}
        text = resolve1(values.get("ActualText"))
        layer = isinstance(tag, PSLiteral) and tag.name == "OC"
        self.device.marks.append(
            Mark(
                layer and is_off(properties, self.device.off),
                decode_text(text) if isinstance(text, (bytes, str)) else None,
            )
        )

    def do_Do(self, name: Any) -> None:
        form = resolve1(self.xobjmap.get(getattr(name, "name", None)))
        values = getattr(form, "attrs", {})
        paint = self.device.paint
        if "Group" in values:  # opacity is that of the whole group (11.6.6)
            self.device.paint = replace(paint, fill=1.0, stroke=1.0, blended=True)
        self.device.marks.append(Mark(is_off(values.get("OC"), self.device.off)))
        open_marks = len(self.device.marks)
        super().do_Do(name)
        del self.device.marks[open_marks - 1 :]
        self.device.paint = paint

    def process_page(self, page: Any) -> None:
        self.device.before_end = lambda: self.draw_annotations(page, self.ctm)
        super().process_page(page)

    def draw_annotations(self, page: Any, ctm: Any) -> None:
        """Texts, stamps and filled-in fields put on a page (12.5.5); what reviewers mark is none of it."""
        for annotation in map(resolve1, resolve1(page.annots) or ()):
            self.device.strikes += [Box(*apply_matrix_rect(ctm, box)) for box in struck_out(annotation)]
            form = appearance(annotation)
            if form is None:
                continue
            matrix = resolve1(form.get("Matrix")) or MATRIX_IDENTITY
            box, place = (Box(*map(float, form["BBox"])), Box(*map(float, resolve1(annotation["Rect"]))))
            drawn = Box(*apply_matrix_rect(matrix, box))
            wide, high = place.width / (drawn.width or 1), place.height / (drawn.height or 1)
            fit = (wide, 0, 0, high, place.x0 - wide * drawn.x0, place.y0 - high * drawn.y0)
            self.device.paint, self.device.marks = Paint(), []
            self.device.set_ctm(mult_matrix(fit, ctm))
            self.device.begin_figure("annotation", box, matrix)
            interpreter = self.subinterp()
            interpreter.render_contents(
                resolve1(form.get("Resources")) or {}, [form], mult_matrix(matrix, mult_matrix(fit, ctm))
            )
            self.device.end_figure("annotation")

    def _resource(self, kind: str, name: Any) -> Any:
        named = resolve1((self.resources or {}).get(kind))
        return named.get(getattr(name, "name", None)) if isinstance(named, dict) else None


def _blends(values: dict[str, Any]) -> bool:
    """Whether a graphics state mixes what is painted with what lies below (11.3.5) or masks it (11.6.5)."""
    mode, mask = resolve1(values.get("BM")), resolve1(values.get("SMask"))
    name = getattr(mode[0] if isinstance(mode, list) and mode else mode, "name", "Normal")
    return name not in ("Normal", "Compatible") or isinstance(mask, dict)


def interpret(page: Any) -> Device:
    """The device after one pdfplumber page was drawn on it."""
    device = Device(page)
    Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    return device


def struck_out(annotation: Any) -> Iterator[tuple[float, ...]]:
    """The boxes of what an annotation strikes out (12.5.6.10)."""
    if _kind_shown(annotation) == "StrikeOut":
        corners = [float(resolve1(n)) for n in resolve1(annotation.get("QuadPoints")) or ()]
        for i in range(0, len(corners) - 7, 8):
            xs, ys = corners[i : i + 8 : 2], corners[i + 1 : i + 8 : 2]
            yield min(xs), min(ys), max(xs), max(ys)


def _says(annotation: Any) -> bool:
    """Whether an annotation shows what the document says: words, a patch, a level line."""
    kind = _kind_shown(annotation)
    if kind == "Line":
        _, y0, _, y1 = map(float, resolve1(annotation.get("L")) or (0, 0, 0, 1))
        return abs(y1 - y0) < 1
    return kind in PRINTED or (kind == "Square" and bool(resolve1(annotation.get("IC"))))


def _kind_shown(annotation: Any) -> str:
    """The kind of an annotation; "" of one that is hidden, or not to be viewed."""
    kind = resolve1(annotation.get("Subtype"))
    hidden = int(resolve1(annotation.get("F", 0))) & HIDDEN
    return kind.name if isinstance(kind, PSLiteral) and not hidden else ""


def appearance(annotation: Any) -> Any:
    """The form that shows an annotation on the page; None where nothing of the document's is shown."""
    if not _says(annotation):
        return None
    form = resolve1((resolve1(annotation.get("AP")) or {}).get("N"))
    if isinstance(form, dict):  # one for each state of a field
        form = resolve1(form.get(getattr(resolve1(annotation.get("AS")), "name", None)))
    return form if isinstance(form, PDFStream) and "BBox" in form else None


def layers_off(catalog: Any) -> frozenset[int]:
    """Object numbers of the layers (optional content groups, 8.11) that are off when the file is opened."""
    properties = resolve1(catalog.get("OCProperties"))
    if not isinstance(properties, dict):
        return frozenset()
    usual = resolve1(properties.get("D"))
    usual = usual if isinstance(usual, dict) else {}
    state = resolve1(usual.get("BaseState"))
    off = _numbers(properties.get("OCGs")) if isinstance(state, PSLiteral) and state.name == "OFF" else set()
    return frozenset((off - _numbers(usual.get("ON"))) | _numbers(usual.get("OFF")))


def _numbers(references: Any) -> set[int]:
    found = resolve1(references)
    found = found if isinstance(found, list) else [references]
    return {r.objid for r in found if isinstance(r, PDFObjRef)}


def is_off(layer: Any, off: frozenset[int]) -> bool:
    """Whether a layer, or the layers that a membership dictionary names, are off."""
    if not off or layer is None:
        return False
    if isinstance(layer, PDFObjRef) and layer.objid in off:
        return True
    values = resolve1(layer)
    groups = _numbers(values.get("OCGs")) if isinstance(values, dict) else set()
    policy = resolve1(values.get("P")) if isinstance(values, dict) else None
    if isinstance(policy, PSLiteral) and policy.name == "AllOn":
        return bool(groups & off)
    return bool(groups) and groups <= off


def _say(letters: list[Any], text: str) -> None:
    """Letters shown in place of others: the first one says all, as wide as those on its line."""
    first = letters[0]
    x0, y0, x1, y1 = first.bbox
    line = [letter for letter in letters if abs(letter.y0 - y0) < 0.1 * (y1 - y0) and letter.x0 >= x0]
    first.set_bbox((x0, y0, max([x1, *(letter.x1 for letter in line)]), y1))
    for letter in letters:
        letter._text = ""
    first._text = text
