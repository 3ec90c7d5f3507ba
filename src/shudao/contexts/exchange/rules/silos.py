"""Draw the silo map from what is offered, granted and called. What a department has of itself is no exchange."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from shudao.contexts.exchange.contracts.silos import DepartmentUse, Pair, SiloMap


def drawn(
    departments: Iterable[str],
    offers: Mapping[str, str],
    grants: Iterable[tuple[str, str, str]],
    calls: Iterable[tuple[str, str, str, int]],
    *,
    since: date,
    until: date,
) -> SiloMap:
    """
    Return the map.

    Args:
        departments: Credit codes of all that belong on it; whoever offers, holds or calls is added.
        offers: Resource code → provider, of what is offered today.
        grants: (user, provider, resource) of each right that stands today.
        calls: (user, provider, resource, calls) of the days counted.
        since: First local day counted.
        until: Last.
    """
    held = {(user, provider, code) for user, provider, code in grants if user != provider}
    called: Counter[tuple[str, str, str]] = Counter()
    for user, provider, code, count in calls:
        if user != provider and count:
            called[user, provider, code] += count
    codes = {*departments, *offers.values(), *(one for key in (*held, *called) for one in key[:2])}
    rows = tuple(_row(code, offers, held, called) for code in sorted(codes))
    return SiloMap(since, until, rows, _pairs(held, called))


def _row(
    code: str, offers: Mapping[str, str], held: set[tuple[str, str, str]], called: Mapping[tuple[str, str, str], int]
) -> DepartmentUse:
    offered = {resource for resource, provider in offers.items() if provider == code}
    return DepartmentUse(
        department=code,
        offered=len(offered),
        used=len(offered & {resource for _, _, resource in called}),
        granted=sum(user == code for user, _, _ in held),
        uses=sum(user == code for user, _, _ in called),
        given=sum(count for (_, provider, _), count in called.items() if provider == code),
        made=sum(count for (user, _, _), count in called.items() if user == code),
    )


def _pairs(held: set[tuple[str, str, str]], called: Mapping[tuple[str, str, str], int]) -> tuple[Pair, ...]:
    resources: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    counts: Counter[tuple[str, str]] = Counter()
    for user, provider, code in held:
        resources[provider, user].add(code)
    for (user, provider, _), count in called.items():
        counts[provider, user] += count
    both = {*resources, *counts}
    found = [Pair(provider, user, len(resources[provider, user]), counts[provider, user]) for provider, user in both]
    return tuple(sorted(found, key=lambda one: (-one.calls, one.provider, one.user)))
