"""Many small plans of invented municipalities, for measurements at scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml

from corpora.builder import pdf
from corpora.builder.content import Plan, from_mapping
from corpora.builder.make import SAMPLE, draft
from corpora.builder.pdf import FontName

# one of each makes a name that no municipality bears
_NAME_PARTS = ("朱碧藍紺紫橙翠墨", "鳴瀬凪霞雫霜蛍楓", "原台丘浜里沢峰野")


def build_many(n: int, out_dir: Path) -> list[Path]:
    """Write ``n`` documents cut from the sample plans, so that the layouts take turns, and their truth.

    All share one subset of each font: cutting it takes longer than drawing a plan. Returns the documents;
    the truth is in ``out_dir / "truth"``.
    """
    stock = [path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("*.yaml"))]
    drafts = [draft(_variant(stock[i % len(stock)], i)) for i in range(n)]
    chars: dict[FontName, set[str]] = {}
    for drawn in drafts:
        for font, used in drawn.chars().items():
            chars.setdefault(font, set()).update(used)
    fonts = {font: pdf.cut(font, used) for font, used in chars.items()}
    (out_dir / "truth").mkdir(parents=True, exist_ok=True)
    written = []
    for i, drawn in enumerate(drafts):
        built = drawn.finish(f"plan{i:04d}", fonts)
        (out_dir / built.name).write_bytes(built.data)
        (out_dir / "truth" / f"plan{i:04d}.json").write_bytes(built.truth)
        written.append(out_dir / built.name)
    return written


def _variant(source: str, i: int) -> Plan:
    """The first measures of a sample plan under another name; the notes of the rest go with them."""
    whole = _parse(source)
    name = "".join(part[i // 8**k % 8] for k, part in enumerate(_NAME_PARTS)) + whole.doc.municipality[-1]
    plan = _parse(source.replace(whole.doc.municipality, name))
    measures = plan.measures[: 2 + i % (len(plan.measures) - 1)]
    text = repr((plan.chapters, measures))
    glossary = tuple(t for t in plan.glossary if t.mark is None or f"^{{{t.mark}}}" in text)
    return replace(plan, measures=measures, glossary=glossary)


def _parse(source: str) -> Plan:
    return from_mapping(yaml.safe_load(source))
