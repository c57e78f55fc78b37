"""Labels that no list names: understood when they are made of known parts, and left alone otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extract import labels
from extract.labels import field_role


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("本施策の必要性と課題", "background"),
        ("＜取組の背景・課題＞", "background"),
        ("【施策の目的・概要】", "overview"),
        ("当面の取組方針", "approach"),
        ("施策の方向", "approach"),
        ("取組みの内容等", "actions"),
        ("事業の実施スケジュール", "schedule"),
        ("年度別スケジュール", "schedule"),
        ("期待される成果", "effect"),
        ("推進部署及び関連部署", "departments"),
        ("達成目標・指標", "kpi"),
        ("なぜ取り組むのか", "background"),
        ("連携部署", "departments"),
        ("アウトカム（成果の指標）", "kpi"),
    ],
)
def test_a_label_made_of_known_parts_is_understood(label: str, role: str) -> None:
    assert field_role(label) == role


def test_the_first_of_two_roles_that_a_label_joins_decides() -> None:
    assert field_role("背景と目的") == "background"
    assert field_role("目的と背景") == "overview"


@pytest.mark.parametrize(
    "text",
    [
        "計画の目的",  # the heading of a chapter
        "本市の現状",
        "今後の課題",
        "取組",  # too common alone
        "内容",
        "取組項目",  # the head of a column
        "具体的施策",
        "施策概要担当課",  # two labels that ran together
        "課題解決に向けた取組",
        "窓口業務の内容を見直す",
    ],
)
def test_headings_of_chapters_heads_of_columns_and_phrases_are_no_labels(text: str) -> None:
    assert field_role(text) is None


@pytest.fixture
def fresh() -> Iterator[None]:
    yield
    labels.vocabulary.cache_clear()
    labels.learn("fields", "background")  # what was made of it goes, too


@pytest.mark.usefixtures("fresh")
def test_a_label_can_be_tried_before_it_goes_into_the_file() -> None:
    assert labels.field_role("これまでの歩み") is None
    labels.learn("fields", "background", "これまでの歩み")
    assert labels.field_role("【これまでの歩み】") == "background"


def test_a_label_that_was_tried_is_gone_with_its_process() -> None:
    assert labels.field_role("これまでの歩み") is None
