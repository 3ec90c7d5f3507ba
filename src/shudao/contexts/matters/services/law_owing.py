"""What an amended or repealed article makes departments owe: a revision of every item that cites it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import REVISE, REVISE_OWN, CitingItem, LawChangeKind
from shudao.contexts.matters.queries import impact, offers
from shudao.contexts.matters.queries.impact import OwnCitation
from shudao.contexts.matters.services import owing
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text

# Our own proposal: a month of working days to bring an item to the law as it will be.
REVISION_DAYS = 20
_SAID = {
    LawChangeKind.AMEND.value: Text("依据已修改，请修订事项", "Basis amended; revise the matter"),
    LawChangeKind.REPEAL.value: Text("依据已废止，请修订事项", "Basis repealed; revise the matter"),
}


def begin(change: models.LawChange, *, acting: Actor, now: datetime) -> None:
    """Open a duty for each item that cites the article, and for each body whose own additions do."""
    article = change.article.code
    due_on = max(owing.due(REVISION_DAYS, now=now), change.effective_on)
    found = impact.of(article, regions.roots()[0].code)
    for item in found.items:
        if item.places:
            _item(change, item, due_on, acting, now)
    bodies: dict[tuple[str, str], list[OwnCitation]] = defaultdict(list)
    for one in impact.own_citations(article):
        body = _deciding(one)
        bodies[one.catalog_code, body].append(one)
    for (catalog_code, body), cases in bodies.items():
        _own(change, catalog_code, body, len(cases), due_on, acting, now)


def _item(change: models.LawChange, item: CitingItem, due_on: date, acting: Actor, now: datetime) -> None:
    duties.open(
        kind=REVISE,
        owner=item.department,
        division=identity.department(item.department).division,
        subject=item.catalog_code,
        title=owing.title(_SAID[change.kind], item.name),
        due_on=due_on,
        evidence={
            "article": change.article.code,
            "change": change.number,
            "kind": change.kind,
            "places": [f"{one.place}:{one.part}" for one in item.places],
            "implementations": item.implementations,
        },
        acting=acting,
        now=now,
        key=f"{change.number}:{item.catalog_code}",
    )


def _own(
    change: models.LawChange, catalog_code: str, body: str, places: int, due_on: date, acting: Actor, now: datetime
) -> None:
    duties.open(
        kind=REVISE_OWN,
        owner=body,
        division=identity.department(body).division,
        subject=catalog_code,
        title=owing.title(_SAID[change.kind], offers.basic_item(catalog_code).name),
        due_on=due_on,
        evidence={"article": change.article.code, "change": change.number, "kind": change.kind, "places": places},
        acting=acting,
        now=now,
        key=f"{change.number}:{catalog_code}:{body}",
    )


def _deciding(one: OwnCitation) -> str:
    """The body that decides: townships and villages act for the department above them."""
    above = identity.responsible(one.kind, one.division)
    return above.code if above else one.department
