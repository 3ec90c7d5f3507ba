"""300 planted deviations of every rule at random places: all found, none invented, as an oracle of its own judges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from shudao.contexts.conformance import api
from shudao.contexts.conformance.models import Finding
from shudao.contexts.conformance.queries import surroundings
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.contexts.conformance.services.checking import Checker
from shudao.contexts.licences import api as licences
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Listed
from shudao.contexts.matters.models import Implementation
from shudao.foundation.identity import api as identity
from tests.contexts.conformance import oracle
from tests.contexts.conformance.planting import PLANTS, plain

pytestmark = pytest.mark.django_db

EACH = 300


@dataclass
class Province:
    """What is planted in, and what judges it."""

    rows: list[Listed]
    items: dict[int, dict[str, Any]]
    world: oracle.World
    checker: Checker

    def ours(self, row: Listed) -> set[oracle.Broken]:
        """What the room finds in a row."""
        return {(one.rule, one.field, one.part) for one in self.checker.row(row)}

    def theirs(self, row: Listed) -> set[oracle.Broken]:
        """What the oracle finds in it."""
        return oracle.row_breaks(row._asdict(), self.items[row.item], self.world)


@pytest.fixture
def province(library: None) -> Province:
    rows = list(matters.listed())
    items = matters.item_versions({row.item for row in rows})
    bodies = surroundings.Bodies.all()
    world = oracle.World(
        bodies={one.code: (one.division, one.kind, one.level) for one in identity.departments()},
        states=matters.item_states(),
        articles=set(matters.articles_in_force()),
        papers={one.name.zh for one in licences.types()},
    )
    checker = Checker(surroundings.around(bodies), surroundings.known())
    return Province(rows, {key: plain(item) for key, item in items.items()}, world, checker)


def planted(province: Province, rule: str, seed: int) -> Iterator[tuple[Listed, set[oracle.Broken]]]:
    """Rows in which the oracle sees the rule broken, with all that it sees: as many as asked for."""
    rng, made, tried = Random(f"{rule}:{seed}"), 0, 0
    while made < EACH:
        tried += 1
        assert tried < 10 * EACH, f"{rule} is hardly ever broken"
        row = rng.choice(province.rows)
        broken = PLANTS[rule](rng, row, province.items[row.item])
        seen = province.theirs(broken) if broken else set()
        if broken and any(one == rule for one, _, _ in seen):
            made += 1
            yield broken, seen


def test_there_is_a_way_to_break_every_rule() -> None:
    assert set(PLANTS) | {"item-missing"} == set(RULES)


def test_every_planted_deviation_is_found_and_none_is_invented(province: Province) -> None:
    untouched(province)
    for rule in PLANTS:
        for row, theirs in planted(province, rule, seed=1):
            assert province.ours(row) == theirs, (rule, row)


def untouched(province: Province) -> None:
    """What nobody touched breaks what the oracle says."""
    for row in province.rows:
        assert province.ours(row) == province.theirs(row)
    for item in matters.basic_items():
        ours = {(one.rule, one.field, one.part) for one in province.checker.item(item)}
        assert ours == oracle.item_breaks(plain(item), province.world)


def test_three_hundred_that_are_missing_are_found(province: Province, noon: Any) -> None:
    """In rounds: rows leave the table, the check says who lacks them, as the oracle does from the rows that stay."""
    rng, missed = Random(7), 0
    items = [plain(one) for one in matters.basic_items()]
    while missed < EACH:
        gone = rng.sample(province.rows, 50)
        Implementation.objects.filter(task_code__in=[row.task_code for row in gone]).update(state="3")
        left = [row._asdict() for row in matters.listed()]
        api.check(now=noon)
        ours = set(Finding.objects.filter(rule="item-missing", state="open").values_list("subject", flat=True))
        assert ours == oracle.missing(left, items, province.world)
        missed += len(ours)
        Implementation.objects.update(state="1")


def test_planted_in_the_table_they_become_findings_and_end_when_put_right(province: Province, noon: Any) -> None:
    """Whatever leaves a body without a matter besides is judged above."""
    rng, others = Random(11), ("item-unknown", "body-code", "body-unknown", "level")
    before, expected, written = standing(noon), standing(noon), []
    for row, rule in zip(rng.sample(province.rows, len(PLANTS) * 4), [*PLANTS] * 4, strict=True):
        broken = None if rule in others else PLANTS[rule](rng, row, province.items[row.item])
        if broken is not None:
            write(row, broken)
            written.append((row, broken))
            expected -= {one for one in expected if one[0] == row.task_code}
            expected |= {(broken.task_code, *one) for one in province.theirs(broken)}
    assert len(written) > 80
    assert standing(noon) == expected
    for row, broken in written:
        write(broken, row)
    assert standing(noon) == before


def standing(noon: Any) -> set[tuple[str, str, str, str]]:
    """What stands after a check."""
    api.check(now=noon)
    found = Finding.objects.filter(closed_at=None)
    return set(found.values_list("subject", "rule", "field", "part"))


def write(before: Listed, after: Listed) -> None:
    """Write a row over another, past everything that would refuse it."""
    values = after._asdict() | {"overrides": json.loads(after.overrides)}
    values["item_version_id"] = values.pop("item")
    Implementation.objects.filter(task_code=before.task_code).update(**values)
