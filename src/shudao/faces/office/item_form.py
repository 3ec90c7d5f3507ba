"""The plain form of a basic item: its national fields as entries, and the item that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import BasicItem, Fee, Material, Question, Step, TimeLimit
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.kernel.errors import Invalid
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text

_LONG = 2000
_TEXTS = {"name": "text", "conditions": "textarea", "visits_reason": "text", "result_name": "text"}
_ONE = {
    "power_source": "power_source",
    "audience": "audience",
    "project_type": "project_type",
    "handle_area": "handle_area",
    "result_type": "result_type",
}
_SETS = {
    "levels": "use_level",
    "server_type": "server_type",
    "themes": "matter_theme",
    "depth": "online_depth_functions",
    "handle_type": "handle_type",
}
_LIMITS = ("legal", "promised")
_NEED, _SOURCE, _UNIT, _TIER = "material_need", "material_source", "time_unit", "online_tier"


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that stand together under one heading."""

    title: str
    fields: tuple[Field, ...]

    @property
    def at_fault(self) -> bool:
        """Whether one of them is at fault: then it stands open."""
        return any(one.error for one in self.fields)


def sections(item: BasicItem, sent: QueryDict | None, errors: dict[str, str]) -> list[Section]:
    """The form: what was typed, else what the item says; each entry with its fault."""
    made = [
        Section(gettext("基本信息"), tuple(_texts(item))),
        Section(gettext("办理"), tuple(_handling(item))),
        Section(gettext("时限"), tuple(_limits(item))),
        Section(gettext("依据和流程"), tuple(_bases(item))),
        *(Section(_material_title(one), tuple(_material(n, one))) for n, one in enumerate((*item.materials, None))),
        *(Section(_fee_title(one), tuple(_fee(n, one))) for n, one in enumerate((*item.fees, None))),
        Section(gettext("常见问题"), tuple(_questions(item))),
    ]
    return [replace(one, fields=tuple(_shown(entry, sent, errors) for entry in one.fields)) for one in made]


def _shown(entry: Field, sent: QueryDict | None, errors: dict[str, str]) -> Field:
    if sent is not None:
        entry = replace(
            entry, value=sent.getlist(entry.name) if entry.kind == "checkboxes" else sent.get(entry.name, "")
        )
    return replace(entry, error=errors.get(entry.name, ""))


def typed(item: BasicItem, sent: QueryDict) -> BasicItem:
    """The item that was typed. Raises Invalid for numbers that are none."""
    problems: dict[str, str] = {}

    def number(name: str) -> int:
        word = sent.get(name, "").strip()
        if not (word.isascii() and word.isdigit() and len(word) < 9):
            problems[name] = "请填写整数。"
            return 0
        return int(word)

    changed: dict[str, Any] = {name: _text(sent, name) for name in _TEXTS}
    changed |= {name: sent.get(name, "") for name in _ONE}
    changed |= {name: tuple(sent.getlist(name)) for name in _SETS}
    changed |= {
        "visits": number("visits"),
        "tier": number("tier"),
        "is_pay_online": sent.get("is_pay_online") == "true",
    }
    for name in _LIMITS:
        unit, basis = sent.get(f"{name}_unit", ""), _lines(sent.get(f"{name}_basis", ""))
        changed[name] = TimeLimit(number(name), unit, _text(sent, f"{name}_explain"), basis)
    changed["by_law"] = _lines(sent.get("by_law", ""))
    changed["flow"] = _flow(item, sent.get("flow", ""))
    changed["materials"] = tuple(_typed_materials(item, sent))
    changed["fees"] = tuple(_typed_fees(item, sent, number))
    changed["questions"] = tuple(_typed_questions(sent))
    if problems:
        raise Invalid(fields=problems)
    return replace(item, **changed)


# ---- entries --------------------------------------------------------------------------------------------------------


