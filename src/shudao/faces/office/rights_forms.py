"""The entries of a right (fields, matters, rows, period, how often), for asking and for giving; and reading them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext

from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import Given
from shudao.contexts.matters import api as matters
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text

_INDENT = "　"


def read(sent: QueryDict, problems: dict[str, str]) -> dict[str, Any]:
    """Return the parts of a right as they were sent, by the names of `Given`; what cannot be read is in `problems`."""
    return {
        "fields": tuple(sent.getlist("fields")),
        "matters": tuple(sent.getlist("matters")),
        "row_scope": sent.get("row_scope", "").strip()[:12],
        "valid_from": read_day(sent, "valid_from", problems),
        "valid_to": read_day(sent, "valid_to", problems),
        "quota": read_count(sent, "quota", problems),
        "rate": read_count(sent, "rate", problems),
        "verify_only": bool(sent.getlist("verify_only")),
    }


def read_day(sent: QueryDict, name: str, problems: dict[str, str]) -> date:
    """A date of three inputs; what cannot be read is noted in `problems`."""
    parts = [sent.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return date(*(int(part) for part in parts if part.isascii()))
    except (TypeError, ValueError):
        problems[name] = gettext("请填写完整的年、月、日。")
        return date.min


def read_count(sent: QueryDict, name: str, problems: dict[str, str]) -> int:
    """A whole number; nothing is nought, which is no limit."""
    text = sent.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        problems[name] = gettext("请填写整数，不限则留空。")
        return 0
    return int(text or 0)


def entries(resource: Resource, first: Given, sent: QueryDict | None, *, offered: Given) -> dict[str, Field]:
    """
    Return the entries by name, in the order of a form.

    `first` is what stands there when the form is opened, `sent` what was typed. `offered` bounds the choices: its
    fields and its rows' division; its matters, or all of the resource's where it names none.
    """
    made = [_fields(resource, offered.fields, chosen(sent, "fields", first.fields))]
    if choices := matter_choices(offered.matters or resource.matters):
        label = gettext("限用于这些事项")
        made.append(
            Field("matters", label, "checkboxes", chosen(sent, "matters", first.matters), choices=choices,
                  hint=gettext("一项不选，就是该资源支撑的全部事项。"), required=False)
        )  # fmt: skip
    if resource.row_field:
        scope = sent.get("row_scope", "") if sent else first.row_scope
        made.append(
            Field("row_scope", gettext("限于这个地区的数据"), "select", scope,
                  choices=division_choices(offered.row_scope, scope), required=False)
        )  # fmt: skip
    made += [
        Field("valid_from", gettext("使用期限自"), "date", day_parts(sent, "valid_from", first.valid_from)),
        Field("valid_to", gettext("使用期限至"), "date", day_parts(sent, "valid_to", first.valid_to),
              hint=gettext("最长三年，到期可以重新申请。")),
        _count("quota", gettext("每日调用上限（次）"), sent, first.quota),
        _count("rate", gettext("每秒调用上限（次）"), sent, first.rate),
        Field("verify_only", gettext("返回方式"), "checkboxes",
              chosen(sent, "verify_only", ("yes",) if first.verify_only else ()), required=False,
              choices=(Choice("yes", gettext("只核验：逐项回答是否一致，不返回内容")),)),
    ]  # fmt: skip
    return {one.name: one for one in made}


def _fields(resource: Resource, offered: Iterable[str], ticked: list[str]) -> Field:
    language = get_language() or "zh-hans"
    choices = tuple(Choice(one.name, one.title.said(language)) for one in resource.items if one.name in set(offered))
    hint = gettext("只选办事确实需要的字段；未授权的字段网关不会返回。")
    return Field("fields", gettext("需要的字段"), "checkboxes", ticked, choices=choices, hint=hint)


def _count(name: str, label: str, sent: QueryDict | None, first: int) -> Field:
    value = sent.get(name, "") if sent else str(first or "")
    hint = gettext("不限则留空。")
    return Field(name, label, "number", value, hint, required=False, width="10", inputmode="numeric")


def matter_choices(codes: Iterable[str]) -> tuple[Choice, ...]:
    """Matters to choose from, by their names."""
    wanted = list(codes)
    names = matter_names(wanted)
    return tuple(Choice(one, said(names[one])) for one in wanted)


def matter_names(codes: Iterable[str]) -> dict[str, Text]:
    """What matters are called, by basic item code; one that is not known by its code."""
    wanted = list(codes)
    known = {one.catalog_code: one.name for one in matters.basic_items()} if wanted else {}
    return {one: known.get(one, Text(one)) for one in wanted}


def division_choices(scope: str, current: str) -> tuple[Choice, ...]:
    """Divisions to which rows can be limited: two levels below the province, one below any other `scope`."""
    level = regions.level_of(scope) if scope else 1
    levels = (2, 3) if level == 1 else (level + 1,)
    found = [one for each in levels for one in regions.divisions(level=each, below=scope or None)]
    named = sorted(found, key=lambda one: one.code)
    below = {one.code: _INDENT * (one.level - level - 1) + said(one.name) for one in named}
    names = {scope: said(regions.get(scope).name) if scope else gettext("不限")} | below
    if current and current not in names:
        names |= {code: said(one.name) for code, one in regions.find([current]).items()}
    return tuple(Choice(code, name) for code, name in names.items())


def chosen(sent: QueryDict | None, name: str, first: Iterable[str] = ()) -> list[str]:
    """What was ticked, or what is when the form is opened."""
    return sent.getlist(name) if sent is not None else list(first)


def day_parts(sent: QueryDict | None, name: str, day: date) -> tuple[str, str, str]:
    """What was typed for a date, or the day proposed."""
    if sent is None:
        return str(day.year), str(day.month), str(day.day)
    year, month, monthday = (sent.get(f"{name}-{part}", "") for part in ("year", "month", "day"))
    return year, month, monthday


def with_errors(made: Iterable[Field], errors: dict[str, str]) -> list[Field]:
    """The entries with their faults, where they have one."""
    return [replace(one, error=errors.get(one.name, "")) for one in made]


def faults(made: Iterable[Field], errors: dict[str, str]) -> list[Field]:
    """What the summary lists: the entries at fault, then faults of what has no entry of its own."""
    shown = list(made)
    named = {one.name for one in shown}
    return [
        *(one for one in shown if one.error),
        *(Field(name, told, error=told) for name, told in errors.items() if name not in named),
    ]
