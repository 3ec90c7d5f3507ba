"""The small world, and a gateway that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.foundation.regions import api as regions
from tests.contexts.matters.places import two_counties
from tests.support.cases import POPULATION, World, answering, build


@pytest.fixture
def homes(settings: Any, tmp_path: Path) -> None:
    """Keys and files of this test alone."""
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Put another gateway in place: `gateway(silent(…))`; at first one that answers."""

    def put(ask: Any) -> Any:
        monkeypatch.setattr(exchange, "ask", ask)
        return ask

    monkeypatch.setattr(
        exchange, "find_resources", lambda codes: {POPULATION.code: POPULATION} if POPULATION.code in codes else {}
    )
    put(answering(name="李秀兰", hukou_address="四川省成都市武侯区幸福路1号"))
    return put


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two counties."""
    return two_counties(tmp_path_factory.mktemp("places"))


@pytest.fixture
def world(homes: None, gateway: Any, places: Path, tmp_path: Path, noon: datetime, db: None) -> Iterator[World]:
    """Two counties in which cases are handled."""
    yield build(tmp_path, noon, places=places)
    regions.forget()
