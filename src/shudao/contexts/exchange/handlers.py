"""What changes rights or the catalogue reaches the gateway, whatever happens to the process that changed it."""

from __future__ import annotations

from shudao.contexts.exchange import api
from shudao.contexts.exchange.events import (
    CatalogueChanged,
    CorrectionDecided,
    DisputeDecided,
    GrantRevoked,
    GrantSuspended,
    RelationDecided,
    RequestDecided,
    UseAnswered,
    WishAnswered,
    WishMet,
)
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


@outbox.handles(GrantSuspended)
def publish_suspension(event: GrantSuspended, *, delivery: str) -> None:
    """Publish without the grant, or with it again."""
    api.publish_snapshot(now=now())


@outbox.handles(GrantRevoked)
def publish_revocation(event: GrantRevoked, *, delivery: str) -> None:
    """Publish without the grant."""
    api.publish_snapshot(now=now())


@outbox.handles(RequestDecided)
def follow_dispute(event: RequestDecided, *, delivery: str) -> None:
    """What a dispute ordered is done when it is granted."""
    api.follow_dispute(request=event.request, grant=event.grant, now=now())


@outbox.handles(CorrectionDecided)
@outbox.own_transactions
def tell_of_correction(event: CorrectionDecided, *, delivery: str) -> None:
    """Tell who reported, and who got what was wrong: the ledger is read for that, which may take a while."""
    api.tell_of_correction(number=event.correction, now=now())


@outbox.handles(DisputeDecided)
def tell_of_dispute(event: DisputeDecided, *, delivery: str) -> None:
    """Tell both sides."""
    api.tell_of_dispute(number=event.dispute, now=now())


@outbox.handles(UseAnswered)
def tell_of_answer(event: UseAnswered, *, delivery: str) -> None:
    """Tell whoever asked."""
    api.tell_of_answer(number=event.question, now=now())


@outbox.handles(RelationDecided)
def tell_of_relation(event: RelationDecided, *, delivery: str) -> None:
    """Tell the guardian."""
    api.tell_of_relation(number=event.relation, now=now())


@outbox.handles(WishAnswered)
def tell_of_answered_wish(event: WishAnswered, *, delivery: str) -> None:
    """Tell who wished."""
    api.tell_of_wish(number=event.wish, now=now())


@outbox.handles(WishMet)
def tell_of_met_wish(event: WishMet, *, delivery: str) -> None:
    """Tell who wished."""
    api.tell_of_wish(number=event.wish, now=now())
