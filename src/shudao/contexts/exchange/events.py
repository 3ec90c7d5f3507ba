"""What the exchange tells the rest of the house; codes and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class GrantRequested(Event):
    """A department asked for data; `provider` has to answer by the request's due date."""

    NAME: ClassVar[str] = "exchange.grant_requested"
    request: str
    provider: str


@dataclass(frozen=True, slots=True)
class RequestDecided(Event):
    """The source department answered; `grant` is "" for a refusal."""

    NAME: ClassVar[str] = "exchange.request_decided"
    request: str
    grant: str


@dataclass(frozen=True, slots=True)
class RequestProposed(Event):
    """One officer of the source agreed; a second one has to confirm."""

    NAME: ClassVar[str] = "exchange.request_proposed"
    request: str
    provider: str


@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Event):
    """Who asked took the request back before it was decided."""

    NAME: ClassVar[str] = "exchange.request_withdrawn"
    request: str


@dataclass(frozen=True, slots=True)
class ReplyExtended(Event):
    """The source took the one extension of its reply that the law allows."""

    NAME: ClassVar[str] = "exchange.reply_extended"
    request: str


@dataclass(frozen=True, slots=True)
class GrantSuspended(Event):
    """The bureau suspended a right until a day, or let it stand again."""

    NAME: ClassVar[str] = "exchange.grant_suspended"
    grant: str


@dataclass(frozen=True, slots=True)
class DataSupplied(Event):
    """The source really supplies what it granted."""

    NAME: ClassVar[str] = "exchange.data_supplied"
    grant: str


@dataclass(frozen=True, slots=True)
class BarrierFound(Event):
    """Something stands between data and the matters that wait for them, or what is known of it changed."""

    NAME: ClassVar[str] = "exchange.barrier_found"
    barrier: str
    kind: str


@dataclass(frozen=True, slots=True)
class BarrierGone(Event):
    """Its cause is gone."""

    NAME: ClassVar[str] = "exchange.barrier_gone"
    barrier: str
    kind: str


@dataclass(frozen=True, slots=True)
class GrantRevoked(Event):
    """A right ended before its time."""

    NAME: ClassVar[str] = "exchange.grant_revoked"
    grant: str


@dataclass(frozen=True, slots=True)
class CatalogueChanged(Event):
    """A system, one of its keys, or a resource was entered or changed; `code` is the client id or resource code."""

    NAME: ClassVar[str] = "exchange.catalogue_changed"
    code: str


@dataclass(frozen=True, slots=True)
class CorrectionAsked(Event):
    """Somebody says that a field is wrong; `source` has to answer by its due date. Also when it is sent on."""

    NAME: ClassVar[str] = "exchange.correction_asked"
    correction: str
    source: str


@dataclass(frozen=True, slots=True)
class CorrectionDecided(Event):
    """The source department answered; `corrected` says whether the field is right now."""

    NAME: ClassVar[str] = "exchange.correction_decided"
    correction: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class DisputeRaised(Event):
    """A refusal was brought before the data bureau."""

    NAME: ClassVar[str] = "exchange.dispute_raised"
    dispute: str


@dataclass(frozen=True, slots=True)
class DisputeDecided(Event):
    """The data bureau decided a dispute."""

    NAME: ClassVar[str] = "exchange.dispute_decided"
    dispute: str


@dataclass(frozen=True, slots=True)
class UseQuestioned(Event):
    """A person asked about, or objected to, a use of their data."""

    NAME: ClassVar[str] = "exchange.use_questioned"
    question: str


@dataclass(frozen=True, slots=True)
class UseAnswered(Event):
    """The calling department answered."""

    NAME: ClassVar[str] = "exchange.use_answered"
    question: str


@dataclass(frozen=True, slots=True)
class DisclosureDelayed(Event):
    """A grant's calls are shown to those concerned only from a day on."""

    NAME: ClassVar[str] = "exchange.disclosure_delayed"
    grant: str


@dataclass(frozen=True, slots=True)
class RelationProposed(Event):
    """An officer recorded that somebody is a child's guardian; a second one has to look at the papers."""

    NAME: ClassVar[str] = "exchange.relation_proposed"
    relation: str


@dataclass(frozen=True, slots=True)
class RelationDecided(Event):
    """Somebody may act for a company or a child from now on, or, where `stands` is false, may not."""

    NAME: ClassVar[str] = "exchange.relation_decided"
    relation: str
    stands: bool


@dataclass(frozen=True, slots=True)
class RelationEnded(Event):
    """Somebody may no longer act for a company or a child."""

    NAME: ClassVar[str] = "exchange.relation_ended"
    relation: str


@dataclass(frozen=True, slots=True)
class WishMade(Event):
    """A department needs data that nobody catalogued; `owner` has to answer. Also when it is passed on."""

    NAME: ClassVar[str] = "exchange.wish_made"
    wish: str
    owner: str


@dataclass(frozen=True, slots=True)
class WishAnswered(Event):
    """The owner will enter the data in the catalogue, or, where `accepted` is false, will not."""

    NAME: ClassVar[str] = "exchange.wish_answered"
    wish: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class WishMet(Event):
    """An entry with data that can be asked came of the wish."""

    NAME: ClassVar[str] = "exchange.wish_met"
    wish: str
    resource: str


@dataclass(frozen=True, slots=True)
class WishWithdrawn(Event):
    """Who wished needs it no more."""

    NAME: ClassVar[str] = "exchange.wish_withdrawn"
    wish: str
