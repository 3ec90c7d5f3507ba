"""What the pages of the law and of a matter's life call kinds, standings and states, and their colours."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

_KINDS = {
    "law": gettext_noop("法律"),
    "regulation": gettext_noop("行政法规"),
    "rule": gettext_noop("部门规章"),
    "local": gettext_noop("地方性法规和规章"),
    "document": gettext_noop("规范性文件"),
}
_STATUSES = {
    "in_force": (gettext_noop("现行有效"), "green"),
    "amended": (gettext_noop("已修改"), "yellow"),
    "repealed": (gettext_noop("已废止"), "red"),
}
_CHANGES = {
    "proposed": (gettext_noop("待复核"), "blue"),
    "confirmed": (gettext_noop("已复核，未到生效日"), "yellow"),
    "applied": (gettext_noop("已生效"), "green"),
    "refused": (gettext_noop("复核未通过"), "red"),
    "withdrawn": (gettext_noop("已撤回"), "grey"),
}
_CHANGE_KINDS = {"amend": gettext_noop("修改"), "repeal": gettext_noop("废止")}
_PLACES = {
    "matter": gettext_noop("设定依据"),
    "legal": gettext_noop("法定时限"),
    "promised": gettext_noop("承诺时限"),
    "material": gettext_noop("申请材料"),
    "fee": gettext_noop("收费"),
}
_REVISIONS = {
    "draft": (gettext_noop("草稿"), "grey"),
    "review": (gettext_noop("审核中"), "blue"),
    "scheduled": (gettext_noop("待发布"), "yellow"),
    "published": (gettext_noop("已发布"), "green"),
    "withdrawn": (gettext_noop("已撤回"), "grey"),
}
_ADOPTIONS = {
    "open": (gettext_noop("待落实"), "blue"),
    "accepted": (gettext_noop("已接受"), "green"),
    "differing": (gettext_noop("接受并保留差异"), "turquoise"),
    "superseded": (gettext_noop("已被新版本取代"), "grey"),
}
_ITEMS = {
    "1": (gettext_noop("在用"), "green"),
    "2": (gettext_noop("暂停"), "yellow"),
    "3": (gettext_noop("取消"), "red"),
}
Tagged = dict[str, tuple[str, str]]


def kinds() -> dict[str, str]:
    """What kinds of legal documents are called, in the order of their rank."""
    return {code: gettext(word) for code, word in _KINDS.items()}


def statuses() -> Tagged:
    """How a source of law stands, with the colour of its tag."""
    return _told(_STATUSES)


def changes() -> Tagged:
    """How a change of the law stands."""
    return _told(_CHANGES)


def change_kinds() -> dict[str, str]:
    """What happens to an article."""
    return {code: gettext(word) for code, word in _CHANGE_KINDS.items()}


def places() -> dict[str, str]:
    """Where a matter cites the law."""
    return {code: gettext(word) for code, word in _PLACES.items()}


def revisions() -> Tagged:
    """How far a revision is."""
    return _told(_REVISIONS)


def adoptions() -> Tagged:
    """What a body made of a new version."""
    return _told(_ADOPTIONS)


def items() -> Tagged:
    """How a basic item stands."""
    return _told(_ITEMS)


def _told(words: Tagged) -> Tagged:
    return {code: (gettext(word), colour) for code, (word, colour) in words.items()}
