"""
`python3 run.py test`: every check, then the suite on SQLite and on PostgreSQL.

With arguments, they go to pytest alone (`python3 run.py test tests/kernel -q`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time

TYPED = ["src/shudao/kernel", "src/shudao/plane", "src/shudao/client", "src/shudao/faces/gateway"]
PARALLEL = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
# What never touches a database, or only files beside it, is not tried on a second one.
NO_DATABASE = ["tests/kernel", "tests/plane", "tests/client", "tests/verify", "tests/faces/gateway", "*/rules"]
NO_DATABASE += ["tests/demo", "tests/journeys/test_one_changed_byte.py", "tests/architecture/test_size.py"]
NO_DATABASE += ["tests/contexts/pool/bench", "tests/contexts/pool/test_portions.py"]
NO_DATABASE += ["tests/contexts/pool/test_subjects.py", "tests/contexts/pool/test_sources.py"]
NO_DATABASE += ["tests/contexts/pool/test_hostile.py", "tests/architecture/test_docs.py"]
NO_DATABASE += ["tests/journeys/test_without_the_gateway.py"]
_ROOM = 8 << 30  # bytes: the suite takes up to three


def main(arguments: list[str]) -> int:
    """Run everything, or what the arguments name; return 0 only if all of it passed."""
    python = [sys.executable, "-m"]
    if arguments:
        return subprocess.run([*python, "pytest", *arguments]).returncode
    on_postgresql = [*PARALLEL, "-m", "not faults and not browser", *(f"--ignore-glob=*{path}" for path in NO_DATABASE)]
    steps = [
        ("style", [*python, "ruff", "check", "."]),
        ("import rules", ["lint-imports"]),
        ("types", [*python, "mypy", "--strict", *TYPED, *typed_modules()]),
        ("suite on SQLite", [*python, "pytest", *PARALLEL, "-m", "not faults"]),
        ("suite on PostgreSQL", [*python, "tests.support.postgres", "--", *python, "pytest", *on_postgresql]),
        ("faults", [*python, "pytest", *PARALLEL, "-m", "faults"]),
    ]
    outcome = [(name, *timed(name, command)) for name, command in steps]
    print(
        "\n" + "\n".join(f"{'passed' if ok else 'FAILED':7} {seconds:6.1f} s  {name}" for name, ok, seconds in outcome)
    )
    return 0 if all(ok for _, ok, _ in outcome) else 1


def typed_modules() -> list[str]:
    """The pure modules of every room: rules, contracts, events."""
    from pathlib import Path

    rooms = sorted([*Path("src/shudao/foundation").iterdir(), *Path("src/shudao/contexts").iterdir()])
    candidates = [
        room / name for room in rooms for name in ("rules", "rules.py", "contracts.py", "contracts", "events.py")
    ]
    return [str(path) for path in candidates if path.exists()]


def in_memory() -> str | None:
    """A folder where syncing costs nothing, if there is one with room: the faults bring their own disks."""
    memory = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > _ROOM else None


def timed(name: str, command: list[str]) -> tuple[bool, float]:
    """Run one step with its output shown; return whether it passed and its seconds."""
    print(f"\n── {name}", flush=True)
    started = time.monotonic()
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    with tempfile.TemporaryDirectory(prefix="shudao-suite-", dir=in_memory()) as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - PostgreSQL's own user passes through
        more = {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": folder}
        done = subprocess.run(command, env=os.environ | more)
    return done.returncode == 0, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
