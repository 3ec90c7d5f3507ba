"""What changes rights or the catalogue reaches the gateway, whatever happens to the process that changed it."""

from __future__ import annotations

from shudao.contexts.exchange import api
from shudao.contexts.exchange.events import CatalogueChanged, GrantRevoked, RequestDecided
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now


@outbox.handles(CatalogueChanged)
def publish_catalogue(event: CatalogueChanged, *, delivery: str) -> None:
    """Publish; the same content again only confirms what stands."""
    api.publish_snapshot(now=now())


@outbox.handles(RequestDecided)
def publish_decision(event: RequestDecided, *, delivery: str) -> None:
    """Publish the new right; a refusal changes nothing."""
    if event.grant:
        api.publish_snapshot(now=now())


@outbox.handles(GrantRevoked)
def publish_revocation(event: GrantRevoked, *, delivery: str) -> None:
    """Publish without the grant."""
    api.publish_snapshot(now=now())
