"""The form of a catalogue entry: its entries, and the entry that was typed. Lists are typed a line each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.utils.translation import get_language, gettext, gettext_noop

from shudao.contexts.exchange.contracts.registry import (
    Cycle,
    Endpoint,
    Item,
    Resource,
    ShareMode,
    ShareType,
    Upstream,
)
from shudao.contexts.pool import api as pool
from shudao.faces.design.fields import Choice, Field
from shudao.faces.office import entry_words
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text

_LONG = 2000
_TEXTS = ("name", "abstract", "condition", "basis", "open_condition")
_YES = {"是", "yes", "y", "true", "1"}
# What a new upstream is given where nothing is typed.
_DEFAULTS = Upstream("", ())


def blank(provider: str, dataset: str, today: date) -> Resource:
    """A new entry of a department, its items those of the dataset it begins with."""
    items: tuple[Item, ...] = ()
    if dataset:
        contract = pool.contract(dataset)
        items = tuple(
            Item(one.name, one.title, one.kind.value, one.sensitivity, personal=one.identifying)
            for one in contract.columns
            if one.name != contract.subject or one.kept
        )
    return Resource(
        code="",
        catalogue_code="",
        name=Text(""),
        abstract=Text(""),
        provider=provider,
        classes=(),
        format="interface",
        items=items,
        share_type=ShareType.CONDITIONAL,
        condition=Text(""),
        basis=Text(""),
        cycle=Cycle.DAY,
        matters=(),
        dataset=dataset,
        sensitivity=max((item.sensitivity for item in items), default=1),
        subject="person",
        published_on=today,
    )


def typed(one: Resource) -> dict[str, str]:
    """The entry as the form shows it."""
    upstream = one.upstream or _DEFAULTS
    return {
        "code": one.code,
        "catalogue_code": one.catalogue_code,
        **{f"{name}{end}": said for name in _TEXTS for end, said in _ends(getattr(one, name))},
        "classes": "\n".join(text.zh if not text.en else f"{text.zh} | {text.en}" for text in one.classes),
        "items": "\n".join(_line(item) for item in one.items),
        "share_type": one.share_type.value,
        "share_mode": one.share_mode.value,
        "cycle": one.cycle.value,
        "sensitivity": str(one.sensitivity),
        "subject": one.subject,
        "opened": "true" if one.opened else "false",
        "matters": "\n".join(one.matters),
        "related": "\n".join(one.related),
        "dataset": one.dataset,
        "row_field": one.row_field,
        "url": upstream.url,
        "endpoints": "\n".join(f"{point.method} {point.path}" for point in upstream.endpoints),
        "timeout_ms": str(upstream.timeout_ms),
        "max_body": str(upstream.max_body),
        "parallel": str(upstream.parallel),
    }


def _ends(text: Text) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("", text.zh), ("_en", text.en)


def _line(item: Item) -> str:
    personal = gettext("是") if item.personal else gettext("否")
    cells = (item.name, item.title.zh, item.title.en, item.kind, item.length, item.sensitivity, personal)
    return ", ".join(str(cell) for cell in cells)


def read(sent: Mapping[str, str], former: Resource) -> Resource:
    """Return the entry that was typed over the former one. Raises Invalid where a line or a number cannot be read."""
    got = {name: sent.get(name, "").strip() for name in typed(former)}
    problems: dict[str, str] = {}
    try:
        share, mode, cycle = ShareType(got["share_type"]), ShareMode(got["share_mode"]), Cycle(got["cycle"])
    except ValueError:
        raise Invalid(fields={"share_type": gettext("请选择共享类型、共享方式和更新周期。")}) from None
    found = replace(
        former,
        code=former.code or got["code"],
        catalogue_code=got["catalogue_code"],
        **{name: Text(got[name], got[f"{name}_en"]) for name in _TEXTS},
        classes=tuple(_text(line) for line in _lines(got["classes"])),
        items=_items(got["items"], problems),
        share_type=share,
        share_mode=mode,
        cycle=cycle,
        sensitivity=_number(got, "sensitivity", problems),
        subject="company" if got["subject"] == "company" else "person",
        opened=got["opened"] == "true",
        matters=tuple(_lines(got["matters"])),
        related=tuple(_lines(got["related"])),
        dataset=got["dataset"],
        row_field=got["row_field"],
        upstream=_upstream(got, problems) if got["url"] else None,
        format=mode.value,
    )
    if problems:
        raise Invalid(fields=problems)
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _text(line: str) -> Text:
    zh, _, en = line.partition("|")
    return Text(zh.strip(), en.strip())


def _items(text: str, problems: dict[str, str]) -> tuple[Item, ...]:
    found = []
    for number, line in enumerate(_lines(text), 1):
        cells = [cell.strip() for cell in next(csv.reader([line.replace("，", ",")], skipinitialspace=True))]
        if len(cells) != 7 or not cells[4].isdecimal() or not cells[5].isdecimal() or cells[3] not in entry_words.KINDS:
            problems["items"] = gettext("第 {number} 行不是七列，或类型、长度、敏感级别有误。").format(number=number)
            break
        name, zh, en, kind, length, sensitivity, personal = cells
        found.append(Item(name, Text(zh, en), kind, int(sensitivity), int(length), personal.lower() in _YES))
    return tuple(found)


def _number(got: Mapping[str, str], name: str, problems: dict[str, str]) -> int:
    text = got[name]
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    problems[name] = gettext("请填写整数。")
    return 0


def _upstream(got: Mapping[str, str], problems: dict[str, str]) -> Upstream:
    pairs = [line.split(maxsplit=1) for line in _lines(got["endpoints"])]
    if not all(len(pair) == 2 for pair in pairs):
        problems["endpoints"] = gettext("每个接口须为方法和路径，例如 GET /persons/{id}。")
        pairs = []
    limits = {name: _number(got, name, problems) for name in ("timeout_ms", "max_body", "parallel")}
    return Upstream(got["url"], tuple(Endpoint(method.upper(), path) for method, path in pairs), **limits)


def fields(
    former: Resource, values: Mapping[str, str], errors: Mapping[str, str], datasets: Iterable[tuple[str, str]]
) -> list[Field]:
    """The form's entries with what was typed and what is wrong; a code is typed once, when the entry is new."""
    found = [*_naming(not former.code), *_content(), *_sources(datasets), *_terms(), *_links()]
    faults = {"url" if name == "upstream" else name: sentence for name, sentence in errors.items()}
    return [
        replace(
            one,
            label=gettext(one.label),
            hint=gettext(_HINTS[one.name]) if one.name in _HINTS else "",
            value=values.get(one.name, ""),
            error=faults.get(one.name, ""),
        )
        for one in found
    ]


