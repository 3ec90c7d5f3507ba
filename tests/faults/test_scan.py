"""
No resident ID lies in plain bytes on the disk of a running installation (GOALS safety 8).

Every byte of its home and of the folder for temporary files is read: database pages and journals, stored files, pool,
quarantine, index, vault, ledger, snapshots, mail; and all that its processes said.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from demo import people
from demo.places import places
from shudao.kernel.keys import KeyRing
from shudao.kernel.sealing import keyed_hash
from shudao.plane.lookup.reader import IndexReader
from tests.support import rows
from tests.support.asking import Asker
from tests.support.browserless import Caller, hidden
from tests.support.installation import Installation
from tests.support.submitter import Submitter

pytestmark = pytest.mark.xdist_group("installation")
PEOPLE = 1000
_ID = re.compile(rb"5199\d{13}[\dXx]")
_WIDE = re.compile(rb"(?:[5][\x00])(?:[\dXx]\x00){17}")


@pytest.fixture(scope="module")
def identifiers(installation: Installation) -> set[bytes]:
    """The number of everybody in the installation's registers, made anew with the demo's seed."""
    divisions = [
        (str(code), str(name)) for code, name in rows.query(installation, "SELECT code, name FROM regions_division")
    ]
    world = people.make(places=places(divisions), people=PEOPLE, marriages=PEOPLE // 8, companies=PEOPLE // 8)
    return {person.resident_id.encode() for person in world.people}


def test_the_identifiers_looked_for_are_those_of_the_pool(installation: Installation, identifiers: set[bytes]) -> None:
    ring = KeyRing.load(installation.home / "keys")
    secret = ring.secret("subject-hash").secret
    hashed = {keyed_hash(secret, one.decode()) for one in identifiers}
    reader = IndexReader(installation.home / "pool/index/population", ring.secrets("pool-index"))
    with closing(reader):
        there = sum(reader.lookup(subject) is not None for subject in hashed)
    assert len(hashed) == PEOPLE
    assert there > 0.9 * PEOPLE, "all but the rows with a planted error"


def test_no_identifier_lies_in_plain_anywhere(installation: Installation, identifiers: set[bytes]) -> None:
    type_them_everywhere(installation, sorted(identifiers)[100:130])
    found = {path: count for path in files(installation) if (count := plain(path, identifiers))}
    assert not found
    said = "".join(installation.said).encode()
    assert not set(_ID.findall(said)) & identifiers


def type_them_everywhere(installation: Installation, numbers: list[bytes]) -> None:
    """People type numbers where they belong, and where they do not."""
    spare = iter(number.decode() for number in numbers)
    mother = Submitter(installation)
    mother.caller.sign_in("wang", installation.password)
    mother.once()
    stranger = Caller(installation.web)
    stranger.get("/sign-in/")
    stranger.post("/sign-in/", {"username": next(spare), "password": next(spare)})
    stranger.get(f"/search/?q={next(spare)}")
    stranger.get(f"/track/?number={next(spare)}")
    stranger.post("/track/", {"number": next(spare), "secret": next(spare)[:12]})
    stranger.get(f"/verify/{next(spare)}")
    clerk = Caller(installation.web)
    clerk.sign_in("clerk", installation.password, then="/window/")
    clerk.get(f"/window/?text={next(spare)}")
    page = clerk.get("/window/intake/?text=%E5%87%BA%E7%94%9F")
    address = re.search(r'href="(/window/intake/\w{31}/)"', page.text)
    assert address, page.told
    intake = clerk.get(address[1])
    known = next(spare)
    wrong = known[:17] + ("1" if known[17] != "1" else "2")
    for number in (known, wrong):
        told = {"resident_id": number, "name": "张三丰", "phone": "19900001234", "key": hidden(intake.text, "key")}
        clerk.post(address[1], told)
    with closing(Asker(installation.home, installation.gateway, next(spare))) as asker:
        asker.ask(case=next(spare))


def files(installation: Installation) -> Iterator[Path]:
    """Every file of the home, of the database server's folder, and what lies for a while elsewhere."""
    roots = [installation.home]
    if installation.environment.get("DATABASE_URL"):
        roots.append(Path(rows.query(installation, "SHOW data_directory")[0][0]))
        yield roots[-1].with_name("log")  # statements that failed stand in it
    for root in roots:
        yield from (path for path in root.rglob("*") if path.is_file())
    for folder in inboxes():
        gone = time.monotonic() + 120  # another installation that loads beside this one takes its own away in time
        while folder.exists() and time.monotonic() < gone:
            time.sleep(0.5)
        yield from (path for path in folder.rglob("*") if path.is_file())


def inboxes() -> list[Path]:
    """Where demos put deliveries for as long as they take them in."""
    roots = {Path(tempfile.gettempdir()), Path("/dev/shm")}  # noqa: S108  looked through, not written
    return [folder for root in roots for folder in root.glob("shudao-inbox-*")]


def plain(path: Path, identifiers: set[bytes]) -> list[str]:
    """The identifiers (masked) that a file holds, as bytes or as UTF-16."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return []  # a temporary file of a running process
    with os.fdopen(descriptor, "rb") as file:
        content = file.read()
    there = set(_ID.findall(content)) | {wide[::2] for wide in _WIDE.findall(content)}
    return [f"{one[:6].decode()}…{one[-2:].decode()}" for one in there & identifiers]
