"""The small world of cases, seen by those who steer."""

from __future__ import annotations

from tests.faces.portal.conftest import _at_noon, signed_in, two_places, visitor, world

__all__ = ["_at_noon", "signed_in", "two_places", "visitor", "world"]
