"""Take a file in: receive, look at it, keep it, then name it in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.adapters import disk
from shudao.foundation.files.contracts import MEDIA_TYPES, FileBroken, FileKindRefused, StoredFile
from shudao.foundation.files.models import FileRow
from shudao.foundation.files.rules.names import safe_name
from shudao.foundation.files.rules.sniff import kind_of


def store(
    stream: disk.Readable, *, name: str, limit: int, kinds: Collection[str], acting: Actor, now: datetime
) -> StoredFile:
    unknown = set(kinds) - set(MEDIA_TYPES)
    if unknown:
        raise ValueError(f"no such kinds of file: {sorted(unknown)}")
    root = Path(settings.FILES_ROOT)
    with disk.received(stream, root=root, limit=limit) as (path, digest, size):
        kind = _accepted(path, kinds)
        disk.keep(path, digest, root=root)
    with transaction.atomic():
        row = FileRow(digest=digest, size=size, kind=kind, created_at=now, account=acting.account)
        FileRow.objects.bulk_create([row], ignore_conflicts=True)
        audit.record(acting=acting, action="files.store", target=digest, now=now, after={"kind": kind, "size": size})
    return StoredFile(digest=digest, size=size, media_type=MEDIA_TYPES[kind], name=safe_name(name, kind))


def _accepted(path: Path, kinds: Collection[str]) -> str:
    told = "、".join(kind.upper() for kind in sorted(kinds))
    with path.open("rb") as file:
        kind, whole = kind_of(file)
    if kind is not None and not whole:
        raise FileBroken(kinds=told)
    if kind is None or kind not in kinds:
        raise FileKindRefused(kinds=told)
    return kind
