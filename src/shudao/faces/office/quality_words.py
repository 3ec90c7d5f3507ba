"""What the kinds of rules and the dimensions of quality are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, gettext, gettext_noop

from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.contracts.deliveries import Mode, UnderWay

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
    "row.identifier": gettext_noop("公开列中出现公民身份号码（请删去，或在约定中把该列设为可识别个人）"),
    "row.newer": gettext_noop("后来的数据中已有这条记录"),
    "row.unknown": gettext_noop("没有这条记录"),
}

MODES = {
    Mode.FULL: (
        gettext_noop("整套数据"),
        gettext_noop("文件是全部记录：入库后只有文件中的记录有效，其余的不再出现在当前快照中。"),
    ),
    Mode.APPEND: (
        gettext_noop("新增"),
        gettext_noop("文件只有新记录：加入现有数据；同一主体、同一主键已经有记录的，放入隔离区。"),
    ),
    Mode.UPSERT: (
        gettext_noop("新增或更新"),
        gettext_noop("文件是新的和改过的记录：没有的加入，已经有的以文件为准，其余记录不变。"),
    ),
    Mode.DELETE: (
        gettext_noop("删除"),
        gettext_noop("文件只能有主体列和主键列：对应的记录从当前快照移除，以前的快照仍可查；没有的放入隔离区。"),
    ),
}


def mode(of: str) -> str:
    """What a kind of delivery is called."""
    return gettext(MODES[Mode(of)][0])


def mode_does(of: str) -> str:
    """What a kind of delivery does to the dataset."""
    return gettext(MODES[Mode(of)][1])


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


def titled(contract: DatasetContract, sample: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Masked rows as people read them: `line`, `reasons` in words, `values` as (column's title, text)."""
    language = get_language() or "zh-hans"
    titles = {column.name: column.title.said(language) for column in contract.columns}
    return [
        {
            "line": row.get("line", 0),
            "reasons": [reason(contract, str(code), language) for code in _items(row.get("reasons"))],
            "values": [(titles.get(name, name), value) for name, value in _pairs(row.get("values"))],
        }
        for row in sample
    ]


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _pairs(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


STEPS = {
    "judge": gettext_noop("第 1 步，共 4 步：逐行检查"),
    "write": gettext_noop("第 2 步，共 4 步：封存并写入"),
    "publish": gettext_noop("第 3 步，共 4 步：发布快照"),
    "index": gettext_noop("第 4 步，共 4 步：建立查询索引"),
}


def underway(found: UnderWay | None) -> dict[str, object] | None:
    """A delivery that is being taken in: what it is, its step in words, hundredths done of how many."""
    if found is None or found.step not in STEPS:
        return None
    before = list(STEPS).index(found.step)
    done = round(100 * (before + found.share))
    return {
        "mode": mode(found.mode),
        "step": gettext(STEPS[found.step]),
        "since": found.since,
        "done": done,
        "of": 100 * len(STEPS),
    }
