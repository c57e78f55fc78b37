"""Plans and datasets by URL: a file system in memory stands for a bucket, a server on this machine for the web."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner

import dxplan
from dxplan import cli
from dxplan.errors import DatasetError, InputError, StorageError
from dxplan.ingest import batch
from dxplan.optional import MissingLibraryError
from dxplan.storage import remote
from tests.dxplan import fakes
from tests.dxplan.conftest import Run
from tests.dxplan.test_batch import digests, table

PART = "/data/set/tokens.parquet/prefecture_code=13/part-0.parquet"


@pytest.fixture
def bucket(plans: Path) -> Iterator[Any]:
    """The plans in a bucket: ``memory://plans``."""
    memory = fsspec.filesystem("memory")
    for file in plans.iterdir():
        memory.pipe_file(f"/plans/{file.name}", file.read_bytes())
    yield memory
    memory.rm("/", recursive=True)


@pytest.fixture
def server(plans: Path) -> Iterator[str]:
    pytest.importorskip("aiohttp", reason="the extra http is not installed")
    handler = partial(SimpleHTTPRequestHandler, directory=str(plans))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_plans_are_read_from_a_bucket_with_the_same_rows(
    run: Run, plans: Path, bucket: Any, tmp_path: Path
) -> None:
    bucket.pipe_file("/plans/README.md", b"# about")
    bucket.pipe_file("/plans/.hidden/c.txt", b"c")
    summary = run("memory://plans")
    assert summary.skipped == ("memory:///plans/README.md",)
    documents = table(tmp_path / "out", "documents")
    assert [(d["source_name"], d["source_path"]) for d in documents] == [
        (name, f"memory:///plans/{name}") for name in (d["source_name"] for d in documents)
    ]
    run(plans, out=tmp_path / "local")
    for name in ("measures", "kpis", "tokens"):
        assert table(tmp_path / "out", name) == table(tmp_path / "local", name)
    assert run("memory://plans/*.txt").n_read == 0  # the same two, by pattern


def test_what_changes_in_a_bucket_is_read_anew(run: Run, bucket: Any) -> None:
    run("memory://plans")
    bucket.pipe_file("/plans/a.txt", "別の計画".encode())
    again = run("memory://plans")
    assert (again.n_read, again.n_kept) == (1, 1)


def test_plans_are_read_from_the_web_and_one_that_is_not_there_fails(
    run: Run, plans: Path, server: str, tmp_path: Path
) -> None:
    (plans / "計画 1.txt").write_text("窓口の改善", encoding="utf-8")
    urls = [f"{server}/a.txt?v=2", f"{server}/%E8%A8%88%E7%94%BB%201.txt", f"{server}/gone.pdf"]
    assert run(*urls).statuses == {"ok": 2, "failed": 1}
    names = {d["source_name"]: d["source_path"] for d in table(tmp_path / "out", "documents")}
    assert names == dict(zip(["a.txt", "計画 1.txt", "gone.pdf"], urls))
    (note,) = table(tmp_path / "out", "diagnostics")
    assert note["code"] == "unreadable_file"
    assert "gone.pdf cannot be read: FileNotFoundError" in str(note["message"])


def test_a_manifest_in_a_bucket_gives_the_plans_beside_it(run: Run, bucket: Any, tmp_path: Path) -> None:
    bucket.pipe_file("/plans/manifest.csv", b"file,title\na.txt,DX\n")
    assert run("memory://plans/manifest.csv").statuses == {"ok": 1}
    (document,) = table(tmp_path / "out", "documents")
    assert document["source_path"] == "memory:///plans/manifest.csv".replace("manifest.csv", "a.txt")


def test_a_url_of_this_machine_is_a_path(run: Run, plans: Path, tmp_path: Path) -> None:
    run((plans / "a.txt").as_uri())
    (document,) = table(tmp_path / "out", "documents")
    assert document["source_path"] == "../plans/a.txt"


