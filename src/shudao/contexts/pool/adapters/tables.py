"""
Rows of a department's PostgreSQL table, as text, in bounded memory: read-only, one snapshot, a cursor on the server.

Which database a dataset reads is the operator's to say, in a file of `dataset code: connection`; a contract only names
the table in it, so that nobody who edits a contract reaches another department's database.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import pyarrow as pa
import pyarrow.ipc
import yaml
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from psycopg import sql

from shudao.contexts.pool.contracts.datasets import SourceTable
from shudao.contexts.pool.contracts.refusals import TableMissing, TableUnreachable, TableUnreadable
from shudao.kernel import sealing

_ROWS = 1_000
_LONGEST = 1 << 16
_CONNECT_SECONDS = 10
# So many rows may share one value of the cursor above what a pull asks for; they are only taken together.
_TIES = 3
_ZONED, _LOCAL = "timestamp with time zone", "timestamp without time zone"
# Nothing on their side may hold us for good: a view can sleep.
_SESSION = (
    "SET LOCAL statement_timeout = '1h'; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD';"
    " SET LOCAL application_name = 'shudao'"
)


_Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a table was read: rows at `value` whose keyed hashes are `taken` were read, and all below it."""

    value: str | None = None
    taken: frozenset[bytes] = frozenset()
    rows: int = 0


@dataclass(slots=True)
class _Last:
    """The rows that share the value of the cursor that was read last."""

    value: str | None = None
    rows: list[_Row] = field(default_factory=list)


def connection_of(dataset: str) -> str:
    """Return the connection string that the operator gave the dataset. Raises TableMissing."""
    path = Path(settings.POOL_SOURCES or "/nonexistent")
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise TableMissing(dataset=dataset, why=gettext_lazy("连接文件不是只有本系统能读。"))
        given = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TableMissing(dataset=dataset, why=gettext_lazy("没有连接文件，或文件有误。")) from error
    found = given.get(dataset) if isinstance(given, dict) else None
    if not isinstance(found, str):
        raise TableMissing(dataset=dataset, why=gettext_lazy("连接文件中没有这个数据集。"))
    return found


def read(
    dataset: str,
    table: SourceTable,
    columns: Sequence[str],
    *,
    since: Reached,
    most: int,
    key: bytes,
    into: BinaryIO,
) -> Reached:
    """
    Write rows as Arrow, `columns` as text, and return how far they reach; rows that `since` has taken are left out.

    Args:
        dataset: Whose database is read.
        table: The table; without a cursor it is read whole.
        columns: The contract's.
        since: How far it was read before.
        most: Rows to read, and those that share the last one's cursor value; a whole table may have no more.
        key: Of the rows' hashes.
        into: Where the Arrow file goes.

    Raises:
        TableMissing, TableUnreachable.
        TableUnreadable: no such table or columns, no rights, empty cursors, or more or longer rows than may be held.
    """
    try:
        with psycopg.connect(connection_of(dataset), connect_timeout=_CONNECT_SECONDS) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute(_SESSION)
            return _Reading(connection, table, columns).write(since, most, key, into)
    except psycopg.OperationalError as error:
        raise TableUnreachable(dataset=dataset) from error
    except psycopg.Error as error:
        # What the database says may quote values.
        why = format_lazy(gettext_lazy("数据库拒绝了查询（{kind}）。"), kind=type(error).__name__)
        raise TableUnreadable(why=why) from error


