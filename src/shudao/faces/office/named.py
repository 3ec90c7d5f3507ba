"""Requests, grants and calls with the names of what they name by code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import PURPOSES, Grant, ShareRequest
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Named:
    """
    One request or grant; `fields` are the titles of what is asked for, `department` the asking one.

    `given`: the titles of what a request's source gives or proposes to give, empty where it has not said.
    """

    one: Any
    resource: Text
    provider: str
    system: Text
    department: Text
    fields: tuple[Text, ...]
    purpose: Text
    given: tuple[Text, ...] = ()


def named(found: Iterable[Grant | ShareRequest]) -> list[Named]:
    """Name them: three queries for however many."""
    shown = list(found)
    resources = exchange.find_resources(sorted({one.resource for one in shown}))
    systems = exchange.find_systems(sorted({one.system for one in shown}))
    bodies = identity.find_departments({one.department for one in systems.values()})
    return [_named(one, resources.get(one.resource), systems, bodies) for one in shown]


def _named(one: Grant | ShareRequest, resource: Resource | None, systems: Any, bodies: Any) -> Named:
    system = systems.get(one.system)
    body = bodies.get(system.department) if system else None
    return Named(
        one=one,
        resource=resource.name if resource else Text(one.resource),
        provider=resource.provider if resource else "",
        system=system.name if system else Text(one.system),
        department=body.name if body else Text(""),
        fields=titles(resource, one.fields),
        purpose=PURPOSES[one.purpose],
        given=titles(resource, one.given.fields) if isinstance(one, ShareRequest) and one.given else (),
    )


def titles(resource: Resource | None, fields: tuple[str, ...]) -> tuple[Text, ...]:
    """What the fields of a resource are called."""
    known = {item.name: item.title for item in resource.items} if resource else {}
    return tuple(known.get(name, Text(name)) for name in fields)
