"""What lies in a folder of downloads: one good plan among files that are none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pymupdf
import pytest

import dxplan
from dxplan.ingest import batch, reading
from dxplan.ingest.batch import Summary
from tests.dxplan import fakes

PLAN = """# みほん市DX推進計画

## 1 計画の期間
計画の期間は、令和8年度から令和10年度までとします。

## 2 具体的な取組
### (1) 書かない窓口の導入
【概要】
申請書に記入せずに手続ができる窓口を設けます。
### (2) 電子申請の拡大
【概要】
自宅から申請できる手続を増やします。
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 72), "みほん市DX推進計画", fontname="japan", fontsize=24)
    page.insert_text((72, 120), "令和8年3月 みほん市", fontname="japan", fontsize=12)
    document.save(folder / "good.pdf")
    whole = (folder / "good.pdf").read_bytes()
    document.save(folder / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="a", owner_pw="b")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(whole[: len(whole) // 3])
    page.get_pixmap(dpi=20).save(folder / "picture.png")
    (folder / "picture.png").rename(folder / "picture.pdf")
    (folder / "page.pdf").write_text("<!DOCTYPE html><html><body>404</body></html>", encoding="utf-8")
    (folder / "plan.txt").write_text(PLAN, encoding="cp932")
    return folder


@pytest.fixture(scope="module")
def summary(odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return dxplan.run(odd, tmp_path_factory.mktemp("out"), jobs=2)


def test_every_file_has_one_row(odd: Path, summary: Summary) -> None:
    documents = dxplan.open(summary.out).documents.arrow().to_pylist()
    assert sorted(d["source_name"] for d in documents) == sorted(p.name for p in odd.iterdir())
    status = {d["source_name"]: d["status"] for d in documents}
    for name in ("locked.pdf", "empty.pdf", "cut.pdf", "picture.pdf", "page.pdf"):
        assert status[name] == "failed", name
    assert status["good.pdf"] == status["plan.txt"] == "ok"
    assert not summary.ok


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("locked.pdf", "encrypted"),
        ("empty.pdf", "empty"),
        ("cut.pdf", "unreadable"),
        ("picture.pdf", "wrong_type"),
        ("page.pdf", "wrong_type"),
    ],
)
def test_the_reason_is_told(summary: Summary, name: str, code: str) -> None:
    plan = dxplan.open(summary.out).plan(name)
    errors = [d for d in plan.diagnostics.arrow().to_pylist() if d["severity"] == "error"]
    assert [d["code"] for d in errors] == [code]
    assert len(errors[0]["message"]) > 20


def test_the_good_plans_are_read(summary: Summary) -> None:
    dataset = dxplan.open(summary.out)
    assert dataset.plan("good.pdf").document["title"] == "みほん市DX推進計画"
    assert dataset.plan("plan.txt").document["period_end_fy"] == 2028
    assert dataset.plan("plan.txt").measures()["title"].tolist() == ["書かない窓口の導入", "電子申請の拡大"]


HALF_A_LETTER = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <D83D> endbfchar endcmap end end"""


def test_half_a_character_in_text_and_title_loses_no_document(tmp_path: Path) -> None:
    """Found by fuzzing: a font that maps to a lone surrogate, and a title that ends in one."""
    with pymupdf.open() as made:
        page = made.new_page()
        page.insert_text((72, 72), "A plan", fontsize=14)
        page.insert_text((72, 100), "書かない窓口の計画", fontname="japan", fontsize=14)
        made.set_metadata({"title": "to be replaced"})
        info = int(made.xref_get_key(-1, "Info")[1].split()[0])
        made.xref_set_key(info, "Title", "<FEFF8A08D83D>")
        font = next(f[0] for f in page.get_fonts() if f[3] == "Helvetica")
        cmap = made.get_new_xref()
        made.update_object(cmap, "<<>>")
        made.update_stream(cmap, HALF_A_LETTER)
        made.xref_set_key(font, "ToUnicode", f"{cmap} 0 R")
        made.save(tmp_path / "half.pdf")
    with pymupdf.open(tmp_path / "half.pdf") as read:
        with pytest.raises(UnicodeEncodeError):
            read.metadata["title"].encode()
        assert r"\ud83d" in str(read[0].get_text("rawdict"))
    out = dxplan.run(tmp_path / "half.pdf", tmp_path / "out", jobs=1).out
    ds = dxplan.open(out)
    (row,) = ds.documents.arrow().to_pylist()
    assert row["status"] == "ok"
    assert "\ufffd plan" in "".join(ds.blocks()["text"])


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems have text for names")
def test_a_name_in_no_encoding_loses_no_document(tmp_path: Path) -> None:
    """Found among odd files: a name as an old archive leaves it."""
    (tmp_path / "plans").mkdir()
    with open(os.fsencode(tmp_path / "plans") + b"/\x8cv\x89\xe6.txt", "w", encoding="utf-8") as file:
        file.write(PLAN)
    summary = dxplan.run(tmp_path / "plans", tmp_path / "out", jobs=1)
    (row,) = dxplan.open(summary.out).documents.arrow().to_pylist()
    assert (row["status"], row["source_name"]) == ("ok", "\ufffdv\ufffd\ufffd.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
@pytest.mark.slow
def test_a_document_that_fills_the_memory_leaves_the_next_one_all_of_it(tmp_path: Path) -> None:
    """Found by chaos: what had filled the memory stayed in the worker, and its next documents failed too."""
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "a-eat.txt").write_text("!hoard", encoding="utf-8")
    for name in "bcd":
        (plans / f"{name}.txt").write_text(f"窓口{name}", encoding="utf-8")
    settings = reading.Settings(memory=3 << 30)
    summary = batch.run([plans], tmp_path / "out", fakes.extract, fakes.link, jobs=1, settings=settings)
    assert summary.statuses == {"ok": 3, "failed": 1}
