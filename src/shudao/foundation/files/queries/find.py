"""Find and read what is stored."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from shudao.foundation.files.adapters import disk
from shudao.foundation.files.contracts import MEDIA_TYPES, FileDamaged, NoSuchFile, StoredFile
from shudao.foundation.files.models import FileRow

_DIGEST = re.compile(r"[0-9a-f]{64}")


def info(digest: str) -> StoredFile:
    row = FileRow.objects.filter(digest=digest).first() if _DIGEST.fullmatch(digest) else None
    if row is None:
        raise NoSuchFile()
    return StoredFile(
        digest=row.digest, size=row.size, media_type=MEDIA_TYPES[row.kind], name=f"{row.digest[:12]}.{row.kind}"
    )


def open_file(digest: str) -> BinaryIO:
    info(digest)
    try:
        return disk.open_at(digest, root=Path(settings.FILES_ROOT))
    except FileNotFoundError:
        raise FileDamaged() from None


def read(digest: str) -> bytes:
    with open_file(digest) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise FileDamaged()
    return content
