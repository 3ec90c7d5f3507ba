"""Register a dataset or a newer version of its contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.contexts.pool.models import Dataset, DatasetVersion
from shudao.contexts.pool.rules import contract as reading
from shudao.contexts.pool.services import allowing, crossing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox


def create(*, contract: Path | Mapping[str, object] | str, acting: Actor, now: datetime, key: str) -> DatasetContract:
    parsed = reading.read(_parsed(contract))
    owner = identity.responsible(parsed.owner_kind, parsed.owner_division)
    if owner is None:
        raise ContractBroken(fields={"owner": "没有这样的数源部门。"})
    for department in {owner.code, *Dataset.objects.filter(code=parsed.code).values_list("owner", flat=True)}:
        allowing.require_owner(acting, department)
    crossing.refuse_unknown(parsed)
    return outbox.once(
        scope="pool.create",
        key=key,
        request=parsed,
        result_type=DatasetContract,
        do=lambda: keep(parsed, owner.code, acting, now),
    )


def _parsed(contract: Path | Mapping[str, object] | str) -> Mapping[str, Any]:
    if isinstance(contract, Mapping):
        return contract
    try:
        if isinstance(contract, Path):
            text = contract.read_text("utf-8")
        else:
            text = resources.files("shudao.contexts.pool").joinpath("data", f"{contract}.yaml").read_text("utf-8")
        parsed = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractBroken(fields={"contract": "约定文件不存在或不是有效的 YAML。"}) from error
    if not isinstance(parsed, Mapping):
        raise ContractBroken(fields={"contract": "约定文件不存在或不是有效的 YAML。"})
    return parsed


def keep(contract: DatasetContract, owner: str, acting: Actor, now: datetime) -> DatasetContract:
    """Write the next version of a contract; inside the caller's unit of work."""
    row = Dataset.objects.select_for_update().filter(code=contract.code).first()
    before = row.version if row else 0
    if contract.version != before + 1:
        raise ContractBroken(fields={"version": "版本号必须比现有版本大一。"})
    row = row or Dataset(code=contract.code, created_at=now)
    row.name, row.name_en, row.owner, row.division = (
        contract.title.zh,
        contract.title.en,
        owner,
        contract.owner_division,
    )
    row.version, row.cycle, row.sensitivity = contract.version, contract.cycle, contract.sensitivity
    row.save()
    DatasetVersion.objects.create(
        dataset=row, number=contract.version, contract=msgspec.to_builtins(contract), created_at=now
    )
    audit.record(
        acting=acting,
        action="pool.create",
        target=contract.code,
        now=now,
        before={"version": before} if before else None,
        after={"version": contract.version, "owner": owner},
    )
    return contract
