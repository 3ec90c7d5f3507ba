"""One running gateway for the tests that only call it; others start their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces.gateway.process import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("gateway"), workers=2)
    made.build()
    made.publish()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    made.build()
    yield made
    if made.process is not None:
        made.kill()
