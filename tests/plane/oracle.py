"""May this call have these fields? Written apart from the product: every grant's objection, then the last."""

from __future__ import annotations

from datetime import datetime

from shudao.plane.decision import Call
from shudao.plane.grants import Endpoint, Grant, Resource, Snapshot


def verdict(snapshot: Snapshot, call: Call, now: datetime) -> str:
    """Return "" where some grant lets the call through, else the code of the objection that counts."""
    if not any(system.client == call.client for system in snapshot.systems):
        return "unknown_client"
    named = [resource for resource in snapshot.resources if resource.service == call.service]
    if not named:
        return "unknown_service"
    resource = named[0]
    if resource.upstream and not any(reached(endpoint, call) for endpoint in resource.upstream.endpoints):
        return "unknown_endpoint"
    limit = resource.staleness if resource.staleness > 10 else 10
    if call.age > limit:
        return "stale_snapshot"
    mine = [g for g in snapshot.grants if g.client == call.client and g.resource == resource.code]
    if not mine:
        return "no_grant"
    survivors = {g.id: objection(g, resource, call, now) for g in mine}
    if "" in survivors.values():
        return ""
    # The grant that came furthest tells the reason.
    order = [
        "grant_not_yet_valid",
        "grant_expired",
        "other_purpose",
        "no_case_number",
        "no_fields",
        "field_not_granted",
        "verify_only",
        "quota_used",
    ]
    return max(survivors.values(), key=order.index)


def objection(grant: Grant, resource: Resource, call: Call, now: datetime) -> str:
    """Return what one grant alone would object."""
    if now < grant.valid_from:
        return "grant_not_yet_valid"
    if not now < grant.valid_to:
        return "grant_expired"
    if grant.purpose != call.purpose:
        return "other_purpose"
    if resource.personal and call.case == "":
        return "no_case_number"
    unfit = unfitting_fields(grant, resource, call)
    if unfit:
        return unfit
    if grant.quota > 0 and call.used.get(grant.id, 0) >= grant.quota:
        return "quota_used"
    return ""


def unfitting_fields(grant: Grant, resource: Resource, call: Call) -> str:
    """Return what the grant objects to the fields, "" for nothing."""
    if len(call.fields) == 0 and resource.upstream is None:
        return "no_fields"
    if set(call.fields) - set(grant.fields):
        return "field_not_granted"
    return "verify_only" if grant.verify_only and not call.verify else ""


def reached(endpoint: Endpoint, call: Call) -> bool:
    """Return whether method and path are the endpoint's, part by part."""
    wanted, given = endpoint.path.split("/"), call.path.split("/")
    fits = [want == have or (want.startswith("{") and have != "") for want, have in zip(wanted, given, strict=False)]
    return endpoint.method == call.method and len(wanted) == len(given) and all(fits)
