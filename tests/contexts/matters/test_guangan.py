"""The real list of Guang'an District comes in whole; its defects are those that docs/guangan.md counts."""

from __future__ import annotations

import json
import re
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from shudao.contexts.matters import api, models
from shudao.contexts.matters.contracts import Loaded
from shudao.foundation.audit.contracts import SYSTEM
from tests.support import guangan

LIST = guangan.list_file()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(LIST is None, reason="SHUDAO_REFERENCE_DATA names no folder with the list"),
]


def in_docs() -> dict[str, int]:
    """Rule → count, as the page says."""
    found = re.findall(r"^\| ([a-z-]+) \| [^|]+ \| (\d+) \|$", guangan.TARGET.read_text(encoding="utf-8"), re.MULTILINE)
    return {rule: int(count) for rule, count in found}


def test_it_comes_in_whole_with_every_defect_told(library: Loaded, noon: datetime) -> None:
    said = StringIO()
    call_command("matters", "import", str(LIST), "--json", stdout=said)
    told = json.loads(said.getvalue().splitlines()[-1])
    assert (told["rows"], told["imported"], told["refused"]) == (1135, 1135, 0)
    assert told["matched"] + told["unmatched"] == 1135
    assert told["findings"] == in_docs()
    assert models.ListedEntry.objects.count() == 1135
    again = api.import_list(Path(str(LIST)), name="again", acting=SYSTEM, now=noon)
    assert (again.new, again.changed) == (0, 0)


def test_what_is_matched_says_why_and_how_surely(library: Loaded, noon: datetime) -> None:
    done = api.import_list(Path(str(LIST)), name="list", acting=SYSTEM, now=noon)
    matched = [one for one in api.every_listed_entry(done.number, outcome="matched")]
    assert len(matched) == done.matched > 50
    assert all(one.catalog_code and one.reasons and 0.6 <= one.score <= 1 for one in matched)
    names = {item.catalog_code: item.name.zh for item in api.basic_items()}
    same = [one for one in matched if one.name == names[one.catalog_code]]
    assert all(one.score >= 0.9 and "name-same" in one.reasons for one in same)
    assert len(same) >= 15