def to_bucket(plans: Path, tmp_path: Path) -> batch.Summary:
    state = tmp_path / "state"
    folder = remote.workplace("memory://data/set", state, ("corrections.yaml",))
    return batch.run([plans], folder, fakes.extract, fakes.link, jobs=1, url="memory://data/set")


def test_a_dataset_is_published_to_a_bucket_and_read_there(plans: Path, bucket: Any, tmp_path: Path) -> None:
    summary = to_bucket(plans, tmp_path)
    assert summary.out == "memory://data/set"
    there = {f.rpartition("/")[2] for f in bucket.find("/data/set")}
    assert there == set(digests(tmp_path / "state"))  # and nothing of the run's state
    dataset = dxplan.open("memory://data/set")
    assert dataset.measures(municipality="みほん市").shape[0] == 3
    assert dataset.rows["measures"] == 3
    assert dataset.plan("a.txt").kpis.arrow().num_rows == 2
    assert dataset.duckdb().sql("select count(*) from measures").fetchall() == [(3,)]


def test_commands_read_a_dataset_in_a_bucket(plans: Path, bucket: Any, tmp_path: Path) -> None:
    to_bucket(plans, tmp_path)
    told = CliRunner().invoke(cli.main, ["show", "memory://data/set", "measures"])
    assert told.exit_code == 0
    assert "書かない窓口" in told.output
    told = CliRunner().invoke(cli.main, ["export", "memory://data/set", str(tmp_path / "csv"), "--to", "csv"])
    assert told.exit_code == 0, told.output
    assert "書かない窓口" in (tmp_path / "csv" / "measures.csv").read_text(encoding="utf-8")


def test_only_what_changed_is_copied_and_a_broken_copy_is_finished(
    plans: Path, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_bucket(plans, tmp_path)
    put, copied = type(bucket).put_file, []

    def watch(self: Any, local: str, there: str, **options: Any) -> None:
        copied.append(Path(there).name)
        put(self, local, there, **options)
        if there.endswith("kpis.parquet"):
            raise OSError("connection lost")

    monkeypatch.setattr(type(bucket), "put_file", watch)
    to_bucket(plans, tmp_path)
    assert copied == []
    opened = dxplan.open("memory://data/set")
    (plans / "c.txt").write_text("新しい窓口", encoding="utf-8")
    with pytest.raises(StorageError, match="run it again"):
        to_bucket(plans, tmp_path)
    assert "glossary.parquet" not in copied
    with pytest.raises(DatasetError, match="replaced"):
        opened.read("measures")
    monkeypatch.undo()
    assert to_bucket(plans, tmp_path).n_read == 0
    assert len(dxplan.open("memory://data/set").documents) == 3


def test_a_protocol_whose_package_is_missing_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingLibraryError, match=r"pip install 'dxplan\[s3\]'"):
        run("s3://bucket/plans/a.pdf")
    with pytest.raises(InputError, match="nosuch"):
        run("nosuch://bucket/plans/a.pdf")
    with pytest.raises(InputError, match="web server cannot be written"):
        dxplan.run(tmp_path, "https://example.jp/data")
    with pytest.raises(InputError, match="matches no file"):
        run("memory://nothing/*.pdf")


def test_a_table_in_parts_takes_the_place_of_a_file_in_a_bucket_and_back(
    plans: Path, bucket: Any, tmp_path: Path
) -> None:
    folder = remote.workplace("memory://data/set", tmp_path / "state", ())
    for rows, files in ((9, ["/data/set/tokens.parquet"]), (0, [PART]), (9, ["/data/set/tokens.parquet"])):
        batch.run(
            [plans],
            folder,
            fakes.extract,
            fakes.link,
            jobs=1,
            partition_rows=rows,
            url="memory://data/set",
        )
        assert [f for f in bucket.find("/data/set") if "/tokens" in f] == files
        assert len(dxplan.open("memory://data/set").tokens) == 3
