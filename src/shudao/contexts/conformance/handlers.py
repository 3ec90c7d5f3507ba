"""What changes in the catalogue or the law is checked again at once."""

from __future__ import annotations

from shudao.contexts.conformance import api
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.events import (
    ArticleChanged,
    CatalogueLoaded,
    ImplementationChanged,
    ItemPublished,
    ItemStateChanged,
)
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now


@outbox.handles(CatalogueLoaded)
@outbox.own_transactions
def check_all(event: CatalogueLoaded, *, delivery: str) -> None:
    """A load may have touched anything. Who loads may have checked already."""
    if not api.checked_since(delivery):
        api.check(now=now())


@outbox.handles(ItemPublished)
@outbox.own_transactions
def check_published(event: ItemPublished, *, delivery: str) -> None:
    """The item, and all that carry it out."""
    api.check_items([event.catalog_code], now=now())


@outbox.handles(ItemStateChanged)
@outbox.own_transactions
def check_state(event: ItemStateChanged, *, delivery: str) -> None:
    """What is cancelled is carried out by nobody, what is resumed by all who ought to."""
    api.check_items([event.catalog_code], now=now())


@outbox.handles(ImplementationChanged)
@outbox.own_transactions
def check_changed(event: ImplementationChanged, *, delivery: str) -> None:
    """These, and no others."""
    api.check_implementations(event.task_codes, now=now())


@outbox.handles(ArticleChanged)
@outbox.own_transactions
def check_citing(event: ArticleChanged, *, delivery: str) -> None:
    """The items that rest on the article; what places cite for themselves is seen by the next check of the whole."""
    citing = [one.catalog_code for one in matters.basic_items() if event.article in one.cited]
    if citing:
        api.check_items(citing, now=now())
