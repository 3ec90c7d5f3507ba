"""Corrections, disputes and questions with the names of what they name by code, and who sees which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import Correction
from shudao.faces.office import roles
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text

T = TypeVar("T")
# So many rows an exported list has at most.
MOST = 10_000
_SIZE = 200


@dataclass(frozen=True, slots=True)
class NamedCorrection:
    """One correction; `reporter` is the department, nothing where a citizen reports: who it is stays masked."""

    one: Correction
    resource: Text
    field: Text
    source: Text
    reporter: Text | None


def named(found: Sequence[Correction]) -> list[NamedCorrection]:
    """Name them: two queries for however many."""
    resources = exchange.find_resources(sorted({one.resource for one in found}))
    bodies = names_of({code for one in found for code in (one.source, one.department)})
    shown = []
    for one in found:
        resource = resources.get(one.resource)
        titles = {item.name: item.title for item in resource.items} if resource else {}
        shown.append(
            NamedCorrection(
                one,
                resource.name if resource else Text(one.resource),
                titles.get(one.field, Text(one.field)),
                bodies.get(one.source, Text(one.source)),
                bodies.get(one.department),
            )
        )
    return shown


def names_of(codes: set[str]) -> dict[str, Text]:
    """What departments are called, by credit code."""
    return {code: one.name for code, one in identity.find_departments(codes - {""}).items()}


def sides_of(actor: Actor) -> list[str] | None:
    """For which departments the actor sees what they report or owe; None for all: the data bureau."""
    if roles.holds(actor, (Role.DATA_BUREAU,)):
        return None
    return roles.departments_of(actor, roles.DATA)


def sees(actor: Actor, *departments: str) -> bool:
    """Whether one of these departments is the actor's, or the actor sees all."""
    mine = sides_of(actor)
    return mine is None or bool(set(mine) & (set(departments) - {""}))


def pages(read: Callable[[int, int], Page[T]]) -> Iterator[Sequence[T]]:
    """A whole list for a spreadsheet, in pieces of which each is named at once."""
    for number in range(1, MOST // _SIZE + 1):
        page = read(number, _SIZE)
        yield page.items
        if number >= page.pages:
            return


def faults(wrong: Invalid) -> dict[str, str]:
    """What is wrong, by entry, in the reader's language."""
    return {name: gettext(sentence) for name, sentence in wrong.fields.items()}


def sent(request: HttpRequest, *names: str) -> dict[str, Any]:
    """The entries of a form, trimmed."""
    return {name: request.POST.get(name, "").strip() for name in names}
