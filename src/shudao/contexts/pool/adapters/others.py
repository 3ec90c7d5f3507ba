"""
Other datasets as relations beside a delivery: what lies open in the files of their snapshots, subjects as keyed hashes.

The SQL's variable parts are quoted names, and paths and keys as parameters.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.rules import set_rules

_SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Other:
    """Another dataset as it stands: its contract and the files of its current snapshot."""

    contract: DatasetContract
    files: tuple[Path, ...]


def attach(connection: duckdb.DuckDBPyConnection, others: Mapping[str, Other], pads: Mapping[str, bytes]) -> None:
    """
    Give the connection `pool_<code>` for every dataset, and `subject_hash(text)`, the keyed hash as files hold it.

    Args:
        connection: In which the delivery is judged.
        others: By dataset code.
        pads: The subject key's two padded forms, as HMAC takes them; they stay in the connection's memory.
    """
    if not others:
        return
    connection.execute("CREATE TABLE _pads AS SELECT $inner::BLOB AS inner_, $outer::BLOB AS outer_", dict(pads))
    connection.execute(
        "CREATE MACRO subject_hash(value) AS CASE WHEN value IS NOT NULL THEN unhex(sha256((SELECT outer_ FROM _pads) "
        "|| unhex(sha256((SELECT inner_ FROM _pads) || encode(value)))))[1:16] END"
    )
    for code, other in others.items():
        name = exp.to_identifier(set_rules.relation(code), quoted=True).sql(dialect="duckdb")
        chosen = ", ".join(f"{_quoted(column)} AS {_quoted(said)}" for said, column in _columns(other.contract))
        connection.execute(
            f"CREATE TABLE {name} AS SELECT DISTINCT {chosen} FROM read_parquet($files)",
            {"files": [str(path) for path in other.files]},
        )


def _columns(contract: DatasetContract) -> Sequence[tuple[str, str]]:
    """Yield (name in rules, name in files)."""
    open_ones = [
        column.name for column in contract.columns if not column.identifying and column.name != contract.subject
    ]
    return [(set_rules.SUBJECT, _SUBJECT), (contract.subject, _SUBJECT), *((name, name) for name in open_ones)]


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
