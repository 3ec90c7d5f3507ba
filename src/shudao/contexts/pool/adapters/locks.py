"""One batch of a dataset at a time, across processes; a killed process lets go by itself."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.contracts.refusals import (
    DatasetBusy,
)


@contextlib.contextmanager
def only_writer(dataset: str) -> Iterator[None]:
    """Hold the dataset's lock inside the block. Raises DatasetBusy where another holds it."""
    folder = Path(settings.POOL_ROOT) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / dataset, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatasetBusy(dataset=dataset) from None
        yield
    finally:
        os.close(descriptor)
