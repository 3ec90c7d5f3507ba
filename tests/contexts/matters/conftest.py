"""Two counties with their bodies, and a library in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Loaded
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from tests.contexts.matters.makers import raw, write
from tests.contexts.matters.places import two_counties

Load = Callable[..., Loaded]


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two counties."""
    return two_counties(tmp_path_factory.mktemp("counties"))


@pytest.fixture
def counties(extract: Path, db: None) -> Iterator[None]:
    """The two counties and their bodies."""
    regions.forget()
    regions.load(extract)
    identity.load_departments()
    yield
    regions.forget()


@pytest.fixture
def load(counties: None, tmp_path: Path, noon: datetime) -> Load:
    """Load a small library: `load(items=[…], overrides=[…])`, by default one matter of counties and villages."""

    def do(
        items: list[dict[str, Any]] | None = None,
        overrides: list[dict[str, Any]] | None = None,
        divisions: tuple[str, ...] = (),
        overwrite: bool = False,
    ) -> Loaded:
        for old in tmp_path.rglob("*.yaml"):
            old.unlink()
        folder = write(tmp_path, items=[raw(levels=[4, 6])] if items is None else items, overrides=overrides)
        return api.load(folder=folder, divisions=divisions, overwrite=overwrite, acting=SYSTEM, now=noon)

    return do


@pytest.fixture
def library(counties: None, noon: datetime) -> Loaded:
    """The real library in the two counties."""
    return api.load(acting=SYSTEM, now=noon)
