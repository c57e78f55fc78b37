"""A municipality is told by its name and prefecture, and never guessed."""

from __future__ import annotations

import pytest

from normalize.municipalities import Found, by_name, check_digit, find, municipalities


def test_every_code_of_the_list_has_its_check_digit() -> None:
    assert len(municipalities()) == 47 + 1741
    assert all(check_digit(one.code[:5]) == one.code[5] for one in municipalities())


def test_a_union_of_municipalities_issues_a_plan() -> None:
    found = find(["第３期水無月中央広域連合デジタル改革プラン", "2026-2029", "萌木県　水無月中央広域連合"])
    assert found == Found("水無月中央広域連合", "萌木県")


@pytest.mark.parametrize(
    ("digits", "digit"), [("01100", "2"), ("13101", "6"), ("13361", "2"), ("27100", "4")]
)
def test_check_digit_follows_the_rule(digits: str, digit: str) -> None:
    assert check_digit(digits) == digit


def test_check_digit_refuses_what_is_no_code() -> None:
    with pytest.raises(ValueError, match="five digits"):
        check_digit("1310")


@pytest.mark.parametrize(
    ("name", "prefecture", "code"),
    [
        ("横浜市", None, "141003"),  # a designated city has a row of its own
        ("和歌山県", None, "300004"),
        ("鶴ケ島市", None, "112411"),  # ケ for ヶ
        ("竜ヶ崎市", None, "082082"),
        ("府中市", "広島県", "342084"),
        ("那珂川町", None, "094111"),  # the one that is a town today
        ("篠山市", None, "282219"),  # renamed
        ("岩舟町", None, "092037"),  # merged into a city
    ],
)
def test_name_leads_to_code(name: str, prefecture: str | None, code: str) -> None:
    one = by_name(name, prefecture)
    assert one is not None
    assert one.code == code


@pytest.mark.parametrize(("name", "prefecture"), [("府中市", None), ("府中市", "岡山県"), ("霞ノ浜市", None)])
def test_ambiguous_or_unknown_name_has_no_code(name: str, prefecture: str | None) -> None:
    assert by_name(name, prefecture) is None


def test_every_listed_municipality_is_found_on_its_own_cover() -> None:
    for one in municipalities():
        if one.kind != "都道府県":
            cover = ["DX推進計画", "令和6年3月", f"{one.prefecture}{one.name}"]
            assert find(cover) == Found(one.name, one.prefecture, one.code)


@pytest.mark.parametrize(
    ("texts", "name", "code"),
    [
        (["東村山市DX推進計画"], "東村山市", "132136"),
        (["四日市市", "行政デジタル化計画"], "四日市市", "242021"),
        (["大町町情報化ビジョン"], "大町町", "414239"),
        (["平　塚　市", "デジタル化推進方針"], "平塚市", "142034"),
        (["第2次函館市DX推進計画"], "函館市", "012025"),
        (["デジタル化計画", "令和7年3月 飯田市"], "飯田市", "202053"),
        (["福岡県八女郡広川町", "DX推進計画"], "広川町", "405442"),  # a county is no part of the name
        (["小郡市DX推進計画"], "小郡市", "402168"),
        (["横浜市港北区デジタル化方針"], "横浜市", "141003"),  # a ward is no municipality
        (["本計画は、第5次飯田市総合計画を支える。", "隣の駒ヶ根市と", "飯田市では"], "飯田市", "202053"),
    ],
)  # fmt: skip
def test_issuer_is_read_from_cover_title_or_text(texts: list[str], name: str, code: str) -> None:
    found = find(texts)
    assert (found.municipality, found.code) == (name, code)


@pytest.mark.parametrize(
    "texts",
    [["デジタル計画", "神戸市の事例では窓口が変わりました。"], ["DX推進計画", "小樽市", "余市町"]],
)
def test_neither_an_example_nor_one_of_two_equals_is_the_issuer(texts: list[str]) -> None:
    assert find(texts) == Found()


def test_same_name_is_told_apart_by_prefecture() -> None:
    assert find(["伊達市DX推進計画", "北海道は令和3年に方針を定めた。"]).code == "012335"
    assert find(["伊達市DX推進計画", "北海道と福島県の先進事例"]) == Found("伊達市")


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["美郷町DX推進計画", "島根県美郷町の窓口改革を参考にします。"], None),
        (["美郷町DX推進計画", "友好都市の宮崎県美郷町と学び合います。"], None),
        (["美郷町DX推進計画", "美郷町は秋田県の南部にあり、島根県美郷町と交流しています。"], "054348"),
        (["美郷町DX推進計画", "秋田県に先進事例があります。"], None),
        (["美郷町DX推進計画", "島根県美郷町の計画を手本とします。"], None),
        (["美郷町DX推進計画", "島根県美郷町デジタル計画を参考にしました。"], None),
    ],
)
def test_another_place_of_the_same_name_is_not_the_issuer(texts: list[str], code: str | None) -> None:
    assert find(texts).code == code


