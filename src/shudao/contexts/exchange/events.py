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
class GrantRevoked(Event):
    """A right ended before its time."""

    NAME: ClassVar[str] = "exchange.grant_revoked"
    grant: str


@dataclass(frozen=True, slots=True)
class CatalogueChanged(Event):
    """A system, one of its keys, or a resource was entered or changed; `code` is the client id or resource code."""

    NAME: ClassVar[str] = "exchange.catalogue_changed"
    code: str
