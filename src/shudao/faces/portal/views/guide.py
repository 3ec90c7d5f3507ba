"""The guide to one matter: what, who, where, how long, how much, and which papers the platform gets itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.licences import api as licences
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Article, Implementation, Material
from shudao.faces.design.access import allow
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Paper:
    """One material and what replaces it: the form, `licence`, or `resource` of `provider`; else the applicant."""

    material: Material
    licence: Text | None
    resource: Text | None
    provider: Text | None
    articles: tuple[Article, ...]

    @property
    def fetched(self) -> bool:
        return self.material.from_form or self.licence is not None or self.resource is not None


@allow(public=True)
def guide(request: HttpRequest, task_code: str) -> HttpResponse:
    matter = matters.implementation(task_code)
    articles = _articles(matter)
    shown = papers(matter, articles)
    context = {
        "matter": matter,
        "fetched": sum(1 for one in shown if one.fetched),
        "asked": sum(1 for one in shown if not one.fetched and one.material.need != "2"),
        "place_path": regions.ancestors(matter.division),
        "papers": shown,
        "basis": [articles[code] for code in matter.by_law if code in articles],
        "fees": [(fee, [articles[code] for code in fee.by_law if code in articles]) for fee in matter.fees],
        "task_type": matters.label("task_type", matter.task_type),
        "project_type": matters.label("project_type", matter.project_type),
        "handle_area": matters.label("handle_area", matter.handle_area),
        "apply_here": matter.online and matter.state == "1",
    }
    return render(request, "portal/guide.html", context)


def papers(matter: Implementation, articles: dict[str, Article] | None = None) -> list[Paper]:
    """Return the matter's materials, each with what replaces it."""
    known = _articles(matter) if articles is None else articles
    types = {one.code: one.name for one in licences.types()}
    resources = exchange.find_resources([one.resource for one in matter.materials if one.resource])
    bodies = identity.find_departments([one.provider for one in resources.values()])
    return [
        _paper(one, types, resources, {code: body.name for code, body in bodies.items()}, known)
        for one in matter.materials
    ]


def _paper(
    one: Material,
    types: dict[str, Text],
    resources: dict[str, Resource],
    bodies: dict[str, Text],
    articles: dict[str, Article],
) -> Paper:
    resource = resources.get(one.resource)
    return Paper(
        material=one,
        licence=types.get(one.licence_type),
        resource=resource.name if resource else None,
        provider=bodies.get(resource.provider) if resource else None,
        articles=tuple(articles[code] for code in one.by_law if code in articles),
    )


def _articles(matter: Implementation) -> dict[str, Article]:
    codes = {*matter.by_law}
    codes.update(code for material in matter.materials for code in material.by_law)
    codes.update(code for fee in matter.fees for code in fee.by_law)
    codes.update(matter.legal.basis)
    return matters.articles(codes)
