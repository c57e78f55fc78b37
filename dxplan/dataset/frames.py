"""Reading a dataset: every table as a frame, filtered before it is loaded."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads

from dxplan import names, optional
from dxplan.dataset import misses
from dxplan.dataset.source import Source, source
from dxplan.dataset.wide import joined, yearly
from dxplan.errors import DatasetError
from dxplan.storage import remote
from dxplan.storage.describe import resource_files
from dxplan.storage.store import PUBLISHING
from dxplan.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

_PATIENCE = 10.0  # seconds to wait for a run that is just publishing


class Frame:
    """One table, not yet read. Call it for pandas, or ask ``arrow``, ``polars`` or ``duckdb``.

    All take the same filters: a column equal to a value, or to one of a list; on any table with a
    ``doc_id`` also ``municipality``, ``prefecture``, ``source_name`` of its document, and on any table with
    a ``measure_id`` also ``item``, the item of the national plan its measure is linked to.

    >>> ds.kpis(municipality="みほん市", target_fy=[2027, 2028])  # doctest: +SKIP
    """

    def __init__(self, dataset: Tables, name: str) -> None:
        self._dataset = dataset
        self._table = TABLES[name]

    def __call__(self, **filters: Any) -> pd.DataFrame:
        """Return the rows as a pandas frame with Arrow types."""
        import pandas as pd

        return cast("pd.DataFrame", self.arrow(**filters).to_pandas(types_mapper=pd.ArrowDtype))

    def arrow(self, **filters: Any) -> pa.Table:
        """Return the rows as a pyarrow table. Of a filter that no row passes a warning says what is near."""
        rows = self._dataset.read(self._table.name, **filters)
        if not rows.num_rows and filters:
            misses.warn(self._dataset, self._table.name, filters)
        return rows

    def wide(self, **filters: Any) -> pd.DataFrame:
        """Return the rows as a pandas frame with whose they are: municipality, plan, period, measure.

        >>> ds.kpis.wide(municipality="みほん市")[["municipality", "measure", "indicator"]]  # doctest: +SKIP
        """
        import pandas as pd

        rows = joined(self._dataset, self.arrow(**filters))
        return cast("pd.DataFrame", rows.to_pandas(types_mapper=pd.ArrowDtype))

    def polars(self, **filters: Any) -> pl.DataFrame:
        """Return the rows as a polars frame."""
        return cast("pl.DataFrame", optional.load("polars").from_arrow(self.arrow(**filters)))

    def duckdb(self, **filters: Any) -> duckdb.DuckDBPyRelation:
        """Return the rows as a DuckDB relation."""
        return cast("duckdb.DuckDBPyRelation", optional.load("duckdb").from_arrow(self.arrow(**filters)))

    def __len__(self) -> int:
        return int(self.arrow().num_rows)

    def __repr__(self) -> str:
        return f"<{self._table.name}: {self._table.description}; {', '.join(self._table.column_names)}>"


class Tables:
    """The tables of a dataset in a folder or at a URL, or with ``doc_id`` only the rows of that document.

    ``sources`` is the folder that has the original files, where they are no longer where the run read them.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        sources: str | os.PathLike[str] | None = None,
        doc_id: str | None = None,
    ) -> None:
        self.folder = remote.parse(folder)
        self.sources = Path(sources) if sources is not None else None
        self.doc_id = doc_id
        self._system, self._path = remote.connect(self.folder)
        self._wait_for_publication()
        self._package = self._read_package()

    def __getattr__(self, name: str) -> Frame:
        if name not in TABLES:
            raise AttributeError(f"no table {name!r}; there are {', '.join(TABLES)}")
        return Frame(self, name)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *TABLES]

    def __repr__(self) -> str:
        of = f", doc_id={self.doc_id!r}" if self.doc_id else ""
        return f"{type(self).__name__}({str(self.folder)!r}{of})"

    @property
    def rows(self) -> dict[str, int]:
        """Number of rows per table of the whole dataset."""
        return {r["name"]: r["rows"] for r in json.loads(self._package)["resources"]}

    def series(self, **filters: Any) -> pd.DataFrame:
        """Return the values by year of indicators that have a column a year, as a long frame: a row a year.

        Args:
            filters: as of ``kpis``.
        """
        import pandas as pd

        rows = yearly(joined(self, Frame(self, "kpis").arrow(**filters)))
        return cast("pd.DataFrame", rows.to_pandas(types_mapper=pd.ArrowDtype))

    def source(self, row: str | Mapping[str, Any]) -> Source:
        """Return the place of a row, given by its id or as the row itself: its part of the page, or lines.

        Raises:
            DatasetError: no row has that id, or it stands nowhere in a document.
        """
        return source(self, row)

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection in which every table is a view."""
        connection: duckdb.DuckDBPyConnection = optional.load("duckdb").connect()
        if isinstance(self.folder, str):
            connection.register_filesystem(self._system)
        for name in TABLES:
            files = [file.replace("'", "''") for file in self._files(name)]
            if isinstance(self.folder, str):
                files = [self._system.unstrip_protocol(file) for file in files]
            listed = ", ".join(f"'{file}'" for file in files)
            connection.sql(f"create view {name} as from read_parquet([{listed}], hive_partitioning = false)")
        return connection

    def read(self, name: str, **filters: Any) -> pa.Table:
        """Read the rows of a table that pass the filters.

        Raises:
            DatasetError: a filter that the table does not have, a table that is not there, or a dataset
                replaced since it was opened.
        """
        if self.doc_id and "doc_id" in TABLES[name].column_names:
            filters = {"doc_id": self.doc_id} | filters
        conditions = [self._condition(name, key, value) for key, value in filters.items()]
        condition = conditions[0] if conditions else None
        for other in conditions[1:]:
            condition = condition & other
        system = self._system if isinstance(self.folder, str) else None  # Arrow's own is faster on a disk
        try:
            table = pads.dataset(self._files(name), schema=TABLES[name].schema, filesystem=system)
            rows = table.to_table(filter=condition)
        except FileNotFoundError:
            raise DatasetError(
                f"{name}.parquet is missing in {self.folder}; repeat the run that made it"
            ) from None
        # Looked at last: a table of another dataset is only ever there after its publication has begun.
        if self._is_publishing() or self._read_package() != self._package:
            raise DatasetError(f"a run has replaced {self.folder} since it was opened; open it again")
        return rows

    def _condition(self, name: str, key: str, value: Any) -> pc.Expression:
        schema = TABLES[name].schema
        if key in schema.names and not pa.types.is_nested(schema.field(key).type):
            values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
            try:
                return pc.field(key).isin(pa.array(values, schema.field(key).type))
            except (pa.ArrowException, OverflowError) as error:
                raise DatasetError(f"{key} of {name} is {schema.field(key).type}: {error}") from error
        if key in TABLES["documents"].column_names and "doc_id" in schema.names:
            documents = self.read("documents", **{key: value})
            return self._condition(name, "doc_id", documents.column("doc_id").to_pylist())
        if key == "item" and "measure_id" in schema.names:
            items = {item: names.item_id(item) for item in ([value] if isinstance(value, str) else value)}
            if unknown := [item for item, found in items.items() if found is None]:
                raise DatasetError(names.no_item(unknown[0]))
            links = self.read("national_links", item=list(items.values()))
            return self._condition(name, "measure_id", links.column("measure_id").to_pylist())
        raise DatasetError(f"{name} cannot be filtered by {key!r}; its columns are {', '.join(schema.names)}")

    def _files(self, name: str) -> list[str]:
        (described,) = (r for r in json.loads(self._package)["resources"] if r["name"] == name)
        return [f"{self._path}/{file}" for file in resource_files(described)]

    def _read_package(self) -> bytes:
        try:
            package: bytes = self._system.cat_file(f"{self._path}/datapackage.json")
        except FileNotFoundError:
            raise DatasetError(
                f"no dataset in {self.folder}; make one with: dxplan run PLANS --out {self.folder}"
            ) from None
        return package

    def _is_publishing(self) -> bool:
        return bool(self._system.exists(f"{self._path}/{PUBLISHING}"))

    def _wait_for_publication(self) -> None:
        until = time.monotonic() + _PATIENCE
        while self._is_publishing():
            if time.monotonic() > until:
                raise DatasetError(
                    f"a run was stopped while it put the tables into {self.folder}; repeat that run"
                )
            time.sleep(0.05)
