"""Entries of lists of matters that may be the same matter, and what was found about two of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shudao.kernel.errors import ShudaoError


class Likeness(StrEnum):
    """How two entries stand to each other."""

    DUPLICATE = "duplicate"
    RELATED = "related"
    DIFFERENT = "different"


class Reason(StrEnum):
    """Why two entries are taken for one matter, or only for neighbours."""

    SAME_NAME = "same-name"
    LEVEL = "level"
    ORDER = "order"
    SYNONYM = "synonym"
    SPLIT = "split"
    MERGED = "merged"
    SAME_CONTENT = "same-content"
    ACT_DIFFERS = "act-differs"
    PART_OF = "part-of"
    OBJECT_DIFFERS = "object-differs"
    TARGET_DIFFERS = "target-differs"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One entry of a list of matters.

    What a list does not tell is empty: it then neither speaks for nor against a pair. Entries of one `group` (a basic
    item's code) are one matter by construction and never a pair.
    """

    code: str
    name: str
    department: str = ""
    division: str = ""
    group: str = ""
    main_item: str = ""
    basis: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    result: str = ""
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What two entries are to each other, how sure that is (0–1), and why."""

    likeness: Likeness
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two entries that are probably one matter.

    Attributes:
        left, right: Codes of the entries that stand for all that read alike.
        judged: How sure, and why.
        places: How many pairs of entries read so and serve the same people.
    """

    left: str
    right: str
    judged: Judged
    places: int


@dataclass(frozen=True, slots=True)
class Found:
    """How many entries were read, how many of them read differently, and the pairs, the surest first."""

    entries: int
    readings: int
    pairs: tuple[Pair, ...]


class ListUnreadable(ShudaoError):
    """A file that is not a list of matters as it was agreed."""

    code = "conformance.list_unreadable"
    status = 422
    says = "清单读不出来：应为 UTF-8 编码的 CSV，且有 item_code、name、department、area_code 四列。"
    advice = "请按要求另存后再试。"
