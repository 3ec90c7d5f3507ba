"""
The part that scans: the ten rules, uniqueness and a join over the kept files; the ten rules over a plain delivery.

Kept files of one bucket hold the same subjects, so uniqueness and the join go bucket by bucket: what is looked up
stays small, whatever the dataset's size.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import yaml

from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.management.bench import counting, plain, talking
from shudao.contexts.pool.management.bench.talking import Told
from shudao.contexts.pool.rules import contract as reading
from shudao.kernel.time import local_date, now

_BUCKET = re.compile(r"part-(\d+)")
_CONFIG = {"temp_directory": "", "memory_limit": "3GB", "autoinstall_known_extensions": "false"}
_INVENTED = """
COPY (
    SELECT subject, CASE hash(subject) % 2 WHEN 0 THEN '女' ELSE '男' END AS sex,
        DATE '1950-01-01' + (hash(subject) % 22000)::INTEGER AS birth_date, (hash(subject) % 183)::INTEGER AS division
    FROM (SELECT DISTINCT subject FROM read_parquet($files)) ORDER BY subject
) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
"""
_JOINED = """
SELECT other.sex, own.insurance, count(*) AS rows, sum(own.base) AS base
FROM read_parquet($files) AS own JOIN read_parquet($others) AS other ON own.subject = other.subject GROUP BY ALL
"""


_SHOWN = """
WITH wanted AS (SELECT unhex(unnest($subjects)) AS subject, unnest($months) AS month, unnest($bases) AS base),
    found AS (SELECT live.subject, live.month, live.base, wanted.base AS wanted FROM ({relation}) AS live
        LEFT JOIN wanted ON live.subject = wanted.subject AND live.month = wanted.month),
    grouped AS (SELECT count(*) AS many, min(base = wanted) AS right_ FROM found
        WHERE wanted IS NOT NULL GROUP BY subject, month)
SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM grouped WHERE many = 1 AND right_)
"""


def _contract(code: str) -> DatasetContract:
    text = resources.files("shudao.contexts.pool").joinpath("data", f"{code}.yaml").read_text("utf-8")
    return reading.read(yaml.safe_load(text))


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **given: object) -> list[tuple[Any, ...]]:
    return connection.execute(sql, given).fetchall()


def _connected(**other: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={**_CONFIG, **other})


def _by_bucket(files: Sequence[str]) -> list[list[str]]:
    """Return the files by bucket; those whose name has no number are one bucket."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        number = _BUCKET.search(Path(file).name)
        found[number[1] if number else ""].append(file)
    return list(found.values())


def rules(dataset: str, files: list[str], kept: bool) -> Told:
    """Count the rows that break each rule judged row by row, in one scan; a plain delivery is one file."""
    contract, today = _contract(dataset), local_date(now())
    with _connected() as connection:
        if kept:
            sql = counting.row_counts(contract, today=today, kept=True)
            rows, *broken = _rows(connection, sql, files=files)[0]
        else:
            rows, *broken = plain.broken(connection, contract, Path(files[0]), today)
    codes = [rule.code for rule in counting.ten(contract, kept=kept)]
    return {"rows": rows, "broken": {code: count for code, count in zip(codes, broken, strict=True) if count}}


def unique(dataset: str, files: list[str], kept: bool) -> Told:
    """Count the rows that repeat another's key."""
    contract = _contract(dataset)
    with _connected() as connection:
        if kept:
            return {"repeated": sum(_repeated(connection, contract, some) for some in _by_bucket(files))}
        return {"repeated": plain.repeated(connection, contract, Path(files[0]))}


def _repeated(connection: duckdb.DuckDBPyConnection, contract: DatasetContract, files: list[str]) -> int:
    if len(files) == 1 and contract.subject in contract.key:
        beside, disordered = _rows(connection, counting.repeated_beside(contract), files=files)[0]
        if not disordered:
            return int(beside)
    return int(_rows(connection, counting.repeated(contract), files=files)[0][0])


def invent(files: list[str], folder: str) -> Told:
    """Write another dataset about the same subjects, a row each, into the same buckets: a population register."""
    others, rows = [], 0
    with _connected() as connection:
        for number, some in enumerate(_by_bucket(files)):
            path = Path(folder) / f"part-{number:02d}.parquet"
            rows += _rows(connection, _INVENTED.format(path=path), files=some)[0][0]
            others.append(str(path))
    return {"files": others, "rows": rows}


def join(files: list[str], others: list[str]) -> Told:
    """Join the two datasets by subject; return how many rows met."""
    with _connected() as connection:
        buckets = zip(_by_bucket(files), others, strict=True)
        found = [row for some, other in buckets for row in _rows(connection, _JOINED, files=some, others=[other])]
    return {"rows": sum(row[2] for row in found), "base": int(sum(row[3] for row in found))}


def shows(relation: str, parameters: dict[str, Any], wanted: list[tuple[str, str, int]]) -> Told:
    """Scan the live rows: how many there are, and how many of (subject, month, base) are the only ones of their key."""
    subjects, months, bases = zip(*wanted, strict=True)
    given = {**parameters, "subjects": list(subjects), "months": list(months), "bases": list(bases)}
    with _connected() as connection:
        rows, shown = _rows(connection, _SHOWN.format(relation=relation), **given)[0]
    return {"rows": rows, "shown": shown}


def warm(files: list[str]) -> Told:
    """Read every file once, so that all scans find them in memory."""
    return {"bytes": sum(len(Path(file).read_bytes()) for file in files)}


if __name__ == "__main__":
    talking.serve({"rules": rules, "unique": unique, "invent": invent, "join": join, "warm": warm, "shows": shows})
