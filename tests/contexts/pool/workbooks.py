"""Small workbooks, written by hand: honest ones and hostile ones."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><workbookPr/><sheets><sheet name="一" sheetId="1" r:id="rId1"/>'
    '<sheet name="二" sheetId="2" r:id="rId2"/></sheets></workbook>'
)
RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="x" Target="worksheets/sheet2.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
    "</cellXfs></styleSheet>"
)
Cell = str | int | float | tuple[str, str] | None


def _cell(value: Cell, strings: list[str]) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        kind, text = value
        return {
            "date": f'<c s="1"><v>{text}</v></c>',
            "custom": f'<c s="2"><v>{text}</v></c>',
            "inline": f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>',
            "formula": f'<c t="str"><f>{escape(text)}</f><v>kept</v></c>',
            "bool": f'<c t="b"><v>{text}</v></c>',
        }[kind]
    if isinstance(value, str):
        if value not in strings:
            strings.append(value)
        return f'<c t="s"><v>{strings.index(value)}</v></c>'
    return f"<c><v>{value}</v></c>"


def _placed(row: int, cells: list[str]) -> str:
    placed = [cell.replace("<c", f'<c r="{chr(65 + place)}{row}"', 1) for place, cell in enumerate(cells) if cell]
    return f'<row r="{row}">{"".join(placed)}</row>'


def write(path: Path, rows: list[list[Cell]], **replaced: str) -> Path:
    """Write a workbook; `replaced` gives members' text by the last part of their name."""
    strings: list[str] = []
    sheet = "".join(_placed(number, [_cell(value, strings) for value in row]) for number, row in enumerate(rows, 1))
    members = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">'
        + "".join(f"<si><t>{escape(text)}</t><rPh sb='0' eb='1'><t>yomi</t></rPh></si>" for text in strings)
        + "</sst>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in members.items():
            book.writestr(name, replaced.get(Path(name).stem, text))
    return path
