"""Rules judged from one row alone: each becomes an expression that is true where the row breaks it."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    Identifier,
    Rule,
    RuleKind,
)
from shudao.contexts.pool.rules import check_digits, conditions, terms
from shudao.contexts.pool.rules.terms import Scope

# What people type where they have nothing to say, and what broken encodings leave behind.
PLACEHOLDERS = (
    *("null", "none", "n/a", "nan", "undefined", "test", "测试", "无", "不详", "暂无"),
    *("/", "-", "--", "?", "？", "*"),
)
GARBLED = "[\u0000-\u001f\u007f\ufffd]|锟斤拷|烫烫烫|屯屯屯"
_FEMALE, _MALE = ("女", "2"), ("男", "1")


def _required(rule: Rule, scope: Scope) -> exp.Expr:
    return terms.missing(scope.text(rule.columns[0]))


def _complete(rule: Rule, scope: Scope) -> exp.Expr:
    return exp.or_(*(terms.missing(scope.text(name)) for name in rule.columns))


def _pattern(rule: Rule, scope: Scope) -> exp.Expr:
    return exp.not_(terms.matches(scope.text(rule.columns[0]), rule.pattern))


def _listed(rule: Rule, scope: Scope) -> exp.Expr:
    return exp.not_(scope.text(rule.columns[0]).isin(*rule.values))


def _check_digit(rule: Rule, scope: Scope) -> exp.Expr:
    right = check_digits.resident if rule.values[0] == Identifier.RESIDENT.value else check_digits.credit
    return exp.not_(right(scope, rule.columns[0]))


def _typed(rule: Rule, scope: Scope) -> exp.Expr:
    return terms.missing(scope.typed(rule.columns[0]))


def _outside(rule: Rule, scope: Scope) -> exp.Expr:
    name = rule.columns[0]
    value = scope.typed(name)
    parts: list[exp.Expr] = []
    for bound, operator in ((rule.lowest, exp.LT), (rule.highest, exp.GT)):
        if bound:
            parts.append(operator(this=value.copy(), expression=scope.literal(name, bound)))
    return exp.or_(*parts) if parts else exp.false()


def _length(rule: Rule, scope: Scope) -> exp.Expr:
    size = exp.Length(this=scope.text(rule.columns[0]))
    parts: list[exp.Expr] = []
    for bound, operator in ((rule.lowest, exp.LT), (rule.highest, exp.GT)):
        if bound:
            parts.append(operator(this=size.copy(), expression=terms.number(int(bound))))
    return exp.or_(*parts)


def _dirty(rule: Rule, scope: Scope) -> exp.Expr:
    value = scope.text(rule.columns[0])
    words = tuple(dict.fromkeys((*PLACEHOLDERS, *(one.lower() for one in rule.values))))
    garbled = exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(GARBLED))
    return exp.or_(exp.Lower(this=value).isin(*words), garbled)


def _disordered(rule: Rule, scope: Scope) -> exp.Expr:
    pairs = zip(rule.columns, rule.columns[1:], strict=False)
    return exp.or_(*(exp.GT(this=scope.typed(one), expression=scope.typed(next_)) for one, next_ in pairs))


def _stale(rule: Rule, scope: Scope) -> exp.Expr:
    day = exp.cast(scope.typed(rule.columns[0]), "date")
    oldest = exp.cast(exp.Literal.string(terms.on_day(rule.lowest, scope.today).isoformat()), "date")
    return exp.LT(this=day, expression=oldest)


def _underived(rule: Rule, scope: Scope) -> exp.Expr:
    """The date of birth, or the sex, is not what the resident ID beside it says."""
    target, identifier = rule.columns
    if rule.values[0] == "sex":
        value = scope.text(target)
        says_female = check_digits.is_female(identifier, scope.table)
        return exp.or_(
            exp.and_(value.copy().isin(*_FEMALE), exp.not_(says_female)),
            exp.and_(value.copy().isin(*_MALE), says_female.copy()),
        )
    day = scope.typed(target)
    written = terms.sum_of(
        [
            terms.times(exp.Year(this=day.copy()), 10_000),
            terms.times(exp.Month(this=day.copy()), 100),
            exp.Day(this=day.copy()),
        ]
    )
    return exp.NEQ(this=written, expression=check_digits.born(identifier, scope.table))


def _denied(rule: Rule, scope: Scope) -> exp.Expr:
    return conditions.sql(rule.deny, scope) if rule.deny else exp.false()


BROKEN: dict[RuleKind, Callable[[Rule, Scope], exp.Expr]] = {
    RuleKind.REQUIRED: _required,
    RuleKind.COMPLETE: _complete,
    RuleKind.PATTERN: _pattern,
    RuleKind.LENGTH: _length,
    RuleKind.CODE_LIST: _listed,
    RuleKind.CHECK_DIGIT: _check_digit,
    RuleKind.RANGE: _outside,
    RuleKind.TYPE: _typed,
    RuleKind.DIRTY: _dirty,
    RuleKind.ORDER: _disordered,
    RuleKind.FRESH: _stale,
    RuleKind.DERIVED: _underived,
    RuleKind.DENY: _denied,
}
WHOLE_ROW = (RuleKind.REQUIRED, RuleKind.COMPLETE, RuleKind.DENY, RuleKind.DUPLICATE)


def applies(rule: Rule, scope: Scope) -> exp.Expr | None:
    """
    Return which rows the rule judges, None for all: those with a value wherever it looks, and `when` says so.

    Source:
        GB/T 36344-2018, B of X = A/B; proved by tests/contexts/pool/rules/test_oracle.py
    """
    parts: list[exp.Expr] = []
    if rule.kind not in WHOLE_ROW:
        parts += [terms.present(scope.text(name)) for name in dict.fromkeys((*rule.columns, *rule.group))]
    if rule.when is not None:
        parts.append(terms.surely(conditions.sql(rule.when, scope)))
    return exp.and_(*parts) if parts else None


def derives_from(rule: Rule) -> tuple[str, ...]:
    """Return the columns of which the rule needs the number of a resident ID."""
    if rule.kind is RuleKind.CHECK_DIGIT and rule.values[0] == Identifier.RESIDENT.value:
        return rule.columns
    return rule.columns[1:] if rule.kind is RuleKind.DERIVED else ()
