"""What every test may lean on."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.utils import translation

from tests.support import installation as running
from tests.support.grouping import Together, turn
from tests.support.installation import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.remote import Producer

# A slow machine is no failure: no example has a time limit.
hypothesis.settings.register_profile(
    "shudao", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("shudao")

REQUIRED = set(filter(None, os.environ.get("SHUDAO_REQUIRE", "").split(",")))


def chromium() -> str | None:
    """Where a real browser is, if anywhere."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Put what takes longest first, after the random order.

    Browser tests skip, saying so, where there is no browser; where CI requires one, they fail instead.
    """
    items.sort(key=lambda item: turn(item.nodeid.split("::", 1)[0]))
    if chromium() or "browser" in REQUIRED:
        return
    reason = "no Chromium on this machine: install Debian's package chromium"
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Tests that share what takes long to make run in one process."""
    return Together(config, log)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A province with a thousand people in its pool, served by its three processes: what people meet."""
    made = running.start()
    try:
        yield made
    finally:
        running.stop(made)


@pytest.fixture(scope="session")
def busy_installation() -> Iterator[Installation]:
    """Another one, for those who change what others look at, and those who do not mind."""
    made = running.start()
    try:
        yield made
    finally:
        running.stop(made)


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One browser for all journeys of a process, and the event loop that drives it."""
    from tests.support.browser import browser

    with browser() as started:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield started, loop
        asyncio._set_running_loop(loop)


@pytest.fixture
def chromium_running(_chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser. Its loop counts as running during a journey alone: Django lets nobody at a database beside one."""
    started, loop = _chromium
    asyncio._set_running_loop(loop)
    yield started
    asyncio._set_running_loop(None)


@pytest.fixture
def noon() -> datetime:
    """A Tuesday noon in Chengdu in the middle of a plain working week."""
    return datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """No test inherits the language that another one read in."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _fast_passwords(settings: object) -> None:
    """Hash passwords quickly: their cost is production's concern, not the suite's."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
