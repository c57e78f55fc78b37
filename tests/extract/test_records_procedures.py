from __future__ import annotations

import pytest

from extract.model import Block, Box, Cell, Page, PageLayout, Table, TableItem
from extract.records import procedures
from extract.structure.assemble import assemble
from tests.extract.text_plan import document


def test_signs_before_the_names_mean_what_one_line_says() -> None:
    found = procedures.extract(
        document(
            "別表１ 優先的にオンライン化する手続の一覧\n\n○ 図書の貸出予約\n× 道路占用許可の申請\n○ 水道の使用開始届\n"
            "○ 児童手当の現況届\n× 犬の登録の届出\n－ 港湾施設の使用許可の申請\n\n○：オンライン化済　×：未対応　－：対象外"
        )
    )
    assert [p.online for p in found] == [True, False, True, True, False, None]
    assert [p.applicable for p in found] == [True] * 5 + [False]
    assert found[0].name == "図書の貸出予約"


def test_two_halves_side_by_side_are_one_list_under_the_legend() -> None:
    found = procedures.extract(
        document(
            "オンライン化を推進する手続一覧\n\n◎：実施済　△：検討中\n\nNo\t手続名\tオンライン化\tNo\t手続名\tオンライン化\n"
            "1\t犬の登録申請\t◎\t3\t転出届\t△\n2\t図書の予約\t△\t4\t住民票の請求\t◎"
        )
    )
    assert [(p.number, p.name, p.online) for p in sorted(found, key=lambda p: p.number or "")] == [
        ("1", "犬の登録申請", True),
        ("2", "図書の予約", False),
        ("3", "転出届", False),
        ("4", "住民票の請求", True),
    ]


def test_bullets_before_indicators_above_a_list_are_no_legend_of_it() -> None:
    found = procedures.extract(
        document(
            "指標\n\n○おくやみ窓口の利用件数を令和12年度までに120件とする\n○案内の利用回数を増やす\n\n"
            "電子申請の対象手続\n\n○：オンラインで申請できる手続　－：今後対応する手続\n\n"
            "No.\t手続名\t電子申請\n1\t犬の登録申請\t○\n2\t図書の予約\t－\n3\t転出届\t○"
        )
    )
    assert [p.online for p in found] == [True, False, True]


def test_a_state_told_in_words_is_understood_and_another_left_out() -> None:
    found = procedures.extract(
        document(
            "手続の一覧（電子申請）\n\n連番\t申請・届出の名称\t電子申請の受付\n1\t犬の登録申請\t受付中\n"
            "2\t図書の予約\t令和9年度開始予定\n3\t転出届\t要相談"
        )
    )
    assert [(p.name, p.online) for p in found] == [("犬の登録申請", True), ("図書の予約", False)]


def test_a_coloured_ground_tells_the_state_that_its_legend_gives() -> None:
    names = ("犬の登録申請", "図書の予約", "転出届", "住民票の請求", "水道の使用開始届")
    heads = [
        Cell(0, c, text, box=Box(c * 200, 90, c * 200 + 200, 100))
        for c, text in enumerate(("番号", "手続の名称"))
    ]
    cells = [
        Cell(
            r,
            c,
            text,
            box=Box(c * 200, 90 + 10 * r, c * 200 + 200, 100 + 10 * r),
            fill=0xC6E0B4 if r < 3 else None,
        )
        for r, name in enumerate(names, 1)
        for c, text in enumerate((str(r), name))
    ]
    table = TableItem(Table((*heads, *cells), 6, 2, page=1))
    lines = ("手続一覧（オンライン化の対象）", "※色付きの手続はオンライン化済みです。")
    above = [
        Block("paragraph", text, 1, Box(0, 20 + 20 * n, 300, 30 + 20 * n)) for n, text in enumerate(lines)
    ]
    held = assemble(document("x").source, [PageLayout(Page(1, 595, 842), (*above, table))])
    found = procedures.extract(held)
    assert [(p.name, p.online) for p in found] == [(n, i < 2) for i, n in enumerate(names)]


