"""Every rule can be carried to Spark, and no name or value leaves its quotes on the way."""

from __future__ import annotations

from random import Random

import pytest
import sqlglot
from sqlglot import exp

from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.contexts.pool.rules import contract, judging
from tests.contexts.pool.rules import tables
from tests.contexts.pool.rules.test_judging import judge, small

HOSTILE = [
    "'; DROP TABLE source; --",
    "' OR '1'='1",
    "\\' OR 1=1 --",
    "a\\",
    '"',
    "$1",
    "{{x}}",
    "/* x */",
    "\u0000x",
]


@pytest.mark.parametrize("kind", tables.KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_rule_carried_to_spark_parses_there_and_never_casts_in_earnest(kind: str, seed: int) -> None:
    made = contract.read(tables.contract(Random(f"{kind} {seed}"), [kind]))
    sql = judging.staged(made, today=tables.TODAY, dialect="spark")
    parsed = sqlglot.parse_one(sql, read="spark")
    source = parsed.find(exp.With)
    assert source is not None
    # In ANSI mode a failed cast ends the query: whatever comes from a delivery is tried.
    for cast in parsed.find_all(exp.Cast):
        if isinstance(cast, exp.TryCast):
            continue
        to = cast.args["to"].sql("spark")
        assert to in ("STRING", "ARRAY<STRING>") or not _reads_text(cast), cast.sql("spark")
    assert "MATERIALIZED" not in sql


def _reads_text(cast: exp.Cast) -> bool:
    """Whether text of the delivery is cast; literals of the contract and numbers already typed are not."""
    columns = [column.name for column in cast.this.find_all(exp.Column)]
    return any(":" not in name and name not in ("count", "v0") for name in columns)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_contract_stays_a_value(value: str) -> None:
    if "\u0000" in value:
        value = value.replace("\u0000", "")
    made = small([{"name": "value", "title": {"zh": "值"}, "values": [value]}])
    assert judge(made, [("a", value), ("b", "else")]) == [[], ["value.code_list"]]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_statement_stays_a_value(value: str) -> None:
    value = value.replace("\u0000", "")
    made = contract.read(
        {
            **tables.contract(Random(0), []),
            "columns": [tables.COLUMNS[0], {"name": "value", "title": {"zh": "值"}}],
            "rules": [{"kind": "deny", "code": "no", "deny": {"column": "value", "is": value}}],
        }
    )
    assert judge(made, [("a", value), ("b", "else"), ("c", value + "x")]) == [["no"], [], []]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_delivery_is_only_judged(value: str) -> None:
    made = small([{"name": "value", "title": {"zh": "值"}, "pattern": "[0-9]+", "kind": "date"}])
    assert judge(made, [("a", value)]) == [["value.type", "value.pattern"]]


@pytest.mark.parametrize("name", ['a"b', "a b", "a;b", "A", "1a", "a:typed", "_line", "a'b", "列"])
def test_a_name_that_could_mean_something_to_an_engine_is_refused(name: str) -> None:
    with pytest.raises(ContractBroken):
        small([{"name": name, "title": {"zh": "值"}}])


@pytest.mark.parametrize("code", ["a'b", "A", "a b", 'a"b', "a;b"])
def test_a_rule_code_that_could_break_out_is_refused(code: str) -> None:
    with pytest.raises(ContractBroken):
        contract.read(
            {**tables.contract(Random(0), []), "rules": [{"kind": "required", "column": "word", "code": code}]}
        )