def _pair(name: str, title: str, text: Text, kind: str = "text") -> Iterator[Field]:
    yield Field(name, title, kind, text.zh, required=False, maxlength=_LONG)
    yield Field(
        f"{name}_en", gettext("{title}（英文）").format(title=title), kind, text.en, required=False, maxlength=_LONG
    )


def _texts(item: BasicItem) -> Iterator[Field]:
    titles = {
        "name": gettext("事项名称"),
        "conditions": gettext("受理条件"),
        "visits_reason": gettext("须到现场的原因"),
        "result_name": gettext("结果名称"),
    }
    for name, kind in _TEXTS.items():
        yield from _pair(name, titles[name], getattr(item, name), kind)


def _handling(item: BasicItem) -> Iterator[Field]:
    titles = {
        "levels": gettext("行使层级"),
        "server_type": gettext("服务对象"),
        "themes": gettext("主题"),
        "depth": gettext("网上办理深度"),
        "handle_type": gettext("办理形式"),
        "power_source": gettext("权力来源"),
        "audience": gettext("面向对象"),
        "project_type": gettext("办件类型"),
        "handle_area": gettext("通办范围"),
        "result_type": gettext("结果类型"),
    }
    for name, code_list in _SETS.items():
        yield Field(name, titles[name], "checkboxes", list(getattr(item, name)), choices=_choices(code_list))
    for name, code_list in _ONE.items():
        yield Field(name, titles[name], "select", getattr(item, name), choices=_choices(code_list))
    yield Field("tier", gettext("网办深度等级"), "select", str(item.tier), choices=_choices(_TIER))
    yield Field("visits", gettext("到现场次数"), "number", str(item.visits), width="3")
    yield Field("is_pay_online", gettext("网上支付"), "boolean", "true" if item.is_pay_online else "false")


def _limits(item: BasicItem) -> Iterator[Field]:
    titles = {"legal": gettext("法定办结时限"), "promised": gettext("承诺办结时限")}
    for name in _LIMITS:
        limit: TimeLimit = getattr(item, name)
        yield Field(name, titles[name], "number", str(limit.amount), width="3")
        yield Field(f"{name}_unit", gettext("时限单位"), "select", limit.unit, choices=_choices(_UNIT))
        yield from _pair(f"{name}_explain", gettext("时限说明"), limit.explain)
        yield _articles(f"{name}_basis", gettext("时限依据"), limit.basis)


def _bases(item: BasicItem) -> Iterator[Field]:
    yield _articles("by_law", gettext("设定依据"), item.by_law)
    lines = "\n".join(f"{one.name.zh} | {one.name.en} | {'' if one.days is None else one.days}" for one in item.flow)
    yield Field(
        "flow", gettext("办理流程"), "textarea", lines, hint=gettext("每行一步：名称 | 英文 | 工作日（可不填）")
    )


def _articles(name: str, title: str, codes: tuple[str, ...]) -> Field:
    hint = gettext("每行一个条文代码，如 xzxkf:42，见法规库")
    return Field(name, title, "textarea", "\n".join(codes), hint=hint, required=False)


def _material_title(one: Material | None) -> str:
    return gettext("材料：{name}").format(name=said(one.name)) if one else gettext("增加一项材料")


def _material(number: int, one: Material | None) -> Iterator[Field]:
    at = f"m{number}"
    yield from _pair(f"{at}-name", gettext("材料名称"), one.name if one else Text(""))
    yield Field(f"{at}-need", gettext("必要性"), "select", one.need if one else "1", choices=_choices(_NEED))
    yield Field(f"{at}-source", gettext("材料来源"), "select", one.source if one else "10", choices=_choices(_SOURCE))
    yield _articles(f"{at}-by_law", gettext("要求提供材料的依据"), one.by_law if one else ())
    if one:
        yield _remove(at)


def _fee_title(one: Fee | None) -> str:
    return gettext("收费：{name}").format(name=said(one.name)) if one else gettext("增加一项收费")


