"""What the matters' room does about its own events, in the background."""

from __future__ import annotations

from shudao.contexts.matters import api
from shudao.contexts.matters.events import ImportBegun, ItemPublished
from shudao.contexts.matters.services import spreading
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now


@outbox.handles(ItemPublished)
def ask_who_carries_it_out(event: ItemPublished, *, delivery: str) -> None:
    """Every body that decides about an implementation owes an answer to the new version."""
    spreading.spread(catalog_code=event.catalog_code, version=event.version, now=now())


@outbox.handles(ImportBegun)
@outbox.own_transactions
def run_import(event: ImportBegun, *, delivery: str) -> None:
    """Take the list in, portion by portion; killed, the next delivery goes on behind the last one."""
    api.run_import(event.number, acting=SYSTEM, now=now())
