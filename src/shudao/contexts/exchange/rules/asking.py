"""What a request for data must satisfy before anybody looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from shudao.contexts.exchange.contracts.registry import INSTANCE, MEMBER_CLASS, Resource, ShareType
from shudao.contexts.exchange.contracts.rights import Wanted

LONGEST_YEARS = 3
_SUBSYSTEM = re.compile(r"[A-Za-z0-9'()+,.=?-]{1,40}")
# Working days in which the source department must answer.
REPLY_DAYS = {ShareType.UNCONDITIONAL: 1, ShareType.CONDITIONAL: 10}


def client_id(department: str, subsystem: str) -> str:
    """Return the X-Road client id of a department's system."""
    return f"{INSTANCE}/{MEMBER_CLASS}/{department}/{subsystem}"


def service_id(provider: str, resource: str) -> str:
    """Return the X-Road service id under which the gateway answers for a resource of the pool."""
    return f"{INSTANCE}/{MEMBER_CLASS}/{provider}/pool/{resource}"


def is_client_of(client: str, department: str) -> bool:
    """
    Return whether `client` is a well-formed client id of `department`.

    Source:
        X-Road REST protocol §4.1, 4.8 (identifiers); proved by tests/contexts/exchange/rules/test_requests.py
    """
    instance, _, rest = client.partition("/")
    member_class, _, rest = rest.partition("/")
    code, _, subsystem = rest.partition("/")
    return (instance, member_class, code) == (INSTANCE, MEMBER_CLASS, department) and bool(
        _SUBSYSTEM.fullmatch(subsystem)
    )


def request_problems(wanted: Wanted, *, resource: Resource, department: str, today: date) -> Iterator[tuple[str, str]]:
    """
    Yield (field, what is wrong with it, in Chinese) for every part of a request that cannot stand.

    Args:
        wanted: What is asked for.
        resource: What it is asked of.
        department: Credit code of the asking department.
        today: Local day.

    Source:
        State Council Order 809 (2025): need, scope, period; proved by tests/contexts/exchange/test_grants.py
    """
    if not wanted.fields or not set(wanted.fields) <= {item.name for item in resource.items}:
        yield "fields", "请从该资源的信息项中选择需要的字段。"
    if resource.matters and not set(wanted.matters) <= set(resource.matters):
        yield "matters", "该资源不支撑所选事项。"
    if wanted.row_scope and not resource.row_field:
        yield "row_scope", "该资源不能按区划限定范围。"
    if wanted.quota < 0:
        yield "quota", "每日调用量不能为负数。"
    if wanted.rate < 0:
        yield "rate", "每秒调用量不能为负数。"
    if department == resource.provider:
        yield "system", "本部门的数据不需要申请。"
    yield from _reasons(wanted)
    yield from _period(wanted.valid_from, wanted.valid_to, today)


def _reasons(wanted: Wanted) -> Iterator[tuple[str, str]]:
    if not wanted.legal_basis.zh.strip():
        yield "legal_basis", "请写明申请的依据。"
    if not wanted.scenario.zh.strip():
        yield "scenario", "请写明使用场景。"


def _period(valid_from: date, valid_to: date, today: date) -> Iterator[tuple[str, str]]:
    if valid_to < valid_from:
        yield "valid_to", "截止日期不能早于开始日期。"
    elif valid_to < today:
        yield "valid_to", "截止日期不能早于今天。"
    elif (valid_to - valid_from).days > LONGEST_YEARS * 366:
        yield "valid_to", "授权期限最长三年，到期可以重新申请。"


def in_order(fields: tuple[str, ...], resource: Resource) -> tuple[str, ...]:
    """Return `fields` once each, in the resource's order."""
    return tuple(item.name for item in resource.items if item.name in fields)
