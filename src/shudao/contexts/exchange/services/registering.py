"""Register systems and their keys."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.refusals import RequestInvalid, SystemRetired, SystemUnknown
from shudao.contexts.exchange.contracts.registry import ONE_WINDOW, System, SystemState
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import asking
from shudao.contexts.exchange.services import allowing, changing, warning
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
    if row.state == SystemState.RETIRED.value:
        raise SystemRetired(client=client)
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
        warning.settle(row, now=now)
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