def _choices(names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), gettext(name)) for value, name in names.items())


_HINTS = {
    "code": gettext_noop("3 至 60 个小写字母、数字或连字符，以后不能修改。"),
    "catalogue_code": gettext_noop("类 1 位、项 2 位、目 3 位，后接细目和顺序号。"),
    "classes": gettext_noop("每级一行，可写成“中文 | English”。"),
    "items": gettext_noop(
        "每项一行：字段名, 名称, 英文名称, 类型, 长度, 敏感级别, 是否个人信息；"
        "类型为 text、date、integer、decimal、moment 或 code，长度不限填 0。"
    ),
    "sensitivity": gettext_noop("1 最低，4 最高；不低于其信息项。"),
    "dataset": gettext_noop("由数据集或部门服务接口提供数据，只能选一种。"),
    "row_field": gettext_noop("写有行政区划代码的列，授权可以按它限定地区。"),
    "url": gettext_noop("例如 https://data.dept.example/api"),
    "endpoints": gettext_noop("每个一行，例如 GET /persons/{id}"),
    "condition": gettext_noop("有条件共享必填。"),
    "basis": gettext_noop("不予共享必填。"),
    "matters": gettext_noop("每行一个 12 位基本目录编码；留空即不限。"),
    "related": gettext_noop("每行一个。"),
}


def _naming(new: bool) -> list[Field]:
    return [
        *([Field("code", "资源代码", maxlength=60)] if new else []),
        Field("name", "资源名称", maxlength=120),
        Field("name_en", "资源名称（英文）", required=False, maxlength=160),
        Field("abstract", "摘要", "textarea", maxlength=_LONG),
        Field("abstract_en", "摘要（英文）", "textarea", required=False, maxlength=_LONG),
        Field("catalogue_code", "目录代码", maxlength=20),
        Field("classes", "分类（类、项、目、细目）", "textarea"),
    ]


def _content() -> list[Field]:
    levels = {str(level): str(level) for level in range(1, 5)}
    return [
        Field("items", "信息项", "textarea"),
        Field("sensitivity", "敏感级别", "select", choices=_choices(levels)),
        Field("subject", "查询对象", "radios", choices=_choices(entry_words.SUBJECTS)),
        Field("cycle", "更新周期", "select", choices=_choices(entry_words.CYCLES)),
    ]


def _sources(datasets: Iterable[tuple[str, str]]) -> list[Field]:
    kept = (Choice("", gettext("不关联数据集")), *(Choice(code, name) for code, name in datasets))
    numbers = (("timeout_ms", "超时（毫秒）"), ("max_body", "报文上限（字节）"), ("parallel", "并发上限"))
    return [
        Field("dataset", "关联数据集", "select", choices=kept),
        Field("row_field", "限定范围的列", required=False, maxlength=60),
        Field("url", "部门服务接口的地址", required=False, maxlength=300),
        Field("endpoints", "接口", "textarea", required=False),
        *(Field(name, called, "number", required=False, width="10", inputmode="numeric") for name, called in numbers),
    ]


def _terms() -> list[Field]:
    return [
        Field("share_type", "共享类型", "radios", choices=_choices(entry_words.SHARES)),
        Field("condition", "共享条件", required=False, maxlength=500),
        Field("condition_en", "共享条件（英文）", required=False, maxlength=500),
        Field("basis", "不予共享的依据", required=False, maxlength=500),
        Field("basis_en", "不予共享的依据（英文）", required=False, maxlength=500),
        Field("share_mode", "共享方式", "select", choices=_choices(entry_words.MODES)),
        Field("opened", "向社会开放", "boolean"),
        Field("open_condition", "开放条件", required=False, maxlength=500),
        Field("open_condition_en", "开放条件（英文）", required=False, maxlength=500),
    ]


def _links() -> list[Field]:
    return [
        Field("matters", "关联事项", "textarea", required=False),
        Field("related", "关联资源代码", "textarea", required=False),
    ]


def datasets_of(provider: str) -> list[tuple[str, str]]:
    """The provider's datasets: code and name."""
    language = get_language() or "zh-hans"
    return [(one.code, one.title.said(language)) for one in pool.datasets() if one.owner == provider]
