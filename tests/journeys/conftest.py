"""Journeys share one installation and one browser: they are what people do on a system that is running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.installation import Installation, start, stop


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A province with a thousand people in its pool, served by its three processes."""
    made = start()
    try:
        yield made
    finally:
        stop(made)


@pytest.fixture(scope="session")
def chromium_running() -> Iterator[object]:
    """One browser for all journeys."""
    from tests.support.browser import browser

    with browser() as running:
        yield running
