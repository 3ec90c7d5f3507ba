"""The world in which cases are handled."""

from tests.contexts.cases.conftest import gateway, homes, places, world

__all__ = ["gateway", "homes", "places", "world"]
