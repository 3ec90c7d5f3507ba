"""Whoever lives in the sandbox lives nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

from stdnum.cn import ric, uscc

from shudao.contexts.exchange.rules import sandbox
from shudao.plane.decision import Book, Call, decide

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_every_number_is_right_unique_and_unallocated() -> None:
    people, companies, points = sandbox.registers()
    assert (len(people.rows), len(companies.rows), len(points.rows)) == (200, 40, 12)
    for number in people.subjects:
        assert number.startswith("5199")
        assert ric.calc_check_digit(number) == number[-1]
        assert number[6:14] == f"{people.rows[number]['birth_date']:%Y%m%d}"
        assert (int(number[16]) % 2 == 0) is (people.rows[number]["sex"] == "女")
    for code in companies.subjects:
        assert code[2:6] == "5199"
        assert uscc.is_valid(code)
    assert sandbox.registers() == sandbox.registers()


def test_the_system_may_ask_for_everything_and_for_people_only_with_a_case() -> None:
    registers = sandbox.registers()
    made = sandbox.snapshot(registers, subsystem="my", key_id="my-1", public="", version=1, now=NOW)
    assert len({register.provider for register in registers}) == 2
    for register in registers:
        fields = tuple(field.name for field in register.fields)
        for case in ("", "1"):
            asked = Call(sandbox.client("my"), register.service, "handling", case, fields)
            assert decide(Book(made), asked, NOW).allowed is bool(case or not register.personal)
