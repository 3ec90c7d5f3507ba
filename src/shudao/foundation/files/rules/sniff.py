"""What a file is, by its bytes alone, and whether it is whole."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable
from typing import BinaryIO

from shudao.foundation.files.rules import office

CHUNK = 64 * 1024
_TAIL = 2048
_PDF = re.compile(rb"%PDF-[12]\.[0-9]")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def kind_of(file: BinaryIO) -> tuple[str | None, bool]:
    """
    Return (kind, whole): the kind is a key of `contracts.MEDIA_TYPES`, or None for anything else.

    `whole` is False for a file that begins as its kind but is empty, cut off, or unpacks beyond reason. Time and memory
    are bounded by the file's size and `office.LARGEST`.
    """
    head = _at(file, 0, 1024)
    if not head:
        return "txt", False
    for matches, kind, whole in _KINDS:
        if matches(head):
            return kind, whole(file)
    if head.startswith(b"PK\x03\x04"):
        return office.kind_of(file)
    return ("txt", True) if _is_text(file) else (None, False)


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    return _at(file, max(0, size - _TAIL), _TAIL)


def _whole_pdf(file: BinaryIO) -> bool:
    tail = _tail(file)
    return b"startxref" in tail and b"%%EOF" in tail


def _whole_png(file: BinaryIO) -> bool:
    return _at(file, 12, 4) == b"IHDR" and _tail(file).endswith(b"\x00\x00\x00\x00IEND\xaeB`\x82")


def _whole_jpeg(file: BinaryIO) -> bool:
    return b"\xff\xd9" in _tail(file)


def _whole_gif(file: BinaryIO) -> bool:
    return _tail(file).rstrip(b"\x00").endswith(b";")


def _is_text(file: BinaryIO) -> bool:
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if _NOT_TEXT.search(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_KINDS: tuple[tuple[Callable[[bytes], object], str, Callable[[BinaryIO], bool]], ...] = (
    (_PDF.match, "pdf", _whole_pdf),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), "png", _whole_png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), "jpeg", _whole_jpeg),
    (lambda head: head.startswith((b"GIF87a", b"GIF89a")), "gif", _whole_gif),
)
