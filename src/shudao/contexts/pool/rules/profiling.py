"""Propose a contract from what a delivery's values look like: every proposal with the figures that speak for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shudao.contexts.pool.contracts.datasets import (
    RuleKind,
)

# A rule is proposed where at least this share of the values already satisfies it.
NEARLY_ALL = 0.98
_MOST_CODES = 30
_MOST_DEPENDENT = 12
_NAMING = re.compile(r"name|phone|mobile|tel|addr|email|contact|姓名|电话|地址|住址")


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """
    What a column of a delivery holds: counts of rows, of filled ones, of different values, of what they look like.

    `shapes` are the most frequent patterns (digits as 9, letters as A, Han as 汉) with their counts; `values` all
    values with their counts where they are few and name nobody; `lowest`, `highest` are of values read as `kind`.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    shortest: int
    longest: int
    dates: int = 0
    moments: int = 0
    integers: int = 0
    decimals: int = 0
    residents: int = 0
    companies: int = 0
    shapes: tuple[tuple[str, int], ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    lowest: str = ""
    highest: str = ""

    def share(self, count: int) -> float:
        """Return a count as a share of the filled values."""
        return count / self.filled if self.filled else 0.0

    @property
    def kind(self) -> str:
        """The type that nearly all values have."""
        for kind, count in (
            ("date", self.dates),
            ("moment", self.moments),
            ("integer", self.integers),
            ("decimal", self.decimals),
        ):
            if self.filled and self.share(count) >= NEARLY_ALL and not self.is_code_like:
                return kind
        return "code" if self.values and len(self.values) <= _MOST_CODES else "text"

    @property
    def is_code_like(self) -> bool:
        """Digits all of one length, beyond a small count's, are a code and no quantity."""
        digits = [shape for shape, _ in self.shapes]
        return len(digits) == 1 and set(digits[0]) == {"9"} and self.shortest == self.longest >= 5

    @property
    def identifier(self) -> str:
        """The kind of identifier that most values are; many a register holds some wrong ones."""
        if self.share(self.residents) >= 0.8:
            return "resident"
        return "company" if self.share(self.companies) >= 0.8 else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A delivery's columns, and what holds between them: (one, other) → the share of rows for which it does."""

    columns: tuple[ColumnFacts, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    dependencies: Mapping[tuple[str, str], float] = field(default_factory=dict)
    orders: Mapping[tuple[str, str], float] = field(default_factory=dict)
    derived: Mapping[tuple[str, str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposed rule: its code, kind, and the figures that speak for it; no value that names somebody."""

    code: str
    kind: str
    share: float
    says: str


def worth_comparing(columns: Sequence[ColumnFacts]) -> list[str]:
    """Return the columns among which dependencies are looked for: at most twelve, those that repeat."""
    repeating = [one for one in columns if 1 < one.distinct <= one.filled * 0.5 and one.filled >= one.rows * 0.5]
    return [one.name for one in repeating][:_MOST_DEPENDENT]


def propose(code: str, facts: Facts) -> tuple[dict[str, Any], list[Proposed]]:
    """
    Return a contract, as a contract file has it, and the evidence for its rules.

    Args:
        code: The dataset's code.
        facts: What the delivery looks like.

    Returns:
        The parsed form of a contract; owner and titles are to be filled in by who accepts it. The evidence names every
        rule once.

    Source:
        tests/contexts/pool/rules/test_profiling.py
    """
    evidence: list[Proposed] = []
    columns = [_column(one, evidence) for one in facts.columns]
    rules = [*_between(facts, evidence)]
    subject = next((one.name for one in facts.columns if one.identifier), "")
    key = min(facts.keys, key=lambda names: (subject not in names, len(names)), default=(subject,) if subject else ())
    return {
        "code": code,
        "title": {"zh": code, "en": code},
        "version": 1,
        "owner": {"kind": "sj", "division": "510000000000"},
        "key": list(key),
        "subject": subject,
        "cycle": "7",
        "sensitivity": max((column["sensitivity"] for column in columns), default=1),
        "columns": columns,
        "rules": rules,
    }, evidence


def _column(one: ColumnFacts, evidence: list[Proposed]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "title": {"zh": one.name, "en": one.name}}
    identifier, kind = one.identifier, one.kind

    def note(rule: RuleKind, count: int, of: int, says: str) -> None:
        evidence.append(Proposed(f"{one.name}.{rule.value}", rule.value, count / of if of else 0.0, says))

    if identifier:
        hits = one.residents if identifier == "resident" else one.companies
        found |= {"identifier": identifier, "sensitivity": 4, "check": identifier}
        note(RuleKind.CHECK_DIGIT, hits, one.filled, f"{hits}/{one.filled}")
    else:
        found["sensitivity"] = 1
        if _names_somebody(one, kind):
            found |= {"identifying": True, "sensitivity": 3}
        elif kind != "text":
            found["kind"] = kind
    if one.rows and one.filled >= one.rows * NEARLY_ALL:
        found["required"] = True
        note(RuleKind.REQUIRED, one.filled, one.rows, f"{one.filled}/{one.rows}")
    if not identifier and not found.get("identifying"):
        found |= dict(_content(one, kind, note))
    return found


def _names_somebody(one: ColumnFacts, kind: str) -> bool:
    """By its name, or because nearly every row has Han text of its own."""
    han = one.share(sum(count for shape, count in one.shapes if "汉" in shape))
    return bool(_NAMING.search(one.name)) or (kind == "text" and han >= 0.5 and one.distinct > one.filled * 0.3)


def _content(one: ColumnFacts, kind: str, note: Any) -> Iterator[tuple[str, Any]]:
    typed = {"date": one.dates, "moment": one.moments, "integer": one.integers, "decimal": one.decimals}
    if kind in typed:
        note(RuleKind.TYPE, typed[kind], one.filled, f"{typed[kind]}/{one.filled}")
        if kind in ("date", "integer") and one.lowest:
            note(RuleKind.RANGE, one.filled, one.filled, f"{one.lowest} – {one.highest}")
            yield "range", _bounds(one, kind)
        return
    if kind == "code":
        common = [value for value, count in one.values if count > one.filled * 0.005 or count >= 5]
        covered = sum(count for value, count in one.values if value in common)
        if common and one.share(covered) >= NEARLY_ALL:
            note(RuleKind.CODE_LIST, covered, one.filled, f"{len(common)}: {covered}/{one.filled}")
            yield "values", common
            return
    if pattern := _pattern(one):
        note(RuleKind.PATTERN, pattern[1], one.filled, f"{pattern[0]}: {pattern[1]}/{one.filled}")
        yield "pattern", pattern[0]


def _bounds(one: ColumnFacts, kind: str) -> list[str]:
    """A little wider than what was seen: from the decade's first day, up to the next power of ten."""
    if kind == "date":
        return [f"{one.lowest[:3]}0-01-01", one.highest]
    highest = "0" if one.highest.startswith("-") else str(10 ** len(one.highest))
    return [str(-(10 ** (len(one.lowest) - 1))) if one.lowest.startswith("-") else "0", highest]


def _pattern(one: ColumnFacts) -> tuple[str, int] | None:
    """The regular expression of the one shape that nearly all values have."""
    if not one.shapes or one.share(one.shapes[0][1]) < NEARLY_ALL or "汉" in one.shapes[0][0]:
        return None
    shape, count = one.shapes[0]
    written = [
        {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}.get(run[0][0], re.escape(run[0][0]))
        + (f"{{{len(run[0])}}}" if len(run[0]) > 1 else "")
        for run in re.finditer(r"(.)\1*", shape)
    ]
    return "".join(written), count


def _between(facts: Facts, evidence: list[Proposed]) -> Iterator[dict[str, Any]]:
    for (target, number, what), share in facts.derived.items():
        if share >= NEARLY_ALL:
            evidence.append(Proposed(f"{target}+{number}.derived", "derived", share, what))
            yield {"kind": "derived", "columns": [target, number], "derive": what}
    for (one, other), share in facts.orders.items():
        if share >= NEARLY_ALL:
            evidence.append(Proposed(f"{one}+{other}.order", "order", share, f"{one} ≤ {other}"))
            yield {"kind": "order", "columns": [one, other]}
    for (decides, decided), share in facts.dependencies.items():
        if share >= NEARLY_ALL:
            code = f"{decides}.{decided}.dependency"
            evidence.append(Proposed(code, "dependency", share, f"{decides} → {decided}"))
            yield {"kind": "dependency", "group": [decides], "columns": [decided], "code": code}
