"""
An implementation as the 120 national exchange fields, in the order and with the names of `data/matter_fields.csv`.

Set-valued fields are tuples of codes: "^" joins them only on export. Yes/no fields are booleans.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, TypedDict

from shudao.contexts.matters.contracts import (
    Article,
    BasicItem,
    Fee,
    Implementation,
    Material,
    MatterFields,
    Question,
    Step,
    TimeLimit,
)
from shudao.contexts.matters.rules import codes
from shudao.contexts.matters.rules import fields as table

Articles = Mapping[str, Article]


class NationalFields(TypedDict):
    """The groups of the national exchange, each name → value."""

    catalog: dict[str, Any]
    implementation: dict[str, Any]
    extension: dict[str, Any]
    material: list[dict[str, Any]]
    fee: list[dict[str, Any]]
    question: list[dict[str, Any]]


@cache
def names(group: str) -> dict[str, str]:
    """Return the group's field names in national order, each with its kind ("char", "set", "bool" …)."""
    return {one.name: one.kind for one in table.of(group)}


def fields(matter: Implementation, articles: Articles, levels: tuple[str, ...] = ()) -> NationalFields:
    """
    Return all national fields of `matter`.

    Args:
        matter: A resolved implementation.
        articles: At least the articles that the matter cites, by code.
        levels: The levels of which the basic item says that they offer it; by default the matter's own.

    Source:
        GB/T 39554.1-2020, C0109; proved by tests/contexts/matters/rules/test_national.py
    """
    return {
        "catalog": _filled(
            "catalog",
            {
                **_further("catalog", matter),
                **_catalog(matter, matter.catalog_code, matter.state, articles, levels or (matter.use_level,)),
            },
        ),
        "implementation": _filled(
            "implementation", {**_further("implementation", matter), **_implementation(matter, articles)}
        ),
        "extension": _filled("extension", {**_further("extension", matter), **_extension(matter)}),
        "material": [_filled("material", _material(m, n, articles)) for n, m in enumerate(matter.materials, start=1)],
        "fee": [_filled("fee", _fee(fee, articles)) for fee in matter.fees],
        "question": [_filled("question", _question(question)) for question in matter.questions],
    }


def catalog(item: BasicItem, articles: Articles) -> dict[str, Any]:
    """Return the 9 fields of the basic catalogue's own row of an item in use; arguments as of `fields`."""
    return _filled(
        "catalog", {**_further("catalog", item), **_catalog(item, item.catalog_code, "1", articles, item.levels)}
    )


def cited(by_law: tuple[str, ...], articles: Articles) -> str:
    """Return the articles as people cite them: 《法》第N条 标题; one a line."""
    found = [articles[code] for code in by_law if code in articles]
    return "\n".join(f"《{one.document.zh}》第{one.number}条 {one.title.zh}".rstrip() for one in found)


def _filled(group: str, known: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: known.get(one.name, one.empty) for one in table.of(group)}


def _further(group: str, matter: MatterFields) -> dict[str, Any]:
    """What the matter says in national fields that have no place of their own, in their own types."""
    named = table.named(group)
    return {name: table.checked(named[name], value) for name, value in matter.more.items() if name in named}


def _catalog(
    matter: MatterFields, code: str, state: str, articles: Articles, levels: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "catalog_code": code,
        "task_name": matter.name.zh,
        "task_type": matter.task_type,
        "by_law": cited(matter.by_law, articles),
        "use_level": levels,
        "task_state": state,
        "parent_catalog_code": codes.parse_catalog_code(code).parent,
    }


