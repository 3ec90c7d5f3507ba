"""How the states of cases, materials and licences are named and coloured."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, gettext_noop

from shudao.contexts.cases.contracts import STATE_NAMES, State

_CASE_COLOURS = {
    State.RECEIVED: "blue",
    State.ACCEPTED: "turquoise",
    State.SUPPLEMENT: "orange",
    State.REJECTED: "red",
    State.DONE: "green",
    State.SUSPENDED: "yellow",
    State.IN_REVIEW: "light-blue",
    State.RETURNED: "red",
}
_WORDS = {
    "draft": (gettext_noop("草稿"), "grey"),
    "fetched": (gettext_noop("已自动获取"), "green"),
    "planned": (gettext_noop("由系统获取"), "turquoise"),
    "asked": (gettext_noop("需要您提交"), "orange"),
    "uploaded": (gettext_noop("已上传"), "blue"),
    "filled": (gettext_noop("由表单生成"), "green"),
    "optional": (gettext_noop("选交"), "grey"),
    "valid": (gettext_noop("有效"), "green"),
    "expired": (gettext_noop("已过期"), "yellow"),
    "revoked": (gettext_noop("已撤销"), "red"),
    "approve": (gettext_noop("准予"), "green"),
    "refuse": (gettext_noop("不予许可"), "red"),
}


def named(state: object) -> tuple[str, str]:
    """Return (name in the reader's language, tag colour) of a state; an unknown one is shown as it is, in grey."""
    code = str(getattr(state, "value", state))
    if code in _CASE_COLOURS:
        case = State(code)
        return STATE_NAMES[case].said(get_language() or "zh-hans"), _CASE_COLOURS[case]
    name, colour = _WORDS.get(code, (code, "grey"))
    return gettext(name), colour
