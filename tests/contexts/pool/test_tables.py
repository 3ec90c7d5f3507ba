"""A department's own table is read on from where the last pull ended; no row is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.ipc
import pytest
import yaml
from django.core.management import call_command

from demo import people
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import memory, tables
from shudao.contexts.pool.adapters.tables import Reached
from shudao.contexts.pool.contracts.datasets import SourceTable
from shudao.contexts.pool.contracts.deliveries import Batch
from shudao.contexts.pool.contracts.refusals import TableMissing, TableUnreachable, TableUnreadable
from shudao.contexts.pool.models import TableCursor
from shudao.foundation.audit.contracts import NOBODY, SYSTEM
from shudao.kernel.errors import SignInNeeded
from tests.support import postgres

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

TABLE = SourceTable("hr.people", "changed_at")
COLUMNS = ("resident_id", "born", "status")
KEY = bytes(32)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A department's database server."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def theirs(server: str, settings: Any, tmp_path: Path) -> Iterator[psycopg.Connection[Any]]:
    """Their database with an empty table; the operator has given it to the dataset `staff`."""
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"staff": server, "gone": "postgresql://nobody@/none?host=/nonexistent"}))
    path.chmod(0o600)
    settings.POOL_SOURCES, settings.POOL_PULL_ROWS = str(path), 100
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS hr CASCADE")
        connection.execute("CREATE SCHEMA hr")
        connection.execute(
            "CREATE TABLE hr.people (changed_at timestamptz NOT NULL, status text, born date, resident_id text)"
        )
        yield connection


def add(theirs: psycopg.Connection[Any], *rows: tuple[str, str], status: str = "在职") -> None:
    """Add (identifier, minute of the change)."""
    for identifier, minute in rows:
        theirs.execute(
            "INSERT INTO hr.people VALUES (%s, %s, '2000-01-31', %s)",
            [f"2026-11-24 12:{minute}:00.123456+08", status, identifier],
        )


def read(
    since: Reached | None = None, *, most: int = 100, table: SourceTable = TABLE, columns: tuple[str, ...] = COLUMNS
) -> tuple[list[tuple[Any, ...]], Reached]:
    with memory.space() as (into, path):
        reached = tables.read("staff", table, columns, since=since or Reached(), most=most, key=KEY, into=into)
        found = pyarrow.ipc.open_file(str(path)).read_all()
    return [tuple(row[name] for name in columns) for row in found.to_pylist()], reached


def test_rows_come_as_text_and_in_the_order_of_the_contract(theirs: psycopg.Connection[Any]) -> None:
    theirs.execute("ALTER TABLE hr.people ADD COLUMN amount numeric(10, 2) DEFAULT 1.5, ADD COLUMN kept bool")
    add(theirs, ("b", "02"), ("a", "01"))
    rows, reached = read(columns=(*COLUMNS, "amount", "kept", "changed_at"))
    assert rows[0] == ("a", "2000-01-31", "在职", "1.50", None, "2026-11-24 12:01:00")
    assert [row[0] for row in rows] == ["a", "b"]
    assert reached.value == "2026-11-24 04:02:00.123456+00"


def test_rows_that_share_the_last_value_come_together_and_later_ones_are_not_lost(
    theirs: psycopg.Connection[Any],
) -> None:
    add(theirs, *((name, "01") for name in "abc"), *((name, "02") for name in "defg"), ("h", "03"))
    first, reached = read(most=4)
    assert {row[0] for row in first} == set("abcdefg"), "five are asked for; the rest of the fourth's value comes along"
    add(theirs, ("late", "02"))
    theirs.execute("UPDATE hr.people SET status = '离职' WHERE resident_id = 'e'")
    second, reached = read(reached, most=1)
    assert {row[::2] for row in second} <= {("late", "在职"), ("e", "离职"), ("h", "在职")}
    third, reached = read(reached, most=4)
    assert {row[::2] for row in second + third} == {("late", "在职"), ("e", "离职"), ("h", "在职")}
    assert len(second + third) == 3
    assert read(reached)[0] == []
    assert read(reached)[1].value == reached.value


def test_every_row_comes_once_however_small_the_pulls(theirs: psycopg.Connection[Any]) -> None:
    add(theirs, *((f"r{number}", f"{number // 7:02}") for number in range(100)))
    reached, found = Reached(), []
    while True:
        rows, reached = read(reached, most=3)
        if not rows:
            break
        found += [row[0] for row in rows]
        assert len(rows) <= 9
    assert sorted(found) == sorted(f"r{number}" for number in range(100))


@pytest.mark.parametrize(
    ("table", "columns", "why"),
    [
        (SourceTable("hr.nothing"), COLUMNS, "没有这张表"),
        (SourceTable("hr.people"), (*COLUMNS, "salary"), "缺少列：salary"),
        (SourceTable("hr.people", "moved_at"), COLUMNS, "缺少列：moved_at"),
        (SourceTable("hr.people", "status"), COLUMNS, "空值"),
        (SourceTable("hr.people"), COLUMNS, "超过一次抽取的上限"),
        (SourceTable("hr.people", "changed_at"), COLUMNS, "同一个值的行过多"),
        (SourceTable("hr.people"), ("photo",), "二进制"),
        (SourceTable("hr.secret"), ("born",), "InsufficientPrivilege"),
    ],
)
def test_what_cannot_be_read_says_why_and_quotes_nothing(
    theirs: psycopg.Connection[Any], table: SourceTable, columns: tuple[str, ...], why: str, settings: Any
) -> None:
    add(theirs, *((f"r{number}", "01") for number in range(9)))
    theirs.execute("INSERT INTO hr.people VALUES (now(), NULL, NULL, NULL)")
    theirs.execute("ALTER TABLE hr.people ADD COLUMN photo bytea")
    theirs.execute("CREATE TABLE hr.secret (born date)")
    theirs.execute("DROP ROLE IF EXISTS reader")
    theirs.execute("CREATE ROLE reader LOGIN")
    theirs.execute("GRANT USAGE ON SCHEMA hr TO reader")
    theirs.execute("GRANT SELECT ON hr.people TO reader")
    path = Path(settings.POOL_SOURCES)
    path.write_text(path.read_text().replace("shudao@", "reader@"))
    with pytest.raises(TableUnreadable, match=why):
        read(table=table, columns=columns, most=2)
    theirs.execute("DROP OWNED BY reader")


def test_nothing_can_be_written_there(theirs: psycopg.Connection[Any]) -> None:
    theirs.execute(
        "CREATE FUNCTION hr.spoil() RETURNS text LANGUAGE plpgsql AS $$"
        " BEGIN INSERT INTO hr.people VALUES (now(), 'x', NULL, NULL); RETURN 'x'; END $$"
    )
    theirs.execute("CREATE VIEW hr.trap AS SELECT hr.spoil() AS status")
    with pytest.raises(TableUnreadable, match="ReadOnlySqlTransaction"):
        read(table=SourceTable("hr.trap"), columns=("status",))


def test_connections_are_the_operators_and_no_one_elses_to_read(
    theirs: psycopg.Connection[Any], settings: Any, tmp_path: Path
) -> None:
    with pytest.raises(TableMissing, match="没有这个数据集"):
        tables.connection_of("population")
    Path(settings.POOL_SOURCES).chmod(0o640)
    with pytest.raises(TableMissing, match="只有本系统"):
        tables.connection_of("staff")
    settings.POOL_SOURCES = ""
    with pytest.raises(TableMissing, match="没有连接文件"):
        tables.connection_of("staff")


# ---- into the pool -------------------------------------------------------------------------------------------------


def contract(code: str = "staff", **source: str) -> dict[str, Any]:
    def column(name: str, **rest: Any) -> dict[str, Any]:
        return {"name": name, "title": {"zh": name, "en": name}, **rest}

    return {
        "code": code,
        "title": {"zh": "人员", "en": "Staff"},
        "version": 1,
        "owner": {"kind": "mz", "division": "510000000000"},
        "key": ["resident_id"],
        "subject": "resident_id",
        "cycle": "2",
        "sensitivity": 4,
        "columns": [
            column("resident_id", identifier="resident", sensitivity=4, required=True, check="resident"),
            column("born", kind="date"),
            column("status", kind="code", values=["在职", "离职"]),
        ],
        **({"source": source} if source else {}),
    }


@pytest.fixture
def pull(sichuan: None, noon: datetime) -> Callable[..., Batch | None]:
    def do(key: str, dataset: str = "staff") -> Batch | None:
        return pool.pull(dataset=dataset, acting=SYSTEM, now=noon, key=key)

    return do


def register(noon: datetime, **source: str) -> None:
    pool.create(contract=contract(**source), acting=SYSTEM, now=noon, key="create")


def test_a_table_without_a_cursor_is_the_whole_register(
    theirs: psycopg.Connection[Any], pull: Callable[..., Batch | None], noon: datetime, world: people.World
) -> None:
    register(noon, table="hr.people")
    one, two, three = (person.resident_id for person in world.people[5:8])
    add(theirs, (one, "01"), (two, "02"))
    batch = pull("first")
    assert batch is not None
    assert (batch.rows, batch.good) == (2, 2)
    theirs.execute("DELETE FROM hr.people WHERE resident_id = %s", [one])
    add(theirs, (three, "03"), status="不详")
    assert pull("first") == batch
    batch = pull("second")
    assert batch is not None
    assert (batch.rows, batch.quarantined) == (2, 1)
    assert pool.lookup("staff", one) is None
    assert not TableCursor.objects.exists()


def test_how_far_it_came_is_kept_with_the_batch_or_not_at_all(
    theirs: psycopg.Connection[Any],
    pull: Callable[..., Batch | None],
    noon: datetime,
    world: people.World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register(noon, table="hr.people", cursor="changed_at")
    one, two, three = (person.resident_id for person in world.people[5:8])
    add(theirs, (one, "01"), (two, "02"))
    with monkeypatch.context() as patched:
        patched.setattr("shudao.contexts.pool.services.publishing.audit.record", lambda **rest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pull("first")
    assert not TableCursor.objects.exists()
    first = pull("first")
    assert first is not None
    assert TableCursor.objects.get().batch.number == first.number
    assert pull("nothing new") is None
    add(theirs, (three, "02"))
    second = pull("second")
    assert second is not None
    assert (second.rows, TableCursor.objects.get().batch.number) == (1, second.number)
    assert pull("first") == first


def test_changed_rows_take_the_place_of_older_ones(
    theirs: psycopg.Connection[Any],
    pull: Callable[..., Batch | None],
    noon: datetime,
    world: people.World,
    capsys: pytest.CaptureFixture[str],
) -> None:
    register(noon, table="hr.people", cursor="changed_at")
    one, two, three = (person.resident_id for person in world.people[5:8])
    add(theirs, (one, "01"), (two, "02"))
    pull("first")
    theirs.execute("UPDATE hr.people SET status = '离职', changed_at = '2026-11-25' WHERE resident_id = %s", [one])
    add(theirs, (three, "03"))
    call_command("pool", "pull", "staff", "--all")
    assert "2 rows = 2 good" in capsys.readouterr().out
    assert pool.counts() == {"staff": 3}
    found = pool.lookup("staff", one)
    assert found is not None
    assert [row["status"] for row in found.rows] == ["离职"]


def test_who_may_and_what_is_missing(
    theirs: psycopg.Connection[Any], pull: Callable[..., Batch | None], noon: datetime
) -> None:
    register(noon)
    with pytest.raises(TableMissing, match="没有写来源表"):
        pull("first")
    with pytest.raises(SignInNeeded):
        pool.pull(dataset="staff", acting=NOBODY, now=noon, key="first")
    pool.create(contract=contract("gone", table="hr.people"), acting=SYSTEM, now=noon, key="gone")
    with pytest.raises(TableUnreachable):
        pull("first", "gone")
