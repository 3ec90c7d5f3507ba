"""
Plants a thousand identifiers in deliveries of every kind and way, and looks for them on the disk after each act.

Run as a module by test_pool_scan.py with a home, an inbox and a TMPDIR of its own: folder of the deliveries, and the
department's database if there is one. Prints one JSON object a look.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import yaml  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from demo.numbers import wrong_check  # noqa: E402
from shudao.contexts.pool import api as pool  # noqa: E402
from shudao.contexts.pool.adapters import formats, sources, staging  # noqa: E402
from shudao.contexts.pool.contracts.deliveries import Mode  # noqa: E402
from shudao.foundation.audit.contracts import SYSTEM  # noqa: E402
from shudao.foundation.identity import api as identity  # noqa: E402
from shudao.foundation.identity.contracts import Role  # noqa: E402
from shudao.foundation.regions import api as regions  # noqa: E402
from shudao.kernel.time import now  # noqa: E402
from tests.contexts.matters.places import two_counties  # noqa: E402
from tests.contexts.pool import workbooks  # noqa: E402
from tests.contexts.pool.payments import CODE, contract  # noqa: E402
from tests.faults.pool import processes  # noqa: E402
from tests.faults.pool.register import numbers  # noqa: E402
from tests.faults.scanning import Scanner  # noqa: E402
from tests.support.cases import staff  # noqa: E402

COLUMNS = ["resident_id", "month", "name", "payer_id", "base", "paid_on"]
PROVINCE = "510000000000"
PLANTED = numbers(1000)
FORMATS = ("utf-8", "gb18030", "xlsx", "jsonl", "parquet", "arrow")
Rows = list[list[str | None]]


def rows(part: int, count: int = 90) -> Rows:
    """Rows of a hundred of them: good, wrong beside right, and twice."""
    some = PLANTED[part * 100 : part * 100 + 100]
    payers = [*some[count:], *[None] * 8]
    good: Rows = [
        [
            one,
            f"2026-{1 + place % 12:02d}",
            f"曾用证件{some[place - 1]}",
            payers[place % len(payers)],
            "5",
            "2026-01-05",
        ]
        for place, one in enumerate(some[:count])
    ]
    wrong: Rows = [[wrong_check(one), "2026-01", f"即{one}", one, "5", "2026-01-05"] for one in some[count:]]
    late: Rows = [[one, "2026-01", None, one.lower(), f"x{one}", one] for one in some[-3:]]
    return [*good, *wrong, *late, *good[:5]]


def text(given: Rows) -> str:
    """As CSV, with lines of another shape."""
    lines = [",".join(COLUMNS), *(",".join(value or "" for value in row) for row in given)]
    return "\n".join([*lines, f"{given[0][0]},only", ",".join(["x", *map(str, given[1])]), ""])


def write(path: Path, kind: str, given: Rows) -> Path:
    """Write a delivery."""
    if kind in ("utf-8", "gb18030"):
        path.write_text(text(given), encoding=kind)
    elif kind == "xlsx":
        workbooks.write(path, [[*COLUMNS], *given, [*given[0], given[0][0]]])
    elif kind == "jsonl":
        lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in given]
        path.write_text("\n".join([*lines, json.dumps({"resident_id": [given[0][0]]}), json.dumps(given[1])]))
    else:
        table = pa.table({name: pa.array([row[at] for row in given], pa.string()) for at, name in enumerate(COLUMNS)})
        if kind == "parquet":
            pq.write_table(table, path)
        else:
            with pa.ipc.new_file(str(path), table.schema) as writer:
                writer.write_table(table)
    return path


# Acts, each in a process of its own -----------------------------------------------------------------------------------


def begin(folder: Path) -> None:
    """A province with its bodies, a data officer, an empty dataset."""
    call_command("migrate", verbosity=0, skip_checks=True)
    regions.load(two_counties(folder / "counties"))
    identity.load_departments()
    department = identity.department_code("ga", PROVINCE)
    staff("officer", Role.DATA_OFFICER, department=department, division=PROVINCE, now=now())
    source = {"source": {"table": "scanned.paid"}} if settings.POOL_SOURCES else {}
    pool.create(contract=contract(**source), acting=SYSTEM, now=now(), key="create")


def ingest(path: Path, mode: Mode, key: str = "", **rest: Any) -> None:
    """By the door that commands use."""
    pool.ingest(dataset=CODE, source=path, acting=SYSTEM, now=now(), key=key or path.name, mode=mode, **rest)


def leave(given: Rows) -> None:
    """By the inbox."""
    inbox = Path(settings.POOL_INBOX) / CODE / Mode.APPEND
    inbox.mkdir(parents=True)
    write(inbox / "left.csv", "utf-8", given)
    states = [one.state for one in pool.take_inbox(now=now() + timedelta(minutes=1))]
    assert states == ["taken"], states


def browse(given: Rows) -> None:
    """By the office's page; what it says of the rows set aside is looked at, too."""
    setup_test_environment()
    client = Client(headers={"accept": "text/html"})
    client.force_login(get_user_model().objects.get(username="officer"))
    sent = SimpleUploadedFile("register.csv", text(given).encode("gb18030"))
    answer = client.post(f"/office/quality/{CODE}/deliver/", {"key": "browser", "mode": Mode.APPEND, "file": sent})
    assert answer.status_code == 302, answer.status_code
    headless = SimpleUploadedFile("register.csv", text(given).partition("\n")[2].encode())
    refused = client.post(f"/office/quality/{CODE}/deliver/", {"key": "refused", "mode": Mode.APPEND, "file": headless})
    assert refused.status_code == 422
    pages = [refused, client.get(answer["Location"]), client.get(f"{answer['Location']}rows/")]
    scanner = Scanner(PLANTED)
    for number, page in enumerate(pages):
        scanner.content(str(number), page.content)
    assert not scanner.found, scanner.found


