"""
Corrections that departments owe: opened when a rule of theirs fails, closed when a later delivery passes it.

Nobody closes one by hand. Ten working days, as Order 809's check-and-correct mechanism is usually given (from memory).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    RuleKind,
)
from shudao.contexts.pool.contracts.quality import (
    CORRECTION,
)
from shudao.contexts.pool.models import Batch, RuleDuty, RuleResult
from shudao.contexts.pool.rules import delivery
from shudao.contexts.pool.services import sampling
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

WORKING_DAYS = 10


def follow(batch: Batch, contract: DatasetContract, results: Sequence[RuleResult], *, now: datetime) -> None:
    """Open what a batch shows to be owed and close what it shows to be done; inside the batch's unit of work."""
    owed = {one.rule: one for one in RuleDuty.objects.filter(dataset=batch.dataset, closed_by=None)}
    due_on = _due(local_date(now))
    for result in results:
        if result.rule in owed:
            if result.passed and result.judged:
                _close(owed[result.rule], batch, result, now)
        elif not result.passed and _is_owed(result):
            _open(batch, contract, result, due_on, now)


def _is_owed(result: RuleResult) -> bool:
    """The department owes what is wrong with its data, not what is wrong with the platform's contract or index."""
    return result.kind != RuleKind.STATE or result.rule in (delivery.SHAPE, delivery.IDENTIFIER)


def _due(today: date) -> date:
    calendar, day = clocks.calendar(), today
    for _ in range(WORKING_DAYS):
        day = calendar.next_working(day)
    return day


def _figures(batch: Batch, result: RuleResult) -> dict[str, object]:
    return {
        "rule": result.rule,
        "indicator": result.dimension,
        "batch": batch.number,
        "judged": result.judged,
        "broken": result.broken,
        "score": round(result.score, 6),
    }


def _open(batch: Batch, contract: DatasetContract, result: RuleResult, due_on: date, now: datetime) -> None:
    dataset = batch.dataset
    sample = sampling.of(batch, contract, rule=result.rule) if result.kind != RuleKind.STATE else []
    number = duties.open(
        kind=CORRECTION,
        owner=dataset.owner,
        division=dataset.division,
        subject=dataset.code,
        title=_title(contract, result),
        due_on=due_on,
        evidence={**_figures(batch, result), "sample": sample},
        acting=SYSTEM,
        now=now,
        key=f"{dataset.code}:{batch.number}:{result.rule}"[:200],
    )
    RuleDuty.objects.create(dataset=dataset, rule=result.rule, duty=number, opened_by=batch)


def _title(contract: DatasetContract, result: RuleResult) -> Text:
    """What is to be corrected, told by the columns that the rule looks at."""
    looked_at = next((rule.columns for rule in contract.rules if rule.code == result.rule), ())
    titles = [column.title for column in contract.columns if column.name in looked_at]
    zh = f"“{'、'.join(title.zh for title in titles)}”" if titles else ""
    en = f" in “{', '.join(title.en or title.zh for title in titles)}”" if titles else ""
    return Text(
        f"更正数据集“{contract.title.zh}”：{zh}{result.broken} 条不合格（规则 {result.rule}）"[:200],
        f"Correct “{contract.title.en or contract.title.zh}”: {result.broken} wrong{en} (rule {result.rule})"[:200],
    )


def _close(owed: RuleDuty, batch: Batch, result: RuleResult, now: datetime) -> None:
    duties.close(owed.duty, evidence=_figures(batch, result), acting=SYSTEM, now=now)
    owed.closed_by = batch
    owed.save(update_fields=["closed_by"])
