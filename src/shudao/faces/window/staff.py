"""Who works at the window, and where they sit."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import Division, ServicePoint

STAFF = (Role.CLERK, Role.REVIEWER)


def division_of(actor: Actor) -> Division:
    """The division whose window (or department) the officer works for; the province where the right has no limit."""
    codes = [grant.division for grant in actor.roles if grant.role in STAFF and grant.division]
    return regions.get(codes[0]) if codes else regions.roots()[0]


def place_of(actor: Actor) -> ServicePoint | None:
    """The service point the officer sits in."""
    division = division_of(actor)
    return regions.hall_of(division.code) or next(iter(regions.service_points(division.code)), None)
