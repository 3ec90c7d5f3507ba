"""Read systems, resources, requests and grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import KeyUnknown, ResourceUnknown, SystemUnknown
from shudao.contexts.exchange.contracts.registry import (
    Contact,
    Cycle,
    Item,
    Resource,
    ResourceState,
    ShareMode,
    ShareType,
    System,
    SystemKey,
    SystemState,
    Upstream,
)
from shudao.contexts.exchange.contracts.rights import Ending, Given, Grant, Purpose, RequestState, ShareRequest
from shudao.contexts.exchange.rules import rights
from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import now


def _text(kept: dict[str, str]) -> Text:
    return Text(kept.get("zh", ""), kept.get("en", ""))


def system(row: models.System) -> System:
    """Return the row as others see it; its keys have to be prefetched for lists."""
    instant = now()
    kept = [key for key in row.keys.all() if key.revoked_at is None]
    return System(
        client=row.client,
        name=Text(row.name, row.name_en),
        department=row.department,
        active=row.active,
        keys=tuple(key.key_id for key in kept if key.valid_from <= instant < key.valid_to),
        contact=Contact(row.contact_name, row.contact_phone, row.contact_mail),
        state=SystemState(row.state),
        state_why=row.state_why,
        keys_end=max((key.valid_to for key in kept), default=None),
    )


def systems() -> list[System]:
    return [system(row) for row in models.System.objects.prefetch_related("keys").order_by("client")]


def find_systems(clients: Sequence[str]) -> dict[str, System]:
    rows = models.System.objects.filter(client__in=set(clients)).prefetch_related("keys")
    return {row.client: system(row) for row in rows}


def system_row(client: str) -> models.System:
    """Return the system's row. Raises SystemUnknown."""
    row = models.System.objects.filter(client=client).first()
    if row is None:
        raise SystemUnknown(client=client)
    return row


def key_row(client: str, key_id: str) -> models.SystemKey:
    """Return a key's row, locked. Raises KeyUnknown."""
    row = models.SystemKey.objects.select_for_update().filter(system__client=client, key_id=key_id).first()
    if row is None:
        raise KeyUnknown(key=key_id)
    return row


def system_keys(client: str) -> list[SystemKey]:
    """Return a system's keys, the one that ends last first. Raises SystemUnknown."""
    rows = system_row(client).keys.order_by("-valid_to", "-pk")
    return [SystemKey(row.key_id, row.valid_from, row.valid_to, row.revoked_at, row.revoked_why) for row in rows]


def resource_of(row: models.Resource) -> Resource:
    """Return the row as others see it."""
    return Resource(
        code=row.code,
        catalogue_code=row.catalogue_code,
        name=Text(row.name, row.name_en),
        abstract=Text(row.abstract, row.abstract_en),
        provider=row.provider,
        classes=tuple(_text(kept) for kept in row.classes),
        format=row.format,
        items=tuple(msgspec.convert(kept, Item) for kept in row.items),
        share_type=ShareType(row.share_type),
        condition=_text(row.condition),
        basis=_text(row.basis),
        cycle=Cycle(row.cycle),
        matters=tuple(row.matters),
        dataset=row.dataset,
        sensitivity=row.sensitivity,
        subject=row.subject,
        published_on=row.published_on,
        row_field=row.row_field,
        upstream=msgspec.convert(row.upstream, Upstream) if row.upstream else None,
        share_mode=ShareMode(row.share_mode),
        opened=row.opened,
        open_condition=_text(row.open_condition),
        related=tuple(row.related),
        state=ResourceState(row.state),
        state_why=row.state_why,
        version=row.version,
    )


def resources() -> list[Resource]:
    """Return what is offered: an entry that is suspended or retired answers nobody and is not among them."""
    return [one for one, _ in offered()]


def offered() -> list[tuple[Resource, datetime | None]]:
    """Return what is offered, each with when it was last changed: None where it never was since it was entered."""
    rows = models.Resource.objects.filter(state=ResourceState.PUBLISHED.value).order_by("code")
    return [(resource_of(row), row.changed_at) for row in rows]


