"""Fill an empty installation with the province: divisions, bodies, calendar, matters, people, data and grants."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from django.core.management import call_command

from demo import accounts, exchange, people, places, populations
from demo.progress import step
from shudao.contexts.conformance import api as conformance
from shudao.contexts.matters import api as matters
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.time import now

_DELIVERED = 1024  # bytes on the safe side for one person's rows in all three deliveries


def province(*, persons: int) -> accounts.Cast:
    """Load everything; what is there already is left as it is. Return the accounts of the story."""
    with step("database"):
        call_command("migrate", verbosity=0)
    with step("divisions: 1 province, 21 prefectures, 183 counties, 3,101 townships, 34,412 villages"):
        call_command("regions", "load", stdout=_Quiet())
    with step("working-day calendar 2020–2027"):
        call_command("clocks", "load", stdout=_Quiet())
    with step("departments of every division"):
        identity.load_departments()
    with step("matters, forms, laws; implementations down to the villages"):
        matters.load(acting=SYSTEM, now=now())
    with step("staff and people with accounts"):
        cast = accounts.open_all()
    with step("conformance: every implementation held against its standard"):
        conformance.check(now=now())
    registers(persons)
    with step("systems, resources, requests decided by their departments, grants"):
        exchange.seed(cast)
    return cast


def registers(persons: int) -> None:
    """Make the three registers with a seed and take them into the pool; deliveries lie in memory only, and not long."""
    if pool.datasets() and all(pool.counts().get(code) for code in ("population", "marriage", "company-licences")):
        return
    folder = work_folder(persons)
    try:
        with step(f"{persons:,} invented people, their marriages and companies"):
            world = people.make(places=inhabited(), people=persons, marriages=persons // 8, companies=persons // 8)
            written = populations.write(world, folder)
        for code, path in written.files.items():
            with step(f"pool: {code}, {written.rows[code]:,} rows checked, sealed, indexed"):
                moment = now()
                pool.create(contract=code, acting=SYSTEM, now=moment, key=f"demo-create-{code}")
                pool.ingest(dataset=code, source=path, acting=SYSTEM, now=moment, key=f"demo-ingest-{code}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def inhabited() -> list[places.Place]:
    """The villages and communities where demo people live."""
    return places.places((one.code, one.name.zh) for one in regions.divisions())


def work_folder(persons: int) -> Path:
    """A new folder for deliveries, which hold whole identifiers: in memory wherever the machine has room for that."""
    memory = Path("/dev/shm")  # noqa: S108  the folder made in it is new and ours alone
    usable = memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)
    usable = usable and shutil.disk_usage(memory).free > persons * _DELIVERED
    return Path(tempfile.mkdtemp(prefix="shudao-inbox-", dir=memory if usable else None))


class _Quiet:
    """Takes a command's own progress lines: the demo shows its own."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None
