"""
The codes of matters: how they are built, read and checked.

catalog_code (12) = region 2 + type 2 + department 2 + main item 3 + sub-item 3;
task_code (31) = body's credit code 18 + use level 1 + catalog_code 12; handling item (33) = task_code + serial 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.cn import uscc

from shudao.contexts.matters.contracts import CodeInvalid

TYPES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20")
ON_APPLICATION = ("01", "05", "07", "08", "09", "10", "20")
_CATALOG = re.compile(r"[0-9]{12}\Z")
_TASK = re.compile(r"([0-9A-HJ-NPQRTUWXY]{18})([1-6])([0-9]{12})\Z")
_WORD = re.compile(r"[0-9A-Za-z-]{1,60}\Z")
_HANDLE = re.compile(r"(.{31})([0-9]{2})\Z")


@dataclass(frozen=True, slots=True)
class CatalogCode:
    """The parts of a basic item's code. Sub-item "000" means the main item itself."""

    region: str
    type: str
    department: str
    main: str
    sub: str

    @property
    def parent(self) -> str:
        """The main item's code of a sub-item, "" for a main item."""
        return "" if self.sub == "000" else f"{self.region}{self.type}{self.department}{self.main}000"


@dataclass(frozen=True, slots=True)
class TaskCode:
    """The parts of an implementation's code."""

    body: str
    level: str
    catalog: str


def build_catalog_code(*, region: str, type_: str, department: str, main: int, sub: int = 0) -> str:
    """
    Return the 12 digits of a basic item.

    Args:
        region: 2 digits, "00" national, "51" Sichuan.
        type_: A code of national list task_type.
        department: 2 digits.
        main: 0–999.
        sub: 0–999; 0 is the main item itself.

    Raises:
        CodeInvalid: a part does not fit its place.

    Source:
        GB/T 39554.1-2020; proved by tests/contexts/matters/rules/test_codes.py
    """
    if not (0 <= main <= 999 and 0 <= sub <= 999):
        raise CodeInvalid()
    code = f"{region}{type_}{department}{main:03d}{sub:03d}"
    parse_catalog_code(code)
    return code


def parse_catalog_code(code: str) -> CatalogCode:
    """Return the parts. Raises CodeInvalid unless it is 12 digits with a known type."""
    if not _CATALOG.match(code) or code[2:4] not in TYPES:
        raise CodeInvalid()
    return CatalogCode(code[:2], code[2:4], code[4:6], code[6:9], code[9:12])


def build_task_code(*, body: str, level: str, catalog: str) -> str:
    """
    Return the 31 characters of an implementation.

    Args:
        body: The acting body's credit code, check character right. Its region is where it was registered and may
            differ from where it acts.
        level: use_level "1"–"6".
        catalog: 12 digits.

    Raises:
        CodeInvalid: a part is not valid.

    Source:
        GB/T 39554.1-2020; proved by tests/contexts/matters/rules/test_codes.py
    """
    code = f"{body}{level}{catalog}"
    parse_task_code(code)
    return code


def parse_task_code(code: str) -> TaskCode:
    """Return the parts. Raises CodeInvalid for a wrong form, credit code check, level or catalogue code."""
    found = _TASK.match(code)
    if not found or not uscc.is_valid(found[1]):
        raise CodeInvalid()
    parse_catalog_code(found[3])
    return TaskCode(found[1], found[2], found[3])


def build_handle_item(*, task: str, serial: int) -> str:
    """Return the 33 characters of a handling item; serial 1–99. Raises CodeInvalid."""
    parse_task_code(task)
    if not 1 <= serial <= 99:
        raise CodeInvalid()
    return f"{task}{serial:02d}"


def parse_handle_item(code: str) -> tuple[TaskCode, int]:
    """Return the implementation's parts and the serial. Raises CodeInvalid."""
    found = _HANDLE.match(code)
    if not found or found[2] == "00":
        raise CodeInvalid()
    return parse_task_code(found[1]), int(found[2])


def is_task_code(code: str) -> bool:
    """Return whether `code` is a valid implementation code."""
    try:
        parse_task_code(code)
    except CodeInvalid:
        return False
    return True


def word(code: str) -> str:
    """Return a code as it may stand in a query; "-", which no row has, for what is no code at all."""
    return code if _WORD.match(code) else "-"
