"""Catalogue entries in the words of those who read them: what each part is called, and how its value is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, gettext_noop

from shudao.contexts.exchange.contracts.registry import (
    Change,
    Cycle,
    Item,
    ResourceState,
    ShareMode,
    ShareType,
    Upstream,
)
from shudao.faces.design.templatetags.design import day, said
from shudao.kernel.texts import Text

SHARES = {
    ShareType.UNCONDITIONAL: gettext_noop("无条件共享"),
    ShareType.CONDITIONAL: gettext_noop("有条件共享"),
    ShareType.REFUSED: gettext_noop("不予共享"),
}
CYCLES = {
    Cycle.REAL_TIME: gettext_noop("实时"),
    Cycle.DAY: gettext_noop("每日"),
    Cycle.WEEK: gettext_noop("每周"),
    Cycle.MONTH: gettext_noop("每月"),
    Cycle.QUARTER: gettext_noop("每季度"),
    Cycle.YEAR: gettext_noop("每年"),
    Cycle.ON_DEMAND: gettext_noop("按需"),
}
STATES = {
    ResourceState.PUBLISHED: gettext_noop("已发布"),
    ResourceState.SUSPENDED: gettext_noop("已暂停"),
    ResourceState.RETIRED: gettext_noop("已注销"),
}
MODES = {
    ShareMode.INTERFACE: gettext_noop("接口"),
    ShareMode.TABLE: gettext_noop("库表"),
    ShareMode.FILE: gettext_noop("文件"),
}
SUBJECTS = {"person": gettext_noop("自然人"), "company": gettext_noop("法人")}
KINDS = {
    "text": gettext_noop("文本"),
    "date": gettext_noop("日期"),
    "integer": gettext_noop("整数"),
    "decimal": gettext_noop("小数"),
    "moment": gettext_noop("时间"),
    "code": gettext_noop("代码"),
}
LABELS = {
    "code": gettext_noop("资源代码"),
    "catalogue_code": gettext_noop("目录代码"),
    "name": gettext_noop("资源名称"),
    "abstract": gettext_noop("摘要"),
    "provider": gettext_noop("数源部门"),
    "classes": gettext_noop("分类（类、项、目、细目）"),
    "format": gettext_noop("资源格式"),
    "items": gettext_noop("信息项"),
    "share_type": gettext_noop("共享类型"),
    "share_mode": gettext_noop("共享方式"),
    "condition": gettext_noop("共享条件"),
    "basis": gettext_noop("不予共享的依据"),
    "cycle": gettext_noop("更新周期"),
    "matters": gettext_noop("关联事项"),
    "dataset": gettext_noop("关联数据集"),
    "upstream": gettext_noop("部门服务接口"),
    "sensitivity": gettext_noop("敏感级别"),
    "subject": gettext_noop("查询对象"),
    "published_on": gettext_noop("发布日期"),
    "row_field": gettext_noop("限定范围的列"),
    "opened": gettext_noop("向社会开放"),
    "open_condition": gettext_noop("开放条件"),
    "related": gettext_noop("关联资源代码"),
    "state": gettext_noop("状态"),
    "state_why": gettext_noop("暂停或注销的理由"),
}
_NAMES: dict[type, dict[Any, str]] = {
    ShareType: SHARES,
    Cycle: CYCLES,
    ResourceState: STATES,
    ShareMode: MODES,
}


def label(field: str) -> str:
    """What a part is called; of an item, its name with it."""
    part, _, name = field.partition(".")
    called = gettext(LABELS.get(part, part))
    return f"{called} {name}" if name else called


def changed(change: Change) -> tuple[str, str, str]:
    """What the part is called, and its value before and after, in words."""
    part = change.field.partition(".")[0]
    return label(change.field), told(part, change.before), told(part, change.after)


def told(field: str, value: Any) -> str:
    """A value in words; "—" for nothing."""
    if value is None or value in ("", (), Text("")):
        return "—"
    if field in ("subject", "format"):
        return gettext({**SUBJECTS, **MODES}.get(value, value))
    return next(say(value) for kind, say in _SAID if isinstance(value, kind))


def _several(values: tuple[Any, ...]) -> str:
    if all(isinstance(one, Text) for one in values):
        return " › ".join(said(one) for one in values)
    return gettext("、").join(_item(one) if isinstance(one, Item) else str(one) for one in values)


def _item(one: Item) -> str:
    parts = [said(one.title), gettext(KINDS.get(one.kind, one.kind)), f"{gettext('敏感级别')} {one.sensitivity}"]
    if one.length:
        parts.append(f"{gettext('长度')} {one.length}")
    if one.personal:
        parts.append(gettext("个人信息"))
    return " · ".join(parts)


def _upstream(one: Upstream) -> str:
    asked = gettext("、").join(f"{point.method} {point.path}" for point in one.endpoints)
    return f"{one.url} · {asked} · {one.timeout_ms} ms · {one.max_body} B · × {one.parallel}"


# The first that fits says it: an enum is a string too, a truth value a number.
_SAID: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Text, said),
    (StrEnum, lambda value: gettext(_NAMES[type(value)][value])),
    (bool, lambda value: gettext("是") if value else gettext("否")),
    (date, day),
    (Upstream, _upstream),
    (Item, _item),
    (tuple, _several),
    (object, str),
)
