"""Office files are zip archives: which kind, and whether they unpack to something reasonable."""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import BinaryIO

LARGEST = 256 * 1024 * 1024
MOST_ENTRIES = 4096
HIGHEST_RATIO = 100
FREE = 4 * 1024 * 1024  # small files may compress better than the ratio
_CHUNK = 64 * 1024
_MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def kind_of(file: BinaryIO) -> tuple[str | None, bool]:
    """
    Return (kind, whole) of a zip archive: "docx", "xlsx", or None for any other, those with macros included.

    Every entry is unpacked, not believed: the archive is refused once it passes 256 MiB, 4096 entries, or 4 MiB and 100
    times its own size.
    """
    size = file.seek(0, os.SEEK_END)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = next((kind for main, kind in _MAIN.items() if main in names), None)
            if kind is None or "[Content_Types].xml" not in names or _has_macros(names):
                return None, False
            return kind, len(entries) <= MOST_ENTRIES and _unpacks(archive, entries, most=_most(size))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return "docx", False


def _most(size: int) -> int:
    return min(LARGEST, max(FREE, size * HIGHEST_RATIO))


def _has_macros(names: set[str]) -> bool:
    return any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names)


def _unpacks(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, most: int) -> bool:
    left = most
    for entry in entries:
        with archive.open(entry) as content:
            while chunk := content.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    return False
    return True
