"""Find what is stored."""

from __future__ import annotations

import re

from shudao.foundation.files.contracts import MEDIA_TYPES, NoSuchFile, StoredFile
from shudao.foundation.files.models import FileRow

_DIGEST = re.compile(r"[0-9a-f]{64}")


def info(digest: str) -> StoredFile:
    row = FileRow.objects.filter(digest=digest).first() if _DIGEST.fullmatch(digest) else None
    if row is None:
        raise NoSuchFile()
    return StoredFile(
        digest=row.digest, size=row.size, media_type=MEDIA_TYPES[row.kind], name=f"{row.digest[:12]}.{row.kind}"
    )