def _fee(number: int, one: Fee | None) -> Iterator[Field]:
    at = f"f{number}"
    yield from _pair(f"{at}-name", gettext("收费项目"), one.name if one else Text(""))
    yield from _pair(f"{at}-standard", gettext("收费标准"), one.standard if one else Text(""))
    yield Field(f"{at}-amount", gettext("金额（分）"), "number", str(one.amount if one else 0), width="5")
    yield _articles(f"{at}-by_law", gettext("收费依据"), one.by_law if one else ())
    if one:
        yield _remove(at)


def _questions(item: BasicItem) -> Iterator[Field]:
    for number, one in enumerate((*item.questions, Question(Text(""), Text("")))):
        yield from _pair(f"q{number}-question", gettext("问"), one.question)
        yield from _pair(f"q{number}-answer", gettext("答"), one.answer)


def _remove(at: str) -> Field:
    keep = (Choice("remove", gettext("删除这一项")),)
    return Field(f"{at}-remove", gettext("处理"), "checkboxes", [], choices=keep, required=False)


def _choices(code_list: str) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, said(one.label)) for one in matters.choices_of(code_list))


# ---- what was typed -------------------------------------------------------------------------------------------------


def _text(sent: QueryDict, name: str) -> Text:
    """What was typed in both languages; browsers end lines their own way."""
    zh, en = (sent.get(part, "").replace("\r\n", "\n").strip()[:_LONG] for part in (name, f"{name}_en"))
    return Text(zh, en)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip()[:60] for line in text.splitlines() if line.strip()))


def _flow(item: BasicItem, text: str) -> tuple[Step, ...]:
    """Steps by line; who takes a step stays with its name."""
    who = {one.name.zh: one.who for one in item.flow}
    steps = []
    for line in text.splitlines()[:30]:
        name, english, days = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
        if name:
            steps.append(
                Step(Text(name, english or name), who.get(name, Text("")), int(days) if days.isdigit() else None)
            )
    return tuple(steps)


def _typed_materials(item: BasicItem, sent: QueryDict) -> Iterator[Material]:
    for number, one in enumerate(item.materials):
        at = f"m{number}"
        if f"{at}-name" in sent and not sent.get(f"{at}-remove"):
            yield replace(one, **_material_fields(at, sent))
    at = f"m{len(item.materials)}"
    if sent.get(f"{at}-name", "").strip():
        taken = {one.code for one in item.materials}
        code = next(f"material-{n}" for n in range(1, 1000) if f"material-{n}" not in taken)
        fields: dict[str, Any] = {"code": code, "material_type": "1", "material_format": "3"}
        yield Material(**fields, **_material_fields(at, sent))


def _material_fields(at: str, sent: QueryDict) -> dict[str, Any]:
    return {
        "name": _text(sent, f"{at}-name"),
        "need": sent.get(f"{at}-need", ""),
        "source": sent.get(f"{at}-source", ""),
        "by_law": _lines(sent.get(f"{at}-by_law", "")),
    }


def _typed_fees(item: BasicItem, sent: QueryDict, number: Any) -> Iterator[Fee]:
    for n, one in enumerate((*item.fees, None)):
        at = f"f{n}"
        if not sent.get(f"{at}-name", "").strip() or sent.get(f"{at}-remove"):
            continue
        fields = {
            "name": _text(sent, f"{at}-name"),
            "standard": _text(sent, f"{at}-standard"),
            "amount": Fen(number(f"{at}-amount")),
            "by_law": _lines(sent.get(f"{at}-by_law", "")),
        }
        yield replace(one, **fields) if one else Fee(**fields)


def _typed_questions(sent: QueryDict) -> Iterator[Question]:
    for number in range(60):
        question = _text(sent, f"q{number}-question")
        if question.zh:
            yield Question(question, _text(sent, f"q{number}-answer"))
