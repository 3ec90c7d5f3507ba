"""A department's table can hold anything, and its view can do anything: neither fills our memory nor holds us."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from shudao.contexts.pool.adapters import tables
from shudao.contexts.pool.contracts.datasets import SourceTable
from shudao.contexts.pool.contracts.refusals import TableUnreachable, TableUnreadable
from tests.contexts.pool.test_tables import COLUMNS, add, read, server, theirs

__all__ = ["server", "theirs"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_a_long_value_is_cut_where_it_lies_and_refused(theirs: psycopg.Connection[Any]) -> None:
    add(theirs, ("a", "01"), status="在" * 65_536)
    assert [len(row[2]) for row in read()[0]] == [65_536]
    theirs.execute("UPDATE hr.people SET status = repeat('在', 30_000_000)")
    with pytest.raises(TableUnreadable):
        read()


def test_a_view_that_sleeps_is_left(theirs: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    add(theirs, ("a", "01"))
    theirs.execute(
        "CREATE VIEW hr.slow AS SELECT changed_at, status, born,"
        " CASE WHEN pg_sleep(600) IS NULL THEN '' ELSE resident_id END AS resident_id FROM hr.people"
    )
    monkeypatch.setattr(tables, "_SESSION", tables._SESSION.replace("'1h'", "'200ms'"))
    with pytest.raises(TableUnreachable):
        read(table=SourceTable("hr.slow"))


def test_names_that_are_statements_are_names(theirs: psycopg.Connection[Any]) -> None:
    odd = 'x"; DROP TABLE hr.people;--'
    theirs.execute(sql.SQL("ALTER TABLE hr.people ADD COLUMN {} text").format(sql.Identifier(odd)))
    add_one = sql.SQL("INSERT INTO hr.people VALUES (now(), 'x', '2000-01-31', 'a', %s)")
    theirs.execute(add_one, ["=CMD()"])
    assert [row[-1] for row in read(columns=(*COLUMNS, odd))[0]] == ["=CMD()"]
