"""Register systems, their keys and resources."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.refusals import RequestInvalid, SystemUnknown
from shudao.contexts.exchange.contracts.registry import ONE_WINDOW, Resource, ShareType, System
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import asking
from shudao.contexts.exchange.services import allowing, changing
from shudao.contexts.pool import api as pool
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Conflict
from shudao.kernel.texts import Text

_KEY_BYTES = 32
_OWN_KEY_LASTS = timedelta(days=3 * 365)


def register_system(*, client: str, name: Text, department: str, acting: Actor, now: datetime, key: str) -> System:
    allowing.require_for(acting, department, Role.INTEGRATOR, Role.DATA_OFFICER)
    identity.department(department)
    if not asking.is_client_of(client, department):
        raise RequestInvalid(fields={"client": "系统标识须为本部门的四段标识。"})

    def do() -> System:
        if models.System.objects.filter(client=client).exists():
            raise Conflict
        row = models.System.objects.create(
            client=client, name=name.zh, name_en=name.en, department=department, registered_at=now
        )
        changing.record(
            CatalogueChanged(client), acting=acting, target=client, now=now, after={"department": department}
        )
        return catalogue.system(row)

    return outbox.once(
        scope=f"exchange.register_system:{acting.account}",
        key=key,
        request=(client, name, department),
        result_type=System,
        do=do,
    )


def add_key(
    *,
    client: str,
    key_id: str,
    public_key: bytes,
    valid_from: datetime,
    valid_to: datetime,
    acting: Actor,
    now: datetime,
    key: str,
) -> System:
    row = catalogue.system_row(client)
    allowing.require_for(acting, row.department, Role.INTEGRATOR, Role.DATA_OFFICER)
    problems = dict(_key_problems(key_id, public_key, valid_from, valid_to))
    if problems:
        raise RequestInvalid(fields=problems)
    public = base64.b64encode(public_key).decode()

    def do() -> System:
        if models.SystemKey.objects.filter(key_id=key_id).exists():
            raise RequestInvalid(fields={"key_id": "密钥编号已被使用。"})
        models.SystemKey.objects.create(
            system=row, key_id=key_id, public=public, valid_from=valid_from, valid_to=valid_to
        )
        changing.record(CatalogueChanged(client), acting=acting, target=client, now=now, after={"key": key_id})
        return catalogue.system(row)

    return outbox.once(
        scope=f"exchange.add_key:{acting.account}",
        key=key,
        request=(client, key_id, public, valid_from, valid_to),
        result_type=System,
        do=do,
    )


def _key_problems(
    key_id: str, public_key: bytes, valid_from: datetime, valid_to: datetime
) -> Iterator[tuple[str, str]]:
    if not key_id or not key_id.isascii() or len(key_id) > 120:
        yield "key_id", "密钥编号须为 1 至 120 个 ASCII 字符。"
    if len(public_key) != _KEY_BYTES:
        yield "public_key", "公钥须为 32 字节的 Ed25519 公钥。"
    if valid_to <= valid_from:
        yield "valid_to", "截止时间须晚于开始时间。"


def register_platform(*, acting: Actor, now: datetime) -> System:
    department = keys.bureau()
    client = asking.client_id(department, ONE_WINDOW)
    name = Text("一窗受理平台", "One-window platform")
    mine = keys.client_key()
    with outbox.unit_of_work():
        try:
            catalogue.system_row(client)
        except SystemUnknown:
            register_system(client=client, name=name, department=department, acting=acting, now=now, key=client)
        if not models.SystemKey.objects.filter(key_id=mine.id).exists():
            add_key(
                client=client,
                key_id=mine.id,
                public_key=mine.public,
                valid_from=mine.created,
                valid_to=mine.ends or mine.created + _OWN_KEY_LASTS,
                acting=acting,
                now=now,
                key=mine.id,
            )
    return catalogue.system(catalogue.system_row(client))


def register_resource(*, resource: Resource, acting: Actor, now: datetime, key: str) -> Resource:
    allowing.require_for(acting, resource.provider, Role.DATA_OFFICER)
    identity.department(resource.provider)
    problems = dict(_resource_problems(resource))
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


def _resource_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    contract = pool.contract(resource.dataset)
    shown = {column.name for column in contract.columns if column.name != contract.subject or column.kept}
    names = [item.name for item in resource.items]
    if not names or len(set(names)) != len(names) or not set(names) <= shown:
        yield "items", "信息项须是数据集中可共享的列，且不能重复。"
    elif resource.sensitivity < max(item.sensitivity for item in resource.items):
        yield "sensitivity", "资源的敏感级别不能低于其信息项。"
    if not 1 <= resource.sensitivity <= 4:
        yield "sensitivity", "敏感级别只能是 1 到 4。"
    if resource.row_field and resource.row_field not in shown:
        yield "row_field", "限定范围的列须是数据集中的列。"
    if resource.share_type is ShareType.CONDITIONAL and not resource.condition.zh:
        yield "condition", "有条件共享须写明共享条件。"
    if resource.share_type is ShareType.REFUSED and not resource.basis.zh:
        yield "basis", "不予共享须写明依据。"


def _fill(row: models.Resource, resource: Resource) -> None:
    row.catalogue_code, row.provider, row.format = resource.catalogue_code, resource.provider, resource.format
    row.name, row.name_en = resource.name.zh, resource.name.en
    row.abstract, row.abstract_en = resource.abstract.zh, resource.abstract.en
    row.classes = msgspec.to_builtins(resource.classes)
    row.items = msgspec.to_builtins(resource.items)
    row.share_type, row.cycle = resource.share_type.value, resource.cycle
    row.condition, row.basis = msgspec.to_builtins(resource.condition), msgspec.to_builtins(resource.basis)
    row.matters, row.dataset, row.subject = list(resource.matters), resource.dataset, resource.subject
    row.sensitivity, row.row_field = resource.sensitivity, resource.row_field
    row.published_on = resource.published_on
