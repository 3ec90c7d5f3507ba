"""The dataset's look-up index: built from the files of a snapshot, read by the gateway and by this room."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings

from shudao.contexts.pool.adapters import files, keys
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.models import Snapshot
from shudao.plane.index import Found, IndexMissing, IndexReader, IndexWriter

FOLDER = "index"
_readers: dict[tuple[int, Path], IndexReader] = {}


def path(dataset: str) -> Path:
    """Return the index's folder."""
    return Path(settings.POOL_ROOT) / FOLDER / dataset


def build(snapshot: Snapshot, contract: DatasetContract) -> int:
    """Build the index of `snapshot` and let it take the old one's place; return how many subjects it holds."""
    key = keys.sealing_key(keys.INDEX)
    writer = IndexWriter(path(contract.code), key.secret, key.id, contract.code)
    parts = snapshot.files.filter(kind="data").order_by("bucket")
    names = [Path(settings.POOL_ROOT) / file.path for file in parts]
    as_of = snapshot.as_of.astimezone(UTC).isoformat(timespec="seconds")
    subjects = writer.build(_subjects(names, contract), snapshot=snapshot.number, as_of=as_of)
    # Readers look for a new build once a second; who built it sees it at once.
    old = _readers.pop((os.getpid(), path(contract.code)), None)
    if old is not None:
        old.close()
    return subjects


def _subjects(names: Iterable[Path], contract: DatasetContract) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    opening = keys.opening_keys(keys.FILES)
    for name in names:
        for subject, rows in groupby(files.read_rows(name, contract, opening), key=itemgetter(0)):
            yield subject, [row for _, row in rows]


def reader(dataset: str) -> IndexReader | None:
    """Return this process's reader, None where nothing is built. Raises IndexDamaged."""
    place = os.getpid(), path(dataset)
    if place not in _readers:
        try:
            _readers[place] = IndexReader(path(dataset), keys.opening_keys(keys.INDEX))
        except IndexMissing:
            return None
    return _readers[place]


def lookup(dataset: str, identifier: str) -> Found | None:
    """Return the subject's rows, None where there are none."""
    found = reader(dataset)
    return None if found is None else found.lookup(keys.subject_of(identifier))


def stands_at(dataset: str) -> int:
    """Return the snapshot number that the index shows, 0 where there is none."""
    found = reader(dataset)
    return 0 if found is None else found.snapshot
