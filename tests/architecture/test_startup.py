"""Start is refused on settings that lose acknowledged work or give data away, and says what to change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shudao.config import startup

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_the_shipped_settings_are_fit() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("the suite's own server runs without fsync, which the next test shows to be refused")
    startup.ensure_fit()


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_hasty_postgresql_is_refused() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("runs in the suite on PostgreSQL")
    with pytest.raises(startup.UnfitSettings, match="fsync"):
        startup.ensure_fit()


@pytest.mark.parametrize(
    ("pragma", "why"),
    [("synchronous=NORMAL", "synchronous must be FULL"), ("journal_mode=DELETE", "journal_mode must be WAL")],
)
def test_sqlite_that_loses_commits_is_refused(tmp_path: Path, pragma: str, why: str) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from shudao.config import startup\n"
        "connection.ensure_connection()\n"
        f"connection.connection.execute('PRAGMA {pragma}')\n"
        "startup.ensure_fit()"
    )
    done = _python(code, tmp_path)
    assert done.returncode == 1
    assert why in done.stderr


def test_production_is_refused_until_it_is_safe(tmp_path: Path) -> None:
    code = "import django; django.setup()\nfrom shudao.config import startup\nstartup.ensure_fit()"
    done = _python(code, tmp_path, SHUDAO_MODE="production")
    assert done.returncode == 1
    for why in ("SHUDAO_SECRET_KEY", "encrypted volume", "second factor"):
        assert why in done.stderr


def _python(code: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SHUDAO_SECRET_KEY"}}
    environment: dict[str, Any] = kept | {"SHUDAO_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}", **more}
    environment["DJANGO_SETTINGS_MODULE"] = "shudao.config.settings.main"
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
