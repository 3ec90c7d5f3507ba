"""Reading drafts."""

from __future__ import annotations

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.queries import access, rows
from shudao.foundation.audit.contracts import Actor

MOST = 50


def draft(draft_id: str, *, acting: Actor) -> contracts.Draft:
    """Return one draft whole."""
    return whole(access.see_draft(draft_id, acting))


def whole(row: models.Draft) -> contracts.Draft:
    """Return the row with its materials."""
    return rows.draft(row, rows.needs(row.id))


def my_drafts(actor: Actor) -> tuple[contracts.Draft, ...]:
    """Return open drafts, latest first."""
    condition = access.own(actor)
    if actor.kind == "staff":
        condition = access.drafts_at_window(actor)
    found = models.Draft.objects.filter(condition, case_number="").order_by("-updated_at")[:MOST]
    return tuple(rows.draft(row, ()) for row in found)
