"""Systems with their keys, the resource catalogue, requests and grants."""

from __future__ import annotations

from shudao.contexts.exchange.models.registry import Resource, System, SystemKey
from shudao.contexts.exchange.models.rights import Grant, ShareRequest

__all__ = ["Grant", "Resource", "ShareRequest", "System", "SystemKey"]
