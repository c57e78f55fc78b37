"""Indicators told in sentences: what is one, with its values and years, and what is none."""

from __future__ import annotations

import pytest

from extract.records.indicator_lines import read_sentence
from extract.records.indicator_sentences import commits, of_part, told
from extract.records.indicator_values import Reading

Wanted = tuple[str, float | None, int | None, float | None, int | None, str | None, str]

# (sentence, (name, baseline, its year, target, its year, unit, kind) of every indicator it tells)
TOLD: list[tuple[str, list[Wanted]]] = [
    # a target alone
    ("窓口の満足度を90％以上とする。", [("窓口の満足度", None, None, 90, None, "%", "absolute")]),
    ("令和12年度までに、電子申請の利用率を60％に引き上げます。", [("電子申請の利用率", None, None, 60, 2030, "%", "absolute")]),
    ("電子決裁の割合を、令和10年度末までに95％以上にします。", [("電子決裁の割合", None, None, 95, 2028, "%", "absolute")]),
    ("見守り講習の開催を年6回とする。", [("見守り講習の開催", None, None, 6, None, "回", "frequency")]),
    ("防災訓練を毎年度2回以上実施する。", [("防災訓練", None, None, 2, None, "回", "frequency")]),
    ("待ち時間は10分以内を目指します。", [("待ち時間", None, None, 10, None, "分", "absolute")]),
    ("空き家の戸数を800戸未満に抑える。", [("空き家の戸数", None, None, 800, None, "戸", "absolute")]),
    ("交付率が80％に達することを目標とする。", [("交付率", None, None, 80, None, "%", "absolute")]),
    ("目標は、登録者数3,000人です。", [("登録者数", None, None, 3000, None, "人", "absolute")]),
    ("令和11年度の来場者数は5万人を目標とします。", [("来場者数", None, None, 5, 2029, "万人", "absolute")]),
    ("公開データ件数については、計画期間中に250件まで増やす。", [("公開データ件数", None, None, 250, None, "件", "absolute")]),
    ("ごみの量を１人１日当たり600g以下とします。", [("ごみの量", None, None, 600, None, "g", "absolute")]),
    ("受講者の延べ人数1,500人を目指す。", [("受講者の延べ人数", None, None, 1500, None, "人", "absolute")]),
    # kept as it is
    ("健診の受診率を80％以上に保つ。", [("健診の受診率", None, None, 80, None, "%", "absolute")]),
    ("個別施設計画の策定率は100％を維持する。", [("個別施設計画の策定率", None, None, 100, None, "%", "absolute")]),
    ("重大な事故の発生件数を0件に維持します。", [("重大な事故の発生件数", None, None, 0, None, "件", "absolute")]),
    # the baseline in brackets
    ("相談件数を120件（令和6年度80件）に増やす。", [("相談件数", 80, 2024, 120, None, "件", "absolute")]),
    ("オンライン予約の件数を、令和12年度までに2,000件（令和6年度：640件）に増やします。", [("オンライン予約の件数", 640, 2024, 2000, 2030, "件", "absolute")]),
    ("学習会の参加者を300人（現状：110人）に増やす", [("学習会の参加者", 110, None, 300, None, "人", "absolute")]),
    ("保有率（令和6年度末 78.5％）を、令和11年度末までに95％とする。", [("保有率", 78.5, 2024, 95, 2029, "%", "absolute")]),
    ("研修修了者を40人から（R6）200人へ増やす。", []),  # the year stands where it belongs to nothing: better nothing
    # from what to what
    ("待ち時間を25分から10分に短縮する。", [("待ち時間", 25, None, 10, None, "分", "absolute")]),
    ("利用割合を12%から令和12年度までに80%に高めます。", [("利用割合", 12, None, 80, 2030, "%", "absolute")]),
    ("令和8年度の2事務から、令和12年度には10事務に拡大する。", []),  # no name: nothing
    ("対象を令和8年度の2事務から令和12年度の10事務に広げる。", [("対象", 2, 2026, 10, 2030, "事務", "absolute")]),
    ("自動化した作業を、令和6年度の8業務から令和12年度に30業務へ増やします。", [("自動化した作業", 8, 2024, 30, 2030, "業務", "absolute")]),
    ("応募者数は46人（R5）から90人（R10）に増加させる。", [("応募者数", 46, 2023, 90, 2028, "人", "absolute")]),
    ("紙の使用量を年間420万枚から半分の210万枚に減らす。", [("紙の使用量", 420, None, 210, None, "万枚", "absolute")]),
    ("令和6年度に35.2％であった接種率を、令和12年度に60％まで引き上げる。", [("接種率", 35.2, 2024, 60, 2030, "%", "absolute")]),
    ("現在18か所の公衆無線LANを、令和10年度までに40か所に増やす。", [("公衆無線LAN", 18, None, 40, 2028, "か所", "absolute")]),
    ("満足度を前回調査の61％から70％以上へ引き上げる。", [("満足度", 61, None, 70, None, "%", "absolute")]),
    # a change
    ("電力の使用量を令和7年度比で15％削減する。", [("電力の使用量", None, 2025, 15, None, "%", "change")]),
    ("時間外勤務を令和6年度に比べ20％減らします。", [("時間外勤務", None, 2024, 20, None, "%", "change")]),
    ("刊行物の印刷部数を3割減らす。", [("刊行物の印刷部数", None, None, 3, None, "割", "change")]),
    ("温室効果ガスの排出量を、2013年度比で50％以上削減します。", [("温室効果ガスの排出量", None, 2013, 50, None, "%", "change")]),
    ("来館者数を令和5年度の1.5倍にする。", [("来館者数", None, 2023, 1.5, None, "倍", "multiple")]),
    ("事務作業の時間を年間3,000時間削減する。", [("事務作業の時間", None, None, 3000, None, "時間", "change")]),
    ("満足度を令和6年度から10ポイント向上させる。", [("満足度", None, 2024, 10, None, "ポイント", "change")]),
    ("就業率75％以上を維持する。", [("就業率", None, None, 75, None, "%", "absolute")]),
    ("会員数5,000人の達成を目指す。", [("会員数", None, None, 5000, None, "人", "absolute")]),
    ("来場者数は、令和6年度の1,200人に対し、令和12年度に2,000人とする。", [("来場者数", 1200, 2024, 2000, 2030, "人", "absolute")]),
    # several indicators
    (
        "登録者数を500人に、利用回数を2,000回に増やす。",
        [("登録者数", None, None, 500, None, "人", "absolute"), ("利用回数", None, None, 2000, None, "回", "absolute")],
    ),
    (
        "記入欄を転入で58か所から12か所に、転出で40か所から9か所に減らす。",
        [("記入欄", 58, None, 12, None, "か所", "absolute"), ("記入欄", 40, None, 9, None, "か所", "absolute")],
    ),
    (
        "令和12年度までに講座数を20講座、受講者数を800人とする。",
        [("講座数", None, None, 20, 2030, "講座", "absolute"), ("受講者数", None, None, 800, 2030, "人", "absolute")],
    ),
    # a number inside the name
    ("週1回以上運動する市民の割合を65％以上とする。", [("週1回以上運動する市民の割合", None, None, 65, None, "%", "absolute")]),
    ("65歳以上の就業者の割合を25％に高める。", [("65歳以上の就業者の割合", None, None, 25, None, "%", "absolute")]),
    ("2要素認証を使う端末の割合を100％にする。", [("2要素認証を使う端末の割合", None, None, 100, None, "%", "absolute")]),
    ("1年以内に相談を受けた人の割合を40％以上に引き上げる。", [("1年以内に相談を受けた人の割合", None, None, 40, None, "%", "absolute")]),
]  # fmt: skip

