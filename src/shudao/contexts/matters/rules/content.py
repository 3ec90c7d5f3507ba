"""The form of content files (README, "Content"): plain data in, contracts out. What does not fit is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import msgspec

from shudao.contexts.matters.contracts import (
    Article,
    BasicItem,
    DocumentDays,
    Fee,
    Material,
    Override,
    Question,
    Step,
    TimeLimit,
)
from shudao.contexts.matters.rules import fields as table
from shudao.contexts.matters.rules import inherit
from shudao.contexts.matters.rules.raw import NotAsAgreed, Raw
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text

_TYPED = frozenset(one.name for one in fields(BasicItem)) - {"fees", "form_code", "form_version", "more", "version"} | {
    "fee",
    "form",
}
DOCUMENT_KINDS = ("law", "regulation", "rule", "local", "document")


def articles(raw: Mapping[str, Any]) -> tuple[Article, ...]:
    """Return the articles of one legal document. Raises NotAsAgreed."""
    document = Raw(raw, "")
    code, kind = document.string("code"), document.string("kind")
    days = DocumentDays(document.day("issued"), document.day("in_force"))
    if kind not in DOCUMENT_KINDS:
        raise NotAsAgreed("kind", "文件种类不在约定之内。")
    return tuple(
        Article(
            code=f"{code}:{one.string('n')}",
            document_code=code,
            document=document.text("title"),
            document_number=document.string("number"),
            kind=kind,
            number=one.string("n"),
            title=one.text("title"),
            says=one.text("says"),
            verified=one.yes("verified"),
            days=days,
        )
        for one in document.parts("articles")
    )


def item(raw: Mapping[str, Any], form_version: Callable[[str], int] = lambda code: 0) -> BasicItem:
    """
    Return the basic item that a content file describes, version 0.

    Args:
        raw: The file's mapping.
        form_version: Gives the version of the form with this code.

    Raises:
        NotAsAgreed: with the field at fault.
    """
    one = Raw(raw, "")
    return BasicItem(
        catalog_code=one.string("catalog_code"),
        levels=one.strings("levels"),
        code=one.string("code"),
        name=one.text("name"),
        task_type=one.string("task_type"),
        department_kind=one.string("department_kind"),
        power_source=one.string("power_source"),
        audience=one.string("audience"),
        server_type=one.strings("server_type"),
        themes=one.strings("themes"),
        events=one.strings("events"),
        hot=one.yes("hot"),
        project_type=one.string("project_type"),
        legal=_limit(one.part("legal")),
        promised=_limit(one.part("promised")),
        visits=one.number("visits"),
        visits_reason=one.text("visits_reason", needed=False),
        tier=one.number("tier"),
        depth=one.strings("depth"),
        handle_type=one.strings("handle_type"),
        handle_area=one.string("handle_area"),
        fees=_fees(one),
        is_pay_online=one.yes("is_pay_online"),
        **_result(one),
        by_law=one.strings("by_law"),
        conditions=one.text("conditions"),
        flow=tuple(_step(step) for step in one.parts("flow")),
        form_code=one.string("form"),
        form_version=form_version(one.string("form")),
        materials=tuple(material(part) for part in one.parts("materials")),
        questions=tuple(Question(part.text("q"), part.text("a")) for part in one.parts("questions")),
        more=_more(raw),
    )


def material(one: Raw) -> Material:
    """Return one material. Raises NotAsAgreed."""
    return Material(
        code=one.string("code"),
        name=one.text("name"),
        material_type=one.string("material_type"),
        material_format=one.string("material_format"),
        need=one.string("need"),
        source=one.string("source"),
        by_law=one.strings("by_law"),
        licence_type=one.string("licence_type", needed=False),
        resource=one.string("resource", needed=False),
        resource_fields=one.strings("resource_fields"),
        when_field=one.part("when").string("field") if "when" in one.raw else "",
        when_values=one.part("when").strings("in") if "when" in one.raw else (),
        source_explain=one.text("source_explain", needed=False),
        fill_explain=one.text("fill_explain", needed=False),
        accept_stand=one.text("accept_stand", needed=False),
        page_num=one.number("page_num", 1),
        page_format=one.string("page_format", needed=False),
        sample=one.yes("sample"),
        from_form=one.yes("from_form"),
        form_guid=one.string("form_guid", needed=False),
        example_guid=one.string("example_guid", needed=False),
    )


def overrides(raw: Mapping[str, Any]) -> tuple[Override, ...]:
    """
    Return what one entry of an overrides file sets, one override a field, all with the entry's reason.

    Raises:
        NotAsAgreed: a field that no place may set, or no reason.
    """
    entry = Raw(raw, "")
    reason, chosen = entry.text("reason"), entry.part("set")
    found = []
    for name in chosen.raw:
        if name.endswith("_en") and name[:-3] in chosen.raw:
            continue
        field, value = _override(chosen, name)
        found.append(Override(field, msgspec.to_builtins(value), reason))
    return tuple(found)


def _override(chosen: Raw, name: str) -> tuple[str, Any]:
    readers: dict[str, Callable[[], Any]] = {
        "promised": lambda: _limit(chosen.part(name)),
        "visits": lambda: chosen.number(name),
        "tier": lambda: chosen.number(name),
        "depth": lambda: chosen.strings(name),
        "handle_type": lambda: chosen.strings(name),
        "handle_area": lambda: chosen.string(name),
        "is_pay_online": lambda: chosen.yes(name),
        "materials_add": lambda: tuple(material(part) for part in chosen.parts(name)),
        "materials_remove": lambda: chosen.strings(name),
    }
    if name == "fee":
        return "fees", _fees(chosen)
    if name in readers:
        return name, readers[name]()
    if inherit.OVERRIDABLE.get(name) is Text:
        return name, chosen.text(name, needed=False)
    if name in table.named("extension") and name not in _TYPED:
        return "more", {name: _national(name, name, chosen.raw[name])}
    raise NotAsAgreed(f"set.{name}", "这一项不能由地方改写。")


def _result(one: Raw) -> dict[str, Any]:
    kind = one.string("result_type")
    return {
        "result_type": kind,
        "result_name": one.text("result_name", needed=kind != "4"),
        "result_licence_type": one.string("result_licence_type", needed=False),
        "result_fields": {str(name): str(value) for name, value in (one.raw.get("result_fields") or {}).items()},
    }


def _limit(one: Raw) -> TimeLimit:
    return TimeLimit(
        one.number("days"), one.string("unit"), one.text("explain", needed=False), one.strings("basis")
    )  # fmt: skip


def _fees(one: Raw) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            name=part.text("name"),
            standard=part.text("standard"),
            amount=Fen(part.number("amount_fen")),
            by_law=part.strings("by_law"),
            reducible=part.yes("reducible"),
            reduction_basis=part.text("reduction_basis", needed=False),
        )
        for part in one.parts("fee")
    )


def _step(one: Raw) -> Step:
    days = one.raw.get("days")
    return Step(one.text("step"), one.text("who", needed=False), None if days is None else one.number("days"))


def _more(raw: Mapping[str, Any]) -> dict[str, Any]:
    more = {}
    for name, value in raw.items():
        base = name.removesuffix("_en")
        if name in _TYPED or (base in _TYPED and name != base):
            continue
        more[name] = _national(name, base, value)
    return more


def _national(name: str, base: str, value: Any) -> Any:
    """A further national field as JSON keeps it: its value must be one that the field takes."""
    one = next((found for group in table.SINGLE if (found := table.named(group).get(base))), None)
    if one is None:
        raise NotAsAgreed(name, "没有这个字段。")
    if name != base:
        return str(value)
    if one.kind is table.Kind.YES_NO and not isinstance(value, bool):
        raise NotAsAgreed(name, "应为 true 或 false。")
    try:
        return msgspec.to_builtins(table.checked(one, value.isoformat() if isinstance(value, date) else value))
    except table.FieldWrong as error:
        raise NotAsAgreed(name, error.says) from None
