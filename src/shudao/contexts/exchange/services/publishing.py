"""Write what the gateway must know: systems, resources, grants, as one signed file."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.registry import INSTANCE, Resource, ResourceState
from shudao.contexts.exchange.contracts.rights import Grant, Published
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import snapshots
from shudao.contexts.pool import api as pool
from shudao.foundation.regions import api as regions
from shudao.kernel.time import local_date
from shudao.plane import grants as plane
from shudao.plane import snapshot as files

# Grants that ended stay in the snapshot for a while, so that the gateway can say "expired" instead of "none".
REMEMBERED = timedelta(days=366)


def publish_snapshot(*, now: datetime) -> Published:
    folder = Path(settings.SNAPSHOT_ROOT)
    signer = keys.snapshot_signer()
    with _one_at_a_time(folder):
        systems, resources, grants = _systems(), _resources(), _grants(now)
        last = _standing(folder)
        if last is None or (last.instance, last.systems, last.resources, last.grants) != (
            INSTANCE,
            systems,
            resources,
            grants,
        ):
            last = plane.Snapshot(files.last_version(folder) + 1, now, INSTANCE, systems, resources, grants)
            files.publish(last, folder, signer)
        files.confirm(folder, last.version, now=now, signer=signer)
        digest = hashlib.sha256((folder / files.FILE).read_bytes()).hexdigest()
    return Published(last.version, digest, len(last.grants), len(last.systems), last.made)


def _standing(folder: Path) -> plane.Snapshot | None:
    """Return the snapshot that lies there, None where there is none or it is no longer what was published."""
    try:
        return files.read(folder, keys.snapshot_verifiers())
    except files.SnapshotRefused:
        return None


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _systems() -> tuple[plane.System, ...]:
    rows = models.System.objects.filter(active=True).prefetch_related("keys").order_by("client")
    return tuple(
        plane.System(
            client=row.client,
            name=row.name,
            keys=tuple(
                plane.PublicKey(key.key_id, key.public, key.valid_from, key.valid_to)
                for key in sorted(row.keys.all(), key=lambda key: key.key_id)
                if key.revoked_at is None
            ),
        )
        for row in rows
    )


def _resources() -> tuple[plane.Resource, ...]:
    scores = pool.standing_scores()
    return tuple(
        snapshots.plane_resource(resource, identifying=_identifying(resource), scores=scores.get(resource.dataset, {}))
        for resource in catalogue.resources()
    )


def _identifying(resource: Resource) -> frozenset[str]:
    """The fields that name somebody: the contract says it of a dataset, the entry itself of a department's service."""
    if resource.upstream is not None:
        return frozenset(item.name for item in resource.items if item.personal)
    contract = pool.contract(resource.dataset)
    return frozenset(column.name for column in contract.columns if column.identifying or column.identifier)


def _grants(now: datetime) -> tuple[plane.Grant, ...]:
    oldest = local_date(now - REMEMBERED)
    rows = catalogue.grant_rows().filter(revoked_at=None, system__active=True, valid_to__gte=oldest)
    rows = rows.filter(resource__state=ResourceState.PUBLISHED.value).exclude(suspended_until__gte=local_date(now))
    found = ((row, _still_offered(row)) for row in rows.order_by("number"))
    return tuple(
        snapshots.plane_grant(
            grant,
            row_field=row.resource.row_field,
            scope_level=regions.level_of(row.row_scope) if row.row_scope else 0,
        )
        for row, grant in found
        if grant.fields
    )


def _still_offered(row: models.Grant) -> Grant:
    """The grant without the items that its resource no longer has: whoever takes one out of an entry ends its use."""
    offered = {item["name"] for item in row.resource.items}
    grant = catalogue.grant_of(row)
    return replace(grant, fields=tuple(name for name in grant.fields if name in offered))
