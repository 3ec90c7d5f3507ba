"""What the row of an implementation breaks: codes, body, level, copies."""

from __future__ import annotations

from typing import Any

import pytest

from shudao.contexts.conformance.rules import standing
from shudao.contexts.conformance.rules.standing import Around, Body
from shudao.contexts.matters.contracts import Listed
from shudao.foundation.identity.rules.credit_codes import generate
from tests.contexts.matters.makers import item

COUNTY = "511602000000"
CODE = generate(prefix="11", region="519901", serial=1)
OTHER = generate(prefix="11", region="519901", serial=2)
STANDARD = item()
AROUND = Around(
    {CODE: Body(COUNTY, "mz", 3), OTHER: Body("510107000000", "mz", 3)},
    {STANDARD.catalog_code: "1", "510702901000": "3"},
)
COPIES = standing.columns(STANDARD)


def row(**changes: Any) -> Listed:
    """A row that is in order, some of it otherwise; its code follows unless it is given."""
    plain = Listed(
        "", STANDARD.catalog_code, 1, 1, COUNTY, "4", CODE, "民政局", "Civil Affairs", "mz", "1", "[]", *COPIES
    )._replace(**changes)
    return (
        plain
        if plain.task_code
        else plain._replace(task_code=f"{plain.department}{plain.use_level}{plain.catalog_code}")
    )


def broken(one: Listed) -> list[tuple[str, str]]:
    """Rule and field of all that a row breaks; the quick way agrees."""
    given: dict[str, Any] = {"standard": STANDARD, "expected": COPIES, "kind": "mz", "around": AROUND}
    found = [(dev.rule, dev.field) for dev in standing.deviations(one, **given)]
    assert standing.in_order(one, STANDARD, COPIES, "mz", AROUND) == (not found)
    return found


def test_a_row_in_order_breaks_nothing() -> None:
    assert broken(row()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"task_code": f"{CODE}4510702900001"}, ("task-code", "task_code")),
        ({"task_code": f"{CODE}3{STANDARD.catalog_code}"}, ("task-code", "task_code")),
        ({"department": CODE[:17] + ("0" if CODE[17] != "0" else "1")}, ("body-code", "department")),
        ({"department": CODE[:17]}, ("body-code", "department")),
        ({"department": generate(prefix="11", region="519901", serial=9)}, ("body-unknown", "department")),
        ({"department": OTHER}, ("body-unknown", "department")),
        ({"use_level": "3"}, ("level", "use_level")),
        ({"use_level": "7"}, ("level", "use_level")),
        ({"catalog_code": "510702901000"}, ("item-unknown", "catalog_code")),
        ({"catalog_code": "519999999999"}, ("item-unknown", "catalog_code")),
        ({"name": "别的事项"}, ("columns", "name")),
        ({"visits": 3}, ("columns", "visits")),
        ({"promised_amount": 1}, ("columns", "promised_amount")),
    ],
)
def test_it_is_found(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in broken(row(**changes))


def test_an_item_that_is_cancelled_is_carried_out_by_nobody() -> None:
    around = Around(AROUND.bodies, {STANDARD.catalog_code: "3"})
    found = standing.deviations(row(), standard=STANDARD, expected=COPIES, kind="mz", around=around)
    assert [one.rule for one in found] == ["item-unknown"]


def test_a_body_of_another_kind() -> None:
    found = standing.deviations(row(), standard=STANDARD, expected=COPIES, kind="zf", around=AROUND)
    assert [one.rule for one in found] == ["body-unknown"]
