"""A delivery with a column that the contract does not know: refused, or, where the contract says so, added to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import sources
from shudao.contexts.pool.contracts.datasets import (
    Column,
    DatasetContract,
)
from shudao.contexts.pool.contracts.refusals import (
    SourceUnreadable,
)
from shudao.contexts.pool.models import Dataset
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import contract as reading
from shudao.contexts.pool.rules import headers
from shudao.contexts.pool.services import creating
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text

_MOST_NEW = 20


def follow(row: Dataset, source: Path, *, acting: Actor, now: datetime) -> Dataset:
    """
    Return the dataset's row, at a new version of its contract where the file brings new columns that it may bring.

    What a new column holds nobody has said yet: it is optional, sealed, and of the highest sensitivity until the
    contract is edited.

    Raises:
        SourceUnreadable: a column is missing, or new and not wanted.
    """
    contract = manifest.contract(row)
    if contract.evolve != "add":
        return row
    found = sources.header(source)
    new = headers.foreign(found, [column.name for column in contract.columns])
    if not new:
        return row
    with outbox.unit_of_work():
        creating.keep(_widened(contract, new, found), row.owner, acting, now)
    return Dataset.objects.get(pk=row.pk)


def _widened(contract: DatasetContract, new: list[str], found: list[str]) -> DatasetContract:
    bad = [name for name in new if not reading.is_column_name(name)]
    if bad or len(new) > _MOST_NEW:
        names = headers.shown(bad or new, found)
        raise SourceUnreadable(why=format_lazy(gettext_lazy("约定中没有的列：{names}。"), names=names))
    added = tuple(Column(name, Text(name, name), identifying=True, sensitivity=contract.sensitivity) for name in new)
    return replace(contract, version=contract.version + 1, columns=(*contract.columns, *added))
