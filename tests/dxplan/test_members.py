"""A dataset never loses a plan that nobody has taken out of it, and its bytes follow from its plans alone."""

from __future__ import annotations

import json
import os
import shutil
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import dxplan
from dxplan import cli
from dxplan.errors import InputError
from dxplan.ingest import batch, members
from dxplan.storage import paths
from tests.dxplan import fakes
from tests.dxplan.conftest import Run
from tests.dxplan.test_batch import digests, table


def names(out: Path) -> list[str]:
    return sorted(str(d["source_name"]) for d in table(out, "documents"))


Remove = Callable[..., batch.Summary]


@pytest.fixture
def remove(tmp_path: Path, run: Run) -> Remove:
    def remove(*plans: str) -> batch.Summary:
        return batch.run((), tmp_path / "out", fakes.extract, fakes.link, remove=plans, jobs=1)

    return remove


def test_a_plan_that_is_not_given_stays(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans / "a.txt")
    summary = run(plans / "b.txt")
    assert names(tmp_path / "out") == ["a.txt", "b.txt"]
    assert summary.change == members.Change(("b.txt",), (), ("a.txt",), ())
    (plans / "a.txt").write_text("窓口を閉じる", encoding="utf-8")
    assert run(plans / "b.txt").change.kept == ("a.txt", "b.txt")
    assert "書かない窓口" in {m["title"] for m in table(tmp_path / "out", "measures")}
    assert run(plans).change == members.Change((), ("a.txt",), ("b.txt",), ())
    assert "書かない窓口" not in {m["title"] for m in table(tmp_path / "out", "measures")}


