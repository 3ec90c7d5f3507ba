"""
Other datasets as relations beside a delivery: what lies open in the files of their snapshots, subjects as keyed hashes.

The SQL's variable parts are quoted names, and paths and keys as parameters.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from duckdb.func import PythonUDFType
from duckdb.sqltypes import BLOB, VARCHAR
from sqlglot import exp

from shudao.contexts.pool.adapters.live import Live
from shudao.contexts.pool.adapters.subjects import Hasher, column
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.rules import set_rules

_SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Other:
    """Another dataset as it stands: its contract and its current snapshot."""

    contract: DatasetContract
    live: Live


def attach(connection: duckdb.DuckDBPyConnection, others: Mapping[str, Other], hasher: Hasher) -> None:
    """Give the connection `pool_<code>` for every dataset, and `subject_hash(text)`: hashes as in files."""
    if not others:
        return

    def hashed(texts: pa.ChunkedArray) -> pa.Array:
        whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        return column(hasher(whole), whole).cast(pa.binary())

    connection.create_function("subject_hash", hashed, [VARCHAR], BLOB, type=PythonUDFType.ARROW)
    for code, other in others.items():
        name = exp.to_identifier(set_rules.relation(code), quoted=True).sql(dialect="duckdb")
        chosen = ", ".join(f"{_quoted(kept)} AS {_quoted(said)}" for said, kept in _columns(other.contract))
        rows, parameters = other.live.relation()
        connection.execute(f"CREATE TABLE {name} AS SELECT DISTINCT {chosen} FROM ({rows}) AS live", parameters)


def _columns(contract: DatasetContract) -> Sequence[tuple[str, str]]:
    """Yield (name in rules, name in files)."""
    open_ones = [
        column.name for column in contract.columns if not column.identifying and column.name != contract.subject
    ]
    return [(set_rules.SUBJECT, _SUBJECT), (contract.subject, _SUBJECT), *((name, name) for name in open_ones)]


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
