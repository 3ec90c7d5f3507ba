"""Fields and values of findings in words."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import get_language, gettext

from shudao.contexts.conformance.contracts.rules import Severity
from shudao.contexts.matters import api as catalogue
from shudao.contexts.matters.contracts import TimeLimit
from shudao.faces.design.templatetags.design import limit, yuan
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text

_FIELDS = {
    "catalog_code": Text("基本编码", "Catalogue code"),
    "task_code": Text("实施编码", "Implementation code"),
    "department": Text("实施机构", "Acting body"),
    "use_level": Text("行使层级", "Level"),
    "materials": Text("申请材料", "Papers"),
    "by_law": Text("设定依据", "Legal basis"),
    "legal": Text("法定办结时限", "Legal limit"),
    "project_type": Text("办件类型", "Kind of matter"),
    "result_type": Text("结果类型", "Kind of result"),
    "result_name": Text("结果名称", "Name of the result"),
    "result_licence_type": Text("结果证照类型", "Licence type of the result"),
    "server_type": Text("服务对象", "Served"),
    "themes": Text("主题", "Themes"),
    "questions": Text("常见问题", "Questions"),
    "flow": Text("办理流程", "Steps"),
    "phone": Text("咨询电话", "Phone for questions"),
    "complaint_phone": Text("监督投诉电话", "Phone for complaints"),
    "name": Text("事项名称", "Name"),
    "form_code": Text("申请表", "Form"),
    "audience": Text("面向对象", "For whom"),
    "hot": Text("热门事项", "Shown first"),
    "power_source": Text("权力来源", "Source of power"),
    "promised_amount": Text("承诺时限（摘要）", "Promised limit (list)"),
    "promised_unit": Text("承诺时限单位（摘要）", "Its unit (list)"),
    "legal_amount": Text("法定时限（摘要）", "Legal limit (list)"),
    "legal_unit": Text("法定时限单位（摘要）", "Its unit (list)"),
}
_LISTS = {
    "use_level": "use_level", "project_type": "project_type", "result_type": "result_type", "tier": "online_tier",
    "depth": "online_depth_functions", "handle_type": "handle_type", "handle_area": "handle_area",
    "server_type": "server_type", "themes": "matter_theme", "audience": "audience", "power_source": "power_source",
    "legal_unit": "time_unit", "promised_unit": "time_unit",
}  # fmt: skip
_LONGEST = 400


def severities() -> dict[str, str]:
    """What severities are called."""
    return {
        Severity.SERIOUS.value: gettext("严重"),
        Severity.ORDINARY.value: gettext("一般"),
        Severity.MINOR.value: gettext("轻微"),
    }


def states() -> dict[str, str]:
    """What states of findings are called."""
    return {"open": gettext("待整改"), "exempt": gettext("已有例外"), "closed": gettext("已办结")}


def field(name: str) -> str:
    """What a field is called; its own name where nobody has said."""
    known = _FIELDS.get(name) or catalogue.label("field", name)
    return known.said(_language())


def value(name: str, text: str) -> str:
    """A value, kept as JSON text, as people read it; "" for none."""
    if not text:
        return ""
    return _said(name, json.loads(text))[:_LONGEST]


def _said(name: str, found: Any) -> str:
    if isinstance(found, bool):
        return gettext("是") if found else gettext("否")
    if isinstance(found, list):
        return gettext("、").join(_said(name, one) for one in found)
    if isinstance(found, dict):
        return _of_parts(found)
    if name == "fees" and isinstance(found, int):
        return yuan(Fen(found))
    if name in _LISTS:
        return catalogue.label(_LISTS[name], str(found)).said(_language())
    kind, _, code = str(found).partition(":")
    if name == "materials" and kind in ("licence", "resource"):
        return f"{gettext('电子证照') if kind == 'licence' else gettext('数据资源')} {code}"
    return str(found)


def _of_parts(found: dict[str, Any]) -> str:
    """Texts, limits, charges, steps and questions."""
    if "zh" in found:
        return Text(found["zh"], found.get("en", "")).said(_language())
    if "amount" in found and "unit" in found:
        said = limit(TimeLimit(found["amount"], found["unit"]))
        explained = _of_parts(found.get("explain") or {"zh": ""})
        return f"{said}（{explained}）" if explained else said
    if "standard" in found:
        parts = (_of_parts(found["name"]), yuan(Fen(found["amount"])), _of_parts(found["standard"]))
        return " · ".join(filter(None, parts))
    for name in ("name", "question"):
        if name in found:
            return _of_parts(found[name])
    return json.dumps(found, ensure_ascii=False)


def _language() -> str:
    return get_language() or "zh-hans"