def _implementation(matter: Implementation, articles: Articles) -> dict[str, Any]:
    entrusted = bool(matter.entrusted_by.zh)
    return {
        "row_guid": sha256(f"{matter.task_code}:{matter.version}".encode()).hexdigest()[:32],
        "catalog_code": matter.catalog_code,
        "task_code": matter.task_code,
        "task_handle_item": matter.handle_item,
        "task_name": matter.name.zh,
        "task_type": matter.task_type,
        "task_version": matter.version,
        "task_state": matter.state,
        "by_law": cited(matter.by_law, articles),
        "power_source": matter.power_source,
        "use_level": matter.use_level,
        "dept_name": matter.department_name.zh,
        "dept_code": matter.department,
        "dept_type": "3" if entrusted else "1",
        "entrust_name": matter.entrusted_by.zh,
        **_limit("anticipate", matter.legal),
        **_limit("promise", matter.promised),
        "accept_condition": matter.conditions.zh,
        "handle_flow": _flow(matter),
        "is_fee": bool(matter.fees),
        "fee_basis": "\n".join(cited(fee.by_law, articles) for fee in matter.fees),
        "server_type": matter.server_type,
        "project_type": matter.project_type,
        "handle_type": matter.handle_type,
        "limit_scene_num": matter.visits,
        "limit_scene_explain": matter.visits_reason.zh,
        "is_single_login": matter.online,
        "app_is_single_login": matter.online,
        "transact_addr": f"{matter.place_name.zh} {matter.place.zh}".strip(),
        "transact_time": matter.open_hours.zh,
        "link_way": matter.phone or f"现场咨询：{matter.place_name.zh} {matter.place.zh}".strip(),
        "supervise_way": matter.complaint_phone,
    }


def _extension(matter: Implementation) -> dict[str, Any]:
    company = matter.themes if matter.audience in ("company", "both") else ()
    person = matter.themes if matter.audience in ("person", "both") else ()
    return {
        "is_entry_center": bool(matter.place_name.zh),
        "center_name": matter.place_name.zh,
        "handle_area": matter.handle_area,
        "result_type": matter.result_type,
        "result_name": matter.result_name.zh,
        "result_guid": f"licence-type:{matter.result_licence_type}" if matter.result_licence_type else "",
        "is_result_cert": bool(matter.result_licence_type),
        "result_cert_code": matter.result_licence_type,
        "is_pay_online": matter.is_pay_online,
        "user_topic_type": person,
        "corp_topic_type": company,
        "is_online": matter.online,
        "online_handle_depth": matter.depth,
        "online_tier": str(matter.tier),
        "town_code": matter.division if matter.use_level == "5" else "",
        "village_code": matter.division if matter.use_level == "6" else "",
    }


def _material(material: Material, number: int, articles: Articles) -> dict[str, Any]:
    return {
        "material_name": material.name.zh,
        "material_type": material.material_type,
        "material_format": material.material_format,
        "is_need": material.need,
        "source_type": material.source,
        "source_explain": material.source_explain.zh,
        "page_num": material.page_num,
        "page_format": material.page_format,
        "form_guid": material.form_guid,
        "example_guid": material.example_guid,
        "fill_explain": material.fill_explain.zh,
        "accept_stand": material.accept_stand.zh,
        "by_law": cited(material.by_law, articles),
        "is_cert": bool(material.licence_type),
        "cert_code": material.licence_type,
        "cert_name": material.name.zh if material.licence_type else "",
        "share_resource_code": material.resource,
        "order_num": number,
    }


def _fee(fee: Fee, articles: Articles) -> dict[str, Any]:
    return {
        "fee_name": fee.name.zh,
        "fee_stand": fee.standard.zh,
        "by_law": cited(fee.by_law, articles),
        "is_desc": fee.reducible,
        "desc_explain": fee.reduction_basis.zh,
    }


def _question(question: Question) -> dict[str, Any]:
    return {"question": question.question.zh, "answer": question.answer.zh}


def _limit(prefix: str, limit: TimeLimit) -> dict[str, Any]:
    return {f"{prefix}_day": limit.amount, f"{prefix}_type": limit.unit, f"{prefix}_explain": limit.explain.zh}


def _flow(matter: Implementation) -> str:

    return "\n".join(f"{n}. {step.name.zh}{_days(step)}" for n, step in enumerate(matter.flow, start=1))


def _days(step: Step) -> str:
    if step.days is None:
        return ""
    return f"（{step.days}个工作日）" if step.days else "（当日）"
