"""What lists show of matters."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.contexts.matters.contracts.items import TimeLimit
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a list shows of an implementation. `below` rows (asked for with below=True) have no task_code."""

    task_code: str
    catalog_code: str
    code: str
    name: Text
    division: str
    use_level: str
    department: str
    department_name: Text
    department_kind: str
    task_type: str
    project_type: str
    audience: str
    themes: tuple[str, ...]
    events: tuple[str, ...]
    tier: int
    visits: int
    legal: TimeLimit
    promised: TimeLimit
    hot: bool
    state: str


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """What the assessment reads of an implementation on application that is in use. Limits in their own units."""

    task_code: str
    catalog_code: str
    division: str
    department: str
    department_kind: str
    use_level: str
    task_type: str
    project_type: str
    state: str
    tier: int
    visits: int
    legal: TimeLimit
    promised: TimeLimit


@dataclass(frozen=True, slots=True)
class Offering:
    """A department and how many matters it offers to people of a division."""

    department: str
    department_name: Text
    department_kind: str
    matters: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A value and what people call it."""

    value: str
    label: Text
