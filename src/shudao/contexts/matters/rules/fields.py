"""
The 120 national exchange fields as one table (`data/matter_fields.csv`): what each is, how it is read and written.

A value in memory has its field's type: text, whole number, yes/no, day, or a set of codes. On the wire all are text:
sets joined by "^" in the order of their list, yes/no "1" and "0", days 2026-11-24, nothing "".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from shudao.contexts.matters.contracts import sets
from shudao.contexts.matters.rules import values
from shudao.kernel.texts import Text

_DATA = Path(__file__).resolve().parents[1] / "data"
GROUPS = ("catalog", "implementation", "extension", "material", "fee", "question")
SINGLE, MANY = GROUPS[:3], GROUPS[3:]
_LISTS = {"user_topic_type": "matter_theme", "corp_topic_type": "matter_theme"}
_YES, _NO = ("1", "是", "true", "Y", "y"), ("0", "否", "false", "N", "n")
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")
# What no field of any table may hold: control characters other than line breaks and tabs.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_LONGEST_TEXT = 20_000
Value = str | int | bool | date | tuple[str, ...] | None


class Kind(StrEnum):
    """What a field holds. CODE has a fixed length, TEXT a greatest one; a FILE is told by its address."""

    CODE = "char"
    TEXT = "varchar"
    LONG = "text"
    WHOLE = "int"
    YES_NO = "bool"
    SET = "set"
    DAY = "date"
    FILE = "file"


_EMPTY: dict[Kind, Value] = {Kind.YES_NO: False, Kind.WHOLE: 0, Kind.SET: (), Kind.DAY: None}


def storable(value: Any) -> Any:
    """Return a row's value as a database can hold it: what no text may hold becomes U+FFFD, in lists and rows too."""
    if isinstance(value, str):
        return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    return [storable(one) for one in value] if isinstance(value, list) else value


class FieldWrong(Exception):
    """A value that its field does not take: `rule` names what is broken, `says` tells people (Chinese)."""

    def __init__(self, rule: str, says: str) -> None:
        super().__init__(says)
        self.rule = rule
        self.says = says


@dataclass(frozen=True, slots=True)
class Field:
    """One national field. `length`: exactly so many characters of a CODE, at most so many of a TEXT, 0 unbounded."""

    group: str
    name: str
    title: Text
    kind: Kind
    length: int
    needed: bool
    conditional: bool
    code_list: str

    @property
    def empty(self) -> Value:
        """What the field holds where nobody said anything."""
        return _EMPTY.get(self.kind, "")


@cache
def table() -> tuple[Field, ...]:
    """Return all 120 fields in national order."""
    with (_DATA / "matter_fields_en.csv").open(encoding="utf-8", newline="") as file:
        english = {(row["group"], row["field"]): row["en"] for row in csv.DictReader(file)}
    with (_DATA / "matter_fields.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_field(row, english[row["group"], row["field"]]) for row in csv.DictReader(file))


@cache
def of(group: str) -> tuple[Field, ...]:
    """Return the fields of a group in national order."""
    return tuple(one for one in table() if one.group == group)


@cache
def named(group: str) -> dict[str, Field]:
    """Return the fields of a group by name, in national order."""
    return {one.name: one for one in of(group)}


def field(group: str, name: str) -> Field:
    """Return one field. Raises KeyError."""
    return named(group)[name]


def read(one: Field, text: str) -> Value:
    """
    Return the value that a file's cell says; an empty cell is the field's empty value.

    Raises:
        FieldWrong: rule "value" (no such number, day, yes or no), "length", "list" (a code its list does not have),
            or "characters" (what no text may hold).
    """
    text = text.strip()
    if not text:
        return one.empty
    if _UNFIT.search(text):
        raise FieldWrong("characters", f"{one.title.zh}含有不能使用的字符。")
    if one.kind is Kind.SET:
        return _listed_all(one, sets.read(text))
    if one.kind is Kind.YES_NO:
        return _yes_no(one, text)
    if one.kind is Kind.WHOLE:
        return _whole(one, text)
    if one.kind is Kind.DAY:
        return _day(one, text)
    return _text(one, text)


def write(one: Field, value: Value) -> str:
    """Return the value as the exchange writes it: `read` gives the same value again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return sets.write(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def checked(one: Field, value: Any) -> Value:
    """Return a value of JSON (text, number, yes/no, list) as the field's own. Raises FieldWrong."""
    if isinstance(value, list | tuple | frozenset | set):
        return read(one, sets.write(tuple(str(part) for part in value)))
    if isinstance(value, bool):
        return read(one, str(int(value)))
    if value is None or isinstance(value, str | int):
        return read(one, "" if value is None else str(value))
    raise FieldWrong("value", f"{one.title.zh}的值不是文字、数字、是否或列表。")


def missing(group: str, row: dict[str, Any]) -> Iterable[Field]:
    """Return the fields that must be filled and are not; yes/no and numbers always say something."""
    for one in of(group):
        if one.needed and one.kind not in (Kind.YES_NO, Kind.WHOLE) and not row.get(one.name):
            yield one


def _field(row: dict[str, str], english: str) -> Field:
    kind, _, length = row["type"].partition("(")
    name, required = row["field"], row["required(Y/N/C=conditional)"]
    return Field(
        group=row["group"],
        name=name,
        title=Text(row["zh"], english),
        kind=Kind(kind),
        length=int(length.rstrip(")") or 0) if kind in (Kind.CODE, Kind.TEXT) else 0,
        needed=required == "Y",
        conditional=required == "C",
        code_list=_LISTS.get(name, row["code_list"]),
    )


def _listed_all(one: Field, codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        _listed(one, code)
    return codes


def _listed(one: Field, code: str) -> str:
    if one.code_list and code not in values.codes(one.code_list):
        raise FieldWrong("list", f"{one.title.zh}的值不在代码表内。")
    return code


def _yes_no(one: Field, text: str) -> bool:
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise FieldWrong("value", f"{one.title.zh}应为 1（是）或 0（否）。")


def _whole(one: Field, text: str) -> int:
    if not _WHOLE.match(text):
        raise FieldWrong("value", f"{one.title.zh}应为整数。")
    return int(text)


def _day(one: Field, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldWrong("value", f"{one.title.zh}应为“年-月-日”。") from None


def _text(one: Field, text: str) -> str:
    if one.code_list:
        return _listed(one, text)
    if one.kind is Kind.CODE and len(text) != one.length:
        raise FieldWrong("length", f"{one.title.zh}应为 {one.length} 位。")
    if len(text) > (one.length or _LONGEST_TEXT):
        raise FieldWrong("length", f"{one.title.zh}最多 {one.length or _LONGEST_TEXT} 个字。")
    return text
