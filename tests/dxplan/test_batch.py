from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pyarrow.parquet as pq
import pytest

import dxplan
from dxplan.errors import BusyError, InputError, StorageError
from dxplan.ingest import batch, manifest, members, reading
from dxplan.ingest.manifest import Entry
from dxplan.ingest.tasks import Progress
from dxplan.storage import store, write
from dxplan.tables import TABLES
from extract.limits import Extent, Limits
from tests.dxplan import fakes
from tests.dxplan.conftest import Run

T = TypeVar("T")
needs_memory_limit = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")


def digests(out: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.iterdir()) if p.is_file()}


def table(out: Path, name: str) -> list[dict[str, object]]:
    return pq.read_table(out / f"{name}.parquet").to_pylist()


def read_log(plans: Path) -> list[str]:
    return sorted((plans / fakes.READ_LOG).read_text(encoding="utf-8").split())


def test_every_table_is_written_in_document_order(run: Run, plans: Path, tmp_path: Path) -> None:
    summary = run(plans)
    out = tmp_path / "out"
    assert {p.stem for p in out.glob("*.parquet")} == set(TABLES)
    doc_ids = [d["doc_id"] for d in table(out, "documents")]
    assert doc_ids == sorted(doc_ids)
    assert [m["doc_id"] for m in table(out, "measures")] == sorted(
        m["doc_id"] for m in table(out, "measures")
    )
    assert summary.ok
    assert summary.rows["measures"] == 3
    assert summary.rows["national_links"] == 3
    for name, contract in TABLES.items():
        assert pq.read_schema(out / f"{name}.parquet").equals(contract.schema), name


def test_the_run_adds_where_the_document_came_from(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans / "a.txt")
    (document,) = table(tmp_path / "out", "documents")
    content = (plans / "a.txt").read_bytes()
    assert document["source_name"] == "a.txt"
    assert document["source_path"] == "../plans/a.txt"  # from the dataset's folder
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert document["bytes"] == len(content)
    assert document["extractor_version"] == fakes.VERSION


