"""The list of decision records, made from them: `python -m tests.support.decisions` writes docs/adr/README.md."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs/adr"
INDEX = FOLDER / "README.md"


def records() -> list[Path]:
    """The records, by number."""
    return sorted(FOLDER.glob("[0-9]*.md"))


def index() -> str:
    """Return the page that lists them."""
    lines = ["# Decisions", "", "Made from the records by `python -m tests.support.decisions`.", ""]
    lines += ["| decision | status |", "|---|---|"]
    for path in records():
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.M)
        status = re.search(r"\*\*Status\.\*\* (.+)$", text, re.M)
        lines.append(f"| [{title[1] if title else path.stem}]({path.name}) | {status[1] if status else '—'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    INDEX.write_text(index(), encoding="utf-8")
    print(INDEX.name)