class _Reading:
    """One reading of one table, in one transaction."""

    def __init__(self, connection: psycopg.Connection[Any], table: SourceTable, columns: Sequence[str]) -> None:
        self._connection, self._table, self._columns = connection, table, columns
        self._name = sql.Identifier(*table.table.split("."))
        self._types = self._described()
        missing = [name for name in (*columns, table.cursor) if name and name not in self._types]
        if missing:
            raise TableUnreadable(why=format_lazy(gettext_lazy("缺少列：{names}。"), names=", ".join(missing)))

    def _described(self) -> dict[str, tuple[str, bool]]:
        """Column → its type's name, and whether it is never empty."""
        rows = self._connection.execute(
            "SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            [self._name.as_string(self._connection)],
        ).fetchall()
        if not rows:
            raise TableUnreadable(why=gettext_lazy("没有这张表，或没有权限。"))
        return {name: (kind, never_empty) for name, kind, never_empty in rows}

    def write(self, since: Reached, most: int, key: bytes, into: BinaryIO) -> Reached:
        """Write the rows and return how far they reach."""
        if self._table.cursor:
            self._refuse_empty_cursors()
        last, rows = _Last(), 0
        schema = pa.schema([pa.field(name, pa.string()) for name in self._columns])
        packed = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_file(into, schema, options=packed) as writer:
            for read in self._read(since, most):
                fresh = [row[:-1] for row in read if _is_fresh(row, since, last, key)]
                rows += len(fresh)
                if fresh:
                    arrays = [pa.array(values, pa.string()) for values in zip(*fresh, strict=True)]
                    writer.write_batch(pa.record_batch(arrays, schema))
        into.flush()
        if not self._table.cursor or not rows:
            return Reached(since.value, since.taken, rows)
        return Reached(last.value, frozenset(_hash(key, row) for row in last.rows), rows)

    def _read(self, since: Reached, most: int) -> Iterator[list[_Row]]:
        most_held = most * (1 + _TIES) + len(since.taken) if self._table.cursor else most
        query, parameters = self._query(since, most + len(since.taken))
        held = 0
        with self._connection.cursor(name="shudao_pull") as cursor:
            cursor.execute(query, parameters)
            while some := cursor.fetchmany(_ROWS):
                held += len(some)
                if held > most_held:
                    raise TableUnreadable(why=self._too_many())
                if not all(map(_is_short, chain.from_iterable(some))):
                    raise TableUnreadable(why=gettext_lazy("有的内容超过六万字，或数据库的编码不是 UTF-8。"))
                yield some

    def _too_many(self) -> Any:
        if self._table.cursor:
            return gettext_lazy("游标列同一个值的行过多，请换一个更细的游标列，或调高 SHUDAO_POOL_PULL_ROWS。")
        return gettext_lazy("表的行数超过一次抽取的上限，请为它设置游标列。")

    def _query(self, since: Reached, most: int) -> tuple[sql.Composed, list[object]]:
        chosen = [self._text(name) for name in self._columns]
        cursor = sql.Identifier(self._table.cursor) if self._table.cursor else None
        chosen.append(sql.SQL("{}::text").format(cursor) if cursor else sql.SQL("NULL"))
        parts = [sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(chosen), self._name)]
        parameters: list[object] = []
        if cursor and since.value is not None:
            parts.append(sql.SQL("WHERE {} >= %s").format(cursor))
            parameters.append(since.value)
        if cursor:
            parts.append(sql.SQL("ORDER BY {} FETCH FIRST %s ROWS WITH TIES").format(cursor))
            parameters.append(most)
        return sql.SQL(" ").join(parts), parameters

    def _text(self, name: str) -> sql.Composable:
        """A column as registers write it: times local, without fractions of a second."""
        column, kind = sql.Identifier(name), self._types[name][0]
        if kind == "bytea" or kind.endswith("[]"):
            raise TableUnreadable(why=gettext_lazy("含有嵌套或二进制的列，不能作为表格读取。"))
        if kind == _ZONED:
            return sql.SQL("date_trunc('second', {} AT TIME ZONE {})::text").format(
                column, sql.Literal(settings.TIME_ZONE)
            )
        if kind == _LOCAL:
            return sql.SQL("date_trunc('second', {})::text").format(column)
        return sql.SQL("left({}::text, {})").format(column, sql.Literal(_LONGEST + 1))

    def _refuse_empty_cursors(self) -> None:
        if self._types[self._table.cursor][1]:
            return
        query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} WHERE {} IS NULL)")
        found = self._connection.execute(query.format(self._name, sql.Identifier(self._table.cursor))).fetchone()
        if found and found[0]:
            raise TableUnreadable(why=gettext_lazy("游标列有空值，这些行永远不会被读到。"))


def _is_fresh(row: _Row, since: Reached, last: _Last, key: bytes) -> bool:
    """Whether the row was not taken before; `last` remembers it."""
    if row[-1] != last.value:
        last.value, last.rows = row[-1], []
    if row[-1] is None:
        return True
    last.rows.append(row)
    return row[-1] != since.value or _hash(key, row) not in since.taken


def _is_short(value: object) -> bool:
    """Whether it is nothing, or text of a length that thousands may have at once; bytes come of unknown encodings."""
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST)


def _hash(key: bytes, row: _Row) -> bytes:
    return sealing.keyed_hash(key, "\0".join("\1" if value is None else value for value in row))
