"""Tables on their way out: CSV that a spreadsheet opens without running anything in it, and plain XLSX."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape

MOST_ROWS = 1_000_000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'''<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/xl/workbook.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override \
PartName="/xl/worksheets/sheet1.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="1" sheetId="1" \
r:id="rId1"/></sheets></workbook>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>''',
}
# A fixed day: the same rows make the same file.
_DAY = (1980, 1, 1, 0, 0, 0)


class Csv:
    """A CSV file being written; the first row is its header."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def row(self, cells: Sequence[str]) -> None:
        """Add a row."""
        self._writer.writerow(cells)

    def close(self) -> None:
        """End the file."""
        self._file.close()


class Xlsx:
    """A workbook of one sheet being written: every cell is text, so that nothing in it can be a formula."""

    def __init__(self, path: Path) -> None:
        self._book = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        for name, part in _PARTS.items():
            self._book.writestr(info(name), _HEAD + part)
        self._sheet: IO[bytes] = self._book.open(info("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self._put(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>')

    def row(self, cells: Sequence[str]) -> None:
        """Add a row."""
        told = "".join(
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_UNFIT.sub("", cell))}</t></is></c>'
            if cell
            else "<c/>"
            for cell in cells
        )
        self._put(f"<row>{told}</row>")

    def close(self) -> None:
        """End the sheet and the workbook."""
        self._put("</sheetData></worksheet>")
        self._sheet.close()
        self._book.close()

    def _put(self, text: str) -> None:
        self._sheet.write(text.encode())


class Tables:
    """The same table as CSV and as XLSX, in parts of a million rows: `name.csv`, `name-2.csv` …"""

    def __init__(self, folder: Path, name: str, header: Sequence[str]) -> None:
        self._folder, self._name, self._header = folder, name, header
        self._rows, self._part = 0, 0
        self._files: tuple[Csv, Xlsx] | None = None
        self._next()

    def row(self, cells: Sequence[str]) -> None:
        """Add a row."""
        if self._rows == MOST_ROWS:
            self._next()
        self._rows += 1
        self._write(cells)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def _next(self) -> None:
        self._close()
        self._rows, self._part = 0, self._part + 1
        stem = self._name if self._part == 1 else f"{self._name}-{self._part}"
        self._files = Csv(self._folder / f"{stem}.csv"), Xlsx(self._folder / f"{stem}.xlsx")
        self._write(self._header)

    def _write(self, cells: Sequence[str]) -> None:
        for file in self._files or ():
            file.row(cells)

    def _close(self) -> None:
        for file in self._files or ():
            file.close()
        self._files = None


def info(name: str) -> zipfile.ZipInfo:
    """Return the entry of an archive's member: packed, of a fixed day."""
    made = zipfile.ZipInfo(name, _DAY)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made