# the same in a line of an indicator's own
LINES: list[tuple[str, list[Wanted]]] = [
    ("市民満足度：令和12年度に75％以上", [("市民満足度", None, None, 75, 2030, "%", "absolute")]),
    ("1件あたりの処理時間：30分→12分", [("1件あたりの処理時間", 30, None, 12, None, "分", "absolute")]),
    ("図書の貸出冊数 21万冊（R6）⇒25万冊（R12）", [("図書の貸出冊数", 21, 2024, 25, 2030, "万冊", "absolute")]),
    ("利用件数 R6: 640人 ▶ R12: 3,500人", [("利用件数", 640, 2024, 3500, 2030, "人", "absolute")]),
    ("利用件数　はじめの値（R6） 640人　→　着地点（R12） 3,500人", [("利用件数", 640, 2024, 3500, 2030, "人", "absolute")]),
    ("利用件数（R6：640人、R12：3,500人）", [("利用件数", 640, 2024, 3500, 2030, "人", "absolute")]),
    ("利用件数：3,500人（R12）【R6：640人】", [("利用件数", 640, 2024, 3500, 2030, "人", "absolute")]),
    ("利用件数 令和6年度640人 令和12年度3,500人", [("利用件数", 640, 2024, 3500, 2030, "人", "absolute")]),
    ("利用率　基準値12.5％（R6）、目標値60％（R12）", [("利用率", 12.5, 2024, 60, 2030, "%", "absolute")]),
    ("利用率　【現状】12.5％→【目標】60％", [("利用率", 12.5, None, 60, None, "%", "absolute")]),
    ("利用率：12.5％（R6）→R9 30％→R12 60％", [("利用率", 12.5, 2024, 60, 2030, "%", "absolute")]),
    ("(2) 待ち時間　30分から15分へ", [("待ち時間", 30, None, 15, None, "分", "absolute")]),
    ("待ち時間の短縮（30分→15分）", [("待ち時間の短縮", 30, None, 15, None, "分", "absolute")]),
    ("KPI：待ち時間を15分以内にする", [("待ち時間", None, None, 15, None, "分", "absolute")]),
    ("導入した学校 ―（R6）→12校（R10）", [("導入した学校", None, None, 12, 2028, "校", "absolute")]),
    ("移動時間　43.5分（２０２６） → 33.8分（２０３２）", [("移動時間", 43.5, 2026, 33.8, 2032, "分", "absolute")]),
    ("登録した農家：当初（R6） 累計95 経営体、到達（R10） 累計182経営体以上", [("登録した農家", 95, 2024, 182, 2028, "経営体", "absolute")]),
    ("見直しの割合：はじめ（R6） 13 %、おわり（R10） 令和6年度比3倍", [("見直しの割合", 13, 2024, 3, 2028, "倍", "multiple")]),
    ("港の見回り船　未配備（2026） → 配備（2032）", [("港の見回り船", None, 2026, None, 2032, None, "milestone")]),
    # brackets that tell no earlier value
    ("実施した市町村 41市町村（100％）", [("実施した市町村", None, None, 41, None, "市町村", "absolute")]),
    ("導入率 100％（全12窓口）", [("導入率", None, None, 100, None, "%", "absolute")]),
    ("満足度 70％（+8.5ポイント）", [("満足度", None, None, 70, None, "%", "absolute")]),
    # two numbers and nothing that tells which is which
    ("利用率　12.5% / 60%", [("利用率", None, None, None, None, None, "qualitative")]),
]  # fmt: skip