@pytest.mark.parametrize(
    "texts",
    [
        ["窓口改革の手引き", "飯田市では予約を、", "飯田市の担当者は", "飯田市と同じ方法で"],
        ["先進事例集", *["(概要)"] * 40, "飯田市デジタル計画", "飯田市 総務課"],
    ],
)
def test_a_document_that_only_tells_of_a_municipality_is_not_its_own(texts: list[str]) -> None:
    assert find(texts) == Found()


@pytest.mark.parametrize(
    ("texts", "prefecture"),
    [
        (["DX推進計画", "海鳴県霞ノ浜市"], "海鳴県"),
        (["海鳴県", "霞ノ浜市", "DX推進計画"], "海鳴県"),
        (["海鳴県霞ノ浜市", "海鳴県磯部郡早瀬町と結ぶ"], "海鳴県"),
        (["霞ノ浜市DX推進計画", "県の動向", "海鳴県も令和3年に基本方針を定めました。"], "海鳴県"),
        (["霞ノ浜市DX推進計画", "海鳴県の東部に位置する霞ノ浜市は、"], "海鳴県"),
        (["霞ノ浜市DX推進計画", "都道府県の計画、本県の方針、近隣県の戦略、九州各県の計画"], None),
        (["霞ノ浜市DX推進計画", "山梨県は先進的なデジタル計画をもつ。"], None),
        (["霞ノ浜市DX推進計画", "友好都市は東京都府中市です。", "山梨県から転入した人"], None),
    ],
)
def test_unlisted_municipality_has_no_code_and_only_a_stated_prefecture(
    texts: list[str], prefecture: str | None
) -> None:
    assert find(texts) == Found("霞ノ浜市", prefecture)


def test_listed_name_under_another_prefecture_gets_no_code() -> None:
    assert find(["海鳴県飯田市DX推進計画"]) == Found("飯田市", "海鳴県")


def test_listed_name_inside_a_longer_unlisted_one_is_not_found() -> None:
    assert find(["北川崎市DX推進計画", "北川崎市は人口五万人のまちです。"]).municipality == "北川崎市"


@pytest.mark.parametrize(
    "text",
    [
        "本市では", "市区町村は", "県内4市で", "○○市町", "デジタル田園都市国家構想", "全市を挙げて",
        "連携中枢都市の", "三市一町で", "農山村の", "城下町の", "わが市のまちづくり", "学校区",
    ],
)  # fmt: skip
def test_words_that_end_like_a_name_are_none(text: str) -> None:
    assert find([text]) == Found()


def test_prefecture_issues_a_plan_of_its_own() -> None:
    assert find(["島根県デジタル戦略", "市町村を支援する"]) == Found("島根県", "島根県", "320005")


@pytest.mark.parametrize(
    ("lines", "name", "prefecture"),
    [
        (["楡坂区DX推進実行計画", "楡　坂　区"], "楡坂区", None),
        (["楡山県", "行政デジタル化戦略"], "楡山県", "楡山県"),
        (["本区の計画"], None, None),
        (["地区デジタル計画"], None, None),
    ],
)
def test_invented_wards_and_prefectures_issue_plans_too(
    lines: list[str], name: str | None, prefecture: str | None
) -> None:
    found = find(lines)
    assert (found.municipality, found.prefecture) == (name, prefecture)


@pytest.mark.parametrize(
    "cover", [["鈴懸町DX計画", "鈴懸町（海辺県）"], ["鈴懸町DX計画", "鈴懸町 総務課", "（海辺県）"]]
)
def test_a_prefecture_in_brackets_behind_the_name_is_its_own(cover: list[str]) -> None:
    assert find(cover).prefecture == "海辺県"


def test_a_union_on_the_cover_issued_the_plan_of_the_towns_beside_it() -> None:
    cover = ["三沢地域共同デジタル化推進計画", "上沢町", "中沢町", "下沢町", "令和8年3月", "三沢広域連合"]
    assert find([*cover, "中沢町は、中沢町の窓口で試行した。"]).municipality == "三沢広域連合"
