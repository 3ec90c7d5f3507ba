"""Who used somebody's data, in plain words: departments and not officers, one's own cases and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext, gettext_lazy

from shudao.contexts.cases import api as cases
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import DataUse, Question
from shudao.contexts.exchange.contracts.registry import Resource, System
from shudao.contexts.exchange.contracts.rights import PURPOSES, Purpose
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

_CASE_LENGTH = 43
PERIODS = {"30": gettext_lazy("最近30天"), "90": gettext_lazy("最近90天"), "365": gettext_lazy("最近一年")}


@dataclass(frozen=True, slots=True)
class Use:
    """
    One use, in words.

    `case` is the number of one's own case, or one's own draft's once it became a case; `foreign` says that it was for
    a case of somebody else, which is not named.
    """

    entry: str
    at: datetime
    who: Text
    system: Text
    resource: Text
    code: str
    fields: tuple[Text, ...]
    verified: bool
    purpose: Text
    case: str
    foreign: bool
    department: str
    questions: tuple[Question, ...]


def told(uses: Sequence[DataUse], actor: Actor) -> list[Use]:
    """Put uses into words: three queries for the names, and what the actor's own cases take."""
    systems = {one.client: one for one in exchange.systems()} if uses else {}
    resources = exchange.find_resources(sorted({one.line.resource for one in uses}))
    bodies = identity.find_departments({one.department for one in uses if one.department})
    mine = own_cases(actor, {one.line.case for one in uses if one.line.case})
    return [_told(one, systems, resources, bodies, mine) for one in uses]


def _told(
    one: DataUse,
    systems: dict[str, System],
    resources: dict[str, Resource],
    bodies: dict[str, Department],
    mine: dict[str, str],
) -> Use:
    line, resource, system = one.line, resources.get(one.line.resource), systems.get(one.line.client)
    titles = {item.name: item.title for item in resource.items} if resource else {}
    return Use(
        entry=line.entry,
        at=line.at,
        who=bodies[one.department].name if one.department in bodies else Text(line.client),
        system=system.name if system else Text(line.client),
        resource=resource.name if resource else Text(line.resource),
        code=line.resource,
        fields=tuple(titles.get(name, Text(name)) for name in line.fields),
        verified=one.verified,
        purpose=PURPOSES[Purpose(line.purpose)] if line.purpose in set(Purpose) else Text(line.purpose),
        case=mine.get(line.case, ""),
        foreign=bool(line.case) and line.case not in mine,
        department=one.department,
        questions=one.questions,
    )


def own_cases(actor: Actor, codes: Iterable[str]) -> dict[str, str]:
    """
    Return ledger code → case number for what is the actor's own; a draft that is no case yet gives "", and so does the
    look-up by which they showed that they represent a company.
    """
    wanted = set(codes)
    relations = exchange.find_relations([code for code in wanted if len(code) != _CASE_LENGTH])
    found = {one.number: "" for one in relations.values() if one.holder == actor.person}
    for code in sorted(wanted - set(found)):
        try:
            if len(code) == _CASE_LENGTH:
                found[code] = cases.case(code, acting=actor).row.number
            else:
                found[code] = cases.draft(code, acting=actor).case
        except NotFound:
            continue
    return found


def since(period: str, *, now: datetime) -> date | None:
    """The first local day of a period that the filter offers; None for all."""
    return local_date(now) - timedelta(days=int(period)) if period in PERIODS else None


def filters(uses: Sequence[DataUse], department: str, period: str) -> list[Field]:
    """The selects above the list: the departments that appear in it, and periods."""
    bodies = identity.find_departments({one.department for one in uses if one.department})
    everyone = Choice("", gettext("全部"))
    who = (everyone, *(Choice(code, said(one.name)) for code, one in sorted(bodies.items())))
    when = (everyone, *(Choice(code, str(name)) for code, name in PERIODS.items()))
    return [
        Field("department", gettext("部门"), "select", department, choices=who),
        Field("period", gettext("时间"), "select", period, choices=when),
    ]
