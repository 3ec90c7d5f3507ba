"""From what a schema validator finds to sentences a person can act on: catalogue keys with `%(name)s` placeholders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_BY_FORMAT = {
    "date": "请按“年-月-日”填写，例如 2026-11-24。",
    "phone-cn": "请填写 11 位手机号码，或带区号的固定电话。",
    "resident-id": "身份证号码应为 18 位，请核对末位校验码和出生日期。",
    "uscc": "统一社会信用代码应为 18 位，请核对末位校验码。",
    "email": "请填写有效的电子邮箱地址。",
}
_BY_KEYWORD = {
    "required": "请填写这一项。",
    "maxLength": "最多可以填写 %(limit)s 个字。",
    "minLength": "至少需要填写 %(limit)s 个字。",
    "minimum": "不能小于 %(limit)s。",
    "maximum": "不能大于 %(limit)s。",
    "exclusiveMinimum": "必须大于 %(limit)s。",
    "exclusiveMaximum": "必须小于 %(limit)s。",
    "multipleOf": "应为 %(limit)s 的倍数。",
    "minItems": "至少需要填写 %(limit)s 行。",
    "maxItems": "最多可以填写 %(limit)s 行。",
    "uniqueItems": "有重复的内容，请删去一项。",
    "enum": "请从列出的选项中选择。",
    "const": "请勾选确认这一项。",
    "pattern": "填写的格式不符合要求，请看这一项的提示。",
    "additionalProperties": "表单里没有这一项。",
    "unevaluatedProperties": "表单里没有这一项。",
}
_BY_TYPE = {
    "integer": "请填写整数。",
    "number": "请填写数字。",
    "boolean": "请选择是或否。",
    "array": "请按行填写。",
    "object": "请按行填写。",
    "string": "请填写文字。",
}
OTHERWISE = "填写的内容不符合这一项的要求。"

Sentence = tuple[str, dict[str, Any]]


def sentence(keyword: str, detail: Any, instance: Any) -> Sentence:
    """
    Return the catalogue key and its placeholders for one broken keyword.

    Args:
        keyword: The schema keyword that failed ("maxLength").
        detail: The keyword's value in the schema.
        instance: The value that was given.
    """
    if instance in (None, "") and keyword in ("type", "minLength", "format", "pattern", "enum"):
        return _BY_KEYWORD["required"], {}
    if keyword == "minLength" and detail == 1:
        return _BY_KEYWORD["required"], {}
    if keyword == "format":
        return _BY_FORMAT.get(str(detail), OTHERWISE), {}
    if keyword == "type":
        wanted = detail if isinstance(detail, str) else ""
        return _BY_TYPE.get(wanted, OTHERWISE), {}
    return _BY_KEYWORD.get(keyword, OTHERWISE), {"limit": detail}


def path(instance_path: Sequence[str | int], inner: str = "") -> str:
    """Return the dotted path of the field at fault ("children.0.name"); `inner` names a missing or unknown field."""
    parts = [str(part) for part in instance_path]
    return ".".join([*parts, inner] if inner else parts)


def keyword_value(schema: Mapping[str, Any], schema_path: Sequence[str | int]) -> Any:
    """Return the value that stands at `schema_path`, None where the path leads nowhere (through a reference)."""
    here: Any = schema
    for part in schema_path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here
