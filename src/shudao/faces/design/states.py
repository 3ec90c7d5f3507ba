"""How the states of cases, drafts, materials and licences are named and coloured."""

from __future__ import annotations

from django.utils.translation import gettext_noop

CASE = {
    "draft": (gettext_noop("草稿"), "grey"),
    "02": (gettext_noop("已收件"), "blue"),
    "05": (gettext_noop("已受理"), "turquoise"),
    "06": (gettext_noop("待补正"), "orange"),
    "07": (gettext_noop("不予受理"), "red"),
    "10": (gettext_noop("已办结"), "green"),
    "11": (gettext_noop("已中止"), "yellow"),
    "12": (gettext_noop("审查中"), "light-blue"),
    "13": (gettext_noop("已退件"), "red"),
}
MATERIAL = {
    "fetched": (gettext_noop("已自动获取"), "green"),
    "asked": (gettext_noop("需要您提交"), "orange"),
    "uploaded": (gettext_noop("已上传"), "blue"),
    "optional": (gettext_noop("选交"), "grey"),
}
LICENCE = {
    "valid": (gettext_noop("有效"), "green"),
    "expired": (gettext_noop("已过期"), "yellow"),
    "revoked": (gettext_noop("已注销"), "red"),
    "unknown": (gettext_noop("无法确认"), "grey"),
}
WORDS = {**MATERIAL, **LICENCE, **CASE}


def named(state: object) -> tuple[str, str]:
    """Return (Chinese name, tag colour) of a state's code; an unknown one is shown as it is, in grey."""
    code = str(getattr(state, "value", state))
    return WORDS.get(code, (code, "grey"))
