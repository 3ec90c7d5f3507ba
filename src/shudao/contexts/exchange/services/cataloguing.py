"""Enter resources in the catalogue and change them; what an entry was before is kept whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import RequestInvalid, ResourceRetired
from shudao.contexts.exchange.contracts.registry import Resource, ResourceState
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import comparing
from shudao.contexts.exchange.services import allowing, changing, checking
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def register_resource(*, resource: Resource, reason: str, acting: Actor, now: datetime, key: str) -> Resource:
    allowing.require_for(acting, resource.provider, Role.DATA_OFFICER)
    provider = identity.department(resource.provider)
    problems = dict(checking.problems(resource))
    if problems:
        raise RequestInvalid(fields=problems)

    def do() -> Resource:
        row = _locked(resource.code)
        if row is not None and row.provider != resource.provider:
            raise RequestInvalid(fields={"provider": "该资源代码属于另一部门。"})
        before = catalogue.resource_of(row) if row is not None else None
        if before is not None:
            # The state is another act; who changes the words of an entry does not bring it back.
            entry = replace(resource, state=before.state, state_why=before.state_why, version=before.version)
        else:
            entry = replace(resource, state=ResourceState.PUBLISHED, state_why="", version=1)
        row = row or models.Resource(code=resource.code)
        if entry != before:
            _fill(row, entry)
            row.words = checking.words(entry, provider)
            _keep(row, before, reason.strip(), acting, now)
        return catalogue.resource_of(row)

    return outbox.once(
        scope=f"exchange.register_resource:{acting.account}",
        key=key,
        request=(resource, reason),
        result_type=Resource,
        do=do,
    )


def set_resource_state(
    *, code: str, state: ResourceState, reason: str, acting: Actor, now: datetime, key: str
) -> Resource:
    reason = reason.strip()
    allowing.require_for(acting, catalogue.resource_row(code).provider, Role.DATA_OFFICER)
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明理由。"})

    def do() -> Resource:
        row = _locked(code) or catalogue.resource_row(code)
        before = catalogue.resource_of(row)
        if before.state is not state:
            row.state = state.value
            row.state_why = "" if state is ResourceState.PUBLISHED else reason
            _keep(row, before, reason, acting, now)
        return catalogue.resource_of(row)

    return outbox.once(
        scope=f"exchange.set_resource_state:{acting.account}",
        key=key,
        request=(code, state, reason),
        result_type=Resource,
        do=do,
    )


def _locked(code: str) -> models.Resource | None:
    """The entry's row, None where there is none. Raises ResourceRetired."""
    row = models.Resource.objects.select_for_update().filter(code=code).first()
    if row is not None and row.state == ResourceState.RETIRED.value:
        raise ResourceRetired(resource=code)
    return row


def _keep(row: models.Resource, before: Resource | None, reason: str, acting: Actor, now: datetime) -> None:
    """Save the row as its next version, and what it was before."""
    former = (row.changed_at, row.changed_by, row.reason)
    row.changed_at, row.changed_by, row.reason = now, acting.account, reason
    if before is not None:
        row.version = before.version + 1
    row.save()
    after = catalogue.resource_of(row)
    if before is not None:
        models.ResourceVersion.objects.create(
            resource=row,
            number=before.version,
            entry=msgspec.to_builtins(before),
            changed_at=former[0],
            changed_by=former[1],
            reason=former[2],
        )
    changed = [one.field for one in comparing.changes(before, after)] if before is not None else ["*"]
    changing.record(
        CatalogueChanged(row.code),
        acting=acting,
        target=row.code,
        now=now,
        before={"version": before.version} if before is not None else None,
        after={"version": row.version, "changed": changed, "share_type": row.share_type, "state": row.state},
        reason=reason,
    )


def _fill(row: models.Resource, resource: Resource) -> None:
    row.catalogue_code, row.provider, row.format = resource.catalogue_code, resource.provider, resource.format
    row.name, row.name_en = resource.name.zh, resource.name.en
    row.abstract, row.abstract_en = resource.abstract.zh, resource.abstract.en
    row.classes = msgspec.to_builtins(resource.classes)
    row.items = msgspec.to_builtins(resource.items)
    row.share_type, row.cycle = resource.share_type.value, resource.cycle.value
    row.condition, row.basis = msgspec.to_builtins(resource.condition), msgspec.to_builtins(resource.basis)
    row.matters, row.dataset, row.subject = list(resource.matters), resource.dataset, resource.subject
    row.sensitivity, row.row_field = resource.sensitivity, resource.row_field
    row.published_on = resource.published_on
    row.upstream = msgspec.to_builtins(resource.upstream)
    row.share_mode, row.opened = resource.share_mode.value, resource.opened
    row.open_condition, row.related = msgspec.to_builtins(resource.open_condition), list(resource.related)
