"""How long somebody may act for a company or a child, and what an officer has to write down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from shudao.contexts.exchange.contracts.relations import Papers
from shudao.contexts.exchange.rules import disputing

# Ours: a company's register is asked again after a week, a guardian comes again after a year.
REPRESENTATIVE_DAYS, GUARDIAN_DAYS = 7, 366
OF_AGE = 18
# Ours: so many look-ups in vain in twenty-four hours.
TRIES = 10
LONGEST_NAME = 60


def born(resident_id: str, *, check_digit: Callable[[str], str]) -> date | None:
    """
    Return the date of birth in a resident ID of 18 characters, None where it is none.

    Source:
        GB 11643; proved by tests/contexts/exchange/rules/test_relations.py
    """
    digits = resident_id[:17]
    if len(resident_id) != 18 or not (digits.isascii() and digits.isdigit()) or check_digit(digits) != resident_id[17]:
        return None
    try:
        return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None


def last_day_as_child(birth: date) -> date:
    """
    Return the last local day before somebody is eighteen; who was born on 29 February is so on 1 March.

    Source:
        Civil Code (2020), art. 17; proved by tests/contexts/exchange/rules/test_relations.py
    """
    year = birth.year + OF_AGE
    try:
        return date(year, birth.month, birth.day) - timedelta(days=1)
    except ValueError:
        return date(year, 2, 28)


def representative_until(today: date) -> date:
    """Return the last local day on which a look-up of today holds."""
    return today + timedelta(days=REPRESENTATIVE_DAYS - 1)


def problems(papers: Papers, *, birth: date | None, guardian: date | None, today: date) -> Iterator[tuple[str, str]]:
    """
    Yield (field, sentence) for everything that is wrong with what an officer wrote.

    Args:
        papers: As written, trimmed.
        birth: The child's date of birth, None where the number is none.
        guardian: The guardian's, likewise.
        today: Local day.
    """
    if guardian is None:
        yield "guardian", "身份证号码不正确，请核对。"
    if birth is None or birth > today:
        yield "child", "身份证号码不正确，请核对。"
    elif today > last_day_as_child(birth):
        yield "child", "该人已满十八周岁，不能由监护人代为办理。"
    elif guardian is not None and today <= last_day_as_child(guardian):
        yield "guardian", "监护人须年满十八周岁。"
    if not 1 <= len(papers.name) <= LONGEST_NAME:
        yield "name", "请填写未成年人的姓名。"
    if problem := disputing.value_problem(papers.basis):
        yield "basis", problem
    yield from _day_problems(papers.valid_to, birth, today)


def _day_problems(until: date, birth: date | None, today: date) -> Iterator[tuple[str, str]]:
    if not today <= until <= today + timedelta(days=GUARDIAN_DAYS):
        yield "valid_to", "有效期须从今天起、不超过一年。"
    elif birth is not None and birth <= today and today <= last_day_as_child(birth) < until:
        yield "valid_to", "有效期不能超过年满十八周岁的前一天。"
