"""A person sees the doubtful pairs side by side, writes yes or no, and the next run obeys."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import dxplan
from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import InputError
from dxplan.views import vocabulary
from normalize.vocabulary import Decision
from tests.dxplan import made
from tests.dxplan.conftest import Run

PAIR = Decision("住民接点", "フロントヤード", True)
YES = "- {surface: 住民接点, canonical: フロントヤード, same: yes, because: 同じもの}\n"


@pytest.fixture
def doubtful(tmp_path: Path) -> Dataset:
    texts = ("住民接点（フロントヤード）を改める。", "フロントヤードの人員", "ICTとＩＣＴ")
    rows = {"documents": [made.document("a", "みほん町")], "blocks": made.blocks("a", *texts)}
    return made.dataset(tmp_path / "out", rows)


def test_the_vocabulary_counts_mentions_documents_and_variants(doubtful: Dataset) -> None:
    rows = {r["canonical"]: r for r in vocabulary.terms(doubtful).to_dict("records")}
    ict = rows["ICT"]
    assert (ict["n_mentions"], ict["n_documents"], list(ict["variants"])) == (2, 1, ["ＩＣＴ ×1 (width)"])


def test_a_doubtful_pair_stands_with_the_contexts_of_both_sides(doubtful: Dataset) -> None:
    (pair,) = vocabulary.review(doubtful).to_dict("records")
    assert (pair["surface"], pair["canonical"], pair["n_occurrences"]) == ("住民接点", "フロントヤード", 1)
    assert pair["contexts"][0].startswith("住民接点（フロントヤード）")
    assert "フロントヤードの人員" in pair["canonical_contexts"]
    assert vocabulary.review(doubtful, [PAIR]).empty


def test_the_form_to_fill_in_is_read_back(doubtful: Dataset, tmp_path: Path) -> None:
    arguments = ["terms", str(doubtful.folder), "--review", "--format", "yaml"]
    form = CliRunner().invoke(cli.main, arguments).output
    file = tmp_path / "mine.yaml"
    file.write_text(form, encoding="utf-8")
    assert vocabulary.decisions(doubtful.folder, file) == ()  # nothing filled in yet
    file.write_text(form.replace("same:", "same: yes"), encoding="utf-8")
    assert vocabulary.decisions(doubtful.folder, file) == (PAIR,)
    shown = CliRunner().invoke(
        cli.main, ["terms", str(doubtful.folder), "--review", "--decisions", str(file)]
    )
    assert shown.exit_code == 0
    assert "住民接点" not in shown.output


def test_decisions_beside_the_dataset_are_found(tmp_path: Path) -> None:
    assert vocabulary.decisions(tmp_path) == ()
    (tmp_path / "decisions.yaml").write_text(YES, encoding="utf-8")
    assert [d.pair for d in vocabulary.decisions(tmp_path)] == [PAIR.pair]
    (tmp_path / "decisions.yaml").write_text("- {surface: 住民接点}", encoding="utf-8")
    with pytest.raises(InputError, match=r"decisions\.yaml: entry 1: needs surface and canonical"):
        vocabulary.decisions(tmp_path)


def test_a_decision_makes_the_dataset_again_but_reads_nothing_again(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    run(plans)
    written = (tmp_path / "out" / "datapackage.json").stat().st_mtime_ns
    assert run(plans).n_read == 0
    assert (tmp_path / "out" / "datapackage.json").stat().st_mtime_ns == written
    assert run(plans, decisions=(PAIR,)).n_read == 0
    assert (tmp_path / "out" / "datapackage.json").stat().st_mtime_ns != written


def test_the_next_run_obeys(tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.txt", tmp_path / "out"
    plan.write_text("# みほん町DX推進計画\n\n住民接点（フロントヤード）を改める。\n", encoding="utf-8")
    dxplan.run(plan, out, jobs=1)
    assert dxplan.open(out).variants(surface="住民接点").empty
    (out / "decisions.yaml").write_text(YES, encoding="utf-8")
    dxplan.run(plan, out, jobs=1)
    (variant,) = dxplan.open(out).variants(surface="住民接点").to_dict("records")
    assert (variant["canonical"], variant["evidence"]) == ("フロントヤード", "decided: 同じもの")
