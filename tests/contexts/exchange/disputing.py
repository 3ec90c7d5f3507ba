"""What the tests of corrections, disputes and disclosures share: a filled pool, a ledger, a citizen, a department."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from demo import people
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import Claim, Correction
from shudao.contexts.pool.contracts.deliveries import Batch
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from tests.contexts.exchange.conftest import POPULATION, PROVINCE, Staff, officer
from tests.support.disclosing import Book

FIELD = "hukou_address"
CLAIM = Claim("", "幸福路1号", "幸福路2号", "户口本上是2号")


@dataclass
class Scene:
    """Wang, whose address is wrong; the civil affairs department, whose system got it."""

    now: datetime
    wang: Actor
    resident_id: str
    client: str
    book: Book
    source: Path
    deliver: Callable[..., Batch]

    @property
    def key(self) -> str:
        """The subject's keyed hash."""
        return self.wang.person

    def used(self, **changes: Any) -> str:
        """The department's system gets Wang's name and address; return the entry's name."""
        parts = {"client": self.client, "resource": POPULATION, "fields": ("name", FIELD), "at": self.now} | changes
        return self.book.note(parts.pop("subject", self.key), **parts)

    def report(self, acting: Actor | None = None, **changes: Any) -> Correction:
        """Say that the address is wrong: Wang, unless somebody else."""
        parts: dict[str, Any] = {"resource": POPULATION, "field": FIELD, "claim": CLAIM, "key": new_id()} | changes
        return exchange.report_correction(acting=acting or self.wang, now=self.now, **parts)

    def put_right(self, value: str = "幸福路2号") -> Batch:
        """The source department delivers its register with the right address."""
        table = parquet.read_table(self.source)
        rows = table.to_pylist()
        for row in rows:
            if row["resident_id"] == self.resident_id:
                row[FIELD] = value
        target = self.source.with_name("corrected.parquet")
        parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), target)
        return self.deliver("population", source=target, key=new_id())


@pytest.fixture
def scene(
    catalogue: None,
    world: people.World,
    deliver: Callable[..., Batch],
    delivery: Any,
    staff: Staff,
    settings: Any,
    noon: datetime,
    tmp_path: Path,
) -> Scene:
    """The pool holds six hundred people; nobody has asked yet."""
    clocks.load_calendar()
    settings.FILES_ROOT = tmp_path / "files"
    deliver("population")
    invented = world.people[0]
    person = identity.register_person(
        resident_id=invented.resident_id, name=invented.name, phone="13900001234", acting=SYSTEM, now=noon, key="wang"
    )
    wang = identity.create_account(
        username="wang", password=None, person=person.key, name=invented.name, acting=SYSTEM, now=noon
    )
    department = identity.department_code("mz", PROVINCE)
    client = f"SHUDAO/GOV/{department}/relief"
    exchange.register_system(
        client=client, name=Text("救助系统", "Relief"), department=department, acting=staff.civil, now=noon, key="s"
    )
    book = Book(Path(settings.LEDGER_ROOT), exchange.resource(POPULATION).provider)
    outbox.drain()
    return Scene(noon, wang, invented.resident_id, client, book, delivery.files["population"], deliver)


def bureau() -> Actor:
    """A data officer of the provincial data bureau."""
    return officer("sj", "arbiter", role=Role.DATA_BUREAU)
