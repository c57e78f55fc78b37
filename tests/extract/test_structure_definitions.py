"""A glossary is told by what stands in it, whatever its heads and its chapter are called."""

from __future__ import annotations

import pytest

from extract.records import glossary
from tests.extract.text_plan import document

TERMS = [
    ("クラウド", "手もとに機械を置かず、網を通じて借りて使う計算機のこと。"),
    ("エルタックス", "地方税の申告や納付を画面で行う仕組み。"),
    ("ＲＰＡ", "くり返しの作業を人に代わって行うソフトウェアをいう。"),
    ("チャットボット", "質問に自動で答えるプログラムのこと。"),
]
BODY = "本町ではクラウドとチャットボットの利用を進め、エルタックスによる受付を広げます。\n\n"


def found(text: str) -> list[tuple[str, str]]:
    return [(e.term, e.definition) for e in glossary.extract(document(text))]


@pytest.mark.parametrize("heads", ["用語\t解説", "コトバ\tこういう意味です", "見出し\tやさしく言うと"])
def test_a_table_of_terms_needs_no_known_heads(heads: str) -> None:
    rows = "\n".join(f"{term}\t{said}" for term, said in TERMS)
    assert found(f"# 町の計画\n\n{BODY}# 巻末\n\n{heads}\n{rows}\n") == TERMS


def test_rows_that_part_the_terms_are_no_terms() -> None:
    rows = "\n".join(f"{term}\t{said}" for term, said in TERMS[:2])
    more = "\n".join(f"{term}\t{said}" for term, said in TERMS[2:])
    assert found(f"# 町の計画\n\n{BODY}# 巻末\n\n用語\t解説\nア行\n{rows}\nラ行\n{more}\n") == TERMS


def test_lines_of_terms_need_no_chapter_of_their_name() -> None:
    lines = "\n\n".join(f"{term}：{said}" for term, said in TERMS)
    assert found(f"# 町の計画\n\n{BODY}# 付録\n\n{lines}\n") == TERMS


@pytest.mark.parametrize("number", ["", "{}　", "{}. "])
def test_bracketed_terms_with_leaders_are_numbered_lines_below_the_title_of_the_glossary(number: str) -> None:
    lines = "\n\n".join(
        f"{number.format(n)}【{term}】 ・・・{said}" for n, (term, said) in enumerate(TERMS, 1)
    )
    assert found(f"# 町の計画\n\n{BODY}# 町の計画　用語集\n\n{lines}\n") == TERMS


@pytest.mark.parametrize(
    "table",
    [
        "取組\tねらい\n窓口の見直し\t待つ時間を減らし、暮らしの用事を早く終えられるようにします。\n"
        "書類の見直し\t紙の書類を減らし、画面での届け出を広げます。\n講座の開催\t使い方を学ぶ場を公民館に広げます。",
        "時期\t動き\n令和3年5月\t国が関係する法律を定め、新しい役所を設けることを決めた。\n"
        "令和4年6月\t国が計画を定め、地域のデジタル化を進めることを示した。",
        "取組\t内容\t担当\nクラウドの利用\t借りて使う計算機へ移ることです。\t総務課\n"
        "研修\t職員が学ぶ場のことです。\t総務課",
    ],
    ids=["what will be done", "what happened", "offices beside"],
)
def test_other_tables_of_names_and_sentences_are_no_glossary(table: str) -> None:
    assert found(f"# 町の計画\n\n{BODY}{table}\n") == []


@pytest.mark.parametrize("form", ["【{}】{}", "{}　{}", "［{}］ {}"])
def test_a_term_in_brackets_or_before_a_space_is_explained_behind_it(form: str) -> None:
    lines = "\n\n".join(form.format(term, said) for term, said in TERMS)
    assert found(f"# 町の計画\n\n{BODY}# 用語の説明\n\n{lines}\n") == TERMS


def test_what_an_earlier_plan_reached_is_no_glossary() -> None:
    table = "取組\t達成率\t内容\nクラウドの利用\t100%\t借りて使う計算機のこと。\nチャットボット\t60%\t答える仕組みのこと。"
    assert found(f"# 町の計画\n\n{BODY}# これまでの歩み\n\n{table}\n") == []


def test_a_name_in_full_may_stand_anywhere_in_the_explanation() -> None:
    assert glossary.expansion("RPA", "自動化するソフトウェア（Robotic Process Automation）。") == (
        "Robotic Process Automation"
    )
    assert (
        glossary.expansion("IoT", "物をつなぐことです。Internet of Thingsと書きます。")
        == "Internet of Things"
    )


def test_the_imprint_behind_a_glossary_takes_nothing_from_it() -> None:
    terms = "\n\n".join(f"{term}\n\n{said}" for term, said in TERMS)
    imprint = "町の計画\n\n編集　鳴海台町企画部デジタル推進課　電話番号0000-00-0000"
    assert found(f"# 町の計画\n\n{BODY}# 用語の説明\n\n{terms}\n\n{imprint}\n") == TERMS


def test_what_is_explained_behind_lines_that_say_nothing_is_told_in_another_place() -> None:
    terms = "\n\n".join(f"{term}\n\n{said}" for term, said in TERMS)
    box = "問い合わせ先\n\n鳴海台町デジタル推進係\n\n電話 0000-00-0000\n\n平日の朝9時から夕方5時までのことです。"
    assert found(f"# 町の計画\n\n{BODY}# 用語の説明\n\n{terms}\n\n{box}\n") == TERMS


def test_a_motto_and_what_is_said_of_it_are_no_term() -> None:
    motto = "ちかくの窓口、とおくの灯台"
    text = f"# 町の計画\n\n{motto}\n\n# 目ざすこと\n\n{motto}\n\n便利さと声かけの両方を残すことです。\n"
    assert found(text) == []