def test_only_who_asks_for_it_drops_plans(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    summary = batch.run([plans / "b.txt"], tmp_path / "out", fakes.extract, fakes.link, prune=True, jobs=1)
    assert summary.change == members.Change((), (), ("b.txt",), ("a.txt",))
    assert names(tmp_path / "out") == ["b.txt"]


def test_bytes_follow_from_the_plans_whatever_the_history(
    run: Run, remove: Remove, plans: Path, tmp_path: Path
) -> None:
    (plans / "c.txt").write_text("窓口のキャッシュレス化", encoding="utf-8")
    (plans / "d.txt").write_text("!hang", encoding="utf-8")
    run(plans, out=tmp_path / "once", timeout=2.0)
    for plan in ("c.txt", "a.txt", "d.txt", "b.txt"):
        run(plans / plan, timeout=2.0)
    assert digests(tmp_path / "out") == digests(tmp_path / "once")
    assert remove("a.txt", "d.txt").change.dropped == ("a.txt", "d.txt")
    run(plans / "b.txt", plans / "c.txt", out=tmp_path / "two")
    assert digests(tmp_path / "out") == digests(tmp_path / "two")
    run(plans / "a.txt")
    run(*(plans / f"{n}.txt" for n in "bca"), out=tmp_path / "three")
    assert digests(tmp_path / "out") == digests(tmp_path / "three")


def test_limits_of_a_later_run_that_change_nothing_change_no_byte(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    from extract.limits import Limits

    run(plans / "a.txt", limits=Limits(pages=7))
    run(plans / "b.txt")
    run(plans, out=tmp_path / "once")
    assert digests(tmp_path / "out") == digests(tmp_path / "once")


def test_a_plan_whose_file_is_gone_stays_also_with_a_new_release(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(plans)
    (plans / "a.txt").unlink()
    monkeypatch.setattr(batch, "code_version", lambda: "9+feedc0ffee00")
    assert run(plans).change == members.Change((), ("b.txt",), ("a.txt",), ())
    versions = {d["source_name"]: d["extractor_version"] for d in table(tmp_path / "out", "documents")}
    assert versions == {"a.txt": fakes.VERSION, "b.txt": "9+feedc0ffee00"}
    assert run(plans).change.kept == ("a.txt", "b.txt")


def test_a_new_release_reads_plans_anew_that_are_not_given(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(plans)
    monkeypatch.setattr(batch, "code_version", lambda: "9+feedc0ffee00")
    assert run(plans / "b.txt").change.renewed == ("a.txt", "b.txt")
    run(plans, out=tmp_path / "once")
    assert digests(tmp_path / "out") == digests(tmp_path / "once")


def test_a_run_that_would_lose_a_plan_stops(run: Run, remove: Remove, plans: Path, tmp_path: Path) -> None:
    run(plans)
    before = digests(tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / ".dxplan")
    (plans / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.txt.*put them back, or take them out"):
        run(plans / "b.txt")
    assert digests(tmp_path / "out") == before
    remove("a.txt")
    assert names(tmp_path / "out") == ["b.txt"]


def test_a_dataset_without_its_list_keeps_its_plans(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    (tmp_path / "out" / members.FILE).unlink()
    run(plans / "b.txt")
    assert names(tmp_path / "out") == ["a.txt", "b.txt"]
    assert [p["source"] for p in json.loads((tmp_path / "out" / members.FILE).read_bytes())] == [
        "../plans/a.txt",
        "../plans/b.txt",
    ]


def test_a_plan_that_was_moved_is_no_second_one(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    (plans / "2026").mkdir()
    (plans / "a.txt").rename(plans / "2026" / "a.txt")
    assert run(plans).change == members.Change((), (), ("a.txt", "b.txt"), ())
    assert not table(tmp_path / "out", "diagnostics")


def test_a_plan_is_removed_by_whatever_it_is_called(
    run: Run, remove: Remove, plans: Path, tmp_path: Path
) -> None:
    run(plans)
    with pytest.raises(InputError, match=r"no plan .* is called 'c.txt'; near it: .*a.txt"):
        remove("c.txt")
    with pytest.raises(InputError, match="2 answer to 'みほん市'"):
        remove("みほん市")
    with pytest.raises(InputError, match="nothing would be left"):
        remove("a.txt", "b.txt")
    remove(str(plans / "a.txt"))
    assert names(tmp_path / "out") == ["b.txt"]


def test_the_command_line_tells_what_became_of_the_plans(plans: Path, tmp_path: Path) -> None:
    def invoke(*arguments: str) -> str:
        told = CliRunner().invoke(cli.main, list(arguments))
        assert told.exit_code == 0, told.output
        return told.output

    out = str(tmp_path / "out")
    invoke("run", str(plans / "a.txt"), "--out", out, "--jobs", "1")
    told = invoke("run", str(plans / "b.txt"), "--out", out, "--jobs", "1")
    assert "plans: 1 added, 0 renewed, 1 kept, 0 dropped" in told
    assert "dropped: a.txt" in invoke("remove", out, "a.txt")
    assert len(dxplan.open(out).documents) == 1
    assert "dropped: b.txt" in invoke("run", str(plans / "a.txt"), "--out", out, "--prune")


# --- what is hashed is what is read -------------------------------------------------------------------


def test_rows_are_those_of_the_bytes_their_hash_names(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes to the file between the look at it and the reading."""

    def look_and_write(path: Path) -> tuple[str | None, int | None]:
        found = paths.digest(path)
        if path.name == "a.txt":
            path.write_text("後から書いた窓口", encoding="utf-8")
        return found

    monkeypatch.setattr(members, "digest", look_and_write)
    assert run(plans).changed == ("a.txt",)
    monkeypatch.undo()
    monkeypatch.setattr(batch, "code_version", lambda: fakes.VERSION)
    run(plans, out=tmp_path / "calm")
    assert digests(tmp_path / "out") == digests(tmp_path / "calm")


def test_a_twin_of_a_file_that_changed_is_read_itself(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(plans / "a.txt", plans / "z.txt")
    written = []

    def look_and_write(path: Path) -> tuple[str | None, int | None]:
        found = paths.digest(path)
        if path.name == "a.txt" and not written:
            written.append(path.write_text("後から書いた窓口", encoding="utf-8"))
        return found

    monkeypatch.setattr(members, "digest", look_and_write)
    run(plans)
    assert names(tmp_path / "out") == ["a.txt", "b.txt", "z.txt"]


@pytest.mark.slow
def test_no_row_is_wrong_whoever_writes_meanwhile(run: Run, plans: Path, tmp_path: Path) -> None:
    """A thousand editions, each with its number in every row, written while runs go on."""
    import hashlib

    known: dict[str, str] = {}
    over = threading.Event()

    def write() -> None:
        for n in range(1000):
            text = f"窓口{n}".encode()
            known[hashlib.sha256(text).hexdigest()] = f"窓口{n}"
            scratch = tmp_path / "scratch"
            scratch.write_bytes(text)
            os.replace(scratch, plans / "a.txt")
            if over.wait(0.005):
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(4):
            run(plans)
            for document in table(tmp_path / "out", "documents"):
                if document["source_name"] == "a.txt" and document["sha256"] in known:
                    rows = [
                        m for m in table(tmp_path / "out", "measures") if m["doc_id"] == document["doc_id"]
                    ]
                    assert [m["title"] for m in rows] == [known[str(document["sha256"])]]
    finally:
        over.set()
        writer.join()


def test_a_file_that_goes_before_it_is_read_is_a_failed_document(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_and_delete(path: Path) -> tuple[str | None, int | None]:
        found = paths.digest(path)
        if path.name == "a.txt":
            path.unlink()
        return found

    monkeypatch.setattr(members, "digest", look_and_delete)
    assert run(plans).statuses == {"ok": 1, "failed": 1}
    (note,) = table(tmp_path / "out", "diagnostics")
    assert note["code"] == "unreadable_file"


# --- one spelling -------------------------------------------------------------------------------------


def test_bytes_do_not_depend_on_how_a_path_is_spelled(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(plans)
    run(plans, out=tmp_path / "once")
    monkeypatch.chdir(plans)
    for n, spelled in enumerate(("", "../plans", "../plans/../plans/a.txt", "../link", "*.txt")):
        given = [Path(spelled), Path("b.txt")] if spelled.endswith("a.txt") else [Path(spelled)]
        run(*given, out=tmp_path / f"out{n}")
        assert digests(tmp_path / f"out{n}") == digests(tmp_path / "once"), spelled


def test_a_dataset_moved_with_its_plans_finds_them_from_anywhere(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    shutil.copytree(plans, tmp_path / "here" / "plans")
    monkeypatch.chdir(tmp_path / "here")
    dxplan.run("plans", "out", jobs=1)
    (tmp_path / "here").rename(tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    ds = dxplan.open("there/out")
    assert (
        ds.source(ds.sentences.arrow(source_name="a.txt").to_pylist()[0]).path
        == tmp_path / "there/plans/a.txt"
    )


def test_a_dataset_moved_alone_finds_its_plans_where_they_are(plans: Path, tmp_path: Path) -> None:
    dxplan.run(plans, tmp_path / "out", jobs=1)
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "out").rename(tmp_path / "far" / "away" / "out")
    ds = dxplan.open(tmp_path / "far" / "away" / "out")
    assert ds.source(ds.sentences.arrow(source_name="a.txt").to_pylist()[0]).path == plans / "a.txt"


@pytest.mark.parametrize("name", ["デジタル 計画 %41.txt", "a%b#c?.txt", "計画\x1b[31m.txt"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_of_files_are_text_in_one_form_and_the_files_are_found(
    run: Run, plans: Path, tmp_path: Path, name: str, form: str
) -> None:
    folder = tmp_path / unicodedata.normalize(form, "計画ガ 一覧")
    folder.mkdir()
    file = folder / unicodedata.normalize(form, name)
    file.write_text("窓口", encoding="utf-8")
    run(folder)
    (document,) = table(tmp_path / "out", "documents")
    written = unicodedata.normalize("NFC", name).replace("\x1b", "\ufffd")
    assert document["source_path"] == f"../計画ガ 一覧/{written}"
    assert paths.locate(str(document["source_path"]), tmp_path / "out") == file
    shutil.rmtree(tmp_path / "out" / ".dxplan")
    assert run(plans).change.renewed == (written,)


def test_a_folder_that_folds_case_has_one_spelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows and macOS: a name answers however its letters are written, and is listed in one way."""
    (tmp_path / "Plans").mkdir()
    (tmp_path / "Plans" / "A.PDF").write_bytes(b"%PDF-")
    monkeypatch.setattr(paths, "_is_same", lambda one, other: str(one).lower() == str(other).lower())
    for spelled in ("plans/a.pdf", "PLANS/A.pdf", "Plans/A.PDF"):
        assert paths.true_path(tmp_path / spelled) == tmp_path / "Plans" / "A.PDF"
