"""Ask every source of materials what it has. Calls to the exchange go over the network: never inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import Fact
from shudao.contexts.cases.rules import materials
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.answers import Unavailable, UnavailableReason
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.licences import api as licences
from shudao.contexts.matters.contracts import Material
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.money import Fen, yuan
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom, and as which case, the sources are asked."""

    applicant: str
    company: str
    case: str

    @property
    def holder(self) -> str:
        """Whose papers these are."""
        return self.company or self.applicant


def wanted(material: Material, data: Mapping[str, object] | None) -> materials.Wanted:
    """Return a material as the rules see it for this form; `data` is None before there is one."""
    if data is None:
        applies = None if material.when_field else True
    else:
        applies = materials.applies(material.when_field, material.when_values, data)
    return materials.Wanted(
        code=material.code,
        name=material.name,
        need=material.need,
        licence_type=material.licence_type,
        resource=material.resource,
        applies=applies,
        from_form=material.from_form,
    )


def kind_of(material: Material) -> str:
    """Return what makes a material reusable: the licence it is, else its name."""
    return material.licence_type or material.name.zh[:200]


def licences_of(asking: Asking, *, now: datetime) -> dict[str, materials.LicenceFound]:
    """
    Return type code → the newest licence of the applicant or company that counts.

    A licence that names another person (a child's register page, issued to the mother who applied) is not the
    applicant's own paper.
    """
    holders = tuple(filter(None, (asking.company, asking.applicant)))
    own_name = identity.person(asking.applicant).name if asking.applicant else ""
    found: dict[str, materials.LicenceFound] = {}
    for licence in licences.find_all(holders=holders, now=now) if holders else []:
        kind = licences.licence_type(licence.type_code)
        if kind.holder_kind == "person" and licence.fields.get("name", own_name) != own_name:
            continue
        labels = {field.name: field.label for field in kind.fields}
        facts = tuple(
            Fact(name, labels.get(name, Text(name)), value) for name, value in licence.fields.items() if value
        )
        found.setdefault(licence.type_code, materials.LicenceFound(licence.number, licence.type_name, facts))
    return found


def library_of(asking: Asking, kinds: Iterable[str], *, now: datetime) -> dict[str, materials.InLibrary]:
    """Return kind → the newest file that the holder gave in a submitted case within a year, by one query."""
    since = now - timedelta(days=materials.LIBRARY_DAYS)
    rows = models.CaseMaterial.objects.filter(holder=asking.holder, kind__in=list(kinds), given_at__gte=since)
    rows = rows.exclude(file="").exclude(draft__case_number="").order_by("-given_at", "-id")
    found: dict[str, materials.InLibrary] = {}
    for row in rows.only("kind", "file", "file_name", "given_at", "draft_id"):
        if row.given_at is not None:
            day = local_date(row.given_at).isoformat()
            found.setdefault(row.kind, materials.InLibrary(row.file, row.file_name, day))
    return found


def exchange_of(
    asked: Iterable[Material], asking: Asking, *, acting: Actor, now: datetime
) -> dict[str, materials.Resource]:
    """
    Return material code → what its resource answered; each resource is asked once for the fields of all its materials.

    Once the gateway is down it is not tried again for the rest.
    """
    by_resource: dict[str, list[Material]] = {}
    for material in asked:
        by_resource.setdefault(material.resource, []).append(material)
    known = exchange.find_resources(list(by_resource))
    found: dict[str, materials.Resource] = {}
    down: materials.ResourceSilent | None = None
    for code, group in by_resource.items():
        resource = known.get(code)
        if resource is None:
            continue
        answer, is_down = (down, True) if down else _ask(resource, group, asking, acting=acting, now=now)
        if is_down and isinstance(answer, materials.ResourceSilent):
            down = answer
        found |= {material.code: _of(material, answer) for material in group}
    return found


def planned(asked: Iterable[Material]) -> dict[str, materials.Resource]:
    """Return material code → the resource that will be asked, for a plan."""
    group = list(asked)
    known = exchange.find_resources([material.resource for material in group])
    return {
        material.code: materials.ResourcePlanned(known[material.resource].name)
        for material in group
        if material.resource in known
    }


def _ask(
    resource: Resource, group: list[Material], asking: Asking, *, acting: Actor, now: datetime
) -> tuple[materials.Resource, bool]:
    """Return what one resource answers, and whether the gateway is down."""
    if resource.subject == "company" and not asking.company:
        why = Text("您以个人身份申请，没有可查询的企业", "You apply as a person: there is no company to ask about")
        return materials.ResourceSilent(why), False
    fields = tuple(dict.fromkeys(name for one in group for name in _fields(one, resource)))
    try:
        subject = _subject(resource, asking, acting=acting, now=now)
        answer = exchange.ask(
            resource=resource.code,
            subject_id=subject,
            purpose=Purpose.HANDLING,
            case=asking.case,
            fields=fields,
            acting=acting,
            now=now,
        )
    except Unavailable as missing:
        return materials.ResourceSilent(_clause(missing.sentence)), missing.reason is UnavailableReason.GATEWAY_DOWN
    titles = {item.name: item.title for item in resource.items}
    facts = tuple(Fact(name, titles.get(name, Text(name)), _shown(name, answer.fields.get(name))) for name in fields)
    return materials.ResourceAnswered(resource.name, answer.ledger_id, facts), False


def _subject(resource: Resource, asking: Asking, *, acting: Actor, now: datetime) -> str:
    if resource.subject == "company":
        return asking.company
    return identity.resident_id_for_exchange(asking.applicant, case=asking.case, acting=acting, now=now)


def _fields(material: Material, resource: Resource) -> tuple[str, ...]:
    return material.resource_fields or tuple(item.name for item in resource.items)


def _of(material: Material, answer: materials.Resource) -> materials.Resource:
    """Return the answer with the facts that this material needs alone."""
    if not isinstance(answer, materials.ResourceAnswered) or not material.resource_fields:
        return answer
    facts = tuple(fact for fact in answer.facts if fact.name in material.resource_fields)
    return materials.ResourceAnswered(answer.name, answer.evidence, facts)


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if name.endswith("_fen") and isinstance(value, int):
        return f"{yuan(Fen(value))} 元"
    return str(value)


def _clause(sentence: Text) -> Text:
    return Text(sentence.zh.rstrip("。."), sentence.en.rstrip("."))


def by_material(
    asked: Iterable[Material],
    *,
    licences_found: Mapping[str, materials.LicenceFound],
    resources: Mapping[str, materials.Resource],
    library: Mapping[str, materials.InLibrary],
) -> dict[str, materials.Sources]:
    """Return material code → everything its sources said."""
    return {
        one.code: materials.Sources(
            licence=licences_found.get(one.licence_type) if one.licence_type else None,
            resource=resources.get(one.code),
            library=library.get(kind_of(one)),
        )
        for one in asked
    }
