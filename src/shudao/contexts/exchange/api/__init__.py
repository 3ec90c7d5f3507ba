"""The exchange's door: who may get which data for what, asking for it, and what the ledger holds of every call."""

from __future__ import annotations

from shudao.contexts.exchange.api.answers import (
    ask,
    one_window_client,
)
from shudao.contexts.exchange.api.evidence import (
    count_use,
    disclosures,
    ledger_checkpoint,
    ledger_entries,
    ledger_proof,
    ledger_verify,
)
from shudao.contexts.exchange.api.registry import (
    add_key,
    find_resources,
    register_platform,
    register_resource,
    register_system,
    resource,
    resource_for,
    resources,
    systems,
)
from shudao.contexts.exchange.api.rights import (
    decide_request,
    grants,
    publish_snapshot,
    request,
    request_grant,
    requests,
    revoke,
)

__all__ = [
    "add_key",
    "ask",
    "count_use",
    "decide_request",
    "disclosures",
    "find_resources",
    "grants",
    "ledger_checkpoint",
    "ledger_entries",
    "ledger_proof",
    "ledger_verify",
    "one_window_client",
    "publish_snapshot",
    "register_platform",
    "register_resource",
    "register_system",
    "request",
    "request_grant",
    "requests",
    "resource",
    "resource_for",
    "resources",
    "revoke",
    "systems",
]