def pull(given: Rows, url: str) -> None:
    """From the department's table."""
    with psycopg.connect(url, autocommit=True) as theirs:
        theirs.execute("DROP SCHEMA IF EXISTS scanned CASCADE")
        theirs.execute("CREATE SCHEMA scanned")
        theirs.execute(f"CREATE TABLE scanned.paid ({' text, '.join(COLUMNS)} text)")
        with theirs.cursor() as cursor:
            cursor.executemany("INSERT INTO scanned.paid VALUES (%s, %s, %s, %s, %s, %s)", given)
    assert pool.pull(dataset=CODE, acting=SYSTEM, now=now(), key="pull")
    with psycopg.connect(url, autocommit=True) as theirs:
        theirs.execute("DROP SCHEMA scanned CASCADE")


def repair() -> None:
    """Correct a row that was set aside; what was tried in vain stays nowhere."""
    batch = next(one for one in pool.batches(CODE) if one.quarantined and one.mode is Mode.APPEND)
    row = next(one for one in pool.quarantined(batch.number, acting=SYSTEM, size=100).items if one.line)
    found = pool.unmask(batch.number, row.place, acting=SYSTEM, reason="核对原始登记", now=now())
    values = dict(found.values) | {"base": "7", "paid_on": "2026-02-01", "month": "2026-11"}
    for key, given in (("vain", values), ("right", values | {"resident_id": values["payer_id"]})):
        told = pool.repair(batch=batch.number, place=row.place, values=given, acting=SYSTEM, now=now(), key=key)
    assert told.good == 1, told


def killed_in_pieces(path: Path, number: int) -> None:
    """Die as rows wait on the disk."""
    add, added = staging.Pieces.add, [0]

    def dying(pieces: staging.Pieces, table: pa.Table) -> None:
        add(pieces, table)
        added[0] += 1
        if added[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    staging.Pieces.add = dying  # type: ignore[method-assign]
    ingest(path, Mode.APPEND)


def killed_in_sorting(path: Path) -> None:
    """Die as parts are sorted and written."""

    def dying(step: str, share: float) -> None:
        if step == "write" and share > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    ingest(path, Mode.APPEND, progress=dying)


def acts(folder: Path, url: str) -> Iterator[tuple[str, Callable[[], object], int]]:
    """Yield (name, what is done, how its process ends)."""
    yield "begin", lambda: begin(folder), 0
    for part, kind in enumerate(FORMATS):
        path, mode = write(folder / f"1.{kind}", kind, rows(part)), Mode.APPEND if part else Mode.FULL
        yield f"ingest {kind}", lambda path=path, mode=mode: ingest(path, mode), 0  # type: ignore[misc]
    yield "inbox", lambda: leave(rows(6)), 0
    yield "browser", lambda: browse(rows(7)), 0
    changed = write(folder / "2.csv", "utf-8", [[*row[:4], "6", row[5]] for row in rows(1)[:30]])
    yield "upsert", lambda: ingest(changed, Mode.UPSERT), 0
    gone = folder / "3.csv"
    gone.write_text("\n".join(["resident_id,month", *(f"{row[0]},{row[1]}" for row in rows(2)[:20])]))
    yield "delete", lambda: ingest(gone, Mode.DELETE), 0
    yield "repair", repair, 0
    last = write(folder / "4.parquet", "parquet", [*rows(8), *rows(9)])
    yield "killed in spilling", lambda: killed_in_pieces(last, 40), -9
    yield "killed in spilling late", lambda: killed_in_pieces(last, 120), -9
    yield "killed in sorting", lambda: killed_in_sorting(last), -9
    yield "next batch", lambda: ingest(last, Mode.APPEND), 0
    yield "compaction", lambda: pool.compact(CODE, acting=SYSTEM, now=now()), 0
    if url:  # a whole register: it takes the place of all that
        yield "table", lambda: pull(rows(9), url), 0


LOOKED_AT = ("repair", "killed in spilling", "killed in spilling late", "killed in sorting", "next batch", "compaction")


def main(folder: Path, url: str) -> None:
    """Do all acts; look after some of them, and at the end."""
    formats._MANY = sources._PORTION = 100
    staging.Staging.__init__.__defaults__ = (50, 20)  # type: ignore[misc]
    staging._FEWEST = 20
    if url:
        path = Path(os.environ["SHUDAO_POOL_SOURCES"])
        path.write_text(yaml.safe_dump({CODE: url}))
        path.chmod(0o600)
    roots = [Path(os.environ[name]) for name in ("SHUDAO_HOME", "SHUDAO_POOL_INBOX", "TMPDIR")]
    last = "table" if url else "compaction"
    for name, act, status in acts(folder, url):
        assert processes.apart(act) == status, name
        if name in LOOKED_AT or name == last:
            scanner = Scanner(PLANTED)
            scanner.below(*roots)
            told = {"after": name, "files": scanner.files, "bytes": scanner.read, "found": scanner.found}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
