"""Lists of matters that come from elsewhere: what became of each row, and of the whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shudao.kernel.errors import NotFound, ShudaoError


class Outcome(StrEnum):
    """What became of a row: taken in and found in the basic catalogue, or not found there; or not taken in."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    REFUSED = "refused"


class ImportState(StrEnum):
    """Looked at only; being taken in (perhaps cut off: it goes on where it stopped); taken in."""

    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RowFinding:
    """
    What is wrong with a row, or differs.

    `rule`: a code of list "import_rule"; `field`: the column or national field; `given` is what the row says, `known`
    what the platform has or expects, each cut to 200 characters.
    """

    rule: str
    field: str
    given: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A basic item that a row is taken for. `score` 0–1; `reasons`: codes of list "match_reason", weightiest first."""

    catalog_code: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedMatter:
    """
    One row of a list, as far as lists agree on what a matter is; `values` is the whole row as it came.

    `key` names the row within everything that was ever imported: the same matter of a later file has the same key.
    """

    line: int
    key: str
    code: str
    catalog_code: str
    name: str
    main_item: str
    task_type: str
    area: str
    body: str
    body_name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row and what became of it."""

    listed: ListedMatter
    outcome: Outcome
    match: Match | None
    findings: tuple[RowFinding, ...]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """
    What an import did, or would do.

    rows = imported + refused; imported = matched + unmatched = new + changed + unchanged.

    `findings`: rule → how many; `position`: rows done so far; `number` is "" for a preview that was kept nowhere.
    """

    number: str
    name: str
    form: str
    state: ImportState
    rows: int
    position: int
    refused: int
    matched: int
    unmatched: int
    new: int
    changed: int
    findings: Mapping[str, int]
    created_at: datetime | None = None
    created_by: str = ""

    @property
    def imported(self) -> int:
        """Rows taken in."""
        return self.matched + self.unmatched

    @property
    def unchanged(self) -> int:
        """Rows taken in that were there already, just so."""
        return self.imported - self.new - self.changed


@dataclass(frozen=True, slots=True)
class ListedRow:
    """An entry of a list as it is kept: `score` 0–1, 0 where unmatched; `item_name` as the catalogue has it."""

    line: int
    code: str
    name: str
    body_name: str
    area: str
    task_type: str
    outcome: Outcome
    catalog_code: str
    score: float
    reasons: tuple[str, ...]
    findings: tuple[RowFinding, ...]


class ImportNotFound(NotFound):
    """No import of that number."""

    code = "matters.import_not_found"
    says = "没有找到这次导入。"


class ImportUnreadable(ShudaoError):
    """A file that cannot be read as a list of matters; nothing of it was taken in."""

    code = "matters.import_unreadable"
    status = 422
    says = "文件不能作为事项清单读取：{why}"
    advice = "请按导入说明核对文件格式、编码和表头后重新上传。"


class ImportUnderWay(ShudaoError):
    """Somebody else is taking in the same file at this moment."""

    code = "matters.import_under_way"
    status = 409
    says = "这份文件正在导入。"
    advice = "请稍候在导入页面查看进度。"
