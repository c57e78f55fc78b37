"""Every write is whole or absent, whatever ends it."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import dxplan
from dxplan import corrections, listfile
from dxplan.corrections import Verdict
from dxplan.dataset import Dataset
from dxplan.errors import BusyError, InputError, StorageError
from dxplan.ingest import batch, manifest
from dxplan.ingest.manifest import Entry
from dxplan.storage import remote
from dxplan.storage.store import Store
from dxplan.views import export
from extract.segment import tokens
from normalize import durable
from tests.dxplan import fakes, made
from tests.dxplan.conftest import Run
from tests.dxplan.test_batch import digests

unix = pytest.mark.skipif(sys.platform == "win32", reason="limits and forks are things of Unix")
if sys.platform != "win32":
    import fcntl

    from tests.dxplan.faulty import CODES, faults, files_of_at_most
else:
    CODES = ()
pytestmark = unix

_DUE = (*range(1, 9), 12, 20, 40, 80)  # which write fails


def said(n: int) -> Verdict:
    return Verdict(
        date="2026-04-01", author="山田", verdict="corrected", table="kpis", column="target_value", old=13.0,
        new=12.0, note=None, row=f"000000-aaaaaaaaaaaa-k{n}", document="みほん.pdf", sha256="a" * 64, page=3,
        char_start=n, char_end=n + 9, source_text="窓口の待ち時間 13分",
    )  # fmt: skip


def everything(folder: Path) -> dict[str, bytes]:
    """All files but locks, and what a kill leaves beside them."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and durable.SCRATCH not in str(p) and not p.name.endswith("lock")
    }


