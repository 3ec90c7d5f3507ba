"""Look at a delivery and propose a contract; accept one, edited or not, as the dataset's next version."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec
import yaml

from shudao.contexts.pool.adapters.profiling import Looked
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.contracts.quality import Proposal as Proposed
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.contexts.pool.models import Dataset, DatasetVersion, Proposal
from shudao.contexts.pool.rules import contract as reading
from shudao.contexts.pool.rules import profiling, written
from shudao.contexts.pool.rules.sentences import Sentence
from shudao.contexts.pool.services import creating
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

_CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
_MOST_TEXT = 200_000


def profile(*, dataset: str, source: Path, acting: Actor, now: datetime) -> Proposed:
    if not _CODE.fullmatch(dataset):
        raise ContractBroken(fields={"code": "数据集代码只能用小写字母、数字和连字符。"})
    with Looked(source, local_date(now)) as looked:
        bad = [name for name in looked.names if not reading.is_column_name(name)]
        if bad:
            raise ContractBroken(
                fields={"columns": Sentence("列名 {name} 不能使用：只能用小写字母、数字和下划线。", name=bad[0])}
            )
        proposed, evidence = profiling.propose(dataset, looked.facts())
    known = Dataset.objects.filter(code=dataset).first()
    if known is not None:
        proposed["version"] = known.version + 1
    text = yaml.safe_dump(proposed, allow_unicode=True, sort_keys=False, width=120)
    with outbox.unit_of_work():
        row = Proposal.objects.create(
            number=new_id(),
            dataset=dataset,
            contract=text,
            evidence=[msgspec.to_builtins(one) for one in evidence],
            made_at=now,
        )
        after = {"dataset": dataset, "rules": len(evidence)}
        audit.record(acting=acting, action="pool.profile", target=row.number, now=now, after=after)
    return _proposal(row)


def accept(number: str, *, contract: str, acting: Actor, now: datetime, key: str) -> DatasetContract:
    row = _row(number)
    made = write(contract, acting=acting, now=now, key=key)
    if made.code != row.dataset:
        raise ContractBroken(fields={"code": "数据集代码与建议的不一致。"})
    Proposal.objects.filter(pk=row.pk).update(accepted_version=made.version)
    return made


def write(contract: str, *, acting: Actor, now: datetime, key: str) -> DatasetContract:
    """Register the contract that the text (YAML) describes."""
    try:
        parsed = yaml.safe_load(contract) if len(contract) <= _MOST_TEXT else None
    except yaml.YAMLError:
        parsed = None
    if not isinstance(parsed, dict):
        raise ContractBroken(fields={"contract": "约定不是有效的 YAML。"})
    return creating.create(contract=parsed, acting=acting, now=now, key=key)


def proposal(number: str) -> Proposed:
    return _proposal(_row(number))


def proposals(dataset: str) -> list[Proposed]:
    return [_proposal(row) for row in Proposal.objects.filter(dataset=dataset).order_by("-number")[:50]]


def _row(number: str) -> Proposal:
    row = Proposal.objects.filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def _proposal(row: Proposal) -> Proposed:
    return Proposed(row.number, row.dataset, row.contract, tuple(row.evidence), row.made_at, row.accepted_version)


def versions(dataset: str) -> list[tuple[int, datetime, str]]:
    """Return (number, when, YAML) of every version of a contract, newest first."""
    found = DatasetVersion.objects.filter(dataset__code=dataset).order_by("-number")
    return [(row.number, row.created_at, text_of(row)) for row in found]


def text_of(row: DatasetVersion) -> str:
    """Return a version as the text that one edits."""
    kept = msgspec.convert(row.contract, DatasetContract)
    return yaml.safe_dump(written.contract(kept), allow_unicode=True, sort_keys=False, width=120)
