"""A copy of an installation's home at rest, to be changed by one byte and held against the documented commands."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from shudao.kernel.keys import KeyRing

ROOT = Path(__file__).resolve().parents[2]


def copied(home: Path, to: Path) -> Path:
    """Copy what lies in a running installation's home; the database as one consistent file."""
    to.mkdir(parents=True)
    for name in ("ledger", "snapshots", "pool", "keys"):
        shutil.copytree(home / name, to / name, ignore=shutil.ignore_patterns("once.lmdb", "*.lock", "lock.mdb"))
    if (home / "shudao.sqlite3").exists():
        with (
            closing(sqlite3.connect(home / "shudao.sqlite3")) as source,
            closing(sqlite3.connect(to / "shudao.sqlite3")) as target,
        ):
            source.backup(target)
    return to


def change(path: Path, chance: random.Random, *, low: int = 0, high: int | None = None) -> int:
    """Change one byte of a file between two places; return which."""
    content = bytearray(path.read_bytes())
    place = chance.randrange(low, high or len(content))
    content[place] ^= chance.randrange(1, 256)
    path.chmod(0o600)
    path.write_bytes(content)
    return place


def shudao(home: Path, *arguments: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run `shudao …` on a home; its status and all that it said."""
    command = [sys.executable, "-m", "shudao.config.cli", *arguments]
    given = os.environ | (environment or {}) | {"SHUDAO_HOME": str(home)}
    done = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def stand_alone(home: Path) -> tuple[int, str]:
    """Run the examiner's own program on a home's ledger with its public key."""
    pem = home / "ledger.pem"
    pem.write_bytes(public_key(home))
    command = [sys.executable, "-I", str(ROOT / "verify/ledger.py"), str(home / "ledger"), "--public-key", str(pem)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def public_key(home: Path) -> bytes:
    """The public half of the key that signs the ledger, as PEM."""
    from shudao.kernel import signing

    key = KeyRing.load(home / "keys").active("ledger")
    return signing.scheme(key.algorithm).public_pem(key.public)
