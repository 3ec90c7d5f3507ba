"""
Sichuan's own matter codes, side by side with the national ones (fields `local_catalog_code`, `local_task_code`).

"511A0138000000-511602000000-000-<body>-1-00" = item part of 12 or 14 characters (region 51, letter of the type,
number), area 12, "000", body's code, a digit, "00". The body's code is often none of the credit codes' standard: it is
read as it stands, and judged apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.cn import uscc

from shudao.contexts.matters.contracts import CodeInvalid

# Letter of the type → the national type; the last three were only observed, and stand for more than one.
TYPES = {
    "1A": ("01",),
    "1B": ("02",),
    "1C": ("03",),
    "1D": ("04",),
    "1E": ("09",),
    "1F": ("07",),
    "1G": ("05",),
    "1H": ("08",),
    "1I": ("06",),
    "1Z": ("10",),
    "20": ("20",),
    "2B": ("20",),
    "2C": ("20",),
    "3A": ("20", "10", "07"),
}
_CODE = re.compile(
    r"(?P<item>51(?P<letter>[0-9A-Z]{2})[0-9A-Z]+)-(?P<area>[0-9]{12})-000-(?P<body>[^-\s]{1,30}(?:-[0-9X])?)"
    r"-(?P<digit>[0-9])-(?P<serial>[0-9]{2})\Z"
)
_LENGTHS = (12, 14)
_BODY = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}\Z")
_LIKE_A_BODY = re.compile(r"[0-9A-Za-z]{17}\Z")


@dataclass(frozen=True, slots=True)
class LocalCode:
    """The parts of Sichuan's code of an implementation; `item` is its code of the basic item."""

    item: str
    letter: str
    area: str
    body: str
    digit: str
    serial: str

    @property
    def types(self) -> tuple[str, ...]:
        """The national types that the letter stands for, () for an unknown letter."""
        return TYPES.get(self.letter, ())

    @property
    def is_item_whole(self) -> bool:
        """Whether the item part has one of the lengths that are in use."""
        return len(self.item) in _LENGTHS


def parse(code: str) -> LocalCode:
    """
    Return the parts of a local implementation code.

    Raises:
        CodeInvalid: it is not built so.

    Source:
        the field facts §1.2 (seen in 1,115 of 1,135 rows of one district); proved by
        tests/contexts/matters/rules/test_local_codes.py
    """
    found = _CODE.match(code)
    if not found:
        raise CodeInvalid()
    return LocalCode(**found.groupdict())


def build(*, item: str, area: str, body: str, digit: str = "1", serial: str = "00") -> str:
    """Return the code of an implementation from its parts. Raises CodeInvalid."""
    code = f"{item}-{area}-000-{body}-{digit}-{serial}"
    parse(code)
    return code


def body_fault(body: str) -> str:
    """
    Return what is wrong with a body's credit code, "" for a right one.

    Returns:
        "missing", "short" (fewer than 17 characters), "one-short" (17), "long", or "check" (18, but a character that
        the standard does not have, or another check character).
    """
    if not body:
        return "missing"
    if len(body) == 18:
        return "" if _BODY.match(body) and uscc.is_valid(body) else "check"
    if len(body) > 18:
        return "long"
    return "one-short" if _LIKE_A_BODY.match(body) else "short"
