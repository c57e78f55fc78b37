"""A procedure is found in the national list in spite of spelling, and never confused with its neighbour."""

from __future__ import annotations

import pytest

from normalize.procedures import national_list, national_no


def test_every_procedure_of_the_list_finds_itself_and_no_other() -> None:
    assert len(national_list()) == 20 + 15 + 11 + 8 + 2
    assert all(national_no(one.name) == one.national_no for one in national_list())


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("児童手当等に係る寄付の申出*", "b-子育て-6"),
        ("児童手当に係る寄附変更等の届出", "b-子育て-7"),
        ("居住（介護予防）サービス計画作成（変更）依頼の届出", "b-介護-4"),
        ("水道の使用開始届", "a-8"),
        ("職員採用試験の申込み", "a-16"),
        ("道路使用許可の申請（本市対象外）", "a-11"),
        ("り災証明書の発行申請", "b-被災者支援-1"),
        ("要介護・要支援更新認定の申請", "b-介護-2"),
    ],
)
def test_spelling_makes_no_difference(name: str, number: str) -> None:
    assert national_no(name) == number


@pytest.mark.parametrize("name", ["犬の登録申請", "要介護・要支援認定の取消", "住民票の写しの交付請求", "等"])
def test_what_the_list_does_not_have_gets_no_number(name: str) -> None:
    assert national_no(name) is None