NOTHING = [
    # money that is spent
    "令和8年度の予算は1,200万円です。",
    "この事業の総事業費は約3億円を見込んでいます。",
    "補助金の上限額を50万円とする。",
    # what was found or has happened
    "アンケートでは、回答者の62％が便利になったと答えました。",
    "令和5年度の申請は1,120件に達した。",
    "相談件数は年々増え、令和6年度には1,120件となりました。",
    "窓口での待ち時間は平均25分である。",
    "利用率は12％から35％に増加しました。",
    "人口は平成27年の4万人から令和5年の3万6千人に減少しています。",
    "高齢化率は38.5％となっており、県の平均を上回っています。",
    "令和6年度末の保有率は78.5％でした。",
    "職員数は10年前と比べ15％減少しました。",
    # what others aim at
    "国は、令和7年度末までに全国民への普及率を100％とする目標を掲げています。",
    "国の計画では、2030年までに技術者を230万人に増やすこととされています。",
    "県は、令和10年度までに利用率を50％とすることを目指しています。",
    "国の目標である50％を上回る60％を目指します。",
    # what is expected or supposed, and what is no value
    "2040年には、人口が2万人を下回ると推計されています。",
    "令和8年4月1日から手数料を300円に改定する。",
    "計画の期間を5年間とする。",
    "会議は年2回開催されている。",
    "第3章で述べる3つの柱に沿って取り組みます。",
    "24時間365日の申請を可能にします。",
    "対象は18歳以上の市民3,000人とする。",
    "5つの重点分野を定め、12の施策を進めます。",
    "市役所の1階に窓口を設けます。",
    "1人1台の端末を配備しています。",
    "この構想の期間は、令和9年度から令和13年度までの5年間とします。",
    "貸出の利用率は61.5％まで上昇。",
    "相談会を月1回以上開く地区の数",
]


