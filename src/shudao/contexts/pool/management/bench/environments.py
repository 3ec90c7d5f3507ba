"""A virtual environment of its own for a peer that is measured beside us: nothing of it is in our locks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PARENT = Path(tempfile.gettempdir()) / "shudao-bench-environments"


def python_of(name: str, requirements: Sequence[str], *, parent: Path = PARENT) -> Path:
    """Return the Python of an environment with exactly these requirements, made where there is none."""
    folder, wanted = parent / name, list(requirements)
    mark = folder / "requirements.txt"
    if not mark.exists() or mark.read_text("ascii").splitlines() != wanted:
        print(f"making an environment for {name}: {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603  fixed words of ours
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", *wanted]
        subprocess.run(pip, check=True, stdout=sys.stderr)  # noqa: S603  the same
        mark.write_text("\n".join(wanted), "ascii")
    return folder / "bin" / "python"
