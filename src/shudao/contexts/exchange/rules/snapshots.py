"""Turn the register's rows into what the gateway reads: days become instants, divisions prefixes, matters one text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from shudao.contexts.exchange.contracts.registry import Resource, Upstream
from shudao.contexts.exchange.contracts.rights import Grant
from shudao.contexts.exchange.rules.asking import service_id
from shudao.kernel.time import LOCAL
from shudao.plane import grants as plane

# How long a gateway that is cut off goes on, by sensitivity; the highest not at all (GOALS safety 6).
STALENESS = {1: 7 * 86_400, 2: 86_400, 3: 3_600, 4: 0}
INDEX_FOLDER = "index"
# Significant digits of a division code by its level.
_DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


def midnight(day: date) -> datetime:
    """Return the instant at which the province's `day` begins."""
    return datetime.combine(day, time.min, LOCAL).astimezone(UTC)


def plane_grant(grant: Grant, *, row_field: str, scope_level: int) -> plane.Grant:
    """
    Return the grant as the gateway knows it.

    Args:
        grant: The register's grant.
        row_field: The resource's division column.
        scope_level: Level of the row scope's division; any number where there is none.
    """
    scope = None
    if grant.row_scope:
        scope = plane.RowScope(row_field, (grant.row_scope[: _DIGITS[scope_level]],))
    return plane.Grant(
        id=grant.number,
        client=grant.system,
        resource=grant.resource,
        fields=grant.fields,
        purpose=grant.purpose.value,
        legal_basis=grant.legal_basis.zh,
        matter="^".join(grant.matters),
        valid_from=midnight(grant.valid_from),
        valid_to=midnight(grant.valid_to + timedelta(days=1)),
        scope=scope,
        quota=grant.quota,
        verify_only=grant.verify_only,
        rate=grant.rate,
    )


def plane_resource(resource: Resource, *, identifying: frozenset[str], scores: Mapping[int, float]) -> plane.Resource:
    """
    Return the resource as the gateway knows it.

    Args:
        resource: The catalogue's entry.
        identifying: The fields that name somebody.
        scores: Quality, 0 to 1, by snapshot of the dataset; it is rounded to four places.
    """
    fields = tuple(item.name for item in resource.items)
    about_somebody = resource.sensitivity > 1 or any(item.personal for item in resource.items)
    return plane.Resource(
        code=resource.code,
        name=resource.name.zh,
        service=service_id(resource.provider, resource.code),
        dataset=resource.dataset,
        index=f"{INDEX_FOLDER}/{resource.dataset}" if resource.dataset else "",
        fields=fields,
        identifying=tuple(name for name in fields if name in identifying),
        personal=about_somebody,
        sensitivity=resource.sensitivity,
        staleness=STALENESS[resource.sensitivity],
        scores=tuple((number, round(score, 4)) for number, score in sorted(scores.items())),
        upstream=_plane_upstream(resource.upstream) if resource.upstream else None,
    )


def _plane_upstream(upstream: Upstream) -> plane.Upstream:
    return plane.Upstream(
        url=upstream.url,
        endpoints=tuple(plane.Endpoint(one.method, one.path) for one in upstream.endpoints),
        timeout_ms=upstream.timeout_ms,
        max_body=upstream.max_body,
        parallel=upstream.parallel,
    )