def test_an_empty_string_is_written_as_null(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    assert {m["overview"] for m in table(tmp_path / "out", "measures")} == {None}


def test_equal_bytes_whether_the_large_tables_are_held_or_stay_on_disk(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for held in (0, 1 << 30):
        monkeypatch.setattr(batch, "_HELD", held)
        dxplan.run(plans, tmp_path / str(held), jobs=1)
    on_disk, in_memory = digests(tmp_path / "0"), digests(tmp_path / str(1 << 30))
    assert on_disk == in_memory
    assert len(table(tmp_path / "0", "mentions")) > 1


def test_equal_bytes_from_every_run_whatever_the_number_of_workers(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    for out, jobs in (("x", 1), ("y", 1), ("z", 2)):
        run(plans, out=tmp_path / out, jobs=jobs)
    assert digests(tmp_path / "x") == digests(tmp_path / "y") == digests(tmp_path / "z")


def test_a_second_run_reads_only_what_is_new(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    before = digests(tmp_path / "out")
    again = run(plans)
    assert (again.n_read, again.n_kept) == (0, 2)
    assert digests(tmp_path / "out") == before
    (plans / "c.txt").write_text("窓口のキャッシュレス化", encoding="utf-8")
    more = run(plans)
    assert (more.n_read, more.n_kept) == (1, 2)
    assert read_log(plans) == ["a.txt", "b.txt", "c.txt"]
    run(plans, out=tmp_path / "fresh")
    assert digests(tmp_path / "out") == digests(tmp_path / "fresh")


def test_changed_settings_or_code_are_read_anew(
    run: Run, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(plans)
    assert run(plans, pages=range(1, 3)).n_read == 2
    assert run(plans).n_read == 0
    monkeypatch.setattr(batch, "code_version", lambda: "9+feedc0ffee00")
    assert run(plans).n_read == 2


def test_the_code_version_follows_sources_and_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "labels.yaml"
    source.write_text("目標値: target", encoding="utf-8")
    monkeypatch.setattr(store, "_sources", lambda: iter([source]))
    versions = [store.code_version()]
    assert store.code_version() == versions[0]
    source.write_text("目標: target", encoding="utf-8")
    versions.append(store.code_version())
    monkeypatch.setattr(store, "_LIBRARIES", ("pymupdf",))
    versions.append(store.code_version())
    assert len(set(versions)) == 3


@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [
        ("!crash", "worker_died", "read alone"),
        ("!hang", "time_limit", "--timeout"),
        pytest.param("!eat", "memory_limit", "--memory", marks=needs_memory_limit),
        ("!raise", "internal_error", "LookupError at fakes.py"),
        ("!rubbish", "internal_error", "colour"),
        ("!fail", "empty", "空"),
    ],
)
def test_a_document_that_misbehaves_costs_itself_only(
    run: Run, plans: Path, tmp_path: Path, wish: str, code: str, words: str
) -> None:
    (plans / "bad.txt").write_text(wish, encoding="utf-8")
    summary = run(plans, jobs=2, timeout=5.0)
    assert summary.statuses == {"ok": 2, "failed": 1}
    assert not summary.ok
    assert summary.rows["measures"] == 3
    (note,) = table(tmp_path / "out", "diagnostics")
    (failed,) = (d for d in table(tmp_path / "out", "documents") if d["status"] == "failed")
    assert note["doc_id"] == failed["doc_id"]
    assert failed["source_name"] == "bad.txt"
    assert note["code"] == code
    assert words in str(note["message"])


def test_a_document_whose_bundle_does_not_fit_into_memory_costs_itself_only(run: Run, plans: Path) -> None:
    """Found by a text of one line of 5 MB: no memory was left to write the bundle, and the run ended."""
    (plans / "bad.txt").write_text("!swell", encoding="utf-8")
    assert run(plans).statuses == {"ok": 2, "failed": 1}


@pytest.mark.parametrize("wish", [pytest.param("!eat", marks=needs_memory_limit), "!raise"])
def test_a_document_that_hit_a_limit_or_a_fault_is_tried_again(run: Run, plans: Path, wish: str) -> None:
    (plans / "bad.txt").write_text(wish, encoding="utf-8")
    run(plans)
    again = run(plans)
    assert (again.n_read, again.n_kept) == (1, 2)
    assert again.statuses == {"ok": 2, "failed": 1}


def test_a_document_that_failed_by_itself_is_not_tried_again(run: Run, plans: Path) -> None:
    (plans / "bad.txt").write_text("!fail", encoding="utf-8")
    run(plans)
    again = run(plans)
    assert (again.n_read, again.n_kept) == (0, 3)
    assert again.statuses == {"ok": 2, "failed": 1}


@needs_memory_limit
def test_workers_that_cannot_start_end_the_run(run: Run, plans: Path) -> None:
    with pytest.raises(InputError, match="--memory"):
        run(plans, memory=64 << 20)


SCRIPT = """
import sys
from dxplan.ingest import batch
from tests.dxplan import fakes
if __name__ == "__main__":
    batch.code_version = lambda: fakes.VERSION
    batch.run([sys.argv[1]], sys.argv[2], fakes.extract, fakes.link, jobs=1)
"""


def start(plans: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own, to be killed."""
    script = plans.parent / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    paths = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen([sys.executable, str(script), str(plans), str(out)], env=paths)


def test_runs_killed_at_any_moment_end_in_the_same_dataset(run: Run, plans: Path, tmp_path: Path) -> None:
    for i in range(4):
        (plans / f"{i}.txt").write_text(f"窓口{i}", encoding="utf-8")
    out = tmp_path / "killed"
    for n_read in (1, 3, 5):
        process = start(plans, out)
        wait_for(lambda n=n_read: len(list(out.glob(".dxplan/read/*/*.arrow"))) >= n)
        process.kill()
        process.wait()
    run(plans, out=out)
    run(plans, out=tmp_path / "calm")
    assert digests(out) == digests(tmp_path / "calm")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_killed_run_leaves_no_worker_behind(plans: Path, tmp_path: Path) -> None:
    (plans / "bad.txt").write_text("!hang", encoding="utf-8")
    process = start(plans, tmp_path / "out")
    worker = int(wait_for(lambda: (plans / fakes.HANGING).read_text()))
    process.kill()
    process.wait()
    wait_for(lambda: not is_alive(worker))
    assert not list((tmp_path / "out").glob("*.parquet"))


def wait_for(value: Callable[[], T], seconds: float = 30) -> T:
    """Ask until there is an answer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(FileNotFoundError):
            if found := value():
                return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="alarm signals are a thing of Unix")
def test_a_worker_hung_inside_a_library_does_not_outlive_its_run_for_long() -> None:
    hung = "import ctypes, dxplan.ingest.reading as r; r._GRACE = 0\n"
    hung += "with r.ended_if_left_alone(1): ctypes.PyDLL(None).sleep(60)"  # keeps the interpreter to itself
    assert subprocess.run([sys.executable, "-c", hung], timeout=30).returncode == -signal.SIGALRM


def test_a_worker_killed_from_outside_loses_nothing(run: Run, plans: Path) -> None:
    (plans / "c.txt").write_text("!crash once", encoding="utf-8")
    assert run(plans).statuses == {"ok": 3}


def test_files_of_equal_bytes_are_read_once_and_named(run: Run, plans: Path, tmp_path: Path) -> None:
    shutil.copy(plans / "a.txt", plans / "z.txt")
    summary = run(plans)
    assert summary.statuses == {"ok": 2}
    (note,) = table(tmp_path / "out", "diagnostics")
    assert note["code"] == "duplicate_file"
    assert "z.txt" in str(note["message"])
    assert read_log(plans) == ["a.txt", "b.txt"]


def test_a_file_that_cannot_be_opened_is_a_failed_document(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(path: Path) -> tuple[str | None, int | None]:  # root may open every file: pretend
        return (None, None) if path.name == "a.txt" else batch_digest(path)

    batch_digest = members.digest
    monkeypatch.setattr(members, "digest", digest)
    assert run(plans).statuses == {"ok": 1, "failed": 1}
    (note,) = table(tmp_path / "out", "diagnostics")
    assert note["code"] == "unreadable_file"
    assert read_log(plans) == ["b.txt"]


def test_two_runs_cannot_share_a_folder(run: Run, plans: Path, tmp_path: Path) -> None:
    with (
        store.Store(tmp_path / "out", "1").locked(),
        pytest.raises(BusyError, match="another run"),
    ):
        run(plans)


def test_a_publication_cut_off_is_finished_by_the_next_run(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(plans / "a.txt")
    moved: list[str] = []

    def die(source: Path, target: Path) -> None:
        if store.PUBLISHING in Path(source).as_posix():
            if len(moved) == 3:
                raise SystemExit("killed")
            moved.append(Path(target).name)
        os.rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(store.os, "replace", die)
        with pytest.raises(SystemExit):
            run(plans)
    assert (out / store.PUBLISHING).exists()
    run(plans)
    assert not (out / store.PUBLISHING).exists()
    run(plans, out=tmp_path / "fresh")
    assert digests(out) == digests(tmp_path / "fresh")


def test_a_scan_gets_time_for_each_of_its_pages(run: Run, plans: Path, tmp_path: Path) -> None:
    (plans / "scan.txt").write_text("!scanned 4\n書かない窓口の実施", encoding="utf-8")
    assert run(plans, timeout=2.0, ocr_timeout=20.0).statuses == {"ok": 3}
    assert run(plans, out=tmp_path / "hasty", timeout=2.0, ocr_timeout=0.1).statuses == {"ok": 2, "failed": 1}
    (note,) = table(tmp_path / "hasty", "diagnostics")
    assert note["message"] == "not read within 2.4 s; raise --ocr-timeout"


def test_another_ocr_reads_anew_what_it_has_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundles = {name: tmp_path / f"{name}.arrow" for name in ("scan", "text")}
    for name, path in bundles.items():
        facts = reading.stamp(Limits(), Extent(pages=3), has_scans=name == "scan")
        write.write_bundle(path, write.pack({}).replace_schema_metadata(facts))
    assert all(reading.is_fresh(path, Limits()) for path in bundles.values())
    monkeypatch.setattr(store, "_installed", lambda library: "99")
    assert not reading.is_fresh(bundles["scan"], Limits())
    assert reading.is_fresh(bundles["text"], Limits())


def test_a_damaged_dataset_is_written_again(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    before = digests(tmp_path / "out")
    (tmp_path / "out" / "kpis.parquet").unlink()
    run(plans)
    assert digests(tmp_path / "out") == before


def test_progress_names_the_documents(plans: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    batch.run([plans], tmp_path / "out", fakes.extract, fakes.link, jobs=1, on_progress=seen.append)
    ended = [p.last.name for p in seen if p.last]
    assert sorted(ended) == ["a.txt", "b.txt"]
    assert seen[-1].done == seen[-1].total == 2
    assert seen[-1].pages == 4


def test_a_limit_that_no_document_reaches_may_change(run: Run, plans: Path) -> None:
    run(plans)
    assert run(plans, limits=Limits(pages=5)).n_read == 0
    assert run(plans, limits=Limits(pages=1)).n_read == 2  # the fake plans have two pages
    assert run(plans, limits=Limits(pages=1)).n_read == 0
    assert run(plans).n_read == 2


def test_a_bundle_spoiled_on_the_disk_is_read_again(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    before = digests(tmp_path / "out")
    bundle = min(tmp_path.glob("out/.dxplan/read/*/*.arrow"))
    bundle.write_bytes(bundle.read_bytes()[:100])
    assert run(plans).n_read == 1
    assert digests(tmp_path / "out") == before


@pytest.mark.parametrize("where", ["write_table", "write_json"])
def test_a_full_disk_leaves_the_previous_dataset(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    run(plans / "a.txt")
    before = digests(tmp_path / "out")

    def full(*args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(batch, where, full)
        with pytest.raises(StorageError, match="free some space"):
            run(plans)
    assert digests(tmp_path / "out") == before
    assert run(plans).n_read == 0  # what had been read was kept
    assert len(table(tmp_path / "out", "documents")) == 2


def test_a_manifest_gives_plans_and_what_is_known_of_them(run: Run, plans: Path, tmp_path: Path) -> None:
    source = plans / "corpus.csv"
    rows = [
        Entry(file="a.txt", municipality_code="131016"),
        Entry(file="b.txt", sha256="0" * 64),
        Entry(file="gone.txt", municipality_code="131024", title="みほんDX計画"),
    ]
    manifest.write(source, rows)
    assert run(source).statuses == {"ok": 2, "failed": 1}
    (gone,) = (d for d in table(tmp_path / "out", "documents") if d["status"] == "failed")
    assert (gone["municipality_code"], gone["title"]) == ("131024", "みほんDX計画")
    assert sorted(d["code"] for d in table(tmp_path / "out", "diagnostics")) == [
        "checksum_differs",
        "unreadable_file",
    ]
    assert run(source).n_read == 1  # the one that was not there
