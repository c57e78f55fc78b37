from __future__ import annotations

from extract.records import procedures
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


def test_a_state_told_in_words_is_understood_and_another_left_out() -> None:
    found = procedures.extract(
        document(
            "手続の一覧（電子申請）\n\n連番\t申請・届出の名称\t電子申請の受付\n1\t犬の登録申請\t受付中\n"
            "2\t図書の予約\t令和9年度開始予定\n3\t転出届\t要相談"
        )
    )
    assert [(p.name, p.online) for p in found] == [("犬の登録申請", True), ("図書の予約", False)]
