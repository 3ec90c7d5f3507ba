"""Scores by GB/T 36344: X of a rule, a dimension, the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.pool.contracts.datasets import (
    RuleKind,
)
from shudao.contexts.pool.rules import dimensions


@pytest.mark.parametrize(("judged", "broken", "expected"), [(0, 0, 1.0), (10, 0, 1.0), (10, 3, 0.7), (4, 4, 0.0)])
def test_x_is_the_share_of_what_satisfies(judged: int, broken: int, expected: float) -> None:
    assert dimensions.rate(judged=judged, broken=broken) == pytest.approx(expected)


def test_a_dimension_is_the_mean_of_its_indicators_and_the_whole_is_weighted() -> None:
    found = dimensions.scores([("0201", 0.8), ("0201", 0.6), ("0202", 1.0), ("0302", 0.5)], {})
    assert found == pytest.approx({"02": 0.85, "03": 0.5, "": (0.85 * 0.20 + 0.5 * 0.15) / 0.35})


def test_weights_of_the_contract_count_instead() -> None:
    found = dimensions.scores([("0201", 1.0), ("0302", 0.0)], {"02": 3, "03": 1})
    assert found[""] == pytest.approx(0.75)


def test_the_default_weights_add_up_and_name_every_dimension() -> None:
    assert sum(dimensions.WEIGHTS.values()) == pytest.approx(1)
    assert set(dimensions.WEIGHTS) == set(dimensions.DIMENSIONS)
    assert {code[:2] for code in dimensions.INDICATORS} == set(dimensions.DIMENSIONS)


@given(st.lists(st.tuples(st.sampled_from(sorted(dimensions.INDICATORS)), st.floats(0, 1)), max_size=40))
def test_a_score_lies_between_the_worst_rule_and_the_best(rates: list[tuple[str, float]]) -> None:
    found = dimensions.scores(rates, {})
    for dimension, value in found.items():
        own = [rate for code, rate in rates if code.startswith(dimension)]
        assert min(own) - 1e-9 <= value <= max(own) + 1e-9


def test_every_kind_that_a_contract_may_declare_has_an_indicator() -> None:
    for kind in RuleKind:
        if kind is not RuleKind.STATE:
            assert dimensions.default(kind) in dimensions.INDICATORS
