"""Two counties with a library, to be checked."""

from __future__ import annotations

from tests.contexts.matters.conftest import counties, extract, library, load

__all__ = ["counties", "extract", "library", "load"]
