"""The ten rules over a plain Parquet delivery, which no intake has touched: read as columns, judged as they pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shudao.contexts.pool.adapters import residents
from shudao.contexts.pool.contracts.datasets import ColumnType, DatasetContract
from shudao.contexts.pool.management.bench import counting

_AT_ONCE = 122_880


def broken(connection: duckdb.DuckDBPyConnection, contract: DatasetContract, file: Path, today: date) -> list[int]:
    """Return the number of rows, then how many break each rule judged row by row, in one scan."""
    with pq.ParquetFile(file, read_dictionary=_worded(contract)) as opened:
        batches = _numbered(opened, contract)
        first = next(batches)
        stream = pa.RecordBatchReader.from_batches(first.schema, _chained(first, batches))
        connection.register("delivered", stream)
        sql = counting.row_counts(contract, today=today, kept=False, rows="delivered")
        return [int(count) for count in connection.execute(sql).fetchall()[0]]


def repeated(connection: duckdb.DuckDBPyConnection, contract: DatasetContract, file: Path) -> int:
    """
    Return how many rows repeat an earlier one's key; a key with a part missing is none.

    Numbers made of the keys are sorted, which is faster than to collect the keys; those that come twice are compared.
    """
    given = {"files": [str(file)]}
    numbers = connection.sql(counting.key_numbers(contract), params=given).to_arrow_table()
    hashes = np.sort(numbers.column(0).to_numpy())
    again = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    connection.register("again", pa.table({"number": again}))
    return int(connection.execute(counting.repeated_among(contract), given).fetchall()[0][0])


def _worded(contract: DatasetContract) -> list[str]:
    """Text columns that no key's owner is named in have few values."""
    texts = (ColumnType.TEXT, ColumnType.CODE)
    return [one.name for one in contract.columns if one.kind in texts and one.name != contract.subject]


def _numbered(file: pq.ParquetFile, contract: DatasetContract) -> Iterator[pa.RecordBatch]:
    wanted = {name for rule in counting.ten(contract, kept=False) for name in rule.columns}
    wanted |= set(contract.key) | {one.name for one in contract.columns if one.kind not in (ColumnType.TEXT,)}
    for batch in file.iter_batches(_AT_ONCE, columns=[one for one in file.schema_arrow.names if one in wanted]):
        for name in counting.identifiers(contract):
            for helper, values in residents.numbers(pa.chunked_array([batch.column(name)]), name).items():
                batch = batch.append_column(helper, values)
        yield batch


def _chained(first: pa.RecordBatch, others: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from others
