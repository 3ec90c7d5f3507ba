"""In which encoding a text file is: UTF-8 or GB18030, looked at to its end; what mixes both is refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from shudao.foundation.files.contracts import NotText

_CHUNK = 1 << 20
_MOST_LOOKED = 1 << 26
_RARELY = 1_000
_HAN = re.compile("[一-鿿]")


def of(path: Path) -> str:
    """Return "utf-8" or "gb18030". Raises NotText."""
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            _refuse_mixed(path, encoding)
            return encoding
    raise NotText("编码既不是 UTF-8 也不是 GB18030。")


def _refuse_mixed(path: Path, encoding: str) -> None:
    """
    Raise where a file that is no UTF-8 has lines that are: read as GB18030, the names in them would be others.

    Hardly any line of GB18030 is by chance UTF-8 with two Han characters in it.
    """
    read, wide, mixed, rest = 0, 0, 0, b""
    with path.open("rb") as file:
        while encoding != "utf-8" and read < _MOST_LOOKED and (chunk := file.read(_CHUNK)):
            read += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-_CHUNK:]
            odd = [line for line in lines if not line.isascii()]
            wide, mixed = wide + len(odd), mixed + sum(map(_is_utf8, odd))
    if mixed * _RARELY > wide:
        raise NotText("文件混用了 UTF-8 和其他编码。")


def _is_utf8(line: bytes) -> bool:
    try:
        return len(_HAN.findall(line.decode())) > 1
    except UnicodeDecodeError:
        return False


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                # Looked at only, where nothing waits to be completed: several times as fast.
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
