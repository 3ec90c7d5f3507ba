"""What import-linter cannot see."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDES = ("rules", "models", "services", "queries", "adapters", "http")
ROOMS = sorted(
    folder
    for layer in ("foundation", "contexts")
    for folder in (ROOT / "src/shudao" / layer).iterdir()
    if (folder / "__init__.py").exists()
)


@pytest.mark.parametrize(
    "module", ["shudao.kernel.merkle", "shudao.plane.lookup.reader", "shudao.client.calls", "shudao.faces.gateway.app"]
)
def test_the_data_plane_loads_no_django(module: str) -> None:
    code = f"import sys, {module}; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_has_its_door_guarded(room: Path) -> None:
    """A new module of a room is protected from the day it exists."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    protected = contracts[f"importlinter:contract:door-{room.name}"]["protected_modules"].split()
    base = f"shudao.{room.parent.name}.{room.name}"
    there = {f"{base}.{name}" for name in INSIDES if (room / name).is_dir() or (room / f"{name}.py").exists()}
    assert set(protected) == there


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_says_what_it_is_for(room: Path) -> None:
    text = (room / "README.md").read_text(encoding="utf-8")
    assert len(text) > 300
