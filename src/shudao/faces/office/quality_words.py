"""What the kinds of rules and the dimensions of quality are called."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from shudao.contexts.pool.contracts.datasets import DatasetContract

KINDS = {
    "required": gettext_noop("必填"),
    "complete": gettext_noop("整条完整"),
    "pattern": gettext_noop("格式"),
    "length": gettext_noop("长度"),
    "code_list": gettext_noop("代码表"),
    "check_digit": gettext_noop("校验位"),
    "range": gettext_noop("取值范围"),
    "type": gettext_noop("类型"),
    "dirty": gettext_noop("脏数据"),
    "order": gettext_noop("先后顺序"),
    "fresh": gettext_noop("时效"),
    "derived": gettext_noop("与号码相符"),
    "deny": gettext_noop("不允许的情况"),
    "unique": gettext_noop("唯一"),
    "duplicate": gettext_noop("重复"),
    "dependency": gettext_noop("函数依赖"),
    "group": gettext_noop("分组统计"),
    "pairs": gettext_noop("不允许的成对情况"),
    "foreign": gettext_noop("外部引用"),
    "agreement": gettext_noop("跨数据集一致"),
    "aggregate": gettext_noop("整批统计"),
    "drift": gettext_noop("偏离历史"),
    "state": gettext_noop("系统检查"),
}
DIMENSIONS = {
    "": gettext_noop("总分"),
    "01": gettext_noop("规范性"),
    "02": gettext_noop("完整性"),
    "03": gettext_noop("准确性"),
    "04": gettext_noop("一致性"),
    "05": gettext_noop("时效性"),
    "06": gettext_noop("可访问性"),
}

ROWS = {
    "row.shape": gettext_noop("列数与表头不符"),
    "row.newer": gettext_noop("后来的数据中已有这条记录"),
    "row.unknown": gettext_noop("没有这条记录"),
}


def kind(code: str) -> str:
    """What a kind of rule is called."""
    return gettext(KINDS[code]) if code in KINDS else code


def dimension(code: str) -> str:
    """What a dimension is called; "" is the whole."""
    return gettext(DIMENSIONS[code]) if code in DIMENSIONS else code


def reason(contract: DatasetContract, code: str, language: str) -> str:
    """Why a row was set aside: the columns and the kind of the rule; a rule that is gone by now is told by its code."""
    if code in ROWS:
        return gettext(ROWS[code])
    rule = next((one for one in contract.rules if one.code == code), None)
    if rule is None:
        return code
    titles = {column.name: column.title.said(language) for column in contract.columns}
    named = gettext("、").join(titles.get(name, name) for name in rule.columns)
    return gettext("：").join(filter(None, (named, kind(rule.kind.value))))
