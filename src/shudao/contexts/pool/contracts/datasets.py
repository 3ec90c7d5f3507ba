"""A dataset and what its department promises about it: columns, rules, the contract, its row in lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shudao.kernel.texts import Text


class ColumnType(StrEnum):
    """What a column holds; it arrives as text, and decimals and moments (with a time of day) are kept as text."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MOMENT = "moment"
    CODE = "code"


class Identifier(StrEnum):
    """Which kind of identifier a column carries; such a column is kept as a keyed hash, never as it came."""

    NONE = ""
    RESIDENT = "resident"
    COMPANY = "company"


class RuleKind(StrEnum):
    """
    What a rule judges: one row; the rows of a delivery together, or with another dataset's; the delivery as a whole.

    Rows are judged before they are kept, the delivery after it is published.
    """

    REQUIRED = "required"
    COMPLETE = "complete"
    PATTERN = "pattern"
    LENGTH = "length"
    CODE_LIST = "code_list"
    CHECK_DIGIT = "check_digit"
    RANGE = "range"
    TYPE = "type"
    DIRTY = "dirty"
    ORDER = "order"
    FRESH = "fresh"
    DERIVED = "derived"
    DENY = "deny"

    UNIQUE = "unique"
    DUPLICATE = "duplicate"
    DEPENDENCY = "dependency"
    GROUP = "group"
    PAIRS = "pairs"
    FOREIGN = "foreign"
    AGREEMENT = "agreement"

    AGGREGATE = "aggregate"
    DRIFT = "drift"
    STATE = "state"


class Severity(StrEnum):
    """What breaking a rule does: the row is set aside, or the delivery is marked and its rows stay."""

    QUARANTINE = "quarantine"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a dataset.

    Args:
        name: Name in the source's header and in the files.
        title: Name people read.
        kind: Type after ingest.
        identifier: The kind of identifier it carries; "" for none.
        identifying: Whether the value names somebody (name, phone, address): sealed wherever it is kept.
        kept: An identifier that is public (a credit code) stays readable inside the sealed value of its own subject.
        sensitivity: 1 (open) to 4 (most sensitive).
    """

    name: str
    title: Text
    kind: ColumnType = ColumnType.TEXT
    identifier: Identifier = Identifier.NONE
    identifying: bool = False
    kept: bool = False
    sensitivity: int = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """
    A statement about a row, as a tree. What cannot be decided because a value is missing counts as not so.

    Args:
        is_: "all", "any", "not" (of `parts`); "missing"; "equals", "less", "at_most"; "in"; "matches".
        column: What it is about, except for the first three.
        value: A literal ("today", "today-30" in a column of dates) to compare with, or the pattern of "matches".
        values: The admitted values of "in".
        other: A column of the same row to compare with instead of `value`.
        pair: A column of the other row to compare with, in a rule about pairs of rows.
        parts: The statements that "all", "any" and "not" combine.
    """

    is_: str
    column: str = ""
    value: str = ""
    values: tuple[str, ...] = ()
    other: str = ""
    pair: str = ""
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule that a dataset's rows, or a delivery as a whole, must satisfy.

    Args:
        code: Stable within the dataset, e.g. "resident_id.check_digit"; this is the reason in quarantine.
        kind: How it is judged.
        columns: What it looks at, in order.
        dimension: The GB/T 36344 indicator it counts towards ("0201", "0302" …).
        pattern: Regular expression for `pattern`, matched against the whole value.
        values: Admitted values for `code_list`; the identifier's kind for `check_digit`; what `derived` derives.
        lowest: Inclusive lower bound (number, ISO date, "today", "today-30"), "" for none.
        highest: Inclusive upper bound, "" for none.
        severity: What breaking it does.
        at_least: The score (0–1) below which it counts as failed, and the department owes a correction.
        when: Which rows it is about; None for all.
        deny: The statement that no row, or no two rows, may fulfil, for `deny` and `pairs`.
        group: The columns that make a group, for `dependency` (what decides), `group` and `pairs`.
        measure: "rows", "share", "mean", "sum", "distinct", "nulls", "lowest", "highest" for aggregates and drift.
        other: The other dataset's code, for `foreign` and `agreement`.
        other_columns: Its columns, in the order of `columns`.
        sigma: For `drift`: how many standard deviations from the mean of the last `batches` are still usual.
        batches: For `drift`: how many earlier deliveries are looked at; at least three must be there.

    Source:
        GB/T 36344-2018; proved by tests/contexts/pool/rules/test_judging.py
    """

    code: str
    kind: RuleKind
    columns: tuple[str, ...]
    dimension: str
    pattern: str = ""
    values: tuple[str, ...] = ()
    lowest: str = ""
    highest: str = ""
    severity: Severity = Severity.QUARANTINE
    at_least: float = 1.0
    when: Condition | None = None
    deny: Condition | None = None
    group: tuple[str, ...] = ()
    measure: str = ""
    other: str = ""
    other_columns: tuple[str, ...] = ()
    sigma: float = 3.0
    batches: int = 12


@dataclass(frozen=True, slots=True)
class SourceTable:
    """
    A PostgreSQL table or view that the dataset's rows are read from; which database that is the operator decides.

    Args:
        table: "schema.name". Its columns are called as the contract's.
        cursor: A column that grows with every change of a row, as a time of change; "" reads the table whole each time.
    """

    table: str
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long snapshots stay: at least so many, and every one that stood within so many days."""

    snapshots: int
    days: int


@dataclass(frozen=True, slots=True)
class DatasetContract:
    """
    What a department promises about a dataset; every delivery is the whole register anew.

    Args:
        code: Stable code, e.g. "population".
        title: Name people read.
        version: Counts up with every change of the schema or the rules.
        owner_kind: Short code of the owning department's kind ("ga", "mz", "sc").
        owner_division: 12-digit division of the owning department.
        key: Columns that together name a record.
        subject: The column whose identifier the dataset is about.
        cycle: Update cycle code (1 real time, 2 day, 3 week, 4 month, 5 quarter, 6 year, 7 on demand).
        sensitivity: Highest sensitivity of its columns, 1–4.
        columns: In the order of the source.
        rules: In the order in which reasons are listed.
        evolve: "refuse": a file with a column unknown here is refused; "add": the column is added, optional.
        weights: How much each dimension ("01" … "06") counts in the score; empty for the default.
        source: The table that `pull` reads; None where the department delivers files alone.
        keep: How long snapshots stay; None for the installation's default.
    """

    code: str
    title: Text
    version: int
    owner_kind: str
    owner_division: str
    key: tuple[str, ...]
    subject: str
    cycle: str
    sensitivity: int
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    evolve: str = "refuse"
    weights: tuple[tuple[str, float], ...] = ()
    source: SourceTable | None = None
    keep: Keep | None = None

    @property
    def reads_on(self) -> bool:
        """Whether its table is read on from where the last pull ended."""
        return self.source is not None and bool(self.source.cursor)

    def column(self, name: str) -> Column:
        """Return the column called `name`. Raises KeyError where there is none."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset as lists show it; `rows` and `subjects` are the current snapshot's, `snapshot` 0 means none yet."""

    code: str
    title: Text
    owner: str
    division: str
    version: int
    cycle: str
    sensitivity: int
    snapshot: int
    rows: int
    subjects: int
    updated_at: datetime | None
