"""Write a contract back as the file it was read from: what reading gives, reading the written gives again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shudao.contexts.pool.contracts.datasets import (
    Column,
    Condition,
    DatasetContract,
    Rule,
    RuleKind,
)
from shudao.contexts.pool.rules import dimensions

_IMPLIED = ("required", "type", "check_digit", "pattern", "code_list", "range")


def contract(made: DatasetContract) -> dict[str, Any]:
    """
    Return the parsed form of a contract.

    Source:
        tests/contexts/pool/rules/test_written.py
    """
    implied = {rule.code: rule for rule in made.rules if _is_implied(rule)}
    found: dict[str, Any] = {
        "code": made.code,
        "title": {"zh": made.title.zh, "en": made.title.en},
        "version": made.version,
        "owner": {"kind": made.owner_kind, "division": made.owner_division},
        "key": list(made.key),
        "subject": made.subject,
        "cycle": made.cycle,
        "sensitivity": made.sensitivity,
        "columns": [_column(column, implied) for column in made.columns],
    }
    rules = [_rule(rule) for rule in made.rules if rule.code not in implied and rule.code != "key.unique"]
    if rules:
        found["rules"] = rules
    if made.evolve != "refuse":
        found["evolve"] = made.evolve
    if made.weights:
        found["weights"] = dict(made.weights)
    if made.source is not None:
        found["source"] = {"table": made.source.table, "cursor": made.source.cursor}
    if made.keep is not None:
        found["keep"] = {"snapshots": made.keep.snapshots, "days": made.keep.days}
    return found


def _is_implied(rule: Rule) -> bool:
    """Whether a column's own entry says it all."""
    named = len(rule.columns) == 1 and rule.code == f"{rule.columns[0]}.{rule.kind.value}"
    if not named or rule.kind.value not in _IMPLIED:
        return False
    plain = Rule(
        rule.code,
        rule.kind,
        rule.columns,
        dimensions.default(rule.kind),
        pattern=rule.pattern,
        values=rule.values,
        lowest=rule.lowest,
        highest=rule.highest,
    )
    return rule == plain


def _column(column: Column, implied: Mapping[str, Rule]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "title": {"zh": column.title.zh, "en": column.title.en}}
    if column.kind.value != "text":
        found["kind"] = column.kind.value
    if column.identifier:
        found["identifier"] = column.identifier.value
    found |= {word: True for word in ("identifying", "kept") if getattr(column, word)}
    found["sensitivity"] = column.sensitivity
    rules = {kind: implied[f"{column.name}.{kind}"] for kind in _IMPLIED if f"{column.name}.{kind}" in implied}
    if "required" in rules:
        found["required"] = True
    if "check_digit" in rules:
        found["check"] = rules["check_digit"].values[0]
    if "pattern" in rules:
        found["pattern"] = rules["pattern"].pattern
    if "code_list" in rules:
        found["values"] = list(rules["code_list"].values)
    if "range" in rules:
        found["range"] = [rules["range"].lowest, rules["range"].highest]
    return found


def _rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": rule.kind.value, "code": rule.code}
    if rule.columns:
        found["columns"] = list(rule.columns)
    found |= _words(rule)
    if rule.group:
        found["group"] = list(rule.group)
    if rule.measure:
        found["measure"] = rule.measure
    if rule.other:
        found |= {"other": rule.other, "other_columns": list(rule.other_columns)}
    statements = {"when": rule.when, "deny": rule.deny}
    found |= {word: condition(statement) for word, statement in statements.items() if statement is not None}
    found |= {"dimension": rule.dimension, "severity": rule.severity.value}
    if rule.at_least != 1.0:
        found["at_least"] = rule.at_least
    if rule.kind is RuleKind.DRIFT:
        found |= {"sigma": rule.sigma, "batches": rule.batches}
    return found


def _words(rule: Rule) -> dict[str, Any]:
    """The words that belong to the rule's kind."""
    if rule.kind is RuleKind.CHECK_DIGIT:
        return {"check": rule.values[0]}
    if rule.kind is RuleKind.DERIVED:
        return {"derive": rule.values[0]}
    if rule.kind is RuleKind.FRESH:
        return {"days": int(rule.lowest.removeprefix("today-"))}
    found: dict[str, Any] = {}
    if rule.pattern:
        found["pattern"] = rule.pattern
    if rule.values:
        found["values"] = list(rule.values)
    if rule.lowest or rule.highest:
        found["range"] = [rule.lowest, rule.highest]
    return found


def condition(statement: Condition) -> dict[str, Any]:
    """Return the parsed form of a statement."""
    if statement.is_ == "not":
        return {"not": condition(statement.parts[0])}
    if statement.parts:
        return {statement.is_: [condition(part) for part in statement.parts]}
    if statement.is_ == "missing":
        return {"column": statement.column, "missing": True}
    if statement.is_ == "in":
        return {"column": statement.column, "in": list(statement.values)}
    word = "is" if statement.is_ == "equals" else statement.is_
    if statement.other:
        return {"column": statement.column, word: {"column": statement.other}}
    if statement.pair:
        return {"column": statement.column, word: {"other": statement.pair}}
    return {"column": statement.column, word: statement.value}
