"""
The rules that the matter library must keep, numbered as in the field facts (§1.5, 1–11); "0" is form and value lists.

Each yields what is broken as (rule, field, sentence); nothing here knows files or databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shudao.contexts.matters.contracts import BasicItem, Broken, CodeInvalid, MatterFields
from shudao.contexts.matters.rules import codes, values

# Business line → the two digits of its department in catalogue codes.
_KINDS = (
    *("ga", "mz", "wj", "jy", "rs", "yb", "gjj", "zr", "zj", "sc", "jt", "cl", "tj", "sw"),
    *("ny", "wl", "yj", "fg", "kj", "sf", "st", "lc", "sl", "zf", "cun"),
)
DEPARTMENTS = {kind: f"{number:02d}" for number, kind in enumerate(_KINDS, start=1)}
_COMPANY_THEMES = frozenset({"16", "17", "18", "19", "22"})
_PERSON_THEMES = frozenset({"01", "15"})
_LICENCE_STEPS = ("受理", "审查", "决定", "办结", "送达")
_NAMED = re.compile(r"“[^”]*”|：[^。]*(?=。)")
_AREA_PHONE = re.compile(r"0[0-9]{2,3}-[0-9]{5,8}\Z")


def check(item: BasicItem) -> list[Broken]:
    """
    Return every rule that a basic item, or a place's version of it, breaks.

    Source:
        the field facts §1.5; proved by tests/contexts/matters/rules/test_consistency.py
    """
    return [broken for rule in _RULES for broken in rule(item)]


def plain(broken: Broken) -> str:
    """Return the sentence without what it names: one of few, so that it can be translated."""
    return _NAMED.sub("", broken.says)


def check_phones(phone: str, complaint_phone: str) -> list[Broken]:
    """Return what is wrong with a place's phones: rule 7 wants two different ones, each with its area code."""
    broken = []
    if phone == complaint_phone:
        broken.append(Broken("7", "phone", "咨询电话与监督投诉电话不能相同。"))
    for field, number in (("phone", phone), ("complaint_phone", complaint_phone)):
        if not _AREA_PHONE.match(number):
            broken.append(Broken("7", field, "电话须带区号，例如 0826-1234567。"))
    return broken


def _codes(item: BasicItem) -> Iterator[Broken]:
    try:
        parts = codes.parse_catalog_code(item.catalog_code)
    except CodeInvalid:
        yield Broken("0", "catalog_code", "基本编码应为 12 位数字，类型码须在事项类型表内。")
        return
    if parts.type != item.task_type:
        yield Broken("0", "catalog_code", "基本编码的类型码与事项类型不一致。")
    if parts.department != DEPARTMENTS.get(item.department_kind, "?"):
        yield Broken("0", "catalog_code", "基本编码的部门码与主管部门不一致。")


def _values(item: BasicItem) -> Iterator[Broken]:
    listed = [
        ("task_type", "task_type", (item.task_type,)),
        ("power_source", "power_source", (item.power_source,)),
        ("audience", "audience", (item.audience,)),
        ("server_type", "server_type", item.server_type),
        ("themes", "matter_theme", item.themes),
        ("events", "life_event", item.events),
        ("levels", "use_level", item.levels),
        ("project_type", "project_type", (item.project_type,)),
        ("legal", "time_unit", (item.legal.unit,)),
        ("promised", "time_unit", (item.promised.unit,)),
        ("tier", "online_tier", (str(item.tier),)),
        ("depth", "online_depth_functions", item.depth),
        ("handle_type", "handle_type", item.handle_type),
        ("handle_area", "handle_area", (item.handle_area,)),
        ("result_type", "result_type", (item.result_type,)),
    ]
    for field, list_name, given in listed:
        unknown = [code for code in given if code not in values.codes(list_name)]
        if unknown:
            yield Broken("0", field, f"值不在代码表内：{'、'.join(unknown)}。")
    for field in ("server_type", "themes", "levels", "depth", "handle_type", "flow", "by_law"):
        if not getattr(item, field):
            yield Broken("0", field, "不能为空。")


def _materials_values(item: BasicItem) -> Iterator[Broken]:
    for material in item.materials:
        for list_name, code in (
            ("material_type", material.material_type),
            ("material_format", material.material_format),
            ("material_need", material.need),
            ("material_source", material.source),
        ):
            if code not in values.codes(list_name):
                yield Broken("0", "materials", f"材料“{material.name.zh}”的值不在代码表内：{list_name} {code}。")
    if len({one.code for one in item.materials}) != len(item.materials):
        yield Broken("0", "materials", "材料代码重复。")


