"""Sentences about figures that every face says the same way."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

_ONE = {
    "1": gettext_noop("1 个工作日"),
    "2": gettext_noop("1 天"),
    "3": gettext_noop("1 周"),
    "4": gettext_noop("1 个月"),
    "5": gettext_noop("1 年"),
}
_MANY = {
    "1": gettext_noop("{amount} 个工作日"),
    "2": gettext_noop("{amount} 天"),
    "3": gettext_noop("{amount} 周"),
    "4": gettext_noop("{amount} 个月"),
    "5": gettext_noop("{amount} 年"),
}


def limit(amount: int, unit: str) -> str:
    """A time limit in words; `unit` is the national time unit's code, and nothing to wait is said so."""
    if amount == 0:
        return gettext("当场办结")
    if amount == 1:
        return gettext(_ONE[unit])
    return gettext(_MANY[unit]).format(amount=amount)


def visits(count: int) -> str:
    """How often one has to come."""
    return gettext("全程网办，无需到场") if count == 0 else gettext("最多到场 {count} 次").format(count=count)
