"""Small whole files of every kind, and broken ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9"
GIF = b"GIF89a" + bytes(20) + b";"
TEXT = "四川省政务服务，一次办成。\r\n\tEnd.".encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)


def archive(**entries: bytes) -> bytes:
    """A deflated zip; `__` in a name stands for `/`, a trailing `_xml` for `.xml`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        for name, content in entries.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return buffer.getvalue()


DOCX = archive(word__document_xml=b"<w:document/>")
XLSX = archive(xl__workbook_xml=b"<workbook/>")
WHOLE = {"pdf": PDF, "png": PNG, "jpeg": JPEG, "gif": GIF, "txt": TEXT, "docx": DOCX, "xlsx": XLSX}
BOMB = archive(word__document_xml=b"<w:document/>", word__media__a_bin=bytes(64 * 1024 * 1024))
