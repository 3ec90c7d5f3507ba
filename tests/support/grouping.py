"""
Which tests stay together when they run on several processes.

A file's tests share what its fixtures make, so a file is one unit of work; files that name one group (`xdist_group`)
share what takes long to make, a whole installation, and are one unit too. xdist has a scheduler for such groups that
pytest 9 no longer tells of them: hence this one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
GROUP = re.compile(r'xdist_group\("([a-z]+)"\)')


class Together(LoadScopeScheduling):
    """Hands out whole groups, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid.split("::", 1)[0])


@cache
def group(path: str) -> str:
    """
    The group of a file of tests (its path from the root): what its text names, else the file itself.

    >>> group("tests/journeys/test_every_page.py"), group("tests/support/grouping.py")
    ('pages', 'tests/support/grouping.py')
    """
    named = GROUP.search((ROOT / path).read_text(encoding="utf-8"))
    return named[1] if named else path


def turn(path: str) -> int:
    """When a file's tests come: what takes longest first, so that no process is left alone with it at the end."""
    return {"pages": 0, "installation": 1}.get(group(path), 2)
