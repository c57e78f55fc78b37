"""How much of the field's own lists (``lists/``) the rules get right. The floors only rise."""

from __future__ import annotations

from tests.normalize import field


def test_the_lists_are_as_long_as_they_must_be() -> None:
    least = {"variants": 250, "apart": 100, "coined": 50, "indicators": 100, "measures": 100}
    least |= {"dates": 120, "quantities": 100, "covers": 80}
    assert {name: len(field.rows(f"{name}.tsv")) >= n for name, n in least.items()} == dict.fromkeys(
        least, True
    )


def test_measures_lead_to_items_of_the_national_plan() -> None:
    assert field.links_score() >= 0.95


def test_no_date_is_read_wrong_in_silence() -> None:
    assert list(field.dates_wrong()) == []


def test_no_quantity_is_read_wrong_in_silence() -> None:
    assert list(field.quantities_wrong()) == []


def test_indicators_of_plans_nobody_has_seen_get_their_id() -> None:
    listed, wrong = field.rows("indicators.tsv"), list(field.indicators_wrong())
    assert [w for w in wrong if w[2] == "-"] == []  # of a part, or of no DX
    assert [w for w in wrong if w[1] is not None] == []
    assert 1 - len(wrong) / len(listed) >= 0.95


def test_ways_to_write_a_term_lead_to_it() -> None:
    assert 1 - len(list(field.variants_missed())) / len(field.rows("variants.tsv")) >= 0.99


def test_who_issued_a_document_is_right_or_not_told() -> None:
    wrong = list(field.issuers_wrong())
    assert [w for w in wrong if w[1] != "-"] == []
    assert len(wrong) <= 2