def test_the_time_from_which_a_procedure_is_online_is_its_state() -> None:
    rows = "1\t転出の届出\t対応済\n2\t図書の予約\t令和９年度予定\n3\t農地転用の許可申請\t未定\n4\t岸壁の使用許可申請\t対象外"
    found = procedures.extract(document(f"オンライン対応の手続一覧\n\nNo.\t手続名\t対応時期\n{rows}"))
    assert [(p.online, p.applicable) for p in found] == [
        (True, True),
        (False, True),
        (False, True),
        (None, False),
    ]


def test_a_column_of_signs_the_legend_explains_is_the_state_whatever_heads_it() -> None:
    found = procedures.extract(
        document(
            "電子申請の対象手続\n\n○：電子申請できるもの　●：これから対応するもの\n\n分野\t手続名\t区分\n"
            "港\t係留の許可申請\t○\n港\t荷揚げの届出\t●\n山\t入林の届出\t○"
        )
    )
    assert [(p.group, p.name, p.online) for p in found] == [
        ("港", "係留の許可申請", True),
        ("港", "荷揚げの届出", False),
        ("山", "入林の届出", True),
    ]


def test_a_sign_whose_meaning_is_not_understood_tells_nothing() -> None:
    found = procedures.extract(
        document(
            "電子申請の対象手続\n\n●：職員が代わって行うもの　○：オンライン化済\n\n手続名\t対応状況\n"
            "係留の許可申請\t●\n入林の届出\t○"
        )
    )
    assert [(p.name, p.online) for p in found] == [("係留の許可申請", None), ("入林の届出", True)]


def test_a_sign_for_what_comes_later_tells_that_the_other_is_online() -> None:
    table = "手続名\t令和7年度末の状態\n児童手当の請求\t○\n妊娠の届出\t―\n犬の登録申請\t○\n転出の届出\t―"
    for legend in (
        "○：全ての町で画面から申請が可能なもの　　―：一部の町で未対応のもの",
        "○：対応済み　―：令和12年度までに対応",
    ):
        found = procedures.extract(document(f"## 電子申請の対象とする手続\n\n{table}\n\n{legend}"))
        assert [(p.online, p.applicable) for p in found] == [(True, True), (False, True)] * 2


@pytest.mark.parametrize(
    ("head", "signs", "legend"),
    [
        ("届け出\tネット", "○×", "○は自宅から出せるもの、×はまだ自宅から出せないものです。"),
        ("したいこと\tご自宅で", "◎△", "◎：来庁しなくてもできる　△：来庁しないとできない"),
        ("手つづき\tアプリ", "●－", "●はアプリで終わります、－はアプリで終わりません。"),
    ],
)
def test_names_of_procedures_beside_signs_are_a_list_whatever_heads_them(
    head: str, signs: str, legend: str
) -> None:
    yes, no = signs
    rows = f"転出届\t{yes}\n犬の登録\t{no}\n児童手当の認定請求\t{yes}\n水道の開始・中止\t{yes}"
    found = procedures.extract(document(f"くらしのご案内\n\n{legend}\n\n{head}\n{rows}"))
    assert [(p.name, p.online) for p in found] == [
        ("転出届", True),
        ("犬の登録", False),
        ("児童手当の認定請求", True),
        ("水道の開始・中止", True),
    ]


def test_signs_of_what_is_not_told_make_no_list_of_procedures() -> None:
    rows = "電子申請\t○\n図書の予約\t×\n転出届\t○\n犬の登録\t○"
    assert not procedures.extract(document(f"見直しの対象\n\n件名\t重点\n{rows}"))


def test_tables_under_headings_of_their_own_are_groups_of_one_list() -> None:
    parts = [
        "１　くらし\n\n届け出\tネット\n転出届\t○\n犬の登録\t×",
        "２　こども\n\n届け出\tネット\n児童手当の認定請求\t○\n妊娠の届出\t○",
    ]
    legend = "○は自宅から出せるもの、×は自宅から出せないものです。"
    found = procedures.extract(document("\n\n".join([legend, *parts])))
    assert [(p.group, p.name) for p in found] == [
        ("くらし", "転出届"),
        ("くらし", "犬の登録"),
        ("こども", "児童手当の認定請求"),
        ("こども", "妊娠の届出"),
    ]
