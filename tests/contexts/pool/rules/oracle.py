"""
The rules written out once more, slowly and plainly, row by row: what the SQL has to agree with.

It shares nothing with the product but the contract's dataclasses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from stdnum.cn import ric, uscc

from shudao.contexts.pool.contracts.datasets import (
    Condition,
    DatasetContract,
    Rule,
)

Row = dict[str, str | None]
Other = Sequence[dict[str, Any]]
_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
_NOTHING_SAID = set(str.split("null none n/a nan undefined test 测试 无 不详 暂无 / - -- ? ？ *"))


class Oracle:
    """Judges tables by a contract; `other` are the rows of the dataset that foreign rules look into."""

    def __init__(self, contract: DatasetContract, today: date, other: Other, *, test_numbers: bool = True) -> None:
        self.contract, self.today, self.other, self.test_numbers = contract, today, other, test_numbers

    def judge(self, raw: Sequence[Sequence[str | None]]) -> list[list[str]]:
        """Return every row's broken rules, in the contract's order."""
        rows = [self._clean(values) for values in raw]
        broken = {rule.code: self._broken(rule, rows) for rule in self.contract.rules}
        return [[rule.code for rule in self.contract.rules if place in broken[rule.code]] for place in range(len(rows))]

    def judged(self, raw: Sequence[Sequence[str | None]]) -> list[int]:
        """Return for every rule how many rows it has something to say about."""
        rows = [self._clean(values) for values in raw]
        return [sum(self._concerns(rule, row) for row in rows) for rule in self.contract.rules]

    def _clean(self, values: Sequence[str | None]) -> Row:
        row: Row = {}
        for column, value in zip(self.contract.columns, values, strict=True):
            text = (value or "").strip(" ")
            row[column.name] = (text.upper() if column.identifier else text) or None
        return row

    def value(self, row: Row, name: str) -> Any:
        """Return the column in its own type, None where it is not of it."""
        text = row[name]
        return None if text is None else parse(text, self.contract.column(name).kind.value)

    def _concerns(self, rule: Rule, row: Row) -> bool:
        if rule.when is not None and self.holds(rule.when, row) is not True:
            return False
        if rule.kind in ("required", "complete", "deny", "duplicate"):
            return True
        return all(row[name] is not None for name in (*rule.columns, *rule.group))

    def _broken(self, rule: Rule, rows: list[Row]) -> set[int]:
        places = [place for place, row in enumerate(rows) if self._concerns(rule, row)]
        whole: dict[str, Callable[[Rule, list[Row], list[int]], set[int]]] = {
            "unique": self._repeated,
            "duplicate": self._repeated,
            "dependency": self._dependent,
            "group": self._grouped,
            "pairs": self._paired,
            "foreign": self._foreign,
            "agreement": self._disagreeing,
        }
        if rule.kind in whole:
            return whole[rule.kind](rule, rows, places)
        return {place for place in places if getattr(self, f"_{rule.kind.value}")(rule, rows[place])}

    # one row

    def _required(self, rule: Rule, row: Row) -> bool:
        return row[rule.columns[0]] is None

    def _complete(self, rule: Rule, row: Row) -> bool:
        return any(row[name] is None for name in rule.columns)

    def _pattern(self, rule: Rule, row: Row) -> bool:
        return not re.fullmatch(rule.pattern, row[rule.columns[0]] or "")

    def _length(self, rule: Rule, row: Row) -> bool:
        size = len(row[rule.columns[0]] or "")
        return (bool(rule.lowest) and size < int(rule.lowest)) or (bool(rule.highest) and size > int(rule.highest))

    def _code_list(self, rule: Rule, row: Row) -> bool:
        return row[rule.columns[0]] not in rule.values

    def _check_digit(self, rule: Rule, row: Row) -> bool:
        text = row[rule.columns[0]] or ""
        return not (self._resident(text) if rule.values == ("resident",) else _credit(text))

    def _resident(self, text: str) -> bool:
        if not re.fullmatch("[0-9]{17}[0-9X]", text) or text[:2] not in _PROVINCES.split():
            return False
        born = day_of(text[6:10], text[10:12], text[12:14])
        if born is None or not date(1850, 1, 1) <= born <= self.today:
            return False
        allowed = self.test_numbers or not text.startswith("5199")
        return allowed and str(ric.calc_check_digit(text)) == text[17]

    def _range(self, rule: Rule, row: Row) -> bool:
        name = rule.columns[0]
        value = self.value(row, name)
        if value is None:
            return False
        lowest, highest = (self.literal(name, bound) if bound else None for bound in (rule.lowest, rule.highest))
        return (lowest is not None and value < lowest) or (highest is not None and value > highest)

    def _type(self, rule: Rule, row: Row) -> bool:
        return self.value(row, rule.columns[0]) is None

    def _dirty(self, rule: Rule, row: Row) -> bool:
        text = row[rule.columns[0]] or ""
        words = [*_NOTHING_SAID, *(one.lower() for one in rule.values)]
        garbled = any(ord(sign) < 32 or ord(sign) in (127, 0xFFFD) for sign in text)
        return text.lower() in words or garbled or any(mess in text for mess in ("锟斤拷", "烫烫烫", "屯屯屯"))

    def _order(self, rule: Rule, row: Row) -> bool:
        values = [self.value(row, name) for name in rule.columns]
        pairs = pairwise(values)
        return any(one is not None and other is not None and one > other for one, other in pairs)

    def _fresh(self, rule: Rule, row: Row) -> bool:
        value = self.value(row, rule.columns[0])
        if value is None:
            return False
        day = value.date() if isinstance(value, datetime) else value
        return bool(day < self.today - timedelta(days=int(rule.lowest.removeprefix("today-"))))

    def _derived(self, rule: Rule, row: Row) -> bool:
        target, number = rule.columns
        text = row[number] or ""
        if not re.fullmatch("[1-9][0-9]{16}", text[:17]):
            return False
        if rule.values == ("sex",):
            says = {"男": 1, "1": 1, "女": 0, "2": 0}.get(row[target] or "")
            return says is not None and says != int(text[16]) % 2
        day = self.value(row, target)
        return day is not None and day.strftime("%Y%m%d").rjust(8, "0") != text[6:14]

    def _deny(self, rule: Rule, row: Row) -> bool:
        return rule.deny is not None and self.holds(rule.deny, row) is True

    # rows together

    def _repeated(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        seen, found = set(), set()
        for place in places:
            key = tuple(rows[place][name] for name in rule.columns)
            if key in seen:
                found.add(place)
            seen.add(key)
        return found

    def _groups(self, rule: Rule, rows: list[Row], places: list[int]) -> dict[tuple[Any, ...], list[int]]:
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place in places:
            groups.setdefault(tuple(rows[place][name] for name in rule.group), []).append(place)
        return groups

    def _dependent(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        found = set()
        for members in self._groups(rule, rows, places).values():
            said = {place: tuple(rows[place][name] for name in rule.columns) for place in members}
            counts = Counter(said.values()).most_common()
            tied = len(counts) > 1 and counts[0][1] == counts[1][1]
            found |= {place for place in members if tied or said[place] != counts[0][0]}
        return found

    def _grouped(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        found = set()
        for members in self._groups(rule, rows, places).values():
            figure = self._figure(rule, [rows[place] for place in members])
            if figure is None:
                continue
            low = bool(rule.lowest) and figure < Decimal(rule.lowest)
            if low or (rule.highest and figure > Decimal(rule.highest)):
                found |= set(members)
        return found

    def _figure(self, rule: Rule, members: list[Row]) -> Decimal | None:
        if rule.measure == "rows":
            return Decimal(len(members))
        if rule.measure == "distinct":
            return Decimal(len({row[rule.columns[0]] for row in members}))
        values = [value for row in members if (value := self.value(row, rule.columns[0])) is not None]
        if not values:
            return None
        if rule.measure == "mean":
            return Decimal(sum(values)) / len(values)
        return Decimal({"sum": sum, "lowest": min, "highest": max}[rule.measure](values))

    def _paired(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        assert rule.deny is not None
        found = set()
        for one in places:
            for other in places:
                same = all(rows[one][name] == rows[other][name] for name in rule.group)
                if one != other and same and self.holds(rule.deny, rows[one], rows[other]) is True:
                    found.add(one)
        return found

    def _foreign(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        known = {tuple(row[name] for name in rule.other_columns) for row in self.other}
        known = {one for one in known if None not in one}
        return {place for place in places if self._said(rule, rows[place]) not in known}

    def _disagreeing(self, rule: Rule, rows: list[Row], places: list[int]) -> set[int]:
        found = set()
        for place in places:
            subject = rows[place][self.contract.subject]
            theirs = [
                tuple(row[name] for name in rule.other_columns) for row in self.other if row["subject"] == subject
            ]
            theirs = [one for one in theirs if None not in one]
            if subject is not None and theirs and self._said(rule, rows[place]) not in theirs:
                found.add(place)
        return found

    def _said(self, rule: Rule, row: Row) -> tuple[Any, ...]:
        plain = ("text", "code", "decimal", "moment")
        return tuple(
            row[name] if self.contract.column(name).kind.value in plain else self.value(row, name)
            for name in rule.columns
        )

    # statements

    def literal(self, name: str, text: str) -> Any:
        """Return a contract's literal in the column's type."""
        kind = self.contract.column(name).kind.value
        if kind == "date" and text.startswith("today"):
            return self.today + timedelta(days=int(text.removeprefix("today") or 0))
        return parse(text, kind)

    def holds(self, condition: Condition, row: Row, pair: Row | None = None) -> bool | None:
        """Return whether the statement holds, None where it cannot be told."""
        parts = [self.holds(part, row, pair) for part in condition.parts]
        if condition.is_ == "not":
            return None if parts[0] is None else not parts[0]
        if condition.is_ == "all":
            return False if False in parts else None if None in parts else True
        if condition.is_ == "any":
            return True if True in parts else None if None in parts else False
        if condition.is_ == "missing":
            return row[condition.column] is None
        return self._compared(condition, row, pair)

    def _compared(self, condition: Condition, row: Row, pair: Row | None) -> bool | None:
        text, value = row[condition.column], self.value(row, condition.column)
        if condition.is_ == "matches":
            return None if text is None else bool(re.fullmatch(condition.value, text))
        if value is None:
            return None
        if condition.is_ == "in":
            return value in [self.literal(condition.column, one) for one in condition.values]
        if condition.other:
            against = self.value(row, condition.other)
        elif condition.pair:
            assert pair is not None
            against = self.value(pair, condition.pair)
        else:
            against = self.literal(condition.column, condition.value)
        if against is None:
            return None
        return bool({"equals": value == against, "less": value < against, "at_most": value <= against}[condition.is_])


def _credit(text: str) -> bool:
    alphabet = set("0123456789ABCDEFGHJKLMNPQRTUWXY")
    return len(text) == 18 and set(text) <= alphabet and str(uscc.calc_check_digit(text[:-1])) == text[-1]


def day_of(year: str, month: str, day: str) -> date | None:
    """Return the day, None where there is none."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse(text: str, kind: str) -> Any:
    """Return the text in a type, None where it is not of it."""
    if kind == "integer":
        return int(text) if re.fullmatch("-?[0-9]{1,18}", text) else None
    if kind == "decimal":
        return Decimal(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text) else None
    if kind == "date":
        found = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
        return day_of(*found.groups()) if found else None
    if kind == "moment":
        found = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})", text)
        try:
            return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            return None
    return text
