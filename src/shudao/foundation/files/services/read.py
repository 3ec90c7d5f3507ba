"""Read stored files back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from shudao.foundation.files.adapters import disk
from shudao.foundation.files.contracts import FileDamaged
from shudao.foundation.files.queries.find import info


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
