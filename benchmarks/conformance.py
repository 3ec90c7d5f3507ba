"""
P7: conformance of many implementations, made from the real library and all divisions of the province.

    SHUDAO_HOME=<an empty folder> python -m benchmarks.conformance --implementations 630000 --items 2000

Makes the province (SQLite in SHUDAO_HOME, or DATABASE_URL), writes items that are the library's own under other codes
with their implementations, some of them deviating, and runs `shudao conformance check --json` in processes of its own:
the first opens what it finds, the second finds the same. Then a hundred matters are changed and re-checked one by one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random
from typing import Any

EACH, PORTION = 100, 20_000
WRONG = {
    "limit": [{"field": "promised", "value": {"amount": 400, "unit": "1"}, "reason": {"zh": "路远", "en": "Far"}}],
    "visits": [
        {"field": "visits", "value": 3, "reason": {"zh": "核对", "en": "Seen"}},
        {"field": "visits_reason", "value": {"zh": "核对", "en": "Seen"}, "reason": {"zh": "核对", "en": "Seen"}},
    ],
    "place": [{"field": "place", "value": {"zh": "", "en": ""}, "reason": {"zh": "搬迁", "en": "Moved"}}],
}


def main() -> None:
    """Make the province, check it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--implementations", type=int, default=63_000)
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--share", type=float, default=0.01, help="How many of them deviate")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    import django

    django.setup()
    made = make(asked.implementations, asked.items, asked.share, Random(asked.seed))
    from benchmarks.machine import quantiles, report

    command = [sys.executable, "-m", "shudao.config.cli", "conformance", "check", "--json"]
    for what in ("first check", "again"):
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        report(f"conformance: {what}", json.loads(printed.splitlines()[-1]) | {"planted": made})
    report("conformance: one changed matter", quantiles(recheck(Random(asked.seed))))


def make(implementations: int, items: int, share: float, chance: Random) -> int:
    """Write everything; return how many rows deviate."""
    from django.core.management import call_command

    from shudao.contexts.matters import api as matters
    from shudao.foundation.audit.contracts import SYSTEM
    from shudao.foundation.identity import api as identity
    from shudao.foundation.regions import api as regions
    from shudao.kernel.time import now

    call_command("migrate", verbosity=0)
    regions.load()
    identity.load_departments()
    matters.load(divisions=("99",), acting=SYSTEM, now=now())
    return write(implementations, items, share, chance)


def write(implementations: int, items: int, share: float, chance: Random) -> int:
    """Write copies of the library's items with their implementations; return how many of these deviate."""
    from django.utils import timezone

    from shudao.contexts.matters.adapters import bulk
    from shudao.contexts.matters.models import Implementation
    from shudao.contexts.matters.services import implement, write_library
    from shudao.foundation.outbox import api as outbox

    chosen = choose(implementations, items)
    with outbox.unit_of_work():
        written = write_library.items(chosen, overwrite=False, now=timezone.now())
    every, deviating = implement.rows(chosen, written.accepted, [], ()), 0
    while portion := list(islice(every, PORTION)):
        for at, row in enumerate(portion):
            if chance.random() < share:
                own = json.dumps(WRONG[chance.choice(sorted(WRONG))], ensure_ascii=False)
                portion[at] = (*row[:3], own, *row[4:])
                deviating += 1
        bulk.insert(Implementation, implement.COLUMNS, portion)
    return deviating


def choose(implementations: int, items: int) -> dict[str, Any]:
    """Copies of the library's items, `items` at most, that about so many implementations come of."""
    from shudao.contexts.matters import api as matters
    from shudao.foundation.identity import api as identity

    bodies = cache(lambda kind, level: len(identity.departments(kind=kind, level=level)))
    items_by_code = {one.catalog_code: one for one in matters.basic_items()}
    sizes = {
        code: sum(bodies(matters.acting_kind(one.department_kind, level), int(level) - 1) for level in one.levels)
        for code, one in items_by_code.items()
    }
    few = [code for code in sizes if sizes[code] < 1000]
    many = [code for code in sizes if sizes[code] >= 1000]
    plain = sum(sizes[few[number % len(few)]] for number in range(items)) / items
    chosen, left = {}, implementations
    for number in range(items):
        room = left - (items - number) * plain
        wide = [one for one in many if sizes[one] <= room]
        picked = wide[number % len(wide)] if wide else few[number % len(few)]
        if left < sizes[picked]:
            break
        left -= sizes[picked]
        source = items_by_code[picked]
        code, catalog = f"{source.code[:50]}-{number}", f"{source.catalog_code[:6]}{999_999 - number:06d}"
        chosen[code] = replace(source, code=code, catalog_code=catalog)
    return chosen


def recheck(chance: Random) -> list[float]:
    """Change one matter and check it again, a hundred times; return the seconds of each."""
    from shudao.contexts.conformance import api
    from shudao.contexts.matters.models import Implementation
    from shudao.kernel.time import now

    codes = list(
        Implementation.objects.values_list("task_code", flat=True)[:: max(1, Implementation.objects.count() // EACH)]
    )
    taken = []
    for code in codes[:EACH]:
        Implementation.objects.filter(task_code=code).update(tier=chance.randint(1, 4))
        began = time.monotonic()
        api.check_implementations([code], now=now())
        taken.append(time.monotonic() - began)
    return taken


if __name__ == "__main__":
    main()