def _promise_kind(item: MatterFields) -> Iterator[Broken]:
    if (item.project_type == "1") != (item.promised.amount == 0):
        yield Broken("1", "project_type", "即办件的承诺时限为 0，承诺件的大于 0。")


def _result(item: MatterFields) -> Iterator[Broken]:
    name = item.result_name.zh
    if name.endswith(("证", "证书", "执照")) and item.result_type != "1":
        yield Broken("2", "result_type", "结果名称以证、照结尾，结果类型应为证照。")
    if name.endswith(("批复", "批文", "通知文")) and item.result_type != "2":
        yield Broken("2", "result_type", "结果名称以批复、文结尾，结果类型应为批文。")
    if (item.result_type == "4") == bool(name):
        yield Broken("10", "result_name", "有结果须写明结果名称，无结果则不写。")
    if (item.result_type == "1") != bool(item.result_licence_type):
        yield Broken("10", "result_licence_type", "结果为证照时须指明证照类型（样本随证照类型），否则不写。")


def _visits(item: MatterFields) -> Iterator[Broken]:
    if (item.visits > 0) != bool(item.visits_reason.zh):
        yield Broken("3", "visits", "到现场次数大于 0 须说明原因，为 0 不写原因。")
    if item.visits == 0 and not item.online and "3" not in item.handle_type:
        yield Broken("4", "handle_type", "不到现场又不能网办的事项，须能快递申请。")
    if item.tier == 4 and item.visits:
        yield Broken("5", "tier", "全程网办（Ⅳ级）的事项不到现场。")
    if item.tier == 3 and item.visits > 1:
        yield Broken("5", "tier", "Ⅲ级网办的事项至多到现场一次。")
    if item.online and not {"4", "5"} & set(item.depth):
        yield Broken("5", "depth", "Ⅲ、Ⅳ级网办须含互联网受理或办理。")


def _fees(item: MatterFields) -> Iterator[Broken]:
    if not item.fees and item.is_pay_online:
        yield Broken("6", "is_pay_online", "不收费的事项没有网上支付。")
    for fee in item.fees:
        if not (fee.by_law and fee.name.zh and fee.standard.zh):
            yield Broken("6", "fee", "收费须写明项目、标准和依据。")
        if fee.amount < 0:
            yield Broken("6", "fee", "收费金额不能为负。")


def _audience(item: MatterFields) -> Iterator[Broken]:
    served = set(item.server_type)
    persons, companies = "1" in served, bool(served - {"1"})
    if (persons, companies) != (item.audience in ("person", "both"), item.audience in ("company", "both")):
        yield Broken("8", "server_type", "服务对象与面向个人、法人的归类不一致。")
    themes = set(item.themes)
    if item.audience == "person" and themes and themes <= _COMPANY_THEMES:
        yield Broken("8", "themes", "面向个人的事项不能只有法人主题。")
    if item.audience == "company" and themes & _PERSON_THEMES:
        yield Broken("8", "themes", "面向法人的事项不能归入个人主题。")


def _licensing(item: MatterFields) -> Iterator[Broken]:
    if item.task_type != "01":
        return
    if not item.questions:
        yield Broken("9", "questions", "行政许可至少有一个常见问题。")
    steps = " ".join(step.name.zh for step in item.flow)
    missing = [step for step in _LICENCE_STEPS if step not in steps]
    if missing:
        yield Broken("9", "flow", f"行政许可的流程缺少：{'、'.join(missing)}。")


def _limits(item: MatterFields) -> Iterator[Broken]:
    if item.promised.unit == item.legal.unit and item.promised.amount > item.legal.amount:
        yield Broken("11", "promised", "承诺时限不能长于法定时限。")
    if item.promised.amount < 0 or item.legal.amount < 0:
        yield Broken("11", "promised", "时限不能为负。")
    for material in item.materials:
        if not material.by_law:
            yield Broken("11", "materials", f"材料“{material.name.zh}”没有要求提供的依据。")


_RULES = (
    _codes, _values, _materials_values, _promise_kind, _result, _visits, _fees, _audience, _licensing, _limits,
)  # fmt: skip
