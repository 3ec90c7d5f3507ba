"""Rights in words: what was asked for beside what is given, and how requests and grants stand today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.rights import Given, Grant, RequestState, ShareRequest, Standing
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office.named import titles
from shudao.faces.office.rights_forms import matter_names
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text

Right = Given | Grant | ShareRequest
# Parts that one line of the comparison says together.
_PERIOD = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a right: as it was asked for, as it is given ("" where nothing is yet), and whether that is less."""

    name: str
    asked: str
    given: str = ""
    less: bool = False


def compared(asked: ShareRequest, given: Given | None) -> list[Line]:
    """What was asked, part by part, beside what the source gives or proposes."""
    say = _sayers(asked)
    return [
        Line(
            name, one(asked), one(given) if given else "", bool(set(parts) & set(asked.narrowed)) and given is not None
        )
        for parts, name, one in say
    ]


def described(grant: Grant) -> list[Line]:
    """What a grant gives, part by part."""
    return [Line(name, one(grant)) for _, name, one in _sayers(grant)]


def _sayers(right: ShareRequest | Grant) -> list[tuple[tuple[str, ...], str, Callable[[Right], str]]]:
    resource = exchange.find_resources([right.resource]).get(right.resource)
    named = matter_names(right.matters or (resource.matters if resource else ()))
    return [
        (("fields",), gettext("字段"), lambda one: comma(titles(resource, one.fields))),
        (("matters",), gettext("事项"), lambda one: _matters(one.matters, named)),
        (("row_scope",), gettext("地区范围"), lambda one: _division(one.row_scope)),
        (_PERIOD, gettext("有效期"), lambda one: f"{day(one.valid_from)} – {day(one.valid_to)}"),
        (("quota",), gettext("每日调用上限（次）"), lambda one: _limit(one.quota)),
        (("rate",), gettext("每秒调用上限（次）"), lambda one: _limit(one.rate)),
        (("verify_only",), gettext("返回方式"), lambda one: _answers(one.verify_only)),
    ]


def comma(texts: tuple[Text, ...]) -> str:
    """Several names in the reader's language, one after the other."""
    return gettext("、").join(said(one) for one in texts)


def _matters(codes: tuple[str, ...], names: Mapping[str, Text]) -> str:
    if not codes:
        return gettext("该资源支撑的全部事项")
    return comma(tuple(names.get(code, Text(code)) for code in codes))


def _division(code: str) -> str:
    if not code:
        return gettext("不限")
    found = regions.find([code]).get(code)
    return said(found.name) if found else code


def _limit(count: int) -> str:
    return str(count) if count else gettext("不限")


def _answers(verify_only: bool) -> str:
    return gettext("只核验") if verify_only else gettext("返回内容")


def request_state(one: ShareRequest) -> str:
    """How a request stands, in the reader's language."""
    return {
        RequestState.PENDING: gettext("待审批"),
        RequestState.PROPOSED: gettext("待第二人确认"),
        RequestState.GRANTED: gettext("部分授权") if one.narrowed else gettext("已授权"),
        RequestState.REFUSED: gettext("未同意"),
        RequestState.WITHDRAWN: gettext("已撤回"),
    }[one.state]


def standing_words() -> dict[Standing, str]:
    """How a grant stands, in the reader's language."""
    return {
        Standing.VALID: gettext("有效"),
        Standing.ENDING: gettext("即将到期"),
        Standing.SUSPENDED: gettext("已暂停"),
        Standing.FUTURE: gettext("未生效"),
        Standing.EXPIRED: gettext("已过期"),
        Standing.WITHDRAWN: gettext("已撤销"),
        Standing.RETURNED: gettext("已退回"),
    }
