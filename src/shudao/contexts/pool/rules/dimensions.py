"""
The indicators of GB/T 36344-2018: six dimensions, their codes, and what a rule counts towards unless it says otherwise.

The codes' short names are from the standard's list; which kind of rule belongs to which is the house's own reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shudao.contexts.pool.contracts.datasets import (
    RuleKind,
)
from shudao.kernel.texts import Text

DIMENSIONS = {
    "01": Text("规范性", "Conformity"),
    "02": Text("完整性", "Completeness"),
    "03": Text("准确性", "Accuracy"),
    "04": Text("一致性", "Consistency"),
    "05": Text("时效性", "Timeliness"),
    "06": Text("可访问性", "Accessibility"),
}
INDICATORS = {
    "0101": Text("数据标准", "Data standards"),
    "0102": Text("数据模型", "Data model"),
    "0103": Text("元数据", "Metadata"),
    "0104": Text("业务规则", "Business rules"),
    "0105": Text("权威参考数据", "Authoritative reference data"),
    "0106": Text("安全规范", "Security rules"),
    "0201": Text("数据元素完整性", "Completeness of elements"),
    "0202": Text("数据记录完整性", "Completeness of records"),
    "0301": Text("数据内容正确性", "Correctness of content"),
    "0302": Text("数据格式合规性", "Correctness of format"),
    "0303": Text("数据重复率", "Duplicates"),
    "0304": Text("数据唯一性", "Uniqueness"),
    "0305": Text("脏数据出现率", "Dirty data"),
    "0401": Text("相同数据一致性", "Consistency of the same data"),
    "0402": Text("关联数据一致性", "Consistency of related data"),
    "0501": Text("基于时间段的正确性", "Correctness for a period"),
    "0502": Text("基于时间点及时性", "Timeliness at a point in time"),
    "0503": Text("时序性", "Order in time"),
    "0601": Text("可访问", "Accessibility"),
    "0602": Text("可用性", "Usability"),
}
# Not in the standard: as one product in use has them.
WEIGHTS = {"01": 0.20, "02": 0.20, "03": 0.15, "04": 0.15, "05": 0.15, "06": 0.15}
_DEFAULTS = {
    RuleKind.REQUIRED: "0201",
    RuleKind.COMPLETE: "0202",
    RuleKind.PATTERN: "0302",
    RuleKind.LENGTH: "0302",
    RuleKind.CODE_LIST: "0105",
    RuleKind.CHECK_DIGIT: "0302",
    RuleKind.RANGE: "0301",
    RuleKind.TYPE: "0302",
    RuleKind.DIRTY: "0305",
    RuleKind.ORDER: "0503",
    RuleKind.FRESH: "0502",
    RuleKind.DERIVED: "0402",
    RuleKind.DENY: "0104",
    RuleKind.UNIQUE: "0304",
    RuleKind.DUPLICATE: "0303",
    RuleKind.DEPENDENCY: "0402",
    RuleKind.GROUP: "0104",
    RuleKind.PAIRS: "0104",
    RuleKind.FOREIGN: "0402",
    RuleKind.AGREEMENT: "0401",
    RuleKind.AGGREGATE: "0501",
    RuleKind.DRIFT: "0301",
}
_BY_MEASURE = {"rows": "0202", "nulls": "0201", "share": "0105"}


def default(kind: RuleKind, measure: str = "") -> str:
    """Return the indicator that a kind of rule counts towards, by what it measures for rules about a whole delivery."""
    if kind in (RuleKind.AGGREGATE, RuleKind.DRIFT):
        return _BY_MEASURE.get(measure, _DEFAULTS[kind])
    return _DEFAULTS[kind]


def rate(*, judged: int, broken: int) -> float:
    """
    Return X of one rule, 0 to 1 and higher the better.

    X = A/B with A the elements that satisfy. Of 0303 and 0305 the standard counts the bad ones as A: the score is 1 - X
    and so the same figure. Nothing judged is nothing wrong.

    Source:
        GB/T 36344-2018; proved by tests/contexts/pool/rules/test_dimensions.py
    """
    return 1.0 if judged == 0 else (judged - broken) / judged


def scores(rates: Iterable[tuple[str, float]], weights: Mapping[str, float]) -> dict[str, float]:
    """
    Return the score of every dimension that has a rate, and of the whole ("").

    Args:
        rates: (indicator, X) of every rule.
        weights: Dimension → weight; empty for the default.

    Returns:
        A dimension's score is the mean of its indicators', an indicator's the mean of its rules'. The whole is the
        weighted mean of the dimensions there are, their weights made to add up to one.
    """
    by_indicator: dict[str, list[float]] = {}
    for indicator, value in rates:
        by_indicator.setdefault(indicator, []).append(value)
    by_dimension: dict[str, list[float]] = {}
    for indicator, values in by_indicator.items():
        by_dimension.setdefault(indicator[:2], []).append(sum(values) / len(values))
    found = {dimension: sum(values) / len(values) for dimension, values in sorted(by_dimension.items())}
    chosen = {dimension: (weights or WEIGHTS).get(dimension, 0.0) for dimension in found}
    whole = sum(chosen.values())
    if whole:
        found[""] = sum(found[dimension] * weight for dimension, weight in chosen.items()) / whole
    return found