def find_resources(codes: Sequence[str]) -> dict[str, Resource]:
    return {row.code: resource_of(row) for row in models.Resource.objects.filter(code__in=set(codes))}


def resource_row(code: str) -> models.Resource:
    """Return the resource's row. Raises ResourceUnknown."""
    row = models.Resource.objects.filter(code=code).first()
    if row is None:
        raise ResourceUnknown(resource=code)
    return row


def resource(code: str) -> Resource:
    return resource_of(resource_row(code))


def _right(row: models.ShareRequest | models.Grant) -> dict[str, Any]:
    """The part that a request and the grant it becomes have in common."""
    return {
        "number": row.number,
        "system": row.system.client,
        "resource": row.resource.code,
        "fields": tuple(row.fields),
        "purpose": Purpose(row.purpose),
        "legal_basis": _text(row.legal_basis),
        "matters": tuple(row.matters),
        "row_scope": row.row_scope,
        "quota": row.quota,
        "rate": row.rate,
        "verify_only": row.verify_only,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def request_of(row: models.ShareRequest) -> ShareRequest:
    """Return the row as others see it."""
    grant = getattr(row, "grant", None)
    given = _given(grant) if grant is not None else _proposed(row)
    found = ShareRequest(
        **_right(row),
        scenario=_text(row.scenario),
        state=RequestState(row.state),
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        department=row.department,
        provider=row.provider,
        due_on=row.due_on,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opinion=row.opinion,
        basis=row.basis,
        grant=grant.number if grant is not None else "",
        renews=row.renews.number if row.renews is not None else "",
        sensitivity=row.sensitivity,
        given=given,
        proposed_by=row.proposed_by,
        extended_why=row.extended_why,
        withdrawn_at=row.withdrawn_at,
        withdrawn_why=row.withdrawn_why,
        reply_duty=row.reply_duty,
    )
    return replace(found, narrowed=rights.narrowed(found, given)) if given is not None else found


def _given(row: models.Grant) -> Given:
    parts = _right(row)
    return Given(**{part.name: parts[part.name] for part in fields(Given)})


def _proposed(row: models.ShareRequest) -> Given | None:
    return msgspec.convert(row.proposal, Given) if row.proposal else None


def grant_of(row: models.Grant) -> Grant:
    """Return the row as others see it."""
    renewed = row.request.renews
    return Grant(
        **_right(row),
        request=row.request.number,
        revoked_at=row.revoked_at,
        revoked_why=row.revoked_why,
        ended_as=Ending(row.ended_as) if row.ended_as else None,
        renews=renewed.number if renewed is not None else "",
        suspended_until=row.suspended_until,
        suspended_why=row.suspended_why,
        supply_due_on=row.supply_due_on,
        supplied_at=row.supplied_at,
    )


def request_rows() -> QuerySet[models.ShareRequest]:
    """Return requests with all that `request_of` needs."""
    return models.ShareRequest.objects.select_related(
        "system", "resource", "renews", "grant", "grant__system", "grant__resource"
    )


def request(number: str) -> ShareRequest:
    row = request_rows().filter(number=number).first()
    if row is None:
        raise NotFound
    return request_of(row)


def grant_rows() -> QuerySet[models.Grant]:
    """Return grants with all that `grant_of` needs."""
    return models.Grant.objects.select_related("system", "resource", "request", "request__renews")


def grant(number: str) -> Grant:
    row = grant_rows().filter(number=number).first()
    if row is None:
        raise NotFound
    return grant_of(row)


def grants(*, system: str, resource: str, valid_on: date | None, purpose: Purpose | None) -> list[Grant]:
    found = grant_rows().order_by("-number")
    if system:
        found = found.filter(system__client=system)
    if resource:
        found = found.filter(resource__code=resource)
    if purpose is not None:
        found = found.filter(purpose=purpose.value)
    if valid_on is not None:
        found = found.filter(revoked_at=None, valid_from__lte=valid_on, valid_to__gte=valid_on)
    return [grant_of(row) for row in found]
