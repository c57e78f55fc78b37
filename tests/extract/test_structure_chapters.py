"""Chapters are the level above the measures where tables name their sections; others hold background."""

from __future__ import annotations

import pytest

from extract.records import measures, policies
from tests.extract.text_plan import document

PROSE = (
    "島の人は役場まで船で通っており、夜間や荒天の日には用が足せません。画面越しに話せる窓口を順に増やします。"
)
SECTIONS = (("窓口を開く", "書類を減らす"), ("職場を変える", "学びを続ける"), ("海を見守る", "畑を見守る"))


def plan(word: str, head: str, numbers: bool, titles: bool = False) -> str:
    text = f"# 第1{word}　はじめに\n\n## 1-1　これまでのこと\n\n{PROSE}\n\n## 1-2　国のこと\n\n{PROSE}\n\n"
    for chapter, sections in enumerate(SECTIONS, 2):
        text += f"# 第{chapter}{word}　{'島町海'[chapter - 2]}をひらく\n\n"
        rows = f"<tr><td>{head}</td><td>指標</td><td>現状（R5）</td><td>目標（R10）</td></tr>"
        for n, title in enumerate(sections, 1):
            text += f"## {chapter}-{n}　{title}\n\n{PROSE}\n\n"
            row = f"{chapter}-{n}" * numbers + f"　{title}" * titles
            rows += f"<tr><td>{row}</td><td>{title}回数</td><td>{n}回</td><td>{n + 5}回</td></tr>"
        text += f"## 章の指標\n\n<table>{rows}</table>\n\n"
    return text + f"# 第5{word}　進め方\n\n## 5-1　体制\n\n{PROSE}\n"


@pytest.mark.parametrize("word", ["章", "部", "編"])
@pytest.mark.parametrize("head", ["施策", "帆"])
@pytest.mark.parametrize("titles", [False, True])
def test_chapters_whose_sections_name_rows_are_the_level_of_measures(
    word: str, head: str, titles: bool
) -> None:
    doc = document(plan(word, head, numbers=True, titles=titles))
    found = policies.extract(doc)
    assert [(p.kind, p.number, p.title) for p in found] == [
        (word, str(n), f"{c}をひらく") for n, c in enumerate("島町海", 2)
    ]
    told = [(m.number, m.title, m.policies) for m in measures.extract(doc, found)]
    assert told == [(f"{c}-{n}", SECTIONS[c - 2][n - 1], (c - 2,)) for c in (2, 3, 4) for n in (1, 2)]


def test_chapters_that_no_table_names_are_no_level() -> None:
    assert document(plan("章", "施策", numbers=False)).levels == ()
