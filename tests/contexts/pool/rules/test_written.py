"""A contract written out for editing reads back as it was."""

from __future__ import annotations

from random import Random

import pytest
import yaml

from shudao.contexts.pool.rules import contract, written
from tests.contexts.pool.rules import tables
from tests.contexts.pool.rules.test_contract import CODES, shipped


@pytest.mark.parametrize("code", CODES)
def test_a_contract_that_ships_reads_back(code: str) -> None:
    made = contract.read(shipped(code))
    assert contract.read(yaml.safe_load(yaml.safe_dump(written.contract(made), allow_unicode=True))) == made


@pytest.mark.parametrize("seed", range(20))
def test_random_rules_of_every_kind_read_back(seed: int) -> None:
    made = contract.read(tables.contract(Random(seed), list(tables.KINDS)))
    assert contract.read(yaml.safe_load(yaml.safe_dump(written.contract(made), allow_unicode=True))) == made


def test_what_judges_a_delivery_reads_back() -> None:
    entries = [
        {"kind": "drift", "measure": "share", "column": "sex", "sigma": 2, "batches": 5, "at_least": 0.5},
        {"kind": "aggregate", "measure": "mean", "column": "count", "range": ["1.5", ""], "dimension": "0301"},
    ]
    parsed = {**tables.contract(Random(0), []), "rules": entries, "evolve": "add", "weights": {"02": 1.0}}
    parsed["source"] = {"table": "hr.people", "cursor": "changed_at"}
    parsed["keep"] = {"snapshots": 5, "days": 400}
    made = contract.read(parsed)
    assert contract.read(written.contract(made)) == made
