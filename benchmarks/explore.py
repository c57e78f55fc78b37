"""How long each view of `dxplan explore` takes, asked as a browser asks, without the network.

    python -m benchmarks.explore OUT

The first answer to an address and the median of four more, in milliseconds; the memory of it all at the end.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Iterator

from flask.testing import FlaskClient

from dxplan.explore import create_app
from dxplan.explore.data import Library

REPEATS = 4


def views(library: Library) -> Iterator[tuple[str, str]]:
    """Name and address of each view, on the plan with the most indicators."""
    snapshot = library.snapshot
    (most,) = snapshot.rows("select doc_id from kpis group by doc_id order by count(*) desc, doc_id limit 1")
    (kpi,) = snapshot.rows("from kpis where doc_id = ? order by page desc, kpi_id limit 1", [most["doc_id"]])
    texts = snapshot.rows("from documents where media_type <> 'application/pdf' order by bytes desc limit 1")
    yield "first page", "/"
    yield "search, a term with variants", "/search?q=デジタルデバイド"
    yield "search, two words", "/search?q=オンライン 申請"
    yield "comparison, all items", "/compare"
    yield "comparison, one item", "/compare/digital_divide"
    yield "indicators", "/kpis"
    yield "indicators, three filters", "/kpis?q=窓口&item=frontyard&unit=%25"
    yield "schedules of a year", "/schedules?covers=2027"
    yield "indicators as CSV, all", "/kpis.csv"
    yield "schedules as Parquet, all", "/schedules.parquet"
    yield "to check", "/check"
    yield "a plan", f"/plan/{most['doc_id']}"
    if kpi["page"]:
        yield "a page with a row chosen", f"/plan/{kpi['doc_id']}/page/{kpi['page']}?row={kpi['kpi_id']}"
        yield "its picture", f"/picture/{kpi['doc_id']}/{kpi['page']}.png"
    for document in texts:
        yield "the longest text", f"/plan/{document['doc_id']}/text"


def timed(client: FlaskClient, address: str) -> float:
    begun = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status}")
    return (time.perf_counter() - begun) * 1000


def main(folder: str) -> None:
    begun = time.perf_counter()
    app = create_app(folder)
    library: Library = app.extensions["library"]
    print(f"{len(library.snapshot.documents)} plans, opened in {time.perf_counter() - begun:.1f} s\n")
    print("| view | first, ms | again, ms |\n| --- | ---: | ---: |")
    for name, address in views(library):
        client = app.test_client()
        first, *again = (timed(client, address) for _ in range(REPEATS + 1))
        print(f"| {name} | {first:.0f} | {statistics.median(again):.0f} |")
    print(f"\n{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB at most")


if __name__ == "__main__":
    main(sys.argv[1])
