"""Find the other datasets that a contract's rules look into, and check that they hold what is looked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from shudao.contexts.pool.adapters.others import Other
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
    DatasetUnknown,
)
from shudao.contexts.pool.queries import manifest
from shudao.contexts.pool.rules import set_rules
from shudao.contexts.pool.rules.sentences import Sentence
from shudao.contexts.pool.services import holding


@contextlib.contextmanager
def others(contract: DatasetContract) -> Iterator[dict[str, Other]]:
    """
    Give what stands of every other dataset; its files are kept in the block.

    One that has no snapshot yet is absent, its rules are not judged.
    """
    with contextlib.ExitStack() as stack:
        found = {}
        for code in _codes(contract):
            row = manifest.dataset(code)
            there = stack.enter_context(holding.standing(row))
            if there is not None and there[1].paths:
                found[code] = Other(manifest.contract(row, there[0].version), there[1])
        yield found


def refuse_unknown(contract: DatasetContract) -> None:
    """Raise ContractBroken where a rule looks into a dataset, or a column of it, that is not there or is sealed."""
    for rule in contract.rules:
        if rule.kind not in set_rules.ACROSS:
            continue
        try:
            other = contract if rule.other == contract.code else manifest.contract(manifest.dataset(rule.other))
        except DatasetUnknown:
            raise ContractBroken(fields={rule.code: Sentence("没有名为 {name} 的数据集。", name=rule.other)}) from None
        open_names = {column.name for column in other.columns if not column.identifying}
        hidden = [name for name in rule.other_columns if name not in open_names]
        if hidden:
            raise ContractBroken(
                fields={
                    rule.code: Sentence("数据集 {dataset} 没有可比对的列 {name}。", dataset=rule.other, name=hidden[0])
                }
            )


def _codes(contract: DatasetContract) -> list[str]:
    return list(dict.fromkeys(rule.other for rule in contract.rules if rule.kind in set_rules.ACROSS))
