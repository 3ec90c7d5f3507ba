"""Masked samples of what was set aside: enough to find the rows at their source, too little to name anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from django.conf import settings

from shudao.contexts.pool.adapters import keys, quarantine
from shudao.contexts.pool.contracts.datasets import (
    Column,
    DatasetContract,
    Identifier,
)
from shudao.contexts.pool.models import Batch
from shudao.contexts.pool.services import holding
from shudao.foundation.identity import api as identity

_READ = 50_000
_SHOWN = 40
_OPEN_LEVEL = 2
_LONG_NUMBER = re.compile(r"[0-9]{6,}")


def of(batch: Batch, contract: DatasetContract, *, rule: str = "", limit: int = 5) -> list[dict[str, object]]:
    """
    Return up to `limit` rows of the quarantine, of one rule or any: line, reasons, and the columns, masked.

    Only the first fifty thousand rows are looked through.
    """
    return list(islice(_rows(batch, contract, rule), limit))


def _rows(batch: Batch, contract: DatasetContract, rule: str) -> Iterator[dict[str, object]]:
    looked = {name for one in contract.rules if one.code == rule for name in (*one.columns, *one.group)}
    opening = keys.opening_keys(keys.FILES)
    with holding.files_of(batch, "quarantine") as paths:
        kept = chain.from_iterable(quarantine.read(Path(settings.POOL_ROOT) / path, opening) for path in paths)
        for line, reasons, values in islice(kept, _READ):
            if not rule or rule in reasons:
                yield {"line": line, "reasons": list(reasons), "values": _masked(contract.columns, values, looked)}


def _masked(columns: Sequence[Column], values: Sequence[object], looked: set[str]) -> dict[str, str]:
    if len(values) != len(columns):
        return {}
    return {
        column.name: masked(column, None if value is None else str(value))
        for column, value in zip(columns, values, strict=True)
        if not looked or column.name in looked
    }


def masked(column: Column, value: str | None) -> str:
    """Return a value as it may be shown; what is longer than a code never shows more than its ends."""
    if value is None:
        return ""
    if column.identifier is not Identifier.NONE:
        return identity.masked_id(value)
    if column.identifying or column.sensitivity > _OPEN_LEVEL:
        return identity.masked_name(value)[:_SHOWN]
    return _LONG_NUMBER.sub(lambda found: found[0][:2] + "*" * (len(found[0]) - 4) + found[0][-2:], value)[:_SHOWN]