def _values(r: Reading) -> Wanted:
    base, aim = r.baseline, r.target
    return r.indicator, base.value, base.fy, aim.value, aim.fy, aim.unit, aim.kind or ""


@pytest.mark.parametrize(("sentence", "wanted"), TOLD)
def test_a_sentence_tells_its_indicators(sentence: str, wanted: list[Wanted]) -> None:
    assert [_values(r) for r in told(sentence)] == wanted


@pytest.mark.parametrize("sentence", NOTHING)
def test_a_sentence_that_sets_no_target_tells_nothing(sentence: str) -> None:
    assert told(sentence) == []


@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_a_line_tells_its_indicator(line: str, wanted: list[Wanted]) -> None:
    assert [_values(r) for r in read_sentence(line)] == wanted


def test_only_a_sentence_with_a_year_a_baseline_or_a_bound_commits_by_itself() -> None:
    assert not any(commits(r) for r in told("広報紙での周知を年3回に増やし、相談の機会を広げます。"))
    assert all(commits(r) for r in told("相談会の参加者を、令和12年度までに300人に増やします。"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "利用率を令和12年度までに50％以上とします。また、相談会の開催は、年12回とします。",
            ["利用率", "相談会の開催"],
        ),
        (
            "公開件数を、令和6年度の8件から令和12年度には30件に増やします。また、地図の公開は、令和10年度までに実施します。",
            ["公開件数", "地図の公開"],
        ),
        ("利用率を令和12年度までに50％以上とします。相談会は年12回開催しています。", ["利用率"]),
        ("窓口は3か所です。地図の公開は、令和10年度までに実施します。", []),
    ],
)
def test_a_part_that_only_sets_targets_sets_each_of_them(text: str, names: list[str]) -> None:
    assert [r.indicator for r in of_part(text)] == names


def test_what_is_to_be_done_by_a_year_is_a_milestone_of_that_year() -> None:
    *_, last = of_part("利用率を令和12年度までに50％とします。地図の公開は、令和10年度までに実施します。")
    assert (last.target.kind, last.target.raw, last.target.fy) == ("milestone", "実施", 2028)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("令和13年度までに、教室の参加者数を2,200人以上とします（令和8年度：360人）。", 360),
        ("教室の参加者数を2,200人以上とします（現状360人）。", 360),
        ("教室の参加者数を2,200人以上とします（うち高齢者360人）。", None),
        ("教室の参加者数を2,200人以上とします（令和8年度：12回）。", None),
    ],
)
def test_brackets_behind_a_sentence_give_the_start_of_its_target(text: str, start: int | None) -> None:
    (found,) = told(text)
    assert (found.indicator, found.baseline.value, found.target.value) == ("教室の参加者数", start, 2200)


@pytest.mark.parametrize(
    "text",
    [
        "電子で受け取る世帯の割合は、令和6年度に5％であった。これを令和11年度までに45％にする。",
        "電子で受け取る世帯の割合は令和6年度末で5％です。この割合を、令和11年度までに45％へ引き上げます。",
        "電子で受け取る世帯の割合（令和6年度：5％）を、令和11年度までに45％とする。",
    ],
)
def test_a_target_of_what_the_sentence_before_tells_is_its_indicator(text: str) -> None:
    (found,) = of_part(text)
    assert found.indicator == "電子で受け取る世帯の割合"
    assert (found.baseline.value, found.baseline.fy, found.target.value, found.target.fy) == (
        5,
        2024,
        45,
        2029,
    )


def test_a_pronoun_names_no_indicator() -> None:
    assert not of_part("窓口の利用が伸びています。これを令和11年度までに45％にする。")


def test_the_year_a_name_begins_with_is_of_its_target() -> None:
    (found,) = told("令和11年度末における電子図書館の登録者数を500人とします。")
    assert (found.indicator, found.target.fy) == ("電子図書館の登録者数", 2029)
