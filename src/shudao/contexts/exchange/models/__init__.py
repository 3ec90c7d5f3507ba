"""Systems with their keys, the resource catalogue, requests and grants."""

from __future__ import annotations

from shudao.contexts.exchange.models.barriers import Barrier
from shudao.contexts.exchange.models.disputes import Correction, Delay, Dispute, Question
from shudao.contexts.exchange.models.registry import Resource, ResourceVersion, System, SystemKey, UseOfDay
from shudao.contexts.exchange.models.relations import Relation
from shudao.contexts.exchange.models.rights import Grant, ShareRequest
from shudao.contexts.exchange.models.wishes import Wish

__all__ = [
    "Barrier",
    "Correction",
    "Delay",
    "Dispute",
    "Grant",
    "Question",
    "Relation",
    "Resource",
    "ResourceVersion",
    "ShareRequest",
    "System",
    "SystemKey",
    "UseOfDay",
    "Wish",
]
