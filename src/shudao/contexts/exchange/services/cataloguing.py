"""Enter resources in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.registry import Resource, ShareType
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import classes, upstreams
from shudao.contexts.exchange.services import allowing, changing
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def register_resource(*, resource: Resource, acting: Actor, now: datetime, key: str) -> Resource:
    allowing.require_for(acting, resource.provider, Role.DATA_OFFICER)
    identity.department(resource.provider)
    problems = dict(_problems(resource))
    if problems:
        raise RequestInvalid(fields=problems)

    def do() -> Resource:
        row = models.Resource.objects.select_for_update().filter(code=resource.code).first()
        if row is not None and row.provider != resource.provider:
            raise RequestInvalid(fields={"provider": "该资源代码属于另一部门。"})
        before = {"items": [item["name"] for item in row.items]} if row else None
        row = row or models.Resource(code=resource.code)
        _fill(row, resource)
        row.save()
        changing.record(
            CatalogueChanged(resource.code),
            acting=acting,
            target=resource.code,
            now=now,
            before=before,
            after={"items": [item.name for item in resource.items], "share_type": resource.share_type.value},
        )
        return catalogue.resource_of(row)

    return outbox.once(
        scope=f"exchange.register_resource:{acting.account}",
        key=key,
        request=resource,
        result_type=Resource,
        do=do,
    )


def _problems(resource: Resource) -> Iterator[tuple[str, str]]:
    yield from _source_problems(resource)
    yield from classes.problems(resource.catalogue_code, resource.classes)
    if not 1 <= resource.sensitivity <= 4:
        yield "sensitivity", "敏感级别只能是 1 到 4。"
    elif any(item.sensitivity > resource.sensitivity for item in resource.items):
        yield "sensitivity", "资源的敏感级别不能低于其信息项。"
    if resource.share_type is ShareType.CONDITIONAL and not resource.condition.zh:
        yield "condition", "有条件共享须写明共享条件。"
    if resource.share_type is ShareType.REFUSED and not resource.basis.zh:
        yield "basis", "不予共享须写明依据。"


def _source_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    """What is wrong with where the answers come from, and with the items that it can give."""
    names = [item.name for item in resource.items]
    distinct = bool(names) and len(set(names)) == len(names)
    if bool(resource.dataset) == (resource.upstream is not None):
        yield "dataset", "须关联数据集或部门服务接口，且只能选一种。"
    elif resource.upstream is not None:
        yield from upstreams.problems(resource.upstream)
        shown = set(names)
    else:
        contract = pool.contract(resource.dataset)
        shown = {column.name for column in contract.columns if column.name != contract.subject or column.kept}
        if not set(names) <= shown:
            yield "items", "信息项须是数据集中可共享的列，且不能重复。"
    if not distinct:
        yield "items", "请填写信息项，且不能重复。"
    if resource.row_field and resource.row_field not in shown:
        yield "row_field", "限定范围的列须是数据集中的列。"


def _fill(row: models.Resource, resource: Resource) -> None:
    row.catalogue_code, row.provider, row.format = resource.catalogue_code, resource.provider, resource.format
    row.name, row.name_en = resource.name.zh, resource.name.en
    row.abstract, row.abstract_en = resource.abstract.zh, resource.abstract.en
    row.classes = msgspec.to_builtins(resource.classes)
    row.items = msgspec.to_builtins(resource.items)
    row.share_type, row.cycle = resource.share_type.value, resource.cycle.value
    row.condition, row.basis = msgspec.to_builtins(resource.condition), msgspec.to_builtins(resource.basis)
    row.matters, row.dataset, row.subject = list(resource.matters), resource.dataset, resource.subject
    row.sensitivity, row.row_field = resource.sensitivity, resource.row_field
    row.published_on = resource.published_on
    row.upstream = msgspec.to_builtins(resource.upstream)
    row.share_mode, row.opened = resource.share_mode.value, resource.opened
    row.open_condition, row.related = msgspec.to_builtins(resource.open_condition), list(resource.related)
