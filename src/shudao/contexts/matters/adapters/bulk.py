"""Many rows at once: COPY on PostgreSQL, executemany on SQLite. Model instances would take twenty times as long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows; values in the order of `columns` (database column names), JSON as text."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608


def update(model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows; each row holds the values of `columns`, then the key's."""
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
    sql = f"UPDATE {table} SET {marks} WHERE {connection.ops.quote_name(key)} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def copy_rows(
    source: type[models.Model],
    target: type[models.Model],
    columns: Sequence[str],
    extra: tuple[str, Any],
    key: str,
    keys: Iterable[str],
) -> None:
    """Copy `columns` of the rows with these keys into another table, with one `extra` column of a fixed value."""
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    sql = (
        f"INSERT INTO {connection.ops.quote_name(target._meta.db_table)} "  # noqa: S608
        f"({quoted}, {connection.ops.quote_name(extra[0])}) SELECT {quoted}, %s "
        f"FROM {connection.ops.quote_name(source._meta.db_table)} WHERE {connection.ops.quote_name(key)} = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(extra[1], one) for one in keys])


def copy_where(
    source: type[models.Model],
    target: type[models.Model],
    columns: Sequence[str],
    extra: tuple[str, Any],
    where: Mapping[str, str],
) -> None:
    """Copy `columns` of the rows that have these values into another table, with one `extra` column."""
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    condition = " AND ".join(f"{connection.ops.quote_name(name)} = %s" for name in where)
    sql = (
        f"INSERT INTO {connection.ops.quote_name(target._meta.db_table)} "  # noqa: S608
        f"({quoted}, {connection.ops.quote_name(extra[0])}) SELECT {quoted}, %s "
        f"FROM {connection.ops.quote_name(source._meta.db_table)} WHERE {condition}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [extra[1], *where.values()])


def read(model: type[models.Model], columns: Sequence[str], json_column: str) -> Iterator[tuple[Any, ...]]:
    """Yield all rows; the JSON column comes as `json_text` writes it, to be compared rather than read."""
    at = columns.index(json_column)
    quoted = [connection.ops.quote_name(name) for name in columns]
    quoted[at] = f"CAST({quoted[at]} AS text)"
    sql = f"SELECT {', '.join(quoted)} FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor:
            text = row[at] if row[at] == "[]" else json_text(json.loads(row[at]))
            yield (*row[:at], text, *row[at + 1 :])


def json_text(value: Any) -> str:
    """Return the one way in which this room writes a JSON column in bulk."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
