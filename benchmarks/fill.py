"""Fill the installation of SHUDAO_HOME with many cases: `python -m benchmarks.fill 10000`."""

from __future__ import annotations

import os
import sys


def main(count: int) -> None:
    """Copy the newest case `count` times over the implementations of its matter."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shudao.config.settings.main"
    import django

    django.setup()
    from benchmarks import many_cases
    from shudao.contexts.cases.models import Case
    from shudao.contexts.matters import api as matters

    pattern = Case.objects.select_related("draft").order_by("-id")[0]
    catalogue = matters.implementation(pattern.task_code).catalog_code
    offers = matters.choices(catalogue, "510000000000", size=200).items
    places = tuple(many_cases.Place(row.task_code, row.division, row.department, row.department_kind) for row in offers)
    here = tuple(place for place in places if place.division == pattern.division)
    many_cases.copy(pattern, count // 2, seed=1, places=places, start=10_000)
    many_cases.copy(pattern, count - count // 2, seed=2, places=here, start=10_000 + count)


if __name__ == "__main__":
    main(int(sys.argv[1]))
