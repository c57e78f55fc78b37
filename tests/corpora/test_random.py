"""Plans at random: the same bytes for a seed, a truth that the pages show, every option within reach."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pymupdf
import pytest

from corpora.builder.wording import WORDS
from corpora.random import Sample, build
from corpora.random.dice import Dice, bank
from corpora.random.look import TRAITS, choose
from corpora.random.make import compose
from corpora.random.scene import plainly

OPTIONS = [(trait, option) for trait, options in TRAITS.items() for option in options]


@lru_cache
def plan(seed: int) -> Sample:
    return build(seed, "rare" if seed == 2 else "usual")


def squash(text: str) -> str:
    return re.sub(r"[\s・●○◆■▶\-①-⑮]+", "", unicodedata.normalize("NFKC", text))


def texts_of(truth: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Every text of the truth that stands on one page, with that page."""
    for m in truth["measures"]:
        yield m["title"], m["page"]
        for text in (m["overview"], m["background"], m["approach"], *m["actions"], *m["departments"]):
            if text:
                yield text, m["page"]
    for table, names in (("kpis", ("indicator", "baseline_raw", "target_raw")), ("schedules", ("task", "label")),
                         ("glossary", ("term", "definition")), ("procedures", ("name",)), ("progress", ("item",)),
                         ("figures", ("caption",))):  # fmt: skip
        for row in truth[table]:
            for name in names:
                if row[name]:
                    yield row[name], row["page"]


def test_a_seed_makes_the_same_bytes_every_time() -> None:
    again = build(1)
    assert (again.data, again.truth) == (plan(1).data, plan(1).truth)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_pages_show_what_the_truth_says(seed: int) -> None:
    sample = plan(seed)
    doc = pymupdf.open(stream=sample.data)
    pages = [squash(page.get_text(sort=False)) for page in doc]
    missing = [
        (text, page)
        for text, page in texts_of(sample.truth)
        if not any(squash(text)[:20] in shown for shown in pages[max(0, page - 2) : page + 2])
    ]
    assert missing == []


def test_every_option_is_drawn_by_some_seed() -> None:
    looks = [choose(Dice(seed)) for seed in range(400)]
    unseen = [(trait, option) for trait, option in OPTIONS if all(getattr(x, trait) != option for x in looks)]
    assert unseen == []


@pytest.mark.parametrize("words", WORDS)
def test_every_vocabulary_names_every_role(words: str) -> None:
    assert [role for role, lists in bank("words").items() if not lists.get(words)] == []


def test_other_words_leave_the_truth_but_for_the_names_of_levels() -> None:
    usual, invented = (compose(5, words).gold for words in ("usual", "invented"))
    assert [m["title"] for m in usual.measures] == [m["title"] for m in invented.measures]
    assert [m["overview"] for m in usual.measures] == [m["overview"] for m in invented.measures]
    assert [(k["indicator"], k["target_value"]) for k in usual.kpis] == [
        (k["indicator"], k["target_value"]) for k in invented.kpis
    ]


def test_polite_sentences_become_plain_ones() -> None:
    topics = [*bank("topics_city"), *bank("topics_life"), *bank("topics_more")]
    left = [
        sentence
        for topic in topics
        for text in (*topic["overview"], *topic["background"], *topic["approach"])
        for sentence in re.findall(r"[^。]*。", plainly(text))
        if re.search(r"(ます|です|ました|ません)。", sentence)
    ]
    assert left == []


@pytest.mark.slow
@pytest.mark.parametrize(("trait", "option"), OPTIONS)
def test_every_option_can_be_drawn(trait: str, option: str) -> None:
    for seed in (1, 2):
        assert compose(seed, **{trait: option}).gold.measures
