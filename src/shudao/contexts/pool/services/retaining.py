"""Keep snapshots, and rows set aside, as long as they are to be kept; what nothing names then is removed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F

from shudao.contexts.pool.adapters import locks
from shudao.contexts.pool.contracts.datasets import Keep
from shudao.contexts.pool.contracts.refusals import DatasetBusy, SnapshotInUse
from shudao.contexts.pool.models import Batch, DataFile, Dataset, Snapshot
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import reasons
from shudao.contexts.pool.rules.retaining import Stood, dropped
from shudao.contexts.pool.services import allowing, cleaning_up
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.outbox import api as outbox


def drop(dataset: str, number: int, *, reason: str, acting: Actor, now: datetime) -> int:
    """
    Drop a snapshot; return how many files went with it. Files that others show, or that are being read, stay. The
    reason (4 to 200 characters) stands in the audit trail.

    Raises:
        Invalid: field `reason`.
        SnapshotInUse: it is the current one.
        SnapshotUnknown: there is none of this number.
        DatasetUnknown, DatasetBusy, SignInNeeded, Forbidden.
    """
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    reason = reasons.stated(reason, "请写明删除的理由（4 到 200 个字）。")
    with locks.only_writer(dataset):
        row.refresh_from_db()
        if number == row.snapshot:
            raise SnapshotInUse(dataset=dataset, number=number)
        manifest.snapshot(row, number)
        with outbox.unit_of_work():
            _drop(row, [number], acting, now, reason)
        return cleaning_up.tidy(row)


def pin(dataset: str, number: int, *, keep: bool, acting: Actor, now: datetime) -> None:
    """
    Keep a snapshot whatever its age, or no longer.

    Raises:
        SnapshotUnknown, DatasetUnknown, SignInNeeded, Forbidden.
    """
    row = manifest.dataset(dataset)
    allowing.require_owner(acting, row.owner)
    snapshot = manifest.snapshot(row, number)
    with outbox.unit_of_work():
        Snapshot.objects.filter(pk=snapshot.pk).update(pinned=keep)
        audit.record(
            acting=acting,
            action="pool.pin_snapshot",
            target=dataset,
            now=now,
            before={"snapshot": number, "pinned": snapshot.pinned},
            after={"snapshot": number, "pinned": keep},
        )


def due(now: datetime) -> bool:
    """Whether anything is older than it is to be kept."""
    return any(_old(row, now) or next(_repaired(row, now), None) for row in Dataset.objects.order_by("code"))


def retain(*, now: datetime) -> dict[str, list[int]]:
    """Drop what is older than it is to be kept, of datasets that nobody writes to; return code → snapshots."""
    gone = {}
    for row in Dataset.objects.order_by("code"):
        with contextlib.suppress(DatasetBusy), locks.only_writer(row.code):
            row.refresh_from_db()
            old, repaired = _old(row, now), list(_repaired(row, now))
            if not old and not repaired:
                continue
            with outbox.unit_of_work():
                _drop(row, old, SYSTEM, now)
                DataFile.objects.filter(pk__in=[file.pk for file in repaired]).delete()
            cleaning_up.tidy(row)
            gone[row.code] = old
    return gone


def _keep(row: Dataset) -> Keep:
    return manifest.contract(row).keep or Keep(settings.POOL_KEEP_SNAPSHOTS, settings.POOL_KEEP_DAYS)


def _old(row: Dataset, now: datetime) -> list[int]:
    stood = Snapshot.objects.filter(dataset=row).values_list("number", "as_of", "pinned")
    return [number for number in dropped([Stood(*one) for one in stood], _keep(row), now) if number != row.snapshot]


def _repaired(row: Dataset, now: datetime) -> Iterator[DataFile]:
    """Yield the quarantine files, older than the dataset keeps snapshots, of which every row came good."""
    since = now - timedelta(days=_keep(row).days)
    batches = Batch.objects.filter(dataset=row, received_at__lt=since, quarantined__gt=0)
    whole = batches.annotate(good_now=Count("repairs")).filter(good_now=F("quarantined"))
    yield from DataFile.objects.filter(kind="quarantine", batch__in=whole)


def _drop(row: Dataset, numbers: Sequence[int], acting: Actor, now: datetime, reason: str = "") -> None:
    """Forget snapshots, and the files that none names any more; in the caller's unit of work."""
    if not numbers:
        return
    Snapshot.objects.filter(dataset=row, number__in=numbers).delete()
    DataFile.objects.filter(dataset=row, kind="data", snapshots=None).delete()
    dead = Snapshot.objects.filter(dataset=row, dead__isnull=False).values("dead")
    DataFile.objects.filter(dataset=row, kind="dead").exclude(pk__in=dead).delete()
    audit.record(
        acting=acting,
        action="pool.drop_snapshots",
        target=row.code,
        now=now,
        before={"snapshots": list(numbers)},
        reason=reason,
    )
