"""Read a department's own table on from where the last pull ended, and take the rows in as one delivery."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy

from shudao.contexts.pool.adapters import keys, locks, memory, tables
from shudao.contexts.pool.adapters.tables import Reached
from shudao.contexts.pool.contracts.datasets import SourceTable
from shudao.contexts.pool.contracts.deliveries import Batch as Delivered
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import TableMissing
from shudao.contexts.pool.models import Batch, Dataset, TableCursor
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.services import allowing, beside, ingesting
from shudao.foundation.audit.contracts import Actor

_HASH = 16


def pull(*, dataset: str, acting: Actor, now: datetime, key: str) -> Delivered | None:
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    # A lock of its own: two pulls would both read on from the same place.
    with locks.only_writer(f".pull.{dataset}"):
        done = Batch.objects.select_related("dataset").filter(dataset=row, key=key).first()
        return manifest.batch(done) if done else _pull(row, acting, now, key)


def _pull(row: Dataset, acting: Actor, now: datetime, key: str) -> Delivered | None:
    contract = manifest.contract(row)
    if contract.source is None:
        raise TableMissing(dataset=row.code, why=gettext_lazy("约定没有写来源表。"))
    names = [column.name for column in contract.columns]
    mode = Mode.UPSERT if contract.reads_on else Mode.FULL
    with memory.space() as (into, path):
        reached = tables.read(
            row.code,
            contract.source,
            names,
            since=_since(row, contract.source),
            most=settings.POOL_PULL_ROWS,
            key=keys.sealing_key(keys.CURSOR).secret,
            into=into,
        )
        if contract.reads_on and not reached.rows:
            return None
        with beside.publishing(lambda batch: _keep(batch, contract.source, reached, now)):
            return ingesting.ingest(dataset=row.code, source=path, acting=acting, now=now, key=key, mode=mode)


def _since(row: Dataset, table: SourceTable) -> Reached:
    """Where the last pull ended; the beginning where the contract names another table or cursor by now."""
    kept = TableCursor.objects.filter(dataset=row, table=table.table, column=table.cursor).first()
    if kept is None or not table.cursor:
        return Reached()
    taken = bytes(kept.taken)
    return Reached(kept.value, frozenset(taken[at : at + _HASH] for at in range(0, len(taken), _HASH)))


def _keep(batch: Batch, table: SourceTable | None, reached: Reached, now: datetime) -> None:
    """Inside the transaction that publishes the batch: a batch without its place, or a place without it, cannot be."""
    if table is None or reached.value is None:
        return
    TableCursor.objects.update_or_create(
        dataset=batch.dataset,
        defaults={
            "table": table.table,
            "column": table.cursor,
            "value": reached.value,
            "taken": b"".join(sorted(reached.taken)),
            "batch": batch,
            "read_at": now,
        },
    )