def small_dictionary(path: Path) -> None:
    """Build one that takes no seconds, as the real one is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "build_user_dic", _build_small)
        tokens._build(path)


def _build_small(system: Path, lexicon: list[Path], target: Path, name: str) -> None:
    target.write_bytes(b"words" * 999)


def writers(folder: Path, ds: Dataset) -> dict[str, Callable[[], object]]:
    """What writes files on its own, by name."""
    return {
        "a file": lambda: durable.write(folder / "x.json", b"new" * 999),
        "a verdict": lambda: corrections.append(folder, [said(2), said(3)]),
        "a table": lambda: export.export(ds, "csv", folder / "csv", ["kpis"]),
        "a workbook": lambda: export.export(ds, "xlsx", folder / "x.xlsx", ["kpis"]),
        "a database": lambda: export.export(ds, "sqlite", folder / "x.sqlite", ["kpis"]),
        "another database": lambda: export.export(ds, "duckdb", folder / "x.duckdb", ["kpis"]),
        "a dictionary": lambda: small_dictionary(folder / "user.dic"),
        "a drawing": lambda: ds.plan("みほん市").timeline.save(str(folder / "x.svg")),
        "a manifest": lambda: manifest.write(folder / "m.csv", [Entry(file=f"{n}.pdf") for n in range(200)]),
    }


@pytest.fixture
def ds(tmp_path: Path) -> Dataset:
    one = made.document("131016-aaaaaaaaaaaa", "みほん市")
    measure = made.measure(one["doc_id"], 1, "書かない窓口")
    kpi = made.part("kpis", measure, 1, indicator="窓口の待ち時間", target_raw="13分")
    bar = made.part("schedules", measure, 1, task="試行", start_fy=2026, end_fy=2027)
    return made.dataset(
        tmp_path / "ds", {"documents": [one], "measures": [measure], "kpis": [kpi] * 40, "schedules": [bar]}
    )


def old(folder: Path) -> dict[str, bytes]:
    """A folder with what an earlier time has written."""
    (folder / "csv").mkdir(parents=True)
    for name in ("x.json", "x.xlsx", "x.sqlite", "x.duckdb", "x.svg", "m.csv", "csv/kpis.csv"):
        (folder / name).write_bytes(b"old")
    corrections.append(folder, [said(1)])
    return everything(folder)


NAMES = (
    "a file", "a verdict", "a table", "a workbook", "a database", "another database", "a dictionary",
    "a drawing", "a manifest",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path, ds: Dataset, name: str) -> None:
    for due in _DUE:
        folder = tmp_path / str(due)
        before = old(folder)
        listfile._known.clear()
        write, failed = writers(folder, ds)[name], True
        with faults(folder, due, CODES[due % len(CODES)]) as plan, suppress(Exception):
            write()
            failed = False
        assert not list(folder.rglob(f"{durable.SCRATCH}*")), due
        if failed:
            assert everything(folder) == before, due
        write()  # once more, and now it works
        if plan.n < due:
            break
    assert due > 3


@pytest.mark.parametrize("name", NAMES[2:])
def test_files_that_may_not_grow_leave_what_was_there(tmp_path: Path, ds: Dataset, name: str) -> None:
    """A true limit of the kernel, which also reaches what libraries write in C."""
    before = old(tmp_path / "out")
    with pytest.raises(Exception, match=r".") as refused, files_of_at_most(1_000):
        writers(tmp_path / "out", ds)[name]()
    assert not isinstance(refused.value, AssertionError)
    assert everything(tmp_path / "out") == before
    assert not list((tmp_path / "out").rglob(f"{durable.SCRATCH}*"))


def test_a_run_that_meets_a_fault_anywhere_leaves_a_whole_dataset(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    """Either the one before, or the one it was about to publish; the next run goes on to the same bytes."""
    out = tmp_path / "out"
    run(plans / "a.txt", out=tmp_path / "one")
    run(plans, out=tmp_path / "both")
    either = [digests(tmp_path / "one"), digests(tmp_path / "both")]
    run(plans / "a.txt")
    run(plans, out=out)
    for due in (*range(1, 6), *range(6, 200, 19)):
        batch.run((), out, fakes.extract, fakes.link, remove=["b.txt"], jobs=1)
        with faults(out, due, CODES[due % len(CODES)]) as plan, suppress(OSError, StorageError):
            run(plans)
        with suppress(BusyError), Store(out, fakes.VERSION).locked():
            pass  # whoever comes next finishes what was being moved
        assert digests(out) in either, due
        run(plans)
        assert digests(out) == either[1]
        if plan.n < due:
            break
    assert due > 10


def test_a_killed_writer_leaves_what_was_there(tmp_path: Path, ds: Dataset) -> None:
    for name in ("a file", "a verdict", "a table", "a dictionary"):
        for due in _DUE:
            folder = tmp_path / f"{name}{due}"
            before = old(folder)
            listfile._known.clear()
            child = os.fork()
            if not child:
                with faults(folder, due, None), suppress(Exception):
                    writers(folder, ds)[name]()
                os._exit(0)
            if os.waitpid(child, 0)[1] == 0:
                break
            found = everything(folder)
            if any(found[k] != before[k] for k in before):
                shutil.rmtree(folder)
                old(folder)
                writers(folder, ds)[name]()
                assert found == everything(folder), due
        assert due > 3


# --- half an entry ------------------------------------------------------------------------------------


def test_a_list_cut_off_anywhere_keeps_its_whole_entries(tmp_path: Path) -> None:
    corrections.append(tmp_path, [said(1)])
    file = tmp_path / corrections.FILE
    first = len(file.read_bytes())
    corrections.append(tmp_path, [said(2)])
    data = file.read_bytes()
    for size in range(first, len(data)):
        file.write_bytes(data[:size])
        found = corrections.read(tmp_path)
        assert found[:1] == (said(1),), size
        assert len(found) == 1 or found[1].row == said(2).row, size
    file.write_bytes(data[: first + 40])
    corrections.append(tmp_path, [said(3)])
    assert corrections.read(tmp_path) == (said(1), said(3))
    assert "# cut off: - date:" in file.read_text(encoding="utf-8")


def test_half_an_entry_is_told_and_stops_nobody(run: Run, plans: Path, tmp_path: Path) -> None:
    pytest.importorskip("flask")
    from dxplan.explore import create_app

    run(plans)
    (tmp_path / "out" / corrections.FILE).write_text("- date: '2026-04-01'\n  auth", encoding="utf-8")
    (note,) = run(plans).notes
    assert "cut off while it was written" in note
    client = create_app(tmp_path / "out").test_client()
    for address in ("/", "/check?lang=en", "/corrections?lang=en"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert (b"cut off while it was written" in answer.data) == (address != "/")


def test_a_file_that_cannot_be_read_at_all_is_a_message_not_a_fault(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    pytest.importorskip("flask")
    from dxplan.explore import create_app

    run(plans)
    file = tmp_path / "out" / corrections.FILE
    for text in ("[" * 100_000, "a: [", "- {a: [}\n- {}\n", "- 1\n- 2\n"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="mend"):
            corrections.read(tmp_path / "out")
        assert create_app(tmp_path / "out").test_client().get("/check").status_code == 409


def test_a_verdict_costs_little_however_many_there_are(tmp_path: Path) -> None:
    entries = [asdict(replace(said(n), row=f"k{n}")) for n in range(5_000)]
    text = yaml.dump(entries, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (tmp_path / corrections.FILE).write_text(text, encoding="utf-8")
    assert len(corrections.read(tmp_path)) == 5_000
    seconds = []
    for n in range(5):
        begun = time.process_time()
        corrections.append(tmp_path, [said(n)])
        corrections.read(tmp_path)
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 0.05
    assert len(corrections.read(tmp_path)) == 5_005


# --- where systems differ -----------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", [errno.EACCES, errno.EINVAL, errno.ENOTSUP])
def test_a_system_that_puts_no_folder_on_disk_still_writes_datasets(
    run: Run, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    """Windows opens no folder (EACCES); some network disks open it and refuse to put it on disk."""
    real_open, real_fsync = os.open, os.fsync

    def open_file(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if refusal == errno.EACCES and Path(path).is_dir():
            raise PermissionError(refusal, "Permission denied", str(path))
        return real_open(path, flags, *args, **options)

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(refusal, os.strerror(refusal))
        if not fcntl.fcntl(handle, fcntl.F_GETFL) & (os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EBADF, "Bad file descriptor")  # as on Windows
        real_fsync(handle)

    monkeypatch.setattr(durable.os, "open", open_file)
    monkeypatch.setattr(durable.os, "fsync", fsync)
    assert run(plans).ok
    corrections.append(tmp_path / "out", [said(1)])
    assert len(dxplan.open(tmp_path / "out").documents) == 2


def test_a_disk_that_fails_is_not_taken_for_one_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable.os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        durable.sync(tmp_path)


def test_a_dictionary_is_kept_only_where_nobody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DXPLAN_CACHE", raising=False)
    monkeypatch.setattr(tokens, "build_user_dic", _build_small)  # and nothing else is asked for here
    (tmp_path / "dxplan").mkdir()
    (tmp_path / "dxplan").chmod(0o777)
    kept = tokens.user_dictionary.__wrapped__()
    assert kept.parent == tmp_path / "dxplan"
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    good = kept.read_bytes()
    kept.write_bytes(good[:1000])
    assert tokens.user_dictionary.__wrapped__().read_bytes() == good
    monkeypatch.setattr(os, "getuid", lambda: 4711)  # the folder is another user's
    elsewhere = tokens.user_dictionary.__wrapped__()
    assert elsewhere.parent != kept.parent
    assert stat.S_IMODE(elsewhere.parent.stat().st_mode) == 0o700
    assert os.environ.pop("DXPLAN_CACHE") == str(elsewhere.parent)  # workers find it there


def test_what_people_wrote_comes_to_a_dataset_by_url_whole(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe_file("/there/corrections.yaml", b"new" * 2000)
    state = tmp_path / "state"
    state.mkdir()
    (state / "corrections.yaml").write_bytes(b"old")
    with suppress(OSError), files_of_at_most(1000):
        remote.workplace("memory://there", state, ["corrections.yaml"])
    assert (state / "corrections.yaml").read_bytes() == b"old"
